/* evident guardian accept: checks the shares it was sent, keeps the sum and
 * erases the rest. */
#include <stdio.h>
#include <string.h>

#include "cmd/ceremony.h"
#include "egds/share.h"

typedef struct {
  evd_ceremony c;
  const char *dir;
  uint32_t i;
  evd_share_ct *shares; /* n, as sent; [i - 1] unused */
} accepter;

/* ---- before any secret is open ---- */

static evd_err read_share(accepter *x, uint32_t from) {
  evd_arena *a = &x->c.head.arena;
  const char *path = evd_path(a, "%s/share_%u_%u.json", x->c.xd, from, x->i);
  evd_span bytes;
  evd_why why = {""};
  evd_share_ct *s = &x->shares[from - 1];
  EVD_TRY(evd_file_read(path, 16384, &bytes, a));
  evd_err e = evd_share_ct_read(s, bytes, a, &why);
  if (e != EVD_OK)
    return evd_complain(e, "%s: %s", path, why.text);
  if (s->i != from || s->l != x->i)
    return evd_complain(EVD_ERR_SHARE,
                        "%s: expected the share of guardian %u for guardian "
                        "%u, found that of %u for %u",
                        path, from, x->i, s->i, s->l);
  return EVD_OK;
}

static evd_err read_shares(accepter *x) {
  bool missing[EVD_N_MAX] = {false}, any = false;
  const uint32_t n = x->c.head.par.n;
  x->shares = evd_arena_get(&x->c.head.arena, n, sizeof *x->shares);
  if (!x->shares)
    return evd_complain(EVD_ERR_SPACE, "too many guardians");
  for (uint32_t l = 1; l <= n; l++) {
    missing[l - 1] =
        l != x->i &&
        !evd_file_exists(evd_path(&x->c.head.arena, "%s/share_%u_%u.json",
                                  x->c.xd, l, x->i));
    any = any || missing[l - 1];
  }
  if (any)
    return evd_say_waiting("the share", missing, n);
  for (uint32_t l = 1; l <= n; l++)
    if (l != x->i)
      EVD_TRY(read_share(x, l));
  return EVD_OK;
}

/* ---- with the secret ---- */

static evd_err blame(const accepter *x, uint32_t from, const char *what) {
  return evd_complain(EVD_ERR_SHARE,
                      "guardian %u sent guardian %u a bad share (%s/share_%u_"
                      "%u.json): %s; the ceremony stops here and starts again "
                      "from nothing",
                      from, x->i, x->c.xd, from, x->i, what);
}

/* The share that guardian `from` has for this one, checked against its
 * commitments [28, 29]; one's own is evaluated like the others. */
static evd_err take_share(const accepter *x, const evd_group *G,
                          const evd_guardian_sec *sec, uint32_t from,
                          evd_zq_sec *P, evd_zq_sec *P_hat) {
  const uint32_t k = x->c.head.par.k, i = x->i;
  const evd_guardian_pub *g = &x->c.head.guardians[from - 1];
  if (from == i) {
    EVD_TRY(evd_share_eval(P, sec->a, k, i));
    EVD_TRY(evd_share_eval(P_hat, sec->a_hat, k, i));
  } else {
    evd_err e =
        evd_share_open(G, P, P_hat, &x->shares[from - 1], &sec->zeta,
                       &x->c.head.guardians[i - 1].kappa, &x->c.head.H_P);
    if (e == EVD_ERR_PROOF)
      return blame(x, from, "its proof does not hold");
    if (e != EVD_OK)
      return blame(x, from, "it cannot be opened");
  }
  if (evd_share_check(G, P, g->K, k, i) == EVD_OK &&
      evd_share_check(G, P_hat, g->K_hat, k, i) == EVD_OK)
    return EVD_OK;
  return blame(x, from, "it does not match the commitments");
}

/* z_i and z^_i, the sums of the shares of all guardians. [eq 24] */
static evd_err add_shares(const accepter *x, const evd_guardian_sec *sec,
                          evd_guardian_key *key) {
  evd_group G;
  evd_zq_sec P, P_hat;
  evd_err e = EVD_OK;
  evd_group_init(&G, evd_host_kernel());
  memset(key, 0, sizeof *key);
  key->i = x->i;
  key->H_E = x->c.head.keys.H_E;
  evd_zq_sec_from_u64(&key->z, 0);
  evd_zq_sec_from_u64(&key->z_hat, 0);
  for (uint32_t l = 1; l <= x->c.head.par.n && e == EVD_OK; l++) {
    e = take_share(x, &G, sec, l, &P, &P_hat);
    if (e != EVD_OK)
      break;
    evd_zq_sec_add(&key->z, &key->z, &P);
    evd_zq_sec_add(&key->z_hat, &key->z_hat, &P_hat);
  }
  evd_zq_sec_wipe(&P);
  evd_zq_sec_wipe(&P_hat);
  return e;
}

