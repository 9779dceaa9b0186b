/* The kernel for x86-64 processors with mulx, adcx and adox (BMI2, ADX).
 *
 * The same reduction as in portable.c, eight limbs at a time. The work is
 * done in rows of eight products: adcx and adox keep two carries
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
#include "base/wipe.h"
#include "mp/params.h"
#include "mp/scan.h"

#define L EVD_ZP_LIMBS
#define STEP 8          /* limbs cleared at a time */
#define M_LIMBS (L - 8) /* without four limbs of ones at either end */

/* The operands that stay in memory: the assembly needs every register. The
 * offsets are written out in it. */
typedef struct {
  uint64_t b[8];
  uint64_t zero;
  const uint64_t *a_end;
  uint64_t top;
} operand;
/* eight, nine and ten words from the start */
_Static_assert(offsetof(operand, zero) == 64, "used by row");
_Static_assert(offsetof(operand, a_end) == 72, "used by rows");
_Static_assert(offsetof(operand, top) == 80, "used by reduce_8");

/* The window w0 .. w7 is eight limbs of the sum in progress. Macros of the
 * assembler, not of C, as clang limits the length of a string.
 *
 * product: one product a[j] b, low half into window limb j, high half into
 * the one above. The carries of the two never meet.
 * row: the window gains a[0..8) b[k] and r[k]; its lowest limb is done and
 * goes to r[k], and the name w0 passes to its new highest limb.
 * rows: r[0..n) += a[0..n) b, and the window is what belongs above. */
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

#define ROWS                                                                   \
  "xorl %%r8d, %%r8d\n\t"                                                      \
  "xorl %%r9d, %%r9d\n\t"                                                      \
  "xorl %%r10d, %%r10d\n\t"                                                    \
  "xorl %%r11d, %%r11d\n\t"                                                    \
  "xorl %%r12d, %%r12d\n\t"                                                    \
  "xorl %%r13d, %%r13d\n\t"                                                    \
  "xorl %%r14d, %%r14d\n\t"                                                    \
  "xorl %%r15d, %%r15d\n\t"                                                    \
  ".p2align 5\n"                                                               \
  "1:\n\t"                                                                     \
  "row 0, %%r8, %%r9, %%r10, %%r11, %%r12, %%r13, %%r14, %%r15\n\t"            \
  "row 1, %%r9, %%r10, %%r11, %%r12, %%r13, %%r14, %%r15, %%r8\n\t"            \
  "row 2, %%r10, %%r11, %%r12, %%r13, %%r14, %%r15, %%r8, %%r9\n\t"            \
  "row 3, %%r11, %%r12, %%r13, %%r14, %%r15, %%r8, %%r9, %%r10\n\t"            \
  "row 4, %%r12, %%r13, %%r14, %%r15, %%r8, %%r9, %%r10, %%r11\n\t"            \
  "row 5, %%r13, %%r14, %%r15, %%r8, %%r9, %%r10, %%r11, %%r12\n\t"            \
  "row 6, %%r14, %%r15, %%r8, %%r9, %%r10, %%r11, %%r12, %%r13\n\t"            \
  "row 7, %%r15, %%r8, %%r9, %%r10, %%r11, %%r12, %%r13, %%r14\n\t"            \
  "addq $64, %%rsi\n\t"                                                        \
  "addq $64, %%rdi\n\t"                                                        \
  "cmpq 72(%%rbx), %%rsi\n\t"                                                  \
  "jne 1b\n\t"

#define CLOBBERS                                                               \
  "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",   \
      "cc", "memory"

/* r[0..n+8) = r[0..n) + a[0..n) b[0..8), n = 8, 16, ..
 * CT: time depends on n. */
static void mul_add_8(uint64_t *r, const uint64_t *a, size_t n, operand *o) {
  o->a_end = a + n;
  /* clang-format off */
  __asm__ volatile(
      MACROS
      ROWS
      "movq %%r8, (%%rdi)\n\t"
      "movq %%r9, 8(%%rdi)\n\t"
      "movq %%r10, 16(%%rdi)\n\t"
      "movq %%r11, 24(%%rdi)\n\t"
      "movq %%r12, 32(%%rdi)\n\t"
      "movq %%r13, 40(%%rdi)\n\t"
      "movq %%r14, 48(%%rdi)\n\t"
      "movq %%r15, 56(%%rdi)\n\t"
      MACROS_END
      : "+S"(a), "+D"(r)
      : "b"(o)
      : CLOBBERS);
  /* clang-format on */
}

