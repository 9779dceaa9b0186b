/* The text of an attestation: one fact a line. */
#include "verify/attest.h"

#include <string.h>

#include "base/hex.h"
#include "hash/hash.h"
#include "record/say.h"
#include "verify/report.h"

enum { HASH_CHARS = 64, NUMBER_CHARS = 20 };

static const char first_line[] = "Evident attestation v1";
static const char *const status_words[] = {
    [EVD_NOT_RUN] = "not-run", [EVD_PASS] = "pass", [EVD_FAILED] = "fail"};

/* X(word, member): the numbers, in their order. */
#define NUMBERS(X)                                                             \
  X("ballots", ballots)                                                        \
  X("cast", cast)                                                              \
  X("challenged", challenged)                                                  \
  X("spoiled", spoiled)                                                        \
  X("superseded", superseded)                                                  \
  X("refused", refused)

/* ---- making ---- */

/* Over the lines "6.D every selection is in its range": who knows other
 * checks, or means something else by them, has another digest. */
static void digest_of_list(evd_h32 *out, const evd_report *r) {
  evd_sha256 c;
  evd_digest_init(&c, "checks");
  for (size_t i = 0; i < r->n_checks; i++) {
    evd_sha256_add(&c, r->checks[i].id, strlen(r->checks[i].id));
    evd_sha256_add(&c, " ", 1);
    evd_sha256_add(&c, r->checks[i].meaning, strlen(r->checks[i].meaning));
    evd_sha256_add(&c, "\n", 1);
  }
  evd_sha256_out(&c, out);
}

static void copy_word(char *out, size_t cap_bytes, const char *word) {
  evd_say s;
  evd_say_init(&s, out, cap_bytes);
  evd_say_text(&s, word);
}

evd_err evd_attest_make(evd_attestation *out, const evd_report *r,
                        const char *name, const char *version) {
  bool something = false;
  memset(out, 0, sizeof *out);
  if (!r->has_digest || r->n_checks > EVD_ATTEST_CHECKS_MAX)
    return EVD_ERR_INCOMPLETE;
  copy_word(out->name, sizeof out->name, name);
  copy_word(out->version, sizeof out->version, version);
  digest_of_list(&out->checks, r);
  out->record = r->record_digest;
  out->stage = r->stage;
  out->verdict = r->verdict;
#define COPY(word, member) out->member = r->member;
  NUMBERS(COPY)
#undef COPY
  for (size_t i = 0; i < r->n_checks; i++) {
    evd_attest_line *line = &out->lines[out->n_lines++];
    copy_word(line->id, sizeof line->id, r->checks[i].id);
    line->status = r->checks[i].status;
    something = something || r->checks[i].count > 0;
  }
  return something ? EVD_OK : EVD_ERR_INCOMPLETE;
}

/* ---- writing ---- */

static void put(evd_buf *b, const char *word, const char *value) {
  evd_buf_text(b, word);
  evd_buf_text(b, " ");
  evd_buf_text(b, value);
  evd_buf_text(b, "\n");
}

static void put_hash(evd_buf *b, const char *word, const evd_h32 *h) {
  char digits[HASH_CHARS + 1] = {0};
  evd_hex_write(digits, h->b, sizeof h->b);
  put(b, word, digits);
}

static void put_number(evd_buf *b, const char *word, uint64_t n) {
  char digits[NUMBER_CHARS + 1];
  evd_say s;
  evd_say_init(&s, digits, sizeof digits);
  evd_say_n(&s, n);
  put(b, word, digits);
}

void evd_attest_write(evd_buf *b, const evd_attestation *a) {
  evd_buf_text(b, first_line);
  evd_buf_text(b, "\nverifier ");
  put(b, a->name, a->version);
  put_hash(b, "checks", &a->checks);
  put_hash(b, "record", &a->record);
  put(b, "stage", evd_stage_text(a->stage));
  put(b, "verdict", evd_verdict_text(a->verdict));
#define PUT(word, member) put_number(b, word, a->member);
  NUMBERS(PUT)
#undef PUT
  for (uint32_t i = 0; i < a->n_lines; i++)
    put(b, a->lines[i].id, status_words[a->lines[i].status]);
}

/* ---- comparing ---- */

typedef struct {
  evd_buf *out;
  uint32_t n;
} difference;

static void differ(difference *d, const char *what, const char *a,
                   const char *b) {
  evd_buf_text(d->out, what);
  evd_buf_text(d->out, ": attested is ");
  evd_buf_text(d->out, a);
  evd_buf_text(d->out, ", found was ");
  evd_buf_text(d->out, b);
  evd_buf_text(d->out, "\n");
  d->n++;
}

static void compare_number(difference *d, const char *what, uint64_t a,
                           uint64_t b) {
  char x[NUMBER_CHARS + 1], y[NUMBER_CHARS + 1];
  evd_say s;
  if (a == b)
    return;
  evd_say_init(&s, x, sizeof x);
  evd_say_n(&s, a);
  evd_say_init(&s, y, sizeof y);
  evd_say_n(&s, b);
  differ(d, what, x, y);
}

static void compare_hash(difference *d, const char *what, const evd_h32 *a,
                         const evd_h32 *b) {
  char x[HASH_CHARS + 1] = {0}, y[HASH_CHARS + 1] = {0};
  if (memcmp(a, b, sizeof *a) == 0)
    return;
  evd_hex_write(x, a->b, sizeof a->b);
  evd_hex_write(y, b->b, sizeof b->b);
  differ(d, what, x, y);
}

static const evd_attest_line *find(const evd_attestation *a, const char *id) {
  for (uint32_t i = 0; i < a->n_lines; i++)
    if (strcmp(a->lines[i].id, id) == 0)
      return &a->lines[i];
  return NULL;
}

/* Lines of `a`, each beside that of b; `missing`: only those b lacks. */
static void compare_lines(difference *d, const evd_attestation *a,
                          const evd_attestation *b, bool attested) {
  for (uint32_t i = 0; i < a->n_lines; i++) {
    const evd_attest_line *x = &a->lines[i], *y = find(b, x->id);
    if (!y && x->status == EVD_FAILED)
      differ(d, x->id, attested ? "fail" : "nothing",
             attested ? "nothing" : "fail");
    else if (y && attested && x->status != y->status)
      differ(d, x->id, status_words[x->status], status_words[y->status]);
  }
}

uint32_t evd_attest_compare(evd_buf *out, const evd_attestation *a,
                            const evd_attestation *b) {
  difference d = {out, 0};
  compare_hash(&d, "record", &a->record, &b->record);
  if (a->stage != b->stage)
    differ(&d, "stage", evd_stage_text(a->stage), evd_stage_text(b->stage));
  if (a->verdict != b->verdict)
    differ(&d, "verdict", evd_verdict_text(a->verdict),
           evd_verdict_text(b->verdict));
#define COMPARE(word, member) compare_number(&d, word, a->member, b->member);
  NUMBERS(COMPARE)
#undef COMPARE
  compare_lines(&d, a, b, true);
  compare_lines(&d, b, a, false);
  return d.n;
}
