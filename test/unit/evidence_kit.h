/* A log of a few entries, two witnesses, and evidence about it, for tests. */
#ifndef EVD_TEST_EVIDENCE_KIT_H
#define EVD_TEST_EVIDENCE_KIT_H

#include "sign_kit.h"

#include "alarm/evidence.h"

typedef struct {
  kit_log log;
  evd_buf entry[KIT_LEAVES]; /* log.n of them */
  evd_buf policy, file;
} world;

evd_span text(const char *zero_ended);
evd_span of(const evd_buf *b);
evd_h32 h32(int letter); /* 32 times */

void world_open(world *w);
void world_close(world *w);

void add_bytes(world *w, evd_span entry);
/* sig: NULL: none */
void add(world *w, const evd_entry *e, const evd_entry_sig *sig);
evd_log_head head_at(const world *w, uint64_t size);

/* The file: its first lines and the policy; parts. */
void begin(world *w, uint32_t code);
/* Cosigned by the two at these times; 0: not. */
void put_head(world *w, const evd_log_head *h, uint64_t t0, uint64_t t1);
void put_entry(world *w, uint64_t index);
void put_part(world *w, const char *name, evd_span bytes);

/* Evidence that is two entries. */
void pair(world *w, uint32_t code, uint64_t i, uint64_t k);
/* A SETUP that names these keys and this policy. */
evd_entry setup_of(const char *keys, evd_span policy, uint8_t admins);

/* `ballots` may be NULL. */
evd_judgement judged_by(world *w, evd_ballot_judge_fn *ballots);
evd_judgement judged(world *w);
#define SHOWN(w) assert_int_equal(judged(w).verdict, EVD_EVIDENCE_SHOWN)
#define WORD(w) assert_int_equal(judged(w).verdict, EVD_EVIDENCE_WORD)
#define FALSE(w) assert_int_equal(judged(w).verdict, EVD_EVIDENCE_FALSE)
/* It is refused: this was expected. */
void refused(world *w, const char *expected);

/* Every part of the file with each of some of its bytes changed, cut short,
 * and taken away: nothing of it is shown, but what `still` says of the part
 * and its number (NULL: nothing). Returns how many were judged. */
typedef bool still_fn(evd_span part_name, uint32_t part);
/* Of the policy: who watches is not what is shown. */
bool in_policy(evd_span name, uint32_t part);
uint32_t mutate(world *w, evd_ballot_judge_fn *ballots, still_fn *still);

#endif /* EVD_TEST_EVIDENCE_KIT_H */
