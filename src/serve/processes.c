/* The processes: how they start, what each gives up, how all of them end. */
#include "serve/processes.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/host.h"
#include "host/place.h"
#include "record/record.h"

#define GIB ((uint64_t)1 << 30)
enum {
  FILES_FRONT = 20000,
  FILES_OTHERS = 4096,
  STOP_MS = 30000,
  FALL_MS = 5000
};

static const struct {
  const char *name;
  evd_process_fn *run;
} roles[] = {[EVD_PROCESS_PARENT] = {"serve", NULL},
             [EVD_PROCESS_FRONT] = {"front", evd_process_front},
             [EVD_PROCESS_FILES] = {"files", evd_process_files},
             [EVD_PROCESS_SEQ] = {"seq", evd_process_seq},
             [EVD_PROCESS_SIGN] = {"sign", evd_process_sign},
             [EVD_PROCESS_COSIGN] = {"cosign", evd_process_cosign},
             [EVD_PROCESS_CHECK] = {"check", evd_process_check}};

static evd_process kind_of(uint32_t role) {
  return role < EVD_PROCESS_CHECK ? (evd_process)role : EVD_PROCESS_CHECK;
}

/* Of these, what there is. */
static void name_what_curl_reads(evd_jail *j) {
  static const char *const all[] = {"/etc/ssl",
                                    "/etc/resolv.conf",
                                    "/etc/hosts",
                                    "/etc/nsswitch.conf",
                                    "/etc/gai.conf",
                                    "/etc/host.conf",
                                    "/usr/share/ca-certificates"};
  for (size_t i = 0, n = 0; i < sizeof all / sizeof *all; i++)
    if (access(all[i], R_OK) == 0)
      j->reads[n++] = all[i];
}

/* ---- a user for each ---- */

evd_err evd_process_users(evd_serve_plan *p, const char *prefix) {
  const char *names[EVD_PROCESS_CHECK + 1];
  for (uint32_t r = EVD_PROCESS_PARENT; r <= EVD_PROCESS_CHECK; r++)
    names[r] = roles[r].name;
  p->apart = true;
  return evd_users_find(p->users, names, EVD_PROCESS_CHECK + 1, "serve",
                        prefix);
}

/* In the board's folder `seq` makes files, and takes none away that is not its
 * own: not that of `sign`. */
evd_err evd_process_folders(const evd_serve_plan *p) {
  enum { STICKY = 01775, PLAIN = 0755 };
  const evd_user *seq = &p->users[EVD_PROCESS_SEQ];
  const evd_user shared = {0, seq->gid};
  char head[4096];
  int n = snprintf(head, sizeof head, "%s/sign.head", p->dir);
  if (n < 0 || (size_t)n >= sizeof head)
    return evd_complain(EVD_ERR_IO, "the path is too long");
  EVD_TRY(evd_user_folder(p->dir, &shared, STICKY));
  EVD_TRY(evd_user_folder(p->public_dir, seq, PLAIN));
  return evd_user_file(head, &p->users[EVD_PROCESS_SIGN]);
}

/* ---- jails ---- */

evd_err evd_process_jail(evd_process role, const evd_serve_plan *p) {
  evd_jail j = {.files = FILES_OTHERS, .memory_bytes = GIB};
  switch (kind_of(role)) {
  case EVD_PROCESS_FRONT:
    j.may = EVD_MAY_ACCEPT | EVD_MAY_MEMFD;
    j.files = FILES_FRONT;
    j.memory_bytes = 2 * GIB;
    break;
  case EVD_PROCESS_FILES:
    j.may = EVD_MAY_READ;
    j.reads[0] = p->public_dir;
    break;
  case EVD_PROCESS_SEQ:
    j.may = EVD_MAY_WRITE | EVD_MAY_MEMFD;
    j.writes[0] = p->dir;
    j.writes[1] = p->db_dir;
    j.memory_bytes = 0; /* the database's library and the kernel know best */
    if (p->where && strstr(p->where, "://")) /* a database elsewhere */
      j.may |= EVD_MAY_CONNECT;
    break;
  case EVD_PROCESS_COSIGN: /* names and certificates are in files */
    j.may = EVD_MAY_CONNECT | EVD_MAY_MEMFD | EVD_MAY_THREAD | EVD_MAY_READ;
    name_what_curl_reads(&j);
    j.memory_bytes = 4 * GIB; /* stacks of threads that look names up */
    break;
  case EVD_PROCESS_PARENT:
    j.may = EVD_MAY_WATCH;
    break;
  case EVD_PROCESS_CHECK:
    j.memory_bytes = 4 * GIB;
    break;
  default: /* sign */
    break;
  }
  return evd_jail_enter(&j, NULL);
}

/* ---- pairs ---- */

