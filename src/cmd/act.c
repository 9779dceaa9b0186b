#include "cmd/act.h"

#include <stdio.h>
#include <string.h>

#include "cmd/key_file.h"
#include "host/board_dir.h"

#define MIB ((size_t)1024 * 1024)
#define RECEIPTS_BYTES_MAX (16 * MIB)
#define PATIENCE_SECONDS 600
#define PATIENCE_MAX 86400

/* ---- what the board shows ---- */

evd_act evd_act_on(const evd_look *l, const char *verb,
                   const evd_act_words *w) {
  return (evd_act){.verb = verb,
                   .words = w,
                   .frame = evd_look_frame(l),
                   .policy = &l->policy};
}

evd_err evd_act_look_at(evd_act *act, evd_look *l, const char *verb,
                        const evd_act_words *w, int until, evd_look_fn *see,
                        void *self) {
  memset(l, 0, sizeof *l);
  EVD_TRY(evd_arg_needed(verb, "board", w->board));
  EVD_TRY(evd_look_open(l, w->board, w->policy));
  EVD_TRY(evd_look_walk(l, until, see, self));
  *act = evd_act_on(l, verb, w);
  return EVD_OK;
}

evd_err evd_act_look(evd_act *act, evd_look *l, const char *verb,
                     const evd_act_words *w, int until) {
  return evd_act_look_at(act, l, verb, w, until, NULL, NULL);
}

/* ---- posting ---- */

static evd_err save(const char *path, const evd_buf *receipts) {
  return path
             ? evd_file_write(path, receipts->p, receipts->n, 0644, EVD_REPLACE)
             : EVD_OK;
}

evd_err evd_act_post(const evd_act *act, evd_span items, const char *path) {
  evd_http *http = NULL;
  evd_buf receipts;
  uint64_t wait = PATIENCE_SECONDS;
  if (!evd_board_is_url(act->words->board))
    return evd_usage(act->verb,
                     "--board %s is a folder: nothing can be posted "
                     "there",
                     act->words->board);
  if (act->words->wait)
    EVD_TRY(evd_arg_number("--wait", act->words->wait, 0, PATIENCE_MAX, &wait));
  const evd_submit_to to = {.url = act->words->board,
                            .origin = act->frame.origin,
                            .policy = act->policy,
                            .patience_seconds = (uint32_t)wait};
  if (evd_http_open(&http, NULL) != EVD_OK)
    return evd_complain(EVD_ERR_SPACE, "%s: no memory", act->verb);
  evd_buf_init(&receipts, RECEIPTS_BYTES_MAX);
  evd_err e = evd_submit(http, &to, items, &receipts);
  if (e == EVD_OK)
    e = save(path, &receipts);
  evd_buf_close(&receipts);
  evd_http_close(http);
  return e;
}

static evd_err post_draft(const evd_act *act, const evd_draft *d,
                          const char *path) {
  evd_buf item;
  evd_buf_init(&item, EVD_SUBMIT_BYTES_MAX);
  evd_draft_item(&item, d);
  evd_err e = evd_buf_ok(&item)
                  ? evd_act_post(act, (evd_span){item.p, item.n}, path)
                  : evd_complain(EVD_ERR_SPACE, "%s: no memory", act->verb);
  evd_buf_close(&item);
  return e;
}

static evd_err post(const evd_act *act, const evd_draft *d) {
  char beside[4096];
  const char *path = act->words->receipt;
  if (!path && act->words->draft) {
    int n = snprintf(beside, sizeof beside, "%s.receipt", act->words->draft);
    path = n > 0 && (size_t)n < sizeof beside ? beside : NULL;
  }
  evd_err e = post_draft(act, d, path);
  if (e == EVD_OK)
    printf("It stands in the log%s%s.\n", path ? "; receipt: " : "",
           path ? path : "");
  return e;
}

/* ---- signing ---- */

/* The draft that others began: the same entry but for the time slot, which
 * was theirs. */
static evd_err go_on_with(const evd_act *act, evd_draft *d, evd_entry *e,
                          const evd_span objects[], uint32_t n) {
  const char *path = act->words->draft;
  evd_draft mine;
  EVD_TRY(evd_draft_read(d, path));
  if (d->e.type == e->type && d->e.slot <= e->slot)
    e->slot = d->e.slot;
  evd_err err = evd_draft_make(&mine, e, objects, n);
  if (err == EVD_OK && (mine.signed_bytes.n != d->signed_bytes.n ||
                        memcmp(mine.signed_bytes.p, d->signed_bytes.p,
                               mine.signed_bytes.n) != 0))
    err = evd_complain(EVD_ERR_REFUSED,
                       "%s is another %s than what `evident %s` makes of what "
                       "is seen here: it is not signed",
                       path, evd_entry_name(d->e.type), act->verb);
  evd_draft_close(&mine);
  return err == EVD_OK ? evd_draft_check(d, &act->frame, path) : err;
}

