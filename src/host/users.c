#include "host/users.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/host.h"

bool evd_users_root(void) { return geteuid() == 0; }

evd_err evd_user_find(evd_user *out, const char *name) {
  const struct passwd *p = getpwnam(name);
  if (!p || p->pw_uid == 0)
    return evd_complain(EVD_ERR_USAGE, "there is no user %s%s", name,
                        p ? " but root" : "");
  *out = (evd_user){p->pw_uid, p->pw_gid};
  return EVD_OK;
}

evd_err evd_users_find(evd_user out[], const char *const roles[], uint32_t n,
                       const char *verb, const char *prefix) {
  char name[64];
  if (!evd_users_root())
    return evd_complain(EVD_ERR_USAGE,
                        "%s: --users is for root, who alone can make processes "
                        "of other users: start it as root, or leave --users "
                        "out",
                        verb);
  for (uint32_t i = 0; i < n; i++) {
    int length = snprintf(name, sizeof name, "%s-%s", prefix, roles[i]);
    if (length < 0 || (size_t)length >= sizeof name)
      return evd_complain(EVD_ERR_USAGE, "%s: --users: the name is too long",
                          verb);
    EVD_TRY(evd_user_find(&out[i], name));
  }
  return EVD_OK;
}

/* Of all that root may do, signals alone. */
static bool keep_kill(void) {
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3] = {{0}};
  caps[0].effective = caps[0].permitted = 1U << CAP_KILL;
  return syscall(SYS_capset, &head, caps) == 0;
}

evd_err evd_user_become(const evd_user *u, bool kills) {
  bool good = prctl(PR_SET_KEEPCAPS, kills ? 1 : 0) == 0 &&
              setgroups(0, NULL) == 0 &&
              setresgid(u->gid, u->gid, u->gid) == 0 &&
              setresuid(u->uid, u->uid, u->uid) == 0 && (!kills || keep_kill());
  if (good && setuid(0) != 0 && geteuid() == u->uid && getegid() == u->gid)
    return EVD_OK;
  return evd_complain(EVD_ERR_IO, "a process cannot become user %u: %s", u->uid,
                      strerror(errno));
}

evd_err evd_user_folder(const char *path, const evd_user *u, uint32_t mode) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  bool good =
      fd >= 0 && fchown(fd, u->uid, u->gid) == 0 && fchmod(fd, mode) == 0;
  int why = errno;
  if (fd >= 0)
    (void)close(fd);
  return good ? EVD_OK
              : evd_complain(EVD_ERR_IO, "%s cannot be given to user %u: %s",
                             path, u->uid, strerror(why));
}

evd_err evd_user_file(const char *path, const evd_user *u) {
  int fd =
      open(path, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0 && errno == EEXIST)
    return EVD_OK;
  bool good = fd >= 0 && fchown(fd, u->uid, u->gid) == 0;
  int why = errno;
  if (fd >= 0)
    (void)close(fd);
  return good ? EVD_OK
              : evd_complain(EVD_ERR_IO, "cannot make %s: %s", path,
                             strerror(why));
}
