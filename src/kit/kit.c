/* The kit: its tables in order, and one record or log at a time. */
#include "kit/kit.h"

#include <string.h>

#include "kit/log.h"

static const evd_kit_table *const tables[] = {
    &evd_kit_good, &evd_kit_f01, &evd_kit_f02, &evd_kit_f05, &evd_kit_f06,
    &evd_kit_f08,  &evd_kit_f09, &evd_kit_f10, &evd_kit_f13, &evd_kit_f15,
    &evd_kit_f16,  &evd_kit_x01, &evd_kit_x02, &evd_kit_x03, &evd_kit_x06,
    &evd_kit_x11,  &evd_kit_x12,
};
enum { TABLES = sizeof tables / sizeof tables[0] };

static const evd_kit_table *const log_tables[] = {
    &evd_kit_log_good, &evd_kit_l01, &evd_kit_l04, &evd_kit_l05,
    &evd_kit_l06,      &evd_kit_l07, &evd_kit_l09, &evd_kit_l10,
};
enum { LOG_TABLES = sizeof log_tables / sizeof log_tables[0] };

static uint32_t count(const evd_kit_table *const *t, uint32_t n_tables) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < n_tables; i++)
    n += t[i]->n;
  return n;
}

static const evd_kit_fault *row_of(const evd_kit_table *const *t,
                                   uint32_t n_tables, uint32_t at) {
  for (uint32_t i = 0; i < n_tables; i++) {
    if (at < t[i]->n)
      return &t[i]->rows[at];
    at -= t[i]->n;
  }
  return NULL;
}

uint32_t evd_kit_count(void) { return count(tables, TABLES); }

evd_kit_entry evd_kit_get(uint32_t at) {
  const evd_kit_fault *f = row_of(tables, TABLES, at);
  return (evd_kit_entry){f->id, f->codes, f->why};
}

uint32_t evd_kit_log_count(void) { return count(log_tables, LOG_TABLES); }

evd_kit_entry evd_kit_log_get(uint32_t at) {
  const evd_kit_fault *f = row_of(log_tables, LOG_TABLES, at);
  return (evd_kit_entry){f->id, f->codes, f->why};
}

static evd_err tables_of_powers(evd_kit *e) {
  evd_zp *all[6];
  for (uint32_t i = 0; i < 6; i++) {
    uint32_t w = i % 2 ? EVD_SEC_WINDOW : EVD_PUB_WINDOW;
    all[i] = evd_arena_get(e->arena, EVD_TABLE_ELEMS(w), sizeof(evd_zp));
    if (!all[i])
      return EVD_ERR_SPACE;
  }
  for (uint32_t i = 0; i < 4; i++)
    e->storage[i / 2][i % 2] = all[i];
  evd_base_tables(&e->G, &e->G.g, all[4], all[5]);
  return EVD_OK;
}

evd_err evd_kit_open(evd_kit **kit, const evd_kernel *k, evd_span seed,
                     evd_arena *arena) {
  evd_kit *e = evd_arena_get(arena, 1, sizeof *e);
  if (!e)
    return EVD_ERR_SPACE;
  e->arena = arena;
  evd_digest(&e->seed, "kit", seed.p, seed.n);
  evd_group_init(&e->G, k);
  EVD_TRY(tables_of_powers(e));
  e->clean = evd_arena_mark(arena);
  *kit = e;
  return EVD_OK;
}

/* Forgets the record before; the tables stay. */
static void begin(evd_kit *e, const evd_kit_fault *f) {
  evd_arena_back(e->arena, e->clean);
  e->log = NULL;
  e->plan = evd_kit_plans[f->base];
  e->H_P.on = e->H_B.on = e->H_E.on = false;
  e->K_off = e->K_hat_off = evd_kit_zq(0);
  e->manifest_bytes = (evd_span){0};
}

/* In the order of their paths. */
static void sort_files(evd_kit *e) {
  for (uint32_t i = 1; i < e->n_files; i++) {
    const evd_kit_file f = e->files[i];
    uint32_t at = i;
    for (; at > 0 && strcmp(e->files[at - 1].path, f.path) > 0; at--)
      e->files[at] = e->files[at - 1];
    e->files[at] = f;
  }
}

evd_err evd_kit_make(evd_kit *e, uint32_t at, const evd_kit_file **files,
                     uint32_t *n) {
  const evd_kit_fault *f = row_of(tables, TABLES, at);
  if (!f)
    return EVD_ERR_RANGE;
  begin(e, f);
  evd_kit_build(e);
  evd_kit_restart(e, f->id);
  if (f->make)
    f->make(e, f->with);
  evd_kit_write(e);
  if (f->edit)
    f->edit(e, f->with);
  sort_files(e);
  *files = e->files;
  *n = e->n_files;
  return EVD_OK;
}

/* ---- logs ---- */

static void begin_log(evd_kit *e, const evd_kit_fault *f,
                      const evd_kit_signer *signer) {
  if (e->log && e->log_base == f->base) {
    evd_arena_back(e->arena, e->log_clean);
    return;
  }
  begin(e, f);
  e->log = evd_kit_room(e, 1, sizeof *e->log);
  e->log->signer = signer;
  e->log_base = f->base;
  evd_kit_log_keys(e);
  evd_kit_build(e);
  e->log_clean = evd_arena_mark(e->arena);
}

static void plan_log(evd_kit *e) {
  evd_kit_log *l = e->log;
  l->n_items = 0;
  l->how = (evd_kit_head){.origin = EVD_KIT_ORIGIN,
                          .name = EVD_KIT_ORIGIN,
                          .more = "",
                          .by = EVD_KIT_BY_LOG,
                          .n_cosigned = EVD_KIT_WITNESSES};
  for (uint32_t i = 0; i < EVD_KIT_WITNESSES; i++)
    l->how.cosigned[i].by = EVD_KIT_BY_WITNESS + i;
  evd_kit_log_plan(e);
  evd_kit_put(e, "policy", l->policy.p, l->policy.n);
}

evd_err evd_kit_log_make(evd_kit *e, uint32_t at, const evd_kit_signer *signer,
                         const evd_kit_file **files, uint32_t *n) {
  const evd_kit_fault *f = row_of(log_tables, LOG_TABLES, at);
  if (!f)
    return EVD_ERR_RANGE;
  begin_log(e, f, signer);
  plan_log(e);
  if (f->make)
    f->make(e, f->with);
  evd_kit_log_write(e);
  if (f->edit)
    f->edit(e, f->with);
  sort_files(e);
  *files = e->files;
  *n = e->n_files;
  return EVD_OK;
}
