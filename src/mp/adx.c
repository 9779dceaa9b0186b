/* The kernel for x86-64 processors with mulx, adcx and adox (BMI2, ADX).
 *
 * The same reduction as in portable.c, eight limbs at a time. The work is
 * done by mul_add_8, rows of eight products: adcx and adox keep two carries
 * alive, one for the low and one for the high halves.
 *
 * Quotient digits of eight limbs: -1/p = 1 + M 2^256 mod 2^512, so the lower
 * four are the low limbs t and the upper four gain the low half of M t.
 */
#include "mp/mp.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <string.h>

#include "base/ct.h"
#include "mp/params.h"

#define L EVD_ZP_LIMBS
#define STEP 8          /* limbs cleared at a time */
#define M_LIMBS (L - 8) /* without four limbs of ones at either end */

/* The operands of mul_add_8 that stay in memory: the assembly needs every
 * register. The offsets are written out in it. */
typedef struct {
  uint64_t b[8];
  uint64_t zero;
  const uint64_t *a_end;
  uint64_t carry[8];
} operand;
_Static_assert(offsetof(operand, zero) == 64, "used by ROW");
_Static_assert(offsetof(operand, a_end) == 72, "used by mul_add_8");
_Static_assert(offsetof(operand, carry) == 80, "used by mul_add_8");

/* The window w0 .. w7 is eight limbs of the sum in progress. Macros of the
 * assembler, not of C, as clang limits the length of a string.
 *
 * product: one product a[j] b, low half into window limb j, high half into
 * the one above. The carries of the two never meet.
 * row: the window gains a[0..8) b[k] and r[k]; its lowest limb is done and
 * goes to r[k], and the name w0 passes to its new highest limb. */
#define MACROS                                                                 \
  ".macro product j, w, above\n\t"                                             \
  "mulx 8*\\j(%%rsi), %%rax, %%rcx\n\t"                                        \
  "adox %%rax, \\w\n\t"                                                        \
  "adcx %%rcx, \\above\n\t"                                                    \
  ".endm\n\t"                                                                  \
  ".macro row k, w0, w1, w2, w3, w4, w5, w6, w7\n\t"                           \
  "movq 8*\\k(%%rbx), %%rdx\n\t"                                               \
  "xorl %%eax, %%eax\n\t" /* clears both carries */                            \
  "mulx (%%rsi), %%rax, %%rcx\n\t"                                             \
  "adcx 8*\\k(%%rdi), %%rax\n\t"                                               \
  "adox %%rax, \\w0\n\t"                                                       \
  "movq \\w0, 8*\\k(%%rdi)\n\t"                                                \
  "adcx %%rcx, \\w1\n\t"                                                       \
  "product 1, \\w1, \\w2\n\t"                                                  \
  "product 2, \\w2, \\w3\n\t"                                                  \
  "product 3, \\w3, \\w4\n\t"                                                  \
  "product 4, \\w4, \\w5\n\t"                                                  \
  "product 5, \\w5, \\w6\n\t"                                                  \
  "product 6, \\w6, \\w7\n\t"                                                  \
  "mulx 56(%%rsi), %%rax, \\w0\n\t"                                            \
  "adox %%rax, \\w7\n\t"                                                       \
  "adcx 64(%%rbx), \\w0\n\t"                                                   \
  "adox 64(%%rbx), \\w0\n\t"                                                   \
  ".endm\n\t"
#define MACROS_END ".purgem row\n\t.purgem product\n\t"

/* r[0..n) += a[0..n) b[0..8), n = 8, 16, ..; o->carry = what belongs to
 * r[n..n+8). CT: time depends on n. */
