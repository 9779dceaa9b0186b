/* The Merkle tree of the log.
 *
 * Spec:  RFC 6962 section 2.1; proofs are verified as RFC 9162 section 2.1.3.2
 *        and 2.1.4.2 describe.
 * Layer: L4 board. Public data only.
 *
 *   leaf   SHA-256(00 || entry)       node   SHA-256(01 || left || right)
 *   MTH    of the entries lo .. hi-1: splits at the largest power of two below
 *          their number
 */
#ifndef EVD_BOARD_TREE_H
#define EVD_BOARD_TREE_H

#include "base/bytes.h"
#include "evident/err.h"

#define EVD_TREE_LEVELS 63 /* a size is below 2^63 */
#define EVD_TREE_SIZE_MAX (((uint64_t)1 << 63) - 1)

void evd_leaf_hash(evd_h32 *out, const void *entry, size_t n);
void evd_node_hash(evd_h32 *out, const evd_h32 *left, const evd_h32 *right);
/* Of no entries: SHA-256 of nothing. */
void evd_tree_empty(evd_h32 *out);

/* A tree that only grows, in constant memory: the roots of its perfect
 * subtrees, one for each bit of its size, the largest first. All zero is the
 * tree without entries. */
typedef struct {
  uint64_t size;
  evd_h32 at[EVD_TREE_LEVELS];
} evd_tree;

/* errors  EVD_ERR_RANGE: as large as can be */
EVD_MUST_CHECK evd_err evd_tree_add(evd_tree *t, const evd_h32 *leaf);
void evd_tree_root(const evd_tree *t, evd_h32 *out);

/* Hashes in the order of RFC 6962: from the leaf's sibling to the child of
 * the root. */
typedef struct {
  uint32_t n;
  evd_h32 at[EVD_TREE_LEVELS];
} evd_tree_proof;

/* Does the tree of `size` entries with this root have this leaf at `index`?
 *   errors  EVD_ERR_PROOF: no, or not shown by this proof */
EVD_MUST_CHECK evd_err evd_inclusion_check(const evd_h32 *root, uint64_t size,
                                           uint64_t index, const evd_h32 *leaf,
                                           const evd_tree_proof *proof);
/* The root that this proof leads to.
 *   errors  EVD_ERR_PROOF: no proof in a tree of this size has these hashes */
EVD_MUST_CHECK evd_err evd_inclusion_root(evd_h32 *out, uint64_t size,
                                          uint64_t index, const evd_h32 *leaf,
                                          const evd_tree_proof *proof);
/* Do the first size1 entries of the tree with root2 have root1? 1 <= size1 <=
 * size2: that the empty tree starts every tree needs no proof, and whoever
 * asks has made a mistake.
 *   errors  EVD_ERR_PROOF: no, or not shown by this proof; EVD_ERR_RANGE */
EVD_MUST_CHECK evd_err evd_consistency_check(const evd_h32 *root1,
                                             uint64_t size1,
                                             const evd_h32 *root2,
                                             uint64_t size2,
                                             const evd_tree_proof *proof);

/* Where the hashes of perfect subtrees come from: node(level, index) is the
 * MTH of the entries index 2^level .. (index + 1) 2^level - 1. */
typedef struct {
  void *self;
  evd_err (*node)(void *self, uint32_t level, uint64_t index, evd_h32 *out);
} evd_tree_nodes;

/* MTH of the entries lo .. hi-1, lo a multiple of the largest power of two
 * that is not above hi - lo. lo < hi.
 *   errors  of node */
EVD_MUST_CHECK evd_err evd_tree_hash(const evd_tree_nodes *t, uint64_t lo,
                                     uint64_t hi, evd_h32 *out);
/* errors  EVD_ERR_RANGE: index >= size; of node */
EVD_MUST_CHECK evd_err evd_inclusion_make(const evd_tree_nodes *t,
                                          uint64_t size, uint64_t index,
                                          evd_tree_proof *out);
/* errors  EVD_ERR_RANGE: not 1 <= size1 <= size2; of node */
EVD_MUST_CHECK evd_err evd_consistency_make(const evd_tree_nodes *t,
                                            uint64_t size1, uint64_t size2,
                                            evd_tree_proof *out);

#endif /* EVD_BOARD_TREE_H */
