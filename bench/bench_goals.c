/* The goals of speed, each a ratio measured in one run.
 *
 *   bench_goals [--format json] [--rounds N]
 *
 * Rounds of all subjects take turns and the least CPU time of each counts, as
 * the machine's speed drifts: only ratios within one run mean something.
 *
 * M and S are one product and one squaring mod p, with the fastest kernel of
 * this processor. A goal that this program does not measure is listed with the
 * reason, never as met.
 */
#include <gmp.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "egds/check.h"
#include "egds/precompute.h"
#include "hash/blocks.h"

enum { ROUNDS = 60, OPTIONS = 10, PROOFS = OPTIONS + 1 };

/* ---- what is measured on ---- */

typedef struct {
  evd_group G; /* fastest kernel, tables of g and K */
  const evd_kernel *portable;
  evd_zp a, b, r;
  evd_exp e;
  evd_zq_sec secret;
  evd_h32 HI;
  evd_field field;
  evd_q c[2], v[2];
  uint8_t random[1 << 14];
  evd_arena arena;
  evd_ballot ballot;
  evd_pre set, kept;
  void *proofs, *elements, *data_random; /* copies of the set's memory */
  BIGNUM *p, *x, *y, *z, *n;
  BN_CTX *ctx;
  BN_MONT_CTX *mont;
  mpz_t gp, gx, gy, gz;
} bench;
static bench s;

static const evd_shape shape = {.ind_c = 1, .m = OPTIONS, .R = 1, .L = 1};
static const evd_h32 HE = {{1}};

static void encrypt_one(void) {
  evd_encrypt_value(&s.G, &s.field.alpha, &s.field.beta, &s.secret, 1);
  evd_range_prove(&s.G, s.c, s.v, &s.field.alpha, &s.field.beta, &s.secret, 1,
                  1, &s.HI, 1, 1, s.random);
}

static void *copy_of(const void *p, size_t n) {
  void *q = evd_bench_room(&s.arena, n, 1);
  memcpy(q, p, n);
  return q;
}

static void prepare_set(void) {
  evd_h32 id_B = {{2}};
  evd_bench_holds(evd_ballot_shape(&s.ballot, &shape, 1, &s.arena) == EVD_OK,
                  "shape");
  s.ballot.id_B = id_B;
  evd_bench_holds(evd_pre_make(&s.G, &s.set, &id_B, 0, &shape, 1, &HE, s.random,
                               sizeof s.random, &s.arena) == EVD_OK,
                  "precomputation");
  s.kept = s.set;
  s.proofs = copy_of(s.set.proofs, s.set.n_proofs * evd_pre_proof_bytes());
  s.elements = copy_of(s.set.elements, s.set.n_elements * sizeof(evd_p));
  s.data_random = copy_of(s.set.random, s.set.n_random);
}

static void prepare_openssl(void) {
  s.ctx = BN_CTX_new();
  s.mont = BN_MONT_CTX_new();
  s.p = BN_bin2bn(evd_p_bytes, EVD_P_BYTES, NULL);
  s.x = BN_bin2bn(evd_g_bytes, EVD_P_BYTES, NULL);
  s.n = BN_lebin2bn((const uint8_t *)s.e.l, sizeof s.e.l, NULL);
  s.y = BN_new();
  s.z = BN_new();
  evd_bench_holds(s.ctx && s.mont && s.p && s.x && s.n && s.y && s.z,
                  "OpenSSL");
  evd_bench_holds(BN_MONT_CTX_set(s.mont, s.p, s.ctx), "OpenSSL");
  evd_bench_holds(BN_mod_sqr(s.y, s.x, s.p, s.ctx), "OpenSSL");
}

static void prepare_gmp(void) {
  mpz_inits(s.gp, s.gx, s.gy, s.gz, NULL);
  mpz_import(s.gp, EVD_P_BYTES, 1, 1, 1, 0, evd_p_bytes);
  mpz_import(s.gx, EVD_P_BYTES, 1, 1, 1, 0, evd_g_bytes);
  mpz_mul(s.gy, s.gx, s.gx);
  mpz_mod(s.gy, s.gy, s.gp);
}

static void prepare(void) {
  evd_arena_init(&s.arena, (size_t)64 << 20);
  s.portable = evd_kernel_portable();
  evd_bench_group(&s.G, &s.arena);
  evd_bench_fill(&s.e, sizeof s.e);
  evd_bench_fill(s.random, sizeof s.random);
  evd_zq_sec_sample(&s.secret, s.random);
  s.a = s.G.g.value;
  s.b = s.G.K.value;
  s.field = (evd_field){.range = 1, .c = s.c, .v = s.v};
  encrypt_one();
  prepare_set();
  prepare_openssl();
  prepare_gmp();
}

