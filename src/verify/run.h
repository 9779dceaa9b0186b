/* One run of the verifier: what was read, what was found.
 *
 * Layer: L4 verify. Private to this folder.
 *
 * Order of a run (run.c): list the files and judge them by stage (x01_form),
 * read the small objects (load.c), the checks of the keys, then the ballots
 * batch by batch (ballots.c): jobs that look at one ballot each and fill an
 * evd_findings, then a fold in reading order for what needs more than one
 * ballot; last the tally and the openings.
 *
 * Fail closed: evd_saw counts what was examined, evd_fault what fails, and
 * evd_block says that something could not be examined. A check passes only
 * if it saw something, and nothing failed or was blocked.
 */
#ifndef EVD_VERIFY_RUN_H
#define EVD_VERIFY_RUN_H

#include "egds/check.h"
#include "egds/decrypt.h"
#include "egds/hashes.h"
#include "verify/checks.h"
#include "verify/map.h"
#include "verify/verify.h"

#define EVD_FILE_BYTES_MAX ((size_t)64 << 20) /* a file, a line */
#define EVD_BATCH_BALLOTS 64
#define EVD_BATCH_LINE_BYTES ((size_t)8 << 20)
#define EVD_HATTED_TABLE_FROM 64 /* powers of K_hat that pay for a table */

/* X(name, path, stage in which it is made) */
#define EVD_FILES(X)                                                           \
  X(PARAMETERS, "parameters.json", CEREMONY)                                   \
  X(MANIFEST, "manifest.json", CEREMONY)                                       \
  X(TEXTS, "texts.json", CEREMONY)                                             \
  X(ELECTION_KEYS, "election_keys.json", CEREMONY)                             \
  X(STATES, "states.jsonl", CLOSED)                                            \
  X(ROLL, "roll.jsonl", CLOSED)                                                \
  X(DEVICES, "devices.json", CLOSED)                                           \
  X(TALLY_CT, "tally_encrypted.json", CLOSED)                                  \
  X(MAIL_CAST, "mail_cast.jsonl", CLOSED)                                      \
  X(TALLY, "tally.json", FINAL)                                                \
  X(CHALLENGED, "challenged.jsonl", FINAL)                                     \
  X(CONTEST_DATA, "contest_data.jsonl", FINAL)                                 \
  X(MAIL_OPEN, "mail_open.jsonl", FINAL)

#define EVD_FILE_ENUM(name, path, stage) EVD_FILE_##name,
typedef enum { EVD_FILES(EVD_FILE_ENUM) EVD_N_SINGLE } evd_single;
#undef EVD_FILE_ENUM

typedef struct {
  const char *path;
  bool read; /* to its end; sha is that of its bytes */
  evd_h32 sha;
} evd_file;

/* A place, for people. */
typedef struct {
  char text[120];
} evd_where;

/* What a job found about one ballot: per check how much it saw, how much of
 * that fails, and where the first failure is. */
typedef struct {
  uint32_t seen, failed;
  uint32_t contest, field; /* 0: the ballot as a whole */
  const char *what;        /* of the first failure; static text */
} evd_finding;
typedef struct {
  evd_finding at[EVD_N_CHECKS];
} evd_findings;

/* ---- lines that are joined to ballots; each list in file order ---- */
typedef struct evd_state_line {
  evd_state s;
  uint64_t line;
  uint64_t ballots; /* in the record with this identifier */
  void *next;
} evd_state_line;

typedef struct evd_roll_entry {
  evd_roll_line l;
  uint64_t line;
  uint64_t cast;          /* ballots of this credential */
  uint64_t cast_at;       /* reading order of the last of them */
  uint64_t superseded_at; /* of the last superseded one; 0: none */
  void *next;
} evd_roll_entry;

typedef struct evd_opened_line {
  evd_challenged o;
  uint64_t line;
  uint64_t ballots;    /* in the record with this identifier */
  uint64_t challenged; /* how many of them are */
  void *next;
} evd_opened_line;

typedef struct evd_data_line {
  evd_contest_data d;
  uint64_t line;
  bool twice;                 /* the same (id_B, contest) stood before */
  bool found;                 /* a ballot has this contest with data */
  bool cast, remote;          /* that ballot */
  void *next;                 /* in the file */
  struct evd_data_line *same; /* next with the same (id_B, contest) */
} evd_data_line;

