/* What `seq` tells the others: what ballots are judged by, ballots, counters.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/host.h"
#include "serve/facts.h"
#include "serve/log_ballot.h"
#include "serve/seq.h"

static evd_err collect(const evd_seq *s, evd_buf *out) {
  const evd_entry *setup = evd_log_setup(s->log);
  const evd_entry *keys = evd_log_keys(s->log);
  evd_buf manifest, election_keys;
  evd_buf_init(&manifest, EVD_FACTS_BYTES_MAX);
  evd_buf_init(&election_keys, EVD_FACTS_BYTES_MAX);
  evd_err e =
      evd_log_object(s->log, "manifest", &setup->setup.manifest, &manifest);
  if (e == EVD_OK)
    e = evd_log_object(s->log, "election_keys", &keys->keys.election_keys,
                       &election_keys);
  if (e == EVD_OK)
    evd_facts_write(out, (evd_span){manifest.p, manifest.n},
                    (evd_span){election_keys.p, election_keys.n});
  evd_buf_close(&manifest);
  evd_buf_close(&election_keys);
  return e == EVD_OK && !evd_buf_ok(out) ? EVD_ERR_SPACE : e;
}

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
  evd_err e = collect(s, &out);
  if (e == EVD_OK)
    e = send_all(s, (evd_span){out.p, out.n});
  evd_buf_close(&out);
  if (e != EVD_OK)
    return evd_complain(e, "the keys cannot be handed out");
  s->facts_sent = true;
  return EVD_OK;
}

evd_err evd_seq_ballot(evd_seq *s, const evd_msg *m, int to) {
  evd_h32 H_C;
  evd_buf line;
  evd_msg out;
  int file = -1;
  if (m->n != sizeof H_C.b)
    return EVD_ERR_FORM;
  memcpy(H_C.b, m->bytes, sizeof H_C.b);
  evd_msg_init(&out, EVD_MSG_BALLOT);
  evd_buf_init(&line, (size_t)64 << 20);
  evd_err e = evd_log_ballot(s->log, &H_C, &line);
  if (e == EVD_OK)
    file = evd_memory_file((evd_span){line.p, line.n});
  evd_buf_close(&line);
  if (e != EVD_OK && e != EVD_ERR_MISSING)
    return e;
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
