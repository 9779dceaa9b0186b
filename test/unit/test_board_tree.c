/* The tree, its proofs, its tiles. */
#include "arith.h"

#include "base/base64.h"
#include "base/hex.h"
#include "board/tile.h"
#include "board/tree_past.h"
#include "hash/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEAVES_MAX 70

static evd_h32 hex32(const char *text) {
  evd_h32 h;
  assert_int_equal(
      evd_hex_read(h.b, 32, (evd_span){(const uint8_t *)text, strlen(text)}),
      EVD_OK);
  return h;
}

static void test_base64(void **state) {
  (void)state;
  static const char *const good[][2] = {{"", ""},
                                        {"f", "Zg=="},
                                        {"fo", "Zm8="},
                                        {"foo", "Zm9v"},
                                        {"foob", "Zm9vYg=="},
                                        {"fooba", "Zm9vYmE="},
                                        {"\xFB\xFF", "+/8="}};
  static const char *const bad[] = {"Zg",   "Zg=",  "Zh==", "Zm9=", "Zg==Zg==",
                                    "Z===", "====", "Zm 9", "Zm9-", "Zm9v\n",
                                    "=Zm9", "Zm=9", "A=A="};
  uint8_t raw[16];
  char text[16];
  size_t n = 0;
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    size_t bytes = strlen(good[i][0]), chars = strlen(good[i][1]);
    evd_base64_write(text, good[i][0], bytes);
    assert_int_equal(EVD_BASE64_CHARS(bytes), chars);
    assert_memory_equal(text, good[i][1], chars);
    evd_span s = {(const uint8_t *)text, chars};
    assert_int_equal(evd_base64_read(raw, sizeof raw, &n, s), EVD_OK);
    assert_int_equal(n, bytes);
    assert_memory_equal(raw, good[i][0], bytes);
    if (bytes > 0)
      assert_int_equal(evd_base64_read(raw, bytes - 1, &n, s), EVD_ERR_FORM);
  }
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    evd_span s = {(const uint8_t *)bad[i], strlen(bad[i])};
    assert_int_equal(evd_base64_read(raw, sizeof raw, &n, s), EVD_ERR_FORM);
  }
}

static void test_hashes(void **state) {
  (void)state;
  evd_h32 h, want;
  evd_tree_empty(&h);
  want = hex32("E3B0C44298FC1C149AFBF4C8996FB924"
               "27AE41E4649B934CA495991B7852B855");
  assert_memory_equal(h.b, want.b, 32);
  evd_leaf_hash(&h, "", 0);
  want = hex32("6E340B9CFFB37A989CA544E6BB780A2C"
               "78901D3FB33738768511A30617AFA01D");
  assert_memory_equal(h.b, want.b, 32);
  evd_leaf_hash(&h, "L123456", 7);
  want = hex32("395AA064AA4C29F7010ACFE3F25DB948"
               "5BBD4B91897B6AD7AD547639252B4D56");
  assert_memory_equal(h.b, want.b, 32);
}

/* The definition, as a recursion, to compare with. */
static evd_h32 slow_root(const evd_h32 *leaf, uint64_t n) {
  evd_h32 out;
  uint64_t k = 1;
  if (n == 1)
    return leaf[0];
  while (2 * k < n)
    k *= 2;
  evd_h32 left = slow_root(leaf, k), right = slow_root(leaf + k, n - k);
  evd_node_hash(&out, &left, &right);
  return out;
}

static evd_err slow_node(void *self, uint32_t level, uint64_t index,
                         evd_h32 *out) {
  *out =
      slow_root((const evd_h32 *)self + (index << level), (uint64_t)1 << level);
  return EVD_OK;
}

static void make_leaves(evd_h32 *leaves, uint64_t n) {
  char text[32];
  for (uint64_t i = 0; i < n; i++) {
    int len = snprintf(text, sizeof text, "entry %llu", (unsigned long long)i);
    evd_leaf_hash(&leaves[i], text, (size_t)len);
  }
}

