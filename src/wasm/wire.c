#include "wasm/wire.h"

#include <string.h>

#include "base/endian.h"

enum {
  OPTIONS_MAX = 1000,
  RANGE_MAX = 255,
  LIMIT_MAX = 1000,
  WRITE_INS_MAX = 100,
  BLOCKS_MAX = 1024,
};

evd_wire evd_wire_read(const uint8_t *p, size_t n) {
  /* A wire that reads never writes through p. */
  return (evd_wire){EVD_WIRE_READ, (uint8_t *)(uintptr_t)p, n, 0, false};
}

evd_wire evd_wire_write(uint8_t *p, size_t n) {
  return (evd_wire){EVD_WIRE_WRITE, p, n, 0, false};
}

evd_wire evd_wire_count(void) {
  return (evd_wire){EVD_WIRE_COUNT, NULL, SIZE_MAX, 0, false};
}

/* Steps over n bytes; false if there are not so many. */
static bool step(evd_wire *w, size_t n) {
  if (w->bad || w->n < n) {
    w->bad = true;
    return false;
  }
  w->n -= n;
  w->done += n;
  if (w->mode != EVD_WIRE_COUNT)
    w->p += n;
  return true;
}

const uint8_t *evd_wire_take(evd_wire *w, size_t n) {
  const uint8_t *p = w->p;
  return step(w, n) ? p : NULL;
}

void evd_wire_bytes(evd_wire *w, void *field, size_t n) {
  uint8_t *p = w->p;
  if (!step(w, n))
    return;
  if (w->mode == EVD_WIRE_READ)
    memcpy(field, p, n);
  else if (w->mode == EVD_WIRE_WRITE)
    memcpy(p, field, n);
}

void evd_wire_u32(evd_wire *w, uint32_t *value) {
  uint8_t b[4];
  evd_be32_put(b, *value);
  evd_wire_bytes(w, b, sizeof b);
  *value = evd_be32_get(b);
}

/* How many there are of something that has at least `least` bytes each. */
static uint32_t wire_number(evd_wire *w, size_t least) {
  uint32_t n = 0;
  evd_wire_u32(w, &n);
  if (n > w->n / least)
    w->bad = true;
  return w->bad ? 0 : n;
}

evd_err evd_wire_contests(evd_wire *w, evd_shape **shapes, uint32_t *n,
                          const evd_shape all[], uint32_t n_all, evd_arena *a) {
  uint32_t before = 0;
  *n = wire_number(w, 4);
  if (*n == 0 || *n > n_all)
    return EVD_ERR_PARSE;
  *shapes = evd_arena_get(a, *n, sizeof **shapes);
  if (!*shapes)
    return EVD_ERR_SPACE;
  for (uint32_t i = 0; i < *n; i++) {
    uint32_t ind_c = 0;
    evd_wire_u32(w, &ind_c);
    if (ind_c <= before || ind_c > n_all)
      return EVD_ERR_PARSE;
    (*shapes)[i] = all[ind_c - 1];
    before = ind_c;
  }
  return EVD_OK;
}

evd_err evd_wire_shape(evd_wire *w, evd_shape *s) {
  uint32_t overvote = 0;
  evd_wire_u32(w, &s->m);
  evd_wire_u32(w, &s->R);
  evd_wire_u32(w, &s->L);
  evd_wire_u32(w, &s->w);
  evd_wire_u32(w, &s->b);
  evd_wire_u32(w, &overvote);
  s->overvote = overvote != 0;
  if (w->bad)
    return EVD_ERR_PARSE;
  bool ok = s->m >= 1 && s->m <= OPTIONS_MAX && s->R >= 1 &&
            s->R <= RANGE_MAX && s->L >= 1 && s->L <= LIMIT_MAX &&
            s->w <= WRITE_INS_MAX && s->b <= BLOCKS_MAX && overvote <= 1;
  return ok ? EVD_OK : EVD_ERR_RANGE;
}

/* Challenges and responses of a proof over 0..range. */
static void wire_proof(evd_wire *w, evd_q *c, evd_q *v, uint32_t range) {
  evd_wire_bytes(w, c, ((size_t)range + 1) * sizeof *c);
  evd_wire_bytes(w, v, ((size_t)range + 1) * sizeof *v);
}

static void wire_contest(evd_wire *w, evd_contest_ct *c) {
  for (uint32_t o = 0; o < c->n_fields; o++) {
    evd_field *f = &c->fields[o];
    evd_wire_bytes(w, &f->alpha, sizeof f->alpha);
    evd_wire_bytes(w, &f->beta, sizeof f->beta);
    wire_proof(w, f->c, f->v, f->range);
  }
  wire_proof(w, c->limit_c, c->limit_v, c->L);
  if (c->b) {
    evd_wire_bytes(w, &c->data_C0, sizeof c->data_C0);
    evd_wire_bytes(w, c->data_C1, (size_t)c->b * 32);
    evd_wire_bytes(w, &c->data_c, sizeof c->data_c);
    evd_wire_bytes(w, &c->data_v, sizeof c->data_v);
  }
  evd_wire_bytes(w, &c->chi, sizeof c->chi);
}

void evd_wire_ballot(evd_wire *w, evd_ballot *b) {
  evd_wire_bytes(w, &b->id_B, sizeof b->id_B);
  evd_wire_bytes(w, &b->H_I, sizeof b->H_I);
  evd_wire_bytes(w, &b->nonce_C0, sizeof b->nonce_C0);
  evd_wire_bytes(w, &b->nonce_C1, sizeof b->nonce_C1);
  evd_wire_bytes(w, &b->nonce_c, sizeof b->nonce_c);
  evd_wire_bytes(w, &b->nonce_v, sizeof b->nonce_v);
  for (uint32_t i = 0; i < b->n_contests; i++)
    wire_contest(w, &b->contests[i]);
  evd_wire_bytes(w, b->B_C, sizeof b->B_C);
  evd_wire_bytes(w, &b->H_C, sizeof b->H_C);
}

static evd_err wire_write_ins(evd_wire *w, evd_selection *sel, evd_arena *a) {
  sel->n_write_ins = wire_number(w, 4);
  evd_span *texts = evd_arena_get(a, sel->n_write_ins, sizeof *texts);
  if (!texts)
    return EVD_ERR_SPACE;
  for (uint32_t i = 0; i < sel->n_write_ins; i++) {
    texts[i].n = wire_number(w, 1);
    texts[i].p = evd_wire_take(w, texts[i].n);
  }
  sel->write_ins = texts;
  return w->bad ? EVD_ERR_PARSE : EVD_OK;
}

evd_err evd_wire_selections(evd_wire *w, evd_selection **sel,
                            const evd_shape shapes[], uint32_t n,
                            evd_arena *a) {
  *sel = evd_arena_get(a, n, sizeof **sel);
  if (!*sel)
    return EVD_ERR_SPACE;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t *marks = evd_arena_get(a, shapes[i].m, sizeof *marks);
    if (!marks)
      return EVD_ERR_SPACE;
    for (uint32_t o = 0; o < shapes[i].m; o++)
      evd_wire_u32(w, &marks[o]);
    (*sel)[i].marks = marks;
    EVD_TRY(wire_write_ins(w, &(*sel)[i], a));
  }
  return EVD_OK;
}
