/* Asks witnesses to sign a checkpoint, all at once.
 *
 * Spec:  C2SP tlog-witness, tlog-policy.
 * Layer: L7 serve. Opens no file and holds no key; for one thread.
 *
 * What a witness sends is used only where it is a signature of its own key
 * under this checkpoint. Its size is remembered from round to round; at the
 * start, or where another size comes back, it is asked again with a proof.
 */
#ifndef EVD_SERVE_COSIGN_H
#define EVD_SERVE_COSIGN_H

#include "base/arena.h"
#include "board/entry.h"
#include "board/policy.h"
#include "board/tree.h"

typedef struct evd_cosigner evd_cosigner;

/* The policy's bytes are borrowed while the cosigner is open. Witnesses
 * without an address of http or https are never asked. proxy: as
 * evd_http_open. Complains. */
EVD_MUST_CHECK evd_err evd_cosigner_open(evd_cosigner **out,
                                         const evd_policy *policy,
                                         const char *proxy);
void evd_cosigner_close(evd_cosigner *c); /* NULL is well */

/* Consistency proofs from older sizes, 1 <= old < size, to the head that is to
 * be signed. */
typedef struct {
  void *self;
  evd_err (*proof)(void *self, uint64_t old_size, evd_tree_proof *out);
} evd_cosign_proofs;

typedef enum {
  EVD_COSIGN_NOT_ASKED, /* a group, no address, or it said to wait */
  EVD_COSIGN_SIGNED,
  EVD_COSIGN_SILENT, /* no answer in time, or none at all */
  EVD_COSIGN_FAILED, /* an answer that helps nobody; see status */
  EVD_COSIGN_FALSE,  /* 200 without a signature that verifies */
  EVD_COSIGN_AHEAD,  /* it signed a larger tree: we are an old copy */
  EVD_COSIGN_REFUSED /* 422: it signed another tree: ours is a fork */
} evd_cosign_state;

typedef struct {
  evd_cosign_state state;
  uint32_t status; /* of HTTP, the last; 0: none */
  uint64_t size;   /* of the tree it signed last, as far as it told */
  uint64_t time;   /* of its signature */
  char why[128];   /* where it did not sign, for people */
} evd_cosign_word;

typedef struct {
  bool quorum;                                 /* of the policy */
  uint32_t n_witnesses;                        /* that signed */
  evd_cosign_word words[EVD_POLICY_NAMES_MAX]; /* as the policy's names */
} evd_cosign_result;

typedef struct {
  uint32_t limit_ms; /* of the whole round; not 0 */
  uint32_t grace_ms; /* how long to wait for the rest once the quorum is met */
} evd_cosign_plan;

/* checkpoint: a note signed by a log of the policy, with no cosignatures yet.
 * out: the note with those lines that verify, in the policy's order; also
 * where the quorum is not met.
 *   errors  EVD_ERR_FORM: no checkpoint; EVD_ERR_PROOF: not signed by a log
 *           of the policy; EVD_ERR_SPACE; those of `proof` */
EVD_MUST_CHECK evd_err evd_cosign_round(evd_cosigner *c, evd_span checkpoint,
                                        const evd_cosign_proofs *proofs,
                                        const evd_cosign_plan *plan,
                                        evd_buf *out,
                                        evd_cosign_result *result);

/* ---- at the start ---- */

typedef enum {
  EVD_KNOWN_NOT_ASKED,
  EVD_KNOWN_NONE,   /* 404: it never signed for this log */
  EVD_KNOWN_HEAD,   /* signed by the log and by the witness */
  EVD_KNOWN_SILENT, /* nothing is known */
  EVD_KNOWN_FALSE   /* something else came */
} evd_known_state;

typedef struct {
  evd_known_state state;
  evd_log_head head; /* of EVD_KNOWN_HEAD */
  char why[128];
} evd_known;

/* The heads that the witnesses of the policy signed last for this origin,
 * asked at the same time. known: as the policy's names. What they say is for
 * evd_log_known_head to judge. */
void evd_cosign_heads(evd_cosigner *c, evd_span origin, uint32_t limit_ms,
                      evd_known known[EVD_POLICY_NAMES_MAX]);

#endif /* EVD_SERVE_COSIGN_H */
