#include "board_kit.h"

#include "record/chain.h"

#include <stdlib.h>

#define ORIGIN "board.example/test"

static row *find(rows *s, uint8_t about, const evd_h32 *key) {
  for (int i = 0; i < s->n; i++)
    if (s->at[i].about == about && memcmp(s->at[i].key.b, key->b, 32) == 0)
      return &s->at[i];
  return NULL;
}

static evd_err get(void *self, uint8_t about, const evd_h32 *key, void *out,
                   size_t n, bool *found) {
  row *r = find(self, about, key);
  *found = r != NULL;
  if (r && n)
    memcpy(out, r->row, n);
  return EVD_OK;
}

static evd_err put(void *self, uint8_t about, const evd_h32 *key,
                   const void *in, size_t n) {
  rows *s = self;
  row *r = find(s, about, key);
  if (!r) {
    assert_true(s->n < ROWS_MAX);
    r = &s->at[s->n++];
  }
  assert_true(n <= sizeof r->row);
  r->about = about;
  r->key = *key;
  if (n)
    memcpy(r->row, in, n);
  return EVD_OK;
}

static evd_err root_of(void *self, uint64_t size, evd_h32 *out) {
  return evd_tree_past_root(self, size, out);
}

static const struct {
  evd_role role;
  uint32_t index;
} listed[N_LISTED] = {
    {EVD_ROLE_ADMIN, 0},     {EVD_ROLE_ADMIN, 0},    {EVD_ROLE_ADMIN, 0},
    {EVD_ROLE_GUARDIAN, 1},  {EVD_ROLE_GUARDIAN, 2}, {EVD_ROLE_GUARDIAN, 3},
    {EVD_ROLE_REGISTRAR, 0}, {EVD_ROLE_DEVICE, 1},   {EVD_ROLE_POLL_WORKER, 1},
    {EVD_ROLE_AUDIT, 0},     {EVD_ROLE_RELEASE, 0},  {EVD_ROLE_MONITOR, 0},
    {EVD_ROLE_DEVICE, 3}};

enum { N_DEVICES = 3 };
static const evd_device labels[N_DEVICES] = {
    {{(const uint8_t *)"hall", 4}, {(const uint8_t *)"booth", 5}, 1},
    {{(const uint8_t *)"web", 3}, {(const uint8_t *)"remote", 6}, 0},
    {{(const uint8_t *)"post", 4}, {(const uint8_t *)"mail", 4}, 0}};
static const evd_rules_device devices[N_DEVICES] = {
    {EVD_MODE_BOOTH, 1, &labels[0]},
    {EVD_MODE_REMOTE, 0, &labels[1]},
    {EVD_MODE_MAIL, 0, &labels[2]}};
static evd_group G;

evd_entry device_opens(uint32_t device) {
  evd_entry e;
  memset(&e, 0, sizeof e);
  evd_h32 H_E = h32('E');
  e.type = EVD_ENTRY_DEVICE;
  e.device.op = 1;
  e.device.device = device;
  evd_chain_start(&G, &labels[device - 1], &H_E, &e.device.H_DI, &e.device.H_0);
  if (labels[device - 1].chaining != 1)
    e.device.H_0 = none();
  return e;
}

evd_entry device_closes(uint32_t device, uint32_t count, evd_h32 last) {
  evd_device_close close;
  evd_entry e = device_opens(device);
  evd_h32 H_E = h32('E');
  memset(&close, 0, sizeof close);
  close.H_DI = e.device.H_DI;
  evd_chain_close(&G, &labels[device - 1], &H_E, &last, &close);
  e.device.op = 2;
  e.device.H_DI = e.device.H_0 = none();
  e.device.count = count;
  e.device.H_last = last;
  e.device.H_close =
      count && labels[device - 1].chaining == 1 ? close.H_close : none();
  return e;
}

void lab_open(lab *x) {
  static const evd_rules_facts facts = {&G,      3,     2,     N_DEVICES, 2,
                                        devices, false, false, true};
  evd_board_keys keys = {NULL, 0};
  memset(x, 0, sizeof *x);
  evd_group_init(&G, evd_kernel_best());
  assert_true(sodium_init() >= 0);
  evd_arena_init(&x->a, 1 << 24);
  keys.at = evd_arena_get(&x->a, EVD_BOARD_KEYS_MAX, sizeof *keys.at);
  for (int i = 0; i < N_KEYS; i++) {
    evd_h32 seed = h32(i + 1);
    crypto_sign_seed_keypair(x->pub[i].b, x->sec[i], seed.b);
    if (i >= N_LISTED)
      continue;
    evd_board_key k = {
        .role = listed[i].role, .index = listed[i].index, .key = x->pub[i]};
    evd_keyid(k.keyid, &k.key);
    assert_int_equal(evd_board_key_add(&keys, &k), EVD_OK);
  }
  evd_rules_store store = {&x->rows, get, put};
  evd_rules_log log = {
      {(const uint8_t *)ORIGIN, sizeof ORIGIN - 1}, &x->past, root_of};
  evd_tree_past_init(&x->past, 1 << 20);
  assert_int_equal(evd_rules_init(&x->r, &facts, &keys, &store, &log, &x->a),
                   EVD_OK);
}

