/* Judging evidence: what is common to all of it. */
#include "alarm/judge.h"

#include <string.h>

#include "alarm/alarm.h"
#include "board/files.h"
#include "board/text.h"
#include "hash/hash.h"

static void say(evd_judge *j, const char *text) {
  size_t have = strlen(j->out->shows), n = strlen(text);
  if (n >= sizeof j->out->shows - have)
    n = sizeof j->out->shows - have - 1;
  memcpy(j->out->shows + have, text, n);
}

evd_err evd_judged(evd_judge *j, evd_evidence_verdict v, const char *a,
                   const char *b) {
  j->out->verdict = v;
  memset(j->out->shows, 0, sizeof j->out->shows);
  say(j, a);
  if (b) {
    say(j, " ");
    say(j, b);
  }
  return EVD_OK;
}

static void *no_part(evd_judge *j, evd_err *err, const char *expected) {
  j->expected = expected;
  *err = EVD_ERR_FORM;
  return NULL;
}

static void *no_memory(evd_err *err) {
  *err = EVD_ERR_SPACE;
  return NULL;
}

/* Signed by the log of the policy under the origin of line 3? */
static bool is_of_log(evd_judge *j, evd_judge_head *h) {
  evd_policy_judge_var(&h->by, j->policy, &h->c, 0);
  return h->by.log && evd_equal(h->c.origin, j->e->origin);
}

static void *not_of_log(evd_judge *j, evd_err *err) {
  *err = evd_judged(j, EVD_EVIDENCE_FALSE,
                    "A checkpoint in the file is not signed by the log.", NULL);
  return NULL;
}

evd_judge_head *evd_judge_checkpoint(evd_judge *j, uint32_t index,
                                     evd_err *err) {
  const evd_part *part = evd_evidence_part(j->e, "checkpoint", index);
  evd_note_why why;
  if (!part)
    return no_part(j, err, "one more part `checkpoint`");
  evd_judge_head *h = evd_arena_get(j->a, 1, sizeof *h);
  if (!h)
    return no_memory(err);
  if (evd_checkpoint_read(&h->c, part->bytes, &why) != EVD_OK)
    return no_part(j, err, "a checkpoint in each part `checkpoint`");
  return is_of_log(j, h) ? h : not_of_log(j, err);
}

evd_judge_entry *evd_judge_leaf_at(evd_judge *j, uint32_t index, evd_err *err) {
  const evd_part *part = evd_evidence_part(j->e, "entry", index);
  const char *what;
  evd_note_why why;
  if (!part)
    return no_part(j, err, "one more part `entry`");
  evd_judge_entry *e = evd_arena_get(j->a, 1, sizeof *e);
  if (!e)
    return no_memory(err);
  evd_err read = evd_receipt_read(&e->receipt, part->bytes, j->a, &why);
  if (read == EVD_ERR_SPACE)
    return no_memory(err);
  if (read != EVD_OK || e->receipt.extra.n == 0 ||
      evd_checkpoint_read(&e->head.c, e->receipt.checkpoint, &why) != EVD_OK)
    return no_part(j, err, "a receipt with its entry in each part `entry`");
  if (!is_of_log(j, &e->head))
    return not_of_log(j, err);
  e->is_entry = evd_entry_parse(&e->read, e->receipt.extra, &what) == EVD_OK;
  if (evd_receipt_check(&e->receipt, &e->head.c.head) == EVD_OK)
    return e;
  *err = evd_judged(j, EVD_EVIDENCE_FALSE,
                    "An entry in the file is not in the log.", NULL);
  return NULL;
}

evd_judge_entry *evd_judge_entry_at(evd_judge *j, uint32_t index,
                                    evd_err *err) {
  evd_judge_entry *e = evd_judge_leaf_at(j, index, err);
  if (e && !e->is_entry)
    return no_part(j, err, "a receipt with its entry in each part `entry`");
  return e;
}

evd_judge_entry *evd_judge_entry_of(evd_judge *j, uint32_t index,
                                    evd_entry_type type, evd_err *err) {
  evd_judge_entry *e = evd_judge_entry_at(j, index, err);
  if (e && (e->read.e.type != type ||
            (type == EVD_ENTRY_SETUP && e->receipt.index != 0)))
    return no_part(j, err, "entries of the types that its code asks for");
  return e;
}

/* ---- other parts ---- */

evd_err evd_judge_expected(evd_judge *j, const char *expected) {
  j->expected = expected;
  return EVD_ERR_FORM;
}

const evd_part *evd_judge_object(const evd_judge *j, const char *kind,
                                 const evd_object_ref *ref) {
  const evd_part *part;
  for (uint32_t i = 0; (part = evd_evidence_part(j->e, "object", i)) != NULL;
       i++)
    if (evd_object_fits(ref, kind, part->bytes))
      return part;
  return NULL;
}

bool evd_judge_proof(evd_judge *j, evd_h32 *first, evd_tree_proof *proof) {
  const evd_part *part = evd_evidence_part(j->e, "proof", 0);
  evd_span line, left;
  memset(proof, 0, sizeof *proof);
  if (!part)
    return false;
  left = part->bytes;
  if (!evd_take_until(&left, '\n', &line) || !evd_hash_read(first, line))
    return false;
  while (evd_take_until(&left, '\n', &line))
    if (proof->n == EVD_TREE_LEVELS ||
        !evd_hash_read(&proof->at[proof->n++], line))
      return false;
  return left.n == 0;
}

