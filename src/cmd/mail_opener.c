#include "cmd/mail_opener.h"

#include <string.h>

#include "cmd/result.h"

#define MIB ((size_t)1024 * 1024)

static evd_err no_memory(void) {
  return evd_complain(EVD_ERR_SPACE, "no memory to open challenged ballots");
}

static bool is_wanted(const evd_close_row *row, uint32_t device) {
  return row->mail && row->device == device && row->state == EVD_CHALLENGED;
}

/* Rows in the order of id_B, as the index has them. */
static evd_err fill(evd_returns *r, const evd_close_index *index,
                    uint32_t device) {
  size_t wanted = 0;
  for (size_t i = 0; i < index->n; i++)
    wanted += is_wanted(&index->rows[i], device);
  r->rows = evd_arena_get(r->arena, wanted + 1, sizeof *r->rows);
  r->by_id = evd_arena_get(r->arena, wanted + 1, sizeof *r->by_id);
  r->n_ballots =
      evd_arena_get(r->arena, r->head->man.n_devices, sizeof *r->n_ballots);
  if (!r->rows || !r->by_id || !r->n_ballots)
    return no_memory();
  for (size_t i = 0; i < index->n; i++) {
    const evd_close_row *row = index->by_id[i];
    if (row->device == device)
      r->n_ballots[device - 1]++;
    if (!is_wanted(row, device))
      continue;
    evd_return_row *out = &r->rows[r->n];
    out->id_B = row->id_B;
    out->H_C = row->H_C;
    r->by_id[r->n++] = out;
  }
  return EVD_OK;
}

evd_err evd_mail_opener_open(evd_mail_opener *o, evd_head *head,
                             const evd_close_index *index, uint32_t device,
                             evd_vault *v, const char *const dirs[],
                             uint32_t n_dirs) {
  memset(o, 0, sizeof *o);
  evd_arena_init(&o->arena, 1024 * MIB);
  o->returns =
      (evd_returns){.head = head, .path = head->dir, .arena = &o->arena};
  EVD_TRY(fill(&o->returns, index, device));
  EVD_TRY(evd_returns_open(&o->returns, v, dirs, n_dirs));
  return evd_host_group_open(&o->group, &head->keys.K, &head->keys.K_hat,
                             EVD_TAB_G | EVD_TAB_K | EVD_TAB_SEC);
}

void evd_mail_opener_close(evd_mail_opener *o) {
  evd_host_group_close(o->group);
  evd_arena_close(&o->arena);
}

static const evd_return_row *find(const evd_returns *r, const evd_h32 *id_B) {
  for (size_t i = 0; i < r->n; i++)
    if (memcmp(&r->rows[i].id_B, id_B, sizeof *id_B) == 0)
      return &r->rows[i];
  return NULL;
}

evd_err evd_mail_opener_line(evd_mail_opener *o, const evd_ballot *b,
                             evd_buf *line) {
  const evd_return_row *row = find(&o->returns, &b->id_B);
  const evd_sealed_nonce s = {.id_B = b->id_B,
                              .H_I = b->H_I,
                              .mail = true,
                              .n_contests = b->n_contests,
                              .contests = b->contests};
  const evd_arena_point mark = evd_arena_mark(&o->arena);
  evd_mail_open out;
  if (!row)
    return evd_complain(EVD_ERR_MISSING, "%s changed while it was read",
                        o->returns.path);
  evd_err e =
      evd_result_open_mail(&o->returns.head->man, evd_host_group_get(o->group),
                           &s, &row->xi_B, &out, &o->arena);
  if (e == EVD_OK) {
    evd_mail_open_write(line, &out);
    e = evd_buf_ok(line) ? EVD_OK : no_memory();
  }
  evd_arena_back(&o->arena, mark);
  return e;
}
