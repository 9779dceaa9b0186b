#include "host/start.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "host/host.h"

/* No randomness: nothing that follows could be kept secret. Files being
 * written have no name yet and vanish with the process. */
void evd_no_randomness(void) {
  (void)evd_complain(EVD_ERR_IO, "the system gives no randomness");
  _exit(evd_err_exit(EVD_ERR_IO));
}

void evd_random(void *p, size_t n) {
  if (evd_random_get(p, n) != EVD_OK)
    evd_no_randomness();
}

void evd_host_start(void) {
  static bool started; /* once: what is half done must not end here */
  uint8_t byte;
  if (started)
    return;
  started = true;
  evd_random(&byte, 1);
  (void)signal(SIGXFSZ, SIG_IGN);
}

void evd_host_no_core(void) {
  const struct rlimit none = {0, 0};
  (void)setrlimit(RLIMIT_CORE, &none);
#ifndef EVD_SANITIZED
  (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}
