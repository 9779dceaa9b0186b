/* The election record's objects: read strictly, written in one byte form.
 *
 * Spec:  record-format (doc/record-format.md) sections 1-3, 6.
 * Layer: L4 record. May include egds/, group/, hash/, base/. No I/O.
 *
 * Reading. Every evd_<object>_read parses bytes into a typed struct (arena
 * memory), writes it again and compares bytes. Three outcomes:
 *   EVD_OK         canonical
 *   EVD_ERR_FORM   X.1, but the object could be understood and is filled
 *                  (unknown property, lower-case hex, white space, a missing
 *                  conditional property, ..): a verifier reports X.1 and goes
 *                  on; everybody else refuses
 *   EVD_ERR_PARSE  X.1 and nothing usable
 * `why` says in one phrase what was expected and where in the object; places
 * count from 1, text of the record is shown as ASCII. On EVD_ERR_PARSE (and
 * EVD_ERR_SPACE, the arena is full) the struct is all zero.
 * Values >= p or >= q are NOT faults here: they stay bytes. A word that the
 * format does not know leaves evd_state.state 0, evd_roll_line.active false
 * (EVD_ERR_FORM).
 *
 * Writing. evd_<object>_write appends the canonical bytes without newline.
 */
#ifndef EVD_RECORD_RECORD_H
#define EVD_RECORD_RECORD_H

#include "base/arena.h"
#include "egds/ballot.h"
#include "egds/keys.h"
#include "egds/open.h"
#include "egds/share.h"
#include "hash/hash.h"

typedef struct {
  char text[240]; /* "contests[2].options[1].label: expected a string" */
} evd_why;

/* A string of the record, UTF-8 bytes (unescaped), borrowed from the arena. */
typedef evd_span evd_str;

/* ---- 3.1 parameters ---- */
typedef struct {
  evd_str spec;
  evd_p p, g;
  evd_q q;
  uint32_t n, k;
} evd_parameters;

/* ---- 3.2 manifest ---- */
typedef struct {
  evd_str label, notes;
} evd_option;
typedef struct {
  evd_str label, notes, rule, group;
  uint64_t seats;
  uint32_t n_options;
  evd_option *options;
  uint64_t option_limit, contest_limit, write_ins, data_blocks;
  bool overvote;
} evd_contest;
typedef struct {
  evd_str label;
  uint32_t n_contests;
  uint32_t *contests; /* ind_c */
} evd_style;
typedef struct {
  evd_str label, mode;
  uint32_t chaining;
} evd_device;
typedef struct {
  evd_str format, label, notes, kind;
  bool revote, restricted;
  evd_h32 texts;
  uint32_t n_guardians;
  evd_str *guardians;
  uint32_t n_contests;
  evd_contest *contests;
  uint32_t n_styles;
  evd_style *styles;
  uint32_t n_devices;
  evd_device *devices;
  bool weights;
  uint32_t short_code;
  uint64_t privacy_floor, slot_origin, slot_seconds;
} evd_manifest;

bool evd_str_is(evd_str s, const char *zero_ended);
evd_shape evd_contest_shape(const evd_manifest *m, uint32_t ind_c);
/* Shapes of a style's contests, in order; arena memory. NULL: no such style
 * or arena full. */
evd_shape *evd_style_shapes(const evd_manifest *m, uint32_t style, uint32_t *n,
                            evd_arena *a);
/* Label of a verifiable field: option label, #overvote or #write-ins. */
evd_str evd_field_label(const evd_manifest *m, uint32_t ind_c, uint32_t ind_o);

/* Rules of 3.2 (X.3). Calls `fault` (may be NULL) once per broken rule, as in
 * ("contest 2 option 1", "a label must not be empty"); returns the number of
 * them, or EVD_RULES_STARVED: there was no memory, nobody can tell. Which
 * characters a string may have is the reader's business: a manifest made in
 * memory is written and read back. */
#define EVD_RULES_STARVED UINT32_MAX
typedef void evd_fault_fn(void *self, const char *where, const char *what);
uint32_t evd_manifest_rules(const evd_manifest *m, evd_fault_fn *fault,
                            void *self);

/* ---- texts.json ---- */
typedef struct {
  evd_str of, as;
} evd_text;
typedef struct {
  evd_str tag;
  uint32_t n_texts;
  evd_text *texts;
} evd_language;
typedef struct {
  uint32_t n_languages;
  evd_language *languages;
} evd_texts;
uint32_t evd_texts_rules(const evd_texts *t, evd_span bytes,
                         const evd_manifest *m, evd_fault_fn *fault,
                         void *self); /* rules and digest against m->texts */

/* ---- 3.4 ---- */
typedef struct {
  evd_p K, K_hat;
  evd_h32 H_P, H_B, H_E, H_G;
} evd_election_keys;

