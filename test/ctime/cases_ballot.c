/* L3: a ballot. Marks, the bytes of write-ins, xi_B and all randomness are
 * secret; how many write-ins there are and how long, is not. */
#include <string.h>

#include "egds/encrypt.h"
#include "egds/hashes.h"
#include "egds/precompute.h"
#include "egds/preenc.h"
#include "egds/range.h"
#include "taint.h"

enum { OPTIONS = 2, BLOCKS = 4, D_BYTES = 32 * BLOCKS };
static const evd_shape shape = {.ind_c = 1,
                                .m = OPTIONS,
                                .R = 2,
                                .L = 2,
                                .w = 1,
                                .b = BLOCKS,
                                .overvote = true};

typedef struct {
  uint32_t marks[OPTIONS], n_write_ins;
  uint8_t text[16];
  size_t text_bytes;
} plain;
/* One vote and a write-in; too many votes; a mark out of range, and more
 * write-ins than there is room for. */
static const plain plains[] = {
    {{1, 0}, 1, "G. \"H\" \xC3\xA9", 9},
    {{2, 2}, 0, "", 0},
    {{7, 123456}, 2, "same", 4},
};
enum { PLAINS = sizeof plains / sizeof plains[0] };

/* The selection of p with its secrets hidden; the rest is the caller's. */
static evd_selection hidden(const plain *p, plain *copy, evd_span texts[2]) {
  *copy = *p;
  TAINT_HIDE(copy->marks);
  TAINT_HIDE(copy->text);
  texts[0] = texts[1] = (evd_span){copy->text, p->text_bytes};
  return (evd_selection){copy->marks, p->n_write_ins, texts};
}

static void xi_make(evd_h32 *xi_B) { taint_fill_secret(xi_B, sizeof *xi_B); }

static void scalar(evd_zq_sec *x) {
  uint8_t random[EVD_SAMPLE_BYTES];
  taint_fill_secret(random, sizeof random);
  evd_zq_sec_sample(x, random);
}

/* The decision that a contest is overvoted, with the count of write-ins
 * hidden as well. */
static void test_T21_field_values(void) {
  for (size_t i = 0; i < PLAINS; i++) {
    plain copy;
    evd_span texts[2];
    evd_selection sel = hidden(&plains[i], &copy, texts);
    uint32_t values[OPTIONS + 2];
    bool overvoted;
    TAINT_HIDE(sel.n_write_ins);
    evd_field_values(&shape, &sel, values, &overvoted);
    TAINT_IS_HIDDEN(values);
    TAINT_IS_HIDDEN(overvoted);
    TAINT_VERDICT(overvoted);
    taint_require(overvoted == (i > 0), "which contests are overvoted");
  }
}

static void test_T21_write_ins_check(void) {
  for (size_t i = 0; i < PLAINS; i++) {
    plain copy;
    evd_span texts[2];
    evd_selection sel = hidden(&plains[i], &copy, texts);
    taint_require(evd_write_ins_check(&sel) == EVD_OK, "write-ins allowed");
  }
  plain copy;
  evd_span texts[2];
  const plain bad = {{0, 0}, 1, "bad \x02", 5};
  evd_selection sel = hidden(&bad, &copy, texts);
  taint_require(evd_write_ins_check(&sel) == EVD_ERR_RULE, "a control refused");
}

static void test_T21_data_pack(void) {
  for (size_t i = 0; i < PLAINS; i++) {
    plain copy;
    evd_span texts[2];
    evd_selection sel = hidden(&plains[i], &copy, texts);
    uint8_t D[D_BYTES];
    bool overvoted = i > 0;
    TAINT_HIDE(overvoted);
    taint_require(evd_data_pack(D, &shape, &sel, overvoted) == EVD_OK,
                  "contest data packed");
    TAINT_IS_HIDDEN(D);
  }
}

