#include "cmd/preencrypt_batch.h"

#include <string.h>

#include "base/wipe.h"
#include "egds/check.h"
#include "egds/hashes.h"

#define MIB ((size_t)1024 * 1024)
#define SLOT_BYTES_MAX (64 * MIB)
/* Of ballots that are refused only if this many in a row have equal codes:
 * with the chance below asked for, one in 10^8. */
#define TRIES_MAX 2000
#define CHANCE_MIN 0.01
/* What a line of a record may have, and the least part of a cast contest in
 * it: 2 elements of 1024 digits a pair. */
#define LINE_BYTES_MAX (64 * MIB)
#define PAIR_BYTES 2100

/* ---- before the first ballot ---- */

/* How likely it is that n codes of so many possible ones are different. */
static double chance_of(uint32_t n, double possible) {
  double chance = 1;
  for (uint32_t i = 0; i < n; i++)
    chance *= i < possible ? 1 - i / possible : 0;
  return chance;
}

static evd_err refuse_codes(const evd_manifest *m, uint32_t style,
                            double chance) {
  bool longer = m->short_code != 2;
  if (chance > 0)
    return evd_complain(
        EVD_ERR_RULE,
        "style %u has so many options that short codes of kind %u hardly ever "
        "differ (one ballot in %.0f)%s",
        style, m->short_code, 1 / chance,
        longer ? "; a manifest with short_code 2 has 65536 codes" : "");
  return evd_complain(EVD_ERR_RULE,
                      "style %u has a contest with more options than there "
                      "are short codes of kind %u%s",
                      style, m->short_code,
                      longer ? "; a manifest with short_code 2 has 65536 codes"
                             : "");
}

static evd_err check_contest(const evd_contest *c, uint32_t ind_c,
                             uint32_t style) {
  if (c->option_limit == 1)
    return EVD_OK;
  return evd_complain(EVD_ERR_RULE,
                      "contest %u of style %u takes marks above 1: it cannot "
                      "be voted by mail",
                      ind_c, style);
}

evd_err evd_pre_style_check(const evd_manifest *m, uint32_t style,
                            evd_arena *a) {
  uint32_t n = 0;
  double chance = 1;
  uint64_t pairs = 0;
  evd_shape *shapes = evd_style_shapes(m, style, &n, a);
  if (!shapes)
    return evd_complain(EVD_ERR_SPACE, "style %u does not fit in memory",
                        style);
  for (uint32_t i = 0; i < n; i++) {
    EVD_TRY(check_contest(&m->contests[shapes[i].ind_c - 1], shapes[i].ind_c,
                          style));
    chance *= chance_of(evd_pre_vectors(&shapes[i]),
                        m->short_code == 2 ? 65536 : 256);
    pairs += (uint64_t)shapes[i].m * (shapes[i].L + 1);
  }
  if (chance < CHANCE_MIN)
    return refuse_codes(m, style, chance);
  if (pairs > LINE_BYTES_MAX / PAIR_BYTES)
    return evd_complain(EVD_ERR_RULE,
                        "a ballot of style %u, when it is cast, would be "
                        "longer than a line of the record may be",
                        style);
  return EVD_OK;
}

/* ---- one ballot ---- */

static evd_err shape_ballot(const evd_pre_batch *b, evd_pre_slot *s) {
  evd_ballot *out = &s->ballot;
  *out = (evd_ballot){
      .mail = true, .style = b->style, .weight = 1, .n_contests = b->n_shapes};
  out->contests = evd_arena_get(&s->arena, b->n_shapes, sizeof *out->contests);
  s->psi = evd_arena_get(&s->arena, b->n_shapes, sizeof *s->psi);
  if (!out->contests || !s->psi)
    return EVD_ERR_SPACE;
  for (uint32_t i = 0; i < b->n_shapes; i++) {
    evd_contest_ct *c = &out->contests[i];
    c->ind_c = b->shapes[i].ind_c;
    c->n_psi = evd_pre_vectors(&b->shapes[i]);
    c->psi = evd_arena_get(&s->arena, c->n_psi, sizeof *c->psi);
    s->psi[i] = evd_arena_get(&s->arena, c->n_psi, sizeof *s->psi[i]);
    if (!c->psi || !s->psi[i])
      return EVD_ERR_SPACE;
  }
  return EVD_OK;
}

