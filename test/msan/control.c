/* The negative control: a reader that decides by a byte nobody wrote. */
#include <stdio.h>
#include <stdlib.h>

#include "base/hex.h"

int main(void) {
  uint8_t out[2];
  uint8_t *text = malloc(4);
  if (!text)
    return 1;
  text[0] = text[1] = text[2] = 'A'; /* not text[3] */
  if (evd_hex_read(out, 2, (evd_span){text, 4}) == EVD_OK)
    puts("taken");
  free(text);
  return 0;
}
