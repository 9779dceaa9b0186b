/* The three rounds, with the secret open.
 *
 * The rule that protects the key: u_i answers one challenge. So the state is
 * durable before each message leaves, an answer is stored in place of u_i
 * before it is sent, and the same inputs only ever get the stored bytes. */
#include <stdio.h>
#include <string.h>

#include "base/wipe.h"
#include "cmd/decryption.h"

static evd_err save(evd_decryption *x) {
  return evd_round_state_save(&x->st, x->v, x->dir, x->state_name);
}

/* Wipes u_i after input that does not belong to this exchange. */
static evd_err wipe_exchange(evd_decryption *x, const char *what) {
  EVD_TRY(evd_decryption_restart(x));
  return evd_complain(EVD_ERR_REFUSED,
                      "%s: refused, this exchange is erased, and all start at "
                      "round 1",
                      what);
}

static uint32_t place_in_U(const evd_decryption *x) {
  uint32_t j = 0;
  while (x->rq.U[j] != x->i)
    j++;
  return j;
}

/* ---- sending ---- */

static void fill_item(const evd_decryption *x, uint32_t round, uint32_t t,
                      evd_round_item *out) {
  const evd_group *G = evd_host_group_get(x->hg);
  const evd_opening *open = &x->st.open[t];
  *out = x->rq.names[t];
  if (round == 1)
    evd_decrypt_d(G, &out->d, &x->rq.items[t], x->i, open, x->rq.U, x->rq.n_U);
  if (round == 2) {
    out->a = open->a;
    out->b = open->b;
    out->M = open->M;
  }
  if (round == 3)
    out->v = x->st.scalars[t];
}

static evd_err send_round(evd_decryption *x, uint32_t round) {
  evd_request *r = &x->rq;
  evd_round out = {.i = x->i, .n_U = r->n_U, .U = r->U, .n_items = r->n_items};
  evd_buf text;
  out.items = evd_arena_get(&r->head.arena, r->n_items + 1, sizeof *out.items);
  if (!out.items)
    return evd_complain(EVD_ERR_SPACE, "no memory for the answer");
  for (uint32_t t = 0; t < r->n_items; t++)
    fill_item(x, round, t, &out.items[t]);
  evd_buf_init(&text, (size_t)64 << 20);
  evd_round_write(&text, round, &out);
  evd_err e = evd_buf_ok(&text)
                  ? evd_file_write(evd_answer_path(r, round, x->i), text.p,
                                   text.n, 0644, EVD_NEW)
                  : evd_complain(EVD_ERR_SPACE, "no memory for the answer");
  evd_buf_close(&text);
  return e;
}

/* ---- the state of this exchange ---- */

static evd_err read_state(evd_decryption *x) {
  evd_span bytes;
  EVD_TRY(evd_vault_read(x->v, x->dir, x->state_name, &bytes));
  evd_err e = evd_round_state_read(&x->st, bytes);
  evd_vault_release(&bytes);
  const bool same = e == EVD_OK && x->st.i == x->i && x->st.n_U == x->rq.n_U &&
                    memcmp(&x->st.inputs, &x->rq.inputs, 32) == 0;
  if (same)
    return EVD_OK;
  if (e == EVD_OK && x->st.stage == 3)
    return evd_complain(EVD_ERR_SPENT,
                        "guardian %u has answered another request with other "
                        "guardians or ciphertexts; to start again at round 1, "
                        "all use --restart",
                        x->i);
  return wipe_exchange(x, "this guardian had begun to answer another request");
}

static evd_err need_state(evd_decryption *x) {
  if (evd_vault_has(x->v, x->dir, x->state_name))
    return read_state(x);
  return evd_complain(EVD_ERR_REFUSED,
                      "%s/%s is not there, though %s was sent: start again at "
                      "round 1 with --restart",
                      x->dir, x->state_name, evd_answer_path(&x->rq, 1, x->i));
}

/* ---- round 1 ---- */

typedef struct {
  evd_decryption *x;
  const evd_group *G;
  evd_zq_sec z; /* SECRET */
} committer;

static void commit_item(void *self, size_t t) {
  committer *m = self;
  evd_decryption *x = m->x;
  uint8_t random[EVD_SAMPLE_BYTES];
  evd_zq_sec u;
  evd_h32 d;
  evd_random(random, sizeof random);
  evd_decrypt_commit(m->G, &u, &x->st.open[t], &d, &x->rq.items[t], x->i,
                     x->rq.U, x->rq.n_U, &m->z, random);
  evd_zq_sec_to_bytes(&x->st.scalars[t], &u);
  evd_zq_sec_wipe(&u);
  evd_wipe(random, sizeof random);
}

static evd_err round_1(evd_decryption *x) {
  committer *m = NULL;
  if (evd_vault_has(x->v, x->dir, x->state_name)) {
    EVD_TRY(read_state(x));
    return send_round(x, 1);
  }
  m = evd_secret_get(sizeof *m);
  if (!m)
    return evd_complain(EVD_ERR_SPACE, "no memory for secrets");
  m->x = x;
  m->G = evd_host_group_get(x->hg);
  m->z = x->rq.data ? x->key->z_hat : x->key->z;
  x->pool.run(x->pool.self, commit_item, m, x->rq.n_items);
  evd_secret_free(m);
  x->st.stage = 1;
  x->st.i = x->i;
  x->st.n_U = x->rq.n_U;
  x->st.inputs = x->rq.inputs;
  EVD_TRY(save(x));
  return send_round(x, 1);
}

