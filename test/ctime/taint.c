/* Runs the cases of one build with one kernel, or a negative control:
 * taint KERNEL [CONTROL].
 *
 * Prints a line of TAP per case, and the plan last. Valgrind ends the program
 * with code 9 if it complained; without a complaint the code is 1 if a case
 * failed otherwise.
 */
#include "taint.h"

#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "base/wipe.h"
#include "egds/hashes.h"

evd_group taint_bare, taint_tabled;
evd_arena taint_arena;

static const evd_kernel *real;
static uint64_t kernel_calls;
static const char *failure;

/* ---- in place of base/wipe.c and group/declassify.c --------------------- */

void evd_wipe(void *p, size_t n) {
  if (n == 0)
    return;
  memset(p, 0, n);
  (void)VALGRIND_MAKE_MEM_UNDEFINED(p, n);
}

void evd_declassify_bytes(void *p, size_t n) {
  (void)VALGRIND_MAKE_MEM_DEFINED(p, n);
}

/* ---- marks -------------------------------------------------------------- */

void taint_fill(void *p, size_t n) {
  static uint64_t counter;
  uint8_t *out = p;
  while (n > 0) {
    evd_h32 block;
    counter++;
    evd_digest(&block, "taint-stream", &counter, sizeof counter);
    size_t take = n < sizeof block.b ? n : sizeof block.b;
    memcpy(out, block.b, take);
    out += take;
    n -= take;
  }
}

void taint_hide(const void *p, size_t n) {
  (void)VALGRIND_MAKE_MEM_UNDEFINED(p, n);
}

void taint_fill_secret(void *p, size_t n) {
  taint_fill(p, n);
  taint_hide(p, n);
}

void taint_is_public(const void *p, size_t n) {
  (void)VALGRIND_CHECK_MEM_IS_DEFINED(p, n);
  (void)VALGRIND_MAKE_MEM_DEFINED(p, n);
}

/* How many of the bytes have an undefined bit. */
static size_t hidden_bytes(const void *p, size_t n) {
  const uint8_t *b = p;
  size_t found = 0;
  for (size_t i = 0; i < n; i++) {
    uint8_t bits = 0;
    taint_require(VALGRIND_GET_VBITS(b + i, &bits, 1) == 1, "read the marks");
    found += bits != 0;
  }
  return found;
}

void taint_is_hidden(const void *p, size_t n) {
  taint_require(hidden_bytes(p, n) > 0, "the mark of the secret got lost");
}

void taint_is_hidden_all(const void *p, size_t n) {
  taint_require(hidden_bytes(p, n) == n, "part of the mark got lost");
}

void taint_verdict(void *p, size_t n) { (void)VALGRIND_MAKE_MEM_DEFINED(p, n); }

void taint_require(bool holds, const char *what) {
  if (!holds && !failure)
    failure = what;
}

/* ---- the kernel, counted ------------------------------------------------ */

static void count_mul(evd_zp *r, const evd_zp *a, const evd_zp *b) {
  kernel_calls++;
  real->mul(r, a, b);
}

static void count_sqr(evd_zp *r, const evd_zp *a) {
  kernel_calls++;
  real->sqr(r, a);
}

static void count_redc(evd_zp *r, const evd_zp *a) {
  kernel_calls++;
  real->redc(r, a);
}

static void count_scan(evd_zp *r, const evd_zp *row, uint32_t n,
                       uint32_t digit) {
  real->scan(r, row, n, digit);
}

static const evd_kernel counting = {"counting", count_mul, count_sqr,
                                    count_redc, count_scan};

/* The kernel of this name. mp/adx.c is compiled with a processor check that
 * says yes: valgrind hides ADX in cpuid, but runs it. */
static const evd_kernel *kernel_named(const char *name) {
  const evd_kernel *all[] = {evd_kernel_portable(), evd_kernel_adx()};
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    if (all[i] && strcmp(all[i]->name, name) == 0)
      return all[i];
  return NULL;
}

/* ---- running ------------------------------------------------------------ */

/* base = g^e for an e of the stream: a public key nobody knows the log of. */
static void key_set(evd_base *b) {
  evd_exp e;
  evd_zp x;
  evd_p bytes;
  taint_fill(&e, sizeof e);
  evd_zp_pow_var(&counting, &x, &taint_bare.g.value, &e);
  evd_zp_to_bytes(&counting, &bytes, &x);
  memset(b, 0, sizeof *b);
  b->value = x;
  b->bytes = bytes;
}

static void tables_set(evd_base *b) {
  evd_zp *room = evd_arena_get(&taint_arena, EVD_TABLE_ELEMS(EVD_SEC_WINDOW),
                               sizeof *room);
  taint_require(room != NULL, "memory for a table");
  if (room)
    evd_base_tables(&taint_tabled, b, NULL, room);
}

static void set_up(void) {
  evd_arena_init(&taint_arena, (size_t)16 << 20);
  key_set(&taint_bare.K);
  key_set(&taint_bare.K_hat);
  taint_tabled = taint_bare;
  tables_set(&taint_tabled.g);
  tables_set(&taint_tabled.K);
}

static void run_case(const taint_case *c) {
  unsigned long before = VALGRIND_COUNT_ERRORS;
  uint64_t calls = kernel_calls;
  c->run();
  if (c->needs_kernel)
    taint_require(kernel_calls > calls, "the named kernel did not run");
  if (VALGRIND_COUNT_ERRORS != before)
    failure = "depends on a secret, or hands out one";
  if (failure)
    printf("# %s: %s\n", c->name, failure);
  printf("%sok - %s\n", failure ? "not " : "", c->name);
  fflush(stdout);
}

/* Returns how many cases failed, and adds to how many there were. */
static int run_list(const taint_case *c, int *cases) {
  int failed = 0;
  for (; c->name; c++) {
    failure = NULL;
    run_case(c);
    failed += failure != NULL;
    ++*cases;
  }
  return failed;
}

static int run_all(void) {
  const taint_case *lists[] = {taint_cases_text,    taint_cases_arith,
                               taint_cases_keys,    taint_cases_ballot,
                               taint_cases_decrypt, taint_cases_preenc};
  int cases = 0, failed = failure != NULL;
  for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
    failed += run_list(lists[i], &cases);
  printf("1..%d\n", cases);
  return failed > 0;
}

int main(int argc, char **argv) {
  int code = 0;
  real = argc >= 2 ? kernel_named(argv[1]) : NULL;
  if (!real || argc > 3 || !RUNNING_ON_VALGRIND) {
    fprintf(stderr, "usage, under valgrind: taint KERNEL [CONTROL]\n");
    return 2;
  }
  evd_group_init(&taint_bare, &counting);
  if (argc == 3)
    return taint_control(argv[2]) ? 0 : 2;
  set_up();
  code = run_all();
  evd_arena_close(&taint_arena);
  return code;
}
