#include "base/hex.h"

#include "base/ct.h"
#include "base/wipe.h"

/* '0' + digit, and 7 more from 10 on: the bits of (9 - digit) above the
 * fourth are all ones exactly then. */
static char digit_char(uint32_t digit) {
  uint32_t past_nine = ((9 - digit) >> 8) & 7;
  return (char)('0' + digit + past_nine);
}

/* Value of one digit, or 256 and more: no table, no branch. */
static uint64_t digit_value(uint64_t c) {
  uint64_t from_0 = c - '0', from_a = c - 'A';
  uint64_t is_0_9 = evd_ct_less(from_0, 10), is_a_f = evd_ct_less(from_a, 6);
  uint64_t value = 256;
  value = evd_ct_select(is_0_9, from_0, value);
  return evd_ct_select(is_a_f, from_a + 10, value);
}

void evd_hex_write(char *out, const void *in, size_t n) {
  const uint8_t *p = in;
  for (size_t i = 0; i < n; i++) {
    out[2 * i] = digit_char(p[i] >> 4);
    out[2 * i + 1] = digit_char(p[i] & 15);
  }
}

evd_err evd_hex_read(void *out, size_t n, evd_span text) {
  uint8_t *p = out;
  uint64_t wrong = 0;
  if (text.n / 2 != n || text.n % 2 != 0) {
    evd_wipe(out, n);
    return EVD_ERR_HEX;
  }
  for (size_t i = 0; i < n; i++) {
    uint64_t high = digit_value(text.p[2 * i]);
    uint64_t low = digit_value(text.p[2 * i + 1]);
    wrong |= (high | low) >> 8;
    p[i] = (uint8_t)(high << 4 | low);
  }
  /* Without a branch: what the caller makes of the verdict is its business. */
  uint64_t right = evd_ct_is_zero(wrong);
  for (size_t i = 0; i < n; i++)
    p[i] &= (uint8_t)evd_ct_mask(right);
  return (evd_err)(int64_t)evd_ct_select(right, (uint64_t)EVD_OK,
                                         (uint64_t)EVD_ERR_HEX);
}
