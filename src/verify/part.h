/* What a run found out, as lines of JSON: a shard's part, which `verify merge`
 * puts together with the others, and the inside of a resume file.
 *
 * Layer: L4 verify. Private to this folder.
 *
 * One object a line, in this order:
 *   {"format","version","verdict","stage","shard","of","from","to","lines",
 *    "files"}                       the head; lines are those of all ballots
 *   {"path","sha256"}               every file of the record, in order of
 *                                   their paths; sha256 "": not read to its
 *                                   end. Names that are no text: "path_hex"
 *   {"bytes","of"}                  shard 1: the other files' bytes, in pieces;
 *                                   `of`: which file, from 1
 *   {"check","seen","failed","unexamined","remark","kept"}
 *                                   what the walk through the ballots found
 *   {"rows","of"}                   rows of one size each (EVD_SECTIONS), as
 *                                   they lie in the verifier's memory
 *   {"end"}                         SHA-256 of the lines before
 * Bytes are upper-case hex. A part is foreign data to whoever merges it.
 */
#ifndef EVD_VERIFY_PART_H
#define EVD_VERIFY_PART_H

#include "verify/run.h"

#define EVD_PART_FORMAT "Evident part v1"
#define EVD_PART_LINE_BYTES ((size_t)1 << 20) /* more than any line has */
#define EVD_PART_CHUNK_BYTES ((size_t)32768)  /* before they become hex */
#define EVD_PART_COUNTS 10
#define EVD_VERIFIED_BYTES (8 + 8 + 32) /* of resume files alone */
#define EVD_CELL_ROW_BYTES (2 * EVD_P_BYTES)

/* X(name, text, bytes of a row) */
#define EVD_SECTIONS(X)                                                        \
  X(COUNTS, "counts", 8)                                                       \
  X(CONTESTS, "contests", 17)                                                  \
  X(CELLS, "cells", EVD_CELL_ROW_BYTES)                                        \
  X(DEVICES, "devices", 8)                                                     \
  X(ONCE, "once", EVD_ONCE_BYTES)                                              \
  X(LINKS, "links", EVD_LINK_BYTES)                                            \
  X(STATES, "states", EVD_TOUCH_BYTES)                                         \
  X(ROLL, "roll", EVD_ROLL_TOUCH_BYTES)                                        \
  X(OPENED, "opened", EVD_TOUCH_BYTES)                                         \
  X(DATA, "data", EVD_TOUCH_BYTES)                                             \
  X(MAIL_CAST, "mail_cast", EVD_TOUCH_BYTES)                                   \
  X(MAIL_OPEN, "mail_open", EVD_TOUCH_BYTES)                                   \
  X(VERIFIED, "verified", EVD_VERIFIED_BYTES)
#define EVD_SECTION_ENUM(name, text, bytes) EVD_SECTION_##name,
typedef enum { EVD_SECTIONS(EVD_SECTION_ENUM) EVD_N_SECTIONS } evd_section;
#undef EVD_SECTION_ENUM
const char *evd_section_text(evd_section s);
size_t evd_section_bytes(evd_section s);

typedef struct {
  evd_str version; /* read; written is EVD_VERSION */
  evd_stage stage;
  evd_shard shard;
  uint64_t from, to, lines;
  uint64_t n_files;
} evd_part_head;

/* ---- writing ---- */
typedef struct {
  evd_put *put;
  void *self;
  evd_sha256 sha; /* of what was put */
  evd_buf line;
  evd_err err; /* the first */
} evd_part_out;
void evd_part_begin(evd_part_out *o, evd_put *put, void *self);
void evd_part_head_put(evd_part_out *o, const evd_part_head *h,
                       const char *verdict);
/* At most EVD_PART_CHUNK_BYTES. */
void evd_part_rows(evd_part_out *o, evd_section of, const uint8_t *p, size_t n);
void evd_part_check(evd_part_out *o, const evd_check *c);
void evd_part_file(evd_part_out *o, const evd_file *f);
void evd_part_line(evd_part_out *o); /* puts o->line and a line feed */
EVD_MUST_CHECK evd_err evd_part_end(evd_part_out *o);
/* The whole part of a shard. */
EVD_MUST_CHECK evd_err evd_shard_write(evd_run *r, evd_put *put, void *self);

/* ---- reading ---- */
/* Each reads one line; false: not such a line, why says what was expected.
 * Strings are arena memory. */
bool evd_part_head_read(evd_part_head *h, evd_span line, evd_arena *a,
                        evd_why *why);
bool evd_part_file_read(evd_file *f, evd_span line, evd_arena *a, evd_why *why);
/* Adds what the line says to the check it names. files: how many ballot files
 * there are, which places may lie in; keep: memory for remarks. */
bool evd_part_check_read(evd_check *checks, evd_span line, uint64_t files,
                         evd_arena *a, evd_arena *keep, evd_why *why);
/* Is it a line {NAME: hex, "of": ..}? bytes: arena memory. */
bool evd_part_bytes_read(evd_span *bytes, uint64_t *of, evd_span line,
                         evd_arena *a, evd_why *why);
bool evd_part_rows_read(evd_span *rows, evd_section *of, evd_span line,
                        evd_arena *a, evd_why *why);
bool evd_part_end_read(evd_h32 *sha, evd_span line, evd_why *why);
/* Which line it is, by how it begins. */
typedef enum {
  EVD_PART_OTHER,
  EVD_PART_HEAD,
  EVD_PART_FILE,
  EVD_PART_BYTES,
  EVD_PART_CHECK,
  EVD_PART_ROWS,
  EVD_PART_END
} evd_part_kind;
evd_part_kind evd_part_kind_of(evd_span line);

#endif /* EVD_VERIFY_PART_H */
