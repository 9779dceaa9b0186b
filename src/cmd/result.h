/* Combining the guardians' answers: for every item the joint proof, and who
 * is to blame where it does not hold.
 *
 * Spec:  EGDS 2.1.0 sections 3.6.3-3.6.7, eq 82-106; Note 3.7.
 * Layer: L7 cmd. Public data, but for the ballot nonces of result_opened.c.
 */
#ifndef EVD_CMD_RESULT_H
#define EVD_CMD_RESULT_H

#include "cmd/answers.h"

typedef struct {
  evd_request rq;
  evd_answers an;
  evd_pool pool;
  evd_host_group *hg;
  evd_zp *S;    /* public share per guardian of U (of K^ for contest data) */
  evd_zq *w;    /* Lagrange coefficient per guardian of U */
  evd_p *M;     /* per item: M, or beta of contest data */
  evd_q *c, *v; /* per item */
} evd_result;

/* Reads all answers, combines them and checks every joint proof. Complains
 * of the guardian who is missing (EVD_ERR_WAIT) or cheats. */
EVD_MUST_CHECK evd_err evd_result_combine(evd_result *x);

/* Each appends lines or an object to out. Complain. */
EVD_MUST_CHECK evd_err evd_result_tally(evd_result *x, evd_buf *out);
/* Lines of challenged.jsonl, and those of mail_open.jsonl to `mail`; either is
 * NULL where no such ballot is challenged. */
EVD_MUST_CHECK evd_err evd_result_opened(evd_result *x, evd_out *out,
                                         evd_out *mail);
EVD_MUST_CHECK evd_err evd_result_data(evd_result *x, evd_out *out,
                                       uint64_t *left_out);

/* One uncast mail ballot, opened with xi_B: the object and what it points to
 * in arena a. EVD_ERR_PROOF: xi_B does not give the ballot's hashes.
 * Complains. (result_mail.c) */
EVD_MUST_CHECK evd_err evd_result_open_mail(const evd_manifest *m,
                                            const evd_group *G,
                                            const evd_sealed_nonce *s,
                                            const evd_h32 *xi_B,
                                            evd_mail_open *out, evd_arena *a);

#endif /* EVD_CMD_RESULT_H */
