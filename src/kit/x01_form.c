/* Faults of form: X.1. The bytes of a good record, changed. */
#include <string.h>

#include "kit/faults.h"

static const char box[] = "ballots/device_1.jsonl";

/* ---- bytes of a file ---- */

typedef struct {
  const char *path, *old, *now;
} change;

static const change changes[] = {
    {"tally.json", "\"contests\":", "\"contests\": "},
    {"tally.json", "{\"guardians\":[1],",
     "{\"guardians\":[1],\"guardians\":[1],"},
    {"tally.json", "\"Ada\"", "\"\\u0041da\""},
    {"tally.json", "\"t\":1", "\"t\":01"},
    {"tally.json", "\"t\":1", "\"t\":1.0"},
    {"tally.json", "\"t\":1", "\"t\":1e0"},
    {"tally.json", "\"t\":1", "\"t\":null"},
    {"tally.json", "\"t\":1", "\"t\":\"1\""},
    {"tally.json", "\"t\":1", "\"t\":9007199254740992"},
    {"devices.json", "\"device\":1,\"ballots\":2",
     "\"ballots\":2,\"device\":1"},
    {box, "\"slot\":", "\"time\":1,\"slot\":"},
    {box, "\"slot\":0,", ""},
    {box, "\"position\":2,", ""},
    {"states.jsonl", "\"cast\"", "\"counted\""},
    {"parameters.json", "\"n\":1", "\"n\":1.0"},
    {"guardians/guardian_1.json", "{\"i\":1", "{\"z\":1,\"i\":1"},
    {"ballots/device_2.jsonl", "\"device\":2,", "\"device\":2,\"position\":1,"},
    {"election_keys.json", "\"H_G\":\"", "\"H_G\":\"0"},
    {"tally.json", "\"Ada\"",
     "\"A\xC3"
     "da\""},
};

static void bytes(evd_kit *e, int with) {
  const change *c = &changes[with];
  evd_kit_swap(e, c->path, c->old, c->now);
}

/* What stands behind a file: a line feed, a space, the file once more. */
static void behind(evd_kit *e, int with) {
  evd_span f = evd_kit_find(e, "tally.json")->bytes;
  uint8_t *p = evd_kit_room(e, 2 * f.n, 1);
  memcpy(p, f.p, f.n);
  p[f.n] = with ? ' ' : '\n';
  memcpy(p + f.n + (with != 2), f.p, with == 2 ? f.n : 0);
  evd_kit_put(e, "tally.json", p, with == 2 ? 2 * f.n : f.n + 1);
}

static void lower_hex(evd_kit *e, int with) {
  evd_span f = evd_kit_find(e, "devices.json")->bytes;
  uint8_t *p = evd_kit_room(e, f.n, 1);
  (void)with;
  memcpy(p, f.p, f.n);
  for (size_t at = f.n - 64; at < f.n; at++) /* digits of H_close */
    if (p[at] >= 'A' && p[at] <= 'F')
      p[at] = (uint8_t)(p[at] - 'A' + 'a');
  evd_kit_put(e, "devices.json", p, f.n);
}

/* ---- whole files ---- */

static const char *const paths[] = {
    "parameters.json",      "manifest.json", "election_keys.json",
    "tally_encrypted.json", "tally.json",    "guardians/guardian_1.json",
    "devices.json",
};

static void deleted(evd_kit *e, int with) { evd_kit_drop(e, paths[with]); }

/* Cut in the middle. */
static void truncated(evd_kit *e, int with) {
  evd_span f = evd_kit_find(e, paths[with])->bytes;
  evd_kit_put(e, paths[with], f.p, f.n / 2);
}

/* The last line feed is missing. */
static void unended(evd_kit *e, int with) {
  const char *path = with ? "states.jsonl" : box;
  evd_span f = evd_kit_find(e, path)->bytes;
  evd_kit_put(e, path, f.p, f.n - 1);
}

static void extra(evd_kit *e, int with) {
  static const char *const names[] = {"extra.json",
                                      "guardians/guardian_01.json",
                                      "ballots/a.b.jsonl", "README"};
  evd_span f = evd_kit_find(e, "guardians/guardian_1.json")->bytes;
  evd_kit_put(e, names[with], f.p, f.n);
}

static void unnamed(evd_kit *e, int with) {
  static const char texts[] = "{\"languages\":[]}";
  if (with == 0)
    evd_kit_put(e, "texts.json", texts, sizeof texts - 1);
  else if (with == 1)
    evd_kit_drop(e, "texts.json");
  else
    evd_kit_drop(e, "roll.jsonl");
}

