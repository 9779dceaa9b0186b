/* One run of the verifier: what was read, what was found.
 *
 * Layer: L4 verify. Private to this folder.
 *
 * Order of a run (run.c): list the files and judge them by stage (x01_form),
 * read the small objects (load.c), the checks of the keys, sort the lines
 * that are joined to ballots (joined.c), then the ballots batch by batch
 * (ballots.c): jobs that look at one ballot each and fill an evd_findings,
 * then a fold in reading order; last the tally and the openings.
 *
 * Nothing here grows with the number of ballots but what lies in the scratch:
 * what must not occur twice, and what joins ballots to each other or to other
 * lines, becomes a row of a fixed size; rows are sorted, and the end of the
 * run walks through them once.
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
#include "verify/index.h"
#include "verify/verify.h"

#define EVD_BATCH_BALLOTS 64
#define EVD_BATCH_LINE_BYTES ((size_t)8 << 20)
/* The same where products over a batch make it worth more memory. */
#define EVD_HINTED_BALLOTS 256
#define EVD_HINTED_LINE_BYTES ((size_t)16 << 20)
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

/* ---- lines that are joined to ballots ---- */
/* Row in the index: the key, 8 of the line's number; then of states 1 of the
 * state; of the roll 4 of style, 4 of weight, 1 of active; of the others 8
 * and 4 for where the line stands in `text`. Key: 32 of id_B or credential;
 * of contest data also 4 of the contest. Numbers are big endian. */
typedef struct {
  evd_index rows;
  evd_stream text;
  /* 8 of the row's number, 8 of a place, 1 of flags; of the roll 4 of the
   * ballot's device, too. */
  evd_sorter touched;
  uint64_t n;
  bool lost; /* a line could not be used */
} evd_joined;
#define EVD_JOINED_ROW_MAX 64
#define EVD_JOINED_PLACE_BYTES 12
enum { /* offsets behind the line's number */
       EVD_STATE_WORD_AT = 32 + 8,
       EVD_ROLL_STYLE_AT = 32 + 8,
       EVD_ROLL_WEIGHT_AT = EVD_ROLL_STYLE_AT + 4,
       EVD_ROLL_ACTIVE_AT = EVD_ROLL_WEIGHT_AT + 4,
       EVD_OPENED_PLACE_AT = 32 + 8,
       EVD_MAIL_PLACE_AT = 32 + 8,
       EVD_DATA_PLACE_AT = 32 + 4 + 8
};
#define EVD_TOUCH_BYTES 17
#define EVD_ROLL_TOUCH_BYTES 21
#define EVD_DATA_KEY_BYTES 36
#define EVD_DATA_LINES_MAX 16 /* of one ballot and contest that are checked */
enum {                        /* flags of a touch, those of its ballot */
       EVD_TOUCH_CAST = 1,
       EVD_TOUCH_CHALLENGED = 2,
       EVD_TOUCH_SUPERSEDED = 4,
       EVD_TOUCH_REMOTE = 8
};

/* Rows of what must not occur twice (v05_ids.c) and of links (v08_codes.c). */
#define EVD_ONCE_BYTES 52
#define EVD_LINK_BYTES 96

/* A device as its ballots are linked, in reading order. */
typedef struct {
  const evd_device_close *close; /* its entry of devices.json or NULL */
  uint64_t ballots;
  bool has_last; /* `last` is the code of the ballot before */
  evd_h32 last;
} evd_chain;

typedef struct evd_batching evd_batching; /* batch.h */

typedef struct evd_resume evd_resume;
typedef struct evd_ballot_job evd_ballot_job;