static void mul_add_8(uint64_t *r, const uint64_t *a, size_t n, operand *o) {
  o->a_end = a + n;
  /* clang-format off */
  __asm__ volatile(
      MACROS
      "xorl %%r8d, %%r8d\n\t"
      "xorl %%r9d, %%r9d\n\t"
      "xorl %%r10d, %%r10d\n\t"
      "xorl %%r11d, %%r11d\n\t"
      "xorl %%r12d, %%r12d\n\t"
      "xorl %%r13d, %%r13d\n\t"
      "xorl %%r14d, %%r14d\n\t"
      "xorl %%r15d, %%r15d\n\t"
      ".p2align 5\n"
      "1:\n\t"
      "row 0, %%r8, %%r9, %%r10, %%r11, %%r12, %%r13, %%r14, %%r15\n\t"
      "row 1, %%r9, %%r10, %%r11, %%r12, %%r13, %%r14, %%r15, %%r8\n\t"
      "row 2, %%r10, %%r11, %%r12, %%r13, %%r14, %%r15, %%r8, %%r9\n\t"
      "row 3, %%r11, %%r12, %%r13, %%r14, %%r15, %%r8, %%r9, %%r10\n\t"
      "row 4, %%r12, %%r13, %%r14, %%r15, %%r8, %%r9, %%r10, %%r11\n\t"
      "row 5, %%r13, %%r14, %%r15, %%r8, %%r9, %%r10, %%r11, %%r12\n\t"
      "row 6, %%r14, %%r15, %%r8, %%r9, %%r10, %%r11, %%r12, %%r13\n\t"
      "row 7, %%r15, %%r8, %%r9, %%r10, %%r11, %%r12, %%r13, %%r14\n\t"
      "addq $64, %%rsi\n\t"
      "addq $64, %%rdi\n\t"
      "cmpq 72(%%rbx), %%rsi\n\t"
      "jne 1b\n\t"
      "movq %%r8, 80(%%rbx)\n\t"
      "movq %%r9, 88(%%rbx)\n\t"
      "movq %%r10, 96(%%rbx)\n\t"
      "movq %%r11, 104(%%rbx)\n\t"
      "movq %%r12, 112(%%rbx)\n\t"
      "movq %%r13, 120(%%rbx)\n\t"
      "movq %%r14, 128(%%rbx)\n\t"
      "movq %%r15, 136(%%rbx)\n\t"
      MACROS_END
      : "+S"(a), "+D"(r)
      : "b"(o)
      : "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
        "r15", "cc", "memory");
  /* clang-format on */
}

/* r[0..n) += a[0..n) + carry, n = 4, 8, ..; returns the carry out. */
static uint64_t add_n(uint64_t *r, const uint64_t *a, size_t n,
                      uint64_t carry) {
  n /= 4;
  __asm__ volatile("negq %0\n" /* sets the carry flag, if there is one */
                   "1:\n\t"
                   "movq (%1), %%rax\n\t"
                   "adcq %%rax, (%2)\n\t"
                   "movq 8(%1), %%rax\n\t"
                   "adcq %%rax, 8(%2)\n\t"
                   "movq 16(%1), %%rax\n\t"
                   "adcq %%rax, 16(%2)\n\t"
                   "movq 24(%1), %%rax\n\t"
                   "adcq %%rax, 24(%2)\n\t"
                   "leaq 32(%1), %1\n\t"
                   "leaq 32(%2), %2\n\t"
                   "decq %3\n\t" /* keeps the carry flag */
                   "jnz 1b\n\t"
                   "sbbq %0, %0\n\t"
                   "negq %0"
                   : "+r"(carry), "+r"(a), "+r"(r), "+r"(n)
                   :
                   : "rax", "cc", "memory");
  return carry;
}

/* r[0..n) -= a[0..n) + carry, n = 4, 8, ..; returns the borrow. */
static uint64_t sub_n(uint64_t *r, const uint64_t *a, size_t n,
                      uint64_t carry) {
  n /= 4;
  __asm__ volatile("negq %0\n" /* sets the carry flag, if there is one */
                   "1:\n\t"
                   "movq (%1), %%rax\n\t"
                   "sbbq %%rax, (%2)\n\t"
                   "movq 8(%1), %%rax\n\t"
                   "sbbq %%rax, 8(%2)\n\t"
                   "movq 16(%1), %%rax\n\t"
                   "sbbq %%rax, 16(%2)\n\t"
                   "movq 24(%1), %%rax\n\t"
                   "sbbq %%rax, 24(%2)\n\t"
                   "leaq 32(%1), %1\n\t"
                   "leaq 32(%2), %2\n\t"
                   "decq %3\n\t" /* keeps the carry flag */
                   "jnz 1b\n\t"
                   "sbbq %0, %0\n\t"
                   "negq %0"
                   : "+r"(carry), "+r"(a), "+r"(r), "+r"(n)
                   :
                   : "rax", "cc", "memory");
  return carry;
}

/* t[0..128) = 2 t + d */
static void double_add(uint64_t *t, const uint64_t *d) {
  size_t n = 2 * L / 4;
  /* clang-format off */
#define LIMB(at)                                                               \
  "movq " at "(%0), %%rax\n\t"                                                 \
  "adcx %%rax, %%rax\n\t"                                                      \
  "adox " at "(%1), %%rax\n\t"                                                 \
  "movq %%rax, " at "(%0)\n\t"
  __asm__ volatile(
      "xorl %%eax, %%eax\n"
      "1:\n\t"
      LIMB("0")
      LIMB("8")
      LIMB("16")
      LIMB("24")
      "leaq 32(%0), %0\n\t"
      "leaq 32(%1), %1\n\t"
      "leaq -1(%%rcx), %%rcx\n\t" /* keeps both carries */
      "jrcxz 2f\n\t"
      "jmp 1b\n"
      "2:"
      : "+r"(t), "+r"(d), "+c"(n)
      :
      : "rax", "cc", "memory");
  /* clang-format on */
#undef LIMB
}

