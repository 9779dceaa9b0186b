#include "evidence_kit.h"

#include "hash/hash.h"

#include <stdlib.h>

#define ORIGIN "board.example/alarms"
#define FILE_BYTES_MAX ((size_t)1 << 20)

static const char *const names[] = {"one", "two"};

evd_span text(const char *s) { return kit_span(s); }

evd_span of(const evd_buf *b) { return (evd_span){b->p, b->n}; }

evd_h32 h32(int letter) {
  evd_h32 h;
  memset(h.b, letter, sizeof h.b);
  return h;
}

void world_open(world *w) {
  memset(w, 0, sizeof *w);
  kit_log_make(&w->log, ORIGIN, "log");
  for (int i = 0; i < KIT_LEAVES; i++)
    evd_buf_init(&w->entry[i], 8192);
  evd_buf_init(&w->file, FILE_BYTES_MAX);
  evd_buf_init(&w->policy, 4096);
  kit_policy(&w->policy, &w->log, names, 2);
  evd_buf_text(&w->policy, "group both all one two\nquorum both\n");
}

void world_close(world *w) {
  for (int i = 0; i < KIT_LEAVES; i++)
    evd_buf_close(&w->entry[i]);
  evd_buf_close(&w->file);
  evd_buf_close(&w->policy);
}

/* ---- the log ---- */

void add_bytes(world *w, evd_span entry) {
  assert_true(w->log.n < KIT_LEAVES);
  evd_buf *b = &w->entry[w->log.n];
  evd_buf_add(b, entry.p, entry.n);
  assert_true(evd_buf_ok(b));
  evd_leaf_hash(&w->log.leaves[w->log.n++], b->p, b->n);
}

void add(world *w, const evd_entry *e, const evd_entry_sig *sig) {
  evd_buf b;
  evd_buf_init(&b, 8192);
  assert_int_equal(evd_entry_write(&b, e, sig, sig ? 1 : 0), EVD_OK);
  add_bytes(w, of(&b));
  evd_buf_close(&b);
}

evd_log_head head_at(const world *w, uint64_t size) {
  return kit_log_head(&w->log, size);
}

static void checkpoint(world *w, evd_buf *out, const evd_log_head *h,
                       const uint64_t times[2]) {
  kit_log_sign(out, &w->log, h);
  for (int i = 0; i < 2; i++)
    if (times[i])
      kit_cosign(out, &w->log, h, names[i], times[i]);
}

/* ---- the file ---- */

void put_part(world *w, const char *name, evd_span bytes) {
  evd_part_write(&w->file, name, bytes);
}

void begin(world *w, uint32_t code) {
  evd_buf_reset(&w->file);
  evd_evidence_begin(&w->file, code, text(ORIGIN));
  put_part(w, "policy", of(&w->policy));
}

void put_head(world *w, const evd_log_head *h, uint64_t t0, uint64_t t1) {
  evd_buf b;
  evd_buf_init(&b, 8192);
  checkpoint(w, &b, h, (const uint64_t[2]){t0, t1});
  put_part(w, "checkpoint", of(&b));
  evd_buf_close(&b);
}

void put_entry(world *w, uint64_t index) {
  evd_buf note, b;
  evd_receipt r = {.extra = of(&w->entry[index]), .index = index};
  const evd_log_head h = head_at(w, w->log.n);
  evd_buf_init(&note, 8192);
  evd_buf_init(&b, 1 << 16);
  r.proof = kit_log_inclusion(&w->log, index, w->log.n);
  checkpoint(w, &note, &h, (const uint64_t[2]){0, 0});
  r.checkpoint = of(&note);
  evd_receipt_write(&b, &r);
  put_part(w, "entry", of(&b));
  evd_buf_close(&note);
  evd_buf_close(&b);
}

void pair(world *w, uint32_t code, uint64_t i, uint64_t k) {
  begin(w, code);
  put_entry(w, i);
  put_entry(w, k);
}

evd_entry setup_of(const char *keys, evd_span policy, uint8_t admins) {
  evd_entry e = {.type = EVD_ENTRY_SETUP,
                 .setup = {.profile = 3,
                           .admin_k = admins,
                           .parameters = {h32('p'), 1},
                           .manifest = {h32('m'), 1}}};
  e.setup.keys.length = (uint32_t)strlen(keys);
  evd_digest(&e.setup.keys.digest, "keys", keys, strlen(keys));
  e.setup.policy.length = (uint32_t)policy.n;
  evd_digest(&e.setup.policy.digest, "policy", policy.p, policy.n);
  return e;
}

