/* In the place of postgres.c where libpq is not installed. */
#include "host/host.h"
#include "store/backend.h"

evd_err evd_postgres_open(evd_store *s, const char *where, bool make) {
  (void)s;
  (void)make;
  return evd_complain(EVD_ERR_USAGE,
                      "%s: this program was built without PostgreSQL (libpq)",
                      where);
}
