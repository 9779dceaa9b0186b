/* From xi_B and what was chosen to a line of mail_cast.jsonl. */
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "cmd/args.h"
#include "cmd/record_mail.h"
#include "cmd/secret_files.h"
#include "egds/check.h"
#include "egds/hashes.h"

#define MIB ((size_t)1024 * 1024)
#define LINE_BYTES_MAX (64 * MIB)

/* ---- the private folders ---- */

static int by_id(const void *key, const void *row) {
  const evd_h32 *id = key;
  evd_return_row *const *r = row;
  return memcmp(id, &(*r)->id_B, sizeof *id);
}

static void take_secret(evd_returns *r, const evd_mail_secret *s) {
  evd_return_row **found =
      bsearch(&s->id_B, r->by_id, r->n, sizeof *r->by_id, by_id);
  if (!found)
    return;
  (*found)->xi_B = s->xi_B;
  (*found)->has_xi = true;
}

static evd_err read_batch(evd_returns *r, evd_vault *v, const char *dir,
                          uint32_t device, uint32_t first) {
  char name[64];
  evd_span bytes;
  evd_mail_batch batch;
  evd_arena a;
  evd_mail_batch_name(name, device, first);
  if (!evd_vault_has(v, dir, name))
    return EVD_OK;
  EVD_TRY(evd_vault_read(v, dir, name, &bytes));
  evd_arena_init(&a, bytes.n + MIB);
  evd_err e = evd_mail_batch_read(&batch, bytes, &a);
  if (e != EVD_OK)
    e = evd_complain(e, "%s/%s is not in the form of nonces of mail ballots",
                     dir, name);
  else if (memcmp(&batch.H_E, &r->head->keys.H_E, sizeof batch.H_E) != 0 ||
           batch.device != device || batch.first != first)
    e = evd_complain(EVD_ERR_RULE,
                     "%s/%s belongs to another election or device", dir, name);
  for (uint32_t b = 0; e == EVD_OK && b < batch.n; b++)
    take_secret(r, &batch.ballots[b]);
  evd_arena_close(&a);
  evd_vault_release(&bytes);
  return e;
}

static evd_err read_folder(evd_returns *r, evd_vault *v, const char *dir) {
  for (uint32_t d = 1; d <= r->head->man.n_devices; d++)
    for (uint64_t first = 1; first <= r->n_ballots[d - 1]; first++)
      EVD_TRY(read_batch(r, v, dir, d, (uint32_t)first));
  return EVD_OK;
}

evd_err evd_returns_open(evd_returns *r, evd_vault *v, const char *const dirs[],
                         uint32_t n_dirs) {
  char hex[65];
  for (uint32_t i = 0; i < n_dirs; i++)
    EVD_TRY(read_folder(r, v, dirs[i]));
  for (size_t i = 0; i < r->n; i++) {
    if (r->rows[i].has_xi)
      continue;
    evd_hex_text(hex, &r->rows[i].H_C);
    return evd_complain(EVD_ERR_MISSING,
                        "%s: no folder given with --secret holds the nonce of "
                        "the ballot %s",
                        r->path, hex);
  }
  return EVD_OK;
}

/* ---- one contest ---- */

typedef struct {
  const evd_returns *r;
  const evd_group *G;
  evd_return_row *row;
  evd_arena *a;
} maker;

/* Flags of the vectors that the codes name. Which hash a code stands for is
 * public, which option the hash stands for is not; codes that were not given
 * go through the same steps. */
static evd_err take_codes(maker *k, uint32_t take[], const evd_h32 psi[],
                          uint32_t i, const evd_shape *s) {
  const evd_returned_contest *c = k->row->c[i];
  evd_h32 *wanted = evd_arena_get(k->a, s->L, sizeof *wanted);
  uint32_t *given = evd_arena_get(k->a, s->L, sizeof *given);
  char code[EVD_OMEGA_BYTES];
  if (!wanted || !given)
    return EVD_ERR_SPACE;
  for (uint32_t n = 0; c && n < c->n_codes; n++)
    for (uint32_t j = 0; j < evd_pre_vectors(s); j++) {
      evd_omega(code, k->r->head->man.short_code, &k->row->psi[i][j]);
      if (!evd_str_is(c->codes[n], code))
        continue;
      wanted[n] = k->row->psi[i][j];
      given[n] = 1;
    }
  evd_preenc_find(take, psi, evd_pre_vectors(s), wanted, given, s->L);
  return EVD_OK;
}

static evd_err take_chosen(maker *k, uint32_t take[], const evd_h32 psi[],
                           uint32_t i, const evd_shape *s) {
  const evd_returned_contest *c = k->row->c[i];
  if (c && c->by_marks)
    memcpy(take, c->marks, s->m * sizeof take[0]);
  else
    EVD_TRY(take_codes(k, take, psi, i, s));
  evd_preenc_fill(take, s);
  return EVD_OK;
}

/* What was published of the contest is what xi_B gives. */
static bool is_published(maker *k, const evd_h32 psi[], uint32_t i,
                         const evd_shape *s) {
  const uint32_t n = evd_pre_vectors(s);
  evd_h32 *sorted = evd_arena_get(k->a, n, sizeof *sorted);
  if (!sorted)
    return false;
  evd_preenc_publish(sorted, psi, n);
  return memcmp(sorted, k->row->psi[i], n * sizeof *sorted) == 0;
}

