/* evident demo: a whole election on this machine, with real cards. */
#include "cmd/demo.h"

#include <stdio.h>
#include <string.h>

#include "cmd/args.h"
#include "cmd/paths.h"
#include "host/place.h"

#define MIB ((size_t)1024 * 1024)

static const char verb[] = "demo";

typedef struct {
  const char *ballots, *guardians, *quorum, *absent, *out, *data;
} options;

/* ---- the command line ---- */

static evd_err read_options(options *o, int argc, char **argv) {
  const evd_option_row rows[] = {EVD_OPT("ballots", o->ballots),
                                 EVD_OPT("guardians", o->guardians),
                                 EVD_OPT("quorum", o->quorum),
                                 EVD_OPT("absent", o->absent),
                                 EVD_OPT("out", o->out),
                                 EVD_OPT("data", o->data),
                                 EVD_OPT_END};
  return evd_args(argc, argv, rows, NULL, 0, "");
}

static evd_err number_or(const char *option, const char *text, uint64_t lo,
                         uint64_t hi, uint64_t usual, uint64_t *out) {
  *out = usual;
  return text ? evd_arg_number(option, text, lo, hi, out) : EVD_OK;
}

static bool is_absent(const evd_demo *d, uint32_t i) {
  for (uint32_t j = 0; j < d->n_absent; j++)
    if (d->absent[j] == i)
      return true;
  return false;
}

/* Without --absent one guardian stays away, if a quorum is left. */
static evd_err choose_present(evd_demo *d, const char *absent) {
  char text[EVD_N_MAX * 4 + 1] = "";
  size_t at = 0;
  if (absent) {
    EVD_TRY(evd_arg_list("--absent", absent, d->absent, d->n, &d->n_absent));
  } else if (d->n > d->k) {
    d->absent[0] = d->n >= 2 ? 2 : 1;
    d->n_absent = 1;
  }
  for (uint32_t j = 0; j < d->n_absent; j++)
    if (d->absent[j] > d->n)
      return evd_usage(verb, "--absent names guardian %u of %u", d->absent[j],
                       d->n);
  for (uint32_t i = 1; i <= d->n; i++) {
    if (is_absent(d, i))
      continue;
    d->present[d->n_present++] = i;
    at += (size_t)snprintf(text + at, sizeof text - at, "%s%u",
                           at > 0 ? "," : "", i);
  }
  d->present_text = evd_path(&d->arena, "%s", text);
  if (d->n_present >= d->k)
    return EVD_OK;
  return evd_usage(verb,
                   "--absent leaves %u guardians, fewer than the quorum "
                   "of %u",
                   d->n_present, d->k);
}

static evd_err use_options(evd_demo *d, const options *o) {
  uint64_t n = 0, k = 0;
  /* 95: the cards of the goal for the time of a demo */
  EVD_TRY(number_or("--ballots", o->ballots, 1, 1000000, 95, &d->cards));
  EVD_TRY(number_or("--guardians", o->guardians, 1, EVD_N_MAX, 3, &n));
  EVD_TRY(number_or("--quorum", o->quorum, 1, n, n < 2 ? n : 2, &k));
  d->n = (uint32_t)n;
  d->k = (uint32_t)k;
  return choose_present(d, o->absent);
}

/* ---- places ---- */

static evd_err find_data(evd_demo *d, const char *given) {
  d->data = given ? given : EVIDENT_DATADIR "/sf-2024";
  if (!given && !evd_file_exists(d->data))
    d->data = EVIDENT_SOURCE_DATADIR "/sf-2024";
  if (evd_file_exists(d->data))
    return EVD_OK;
  return evd_complain(EVD_ERR_MISSING,
                      "%s is not there; name the folder of example data with "
                      "--data DIR",
                      d->data);
}

/* The folder asked for, or the first free of evident-demo, evident-demo-2, ..
 */
static evd_err make_place(evd_demo *d, const char *out) {
  d->dir = out ? out : "evident-demo";
  for (uint32_t i = 2; !out && i < 1000 && evd_file_exists(d->dir); i++)
    d->dir = evd_path(&d->arena, "evident-demo-%u", i);
  EVD_TRY(evd_dir_make_new(d->dir, 0755));
  d->work = evd_path(&d->arena, "%s/device", d->dir);
  d->closed = evd_path(&d->arena, "%s/closed", d->dir);
  d->record = evd_path(&d->arena, "%s/record", d->dir);
  d->board = evd_path(&d->arena, "%s/board", d->dir);
  d->plain = evd_path(&d->arena, "%s/plain.jsonl", d->dir);
  d->receipts = evd_path(&d->arena, "%s/receipts.csv", d->dir);
  return evd_dir_make(evd_path(&d->arena, "%s/log", d->dir), 0755);
}

