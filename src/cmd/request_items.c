/* The items of a request: tally cells, and what lies in single ballots. */
#include <stdlib.h>
#include <string.h>

#include "cmd/ballots.h"
#include "cmd/request.h"
#include "host/lines.h"
#include "steps/judge_count.h"

#define MIB ((size_t)1024 * 1024)

static evd_err no_memory(void) {
  return evd_complain(EVD_ERR_SPACE, "no memory for all that is decrypted");
}

/* ---- withheld contests ---- */

/* A contest with some ballots but fewer than the floor is never decrypted,
 * and with it none of its group (3.9). */
static evd_err find_withheld(evd_request *r) {
  const evd_manifest *m = &r->head.man;
  const evd_count count = {NULL, &r->head, r->tally_ct};
  r->withheld =
      evd_arena_get(&r->head.arena, m->n_contests, sizeof *r->withheld);
  if (!r->withheld)
    return no_memory();
  for (uint32_t c = 0; c < m->n_contests; c++)
    r->withheld[c] = evd_count_withheld(&count, c + 1);
  return EVD_OK;
}

static evd_err check_tally_ct(const evd_request *r) {
  if (evd_count_fits(&r->tally_ct, &r->head.man))
    return EVD_OK;
  return evd_complain(EVD_ERR_RULE,
                      "%s/tally_encrypted.json does not have the contests and "
                      "fields of the manifest",
                      r->head.dir);
}

/* ---- room for items ---- */

static evd_err grow(evd_request *r, uint32_t *room) {
  if (r->n_items < *room)
    return EVD_OK;
  uint32_t more = *room ? 2 * *room : 256;
  evd_item *items = evd_arena_get(&r->head.arena, more, sizeof *items);
  evd_round_item *names = evd_arena_get(&r->head.arena, more, sizeof *names);
  if (!items || !names)
    return no_memory();
  if (r->n_items) {
    memcpy(items, r->items, r->n_items * sizeof *items);
    memcpy(names, r->names, r->n_items * sizeof *names);
  }
  r->items = items;
  r->names = names;
  *room = more;
  return EVD_OK;
}

/* ---- the tally ---- */

static evd_err add_contest(evd_request *r, uint32_t c, uint32_t *room) {
  const evd_tally_ct_contest *ct = &r->tally_ct.contests[c];
  for (uint32_t f = 0; f < ct->n_fields; f++) {
    EVD_TRY(grow(r, room));
    evd_item *it = &r->items[r->n_items];
    evd_round_item *name = &r->names[r->n_items];
    *it = (evd_item){.ind_c = c + 1,
                     .ind_o = f + 1,
                     .A = ct->fields[f].A,
                     .B = ct->fields[f].B,
                     .key = r->head.keys.H_E};
    name->contest = c + 1;
    name->field = f + 1;
    r->n_items++;
  }
  return EVD_OK;
}

evd_err evd_request_tally(evd_request *r) {
  uint32_t room = 0;
  EVD_TRY(check_tally_ct(r));
  EVD_TRY(find_withheld(r));
  for (uint32_t c = 0; c < r->tally_ct.n_contests && !r->data; c++)
    if (!r->withheld[c])
      EVD_TRY(add_contest(r, c, &room));
  return EVD_OK;
}

/* ---- states ---- */

typedef struct {
  evd_state *rows; /* ascending id_B */
  size_t n, room;
} states;

typedef struct {
  evd_request *r;
  states all;
  int what;
  uint64_t *ballots, *weight; /* cast, per contest: recounted */
  uint32_t items_room;
  size_t nonces_room;
} collector;

static evd_err add_state(collector *c, const evd_state *s) {
  states *x = &c->all;
  if (x->n == x->room) {
    size_t room = x->room ? 2 * x->room : 1024;
    evd_state *rows = evd_arena_get(&c->r->head.arena, room, sizeof *rows);
    if (!rows)
      return no_memory();
    if (x->n)
      memcpy(rows, x->rows, x->n * sizeof *rows);
    x->rows = rows;
    x->room = room;
  }
  x->rows[x->n++] = *s;
  return EVD_OK;
}

static evd_err read_lines(collector *c, evd_lines *in, evd_arena *scratch) {
  for (;;) {
    evd_span line;
    evd_state s;
    evd_why why = {""};
    bool more = false;
    EVD_TRY(evd_lines_next(in, &line, &more));
    if (!more)
      return EVD_OK;
    evd_arena_point mark = evd_arena_mark(scratch);
    evd_err e = evd_state_read(&s, line, scratch, &why);
    evd_arena_back(scratch, mark);
    if (e != EVD_OK)
      return evd_complain(e, "%s:%llu: %s", in->path,
                          (unsigned long long)in->number, why.text);
    EVD_TRY(add_state(c, &s));
  }
}

static evd_err read_states(collector *c) {
  const char *path =
      evd_path(&c->r->head.arena, "%s/states.jsonl", c->r->head.dir);
  evd_lines in;
  evd_arena scratch;
  if (!evd_file_exists(path)) /* an election without any ballot */
    return EVD_OK;
  evd_arena_init(&scratch, MIB);
  evd_err e = evd_lines_open(&in, path, 4096);
  if (e == EVD_OK)
    e = read_lines(c, &in, &scratch);
  evd_lines_close(&in);
  evd_arena_close(&scratch);
  return e;
}

