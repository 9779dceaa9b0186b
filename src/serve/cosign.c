#include "serve/cosign.h"

#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/endian.h"
#include "board/witness.h"
#include "host/host.h"
#include "host/http.h"
#include "host/mem.h"
#include "host/place.h"

#define ANSWER_BYTES_MAX ((size_t)65536)
#define LINE_BYTES_MAX ((size_t)1024) /* a name, 76 bytes in base 64 */

enum { TRIES = 3, SHORT = 64 }; /* of a witness in one round; bytes of a text */

typedef struct {
  char url[EVD_HTTP_URL_BYTES_MAX]; /* "": is not asked */
  uint64_t size;                    /* signed last, as far as we know */
  uint64_t wait_until_ms;           /* it said when to come again */
  uint32_t tries;                   /* in this round */
  evd_buf body;                     /* of the question under way */
  evd_buf line;                     /* its signature, verified */
} peer;

struct evd_cosigner {
  const evd_policy *policy;
  evd_http *http;
  peer peers[EVD_POLICY_NAMES_MAX];
};

/* A round under way. */
typedef struct {
  evd_cosigner *c;
  evd_checkpoint checkpoint;
  evd_span bytes;
  const evd_cosign_proofs *proofs;
  uint64_t until_ms;
  uint32_t open; /* witnesses that may still answer */
  evd_cosign_result *result;
} round_state;

/* ---- opening ---- */

/* The policy's address without slashes at its end. */
static void set_url(peer *p, evd_span url) {
  while (url.n > 0 && url.p[url.n - 1] == '/')
    url.n--;
  /* Room for what is asked below it. */
  if (url.n == 0 || url.n + 2 * SHORT > sizeof p->url)
    return;
  memcpy(p->url, url.p, url.n);
  p->url[url.n] = 0;
  if (!evd_http_url_allowed(p->url))
    p->url[0] = 0;
}

evd_err evd_cosigner_open(evd_cosigner **out, const evd_policy *policy,
                          const char *proxy) {
  *out = NULL;
  evd_cosigner *c = evd_mem_get(sizeof *c);
  if (!c)
    return evd_complain(EVD_ERR_SPACE, "no memory to ask witnesses");
  c->policy = policy;
  for (uint32_t i = 0; i < policy->n_names; i++) {
    evd_buf_init(&c->peers[i].body, EVD_WITNESS_ASK_BYTES_MAX);
    evd_buf_init(&c->peers[i].line, LINE_BYTES_MAX);
    if (!policy->names[i].group)
      set_url(&c->peers[i], policy->names[i].url);
  }
  evd_err e = evd_http_open(&c->http, proxy);
  if (e != EVD_OK) {
    evd_cosigner_close(c);
    return evd_complain(e, "HTTP could not be set up");
  }
  *out = c;
  return EVD_OK;
}

void evd_cosigner_close(evd_cosigner *c) {
  if (!c)
    return;
  evd_http_close(c->http);
  for (uint32_t i = 0; i < c->policy->n_names; i++) {
    evd_buf_close(&c->peers[i].body);
    evd_buf_close(&c->peers[i].line);
  }
  evd_mem_free(c);
}

/* ---- asking ---- */

static void set(evd_cosign_word *w, evd_cosign_state state, const char *why) {
  w->state = state;
  (void)snprintf(w->why, sizeof w->why, "%.*s", (int)sizeof w->why - 1, why);
}

static uint32_t left_ms(const round_state *r) {
  uint64_t now = evd_clock_ms();
  return now < r->until_ms ? (uint32_t)(r->until_ms - now) : 0;
}

