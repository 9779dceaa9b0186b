/* A run from the list of files to the verdict. */
#include <string.h>

#include "verify/part.h"

#define TABLE_W 8
#define ONCE_BYTES ((size_t)4 << 20) /* of rows, sorted in memory */
#define LINKS_BYTES ((size_t)1 << 20)
#define TEXTS_BYTES ((size_t)256 * 1024)

static void list_checks(evd_check *c) {
#define EVD_CHECK_ROW(name, text, first, counted, says)                        \
  c->id = text;                                                                \
  c->stage = EVD_STAGE_##first;                                                \
  c->unit = counted;                                                           \
  c->meaning = says;                                                           \
  c++;
  EVD_CHECKS(EVD_CHECK_ROW)
#undef EVD_CHECK_ROW
}

/* The key as published, whatever it is: Verification 2 judges it, and the
 * other checks say what follows from it. */
static void set_base(evd_run *r, evd_base *b, const evd_p *bytes) {
  memset(b, 0, sizeof *b);
  b->bytes = *bytes;
  (void)evd_zp_from_bytes(r->G->k, &b->value, bytes);
}

static void add_table(evd_run *r, evd_base *b) {
  evd_zp *rows = evd_keep(r, EVD_TABLE_ELEMS(TABLE_W), sizeof *rows);
  if (rows)
    evd_base_tables(r->G, b, rows, NULL);
}

static void make_group(evd_run *r, const evd_kernel *k) {
  r->G = evd_keep(r, 1, sizeof *r->G);
  if (!r->G)
    return;
  evd_group_init(r->G, k);
  add_table(r, &r->G->g);
  set_base(r, &r->G->K, &r->keys.K);
  set_base(r, &r->G->K_hat, &r->keys.K_hat);
  if (r->n_ballot_files > 0)
    add_table(r, &r->G->K);
}

static void check_keys(evd_run *r) {
  evd_v01_parameters(r);
  evd_v02_guardians(r);
  evd_v03_keys(r);
  evd_x03_rules(r);
  evd_x04_guardians(r);
}

static bool make_counters(evd_run *r) {
  uint32_t n = r->man.n_contests;
  uint64_t cells = 0;
  r->chains = evd_keep(r, r->man.n_devices, sizeof *r->chains);
  r->cast_ballots = evd_keep(r, n, sizeof *r->cast_ballots);
  r->cast_weight = evd_keep(r, n, sizeof *r->cast_weight);
  r->occurs = evd_keep(r, n, sizeof *r->occurs);
  r->withheld = evd_keep(r, n, sizeof *r->withheld);
  r->first_cell = evd_keep(r, n, sizeof *r->first_cell);
  r->ct_of = evd_keep(r, n, sizeof *r->ct_of);
  r->tally_of = evd_keep(r, n, sizeof *r->tally_of);
  if (r->no_space)
    return false;
  evd_trouble(r, evd_sorter_init(&r->once, r->scratch, r->a, EVD_ONCE_BYTES,
                                 ONCE_BYTES));
  evd_trouble(r, evd_sorter_init(&r->links, r->scratch, r->a, EVD_LINK_BYTES,
                                 LINKS_BYTES));
  for (uint32_t i = 0; i < n; i++) {
    r->first_cell[i] = (uint32_t)cells;
    cells += evd_shape_fields(&r->shapes[i]);
    if (cells > UINT32_MAX)
      r->no_space = true;
  }
  if (r->no_space)
    return false;
  r->n_cells = (uint32_t)cells;
  r->A = evd_keep(r, cells, sizeof *r->A);
  r->B = evd_keep(r, cells, sizeof *r->B);
  for (uint64_t i = 0; r->A && r->B && i < cells; i++) {
    evd_zp_one(&r->A[i]);
    evd_zp_one(&r->B[i]);
  }
  return !r->no_space;
}

/* Without manifest or keys nothing about ballots can be said. */
static bool can_read_ballots(evd_run *r) {
  static const char no[] = "manifest.json or election_keys.json not usable";
  if (r->has_manifest && r->shapes && r->has_keys)
    return true;
  evd_block(r, EVD_C5A, EVD_C19D, no);
  evd_block(r, EVD_X2, EVD_X2, no);
  evd_block(r, EVD_X6, EVD_X18, no);
  return false;
}

/* Ballots are walked through, or parts tell what was found in them. */
static void walk(evd_run *r) {
  r->into = r->walk;
  if (r->merging)
    evd_merge_walk(r);
  else
    evd_ballots_run(r);
  evd_checks_join(r->walk, r->found);
  r->into = r->rep->checks;
  evd_checks_join(r->into, r->walk);
  r->now = (evd_order){EVD_PHASE_TAIL, 0, 0, 0};
}

static void check_tail(evd_run *r) {
  evd_v05_once(r);
  evd_v08_devices(r);
  evd_v09_products(r);
  evd_x11_states(r);
  evd_x17_lines(r);
  evd_x18_roll(r);
  if (!evd_in_stage(r, EVD_STAGE_FINAL))
    return;
  evd_x16_withheld(r); /* finds what is withheld */
  evd_v10_cells(r);
  evd_v11_labels(r);
  evd_x12_data(r);
  evd_x14_counts(r);
}

static void check_ballots(evd_run *r) {
  if (!can_read_ballots(r) || !make_counters(r))
    return;
  r->has_counters = true;
  evd_load_closed(r);
  if (evd_in_stage(r, EVD_STAGE_FINAL))
    evd_load_final(r);
  if (r->data.n + r->opened.n > EVD_HATTED_TABLE_FROM)
    add_table(r, &r->G->K_hat);
  evd_resume_begin(r, r->resuming);
  if (!evd_stopped(r))
    walk(r);
  if (!evd_stopped(r) && r->shard.n == 0)
    check_tail(r);
}

