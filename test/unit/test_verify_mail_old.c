/* The checks that other ballots have too, over mail ballots; and records
 * whose mail ballots cannot be read or do not fit each other. */
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

static void negate(evd_p *x) {
  evd_p t = *x;
  kit_negate(x, &t);
}
static void negate_alpha(mail_view *v, evd_mail_selected *s) {
  const evd_h32 *HI = &v->ballots[MAIL_LOOSE].b.H_I;
  evd_contest_ct *c = mail_contest(v, MAIL_LOOSE, 0);
  const evd_h32 old = s->psi;
  negate(&s->pairs[0]);
  evd_pre_psi(&v->e->t.G, &s->psi, HI, s->pairs, s->n_pairs);
  for (uint32_t n = 0; n < c->n_psi; n++)
    if (memcmp(&c->psi[n], &old, sizeof old) == 0)
      c->psi[n] = s->psi;
}
/* Both vectors times -1: the product is what it was. */
static void vectors_outside_the_group(mail_view *v) {
  evd_mail_selected *s = mail_cast(v, MAIL_LOOSE, 0)->selected;
  negate_alpha(v, &s[0]);
  negate_alpha(v, &s[1]);
  mail_reseal(v, MAIL_LOOSE);
}
static void limit_proof_changed(mail_view *v) {
  mail_cast(v, MAIL_CAST, 0)->ct.limit_c[0].b[5] ^= 1;
}
static void field_proof_changed(mail_view *v) {
  mail_cast(v, MAIL_CAST, 0)->ct.fields[0].c[0].b[5] ^= 1;
}
static void challenge_above_q(mail_view *v) {
  memset(mail_cast(v, MAIL_CAST, 0)->ct.fields[0].c[0].b, 0xFF, EVD_Q_BYTES);
}
static void response_above_q(mail_view *v) {
  memset(mail_cast(v, MAIL_CAST, 0)->ct.limit_v[0].b, 0xFF, EVD_Q_BYTES);
}
static void proofs_of_another_ballot(mail_view *v) {
  evd_contest_ct *a = &mail_cast(v, MAIL_CAST, 1)->ct;
  evd_contest_ct *b = &mail_cast(v, MAIL_LOOSE, 0)->ct;
  a->limit_c = b->limit_c;
  a->limit_v = b->limit_v;
}
static void limit_challenge_above_q(mail_view *v) {
  memset(mail_cast(v, MAIL_CAST, 0)->ct.limit_c[0].b, 0xFF, EVD_Q_BYTES);
}
static void field_response_above_q(mail_view *v) {
  memset(mail_cast(v, MAIL_CAST, 0)->ct.fields[0].v[0].b, 0xFF, EVD_Q_BYTES);
}
/* The values are the same, the proofs are not. */
static void proofs_of_another_field(mail_view *v) {
  evd_field *f = mail_cast(v, MAIL_LOOSE, 0)->ct.fields;
  evd_q *c = f[0].c, *q = f[0].v;
  f[0].c = f[1].c;
  f[0].v = f[1].v;
  f[1].c = c;
  f[1].v = q;
}
static void ballot_of_another_election(mail_view *v) {
  const mail_election *here = v->e;
  mail_election there = *here;
  there.t.HE.b[0] ^= 1;
  v->e = &there;
  mail_draw(v, MAIL_LOOSE, true);
  v->e = here;
  mail_link(v);
}
static void exchange(evd_p *a, evd_p *b) {
  evd_p t = *a;
  *a = *b;
  *b = t;
}
static void options_exchanged(mail_view *v) {
  evd_mail_cast_contest *o = mail_cast(v, MAIL_LOOSE, 0);
  evd_contest_ct *c = mail_contest(v, MAIL_LOOSE, 0);
  const evd_h32 *HI = &v->ballots[MAIL_LOOSE].b.H_I;
  evd_field t = o->ct.fields[0];
  o->ct.fields[0] = o->ct.fields[2];
  o->ct.fields[2] = t;
  for (uint32_t i = 0; i < o->n_selected; i++) {
    evd_mail_selected *s = &o->selected[i];
    const evd_h32 old = s->psi;
    exchange(&s->pairs[0], &s->pairs[4]);
    exchange(&s->pairs[1], &s->pairs[5]);
    evd_pre_psi(&v->e->t.G, &s->psi, HI, s->pairs, s->n_pairs);
    for (uint32_t n = 0; n < c->n_psi; n++)
      if (memcmp(&c->psi[n], &old, sizeof old) == 0)
        c->psi[n] = s->psi;
  }
  mail_reseal(v, MAIL_LOOSE);
}
static void nonce_proof_changed(mail_view *v) {
  v->ballots[MAIL_SPOILED].b.nonce_C1.b[0] ^= 1;
}
static void identifier_hash_changed(mail_view *v) {
  v->ballots[MAIL_SPOILED].b.H_I.b[0] ^= 1;
  mail_reseal(v, MAIL_SPOILED);
}
static void style_unknown(mail_view *v) {
  v->ballots[MAIL_SPOILED].b.style = 9;
}
static void style_of_fewer(mail_view *v) {
  v->ballots[MAIL_SPOILED].b.style = 2;
}
static void weight_of_none(mail_view *v) {
  v->ballots[MAIL_SPOILED].b.weight = 0;
}
static void position_skipped(mail_view *v) {
  v->ballots[MAIL_SPOILED].b.position = 5;
}
static void not_in_the_tally(mail_view *v) {
  v->uncounted[MAIL_UNDERVOTE] = true;
}
static void opening_missing(mail_view *v) {
  v->ballots[MAIL_OPENED].has_open = false;
}
static void opening_of_cast(mail_view *v) {
  mail_ballot *x = &v->ballots[MAIL_CAST];
  x->open = v->ballots[MAIL_OPENED].open;
  x->open.id_B = x->b.id_B;
  x->has_open = true;
}

