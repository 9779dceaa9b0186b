#include "record/reader.h"

#include <string.h>

#include "base/json_text.h"
#include "record/say.h"
#include "record/unicode.h"

#define INDEX_MAX 0x7FFFFFFFu

/* ---- faults ---- */

static uint32_t weight_of(evd_err e) {
  return e == EVD_OK ? 0 : e == EVD_ERR_FORM ? 1 : 2;
}

static void place_say(evd_say *s, const evd_rd *r, const char *key) {
  for (uint32_t i = 0; i < r->depth; i++) {
    if (i > 0)
      evd_say_text(s, ".");
    evd_say_text(s, r->path[i].key);
    if (r->path[i].at == 0)
      continue;
    evd_say_text(s, "[");
    evd_say_n(s, r->path[i].at);
    evd_say_text(s, "]");
  }
  if (key && r->depth > 0)
    evd_say_text(s, ".");
  if (key)
    evd_say_text(s, key);
  if (s->n > 0)
    evd_say_text(s, ": ");
}

/* Takes the fault if it outweighs what is known; `s` is then ready for the
 * rest of the sentence. */
static bool fault_begin(evd_rd *r, evd_say *s, evd_err err, const char *key) {
  if (weight_of(err) <= weight_of(r->err))
    return false;
  r->err = err;
  evd_say_init(s, r->why->text, sizeof r->why->text);
  place_say(s, r, key);
  return true;
}

void evd_rd_fault(evd_rd *r, evd_err err, const char *key, const char *what) {
  evd_say s;
  if (fault_begin(r, &s, err, key))
    evd_say_text(&s, what);
}

static void counts_say(evd_say *s, uint64_t want, const char *one,
                       const char *many, uint64_t found) {
  evd_say_text(s, "expected ");
  evd_say_n(s, want);
  evd_say_text(s, want == 1 ? one : many);
  evd_say_text(s, ", found ");
  evd_say_n(s, found);
}

void evd_rd_count_fault(evd_rd *r, evd_err err, const char *key, uint64_t want,
                        uint64_t found) {
  evd_say s;
  if (fault_begin(r, &s, err, key))
    counts_say(&s, want, " value", " values", found);
}

void evd_rd_size_fault(evd_rd *r, evd_err err, const char *key, uint64_t want,
                       uint64_t found) {
  evd_say s;
  if (fault_begin(r, &s, err, key))
    counts_say(&s, want, " byte", " bytes", found);
}

void *evd_rd_get(evd_rd *r, size_t count, size_t size) {
  if (count == 0 || !evd_rd_usable(r))
    return NULL;
  void *p = evd_arena_get(r->arena, count, size);
  if (!p)
    evd_rd_fault(r, EVD_ERR_SPACE, NULL, evd_err_text(EVD_ERR_SPACE));
  return p;
}

/* ---- the whole object ---- */

void evd_rd_open(evd_rd *r, evd_span bytes, evd_arena *a, evd_why *why) {
  *r = (evd_rd){.bytes = bytes, .arena = a, .why = why};
  why->text[0] = 0;
  evd_buf_init(&r->copy, bytes.n + 1);
  r->root = evd_json_parse(bytes, why->text);
  if (!r->root)
    r->err = evd_json_fault(why->text);
}

static bool object_begin(evd_obj *o, evd_rd *r, const evd_json *v,
                         uint32_t depth_before) {
  o->r = r;
  o->v = v;
  o->depth_before = depth_before;
  o->n_known = o->n_found = 0;
  if (!evd_rd_usable(r))
    return false;
  if (evd_json_is_object(v))
    return true;
  evd_rd_fault(r, EVD_ERR_PARSE, NULL, "expected an object");
  return false;
}

bool evd_rd_root(evd_obj *o, evd_rd *r) {
  return object_begin(o, r, r->root, 0);
}

evd_buf *evd_rd_copy(evd_rd *r) { return r->err == EVD_OK ? &r->copy : NULL; }

static void differs_say(evd_rd *r) {
  const evd_buf *b = &r->copy;
  evd_say s;
  size_t at = 0;
  while (at < b->n && at < r->bytes.n && b->p[at] == r->bytes.p[at])
    at++;
  if (!fault_begin(r, &s, EVD_ERR_FORM, NULL))
    return;
  evd_say_text(&s, "byte ");
  evd_say_n(&s, at + 1);
  evd_say_text(&s, ": the one byte form has here ");
  if (at < b->n)
    evd_say_shown(&s, (evd_span){b->p + at, b->n - at}, 40);
  else
    evd_say_text(&s, "the end");
}

