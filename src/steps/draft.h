/* Drafts: entries on their way to the log, as files that collect signatures.
 *
 * Spec:  doc/board-format.md sections 2, 3; doc/board-server.md section 2.
 * Layer: L6 steps. Public data; seeds of keys are used and not kept.
 *
 * A draft is one item of /submit: the entry, which may still lack signatures,
 * and the objects that it names. Everybody who signs makes the same entry from
 * what they see themselves and signs it only if the draft has the same.
 */
#ifndef EVD_STEPS_DRAFT_H
#define EVD_STEPS_DRAFT_H

#include "base/arena.h"
#include "board/entry.h"
#include "board/keys.h"
#include "board/objects.h"
#include "host/host.h"
#include "host/signer.h"

typedef struct {
  evd_arena arena; /* owns everything below */
  evd_entry e;
  evd_span signed_bytes; /* "EVB1" .. body */
  uint32_t n_objects, n_sigs;
  evd_span objects[EVD_ENTRY_OBJECTS_MAX];
  evd_entry_sig sigs[EVD_SIGNATURES_MAX]; /* ascending keyid */
} evd_draft;

/* What signatures of this log are made for. */
typedef struct {
  evd_span origin;
  evd_h32 open;               /* leaf hash of OPEN; zeros before it */
  const evd_board_keys *keys; /* in force */
  uint32_t admin_k, n_guardians, quorum;
  bool spoiled_by_admins; /* whose a SPOIL is: k admins', after CLOSE */
} evd_draft_frame;

/* The reference to an object of this kind. */
evd_object_ref evd_object_name(const char *kind, evd_span bytes);

/* An entry without signatures and its objects, which are copied: as many as it
 * names, each with its digest and length. Complains. Close in every case. */
EVD_MUST_CHECK evd_err evd_draft_make(evd_draft *d, const evd_entry *e,
                                      const evd_span objects[], uint32_t n);
void evd_draft_close(evd_draft *d);

/* The draft as an item of /submit; check the buffer at the end. */
void evd_draft_item(evd_buf *out, const evd_draft *d);
/* Exactly one item, its objects compared with their references. Signatures
 * are not checked. Complains, naming `where`. Close in every case. */
EVD_MUST_CHECK evd_err evd_draft_parse(evd_draft *d, evd_span item,
                                       const char *where);
/* The same from and to a file. Complains. */
EVD_MUST_CHECK evd_err evd_draft_read(evd_draft *d, const char *path);
EVD_MUST_CHECK evd_err evd_draft_write(const evd_draft *d, const char *path);

/* Signs with the key of this seed, whose role its type asks for and whose
 * signature it lacks. A voter's entry, and those that name their key
 * themselves, are signed by that key. `who`: the key, for complaints.
 *   CT      of the seed
 *   errors  EVD_ERR_EXISTS: it has signed; EVD_ERR_REFUSED: it is not asked
 *           for, or no more of its role are */
EVD_MUST_CHECK evd_err evd_draft_sign(evd_draft *d, const evd_draft_frame *f,
                                      const uint8_t seed[EVD_SEED_BYTES],
                                      const char *who);
/* The same by a key that is somewhere else: `sign` makes its signature of the
 * message; one that does not hold is not taken.
 *   errors  also of `sign` */
typedef evd_err evd_draft_sign_fn(void *self, uint8_t sig[64],
                                  evd_span message);
typedef struct {
  void *self;
  evd_sign_key key;
  evd_draft_sign_fn *sign;
} evd_draft_signer;
EVD_MUST_CHECK evd_err evd_draft_sign_by(evd_draft *d, const evd_draft_frame *f,
                                         const evd_draft_signer *by,
                                         const char *who);
/* All signatures that are there hold, for this frame. Complains. */
EVD_MUST_CHECK evd_err evd_draft_check(const evd_draft *d,
                                       const evd_draft_frame *f,
                                       const char *where);
/* How many signatures are missing; adds whose, as in "1 admin, 2 guardians". */
uint32_t evd_draft_missing(evd_buf *out, const evd_draft *d,
                           const evd_draft_frame *f);

/* What is signed, in plain words: a few lines. */
void evd_draft_say(evd_buf *out, const evd_draft *d);

#endif /* EVD_STEPS_DRAFT_H */
