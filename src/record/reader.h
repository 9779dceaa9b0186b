/* Walking a parsed object into a struct, remembering the first fault.
 *
 * Spec:  record-format 1.
 * Layer: L4 record, private.
 *
 * Faults have two weights. EVD_ERR_FORM: X.1, but the value could be
 * understood, reading goes on. EVD_ERR_PARSE (and EVD_ERR_SPACE): the object
 * is not usable; every later call returns at once and fills nothing. `why`
 * keeps the first fault of the greatest weight met, with its place:
 * `contests[2].options[1].label: expected a string`. Places count from 1, as
 * the format's indices do.
 *
 * Getters take the object and the property's name. What a getter fills is
 * arena memory or the given place; nothing points into the parser's memory
 * when evd_rd_close has run.
 *
 * Use:  root = evd_rd_open(..); if (root) { evd_rd_root(..); getters;
 *       evd_rd_end(..); }  copy = evd_rd_copy(..); if (copy) <write>;
 *       return evd_rd_close(..);
 */
#ifndef EVD_RECORD_READER_H
#define EVD_RECORD_READER_H

#include "record/json.h"
#include "record/record.h"

#define EVD_RD_PROPERTIES_MAX 16

typedef struct {
  const char *key;
  size_t at; /* from 1; 0: no list */
} evd_rd_step;

typedef struct {
  evd_span bytes;
  evd_arena *arena;
  evd_why *why;
  evd_err err;
  bool loose; /* order, white space and left-out defaults are no fault */
  evd_json *root;
  evd_buf copy;
  uint32_t depth;
  evd_rd_step path[EVD_JSON_DEPTH_MAX];
} evd_rd;

/* An object being read; known[] are the names asked for. */
typedef struct {
  evd_rd *r;
  const evd_json *v;
  uint32_t depth_before;
  uint32_t n_known, n_found;
  const char *known[EVD_RD_PROPERTIES_MAX];
} evd_obj;

typedef struct {
  evd_rd *r;
  const evd_json *v;
  uint32_t depth_before;
  uint32_t n;
} evd_list;

void evd_rd_open(evd_rd *r, evd_span bytes, evd_arena *a, evd_why *why);
bool evd_rd_root(evd_obj *o, evd_rd *r);
/* The buffer to write the object into again; NULL: a fault is known. */
evd_buf *evd_rd_copy(evd_rd *r);
/* Compares copy and bytes, frees the parser's memory; on PARSE and SPACE the
 * struct `out` of `size` bytes is zeroed. */
evd_err evd_rd_close(evd_rd *r, void *out, size_t size);

static inline bool evd_rd_usable(const evd_rd *r) {
  return r->err == EVD_OK || r->err == EVD_ERR_FORM;
}
/* Notes a fault at property `key` of the current place (NULL: the place). */
void evd_rd_fault(evd_rd *r, evd_err err, const char *key, const char *what);
void evd_rd_count_fault(evd_rd *r, evd_err err, const char *key, uint64_t want,
                        uint64_t found);
void evd_rd_size_fault(evd_rd *r, evd_err err, const char *key, uint64_t want,
                       uint64_t found);

/* Nested objects and lists. evd_rd_end names a property that nobody asked
 * for. least_bytes: what a member of the list takes in the text at least; a
 * longer list than the text can hold is refused before memory is taken. */
bool evd_rd_object(evd_obj *sub, evd_obj *o, const char *key);
void evd_rd_end(evd_obj *o);
bool evd_rd_list(evd_list *l, evd_obj *o, const char *key, size_t least_bytes);
bool evd_rd_item(evd_obj *item, evd_list *l, uint32_t index);
void evd_rd_list_end(evd_list *l);

/* Is the property there? Counts as asked for. */
bool evd_rd_has(evd_obj *o, const char *key);
/* The same for a property that has a default: missing is EVD_ERR_FORM,
 * unless the reader is loose. */
bool evd_rd_given(evd_obj *o, const char *key);
/* The same for a conditional property; `wanted` 1: must be there, 0: must
 * not, -1: nobody can tell. Faults are EVD_ERR_FORM. */
bool evd_rd_conditional(evd_obj *o, const char *key, int wanted);

void evd_rd_hex(evd_obj *o, const char *key, uint8_t *out, size_t n);
/* Hex of any even width. `own`, if not NULL, receives the same memory for
 * structs that hold it as writable. */
void evd_rd_blob(evd_obj *o, const char *key, evd_span *out, uint8_t **own);
/* An index or count, 0 .. 2^31-1. */
void evd_rd_index(evd_obj *o, const char *key, uint32_t *out);
/* The same into a wider place: above 2^31-1 is EVD_ERR_FORM. */
void evd_rd_count(evd_obj *o, const char *key, uint64_t *out);
void evd_rd_n(evd_obj *o, const char *key, uint64_t *out);
void evd_rd_str(evd_obj *o, const char *key, evd_str *out);
void evd_rd_bool(evd_obj *o, const char *key, bool *out);
/* Position of the string in words[], from 1; 0 and EVD_ERR_FORM if it is not
 * among them. */
void evd_rd_word(evd_obj *o, const char *key, const char *const words[],
                 uint32_t n_words, uint32_t *out);
void evd_rd_hexes(evd_obj *o, const char *key, size_t width, void **out,
                  uint32_t *n);
void evd_rd_indices(evd_obj *o, const char *key, uint32_t **out, uint32_t *n);
void evd_rd_strs(evd_obj *o, const char *key, evd_str **out, uint32_t *n);
/* A string that is a member of a list rather than a property. */
bool evd_rd_item_is_string(const evd_list *l, uint32_t index);
void evd_rd_item_str(evd_list *l, uint32_t index, evd_str *out);

static inline void evd_rd_p(evd_obj *o, const char *key, evd_p *out) {
  evd_rd_hex(o, key, out->b, EVD_P_BYTES);
}
static inline void evd_rd_q(evd_obj *o, const char *key, evd_q *out) {
  evd_rd_hex(o, key, out->b, EVD_Q_BYTES);
}
static inline void evd_rd_h(evd_obj *o, const char *key, evd_h32 *out) {
  evd_rd_hex(o, key, out->b, 32);
}
void evd_rd_ps(evd_obj *o, const char *key, evd_p **out, uint32_t *n);
void evd_rd_qs(evd_obj *o, const char *key, evd_q **out, uint32_t *n);

/* Zeroed arena memory; NULL and no fault for 0, NULL and EVD_ERR_SPACE when
 * the arena is full. */
void *evd_rd_get(evd_rd *r, size_t count, size_t size);

#endif /* EVD_RECORD_READER_H */
