#include "serve/alarm_key.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alarm/alarm.h"
#include "board/entry.h"
#include "cmd/key_file.h"
#include "host/jail.h"
#include "host/sealed.h"
#include "host/signer.h"
#include "sign/sign.h"

#define MEMORY_BYTES_MAX ((uint64_t)1 << 30)
enum { FILES_MAX = 64, SIG_BYTES = 64, MESSAGE_BYTES_MAX = 512 };

/* ---- what is signed ---- */

/* What follows the head of a message for one log: "EVB1" .. body. */
static bool behind_head(evd_span *rest, evd_span message,
                        const evd_policy_log *log) {
  const evd_span origin = {(const uint8_t *)log->key.name,
                           strlen(log->key.name)};
  const evd_h32 open = {{0}}; /* of any value: what was opened, the log knows */
  evd_buf head;
  evd_buf_init(&head, MESSAGE_BYTES_MAX);
  evd_entry_message(&head, origin, &open, (evd_span){NULL, 0});
  const size_t n = head.n;
  const bool good = evd_buf_ok(&head) && message.n > n &&
                    memcmp(message.p, head.p, n - sizeof open) == 0;
  evd_buf_close(&head);
  *rest = good ? (evd_span){message.p + n, message.n - n} : *rest;
  return good;
}

const char *evd_alarm_key_refuses(evd_span message, const evd_policy *policy) {
  uint8_t entry[MESSAGE_BYTES_MAX];
  evd_entry_read r;
  evd_span rest = {NULL, 0};
  const char *what;
  bool ours = false;
  for (uint32_t i = 0; i < policy->n_logs && !ours; i++)
    ours = behind_head(&rest, message, &policy->logs[i]);
  if (!ours)
    return "it is for no log of the policy";
  if (rest.n >= sizeof entry)
    return "it is too long";
  memcpy(entry, rest.p, rest.n);
  entry[rest.n] = 0; /* no signatures yet: a whole entry */
  if (evd_entry_parse(&r, (evd_span){entry, rest.n + 1}, &what) != EVD_OK)
    return "it is no entry";
  if (r.e.type != EVD_ENTRY_ALARM || !evd_alarm_find(r.e.alarm.code) ||
      r.e.alarm.object.length == 0)
    return "it is no alarm";
  return NULL;
}

/* ---- the process ---- */

typedef struct {
  int end;
  const evd_policy *policy;
  uint8_t *seed; /* SECRET */
  evd_note_key pub;
} signer;

static evd_err answer(const signer *s, const evd_msg *m, evd_msg *out) {
  uint8_t sig[SIG_BYTES];
  const evd_span message = {m->bytes, m->n};
  if (m->kind != EVD_MSG_SIGN_ALARM)
    return EVD_ERR_FORM;
  const char *why = evd_alarm_key_refuses(message, s->policy);
  if (why) {
    out->status = 1;
    evd_msg_say(out, "%s", why);
    return EVD_OK;
  }
  evd_signer_sign(sig, s->seed, message);
  /* A signature that a faulty processor made could give the key away. */
  if (!evd_ed25519_verify_var(s->pub.key.b, sig, message))
    return EVD_ERR_PROOF;
  evd_msg_add(out, sig, sizeof sig);
  return EVD_OK;
}

static evd_err serve(const signer *s) {
  evd_msg m;
  evd_msg_init(&m, EVD_MSG_READY);
  evd_msg_add(&m, s->pub.key.b, sizeof s->pub.key.b);
  evd_err e = evd_msg_send(s->end, &m, -1);
  while (e == EVD_OK) {
    evd_msg out;
    int file = -1;
    e = evd_msg_get(s->end, &m, &file);
    if (file >= 0)
      (void)close(file);
    evd_msg_init(&out, EVD_MSG_SIGNATURE);
    if (e == EVD_OK)
      e = answer(s, &m, &out);
    if (e == EVD_OK)
      e = evd_msg_send(s->end, &out, -1);
  }
  return e == EVD_ERR_MISSING ? EVD_OK : e; /* the monitor has ended */
}

evd_err evd_alarm_key_jail(void) {
  const evd_jail compute = {.files = FILES_MAX,
                            .memory_bytes = MEMORY_BYTES_MAX};
  return evd_jail_enter(&compute, NULL);
}

