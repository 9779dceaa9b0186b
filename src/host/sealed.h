/* Secret files: sealed under a passphrase, or plain for tests.
 *
 * Spec:  record-format section 6, "Sealed form".
 * Layer: L5 host.
 */
#ifndef EVD_HOST_SEALED_H
#define EVD_HOST_SEALED_H

#include "host/host.h"

typedef enum {
  EVD_KDF_INTERACTIVE, /* 64 MiB, 2 passes: kind `trial` only */
  EVD_KDF_MODERATE,    /* 256 MiB, 3 passes: default */
  EVD_KDF_SENSITIVE    /* 1 GiB, 4 passes */
} evd_kdf;

typedef struct evd_vault evd_vault; /* passphrase in guarded memory */

/* fd >= 0: reads the passphrase up to LF or end from that descriptor; else
 * the terminal, twice if `is_new`. plain: no passphrase, files are written
 * unsealed with a warning on standard error. */
EVD_MUST_CHECK evd_err evd_vault_open(evd_vault **v, int fd, bool is_new,
                                      bool plain, evd_kdf kdf);
void evd_vault_close(evd_vault *v); /* wipes */

/* Writes DIR/<name>.sealed (or DIR/<name> when plain), mode 0600, atomically.
 */
EVD_MUST_CHECK evd_err evd_vault_write(evd_vault *v, const char *dir,
                                       const char *name, const void *p,
                                       size_t n, int how);
/* Reads it back into guarded memory; evd_vault_release wipes and frees. A
 * missing file: EVD_ERR_MISSING; wrong passphrase or damaged: EVD_ERR_SEALED,
 * one sentence for both. Costs below the floor (64 MiB, 2 passes) are
 * refused. */
EVD_MUST_CHECK evd_err evd_vault_read(evd_vault *v, const char *dir,
                                      const char *name, evd_span *out);
void evd_vault_release(evd_span *s);
bool evd_vault_has(evd_vault *v, const char *dir, const char *name);
EVD_MUST_CHECK evd_err evd_vault_erase(evd_vault *v, const char *dir,
                                       const char *name);

/* Guarded memory for other secrets: zeroed, locked where the system allows
 * it, wiped when freed. NULL: none left. */
void *evd_secret_get(size_t n);
void evd_secret_free(void *p); /* NULL is fine */

/* The same over bytes, for tests. out has 56 + n + 16 bytes. */
EVD_MUST_CHECK evd_err evd_seal(uint8_t *out, const void *p, size_t n,
                                const char *pass, size_t pass_n, evd_kdf kdf);
EVD_MUST_CHECK evd_err evd_unseal(uint8_t *out, evd_span sealed,
                                  const char *pass, size_t pass_n);

#endif /* EVD_HOST_SEALED_H */
