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

typedef struct {
  const char *id;
  evd_codes want;
} evd_trial;
typedef struct {
  evd_trial *trials;
  uint32_t n;
} evd_trials;
/* The records that DIR/kit.json lists. Complains. */
EVD_MUST_CHECK evd_err evd_trials_read(evd_trials *t, const char *dir,
                                       evd_arena *a);
/* Keeps the good records and one record a code. */
void evd_trials_first(evd_trials *t);

/* ---- conformance_judge.c ---- */
/* What a verifier said of one record. */
typedef struct {
  int exit; /* or EVD_PROGRAM_LATE, EVD_PROGRAM_NOT_STARTED */
  evd_codes got;
  const char *form; /* what is wrong with the report's lines; NULL: nothing */
} evd_answer;
/* Reads the report's lines. */
void evd_answer_read(evd_answer *a, int exit, evd_span report);
/* Was all of it as it should be? */
bool evd_answer_right(const evd_trial *t, const evd_answer *a);

typedef enum { EVD_JUDGE_TEXT, EVD_JUDGE_TAP, EVD_JUDGE_JSON } evd_judge_form;
/* The outcome of all; true if every answer is right. */
bool evd_answers_judge(evd_buf *out, evd_judge_form form, const evd_trials *t,
                       const evd_answer answers[]);

#endif /* EVD_CMD_CONFORMANCE_H */
