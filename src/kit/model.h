/* A small election in memory with all its secrets, and what rebuilds it.
 *
 * Layer: L5 kit, private to the folder.
 *
 * A fault changes something in the finished election and calls what makes the
 * values that depend on it anew, so that one check is left to fail.
 *
 * Indices: `at` counts ballots from 0; `ci` the contests of a ballot from 0;
 * `j` fields from 0. ind_c and ind_o count from 1 as everywhere.
 * The sizes are those of the largest base; running out of memory is a bug of
 * the kit and stops the program.
 */
#ifndef EVD_KIT_MODEL_H
#define EVD_KIT_MODEL_H

#include "egds/ballot.h"
#include "egds/keys.h"
#include "group/secret.h"
#include "kit/kit.h"
#include "record/record.h"

enum {
  EVD_KIT_CONTESTS = 4,
  EVD_KIT_OPTIONS = 3,
  EVD_KIT_FIELDS = 5,
  EVD_KIT_DEVICES = 3,
  EVD_KIT_STYLES = 3,
  EVD_KIT_GUARDIANS = 5,
  EVD_KIT_BALLOTS = 8,
  EVD_KIT_VOTERS = 6,
  EVD_KIT_VECTORS = 4, /* of a contest of a pre-encrypted ballot */
  EVD_KIT_PLACES = 2,  /* of a vector: options */
  EVD_KIT_FILES = 128, /* a log has one for each object */
};

/* ---- the plan of an election ---- */
typedef struct {
  const char *label, *rule, *group;
  const char *options[EVD_KIT_OPTIONS]; /* NULL ends them */
  uint32_t R, L, write_ins, blocks;
  bool overvote;
} evd_kit_contest;
typedef struct {
  const char *label;
  uint32_t contests[EVD_KIT_CONTESTS + 1]; /* 0 ends them */
} evd_kit_style;
typedef struct {
  const char *label, *mode;
  uint32_t chaining;
} evd_kit_device;
typedef struct {
  uint32_t style, device, weight; /* 0 counts as 1 */
  evd_state_word state;           /* 0: cast */
  uint32_t voter;                 /* of remote ballots, from 1 */
  uint32_t marks[EVD_KIT_CONTESTS][EVD_KIT_OPTIONS]; /* by ind_c - 1 */
  const char *write_in; /* in the first contest that takes one */
} evd_kit_vote;
typedef struct {
  const char *name, *kind;
  uint32_t n, k, absent; /* one guardian missing at the decryption, or 0 */
  bool cancel;           /* secrets that add up to 0: K = K^ = 1 */
  bool revote, weights, texts, no_data;
  uint32_t floor, short_code;
  evd_kit_contest contests[EVD_KIT_CONTESTS]; /* label NULL ends them */
  evd_kit_style styles[EVD_KIT_STYLES];
  evd_kit_device devices[EVD_KIT_DEVICES];
  uint32_t n_votes;
  evd_kit_vote votes[EVD_KIT_BALLOTS];
} evd_kit_plan;

typedef enum {
  EVD_KIT_TINY,    /* 1 of 1, one contest, two ballots, chained */
  EVD_KIT_BARE,    /* the same without ballots */
  EVD_KIT_PAIR,    /* 2 of 3, no ballots */
  EVD_KIT_MIXED,   /* all states but superseded; two devices */
  EVD_KIT_DATA,    /* contest data, supplemental fields, styles */
  EVD_KIT_CANCEL,  /* 2 of 3 with K = K^ = 1: any value fits a ciphertext */
  EVD_KIT_WEB,     /* remote voting with re-voting */
  EVD_KIT_WEBBARE, /* a remote device and nobody who voted */
  EVD_KIT_WEBDATA, /* contest data of remote ballots */
  EVD_KIT_FLOOR,   /* withheld, counted and empty contests */
  EVD_KIT_GRADES,  /* two groups, one withheld */
  EVD_KIT_GROUPS,  /* two groups, no ballots */
  EVD_KIT_WEIGHTS,
  EVD_KIT_TEXTS,
  EVD_KIT_MAIL,  /* pre-encrypted ballots, chained and not */
  EVD_KIT_BOARD, /* for logs: a booth, remote voting, a booth that stays shut */
  EVD_KIT_BASES
} evd_kit_base;
extern const evd_kit_plan evd_kit_plans[EVD_KIT_BASES];

