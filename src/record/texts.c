/* texts.json: translations of the manifest's strings, record-format 3.2. */
#include <string.h>

#include "record/reader.h"
#include "record/rules.h"
#include "record/write.h"

#define FILE_BYTES_MAX ((size_t)1 << 20)
#define TAG_BYTES_MAX 35
#define LANGUAGE_TEXT_BYTES 12
#define TEXT_TEXT_BYTES 12

/* ---- reading and writing ---- */

static void language_read(evd_obj *o, evd_language *g) {
  evd_list l;
  evd_obj item;
  evd_rd_str(o, "tag", &g->tag);
  if (!evd_rd_list(&l, o, "texts", TEXT_TEXT_BYTES))
    return;
  g->texts = evd_rd_get(l.r, l.n, sizeof *g->texts);
  g->n_texts = g->texts ? l.n : 0;
  for (uint32_t i = 0; i < g->n_texts; i++) {
    if (!evd_rd_item(&item, &l, i))
      break;
    evd_rd_str(&item, "of", &g->texts[i].of);
    evd_rd_str(&item, "as", &g->texts[i].as);
    evd_rd_end(&item);
  }
  evd_rd_list_end(&l);
  evd_rd_end(o);
}

static void texts_read(evd_obj *o, evd_texts *t) {
  evd_list l;
  evd_obj item;
  if (!evd_rd_list(&l, o, "languages", LANGUAGE_TEXT_BYTES))
    return;
  t->languages = evd_rd_get(l.r, l.n, sizeof *t->languages);
  t->n_languages = t->languages ? l.n : 0;
  for (uint32_t i = 0; i < t->n_languages; i++)
    if (evd_rd_item(&item, &l, i))
      language_read(&item, &t->languages[i]);
  evd_rd_list_end(&l);
  evd_rd_end(o);
}

evd_err evd_texts_read(evd_texts *out, evd_span bytes, evd_arena *a,
                       evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_texts){0};
  evd_rd_open(&r, bytes, a, why);
  if (evd_rd_root(&o, &r))
    texts_read(&o, out);
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_texts_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

void evd_texts_write(evd_buf *out, const evd_texts *in) {
  evd_put_begin(out);
  evd_put_list(out, "languages");
  for (uint32_t i = 0; i < in->n_languages; i++) {
    const evd_language *g = &in->languages[i];
    evd_put_object(out, NULL);
    evd_put_str(out, "tag", g->tag);
    evd_put_list(out, "texts");
    for (uint32_t j = 0; j < g->n_texts; j++) {
      evd_put_object(out, NULL);
      evd_put_str(out, "of", g->texts[j].of);
      evd_put_str(out, "as", g->texts[j].as);
      evd_put_end(out);
    }
    evd_put_list_end(out);
    evd_put_end(out);
  }
  evd_put_list_end(out);
  evd_put_end(out);
}

/* ---- rules ---- */

/* Strings of the manifest: all that may be translated, sorted; and those
 * that every language must have. */
typedef struct {
  evd_named *known, *needed;
  uint32_t n_known, n_needed;
} dictionary;

static void dictionary_add(dictionary *d, evd_str s, bool needed) {
  d->known[d->n_known] = (evd_named){s, d->n_known};
  d->n_known++;
  if (!needed)
    return;
  d->needed[d->n_needed] = (evd_named){s, d->n_needed};
  d->n_needed++;
}

static void dictionary_fill(dictionary *d, const evd_manifest *m) {
  dictionary_add(d, m->label, true);
  dictionary_add(d, m->notes, false);
  for (uint32_t i = 0; i < m->n_guardians; i++)
    dictionary_add(d, m->guardians[i], false);
  for (uint32_t i = 0; i < m->n_contests; i++) {
    const evd_contest *c = &m->contests[i];
    dictionary_add(d, c->label, true);
    dictionary_add(d, c->notes, false);
    dictionary_add(d, c->group, false);
    for (uint32_t j = 0; j < c->n_options; j++) {
      dictionary_add(d, c->options[j].label, true);
      dictionary_add(d, c->options[j].notes, false);
    }
  }
  for (uint32_t i = 0; i < m->n_styles; i++)
    dictionary_add(d, m->styles[i].label, true);
  for (uint32_t i = 0; i < m->n_devices; i++)
    dictionary_add(d, m->devices[i].label, false);
}

/* Each needed string once: what a language costs to check is then bounded
 * by its own length. */
static void needed_sort(dictionary *d) {
  uint32_t n = 0;
  evd_named_sort(d->needed, d->n_needed);
  for (uint32_t i = 0; i < d->n_needed; i++)
    if (n == 0 || evd_str_compare(d->needed[n - 1].s, d->needed[i].s) != 0)
      d->needed[n++] = d->needed[i];
  d->n_needed = n;
}