static bool copy_same(const evd_rd *r) {
  return evd_buf_ok(&r->copy) && r->copy.n == r->bytes.n &&
         memcmp(r->copy.p, r->bytes.p, r->bytes.n) == 0;
}

/* Are the bytes the one form of what was read? */
static void compare(evd_rd *r) {
  if (r->err != EVD_OK || r->loose)
    return;
  if (r->copy.starved) /* nobody can tell */
    evd_rd_fault(r, EVD_ERR_SPACE, NULL, evd_err_text(EVD_ERR_SPACE));
  else if (!copy_same(r))
    differs_say(r);
}

evd_err evd_rd_close(evd_rd *r, void *out, size_t size) {
  compare(r);
  if (!evd_rd_usable(r))
    memset(out, 0, size);
  if (r->root)
    evd_json_close(r->root);
  evd_buf_close(&r->copy);
  return r->err;
}

/* ---- objects and lists ---- */

static void step_in(evd_rd *r, const char *key) {
  if (r->depth < EVD_JSON_DEPTH_MAX)
    r->path[r->depth++] = (evd_rd_step){key, 0};
}

bool evd_rd_has(evd_obj *o, const char *key) {
  if (!evd_rd_usable(o->r))
    return false;
  if (o->n_known < EVD_RD_PROPERTIES_MAX)
    o->known[o->n_known++] = key;
  bool there = evd_json_get(o->v, key) != NULL;
  o->n_found += there;
  return there;
}

/* The property's value; counts it as asked for. NULL: the fault is noted. */
static const evd_json *property(evd_obj *o, const char *key) {
  if (!evd_rd_usable(o->r))
    return NULL;
  const evd_json *v = evd_json_get(o->v, key);
  bool asked = o->n_known > 0 && strcmp(o->known[o->n_known - 1], key) == 0;
  if (!asked) {
    if (o->n_known < EVD_RD_PROPERTIES_MAX)
      o->known[o->n_known++] = key;
    o->n_found += v != NULL;
  }
  if (!v)
    evd_rd_fault(o->r, EVD_ERR_PARSE, key, "missing");
  return v;
}

bool evd_rd_given(evd_obj *o, const char *key) {
  bool there = evd_rd_has(o, key);
  if (!there && !o->r->loose)
    evd_rd_fault(o->r, EVD_ERR_FORM, key, "missing");
  return there;
}

bool evd_rd_conditional(evd_obj *o, const char *key, int wanted) {
  bool there = evd_rd_has(o, key);
  if (wanted == 1 && !there)
    evd_rd_fault(o->r, EVD_ERR_FORM, key, "missing, its condition holds");
  if (wanted == 0 && there)
    evd_rd_fault(o->r, EVD_ERR_FORM, key,
                 "must not be there, its condition does not hold");
  return there;
}

bool evd_rd_object(evd_obj *sub, evd_obj *o, const char *key) {
  evd_rd *r = o->r;
  uint32_t before = r->depth;
  const evd_json *v = property(o, key);
  step_in(r, key);
  return object_begin(sub, r, v, before);
}

static bool key_known(const evd_obj *o, const char *key) {
  for (uint32_t i = 0; i < o->n_known; i++)
    if (strcmp(o->known[i], key) == 0)
      return true;
  return false;
}

static void unknown_say(evd_obj *o) {
  size_t n = evd_json_keys(o->v), i = 0;
  while (i < n && i <= o->n_known && key_known(o, evd_json_key(o->v, i)))
    i++;
  const char *key = evd_json_key(o->v, i);
  evd_say s;
  if (!key || !fault_begin(o->r, &s, EVD_ERR_FORM, NULL))
    return;
  evd_say_text(&s, "unknown property \"");
  evd_say_shown(&s, (evd_span){(const uint8_t *)key, strlen(key)}, 40);
  evd_say_text(&s, "\"");
}

void evd_rd_end(evd_obj *o) {
  if (!evd_rd_usable(o->r))
    return;
  if (evd_json_keys(o->v) > o->n_found)
    unknown_say(o);
  o->r->depth = o->depth_before;
}

