/* evident guardian share: checks everybody's keys, then sends each its share.
 */
#include <stdio.h>
#include <string.h>

#include "base/wipe.h"
#include "cmd/ceremony.h"
#include "egds/share.h"

static const char *share_path(evd_ceremony *c, uint32_t i, uint32_t l) {
  return evd_path(&c->head.arena, "%s/share_%u_%u.json", c->xd, i, l);
}

static evd_err seal_one(const evd_ceremony *c, const evd_guardian_sec *sec,
                        uint32_t l, evd_buf *text) {
  uint8_t random[2 * EVD_SAMPLE_BYTES];
  evd_share_ct ct;
  evd_group G;
  evd_group_init(&G, evd_host_kernel());
  evd_random(random, sizeof random);
  evd_err e = evd_share_seal(&G, &ct, sec, l, &c->head.guardians[l - 1].kappa,
                             &c->head.H_P, random);
  evd_wipe(random, sizeof random);
  if (e != EVD_OK)
    return evd_complain(e, "the share for guardian %u could not be made: %s", l,
                        evd_err_text(e));
  evd_share_ct_write(text, &ct);
  return evd_buf_ok(text) ? EVD_OK : EVD_ERR_SPACE;
}

/* Shares still missing; when one cannot be written those of this run go. */
static evd_err send_all(evd_ceremony *c, const evd_guardian_sec *sec) {
  bool made[EVD_N_MAX] = {false};
  const uint32_t n = c->head.par.n, i = sec->i;
  evd_buf text;
  evd_err e = EVD_OK;
  evd_buf_init(&text, 16384);
  for (uint32_t l = 1; l <= n && e == EVD_OK; l++) {
    const char *path = share_path(c, i, l);
    if (l == i || evd_file_exists(path))
      continue;
    evd_buf_reset(&text);
    e = seal_one(c, sec, l, &text);
    if (e == EVD_OK)
      e = evd_file_write(path, text.p, text.n, 0644, EVD_NEW);
    made[l - 1] = e == EVD_OK;
  }
  for (uint32_t l = 1; l <= n && e != EVD_OK; l++)
    if (made[l - 1])
      (void)!evd_file_erase(share_path(c, i, l));
  evd_buf_close(&text);
  return e;
}

static evd_err open_and_send(evd_ceremony *c, const evd_ceremony_args *args,
                             uint32_t i, const evd_secret_options *options) {
  evd_guardian_sec sec;
  evd_vault *v = NULL;
  evd_arena secrets;
  evd_arena_init(&secrets, (size_t)4 << 20);
  evd_err e = evd_secret_vault(&v, options, false);
  if (e == EVD_OK)
    e = evd_ceremony_secret_open(&sec, v, args->secret, c, i, &secrets);
  evd_vault_close(v);
  if (e == EVD_OK) {
    e = send_all(c, &sec);
    evd_guardian_sec_wipe(&sec);
  }
  evd_arena_close(&secrets);
  return e;
}

static evd_err refuse_twice(evd_ceremony *c, uint32_t i) {
  for (uint32_t l = 1; l <= c->head.par.n; l++)
    if (l != i && !evd_file_exists(share_path(c, i, l)))
      return EVD_OK;
  if (c->head.par.n == 1)
    return EVD_OK;
  return evd_complain(EVD_ERR_EXISTS,
                      "the shares of guardian %u are in %s already", i, c->xd);
}

static evd_err share(evd_ceremony *c, const evd_ceremony_args *args,
                     const char *verb, uint32_t *i) {
  evd_secret_options options;
  EVD_TRY(evd_ceremony_open(c, args->record, args->xd));
  EVD_TRY(evd_secret_index(i, verb, args->index, args->secret, c->head.par.n));
  EVD_TRY(evd_secret_options_read(&options, verb, &args->words, &c->head.man));
  EVD_TRY(refuse_twice(c, *i));
  EVD_TRY(evd_ceremony_commits(c));
  EVD_TRY(evd_ceremony_guardians(c));
  EVD_TRY(evd_ceremony_own(c, args->secret, *i));
  return open_and_send(c, args, *i, &options);
}

evd_err evd_cmd_guardian_share(int argc, char **argv) {
  evd_ceremony_args args;
  evd_ceremony c;
  uint32_t i = 0;
  EVD_TRY(evd_ceremony_args_read(&args, argc, argv));
  EVD_TRY(evd_ceremony_fetch(&args, argv[0]));
  evd_err e = share(&c, &args, argv[0], &i);
  if (e == EVD_OK)
    printf("Guardian %u has checked all keys and sent its shares to %s.\n"
           "Next, when everybody's are there: evident guardian accept\n",
           i, args.xd);
  evd_ceremony_close(&c);
  return e == EVD_OK ? evd_ceremony_send(&args, argv[0]) : e;
}