typedef struct {
  void *first, *last;
  uint64_t n;
  bool lost; /* a line could not be used */
} evd_line_list;

/* A device while ballots go by. */
typedef struct {
  const evd_device_close *close; /* its entry of devices.json or NULL */
  uint64_t ballots;
  bool has_last; /* `last` is the code of the ballot before */
  bool unsure;   /* a ballot in between could not be read */
  evd_h32 last;
} evd_chain;

typedef struct evd_run {
  evd_report *rep;
  evd_source *src;
  evd_stage stage;
  const evd_pool *pool;
  evd_progress *progress;
  void *progress_self;
  evd_arena *a;
  evd_group *G;  /* as published: K, K_hat may be no members */
  bool no_space; /* the arena ran full: nothing passes */

  evd_file *files;
  size_t n_files;
  evd_file *single[EVD_N_SINGLE]; /* NULL: not there */
  evd_file *guardian_file[EVD_N_MAX + 1];
  evd_file **ballot_files; /* in reading order */
  size_t n_ballot_files;

  bool has_parameters, has_manifest, has_texts, has_keys, has_devices;
  bool has_tally_ct, has_tally;
  evd_parameters par;
  evd_manifest man;
  evd_span man_bytes;
  evd_texts texts;
  evd_span texts_bytes;
  evd_election_keys keys;
  evd_devices dev;
  evd_tally_ct tally_ct;
  evd_tally tally;
  uint32_t n;                  /* guardians that are to be there */
  evd_guardian_pub *guardians; /* n */
  bool *has_guardian;          /* n */
  bool all_guardians;
  evd_shape *shapes; /* n_contests of the manifest */
  bool has_remote, has_mail, saw_mail_ballot;

  evd_map ids, codes; /* seen in ballots */
  evd_map state_of, roll_of, opened_of, data_of;
  evd_line_list states, roll, opened, data;
  evd_chain *chains;     /* n_devices */
  uint64_t lost_ballots; /* lines that could not be read */

  /* Recounted from the ballots, per contest of the manifest. */
  uint64_t *cast_ballots, *cast_weight;
  bool *occurs, *withheld;
  uint32_t *first_cell; /* cells of a contest start here */
  evd_zp *A, *B;        /* products, per cell */
  uint64_t total_cast, total_weight;
  /* Published, per contest of the manifest; NULL: not there. */
  const evd_tally_ct_contest **ct_of;
  const evd_tally_contest **tally_of;
} evd_run;

/* ---- findings.c ---- */
void evd_saw(evd_run *r, evd_check_id c, uint64_t n);
void evd_fault(evd_run *r, evd_check_id c, const evd_where *w,
               const char *what);
/* Saw one thing, and it fails unless `holds`. Returns holds. */
bool evd_judge(evd_run *r, evd_check_id c, bool holds, const evd_where *w,
               const char *what);
/* From..to were not examined, at least in part. reason: static text. */
void evd_block(evd_run *r, evd_check_id from, evd_check_id to,
               const char *reason);
void evd_find(evd_findings *f, evd_check_id c, uint32_t contest, uint32_t field,
              bool holds, const char *what);
/* The same without counting: the caller sets `seen`. */
void evd_find_fault(evd_findings *f, evd_check_id c, uint32_t contest,
                    uint32_t field, const char *what);
void evd_merge(evd_run *r, const evd_findings *f, const evd_where *w);
evd_where evd_at(const char *path);
evd_where evd_at_line(const char *path, uint64_t line);
void evd_at_more(evd_where *w, const char *text);
void evd_at_n(evd_where *w, const char *word, uint64_t n);
const char *evd_single_path(evd_single s);
/* Arena memory; NULL, with no_space set, when the arena is full. */
void *evd_keep(evd_run *r, size_t count, size_t size);
void evd_run_jobs(evd_run *r, evd_job *job, void *self, size_t n);
/* Compared as published: an element that is right but not below p differs. */
static inline bool evd_same(const void *a, const void *b, size_t n) {
  const uint8_t *x = a, *y = b;
  uint8_t d = 0;
  for (size_t i = 0; i < n; i++)
    d |= (uint8_t)(x[i] ^ y[i]);
  return d == 0;
}
static inline bool evd_same_h(const evd_h32 *a, const evd_h32 *b) {
  return evd_same(a->b, b->b, 32);
}
bool evd_str_same(evd_str a, evd_str b);
/* Were all ballots and states read, so that counts mean something? */
bool evd_counted(const evd_run *r);
/* Is the check part of this run's stage? */
bool evd_in_stage(const evd_run *r, evd_stage stage);

