/* The mulx/adx kernel: 4096-bit products for x86-64 with BMI2 and ADX.
 *
 * Spec:  EGDS 2.1.0 section 3.1.1 (the shape of p).
 * Layer: L1 mp. Chosen at run time in kernel.c, tested against portable.c.
 *
 * Shape. p = P' 2^256 - 1. Then -1/p mod 2^256 is 1, so four quotient limbs
 * are the low limbs themselves, and the next four are those plus the low half
 * of q (P' + ..): a block of eight quotient limbs costs ten single products.
 * q p = q (P' 2^256 - 1); adding q p to t clears the low eight limbs. Written
 * with m1 = (limbs 4..59 of p) + 1, the 256 ones at the top become one
 * addition and one subtraction of q, so a reduction costs 8 * 448 limb
 * products instead of 8 * 512.
 *
 * Count: M = 3 * 1024 (one Karatsuba level) + 3664 limb products,
 *        S = 2080 + 3664.
 * CT: no branch or address depends on a limb.
 */
#include "mp/params.h"

#if defined(EVD_HAVE_ADX)

#include <immintrin.h>
#include <string.h>

#include "base/ct.h"

typedef unsigned long long u64; /* what the carry intrinsics take */
#define N EVD_ZP_LIMBS
#define M1_LIMBS (N - 8) /* without four limbs of ones at either end */

/* evd_adx_block: r[0 .. 8 blocks) += a[0 .. 8 blocks) * b[0 .. 8), the eight
 * limbs above go to `high` (stored, not added). The window of eight limbs
 * lives in registers and moves up by renaming; adcx carries low halves, adox
 * high halves.
 *   rdi = r, rsi = a, rdx = blocks, rcx = b, r8 = high */
/* clang-format off */
#define MUL(off, lo, hi)                                                       \
  "mulxq " #off "(%rsi),%rcx,%rbx\n"                                           \
  "adcxq %rcx,%" #lo "\n"                                                      \
  "adoxq %rbx,%" #hi "\n"
#define ROW(k, w0, w1, w2, w3, w4, w5, w6, w7)                                 \
  "movq 8*" #k "(%rbp),%rdx\n"                                                 \
  "mulxq (%rsi),%rcx,%rbx\n"                                                   \
  "addq 8*" #k "(%rdi),%rcx\n"                                                 \
  "adcq $0,%rbx\n"                                                             \
  "xorl %eax,%eax\n"                                                           \
  "adcxq %rcx,%" #w0 "\n"                                                      \
  "adoxq %rbx,%" #w1 "\n"                                                      \
  "movq %" #w0 ",8*" #k "(%rdi)\n"                                             \
  MUL(8, w1, w2) MUL(16, w2, w3) MUL(24, w3, w4) MUL(32, w4, w5)               \
  MUL(40, w5, w6) MUL(48, w6, w7)                                              \
  "mulxq 56(%rsi),%rcx,%" #w0 "\n"                                             \
  "adcxq %rcx,%" #w7 "\n"                                                      \
  "adoxq %rax,%" #w0 "\n"                                                      \
  "adcxq %rax,%" #w0 "\n"
/* clang-format on */

__asm__(".text\n"
        ".type evd_adx_block,@function\n"
        ".p2align 5\n"
        "evd_adx_block:\n"
        "push %rbx\npush %rbp\npush %r12\npush %r13\npush %r14\npush %r15\n"
        "push %r8\npush %rdx\n"
        "movq %rcx,%rbp\n"
        "xorl %r8d,%r8d\nxorl %r9d,%r9d\nxorl %r10d,%r10d\nxorl %r11d,%r11d\n"
        "xorl %r12d,%r12d\nxorl %r13d,%r13d\nxorl %r14d,%r14d\n"
        "xorl %r15d,%r15d\n"
        ".p2align 4\n1:\n" /* clang-format off */
        ROW(0, r8, r9, r10, r11, r12, r13, r14, r15)
        ROW(1, r9, r10, r11, r12, r13, r14, r15, r8)
        ROW(2, r10, r11, r12, r13, r14, r15, r8, r9)
        ROW(3, r11, r12, r13, r14, r15, r8, r9, r10)
        ROW(4, r12, r13, r14, r15, r8, r9, r10, r11)
        ROW(5, r13, r14, r15, r8, r9, r10, r11, r12)
        ROW(6, r14, r15, r8, r9, r10, r11, r12, r13)
        ROW(7, r15, r8, r9, r10, r11, r12, r13, r14) /* clang-format on */
        "addq $64,%rsi\naddq $64,%rdi\ndecq (%rsp)\njnz 1b\n"
        "pop %rdx\npop %rcx\n"
        "movq %r8,(%rcx)\nmovq %r9,8(%rcx)\nmovq %r10,16(%rcx)\n"
        "movq %r11,24(%rcx)\nmovq %r12,32(%rcx)\nmovq %r13,40(%rcx)\n"
        "movq %r14,48(%rcx)\nmovq %r15,56(%rcx)\n"
        "pop %r15\npop %r14\npop %r13\npop %r12\npop %rbp\npop %rbx\nret\n"
        ".size evd_adx_block,.-evd_adx_block\n");
