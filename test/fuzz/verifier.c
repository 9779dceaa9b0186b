/* What runs of a verifier hand to each other, and what another verifier says:
 * parts of shards, resume files, answers to the conformance kit. [T20] */
#include <string.h>
#include <unistd.h>

#include "base/hex.h"
#include "cmd/conformance.h"
#include "fuzz.h"
#include "host/resume_file.h"
#include "verify/merge.h"
#include "verify/part.h"

#define FILES 3 /* that a failure may lie in */

static void name_checks(evd_check checks[EVD_N_CHECKS]) {
  static const char *const ids[] = {
#define ID(name, text, first, counted, says) text,
      EVD_CHECKS(ID)
#undef ID
  };
  memset(checks, 0, EVD_N_CHECKS * sizeof *checks);
  for (size_t i = 0; i < EVD_N_CHECKS; i++)
    checks[i].id = ids[i];
}

/* The input, where a version that is "@" becomes this program's. */
static evd_span fill_in(evd_buf *b, const uint8_t *p, size_t n) {
  static const char hole[] = "\"version\":\"@\"";
  static const char filled[] = "\"version\":\"" EVD_VERSION "\"";
  evd_buf_init(b, 2 * n + sizeof filled);
  for (size_t at = 0; at < n;) {
    const uint8_t *hit = memmem(p + at, n - at, hole, sizeof hole - 1);
    size_t end = hit ? (size_t)(hit - p) : n;
    evd_buf_add(b, p + at, end - at);
    if (hit)
      evd_buf_text(b, filled);
    at = hit ? end + sizeof hole - 1 : n;
  }
  EVD_PROMISE(evd_buf_ok(b));
  return (evd_span){b->p, b->n};
}

/* ---- one line of a part ---- */

static bool head_line(evd_span line, evd_arena *a, evd_why *why) {
  evd_part_head h;
  bool good = evd_part_head_read(&h, line, a, why);
  EVD_PROMISE(!good || (h.shard.i >= 1 && h.shard.i <= h.shard.n));
  EVD_PROMISE(!good || (h.from <= h.to && h.to <= h.lines));
  return good;
}

static bool file_line(evd_span line, evd_arena *a, evd_why *why) {
  evd_file f;
  bool good = evd_part_file_read(&f, line, a, why);
  EVD_PROMISE(f.path && (!good || strlen(f.path) > 0));
  return good;
}

static bool bytes_line(evd_span line, evd_arena *a, evd_why *why) {
  evd_span bytes;
  uint64_t of = 0;
  bool good = evd_part_bytes_read(&bytes, &of, line, a, why);
  EVD_PROMISE(!good || 2 * bytes.n < line.n);
  return good;
}

static bool check_line(evd_span line, evd_arena *a, evd_why *why) {
  static evd_check checks[EVD_N_CHECKS];
  name_checks(checks);
  bool good = evd_part_check_read(checks, line, FILES, a, a, why);
  for (size_t i = 0; i < EVD_N_CHECKS; i++) {
    EVD_PROMISE(checks[i].n_kept <= EVD_FAILURES_KEPT);
    for (uint32_t k = 0; k < checks[i].n_kept; k++)
      EVD_PROMISE(checks[i].kept[k].order.file < FILES);
  }
  return good;
}

/* Rows that are taken are put as the same line again. */
static evd_err put_in(void *self, const void *p, size_t n) {
  evd_buf_add(self, p, n);
  return EVD_OK;
}

static bool rows_line(evd_span line, evd_arena *a, evd_why *why) {
  evd_span rows, again;
  evd_section of, of_again;
  evd_part_out o;
  evd_buf b;
  if (!evd_part_rows_read(&rows, &of, line, a, why))
    return false;
  EVD_PROMISE(rows.n > 0 && rows.n % evd_section_bytes(of) == 0);
  if (rows.n > EVD_PART_CHUNK_BYTES)
    return true;
  evd_buf_init(&b, 4 * line.n + 256);
  evd_part_begin(&o, put_in, &b);
  evd_part_rows(&o, of, rows.p, rows.n);
  EVD_PROMISE(evd_part_end(&o) == EVD_OK && evd_buf_ok(&b));
  const uint8_t *lf = memchr(b.p, '\n', b.n);
  EVD_PROMISE(lf != NULL);
  EVD_PROMISE(evd_part_rows_read(&again, &of_again,
                                 (evd_span){b.p, (size_t)(lf - b.p)}, a, why));
  EVD_PROMISE(of_again == of && again.n == rows.n);
  EVD_PROMISE(memcmp(again.p, rows.p, rows.n) == 0);
  evd_buf_close(&b);
  return true;
}