static bool dictionary_make(evd_rules *u, dictionary *d,
                            const evd_manifest *m) {
  size_t n = 2 + (size_t)m->n_guardians + m->n_styles + m->n_devices;
  for (uint32_t i = 0; i < m->n_contests; i++)
    n += 3 + 2 * (size_t)m->contests[i].n_options;
  if (n > UINT32_MAX)
    n = UINT32_MAX; /* more than the arena gives */
  *d = (dictionary){0};
  d->known = evd_rules_named(u, "texts.json", (uint32_t)n);
  if (d->known)
    d->needed = evd_rules_named(u, "texts.json", (uint32_t)n);
  if (!d->known || !d->needed)
    return false;
  dictionary_fill(d, m);
  evd_named_sort(d->known, d->n_known);
  needed_sort(d);
  return true;
}

static bool alpha(uint8_t c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* [A-Za-z]{2,8}(-[0-9A-Za-z]{1,8})* of at most 35 bytes */
static bool tag_well_formed(evd_str tag) {
  size_t run = 0;
  bool first = true;
  if (tag.n > TAG_BYTES_MAX)
    return false;
  for (size_t i = 0; i < tag.n; i++) {
    uint8_t c = tag.p[i];
    if (c == '-') {
      if (run < (first ? 2 : 1))
        return false;
      first = false;
      run = 0;
      continue;
    }
    if (!alpha(c) && (first || c < '0' || c > '9'))
      return false;
    if (++run > 8)
      return false;
  }
  return run >= (first ? 2 : 1);
}

static bool language_has(const evd_language *g, evd_str s) {
  uint32_t low = 0, high = g->n_texts;
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;
    if (evd_str_compare(g->texts[mid].of, s) < 0)
      low = mid + 1;
    else
      high = mid;
  }
  return low < g->n_texts && evd_str_compare(g->texts[low].of, s) == 0;
}

static void missing_check(evd_rules *u, const dictionary *d,
                          const evd_language *g, const char *where) {
  for (uint32_t i = 0; i < d->n_needed; i++) {
    if (language_has(g, d->needed[i].s))
      continue;
    char what[120];
    evd_say s;
    evd_say_init(&s, what, sizeof what);
    evd_say_text(&s, "does not translate \"");
    evd_say_shown(&s, d->needed[i].s, 60);
    evd_say_text(&s, "\"");
    evd_rules_broken(u, where, what);
    return;
  }
}

static void language_check(evd_rules *u, const dictionary *d,
                           const evd_language *g, uint32_t at) {
  evd_where w = evd_where_of("texts.json language", at, NULL, 0);
  bool ascending = true;
  if (!tag_well_formed(g->tag))
    evd_rules_broken(u, w.text, "tag is not a language tag of BCP 47");
  for (uint32_t i = 0; i < g->n_texts; i++) {
    const evd_text *t = &g->texts[i];
    evd_where x = evd_where_of("texts.json language", at, "text", i + 1);
    if (i > 0 && evd_str_compare(g->texts[i - 1].of, t->of) >= 0)
      ascending = false;
    if (t->of.n == 0 || t->as.n == 0)
      evd_rules_broken(u, x.text, "of and as must not be empty");
    else if (!evd_named_has(d->known, d->n_known, t->of))
      evd_rules_broken(u, x.text,
                       "of is no label, group or note of the manifest");
  }
  if (ascending)
    missing_check(u, d, g, w.text);
  else
    evd_rules_broken(u, w.text, "texts are not in ascending order of `of`");
}

static void file_check(evd_rules *u, evd_span bytes, const evd_manifest *m) {
  evd_h32 digest;
  evd_digest(&digest, "texts", bytes.p, bytes.n);
  if (memcmp(digest.b, m->texts.b, sizeof digest.b) != 0)
    evd_rules_broken(u, "texts.json",
                     "its digest is not the one that the manifest names");
  if (bytes.n > FILE_BYTES_MAX)
    evd_rules_broken(u, "texts.json", "has more than 1 MiB");
}

uint32_t evd_texts_rules(const evd_texts *t, evd_span bytes,
                         const evd_manifest *m, evd_fault_fn *fault,
                         void *self) {
  evd_arena arena;
  evd_rules u = {fault, self, 0, &arena};
  dictionary d;
  evd_arena_init(&arena, EVD_RULES_ARENA_BYTES);
  file_check(&u, bytes, m);
  for (uint32_t i = 1; i < t->n_languages; i++)
    if (evd_str_compare(t->languages[i - 1].tag, t->languages[i].tag) >= 0) {
      evd_where w = evd_where_of("texts.json language", i + 1, NULL, 0);
      evd_rules_broken(&u, w.text, "tags are not in ascending order");
    }
  if (dictionary_make(&u, &d, m))
    for (uint32_t i = 0; i < t->n_languages; i++)
      language_check(&u, &d, &t->languages[i], i + 1);
  return evd_rules_end(&u);
}
