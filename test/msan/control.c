/* The negative control: a decision by the hash of a byte nobody wrote. */
#include <stdio.h>
#include <stdlib.h>

#include "hash/hash.h"

int main(void) {
  evd_sha256 c;
  evd_h32 out;
  uint8_t *text = malloc(4);
  if (!text)
    return 1;
  text[0] = text[1] = text[2] = 'A'; /* not text[3] */
  evd_sha256_init(&c);
  evd_sha256_add(&c, text, 4);
  evd_sha256_out(&c, &out);
  free(text);
  if (out.b[0] & 1)
    puts("odd");
  return 0;
}
