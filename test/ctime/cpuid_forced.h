/* For compiling mp/adx.c in the taint test (-include): valgrind hides ADX in
 * cpuid although it executes adcx, adox and mulx. Every feature is there. */
#ifndef EVD_TEST_CTIME_CPUID_FORCED_H
#define EVD_TEST_CTIME_CPUID_FORCED_H

#include <cpuid.h>

static inline int every_feature(unsigned *a, unsigned *b, unsigned *c,
                                unsigned *d) {
  *a = *b = *c = *d = ~0u;
  return 1;
}
#define __get_cpuid_count(leaf, sub, a, b, c, d) every_feature(a, b, c, d)

#endif /* EVD_TEST_CTIME_CPUID_FORCED_H */