static evd_err count_processors(evd_demo *d) {
  evd_pool pool;
  EVD_TRY(evd_pool_open(&pool, 0));
  d->processors = pool.workers > 0 ? pool.workers : 1;
  evd_pool_close(&pool);
  return EVD_OK;
}

/* ---- steps ---- */

static const char *text_of(evd_demo *d, uint64_t number) {
  return evd_path(&d->arena, "%llu", (unsigned long long)number);
}

static evd_err run_one(evd_demo *d, evd_demo_job *j) {
  return evd_demo_run(d, j, 1, false);
}

static evd_err prepare_election(evd_demo *d) {
  evd_demo_job import, new;
  const char *imported = evd_path(&d->arena, "%s/import", d->dir);
  evd_demo_step(d, "real cards imported, manifest written");
  evd_demo_job_init(&import, 0);
  evd_demo_job_words(&import, "import", "dominion", d->data, "--out", imported,
                     "--guardians", text_of(d, d->n), (const char *)NULL);
  EVD_TRY(run_one(d, &import));
  evd_demo_job_init(&new, 0);
  evd_demo_job_words(&new, "election", "new", "--from",
                     evd_path(&d->arena, "%s/manifest.json", imported),
                     "--kind", "trial", "--guardians", text_of(d, d->n),
                     "--quorum", text_of(d, d->k), "--out", d->work,
                     (const char *)NULL);
  EVD_TRY(run_one(d, &new));
  EVD_TRY(evd_demo_cards(d, evd_path(&d->arena, "%s/plain.jsonl", imported)));
  evd_demo_step_done(d);
  return EVD_OK;
}

static evd_err begin_log(evd_demo *d) {
  evd_demo_step(d, "board and four witnesses run; the election is in the log");
  EVD_TRY(evd_demo_board_start(d));
  EVD_TRY(evd_demo_publish(d));
  evd_demo_step_done(d);
  return EVD_OK;
}

static evd_err make_keys(evd_demo *d) {
  evd_demo_step(d, evd_path(&d->arena,
                            "key ceremony of %u guardians over the board, "
                            "quorum %u",
                            d->n, d->k));
  EVD_TRY(evd_demo_guardians_prepare(d));
  EVD_TRY(evd_demo_ceremony(d));
  EVD_TRY(evd_demo_open(d));
  evd_demo_step_done(d);
  return EVD_OK;
}

static evd_err encrypt_cards(evd_demo *d) {
  evd_demo_job j;
  evd_demo_step(d, evd_path(&d->arena,
                            "%llu cards encrypted, each checked by the device",
                            (unsigned long long)d->cards));
  evd_demo_job_init(&j, 0);
  evd_demo_job_words(&j, "encrypt", d->work, "--device", "1", "--in", d->plain,
                     "--receipts", d->receipts, "--jobs",
                     text_of(d, d->processors), (const char *)NULL);
  EVD_TRY(run_one(d, &j));
  evd_demo_step_done(d);
  return EVD_OK;
}

static evd_err upload_cards(evd_demo *d) {
  const char *challenged = evd_path(&d->arena, "%s/challenged.txt", d->dir);
  const char *spoiled = evd_path(&d->arena, "%s/spoiled.txt", d->dir);
  evd_demo_step(d, "cards put into the log, each checked by the board");
  EVD_TRY(evd_demo_choose(d, challenged, spoiled));
  EVD_TRY(evd_demo_upload(d, challenged, spoiled));
  evd_demo_step_done(d);
  return EVD_OK;
}

static evd_err close_voting(evd_demo *d) {
  evd_demo_step(
      d,
      evd_path(&d->arena, "closed: %u challenged, %u spoiled, %llu cast",
               d->n_challenged, d->n_spoiled,
               (unsigned long long)d->cards - d->n_challenged - d->n_spoiled));
  EVD_TRY(evd_demo_close(d));
  evd_demo_step_done(d);
  return EVD_OK;
}

static evd_err add_up(evd_demo *d) {
  evd_demo_step(d, "cast cards added under encryption");
  EVD_TRY(evd_demo_tally(d));
  evd_demo_step_done(d);
  return EVD_OK;
}

