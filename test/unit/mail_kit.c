#include "mail_kit.h"

#include <stdio.h>
#include <stdlib.h>

#define ROOM ((size_t)64 << 20)
#define LINE_BYTES ((size_t)4 << 20)

static const char manifest_text[] =
    "{\"label\":\"Mail\",\"kind\":\"trial\",\"guardians\":[\"G\"],"
    "\"contests\":[{\"label\":\"Mayor\",\"options\":[\"Ann\",\"Ben\"],"
    "\"overvote\":true,\"write_ins\":1,\"data_blocks\":4},"
    "{\"label\":\"Council\",\"seats\":2,\"options\":[\"Cy\",\"Di\",\"Ed\"],"
    "\"contest_limit\":2},"
    "{\"label\":\"Budget\",\"rule\":\"cumulative\",\"options\":[\"Zoo\"],"
    "\"option_limit\":2,\"contest_limit\":2}],"
    "\"styles\":[{\"label\":\"All\",\"contests\":[1,2]},"
    "{\"label\":\"Ward\",\"contests\":[2]},"
    "{\"label\":\"Money\",\"contests\":[3]}],"
    "\"devices\":[{\"label\":\"booth\"},"
    "{\"label\":\"press\",\"mode\":\"mail\"},"
    "{\"label\":\"desk\",\"mode\":\"mail\",\"chaining\":0}],"
    "\"weights\":true,\"short_code\":1,\"privacy_floor\":1}";

static const struct {
  uint32_t device, position, style, weight;
  evd_state_word state;
  uint32_t selected[2][MAIL_L_MAX]; /* by contest of the style */
} plan[MAIL_BALLOTS] = {
    {1, 1, 1, 1, EVD_CAST, {{0}}},
    {2, 1, 1, 1, EVD_CAST, {{1}, {1, 3}}},
    {2, 2, 1, 3, EVD_CAST, {{3}, {2, 4}}},
    {2, 3, 1, 1, EVD_CHALLENGED, {{0}}},
    {2, 4, 1, 1, EVD_SPOILED, {{0}}},
    {3, 0, 2, 1, EVD_CAST, {{1, 2}}},
    {3, 0, 2, 1, EVD_CHALLENGED, {{0}}},
};

/* ---- small things ---- */

static const evd_group *G(const mail_view *v) { return &v->e->t.G; }

void *mail_room(mail_view *v, size_t count, size_t size) {
  void *p = evd_arena_get(&v->arena, count, size);
  assert_non_null(p);
  return p;
}

static const evd_shape *shape(const mail_view *v, uint32_t i, uint32_t c) {
  return &v->e->shapes[v->ballots[i].b.contests[c].ind_c - 1];
}

static int by_psi(const void *a, const void *b) {
  const evd_mail_selected *x = a, *y = b;
  return memcmp(x->psi.b, y->psi.b, sizeof x->psi.b);
}

static evd_str code_of(mail_view *v, const evd_h32 *psi) {
  char *code = mail_room(v, EVD_OMEGA_BYTES, 1);
  evd_omega(code, v->e->man.short_code, psi);
  return (evd_str){(const uint8_t *)code, strlen(code)};
}

/* ---- one ballot ---- */

void mail_nonce(const mail_view *v, evd_zq_sec *xi, uint32_t i, uint32_t c,
                uint32_t j, uint32_t k) {
  const mail_ballot *x = &v->ballots[i];
  evd_pre_nonce(G(v), xi, &x->b.H_I, x->b.contests[c].ind_c, j, k, &x->xi_B);
}

void mail_vector(const mail_view *v, uint32_t i, uint32_t c, uint32_t j,
                 evd_p *pairs, evd_h32 *psi) {
  uint32_t m = shape(v, i, c)->m;
  evd_zq_sec xi;
  for (uint32_t k = 1; k <= m; k++) {
    mail_nonce(v, &xi, i, c, j, k);
    evd_encrypt_value(G(v), &pairs[2 * k - 2], &pairs[2 * k - 1], &xi, j == k);
  }
  evd_pre_psi(G(v), psi, &v->ballots[i].b.H_I, pairs, m);
}

