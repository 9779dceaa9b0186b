/* Verification 8 and X.15: confirmation codes, chains and their ends; the
 * chains of mail devices (Verification 16) by their own rules.
 */
#include <string.h>

#include "base/endian.h"
#include "verify/run.h"

enum { UNCHAINED = 0, CHAINED = 1 };

void evd_v08_ballot(evd_ballot_job *j) {
  evd_h32 h;
  for (uint32_t i = 0; i < j->b.n_contests; i++) {
    const evd_contest_ct *c = &j->b.contests[i];
    evd_hash_chi(j->r->G, &h, &j->b.H_I, c);
    evd_find(&j->f, EVD_C8A, c->ind_c, 0, evd_same_h(&h, &c->chi),
             "chi is not the hash of the contest"); /* [V 8.A] */
  }
  evd_ballot_HC(j->r->G, &h, &j->b);
  evd_find(&j->f, EVD_C8B, 0, 0, evd_same_h(&h, &j->b.H_C),
           "H_C is not the hash of chi and B_C"); /* [V 8.B] */
}

static const evd_chain_rules ordinary = {
    EVD_C8C,      EVD_C8D,     EVD_C8E,      EVD_C8F,       EVD_C8G,
    evd_hash_HDI, evd_hash_H0, evd_BC_close, evd_hash_close};

static const evd_chain_rules *rules_of(const evd_run *r, uint32_t device) {
  return evd_device_is(r, device, "mail") ? &evd_v16_chains : &ordinary;
}

/* Is B_C = mode || h? */
static bool is_BC(const uint8_t B_C[EVD_BC_BYTES], uint32_t mode,
                  const evd_h32 *h) {
  uint8_t right[EVD_BC_BYTES];
  evd_BC(right, mode, h);
  return evd_same(right, B_C, EVD_BC_BYTES);
}

/* ---- rows of ballots of chained devices: 4 of the device, 8 of the place, 8
 * of the position, 8 of the ballots lost so far, H_C, B_C; so they stand
 * together by device, in reading order. ---- */
enum { PLACE = 4, POSITION = 12, LOST = 20, HC = 28, BC = 60 };

static void keep_link(evd_run *r, const evd_ballot_job *j) {
  uint8_t row[EVD_LINK_BYTES];
  evd_be32_put(row, j->b.device);
  evd_be64_put(row + PLACE, evd_place(j->file, j->line));
  evd_be64_put(row + POSITION, j->b.position);
  evd_be64_put(row + LOST, r->lost_ballots);
  memcpy(row + HC, j->b.H_C.b, sizeof j->b.H_C.b);
  memcpy(row + BC, j->b.B_C, EVD_BC_BYTES);
  evd_trouble(r, evd_sorter_add(&r->links, row));
}

void evd_v08_fold(evd_run *r, const evd_ballot_job *j) {
  const evd_device *d = evd_device_of(r, j->b.device);
  evd_where w = evd_at_line(j->path, j->line);
  if (!d)
    return; /* X.6 says so */
  const evd_chain_rules *c = rules_of(r, j->b.device);
  evd_chain *chain = &r->chains[j->b.device - 1];
  chain->ballots++;
  if (d->chaining == CHAINED)
    keep_link(r, j);
  else if (chain->close)
    evd_judge(r, c->unchained, is_BC(j->b.B_C, UNCHAINED, &chain->close->H_DI),
              &w, "B_C does not hold the device's H_DI"); /* [V 8.D] */
  else
    evd_block(r, c->unchained, c->unchained, "devices.json does not tell H_DI");
}

bool evd_link_fits(const evd_run *r, const uint8_t row[EVD_LINK_BYTES]) {
  const evd_device *d = evd_device_of(r, evd_be32_get(row));
  return d && d->chaining == CHAINED &&
         evd_place_fits(r, evd_be64_get(row + PLACE));
}

void evd_link_move(uint8_t out[EVD_LINK_BYTES],
                   const uint8_t row[EVD_LINK_BYTES], uint64_t lost) {
  memcpy(out, row, EVD_LINK_BYTES);
  evd_be64_put(out + LOST, evd_be64_get(row + LOST) + lost);
}

/* A device's ballots one after the other. */
typedef struct {
  uint32_t device;
  uint64_t ballots, lost; /* so far */
} linking;

