/* Watching a log: what every look at it shows, and which alarms that raises.
 *
 * Spec:  doc/alarms.md; doc/board-format.md sections 5 and 6.
 * Layer: L7 serve. Public data only. Reads through evd_board_files; where
 *        alarms go is the caller's.
 *
 * Each look reads the checkpoint, compares it with the one before, walks the
 * entries that came since through the same rules as the server, fetches what
 * they name, and judges ballots and openings. An alarm about a state (stale,
 * quorum, clocks, ..) ends when the state does; one about an entry stays.
 */
#ifndef EVD_SERVE_LOOKOUT_H
#define EVD_SERVE_LOOKOUT_H

#include "alarm/alarm.h"
#include "board/entry.h"
#include "board/files.h"
#include "board/keys.h"
#include "board/policy.h"
#include "board/rules.h"
#include "record/record.h"

#define EVD_ALARM_CODES 21 /* M01 .. M20, and none */
#define EVD_LOOKOUT_WHAT_BYTES 256

typedef struct evd_lookout evd_lookout;

/* The lamp of an alarm. */
typedef struct {
  bool on;
  bool stays;     /* it is about an entry */
  uint64_t times; /* entries or looks that raised it */
  uint64_t since; /* POSIX seconds of the first since it was off */
  char what[EVD_LOOKOUT_WHAT_BYTES]; /* of the first: one sentence */
} evd_lamp;

/* Called when a lamp goes on (`on`), with the evidence, and off; for alarms
 * about entries once an entry. */
typedef void evd_lookout_fn(void *self, const evd_alarm *alarm, bool on,
                            const char *what, evd_span evidence);

/* All is borrowed. */
typedef struct {
  evd_board_files *files;
  evd_span policy;       /* the one that is trusted */
  uint64_t max_age;      /* seconds a head may be old while ballots are taken */
  uint32_t sealed_most;  /* ballots sealed without a choice, of a hundred */
  uint32_t judge_one_of; /* ballots: 1 every, n one of n, 0 none */
  evd_lookout_fn *say;
  void *self;
} evd_lookout_plan;

/* `kept`: the checkpoint of an earlier watch; n = 0: none. Complains.
 *   errors  EVD_ERR_FORM: the policy or `kept`; EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_lookout_open(evd_lookout **out,
                                        const evd_lookout_plan *plan,
                                        evd_span kept);
void evd_lookout_close(evd_lookout *w);

/* One look at `now` (POSIX seconds).
 *   errors  EVD_ERR_SPACE: nothing can be said any more */
EVD_MUST_CHECK evd_err evd_lookout_look(evd_lookout *w, uint64_t now);
/* After a look: a checkpoint that `who`, a witness, shows. */
EVD_MUST_CHECK evd_err evd_lookout_other(evd_lookout *w, evd_span note,
                                         const char *who);
/* After a look: what the server counts, entries in its log and in the
 * checkpoint it has published. What it had more than ten seconds ago and still
 * has not published is an alarm. */
void evd_lookout_intake(evd_lookout *w, uint64_t taken, uint64_t published);
/* Ends a look: lamps that nothing of it raised go off, but those that stay. */
void evd_lookout_settle(evd_lookout *w);

/* A key that has said something of the log in it. */
#define EVD_SPEAKERS_MAX 64 /* further ones are counted only */
typedef struct {
  evd_h32 key;
  bool listed;
  evd_role role;    /* if listed */
  evd_span name;    /* the same; n = 0: it was added later */
  uint64_t attests; /* ATTEST entries */
  uint32_t alarms;  /* ALARM entries: bit 7 for M07, .. */
} evd_speaker;

/* What is known. */
typedef struct {
  evd_span origin, note; /* of the last good checkpoint; n = 0: none */
  evd_log_head head;
  uint64_t signed_at; /* the newest cosignature; 0: none */
  uint32_t n_witnesses, n_signed;
  bool quorum;
  uint64_t entries;        /* seen */
  const evd_rules *rules;  /* NULL: no SETUP yet */
  const evd_manifest *man; /* NULL: no SETUP yet */
  const evd_policy *policy;
  uint64_t times[EVD_POLICY_NAMES_MAX]; /* of cosignatures; 0: none */
  uint64_t judged, openings;
  uint32_t attests, attests_listed; /* keys that attest, each once */
  uint32_t n_speakers;              /* in the order of the log */
  evd_speaker speakers[EVD_SPEAKERS_MAX];
  evd_lamp lamps[EVD_ALARM_CODES];
} evd_lookout_state;
const evd_lookout_state *evd_lookout_seen(const evd_lookout *w);

#endif /* EVD_SERVE_LOOKOUT_H */
