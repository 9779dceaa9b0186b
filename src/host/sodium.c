/* Libsodium, started once: apart, so that a program that keeps no secrets
 * does not link to it. */
#include <sodium.h>

#include "host/start.h"

void evd_host_sodium(void) {
  evd_host_start();
  /* sodium_init is idempotent and safe to call from several threads. */
  sodium_set_misuse_handler(evd_no_randomness);
  if (sodium_init() < 0)
    evd_no_randomness();
}
