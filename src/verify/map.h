/* Sets and maps over 16-byte keys: what has been seen in the record.
 *
 * Layer: L4 verify. Private to this folder.
 *
 * A key is the first 16 bytes of SHA-256(kind, bytes); two different values
 * meet with probability 2^-128, and somebody who makes them meet only makes
 * an own record fail. Open addressing, grows by doubling within its cap.
 */
#ifndef EVD_VERIFY_MAP_H
#define EVD_VERIFY_MAP_H

#include "base/arena.h"

typedef struct {
  uint64_t k[2];
} evd_key;

typedef struct {
  evd_arena arena; /* owns the arrays below; one arena a generation */
  evd_key *keys;   /* {0, 0}: empty */
  void **values;   /* NULL: a set */
  bool with_values;
  size_t n_slots, n_used, cap_bytes;
} evd_map;

evd_key evd_key_of(uint8_t kind, const void *p, size_t n);

void evd_map_init(evd_map *m, bool with_values, size_t cap_bytes);
void evd_map_close(evd_map *m);
/* Adds; *was_there says that the key was there already, then nothing changes.
 * errors: EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_map_add(evd_map *m, evd_key key, void *value,
                                   bool *was_there);
/* The value, NULL if the key is not there. */
void *evd_map_get(const evd_map *m, evd_key key);

#endif /* EVD_VERIFY_MAP_H */
