/* The rows of the log's rules, in memory.
 *
 * Spec:  doc/board-format.md section 5.
 * Layer: L6 steps. Public data only.
 */
#ifndef EVD_STEPS_ROWS_H
#define EVD_STEPS_ROWS_H

#include "base/arena.h"
#include "board/rules.h"

typedef struct evd_row_slot evd_row_slot;
typedef struct {
  evd_arena *a; /* owns the table, also the tables it has outgrown */
  evd_row_slot *slots;
  size_t n, room; /* room is a power of two */
} evd_rows;

void evd_rows_init(evd_rows *r, evd_arena *a);
/* The store that evd_rules_init takes; valid as long as r is. Its `put` gives
 * EVD_ERR_SPACE when the arena is full. */
evd_rules_store evd_rows_store(evd_rows *r);

#endif /* EVD_STEPS_ROWS_H */
