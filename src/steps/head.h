/* The fixed part of a record: parameters, manifest, texts, keys.
 *
 * Layer: L6 steps.
 */
#ifndef EVD_STEPS_HEAD_H
#define EVD_STEPS_HEAD_H

#include "base/arena.h"
#include "egds/keys.h"
#include "host/host.h"
#include "record/record.h"

/* Where the files are: "manifest.json", "guardians/guardian_1.json". `get`
 * complains; its bytes are the arena's, or outlive the head. */
typedef struct {
  void *self;
  bool (*has)(void *self, const char *name);
  evd_err (*get)(void *self, const char *name, size_t max_bytes, evd_span *out,
                 evd_arena *a);
} evd_head_files;

typedef struct {
  const char *dir; /* named in what it complains of */
  evd_head_files files;
  evd_arena arena; /* owns everything below */
  evd_parameters par;
  evd_manifest man;
  evd_span manifest_bytes;
  bool has_texts;
  evd_texts texts;
  evd_span texts_bytes;
  evd_h32 H_P, H_B; /* computed */
  /* only with EVD_HEAD_KEYS: */
  evd_guardian_pub *guardians; /* n */
  evd_election_keys keys;
} evd_head;
enum { EVD_HEAD_MANIFEST = 0, EVD_HEAD_KEYS = 1 };
/* Reads parameters.json and manifest.json (and texts.json where named)
 * strictly, checks V1, X.3 and X.4's numbers; with EVD_HEAD_KEYS also
 * guardians/ and election_keys.json with Verifications 2-4, X.4, X.5: whoever
 * encrypts or decrypts never trusts keys it has not checked (C09).
 * Complains. Close with evd_head_close in every case. */
EVD_MUST_CHECK evd_err evd_head_open(evd_head *h, const char *dir, int what);
/* The same from somewhere else than a folder. */
EVD_MUST_CHECK evd_err evd_head_open_from(evd_head *h, const char *name,
                                          const evd_head_files *files,
                                          int what);
void evd_head_close(evd_head *h);

/* Its two halves, for the verb that wants to tell every fault instead of the
 * first. */
/* Reads and parses; complains of what is missing or not in its one byte
 * form. Close with evd_head_close in every case. */
EVD_MUST_CHECK evd_err evd_head_read(evd_head *h, const char *dir, int what);
EVD_MUST_CHECK evd_err evd_head_read_from(evd_head *h, const char *name,
                                          const evd_head_files *files,
                                          int what);
/* What EVD_HEAD_KEYS reads besides, later. */
EVD_MUST_CHECK evd_err evd_head_read_keys(evd_head *h);
/* Verification 1, X.3, X.4; with EVD_HEAD_KEYS also 2-4 and X.5. Calls
 * `fault` once per fault and returns how many there were. */
uint32_t evd_head_judge(const evd_head *h, int what, evd_fault_fn *fault,
                        void *self);

#endif /* EVD_STEPS_HEAD_H */