static void test_tree_grows(void **state) {
  (void)state;
  evd_h32 leaves[LEAVES_MAX], root;
  evd_tree t = {0};
  make_leaves(leaves, LEAVES_MAX);
  evd_tree_root(&t, &root);
  for (uint64_t n = 1; n <= LEAVES_MAX; n++) {
    assert_int_equal(evd_tree_add(&t, &leaves[n - 1]), EVD_OK);
    evd_h32 want = slow_root(leaves, n);
    evd_tree_root(&t, &root);
    assert_memory_equal(root.b, want.b, 32);
  }
  t.size = EVD_TREE_SIZE_MAX;
  assert_int_equal(evd_tree_add(&t, &leaves[0]), EVD_ERR_RANGE);
}

/* Every single change of a right proof is refused. */
static void mutate_inclusion(const evd_h32 *root, uint64_t size, uint64_t at,
                             const evd_h32 *leaf, const evd_tree_proof *p) {
  evd_tree_proof q = *p;
  evd_h32 other = *leaf;
  other.b[31] ^= 1;
  assert_int_equal(evd_inclusion_check(root, size, at, &other, p),
                   EVD_ERR_PROOF);
  for (uint32_t i = 0; i < p->n; i++) {
    q.at[i].b[0] ^= 1;
    assert_int_equal(evd_inclusion_check(root, size, at, leaf, &q),
                     EVD_ERR_PROOF);
    q.at[i].b[0] ^= 1;
  }
  q.at[q.n] = *root;
  q.n++;
  assert_int_equal(evd_inclusion_check(root, size, at, leaf, &q),
                   EVD_ERR_PROOF);
  q.n = p->n - 1;
  if (p->n > 0)
    assert_int_equal(evd_inclusion_check(root, size, at, leaf, &q),
                     EVD_ERR_PROOF);
  assert_int_equal(evd_inclusion_check(root, size, size, leaf, p),
                   EVD_ERR_PROOF);
  if (size > 1)
    assert_int_equal(evd_inclusion_check(root, size, at ^ 1, leaf, p),
                     EVD_ERR_PROOF);
}

static void test_inclusion(void **state) {
  (void)state;
  evd_h32 leaves[LEAVES_MAX];
  evd_tree_nodes nodes = {leaves, slow_node};
  evd_tree_proof p;
  make_leaves(leaves, LEAVES_MAX);
  for (uint64_t n = 1; n <= LEAVES_MAX; n++) {
    evd_h32 root = slow_root(leaves, n);
    for (uint64_t i = 0; i < n; i++) {
      assert_int_equal(evd_inclusion_make(&nodes, n, i, &p), EVD_OK);
      assert_int_equal(evd_inclusion_check(&root, n, i, &leaves[i], &p),
                       EVD_OK);
      mutate_inclusion(&root, n, i, &leaves[i], &p);
    }
    assert_int_equal(evd_inclusion_make(&nodes, n, n, &p), EVD_ERR_RANGE);
  }
}

static void mutate_consistency(const evd_h32 *r1, uint64_t n1,
                               const evd_h32 *r2, uint64_t n2,
                               const evd_tree_proof *p) {
  evd_tree_proof q = *p;
  evd_h32 other = *r1;
  other.b[5] ^= 4;
  assert_int_not_equal(evd_consistency_check(&other, n1, r2, n2, p), EVD_OK);
  other = *r2;
  other.b[5] ^= 4;
  assert_int_not_equal(evd_consistency_check(r1, n1, &other, n2, p), EVD_OK);
  for (uint32_t i = 0; i < p->n; i++) {
    q.at[i].b[9] ^= 0x80;
    assert_int_not_equal(evd_consistency_check(r1, n1, r2, n2, &q), EVD_OK);
    q.at[i].b[9] ^= 0x80;
  }
  q.at[q.n++] = *r1;
  assert_int_not_equal(evd_consistency_check(r1, n1, r2, n2, &q), EVD_OK);
  q.n = p->n - 1;
  if (p->n > 0)
    assert_int_not_equal(evd_consistency_check(r1, n1, r2, n2, &q), EVD_OK);
}

