#include "cmd/board_sync.h"

#include <stdio.h>
#include <string.h>

#include "board/facts.h"
#include "board/parts.h"
#include "cmd/act.h"
#include "cmd/key_file.h"
#include "cmd/verify_log.h"

#define MIB ((size_t)1024 * 1024)
#define FILE_BYTES_MAX (64 * MIB)
#define NAME_BYTES 64
#define CHECK_BYTES_MAX (16384 * MIB) /* as a verifier may use */

enum { COMMIT = 1, REVEAL, SHARES, ACCEPT, ROUNDS = 3 };

typedef struct {
  const evd_sync *s;
  evd_act_words words; /* for evd_act_look and evd_act_post */
  evd_act act;
  evd_look look;
  evd_arena arena;
  bool keep;                               /* put what is found into XD */
  bool has[EVD_N_MAX + 1][2 * ROUNDS + 1]; /* guardian, step */
} sync_run;

/* ---- names ---- */

/* Step of a tally's round r in SHARE. */
static uint32_t share_step(int what, uint32_t r) {
  return what == EVD_SYNC_DATA ? ROUNDS + r : r;
}

/* Is this the name of a file that guardian i sends in this step? */
static bool is_name_of(const sync_run *x, evd_span name, uint32_t i,
                       uint32_t step) {
  static const char *const files[] = {"", "commit", "guardian", "share",
                                      "accept"};
  char want[NAME_BYTES];
  int n = 0;
  if (x->s->what != EVD_SYNC_CEREMONY)
    n = snprintf(want, sizeof want, "decrypt_%u_%u.json",
                 x->s->what == EVD_SYNC_DATA ? step - ROUNDS : step, i);
  else if (step != SHARES)
    n = snprintf(want, sizeof want, "%s_%u.json", files[step], i);
  if (step != SHARES || x->s->what != EVD_SYNC_CEREMONY)
    return name.n == (size_t)n && memcmp(name.p, want, name.n) == 0;
  for (uint32_t l = 1; l <= x->look.par.n; l++) {
    n = snprintf(want, sizeof want, "share_%u_%u.json", i, l);
    if (name.n == (size_t)n && memcmp(name.p, want, name.n) == 0)
      return true;
  }
  return false;
}

/* ---- from the log into XD ---- */

static evd_err keep_part(sync_run *x, const evd_part *p) {
  const char *path = evd_path(&x->arena, "%s/%.*s", x->s->xd, (int)p->name.n,
                              (const char *)p->name.p);
  evd_span there;
  if (!evd_file_exists(path))
    return evd_file_write(path, p->bytes.p, p->bytes.n, 0644, EVD_NEW);
  evd_arena_point mark = evd_arena_mark(&x->arena);
  EVD_TRY(evd_file_read(path, FILE_BYTES_MAX, &there, &x->arena));
  bool same =
      there.n == p->bytes.n && memcmp(there.p, p->bytes.p, there.n) == 0;
  evd_arena_back(&x->arena, mark);
  return same
             ? EVD_OK
             : evd_complain(EVD_ERR_COMMIT,
                            "%s is another file than the one in the log", path);
}

static evd_err keep_parts(sync_run *x, evd_span parts, uint32_t i,
                          uint32_t step, uint64_t index) {
  size_t at = 0;
  evd_part p;
  while (at < parts.n) {
    if (evd_part_next(parts, &at, &p) != EVD_OK ||
        !is_name_of(x, p.name, i, step))
      return evd_complain(EVD_ERR_FORM,
                          "%s: entry %llu of guardian %u does not hold the "
                          "files of its step",
                          x->look.where, (unsigned long long)index, i);
    EVD_TRY(keep_part(x, &p));
  }
  return EVD_OK;
}

static evd_err keep_object(sync_run *x, const evd_object_ref *ref,
                           const char *kind, uint32_t i, uint32_t step,
                           uint64_t index) {
  evd_buf b;
  x->has[i][step] = true;
  if (!x->keep)
    return EVD_OK;
  evd_buf_init(&b, (size_t)ref->length + 1);
  evd_err e = evd_board_object(&x->look.files, kind, ref, &b);
  if (e == EVD_OK)
    e = keep_parts(x, (evd_span){b.p, b.n}, i, step, index);
  else
    e = evd_complain(e, "%s: the object of entry %llu: %s", x->look.where,
                     (unsigned long long)index, evd_err_text(e));
  evd_buf_close(&b);
  return e;
}

