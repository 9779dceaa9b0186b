/* The count: totals under encryption, their decryption, openings. */
#include <string.h>

#include "egds/check.h"
#include "kit/prove.h"

enum { T_MAX = 64 };

/* ---- tally_encrypted.json ---- */

static void add_ballot(evd_kit *e, uint32_t at,
                       evd_zp sums[][EVD_KIT_FIELDS][2]) {
  const evd_ballot *b = &e->ballots[at];
  const evd_mail_cast *line = evd_kit_mail_line(e, at);
  for (uint32_t ci = 0; ci < b->n_contests; ci++) {
    const evd_contest_ct *c = &b->contests[ci];
    if (c->ind_c > e->man.n_contests)
      continue;
    evd_tally_ct_contest *t = &e->count.contests[c->ind_c - 1];
    t->ballots++;
    t->weight += b->weight;
    if (b->mail && !line)
      continue; /* cast, but nobody knows what */
    if (b->mail)
      c = &line->contests[ci].ct;
    for (uint32_t j = 0; j < c->n_fields; j++)
      evd_tally_add_var(&e->G, &sums[c->ind_c - 1][j][0],
                        &sums[c->ind_c - 1][j][1], &c->fields[j], b->weight);
  }
}

void evd_kit_count_up(evd_kit *e) {
  evd_zp sums[EVD_KIT_CONTESTS][EVD_KIT_FIELDS][2];
  e->count = (evd_tally_ct){.n_contests = e->man.n_contests};
  e->count.contests =
      evd_kit_room(e, EVD_KIT_CONTESTS, sizeof *e->count.contests);
  for (uint32_t i = 0; i < e->man.n_contests; i++)
    for (uint32_t j = 0; j < EVD_KIT_FIELDS; j++) {
      evd_zp_one(&sums[i][j][0]);
      evd_zp_one(&sums[i][j][1]);
    }
  for (uint32_t at = 0; at < e->n_ballots; at++) {
    if (e->secret[at].state != EVD_CAST)
      continue;
    e->count.ballots++;
    e->count.weight += e->ballots[at].weight;
    add_ballot(e, at, sums);
  }
  for (uint32_t i = 0; i < e->man.n_contests; i++) {
    evd_tally_ct_contest *t = &e->count.contests[i];
    const evd_shape s = evd_contest_shape(&e->man, i + 1);
    t->contest = i + 1;
    t->n_fields = evd_shape_fields(&s);
    t->fields = evd_kit_room(e, t->n_fields, sizeof *t->fields);
    for (uint32_t j = 0; j < t->n_fields; j++) {
      evd_zp_to_bytes(e->G.k, &t->fields[j].A, &sums[i][j][0]);
      evd_zp_to_bytes(e->G.k, &t->fields[j].B, &sums[i][j][1]);
    }
  }
}

/* ---- tally.json ---- */

static bool below_floor(const evd_kit *e, uint32_t ind_c) {
  uint64_t n = e->count.contests[ind_c - 1].ballots;
  return n > 0 && n < e->man.privacy_floor;
}

static bool same_group(const evd_contest *a, const evd_contest *b) {
  return a->group.n > 0 && a->group.n == b->group.n &&
         memcmp(a->group.p, b->group.p, a->group.n) == 0;
}

bool evd_kit_withheld(const evd_kit *e, uint32_t ind_c) {
  bool hidden = below_floor(e, ind_c);
  for (uint32_t i = 1; i <= e->man.n_contests; i++)
    hidden |= below_floor(e, i) &&
              same_group(&e->man.contests[ind_c - 1], &e->man.contests[i - 1]);
  return hidden;
}