/* One try; *good: all short codes differ within each contest. */
static evd_err try_once(const evd_pre_batch *b, evd_pre_slot *s, bool *good) {
  evd_ballot *out = &s->ballot;
  evd_random(&out->id_B, sizeof out->id_B);
  evd_random(&s->xi_B, sizeof s->xi_B);
  evd_hash_HI(b->G, &out->H_I, &b->head->keys.H_E, &out->id_B);
  *good = true;
  for (uint32_t i = 0; i < b->n_shapes && *good; i++) {
    evd_contest_ct *c = &out->contests[i];
    EVD_TRY(evd_preenc_hashes(b->G, s->psi[i], &b->shapes[i], &out->H_I,
                              &s->xi_B, &s->arena));
    evd_preenc_publish(c->psi, s->psi[i], c->n_psi);
    evd_pre_chi(b->G, &c->chi, &out->H_I, c->ind_c, c->psi, c->n_psi);
    *good = evd_omega_distinct(b->head->man.short_code, c->psi, c->n_psi);
  }
  return EVD_OK;
}

/* The encrypted nonce, checked as a verifier would (X.7). */
static evd_err seal_nonce(const evd_pre_batch *b, evd_pre_slot *s) {
  uint8_t random[2 * EVD_SAMPLE_BYTES];
  evd_random(random, sizeof random);
  evd_nonce_seal(b->G, &s->ballot, &s->xi_B, random);
  evd_wipe(random, sizeof random);
  return evd_nonce_check_var(b->G, &s->ballot) == 0 ? EVD_OK : EVD_ERR_PROOF;
}

static evd_err make_slot(const evd_pre_batch *b, evd_pre_slot *s) {
  bool good = false;
  EVD_TRY(shape_ballot(b, s));
  for (s->tries = 0; s->tries < TRIES_MAX && !good; s->tries++)
    EVD_TRY(try_once(b, s, &good));
  return good ? seal_nonce(b, s) : EVD_ERR_REFUSED;
}

/* ---- many ---- */

static void job(void *self, size_t index) {
  evd_pre_batch *b = self;
  b->slots[index].result = make_slot(b, &b->slots[index]);
}

evd_err evd_pre_batch_open(evd_pre_batch *b, evd_arena *a) {
  b->shapes = evd_style_shapes(&b->head->man, b->style, &b->n_shapes, a);
  b->n_slots = 4 * b->pool->workers;
  b->slots = evd_arena_get(a, b->n_slots, sizeof *b->slots);
  if (!b->shapes || !b->slots)
    return evd_complain(EVD_ERR_SPACE, "preencrypt: out of memory");
  for (uint32_t i = 0; i < b->n_slots; i++)
    evd_arena_init(&b->slots[i].arena, SLOT_BYTES_MAX);
  return EVD_OK;
}

static void reset(evd_pre_batch *b) {
  for (uint32_t i = 0; i < b->n_filled; i++) {
    evd_arena_back(&b->slots[i].arena, (evd_arena_point){NULL, 0, 0});
    evd_wipe(&b->slots[i].xi_B, sizeof b->slots[i].xi_B);
  }
  b->n_filled = 0;
}

void evd_pre_batch_make(evd_pre_batch *b, uint32_t n) {
  reset(b);
  b->n_filled = n < b->n_slots ? n : b->n_slots;
  b->pool->run(b->pool->self, job, b, b->n_filled);
}

void evd_pre_batch_close(evd_pre_batch *b) {
  reset(b);
  for (uint32_t i = 0; b->slots && i < b->n_slots; i++)
    evd_arena_close(&b->slots[i].arena);
}
