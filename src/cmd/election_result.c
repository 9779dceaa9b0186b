/* evident election result: the guardians' answers become tally.json,
 * challenged.jsonl and mail_open.jsonl, or contest_data.jsonl; all of a run or
 * nothing. */
#include <stdio.h>
#include <string.h>

#include "cmd/board_sync.h"
#include "cmd/result.h"
#include "host/place.h"

typedef struct {
  const char *record, *xd, *present;
  bool data;
  evd_sync_words sync;
} arguments;

static evd_err read_arguments(arguments *a, int argc, char **argv) {
  memset(a, 0, sizeof *a);
  const evd_option_row rows[] = {EVD_OPT("exchange", a->xd),
                                 EVD_OPT("present", a->present),
                                 EVD_OPT_FLAG("contest-data", a->data),
                                 EVD_OPT("board", a->sync.board),
                                 EVD_OPT("policy", a->sync.policy),
                                 EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &a->record, 1, "RECORD"));
  return evd_arg_needed(argv[0], "exchange", a->xd);
}

static const char *in_record(evd_result *x, const char *name) {
  return evd_path(&x->rq.head.arena, "%s/%s", x->rq.head.dir, name);
}

static evd_err refuse_existing(evd_result *x, const char *name) {
  const char *path = in_record(x, name);
  if (!evd_file_exists(path))
    return EVD_OK;
  return evd_complain(EVD_ERR_EXISTS,
                      "%s is there already and is not overwritten", path);
}

/* ---- tally and challenged ballots ---- */

/* What the opening of challenged ballots makes. */
typedef struct {
  const char *name;
  evd_out *out; /* NULL: no such ballot is challenged */
  bool named;
} opened_file;
#define OPENED_FILES 2

static evd_err name_opened(opened_file files[]) {
  for (size_t i = 0; i < OPENED_FILES; i++) {
    evd_out *out = files[i].out;
    if (!out)
      continue;
    files[i].out = NULL;
    EVD_TRY(evd_out_commit(out));
    files[i].named = true;
  }
  return EVD_OK;
}

/* tally.json is published last: its being there means that all is. A ballot
 * that its device made unopenable must not hold up everybody's tally. */
static evd_err publish(evd_result *x, evd_buf *tally, opened_file files[],
                       evd_err opened_err) {
  evd_err e = opened_err == EVD_OK ? name_opened(files) : EVD_OK;
  if (e == EVD_OK)
    e = evd_file_write(in_record(x, "tally.json"), tally->p, tally->n, 0644,
                       EVD_NEW);
  for (size_t i = 0; i < OPENED_FILES && e != EVD_OK; i++)
    if (files[i].named)
      (void)!evd_file_erase(in_record(x, files[i].name));
  return e == EVD_OK ? opened_err : e;
}

static evd_err open_challenged(evd_result *x, opened_file files[]) {
  bool wanted[OPENED_FILES] = {false};
  for (size_t t = 0; t < x->rq.n_nonces; t++)
    wanted[x->rq.nonces[t].mail] = true;
  if (x->rq.n_nonces == 0)
    return EVD_OK;
  for (size_t i = 0; i < OPENED_FILES; i++)
    if (wanted[i])
      EVD_TRY(evd_out_open(&files[i].out, in_record(x, files[i].name), 0644,
                           EVD_NEW));
  return evd_result_opened(x, files[0].out, files[1].out);
}

static evd_err make_tally(evd_result *x) {
  evd_buf text;
  opened_file files[OPENED_FILES] = {{"challenged.jsonl", NULL, false},
                                     {"mail_open.jsonl", NULL, false}};
  evd_buf_init(&text, (size_t)64 << 20);
  evd_err e = evd_result_tally(x, &text);
  if (e == EVD_OK) {
    e = open_challenged(x, files);
    if (e == EVD_OK || e == EVD_ERR_PROOF)
      e = publish(x, &text, files, e);
  }
  for (size_t i = 0; i < OPENED_FILES; i++)
    evd_out_abandon(files[i].out);
  evd_buf_close(&text);
  return e;
}

