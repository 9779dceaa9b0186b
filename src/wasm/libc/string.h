/* The part of <string.h> that the core uses, for a target without a C library;
 * the functions are in memory.c.
 *
 * Layer: L5 wasm; found by the compiler as a system header.
 */
#ifndef EVD_WASM_STRING_H
#define EVD_WASM_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memset(void *p, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *text);
void *memchr(const void *p, int byte, size_t n);

#endif /* EVD_WASM_STRING_H */
