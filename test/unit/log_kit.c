#include "log_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/endian.h"
#include "base/hex.h"
#include "board/checkpoint.h"
#include "board/keys.h"
#include "board/note.h"
#include "board/parts.h"
#include "egds/hashes.h"
#include "hash/hash.h"
#include "host/signer.h"
#include "record/chain.h"

#define RECORD "good-threshold"
#define ITEM_BYTES_MAX ((size_t)1 << 20)

static void must(bool holds, const char *what) {
  if (holds)
    return;
  fprintf(stderr, "log_kit: %s\n", what);
  abort();
}

static evd_span keep(election *x, const void *p, size_t n) {
  uint8_t *copy = evd_arena_get(&x->arena, n ? n : 1, 1);
  must(copy != NULL, "no memory");
  if (n)
    memcpy(copy, p, n);
  return (evd_span){copy, n};
}

static evd_span keep_buf(election *x, evd_buf *b) {
  must(evd_buf_ok(b), "a buffer is full");
  evd_span s = keep(x, b->p, b->n);
  evd_buf_close(b);
  return s;
}

evd_span span_of(const char *text) {
  return (evd_span){(const uint8_t *)text, strlen(text)};
}

evd_object_ref object_of(const char *kind, evd_span bytes) {
  evd_object_ref o = {{{0}}, (uint32_t)bytes.n};
  evd_digest(&o.digest, kind, bytes.p, bytes.n);
  return o;
}

/* ---- the record's part: of the conformance kit, with our devices ---- */

static evd_span file_of(const evd_kit_file *f, uint32_t n, const char *path) {
  for (uint32_t i = 0; i < n; i++)
    if (strcmp(f[i].path, path) == 0)
      return f[i].bytes;
  must(false, path);
  return (evd_span){NULL, 0};
}

static void take_kit(election *x) {
  evd_arena a;
  evd_kit *kit = NULL;
  const evd_kit_file *f = NULL;
  uint32_t n = 0, at = 0;
  char path[EVD_KIT_PATH_BYTES];
  evd_arena_init(&a, EVD_KIT_ARENA_BYTES);
  must(evd_kit_open(&kit, evd_kernel_best(), span_of("log"), &a) == EVD_OK,
       "kit");
  while (at < evd_kit_count() && strcmp(evd_kit_get(at).id, RECORD) != 0)
    at++;
  must(evd_kit_make(kit, at, &f, &n) == EVD_OK, RECORD);
  evd_span s = file_of(f, n, "parameters.json");
  x->parameters = keep(x, s.p, s.n);
  s = file_of(f, n, "manifest.json");
  x->manifest = keep(x, s.p, s.n);
  for (unsigned i = 0; i < 3; i++) {
    snprintf(path, sizeof path, "guardians/guardian_%u.json", i + 1);
    s = file_of(f, n, path);
    x->guardians[i] = keep(x, s.p, s.n);
  }
  evd_arena_close(&a);
}

static void make_manifest(election *x) {
  static const struct {
    const char *label, *mode;
    uint32_t chaining;
  } devices[] = {{"v1;hall;1;", "booth", 1},
                 {"v1;hall;2;", "booth", 0},
                 {"v1;web;", "remote", 0}};
  evd_why why;
  evd_buf b;
  must(evd_manifest_read(&x->man, x->manifest, &x->arena, &why) == EVD_OK,
       "manifest");
  x->man.n_devices = 3;
  x->man.devices = evd_arena_get(&x->arena, 3, sizeof *x->man.devices);
  for (int i = 0; i < 3; i++)
    x->man.devices[i] =
        (evd_device){span_of(devices[i].label), span_of(devices[i].mode),
                     devices[i].chaining};
  evd_buf_init(&b, ITEM_BYTES_MAX);
  evd_manifest_write(&b, &x->man);
  x->manifest = keep_buf(x, &b);
}

static void make_joint(election *x) {
  evd_guardian_pub g[3];
  evd_why why;
  evd_buf b;
  for (int i = 0; i < 3; i++)
    must(evd_guardian_pub_read(&g[i], x->guardians[i], &x->arena, &why) ==
             EVD_OK,
         "guardian");
  evd_election_keys *k = &x->joint;
  evd_hash_HP(&x->G, &k->H_P, 3, g[0].k);
  evd_hash_HB(&x->G, &k->H_B, &k->H_P, x->manifest);
  evd_joint_keys_var(&x->G, &k->K, &k->K_hat, g, 3);
  evd_hash_HE(&x->G, &k->H_E, &k->H_B, &k->K, &k->K_hat);
  evd_hash_HG(&x->G, &k->H_G, &k->H_B, &k->K, &k->K_hat, g, 3);
  evd_buf_init(&b, ITEM_BYTES_MAX);
  evd_election_keys_write(&b, k);
  x->election_keys = keep_buf(x, &b);
}