void lab_close(lab *x) {
  evd_arena_close(&x->a);
  evd_tree_past_close(&x->past);
}

evd_log_head head_at(const lab *x, uint64_t size) {
  evd_log_head h = {.size = size};
  assert_int_equal(evd_tree_past_root(&x->past, size, &h.root), EVD_OK);
  return h;
}

static int by_keyid(const void *a, const void *b) {
  return memcmp(a, b, EVD_KEYID_BYTES);
}

/* Signs with the keys whose bits are set. */
uint32_t sign(lab *x, const evd_entry *e, uint32_t who, evd_entry_sig *sigs) {
  evd_buf body, message;
  uint32_t n = 0;
  evd_buf_init(&body, 16384);
  evd_buf_init(&message, 16384);
  assert_int_equal(evd_entry_write_body(&body, e), EVD_OK);
  evd_entry_message(&message, x->r.log.origin, &x->r.open_leaf,
                    (evd_span){body.p, body.n});
  for (int i = 0; i < N_KEYS; i++) {
    if ((who >> i & 1) == 0)
      continue;
    evd_keyid(sigs[n].keyid, &x->pub[i]);
    sigs[n].alg = EVD_ALG_ED25519;
    crypto_sign_detached(sigs[n].sig, NULL, message.p, message.n, x->sec[i]);
    n++;
  }
  qsort(sigs, n, sizeof *sigs, by_keyid);
  evd_buf_close(&body);
  evd_buf_close(&message);
  return n;
}

evd_refusal apply_sigs(lab *x, const evd_entry *e, const evd_entry_sig *sigs,
                       uint32_t n) {
  evd_buf b;
  evd_entry_read r;
  evd_refusal why;
  const char *what;
  evd_buf_init(&b, 1 << 16);
  assert_int_equal(evd_entry_write(&b, e, sigs, n), EVD_OK);
  assert_int_equal(evd_entry_parse(&r, (evd_span){b.p, b.n}, &what), EVD_OK);
  evd_leaf_hash(&x->leaf, b.p, b.n);
  evd_err err = evd_rules_apply(&x->r, &r, &x->leaf, &why);
  assert_true(err == EVD_OK || err == EVD_ERR_REFUSED);
  assert_true((err == EVD_OK) == (why.code == EVD_L_NONE));
  if (err == EVD_OK)
    assert_int_equal(evd_tree_past_add(&x->past, &x->leaf), EVD_OK);
  evd_buf_close(&b);
  return why;
}

static evd_refusal apply(lab *x, const evd_entry *e, uint32_t who) {
  evd_entry_sig sigs[N_KEYS];
  return apply_sigs(x, e, sigs, sign(x, e, who, sigs));
}

void takes_at(lab *x, evd_entry e, uint32_t who, int line) {
  evd_refusal why = apply(x, &e, who);
  if (why.code)
    fail_msg("line %d: L.%d: %s", line, (int)why.code, why.what);
}
/* Refused with this code, and nothing has changed but what the refusal says:
 * the state is compared, and so are the rows. */
void refuses_at(lab *x, evd_entry e, uint32_t who, evd_l_code code, int line) {
  static evd_rules before;
  static rows rows_before;
  before = x->r;
  rows_before = x->rows;
  evd_refusal why = apply(x, &e, who);
  if (why.code != code)
    fail_msg("line %d: L.%d instead of L.%d: %s", line, (int)why.code,
             (int)code, why.what ? why.what : "taken");
  assert_memory_equal(&before, &x->r, sizeof before);
  assert_memory_equal(&rows_before, &x->rows, sizeof rows_before);
}
/* ---- an election, as far as the caller wants it ---- */

void ceremony(lab *x) {
  for (uint8_t step = 1; step <= 4; step++)
    for (uint32_t i = 1; i <= 3; i++)
      TAKES(BIT(GUARDIAN_1 + i - 1), CEREMONY,
            .ceremony = {i, step, object('c')});
  TAKES(GUARDIANS | ADMINS, KEYS,
        .keys = {h32('g'), object('y'), h32('G'), h32('E')});
}

void roll(lab *x) {
  TAKES(BIT(REGISTRAR) | ADMINS, ROLL,
        .roll = {1, object('l'), 1, none(), 0, 0, none(), 0});
  assert_int_equal(evd_rules_credential(&x->r, &x->pub[VOTER_1], 1, 1), EVD_OK);
}

void until_open(lab *x) {
  lab_open(x);
  TAKES(ADMINS, SETUP, SETUP_BODY);
  ceremony(x);
  roll(x);
  takes_at(x, device_opens(1), BIT(DEVICE_1) | BIT(POLL_1), __LINE__);
  TAKES(ADMINS, PHASE, OPEN_BODY);
}