typedef struct {
  const evd_serve_plan *plan;
  uint32_t n_roles;
  int end[EVD_PROCESSES_MAX][EVD_PROCESSES_MAX]; /* [a][b]: a's, to b */
  pid_t pid[EVD_PROCESSES_MAX];
  pid_t parent;
  bool killed;        /* all of them */
  uint64_t ending_ms; /* when the first ended, or was told to; 0: no */
} house;

static evd_err join(house *h, uint32_t a, uint32_t b) {
  int ends[2];
  if (evd_msg_pair(ends) != EVD_OK)
    return evd_complain(EVD_ERR_IO, "cannot make a socket pair: %s",
                        strerror(errno));
  h->end[a][b] = ends[0];
  h->end[b][a] = ends[1];
  return EVD_OK;
}

static evd_err join_all(house *h) {
  static const evd_process pairs[][2] = {
      {EVD_PROCESS_PARENT, EVD_PROCESS_FRONT},
      {EVD_PROCESS_PARENT, EVD_PROCESS_SEQ},
      {EVD_PROCESS_FRONT, EVD_PROCESS_FILES},
      {EVD_PROCESS_FRONT, EVD_PROCESS_SEQ},
      {EVD_PROCESS_SEQ, EVD_PROCESS_SIGN},
      {EVD_PROCESS_SEQ, EVD_PROCESS_COSIGN}};
  for (uint32_t a = 0; a < EVD_PROCESSES_MAX; a++)
    for (uint32_t b = 0; b < EVD_PROCESSES_MAX; b++)
      h->end[a][b] = -1;
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    EVD_TRY(join(h, pairs[i][0], pairs[i][1]));
  for (uint32_t r = EVD_PROCESS_CHECK; r < h->n_roles; r++) {
    EVD_TRY(join(h, EVD_PROCESS_FRONT, r));
    EVD_TRY(join(h, EVD_PROCESS_SEQ, r));
  }
  return EVD_OK;
}

/* Keeps the ends of `self` alone. */
static void close_others(house *h, uint32_t self) {
  for (uint32_t a = 0; a < h->n_roles; a++)
    for (uint32_t b = 0; a != self && b < h->n_roles; b++) {
      if (h->end[a][b] >= 0)
        (void)close(h->end[a][b]);
      h->end[a][b] = -1;
    }
  if (self == EVD_PROCESS_FRONT)
    return;
  (void)close(h->plan->listener);
  if (h->plan->metrics >= 0)
    (void)close(h->plan->metrics);
}

static void become(house *h, uint32_t role) {
  const evd_user *user = &h->plan->users[kind_of(role)];
  if (h->plan->apart && evd_user_become(user, false) != EVD_OK)
    _exit(evd_err_exit(EVD_ERR_IO));
  /* Stopping is the parent's business; without it nobody may go on. Being
   * another user would undo this. */
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != h->parent)
    _exit(evd_err_exit(EVD_ERR_IO));
  (void)signal(SIGINT, SIG_IGN);
  (void)signal(SIGTERM, SIG_IGN);
  (void)signal(SIGPIPE, SIG_IGN);
  (void)prctl(PR_SET_NAME, roles[kind_of(role)].name);
  close_others(h, role);
  if (role != EVD_PROCESS_SIGN) /* it reads the passphrase */
    evd_secret_let_go(&h->plan->secrets);
  evd_err e = roles[kind_of(role)].run(h->plan, h->end[role]);
  (void)fflush(stderr);
  _exit(e == EVD_ERR_MISSING ? 0 : evd_err_exit(e));
}

/* The first object that jansson reads has it draw a seed from a file that no
 * process can open any more later. */
static void seed_json(void) {
  static const uint8_t any[] = "{}";
  evd_state state;
  evd_why why;
  evd_arena a;
  evd_arena_init(&a, 1 << 16);
  (void)!evd_state_read(&state, (evd_span){any, sizeof any - 1}, &a, &why);
  evd_arena_close(&a);
}

static evd_err start_all(house *h) {
  seed_json();
  for (uint32_t r = EVD_PROCESS_FRONT; r < h->n_roles; r++) {
    h->pid[r] = fork();
    if (h->pid[r] == 0)
      become(h, r);
    if (h->pid[r] < 0)
      return evd_complain(EVD_ERR_IO, "cannot start a process: %s",
                          strerror(errno));
  }
  close_others(h, EVD_PROCESS_PARENT);
  evd_secret_let_go(&h->plan->secrets);
  return EVD_OK;
}

/* ---- watching ---- */

static const char *name_of(const house *h, pid_t pid) {
  for (uint32_t r = EVD_PROCESS_FRONT; r < h->n_roles; r++)
    if (h->pid[r] == pid)
      return roles[kind_of(r)].name;
  return "a process";
}

