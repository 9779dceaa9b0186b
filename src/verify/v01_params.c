/* Verification 1: version, constants, H_P and H_B. */
#include "verify/run.h"

/* The standard constants are compiled in; those of the record are compared
 * with them and used for nothing else. */
static void constants(evd_run *r) {
  const evd_parameters *par = &r->par;
  evd_where w = evd_at("parameters.json");
  evd_judge(r, EVD_C1A, evd_str_is(par->spec, "v2.1.0"), &w,
            "`spec` is not v2.1.0"); /* [V 1.A] */
  evd_judge(r, EVD_C1B, evd_same(par->p.b, evd_p_bytes, EVD_P_BYTES), &w,
            "p is not the standard prime"); /* [V 1.B] */
  evd_judge(r, EVD_C1C, evd_same(par->q.b, evd_q_bytes, EVD_Q_BYTES), &w,
            "q is not the standard order"); /* [V 1.C] */
  evd_judge(r, EVD_C1D, evd_same(par->g.b, evd_g_bytes, EVD_P_BYTES), &w,
            "g is not the standard generator"); /* [V 1.D] */
}

void evd_v01_parameters(evd_run *r) {
  evd_h32 h;
  evd_where w = evd_at("election_keys.json");
  if (r->has_parameters)
    constants(r);
  else
    evd_block(r, EVD_C1A, EVD_C1E, "parameters.json could not be used");
  if (!r->has_keys)
    evd_block(r, EVD_C1E, EVD_C1F, "election_keys.json could not be used");
  if (r->has_parameters && r->has_keys) {
    evd_hash_HP(r->G, &h, r->par.n, r->par.k);
    evd_judge(r, EVD_C1E, evd_same_h(&h, &r->keys.H_P), &w,
              "H_P is not the hash of the parameters"); /* [V 1.E] */
  }
  if (r->has_keys && r->man_bytes.p) {
    evd_hash_HB(r->G, &h, &r->keys.H_P, r->man_bytes);
    evd_judge(r, EVD_C1F, evd_same_h(&h, &r->keys.H_B), &w,
              "H_B is not the hash of this manifest"); /* [V 1.F] */
  } else {
    evd_block(r, EVD_C1F, EVD_C1F, "manifest.json could not be read");
  }
}