/* t[0..128) = a b */
static void mul_full(uint64_t *t, const uint64_t *a, const uint64_t *b) {
  operand o = {.zero = 0};
  memset(t, 0, L * sizeof *t);
  for (size_t i = 0; i < L; i += STEP) {
    memcpy(o.b, b + i, sizeof o.b);
    mul_add_8(t + i, a, L, &o);
    memcpy(t + L + i, o.carry, sizeof o.carry);
  }
}

/* t[0..128) = a^2: products of different blocks once, doubled, and the
 * squares of the blocks. */
static void sqr_full(uint64_t *t, const uint64_t *a) {
  uint64_t d[2 * L] = {0};
  operand o = {.zero = 0};
  memset(t, 0, 2 * L * sizeof *t);
  for (size_t i = 0; i < L; i += STEP) {
    memcpy(o.b, a + i, sizeof o.b);
    mul_add_8(d + 2 * i, a + i, STEP, &o);
    memcpy(d + 2 * i + STEP, o.carry, sizeof o.carry);
    if (i + STEP == L)
      break;
    mul_add_8(t + 2 * i + STEP, a + i + STEP, L - STEP - i, &o);
    memcpy(t + L + i, o.carry, sizeof o.carry);
  }
  double_add(t, d);
}

/* q[4..8) += the low half of m[0..4) q[0..4) */
static void quotient(uint64_t q[8], const uint64_t m[4]) {
  for (size_t i = 0; i < 4; i++) {
    uint64_t carry = 0;
    for (size_t j = 0; i + j < 4; j++) {
      u128 x = (u128)q[i] * m[j] + q[4 + i + j] + carry;
      q[4 + i + j] = (uint64_t)x;
      carry = (uint64_t)(x >> 64);
    }
  }
}

/* r = t / R mod p, below R; t has 128 limbs and is used up. */
static void reduce(evd_zp *r, uint64_t *t) {
  uint64_t m[M_LIMBS], top = 0;
  memcpy(m, evd_zp_p.l + 4, sizeof m);
  m[0] += 1;
  for (size_t i = 0; i < L; i += STEP, t += STEP) {
    operand o = {.zero = 0};
    uint64_t *q = o.b, carry[12] = {0}, q_12[12] = {0};
    memcpy(q, t, sizeof o.b);
    quotient(q, m);
    mul_add_8(t + 4, m, M_LIMBS, &o);
    memcpy(carry, o.carry, sizeof o.carry);
    memcpy(q_12, q, sizeof o.b);
    uint64_t up = add_n(t + 60, carry, 12, 0);
    uint64_t down = sub_n(t + 60, q_12, 12, 0);
    top = add_n(t + 64, q, 8, top) + up - down;
  }
  /* The true value is top R + t[0..64) with top 0 or 1. */
  uint64_t mask = evd_ct_mask(top);
  for (size_t i = 0; i < L; i++)
    r->l[i] = evd_zp_p.l[i] & mask;
  sub_n(t, r->l, L, 0);
  memcpy(r->l, t, sizeof r->l);
}

static void adx_mul(evd_zp *r, const evd_zp *a, const evd_zp *b) {
  uint64_t t[2 * L];
  mul_full(t, a->l, b->l);
  reduce(r, t);
}

static void adx_sqr(evd_zp *r, const evd_zp *a) {
  uint64_t t[2 * L];
  sqr_full(t, a->l);
  reduce(r, t);
}

static void adx_redc(evd_zp *r, const evd_zp *a) {
  uint64_t t[2 * L] = {0};
  memcpy(t, a->l, sizeof a->l);
  reduce(r, t);
}

/* Leaf 7, EBX: bit 8 is BMI2 (mulx), bit 19 ADX (adcx, adox). */
static bool processor_has_it(void) {
  const unsigned wanted = 1u << 8 | 1u << 19;
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d))
    return false;
  return (b & wanted) == wanted;
}

const evd_kernel *evd_kernel_adx(void) {
  static const evd_kernel adx = {"adx", adx_mul, adx_sqr, adx_redc};
  return processor_has_it() ? &adx : NULL;
}

#else

const evd_kernel *evd_kernel_adx(void) { return NULL; }

#endif
