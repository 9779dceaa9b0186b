/* evident election check: what a record holds and whether its fixed part is
 * right, in plain words. Proofs of ballots and tallies are `verify`'s. */
#include <stdio.h>
#include <string.h>

#include "cmd/args.h"
#include "steps/head.h"

typedef struct {
  const char *dir;
  const char **paths;
  size_t n_paths;
  evd_source src;
  evd_arena arena;
  uint32_t n_faults;
} check;

static bool has(const check *c, const char *path) {
  for (size_t i = 0; i < c->n_paths; i++)
    if (strcmp(c->paths[i], path) == 0)
      return true;
  return false;
}

static bool starts(const char *text, const char *with) {
  return strncmp(text, with, strlen(with)) == 0;
}

static bool is_ballots(const char *path) {
  size_t n = strlen(path), name = n - strlen("ballots/.jsonl");
  if (n <= strlen("ballots/.jsonl") || name > 64 || !starts(path, "ballots/") ||
      strcmp(path + n - 6, ".jsonl") != 0)
    return false;
  return strspn(path + 8, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm"
                          "nopqrstuvwxyz_-") == name;
}

static bool is_known(const char *path) {
  static const char *const names[] = {
      "parameters.json",    "manifest.json",   "texts.json",
      "election_keys.json", "states.jsonl",    "roll.jsonl",
      "devices.json",       "tally.json",      "tally_encrypted.json",
      "challenged.jsonl",   "mail_cast.jsonl", "mail_open.jsonl",
      "contest_data.jsonl"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (strcmp(path, names[i]) == 0)
      return true;
  return is_ballots(path) || starts(path, "guardians/guardian_");
}

static void fault(void *self, const char *where, const char *what) {
  check *c = self;
  printf("  wrong: %s: %s\n", where, what);
  c->n_faults++;
}

/* ---- the fixed part ---- */

static void tell_contest(const evd_contest *c, uint32_t ind_c) {
  printf("  contest %u: %.*s (%.*s): %u options, %llu seat%s, at most %llu in "
         "all and %llu each, %llu write-ins\n",
         ind_c, (int)c->label.n, (const char *)c->label.p, (int)c->rule.n,
         (const char *)c->rule.p, c->n_options, (unsigned long long)c->seats,
         c->seats == 1 ? "" : "s", (unsigned long long)c->contest_limit,
         (unsigned long long)c->option_limit, (unsigned long long)c->write_ins);
}

static void tell_head(const evd_head *h) {
  const evd_manifest *m = &h->man;
  char hex[65];
  printf("%.*s (%.*s)\n", (int)m->label.n, (const char *)m->label.p,
         (int)m->kind.n, (const char *)m->kind.p);
  for (uint32_t i = 0; i < m->n_contests; i++)
    tell_contest(&m->contests[i], i + 1);
  for (uint32_t i = 0; i < m->n_styles; i++)
    printf("  style %u: %.*s, %u contests\n", i + 1, (int)m->styles[i].label.n,
           (const char *)m->styles[i].label.p, m->styles[i].n_contests);
  for (uint32_t i = 0; i < m->n_devices; i++)
    printf("  device %u: %.*s, %.*s, %s\n", i + 1, (int)m->devices[i].label.n,
           (const char *)m->devices[i].label.p, (int)m->devices[i].mode.n,
           (const char *)m->devices[i].mode.p,
           m->devices[i].chaining ? "chained" : "not chained");
  printf("  guardians: %u, of whom %u can decrypt; contests with fewer than "
         "%llu cast ballots stay closed\n",
         h->par.n, h->par.k, (unsigned long long)m->privacy_floor);
  evd_hex_text(hex, &h->H_B);
  printf("  H_B %s\n", hex);
}

static evd_err check_head(check *c) {
  evd_head h;
  int what = has(c, "election_keys.json") ? EVD_HEAD_KEYS : EVD_HEAD_MANIFEST;
  evd_err e = evd_head_read(&h, c->dir, what);
  if (e == EVD_OK) {
    tell_head(&h);
    (void)evd_head_judge(&h, what, fault, c);
  }
  evd_head_close(&h);
  return e;
}

/* ---- the rest ---- */

static evd_err count_lines(check *c, const char *path, uint64_t *n) {
  evd_span line;
  bool more = true, no_lf = false;
  evd_err e = c->src.lines_open(c->src.self, path, EVD_SOURCE_BYTES_MAX);
  while (e == EVD_OK && more) {
    e = c->src.lines_next(c->src.self, &line, &more, &no_lf);
    if (e == EVD_OK && more)
      (*n)++;
  }
  c->src.lines_close(c->src.self);
  if (e == EVD_OK)
    return e;
  return evd_complain(e, "%s/%s:%llu: %s", c->dir, path,
                      (unsigned long long)*n + 1, evd_source_text(e));
}

static evd_err tell_files(check *c, uint64_t *ballots) {
  for (size_t i = 0; i < c->n_paths; i++) {
    uint64_t n = 0;
    if (!is_known(c->paths[i]))
      fault(c, c->paths[i], "this file has no place in a record (X.1)");
    if (!is_ballots(c->paths[i]))
      continue;
    EVD_TRY(count_lines(c, c->paths[i], &n));
    printf("  %s: %llu ballots\n", c->paths[i], (unsigned long long)n);
    *ballots += n;
  }
  return EVD_OK;
}

typedef struct {
  const char *needs; /* the file that marks the stage */
  const char *stage, *next;
} stage_row;

/* The latest stage first. */
static const stage_row stages[] = {
    {"tally.json", "finished: the tally is decrypted", "evident verify RECORD"},
    {"tally_encrypted.json", "closed and tallied under encryption",
     "evident guardian decrypt RECORD .., by every guardian present"},
    {"devices.json", "closed: every ballot has its state",
     "evident tally RECORD"},
    {"election_keys.json", "open: the guardians' keys are there",
     "evident encrypt RECORD .., and evident close RECORD at the end"},
    {"", "prepared: the key ceremony is still to come",
     "evident guardian new RECORD .., by every guardian"},
};

static void tell_stage(check *c, uint64_t ballots) {
  const stage_row *s = stages;
  while (s->needs[0] && !has(c, s->needs))
    s++;
  if (s->needs[0] == 0 && ballots > 0)
    fault(c, "ballots", "there are ballots, but no keys");
  printf("Stage: %s.\n", s->stage);
  printf("Next: %s\n", s->next);
}

static evd_err check_record(check *c) {
  uint64_t ballots = 0;
  evd_err e = c->src.list(c->src.self, &c->paths, &c->n_paths, &c->arena);
  if (e != EVD_OK)
    return evd_complain(e, "%s: %s", c->dir, evd_err_text(e));
  EVD_TRY(check_head(c));
  EVD_TRY(tell_files(c, &ballots));
  tell_stage(c, ballots);
  if (c->n_faults == 0) {
    printf("The fixed part of this record is as it should be.\n");
    return EVD_OK;
  }
  return evd_complain(EVD_ERR_FAIL, "%s: %u thing%s wrong, see above", c->dir,
                      c->n_faults, c->n_faults == 1 ? " is" : "s are");
}

evd_err evd_cmd_election_check(int argc, char **argv) {
  const evd_option_row rows[] = {EVD_OPT_END};
  check c = {.n_paths = 0};
  const char *words[1];
  EVD_TRY(evd_args(argc, argv, rows, words, 1, "RECORD"));
  c.dir = words[0];
  EVD_TRY(evd_source_dir_open(&c.src, c.dir));
  evd_arena_init(&c.arena, (size_t)256 * 1024 * 1024);
  evd_err e = check_record(&c);
  evd_arena_close(&c.arena);
  evd_source_dir_close(&c.src);
  return e;
}
