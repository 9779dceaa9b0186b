#include "serve/facts.h"

#include <stdio.h>
#include <string.h>

#include "board/parts.h"

/* ---- writing ---- */

static evd_err put(evd_buf *out, evd_log *log, const char *kind,
                   const evd_object_ref *ref) {
  static const evd_object_ref none;
  evd_buf b;
  char name[64];
  if (memcmp(ref, &none, sizeof none) == 0)
    return EVD_OK;
  (void)snprintf(name, sizeof name, "%s.json", kind);
  evd_buf_init(&b, EVD_FACTS_BYTES_MAX);
  evd_err e = evd_log_object(log, kind, ref, &b);
  if (e == EVD_OK)
    evd_part_write(out, name, (evd_span){b.p, b.n});
  evd_buf_close(&b);
  return e;
}

static evd_err put_guardian(evd_buf *out, evd_log *log, uint32_t i) {
  evd_buf b;
  char name[64];
  (void)snprintf(name, sizeof name, "guardian_%u.json", i);
  evd_buf_init(&b, EVD_FACTS_BYTES_MAX);
  evd_err e = evd_log_guardian(log, i, &b);
  if (e == EVD_OK)
    evd_part_write(out, name, (evd_span){b.p, b.n});
  evd_buf_close(&b);
  return e;
}

evd_err evd_facts_write(evd_buf *out, evd_log *log) {
  const evd_entry *setup = evd_log_setup(log), *keys = evd_log_keys(log);
  EVD_TRY(put(out, log, "parameters", &setup->setup.parameters));
  EVD_TRY(put(out, log, "manifest", &setup->setup.manifest));
  EVD_TRY(put(out, log, "texts", &setup->setup.texts));
  EVD_TRY(put(out, log, "election_keys", &keys->keys.election_keys));
  for (uint32_t i = 1; i <= evd_log_rules(log)->facts.n_guardians; i++)
    EVD_TRY(put_guardian(out, log, i));
  return evd_buf_ok(out) ? EVD_OK : EVD_ERR_SPACE;
}

/* ---- reading ---- */

static evd_err find(void *self, const char *name, evd_span *out) {
  const evd_span *bytes = self;
  const char *slash = strrchr(name, '/');
  return evd_part_find(*bytes, slash ? slash + 1 : name, out);
}

static bool has(void *self, const char *name) {
  evd_span found;
  return find(self, name, &found) == EVD_OK;
}

static evd_err get(void *self, const char *name, size_t max_bytes,
                   evd_span *out, evd_arena *a) {
  evd_span found;
  EVD_TRY(find(self, name, &found));
  if (found.n > max_bytes)
    return EVD_ERR_FORM;
  uint8_t *p = evd_arena_get(a, found.n + 1, 1);
  if (!p)
    return EVD_ERR_SPACE;
  memcpy(p, found.p, found.n);
  *out = (evd_span){p, found.n};
  return EVD_OK;
}

evd_err evd_facts_read(evd_facts *f, evd_span bytes) {
  const evd_head_files files = {&bytes, has, get};
  evd_facts_close(f);
  evd_err e = evd_head_read_from(&f->head, "KEYS", &files, EVD_HEAD_KEYS);
  if (e == EVD_OK)
    e = evd_host_group_open(&f->group, &f->head.keys.K, &f->head.keys.K_hat,
                            EVD_TAB_G | EVD_TAB_K | EVD_TAB_K_HAT);
  if (e == EVD_OK)
    return EVD_OK;
  evd_facts_close(f);
  return evd_complain(e, "the keys of the election cannot be used: %s",
                      evd_err_text(e));
}

void evd_facts_close(evd_facts *f) {
  evd_host_group_close(f->group);
  evd_head_close(&f->head);
  memset(f, 0, sizeof *f);
}
