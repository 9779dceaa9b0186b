#include "base/utf8.h"

/* The bounds of table 3-7 of the Unicode Standard. */
enum {
  ASCII_END = 0x80,
  TWO_FROM = 0xC2, /* below: a follower, or longer than needed */
  THREE_FROM = 0xE0,
  FOUR_FROM = 0xF0,
  FIRST_END = 0xF5,
  SURROGATES = 0xED, /* the first byte that U+D800 would have */
  LAST_PLANE = 0xF4,
  CONTROLS_END = 0x20
};

/* How many bytes follow this first byte; -1: it starts nothing. */
static int followers(uint8_t c) {
  if (c < ASCII_END)
    return 0;
  if (c < TWO_FROM)
    return -1;
  if (c < THREE_FROM)
    return 1;
  if (c < FOUR_FROM)
    return 2;
  return c < FIRST_END ? 3 : -1;
}

/* The second byte tells longer forms, surrogates and what is above U+10FFFF
 * from the rest. */
static bool second_fits(uint8_t first, uint8_t second) {
  switch (first) { /* the second halves of the bounds of the same table */
  case THREE_FROM:
    return second >= 0xA0; /* U+0800 */
  case SURROGATES:
    return second < 0xA0; /* U+D800 */
  case FOUR_FROM:
    return second >= 0x90; /* U+10000 */
  case LAST_PLANE:
    return second < 0x90; /* U+110000 */
  default:
    return true;
  }
}

bool evd_utf8_plain(evd_span text) {
  for (size_t i = 0; i < text.n; i++) {
    uint8_t first = text.p[i];
    int n = followers(first);
    if (n < 0 || text.n - i - 1 < (size_t)n ||
        (first < CONTROLS_END && first != '\n'))
      return false;
    if (n > 0 && !second_fits(first, text.p[i + 1]))
      return false;
    for (; n > 0; n--)
      if ((text.p[++i] & 0xC0) != 0x80) /* 10xxxxxx */
        return false;
  }
  return true;
}
