/* Messages between processes, what each process may not do, and the head that
 * the log's key signed last. */
#include "arith.h"

#include "board/checkpoint.h"
#include "board/tree.h"
#include "cmd/key_file.h"
#include "serve/alarm_key.h"
#include "serve/processes.h"
#include "serve/sign_head.h"
#include "sign/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/evident-serve-XXXXXX";
static evd_serve_plan plan;
static char path[128], key[128];

static const char *at(const char *name) {
  (void)snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

/* ---- messages ---- */

static void test_messages(void **state) {
  (void)state;
  int ends[2], file = -1;
  evd_msg m, got;
  evd_span bytes;
  assert_int_equal(evd_msg_pair(ends), EVD_OK);
  evd_msg_init(&m, EVD_MSG_JOB);
  m.id = 7;
  evd_msg_say(&m, "%s", "hello");
  int memory = evd_memory_file((evd_span){(const uint8_t *)"abc", 3});
  assert_true(memory >= 0);
  assert_int_equal(evd_msg_send(ends[0], &m, memory), EVD_OK);
  assert_int_equal(evd_msg_send(ends[0], &m, -1), EVD_OK);
  assert_int_equal(evd_msg_get(ends[1], &got, &file), EVD_OK);
  assert_memory_equal(&m, &got, sizeof m);
  assert_int_equal(evd_memory_map(&bytes, file, 3), EVD_OK);
  assert_memory_equal(bytes.p, "abc", 3);
  evd_memory_unmap(&bytes);
  assert_int_equal(evd_msg_get(ends[1], &got, &file), EVD_OK);
  assert_int_equal(file, -1);
  /* another size is no message */
  assert_int_equal(send(ends[0], &m, 10, 0), 10);
  assert_int_equal(evd_msg_get(ends[1], &got, &file), EVD_ERR_FORM);
  (void)close(ends[0]);
  assert_int_equal(evd_msg_get(ends[1], &got, &file), EVD_ERR_MISSING);
  assert_int_equal(evd_msg_send(ends[1], &m, -1), EVD_ERR_MISSING);
  (void)close(ends[1]);
  (void)close(memory);
}

/* What another process could still change is not looked at. */
static void test_memory_is_sealed(void **state) {
  (void)state;
  evd_span bytes;
  int open_one = memfd_create("x", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  assert_int_equal(write(open_one, "abc", 3), 3);
  assert_int_equal(evd_memory_map(&bytes, open_one, 9), EVD_ERR_FORM);
  int fd = evd_memory_file((evd_span){(const uint8_t *)"abcd", 4});
  assert_int_equal(pwrite(fd, "x", 1, 0), -1);
  assert_int_equal(evd_memory_map(&bytes, fd, 3), EVD_ERR_FORM);
  assert_int_equal(
      evd_memory_map(&bytes, evd_memory_file((evd_span){NULL, 0}), 3), EVD_OK);
  assert_int_equal(bytes.n, 0);
}

/* ---- jails ---- */

typedef void act(void);
static void opens(void) { (void)open("/dev/null", O_RDONLY | O_CLOEXEC); }
static void makes_socket(void) { (void)socket(AF_INET, SOCK_STREAM, 0); }
static void connects(void) {
  (void)connect(0, (const struct sockaddr *)(const void *)"", 0);
}
static void runs(void) {
  char *const argv[] = {NULL};
  (void)execv("/bin/true", argv);
}
static void forks(void) { (void)fork(); }
static void kills(void) { (void)kill(getpid(), 0); }
static void nothing(void) { free(malloc(1 << 20)); }

static evd_process jail_of;
static evd_err role_jail(void) { return evd_process_jail(jail_of, &plan); }

/* The signal that ends a process in this jail that does it; 0: none. */
static int jailed(evd_err enter(void), act *what) {
  int status = 0;
  pid_t pid = fork();
  if (pid == 0) {
    if (enter() != EVD_OK)
      _exit(1);
    what();
    _exit(0);
  }
  assert_true(waitpid(pid, &status, 0) == pid);
  if (!WIFSIGNALED(status))
    assert_int_equal(WEXITSTATUS(status), 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static int ended_by(evd_process role, act *what) {
  jail_of = role;
  return jailed(role_jail, what);
}

static void test_T20_processes_die(void **state) {
  (void)state;
  static const struct {
    evd_process role;
    bool opens, connects;
  } all[] = {
      {EVD_PROCESS_FRONT, false, false}, {EVD_PROCESS_CHECK, false, false},
      {EVD_PROCESS_SIGN, false, false},  {EVD_PROCESS_SEQ, true, false},
      {EVD_PROCESS_FILES, true, false},  {EVD_PROCESS_COSIGN, true, true},
      {EVD_PROCESS_PARENT, false, false}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    evd_process role = all[i].role;
    assert_int_equal(ended_by(role, nothing), 0);
    assert_int_equal(ended_by(role, runs), SIGSYS);
    assert_int_equal(ended_by(role, forks), SIGSYS);
    assert_int_equal(ended_by(role, opens), all[i].opens ? 0 : SIGSYS);
    assert_int_equal(ended_by(role, makes_socket),
                     all[i].connects ? 0 : SIGSYS);
    assert_int_equal(ended_by(role, connects), all[i].connects ? 0 : SIGSYS);
    assert_int_equal(ended_by(role, kills),
                     role == EVD_PROCESS_PARENT ? 0 : SIGSYS);
  }
}

static void test_T20_key_of_a_monitor_dies(void **state) {
  (void)state;
  act *const forbidden[] = {runs, forks, opens, makes_socket, connects, kills};
  assert_int_equal(jailed(evd_alarm_key_jail, nothing), 0);
  for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
    assert_int_equal(jailed(evd_alarm_key_jail, forbidden[i]), SIGSYS);
}

/* ---- sign.head ---- */

static evd_log_head head_of(uint64_t size, int letter) {
  evd_log_head h = {.size = size};
  memset(h.root.b, letter, sizeof h.root.b);
  return h;
}

static void last_is(uint64_t size, int letter) {
  evd_sign_head s;
  evd_log_head want = head_of(size, letter);
  assert_int_equal(evd_sign_head_open(&s, at("head")), EVD_OK);
  assert_memory_equal(&s.head, &want, sizeof want);
  evd_sign_head_close(&s);
}

static void break_byte(long where) {
  int fd = open(at("head"), O_RDWR | O_CLOEXEC);
  uint8_t b = 0;
  assert_int_equal(pread(fd, &b, 1, where), 1);
  b ^= 1;
  assert_int_equal(pwrite(fd, &b, 1, where), 1);
  (void)close(fd);
}

static void test_T01_head_survives(void **state) {
  (void)state;
  evd_sign_head s, other;
  evd_log_head h;
  assert_int_equal(evd_sign_head_open(&s, at("head")), EVD_OK);
  assert_int_equal(s.head.size, 0);
  assert_int_equal(evd_sign_head_open(&other, at("head")), EVD_ERR_WAIT);
  evd_sign_head_close(&other);
  for (uint64_t i = 1; i <= 3; i++) {
    h = head_of(i, 'a' + (int)i);
    assert_int_equal(evd_sign_head_write(&s, &h), EVD_OK);
  }
  evd_sign_head_close(&s);
  last_is(3, 'd');
  break_byte(30); /* a torn third write: the second holds */
  last_is(2, 'c');
  break_byte(88 + 30);
  assert_int_equal(evd_sign_head_open(&s, at("head")), EVD_ERR_FORM);
  evd_sign_head_close(&s);
}

/* ---- sign ---- */

static int sign_end, sign_pid;

static void start_sign(void) {
  int ends[2], to[EVD_PROCESSES_MAX];
  evd_msg m;
  int file = -1;
  assert_int_equal(evd_msg_pair(ends), EVD_OK);
  sign_pid = fork();
  if (sign_pid == 0) {
    (void)close(ends[0]);
    to[EVD_PROCESS_SEQ] = ends[1];
    _exit(evd_process_sign(&plan, to) == EVD_ERR_MISSING ? 0 : 1);
  }
  (void)close(ends[1]);
  sign_end = ends[0];
  assert_int_equal(evd_msg_get(sign_end, &m, &file), EVD_OK);
  assert_int_equal(m.kind, EVD_MSG_SIGNED_HEAD);
}

static void stop_sign(void) {
  int status = 1;
  (void)close(sign_end);
  assert_true(waitpid(sign_pid, &status, 0) == sign_pid);
  assert_int_equal(status, 0);
}

typedef struct {
  evd_h32 leaves[8];
} eight;

static evd_err node_of(void *self, uint32_t level, uint64_t index,
                       evd_h32 *out) {
  const eight *e = self;
  evd_h32 left, right;
  if (level == 0) {
    *out = e->leaves[index];
    return EVD_OK;
  }
  EVD_TRY(node_of(self, level - 1, 2 * index, &left));
  EVD_TRY(node_of(self, level - 1, 2 * index + 1, &right));
  evd_node_hash(out, &left, &right);
  return EVD_OK;
}

/* Asks for a signature under the first `size` leaves, with the proof from
 * `old`, 0: none. Does it sign? */
static bool signs(eight *e, uint64_t old, uint64_t size) {
  const evd_tree_nodes nodes = {e, node_of};
  evd_tree_proof proof = {.n = 0};
  evd_msg m;
  evd_h32 root;
  evd_checkpoint c;
  evd_note_why why;
  int file = -1;
  assert_int_equal(evd_tree_hash(&nodes, 0, size, &root), EVD_OK);
  if (old > 0)
    assert_int_equal(evd_consistency_make(&nodes, old, size, &proof), EVD_OK);
  evd_msg_init(&m, EVD_MSG_SIGN);
  m.a = size;
  evd_msg_add(&m, root.b, sizeof root.b);
  evd_msg_add(&m, proof.at, proof.n * sizeof *proof.at);
  assert_int_equal(evd_msg_send(sign_end, &m, -1), EVD_OK);
  assert_int_equal(evd_msg_get(sign_end, &m, &file), EVD_OK);
  assert_int_equal(m.kind, EVD_MSG_NOTE);
  if (m.status != 0)
    return false;
  assert_int_equal(evd_checkpoint_read(&c, (evd_span){m.bytes, m.n}, &why),
                   EVD_OK);
  assert_int_equal(evd_checkpoint_check_var(&c, &plan.log_key), EVD_OK);
  assert_int_equal(c.head.size, size);
  assert_memory_equal(c.head.root.b, root.b, sizeof root.b);
  return true;
}

/* A `seq` that somebody has taken over gets no two heads, also not after a
 * restart. */
static void test_T01_sign_refuses(void **state) {
  (void)state;
  eight honest, forked;
  for (int i = 0; i < 8; i++)
    memset(honest.leaves[i].b, i, 32);
  forked = honest;
  forked.leaves[2].b[0] ^= 1;
  start_sign();
  assert_true(signs(&honest, 0, 1));
  assert_true(signs(&honest, 1, 4));
  assert_true(signs(&honest, 0, 4)); /* the same again */
  assert_false(signs(&forked, 0, 4));
  assert_false(signs(&honest, 3, 6)); /* a proof from elsewhere */
  assert_false(signs(&honest, 0, 6));
  assert_false(signs(&forked, 4, 6));
  assert_false(signs(&honest, 0, 3));
  stop_sign();
  start_sign();
  assert_false(signs(&forked, 4, 7));
  assert_false(signs(&honest, 0, 2));
  assert_true(signs(&honest, 4, 7));
  stop_sign();
}

/* ---- the monitor's key ---- */

#define OTHER "board.example/other"

/* The message that an alarm, or a release, has signed for a log. */
static void alarm_message(evd_buf *out, const char *origin, evd_entry_type type,
                          uint8_t code) {
  const evd_h32 open = {{7}};
  evd_buf body;
  evd_entry e = {.type = type, .slot = 3};
  if (type == EVD_ENTRY_ALARM) {
    e.alarm.code = code;
    e.alarm.object.length = 9;
    e.alarm.object.digest.b[0] = 1;
  } else {
    e.release.object.length = 9;
  }
  evd_buf_init(out, 4096);
  evd_buf_init(&body, 4096);
  assert_int_equal(evd_entry_write_body(&body, &e), EVD_OK);
  evd_entry_message(out, (evd_span){(const uint8_t *)origin, strlen(origin)},
                    &open, (evd_span){body.p, body.n});
  evd_buf_close(&body);
}

static const char *refused(const evd_policy *p, const char *origin,
                           evd_entry_type type, uint8_t code, size_t cut,
                           size_t more) {
  evd_buf m;
  alarm_message(&m, origin, type, code);
  for (size_t i = 0; i < more; i++)
    evd_buf_add(&m, "", 1);
  const char *why = evd_alarm_key_refuses((evd_span){m.p, m.n - cut}, p);
  evd_buf_close(&m);
  return why;
}

/* Nothing but whole alarms of its logs; not for whoever has the monitor. */
static void test_T22_key_signs_alarms_alone(void **state) {
  (void)state;
  static evd_policy p;
  p.n_logs = 1;
  p.logs[0].key = plan.log_key;
  const evd_span no_bytes = {NULL, 0};
  assert_null(refused(&p, plan.origin, EVD_ENTRY_ALARM, 5, 0, 0));
  assert_string_equal(refused(&p, OTHER, EVD_ENTRY_ALARM, 5, 0, 0),
                      "it is for no log of the policy");
  assert_string_equal(refused(&p, plan.origin, EVD_ENTRY_RELEASE, 5, 0, 0),
                      "it is no alarm");
  assert_string_equal(refused(&p, plan.origin, EVD_ENTRY_ALARM, 12, 0, 0),
                      "it is no alarm");
  assert_string_equal(refused(&p, plan.origin, EVD_ENTRY_ALARM, 5, 1, 0),
                      "it is no entry");
  assert_string_equal(refused(&p, plan.origin, EVD_ENTRY_ALARM, 5, 0, 1),
                      "it is no entry");
  assert_string_equal(refused(&p, plan.origin, EVD_ENTRY_ALARM, 5, 0, 600),
                      "it is too long");
  assert_non_null(evd_alarm_key_refuses(no_bytes, &p));
}

static void test_T22_key_of_a_monitor(void **state) {
  (void)state;
  static evd_policy p;
  const evd_secret_words plain = {.plain = true};
  evd_alarm_key k;
  evd_buf good, bad;
  evd_msg m;
  uint8_t sig[64];
  int file = -1;
  p.n_logs = 1;
  p.logs[0].key = plan.log_key;
  alarm_message(&good, plan.origin, EVD_ENTRY_ALARM, 5);
  alarm_message(&bad, OTHER, EVD_ENTRY_ALARM, 5);
  assert_int_equal(evd_alarm_key_start(&k, key, &plain, &p, NULL), EVD_OK);
  assert_memory_equal(&k.key, &plan.log_key.key, sizeof k.key);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(evd_alarm_key_sign(&k, sig, (evd_span){good.p, good.n}),
                     EVD_OK);
    assert_true(
        evd_ed25519_verify_var(k.key.b, sig, (evd_span){good.p, good.n}));
    assert_int_equal(evd_alarm_key_sign(&k, sig, (evd_span){bad.p, bad.n}),
                     EVD_ERR_REFUSED);
  }
  assert_int_equal(evd_alarm_key_sign(&k, sig, (evd_span){good.p, 4000}),
                   EVD_ERR_RANGE);
  /* another message ends it */
  evd_msg_init(&m, EVD_MSG_SIGN);
  assert_int_equal(evd_msg_send(k.end, &m, -1), EVD_OK);
  assert_int_equal(evd_msg_get(k.end, &m, &file), EVD_ERR_MISSING);
  assert_int_equal(evd_alarm_key_sign(&k, sig, (evd_span){good.p, good.n}),
                   EVD_ERR_MISSING);
  evd_alarm_key_stop(&k);
  evd_alarm_key_stop(&k);
  assert_int_not_equal(evd_alarm_key_start(&k, at("none"), &plain, &p, NULL),
                       EVD_OK);
  evd_alarm_key_stop(&k);
  evd_buf_close(&good);
  evd_buf_close(&bad);
}

/* ---- */

static int begin(void **state) {
  const evd_secret_options plain = {.passphrase_fd = -1, .plain_secrets = true};
  (void)state;
  if (!mkdtemp(folder))
    return -1;
  (void)snprintf(key, sizeof key, "%s/log", folder);
  plan = (evd_serve_plan){.dir = folder,
                          .public_dir = folder,
                          .origin = "board.example/unit",
                          .key = key,
                          .secrets = {.plain = true},
                          .workers = 1,
                          .listener = -1,
                          .metrics = -1};
  return evd_key_file_make(&plan.log_key, key, plan.origin, &plain) == EVD_OK
             ? 0
             : -1;
}

static int end(void **state) {
  static const char *const names[] = {"head", "sign.head", "log.key",
                                      "log.pub"};
  (void)state;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    (void)unlink(at(names[i]));
  return rmdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_messages),
      cmocka_unit_test(test_memory_is_sealed),
      cmocka_unit_test(test_T20_processes_die),
      cmocka_unit_test(test_T20_key_of_a_monitor_dies),
      cmocka_unit_test(test_T01_head_survives),
      cmocka_unit_test(test_T01_sign_refuses),
      cmocka_unit_test(test_T22_key_signs_alarms_alone),
      cmocka_unit_test(test_T22_key_of_a_monitor),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
