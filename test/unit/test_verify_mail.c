/* Verifications 15 to 19 and X.17 over an election with mail ballots: it
 * passes as it is, and every way to break it fails exactly what it must. */
#include <stdio.h>
#include <stdlib.h>

#include "mail_kit.h"

static mail_election election;
static kit_record record;
static evd_report report;
static evd_arena arena;

static int open_all(void **state) {
  (void)state;
  mail_open_election(&election);
  return 0;
}

static int close_all(void **state) {
  (void)state;
  mail_close_election(&election);
  return 0;
}

static int drop(void **state) {
  (void)state;
  kit_free(&record);
  evd_arena_close(&arena);
  return 0;
}

static uint64_t count_of(const char *id) {
  return evd_report_check(&report, id)->count;
}

static void verify(mail_view *v, evd_stage stage) {
  mail_write(v, &record);
  if (stage == EVD_STAGE_CLOSED) {
    kit_remove(&record, "tally.json");
    kit_remove(&record, "mail_open.jsonl");
  }
  kit_verify(&record, stage, &report, &arena);
}

/* [V 15.A] to [V 19.D]: each looks at something, and how often is counted by
 * hand: three cast mail ballots select 3 + 3 + 2 vectors in 2 + 2 + 1
 * contests, two opened ones have 3 + 5 and 5. */
static void test_mail_ballots_pass(void **state) {
  (void)state;
  mail_view v;
  mail_copy(&v, &election);
  verify(&v, EVD_STAGE_FINAL);
  assert_true(kit_fails_only(&report, ""));
  assert_int_equal(report.verdict, EVD_VERDICT_PASS);
  assert_true(report.has_digest);
  assert_int_equal(count_of("5.A"), 7);
  assert_int_equal(count_of("6.D"), 7 + 5 + 5 + 3);
  assert_int_equal(count_of("7.D"), 2 + 2 + 2 + 1);
  assert_int_equal(count_of("8.B"), 1);
  assert_int_equal(count_of("15.A"), 2 + 2 + 1);
  assert_int_equal(count_of("16.A"), 3 + 3 + 2 + 8 + 5);
  assert_int_equal(count_of("16.B"), 4 * 2 + 2);
  assert_int_equal(count_of("16.C"), 6);
  assert_int_equal(count_of("16.D"), 2);
  assert_int_equal(count_of("16.E"), 2);
  assert_int_equal(count_of("16.F"), 4);
  assert_int_equal(count_of("16.G"), 1);
  assert_int_equal(count_of("16.H"), 1);
  assert_int_equal(count_of("17.A"), 3 + 3 + 2 + 8 + 5);
  assert_int_equal(count_of("18.A"), 2);
  assert_int_equal(count_of("19.A"), 3);
  assert_int_equal(count_of("19.B"), 3);
  assert_int_equal(count_of("19.C"), 8 + 5);
  assert_int_equal(count_of("19.D"), 8 + 5);
  assert_int_equal(count_of("X.7"), 7);
  assert_int_equal(count_of("X.17"), 6 + 3);
  mail_drop(&v);
}

static void test_mail_ballots_pass_at_closing(void **state) {
  (void)state;
  mail_view v;
  mail_copy(&v, &election);
  verify(&v, EVD_STAGE_CLOSED);
  assert_int_equal(report.verdict, EVD_VERDICT_PASS);
  assert_int_equal(count_of("16.A"), 3 + 3 + 2);
  assert_int_equal(evd_report_check(&report, "18.A")->status, EVD_NOT_RUN);
  mail_drop(&v);
}

/* ---- one fault each ---- */

/* Another vote than the one selected, encrypted anew and proven. */
static void count_another_vote(mail_view *v, uint32_t i, uint32_t c,
                               const uint32_t votes[], uint32_t m) {
  evd_zq_sec xi, all = {0};
  uint32_t sum = 0;
  for (uint32_t k = 1; k <= m; k++) {
    kit_random_sec(&xi);
    mail_encrypt_field(v, i, c, k, votes[k - 1], &xi);
    evd_zq_sec_add(&all, &all, &xi);
    sum += votes[k - 1];
  }
  mail_prove_limit(v, i, c, sum, &all);
}
static void another_vote_of_one(mail_view *v) {
  static const uint32_t votes[2] = {0, 1};
  count_another_vote(v, MAIL_CAST, 0, votes, 2);
}
static void another_vote_of_two(mail_view *v) {
  static const uint32_t votes[3] = {0, 1, 1};
  count_another_vote(v, MAIL_CAST, 1, votes, 3);
}
static void same_vote_encrypted_anew(mail_view *v) {
  static const uint32_t votes[3] = {1, 1, 0};
  count_another_vote(v, MAIL_LOOSE, 0, votes, 3);
}

