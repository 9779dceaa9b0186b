/* evident-verify: the verbs `verify` and `verify merge` as a program of its
 * own, which links to nothing but libc, jansson, libzstd and threads. */
#include <string.h>

#include "board/files.h"
#include "cmd/cmd.h"
#include "cmd/help.h"
#include "host/board_dir.h"

/* The table of verbs without its functions, for the one text wanted here. */
#define VERB(id, name, summary, usage) {name, summary, usage, NULL},
static const evd_verb verbs[] = {
#include "cmd/verbs.def"
};
#undef VERB
#define VERB(id, name, summary, usage) AT_##id,
enum {
#include "cmd/verbs.def"
};
#undef VERB

/* Folders only: nothing of this program asks over a network. */
evd_err evd_board_open(evd_board_files *out, const char *where) {
  if (!evd_board_is_url(where))
    return evd_board_dir_open(out, where);
  *out = (evd_board_files){NULL, NULL};
  return evd_complain(EVD_ERR_USAGE,
                      "evident-verify reads folders, not addresses: `evident "
                      "verify` does, or fetch %s first",
                      where);
}

void evd_board_close(evd_board_files *f, const char *where) {
  (void)where;
  evd_board_dir_close(f);
}

/* `evident-verify merge`: argv from there on. */
static int merge(int argc, char **argv) {
  static char verb[] = "verify merge";
  if (evd_help_wanted(argc, argv)) {
    evd_help_print("evident-verify merge", verbs[AT_verify_merge].summary,
                   verbs[AT_verify_merge].usage);
    return 0;
  }
  argv[0] = verb;
  return evd_err_exit(evd_cmd_verify_merge(argc, argv));
}

int main(int argc, char **argv) {
  static char verb[] = "verify"; /* as complaints name it */
  evd_host_json();
  if (argc > 1 && strcmp(argv[1], "merge") == 0)
    return merge(argc - 1, argv + 1);
  if (evd_help_wanted(argc, argv)) {
    evd_help_print("evident-verify", verbs[AT_verify].summary,
                   verbs[AT_verify].usage);
    return 0;
  }
  if (argc > 0)
    argv[0] = verb;
  return evd_err_exit(evd_cmd_verify(argc, argv));
}
