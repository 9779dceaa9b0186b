#include "cmd/secret_options.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/decimal.h"
#include "host/place.h"

enum { FD_MAX = 1023 };

static evd_err read_kdf(evd_secret_options *out, const char *verb,
                        const char *word, const evd_manifest *m) {
  out->kdf = EVD_KDF_MODERATE;
  out->kdf_given = word != NULL;
  if (!word || strcmp(word, "moderate") == 0)
    return EVD_OK;
  if (strcmp(word, "sensitive") == 0) {
    out->kdf = EVD_KDF_SENSITIVE;
    return EVD_OK;
  }
  if (strcmp(word, "interactive") != 0)
    return evd_usage(verb,
                     "--kdf takes moderate, sensitive or interactive, "
                     "not `%s`",
                     word);
  if (!m || !evd_str_is(m->kind, "trial"))
    return evd_usage(verb, "--kdf interactive is for elections of kind trial");
  out->kdf = EVD_KDF_INTERACTIVE;
  return EVD_OK;
}

evd_err evd_secret_options_read(evd_secret_options *out, const char *verb,
                                const evd_secret_words *w,
                                const evd_manifest *m) {
  uint64_t fd = 0;
  *out = (evd_secret_options){.passphrase_fd = -1, .plain_secrets = w->plain};
  if (w->fd) {
    EVD_TRY(evd_arg_number("--passphrase-fd", w->fd, 0, FD_MAX, &fd));
    out->passphrase_fd = (int)fd;
  }
  return read_kdf(out, verb, w->kdf, m);
}

evd_err evd_secret_vault(evd_vault **v, const evd_secret_options *o,
                         bool is_new) {
  return evd_vault_open(v, o->passphrase_fd, is_new, o->plain_secrets, o->kdf);
}

void evd_secret_let_go(const evd_secret_words *w) {
  uint64_t fd = 0;
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (w->fd &&
      evd_decimal_read(&fd,
                       (evd_span){(const uint8_t *)w->fd, strlen(w->fd)}) &&
      fd > 0 && fd <= FD_MAX)
    (void)close((int)fd);
  if (nothing < 0 || dup2(nothing, 0) != 0)
    (void)close(0);
  if (nothing > 0)
    (void)close(nothing);
}

static bool has_files_of(const char *dir, uint32_t i) {
  static const char *const ends[] = {"key.json", "key.json.sealed",
                                     "ceremony.json", "ceremony.json.sealed"};
  char path[4096];
  for (size_t e = 0; e < sizeof ends / sizeof ends[0]; e++) {
    int n = snprintf(path, sizeof path, "%s/guardian_%u.%s", dir, i, ends[e]);
    if (n > 0 && (size_t)n < sizeof path && evd_file_exists(path))
      return true;
  }
  return false;
}

evd_err evd_secret_index(uint32_t *i, const char *verb, const char *word,
                         const char *dir, uint32_t n) {
  uint64_t value = 0;
  uint32_t found = 0;
  if (word) {
    EVD_TRY(evd_arg_number("--index", word, 1, n, &value));
    *i = (uint32_t)value;
    return EVD_OK;
  }
  for (uint32_t l = 1; l <= n; l++) {
    if (!has_files_of(dir, l))
      continue;
    if (found)
      return evd_usage(verb,
                       "%s holds secrets of guardians %u and %u: say which "
                       "with --index",
                       dir, found, l);
    found = l;
  }
  if (!found)
    return evd_complain(EVD_ERR_MISSING,
                        "%s holds no secret of a guardian of this election",
                        dir);
  *i = found;
  return EVD_OK;
}

evd_err evd_secret_folder_apart(const char *dir, const char *record,
                                const char *xd) {
  const char *const open_to_others[] = {record, xd};
  for (size_t f = 0; f < 2; f++)
    if (open_to_others[f] && evd_path_inside(dir, open_to_others[f]))
      return evd_complain(EVD_ERR_USAGE,
                          "the folder of secrets %s must not lie in %s, which "
                          "others read",
                          dir, open_to_others[f]);
  return EVD_OK;
}
