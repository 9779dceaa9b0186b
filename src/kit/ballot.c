/* Ballots of the kit: added from a plan, sealed, and sealed again in part. */
#include "base/require.h"
#include "egds/encrypt.h"
#include "egds/hashes.h"
#include "kit/prove.h"

enum { PROOF_BRANCHES_MAX = 4 };

evd_shape evd_kit_shape(const evd_kit *e, uint32_t at, uint32_t ci) {
  return evd_contest_shape(&e->man, e->ballots[at].contests[ci].ind_c);
}

evd_field *evd_kit_field_of(evd_kit *e, uint32_t at, uint32_t ci, uint32_t j) {
  return &e->ballots[at].contests[ci].fields[j];
}

/* ---- parts ---- */

void evd_kit_nonce(evd_kit *e, uint32_t at) {
  evd_ballot *b = &e->ballots[at];
  const evd_kit_secret *s = &e->secret[at];
  evd_p beta = evd_kit_K_hat(e, s->xi_hat);
  evd_h32 key, mask;
  b->nonce_C0 = evd_kit_g(e, s->xi_hat);
  evd_key_nonce(&e->G, &key, &b->H_I, &b->nonce_C0, &beta);
  evd_kdf_nonce(&e->G, &mask, &key);
  for (size_t i = 0; i < sizeof mask.b; i++)
    b->nonce_C1.b[i] = s->xi_B.b[i] ^ mask.b[i];
  evd_kit_prove_nonce(e, at, evd_kit_draw(e), &b->H_I);
}

void evd_kit_cipher(evd_kit *e, uint32_t at, uint32_t ci, uint32_t j) {
  const evd_kit_secret *s = &e->secret[at];
  evd_field *f = evd_kit_field_of(e, at, ci, j);
  f->alpha = evd_kit_g(e, s->xi[ci][j]);
  f->beta = evd_kit_K(e, evd_kit_add(s->value[ci][j], s->xi[ci][j]));
}

/* The program's own prover where there is something true to prove. */
static void prove(evd_kit *e, const evd_kit_claim *claim, evd_q *c, evd_q *v) {
  uint8_t samples[2 * PROOF_BRANCHES_MAX * EVD_SAMPLE_BYTES];
  evd_zq_sec xi = evd_kit_sec(claim->xi);
  if (claim->value > claim->range) {
    evd_kit_prove(e, claim, c, v);
    return;
  }
  EVD_REQUIRE(claim->range < PROOF_BRANCHES_MAX);
  evd_kit_bytes(e, samples, sizeof samples);
  evd_range_prove(&e->G, c, v, &claim->alpha, &claim->beta, &xi, claim->value,
                  claim->range, &claim->key, claim->ind_c, claim->ind_o,
                  samples);
}

void evd_kit_field(evd_kit *e, uint32_t at, uint32_t ci, uint32_t j) {
  evd_field *f = evd_kit_field_of(e, at, ci, j);
  evd_kit_cipher(e, at, ci, j);
  evd_kit_claim claim = evd_kit_claim_field(e, at, ci, j);
  prove(e, &claim, f->c, f->v);
}

void evd_kit_limit_secret(const evd_kit *e, uint32_t at, uint32_t ci,
                          evd_zq *sum, evd_zq *xi) {
  const evd_kit_secret *s = &e->secret[at];
  evd_shape shape = evd_kit_shape(e, at, ci);
  *sum = *xi = evd_kit_zq(0);
  for (uint32_t j = 0; j < evd_shape_fields(&shape); j++) {
    evd_zq times = evd_kit_zq(evd_shape_factor(&shape, j + 1));
    *sum = evd_kit_add(*sum, evd_kit_mul(times, s->value[ci][j]));
    *xi = evd_kit_add(*xi, evd_kit_mul(times, s->xi[ci][j]));
  }
}

void evd_kit_limit(evd_kit *e, uint32_t at, uint32_t ci) {
  evd_contest_ct *c = &e->ballots[at].contests[ci];
  evd_kit_claim claim = evd_kit_claim_limit(e, at, ci);
  prove(e, &claim, c->limit_c, c->limit_v);
}

void evd_kit_data(evd_kit *e, uint32_t at, uint32_t ci) {
  const evd_kit_secret *s = &e->secret[at];
  evd_ballot *b = &e->ballots[at];
  evd_contest_ct *c = &b->contests[ci];
  evd_p beta = evd_kit_K_hat(e, s->data_xi[ci]);
  evd_h32 key;
  c->data_C0 = evd_kit_g(e, s->data_xi[ci]);
  evd_key_data(&e->G, &key, &b->H_I, c->ind_c, &c->data_C0, &beta);
  evd_data_xor(&e->G, c->data_C1, s->D[ci], &key, c->ind_c, c->b);
  evd_kit_prove_data(e, at, ci, evd_kit_draw(e), &b->H_I);
}

