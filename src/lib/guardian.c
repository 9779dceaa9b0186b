/* The key ceremony of one guardian. */
#include "lib/guardian.h"

#include <string.h>

#include "base/wipe.h"
#include "egds/hashes.h"
#include "egds/share.h"
#include "host/host.h"
#include "host/mem.h"
#include "lib/handles.h"
#include "lib/lib.h"
#include "record/record.h"

#define ARENA_BYTES_MAX ((size_t)512 << 20)
#define TEXT_BYTES_MAX ((size_t)8 << 20)      /* of a public file */
#define MANIFEST_BYTES_MAX ((size_t)64 << 20) /* as everywhere in a record */

/* ---- beginning and end ---- */

static evd_err draw(evd_guardian *g) {
  const size_t n = evd_guardian_random_bytes(g->k);
  evd_guardian_pub *own = &g->pub[g->i - 1];
  EVD_TRY(evd_guardian_sec_shape(&g->sec, g->k, &g->arena));
  EVD_TRY(evd_guardian_pub_shape(own, g->k, &g->arena));
  uint8_t *random = evd_arena_get(&g->arena, n, 1);
  if (!random)
    return EVD_ERR_SPACE;
  EVD_TRY(evd_random_get(random, n));
  EVD_TRY(evd_guardian_make(&g->G, &g->sec, own, g->i, &g->H_P, random, n));
  evd_wipe(random, n);
  EVD_TRY(evd_share_eval(&g->z, g->sec.a, g->k, g->i));
  EVD_TRY(evd_share_eval(&g->z_hat, g->sec.a_hat, g->k, g->i));
  g->met[g->i - 1] = g->took[g->i - 1] = true;
  g->n_met = g->n_took = 1;
  return EVD_OK;
}

static evd_guardian *blank(uint32_t n, uint32_t k, uint32_t i) {
  evd_guardian *g = evd_mem_get(sizeof *g);
  if (!g)
    return NULL;
  g->n = n;
  g->k = k;
  g->i = i;
  evd_arena_init(&g->arena, ARENA_BYTES_MAX);
  evd_group_init(&g->G, evd_host_kernel());
  evd_hash_HP(&g->G, &g->H_P, n, k);
  evd_zq_sec_from_u64(&g->z, 0);
  evd_zq_sec_from_u64(&g->z_hat, 0);
  return g;
}

evd_err evd_guardian_new(evd_guardian **out, uint32_t n, uint32_t k,
                         uint32_t i) {
  evd_lib_begin();
  if (!out)
    return evd_lib_range("out", "is NULL");
  *out = NULL;
  if (n < 1 || n > EVD_N_MAX)
    return evd_lib_range("n", "is not from 1 to 255");
  if (k < 1 || k > n || i < 1 || i > n)
    return evd_lib_range(k < 1 || k > n ? "k" : "i", "is not from 1 to n");
  evd_guardian *g = blank(n, k, i);
  if (!g)
    return evd_lib_end(EVD_ERR_SPACE);
  evd_err e = draw(g);
  if (e == EVD_OK)
    *out = g;
  else
    evd_guardian_close(g);
  return evd_lib_end(e);
}

void evd_guardian_close(evd_guardian *g) {
  if (!g)
    return;
  evd_arena_close(&g->arena);
  evd_wipe(g, sizeof *g);
  evd_mem_free(g);
}

/* ---- what it hands out ---- */

/* Do the pointers of a function that writes text stand? Empties *json. */
static evd_err begin_text(const evd_guardian *g, char **json, size_t *n) {
  evd_lib_begin();
  if (!json || !n)
    return evd_lib_range(json ? "json_bytes" : "json", "is NULL");
  *json = NULL;
  *n = 0;
  return g ? EVD_OK : evd_lib_range("g", "is NULL");
}

static evd_err end_text(evd_err e, evd_buf *b, char **json, size_t *n) {
  if (e == EVD_OK)
    e = evd_lib_text(json, n, b);
  evd_buf_close(b);
  return evd_lib_end(e);
}

/* One that was restored has no more than its sums. */
static evd_err in_ceremony(const evd_guardian *g) {
  if (g->sec.a)
    return EVD_OK;
  return evd_complain(EVD_ERR_SPENT, "the ceremony of this guardian is over");
}

evd_err evd_guardian_public(const evd_guardian *g, char **json,
                            size_t *json_bytes) {
  evd_buf b;
  EVD_TRY(begin_text(g, json, json_bytes));
  evd_buf_init(&b, TEXT_BYTES_MAX);
  evd_guardian_pub_write(&b, &g->pub[g->i - 1]);
  return end_text(EVD_OK, &b, json, json_bytes);
}

