/* Being another user than root.
 *
 * Layer: L5 host. For programs that root starts and whose processes shall not
 * reach each other's files and memory.
 */
#ifndef EVD_HOST_USERS_H
#define EVD_HOST_USERS_H

#include "base/bytes.h"
#include "evident/err.h"

/* As in the system's tables. */
typedef struct {
  uint32_t uid, gid;
} evd_user;

/* Are we root? */
bool evd_users_root(void);
/* The user of this name, with its first group. Complains.
 *   errors  EVD_ERR_USAGE: there is none, or it is root */
EVD_MUST_CHECK evd_err evd_user_find(evd_user *out, const char *name);
/* The users <prefix>-<role> of n roles, for the verb's option --users.
 * Complains. errors  EVD_ERR_USAGE: we are not root; one of them is not there
 */
EVD_MUST_CHECK evd_err evd_users_find(evd_user out[], const char *const roles[],
                                      uint32_t n, const char *verb,
                                      const char *prefix);
/* This process is that user for ever, and in no other group. kills: it may
 * still send signals to everybody's processes. Complains.
 *   errors  EVD_ERR_IO: it could not be done; the process must not go on */
EVD_MUST_CHECK evd_err evd_user_become(const evd_user *u, bool kills);
/* The folder belongs to that user and group. Complains.
 *   errors  EVD_ERR_IO */
EVD_MUST_CHECK evd_err evd_user_folder(const char *path, const evd_user *u,
                                       uint32_t mode);
/* Makes an empty file of that user's, unless there is one, which none but root
 * could have put there. Complains.
 *   errors  EVD_ERR_IO */
EVD_MUST_CHECK evd_err evd_user_file(const char *path, const evd_user *u);

#endif /* EVD_HOST_USERS_H */
