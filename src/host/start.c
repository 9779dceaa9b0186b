#include "host/start.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "host/host.h"

void evd_host_start(void) {
  uint8_t byte;
  evd_random(&byte, 1);
  (void)signal(SIGXFSZ, SIG_IGN);
}

/* The leak checker of sanitizer builds attaches to its own process, which an
 * undumpable one forbids. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif

void evd_host_no_core(void) {
  const struct rlimit none = {0, 0};
  (void)setrlimit(RLIMIT_CORE, &none);
#ifndef SANITIZED
  (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}
