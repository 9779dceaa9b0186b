/* Elements and scalars of the group, as bytes.
 *
 * Spec:  EGDS 2.1.0 section 3.1.1: the standard group, p of 4096 and q of 256
 *        bits, elements x with 0 < x < p and x^q = 1, generator g.
 *
 * For what a program computes besides: comparing keys, checking a proof of its
 * own. What comes in is checked, never reduced: EVD_ERR_MEMBER is no element,
 * EVD_ERR_RANGE no scalar below q, or NULL. Outputs may be inputs, and are
 * zero on error.
 */
#ifndef EVIDENT_GROUP_H
#define EVIDENT_GROUP_H

#include <stdint.h>

#include "evident/lib.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  uint8_t bytes[EVD_ELEMENT_BYTES];
} evd_element;
typedef struct {
  uint8_t bytes[EVD_SCALAR_BYTES];
} evd_scalar;

/* Is x an element? */
EVD_API EVD_MUST_CHECK evd_err evd_element_judge(const evd_element *x);
EVD_API EVD_MUST_CHECK evd_err evd_element_multiply(evd_element *out,
                                                    const evd_element *x,
                                                    const evd_element *y);
EVD_API EVD_MUST_CHECK evd_err evd_element_invert(evd_element *out,
                                                  const evd_element *x);
/* x^e; CT in e. */
EVD_API EVD_MUST_CHECK evd_err evd_element_power(evd_element *out,
                                                 const evd_element *x,
                                                 const evd_scalar *e);
/* g^e; CT in e. */
EVD_API EVD_MUST_CHECK evd_err evd_element_from(evd_element *out,
                                                const evd_scalar *e);

/* A fresh uniform scalar.     errors  EVD_ERR_IO: no randomness */
EVD_API EVD_MUST_CHECK evd_err evd_scalar_draw(evd_scalar *out);
/* Sums, differences and products mod q. CT */
EVD_API EVD_MUST_CHECK evd_err evd_scalar_add(evd_scalar *out,
                                              const evd_scalar *a,
                                              const evd_scalar *b);
EVD_API EVD_MUST_CHECK evd_err evd_scalar_subtract(evd_scalar *out,
                                                   const evd_scalar *a,
                                                   const evd_scalar *b);
EVD_API EVD_MUST_CHECK evd_err evd_scalar_multiply(evd_scalar *out,
                                                   const evd_scalar *a,
                                                   const evd_scalar *b);

#ifdef __cplusplus
}
#endif

#endif /* EVIDENT_GROUP_H */
