/* A guardian: the key ceremony, and answering for the tally.
 *
 * Spec:  EGDS 2.1.0 sections 3.2.2, 3.6.3, 3.6.4; doc/record-format.md
 *        sections 3, 6.
 *
 * Ceremony, each of the n guardians:
 *   evd_guardian_new      draws keys
 *   evd_guardian_public   its public file; the n digests of these are compared
 *                         before anybody looks at another's
 *   evd_guardian_meet     every other's public file: checked, kept
 *   evd_guardian_share    a sealed share for every other
 *   evd_guardian_take     every other's sealed share: opened, checked, added
 *   evd_guardian_keys     election_keys.json, the same for all
 *   evd_guardian_export   the secret of the election, 64 bytes
 * Decryption of a sum, each of the guardians present:
 *   evd_guardian_restore  from the 64 bytes and the record
 *   evd_answer_new        round 1: a commitment
 *   evd_answer_reveal     round 2, with all commitments: its part
 *   evd_answer_respond    round 3, with all parts: its response, once
 * and anybody, with all parts and responses: evd_sum_open.
 *
 * A guardian decrypts whatever sum it is asked for: that a sum is the one of a
 * closed record that verifies (evd_verify_dir, EVD_STAGE_CLOSED), and is asked
 * for once, is for the caller to see to. `evident guardian decrypt` does.
 *
 * Handles hold secrets, are wiped when closed, and are used by one thread at a
 * time. CT in all secrets.
 */
#ifndef EVIDENT_GUARDIAN_H
#define EVIDENT_GUARDIAN_H

#include <stddef.h>
#include <stdint.h>

#include "evident/election.h"
#include "evident/lib.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct evd_guardian evd_guardian;

/* ---- the ceremony ---- */

/* Guardian i of n with quorum k, 1 <= i, k <= n <= 255. Close *out.
 *   errors  EVD_ERR_RANGE, EVD_ERR_SPACE, EVD_ERR_IO: no randomness       */
EVD_API EVD_MUST_CHECK evd_err evd_guardian_new(evd_guardian **out, uint32_t n,
                                                uint32_t k, uint32_t i);
EVD_API void evd_guardian_close(evd_guardian *g);
/* guardians/guardian_<i>.json; evd_free(*json). */
EVD_API EVD_MUST_CHECK evd_err evd_guardian_public(const evd_guardian *g,
                                                   char **json,
                                                   size_t *json_bytes);
/* Takes in another guardian's public file.
 *   errors  EVD_ERR_PROOF: Verification 2 does not hold; EVD_ERR_EXISTS: met
 *           before; EVD_ERR_RULE: of another ceremony; EVD_ERR_PARSE,
 *           EVD_ERR_FORM, EVD_ERR_RANGE, EVD_ERR_SPACE                    */
EVD_API EVD_MUST_CHECK evd_err evd_guardian_meet(evd_guardian *g,
                                                 const char *json,
                                                 size_t json_bytes);
/* share_<i>_<to>.json for guardian `to`, which was met; evd_free(*json).
 *   errors  EVD_ERR_WAIT: not met yet; EVD_ERR_RANGE, EVD_ERR_SPACE,
 *           EVD_ERR_IO                                                    */
EVD_API EVD_MUST_CHECK evd_err evd_guardian_share(const evd_guardian *g,
                                                  uint32_t to, char **json,
                                                  size_t *json_bytes);
/* Takes in the share that another guardian, which was met, sent to this one.
 *   errors  EVD_ERR_SHARE, EVD_ERR_PROOF: it is not what its sender committed
 *           to, and evd_problem names the sender; EVD_ERR_WAIT,
 *           EVD_ERR_EXISTS, EVD_ERR_RULE, EVD_ERR_PARSE, EVD_ERR_FORM,
 *           EVD_ERR_RANGE                                                 */
EVD_API EVD_MUST_CHECK evd_err evd_guardian_take(evd_guardian *g,
                                                 const char *json,
                                                 size_t json_bytes);
/* election_keys.json over the bytes of manifest.json; evd_free(*json).
 *   errors  EVD_ERR_WAIT: not all were met; EVD_ERR_RANGE, EVD_ERR_SPACE  */
EVD_API EVD_MUST_CHECK evd_err evd_guardian_keys(const evd_guardian *g,
                                                 const char *manifest,
                                                 size_t manifest_bytes,
                                                 char **json,
                                                 size_t *json_bytes);
