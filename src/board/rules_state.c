/* The state of the rules as bytes: what a server keeps with its rows.
 *
 *   "EVR2" | the numbers and hashes below | a chain for each device
 *   | u32 keys, those added later in full, and for all: revoked or not
 */
#include <string.h>

#include "base/endian.h"
#include "board/rules.h"

static const char magic[4] = {'E', 'V', 'R', '2'};

/* ---- one list of fields, walked by writer and reader ---- */

typedef struct {
  evd_buf *out; /* writing */
  evd_span in;  /* reading */
  bool bad;     /* the bytes ended, or have another form */
} walk;

static void bytes(walk *w, void *p, size_t n) {
  if (w->out) {
    evd_buf_add(w->out, p, n);
    return;
  }
  if (w->bad || w->in.n < n) {
    w->bad = true;
    memset(p, 0, n);
    return;
  }
  memcpy(p, w->in.p, n);
  w->in.p += n;
  w->in.n -= n;
}

static void u8(walk *w, uint8_t *v) { bytes(w, v, 1); }

static void flag(walk *w, bool *v) {
  uint8_t b = *v;
  u8(w, &b);
  w->bad = w->bad || b > 1;
  *v = b == 1;
}

static void u32(walk *w, uint32_t *v) {
  uint8_t b[4];
  evd_be32_put(b, *v);
  bytes(w, b, sizeof b);
  *v = evd_be32_get(b);
}

static void u64(walk *w, uint64_t *v) {
  uint8_t b[8];
  evd_be64_put(b, *v);
  bytes(w, b, sizeof b);
  *v = evd_be64_get(b);
}

static void h32(walk *w, evd_h32 *v) { bytes(w, v->b, sizeof v->b); }

static void numbers(walk *w, evd_rules *r) {
  u64(w, &r->size);
  u32(w, &r->slot);
  u8(w, &r->admin_k);
  u8(w, &r->profile);
  flag(w, &r->keys_published);
  flag(w, &r->open);
  flag(w, &r->stopped);
  flag(w, &r->closed);
  flag(w, &r->tallied);
  flag(w, &r->resulted);
  flag(w, &r->data_published);
  flag(w, &r->roll_committed);
  flag(w, &r->revealed);
  u64(w, &r->tally_at);
  h32(w, &r->H_E);
  h32(w, &r->open_leaf);
  u32(w, &r->n_accepts);
  for (int i = 0; i < EVD_BALLOT_STATES; i++)
    u64(w, &r->counts[i]);
  u64(w, &r->n_credentials);
  u64(w, &r->cast);
  u64(w, &r->cast_on_site);
  u64(w, &r->signed_in);
  flag(w, &r->has_totals);
}

static void chain(walk *w, evd_rules_chain *c) {
  u32(w, &c->count);
  h32(w, &c->last);
  u8(w, &c->phase);
  w->bad = w->bad || c->phase > EVD_DEVICE_CLOSED;
}

static void key(walk *w, evd_board_key *k) {
  uint8_t role = (uint8_t)k->role;
  u8(w, &role);
  u32(w, &k->index);
  h32(w, &k->key);
  h32(w, &k->box_key);
  k->role = (evd_role)role;
  w->bad = w->bad || *evd_role_word(k->role) == 0;
}

static void keys(walk *w, evd_rules *r) {
  uint32_t n = r->keys.n;
  u32(w, &n);
  if (n < r->n_listed || n > EVD_BOARD_KEYS_MAX)
    w->bad = true;
  for (uint32_t i = r->n_listed; !w->bad && i < n; i++) {
    evd_board_key *k = &r->keys.at[i];
    if (!w->out)
      memset(k, 0, sizeof *k);
    key(w, k);
    evd_keyid(k->keyid, &k->key);
  }
  for (uint32_t i = 0; !w->bad && i < n; i++)
    flag(w, &r->keys.at[i].revoked);
  r->keys.n = w->bad ? r->n_listed : n;
}

static void state(walk *w, evd_rules *r) {
  uint8_t mark[sizeof magic];
  memcpy(mark, magic, sizeof mark);
  bytes(w, mark, sizeof mark);
  w->bad = w->bad || memcmp(mark, magic, sizeof mark) != 0;
  numbers(w, r);
  for (uint32_t i = 0; i < r->facts.n_devices; i++)
    chain(w, &r->chains[i]);
  keys(w, r);
}

void evd_rules_save(evd_buf *out, const evd_rules *r) {
  evd_rules same = *r; /* the walk writes what it reads */
  walk w = {out, {NULL, 0}, false};
  state(&w, &same);
}

evd_err evd_rules_load(evd_rules *r, evd_span in) {
  walk w = {NULL, in, false};
  state(&w, r);
  return w.bad || w.in.n > 0 ? EVD_ERR_FORM : EVD_OK;
}
