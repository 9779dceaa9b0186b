#include "board/text.h"

#include <string.h>

#include "base/base64.h"

bool evd_take_until(evd_span *from, uint8_t end, evd_span *out) {
  const uint8_t *at = from->n ? memchr(from->p, end, from->n) : NULL;
  if (!at)
    return false;
  *out = (evd_span){from->p, (size_t)(at - from->p)};
  from->p = at + 1;
  from->n -= out->n + 1;
  return true;
}

bool evd_take(evd_span *from, const char *zero_ended) {
  size_t n = strlen(zero_ended);
  if (from->n < n || memcmp(from->p, zero_ended, n) != 0)
    return false;
  from->p += n;
  from->n -= n;
  return true;
}

static bool blank(uint8_t c) { return c == ' ' || c == '\t'; }

bool evd_take_word(evd_span *from, evd_span *out) {
  while (from->n > 0 && blank(from->p[0])) {
    from->p++;
    from->n--;
  }
  *out = (evd_span){from->p, 0};
  while (out->n < from->n && !blank(from->p[out->n]))
    out->n++;
  from->p += out->n;
  from->n -= out->n;
  return out->n > 0;
}

bool evd_is(evd_span text, const char *zero_ended) {
  return text.n == strlen(zero_ended) &&
         memcmp(text.p, zero_ended, text.n) == 0;
}

bool evd_equal(evd_span a, evd_span b) {
  return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool evd_hash_read(evd_h32 *out, evd_span text) {
  size_t n = 0;
  return evd_base64_read(out->b, sizeof out->b, &n, text) == EVD_OK &&
         n == sizeof out->b;
}
