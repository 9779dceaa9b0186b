/* Hint files: square roots that make checking a record faster.
 *
 * Spec:  doc/hints.md, byte for byte.
 * Layer: L4 record. No I/O: bytes come through evd_hint_file.
 *
 * Nothing in such a file is trusted, and nothing in it is part of a record. A
 * reader finds the values of a ballot by its identifier or does not find them;
 * whether they are of use the squares say (egds/batch.h).
 */
#ifndef EVD_RECORD_HINTS_H
#define EVD_RECORD_HINTS_H

#include "record/record.h"

#define EVD_HINTS_HEAD_BYTES 16
#define EVD_HINTS_ENTRY_BYTES 36 /* before the values of a ballot */

void evd_hints_head_write(uint8_t out[EVD_HINTS_HEAD_BYTES]);
void evd_hints_entry_write(uint8_t out[EVD_HINTS_ENTRY_BYTES],
                           const evd_h32 *id_B, uint32_t n_values);

/* Where the bytes come from: fills p with those from `at` on, at most n, and
 * returns how many: fewer at the end, or where reading fails. By several
 * threads at once if they like. */
typedef struct {
  void *self;
  size_t (*read)(void *self, uint64_t at, void *p, size_t n);
} evd_hint_file;

typedef struct {
  const evd_hint_file *file;
  uint64_t next;   /* where the next entry is expected */
  bool looked_far; /* for the first ballot */
} evd_hints;

/* errors  EVD_ERR_FORM: no hint file of this version; `why` says so */
EVD_MUST_CHECK evd_err evd_hints_open(evd_hints *h, const evd_hint_file *file,
                                      evd_why *why);
/* Where the n_values values of this ballot begin; false if they are not near:
 * entries are in reading order, a few may be missing, strange or twisted, and
 * before the first ballot asked for there may be many. */
#define EVD_HINTS_LOOK 64
#define EVD_HINTS_LOOK_FIRST ((uint32_t)1 << 22)
bool evd_hints_find(evd_hints *h, const evd_h32 *id_B, uint64_t n_values,
                    uint64_t *at);
/* n values from `at` on; false: the file ends before. Thread-safe. */
bool evd_hints_get(const evd_hints *h, uint64_t at, evd_p out[], size_t n);

#endif /* EVD_RECORD_HINTS_H */
