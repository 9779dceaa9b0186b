/* Rows of the rules in memory, for who reads a whole log.
 *
 * Layer: L4 board. Public data only.
 */
#ifndef EVD_BOARD_ROW_TABLE_H
#define EVD_BOARD_ROW_TABLE_H

#include "base/arena.h"
#include "board/rules.h"

/* A table that doubles: its slots hold where a row begins in `bytes`, plus 1.
 * About 60 bytes an empty row, 150 one of a ballot. */
typedef struct {
  evd_buf bytes, slots;
  uint64_t n, n_slots, seed;
} evd_row_table;

/* max_bytes: of rows and slots together, below 2^48. seed: what nobody who made
 * the keys could know, or they could be made to fall into one place. */
void evd_row_table_init(evd_row_table *t, size_t max_bytes, uint64_t seed);
/* Empty again; keeps memory. */
void evd_row_table_reset(evd_row_table *t);
void evd_row_table_close(evd_row_table *t);
/* The table as the rules want it; its errors are EVD_ERR_SPACE. */
evd_rules_store evd_row_table_store(evd_row_table *t);

/* Walks through all rows in the order they were put: the one at *at (from 0),
 * which moves on. False: there are no more. row is borrowed. */
bool evd_row_table_next(const evd_row_table *t, uint64_t *at, uint8_t *about,
                        evd_h32 *key, evd_span *row);

#endif /* EVD_BOARD_ROW_TABLE_H */
