#include "cmd/notice.h"

#include <string.h>

const evd_notice *evd_notices_at(const evd_notices *all, uint64_t index) {
  for (uint32_t i = 0; i < all->n; i++)
    if (all->at[i].index == index)
      return &all->at[i];
  return NULL;
}

static evd_err see(void *self, const evd_look *l, uint64_t index,
                   const evd_entry_read *r) {
  evd_notices *all = self;
  if (r->e.type != EVD_ENTRY_NOTICE)
    return EVD_OK;
  const evd_span text = r->e.notice.text;
  uint8_t *copy = evd_arena_get(&all->look->arena, text.n, 1);
  if (!copy || all->n == EVD_NOTICES_MAX)
    return evd_complain(EVD_ERR_SPACE, "%s has more than %d notices", l->where,
                        EVD_NOTICES_MAX);
  memcpy(copy, text.p, text.n);
  for (uint32_t i = 0; i < all->n; i++)
    if (all->at[i].index == r->e.notice.supersedes)
      all->at[i].by = index;
  all->at[all->n++] = (evd_notice){.index = index,
                                   .by = EVD_NO_INDEX,
                                   .slot = r->e.slot,
                                   .expires = r->e.notice.expires,
                                   .text = {copy, text.n}};
  return EVD_OK;
}

evd_err evd_notices_walk(evd_notices *out, evd_look *l) {
  *out = (evd_notices){.look = l};
  out->at = evd_arena_get(&l->arena, EVD_NOTICES_MAX, sizeof *out->at);
  if (!out->at)
    return evd_complain(EVD_ERR_SPACE, "no memory for notices");
  return evd_look_walk(l, EVD_LOOK_ALL, see, out);
}
