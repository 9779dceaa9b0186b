/* Is a pre-encrypted ballot right in itself, what was selected on it, or the
 * opening of one? The part of steps/judge.h that is about mail.
 *
 * Spec:  EGDS 2.1.0 Verifications 5.B, 6, 7, 15, 16.A to 16.C, 17 to 19; X.2,
 *        X.7, X.17 of record-format 4 and 5.
 * Layer: L6 steps. Private to this folder. Public data only.
 */
#ifndef EVD_STEPS_JUDGE_MAIL_H
#define EVD_STEPS_JUDGE_MAIL_H

#include "egds/ballot.h"
#include "egds/check.h"
#include "group/element.h"
#include "record/record.h"

/* What fails, beside the EVD_F_.. of egds/check.h. */
enum {
  EVD_MAIL_FORM = 1 << 11,     /* X.17 */
  EVD_MAIL_PRODUCT = 1 << 12,  /* 15.A */
  EVD_MAIL_PSI = 1 << 13,      /* 16.A */
  EVD_MAIL_CHI = 1 << 14,      /* 16.B */
  EVD_MAIL_HC = 1 << 15,       /* 16.C */
  EVD_MAIL_CODE = 1 << 16,     /* 17.A */
  EVD_MAIL_OPENED = 1 << 17,   /* 18.A */
  EVD_MAIL_CONTESTS = 1 << 18, /* 19.A or 19.B */
  EVD_MAIL_OPTIONS = 1 << 19,  /* 19.C or 19.D */
};

/* A ballot whose contests match `shapes`; 0: all holds. Sorts nothing. */
uint32_t evd_mail_ballot_check_var(const evd_group *G, const evd_manifest *m,
                                   const evd_ballot *b, const evd_shape *shapes,
                                   const evd_h32 *H_E);
/* What was selected on such a ballot. */
uint32_t evd_mail_cast_check_var(const evd_group *G, const evd_manifest *m,
                                 const evd_ballot *b, const evd_shape *shapes,
                                 const evd_mail_cast *cast);
/* The opening of such a ballot, whose psi and chi become what is opened. */
uint32_t evd_mail_open_check_var(const evd_group *G, const evd_manifest *m,
                                 evd_ballot *b, const evd_shape *shapes,
                                 const evd_mail_open *open);

#endif /* EVD_STEPS_JUDGE_MAIL_H */
