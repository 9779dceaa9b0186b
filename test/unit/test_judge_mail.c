/* What can be said of a mail ballot alone, of what was selected on it, and of
 * its opening: all that a verifier says of them, by the same names. */
#include <stdlib.h>

#include "mail_kit.h"
#include "steps/judge.h"

#define LINE_BYTES ((size_t)1 << 20)

static mail_election election;

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

/* What is judged of a ballot. */
typedef enum { BALLOT, SELECTED, OPENED } part;

static evd_err judge_part(evd_ballot *b, const mail_ballot *x, part p,
                          evd_why *why, evd_arena *a) {
  evd_mail_cast cast;
  evd_buf line;
  const evd_group *G = &election.t.G;
  evd_buf_init(&line, LINE_BYTES);
  if (p == SELECTED)
    evd_mail_cast_write(&line, &x->cast);
  else
    evd_mail_open_write(&line, &x->open);
  assert_true(evd_buf_ok(&line));
  const evd_span s = {line.p, line.n};
  evd_err e =
      p == SELECTED
          ? evd_mail_cast_line_judge(&cast, b, G, &election.man, s, why, a)
          : evd_opening_line_judge(b, G, &election.man, s, why, a);
  evd_buf_close(&line);
  return e;
}

/* The ballot's own line first, as everybody does. */
static evd_err judge_as(const mail_ballot *x, const mail_ballot *other, part p,
                        evd_why *why) {
  evd_arena a;
  evd_ballot b;
  evd_buf line;
  evd_arena_init(&a, (size_t)64 << 20);
  evd_buf_init(&line, LINE_BYTES);
  evd_ballot_write(&line, &x->b);
  why->text[0] = 0;
  evd_err e =
      evd_ballot_line_judge(&b, &election.t.G, &election.man, &election.t.HE,
                            (evd_span){line.p, line.n}, why, &a);
  if (e == EVD_OK && p != BALLOT)
    e = judge_part(&b, other, p, why, &a);
  evd_buf_close(&line);
  evd_arena_close(&a);
  return e;
}

static evd_err judge(const mail_ballot *x, part p, evd_why *why) {
  return judge_as(x, x, p, why);
}

static void test_mail_ballots_hold(void **state) {
  (void)state;
  mail_view v;
  evd_why why;
  mail_copy(&v, &election);
  for (uint32_t i = 0; i < MAIL_BALLOTS; i++) {
    const mail_ballot *x = &v.ballots[i];
    assert_int_equal(judge(x, BALLOT, &why), EVD_OK);
    if (x->has_cast)
      assert_int_equal(judge(x, SELECTED, &why), EVD_OK);
    if (x->has_open)
      assert_int_equal(judge(x, OPENED, &why), EVD_OK);
  }
  mail_drop(&v);
}

/* ---- one fault each ---- */

static void turn(void *p) { *(uint8_t *)p ^= 1; }

static void wrong_H_I(mail_view *v) { turn(&v->ballots[MAIL_LOOSE].b.H_I); }
static void wrong_nonce(mail_view *v) {
  turn(&v->ballots[MAIL_LOOSE].b.nonce_v.b[31]);
}
static void wrong_psi(mail_view *v) {
  turn(&mail_contest(v, MAIL_LOOSE, 0)->psi[0].b[31]);
}
static void wrong_chi(mail_view *v) {
  turn(&mail_contest(v, MAIL_LOOSE, 0)->chi);
}
static void psi_not_ascending(mail_view *v) {
  evd_contest_ct *c = mail_contest(v, MAIL_LOOSE, 0);
  evd_h32 t = c->psi[0];
  c->psi[0] = c->psi[1];
  c->psi[1] = t;
}
static void two_short_codes_alike(mail_view *v) {
  mail_draw(v, MAIL_LOOSE, false);
  mail_link(v);
}
static void first_of_no_chain(mail_view *v) {
  mail_seal(v, MAIL_CAST, 1, &v->close[1].H_DI);
}
static void later_without_the_mark(mail_view *v) {
  mail_seal(v, MAIL_UNDERVOTE, 0, &v->ballots[MAIL_CAST].b.H_C);
}
static void by_the_booth(mail_view *v) {
  v->ballots[MAIL_LOOSE].b.device = 1;
  v->ballots[MAIL_LOOSE].b.position = 1;
}
static void style_of_another(mail_view *v) {
  v->ballots[MAIL_LOOSE].b.style = 3;
}
/* R = 2 */
static void contest_of_two_marks(mail_view *v) {
  v->ballots[MAIL_LOOSE].b.style = 3;
  mail_draw(v, MAIL_LOOSE, true);
  mail_link(v);
}