static evd_err seal_share(const evd_guardian *g, uint32_t to, evd_buf *b) {
  uint8_t random[2 * EVD_SAMPLE_BYTES];
  evd_share_ct ct;
  EVD_TRY(in_ceremony(g));
  if (to < 1 || to > g->n || to == g->i)
    return evd_lib_range("to", "is no other guardian");
  if (!g->met[to - 1])
    return evd_complain(EVD_ERR_WAIT, "guardian %u was not met yet", to);
  EVD_TRY(evd_random_get(random, sizeof random));
  evd_err e = evd_share_seal(&g->G, &ct, &g->sec, to, &g->pub[to - 1].kappa,
                             &g->H_P, random);
  evd_wipe(random, sizeof random);
  if (e == EVD_OK)
    evd_share_ct_write(b, &ct);
  return e;
}

evd_err evd_guardian_share(const evd_guardian *g, uint32_t to, char **json,
                           size_t *json_bytes) {
  evd_buf b;
  EVD_TRY(begin_text(g, json, json_bytes));
  evd_buf_init(&b, TEXT_BYTES_MAX);
  return end_text(seal_share(g, to, &b), &b, json, json_bytes);
}

static evd_err write_keys(const evd_guardian *g, evd_span manifest,
                          evd_buf *b) {
  evd_election_keys k = {.H_P = g->H_P};
  if (g->n_met < g->n)
    return evd_complain(EVD_ERR_WAIT, "%u of %u guardians were not met yet",
                        g->n - g->n_met, g->n);
  evd_joint_keys_var(&g->G, &k.K, &k.K_hat, g->pub, g->n);
  evd_hash_HB(&g->G, &k.H_B, &g->H_P, manifest);
  evd_hash_HE(&g->G, &k.H_E, &k.H_B, &k.K, &k.K_hat);
  evd_hash_HG(&g->G, &k.H_G, &k.H_B, &k.K, &k.K_hat, g->pub, g->n);
  evd_election_keys_write(b, &k);
  return EVD_OK;
}

evd_err evd_guardian_keys(const evd_guardian *g, const char *manifest,
                          size_t manifest_bytes, char **json,
                          size_t *json_bytes) {
  evd_buf b;
  EVD_TRY(begin_text(g, json, json_bytes));
  if (!manifest)
    return evd_lib_range("manifest", "is NULL");
  if (manifest_bytes > MANIFEST_BYTES_MAX)
    return evd_lib_range("manifest_bytes", "is above 2^26");
  evd_buf_init(&b, TEXT_BYTES_MAX);
  const evd_span bytes = {(const uint8_t *)manifest, manifest_bytes};
  return end_text(write_keys(g, bytes, &b), &b, json, json_bytes);
}

/* ---- what it takes in ---- */

static evd_err begin_json(const evd_guardian *g, const char *json, size_t n) {
  evd_lib_begin();
  if (!g || !json)
    return evd_lib_range(g ? "json" : "g", "is NULL");
  if (n > TEXT_BYTES_MAX)
    return evd_lib_range("json_bytes", "is above 2^23");
  return in_ceremony(g);
}

static evd_err check_meeting(evd_guardian *g, const evd_guardian_pub *p) {
  if (p->i < 1 || p->i > g->n || p->k != g->k)
    return evd_complain(EVD_ERR_RULE,
                        "guardian %u with %u commitments is none of %u with %u",
                        p->i, p->k, g->n, g->k);
  if (g->met[p->i - 1])
    return evd_complain(EVD_ERR_EXISTS, "guardian %u was met before", p->i);
  if (evd_guardian_check_var(&g->G, p, &g->H_P, NULL) != 0)
    return evd_complain(EVD_ERR_PROOF,
                        "the keys of guardian %u fail Verification 2", p->i);
  return EVD_OK;
}

static evd_err meet(evd_guardian *g, evd_span bytes) {
  evd_guardian_pub p;
  evd_why why = {""};
  evd_arena_point mark = evd_arena_mark(&g->arena);
  evd_err e = evd_guardian_pub_read(&p, bytes, &g->arena, &why);
  e = e == EVD_OK ? check_meeting(g, &p)
                  : evd_complain(e, "the guardian's file: %s", why.text);
  if (e != EVD_OK) {
    evd_arena_back(&g->arena, mark);
    return e;
  }
  g->pub[p.i - 1] = p;
  g->met[p.i - 1] = true;
  g->n_met++;
  return EVD_OK;
}

evd_err evd_guardian_meet(evd_guardian *g, const char *json,
                          size_t json_bytes) {
  EVD_TRY(begin_json(g, json, json_bytes));
  return evd_lib_end(meet(g, (evd_span){(const uint8_t *)json, json_bytes}));
}

/* Both values of an opened share against its sender's commitments [28, 29]. */
static evd_err open_share(const evd_guardian *g, const evd_share_ct *s,
                          evd_zq_sec *P, evd_zq_sec *P_hat) {
  const evd_guardian_pub *from = &g->pub[s->i - 1];
  EVD_TRY(evd_share_open(&g->G, P, P_hat, s, &g->sec.zeta,
                         &g->pub[g->i - 1].kappa, &g->H_P));
  EVD_TRY(evd_share_check(&g->G, P, from->K, g->k, g->i));
  return evd_share_check(&g->G, P_hat, from->K_hat, g->k, g->i);
}

