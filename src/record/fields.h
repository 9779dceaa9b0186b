/* Encryptions with their proofs: what sealed ballots and mail_cast.jsonl
 * share.
 *
 * Spec:  record-format 3.5, 5.
 * Layer: L4 record, private.
 */
#ifndef EVD_RECORD_FIELDS_H
#define EVD_RECORD_FIELDS_H

#include "record/reader.h"
#include "record/write.h"

/* Least text of an encryption: alpha with beta. */
#define EVD_FIELD_TEXT_BYTES (4 * EVD_P_BYTES)

/* Lists c and v of a proof: equal and not empty, or nobody can use them.
 * `want`: length by the manifest, 0 if it does not say. Returns the range. */
uint32_t evd_rd_proof(evd_obj *o, evd_q **c, evd_q **v, uint64_t want);
/* `fields`, their proofs as long as the shape says (ind_c 0: unknown). */
void evd_rd_fields(evd_obj *o, evd_contest_ct *c, const evd_shape *s);

void evd_put_proof(evd_buf *out, const char *key, const evd_q *c,
                   const evd_q *v, uint32_t range);
void evd_put_fields(evd_buf *out, const evd_field *f, uint32_t n);

#endif /* EVD_RECORD_FIELDS_H */
