/* The plan of an election made true: manifest, guardians, keys. */
#include <string.h>

#include "base/require.h"
#include "egds/hashes.h"
#include "kit/model.h"

enum {
  SLOT_ORIGIN = 1793779200, /* 2026-11-03 08:00 UTC */
  SLOT_SECONDS = 3600,
  TEXTS_MAX = 48,
  MANIFEST_BYTES_MAX = 1 << 20,
};

static evd_str joined(evd_kit *e, const char *a, const char *b) {
  size_t n = strlen(a), m = strlen(b);
  char *text = evd_kit_room(e, n + m + 1, 1);
  memcpy(text, a, n);
  memcpy(text + n, b, m);
  return evd_kit_str(text);
}

static const char *digit(evd_kit *e, uint32_t n) {
  char *text = evd_kit_room(e, 2, 1);
  text[0] = (char)('0' + n);
  return text;
}

static void contest_of(evd_kit *e, evd_contest *c, const evd_kit_contest *p) {
  *c = (evd_contest){.label = evd_kit_str(p->label),
                     .rule = evd_kit_str(p->rule),
                     .group = evd_kit_str(p->group ? p->group : ""),
                     .seats = 1,
                     .option_limit = p->R,
                     .contest_limit = p->L,
                     .write_ins = p->write_ins,
                     .data_blocks = p->blocks,
                     .overvote = p->overvote};
  c->options = evd_kit_room(e, EVD_KIT_OPTIONS, sizeof *c->options);
  while (c->n_options < EVD_KIT_OPTIONS && p->options[c->n_options]) {
    c->options[c->n_options].label = evd_kit_str(p->options[c->n_options]);
    c->n_options++;
  }
}

static void styles_of(evd_kit *e, evd_manifest *m, const evd_kit_plan *p) {
  m->styles = evd_kit_room(e, EVD_KIT_STYLES, sizeof *m->styles);
  for (; m->n_styles < EVD_KIT_STYLES && p->styles[m->n_styles].label;
       m->n_styles++) {
    const evd_kit_style *from = &p->styles[m->n_styles];
    evd_style *s = &m->styles[m->n_styles];
    s->label = evd_kit_str(from->label);
    s->contests = evd_kit_room(e, EVD_KIT_CONTESTS + 1, sizeof *s->contests);
    while (from->contests[s->n_contests]) {
      s->contests[s->n_contests] = from->contests[s->n_contests];
      s->n_contests++;
    }
  }
}

static void devices_of(evd_kit *e, evd_manifest *m, const evd_kit_plan *p) {
  m->devices = evd_kit_room(e, EVD_KIT_DEVICES, sizeof *m->devices);
  for (; m->n_devices < EVD_KIT_DEVICES && p->devices[m->n_devices].label;
       m->n_devices++) {
    const evd_kit_device *from = &p->devices[m->n_devices];
    m->devices[m->n_devices] = (evd_device){.label = evd_kit_str(from->label),
                                            .mode = evd_kit_str(from->mode),
                                            .chaining = from->chaining};
  }
}

/* ---- texts.json: every label, in two languages ---- */

static void text_add(evd_kit *e, evd_language *l, evd_str of) {
  uint32_t at = 0;
  for (; at < l->n_texts; at++) {
    evd_str x = l->texts[at].of;
    int order = memcmp(x.p, of.p, x.n < of.n ? x.n : of.n);
    if (order == 0 && x.n == of.n)
      return;
    if (order > 0 || (order == 0 && x.n > of.n))
      break;
  }
  EVD_REQUIRE(l->n_texts < TEXTS_MAX);
  memmove(&l->texts[at + 1], &l->texts[at],
          (l->n_texts - at) * sizeof *l->texts);
  l->texts[at].of = of;
  l->texts[at].as = joined(e, "(as) ", (const char *)of.p);
  l->n_texts++;
}

static void language_of(evd_kit *e, evd_language *l, const char *tag) {
  const evd_manifest *m = &e->man;
  l->tag = evd_kit_str(tag);
  l->n_texts = 0;
  l->texts = evd_kit_room(e, TEXTS_MAX + 1, sizeof *l->texts);
  text_add(e, l, m->label);
  for (uint32_t i = 0; i < m->n_contests; i++) {
    text_add(e, l, m->contests[i].label);
    for (uint32_t j = 0; j < m->contests[i].n_options; j++)
      text_add(e, l, m->contests[i].options[j].label);
  }
  for (uint32_t i = 0; i < m->n_styles; i++)
    text_add(e, l, m->styles[i].label);
}