static void link(evd_run *r, linking *l, const uint8_t *row) {
  const evd_chain_rules *c = rules_of(r, l->device);
  evd_chain *chain = &r->chains[l->device - 1];
  const evd_h32 *before = &chain->last;
  uint64_t place = evd_be64_get(row + PLACE);
  uint64_t position = evd_be64_get(row + POSITION);
  uint64_t lost = evd_be64_get(row + LOST);
  evd_where w = evd_at_place(r, place);
  evd_now_at_place(r, place, 1);
  l->ballots++;
  if (lost == 0 && position != 0)
    evd_judge(r, EVD_X15, position == l->ballots, &w,
              "the position is not the next one of its device");
  if (!chain->has_last && chain->close && chain->close->chained)
    before = &chain->close->H_0;
  else if (!chain->has_last)
    before = NULL;
  if (before && lost == l->lost)
    evd_judge(r, c->linked, is_BC(row + BC, CHAINED, before), &w,
              "B_C does not hold the code before"); /* [V 8.E] */
  else
    evd_block(r, c->linked, c->linked, "the code before a ballot is not known");
  l->lost = lost;
}

static void next_link(evd_run *r, linking *l, const uint8_t *row) {
  uint32_t device = evd_be32_get(row);
  if (device != l->device)
    *l = (linking){.device = device};
  evd_chain *chain = &r->chains[device - 1];
  link(r, l, row);
  chain->has_last = true;
  memcpy(chain->last.b, row + HC, sizeof chain->last.b);
}

static evd_err links(evd_run *r) {
  uint8_t row[EVD_LINK_BYTES];
  linking l = {0};
  bool more = true;
  EVD_TRY(evd_sorter_end(&r->links));
  for (;;) {
    EVD_TRY(evd_sorter_next(&r->links, row, &more));
    if (!more)
      return EVD_OK;
    next_link(r, &l, row);
  }
}

/* ---- the devices ---- */

static void chain_ends(evd_run *r, const evd_chain_rules *c,
                       const evd_chain *chain, const evd_where *w) {
  const evd_device_close *e = chain->close;
  uint8_t B_C0[EVD_BC_BYTES], B_close[EVD_BC_BYTES];
  evd_h32 h;
  evd_BC(B_C0, CHAINED, &e->H_DI);
  c->H0(r->G, &h, &r->keys.H_E, B_C0);
  evd_judge(r, c->start, evd_same_h(&h, &e->H_0), w,
            "H_0 is not the hash of H_DI"); /* [V 8.F] */
  if (!chain->has_last || r->lost_ballots > 0) {
    evd_block(r, c->close, c->close, "the last code of a chain is not known");
    return;
  }
  c->BC_close(r->G, B_close, &r->keys.H_E, &chain->last, B_C0);
  c->H_close(r->G, &h, &r->keys.H_E, e->B_close);
  evd_judge(r, c->close,
            evd_same(B_close, e->B_close, EVD_BC_BYTES) &&
                evd_same_h(&h, &e->H_close),
            w, "the chain is not closed after its last code"); /* [V 8.G] */
}

static void check_device(evd_run *r, uint32_t device) {
  const evd_device *d = evd_device_of(r, device);
  const evd_chain_rules *c = rules_of(r, device);
  const evd_chain *chain = &r->chains[device - 1];
  evd_where w = evd_at("devices.json");
  evd_h32 h;
  evd_at_n(&w, "device", device);
  evd_saw(r, EVD_X15, 1);
  if (!chain->close) {
    evd_fault(r, EVD_X15, &w, "the device has no entry");
    evd_block(r, c->device, c->close, "a device has no entry in devices.json");
    return;
  }
  if (r->lost_ballots == 0 && chain->close->ballots != chain->ballots)
    evd_fault(r, EVD_X15, &w, "`ballots` is not the number in the record");
  c->HDI(r->G, &h, &r->keys.H_E, d->label);
  evd_judge(r, c->device, evd_same_h(&h, &chain->close->H_DI), &w,
            "H_DI is not the hash of the device's label"); /* [V 8.C] */
  if (d->chaining != CHAINED)
    return;
  if (chain->close->chained)
    chain_ends(r, c, chain, &w);
  else if (chain->ballots > 0)
    evd_block(r, c->start, c->close, "a chain has no closing in devices.json");
}

void evd_v08_devices(evd_run *r) {
  evd_trouble(r, links(r));
  r->now = (evd_order){EVD_PHASE_TAIL, 0, 0, 0};
  if (!r->has_devices) {
    evd_block(r, EVD_C8C, EVD_C8G, "devices.json could not be used");
    if (r->has_mail)
      evd_block(r, EVD_C16D, EVD_C16H, "devices.json could not be used");
    evd_block(r, EVD_X15, EVD_X15, "devices.json could not be used");
    return;
  }
  for (uint32_t d = 1; d <= r->man.n_devices; d++)
    check_device(r, d);
  evd_where w = evd_at("devices.json");
  bool ok = r->dev.n_devices == r->man.n_devices;
  for (uint32_t i = 0; ok && i < r->dev.n_devices; i++)
    ok = r->dev.devices[i].device == i + 1;
  if (!ok)
    evd_fault(r, EVD_X15, &w, "not one entry per device, in their order");
}
