/* The walk through a log: bundle after bundle, entry after entry.
 *
 * Hashes, forms and signatures of entries are looked at side by side, as far as
 * that can be done before an entry's turn; everything is judged, and found, in
 * the order of the log. */
#include "verify/logcheck_run.h"

#define TELL_EVERY 256 /* entries */

bool evd_l_stopped(const evd_logcheck *l) { return l->no_space || l->no_read; }

/* ---- side by side ---- */

static void each(const evd_logcheck *l, evd_job *job, void *self, size_t n) {
  const evd_pool *pool = l->how.pool;
  if (pool && pool->run)
    pool->run(pool->self, job, self, n);
  else
    for (size_t i = 0; i < n; i++)
      job(self, i);
}

static void look(void *self, size_t i) {
  const evd_logcheck *l = self;
  evd_l_entry *x = &l->entries[i];
  evd_leaf_hash(&x->leaf, x->bytes.p, x->bytes.n);
  x->ahead.n = 0;
  x->ballot.there = false;
  x->err = EVD_OK;
  x->what = NULL;
  if (evd_entry_parse(&x->read, x->bytes, &x->what) == EVD_OK)
    x->what = NULL;
}

typedef struct {
  evd_logcheck *l;
  uint32_t first;
} ahead;

static void verify(void *self, size_t i) {
  const ahead *a = self;
  evd_l_entry *x = &a->l->entries[a->first + i];
  if (x->what)
    return;
  x->err = evd_rules_verify_ahead(&x->ahead, &a->l->rules, &x->read);
  if (x->err == EVD_OK)
    evd_l07_ahead(a->l, x);
}

/* ---- in order ---- */

static void tell(const evd_logcheck *l, uint64_t index) {
  if (l->how.progress && index % TELL_EVERY == 0)
    l->how.progress(l->how.progress_self, index, l->c.head.size);
}

static void judge(evd_logcheck *l, uint64_t index, const evd_l_entry *x) {
  evd_l02_leaf(l, &x->leaf);
  (void)evd_l_trouble(l, x->err);
  if (!l->lost && !evd_l_stopped(l))
    evd_l04_entry(l, index, x);
  tell(l, index + 1);
}

/* Those from `first` on whose signatures nothing between them changes. */
static uint32_t end_of_run(const evd_logcheck *l, uint32_t first) {
  uint32_t i = first;
  while (i < l->n_entries) {
    const evd_l_entry *x = &l->entries[i++];
    if (!x->what && evd_rules_changes_keys(&x->read.e))
      break;
  }
  return i;
}

/* The entries read, which begin at `index`. */
static void judge_all(evd_logcheck *l, uint64_t index) {
  uint32_t end = 0;
  each(l, look, l, l->n_entries);
  for (uint32_t i = 0; i < l->n_entries; i = end) {
    ahead a = {l, i};
    end = end_of_run(l, i);
    if (l->has_rules && !l->lost)
      each(l, verify, &a, end - i);
    for (uint32_t k = i; k < end && !evd_l_stopped(l); k++)
      judge(l, index + k, &l->entries[k]);
  }
}

/* ---- bundles ---- */

/* As many entries of the bundle as are there. */
static evd_err take_bundle(evd_logcheck *l, const evd_tile *t, evd_buf *b) {
  size_t at = 0;
  EVD_TRY(evd_board_tile(l->how.files, t, b));
  for (uint32_t i = 0; i < t->width; i++) {
    evd_l_entry *x = &l->entries[l->n_entries];
    EVD_TRY(evd_bundle_next((evd_span){b->p, b->n}, &at, &x->bytes));
    l->n_entries++;
  }
  return EVD_OK;
}

/* Some bundles, the last of which is *t then; width 0: there are no more. */
static evd_err take_bundles(evd_logcheck *l, evd_tile *t) {
  evd_err e = EVD_OK;
  l->n_entries = 0;
  for (uint32_t i = 0; i < EVD_L_BUNDLES && e == EVD_OK; i++, t->n++) {
    t->width = evd_tile_width(EVD_TILE_ENTRIES, t->n, l->c.head.size);
    if (t->width == 0)
      break;
    e = take_bundle(l, t, &l->bundles[i]);
    if (e != EVD_OK)
      break;
  }
  return e;
}

bool evd_l_walk(evd_logcheck *l) {
  evd_tile t = {EVD_TILE_ENTRIES, 0, EVD_TILE_WIDTH};
  evd_err e = EVD_OK;
  while (e == EVD_OK && t.width == EVD_TILE_WIDTH && !evd_l_stopped(l)) {
    const uint64_t first = t.n * EVD_TILE_WIDTH;
    e = take_bundles(l, &t);
    judge_all(l, first);
  }
  if (e != EVD_OK) {
    char path[EVD_TILE_PATH_BYTES];
    evd_tile_path(path, &t);
    evd_l_unread(l, EVD_L2_AT, path, e);
  }
  if (e != EVD_OK || evd_l_stopped(l)) {
    evd_l_block(l, EVD_L2_AT, EVD_L10_AT, "not every entry could be read");
    return false;
  }
  evd_l02_end(l);
  evd_l10_head(l);
  return !evd_l_stopped(l);
}
