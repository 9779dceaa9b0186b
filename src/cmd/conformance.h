/* What the conformance verbs share.
 *
 * Spec:  doc/conformance.md.
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_CONFORMANCE_H
#define EVD_CMD_CONFORMANCE_H

#include "cmd/cmd.h"
#include "kit/kit.h"

/* ---- conformance_make.c ---- */
/* Writes the kit of this seed into the folder `out`. Complains. */
EVD_MUST_CHECK evd_err evd_conformance_write(const char *out, const char *seed);

/* ---- conformance_list.c ---- */
/* Codes as a set. */
typedef struct {
  bool has[EVD_KIT_CODES];
} evd_codes;
/* Index of the code of n bytes; EVD_KIT_CODES: there is none. */
uint32_t evd_code_find(const char *text, size_t n);
uint32_t evd_codes_count(const evd_codes *c);

/* A record, or a log with what lies beside it. */
typedef struct {
  const char *id;
  evd_codes want;
  bool log;
  /* of a log: files and folders below its own; NULL: not given */
  const char *board, *policy, *head, *record;
  const char *policy_digest; /* 64 hex digits */
} evd_trial;
typedef struct {
  evd_trial *trials;
  uint32_t n;
} evd_trials;
/* The records and logs that DIR/kit.json lists. Complains. */
EVD_MUST_CHECK evd_err evd_trials_read(evd_trials *t, const char *dir,
                                       evd_arena *a);
/* Keeps records, or logs, alone. */
void evd_trials_only(evd_trials *t, bool log);
/* Keeps the good ones, and one a code. */
void evd_trials_first(evd_trials *t);

/* ---- conformance_words.c: the command ---- */
enum { EVD_WORDS_MAX = 64, EVD_WORD_BYTES_MAX = 4096 };
typedef struct {
  const char *at[EVD_WORDS_MAX];
  uint32_t n;
} evd_words;
/* What stands for {} and the like; NULL: nothing does. */
typedef struct {
  const char *name, *value;
} evd_hole;
/* Words between spaces; '..' and ".." hold a word together. Complains. */
EVD_MUST_CHECK evd_err evd_words_split(evd_words *w, const char *cmd,
                                       evd_arena *a);
/* Has a word this hole? */
bool evd_words_have(const evd_words *w, const char *hole);
/* The command of one trial. A word with a hole for which nothing stands is
 * left out, and so is an option before it. False: a word is too long. */
EVD_MUST_CHECK bool evd_words_fill(const evd_words *w, const evd_hole holes[],
                                   uint32_t n_holes,
                                   const char *argv[EVD_WORDS_MAX + 1],
                                   evd_buf *text);

/* ---- conformance_judge.c ---- */
/* What a verifier said of one record or log. */
typedef struct {
  int exit; /* or EVD_PROGRAM_LATE, EVD_PROGRAM_NOT_STARTED */
  evd_codes got;
  const char *form; /* what is wrong with the report's lines; NULL: nothing */
} evd_answer;
/* Reads the report's lines: of a log the codes of logs, of a record those of
 * records. */
void evd_answer_read(evd_answer *a, bool log, int exit, evd_span report);
/* Was all of it as it should be? */
bool evd_answer_right(const evd_trial *t, const evd_answer *a);

typedef enum { EVD_JUDGE_TEXT, EVD_JUDGE_TAP, EVD_JUDGE_JSON } evd_judge_form;
/* The outcome of all; true if every answer is right. */
bool evd_answers_judge(evd_buf *out, evd_judge_form form, const evd_trials *t,
                       const evd_answer answers[]);

#endif /* EVD_CMD_CONFORMANCE_H */