static void empty(evd_kit *e, int with) {
  evd_kit_put(e, with ? "devices.json" : "contest_data.jsonl", "", 0);
}

static void packed_too(evd_kit *e, int with) {
  static const uint8_t garbage[64];
  (void)with;
  evd_kit_put(e, "states.jsonl.zst", garbage, sizeof garbage);
}

/* ---- order of lines, lengths of lists ---- */

static void states_order(evd_kit *e, int with) {
  evd_state first = e->states[0];
  (void)with;
  e->states[0] = e->states[1];
  e->states[1] = first;
}

static void roll_order(evd_kit *e, int with) {
  evd_roll_line first = e->roll[0];
  e->roll[0] = e->roll[1];
  if (!with)
    e->roll[1] = first;
}

static void opened_order(evd_kit *e, int with) {
  (void)with;
  e->secret[3].state = EVD_CHALLENGED;
  evd_kit_finish(e);
  evd_challenged first = e->opened[0];
  e->opened[0] = e->opened[1];
  e->opened[1] = first;
}

/* A right proof for 0..2 where the manifest says 0..1. */
static void wider(evd_kit *e, int with) {
  enum { LENGTH = 3 };
  evd_contest_ct *c = &e->ballots[0].contests[0];
  evd_kit_claim claim =
      with ? evd_kit_claim_limit(e, 0, 0) : evd_kit_claim_field(e, 0, 0, 0);
  evd_q *ch = evd_kit_room(e, LENGTH, sizeof *ch);
  evd_q *v = evd_kit_room(e, LENGTH, sizeof *v);
  claim.range = LENGTH - 1;
  evd_kit_prove(e, &claim, ch, v);
  if (with) {
    c->L = claim.range;
    c->limit_c = ch;
    c->limit_v = v;
  } else {
    c->fields[0].range = claim.range;
    c->fields[0].c = ch;
    c->fields[0].v = v;
  }
}

/* ---- a manifest in another form, and all hashes from its bytes ---- */

static void manifest_form(evd_kit *e, int with) {
  static const change to[] = {
      {NULL, "\"kind\":", "\"kind\": "},
      {NULL, "\"kind\":\"trial\"", "\"kind\":\"election\",\"kind\":\"trial\""},
      {NULL, "\"weights\":false,\"short_code\":0",
       "\"short_code\":0,\"weights\":false"},
      {NULL, "\"Ada\"", "\"\\u0041da\""},
  };
  evd_kit_swap(e, "manifest.json", to[with].old, to[with].now);
  evd_span bent = evd_kit_find(e, "manifest.json")->bytes;
  e->manifest_bytes = bent;
  evd_kit_build(e);
  evd_kit_write(e);
}