/* ---- the election ---- */
typedef struct {
  evd_h32 xi_B;
  evd_zq xi_hat;
  evd_state_word state;
  bool own_H_I; /* the ballot's H_I is not to be computed */
  evd_zq value[EVD_KIT_CONTESTS][EVD_KIT_FIELDS];
  evd_zq xi[EVD_KIT_CONTESTS][EVD_KIT_FIELDS];
  evd_zq data_xi[EVD_KIT_CONTESTS];
  uint8_t *D[EVD_KIT_CONTESTS];
  /* Of a pre-encrypted ballot: vectors by j - 1 and k - 1, and which j are
   * taken, L of them. */
  evd_zq vector[EVD_KIT_CONTESTS][EVD_KIT_VECTORS][EVD_KIT_PLACES];
  evd_zq vector_xi[EVD_KIT_CONTESTS][EVD_KIT_VECTORS][EVD_KIT_PLACES];
  uint32_t taken[EVD_KIT_CONTESTS][EVD_KIT_PLACES];
} evd_kit_secret;
typedef struct {
  bool on;
  evd_h32 value;
} evd_kit_fake;

typedef struct evd_kit_log evd_kit_log; /* kit/log.h */
struct evd_kit {
  /* for all records */
  evd_group G;
  evd_h32 seed;
  evd_arena *arena;
  evd_arena_point clean;
  evd_zp *storage[2][2]; /* room for the tables of K and K^: pub, sec */
  /* The log that is made of the election; NULL: none. Those of one base have
   * one election, which is kept. */
  evd_kit_log *log;
  evd_kit_base log_base;
  evd_arena_point log_clean;
  /* the stream of this record */
  evd_h32 stream;
  uint32_t drawn;
  /* what a fault sets before evd_kit_build */
  evd_kit_plan plan;
  evd_kit_fake H_P, H_B, H_E;
  evd_zq K_off, K_hat_off; /* exponents by which the joint keys are off */
  evd_span manifest_bytes; /* instead of the canonical ones */
  /* the record */
  evd_parameters par;
  evd_manifest man;
  evd_texts texts;
  evd_guardian_sec sec[EVD_KIT_GUARDIANS];
  evd_guardian_pub pub[EVD_KIT_GUARDIANS];
  evd_election_keys keys;
  evd_zq s, s_hat; /* secrets of K and K^ */
  uint32_t n_ballots;
  evd_ballot ballots[EVD_KIT_BALLOTS];
  evd_kit_secret secret[EVD_KIT_BALLOTS];
  uint32_t n_states;
  evd_state states[EVD_KIT_BALLOTS + 2];
  evd_h32 credentials[EVD_KIT_VOTERS]; /* by voter */
  uint32_t n_roll;
  evd_roll_line roll[EVD_KIT_VOTERS + 2];
  evd_devices devices;
  evd_tally_ct count;
  evd_tally tally;
  uint32_t n_opened;
  evd_challenged opened[EVD_KIT_BALLOTS];
  uint32_t n_cast; /* lines of mail_cast.jsonl, mail_open.jsonl */
  evd_mail_cast cast[EVD_KIT_BALLOTS];
  uint32_t n_uncast;
  evd_mail_open uncast[EVD_KIT_BALLOTS];
  uint32_t n_data;
  evd_contest_data data[EVD_KIT_BALLOTS * EVD_KIT_CONTESTS];
  /* its files */
  uint32_t n_files;
  evd_kit_file files[EVD_KIT_FILES];
};

