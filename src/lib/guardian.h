/* What a guardian's handle holds. SECRET.
 *
 * Layer: L7 lib. Private to this folder.
 */
#ifndef EVD_LIB_GUARDIAN_H
#define EVD_LIB_GUARDIAN_H

#include "base/arena.h"
#include "egds/keys.h"
#include "evident/guardian.h"
#include "group/element.h"

struct evd_guardian {
  uint32_t n, k, i;
  evd_h32 H_P;
  evd_group G;
  evd_arena arena;      /* of sec and pub; wiped when closed */
  evd_guardian_sec sec; /* no arrays in a guardian that was restored */
  evd_guardian_pub pub[EVD_N_MAX];
  bool met[EVD_N_MAX], took[EVD_N_MAX];
  uint32_t n_met, n_took; /* itself included */
  evd_zq_sec z, z_hat;    /* sums of the shares taken [24] */
};

#endif /* EVD_LIB_GUARDIAN_H */
