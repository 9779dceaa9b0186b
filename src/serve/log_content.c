/* What the objects of SETUP, KEYS, CEREMONY and ROLL have to say. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "board/facts.h"
#include "board/parts.h"
#include "egds/keys.h"
#include "hash/hash.h"
#include "serve/log_run.h"

#define PART_NAME_BYTES 40
#define SEE_LOG "; what was found wrong stands in the server's log"

evd_err evd_log_refuse(char what[EVD_LOG_WHAT_BYTES], const char *format, ...) {
  va_list args;
  va_start(args, format);
  (void)vsnprintf(what, EVD_LOG_WHAT_BYTES, format, args);
  va_end(args);
  return EVD_ERR_REFUSED;
}

/* A failure of the machine stays what it is. */
static evd_err or_refuse(evd_err e, char what[EVD_LOG_WHAT_BYTES],
                         const char *text) {
  if (e == EVD_OK || e == EVD_ERR_IO || e == EVD_ERR_SPACE ||
      e == EVD_ERR_REFUSED)
    return e;
  return evd_log_refuse(what, "%s%s", text, SEE_LOG);
}

/* ---- objects, of the item that is taken or in files ---- */

static evd_err fetch(evd_log *log, const char *kind, const evd_object_ref *ref,
                     evd_span *out, evd_arena *a) {
  const evd_log_content *c = log->taking;
  evd_buf b;
  for (uint32_t i = 0; c && i < c->n; i++)
    if (memcmp(&c->names[i].ref, ref, sizeof *ref) == 0 &&
        strcmp(c->names[i].kind, kind) == 0) {
      *out = c->bytes[i];
      return EVD_OK;
    }
  evd_buf_init(&b, (size_t)ref->length + 1);
  evd_err e = evd_log_object(log, kind, ref, &b);
  uint8_t *p = e == EVD_OK ? evd_arena_get(a, b.n, 1) : NULL;
  if (e == EVD_OK && !p)
    e = EVD_ERR_SPACE;
  if (p && b.n)
    memcpy(p, b.p, b.n);
  *out = (evd_span){p, b.n};
  evd_buf_close(&b);
  return e;
}

/* A file of a ceremony, as a part of an object. */
static evd_err fetch_part(evd_log *log, const evd_object_ref *ref,
                          const char *name, evd_span *out, evd_arena *a) {
  evd_span parts;
  EVD_TRY(fetch(log, "ceremony", ref, &parts, a));
  return evd_part_find(parts, name, out);
}

/* ---- the head of the record, from objects ---- */

static const evd_object_ref none;

static const evd_object_ref *ref_of(const evd_log *log, const char *name,
                                    const char **kind) {
  static const char *const kinds[] = {"parameters", "manifest", "texts",
                                      "election_keys"};
  const evd_object_ref *const refs[] = {
      &log->setup.setup.parameters, &log->setup.setup.manifest,
      &log->setup.setup.texts, &log->keys.keys.election_keys};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    size_t n = strlen(kinds[i]);
    *kind = kinds[i];
    if (strncmp(name, kinds[i], n) == 0 && strcmp(name + n, ".json") == 0)
      return memcmp(refs[i], &none, sizeof none) == 0 ? NULL : refs[i];
  }
  return NULL;
}

static bool head_has(void *self, const char *name) {
  const char *kind = NULL;
  return ref_of(self, name, &kind) != NULL;
}

static evd_err get_guardian(evd_log *log, const char *name, evd_span *out,
                            evd_arena *a) {
  char want[sizeof "guardians/guardian_4294967295.json"];
  for (uint32_t i = 1; i <= EVD_N_MAX; i++) {
    snprintf(want, sizeof want, "guardians/guardian_%u.json", i);
    if (strcmp(name, want) == 0)
      return fetch_part(log, &log->reveals[i - 1], name + strlen("guardians/"),
                        out, a);
  }
  return EVD_ERR_MISSING;
}

static evd_err head_get(void *self, const char *name, size_t max_bytes,
                        evd_span *out, evd_arena *a) {
  evd_log *log = self;
  const char *kind = NULL;
  const evd_object_ref *ref = ref_of(log, name, &kind);
  evd_err e =
      ref ? fetch(log, kind, ref, out, a) : get_guardian(log, name, out, a);
  if (e != EVD_OK)
    return evd_complain(e, "the object of %s: %s", name, evd_err_text(e));
  if (out->n > max_bytes)
    return evd_complain(EVD_ERR_PARSE,
                        "the object of %s has %zu bytes, expected at most %zu",
                        name, out->n, max_bytes);
  return EVD_OK;
}