/* errors  of `proof` alone */
static evd_err start(round_state *r, uint32_t i) {
  peer *p = &r->c->peers[i];
  evd_cosign_word *w = &r->result->words[i];
  evd_tree_proof proof = {.n = 0};
  char url[EVD_HTTP_URL_BYTES_MAX + SHORT];
  if (p->size > 0 && p->size < r->checkpoint.head.size)
    EVD_TRY(r->proofs->proof(r->proofs->self, p->size, &proof));
  evd_buf_reset(&p->body);
  evd_witness_ask_write(&p->body, p->size, &proof, r->bytes);
  (void)snprintf(url, sizeof url, "%s/add-checkpoint", p->url);
  const evd_http_ask ask = {.url = url,
                            .type = "text/plain",
                            .body = {p->body.p, p->body.n},
                            .max_bytes = ANSWER_BYTES_MAX,
                            .limit_ms = left_ms(r),
                            .mark = i};
  p->tries++;
  set(w, EVD_COSIGN_SILENT, "no answer in time");
  if (!evd_buf_ok(&p->body) || evd_http_start(r->c->http, &ask) != EVD_OK)
    set(w, EVD_COSIGN_SILENT, "it could not be asked");
  else
    r->open++;
  return EVD_OK;
}

static evd_err start_all(round_state *r) {
  const uint64_t now = evd_clock_ms();
  for (uint32_t i = 0; i < r->c->policy->n_names; i++) {
    peer *p = &r->c->peers[i];
    p->tries = 0;
    evd_buf_reset(&p->line);
    set(&r->result->words[i], EVD_COSIGN_NOT_ASKED, "");
    if (!p->url[0])
      continue;
    if (now < p->wait_until_ms)
      set(&r->result->words[i], EVD_COSIGN_NOT_ASKED, "it said to wait");
    else if (p->size > r->checkpoint.head.size)
      p->size = 0; /* what it said once may be over; it is asked anew */
    if (now >= p->wait_until_ms)
      EVD_TRY(start(r, i));
  }
  return EVD_OK;
}

/* ---- what comes back ---- */

/* Takes from a note the witness's signature, if all lines of its name and id
 * verify: one line a witness, or one of them could fill the note. */
static bool take_line(round_state *r, uint32_t i, evd_span note_bytes) {
  const evd_note_key *key = &r->c->policy->names[i].key;
  peer *p = &r->c->peers[i];
  evd_note note;
  evd_note_why why;
  uint8_t sig[EVD_COSIGNATURE_BYTES];
  uint64_t *time = &r->result->words[i].time;
  if (evd_note_read(&note, note_bytes, &why) != EVD_OK ||
      evd_cosignature_check_var(&note, key, time) != EVD_OK)
    return false;
  for (uint32_t s = 0; s < note.n_sigs && p->line.n == 0; s++)
    if (evd_note_sig_is_of(&note.sigs[s], key) &&
        evd_note_sig_bytes(sig, sizeof sig, &note.sigs[s]) == EVD_OK &&
        evd_be64_get(sig) == *time)
      evd_note_sig_write(&p->line, key, sig, sizeof sig);
  return evd_buf_ok(&p->line) && p->line.n > 0;
}

static void take_signature(round_state *r, uint32_t i, const evd_buf *body) {
  evd_cosign_word *w = &r->result->words[i];
  const evd_span text = r->checkpoint.note.text;
  evd_buf note;
  evd_buf_init(&note, text.n + 1 + body->n);
  evd_buf_add(&note, text.p, text.n);
  evd_buf_text(&note, "\n");
  evd_buf_add(&note, body->p, body->n);
  if (evd_buf_ok(&note) && take_line(r, i, (evd_span){note.p, note.n})) {
    set(w, EVD_COSIGN_SIGNED, "");
    r->c->peers[i].size = w->size = r->checkpoint.head.size;
    r->result->n_witnesses++;
  } else {
    w->time = 0;
    set(w, EVD_COSIGN_FALSE, "its answer is no signature of its key");
  }
  evd_buf_close(&note);
}

