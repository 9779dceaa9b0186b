/* What may come: `check` asks before it spends time on a request. */
#include <string.h>

#include "serve/seq.h"

#define BODY_BYTES_MAX ((size_t)64 << 20)

typedef struct {
  evd_log_item items[EVD_SEQ_BATCH];
  evd_log_result results[EVD_SEQ_BATCH];
  uint32_t n;
} question;

static evd_err split(question *q, evd_span body, uint32_t n) {
  size_t at = 0;
  for (q->n = 0; q->n < n; q->n++) {
    const char *what = "";
    EVD_TRY(evd_log_item_next(body, &at, &q->items[q->n], &what));
  }
  return EVD_OK;
}

/* What is refused here is never taken to the log: it is counted now. */
static void say(evd_seq *s, evd_msg *out, const question *q) {
  uint8_t there[EVD_SEQ_BATCH / 8] = {0};
  char text[EVD_SEQ_TEXT_BYTES] = "";
  for (out->a = 0; out->a < q->n; out->a++) {
    const evd_log_result *r = &q->results[out->a];
    if (r->fate != EVD_LOG_TAKEN && r->fate != EVD_LOG_REPEAT) {
      evd_seq_count(s, r);
      out->status = evd_seq_verdict(text, r);
      break;
    }
    if (r->fate == EVD_LOG_REPEAT)
      there[out->a / 8] |= (uint8_t)(1U << out->a % 8);
  }
  evd_msg_add(out, there, sizeof there);
  evd_msg_say(out, "%s", text);
}

evd_err evd_seq_ask(evd_seq *s, const evd_msg *m, int file, int to) {
  static question q; /* of the one sequencer that a process is */
  evd_span body;
  evd_msg out;
  EVD_TRY(evd_memory_map(&body, file, BODY_BYTES_MAX));
  evd_err e =
      m->a <= EVD_SEQ_BATCH ? split(&q, body, (uint32_t)m->a) : EVD_ERR_FORM;
  if (e == EVD_OK)
    e = evd_log_ask(s->log, q.items, q.n, q.results);
  evd_memory_unmap(&body);
  EVD_TRY(e);
  evd_msg_init(&out, EVD_MSG_MAY);
  say(s, &out, &q);
  return evd_msg_send(to, &out, -1);
}
