#include "steps/judge_evidence.h"

#include "host/host.h"
#include "steps/judge.h"

static evd_err say(evd_ballot_finding *out, evd_ballot_finding what,
                   evd_err err) {
  if (err == EVD_ERR_SPACE)
    return err;
  *out = err == EVD_OK ? EVD_BALLOT_HOLDS : what;
  return EVD_OK;
}

/* Nothing is selected on a ballot that was not made for mail. */
static evd_err selected(const evd_ballot *b, const evd_group *G,
                        const evd_ballot_case *c, evd_why *why, evd_arena *a) {
  evd_mail_cast cast;
  return b->mail
             ? evd_mail_cast_line_judge(&cast, b, G, c->man, c->other, why, a)
             : EVD_ERR_FAIL;
}

evd_err evd_evidence_ballot(evd_ballot_finding *out, const evd_ballot_case *c,
                            evd_why *why, evd_arena *a) {
  evd_group G;
  evd_ballot b;
  evd_group_init(&G, evd_host_kernel());
  EVD_TRY(evd_base_set(&G, &G.K, &c->keys->K));
  EVD_TRY(evd_base_set(&G, &G.K_hat, &c->keys->K_hat));
  EVD_TRY(
      say(out, EVD_BALLOT_FAILS,
          evd_ballot_line_judge(&b, &G, c->man, c->H_E, c->ballot, why, a)));
  if (*out != EVD_BALLOT_HOLDS || c->type == EVD_ENTRY_BALLOT)
    return EVD_OK;
  return say(out, EVD_OTHER_FAILS,
             c->type == EVD_ENTRY_OPENING
                 ? evd_opening_line_judge(&b, &G, c->man, c->other, why, a)
                 : selected(&b, &G, c, why, a));
}
