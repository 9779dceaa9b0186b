#include "cmd/upload_there.h"

#include <stdlib.h>
#include <string.h>

#include "hash/hash.h"

#define BYTES_MAX ((size_t)1 << 30)
enum { HEAD_BYTES = 11 }; /* of an entry, before its body */

void evd_there_init(evd_there *x, uint32_t device) {
  x->device = device;
  evd_buf_init(&x->digests, BYTES_MAX);
}

void evd_there_close(evd_there *x) { evd_buf_close(&x->digests); }

static evd_h32 digest_of(uint32_t type, evd_span body) {
  const uint8_t t = (uint8_t)type;
  evd_sha256 c;
  evd_h32 out;
  evd_digest_init(&c, "entry body");
  evd_sha256_add(&c, &t, 1);
  evd_sha256_add(&c, body.p, body.n);
  evd_sha256_out(&c, &out);
  return out;
}

/* The device whose entry it is; 0: of nobody who uploads. */
static uint32_t device_of(const evd_look *l, const evd_entry *e) {
  const evd_h32 *H_C = evd_entry_choice(e);
  evd_row_ballot b;
  bool found = false;
  if (e->type == EVD_ENTRY_BALLOT)
    return e->ballot.device;
  if (e->type == EVD_ENTRY_DEVICE)
    return e->device.device;
  if (e->type == EVD_ENTRY_OPENING)
    H_C = &e->opening.H_C;
  if (e->type == EVD_ENTRY_MAIL_CAST)
    H_C = &e->mail_cast.H_C;
  if (!H_C || l->rules.store.get(l->rules.store.self, EVD_ROW_BALLOT, H_C, &b,
                                 sizeof b, &found) != EVD_OK)
    return 0;
  return found ? b.device : 0;
}

evd_err evd_there_see(void *self, const evd_look *l, uint64_t index,
                      const evd_entry_read *e) {
  evd_there *x = self;
  (void)index;
  if (device_of(l, &e->e) != x->device)
    return EVD_OK;
  const evd_h32 d = digest_of(e->e.type, e->body);
  evd_buf_add(&x->digests, d.b, sizeof d.b);
  return EVD_OK;
}

static int order(const void *a, const void *b) {
  return memcmp(a, b, sizeof(evd_h32));
}

evd_err evd_there_sort(evd_there *x) {
  if (!evd_buf_ok(&x->digests))
    return evd_complain(EVD_ERR_SPACE, "no memory for what is in the log");
  if (x->digests.n)
    qsort(x->digests.p, x->digests.n / sizeof(evd_h32), sizeof(evd_h32), order);
  return EVD_OK;
}

bool evd_there_has(const evd_there *x, const evd_draft *d) {
  const evd_span body = {d->signed_bytes.p + HEAD_BYTES,
                         d->signed_bytes.n - HEAD_BYTES};
  const evd_h32 key = digest_of(d->e.type, body);
  return x->digests.n &&
         bsearch(&key, x->digests.p, x->digests.n / sizeof(evd_h32),
                 sizeof(evd_h32), order);
}