static void part_target(const uint8_t *p, size_t n) {
  const evd_span line = {p, n};
  evd_why why = {.text = ""};
  evd_arena a;
  evd_h32 sha;
  bool good = false;
  evd_part_kind kind = evd_part_kind_of(line);
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  if (kind == EVD_PART_HEAD)
    good = head_line(line, &a, &why);
  else if (kind == EVD_PART_FILE)
    good = file_line(line, &a, &why);
  else if (kind == EVD_PART_BYTES)
    good = bytes_line(line, &a, &why);
  else if (kind == EVD_PART_CHECK)
    good = check_line(line, &a, &why);
  else if (kind == EVD_PART_ROWS)
    good = rows_line(line, &a, &why);
  else if (kind == EVD_PART_END)
    good = evd_part_end_read(&sha, line, &why);
  EVD_PROMISE(good || kind == EVD_PART_OTHER || why.text[0]);
  evd_fuzz_taken += good;
  evd_arena_close(&a);
}

/* ---- whole parts ----------------------------------------------------------
 */

enum { PARTS_MAX = 4, END_BYTES = 75 };

/* The input, cut at zero bytes; every part ends with its digest. */
typedef struct {
  uint32_t n, open;
  evd_span of[PARTS_MAX];
  char end[PARTS_MAX][END_BYTES + 1];
  size_t at;
  bool ended;
} given;

static evd_span next_line(evd_span from, size_t *at) {
  const uint8_t *p = from.p + *at;
  size_t left = from.n - *at;
  const uint8_t *lf = memchr(p, '\n', left);
  size_t n = lf ? (size_t)(lf - p) : left;
  *at += lf ? n + 1 : n;
  return (evd_span){p, n};
}

static void put_end(char out[END_BYTES + 1], evd_span part) {
  evd_sha256 sha;
  evd_h32 h;
  char hex[2 * sizeof h];
  evd_sha256_init(&sha);
  for (size_t at = 0; at < part.n;) {
    evd_span line = next_line(part, &at);
    evd_sha256_add(&sha, line.p, line.n);
    evd_sha256_add(&sha, "\n", 1);
  }
  evd_sha256_out(&sha, &h);
  evd_hex_write(hex, h.b, sizeof h.b);
  (void)snprintf(out, END_BYTES + 1, "{\"end\":\"%.*s\"}", (int)sizeof hex,
                 hex);
}

static void cut(given *g, evd_span in) {
  const uint8_t *p = in.p;
  size_t at = 0, n = in.n;
  for (g->n = 0; g->n < PARTS_MAX && at < n; g->n++) {
    const uint8_t *zero = memchr(p + at, 0, n - at);
    size_t end = zero ? (size_t)(zero - p) : n;
    g->of[g->n] = (evd_span){p + at, end - at};
    put_end(g->end[g->n], g->of[g->n]);
    at = end + 1;
  }
}

static evd_err part_open(void *self, uint32_t part) {
  given *g = self;
  EVD_PROMISE(part < g->n);
  g->open = part;
  g->at = 0;
  g->ended = false;
  return EVD_OK;
}

static evd_err part_next(void *self, evd_span *line, bool *more) {
  given *g = self;
  const evd_span part = g->of[g->open];
  *more = !g->ended;
  if (g->at < part.n) {
    *line = next_line(part, &g->at);
    return EVD_OK;
  }
  g->ended = true;
  *line = (evd_span){(const uint8_t *)g->end[g->open], strlen(g->end[g->open])};
  return EVD_OK;
}

static void part_close(void *self) { (void)self; }

/* Nothing that is put together here is a record that passes. */
static void merge_target(const uint8_t *p, size_t n) {
  static given g;
  const evd_verify_how how = {.stage = EVD_STAGE_FINAL};
  evd_report report;
  evd_why why;
  evd_arena a;
  uint32_t at = 0;
  evd_buf text;
  cut(&g, fill_in(&text, p, n));
  if (g.n == 0)
    return;
  const evd_parts parts = {&g, g.n, part_open, part_next, part_close};
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  evd_err e =
      evd_verify_merge(&report, evd_kernel_best(), &parts, &how, &at, &why, &a);
  EVD_PROMISE(e == EVD_OK || e == EVD_ERR_SPACE || e == EVD_ERR_RULE);
  EVD_PROMISE(e != EVD_ERR_RULE || (why.text[0] && at < g.n));
  EVD_PROMISE(e != EVD_OK || (report.n_parts == g.n && report.parts));
  EVD_PROMISE(e != EVD_OK || report.verdict != EVD_VERDICT_PASS);
  evd_fuzz_taken += e == EVD_OK;
  evd_arena_close(&a);
  evd_buf_close(&text);
}

/* ---- resume files ---------------------------------------------------------
 */

/* What lies under the seal, against a record of five files whose digests are
 * all zero. What is taken names ballot files that are there. */
