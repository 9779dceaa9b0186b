/* What a receipt shows.
 *
 * Spec:  doc/board-format.md section 6, 30-board section 4.
 * Layer: L4 board. Public data only; nothing but the receipt and what the
 *        voter has at hand is needed.
 */
#ifndef EVD_BOARD_RECEIPT_H
#define EVD_BOARD_RECEIPT_H

#include "base/arena.h"
#include "board/entry.h"
#include "board/keys.h"
#include "board/policy.h"
#include "board/proof.h"

/* What the voter has at hand; NULL or 0 where something is not. */
typedef struct {
  const evd_policy *policy;
  const evd_h32 *code;            /* H_C that was written down */
  const evd_h32 *credential;      /* the voter's public key */
  uint64_t not_before, not_after; /* when witnesses may have signed, POSIX */
} evd_receipt_ask;

typedef enum {
  EVD_RECEIPT_NOT_ASKED = 0, /* for lack of what it is compared with */
  EVD_RECEIPT_HOLDS,
  EVD_RECEIPT_FAILS
} evd_receipt_word;

/* X(member, what it says). In the order in which they are looked at. */
#define EVD_RECEIPT_CHECKS(X)                                                  \
  X(in_log, "the entry is in the log that the checkpoint names")               \
  X(log, "the log has signed the checkpoint")                                  \
  X(quorum, "as many witnesses as the policy asks for have signed it")         \
  X(times, "they signed in the time given")                                    \
  X(code, "the code is the one written down")                                  \
  X(credential, "the credential is the voter's")                               \
  X(own, "the entry's own signatures hold")

#define EVD_RECEIPT_MEMBER(name, text) evd_receipt_word name;
typedef struct {
  EVD_RECEIPT_CHECKS(EVD_RECEIPT_MEMBER)
  evd_receipt receipt;
  evd_checkpoint checkpoint;
  evd_entry_read entry;
  bool of_ballot;       /* the entry names a ballot: by H_C */
  evd_h32 H_C;          /* zero where it names none */
  uint32_t n_witnesses; /* of the policy, that signed */
  uint64_t first, last; /* times of their signatures; 0: none */
} evd_receipt_found;
#undef EVD_RECEIPT_MEMBER

/* Judges one receipt. Memory from the arena: 128 KiB do.
 *   errors  EVD_ERR_FORM: it is no receipt of an entry, why says where;
 *           EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_receipt_judge_var(evd_receipt_found *out,
                                             evd_span bytes,
                                             const evd_receipt_ask *ask,
                                             evd_arena *a, evd_note_why *why);
/* Who may have signed the entry, and what for. */
typedef struct {
  evd_h32 open;     /* leaf hash of OPEN */
  uint64_t open_at; /* its index: what stands up to it is signed for zeros */
  const evd_sign_key *credential; /* the voter's; NULL: that of a CAST alone */
  const evd_board_keys *keys;     /* NULL: none are at hand */
} evd_receipt_signers;

/* Fills f->own of what the function above has found: not asked, if who signed
 * is not among them.
 *   errors  EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_receipt_own_var(evd_receipt_found *f,
                                           const evd_receipt_signers *by);
/* EVD_OK: all that has to be looked at was, and holds; EVD_ERR_FAIL: something
 * fails; EVD_ERR_INCOMPLETE: there was no policy. */
EVD_MUST_CHECK evd_err evd_receipt_verdict(const evd_receipt_found *f);

/* The first of several receipts, each but the last with an empty line behind
 * it; `from` moves on. False: no receipt begins there. */
bool evd_receipt_next(evd_span *from, evd_span *out);

/* Out of a saved page, or any text around it: everything from the first line
 * of a receipt to the next tag, with the names and numbers of characters
 * resolved and line ends made one LF. False: no receipt begins anywhere. */
bool evd_receipt_of_page(evd_buf *out, evd_span page);

/* ---- packed, for a QR code: "EVR1:" and base 45 of the bytes ---- */

#define EVD_RECEIPT_PACKED_START "EVR1:"

/* Signatures of Ed25519 and of witnesses alone are kept.
 *   errors  EVD_ERR_FORM: it is no receipt of an entry that its checkpoint
 *           contains; EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_receipt_pack(evd_buf *out, evd_span receipt,
                                        evd_arena *a);
/* Back to the receipt; names of keys come from the policy, others' signatures
 * are left out. Memory of the arena: 160 KiB do.
 *   errors  EVD_ERR_FORM: no packed receipt; EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_receipt_unpack(evd_buf *out, evd_span text,
                                          const evd_policy *policy,
                                          evd_arena *a);

#endif /* EVD_BOARD_RECEIPT_H */
