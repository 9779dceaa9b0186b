#include "base/json_text.h"

/* Smallest code point that needs this many bytes (index: bytes). */
static const uint32_t least_of_length[5] = {0, 0, 0x80, 0x800, 0x10000};

static size_t sequence_length(uint8_t lead) {
  if (lead < 0x80)
    return 1;
  if (lead >= 0xC2 && lead < 0xE0)
    return 2;
  if (lead >= 0xE0 && lead < 0xF0)
    return 3;
  if (lead >= 0xF0 && lead < 0xF5)
    return 4;
  return 0;
}

/* Reads one code point; returns its length in bytes, 0 if ill-formed. */
static size_t code_point_read(const uint8_t *p, size_t n, uint32_t *out) {
  size_t length = sequence_length(p[0]);
  if (length == 0 || length > n)
    return 0;
  if (length == 1) {
    *out = p[0];
    return 1;
  }
  uint32_t c = p[0] & (0x7Fu >> length);
  for (size_t i = 1; i < length; i++) {
    if ((p[i] & 0xC0) != 0x80)
      return 0;
    c = c << 6 | (p[i] & 0x3Fu);
  }
  if (c < least_of_length[length] || c > 0x10FFFF)
    return 0;
  *out = c;
  return length;
}

/* The characters of record-format 1.5: controls, line and paragraph
 * separators, direction marks, byte order mark, surrogates, noncharacters. */
static bool code_point_forbidden(uint32_t c) {
  static const uint32_t ranges[][2] = {
      {0x0000, 0x001F}, {0x007F, 0x009F}, {0x2028, 0x202E}, {0x2066, 0x2069},
      {0xFEFF, 0xFEFF}, {0xD800, 0xDFFF}, {0xFDD0, 0xFDEF},
  };
  for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
    if (c >= ranges[i][0] && c <= ranges[i][1])
      return true;
  return (c & 0xFFFE) == 0xFFFE;
}

bool evd_text_allowed(evd_span text) {
  size_t at = 0;
  while (at < text.n) {
    uint32_t c = 0;
    size_t length = code_point_read(text.p + at, text.n - at, &c);
    if (length == 0 || code_point_forbidden(c))
      return false;
    at += length;
  }
  return true;
}

static bool needs_escape(uint8_t c) { return c == '"' || c == '\\'; }

size_t evd_json_quoted_bytes(evd_span text) {
  size_t n = text.n;
  for (size_t i = 0; i < text.n; i++)
    n += needs_escape(text.p[i]);
  return n;
}

void evd_json_quote(evd_buf *out, evd_span text) {
  size_t from = 0;
  evd_buf_add(out, "\"", 1);
  for (size_t i = 0; i < text.n; i++) {
    if (!needs_escape(text.p[i]))
      continue;
    evd_buf_add(out, text.p + from, i - from);
    evd_buf_add(out, "\\", 1);
    from = i;
  }
  if (from < text.n)
    evd_buf_add(out, text.p + from, text.n - from);
  evd_buf_add(out, "\"", 1);
}