static void resume_target(const uint8_t *p, size_t n) {
  static const char *const paths[] = {"parameters.json", "manifest.json",
                                      "election_keys.json", "ballots/a.jsonl",
                                      "ballots/b.jsonl"};
  static const evd_single single[] = {EVD_FILE_PARAMETERS, EVD_FILE_MANIFEST,
                                      EVD_FILE_ELECTION_KEYS};
  static evd_check found[EVD_N_CHECKS];
  static evd_run r;
  evd_file files[5] = {{.path = NULL}}, *ballots[] = {&files[3], &files[4]};
  evd_report report = {.stage = EVD_STAGE_FINAL};
  evd_buf text;
  const evd_resuming how = {.before = fill_in(&text, p, n)};
  evd_arena a;
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  name_checks(found);
  r = (evd_run){.rep = &report,
                .a = &a,
                .stage = EVD_STAGE_FINAL,
                .found = found,
                .ballot_files = ballots,
                .n_ballot_files = 2};
  for (size_t i = 0; i < 5; i++)
    files[i] = (evd_file){.path = paths[i], .read = true};
  for (size_t i = 0; i < 3; i++)
    r.single[single[i]] = &files[i];
  evd_resume_begin(&r, &how);
  for (size_t c = 0; c < EVD_N_CHECKS; c++)
    for (uint32_t k = 0; k < found[c].n_kept; k++)
      EVD_PROMISE(found[c].kept[k].order.file < 2);
  evd_fuzz_taken += n > 0 && !evd_stopped(&r) && report.resumed > 0;
  evd_arena_close(&a);
  evd_buf_close(&text);
}

/* The file itself: who has not the key cannot seal, and what is sealed comes
 * back whole. */
static void resume_file_target(const uint8_t *p, size_t n) {
  char top[600];
  evd_resume_file f;
  const evd_span bytes = {p, n};
  EVD_PROMISE(setenv("XDG_STATE_HOME", evd_fuzz_folder(), 1) == 0);
  const char *path = evd_fuzz_file("resume", p, n);
  if (evd_resume_file_open(&f, path) == EVD_OK) {
    EVD_PROMISE(f.how.before.n == 0);
    EVD_PROMISE(f.how.keep(f.how.self, bytes) == EVD_OK);
    evd_resume_file_close(&f);
    EVD_PROMISE(evd_resume_file_open(&f, path) == EVD_OK);
    EVD_PROMISE(f.how.before.n == n);
    EVD_PROMISE(n == 0 || memcmp(f.how.before.p, p, n) == 0);
    evd_fuzz_taken++;
  }
  evd_resume_file_close(&f);
  evd_fuzz_remove("evident/verifier.key");
  (void)snprintf(top, sizeof top, "%s/evident", evd_fuzz_folder());
  (void)rmdir(top);
}

/* ---- the conformance kit --------------------------------------------------
 */

static void trials_target(const uint8_t *p, size_t n) {
  evd_arena a;
  evd_trials t = {NULL, 0};
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  (void)evd_fuzz_file("kit.json", p, n);
  if (evd_trials_read(&t, evd_fuzz_folder(), &a) == EVD_OK) {
    EVD_PROMISE(t.n > 0);
    for (uint32_t i = 0; i < t.n; i++)
      EVD_PROMISE(t.trials[i].id[0] && !strchr(t.trials[i].id, '/') &&
                  (!t.trials[i].log || t.trials[i].policy));
    evd_fuzz_taken++;
  }
  evd_fuzz_remove("kit.json");
  evd_arena_close(&a);
}

static void answer_of(bool log, const uint8_t *p, size_t n) {
  static evd_answer a;
  evd_buf out;
  evd_trial t = {.id = "x", .log = log};
  const evd_trials one = {&t, 1};
  evd_answer_read(&a, log, 1, (evd_span){p, n});
  t.want = a.got;
  const bool right = evd_answer_right(&t, &a);
  EVD_PROMISE(right == (!a.form && evd_codes_count(&a.got) > 0));
  evd_buf_init(&out, (size_t)1 << 20);
  (void)evd_answers_judge(&out, EVD_JUDGE_JSON, &one, &a);
  EVD_PROMISE(evd_buf_ok(&out));
  evd_buf_close(&out);
  evd_fuzz_taken += evd_codes_count(&a.got) > 0;
}

/* Standard output of somebody's verifier. */
static void answer_target(const uint8_t *p, size_t n) {
  answer_of(false, p, n);
  answer_of(true, p, n);
}

const evd_fuzz_target evd_fuzz_verifier[] = {
    {"part", part_target},
    {"merge", merge_target},
    {"resume", resume_target},
    {"resume_file", resume_file_target},
    {"trials", trials_target},
    {"answer", answer_target},
    {NULL, NULL}};