#define F MAIL_FAULT
#define EACH_FAILS(f) mail_each_fails(&election, f, sizeof(f) / sizeof((f)[0]))

/* A05: the right response with another challenge; values not below q. */
static void test_A05_mail_challenges(void **state) {
  (void)state;
  static const mail_fault f[] = {F(limit_proof_changed, "7.D"),
                                 F(field_proof_changed, "6.D"),
                                 F(challenge_above_q, "6.B 6.D"),
                                 F(limit_challenge_above_q, "7.B 7.D"),
                                 F(field_response_above_q, "6.C 6.D"),
                                 F(response_above_q, "7.C 7.D")};
  EACH_FAILS(f);
}

/* A01, A06: a proof holds for its ballot, its contest, its field, its
 * election. */
static void test_A01_mail_proofs_bind_their_statement(void **state) {
  (void)state;
  static const mail_fault f[] = {F(proofs_of_another_ballot, "7.D"),
                                 F(proofs_of_another_field, "6.D")};
  EACH_FAILS(f);
}
static void test_A06_mail_ballot_of_another_election(void **state) {
  (void)state;
  static const mail_fault f[] = {F(ballot_of_another_election, "5.B")};
  EACH_FAILS(f);
}

/* A03: two options exchanged in everything that is hashed; the proofs are
 * those of their places. */
static void test_A03_mail_options_exchanged(void **state) {
  (void)state;
  static const mail_fault f[] = {F(options_exchanged, "6.D")};
  EACH_FAILS(f);
}

static void test_older_checks_see_mail_ballots(void **state) {
  (void)state;
  static const mail_fault f[] = {F(vectors_outside_the_group, "X.2"),
                                 F(nonce_proof_changed, "X.7"),
                                 F(identifier_hash_changed, "5.B X.7"),
                                 F(style_unknown, "X.6"),
                                 F(style_of_fewer, "X.6"),
                                 F(weight_of_none, "X.6"),
                                 F(position_skipped, "X.15"),
                                 F(opening_missing, "X.11"),
                                 F(opening_of_cast, "X.11"),
                                 F(not_in_the_tally, "9.A 9.B")};
  EACH_FAILS(f);
}

