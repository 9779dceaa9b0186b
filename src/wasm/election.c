/* Opening an election: reading it, checking its keys, making its tables. */
#include "wasm/context.h"
#include "wasm/wire.h"

#define SHAPE_BYTES 24

static evd_err read_shapes(evd_wasm_context *x, evd_wire *w, evd_arena *a) {
  evd_wire_u32(w, &x->n_contests);
  if (w->bad || x->n_contests == 0 || x->n_contests > w->n / SHAPE_BYTES)
    return EVD_ERR_PARSE;
  x->shapes = evd_arena_get(a, x->n_contests, sizeof *x->shapes);
  if (!x->shapes)
    return EVD_ERR_SPACE;
  for (uint32_t i = 0; i < x->n_contests; i++) {
    EVD_TRY(evd_wire_shape(w, &x->shapes[i]));
    x->shapes[i].ind_c = i + 1;
  }
  return evd_wire_ended(w) ? EVD_OK : EVD_ERR_PARSE;
}

static evd_err tabulate(evd_wasm_context *x, evd_base *b, evd_arena *a) {
  evd_zp *rows =
      evd_arena_get(a, EVD_TABLE_ELEMS(EVD_SEC_WINDOW), sizeof *rows);
  if (!rows)
    return EVD_ERR_SPACE;
  evd_base_tables(&x->G, b, NULL, rows);
  return EVD_OK;
}

static evd_err read_election(evd_wasm_context *x, evd_wire *w, evd_arena *a,
                             bool tables) {
  evd_p K, K_hat;
  evd_wire_bytes(w, &K, sizeof K);
  evd_wire_bytes(w, &K_hat, sizeof K_hat);
  evd_wire_bytes(w, &x->HE, sizeof x->HE);
  EVD_TRY(read_shapes(x, w, a));
  evd_group_init(&x->G, evd_kernel_best());
  EVD_TRY(evd_base_set(&x->G, &x->G.K, &K));
  EVD_TRY(evd_base_set(&x->G, &x->G.K_hat, &K_hat));
  if (!tables)
    return EVD_OK;
  EVD_TRY(tabulate(x, &x->G.g, a));
  return tabulate(x, &x->G.K, a);
}

EVD_EXPORT("open")
int32_t evd_wasm_open(void *memory, uint32_t memory_bytes, const uint8_t *in,
                      uint32_t in_bytes, uint32_t tables) {
  evd_region region = {memory, 0, memory_bytes};
  evd_arena a = evd_region_arena(&region);
  evd_wire w = evd_wire_read(in, in_bytes);
  if ((uintptr_t)memory % EVD_WASM_ALIGN != 0)
    return EVD_ERR_RANGE;
  evd_wasm_context *x = evd_arena_get(&a, 1, sizeof *x);
  if (!x)
    return EVD_ERR_SPACE;
  EVD_TRY(read_election(x, &w, &a, tables != 0));
  x->scratch =
      (evd_region){region.start + region.used, 0, region.size - region.used};
  x->mark = EVD_WASM_MARK;
  return EVD_OK;
}
