#include "board/parts.h"

#include "base/decimal.h"
#include "board/text.h"

bool evd_part_name_allowed(evd_span name) {
  if (name.n == 0 || name.n > EVD_PART_NAME_MAX || name.p[0] == '.')
    return false;
  for (size_t i = 0; i < name.n; i++) {
    uint8_t c = name.p[i];
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
          (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'))
      return false;
  }
  return true;
}

void evd_part_write(evd_buf *out, const char *name, evd_span bytes) {
  char digits[EVD_DECIMAL_BYTES];
  evd_decimal_write(digits, bytes.n);
  evd_buf_text(out, name);
  evd_buf_text(out, " ");
  evd_buf_text(out, digits);
  evd_buf_text(out, "\n");
  evd_buf_add(out, bytes.p, bytes.n);
  evd_buf_text(out, "\n");
}

evd_err evd_part_next(evd_span parts, size_t *at, evd_part *out) {
  uint64_t n = 0;
  evd_span digits;
  if (*at >= parts.n)
    return EVD_ERR_FORM;
  evd_span s = {parts.p + *at, parts.n - *at};
  if (!evd_take_until(&s, ' ', &out->name) ||
      !evd_part_name_allowed(out->name) || !evd_take_until(&s, '\n', &digits) ||
      !evd_decimal_read(&n, digits) || n >= s.n || s.p[n] != '\n')
    return EVD_ERR_FORM;
  out->bytes = (evd_span){s.p, (size_t)n};
  *at = (size_t)(s.p + n + 1 - parts.p);
  return EVD_OK;
}

bool evd_parts_whole(evd_span parts) {
  evd_part part;
  for (size_t at = 0; at < parts.n;)
    if (evd_part_next(parts, &at, &part) != EVD_OK)
      return false;
  return true;
}

evd_err evd_part_find(evd_span parts, const char *name, evd_span *out) {
  evd_part part;
  for (size_t at = 0; at < parts.n;) {
    EVD_TRY(evd_part_next(parts, &at, &part));
    if (!evd_is(part.name, name))
      continue;
    *out = part.bytes;
    return EVD_OK;
  }
  return EVD_ERR_MISSING;
}