/* ---- B04, B05 ---- */

static const char *state_of(const char *id) {
  static const char *const words[] = {"not-run", "pass", "FAIL"};
  return words[evd_report_check(&report, id)->status];
}

/* B04 [V 5.A]: an identifier twice is found whatever became of the two
 * ballots, and wherever they stand. */
static void test_B04_identifier_twice_across_kinds(void **state) {
  (void)state;
  static const uint32_t pairs[][2] = {
      {MAIL_BOOTH, MAIL_CAST},       {MAIL_BOOTH, MAIL_OPENED},
      {MAIL_BOOTH, MAIL_SPOILED},    {MAIL_CAST, MAIL_UNDERVOTE},
      {MAIL_CAST, MAIL_SPOILED},     {MAIL_OPENED, MAIL_SPOILED},
      {MAIL_LOOSE, MAIL_CAST},       {MAIL_LOOSE, MAIL_LOOSE_OPEN},
      {MAIL_OPENED, MAIL_LOOSE_OPEN}};
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    mail_view v;
    mail_copy(&v, &election);
    mail_ballot *x = &v.ballots[pairs[i][1]];
    x->b.id_B = v.ballots[pairs[i][0]].b.id_B;
    mail_draw(&v, pairs[i][1], true);
    mail_reseal(&v, pairs[i][1]);
    mail_write(&v, &record);
    kit_verify(&record, EVD_STAGE_FINAL, &report, &arena);
    assert_string_equal(state_of("5.A"), "FAIL");
    assert_int_equal(evd_report_check(&report, "5.A")->failed, 1);
    assert_string_equal(state_of("5.B"), "pass");
    mail_drop(&v);
    drop(NULL);
  }
}

/* The same ballot sent in twice, as two cast ones. */
static void test_B04_mail_ballot_counted_twice(void **state) {
  (void)state;
  mail_view v;
  mail_copy(&v, &election);
  v.ballots[MAIL_LOOSE_OPEN] = v.ballots[MAIL_LOOSE];
  v.ballots[MAIL_LOOSE_OPEN].has_cast = false;
  mail_write(&v, &record);
  kit_verify(&record, EVD_STAGE_FINAL, &report, &arena);
  assert_true(kit_fails_only(&report, "5.A X.10 X.11"));
  mail_drop(&v);
}

static const char *word(evd_state_word s) { return evd_state_text(s); }

/* B05: two states of one mail ballot, every pair of them. */
static void test_B05_two_states_of_a_mail_ballot(void **state) {
  (void)state;
  const mail_ballot *x = &election.ballots[MAIL_SPOILED];
  for (evd_state_word a = EVD_CAST; a <= EVD_STATE_REFUSED; a++)
    for (evd_state_word b = a; b <= EVD_STATE_REFUSED; b++) {
      char one[200], two[400];
      mail_view v;
      mail_copy(&v, &election);
      mail_write(&v, &record);
      mail_drop(&v);
      evd_buf line;
      evd_buf_init(&line, sizeof one);
      evd_state_write(&line, &(evd_state){x->b.id_B, EVD_SPOILED});
      (void)snprintf(one, sizeof one, "%.*s", (int)line.n, (char *)line.p);
      const int id = (int)line.n - (int)strlen("spoiled\"}");
      (void)snprintf(two, sizeof two, "%.*s%s\"}\n%.*s%s\"}", id, one, word(a),
                     id, one, word(b));
      evd_buf_close(&line);
      kit_replace(&record, "states.jsonl", one, two);
      kit_verify(&record, EVD_STAGE_CLOSED, &report, &arena);
      assert_string_equal(state_of("X.11"), "FAIL");
      assert_int_equal(report.verdict, EVD_VERDICT_FAIL);
      drop(NULL);
    }
}

