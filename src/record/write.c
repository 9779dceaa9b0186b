#include "record/write.h"

#include <string.h>

#include "base/hex.h"
#include "base/json_text.h"

#define HEX_CHUNK_BYTES 512

static void put_name(evd_buf *b, const char *name) {
  uint8_t last = b->n > 0 ? b->p[b->n - 1] : (uint8_t)'[';
  if (last != '{' && last != '[')
    evd_buf_add(b, ",", 1);
  if (!name)
    return;
  evd_buf_add(b, "\"", 1);
  evd_buf_text(b, name);
  evd_buf_add(b, "\":", 2);
}

void evd_put_begin(evd_buf *b) { evd_buf_add(b, "{", 1); }

void evd_put_object(evd_buf *b, const char *name) {
  put_name(b, name);
  evd_buf_add(b, "{", 1);
}

void evd_put_end(evd_buf *b) { evd_buf_add(b, "}", 1); }

void evd_put_list(evd_buf *b, const char *name) {
  put_name(b, name);
  evd_buf_add(b, "[", 1);
}

void evd_put_list_end(evd_buf *b) { evd_buf_add(b, "]", 1); }

void evd_put_hex(evd_buf *b, const char *name, const void *bytes, size_t n) {
  char digits[2 * HEX_CHUNK_BYTES];
  const uint8_t *p = bytes;
  put_name(b, name);
  evd_buf_add(b, "\"", 1);
  for (size_t at = 0; at < n; at += HEX_CHUNK_BYTES) {
    size_t part = n - at < HEX_CHUNK_BYTES ? n - at : HEX_CHUNK_BYTES;
    evd_hex_write(digits, p + at, part);
    evd_buf_add(b, digits, 2 * part);
  }
  evd_buf_add(b, "\"", 1);
}

void evd_put_n(evd_buf *b, const char *name, uint64_t n) {
  char digits[20];
  size_t at = sizeof digits;
  do {
    digits[--at] = (char)('0' + n % 10);
    n /= 10;
  } while (n > 0);
  put_name(b, name);
  evd_buf_add(b, digits + at, sizeof digits - at);
}

void evd_put_str(evd_buf *b, const char *name, evd_str text) {
  put_name(b, name);
  evd_json_quote(b, text);
}

void evd_put_word(evd_buf *b, const char *name, const char *word) {
  evd_put_str(b, name, (evd_str){(const uint8_t *)word, strlen(word)});
}

void evd_put_bool(evd_buf *b, const char *name, bool value) {
  put_name(b, name);
  evd_buf_text(b, value ? "true" : "false");
}

void evd_put_ps(evd_buf *b, const char *name, const evd_p *p, uint32_t n) {
  evd_put_list(b, name);
  for (uint32_t i = 0; i < n; i++)
    evd_put_p(b, NULL, &p[i]);
  evd_put_list_end(b);
}

void evd_put_qs(evd_buf *b, const char *name, const evd_q *q, uint32_t n) {
  evd_put_list(b, name);
  for (uint32_t i = 0; i < n; i++)
    evd_put_q(b, NULL, &q[i]);
  evd_put_list_end(b);
}

void evd_put_ns(evd_buf *b, const char *name, const uint32_t *v, uint32_t n) {
  evd_put_list(b, name);
  for (uint32_t i = 0; i < n; i++)
    evd_put_n(b, NULL, v[i]);
  evd_put_list_end(b);
}

void evd_put_strs(evd_buf *b, const char *name, const evd_str *s, uint32_t n) {
  evd_put_list(b, name);
  for (uint32_t i = 0; i < n; i++)
    evd_put_str(b, NULL, s[i]);
  evd_put_list_end(b);
}
