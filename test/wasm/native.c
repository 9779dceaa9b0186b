/* The module's face over the processor's own kernel: what the module encrypts
 * must come out here byte for byte.
 *
 * stdin: length of the election (u32), the election, a request;
 * stdout: the sealed ballot. Exit code 1 if it was refused.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/endian.h"
#include "wasm/wasm.h"

#define CONTEXT_BYTES ((size_t)1 << 24)
#define INPUT_MAX ((size_t)1 << 24)

int main(void) {
  uint8_t *in = malloc(INPUT_MAX), *out = malloc(INPUT_MAX);
  void *x = aligned_alloc(EVD_WASM_ALIGN, CONTEXT_BYTES);
  if (!in || !out || !x)
    return 3;
  size_t n = fread(in, 1, INPUT_MAX, stdin);
  if (n < 4 || evd_be32_get(in) > n - 4)
    return 2;
  uint32_t election = evd_be32_get(in);
  uint8_t *request = in + 4 + election;
  uint32_t request_bytes = (uint32_t)(n - 4 - election);
  int32_t done = evd_wasm_open(x, CONTEXT_BYTES, in + 4, election, 1);
  if (done == 0)
    done = evd_wasm_encrypt(x, out, INPUT_MAX, request, request_bytes);
  if (done < 0)
    fprintf(stderr, "wasm_native: refused with %d\n", (int)done);
  else
    fwrite(out, 1, (size_t)done, stdout);
  free(in), free(out), free(x);
  return done < 0;
}
