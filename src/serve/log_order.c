/* Who came first is nobody's business: a batch is shuffled.
 *
 * Shuffled are labels, one for each item, that say whose turn it is; the items
 * of one unit then take their turns in the order in which they came. */
#include "serve/log_order.h"

#include "host/host.h"

/* The chained device that an entry belongs to; 0: none. */
static uint32_t chained_device(const evd_log *log, const evd_entry *e) {
  uint32_t d = 0;
  if (e->type == EVD_ENTRY_BALLOT)
    d = e->ballot.device;
  if (e->type == EVD_ENTRY_DEVICE)
    d = e->device.device;
  if (d == 0 || !log->has_rules || d > log->rules.facts.n_devices ||
      !log->rules.facts.devices[d - 1].chaining)
    return 0;
  return d;
}

static void join(evd_log_batch *b, uint32_t from, uint32_t into) {
  for (uint32_t i = 0; i < b->n; i++)
    if (b->work[i].unit == from)
      b->work[i].unit = into;
}

/* Items of one request are one unit, and so are units with one device. */
static void find_units(const evd_log *log, evd_log_batch *b) {
  for (uint32_t i = 0; i < b->n; i++)
    b->work[i].unit = i;
  for (uint32_t i = 0; i < b->n; i++) {
    uint32_t d = chained_device(log, &b->work[i].read.e);
    for (uint32_t k = 0; k < i; k++)
      if (b->work[k].unit != b->work[i].unit &&
          (b->work[k].item->request == b->work[i].item->request ||
           (d && chained_device(log, &b->work[k].read.e) == d)))
        join(b, b->work[i].unit, b->work[k].unit);
  }
}

/* Below n, without preference. */
static evd_err draw(uint32_t n, uint32_t *out) {
  const uint32_t limit = UINT32_MAX - UINT32_MAX % n;
  do
    EVD_TRY(evd_random_get(out, sizeof *out));
  while (*out >= limit);
  *out %= n;
  return EVD_OK;
}

static evd_err shuffle(uint32_t *labels, uint32_t n) {
  for (uint32_t i = n; i > 1; i--) {
    uint32_t k = 0;
    EVD_TRY(draw(i, &k));
    uint32_t other = labels[i - 1];
    labels[i - 1] = labels[k];
    labels[k] = other;
  }
  return EVD_OK;
}

/* A slot never falls, so lower ones go first; inside a unit, where order is
 * more, nothing overtakes. Stable. */
static void sort_slots(evd_log_batch *b) {
  for (uint32_t i = 1; i < b->n; i++) {
    evd_log_work *w = b->order[i];
    uint32_t k = i;
    for (; k > 0 && b->order[k - 1]->slot > w->slot; k--)
      b->order[k] = b->order[k - 1];
    b->order[k] = w;
  }
}

evd_err evd_log_shuffle(const evd_log *log, evd_log_batch *b, evd_arena *a) {
  uint32_t *labels = evd_arena_get(a, b->n, sizeof *labels);
  uint32_t *next = evd_arena_get(a, b->n, sizeof *next);
  uint32_t *slots = evd_arena_get(a, b->n, sizeof *slots);
  if (!labels || !next || !slots)
    return EVD_ERR_SPACE;
  find_units(log, b);
  for (uint32_t i = 0; i < b->n; i++) {
    evd_log_work *w = &b->work[i];
    labels[i] = w->unit;
    if (slots[w->unit] < w->read.e.slot)
      slots[w->unit] = w->read.e.slot;
    w->slot = slots[w->unit];
  }
  EVD_TRY(shuffle(labels, b->n));
  for (uint32_t i = 0; i < b->n; i++) {
    uint32_t *at = &next[labels[i]];
    while (b->work[*at].unit != labels[i])
      ++*at;
    b->order[i] = &b->work[(*at)++];
  }
  sort_slots(b);
  return EVD_OK;
}
