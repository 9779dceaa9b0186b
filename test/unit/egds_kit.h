/* What the tests of src/egds share: the standard group with tables, a whole
 * key ceremony from a fixed seed, and ballots of it. */
#ifndef EVD_TEST_EGDS_KIT_H
#define EVD_TEST_EGDS_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "egds/check.h"
#include "egds/decrypt.h"
#include "egds/encrypt.h"
#include "egds/hashes.h"
#include "egds/open.h"
#include "egds/share.h"

#define KIT_N_MAX 5

typedef struct {
  evd_arena arena;
  evd_group G; /* K, K_hat of the ceremony, tables of g and K */
  uint32_t n, k;
  evd_guardian_sec sec[KIT_N_MAX];
  evd_guardian_pub pub[KIT_N_MAX];
  evd_zq_sec z[KIT_N_MAX], z_hat[KIT_N_MAX]; /* of guardian index + 1 */
  evd_h32 HP, HB, HE, HG;
} kit;

/* A ceremony of n guardians through all its messages; aborts the test if any
 * honest step is refused. */
void kit_open(kit *t, uint32_t n, uint32_t k, const char *manifest);
void kit_close(kit *t);

/* Bytes of a fixed stream, other ones in each call. */
void kit_random(void *out, size_t n);
void kit_random_sec(evd_zq_sec *out);
/* Bytes of base^e for a small exponent. */
void kit_power(const evd_group *G, evd_p *out, const evd_base *b, uint64_t e);
/* out = -x mod p, which lies outside the subgroup. */
void kit_negate(evd_p *out, const evd_p *x);
/* out = x + q, if that fits into 32 bytes. */
bool kit_plus_q(evd_q *out, const evd_q *x);

/* The contests most tests use: 1: three options 0..5, L = 3, overvote field,
 * two write-ins, data; 2: two options, L = 1, nothing else. */
#define KIT_CONTESTS 2
extern const evd_shape kit_shapes[KIT_CONTESTS];
/* A sealed ballot of these contests with id_B from the stream; position 1 of
 * a chain. xi_B may be NULL. */
void kit_ballot(kit *t, evd_ballot *b, const evd_selection sel[],
                evd_h32 *xi_B);
/* Marks 1, 0, 1 with one write-in; marks 0, 1. */
extern const evd_selection kit_selection[KIT_CONTESTS];
/* A copy whose parts may be changed: shaped anew, all bytes equal. */
void kit_copy(kit *t, evd_ballot *out, const evd_ballot *b);

#endif /* EVD_TEST_EGDS_KIT_H */