bool evd_rd_list(evd_list *l, evd_obj *o, const char *key, size_t least_bytes) {
  evd_rd *r = o->r;
  *l = (evd_list){.r = r, .v = property(o, key), .depth_before = r->depth};
  if (!evd_rd_usable(r))
    return false;
  if (!evd_json_is_array(l->v)) {
    evd_rd_fault(r, EVD_ERR_PARSE, key, "expected a list");
    return false;
  }
  size_t n = evd_json_count(l->v);
  if (n > r->bytes.n / least_bytes) {
    evd_rd_fault(r, EVD_ERR_PARSE, key, "members are not what they should be");
    return false;
  }
  l->n = (uint32_t)n;
  step_in(r, key);
  return true;
}

static void item_step(evd_list *l, uint32_t index) {
  l->r->path[l->r->depth - 1].at = (size_t)index + 1;
}

bool evd_rd_item(evd_obj *item, evd_list *l, uint32_t index) {
  if (evd_rd_usable(l->r))
    item_step(l, index);
  return object_begin(item, l->r, evd_json_at(l->v, index), l->r->depth);
}

void evd_rd_list_end(evd_list *l) {
  if (evd_rd_usable(l->r))
    l->r->depth = l->depth_before;
}

/* ---- values ---- */

static void hex_value(evd_rd *r, const evd_json *v, const char *key,
                      uint8_t *out, size_t n) {
  bool upper = false;
  evd_say s;
  if (!evd_json_hex(v, out, n, &upper)) {
    if (!fault_begin(r, &s, EVD_ERR_PARSE, key))
      return;
    evd_say_text(&s, "expected ");
    evd_say_n(&s, 2 * n);
    evd_say_text(&s, " upper-case hex digits");
  } else if (!upper) {
    evd_rd_fault(r, EVD_ERR_FORM, key, "hex digits must be upper case");
  }
}

void evd_rd_hex(evd_obj *o, const char *key, uint8_t *out, size_t n) {
  const evd_json *v = property(o, key);
  if (v)
    hex_value(o->r, v, key, out, n);
}

void evd_rd_blob(evd_obj *o, const char *key, evd_span *out, uint8_t **own) {
  evd_span text;
  const evd_json *v = property(o, key);
  *out = (evd_span){NULL, 0};
  if (own)
    *own = NULL;
  if (!v)
    return;
  if (!evd_json_string(v, &text) || text.n % 2 != 0) {
    evd_rd_fault(o->r, EVD_ERR_PARSE, key, "expected hex digits in pairs");
    return;
  }
  uint8_t *p = evd_rd_get(o->r, text.n / 2, 1);
  if (!p)
    return;
  hex_value(o->r, v, key, p, text.n / 2);
  *out = (evd_span){p, text.n / 2};
  if (own)
    *own = p;
}

static bool number_value(evd_rd *r, const evd_json *v, const char *key,
                         uint64_t max, uint64_t *out) {
  uint64_t n = 0;
  if (evd_json_number(v, &n) && n <= max) {
    *out = n;
    return true;
  }
  evd_rd_fault(r, EVD_ERR_PARSE, key,
               max == INDEX_MAX ? "expected a whole number up to 2147483647"
                                : "expected a whole number up to 2^53-1");
  return false;
}

void evd_rd_index(evd_obj *o, const char *key, uint32_t *out) {
  uint64_t n = 0;
  const evd_json *v = property(o, key);
  if (v && number_value(o->r, v, key, INDEX_MAX, &n))
    *out = (uint32_t)n;
}

void evd_rd_n(evd_obj *o, const char *key, uint64_t *out) {
  const evd_json *v = property(o, key);
  if (v)
    number_value(o->r, v, key, EVD_JSON_NUMBER_MAX, out);
}

void evd_rd_count(evd_obj *o, const char *key, uint64_t *out) {
  evd_rd_n(o, key, out);
  if (*out > INDEX_MAX)
    evd_rd_fault(o->r, EVD_ERR_FORM, key,
                 "expected a whole number up to 2147483647");
}

static const char *string_fault(evd_span text) {
  if (!evd_text_allowed(text))
    return "has a character that is not allowed";
  if (!evd_text_assigned(text))
    return "has a character that Unicode 14.0 does not know";
  if (!evd_text_nfc(text))
    return "is not in normal form NFC";
  return NULL;
}

