#include "board/receipt.h"

#include <string.h>

static evd_receipt_word word(bool holds) {
  return holds ? EVD_RECEIPT_HOLDS : EVD_RECEIPT_FAILS;
}

static bool same(const evd_h32 *a, const evd_h32 *b) {
  return memcmp(a->b, b->b, sizeof a->b) == 0;
}

/* ---- reading ---- */

/* H_C of the ballot that an entry is about. */
static bool ballot_of(evd_h32 *out, const evd_entry *e) {
  switch (e->type) {
  case EVD_ENTRY_BALLOT:
    *out = e->ballot.H_C;
    return true;
  case EVD_ENTRY_CAST:
    *out = e->cast.H_C;
    return true;
  case EVD_ENTRY_CHALLENGE:
    *out = e->challenge.H_C;
    return true;
  case EVD_ENTRY_SPOIL:
    *out = e->spoil.H_C;
    return true;
  case EVD_ENTRY_ADJUDICATE:
    *out = e->adjudicate.H_C;
    return true;
  case EVD_ENTRY_MAIL_CAST:
    *out = e->mail_cast.H_C;
    return true;
  case EVD_ENTRY_OPENING:
    *out = e->opening.H_C;
    return true;
  default:
    return false;
  }
}

static evd_err read_all(evd_receipt_found *f, evd_span bytes, evd_arena *a,
                        evd_note_why *why) {
  const char *what = NULL;
  EVD_TRY(evd_receipt_read(&f->receipt, bytes, a, why));
  uint32_t before = why->line - 1;
  if (f->receipt.extra.n == 0) {
    *why = (evd_note_why){2, "`extra` and the entry"};
    return EVD_ERR_FORM;
  }
  evd_err e = evd_checkpoint_read(&f->checkpoint, f->receipt.checkpoint, why);
  why->line += before;
  if (e != EVD_OK)
    return e;
  if (evd_entry_parse(&f->entry, f->receipt.extra, &what) != EVD_OK) {
    *why = (evd_note_why){2, "an entry of the board behind `extra`"};
    return EVD_ERR_FORM;
  }
  f->of_ballot = ballot_of(&f->H_C, &f->entry.e);
  return EVD_OK;
}

/* ---- judging ---- */

static void judge_signatures(evd_receipt_found *f, const evd_receipt_ask *ask) {
  evd_policy_verdict v;
  bool late = false;
  evd_policy_judge_var(&v, ask->policy, &f->checkpoint, ask->not_before);
  for (uint32_t i = 0; i < ask->policy->n_names; i++) {
    const uint64_t t = v.times[i];
    if (t == 0)
      continue;
    f->first = f->first == 0 || t < f->first ? t : f->first;
    f->last = t > f->last ? t : f->last;
    late = late || (ask->not_after > 0 && t > ask->not_after);
  }
  f->n_witnesses = v.n_witnesses;
  f->log = word(v.log && !v.false_signature);
  f->quorum = word(v.quorum && !v.false_signature);
  if (ask->not_before > 0 || ask->not_after > 0)
    f->times = word(v.quorum && !late);
}

/* A CAST has the credential's key; of a BALLOT and the like there is the short
 * name of who signed it. */
static bool of_credential(const evd_entry_read *r, const evd_h32 *key) {
  uint8_t keyid[EVD_KEYID_BYTES];
  evd_entry_sig sig;
  if (r->e.type == EVD_ENTRY_CAST)
    return same(&r->e.cast.credential, key);
  evd_keyid(keyid, key);
  for (uint32_t i = 0; i < r->n_sigs; i++) {
    evd_entry_sig_get(&sig, r, i);
    if (memcmp(sig.keyid, keyid, sizeof keyid) == 0)
      return true;
  }
  return false;
}

evd_err evd_receipt_judge_var(evd_receipt_found *out, evd_span bytes,
                              const evd_receipt_ask *ask, evd_arena *a,
                              evd_note_why *why) {
  memset(out, 0, sizeof *out);
  EVD_TRY(read_all(out, bytes, a, why));
  out->in_log =
      word(evd_receipt_check(&out->receipt, &out->checkpoint.head) == EVD_OK);
  if (ask->policy)
    judge_signatures(out, ask);
  if (ask->code)
    out->code = word(out->of_ballot && same(&out->H_C, ask->code));
  if (ask->credential)
    out->credential =
        word(out->of_ballot && of_credential(&out->entry, ask->credential));
  return EVD_OK;
}

evd_err evd_receipt_verdict(const evd_receipt_found *f) {
#define EVD_RECEIPT_FAIL(name, text)                                           \
  if (f->name == EVD_RECEIPT_FAILS)                                            \
    return EVD_ERR_FAIL;
  EVD_RECEIPT_CHECKS(EVD_RECEIPT_FAIL)
#undef EVD_RECEIPT_FAIL
  return f->in_log == EVD_RECEIPT_HOLDS && f->log == EVD_RECEIPT_HOLDS &&
                 f->quorum == EVD_RECEIPT_HOLDS
             ? EVD_OK
             : EVD_ERR_INCOMPLETE;
}