void evd_kit_chi(evd_kit *e, uint32_t at, uint32_t ci) {
  evd_contest_ct *c = &e->ballots[at].contests[ci];
  evd_hash_chi(&e->G, &c->chi, &e->ballots[at].H_I, c);
}

void evd_kit_reset(evd_kit *e, uint32_t at, uint32_t ci, uint32_t j,
                   uint32_t value, evd_zq xi) {
  e->secret[at].value[ci][j] = evd_kit_zq(value);
  e->secret[at].xi[ci][j] = xi;
  evd_kit_field(e, at, ci, j);
  evd_kit_limit(e, at, ci);
  evd_kit_chi(e, at, ci);
}

/* ---- whole ballots ---- */

static void seal_contest(evd_kit *e, uint32_t at, uint32_t ci) {
  const evd_ballot *b = &e->ballots[at];
  evd_kit_secret *s = &e->secret[at];
  const evd_contest_ct *c = &b->contests[ci];
  evd_zq_sec xi;
  for (uint32_t j = 0; j < c->n_fields; j++) {
    evd_nonce_option(&e->G, &xi, &b->H_I, c->ind_c, j + 1, &s->xi_B);
    s->xi[ci][j] = evd_kit_plain(&xi);
    evd_kit_field(e, at, ci, j);
  }
  evd_kit_limit(e, at, ci);
  if (c->b > 0) {
    evd_nonce_data(&e->G, &xi, &b->H_I, c->ind_c, &s->xi_B);
    s->data_xi[ci] = evd_kit_plain(&xi);
    evd_kit_data(e, at, ci);
  }
  evd_kit_chi(e, at, ci);
}

void evd_kit_seal(evd_kit *e, uint32_t at) {
  evd_ballot *b = &e->ballots[at];
  if (b->mail) {
    evd_kit_mail_seal(e, at);
    return;
  }
  if (!e->secret[at].own_H_I)
    evd_hash_HI(&e->G, &b->H_I, &e->keys.H_E, &b->id_B);
  evd_kit_nonce(e, at);
  for (uint32_t ci = 0; ci < b->n_contests; ci++)
    seal_contest(e, at, ci);
}

static void fill_contest(evd_kit *e, uint32_t at, uint32_t ci,
                         const evd_kit_vote *v) {
  const evd_shape s = evd_kit_shape(e, at, ci);
  evd_kit_secret *secret = &e->secret[at];
  evd_span text = {0};
  uint32_t values[EVD_KIT_FIELDS];
  bool over;
  if (v->write_in)
    text = evd_kit_str(v->write_in);
  evd_selection sel = {.marks = v->marks[s.ind_c - 1],
                       .n_write_ins = v->write_in && s.w > 0,
                       .write_ins = &text};
  evd_field_values(&s, &sel, values, &over);
  for (uint32_t j = 0; j < evd_shape_fields(&s); j++)
    secret->value[ci][j] = evd_kit_zq(values[j]);
  if (s.b == 0)
    return;
  secret->D[ci] = evd_kit_room(e, s.b, 32); /* bytes of a block */
  EVD_REQUIRE(evd_data_pack(secret->D[ci], &s, &sel, over) == EVD_OK);
}

static void bind(evd_kit *e, evd_ballot *b, uint32_t voter) {
  b->has_binding = true;
  b->credential = e->credentials[voter - 1];
  evd_kit_bytes(e, &b->salt, sizeof b->salt);
  evd_bound_id(&b->id_B, &b->credential, &b->salt);
}

void evd_kit_add_vote(evd_kit *e, const evd_kit_vote *v) {
  const uint32_t at = e->n_ballots++;
  const uint32_t style = v->style ? v->style : 1;
  const uint32_t device = v->device ? v->device : 1;
  evd_ballot *b = &e->ballots[at];
  uint32_t n;
  EVD_REQUIRE(at < EVD_KIT_BALLOTS);
  evd_shape *shapes = evd_style_shapes(&e->man, style, &n, e->arena);
  EVD_REQUIRE(shapes && evd_ballot_shape(b, shapes, n, e->arena) == EVD_OK);
  b->mail = evd_kit_is_mail(e, device);
  e->secret[at] = (evd_kit_secret){.state = v->state ? v->state : EVD_CAST};
  b->style = style;
  b->device = device;
  b->slot = at / 3; /* a slot ends now and then */
  b->weight = v->weight ? v->weight : 1;
  evd_kit_bytes(e, &e->secret[at].xi_B, sizeof e->secret[at].xi_B);
  evd_kit_bytes(e, &b->id_B, sizeof b->id_B);
  e->secret[at].xi_hat = evd_kit_draw(e);
  if (evd_str_is(e->man.devices[device - 1].mode, "remote"))
    bind(e, b, v->voter);
  for (uint32_t ci = 0; ci < n; ci++) {
    const uint32_t ind_c = shapes[ci].ind_c;
    if (b->mail)
      evd_kit_mail_contest(e, at, ci, v->marks[ind_c - 1]);
    else
      fill_contest(e, at, ci, v);
  }
  evd_kit_seal(e, at);
}
