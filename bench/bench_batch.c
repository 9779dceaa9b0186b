/* Goals 7, 8 and 15: proofs in batches, and products of many powers.
 *
 *   bench_batch [--rounds N]      prints JSON, as bench_goals does
 *
 * As in bench_goals: subjects take turns, the least CPU time counts. Beside
 * ours stands the simultaneous powering of the literature (Straus), which is
 * what gmpmee_spowm of Verificatum does: bases in blocks of w, a table of the
 * products over all subsets of a block, one squaring a bit for all. It is our
 * own rendering of that method with GMP, at its best w, as the library is not
 * packaged; and the naive way of one power at a time (naive.h), by which whole
 * proofs are verified.
 */
#include <gmp.h>
#include <openssl/bn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "egds/batch.h"
#include "egds/check.h"
#include "egds/encrypt.h"
#include "naive.h"

enum {
  ROUNDS = 3,
  SHORT = 4, /* rounds of all else for one of the whole batch */
  FIELDS = 50,
  BALLOTS = 200,
  NAIVE = 5, /* selections verified the naive way */
  FACTORS = 1000,
  WORK = EVD_BATCH_WORK_MAX,
  WIDTH_MIN = 4,
  WIDTH_MAX = 7,
};

static const evd_shape shape = {.ind_c = 1, .m = FIELDS, .R = 1, .L = 1};
static const evd_h32 HE = {{1}};

typedef struct {
  evd_group G;
  evd_arena arena;
  evd_ballot ballot;
  size_t n_values; /* of a ballot */
  evd_p *hints;    /* of one ballot */
  evd_zp *x, *work;
  evd_exp *e, *s;
  uint8_t *random;
  evd_batch_test *test;
  evd_zp a, b, r;
  mpz_t p, base[FACTORS], exponent[FACTORS], table[1 << WIDTH_MAX], z;
  BIGNUM *bp, *bx, *bn, *bz;
  BN_CTX *ctx;
  BN_MONT_CTX *mont;
} bench;
static bench s;

static void prepare_ballot(void) {
  static uint32_t marks[FIELDS] = {1};
  const evd_selection sel = {.marks = marks};
  size_t n = evd_ballot_random_bytes(&shape, 1);
  uint8_t *random = evd_bench_room(&s.arena, n, 1);
  evd_bench_fill(random, n);
  evd_bench_holds(evd_ballot_shape(&s.ballot, &shape, 1, &s.arena) == EVD_OK,
                  "shape");
  evd_bench_holds(evd_ballot_encrypt(&s.G, &s.ballot, &shape, 1, &sel, &HE,
                                     random, n, NULL) == EVD_OK,
                  "encrypt");
  s.n_values = evd_batch_values(&s.ballot);
  s.hints = evd_bench_room(&s.arena, s.n_values, sizeof *s.hints);
  evd_batch_make_var(&s.G, &s.ballot, &shape, s.hints);
}

static void prepare_memory(void) {
  const size_t n = s.n_values * BALLOTS;
  s.x = evd_bench_room(&s.arena, n, sizeof *s.x);
  s.e = evd_bench_room(&s.arena, n, sizeof *s.e);
  s.s = evd_bench_room(&s.arena, n, sizeof *s.s);
  s.random = evd_bench_room(&s.arena, n, EVD_BATCH_RANDOM_BYTES);
  s.work = evd_bench_room(&s.arena, WORK, sizeof *s.work);
  s.test = evd_bench_room(&s.arena, 1, sizeof *s.test);
}