#define TINY EVD_KIT_TINY
#define BARE EVD_KIT_BARE
#define MIXED EVD_KIT_MIXED
static const evd_kit_fault rows[] = {
    {"X1-space", "X.1", TINY, NULL, bytes, 0, "a space"},
    {"X1-key-twice", "X.1", TINY, NULL, bytes, 1, "a property twice"},
    {"X1-escape", "X.1", TINY, NULL, bytes, 2, "an escaped letter"},
    {"X1-leading-zero", "X.1", TINY, NULL, bytes, 3, "t is 01"},
    {"X1-fraction", "X.1", TINY, NULL, bytes, 4, "t is 1.0"},
    {"X1-exponent", "X.1", TINY, NULL, bytes, 5, "t is 1e0"},
    {"X1-null", "X.1", TINY, NULL, bytes, 6, "t is null"},
    {"X1-string", "X.1", TINY, NULL, bytes, 7, "t is a string"},
    {"X1-2-53", "X.1", TINY, NULL, bytes, 8, "t is 2^53"},
    {"X1-order", "X.1", TINY, NULL, bytes, 9, "properties in another order"},
    {"X1-unknown", "X.1", TINY, NULL, bytes, 10, "an unknown property"},
    {"X1-missing", "X.1", TINY, NULL, bytes, 11, "a missing property"},
    {"X1-position", "X.1", TINY, NULL, bytes, 12,
     "no position on a chained device"},
    {"X1-state", "X.1", TINY, NULL, bytes, 13, "an unknown state"},
    {"X1-n", "X.1", TINY, NULL, bytes, 14, "n is 1.0"},
    {"X1-guardian", "X.1", TINY, NULL, bytes, 15,
     "an unknown property of a guardian"},
    {"X1-position-loose", "X.1", MIXED, NULL, bytes, 16,
     "a position on a device without a chain"},
    {"X1-width", "X.1", BARE, NULL, bytes, 17, "a hash of 65 digits"},
    {"X1-utf8", "X.1", TINY, NULL, bytes, 18, "no UTF-8"},
    {"X1-line-feed", "X.1", TINY, NULL, behind, 0, "a line feed at the end"},
    {"X1-space-end", "X.1", TINY, NULL, behind, 1, "a space at the end"},
    {"X1-two-objects", "X.1", TINY, NULL, behind, 2, "two objects"},
    {"X1-lower-hex", "X.1", TINY, NULL, lower_hex, 0, "small hex digits"},
    {"X1-no-parameters", "X.1", MIXED, NULL, deleted, 0, "no parameters.json"},
    {"X1-no-manifest", "X.1", MIXED, NULL, deleted, 1, "no manifest.json"},
    {"X1-no-keys", "X.1", MIXED, NULL, deleted, 2, "no election_keys.json"},
    {"X1-no-count", "X.1", MIXED, NULL, deleted, 3, "no tally_encrypted.json"},
    {"X1-no-tally", "X.1", MIXED, NULL, deleted, 4, "no tally.json"},
    {"X1-no-guardian", "X.1", MIXED, NULL, deleted, 5, "no guardian file"},
    {"X1-no-devices", "X.1", MIXED, NULL, deleted, 6, "no devices.json"},
    {"X1-cut-keys", "X.1", MIXED, NULL, truncated, 2, "half a file of keys"},
    {"X1-cut-tally", "X.1", MIXED, NULL, truncated, 4, "half a tally"},
    {"X1-unended", "X.1", TINY, NULL, unended, 0,
     "the last ballot without line feed"},
    {"X1-unended-state", "X.1", TINY, NULL, unended, 1,
     "the last state without line feed"},
    {"X1-extra", "X.1", TINY, NULL, extra, 0, "a file that is none"},
    {"X1-guardian-01", "X.1", TINY, NULL, extra, 1, "guardian_01.json"},
    {"X1-box-name", "X.1", TINY, NULL, extra, 2, "a dot in a name"},
    {"X1-readme", "X.1", TINY, NULL, extra, 3, "a file of another kind"},
    {"X1-texts", "X.1", TINY, NULL, unnamed, 0,
     "texts.json that the manifest does not name"},
    {"X1-no-texts", "X.1", EVD_KIT_TEXTS, NULL, unnamed, 1,
     "no texts.json where the manifest names one"},
    {"X1-no-roll", "X.1", EVD_KIT_WEBBARE, NULL, unnamed, 2,
     "no roll.jsonl where a device is remote"},
    {"X1-empty", "X.1", TINY, NULL, empty, 0, "a file of no lines"},
    {"X1-empty-object", "X.1", TINY, NULL, empty, 1, "a file without object"},
    {"X1-packed-too", "X.1", TINY, NULL, packed_too, 0,
     "states.jsonl beside states.jsonl.zst"},
    {"X1-states-order", "X.1", TINY, states_order, NULL, 0,
     "states in descending order"},
    {"X1-roll-order", "X.1", EVD_KIT_WEB, roll_order, NULL, 0,
     "roll in descending order"},
    {"X1-opened-order", "X.1", MIXED, opened_order, NULL, 0,
     "openings in descending order"},
    {"X1-range", "X.1", TINY, wider, NULL, 0,
     "a right proof for 0..2 where R = 1"},
    {"X1-limit", "X.1", TINY, wider, NULL, 1,
     "a right limit proof for 0..2 where L = 1"},
    {"X1-manifest-space", "X.1", BARE, NULL, manifest_form, 0,
     "a space in the manifest, all hashes from its bytes"},
    {"X1-manifest-twice", "X.1", BARE, NULL, manifest_form, 1,
     "the manifest's kind twice, all hashes from its bytes"},
    {"X1-manifest-order", "X.1", BARE, NULL, manifest_form, 2,
     "the manifest in another order, all hashes from its bytes"},
    {"X1-manifest-escape", "X.1", BARE, NULL, manifest_form, 3,
     "an escaped letter in the manifest, all hashes from its bytes"},
};
EVD_KIT_TABLE(x01);