/* ---- x01_form.c: files and their bytes ---- */
void evd_files_list(evd_run *r);
/* Which files are there that should not be, and the other way round. */
void evd_files_judge(evd_run *r);
/* The whole file and its digest; false: not usable, X.1 says why. */
bool evd_file_get(evd_run *r, evd_file *f, evd_span *bytes);
evd_key evd_data_key(const evd_h32 *id_B, uint32_t contest);
/* What a reader said of an object: counts it, reports X.1; is it usable? */
bool evd_form_judge(evd_run *r, evd_err e, const evd_where *w,
                    const evd_why *why);
typedef void evd_line_fn(evd_run *r, evd_span line, uint64_t number,
                         void *self);
/* Calls fn for every line; false: some line was lost, X.1 says why. */
bool evd_lines_each(evd_run *r, evd_file *f, evd_line_fn *fn, void *self);

/* ---- load.c ---- */
void evd_load_head(evd_run *r);
void evd_load_closed(evd_run *r);
void evd_load_final(evd_run *r);
/* A list got one more member; order: of its key against the one before. */
void evd_load_order(evd_run *r, const evd_where *w, int order, bool once);

/* ---- checks; each file implements the verifications of its name ---- */
void evd_v01_parameters(evd_run *r);
void evd_v02_guardians(evd_run *r);
void evd_v03_keys(evd_run *r); /* and 4 */
void evd_x03_rules(evd_run *r);
void evd_x04_guardians(evd_run *r); /* and X.5 */

/* Of one ballot, in a job: only `f` is written. */
typedef struct {
  const evd_run *r;
  evd_ballot b;
  const char *path;
  uint64_t line;
  bool usable;
  evd_state_word state; /* 0: has none */
  evd_opened_line *opened;
  evd_findings f;
} evd_ballot_job;
const evd_shape *evd_shape_of(const evd_run *r, uint32_t ind_c);
const evd_style *evd_style_of(const evd_run *r, uint32_t style);
const evd_device *evd_device_of(const evd_run *r, uint32_t device);
bool evd_device_is(const evd_run *r, uint32_t device, const char *mode);
void evd_v05_ballot(evd_ballot_job *j);
void evd_v06_ballot(evd_ballot_job *j); /* 6, 7, X.9 */
void evd_v08_ballot(evd_ballot_job *j); /* 8.A, 8.B */
void evd_x06_ballot(evd_ballot_job *j);
void evd_x07_ballot(evd_ballot_job *j); /* X.2, X.7, X.8 */
void evd_v12_ballot(evd_ballot_job *j);
void evd_v13_ballot(evd_ballot_job *j); /* and X.13 */
void evd_v14_ballot(evd_ballot_job *j);

/* Of one ballot, in reading order. */
void evd_v05_fold(evd_run *r, const evd_ballot_job *j); /* and X.10 */
void evd_v08_fold(evd_run *r, const evd_ballot_job *j); /* 8.D, 8.E, X.15 */
void evd_v09_fold(evd_run *r, const evd_ballot_job *j);
void evd_x11_fold(evd_run *r, evd_ballot_job *j);
void evd_x12_fold(evd_run *r, const evd_ballot_job *j);
void evd_x18_fold(evd_run *r, const evd_ballot_job *j);

void evd_ballots_run(evd_run *r);

/* After the last ballot. */
void evd_v08_devices(evd_run *r);  /* 8.C, 8.F, 8.G, X.15 */
void evd_v09_products(evd_run *r); /* and X.2 of A, B */
void evd_v10_cells(evd_run *r);    /* and X.2 of T, c */
void evd_v11_labels(evd_run *r);
void evd_x11_states(evd_run *r);
void evd_x12_data(evd_run *r);
void evd_x14_counts(evd_run *r);
void evd_x16_withheld(evd_run *r);
void evd_x18_roll(evd_run *r);

#endif /* EVD_VERIFY_RUN_H */
