/* Reads everything but ballots and what is joined to them (joined.c), judging
 * its form (X.1) on the way. */
#include <string.h>

#include "verify/run.h"

void evd_load_order(evd_run *r, const evd_where *w, int order, bool once) {
  if (order > 0 || (order == 0 && !once))
    return;
  evd_fault(r, EVD_X1, w,
            order < 0 ? "lines are not in ascending order"
                      : "the same key stands on the line before");
}

/* Defines load_<object>: a whole file into one object. */
#define LOADER(object, type)                                                   \
  static bool load_##object(evd_run *r, evd_file *f, type *out,                \
                            evd_span *bytes) {                                 \
    evd_why why = {{0}};                                                       \
    evd_span own, *b = bytes ? bytes : &own;                                   \
    if (!evd_file_get(r, f, b))                                                \
      return false;                                                            \
    evd_where w = evd_at(f->path);                                             \
    return evd_form_judge(r, evd_##object##_read(out, *b, r->a, &why), &w,     \
                          &why);                                               \
  }
LOADER(parameters, evd_parameters)
LOADER(manifest, evd_manifest)
LOADER(texts, evd_texts)
LOADER(election_keys, evd_election_keys)
LOADER(guardian_pub, evd_guardian_pub)
LOADER(devices, evd_devices)
LOADER(tally_ct, evd_tally_ct)
LOADER(tally, evd_tally)
#undef LOADER

/* ---- parameters, manifest, texts, keys, guardians ---- */

/* Limits of 3.2 that bound our own arithmetic; X.3 reports them too. */
static bool shape_is_sane(const evd_contest *c) {
  return c->n_options >= 1 && c->n_options <= 1000 && c->option_limit >= 1 &&
         c->option_limit <= 255 && c->contest_limit >= 1 &&
         c->contest_limit <= 1000 && c->write_ins <= 100 &&
         c->data_blocks <= 1024;
}

static void shape_manifest(evd_run *r) {
  r->shapes = evd_keep(r, r->man.n_contests, sizeof *r->shapes);
  for (uint32_t i = 0; r->shapes && i < r->man.n_contests; i++) {
    r->shapes[i] = evd_contest_shape(&r->man, i + 1);
    if (!shape_is_sane(&r->man.contests[i]))
      r->shapes = NULL;
  }
  for (uint32_t d = 1; d <= r->man.n_devices; d++) {
    r->has_remote = r->has_remote || evd_device_is(r, d, "remote");
    r->has_mail = r->has_mail || evd_device_is(r, d, "mail");
  }
}

static void load_guardian(evd_run *r, uint32_t i) {
  evd_guardian_pub *g = &r->guardians[i - 1];
  evd_file *f = r->guardian_file[i];
  r->has_guardian[i - 1] = load_guardian_pub(r, f, g, NULL);
  if (!r->has_guardian[i - 1]) {
    r->all_guardians = false;
    return;
  }
  evd_where w = evd_at(f->path);
  if (g->k == 0) { /* nothing to compute with */
    evd_fault(r, EVD_X1, &w, "there are no commitments");
    r->has_guardian[i - 1] = r->all_guardians = false;
    return;
  }
  if (r->has_parameters && g->k != r->par.k)
    evd_fault(r, EVD_X1, &w, "the number of commitments is not the quorum");
}

static void load_guardians(evd_run *r) {
  r->n =
      r->has_parameters ? r->par.n : (r->has_manifest ? r->man.n_guardians : 0);
  if (r->n > EVD_N_MAX)
    r->n = EVD_N_MAX;
  r->all_guardians = r->n > 0;
  r->guardians = evd_keep(r, r->n, sizeof *r->guardians);
  r->has_guardian = evd_keep(r, r->n, sizeof *r->has_guardian);
  for (uint32_t i = 1; !r->no_space && i <= r->n; i++)
    load_guardian(r, i);
}

