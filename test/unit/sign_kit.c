#include "sign_kit.h"

#include <stdio.h>

#include "base/endian.h"
#include "hash/hash.h"
#include "host/signer.h"

evd_span kit_span(const char *text) {
  return (evd_span){(const uint8_t *)text, strlen(text)};
}

evd_note_key kit_key(uint8_t seed[32], const char *name, uint8_t type,
                     const char *seed_text) {
  evd_note_key key;
  evd_sha256 c;
  evd_h32 h, pub;
  evd_sha256_init(&c);
  evd_sha256_add(&c, seed_text, strlen(seed_text));
  evd_sha256_out(&c, &h);
  memcpy(seed, h.b, 32);
  evd_signer_public(&pub, seed);
  assert_int_equal(evd_note_key_make(&key, kit_span(name), type, &pub), EVD_OK);
  return key;
}

void kit_log_make(kit_log *l, const char *origin, const char *seed_text) {
  memset(l, 0, sizeof *l);
  l->key = kit_key(l->seed, origin, EVD_NOTE_ED25519, seed_text);
}

void kit_log_grow(kit_log *l, uint64_t n, int flavour) {
  for (; n > 0; n--) {
    char text[64];
    assert_true(l->n < KIT_LEAVES);
    int len =
        snprintf(text, sizeof text, "entry %u of %d", (unsigned)l->n, flavour);
    evd_leaf_hash(&l->leaves[l->n++], text, (size_t)len);
  }
}

static evd_err node(void *self, uint32_t level, uint64_t index, evd_h32 *out) {
  const kit_log *l = self;
  evd_h32 row[KIT_LEAVES];
  uint64_t n = (uint64_t)1 << level;
  assert_true((index + 1) * n <= KIT_LEAVES);
  memcpy(row, l->leaves + index * n, n * sizeof *row);
  for (; n > 1; n /= 2)
    for (uint64_t i = 0; i < n / 2; i++)
      evd_node_hash(&row[i], &row[2 * i], &row[2 * i + 1]);
  *out = row[0];
  return EVD_OK;
}

static evd_tree_nodes nodes_of(const kit_log *l) {
  union {
    const kit_log *read;
    void *self;
  } x = {l};
  return (evd_tree_nodes){x.self, node};
}

evd_log_head kit_log_head(const kit_log *l, uint64_t size) {
  const evd_tree_nodes t = nodes_of(l);
  evd_log_head head = {.size = size};
  assert_true(size <= l->n);
  if (size == 0)
    evd_tree_empty(&head.root);
  else
    assert_int_equal(evd_tree_hash(&t, 0, size, &head.root), EVD_OK);
  return head;
}

evd_tree_proof kit_log_proof(const kit_log *l, uint64_t old, uint64_t size) {
  const evd_tree_nodes t = nodes_of(l);
  evd_tree_proof proof = {.n = 0};
  if (old > 0 && old < size)
    assert_int_equal(evd_consistency_make(&t, old, size, &proof), EVD_OK);
  return proof;
}

evd_tree_proof kit_log_inclusion(const kit_log *l, uint64_t index,
                                 uint64_t size) {
  const evd_tree_nodes t = nodes_of(l);
  evd_tree_proof proof = {.n = 0};
  assert_int_equal(evd_inclusion_make(&t, size, index, &proof), EVD_OK);
  return proof;
}

void kit_log_sign(evd_buf *out, const kit_log *l, const evd_log_head *head) {
  uint8_t sig[64];
  size_t at = out->n;
  evd_checkpoint_write(out, kit_span(l->key.name), head);
  evd_signer_sign(sig, l->seed, (evd_span){out->p + at, out->n - at});
  evd_buf_text(out, "\n");
  evd_note_sig_write(out, &l->key, sig, sizeof sig);
  assert_true(evd_buf_ok(out));
}

void kit_log_checkpoint(evd_buf *out, const kit_log *l, uint64_t size) {
  const evd_log_head head = kit_log_head(l, size);
  kit_log_sign(out, l, &head);
}

void kit_cosign(evd_buf *out, const kit_log *l, const evd_log_head *head,
                const char *name, uint64_t time) {
  uint8_t seed[32], sig[EVD_COSIGNATURE_BYTES];
  const evd_note_key key = kit_key(seed, name, EVD_NOTE_COSIGNATURE, name);
  evd_buf text, message;
  evd_buf_init(&text, 4096);
  evd_buf_init(&message, 4096);
  evd_checkpoint_write(&text, kit_span(l->key.name), head);
  evd_cosign_message(&message, time, (evd_span){text.p, text.n});
  evd_be64_put(sig, time);
  evd_signer_sign(sig + 8, seed, (evd_span){message.p, message.n});
  evd_note_sig_write(out, &key, sig, sizeof sig);
  assert_true(evd_buf_ok(out));
  evd_buf_close(&text);
  evd_buf_close(&message);
}

void kit_policy(evd_buf *out, const kit_log *l, const char *const names[],
                uint32_t n) {
  uint8_t seed[32];
  evd_buf_text(out, "log ");
  evd_note_key_write(out, &l->key);
  for (uint32_t i = 0; i < n; i++) {
    const evd_note_key key =
        kit_key(seed, names[i], EVD_NOTE_COSIGNATURE, names[i]);
    evd_buf_text(out, "\nwitness ");
    evd_buf_text(out, names[i]);
    evd_buf_text(out, " ");
    evd_note_key_write(out, &key);
  }
  evd_buf_text(out, "\n");
  assert_true(evd_buf_ok(out));
}
