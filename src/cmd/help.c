/* What `--help` prints. */
#include "cmd/help.h"

#include <stdio.h>
#include <string.h>

bool evd_help_wanted(int argc, char **argv) {
  for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
    if (strcmp(argv[i], "--help") == 0)
      return true;
  return false;
}

void evd_help_print(const char *program, const char *summary,
                    const char *usage) {
  printf("%s: %s\n\nusage: %s %s\n", program, summary, program, usage);
}
