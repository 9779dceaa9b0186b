/* Discrete logs of tallies, baby-step giant-step.
 *
 * The table has base^s for 0 <= s < baby_steps, by a 64-bit key of the value
 * in open addressing, half full at most. T base^(-baby_steps j) is looked up
 * for j = 0, 1, ..; as two values may share a key, a find counts only when
 * base^t is T itself.
 */
#include "group/element.h"

#define BABY_TABLE_MAX ((uint64_t)1 << 20) /* 32 MB of slots */
#define BABY_FACTOR 4

/* least s with s s >= n, n < 2^62 */
static uint64_t root_up(uint64_t n) {
  uint64_t low = 0, high = (uint64_t)1 << 31;
  while (low < high) {
    uint64_t middle = (low + high) / 2;
    if (middle * middle >= n)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/* One table serves many cells, so more baby steps than giant steps, as long
 * as the table stays small. */
static uint64_t baby_steps_for(uint64_t bound) {
  uint64_t root = root_up(bound), many = BABY_FACTOR * root;
  if (many > BABY_TABLE_MAX)
    many = BABY_TABLE_MAX;
  if (many < root)
    many = root;
  if (many > bound)
    many = bound + 1;
  return many > 0 ? many : 1;
}

size_t evd_dlog_slots(uint64_t bound) {
  if (bound > EVD_DLOG_BOUND_MAX)
    bound = EVD_DLOG_BOUND_MAX;
  uint64_t need = 2 * baby_steps_for(bound), n = 2;
  while (n < need)
    n *= 2;
  return (size_t)n;
}

/* Where the search for a key begins; the key's own bits are even enough. */
static size_t slot_of(const evd_dlog *d, uint64_t key) {
  return (size_t)(key * 0x9E3779B97F4A7C15u >> 20) & (d->n_slots - 1);
}

static void slot_add(evd_dlog *d, uint64_t key, uint32_t step_1) {
  size_t at = slot_of(d, key);
  while (d->slots[at].step_1 != 0)
    at = (at + 1) & (d->n_slots - 1);
  d->slots[at] = (evd_dlog_slot){key, step_1};
}

evd_err evd_dlog_build_var(const evd_group *G, evd_dlog *d,
                           const evd_base *base, uint64_t bound,
                           evd_dlog_slot slots[]) {
  evd_zp power;
  if (bound > EVD_DLOG_BOUND_MAX)
    return EVD_ERR_RANGE;
  *d = (evd_dlog){
      slots, evd_dlog_slots(bound), baby_steps_for(bound), {{0}}, base};
  for (size_t i = 0; i < d->n_slots; i++)
    slots[i] = (evd_dlog_slot){0, 0};
  evd_zp_one(&power);
  for (uint64_t s = 0; s < d->baby_steps; s++) {
    slot_add(d, evd_zp_key(&power), (uint32_t)s + 1);
    G->k->mul(&power, &power, &base->value);
  }
  evd_zp_inv_var(G->k, &d->giant, &power);
  return EVD_OK;
}

static bool is_log(const evd_group *G, const evd_dlog *d, const evd_zp *T,
                   uint64_t t) {
  evd_exp e = {{t, 0, 0, 0}};
  evd_zp power;
  evd_base_pow_var(G, &power, d->base, &e);
  return evd_zp_equal(G->k, &power, T);
}

/* Is base^t = T for a t = done + s, s a baby step with the key of x? */
static bool look_up(const evd_group *G, const evd_dlog *d, const evd_zp *x,
                    const evd_zp *T, uint64_t done, uint64_t *t) {
  uint64_t key = evd_zp_key(x);
  size_t at = slot_of(d, key);
  for (; d->slots[at].step_1 != 0; at = (at + 1) & (d->n_slots - 1)) {
    if (d->slots[at].key != key)
      continue;
    *t = done + d->slots[at].step_1 - 1;
    if (is_log(G, d, T, *t))
      return true;
  }
  return false;
}

evd_err evd_dlog_find_var(const evd_group *G, const evd_dlog *d,
                          const evd_zp *T, uint64_t bound, uint64_t *t) {
  evd_zp x = *T;
  uint64_t found = 0;
  *t = 0;
  if (bound > EVD_DLOG_BOUND_MAX)
    return EVD_ERR_RANGE;
  for (uint64_t done = 0; done <= bound; done += d->baby_steps) {
    if (look_up(G, d, &x, T, done, &found)) {
      if (found > bound)
        return EVD_ERR_DLOG;
      *t = found;
      return EVD_OK;
    }
    G->k->mul(&x, &x, &d->giant);
  }
  return EVD_ERR_DLOG;
}
