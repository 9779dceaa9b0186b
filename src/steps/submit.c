#include "steps/submit.h"

#include <stdio.h>
#include <string.h>

#include "base/endian.h"
#include "board/objects.h"
#include "board/proof.h"
#include "board/receipt.h"
#include "host/child.h"
#include "host/place.h"

#define MIB ((size_t)1024 * 1024)
#define RECEIPTS_BYTES_MAX (16 * MIB)
#define ARENA_BYTES_MAX (64 * MIB)
/* One request waits for a tick, its quorum, and a queue before it. */
#define REQUEST_MS 120000
#define PAUSE_SECONDS_MAX 30
#define REACH_MS 30000 /* a board that nobody can reach is not waited for */

enum { HTTP_OK = 200, HTTP_BUSY = 503 };

/* ---- receipts ---- */

/* The next item: its entry. */
static bool next_item(evd_span *items, evd_entry_read *out) {
  evd_entry_object named[EVD_ENTRY_OBJECTS_MAX];
  const char *what;
  evd_span run[EVD_ENTRY_OBJECTS_MAX + 1];
  uint32_t n = 1;
  for (uint32_t i = 0; i < n; i++) {
    if (items->n < 4 || evd_be32_get(items->p) > items->n - 4)
      return false;
    run[i] = (evd_span){items->p + 4, evd_be32_get(items->p)};
    *items = (evd_span){run[i].p + run[i].n, items->n - 4 - run[i].n};
    if (i > 0)
      continue;
    if (evd_entry_parse(out, run[0], &what) != EVD_OK)
      return false;
    n = 1 + evd_entry_objects(&out->e, named);
  }
  return true;
}

static evd_err judge_checkpoint(const evd_submit_to *to,
                                const evd_checkpoint *c) {
  evd_policy_verdict v;
  if (c->origin.n != to->origin.n ||
      memcmp(c->origin.p, to->origin.p, c->origin.n) != 0)
    return evd_complain(EVD_ERR_PROOF, "a receipt is of another log: %.*s",
                        (int)c->origin.n, (const char *)c->origin.p);
  evd_policy_judge_var(&v, to->policy, c, 0);
  if (!v.log || v.false_signature)
    return evd_complain(EVD_ERR_PROOF,
                        "a receipt is not signed by the log of the policy");
  if (!v.quorum)
    return evd_complain(EVD_ERR_QUORUM,
                        "a receipt has not the witnesses that the policy asks "
                        "for (%u signed)",
                        v.n_witnesses);
  return EVD_OK;
}

/* The slot may be another one: that of the first time it was sent. */
static evd_err judge_one(const evd_submit_to *to, const evd_entry_read *item,
                         evd_span receipt, evd_arena *a) {
  evd_receipt r;
  evd_checkpoint c;
  evd_entry_read in;
  evd_note_why why = {0, ""};
  const char *what = "";
  if (evd_receipt_read(&r, receipt, a, &why) != EVD_OK)
    return evd_complain(EVD_ERR_FORM, "a receipt, line %u: expected %s",
                        why.line, why.expected);
  if (evd_checkpoint_read(&c, r.checkpoint, &why) != EVD_OK)
    return evd_complain(EVD_ERR_FORM,
                        "a receipt, line %u of its checkpoint: expected %s",
                        why.line, why.expected);
  if (evd_entry_parse(&in, r.extra, &what) != EVD_OK ||
      in.e.type != item->e.type || in.body.n != item->body.n ||
      memcmp(in.body.p, item->body.p, in.body.n) != 0)
    return evd_complain(EVD_ERR_PROOF,
                        "a receipt is not of the entry that was sent");
  if (evd_receipt_check(&r, &c.head) != EVD_OK)
    return evd_complain(EVD_ERR_PROOF,
                        "a receipt does not show its entry in the log");
  return judge_checkpoint(to, &c);
}

