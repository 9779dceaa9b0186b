/* Proofs from the hashes of perfect subtrees. */
#include "board/tree.h"

/* The largest power of two not above n, as its exponent. n > 0. */
static uint32_t log_floor(uint64_t n) {
  uint32_t level = 0;
  while (n >> level > 1)
    level++;
  return level;
}

/* From the right: the perfect subtree of the lowest bit of the number that is
 * left, and then each larger one beside what there is. */
evd_err evd_tree_hash(const evd_tree_nodes *t, uint64_t lo, uint64_t hi,
                      evd_h32 *out) {
  uint64_t left = hi - lo;
  bool first = true;
  evd_h32 acc = {{0}};
  for (uint32_t level = 0; left >> level != 0; level++) {
    evd_h32 node;
    if ((left >> level & 1) == 0)
      continue;
    hi -= (uint64_t)1 << level;
    EVD_TRY(t->node(t->self, level, hi >> level, &node));
    if (first)
      acc = node;
    else
      evd_node_hash(&acc, &node, &acc);
    first = false;
  }
  *out = acc;
  return EVD_OK;
}

static void reverse(evd_tree_proof *p) {
  for (uint32_t i = 0; i < p->n / 2; i++) {
    evd_h32 other = p->at[p->n - 1 - i];
    p->at[p->n - 1 - i] = p->at[i];
    p->at[i] = other;
  }
}

/* Goes from the entries lo .. hi-1 to the half that `at` lies in, and notes
 * the hash of the other half. */
static evd_err step(const evd_tree_nodes *t, uint64_t at, uint64_t *lo,
                    uint64_t *hi, evd_tree_proof *out) {
  uint64_t half = (uint64_t)1 << log_floor(*hi - *lo - 1);
  evd_h32 *other = &out->at[out->n++];
  if (at < *lo + half) {
    EVD_TRY(evd_tree_hash(t, *lo + half, *hi, other));
    *hi = *lo + half;
  } else {
    EVD_TRY(evd_tree_hash(t, *lo, *lo + half, other));
    *lo += half;
  }
  return EVD_OK;
}

evd_err evd_inclusion_make(const evd_tree_nodes *t, uint64_t size,
                           uint64_t index, evd_tree_proof *out) {
  uint64_t lo = 0, hi = size;
  out->n = 0;
  if (index >= size || size > EVD_TREE_SIZE_MAX)
    return EVD_ERR_RANGE;
  while (hi - lo > 1)
    EVD_TRY(step(t, index, &lo, &hi, out));
  reverse(out);
  return EVD_OK;
}

evd_err evd_consistency_make(const evd_tree_nodes *t, uint64_t size1,
                             uint64_t size2, evd_tree_proof *out) {
  uint64_t lo = 0, hi = size2;
  out->n = 0;
  if (size1 == 0 || size1 > size2 || size2 > EVD_TREE_SIZE_MAX)
    return EVD_ERR_RANGE;
  /* Down to the subtree that ends where the first tree ends. */
  while (hi != size1)
    EVD_TRY(step(t, size1 - 1, &lo, &hi, out));
  if (lo != 0) /* else it is the first tree, whose root is known */
    EVD_TRY(evd_tree_hash(t, lo, hi, &out->at[out->n++]));
  reverse(out);
  return EVD_OK;
}
