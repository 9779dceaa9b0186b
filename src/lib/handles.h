/* What stands behind the handles that several files look into.
 *
 * Layer: L7 lib. Private to this folder.
 */
#ifndef EVD_LIB_HANDLES_H
#define EVD_LIB_HANDLES_H

#include "evident/election.h"
#include "group/element.h"
#include "host/host.h"
#include "steps/head.h"

struct evd_election {
  evd_head head; /* with keys, checked; its dir is gone */
  evd_host_group *group;
  const evd_group *G; /* with tables of g, K, K_hat */
};

#endif /* EVD_LIB_HANDLES_H */
