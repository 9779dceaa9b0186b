/* What the imports of cast-vote records share: their options, the fixed part
 * of the manifest, and the two files they write.
 *
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_IMPORT_H
#define EVD_CMD_IMPORT_H

#include "cmd/cmd.h"
#include "cmd/manifest.h"

typedef struct {
  const char *from;  /* the export: a folder or a file */
  const char *out;   /* folder for manifest.json and plain.jsonl */
  const char *label; /* of the election; NULL: the export's own */
  uint32_t n_guardians;
  evd_str *guardians;
} evd_import_options;

/* --out, --guardians, --label and the one word named `what`. Complains. */
EVD_MUST_CHECK evd_err evd_import_args(evd_import_options *o, int argc,
                                       char **argv, const char *what,
                                       evd_arena *a);

/* A trial with these guardians and one chained booth device, no contests. */
void evd_import_manifest(evd_manifest *m, const evd_import_options *o,
                         const char *device, evd_arena *a);

/* A text of an export as a label: control characters and runs of spaces
 * become one space, none at the ends. Arena memory. */
EVD_MUST_CHECK evd_err evd_import_text(evd_str *out, evd_span raw,
                                       evd_arena *a);
/* The label followed by ` (number)`: what tells two equal ones apart. */
EVD_MUST_CHECK evd_err evd_import_number_label(evd_str *label, uint64_t number,
                                               evd_arena *a);

/* The files being written: nothing is there until _commit. */
typedef struct {
  const char *dir, *manifest_path, *plain_path;
  evd_buf manifest, line;
  evd_out *plain;
} evd_import_out;

/* Writes the manifest in memory, reads it back and judges it by the record's
 * rules; opens plain.jsonl. Complains. Close in every case. */
EVD_MUST_CHECK evd_err evd_import_open(evd_import_out *w,
                                       const evd_import_options *o,
                                       const evd_manifest *m, evd_arena *a);
EVD_MUST_CHECK evd_err evd_import_card(evd_import_out *w, const evd_plain *p);
EVD_MUST_CHECK evd_err evd_import_commit(evd_import_out *w);
void evd_import_close(evd_import_out *w);

#endif /* EVD_CMD_IMPORT_H */