static evd_err combine(evd_demo *d) {
  const char *opener = evd_path(&d->arena, "%s/opener", d->dir);
  evd_demo_job j;
  EVD_TRY(evd_demo_opener(d, opener));
  evd_demo_job_init(&j, 0);
  evd_demo_job_words(&j, "election", "result", d->closed, "--exchange", opener,
                     "--present", d->present_text, (const char *)NULL);
  evd_demo_words_board(d, &j);
  EVD_TRY(run_one(d, &j));
  return evd_demo_result(d);
}

static evd_err decrypt_tally(evd_demo *d) {
  evd_demo_step(d, evd_path(&d->arena,
                            "guardians %s verify the record and decrypt",
                            d->present_text));
  EVD_TRY(evd_demo_decrypt(d));
  evd_demo_step_done(d);
  evd_demo_step(d, "answers combined, result in the log");
  EVD_TRY(combine(d));
  EVD_TRY(evd_demo_keep(d));
  evd_demo_step_done(d);
  return EVD_OK;
}

static evd_err verify_record(evd_demo *d) {
  evd_demo_job j;
  evd_demo_step(d, "whole record and its log verified, as anybody can");
  evd_demo_job_init(&j, 0);
  evd_demo_job_words(&j, "verify", d->board, "--policy", d->policy,
                     (const char *)NULL);
  j.out = evd_path(&d->arena, "%s/verify.txt", d->dir);
  EVD_TRY(run_one(d, &j));
  evd_demo_step_done(d);
  return EVD_OK;
}

/* ---- telling ---- */

static void tell_begin(const evd_demo *d) {
  printf("A whole election on this machine, of kind trial, in %s.\n"
         "Real cards of San Francisco, 5 November 2024. Ranked contests are "
         "counted by first\nrank only; a batch of cards is not the result of "
         "that election.\n",
         d->dir);
  if (d->n_absent == 0)
    printf("All %u guardians are present at the decryption.\n\n", d->n);
  else
    printf("Of %u guardians, %s are present at the decryption; %u needed.\n\n",
           d->n, d->present_text, d->k);
}

static void tell_end(const evd_demo *d) {
  const char *r = d->record;
  printf("\nDone in %.1f seconds. The record anyone can check: %s\n"
         "The log it was taken from, signed by 3 of 4 witnesses: %s\n",
         (double)(evd_clock_ms() - d->start_ms) / 1000, r, d->board);
  printf("The guardians' passphrases were random and are gone with this "
         "command.\n\nTry next:\n"
         "  evident verify %s\n"
         "  evident verify %s --policy %s\n"
         "  evident election check %s\n"
         "  head -3 %s      (a voter finds the code in the record:)\n"
         "  grep -c CODE %s/ballots/device_1.jsonl\n"
         "  cp -r %s %s/forged && sed -i 's/\"t\":1,/\"t\":2,/' "
         "%s/forged/tally.json\n"
         "  evident verify %s/forged      (says FAIL, exit code 1)\n",
         r, d->board, d->policy, r, d->receipts, r, r, d->dir, d->dir, d->dir);
}

static evd_err run(evd_demo *d, const options *o) {
  EVD_TRY(use_options(d, o));
  EVD_TRY(find_data(d, o->data));
  EVD_TRY(count_processors(d));
  EVD_TRY(make_place(d, o->out));
  tell_begin(d);
  EVD_TRY(prepare_election(d));
  EVD_TRY(begin_log(d));
  EVD_TRY(make_keys(d));
  EVD_TRY(encrypt_cards(d));
  EVD_TRY(upload_cards(d));
  EVD_TRY(close_voting(d));
  EVD_TRY(add_up(d));
  EVD_TRY(decrypt_tally(d));
  EVD_TRY(verify_record(d));
  EVD_TRY(evd_demo_compare(d));
  tell_end(d);
  return EVD_OK;
}

evd_err evd_cmd_demo(int argc, char **argv) {
  evd_demo d = {.cards = 0};
  options o = {.ballots = NULL};
  EVD_TRY(read_options(&o, argc, argv));
  evd_arena_init(&d.arena, 64 * MIB); /* closing it wipes the passphrases */
  d.start_ms = evd_clock_ms();
  evd_err e = run(&d, &o);
  evd_demo_board_stop(&d);
  evd_arena_close(&d.arena);
  return e;
}
