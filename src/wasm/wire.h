/* Bytes that the page hands over: reading and writing them in one description.
 *
 * Layer: L5 wasm, private.
 *
 * A wire moves along a run of bytes and copies fields out of it, into it, or
 * only counts them. What does not fit sets `bad`, which stays: checked once, at
 * the end.
 */
#ifndef EVD_WASM_WIRE_H
#define EVD_WASM_WIRE_H

#include "base/arena.h"
#include "egds/ballot.h"
#include "egds/encrypt.h"

typedef enum { EVD_WIRE_READ, EVD_WIRE_WRITE, EVD_WIRE_COUNT } evd_wire_mode;

typedef struct {
  evd_wire_mode mode;
  uint8_t *p;
  size_t n;    /* bytes left */
  size_t done; /* bytes behind */
  bool bad;
} evd_wire;

evd_wire evd_wire_read(const uint8_t *p, size_t n);
evd_wire evd_wire_write(uint8_t *p, size_t n);
evd_wire evd_wire_count(void);

/* Everything was read and it fitted exactly. */
static inline bool evd_wire_ended(const evd_wire *w) {
  return !w->bad && w->n == 0;
}

void evd_wire_bytes(evd_wire *w, void *field, size_t n);
void evd_wire_u32(evd_wire *w, uint32_t *value);
/* n bytes where they are, to be read later; NULL if there are not so many. */
const uint8_t *evd_wire_take(evd_wire *w, size_t n);

/* A list of contests: the shapes of those of the election it names.
 *   errors  EVD_ERR_PARSE; EVD_ERR_SPACE                                  */
EVD_MUST_CHECK evd_err evd_wire_contests(evd_wire *w, evd_shape **shapes,
                                         uint32_t *n, const evd_shape all[],
                                         uint32_t n_all, evd_arena *a);
/* One contest of an election. EVD_ERR_RANGE: a number beyond its limit. */
EVD_MUST_CHECK evd_err evd_wire_shape(evd_wire *w, evd_shape *s);
/* The fields of a ballot; it was shaped before. */
void evd_wire_ballot(evd_wire *w, evd_ballot *b);
/* What a voter chose in the contests given; texts stay where they are. Marks
 * are secret and not looked at. */
EVD_MUST_CHECK evd_err evd_wire_selections(evd_wire *w, evd_selection **sel,
                                           const evd_shape shapes[], uint32_t n,
                                           evd_arena *a);

#endif /* EVD_WASM_WIRE_H */
