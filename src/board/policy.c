#include "board/policy.h"

#include <string.h>

#include "base/decimal.h"
#include "board/text.h"

/* ---- reading ---- */

static bool allowed(evd_span bytes) {
  for (size_t i = 0; i < bytes.n; i++) {
    uint8_t c = bytes.p[i];
    if ((c < ' ' && c != '\t' && c != '\n') || c == 0x7F) /* DEL */
      return false;
  }
  return true;
}

static evd_policy_name *find(evd_policy *p, evd_span name) {
  for (uint32_t i = 0; i < p->n_names; i++)
    if (evd_equal(p->names[i].name, name))
      return &p->names[i];
  return NULL;
}

static bool same_key(const evd_note_key *a, const evd_note_key *b) {
  return memcmp(a->key.b, b->key.b, sizeof a->key.b) == 0;
}

/* NULL: fine. */
static const char *read_key(evd_note_key *out, evd_span *line, uint8_t type) {
  evd_span word;
  if (!evd_take_word(line, &word) || evd_note_key_read(out, word) != EVD_OK ||
      out->type != type)
    return type == EVD_NOTE_ED25519
               ? "the key of a log: name+id+key of type 1"
               : "the key of a witness: name+id+key of type 4";
  return NULL;
}

static const char *end_with_url(evd_span *line, evd_span *url) {
  evd_span word;
  (void)evd_take_word(line, url);
  return evd_take_word(line, &word) ? "nothing behind the address" : NULL;
}

static const char *read_log(evd_policy *p, evd_span *line) {
  evd_policy_log *log = &p->logs[p->n_logs];
  if (p->n_logs == EVD_POLICY_LOGS_MAX)
    return "at most 32 logs";
  const char *expected = read_key(&log->key, line, EVD_NOTE_ED25519);
  if (expected)
    return expected;
  for (uint32_t i = 0; i < p->n_logs; i++)
    if (same_key(&p->logs[i].key, &log->key))
      return "each log once";
  p->n_logs++;
  return end_with_url(line, &log->url);
}

/* A name that is not taken; its place is not counted yet. */
static const char *read_name(evd_policy *p, evd_span *line) {
  evd_span word;
  if (p->n_names == EVD_POLICY_NAMES_MAX)
    return "at most 128 witnesses and groups";
  if (!evd_take_word(line, &word) || evd_is(word, "none"))
    return "a name other than none";
  if (find(p, word))
    return "each name once";
  evd_policy_name *name = &p->names[p->n_names];
  memset(name, 0, sizeof *name);
  name->name = word;
  name->into = EVD_POLICY_NONE;
  return NULL;
}

static const char *read_witness(evd_policy *p, evd_span *line) {
  const char *expected = read_name(p, line);
  evd_policy_name *w = &p->names[p->n_names];
  if (!expected)
    expected = read_key(&w->key, line, EVD_NOTE_COSIGNATURE);
  if (expected)
    return expected;
  for (uint32_t i = 0; i < p->n_names; i++)
    if (!p->names[i].group && same_key(&p->names[i].key, &w->key))
      return "each witness once";
  p->n_names++;
  return end_with_url(line, &w->url);
}

static const char *read_members(evd_policy *p, evd_span *line) {
  evd_policy_name *group = &p->names[p->n_names];
  evd_span word;
  while (evd_take_word(line, &word)) {
    evd_policy_name *member = find(p, word);
    if (!member)
      return "members that are named above";
    if (member->into != EVD_POLICY_NONE)
      return "each name in one group only";
    member->into = p->n_names;
    group->members++;
  }
  return group->members > 0 ? NULL : "at least one member";
}

static const char *read_group(evd_policy *p, evd_span *line) {
  const char *expected = read_name(p, line);
  evd_policy_name *group = &p->names[p->n_names];
  evd_span k;
  uint64_t number = 0;
  if (expected)
    return expected;
  if (!evd_take_word(line, &k))
    return "all, any or a number";
  expected = read_members(p, line);
  if (expected)
    return expected;
  if (evd_is(k, "all"))
    number = group->members;
  else if (evd_is(k, "any"))
    number = 1;
  else if (!evd_decimal_read(&number, k) || number == 0 ||
           number > group->members)
    return "all, any or a number of its members";
  group->group = true;
  group->k = (uint32_t)number;
  p->n_names++;
  return NULL;
}

