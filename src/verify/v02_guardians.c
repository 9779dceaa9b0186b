/* Verification 2: the guardians' keys and the proofs that they hold them. */
#include "verify/run.h"

typedef struct {
  const evd_run *r;
  uint32_t *flags, *where_j;
} guardian_jobs;

static void guardian_job(void *self, size_t i) {
  guardian_jobs *j = self;
  if (j->r->has_guardian[i])
    j->flags[i] = evd_guardian_check_var(j->r->G, &j->r->guardians[i],
                                         &j->r->keys.H_P, &j->where_j[i]);
}

static void judge_guardian(evd_run *r, uint32_t i, uint32_t flags,
                           uint32_t where_j) {
  const evd_guardian_pub *g = &r->guardians[i];
  evd_where w = evd_at(r->guardian_file[i + 1]->path);
  if (where_j)
    evd_at_n(&w, "value", where_j);
  evd_saw(r, EVD_C2A, 2 * (uint64_t)g->k + 1);
  evd_saw(r, EVD_C2B, 2 * (uint64_t)g->k + 2);
  evd_saw(r, EVD_C2C, 2);
  evd_saw(r, EVD_X2, 2);
  if (flags & EVD_V2_A)
    evd_fault(r, EVD_C2A, &w, "K, K_hat or kappa is not in Z_p^r");
  if (flags & EVD_V2_B)
    evd_fault(r, EVD_C2B, &w, "a response v is not below q");
  if (flags & EVD_V2_C)
    evd_fault(r, EVD_C2C, &w, "a challenge is not the hash");
  if (flags & EVD_V2_X2)
    evd_fault(r, EVD_X2, &w, "a challenge is not below q");
}

/* The joint keys are what all further powers rest on. */
static void joint_members(evd_run *r) {
  evd_zp x;
  evd_where w = evd_at("election_keys.json");
  evd_judge(r, EVD_C2A, evd_element_read_var(r->G, &x, &r->keys.K) == EVD_OK,
            &w, "K is not in Z_p^r");
  evd_judge(r, EVD_C2A,
            evd_element_read_var(r->G, &x, &r->keys.K_hat) == EVD_OK, &w,
            "K_hat is not in Z_p^r");
}

void evd_v02_guardians(evd_run *r) {
  if (!r->has_keys) {
    evd_block(r, EVD_C2A, EVD_C2C, "election_keys.json could not be used");
    return;
  }
  if (!r->all_guardians)
    evd_block(r, EVD_C2A, EVD_C2C, "not every guardian file could be used");
  guardian_jobs j = {r, evd_keep(r, r->n, sizeof(uint32_t)),
                     evd_keep(r, r->n, sizeof(uint32_t))};
  if (!j.flags || !j.where_j)
    return;
  joint_members(r);
  evd_run_jobs(r, guardian_job, &j, r->n);
  for (uint32_t i = 0; i < r->n; i++)
    if (r->has_guardian[i])
      judge_guardian(r, i, j.flags[i], j.where_j[i]);
}
