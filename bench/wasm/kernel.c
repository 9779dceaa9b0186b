/* Loops over single operations, linked to the module's own objects for the
 * benchmark only. */
#include "group/element.h"
#include "wasm/wasm.h"

void evd_bench_mul(evd_zp *a, const evd_zp *b, uint32_t n);
void evd_bench_sqr(evd_zp *a, uint32_t n);
uint32_t evd_bench_zp_bytes(void);
void evd_bench_load(evd_zp *r, const evd_p *in);
void evd_bench_store(evd_p *out, const evd_zp *a);

/* a = a b b .. b / R^n */
EVD_EXPORT("bench_mul")
void evd_bench_mul(evd_zp *a, const evd_zp *b, uint32_t n) {
  const evd_kernel *k = evd_kernel_best();
  for (; n > 0; n--)
    k->mul(a, a, b);
}

EVD_EXPORT("bench_sqr")
void evd_bench_sqr(evd_zp *a, uint32_t n) {
  const evd_kernel *k = evd_kernel_best();
  for (; n > 0; n--)
    k->sqr(a, a);
}

EVD_EXPORT("bench_zp_bytes")
uint32_t evd_bench_zp_bytes(void) { return sizeof(evd_zp); }

EVD_EXPORT("bench_load")
void evd_bench_load(evd_zp *r, const evd_p *in) {
  (void)evd_zp_from_bytes(evd_kernel_best(), r, in);
}

EVD_EXPORT("bench_store")
void evd_bench_store(evd_p *out, const evd_zp *a) {
  evd_zp_to_bytes(evd_kernel_best(), out, a);
}