static void release(void) {
  BN_free(s.p), BN_free(s.x), BN_free(s.y), BN_free(s.z), BN_free(s.n);
  BN_MONT_CTX_free(s.mont), BN_CTX_free(s.ctx);
  mpz_clears(s.gp, s.gx, s.gy, s.gz, NULL);
  evd_arena_close(&s.arena);
}

/* ---- the subjects ---- */

static void run_mul(void) { s.G.k->mul(&s.r, &s.a, &s.b); }
static void run_sqr(void) { s.G.k->sqr(&s.r, &s.a); }
static void run_mul_c(void) { s.portable->mul(&s.r, &s.a, &s.b); }
static void run_sqr_c(void) { s.portable->sqr(&s.r, &s.a); }
static void run_pow(void) { evd_zp_pow_var(s.G.k, &s.r, &s.a, &s.e); }
static void run_pow_sec(void) { evd_zp_pow_sec(s.G.k, &s.r, &s.a, &s.secret); }
static void run_fixed(void) { evd_base_pow_var(&s.G, &s.r, &s.G.K, &s.e); }
static void run_fixed_sec(void) {
  evd_base_pow_sec(&s.G, &s.r, &s.G.K, &s.secret);
}
static void run_verify(void) {
  evd_bench_holds(evd_field_check_var(&s.G, &s.field, &s.HI, 1, 1) == 0,
                  "the selection does not verify");
}
/* A set is used once: its memory is put back behind its back. */
static void restore(void) {
  memcpy(s.kept.proofs, s.proofs, s.kept.n_proofs * evd_pre_proof_bytes());
  memcpy(s.kept.elements, s.elements, s.kept.n_elements * sizeof(evd_p));
  memcpy(s.kept.random, s.data_random, s.kept.n_random);
  s.set = s.kept;
}
static void run_online(void) {
  static const uint32_t marks[OPTIONS] = {0, 0, 1};
  const evd_selection sel = {.marks = marks};
  evd_bench_holds(evd_pre_encrypt(&s.G, &s.ballot, &s.set, &sel, NULL) ==
                      EVD_OK,
                  "a precomputed ballot was refused");
}
/* SHA-256 of s.random, 16 KB */
static void run_hash(void) {
  evd_sha256 c;
  evd_h32 h;
  evd_sha256_init(&c);
  evd_sha256_add(&c, s.random, sizeof s.random);
  evd_sha256_out(&c, &h);
}
static void run_hash_c(void) {
  uint32_t state[8] = {0};
  evd_sha256_portable(state, s.random, sizeof s.random / 64);
}
static void ssl_hash(void) {
  evd_h32 h;
  evd_bench_holds(
      EVP_Digest(s.random, sizeof s.random, h.b, NULL, EVP_sha256(), NULL) == 1,
      "OpenSSL");
}
static void ssl_mul(void) {
  BN_mod_mul_montgomery(s.z, s.x, s.y, s.mont, s.ctx);
}
static void ssl_sqr(void) {
  BN_mod_mul_montgomery(s.z, s.x, s.x, s.mont, s.ctx);
}
static void ssl_pow(void) {
  BN_mod_exp_mont(s.z, s.x, s.n, s.p, s.ctx, s.mont);
}
static void ssl_pow_sec(void) {
  BN_mod_exp_mont_consttime(s.z, s.x, s.n, s.p, s.ctx, s.mont);
}
static void gmp_mul(void) {
  mpz_mul(s.gz, s.gx, s.gy);
  mpz_mod(s.gz, s.gz, s.gp);
}

enum {
  MUL,
  SQR,
  MUL_C,
  SQR_C,
  POW,
  POW_SEC,
  FIXED,
  FIXED_SEC,
  VERIFY,
  ENCRYPT,
  ONLINE,
  HASH,
  HASH_C,
  SSL_MUL,
  SSL_SQR,
  SSL_POW,
  SSL_POW_SEC,
  GMP_MUL,
  SSL_HASH,
  N_SUBJECTS
};

typedef struct {
  const char *name, *count;
  void (*before)(void), (*run)(void);
  int times; /* in a round */
  int parts; /* of one run */
} subject;