void evd_load_head(evd_run *r) {
  static const evd_h32 none;
  r->has_parameters =
      load_parameters(r, r->single[EVD_FILE_PARAMETERS], &r->par, NULL);
  r->has_manifest =
      load_manifest(r, r->single[EVD_FILE_MANIFEST], &r->man, &r->man_bytes);
  if (r->has_manifest) {
    r->rep->manifest = &r->man;
    shape_manifest(r);
  }
  if (r->has_manifest && !evd_same_h(&r->man.texts, &none))
    r->has_texts =
        load_texts(r, r->single[EVD_FILE_TEXTS], &r->texts, &r->texts_bytes);
  r->has_keys =
      load_election_keys(r, r->single[EVD_FILE_ELECTION_KEYS], &r->keys, NULL);
  load_guardians(r);
}

/* ---- devices, encrypted tally ---- */

static void load_device_entries(evd_run *r) {
  static const char wrong[] =
      "H_0, B_close and H_close stand exactly at chained devices with ballots";
  for (uint32_t i = 0; i < r->dev.n_devices; i++) {
    const evd_device_close *e = &r->dev.devices[i];
    const evd_device *d = evd_device_of(r, e->device);
    if (!d)
      continue; /* X.15 says so */
    evd_where w = evd_at("devices.json");
    evd_at_n(&w, "device", e->device);
    if (e->chained != (d->chaining == 1 && e->ballots > 0))
      evd_fault(r, EVD_X1, &w, wrong);
    if (!r->chains[e->device - 1].close)
      r->chains[e->device - 1].close = e;
  }
}

static void index_tally_ct(evd_run *r) {
  const evd_tally_ct *t = &r->tally_ct;
  evd_where w = evd_at("tally_encrypted.json");
  if (t->n_contests != r->man.n_contests)
    evd_fault(r, EVD_X1, &w, "not every contest of the manifest, once each");
  for (uint32_t i = 0; i < t->n_contests; i++) {
    const evd_tally_ct_contest *c = &t->contests[i];
    const evd_shape *s = evd_shape_of(r, c->contest);
    evd_where at = w;
    evd_at_n(&at, "contest", c->contest);
    if (i > 0 && c->contest < t->contests[i - 1].contest)
      evd_fault(r, EVD_X1, &at, "contests are not in ascending order");
    if (!s) {
      evd_fault(r, EVD_X1, &at, "the manifest has no such contest");
      continue;
    }
    if (c->n_fields != evd_shape_fields(s))
      evd_fault(r, EVD_X1, &at, "not one pair (A, B) for every field");
    if (!r->ct_of[c->contest - 1])
      r->ct_of[c->contest - 1] = c;
  }
}

void evd_load_closed(evd_run *r) {
  r->has_devices = load_devices(r, r->single[EVD_FILE_DEVICES], &r->dev, NULL);
  if (r->has_devices)
    load_device_entries(r);
  r->has_tally_ct =
      load_tally_ct(r, r->single[EVD_FILE_TALLY_CT], &r->tally_ct, NULL);
  if (r->has_tally_ct) {
    r->rep->tally_ct = &r->tally_ct;
    index_tally_ct(r);
  }
  evd_joined_closed(r);
}

/* ---- tally ---- */

static void index_tally(evd_run *r) {
  for (uint32_t i = 0; i < r->tally.n_contests; i++) {
    const evd_tally_contest *c = &r->tally.contests[i];
    evd_where w = evd_at("tally.json");
    evd_at_n(&w, "contest", c->contest);
    if (i > 0 && c->contest < r->tally.contests[i - 1].contest)
      evd_fault(r, EVD_X1, &w, "contests are not in ascending order");
    for (uint32_t f = 1; f < c->n_fields; f++)
      if (c->fields[f].field < c->fields[f - 1].field)
        evd_fault(r, EVD_X1, &w, "fields are not in ascending order");
    if (evd_shape_of(r, c->contest) && !r->tally_of[c->contest - 1])
      r->tally_of[c->contest - 1] = c;
  }
}

void evd_load_final(evd_run *r) {
  r->has_tally = load_tally(r, r->single[EVD_FILE_TALLY], &r->tally, NULL);
  if (r->has_tally) {
    r->rep->tally = &r->tally;
    index_tally(r);
  }
  evd_joined_final(r);
}