static void string_value(evd_rd *r, const evd_json *v, const char *key,
                         evd_str *out) {
  evd_span text;
  if (!evd_json_string(v, &text)) {
    evd_rd_fault(r, EVD_ERR_PARSE, key, "expected a string");
    return;
  }
  const char *fault = string_fault(text);
  if (fault)
    evd_rd_fault(r, EVD_ERR_FORM, key, fault);
  uint8_t *p = evd_rd_get(r, text.n, 1);
  if (!p)
    return;
  memcpy(p, text.p, text.n);
  *out = (evd_str){p, text.n};
}

void evd_rd_str(evd_obj *o, const char *key, evd_str *out) {
  const evd_json *v = property(o, key);
  *out = (evd_str){(const uint8_t *)"", 0};
  if (v)
    string_value(o->r, v, key, out);
}

void evd_rd_bool(evd_obj *o, const char *key, bool *out) {
  const evd_json *v = property(o, key);
  if (v && !evd_json_bool(v, out))
    evd_rd_fault(o->r, EVD_ERR_PARSE, key, "expected true or false");
}

void evd_rd_word(evd_obj *o, const char *key, const char *const words[],
                 uint32_t n_words, uint32_t *out) {
  evd_str text;
  evd_rd_str(o, key, &text);
  for (uint32_t i = 0; i < n_words; i++) {
    if (!evd_str_is(text, words[i]))
      continue;
    *out = i + 1;
    return;
  }
  *out = 0;
  evd_rd_fault(o->r, EVD_ERR_FORM, key, "not one of the words of the format");
}

/* ---- lists of values ---- */

void evd_rd_hexes(evd_obj *o, const char *key, size_t width, void **out,
                  uint32_t *n) {
  evd_list l;
  *out = NULL;
  *n = 0;
  if (!evd_rd_list(&l, o, key, 2 * width))
    return;
  uint8_t *p = evd_rd_get(l.r, l.n, width);
  for (uint32_t i = 0; p && i < l.n; i++) {
    if (!evd_rd_usable(l.r))
      return;
    item_step(&l, i);
    hex_value(l.r, evd_json_at(l.v, i), NULL, p + i * width, width);
  }
  *out = p;
  *n = p ? l.n : 0;
  evd_rd_list_end(&l);
}

void evd_rd_ps(evd_obj *o, const char *key, evd_p **out, uint32_t *n) {
  void *p;
  evd_rd_hexes(o, key, sizeof(evd_p), &p, n);
  *out = p;
}

void evd_rd_qs(evd_obj *o, const char *key, evd_q **out, uint32_t *n) {
  void *p;
  evd_rd_hexes(o, key, sizeof(evd_q), &p, n);
  *out = p;
}

void evd_rd_indices(evd_obj *o, const char *key, uint32_t **out, uint32_t *n) {
  evd_list l;
  uint64_t value = 0;
  *out = NULL;
  *n = 0;
  if (!evd_rd_list(&l, o, key, 1))
    return;
  uint32_t *p = evd_rd_get(l.r, l.n, sizeof *p);
  for (uint32_t i = 0; p && i < l.n; i++) {
    item_step(&l, i);
    if (!number_value(l.r, evd_json_at(l.v, i), NULL, INDEX_MAX, &value))
      return;
    p[i] = (uint32_t)value;
  }
  *out = p;
  *n = p ? l.n : 0;
  evd_rd_list_end(&l);
}

bool evd_rd_item_is_string(const evd_list *l, uint32_t index) {
  evd_span text;
  return evd_json_string(evd_json_at(l->v, index), &text);
}

void evd_rd_item_str(evd_list *l, uint32_t index, evd_str *out) {
  *out = (evd_str){(const uint8_t *)"", 0};
  if (!evd_rd_usable(l->r))
    return;
  item_step(l, index);
  string_value(l->r, evd_json_at(l->v, index), NULL, out);
}

void evd_rd_strs(evd_obj *o, const char *key, evd_str **out, uint32_t *n) {
  evd_list l;
  *out = NULL;
  *n = 0;
  if (!evd_rd_list(&l, o, key, 2))
    return;
  evd_str *p = evd_rd_get(l.r, l.n, sizeof *p);
  for (uint32_t i = 0; p && i < l.n; i++)
    evd_rd_item_str(&l, i, &p[i]);
  *out = p;
  *n = p ? l.n : 0;
  evd_rd_list_end(&l);
}
