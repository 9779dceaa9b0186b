/* Pieces of file handling shared inside the host layer.
 *
 * Layer: L5 host, private to the folder.
 */
#ifndef EVD_HOST_FILES_H
#define EVD_HOST_FILES_H

#include "base/arena.h"

/* Complains unless fd is a regular file; its size. */
EVD_MUST_CHECK evd_err evd_fd_regular(int fd, const char *path, size_t *size);
/* Up to max bytes; fewer at the end of the file. Does not complain. */
EVD_MUST_CHECK evd_err evd_fd_read(int fd, void *p, size_t max, size_t *got);

#endif /* EVD_HOST_FILES_H */
