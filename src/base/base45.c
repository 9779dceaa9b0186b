#include "base/base45.h"

enum { BASE = 45 };
static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

void evd_base45_write(char *out, const void *in, size_t n) {
  const uint8_t *p = in;
  for (size_t i = 0; i < n; i += 2) {
    bool two = i + 1 < n;
    uint32_t v = two ? (uint32_t)p[i] << 8 | p[i + 1] : p[i];
    *out++ = alphabet[v % BASE];
    *out++ = alphabet[v / BASE % BASE];
    if (two)
      *out++ = alphabet[v / BASE / BASE];
  }
}

static uint32_t digit(uint8_t c) {
  uint32_t v = 0;
  while (v < BASE && (uint8_t)alphabet[v] != c)
    v++;
  return v;
}

/* n characters, 2 or 3; false: they are no number, or too large a one. */
static bool read_group(uint32_t *v, const uint8_t *text, size_t n) {
  uint32_t weight = 1;
  *v = 0;
  for (size_t i = 0; i < n; i++, weight *= BASE) {
    uint32_t d = digit(text[i]);
    if (d == BASE)
      return false;
    *v += d * weight;
  }
  return *v <= (n == 3 ? UINT16_MAX : UINT8_MAX);
}

evd_err evd_base45_read(void *out, size_t cap, size_t *n, evd_span text) {
  uint8_t *to = out;
  size_t done = 0;
  *n = 0;
  for (size_t i = 0; i < text.n; i += 3) {
    size_t chars = text.n - i < 3 ? text.n - i : 3;
    uint32_t v = 0;
    if (chars < 2 || !read_group(&v, text.p + i, chars) ||
        cap - done < chars - 1)
      return EVD_ERR_FORM;
    if (chars == 3)
      to[done++] = (uint8_t)(v >> 8);
    to[done++] = (uint8_t)v;
  }
  *n = done;
  return EVD_OK;
}
