/* Verifies a record and says in a few lines what holds.
 *
 *   cc verify.c $(pkg-config --cflags --libs evident) -o verify
 *   ./verify RECORD
 */
#include <evident/evident.h>

#include <stdio.h>

static int show_progress(void *self, uint64_t ballots_done) {
  (void)self;
  fprintf(stderr, "%llu ballots\n", (unsigned long long)ballots_done);
  return 0; /* anything else would stop it */
}

static void print_failures(const evd_outcome *o, size_t n_checks) {
  evd_outcome_check c;
  evd_outcome_failure f;
  for (size_t i = 0; i < n_checks; i++) {
    if (evd_outcome_check_at(o, i, &c) != EVD_OK || c.status != EVD_FAILED)
      continue;
    printf("%s fails (%s), %llu times\n", c.id, c.meaning,
           (unsigned long long)c.failed);
    if (evd_outcome_failure_at(o, i, 0, &f) == EVD_OK)
      printf("  first: %s: %s\n", f.where, f.what);
  }
}

static void print_tally(const evd_outcome *o, size_t n_contests) {
  evd_outcome_contest c;
  evd_outcome_cell cell;
  for (size_t i = 0; i < n_contests; i++) {
    if (evd_outcome_contest_at(o, i, &c) != EVD_OK)
      continue;
    printf("%.*s\n", (int)c.label_bytes, c.label);
    for (size_t j = 0; j < c.n_cells; j++)
      if (evd_outcome_cell_at(o, i, j, &cell) == EVD_OK)
        printf("%8llu  %.*s\n", (unsigned long long)cell.votes,
               (int)cell.label_bytes, cell.label);
  }
}

int main(int argc, char **argv) {
  evd_outcome *o = NULL;
  evd_outcome_summary s;
  evd_verify_options options = EVD_VERIFY_USUAL;
  options.watch = show_progress;
  if (argc != 2) {
    fprintf(stderr, "usage: verify RECORD\n");
    return 2;
  }
  evd_err e = evd_verify_dir(&o, argv[1], &options);
  if (e == EVD_OK)
    e = evd_outcome_sum(o, &s);
  if (e != EVD_OK) {
    fprintf(stderr, "verify: %s\n", evd_problem());
    return evd_err_exit(e);
  }
  print_failures(o, s.n_checks);
  if (s.verdict == EVD_VERDICT_PASS)
    print_tally(o, s.n_contests);
  puts(s.verdict == EVD_VERDICT_PASS   ? "The record is consistent."
       : s.verdict == EVD_VERDICT_FAIL ? "The record does not hold."
                                       : "Not everything could be examined.");
  evd_outcome_close(o);
  return (int)s.verdict;
}
