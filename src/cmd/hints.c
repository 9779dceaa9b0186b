#include "cmd/hints.h"

#include <string.h>

#include "host/host.h"

const evd_verify_hints *evd_hints_give(evd_verify_hints *h, evd_hint_file *f,
                                       const char *path) {
  memset(h, 0, sizeof *h);
  h->draw = evd_random_get;
  if (evd_hint_file_open(f, path) == EVD_OK)
    h->file = f;
  return h;
}

void evd_hints_take_back(const evd_verify_hints *h, evd_hint_file *f) {
  if (h && h->file)
    evd_hint_file_close(f);
}

void evd_hints_tell(const evd_report *r, const char *path) {
  const evd_hinted *h = &r->hinted;
  const unsigned long long alone = h->without + h->unfit;
  const unsigned long long all = alone + h->in_batches;
  if (!h->given)
    return;
  if (h->why.text[0])
    (void)evd_complain(EVD_OK, "hints were not used: %s: %s", path,
                       h->why.text);
  else if (alone > 0)
    (void)evd_complain(EVD_OK,
                       "%llu of %llu ballots were checked without hints: for "
                       "%llu there are none in %s, and those for %llu do not "
                       "fit",
                       alone, all, (unsigned long long)h->without, path,
                       (unsigned long long)h->unfit);
}