/* Rules have been applied: guardian and step are in their ranges. */
static evd_err see(void *self, const evd_look *l, uint64_t index,
                   const evd_entry_read *r) {
  sync_run *x = self;
  const evd_entry *e = &r->e;
  (void)l;
  if (x->s->what == EVD_SYNC_CEREMONY) {
    if (e->type != EVD_ENTRY_CEREMONY || e->ceremony.step > ACCEPT)
      return EVD_OK;
    return keep_object(x, &e->ceremony.object, "ceremony", e->ceremony.guardian,
                       e->ceremony.step, index);
  }
  const bool data = e->type == EVD_ENTRY_SHARE && e->share.step > ROUNDS;
  if (e->type != EVD_ENTRY_SHARE || data != (x->s->what == EVD_SYNC_DATA))
    return EVD_OK;
  return keep_object(x, &e->share.object, "share", e->share.guardian,
                     e->share.step, index);
}

/* The first check of the log, or of the record as its view, that fails. */
static evd_err judge_checks(const sync_run *x, const evd_report *r) {
  for (size_t i = 0; i < r->n_checks; i++) {
    const evd_check *c = &r->checks[i];
    if (c->status == EVD_FAILED)
      return evd_complain(EVD_ERR_REFUSED,
                          "%s is not the record that %s shows: %s: %s: %s; "
                          "nothing is decrypted",
                          x->s->record, x->look.where, c->id, c->kept[0].where,
                          c->kept[0].what);
  }
  return EVD_OK;
}

static evd_err compare_record(sync_run *x, evd_verify_log *log, evd_arena *a) {
  evd_logcheck *check = NULL;
  evd_source record;
  evd_report report;
  const evd_verify_how how = {.pool = NULL};
  memset(&report, 0, sizeof report);
  EVD_TRY(evd_source_dir_open(&record, x->s->record));
  evd_err e = evd_verify_log_read(&check, log, &how, a);
  if (e == EVD_OK) {
    evd_logcheck_compare(check, &record);
    e = evd_logcheck_end(check, &report);
  }
  if (e == EVD_OK)
    e = judge_checks(x, &report);
  evd_logcheck_close(check);
  evd_source_dir_close(&record);
  return e;
}

/* T12: a ballot that only this record calls challenged would be opened. */
static evd_err judge_record(sync_run *x) {
  const evd_verify_log_words words = {.policy = x->s->words->policy};
  evd_verify_log log;
  evd_arena a;
  evd_arena_init(&a, CHECK_BYTES_MAX);
  evd_err e = evd_verify_log_open(&log, x->s->words->board, &words);
  if (e == EVD_OK)
    e = compare_record(x, &log, &a);
  evd_verify_log_close(&log);
  evd_arena_close(&a);
  return e;
}

/* C08: what is decrypted is what everybody sees closed. */
static evd_err judge_tally(sync_run *x) {
  const evd_look *l = &x->look;
  const char *path =
      evd_path(&x->arena, "%s/tally_encrypted.json", x->s->record);
  evd_span bytes;
  if (x->s->what == EVD_SYNC_CEREMONY)
    return EVD_OK;
  if (!l->rules.closed)
    return evd_complain(EVD_ERR_WAIT,
                        "%s: CLOSE does not stand in a checkpoint that the "
                        "witnesses of the policy have signed; nothing is "
                        "decrypted before",
                        l->where);
  if (l->tallied.size == 0)
    return evd_complain(EVD_ERR_WAIT, "%s: the tally is not in the log yet",
                        l->where);
  EVD_TRY(evd_file_read(path, FILE_BYTES_MAX, &bytes, &x->arena));
  if (evd_object_fits(&l->tally, "tally_encrypted", bytes))
    return x->keep ? judge_record(x) : EVD_OK;
  return evd_complain(EVD_ERR_REFUSED,
                      "%s is not the tally of %s: nothing is decrypted", path,
                      l->where);
}