/* 409: it signed another size last. */
static evd_err take_size(round_state *r, uint32_t i, const evd_buf *body) {
  evd_cosign_word *w = &r->result->words[i];
  peer *p = &r->c->peers[i];
  uint64_t size = 0;
  if (body->n < 2 || body->p[body->n - 1] != '\n' ||
      !evd_decimal_read(&size, (evd_span){body->p, body->n - 1})) {
    set(w, EVD_COSIGN_FAILED, "it did not say which size it signed last");
    return EVD_OK;
  }
  w->size = size;
  p->size = size;
  if (size > r->checkpoint.head.size)
    set(w, EVD_COSIGN_AHEAD, "it has signed a larger tree of this log");
  else if (p->tries < TRIES)
    return start(r, i);
  else
    set(w, EVD_COSIGN_FAILED, "it named one size after the other");
  return EVD_OK;
}

static evd_err take(round_state *r, const evd_http_answer *a) {
  evd_cosign_word *w = &r->result->words[a->mark];
  peer *p = &r->c->peers[a->mark];
  char why[SHORT];
  r->open--;
  w->status = a->status;
  if (a->retry_after > 0)
    p->wait_until_ms = evd_clock_ms() + (uint64_t)a->retry_after * 1000;
  if (a->err != EVD_OK) {
    set(w, EVD_COSIGN_SILENT, a->why);
    return EVD_OK;
  }
  switch (a->status) {
  case EVD_WITNESS_SIGNS:
    take_signature(r, a->mark, &a->body);
    return EVD_OK;
  case EVD_WITNESS_OTHER_OLD:
    return take_size(r, a->mark, &a->body);
  case EVD_WITNESS_INCONSISTENT:
    p->size = 0; /* the next round asks what it signed */
    set(w, EVD_COSIGN_REFUSED, "it says that this tree is another one");
    return EVD_OK;
  default:
    (void)snprintf(why, sizeof why, "it answered %u", a->status);
    set(w, EVD_COSIGN_FAILED, why);
    return EVD_OK;
  }
}

/* ---- the round ---- */

/* The note with what is there so far; is it enough? */
static evd_err join(const round_state *r, evd_buf *out, bool *quorum) {
  evd_policy_verdict verdict;
  evd_checkpoint c;
  evd_note_why why;
  evd_buf_reset(out);
  evd_buf_add(out, r->bytes.p, r->bytes.n);
  uint32_t n = r->checkpoint.note.n_sigs;
  for (uint32_t i = 0; i < r->c->policy->n_names; i++) {
    const evd_buf *line = &r->c->peers[i].line;
    if (line->n > 0 && n++ < EVD_NOTE_SIGS_MAX)
      evd_buf_add(out, line->p, line->n);
  }
  if (!evd_buf_ok(out))
    return EVD_ERR_SPACE;
  EVD_TRY(evd_checkpoint_read(&c, (evd_span){out->p, out->n}, &why));
  evd_policy_judge_var(&verdict, r->c->policy, &c, 0);
  *quorum = verdict.quorum;
  return verdict.log && !verdict.false_signature ? EVD_OK : EVD_ERR_PROOF;
}

static evd_err collect(round_state *r, const evd_cosign_plan *plan,
                       evd_buf *out) {
  while (r->open > 0) {
    evd_http_answer a;
    uint32_t before = r->result->n_witnesses;
    if (!evd_http_next(r->c->http, left_ms(r), &a))
      break;
    evd_err e = take(r, &a);
    evd_buf_close(&a.body);
    EVD_TRY(e);
    if (r->result->quorum || r->result->n_witnesses == before)
      continue;
    EVD_TRY(join(r, out, &r->result->quorum));
    if (r->result->quorum && plan->grace_ms < left_ms(r))
      r->until_ms = evd_clock_ms() + plan->grace_ms;
  }
  return join(r, out, &r->result->quorum);
}