void evd_adx_block(u64 *r, const u64 *a, u64 blocks, const u64 *b, u64 *high);

/* evd_adx_triangle: r[0..16) = sum over 0 <= i < j < 8 of a[i] a[j]
 * 2^(64(i+j)): 28 products; limbs 0 and 15 are zero. Row i starts at limb
 * 2i + 1 and leaves two finished limbs behind.
 *   rdi = r, rsi = a */
#define TRI_FIRST(i)                                                           \
  "movq 8*" #i "(%rsi),%rdx\n"                                                 \
  "xorl %eax,%eax\n" /* clears CF and OF */
#define TRI(j, lo, hi)                                                         \
  "mulxq 8*" #j "(%rsi),%rcx,%rbx\n"                                           \
  "adcxq %rcx,%" #lo "\n"                                                      \
  "adoxq %rbx,%" #hi "\n"
#define TRI_LAST(lo, hi)                                                       \
  "mulxq 56(%rsi),%rcx,%" #hi "\n"                                             \
  "adcxq %rcx,%" #lo "\n"                                                      \
  "adoxq %rax,%" #hi "\n"                                                      \
  "adcxq %rax,%" #hi "\n"
#define PUT(k, w) "movq %" #w ",8*" #k "(%rdi)\n"

__asm__(
    ".text\n"
    ".type evd_adx_triangle,@function\n"
    ".p2align 5\n"
    "evd_adx_triangle:\n"
    "push %rbx\npush %r12\npush %r13\npush %r14\npush %r15\n"
    "xorl %r8d,%r8d\nxorl %r9d,%r9d\nxorl %r10d,%r10d\nxorl %r11d,%r11d\n"
    "xorl %r12d,%r12d\nxorl %r13d,%r13d\nxorl %r14d,%r14d\n"
    "xorl %r15d,%r15d\n" PUT(0, r8) /* clang-format off */
        /* limb 1 + n lives in r(8 + n), limb 9 + n in r(8 + n) again */
        TRI_FIRST(0) TRI(1, r8, r9) TRI(2, r9, r10) TRI(3, r10, r11)
        TRI(4, r11, r12) TRI(5, r12, r13) TRI(6, r13, r14) TRI_LAST(r14, r15)
        PUT(1, r8) PUT(2, r9)
        TRI_FIRST(1) TRI(2, r10, r11) TRI(3, r11, r12) TRI(4, r12, r13)
        TRI(5, r13, r14) TRI(6, r14, r15) TRI_LAST(r15, r8)
        PUT(3, r10) PUT(4, r11)
        TRI_FIRST(2) TRI(3, r12, r13) TRI(4, r13, r14) TRI(5, r14, r15)
        TRI(6, r15, r8) TRI_LAST(r8, r9)
        PUT(5, r12) PUT(6, r13)
        TRI_FIRST(3) TRI(4, r14, r15) TRI(5, r15, r8) TRI(6, r8, r9)
        TRI_LAST(r9, r10)
        PUT(7, r14) PUT(8, r15)
        TRI_FIRST(4) TRI(5, r8, r9) TRI(6, r9, r10) TRI_LAST(r10, r11)
        PUT(9, r8) PUT(10, r9)
        TRI_FIRST(5) TRI(6, r10, r11) TRI_LAST(r11, r12)
        PUT(11, r10) PUT(12, r11)
        TRI_FIRST(6) TRI_LAST(r12, r13)
        PUT(13, r12) PUT(14, r13) PUT(15, rax) /* clang-format on */
    "pop %r15\npop %r14\npop %r13\npop %r12\npop %rbx\nret\n"
    ".size evd_adx_triangle,.-evd_adx_triangle\n");
