/* An election as it lies in the page's memory.
 *
 * Layer: L5 wasm, private.
 */
#ifndef EVD_WASM_CONTEXT_H
#define EVD_WASM_CONTEXT_H

#include "group/element.h"
#include "wasm/region.h"
#include "wasm/wasm.h"

#define EVD_WASM_MARK 0x45564957u /* of a context that was opened */

struct evd_wasm_context {
  uint32_t mark;
  uint32_t n_contests;
  evd_shape *shapes;
  evd_h32 HE;
  evd_group G;
  evd_region scratch;
};

/* A number of bytes as a result; what is too long for one fits nowhere. */
static inline int32_t evd_wasm_length(size_t n) {
  return n > INT32_MAX ? EVD_ERR_SPACE : (int32_t)n;
}

#endif /* EVD_WASM_CONTEXT_H */
