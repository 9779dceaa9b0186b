/* `cosign`: asks the witnesses of the policy, over HTTP. Has no key and opens
 * no file; the proofs it sends them come from `seq`. */
#include <string.h>
#include <unistd.h>

#include "host/host.h"
#include "serve/cosign.h"
#include "serve/processes.h"

enum { START_MS = 5000, GRACE_MS = 200, ROUND_MS_MAX = 10000 };
#define NOTE_BYTES_MAX ((size_t)1 << 18)

typedef struct {
  const evd_serve_plan *plan;
  evd_cosigner *cosigner;
  evd_buf note;
  int seq;
} asker;

static evd_err ask_proof(void *self, uint64_t old_size, evd_tree_proof *out) {
  asker *a = self;
  evd_msg m;
  int file = -1;
  evd_msg_init(&m, EVD_MSG_ASK_PROOF);
  m.a = old_size;
  EVD_TRY(evd_msg_send(a->seq, &m, -1));
  EVD_TRY(evd_msg_get(a->seq, &m, &file));
  if (file >= 0)
    (void)close(file);
  if (m.kind != EVD_MSG_PROOF || m.n % 32 != 0 || m.n / 32 > EVD_TREE_LEVELS)
    return EVD_ERR_FORM;
  if (m.status != 0)
    return EVD_ERR_RANGE;
  out->n = m.n / 32;
  memcpy(out->at, m.bytes, m.n);
  return EVD_OK;
}

/* A round that fails says so and costs a tick; `seq` decides what that means.
 */
static evd_err cosign(asker *a, const evd_msg *m) {
  evd_cosign_result result;
  const evd_cosign_proofs proofs = {a, ask_proof};
  uint32_t ms = a->plan->tick_ms * 2;
  const evd_cosign_plan plan = {.limit_ms = ms < START_MS       ? START_MS
                                            : ms > ROUND_MS_MAX ? ROUND_MS_MAX
                                                                : ms,
                                .grace_ms = GRACE_MS};
  evd_msg out;
  memset(&result, 0, sizeof result);
  evd_buf_reset(&a->note);
  evd_msg_init(&out, EVD_MSG_COSIGNED);
  evd_err e = evd_cosign_round(a->cosigner, (evd_span){m->bytes, m->n}, &proofs,
                               &plan, &a->note, &result);
  if (e == EVD_ERR_MISSING || e == EVD_ERR_SPACE)
    return e;
  out.a = result.n_witnesses;
  out.status = e == EVD_OK ? 0 : 1;
  int file = evd_memory_file((evd_span){a->note.p, a->note.n});
  if (file < 0)
    return evd_complain(EVD_ERR_SPACE, "no memory for a checkpoint");
  e = evd_msg_send(a->seq, &out, file);
  (void)close(file);
  return e;
}

/* What the witnesses know, for `seq` to judge before it serves. */
static evd_err tell_known(asker *a) {
  static evd_known known[EVD_POLICY_NAMES_MAX];
  const evd_span origin = {(const uint8_t *)a->plan->origin,
                           strlen(a->plan->origin)};
  const evd_policy *p = a->plan->policy;
  evd_msg m;
  evd_cosign_heads(a->cosigner, origin, START_MS, known);
  for (uint32_t i = 0; i < p->n_names; i++) {
    if (known[i].state == EVD_KNOWN_SILENT || known[i].state == EVD_KNOWN_FALSE)
      (void)evd_complain(EVD_OK, "witness %.*s: %s", (int)p->names[i].name.n,
                         (const char *)p->names[i].name.p, known[i].why);
    if (known[i].state != EVD_KNOWN_HEAD)
      continue;
    evd_msg_init(&m, EVD_MSG_KNOWN);
    m.a = known[i].head.size;
    m.b = i;
    evd_msg_add(&m, known[i].head.root.b, sizeof known[i].head.root.b);
    EVD_TRY(evd_msg_send(a->seq, &m, -1));
  }
  evd_msg_init(&m, EVD_MSG_READY);
  return evd_msg_send(a->seq, &m, -1);
}

evd_err evd_process_cosign(const evd_serve_plan *p, const int *to) {
  asker a = {.plan = p, .seq = to[EVD_PROCESS_SEQ]};
  evd_buf_init(&a.note, NOTE_BYTES_MAX);
  evd_err e = evd_process_jail(EVD_PROCESS_COSIGN, p);
  if (e == EVD_OK && p->witnessed) {
    e = evd_cosigner_open(&a.cosigner, p->policy, NULL);
    if (e == EVD_OK)
      e = tell_known(&a);
  }
  while (e == EVD_OK) {
    evd_msg m;
    int file = -1;
    e = evd_msg_get(a.seq, &m, &file);
    if (file >= 0)
      (void)close(file);
    if (e == EVD_OK)
      e = m.kind == EVD_MSG_COSIGN ? cosign(&a, &m) : EVD_ERR_FORM;
  }
  evd_cosigner_close(a.cosigner);
  evd_buf_close(&a.note);
  return e;
}