/* ---- 3.6, 3.13, 3.7 ---- */
typedef enum {
  EVD_CAST = 1,
  EVD_CHALLENGED,
  EVD_SPOILED,
  EVD_SUPERSEDED,
  EVD_STATE_REFUSED
} evd_state_word;
const char *evd_state_text(evd_state_word s);
typedef struct {
  evd_h32 id_B;
  evd_state_word state;
} evd_state;
typedef struct {
  evd_h32 credential;
  uint32_t style, weight;
  bool active;
} evd_roll_line;
typedef struct {
  uint32_t device;
  uint64_t ballots;
  evd_h32 H_DI;
  bool chained; /* the last three are there */
  evd_h32 H_0, H_close;
  uint8_t B_close[EVD_BC_BYTES];
} evd_device_close;
typedef struct {
  uint32_t n_devices;
  evd_device_close *devices;
} evd_devices;

/* ---- 3.8, 3.9 ---- */
typedef struct {
  evd_p A, B;
} evd_cell_ct;
typedef struct {
  uint32_t contest;
  uint64_t ballots, weight;
  uint32_t n_fields;
  evd_cell_ct *fields;
} evd_tally_ct_contest;
typedef struct {
  uint64_t ballots, weight;
  uint32_t n_contests;
  evd_tally_ct_contest *contests;
} evd_tally_ct;
typedef struct {
  uint32_t field;
  evd_str label;
  evd_p T;
  uint64_t t;
  evd_q c, v;
} evd_cell;
typedef struct {
  uint32_t contest;
  evd_str label;
  uint32_t n_fields; /* 0: withheld */
  evd_cell *fields;
} evd_tally_contest;
typedef struct {
  uint32_t n_U;
  uint32_t *U;
  uint32_t n_contests;
  evd_tally_contest *contests;
} evd_tally;

/* ---- 3.10, 3.11 ---- */
typedef struct {
  evd_opened_contest o; /* o.ind_c = `contest` */
  evd_str label;
  uint32_t *fields; /* `field` as written, o.n_fields */
  evd_str *labels;  /* o.n_fields */
  uint64_t *values; /* as written; o.values has them cut to 32 bits */
  bool has_data;
  evd_span D; /* as written */
} evd_challenged_contest;
typedef struct {
  evd_h32 id_B;
  uint32_t n_contests;
  evd_challenged_contest *contests;
} evd_challenged;
typedef struct {
  evd_h32 id_B;
  uint32_t contest;
  evd_p beta;
  evd_q c, v;
  evd_span D;
} evd_contest_data;

/* ---- section 5: pre-encrypted ballots; their line in ballots is an
 * evd_ballot with `mail` ---- */
typedef struct {
  evd_str code;
  evd_h32 psi;
  uint32_t n_pairs; /* alpha_1, beta_1, .. as one list; 2 n_pairs elements */
  evd_p *pairs;
} evd_mail_selected;
typedef struct {
  uint32_t n_selected;
  evd_mail_selected *selected;
  evd_contest_ct ct; /* ind_c, fields and limit; the rest empty */
} evd_mail_cast_contest;
typedef struct {
  evd_h32 id_B;
  uint32_t n_contests;
  evd_mail_cast_contest *contests;
} evd_mail_cast;
typedef struct {
  uint32_t field; /* j: option, or null vector above m */
  evd_str label;  /* of the option, or #null */
  evd_str code;
  evd_h32 psi;
  uint32_t n_nonces;
  evd_q *nonces; /* xi_i,j,k, k = 1.. */
} evd_mail_vector;
typedef struct {
  uint32_t ind_c;
  evd_str label;
  uint32_t n_vectors;
  evd_mail_vector *vectors;
} evd_mail_open_contest;
typedef struct {
  evd_h32 id_B;
  uint32_t n_contests;
  evd_mail_open_contest *contests;
} evd_mail_open;
#define EVD_NULL_LABEL "#null"

/* ---- section 6 ---- */
typedef struct {
  evd_str serial;
  uint32_t style;
  uint32_t weight;
  uint32_t n_contests;
  uint32_t *contests;       /* ind_c */
  evd_selection *selection; /* marks and write-ins, one per contest */
  uint32_t *n_marks;        /* length of selection[i].marks, for the writer */
} evd_plain;
/* What came back of a mail ballot: per contest short codes, or marks. */
typedef struct {
  uint32_t contest;
  bool by_marks;
  uint32_t n_marks, *marks;
  uint32_t n_codes;
  evd_str *codes;
} evd_returned_contest;
typedef struct {
  evd_h32 ballot; /* its confirmation code, or its id_B */
  uint32_t n_contests;
  evd_returned_contest *contests;
} evd_returned;
typedef struct {
  uint32_t i;
  evd_h32 H_B, digest;
} evd_commit;
typedef struct {
  uint32_t i;
  evd_h32 H_G, H_E;
} evd_accept;
typedef struct {
  bool has_id; /* contest data: id_B in front, field 0 */
  evd_h32 id_B;
  uint32_t contest, field;
  evd_h32 d;     /* round 1 */
  evd_p a, b, M; /* round 2 */
  evd_q v;       /* round 3 */
} evd_round_item;
typedef struct {
  uint32_t i;
  uint32_t n_U;
  uint32_t *U;
  uint32_t n_items;
  evd_round_item *items;
} evd_round;
typedef struct {
  evd_h32 id_B;
  evd_p M;
  evd_q c, v;
} evd_nonce_item;
typedef struct {
  uint32_t i;
  uint32_t n_items;
  evd_nonce_item *items;
} evd_nonce_shares;