void evd_adx_triangle(u64 *r, const u64 *a);

/* evd_adx_double_add: r[0..2n) = 2 r + sum a[i]^2 2^(128 i), n = 4 blocks.
 * CF doubles, OF adds the squares; lea and jrcxz keep both alive.
 *   rdi = r, rsi = a, rdx = blocks of four limbs of a */
#define DBL(k)                                                                 \
  "movq 8*" #k "(%rsi),%rdx\n"                                                 \
  "mulxq %rdx,%rax,%rbx\n"                                                     \
  "movq 16*" #k "(%rdi),%r8\n"                                                 \
  "movq 16*" #k "+8(%rdi),%r9\n"                                               \
  "adcxq %r8,%r8\nadoxq %rax,%r8\n"                                            \
  "adcxq %r9,%r9\nadoxq %rbx,%r9\n"                                            \
  "movq %r8,16*" #k "(%rdi)\n"                                                 \
  "movq %r9,16*" #k "+8(%rdi)\n"
__asm__(".text\n"
        ".type evd_adx_double_add,@function\n"
        ".p2align 5\n"
        "evd_adx_double_add:\n"
        "push %rbx\n"
        "movq %rdx,%rcx\n"
        "xorl %eax,%eax\n"
        ".p2align 4\n1:\n" DBL(0) DBL(1) DBL(2) DBL(
            3) "leaq 32(%rsi),%rsi\nleaq 64(%rdi),%rdi\nleaq -1(%rcx),%rcx\n"
               "jrcxz 2f\njmp 1b\n2:\n"
               "pop %rbx\nret\n"
               ".size evd_adx_double_add,.-evd_adx_double_add\n");
void evd_adx_double_add(u64 *r, const u64 *a, u64 blocks);

/* r += a over n limbs; returns the carry. */
static inline u64 add_n(u64 *r, const u64 *a, int n, u64 carry) {
  unsigned char c = (unsigned char)carry;
  for (int i = 0; i < n; i++) {
    u64 x;
    c = _addcarry_u64(c, r[i], a[i], &x);
    r[i] = x;
  }
  return c;
}

static inline u64 sub_n(u64 *r, const u64 *a, int n) {
  unsigned char c = 0;
  for (int i = 0; i < n; i++) {
    u64 x;
    c = _subborrow_u64(c, r[i], a[i], &x);
    r[i] = x;
  }
  return c;
}

/* r = |a - b| over 32 limbs; returns all ones if a < b, else 0. */
static u64 abs_diff(u64 r[32], const u64 a[32], const u64 b[32]) {
  memcpy(r, a, 32 * sizeof r[0]);
  u64 mask = 0 - sub_n(r, b, 32);
  unsigned char c = (unsigned char)(mask & 1);
  for (int i = 0; i < 32; i++) {
    u64 x;
    c = _addcarry_u64(c, r[i] ^ mask, 0, &x);
    r[i] = x;
  }
  return mask;
}

static void mul_32(u64 r[64], const u64 a[32], const u64 b[32]) {
  memset(r, 0, 32 * sizeof r[0]);
  for (int j = 0; j < 32; j += 8)
    evd_adx_block(r + j, a, 4, b + j, r + 32 + j);
}

/* r = a b, one Karatsuba level: (a0 - a1)(b1 - b0) + a0 b0 + a1 b1 is the
 * middle part; its sign is applied by mask. */