/* Weighted sum of the values in this field; what no ballot can hold is 0. */
static uint64_t hint(const evd_kit *e, uint32_t ind_c, uint32_t ind_o) {
  uint64_t t = 0;
  for (uint32_t at = 0; at < e->n_ballots; at++) {
    const evd_ballot *b = &e->ballots[at];
    if (e->secret[at].state != EVD_CAST)
      continue;
    for (uint32_t ci = 0; ci < b->n_contests; ci++)
      if (b->contests[ci].ind_c == ind_c &&
          e->secret[at].value[ci][ind_o - 1].l[0] < T_MAX)
        t += e->secret[at].value[ci][ind_o - 1].l[0] * b->weight;
  }
  return t;
}

/* t with K^t = T, where there is a small one. */
static uint64_t log_of(const evd_kit *e, const evd_p *T, uint64_t guess) {
  evd_p x = evd_kit_K(e, evd_kit_zq(guess));
  if (memcmp(&x, T, sizeof x) == 0)
    return guess;
  for (uint64_t t = 0; t < T_MAX; t++) {
    x = evd_kit_K(e, evd_kit_zq(t));
    if (memcmp(&x, T, sizeof x) == 0)
      return t;
  }
  return 0;
}

void evd_kit_cell(evd_kit *e, evd_cell *out, uint32_t ind_c, uint32_t ind_o) {
  evd_item it = evd_kit_item_cell(e, ind_c, ind_o);
  evd_p M = evd_kit_pow(e, &it.A, e->s), inverse = evd_kit_inverse(e, &M);
  out->field = ind_o;
  out->label = evd_field_label(&e->man, ind_c, ind_o);
  out->T = evd_kit_times(e, &it.B, &inverse);
  out->t = log_of(e, &out->T, hint(e, ind_c, ind_o));
  (void)evd_kit_prove_item(e, &it, e->s, &M, evd_kit_draw(e), &out->c, &out->v);
}

static void present(evd_kit *e) {
  e->tally.n_U = 0;
  e->tally.U = evd_kit_room(e, EVD_KIT_GUARDIANS + 1, sizeof *e->tally.U);
  for (uint32_t i = 1; i <= e->plan.n; i++)
    if (i != e->plan.absent)
      e->tally.U[e->tally.n_U++] = i;
}

void evd_kit_tally(evd_kit *e) {
  e->tally = (evd_tally){.n_contests = e->man.n_contests};
  present(e);
  e->tally.contests =
      evd_kit_room(e, EVD_KIT_CONTESTS, sizeof *e->tally.contests);
  for (uint32_t i = 0; i < e->man.n_contests; i++) {
    evd_tally_contest *c = &e->tally.contests[i];
    c->contest = i + 1;
    c->label = e->man.contests[i].label;
    c->fields = evd_kit_room(e, EVD_KIT_FIELDS + 1, sizeof *c->fields);
    if (evd_kit_withheld(e, i + 1))
      continue;
    c->n_fields = e->count.contests[i].n_fields;
    for (uint32_t j = 0; j < c->n_fields; j++)
      evd_kit_cell(e, &c->fields[j], i + 1, j + 1);
  }
}

/* ---- challenged.jsonl ---- */

static void open_contest(evd_kit *e, uint32_t at, uint32_t ci,
                         evd_challenged_contest *out) {
  const evd_kit_secret *s = &e->secret[at];
  const evd_contest_ct *c = &e->ballots[at].contests[ci];
  const uint32_t room = EVD_KIT_FIELDS + 1; /* one for a fault */
  *out = (evd_challenged_contest){.label = e->man.contests[c->ind_c - 1].label,
                                  .has_data = c->b > 0};
  out->o.ind_c = c->ind_c;
  out->o.n_fields = c->n_fields;
  out->o.nonces = evd_kit_room(e, room, sizeof *out->o.nonces);
  out->fields = evd_kit_room(e, room, sizeof *out->fields);
  out->labels = evd_kit_room(e, room, sizeof *out->labels);
  out->values = evd_kit_room(e, room, sizeof *out->values);
  for (uint32_t j = 0; j < c->n_fields; j++) {
    out->fields[j] = j + 1;
    out->labels[j] = evd_field_label(&e->man, c->ind_c, j + 1);
    out->values[j] = s->value[ci][j].l[0];
    out->o.nonces[j] = evd_kit_q(s->xi[ci][j]);
  }
  out->o.data_nonce = evd_kit_q(s->data_xi[ci]);
  out->D = (evd_span){s->D[ci], (size_t)c->b * 32}; /* a block's bytes */
}