/* o->b = the quotient digits q that clear t[0..8): t[0..4), and t[4..8) plus
 * the low half of m[0..4) t[0..4). Not in C, where the compiler would load
 * pairs of limbs that were just stored one by one, and wait for them. */
static void quotient_8(const uint64_t *t, const uint64_t *m, operand *o) {
  /* clang-format off */
  __asm__ volatile(
      MACROS
      "movq 32(%%rdi), %%r8\n\t"
      "movq 40(%%rdi), %%r9\n\t"
      "movq 48(%%rdi), %%r10\n\t"
      "movq 56(%%rdi), %%r11\n\t"
      "movq (%%rdi), %%rdx\n\t"
      "movq %%rdx, (%%rbx)\n\t"
      "xorl %%eax, %%eax\n\t"
      "product 0, %%r8, %%r9\n\t"
      "product 1, %%r9, %%r10\n\t"
      "product 2, %%r10, %%r11\n\t"
      "product 3, %%r11, %%r12\n\t"
      "movq %%r8, 32(%%rbx)\n\t"
      "movq 8(%%rdi), %%rdx\n\t"
      "movq %%rdx, 8(%%rbx)\n\t"
      "xorl %%eax, %%eax\n\t"
      "product 0, %%r9, %%r10\n\t"
      "product 1, %%r10, %%r11\n\t"
      "product 2, %%r11, %%r12\n\t"
      "movq %%r9, 40(%%rbx)\n\t"
      "movq 16(%%rdi), %%rdx\n\t"
      "movq %%rdx, 16(%%rbx)\n\t"
      "xorl %%eax, %%eax\n\t"
      "product 0, %%r10, %%r11\n\t"
      "product 1, %%r11, %%r12\n\t"
      "movq %%r10, 48(%%rbx)\n\t"
      "movq 24(%%rdi), %%rdx\n\t"
      "movq %%rdx, 24(%%rbx)\n\t"
      "xorl %%eax, %%eax\n\t"
      "product 0, %%r11, %%r12\n\t"
      "movq %%r11, 56(%%rbx)\n\t"
      MACROS_END
      :
      : "b"(o), "S"(m), "D"(t)
      : CLOBBERS);
  /* clang-format on */
}

/* The window gains r[0..8) and loses b; %rax:%rcx = what is carried above it,
 * -1, 0 or 1. */
#define WINDOW_JOIN                                                            \
  "addq (%%rdi), %%r8\n\t"                                                     \
  "adcq 8(%%rdi), %%r9\n\t"                                                    \
  "adcq 16(%%rdi), %%r10\n\t"                                                  \
  "adcq 24(%%rdi), %%r11\n\t"                                                  \
  "adcq 32(%%rdi), %%r12\n\t"                                                  \
  "adcq 40(%%rdi), %%r13\n\t"                                                  \
  "adcq 48(%%rdi), %%r14\n\t"                                                  \
  "adcq 56(%%rdi), %%r15\n\t"                                                  \
  "sbbq %%rax, %%rax\n\t" /* minus the carry */                                \
  "subq (%%rbx), %%r8\n\t"                                                     \
  "sbbq 8(%%rbx), %%r9\n\t"                                                    \
  "sbbq 16(%%rbx), %%r10\n\t"                                                  \
  "sbbq 24(%%rbx), %%r11\n\t"                                                  \
  "sbbq 32(%%rbx), %%r12\n\t"                                                  \
  "sbbq 40(%%rbx), %%r13\n\t"                                                  \
  "sbbq 48(%%rbx), %%r14\n\t"                                                  \
  "sbbq 56(%%rbx), %%r15\n\t"                                                  \
  "sbbq %%rcx, %%rcx\n\t" /* minus the borrow */                               \
  "subq %%rax, %%rcx\n\t" /* -1, 0 or 1 belongs to t[68] */                    \
  "movq %%rcx, %%rax\n\t"                                                      \
  "sarq $63, %%rax\n\t"

