/* The kernel for x86-64 processors with the SHA extensions.
 *
 * sha256rnds2 does two rounds. It wants the state in two registers, here
 * named from their highest word: (A B E F) and (C D G H); it gives the new
 * (A B E F), and the old (A B E F) is the new (C D G H).
 * sha256msg1 and sha256msg2 give four words of the message schedule of twelve
 * before them. No branch and no address depends on data.
 */
#include "hash/blocks.h"

/* libgcc's table of features has SHA since gcc 11, clang's since 19. */
#if defined(__clang__)
#define CAN_ASK (__clang_major__ >= 19)
#elif defined(__GNUC__)
#define CAN_ASK (__GNUC__ >= 11)
#else
#define CAN_ASK 0
#endif

#if defined(__x86_64__) && CAN_ASK && !defined(EVD_PORTABLE_HASH)

#include <immintrin.h>

/* Orders of four words for a shuffle, two bits each */
#define TURNED 0x1B
#define PAIRS_TURNED 0xB1

#define SHA_NI __attribute__((target("sha,sse4.1")))

/* Four rounds with the words x[0..4) of the schedule and their constants. */
SHA_NI static inline void rounds_4(__m128i *abef, __m128i *cdgh, __m128i x,
                                   const uint32_t *k) {
  x = _mm_add_epi32(x, _mm_loadu_si128((const void *)k));
  *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, x);
  x = _mm_shuffle_epi32(x, 0x0E); /* the upper two come down */
  *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, x);
}

/* w[t..t+4) from a = w[t-16..), b = w[t-12..), c = w[t-8..), d = w[t-4..). */
SHA_NI static inline __m128i next_4(__m128i a, __m128i b, __m128i c,
                                    __m128i d) {
  __m128i seven_back = _mm_alignr_epi8(d, c, 4); /* w[t-7..t-3) */
  a = _mm_add_epi32(_mm_sha256msg1_epu32(a, b), seven_back);
  return _mm_sha256msg2_epu32(a, d);
}

SHA_NI static inline __m128i big_endian_4(const uint8_t *p) {
  const __m128i order =
      _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
  return _mm_shuffle_epi8(_mm_loadu_si128((const void *)p), order);
}

/* The last four groups of words are not used: they cost no time, as each pair
 * of rounds waits for the one before. */
SHA_NI static void block(__m128i *abef, __m128i *cdgh, const uint8_t *p) {
  __m128i a = big_endian_4(p), b = big_endian_4(p + 16);
  __m128i c = big_endian_4(p + 32), d = big_endian_4(p + 48);
  for (int t = 0; t < 64; t += 4) {
    __m128i next = next_4(a, b, c, d);
    rounds_4(abef, cdgh, a, evd_sha256_rounds + t);
    a = b, b = c, c = d, d = next;
  }
}

SHA_NI static void ni_blocks(uint32_t s[8], const uint8_t *p, size_t n_blocks) {
  __m128i *words = (void *)s;
  /* Here names go from the lowest word: (a b c d) and (e f g h) are .. */
  __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128(words), PAIRS_TURNED);
  __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128(words + 1), TURNED);
  /* .. turned, and their halves trade places. */
  __m128i abef = _mm_alignr_epi8(badc, hgfe, 8);
  __m128i cdgh = _mm_blend_epi16(hgfe, badc, 0xF0);
  for (; n_blocks > 0; n_blocks--, p += 64) {
    __m128i abef_before = abef, cdgh_before = cdgh;
    block(&abef, &cdgh, p);
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  __m128i ab_ef = _mm_shuffle_epi32(abef, TURNED);
  __m128i gh_cd = _mm_shuffle_epi32(cdgh, PAIRS_TURNED);
  _mm_storeu_si128(words, _mm_blend_epi16(ab_ef, gh_cd, 0xF0));
  _mm_storeu_si128(words + 1, _mm_alignr_epi8(gh_cd, ab_ef, 8));
}

evd_sha256_kernel *evd_sha256_ni(void) {
  if (__builtin_cpu_supports("sha") && __builtin_cpu_supports("sse4.1"))
    return ni_blocks;
  return NULL;
}

#else

evd_sha256_kernel *evd_sha256_ni(void) { return NULL; }

#endif
