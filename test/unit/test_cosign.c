/* Asking witnesses: real ones behind real sockets, some dead, some silent,
 * some dishonest. */
#include "witness_kit.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "board/policy.h"
#include "host/host.h"
#include "host/httpd.h"
#include "host/place.h"
#include "serve/cosign.h"
#include "serve/witness_web.h"

#define ORIGIN "board.example/test-1"
#define PEOPLE 7
#define ROUND_MS 3000

/* A witness: its two sides, each a thread here. */
typedef struct {
  char name[16];
  char url[64];
  evd_witness *w;
  int ends[2];
  int listener;
  pthread_t web, keep;
  bool runs;
} person;

static person people[PEOPLE];
static kit_log board;
static char policy_text[8192];
static evd_policy policy;

static void *web_side(void *self) {
  person *p = self;
  (void)!evd_witness_web(p->listener, p->ends[0], NULL);
  return NULL;
}

static void *keep_side(void *self) {
  person *p = self;
  (void)!evd_witness_keep(p->w, p->ends[1], NULL);
  return NULL;
}

static void start(person *p, const char *where) {
  char name[128];
  p->w = kit_witness(p->name, p->name, &board);
  assert_int_equal(evd_listen(&p->listener, where), EVD_OK);
  evd_listen_name(p->listener, name);
  (void)snprintf(p->url, sizeof p->url, "http://%.50s", name);
  assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, p->ends), 0);
  assert_int_equal(pthread_create(&p->web, NULL, web_side, p), 0);
  assert_int_equal(pthread_create(&p->keep, NULL, keep_side, p), 0);
  p->runs = true;
}

static void stop(person *p) {
  if (!p->runs)
    return;
  (void)shutdown(p->ends[1], SHUT_RDWR);
  (void)pthread_join(p->web, NULL);
  (void)pthread_join(p->keep, NULL);
  (void)close(p->ends[1]);
  evd_witness_close(p->w);
  p->runs = false;
}

static void restart(person *p) {
  char where[64];
  (void)snprintf(where, sizeof where, "%s", p->url + strlen("http://"));
  start(p, where);
}

/* k of the first n of people. */
static void make_policy(uint32_t k, uint32_t n) {
  evd_note_why why;
  evd_buf b;
  char line[128];
  evd_buf_init(&b, sizeof policy_text - 1);
  evd_buf_text(&b, "log ");
  evd_note_key_write(&b, &board.key);
  for (uint32_t i = 0; i < n; i++) {
    uint8_t seed[32];
    const evd_note_key key =
        kit_key(seed, people[i].name, EVD_NOTE_COSIGNATURE, people[i].name);
    (void)snprintf(line, sizeof line, "\nwitness %.15s ", people[i].name);
    evd_buf_text(&b, line);
    evd_note_key_write(&b, &key);
    (void)snprintf(line, sizeof line, " %.63s/", people[i].url);
    evd_buf_text(&b, line);
  }
  (void)snprintf(line, sizeof line, "\ngroup all-of-them %u", k);
  evd_buf_text(&b, line);
  for (uint32_t i = 0; i < n; i++) {
    evd_buf_text(&b, " ");
    evd_buf_text(&b, people[i].name);
  }
  evd_buf_text(&b, "\nquorum all-of-them\n");
  assert_true(evd_buf_ok(&b));
  memcpy(policy_text, b.p, b.n);
  assert_int_equal(
      evd_policy_read(&policy, (evd_span){(uint8_t *)policy_text, b.n}, &why),
      EVD_OK);
  evd_buf_close(&b);
}

static int setup(void **state) {
  (void)state;
  memset(people, 0, sizeof people);
  kit_log_make(&board, ORIGIN, "evident test log");
  for (unsigned i = 0; i < PEOPLE; i++) {
    (void)snprintf(people[i].name, sizeof people[i].name, "w%u", i);
    start(&people[i], "127.0.0.1:0");
  }
  make_policy(5, PEOPLE);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  for (unsigned i = 0; i < PEOPLE; i++)
    stop(&people[i]);
  kit_folder_end();
  return 0;
}

/* ---- rounds ---- */

typedef struct {
  const kit_log *log;
  uint64_t size;
  unsigned asked;
} prover;

static evd_err prove(void *self, uint64_t old, evd_tree_proof *out) {
  prover *p = self;
  p->asked++;
  *out = kit_log_proof(p->log, old, p->size);
  return EVD_OK;
}

static evd_cosign_result result;

