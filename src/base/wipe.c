#include "base/wipe.h"

#include <string.h>

void evd_wipe(void *p, size_t n) {
  if (n == 0)
    return;
  memset(p, 0, n);
  /* The compiler must assume that somebody reads the zeros. */
  __asm__ volatile("" : : "r"(p) : "memory");
}
