#include "record/chain.h"

#include "egds/hashes.h"
#include "egds/preenc.h"

bool evd_device_is_mail(const evd_device *d) {
  return evd_str_is(d->mode, "mail");
}

void evd_chain_start(const evd_group *G, const evd_device *d,
                     const evd_h32 *H_E, evd_h32 *H_DI, evd_h32 *link) {
  uint8_t first[EVD_BC_BYTES];
  bool mail = evd_device_is_mail(d);
  if (mail)
    evd_pre_HDI(G, H_DI, H_E, d->label);
  else
    evd_hash_HDI(G, H_DI, H_E, d->label);
  *link = *H_DI;
  if (d->chaining != 1)
    return;
  evd_BC(first, 1, H_DI);
  if (mail)
    evd_pre_chain(G, link, H_E, first);
  else
    evd_hash_H0(G, link, H_E, first);
}

void evd_chain_code(const evd_group *G, evd_h32 *H_C, const evd_ballot *b) {
  if (b->mail)
    evd_pre_ballot_HC(G, H_C, b);
  else
    evd_ballot_HC(G, H_C, b);
}

void evd_chain_close(const evd_group *G, const evd_device *d,
                     const evd_h32 *H_E, const evd_h32 *last,
                     evd_device_close *out) {
  uint8_t first[EVD_BC_BYTES];
  evd_BC(first, 1, &out->H_DI);
  if (evd_device_is_mail(d)) {
    evd_pre_BC_close(G, out->B_close, H_E, last, first);
    evd_pre_chain(G, &out->H_close, H_E, out->B_close);
    return;
  }
  evd_BC_close(G, out->B_close, H_E, last, first);
  evd_hash_close(G, &out->H_close, H_E, out->B_close);
}
