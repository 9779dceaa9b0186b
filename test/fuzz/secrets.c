/* Secret files: their heads are hostile until the key opens them. [T20] */
#include <string.h>

#include "cmd/key_file.h"
#include "cmd/round_state.h"
#include "cmd/secret_files.h"
#include "fuzz.h"
#include "host/seal.h"
#include "host/signer.h"

/* Costs outside the floor and the ceiling are refused before the key is
 * derived: the passphrase lies nowhere, whoever reads it falls. Costs inside
 * are not paid here; the cipher is tried with a key that is known. */
static void sealed_target(const uint8_t *p, size_t n) {
  const evd_span sealed = {p, n};
  evd_seal_key key;
  uint8_t *out = malloc(n + 1);
  EVD_PROMISE(out != NULL);
  memset(&key, 7, sizeof key);
  if (evd_seal_cost_read(&key.cost, sealed) != EVD_OK) {
    EVD_PROMISE(evd_unseal(out, sealed, NULL, 8) == EVD_ERR_SEALED);
  } else {
    evd_fuzz_taken++;
    EVD_PROMISE(key.cost.passes >= 2 && key.cost.passes <= 20);
    EVD_PROMISE(key.cost.memory_bytes >= (uint64_t)64 << 20);
    EVD_PROMISE(key.cost.memory_bytes <= (uint64_t)4 << 30);
  }
  if (n >= EVD_SEAL_EXTRA)
    memset(out, 1, n - EVD_SEAL_EXTRA);
  const evd_err e = evd_unseal_with(out, sealed, &key);
  for (size_t i = 0; e != EVD_OK && i + EVD_SEAL_EXTRA < n; i++)
    EVD_PROMISE(out[i] == 0);
  free(out);
}

/* The first byte: how many items the reader expects. */
static void round_state_target(const uint8_t *p, size_t n) {
  evd_arena a;
  static evd_round_state s;
  if (n < 1)
    return;
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  EVD_PROMISE(evd_round_state_shape(&s, p[0], &a) == EVD_OK);
  if (evd_round_state_read(&s, (evd_span){p + 1, n - 1}) == EVD_OK) {
    EVD_PROMISE(s.stage >= 1 && s.stage <= 3 && s.n_U <= EVD_N_MAX);
    evd_fuzz_taken++;
  }
  evd_round_state_close(&s);
  evd_arena_close(&a);
}

/* What is read is written as the same bytes again. */
static void mail_batch_target(const uint8_t *p, size_t n) {
  evd_arena a;
  evd_buf copy;
  evd_mail_batch b;
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  evd_buf_init(&copy, EVD_FUZZ_ARENA);
  if (evd_mail_batch_read(&b, (evd_span){p, n}, &a) == EVD_OK) {
    evd_mail_batch_write(&copy, &b);
    EVD_PROMISE(b.n > 0 && b.device > 0 && b.first > 0);
    EVD_PROMISE(copy.n == n && memcmp(copy.p, p, n) == 0);
    evd_fuzz_taken++;
  }
  evd_buf_close(&copy);
  evd_arena_close(&a);
}

static void guardian_key_target(const uint8_t *p, size_t n) {
  evd_buf copy;
  evd_guardian_key key;
  evd_buf_init(&copy, n + 16);
  if (evd_guardian_key_read(&key, (evd_span){p, n}) == EVD_OK) {
    evd_guardian_key_write(&copy, &key);
    EVD_PROMISE(copy.n == n && memcmp(copy.p, p, n) == 0);
    evd_fuzz_taken++;
  }
  evd_guardian_key_wipe(&key);
  evd_buf_close(&copy);
}

/* The first byte: the quorum that the reader expects, up to four. */
static void ceremony_target(const uint8_t *p, size_t n) {
  evd_arena a;
  evd_buf copy;
  evd_guardian_sec sec;
  if (n < 1)
    return;
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  evd_buf_init(&copy, n + 16);
  EVD_PROMISE(evd_guardian_sec_shape(&sec, 1 + p[0] % 4, &a) == EVD_OK);
  if (evd_ceremony_secret_read(&sec, (evd_span){p + 1, n - 1}) == EVD_OK) {
    evd_ceremony_secret_write(&copy, &sec);
    EVD_PROMISE(copy.n == n - 1 && memcmp(copy.p, p + 1, n - 1) == 0);
    evd_fuzz_taken++;
  }
  evd_guardian_sec_wipe(&sec);
  evd_buf_close(&copy);
  evd_arena_close(&a);
}

/* The secret file of a key of which the public file is there: it holds that
 * key's seed and line, or it is refused. */
static void key_file_target(const uint8_t *p, size_t n) {
  static const char name[] = "fuzz";
  enum { SEED = 7 };
  uint8_t seed[EVD_SEED_BYTES];
  char path[600];
  evd_vault *v = NULL;
  evd_note_key key;
  evd_h32 pub;
  evd_buf line;
  memset(seed, SEED, sizeof seed);
  evd_signer_public(&pub, seed);
  EVD_PROMISE(evd_note_key_make(&key,
                                (evd_span){(const uint8_t *)name, strlen(name)},
                                EVD_NOTE_ED25519, &pub) == EVD_OK);
  evd_buf_init(&line, 4096);
  evd_note_key_write(&line, &key);
  (void)evd_fuzz_file("k.pub", line.p, line.n);
  (void)evd_fuzz_file("k.key", p, n);
  (void)snprintf(path, sizeof path, "%s/k", evd_fuzz_folder());
  EVD_PROMISE(evd_vault_open(&v, -1, false, true, EVD_KDF_MODERATE) == EVD_OK);
  if (evd_key_file_try(path, v) == EVD_OK) {
    EVD_PROMISE(n > 2 * sizeof seed + line.n);
    EVD_PROMISE(memcmp(p, "0707", 4) == 0);
    evd_fuzz_taken++;
  }
  evd_vault_close(v);
  evd_buf_close(&line);
}

const evd_fuzz_target evd_fuzz_secrets[] = {
    {"sealed", sealed_target},
    {"round_state", round_state_target},
    {"mail_batch", mail_batch_target},
    {"guardian_key", guardian_key_target},
    {"ceremony", ceremony_target},
    {"key_file", key_file_target},
    {NULL, NULL}};