/* ---- keys, policy, roll ---- */

static const struct {
  evd_role role;
  uint32_t index;
} listed[N_LISTED] = {{EVD_ROLE_ADMIN, 0},       {EVD_ROLE_ADMIN, 0},
                      {EVD_ROLE_GUARDIAN, 1},    {EVD_ROLE_GUARDIAN, 2},
                      {EVD_ROLE_GUARDIAN, 3},    {EVD_ROLE_REGISTRAR, 0},
                      {EVD_ROLE_DEVICE, 1},      {EVD_ROLE_DEVICE, 2},
                      {EVD_ROLE_POLL_WORKER, 1}, {EVD_ROLE_MONITOR, 0}};

static int by_place(const void *a, const void *b) {
  const evd_board_key *x = a, *y = b;
  if (x->role != y->role)
    return x->role < y->role ? -1 : 1;
  if (x->index != y->index)
    return x->index < y->index ? -1 : 1;
  return memcmp(x->key.b, y->key.b, sizeof x->key.b);
}

static void make_keys(election *x) {
  static evd_board_key at[N_LISTED];
  evd_board_keys keys = {at, N_LISTED};
  evd_buf b;
  for (int i = 0; i < N_KEYS; i++) {
    memset(x->seed[i], 0, sizeof x->seed[i]);
    evd_be32_put(x->seed[i], (uint32_t)i + 1);
    evd_signer_public(&x->pub[i], x->seed[i]);
    if (i >= N_LISTED)
      continue;
    at[i] = (evd_board_key){.role = listed[i].role,
                            .index = listed[i].index,
                            .key = x->pub[i],
                            .name = span_of("somebody")};
    evd_keyid(at[i].keyid, &at[i].key);
  }
  qsort(at, N_LISTED, sizeof *at, by_place);
  evd_buf_init(&b, ITEM_BYTES_MAX);
  evd_board_keys_write(&b, &keys);
  x->keys = keep_buf(x, &b);
  x->policy = span_of("quorum none\n");
}

static int by_key(const void *a, const void *b) {
  return memcmp(a, b, sizeof(evd_h32));
}

static void make_roll(election *x) {
  evd_h32 keys[VOTERS];
  evd_buf b;
  memcpy(keys, &x->pub[VOTER_1], sizeof keys);
  qsort(keys, VOTERS, sizeof *keys, by_key);
  evd_buf_init(&b, ITEM_BYTES_MAX);
  for (int i = 0; i < VOTERS; i++) {
    evd_roll_line line = {keys[i], 1, 1, true};
    evd_roll_line_write(&b, &line);
    evd_buf_text(&b, "\n");
  }
  x->roll = keep_buf(x, &b);
}

void election_open(election *x) {
  memset(x, 0, sizeof *x);
  evd_arena_init(&x->arena, (size_t)4 << 30);
  evd_group_init(&x->G, evd_kernel_best());
  take_kit(x);
  make_manifest(x);
  make_joint(x);
  make_keys(x);
  make_roll(x);
}

void election_close(election *x) { evd_arena_close(&x->arena); }

/* ---- items ---- */

static int by_keyid(const void *a, const void *b) {
  return memcmp(a, b, EVD_KEYID_BYTES);
}

static void sign(const election *x, int key, evd_span message,
                 evd_entry_sig *out) {
  evd_keyid(out->keyid, &x->pub[key]);
  out->alg = EVD_ALG_ED25519;
  evd_signer_sign(out->sig, x->seed[key], message);
}

static void put_length(evd_buf *b, size_t n) {
  uint8_t length[4];
  evd_be32_put(length, (uint32_t)n);
  evd_buf_add(b, length, sizeof length);
}