static void keep_fault(void *self, const char *where, const char *what) {
  char *to = self;
  if (!to[0])
    (void)evd_log_refuse(to, "%s: %s", where, what);
}

/* ---- SETUP ---- */

static evd_err check_hashes(const evd_log *log, char what[EVD_LOG_WHAT_BYTES]) {
  if (memcmp(&log->head.H_P, &log->setup.setup.H_P, 32) != 0)
    return evd_log_refuse(what, "H_P is not that of the parameters");
  if (memcmp(&log->head.H_B, &log->setup.setup.H_B, 32) != 0)
    return evd_log_refuse(what, "H_B is not that of the manifest");
  return EVD_OK;
}

static evd_err same_as_given(evd_span given, evd_span found, const char *name,
                             char what[EVD_LOG_WHAT_BYTES]) {
  if (given.n == 0 ||
      (given.n == found.n && memcmp(given.p, found.p, given.n) == 0))
    return EVD_OK;
  return evd_log_refuse(
      what, "the object `%s` is not the one that this server was given", name);
}

static evd_err read_keys(evd_log *log, evd_board_keys *keys,
                         char what[EVD_LOG_WHAT_BYTES]) {
  const char *why = NULL;
  uint32_t line = 0;
  evd_span text, own;
  EVD_TRY(
      or_refuse(fetch(log, "keys", &log->setup.setup.keys, &text, &log->arena),
                what, "the object `keys` cannot be read"));
  EVD_TRY(same_as_given(log->plan.keys, text, "keys", what));
  uint8_t *copy = evd_arena_get(&log->arena, text.n, 1); /* names lie in it */
  if (!copy)
    return EVD_ERR_SPACE;
  memcpy(copy, text.p, text.n);
  own = (evd_span){copy, text.n};
  evd_err e = evd_board_keys_read(keys, own, &log->arena, &why, &line);
  if (e == EVD_ERR_PARSE)
    return evd_log_refuse(what, "keys, line %u: expected %s", line, why);
  return e;
}

static evd_err check_keys(const evd_log *log, const evd_rules_facts *facts,
                          const evd_board_keys *keys,
                          char what[EVD_LOG_WHAT_BYTES]) {
  const char *why = NULL;
  evd_err e = evd_setup_keys_check(facts, keys, log->setup.setup.admin_k, &why);
  return e == EVD_ERR_REFUSED ? evd_log_refuse(what, "%s", why) : e;
}

static evd_err check_policy(evd_log *log, char what[EVD_LOG_WHAT_BYTES]) {
  const char *why = NULL;
  evd_span text;
  EVD_TRY(or_refuse(
      fetch(log, "policy", &log->setup.setup.policy, &text, &log->arena), what,
      "the object `policy` cannot be read"));
  EVD_TRY(same_as_given(log->plan.policy, text, "policy", what));
  evd_err e =
      evd_profile_check(log->setup.setup.profile, text, &log->arena, &why);
  return e == EVD_ERR_REFUSED ? evd_log_refuse(what, "%s", why) : e;
}

static evd_err begin(evd_log *log, char what[EVD_LOG_WHAT_BYTES]) {
  const evd_head_files files = {log, head_has, head_get};
  evd_board_keys keys;
  evd_rules_facts facts;
  what[0] = 0;
  EVD_TRY(or_refuse(
      evd_head_read_from(&log->head, "SETUP", &files, EVD_HEAD_MANIFEST), what,
      "the objects of SETUP are not in their form"));
  if (evd_head_judge(&log->head, EVD_HEAD_MANIFEST, keep_fault, what) > 0)
    return EVD_ERR_REFUSED;
  EVD_TRY(check_hashes(log, what));
  EVD_TRY(evd_facts_of(&facts, &log->G, &log->head.par, &log->head.man,
                       &log->arena));
  EVD_TRY(read_keys(log, &keys, what));
  EVD_TRY(check_keys(log, &facts, &keys, what));
  EVD_TRY(check_policy(log, what));
  const evd_rules_log past = {log->origin, log, evd_log_root};
  return evd_rules_init(&log->rules, &facts, &keys, &log->rows, &past,
                        &log->arena);
}

evd_err evd_log_begin(evd_log *log, char what[EVD_LOG_WHAT_BYTES]) {
  evd_err e = begin(log, what);
  log->has_rules = e == EVD_OK;
  if (e != EVD_OK)
    evd_log_unbegin(log);
  return e;
}

