/* Verification 8 and X.15: confirmation codes, chains and their ends. */
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

/* Is B_C = mode || h? */
static bool is_BC(const uint8_t B_C[EVD_BC_BYTES], uint32_t mode,
                  const evd_h32 *h) {
  uint8_t right[EVD_BC_BYTES];
  evd_BC(right, mode, h);
  return evd_same(right, B_C, EVD_BC_BYTES);
}

static void link(evd_run *r, const evd_ballot *b, evd_chain *chain,
                 const evd_where *w) {
  const evd_h32 *before = &chain->last;
  if (r->lost_ballots == 0 && b->position != 0)
    evd_judge(r, EVD_X15, b->position == chain->ballots, w,
              "the position is not the next one of its device");
  if (!chain->has_last && chain->close && chain->close->chained)
    before = &chain->close->H_0;
  else if (!chain->has_last)
    before = NULL;
  if (before && !chain->unsure)
    evd_judge(r, EVD_C8E, is_BC(b->B_C, CHAINED, before), w,
              "B_C does not hold the code before"); /* [V 8.E] */
  else
    evd_block(r, EVD_C8E, EVD_C8E, "the code before a ballot is not known");
  chain->has_last = true;
  chain->unsure = false;
  chain->last = b->H_C;
}

void evd_v08_fold(evd_run *r, const evd_ballot_job *j) {
  const evd_device *d = evd_device_of(r, j->b.device);
  evd_where w = evd_at_line(j->path, j->line);
  if (!d)
    return; /* X.6 says so */
  evd_chain *chain = &r->chains[j->b.device - 1];
  chain->ballots++;
  if (d->chaining == CHAINED)
    link(r, &j->b, chain, &w);
  else if (chain->close)
    evd_judge(r, EVD_C8D, is_BC(j->b.B_C, UNCHAINED, &chain->close->H_DI), &w,
              "B_C does not hold the device's H_DI"); /* [V 8.D] */
  else
    evd_block(r, EVD_C8D, EVD_C8D, "devices.json does not tell H_DI");
}

static void chain_ends(evd_run *r, const evd_chain *chain, const evd_where *w) {
  const evd_device_close *e = chain->close;
  uint8_t B_C0[EVD_BC_BYTES], B_close[EVD_BC_BYTES];
  evd_h32 h;
  evd_BC(B_C0, CHAINED, &e->H_DI);
  evd_hash_H0(r->G, &h, &r->keys.H_E, B_C0);
  evd_judge(r, EVD_C8F, evd_same_h(&h, &e->H_0), w,
            "H_0 is not the hash of H_DI"); /* [V 8.F] */
  if (!chain->has_last || r->lost_ballots > 0) {
    evd_block(r, EVD_C8G, EVD_C8G, "the last code of a chain is not known");
    return;
  }
  evd_BC_close(r->G, B_close, &r->keys.H_E, &chain->last, B_C0);
  evd_hash_close(r->G, &h, &r->keys.H_E, e->B_close);
  evd_judge(r, EVD_C8G,
            evd_same(B_close, e->B_close, EVD_BC_BYTES) &&
                evd_same_h(&h, &e->H_close),
            w, "the chain is not closed after its last code"); /* [V 8.G] */
}

static void check_device(evd_run *r, uint32_t device) {
  const evd_device *d = evd_device_of(r, device);
  const evd_chain *chain = &r->chains[device - 1];
  evd_where w = evd_at("devices.json");
  evd_h32 h;
  evd_at_n(&w, "device", device);
  evd_saw(r, EVD_X15, 1);
  if (!chain->close) {
    evd_fault(r, EVD_X15, &w, "the device has no entry");
    evd_block(r, EVD_C8C, EVD_C8G, "a device has no entry in devices.json");
    return;
  }
  if (r->lost_ballots == 0 && chain->close->ballots != chain->ballots)
    evd_fault(r, EVD_X15, &w, "`ballots` is not the number in the record");
  if (evd_str_is(d->mode, "mail"))
    return; /* 16.D-16.H */
  evd_hash_HDI(r->G, &h, &r->keys.H_E, d->label);
  evd_judge(r, EVD_C8C, evd_same_h(&h, &chain->close->H_DI), &w,
            "H_DI is not the hash of the device's label"); /* [V 8.C] */
  if (d->chaining != CHAINED)
    return;
  if (chain->close->chained)
    chain_ends(r, chain, &w);
  else if (chain->ballots > 0)
    evd_block(r, EVD_C8F, EVD_C8G, "a chain has no closing in devices.json");
}

void evd_v08_devices(evd_run *r) {
  if (!r->has_devices) {
    evd_block(r, EVD_C8C, EVD_C8G, "devices.json could not be used");
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
