/* Alarms as ALARM entries of the log, signed by the monitor's key. */
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/hex.h"
#include "hash/hash.h"
#include "host/host.h"
#include "serve/monitor.h"
#include "steps/draft.h"
#include "steps/look.h"
#include "steps/submit.h"

#define POSTED_BYTES_MAX ((size_t)1 << 20)
#define OBJECT_BYTES_MAX ((size_t)16 << 20)
#define PATIENCE_SECONDS 5
enum { HOUR = 3600, AN_HOUR_MOST = 20, HEX_BYTES = 65 };

/* ---- what was posted before ---- */

/* "M06 1700000000 3F..": code, time, digest of what was seen. */
static void put_row(evd_buf *out, uint32_t code, uint64_t time,
                    const char *seen) {
  char text[16], number[EVD_DECIMAL_BYTES];
  snprintf(text, sizeof text, "M%02u ", code);
  evd_decimal_write(number, time);
  evd_buf_text(out, text);
  evd_buf_text(out, number);
  evd_buf_text(out, " ");
  evd_buf_text(out, seen);
  evd_buf_text(out, "\n");
}

static bool read_row(const char *line, uint32_t *code, uint64_t *time,
                     char seen[HEX_BYTES]) {
  enum { TIME_AT = 4 };
  const char *hex = strlen(line) > TIME_AT ? strchr(line + TIME_AT, ' ') : NULL;
  if (!hex || line[0] != 'M' || strlen(hex + 1) != HEX_BYTES - 1 ||
      line[1] < '0' || line[1] > '9' || line[2] < '0' || line[2] > '9')
    return false;
  *code = 10 * (uint32_t)(line[1] - '0') + (uint32_t)(line[2] - '0');
  memcpy(seen, hex + 1, HEX_BYTES);
  return evd_decimal_read(time, (evd_span){(const uint8_t *)line + TIME_AT,
                                           (size_t)(hex - line) - TIME_AT});
}

/* An alarm about an entry goes into the log once, one about a state once an
 * hour, and all of them together so often at most. */
static bool may_post(const evd_monitor *m, uint32_t code, const char *seen) {
  const bool stays = evd_lookout_seen(m->watch)->lamps[code].stays;
  uint32_t of_code = 0, in_hour = 0, other = 0;
  uint64_t time = 0;
  char before[HEX_BYTES], text[128];
  const char *line = (const char *)m->posted.p;
  const char *end = line + m->posted.n;
  while (line < end) {
    const char *next = memchr(line, '\n', (size_t)(end - line));
    if (!next)
      break;
    const size_t n = (size_t)(next - line) < sizeof text - 1
                         ? (size_t)(next - line)
                         : sizeof text - 1;
    memcpy(text, line, n);
    text[n] = 0;
    if (read_row(text, &other, &time, before)) {
      if (other == code && strcmp(before, seen) == 0 && stays)
        return false;
      const bool young = time + HOUR > m->now;
      in_hour += young;
      of_code += young && other == code;
    }
    line = next + 1;
  }
  return in_hour < AN_HOUR_MOST && (stays || of_code == 0);
}

static evd_err keep_posted(evd_monitor *m, const evd_waiting *w) {
  const char *path = evd_path(&m->arena, "%s/posted", m->words.state);
  put_row(&m->posted, w->code, m->now, w->seen);
  if (!evd_buf_ok(&m->posted))
    return evd_complain(EVD_ERR_SPACE, "%s is full", path);
  return evd_file_write(path, m->posted.p, m->posted.n, 0644, EVD_REPLACE);
}

/* ---- waiting ---- */

static void name_seen(char out[HEX_BYTES], const char *what) {
  evd_h32 h;
  evd_digest(&h, "alarm", what, strlen(what));
  evd_hex_write(out, h.b, sizeof h.b);
  out[HEX_BYTES - 1] = 0;
}

void evd_monitor_post_keep(evd_monitor *m, const evd_alarm *alarm,
                           const char *what, evd_span evidence) {
  char seen[HEX_BYTES];
  if (!m->words.post || m->n_waiting == EVD_MONITOR_WAITING)
    return;
  name_seen(seen, what);
  for (uint32_t i = 0; i < m->n_waiting; i++)
    if (m->waiting[i].code == alarm->code &&
        (strcmp(m->waiting[i].seen, seen) == 0 ||
         !evd_lookout_seen(m->watch)->lamps[alarm->code].stays))
      return;
  if (!may_post(m, alarm->code, seen))
    return;
  evd_waiting *w = &m->waiting[m->n_waiting];
  *w = (evd_waiting){.code = alarm->code};
  memcpy(w->seen, seen, sizeof seen);
  evd_buf_init(&w->evidence, OBJECT_BYTES_MAX);
  evd_buf_add(&w->evidence, evidence.p, evidence.n);
  if (evd_buf_ok(&w->evidence) && w->evidence.n > 0)
    m->n_waiting++;
  else
    evd_buf_close(&w->evidence);
}