void evd_kit_open_ballot(evd_kit *e, uint32_t at) {
  const evd_ballot *b = &e->ballots[at];
  uint32_t place = 0;
  while (place < e->n_opened &&
         memcmp(&e->opened[place].id_B, &b->id_B, sizeof b->id_B) < 0)
    place++;
  memmove(&e->opened[place + 1], &e->opened[place],
          (e->n_opened - place) * sizeof *e->opened);
  e->n_opened++;
  evd_challenged *line = &e->opened[place];
  line->id_B = b->id_B;
  line->n_contests = b->n_contests;
  line->contests = evd_kit_room(e, EVD_KIT_CONTESTS, sizeof *line->contests);
  for (uint32_t ci = 0; ci < b->n_contests; ci++)
    open_contest(e, at, ci, &line->contests[ci]);
}

void evd_kit_openings(evd_kit *e) {
  e->n_opened = 0;
  for (uint32_t at = 0; at < e->n_ballots; at++)
    if (e->secret[at].state == EVD_CHALLENGED && !e->ballots[at].mail)
      evd_kit_open_ballot(e, at);
}

/* ---- contest_data.jsonl ---- */

static bool before(const evd_contest_data *a, const evd_contest_data *b) {
  int order = memcmp(&a->id_B, &b->id_B, sizeof a->id_B);
  return order < 0 || (order == 0 && a->contest < b->contest);
}

void evd_kit_open_data(evd_kit *e, uint32_t at, uint32_t ci) {
  evd_item it = evd_kit_item_data(e, at, ci);
  evd_contest_data line = {.id_B = e->ballots[at].id_B, .contest = it.ind_c};
  uint8_t *D = evd_kit_room(e, it.C1.n, 1);
  uint32_t place = 0;
  line.beta = evd_kit_pow(e, &it.A, e->s_hat);
  (void)evd_kit_prove_item(e, &it, e->s_hat, &line.beta, evd_kit_draw(e),
                           &line.c, &line.v);
  evd_data_open(&e->G, D, &it, &line.beta);
  line.D = (evd_span){D, it.C1.n};
  while (place < e->n_data && before(&e->data[place], &line))
    place++;
  memmove(&e->data[place + 1], &e->data[place],
          (e->n_data - place) * sizeof line);
  e->data[place] = line;
  e->n_data++;
}

/* May the data of this contest of a cast ballot be decrypted? (3.11) */
static bool data_allowed(const evd_kit *e, const evd_ballot *b, uint32_t ci) {
  const evd_contest_ct *c = &b->contests[ci];
  if (c->b == 0 || evd_kit_withheld(e, c->ind_c))
    return false;
  const evd_tally_contest *t = &e->tally.contests[c->ind_c - 1];
  if (!b->has_binding)
    return true;
  return e->man.contests[c->ind_c - 1].write_ins > 0 && t->n_fields > 0 &&
         t->fields[t->n_fields - 1].t >= e->man.privacy_floor;
}

void evd_kit_contest_data(evd_kit *e) {
  e->n_data = 0;
  for (uint32_t at = 0; !e->plan.no_data && at < e->n_ballots; at++)
    for (uint32_t ci = 0; ci < e->ballots[at].n_contests; ci++)
      if (e->secret[at].state == EVD_CAST &&
          data_allowed(e, &e->ballots[at], ci))
        evd_kit_open_data(e, at, ci);
}

void evd_kit_finish(evd_kit *e) {
  evd_kit_chain(e);
  evd_kit_states(e);
  evd_kit_roll(e);
  evd_kit_mail_lines(e);
  evd_kit_count_up(e);
  evd_kit_tally(e);
  evd_kit_openings(e);
  evd_kit_contest_data(e);
}
