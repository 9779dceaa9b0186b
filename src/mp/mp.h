/* Numbers mod p (4096 bits) and mod q (256 bits) of EGDS 2.1.0.
 *
 * Spec:  EGDS 2.1.0 section 3.1.1, pages 16-18.
 * Layer: L1 mp. Above L2 only group/element.h includes this.
 *
 * Representation
 *   evd_zp  x R mod p in Montgomery form, any representative in [0, R),
 *           R = 2^4096. Reduced below p only at the edges: evd_zp_to_bytes,
 *           evd_zp_equal. The limb layout belongs to the kernel; WebAssembly
 *           has its own, with another R (limb28.h).
 *   evd_zq  canonical, below q, four 64-bit limbs, least first.
 *   evd_exp a public exponent exactly as published: 256 bits, maybe >= q.
 *           An exponent of an element outside the subgroup must not be
 *           reduced mod q, so the public powers take this type.
 *   _sec    secret twins (group/secret.h opens them); only constant-time
 *           functions take them.
 * Names: `_var` takes time that depends on its data: public data only.
 * Everything else is constant time in the values (CT).
 * All outputs may alias all inputs of the same type. Nothing is allocated.
 */
#ifndef EVD_MP_MP_H
#define EVD_MP_MP_H

#include "base/bytes.h"
#include "evident/err.h"

#ifdef EVD_TOY /* test builds over the specification's toy groups */
#include "mp/toy.h"
#elif defined(EVD_LIMB28) /* WebAssembly, and test builds of its layout */
#include "mp/limb28.h"
#else
#define EVD_ZP_LIMBS 64
#define EVD_Q_BITS 256 /* q = 2^EVD_Q_BITS - EVD_Q_TAIL */
#define EVD_Q_TAIL 189u
#define EVD_EXP_BITS 256 /* bits of a published exponent */
typedef uint64_t evd_limb;
#endif

typedef struct {
  evd_limb l[EVD_ZP_LIMBS];
} evd_zp;
typedef struct {
  uint64_t l[4];
} evd_zq;
typedef struct {
  uint64_t l[4];
} evd_exp;
typedef struct {
  evd_zq v;
} evd_zq_sec;
typedef struct {
  evd_zp v;
} evd_zp_sec;

/* The seam: what differs between processors. Constant time, aliasing free. */
typedef struct {
  const char *name;                                         /* "portable" */
  void (*mul)(evd_zp *r, const evd_zp *a, const evd_zp *b); /* a b / R */
  void (*sqr)(evd_zp *r, const evd_zp *a);                  /* a a / R */
  void (*redc)(evd_zp *r, const evd_zp *a);                 /* a / R */
  /* r = row[digit], digit < n; every entry is read. r is not in the row. */
  void (*scan)(evd_zp *r, const evd_zp *row, uint32_t n, uint32_t digit);
} evd_kernel;

const evd_kernel *evd_kernel_portable(void);
#if defined(__x86_64__) && defined(__GNUC__) && !defined(EVD_TOY) &&           \
    !defined(EVD_LIMB28)
#define EVD_HAVE_ADX 1
/* Only where the processor reports BMI2 and ADX (evd_kernel_best asks). */
const evd_kernel *evd_kernel_adx(void);
#endif
/* For x86-64 with BMI2 and ADX; NULL where the processor lacks them. */
const evd_kernel *evd_kernel_adx(void);
/* The fastest kernel this processor runs. */
const evd_kernel *evd_kernel_best(void);

/* ---- mod p ------------------------------------------------------------- */

/* Any 512 bytes -> Montgomery form of the value mod p. Returns true if the
 * value was canonical (< p). The false branch exists so that a checker can
 * report the fault and still compute; everyone else refuses.      CT */