/* Fewer witnesses than `strict` asks for cannot rule out a second view of the
 * log: a guardian opens votes on it knowing how many there were. */
static evd_err judge_witnesses(const sync_run *x) {
  static const char *const profiles[] = {"", "", "small", "none"};
  const evd_look *l = &x->look;
  const uint8_t profile = l->rules.profile;
  uint32_t k = 0, n = 0;
  uint64_t enough = 0;
  if (!x->keep || !x->s->secret || x->s->what == EVD_SYNC_CEREMONY ||
      profile == EVD_PROFILE_STRICT)
    return EVD_OK;
  (void)evd_policy_k_of_n(&l->policy, &k, &n);
  if (!x->s->witnesses)
    return evd_usage(x->s->verb,
                     "%s has the profile %s: %u of %u witnesses have signed "
                     "its checkpoint; who decrypts on their word says "
                     "--witnesses %u",
                     l->where, profiles[profile], l->n_witnesses, n,
                     l->n_witnesses);
  EVD_TRY(evd_arg_number("witnesses", x->s->witnesses, 0, EVD_POLICY_NAMES_MAX,
                         &enough));
  if (enough >= k && enough <= l->n_witnesses)
    return EVD_OK;
  return evd_complain(EVD_ERR_REFUSED,
                      "%s: %u witnesses have signed its checkpoint and %u are "
                      "asked for, not %u; nothing is decrypted",
                      l->where, l->n_witnesses, k, (unsigned)enough);
}

static evd_err look(sync_run *x, const evd_sync *s, bool keep) {
  memset(x, 0, sizeof *x);
  x->s = s;
  x->keep = keep;
  x->words.board = s->words->board;
  x->words.policy = s->words->policy;
  x->words.wait = s->words->wait;
  evd_arena_init(&x->arena, 4 * FILE_BYTES_MAX);
  EVD_TRY(evd_look_open(&x->look, s->words->board, s->words->policy));
  if (keep)
    EVD_TRY(evd_dir_make(s->xd, 0755));
  EVD_TRY(evd_look_walk(&x->look, EVD_LOOK_ALL, see, x));
  x->act = evd_act_on(&x->look, s->verb, &x->words);
  EVD_TRY(judge_tally(x));
  return judge_witnesses(x);
}

static void close_run(sync_run *x) {
  evd_look_close(&x->look);
  evd_arena_close(&x->arena);
}

evd_err evd_sync_fetch(const evd_sync *s) {
  sync_run x;
  if (!s->words->board)
    return EVD_OK;
  evd_err e = look(&x, s, true);
  close_run(&x);
  return e;
}

/* ---- from XD into the log ---- */

/* The file as a part, if it is there. */
static evd_err add_part(sync_run *x, evd_buf *parts, const char *name) {
  const char *path = evd_path(&x->arena, "%s/%s", x->s->xd, name);
  evd_span bytes;
  if (!evd_file_exists(path))
    return EVD_OK;
  evd_arena_point mark = evd_arena_mark(&x->arena);
  EVD_TRY(evd_file_read(path, FILE_BYTES_MAX, &bytes, &x->arena));
  evd_part_write(parts, name, bytes);
  evd_arena_back(&x->arena, mark);
  return EVD_OK;
}

static evd_err gather(sync_run *x, evd_buf *parts, uint32_t i, uint32_t step) {
  static const char *const files[] = {"", "commit", "guardian", "", "accept"};
  char name[NAME_BYTES];
  if (x->s->what != EVD_SYNC_CEREMONY) {
    (void)snprintf(name, sizeof name, "decrypt_%u_%u.json", step, i);
    return add_part(x, parts, name);
  }
  if (step != SHARES) {
    (void)snprintf(name, sizeof name, "%s_%u.json", files[step], i);
    return add_part(x, parts, name);
  }
  for (uint32_t l = 1; l <= x->look.par.n; l++) {
    (void)snprintf(name, sizeof name, "share_%u_%u.json", i, l);
    EVD_TRY(add_part(x, parts, name));
  }
  return EVD_OK;
}

