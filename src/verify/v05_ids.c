/* Verification 5 and X.10: no identifier, code or ciphertext twice. */
#include <string.h>

#include "base/endian.h"
#include "verify/run.h"

void evd_v05_ballot(evd_ballot_job *j) {
  evd_h32 h;
  evd_hash_HI(j->r->G, &h, &j->r->keys.H_E, &j->b.id_B);
  evd_find(&j->f, EVD_C5B, 0, 0, evd_same_h(&h, &j->b.H_I),
           "H_I is not the hash of H_E and id_B"); /* [V 5.B] */
}

/* ---- rows: 32 of the value's hash, 8 of its place, 4 each of its number in
 * the ballot, contest and field; all big endian, so that rows of one value
 * stand together, in reading order. Two values never have one hash: that
 * would be a collision of SHA-256. ---- */
enum { PLACE = 32, NUMBER = 40, CONTEST = 44, FIELD = 48 };
enum { IS_ID = 0, IS_CODE = 1, IS_NONCE = 2, IS_CONTEST = 3 };

static void put_row(evd_ballot_job *j, uint8_t kind, const void *p, size_t n,
                    uint32_t contest, uint32_t field) {
  uint8_t *row = j->once + (size_t)j->n_once * EVD_ONCE_BYTES;
  evd_sha256 c;
  evd_h32 h;
  evd_sha256_init(&c);
  evd_sha256_add(&c, &kind, 1);
  evd_sha256_add(&c, p, n);
  evd_sha256_out(&c, &h);
  memcpy(row, h.b, sizeof h.b);
  evd_be64_put(row + PLACE, evd_place(j->file, j->line));
  evd_be32_put(row + NUMBER, j->n_once++);
  evd_be32_put(row + CONTEST, contest);
  evd_be32_put(row + FIELD, field);
}

static size_t count_values(const evd_ballot *b) {
  size_t n = IS_CONTEST;
  for (uint32_t i = 0; i < b->n_contests; i++)
    n += b->contests[i].n_fields + (b->contests[i].b > 0);
  return n;
}

void evd_v05_rows(evd_ballot_job *j) {
  const evd_ballot *b = &j->b;
  j->once = evd_arena_get(&j->arena, count_values(b), EVD_ONCE_BYTES);
  if (!j->once) {
    j->trouble = EVD_ERR_SPACE;
    return;
  }
  put_row(j, 'i', b->id_B.b, 32, 0, 0);
  put_row(j, 'h', b->H_C.b, 32, 0, 0);
  put_row(j, 'c', b->nonce_C0.b, EVD_P_BYTES, 0, 0);
  for (uint32_t i = 0; i < b->n_contests; i++) {
    const evd_contest_ct *c = &b->contests[i];
    for (uint32_t f = 0; f < c->n_fields; f++)
      put_row(j, 'a', c->fields[f].alpha.b, EVD_P_BYTES, c->ind_c, f + 1);
    if (c->b > 0)
      put_row(j, 'c', c->data_C0.b, EVD_P_BYTES, c->ind_c, 0);
  }
}

void evd_v05_fold(evd_run *r, const evd_ballot_job *j) {
  evd_saw(r, EVD_C5A, 1);
  evd_saw(r, EVD_X10, j->n_once - 1);
  for (uint32_t i = 0; i < j->n_once; i++)
    evd_trouble(r,
                evd_sorter_add(&r->once, j->once + (size_t)i * EVD_ONCE_BYTES));
}

bool evd_once_fits(const evd_run *r, const uint8_t row[EVD_ONCE_BYTES]) {
  return evd_place_fits(r, evd_be64_get(row + PLACE));
}

/* ---- after the last ballot ---- */

static void twice(evd_run *r, const uint8_t *row) {
  uint64_t place = evd_be64_get(row + PLACE);
  uint32_t number = evd_be32_get(row + NUMBER),
           contest = evd_be32_get(row + CONTEST);
  uint32_t field = evd_be32_get(row + FIELD);
  evd_where w = evd_at_place(r, place);
  evd_now_at_place(r, place, number + 1);
  if (number >= IS_CONTEST)
    evd_at_n(&w, "contest", contest);
  if (field > 0)
    evd_at_n(&w, "field", field);
  if (number == IS_ID)
    evd_fault(r, EVD_C5A, &w, "id_B is that of a ballot before"); /* [V 5.A] */
  else if (number == IS_CODE)
    evd_fault(r, EVD_X10, &w, "H_C is that of a ballot before");
  else if (number == IS_NONCE)
    evd_fault(r, EVD_X10, &w, "C0 of the nonce stands in the ballots before");
  else
    evd_fault(r, EVD_X10, &w,
              field ? "alpha stands in the ballots before"
                    : "C0 of the data stands in the ballots before");
}

static evd_err walk(evd_run *r) {
  uint8_t row[EVD_ONCE_BYTES], before[EVD_ONCE_BYTES] = {0};
  bool more = true, any = false;
  EVD_TRY(evd_sorter_end(&r->once));
  for (;;) {
    EVD_TRY(evd_sorter_next(&r->once, row, &more));
    if (!more)
      return EVD_OK;
    if (any && memcmp(row, before, sizeof(evd_h32)) == 0)
      twice(r, row);
    any = true;
    memcpy(before, row, sizeof before);
  }
}

void evd_v05_once(evd_run *r) {
  evd_trouble(r, walk(r));
  r->now = (evd_order){EVD_PHASE_TAIL, 0, 0, 0};
}