static evd_err add_share(evd_guardian *g, const evd_share_ct *s) {
  evd_zq_sec P, P_hat;
  if (s->l != g->i || s->i < 1 || s->i > g->n || s->i == g->i)
    return evd_complain(EVD_ERR_RULE,
                        "a share of guardian %u for %u, not for %u", s->i, s->l,
                        g->i);
  if (!g->met[s->i - 1])
    return evd_complain(EVD_ERR_WAIT, "guardian %u was not met yet", s->i);
  if (g->took[s->i - 1])
    return evd_complain(EVD_ERR_EXISTS, "the share of guardian %u was taken",
                        s->i);
  evd_err e = open_share(g, s, &P, &P_hat);
  if (e == EVD_OK) {
    evd_zq_sec_add(&g->z, &g->z, &P);
    evd_zq_sec_add(&g->z_hat, &g->z_hat, &P_hat);
    g->took[s->i - 1] = true;
    g->n_took++;
  }
  evd_zq_sec_wipe(&P);
  evd_zq_sec_wipe(&P_hat);
  if (e == EVD_OK)
    return EVD_OK;
  return evd_complain(e, "the share of guardian %u: %s", s->i, evd_err_text(e));
}

evd_err evd_guardian_take(evd_guardian *g, const char *json,
                          size_t json_bytes) {
  evd_share_ct s;
  evd_arena a;
  evd_why why = {""};
  EVD_TRY(begin_json(g, json, json_bytes));
  evd_arena_init(&a, ARENA_BYTES_MAX);
  evd_err e = evd_share_ct_read(
      &s, (evd_span){(const uint8_t *)json, json_bytes}, &a, &why);
  e = e == EVD_OK ? add_share(g, &s)
                  : evd_complain(e, "the share: %s", why.text);
  evd_arena_close(&a);
  return evd_lib_end(e);
}

/* ---- what it keeps ---- */

evd_err evd_guardian_export(const evd_guardian *g,
                            uint8_t secret[EVD_GUARDIAN_SECRET_BYTES]) {
  evd_q z, z_hat;
  evd_lib_begin();
  if (!g || !secret)
    return evd_lib_range(g ? "secret" : "g", "is NULL");
  if (g->n_took < g->n)
    return evd_complain(EVD_ERR_WAIT, "%u of %u shares were not taken yet",
                        g->n - g->n_took, g->n);
  evd_zq_sec_to_bytes(&z, &g->z);
  evd_zq_sec_to_bytes(&z_hat, &g->z_hat);
  memcpy(secret, z.b, sizeof z.b);
  memcpy(secret + sizeof z.b, z_hat.b, sizeof z_hat.b);
  evd_wipe(&z, sizeof z);
  evd_wipe(&z_hat, sizeof z_hat);
  return EVD_OK;
}

/* Is z the logarithm of guardian i's public share? */
static bool fits(const evd_election *e, uint32_t i, const evd_zq_sec *z,
                 bool hat) {
  evd_zp S, x;
  evd_public_share_var(e->G, &S, e->head.guardians, e->head.par.n, i, hat);
  evd_base_pow_sec(e->G, &x, &e->G->g, z);
  return evd_zp_equal(e->G->k, &S, &x);
}

static evd_err restore(evd_guardian *g, const evd_election *e,
                       const uint8_t *secret) {
  evd_q z, z_hat;
  memcpy(z.b, secret, sizeof z.b);
  memcpy(z_hat.b, secret + sizeof z.b, sizeof z_hat.b);
  evd_err err = evd_zq_sec_from_bytes(&g->z, &z);
  if (err == EVD_OK)
    err = evd_zq_sec_from_bytes(&g->z_hat, &z_hat);
  evd_wipe(&z, sizeof z);
  evd_wipe(&z_hat, sizeof z_hat);
  g->n_met = g->n_took = g->n;
  if (err == EVD_OK && fits(e, g->i, &g->z, false) &&
      fits(e, g->i, &g->z_hat, true))
    return EVD_OK;
  return evd_complain(EVD_ERR_SHARE,
                      "this is not the secret of guardian %u in this election",
                      g->i);
}

evd_err evd_guardian_restore(evd_guardian **out, const evd_election *e,
                             uint32_t i,
                             const uint8_t secret[EVD_GUARDIAN_SECRET_BYTES]) {
  evd_lib_begin();
  if (!out)
    return evd_lib_range("out", "is NULL");
  *out = NULL;
  if (!e || !secret)
    return evd_lib_range(e ? "secret" : "e", "is NULL");
  if (i < 1 || i > e->head.par.n)
    return evd_lib_range("i", "is no guardian of the election");
  evd_guardian *g = blank(e->head.par.n, e->head.par.k, i);
  if (!g)
    return evd_lib_end(EVD_ERR_SPACE);
  evd_err err = restore(g, e, secret);
  if (err == EVD_OK)
    *out = g;
  else
    evd_guardian_close(g);
  return evd_lib_end(err);
}
