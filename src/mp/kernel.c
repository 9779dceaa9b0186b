/* Which kernel this processor runs. */
#include "mp/mp.h"

const evd_kernel *evd_kernel_best(void) {
  const evd_kernel *adx = evd_kernel_adx();
  return adx ? adx : evd_kernel_portable();
}
