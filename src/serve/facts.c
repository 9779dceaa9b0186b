#include "serve/facts.h"

#include <string.h>

#include "board/parts.h"

#define MEMORY_BYTES_MAX ((size_t)1 << 30)

void evd_facts_write(evd_buf *out, evd_span manifest, evd_span election_keys) {
  evd_part_write(out, "manifest.json", manifest);
  evd_part_write(out, "election_keys.json", election_keys);
}

static evd_err copy(evd_span *out, evd_span bytes, const char *part,
                    evd_arena *a) {
  evd_span found;
  EVD_TRY(evd_part_find(bytes, part, &found));
  uint8_t *p = evd_arena_get(a, found.n + 1, 1);
  if (!p)
    return EVD_ERR_SPACE;
  memcpy(p, found.p, found.n);
  *out = (evd_span){p, found.n};
  return EVD_OK;
}

static evd_err fill(evd_facts *f, evd_span bytes) {
  evd_span manifest, keys;
  evd_why why = {""};
  EVD_TRY(copy(&manifest, bytes, "manifest.json", &f->arena));
  EVD_TRY(copy(&keys, bytes, "election_keys.json", &f->arena));
  EVD_TRY(evd_manifest_read(&f->man, manifest, &f->arena, &why));
  EVD_TRY(evd_election_keys_read(&f->keys, keys, &f->arena, &why));
  return evd_host_group_open(&f->group, &f->keys.K, &f->keys.K_hat,
                             EVD_TAB_G | EVD_TAB_K | EVD_TAB_K_HAT);
}

evd_err evd_facts_read(evd_facts *f, evd_span bytes) {
  evd_facts_close(f);
  evd_arena_init(&f->arena, MEMORY_BYTES_MAX);
  evd_err e = fill(f, bytes);
  if (e == EVD_OK)
    return EVD_OK;
  evd_facts_close(f);
  return evd_complain(e, "the keys of the election cannot be used: %s",
                      evd_err_text(e));
}

void evd_facts_close(evd_facts *f) {
  evd_host_group_close(f->group);
  evd_arena_close(&f->arena);
  memset(f, 0, sizeof *f);
}
