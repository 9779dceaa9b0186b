/* evident: finds the verb and runs it. */
#include <string.h>
#include <unistd.h>

#include "cmd/verbs.h"
#include "host/child.h"

static const evd_verb verbs[] = {
#define VERB(id, name, summary, usage) {name, summary, usage, evd_cmd_##id},
#include "cmd/verbs.def"
#undef VERB
    {NULL, NULL, NULL, NULL},
};

/* Verbs of a program of its own, which lies beside this one: what serves a
 * board links to databases and an HTTP server. Returns where there is none. */
static void run_board(char **argv) {
  static const char *const names[] = {"serve", "witness", "monitor", "board"};
  char program[4096];
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (argv[1] && strcmp(argv[1], names[i]) == 0 &&
        evd_program_beside(program, "evident-board"))
      (void)execv(program, argv);
}

int main(int argc, char **argv) {
  evd_err e = EVD_OK;
  evd_host_json();
  if (evd_verbs_run(verbs, argc, argv, &e))
    return evd_err_exit(e);
  run_board(argv);
  return evd_verbs_help("elections anyone can check (EGDS 2.1.0)",
                        "Boards and witnesses are served by evident-board, "
                        "which lies beside: `evident-board --help`.\n",
                        verbs, argc, argv);
}
