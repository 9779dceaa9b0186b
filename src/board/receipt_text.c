/* Receipts among other text: several in a file, one in a page. */
#include <string.h>

#include "board/receipt.h"

static const char head[] = "c2sp.org/tlog-proof@v1";
enum { HEAD_BYTES = sizeof head - 1, NAME_BYTES_MAX = 8 };

static bool starts(evd_span text, size_t at) {
  return text.n - at > HEAD_BYTES && memcmp(text.p + at, head, HEAD_BYTES) == 0;
}

bool evd_receipt_next(evd_span *from, evd_span *out) {
  size_t end = from->n;
  if (!starts(*from, 0) || from->p[HEAD_BYTES] != '\n')
    return false;
  for (size_t i = HEAD_BYTES; i + 1 < from->n; i++)
    if (from->p[i - 1] == '\n' && from->p[i] == '\n' && starts(*from, i + 1)) {
      end = i;
      break;
    }
  *out = (evd_span){from->p, end};
  size_t skip = end < from->n ? end + 1 : end;
  *from = (evd_span){from->p + skip, from->n - skip};
  return true;
}

/* ---- pages ---- */

/* UTF-8 of a character below U+10000. */
static void put(evd_buf *out, uint32_t c) {
  uint8_t b[3];
  size_t n = 0;
  if (c < 0x80) {
    b[n++] = (uint8_t)c;
  } else if (c < 0x800) { /* two bytes */
    b[n++] = (uint8_t)(0xC0 | c >> 6);
    b[n++] = (uint8_t)(0x80 | (c & 63));
  } else {
    b[n++] = (uint8_t)(0xE0 | c >> 12); /* of four bits */
    b[n++] = (uint8_t)(0x80 | (c >> 6 & 63));
    b[n++] = (uint8_t)(0x80 | (c & 63));
  }
  evd_buf_add(out, b, n);
}

static uint32_t digit(uint8_t c) {
  if (c >= '0' && c <= '9')
    return (uint32_t)(c - '0');
  c |= 0x20; /* lower case */
  return c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10 : 16;
}

/* #43 or #x2B; 0: no number. */
static uint32_t number(evd_span name) {
  uint32_t base = 10, v = 0;
  size_t at = 1;
  if (name.n > 2 && (name.p[1] | 0x20) == 'x') {
    base = 16;
    at = 2;
  }
  for (; at < name.n; at++) {
    uint32_t d = digit(name.p[at]);
    if (d >= base)
      return 0;
    v = v * base + d;
  }
  return v <= UINT16_MAX ? v : 0;
}

/* Between ampersand and semicolon; 0: nothing known. */
static uint32_t character(evd_span name) {
  static const struct {
    const char *name;
    uint32_t c;
  } names[] = {{"amp", '&'},      {"lt", '<'},      {"gt", '>'},  {"quot", '"'},
               {"plus", '+'},     {"equals", '='},  {"sol", '/'}, {"nbsp", ' '},
               {"NewLine", '\n'}, {"mdash", 0x2014}}; /* before signatures */
  if (name.n > 1 && name.p[0] == '#')
    return number(name);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strlen(names[i].name) == name.n &&
        memcmp(names[i].name, name.p, name.n) == 0)
      return names[i].c;
  return 0;
}

/* The character that begins at *at, which moves behind it. */
static void put_resolved(evd_buf *out, evd_span page, size_t *at) {
  const uint8_t c = page.p[(*at)++];
  if (c == '\r') {
    if (*at == page.n || page.p[*at] != '\n')
      put(out, '\n');
    return;
  }
  const size_t left = page.n - *at;
  const size_t reach = left < NAME_BYTES_MAX ? left : NAME_BYTES_MAX;
  const uint8_t *end =
      c == '&' && reach > 0 ? memchr(page.p + *at, ';', reach) : NULL;
  const evd_span name = {page.p + *at,
                         end ? (size_t)(end - (page.p + *at)) : 0};
  const uint32_t resolved = end ? character(name) : 0;
  if (resolved == 0) {
    evd_buf_add(out, &c, 1);
    return;
  }
  put(out, resolved);
  *at += name.n + 1;
}

/* Blanks behind the last signature are the page's. */
static void trim(evd_buf *b) {
  while (b->n > 0 && (b->p[b->n - 1] == '\n' || b->p[b->n - 1] == ' ' ||
                      b->p[b->n - 1] == '\t'))
    b->n--;
  evd_buf_add(b, "\n", 1);
}

bool evd_receipt_of_page(evd_buf *out, evd_span page) {
  for (size_t i = 0; i + HEAD_BYTES < page.n; i++) {
    if (!starts(page, i))
      continue;
    while (i < page.n && page.p[i] != '<')
      put_resolved(out, page, &i);
    trim(out);
    return true;
  }
  return false;
}
