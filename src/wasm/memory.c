/* What the compiler expects of a C library, where there is none: it calls
 * memcpy and memset of its own accord. Known to C under our names, to the
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
