/* The reader behind the module's face, on hostile bytes: every truncation,
 * every changed number, every length that lies. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/endian.h"
#include "egds/check.h"
#include "mp/mp.h"
#include "wasm/wasm.h"

#define CONTEXT_BYTES ((uint32_t)1 << 20)
#define ROOM ((uint32_t)1 << 18)
#define HEAD_BYTES 1056 /* of an election: K, K_hat, H_E */

typedef struct {
  uint8_t *b;
  uint32_t n;
} message;

static evd_wasm_context *context;
static message election, request, sealed;

static void add(message *m, const void *p, uint32_t n) {
  memcpy(m->b + m->n, p, n);
  m->n += n;
}

static void add_u32(message *m, uint32_t v) {
  uint8_t b[4];
  evd_be32_put(b, v);
  add(m, b, sizeof b);
}

/* The message alone in memory: a read past its end is seen. */
static message alone(const message *m, uint32_t n) {
  message copy = {malloc(n + 1), n};
  assert_non_null(copy.b);
  memcpy(copy.b, m->b, n);
  return (message){realloc(copy.b, n ? n : 1), n};
}

static int32_t open_with(const message *m) {
  return evd_wasm_open(context, CONTEXT_BYTES, m->b, m->n, 0);
}

/* Random bytes are needed only behind a request that is read to its end. */
static int32_t encrypt(message *m, uint8_t *out) {
  message copy = alone(m, m->n);
  int32_t n = evd_wasm_encrypt(context, out, ROOM, copy.b, copy.n);
  for (uint32_t i = 0; i < copy.n; i++)
    assert_int_equal(copy.b[i], 0); /* wiped, whatever came of it */
  free(copy.b);
  return n;
}

static int32_t verify(const message *m, uint32_t n) {
  message copy = alone(m, n);
  int32_t flags = evd_wasm_verify(context, copy.b, n);
  free(copy.b);
  return flags;
}

static void make_election(void) {
  static const uint32_t shapes[2][6] = {{2, 1, 1, 1, 4, 1}, {1, 1, 1, 0, 0, 0}};
  uint8_t HE[32] = {0x14};
  election = (message){malloc(ROOM), 0};
  add(&election, evd_g_bytes, sizeof evd_g_bytes);
  add(&election, evd_g_bytes, sizeof evd_g_bytes);
  add(&election, HE, sizeof HE);
  add_u32(&election, 2);
  for (int i = 0; i < 12; i++)
    add_u32(&election, shapes[i / 6][i % 6]);
}

static void make_request(void) {
  uint8_t id_B[32] = {0x20}, B_C[EVD_BC_BYTES] = {0};
  request = (message){malloc(ROOM), 0};
  add_u32(&request, 1);
  add_u32(&request, 1);
  add(&request, id_B, sizeof id_B);
  add(&request, B_C, sizeof B_C);
  add_u32(&request, 0), add_u32(&request, 1); /* marks */
  add_u32(&request, 1);                       /* write-ins */
  add_u32(&request, 4);
  add(&request, "text", 4);
}

static int setup(void **state) {
  (void)state;
  make_election();
  make_request();
  sealed = (message){malloc(ROOM), 0};
  context = aligned_alloc(EVD_WASM_ALIGN, CONTEXT_BYTES);
  if (!election.b || !request.b || !sealed.b || !context)
    return -1;
  return open_with(&election) == 0 ? 0 : -1;
}

static int teardown(void **state) {
  (void)state;
  free(election.b), free(request.b), free(sealed.b), free(context);
  return 0;
}

/* Adds as many random bytes as the request needs. */
static void add_random(message *m) {
  int32_t need = evd_wasm_random_bytes(context, m->b, m->n);
  assert_true(need > 0);
  for (int32_t i = 0; i < need; i++)
    m->b[m->n++] = (uint8_t)(i * 89 + i / 256);
}

