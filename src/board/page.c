#include "board/page.h"

#include <string.h>

enum { NAME_BYTES_MAX = 8 };

/* ---- characters ---- */

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

void evd_page_put(evd_buf *out, evd_span page, size_t *at) {
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

/* ---- words ---- */

static bool starts_with(evd_span page, size_t at, const char *word) {
  for (size_t i = 0; word[i]; i++, at++)
    if (at >= page.n || (page.p[at] | 0x20) != (uint8_t)word[i]) /* any case */
      return false;
  return true;
}

/* Behind the first `end` from `at` on, or the end of the page. */
static size_t behind(evd_span page, size_t at, const char *end) {
  for (; at < page.n; at++)
    if (starts_with(page, at, end))
      return at + strlen(end);
  return page.n;
}

/* Behind the tag that begins here, with what nobody is shown. */
static size_t skip_tag(evd_span page, size_t at) {
  static const char *const hidden[][2] = {
      {"<script", "</script"}, {"<style", "</style"}, {"<head", "</head"}};
  if (starts_with(page, at, "<!--"))
    return behind(page, at, "-->");
  for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
    if (starts_with(page, at, hidden[i][0]) &&
        !starts_with(page, at, "<header"))
      at = behind(page, at, hidden[i][1]);
  return behind(page, at, ">");
}

/* One space where blanks are; none at the beginning. */
static void put_blank(evd_buf *out) {
  if (out->n > 0 && out->p[out->n - 1] != ' ')
    evd_buf_add(out, " ", 1);
}

void evd_page_words(evd_buf *out, evd_span page, bool has_tags) {
  for (size_t at = 0; at < page.n;) {
    const uint8_t c = page.p[at];
    const size_t before = out->n;
    if (has_tags && c == '<') {
      at = skip_tag(page, at);
      put_blank(out);
    } else if (has_tags && c == '&') {
      evd_page_put(out, page, &at);
    } else {
      evd_buf_add(out, &c, 1);
      at++;
    }
    if (evd_buf_ok(out) && out->n == before + 1 && out->p[before] <= ' ') {
      out->n = before;
      put_blank(out);
    }
  }
  if (out->n > 0 && out->p[out->n - 1] == ' ')
    out->n--;
}