evd_err evd_judge_manifest(evd_judge *j, uint32_t index, evd_manifest *out) {
  evd_err err = EVD_OK;
  evd_why why;
  const evd_judge_entry *setup =
      evd_judge_entry_of(j, index, EVD_ENTRY_SETUP, &err);
  if (!setup)
    return err;
  const evd_part *part =
      evd_judge_object(j, "manifest", &setup->read.e.setup.manifest);
  if (part)
    err = evd_manifest_read(out, part->bytes, j->a, &why);
  if (err == EVD_ERR_SPACE)
    return err;
  return part && err == EVD_OK
             ? EVD_OK
             : evd_judge_expected(j, "the manifest of SETUP as an `object`");
}

/* ---- judging ---- */

/* How many parts of a name the rows of a code have at most. Codes that are not
 * here rest on what was seen: whatever it is. */
enum { CHECKPOINT, ENTRY, OBJECT, PROOF, PLACE, FILE_PART, NAMES };
static const char *const names[NAMES] = {"checkpoint", "entry", "object",
                                         "proof",      "place", "file"};
static const struct {
  uint8_t code, most[NAMES];
} rows[] = {{EVD_ALARM_BACK, {2}},         {EVD_ALARM_HISTORIES, {2, 0, 0, 1}},
            {EVD_ALARM_QUORUM, {1, 1}},    {EVD_ALARM_FILE, {1, 2, 1, 1, 1, 1}},
            {EVD_ALARM_TWICE, {0, 2}},     {EVD_ALARM_PROOF, {0, 4, 4}},
            {EVD_ALARM_CHAIN, {0, 2}},     {EVD_ALARM_PHASE, {0, 2}},
            {EVD_ALARM_SIGNER, {0, 3, 1}}, {EVD_ALARM_CHALLENGE, {0, 4, 4}},
            {EVD_ALARM_CLOCK, {1}},        {EVD_ALARM_ALIKE, {0, 3, 3}}};

/* What nobody looks at may not stand there as if it had been judged. */
static bool too_many(const evd_evidence *e) {
  uint32_t known = 1; /* the policy */
  size_t row = 0;
  while (row < sizeof rows / sizeof rows[0] && rows[row].code != e->code)
    row++;
  if (row == sizeof rows / sizeof rows[0])
    return false;
  for (uint32_t i = 0; i < NAMES; i++) {
    uint32_t n = 0;
    while (evd_evidence_part(e, names[i], n))
      n++;
    if (n > rows[row].most[i])
      return true;
    known += n;
  }
  return known != e->n_parts;
}

/* Of codes that rest on what was seen: the log signed what it is said to show.
 */
static evd_err seen(evd_judge *j) {
  evd_err err = EVD_OK;
  for (uint32_t i = 0; evd_evidence_part(j->e, "checkpoint", i); i++)
    if (!evd_judge_checkpoint(j, i, &err))
      return err;
  return evd_judged(j, EVD_EVIDENCE_WORD,
                    "This alarm rests on what its writer saw:",
                    "look at the log yourself to confirm it.");
}

static evd_err by_code(evd_judge *j) {
  switch (j->e->code) {
  case EVD_ALARM_STALE:
  case EVD_ALARM_BACK:
  case EVD_ALARM_HISTORIES:
  case EVD_ALARM_QUORUM:
  case EVD_ALARM_CLOCK:
    return evd_judge_heads(j);
  case EVD_ALARM_TWICE:
  case EVD_ALARM_CHAIN:
  case EVD_ALARM_PHASE:
    return evd_judge_entries(j);
  case EVD_ALARM_SIGNER:
    return evd_judge_signers(j);
  case EVD_ALARM_FILE:
    return evd_judge_files(j);
  case EVD_ALARM_PROOF:
  case EVD_ALARM_CHALLENGE:
  case EVD_ALARM_ALIKE:
    return evd_judge_ballots(j);
  default:
    return seen(j);
  }
}

evd_err evd_evidence_judge(evd_judgement *out, const evd_evidence *e,
                           evd_ballot_judge_fn *ballots, evd_arena *a,
                           const char **expected) {
  evd_note_why why;
  evd_judge j = {.e = e, .a = a, .ballots = ballots, .out = out};
  const evd_part *policy = evd_evidence_part(e, "policy", 0);
  memset(out, 0, sizeof *out);
  *expected = "one part `policy` with a tlog-policy";
  if (!policy || evd_evidence_part(e, "policy", 1))
    return EVD_ERR_FORM;
  j.policy = evd_arena_get(a, 1, sizeof *j.policy);
  if (!j.policy)
    return EVD_ERR_SPACE;
  if (evd_policy_read(j.policy, policy->bytes, &why) != EVD_OK)
    return EVD_ERR_FORM;
  evd_digest(&out->policy, "policy", policy->bytes.p, policy->bytes.n);
  if (too_many(e)) {
    *expected = "the parts of its code and no others";
    return EVD_ERR_FORM;
  }
  evd_err err = by_code(&j);
  *expected = j.expected;
  return err;
}
