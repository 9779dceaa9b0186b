/* What the compiler expects of a C library, where there is none: it calls
 * memcpy and memset of its own accord, and a multiplication of 128 bits, which
 * the processor lacks (sign/field.c). Known to C under our names, to the
 * linker under theirs.
 */
#include <string.h>

#include <stdint.h>

typedef uint64_t __attribute__((may_alias, aligned(1))) word;

void *evd_memory_copy(void *restrict to, const void *restrict from,
                      size_t n) __asm__("memcpy");
void *evd_memory_set(void *p, int byte, size_t n) __asm__("memset");
int evd_memory_compare_var(const void *a, const void *b,
                           size_t n) __asm__("memcmp");
size_t evd_memory_length_var(const char *text) __asm__("strlen");
void *evd_memory_find_var(const void *p, int byte, size_t n) __asm__("memchr");

__extension__ typedef unsigned __int128 wide;
wide evd_memory_multiply(wide a, wide b) __asm__("__multi3");

/* CT: n */
void *evd_memory_copy(void *restrict to, const void *restrict from, size_t n) {
  uint8_t *t = to;
  const uint8_t *f = from;
  for (; n >= sizeof(word); n -= sizeof(word)) {
    *(word *)t = *(const word *)f;
    t += sizeof(word);
    f += sizeof(word);
  }
  while (n-- > 0)
    *t++ = *f++;
  return to;
}

/* CT: n */
void *evd_memory_set(void *p, int byte, size_t n) {
  uint8_t *t = p;
  word all = (uint8_t)byte * UINT64_C(0x0101010101010101);
  for (; n >= sizeof(word); n -= sizeof(word)) {
    *(word *)t = all;
    t += sizeof(word);
  }
  while (n-- > 0)
    *t++ = (uint8_t)byte;
  return p;
}

int evd_memory_compare_var(const void *a, const void *b, size_t n) {
  const uint8_t *x = a, *y = b;
  for (size_t i = 0; i < n; i++)
    if (x[i] != y[i])
      return x[i] < y[i] ? -1 : 1;
  return 0;
}

size_t evd_memory_length_var(const char *text) {
  size_t n = 0;
  while (text[n] != 0)
    n++;
  return n;
}

void *evd_memory_find_var(const void *p, int byte, size_t n) {
  union {
    const uint8_t *read;
    void *found; /* as C says it */
  } at = {.read = p};
  for (; n > 0; n--, at.read++)
    if (*at.read == (uint8_t)byte)
      return at.found;
  return NULL;
}

/* The whole product of two words, from products of their halves. */
static wide multiply_words(uint64_t a, uint64_t b) {
  const uint64_t a0 = (uint32_t)a, a1 = a >> 32;
  const uint64_t b0 = (uint32_t)b, b1 = b >> 32;
  const uint64_t low = a0 * b0;
  const uint64_t mid = a1 * b0 + (low >> 32); /* at most (2^32 - 1) 2^32 */
  const uint64_t more = a0 * b1 + (uint32_t)mid;
  const uint64_t high = a1 * b1 + (mid >> 32) + (more >> 32);
  return (wide)high << 64 | more << 32 | (uint32_t)low;
}

wide evd_memory_multiply(wide a, wide b) {
  const uint64_t a0 = (uint64_t)a, b0 = (uint64_t)b;
  const uint64_t a1 = (uint64_t)(a >> 64), b1 = (uint64_t)(b >> 64);
  return multiply_words(a0, b0) + ((wide)(a1 * b0 + a0 * b1) << 64);
}
