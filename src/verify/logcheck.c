/* A log from its checkpoint to its last entry. */
#include <string.h>

#include "record/say.h"
#include "verify/logcheck_run.h"

#define BUNDLE_BYTES_MAX (EVD_TILE_WIDTH * (2 + EVD_ENTRY_BYTES_MAX))
#define OBJECT_BYTES_MAX ((size_t)1 << 30) /* a roll of some million voters */
#define TEXT_BYTES_MAX ((size_t)1 << 20)
#define ROWS_BYTES_MAX ((size_t)8 << 30)

/* ---- findings ---- */

void evd_l_saw(evd_logcheck *l, evd_l_at c, uint64_t n) {
  l->rep.checks[c].count += n;
}

void evd_l_fault(evd_logcheck *l, evd_l_at c, const char *where,
                 const char *what) {
  evd_check *check = &l->rep.checks[c];
  evd_failure f;
  evd_say s;
  memset(&f, 0, sizeof f);
  evd_say_init(&s, f.where, sizeof f.where);
  evd_say_text(&s, where);
  evd_say_init(&s, f.what, sizeof f.what);
  evd_say_text(&s, what);
  f.order.line = check->failed++; /* as they are found */
  evd_failure_keep(check, &f);
}

void evd_l_fault_at(evd_logcheck *l, evd_l_at c, uint64_t index, uint32_t type,
                    const char *what) {
  char where[64];
  const char *name = evd_entry_name(type);
  evd_say s;
  evd_say_init(&s, where, sizeof where);
  evd_say_text(&s, "entry ");
  evd_say_n(&s, index);
  if (name) {
    evd_say_text(&s, " (");
    evd_say_text(&s, name);
    evd_say_text(&s, ")");
  }
  evd_l_fault(l, c, where, what);
}

void evd_l_block(evd_logcheck *l, evd_l_at from, evd_l_at to,
                 const char *reason) {
  for (int c = (int)from; c <= (int)to; c++) {
    evd_check *check = &l->rep.checks[c];
    check->unexamined = true;
    if (!check->remark)
      check->remark = reason;
  }
}

void evd_l_unread(evd_logcheck *l, evd_l_at c, const char *path, evd_err e) {
  switch (e) {
  case EVD_ERR_IO:
    l->no_read = true;
    return;
  case EVD_ERR_SPACE:
    l->no_space = true;
    return;
  case EVD_ERR_MISSING:
    evd_l_fault(l, c, path, "is not there");
    return;
  case EVD_ERR_PROOF:
    evd_l_fault(l, c, path, "has another digest or length");
    return;
  default:
    evd_l_fault(l, c, path, "is not in its form");
  }
}

evd_err evd_l_trouble(evd_logcheck *l, evd_err e) {
  l->no_space = l->no_space || e == EVD_ERR_SPACE || e == EVD_ERR_RULE;
  l->no_read = l->no_read || e == EVD_ERR_IO;
  return e;
}

bool evd_l_keep(evd_logcheck *l, evd_span *out, const evd_buf *from) {
  uint8_t *p = evd_arena_get(l->a, from->n + 1, 1);
  *out = (evd_span){p, p ? from->n : 0};
  if (!p)
    l->no_space = true;
  else if (from->n > 0)
    memcpy(p, from->p, from->n);
  return p != NULL;
}

/* ---- from outside ---- */

