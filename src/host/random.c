/* Random bytes of the system, by getrandom(2). */
#include <errno.h>
#include <sys/random.h>

#include "host/host.h"

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