evd_err evd_receipts_judge(const evd_submit_to *to, evd_span items,
                           evd_span receipts) {
  evd_arena a;
  evd_err e = EVD_OK;
  evd_arena_init(&a, ARENA_BYTES_MAX);
  while (items.n > 0 && e == EVD_OK) {
    evd_entry_read item;
    evd_span receipt;
    evd_arena_point mark = evd_arena_mark(&a);
    if (!next_item(&items, &item))
      e = evd_complain(EVD_ERR_FORM, "what was sent are no items");
    else if (!evd_receipt_next(&receipts, &receipt))
      e = evd_complain(EVD_ERR_FORM,
                       "the board sent fewer receipts than it got entries");
    else
      e = judge_one(to, &item, receipt, &a);
    evd_arena_back(&a, mark);
  }
  if (e == EVD_OK && receipts.n > 0)
    e = evd_complain(EVD_ERR_FORM, "the board sent more than receipts");
  evd_arena_close(&a);
  return e;
}

/* ---- posting ---- */

/* One line for people, whatever was sent. */
static void first_line(char *out, size_t room, const evd_buf *body) {
  size_t n = 0;
  while (n + 1 < room && n < body->n && body->p[n] >= ' ' && body->p[n] < 127) {
    out[n] = (char)body->p[n];
    n++;
  }
  out[n] = 0;
}

static evd_err refused(const evd_submit_to *to, const evd_http_answer *x) {
  char text[600];
  first_line(text, sizeof text, &x->body);
  return evd_complain(EVD_ERR_REFUSED, "%s refuses it (%u): %s", to->url,
                      x->status, text);
}

/* Asks once. *again: with what was said it is worth to ask again. */
static evd_err ask(evd_http *http, const evd_submit_to *to, evd_span items,
                   evd_buf *receipts, uint32_t *pause, bool *again) {
  char url[EVD_HTTP_URL_BYTES_MAX];
  evd_http_answer x;
  int n = snprintf(url, sizeof url, "%s/submit", to->url);
  if (n < 0 || (size_t)n >= sizeof url || !evd_http_url_allowed(url))
    return evd_complain(EVD_ERR_USAGE, "`%s` is not the URL of a board",
                        to->url);
  const evd_http_ask question = {.url = url,
                                 .type = "application/octet-stream",
                                 .body = items,
                                 .max_bytes = RECEIPTS_BYTES_MAX,
                                 .limit_ms = REQUEST_MS};
  evd_err e = evd_http_do(http, &question, &x);
  *pause = x.retry_after > 0 ? x.retry_after : 1;
  *again = e == EVD_ERR_IO || (e == EVD_OK && x.status == HTTP_BUSY);
  if (e != EVD_OK) {
    e = *again ? e : evd_complain(e, "%s: %s", url, x.why);
  } else if (x.status != HTTP_OK) {
    e = *again ? EVD_ERR_WAIT : refused(to, &x);
  } else {
    e = evd_receipts_judge(to, items, (evd_span){x.body.p, x.body.n});
    if (e == EVD_OK)
      evd_buf_add(receipts, x.body.p, x.body.n);
  }
  evd_buf_close(&x.body);
  return e;
}

evd_err evd_submit(evd_http *http, const evd_submit_to *to, evd_span items,
                   evd_buf *receipts) {
  const uint64_t start = evd_clock_ms();
  const uint64_t patience_ms = (uint64_t)to->patience_seconds * 1000;
  uint32_t pause = 1;
  bool again = true;
  if (items.n > EVD_SUBMIT_BYTES_MAX)
    return evd_complain(EVD_ERR_SPACE, "more than a board takes at once");
  for (;;) {
    evd_err e = ask(http, to, items, receipts, &pause, &again);
    if (e == EVD_OK && !evd_buf_ok(receipts))
      return evd_complain(EVD_ERR_SPACE, "no memory for receipts");
    if (e == EVD_OK || !again)
      return e;
    const uint64_t waited = evd_clock_ms() - start;
    if (waited >= patience_ms || (e == EVD_ERR_IO && waited >= REACH_MS))
      return evd_complain(EVD_ERR_WAIT,
                          e == EVD_ERR_WAIT
                              ? "%s is busy, or its witnesses do not answer; "
                                "the same command may be repeated"
                              : "%s cannot be reached; the same command may be "
                                "repeated",
                          to->url);
    evd_wait_ms((pause < PAUSE_SECONDS_MAX ? pause : PAUSE_SECONDS_MAX) * 1000);
  }
}
