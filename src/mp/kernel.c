/* Which kernel this processor runs. */
#include "mp/params.h"

#if defined(EVD_HAVE_ADX)
#include <cpuid.h>

/* cpuid leaf 7, EBX: bit 8 BMI2 (mulx), bit 19 ADX (adcx, adox). */
#define EBX_NEEDED ((1u << 8) | (1u << 19))

static bool has_mulx_adx(void) {
  unsigned int eax, ebx, ecx, edx;
  if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx))
    return false;
  return (ebx & EBX_NEEDED) == EBX_NEEDED;
}

const evd_kernel *evd_kernel_best(void) {
  return has_mulx_adx() ? evd_kernel_adx() : evd_kernel_portable();
}
#else
const evd_kernel *evd_kernel_best(void) { return evd_kernel_portable(); }
#endif
