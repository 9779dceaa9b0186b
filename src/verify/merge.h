/* evident verify merge: shards put together.
 *
 * Layer: L4 verify. Pure: reads the parts through evd_parts.
 *
 * Everything that looks at more than one ballot is recomputed from what the
 * parts carry, by the code that a single run uses: keys, chains, what must
 * not occur twice, products, states, openings, counts, decryptions. What was
 * found in a ballot by itself stands on the word of its part; the report
 * names the parts.
 */
#ifndef EVD_VERIFY_MERGE_H
#define EVD_VERIFY_MERGE_H

#include "verify/verify.h"

#define EVD_PARTS_MAX 4096

/* The parts, each read twice from its first line. */
typedef struct {
  void *self;
  uint32_t n;
  evd_err (*open)(void *self, uint32_t part);
  /* *more false: no line is left. A last line without LF is one. */
  evd_err (*next)(void *self, evd_span *line, bool *more);
  void (*close)(void *self);
} evd_parts;

/* how: stage and shard are those of the parts, whatever stands there.
 * errors: EVD_ERR_RULE: the parts do not fit together or are none; *part is
 * the one that it was found in (from 0) and why says what is wrong. */
EVD_MUST_CHECK evd_err evd_verify_merge(evd_report *out, const evd_kernel *k,
                                        const evd_parts *parts,
                                        const evd_verify_how *how,
                                        uint32_t *part, evd_why *why,
                                        evd_arena *a);

#endif /* EVD_VERIFY_MERGE_H */
