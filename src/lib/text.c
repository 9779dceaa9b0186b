/* Text that is handed out, and the version. */
#include <string.h>

#include "evident/lib.h"
#include "host/mem.h"
#include "lib/lib.h"

const char *evd_version(void) { return EVD_VERSION; }

evd_err evd_lib_text(char **out, size_t *n, const evd_buf *b) {
  char *text = evd_buf_ok(b) ? evd_mem_get(b->n + 1) : NULL;
  if (!text)
    return EVD_ERR_SPACE;
  if (b->n)
    memcpy(text, b->p, b->n);
  *out = text;
  *n = b->n;
  return EVD_OK;
}

void evd_free(void *text) { evd_mem_free(text); }