bool evd_zp_from_bytes(const evd_kernel *k, evd_zp *r, const evd_p *in);
void evd_zp_to_bytes(const evd_kernel *k, evd_p *out, const evd_zp *a);
void evd_zp_one(evd_zp *r);
bool evd_zp_equal(const evd_kernel *k, const evd_zp *a, const evd_zp *b);
bool evd_zp_is_zero(const evd_kernel *k, const evd_zp *a);
/* 64 bits that are the same for equal elements: the key of a look-up. */
uint64_t evd_zp_key(const evd_zp *a);
/* r = flag ? a : r, flag 0 or 1, constant time */
void evd_zp_cmov(evd_zp *r, const evd_zp *a, uint64_t flag);
/* r = a^-1; a must be nonzero (0 gives 0).                        _var */
void evd_zp_inv_var(const evd_kernel *k, evd_zp *r, const evd_zp *a);

/* r = a^e, public.  cost: about 256 S + 58 M (sliding window 5) */
void evd_zp_pow_var(const evd_kernel *k, evd_zp *r, const evd_zp *a,
                    const evd_exp *e);
void evd_zp_pow_u64_var(const evd_kernel *k, evd_zp *r, const evd_zp *a,
                        uint64_t e);
/* r = a^e, secret exponent, public base or secret base.           CT
 * cost: 256 S + 64 M (fixed window 4, table scanned) or better */
void evd_zp_pow_sec(const evd_kernel *k, evd_zp *r, const evd_zp *a,
                    const evd_zq_sec *e);

/* The shared chain: out[i] = a^e[i] for i < n, and whether 0 < a < p and
 * a^q = 1, on one chain of 256 squarings (right to left, Yao buckets).
 *   a_bytes_canonical  what evd_zp_from_bytes said of a
 *   work   caller's scratch, EVD_CHAIN_WORK(n) elements
 * Zero and a >= p are no members: tested first (x^(2^256) = x^189 holds for
 * zero too).
 * cost: 256 S + (60 n + about 10) M                               _var */
#define EVD_CHAIN_BUCKETS 8
#define EVD_CHAIN_WORK(n) ((size_t)(n)*EVD_CHAIN_BUCKETS)
bool evd_zp_chain_var(const evd_kernel *k, evd_zp out[], const evd_zp *a,
                      bool a_bytes_canonical, const evd_exp e[], uint32_t n,
                      evd_zp work[]);
/* The same without powers: 0 < a < p and a^q = 1. */
bool evd_zp_member_var(const evd_kernel *k, const evd_zp *a,
                       bool a_bytes_canonical);

/* r = prod a[i]^e[i]; work: caller's scratch of `work_n` elements (at least
 * 2); more scratch, larger buckets.                               _var */
void evd_zp_multipow_var(const evd_kernel *k, evd_zp *r, const evd_zp a[],
                         const evd_exp e[], size_t n, evd_zp work[],
                         size_t work_n);

/* The same in parts that threads can share: for places i = 0, 1, ..
 * evd_zp_multipow_place_var takes the w bits of every exponent from bit w i on
 * and makes part i; join puts the parts together. No a[i] is 0 mod p. A part
 * with zero limbs is empty and stands for 1.
 *   w     evd_zp_multipow_window for n factors with exponents of n_bits and
 *         `work_n` elements of scratch
 *   work  (1 << w) - 1 elements, of the one who makes the part          _var
 * cost: about n + 2^w M a place */
typedef struct {
  const evd_zp *a;
  const evd_exp *e;
  size_t n;
} evd_zp_factors;
uint32_t evd_zp_factors_bits_var(const evd_zp_factors *f); /* of the longest */
uint32_t evd_zp_multipow_window(size_t n, uint32_t n_bits, size_t work_n);
void evd_zp_multipow_place_var(const evd_kernel *k, evd_zp *part,
                               const evd_zp_factors *f, uint32_t w, uint32_t at,
                               evd_zp work[]);
void evd_zp_multipow_join_var(const evd_kernel *k, evd_zp *r,
                              const evd_zp part[], uint32_t n_parts,
                              uint32_t w);