/* A round about the first `size` leaves; out: the note. */
static unsigned ask(evd_cosigner *c, const kit_log *log, uint64_t size,
                    uint32_t limit_ms, evd_buf *out) {
  prover p = {log, size, 0};
  const evd_cosign_proofs proofs = {&p, prove};
  const evd_cosign_plan plan = {.limit_ms = limit_ms, .grace_ms = 200};
  evd_buf note;
  evd_buf_init(&note, 65536);
  kit_log_checkpoint(&note, log, size);
  assert_int_equal(evd_cosign_round(c, (evd_span){note.p, note.n}, &proofs,
                                    &plan, out, &result),
                   EVD_OK);
  evd_buf_close(&note);
  return p.asked;
}

static unsigned signers(const evd_buf *note, bool *quorum) {
  evd_checkpoint c;
  evd_note_why why;
  evd_policy_verdict v;
  assert_int_equal(evd_checkpoint_read(&c, (evd_span){note->p, note->n}, &why),
                   EVD_OK);
  evd_policy_judge_var(&v, &policy, &c, 0);
  assert_true(v.log && !v.false_signature);
  *quorum = v.quorum;
  return v.n_witnesses;
}

static void expect(const evd_buf *note, unsigned n, bool quorum) {
  bool is = false;
  assert_int_equal(signers(note, &is), n);
  assert_int_equal(is, quorum);
  assert_int_equal(result.n_witnesses, n);
  assert_int_equal(result.quorum, quorum);
}

static evd_cosigner *cosigner(void) {
  evd_cosigner *c = NULL;
  assert_int_equal(evd_cosigner_open(&c, &policy, NULL), EVD_OK);
  return c;
}

/* All sign; a cosigner that was there before needs one question each, one that
 * was started anew hears the sizes first. */
static void test_rounds(void **state) {
  (void)state;
  evd_buf note;
  evd_buf_init(&note, 65536);
  kit_log_grow(&board, 10, 1);
  evd_cosigner *c = cosigner();
  assert_int_equal(ask(c, &board, 3, ROUND_MS, &note), 0);
  expect(&note, PEOPLE, true);
  assert_int_equal(ask(c, &board, 10, ROUND_MS, &note), PEOPLE);
  expect(&note, PEOPLE, true);
  assert_int_equal(ask(c, &board, 10, ROUND_MS, &note), 0); /* fresh times */
  expect(&note, PEOPLE, true);
  evd_cosigner_close(c);
  kit_log_grow(&board, 3, 1);
  c = cosigner();
  assert_int_equal(ask(c, &board, 13, ROUND_MS, &note), PEOPLE);
  expect(&note, PEOPLE, true);
  for (unsigned i = 0; i < PEOPLE; i++)
    assert_int_equal(result.words[i].size, 13);
  evd_cosigner_close(c);
  evd_buf_close(&note);
}

/* n - k dead witnesses have no effect; one more and there is no quorum, until
 * it is back; those that come back catch up. */
static void test_T24_witnesses_out(void **state) {
  (void)state;
  evd_buf note;
  evd_buf_init(&note, 65536);
  evd_cosigner *c = cosigner();
  kit_log_grow(&board, 4, 1);
  stop(&people[1]);
  stop(&people[4]);
  (void)ask(c, &board, board.n, ROUND_MS, &note);
  expect(&note, 5, true);
  assert_int_equal(result.words[1].state, EVD_COSIGN_SILENT);
  stop(&people[6]);
  kit_log_grow(&board, 4, 1);
  (void)ask(c, &board, board.n, ROUND_MS, &note);
  expect(&note, 4, false);
  restart(&people[4]);
  (void)ask(c, &board, board.n, ROUND_MS, &note);
  expect(&note, 5, true);
  restart(&people[1]);
  restart(&people[6]);
  (void)ask(c, &board, board.n, ROUND_MS, &note);
  expect(&note, PEOPLE, true);
  evd_cosigner_close(c);
  evd_buf_close(&note);
}

/* One that takes the connection and says nothing: the quorum does not wait for
 * it, and without a quorum the round ends at its limit. */
static void test_T24_a_silent_witness(void **state) {
  (void)state;
  evd_buf note;
  evd_buf_init(&note, 65536);
  int silent = -1;
  char where[64];
  uint64_t from;
  evd_cosigner *c = cosigner();
  for (unsigned i = 0; i < 3; i++) {
    (void)snprintf(where, sizeof where, "%s", people[i].url + 7);
    stop(&people[i]);
    if (i == 0)
      assert_int_equal(evd_listen(&silent, where), EVD_OK);
    if (i == 1)
      restart(&people[i]);
    from = evd_clock_ms();
    (void)ask(c, &board, board.n, 5000, &note);
    assert_true(evd_clock_ms() - from < 2500);
    expect(&note, i < 2 ? 6 : 5, true);
  }
  assert_int_equal(result.words[0].state, EVD_COSIGN_SILENT);
  stop(&people[3]);
  from = evd_clock_ms();
  (void)ask(c, &board, board.n, 600, &note);
  assert_true(evd_clock_ms() - from >= 500);
  expect(&note, 4, false);
  (void)close(silent);
  for (unsigned i = 0; i < 4; i++)
    if (!people[i].runs)
      restart(&people[i]);
  evd_cosigner_close(c);
  evd_buf_close(&note);
}