static evd_err sign_with(const evd_act *act, evd_draft *d, const char *key,
                         evd_vault *v) {
  uint8_t *seed = NULL;
  evd_note_key pub;
  EVD_TRY(evd_key_file_seed(&seed, &pub, key, v));
  evd_err e = evd_draft_sign(d, &act->frame, seed, key);
  evd_secret_free(seed);
  return e;
}

static evd_err sign_all(const evd_act *act, evd_draft *d) {
  evd_vault *v = NULL;
  evd_err e = EVD_OK;
  if (act->words->n_keys == 0)
    return EVD_OK;
  EVD_TRY(evd_key_file_vault(&v, act->verb, &act->words->secrets));
  for (uint32_t i = 0; i < act->words->n_keys && e == EVD_OK; i++)
    e = sign_with(act, d, act->words->keys[i], v);
  evd_vault_close(v);
  return e;
}

/* ---- together ---- */

static void show(const evd_draft *d) {
  evd_buf words;
  evd_buf_init(&words, MIB);
  evd_draft_say(&words, d);
  if (evd_buf_ok(&words))
    printf("%.*s", (int)words.n, (const char *)words.p);
  (void)fflush(stdout);
  evd_buf_close(&words);
}

static evd_err still_missing(const evd_act *act, const evd_draft *d,
                             const evd_buf *whose) {
  const char *path = act->words->draft;
  if (!path)
    return evd_usage(act->verb,
                     "signatures are missing: %.*s; give more with --key, or "
                     "collect them in a file with --draft FILE",
                     (int)whose->n, (const char *)whose->p);
  show(d);
  printf("Signatures are missing: %.*s. The same command with their keys goes "
         "on with %s.\n",
         (int)whose->n, (const char *)whose->p, path);
  return EVD_OK;
}

static evd_err finish(const evd_act *act, const evd_draft *d) {
  evd_buf whose;
  evd_buf_init(&whose, MIB);
  const uint32_t missing = evd_draft_missing(&whose, d, &act->frame);
  evd_err e = missing ? still_missing(act, d, &whose) : EVD_OK;
  evd_buf_close(&whose);
  if (e == EVD_OK && act->words->draft)
    e = evd_draft_write(d, act->words->draft);
  if (e != EVD_OK || missing)
    return e;
  show(d);
  if (!act->words->board || !evd_board_is_url(act->words->board)) {
    printf("All signatures are there; --board URL posts it.\n");
    return EVD_OK;
  }
  return post(act, d);
}

evd_err evd_act_do(const evd_act *act, const evd_entry *e,
                   const evd_span objects[], uint32_t n) {
  const char *path = act->words->draft;
  evd_entry own = *e;
  evd_draft d;
  evd_err err = path && evd_file_exists(path)
                    ? go_on_with(act, &d, &own, objects, n)
                    : evd_draft_make(&d, &own, objects, n);
  if (err == EVD_OK)
    err = sign_all(act, &d);
  if (err == EVD_OK)
    err = finish(act, &d);
  evd_draft_close(&d);
  return err;
}

evd_err evd_act_alone(const evd_act *act, const evd_made *made,
                      const uint8_t seed[EVD_SEED_BYTES], const char *who,
                      const char *path) {
  evd_draft d;
  evd_err e = evd_draft_make(&d, &made->e, made->objects, made->n);
  if (e == EVD_OK)
    e = evd_draft_sign(&d, &act->frame, seed, who);
  if (e == EVD_OK)
    e = post_draft(act, &d, path);
  evd_draft_close(&d);
  return e;
}

evd_err evd_act_run_seeing(const char *verb, const evd_act_words *w,
                           evd_look_fn *see, evd_make_fn *make, void *self) {
  evd_act act = {.verb = verb};
  evd_look l;
  evd_made made;
  memset(&made, 0, sizeof made);
  evd_err e = evd_act_look_at(&act, &l, verb, w, EVD_LOOK_ALL, see, self);
  if (e == EVD_OK) {
    made.e.slot = evd_look_slot(&l);
    e = make(self, &l, &made);
  }
  act.frame.spoiled_by_admins = made.spoiled_by_admins;
  if (e == EVD_OK)
    e = evd_act_do(&act, &made.e, made.objects, made.n);
  evd_look_close(&l);
  return e;
}

evd_err evd_act_run(const char *verb, const evd_act_words *w, evd_make_fn *make,
                    void *self) {
  return evd_act_run_seeing(verb, w, NULL, make, self);
}
