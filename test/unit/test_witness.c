/* The witness: what it answers, what it keeps, and what a dishonest log gets
 * from honest and dishonest ones. */
#include "witness_kit.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board/policy.h"
#include "host/signer.h"

#define ORIGIN "board.example/test-1"

static uint32_t add_text(evd_witness *w, const char *text, size_t n,
                         evd_witness_answer *a) {
  evd_witness_answer_init(a);
  evd_witness_add(w, (evd_span){(const uint8_t *)text, n}, KIT_NOW, a);
  return a->status;
}

static uint32_t get(evd_witness *w, const kit_log *l, evd_buf *out) {
  evd_witness_answer a;
  char folder[65], path[128];
  evd_witness_folder(folder, kit_span(l->key.name));
  int n = snprintf(path, sizeof path, "%s/checkpoint", folder);
  evd_witness_answer_init(&a);
  evd_witness_get(w, (evd_span){(const uint8_t *)path, (size_t)n}, &a);
  evd_buf_add(out, a.body.p, a.body.n);
  uint32_t status = a.status;
  evd_witness_answer_close(&a);
  return status;
}

static kit_log log_of(uint64_t n, int flavour) {
  kit_log l;
  kit_log_make(&l, ORIGIN, "evident test log");
  kit_log_grow(&l, n, flavour);
  return l;
}

/* ---- requests ---- */

/* test/vector/board/witness.txt: a public dialogue, word for word. */
static void test_dialogue(void **state) {
  (void)state;
  static char text[16384];
  char path[1024], name[512], size[32];
  uint8_t seed[32];
  evd_witness *w = NULL;
  evd_note_key log;
  const evd_note_key key =
      kit_key(seed, "example.com/witness", EVD_NOTE_COSIGNATURE, "dialogue");
  unsigned n = 0, status = 0, asked = 0;
  (void)snprintf(path, sizeof path, "%s/test/vector/board/witness.txt",
                 getenv("EVD_SOURCE_ROOT"));
  FILE *f = fopen(path, "r");
  assert_non_null(f);
  while (fgets(text, sizeof text, f) && text[0] == '#')
    ;
  assert_int_equal(sscanf(text, "log %511s", name), 1);
  assert_int_equal(evd_note_key_read(&log, kit_span(name)), EVD_OK);
  assert_int_equal(
      evd_witness_open(&w, kit_folder("dialogue"), &key, seed, &log, 1),
      EVD_OK);
  while (fgets(text, sizeof text, f)) {
    evd_witness_answer a;
    assert_int_equal(sscanf(text, "ask %u %u %31s", &n, &status, size), 3);
    assert_true(n < sizeof text);
    assert_int_equal(fread(text, 1, n, f), n);
    assert_int_equal(add_text(w, text, n, &a), status);
    evd_buf_add(&a.body, "", 1);
    if (status == EVD_WITNESS_OTHER_OLD) {
      assert_string_equal(a.type, "text/x.tlog.size");
      assert_int_equal(a.body.n, strlen(size) + 2);
      assert_memory_equal(a.body.p, size, strlen(size));
      assert_string_equal((const char *)a.body.p + strlen(size), "\n");
    }
    if (status == EVD_WITNESS_SIGNS)
      assert_non_null(
          strstr((const char *)a.body.p, "\xE2\x80\x94 example.com/witness "));
    evd_witness_answer_close(&a);
    asked++;
  }
  assert_int_equal(asked, 9);
  (void)fclose(f);
  evd_witness_close(w);
}

