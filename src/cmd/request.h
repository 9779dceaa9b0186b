/* What is to be decrypted: read from the record, before any secret is open.
 *
 * Spec:  record-format 3.8-3.11, section 6; EGDS 2.1.0 section 3.6.
 * Layer: L7 cmd.
 *
 * Two requests exist. The *tally*: every cell of every contest that is not
 * withheld, and the nonces of the challenged ballots. The *contest data*:
 * after the tally, since that says what may be opened (3.11).
 */
#ifndef EVD_CMD_REQUEST_H
#define EVD_CMD_REQUEST_H

#include "cmd/args.h"
#include "egds/decrypt.h"
#include "egds/open.h"

/* So that the answers to it fit in one file of a reader's limit. */
#define EVD_REQUEST_ITEMS_MAX 16000

/* A ballot to be opened, without its proofs. */
typedef struct {
  evd_h32 id_B, H_I;
  uint32_t style;
  evd_p C0;
  evd_h32 C1;
  bool mail; /* pre-encrypted: contests have psi */
  uint32_t n_contests;
  evd_contest_ct *contests; /* only where asked for, else NULL */
} evd_sealed_nonce;

typedef struct {
  evd_head head;
  const char *xd;
  bool data; /* contest data instead of the tally */
  uint32_t n_U;
  uint32_t U[EVD_N_MAX]; /* ascending */
  evd_tally_ct tally_ct;
  evd_tally tally; /* data only */
  bool *withheld;  /* per contest */
  uint32_t n_items;
  evd_item *items;
  evd_round_item *names; /* contest, field, id_B of each item */
  size_t n_nonces;       /* challenged ballots, ascending id_B; tally only */
  evd_sealed_nonce *nonces;
  evd_h32 inputs; /* digest of all that is answered, and of U */
} evd_request;

/* Opens the record with its keys and checks the quorum; present NULL: those
 * whose round 1 is in xd. Complains. Close in every case. */
EVD_MUST_CHECK evd_err evd_request_open(evd_request *r, const char *record,
                                        const char *xd, const char *present,
                                        bool data);
/* What collecting does besides the items. */
enum {
  EVD_REQUEST_RECOUNT = 1, /* the counts of tally_encrypted.json (X.14) */
  EVD_REQUEST_NONCES = 2,  /* the challenged ballots */
  EVD_REQUEST_WHOLE = 4    /* with their contests */
};
EVD_MUST_CHECK evd_err evd_request_collect(evd_request *r, int what);
void evd_request_close(evd_request *r);

/* Parts of the collection. */
EVD_MUST_CHECK evd_err evd_request_tally(evd_request *r);
EVD_MUST_CHECK evd_err evd_request_ballots(evd_request *r, int what);
/* May the data of this contest be opened, by 3.11, for this device? */
bool evd_request_data_wanted(const evd_request *r, uint32_t ind_c,
                             uint32_t device);

/* "1,3" for sentences. */
void evd_list_text(char out[1024], const uint32_t U[], uint32_t n);

#endif /* EVD_CMD_REQUEST_H */
