/* What guardians decrypted: their shares, the result, the contest data. What it
 * is judged by has to stand in the log before: nobody can say it of what comes
 * in the same request. */
#include <stdio.h>
#include <string.h>

#include "board/parts.h"
#include "board/rules.h"
#include "egds/decrypt.h"
#include "host/http_head.h"
#include "serve/check_run.h"
#include "steps/judge_count.h"

#define COUNT_BYTES_MAX                                                        \
  ((size_t)3 << 30) /* in memory, answers of all rounds                        \
                     */
enum { ROUNDS = 3 };

typedef struct {
  evd_checker *c;
  evd_arena a;    /* the count, answers */
  evd_arena of_b; /* the ballot */
  evd_count count;
  evd_tally result; /* for contest data */
  bool data;
  evd_span ballot; /* mapped */
  evd_h32 id_B;
  evd_ballot b;
  bool cast;
} counting;

/* ---- what is known ---- */

/* A copy of an object of the log. */
static evd_err copy(counting *x, evd_msg_object what, uint64_t number,
                    evd_span *out) {
  evd_span found;
  EVD_TRY(evd_check_ask(x->c, what, number, NULL, &found, NULL));
  if (found.n == 0)
    return EVD_ERR_MISSING;
  uint8_t *p = evd_arena_get(&x->a, found.n, 1);
  if (p)
    memcpy(p, found.p, found.n);
  *out = (evd_span){p, found.n};
  evd_memory_unmap(&found);
  return p ? EVD_OK : EVD_ERR_SPACE;
}

static evd_err missing(const counting *x, evd_err e, const char *what) {
  return e == EVD_ERR_MISSING
             ? evd_check_refuse(x->c, EVD_HTTP_REFUSED, "L.5: ", what)
             : e;
}

static evd_err judged(const counting *x, evd_err e, const evd_why *why) {
  if (e == EVD_OK || e == EVD_ERR_REFUSED || e == EVD_ERR_IO)
    return e;
  return evd_check_refuse_proof(x->c, e, "L.7: ", why);
}

static evd_err open_count(counting *x) {
  evd_why why = {""};
  evd_span bytes;
  evd_checker *c = x->c;
  if (!c->facts.group)
    return evd_check_refuse(c, EVD_HTTP_REFUSED,
                            "L.5: ", "there are no keys yet");
  EVD_TRY(missing(x, copy(x, EVD_MSG_TALLY_ENCRYPTED, 0, &bytes),
                  "the tally has to stand in the log before it is sent"));
  EVD_TRY(judged(x,
                 evd_count_read(&x->count, evd_host_group_get(c->facts.group),
                                &c->facts.head, bytes, &why, &x->a),
                 &why));
  if (!x->data)
    return EVD_OK;
  EVD_TRY(missing(x, copy(x, EVD_MSG_RESULT_TALLY, 0, &bytes),
                  "the result has to stand in the log before it is sent"));
  return judged(x, evd_result_judge(&x->count, bytes, &x->result, &why, &x->a),
                &why);
}

static void open_counting(counting *x, evd_checker *c, bool data) {
  memset(x, 0, sizeof *x);
  x->c = c;
  x->data = data;
  c->proofs++;
  evd_arena_init(&x->a, COUNT_BYTES_MAX);
  evd_arena_init(&x->of_b, (size_t)256 << 20);
}

static void close_counting(counting *x) {
  evd_memory_unmap(&x->ballot);
  evd_arena_close(&x->of_b);
  evd_arena_close(&x->a);
}

/* ---- contest data ---- */

static evd_err fetch_ballot(counting *x, const evd_h32 *id_B, evd_why *why) {
  uint64_t state = 0;
  if (x->ballot.n && memcmp(&x->id_B, id_B, sizeof *id_B) == 0)
    return EVD_OK;
  evd_memory_unmap(&x->ballot);
  evd_arena_close(&x->of_b);
  evd_arena_init(&x->of_b, (size_t)256 << 20);
  EVD_TRY(
      evd_check_ask(x->c, EVD_MSG_BALLOT_NAMED, 0, id_B, &x->ballot, &state));
  x->id_B = *id_B;
  x->cast = state == EVD_BALLOT_CAST;
  if (x->ballot.n == 0) {
    (void)snprintf(why->text, sizeof why->text,
                   "no ballot in the log has this id_B");
    return EVD_ERR_FAIL;
  }
  return evd_ballot_read(&x->b, x->ballot, &x->c->facts.head.man, &x->of_b,
                         why);
}

