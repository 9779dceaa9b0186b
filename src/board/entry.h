/* Entries of the log: small signed binary records.
 *
 * Spec:  doc/board-format.md sections 2 and 3.
 * Layer: L4 board. Public data only.
 *
 * One list of fields a type gives its struct, its reader and its writer.
 * Nothing is optional, every length follows from the bytes before it, and what
 * is read is written again as the same bytes.
 */
#ifndef EVD_BOARD_ENTRY_H
#define EVD_BOARD_ENTRY_H

#include "base/arena.h"
#include "base/bytes.h"
#include "board/tree.h"

#define EVD_NOTICE_TEXT_MAX 8192
#define EVD_BEACON_TEXT_MAX 512
#define EVD_ORIGIN_BYTES_MAX 255
#define EVD_NO_INDEX UINT64_MAX /* of a NOTICE that supersedes none */

/* An object that is served beside the log. No object: all zero. */
typedef struct {
  evd_h32 digest; /* digest(kind, bytes) of record-format 1.6 */
  uint32_t length;
} evd_object_ref;

/* A state of a log that somebody has looked at. */
typedef struct {
  uint64_t size;
  evd_h32 root;
} evd_log_head;

/* A public Ed25519 key. */
typedef evd_h32 evd_sign_key;

/* F(kind, name): U8 U16 U32 U64 numbers, H32 hash or key, OBJ, HEAD, TEXT a
 * borrowed text after its length in two bytes. */
#define EVD_FIELDS_SETUP(F)                                                    \
  F(U8, profile)                                                               \
  F(U8, admin_k)                                                               \
  F(H32, H_P)                                                                  \
  F(H32, H_B)                                                                  \
  F(OBJ, parameters)                                                           \
  F(OBJ, manifest)                                                             \
  F(OBJ, texts)                                                                \
  F(OBJ, keys) F(OBJ, policy) F(OBJ, release) F(H32, earlier) F(HEAD, last)
#define EVD_FIELDS_PHASE(F)                                                    \
  F(U8, op)                                                                    \
  F(U16, site)                                                                 \
  F(TEXT, beacon)                                                              \
  F(U32, sealed)                                                               \
  F(U32, cast)                                                                 \
  F(U32, challenged) F(U32, spoiled) F(U32, superseded) F(U32, refused)
#define EVD_FIELDS_DEVICE(F)                                                   \
  F(U8, op)                                                                    \
  F(U32, device)                                                               \
  F(H32, H_DI) F(H32, H_0) F(U32, count) F(H32, H_last) F(H32, H_close)
#define EVD_FIELDS_BALLOT(F)                                                   \
  F(H32, id_B)                                                                 \
  F(H32, H_C)                                                                  \
  F(OBJ, object)                                                               \
  F(U32, style) F(U32, weight) F(U32, device) F(U32, position)
#define EVD_FIELDS_CAST(F)                                                     \
  F(H32, H_C) F(H32, credential) F(U32, seq) F(H32, prev)
#define EVD_FIELDS_CHOICE(F) F(H32, H_C)
#define EVD_FIELDS_ADJUDICATE(F) F(H32, H_C) F(U8, op) F(U16, reason)
#define EVD_FIELDS_OPENING(F) F(H32, H_C) F(OBJ, object)
#define EVD_FIELDS_TALLY(F) F(H32, key) F(OBJ, object) F(HEAD, head)
#define EVD_FIELDS_SHARE(F)                                                    \
  F(U32, guardian) F(U8, step) F(OBJ, object) F(HEAD, head)
#define EVD_FIELDS_RESULT(F) F(OBJ, object)
#define EVD_FIELDS_TOTALS(F) F(U16, site) F(U32, signed_in) F(U32, paper)
#define EVD_FIELDS_AUDIT(F) F(U8, step) F(OBJ, object)
#define EVD_FIELDS_NOTICE(F) F(U64, supersedes) F(U32, expires) F(TEXT, text)
#define EVD_FIELDS_RELEASE(F) F(OBJ, object)
#define EVD_FIELDS_KEY(F)                                                      \
  F(U8, op) F(U8, role) F(U32, index) F(H32, key) F(H32, box_key)
#define EVD_FIELDS_ALARM(F) F(U8, code) F(OBJ, object)
#define EVD_FIELDS_ATTEST(F) F(H32, key) F(HEAD, head) F(OBJ, object)
#define EVD_FIELDS_CEREMONY(F) F(U32, guardian) F(U8, step) F(OBJ, object)
#define EVD_FIELDS_KEYS(F)                                                     \
  F(H32, guardians) F(OBJ, election_keys) F(H32, H_G) F(H32, H_E)
#define EVD_FIELDS_ROLL(F)                                                     \
  F(U8, op)                                                                    \
  F(OBJ, roll)                                                                 \
  F(U32, count)                                                                \
  F(H32, credential)                                                           \
  F(U32, style) F(U32, weight) F(H32, replaced) F(U16, reason)
#define EVD_FIELDS_MAIL_CAST(F) F(H32, H_C) F(OBJ, object)
#define EVD_FIELDS_CONTEST_DATA(F) F(OBJ, object)