/* Everything but the one form is 400, and changes nothing. */
static void test_form(void **state) {
  (void)state;
  kit_log l = log_of(8, 1);
  evd_witness *w = kit_witness("form", "form", &l);
  evd_witness_answer a;
  evd_buf ask;
  evd_buf_init(&ask, 65536);
  kit_log_ask(&ask, &l, 0, 5);
  const char *good = (const char *)ask.p;
  static const char *const starts[] = {"old 00\n\n",
                                       "old -1\n\n",
                                       "old\n\n",
                                       "Old 0\n\n",
                                       "old 0\r\n\r\n",
                                       "old  0\n\n",
                                       "old 0 \n\n",
                                       "old 0\n",
                                       "old x\n\n",
                                       "\nold 0\n\n",
                                       "old 6\n\n", /* above the size */
                                       "old 9223372036854775808\n\n",
                                       "old 0\nAAAA\n\n",
                                       "old 0\n \n\n"};
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
    char text[4096];
    int n = snprintf(text, sizeof text, "%s%.*s", starts[i], (int)ask.n - 7,
                     good + 7);
    assert_int_equal(add_text(w, text, (size_t)n, &a), 400);
    assert_true(a.body.n > 0);
    evd_witness_answer_close(&a);
  }
  for (size_t n = 0; n < ask.n; n++) { /* every shorter one */
    assert_int_equal(add_text(w, good, n, &a), 400);
    evd_witness_answer_close(&a);
  }
  evd_buf many; /* 64 hashes */
  evd_buf_init(&many, 65536);
  evd_buf_text(&many, "old 1\n");
  for (int i = 0; i < 64; i++)
    evd_buf_text(&many, "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
  evd_buf_add(&many, good + 6, ask.n - 6);
  assert_int_equal(add_text(w, (const char *)many.p, many.n, &a), 400);
  evd_witness_answer_close(&a);
  assert_int_equal(add_text(w, good, ask.n, &a), 200);
  evd_witness_answer_close(&a);
  evd_buf_close(&many);
  evd_buf_close(&ask);
  evd_witness_close(w);
}

static void test_statuses(void **state) {
  (void)state;
  kit_log l = log_of(20, 1), other = log_of(20, 2), stranger = l, thief = l;
  evd_witness *w = kit_witness("statuses", "statuses", &l);
  evd_buf size;
  evd_buf_init(&size, 64);
  kit_log_make(&stranger, "board.example/else", "evident test log");
  kit_log_grow(&stranger, 5, 1);
  thief.seed[0] ^= 1;
  assert_int_equal(kit_add(w, &stranger, 0, 5, NULL), 404);
  assert_int_equal(kit_add(w, &thief, 0, 5, NULL), 403); /* false */
  thief.key.id ^= 1;
  assert_int_equal(kit_add(w, &thief, 0, 5, NULL), 403); /* no line of its */
  assert_int_equal(kit_add(w, &l, 3, 5, &size), 409);
  assert_memory_equal(size.p, "0\n", size.n);
  evd_buf_reset(&size);
  assert_int_equal(kit_add(w, &l, 0, 5, NULL), 200);
  assert_int_equal(kit_add(w, &l, 5, 5, NULL), 200);     /* again */
  assert_int_equal(kit_add(w, &other, 5, 5, NULL), 422); /* same size */
  assert_int_equal(kit_add(w, &other, 5, 9, NULL), 422);
  assert_int_equal(kit_add(w, &l, 4, 4, &size), 409); /* smaller */
  assert_memory_equal(size.p, "5\n", size.n);
  assert_int_equal(kit_add(w, &l, 0, 20, NULL), 409);
  assert_int_equal(kit_add(w, &l, 5, 20, NULL), 200);
  evd_buf_close(&size);
  evd_witness_close(w);
}

