/* evident board fsck, evident board move. */
#include <stdio.h>

#include "cmd/args.h"
#include "serve/fsck.h"
#include "serve/verbs.h"

#define NUMBER(v) ((unsigned long long)(v))

static evd_err say(const char *dir, const evd_fsck_report *r, evd_err e) {
  if (e == EVD_OK)
    printf("%s holds: %llu entries, %llu of them published, %llu objects, "
           "%llu rows\n",
           dir, NUMBER(r->entries), NUMBER(r->published), NUMBER(r->objects),
           NUMBER(r->rows));
  else if (r->faults > 0)
    printf("%s does not hold: %llu faults, told on standard error\n", dir,
           NUMBER(r->faults));
  return e;
}

evd_err evd_serve_board_fsck(int argc, char **argv) {
  evd_fsck_plan plan = {NULL, NULL, false};
  evd_fsck_report r;
  const evd_option_row rows[] = {EVD_OPT("db", plan.where),
                                 EVD_OPT_FLAG("signatures", plan.signatures),
                                 EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &plan.dir, 1, "BOARD"));
  evd_err e = evd_fsck(&plan, &r);
  return say(plan.dir, &r, e);
}

evd_err evd_serve_board_move(int argc, char **argv) {
  evd_fsck_plan plan = {NULL, NULL, false};
  evd_fsck_report r;
  const evd_option_row rows[] = {EVD_OPT("db", plan.where), EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &plan.dir, 1, "BOARD"));
  EVD_TRY(evd_arg_needed(argv[0], "db", plan.where));
  evd_err e = evd_board_move(plan.dir, plan.where, &r);
  if (e == EVD_OK)
    e = evd_fsck(&plan, &r);
  return say(plan.dir, &r, e);
}