static void selected_of_another(mail_view *v) {
  v->ballots[MAIL_CAST].cast.id_B = v->ballots[MAIL_UNDERVOTE].b.id_B;
}
static void contest_left_out(mail_view *v) {
  v->ballots[MAIL_CAST].cast.n_contests = 1;
}
static void contest_twice(mail_view *v) {
  *mail_cast(v, MAIL_CAST, 0) = *mail_cast(v, MAIL_CAST, 1);
}
static void wrong_short_code(mail_view *v) {
  evd_str *code = &mail_cast(v, MAIL_CAST, 0)->selected[0].code;
  static const char one[] = "1F", two[] = "2F";
  code->p = (const uint8_t *)(code->p[0] == '1' ? two : one);
}
static void wrong_selected_psi(mail_view *v) {
  turn(&mail_cast(v, MAIL_CAST, 0)->selected[0].psi.b[0]);
}
static void vote_of_another_kind(mail_view *v) {
  evd_zq_sec xi;
  kit_random_sec(&xi);
  mail_encrypt_field(v, MAIL_CAST, 0, 1, 1, &xi);
}
static void wrong_proof(mail_view *v) {
  turn(&mail_cast(v, MAIL_CAST, 1)->ct.fields[0].v[0].b[31]);
}
static void wrong_limit(mail_view *v) {
  turn(&mail_cast(v, MAIL_CAST, 1)->ct.limit_v[0].b[31]);
}
static void vector_of_no_element(mail_view *v) {
  memset(&mail_cast(v, MAIL_CAST, 0)->selected[0].pairs[0], 0, sizeof(evd_p));
}
static void one_selected_twice(mail_view *v) {
  evd_mail_selected *s = mail_cast(v, MAIL_CAST, 1)->selected;
  s[1] = s[0];
}
static void too_few_selected(mail_view *v) {
  mail_cast(v, MAIL_CAST, 1)->n_selected = 1;
}

static void opening_of_another(mail_view *v) {
  v->ballots[MAIL_OPENED].open.id_B = v->ballots[MAIL_SPOILED].b.id_B;
}
static void contest_opened_twice(mail_view *v) {
  *mail_opened(v, MAIL_OPENED, 1) = *mail_opened(v, MAIL_OPENED, 0);
}
static void contest_renamed(mail_view *v) {
  mail_opened(v, MAIL_OPENED, 0)->label = (evd_str){(const uint8_t *)"No", 2};
}
static void vectors_backwards(mail_view *v) {
  evd_mail_vector *x = mail_opened(v, MAIL_OPENED, 1)->vectors, t = x[3];
  x[3] = x[4]; /* both are null vectors */
  x[4] = t;
}
static void nonce_changed(mail_view *v) {
  turn(&mail_opened(v, MAIL_OPENED, 0)->vectors[1].nonces[0].b[31]);
}
static void codes_traded(mail_view *v) {
  evd_mail_vector *x = mail_opened(v, MAIL_OPENED, 0)->vectors;
  evd_str t = x[0].code;
  x[0].code = x[1].code;
  x[1].code = t;
}
static void psi_of_no_ballot(mail_view *v) {
  turn(&mail_opened(v, MAIL_OPENED, 0)->vectors[0].psi.b[0]);
}
static void vectors_left_out(mail_view *v) {
  mail_opened(v, MAIL_OPENED, 0)->n_vectors = 2;
}

