/* Requests in hand, and how they get into the log. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "board/entry.h"
#include "host/host.h"
#include "host/http_head.h"
#include "host/mem.h"
#include "serve/seq.h"

#define BODY_BYTES_MAX ((size_t)64 << 20)

static void forget(evd_seq *s, evd_seq_request *r) {
  evd_memory_unmap(&r->body);
  evd_mem_free(r->indices);
  memset(r, 0, sizeof *r);
  s->n_requests--;
}

static evd_err send_answer(const evd_seq *s, const evd_msg *m, int file) {
  if (!s->listening)
    return EVD_OK;
  evd_err e = evd_msg_send(s->to[EVD_PROCESS_FRONT], m, file);
  return e == EVD_ERR_MISSING ? EVD_OK : e; /* nobody hears it any more */
}

evd_err evd_seq_say(evd_seq *s, evd_seq_request *r, uint32_t status,
                    const char *text) {
  evd_msg m;
  evd_msg_init(&m, EVD_MSG_ANSWER);
  m.id = r->id;
  m.status = status;
  evd_msg_say(&m, "%s", text);
  forget(s, r);
  return send_answer(s, &m, -1);
}

evd_err evd_seq_give(evd_seq *s, evd_seq_request *r, evd_span receipts) {
  evd_msg m;
  int file = evd_memory_file(receipts);
  if (file < 0)
    return evd_seq_say(s, r, EVD_HTTP_BUSY, "no memory for the receipts");
  evd_msg_init(&m, EVD_MSG_ANSWER);
  m.id = r->id;
  m.status = EVD_HTTP_OK;
  m.a = receipts.n;
  forget(s, r);
  s->counts.answered++;
  evd_err e = send_answer(s, &m, file);
  (void)close(file);
  return e;
}

/* ---- arrival ---- */

static void note_signer(evd_seq_request *r) {
  evd_log_item item;
  evd_entry_read e;
  evd_entry_sig sig;
  const char *what = "";
  size_t at = 0;
  if (evd_log_item_next(r->body, &at, &item, &what) != EVD_OK ||
      evd_entry_parse(&e, item.entry, &what) != EVD_OK || e.n_sigs == 0)
    return;
  evd_entry_sig_get(&sig, &e, 0);
  memcpy(r->keyid, sig.keyid, sizeof r->keyid);
}

/* How many requests of this signer are in hand: nobody takes up the queue. */
static uint32_t of_signer(const evd_seq *s, const evd_seq_request *r) {
  uint32_t n = 0;
  for (size_t i = 0; i < EVD_SEQ_REQUESTS; i++)
    n += s->requests[i].used &&
         !memcmp(s->requests[i].keyid, r->keyid, sizeof r->keyid);
  return n;
}

evd_err evd_seq_submit(evd_seq *s, const evd_msg *m, int file) {
  evd_seq_request *r = NULL;
  for (size_t i = 0; i < EVD_SEQ_REQUESTS && !r; i++)
    if (!s->requests[i].used)
      r = &s->requests[i];
  if (!r || m->a == 0 || m->a > EVD_SEQ_BATCH || m->n >= sizeof r->text) {
    if (file >= 0)
      (void)close(file);
    return EVD_ERR_FORM;
  }
  EVD_TRY(evd_memory_map(&r->body, file, BODY_BYTES_MAX));
  r->used = true;
  r->id = m->id;
  r->arrival = ++s->arrivals;
  r->n = (uint32_t)m->a;
  r->status = m->status;
  memcpy(r->text, m->bytes, m->n);
  s->n_requests++;
  note_signer(r);
  if (of_signer(s, r) > EVD_SEQ_OF_ONE)
    return evd_seq_say(s, r, EVD_HTTP_BUSY,
                       "this key has other requests under way");
  return EVD_OK;
}

uint32_t evd_seq_waiting(const evd_seq *s) {
  uint32_t n = 0;
  for (size_t i = 0; i < EVD_SEQ_REQUESTS; i++)
    if (s->requests[i].used && !s->requests[i].taken)
      n += s->requests[i].n;
  return n;
}

/* ---- a batch ---- */

typedef struct {
  evd_log_item items[EVD_SEQ_BATCH];
  evd_log_result results[EVD_SEQ_BATCH];
  evd_seq_request *of[EVD_SEQ_BATCH]; /* whose item it is */
  uint32_t n;
} batch;

/* The first to come that is not in the batch yet. */
static evd_seq_request *next(evd_seq *s, uint64_t after) {
  evd_seq_request *first = NULL;
  for (size_t i = 0; i < EVD_SEQ_REQUESTS; i++) {
    evd_seq_request *r = &s->requests[i];
    if (r->used && !r->taken && r->arrival > after &&
        (!first || r->arrival < first->arrival))
      first = r;
  }
  return first;
}

