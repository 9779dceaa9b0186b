#include "witness_kit.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

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

void kit_log_checkpoint(evd_buf *out, const kit_log *l, uint64_t size) {
  const evd_log_head head = kit_log_head(l, size);
  uint8_t sig[64];
  size_t at = out->n;
  evd_checkpoint_write(out, kit_span(l->key.name), &head);
  evd_signer_sign(sig, l->seed, (evd_span){out->p + at, out->n - at});
  evd_buf_text(out, "\n");
  evd_note_sig_write(out, &l->key, sig, sizeof sig);
  assert_true(evd_buf_ok(out));
}

void kit_log_ask(evd_buf *out, const kit_log *l, uint64_t old, uint64_t size) {
  const evd_tree_proof proof = kit_log_proof(l, old, size);
  evd_buf note;
  evd_buf_init(&note, 8192);
  kit_log_checkpoint(&note, l, size);
  evd_witness_ask_write(out, old, &proof, (evd_span){note.p, note.n});
  assert_true(evd_buf_ok(out));
  evd_buf_close(&note);
}

/* ---- folders ---- */

static char base[64];

const char *kit_folder(const char *name) {
  static char path[16][256];
  static unsigned turn;
  char *out = path[turn++ % 16];
  if (!base[0]) {
    /* In memory, if there is such a place: thousands of files are synced. */
    (void)snprintf(base, sizeof base, "%s/evident-witness-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(base));
  }
  (void)snprintf(out, 256, "%s/%s", base, name);
  (void)mkdir(out, 0700);
  return out;
}

static void empty(const char *dir) {
  DIR *d = opendir(dir);
  for (struct dirent *x = d ? readdir(d) : NULL; x; x = readdir(d)) {
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/%s", dir, x->d_name);
    if (x->d_name[0] != '.')
      (void)unlink(path);
  }
  if (d)
    (void)closedir(d);
  (void)rmdir(dir);
}

void kit_folder_end(void) {
  DIR *d = base[0] ? opendir(base) : NULL;
  for (struct dirent *x = d ? readdir(d) : NULL; x; x = readdir(d)) {
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", base, x->d_name);
    if (x->d_name[0] != '.')
      empty(path);
  }
  if (d)
    (void)closedir(d);
  (void)rmdir(base);
  base[0] = 0;
}

/* ---- witnesses ---- */

evd_witness *kit_witness(const char *name, const char *folder,
                         const kit_log *log) {
  uint8_t seed[32];
  evd_witness *w = NULL;
  const evd_note_key key = kit_key(seed, name, EVD_NOTE_COSIGNATURE, name);
  assert_int_equal(
      evd_witness_open(&w, kit_folder(folder), &key, seed, &log->key, 1),
      EVD_OK);
  return w;
}

uint32_t kit_add(evd_witness *w, const kit_log *l, uint64_t old, uint64_t size,
                 evd_buf *line) {
  evd_buf ask;
  evd_witness_answer a;
  evd_buf_init(&ask, EVD_WITNESS_ASK_BYTES_MAX);
  evd_witness_answer_init(&a);
  kit_log_ask(&ask, l, old, size);
  evd_witness_add(w, (evd_span){ask.p, ask.n}, KIT_NOW, &a);
  if (line)
    evd_buf_add(line, a.body.p, a.body.n);
  uint32_t status = a.status;
  evd_witness_answer_close(&a);
  evd_buf_close(&ask);
  return status;
}
