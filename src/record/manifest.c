/* manifest.json, record-format 3.2: reading, writing, looking up. */
#include "record/manifest.h"

#include <string.h>

#include "record/reader.h"
#include "record/write.h"

/* Least text of a member: {"label":""} and the like. */
#define ENTRY_TEXT_BYTES 12

/* ---- looking up ---- */

bool evd_str_is(evd_str s, const char *zero_ended) {
  size_t n = strlen(zero_ended);
  return s.n == n && (n == 0 || memcmp(s.p, zero_ended, n) == 0);
}

evd_str evd_str_of(const char *zero_ended) {
  return (evd_str){(const uint8_t *)zero_ended, strlen(zero_ended)};
}

/* Limits that break a rule (X.3) still go through here: cut to what cannot
 * overflow when 1 is added. */
static uint32_t limit_cut(uint64_t n) {
  return n > 0x7FFFFFFF ? 0x7FFFFFFF : (uint32_t)n;
}

evd_shape evd_contest_shape(const evd_manifest *m, uint32_t ind_c) {
  if (ind_c < 1 || ind_c > m->n_contests)
    return (evd_shape){0};
  const evd_contest *c = &m->contests[ind_c - 1];
  return (evd_shape){
      .ind_c = ind_c,
      .m = c->n_options,
      .R = limit_cut(c->option_limit),
      .L = limit_cut(c->contest_limit),
      .w = limit_cut(c->write_ins),
      .b = limit_cut(c->data_blocks),
      .overvote = c->overvote,
  };
}

evd_shape *evd_style_shapes(const evd_manifest *m, uint32_t style, uint32_t *n,
                            evd_arena *a) {
  *n = 0;
  if (style < 1 || style > m->n_styles)
    return NULL;
  const evd_style *s = &m->styles[style - 1];
  evd_shape *shapes = evd_arena_get(a, s->n_contests, sizeof *shapes);
  if (!shapes)
    return NULL;
  for (uint32_t i = 0; i < s->n_contests; i++)
    shapes[i] = evd_contest_shape(m, s->contests[i]);
  *n = s->n_contests;
  return shapes;
}

evd_str evd_field_label(const evd_manifest *m, uint32_t ind_c, uint32_t ind_o) {
  if (ind_c < 1 || ind_c > m->n_contests || ind_o < 1)
    return evd_str_of("");
  const evd_contest *c = &m->contests[ind_c - 1];
  if (ind_o <= c->n_options)
    return c->options[ind_o - 1].label;
  uint32_t extra = ind_o - c->n_options;
  if (c->overvote && extra == 1)
    return evd_str_of("#overvote");
  if (c->overvote)
    extra--;
  return evd_str_of(c->write_ins > 0 && extra == 1 ? "#write-ins" : "");
}

/* ---- reading ---- */

static void str_or_empty(evd_obj *o, const char *key, evd_str *out) {
  if (evd_rd_given(o, key))
    evd_rd_str(o, key, out);
  else
    *out = evd_str_of("");
}

static void count_or(evd_obj *o, const char *key, uint64_t other,
                     uint64_t *out) {
  *out = other;
  if (evd_rd_given(o, key))
    evd_rd_count(o, key, out);
}

static void bool_or_false(evd_obj *o, const char *key, bool *out) {
  if (evd_rd_given(o, key))
    evd_rd_bool(o, key, out);
}

static void options_read(evd_obj *o, evd_contest *c) {
  evd_list l;
  evd_obj item;
  bool loose = o->r->loose;
  if (!evd_rd_list(&l, o, "options", loose ? 2 : ENTRY_TEXT_BYTES))
    return;
  c->options = evd_rd_get(l.r, l.n, sizeof *c->options);
  c->n_options = c->options ? l.n : 0;
  for (uint32_t i = 0; i < c->n_options; i++) {
    c->options[i].notes = evd_str_of("");
    if (loose && evd_rd_item_is_string(&l, i)) {
      evd_rd_item_str(&l, i, &c->options[i].label);
    } else if (evd_rd_item(&item, &l, i)) {
      evd_rd_str(&item, "label", &c->options[i].label);
      str_or_empty(&item, "notes", &c->options[i].notes);
      evd_rd_end(&item);
    }
  }
  evd_rd_list_end(&l);
}

