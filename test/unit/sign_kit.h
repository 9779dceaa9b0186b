/* A small log with its key, and who signs what of it, for tests. */
#ifndef EVD_TEST_SIGN_KIT_H
#define EVD_TEST_SIGN_KIT_H

#include "arith.h"

#include "board/checkpoint.h"
#include "board/tree.h"

#define KIT_LEAVES 64

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
/* Adds a checkpoint of this head, signed by the log. */
void kit_log_sign(evd_buf *out, const kit_log *l, const evd_log_head *head);
/* The signed checkpoint of the first `size` leaves. */
void kit_log_checkpoint(evd_buf *out, const kit_log *l, uint64_t size);
/* Adds the line of the witness of this name, whose secret is that of kit_key
 * with the name as seed. */
void kit_cosign(evd_buf *out, const kit_log *l, const evd_log_head *head,
                const char *name, uint64_t time);
/* The lines of a policy: the log, and witnesses without an address. */
void kit_policy(evd_buf *out, const kit_log *l, const char *const names[],
                uint32_t n);

#endif /* EVD_TEST_SIGN_KIT_H */