static int by_id(const void *key, const void *row) {
  const evd_h32 *id = key;
  const evd_state *s = row;
  return memcmp(id, &s->id_B, sizeof *id);
}

static bool is_in_state(const states *x, const evd_h32 *id,
                        evd_state_word want) {
  const evd_state *s =
      x->n ? bsearch(id, x->rows, x->n, sizeof *x->rows, by_id) : NULL;
  return s && s->state == want;
}

/* ---- ballots ---- */

static evd_err copy_contest(evd_contest_ct *out, const evd_contest_ct *in,
                            evd_arena *a) {
  *out = *in;
  out->limit_c = out->limit_v = NULL;
  out->fields = evd_arena_get(a, in->n_fields, sizeof *out->fields);
  out->data_C1 = in->b ? evd_arena_get(a, in->b, 32) : NULL;
  if (!out->fields || (in->b && !out->data_C1))
    return no_memory();
  for (uint32_t f = 0; f < in->n_fields; f++) {
    out->fields[f] = in->fields[f];
    out->fields[f].c = out->fields[f].v = NULL;
  }
  if (in->b)
    memcpy(out->data_C1, in->data_C1, (size_t)32 * in->b);
  return EVD_OK;
}

/* A contest of a pre-encrypted ballot has nothing but hashes. */
static evd_err copy_hashes(evd_contest_ct *out, const evd_contest_ct *in,
                           evd_arena *a) {
  *out = *in;
  out->psi = evd_arena_get(a, in->n_psi, sizeof *out->psi);
  if (!out->psi)
    return no_memory();
  memcpy(out->psi, in->psi, in->n_psi * sizeof *in->psi);
  return EVD_OK;
}

static evd_err copy_contests(evd_sealed_nonce *s, const evd_ballot *b,
                             evd_arena *a) {
  s->contests = evd_arena_get(a, b->n_contests, sizeof *s->contests);
  if (!s->contests)
    return no_memory();
  for (uint32_t c = 0; c < b->n_contests; c++)
    EVD_TRY(b->mail ? copy_hashes(&s->contests[c], &b->contests[c], a)
                    : copy_contest(&s->contests[c], &b->contests[c], a));
  return EVD_OK;
}

static evd_err add_nonce(collector *c, const evd_ballot *b) {
  evd_request *r = c->r;
  if (r->n_nonces == c->nonces_room) {
    size_t room = c->nonces_room ? 2 * c->nonces_room : 64;
    evd_sealed_nonce *more = evd_arena_get(&r->head.arena, room, sizeof *more);
    if (!more)
      return no_memory();
    if (r->n_nonces)
      memcpy(more, r->nonces, r->n_nonces * sizeof *more);
    r->nonces = more;
    c->nonces_room = room;
  }
  evd_sealed_nonce *s = &r->nonces[r->n_nonces++];
  *s = (evd_sealed_nonce){.id_B = b->id_B,
                          .H_I = b->H_I,
                          .style = b->style,
                          .C0 = b->nonce_C0,
                          .C1 = b->nonce_C1,
                          .mail = b->mail,
                          .n_contests = b->n_contests};
  return c->what & EVD_REQUEST_WHOLE ? copy_contests(s, b, &r->head.arena)
                                     : EVD_OK;
}

static evd_err add_data(collector *c, const evd_ballot *b) {
  evd_request *r = c->r;
  for (uint32_t x = 0; x < b->n_contests; x++) {
    const evd_contest_ct *ct = &b->contests[x];
    if (!ct->b || !evd_request_data_wanted(r, ct->ind_c, b->device))
      continue;
    EVD_TRY(grow(r, &c->items_room));
    evd_round_item *name = &r->names[r->n_items];
    uint8_t *C1 = evd_arena_get(&r->head.arena, ct->b, 32);
    if (!C1)
      return no_memory();
    memcpy(C1, ct->data_C1, (size_t)32 * ct->b);
    r->items[r->n_items] = (evd_item){.is_data = true,
                                      .ind_c = ct->ind_c,
                                      .A = ct->data_C0,
                                      .C1 = {C1, (size_t)32 * ct->b},
                                      .C2_c = ct->data_c,
                                      .C2_v = ct->data_v,
                                      .key = b->H_I};
    name->has_id = true;
    name->id_B = b->id_B;
    name->contest = ct->ind_c;
    r->n_items++;
  }
  return EVD_OK;
}

static void count(collector *c, const evd_ballot *b) {
  for (uint32_t x = 0; x < b->n_contests; x++) {
    c->ballots[b->contests[x].ind_c - 1]++;
    c->weight[b->contests[x].ind_c - 1] += b->weight;
  }
}

/* Nonces of challenged ballots only, data of cast ones only: what a state
 * does not allow is not even collected (C04, C11). */