static void test_consistency(void **state) {
  (void)state;
  evd_h32 leaves[LEAVES_MAX];
  evd_tree_nodes nodes = {leaves, slow_node};
  evd_tree_proof p;
  make_leaves(leaves, LEAVES_MAX);
  for (uint64_t n2 = 1; n2 <= LEAVES_MAX; n2++) {
    evd_h32 r2 = slow_root(leaves, n2);
    for (uint64_t n1 = 1; n1 <= n2; n1++) {
      evd_h32 r1 = slow_root(leaves, n1);
      assert_int_equal(evd_consistency_make(&nodes, n1, n2, &p), EVD_OK);
      assert_int_equal(evd_consistency_check(&r1, n1, &r2, n2, &p), EVD_OK);
      mutate_consistency(&r1, n1, &r2, n2, &p);
    }
    p.n = 0;
    assert_int_equal(evd_consistency_check(&r2, 0, &r2, n2, &p), EVD_ERR_RANGE);
    assert_int_equal(evd_consistency_make(&nodes, 0, n2, &p), EVD_ERR_RANGE);
    assert_int_equal(evd_consistency_make(&nodes, n2 + 1, n2, &p),
                     EVD_ERR_RANGE);
  }
}

/* ---- public cases ---- */

/* Hashes of another width stand for some hash that is wrong, an empty one
 * another each time. */
static evd_h32 loose_hash(const char *text, uint8_t other) {
  evd_h32 h = {{0}};
  size_t n = strlen(text) / 2;
  if (n == 0)
    h.b[31] = other;
  if (n > 32)
    n = 32;
  if (text[0] != '-')
    assert_int_equal(
        evd_hex_read(h.b, n, (evd_span){(const uint8_t *)text, 2 * n}), EVD_OK);
  return h;
}

static evd_tree_proof read_proof(char *text) {
  evd_tree_proof p = {0};
  char *rest = NULL;
  for (char *w = strtok_r(text, ",-", &rest); w; w = strtok_r(NULL, ",", &rest))
    p.at[p.n++] = loose_hash(w[0] == '.' ? "-" : w, 3);
  return p;
}

static void test_public_cases(void **state) {
  (void)state;
  char path[4096], line[8192];
  uint32_t n = 0, n_good = 0;
  snprintf(path, sizeof path, "%s/test/vector/board/merkle.tsv",
           getenv("EVD_SOURCE_ROOT"));
  FILE *f = fopen(path, "r");
  assert_non_null(f);
  while (fgets(line, sizeof line, f)) {
    char *cell[8], *rest = NULL;
    if (line[0] == '#')
      continue;
    for (int i = 0; i < 8; i++) {
      cell[i] = strtok_r(i == 0 ? line : NULL, "\t\n", &rest);
      assert_non_null(cell[i]);
    }
    uint64_t x = strtoull(cell[2], NULL, 10), y = strtoull(cell[3], NULL, 10);
    evd_h32 h1 = loose_hash(cell[4], 1), h2 = loose_hash(cell[5], 2);
    evd_tree_proof p = read_proof(cell[6]);
    bool inclusion = strcmp(cell[0], "inclusion") == 0;
    evd_err e = inclusion ? evd_inclusion_check(&h2, y, x, &h1, &p)
                          : evd_consistency_check(&h1, x, &h2, y, &p);
    if ((e == EVD_OK) != (strcmp(cell[7], "good") == 0))
      fail_msg("%s: %s", cell[1], evd_err_text(e));
    n++;
    n_good += e == EVD_OK;
  }
  fclose(f);
  assert_int_equal(n, 196);
  assert_int_equal(n_good, 12);
}

/* ---- tiles ---- */

