#include "cmd/encrypt_batch.h"

#include "steps/booth.h"

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

static void job(void *self, size_t index) {
  evd_batch *b = self;
  evd_batch_slot *s = &b->slots[index];
  s->result =
      evd_seal_plain(b->G, b->head, &s->plain,
                     b->remote ? &s->credential : NULL, &s->ballot, &s->arena);
}

void evd_batch_encrypt(evd_batch *b) {
  b->pool->run(b->pool->self, job, b, b->n_filled);
}