static void list_checks(evd_check *c) {
#define EVD_LOG_CHECK_ROW(name, text, counted, says)                           \
  c[EVD_##name##_AT].id = text;                                                \
  c[EVD_##name##_AT].stage = EVD_STAGE_CEREMONY;                               \
  c[EVD_##name##_AT].unit = counted;                                           \
  c[EVD_##name##_AT].meaning = says;
  EVD_LOG_CHECKS(EVD_LOG_CHECK_ROW)
#undef EVD_LOG_CHECK_ROW
}

static evd_err begin(evd_logcheck *l) {
  uint64_t seed;
  l->rep.checks = evd_arena_get(l->a, EVD_N_LOG_CHECKS, sizeof(evd_check));
  l->entries = evd_arena_get(l->a, EVD_L_ENTRIES, sizeof *l->entries);
  if (!l->rep.checks || !l->entries)
    return EVD_ERR_SPACE;
  list_checks(l->rep.checks);
  l->rep.n_checks = EVD_N_LOG_CHECKS;
  evd_group_init(&l->G, l->how.kernel);
  evd_tree_past_init(&l->past, EVD_TREE_PAST_BYTES_MAX);
  for (uint32_t i = 0; i < EVD_L_BUNDLES; i++)
    evd_buf_init(&l->bundles[i], BUNDLE_BYTES_MAX);
  evd_buf_init(&l->tile, EVD_TILE_BYTES);
  evd_buf_init(&l->object, OBJECT_BYTES_MAX);
  evd_buf_init(&l->text, TEXT_BYTES_MAX);
  evd_buf_init(&l->view.line, OBJECT_BYTES_MAX);
  evd_buf_init(&l->view.data, OBJECT_BYTES_MAX);
  evd_l01_checkpoint(l);
  /* The root is known to nobody who made an entry below it. */
  memcpy(&seed, l->c.head.root.b, sizeof seed);
  evd_row_table_init(&l->rows, ROWS_BYTES_MAX, seed);
  return evd_logview_begin(l);
}

static void find_stage(evd_logcheck *l) {
  evd_logcheck_report *r = &l->rep;
  r->phase = l->rules.closed ? EVD_LOG_CLOSED
             : l->rules.open ? EVD_LOG_OPEN
                             : EVD_LOG_SETTING_UP;
  r->stage = l->rules.resulted ? EVD_STAGE_FINAL
             : l->rules.open   ? EVD_STAGE_CLOSED
                               : EVD_STAGE_CEREMONY;
  r->has_record = l->rules.keys_published && !l->lost && l->whole;
}

evd_err evd_logcheck_open(evd_logcheck **out, const evd_logcheck_how *how,
                          evd_arena *a) {
  evd_logcheck *l = evd_arena_get(a, 1, sizeof *l);
  *out = l;
  if (!l)
    return EVD_ERR_SPACE;
  l->how = *how;
  l->a = a;
  EVD_TRY(begin(l));
  if (!l->has_checkpoint) {
    evd_l_block(l, EVD_L2_AT, EVD_L10_AT, "there is no checkpoint to go by");
    return EVD_OK;
  }
  evd_l10_before(l);
  l->whole = evd_l_walk(l);
  if (l->lost)
    evd_l_block(l, EVD_L4_AT, EVD_L9_AT, "SETUP or the roll cannot be used");
  find_stage(l);
  evd_l03_quorum(l);
  if (l->has_rules && l->whole) {
    evd_l07_setup_files(l);
    (void)evd_l_trouble(l, evd_logview_end(l));
  }
  return EVD_OK;
}

void evd_logcheck_close(evd_logcheck *l) {
  if (!l)
    return;
  for (uint32_t i = 0; i < EVD_L_BUNDLES; i++)
    evd_buf_close(&l->bundles[i]);
  evd_buf_close(&l->tile);
  evd_buf_close(&l->object);
  evd_buf_close(&l->text);
  evd_tree_past_close(&l->past);
  evd_row_table_close(&l->rows);
  evd_logview_close(&l->view);
}

const evd_logcheck_report *evd_logcheck_found(const evd_logcheck *l) {
  return &l->rep;
}

/* ---- the verdict ---- */

static void settle(evd_check *c) {
  c->status = EVD_NOT_RUN;
  if (c->failed > 0)
    c->status = EVD_FAILED;
  else if (c->unexamined)
    return; /* the remark says why */
  else if (c->count == 0)
    c->remark = c->remark ? c->remark : "nothing to check";
  else
    c->status = EVD_PASS;
}

/* What every log has: seeing nothing is no pass. */
static bool saw_the_essentials(const evd_logcheck *l) {
  static const evd_l_at always[] = {EVD_L1_AT, EVD_L2_AT, EVD_L3_AT, EVD_L4_AT,
                                    EVD_L5_AT, EVD_L7_AT, EVD_L8_AT};
  for (size_t i = 0; i < sizeof always / sizeof *always; i++)
    if (l->rep.checks[always[i]].status != EVD_PASS)
      return false;
  return true;
}

static evd_verdict verdict_of(evd_logcheck *l) {
  bool failed = false, open = false;
  if (evd_l_stopped(l))
    evd_l_block(l, EVD_L1_AT, EVD_L10_AT,
                l->no_space ? "the memory set aside for this is used up"
                            : "not every file could be asked for");
  for (size_t i = 0; i < l->rep.n_checks; i++) {
    settle(&l->rep.checks[i]);
    failed = failed || l->rep.checks[i].status == EVD_FAILED;
    open = open || l->rep.checks[i].unexamined;
  }
  if (failed)
    return EVD_VERDICT_FAIL;
  return open || !saw_the_essentials(l) ? EVD_VERDICT_INCOMPLETE
                                        : EVD_VERDICT_PASS;
}

/* The view was verified as the record, or there is none. */
static void judge_view(evd_logcheck *l, const evd_report *record) {
  const evd_check *c = &l->rep.checks[EVD_L8_AT];
  if (!l->rep.has_record)
    evd_l_block(l, EVD_L8_AT, EVD_L8_AT, "the log shows no record");
  else if (!record->has_digest)
    evd_l_block(l, EVD_L8_AT, EVD_L8_AT, "the record was not read whole");
  else if (c->count == 0)
    evd_l_saw(l, EVD_L8_AT, record->n_files);
}

evd_err evd_logcheck_end(evd_logcheck *l, evd_report *record) {
  const size_t n = record->n_checks + l->rep.n_checks;
  evd_check *all = evd_arena_get(l->a, n, sizeof *all);
  if (!all)
    return EVD_ERR_SPACE;
  judge_view(l, record);
  evd_verdict mine = verdict_of(l);
  if (record->n_checks > 0)
    memcpy(all, record->checks, record->n_checks * sizeof *all);
  memcpy(all + record->n_checks, l->rep.checks, l->rep.n_checks * sizeof *all);
  record->checks = all;
  record->n_checks = n;
  record->log = &l->rep;
  if (record->verdict != EVD_VERDICT_FAIL && mine != EVD_VERDICT_PASS)
    record->verdict = mine;
  return EVD_OK;
}