/* ---- posting ---- */

static evd_err make_item(evd_monitor *m, const evd_waiting *w,
                         const evd_lookout_state *s, evd_buf *out) {
  const evd_rules *r = s->rules;
  const evd_span object = {w->evidence.p, w->evidence.n};
  const uint32_t now = evd_slot_now(s->man);
  const evd_draft_frame frame = {.origin = s->origin,
                                 .open = r->open_leaf,
                                 .keys = &r->keys,
                                 .admin_k = r->admin_k,
                                 .n_guardians = r->facts.n_guardians,
                                 .quorum = r->facts.quorum};
  const evd_draft_signer by = {&m->key, m->key.key, evd_alarm_key_sign};
  evd_draft d;
  evd_entry e = {.type = EVD_ENTRY_ALARM,
                 .slot = now > r->slot ? now : r->slot};
  e.alarm.code = w->code;
  e.alarm.object = evd_object_name("evidence", object);
  evd_err err = evd_draft_make(&d, &e, &object, 1);
  if (err == EVD_OK)
    err = evd_draft_sign_by(&d, &frame, &by, m->words.key);
  if (err == EVD_OK)
    evd_draft_item(out, &d);
  evd_draft_close(&d);
  return err == EVD_OK && !evd_buf_ok(out) ? EVD_ERR_SPACE : err;
}

static evd_err post(evd_monitor *m, const evd_waiting *w) {
  const evd_lookout_state *s = evd_lookout_seen(m->watch);
  const evd_submit_to to = {.url = m->words.post,
                            .origin = s->origin,
                            .policy = s->policy,
                            .patience_seconds = PATIENCE_SECONDS};
  evd_buf item, receipts;
  evd_buf_init(&item, EVD_SUBMIT_BYTES_MAX);
  evd_buf_init(&receipts, EVD_SUBMIT_BYTES_MAX);
  evd_err e = make_item(m, w, s, &item);
  if (e == EVD_OK)
    e = evd_submit(m->http, &to, (evd_span){item.p, item.n}, &receipts);
  if (e == EVD_OK)
    e = keep_posted(m, w);
  evd_buf_close(&item);
  evd_buf_close(&receipts);
  return e;
}

void evd_monitor_post(evd_monitor *m) {
  const evd_lookout_state *s = evd_lookout_seen(m->watch);
  /* One a look: a board that does not answer holds the watch up for seconds
   * only. */
  uint32_t turns = m->words.once ? m->n_waiting : m->n_waiting > 0;
  for (; s->rules && turns > 0; turns--) {
    evd_waiting first = m->waiting[0];
    const evd_err e = post(m, &first);
    memmove(m->waiting, m->waiting + 1,
            (m->n_waiting - 1) * sizeof *m->waiting);
    m->n_waiting--;
    if (e != EVD_OK && e != EVD_ERR_REFUSED)
      m->waiting[m->n_waiting++] = first; /* later again */
    else
      evd_buf_close(&first.evidence);
    if (e != EVD_OK)
      evd_complain(e, "monitor: M%02u is not in the log", first.code);
    m->trouble = m->trouble || (e != EVD_OK && m->words.once);
  }
}

/* ---- begin and end ---- */

evd_err evd_monitor_post_begin(evd_monitor *m) {
  evd_policy *policy;
  evd_note_why why;
  evd_span posted = {NULL, 0};
  evd_buf_init(&m->posted, POSTED_BYTES_MAX);
  if (!m->words.post != !m->words.key)
    return evd_usage("monitor", "--post and --key go together");
  if (!m->words.post)
    return EVD_OK;
  const char *path = evd_path(&m->arena, "%s/posted", m->words.state);
  if (evd_file_exists(path))
    EVD_TRY(evd_file_read(path, POSTED_BYTES_MAX, &posted, &m->arena));
  evd_buf_add(&m->posted, posted.p, posted.n);
  policy = evd_arena_get(&m->arena, 1, sizeof *policy);
  if (!policy)
    return EVD_ERR_SPACE;
  if (evd_policy_read(policy, m->policy, &why) != EVD_OK)
    return evd_complain(EVD_ERR_FORM, "%s: line %u: expected %s",
                        m->words.policy, why.line, why.expected);
  return evd_alarm_key_start(&m->key, m->words.key, &m->words.secrets, policy,
                             m->words.users ? &m->users[EVD_MONITOR_SIGN]
                                            : NULL);
}

void evd_monitor_post_end(evd_monitor *m) {
  for (uint32_t i = 0; i < m->n_waiting; i++)
    evd_buf_close(&m->waiting[i].evidence);
  evd_buf_close(&m->posted);
  evd_alarm_key_stop(&m->key);
}
