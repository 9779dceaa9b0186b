/* The bytes of a stored file, unpacked where it is a Zstandard frame.
 *
 * Spec:  record-format section 2: one frame, window at most 8 MiB.
 * Layer: L5 host, private to the folder.
 */
#ifndef EVD_HOST_UNPACK_H
#define EVD_HOST_UNPACK_H

#include "base/arena.h"

typedef struct evd_unpack evd_unpack;

/* Takes over fd, also on failure. */
EVD_MUST_CHECK evd_err evd_unpack_open(evd_unpack **u, int fd, bool zst);
/* Up to max bytes; 0 only at the end.
 * errors  EVD_ERR_IO: the system; EVD_ERR_PARSE: not one whole frame;
 *         EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_unpack_next(evd_unpack *u, void *p, size_t max,
                                       size_t *got);
/* Stored bytes that were read so far. */
uint64_t evd_unpack_read(const evd_unpack *u);
void evd_unpack_close(evd_unpack *u);

#endif /* EVD_HOST_UNPACK_H */