/* x times g^e or, for a vector that is none, times -1 */
static void times(const mail_view *v, evd_p *x, uint64_t e) {
  const evd_group *G = &v->e->t.G;
  evd_p factor;
  evd_zp a, b;
  kit_power(G, &factor, &G->g, e);
  evd_zp_from_bytes(G->k, &a, x);
  evd_zp_from_bytes(G->k, &b, &factor);
  G->k->mul(&a, &a, &b);
  evd_zp_to_bytes(G->k, x, &a);
}

/* The product stays, the vectors are no longer those that were printed. */
static void vectors_traded(mail_view *v) {
  evd_mail_selected *s = mail_cast(v, MAIL_CAST, 1)->selected;
  evd_p a = s[0].pairs[0];
  times(v, &s[0].pairs[0], 5);
  /* the second takes g^-5: what the first had over what it has */
  const evd_group *G = &v->e->t.G;
  evd_zp old, new, x;
  evd_zp_from_bytes(G->k, &old, &a);
  evd_zp_from_bytes(G->k, &new, &s[0].pairs[0]);
  evd_zp_inv_var(G->k, &new, &new);
  evd_zp_from_bytes(G->k, &x, &s[1].pairs[0]);
  G->k->mul(&x, &x, &old);
  G->k->mul(&x, &x, &new);
  evd_zp_to_bytes(G->k, &s[1].pairs[0], &x);
}

/* What the voter sees as the code of Cy is the code of Di. */
static void printed_codes_traded(mail_view *v) {
  evd_mail_vector *a = &mail_opened(v, MAIL_OPENED, 1)->vectors[0], *b = a + 1;
  const evd_mail_vector t = *a;
  a->psi = b->psi;
  a->code = b->code;
  b->psi = t.psi;
  b->code = t.code;
}

static void chi_of_other_psi(mail_view *v) {
  mail_contest(v, MAIL_CAST, 0)->chi.b[7] ^= 1;
  mail_link(v);
  mail_end(v);
}
static void chi_of_opened(mail_view *v) {
  mail_contest(v, MAIL_LOOSE_OPEN, 0)->chi.b[7] ^= 1;
  mail_link(v);
}
/* The code that an ordinary ballot of the same contests would have. */
static void code_of_ordinary_ballot(mail_view *v) {
  evd_ballot *b = &v->ballots[MAIL_LOOSE].b;
  evd_ballot_HC(&v->e->t.G, &b->H_C, b);
}
static void code_of_opened(mail_view *v) {
  v->ballots[MAIL_LOOSE_OPEN].b.H_C.b[0] ^= 1;
}

/* Tag 2A as for booths, taken over by every ballot of the device. */
static void device_hash_of_booth(mail_view *v) {
  const kit *t = &v->e->t;
  evd_hash_HDI(&t->G, &v->close[2].H_DI, &t->HE, v->e->man.devices[2].label);
  mail_link(v);
}
static void chained_device_hash_of_booth(mail_view *v) {
  const kit *t = &v->e->t;
  evd_device_close *d = &v->close[1];
  uint8_t B_C0[EVD_BC_BYTES];
  evd_hash_HDI(&t->G, &d->H_DI, &t->HE, v->e->man.devices[1].label);
  evd_BC(B_C0, 1, &d->H_DI);
  evd_pre_chain(&t->G, &d->H_0, &t->HE, B_C0);
  mail_link(v);
  mail_end(v);
}