#define EVD_GUARDIAN_SECRET_BYTES 64
/* SECRET: z_i and z^_i, all that is needed later; the caller keeps it sealed.
 *   errors  EVD_ERR_WAIT: not all shares were taken; EVD_ERR_RANGE        */
EVD_API EVD_MUST_CHECK evd_err evd_guardian_export(
    const evd_guardian *g, uint8_t secret[EVD_GUARDIAN_SECRET_BYTES]);
/* Guardian i of the election again, for answers only.
 *   errors  EVD_ERR_SHARE: not the secret of this guardian in this election;
 *           EVD_ERR_RANGE, EVD_ERR_SPACE                                  */
EVD_API EVD_MUST_CHECK evd_err
evd_guardian_restore(evd_guardian **out, const evd_election *e, uint32_t i,
                     const uint8_t secret[EVD_GUARDIAN_SECRET_BYTES]);

/* ---- the tally ---- */

/* A cell of tally_encrypted.json. */
typedef struct {
  uint32_t contest, field; /* numbers from 1 */
  uint8_t A[EVD_ELEMENT_BYTES], B[EVD_ELEMENT_BYTES];
} evd_sum;
/* Who decrypts: numbers of guardians, ascending, at least k of them. The lists
 * below have one entry for each of them, in this order. */
typedef struct {
  const uint32_t *guardians;
  size_t n;
} evd_present;
typedef struct {
  uint8_t a[EVD_ELEMENT_BYTES], b[EVD_ELEMENT_BYTES], M[EVD_ELEMENT_BYTES];
} evd_part;
typedef struct {
  uint8_t hash[EVD_HASH_BYTES];
} evd_commitment;
typedef struct {
  uint8_t v[EVD_SCALAR_BYTES];
} evd_response;

typedef struct evd_answer evd_answer; /* of one guardian for one sum */

/* Round 1. Election and guardian are to outlive the answer. Close *out.
 *   errors  EVD_ERR_QUORUM: who is present; EVD_ERR_MEMBER: A or B is no
 *           element of the group; EVD_ERR_WAIT: the guardian has not all
 *           shares; EVD_ERR_RANGE, EVD_ERR_SPACE, EVD_ERR_IO              */
EVD_API EVD_MUST_CHECK evd_err evd_answer_new(
    evd_answer **out, const evd_election *e, const evd_guardian *g,
    const evd_present *present, const evd_sum *sum, evd_commitment *commitment);
EVD_API void evd_answer_close(evd_answer *a);
/* Round 2, when the commitments of all are known.
 *   errors  EVD_ERR_COMMIT: one's own is not in its place; EVD_ERR_SPENT:
 *           other ones were given before; EVD_ERR_RANGE                   */
EVD_API EVD_MUST_CHECK evd_err evd_answer_reveal(
    evd_answer *a, const evd_commitment commitments[], evd_part *part);
/* Round 3, when the parts of all are known.
 *   errors  EVD_ERR_COMMIT, EVD_ERR_MEMBER: a part is not what was committed
 *           to, or no group elements, and evd_problem names the guardian;
 *           EVD_ERR_SPENT: it has responded; EVD_ERR_WAIT: before round 2;
 *           EVD_ERR_RANGE                                                 */
EVD_API EVD_MUST_CHECK evd_err evd_answer_respond(evd_answer *a,
                                                  const evd_part parts[],
                                                  evd_response *response);

/* A cell of tally.json. */
typedef struct {
  uint64_t total; /* t */
  uint8_t T[EVD_ELEMENT_BYTES];
  uint8_t c[EVD_SCALAR_BYTES], v[EVD_SCALAR_BYTES]; /* the proof */
} evd_opened_sum;
/* Puts the answers together and checks them; public data only.
 *   bound   no total is larger: votes cast times the limit of the option, at
 *           most 2^44
 *   errors  EVD_ERR_PROOF, EVD_ERR_MEMBER: evd_problem names the guardian that
 *           answered wrongly; EVD_ERR_DLOG: no total up to bound;
 *           EVD_ERR_QUORUM, EVD_ERR_RANGE, EVD_ERR_SPACE                  */
EVD_API EVD_MUST_CHECK evd_err evd_sum_open(
    const evd_election *e, const evd_present *present, const evd_sum *sum,
    const evd_part parts[], const evd_response responses[], uint64_t bound,
    evd_opened_sum *out);

#ifdef __cplusplus
}
#endif

#endif /* EVIDENT_GUARDIAN_H */
