/* Whether hints are of use to a run, and the memory their batches need. */
#include "record/say.h"
#include "verify/batch.h"

static bool get_memory(evd_batching *b, evd_arena *a) {
  b->x = evd_arena_get(a, EVD_BATCH_VALUES, sizeof *b->x);
  b->e = evd_arena_get(a, EVD_BATCH_VALUES, sizeof *b->e);
  b->s = evd_arena_get(a, EVD_BATCH_VALUES, sizeof *b->s);
  b->random = evd_arena_get(a, EVD_BATCH_VALUES, EVD_BATCH_RANDOM_BYTES);
  b->work =
      evd_arena_get(a, (size_t)b->lanes * EVD_BATCH_WORK_MAX, sizeof *b->work);
  b->entry = evd_arena_get(a, EVD_HINTED_BALLOTS, sizeof *b->entry);
  b->test = evd_arena_get(a, 1, sizeof *b->test);
  return b->x && b->e && b->s && b->random && b->work && b->entry && b->test;
}

/* The products say nothing unless K is in the group. [V 2.A] */
static bool key_is_member(const evd_run *r) {
  evd_base K;
  return evd_base_set(r->G, &K, &r->keys.K) == EVD_OK;
}

/* NULL, or why hints cannot be used. */
static const char *begin(evd_run *r, evd_batching *b, evd_why *why) {
  if (!r->hints->file)
    return "it cannot be read";
  if (evd_hints_open(&b->hints, r->hints->file, why) != EVD_OK)
    return why->text;
  if (!key_is_member(r))
    return "the key K of the record is not in the group";
  b->draw = r->hints->draw;
  b->lanes = r->pool && r->pool->workers > 1 ? r->pool->workers : 1;
  if (b->lanes > EVD_BATCH_LANES_MAX)
    b->lanes = EVD_BATCH_LANES_MAX;
  return get_memory(b, r->a) ? NULL : "no memory";
}

void evd_hints_begin(evd_run *r) {
  evd_say s;
  evd_why said;
  if (!r->hints)
    return;
  r->rep->hinted.given = true;
  evd_arena_point mark = evd_arena_mark(r->a);
  evd_batching *b = evd_arena_get(r->a, 1, sizeof *b);
  const char *why = b ? begin(r, b, &said) : "no memory";
  if (!why) {
    r->batching = b;
    return;
  }
  evd_arena_back(r->a, mark); /* the rest of the run may need it */
  evd_say_init(&s, r->rep->hinted.why.text, sizeof r->rep->hinted.why.text);
  evd_say_text(&s, why);
}
