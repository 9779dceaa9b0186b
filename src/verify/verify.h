/* evident verify: Verifications 1-19 and the X checks over a record.
 *
 * Spec:  EGDS 2.1.0 sections 3, 4 and 6; record-format section 4.
 * Layer: L4 verify. Pure: reads through evd_source, reports through
 *        evd_report. Fail closed: what was not checked is not passed.
 */
#ifndef EVD_VERIFY_VERIFY_H
#define EVD_VERIFY_VERIFY_H

#include "base/arena.h"
#include "board/entry.h"
#include "evident/verify.h"
#include "record/hints.h"
#include "record/record.h"
#include "record/source.h"
#include "verify/resume.h"
#include "verify/scratch.h"

/* Where a failure stands in the order of a report: what is found before, in
 * and after the walk through the ballots; in the walk by file and line. */
enum { EVD_PHASE_LOAD, EVD_PHASE_WALK, EVD_PHASE_TAIL };
typedef struct {
  uint32_t phase, file;
  uint64_t line;
  uint32_t sub;
} evd_order;

#define EVD_FAILURES_KEPT 10 /* per check; all are counted */
typedef struct {
  char where[120]; /* "ballots/x.jsonl:3 contest 2 field 1" */
  char what[200];
  evd_order order;
} evd_failure;
typedef struct {
  const char *id;      /* "6.A" */
  const char *meaning; /* what must hold, for people */
  const char *unit;    /* what `count` counts, plural */
  evd_stage stage;     /* first stage whose verifier runs it */
  evd_status status;
  uint64_t count; /* things examined */
  uint64_t failed;
  uint32_t n_kept; /* of the failures, the first ones */
  evd_failure kept[EVD_FAILURES_KEPT];
  bool unexamined;    /* something there was not examined: never `pass` */
  const char *remark; /* why not run, or NULL */
} evd_check;

/* Which way the proofs on ballots went, where hints were given. */
typedef struct {
  bool given;
  uint64_t in_batches; /* ballots */
  uint64_t without;    /* one by one, as no hints for them were found, */
  uint64_t unfit;      /* or as hints and ballot do not fit together */
  evd_why why;         /* not empty: why hints were not used at all */
} evd_hinted;

enum { EVD_LOG_SETTING_UP, EVD_LOG_OPEN, EVD_LOG_CLOSED };

/* What was found out about the log that a record is a view of: logcheck.h. */
typedef struct {
  evd_check *checks; /* L.1 to L.10 */
  size_t n_checks;
  evd_span origin, note; /* of the checkpoint as it was read */
  evd_log_head head;
  bool trusted;         /* the policy is one that the reader brought */
  uint32_t n_witnesses; /* of that policy, whose cosignatures hold */
  uint8_t profile;      /* of SETUP; 0: it could not be read */
  uint8_t phase;        /* EVD_LOG_OPEN, .. */
  bool has_record;      /* KEYS stands: there is a record */
  uint64_t n_ballots;   /* that were taken */
  evd_stage stage;      /* that it has reached */
} evd_logcheck_report;

typedef struct {
  evd_stage stage;
  evd_check *checks; /* every line of record-format 4, in order */
  size_t n_checks;
  uint64_t ballots, cast, challenged, spoiled, superseded, refused;
  evd_hinted hinted;
  evd_verdict verdict;
  uint64_t n_files;
  bool has_digest; /* every file of the record was read to its end */
  evd_h32 record_digest;
  /* What the tally says; NULL unless the file could be read. Arena memory. */
  const evd_manifest *manifest;
  const evd_tally *tally;
  const evd_tally_ct *tally_ct;
  /* On whose word a merged report stands; NULL: it is none. */
  const struct evd_part_word *parts;
  uint32_t n_parts;
  char **part_names; /* as given, for people; the caller's */
  /* Ballots whose proofs were verified by an earlier run; and why nothing of
   * that run counts, NULL: it does. In the latter case nothing was verified:
   * verify once more, without it. */
  uint64_t resumed;
  const char *stale;
  /* The log, whose checks stand behind the others; NULL: only a record was
   * looked at. */
  const evd_logcheck_report *log;
} evd_report;

/* One of the parts that were merged, in order of the shards. */
typedef struct evd_part_word {
  uint32_t part;     /* which of those given, from 0 */
  uint64_t from, to; /* of the lines of all ballot files */
  evd_h32 sha;       /* SHA-256 of the part */
} evd_part_word;

/* How the ballots' mathematics is spread over threads: the verifier hands out
 * independent jobs, `run` executes job(self, 0..n-1) in any order and returns
 * when all are done. NULL: one after the other. */
typedef void evd_job(void *job_self, size_t index);
typedef struct {
  void *self;
  uint32_t workers; /* how many threads there are */
  void (*run)(void *self, evd_job *job, void *job_self, size_t n);
} evd_pool;

typedef void evd_progress(void *self, uint64_t ballots_done);

/* What allows ballots to be checked in batches; nothing in it is trusted. */
typedef struct {
  const evd_hint_file *file;
  evd_err (*draw)(void *p, size_t n); /* fresh random bytes */
} evd_verify_hints;

/* A contiguous range of the ballots' lines, the i-th of n; n = 0: all. */
typedef struct {
  uint32_t i, n;
} evd_shard;

/* Where bytes go to. */
typedef evd_err evd_put(void *self, const void *p, size_t n);

typedef struct evd_merging evd_merging; /* merge.c's own */

/* How a record is verified; all zero is a way. */
typedef struct {
  evd_stage stage;
  const evd_pool *pool; /* NULL: one thread */
  /* Where goes what grows with the number of ballots; NULL: memory alone,
   * which is enough for some thousand. */
  evd_scratch *scratch;
  const evd_verify_hints *hints; /* NULL: everything one by one */
  evd_progress *progress;        /* NULL: nobody looks */
  void *progress_self;
  /* One shard: small files and its own ballots; what it found is put as a
   * part, the verdict is never `pass`. */
  evd_shard shard;
  evd_put *put;
  void *put_self;
  evd_merging *merging;       /* of evd_verify_merge alone */
  const evd_resuming *resume; /* NULL: nothing is kept or taken up */
} evd_verify_how;

/* Verifies the record behind `src`. arena: caps the memory of what is kept (a
 * batch of ballots is capped by the same number each). Returns an error only
 * if it could not even start, or the part of a shard could not be put; a full
 * arena or scratch ends as verdict incomplete. `out` points into the arena. */
EVD_MUST_CHECK evd_err evd_verify_record(evd_report *out, const evd_kernel *k,
                                         evd_source *src,
                                         const evd_verify_how *how,
                                         evd_arena *a);

/* The check named `id`, NULL if there is none. */
const evd_check *evd_report_check(const evd_report *r, const char *id);

/* record-format section 4, text and JSON; appended to out. */
void evd_report_text(evd_buf *out, const evd_report *r);
void evd_report_json(evd_buf *out, const evd_report *r);

#endif /* EVD_VERIFY_VERIFY_H */