bool in_policy(evd_span name, uint32_t part) {
  (void)part;
  return name.n == 6; /* who watches is not what is shown */
}

/* ---- judging ---- */

static evd_err judge(evd_judgement *out, evd_span file,
                     evd_ballot_judge_fn *ballots, const char **expected) {
  evd_evidence *e = calloc(1, sizeof *e);
  evd_arena a;
  assert_non_null(e);
  evd_arena_init(&a, (size_t)64 << 20);
  memset(out, 0, sizeof *out);
  evd_err err = evd_evidence_read(e, file, expected);
  if (err == EVD_OK)
    err = evd_evidence_judge(out, e, ballots, &a, expected);
  evd_arena_close(&a);
  free(e);
  return err;
}

evd_judgement judged_by(world *w, evd_ballot_judge_fn *ballots) {
  evd_judgement out;
  const char *expected = "";
  assert_true(evd_buf_ok(&w->file));
  if (judge(&out, of(&w->file), ballots, &expected) != EVD_OK)
    fail_msg("expected %s", expected);
  assert_true(out.verdict != 0 && *out.shows);
  return out;
}

evd_judgement judged(world *w) { return judged_by(w, NULL); }

void refused(world *w, const char *expected) {
  evd_judgement out;
  const char *got = "";
  assert_int_equal(judge(&out, of(&w->file), NULL, &got), EVD_ERR_FORM);
  assert_string_equal(got, expected);
}

/* ---- mutation ---- */

/* The file with part `number` changed: bytes in its place, n = 0: without
 * it. */
static void with_part(evd_buf *out, const evd_evidence *e, uint32_t number,
                      evd_span bytes, bool gone) {
  char name[EVD_PART_NAME_MAX + 1];
  evd_buf_reset(out);
  evd_evidence_begin(out, e->code, e->origin);
  for (uint32_t i = 0; i < e->n_parts; i++) {
    const evd_part *p = &e->parts[i];
    if (i == number && gone)
      continue;
    memcpy(name, p->name.p, p->name.n);
    name[p->name.n] = 0;
    evd_part_write(out, name, i == number ? bytes : p->bytes);
  }
  assert_true(evd_buf_ok(out));
}

static void not_shown(const evd_buf *file, evd_ballot_judge_fn *ballots,
                      const evd_part *p, bool may) {
  evd_judgement out;
  const char *expected = NULL;
  const evd_err err = judge(&out, of(file), ballots, &expected);
  if (err == EVD_ERR_FORM)
    assert_non_null(expected);
  else
    assert_int_equal(err, EVD_OK);
  if (err == EVD_OK && out.verdict == EVD_EVIDENCE_SHOWN && !may)
    fail_msg("shown with another %.*s", (int)p->name.n,
             (const char *)p->name.p);
}

#define PLACES 24 /* of a part whose bytes are changed */

uint32_t mutate(world *w, evd_ballot_judge_fn *ballots, still_fn *still) {
  static evd_evidence e;
  const char *expected;
  uint32_t n = 0;
  evd_buf file, part;
  evd_buf_init(&file, FILE_BYTES_MAX);
  evd_buf_init(&part, FILE_BYTES_MAX);
  assert_int_equal(evd_evidence_read(&e, of(&w->file), &expected), EVD_OK);
  for (uint32_t i = 0; i < e.n_parts; i++) {
    const evd_part *p = &e.parts[i];
    const bool may = still && still(p->name, i);
    with_part(&file, &e, i, p->bytes, true);
    not_shown(&file, ballots, p, may);
    with_part(&file, &e, i, (evd_span){p->bytes.p, p->bytes.n / 2}, false);
    not_shown(&file, ballots, p, may);
    for (uint32_t k = 0; k < PLACES; k++, n++) {
      evd_buf_reset(&part);
      evd_buf_add(&part, p->bytes.p, p->bytes.n);
      part.p[p->bytes.n * k / PLACES] ^= 1;
      with_part(&file, &e, i, of(&part), false);
      not_shown(&file, ballots, p, may);
    }
  }
  evd_buf_close(&file);
  evd_buf_close(&part);
  return n;
}
