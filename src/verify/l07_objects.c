/* L.7: every object that an entry names is there, and says what the entry
 * says. */
#include <string.h>

#include "base/hex.h"
#include "record/say.h"
#include "verify/logcheck_run.h"

#define AHEAD_BYTES_MAX ((uint32_t)4 << 20) /* by each thread */

static bool same(const evd_h32 *a, const evd_h32 *b) {
  return memcmp(a->b, b->b, sizeof a->b) == 0;
}

/* ---- the start and the end of a ballot's line, in its one form: whether all
 * of it has that form is for X.1 ---- */

static bool take(evd_span *s, const char *text) {
  const size_t n = strlen(text);
  if (s->n < n || memcmp(s->p, text, n) != 0)
    return false;
  s->p += n;
  s->n -= n;
  return true;
}

static bool take_h(evd_span *s, const evd_h32 *h) {
  char digits[2 * sizeof h->b + 1];
  evd_hex_write(digits, h->b, sizeof h->b);
  digits[2 * sizeof h->b] = 0;
  return take(s, digits);
}

static bool take_n(evd_span *s, uint64_t n) {
  char digits[24];
  evd_say d;
  evd_say_init(&d, digits, sizeof digits);
  evd_say_n(&d, n);
  return take(s, digits);
}

static bool skip(evd_span *s, size_t n) {
  if (s->n < n)
    return false;
  s->p += n;
  s->n -= n;
  return true;
}

static bool skip_number(evd_span *s) {
  size_t n = 0;
  while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
    n++;
  return n > 0 && skip(s, n);
}

/* {"id_B":"..","H_I":"..","style":1,"device":1,"position":1,"slot":0,
 * "weight":1,"binding":{"credential":".. */
static bool starts_as(evd_span line, const evd_logcheck *l, const evd_entry *e,
                      const evd_sign_key *signer) {
  evd_span s = line;
  const evd_rules_device *d = &l->rules.facts.devices[e->ballot.device - 1];
  if (!take(&s, "{\"id_B\":\"") || !take_h(&s, &e->ballot.id_B) ||
      !take(&s, "\",\"H_I\":\"") || !skip(&s, 2 * sizeof(evd_h32)) ||
      !take(&s, "\",\"style\":") || !take_n(&s, e->ballot.style) ||
      !take(&s, ",\"device\":") || !take_n(&s, e->ballot.device))
    return false;
  if (d->chaining &&
      (!take(&s, ",\"position\":") || !take_n(&s, e->ballot.position)))
    return false;
  if (!take(&s, ",\"slot\":") || !skip_number(&s) ||
      !take(&s, ",\"weight\":") || !take_n(&s, e->ballot.weight))
    return false;
  return d->mode != EVD_MODE_REMOTE ||
         (take(&s, ",\"binding\":{\"credential\":\"") && take_h(&s, signer));
}

static bool ends_as(evd_span line, const evd_h32 *H_C) {
  static const char name[] = "\"H_C\":\"";
  const size_t n = sizeof name - 1 + 2 * sizeof H_C->b + sizeof "\"}" - 1;
  if (line.n < n)
    return false;
  evd_span s = {line.p + line.n - n, n};
  return take(&s, name) && take_h(&s, H_C) && take(&s, "\"}");
}

static bool find_ballot(evd_logcheck *l, const evd_h32 *H_C,
                        evd_row_ballot *b) {
  bool found = false;
  const evd_rules_store *s = &l->rules.store;
  evd_err e = s->get(s->self, EVD_ROW_BALLOT, H_C, b, sizeof *b, &found);
  return evd_l_trouble(l, e) == EVD_OK && found;
}

static void say_ballot(evd_logcheck *l, uint64_t index, const evd_entry *e,
                       bool starts, bool ends) {
  if (!starts)
    evd_l_fault_at(l, EVD_L7_AT, index, e->type,
                   "id_B, style, device, position, weight or credential of the "
                   "ballot are not those of the entry");
  if (!ends)
    evd_l_fault_at(l, EVD_L7_AT, index, e->type,
                   "the ballot has another confirmation code");
}

static void judge_ballot(evd_logcheck *l, uint64_t index, const evd_entry *e,
                         evd_span line) {
  evd_row_ballot b;
  if (find_ballot(l, &e->ballot.H_C, &b))
    say_ballot(l, index, e, starts_as(line, l, e, &b.signer),
               ends_as(line, &e->ballot.H_C));
}

/* By far the most objects there are. One that is not there or not itself is
 * read again in its turn, and said then. */
void evd_l07_ahead(const evd_logcheck *l, evd_l_entry *x) {
  const evd_entry *e = &x->read.e;
  const uint32_t device = e->ballot.device, n = x->read.n_sigs;
  evd_buf b;
  if (!l->how.side_by_side || e->type != EVD_ENTRY_BALLOT || n == 0 ||
      device == 0 || device > l->rules.facts.n_devices ||
      e->ballot.object.length > AHEAD_BYTES_MAX || x->ahead.n != n)
    return;
  x->ballot.signer = x->ahead.keys[n - 1];
  evd_buf_init(&b, AHEAD_BYTES_MAX);
  if (evd_board_object(l->how.files, "ballot", &e->ballot.object, &b) ==
      EVD_OK) {
    const evd_span line = {b.p, b.n};
    x->ballot.there = true;
    x->ballot.starts = starts_as(line, l, e, &x->ballot.signer);
    x->ballot.ends = ends_as(line, &e->ballot.H_C);
  }
  evd_buf_close(&b);
}