static void test_round_trip(void **state) {
  (void)state;
  uint32_t plain = request.n;
  int32_t size = evd_wasm_ballot_bytes(context, request.b, request.n);
  add_random(&request);
  int32_t n = encrypt(&request, sealed.b);
  assert_true(n > 0 && n == size);
  sealed.n = (uint32_t)n;
  assert_int_equal(verify(&sealed, sealed.n), 0);
  assert_int_equal(evd_be32_get(request.b + plain - 8), 4); /* not consumed */
  request.n = plain;
}

static void test_election_cut(void **state) {
  (void)state;
  for (uint32_t n = 0; n < election.n; n += n < HEAD_BYTES - 8 ? 97 : 1) {
    message copy = alone(&election, n);
    assert_true(open_with(&copy) < 0);
    free(copy.b);
  }
  election.n++;
  assert_int_equal(open_with(&election), EVD_ERR_PARSE);
  election.n--;
  assert_int_equal(open_with(&election), 0);
}

/* Each number of the contests, far too large or zero. */
static void test_election_numbers(void **state) {
  (void)state;
  static const uint32_t values[] = {0, 1025, 0x7FFFFFFF, UINT32_MAX};
  for (uint32_t at = HEAD_BYTES; at < election.n; at += 4)
    for (size_t i = 0; i < 4; i++) {
      uint32_t field = (at - HEAD_BYTES - 4) / 4 % 6;
      bool may_be_0 = at > HEAD_BYTES && field >= 3; /* w, b, overvote */
      if (values[i] == 0 && may_be_0)
        continue;
      message copy = alone(&election, election.n);
      evd_be32_put(copy.b + at, values[i]);
      assert_true(open_with(&copy) < 0);
      free(copy.b);
    }
  assert_int_equal(open_with(&election), 0);
}

static void test_election_memory(void **state) {
  (void)state;
  for (uint32_t n = 0; n < 40000; n += 512) {
    void *memory = aligned_alloc(EVD_WASM_ALIGN, n ? n : EVD_WASM_ALIGN);
    int32_t err = evd_wasm_open(memory, n, election.b, election.n, 0);
    assert_true(err == 0 || err == EVD_ERR_SPACE);
    if (err == 0)
      err = evd_wasm_verify(memory, sealed.b, sealed.n);
    assert_true(err == 0 || err == EVD_ERR_SPACE);
    free(memory);
  }
  assert_int_equal(evd_wasm_open((uint8_t *)context + 8, CONTEXT_BYTES - 64,
                                 election.b, election.n, 0),
                   EVD_ERR_RANGE);
  assert_int_equal(open_with(&election), 0);
}

static void test_request_cut(void **state) {
  (void)state;
  for (uint32_t n = 0; n < request.n; n++) {
    message copy = alone(&request, n);
    assert_true(evd_wasm_random_bytes(context, copy.b, n) < 0);
    assert_true(evd_wasm_ballot_bytes(context, copy.b, n) < 0);
    assert_true(encrypt(&copy, sealed.b + ROOM / 2) < 0);
    free(copy.b);
  }
}

/* Numbers of the request that lie about what follows. */
static void test_request_numbers(void **state) {
  (void)state;
  static const uint32_t values[] = {0, 3, 1000, 0x40000000, UINT32_MAX};
  const uint32_t places[] = {0, 4, request.n - 12, request.n - 8};
  for (size_t i = 0; i < 20; i++) {
    message copy = alone(&request, request.n);
    evd_be32_put(copy.b + places[i / 5], values[i % 5]);
    assert_true(encrypt(&copy, sealed.b + ROOM / 2) < 0);
    free(copy.b);
  }
}

