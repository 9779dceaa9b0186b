/* What the verbs of the key ceremony share: the exchange folder, read and
 * checked before any secret is opened.
 *
 * Spec:  EGDS 2.1.0 section 3.2.2; record-format 3.3, 3.4, section 6;
 *        issue of the foundation, point 5.
 * Layer: L7 cmd.
 *
 * Exchange folder (XD)        Folder of secrets (DIR)
 *   commit_<i>.json             guardian_<i>.json      as made by `new`
 *   guardian_<i>.json           commit_<i>.json        as made by `new`
 *   share_<i>_<l>.json          commits_<i>.jsonl      all n, as `reveal` saw
 *   accept_<i>.json             guardian_<i>.ceremony.json   SECRET
 *                               guardian_<i>.key.json        SECRET
 * Who commits last must not choose its key after seeing the others' (A09):
 * `reveal` fixes all n commits in DIR, later verbs compare with that.
 */
#ifndef EVD_CMD_CEREMONY_H
#define EVD_CMD_CEREMONY_H

#include "cmd/board_sync.h"
#include "cmd/secret_files.h"
#include "cmd/secret_options.h"

typedef struct {
  evd_head head; /* manifest part; guardians and keys filled by _guardians */
  const char *xd;
  evd_commit *commits;   /* n, after evd_ceremony_commits */
  evd_span *commit_text; /* n */
  evd_span *files;       /* n: bytes of guardian_<i>.json */
} evd_ceremony;

/* Opens the manifest part of the record; refuses one whose keys are made. */
EVD_MUST_CHECK evd_err evd_ceremony_open(evd_ceremony *c, const char *record,
                                         const char *xd);
void evd_ceremony_close(evd_ceremony *c);

/* All n commits, for this H_B, or EVD_ERR_WAIT saying who is missing. */
EVD_MUST_CHECK evd_err evd_ceremony_commits(evd_ceremony *c);
/* All n guardian files, each as committed; V2, X.4; joint keys, H_E and H_G
 * into head.keys. Needs the commits. Complains of the first offender. */
EVD_MUST_CHECK evd_err evd_ceremony_guardians(evd_ceremony *c);
/* Guardian i's own commit and file are those it made (decision 30, C09), and
 * no commit changed since its `reveal`. */
EVD_MUST_CHECK evd_err evd_ceremony_own(evd_ceremony *c, const char *dir,
                                        uint32_t i);

/* Says "waiting for <what> of guardian 2, 3"; EVD_ERR_WAIT. `missing` has n
 * flags. */
evd_err evd_say_waiting(const char *what, const bool missing[], uint32_t n);

/* The sealed ceremony secret of guardian i, and whether it is the secret of
 * the public file: g^a_j = K_i,j, g^zeta = kappa. */
EVD_MUST_CHECK evd_err evd_ceremony_secret_open(evd_guardian_sec *sec,
                                                evd_vault *v, const char *dir,
                                                const evd_ceremony *c,
                                                uint32_t i, evd_arena *a);

/* What the four verbs of a guardian take. */
typedef struct {
  const char *record, *index, *secret, *xd;
  evd_secret_words words;
  evd_sync_words sync;
} evd_ceremony_args;
EVD_MUST_CHECK evd_err evd_ceremony_args_read(evd_ceremony_args *out, int argc,
                                              char **argv);
/* Before and after such a verb: evd_sync_fetch, evd_sync_send. */
EVD_MUST_CHECK evd_err evd_ceremony_fetch(const evd_ceremony_args *a,
                                          const char *verb);
EVD_MUST_CHECK evd_err evd_ceremony_send(const evd_ceremony_args *a,
                                         const char *verb);

#endif /* EVD_CMD_CEREMONY_H */
