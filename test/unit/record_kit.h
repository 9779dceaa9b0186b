/* What the tests of src/record share: small samples of every object, and one
 * way to read and write them whatever they are. */
#ifndef EVD_TEST_RECORD_KIT_H
#define EVD_TEST_RECORD_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "record/record.h"

typedef enum {
  KIT_PARAMETERS,
  KIT_MANIFEST,
  KIT_TEXTS,
  KIT_GUARDIAN,
  KIT_KEYS,
  KIT_BALLOT,
  KIT_STATE,
  KIT_ROLL,
  KIT_DEVICES,
  KIT_TALLY_CT,
  KIT_TALLY,
  KIT_CHALLENGED,
  KIT_CONTEST_DATA,
  KIT_MAIL_CAST,
  KIT_MAIL_OPEN,
  KIT_PLAIN,
  KIT_RETURNED,
  KIT_COMMIT,
  KIT_ACCEPT,
  KIT_SHARE,
  KIT_NONCES,
  KIT_ROUND_1,
  KIT_ROUND_2,
  KIT_ROUND_3
} kit_kind;

typedef struct {
  const char *name;
  kit_kind kind;
  const char *text; /* @P @Q @H @B @D: hex of 512, 32, 32, 36, 64 bytes */
} kit_sample;
extern const kit_sample kit_samples[];
extern const size_t kit_n_samples;
const kit_sample *kit_find(const char *name);

/* The sample's bytes; every hex value is another one, the same every time.
 * The buffer belongs to the caller. */
void kit_expand(evd_buf *out, const char *text);
static inline evd_span kit_span(const evd_buf *b) {
  return (evd_span){b->p, b->n};
}
static inline evd_span kit_text(const char *zero_ended) {
  return (evd_span){(const uint8_t *)zero_ended, strlen(zero_ended)};
}
/* The text with the first `old` replaced; fails the test if it is not there. */
void kit_replace(evd_buf *out, evd_span in, const char *old, const char *new);

/* Manifest that ballots and plain lines are read with. kit_manifest gives the
 * one of the samples. */
const evd_manifest *kit_manifest(void);
void kit_close(void);

/* Reads bytes as `kind` and, unless nothing is usable, writes what was read
 * to `again` (may be NULL). The arena holds at most cap_bytes. */
evd_err kit_read(kit_kind kind, evd_span bytes, const evd_manifest *m,
                 size_t cap_bytes, evd_why *why, evd_buf *again);
#define KIT_ARENA_BYTES ((size_t)64 << 20)

/* A file below $EVD_SHARED (else <source>/../shared); false: not there. */
bool kit_shared(const char *path, evd_buf *out);

/* A small generator of its own: xorshift. */
uint64_t kit_random(uint64_t *seed);

#endif /* EVD_TEST_RECORD_KIT_H */