static void prove(const mail_view *v, evd_q *c, evd_q *q, const evd_p *alpha,
                  const evd_p *beta, const evd_zq_sec *xi, uint32_t value,
                  uint32_t range, const evd_h32 *HI, uint32_t ind_c,
                  uint32_t ind_o) {
  uint8_t random[2 * (MAIL_L_MAX + 1) * EVD_SAMPLE_BYTES];
  kit_random(random, sizeof random);
  evd_range_prove(G(v), c, q, alpha, beta, xi, value, range, HI, ind_c, ind_o,
                  random);
}

void mail_encrypt_field(mail_view *v, uint32_t i, uint32_t c, uint32_t k,
                        uint32_t value, evd_zq_sec *xi) {
  mail_ballot *x = &v->ballots[i];
  evd_contest_ct *ct = &x->cast.contests[c].ct;
  evd_field *f = &ct->fields[k - 1];
  evd_encrypt_value(G(v), &f->alpha, &f->beta, xi, value);
  prove(v, f->c, f->v, &f->alpha, &f->beta, xi, value, 1, &x->b.H_I, ct->ind_c,
        k);
}

void mail_prove_limit(mail_view *v, uint32_t i, uint32_t c, uint32_t sum,
                      const evd_zq_sec *xi) {
  mail_ballot *x = &v->ballots[i];
  evd_contest_ct *ct = &x->cast.contests[c].ct;
  const evd_shape s = evd_pre_shape(shape(v, i, c));
  evd_zp a, b;
  evd_p alpha, beta;
  evd_contest_product_var(G(v), &a, &b, ct, &s);
  evd_zp_to_bytes(G(v)->k, &alpha, &a);
  evd_zp_to_bytes(G(v)->k, &beta, &b);
  prove(v, ct->limit_c, ct->limit_v, &alpha, &beta, xi, sum, s.L, &x->b.H_I,
        ct->ind_c, 0);
}

static void shape_selected(mail_view *v, evd_mail_cast_contest *o,
                           const evd_shape *s) {
  o->ct.ind_c = s->ind_c;
  o->ct.L = s->L;
  o->ct.limit_c = mail_room(v, s->L + 1, sizeof(evd_q));
  o->ct.limit_v = mail_room(v, s->L + 1, sizeof(evd_q));
  o->ct.n_fields = s->m;
  o->ct.fields = mail_room(v, s->m, sizeof(evd_field));
  for (uint32_t k = 0; k < s->m; k++) {
    o->ct.fields[k].range = 1;
    o->ct.fields[k].c = mail_room(v, 2, sizeof(evd_q));
    o->ct.fields[k].v = mail_room(v, 2, sizeof(evd_q));
  }
  o->n_selected = s->L;
  o->selected = mail_room(v, s->L, sizeof *o->selected);
}

void mail_select(mail_view *v, uint32_t i, uint32_t c, const uint32_t j[]) {
  const evd_shape *s = shape(v, i, c);
  evd_mail_cast_contest *o = &v->ballots[i].cast.contests[c];
  evd_zq_sec all = {0};
  uint32_t sum = 0;
  shape_selected(v, o, s);
  for (uint32_t l = 0; l < s->L; l++) {
    evd_mail_selected *x = &o->selected[l];
    x->n_pairs = s->m;
    x->pairs = mail_room(v, s->m, 2 * sizeof(evd_p));
    mail_vector(v, i, c, j[l], x->pairs, &x->psi);
    x->code = code_of(v, &x->psi);
  }
  qsort(o->selected, s->L, sizeof *o->selected, by_psi);
  for (uint32_t k = 1; k <= s->m; k++) {
    evd_zq_sec xi = {0}, part;
    uint32_t value = 0;
    for (uint32_t l = 0; l < s->L; l++) {
      mail_nonce(v, &part, i, c, j[l], k);
      evd_zq_sec_add(&xi, &xi, &part);
      value += j[l] == k;
    }
    mail_encrypt_field(v, i, c, k, value, &xi);
    evd_zq_sec_add(&all, &all, &xi);
    sum += value;
  }
  mail_prove_limit(v, i, c, sum, &all);
}