evd_log_item election_item(election *x, const evd_entry *in,
                           const evd_span *objects, uint64_t who,
                           uint32_t voter) {
  evd_entry e = *in;
  evd_entry_object names[EVD_ENTRY_OBJECTS_MAX];
  evd_entry_sig sigs[N_LISTED + 1];
  evd_buf body, message;
  evd_log_item item = {{NULL, 0}, {NULL, 0}, 0};
  uint32_t n = 0;
  if (e.slot == 0)
    e.slot = x->slot;
  evd_buf_init(&body, ITEM_BYTES_MAX);
  evd_buf_init(&message, ITEM_BYTES_MAX);
  must(evd_entry_write_body(&body, &e) == EVD_OK, "entry");
  evd_entry_message(&message, span_of(ORIGIN), &x->open,
                    (evd_span){body.p, body.n});
  for (int i = 0; i < N_LISTED; i++)
    if (who >> i & 1)
      sign(x, i, (evd_span){message.p, message.n}, &sigs[n++]);
  if (voter != NO_ONE)
    sign(x, VOTER_1 + (int)voter, (evd_span){message.p, message.n}, &sigs[n++]);
  qsort(sigs, n, sizeof *sigs, by_keyid);
  evd_buf_close(&message);
  evd_buf_reset(&body);
  must(evd_entry_write(&body, &e, sigs, n) == EVD_OK, "entry");
  item.entry = keep_buf(x, &body);
  evd_buf_init(&body, (size_t)64 << 20);
  uint32_t n_objects = evd_entry_objects(&e, names);
  for (uint32_t i = 0; i < n_objects; i++) {
    put_length(&body, objects[i].n);
    evd_buf_add(&body, objects[i].p, objects[i].n);
  }
  item.objects = keep_buf(x, &body);
  return item;
}

evd_log_item item_setup(election *x) {
  evd_entry e = {.type = EVD_ENTRY_SETUP};
  const evd_span objects[] = {x->parameters, x->manifest, x->keys, x->policy};
  e.setup.profile = 3;
  e.setup.admin_k = 2;
  e.setup.H_P = x->joint.H_P;
  e.setup.H_B = x->joint.H_B;
  e.setup.parameters = object_of("parameters", x->parameters);
  e.setup.manifest = object_of("manifest", x->manifest);
  e.setup.keys = object_of("keys", x->keys);
  e.setup.policy = object_of("policy", x->policy);
  return election_item(x, &e, objects, ADMINS, NO_ONE);
}

static evd_span ceremony_file(election *x, uint32_t i, uint8_t step) {
  evd_buf b;
  evd_commit commit = {i, x->joint.H_B, {{0}}};
  evd_accept accept = {i, x->joint.H_G, x->joint.H_E};
  evd_span guardian = x->guardians[i - 1];
  evd_buf_init(&b, ITEM_BYTES_MAX);
  evd_digest(&commit.digest, "guardian", guardian.p, guardian.n);
  if (step == 1)
    evd_commit_write(&b, &commit);
  if (step == 2)
    evd_buf_add(&b, guardian.p, guardian.n);
  if (step == 3)
    evd_buf_text(&b, "sealed");
  if (step == 4)
    evd_accept_write(&b, &accept);
  return keep_buf(x, &b);
}

evd_log_item item_ceremony(election *x, uint32_t guardian, uint8_t step) {
  static const char *const names[] = {"commit", "guardian", "share", "accept"};
  char name[40];
  evd_buf b;
  evd_entry e = {.type = EVD_ENTRY_CEREMONY};
  snprintf(name, sizeof name, "%s_%u.json", names[step - 1], guardian);
  evd_buf_init(&b, ITEM_BYTES_MAX);
  evd_part_write(&b, name, ceremony_file(x, guardian, step));
  evd_span object = keep_buf(x, &b);
  e.ceremony.guardian = guardian;
  e.ceremony.step = step;
  e.ceremony.object = object_of("ceremony", object);
  return election_item(x, &e, &object, BIT(GUARDIAN_1 + guardian - 1), NO_ONE);
}

evd_log_item item_keys(election *x) {
  evd_entry e = {.type = EVD_ENTRY_KEYS};
  evd_sha256 all;
  evd_h32 d;
  evd_digest_init(&all, "guardians");
  for (int i = 0; i < 3; i++) {
    evd_digest(&d, "guardian", x->guardians[i].p, x->guardians[i].n);
    evd_sha256_add(&all, d.b, sizeof d.b);
  }
  evd_sha256_out(&all, &e.keys.guardians);
  e.keys.election_keys = object_of("election_keys", x->election_keys);
  e.keys.H_G = x->joint.H_G;
  e.keys.H_E = x->joint.H_E;
  return election_item(x, &e, &x->election_keys, GUARDIANS | ADMINS, NO_ONE);
}

evd_log_item item_roll(election *x) {
  evd_entry e = {.type = EVD_ENTRY_ROLL};
  e.roll.op = 1;
  e.roll.roll = object_of("roll", x->roll);
  e.roll.count = VOTERS;
  return election_item(x, &e, &x->roll, ADMINS | BIT(REGISTRAR), NO_ONE);
}

evd_log_item item_device(election *x, uint32_t device) {
  evd_entry e = {.type = EVD_ENTRY_DEVICE};
  const evd_device *d = &x->man.devices[device - 1];
  e.device.op = 1;
  e.device.device = device;
  evd_chain_start(&x->G, d, &x->joint.H_E, &e.device.H_DI, &e.device.H_0);
  if (d->chaining != 1)
    memset(&e.device.H_0, 0, sizeof e.device.H_0);
  return election_item(x, &e, NULL, BIT(DEVICE_1 + device - 1) | BIT(POLL_1),
                       NO_ONE);
}