/* ---- number.c ---- */
void *evd_kit_room(evd_kit *e, size_t count, size_t size); /* never NULL */
evd_str evd_kit_str(const char *text);
void evd_kit_restart(evd_kit *e, const char *name); /* the stream */
void evd_kit_bytes(evd_kit *e, void *p, size_t n);
evd_zq evd_kit_draw(evd_kit *e);
evd_zq evd_kit_even(evd_kit *e); /* an even scalar */
evd_zq evd_kit_zq(uint64_t n);
evd_zq evd_kit_add(evd_zq a, evd_zq b);
evd_zq evd_kit_sub(evd_zq a, evd_zq b);
evd_zq evd_kit_mul(evd_zq a, evd_zq b);
evd_zq evd_kit_inv(evd_zq a);
evd_zq evd_kit_plain(const evd_zq_sec *a);
evd_zq_sec evd_kit_sec(evd_zq a);
evd_q evd_kit_q(evd_zq a);
evd_zq evd_kit_zq_of(const evd_q *a);
evd_q evd_kit_q_plus(uint8_t n); /* q + n as published, n < 189 */
evd_q evd_kit_q_top(void);       /* 2^256 - 1 */
bool evd_kit_is_even(const evd_q *a);
void evd_kit_next(evd_q *a); /* a + 1 mod q */
evd_p evd_kit_g(const evd_kit *e, evd_zq x);
evd_p evd_kit_K(const evd_kit *e, evd_zq x);
evd_p evd_kit_K_hat(const evd_kit *e, evd_zq x);
evd_p evd_kit_pow(const evd_kit *e, const evd_p *a, evd_zq x);
evd_p evd_kit_times(const evd_kit *e, const evd_p *a, const evd_p *b);
evd_p evd_kit_inverse(const evd_kit *e, const evd_p *a);
evd_p evd_kit_minus(const evd_p *a);      /* p - a */
evd_p evd_kit_number(uint8_t n);          /* the element n */
evd_p evd_kit_p_plus(int n);              /* p + n, |n| < 256 */
evd_p evd_kit_stranger(const evd_kit *e); /* of another order than q */
evd_zp evd_kit_zp(const evd_kit *e, const evd_p *a);
void evd_kit_flip(evd_h32 *h); /* one bit */

/* ---- election.c: the plan made true ---- */
/* Everything, from e->plan, the fakes and the stream. */
void evd_kit_build(evd_kit *e);
void evd_kit_manifest(evd_kit *e); /* manifest and parameters from the plan */
void evd_kit_texts_named(evd_kit *e); /* digest into the manifest */
/* election_keys.json from guardians, manifest and fakes. */
void evd_kit_keys(evd_kit *e);
void evd_kit_H_G(evd_kit *e);
void evd_kit_guardians(evd_kit *e); /* published and proven from e->sec */
void evd_kit_prove_guardian(evd_kit *e, uint32_t i, bool hat);

/* ---- ballot.c ---- */
void evd_kit_add_vote(evd_kit *e, const evd_kit_vote *v);
void evd_kit_seal(evd_kit *e, uint32_t at); /* all of it but codes */
void evd_kit_nonce(evd_kit *e, uint32_t at);
/* Field j from its value and xi; with or without a new proof. */
void evd_kit_cipher(evd_kit *e, uint32_t at, uint32_t ci, uint32_t j);
void evd_kit_field(evd_kit *e, uint32_t at, uint32_t ci, uint32_t j);
void evd_kit_limit(evd_kit *e, uint32_t at, uint32_t ci);
void evd_kit_limit_secret(const evd_kit *e, uint32_t at, uint32_t ci,
                          evd_zq *sum, evd_zq *xi);