evd_err evd_cosign_round(evd_cosigner *c, evd_span checkpoint,
                         const evd_cosign_proofs *proofs,
                         const evd_cosign_plan *plan, evd_buf *out,
                         evd_cosign_result *result) {
  evd_note_why why;
  round_state r = {.c = c,
                   .bytes = checkpoint,
                   .proofs = proofs,
                   .until_ms = evd_clock_ms() + plan->limit_ms,
                   .result = result};
  memset(result, 0, sizeof *result);
  EVD_TRY(evd_checkpoint_read(&r.checkpoint, checkpoint, &why));
  for (uint32_t i = 0; i < c->policy->n_names; i++)
    evd_buf_reset(&c->peers[i].line);
  EVD_TRY(join(&r, out, &result->quorum));
  evd_err e = start_all(&r);
  if (e == EVD_OK)
    e = collect(&r, plan, out);
  evd_http_forget(c->http);
  return e;
}

/* ---- at the start ---- */

static void start_head(evd_cosigner *c, uint32_t i, evd_span origin,
                       uint32_t limit_ms, evd_known *out) {
  char folder[65], url[EVD_HTTP_URL_BYTES_MAX + 2 * SHORT];
  out->state = EVD_KNOWN_NOT_ASKED;
  if (!c->peers[i].url[0])
    return;
  evd_witness_folder(folder, origin);
  (void)snprintf(url, sizeof url, "%s/%s/checkpoint", c->peers[i].url, folder);
  const evd_http_ask ask = {.url = url,
                            .max_bytes = ANSWER_BYTES_MAX,
                            .limit_ms = limit_ms,
                            .mark = i};
  out->state = EVD_KNOWN_SILENT;
  (void)snprintf(out->why, sizeof out->why, "no answer in time");
  if (evd_http_start(c->http, &ask) != EVD_OK)
    (void)snprintf(out->why, sizeof out->why, "it could not be asked");
}

static bool by_a_log(const evd_policy *p, const evd_checkpoint *c) {
  for (uint32_t i = 0; i < p->n_logs; i++)
    if (evd_checkpoint_check_var(c, &p->logs[i].key) == EVD_OK)
      return true;
  return false;
}

static void take_head(const evd_cosigner *c, evd_span origin,
                      const evd_http_answer *a, evd_known *out) {
  evd_checkpoint head;
  evd_note_why why;
  uint64_t time;
  if (a->err != EVD_OK) {
    (void)snprintf(out->why, sizeof out->why, "%.*s", (int)sizeof out->why - 1,
                   a->why);
    return;
  }
  if (a->status == EVD_WITNESS_UNKNOWN) {
    out->state = EVD_KNOWN_NONE;
    return;
  }
  out->state = EVD_KNOWN_FALSE;
  (void)snprintf(out->why, sizeof out->why,
                 "its answer (%u) is no checkpoint that the log and it have "
                 "signed",
                 a->status);
  if (a->status != EVD_WITNESS_SIGNS ||
      evd_checkpoint_read(&head, (evd_span){a->body.p, a->body.n}, &why) !=
          EVD_OK ||
      head.origin.n != origin.n ||
      memcmp(head.origin.p, origin.p, origin.n) != 0 ||
      !by_a_log(c->policy, &head) ||
      evd_cosignature_check_var(&head.note, &c->policy->names[a->mark].key,
                                &time) != EVD_OK)
    return;
  out->state = EVD_KNOWN_HEAD;
  out->head = head.head;
}

void evd_cosign_heads(evd_cosigner *c, evd_span origin, uint32_t limit_ms,
                      evd_known known[EVD_POLICY_NAMES_MAX]) {
  const uint64_t until = evd_clock_ms() + limit_ms;
  evd_http_answer a;
  memset(known, 0, EVD_POLICY_NAMES_MAX * sizeof *known);
  for (uint32_t i = 0; i < c->policy->n_names; i++)
    start_head(c, i, origin, limit_ms, &known[i]);
  for (uint64_t now = evd_clock_ms();
       now < until && evd_http_next(c->http, (uint32_t)(until - now), &a);
       now = evd_clock_ms()) {
    take_head(c, origin, &a, &known[a.mark]);
    evd_buf_close(&a.body);
  }
  evd_http_forget(c->http);
}
