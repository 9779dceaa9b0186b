/* Everything of a board is compared with everything else. */
#include "serve/fsck.h"

#include <string.h>

#include "host/host.h"
#include "serve/fsck_run.h"
#include "serve/log_replay.h"

#define ROWS_BYTES_MAX ((size_t)64 << 30)
#define FAULTS_MAX 50 /* what comes after is not said */

evd_err evd_fsck_go_on(const evd_fsck_run *k, evd_err e) {
  if (e == EVD_ERR_IO || e == EVD_ERR_SPACE)
    return e;
  return k->log->faults > FAULTS_MAX ? EVD_ERR_FAIL : EVD_OK;
}

static evd_err check_state(evd_fsck_run *k) {
  evd_log *log = k->log;
  EVD_TRY(evd_store_state(log->store, &log->saved));
  evd_log_state_write(&log->next, log);
  if (log->saved.n != log->next.n ||
      memcmp(log->saved.p, log->next.p, log->next.n) != 0)
    (void)evd_log_damaged(log,
                          "database: the state is not that of the entries");
  return EVD_OK;
}

/* Lines above what the row says are still to come. */
static evd_err check_index(evd_fsck_run *k) {
  evd_log *log = k->log;
  uint64_t indexed = 0;
  size_t n = 0;
  EVD_TRY(evd_log_indexed(log, &indexed));
  for (size_t i = 0; i < log->n_codes; i++)
    if (log->codes[i].index < indexed)
      log->codes[n++] = log->codes[i];
  log->n_codes = n;
  return evd_log_index_check(log);
}

static evd_err check_all(evd_fsck_run *k) {
  evd_log *log = k->log;
  uint64_t seed;
  EVD_TRY(evd_log_open_store(log));
  EVD_TRY(evd_log_load_checkpoint(log, &k->c));
  EVD_TRY(evd_store_check(log->store, true));
  EVD_TRY(evd_store_size(log->store, &k->out->entries));
  k->out->published = k->c.head.size;
  if (k->out->published > k->out->entries)
    return evd_log_damaged(log, "public/checkpoint has more entries than the "
                                "database: this is an old copy of it");
  if (k->out->entries == 0)
    return EVD_OK;
  evd_random(&seed, sizeof seed);
  evd_row_table_init(&k->rows, ROWS_BYTES_MAX, seed);
  log->rows = evd_row_table_store(&k->rows);
  EVD_TRY(evd_log_read_setup(log));
  log->rules.signatures_hold = !k->plan->signatures;
  EVD_TRY(evd_fsck_go_on(k, evd_log_judge_checkpoint(log, &k->c)));
  EVD_TRY(evd_pool_open(&k->pool, 0));
  EVD_TRY(evd_fsck_entries(k));
  EVD_TRY(evd_fsck_rows(k));
  EVD_TRY(check_state(k));
  return check_index(k);
}

evd_err evd_fsck(const evd_fsck_plan *plan, evd_fsck_report *out) {
  const evd_log_plan log_plan = {.dir = plan->dir, .where = plan->where};
  evd_fsck_run k = {.plan = plan, .out = out};
  memset(out, 0, sizeof *out);
  k.log = evd_log_new(&log_plan);
  if (!k.log)
    return EVD_ERR_SPACE;
  k.log->checking = true;
  evd_log_edge_init(&k.log->edge);
  evd_err e = check_all(&k);
  out->faults = k.log->faults;
  evd_pool_close(&k.pool);
  evd_log_close(k.log);
  evd_row_table_close(&k.rows);
  if (out->faults > 0 && e != EVD_ERR_IO && e != EVD_ERR_SPACE)
    return EVD_ERR_FAIL;
  return e;
}