static evd_err run(signer *s, const char *key, const evd_secret_words *w) {
  evd_vault *v = NULL;
  EVD_TRY(evd_key_file_vault(&v, "monitor", w));
  evd_err e = evd_key_file_seed(&s->seed, &s->pub, key, v);
  evd_vault_close(v);
  evd_secret_let_go(w);
  if (e == EVD_OK)
    e = evd_alarm_key_jail();
  if (e == EVD_OK)
    e = serve(s);
  evd_secret_free(s->seed);
  return e;
}

/* Never comes back. Stopping is the monitor's business. */
static void become(signer *s, int parent, const char *key,
                   const evd_secret_words *w) {
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(evd_err_exit(EVD_ERR_IO));
  (void)signal(SIGINT, SIG_IGN);
  (void)signal(SIGTERM, SIG_IGN);
  (void)prctl(PR_SET_NAME, "sign");
  evd_err e = run(s, key, w);
  (void)fflush(stderr);
  _exit(evd_err_exit(e));
}

/* ---- the monitor's side ---- */

/* It could not begin, and has said why: its exit code. */
static evd_err why_not(evd_alarm_key *k) {
  int status = 0;
  const int pid = k->pid;
  k->pid = 0;
  if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
    return evd_complain(EVD_ERR_IO, "monitor: the key's process has failed");
  const int code = WEXITSTATUS(status);
  return code == 2 ? EVD_ERR_USAGE : code == 1 ? EVD_ERR_FAIL : EVD_ERR_IO;
}

static evd_err hear_ready(evd_alarm_key *k) {
  evd_msg m;
  int file = -1;
  if (evd_msg_get(k->end, &m, &file) != EVD_OK || m.kind != EVD_MSG_READY ||
      m.n != sizeof k->key.b)
    return why_not(k);
  memcpy(k->key.b, m.bytes, sizeof k->key.b);
  return EVD_OK;
}

evd_err evd_alarm_key_start(evd_alarm_key *k, const char *key,
                            const evd_secret_words *w, const evd_policy *policy,
                            const evd_user *user) {
  int ends[2];
  const int parent = getpid();
  *k = (evd_alarm_key){.end = -1};
  if (evd_msg_pair(ends) != EVD_OK)
    return evd_complain(EVD_ERR_IO, "no socket pair: %s", strerror(errno));
  k->pid = fork();
  if (k->pid == 0) {
    signer s = {.end = ends[1], .policy = policy};
    (void)close(ends[0]);
    if (user && evd_user_become(user, false) != EVD_OK)
      _exit(evd_err_exit(EVD_ERR_IO));
    become(&s, parent, key, w);
  }
  (void)close(ends[1]);
  k->end = ends[0];
  if (k->pid < 0)
    return evd_complain(EVD_ERR_IO, "no process: %s", strerror(errno));
  evd_secret_let_go(w);
  return hear_ready(k);
}

evd_err evd_alarm_key_sign(void *self, uint8_t sig[64], evd_span message) {
  const evd_alarm_key *k = self;
  evd_msg m;
  int file = -1;
  if (message.n > EVD_MSG_BYTES_MAX)
    return EVD_ERR_RANGE;
  evd_msg_init(&m, EVD_MSG_SIGN_ALARM);
  evd_msg_add(&m, message.p, message.n);
  evd_err e = evd_msg_send(k->end, &m, -1);
  if (e == EVD_OK)
    e = evd_msg_get(k->end, &m, &file);
  if (e == EVD_OK && m.kind != EVD_MSG_SIGNATURE)
    e = EVD_ERR_FORM;
  if (e != EVD_OK)
    return evd_complain(e, "monitor: the key's process is gone");
  if (m.status != 0)
    return evd_complain(EVD_ERR_REFUSED, "monitor: not signed: %.*s", (int)m.n,
                        (const char *)m.bytes);
  if (m.n != SIG_BYTES)
    return EVD_ERR_FORM;
  memcpy(sig, m.bytes, SIG_BYTES);
  return EVD_OK;
}

void evd_alarm_key_stop(evd_alarm_key *k) {
  if (k->end >= 0)
    (void)close(k->end);
  if (k->pid > 0)
    (void)waitpid(k->pid, NULL, 0);
  *k = (evd_alarm_key){.end = -1};
}
