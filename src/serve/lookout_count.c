/* What guardians decrypt: their answers, the result, the contest data; judged
 * as the server judges them. */
#include <stdio.h>
#include <string.h>

#include "hash/hash.h"
#include "serve/lookout_run.h"
#include "steps/judge_posted.h"

#define GUARDIAN_BYTES_MAX ((size_t)4 << 20)
#define PATH_BYTES 64

/* ---- whose keys ---- */

static evd_err read_guardian(evd_lookout *w, uint32_t i, evd_sha256 *all) {
  char path[PATH_BYTES];
  evd_h32 digest;
  evd_why why;
  evd_guardian_pub *g = &w->count_head.guardians[i - 1];
  snprintf(path, sizeof path, "setup/guardians/guardian_%u.json", i);
  EVD_TRY(evd_board_read(w->plan.files, path, GUARDIAN_BYTES_MAX, &w->more));
  evd_digest(&digest, "guardian", w->more.p, w->more.n);
  evd_sha256_add(all, digest.b, sizeof digest.b);
  EVD_TRY(evd_guardian_pub_read(g, (evd_span){w->more.p, w->more.n}, &w->arena,
                                &why));
  return g->i == i && g->k == w->par.k ? EVD_OK : EVD_ERR_FORM;
}

static evd_err read_guardians(evd_lookout *w) {
  evd_sha256 all;
  evd_h32 digest;
  w->count_head.guardians =
      evd_arena_get(&w->arena, w->par.n, sizeof *w->count_head.guardians);
  if (!w->count_head.guardians)
    return EVD_ERR_SPACE;
  evd_digest_init(&all, "guardians");
  for (uint32_t i = 1; i <= w->par.n; i++)
    EVD_TRY(read_guardian(w, i, &all));
  evd_sha256_out(&all, &digest);
  return memcmp(&digest, &w->keys.keys.guardians, sizeof digest) == 0
             ? EVD_OK
             : EVD_ERR_PROOF;
}

/* The keys of the election, and of its guardians as KEYS names them. */
static evd_err open_head(evd_lookout *w, bool *ready) {
  const evd_arena_point before = evd_arena_mark(&w->arena);
  *ready = w->has_guardians;
  if (*ready || !w->tables)
    return EVD_OK;
  w->count_head.par = w->par;
  w->count_head.man = w->man;
  evd_err e = read_guardians(w);
  *ready = w->has_guardians = e == EVD_OK;
  if (e != EVD_OK)
    evd_arena_back(&w->arena, before);
  if (e == EVD_ERR_SPACE)
    return e;
  if (e != EVD_OK)
    evd_lookout_raise(w, EVD_ALARM_FILE,
                      "setup/guardians: they are not served, or not those of "
                      "KEYS: no share can be judged");
  return EVD_OK;
}

/* ---- what stands in the log ---- */

typedef struct {
  evd_lookout *w;
  evd_buf line; /* of a ballot */
} asker;

static evd_err copy(asker *x, const char *kind, const evd_object_ref *ref,
                    evd_arena *a, evd_span *out) {
  evd_lookout *w = x->w;
  if (ref->length == 0)
    return EVD_ERR_MISSING;
  evd_err e = evd_board_object(w->plan.files, kind, ref, &w->more);
  if (e != EVD_OK) /* told when its entry came */
    return e == EVD_ERR_SPACE ? e : EVD_ERR_IO;
  uint8_t *p = evd_arena_get(a, w->more.n + 1, 1);
  if (!p)
    return EVD_ERR_SPACE;
  memcpy(p, w->more.p, w->more.n);
  *out = (evd_span){p, w->more.n};
  return EVD_OK;
}

static evd_err tally(void *self, evd_arena *a, evd_span *out) {
  asker *x = self;
  return copy(x, "tally_encrypted", &x->w->tally, a, out);
}

static evd_err result(void *self, evd_arena *a, evd_span *out) {
  asker *x = self;
  return copy(x, "tally", &x->w->result, a, out);
}

static evd_err share(void *self, uint32_t guardian, uint32_t step, evd_arena *a,
                     evd_span *out) {
  asker *x = self;
  if (guardian > EVD_N_MAX || step >= EVD_SHARE_STEPS)
    return EVD_ERR_MISSING;
  return copy(x, "share", &x->w->shares[guardian][step], a, out);
}

static evd_err ballot(void *self, const evd_h32 *id_B, evd_span *out,
                      bool *cast) {
  asker *x = self;
  evd_lookout *w = x->w;
  const evd_rules_store own = evd_row_table_store(&w->own),
                        rules = evd_row_table_store(&w->rows);
  evd_row_ballot row;
  evd_entry_read r;
  evd_span entry;
  uint64_t index = 0;
  const char *what;
  bool found = false;
  EVD_TRY(own.get(own.self, EVD_OWN_ID, id_B, &index, sizeof index, &found));
  if (!found)
    return EVD_ERR_MISSING;
  if (!evd_lookout_entry(w, index, &entry) ||
      evd_entry_parse(&r, entry, &what) != EVD_OK ||
      evd_board_object(w->plan.files, "ballot", &r.e.ballot.object, &x->line) !=
          EVD_OK)
    return EVD_ERR_IO;
  EVD_TRY(rules.get(rules.self, EVD_ROW_BALLOT, &r.e.ballot.H_C, &row,
                    sizeof row, &found));
  *out = (evd_span){x->line.p, x->line.n};
  *cast = found && row.state == EVD_BALLOT_CAST;
  return EVD_OK;
}

/* ---- one entry ---- */

static void fails(evd_lookout *w, uint64_t index, const evd_entry *e,
                  const evd_why *why) {
  char what[EVD_LOOKOUT_WHAT_BYTES];
  snprintf(what, sizeof what, "what was decrypted fails: %.200s", why->text);
  evd_lookout_about_count(w, index);
  evd_lookout_raise_at(w, EVD_ALARM_PROOF, index, e->type, what);
}

static evd_err judge(evd_lookout *w, uint64_t index, const evd_entry *e) {
  asker x = {.w = w};
  const evd_posted_from from = {&x, tally, result, share, ballot};
  evd_why why = {""};
  evd_buf_init(&x.line, GUARDIAN_BYTES_MAX * 16);
  evd_err err =
      evd_posted_judge(e, (evd_span){w->objects.p, w->objects.n}, &from,
                       evd_host_group_get(w->tables), &w->count_head, &why);
  evd_buf_close(&x.line);
  if (err == EVD_ERR_SPACE)
    return err;
  /* Where what it rests on cannot be had, that was told. */
  if (err != EVD_OK && err != EVD_ERR_IO && err != EVD_ERR_MISSING)
    fails(w, index, e, &why);
  return EVD_OK;
}

static void keep(evd_lookout *w, const evd_entry *e) {
  if (e->type == EVD_ENTRY_RESULT)
    w->result = e->result.object;
  else if (e->type == EVD_ENTRY_SHARE)
    w->shares[e->share.guardian][e->share.step] = e->share.object;
}

evd_err evd_lookout_count(evd_lookout *w, uint64_t index, const evd_entry *e) {
  bool ready = false;
  if (evd_rules_is_tally(&w->rules, index, e))
    w->tally = e->tally.object;
  if (e->type == EVD_ENTRY_TALLY || w->plan.judge_one_of == 0)
    return EVD_OK;
  EVD_TRY(open_head(w, &ready));
  if (ready)
    EVD_TRY(judge(w, index, e));
  keep(w, e);
  return EVD_OK;
}
