/* Pre-encrypted ballots of the kit: vectors, what was taken, what is opened. */
#include <string.h>

#include "base/require.h"
#include "egds/check.h"
#include "egds/encrypt.h"
#include "egds/hashes.h"
#include "egds/preenc.h"
#include "kit/prove.h"

enum { BRANCHES = EVD_KIT_PLACES + 1, ATTEMPTS = 1000 };

bool evd_kit_is_mail(const evd_kit *e, uint32_t device) {
  return device <= e->man.n_devices &&
         evd_str_is(e->man.devices[device - 1].mode, "mail");
}

/* ---- the sealed ballot ---- */

void evd_kit_mail_contest(evd_kit *e, uint32_t at, uint32_t ci,
                          const uint32_t marks[]) {
  evd_contest_ct *c = &e->ballots[at].contests[ci];
  const evd_shape s = evd_kit_shape(e, at, ci);
  uint32_t *taken = e->secret[at].taken[ci], n = 0;
  *c = (evd_contest_ct){.ind_c = s.ind_c, .n_psi = evd_pre_vectors(&s)};
  c->psi = evd_kit_room(e, c->n_psi, sizeof *c->psi);
  EVD_REQUIRE(c->n_psi <= EVD_KIT_VECTORS && s.m <= EVD_KIT_PLACES);
  for (uint32_t j = 1; j <= s.m; j++)
    if (marks[j - 1])
      taken[n++] = j;
  for (uint32_t j = s.m + 1; n < s.L; j++)
    taken[n++] = j;
}

void evd_kit_mail_vector(const evd_kit *e, uint32_t at, uint32_t ci, uint32_t j,
                         evd_p pairs[2 * EVD_KIT_PLACES], evd_h32 *psi) {
  const evd_shape s = evd_kit_shape(e, at, ci);
  const evd_kit_secret *x = &e->secret[at];
  for (uint32_t k = 0; k < s.m; k++) {
    const evd_zq xi = x->vector_xi[ci][j - 1][k];
    pairs[2 * k] = evd_kit_g(e, xi);
    pairs[2 * k + 1] = evd_kit_K(e, evd_kit_add(x->vector[ci][j - 1][k], xi));
  }
  evd_pre_psi(&e->G, psi, &e->ballots[at].H_I, pairs, s.m);
}

void evd_kit_mail_psi(evd_kit *e, uint32_t at, uint32_t ci) {
  evd_contest_ct *c = &e->ballots[at].contests[ci];
  evd_p pairs[2 * EVD_KIT_PLACES];
  for (uint32_t j = 1; j <= c->n_psi; j++)
    evd_kit_mail_vector(e, at, ci, j, pairs, &c->psi[j - 1]);
  evd_pre_sort(c->psi, c->n_psi);
  evd_pre_chi(&e->G, &c->chi, &e->ballots[at].H_I, c->ind_c, c->psi, c->n_psi);
}

static void vectors_of(evd_kit *e, uint32_t at, uint32_t ci) {
  const evd_shape s = evd_kit_shape(e, at, ci);
  evd_kit_secret *x = &e->secret[at];
  evd_zq_sec xi;
  for (uint32_t j = 1; j <= evd_pre_vectors(&s); j++)
    for (uint32_t k = 1; k <= s.m; k++) {
      evd_pre_nonce(&e->G, &xi, &e->ballots[at].H_I, s.ind_c, j, k, &x->xi_B);
      x->vector_xi[ci][j - 1][k - 1] = evd_kit_plain(&xi);
      x->vector[ci][j - 1][k - 1] = evd_kit_zq(j == k);
    }
}

/* False if two short codes of a contest are the same. */
static bool seal_once(evd_kit *e, uint32_t at) {
  const evd_ballot *b = &e->ballots[at];
  bool distinct = true;
  for (uint32_t ci = 0; ci < b->n_contests; ci++) {
    vectors_of(e, at, ci);
    evd_kit_mail_psi(e, at, ci);
    distinct &= evd_omega_distinct(e->man.short_code, b->contests[ci].psi,
                                   b->contests[ci].n_psi);
  }
  return distinct;
}

void evd_kit_mail_seal(evd_kit *e, uint32_t at) {
  evd_ballot *b = &e->ballots[at];
  uint32_t left = ATTEMPTS;
  if (!e->secret[at].own_H_I)
    evd_hash_HI(&e->G, &b->H_I, &e->keys.H_E, &b->id_B);
  while (!seal_once(e, at)) {
    evd_kit_bytes(e, &e->secret[at].xi_B, sizeof e->secret[at].xi_B);
    EVD_REQUIRE(left > 0);
    left--;
  }
  evd_kit_nonce(e, at);
}