static void mode_of_chaining(mail_view *v) {
  mail_seal(v, MAIL_LOOSE, 1, &v->close[2].H_DI);
}
/* The second of the chain names the start instead of the first. */
static void link_left_out(mail_view *v) {
  mail_seal(v, MAIL_UNDERVOTE, 1, &v->close[1].H_0);
  mail_seal(v, MAIL_OPENED, 1, &v->ballots[MAIL_UNDERVOTE].b.H_C);
  mail_seal(v, MAIL_SPOILED, 1, &v->ballots[MAIL_OPENED].b.H_C);
  mail_end(v);
}
static void chain_starts_elsewhere(mail_view *v) {
  v->close[1].H_0.b[31] ^= 1;
  mail_link(v);
  mail_end(v);
}
static void chain_starts_as_booths(mail_view *v) {
  const kit *t = &v->e->t;
  uint8_t B_C0[EVD_BC_BYTES];
  evd_BC(B_C0, 1, &v->close[1].H_DI);
  evd_hash_H0(&t->G, &v->close[1].H_0, &t->HE, B_C0);
  mail_link(v);
  mail_end(v);
}
static void closed_too_early(mail_view *v) {
  const kit *t = &v->e->t;
  evd_device_close *d = &v->close[1];
  uint8_t B_C0[EVD_BC_BYTES];
  evd_BC(B_C0, 1, &d->H_DI);
  evd_pre_BC_close(&t->G, d->B_close, &t->HE, &v->ballots[MAIL_OPENED].b.H_C,
                   B_C0);
  evd_pre_chain(&t->G, &d->H_close, &t->HE, d->B_close);
}
static void closing_hash_of_booths(mail_view *v) {
  evd_hash_close(&v->e->t.G, &v->close[1].H_close, &v->e->t.HE,
                 v->close[1].B_close);
}
/* The form of the table under eq 120, with "LOCK" in it. */
static void closed_with_LOCK(mail_view *v) {
  const kit *t = &v->e->t;
  evd_device_close *d = &v->close[1];
  uint8_t B_C0[EVD_BC_BYTES];
  evd_hmac h;
  evd_h32 inner;
  evd_BC(B_C0, 1, &d->H_DI);
  evd_h_init(&h, &t->HE, NULL);
  evd_h_tag(&h, 0x44);
  evd_h_add(&h, "LOCK", 4);
  evd_h_add(&h, v->ballots[MAIL_SPOILED].b.H_C.b, 32);
  evd_h_add(&h, B_C0, sizeof B_C0);
  evd_h_out(&h, &inner);
  evd_BC(d->B_close, 1, &inner);
  evd_pre_chain(&t->G, &d->H_close, &t->HE, d->B_close);
}

static evd_str text(const char *s) {
  return (evd_str){(const uint8_t *)s, strlen(s)};
}
static void cast_code_changed(mail_view *v) {
  evd_str *code = &mail_cast(v, MAIL_CAST, 0)->selected[0].code;
  *code = text(code->p[0] == '0' ? "1F" : "0F");
}
static void opened_code_changed(mail_view *v) {
  evd_str *code = &mail_opened(v, MAIL_OPENED, 1)->vectors[4].code;
  *code = text(code->p[0] == '0' ? "1F" : "0F");
}
static void code_in_small_letters(mail_view *v) {
  evd_mail_open_contest *o = mail_opened(v, MAIL_OPENED, 1);
  for (uint32_t i = 0; i < o->n_vectors; i++)
    for (size_t n = 0; n < o->vectors[i].code.n; n++) {
      uint8_t *p = (uint8_t *)(uintptr_t)o->vectors[i].code.p + n;
      *p |= *p >= 'A' ? 0x20 : 0;
    }
}

static void nonce_of_opened_changed(mail_view *v) {
  mail_opened(v, MAIL_OPENED, 0)->vectors[1].nonces[0].b[31] ^= 1;
}
/* One null vector shown twice, so that the other stays hidden. */
static void vector_hidden(mail_view *v) {
  evd_mail_vector *x = mail_opened(v, MAIL_OPENED, 1)->vectors;
  x[4].psi = x[3].psi;
  x[4].code = x[3].code;
  x[4].nonces = x[3].nonces;
}
/* The vector printed for Ann holds a vote for Ben. */
static void vectors_opened_crosswise(mail_view *v) {
  evd_mail_vector *x = mail_opened(v, MAIL_OPENED, 0)->vectors, t = x[0];
  x[0].psi = x[1].psi;
  x[0].code = x[1].code;
  x[0].nonces = x[1].nonces;
  x[1].psi = t.psi;
  x[1].code = t.code;
  x[1].nonces = t.nonces;
}

