/* The one state row: how far the log is.
 *
 *   "EVL2" | u16 origin | u64 size | hashes of the perfect subtrees
 *   | u64 index of KEYS | u64 index of CLOSE | the rules' state (none at size
 * 0)
 */
#include <string.h>

#include "base/endian.h"
#include "serve/log_run.h"

static const char magic[4] = {'E', 'V', 'L', '2'};

static void put64(evd_buf *out, uint64_t v) {
  uint8_t b[8];
  evd_be64_put(b, v);
  evd_buf_add(out, b, sizeof b);
}

/* Bytes of the hashes of a tree's perfect subtrees: one for each bit. */
static size_t hashes(uint64_t size) {
  return (size_t)__builtin_popcountll(size) * sizeof(evd_h32);
}

void evd_log_state_write(evd_buf *out, const evd_log *log) {
  const evd_log_state *s = &log->state;
  uint8_t n[2] = {(uint8_t)(log->origin.n >> 8), (uint8_t)log->origin.n};
  evd_buf_add(out, magic, sizeof magic);
  evd_buf_add(out, n, sizeof n);
  evd_buf_add(out, log->origin.p, log->origin.n);
  put64(out, s->tree.size);
  evd_buf_add(out, s->tree.at, hashes(s->tree.size));
  put64(out, s->keys_at);
  put64(out, s->close_at);
  if (log->has_rules)
    evd_rules_save(out, &log->rules);
}

static bool take(evd_span *in, void *p, size_t n) {
  if (in->n < n)
    return false;
  memcpy(p, in->p, n);
  in->p += n;
  in->n -= n;
  return true;
}

static bool take64(evd_span *in, uint64_t *v) {
  uint8_t b[8];
  if (!take(in, b, sizeof b))
    return false;
  *v = evd_be64_get(b);
  return true;
}

static bool take_origin(const evd_log *log, evd_span *in) {
  uint8_t mark[sizeof magic], n[2];
  if (!take(in, mark, sizeof mark) || memcmp(mark, magic, sizeof mark) != 0 ||
      !take(in, n, sizeof n) || in->n < log->origin.n ||
      ((size_t)n[0] << 8 | n[1]) != log->origin.n ||
      memcmp(in->p, log->origin.p, log->origin.n) != 0)
    return false;
  in->p += log->origin.n;
  in->n -= log->origin.n;
  return true;
}

evd_err evd_log_state_read(evd_log *log, evd_span in) {
  evd_log_state *s = &log->state;
  memset(s, 0, sizeof *s);
  if (!take_origin(log, &in) || !take64(&in, &s->tree.size) ||
      s->tree.size > EVD_TREE_SIZE_MAX ||
      !take(&in, s->tree.at, hashes(s->tree.size)))
    return EVD_ERR_FORM;
  if (!take64(&in, &s->keys_at) || !take64(&in, &s->close_at))
    return EVD_ERR_FORM;
  if (!log->has_rules)
    return in.n == 0 ? EVD_OK : EVD_ERR_FORM;
  EVD_TRY(evd_rules_load(&log->rules, in));
  return log->rules.size == s->tree.size ? EVD_OK : EVD_ERR_FORM;
}
