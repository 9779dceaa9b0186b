/* The module under valgrind: are branches and addresses free of secrets?
 *
 * The module, translated to C by wasm2c, encrypts one ballot whose marks,
 * write-in and random bytes are undefined in its memory; memcheck reports every
 * branch and every address that depends on them. What the module makes public
 * on purpose goes through its one import. taint [encrypt|plain|deaf|verify]
 *   encrypt  with tables                                      must be silent
 *   plain    without tables: fixed-window powers              must be silent
 *   deaf     what is made public stays secret                 must be reported
 *   verify   public-time code on secrets                      must be reported
 * Exit codes: 0; 9 from valgrind; 3 and 4: this program itself went wrong.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "mp/mp.h"
#include "tainted.h"

enum { PAGE = 65536, PAGES = 96, CONTEXT = PAGE * (PAGES - 8) };
enum { CANNOT = 3, WRONG = 4 };

/* Of a ballot with four fields; what else is declassified is smaller. */
enum { CIPHERTEXT_BYTES = 4 * 2 * EVD_P_BYTES };

struct Z_env_instance_t {
  Z_tainted_instance_t module;
  bool deaf;
  uint32_t made_public; /* bytes that were secret until then */
};
typedef struct Z_env_instance_t machine;

/* What the page hands over, as it is written. */
typedef struct {
  uint8_t b[1 << 16];
  uint32_t n;
} message;

static uint8_t *at(machine *x, uint32_t address) {
  return x->module.w2c_memory.data + address;
}

void Z_envZ_evd_declassify_bytes(struct Z_env_instance_t *x, u32 p, u32 n) {
  for (u32 i = 0; i < n; i++) {
    uint8_t secret_bits = 0;
    (void)VALGRIND_GET_VBITS(at(x, p + i), &secret_bits, 1);
    x->made_public += secret_bits != 0;
  }
  if (!x->deaf)
    (void)VALGRIND_MAKE_MEM_DEFINED(at(x, p), n);
}

static void die(int code, const char *what) {
  fprintf(stderr, "taint: %s\n", what);
  exit(code);
}

static void add(message *m, const void *p, uint32_t n) {
  memcpy(m->b + m->n, p, n);
  m->n += n;
}

static void add_u32(message *m, uint32_t v) {
  const uint8_t b[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16),
                        (uint8_t)(v >> 8), (uint8_t)v};
  add(m, b, sizeof b);
}

static void add_fill(message *m, uint8_t byte, uint32_t n) {
  memset(m->b + m->n, byte, n);
  m->n += n;
}

/* K = K_hat = g; a contest of two options, overvote, write-in and data */
static message election(void) {
  static const uint32_t shape[6] = {2, 1, 1, 1, 4, 1};
  message m = {.n = 0};
  add(&m, evd_g_bytes, sizeof evd_g_bytes);
  add(&m, evd_g_bytes, sizeof evd_g_bytes);
  add_fill(&m, 0x14, 32);
  add_u32(&m, 1);
  for (int i = 0; i < 6; i++)
    add_u32(&m, shape[i]);
  return m;
}

/* Where the secrets of a request lie. */
typedef struct {
  uint32_t marks, text, random;
} places;

/* A ballot with one mark and one write-in, without its random bytes. */
static message request(places *at) {
  message m = {.n = 0};
  add_u32(&m, 1);
  add_u32(&m, 1);
  add_fill(&m, 0x20, 32); /* id_B */
  add_fill(&m, 0x00, 36); /* B_C */
  at->marks = m.n;
  add_u32(&m, 1);
  add_u32(&m, 0);
  add_u32(&m, 1);
  add_u32(&m, 4);
  at->text = m.n;
  add(&m, "t\\xt", 4);
  at->random = m.n;
  return m;
}

static uint32_t put(machine *x, uint32_t address, const message *m) {
  memcpy(at(x, address), m->b, m->n);
  return address;
}

/* The sealed ballot's address and, as the result, its length. */
static uint32_t encrypt(machine *x, uint32_t context, uint32_t in,
                        uint32_t *out) {
  places secret;
  message m = request(&secret);
  put(x, in, &m);
  Z_tainted_instance_t *module = &x->module;
  uint32_t need = Z_taintedZ_random_bytes(module, context, in, m.n);
  uint32_t size = Z_taintedZ_ballot_bytes(module, context, in, m.n);
  if ((int32_t)need < 0 || (int32_t)size < 0 || m.n + need > sizeof m.b)
    die(WRONG, "the request was refused");
  for (uint32_t i = 0; i < need; i++)
    at(x, in + secret.random)[i] = (uint8_t)(i * 89 + (i >> 8));
  (void)VALGRIND_MAKE_MEM_UNDEFINED(at(x, in + secret.marks), 8);
  (void)VALGRIND_MAKE_MEM_UNDEFINED(at(x, in + secret.text), 4);
  (void)VALGRIND_MAKE_MEM_UNDEFINED(at(x, in + secret.random), need);
  *out = in + m.n + need;
  if (Z_taintedZ_encrypt(module, context, *out, size, in, m.n + need) != size)
    die(WRONG, "the ballot was not encrypted");
  return size;
}

/* Proof that the secrets were there all the way: the ciphertexts were secret
 * until they were made public, and the request was wiped. */
static void check_reach(machine *x, uint32_t in, uint32_t out) {
  if (x->made_public < CIPHERTEXT_BYTES)
    die(WRONG, "the secrets did not reach the ciphertexts");
  if (VALGRIND_CHECK_MEM_IS_DEFINED(at(x, in), out - in) != 0)
    die(WRONG, "the request was not wiped");
}

int main(int argc, char **argv) {
  static machine x;
  const char *mode = argc == 2 ? argv[1] : "";
  bool tables = strcmp(mode, "encrypt") == 0;
  if (!RUNNING_ON_VALGRIND)
    die(CANNOT, "run me under valgrind");
  x.deaf = strcmp(mode, "deaf") == 0;
  wasm_rt_init();
  Z_tainted_init_module();
  Z_tainted_instantiate(&x.module, &x);
  if (wasm_rt_grow_memory(&x.module.w2c_memory, PAGES) == UINT32_MAX)
    die(CANNOT, "no memory");
  uint32_t context = (x.module.w2c___heap_base + 63) & ~63u;
  uint32_t in = context + CONTEXT, out;
  message m = election();
  put(&x, in, &m);
  if (Z_taintedZ_open(&x.module, context, CONTEXT, in, m.n, tables) != 0)
    die(WRONG, "the election was refused");
  uint32_t size = encrypt(&x, context, in, &out);
  if (strcmp(mode, "verify") == 0) {
    (void)VALGRIND_MAKE_MEM_UNDEFINED(at(&x, out + 8), size - 8);
    Z_taintedZ_verify(&x.module, context, out, size);
    return 0;
  }
  check_reach(&x, in, out);
  Z_tainted_free(&x.module);
  return 0;
}
