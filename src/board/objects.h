/* Which objects an entry names.
 *
 * Spec:  doc/board-format.md sections 1 and 3.
 * Layer: L4 board. Public data only.
 */
#ifndef EVD_BOARD_OBJECTS_H
#define EVD_BOARD_OBJECTS_H

#include "board/entry.h"

#define EVD_ENTRY_OBJECTS_MAX 8

typedef struct {
  const char *kind; /* the word of digest(kind, bytes): "ballot" */
  evd_object_ref ref;
} evd_entry_object;

/* The objects that an entry names, in the order of its fields, those that are
 * "none" left out. Returns how many there are. */
uint32_t evd_entry_objects(const evd_entry *e,
                           evd_entry_object out[EVD_ENTRY_OBJECTS_MAX]);

#endif /* EVD_BOARD_OBJECTS_H */