typedef struct evd_run {
  evd_report *rep;
  /* Where findings go: to the report, in the walk through the ballots to
   * `walk`, what jobs find to `found`; the walk's end adds them up. */
  evd_check *into, *walk, *found;
  evd_source *src;
  evd_stage stage;
  const evd_pool *pool;
  evd_scratch *scratch;
  const evd_verify_hints *hints;
  evd_progress *progress;
  void *progress_self;
  evd_arena *a;
  evd_group *G;    /* as published: K, K_hat may be no members */
  bool no_space;   /* the arena ran full: nothing passes */
  bool no_scratch; /* the same of the scratch */
  bool no_read;    /* this machine failed to read: the same */
  evd_order now;   /* of failures that are found */

  /* A shard: its lines of all ballots' lines, and which one is next. */
  evd_shard shard; /* n = 0: the whole record */
  uint64_t own_from, own_to, all_lines, line_at;
  bool mute;       /* what stands here is another shard's business */
  bool keep_texts; /* shard 1 hands on the files that are no ballots */
  evd_stream texts_kept;
  evd_merging *merging; /* NULL: ballots are read */
  const evd_resuming *resuming;
  evd_resume *resume; /* NULL: nothing is kept or taken up */

  evd_file *files;
  size_t n_files;
  bool listed;                    /* so what is not among them is missing */
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
  bool has_remote, has_mail;

  evd_batching *batching; /* NULL: everything one by one */
  evd_joined states, roll, opened, data, mail_cast, mail_open;
  evd_sorter once;       /* what must not occur twice: v05_ids.c */
  evd_sorter links;      /* ballots of chained devices: v08_codes.c */
  evd_chain *chains;     /* n_devices */
  uint64_t lost_ballots; /* lines that could not be read */
  uint64_t unknown_mail; /* cast, and nobody knows what was selected */
  bool has_counters;     /* all from here on */

  /* Recounted from the ballots, per contest of the manifest. */
  uint64_t *cast_ballots, *cast_weight;
  bool *occurs, *withheld;
  uint32_t *first_cell; /* cells of a contest start here */
  evd_zp *A, *B;        /* products, per cell */
  uint32_t n_cells;
  uint64_t total_cast, total_weight;
  /* Published, per contest of the manifest; NULL: not there. */
  const evd_tally_ct_contest **ct_of;
  const evd_tally_contest **tally_of;
} evd_run;

/* ---- findings.c ---- */
/* Keeps it if it is among the first. */
void evd_failure_keep(evd_check *c, const evd_failure *f);
void evd_checks_join(evd_check *into, const evd_check *from);
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
/* Notes that memory or scratch failed, if e says so. */
void evd_trouble(evd_run *r, evd_err e);
bool evd_stopped(const evd_run *r); /* is going on of no use? */
/* A ballot's place in reading order as one number, and back. */
uint64_t evd_place(uint32_t file, uint64_t line);
evd_where evd_at_place(const evd_run *r, uint64_t place);
bool evd_place_fits(const evd_run *r, uint64_t place);
/* A failure found later belongs to this place. */
void evd_now_at_place(evd_run *r, uint64_t place, uint32_t sub);
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

/* ---- part_write.c, merge.c ---- */
void evd_part_keep(evd_run *r, const evd_file *f, const void *p, size_t n,
                   bool lf);
void evd_merge_walk(evd_run *r);
void evd_merge_digests(evd_run *r);

/* ---- resume.c: nothing happens where r->resume is NULL ---- */
void evd_resume_begin(evd_run *r, const evd_resuming *how);
bool evd_resume_knows(const evd_run *r, uint32_t file, uint64_t line);
/* A line of ballots was read; sha: of the file up to its end. */
void evd_resume_line(evd_run *r, uint64_t line, size_t bytes,
                     const evd_sha256 *sha);
void evd_resume_file_end(evd_run *r, uint32_t file, bool whole);
EVD_MUST_CHECK evd_err evd_resume_joined(evd_ballot_job *j);
void evd_resume_fold(evd_run *r, const evd_ballot_job *j);
/* Only when every ballot that was read is folded. */
void evd_resume_keep(evd_run *r, bool at_the_end);

/* ---- joined.c ---- */
/* The row and its number; found false also where the scratch fails. */
EVD_MUST_CHECK evd_err evd_joined_find(const evd_joined *l, const void *key,
                                       uint8_t row[EVD_JOINED_ROW_MAX],
                                       uint64_t *at, bool *found);
