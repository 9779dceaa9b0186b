/* Where a record is read from: files are the host's business, the verifier
 * only sees this.
 *
 * Layer: L4 record; implemented in host/source_dir.c (and by tests).
 */
#ifndef EVD_RECORD_SOURCE_H
#define EVD_RECORD_SOURCE_H

#include "base/arena.h"

/* Errors of all functions: EVD_ERR_MISSING: no such file; EVD_ERR_PARSE: what
 * lies there cannot be read as a file by anybody who gets the record (no
 * regular file, no permission, no whole frame); EVD_ERR_IO: this machine
 * cannot read, and the record is not to blame; EVD_ERR_SPACE: no memory, and
 * the record is not to blame either. */
/* More files, or more bytes of their names, has no record. */
#define EVD_SOURCE_FILES_MAX ((size_t)131072)
#define EVD_SOURCE_NAMES_BYTES_MAX ((size_t)16 << 20)
/* Nor has it a larger file that is read whole, or a longer line. */
#define EVD_SOURCE_BYTES_MAX ((size_t)64 << 20)

typedef struct evd_source evd_source;
struct evd_source {
  void *self;
  /* All files below the directory, paths with '/', ascending by bytes. A
   * `.zst` suffix is taken off (both present: listed twice). Anything that is
   * no regular file (symlink, FIFO, device) is listed with a trailing '*'.
   * Arena memory. EVD_ERR_RANGE: more than EVD_SOURCE_FILES_MAX. */
  evd_err (*list)(void *self, const char ***paths, size_t *n, evd_arena *a);
  /* A whole file of at most max_bytes; a larger one: EVD_ERR_RANGE. */
  evd_err (*read)(void *self, const char *path, size_t max_bytes,
                  evd_span *bytes, evd_arena *a);
  /* Line by line: open, then next until *more is false. A last line without
   * LF is returned with no_lf set. max_line_bytes: longer gives EVD_ERR_RANGE
   * once and the rest of the line is skipped. One stream open per `path`. */
  evd_err (*lines_open)(void *self, const char *path, size_t max_line_bytes);
  evd_err (*lines_next)(void *self, evd_span *line, bool *more, bool *no_lf);
  void (*lines_close)(void *self);
};

/* The sentence for an error of read and lines_next, if they were asked for
 * EVD_SOURCE_BYTES_MAX. */
static inline const char *evd_source_text(evd_err e) {
  return e == EVD_ERR_RANGE ? "longer than 64 MiB" : evd_err_text(e);
}

#endif /* EVD_RECORD_SOURCE_H */
