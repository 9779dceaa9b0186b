/* A small election with pre-encrypted ballots, made from known secrets, whose
 * parts can be changed before they are linked, added up and written.
 *
 * Contest 1: two options, L = 1, with fields and data that mail ballots leave
 * out; contest 2: three options, L = 2; contest 3: R = 2, which no mail
 * ballot may have. Styles: 1: contests 1, 2; 2: contest 2; 3: contest 3.
 * Device 1 is a booth, 2 and 3 make mail ballots; 3 is not chained. */
#ifndef EVD_TEST_MAIL_KIT_H
#define EVD_TEST_MAIL_KIT_H

#include "egds/preenc.h"
#include "egds_kit.h"
#include "verify_kit.h"

enum {
  MAIL_BOOTH,      /* device 1, an ordinary cast ballot */
  MAIL_CAST,       /* device 2, style 1, everything filled in */
  MAIL_UNDERVOTE,  /* device 2, style 1, null vectors in both; weight 3 */
  MAIL_OPENED,     /* device 2, style 1, challenged */
  MAIL_SPOILED,    /* device 2, style 1 */
  MAIL_LOOSE,      /* device 3, style 2, cast */
  MAIL_LOOSE_OPEN, /* device 3, style 2, challenged */
  MAIL_BALLOTS
};
#define MAIL_CONTESTS 3
#define MAIL_DEVICES 3
#define MAIL_L_MAX 2

typedef struct {
  evd_ballot b;
  evd_h32 xi_B;
  evd_state_word state;
  bool has_cast, has_open; /* lines of mail_cast.jsonl, mail_open.jsonl */
  evd_mail_cast cast;
  evd_mail_open open;
} mail_ballot;

typedef struct {
  kit t; /* one guardian */
  evd_manifest man;
  evd_shape shapes[MAIL_CONTESTS];
  mail_ballot ballots[MAIL_BALLOTS];
  evd_device_close close[MAIL_DEVICES];
} mail_election;

void mail_open_election(mail_election *e);
void mail_close_election(mail_election *e);

/* A copy to be changed: its ballots and devices live in its own arena. */
typedef struct {
  const mail_election *e;
  evd_arena arena;
  mail_ballot ballots[MAIL_BALLOTS];
  evd_device_close close[MAIL_DEVICES];
  bool uncounted[MAIL_BALLOTS]; /* cast, and yet not in the tally */
} mail_view;
void mail_copy(mail_view *v, const mail_election *e);
void mail_drop(mail_view *v);
void *mail_room(mail_view *v, size_t count, size_t size);

static inline evd_contest_ct *mail_contest(mail_view *v, uint32_t i,
                                           uint32_t c) {
  return &v->ballots[i].b.contests[c];
}
static inline evd_mail_cast_contest *mail_cast(mail_view *v, uint32_t i,
                                               uint32_t c) {
  return &v->ballots[i].cast.contests[c];
}
static inline evd_mail_open_contest *mail_opened(mail_view *v, uint32_t i,
                                                 uint32_t c) {
  return &v->ballots[i].open.contests[c];
}

/* Everything that follows from id_B and xi_B of a mail ballot, its state and
 * its style, but B_C and H_C. */
void mail_fill(mail_view *v, uint32_t i);
/* The same with random xi_B until codes differ, or until two are the same. */
void mail_draw(mail_view *v, uint32_t i, bool distinct);
/* What contest `c` (0, 1, ..) of the ballot selects: vectors j[L], with the
 * encryptions and proofs that follow; selected stays in ascending order. */
void mail_select(mail_view *v, uint32_t i, uint32_t c, const uint32_t j[]);
/* Proofs anew over alpha, beta of a field, for nonce and value as they are;
 * encrypts them first. */
void mail_encrypt_field(mail_view *v, uint32_t i, uint32_t c, uint32_t k,
                        uint32_t value, evd_zq_sec *xi);
void mail_prove_limit(mail_view *v, uint32_t i, uint32_t c, uint32_t sum,
                      const evd_zq_sec *xi);
/* Vector j of contest c as pairs, and its psi. */
void mail_vector(const mail_view *v, uint32_t i, uint32_t c, uint32_t j,
                 evd_p *pairs, evd_h32 *psi);
void mail_nonce(const mail_view *v, evd_zq_sec *xi, uint32_t i, uint32_t c,
                uint32_t j, uint32_t k);

/* After psi changed: everything in its order, with codes, chi and links. */
void mail_reseal(mail_view *v, uint32_t i);
/* chi of a ballot from its psi, as sorted as they are not. */
void mail_chi(mail_view *v, uint32_t i);
/* B_C and H_C of the mail ballots from chi and from H_DI, H_0 as they stand
 * in `close`; then the ends of the chain. */
void mail_link(mail_view *v);
void mail_end(mail_view *v);

/* Adds up, decrypts and writes everything. */
void mail_write(mail_view *v, kit_record *r);

/* ---- records with one fault each ---- */
typedef struct {
  const char *name;
  void (*change)(mail_view *v);
  const char *fails; /* exactly these checks, "16.A 18.A" */
} mail_fault;
#define MAIL_FAULT(change, fails)                                              \
  { #change, change, fails }
void mail_each_fails(const mail_election *e, const mail_fault f[], size_t n);

/* ---- faults that show in the ballot alone, too (mail_faults.c) ---- */

/* B_C of this mode and hash, and the H_C that follows. */
void mail_seal(mail_view *v, uint32_t i, uint32_t mode, const evd_h32 *h);
void mail_other_device_named(mail_view *v);
void mail_code_changed(mail_view *v);
void mail_selected_descending(mail_view *v);
void mail_contest_not_opened(mail_view *v);
void mail_option_labels_traded(mail_view *v);
void mail_null_with_a_name(mail_view *v);
void mail_nonce_above_q(mail_view *v);

#endif /* EVD_TEST_MAIL_KIT_H */
