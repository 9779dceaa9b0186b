/* The canonical writer: JSON without white space, properties in the order
 * they are put.
 *
 * Spec:  record-format 1.
 * Layer: L4 record, private.
 *
 * Commas come by themselves: one is put unless the value is the first of its
 * object or list. `name` is NULL for members of a list. evd_put_begin starts
 * an object on the outside; nothing that stands before it counts.
 */
#ifndef EVD_RECORD_WRITE_H
#define EVD_RECORD_WRITE_H

#include "base/arena.h"
#include "record/record.h"

void evd_put_begin(evd_buf *b);
void evd_put_object(evd_buf *b, const char *name);
void evd_put_end(evd_buf *b);
void evd_put_list(evd_buf *b, const char *name);
void evd_put_list_end(evd_buf *b);
void evd_put_hex(evd_buf *b, const char *name, const void *bytes, size_t n);
void evd_put_n(evd_buf *b, const char *name, uint64_t n);
void evd_put_str(evd_buf *b, const char *name, evd_str text);
void evd_put_word(evd_buf *b, const char *name, const char *word);
void evd_put_bool(evd_buf *b, const char *name, bool value);

static inline void evd_put_p(evd_buf *b, const char *name, const evd_p *p) {
  evd_put_hex(b, name, p->b, EVD_P_BYTES);
}
static inline void evd_put_q(evd_buf *b, const char *name, const evd_q *q) {
  evd_put_hex(b, name, q->b, EVD_Q_BYTES);
}
static inline void evd_put_h(evd_buf *b, const char *name, const evd_h32 *h) {
  evd_put_hex(b, name, h->b, 32);
}
void evd_put_ps(evd_buf *b, const char *name, const evd_p *p, uint32_t n);
void evd_put_qs(evd_buf *b, const char *name, const evd_q *q, uint32_t n);
void evd_put_ns(evd_buf *b, const char *name, const uint32_t *v, uint32_t n);
void evd_put_strs(evd_buf *b, const char *name, const evd_str *s, uint32_t n);

#endif /* EVD_RECORD_WRITE_H */
