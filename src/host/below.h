/* Files below a folder that somebody else filled.
 *
 * Layer: L5 host, private to the folder.
 *
 * Nothing but regular files below real folders is ever opened: a symbolic link
 * or a FIFO in such a place is somebody's trick.
 */
#ifndef EVD_HOST_BELOW_H
#define EVD_HOST_BELOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "evident/err.h"

/* May a name be a part of a path? Neither empty nor . nor .. */
bool evd_below_part_allowed(const char *name, size_t n);
/* Opens the folder that holds the last part of path, which `last` points to
 * afterwards; -1 with errno. */
int evd_below_parent(int root, const char *path, const char **last);
/* What an errno says: is it the file that cannot be read (EVD_ERR_MISSING,
 * EVD_ERR_PARSE), or this machine that cannot read (EVD_ERR_IO, _SPACE)? */
evd_err evd_below_error(int why);
/* size: how long the file is, in bytes; NULL: nobody asks. */
EVD_MUST_CHECK evd_err evd_below_open(int root, const char *path, int *fd,
                                      uint64_t *size);

#endif /* EVD_HOST_BELOW_H */
