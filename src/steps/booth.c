#include "steps/booth.h"

#include "base/wipe.h"
#include "egds/check.h"
#include "egds/encrypt.h"
#include "egds/hashes.h"
#include "egds/preenc.h"
#include "record/chain.h"

/* ---- sealing ---- */

/* id_B: random, or for a remote device bound to the voter's credential by a
 * random salt. */
static evd_err name_ballot(evd_ballot *ballot, const evd_h32 *credential) {
  if (!credential)
    return evd_random_get(&ballot->id_B, sizeof ballot->id_B);
  ballot->has_binding = true;
  ballot->credential = *credential;
  EVD_TRY(evd_random_get(&ballot->salt, sizeof ballot->salt));
  evd_bound_id(&ballot->id_B, credential, &ballot->salt);
  return EVD_OK;
}

static evd_err seal(const evd_group *G, const evd_head *h, const evd_plain *p,
                    const evd_h32 *credential, evd_ballot *out, evd_h32 *xi_B,
                    evd_arena *a) {
  uint32_t n = 0;
  evd_shape *shapes = evd_style_shapes(&h->man, p->style, &n, a);
  if (!shapes || n != p->n_contests)
    return EVD_ERR_SPACE;
  EVD_TRY(evd_ballot_shape(out, shapes, n, a));
  out->style = p->style;
  out->weight = p->weight;
  size_t random_bytes = evd_ballot_random_bytes(shapes, n);
  uint8_t *random = evd_arena_get(a, random_bytes, 1);
  if (!random)
    return EVD_ERR_SPACE;
  EVD_TRY(name_ballot(out, credential));
  EVD_TRY(evd_random_get(random, random_bytes));
  evd_err e = evd_ballot_encrypt(G, out, shapes, n, p->selection, &h->keys.H_E,
                                 random, random_bytes, xi_B);
  evd_wipe(random, random_bytes);
  EVD_TRY(e);
  return evd_ballot_check_var(G, out, shapes, &h->keys.H_E, false) == 0
             ? EVD_OK
             : EVD_ERR_PROOF;
}

evd_err evd_seal_plain(const evd_group *G, const evd_head *h,
                       const evd_plain *p, const evd_h32 *credential,
                       evd_ballot *out, evd_arena *a) {
  return seal(G, h, p, credential, out, NULL, a);
}

evd_err evd_seal_own(const evd_group *G, const evd_head *h, const evd_plain *p,
                     const evd_h32 *credential, evd_own_ballot *out,
                     evd_arena *a) {
  return seal(G, h, p, credential, &out->ballot, &out->xi_B, a);
}

/* ---- the chain ---- */

void evd_link_start(const evd_group *G, evd_link *l, const evd_head *h,
                    uint32_t device) {
  const evd_device *d = &h->man.devices[device - 1];
  evd_h32 H_DI;
  *l = (evd_link){.device = device, .chained = d->chaining == 1};
  evd_chain_start(G, d, &h->keys.H_E, &H_DI, &l->link);
}

void evd_link_after(evd_link *l, const evd_ballot *last) {
  if (!l->chained)
    return;
  l->position = last->position;
  l->link = last->H_C;
}

void evd_link_seal(const evd_group *G, evd_link *l, evd_ballot *b) {
  b->device = l->device;
  b->position = l->chained ? l->position + 1 : 0;
  evd_BC(b->B_C, l->chained ? 1 : 0, &l->link);
  evd_chain_code(G, &b->H_C, b);
  evd_link_after(l, b);
}

/* ---- does a ballot fit? ---- */

static bool contest_fits(const evd_contest_ct *c, const evd_shape *s,
                         bool mail) {
  if (mail)
    return c->ind_c == s->ind_c && c->n_psi == evd_pre_vectors(s);
  if (c->ind_c != s->ind_c || c->n_fields != evd_shape_fields(s) ||
      c->L != s->L || c->b != s->b)
    return false;
  for (uint32_t i = 0; i < c->n_fields; i++)
    if (c->fields[i].range != evd_shape_range(s, i + 1))
      return false;
  return true;
}

const char *evd_ballot_misfit(const evd_ballot *b, const evd_manifest *m) {
  if (b->device < 1 || b->device > m->n_devices)
    return "its device is not in the manifest (X.6)";
  if (b->style < 1 || b->style > m->n_styles)
    return "its style is not in the manifest (X.6)";
  const evd_style *style = &m->styles[b->style - 1];
  if (b->mail != evd_device_is_mail(&m->devices[b->device - 1]))
    return "it is not of its device's mode (X.6)";
  if (b->n_contests != style->n_contests)
    return "its contests are not those of its style (X.6)";
  for (uint32_t i = 0; i < b->n_contests; i++) {
    evd_shape shape = evd_contest_shape(m, style->contests[i]);
    if (!contest_fits(&b->contests[i], &shape, b->mail))
      return "its contests are not those of its style (X.6)";
  }
  if (b->weight < 1 || (b->weight > 1 && !m->weights))
    return "its weight is not allowed (X.6)";
  return NULL;
}
