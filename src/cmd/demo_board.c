/* The demo's board: who may sign, four witnesses, the server, and the acts of
 * officials.
 *
 * The keys of officials are plain files here: they sign what everybody sees,
 * and the election is a trial. */
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "cmd/demo.h"
#include "host/place.h"

enum { ADMINS = 3, WITNESSES = 4, WITNESS_QUORUM = 3, KEYS_A_JOB = 8 };
#define ORIGIN "board.example/demo"
#define START_MS 60000 /* a busy machine */
#define POLL_MS 20     /* short beside a start */
#define LINE_MAX ((size_t)4096)

static const char *key(evd_demo *d, const char *role, uint32_t i) {
  return evd_path(&d->arena, "%s/keys/%s%u", d->dir, role, i);
}

static const char *public_key(evd_demo *d, const char *role, uint32_t i) {
  return evd_path(&d->arena, "%s.pub", key(d, role, i));
}

/* ---- keys ---- */

typedef struct {
  const char *role;
  uint32_t n;
} key_kind;

/* The log's key bears the name of the log. */
static void key_job(evd_demo *d, evd_demo_job *j, const char *role,
                    uint32_t i) {
  const char *name = strcmp(role, "log") == 0
                         ? ORIGIN
                         : evd_path(&d->arena, "demo.example/%s%u", role, i);
  evd_demo_job_init(j, 0);
  evd_demo_job_words(j, "key", "new", key(d, role, i), "--name", name,
                     "--plain-secrets", (const char *)NULL);
}

static evd_err make_keys(evd_demo *d) {
  const key_kind kinds[] = {{"admin", ADMINS},      {"guardian", d->n},
                            {"device", 1},          {"poll-worker", 1},
                            {"witness", WITNESSES}, {"log", 1}};
  const uint32_t n_kinds = sizeof kinds / sizeof kinds[0];
  const size_t all = (size_t)ADMINS + d->n + WITNESSES + 3;
  evd_demo_job *jobs = evd_arena_get(&d->arena, all, sizeof *jobs);
  uint32_t n = 0;
  if (!jobs)
    return evd_complain(EVD_ERR_SPACE, "demo: out of memory");
  EVD_TRY(evd_dir_make(evd_path(&d->arena, "%s/keys", d->dir), 0700));
  for (uint32_t k = 0; k < n_kinds; k++)
    for (uint32_t i = 1; i <= kinds[k].n; i++)
      key_job(d, &jobs[n++], kinds[k].role, i);
  return evd_demo_run(d, jobs, n, false);
}

/* ROLE=K.pub for everybody who signs; the file is written in one go, so the
 * list has to fit into a command line. */
static evd_err list_keys(evd_demo *d) {
  evd_demo_job j;
  evd_demo_job_init(&j, 0);
  evd_demo_job_words(&j, "keys", "make", "--out", d->keys, (const char *)NULL);
  for (uint32_t i = 1; i <= ADMINS; i++)
    evd_demo_job_add(
        &j, evd_path(&d->arena, "admin=%s", public_key(d, "admin", i)));
  for (uint32_t i = 1; i <= d->n; i++)
    evd_demo_job_add(&j, evd_path(&d->arena, "guardian:%u=%s", i,
                                  public_key(d, "guardian", i)));
  evd_demo_job_add(
      &j, evd_path(&d->arena, "device:1=%s", public_key(d, "device", 1)));
  evd_demo_job_add(&j, evd_path(&d->arena, "poll-worker:1=%s",
                                public_key(d, "poll-worker", 1)));
  return evd_demo_run(d, &j, 1, false);
}

/* ---- processes that go on ---- */

/* The last word of the first line that a process prints. */
static evd_err first_answer(evd_demo *d, const char *out, const char **word) {
  const uint64_t until = evd_clock_ms() + START_MS;
  while (evd_clock_ms() < until) {
    evd_span text = {NULL, 0};
    if (evd_file_exists(out))
      EVD_TRY(evd_file_read(out, LINE_MAX, &text, &d->arena));
    const uint8_t *end = text.n ? memchr(text.p, '\n', text.n) : NULL;
    if (end) {
      const uint8_t *at = end;
      while (at > text.p && at[-1] != ' ')
        at--;
      *word = evd_path(&d->arena, "%.*s", (int)(end - at), (const char *)at);
      return EVD_OK;
    }
    evd_wait_ms(POLL_MS);
  }
  return evd_complain(EVD_ERR_FAIL,
                      "demo: no answer of evident-board; see "
                      "%s/log",
                      d->dir);
}