static evd_err add_items(batch *b, evd_seq_request *r) {
  size_t at = 0;
  for (uint32_t i = 0; i < r->n; i++) {
    const char *what = "";
    EVD_TRY(evd_log_item_next(r->body, &at, &b->items[b->n], &what));
    b->items[b->n].request = (uint32_t)r->arrival;
    b->of[b->n++] = r;
  }
  return EVD_OK;
}

static evd_err gather(evd_seq *s, batch *b) {
  uint64_t after = 0;
  b->n = 0;
  for (;;) {
    evd_seq_request *r = next(s, after);
    if (!r || b->n + r->n > EVD_SEQ_BATCH)
      return EVD_OK;
    EVD_TRY(add_items(b, r));
    after = r->arrival;
  }
}

/* A device that draws the same numbers twice, or somebody who tries: whoever
 * runs the board hears of it, and a flood of them fills no log. */
static void tell_conflicts(uint64_t n) {
  if ((n & (n - 1)) == 0) /* 1, 2, 4, .. */
    (void)evd_complain(
        EVD_ERR_REFUSED,
        "ALARM: %llu refused (409): another ballot with their id_B, code or "
        "object, or another choice for their ballot, is in the log; see "
        "evident_entries_conflict_total",
        (unsigned long long)n);
}

void evd_seq_count(evd_seq *s, const evd_log_result *r) {
  evd_seq_counts *c = &s->counts;
  uint64_t *const of[] = {[EVD_LOG_TAKEN] = &c->taken,
                          [EVD_LOG_REPEAT] = &c->repeated,
                          [EVD_LOG_MALFORMED] = &c->malformed,
                          [EVD_LOG_CONFLICT] = &c->conflicts,
                          [EVD_LOG_REFUSED] = &c->refused};
  if (r->fate >= EVD_LOG_TAKEN && r->fate <= EVD_LOG_REFUSED)
    (*of[r->fate])++;
  if (r->fate == EVD_LOG_CONFLICT)
    tell_conflicts(c->conflicts);
}

static bool is_in(const evd_log_result *r) {
  return r->fate == EVD_LOG_TAKEN || r->fate == EVD_LOG_REPEAT;
}

uint32_t evd_seq_verdict(char text[EVD_SEQ_TEXT_BYTES],
                         const evd_log_result *why) {
  if (why->fate == EVD_LOG_REFUSED) {
    (void)snprintf(text, EVD_SEQ_TEXT_BYTES, "L.%d: %s", (int)why->code,
                   why->what);
    return EVD_HTTP_REFUSED;
  }
  (void)snprintf(text, EVD_SEQ_TEXT_BYTES, "%s", why->what);
  return why->fate == EVD_LOG_CONFLICT ? EVD_HTTP_CONFLICT : EVD_HTTP_BAD;
}

static evd_err say_refused(evd_seq *s, evd_seq_request *r,
                           const evd_log_result *why) {
  char text[EVD_SEQ_TEXT_BYTES];
  uint32_t status = evd_seq_verdict(text, why);
  return evd_seq_say(s, r, status, text);
}

/* All of them are in the log: what remains is to show it. */
static evd_err keep(evd_seq *s, evd_seq_request *r,
                    const evd_log_result *results) {
  if (r->status != 0) {
    char text[sizeof r->text];
    memcpy(text, r->text, sizeof text);
    return evd_seq_say(s, r, r->status, text);
  }
  r->indices = evd_mem_get(r->n * sizeof *r->indices);
  if (!r->indices)
    return evd_seq_say(s, r, EVD_HTTP_BUSY, "no memory for the receipts");
  for (uint32_t i = 0; i < r->n; i++) {
    r->indices[i] = results[i].index;
    if (results[i].index > r->last)
      r->last = results[i].index;
  }
  evd_memory_unmap(&r->body);
  r->taken = true;
  return EVD_OK;
}

static evd_err settle(evd_seq *s, evd_seq_request *r,
                      const evd_log_result *results) {
  for (uint32_t i = 0; i < r->n; i++)
    if (!is_in(&results[i]))
      return say_refused(s, r, &results[i]);
  return keep(s, r, results);
}

evd_err evd_seq_batch(evd_seq *s) {
  static batch b; /* of the one sequencer that a process is */
  EVD_TRY(gather(s, &b));
  if (b.n == 0)
    return EVD_OK;
  EVD_TRY(evd_log_take(s->log, b.items, b.n, b.results));
  s->counts.batches++;
  /* Those who check ballots hear of new keys before anybody else does. */
  EVD_TRY(evd_seq_facts(s));
  for (uint32_t i = 0; i < b.n; i++)
    evd_seq_count(s, &b.results[i]);
  for (uint32_t i = 0, n; i < b.n; i += n) {
    n = b.of[i]->n;
    EVD_TRY(settle(s, b.of[i], &b.results[i]));
  }
  return EVD_OK;
}