void evd_log_unbegin(evd_log *log) {
  evd_head_close(&log->head);
  evd_arena_close(&log->arena);
  memset(&log->rules, 0, sizeof log->rules);
  log->has_rules = log->has_keys = false;
}

/* ---- CEREMONY ---- */

enum { COMMIT = 1, REVEAL = 2 };

/* The objects of a step of the ceremony, entries 1 .. end - 1, by guardian. */
static evd_err find_steps(evd_log *log, uint64_t end, uint8_t step,
                          evd_object_ref out[EVD_N_MAX]) {
  evd_buf b;
  evd_entry_read read;
  const char *why = NULL;
  evd_err e = EVD_OK;
  memset(out, 0, EVD_N_MAX * sizeof *out);
  evd_buf_init(&b, EVD_ENTRY_BYTES_MAX);
  for (uint64_t i = 1; e == EVD_OK && i < end; i++) {
    evd_buf_reset(&b);
    e = evd_store_entry(log->store, i, &b);
    if (e == EVD_OK)
      e = evd_entry_parse(&read, (evd_span){b.p, b.n}, &why);
    if (e == EVD_OK && read.e.type == EVD_ENTRY_CEREMONY &&
        read.e.ceremony.step == step)
      out[read.e.ceremony.guardian - 1] = read.e.ceremony.object;
  }
  evd_buf_close(&b);
  return e;
}

/* The revealed file is the one that was committed to. */
static evd_err check_reveal(evd_log *log, const evd_log_content *c,
                            evd_arena *a, char what[EVD_LOG_WHAT_BYTES]) {
  uint32_t i = c->read->e.ceremony.guardian;
  char name[PART_NAME_BYTES];
  evd_span guardian, commit;
  evd_object_ref commits[EVD_N_MAX];
  evd_commit said;
  evd_why why;
  evd_h32 digest;
  snprintf(name, sizeof name, "guardian_%u.json", i);
  if (evd_part_find(c->bytes[0], name, &guardian) != EVD_OK)
    return evd_log_refuse(what, "a reveal has the part %s", name);
  EVD_TRY(find_steps(log, log->rules.size - 1, COMMIT, commits));
  snprintf(name, sizeof name, "commit_%u.json", i);
  if (memcmp(&commits[i - 1], &none, sizeof none) == 0)
    return evd_log_refuse(
        what,
        "no commitment of guardian %u is in the log yet: it has to stand there "
        "before the reveal is sent",
        i);
  EVD_TRY(fetch_part(log, &commits[i - 1], name, &commit, a));
  EVD_TRY(evd_commit_read(&said, commit, a, &why));
  evd_digest(&digest, "guardian", guardian.p, guardian.n);
  if (memcmp(&digest, &said.digest, sizeof digest) != 0)
    return evd_log_refuse(what, "not the file that guardian %u committed to",
                          i);
  return EVD_OK;
}

/* What is revealed later can only be compared with a commitment in its form. */
static evd_err check_commit(const evd_log *log, const evd_log_content *c,
                            evd_arena *a, char what[EVD_LOG_WHAT_BYTES]) {
  uint32_t i = c->read->e.ceremony.guardian;
  char name[PART_NAME_BYTES];
  evd_span commit;
  evd_commit said;
  evd_why why;
  snprintf(name, sizeof name, "commit_%u.json", i);
  if (evd_part_find(c->bytes[0], name, &commit) != EVD_OK ||
      evd_commit_read(&said, commit, a, &why) != EVD_OK || said.i != i ||
      memcmp(&said.H_B, &log->head.H_B, sizeof said.H_B) != 0)
    return evd_log_refuse(
        what, "a commitment has the part %s, for this manifest", name);
  return EVD_OK;
}

static evd_err judge_ceremony(evd_log *log, const evd_log_content *c,
                              char what[EVD_LOG_WHAT_BYTES]) {
  uint8_t step = c->read->e.ceremony.step;
  evd_arena a;
  evd_err e = EVD_OK;
  if (!evd_parts_whole(c->bytes[0]))
    return evd_log_refuse(what, "the object `ceremony` is not made of parts");
  evd_arena_init(&a, EVD_LOG_OBJECT_BYTES_MAX);
  if (step == COMMIT)
    e = check_commit(log, c, &a, what);
  if (step == REVEAL)
    e = check_reveal(log, c, &a, what);
  evd_arena_close(&a);
  return or_refuse(e, what, "the ceremony before it cannot be read");
}