typedef struct {
  const char *name;
  void (*change)(mail_view *v);
  uint32_t ballot;
  part part;
  evd_err error;
  const char *why; /* all of it; NULL: whatever it is */
} fault;
#define F(change) #change, change

static const fault faults[] = {
    {F(wrong_H_I), MAIL_LOOSE, BALLOT, EVD_ERR_PROOF, " 5.B 16.B 16.C X.7"},
    {F(wrong_nonce), MAIL_LOOSE, BALLOT, EVD_ERR_PROOF, " X.7"},
    {F(wrong_psi), MAIL_LOOSE, BALLOT, EVD_ERR_PROOF, NULL},
    {F(wrong_chi), MAIL_LOOSE, BALLOT, EVD_ERR_PROOF, " 16.B 16.C"},
    {F(mail_code_changed), MAIL_LOOSE, BALLOT, EVD_ERR_PROOF, " 16.C"},
    {F(psi_not_ascending), MAIL_LOOSE, BALLOT, EVD_ERR_PROOF, " X.17"},
    {F(two_short_codes_alike), MAIL_LOOSE, BALLOT, EVD_ERR_PROOF, " X.17"},
    {F(mail_other_device_named), MAIL_LOOSE, BALLOT, EVD_ERR_PROOF,
     " 16.E or 16.F"},
    {F(first_of_no_chain), MAIL_CAST, BALLOT, EVD_ERR_PROOF, " 16.E or 16.F"},
    {F(later_without_the_mark), MAIL_UNDERVOTE, BALLOT, EVD_ERR_PROOF,
     " 16.E or 16.F"},
    {F(by_the_booth), MAIL_LOOSE, BALLOT, EVD_ERR_FAIL,
     "it is not of its device's mode (X.6)"},
    {F(style_of_another), MAIL_LOOSE, BALLOT, EVD_ERR_FAIL, NULL},
    {F(contest_of_two_marks), MAIL_LOOSE, BALLOT, EVD_ERR_PROOF, " X.17"},
    {F(selected_of_another), MAIL_CAST, SELECTED, EVD_ERR_FAIL,
     "it was selected on another ballot (X.17)"},
    {F(contest_left_out), MAIL_CAST, SELECTED, EVD_ERR_PROOF, " X.17"},
    {F(contest_twice), MAIL_CAST, SELECTED, EVD_ERR_PROOF, " X.17"},
    {F(wrong_short_code), MAIL_CAST, SELECTED, EVD_ERR_PROOF, " 17.A"},
    {F(wrong_selected_psi), MAIL_CAST, SELECTED, EVD_ERR_PROOF, " 16.A X.17"},
    {F(vote_of_another_kind), MAIL_CAST, SELECTED, EVD_ERR_PROOF, NULL},
    {F(wrong_proof), MAIL_CAST, SELECTED, EVD_ERR_PROOF, " 6.D or 7.D"},
    {F(wrong_limit), MAIL_CAST, SELECTED, EVD_ERR_PROOF, " 6.D or 7.D"},
    {F(vector_of_no_element), MAIL_CAST, SELECTED, EVD_ERR_PROOF,
     " 15.A 16.A X.2"},
    {F(mail_selected_descending), MAIL_CAST, SELECTED, EVD_ERR_PROOF, " X.17"},
    {F(one_selected_twice), MAIL_CAST, SELECTED, EVD_ERR_PROOF, " 15.A X.17"},
    {F(too_few_selected), MAIL_CAST, SELECTED, EVD_ERR_FORM, NULL},
    {F(opening_of_another), MAIL_OPENED, OPENED, EVD_ERR_FAIL,
     "it is the opening of another ballot"},
    {F(mail_contest_not_opened), MAIL_OPENED, OPENED, EVD_ERR_PROOF,
     " 19.A or 19.B"},
    {F(contest_opened_twice), MAIL_OPENED, OPENED, EVD_ERR_PROOF,
     " 19.A or 19.B"},
    {F(contest_renamed), MAIL_OPENED, OPENED, EVD_ERR_PROOF, " 19.A or 19.B"},
    {F(mail_option_labels_traded), MAIL_OPENED, OPENED, EVD_ERR_PROOF,
     " 19.C or 19.D"},
    {F(mail_null_with_a_name), MAIL_OPENED, OPENED, EVD_ERR_PROOF,
     " 19.C or 19.D"},
    {F(vectors_backwards), MAIL_OPENED, OPENED, EVD_ERR_PROOF, " 19.C or 19.D"},
    {F(nonce_changed), MAIL_OPENED, OPENED, EVD_ERR_PROOF, " 16.A 18.A"},
    {F(mail_nonce_above_q), MAIL_OPENED, OPENED, EVD_ERR_PROOF,
     " 16.A 18.A X.2"},
    {F(codes_traded), MAIL_OPENED, OPENED, EVD_ERR_PROOF, " 17.A"},
    {F(psi_of_no_ballot), MAIL_OPENED, OPENED, EVD_ERR_PROOF, " 16.A X.17"},
    {F(vectors_left_out), MAIL_OPENED, OPENED, EVD_ERR_FORM, NULL}};