/* 422 of the empty tree: a proof where there is none, a root that is none. */
static void test_empty_tree(void **state) {
  (void)state;
  kit_log l = log_of(9, 1);
  evd_witness *w = kit_witness("empty", "empty", &l);
  evd_witness_answer a;
  evd_buf ask, note;
  evd_buf_init(&ask, 65536);
  evd_buf_init(&note, 65536);
  const evd_tree_proof proof = kit_log_proof(&l, 5, 9);
  kit_log_checkpoint(&note, &l, 9);
  evd_witness_ask_write(&ask, 0, &proof, (evd_span){note.p, note.n});
  assert_int_equal(add_text(w, (const char *)ask.p, ask.n, &a), 422);
  evd_witness_answer_close(&a);
  assert_int_equal(kit_add(w, &l, 0, 0, NULL), 200);
  assert_int_equal(kit_add(w, &l, 0, 0, NULL), 200);
  /* a false root of the empty tree, well signed */
  kit_log odd = l;
  char text[256];
  uint8_t sig[64];
  int n = snprintf(text, sizeof text, "old 0\n\n%s\n0\n%s\n", ORIGIN,
                   "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  evd_buf_reset(&ask);
  evd_buf_add(&ask, text, (size_t)n);
  evd_signer_sign(sig, odd.seed, (evd_span){ask.p + 7, ask.n - 7});
  evd_buf_text(&ask, "\n");
  evd_note_sig_write(&ask, &odd.key, sig, sizeof sig);
  assert_int_equal(add_text(w, (const char *)ask.p, ask.n, &a), 422);
  evd_witness_answer_close(&a);
  evd_buf_close(&ask);
  evd_buf_close(&note);
  evd_witness_close(w);
}

/* ---- what it gives and keeps ---- */

static void test_what_it_signs(void **state) {
  (void)state;
  kit_log l = log_of(12, 1);
  evd_witness *w = kit_witness("gives", "gives", &l);
  evd_buf shown, note;
  evd_checkpoint c;
  evd_note_why why;
  uint8_t seed[32];
  uint64_t time = 0;
  const evd_note_key key =
      kit_key(seed, "gives", EVD_NOTE_COSIGNATURE, "gives");
  evd_buf_init(&shown, 65536);
  evd_buf_init(&note, 65536);
  assert_int_equal(get(w, &l, &shown), 404);
  /* the log's note with a stranger's line in it */
  evd_buf ask;
  evd_witness_answer a;
  evd_buf_init(&ask, 65536);
  kit_log_ask(&ask, &l, 0, 12);
  evd_buf_text(&ask, "\xE2\x80\x94 stranger Uw2QOkn8srV1\n");
  assert_int_equal(add_text(w, (const char *)ask.p, ask.n, &a), 200);
  kit_log_checkpoint(&note, &l, 12);
  evd_buf_add(&note, a.body.p, a.body.n);
  evd_buf_reset(&shown);
  assert_int_equal(get(w, &l, &shown), 200);
  /* what is shown: the log's signature, ours, and no other */
  assert_int_equal(shown.n, note.n);
  assert_memory_equal(shown.p, note.p, note.n);
  assert_int_equal(evd_checkpoint_read(&c, (evd_span){shown.p, shown.n}, &why),
                   EVD_OK);
  assert_int_equal(c.head.size, 12);
  assert_int_equal(evd_checkpoint_check_var(&c, &l.key), EVD_OK);
  assert_int_equal(evd_cosignature_check_var(&c.note, &key, &time), EVD_OK);
  assert_int_equal(time, KIT_NOW);
  evd_witness_answer_close(&a);
  evd_buf_close(&ask);
  evd_buf_close(&shown);
  evd_buf_close(&note);
  evd_witness_close(w);
}

static void test_it_remembers(void **state) {
  (void)state;
  kit_log l = log_of(20, 1), other = log_of(20, 2);
  evd_witness *w = kit_witness("keeps", "keeps", &l);
  assert_int_equal(kit_add(w, &l, 0, 7, NULL), 200);
  evd_witness_close(w);
  w = kit_witness("keeps", "keeps", &l);
  assert_int_equal(kit_add(w, &other, 0, 7, NULL), 409);
  assert_int_equal(kit_add(w, &other, 7, 9, NULL), 422);
  assert_int_equal(kit_add(w, &l, 7, 9, NULL), 200);
  evd_witness_close(w);
}

static evd_err open_as(const char *name, const char *folder,
                       const kit_log *log) {
  uint8_t seed[32];
  evd_witness *w = NULL;
  const evd_note_key key = kit_key(seed, name, EVD_NOTE_COSIGNATURE, name);
  evd_err e =
      evd_witness_open(&w, kit_folder(folder), &key, seed, &log->key, 1);
  evd_witness_close(w);
  return e;
}

/* One folder, one key, one process; and only what was signed in it. */
static void test_folder(void **state) {
  (void)state;
  kit_log l = log_of(9, 1), other = log_of(9, 1);
  char path[512], folder[65];
  evd_witness *w = kit_witness("one", "folder", &l);
  assert_int_equal(open_as("one", "unused", &l), EVD_OK);
  assert_int_equal(open_as("two", "unused", &l), EVD_ERR_RULE);
  assert_int_equal(kit_add(w, &l, 0, 5, NULL), 200);
  assert_int_equal(open_as("one", "folder", &l), EVD_ERR_WAIT);
  evd_witness_close(w);
  assert_int_equal(open_as("two", "folder", &l), EVD_ERR_RULE);
  kit_log_make(&other, ORIGIN, "another key of the log");
  assert_int_equal(open_as("one", "folder", &other), EVD_ERR_RULE);
  assert_int_equal(open_as("one", "folder", &l), EVD_OK);
  evd_witness_folder(folder, kit_span(ORIGIN));
  (void)snprintf(path, sizeof path, "%s/%s", kit_folder("folder"), folder);
  FILE *f = fopen(path, "r+");
  assert_non_null(f);
  assert_int_equal(fseek(f, (long)sizeof ORIGIN, SEEK_SET), 0);
  assert_int_equal(fputc('4', f), '4'); /* the size 5 becomes 4 */
  (void)fclose(f);
  assert_int_equal(open_as("one", "folder", &l), EVD_ERR_RULE);
}

/* What cannot be kept is not signed, and nothing is after it. */
static void test_full_disk(void **state) {
  (void)state;
  kit_log l = log_of(9, 1);
  char from[256], away[512];
  evd_buf body;
  evd_buf_init(&body, 65536);
  evd_witness *w = kit_witness("disk", "disk", &l);
  assert_int_equal(kit_add(w, &l, 0, 5, NULL), 200);
  (void)snprintf(from, sizeof from, "%s", kit_folder("disk"));
  (void)snprintf(away, sizeof away, "%s-away", from);
  assert_int_equal(rename(from, away), 0);
  assert_int_equal(kit_add(w, &l, 5, 6, &body), 500);
  evd_buf_add(&body, "", 1);
  assert_null(strstr((const char *)body.p, "\xE2\x80\x94"));
  assert_int_equal(rename(away, from), 0);
  assert_int_equal(kit_add(w, &l, 5, 6, NULL), 500);
  evd_witness_close(w);
  w = kit_witness("disk", "disk", &l);
  assert_int_equal(kit_add(w, &l, 5, 6, NULL), 200);
  evd_witness_close(w);
  evd_buf_close(&body);
}

/* Signs and says how far it is, until it is killed. */
static void sign_for_ever(const kit_log *l, int out) {
  evd_witness *w = kit_witness("killed", "killed", l);
  for (uint8_t size = 1; size < KIT_LEAVES; size++) {
    uint8_t said = kit_add(w, l, size - 1u, size, NULL) == 200 ? size : 0;
    if (write(out, &said, 1) != 1)
      _exit(1);
  }
  _exit(0);
}

/* kill -9 at any moment: what it answered with, it still knows. */
static void test_killed(void **state) {
  (void)state;
  kit_log l = log_of(KIT_LEAVES, 1);
  for (unsigned i = 0; i < 20; i++) {
    int ends[2], status = 0;
    uint8_t last = 0, said;
    char path[512], folder[65], size[8];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0)
      sign_for_ever(&l, ends[1]);
    (void)close(ends[1]);
    (void)usleep(1000 + 700 * i);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    while (read(ends[0], &said, 1) == 1)
      last = said;
    (void)close(ends[0]);
    evd_witness *w = kit_witness("killed", "killed", &l);
    evd_buf body;
    evd_buf_init(&body, 65536);
    (void)snprintf(size, sizeof size, "%u\n", last);
    uint32_t was = kit_add(w, &l, KIT_LEAVES, KIT_LEAVES, &body);
    assert_int_equal(was, last == KIT_LEAVES ? 200 : 409);
    evd_buf_add(&body, "", 1);
    assert_true(strtoul((const char *)body.p, NULL, 10) >= last);
    evd_buf_close(&body);
    evd_witness_close(w);
    evd_witness_folder(folder, kit_span(ORIGIN));
    (void)snprintf(path, sizeof path, "%s/%s", kit_folder("killed"), folder);
    (void)unlink(path);
  }
}

