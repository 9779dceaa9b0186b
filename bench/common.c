#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char *name;

void evd_bench_is(const char *program) { name = program; }

_Noreturn void evd_bench_die(const char *what) {
  fprintf(stderr, "%s: %s\n", name, what);
  exit(3);
}

void evd_bench_holds(bool ok, const char *what) {
  if (!ok)
    evd_bench_die(what);
}

void *evd_bench_room(evd_arena *a, size_t n, size_t size) {
  void *p = evd_arena_get(a, n, size);
  evd_bench_holds(p, "out of memory");
  return p;
}

void evd_bench_fill(void *out, size_t n) {
  static uint64_t x = 1;
  uint8_t *p = out;
  for (size_t i = 0; i < n; i++) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    p[i] = (uint8_t)(x >> 56);
  }
}

double evd_bench_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void tables(evd_group *G, evd_base *b, evd_arena *a) {
  evd_zp *w8 = evd_bench_room(a, EVD_TABLE_ELEMS(8), sizeof *w8);
  evd_zp *w6 = evd_bench_room(a, EVD_TABLE_ELEMS(6), sizeof *w6);
  evd_base_tables(G, b, w8, w6);
}

static void key(evd_group *G, evd_base *b) {
  evd_exp e;
  evd_zp x;
  evd_p bytes;
  evd_bench_fill(&e, sizeof e);
  evd_base_pow_var(G, &x, &G->g, &e);
  evd_zp_to_bytes(G->k, &bytes, &x);
  evd_bench_holds(evd_base_set(G, b, &bytes) == EVD_OK, "a key is no member");
}

void evd_bench_group(evd_group *G, evd_arena *a) {
  evd_group_init(G, evd_kernel_best());
  tables(G, &G->g, a);
  key(G, &G->K);
  key(G, &G->K_hat);
  tables(G, &G->K, a);
}