static void contest_label_changed(mail_view *v) {
  mail_opened(v, MAIL_OPENED, 0)->label = text("Mayor of all");
}
static void contest_of_another_style(mail_view *v) {
  evd_mail_open *o = &v->ballots[MAIL_LOOSE_OPEN].open;
  evd_mail_open_contest *c = mail_room(v, 2, sizeof *c);
  c[0] = *mail_opened(v, MAIL_OPENED, 0);
  c[1] = o->contests[0];
  o->contests = c;
  o->n_contests = 2;
}
static void option_without_a_name(mail_view *v) {
  mail_opened(v, MAIL_OPENED, 1)->vectors[0].label = text(EVD_NULL_LABEL);
}
static void null_of_no_index(mail_view *v) {
  mail_opened(v, MAIL_OPENED, 1)->vectors[4].field = 6;
}
static void null_twice(mail_view *v) {
  mail_opened(v, MAIL_OPENED, 1)->vectors[4].field = 4;
}

/* ---- X.17 ---- */

static void psi_descending(mail_view *v) {
  evd_contest_ct *c = mail_contest(v, MAIL_SPOILED, 0);
  evd_h32 t = c->psi[0];
  c->psi[0] = c->psi[1];
  c->psi[1] = t;
}
static void psi_twice(mail_view *v) {
  evd_contest_ct *c = mail_contest(v, MAIL_SPOILED, 0);
  c->psi[1] = c->psi[0];
  mail_chi(v, MAIL_SPOILED);
  mail_link(v);
  mail_end(v);
}
static void codes_collide(mail_view *v) {
  mail_draw(v, MAIL_SPOILED, false);
  mail_link(v);
  mail_end(v);
}
static void limit_of_two_per_option(mail_view *v) {
  v->ballots[MAIL_SPOILED].b.style = 3;
  mail_draw(v, MAIL_SPOILED, true);
  mail_link(v);
  mail_end(v);
}
static void cast_line_missing(mail_view *v) {
  v->ballots[MAIL_CAST].has_cast = false;
}
static void cast_line_of_uncast(mail_view *v) {
  mail_ballot *x = &v->ballots[MAIL_SPOILED];
  x->cast = v->ballots[MAIL_CAST].cast;
  x->cast.id_B = x->b.id_B;
  x->has_cast = true;
}
static void cast_line_of_booth(mail_view *v) {
  mail_ballot *x = &v->ballots[MAIL_BOOTH];
  x->cast = v->ballots[MAIL_CAST].cast;
  x->cast.id_B = x->b.id_B;
  x->has_cast = true;
}
static void cast_line_without_contest(mail_view *v) {
  v->ballots[MAIL_CAST].cast.n_contests = 1;
}
/* The same null vector twice: the voter's second mark disappears. */
static void selected_twice(mail_view *v) {
  static const uint32_t j[2] = {4, 4};
  mail_select(v, MAIL_CAST, 1, j);
}
/* A vector that stands on no ballot, and hashes to a psi of its own. */
static void selected_not_printed(mail_view *v) {
  const evd_h32 printed = v->ballots[MAIL_CAST].xi_B;
  static const uint32_t j[2] = {2, 3};
  v->ballots[MAIL_CAST].xi_B.b[0] ^= 1;
  mail_select(v, MAIL_CAST, 1, j);
  v->ballots[MAIL_CAST].xi_B = printed;
}
static void opened_psi_of_another_ballot(mail_view *v) {
  evd_mail_vector *x = &mail_opened(v, MAIL_OPENED, 1)->vectors[0];
  x->psi = mail_opened(v, MAIL_LOOSE_OPEN, 0)->vectors[0].psi;
  x->code = mail_opened(v, MAIL_LOOSE_OPEN, 0)->vectors[0].code;
}
static void vectors_out_of_order(mail_view *v) {
  evd_mail_vector *x = mail_opened(v, MAIL_OPENED, 1)->vectors, t = x[0];
  x[0] = x[1];
  x[1] = t;
}
static void opened_contests_out_of_order(mail_view *v) {
  evd_mail_open_contest *o = mail_opened(v, MAIL_OPENED, 0), t = o[0];
  o[0] = o[1];
  o[1] = t;
}

#define F MAIL_FAULT
#define EACH_FAILS(f) mail_each_fails(&election, f, sizeof(f) / sizeof((f)[0]))

