/* The group for programs that compute themselves. */
#include "evident/group.h"

#include <string.h>

#include "base/wipe.h"
#include "group/element.h"
#include "group/secret.h"
#include "host/host.h"
#include "lib/lib.h"

/* ---- elements ---- */

static evd_group group(void) {
  evd_group G;
  evd_group_init(&G, evd_host_kernel());
  return G;
}

static evd_err read_element(const evd_group *G, evd_zp *out,
                            const evd_element *x) {
  evd_p bytes;
  if (!x)
    return evd_lib_range("an element", "is NULL");
  memcpy(bytes.b, x->bytes, sizeof bytes.b);
  return evd_element_read_var(G, out, &bytes);
}

static void write_element(const evd_group *G, evd_element *out,
                          const evd_zp *x) {
  evd_p bytes;
  evd_zp_to_bytes(G->k, &bytes, x);
  memcpy(out->bytes, bytes.b, sizeof out->bytes);
}

/* Begins a call whose result is *out; what is left of it on error is zero. */
static evd_err begin(const void *out) {
  evd_lib_begin();
  if (out)
    return EVD_OK;
  (void)evd_lib_range("out", "is NULL");
  return EVD_ERR_RANGE;
}

static evd_err end_element(evd_err e, const evd_group *G, evd_element *out,
                           const evd_zp *x) {
  if (e == EVD_OK)
    write_element(G, out, x);
  else
    memset(out, 0, sizeof *out);
  return evd_lib_end(e);
}

evd_err evd_element_judge(const evd_element *x) {
  evd_group G = group();
  evd_zp value;
  evd_lib_begin();
  return evd_lib_end(read_element(&G, &value, x));
}

evd_err evd_element_multiply(evd_element *out, const evd_element *x,
                             const evd_element *y) {
  evd_group G = group();
  evd_zp a, b;
  EVD_TRY(begin(out));
  evd_err e = read_element(&G, &a, x);
  if (e == EVD_OK)
    e = read_element(&G, &b, y);
  if (e == EVD_OK)
    G.k->mul(&a, &a, &b);
  return end_element(e, &G, out, &a);
}

evd_err evd_element_invert(evd_element *out, const evd_element *x) {
  evd_group G = group();
  evd_zp a;
  EVD_TRY(begin(out));
  evd_err e = read_element(&G, &a, x);
  if (e == EVD_OK)
    evd_zp_inv_var(G.k, &a, &a);
  return end_element(e, &G, out, &a);
}

/* ---- scalars ---- */

static evd_err read_scalar(evd_zq_sec *out, const evd_scalar *a) {
  evd_q bytes;
  if (!a)
    return evd_lib_range("a scalar", "is NULL");
  memcpy(bytes.b, a->bytes, sizeof bytes.b);
  evd_err e = evd_zq_sec_from_bytes(out, &bytes);
  evd_wipe(&bytes, sizeof bytes);
  return e == EVD_OK ? e : evd_lib_range("a scalar", "is not below q");
}

static void write_scalar(evd_scalar *out, const evd_zq_sec *a) {
  evd_q bytes;
  evd_zq_sec_to_bytes(&bytes, a);
  memcpy(out->bytes, bytes.b, sizeof out->bytes);
  evd_wipe(&bytes, sizeof bytes);
}

static evd_err power(const evd_group *G, evd_zp *r, const evd_zp *x,
                     const evd_scalar *e) {
  evd_zq_sec exponent;
  EVD_TRY(read_scalar(&exponent, e));
  if (x)
    evd_zp_pow_sec(G->k, r, x, &exponent);
  else
    evd_base_pow_sec(G, r, &G->g, &exponent);
  evd_zq_sec_wipe(&exponent);
  return EVD_OK;
}

evd_err evd_element_power(evd_element *out, const evd_element *x,
                          const evd_scalar *e) {
  evd_group G = group();
  evd_zp a, r;
  EVD_TRY(begin(out));
  evd_err err = read_element(&G, &a, x);
  if (err == EVD_OK)
    err = power(&G, &r, &a, e);
  return end_element(err, &G, out, &r);
}

evd_err evd_element_from(evd_element *out, const evd_scalar *e) {
  evd_group G = group();
  evd_zp r;
  EVD_TRY(begin(out));
  evd_err err = power(&G, &r, NULL, e);
  return end_element(err, &G, out, &r);
}

evd_err evd_scalar_draw(evd_scalar *out) {
  uint8_t random[EVD_SAMPLE_BYTES];
  evd_zq_sec a;
  EVD_TRY(begin(out));
  memset(out, 0, sizeof *out);
  evd_err e = evd_random_get(random, sizeof random);
  if (e != EVD_OK)
    return evd_lib_end(e);
  evd_zq_sec_sample(&a, random);
  write_scalar(out, &a);
  evd_zq_sec_wipe(&a);
  evd_wipe(random, sizeof random);
  return EVD_OK;
}

typedef void operation(evd_zq_sec *r, const evd_zq_sec *a, const evd_zq_sec *b);

static evd_err combine(operation *op, evd_scalar *out, const evd_scalar *a,
                       const evd_scalar *b) {
  evd_zq_sec x, y;
  EVD_TRY(begin(out));
  evd_err e = read_scalar(&x, a);
  if (e == EVD_OK)
    e = read_scalar(&y, b);
  if (e == EVD_OK) {
    op(&x, &x, &y);
    write_scalar(out, &x);
  } else {
    memset(out, 0, sizeof *out);
  }
  evd_zq_sec_wipe(&x);
  evd_zq_sec_wipe(&y);
  return evd_lib_end(e);
}

evd_err evd_scalar_add(evd_scalar *out, const evd_scalar *a,
                       const evd_scalar *b) {
  return combine(evd_zq_sec_add, out, a, b);
}

evd_err evd_scalar_subtract(evd_scalar *out, const evd_scalar *a,
                            const evd_scalar *b) {
  return combine(evd_zq_sec_sub, out, a, b);
}

evd_err evd_scalar_multiply(evd_scalar *out, const evd_scalar *a,
                            const evd_scalar *b) {
  return combine(evd_zq_sec_mul, out, a, b);
}