static evd_err find_item(counting *x, const evd_h32 *id_B, uint32_t ind_c,
                         evd_item *out, evd_why *why) {
  EVD_TRY(fetch_ballot(x, id_B, why));
  if (ind_c < 1 || ind_c > x->c->facts.head.man.n_contests) {
    (void)snprintf(why->text, sizeof why->text, "there is no contest %u",
                   ind_c);
    return EVD_ERR_FAIL;
  }
  return evd_data_item(&x->count, &x->result, &x->b, x->cast, ind_c, out, why);
}

static bool ascends(const evd_contest_data *a, const evd_contest_data *b) {
  int order = memcmp(&a->id_B, &b->id_B, sizeof a->id_B);
  return order < 0 || (order == 0 && a->contest < b->contest);
}

static evd_err judge_line(counting *x, evd_span line, evd_contest_data *last,
                          evd_why *why) {
  evd_contest_data d;
  evd_item it;
  evd_arena_point mark = evd_arena_mark(&x->a);
  evd_err e = evd_contest_data_read(&d, line, &x->a, why);
  if (e == EVD_OK && last->contest > 0 && !ascends(last, &d)) {
    (void)snprintf(why->text, sizeof why->text,
                   "its lines do not ascend by id_B and contest");
    e = EVD_ERR_FAIL;
  }
  if (e == EVD_OK)
    e = find_item(x, &d.id_B, d.contest, &it, why);
  if (e == EVD_OK)
    e = evd_data_judge(&x->count, &it, &d, why);
  *last = d;
  evd_arena_back(&x->a, mark);
  return e;
}

static evd_err judge_lines(counting *x, evd_span lines, evd_why *why) {
  evd_contest_data last = {.contest = 0};
  while (lines.n > 0) {
    const uint8_t *end = memchr(lines.p, '\n', lines.n);
    if (!end) {
      (void)snprintf(why->text, sizeof why->text, "its last line has no end");
      return EVD_ERR_FAIL;
    }
    size_t n = (size_t)(end - lines.p);
    EVD_TRY(judge_line(x, (evd_span){lines.p, n}, &last, why));
    lines.p += n + 1;
    lines.n -= n + 1;
  }
  return EVD_OK;
}

evd_err evd_check_data(evd_checker *c, evd_span lines) {
  counting x;
  evd_why why = {""};
  open_counting(&x, c, true);
  evd_err e = open_count(&x);
  if (e == EVD_OK)
    e = judged(&x, judge_lines(&x, lines, &why), &why);
  close_counting(&x);
  return e;
}

/* ---- the result ---- */

evd_err evd_check_result(evd_checker *c, evd_span tally) {
  counting x;
  evd_why why = {""};
  open_counting(&x, c, false);
  evd_err e = open_count(&x);
  if (e == EVD_OK)
    e = judged(&x, evd_result_judge(&x.count, tally, &x.result, &why, &x.a),
               &why);
  close_counting(&x);
  return e;
}

/* ---- shares ---- */

static evd_err find_answer(evd_span parts, uint32_t round, uint32_t i,
                           evd_span *out) {
  char name[64];
  (void)snprintf(name, sizeof name, "decrypt_%u_%u.json", round, i);
  return evd_part_find(parts, name, out);
}

static evd_err share_answer(void *self, uint32_t round, uint32_t i,
                            evd_span *out) {
  counting *x = self;
  evd_span parts;
  uint32_t step = x->data ? round + ROUNDS : round;
  EVD_TRY(copy(x, EVD_MSG_SHARE_OF, (uint64_t)8 * i + step, &parts));
  return find_answer(parts, round, i, out) == EVD_OK ? EVD_OK : EVD_ERR_MISSING;
}

static evd_err share_item(void *self, const evd_round_item *name, evd_item *out,
                          evd_why *why) {
  return find_item(self, &name->id_B, name->contest, out, why);
}

static evd_err judge_share(counting *x, const evd_entry *e, evd_span parts) {
  const evd_share_from from = {x, share_answer, share_item};
  uint32_t step = e->share.step, i = e->share.guardian;
  uint32_t round = x->data ? step - ROUNDS : step;
  evd_why why = {""};
  evd_span bytes;
  if (find_answer(parts, round, i, &bytes) != EVD_OK)
    return evd_check_refuse(x->c, EVD_HTTP_REFUSED, "L.7: ",
                            "it has not the part decrypt_<round>_<guardian>"
                            ".json");
  return judged(
      x,
      evd_share_judge(&x->count, x->data, round, i, bytes, &from, &why, &x->a),
      &why);
}

evd_err evd_check_share(evd_checker *c, const evd_entry *e, evd_span parts) {
  counting x;
  open_counting(&x, c, e->share.step > ROUNDS);
  evd_err err = open_count(&x);
  if (err == EVD_OK)
    err = judge_share(&x, e, parts);
  close_counting(&x);
  return err;
}