static void prepare_others(void) {
  uint8_t bytes[EVD_P_BYTES];
  mpz_inits(s.p, s.z, NULL);
  mpz_import(s.p, EVD_P_BYTES, 1, 1, 1, 0, evd_p_bytes);
  for (int i = 0; i < 1 << WIDTH_MAX; i++)
    mpz_init(s.table[i]);
  for (int i = 0; i < FACTORS; i++) {
    mpz_inits(s.base[i], s.exponent[i], NULL);
    evd_bench_fill(bytes, sizeof bytes);
    mpz_import(s.base[i], EVD_P_BYTES, 1, 1, 1, 0, bytes);
    mpz_mod(s.base[i], s.base[i], s.p);
    mpz_import(s.exponent[i], EVD_Q_BYTES, 1, 1, 1, 0, bytes);
  }
  s.ctx = BN_CTX_new();
  s.mont = BN_MONT_CTX_new();
  s.bp = BN_bin2bn(evd_p_bytes, EVD_P_BYTES, NULL);
  s.bx = BN_bin2bn(evd_g_bytes, EVD_P_BYTES, NULL);
  s.bn = BN_bin2bn(bytes, EVD_Q_BYTES, NULL);
  s.bz = BN_new();
  evd_bench_holds(s.ctx && s.mont && s.bp && s.bx && s.bn && s.bz, "OpenSSL");
  evd_bench_holds(BN_MONT_CTX_set(s.mont, s.bp, s.ctx), "OpenSSL");
}

static void prepare(void) {
  evd_arena_init(&s.arena, (size_t)256 << 20);
  evd_bench_group(&s.G, &s.arena);
  s.a = s.G.g.value;
  s.b = s.G.K.value;
  prepare_ballot();
  prepare_memory();
  prepare_others();
  evd_naive_open();
}

static void release(void) {
  for (int i = 0; i < FACTORS; i++)
    mpz_clears(s.base[i], s.exponent[i], NULL);
  for (int i = 0; i < 1 << WIDTH_MAX; i++)
    mpz_clear(s.table[i]);
  mpz_clears(s.p, s.z, NULL);
  BN_free(s.bp), BN_free(s.bx), BN_free(s.bn), BN_free(s.bz);
  BN_MONT_CTX_free(s.mont), BN_CTX_free(s.ctx);
  evd_naive_close();
  evd_arena_close(&s.arena);
}

/* ---- the subjects ---- */

static void run_mul(void) { s.G.k->mul(&s.r, &s.a, &s.b); }
static void run_sqr(void) { s.G.k->sqr(&s.r, &s.a); }

/* A tenth of the fields of the ballot, one by one. */
static void run_alone(void) {
  for (uint32_t o = 1; o <= FIELDS / 10; o++)
    evd_bench_holds(evd_field_check_var(&s.G,
                                        &s.ballot.contests[0].fields[o - 1],
                                        &s.ballot.H_I, 1, o) == 0,
                    "a selection does not verify");
}

/* All of it, from the bytes of the hints on; the ballot many times, as the
 * work does not depend on what the numbers are. */
static void run_batch(void) {
  const size_t n = s.n_values * BALLOTS;
  for (size_t b = 0; b < BALLOTS; b++) {
    evd_zp *x = s.x + b * s.n_values;
    for (size_t i = 0; i < s.n_values; i++)
      evd_bench_holds(evd_zp_raw_from_bytes(&x[i], &s.hints[i]),
                      "a hint is none");
    evd_bench_holds(evd_batch_open_var(&s.G, &s.ballot, &shape, x),
                    "hints do not fit");
  }
  evd_bench_fill(s.random, n * EVD_BATCH_RANDOM_BYTES);
  evd_batch_test_init(s.test, &s.G, s.x, s.e, s.s, n);
  for (size_t b = 0; b < BALLOTS; b++)
    evd_batch_test_add(s.test, b * s.n_values, &s.ballot, &shape,
                       s.random + b * s.n_values * EVD_BATCH_RANDOM_BYTES);
  uint32_t parts = evd_batch_test_plan(s.test, WORK);
  for (uint32_t i = 0; i < parts; i++)
    evd_batch_test_part_var(s.test, i, s.work);
  evd_bench_holds(evd_batch_test_holds_var(s.test), "the batch does not hold");
}