/* Was it? Then its object has been judged. */
static bool judged_ahead(evd_logcheck *l, uint64_t index,
                         const evd_l_entry *x) {
  evd_row_ballot b;
  const evd_entry *e = &x->read.e;
  if (!x->ballot.there || !find_ballot(l, &e->ballot.H_C, &b) ||
      !same(&b.signer, &x->ballot.signer))
    return false;
  evd_l_saw(l, EVD_L7_AT, 1);
  say_ballot(l, index, e, x->ballot.starts, x->ballot.ends);
  return true;
}

/* An opening, or what was selected by mail. */
static void judge_line(evd_logcheck *l, uint64_t index, const evd_entry *e,
                       const evd_h32 *H_C, evd_span line) {
  evd_row_ballot b;
  if (find_ballot(l, H_C, &b) &&
      (!take(&line, "{\"id_B\":\"") || !take_h(&line, &b.id_B)))
    evd_l_fault_at(l, EVD_L7_AT, index, e->type,
                   "its object is of a ballot of another id_B");
}

/* ---- KEYS ---- */

static void judge_keys(evd_logcheck *l, uint64_t index, const evd_entry *e,
                       evd_span bytes) {
  evd_why why;
  evd_election_keys k;
  evd_err err = evd_election_keys_read(&k, bytes, l->a, &why);
  (void)evd_l_trouble(l, err);
  if (err != EVD_OK && err != EVD_ERR_FORM) {
    if (err == EVD_ERR_PARSE)
      evd_l_fault_at(l, EVD_L7_AT, index, e->type, why.text);
    return;
  }
  if (!same(&k.H_G, &e->keys.H_G) || !same(&k.H_E, &e->keys.H_E) ||
      !same(&k.H_P, &l->setup.setup.H_P) || !same(&k.H_B, &l->setup.setup.H_B))
    evd_l_fault_at(l, EVD_L7_AT, index, e->type,
                   "H_P, H_B, H_G or H_E of the object are not those of SETUP "
                   "and KEYS");
}

/* ---- objects ---- */

static void judge_object(evd_logcheck *l, uint64_t index, const evd_entry *e,
                         evd_span bytes) {
  if (e->type == EVD_ENTRY_BALLOT)
    judge_ballot(l, index, e, bytes);
  else if (e->type == EVD_ENTRY_OPENING)
    judge_line(l, index, e, &e->opening.H_C, bytes);
  else if (e->type == EVD_ENTRY_MAIL_CAST)
    judge_line(l, index, e, &e->mail_cast.H_C, bytes);
  else if (e->type == EVD_ENTRY_KEYS)
    judge_keys(l, index, e, bytes);
  else if (e->type == EVD_ENTRY_CEREMONY)
    evd_l07_ceremony(l, index, e, bytes);
}

static void say_missing(evd_logcheck *l, uint64_t index, const evd_entry *e,
                        const char *kind, evd_err err) {
  char what[120];
  evd_say s;
  evd_say_init(&s, what, sizeof what);
  evd_say_text(&s, "its object ");
  evd_say_text(&s, kind);
  if (err == EVD_ERR_IO || err == EVD_ERR_SPACE) {
    (void)evd_l_trouble(l, err);
    return;
  }
  evd_say_text(&s, err == EVD_ERR_MISSING ? " is not there"
                                          : " has another digest or length");
  evd_l_fault_at(l, EVD_L7_AT, index, e->type, what);
}

void evd_l07_objects(evd_logcheck *l, uint64_t index, const evd_l_entry *x) {
  evd_entry_object o[EVD_ENTRY_OBJECTS_MAX];
  const evd_entry *e = &x->read.e;
  if (judged_ahead(l, index, x))
    return;
  const uint32_t n = evd_entry_objects(e, o);
  for (uint32_t i = 0; i < n; i++) {
    evd_l_saw(l, EVD_L7_AT, 1);
    evd_err err =
        evd_board_object(l->how.files, o[i].kind, &o[i].ref, &l->object);
    if (err == EVD_OK)
      judge_object(l, index, e, (evd_span){l->object.p, l->object.n});
    else
      say_missing(l, index, e, o[i].kind, err);
  }
  if (e->type == EVD_ENTRY_KEYS)
    evd_l07_guardians(l, index, e);
}

/* ---- setup/ ---- */

static void judge_file(evd_logcheck *l, const char *path, const char *kind,
                       const evd_object_ref *ref) {
  if (ref->length == 0)
    return;
  evd_l_saw(l, EVD_L7_AT, 1);
  evd_err e = evd_board_read(l->how.files, path, ref->length, &l->object);
  if (e == EVD_ERR_RANGE)
    e = EVD_ERR_PROOF;
  if (e == EVD_OK &&
      !evd_object_fits(ref, kind, (evd_span){l->object.p, l->object.n}))
    e = EVD_ERR_PROOF;
  if (e != EVD_OK)
    evd_l_unread(l, EVD_L7_AT, path, e);
}

void evd_l07_setup_files(evd_logcheck *l) {
  judge_file(l, "setup/parameters.json", "parameters",
             &l->setup.setup.parameters);
  judge_file(l, "setup/manifest.json", "manifest", &l->setup.setup.manifest);
  judge_file(l, "setup/texts.json", "texts", &l->setup.setup.texts);
  judge_file(l, "setup/keys", "keys", &l->setup.setup.keys);
  judge_file(l, "setup/policy", "policy", &l->setup.setup.policy);
  judge_file(l, "setup/election_keys.json", "election_keys",
             &l->view.election_keys);
  judge_file(l, "setup/roll.jsonl", "roll", &l->view.roll_object);
}
