#include "cmd/encrypt_batch.h"

#include "base/wipe.h"
#include "egds/check.h"
#include "egds/encrypt.h"
#include "egds/hashes.h"

evd_err evd_batch_open(evd_batch *b, uint32_t n_slots, size_t slot_bytes,
                       evd_arena *a) {
  b->slots = evd_arena_get(a, n_slots, sizeof *b->slots);
  if (!b->slots)
    return EVD_ERR_SPACE;
  for (uint32_t i = 0; i < n_slots; i++)
    evd_arena_init(&b->slots[i].arena, slot_bytes);
  b->n_slots = n_slots;
  b->n_filled = 0;
  return EVD_OK;
}

void evd_batch_reset(evd_batch *b) {
  for (uint32_t i = 0; i < b->n_filled; i++)
    evd_arena_back(&b->slots[i].arena, (evd_arena_point){NULL, 0, 0});
  b->n_filled = 0;
}

void evd_batch_close(evd_batch *b) {
  for (uint32_t i = 0; i < b->n_slots; i++)
    evd_arena_close(&b->slots[i].arena);
  b->n_slots = b->n_filled = 0;
}

/* id_B: random, or for a remote device bound to the voter's credential by a
 * random salt. */
static void name_ballot(evd_ballot *ballot, const evd_h32 *credential) {
  if (!credential) {
    evd_random(&ballot->id_B, sizeof ballot->id_B);
    return;
  }
  ballot->has_binding = true;
  ballot->credential = *credential;
  evd_random(&ballot->salt, sizeof ballot->salt);
  evd_bound_id(&ballot->id_B, credential, &ballot->salt);
}

/* The device verifies its own ballot before it fixes the code: a ballot with
 * a fault never leaves it. */
static evd_err check_own(const evd_batch *b, const evd_ballot *ballot,
                         const evd_shape *shapes) {
  uint32_t wrong =
      evd_ballot_check_var(b->G, ballot, shapes, &b->head->keys.H_E, false);
  return wrong == 0 ? EVD_OK : EVD_ERR_PROOF;
}

static evd_err encrypt_slot(const evd_batch *b, evd_batch_slot *s) {
  uint32_t n = 0;
  evd_shape *shapes =
      evd_style_shapes(&b->head->man, s->plain.style, &n, &s->arena);
  if (!shapes || n != s->plain.n_contests)
    return EVD_ERR_SPACE;
  EVD_TRY(evd_ballot_shape(&s->ballot, shapes, n, &s->arena));
  size_t random_bytes = evd_ballot_random_bytes(shapes, n);
  uint8_t *random = evd_arena_get(&s->arena, random_bytes, 1);
  if (!random)
    return EVD_ERR_SPACE;
  name_ballot(&s->ballot, b->remote ? &s->credential : NULL);
  evd_random(random, random_bytes);
  evd_err e =
      evd_ballot_encrypt(b->G, &s->ballot, shapes, n, s->plain.selection,
                         &b->head->keys.H_E, random, random_bytes, NULL);
  evd_wipe(random, random_bytes);
  return e == EVD_OK ? check_own(b, &s->ballot, shapes) : e;
}

static void job(void *self, size_t index) {
  evd_batch *b = self;
  b->slots[index].result = encrypt_slot(b, &b->slots[index]);
}

void evd_batch_encrypt(evd_batch *b) {
  b->pool->run(b->pool->self, job, b, b->n_filled);
}
