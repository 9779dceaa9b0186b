/* Which entries the log takes: one function for server, monitor and verifier.
 *
 * Spec:  doc/board-format.md section 5.
 * Layer: L4 board. Public data only. What grows with the election lies in a
 *        store of rows that the caller keeps; the rest is one small struct.
 */
#ifndef EVD_BOARD_RULES_H
#define EVD_BOARD_RULES_H

#include "board/keys.h"
#include "group/element.h"
#include "record/record.h"

/* ---- what the manifest says ---- */
enum { EVD_MODE_BOOTH, EVD_MODE_REMOTE, EVD_MODE_MAIL, EVD_MODE_AUDIT };
typedef struct {
  uint8_t mode, chaining;
  const evd_device *device; /* the manifest's */
} evd_rules_device;
/* Made by evd_facts_of (board/facts.h). */
typedef struct {
  const evd_group *G; /* for hashes only */
  uint32_t n_guardians, quorum, n_devices, n_styles;
  const evd_rules_device *devices;
  bool revote, weights, has_remote;
} evd_rules_facts;

/* ---- rows ---- */
/* What a row may be about. */
enum {
  EVD_ROW_ID_B = 1,   /* id_B: an empty row */
  EVD_ROW_OBJECT,     /* object of a BALLOT: an empty row */
  EVD_ROW_BALLOT,     /* H_C: evd_row_ballot */
  EVD_ROW_CREDENTIAL, /* credential: evd_row_credential */
  EVD_ROW_KEYID,      /* keyid of a credential: the credential */
  EVD_ROW_ONCE        /* digest of what stands once: an empty row */
};

typedef struct {
  void *self;
  /* The row, n bytes of it; *found says whether it is there. */
  evd_err (*get)(void *self, uint8_t about, const evd_h32 *key, void *row,
                 size_t n, bool *found);
  /* Writes the row, over the old one if there is one. */
  evd_err (*put)(void *self, uint8_t about, const evd_h32 *key, const void *row,
                 size_t n);
} evd_rules_store;

/* ---- the log itself ---- */
typedef struct {
  evd_span origin; /* borrowed */
  void *self;
  /* The root that it had with 1 <= size entries, which it has or had before
   * this one came. An error is that of evd_rules_apply. */
  evd_err (*root)(void *self, uint64_t size, evd_h32 *out);
} evd_rules_log;

enum {
  EVD_BALLOT_SEALED = 1,
  EVD_BALLOT_CAST,
  EVD_BALLOT_CHALLENGED,
  EVD_BALLOT_SPOILED,
  EVD_BALLOT_SUPERSEDED,
  EVD_BALLOT_REFUSED,
  EVD_BALLOT_STATES
};
typedef struct {
  uint64_t index;  /* of the BALLOT entry */
  uint64_t chosen; /* of its CAST, CHALLENGE or SPOIL; 0: none yet */
  evd_sign_key signer;
  evd_h32 id_B;
  uint32_t style, weight, device;
  uint8_t state;
} evd_row_ballot;
typedef struct {
  evd_h32 last_cast, last_body; /* H_C and body digest of the last CAST */
  uint32_t style, weight, seq, sealed;
  uint8_t active;
} evd_row_credential;

#define EVD_SEALED_MAX 20 /* ballots of a credential without a choice */

/* ---- state ---- */
enum evd_device_phase {
  EVD_DEVICE_UNOPENED,
  EVD_DEVICE_OPEN,
  EVD_DEVICE_CLOSED
};

typedef struct {
  uint32_t count; /* BALLOTs so far */
  evd_h32 last;   /* H_C of the last */
  uint8_t phase;  /* of evd_device_phase */
} evd_rules_chain;