static evd_err start(evd_demo *d, evd_demo_job *j, const char *name,
                     const char **where) {
  const char *out = evd_path(&d->arena, "%s/log/%s.out", d->dir, name);
  const evd_child_plan plan = {
      .program = d->board_program,
      .argv = j->argv,
      .out_path = out,
      .err_path = evd_path(&d->arena, "%s/log/%s.txt", d->dir, name)};
  evd_demo_job_words(j, "--listen", "127.0.0.1:0", "--plain-secrets",
                     (const char *)NULL);
  EVD_TRY(evd_child_start(&d->servers[d->n_servers], &plan));
  d->n_servers++;
  return first_answer(d, out, where);
}

static evd_err start_witness(evd_demo *d, uint32_t i, const char **where) {
  evd_demo_job j;
  evd_demo_job_init(&j, 0);
  evd_demo_job_words(&j, "witness", "--key", key(d, "witness", i), "--state",
                     evd_path(&d->arena, "%s/witness_%u", d->dir, i), "--log",
                     public_key(d, "log", 1), (const char *)NULL);
  return start(d, &j, evd_path(&d->arena, "witness_%u", i), where);
}

static evd_err start_server(evd_demo *d) {
  evd_demo_job j;
  evd_demo_job_init(&j, 0);
  evd_demo_job_words(&j, "serve", d->server, "--origin", ORIGIN, "--key",
                     key(d, "log", 1), "--keys", d->keys, "--policy", d->policy,
                     "--tick", "0.25", (const char *)NULL);
  return start(d, &j, "server", &d->url);
}

void evd_demo_board_stop(evd_demo *d) {
  while (d->n_servers > 0)
    evd_child_stop(&d->servers[--d->n_servers]);
}

static evd_err make_policy(evd_demo *d) {
  evd_demo_job j;
  evd_demo_job_init(&j, 0);
  evd_demo_job_words(&j, "policy", "make", "--log", public_key(d, "log", 1),
                     "--quorum", evd_path(&d->arena, "%d", WITNESS_QUORUM),
                     "--out", d->policy, (const char *)NULL);
  for (uint32_t i = 1; i <= WITNESSES; i++) {
    const char *where = NULL;
    EVD_TRY(start_witness(d, i, &where));
    evd_demo_job_words(
        &j, "--witness",
        evd_path(&d->arena, "%s=http://%s", public_key(d, "witness", i), where),
        (const char *)NULL);
  }
  return evd_demo_run(d, &j, 1, false);
}

evd_err evd_demo_board_start(evd_demo *d) {
  char program[4096];
  if (!evd_program_beside(program, "evident-board"))
    return evd_complain(EVD_ERR_MISSING,
                        "demo: evident-board does not lie beside this program");
  d->board_program = evd_path(&d->arena, "%s", program);
  d->keys = evd_path(&d->arena, "%s/keys/list", d->dir);
  d->policy = evd_path(&d->arena, "%s/policy", d->dir);
  d->server = evd_path(&d->arena, "%s/server", d->dir);
  EVD_TRY(make_keys(d));
  EVD_TRY(list_keys(d));
  EVD_TRY(make_policy(d));
  return start_server(d);
}

/* ---- acts ---- */

void evd_demo_words_board(const evd_demo *d, evd_demo_job *j) {
  evd_demo_job_words(j, "--board", d->url, "--policy", d->policy,
                     (const char *)NULL);
}

void evd_demo_words_guardian(evd_demo *d, evd_demo_job *j, uint32_t i) {
  evd_demo_words_board(d, j);
  evd_demo_job_words(j, "--key", key(d, "guardian", i), "--plain-key",
                     (const char *)NULL);
}

static void words_admins(evd_demo *d, evd_demo_job *j) {
  for (uint32_t i = 1; i <= ADMINS / 2 + 1; i++)
    evd_demo_job_words(j, "--key", key(d, "admin", i), (const char *)NULL);
}

/* The first signers sign a draft, a few at a time; with the admins the last
 * ones complete it, and it is posted. */
static evd_err act(evd_demo *d, const evd_demo_job *what,
                   const uint32_t guardians[], uint32_t n) {
  const char *draft = evd_path(&d->arena, "%s/draft_%u", d->dir, ++d->n_drafts);
  for (uint32_t at = 0, last = 0; !last; at += KEYS_A_JOB) {
    evd_demo_job j = *what;
    last = at + KEYS_A_JOB >= n;
    evd_demo_job_words(&j, "--draft", draft, "--plain-secrets",
                       (const char *)NULL);
    for (uint32_t i = at; guardians && i < n && i < at + KEYS_A_JOB; i++)
      evd_demo_job_words(&j, "--key", key(d, "guardian", guardians[i]),
                         (const char *)NULL);
    if (last)
      words_admins(d, &j);
    EVD_TRY(evd_demo_run(d, &j, 1, false));
  }
  return EVD_OK;
}