/* What does not fit is refused, and that alone is known. */
static void test_T21_data_pack_overflow(void) {
  plain copy;
  evd_span texts[2];
  uint8_t D[64];
  evd_shape small = shape;
  small.b = sizeof D / 32; /* 4 + 27 bytes, marks, and a text with quotes */
  const plain p = {{99, 99}, 1, "0123456789ABCDEF", 16};
  const plain q = {{0, 0}, 1, "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"", 16};
  bool overvoted[2] = {true, false};
  TAINT_HIDE(overvoted);
  evd_selection sel = hidden(&p, &copy, texts);
  taint_require(evd_data_pack(D, &small, &sel, overvoted[0]) == EVD_OK,
                "54 bytes fit");
  sel = hidden(&q, &copy, texts);
  taint_require(evd_data_pack(D, &small, &sel, overvoted[1]) ==
                    EVD_ERR_OVERFLOW,
                "65 bytes do not fit");
}

static void test_T21_nonces(void) {
  evd_h32 xi_B, HI;
  evd_zq_sec xi;
  xi_make(&xi_B);
  taint_fill(&HI, sizeof HI);
  evd_nonce_option(&taint_bare, &xi, &HI, 1, 1, &xi_B);
  TAINT_IS_HIDDEN(xi);
  evd_nonce_data(&taint_bare, &xi, &HI, 1, &xi_B);
  TAINT_IS_HIDDEN(xi);
  evd_pre_nonce(&taint_bare, &xi, &HI, 1, 1, 1, &xi_B);
  TAINT_IS_HIDDEN(xi);
}

/* beta, the keys and what is derived from them. */
static void test_T21_keys_of_elgamal(void) {
  evd_p alpha, beta;
  evd_h32 key, out, context;
  uint8_t both[64];
  uint8_t D[D_BYTES];
  taint_fill(&alpha, sizeof alpha);
  taint_fill(&context, sizeof context);
  taint_fill_secret(&beta, sizeof beta);
  evd_key_share(&taint_bare, &key, &context, 1, 2, &alpha, &alpha, &beta);
  TAINT_IS_HIDDEN(key);
  evd_kdf_share(&taint_bare, both, &key, 1, 2);
  TAINT_IS_HIDDEN(both);
  evd_kdf_share_block(&taint_bare, &out, &key, 1, 1, 2);
  TAINT_IS_HIDDEN(out);
  evd_key_nonce(&taint_bare, &key, &context, &alpha, &beta);
  evd_kdf_nonce(&taint_bare, &out, &key);
  TAINT_IS_HIDDEN(out);
  evd_key_data(&taint_bare, &key, &context, 1, &alpha, &beta);
  evd_kdf_data(&taint_bare, &out, &key, 1, 1, BLOCKS);
  TAINT_IS_HIDDEN(out);
  taint_fill_secret(D, sizeof D);
  evd_data_xor(&taint_bare, D, D, &key, 1, BLOCKS);
  TAINT_IS_HIDDEN(D);
}

/* A vote 0, 1 or 2 shows in nothing but its ciphertext. */
static void test_A12_encrypt_value(void) {
  for (uint32_t i = 0; i <= shape.R; i++) {
    uint32_t value = i;
    evd_p alpha, beta;
    evd_zq_sec xi;
    scalar(&xi);
    TAINT_HIDE(value);
    evd_encrypt_value(&taint_tabled, &alpha, &beta, &xi, value);
    TAINT_IS_PUBLIC(alpha);
    TAINT_IS_PUBLIC(beta);
  }
}

enum { RANGE_MAX = 2 };

static void prove(uint32_t value, uint32_t range, uint32_t ind_o) {
  uint8_t random[2 * (RANGE_MAX + 1) * EVD_SAMPLE_BYTES];
  evd_p alpha, beta;
  evd_q c[RANGE_MAX + 1], v[RANGE_MAX + 1];
  evd_h32 HI;
  evd_zq_sec xi;
  size_t n = (size_t)range + 1;
  taint_fill(&HI, sizeof HI);
  taint_fill(&alpha, sizeof alpha);
  taint_fill(&beta, sizeof beta);
  taint_fill_secret(random, sizeof random);
  scalar(&xi);
  TAINT_HIDE(value);
  evd_range_prove(&taint_tabled, c, v, &alpha, &beta, &xi, value, range, &HI, 1,
                  ind_o, random);
  taint_is_public(c, n * sizeof c[0]);
  taint_is_public(v, n * sizeof v[0]);
}

static void test_T21_range_prove(void) {
  for (uint32_t range = 1; range <= RANGE_MAX; range++)
    for (uint32_t value = 0; value <= range; value++)
      prove(value, range, 1);
  prove(1, 1, 0);
}

static void ballot_make(evd_ballot *b, evd_h32 *HE) {
  taint_require(evd_ballot_shape(b, &shape, 1, &taint_arena) == EVD_OK,
                "memory for a ballot");
  taint_fill(&b->id_B, sizeof b->id_B);
  taint_fill(&b->H_I, sizeof b->H_I);
  taint_fill(HE, sizeof *HE);
}

static void test_T21_nonce_seal(void) {
  evd_ballot b;
  evd_h32 HE, xi_B;
  uint8_t random[2 * EVD_SAMPLE_BYTES];
  ballot_make(&b, &HE);
  xi_make(&xi_B);
  taint_fill_secret(random, sizeof random);
  evd_nonce_seal(&taint_tabled, &b, &xi_B, random);
  TAINT_IS_PUBLIC(b.nonce_C0);
  TAINT_IS_PUBLIC(b.nonce_C1);
  TAINT_IS_PUBLIC(b.nonce_c);
  TAINT_IS_PUBLIC(b.nonce_v);
}

static void data_is_public(const evd_contest_ct *c) {
  TAINT_IS_PUBLIC(c->data_C0);
  taint_is_public(c->data_C1, (size_t)c->b * 32);
  TAINT_IS_PUBLIC(c->data_c);
  TAINT_IS_PUBLIC(c->data_v);
}

static void test_T21_data_seal(void) {
  evd_ballot b;
  evd_h32 HE, xi_B;
  uint8_t random[EVD_SAMPLE_BYTES];
  ballot_make(&b, &HE);
  xi_make(&xi_B);
  taint_fill_secret(random, sizeof random);
  evd_contest_ct *c = &b.contests[0];
  taint_fill_secret(c->data_C1, D_BYTES);
  evd_data_seal(&taint_tabled, c, &b.H_I, &xi_B, random);
  data_is_public(c);
}

/* Everything of a sealed ballot that is published. */
static void ballot_is_public(const evd_ballot *b) {
  const evd_contest_ct *c = &b->contests[0];
  TAINT_IS_PUBLIC(b->H_I);
  TAINT_IS_PUBLIC(b->nonce_C0);
  TAINT_IS_PUBLIC(b->nonce_C1);
  TAINT_IS_PUBLIC(b->nonce_c);
  TAINT_IS_PUBLIC(b->nonce_v);
  for (uint32_t o = 0; o < c->n_fields; o++) {
    const evd_field *f = &c->fields[o];
    TAINT_IS_PUBLIC(f->alpha);
    TAINT_IS_PUBLIC(f->beta);
    taint_is_public(f->c, (f->range + 1) * sizeof f->c[0]);
    taint_is_public(f->v, (f->range + 1) * sizeof f->v[0]);
  }
  taint_is_public(c->limit_c, (c->L + 1) * sizeof c->limit_c[0]);
  taint_is_public(c->limit_v, (c->L + 1) * sizeof c->limit_v[0]);
  data_is_public(c);
  TAINT_IS_PUBLIC(c->chi);
}

static void encrypt(const plain *p) {
  enum { RANDOM_MAX = 4096 };
  static uint8_t random[RANDOM_MAX];
  plain copy;
  evd_span texts[2];
  evd_selection sel = hidden(p, &copy, texts);
  evd_ballot b;
  evd_h32 HE, xi_B;
  size_t n = evd_ballot_random_bytes(&shape, 1);
  ballot_make(&b, &HE);
  taint_require(n <= sizeof random, "room for the random bytes");
  taint_fill_secret(random, sizeof random);
  taint_require(evd_ballot_encrypt(&taint_tabled, &b, &shape, 1, &sel, &HE,
                                   random, n, &xi_B) == EVD_OK,
                "ballot encrypted");
  ballot_is_public(&b);
  TAINT_IS_HIDDEN(xi_B);
}

static void test_T21_ballot_encrypt(void) { encrypt(&plains[0]); }

static void test_T21_ballot_encrypt_overvote(void) { encrypt(&plains[2]); }

/* The halves of data_seal, and of a range proof, that others build on. */
static void test_T21_halves(void) {
  evd_ballot b;
  evd_h32 HE, xi_B;
  evd_data_ahead d;
  evd_hmac h;
  evd_zq_sec xi;
  uint32_t value = 1;
  evd_q c[2], v[2];
  uint8_t random[4 * EVD_SAMPLE_BYTES];
  ballot_make(&b, &HE);
  xi_make(&xi_B);
  scalar(&xi);
  taint_fill_secret(random, sizeof random);
  evd_data_ahead_make(&taint_tabled, &d, &b.H_I, 1, &xi_B, random);
  taint_fill_secret(b.contests[0].data_C1, D_BYTES);
  evd_data_ahead_use(&taint_tabled, &b.contests[0], &b.H_I, &d);
  data_is_public(&b.contests[0]);
  TAINT_HIDE(value);
  evd_h_init(&h, &HE, NULL);
  evd_h_add(&h, random, sizeof random);
  evd_range_finish(c, v, &h, &xi, value, 1, random);
  TAINT_IS_PUBLIC(c);
  TAINT_IS_PUBLIC(v);
}

/* The vote meets a set made ahead; nothing but what is published shows. */
static void precomputed(const plain *p) {
  static uint8_t random[4096];
  plain copy;
  evd_span texts[2];
  evd_selection sel = hidden(p, &copy, texts);
  evd_ballot b;
  evd_h32 HE, xi_B;
  evd_pre set;
  ballot_make(&b, &HE);
  b.style = 1;
  taint_fill_secret(random, sizeof random);
  memset(&set, 0, sizeof set);
  taint_require(evd_pre_make(&taint_tabled, &set, &b.id_B, 1, &shape, 1, &HE,
                             random, sizeof random, &taint_arena) == EVD_OK,
                "set made");
  taint_is_hidden(set.elements, set.n_elements * sizeof *set.elements);
  taint_require(evd_pre_encrypt(&taint_tabled, &b, &set, &sel, &xi_B) == EVD_OK,
                "ballot encrypted from the set");
  ballot_is_public(&b);
  TAINT_IS_HIDDEN(xi_B);
  evd_pre_wipe(&set);
}

static void test_T21_precomputed(void) { precomputed(&plains[0]); }

static void test_T21_precomputed_overvote(void) { precomputed(&plains[2]); }

const taint_case taint_cases_ballot[] = {
    {"test_T21_field_values", false, test_T21_field_values},
    {"test_T21_write_ins_check", false, test_T21_write_ins_check},
    {"test_T21_data_pack", false, test_T21_data_pack},
    {"test_T21_data_pack_overflow", false, test_T21_data_pack_overflow},
    {"test_T21_nonces", false, test_T21_nonces},
    {"test_T21_keys_of_elgamal", false, test_T21_keys_of_elgamal},
    {"test_A12_encrypt_value", true, test_A12_encrypt_value},
    {"test_T21_range_prove", true, test_T21_range_prove},
    {"test_T21_nonce_seal", true, test_T21_nonce_seal},
    {"test_T21_data_seal", true, test_T21_data_seal},
    {"test_T21_ballot_encrypt", true, test_T21_ballot_encrypt},
    {"test_T21_ballot_encrypt_overvote", true,
     test_T21_ballot_encrypt_overvote},
    {"test_T21_halves", true, test_T21_halves},
    {"test_T21_precomputed", true, test_T21_precomputed},
    {"test_T21_precomputed_overvote", true, test_T21_precomputed_overvote},
    {NULL, false, NULL},
};