/* ---- raw elements (raw.c; not for other layouts) ------------------------ */

/* A raw element holds x itself where others hold x R, so it saves the product
 * that reading costs. As an operand it stands for x / R: a product of raw
 * elements with exponents e[i] lacks R^(sum e[i]), which _raw_correct puts
 * right once for all. Any representative in [0, R), as everywhere.
 * evd_zp_raw_from_bytes: false, r = 0, unless 0 < x < p. */
bool evd_zp_raw_from_bytes(evd_zp *r, const evd_p *in);
void evd_zp_raw_to_bytes(evd_p *out, const evd_zp *raw);
typedef struct {
  uint64_t l[5]; /* a sum of up to 2^64 exponents */
} evd_exp_sum;
void evd_exp_sum_add(evd_exp_sum *s, const evd_exp *e);
/* r = r R^s */
void evd_zp_raw_correct_var(const evd_kernel *k, evd_zp *r,
                            const evd_exp_sum *s);
/* A hint is x 2^2048 for a square root x: as R = 2^4096, its square by the
 * kernel, hint^2 / R, is x^2 as a raw element.
 * out = hint of x, x in the usual form; r = what a raw hint is the root of */
void evd_zp_raw_hint(const evd_kernel *k, evd_p *out, const evd_zp *x);

/* Fixed base: a comb (table.c), EVD_TABLE_ELEMS(w) elements of the caller's
 * storage, w <= 8. w = 8 for public data (1 MB, 31 M + 3 S a power), w = 6
 * where every row is scanned (0.35 MB, 42 M + 3 S). */
typedef struct {
  uint32_t w;
  const evd_zp *rows;
} evd_table;
#define EVD_COMB_STEP 4u /* a table for every fourth column */
#define EVD_TABLE_ROWS(w)                                                      \
  (((256u + (w)-1u) / (w) + EVD_COMB_STEP - 1u) / EVD_COMB_STEP)
#define EVD_TABLE_ELEMS(w) ((size_t)EVD_TABLE_ROWS(w) << (w))
void evd_table_build(const evd_kernel *k, evd_table *t, evd_zp storage[],
                     uint32_t w, const evd_zp *base);
void evd_table_pow_var(const evd_kernel *k, evd_zp *r, const evd_table *t,
                       const evd_exp *e);
void evd_table_pow_sec(const evd_kernel *k, evd_zp *r, const evd_table *t,
                       const evd_zq_sec *e); /* w <= 8; scans every row CT */

/* ---- mod q, q = 2^256 - 189; all CT ------------------------------------ */

bool evd_zq_from_bytes(evd_zq *r, const evd_q *in); /* false: >= q, r = mod q*/
void evd_zq_to_bytes(evd_q *out, const evd_zq *a);
void evd_zq_reduce(evd_zq *r, const evd_h32 *in); /* any 32 bytes mod q */
void evd_zq_from_u64(evd_zq *r, uint64_t a);
void evd_zq_add(evd_zq *r, const evd_zq *a, const evd_zq *b);
void evd_zq_sub(evd_zq *r, const evd_zq *a, const evd_zq *b);
void evd_zq_mul(evd_zq *r, const evd_zq *a, const evd_zq *b);
void evd_zq_inv(evd_zq *r, const evd_zq *a); /* a^(q-2); 0 gives 0 */
bool evd_zq_equal(const evd_zq *a, const evd_zq *b);
void evd_exp_from_bytes(evd_exp *e, const evd_q *in); /* as published */
static inline evd_exp evd_exp_zq(const evd_zq *a) {
  evd_exp e = {{a->l[0], a->l[1], a->l[2], a->l[3]}};
  return e;
}

/* The constants of the group: canonical bytes. */
extern const uint8_t evd_p_bytes[EVD_P_BYTES];
extern const uint8_t evd_q_bytes[EVD_Q_BYTES];
extern const uint8_t evd_g_bytes[EVD_P_BYTES];

#endif /* EVD_MP_MP_H */
