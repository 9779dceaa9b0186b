/* L3: pre-encrypted ballots. xi_B, which hash belongs to which option, what a
 * voter took and how much of it are secret. */
#include <string.h>

#include "egds/preenc_make.h"
#include "taint.h"

enum { OPTIONS = 2, LIMIT = 2, VECTORS = OPTIONS + LIMIT };
static const evd_shape shape = {.ind_c = 1,
                                .m = OPTIONS,
                                .R = 1,
                                .L = LIMIT,
                                .w = 1,
                                .b = 4,
                                .overvote = true};

/* Hashes of all vectors; they stay hidden. */
static void make(evd_h32 psi[VECTORS], evd_h32 *HI, evd_h32 *xi_B) {
  taint_fill(HI, sizeof *HI);
  taint_fill_secret(xi_B, sizeof *xi_B);
  taint_require(evd_preenc_hashes(&taint_tabled, psi, &shape, HI, xi_B,
                                  &taint_arena) == EVD_OK,
                "vectors made");
  taint_is_hidden_all(psi, VECTORS * sizeof psi[0]);
}

static void test_T21_preenc_hashes(void) {
  evd_h32 psi[VECTORS], sorted[VECTORS], HI, xi_B;
  make(psi, &HI, &xi_B);
  evd_preenc_publish(sorted, psi, VECTORS);
  taint_is_public(sorted, sizeof sorted);
  taint_is_hidden_all(psi, sizeof psi);
  for (int i = 1; i < VECTORS; i++)
    taint_require(memcmp(&sorted[i - 1], &sorted[i], 32) < 0, "sorted");
}

/* Options 1 and 2; option 2 and no more; nothing. */
static const uint32_t givens[][LIMIT] = {{1, 1}, {0, 1}, {0, 0}};
enum { GIVENS = sizeof givens / sizeof givens[0] };

static void take(uint32_t out[VECTORS], const evd_h32 psi[], size_t i) {
  uint32_t given[LIMIT];
  memcpy(given, givens[i], sizeof given);
  TAINT_HIDE(given);
  evd_preenc_find(out, psi, VECTORS, psi, given, LIMIT);
  taint_is_hidden(out, VECTORS * sizeof out[0]);
  evd_preenc_fill(out, &shape);
  taint_is_hidden(out, VECTORS * sizeof out[0]);
}

static void proofs_are_public(const evd_contest_ct *c) {
  for (uint32_t k = 0; k < OPTIONS; k++) {
    const evd_field *f = &c->fields[k];
    TAINT_IS_PUBLIC(f->alpha);
    TAINT_IS_PUBLIC(f->beta);
    taint_is_public(f->c, 2 * sizeof f->c[0]);
    taint_is_public(f->v, 2 * sizeof f->v[0]);
  }
  taint_is_public(c->limit_c, (LIMIT + 1) * sizeof c->limit_c[0]);
  taint_is_public(c->limit_v, (LIMIT + 1) * sizeof c->limit_v[0]);
}

static void record(size_t i) {
  static uint8_t random[4096];
  evd_h32 psi[VECTORS], HI, xi_B;
  uint32_t taken_flags[VECTORS];
  evd_p pairs[LIMIT][2 * OPTIONS];
  evd_preenc_vector taken[LIMIT] = {{.pairs = pairs[0]}, {.pairs = pairs[1]}};
  evd_ballot b;
  evd_shape mail = evd_pre_shape(&shape);
  make(psi, &HI, &xi_B);
  take(taken_flags, psi, i);
  taint_require(evd_ballot_shape(&b, &mail, 1, &taint_arena) == EVD_OK,
                "memory for a ballot");
  taint_fill_secret(random, sizeof random);
  taint_require(evd_preenc_record(&taint_tabled, b.contests, taken, &shape, psi,
                                  taken_flags, &HI, &xi_B, random,
                                  sizeof random, &taint_arena) == EVD_OK,
                "ballot recorded");
  proofs_are_public(&b.contests[0]);
  for (int l = 0; l < LIMIT; l++)
    TAINT_IS_PUBLIC(taken[l].psi);
  TAINT_IS_PUBLIC(pairs);
  TAINT_IS_HIDDEN(taken_flags);
}

static void test_A12_preenc_record(void) { record(0); }

static void test_A12_preenc_record_undervote(void) { record(1); }

static void test_A12_preenc_record_nothing(void) { record(2); }

/* What is opened is published; xi_B is not. */
static void test_T21_preenc_open(void) {
  evd_h32 HI, xi_B;
  evd_q nonces[VECTORS * OPTIONS];
  taint_fill(&HI, sizeof HI);
  taint_fill_secret(&xi_B, sizeof xi_B);
  evd_preenc_open(&taint_tabled, nonces, &shape, &HI, &xi_B);
  TAINT_IS_PUBLIC(nonces);
  TAINT_IS_HIDDEN(xi_B);
}

const taint_case taint_cases_preenc[] = {
    {"test_T21_preenc_hashes", true, test_T21_preenc_hashes},
    {"test_A12_preenc_record", true, test_A12_preenc_record},
    {"test_A12_preenc_record_undervote", true,
     test_A12_preenc_record_undervote},
    {"test_A12_preenc_record_nothing", true, test_A12_preenc_record_nothing},
    {"test_T21_preenc_open", false, test_T21_preenc_open},
    {NULL, false, NULL},
};