static void test_tile_paths(void **state) {
  (void)state;
  static const struct {
    evd_tile t;
    const char *path;
  } good[] = {{{0, 0, 256}, "tile/0/000"},
              {{1, 1234067, 256}, "tile/1/x001/x234/067"},
              {{0, 999, 1}, "tile/0/999.p/1"},
              {{7, 1000, 255}, "tile/7/x001/000.p/255"},
              {{EVD_TILE_ENTRIES, 5, 17}, "tile/entries/005.p/17"},
              {{EVD_TILE_ENTRIES, 1000000, 256}, "tile/entries/x001/x000/000"}};
  static const char *const bad[] = {"tile/0/0",
                                    "tile/0/0000",
                                    "tile/00/000",
                                    "tile/8/000",
                                    "tile/0/000.p/0",
                                    "tile/0/000.p/256",
                                    "tile/0/000.p/01",
                                    "tile/0/x000/001",
                                    "tile/0/001/002",
                                    "tile/0/x001",
                                    "tile/entries",
                                    "tile/entries/-01",
                                    "tile/0/000/",
                                    "/tile/0/000",
                                    "tile/0/000.p/",
                                    "tile/0/x1/000",
                                    "",
                                    "tile/64/000",
                                    "tile/0/x999/x999/x999/x999/x999/x999/999"};
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    char path[EVD_TILE_PATH_BYTES];
    evd_tile t;
    evd_span s = {(const uint8_t *)good[i].path, strlen(good[i].path)};
    evd_tile_path(path, &good[i].t);
    assert_string_equal(path, good[i].path);
    assert_int_equal(evd_tile_path_read(&t, s), EVD_OK);
    assert_true(t.level == good[i].t.level && t.n == good[i].t.n &&
                t.width == good[i].t.width);
  }
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    evd_tile t;
    evd_span s = {(const uint8_t *)bad[i], strlen(bad[i])};
    assert_int_equal(evd_tile_path_read(&t, s), EVD_ERR_FORM);
  }
  assert_int_equal(evd_tile_width(0, 0, 256), 256);
  assert_int_equal(evd_tile_width(0, 1, 256), 0);
  assert_int_equal(evd_tile_width(0, 1, 300), 44);
  assert_int_equal(evd_tile_width(1, 0, 300), 1);
  assert_int_equal(evd_tile_width(2, 0, 300), 0);
  assert_int_equal(evd_tile_width(EVD_TILE_ENTRIES, 1, 300), 44);
}

/* A log of 300 entries: the two tiles of level 0, one of level 1. */
#define LOG_SIZE 300
static evd_err log_tile(void *self, const evd_tile *t,
                        evd_h32 out[EVD_TILE_WIDTH]) {
  const evd_h32 *leaves = self;
  for (uint32_t i = 0; i < t->width; i++)
    out[i] = t->level == 0 ? leaves[t->n * EVD_TILE_WIDTH + i]
                           : slow_root(leaves, EVD_TILE_WIDTH);
  return EVD_OK;
}

/* The root is that of the frozen vector made with golang.org/x/mod/sumdb. */
static void test_tiles(void **state) {
  (void)state;
  static evd_h32 leaves[LOG_SIZE];
  static evd_tile_tree t;
  evd_tile_reader from = {leaves, log_tile};
  evd_tree_proof p;
  evd_h32 root, want, r200 = {{0}};
  size_t n = 0;
  static const char text[] = "yjk9Apa+xeC43KuYO9H7fRRh9RLnJny4ljGtJv1m2Eg=";
  make_leaves(leaves, LOG_SIZE);
  evd_tile_tree_init(&t, &from, LOG_SIZE);
  evd_tree_nodes nodes = evd_tile_nodes(&t);
  assert_int_equal(evd_tree_hash(&nodes, 0, LOG_SIZE, &root), EVD_OK);
  assert_int_equal(
      evd_base64_read(want.b, 32, &n,
                      (evd_span){(const uint8_t *)text, sizeof text - 1}),
      EVD_OK);
  assert_memory_equal(root.b, want.b, 32);
  assert_int_equal(evd_inclusion_make(&nodes, LOG_SIZE, 123, &p), EVD_OK);
  assert_int_equal(p.n, 9);
  assert_int_equal(evd_inclusion_check(&root, LOG_SIZE, 123, &leaves[123], &p),
                   EVD_OK);
  assert_int_equal(evd_consistency_make(&nodes, 200, LOG_SIZE, &p), EVD_OK);
  assert_int_equal(p.n, 7);
  r200 = slow_root(leaves, 200);
  assert_int_equal(evd_consistency_check(&r200, 200, &root, LOG_SIZE, &p),
                   EVD_OK);
  assert_int_equal(nodes.node(&t, 0, LOG_SIZE, &root), EVD_ERR_MISSING);
  assert_int_equal(nodes.node(&t, 3, 37, &root), EVD_ERR_MISSING);
}

