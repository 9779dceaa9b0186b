/* A manifest as people write it: any order and white space, and defaults
 * for what the rules of record-format 3.2 leave only one sensible value.
 *
 *   format        the one there is          kind          election
 *   notes, group  empty                     rule          plurality
 *   seats         1                         option_limit  1
 *   contest_limit what the rule asks for    write_ins     0
 *   data_blocks   least that fits the write-ins; 0 without them
 *   mode          booth                     chaining      1
 *   privacy_floor 5                         slot_seconds  3600
 *   styles        one, "All", with every contest
 *   devices       one, "device 1", booth, chained
 *   everything else false, 0 or empty. Labels and contests have no default;
 *   guardians left out are for the caller to name.
 * An option may be written as a plain string. Unknown properties are refused
 * here too: mostly they are misspelt ones. */
#include "record/manifest.h"

uint64_t evd_manifest_usual_limit(const evd_contest *c) {
  uint64_t R = c->option_limit, m = c->n_options;
  if (evd_str_is(c->rule, "plurality"))
    return c->seats;
  if (evd_str_is(c->rule, "approval"))
    return m;
  if (evd_str_is(c->rule, "cumulative"))
    return R;
  if (evd_str_is(c->rule, "score"))
    return m * R;
  return 1;
}

uint64_t evd_manifest_least_blocks(const evd_contest *c) {
  if (c->write_ins == 0)
    return 0;
  /* ceil((31 + 3 m + 67 W) / 32) blocks of 32 bytes */
  return (31 + 3 * (uint64_t)c->n_options + 67 * c->write_ins + 31) / 32;
}

static void styles_default(evd_rd *r, evd_manifest *m) {
  evd_style *s = evd_rd_get(r, 1, sizeof *s);
  if (!s)
    return;
  s->label = evd_str_of("All");
  s->contests = evd_rd_get(r, m->n_contests, sizeof *s->contests);
  s->n_contests = s->contests ? m->n_contests : 0;
  for (uint32_t i = 0; i < s->n_contests; i++)
    s->contests[i] = i + 1;
  m->styles = s;
  m->n_styles = 1;
}

static void devices_default(evd_rd *r, evd_manifest *m) {
  evd_device *d = evd_rd_get(r, 1, sizeof *d);
  if (!d)
    return;
  *d = (evd_device){evd_str_of("device 1"), evd_str_of("booth"), 1};
  m->devices = d;
  m->n_devices = 1;
}

evd_err evd_manifest_read_loose(evd_manifest *out, evd_span bytes, evd_arena *a,
                                evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_manifest){0};
  evd_rd_open(&r, bytes, a, why);
  r.loose = true;
  if (evd_rd_root(&o, &r)) {
    evd_manifest_fill(&o, out);
    if (evd_rd_usable(&r) && !evd_rd_has(&o, "styles"))
      styles_default(&r, out);
    if (evd_rd_usable(&r) && !evd_rd_has(&o, "devices"))
      devices_default(&r, out);
  }
  return evd_rd_close(&r, out, sizeof *out);
}
