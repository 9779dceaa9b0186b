/* An election's keys, and ballots under them.
 *
 * Spec:  EGDS 2.1.0 sections 3.3, 3.4; doc/record-format.md sections 2, 3.
 *
 *   evd_booth booth = EVD_BOOTH_START;
 *   booth.device = 1;
 *   booth.slot = 17;
 *   if (evd_election_open(&e, "record") == EVD_OK &&
 *       evd_booth_seal(e, &booth, NULL, plain, n, &line, &line_n) == EVD_OK)
 *     print_receipt(booth.code), append(line, line_n);
 *
 * An election is read only once it is open: threads may share it. A booth is
 * plain bytes that its owner keeps; one thread at a time seals with it.
 */
#ifndef EVIDENT_ELECTION_H
#define EVIDENT_ELECTION_H

#include <stddef.h>
#include <stdint.h>

#include "evident/lib.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct evd_election evd_election;

/* Reads the fixed part of the record in the folder `dir` (parameters, manifest,
 * texts, guardians, election_keys), checks all of it (Verifications 1 to 4,
 * X.1, X.3 to X.5), and makes tables of powers, some 4 MB. Close *out.
 *   errors  EVD_ERR_FAIL: something of it does not hold; EVD_ERR_MISSING,
 *           EVD_ERR_PARSE, EVD_ERR_FORM, EVD_ERR_RULE, EVD_ERR_IO,
 *           EVD_ERR_SPACE; *out is NULL then                              */
EVD_API EVD_MUST_CHECK evd_err evd_election_open(evd_election **out,
                                                 const char *dir);
EVD_API void evd_election_close(evd_election *e);

typedef struct {
  uint32_t n_guardians, quorum; /* n and k of the specification */
  uint32_t n_contests, n_styles, n_devices;
  uint8_t H_P[EVD_HASH_BYTES], H_B[EVD_HASH_BYTES]; /* parameters, manifest */
  uint8_t H_E[EVD_HASH_BYTES], H_G[EVD_HASH_BYTES]; /* with keys; guardians */
  uint8_t K[EVD_ELEMENT_BYTES];     /* votes are encrypted to it */
  uint8_t K_hat[EVD_ELEMENT_BYTES]; /* and all other data to this one */
} evd_election_facts;
EVD_API EVD_MUST_CHECK evd_err evd_election_tell(const evd_election *e,
                                                 evd_election_facts *out);

/* A device and the end of its chain of codes. To go on another day keep these
 * bytes: two ballots sealed from the same ones would fork the chain. */
typedef struct {
  size_t size;       /* sizeof(evd_booth) */
  uint32_t device;   /* number in the manifest, from 1; not of mode mail */
  uint32_t position; /* of the last ballot; 0: none yet, or not chained */
  uint64_t slot;     /* time slot of the next ballots, below 2^53 */
  uint8_t code[EVD_HASH_BYTES]; /* confirmation code of the last ballot */
} evd_booth;
#define EVD_BOOTH_START                                                        \
  {                                                                            \
    sizeof(evd_booth), 0, 0, 0, { 0 }                                          \
  }

/* Encrypts a plain ballot, checks the result as a verifier would, puts it on
 * the chain and fixes its confirmation code; b->position and b->code are of
 * the new ballot then, else untouched.
 *   credential  32 bytes to which a ballot of a remote device is bound; NULL
 *               for other devices
 *   plain       a line of plain.jsonl: record-format section 6; SECRET, and
 *               the caller's to wipe. Jansson parses it: wiped only if the
 *               process gave Jansson memory functions that do
 *   *line       a line for ballots/<name>.jsonl, without its newline;
 *               evd_free(*line)
 *   CT          marks, write-ins' bytes and nonces, from parsing on
 *   errors      EVD_ERR_RULE, EVD_ERR_PARSE, EVD_ERR_FORM: the ballot is not
 *               one of this election; EVD_ERR_OVERFLOW: write-ins too long;
 *               EVD_ERR_RANGE, EVD_ERR_SPACE, EVD_ERR_IO: no randomness;
 *               EVD_ERR_PROOF: this computer miscalculates                */
EVD_API EVD_MUST_CHECK evd_err evd_booth_seal(
    const evd_election *e, evd_booth *b, const uint8_t *credential,
    const char *plain, size_t plain_bytes, char **line, size_t *line_bytes);

typedef struct {
  uint32_t style, device, weight;
  uint32_t position; /* 0: its device is not chained */
  uint64_t slot;
  uint8_t id_B[EVD_HASH_BYTES];
  uint8_t code[EVD_HASH_BYTES]; /* confirmation code */
} evd_ballot_facts;
/* Is this line a ballot of the election, right in itself? Its form (X.1, X.6)
 * and all its proofs and hashes (Verifications 5.B, 6, 7, 8.A, 8.B, X.2, X.7,
 * X.8). What stands in its chain before it, whether it occurs twice or is
 * cast, is seen from the whole record only. `out` may be NULL.
 *   errors  EVD_ERR_PROOF: evd_problem names the checks that fail;
 *           EVD_ERR_FORM, EVD_ERR_PARSE, EVD_ERR_FAIL: no ballot of this
 *           election; EVD_ERR_RANGE, EVD_ERR_SPACE                        */
EVD_API EVD_MUST_CHECK evd_err evd_ballot_judge(const evd_election *e,
                                                const char *line,
                                                size_t line_bytes,
                                                evd_ballot_facts *out);

#ifdef __cplusplus
}
#endif

#endif /* EVIDENT_ELECTION_H */
