/* Verification 12: decrypted contest data are what the ballot holds. */
#include <string.h>

#include "verify/run.h"

static void check_line(evd_ballot_job *j, const evd_contest_ct *c,
                       const evd_contest_data *d) {
  evd_item it = {.is_data = true,
                 .ind_c = c->ind_c,
                 .A = c->data_C0,
                 .C1 = {c->data_C1, (size_t)32 * c->b},
                 .C2_c = c->data_c,
                 .C2_v = c->data_v,
                 .key = j->b.H_I};
  if (d->D.n != it.C1.n)
    return; /* X.1 says so */
  uint32_t flags =
      evd_data_opened_check_var(j->r->G, &it, &d->beta, &d->c, &d->v, d->D);
  uint32_t ind_c = c->ind_c;
  evd_find(&j->f, EVD_C12A, ind_c, 0, !(flags & EVD_V12_A),
           "v of the decrypted data is not below q"); /* [V 12.A] */
  evd_find(&j->f, EVD_C12B, ind_c, 0, !(flags & EVD_V12_B),
           "the proof of decryption does not hold"); /* [V 12.B] */
  evd_find(&j->f, EVD_C12C, ind_c, 0, !(flags & EVD_V12_C),
           "D is not what the ballot's data decrypt to"); /* [V 12.C] */
  j->f.at[EVD_X2].seen += 2;
  if (flags & EVD_V12_X2)
    evd_find_fault(&j->f, EVD_X2, ind_c, 0,
                   "beta is not in Z_p^r, or c is not below q");
}

/* The lines of one ballot and contest, first_at the first of them. */
static evd_err check_lines(evd_ballot_job *j, const evd_contest_ct *c,
                           uint64_t first_at) {
  uint8_t key[EVD_DATA_KEY_BYTES], row[EVD_JOINED_ROW_MAX];
  const evd_joined *l = &j->r->data;
  evd_data_key(key, &j->b.id_B, c->ind_c);
  for (uint64_t at = first_at; at < l->rows.n; at++) {
    evd_contest_data d;
    evd_span line;
    evd_why why;
    EVD_TRY(evd_index_row(&l->rows, at, row));
    if (memcmp(row, key, sizeof key) != 0)
      return EVD_OK;
    if (at - first_at == EVD_DATA_LINES_MAX) {
      j->much_data = true;
      return EVD_OK;
    }
    EVD_TRY(evd_joined_text(l, row + EVD_DATA_PLACE_AT, &line, &j->arena));
    evd_err e = evd_contest_data_read(&d, line, &j->arena, &why);
    if (e != EVD_OK && e != EVD_ERR_FORM)
      return e;
    check_line(j, c, &d);
  }
  return EVD_OK;
}

void evd_v12_ballot(evd_ballot_job *j) {
  for (uint32_t i = 0; j->data_at && i < j->b.n_contests; i++) {
    evd_err e = EVD_OK;
    if (j->data_at[i] != UINT64_MAX)
      e = check_lines(j, &j->b.contests[i], j->data_at[i]);
    if (e != EVD_OK)
      j->trouble = e;
  }
}