static evd_err save_key(const accepter *x, evd_vault *v,
                        const evd_guardian_key *key) {
  char name[64];
  evd_buf text;
  evd_buf_init(&text, 4096);
  (void)snprintf(name, sizeof name, "guardian_%u.key.json", x->i);
  evd_guardian_key_write(&text, key);
  /* Replaced if an earlier run was cut off here: it is the same key. */
  evd_err e = evd_buf_ok(&text) ? evd_vault_write(v, x->dir, name, text.p,
                                                  text.n, EVD_REPLACE)
                                : EVD_ERR_SPACE;
  evd_buf_close(&text);
  return e;
}

/* A commit of one's own, sent only when the key is safe. */
static evd_err send_accept(accepter *x) {
  const evd_accept say = {x->i, x->c.head.keys.H_G, x->c.head.keys.H_E};
  const char *path =
      evd_path(&x->c.head.arena, "%s/accept_%u.json", x->c.xd, x->i);
  evd_buf text;
  evd_buf_init(&text, 4096);
  evd_accept_write(&text, &say);
  evd_err e = evd_buf_ok(&text)
                  ? evd_file_write(path, text.p, text.n, 0644, EVD_NEW)
                  : EVD_ERR_SPACE;
  evd_buf_close(&text);
  return e;
}

static evd_err with_vault(accepter *x, evd_vault *v, evd_arena *secrets) {
  evd_guardian_sec sec;
  evd_guardian_key key;
  const char *name =
      evd_path(&x->c.head.arena, "guardian_%u.ceremony.json", x->i);
  EVD_TRY(evd_ceremony_secret_open(&sec, v, x->dir, &x->c, x->i, secrets));
  evd_err e = add_shares(x, &sec, &key);
  evd_guardian_sec_wipe(&sec);
  if (e == EVD_OK)
    e = save_key(x, v, &key);
  evd_guardian_key_wipe(&key);
  EVD_TRY(e);
  EVD_TRY(send_accept(x));
  return evd_vault_erase(v, x->dir, name);
}

/* A run that was cut off after its last message may have left the secret of
 * the ceremony. */
static evd_err refuse_twice(accepter *x, const char *sent) {
  evd_arena *a = &x->c.head.arena;
  EVD_TRY(evd_file_erase(
      evd_path(a, "%s/guardian_%u.ceremony.json", x->dir, x->i)));
  EVD_TRY(evd_file_erase(
      evd_path(a, "%s/guardian_%u.ceremony.json.sealed", x->dir, x->i)));
  return evd_complain(EVD_ERR_EXISTS,
                      "%s is there already: guardian %u has accepted", sent,
                      x->i);
}

static evd_err open_and_accept(accepter *x, const evd_secret_options *options) {
  evd_vault *v = NULL;
  evd_arena secrets;
  EVD_TRY(evd_secret_vault(&v, options, false));
  evd_arena_init(&secrets, (size_t)4 << 20);
  evd_err e = with_vault(x, v, &secrets);
  evd_arena_close(&secrets);
  evd_vault_close(v);
  return e;
}

static evd_err accept_shares(accepter *x, const evd_ceremony_args *args,
                             const char *verb) {
  evd_secret_options options;
  evd_ceremony *c = &x->c;
  EVD_TRY(evd_ceremony_open(c, args->record, args->xd));
  EVD_TRY(
      evd_secret_index(&x->i, verb, args->index, args->secret, c->head.par.n));
  x->dir = args->secret;
  EVD_TRY(evd_secret_options_read(&options, verb, &args->words, &c->head.man));
  const char *sent = evd_path(&c->head.arena, "%s/accept_%u.json", c->xd, x->i);
  if (evd_file_exists(sent) &&
      evd_file_exists(evd_path(&c->head.arena, "%s/guardian_%u.key.json%s",
                               x->dir, x->i,
                               options.plain_secrets ? "" : ".sealed")))
    return refuse_twice(x, sent);
  EVD_TRY(evd_ceremony_commits(c));
  EVD_TRY(evd_ceremony_guardians(c));
  EVD_TRY(evd_ceremony_own(c, x->dir, x->i));
  EVD_TRY(read_shares(x));
  return open_and_accept(x, &options);
}

evd_err evd_cmd_guardian_accept(int argc, char **argv) {
  evd_ceremony_args args;
  accepter x;
  memset(&x, 0, sizeof x);
  EVD_TRY(evd_ceremony_args_read(&args, argc, argv));
  EVD_TRY(evd_ceremony_fetch(&args, argv[0]));
  evd_err e = accept_shares(&x, &args, argv[0]);
  if (e == EVD_OK)
    printf("Guardian %u accepts: all keys and shares are right. It keeps its "
           "key in %s and has erased the rest.\n"
           "Next, when all have accepted: evident election finish\n",
           x.i, x.dir);
  evd_ceremony_close(&x.c);
  return e == EVD_OK ? evd_ceremony_send(&args, argv[0]) : e;
}