evd_err evd_demo_publish(evd_demo *d) {
  evd_demo_job j;
  evd_demo_job_init(&j, 0);
  evd_demo_job_words(&j, "election", "publish", d->work, "--keys", d->keys,
                     "--profile", "strict", (const char *)NULL);
  evd_demo_words_board(d, &j);
  return act(d, &j, NULL, 0);
}

evd_err evd_demo_open(evd_demo *d) {
  uint8_t random[16];
  char dice[2 * sizeof random + 1] = "";
  uint32_t all[EVD_N_MAX];
  evd_demo_job keys, open;
  for (uint32_t i = 0; i < d->n; i++)
    all[i] = i + 1;
  evd_demo_job_init(&keys, 0);
  evd_demo_job_words(&keys, "election", "keys", d->work, (const char *)NULL);
  evd_demo_words_board(d, &keys);
  EVD_TRY(act(d, &keys, all, d->n));
  evd_random(random, sizeof random);
  evd_hex_write(dice, random, sizeof random);
  evd_demo_job_init(&open, 0);
  evd_demo_job_words(&open, "election", "open", "--beacon", dice,
                     (const char *)NULL);
  evd_demo_words_board(d, &open);
  return act(d, &open, NULL, 0);
}

evd_err evd_demo_upload(evd_demo *d, const char *challenged,
                        const char *spoiled) {
  evd_demo_job j;
  evd_demo_job_init(&j, 0);
  evd_demo_job_words(&j, "upload", d->work, "--device", "1", "--key",
                     key(d, "device", 1), "--poll-worker-key",
                     key(d, "poll-worker", 1), "--open", "--close",
                     "--challenged", challenged, "--spoiled", spoiled,
                     "--plain-secrets", (const char *)NULL);
  evd_demo_words_board(d, &j);
  return evd_demo_run(d, &j, 1, false);
}

evd_err evd_demo_close(evd_demo *d) {
  evd_demo_job stop, close, copy;
  evd_demo_job_init(&stop, 0);
  evd_demo_job_words(&stop, "election", "stop", (const char *)NULL);
  evd_demo_words_board(d, &stop);
  EVD_TRY(act(d, &stop, NULL, 0));
  evd_demo_job_init(&close, 0);
  evd_demo_job_words(&close, "election", "close", (const char *)NULL);
  evd_demo_words_board(d, &close);
  EVD_TRY(act(d, &close, NULL, 0));
  evd_demo_job_init(&copy, 0);
  evd_demo_job_words(&copy, "export", d->url, d->closed, "--policy", d->policy,
                     (const char *)NULL);
  return evd_demo_run(d, &copy, 1, false);
}

evd_err evd_demo_tally(evd_demo *d) {
  evd_demo_job tally, publish;
  evd_demo_job_init(&tally, 0);
  evd_demo_job_words(&tally, "tally", d->closed, (const char *)NULL);
  EVD_TRY(evd_demo_run(d, &tally, 1, false));
  evd_demo_job_init(&publish, 0);
  evd_demo_job_words(&publish, "tally", "publish", d->closed, "--key",
                     key(d, "admin", 1), "--plain-secrets", (const char *)NULL);
  evd_demo_words_board(d, &publish);
  return evd_demo_run(d, &publish, 1, false);
}

evd_err evd_demo_result(evd_demo *d) {
  evd_demo_job open, result;
  evd_demo_job_init(&open, 0);
  evd_demo_job_words(&open, "openings", "publish", d->closed, "--key",
                     key(d, "guardian", d->present[0]), "--plain-secrets",
                     (const char *)NULL);
  evd_demo_words_board(d, &open);
  EVD_TRY(evd_demo_run(d, &open, 1, false));
  evd_demo_job_init(&result, 0);
  evd_demo_job_words(&result, "result", "publish", d->closed,
                     (const char *)NULL);
  evd_demo_words_board(d, &result);
  return act(d, &result, d->present, d->k);
}

/* What remains: the board's files, and the record that they show. */
evd_err evd_demo_keep(evd_demo *d) {
  evd_demo_job j;
  const char *from = evd_path(&d->arena, "%s/public", d->server);
  evd_demo_board_stop(d);
  if (rename(from, d->board) != 0)
    return evd_complain(EVD_ERR_IO, "demo: cannot rename %s to %s", from,
                        d->board);
  evd_demo_job_init(&j, 0);
  evd_demo_job_words(&j, "export", d->board, d->record, "--policy", d->policy,
                     (const char *)NULL);
  return evd_demo_run(d, &j, 1, false);
}
