/* An election for tests of the log's keeper: everything that goes into a log,
 * signed, with keys that follow from small numbers. Three devices: 1 booth
 * with chaining, 2 booth without, 3 remote. */
#ifndef EVD_TEST_LOG_KIT_H
#define EVD_TEST_LOG_KIT_H

#include "board/objects.h"
#include "board/tree.h"
#include "kit/kit.h"
#include "record/record.h"
#include "serve/log.h"

#define ORIGIN "board.example/test"
#define VOTERS 64

enum {
  ADMIN_1,
  ADMIN_2,
  GUARDIAN_1,
  GUARDIAN_2,
  GUARDIAN_3,
  REGISTRAR,
  DEVICE_1,
  DEVICE_2,
  POLL_1,
  MONITOR,
  N_LISTED,
  VOTER_1 = N_LISTED,
  N_KEYS = N_LISTED + VOTERS
};
#define BIT(key) ((uint64_t)1 << (key))
#define ADMINS (BIT(ADMIN_1) | BIT(ADMIN_2))
#define GUARDIANS (BIT(GUARDIAN_1) | BIT(GUARDIAN_2) | BIT(GUARDIAN_3))
#define NO_ONE UINT32_MAX

typedef struct {
  evd_arena arena;
  evd_group G;
  evd_span parameters, manifest, guardians[3], election_keys;
  evd_span keys, policy, roll; /* objects */
  evd_manifest man;
  evd_election_keys joint;
  uint8_t seed[N_KEYS][32];
  evd_h32 pub[N_KEYS];
  evd_h32 open; /* leaf hash of OPEN, when it was made */
  uint32_t slot;
} election;

void election_open(election *x);
void election_close(election *x);

/* An item: the entry, signed by the listed keys whose bits are set and by
 * voter `voter` (0 .. VOTERS - 1), if that is not NO_ONE, with its objects.
 * The references in the entry are filled by _item_of. Arena memory. */
evd_log_item election_item(election *x, const evd_entry *e,
                           const evd_span *objects, uint64_t who,
                           uint32_t voter);
evd_object_ref object_of(const char *kind, evd_span bytes);
evd_span span_of(const char *text);

evd_log_item item_setup(election *x);
/* step 1 .. 4 of guardian 1 .. 3 */
evd_log_item item_ceremony(election *x, uint32_t guardian, uint8_t step);
evd_log_item item_keys(election *x);
evd_log_item item_roll(election *x);
evd_log_item item_device(election *x, uint32_t device);
evd_log_item item_open(election *x);
/* Sealed and closed, cast: what the log has. */
evd_log_item item_close(election *x, uint32_t sealed, uint32_t cast);
/* A ballot without content: its object is a short text that names number and
 * device. By the device; of device 3 by voter `number` % VOTERS. */
evd_log_item item_ballot(election *x, uint32_t device, uint64_t number,
                         uint32_t position);
evd_log_item item_cast(election *x, uint32_t device, uint64_t number);
void code_of(evd_h32 *H_C, uint32_t device, uint64_t number);

/* Everything up to OPEN, in order; returns how many. */
uint32_t items_until_open(election *x, evd_log_item out[32]);

/* Publishes a head, signed by the log's key of these tests. */
evd_err publish_head(evd_log *log, const evd_log_head *head);
/* Writes the files of all entries and publishes them. */
evd_err publish_all(evd_log *log);

#endif /* EVD_TEST_LOG_KIT_H */