/* A verifier's look at what was made. */
static bool holds(maker *k, const evd_contest_ct *c, const evd_shape *s) {
  const evd_shape mail = evd_pre_shape(s);
  for (uint32_t o = 0; o < c->n_fields; o++)
    if (evd_field_check_var(k->G, &c->fields[o], &k->row->H_I, c->ind_c, o + 1))
      return false;
  return evd_limit_check_var(k->G, c, &mail, &k->row->H_I) == 0;
}

static evd_err shape_contest(maker *k, evd_mail_cast_contest *out,
                             evd_preenc_vector taken[], const evd_shape *s) {
  const evd_shape mail = evd_pre_shape(s);
  evd_ballot b;
  EVD_TRY(evd_ballot_shape(&b, &mail, 1, k->a));
  out->ct = b.contests[0];
  out->n_selected = s->L;
  out->selected = evd_arena_get(k->a, s->L, sizeof *out->selected);
  if (!out->selected)
    return EVD_ERR_SPACE;
  for (uint32_t l = 0; l < s->L; l++) {
    taken[l].pairs = evd_arena_get(k->a, s->m, 2 * sizeof(evd_p));
    if (!taken[l].pairs)
      return EVD_ERR_SPACE;
  }
  return EVD_OK;
}

static evd_err name_selected(maker *k, evd_mail_selected *out,
                             const evd_preenc_vector *v, const evd_shape *s) {
  char *code = evd_arena_get(k->a, EVD_OMEGA_BYTES, 1);
  if (!code)
    return EVD_ERR_SPACE;
  evd_omega(code, k->r->head->man.short_code, &v->psi);
  *out = (evd_mail_selected){.code = {(const uint8_t *)code, strlen(code)},
                             .psi = v->psi,
                             .n_pairs = s->m,
                             .pairs = v->pairs};
  return EVD_OK;
}

static evd_err record(maker *k, evd_mail_cast_contest *out, const evd_h32 psi[],
                      uint32_t i, const evd_shape *s) {
  const size_t n_random = evd_preenc_random_bytes(s);
  evd_preenc_vector *taken = evd_arena_get(k->a, s->L, sizeof *taken);
  uint32_t *take = evd_arena_get(k->a, evd_pre_vectors(s), sizeof *take);
  uint8_t *random = evd_arena_get(k->a, n_random, 1);
  if (!taken || !take || !random)
    return EVD_ERR_SPACE;
  EVD_TRY(shape_contest(k, out, taken, s));
  EVD_TRY(take_chosen(k, take, psi, i, s));
  evd_random(random, n_random);
  evd_err e =
      evd_preenc_record(k->G, &out->ct, taken, s, psi, take, &k->row->H_I,
                        &k->row->xi_B, random, n_random, k->a);
  evd_wipe(random, n_random);
  EVD_TRY(e);
  for (uint32_t l = 0; l < s->L; l++)
    EVD_TRY(name_selected(k, &out->selected[l], &taken[l], s));
  return holds(k, &out->ct, s) ? EVD_OK : EVD_ERR_PROOF;
}

static evd_err make_contest(maker *k, evd_mail_cast_contest *out, uint32_t i,
                            const evd_shape *s) {
  evd_h32 *psi = evd_arena_get(k->a, evd_pre_vectors(s), sizeof *psi);
  if (!psi)
    return EVD_ERR_SPACE;
  EVD_TRY(evd_preenc_hashes(k->G, psi, s, &k->row->H_I, &k->row->xi_B, k->a));
  if (!is_published(k, psi, i, s))
    return EVD_ERR_COMMIT;
  return record(k, out, psi, i, s);
}

/* ---- one ballot ---- */

static evd_err write_line(maker *k, const evd_mail_cast *c) {
  evd_buf line;
  uint8_t *copy = NULL;
  evd_buf_init(&line, LINE_BYTES_MAX);
  evd_mail_cast_write(&line, c);
  evd_buf_text(&line, "\n");
  if (evd_buf_ok(&line))
    copy = evd_arena_get(k->a, line.n, 1);
  if (copy)
    memcpy(copy, line.p, line.n);
  k->row->text = (evd_span){copy, line.n};
  evd_buf_close(&line);
  return copy ? EVD_OK : EVD_ERR_SPACE;
}

static evd_err make(maker *k) {
  evd_return_row *row = k->row;
  evd_mail_cast out = {.id_B = row->id_B, .n_contests = row->n_contests};
  uint32_t n = 0;
  evd_h32 H_I;
  evd_shape *shapes = evd_style_shapes(&k->r->head->man, row->style, &n, k->a);
  out.contests = evd_arena_get(k->a, row->n_contests, sizeof *out.contests);
  if (!shapes || !out.contests)
    return EVD_ERR_SPACE;
  evd_hash_HI(k->G, &H_I, &k->r->head->keys.H_E, &row->id_B);
  if (memcmp(&H_I, &row->H_I, sizeof H_I) != 0)
    return EVD_ERR_COMMIT;
  for (uint32_t i = 0; i < row->n_contests; i++)
    EVD_TRY(make_contest(k, &out.contests[i], i, &shapes[i]));
  return write_line(k, &out);
}

void evd_return_make(const evd_returns *r, const evd_group *G,
                     evd_return_row *row) {
  maker k = {r, G, row, &row->arena};
  row->result = make(&k);
}
