/* evident witness: signs the heads of logs that only grow. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/args.h"
#include "cmd/key_file.h"
#include "cmd/secret_options.h"
#include "host/httpd.h"
#include "host/users.h"
#include "serve/verbs.h"
#include "serve/witness_web.h"

typedef struct {
  const char *listen, *key, *state, *users, *logs[EVD_WITNESS_LOGS_MAX];
  uint32_t n_logs;
  evd_secret_words secrets;
  evd_note_key name; /* as a witness */
  evd_note_key log_keys[EVD_WITNESS_LOGS_MAX];
  evd_user user[2]; /* with --users */
} options;

enum { KEEP, WEB };
static const char *const roles[] = {[KEEP] = "keep", [WEB] = "web"};

static volatile int stop;
static void on_signal(int number) { stop = number; }

/* ---- options ---- */

/* A key of a log: the text itself, or the file that has it. */
static evd_err read_log(evd_note_key *out, const char *word) {
  const evd_span text = {(const uint8_t *)word, strlen(word)};
  if (evd_note_key_read(out, text) == EVD_OK)
    return EVD_OK;
  return evd_key_file_public_at(out, word);
}

static evd_err read_options(options *o, int argc, char **argv) {
  const evd_option_row rows[] = {
      EVD_OPT("listen", o->listen),
      EVD_OPT("key", o->key),
      EVD_OPT("state", o->state),
      EVD_OPT("users", o->users),
      EVD_OPT_LIST("log", o->logs, EVD_WITNESS_LOGS_MAX, o->n_logs),
      EVD_OPT_OPENS(o->secrets),
      EVD_OPT_END};
  evd_note_key pub;
  EVD_TRY(evd_args(argc, argv, rows, NULL, 0, ""));
  EVD_TRY(evd_arg_needed(argv[0], "listen", o->listen));
  EVD_TRY(evd_arg_needed(argv[0], "key", o->key));
  EVD_TRY(evd_arg_needed(argv[0], "state", o->state));
  EVD_TRY(evd_arg_needed(argv[0], "log", o->logs[0]));
  for (uint32_t i = 0; i < o->n_logs; i++)
    EVD_TRY(read_log(&o->log_keys[i], o->logs[i]));
  if (o->users)
    EVD_TRY(evd_users_find(o->user, roles, 2, argv[0], o->users));
  EVD_TRY(evd_key_file_public(&pub, o->key));
  const evd_span name = {(const uint8_t *)pub.name, strlen(pub.name)};
  return evd_note_key_make(&o->name, name, EVD_NOTE_COSIGNATURE, &pub.key);
}

/* ---- web ---- */

/* With --users this process is that of the role from here on. */
static evd_err become(const options *o, int role) {
  return o->users ? evd_user_become(&o->user[role], false) : EVD_OK;
}

static evd_err serve_web(const options *o, int listener, int keep) {
  const evd_jail jail = {.may = EVD_MAY_ACCEPT};
  EVD_TRY(become(o, WEB));
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* another user would undo it */
  (void)prctl(PR_SET_NAME, roles[WEB]);
  evd_secret_let_go(&o->secrets);
  return evd_witness_web(listener, keep, &jail);
}

/* Started before the first secret is read. Never comes back in the child. */
static evd_err start_web(const options *o, int listener, int ends[2],
                         pid_t *child) {
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return evd_complain(EVD_ERR_IO, "no socket pair: %s", strerror(errno));
  *child = fork();
  if (*child == 0) {
    (void)close(ends[1]);
    _exit(evd_err_exit(serve_web(o, listener, ends[0])));
  }
  (void)close(ends[0]);
  (void)close(listener);
  return *child > 0
             ? EVD_OK
             : evd_complain(EVD_ERR_IO, "no process: %s", strerror(errno));
}

/* ---- keep ---- */

static evd_err open_witness(evd_witness **w, const options *o) {
  uint8_t *seed = NULL;
  evd_note_key pub;
  evd_vault *v = NULL;
  EVD_TRY(evd_dir_make(o->state, 0700));
  if (o->users)
    EVD_TRY(evd_user_folder(o->state, &o->user[KEEP], 0700));
  EVD_TRY(become(o, KEEP));
  EVD_TRY(evd_key_file_vault(&v, "witness", &o->secrets));
  evd_err e = evd_key_file_seed(&seed, &pub, o->key, v);
  if (e == EVD_OK)
    e = evd_witness_open(w, o->state, &o->name, seed, o->log_keys, o->n_logs);
  evd_secret_free(seed);
  evd_vault_close(v);
  return e;
}

static evd_err say_ready(const options *o, const char *where) {
  evd_buf key;
  evd_buf_init(&key, 4096);
  evd_note_key_write(&key, &o->name);
  evd_err e = evd_buf_ok(&key) ? EVD_OK : EVD_ERR_SPACE;
  if (e == EVD_OK)
    printf("listens on %s\nkey %.*s\n", where, (int)key.n, (const char *)key.p);
  evd_buf_close(&key);
  return fflush(stdout) == 0 ? e : EVD_ERR_IO;
}

/* SIGTERM and SIGINT come only while nothing is under way. */
static void catch_signals(void) {
  struct sigaction a = {.sa_handler = on_signal};
  sigset_t blocked;
  (void)sigemptyset(&blocked);
  (void)sigaddset(&blocked, SIGTERM);
  (void)sigaddset(&blocked, SIGINT);
  (void)sigprocmask(SIG_BLOCK, &blocked, NULL);
  (void)sigaction(SIGTERM, &a, NULL);
  (void)sigaction(SIGINT, &a, NULL);
}

static evd_err keep(const options *o, const char *where, int web) {
  const evd_jail jail = {.may = EVD_MAY_READ | EVD_MAY_WRITE,
                         .writes = {o->state}};
  evd_witness *w = NULL;
  EVD_TRY(open_witness(&w, o));
  catch_signals();
  evd_err e = say_ready(o, where);
  if (e == EVD_OK)
    e = evd_jail_enter(&jail, NULL);
  if (e == EVD_OK)
    e = evd_witness_keep(w, web, &stop);
  evd_witness_close(w);
  if (e == EVD_OK && !stop)
    e = evd_complain(EVD_ERR_IO, "the witness's web side has gone");
  return e;
}

evd_err evd_serve_witness(int argc, char **argv) {
  static options o;
  char where[128];
  int listener = -1, ends[2] = {-1, -1};
  pid_t child = -1;
  EVD_TRY(read_options(&o, argc, argv));
  EVD_TRY(evd_listen(&listener, o.listen));
  evd_listen_name(listener, where);
  evd_err e = start_web(&o, listener, ends, &child);
  if (e == EVD_OK)
    e = keep(&o, where, ends[1]);
  if (ends[1] >= 0)
    (void)close(ends[1]);
  return e;
}
