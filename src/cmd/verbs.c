/* Finds the verb that a command line names, and runs it. */
#include "cmd/verbs.h"

#include <stdio.h>
#include <string.h>

#include "cmd/help.h"

static void print_help(FILE *to, const char *title, const char *more,
                       const evd_verb *verbs) {
  fprintf(to, "Evident: %s\n\nusage:\n", title);
  for (const evd_verb *v = verbs; v->name; v++)
    fprintf(to, "  evident %-18s %s\n", v->name, v->summary);
  fputs("\n`evident VERB --help` tells the arguments of a verb.\n"
        "Exit codes: 0 holds, 1 does not hold, 2 bad usage or input, 3 could "
        "not finish.\n",
        to);
  fputs(more, to);
}

/* How many words of argv[1..] name verb v: 0, 1 or 2. */
static int words_of(const evd_verb *v, int argc, char **argv) {
  const char *space = strchr(v->name, ' ');
  if (argc < 2)
    return 0;
  if (!space)
    return strcmp(argv[1], v->name) == 0 ? 1 : 0;
  size_t n = (size_t)(space - v->name);
  if (argc < 3 || strlen(argv[1]) != n)
    return 0;
  return strncmp(argv[1], v->name, n) == 0 && strcmp(argv[2], space + 1) == 0
             ? 2
             : 0;
}

static evd_err run_verb(const evd_verb *v, int words, int argc, char **argv) {
  static char name[32]; /* as complaints name it */
  char program[64];
  if (!evd_help_wanted(argc - words, argv + words)) {
    (void)snprintf(name, sizeof name, "%s", v->name);
    argv[words] = name;
    const evd_err e = v->run(argc - words, argv + words);
    if ((e == EVD_ERR_SPACE || e == EVD_ERR_IO) && !evd_has_complained())
      (void)evd_complain(e, "%s: %s", name, evd_err_text(e));
    return e;
  }
  (void)snprintf(program, sizeof program, "evident %s", v->name);
  evd_help_print(program, v->summary, v->usage);
  return EVD_OK;
}

bool evd_verbs_run(const evd_verb *verbs, int argc, char **argv, evd_err *e) {
  const evd_verb *found = NULL;
  int words = 0; /* the longer name wins: `verify merge` is no record */
  for (const evd_verb *v = verbs; v->name; v++)
    if (words_of(v, argc, argv) > words) {
      words = words_of(v, argc, argv);
      found = v;
    }
  if (found)
    *e = run_verb(found, words, argc, argv);
  return found != NULL;
}

int evd_verbs_help(const char *title, const char *more, const evd_verb *verbs,
                   int argc, char **argv) {
  if (argc > 1 &&
      (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)) {
    print_help(stdout, title, more, verbs);
    return 0;
  }
  if (argc > 1)
    fprintf(stderr, "evident: there is no verb `%s`\n\n", argv[1]);
  print_help(stderr, title, more, verbs);
  return evd_err_exit(EVD_ERR_USAGE);
}