void evd_kit_texts_named(evd_kit *e) {
  evd_buf b;
  evd_buf_init(&b, MANIFEST_BYTES_MAX * 4);
  evd_texts_write(&b, &e->texts);
  evd_digest(&e->man.texts, "texts", b.p, b.n);
  evd_buf_close(&b);
}

static void texts_of(evd_kit *e) {
  e->texts.n_languages = 2;
  e->texts.languages = evd_kit_room(e, 2, sizeof *e->texts.languages);
  language_of(e, &e->texts.languages[0], "es");
  language_of(e, &e->texts.languages[1], "fr");
  evd_kit_texts_named(e);
}

void evd_kit_manifest(evd_kit *e) {
  const evd_kit_plan *p = &e->plan;
  evd_manifest *m = &e->man;
  e->par =
      (evd_parameters){.spec = evd_kit_str("v2.1.0"), .n = p->n, .k = p->k};
  memcpy(e->par.p.b, evd_p_bytes, sizeof e->par.p.b);
  memcpy(e->par.q.b, evd_q_bytes, sizeof e->par.q.b);
  memcpy(e->par.g.b, evd_g_bytes, sizeof e->par.g.b);
  *m = (evd_manifest){.format = evd_kit_str("Evident record v1"),
                      .label = joined(e, "Conformance kit: ", p->name),
                      .notes = evd_kit_str("All keys are public."),
                      .kind = evd_kit_str(p->kind ? p->kind : "trial"),
                      .revote = p->revote,
                      .short_code = p->short_code,
                      .weights = p->weights,
                      .privacy_floor = p->floor ? p->floor : 1,
                      .slot_origin = SLOT_ORIGIN,
                      .slot_seconds = SLOT_SECONDS,
                      .n_guardians = p->n};
  m->guardians = evd_kit_room(e, p->n, sizeof *m->guardians);
  for (uint32_t i = 0; i < p->n; i++)
    m->guardians[i] = joined(e, "Guardian ", digit(e, i + 1));
  m->contests = evd_kit_room(e, EVD_KIT_CONTESTS, sizeof *m->contests);
  for (; m->n_contests < EVD_KIT_CONTESTS && p->contests[m->n_contests].label;
       m->n_contests++)
    contest_of(e, &m->contests[m->n_contests], &p->contests[m->n_contests]);
  styles_of(e, m, p);
  devices_of(e, m, p);
  e->texts = (evd_texts){0};
  if (p->texts)
    texts_of(e);
}

/* ---- guardians ---- */

/* The secrets of guardian i are the same in every election of a kit, so that
 * few joint keys need tables. */
static void draw_secrets(evd_kit *e) {
  const uint32_t n = e->plan.n, k = e->plan.k;
  EVD_REQUIRE(n <= EVD_KIT_GUARDIANS);
  for (uint32_t i = 0; i < n; i++) {
    evd_guardian_sec *s = &e->sec[i];
    EVD_REQUIRE(evd_guardian_sec_shape(s, k, e->arena) == EVD_OK);
    s->i = i + 1;
    evd_kit_restart(e, digit(e, i + 1));
    for (uint32_t j = 0; j < k; j++) {
      s->a[j] = evd_kit_sec(evd_kit_draw(e));
      s->a_hat[j] = evd_kit_sec(evd_kit_draw(e));
    }
    s->zeta = evd_kit_sec(evd_kit_draw(e));
  }
}

static void cancel_secrets(evd_kit *e) {
  evd_zq a = evd_kit_zq(0), b = a;
  const uint32_t last = e->plan.n - 1;
  for (uint32_t i = 0; i < last; i++) {
    a = evd_kit_sub(a, evd_kit_plain(&e->sec[i].a[0]));
    b = evd_kit_sub(b, evd_kit_plain(&e->sec[i].a_hat[0]));
  }
  e->sec[last].a[0] = evd_kit_sec(a);
  e->sec[last].a_hat[0] = evd_kit_sec(b);
}