static void say_tally(const evd_result *x) {
  uint32_t n = 0;
  for (uint32_t c = 0; c < x->rq.head.man.n_contests; c++)
    n += x->rq.withheld[c];
  printf("Result of %u contest%s written to %s/tally.json",
         x->rq.head.man.n_contests, x->rq.head.man.n_contests == 1 ? "" : "s",
         x->rq.head.dir);
  if (n)
    printf(", %u of them withheld (fewer than %llu ballots)", n,
           (unsigned long long)x->rq.head.man.privacy_floor);
  if (x->rq.n_nonces)
    printf("; %zu challenged ballot%s opened", x->rq.n_nonces,
           x->rq.n_nonces == 1 ? "" : "s");
  printf(".\nNext: evident verify %s\n", x->rq.head.dir);
}

/* ---- contest data ---- */

static evd_err make_data(evd_result *x) {
  evd_out *out = NULL;
  uint64_t left_out = 0;
  EVD_TRY(
      evd_out_open(&out, in_record(x, "contest_data.jsonl"), 0644, EVD_NEW));
  evd_err e = evd_result_data(x, out, &left_out);
  if (e != EVD_OK || left_out == x->rq.n_items) {
    evd_out_abandon(out);
    EVD_TRY(e);
  } else {
    EVD_TRY(evd_out_commit(out));
  }
  printf("%llu of %u contest data opened into %s/contest_data.jsonl.\n",
         (unsigned long long)(x->rq.n_items - left_out), x->rq.n_items,
         x->rq.head.dir);
  if (left_out)
    printf("Left out: %llu that are not packed as the record format says.\n",
           (unsigned long long)left_out);
  return EVD_OK;
}

static evd_err make(evd_result *x, const arguments *a) {
  int hold = -1;
  const uint32_t tables = EVD_TAB_G | (a->data ? EVD_TAB_K_HAT : EVD_TAB_K);
  EVD_TRY(evd_request_open(&x->rq, a->record, a->xd, a->present, a->data));
  EVD_TRY(refuse_existing(x, a->data ? "contest_data.jsonl" : "tally.json"));
  if (!a->data) {
    EVD_TRY(refuse_existing(x, "challenged.jsonl"));
    EVD_TRY(refuse_existing(x, "mail_open.jsonl"));
  }
  EVD_TRY(evd_request_collect(&x->rq, EVD_REQUEST_RECOUNT | EVD_REQUEST_NONCES |
                                          EVD_REQUEST_WHOLE));
  EVD_TRY(evd_pool_open(&x->pool, 0));
  EVD_TRY(evd_host_group_open(&x->hg, &x->rq.head.keys.K,
                              &x->rq.head.keys.K_hat, tables));
  EVD_TRY(evd_result_combine(x));
  EVD_TRY(evd_dir_hold(&hold, a->record));
  evd_err e = a->data ? make_data(x) : make_tally(x);
  evd_dir_let_go(hold);
  if (e == EVD_OK && !a->data)
    say_tally(x);
  return e;
}

evd_err evd_cmd_election_result(int argc, char **argv) {
  arguments a;
  evd_result x;
  memset(&x, 0, sizeof x);
  EVD_TRY(read_arguments(&a, argc, argv));
  const evd_sync sync = {.verb = argv[0],
                         .record = a.record,
                         .xd = a.xd,
                         .words = &a.sync,
                         .what = a.data ? EVD_SYNC_DATA : EVD_SYNC_TALLY};
  EVD_TRY(evd_sync_fetch(&sync));
  evd_err e = make(&x, &a);
  evd_host_group_close(x.hg);
  evd_pool_close(&x.pool);
  evd_request_close(&x.rq);
  return e;
}
