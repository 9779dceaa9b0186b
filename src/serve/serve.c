/* evident serve: a board. Reads what it is told, then starts its processes. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "board/checkpoint.h"
#include "cmd/args.h"
#include "cmd/key_file.h"
#include "cmd/policy_file.h"
#include "host/host.h"
#include "host/httpd.h"
#include "serve/processes.h"
#include "serve/verbs.h"

#define MIB ((size_t)1 << 20)
enum {
  TICK_MS = 2000,
  TICK_MS_MIN = 50,
  TICK_MS_MAX = 3600000,
  SECOND_MS = 1000,
  TICK_DIGITS = 8,
  NAME_BYTES = 160,
  FD_MAX = 1023
};

typedef struct {
  const char *dir, *listen, *origin, *key, *keys, *policy, *db, *tick, *workers,
      *metrics, *users;
  evd_secret_words secrets;
} options;

/* "2", "0.25": seconds with up to three decimals. */
static bool read_tick(const char *text, uint32_t *ms) {
  uint64_t n = 0;
  uint32_t scale = SECOND_MS;
  bool dot = false;
  if (strlen(text) > TICK_DIGITS || *text < '0' || *text > '9')
    return false;
  for (; *text; text++) {
    bool digit = *text >= '0' && *text <= '9';
    if ((!digit && (*text != '.' || dot)) || (digit && scale == 0))
      return false;
    if (!digit) {
      dot = true;
    } else if (dot) {
      scale /= 10;
      n += (uint64_t)(*text - '0') * scale;
      scale = scale == 1 ? 0 : scale;
    } else {
      n = n * 10 + (uint64_t)(*text - '0') * SECOND_MS;
    }
  }
  *ms = (uint32_t)n;
  return n >= TICK_MS_MIN && n <= TICK_MS_MAX;
}

static uint32_t processors(void) {
  long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n < 1 ? 1 : n > EVD_CHECKERS_MAX ? EVD_CHECKERS_MAX : (uint32_t)n;
}

static evd_err read_numbers(evd_serve_plan *p, const options *o) {
  uint64_t workers = 0;
  p->tick_ms = TICK_MS;
  if (o->tick && !read_tick(o->tick, &p->tick_ms))
    return evd_usage("serve", "--tick takes 0.05 to 3600 seconds, not `%s`",
                     o->tick);
  if (o->workers)
    EVD_TRY(
        evd_arg_number("--workers", o->workers, 1, EVD_CHECKERS_MAX, &workers));
  else
    workers = processors();
  p->workers = (uint32_t)workers;
  if (o->secrets.fd) {
    uint64_t fd = 0;
    EVD_TRY(evd_arg_number("--passphrase-fd", o->secrets.fd, 0, FD_MAX, &fd));
  }
  return EVD_OK;
}

/* The log's key is named as the log, and the policy believes it. */
static evd_err judge_key(const evd_serve_plan *p, const options *o) {
  if (strcmp(p->log_key.name, p->origin) != 0)
    return evd_complain(EVD_ERR_USAGE,
                        "%s.pub: the key of a log has the log's origin as its "
                        "name: expected %s, found %s",
                        o->key, p->origin, p->log_key.name);
  for (uint32_t i = 0; i < p->policy->n_logs; i++)
    if (evd_note_key_same(&p->policy->logs[i].key, &p->log_key))
      return EVD_OK;
  return evd_complain(EVD_ERR_USAGE,
                      "%s: expected a line `log` with the key of %s.pub",
                      o->policy, o->key);
}

static evd_err read_policy(evd_serve_plan *p, const options *o, evd_arena *a) {
  evd_policy *policy = evd_arena_get(a, 1, sizeof *policy);
  if (!policy)
    return EVD_ERR_SPACE;
  EVD_TRY(evd_policy_file_read(policy, &p->policy_bytes, o->policy, a));
  p->policy = policy;
  p->witnessed = policy->quorum != EVD_POLICY_NONE;
  return EVD_OK;
}

static evd_err read_files(evd_serve_plan *p, const options *o, evd_arena *a) {
  const evd_span origin = {(const uint8_t *)o->origin, strlen(o->origin)};
  if (!evd_origin_allowed(origin))
    return evd_usage("serve",
                     "`%s` is no origin: printable ASCII without "
                     "space and plus, at most 255 bytes",
                     o->origin);
  EVD_TRY(evd_file_read(o->keys, MIB, &p->keys, a));
  EVD_TRY(read_policy(p, o, a));
  EVD_TRY(evd_key_file_public(&p->log_key, o->key));
  return judge_key(p, o);
}

