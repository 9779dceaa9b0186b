/* A program's verbs: found and run.
 *
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_VERBS_H
#define EVD_CMD_VERBS_H

#include "cmd/cmd.h"

/* Runs the verb of the table (its last name is NULL) that argv[1..] names, the
 * one of two words first; false: none. */
bool evd_verbs_run(const evd_verb *verbs, int argc, char **argv, evd_err *e);
/* Prints the list of verbs, with `more` behind it: asked for, or because there
 * is no such verb. Returns the exit code. */
int evd_verbs_help(const char *title, const char *more, const evd_verb *verbs,
                   int argc, char **argv);

#endif /* EVD_CMD_VERBS_H */