static bool take_away(house *h, pid_t pid) {
  bool left = false;
  for (uint32_t r = EVD_PROCESS_FRONT; r < h->n_roles; r++) {
    if (h->pid[r] == pid)
      h->pid[r] = 0;
    left = left || h->pid[r] > 0;
  }
  return left;
}

static void kill_all(house *h) {
  h->killed = true;
  for (uint32_t r = EVD_PROCESS_FRONT; r < h->n_roles; r++)
    if (h->pid[r] > 0)
      (void)kill(h->pid[r], SIGKILL);
}

/* Takes away those that have ended. Who ends because another is gone ends
 * well: what counts is who did not. */
static evd_err collect(house *h, bool *left) {
  evd_err e = EVD_OK;
  int status = 0;
  pid_t pid;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    bool well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!well && e == EVD_OK && !h->killed)
      e = WIFSIGNALED(status)
              ? evd_complain(EVD_ERR_IO, "%s was ended by signal %d: all end",
                             name_of(h, pid), WTERMSIG(status))
              : evd_complain(EVD_ERR_IO, "%s has failed: all end",
                             name_of(h, pid));
    h->ending_ms = h->ending_ms ? h->ending_ms : evd_clock_ms();
    *left = take_away(h, pid);
  }
  return e;
}

static void stop(house *h) {
  evd_msg m;
  evd_msg_init(&m, EVD_MSG_STOP);
  (void)!evd_msg_send(h->end[EVD_PROCESS_PARENT][EVD_PROCESS_FRONT], &m, -1);
}

/* Until all have ended: because they were told to, or because one did and so
 * took the others along. Whoever does not is killed. */
static evd_err wait_for_all(house *h, const sigset_t *signals) {
  evd_err e = EVD_OK;
  bool stopping = false, left = true;
  const struct timespec turn = {1, 0};
  while (left) {
    int got = sigtimedwait(signals, NULL, &turn);
    if ((got == SIGTERM || got == SIGINT) && !stopping) {
      stopping = true;
      h->ending_ms = evd_clock_ms();
      stop(h);
    }
    evd_err why = collect(h, &left);
    if (e == EVD_OK && why != EVD_OK) {
      e = why;
      kill_all(h);
    }
    uint64_t limit = stopping ? STOP_MS : FALL_MS;
    if (left && h->ending_ms && evd_clock_ms() > h->ending_ms + limit)
      kill_all(h);
  }
  if (e == EVD_OK && !stopping)
    e = evd_complain(EVD_ERR_IO, "the processes have ended unasked");
  return e;
}

/* The first word of `seq` is that the log is open. */
static evd_err wait_until_ready(house *h) {
  evd_msg m;
  int file = -1;
  evd_err e =
      evd_msg_get(h->end[EVD_PROCESS_PARENT][EVD_PROCESS_SEQ], &m, &file);
  if (e == EVD_OK && m.kind == EVD_MSG_READY) {
    (void)printf("serving %s\n", h->plan->name);
    return fflush(stdout) == 0 ? EVD_OK : EVD_ERR_IO;
  }
  return EVD_ERR_FAIL;
}

/* Somebody could not begin, has said why, and took the others along: its exit
 * code. */
static evd_err why_not(house *h) {
  evd_err e = EVD_OK;
  int status = 0;
  pid_t pid;
  while ((pid = waitpid(-1, &status, 0)) > 0) {
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 3;
    if (e == EVD_OK && WIFSIGNALED(status))
      (void)evd_complain(EVD_ERR_IO, "%s was ended by signal %d",
                         name_of(h, pid), WTERMSIG(status));
    if (e == EVD_OK && code != 0) {
      e = code == 1 ? EVD_ERR_FAIL : code == 2 ? EVD_ERR_USAGE : EVD_ERR_IO;
      kill_all(h);
    }
  }
  return e == EVD_OK ? EVD_ERR_FAIL : e;
}

evd_err evd_serve_all(const evd_serve_plan *p) {
  static house h; /* of the one server that a process is */
  sigset_t signals;
  h.plan = p;
  h.parent = getpid();
  h.n_roles = EVD_PROCESS_CHECK + p->workers;
  (void)sigemptyset(&signals);
  (void)sigaddset(&signals, SIGCHLD);
  (void)sigaddset(&signals, SIGTERM);
  (void)sigaddset(&signals, SIGINT);
  EVD_TRY(join_all(&h));
  (void)sigprocmask(SIG_BLOCK, &signals, NULL);
  evd_err e = start_all(&h);
  if (e == EVD_OK && p->apart)
    e = evd_user_become(&p->users[EVD_PROCESS_PARENT], true);
  if (e == EVD_OK)
    e = evd_process_jail(EVD_PROCESS_PARENT, p);
  if (e != EVD_OK)
    kill_all(&h);
  else if (wait_until_ready(&h) != EVD_OK)
    return why_not(&h);
  return e == EVD_OK ? wait_for_all(&h, &signals) : e;
}
