/* evident-verify: the verb `verify` as a program of its own, which links to
 * nothing but libc, jansson, libzstd and threads. */
#include "cmd/cmd.h"
#include "cmd/help.h"

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

int main(int argc, char **argv) {
  static char verb[] = "verify"; /* as complaints name it */
  evd_host_json();
  if (evd_help_wanted(argc, argv)) {
    evd_help_print("evident-verify", verbs[AT_verify].summary,
                   verbs[AT_verify].usage);
    return 0;
  }
  if (argc > 0)
    argv[0] = verb;
  return evd_err_exit(evd_cmd_verify(argc, argv));
}