/* An old copy of the log, and a fork of it: the round says which, and there is
 * no quorum for either. */
static void test_T09_old_copy_is_told(void **state) {
  (void)state;
  evd_buf note;
  evd_buf_init(&note, 65536);
  evd_cosigner *c = cosigner();
  (void)ask(c, &board, board.n, ROUND_MS, &note);
  expect(&note, PEOPLE, true);
  (void)ask(c, &board, board.n - 2, ROUND_MS, &note);
  expect(&note, 0, false);
  for (unsigned i = 0; i < PEOPLE; i++) {
    assert_int_equal(result.words[i].state, EVD_COSIGN_AHEAD);
    assert_int_equal(result.words[i].size, board.n);
  }
  kit_log fork = board;
  fork.n -= 2;
  kit_log_grow(&fork, 2, 2);
  for (unsigned round = 0; round < 2; round++) {
    (void)ask(c, &fork, fork.n, ROUND_MS, &note);
    expect(&note, 0, false);
    assert_int_equal(result.words[3].state, EVD_COSIGN_REFUSED);
  }
  evd_cosigner_close(c);
  evd_buf_close(&note);
}

/* Heads at the start. */
static void test_T09_heads(void **state) {
  (void)state;
  static evd_known known[EVD_POLICY_NAMES_MAX];
  evd_buf note;
  evd_buf_init(&note, 65536);
  evd_cosigner *c = cosigner();
  const evd_log_head head = kit_log_head(&board, board.n);
  (void)ask(c, &board, board.n, ROUND_MS, &note);
  stop(&people[2]);
  evd_cosign_heads(c, kit_span(ORIGIN), ROUND_MS, known);
  for (unsigned i = 0; i < PEOPLE; i++) {
    if (i == 2) {
      assert_int_equal(known[i].state, EVD_KNOWN_SILENT);
      continue;
    }
    assert_int_equal(known[i].state, EVD_KNOWN_HEAD);
    assert_int_equal(known[i].head.size, head.size);
    assert_memory_equal(&known[i].head.root, &head.root, 32);
  }
  assert_int_equal(known[PEOPLE].state, EVD_KNOWN_NOT_ASKED); /* the group */
  evd_cosign_heads(c, kit_span("board.example/else"), ROUND_MS, known);
  assert_int_equal(known[0].state, EVD_KNOWN_NONE);
  restart(&people[2]);
  evd_cosigner_close(c);
  evd_buf_close(&note);
}

/* Two addresses exchanged: each witness signs well, but under another key than
 * the policy has for that address. Nothing of it gets into the note. */
static void test_signatures_of_others(void **state) {
  (void)state;
  char was[2][64];
  evd_buf note;
  evd_buf_init(&note, 65536);
  for (int i = 0; i < 2; i++)
    (void)snprintf(was[i], sizeof was[i], "%s", people[i].url);
  (void)snprintf(people[0].url, sizeof was[0], "%s", was[1]);
  (void)snprintf(people[1].url, sizeof was[0], "%s", was[0]);
  make_policy(5, PEOPLE);
  evd_cosigner *c = cosigner();
  (void)ask(c, &board, board.n, ROUND_MS, &note);
  expect(&note, PEOPLE - 2, true);
  assert_int_equal(result.words[0].state, EVD_COSIGN_FALSE);
  static evd_known known[EVD_POLICY_NAMES_MAX];
  evd_cosign_heads(c, kit_span(ORIGIN), ROUND_MS, known);
  assert_int_equal(known[0].state, EVD_KNOWN_FALSE);
  evd_cosigner_close(c);
  for (int i = 0; i < 2; i++)
    (void)snprintf(people[i].url, sizeof was[i], "%s", was[i]);
  make_policy(5, PEOPLE);
  evd_buf_close(&note);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rounds),
      cmocka_unit_test(test_T24_witnesses_out),
      cmocka_unit_test(test_T24_a_silent_witness),
      cmocka_unit_test(test_T09_old_copy_is_told),
      cmocka_unit_test(test_T09_heads),
      cmocka_unit_test(test_signatures_of_others)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
