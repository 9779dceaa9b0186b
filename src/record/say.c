#include "record/say.h"

void evd_say_init(evd_say *s, char *p, size_t cap_bytes) {
  *s = (evd_say){p, 0, cap_bytes};
  p[0] = 0;
}

static void say_char(evd_say *s, char c) {
  if (s->n + 1 >= s->cap_bytes)
    return;
  s->p[s->n++] = c;
  s->p[s->n] = 0;
}

void evd_say_text(evd_say *s, const char *text) {
  while (*text)
    say_char(s, *text++);
}

void evd_say_shown(evd_say *s, evd_span bytes, size_t max_bytes) {
  size_t n = bytes.n < max_bytes ? bytes.n : max_bytes;
  for (size_t i = 0; i < n; i++) {
    uint8_t c = bytes.p[i];
    say_char(s, (char)(c >= 0x20 && c < 0x7F ? c : '?'));
  }
  if (n < bytes.n)
    evd_say_text(s, "..");
}

void evd_say_n(evd_say *s, uint64_t n) {
  char digits[21];
  size_t at = sizeof digits;
  digits[--at] = 0;
  do {
    digits[--at] = (char)('0' + n % 10);
    n /= 10;
  } while (n > 0);
  evd_say_text(s, digits + at);
}