#define EVD_OBJECT(name, type)                                                 \
  EVD_MUST_CHECK evd_err evd_##name##_read(type *out, evd_span bytes,          \
                                           evd_arena *a, evd_why *why);        \
  void evd_##name##_write(evd_buf *out, const type *in);
EVD_OBJECT(parameters, evd_parameters)
EVD_OBJECT(manifest, evd_manifest)
EVD_OBJECT(texts, evd_texts)
EVD_OBJECT(guardian_pub, evd_guardian_pub)
EVD_OBJECT(election_keys, evd_election_keys)
EVD_OBJECT(state, evd_state)
EVD_OBJECT(roll_line, evd_roll_line)
EVD_OBJECT(devices, evd_devices)
EVD_OBJECT(tally_ct, evd_tally_ct)
EVD_OBJECT(tally, evd_tally)
EVD_OBJECT(challenged, evd_challenged)
EVD_OBJECT(contest_data, evd_contest_data)
EVD_OBJECT(commit, evd_commit)
EVD_OBJECT(accept, evd_accept)
EVD_OBJECT(share_ct, evd_share_ct)
EVD_OBJECT(nonce_shares, evd_nonce_shares)
EVD_OBJECT(returned, evd_returned) /* a line of returned.jsonl */
#undef EVD_OBJECT

/* A sealed ballot line. Which properties and list lengths it must have
 * depends on the manifest (fields per contest, range, data, position iff the
 * device is chained, binding iff remote). Where the ballot does not match the
 * manifest's shape at all (unknown style, missing contest, a list of another
 * length) it is read as it stands, so that X.6 can judge: EVD_OK or EVD_ERR_
 * FORM as record-format 4 says (list lengths the manifest fixes: X.1). */
EVD_MUST_CHECK evd_err evd_ballot_read(evd_ballot *out, evd_span line,
                                       const evd_manifest *m, evd_arena *a,
                                       evd_why *why);
void evd_ballot_write(evd_buf *out, const evd_ballot *in);

/* Lines of mail_cast.jsonl and mail_open.jsonl. List lengths that the
 * manifest fixes (L selected, m pairs, fields and nonces, m + L vectors,
 * lengths of proofs) are EVD_ERR_FORM; nothing can be computed with a contest
 * that has others (evd_mail_cast_fits, evd_mail_open_fits). */
EVD_MUST_CHECK evd_err evd_mail_cast_read(evd_mail_cast *out, evd_span line,
                                          const evd_manifest *m, evd_arena *a,
                                          evd_why *why);
void evd_mail_cast_write(evd_buf *out, const evd_mail_cast *in);
EVD_MUST_CHECK evd_err evd_mail_open_read(evd_mail_open *out, evd_span line,
                                          const evd_manifest *m, evd_arena *a,
                                          evd_why *why);
void evd_mail_open_write(evd_buf *out, const evd_mail_open *in);
/* Has the contest the list lengths of its shape in the manifest? */
bool evd_mail_cast_fits(const evd_mail_cast_contest *c, const evd_shape *s);
bool evd_mail_open_fits(const evd_mail_open_contest *c, const evd_shape *s);

/* plain.jsonl, strict: fits manifest and style, or EVD_ERR_RULE with why.
 * More write-ins than the contest has room for are an overvote, not a fault.
 */
EVD_MUST_CHECK evd_err evd_plain_read(evd_plain *out, evd_span line,
                                      const evd_manifest *m, evd_arena *a,
                                      evd_why *why);
void evd_plain_write(evd_buf *out, const evd_plain *in);

/* decrypt_<round>_<i>.json, round 1, 2 or 3 */
EVD_MUST_CHECK evd_err evd_round_read(evd_round *out, uint32_t round,
                                      evd_span bytes, evd_arena *a,
                                      evd_why *why);
void evd_round_write(evd_buf *out, uint32_t round, const evd_round *in);

/* Manifest from a loose JSON file (any white space and property order,
 * missing properties get the defaults that manifest_loose.c lists, options
 * may be plain strings): for `election new --from`. Guardians may be left out
 * (n_guardians 0, for the caller to name). Anything but EVD_OK is refused.
 * The caller writes it with evd_manifest_write. */
EVD_MUST_CHECK evd_err evd_manifest_read_loose(evd_manifest *out,
                                               evd_span bytes, evd_arena *a,
                                               evd_why *why);

/* digest("ballot", line) etc.: hash/hash.h evd_digest. Record digest: feed
 * files in ascending path order. */
typedef struct {
  evd_sha256 sha;
} evd_record_digest;
void evd_record_digest_init(evd_record_digest *d);
void evd_record_digest_add(evd_record_digest *d, const char *path,
                           const evd_h32 *sha256_of_file);
void evd_record_digest_out(evd_record_digest *d, evd_h32 *out);

#endif /* EVD_RECORD_RECORD_H */
