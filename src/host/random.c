#include <sodium.h>

#include "host/host.h"
#include "host/start.h"

void evd_random(void *p, size_t n) {
  evd_host_start();
  randombytes_buf(p, n);
}