static evd_err take_ballot(void *self, const evd_ballot *b, const char *where) {
  collector *c = self;
  (void)where;
  if (is_in_state(&c->all, &b->id_B, EVD_CAST)) {
    count(c, b);
    return c->r->data ? add_data(c, b) : EVD_OK;
  }
  if (!c->r->data && is_in_state(&c->all, &b->id_B, EVD_CHALLENGED))
    return add_nonce(c, b);
  return EVD_OK;
}

/* The privacy floor is judged by these counts, and nobody else has compared
 * them with the ballots when a guardian first sees them. */
static evd_err compare_counts(const collector *c) {
  const evd_tally_ct *t = &c->r->tally_ct;
  for (uint32_t x = 0; x < t->n_contests; x++)
    if (t->contests[x].ballots != c->ballots[x] ||
        t->contests[x].weight != c->weight[x])
      return evd_complain(EVD_ERR_REFUSED,
                          "%s/tally_encrypted.json: contest %u says %llu "
                          "ballots, but %llu are cast (X.14)",
                          c->r->head.dir, x + 1,
                          (unsigned long long)t->contests[x].ballots,
                          (unsigned long long)c->ballots[x]);
  return EVD_OK;
}

static bool any_challenged(const states *x) {
  for (size_t s = 0; s < x->n; s++)
    if (x->rows[s].state == EVD_CHALLENGED)
      return true;
  return false;
}

/* ---- contest data: what 3.11 permits, where there is something ---- */

static uint64_t total_of(const evd_request *r, uint32_t ind_c, uint32_t field) {
  for (uint32_t c = 0; c < r->tally.n_contests; c++) {
    const evd_tally_contest *t = &r->tally.contests[c];
    if (t->contest != ind_c)
      continue;
    for (uint32_t f = 0; f < t->n_fields; f++)
      if (t->fields[f].field == field)
        return t->fields[f].t;
  }
  return 0;
}

bool evd_request_data_wanted(const evd_request *r, uint32_t ind_c,
                             uint32_t device) {
  const evd_manifest *m = &r->head.man;
  if (ind_c < 1 || ind_c > m->n_contests || r->withheld[ind_c - 1])
    return false;
  evd_shape s = evd_contest_shape(m, ind_c);
  uint64_t overvotes = s.overvote ? total_of(r, ind_c, s.m + 1) : 0;
  uint64_t write_ins =
      s.w ? total_of(r, ind_c, s.m + 1 + (s.overvote ? 1 : 0)) : 0;
  bool remote = device >= 1 && device <= m->n_devices &&
                evd_str_is(m->devices[device - 1].mode, "remote");
  if (remote)
    return s.w && write_ins >= m->privacy_floor;
  /* Without a field that counts overvotes only the data can tell. */
  return overvotes > 0 || write_ins > 0 || !s.overvote;
}

/* ---- order ---- */

static int nonce_order(const void *x, const void *y) {
  const evd_sealed_nonce *a = x, *b = y;
  return memcmp(&a->id_B, &b->id_B, sizeof a->id_B);
}

typedef struct {
  evd_item item;
  evd_round_item name;
} pair;

static int pair_order(const void *x, const void *y) {
  const pair *a = x, *b = y;
  int order = memcmp(&a->name.id_B, &b->name.id_B, sizeof a->name.id_B);
  if (order)
    return order;
  return a->name.contest < b->name.contest ? -1
                                           : a->name.contest > b->name.contest;
}

/* contest_data.jsonl is ascending in (id_B, contest), and so are answers. */
static evd_err sort_items(evd_request *r) {
  if (!r->data || r->n_items == 0)
    return EVD_OK;
  pair *p = evd_arena_get(&r->head.arena, r->n_items, sizeof *p);
  if (!p)
    return no_memory();
  for (uint32_t t = 0; t < r->n_items; t++)
    p[t] = (pair){r->items[t], r->names[t]};
  qsort(p, r->n_items, sizeof *p, pair_order);
  for (uint32_t t = 0; t < r->n_items; t++) {
    r->items[t] = p[t].item;
    r->names[t] = p[t].name;
  }
  return EVD_OK;
}

static bool walk_needed(const collector *c) {
  if (c->r->data || (c->what & EVD_REQUEST_RECOUNT))
    return true;
  return (c->what & EVD_REQUEST_NONCES) && any_challenged(&c->all);
}

evd_err evd_request_ballots(evd_request *r, int what) {
  collector c = {.r = r, .what = what};
  const uint32_t n = r->head.man.n_contests;
  c.ballots = evd_arena_get(&r->head.arena, n, sizeof *c.ballots);
  c.weight = evd_arena_get(&r->head.arena, n, sizeof *c.weight);
  if (!c.ballots || !c.weight)
    return no_memory();
  EVD_TRY(read_states(&c));
  if (!walk_needed(&c))
    return EVD_OK;
  EVD_TRY(evd_ballots_walk(&r->head, "Reading ballots", take_ballot, &c));
  EVD_TRY(compare_counts(&c));
  if (r->n_nonces > 1)
    qsort(r->nonces, r->n_nonces, sizeof *r->nonces, nonce_order);
  return sort_items(r);
}