/* B05: opened ballots are not counted, counted ones not opened. */
static void cast_called_challenged(mail_view *v) {
  v->ballots[MAIL_CAST].state = EVD_CHALLENGED;
}
static void opened_called_cast(mail_view *v) {
  v->ballots[MAIL_OPENED].state = EVD_CAST;
}
static void spoiled_called_cast(mail_view *v) {
  v->ballots[MAIL_SPOILED].state = EVD_CAST;
}
static void cast_called_refused(mail_view *v) {
  v->ballots[MAIL_LOOSE].state = EVD_STATE_REFUSED;
}
static void opened_called_spoiled(mail_view *v) {
  v->ballots[MAIL_LOOSE_OPEN].state = EVD_SPOILED;
}
static void mail_superseded(mail_view *v) {
  v->ballots[MAIL_SPOILED].state = EVD_SUPERSEDED;
}
static void without_state(mail_view *v) { v->ballots[MAIL_SPOILED].state = 0; }

static void test_B05_states_of_mail_ballots_exchanged(void **state) {
  (void)state;
  static const mail_fault f[] = {F(cast_called_challenged, "X.11 X.17"),
                                 F(opened_called_cast, "X.11 X.17"),
                                 F(spoiled_called_cast, "X.17"),
                                 F(cast_called_refused, "X.17"),
                                 F(opened_called_spoiled, "X.11"),
                                 F(mail_superseded, "X.18"),
                                 F(without_state, "X.11")};
  EACH_FAILS(f);
}

/* A04: elements that are none, wherever a mail ballot has elements. */
static void test_A04_mail_elements(void **state) {
  (void)state;
  static const struct {
    uint32_t at; /* 0, 1: alpha, beta of a field; 2, 3: of a vector */
    const char *fails;
  } rows[] = {{0, "6.A"}, {1, "6.A"}, {2, "X.2"}, {3, "X.2"}};
  for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
    const size_t kind = (i + i / 2) % 4; /* two kinds of four at each place */
    mail_view v;
    mail_copy(&v, &election);
    evd_mail_cast_contest *o = mail_cast(&v, MAIL_CAST, 0);
    evd_p *const at[] = {&o->ct.fields[0].alpha, &o->ct.fields[0].beta,
                         &o->selected[0].pairs[0], &o->selected[0].pairs[1]};
    evd_p *x = at[rows[i / 2].at];
    if (kind == 0)
      memset(x->b, 0, sizeof x->b);
    if (kind == 1)
      memcpy(x->b, evd_p_bytes, sizeof x->b);
    if (kind == 2)
      memset(x->b, 0xFF, sizeof x->b);
    if (kind == 3)
      negate(x);
    /* x is not below p, or outside the group; the sums cannot be made */
    v.uncounted[MAIL_CAST] = true;
    mail_write(&v, &record);
    kit_verify(&record, EVD_STAGE_FINAL, &report, &arena);
    assert_true(kit_failed(&report, rows[i / 2].fails));
    assert_true(kit_failed(&report, "15.A"));
    mail_drop(&v);
    drop(NULL);
  }
}

/* The next hex value of a file at or behind *at: changes its last digit, sets
 * *at behind it and returns what the digit was; 0: no more values. */
static uint8_t change_value(kit_file *f, size_t *at, size_t end) {
  for (size_t from = *at; from < end; from++) {
    size_t n = 0;
    if (f->p[from] != '"')
      continue;
    while (from + 1 + n < end && strchr("0123456789ABCDEF", f->p[from + 1 + n]))
      n++;
    if (n < 2 || f->p[from + 1 + n] != '"')
      continue;
    const uint8_t old = f->p[from + n];
    f->p[from + n] = old == '0' ? '1' : '0';
    *at = from + n + 1;
    return old;
  }
  return 0;
}

static bool fails_at(kit_record *r) {
  kit_verify(r, EVD_STAGE_FINAL, &report, &arena);
  bool fails = report.verdict == EVD_VERDICT_FAIL;
  evd_arena_close(&arena);
  return fails;
}

/* A14: no value of a line is there for nothing: of one line each of the three
 * kinds every hex value is changed in turn, and what looks like one: the
 * names C0 and C1. */
