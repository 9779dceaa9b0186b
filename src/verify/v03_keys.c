/* Verifications 3 and 4: the joint keys and the extended base hash. */
#include "verify/run.h"

void evd_v03_keys(evd_run *r) {
  evd_p K, K_hat;
  evd_h32 h;
  evd_where w = evd_at("election_keys.json");
  if (!r->has_keys) {
    evd_block(r, EVD_C3A, EVD_C4A, "election_keys.json could not be used");
    return;
  }
  if (r->all_guardians) {
    evd_joint_keys_var(r->G, &K, &K_hat, r->guardians, r->n);
    evd_judge(r, EVD_C3A, evd_same(K.b, r->keys.K.b, EVD_P_BYTES), &w,
              "K is not the product of the guardians' keys"); /* [V 3.A] */
    evd_judge(r, EVD_C3B, evd_same(K_hat.b, r->keys.K_hat.b, EVD_P_BYTES), &w,
              "K_hat is not the product of the guardians' keys"); /* [V 3.B] */
  } else {
    evd_block(r, EVD_C3A, EVD_C3B, "not every guardian file could be used");
  }
  evd_hash_HE(r->G, &h, &r->keys.H_B, &r->keys.K, &r->keys.K_hat);
  evd_judge(r, EVD_C4A, evd_same_h(&h, &r->keys.H_E), &w,
            "H_E is not the hash of H_B and the joint keys"); /* [V 4.A] */
}