/* ---- what was cast ---- */

evd_str evd_kit_mail_code(evd_kit *e, const evd_h32 *psi) {
  char *code = evd_kit_room(e, EVD_OMEGA_BYTES, 1);
  evd_omega(code, e->man.short_code, psi);
  return evd_kit_str(code);
}

evd_mail_cast *evd_kit_mail_line(evd_kit *e, uint32_t at) {
  for (uint32_t i = 0; i < e->n_cast; i++)
    if (memcmp(&e->cast[i].id_B, &e->ballots[at].id_B,
               sizeof e->cast[i].id_B) == 0)
      return &e->cast[i];
  return NULL;
}

void evd_kit_mail_select(evd_kit *e, uint32_t at, uint32_t ci) {
  const evd_shape s = evd_kit_shape(e, at, ci);
  evd_mail_cast_contest *c = &evd_kit_mail_line(e, at)->contests[ci];
  c->n_selected = 0;
  for (uint32_t i = 0; i < s.L; i++) {
    evd_mail_selected x = {.n_pairs = s.m};
    uint32_t place = 0;
    x.pairs = evd_kit_room(e, s.m, 2 * sizeof *x.pairs);
    evd_kit_mail_vector(e, at, ci, e->secret[at].taken[ci][i], x.pairs, &x.psi);
    x.code = evd_kit_mail_code(e, &x.psi);
    while (place < c->n_selected &&
           memcmp(&c->selected[place].psi, &x.psi, sizeof x.psi) < 0)
      place++;
    memmove(&c->selected[place + 1], &c->selected[place],
            (c->n_selected - place) * sizeof x);
    c->selected[place] = x;
    c->n_selected++;
  }
}

static void prove(evd_kit *e, uint32_t at, const evd_p *alpha,
                  const evd_p *beta, evd_zq xi, uint64_t value,
                  evd_kit_claim claim, evd_q c[], evd_q v[]) {
  uint8_t samples[2 * BRANCHES * EVD_SAMPLE_BYTES];
  evd_zq_sec secret = evd_kit_sec(xi);
  evd_kit_bytes(e, samples, sizeof samples);
  evd_range_prove(&e->G, c, v, alpha, beta, &secret, (uint32_t)value,
                  claim.range, &e->ballots[at].H_I, claim.ind_c, claim.ind_o,
                  samples);
}

void evd_kit_mail_fields(evd_kit *e, uint32_t at, uint32_t ci) {
  const evd_shape s = evd_kit_shape(e, at, ci), shape = evd_pre_shape(&s);
  evd_contest_ct *c = &evd_kit_mail_line(e, at)->contests[ci].ct;
  const evd_kit_secret *x = &e->secret[at];
  evd_zq sum = evd_kit_zq(0), all = sum;
  evd_zp a, b;
  evd_p alpha, beta;
  for (uint32_t k = 0; k < s.m; k++) {
    evd_field *f = &c->fields[k];
    const evd_zq xi = x->xi[ci][k], value = x->value[ci][k];
    f->alpha = evd_kit_g(e, xi);
    f->beta = evd_kit_K(e, evd_kit_add(value, xi));
    prove(e, at, &f->alpha, &f->beta, xi, value.l[0],
          (evd_kit_claim){.ind_c = s.ind_c, .ind_o = k + 1, .range = 1}, f->c,
          f->v);
    sum = evd_kit_add(sum, value);
    all = evd_kit_add(all, xi);
  }
  evd_contest_product_var(&e->G, &a, &b, c, &shape);
  evd_zp_to_bytes(e->G.k, &alpha, &a);
  evd_zp_to_bytes(e->G.k, &beta, &b);
  prove(e, at, &alpha, &beta, all, sum.l[0],
        (evd_kit_claim){.ind_c = s.ind_c, .range = s.L}, c->limit_c,
        c->limit_v);
}