/* ---- dishonest logs and witnesses ---- */

/* A board shows two heads: no honest witness signs the second, whatever proof
 * comes with it; nor one of another size. */
static void test_B07_two_heads(void **state) {
  (void)state;
  kit_log one = log_of(8, 1), two = one;
  evd_witness *w = kit_witness("heads", "heads", &one);
  kit_log_grow(&one, 8, 1);
  kit_log_grow(&two, 8, 2);
  assert_int_equal(kit_add(w, &one, 0, 8, NULL), 200);
  assert_int_equal(kit_add(w, &one, 8, 12, NULL), 200);
  for (uint64_t size = 9; size <= 16; size++)
    for (uint64_t old = 0; old <= size; old++)
      assert_int_equal(kit_add(w, &two, old, size, NULL),
                       old == 12 ? 422 : 409);
  assert_int_equal(kit_add(w, &one, 12, 16, NULL), 200);
  evd_witness_close(w);
}

/* Yesterday's disk image: the log goes on from an old size. */
static void test_T09_restored_backup(void **state) {
  (void)state;
  kit_log l = log_of(8, 1), restored = l;
  evd_witness *w = kit_witness("backup", "backup", &l);
  evd_buf body;
  evd_buf_init(&body, 64);
  kit_log_grow(&l, 4, 1);
  assert_int_equal(kit_add(w, &l, 0, 8, NULL), 200);
  assert_int_equal(kit_add(w, &l, 8, 12, NULL), 200);
  assert_int_equal(kit_add(w, &restored, 8, 8, &body), 409); /* at the start */
  assert_memory_equal(body.p, "12\n", 3);
  kit_log_grow(&restored, 8, 2); /* other entries under the same indices */
  assert_int_equal(kit_add(w, &restored, 8, 12, NULL), 409);
  assert_int_equal(kit_add(w, &restored, 12, 12, NULL), 422);
  assert_int_equal(kit_add(w, &restored, 12, 16, NULL), 422);
  evd_buf_close(&body);
  evd_witness_close(w);
}

