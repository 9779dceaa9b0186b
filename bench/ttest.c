/* Does time depend on secrets, as far as a clock can tell? [T21]
 *
 *   ttest SAMPLES
 *
 * A report, not a gate: that is the taint test (test/ctime), which looks at
 * every branch and address of the machine code. Here each function runs with
 * one of two inputs, chosen by a coin before each run: one that is extreme and
 * always the same, one that is random. Welch's t compares the two means, over
 * all runs and over those below the 90th percentile, where interruptions have
 * the least say. |t| below 4.5 says that these samples show no difference.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hex.h"
#include "group/secret.h"
#include "host/host.h"

#define LIMIT 4.5
#define CHUNK 512 /* inputs made ahead, so that making them is not timed */

typedef union {
  uint8_t bytes[EVD_P_BYTES];
  evd_zq_sec scalar;
  evd_zp element;
} input;

typedef struct {
  const char *name;
  uint32_t cost; /* how many of the cheapest it takes, about */
  void (*make)(input *x, bool extreme);
  void (*run)(const input *x);
} subject;

static const evd_group *G;
static evd_zp some_element;
static evd_zq_sec some_scalar;

/* ---- inputs ---- */

static void make_scalar(input *x, bool extreme) {
  uint8_t random[EVD_SAMPLE_BYTES];
  evd_random(random, sizeof random);
  evd_zq_sec_sample(&x->scalar, random);
  if (extreme)
    evd_zq_sec_from_u64(&x->scalar, 1);
}

static void make_element(input *x, bool extreme) {
  evd_random(&x->element, sizeof x->element);
  if (extreme)
    memset(&x->element, 0xFF, sizeof x->element);
}

static void make_bytes(input *x, bool extreme) {
  evd_random(x->bytes, sizeof x->bytes);
  if (extreme)
    memset(x->bytes, 0, sizeof x->bytes);
}

/* ---- subjects ---- */

static void product_mod_q(const input *x) {
  evd_zq_sec r;
  evd_zq_sec_mul(&r, &x->scalar, &some_scalar);
}
static void product_mod_p(const input *x) {
  evd_zp r;
  G->k->mul(&r, &x->element, &some_element);
}
static void square_mod_p(const input *x) {
  evd_zp r;
  G->k->sqr(&r, &x->element);
}
static void sample(const input *x) {
  evd_zq_sec r;
  evd_zq_sec_sample(&r, x->bytes);
}
static void hex(const input *x) {
  char text[2 * EVD_Q_BYTES];
  evd_hex_write(text, x->bytes, EVD_Q_BYTES);
}
static void fixed_base_power(const input *x) {
  evd_zp_sec r;
  evd_base_pow_to_sec(G, &r, &G->g, &x->scalar);
}
static void power(const input *x) {
  evd_zp_sec r;
  evd_zp_pow_to_sec(G, &r, &some_element, &x->scalar);
}

static const subject subjects[] = {
    {"hexadecimal digits", 1, make_bytes, hex},
    {"sample a scalar", 1, make_bytes, sample},
    {"product mod q", 1, make_scalar, product_mod_q},
    {"product mod p", 30, make_element, product_mod_p},
    {"square mod p", 30, make_element, square_mod_p},
    {"power of g, from its table", 2000, make_scalar, fixed_base_power},
    {"power of any element", 10000, make_scalar, power}};

/* ---- statistics ---- */

typedef struct {
  double n, mean, sum; /* sum: of squared distances */
} moments;

static void take(moments *m, double x) {
  double before = x - m->mean;
  m->n++;
  m->mean += before / m->n;
  m->sum += before * (x - m->mean);
}

static double welch(const moments m[2]) {
  if (m[0].n < 2 || m[1].n < 2)
    return 0;
  double v0 = m[0].sum / (m[0].n - 1) / m[0].n;
  double v1 = m[1].sum / (m[1].n - 1) / m[1].n;
  return v0 + v1 > 0 ? (m[0].mean - m[1].mean) / sqrt(v0 + v1) : 0;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double now_ns(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC_RAW, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Cheap subjects run often enough between two looks at the clock. */
static double time_one(const subject *s, const input *x) {
  uint32_t times = s->cost < 100 ? 100 / s->cost : 1;
  double start = now_ns();
  for (uint32_t i = 0; i < times; i++)
    s->run(x);
  return now_ns() - start;
}

static void measure(const subject *s, uint64_t n, double *time,
                    uint8_t *extreme) {
  static input x[CHUNK];
  for (uint64_t at = 0; at < n; at += CHUNK) {
    uint64_t here = n - at < CHUNK ? n - at : CHUNK;
    evd_random(extreme + at, here);
    for (uint64_t i = 0; i < here; i++)
      s->make(&x[i], extreme[at + i] & 1);
    for (uint64_t i = 0; i < here; i++)
      time[at + i] = time_one(s, &x[i]);
  }
}

/* The larger |t| of the two. */
static double judge(const double *time, const uint8_t *extreme, uint64_t n) {
  moments all[2] = {{0}}, low[2] = {{0}};
  double *sorted = malloc(n * sizeof *sorted);
  if (!sorted)
    return NAN;
  memcpy(sorted, time, n * sizeof *sorted);
  qsort(sorted, n, sizeof *sorted, ascending);
  double bound = sorted[n * 9 / 10];
  free(sorted);
  for (uint64_t i = 0; i < n; i++) {
    take(&all[extreme[i] & 1], time[i]);
    if (time[i] < bound)
      take(&low[extreme[i] & 1], time[i]);
  }
  return fmax(fabs(welch(all)), fabs(welch(low)));
}

static void report(const subject *s, uint64_t samples) {
  uint64_t n = samples / s->cost;
  n = n < 1000 ? 1000 : n;
  double *time = malloc(n * sizeof *time);
  uint8_t *extreme = malloc(n);
  if (time && extreme) {
    measure(s, n, time, extreme);
    double t = judge(time, extreme, n);
    printf("| %s | %" PRIu64 " | %.2f | %s |\n", s->name, n, t,
           t < LIMIT ? "no difference seen" : "a difference: look closer");
  }
  free(time);
  free(extreme);
}

int main(int argc, char **argv) {
  uint8_t random[EVD_SAMPLE_BYTES];
  evd_host_group *h;
  uint64_t samples = argc == 2 ? strtoull(argv[1], NULL, 10) : 0;
  if (samples == 0) {
    fputs("usage: ttest SAMPLES (of the cheapest; 1000000 or more)\n", stderr);
    return 2;
  }
  if (evd_host_group_open(&h, NULL, NULL, EVD_TAB_G | EVD_TAB_SEC) != EVD_OK)
    return 3;
  G = evd_host_group_get(h);
  evd_random(&some_element, sizeof some_element);
  evd_random(random, sizeof random);
  evd_zq_sec_sample(&some_scalar, random);
  printf("Kernel: %s. Samples of two inputs, |t| of Welch.\n\n"
         "| function | samples | t | |\n|---|---:|---:|---|\n",
         G->k->name);
  for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++)
    report(&subjects[i], samples);
  evd_host_group_close(h);
  return 0;
}
