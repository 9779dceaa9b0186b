#include "base/json_text.h"

/* A code point whose bytes are being read. All numbers may be secret: what a
 * voter wrote in is checked here as well. */
typedef struct {
  uint64_t left;  /* bytes that still belong to it */
  uint64_t value; /* its bits so far */
  uint64_t least; /* smallest value that needs as many bytes */
  uint64_t wrong; /* 1 from the first fault on */
} code_point;

static uint64_t in_range(uint64_t x, uint64_t first, uint64_t last) {
  return evd_ct_less(x - first, last - first + 1);
}

/* The characters of record-format 1.5: controls, line and paragraph
 * separators, direction marks, byte order mark, surrogates, noncharacters;
 * and what is past the last code point. */
static uint64_t is_forbidden(uint64_t c) {
  static const uint32_t ranges[][2] = {
      {0x0000, 0x001F}, {0x007F, 0x009F},       {0x2028, 0x202E},
      {0x2066, 0x2069}, {0xFEFF, 0xFEFF},       {0xD800, 0xDFFF},
      {0xFDD0, 0xFDEF}, {0x110000, UINT32_MAX},
  };
  /* U+xxFFFE and U+xxFFFF are no characters */
  uint64_t found = evd_ct_equal(c & 0xFFFE, 0xFFFE);
  for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
    found |= in_range(c, ranges[i][0], ranges[i][1]);
  return found;
}

/* The byte b read as the first one of a code point. */
static code_point first_byte(uint64_t b) {
  uint64_t one = evd_ct_less(b, 0x80), two = in_range(b, 0xC2, 0xDF);
  uint64_t three = in_range(b, 0xE0, 0xEF), four = in_range(b, 0xF0, 0xF4);
  return (code_point){
      .left = two + 2 * three + 3 * four,
      .value = b & (0x7F * one + 0x1F * two + 0x0F * three + 0x07 * four),
      .least = 0x80 * two + 0x800 * three + 0x10000 * four,
      .wrong = 1 ^ (one | two | three | four)};
}

static void byte_read(code_point *c, uint64_t b) {
  code_point first = first_byte(b);
  uint64_t starts = evd_ct_is_zero(c->left);
  uint64_t bad_next = 1 ^ evd_ct_equal(b & 0xC0, 0x80);
  c->wrong |= evd_ct_select(starts, first.wrong, bad_next);
  c->value = evd_ct_select(starts, first.value, c->value << 6 | (b & 0x3F));
  c->least = evd_ct_select(starts, first.least, c->least);
  c->left = evd_ct_select(starts, first.left, c->left - 1);
  c->wrong |= evd_ct_is_zero(c->left) &
              (evd_ct_less(c->value, c->least) | is_forbidden(c->value));
}

bool evd_text_allowed(evd_span text) {
  code_point c = {0, 0, 0, 0};
  for (size_t i = 0; i < text.n; i++)
    byte_read(&c, text.p[i]);
  return evd_ct_is_zero(c.wrong | c.left) != 0;
}

size_t evd_json_quoted_bytes(evd_span text) {
  size_t n = text.n;
  for (size_t i = 0; i < text.n; i++)
    n += (size_t)evd_json_escaped(text.p[i]);
  return n;
}

void evd_json_quote(evd_buf *out, evd_span text) {
  size_t from = 0;
  evd_buf_add(out, "\"", 1);
  for (size_t i = 0; i < text.n; i++) {
    if (evd_json_escaped(text.p[i]) == 0)
      continue;
    evd_buf_add(out, text.p + from, i - from);
    evd_buf_add(out, "\\", 1);
    from = i;
  }
  if (from < text.n)
    evd_buf_add(out, text.p + from, text.n - from);
  evd_buf_add(out, "\"", 1);
}
