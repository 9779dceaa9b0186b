/* Numbers of the toy groups; see toy.h. Test builds only, not CT. */
#include "mp/params.h"
#include "mp/scan.h"

#define P ((uint64_t)EVD_TOY_P)
#define Q ((uint64_t)EVD_TOY_Q)

#define BYTE(v, i) (uint8_t)((uint64_t)(v) >> (8 * (i)))
#define BYTES_1(v) BYTE(v, 0)
#define BYTES_2(v) BYTE(v, 1), BYTES_1(v)
#define BYTES_3(v) BYTE(v, 2), BYTES_2(v)
#define BYTES_4(v) BYTE(v, 3), BYTES_3(v)
#define BYTES_8(v) BYTE(v, 7), BYTE(v, 6), BYTE(v, 5), BYTE(v, 4), BYTES_4(v)

#if EVD_TOY == 16
#define P_LIST BYTES_2
#define Q_LIST BYTES_1
#elif EVD_TOY == 32
#define P_LIST BYTES_4
#define Q_LIST BYTES_2
#else
#define P_LIST BYTES_8
#define Q_LIST BYTES_3
#endif

const uint8_t evd_p_bytes[EVD_P_BYTES] = {P_LIST(EVD_TOY_P)};
const uint8_t evd_q_bytes[EVD_Q_BYTES] = {Q_LIST(EVD_TOY_Q)};
const uint8_t evd_g_bytes[EVD_P_BYTES] = {P_LIST(EVD_TOY_G)};

#define R1 (UINT64_MAX % P + 1) /* 2^64 mod p */
const evd_zp evd_zp_p = {{P}};
const evd_zp evd_zp_r1 = {{R1}};
const evd_zp evd_zp_r2 = {{(uint64_t)((u128)R1 * R1 % P)}};

static void toy_redc(evd_zp *r, const evd_zp *a) {
  uint64_t x = a->l[0] % P;
  uint64_t digit = 0 - x * EVD_P_INVERSE_64;
  r->l[0] = (uint64_t)((x + (u128)digit * P) >> 64) % P;
}

static void toy_mul(evd_zp *r, const evd_zp *a, const evd_zp *b) {
  evd_zp x = {{(uint64_t)((u128)a->l[0] * b->l[0] % P)}};
  toy_redc(r, &x);
}

static void toy_sqr(evd_zp *r, const evd_zp *a) { toy_mul(r, a, a); }

const evd_kernel *evd_kernel_portable(void) {
  static const evd_kernel toy = {"toy", toy_mul, toy_sqr, toy_redc,
                                 evd_row_scan};
  return &toy;
}

const evd_kernel *evd_kernel_best(void) { return evd_kernel_portable(); }

/* n bytes, big endian, mod m */
static uint64_t bytes_mod(const uint8_t *b, size_t n, uint64_t m) {
  uint64_t x = 0;
  for (size_t i = 0; i < n; i++)
    x = (uint64_t)(((u128)x << 8 | b[i]) % m);
  return x;
}

static void set(evd_zq *r, uint64_t x) { *r = (evd_zq){{x, 0, 0, 0}}; }

bool evd_zq_from_bytes(evd_zq *r, const evd_q *in) {
  uint64_t x = bytes_mod(in->b, EVD_Q_BYTES, UINT64_MAX);
  set(r, x % Q);
  return x < Q;
}

void evd_zq_to_bytes(evd_q *out, const evd_zq *a) {
  for (size_t i = 0; i < EVD_Q_BYTES; i++)
    out->b[EVD_Q_BYTES - 1 - i] = (uint8_t)(a->l[0] >> 8 * i);
}

void evd_zq_reduce(evd_zq *r, const evd_h32 *in) {
  set(r, bytes_mod(in->b, sizeof in->b, Q));
}

void evd_zq_from_u64(evd_zq *r, uint64_t a) { set(r, a % Q); }

void evd_zq_add(evd_zq *r, const evd_zq *a, const evd_zq *b) {
  set(r, (a->l[0] + b->l[0]) % Q);
}

void evd_zq_sub(evd_zq *r, const evd_zq *a, const evd_zq *b) {
  set(r, (a->l[0] + Q - b->l[0]) % Q);
}

void evd_zq_mul(evd_zq *r, const evd_zq *a, const evd_zq *b) {
  set(r, a->l[0] * b->l[0] % Q);
}

void evd_zq_inv(evd_zq *r, const evd_zq *a) {
  uint64_t x = 1, base = a->l[0];
  for (uint64_t e = Q - 2; e > 0; e /= 2) {
    if (e % 2 != 0)
      x = x * base % Q;
    base = base * base % Q;
  }
  set(r, x);
}

bool evd_zq_equal(const evd_zq *a, const evd_zq *b) {
  return a->l[0] == b->l[0];
}

void evd_exp_from_bytes(evd_exp *e, const evd_q *in) {
  *e = (evd_exp){{bytes_mod(in->b, EVD_Q_BYTES, UINT64_MAX), 0, 0, 0}};
}