static void test_A14_every_value_of_mail_lines_is_checked(void **state) {
  (void)state;
  static const struct {
    const char *path;
    size_t values;
  } rows[] = {{"mail_cast.jsonl", 1 + 2 * (2 + 6) + 3 * 6 + 6},
              {"mail_open.jsonl", 1 + 5 * (2 + 3)},
              {"ballots/device_3.jsonl", 2 + 4 + 5 + 1 + 2 + 2}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    mail_view v;
    size_t at = 0, values = 0;
    mail_copy(&v, &election);
    /* the line of style 2 comes first */
    for (uint32_t b = 0; b < MAIL_BALLOTS; b++) {
      v.ballots[b].has_cast = b == MAIL_LOOSE;
      v.ballots[b].has_open = b == MAIL_LOOSE_OPEN;
      if (v.ballots[b].state == EVD_CAST && b != MAIL_LOOSE && b != MAIL_BOOTH)
        v.ballots[b].state = EVD_SPOILED;
      if (b == MAIL_OPENED)
        v.ballots[b].state = EVD_SPOILED;
    }
    mail_write(&v, &record);
    mail_drop(&v);
    assert_false(fails_at(&record));
    kit_file *f = kit_get(&record, rows[i].path);
    size_t end = (size_t)((uint8_t *)memchr(f->p, '\n', f->n) - f->p);
    for (uint8_t old; (old = change_value(f, &at, end)) != 0; values++) {
      if (!fails_at(&record))
        fail_msg("%s: the value before byte %zu", rows[i].path, at);
      f->p[at - 1] = old;
    }
    assert_int_equal(values, rows[i].values);
    kit_free(&record);
  }
}

/* ---- the files themselves ---- */

static void changed(const char *path, const char *old_text,
                    const char *new_text) {
  mail_view v;
  mail_copy(&v, &election);
  mail_write(&v, &record);
  mail_drop(&v);
  if (old_text)
    kit_replace(&record, path, old_text, new_text);
  else
    kit_remove(&record, path);
  kit_verify(&record, EVD_STAGE_FINAL, &report, &arena);
}

/* Fail closed: what stands in a line that cannot be used is not passed, and
 * neither is a sum it belongs to. */
