/* evident guardian decrypt: the next round that is due of a decryption. */
#include <stdio.h>
#include <string.h>

#include "cmd/board_sync.h"
#include "cmd/closed_view.h"
#include "cmd/decryption.h"
#include "cmd/known_keys.h"
#include "egds/share.h"
#include "host/place.h"

typedef struct {
  const char *record, *index, *secret, *xd, *present, *witnesses;
  bool data, restart;
  evd_secret_words words;
  evd_sync_words sync;
} arguments;

static evd_err read_arguments(arguments *a, int argc, char **argv) {
  memset(a, 0, sizeof *a);
  const evd_option_row rows[] = {EVD_OPT("index", a->index),
                                 EVD_OPT("secret", a->secret),
                                 EVD_OPT("exchange", a->xd),
                                 EVD_OPT("present", a->present),
                                 EVD_OPT("witnesses", a->witnesses),
                                 EVD_OPT_FLAG("contest-data", a->data),
                                 EVD_OPT_FLAG("restart", a->restart),
                                 EVD_OPT_SECRETS(a->words),
                                 EVD_OPT_SYNC(a->sync),
                                 EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &a->record, 1, "RECORD"));
  EVD_TRY(evd_arg_needed(argv[0], "secret", a->secret));
  EVD_TRY(evd_arg_needed(argv[0], "exchange", a->xd));
  return evd_arg_needed(argv[0], "present", a->present);
}

/* ---- before any secret is open ---- */

static evd_err refuse_absent(const evd_decryption *x, const char *present) {
  for (uint32_t j = 0; j < x->rq.n_U; j++)
    if (x->rq.U[j] == x->i)
      return EVD_OK;
  return evd_complain(EVD_ERR_QUORUM,
                      "guardian %u is not among those present (%s)", x->i,
                      present);
}

static evd_err refuse_known(const evd_decryption *x, bool plain) {
  if (plain || !evd_known_test_key(&x->rq.head.guardians[x->i - 1].K[0]))
    return EVD_OK;
  return evd_complain(EVD_ERR_REFUSED,
                      "guardian %u has a published test key: such keys work "
                      "with --plain-secrets only",
                      x->i);
}

/* The record is verified once, and before contest data again with its tally;
 * later rounds compare its digest. */
static evd_err verify(evd_decryption *x, bool *just_verified) {
  const char *dir = x->rq.head.dir;
  evd_h32 read_digest;
  *just_verified = !evd_note_exists(x);
  if (x->due == 1 && x->rq.data)
    EVD_TRY(evd_view_verify(&read_digest, dir, EVD_STAGE_FINAL));
  if (*just_verified)
    EVD_TRY(evd_view_verify(&read_digest, dir, EVD_STAGE_CLOSED));
  EVD_TRY(evd_view_digest(&x->D, dir, EVD_STAGE_CLOSED));
  if (*just_verified && memcmp(&x->D, &read_digest, sizeof x->D) != 0)
    return evd_complain(EVD_ERR_IO, "%s changed while it was verified", dir);
  return EVD_OK;
}

static evd_err prepare(evd_decryption *x, const arguments *a, const char *verb,
                       evd_secret_options *options) {
  EVD_TRY(evd_request_open(&x->rq, a->record, a->xd, a->present, a->data));
  EVD_TRY(evd_secret_index(&x->i, verb, a->index, a->secret, x->rq.head.par.n));
  x->dir = a->secret;
  evd_round_state_name(x->state_name, x->i, a->data);
  EVD_TRY(evd_secret_options_read(options, verb, &a->words, &x->rq.head.man));
  EVD_TRY(refuse_absent(x, a->present));
  EVD_TRY(refuse_known(x, options->plain_secrets));
  EVD_TRY(evd_secret_folder_apart(a->secret, a->record, a->xd));
  return evd_dir_make(a->xd, 0755);
}

static evd_err look_ahead(evd_decryption *x, bool restart,
                          bool *just_verified) {
  int what = EVD_REQUEST_NONCES;
  if (restart)
    EVD_TRY(evd_decryption_restart(x));
  if (!evd_file_exists(evd_answer_path(&x->rq, 1, x->i)))
    what |= EVD_REQUEST_RECOUNT;
  EVD_TRY(evd_request_collect(&x->rq, what));
  EVD_TRY(evd_decryption_due(x));
  EVD_TRY(evd_decryption_foreign(x));
  return verify(x, just_verified);
}

/* ---- with the secret ---- */

static evd_err judge_key(const evd_decryption *x, const char *name) {
  const evd_group *G = evd_host_group_get(x->hg);
  const evd_head *h = &x->rq.head;
  bool good = x->key->i == x->i &&
              memcmp(&x->key->H_E, &h->keys.H_E, sizeof x->key->H_E) == 0;
  for (int hat = 0; hat < 2 && good; hat++) {
    evd_zp S;
    evd_p bytes;
    evd_public_share_var(G, &S, h->guardians, h->par.n, x->i, hat);
    evd_zp_to_bytes(G->k, &bytes, &S);
    good = evd_share_check(G, hat ? &x->key->z_hat : &x->key->z, &bytes, 1,
                           1) == EVD_OK;
  }
  if (good)
    return EVD_OK;
  return evd_complain(EVD_ERR_COMMIT,
                      "%s/%s is not the key of guardian %u of this election",
                      x->dir, name, x->i);
}

