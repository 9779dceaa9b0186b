/* What guardians decrypted: their shares, the result, the contest data. What it
 * is judged by has to stand in the log before: nobody can say it of what comes
 * in the same request. */
#include <string.h>

#include "board/rules.h"
#include "host/http_head.h"
#include "serve/check_run.h"
#include "steps/judge_posted.h"

typedef struct {
  evd_checker *c;
  evd_span ballot; /* mapped */
} asker;

/* A copy of an object of the log. */
static evd_err copy(asker *x, evd_msg_object what, uint64_t number,
                    evd_arena *a, evd_span *out) {
  evd_span found;
  EVD_TRY(evd_check_ask(x->c, what, number, NULL, &found, NULL));
  if (found.n == 0)
    return EVD_ERR_MISSING;
  uint8_t *p = evd_arena_get(a, found.n, 1);
  if (p)
    memcpy(p, found.p, found.n);
  *out = (evd_span){p, found.n};
  evd_memory_unmap(&found);
  return p ? EVD_OK : EVD_ERR_SPACE;
}

static evd_err tally(void *self, evd_arena *a, evd_span *out) {
  return copy(self, EVD_MSG_TALLY_ENCRYPTED, 0, a, out);
}

static evd_err result(void *self, evd_arena *a, evd_span *out) {
  return copy(self, EVD_MSG_RESULT_TALLY, 0, a, out);
}

static evd_err share(void *self, uint32_t guardian, uint32_t step, evd_arena *a,
                     evd_span *out) {
  return copy(self, EVD_MSG_SHARE_OF, (uint64_t)8 * guardian + step, a, out);
}

static evd_err ballot(void *self, const evd_h32 *id_B, evd_span *out,
                      bool *cast) {
  asker *x = self;
  uint64_t state = 0;
  evd_memory_unmap(&x->ballot);
  EVD_TRY(
      evd_check_ask(x->c, EVD_MSG_BALLOT_NAMED, 0, id_B, &x->ballot, &state));
  *out = x->ballot;
  *cast = state == EVD_BALLOT_CAST;
  return x->ballot.n > 0 ? EVD_OK : EVD_ERR_MISSING;
}

evd_err evd_check_count(evd_checker *c, const evd_entry *e, evd_span object) {
  asker x = {.c = c};
  const evd_posted_from from = {&x, tally, result, share, ballot};
  evd_why why = {""};
  c->proofs++;
  if (!c->facts.group)
    return evd_check_refuse(c, EVD_HTTP_REFUSED,
                            "L.5: ", "there are no keys yet");
  evd_err err =
      evd_posted_judge(e, object, &from, evd_host_group_get(c->facts.group),
                       &c->facts.head, &why);
  evd_memory_unmap(&x.ballot);
  if (err == EVD_ERR_MISSING)
    return evd_check_refuse(c, EVD_HTTP_REFUSED, "L.5: ", why.text);
  if (err == EVD_OK || err == EVD_ERR_IO)
    return err;
  return evd_check_refuse_proof(c, err, "L.7: ", &why);
}
