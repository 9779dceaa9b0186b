#include "record/hints.h"

#include <string.h>

#include "base/endian.h"
#include "record/say.h"

/* 8 of a name, 4 of the version, 4 of the bytes of a value */
#define NAME "EVDHINTS"
#define NAME_BYTES 8
#define VERSION 1

void evd_hints_head_write(uint8_t out[EVD_HINTS_HEAD_BYTES]) {
  memcpy(out, NAME, NAME_BYTES);
  evd_be32_put(out + NAME_BYTES, VERSION);
  evd_be32_put(out + NAME_BYTES + 4, EVD_P_BYTES);
}

void evd_hints_entry_write(uint8_t out[EVD_HINTS_ENTRY_BYTES],
                           const evd_h32 *id_B, uint32_t n_values) {
  memcpy(out, id_B->b, sizeof id_B->b);
  evd_be32_put(out + sizeof id_B->b, n_values);
}

evd_err evd_hints_open(evd_hints *h, const evd_hint_file *file, evd_why *why) {
  uint8_t head[EVD_HINTS_HEAD_BYTES], expected[EVD_HINTS_HEAD_BYTES];
  evd_say s;
  *h = (evd_hints){file, EVD_HINTS_HEAD_BYTES, false};
  evd_hints_head_write(expected);
  if (file->read(file->self, 0, head, sizeof head) == sizeof head &&
      memcmp(head, expected, sizeof head) == 0)
    return EVD_OK;
  evd_say_init(&s, why->text, sizeof why->text);
  evd_say_text(&s, "it does not begin as a hint file of version 1");
  return EVD_ERR_FORM;
}

/* The entry at `at`: false where the file ends. Sums stay far below 2^64, as
 * `at` was read from before. */
static bool entry_read(const evd_hints *h, uint64_t at, evd_h32 *id_B,
                       uint32_t *n_values) {
  uint8_t entry[EVD_HINTS_ENTRY_BYTES];
  if (h->file->read(h->file->self, at, entry, sizeof entry) != sizeof entry)
    return false;
  memcpy(id_B->b, entry, sizeof id_B->b);
  *n_values = evd_be32_get(entry + sizeof id_B->b);
  return true;
}

bool evd_hints_find(evd_hints *h, const evd_h32 *id_B, uint64_t n_values,
                    uint64_t *at) {
  uint32_t look = h->looked_far ? EVD_HINTS_LOOK : EVD_HINTS_LOOK_FIRST;
  uint64_t place = h->next;
  evd_h32 id;
  uint32_t n = 0;
  h->looked_far = true;
  while (look-- > 0 && entry_read(h, place, &id, &n)) {
    *at = place + EVD_HINTS_ENTRY_BYTES;
    place = *at + (uint64_t)n * EVD_P_BYTES;
    if (memcmp(id.b, id_B->b, sizeof id.b) != 0) /* public */
      continue;
    h->next = place;
    return n == n_values;
  }
  return false;
}

bool evd_hints_get(const evd_hints *h, uint64_t at, evd_p out[], size_t n) {
  size_t bytes = n * sizeof *out;
  return h->file->read(h->file->self, at, out, bytes) == bytes;
}
