/* Attestations: what one verifier says about one record.
 *
 * Spec:  doc/attestation.md.
 * Layer: L4 verify. Pure. The text that is signed as a note.
 */
#ifndef EVD_VERIFY_ATTEST_H
#define EVD_VERIFY_ATTEST_H

#include "board/note.h"
#include "verify/verify.h"

#define EVD_ATTEST_CHECKS_MAX 256
#define EVD_ATTEST_WORD_MAX 32 /* of the verifier's name and of its version */

typedef struct {
  char id[8]; /* "6.A", zero-ended */
  evd_status status;
} evd_attest_line;

typedef struct {
  char name[EVD_ATTEST_WORD_MAX + 1], version[EVD_ATTEST_WORD_MAX + 1];
  evd_h32 checks; /* digest of the verifier's list of checks */
  evd_h32 record; /* digest of the record */
  evd_stage stage;
  evd_verdict verdict;
  uint64_t ballots, cast, challenged, spoiled, superseded, refused;
  uint32_t n_lines; /* at least 1 */
  evd_attest_line lines[EVD_ATTEST_CHECKS_MAX];
} evd_attestation;

/* What a report says, in the words of the verifier name, version.
 *   errors  EVD_ERR_INCOMPLETE: the record has no digest, or no check passed
 *           or failed: there is nothing to attest to */
EVD_MUST_CHECK evd_err evd_attest_make(evd_attestation *out,
                                       const evd_report *r, const char *name,
                                       const char *version);
void evd_attest_write(evd_buf *out, const evd_attestation *a);
/* Only what evd_attest_write writes, with a verdict that fits its lines.
 *   errors  EVD_ERR_FORM; out is not to be used then */
EVD_MUST_CHECK evd_err evd_attest_read(evd_attestation *out, evd_span text,
                                       evd_note_why *why);

/* What b says otherwise than a, a sentence and a line feed each; the number of
 * sentences. Names and versions of verifiers are no difference, and checks
 * that one of them does not know are one only if they failed. */
uint32_t evd_attest_compare(evd_buf *out, const evd_attestation *a,
                            const evd_attestation *b);

#endif /* EVD_VERIFY_ATTEST_H */