void evd_kit_prove_guardian(evd_kit *e, uint32_t i, bool hat) {
  uint8_t samples[(EVD_KIT_GUARDIANS + 1) * EVD_SAMPLE_BYTES];
  evd_kit_bytes(e, samples, sizeof samples);
  evd_guardian_prove(&e->G, &e->pub[i], &e->sec[i], hat, &e->keys.H_P, samples);
}

void evd_kit_guardians(evd_kit *e) {
  for (uint32_t i = 0; i < e->plan.n; i++) {
    EVD_REQUIRE(evd_guardian_pub_shape(&e->pub[i], e->sec[i].k, e->arena) ==
                EVD_OK);
    evd_guardian_publish(&e->G, &e->pub[i], &e->sec[i]);
    evd_kit_prove_guardian(e, i, false);
    evd_kit_prove_guardian(e, i, true);
  }
}

/* ---- election_keys.json ---- */

/* Tables are kept as long as the key is the same. */
static void use_key(evd_kit *e, evd_base *b, evd_zp *const storage[2],
                    const evd_p *key) {
  if (b->pub.rows && memcmp(&b->bytes, key, sizeof *key) == 0)
    return;
  EVD_REQUIRE(evd_base_set(&e->G, b, key) == EVD_OK);
  evd_base_tables(&e->G, b, storage[0], storage[1]);
}

static evd_h32 faked(const evd_kit_fake *f, evd_h32 real) {
  return f->on ? f->value : real;
}

void evd_kit_H_G(evd_kit *e) {
  evd_hash_HG(&e->G, &e->keys.H_G, &e->keys.H_B, &e->keys.K, &e->keys.K_hat,
              e->pub, e->plan.n);
}

static void hash_H_P(evd_kit *e) {
  evd_h32 real;
  evd_hash_HP(&e->G, &real, e->plan.n, e->plan.k);
  e->keys.H_P = faked(&e->H_P, real);
}

static void hash_H_B(evd_kit *e) {
  evd_h32 real;
  evd_buf b;
  evd_buf_init(&b, MANIFEST_BYTES_MAX);
  evd_manifest_write(&b, &e->man);
  evd_span bytes = {b.p, b.n};
  if (e->manifest_bytes.p)
    bytes = e->manifest_bytes;
  evd_hash_HB(&e->G, &real, &e->keys.H_P, bytes);
  e->keys.H_B = faked(&e->H_B, real);
  evd_buf_close(&b);
}

void evd_kit_keys(evd_kit *e) {
  evd_h32 real;
  e->s = e->K_off;
  e->s_hat = e->K_hat_off;
  for (uint32_t i = 0; i < e->plan.n; i++) {
    e->s = evd_kit_add(e->s, evd_kit_plain(&e->sec[i].a[0]));
    e->s_hat = evd_kit_add(e->s_hat, evd_kit_plain(&e->sec[i].a_hat[0]));
  }
  e->keys.K = evd_kit_g(e, e->s);
  e->keys.K_hat = evd_kit_g(e, e->s_hat);
  use_key(e, &e->G.K, e->storage[0], &e->keys.K);
  use_key(e, &e->G.K_hat, e->storage[1], &e->keys.K_hat);
  hash_H_P(e);
  hash_H_B(e);
  evd_hash_HE(&e->G, &real, &e->keys.H_B, &e->keys.K, &e->keys.K_hat);
  e->keys.H_E = faked(&e->H_E, real);
  evd_kit_H_G(e);
}

void evd_kit_build(evd_kit *e) {
  evd_kit_manifest(e);
  draw_secrets(e);
  if (e->plan.cancel)
    cancel_secrets(e);
  evd_kit_restart(e, e->plan.name);
  hash_H_P(e);
  evd_kit_guardians(e);
  evd_kit_keys(e);
  for (uint32_t i = 0; i < EVD_KIT_VOTERS; i++)
    evd_kit_bytes(e, &e->credentials[i], sizeof e->credentials[i]);
  if (e->log)
    evd_kit_log_voters(e);
  e->n_ballots = 0;
  for (uint32_t i = 0; i < e->plan.n_votes; i++)
    evd_kit_add_vote(e, &e->plan.votes[i]);
  evd_kit_finish(e);
}
