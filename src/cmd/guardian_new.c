/* evident guardian new: keys and proofs, and a commit to them. */
#include <stdio.h>
#include <string.h>

#include "base/wipe.h"
#include "cmd/ceremony.h"

#define PUBLIC_MAX ((size_t)4 << 20)

typedef struct {
  evd_ceremony c;
  const char *dir;
  uint32_t i;
  evd_arena secrets; /* wiped when closed */
  evd_buf secret, pub, commit;
} maker;

static evd_err refuse_existing(maker *m) {
  evd_arena *a = &m->c.head.arena;
  const char *const paths[] = {
      evd_path(a, "%s/commit_%u.json", m->c.xd, m->i),
      evd_path(a, "%s/guardian_%u.json", m->dir, m->i),
      evd_path(a, "%s/guardian_%u.ceremony.json", m->dir, m->i),
      evd_path(a, "%s/guardian_%u.ceremony.json.sealed", m->dir, m->i),
      evd_path(a, "%s/guardian_%u.key.json", m->dir, m->i),
      evd_path(a, "%s/guardian_%u.key.json.sealed", m->dir, m->i)};
  for (size_t f = 0; f < sizeof paths / sizeof paths[0]; f++)
    if (evd_file_exists(paths[f]))
      return evd_complain(EVD_ERR_EXISTS,
                          "%s is there already: guardian %u has keys", paths[f],
                          m->i);
  return EVD_OK;
}

static evd_err make_keys(maker *m, evd_guardian_sec *sec,
                         evd_guardian_pub *pub) {
  const uint32_t k = m->c.head.par.k;
  const size_t n = evd_guardian_random_bytes(k);
  evd_group G;
  evd_group_init(&G, evd_host_kernel());
  EVD_TRY(evd_guardian_sec_shape(sec, k, &m->secrets));
  EVD_TRY(evd_guardian_pub_shape(pub, k, &m->secrets));
  uint8_t *random = evd_arena_get(&m->secrets, n, 1);
  if (!random)
    return EVD_ERR_SPACE;
  evd_random(random, n);
  evd_err e = evd_guardian_make(&G, sec, pub, m->i, &m->c.head.H_P, random, n);
  evd_wipe(random, n);
  return e;
}

static evd_err write_texts(maker *m) {
  evd_guardian_sec sec;
  evd_guardian_pub pub;
  evd_commit commit = {.i = m->i, .H_B = m->c.head.H_B};
  evd_err e = make_keys(m, &sec, &pub);
  if (e != EVD_OK)
    return evd_complain(e, "the keys could not be made: %s", evd_err_text(e));
  evd_ceremony_secret_write(&m->secret, &sec);
  evd_guardian_sec_wipe(&sec);
  evd_guardian_pub_write(&m->pub, &pub);
  evd_digest(&commit.digest, "guardian", m->pub.p, m->pub.n);
  evd_commit_write(&m->commit, &commit);
  if (evd_buf_ok(&m->secret) && evd_buf_ok(&m->pub) && evd_buf_ok(&m->commit))
    return EVD_OK;
  return evd_complain(EVD_ERR_SPACE, "no memory for the keys");
}

/* The commit leaves last: without the others it would be worth nothing. */
static evd_err save(maker *m, evd_vault *v) {
  evd_arena *a = &m->c.head.arena;
  const char *secret = evd_path(a, "guardian_%u.ceremony.json", m->i);
  const char *pub = evd_path(a, "%s/guardian_%u.json", m->dir, m->i);
  const char *mine = evd_path(a, "%s/commit_%u.json", m->dir, m->i);
  const char *sent = evd_path(a, "%s/commit_%u.json", m->c.xd, m->i);
  EVD_TRY(
      evd_vault_write(v, m->dir, secret, m->secret.p, m->secret.n, EVD_NEW));
  evd_err e = evd_file_write(pub, m->pub.p, m->pub.n, 0600, EVD_NEW);
  if (e != EVD_OK)
    goto undo_secret;
  e = evd_file_write(mine, m->commit.p, m->commit.n, 0600, EVD_NEW);
  if (e != EVD_OK)
    goto undo_pub;
  e = evd_file_write(sent, m->commit.p, m->commit.n, 0644, EVD_NEW);
  if (e == EVD_OK)
    return EVD_OK;
  (void)!evd_file_erase(mine);
undo_pub:
  (void)!evd_file_erase(pub);
undo_secret:
  (void)!evd_vault_erase(v, m->dir, secret);
  return e;
}

static evd_err make_and_save(maker *m, const evd_secret_options *options) {
  evd_vault *v = NULL;
  EVD_TRY(evd_secret_vault(&v, options, true));
  evd_err e = write_texts(m);
  if (e == EVD_OK)
    e = save(m, v);
  evd_vault_close(v);
  return e;
}

static evd_err prepare(maker *m, const evd_ceremony_args *args,
                       const char *verb, evd_secret_options *options) {
  uint64_t i = 0;
  EVD_TRY(evd_ceremony_open(&m->c, args->record, args->xd));
  EVD_TRY(evd_arg_needed(verb, "index", args->index));
  EVD_TRY(evd_arg_number("--index", args->index, 1, m->c.head.par.n, &i));
  m->i = (uint32_t)i;
  m->dir = args->secret;
  EVD_TRY(evd_secret_options_read(options, verb, &args->words, &m->c.head.man));
  EVD_TRY(refuse_existing(m));
  EVD_TRY(evd_dir_make(args->xd, 0755));
  EVD_TRY(evd_secret_folder_apart(m->dir, args->record, args->xd));
  return evd_dir_make(m->dir, 0700);
}

evd_err evd_cmd_guardian_new(int argc, char **argv) {
  evd_ceremony_args args;
  evd_secret_options options;
  maker m;
  memset(&m, 0, sizeof m);
  EVD_TRY(evd_ceremony_args_read(&args, argc, argv));
  EVD_TRY(evd_ceremony_fetch(&args, argv[0]));
  evd_arena_init(&m.secrets, (size_t)16 << 20);
  evd_buf_init(&m.secret, PUBLIC_MAX);
  evd_buf_init(&m.pub, PUBLIC_MAX);
  evd_buf_init(&m.commit, 4096);
  evd_err e = prepare(&m, &args, argv[0], &options);
  if (e == EVD_OK)
    e = make_and_save(&m, &options);
  if (e == EVD_OK)
    printf("Guardian %u has keys; the commit is %s/commit_%u.json.\n"
           "Next, when all %u commits are there: evident guardian reveal\n",
           m.i, args.xd, m.i, m.c.head.par.n);
  evd_buf_close(&m.secret);
  evd_buf_close(&m.pub);
  evd_buf_close(&m.commit);
  evd_arena_close(&m.secrets);
  evd_ceremony_close(&m.c);
  return e == EVD_OK ? evd_ceremony_send(&args, argv[0]) : e;
}
