/* Options of the verbs that open or make secrets, and the folder of secrets.
 *
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_SECRET_OPTIONS_H
#define EVD_CMD_SECRET_OPTIONS_H

#include "cmd/args.h"

typedef struct {
  const char *fd, *kdf;
  bool plain;
} evd_secret_words;

/* Rows for the table of evd_args: secrets are made, or only opened. */
#define EVD_OPT_SECRETS(w)                                                     \
  EVD_OPT("passphrase-fd", (w).fd), EVD_OPT("kdf", (w).kdf),                   \
      EVD_OPT_FLAG("plain-secrets", (w).plain)
#define EVD_OPT_OPENS(w)                                                       \
  EVD_OPT("passphrase-fd", (w).fd), EVD_OPT_FLAG("plain-secrets", (w).plain)

/* Judges the words; complains. `interactive` only for kind trial; without an
 * election, m is NULL and the kind none. */
EVD_MUST_CHECK evd_err evd_secret_options_read(evd_secret_options *out,
                                               const char *verb,
                                               const evd_secret_words *w,
                                               const evd_manifest *m);
EVD_MUST_CHECK evd_err evd_secret_vault(evd_vault **v,
                                        const evd_secret_options *o,
                                        bool is_new);

/* From here on this process does not hold what a passphrase comes from: its
 * descriptor is closed, standard input is empty. For processes beside the one
 * that reads it; words that were judged before. */
void evd_secret_let_go(const evd_secret_words *w);

/* --index, or the one guardian whose files `dir` holds. Complains. */
EVD_MUST_CHECK evd_err evd_secret_index(uint32_t *i, const char *verb,
                                        const char *word, const char *dir,
                                        uint32_t n);
/* A folder of secrets must not lie where others read. Complains. */
EVD_MUST_CHECK evd_err evd_secret_folder_apart(const char *dir,
                                               const char *record,
                                               const char *xd);

#endif /* EVD_CMD_SECRET_OPTIONS_H */