static const char *folder_of(const char *path, evd_arena *a) {
  const char *slash = strrchr(path, '/');
  if (!slash)
    return ".";
  return slash == path ? "/" : evd_path(a, "%.*s", (int)(slash - path), path);
}

static bool same_folder(const char *a, const char *b) {
  struct stat x, y;
  return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
         x.st_ino == y.st_ino;
}

/* What `seq` may write to it may read, too: there must be no key. */
static evd_err judge_folders(evd_serve_plan *p, evd_arena *a) {
  const char *key_dir = folder_of(p->key, a);
  if (p->where && !strstr(p->where, "://"))
    p->db_dir = folder_of(p->where, a);
  if (!same_folder(key_dir, p->dir) &&
      !(p->db_dir && same_folder(key_dir, p->db_dir)))
    return EVD_OK;
  return evd_complain(EVD_ERR_USAGE,
                      "the key %s lies in the folder of the board or of its "
                      "database, where the process can read that keeps the log",
                      p->key);
}

/* A power cut must not take them away: a board that is not there would be
 * begun anew. */
static evd_err make_folders(evd_serve_plan *p, evd_arena *a) {
  bool there = evd_file_exists(p->dir);
  p->public_dir = evd_path(a, "%s/public", p->dir);
  EVD_TRY(evd_dir_make(p->dir, 0755));
  if (!there)
    EVD_TRY(evd_dir_sync_of(evd_path(a, "%s/../", p->dir)));
  EVD_TRY(evd_dir_make(p->public_dir, 0755));
  if (p->apart)
    EVD_TRY(evd_process_folders(p));
  return evd_dir_sync_of(p->public_dir);
}

static evd_err open_sockets(evd_serve_plan *p, const options *o,
                            char name[NAME_BYTES]) {
  char at[128];
  EVD_TRY(evd_listen(&p->listener, o->listen));
  evd_listen_name(p->listener, at);
  (void)snprintf(name, NAME_BYTES, "%s%s",
                 strncmp(at, "unix:", 5) ? "http://" : "", at);
  p->name = name;
  return o->metrics ? evd_listen(&p->metrics, o->metrics) : EVD_OK;
}

/* Connections cost descriptors: as many as we may have. */
static void raise_descriptors(void) {
  struct rlimit r;
  if (getrlimit(RLIMIT_NOFILE, &r) != 0)
    return;
  r.rlim_cur = r.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &r);
}

static evd_err run(const options *o, evd_arena *a) {
  char name[NAME_BYTES];
  evd_serve_plan p = {.dir = o->dir,
                      .origin = o->origin,
                      .where = o->db,
                      .key = o->key,
                      .secrets = o->secrets,
                      .listener = -1,
                      .metrics = -1};
  EVD_TRY(read_numbers(&p, o));
  EVD_TRY(read_files(&p, o, a));
  if (o->users)
    EVD_TRY(evd_process_users(&p, o->users));
  EVD_TRY(judge_folders(&p, a));
  EVD_TRY(make_folders(&p, a));
  EVD_TRY(open_sockets(&p, o, name));
  raise_descriptors();
  return evd_serve_all(&p);
}

evd_err evd_serve_serve(int argc, char **argv) {
  options o = {.dir = NULL};
  evd_arena a;
  const evd_option_row rows[] = {
      EVD_OPT("listen", o.listen),   EVD_OPT("origin", o.origin),
      EVD_OPT("key", o.key),         EVD_OPT("keys", o.keys),
      EVD_OPT("policy", o.policy),   EVD_OPT("db", o.db),
      EVD_OPT("tick", o.tick),       EVD_OPT("workers", o.workers),
      EVD_OPT("metrics", o.metrics), EVD_OPT("users", o.users),
      EVD_OPT_OPENS(o.secrets),      EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &o.dir, 1, "BOARD"));
  EVD_TRY(evd_arg_needed(argv[0], "listen", o.listen));
  EVD_TRY(evd_arg_needed(argv[0], "origin", o.origin));
  EVD_TRY(evd_arg_needed(argv[0], "key", o.key));
  EVD_TRY(evd_arg_needed(argv[0], "keys", o.keys));
  EVD_TRY(evd_arg_needed(argv[0], "policy", o.policy));
  evd_arena_init(&a, 4 * MIB);
  evd_err e = run(&o, &a);
  evd_arena_close(&a);
  return e;
}
