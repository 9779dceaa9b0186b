/* Hashing, growing and checking trees. */
#include "board/tree.h"

#include <string.h>

#include "hash/hash.h"

enum { LEAF = 0, NODE = 1 };

void evd_leaf_hash(evd_h32 *out, const void *entry, size_t n) {
  static const uint8_t tag = LEAF;
  evd_sha256 c;
  evd_sha256_init(&c);
  evd_sha256_add(&c, &tag, 1);
  evd_sha256_add(&c, entry, n);
  evd_sha256_out(&c, out);
}

void evd_node_hash(evd_h32 *out, const evd_h32 *left, const evd_h32 *right) {
  static const uint8_t tag = NODE;
  evd_sha256 c;
  evd_sha256_init(&c);
  evd_sha256_add(&c, &tag, 1);
  evd_sha256_add(&c, left->b, sizeof left->b);
  evd_sha256_add(&c, right->b, sizeof right->b);
  evd_sha256_out(&c, out);
}

void evd_tree_empty(evd_h32 *out) {
  evd_sha256 c;
  evd_sha256_init(&c);
  evd_sha256_out(&c, out);
}

static uint32_t bits_set(uint64_t v) {
  uint32_t n = 0;
  for (; v != 0; v &= v - 1)
    n++;
  return n;
}

/* As a carry runs up a number, so do equal subtrees join. */
evd_err evd_tree_add(evd_tree *t, const evd_h32 *leaf) {
  uint32_t n = bits_set(t->size);
  evd_h32 right = *leaf;
  if (t->size == EVD_TREE_SIZE_MAX)
    return EVD_ERR_RANGE;
  for (uint64_t s = t->size; s & 1; s >>= 1)
    evd_node_hash(&right, &t->at[--n], &right);
  t->at[n] = right;
  t->size++;
  return EVD_OK;
}

void evd_tree_root(const evd_tree *t, evd_h32 *out) {
  uint32_t n = bits_set(t->size);
  if (n == 0) {
    evd_tree_empty(out);
    return;
  }
  evd_h32 root = t->at[n - 1];
  for (uint32_t i = n - 1; i > 0; i--)
    evd_node_hash(&root, &t->at[i - 1], &root);
  *out = root;
}

static bool same(const evd_h32 *a, const evd_h32 *b) {
  return memcmp(a->b, b->b, sizeof a->b) == 0;
}

/* `at` is where one is in its level, `last` the last place of that level. A
 * place without a right sibling moves up until it is a right child. */
static void climb_edge(uint64_t *at, uint64_t *last) {
  while (*at != 0 && (*at & 1) == 0) {
    *at >>= 1;
    *last >>= 1;
  }
}

evd_err evd_inclusion_root(evd_h32 *out, uint64_t size, uint64_t index,
                           const evd_h32 *leaf, const evd_tree_proof *proof) {
  if (index >= size || proof->n > EVD_TREE_LEVELS)
    return EVD_ERR_PROOF;
  uint64_t at = index, last = size - 1;
  evd_h32 r = *leaf;
  for (uint32_t i = 0; i < proof->n; i++) {
    if (last == 0)
      return EVD_ERR_PROOF;
    if ((at & 1) != 0 || at == last) {
      evd_node_hash(&r, &proof->at[i], &r);
      climb_edge(&at, &last);
    } else {
      evd_node_hash(&r, &r, &proof->at[i]);
    }
    at >>= 1;
    last >>= 1;
  }
  *out = r;
  return last == 0 ? EVD_OK : EVD_ERR_PROOF;
}

evd_err evd_inclusion_check(const evd_h32 *root, uint64_t size, uint64_t index,
                            const evd_h32 *leaf, const evd_tree_proof *proof) {
  evd_h32 r;
  EVD_TRY(evd_inclusion_root(&r, size, index, leaf, proof));
  return same(&r, root) ? EVD_OK : EVD_ERR_PROOF;
}

/* The walk of a consistency proof: r1 and r2 become the roots that the proof
 * speaks of. */
static evd_err walk(evd_h32 *r1, evd_h32 *r2, uint64_t at, uint64_t last,
                    const evd_tree_proof *proof, uint32_t from) {
  for (uint32_t i = from; i < proof->n; i++) {
    if (last == 0)
      return EVD_ERR_PROOF;
    if ((at & 1) != 0 || at == last) {
      evd_node_hash(r1, &proof->at[i], r1);
      evd_node_hash(r2, &proof->at[i], r2);
      climb_edge(&at, &last);
    } else {
      evd_node_hash(r2, r2, &proof->at[i]);
    }
    at >>= 1;
    last >>= 1;
  }
  return last == 0 ? EVD_OK : EVD_ERR_PROOF;
}

evd_err evd_consistency_check(const evd_h32 *root1, uint64_t size1,
                              const evd_h32 *root2, uint64_t size2,
                              const evd_tree_proof *proof) {
  if (size1 == 0 || size1 > size2 || proof->n > EVD_TREE_LEVELS)
    return EVD_ERR_RANGE;
  if (size1 == size2)
    return proof->n == 0 && same(root1, root2) ? EVD_OK : EVD_ERR_PROOF;
  if (proof->n == 0)
    return EVD_ERR_PROOF;
  uint64_t at = size1 - 1, last = size2 - 1;
  for (; (at & 1) != 0; at >>= 1)
    last >>= 1;
  /* The first tree is perfect: its root starts the walk and is not sent. */
  bool whole = at == 0;
  evd_h32 r1 = whole ? *root1 : proof->at[0], r2 = r1;
  EVD_TRY(walk(&r1, &r2, at, last, proof, whole ? 0 : 1));
  return same(&r1, root1) && same(&r2, root2) ? EVD_OK : EVD_ERR_PROOF;
}
