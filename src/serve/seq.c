/* `seq`: begins by asking what others know of this log, and then takes what
 * comes, batch by batch and tick by tick, on a clock that never steps. */
#include "serve/seq.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/place.h"

/* ---- the beginning ---- */

/* What the log's own key signed last. */
static evd_err ask_sign(evd_seq *s) {
  evd_msg m;
  int file = -1;
  EVD_TRY(evd_msg_get(s->to[EVD_PROCESS_SIGN], &m, &file));
  if (file >= 0 || m.kind != EVD_MSG_SIGNED_HEAD ||
      m.n != sizeof s->signed_last.root.b)
    return EVD_ERR_FORM;
  s->signed_last.size = m.a;
  memcpy(s->signed_last.root.b, m.bytes, m.n);
  if (m.a == 0)
    return EVD_OK;
  return evd_log_known_head(s->log, &s->signed_last, "the file sign.head");
}

/* What witnesses cosigned last: an old copy of the disk, or a fork, ends here
 * (T09). */
static evd_err ask_witnesses(evd_seq *s) {
  evd_msg m;
  int file = -1;
  evd_log_head head;
  while (s->plan->witnessed) {
    EVD_TRY(evd_msg_get(s->to[EVD_PROCESS_COSIGN], &m, &file));
    if (m.kind == EVD_MSG_READY)
      return EVD_OK;
    if (file >= 0 || m.kind != EVD_MSG_KNOWN || m.n != sizeof head.root.b ||
        m.b >= s->plan->policy->n_names)
      return EVD_ERR_FORM;
    head.size = m.a;
    memcpy(head.root.b, m.bytes, m.n);
    char name[EVD_NOTE_NAME_MAX + 16];
    (void)snprintf(name, sizeof name, "witness %s",
                   s->plan->policy->names[m.b].key.name);
    EVD_TRY(evd_log_known_head(s->log, &head, name));
  }
  return EVD_OK;
}

static evd_err open_log(evd_seq *s) {
  const evd_log_plan plan = {.dir = s->plan->dir,
                             .where = s->plan->where,
                             .origin = s->plan->origin,
                             .keys = s->plan->keys,
                             .policy = s->plan->policy_bytes,
                             .make = true};
  EVD_TRY(evd_log_open(&s->log, &plan));
  EVD_TRY(ask_sign(s));
  EVD_TRY(ask_witnesses(s));
  return evd_seq_facts(s);
}

static evd_err say_ready(const evd_seq *s) {
  evd_msg m;
  evd_msg_init(&m, EVD_MSG_READY);
  EVD_TRY(evd_msg_send(s->to[EVD_PROCESS_PARENT], &m, -1));
  return evd_msg_send(s->to[EVD_PROCESS_FRONT], &m, -1);
}

/* ---- messages ---- */

static evd_err take_front(evd_seq *s) {
  evd_msg m;
  int file = -1;
  evd_err e = evd_msg_get(s->to[EVD_PROCESS_FRONT], &m, &file);
  if (e == EVD_ERR_MISSING) { /* it has stopped: no more requests */
    s->listening = false;
    return EVD_OK;
  }
  if (file >= 0)
    (void)close(file);
  EVD_TRY(e);
  return m.kind == EVD_MSG_ASK_STATS ? evd_seq_stats(s, &m) : EVD_ERR_FORM;
}

static evd_err take_check(evd_seq *s, int from) {
  evd_msg m;
  int file = -1;
  EVD_TRY(evd_msg_get(from, &m, &file));
  if (m.kind == EVD_MSG_SUBMIT)
    return evd_seq_submit(s, &m, file);
  if (m.kind == EVD_MSG_ASK)
    return evd_seq_ask(s, &m, file, from);
  if (file >= 0)
    (void)close(file);
  return m.kind == EVD_MSG_ASK_OBJECT ? evd_seq_object(s, &m, from)
                                      : EVD_ERR_FORM;
}

static evd_err take_cosign(evd_seq *s) {
  evd_msg m;
  int file = -1;
  EVD_TRY(evd_msg_get(s->to[EVD_PROCESS_COSIGN], &m, &file));
  return evd_seq_cosign(s, &m, file);
}

static evd_err take(evd_seq *s, uint32_t from) {
  if (from == EVD_PROCESS_FRONT)
    return take_front(s);
  if (from == EVD_PROCESS_COSIGN)
    return take_cosign(s);
  if (from >= EVD_PROCESS_CHECK)
    return take_check(s, s->to[from]);
  return EVD_ERR_MISSING; /* `sign` and the parent say nothing unasked */
}

/* ---- the loop ---- */

/* No batch is longer in coming than a tick. */
static uint64_t batch_due(const evd_seq *s) {
  uint32_t ms = s->plan->tick_ms;
  return s->batch_ms + (ms < EVD_SEQ_BATCH_MS ? ms : EVD_SEQ_BATCH_MS);
}

/* Until the next batch or tick is due; a full batch is due at once. */
static int wait_ms(const evd_seq *s, uint64_t now) {
  uint64_t batch = batch_due(s);
  uint64_t tick = s->tick_ms + s->plan->tick_ms;
  uint32_t waiting = evd_seq_waiting(s);
  if (waiting >= EVD_SEQ_BATCH)
    return 0;
  uint64_t next = batch < tick && waiting > 0 ? batch : tick;
  return next > now ? (int)(next - now) : 0;
}

static evd_err look(evd_seq *s, int ms) {
  struct pollfd p[EVD_PROCESSES_MAX];
  uint32_t from[EVD_PROCESSES_MAX], n = 0;
  bool room = s->n_requests + EVD_CHECKERS_MAX < EVD_SEQ_REQUESTS;
  for (uint32_t r = EVD_PROCESS_FRONT; r < EVD_PROCESSES_MAX; r++) {
    if (s->to[r] < 0 || (r == EVD_PROCESS_FRONT && !s->listening) ||
        (r >= EVD_PROCESS_CHECK && !room))
      continue;
    from[n] = r;
    p[n++] = (struct pollfd){.fd = s->to[r], .events = POLLIN};
  }
  (void)poll(p, n, ms);
  for (uint32_t i = 0; i < n; i++)
    if (p[i].revents)
      EVD_TRY(take(s, from[i]));
  return EVD_OK;
}

static evd_err turn(evd_seq *s) {
  uint64_t now = evd_clock_ms();
  EVD_TRY(look(s, wait_ms(s, now)));
  now = evd_clock_ms();
  if (evd_seq_waiting(s) >= EVD_SEQ_BATCH || now >= batch_due(s)) {
    s->batch_ms = now;
    EVD_TRY(evd_seq_batch(s));
  }
  if (now < s->tick_ms + s->plan->tick_ms)
    return EVD_OK;
  s->tick_ms = now;
  return evd_seq_tick(s);
}

evd_err evd_process_seq(const evd_serve_plan *p, const int *to) {
  static evd_seq s; /* of the one that a process is */
  s.plan = p;
  s.to = to;
  s.listening = true;
  evd_err e = evd_process_jail(EVD_PROCESS_SEQ, p);
  if (e == EVD_OK)
    e = open_log(&s);
  if (e == EVD_OK)
    e = say_ready(&s);
  while (e == EVD_OK && s.listening)
    e = turn(&s);
  evd_log_close(s.log);
  return e;
}