/* A thief signs with the log's own key: a head that does not go on from the
 * witnesses' is refused; the log itself is not stopped by it. */
static void test_T23_stolen_log_key(void **state) {
  (void)state;
  kit_log l = log_of(10, 1), thief;
  evd_witness *w = kit_witness("thief", "thief", &l);
  assert_int_equal(kit_add(w, &l, 0, 6, NULL), 200);
  kit_log_make(&thief, ORIGIN, "evident test log");
  kit_log_grow(&thief, 30, 3);
  assert_memory_equal(thief.seed, l.seed, sizeof l.seed);
  assert_int_equal(kit_add(w, &thief, 6, 6, NULL), 422);
  assert_int_equal(kit_add(w, &thief, 6, 30, NULL), 422);
  assert_int_equal(kit_add(w, &thief, 0, 30, NULL), 409);
  assert_int_equal(kit_add(w, &l, 6, 10, NULL), 200);
  evd_witness_close(w);
}

/* ---- two views ---- */

enum { PEOPLE = 10 };

/* n witnesses under a quorum of k, as a policy says it. */
static void make_policy(evd_policy *p, char text[8192], const kit_log *l,
                        uint32_t k, uint32_t n) {
  evd_note_why why;
  evd_buf b;
  char line[64];
  evd_buf_init(&b, 8191);
  evd_buf_text(&b, "log ");
  evd_note_key_write(&b, &l->key);
  for (uint32_t i = 0; i < n; i++) {
    uint8_t seed[32];
    char name[16];
    (void)snprintf(name, sizeof name, "w%u", i);
    const evd_note_key key = kit_key(seed, name, EVD_NOTE_COSIGNATURE, name);
    (void)snprintf(line, sizeof line, "\nwitness %s ", name);
    evd_buf_text(&b, line);
    evd_note_key_write(&b, &key);
  }
  (void)snprintf(line, sizeof line, "\ngroup all-of-them %u", k);
  evd_buf_text(&b, line);
  for (uint32_t i = 0; i < n; i++) {
    (void)snprintf(line, sizeof line, " w%u", i);
    evd_buf_text(&b, line);
  }
  evd_buf_text(&b, "\nquorum all-of-them\n");
  assert_true(evd_buf_ok(&b));
  memcpy(text, b.p, b.n);
  assert_int_equal(evd_policy_read(p, (evd_span){(uint8_t *)text, b.n}, &why),
                   EVD_OK);
  evd_buf_close(&b);
}

