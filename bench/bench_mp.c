/* Times of the arithmetic, beside OpenSSL's in the same run.
 *
 * Rounds of all subjects take turns and the least time of each counts, as
 * the machine's speed drifts: only ratios within one run mean something.
 */
#include <openssl/bn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mp/mp.h"

#define ROUNDS 25

typedef struct {
  const evd_kernel *k;
  evd_zp a, b, r, out[2], work[EVD_CHAIN_WORK(2)];
  evd_exp e[2];
  evd_zq_sec secret;
  evd_table pub, sec;
  BIGNUM *p, *x, *y, *z, *n;
  BN_CTX *ctx;
  BN_MONT_CTX *mont;
} bench;

typedef struct {
  const char *name;
  void (*run)(bench *);
  int times; /* in a round */
  bool openssl;
} subject;

static void run_mul(bench *s) { s->k->mul(&s->r, &s->a, &s->b); }
static void run_sqr(bench *s) { s->k->sqr(&s->r, &s->a); }
static void run_redc(bench *s) { s->k->redc(&s->r, &s->a); }
static void run_inv(bench *s) { evd_zp_inv_var(s->k, &s->r, &s->a); }
static void run_pow(bench *s) { evd_zp_pow_var(s->k, &s->r, &s->a, s->e); }
static void run_pow_sec(bench *s) {
  evd_zp_pow_sec(s->k, &s->r, &s->a, &s->secret);
}
static void run_chain(bench *s) {
  (void)evd_zp_chain_var(s->k, s->out, &s->a, true, s->e, 2, s->work);
}
static void run_table(bench *s) {
  evd_table_pow_var(s->k, &s->r, &s->pub, s->e);
}
static void run_table_sec(bench *s) {
  evd_table_pow_sec(s->k, &s->r, &s->sec, &s->secret);
}
static void ssl_mul(bench *s) {
  BN_mod_mul_montgomery(s->z, s->x, s->y, s->mont, s->ctx);
}
static void ssl_sqr(bench *s) {
  BN_mod_mul_montgomery(s->z, s->x, s->x, s->mont, s->ctx);
}
static void ssl_pow(bench *s) {
  BN_mod_exp_mont(s->z, s->x, s->n, s->p, s->ctx, s->mont);
}
static void ssl_pow_sec(bench *s) {
  BN_mod_exp_mont_consttime(s->z, s->x, s->n, s->p, s->ctx, s->mont);
}

static const subject subjects[] = {
    {"M: product", run_mul, 100, false},
    {"S: square", run_sqr, 100, false},
    {"reduction alone", run_redc, 100, false},
    {"inverse", run_inv, 4, false},
    {"power, public exponent", run_pow, 1, false},
    {"power, constant time", run_pow_sec, 1, false},
    {"chain: two powers and membership", run_chain, 1, false},
    {"fixed base, w = 8, public", run_table, 4, false},
    {"fixed base, w = 6, constant time", run_table_sec, 4, false},
    {"OpenSSL BN_mod_mul_montgomery", ssl_mul, 100, true},
    {"OpenSSL the same, squaring", ssl_sqr, 100, true},
    {"OpenSSL BN_mod_exp_mont", ssl_pow, 1, true},
    {"OpenSSL BN_mod_exp_mont_consttime", ssl_pow_sec, 1, true},
};
#define N_SUBJECTS (sizeof subjects / sizeof subjects[0])

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void measure(bench *s, double best[N_SUBJECTS]) {
  for (int round = 0; round < ROUNDS; round++)
    for (size_t i = 0; i < N_SUBJECTS; i++) {
      double from = now_us();
      for (int j = 0; j < subjects[i].times; j++)
        subjects[i].run(s);
      double us = (now_us() - from) / subjects[i].times;
      if (round == 0 || us < best[i])
        best[i] = us;
    }
}

static void prepare(bench *s, evd_zp *pub, evd_zp *sec) {
  evd_p g;
  memcpy(g.b, evd_g_bytes, sizeof g.b);
  (void)evd_zp_from_bytes(s->k, &s->a, &g);
  for (uint64_t i = 0, v = 1; i < 8; i++) {
    v = v * 6364136223846793005u + 1442695040888963407u;
    s->e[i / 4].l[i % 4] = v ^ v >> 29;
  }
  memcpy(s->secret.v.l, s->e[0].l, sizeof s->e[0].l);
  evd_zp_pow_var(s->k, &s->b, &s->a, &s->e[1]);
  evd_table_build(s->k, &s->pub, pub, 8, &s->a);
  evd_table_build(s->k, &s->sec, sec, 6, &s->a);
  s->ctx = BN_CTX_new();
  s->mont = BN_MONT_CTX_new();
  s->p = BN_bin2bn(evd_p_bytes, EVD_P_BYTES, NULL);
  s->x = BN_bin2bn(evd_g_bytes, EVD_P_BYTES, NULL);
  s->n = BN_lebin2bn((const uint8_t *)s->e[0].l, 32, NULL);
  s->z = BN_new();
  s->y = BN_new();
  BN_MONT_CTX_set(s->mont, s->p, s->ctx);
  BN_mod_sqr(s->y, s->x, s->p, s->ctx);
}

static void release(bench *s) {
  BN_free(s->p), BN_free(s->x), BN_free(s->y), BN_free(s->z), BN_free(s->n);
  BN_MONT_CTX_free(s->mont), BN_CTX_free(s->ctx);
}

static void bench_kernel(const evd_kernel *k, evd_zp *pub, evd_zp *sec) {
  static bench s;
  double best[N_SUBJECTS] = {0};
  s.k = k;
  prepare(&s, pub, sec);
  measure(&s, best);
  printf("kernel %s\n", k->name);
  for (size_t i = 0; i < N_SUBJECTS; i++) {
    printf("  %-34s %9.2f us", subjects[i].name, best[i]);
    if (!subjects[i].openssl)
      printf("  %6.1f M", best[i] / best[0]);
    putchar('\n');
  }
  printf("  to OpenSSL: M %.2f, S %.2f, power %.2f, constant time %.2f\n",
         best[0] / best[9], best[1] / best[10], best[4] / best[11],
         best[5] / best[12]);
  release(&s);
}

int main(void) {
  evd_zp *pub = malloc(EVD_TABLE_ELEMS(8) * sizeof *pub);
  evd_zp *sec = malloc(EVD_TABLE_ELEMS(6) * sizeof *sec);
  if (!pub || !sec)
    return 3;
  bench_kernel(evd_kernel_portable(), pub, sec);
  if (evd_kernel_adx())
    bench_kernel(evd_kernel_adx(), pub, sec);
  free(pub);
  free(sec);
  return 0;
}
