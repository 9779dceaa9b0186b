/* Secret files of one folder under one passphrase.
 *
 * The key that opened or made the first file is kept: files written later in
 * the same run share its salt and costs, each with a nonce of its own, so
 * that a verb pays for argon2id once. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "host/files.h"
#include "host/host.h"
#include "host/passphrase.h"
#include "host/seal.h"
#include "host/start.h"

#define SECRET_FILE_MAX ((size_t)256 << 20)
#define PATH_BYTES 4096

struct evd_vault {
  bool plain, have_key;
  evd_kdf kdf;
  evd_seal_key key;
  size_t pass_n;
  char pass[EVD_PASS_MAX];
};

evd_err evd_vault_open(evd_vault **out, int fd, bool is_new, bool plain,
                       evd_kdf kdf) {
  *out = NULL;
  evd_host_sodium();
  evd_host_no_core();
  evd_vault *v = sodium_malloc(sizeof *v);
  if (!v)
    return evd_complain(EVD_ERR_SPACE, "no memory for secrets");
  memset(v, 0, sizeof *v);
  v->plain = plain;
  v->kdf = kdf;
  evd_err e = EVD_OK;
  if (!plain)
    e = fd >= 0 ? evd_passphrase_fd(fd, v->pass, &v->pass_n)
                : evd_passphrase_terminal(v->pass, &v->pass_n, is_new);
  if (e == EVD_OK)
    *out = v;
  else
    evd_vault_close(v);
  return e;
}

void *evd_secret_get(size_t n) {
  evd_host_sodium();
  void *p = sodium_malloc(n ? n : 1);
  if (p && n)
    memset(p, 0, n);
  return p;
}

void evd_secret_free(void *p) { sodium_free(p); }

void evd_vault_close(evd_vault *v) { sodium_free(v); /* wipes; NULL is fine */ }

static evd_err path_of(const evd_vault *v, char out[PATH_BYTES],
                       const char *dir, const char *name) {
  int n = snprintf(out, PATH_BYTES, "%s/%s%s", dir, name,
                   v->plain ? "" : ".sealed");
  if (n < 0 || n >= PATH_BYTES)
    return evd_complain(EVD_ERR_IO, "the path is too long");
  return EVD_OK;
}

static evd_err no_memory(const char *path) {
  return evd_complain(EVD_ERR_SPACE,
                      "there is not enough free memory to seal or open %s",
                      path);
}

static evd_err derive(evd_vault *v, const evd_seal_cost *cost) {
  if (v->have_key && evd_seal_cost_equal(cost, &v->key.cost))
    return EVD_OK;
  v->have_key = false;
  EVD_TRY(evd_seal_derive(&v->key, v->pass, v->pass_n, cost));
  v->have_key = true;
  return EVD_OK;
}

static evd_err write_sealed(evd_vault *v, const char *path, const void *p,
                            size_t n, int how) {
  if (n > SECRET_FILE_MAX)
    return no_memory(path);
  if (!v->have_key) {
    evd_seal_cost cost = evd_seal_cost_new(v->kdf);
    if (derive(v, &cost) != EVD_OK)
      return no_memory(path);
  }
  uint8_t *sealed = sodium_malloc(n + EVD_SEAL_EXTRA);
  if (!sealed)
    return no_memory(path);
  evd_err e = evd_seal_with(sealed, p, n, &v->key);
  if (e == EVD_OK)
    e = evd_file_write(path, sealed, n + EVD_SEAL_EXTRA, 0600, how);
  else
    (void)evd_complain(e, "cannot seal %s: %s", path,
                       e == EVD_ERR_IO ? "the system gives no randomness"
                                       : evd_err_text(e));
  sodium_free(sealed);
  return e;
}

evd_err evd_vault_write(evd_vault *v, const char *dir, const char *name,
                        const void *p, size_t n, int how) {
  char path[PATH_BYTES];
  EVD_TRY(path_of(v, path, dir, name));
  if (!v->plain)
    return write_sealed(v, path, p, n, how);
  fprintf(stderr, "evident: warning: %s is written without a passphrase\n",
          path);
  return evd_file_write(path, p, n, 0600, how);
}

static evd_err sealed_sentence(const char *path) {
  return evd_complain(EVD_ERR_SEALED,
                      "%s cannot be opened: wrong passphrase or damaged file",
                      path);
}

static evd_err open_sealed(evd_vault *v, const char *path, evd_span file,
                           evd_span *out) {
  evd_seal_cost cost;
  if (evd_seal_cost_read(&cost, file) != EVD_OK)
    return sealed_sentence(path);
  evd_err e = derive(v, &cost);
  if (e != EVD_OK)
    return no_memory(path);
  size_t n = file.n - EVD_SEAL_EXTRA;
  uint8_t *p = sodium_malloc(n + 1);
  if (!p)
    return no_memory(path);
  if (evd_unseal_with(p, file, &v->key) != EVD_OK) {
    sodium_free(p);
    v->have_key = false;
    return sealed_sentence(path);
  }
  *out = (evd_span){p, n};
  return EVD_OK;
}

static evd_err open_plain(const char *path, evd_span file, evd_span *out) {
  uint8_t *p = sodium_malloc(file.n + 1);
  if (!p)
    return no_memory(path);
  if (file.n)
    memcpy(p, file.p, file.n);
  *out = (evd_span){p, file.n};
  return EVD_OK;
}

evd_err evd_vault_read(evd_vault *v, const char *dir, const char *name,
                       evd_span *out) {
  char path[PATH_BYTES];
  evd_arena a; /* wiped when closed: it may hold an unsealed file */
  evd_span file;
  *out = (evd_span){NULL, 0};
  EVD_TRY(path_of(v, path, dir, name));
  evd_arena_init(&a, SECRET_FILE_MAX + (1u << 20));
  evd_err e = evd_file_read(path, SECRET_FILE_MAX, &file, &a);
  if (e == EVD_OK)
    e = v->plain ? open_plain(path, file, out)
                 : open_sealed(v, path, file, out);
  evd_arena_close(&a);
  return e;
}

void evd_vault_release(evd_span *s) {
  /* The span came from sodium_malloc; taking const off gives it back. */
  union {
    const uint8_t *in;
    uint8_t *out;
  } p = {s->p};
  sodium_free(p.out);
  *s = (evd_span){NULL, 0};
}

bool evd_vault_has(evd_vault *v, const char *dir, const char *name) {
  char path[PATH_BYTES];
  return path_of(v, path, dir, name) == EVD_OK && evd_file_exists(path);
}

evd_err evd_vault_erase(evd_vault *v, const char *dir, const char *name) {
  char path[PATH_BYTES];
  EVD_TRY(path_of(v, path, dir, name));
  return evd_file_erase(path);
}
