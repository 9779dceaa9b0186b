/* Negative controls: code that leaks a secret on purpose. If valgrind does not
 * end one of them with the exit code of its reports, the taint test of this
 * build proves nothing. */
#include <string.h>

#include "base/wipe.h"
#include "taint.h"

__extension__ typedef unsigned __int128 u128;

static volatile uint64_t sink;
static volatile uint8_t look_up[256];

static uint64_t secret(void) {
  uint64_t x;
  taint_fill_secret(&x, sizeof x);
  return x;
}

/* A volatile store on one side only cannot become a conditional move. */
static void branch(void) {
  if (secret() & 1)
    sink = 1;
}

static void address(void) { sink = look_up[secret() & 0xFF]; }

static bool bytes_equal_var(const volatile uint8_t *a,
                            const volatile uint8_t *b, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (a[i] != b[i])
      return false;
  return true;
}

static void early_exit(void) {
  uint8_t a[16], b[16];
  taint_fill_secret(a, sizeof a);
  taint_fill(b, sizeof b);
  bool equal = bytes_equal_var(a, b, sizeof a);
  (void)equal;
}

/* A division of 128 bits is a function with branches. One of 64 bits is an
 * instruction that memcheck lets pass: the machine code is searched for it,
 * and finds this one. */
static void divide(void) {
  uint64_t x = secret();
  sink = (uint64_t)(((u128)1 << 120) / ((u128)x << 1 | 1));
}

void taint_control_instruction(void);
void taint_control_instruction(void) { sink = 12345 / (secret() | 1); }

/* The power for public exponents, in the product's own code. */
static void product(void) {
  evd_exp e;
  evd_zp r;
  taint_fill_secret(&e, sizeof e);
  evd_base_pow_var(&taint_bare, &r, &taint_bare.g, &e);
}

/* Handed out, and nobody has said why that is allowed. */
static void undeclared(void) {
  evd_h32 hash;
  evd_zq_sec x;
  evd_q bytes;
  taint_fill_secret(&hash, sizeof hash);
  evd_zq_sec_reduce(&x, &hash);
  evd_zq_sec_to_bytes(&bytes, &x);
  TAINT_IS_PUBLIC(bytes);
}

static void after_wipe(void) {
  uint8_t key[32];
  taint_fill(key, sizeof key);
  evd_wipe(key, sizeof key);
  if (*(volatile uint8_t *)&key[7] != 0)
    sink = 1;
}

#if defined(__x86_64__)
/* A jump on a carry that adcx made of a secret. */
static void carry(void) {
  uint64_t x = secret(), y = secret(), jumped = 0;
  __asm__ volatile("xorl %%ecx, %%ecx\n\t"
                   "adcx %2, %1\n\t"
                   "jnc 1f\n\t"
                   "movl $1, %%ecx\n"
                   "1:\n\t"
                   "movq %%rcx, %0"
                   : "=r"(jumped), "+r"(x)
                   : "r"(y)
                   : "rcx", "cc");
  sink = jumped;
}
#endif

bool taint_control(const char *name) {
  static const struct {
    const char *name;
    void (*run)(void);
  } all[] = {
    {"branch", branch},
    {"address", address},
    {"early-exit", early_exit},
    {"divide", divide},
    {"product", product},
    {"undeclared", undeclared},
    {"after-wipe", after_wipe},
#if defined(__x86_64__)
    {"carry", carry},
#endif
  };
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
    if (strcmp(all[i].name, name) != 0)
      continue;
    all[i].run();
    return true;
  }
  return false;
}
