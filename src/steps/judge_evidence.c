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
  if (*out != EVD_BALLOT_HOLDS || c->opening.n == 0)
    return EVD_OK;
  return say(out, EVD_OPENING_FAILS,
             evd_opening_line_judge(&b, &G, c->man, c->opening, why, a));
}