/* The rest of a step: r = t + 4 gains m q, then q is taken away from t[60..68)
 * and added at t[64..72); o->top is the limb above, 0 or 1. */
static void reduce_8(uint64_t *r, const uint64_t *m, operand *o) {
  o->a_end = m + M_LIMBS;
  /* clang-format off */
  __asm__ volatile(
      MACROS
      ROWS
      WINDOW_JOIN
      "movq %%r8, (%%rdi)\n\t"
      "movq %%r9, 8(%%rdi)\n\t"
      "movq %%r10, 16(%%rdi)\n\t"
      "movq %%r11, 24(%%rdi)\n\t"
      "movq 80(%%rbx), %%rdx\n\t"
      "negq %%rdx\n\t" /* the carry is top */
      "adcq (%%rbx), %%r12\n\t"
      "adcq 8(%%rbx), %%r13\n\t"
      "adcq 16(%%rbx), %%r14\n\t"
      "adcq 24(%%rbx), %%r15\n\t"
      "movq 32(%%rbx), %%r8\n\t"
      "movq 40(%%rbx), %%r9\n\t"
      "movq 48(%%rbx), %%r10\n\t"
      "movq 56(%%rbx), %%r11\n\t"
      "adcq 64(%%rdi), %%r8\n\t"
      "adcq 72(%%rdi), %%r9\n\t"
      "adcq 80(%%rdi), %%r10\n\t"
      "adcq 88(%%rdi), %%r11\n\t"
      "sbbq %%rdx, %%rdx\n\t"
      "addq %%rcx, %%r8\n\t"
      "adcq %%rax, %%r9\n\t"
      "adcq %%rax, %%r10\n\t"
      "adcq %%rax, %%r11\n\t"
      "adcq $0, %%rax\n\t"
      "subq %%rdx, %%rax\n\t"
      "movq %%rax, 80(%%rbx)\n\t"
      "movq %%r12, 32(%%rdi)\n\t"
      "movq %%r13, 40(%%rdi)\n\t"
      "movq %%r14, 48(%%rdi)\n\t"
      "movq %%r15, 56(%%rdi)\n\t"
      "movq %%r8, 64(%%rdi)\n\t"
      "movq %%r9, 72(%%rdi)\n\t"
      "movq %%r10, 80(%%rdi)\n\t"
      "movq %%r11, 88(%%rdi)\n\t"
      MACROS_END
      : "+S"(m), "+D"(r)
      : "b"(o)
      : CLOBBERS);
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

/* r = t - s, 64 limbs; the borrow is dropped. */
static void sub_64(uint64_t *r, const uint64_t *t, const uint64_t *s) {
  size_t n = L / 4;
  __asm__ volatile("xorl %%eax, %%eax\n" /* no borrow yet */
                   "1:\n\t"
                   "movq (%1), %%rax\n\t"
                   "sbbq (%2), %%rax\n\t"
                   "movq %%rax, (%0)\n\t"
                   "movq 8(%1), %%rax\n\t"
                   "sbbq 8(%2), %%rax\n\t"
                   "movq %%rax, 8(%0)\n\t"
                   "movq 16(%1), %%rax\n\t"
                   "sbbq 16(%2), %%rax\n\t"
                   "movq %%rax, 16(%0)\n\t"
                   "movq 24(%1), %%rax\n\t"
                   "sbbq 24(%2), %%rax\n\t"
                   "movq %%rax, 24(%0)\n\t"
                   "leaq 32(%0), %0\n\t"
                   "leaq 32(%1), %1\n\t"
                   "leaq 32(%2), %2\n\t"
                   "decq %3\n\t" /* keeps the borrow */
                   "jnz 1b"
                   : "+r"(r), "+r"(t), "+r"(s), "+r"(n)
                   :
                   : "rax", "cc", "memory");
}

/* t[0..128) = a b */
static void mul_full(uint64_t *t, const uint64_t *a, const uint64_t *b) {
  operand o = {.zero = 0};
  memset(t, 0, L * sizeof *t);
  for (size_t i = 0; i < L; i += STEP) {
    memcpy(o.b, b + i, sizeof o.b);
    mul_add_8(t + i, a, L, &o);
  }
}

/* x = 2 a mod 2^4096; returns the bit that falls out. */
static uint64_t twice(uint64_t x[L], const uint64_t a[L]) {
  x[0] = a[0] << 1;
  for (size_t i = 1; i < L; i++)
    x[i] = a[i] << 1 | a[i - 1] >> 63;
  return a[L - 1] >> 63;
}

/* t[0..128) = a^2. Block i of a meets itself once and twice what lies above:
 * x is a in block i and 2 a above it, without the bit shifted in from block
 * i, and with the bit that fell out at the top. */
static void sqr_full(uint64_t *t, const uint64_t *a) {
  uint64_t x[L], above[STEP];
  uint64_t mask = evd_ct_mask(twice(x, a)), carry = 0;
  operand o = {.zero = 0};
  memset(t, 0, L * sizeof *t);
  for (size_t i = 0; i < L; i += STEP) {
    memcpy(x + i, a + i, sizeof o.b);
    memcpy(o.b, a + i, sizeof o.b);
    if (i + STEP == L) {
      mul_add_8(t + 2 * i, x + i, STEP, &o);
      add_n(t + L + i, (const uint64_t[STEP]){0}, STEP, carry);
      return;
    }
    x[i + STEP] &= ~(uint64_t)1;
    mul_add_8(t + 2 * i, x + i, L - i, &o);
    for (size_t j = 0; j < STEP; j++)
      above[j] = a[i + j] & mask;
    carry = add_n(t + L + i, above, STEP, carry);
  }
}

/* r = t / R mod p, below R; t has 128 limbs and is used up. */
static void reduce(evd_zp *r, uint64_t *t) {
  uint64_t m[M_LIMBS], over[L];
  operand o = {.top = 0};
  memcpy(m, evd_zp_p.l + 4, sizeof m);
  m[0] += 1;
  for (size_t i = 0; i < L; i += STEP, t += STEP) {
    quotient_8(t, m, &o);
    reduce_8(t + 4, m, &o);
  }
  /* The true value is top R + t[0..64) with top 0 or 1. */
  uint64_t mask = evd_ct_mask(o.top);
  for (size_t i = 0; i < L; i++)
    over[i] = evd_zp_p.l[i] & mask;
  sub_64(r->l, t, over);
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

/* As evd_row_scan, with registers of four limbs. */
__attribute__((target("avx2"))) static void
avx2_scan(evd_zp *restrict r, const evd_zp *restrict row, uint32_t n,
          uint32_t digit) {
  uint64_t m[4];
  if (n % 4 != 0) {
    evd_row_scan(r, row, n, digit);
    return;
  }
  *r = (evd_zp){{0}};
  for (uint32_t d = 0; d < n; d += 4, row += 4) {
    for (uint32_t j = 0; j < 4; j++)
      m[j] = evd_ct_mask(evd_ct_equal(d + j, digit));
    const uint64_t m0 = m[0], m1 = m[1], m2 = m[2], m3 = m[3];
    for (size_t i = 0; i < L; i++)
      r->l[i] |= (m0 & row[0].l[i]) | (m1 & row[1].l[i]) | (m2 & row[2].l[i]) |
                 (m3 & row[3].l[i]);
  }
  evd_wipe(m, sizeof m);
}

/* Has leaf 7 all these bits in EBX? */
static bool processor_has(unsigned wanted) {
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d))
    return false;
  return (b & wanted) == wanted;
}

/* Does the system keep the wide registers (leaf 1, ECX bit 27; XCR0 bits 1
 * and 2)? */
static bool system_keeps_ymm(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 27 & 1))
    return false;
  __asm__ volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
  return (a & 6) == 6;
}

const evd_kernel *evd_kernel_adx(void) {
  static const evd_kernel adx = {"adx", adx_mul, adx_sqr, adx_redc,
                                 evd_row_scan};
  static const evd_kernel wide = {"adx", adx_mul, adx_sqr, adx_redc, avx2_scan};
  if (!processor_has(1u << 8 | 1u << 19)) /* BMI2: mulx; ADX: adcx, adox */
    return NULL;
  return processor_has(1u << 5) && system_keeps_ymm() ? &wide : &adx;
}

#else

const evd_kernel *evd_kernel_adx(void) { return NULL; }

#endif