static void test_bundles(void **state) {
  (void)state;
  static const uint8_t bytes[] = {0, 2, 'a', 'b', 0, 0, 0, 3, 'c', 'd', 'e'};
  evd_span bundle = {bytes, sizeof bytes}, entry;
  size_t at = 0;
  assert_int_equal(evd_bundle_next(bundle, &at, &entry), EVD_OK);
  assert_true(entry.n == 2 && entry.p[1] == 'b');
  assert_int_equal(evd_bundle_next(bundle, &at, &entry), EVD_OK);
  assert_int_equal(entry.n, 0);
  assert_int_equal(evd_bundle_next(bundle, &at, &entry), EVD_OK);
  assert_int_equal(at, sizeof bytes);
  assert_int_equal(evd_bundle_next(bundle, &at, &entry), EVD_ERR_FORM);
  at = 6;
  bundle.n = 10;
  assert_int_equal(evd_bundle_next(bundle, &at, &entry), EVD_ERR_FORM);
}

/* ---- roots of the past ---- */

#define PAST_SIZE 66000 /* a full tile of level 1, and more */
#define PAST_STEP 733

static void leaf_of(evd_h32 *out, uint32_t i) {
  memset(out->b, 0, sizeof out->b);
  memcpy(out->b, &i, sizeof i);
}

static void test_past(void **state) {
  (void)state;
  static evd_h32 roots[PAST_SIZE + 1];
  evd_tree tree;
  evd_tree_past past;
  evd_h32 leaf, root;
  memset(&tree, 0, sizeof tree);
  evd_tree_past_init(&past, EVD_TREE_PAST_BYTES_MAX);
  evd_tree_root(&tree, &roots[0]);
  for (uint32_t n = 1; n <= PAST_SIZE; n++) {
    leaf_of(&leaf, n);
    assert_int_equal(evd_tree_add(&tree, &leaf), EVD_OK);
    assert_int_equal(evd_tree_past_add(&past, &leaf), EVD_OK);
    evd_tree_root(&tree, &roots[n]);
  }
  for (uint32_t n = 0; n <= PAST_SIZE; n += n < 520 ? 1 : PAST_STEP) {
    assert_int_equal(evd_tree_past_root(&past, n, &root), EVD_OK);
    assert_memory_equal(root.b, roots[n].b, sizeof root.b);
  }
  for (uint32_t n = 65535; n <= 65537; n++) {
    assert_int_equal(evd_tree_past_root(&past, n, &root), EVD_OK);
    assert_memory_equal(root.b, roots[n].b, sizeof root.b);
  }
  assert_int_equal(evd_tree_past_root(&past, PAST_SIZE + 1, &root),
                   EVD_ERR_RANGE);
  const evd_tile t = {0, 3, 2};
  leaf_of(&leaf, 3 * EVD_TILE_WIDTH + 2);
  assert_memory_equal(evd_tree_past_tile(&past, &t)[1].b, leaf.b,
                      sizeof leaf.b);
  evd_tree_past_close(&past);
}

static void test_past_without_memory(void **state) {
  (void)state;
  evd_tree_past past;
  evd_h32 leaf;
  uint32_t n = 0;
  evd_err e = EVD_OK;
  evd_tree_past_init(&past, EVD_TILE_BYTES);
  for (; e == EVD_OK && n <= EVD_TILE_WIDTH; n++) {
    leaf_of(&leaf, n);
    e = evd_tree_past_add(&past, &leaf);
  }
  assert_int_equal(e, EVD_ERR_SPACE);
  assert_int_equal(past.size, EVD_TILE_WIDTH);
  evd_tree_past_close(&past);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_base64),
      cmocka_unit_test(test_hashes),
      cmocka_unit_test(test_tree_grows),
      cmocka_unit_test(test_inclusion),
      cmocka_unit_test(test_consistency),
      cmocka_unit_test(test_public_cases),
      cmocka_unit_test(test_tile_paths),
      cmocka_unit_test(test_tiles),
      cmocka_unit_test(test_bundles),
      cmocka_unit_test(test_past),
      cmocka_unit_test(test_past_without_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
