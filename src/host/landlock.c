#include "host/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/host.h"

/* The same on every architecture. */
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
enum { VERSION = 1, BENEATH = 1 };

#define EXECUTE 1ULL
#define WRITE_FILE 2ULL
#define READ_FILE 4ULL
#define READ_DIR 8ULL
#define MAKE_AND_REMOVE (0x1ff0ULL) /* ABI 1: bits 4 to 12 */
#define REFER (1ULL << 13)          /* ABI 2 */
#define TRUNCATE (1ULL << 14)       /* ABI 3 */
#define TCP (3ULL)                  /* ABI 4: bind and connect */

#define FILE_RIGHTS (EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE)
#define READS (READ_FILE | READ_DIR)

typedef struct {
  uint64_t files, net;
} ruleset;

typedef struct __attribute__((packed)) {
  uint64_t rights;
  int32_t parent;
} beneath;

static long ask_version(void) {
  return syscall(CREATE_RULESET, NULL, 0, VERSION);
}

/* What the kernel of this ABI can forbid. */
static ruleset all_of(long abi) {
  ruleset r = {EXECUTE | WRITE_FILE | READS | MAKE_AND_REMOVE, 0};
  if (abi >= 2)
    r.files |= REFER;
  if (abi >= 3)
    r.files |= TRUNCATE;
  if (abi >= 4)
    r.net = TCP;
  return r;
}

static evd_err allow(int rules, const char *path, uint64_t rights) {
  struct stat st;
  beneath b = {rights, open(path, O_PATH | O_CLOEXEC)};
  if (b.parent < 0 || fstat(b.parent, &st) != 0)
    return evd_complain(EVD_ERR_IO, "cannot look at %s: %s", path,
                        strerror(errno));
  if (!S_ISDIR(st.st_mode))
    b.rights &= FILE_RIGHTS;
  long bad = syscall(ADD_RULE, rules, BENEATH, &b, 0);
  (void)close(b.parent);
  return bad == 0 ? EVD_OK
                  : evd_complain(EVD_ERR_IO, "Landlock refuses %s: %s", path,
                                 strerror(errno));
}

static evd_err allow_all(int rules, const char *const paths[],
                         uint64_t rights) {
  for (uint32_t i = 0; i < EVD_JAIL_PATHS_MAX && paths[i]; i++)
    EVD_TRY(allow(rules, paths[i], rights));
  return EVD_OK;
}

static evd_err fill(int rules, const evd_jail *j, const ruleset *all) {
  uint64_t runs = j->may & EVD_MAY_RUN ? EXECUTE : 0;
  EVD_TRY(allow_all(rules, j->reads, (READS | runs) & all->files));
  return allow_all(rules, j->writes, all->files & ~EXECUTE);
}

evd_err evd_landlock_enter(const evd_jail *j) {
  long abi = ask_version();
  if (abi < 1)
    return EVD_ERR_MISSING;
  ruleset all = all_of(abi);
  if (j->may & EVD_MAY_CONNECT)
    all.net = 0;
  size_t size = abi >= 4 ? sizeof all : sizeof all.files;
  int rules = (int)syscall(CREATE_RULESET, &all, size, 0);
  if (rules < 0)
    return evd_complain(EVD_ERR_IO, "Landlock makes no rules: %s",
                        strerror(errno));
  evd_err e = fill(rules, j, &all);
  if (e == EVD_OK && syscall(RESTRICT_SELF, rules, 0) != 0)
    e = evd_complain(EVD_ERR_IO, "Landlock cannot be entered: %s",
                     strerror(errno));
  (void)close(rules);
  return e;
}