/* ---- KEYS ---- */

/* digest("guardians", d_1 .. d_n), d_i = digest("guardian", the file). */
static evd_err check_guardians(evd_log *log, char what[EVD_LOG_WHAT_BYTES]) {
  evd_sha256 all;
  evd_h32 digest;
  evd_arena a;
  evd_err e = EVD_OK;
  evd_digest_init(&all, "guardians");
  evd_arena_init(&a, EVD_LOG_OBJECT_BYTES_MAX);
  for (uint32_t i = 1; e == EVD_OK && i <= log->head.par.n; i++) {
    char name[PART_NAME_BYTES];
    evd_span file;
    evd_arena_point mark = evd_arena_mark(&a);
    snprintf(name, sizeof name, "guardian_%u.json", i);
    e = fetch_part(log, &log->reveals[i - 1], name, &file, &a);
    if (e == EVD_OK)
      evd_digest(&digest, "guardian", file.p, file.n);
    evd_sha256_add(&all, digest.b, sizeof digest.b);
    evd_arena_back(&a, mark);
  }
  evd_arena_close(&a);
  evd_sha256_out(&all, &digest);
  EVD_TRY(e);
  if (memcmp(&digest, &log->keys.keys.guardians, sizeof digest) != 0)
    return evd_log_refuse(what, "not the digest of the revealed guardians");
  return EVD_OK;
}

evd_err evd_log_begin_keys(evd_log *log, uint64_t keys_at,
                           char what[EVD_LOG_WHAT_BYTES]) {
  what[0] = 0;
  EVD_TRY(find_steps(log, keys_at, REVEAL, log->reveals));
  for (uint32_t i = 1; i <= log->head.par.n; i++)
    if (memcmp(&log->reveals[i - 1], &none, sizeof none) == 0)
      return evd_log_refuse(what, "guardian %u has revealed nothing", i);
  EVD_TRY(or_refuse(check_guardians(log, what), what,
                    "the revealed keys cannot be read"));
  EVD_TRY(or_refuse(evd_head_read_keys(&log->head), what,
                    "the objects of KEYS are not in their form"));
  if (memcmp(&log->head.keys.H_G, &log->keys.keys.H_G, 32) != 0 ||
      memcmp(&log->head.keys.H_E, &log->keys.keys.H_E, 32) != 0)
    return evd_log_refuse(what, "H_G and H_E are not those of election_keys");
  log->has_keys = true;
  return EVD_OK;
}

static evd_err judge_keys(evd_log *log, const evd_log_content *c,
                          char what[EVD_LOG_WHAT_BYTES]) {
  log->keys = c->read->e;
  EVD_TRY(evd_log_begin_keys(log, log->rules.size - 1, what));
  if (evd_head_judge(&log->head, EVD_HEAD_KEYS, keep_fault, what) > 0)
    return EVD_ERR_REFUSED;
  log->state.keys_at = log->rules.size - 1;
  return EVD_OK;
}

/* ---- all of them ---- */

static evd_err judge_roll(evd_log *log, const evd_log_content *c,
                          char what[EVD_LOG_WHAT_BYTES]) {
  enum { ROLL_COMMIT = 1 };
  evd_refusal why;
  if (c->read->e.roll.op != ROLL_COMMIT)
    return EVD_OK;
  evd_err e = evd_rules_roll(&log->rules, &c->read->e, c->bytes[0], &why);
  return e == EVD_ERR_REFUSED ? evd_log_refuse(what, "%s", why.what) : e;
}

evd_err evd_log_judge(evd_log *log, const evd_log_content *c, evd_l_code *code,
                      char what[EVD_LOG_WHAT_BYTES]) {
  evd_err e = EVD_OK;
  *code = EVD_L5;
  log->taking = c;
  switch (c->read->e.type) {
  case EVD_ENTRY_KEYS:
    e = judge_keys(log, c, what);
    break;
  case EVD_ENTRY_CEREMONY:
    e = judge_ceremony(log, c, what);
    break;
  case EVD_ENTRY_ROLL:
    *code = EVD_L6;
    e = judge_roll(log, c, what);
    break;
  case EVD_ENTRY_SHARE:
    if (!evd_parts_whole(c->bytes[0]))
      e = evd_log_refuse(what, "the object `share` is not made of parts");
    break;
  default:
    break;
  }
  log->taking = NULL;
  return e;
}
