/* Secret files: their heads are hostile until the key opens them. [T20] */
#include <string.h>

#include "cmd/round_state.h"
#include "cmd/secret_files.h"
#include "fuzz.h"
#include "host/seal.h"

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

const evd_fuzz_target evd_fuzz_secrets[] = {{"sealed", sealed_target},
                                            {"round_state", round_state_target},
                                            {"mail_batch", mail_batch_target},
                                            {NULL, NULL}};
