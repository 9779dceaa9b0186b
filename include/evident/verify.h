/* Verifying an election record.
 *
 * Spec:  EGDS 2.1.0 sections 3 and 6; doc/record-format.md section 4.
 *
 *   evd_outcome *o = NULL;
 *   if (evd_verify_dir(&o, "record", NULL) != EVD_OK)
 *     puts(evd_problem());
 *   else if (evd_outcome_verdict(o) == EVD_VERDICT_PASS)
 *     puts("This record is consistent.");
 *   evd_outcome_close(o);
 *
 * Whatever the record holds, evd_verify_dir ends with EVD_OK and an outcome
 * that says what was found; an error means that nothing was judged. Fail
 * closed: a check that was not run, or not on everything, is not passed, and
 * only EVD_VERDICT_PASS says that the record holds.
 *
 * An outcome is never changed after it was made: threads may share it. What its
 * functions hand out belongs to it and lives until evd_outcome_close. All of
 * this is public data; time depends on it.
 */
#ifndef EVIDENT_VERIFY_H
#define EVIDENT_VERIFY_H

#include <stddef.h>
#include <stdint.h>

#include "evident/lib.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How far an election has come: which files there must be, which checks run. */
typedef enum {
  EVD_STAGE_CEREMONY, /* the guardians' keys */
  EVD_STAGE_CLOSED,   /* and the ballots, before the tally is decrypted */
  EVD_STAGE_FINAL     /* and the result */
} evd_stage;
typedef enum { EVD_NOT_RUN, EVD_PASS, EVD_FAILED } evd_status;
typedef enum {
  EVD_VERDICT_PASS = 0,
  EVD_VERDICT_FAIL = 1,
  EVD_VERDICT_INCOMPLETE = 3 /* something could not be examined */
} evd_verdict;

typedef struct evd_outcome evd_outcome;

/* Called now and then by the thread that verifies, with the number of ballots
 * looked at. Anything but 0 stops the verification. */
typedef int evd_watch(void *self, uint64_t ballots_done);

typedef struct {
  size_t size;           /* sizeof(evd_verify_options) */
  evd_stage stage;       /* usually EVD_STAGE_FINAL */
  uint32_t jobs;         /* threads, 1..256; 0: one per processor */
  uint64_t memory_bytes; /* at most, from 2^20; 0: 2^32. What does not fit is
                            not examined */
  const char *tmp;       /* folder for temporary files, without names; NULL:
                            TMPDIR, else /tmp */
  evd_watch *watch;      /* may be NULL */
  void *watch_self;      /* handed to watch */
} evd_verify_options;
/* evd_verify_options o = EVD_VERIFY_USUAL; and then what is to be different */
#define EVD_VERIFY_USUAL                                                       \
  { sizeof(evd_verify_options), EVD_STAGE_FINAL, 0, 0, NULL, NULL, NULL }

/* Verifies the record in the folder `dir`; options may be NULL: the usual.
 * Close *out. Any number of verifications may run at the same time.
 *   errors  EVD_ERR_MISSING, EVD_ERR_IO: no readable folder; EVD_ERR_RANGE: an
 *           argument; EVD_ERR_SPACE; EVD_ERR_STOPPED: `watch` said so.
 *           *out is NULL then */
EVD_API EVD_MUST_CHECK evd_err evd_verify_dir(
    evd_outcome **out, const char *dir, const evd_verify_options *options);
/* NULL is fine. */
EVD_API void evd_outcome_close(evd_outcome *o);

/* EVD_VERDICT_INCOMPLETE for NULL. */
EVD_API evd_verdict evd_outcome_verdict(const evd_outcome *o);

typedef struct {
  evd_verdict verdict;
  evd_stage stage;
  uint64_t ballots, cast, challenged, spoiled, superseded, refused;
  int has_digest;     /* every file of the record was read to its end */
  uint8_t digest[32]; /* of the whole record; zero without */
  size_t n_checks;    /* every check there is, run or not */
  size_t n_contests;  /* of the tally; 0 where it could not be read */
} evd_outcome_summary;
/*   errors  EVD_ERR_RANGE: an argument is NULL */
EVD_API EVD_MUST_CHECK evd_err evd_outcome_sum(const evd_outcome *o,
                                               evd_outcome_summary *out);

typedef struct {
  const char *id;      /* "6.A", "X.1": record-format section 4 */
  const char *meaning; /* what must hold, for people */
  const char *unit;    /* what `count` counts, plural */
  const char *remark;  /* why it was not run, or NULL */
  evd_stage stage;     /* the first whose verifier runs it */
  evd_status status;
  uint64_t count; /* things examined */
  uint64_t failed;
  uint32_t n_failures; /* kept of them, the first: at most 10 */
} evd_outcome_check;
/* Check i, from 0, in the order of the report.
 *   errors  EVD_ERR_RANGE: no such check, or NULL */
EVD_API EVD_MUST_CHECK evd_err evd_outcome_check_at(const evd_outcome *o,
                                                    size_t i,
                                                    evd_outcome_check *out);

typedef struct {
  const char *where; /* "ballots/device_1.jsonl:3 contest 2 field 1" */
  const char *what;
} evd_outcome_failure;
/* Failure j of check i, both from 0.      errors  EVD_ERR_RANGE */
EVD_API EVD_MUST_CHECK evd_err evd_outcome_failure_at(const evd_outcome *o,
                                                      size_t i, size_t j,
                                                      evd_outcome_failure *out);

/* The tally as published; true only where the verdict is EVD_VERDICT_PASS. */
typedef struct {
  uint32_t contest;  /* number in the manifest, from 1 */
  const char *label; /* UTF-8 of the record, no zero at its end */
  size_t label_bytes;
  size_t n_cells; /* 0: withheld */
} evd_outcome_contest;
typedef struct {
  uint32_t field; /* number in the contest, from 1 */
  const char *label;
  size_t label_bytes;
  uint64_t votes;
} evd_outcome_cell;
/* Contest i, and its cell j, both from 0.  errors  EVD_ERR_RANGE */
EVD_API EVD_MUST_CHECK evd_err evd_outcome_contest_at(const evd_outcome *o,
                                                      size_t i,
                                                      evd_outcome_contest *out);
EVD_API EVD_MUST_CHECK evd_err evd_outcome_cell_at(const evd_outcome *o,
                                                   size_t i, size_t j,
                                                   evd_outcome_cell *out);

/* The report that `evident verify` prints, ended by a zero byte that
 * *text_bytes does not count. evd_free(*text).
 *   json    0: for people; 1: for programs, record-format section 4
 *   errors  EVD_ERR_SPACE, EVD_ERR_RANGE; *text is NULL then */
EVD_API EVD_MUST_CHECK evd_err evd_outcome_print(const evd_outcome *o, int json,
                                                 char **text,
                                                 size_t *text_bytes);

#ifdef __cplusplus
}
#endif

#endif /* EVIDENT_VERIFY_H */
