/* Ballots: encrypting a request, verifying what is sealed. */
#include "base/wipe.h"
#include "egds/check.h"
#include "egds/hashes.h"
#include "wasm/context.h"
#include "wasm/wire.h"

/* One call: its contests and its ballot, in scratch that is wiped after it. */
typedef struct {
  evd_region region;
  evd_arena a;
  evd_shape *shapes;
  uint32_t n;
  evd_ballot b;
  evd_selection *sel; /* of a request */
} job;

/* Starts a call on input that begins with a list of contests. */
static evd_err start(job *j, const evd_wasm_context *x, evd_wire *w) {
  *j = (job){.region = x->scratch};
  if (x->mark != EVD_WASM_MARK) {
    j->region = (evd_region){0};
    return EVD_ERR_USAGE;
  }
  j->a = evd_region_arena(&j->region);
  EVD_TRY(
      evd_wire_contests(w, &j->shapes, &j->n, x->shapes, x->n_contests, &j->a));
  return evd_ballot_shape(&j->b, j->shapes, j->n, &j->a);
}

/* Reads a request up to its random bytes. */
static evd_err read_request(job *j, const evd_wasm_context *x, evd_wire *w) {
  EVD_TRY(start(j, x, w));
  evd_wire_bytes(w, &j->b.id_B, sizeof j->b.id_B);
  evd_wire_bytes(w, j->b.B_C, sizeof j->b.B_C);
  EVD_TRY(evd_wire_selections(w, &j->sel, j->shapes, j->n, &j->a));
  return w->bad ? EVD_ERR_PARSE : EVD_OK;
}

/* Writes or counts the ballot with its list of contests. */
static void wire_sealed(evd_wire *w, job *j) {
  evd_wire_u32(w, &j->n);
  for (uint32_t i = 0; i < j->n; i++)
    evd_wire_u32(w, &j->shapes[i].ind_c);
  evd_wire_ballot(w, &j->b);
}

static size_t sealed_bytes(job *j) {
  evd_wire count = evd_wire_count();
  wire_sealed(&count, j);
  return count.done;
}

EVD_EXPORT("ballot_bytes")
int32_t evd_wasm_ballot_bytes(const evd_wasm_context *x, const uint8_t *in,
                              uint32_t in_bytes) {
  job j;
  evd_wire w = evd_wire_read(in, in_bytes);
  evd_err err = read_request(&j, x, &w);
  int32_t n = err ? (int32_t)err : evd_wasm_length(sealed_bytes(&j));
  evd_region_end(&j.region);
  return n;
}

EVD_EXPORT("random_bytes")
int32_t evd_wasm_random_bytes(const evd_wasm_context *x, const uint8_t *in,
                              uint32_t in_bytes) {
  job j;
  evd_wire w = evd_wire_read(in, in_bytes);
  evd_err err = read_request(&j, x, &w);
  int32_t n = err ? (int32_t)err
                  : evd_wasm_length(evd_ballot_random_bytes(j.shapes, j.n));
  evd_region_end(&j.region);
  return n;
}

static evd_err encrypt(job *j, const evd_wasm_context *x, evd_wire *w,
                       size_t out_bytes) {
  EVD_TRY(read_request(j, x, w));
  if (out_bytes < sealed_bytes(j))
    return EVD_ERR_SPACE;
  size_t n = evd_ballot_random_bytes(j->shapes, j->n);
  const uint8_t *random = evd_wire_take(w, n);
  if (!random || !evd_wire_ended(w))
    return EVD_ERR_PARSE;
  EVD_TRY(evd_ballot_encrypt(&x->G, &j->b, j->shapes, j->n, j->sel, &x->HE,
                             random, n, NULL));
  evd_ballot_HC(&x->G, &j->b.H_C, &j->b);
  return EVD_OK;
}

EVD_EXPORT("encrypt")
int32_t evd_wasm_encrypt(const evd_wasm_context *x, uint8_t *out,
                         uint32_t out_bytes, uint8_t *in, uint32_t in_bytes) {
  job j;
  evd_wire w = evd_wire_read(in, in_bytes);
  evd_wire to = evd_wire_write(out, out_bytes);
  evd_err err = encrypt(&j, x, &w, out_bytes);
  if (err == EVD_OK)
    wire_sealed(&to, &j);
  evd_region_end(&j.region);
  evd_wipe(in, in_bytes);
  return err ? (int32_t)err : evd_wasm_length(to.done);
}

static evd_err read_sealed(job *j, const evd_wasm_context *x, evd_wire *w) {
  EVD_TRY(start(j, x, w));
  evd_wire_ballot(w, &j->b);
  return evd_wire_ended(w) ? EVD_OK : EVD_ERR_PARSE;
}

EVD_EXPORT("verify")
int32_t evd_wasm_verify(const evd_wasm_context *x, const uint8_t *in,
                        uint32_t in_bytes) {
  job j;
  evd_wire w = evd_wire_read(in, in_bytes);
  evd_err err = read_sealed(&j, x, &w);
  int32_t result = (int32_t)err;
  if (err == EVD_OK)
    result = (int32_t)evd_ballot_check_var(&x->G, &j.b, j.shapes, &x->HE, true);
  evd_region_end(&j.region);
  return result;
}