/* A03: what is counted is not what was selected. [V 15.A] [V 16.A] */
static void test_A03_votes_exchanged(void **state) {
  (void)state;
  static const mail_fault f[] = {F(another_vote_of_one, "15.A"),
                                 F(another_vote_of_two, "15.A"),
                                 F(same_vote_encrypted_anew, "15.A"),
                                 F(vectors_traded, "16.A"),
                                 F(printed_codes_traded, "16.A"),
                                 F(selected_not_printed, "X.17"),
                                 F(selected_twice, "X.17")};
  EACH_FAILS(f);
}

/* [V 16.B] [V 16.C] [V 16.D] [V 16.E] [V 16.F] [V 16.G] [V 16.H] */
static void test_mail_codes_and_chains(void **state) {
  (void)state;
  static const mail_fault f[] = {F(chi_of_other_psi, "16.B"),
                                 F(chi_of_opened, "16.B 18.A"),
                                 F(mail_code_changed, "16.C"),
                                 F(code_of_ordinary_ballot, "16.C"),
                                 F(code_of_opened, "16.C 18.A"),
                                 F(device_hash_of_booth, "16.D"),
                                 F(chained_device_hash_of_booth, "16.D"),
                                 F(mail_other_device_named, "16.E"),
                                 F(mode_of_chaining, "16.E"),
                                 F(link_left_out, "16.F"),
                                 F(chain_starts_elsewhere, "16.G"),
                                 F(chain_starts_as_booths, "16.G"),
                                 F(closed_too_early, "16.H"),
                                 F(closing_hash_of_booths, "16.H"),
                                 F(closed_with_LOCK, "16.H")};
  EACH_FAILS(f);
}

/* B17 [V 17.A] */
static void test_B17_short_codes(void **state) {
  (void)state;
  static const mail_fault f[] = {
      F(cast_code_changed, "17.A"), F(opened_code_changed, "17.A"),
      F(code_in_small_letters, "17.A"), F(codes_collide, "X.17")};
  EACH_FAILS(f);
}

/* [V 18.1-18.4] [V 18.A] [V 19.A] [V 19.B] [V 19.C] [V 19.D] */
static void test_mail_openings(void **state) {
  (void)state;
  static const mail_fault f[] = {F(nonce_of_opened_changed, "16.A 18.A"),
                                 F(vector_hidden, "18.A"),
                                 F(vectors_opened_crosswise, "16.A 18.A"),
                                 F(mail_nonce_above_q, "16.A 18.A X.2"),
                                 F(contest_label_changed, "19.A 19.B"),
                                 F(mail_contest_not_opened, "19.B"),
                                 F(contest_of_another_style, "19.A"),
                                 F(mail_option_labels_traded, "19.C 19.D"),
                                 F(mail_null_with_a_name, "19.C 19.D"),
                                 F(option_without_a_name, "19.C 19.D"),
                                 F(null_of_no_index, "19.C 19.D"),
                                 F(null_twice, "19.D X.17")};
  EACH_FAILS(f);
}

static void test_mail_structure(void **state) {
  (void)state;
  static const mail_fault f[] = {F(psi_descending, "X.17"),
                                 F(psi_twice, "X.17"),
                                 F(limit_of_two_per_option, "X.17"),
                                 F(cast_line_missing, "X.17"),
                                 F(cast_line_of_uncast, "X.17"),
                                 F(cast_line_of_booth, "X.17"),
                                 F(cast_line_without_contest, "X.17"),
                                 F(mail_selected_descending, "X.17"),
                                 F(opened_psi_of_another_ballot, "16.A X.17"),
                                 F(vectors_out_of_order, "X.17"),
                                 F(opened_contests_out_of_order, "X.17")};
  EACH_FAILS(f);
}

int main(void) {
#define T(name) cmocka_unit_test_teardown(name, drop)
  const struct CMUnitTest tests[] = {
      T(test_mail_ballots_pass),   T(test_mail_ballots_pass_at_closing),
      T(test_A03_votes_exchanged), T(test_mail_codes_and_chains),
      T(test_B17_short_codes),     T(test_mail_openings),
      T(test_mail_structure),
  };
  return cmocka_run_group_tests(tests, open_all, close_all);
}