/* The line of the row, in arena memory. place: of the row, its last bytes. */
EVD_MUST_CHECK evd_err evd_joined_text(
    const evd_joined *l, const uint8_t place[EVD_JOINED_PLACE_BYTES],
    evd_span *line, evd_arena *a);
void evd_data_key(uint8_t key[EVD_DATA_KEY_BYTES], const evd_h32 *id_B,
                  uint32_t contest);
/* A ballot that is about a row. */
typedef struct {
  uint64_t place;
  uint8_t flags;
  uint32_t device; /* kept of the roll's touches alone, else 0 */
} evd_touch;
void evd_joined_touch(evd_run *r, evd_joined *l, uint64_t at,
                      const evd_ballot_job *j, uint8_t flags);
/* Every row in order of its key: first its touches, in reading order, then
 * the row. line: its number in the file. */
typedef struct {
  void (*touch)(evd_run *r, void *self, const evd_touch *t);
  void (*row)(evd_run *r, void *self, const uint8_t *row, uint64_t line);
  void *self;
} evd_joined_walk;
void evd_joined_each(evd_run *r, evd_joined *l, const evd_joined_walk *w);
void evd_joined_closed(evd_run *r); /* states, roll, mail_cast */
void evd_joined_final(evd_run *r);  /* openings, contest data */
void evd_joined_close(evd_joined *l);

/* ---- checks; each file implements the verifications of its name ---- */
void evd_v01_parameters(evd_run *r);
void evd_v02_guardians(evd_run *r);
void evd_v03_keys(evd_run *r); /* and 4 */
void evd_x03_rules(evd_run *r);
void evd_x04_guardians(evd_run *r); /* and X.5 */

/* Of one ballot. Two jobs fill it: one reads and looks up, one computes. */
struct evd_ballot_job {
  const evd_run *r;
  evd_arena arena; /* owns all below */
  const char *path;
  uint32_t file; /* in reading order */
  uint64_t line;
  evd_span bytes;
  evd_err read; /* what the reader said */
  evd_why why;
  evd_err trouble; /* of memory or scratch while looking up */
  bool usable;
  bool proven; /* all its proofs, in a batch: v06_batch.c */
  evd_ballot b;
  bool has_state, on_roll;
  evd_state_word state; /* 0: has none */
  uint64_t state_at, roll_at, opened_at, cast_at, uncast_at;
  evd_roll_line roll;
  const evd_challenged *opened; /* NULL: it is not */
  /* Of a mail ballot: what a cast one selected, what an uncast one holds;
   * NULL: no line. joined: its contests have what was selected. */
  const evd_mail_cast *cast;
  const evd_mail_open *uncast;
  bool joined;
  uint64_t *data_at; /* per contest: first row, UINT64_MAX: none */
  bool much_data;    /* more lines than are checked */
  uint8_t *once;     /* n_once rows: v05_ids.c */
  uint32_t n_once;
  bool known;           /* an earlier run checked it */
  evd_span joined_text; /* the line of `opened`, `cast` or `uncast` */
  evd_h32 joins;        /* of what was looked up: resume.c */
  evd_findings f;
};
const evd_shape *evd_shape_of(const evd_run *r, uint32_t ind_c);
const evd_style *evd_style_of(const evd_run *r, uint32_t style);
bool evd_style_has(const evd_style *s, uint32_t ind_c);
const evd_device *evd_device_of(const evd_run *r, uint32_t device);
bool evd_device_is(const evd_run *r, uint32_t device, const char *mode);
void evd_v05_rows(evd_ballot_job *j); /* what must not occur twice */
void evd_v05_ballot(evd_ballot_job *j);
void evd_v06_ballot(evd_ballot_job *j); /* 6, 7, X.9 */
/* Marks those of n jobs as proven that hints prove together; before their
 * other checks, which then leave out the powers and nothing else. */
void evd_v06_batch(evd_run *r, evd_ballot_job jobs[], size_t n);
void evd_hints_begin(evd_run *r);       /* hints.c */
void evd_v08_ballot(evd_ballot_job *j); /* 8.A, 8.B */
void evd_x06_ballot(evd_ballot_job *j);
void evd_x07_ballot(evd_ballot_job *j); /* X.2, X.7, X.8 */
void evd_v12_ballot(evd_ballot_job *j);
void evd_v13_ballot(evd_ballot_job *j); /* and X.13 */
void evd_v14_ballot(evd_ballot_job *j);

