/* Random bytes of the system, by getrandom(2). */
#include <errno.h>
#include <sys/random.h>
#include <unistd.h>

#include "host/host.h"
#include "host/start.h"

evd_err evd_random_get(void *p, size_t n) {
  uint8_t *at = p;
  while (n > 0) {
    ssize_t got = getrandom(at, n, 0);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return EVD_ERR_IO;
    at += got;
    n -= (size_t)got;
  }
  return EVD_OK;
}

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
