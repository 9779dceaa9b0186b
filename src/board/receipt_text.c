/* Receipts among other text: several in a file, one in a page. */
#include <string.h>

#include "board/page.h"
#include "board/receipt.h"

static const char head[] = "c2sp.org/tlog-proof@v1";
enum { HEAD_BYTES = sizeof head - 1 };

static bool starts(evd_span text, size_t at) {
  return text.n - at > HEAD_BYTES && memcmp(text.p + at, head, HEAD_BYTES) == 0;
}

bool evd_receipt_next(evd_span *from, evd_span *out) {
  size_t end = from->n;
  if (!starts(*from, 0) || from->p[HEAD_BYTES] != '\n')
    return false;
  for (size_t i = HEAD_BYTES; i + 1 < from->n; i++)
    if (from->p[i - 1] == '\n' && from->p[i] == '\n' && starts(*from, i + 1)) {
      end = i;
      break;
    }
  *out = (evd_span){from->p, end};
  size_t skip = end < from->n ? end + 1 : end;
  *from = (evd_span){from->p + skip, from->n - skip};
  return true;
}

/* ---- pages ---- */

/* Blanks behind the last signature are the page's. */
static void trim(evd_buf *b) {
  while (b->n > 0 && (b->p[b->n - 1] == '\n' || b->p[b->n - 1] == ' ' ||
                      b->p[b->n - 1] == '\t'))
    b->n--;
  evd_buf_add(b, "\n", 1);
}

bool evd_receipt_of_page(evd_buf *out, evd_span page) {
  for (size_t i = 0; i + HEAD_BYTES < page.n; i++) {
    if (!starts(page, i))
      continue;
    while (i < page.n && page.p[i] != '<')
      evd_page_put(out, page, &i);
    trim(out);
    return true;
  }
  return false;
}