/* 1,000 elements are in s.x after a batch; exponents of 256 bits. */
static void run_ours(void) {
  static evd_exp e[FACTORS];
  if (e[0].l[0] == 0)
    evd_bench_fill(e, sizeof e);
  evd_zp_multipow_var(s.G.k, &s.r, s.x, e, FACTORS, s.work, WORK);
}

static void gmp_mul(mpz_t r, const mpz_t a, const mpz_t b) {
  mpz_mul(r, a, b);
  mpz_mod(r, r, s.p);
}

/* table[d] = the product of the bases of the bits of d */
static void block_table(mpz_t table[], int first, int width) {
  mpz_set_ui(table[0], 1);
  for (int d = 1; d < 1 << width; d++) {
    int low = __builtin_ctz((unsigned)d);
    gmp_mul(table[d], table[d & (d - 1)], s.base[first + low]);
  }
}

/* The blocks one after the other with a table each, as memory for all tables
 * at once would not be in the cache: squarings are counted once only. */
static void straus(int width) {
  static mpz_t sum[256];
  static bool ready;
  for (int bit = 0; bit < 256; bit++) {
    if (!ready)
      mpz_init(sum[bit]);
    mpz_set_ui(sum[bit], 1);
  }
  ready = true;
  for (int first = 0; first < FACTORS; first += width) {
    int n = FACTORS - first < width ? FACTORS - first : width;
    block_table(s.table, first, n);
    for (int bit = 0; bit < 256; bit++) {
      int d = 0;
      for (int i = 0; i < n; i++)
        d |= mpz_tstbit(s.exponent[first + i], (mp_bitcnt_t)bit) << i;
      if (d)
        gmp_mul(sum[bit], sum[bit], s.table[d]);
    }
  }
  mpz_set(s.z, sum[255]);
  for (int bit = 255; bit-- > 0;) {
    gmp_mul(s.z, s.z, s.z);
    gmp_mul(s.z, s.z, sum[bit]);
  }
}

static void run_straus_4(void) { straus(WIDTH_MIN); }
static void run_straus_5(void) { straus(WIDTH_MIN + 1); }
static void run_straus_6(void) { straus(WIDTH_MIN + 2); }
static void run_straus_7(void) { straus(WIDTH_MIN + 3); }
static void run_gmp_pow(void) { mpz_powm(s.z, s.base[0], s.exponent[0], s.p); }
static void run_ssl_pow(void) {
  BN_mod_exp_mont(s.bz, s.bx, s.bn, s.bp, s.ctx, s.mont);
}

/* As run_alone, and the limit proof. */
static void naive_fields(const evd_naive *n) {
  const evd_contest_ct *c = &s.ballot.contests[0];
  for (uint32_t o = 1; o <= NAIVE; o++)
    evd_bench_holds(
        evd_naive_field(n, &s.G, &c->fields[o - 1], &s.ballot.H_I, 1, o),
        "a selection does not verify");
}
static void naive_limit(const evd_naive *n) {
  evd_bench_holds(
      evd_naive_limit(n, &s.G, &s.ballot.contests[0], &shape, &s.ballot.H_I),
      "a limit does not verify");
}
static void run_gmp_fields(void) { naive_fields(&evd_naive_gmp); }
static void run_gmp_limit(void) { naive_limit(&evd_naive_gmp); }
static void run_ssl_fields(void) { naive_fields(&evd_naive_openssl); }
static void run_ssl_limit(void) { naive_limit(&evd_naive_openssl); }

enum {
  MUL,
  SQR,
  ALONE,
  BATCH,
  OURS,
  STRAUS,
  GMP_POW = STRAUS + WIDTH_MAX - WIDTH_MIN + 1,
  SSL_POW,
  GMP_FIELDS,
  GMP_LIMIT,
  SSL_FIELDS,
  SSL_LIMIT,
  N_SUBJECTS
};

typedef struct {
  const char *name;
  void (*run)(void);
  int times, parts;
} subject;