/* Of one ballot, in reading order. */
void evd_v05_fold(evd_run *r, const evd_ballot_job *j);
void evd_v08_fold(evd_run *r, const evd_ballot_job *j); /* 8.D, 16.E */
void evd_v09_fold(evd_run *r, const evd_ballot_job *j);
void evd_x11_fold(evd_run *r, const evd_ballot_job *j);
void evd_x12_fold(evd_run *r, const evd_ballot_job *j);
void evd_x18_fold(evd_run *r, const evd_ballot_job *j);

void evd_ballots_run(evd_run *r);

/* ---- pre-encrypted ballots (b.mail) ---- */
/* Have the lists of the line the lengths that the manifest fixes? */
bool evd_mail_cast_usable(const evd_run *r, const evd_mail_cast *o);
bool evd_mail_open_usable(const evd_run *r, const evd_mail_open *o);
/* Finds the lines of the ballot and puts fields and limits where those of
 * other ballots are. */
EVD_MUST_CHECK evd_err evd_mail_join(evd_ballot_job *j);
void evd_v15_ballot(evd_ballot_job *j); /* and X.2 of the vectors */
void evd_v16_ballot(evd_ballot_job *j); /* 16.A-16.C; sorts psi */
void evd_v16_vector(evd_ballot_job *j, uint32_t ind_c, const evd_h32 *computed,
                    const evd_h32 *published);
void evd_v17_ballot(evd_ballot_job *j);
void evd_v18_ballot(evd_ballot_job *j); /* the last: overwrites psi, chi */
void evd_v19_ballot(evd_ballot_job *j);
void evd_x17_ballot(evd_ballot_job *j);
void evd_x17_fold(evd_run *r, const evd_ballot_job *j);
void evd_x17_lines(evd_run *r); /* after the last ballot */

/* What differs between the chains of booths and of mail devices. */
typedef struct {
  evd_check_id device, unchained, linked, start, close;
  void (*HDI)(const evd_group *, evd_h32 *, const evd_h32 *HE, evd_span);
  void (*H0)(const evd_group *, evd_h32 *, const evd_h32 *HE,
             const uint8_t B_C0[EVD_BC_BYTES]);
  void (*BC_close)(const evd_group *, uint8_t out[EVD_BC_BYTES],
                   const evd_h32 *HE, const evd_h32 *H_l,
                   const uint8_t B_C0[EVD_BC_BYTES]);
  void (*H_close)(const evd_group *, evd_h32 *, const evd_h32 *HE,
                  const uint8_t B_close[EVD_BC_BYTES]);
} evd_chain_rules;
extern const evd_chain_rules evd_v16_chains;

/* After the last ballot. */
void evd_v05_once(evd_run *r); /* 5.A, X.10 */
/* Rows of a part: can they be of this record? */
bool evd_once_fits(const evd_run *r, const uint8_t row[EVD_ONCE_BYTES]);
bool evd_link_fits(const evd_run *r, const uint8_t row[EVD_LINK_BYTES]);
/* The same row where `lost` more ballots were lost before. */
void evd_link_move(uint8_t out[EVD_LINK_BYTES],
                   const uint8_t row[EVD_LINK_BYTES], uint64_t lost);
void evd_v08_devices(evd_run *r);  /* 8.C, 8.E-8.G, 16.D-16.H, X.15 */
void evd_v09_products(evd_run *r); /* and X.2 of A, B */
void evd_v10_cells(evd_run *r);    /* and X.2 of T, c */
void evd_v11_labels(evd_run *r);
void evd_x11_states(evd_run *r);
void evd_x12_data(evd_run *r);
void evd_x14_counts(evd_run *r);
void evd_x16_withheld(evd_run *r);
void evd_x18_roll(evd_run *r);

#endif /* EVD_VERIFY_RUN_H */