static evd_err open_key(evd_decryption *x) {
  evd_span bytes;
  char name[64];
  (void)snprintf(name, sizeof name, "guardian_%u.key.json", x->i);
  x->key = evd_secret_get(sizeof *x->key);
  if (!x->key)
    return evd_complain(EVD_ERR_SPACE, "no memory for secrets");
  EVD_TRY(evd_vault_read(x->v, x->dir, name, &bytes));
  evd_err e = evd_guardian_key_read(x->key, bytes);
  evd_vault_release(&bytes);
  if (e != EVD_OK)
    return evd_complain(e, "%s/%s is not in the form of a guardian's key",
                        x->dir, name);
  return judge_key(x, name);
}

/* A new note is written after the key could be opened, so that a mistyped
 * passphrase leaves no file. */
static evd_err open_checked(evd_decryption *x, bool just_verified) {
  if (!just_verified)
    EVD_TRY(evd_note_check(x, false));
  if (just_verified || x->due != 2) /* the state has what round 2 needs */
    EVD_TRY(open_key(x));
  return just_verified ? evd_note_check(x, true) : EVD_OK;
}

static evd_err act(evd_decryption *x, bool just_verified) {
  EVD_TRY(open_checked(x, just_verified));
  EVD_TRY(evd_decryption_round(x));
  if (x->due < 3 || !evd_nonces_due(x))
    return EVD_OK;
  EVD_TRY(evd_note_answered(x));
  return evd_nonces_send(x);
}

static evd_err open_and_act(evd_decryption *x,
                            const evd_secret_options *options,
                            bool just_verified) {
  EVD_TRY(evd_secret_vault(&x->v, options, false));
  evd_err e = act(x, just_verified);
  evd_round_state_close(&x->st);
  evd_secret_free(x->key);
  evd_vault_close(x->v);
  return e;
}

static void say_done(evd_decryption *x, bool nonces) {
  char others[1024];
  evd_list_text(others, x->rq.U, x->rq.n_U);
  if (x->due <= 3)
    printf("Guardian %u has sent round %u of 3: %s\n", x->i, x->due,
           evd_answer_path(&x->rq, x->due, x->i));
  if (nonces)
    printf("It has also sent %s for %zu challenged ballot%s, readable by its "
           "owner only: hand it to the opener and to nobody else.\n",
           evd_nonces_path(&x->rq, x->i), x->rq.n_nonces,
           x->rq.n_nonces == 1 ? "" : "s");
  if (x->due < 3)
    printf("Next, when guardians %s have all sent it: the same command "
           "again\n",
           others);
  else
    printf("Guardian %u is done. Next, when guardians %s are: evident election "
           "result\n",
           x->i, others);
}

static evd_err run(evd_decryption *x, const arguments *a, const char *verb) {
  evd_secret_options options;
  bool just_verified = false, nonces = false;
  int hold = -1;
  EVD_TRY(prepare(x, a, verb, &options));
  EVD_TRY(evd_pool_open(&x->pool, 0));
  EVD_TRY(evd_host_group_open(&x->hg, NULL, NULL, EVD_TAB_G | EVD_TAB_SEC));
  EVD_TRY(evd_dir_hold(&hold, a->secret));
  evd_err e = look_ahead(x, a->restart, &just_verified);
  nonces = e == EVD_OK && x->due >= 3 && evd_nonces_due(x);
  if (e == EVD_OK && (x->due < 4 || nonces))
    e = open_and_act(x, &options, just_verified);
  evd_dir_let_go(hold);
  if (e == EVD_OK)
    say_done(x, nonces);
  return e;
}

evd_err evd_cmd_guardian_decrypt(int argc, char **argv) {
  arguments a;
  evd_decryption x;
  memset(&x, 0, sizeof x);
  EVD_TRY(read_arguments(&a, argc, argv));
  const evd_sync sync = {.verb = argv[0],
                         .record = a.record,
                         .xd = a.xd,
                         .words = &a.sync,
                         .what = a.data ? EVD_SYNC_DATA : EVD_SYNC_TALLY,
                         .index = a.index,
                         .secret = a.secret,
                         .witnesses = a.witnesses,
                         .passphrase_fd = a.words.fd};
  EVD_TRY(evd_sync_fetch(&sync));
  evd_err e = run(&x, &a, argv[0]);
  evd_host_group_close(x.hg);
  evd_pool_close(&x.pool);
  evd_request_close(&x.rq);
  return e == EVD_OK ? evd_sync_send(&sync) : e;
}