static const subject subjects[N_SUBJECTS] = {
    [MUL] = {"M", run_mul, 1000, 1},
    [SQR] = {"S", run_sqr, 1000, 1},
    [ALONE] = {"a selection one by one", run_alone, 1, FIELDS / 10},
    [BATCH] = {"a selection in a batch of 10,000", run_batch, 1,
               FIELDS *BALLOTS},
    [OURS] = {"one of 1,000 powers of 256 bits", run_ours, 1, FACTORS},
    [STRAUS] = {"the same by Straus, w = 4", run_straus_4, 1, FACTORS},
    [STRAUS + 1] = {"the same by Straus, w = 5", run_straus_5, 1, FACTORS},
    [STRAUS + 2] = {"the same by Straus, w = 6", run_straus_6, 1, FACTORS},
    [STRAUS + 3] = {"the same by Straus, w = 7", run_straus_7, 1, FACTORS},
    [GMP_POW] = {"GMP mpz_powm, 256 bits", run_gmp_pow, 2, 1},
    [SSL_POW] = {"OpenSSL BN_mod_exp_mont, 256 bits", run_ssl_pow, 2, 1},
    [GMP_FIELDS] = {"GMP, a selection", run_gmp_fields, 1, NAIVE},
    [GMP_LIMIT] = {"GMP, a limit proof", run_gmp_limit, 1, 1},
    [SSL_FIELDS] = {"OpenSSL, a selection", run_ssl_fields, 1, NAIVE},
    [SSL_LIMIT] = {"OpenSSL, a limit proof", run_ssl_limit, 1, 1},
};

static void measure(double best[N_SUBJECTS], int rounds) {
  for (int round = 0; round < rounds * SHORT; round++)
    for (size_t i = 0; i < N_SUBJECTS; i++) {
      const subject *x = &subjects[i];
      if (i == BATCH && round % SHORT != 0)
        continue;
      double from = evd_bench_us();
      for (int j = 0; j < x->times; j++)
        x->run();
      double us = (evd_bench_us() - from) / x->times / x->parts;
      if (round == 0 || us < best[i])
        best[i] = us;
    }
}

static void print_goal(int n, const char *what, double ratio, double must,
                       double aim, bool at_least) {
  bool met = at_least ? ratio >= must : ratio <= must;
  printf("{\"n\":%d,\"what\":\"%s\",\"ratio\":%.3f,\"must\":%.2f,\"aim\":%.2f,"
         "\"at_least\":%s,\"met\":%s},\n",
         n, what, ratio, must, aim, at_least ? "true" : "false",
         met ? "true" : "false");
}

int main(int argc, char **argv) {
  double us[N_SUBJECTS] = {0};
  int rounds = ROUNDS;
  if (argc == 3 && strcmp(argv[1], "--rounds") == 0)
    rounds = (int)strtol(argv[2], NULL, 10);
  else if (argc != 1)
    rounds = 0;
  if (rounds < 1) {
    fputs("usage: bench_batch [--rounds N]\n", stderr);
    return 2;
  }
  evd_bench_is("bench_batch");
  prepare();
  measure(us, rounds);
  double straus_us = us[STRAUS];
  for (int i = STRAUS; i < GMP_POW; i++)
    straus_us = us[i] < straus_us ? us[i] : straus_us;
  puts("{\"goals\":[");
  print_goal(7, "one by one / batch of 10,000 with hints",
             us[ALONE] / us[BATCH], 4.5, 6, true);
  print_goal(8, "batch / its count of 132 + 11 + 2 M",
             us[BATCH] / (145 * us[MUL]), 1.25, 1.10, false);
  print_goal(15, "powers as gmpmee_spowm (ours, GMP) / ours, 1,000",
             straus_us / us[OURS], 1.8, 2.2, true);
  puts("{}],\"context\":{\"us\":{");
  for (size_t i = 0; i < N_SUBJECTS; i++)
    printf("%s\"%s\":%.3f", i ? "," : "", subjects[i].name, us[i]);
  puts("}}}");
  release();
  return 0;
}
