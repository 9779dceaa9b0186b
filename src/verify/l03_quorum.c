/* L.3: as many witnesses as the policy asks for have seen this head; and,
 * while ballots are taken, not long ago. */
#include "verify/logcheck_run.h"

static void judge_setup(evd_logcheck *l) {
  const char *what = NULL;
  const evd_object_ref *named = &l->setup.setup.policy;
  if (!evd_object_fits(named, "policy", l->how.policy))
    evd_l_fault_at(l, EVD_L3_AT, 0, EVD_ENTRY_SETUP,
                   "names another policy than the one it is judged by");
  evd_err e =
      evd_profile_check(l->setup.setup.profile, l->how.policy, l->a, &what);
  if (e == EVD_ERR_REFUSED)
    evd_l_fault_at(l, EVD_L3_AT, 0, EVD_ENTRY_SETUP, what);
  else
    (void)evd_l_trouble(l, e);
}

/* Cosignatures that are too old count as none. */
static void judge_age(evd_logcheck *l) {
  evd_policy_verdict v;
  const uint64_t now = l->how.now, age = l->how.max_age;
  evd_policy_judge_var(&v, &l->policy, &l->c, now > age ? now - age : 0);
  if (!v.quorum)
    evd_l_fault(l, EVD_L3_AT, "checkpoint",
                "its cosignatures are too old for a log that takes ballots: "
                "this may be a stale view");
}

void evd_l03_quorum(evd_logcheck *l) {
  if (!l->rep.trusted) {
    evd_l_block(l, EVD_L3_AT, EVD_L3_AT,
                "without --policy or --policy-digest nobody says which "
                "witnesses count");
    return;
  }
  if (!l->has_policy)
    return; /* L.1 or L.3 says why */
  evd_l_saw(l, EVD_L3_AT, 1);
  if (l->judged.log && l->judged.false_signature)
    evd_l_fault(l, EVD_L3_AT, "checkpoint",
                "a signature of a key of the policy does not hold");
  if (!l->judged.quorum)
    evd_l_fault(l, EVD_L3_AT, "checkpoint",
                "not as many witnesses as the policy asks for have signed");
  else if (l->whole && l->rep.phase == EVD_LOG_OPEN && !l->says_closed)
    judge_age(l);
  if (l->setup.type == EVD_ENTRY_SETUP)
    judge_setup(l);
}