/* Asks witness i, in this folder, for its line under the head of this view;
 * an honest one has one folder, a dishonest one has one a view. */
static void ask(evd_buf *note, uint32_t i, const char *folder,
                const kit_log *view, uint64_t old) {
  char name[16];
  evd_buf line;
  evd_buf_init(&line, 65536);
  (void)snprintf(name, sizeof name, "w%u", i);
  evd_witness *w = kit_witness(name, folder, view);
  if (old == 0 && kit_add(w, view, 0, 4, NULL) == 200)
    old = 4;
  if (kit_add(w, view, 4, 8, &line) == 200)
    evd_buf_add(note, line.p, line.n);
  evd_witness_close(w);
  evd_buf_close(&line);
}

static bool believed(const evd_policy *p, const evd_buf *note) {
  evd_checkpoint c;
  evd_note_why why;
  evd_policy_verdict v;
  assert_int_equal(evd_checkpoint_read(&c, (evd_span){note->p, note->n}, &why),
                   EVD_OK);
  evd_policy_judge_var(&v, p, &c, 0);
  assert_true(v.log && !v.false_signature);
  return v.quorum;
}

/* Can a log with f dishonest witnesses of n have two views believed? It shows
 * each honest one the view that needs it more, then tries the other too. */
static bool two_views(uint32_t k, uint32_t n, uint32_t f) {
  static evd_policy policy;
  static char text[8192];
  static unsigned turn;
  kit_log view[2] = {log_of(4, 1), log_of(4, 1)};
  evd_buf note[2];
  turn++;
  for (int v = 0; v < 2; v++) {
    kit_log_grow(&view[v], 4, v + 1);
    evd_buf_init(&note[v], 65536);
    kit_log_checkpoint(&note[v], &view[v], 8);
  }
  make_policy(&policy, text, &view[0], k, n);
  for (uint32_t i = 0; i < n; i++) {
    bool liar = i < f;
    int first = (int)((i - f) % 2);
    for (int step = 0; step < 2; step++) {
      char folder[64];
      int v = liar ? step : step ^ first;
      (void)snprintf(folder, sizeof folder, "view-%u-%u-%d", turn, i,
                     liar ? v : 0);
      ask(&note[v], i, folder, &view[v], liar || step == 0 ? 0 : 4);
    }
  }
  bool both = believed(&policy, &note[0]) && believed(&policy, &note[1]);
  evd_buf_close(&note[0]);
  evd_buf_close(&note[1]);
  kit_folder_end();
  return both;
}

/* n:k of the profiles; a second view needs f + floor((n - f) / 2) >= k. */
static void test_T08_two_views(void **state) {
  (void)state;
  static const struct {
    uint32_t n, k;
  } policies[] = {{3, 3}, {4, 3}, {5, 4},  {6, 5}, {7, 5},
                  {8, 6}, {9, 7}, {10, 7}, {3, 2}};
  for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
    const uint32_t n = policies[i].n, k = policies[i].k;
    assert_true(n <= PEOPLE);
    for (uint32_t f = 0; f <= n; f++)
      assert_int_equal(two_views(k, n, f), f + (n - f) / 2 >= k);
  }
  /* what the recommended sets stand */
  assert_false(two_views(3, 4, 1));
  assert_false(two_views(5, 7, 2));
}

static int end(void **state) {
  (void)state;
  kit_folder_end();
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_dialogue),
                                     cmocka_unit_test(test_form),
                                     cmocka_unit_test(test_statuses),
                                     cmocka_unit_test(test_empty_tree),
                                     cmocka_unit_test(test_what_it_signs),
                                     cmocka_unit_test(test_it_remembers),
                                     cmocka_unit_test(test_folder),
                                     cmocka_unit_test(test_full_disk),
                                     cmocka_unit_test(test_killed),
                                     cmocka_unit_test(test_B07_two_heads),
                                     cmocka_unit_test(test_T09_restored_backup),
                                     cmocka_unit_test(test_T23_stolen_log_key),
                                     cmocka_unit_test(test_T08_two_views)};
  return cmocka_run_group_tests(tests, NULL, end);
}
