/* evident-board: what runs for as long as an election: the board, its
 * witnesses, those who watch. `evident serve` and the like start it. */
#include "cmd/verbs.h"
#include "serve/verbs.h"

static const evd_verb verbs[] = {
#define VERB(id, name, summary, usage) {name, summary, usage, evd_serve_##id},
#include "serve/verbs.def"
#undef VERB
    {NULL, NULL, NULL, NULL},
};

int main(int argc, char **argv) {
  evd_err e = EVD_OK;
  evd_host_json();
  if (evd_verbs_run(verbs, argc, argv, &e))
    return evd_err_exit(e);
  return evd_verbs_help("the board and its witnesses", "", verbs, argc, argv);
}