static void contest_read(evd_obj *o, evd_contest *c) {
  evd_rd_str(o, "label", &c->label);
  str_or_empty(o, "notes", &c->notes);
  c->rule = evd_str_of("plurality");
  if (evd_rd_given(o, "rule"))
    evd_rd_str(o, "rule", &c->rule);
  count_or(o, "seats", 1, &c->seats);
  str_or_empty(o, "group", &c->group);
  options_read(o, c);
  count_or(o, "option_limit", 1, &c->option_limit);
  count_or(o, "contest_limit", evd_manifest_usual_limit(c), &c->contest_limit);
  bool_or_false(o, "overvote", &c->overvote);
  count_or(o, "write_ins", 0, &c->write_ins);
  count_or(o, "data_blocks", evd_manifest_least_blocks(c), &c->data_blocks);
  evd_rd_end(o);
}

static void contests_read(evd_obj *o, evd_manifest *m) {
  evd_list l;
  evd_obj item;
  if (!evd_rd_list(&l, o, "contests", ENTRY_TEXT_BYTES))
    return;
  m->contests = evd_rd_get(l.r, l.n, sizeof *m->contests);
  m->n_contests = m->contests ? l.n : 0;
  for (uint32_t i = 0; i < m->n_contests; i++)
    if (evd_rd_item(&item, &l, i))
      contest_read(&item, &m->contests[i]);
  evd_rd_list_end(&l);
}

static void styles_read(evd_obj *o, evd_manifest *m) {
  evd_list l;
  evd_obj item;
  if (o->r->loose && !evd_rd_has(o, "styles"))
    return;
  if (!evd_rd_list(&l, o, "styles", ENTRY_TEXT_BYTES))
    return;
  m->styles = evd_rd_get(l.r, l.n, sizeof *m->styles);
  m->n_styles = m->styles ? l.n : 0;
  for (uint32_t i = 0; i < m->n_styles; i++) {
    evd_style *s = &m->styles[i];
    if (!evd_rd_item(&item, &l, i))
      break;
    evd_rd_str(&item, "label", &s->label);
    evd_rd_indices(&item, "contests", &s->contests, &s->n_contests);
    evd_rd_end(&item);
  }
  evd_rd_list_end(&l);
}

static void devices_read(evd_obj *o, evd_manifest *m) {
  evd_list l;
  evd_obj item;
  if (o->r->loose && !evd_rd_has(o, "devices"))
    return;
  if (!evd_rd_list(&l, o, "devices", ENTRY_TEXT_BYTES))
    return;
  m->devices = evd_rd_get(l.r, l.n, sizeof *m->devices);
  m->n_devices = m->devices ? l.n : 0;
  for (uint32_t i = 0; i < m->n_devices; i++) {
    evd_device *d = &m->devices[i];
    d->mode = evd_str_of("booth");
    d->chaining = 1;
    if (!evd_rd_item(&item, &l, i))
      break;
    evd_rd_str(&item, "label", &d->label);
    if (evd_rd_given(&item, "mode"))
      evd_rd_str(&item, "mode", &d->mode);
    if (evd_rd_given(&item, "chaining"))
      evd_rd_index(&item, "chaining", &d->chaining);
    evd_rd_end(&item);
  }
  evd_rd_list_end(&l);
}

static void end_read(evd_obj *o, evd_manifest *m) {
  bool_or_false(o, "weights", &m->weights);
  if (evd_rd_given(o, "short_code"))
    evd_rd_index(o, "short_code", &m->short_code);
  count_or(o, "privacy_floor", EVD_MANIFEST_USUAL_FLOOR, &m->privacy_floor);
  if (evd_rd_given(o, "slot_origin"))
    evd_rd_n(o, "slot_origin", &m->slot_origin);
  m->slot_seconds = EVD_MANIFEST_USUAL_SLOT;
  if (evd_rd_given(o, "slot_seconds"))
    evd_rd_n(o, "slot_seconds", &m->slot_seconds);
}

