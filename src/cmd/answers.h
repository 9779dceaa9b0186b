/* The guardians' answers in an exchange folder, read and compared with the
 * request: foreign input, parsed before any secret is open.
 *
 * Spec:  record-format section 6, decrypt_1, decrypt_2, decrypt_3.
 * Layer: L7 cmd.
 *
 * Shapes: [t * n_U + j] for item t and the j-th guardian of U.
 */
#ifndef EVD_CMD_ANSWERS_H
#define EVD_CMD_ANSWERS_H

#include "cmd/ceremony.h"
#include "cmd/request.h"

typedef struct {
  evd_h32 *d;
  evd_opening *open;
  evd_q *v;
  evd_h32 seen[EVD_N_MAX];   /* per guardian, digest of the d's it sent */
  evd_h32 opened[EVD_N_MAX]; /* the same of the d's its openings have */
  evd_h32 all_open;          /* digest of all openings */
} evd_answers;

/* "XD/decrypt_<round>_<i>.json", in the request's memory. */
const char *evd_answer_path(evd_request *r, uint32_t round, uint32_t i);
EVD_MUST_CHECK evd_err evd_answers_init(evd_answers *an, evd_request *r);
/* Round 1, 2 or 3 of everybody in U. EVD_ERR_WAIT names who is missing or
 * has to start again. Complains. */
EVD_MUST_CHECK evd_err evd_answers_read(evd_answers *an, evd_request *r,
                                        uint32_t round);
/* Does decrypt_1 of guardian i answer this request? *there: is it there? */
EVD_MUST_CHECK evd_err evd_answer_own(evd_request *r, uint32_t i, bool *there,
                                      bool *same_U, bool *same_items);
/* After rounds 1 and 2: the openings against the d's [88, 99]. Fills opened
 * and all_open; complains of guardian *bad, if one differs. */
EVD_MUST_CHECK evd_err evd_answers_opened(evd_answers *an, const evd_request *r,
                                          const evd_group *G,
                                          const evd_pool *pool, uint32_t *bad);

#endif /* EVD_CMD_ANSWERS_H */
