#include "cmd/key_file.h"

#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "base/json_text.h"
#include "base/wipe.h"
#include "host/signer.h"

enum { PATH_BYTES = 4096, SEED_CHARS = 2 * EVD_SEED_BYTES };
#define PUBLIC_BYTES_MAX ((size_t)4096)

/* Folder and name of the secret file, as a vault wants them. */
typedef struct {
  char dir[PATH_BYTES], name[PATH_BYTES], pub[PATH_BYTES];
} paths;

static evd_err split(paths *out, const char *key) {
  const char *slash = strrchr(key, '/');
  const char *base = slash ? slash + 1 : key;
  int dir = slash == key ? 1 : (int)(slash ? slash - key : 1);
  if (strlen(key) + sizeof ".key.sealed" > PATH_BYTES || !*base)
    return evd_complain(EVD_ERR_USAGE, "`%s` is no path of a key", key);
  (void)snprintf(out->dir, PATH_BYTES, "%.*s", dir, slash ? key : ".");
  (void)snprintf(out->name, PATH_BYTES, "%s.key", base);
  (void)snprintf(out->pub, PATH_BYTES, "%s.pub", key);
  return EVD_OK;
}

evd_err evd_key_file_vault(evd_vault **v, const char *verb,
                           const evd_secret_words *w) {
  evd_secret_options o;
  EVD_TRY(evd_secret_options_read(&o, verb, w, NULL));
  return evd_secret_vault(v, &o, false);
}

/* ---- the public file ---- */

static void put_public(evd_buf *out, const evd_note_key *key) {
  evd_note_key_write(out, key);
  evd_buf_text(out, "\n");
}

evd_err evd_key_file_public_at(evd_note_key *out, const char *path) {
  evd_arena a;
  evd_span bytes;
  evd_arena_init(&a, PUBLIC_BYTES_MAX + (1 << 16));
  evd_err e = evd_file_read(path, PUBLIC_BYTES_MAX, &bytes, &a);
  if (e == EVD_OK) {
    if (bytes.n > 0 && bytes.p[bytes.n - 1] == '\n')
      bytes.n--;
    e = evd_note_key_read(out, bytes);
    if (e == EVD_OK && out->type != EVD_NOTE_ED25519)
      e = EVD_ERR_RULE;
    if (e != EVD_OK)
      evd_complain(e, "%s: expected a public key, name+id+base64", path);
  }
  evd_arena_close(&a);
  return e;
}

evd_err evd_key_file_public(evd_note_key *out, const char *key) {
  paths p;
  EVD_TRY(split(&p, key));
  return evd_key_file_public_at(out, p.pub);
}

/* ---- the secret file: the seed in hexadecimal, a space, the public line ----
 */

static evd_err write_secret(evd_vault *v, const paths *p,
                            const uint8_t seed[EVD_SEED_BYTES],
                            const evd_note_key *key) {
  char hex[SEED_CHARS];
  evd_buf text; /* wiped when closed */
  evd_buf_init(&text, PUBLIC_BYTES_MAX);
  evd_hex_write(hex, seed, EVD_SEED_BYTES);
  evd_buf_add(&text, hex, sizeof hex);
  evd_wipe(hex, sizeof hex);
  evd_buf_text(&text, " ");
  put_public(&text, key);
  evd_err e = evd_buf_ok(&text)
                  ? evd_vault_write(v, p->dir, p->name, text.p, text.n, EVD_NEW)
                  : evd_complain(EVD_ERR_SPACE, "no memory");
  evd_buf_close(&text);
  return e;
}

/* Does the file hold the seed of this public key, and its line? */
static evd_err read_seed(uint8_t seed[EVD_SEED_BYTES], evd_span file,
                         const evd_note_key *key) {
  evd_buf line;
  evd_h32 derived;
  evd_buf_init(&line, PUBLIC_BYTES_MAX);
  evd_buf_text(&line, " ");
  put_public(&line, key);
  bool good = evd_buf_ok(&line) && file.n == SEED_CHARS + line.n &&
              memcmp(file.p + SEED_CHARS, line.p, line.n) == 0;
  evd_buf_close(&line);
  if (!good || evd_hex_read(seed, EVD_SEED_BYTES,
                            (evd_span){file.p, SEED_CHARS}) != EVD_OK)
    return EVD_ERR_FORM;
  evd_signer_public(&derived, seed);
  return memcmp(&derived, &key->key, sizeof derived) == 0 ? EVD_OK
                                                          : EVD_ERR_FORM;
}

/* ---- making a key ---- */

static evd_err refuse_existing(const char *key) {
  char path[PATH_BYTES];
  static const char *const ends[] = {".pub", ".key", ".key.sealed"};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    (void)snprintf(path, sizeof path, "%s%s", key, ends[i]);
    if (evd_file_exists(path))
      return evd_complain(EVD_ERR_EXISTS,
                          "%s is there already: a key is not overwritten",
                          path);
  }
  return EVD_OK;
}