/* ---- round 2 ---- */

/* The d's of everybody as they were when the openings left. */
static evd_err same_seen(evd_decryption *x) {
  char sentence[160];
  for (uint32_t j = 0; j < x->rq.n_U; j++) {
    if (memcmp(&x->st.seen[j], &x->an.seen[j], 32) == 0)
      continue;
    (void)snprintf(sentence, sizeof sentence,
                   "guardian %u changed its decrypt_1 after round 2 had begun",
                   x->rq.U[j]);
    if (x->st.stage == 3)
      return evd_complain(EVD_ERR_SPENT,
                          "%s; guardian %u has answered once and does not "
                          "answer twice",
                          sentence, x->i);
    return wipe_exchange(x, sentence);
  }
  return EVD_OK;
}

/* Is the decrypt_1 in the folder the one this guardian sent? */
static evd_err own_d_unchanged(evd_decryption *x) {
  const evd_group *G = evd_host_group_get(x->hg);
  const uint32_t j = place_in_U(x);
  for (uint32_t t = 0; t < x->rq.n_items; t++) {
    evd_h32 d;
    evd_decrypt_d(G, &d, &x->rq.items[t], x->i, &x->st.open[t], x->rq.U,
                  x->rq.n_U);
    if (memcmp(&d, &x->an.d[(size_t)t * x->rq.n_U + j], sizeof d) != 0)
      return wipe_exchange(x, "decrypt_1 in the exchange folder is not the "
                              "one this guardian sent");
  }
  return EVD_OK;
}

static evd_err round_2(evd_decryption *x) {
  EVD_TRY(need_state(x));
  EVD_TRY(own_d_unchanged(x));
  if (x->st.stage > 1) {
    EVD_TRY(same_seen(x));
  } else {
    memcpy(x->st.seen, x->an.seen, x->rq.n_U * sizeof x->st.seen[0]);
    x->st.stage = 2;
    EVD_TRY(save(x));
  }
  EVD_TRY(evd_note_answered(x)); /* what is sent now shows M_i */
  return send_round(x, 2);
}

/* ---- round 3 ---- */

/* v_i = u_i - c w_i z_i takes the place of u_i. */
static evd_err respond_all(evd_decryption *x) {
  const evd_zq_sec *z = x->rq.data ? &x->key->z_hat : &x->key->z;
  evd_zq w;
  evd_zq_sec u;
  EVD_TRY(evd_lagrange(&w, x->rq.U, x->rq.n_U, x->i));
  for (uint32_t t = 0; t < x->rq.n_items; t++) {
    evd_zq v;
    if (evd_zq_sec_from_bytes(&u, &x->st.scalars[t]) != EVD_OK) /* u is 0 */
      return evd_complain(EVD_ERR_FORM, "%s/%s holds no valid state", x->dir,
                          x->state_name);
    evd_decrypt_respond(&v, &u, &x->c[t], &w, z);
    evd_zq_to_bytes(&x->st.scalars[t], &v);
  }
  evd_zq_sec_wipe(&u);
  return EVD_OK;
}

static evd_err own_openings_unchanged(evd_decryption *x) {
  const uint32_t j = place_in_U(x);
  for (uint32_t t = 0; t < x->rq.n_items; t++)
    if (memcmp(&x->st.open[t], &x->an.open[(size_t)t * x->rq.n_U + j],
               sizeof x->st.open[t]) != 0)
      return wipe_exchange(x, "decrypt_2 in the exchange folder is not the "
                              "one this guardian sent");
  return EVD_OK;
}

static evd_err round_3(evd_decryption *x) {
  EVD_TRY(need_state(x));
  if (x->st.stage == 1)
    return wipe_exchange(x, "decrypt_2 in the exchange folder was not sent by "
                            "this guardian");
  EVD_TRY(same_seen(x));
  if (x->st.stage == 3) {
    if (memcmp(&x->st.answered, &x->an.all_open, 32) != 0)
      return evd_complain(EVD_ERR_SPENT,
                          "guardian %u has answered other openings than those "
                          "in %s and does not answer twice",
                          x->i, x->rq.xd);
    return send_round(x, 3);
  }
  EVD_TRY(own_openings_unchanged(x));
  EVD_TRY(respond_all(x));
  x->st.answered = x->an.all_open;
  x->st.stage = 3; /* spent */
  EVD_TRY(save(x));
  return send_round(x, 3);
}

evd_err evd_decryption_round(evd_decryption *x) {
  EVD_TRY(evd_round_state_shape(&x->st, x->rq.n_items, &x->rq.head.arena));
  if (x->due == 1)
    return round_1(x);
  if (x->due == 2)
    return round_2(x);
  return x->due == 3 ? round_3(x) : EVD_OK;
}
