/* The signatures of the entry itself: no receipt alone has what they are made
 * for. */
#include <string.h>

#include "board/receipt.h"
#include "sign/sign.h"

/* The key of a signature: the voter's, that of the entry itself, or a listed
 * one. NULL: it is not at hand. */
static const evd_sign_key *key_of(const evd_entry *e,
                                  const evd_receipt_signers *by,
                                  const uint8_t keyid[EVD_KEYID_BYTES]) {
  enum { AT_HAND = 4 };
  const evd_sign_key *at_hand[AT_HAND] = {
      by->credential, e->type == EVD_ENTRY_CAST ? &e->cast.credential : NULL,
      e->type == EVD_ENTRY_TALLY ? &e->tally.key : NULL,
      e->type == EVD_ENTRY_ATTEST ? &e->attest.key : NULL};
  uint8_t its[EVD_KEYID_BYTES];
  for (size_t i = 0; i < AT_HAND; i++) {
    if (!at_hand[i])
      continue;
    evd_keyid(its, at_hand[i]);
    if (memcmp(its, keyid, sizeof its) == 0)
      return at_hand[i];
  }
  const evd_board_key *k =
      by->keys ? evd_board_key_find(by->keys, keyid) : NULL;
  return k ? &k->key : NULL;
}

/* Holds if all of them do; one whose key is not at hand cannot be told. */
static evd_receipt_word own_signatures(const evd_entry_read *r,
                                       const evd_receipt_signers *by,
                                       evd_span message) {
  evd_receipt_word all = r->n_sigs > 0 ? EVD_RECEIPT_HOLDS : EVD_RECEIPT_FAILS;
  for (uint32_t i = 0; i < r->n_sigs; i++) {
    evd_entry_sig sig;
    evd_entry_sig_get(&sig, r, i);
    const evd_sign_key *key = key_of(&r->e, by, sig.keyid);
    if (!key)
      all = EVD_RECEIPT_NOT_ASKED;
    else if (!evd_ed25519_verify_var(key->b, sig.sig, message))
      return EVD_RECEIPT_FAILS;
  }
  return all;
}

evd_err evd_receipt_own_var(evd_receipt_found *f,
                            const evd_receipt_signers *by) {
  static const evd_h32 before;
  evd_buf b;
  evd_buf_init(&b, EVD_ENTRY_BYTES_MAX + EVD_ORIGIN_BYTES_MAX + 128);
  evd_entry_message(&b, f->checkpoint.origin,
                    f->receipt.index > by->open_at ? &by->open : &before,
                    f->entry.signed_bytes);
  const bool whole = evd_buf_ok(&b);
  if (whole)
    f->own = own_signatures(&f->entry, by, (evd_span){b.p, b.n});
  evd_buf_close(&b);
  return whole ? EVD_OK : EVD_ERR_SPACE;
}
