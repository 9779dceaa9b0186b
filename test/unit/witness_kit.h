/* A small log with its key, and witnesses of it, for tests. */
#ifndef EVD_TEST_WITNESS_KIT_H
#define EVD_TEST_WITNESS_KIT_H

#include "arith.h"

#include "board/witness.h"
#include "serve/witness.h"

#define KIT_LEAVES 64
#define KIT_NOW 1700000000u

typedef struct {
  evd_note_key key;
  uint8_t seed[32];
  uint64_t n;
  evd_h32 leaves[KIT_LEAVES];
} kit_log;

evd_span kit_span(const char *zero_ended);
/* The secret is SHA-256 of the seed's text. */
evd_note_key kit_key(uint8_t seed[32], const char *name, uint8_t type,
                     const char *seed_text);
void kit_log_make(kit_log *l, const char *origin, const char *seed_text);
/* n leaves more, other ones for another flavour. */
void kit_log_grow(kit_log *l, uint64_t n, int flavour);
evd_log_head kit_log_head(const kit_log *l, uint64_t size);
evd_tree_proof kit_log_proof(const kit_log *l, uint64_t old, uint64_t size);
evd_tree_proof kit_log_inclusion(const kit_log *l, uint64_t index,
                                 uint64_t size);
/* The signed checkpoint of the first `size` leaves. */
void kit_log_checkpoint(evd_buf *out, const kit_log *l, uint64_t size);
void kit_log_ask(evd_buf *out, const kit_log *l, uint64_t old, uint64_t size);

/* A folder below one that kit_folder_end takes away again. */
const char *kit_folder(const char *name);
void kit_folder_end(void);

/* A witness by its name, in a folder of its own. */
evd_witness *kit_witness(const char *name, const char *folder,
                         const kit_log *log);
/* add-checkpoint at KIT_NOW; the status. `line`, if not NULL, gets the body
 * added. */
uint32_t kit_add(evd_witness *w, const kit_log *l, uint64_t old, uint64_t size,
                 evd_buf *line);

#endif /* EVD_TEST_WITNESS_KIT_H */