void evd_kit_data(evd_kit *e, uint32_t at, uint32_t ci);
void evd_kit_chi(evd_kit *e, uint32_t at, uint32_t ci);
evd_field *evd_kit_field_of(evd_kit *e, uint32_t at, uint32_t ci, uint32_t j);
evd_shape evd_kit_shape(const evd_kit *e, uint32_t at, uint32_t ci);
/* Field j anew as (value, xi) with fresh proofs of field and limit. */
void evd_kit_reset(evd_kit *e, uint32_t at, uint32_t ci, uint32_t j,
                   uint32_t value, evd_zq xi);

/* ---- close.c ---- */
void evd_kit_chain(evd_kit *e); /* positions, B_C, H_C, devices.json */
/* B_C and H_C of a device from its closing entry's H_0 and H_DI as they stand,
 * and its closing; place `skip` (from 0) of the device keeps its B_C. */
enum { EVD_KIT_SKIP_NONE = 99 };
void evd_kit_rechain(evd_kit *e, uint32_t device, uint32_t skip);
void evd_kit_closing(evd_kit *e, uint32_t device);
void evd_kit_states(evd_kit *e);
void evd_kit_roll(evd_kit *e);
void evd_kit_sort_data(evd_kit *e);

/* ---- count.c ---- */
void evd_kit_count_up(evd_kit *e); /* tally_encrypted.json */
void evd_kit_tally(evd_kit *e);
void evd_kit_cell(evd_kit *e, evd_cell *out, uint32_t ind_c, uint32_t ind_o);
bool evd_kit_withheld(const evd_kit *e, uint32_t ind_c);
void evd_kit_open_ballot(evd_kit *e, uint32_t at); /* a line more */
void evd_kit_openings(evd_kit *e);
void evd_kit_open_data(evd_kit *e, uint32_t at, uint32_t ci); /* a line more */
void evd_kit_contest_data(evd_kit *e);
/* Chain, states, roll, counts, tally, openings, contest data. */
void evd_kit_finish(evd_kit *e);

/* ---- mail.c: pre-encrypted ballots ---- */
bool evd_kit_is_mail(const evd_kit *e, uint32_t device);
void evd_kit_mail_contest(evd_kit *e, uint32_t at, uint32_t ci,
                          const uint32_t marks[]);
void evd_kit_mail_seal(evd_kit *e, uint32_t at);
/* alpha_1, beta_1, .. of vector j (from 1), and its hash. */
void evd_kit_mail_vector(const evd_kit *e, uint32_t at, uint32_t ci, uint32_t j,
                         evd_p pairs[2 * EVD_KIT_PLACES], evd_h32 *psi);
evd_str evd_kit_mail_code(evd_kit *e, const evd_h32 *psi);
void evd_kit_mail_psi(evd_kit *e, uint32_t at, uint32_t ci); /* and chi */
/* What was cast of a contest, from the vectors taken. */
void evd_kit_mail_select(evd_kit *e, uint32_t at, uint32_t ci);
/* Its fields and limit anew, from e->secret's value and xi. */
void evd_kit_mail_fields(evd_kit *e, uint32_t at, uint32_t ci);
void evd_kit_mail_take(evd_kit *e, uint32_t at, uint32_t ci);
void evd_kit_mail_add(evd_kit *e, uint32_t at); /* a line in mail_cast.jsonl */
void evd_kit_mail_lines(evd_kit *e);
/* The line of a cast ballot; NULL: there is none. */
evd_mail_cast *evd_kit_mail_line(evd_kit *e, uint32_t at);

/* ---- log_keys.c ---- */
void evd_kit_log_voters(evd_kit *e); /* credentials become voters' keys */

/* ---- files.c ---- */
void evd_kit_write(evd_kit *e); /* e->files from everything above */
evd_kit_file *evd_kit_find(evd_kit *e, const char *path);
void evd_kit_put(evd_kit *e, const char *path, const void *p, size_t n);
void evd_kit_drop(evd_kit *e, const char *path);
/* The first `old` in a file becomes `now`; it must be there. */
void evd_kit_swap(evd_kit *e, const char *path, const char *old,
                  const char *now);

#endif /* EVD_KIT_MODEL_H */