static void test_B10_lost_lines_are_not_passed(void **state) {
  (void)state;
  static const struct {
    const char *path, *old_text, *new_text, *fails, *open;
  } rows[] = {
      {"mail_cast.jsonl", "\"vector\":[{", "\"vector\":[0,{", "X.1",
       "6.A 6.D 7.A 7.D 9.A 9.B 15.A 16.A 17.A X.2 X.10 X.17"},
      {"mail_cast.jsonl", "],\"limit\":{\"c\":[", "],\"limit\":{\"c\":[\"00\",",
       "X.1", "6.A 6.D 7.A 7.D 9.A 9.B 15.A 16.A 17.A X.2 X.10 X.17"},
      {"mail_open.jsonl", "\"nonces\":[", "\"nonces\":[0,", "X.1",
       "16.A 17.A 18.A 19.A 19.B 19.C 19.D X.2 X.11 X.17"},
      {"ballots/device_2.jsonl", "\"psi\":[", "\"psi\":[0,", "X.1",
       "5.A 6.D 9.A 15.A 16.B 16.C 16.F 16.H 17.A X.10 X.11 X.15 X.17"},
      {"mail_cast.jsonl", NULL, NULL, "X.17", "6.A 7.D 9.A 9.B 15.A 16.A 17.A"},
      {"mail_open.jsonl", NULL, NULL, "X.11", ""},
      {"states.jsonl", NULL, NULL, "X.1", "9.A 9.B X.11 X.14 X.17"},
      {"devices.json", NULL, NULL, "X.1", "16.D 16.E 16.F 16.G 16.H"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    changed(rows[i].path, rows[i].old_text, rows[i].new_text);
    assert_true(kit_fails_only(&report, rows[i].fails));
    for (const char *p = rows[i].open; *p; p += strspn(p, " ")) {
      char id[8];
      size_t n = strcspn(p, " ");
      (void)snprintf(id, sizeof id, "%.*s", (int)n, p);
      if (strcmp(state_of(id), "not-run") != 0)
        fail_msg("row %zu: %s is not not-run", i, id);
      assert_true(evd_report_check(&report, id)->unexamined);
      p += n;
    }
    drop(NULL);
  }
}

/* Length of a list: X.1, and the line is of no use. */
static void shorter_lists(mail_view *v) {
  mail_cast(v, MAIL_CAST, 1)->n_selected = 1;
}
static void shorter_vector(mail_view *v) {
  mail_cast(v, MAIL_CAST, 1)->selected[0].n_pairs = 2;
}
static void shorter_fields(mail_view *v) {
  mail_cast(v, MAIL_CAST, 1)->ct.n_fields = 2;
}
static void shorter_limit(mail_view *v) {
  mail_cast(v, MAIL_CAST, 1)->ct.L = 1;
}
static void shorter_opening(mail_view *v) {
  mail_opened(v, MAIL_OPENED, 1)->n_vectors = 4;
}
static void shorter_nonces(mail_view *v) {
  mail_opened(v, MAIL_OPENED, 1)->vectors[0].n_nonces = 2;
}
static void shorter_psi(mail_view *v) {
  mail_contest(v, MAIL_SPOILED, 0)->n_psi = 2;
}
static void position_on_unchained(mail_view *v) {
  v->ballots[MAIL_LOOSE].b.position = 1;
}

static void test_B10_lengths_are_the_manifests(void **state) {
  (void)state;
  static const mail_fault f[] = {
      F(shorter_lists, "X.1"),   F(shorter_vector, "X.1"),
      F(shorter_fields, "X.1"),  F(shorter_limit, "X.1"),
      F(shorter_opening, "X.1"), F(shorter_nonces, "X.1"),
      F(shorter_psi, "X.1"),     F(position_on_unchained, "X.1")};
  EACH_FAILS(f);
}

static void test_B10_texts_of_mail_files(void **state) {
  (void)state;
  static const struct {
    const char *path, *old_text, *new_text, *fails;
  } rows[] = {
      {"mail_cast.jsonl", "{\"id_B\"", "{ \"id_B\"", "X.1"},
      {"mail_cast.jsonl", "\"code\":\"", "\"extra\":1,\"code\":\"", "X.1"},
      {"mail_open.jsonl", "\"field\":1,", "\"field\":01,", "X.1"},
      {"mail_open.jsonl", "\"contests\":", "\"Contests\":", "X.1"},
      {"manifest.json", "\"mode\":\"mail\",\"chaining\":0",
       "\"mode\":\"booth\",\"chaining\":0", "X.6 8.C 1.F"},
      {"manifest.json", "\"short_code\":1", "\"short_code\":0", "1.F X.3 17.A"},
      {"manifest.json", "\"short_code\":1", "\"short_code\":5", "1.F 17.A"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    changed(rows[i].path, rows[i].old_text, rows[i].new_text);
    if (!kit_fails_only(&report, rows[i].fails))
      fail_msg("row %zu", i);
    drop(NULL);
  }
}

int main(void) {
#define T(name) cmocka_unit_test_teardown(name, drop)
  const struct CMUnitTest tests[] = {
      T(test_older_checks_see_mail_ballots),
      T(test_A01_mail_proofs_bind_their_statement),
      T(test_A03_mail_options_exchanged),
      T(test_A04_mail_elements),
      T(test_A05_mail_challenges),
      T(test_A06_mail_ballot_of_another_election),
      T(test_A14_every_value_of_mail_lines_is_checked),
      T(test_B04_identifier_twice_across_kinds),
      T(test_B04_mail_ballot_counted_twice),
      T(test_B05_two_states_of_a_mail_ballot),
      T(test_B05_states_of_mail_ballots_exchanged),
      T(test_B10_lost_lines_are_not_passed),
      T(test_B10_lengths_are_the_manifests),
      T(test_B10_texts_of_mail_files),
  };
  return cmocka_run_group_tests(tests, open_all, close_all);
}