static void open_contest(mail_view *v, uint32_t i, uint32_t c,
                         evd_mail_open_contest *o) {
  const evd_shape *s = shape(v, i, c);
  evd_p *pairs = mail_room(v, s->m, 2 * sizeof(evd_p));
  o->ind_c = s->ind_c;
  o->label = v->e->man.contests[s->ind_c - 1].label;
  o->n_vectors = evd_pre_vectors(s);
  o->vectors = mail_room(v, o->n_vectors, sizeof *o->vectors);
  for (uint32_t j = 1; j <= o->n_vectors; j++) {
    evd_mail_vector *x = &o->vectors[j - 1];
    x->field = j;
    x->label = j <= s->m ? evd_field_label(&v->e->man, s->ind_c, j)
                         : (evd_str){(const uint8_t *)EVD_NULL_LABEL,
                                     sizeof EVD_NULL_LABEL - 1};
    mail_vector(v, i, c, j, pairs, &x->psi);
    x->code = code_of(v, &x->psi);
    x->n_nonces = s->m;
    x->nonces = mail_room(v, s->m, sizeof *x->nonces);
    for (uint32_t k = 1; k <= s->m; k++) {
      evd_zq_sec xi;
      mail_nonce(v, &xi, i, c, j, k);
      evd_zq_sec_to_bytes(&x->nonces[k - 1], &xi);
    }
  }
}

static void fill_contest(mail_view *v, uint32_t i, uint32_t c) {
  const evd_shape *s = shape(v, i, c);
  evd_contest_ct *ct = &v->ballots[i].b.contests[c];
  evd_p *pairs = mail_room(v, s->m, 2 * sizeof(evd_p));
  ct->n_psi = evd_pre_vectors(s);
  ct->psi = mail_room(v, ct->n_psi, sizeof *ct->psi);
  for (uint32_t j = 1; j <= ct->n_psi; j++)
    mail_vector(v, i, c, j, pairs, &ct->psi[j - 1]);
}

void mail_chi(mail_view *v, uint32_t i) {
  evd_ballot *b = &v->ballots[i].b;
  for (uint32_t c = 0; c < b->n_contests; c++) {
    evd_contest_ct *ct = &b->contests[c];
    evd_h32 *sorted = mail_room(v, ct->n_psi, sizeof *sorted);
    memcpy(sorted, ct->psi, ct->n_psi * sizeof *sorted);
    evd_pre_chi(G(v), &ct->chi, &b->H_I, ct->ind_c, sorted, ct->n_psi);
  }
}

static void sort_psi(evd_ballot *b) {
  for (uint32_t c = 0; c < b->n_contests; c++) {
    evd_h32 *p = b->contests[c].psi;
    for (uint32_t n = 1; n < b->contests[c].n_psi; n++)
      for (uint32_t x = n; x > 0 && memcmp(&p[x - 1], &p[x], 32) > 0; x--) {
        evd_h32 t = p[x];
        p[x] = p[x - 1];
        p[x - 1] = t;
      }
  }
}

void mail_fill(mail_view *v, uint32_t i) {
  mail_ballot *x = &v->ballots[i];
  evd_ballot *b = &x->b;
  const evd_style *style = &v->e->man.styles[b->style - 1];
  uint8_t random[2 * EVD_SAMPLE_BYTES];
  evd_hash_HI(G(v), &b->H_I, &v->e->t.HE, &b->id_B);
  kit_random(random, sizeof random);
  evd_nonce_seal(G(v), b, &x->xi_B, random);
  b->mail = true;
  b->n_contests = style->n_contests;
  b->contests = mail_room(v, b->n_contests, sizeof *b->contests);
  x->has_cast = x->state == EVD_CAST;
  x->has_open = x->state == EVD_CHALLENGED;
  x->cast.id_B = x->open.id_B = b->id_B;
  x->cast.n_contests = x->open.n_contests = b->n_contests;
  x->cast.contests = mail_room(v, b->n_contests, sizeof *x->cast.contests);
  x->open.contests = mail_room(v, b->n_contests, sizeof *x->open.contests);
  for (uint32_t c = 0; c < b->n_contests; c++) {
    b->contests[c].ind_c = style->contests[c];
    fill_contest(v, i, c);
    if (x->has_cast)
      mail_select(v, i, c, plan[i].selected[c]);
    if (x->has_open)
      open_contest(v, i, c, &x->open.contests[c]);
  }
  sort_psi(b);
  mail_chi(v, i);
}