void evd_manifest_fill(evd_obj *o, evd_manifest *m) {
  m->format = evd_str_of(EVD_MANIFEST_FORMAT);
  m->kind = evd_str_of("election");
  if (evd_rd_given(o, "format"))
    evd_rd_str(o, "format", &m->format);
  evd_rd_str(o, "label", &m->label);
  str_or_empty(o, "notes", &m->notes);
  if (evd_rd_given(o, "kind"))
    evd_rd_str(o, "kind", &m->kind);
  bool_or_false(o, "revote", &m->revote);
  bool_or_false(o, "restricted", &m->restricted);
  if (evd_rd_given(o, "texts"))
    evd_rd_h(o, "texts", &m->texts);
  if (!o->r->loose || evd_rd_has(o, "guardians"))
    evd_rd_strs(o, "guardians", &m->guardians, &m->n_guardians);
  contests_read(o, m);
  styles_read(o, m);
  devices_read(o, m);
  end_read(o, m);
  evd_rd_end(o);
}

evd_err evd_manifest_read(evd_manifest *out, evd_span bytes, evd_arena *a,
                          evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_manifest){0};
  evd_rd_open(&r, bytes, a, why);
  if (evd_rd_root(&o, &r))
    evd_manifest_fill(&o, out);
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_manifest_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

/* ---- writing ---- */

static void contest_write(evd_buf *out, const evd_contest *c) {
  evd_put_object(out, NULL);
  evd_put_str(out, "label", c->label);
  evd_put_str(out, "notes", c->notes);
  evd_put_str(out, "rule", c->rule);
  evd_put_n(out, "seats", c->seats);
  evd_put_str(out, "group", c->group);
  evd_put_list(out, "options");
  for (uint32_t i = 0; i < c->n_options; i++) {
    evd_put_object(out, NULL);
    evd_put_str(out, "label", c->options[i].label);
    evd_put_str(out, "notes", c->options[i].notes);
    evd_put_end(out);
  }
  evd_put_list_end(out);
  evd_put_n(out, "option_limit", c->option_limit);
  evd_put_n(out, "contest_limit", c->contest_limit);
  evd_put_bool(out, "overvote", c->overvote);
  evd_put_n(out, "write_ins", c->write_ins);
  evd_put_n(out, "data_blocks", c->data_blocks);
  evd_put_end(out);
}

static void lists_write(evd_buf *out, const evd_manifest *m) {
  evd_put_list(out, "contests");
  for (uint32_t i = 0; i < m->n_contests; i++)
    contest_write(out, &m->contests[i]);
  evd_put_list_end(out);
  evd_put_list(out, "styles");
  for (uint32_t i = 0; i < m->n_styles; i++) {
    const evd_style *s = &m->styles[i];
    evd_put_object(out, NULL);
    evd_put_str(out, "label", s->label);
    evd_put_ns(out, "contests", s->contests, s->n_contests);
    evd_put_end(out);
  }
  evd_put_list_end(out);
  evd_put_list(out, "devices");
  for (uint32_t i = 0; i < m->n_devices; i++) {
    evd_put_object(out, NULL);
    evd_put_str(out, "label", m->devices[i].label);
    evd_put_str(out, "mode", m->devices[i].mode);
    evd_put_n(out, "chaining", m->devices[i].chaining);
    evd_put_end(out);
  }
  evd_put_list_end(out);
}

void evd_manifest_write(evd_buf *out, const evd_manifest *in) {
  evd_put_begin(out);
  evd_put_str(out, "format", in->format);
  evd_put_str(out, "label", in->label);
  evd_put_str(out, "notes", in->notes);
  evd_put_str(out, "kind", in->kind);
  evd_put_bool(out, "revote", in->revote);
  evd_put_bool(out, "restricted", in->restricted);
  evd_put_h(out, "texts", &in->texts);
  evd_put_strs(out, "guardians", in->guardians, in->n_guardians);
  lists_write(out, in);
  evd_put_bool(out, "weights", in->weights);
  evd_put_n(out, "short_code", in->short_code);
  evd_put_n(out, "privacy_floor", in->privacy_floor);
  evd_put_n(out, "slot_origin", in->slot_origin);
  evd_put_n(out, "slot_seconds", in->slot_seconds);
  evd_put_end(out);
}