/* value and xi of the fields: the sums over the vectors taken. */
void evd_kit_mail_take(evd_kit *e, uint32_t at, uint32_t ci) {
  const evd_shape s = evd_kit_shape(e, at, ci);
  evd_kit_secret *x = &e->secret[at];
  for (uint32_t k = 0; k < s.m; k++) {
    x->value[ci][k] = x->xi[ci][k] = evd_kit_zq(0);
    for (uint32_t i = 0; i < s.L; i++) {
      const uint32_t j = x->taken[ci][i];
      x->value[ci][k] = evd_kit_add(x->value[ci][k], x->vector[ci][j - 1][k]);
      x->xi[ci][k] = evd_kit_add(x->xi[ci][k], x->vector_xi[ci][j - 1][k]);
    }
  }
  evd_kit_mail_fields(e, at, ci);
}

static void shape_contest(evd_kit *e, evd_mail_cast_contest *c,
                          const evd_shape *s) {
  const evd_shape pre = evd_pre_shape(s);
  evd_ballot b;
  EVD_REQUIRE(evd_ballot_shape(&b, &pre, 1, e->arena) == EVD_OK);
  c->ct = b.contests[0];
  c->selected = evd_kit_room(e, s->L + 1, sizeof *c->selected);
}

void evd_kit_mail_add(evd_kit *e, uint32_t at) {
  const evd_ballot *b = &e->ballots[at];
  uint32_t place = 0;
  while (place < e->n_cast &&
         memcmp(&e->cast[place].id_B, &b->id_B, sizeof b->id_B) < 0)
    place++;
  memmove(&e->cast[place + 1], &e->cast[place],
          (e->n_cast - place) * sizeof *e->cast);
  e->n_cast++;
  evd_mail_cast *line = &e->cast[place];
  *line = (evd_mail_cast){.id_B = b->id_B, .n_contests = b->n_contests};
  line->contests = evd_kit_room(e, b->n_contests, sizeof *line->contests);
  for (uint32_t ci = 0; ci < b->n_contests; ci++) {
    const evd_shape s = evd_kit_shape(e, at, ci);
    shape_contest(e, &line->contests[ci], &s);
    evd_kit_mail_select(e, at, ci);
    evd_kit_mail_take(e, at, ci);
  }
}

/* ---- what is opened ---- */

static void open_contest(evd_kit *e, uint32_t at, uint32_t ci,
                         evd_mail_open_contest *c) {
  const evd_shape s = evd_kit_shape(e, at, ci);
  evd_p pairs[2 * EVD_KIT_PLACES];
  c->ind_c = s.ind_c;
  c->label = e->man.contests[s.ind_c - 1].label;
  c->n_vectors = evd_pre_vectors(&s);
  c->vectors = evd_kit_room(e, c->n_vectors, sizeof *c->vectors);
  for (uint32_t j = 1; j <= c->n_vectors; j++) {
    evd_mail_vector *v = &c->vectors[j - 1];
    v->field = j;
    v->label = j <= s.m ? evd_field_label(&e->man, s.ind_c, j)
                        : evd_kit_str(EVD_NULL_LABEL);
    evd_kit_mail_vector(e, at, ci, j, pairs, &v->psi);
    v->code = evd_kit_mail_code(e, &v->psi);
    v->n_nonces = s.m;
    v->nonces = evd_kit_room(e, s.m, sizeof *v->nonces);
    for (uint32_t k = 0; k < s.m; k++)
      v->nonces[k] = evd_kit_q(e->secret[at].vector_xi[ci][j - 1][k]);
  }
}

static void open_ballot(evd_kit *e, uint32_t at) {
  const evd_ballot *b = &e->ballots[at];
  uint32_t place = 0;
  while (place < e->n_uncast &&
         memcmp(&e->uncast[place].id_B, &b->id_B, sizeof b->id_B) < 0)
    place++;
  memmove(&e->uncast[place + 1], &e->uncast[place],
          (e->n_uncast - place) * sizeof *e->uncast);
  e->n_uncast++;
  evd_mail_open *line = &e->uncast[place];
  *line = (evd_mail_open){.id_B = b->id_B, .n_contests = b->n_contests};
  line->contests = evd_kit_room(e, b->n_contests, sizeof *line->contests);
  for (uint32_t ci = 0; ci < b->n_contests; ci++)
    open_contest(e, at, ci, &line->contests[ci]);
}

void evd_kit_mail_lines(evd_kit *e) {
  e->n_cast = e->n_uncast = 0;
  for (uint32_t at = 0; at < e->n_ballots; at++) {
    if (!e->ballots[at].mail)
      continue;
    if (e->secret[at].state == EVD_CAST)
      evd_kit_mail_add(e, at);
    if (e->secret[at].state == EVD_CHALLENGED)
      open_ballot(e, at);
  }
}