static void test_out_too_small(void **state) {
  (void)state;
  uint32_t plain = request.n;
  uint8_t small[100];
  memset(small, 0xAA, sizeof small);
  add_random(&request);
  message copy = alone(&request, request.n);
  assert_int_equal(
      evd_wasm_encrypt(context, small, sizeof small, copy.b, copy.n),
      EVD_ERR_SPACE);
  for (size_t i = 0; i < sizeof small; i++)
    assert_int_equal(small[i], 0xAA);
  free(copy.b);
  request.n = plain;
}

static void test_ballot_cut(void **state) {
  (void)state;
  for (uint32_t n = 0; n < sealed.n; n += 31)
    assert_int_equal(verify(&sealed, n), EVD_ERR_PARSE);
  for (uint32_t n = sealed.n - 40; n < sealed.n; n++)
    assert_int_equal(verify(&sealed, n), EVD_ERR_PARSE);
  assert_int_equal(verify(&sealed, sealed.n + 1), EVD_ERR_PARSE);
  assert_int_equal(verify(&sealed, sealed.n), 0);
}

/* A list that names contests twice, out of order, or not there. */
static void test_ballot_list(void **state) {
  (void)state;
  static const uint32_t values[] = {0, 2, 3, 0x80000001, UINT32_MAX};
  for (size_t i = 0; i < 10; i++) {
    message copy = alone(&sealed, sealed.n);
    evd_be32_put(copy.b + (i < 5 ? 0 : 4), values[i % 5]);
    assert_true(verify(&copy, copy.n) < 0);
    free(copy.b);
  }
}

static void test_context_closed(void **state) {
  (void)state;
  uint8_t out[EVD_BC_BYTES];
  evd_wasm_context *none = aligned_alloc(EVD_WASM_ALIGN, CONTEXT_BYTES);
  memset(none, 0, CONTEXT_BYTES);
  assert_int_equal(evd_wasm_verify(none, sealed.b, sealed.n), EVD_ERR_USAGE);
  assert_int_equal(evd_wasm_random_bytes(none, request.b, request.n),
                   EVD_ERR_USAGE);
  assert_int_equal(evd_wasm_device(none, out, request.b, 4), EVD_ERR_USAGE);
  free(none);
}

static void test_hash_inputs(void **state) {
  (void)state;
  uint8_t out[96], in[8 + 1024] = {0, 0, 0, 3, 0, 0, 0, 2};
  assert_int_equal(evd_wasm_hashes(out, in, sizeof in), 0);
  assert_int_equal(evd_wasm_hashes(out, in, sizeof in - 1), EVD_ERR_PARSE);
  in[7] = 4; /* k > n */
  assert_int_equal(evd_wasm_hashes(out, in, sizeof in), EVD_ERR_RANGE);
  in[7] = 0;
  assert_int_equal(evd_wasm_hashes(out, in, sizeof in), EVD_ERR_RANGE);
  uint8_t code[32 + 4 + 32 + 36] = {0};
  code[35] = 1;
  assert_int_equal(evd_wasm_code(out, code, sizeof code), 0);
  for (uint32_t n = 0; n < sizeof code; n++)
    assert_int_equal(evd_wasm_code(out, code, n), EVD_ERR_PARSE);
  code[32] = 0x80;
  assert_int_equal(evd_wasm_code(out, code, sizeof code), EVD_ERR_PARSE);
  assert_int_equal(evd_wasm_digest(out, (const uint8_t *)"a\0b", 3, in, 1),
                   EVD_ERR_RANGE);
  assert_int_equal(evd_wasm_digest(out, in, 33, in, 1), EVD_ERR_RANGE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_round_trip),
      cmocka_unit_test(test_election_cut),
      cmocka_unit_test(test_election_numbers),
      cmocka_unit_test(test_election_memory),
      cmocka_unit_test(test_request_cut),
      cmocka_unit_test(test_request_numbers),
      cmocka_unit_test(test_out_too_small),
      cmocka_unit_test(test_ballot_cut),
      cmocka_unit_test(test_ballot_list),
      cmocka_unit_test(test_context_closed),
      cmocka_unit_test(test_hash_inputs),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
