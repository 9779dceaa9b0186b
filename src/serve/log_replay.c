/* The rules once more, over entries that are there already. */
#include "serve/log_replay.h"

#include <string.h>

#include "board/note.h"
#include "board/policy.h"
#include "host/host.h"

#define NUMBER(v) ((unsigned long long)(v))

evd_err evd_log_load_checkpoint(evd_log *log, evd_checkpoint *c) {
  evd_note_why why;
  evd_err e = log->files.read(log->files.self, "checkpoint", EVD_NOTE_BYTES_MAX,
                              &log->note);
  if (e == EVD_ERR_MISSING)
    return evd_complain(EVD_ERR_MISSING,
                        "%s/checkpoint is not there: nothing is published",
                        log->public_dir);
  if (e == EVD_OK)
    e = evd_checkpoint_read(c, (evd_span){log->note.p, log->note.n}, &why);
  if (e != EVD_OK)
    return evd_log_damaged(log, "public/checkpoint cannot be read");
  log->origin = c->origin; /* of log->note, which stays */
  log->published = c->head;
  return EVD_OK;
}

/* Signed as the policy of SETUP asks, where that names logs. */
evd_err evd_log_judge_checkpoint(evd_log *log, const evd_checkpoint *c) {
  evd_buf b;
  evd_note_why why;
  evd_policy_verdict *v = evd_arena_get(&log->arena, 1, sizeof *v);
  evd_policy *p = evd_arena_get(&log->arena, 1, sizeof *p);
  if (!v || !p)
    return EVD_ERR_SPACE;
  evd_buf_init(&b, EVD_POLICY_BYTES_MAX);
  evd_err e = evd_log_object(log, "policy", &log->setup.setup.policy, &b);
  if (e == EVD_OK)
    e = evd_policy_read(p, (evd_span){b.p, b.n}, &why);
  if (e == EVD_OK && p->n_logs > 0) {
    evd_policy_judge_var(v, p, c, 0);
    if (!v->log || !v->quorum || v->false_signature)
      (void)evd_log_damaged(log, "public/checkpoint is not signed as the "
                                 "policy asks");
  }
  evd_buf_close(&b);
  return e;
}

evd_err evd_log_replay(evd_log *log, const evd_entry_read *read,
                       const evd_h32 *leaf, evd_log_content *c) {
  evd_refusal why;
  evd_l_code code = EVD_L_NONE;
  char what[EVD_LOG_WHAT_BYTES] = "";
  uint64_t at = log->state.tree.size;
  c->read = read;
  evd_err e = evd_rules_apply(&log->rules, read, leaf, &why);
  if (e == EVD_ERR_REFUSED)
    return evd_log_damaged(log, "entry %llu: L.%d: %s", NUMBER(at),
                           (int)why.code, why.what);
  EVD_TRY(e);
  e = evd_log_judge(log, c, &code, what);
  if (e == EVD_ERR_REFUSED)
    return evd_log_damaged(log, "entry %llu: L.%d: %s", NUMBER(at), (int)code,
                           what);
  EVD_TRY(e);
  EVD_TRY(evd_tree_past_add(&log->past, leaf));
  return evd_log_count(log, &read->e, leaf);
}

evd_err evd_log_object_fault(evd_log *log, uint64_t at,
                             const evd_object_ref *ref, evd_err e) {
  char path[EVD_OBJECT_PATH_BYTES];
  if (e == EVD_ERR_IO || e == EVD_ERR_SPACE)
    return e;
  evd_object_path(path, &ref->digest);
  return evd_log_damaged(log, "entry %llu: public/%s: %s", NUMBER(at), path,
                         e == EVD_ERR_FORM ? "not the bytes of its name"
                                           : evd_err_text(e));
}

evd_err evd_log_read_objects(evd_log *log, const evd_entry *e, evd_arena *a,
                             evd_log_content *c) {
  c->n = evd_entry_objects(e, c->names);
  for (uint32_t i = 0; i < c->n; i++) {
    const evd_object_ref *ref = &c->names[i].ref;
    evd_buf b;
    evd_buf_init(&b, (size_t)ref->length + 1);
    evd_err err = evd_log_object(log, c->names[i].kind, ref, &b);
    uint8_t *p = err == EVD_OK ? evd_arena_get(a, b.n, 1) : NULL;
    if (p && b.n)
      memcpy(p, b.p, b.n);
    c->bytes[i] = (evd_span){p, b.n};
    evd_buf_close(&b);
    if (err == EVD_OK && !p)
      err = EVD_ERR_SPACE;
    if (err != EVD_OK)
      return evd_log_object_fault(log, log->state.tree.size, ref, err);
  }
  return EVD_OK;
}