static bool codes_differ(const mail_view *v, const evd_ballot *b) {
  bool differ = true;
  for (uint32_t c = 0; c < b->n_contests; c++)
    differ =
        differ && evd_omega_distinct(v->e->man.short_code, b->contests[c].psi,
                                     b->contests[c].n_psi);
  return differ;
}

void mail_draw(mail_view *v, uint32_t i, bool distinct) {
  do {
    kit_random(v->ballots[i].xi_B.b, 32);
    mail_fill(v, i);
  } while (codes_differ(v, &v->ballots[i].b) != distinct);
}

/* ---- chains ---- */

static evd_device_close *close_of(mail_view *v, uint32_t i) {
  return &v->close[v->ballots[i].b.device - 1];
}

void mail_link(mail_view *v) {
  const evd_h32 *before = &v->close[1].H_0;
  for (uint32_t i = 0; i < MAIL_BALLOTS; i++) {
    evd_ballot *b = &v->ballots[i].b;
    if (!b->mail)
      continue;
    bool chained = b->device == 2;
    evd_BC(b->B_C, chained, chained ? before : &close_of(v, i)->H_DI);
    evd_pre_ballot_HC(G(v), &b->H_C, b);
    if (chained)
      before = &b->H_C;
  }
}

void mail_end(mail_view *v) {
  evd_device_close *d = &v->close[1];
  const evd_h32 *last = &d->H_0, *HE = &v->e->t.HE;
  uint8_t B_C0[EVD_BC_BYTES];
  for (uint32_t i = 0; i < MAIL_BALLOTS; i++)
    if (v->ballots[i].b.device == 2)
      last = &v->ballots[i].b.H_C;
  evd_BC(B_C0, 1, &d->H_DI);
  evd_pre_BC_close(G(v), d->B_close, HE, last, B_C0);
  evd_pre_chain(G(v), &d->H_close, HE, d->B_close);
}

void mail_reseal(mail_view *v, uint32_t i) {
  mail_ballot *x = &v->ballots[i];
  for (uint32_t c = 0; x->has_cast && c < x->cast.n_contests; c++) {
    evd_mail_cast_contest *o = &x->cast.contests[c];
    qsort(o->selected, o->n_selected, sizeof *o->selected, by_psi);
    for (uint32_t l = 0; l < o->n_selected; l++)
      o->selected[l].code = code_of(v, &o->selected[l].psi);
  }
  sort_psi(&x->b);
  mail_chi(v, i);
  mail_link(v);
  mail_end(v);
}

static void start_devices(mail_view *v) {
  const evd_h32 *HE = &v->e->t.HE;
  for (uint32_t d = 0; d < MAIL_DEVICES; d++) {
    evd_device_close *c = &v->close[d];
    const evd_str label = v->e->man.devices[d].label;
    uint8_t B_C0[EVD_BC_BYTES];
    *c = (evd_device_close){.device = d + 1, .chained = d < 2};
    if (d == 0)
      evd_hash_HDI(G(v), &c->H_DI, HE, label);
    else
      evd_pre_HDI(G(v), &c->H_DI, HE, label);
    evd_BC(B_C0, 1, &c->H_DI);
    if (d == 0)
      evd_hash_H0(G(v), &c->H_0, HE, B_C0);
    if (d == 1)
      evd_pre_chain(G(v), &c->H_0, HE, B_C0);
  }
}

static void booth_ballot(mail_view *v) {
  static const uint32_t one[2] = {0, 1}, two[3] = {1, 1, 0};
  const evd_selection sel[2] = {{.marks = one}, {.marks = two}};
  const evd_h32 *HE = &v->e->t.HE;
  evd_ballot *b = &v->ballots[MAIL_BOOTH].b;
  evd_device_close *d = &v->close[0];
  uint8_t B_C0[EVD_BC_BYTES];
  size_t n = evd_ballot_random_bytes(v->e->shapes, 2);
  uint8_t *random = mail_room(v, n, 1);
  kit_random(random, n);
  const evd_ballot head = *b;
  assert_int_equal(evd_ballot_shape(b, v->e->shapes, 2, &v->arena), EVD_OK);
  b->id_B = head.id_B;
  b->style = head.style;
  b->device = head.device;
  b->position = head.position;
  b->weight = head.weight;
  assert_int_equal(
      evd_ballot_encrypt(G(v), b, v->e->shapes, 2, sel, HE, random, n, NULL),
      EVD_OK);
  evd_BC(b->B_C, 1, &d->H_0);
  evd_ballot_HC(G(v), &b->H_C, b);
  evd_BC(B_C0, 1, &d->H_DI);
  evd_BC_close(G(v), d->B_close, HE, &b->H_C, B_C0);
  evd_hash_close(G(v), &d->H_close, HE, d->B_close);
}

