/* What `--help` prints, for every program.
 *
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_HELP_H
#define EVD_CMD_HELP_H

#include <stdbool.h>

/* Does --help stand among argv[1..], before a `--`? */
bool evd_help_wanted(int argc, char **argv);
/* program: "evident verify" */
void evd_help_print(const char *program, const char *summary,
                    const char *usage);

#endif /* EVD_CMD_HELP_H */