static void fill_entry(const sync_run *x, evd_entry *e, uint32_t i,
                       uint32_t step, evd_span parts) {
  memset(e, 0, sizeof *e);
  e->slot = evd_look_slot(&x->look);
  if (x->s->what == EVD_SYNC_CEREMONY) {
    e->type = EVD_ENTRY_CEREMONY;
    e->ceremony.guardian = i;
    e->ceremony.step = (uint8_t)step;
    e->ceremony.object = evd_object_name("ceremony", parts);
    return;
  }
  e->type = EVD_ENTRY_SHARE;
  e->share.guardian = i;
  e->share.step = (uint8_t)share_step(x->s->what, step);
  e->share.object = evd_object_name("share", parts);
  e->share.head = x->look.head;
}

static evd_err sign_and_post(sync_run *x, const evd_entry *e, evd_span object,
                             const uint8_t *seed) {
  evd_draft d;
  evd_buf item;
  evd_buf_init(&item, EVD_SUBMIT_BYTES_MAX);
  evd_err err = evd_draft_make(&d, e, &object, 1);
  if (err == EVD_OK)
    err = evd_draft_sign(&d, &x->act.frame, seed, x->s->words->key);
  if (err == EVD_OK)
    evd_draft_item(&item, &d);
  evd_draft_close(&d);
  if (err == EVD_OK)
    err = evd_buf_ok(&item)
              ? evd_act_post(&x->act, (evd_span){item.p, item.n}, NULL)
              : evd_complain(EVD_ERR_SPACE, "%s: no memory", x->s->verb);
  evd_buf_close(&item);
  return err;
}

static evd_err send_step(sync_run *x, uint32_t i, uint32_t step,
                         const uint8_t *seed) {
  evd_entry e;
  evd_buf parts;
  const uint32_t logged =
      x->s->what == EVD_SYNC_CEREMONY ? step : share_step(x->s->what, step);
  if (x->has[i][logged])
    return EVD_OK;
  evd_buf_init(&parts, FILE_BYTES_MAX);
  evd_err err = gather(x, &parts, i, step);
  const evd_span object = {parts.p, parts.n};
  if (err == EVD_OK && !evd_buf_ok(&parts))
    err = evd_complain(EVD_ERR_SPACE, "%s: no memory", x->s->verb);
  if (err == EVD_OK && parts.n > 0) {
    fill_entry(x, &e, i, step, object);
    err = sign_and_post(x, &e, object, seed);
  }
  if (err == EVD_OK && parts.n > 0)
    printf("In the log: %s step %u of guardian %u.\n", evd_entry_name(e.type),
           logged, i);
  evd_buf_close(&parts);
  return err;
}

static evd_err send_all(sync_run *x, const uint8_t *seed) {
  uint32_t i = 0;
  const uint32_t last = x->s->what == EVD_SYNC_CEREMONY ? ACCEPT : ROUNDS;
  EVD_TRY(evd_secret_index(&i, x->s->verb, x->s->index, x->s->secret,
                           x->look.par.n));
  for (uint32_t step = 1; step <= last; step++)
    EVD_TRY(send_step(x, i, step, seed));
  return EVD_OK;
}

static evd_err with_key(sync_run *x) {
  const evd_sync_words *w = x->s->words;
  const evd_secret_words secrets = {.fd = x->s->passphrase_fd,
                                    .plain = w->plain_key};
  evd_note_key pub;
  evd_vault *v = NULL;
  uint8_t *seed = NULL;
  EVD_TRY(evd_arg_needed(x->s->verb, "key", w->key));
  EVD_TRY(evd_key_file_vault(&v, x->s->verb, &secrets));
  evd_err e = evd_key_file_seed(&seed, &pub, w->key, v);
  if (e == EVD_OK)
    e = send_all(x, seed);
  evd_secret_free(seed);
  evd_vault_close(v);
  return e;
}

evd_err evd_sync_send(const evd_sync *s) {
  sync_run x;
  if (!s->words->board)
    return EVD_OK;
  evd_err e = look(&x, s, false);
  if (e == EVD_OK)
    e = with_key(&x);
  close_run(&x);
  return e;
}
