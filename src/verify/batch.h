/* Batches of ballots whose proofs are checked together.
 *
 * Layer: L4 verify. Private to this folder.
 */
#ifndef EVD_VERIFY_BATCH_H
#define EVD_VERIFY_BATCH_H

#include "egds/batch.h"
#include "record/hints.h"
#include "verify/run.h"

/* 6,400 selections, 20 MB; more gain little. */
#define EVD_BATCH_VALUES ((size_t)40000)
#define EVD_BATCH_LANES_MAX 8u /* 2 MB each */
/* Fewer ballots than this are faster one by one. */
#define EVD_BATCH_LEAST 2

/* A ballot with hints. */
typedef struct {
  evd_ballot_job *job;
  uint64_t hints_at; /* in the file */
  size_t at, n;      /* its values */
  bool good;         /* they open */
} evd_batch_entry;

struct evd_batching {
  evd_hints hints;
  evd_err (*draw)(void *p, size_t n);
  evd_zp *x; /* EVD_BATCH_VALUES, so e, s, random */
  evd_exp *e, *s;
  uint8_t *random;
  evd_zp *work; /* EVD_BATCH_WORK_MAX a lane */
  uint32_t lanes, n_parts;
  evd_batch_test *test;
  size_t n, n_values;
  evd_batch_entry *entry; /* EVD_HINTED_BALLOTS */
};

#endif /* EVD_VERIFY_BATCH_H */
