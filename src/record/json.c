#include "record/json.h"

#include <jansson.h>
#include <string.h>

#include "record/say.h"

/* jansson drops some of its failed allocations, and then says that the text is
 * wrong, or returns less than stands there. So they are noted here. */
static void *(*memory_from)(size_t);
static _Thread_local bool starved;

static void *get_noted(size_t n) {
  void *p = memory_from(n);
  starved = starved || !p;
  return p;
}

void evd_json_allocator(void *(*get)(size_t), void (*give_back)(void *)) {
  memory_from = get;
  json_set_alloc_funcs(get_noted, give_back);
}

/* What a run over the bytes counts: strings are skipped, nothing is judged
 * but size. A comma or an opening bracket stands for one value. */
typedef struct {
  size_t depth, deepest, nodes, values;
} census;

/* Index of the byte after the string that starts at `at`. */
static size_t string_skip(evd_span s, size_t at) {
  for (at++; at < s.n && s.p[at] != '"'; at++)
    if (s.p[at] == '\\')
      at++;
  return at + 1;
}

static void census_byte(census *c, uint8_t byte) {
  if (byte == '{' || byte == '[') {
    c->depth++;
    c->nodes++;
    c->values++;
    if (c->depth > c->deepest)
      c->deepest = c->depth;
  } else if (byte == '}' || byte == ']') {
    if (c->depth > 0)
      c->depth--;
  } else if (byte == ',') {
    c->values++;
  }
}

static const char *census_fault(evd_span bytes) {
  census c = {0};
  if (bytes.n > EVD_JSON_BYTES_MAX)
    return "more than 64 MiB";
  /* jansson 2.14 passes over a NUL that follows a number. */
  if (bytes.n > 0 && memchr(bytes.p, 0, bytes.n))
    return "a NUL byte";
  for (size_t at = 0; at < bytes.n;) {
    if (bytes.p[at] == '"') {
      at = string_skip(bytes, at);
    } else {
      census_byte(&c, bytes.p[at]);
      at++;
    }
  }
  if (c.deepest > EVD_JSON_DEPTH_MAX)
    return "nested deeper than 16";
  if (c.nodes > EVD_JSON_NODES_MAX)
    return "too many objects and lists";
  if (c.values > EVD_JSON_VALUES_MAX)
    return "too many values";
  return NULL;
}

static void error_say(char why[240], const json_error_t *e) {
  evd_say s;
  evd_say_init(&s, why, 240);
  evd_say_text(&s, "line ");
  evd_say_n(&s, e->line < 0 ? 0 : (uint64_t)e->line);
  evd_say_text(&s, " column ");
  evd_say_n(&s, e->column < 0 ? 0 : (uint64_t)e->column);
  evd_say_text(&s, ": ");
  evd_say_shown(&s, (evd_span){(const uint8_t *)e->text, strlen(e->text)}, 160);
}

evd_json *evd_json_parse(evd_span bytes, char why[240]) {
  const char *fault = census_fault(bytes);
  evd_say s;
  if (fault) {
    evd_say_init(&s, why, 240);
    evd_say_text(&s, fault);
    return NULL;
  }
  json_error_t error;
  const char *text = bytes.n ? (const char *)bytes.p : "";
  starved = false;
  json_t *root = json_loadb(text, bytes.n, JSON_REJECT_DUPLICATES, &error);
  if (starved || (!root && !error.text[0])) {
    json_decref(root);
    root = NULL;
    memcpy(why, EVD_JSON_NO_MEMORY, sizeof EVD_JSON_NO_MEMORY);
  } else if (!root) {
    error_say(why, &error);
  }
  return (evd_json *)root;
}

evd_err evd_json_fault(const char why[240]) {
  return strcmp(why, EVD_JSON_NO_MEMORY) == 0 ? EVD_ERR_SPACE : EVD_ERR_PARSE;
}

static const json_t *to_jansson(const evd_json *v) { return (const json_t *)v; }

/* jansson's iterators and reference counts want a pointer to non-const. */
static json_t *to_open(const evd_json *v) { return (json_t *)(uintptr_t)v; }

void evd_json_close(evd_json *root) { json_decref(to_open(root)); }

const evd_json *evd_json_get(const evd_json *object, const char *key) {
  return (const evd_json *)json_object_get(to_jansson(object), key);
}

size_t evd_json_keys(const evd_json *object) {
  return json_object_size(to_jansson(object));
}

const char *evd_json_key(const evd_json *object, size_t index) {
  json_t *o = to_open(object);
  void *at = json_object_iter(o);
  while (at && index > 0) {
    at = json_object_iter_next(o, at);
    index--;
  }
  return at ? json_object_iter_key(at) : NULL;
}

bool evd_json_is_object(const evd_json *v) {
  return json_is_object(to_jansson(v));
}

bool evd_json_is_array(const evd_json *v) {
  return json_is_array(to_jansson(v));
}

size_t evd_json_count(const evd_json *array) {
  return json_array_size(to_jansson(array));
}

const evd_json *evd_json_at(const evd_json *array, size_t index) {
  return (const evd_json *)json_array_get(to_jansson(array), index);
}

bool evd_json_string(const evd_json *v, evd_span *text) {
  if (!json_is_string(to_jansson(v)))
    return false;
  text->p = (const uint8_t *)json_string_value(to_jansson(v));
  text->n = json_string_length(to_jansson(v));
  return true;
}

bool evd_json_bool(const evd_json *v, bool *b) {
  if (!json_is_boolean(to_jansson(v)))
    return false;
  *b = json_is_true(to_jansson(v));
  return true;
}

bool evd_json_number(const evd_json *v, uint64_t *n) {
  if (!json_is_integer(to_jansson(v)))
    return false;
  json_int_t value = json_integer_value(to_jansson(v));
  if (value < 0 || (uint64_t)value > EVD_JSON_NUMBER_MAX)
    return false;
  *n = (uint64_t)value;
  return true;
}

/* Value of a digit; bit 4 set for a-f; 0xFF: no digit. Published values
 * only, so a table may be looked into. */
static const uint8_t digit_values[256] = {
#define NO4 0xFF, 0xFF, 0xFF, 0xFF
#define NO16 NO4, NO4, NO4, NO4
    NO16, NO16, NO16,                                          /* 00 */
    0,    1,    2,    3,    4,    5,    6,    7,               /* '0' */
    8,    9,    0xFF, 0xFF, NO4,                               /* '8' */
    0xFF, 10,   11,   12,   13,   14,   15,   0xFF, NO4,  NO4, /* '@' */
    NO16,                                                      /* 'P' */
    0xFF, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F, 0xFF, NO4,  NO4, /* '`' */
    NO16, NO16, NO16, NO16, NO16, NO16, NO16, NO16, NO16,      /* 'p' */
#undef NO16
#undef NO4
};

bool evd_json_hex(const evd_json *v, uint8_t *out, size_t bytes, bool *upper) {
  evd_span text;
  if (!evd_json_string(v, &text))
    return false;
  if (text.n % 2 != 0 || text.n / 2 != bytes)
    return false;
  uint8_t seen = 0, wrong = 0;
  for (size_t i = 0; i < bytes; i++) {
    uint8_t high = digit_values[text.p[2 * i]];
    uint8_t low = digit_values[text.p[2 * i + 1]];
    seen |= (uint8_t)(high | low);
    wrong |= (uint8_t)((high & 0x80) | (low & 0x80));
    out[i] = (uint8_t)((high & 15) << 4 | (low & 15));
  }
  if (wrong)
    memset(out, 0, bytes);
  *upper = (seen & 0x10) == 0;
  return wrong == 0;
}
