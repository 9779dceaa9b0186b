/* The conformance kit: records and logs with one fault each, and good ones,
 * made from a seed.
 *
 * Spec:  doc/conformance.md.
 * Layer: L5 kit. May include board/, record/ and below. No I/O, no clock, and
 * its only randomness is a stream out of the seed: same seed, same bytes.
 *
 * Every key, nonce and vote of the kit follows from the seed, which its
 * manifest names: they are public and worth nothing.
 */
#ifndef EVD_KIT_KIT_H
#define EVD_KIT_KIT_H

#include "base/arena.h"
#include "group/element.h"

#define EVD_KIT_PATH_BYTES 96

/* The codes a verifier reports: "1.A" .. "X.18" of a record, then "L.1" ..
 * "L.10" of a log. */
enum { EVD_KIT_RECORD_CODES = 82, EVD_KIT_CODES = 92 };
extern const char *const evd_kit_codes[EVD_KIT_CODES];

/* What a record or log of the kit is. */
typedef struct {
  const char *id; /* "6A-alpha-minus", name of its folder */
  const char
      *codes;      /* "6.A 7.A", the one it aims at first; "" for a good one */
  const char *why; /* one sentence */
} evd_kit_entry;

typedef struct {
  char path[EVD_KIT_PATH_BYTES];
  evd_span bytes;
} evd_kit_file;

typedef struct evd_kit evd_kit;

/* `arena` owns all; give it a cap of EVD_KIT_ARENA_BYTES.
 * errors  EVD_ERR_SPACE */
#define EVD_KIT_ARENA_BYTES ((size_t)512 << 20)
EVD_MUST_CHECK evd_err evd_kit_open(evd_kit **kit, const evd_kernel *k,
                                    evd_span seed, evd_arena *arena);
/* Entries 0 .. n - 1: good records first, then faults in the order of the
 * substeps. */
uint32_t evd_kit_count(void);
evd_kit_entry evd_kit_get(uint32_t at);
/* Makes record `at`. The files are in the arena until the next call. */
EVD_MUST_CHECK evd_err evd_kit_make(evd_kit *kit, uint32_t at,
                                    const evd_kit_file **files, uint32_t *n);

/* Who makes Ed25519 signatures: host/signer.h, which no layer below has. */
typedef struct {
  void (*public_key)(evd_h32 *key, const uint8_t seed[32]);
  void (*sign)(uint8_t sig[64], const uint8_t seed[32], evd_span message);
} evd_kit_signer;

/* The same for logs. Their files: board/.. as a board publishes them, policy,
 * and where there is something to compare with head and record/.. */
uint32_t evd_kit_log_count(void);
evd_kit_entry evd_kit_log_get(uint32_t at);
EVD_MUST_CHECK evd_err evd_kit_log_make(evd_kit *kit, uint32_t at,
                                        const evd_kit_signer *signer,
                                        const evd_kit_file **files,
                                        uint32_t *n);

#endif /* EVD_KIT_KIT_H */