static const subject subjects[N_SUBJECTS] = {
    [MUL] = {"M: product mod p", "1 M", NULL, run_mul, 100, 1},
    [SQR] = {"S: square mod p", "1 S", NULL, run_sqr, 100, 1},
    [MUL_C] = {"M, portable C", "", NULL, run_mul_c, 50, 1},
    [SQR_C] = {"S, portable C", "", NULL, run_sqr_c, 50, 1},
    [POW] = {"power, public", "256 S + 58 M", NULL, run_pow, 1, 1},
    [POW_SEC] = {"power, constant time", "252 S + 78 M", NULL, run_pow_sec, 1,
                 1},
    [FIXED] = {"fixed base, w = 8, public", "32 M", NULL, run_fixed, 4, 1},
    [FIXED_SEC] = {"fixed base, w = 6, scanned", "43 M", NULL, run_fixed_sec, 2,
                   1},
    [VERIFY] = {"verify a selection", "512 S + 383 M", NULL, run_verify, 1, 1},
    [ENCRYPT] = {"encrypt and prove one", "6 x 43 M", NULL, encrypt_one, 1, 1},
    [ONLINE] = {"the same, precomputed", "a hash", restore, run_online, 1,
                PROOFS},
    [HASH] = {"SHA-256 of 16 KB", "", NULL, run_hash, 4, 1},
    [HASH_C] = {"SHA-256 of 16 KB, portable C", "", NULL, run_hash_c, 4, 1},
    [SSL_MUL] = {"OpenSSL BN_mod_mul_montgomery", "", NULL, ssl_mul, 100, 1},
    [SSL_SQR] = {"OpenSSL the same, squaring", "", NULL, ssl_sqr, 100, 1},
    [SSL_POW] = {"OpenSSL BN_mod_exp_mont", "", NULL, ssl_pow, 1, 1},
    [SSL_POW_SEC] = {"OpenSSL BN_mod_exp_mont_consttime", "", NULL, ssl_pow_sec,
                     1, 1},
    [GMP_MUL] = {"GMP mpz_mul, mpz_mod", "", NULL, gmp_mul, 50, 1},
    [SSL_HASH] = {"OpenSSL SHA-256 of 16 KB", "", NULL, ssl_hash, 4, 1},
};

static double measure_once(const subject *x) {
  if (x->before)
    x->before();
  double from = evd_bench_us();
  for (int j = 0; j < x->times; j++)
    x->run();
  return (evd_bench_us() - from) / x->times / x->parts;
}

static void measure(double best[N_SUBJECTS], int rounds) {
  for (int round = 0; round < rounds; round++)
    for (size_t i = 0; i < N_SUBJECTS; i++) {
      double us = measure_once(&subjects[i]);
      if (round == 0 || us < best[i])
        best[i] = us;
    }
}

/* ---- the goals ---- */

typedef struct {
  int n;
  const char *what;
  double ratio, must, aim; /* must 0: not measured here, see reason */
  const char *reason;
} goal;

enum { N_GOALS = 18 };

static void judge(goal g[N_GOALS], const double us[N_SUBJECTS]) {
  const double M = us[MUL], S = us[SQR];
  const char *batch = "bench_batch did not run";
  const char *record = "bench/verify did not run";
  const char *peer = "the peer is not built here";
  const char *wasm = "bench/wasm did not run";
  const goal all[N_GOALS] = {
      {1, "M / OpenSSL BN_mod_mul_montgomery", M / us[SSL_MUL], 1.0, 0.85, ""},
      {2, "S / OpenSSL's", S / us[SSL_SQR], 1.05, 0.90, ""},
      {3, "portable M / OpenSSL's", us[MUL_C] / us[SSL_MUL], 2.2, 1.5, ""},
      {3, "wasm M / V8 BigInt", 0, 0, 0, wasm},
      {4, "verify one selection / (512 S + 383 M)",
       us[VERIFY] / (512 * S + 383 * M), 1.15, 1.05, ""},
      {5, "verify one selection / ten BN_mod_exp_mont",
       us[VERIFY] / (10 * us[SSL_POW]), 0.33, 0.27, ""},
      {6, "ballot file to verdict / 62 x limit of 4", 0, 0, 0, record},
      {7, "one by one / batch of 10,000 with hints", 0, 0, 0, batch},
      {8, "batch / its count", 0, 0, 0, batch},
      {9, "two threads / one", 0, 0, 0, record},
      {10, "encrypt and prove / 6 x 43 M", us[ENCRYPT] / (6 * 43 * M), 1.35,
       1.20, ""},
      {11, "a precomputed selection / M", us[ONLINE] / M, 5, 3, ""},
      {12, "constant-time power / BN_mod_exp_mont_consttime",
       us[POW_SEC] / us[SSL_POW_SEC], 1.0, 0.85, ""},
      {13, "electionguard-cpp CheckDisjunctive / ours", 0, 0, 0, peer},
      {14, "electionguard-python is_valid / ours", 0, 0, 0, peer},
      {15, "gmpmee_spowm / ours, 1,000 powers", 0, 0, 0, batch},
      {16, "wasm ballot / 62 x 6 x 270 wasm M", 0, 0, 0, wasm},
      {17, "verifier's resident memory", 0, 0, 0, record},
  };
  memcpy(g, all, sizeof all);
}

