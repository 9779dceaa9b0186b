/* Room outside memory for what grows with the record.
 *
 * Layer: L4 verify; implemented in host/scratch.c (and by tests). The
 *        verifier itself knows no files.
 *
 * A scratch holds numbered streams of bytes: appended to at the end, read
 * anywhere. What stands there came from the record, is public, and is gone
 * when the run is over.
 */
#ifndef EVD_VERIFY_SCRATCH_H
#define EVD_VERIFY_SCRATCH_H

#include "base/bytes.h"
#include "evident/err.h"

typedef struct evd_scratch evd_scratch;
struct evd_scratch {
  void *self;
  /* A new, empty stream. */
  evd_err (*open)(void *self, uint32_t *stream);
  evd_err (*append)(void *self, uint32_t stream, const void *p, size_t n);
  /* Exactly n bytes from `at`; by several threads at once if they like, but
   * not while somebody appends. */
  evd_err (*read)(void *self, uint32_t stream, uint64_t at, void *p, size_t n);
  void (*drop)(void *self, uint32_t stream);
};

#endif /* EVD_VERIFY_SCRATCH_H */