/* ---- the election ---- */

void mail_open_election(mail_election *e) {
  evd_why why;
  evd_buf text;
  evd_arena a;
  mail_view v = {.e = e};
  memset(e, 0, sizeof *e);
  evd_arena_init(&a, ROOM);
  assert_int_equal(
      evd_manifest_read_loose(
          &e->man,
          (evd_span){(const uint8_t *)manifest_text, sizeof manifest_text - 1},
          &a, &why),
      EVD_OK);
  evd_buf_init(&text, LINE_BYTES);
  evd_manifest_write(&text, &e->man);
  evd_buf_add(&text, "", 1);
  kit_open(&e->t, 1, 1, (const char *)text.p);
  assert_int_equal(evd_manifest_read(&e->man, (evd_span){text.p, text.n - 1},
                                     &e->t.arena, &why),
                   EVD_OK);
  evd_buf_close(&text);
  evd_arena_close(&a);
  for (uint32_t c = 0; c < MAIL_CONTESTS; c++)
    e->shapes[c] = evd_contest_shape(&e->man, c + 1);
  v.arena = e->t.arena;
  start_devices(&v);
  for (uint32_t i = 0; i < MAIL_BALLOTS; i++) {
    mail_ballot *x = &v.ballots[i];
    kit_random(x->b.id_B.b, 32);
    x->b.style = plan[i].style;
    x->b.device = plan[i].device;
    x->b.position = plan[i].position;
    x->b.weight = plan[i].weight;
    x->state = plan[i].state;
    if (i == MAIL_BOOTH)
      booth_ballot(&v);
    else
      mail_draw(&v, i, true);
  }
  mail_link(&v);
  mail_end(&v);
  e->t.arena = v.arena;
  memcpy(e->ballots, v.ballots, sizeof e->ballots);
  memcpy(e->close, v.close, sizeof e->close);
}

void mail_close_election(mail_election *e) { kit_close(&e->t); }

/* ---- copies ---- */

static void copy_ballot(mail_view *v, uint32_t i) {
  const mail_ballot *from = &v->e->ballots[i];
  mail_ballot *to = &v->ballots[i];
  evd_buf b;
  evd_why why;
  evd_buf_init(&b, LINE_BYTES);
  *to = *from;
  evd_ballot_write(&b, &from->b);
  assert_int_equal(evd_ballot_read(&to->b, (evd_span){b.p, b.n}, &v->e->man,
                                   &v->arena, &why),
                   EVD_OK);
  b.n = 0;
  if (from->has_cast) {
    evd_mail_cast_write(&b, &from->cast);
    assert_int_equal(evd_mail_cast_read(&to->cast, (evd_span){b.p, b.n},
                                        &v->e->man, &v->arena, &why),
                     EVD_OK);
  }
  b.n = 0;
  if (from->has_open) {
    evd_mail_open_write(&b, &from->open);
    assert_int_equal(evd_mail_open_read(&to->open, (evd_span){b.p, b.n},
                                        &v->e->man, &v->arena, &why),
                     EVD_OK);
  }
  evd_buf_close(&b);
}

void mail_copy(mail_view *v, const mail_election *e) {
  memset(v, 0, sizeof *v);
  v->e = e;
  evd_arena_init(&v->arena, ROOM);
  memcpy(v->close, e->close, sizeof v->close);
  for (uint32_t i = 0; i < MAIL_BALLOTS; i++)
    copy_ballot(v, i);
}

void mail_drop(mail_view *v) { evd_arena_close(&v->arena); }
