/* Command lines: long options, each at most once unless it may repeat.
 *
 * Layer: L7 cmd. A verb lists its options in a table and gets values back;
 * every complaint names the verb and the option.
 */
#ifndef EVD_CMD_ARGS_H
#define EVD_CMD_ARGS_H

#include "cmd/cmd.h"

typedef struct {
  const char *name;    /* without the dashes; NULL ends the table */
  const char **values; /* room for max values; NULL: takes no value */
  uint32_t max;        /* how often it may stand there */
  uint32_t *n;         /* how often it did; may be NULL if max is 1 */
  bool *flag;          /* options without a value */
} evd_option_row;

#define EVD_OPT(name, where)                                                   \
  { name, &(where), 1, NULL, NULL }
#define EVD_OPT_LIST(name, array, max, n)                                      \
  { name, array, max, &(n), NULL }
#define EVD_OPT_FLAG(name, where)                                              \
  { name, NULL, 1, NULL, &(where) }
#define EVD_OPT_END                                                            \
  { NULL, NULL, 0, NULL, NULL }

/* Parses argv with the rows of the table. words[n_words] receives the
 * arguments that are no options, exactly n_words of them; `what` names them
 * for the complaint ("RECORD"). Values stay NULL where nothing was given. */
EVD_MUST_CHECK evd_err evd_args(int argc, char **argv,
                                const evd_option_row rows[],
                                const char *words[], uint32_t n_words,
                                const char *what);

/* The same for a verb with 1 to max such arguments; they stay in argv. */
EVD_MUST_CHECK evd_err evd_args_many(int argc, char **argv,
                                     const evd_option_row rows[], char ***words,
                                     uint32_t max, uint32_t *n,
                                     const char *what);

/* Complains unless an option that must be given was. */
EVD_MUST_CHECK evd_err evd_arg_needed(const char *verb, const char *option,
                                      const char *value);

/* YYYY-MM-DD: the first second of that day in UTC. Complains. */
EVD_MUST_CHECK evd_err evd_arg_day(const char *verb, const char *option,
                                   const char *value, uint64_t *out);

/* 64 hex digits, either case. */
bool evd_hex_h32(evd_h32 *out, const char *text, size_t n);
/* Upper-case hex of 32 bytes, 64 digits and a zero byte. */
void evd_hex_text(char out[65], const evd_h32 *in);

#endif /* EVD_CMD_ARGS_H */
