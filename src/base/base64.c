#include "base/base64.h"

/* Six bits a character. */
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz0123456789+/";

void evd_base64_write(char *out, const void *in, size_t n) {
  const uint8_t *p = in;
  for (size_t i = 0; i < n; i += 3) {
    uint32_t v = (uint32_t)p[i] << 16;
    v |= i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0;
    v |= i + 2 < n ? p[i + 2] : 0;
    /* 24 bits are four times six. */
    out[0] = alphabet[v >> 18];
    out[1] = alphabet[v >> 12 & 63];
    out[2] = '=';
    out[3] = '=';
    if (i + 1 < n)
      out[2] = alphabet[v >> 6 & 63];
    if (i + 2 < n)
      out[3] = alphabet[v & 63];
    out += 4;
  }
}

/* The six bits of a character; 64: it has none. */
static uint32_t six_bits(uint8_t c) {
  uint32_t v = 0;
  while (v < 64 && (uint8_t)alphabet[v] != c)
    v++;
  return v;
}

/* Four characters of which the last n_pad are padding. */
static bool read_group(uint8_t out[3], const uint8_t *text, uint32_t n_pad) {
  uint32_t v = 0;
  for (uint32_t i = 0; i < 4; i++) {
    uint32_t bits = i < 4 - n_pad ? six_bits(text[i]) : 0;
    if (bits == 64)
      return false;
    v = v << 6 | bits;
  }
  out[0] = (uint8_t)(v >> 16);
  out[1] = (uint8_t)(v >> 8);
  out[2] = (uint8_t)v;
  return (n_pad < 1 || out[2] == 0) && (n_pad < 2 || out[1] == 0);
}

evd_err evd_base64_read(void *out, size_t cap, size_t *n, evd_span text) {
  uint8_t *to = out;
  size_t done = 0;
  *n = 0;
  if (text.n % 4 != 0)
    return EVD_ERR_FORM;
  for (size_t i = 0; i < text.n; i += 4) {
    const uint8_t *from = text.p + i;
    bool last = i + 4 == text.n;
    uint32_t n_pad = !last || from[3] != '=' ? 0 : from[2] != '=' ? 1 : 2;
    uint8_t group[3];
    if (!read_group(group, from, n_pad) || cap - done < 3 - n_pad)
      return EVD_ERR_FORM;
    for (uint32_t j = 0; j < 3 - n_pad; j++)
      to[done++] = group[j];
  }
  *n = done;
  return EVD_OK;
}