typedef struct {
  evd_rules_facts facts;
  evd_board_keys keys;
  uint32_t n_listed; /* keys of SETUP; the others were added later */
  evd_rules_store store;
  evd_rules_log log;
  uint64_t size; /* entries taken */
  uint32_t slot; /* of the last */
  uint8_t admin_k, profile;
  bool keys_published, open, stopped, closed, tallied, resulted;
  bool data_published, roll_committed, revealed;
  uint64_t tally_at;  /* index of the tally, once tallied */
  evd_h32 H_E;        /* of KEYS; zeros before it */
  evd_h32 open_leaf;  /* zeros before OPEN */
  uint32_t n_accepts; /* CEREMONY step 4 */
  uint64_t counts[EVD_BALLOT_STATES];
  evd_rules_chain *chains;     /* n_devices */
  uint64_t n_credentials;      /* active ones */
  uint64_t cast, cast_on_site; /* that count; of neither remote nor mail */
  uint64_t signed_in;          /* of all TOTALS */
  bool has_totals;
  /* Signatures are not verified again: for entries of one's own database
   * alone, whose tree has the root that was signed. False after _init. */
  bool signatures_hold;
} evd_rules;

/* The codes of `evident verify URL` that an entry can break. */
typedef enum {
  EVD_L_NONE = 0,
  EVD_L4 = 4, /* form and signatures */
  EVD_L5 = 5, /* phase, uniqueness, order */
  EVD_L6 = 6, /* roll */
  EVD_L9 = 9  /* chains and counts */
} evd_l_code;
typedef struct {
  evd_l_code code;
  const char *what; /* one phrase, static text */
} evd_refusal;

/* Before the first entry. `keys` is read from the object that SETUP names;
 * facts from its manifest: the caller has compared the digests. All is
 * borrowed.
 *   errors  EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_rules_init(evd_rules *r,
                                      const evd_rules_facts *facts,
                                      const evd_board_keys *keys,
                                      const evd_rules_store *store,
                                      const evd_rules_log *log, evd_arena *a);

/* Takes the next entry, or refuses it; a refused one changes nothing.
 *   errors  EVD_ERR_REFUSED: *why says why; EVD_ERR_IO and others of the
 *           store and the log: the state is lost, nothing can be said */
EVD_MUST_CHECK evd_err evd_rules_apply(evd_rules *r, const evd_entry_read *e,
                                       const evd_h32 *leaf, evd_refusal *why);

/* ---- signatures, verified before their entry's turn ---- */
#define EVD_SIGNED_AHEAD 4 /* of an entry; those behind wait for its turn */
typedef struct {
  uint32_t n; /* the first n hold */
  evd_h32 open_leaf;
  evd_sign_key keys[EVD_SIGNED_AHEAD]; /* whose they are */
} evd_rules_signed;

/* Verifies what can be verified before the entries in front of this one were
 * taken, by the keys and the OPEN that there are. Changes nothing: while
 * nothing is taken, threads may do this side by side, if the store's `get`
 * allows it. out->n is 0 where nothing could be verified.
 *   errors  EVD_ERR_SPACE; of the store */
EVD_MUST_CHECK evd_err evd_rules_verify_ahead(evd_rules_signed *out,
                                              evd_rules *r,
                                              const evd_entry_read *e);
/* Can this entry, once taken, say who signs those behind it, or what? */
bool evd_rules_changes_keys(const evd_entry *e);
/* As evd_rules_apply, of the same entry. A signature is not verified again
 * where key and OPEN are those that it was verified with. */
EVD_MUST_CHECK evd_err evd_rules_apply_ahead(evd_rules *r,
                                             const evd_entry_read *e,
                                             const evd_h32 *leaf,
                                             const evd_rules_signed *ahead,
                                             evd_refusal *why);

/* Is this entry, which was taken at `index`, the tally? */
bool evd_rules_is_tally(const evd_rules *r, uint64_t index, const evd_entry *e);

/* The active lines of the roll, after the ROLL commit that names it.
 *   errors  EVD_ERR_EXISTS: this credential, or one with its keyid, is there;
 *           of the store */
EVD_MUST_CHECK evd_err evd_rules_credential(evd_rules *r,
                                            const evd_sign_key *credential,
                                            uint32_t style, uint32_t weight);

/* The state without rows and facts as bytes, and back into rules that _init
 * made of the same facts and keys.
 *   errors  EVD_ERR_FORM: not what _save wrote for these */
void evd_rules_save(evd_buf *out, const evd_rules *r);
EVD_MUST_CHECK evd_err evd_rules_load(evd_rules *r, evd_span bytes);

#endif /* EVD_BOARD_RULES_H */
