/* Alone in its file, so that a checking build links its own version, which
 * tells the checker that these bytes are public now. */
#include "group/secret.h"

void evd_declassify_bytes(void *p, size_t n) {
  __asm__ volatile("" : : "r"(p), "r"(n) : "memory");
}
