/* What `seq` tells the others: what ballots are judged by, ballots, counters.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/host.h"
#include "serve/facts.h"
#include "serve/log_seek.h"
#include "serve/seq.h"

static evd_err send_all(const evd_seq *s, evd_span facts) {
  evd_msg m;
  int file = evd_memory_file(facts);
  evd_err e = file < 0 ? EVD_ERR_SPACE : EVD_OK;
  evd_msg_init(&m, EVD_MSG_FACTS);
  for (uint32_t i = 0; e == EVD_OK && i < s->plan->workers; i++)
    e = evd_msg_send(s->to[EVD_PROCESS_CHECK + i], &m, file);
  if (file >= 0)
    (void)close(file);
  return e;
}

evd_err evd_seq_facts(evd_seq *s) {
  evd_buf out;
  if (s->facts_sent || !evd_log_setup(s->log) || !evd_log_keys(s->log))
    return EVD_OK;
  evd_buf_init(&out, EVD_FACTS_BYTES_MAX);
  evd_err e = evd_facts_write(&out, s->log);
  if (e == EVD_OK)
    e = send_all(s, (evd_span){out.p, out.n});
  evd_buf_close(&out);
  if (e != EVD_OK)
    return evd_complain(e, "the keys cannot be handed out");
  s->facts_sent = true;
  return EVD_OK;
}

static evd_err find_object(evd_seq *s, const evd_msg *m, evd_buf *out,
                           uint8_t *state) {
  evd_h32 name = {{0}};
  if (m->n != sizeof name.b)
    return EVD_ERR_FORM;
  memcpy(name.b, m->bytes, sizeof name.b);
  switch (m->a) {
  case EVD_MSG_BALLOT_OF_CODE:
    return evd_log_ballot(s->log, &name, out, state);
  case EVD_MSG_BALLOT_NAMED:
    return evd_log_ballot_named(s->log, &name, out, state);
  case EVD_MSG_TALLY_ENCRYPTED:
    return evd_log_seek_tally(s->log, out);
  case EVD_MSG_RESULT_TALLY:
    return evd_log_seek_result(s->log, out);
  case EVD_MSG_SHARE_OF:
    return evd_log_seek_share(s->log, (uint32_t)(m->b / 8), m->b % 8, out);
  default:
    return EVD_ERR_FORM;
  }
}

evd_err evd_seq_object(evd_seq *s, const evd_msg *m, int to) {
  evd_buf object;
  evd_msg out;
  uint8_t state = 0;
  int file = -1;
  evd_msg_init(&out, EVD_MSG_OBJECT);
  evd_buf_init(&object, (size_t)64 << 20);
  evd_err e = find_object(s, m, &object, &state);
  if (e == EVD_OK)
    file = evd_memory_file((evd_span){object.p, object.n});
  evd_buf_close(&object);
  if (e != EVD_OK && e != EVD_ERR_MISSING)
    return e;
  out.a = state;
  e = evd_msg_send(to, &out, file);
  if (file >= 0)
    (void)close(file);
  return e;
}

/* Prometheus: a type and a value each. */
static void put(evd_msg *m, const char *type, const char *name, uint64_t n) {
  evd_msg_say(m, "# TYPE evident_%s %s\nevident_%s %llu\n", name, type, name,
              (unsigned long long)n);
}

evd_err evd_seq_stats(evd_seq *s, const evd_msg *m) {
  evd_msg out;
  evd_log_head head, published = {.size = 0};
  const evd_seq_counts *c = &s->counts;
  evd_log_head_get(s->log, &head);
  if (evd_log_published(s->log, &published).n == 0)
    published.size = 0;
  evd_msg_init(&out, EVD_MSG_ASK_STATS);
  out.id = m->id;
  put(&out, "gauge", "log_entries", head.size);
  put(&out, "gauge", "log_published", published.size);
  put(&out, "gauge", "seq_requests", s->n_requests);
  put(&out, "counter", "entries_taken_total", c->taken);
  put(&out, "counter", "entries_repeated_total", c->repeated);
  put(&out, "counter", "entries_conflict_total", c->conflicts);
  put(&out, "counter", "entries_refused_total", c->refused);
  put(&out, "counter", "entries_malformed_total", c->malformed);
  put(&out, "counter", "batches_total", c->batches);
  put(&out, "counter", "requests_receipted_total", c->answered);
  put(&out, "counter", "ticks_total", c->ticks);
  put(&out, "counter", "ticks_without_quorum_total", c->ticks_without_quorum);
  return evd_msg_send(s->to[EVD_PROCESS_FRONT], &out, -1);
}