static void mul_64(u64 r[2 * N], const u64 a[N], const u64 b[N]) {
  u64 da[32], db[32], m[66], mid[66];
  mul_32(r, a, b);
  mul_32(r + 64, a + 32, b + 32);
  u64 neg = abs_diff(da, a, a + 32) ^ abs_diff(db, b + 32, b);
  mul_32(m, da, db);
  m[64] = m[65] = 0;
  memcpy(mid, r, 64 * sizeof r[0]);
  mid[64] = add_n(mid, r + 64, 64, 0);
  mid[65] = 0;
  unsigned char c = (unsigned char)(neg & 1);
  for (int i = 0; i < 66; i++) { /* mid += m or -= m, two's complement */
    u64 x;
    c = _addcarry_u64(c, mid[i], m[i] ^ neg, &x);
    mid[i] = x;
  }
  u64 carry = add_n(r + 32, mid, 64, 0) + mid[64];
  c = 0;
  for (int i = 96; i < 128; i++) {
    u64 x;
    c = _addcarry_u64(c, r[i], carry, &x);
    r[i] = x;
    carry = 0;
  }
}

/* r = a a: blocks above the diagonal and triangles on it, then doubled, plus
 * the squares. The triangles are 16 limbs each and do not overlap. */
static void sqr_64(u64 r[2 * N], const u64 a[N]) {
  u64 d[2 * N];
  memset(r, 0, (N + 8) * sizeof r[0]);
  memset(r + 2 * N - 8, 0, 8 * sizeof r[0]);
  for (int i = 0; i + 8 < N; i += 8)
    evd_adx_block(r + 2 * i + 8, a + i + 8, (u64)(N - i - 8) / 8, a + i,
                  r + i + N);
  for (int i = 0; i < N; i += 8)
    evd_adx_triangle(d + 2 * i, a + i);
  add_n(r, d, 2 * N, 0);
  evd_adx_double_add(r, a, N / 4);
}

/* r = t / R mod p, result in [0, 2^4096); t is used up. */
static void redc_128(u64 r[N], u64 t[2 * N]) {
  u64 m1[M1_LIMBS], p[N], carry = 0;
  memcpy(p, evd_zp_p.l, sizeof p);
  memcpy(m1, p + 4, sizeof m1);
  m1[0] += 1;
  for (int i = 0; i < N; i += 8, t += 8) {
    u64 q[12] = {0}, w[12];
    memcpy(q, t, 8 * sizeof q[0]);
    for (int j = 0; j < 4; j++) {
      u128 c = 0;
      for (int k = 0; j + k < 4; k++) {
        c += (u128)q[j] * m1[k] + q[4 + j + k];
        q[4 + j + k] = (u64)c;
        c >>= 64;
      }
    }
    evd_adx_block(t + 4, m1, 7, q, w);
    memset(w + 8, 0, 4 * sizeof w[0]);
    u64 c1 = add_n(t + 60, w, 12, 0);
    u64 b1 = sub_n(t + 60, q, 12);
    u64 c2 = add_n(t + 64, q, 8, carry);
    carry = c1 + c2 - b1;
  }
  /* carry is 0 or 1: subtract p or 0 */
  u64 mask = evd_ct_mask(carry);
  unsigned char c = 0;
  for (int i = 0; i < N; i++) {
    u64 x;
    c = _subborrow_u64(c, t[i], p[i] & mask, &x);
    r[i] = x;
  }
}

/* uint64_t and u64 are two names of one type here, but not to the compiler:
 * bytes move between them. */
static void adx_mul(evd_zp *r, const evd_zp *a, const evd_zp *b) {
  u64 t[2 * N], x[N], y[N];
  memcpy(x, a->l, sizeof x);
  memcpy(y, b->l, sizeof y);
  mul_64(t, x, y);
  redc_128(x, t);
  memcpy(r->l, x, sizeof x);
}

static void adx_sqr(evd_zp *r, const evd_zp *a) {
  u64 t[2 * N], x[N];
  memcpy(x, a->l, sizeof x);
  sqr_64(t, x);
  redc_128(x, t);
  memcpy(r->l, x, sizeof x);
}

static void adx_redc(evd_zp *r, const evd_zp *a) {
  u64 t[2 * N] = {0}, x[N];
  memcpy(t, a->l, sizeof x);
  redc_128(x, t);
  memcpy(r->l, x, sizeof x);
}

const evd_kernel *evd_kernel_adx(void) {
  static const evd_kernel kernel = {"adx", adx_mul, adx_sqr, adx_redc};
  return &kernel;
}

#endif /* EVD_HAVE_ADX */
