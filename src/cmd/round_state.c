#include "cmd/round_state.h"

#include <stdio.h>
#include <string.h>

#include "base/endian.h"

#define HEAD_BYTES 84
#define OPENING_BYTES (3 * (size_t)EVD_P_BYTES)

static const uint8_t magic[4] = {'E', 'V', 'R', '1'};

void evd_round_state_name(char out[64], uint32_t i, bool data) {
  (void)snprintf(out, 64, "round_%u%s", i, data ? "_data" : "");
}

evd_err evd_round_state_shape(evd_round_state *s, uint32_t n_items,
                              evd_arena *a) {
  memset(s, 0, sizeof *s);
  s->n_items = n_items;
  s->open = evd_arena_get(a, n_items + 1, sizeof *s->open);
  s->scalars = evd_secret_get((n_items + 1) * sizeof *s->scalars);
  if (s->open && s->scalars)
    return EVD_OK;
  return evd_complain(EVD_ERR_SPACE, "no memory for the state between rounds");
}

void evd_round_state_close(evd_round_state *s) {
  evd_secret_free(s->scalars);
  s->scalars = NULL;
}

static size_t whole_bytes(const evd_round_state *s) {
  return HEAD_BYTES + (size_t)32 * s->n_U +
         (OPENING_BYTES + EVD_Q_BYTES) * s->n_items;
}

static void put_all(uint8_t *p, const evd_round_state *s) {
  memcpy(p, magic, sizeof magic);
  evd_be32_put(p + 4, s->stage);
  evd_be32_put(p + 8, s->i);
  /* each begins where the one before ends: 4, 4, 4, 4, 4, 32, 32 */
  evd_be32_put(p + 12, s->n_U);
  evd_be32_put(p + 16, s->n_items);
  memcpy(p + 20, s->inputs.b, 32);
  memcpy(p + 52, s->answered.b, 32);
  p += HEAD_BYTES;
  for (uint32_t j = 0; j < s->n_U; j++, p += 32)
    memcpy(p, s->seen[j].b, 32);
  for (uint32_t t = 0; t < s->n_items; t++, p += OPENING_BYTES) {
    memcpy(p, s->open[t].a.b, EVD_P_BYTES);
    memcpy(p + EVD_P_BYTES, s->open[t].b.b, EVD_P_BYTES);
    memcpy(p + 2 * EVD_P_BYTES, s->open[t].M.b, EVD_P_BYTES);
  }
  for (uint32_t t = 0; t < s->n_items; t++, p += EVD_Q_BYTES)
    memcpy(p, s->scalars[t].b, EVD_Q_BYTES);
}

evd_err evd_round_state_save(const evd_round_state *s, evd_vault *v,
                             const char *dir, const char *name) {
  const size_t n = whole_bytes(s);
  uint8_t *p = evd_secret_get(n);
  if (!p)
    return evd_complain(EVD_ERR_SPACE,
                        "no memory for the state between rounds");
  put_all(p, s);
  evd_err e = evd_vault_write(v, dir, name, p, n, EVD_REPLACE);
  evd_secret_free(p);
  return e;
}

static evd_err get_head(evd_round_state *s, evd_span bytes) {
  const uint8_t *p = bytes.p;
  if (bytes.n < HEAD_BYTES || memcmp(p, magic, sizeof magic) != 0)
    return EVD_ERR_FORM;
  s->stage = evd_be32_get(p + 4);
  s->i = evd_be32_get(p + 8);
  /* the places of put_all */
  s->n_U = evd_be32_get(p + 12);
  memcpy(s->inputs.b, p + 20, 32);
  memcpy(s->answered.b, p + 52, 32);
  if (s->stage < 1 || s->stage > 3 || s->n_U > EVD_N_MAX ||
      evd_be32_get(p + 16) != s->n_items)
    return EVD_ERR_FORM;
  return bytes.n == whole_bytes(s) ? EVD_OK : EVD_ERR_FORM;
}

evd_err evd_round_state_read(evd_round_state *s, evd_span bytes) {
  EVD_TRY(get_head(s, bytes));
  const uint8_t *p = bytes.p + HEAD_BYTES;
  for (uint32_t j = 0; j < s->n_U; j++, p += 32)
    memcpy(s->seen[j].b, p, 32);
  for (uint32_t t = 0; t < s->n_items; t++, p += OPENING_BYTES) {
    memcpy(s->open[t].a.b, p, EVD_P_BYTES);
    memcpy(s->open[t].b.b, p + EVD_P_BYTES, EVD_P_BYTES);
    memcpy(s->open[t].M.b, p + 2 * EVD_P_BYTES, EVD_P_BYTES);
  }
  for (uint32_t t = 0; t < s->n_items; t++, p += EVD_Q_BYTES)
    memcpy(s->scalars[t].b, p, EVD_Q_BYTES);
  return EVD_OK;
}

evd_err evd_round_state_erase(const char *dir, const char *name) {
  static const char *const ends[] = {"", ".sealed"};
  char path[4096];
  for (size_t e = 0; e < 2; e++) {
    int n = snprintf(path, sizeof path, "%s/%s%s", dir, name, ends[e]);
    if (n < 0 || (size_t)n >= sizeof path)
      return evd_complain(EVD_ERR_IO, "the path is too long");
    EVD_TRY(evd_file_erase(path));
  }
  return EVD_OK;
}
