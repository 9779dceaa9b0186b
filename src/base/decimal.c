#include "base/decimal.h"

void evd_decimal_write(char out[EVD_DECIMAL_BYTES], uint64_t v) {
  char back[EVD_DECIMAL_BYTES];
  size_t n = 0;
  do {
    back[n++] = (char)('0' + v % 10);
    v /= 10;
  } while (v != 0);
  while (n > 0)
    *out++ = back[--n];
  *out = 0;
}

bool evd_decimal_read(uint64_t *out, evd_span text) {
  *out = 0;
  if (text.n == 0 || (text.n > 1 && text.p[0] == '0'))
    return false;
  for (size_t i = 0; i < text.n; i++) {
    uint64_t digit = (uint64_t)text.p[i] - '0';
    if (digit > 9 || *out > (UINT64_MAX - digit) / 10)
      return false;
    *out = *out * 10 + digit;
  }
  return true;
}