/* X(number, NAME, member of the union, fields). Numbers are for ever. */
#define EVD_ENTRY_TYPES(X)                                                     \
  X(1, SETUP, setup, EVD_FIELDS_SETUP)                                         \
  X(2, PHASE, phase, EVD_FIELDS_PHASE)                                         \
  X(3, DEVICE, device, EVD_FIELDS_DEVICE)                                      \
  X(4, BALLOT, ballot, EVD_FIELDS_BALLOT)                                      \
  X(5, CAST, cast, EVD_FIELDS_CAST)                                            \
  X(6, CHALLENGE, challenge, EVD_FIELDS_CHOICE)                                \
  X(7, SPOIL, spoil, EVD_FIELDS_CHOICE)                                        \
  X(8, ADJUDICATE, adjudicate, EVD_FIELDS_ADJUDICATE)                          \
  X(9, OPENING, opening, EVD_FIELDS_OPENING)                                   \
  X(10, TALLY, tally, EVD_FIELDS_TALLY)                                        \
  X(11, SHARE, share, EVD_FIELDS_SHARE)                                        \
  X(12, RESULT, result, EVD_FIELDS_RESULT)                                     \
  X(13, TOTALS, totals, EVD_FIELDS_TOTALS)                                     \
  X(14, AUDIT, audit, EVD_FIELDS_AUDIT)                                        \
  X(15, NOTICE, notice, EVD_FIELDS_NOTICE)                                     \
  X(16, RELEASE, release, EVD_FIELDS_RELEASE)                                  \
  X(17, KEY, key, EVD_FIELDS_KEY)                                              \
  X(18, ALARM, alarm, EVD_FIELDS_ALARM)                                        \
  X(19, ATTEST, attest, EVD_FIELDS_ATTEST)                                     \
  X(20, CEREMONY, ceremony, EVD_FIELDS_CEREMONY)                               \
  X(21, KEYS, keys, EVD_FIELDS_KEYS)                                           \
  X(22, ROLL, roll, EVD_FIELDS_ROLL)                                           \
  X(23, MAIL_CAST, mail_cast, EVD_FIELDS_MAIL_CAST)                            \
  X(24, CONTEST_DATA, contest_data, EVD_FIELDS_CONTEST_DATA)

#define EVD_ENTRY_ENUM(number, name, member, fields)                           \
  EVD_ENTRY_##name = (number),
typedef enum { EVD_ENTRY_TYPES(EVD_ENTRY_ENUM) } evd_entry_type;
#undef EVD_ENTRY_ENUM

typedef uint8_t evd_field_U8;
typedef uint16_t evd_field_U16;
typedef uint32_t evd_field_U32;
typedef uint64_t evd_field_U64;
typedef evd_h32 evd_field_H32;
typedef evd_object_ref evd_field_OBJ;
typedef evd_log_head evd_field_HEAD;
typedef evd_span evd_field_TEXT;

#define EVD_ENTRY_MEMBER(kind, name) evd_field_##kind name;
#define EVD_ENTRY_STRUCT(number, name, member, fields)                         \
  struct {                                                                     \
    fields(EVD_ENTRY_MEMBER)                                                   \
  } member;
typedef struct {
  evd_entry_type type;
  uint32_t slot;
  union {
    EVD_ENTRY_TYPES(EVD_ENTRY_STRUCT)
  };
} evd_entry;
#undef EVD_ENTRY_MEMBER
#undef EVD_ENTRY_STRUCT

#define EVD_KEYID_BYTES 8
#define EVD_SIGNATURES_MAX 255
enum { EVD_ALG_ED25519 = 1 };
typedef struct {
  uint8_t keyid[EVD_KEYID_BYTES];
  uint8_t alg;
  uint8_t sig[64];
} evd_entry_sig;

/* What a whole entry can measure. */
#define EVD_ENTRY_BYTES_MAX                                                    \
  ((size_t)12 + EVD_NOTICE_TEXT_MAX + 16 +                                     \
   (size_t)EVD_SIGNATURES_MAX * sizeof(evd_entry_sig))

/* "BALLOT"; NULL: no type has this number. */
const char *evd_entry_name(uint32_t type);
/* H_C of the ballot that a CAST, CHALLENGE or SPOIL chooses for; NULL: the
 * entry is no choice. Borrowed. */
const evd_h32 *evd_entry_choice(const evd_entry *e);

/* Appends the entry without signatures: "EVB1" .. body.
 *   errors  EVD_ERR_RANGE: a text is too long; nothing is appended then */
EVD_MUST_CHECK evd_err evd_entry_write_body(evd_buf *out, const evd_entry *e);
/* Appends the whole entry. n <= EVD_SIGNATURES_MAX. */
EVD_MUST_CHECK evd_err evd_entry_write(evd_buf *out, const evd_entry *e,
                                       const evd_entry_sig *sigs, uint32_t n);

/* An entry as it was read. Texts and signatures are borrowed from the bytes. */
typedef struct {
  evd_entry e;
  evd_span body;         /* the fields alone */
  evd_span signed_bytes; /* "EVB1" .. body */
  uint32_t n_sigs;
  const uint8_t *sigs; /* n_sigs times keyid, alg, sig */
} evd_entry_read;

/* Exactly these bytes as one entry.
 *   errors  EVD_ERR_PARSE: they are none; *what says why, static text */
EVD_MUST_CHECK evd_err evd_entry_parse(evd_entry_read *out, evd_span bytes,
                                       const char **what);
void evd_entry_sig_get(evd_entry_sig *out, const evd_entry_read *r, uint32_t i);

/* keyid: the first 8 bytes of SHA-256 of the public key. */
void evd_keyid(uint8_t out[EVD_KEYID_BYTES], const evd_sign_key *key);
/* What is signed: "Evident/entry/v1" LF origin LF open "EVB1" .. body. `open`
 * is the leaf hash of the OPEN entry, zeros before it. */
void evd_entry_message(evd_buf *out, evd_span origin, const evd_h32 *open,
                       evd_span signed_bytes);
/* The digest of a body, which a voter's next CAST names in `prev`. */
void evd_body_digest(evd_h32 *out, evd_span body);

#endif /* EVD_BOARD_ENTRY_H */