static void print_json_goal(const goal *g, bool last) {
  printf("{\"n\":%d,\"what\":\"%s\",", g->n, g->what);
  if (g->must > 0)
    printf("\"ratio\":%.3f,\"must\":%.2f,\"aim\":%.2f,\"met\":%s}", g->ratio,
           g->must, g->aim, g->ratio <= g->must ? "true" : "false");
  else
    printf("\"met\":null,\"reason\":\"%s\"}", g->reason);
  puts(last ? "" : ",");
}

/* The value of the first line of /proc/cpuinfo that begins with "model name";
 * without what would need an escape in JSON. */
static const char *cpu_name(void) {
  static char name[128] = "unknown";
  char line[256];
  FILE *f = fopen("/proc/cpuinfo", "r");
  while (f && fgets(line, sizeof line, f))
    if (sscanf(line, "model name : %127[^\n\"\\]", name) == 1)
      break;
  if (f)
    fclose(f);
  return name;
}

static double load(void) {
  double x[1] = {-1};
  return getloadavg(x, 1) == 1 ? x[0] : -1;
}

static void print_json(const goal g[N_GOALS], const double us[N_SUBJECTS],
                       int rounds) {
  puts("{\"goals\":[");
  for (size_t i = 0; i < N_GOALS; i++)
    print_json_goal(&g[i], i + 1 == N_GOALS);
  printf("],\"context\":{\"cpu\":\"%s\",\"kernel\":\"%s\",\"compiler\":\"%s\","
         "\"openssl\":\"%s\",\"gmp\":\"%s\",\"load\":%.2f,\"rounds\":%d,"
         "\"us\":{",
         cpu_name(), s.G.k->name, __VERSION__, OpenSSL_version(OPENSSL_VERSION),
         gmp_version, load(), rounds);
  for (size_t i = 0; i < N_SUBJECTS; i++)
    printf("%s\"%s\":%.3f", i ? "," : "", subjects[i].name, us[i]);
  puts("}}}");
}

static void print_table(const goal g[N_GOALS], const double us[N_SUBJECTS]) {
  printf("%s, kernel %s, load %.2f\ncompiler %s, %s, GMP %s\n\n", cpu_name(),
         s.G.k->name, load(), __VERSION__, OpenSSL_version(OPENSSL_VERSION),
         gmp_version);
  for (size_t i = 0; i < N_SUBJECTS; i++)
    printf("  %-34s %9.2f us %7.1f M   %s\n", subjects[i].name, us[i],
           us[i] / us[MUL], subjects[i].count);
  printf("\n  %4s  %-52s %6s %6s %6s\n", "goal", "", "ratio", "must", "aim");
  for (size_t i = 0; i < N_GOALS; i++)
    if (g[i].must > 0)
      printf("  %4d  %-52s %6.2f %6.2f %6.2f  %s\n", g[i].n, g[i].what,
             g[i].ratio, g[i].must, g[i].aim,
             g[i].ratio <= g[i].aim    ? "aim"
             : g[i].ratio <= g[i].must ? "must"
                                       : "MISSED");
    else
      printf("  %4d  %-52s not measured: %s\n", g[i].n, g[i].what, g[i].reason);
}

static void usage(void) {
  fputs("usage: bench_goals [--format json] [--rounds N]\n", stderr);
  exit(2);
}

/* 1 .. 9999 */
static int number(const char *text) {
  int n = 0;
  for (const char *p = text; *p; p++) {
    if (*p < '0' || *p > '9' || n > 999)
      usage();
    n = 10 * n + (*p - '0');
  }
  if (n == 0)
    usage();
  return n;
}

int main(int argc, char **argv) {
  double us[N_SUBJECTS] = {0};
  goal g[N_GOALS];
  bool json = false;
  int rounds = ROUNDS;
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc)
      usage();
    if (strcmp(argv[i], "--format") == 0 && strcmp(argv[i + 1], "json") == 0)
      json = true;
    else if (strcmp(argv[i], "--rounds") == 0)
      rounds = number(argv[i + 1]);
    else
      usage();
  }
  evd_bench_is("bench_goals");
  prepare();
  measure(us, rounds);
  judge(g, us);
  if (json)
    print_json(g, us, rounds);
  else
    print_table(g, us);
  release();
  return 0;
}