static evd_err save(const paths *p, const uint8_t seed[EVD_SEED_BYTES],
                    const evd_note_key *key, evd_vault *v) {
  evd_buf pub;
  EVD_TRY(write_secret(v, p, seed, key));
  evd_buf_init(&pub, PUBLIC_BYTES_MAX);
  put_public(&pub, key);
  evd_err e = evd_buf_ok(&pub)
                  ? evd_file_write(p->pub, pub.p, pub.n, 0644, EVD_NEW)
                  : evd_complain(EVD_ERR_SPACE, "no memory");
  evd_buf_close(&pub);
  if (e != EVD_OK)
    (void)!evd_vault_erase(v, p->dir, p->name);
  return e;
}

static evd_err refuse_name(evd_span name) {
  evd_note_key key;
  const evd_h32 none = {{0}};
  if (evd_text_allowed(name) &&
      evd_note_key_make(&key, name, EVD_NOTE_ED25519, &none) == EVD_OK)
    return EVD_OK;
  return evd_complain(EVD_ERR_USAGE,
                      "a key's name has 1 to %d bytes, no space, no plus and "
                      "no control character",
                      EVD_NOTE_NAME_MAX);
}

static evd_err make(evd_note_key *out, const paths *p, evd_span name,
                    evd_vault *v) {
  evd_h32 pub;
  uint8_t *seed = evd_secret_get(EVD_SEED_BYTES);
  if (!seed)
    return evd_complain(EVD_ERR_SPACE, "no memory for a secret");
  evd_err e = evd_random_get(seed, EVD_SEED_BYTES);
  if (e != EVD_OK)
    (void)evd_complain(e, "the system gives no randomness");
  if (e == EVD_OK) {
    evd_signer_public(&pub, seed);
    e = evd_note_key_make(out, name, EVD_NOTE_ED25519, &pub);
  }
  if (e == EVD_OK)
    e = save(p, seed, out, v);
  evd_secret_free(seed);
  return e;
}

evd_err evd_key_file_make_in(evd_note_key *out, const char *key,
                             const char *name, evd_vault *v) {
  paths p;
  const evd_span text = {(const uint8_t *)name, strlen(name)};
  EVD_TRY(split(&p, key));
  EVD_TRY(refuse_name(text));
  EVD_TRY(refuse_existing(key));
  return make(out, &p, text, v);
}

evd_err evd_key_file_make(evd_note_key *out, const char *key, const char *name,
                          const evd_secret_options *o) {
  paths p;
  evd_vault *v = NULL;
  EVD_TRY(split(&p, key));
  EVD_TRY(refuse_name((evd_span){(const uint8_t *)name, strlen(name)}));
  EVD_TRY(refuse_existing(key));
  EVD_TRY(evd_secret_vault(&v, o, true));
  evd_err e = evd_key_file_make_in(out, key, name, v);
  evd_vault_close(v);
  return e;
}

/* ---- signing ---- */

/* A signature that does not verify, made on a faulty processor, could give
 * the secret away. */
static evd_err check_again(const evd_buf *note, const evd_note_key *key) {
  evd_note n;
  evd_note_why why;
  EVD_TRY(evd_note_read(&n, (evd_span){note->p, note->n}, &why));
  return evd_note_check_var(&n, key);
}

static void put_note(evd_buf *out, evd_span text, const evd_note_key *key,
                     const uint8_t seed[EVD_SEED_BYTES]) {
  uint8_t sig[EVD_ED25519_SIG_BYTES];
  evd_signer_sign(sig, seed, text);
  evd_buf_add(out, text.p, text.n);
  evd_buf_text(out, "\n");
  evd_note_sig_write(out, key, sig, sizeof sig);
}

evd_err evd_key_file_seed(uint8_t **seed, evd_note_key *pub, const char *key,
                          evd_vault *v) {
  paths p;
  evd_span file;
  *seed = NULL;
  EVD_TRY(split(&p, key));
  EVD_TRY(evd_key_file_public(pub, key));
  EVD_TRY(evd_vault_read(v, p.dir, p.name, &file));
  *seed = evd_secret_get(EVD_SEED_BYTES);
  evd_err e = *seed ? read_seed(*seed, file, pub) : EVD_ERR_SPACE;
  evd_vault_release(&file);
  if (e == EVD_OK)
    return EVD_OK;
  evd_secret_free(*seed);
  *seed = NULL;
  return evd_complain(e, "%s/%s does not hold the secret of %s", p.dir, p.name,
                      p.pub);
}

evd_err evd_key_file_try(const char *key, evd_vault *v) {
  uint8_t *seed = NULL;
  evd_note_key pub;
  EVD_TRY(evd_key_file_seed(&seed, &pub, key, v));
  evd_secret_free(seed);
  return EVD_OK;
}

evd_err evd_key_file_sign(evd_buf *out, const char *key, evd_span text,
                          evd_vault *v) {
  uint8_t *seed = NULL;
  evd_note_key pub;
  EVD_TRY(evd_key_file_seed(&seed, &pub, key, v));
  put_note(out, text, &pub, seed);
  evd_secret_free(seed);
  evd_err e = evd_buf_ok(out) ? check_again(out, &pub) : EVD_ERR_SPACE;
  if (e == EVD_OK)
    return EVD_OK;
  evd_buf_reset(out);
  return evd_complain(e, "the text could not be signed: %s", evd_err_text(e));
}