static void test_every_fault_is_named(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
    const fault *f = &faults[i];
    mail_view v;
    evd_why why;
    mail_copy(&v, &election);
    assert_int_equal(judge(&v.ballots[f->ballot], f->part, &why), EVD_OK);
    f->change(&v);
    evd_err e = judge(&v.ballots[f->ballot], f->part, &why);
    if (e != f->error || (f->why && strcmp(why.text, f->why) != 0))
      fail_msg("%s: %s (%s)", f->name, evd_err_text(e), why.text);
    mail_drop(&v);
  }
}

/* What is right for one ballot is not for another. */
static void test_lines_of_another_ballot(void **state) {
  (void)state;
  mail_view v;
  evd_why why;
  mail_copy(&v, &election);
  const mail_ballot *x = &v.ballots[MAIL_CAST];
  mail_ballot other = v.ballots[MAIL_UNDERVOTE];
  assert_int_equal(judge_as(x, &other, SELECTED, &why), EVD_ERR_FAIL);
  other.cast.id_B = x->b.id_B;
  assert_int_equal(judge_as(x, &other, SELECTED, &why), EVD_ERR_PROOF);
  other = v.ballots[MAIL_OPENED];
  assert_int_equal(judge_as(x, &other, OPENED, &why), EVD_ERR_FAIL);
  other.open.id_B = x->b.id_B;
  assert_int_equal(judge_as(x, &other, OPENED, &why), EVD_ERR_PROOF);
  mail_drop(&v);
}

/* A ballot of a booth has its first link judged too. */
static void test_link_of_a_booth(void **state) {
  (void)state;
  mail_view v;
  evd_why why;
  mail_copy(&v, &election);
  evd_ballot *b = &v.ballots[MAIL_BOOTH].b;
  evd_BC(b->B_C, 1, &v.close[0].H_DI);
  evd_ballot_HC(&election.t.G, &b->H_C, b);
  assert_int_equal(judge(&v.ballots[MAIL_BOOTH], BALLOT, &why), EVD_ERR_PROOF);
  assert_string_equal(why.text, " 8.D or 8.E");
  mail_drop(&v);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_mail_ballots_hold),
      cmocka_unit_test(test_every_fault_is_named),
      cmocka_unit_test(test_lines_of_another_ballot),
      cmocka_unit_test(test_link_of_a_booth),
  };
  return cmocka_run_group_tests(tests, open_all, close_all);
}
