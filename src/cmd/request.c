#include "cmd/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MIB ((size_t)1024 * 1024)

void evd_list_text(char out[1024], const uint32_t U[], uint32_t n) {
  size_t used = 0;
  out[0] = 0;
  /* 12: a comma, ten digits and a zero */
  for (uint32_t j = 0; j < n && used + 12 < 1024; j++)
    used +=
        (size_t)snprintf(out + used, 1024 - used, "%s%u", j ? "," : "", U[j]);
}

static int ascending(const void *x, const void *y) {
  const uint32_t *a = x, *b = y;
  return *a < *b ? -1 : *a > *b;
}

static evd_err read_present(evd_request *r, const char *present) {
  const uint32_t n = r->head.par.n, k = r->head.par.k;
  EVD_TRY(evd_arg_list("--present", present, r->U, EVD_N_MAX, &r->n_U));
  qsort(r->U, r->n_U, sizeof r->U[0], ascending);
  if (evd_quorum_check(r->U, r->n_U, n, k) == EVD_OK)
    return EVD_OK;
  if (r->n_U < k)
    return evd_complain(EVD_ERR_QUORUM,
                        "--present %s names %u guardian%s, but it takes %u to "
                        "decrypt",
                        present, r->n_U, r->n_U == 1 ? "" : "s", k);
  return evd_complain(EVD_ERR_QUORUM,
                      "--present %s: this election has guardians 1 to %u",
                      present, n);
}

/* Without --present: those who have begun to answer in the folder. */
static evd_err find_present(evd_request *r) {
  for (uint32_t i = 1; i <= r->head.par.n; i++)
    if (evd_file_exists(
            evd_path(&r->head.arena, "%s/decrypt_1_%u.json", r->xd, i)))
      r->U[r->n_U++] = i;
  if (r->n_U >= r->head.par.k)
    return EVD_OK;
  return evd_complain(EVD_ERR_WAIT,
                      "%s holds answers of %u guardian%s, but it takes %u to "
                      "decrypt",
                      r->xd, r->n_U, r->n_U == 1 ? "" : "s", r->head.par.k);
}

static evd_err read_object(evd_request *r, const char *name, evd_span *bytes,
                           const char *missing) {
  const char *path = evd_path(&r->head.arena, "%s/%s", r->head.dir, name);
  if (!evd_file_exists(path))
    return evd_complain(EVD_ERR_MISSING, "%s is not there: %s", path, missing);
  return evd_file_read(path, 64 * MIB, bytes, &r->head.arena);
}

static evd_err read_tally_ct(evd_request *r) {
  evd_span bytes;
  evd_why why = {""};
  EVD_TRY(read_object(r, "tally_encrypted.json", &bytes,
                      "the record is closed with `evident close` and tallied "
                      "with `evident tally` first"));
  evd_err e = evd_tally_ct_read(&r->tally_ct, bytes, &r->head.arena, &why);
  if (e != EVD_OK)
    return evd_complain(e, "%s/tally_encrypted.json: %s", r->head.dir,
                        why.text);
  return EVD_OK;
}

static evd_err read_tally(evd_request *r) {
  evd_span bytes;
  evd_why why = {""};
  EVD_TRY(read_object(r, "tally.json", &bytes,
                      "contest data is opened after `evident election "
                      "result`, which says what may be opened"));
  evd_err e = evd_tally_read(&r->tally, bytes, &r->head.arena, &why);
  if (e != EVD_OK)
    return evd_complain(e, "%s/tally.json: %s", r->head.dir, why.text);
  return EVD_OK;
}

evd_err evd_request_open(evd_request *r, const char *record, const char *xd,
                         const char *present, bool data) {
  memset(r, 0, sizeof *r);
  r->xd = xd;
  r->data = data;
  EVD_TRY(evd_head_open(&r->head, record, EVD_HEAD_KEYS));
  EVD_TRY(present ? read_present(r, present) : find_present(r));
  EVD_TRY(read_tally_ct(r));
  return data ? read_tally(r) : EVD_OK;
}

void evd_request_close(evd_request *r) { evd_head_close(&r->head); }

/* Everything that an answer answers, in one digest. */
static void bind_inputs(evd_request *r) {
  static const uint8_t tally = 0, data = 1;
  evd_sha256 sha;
  evd_digest_init(&sha, "decryption");
  evd_sha256_add(&sha, r->data ? &data : &tally, 1);
  evd_sha256_add(&sha, r->head.keys.H_E.b, 32);
  evd_sha256_add(&sha, &r->n_U, sizeof r->n_U);
  evd_sha256_add(&sha, r->U, r->n_U * sizeof r->U[0]);
  for (uint32_t t = 0; t < r->n_items; t++) {
    const evd_item *it = &r->items[t];
    evd_sha256_add(&sha, it->key.b, 32);
    evd_sha256_add(&sha, &it->ind_c, sizeof it->ind_c);
    evd_sha256_add(&sha, &it->ind_o, sizeof it->ind_o);
    evd_sha256_add(&sha, it->A.b, sizeof it->A.b);
    evd_sha256_add(&sha, it->B.b, sizeof it->B.b);
    if (it->is_data)
      evd_sha256_add(&sha, it->C1.p, it->C1.n);
  }
  for (size_t b = 0; b < r->n_nonces; b++) {
    evd_sha256_add(&sha, r->nonces[b].id_B.b, 32);
    evd_sha256_add(&sha, r->nonces[b].C0.b, sizeof r->nonces[b].C0.b);
  }
  evd_sha256_out(&sha, &r->inputs);
}

evd_err evd_request_collect(evd_request *r, int what) {
  EVD_TRY(evd_request_tally(r));
  EVD_TRY(evd_request_ballots(r, what));
  if (r->n_items == 0 && r->data)
    return evd_complain(EVD_ERR_USAGE,
                        "%s has no contest data that may be opened",
                        r->head.dir);
  if (r->n_items > EVD_REQUEST_ITEMS_MAX)
    return evd_complain(EVD_ERR_SPACE,
                        "%u ciphertexts are more than one decryption takes "
                        "(%d)",
                        r->n_items, EVD_REQUEST_ITEMS_MAX);
  bind_inputs(r);
  return EVD_OK;
}