static const char *read_quorum(evd_policy *p, evd_span *line, bool *seen) {
  evd_span word, more;
  if (*seen)
    return "one quorum";
  *seen = true;
  if (!evd_take_word(line, &word) || evd_take_word(line, &more))
    return "one name behind quorum";
  if (evd_is(word, "none"))
    return NULL;
  const evd_policy_name *name = find(p, word);
  if (!name)
    return "a name that is given above";
  p->quorum = (uint32_t)(name - p->names);
  return NULL;
}

static const char *read_line(evd_policy *p, evd_span line, bool *quorum) {
  evd_span word;
  if (!evd_take_word(&line, &word) || word.p[0] == '#')
    return NULL;
  if (evd_is(word, "log"))
    return read_log(p, &line);
  if (evd_is(word, "witness"))
    return read_witness(p, &line);
  if (evd_is(word, "group"))
    return read_group(p, &line);
  if (evd_is(word, "quorum"))
    return read_quorum(p, &line, quorum);
  return "log, witness, group or quorum";
}

evd_err evd_policy_read(evd_policy *out, evd_span bytes, evd_note_why *why) {
  evd_span left = bytes, line;
  bool quorum = false;
  memset(out, 0, sizeof *out);
  out->quorum = EVD_POLICY_NONE;
  *why = (evd_note_why){1, NULL};
  if (bytes.n > EVD_POLICY_BYTES_MAX)
    why->expected = "at most 65536 bytes";
  else if (!allowed(bytes))
    why->expected = "no control characters but tabs and line feeds";
  while (!why->expected && left.n > 0) {
    why->expected = evd_take_until(&left, '\n', &line)
                        ? read_line(out, line, &quorum)
                        : "a line feed at the end";
    why->line += !why->expected;
  }
  if (!why->expected && !quorum)
    why->expected = "a quorum";
  return why->expected ? EVD_ERR_FORM : EVD_OK;
}

/* ---- judging ---- */

static bool by_a_log(const evd_policy *p, const evd_checkpoint *c,
                     bool *false_signature) {
  bool found = false;
  for (uint32_t i = 0; i < p->n_logs; i++) {
    evd_err e = evd_checkpoint_check_var(c, &p->logs[i].key);
    found = found || e == EVD_OK;
    *false_signature = *false_signature || e == EVD_ERR_PROOF;
  }
  return found;
}

void evd_policy_judge_var(evd_policy_verdict *out, const evd_policy *p,
                          const evd_checkpoint *c, uint64_t not_before) {
  uint32_t votes[EVD_POLICY_NAMES_MAX] = {0};
  memset(out, 0, sizeof *out);
  out->log = by_a_log(p, c, &out->false_signature);
  out->quorum = p->quorum == EVD_POLICY_NONE;
  /* A group stands behind its members. */
  for (uint32_t i = 0; i < p->n_names; i++) {
    const evd_policy_name *name = &p->names[i];
    bool signs = name->group && votes[i] >= name->k;
    if (!name->group) {
      uint64_t time = 0;
      evd_err e = evd_cosignature_check_var(&c->note, &name->key, &time);
      signs = e == EVD_OK && time >= not_before;
      out->false_signature = out->false_signature || e == EVD_ERR_PROOF;
      out->times[i] = signs ? time : 0;
      out->n_witnesses += signs;
    }
    if (signs && name->into != EVD_POLICY_NONE)
      votes[name->into]++;
    out->quorum = out->quorum || (signs && i == p->quorum);
  }
}

bool evd_policy_k_of_n(const evd_policy *p, uint32_t *k, uint32_t *n) {
  *k = *n = 0;
  if (p->quorum == EVD_POLICY_NONE)
    return true;
  const evd_policy_name *top = &p->names[p->quorum];
  *k = *n = 1;
  if (!top->group)
    return true;
  for (uint32_t i = 0; i < p->n_names; i++)
    if (p->names[i].group && p->names[i].into == p->quorum)
      return false;
  *k = top->k;
  *n = top->members;
  return true;
}
