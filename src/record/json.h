/* The record's access to JSON; record/json.c alone includes jansson.
 *
 * Layer: L4 record.
 *
 * evd_json is an opaque parsed value. Parsing rejects duplicate keys, caps
 * size (64 MiB), depth (16) and the number of values, all before the parser
 * sees a byte: what it allocates stays in proportion to what an object of
 * the record needs. Getters return false and fill nothing when the value is
 * of another kind. Objects keep the order they were read in.
 */
#ifndef EVD_RECORD_JSON_H
#define EVD_RECORD_JSON_H

#include "base/arena.h"

#define EVD_JSON_BYTES_MAX ((size_t)64 << 20)
#define EVD_JSON_DEPTH_MAX 16
#define EVD_JSON_NODES_MAX ((size_t)1 << 20)  /* objects and arrays */
#define EVD_JSON_VALUES_MAX ((size_t)1 << 22) /* all values, about */
#define EVD_JSON_NUMBER_MAX (((uint64_t)1 << 53) - 1)

typedef struct evd_json evd_json;

/* Once, at start-up, before the first parse: where the parser's memory comes
 * from. Without it: malloc and free. */
void evd_json_allocator(void *(*get)(size_t), void (*give_back)(void *));

/* NULL if not JSON; why gets line, column and what was expected, or, when it
 * was not the bytes' fault, exactly EVD_JSON_NO_MEMORY. The caller closes it.
 */
#define EVD_JSON_NO_MEMORY "there is no memory to read it"
evd_json *evd_json_parse(evd_span bytes, char why[240]);
/* What went wrong where evd_json_parse gave NULL: EVD_ERR_SPACE or
 * EVD_ERR_PARSE. */
evd_err evd_json_fault(const char why[240]);
void evd_json_close(evd_json *root);

const evd_json *evd_json_get(const evd_json *object, const char *key);
size_t evd_json_keys(const evd_json *object); /* number of properties */
const char *evd_json_key(const evd_json *object, size_t index);
bool evd_json_is_object(const evd_json *v);
bool evd_json_is_array(const evd_json *v);
size_t evd_json_count(const evd_json *array);
const evd_json *evd_json_at(const evd_json *array, size_t index);
bool evd_json_string(const evd_json *v, evd_span *text); /* borrowed */
bool evd_json_bool(const evd_json *v, bool *b);
bool evd_json_number(const evd_json *v, uint64_t *n); /* integer 0..2^53-1 */
/* Upper- or lower-case hex of exactly `bytes` bytes; *upper says which. */
bool evd_json_hex(const evd_json *v, uint8_t *out, size_t bytes, bool *upper);

#endif /* EVD_RECORD_JSON_H */