evd_log_item item_open(election *x) {
  evd_entry e = {.type = EVD_ENTRY_PHASE};
  e.phase.op = 1;
  e.phase.beacon = span_of("4 2 6");
  evd_log_item item = election_item(x, &e, NULL, ADMINS, NO_ONE);
  evd_leaf_hash(&x->open, item.entry.p, item.entry.n);
  return item;
}

evd_log_item item_close(election *x, uint32_t sealed, uint32_t cast) {
  evd_entry e = {.type = EVD_ENTRY_PHASE};
  e.phase.op = 2;
  e.phase.sealed = sealed;
  e.phase.cast = cast;
  return election_item(x, &e, NULL, ADMINS, NO_ONE);
}

static void id_of(evd_h32 *out, const char *kind, uint32_t device,
                  uint64_t number) {
  uint8_t b[12];
  evd_be32_put(b, device);
  evd_be64_put(b + 4, number);
  evd_digest(out, kind, b, sizeof b);
}

void code_of(evd_h32 *H_C, uint32_t device, uint64_t number) {
  id_of(H_C, "test code", device, number);
}

static evd_log_item by_its_key(election *x, uint32_t device, uint64_t number,
                               const evd_entry *e, const evd_span *objects) {
  if (device == 3)
    return election_item(x, e, objects, 0, (uint32_t)(number % VOTERS));
  return election_item(x, e, objects, BIT(DEVICE_1 + device - 1), NO_ONE);
}

evd_log_item item_ballot(election *x, uint32_t device, uint64_t number,
                         uint32_t position) {
  char text[64];
  evd_entry e = {.type = EVD_ENTRY_BALLOT};
  snprintf(text, sizeof text, "ballot %llu of device %u",
           (unsigned long long)number, device);
  evd_span object = keep(x, text, strlen(text));
  id_of(&e.ballot.id_B, "test id", device, number);
  code_of(&e.ballot.H_C, device, number);
  e.ballot.object = object_of("ballot", object);
  e.ballot.style = e.ballot.weight = 1;
  e.ballot.device = device;
  e.ballot.position = position;
  return by_its_key(x, device, number, &e, &object);
}

evd_log_item item_cast(election *x, uint32_t device, uint64_t number) {
  evd_entry e = {.type = EVD_ENTRY_CAST};
  code_of(&e.cast.H_C, device, number);
  e.cast.seq = 1;
  if (device == 3)
    e.cast.credential = x->pub[VOTER_1 + (int)(number % VOTERS)];
  return by_its_key(x, device, number, &e, NULL);
}

uint32_t items_until_open(election *x, evd_log_item out[32]) {
  uint32_t n = 0;
  memset(&x->open, 0, sizeof x->open);
  out[n++] = item_setup(x);
  for (uint8_t step = 1; step <= 4; step++)
    for (uint32_t i = 1; i <= 3; i++)
      out[n++] = item_ceremony(x, i, step);
  out[n++] = item_keys(x);
  out[n++] = item_roll(x);
  out[n++] = item_device(x, 1);
  out[n++] = item_device(x, 2);
  out[n++] = item_open(x);
  for (uint32_t i = 0; i < n; i++)
    out[i].request = 0;
  return n;
}

/* ---- publishing ---- */

static evd_err write_note(evd_buf *out, const evd_log_head *head) {
  static const uint8_t seed[32] = {9};
  uint8_t sig[64];
  evd_h32 pub;
  evd_note_key key;
  evd_signer_public(&pub, seed);
  EVD_TRY(evd_note_key_make(&key, span_of(ORIGIN), EVD_NOTE_ED25519, &pub));
  evd_checkpoint_write(out, span_of(ORIGIN), head);
  evd_signer_sign(sig, seed, (evd_span){out->p, out->n});
  evd_buf_text(out, "\n");
  evd_note_sig_write(out, &key, sig, sizeof sig);
  return EVD_OK;
}

evd_err publish_head(evd_log *log, const evd_log_head *head) {
  evd_buf b;
  evd_buf_init(&b, EVD_NOTE_BYTES_MAX);
  evd_err e = write_note(&b, head);
  if (e == EVD_OK)
    e = evd_log_publish(log, (evd_span){b.p, b.n});
  evd_buf_close(&b);
  return e;
}

evd_err publish_all(evd_log *log) {
  evd_log_head head;
  EVD_TRY(evd_log_files(log));
  evd_log_head_get(log, &head);
  return publish_head(log, &head);
}