static void check_record(evd_run *r, const evd_kernel *k) {
  evd_files_list(r);
  if (evd_stopped(r))
    return;
  evd_load_head(r);
  evd_files_judge(r);
  make_group(r, k);
  if (evd_stopped(r))
    return;
  check_keys(r);
  if (evd_in_stage(r, EVD_STAGE_CLOSED))
    check_ballots(r);
  if (r->merging)
    evd_merge_digests(r);
  if (r->shard.n > 0)
    evd_block(r, EVD_C5A, EVD_X18,
              "this is one shard; `verify merge` puts shards together");
}

static void digest_record(evd_run *r) {
  evd_record_digest d;
  evd_record_digest_init(&d);
  r->rep->n_files = r->n_files;
  r->rep->has_digest = r->n_files > 0;
  for (size_t i = 0; i < r->n_files; i++) {
    if (!r->files[i].read)
      r->rep->has_digest = false;
    evd_record_digest_add(&d, r->files[i].path, &r->files[i].sha);
  }
  evd_record_digest_out(&d, &r->rep->record_digest);
  if (!r->rep->has_digest)
    memset(&r->rep->record_digest, 0, sizeof r->rep->record_digest);
}

static void settle(const evd_run *r, evd_check *c) {
  c->status = EVD_NOT_RUN;
  if (c->failed > 0)
    c->status = EVD_FAILED;
  else if (c->stage > r->stage)
    c->remark = "belongs to a later stage";
  else if (c->unexamined)
    return; /* the remark says why */
  else if (c->count == 0)
    c->remark = "nothing to check";
  else
    c->status = EVD_PASS;
}

/* What every record has, so that an accident cannot pass by seeing nothing. */
static bool saw_the_essentials(const evd_run *r) {
  for (int c = EVD_C1A; c <= EVD_C4A; c++)
    if (r->rep->checks[c].status != EVD_PASS)
      return false;
  return r->rep->checks[EVD_X1].status == EVD_PASS &&
         r->rep->checks[EVD_X3].status == EVD_PASS &&
         r->rep->checks[EVD_X4].status == EVD_PASS &&
         r->rep->checks[EVD_X5].status == EVD_PASS;
}

static void reach_verdict(evd_run *r) {
  evd_report *rep = r->rep;
  bool failed = false, open = false;
  if (evd_stopped(r))
    evd_block(r, (evd_check_id)0, (evd_check_id)(EVD_N_CHECKS - 1),
              r->no_space  ? "the memory set aside for this is used up"
              : r->no_read ? "this machine could not read the files"
                           : "temporary files could not be written or read");
  for (size_t i = 0; i < rep->n_checks; i++) {
    evd_check *c = &rep->checks[i];
    settle(r, c);
    failed = failed || c->status == EVD_FAILED;
    open = open || (c->unexamined && c->stage <= r->stage);
  }
  rep->verdict = failed                           ? EVD_VERDICT_FAIL
                 : open || !saw_the_essentials(r) ? EVD_VERDICT_INCOMPLETE
                                                  : EVD_VERDICT_PASS;
}

static void give_back(evd_run *r) {
  evd_joined_close(&r->states);
  evd_joined_close(&r->roll);
  evd_joined_close(&r->opened);
  evd_joined_close(&r->data);
  evd_joined_close(&r->mail_cast);
  evd_joined_close(&r->mail_open);
  evd_sorter_close(&r->once);
  evd_sorter_close(&r->links);
  evd_stream_reset(&r->texts_kept);
}

static evd_err begin(evd_run *r, const evd_verify_how *how) {
  r->stage = how->stage;
  r->pool = how->pool;
  r->scratch = how->scratch;
  r->hints = how->hints;
  r->progress = how->progress;
  r->progress_self = how->progress_self;
  r->shard = how->shard;
  r->merging = how->merging;
  r->resuming = how->resume;
  r->walk = evd_keep(r, EVD_N_CHECKS, sizeof *r->walk);
  r->found = evd_keep(r, EVD_N_CHECKS, sizeof *r->found);
  if (r->no_space)
    return EVD_ERR_SPACE;
  list_checks(r->rep->checks);
  list_checks(r->walk);
  list_checks(r->found);
  r->rep->n_checks = EVD_N_CHECKS;
  r->into = r->rep->checks;
  r->keep_texts = r->shard.i == 1;
  if (!r->keep_texts)
    return EVD_OK;
  return evd_stream_init(&r->texts_kept, r->scratch, r->a, TEXTS_BYTES);
}

evd_err evd_verify_record(evd_report *out, const evd_kernel *k, evd_source *src,
                          const evd_verify_how *how, evd_arena *a) {
  memset(out, 0, sizeof *out);
  out->stage = how->stage;
  out->verdict = EVD_VERDICT_INCOMPLETE;
  out->checks = evd_arena_get(a, EVD_N_CHECKS, sizeof *out->checks);
  evd_run *r = evd_arena_get(a, 1, sizeof *r);
  if (!out->checks || !r)
    return EVD_ERR_SPACE;
  r->rep = out;
  r->src = src;
  r->a = a;
  EVD_TRY(begin(r, how));
  check_record(r, k);
  digest_record(r);
  reach_verdict(r);
  evd_err e = EVD_OK;
  if (r->shard.n > 0)
    e = evd_stopped(r) ? EVD_ERR_INCOMPLETE
                       : evd_shard_write(r, how->put, how->put_self);
  give_back(r);
  return e;
}
