#include "steps/judge_posted.h"

#include <stdio.h>
#include <string.h>

#include "board/parts.h"

/* The count, and answers of all rounds. */
#define COUNT_BYTES_MAX ((size_t)3 << 30)
#define BALLOT_BYTES_MAX ((size_t)256 << 20)
enum { ROUNDS = 3 };

typedef struct {
  const evd_posted_from *from;
  evd_why *why;
  evd_arena a;    /* the count, answers */
  evd_arena of_b; /* the ballot */
  evd_count count;
  evd_tally result; /* for contest data */
  bool data;
  bool has_ballot;
  evd_h32 id_B;
  evd_ballot b;
  bool cast;
} counting;

static evd_err say(const counting *x, evd_err e, const char *what) {
  (void)snprintf(x->why->text, sizeof x->why->text, "%s", what);
  return e;
}

static evd_err need(const counting *x, evd_err e, const char *what) {
  return e == EVD_ERR_MISSING ? say(x, e, what) : e;
}

static evd_err open_count(counting *x, const evd_group *G,
                          const evd_head *head) {
  evd_span bytes;
  EVD_TRY(need(x, x->from->tally(x->from->self, &x->a, &bytes),
               "the tally has to stand in the log before it is sent"));
  EVD_TRY(evd_count_read(&x->count, G, head, bytes, x->why, &x->a));
  if (!x->data)
    return EVD_OK;
  EVD_TRY(need(x, x->from->result(x->from->self, &x->a, &bytes),
               "the result has to stand in the log before it is sent"));
  return evd_result_judge(&x->count, bytes, &x->result, x->why, &x->a);
}

/* ---- contest data ---- */

static evd_err fetch_ballot(counting *x, const evd_h32 *id_B) {
  evd_span line;
  if (x->has_ballot && memcmp(&x->id_B, id_B, sizeof *id_B) == 0)
    return EVD_OK;
  x->has_ballot = false;
  evd_arena_close(&x->of_b);
  evd_arena_init(&x->of_b, BALLOT_BYTES_MAX);
  evd_err e = x->from->ballot(x->from->self, id_B, &line, &x->cast);
  if (e == EVD_ERR_MISSING)
    return say(x, EVD_ERR_FAIL, "no ballot in the log has this id_B");
  EVD_TRY(e);
  EVD_TRY(evd_ballot_read(&x->b, line, &x->count.head->man, &x->of_b, x->why));
  x->id_B = *id_B;
  x->has_ballot = true;
  return EVD_OK;
}

static evd_err find_item(counting *x, const evd_h32 *id_B, uint32_t ind_c,
                         evd_item *out) {
  EVD_TRY(fetch_ballot(x, id_B));
  if (ind_c < 1 || ind_c > x->count.head->man.n_contests) {
    (void)snprintf(x->why->text, sizeof x->why->text, "there is no contest %u",
                   ind_c);
    return EVD_ERR_FAIL;
  }
  return evd_data_item(&x->count, &x->result, &x->b, x->cast, ind_c, out,
                       x->why);
}

static bool ascends(const evd_contest_data *a, const evd_contest_data *b) {
  int order = memcmp(&a->id_B, &b->id_B, sizeof a->id_B);
  return order < 0 || (order == 0 && a->contest < b->contest);
}

static evd_err judge_line(counting *x, evd_span line, evd_contest_data *last) {
  evd_contest_data d;
  evd_item it;
  evd_arena_point mark = evd_arena_mark(&x->a);
  evd_err e = evd_contest_data_read(&d, line, &x->a, x->why);
  if (e == EVD_OK && last->contest > 0 && !ascends(last, &d))
    e = say(x, EVD_ERR_FAIL, "its lines do not ascend by id_B and contest");
  if (e == EVD_OK)
    e = find_item(x, &d.id_B, d.contest, &it);
  if (e == EVD_OK)
    e = evd_data_judge(&x->count, &it, &d, x->why);
  if (e == EVD_OK)
    *last = d;
  evd_arena_back(&x->a, mark);
  return e;
}

static evd_err judge_data(counting *x, evd_span lines) {
  evd_contest_data last = {.contest = 0};
  while (lines.n > 0) {
    const uint8_t *end = memchr(lines.p, '\n', lines.n);
    if (!end)
      return say(x, EVD_ERR_FAIL, "its last line has no end");
    size_t n = (size_t)(end - lines.p);
    EVD_TRY(judge_line(x, (evd_span){lines.p, n}, &last));
    lines.p += n + 1;
    lines.n -= n + 1;
  }
  return EVD_OK;
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
  EVD_TRY(x->from->share(x->from->self, i, step, &x->a, &parts));
  return find_answer(parts, round, i, out) == EVD_OK ? EVD_OK : EVD_ERR_MISSING;
}

static evd_err share_item(void *self, const evd_round_item *name, evd_item *out,
                          evd_why *why) {
  (void)why; /* the same */
  return find_item(self, &name->id_B, name->contest, out);
}

static evd_err judge_share(counting *x, const evd_entry *e, evd_span parts) {
  const evd_share_from from = {x, share_answer, share_item};
  uint32_t step = e->share.step, i = e->share.guardian;
  uint32_t round = x->data ? step - ROUNDS : step;
  evd_span bytes;
  if (find_answer(parts, round, i, &bytes) != EVD_OK)
    return say(x, EVD_ERR_FAIL,
               "it has not the part decrypt_<round>_<guardian>.json");
  return evd_share_judge(&x->count, x->data, round, i, bytes, &from, x->why,
                         &x->a);
}

/* ---- one entry ---- */

static evd_err judge(counting *x, const evd_entry *e, evd_span object) {
  if (e->type == EVD_ENTRY_SHARE)
    return judge_share(x, e, object);
  if (e->type == EVD_ENTRY_CONTEST_DATA)
    return judge_data(x, object);
  return evd_result_judge(&x->count, object, &x->result, x->why, &x->a);
}

evd_err evd_posted_judge(const evd_entry *e, evd_span object,
                         const evd_posted_from *from, const evd_group *G,
                         const evd_head *head, evd_why *why) {
  counting x;
  memset(&x, 0, sizeof x);
  x.from = from;
  x.why = why;
  x.data = e->type == EVD_ENTRY_CONTEST_DATA ||
           (e->type == EVD_ENTRY_SHARE && e->share.step > ROUNDS);
  evd_arena_init(&x.a, COUNT_BYTES_MAX);
  evd_arena_init(&x.of_b, BALLOT_BYTES_MAX);
  evd_err err = open_count(&x, G, head);
  if (err == EVD_OK)
    err = judge(&x, e, object);
  evd_arena_close(&x.of_b);
  evd_arena_close(&x.a);
  return err;
}
