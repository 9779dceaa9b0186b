/* Evidence in ballots, which are judged again: M07, M14, M20. */
#include "alarm/judge.h"

#include <string.h>

#include "alarm/alarm.h"
#include "board/objects.h"

/* ---- parts ---- */

/* The line that an entry about a ballot names.
 *   errors  EVD_ERR_FORM */
static evd_err line_of(evd_judge *j, const char *kind,
                       const evd_object_ref *ref, evd_span *out) {
  const evd_part *part = evd_judge_object(j, kind, ref);
  if (!part)
    return evd_judge_expected(
        j, "as `object` what BALLOT, OPENING, MAIL_CAST name");
  *out = part->bytes;
  return EVD_OK;
}

/* SETUP, the index-th entry, and KEYS behind it. */
static evd_err election(evd_judge *j, uint32_t index, evd_judge_election *out) {
  evd_err err = EVD_OK;
  evd_why why;
  EVD_TRY(evd_judge_manifest(j, index, &out->man));
  if (j->out->verdict)
    return EVD_OK;
  const evd_judge_entry *keys =
      evd_judge_entry_of(j, index + 1, EVD_ENTRY_KEYS, &err);
  if (!keys)
    return err;
  const evd_part *part =
      evd_judge_object(j, "election_keys", &keys->read.e.keys.election_keys);
  if (part)
    err = evd_election_keys_read(&out->keys, part->bytes, j->a, &why);
  if (err == EVD_ERR_SPACE)
    return err;
  out->H_E = keys->read.e.keys.H_E;
  return part && err == EVD_OK
             ? EVD_OK
             : evd_judge_expected(j, "the object of KEYS as an `object`");
}

/* ---- M07, M14 ---- */

static evd_err say_found(evd_judge *j, evd_entry_type type,
                         evd_ballot_finding f, const evd_why *why) {
  if (f == EVD_OTHER_FAILS)
    return evd_judged(j, EVD_EVIDENCE_SHOWN,
                      type == EVD_ENTRY_OPENING
                          ? "A ballot in the log is not what its opening says:"
                          : "What was selected on a ballot does not hold:",
                      why->text);
  if (f == EVD_BALLOT_HOLDS)
    return evd_judged(j, EVD_EVIDENCE_FALSE,
                      type == EVD_ENTRY_BALLOT
                          ? "The ballot holds."
                          : "The ballot holds, and what is about it, too.",
                      NULL);
  return type == EVD_ENTRY_BALLOT
             ? evd_judged(j, EVD_EVIDENCE_SHOWN,
                          "A ballot in the log does not hold:", why->text)
             : evd_judged(j, EVD_EVIDENCE_FALSE,
                          "The ballot itself does not hold.", NULL);
}

/* SETUP is the index-th entry in the file. */
static evd_err judge_again(evd_judge *j, uint32_t index,
                           const evd_ballot_case *c) {
  evd_judge_election x;
  evd_ballot_finding found = EVD_BALLOT_HOLDS;
  evd_why why = {""};
  EVD_TRY(election(j, index, &x));
  if (j->out->verdict)
    return EVD_OK;
  if (!j->ballots)
    return evd_judged(j, EVD_EVIDENCE_WORD, "The ballot is in the log.",
                      "Whether it holds is seen with the log.");
  const evd_ballot_case whole = {&x.man,    &x.keys,  &x.H_E,
                                 c->ballot, c->other, c->type};
  evd_err err = j->ballots(&found, &whole, &why, j->a);
  if (err == EVD_ERR_MEMBER)
    return evd_judge_expected(j, "keys in the object of KEYS");
  return err == EVD_OK ? say_found(j, c->type, found, &why) : err;
}

/* The H_C and object of what is about a ballot. */
static const evd_object_ref *about(const evd_entry *e, const evd_h32 **H_C,
                                   const char **kind) {
  const bool opening = e->type == EVD_ENTRY_OPENING;
  *H_C = opening ? &e->opening.H_C : &e->mail_cast.H_C;
  *kind = opening ? "challenged" : "mail_cast";
  return opening ? &e->opening.object : &e->mail_cast.object;
}

/* An entry about a ballot, and the ballot. */
static evd_err judge_two(evd_judge *j, const evd_judge_entry *o) {
  evd_err err = EVD_OK;
  evd_ballot_case c = {.type = o->read.e.type};
  const evd_h32 *H_C;
  const char *kind;
  const evd_object_ref *ref = about(&o->read.e, &H_C, &kind);
  const evd_judge_entry *b = evd_judge_entry_of(j, 1, EVD_ENTRY_BALLOT, &err);
  if (!b)
    return err;
  EVD_TRY(line_of(j, kind, ref, &c.other));
  EVD_TRY(line_of(j, "ballot", &b->read.e.ballot.object, &c.ballot));
  if (memcmp(H_C, &b->read.e.ballot.H_C, sizeof *H_C) != 0)
    return evd_judge_expected(j, "the BALLOT that the first entry is about");
  return judge_again(j, 2, &c);
}

/* What guardians decrypted: judged by the tally, their answers before and, of
 * contest data, the ballots. That those are the log's, none of them shows. */
static evd_err judge_decrypted(evd_judge *j, const evd_entry *e) {
  evd_entry_object named[EVD_ENTRY_OBJECTS_MAX];
  (void)evd_entry_objects(e, named);
  if (!evd_judge_object(j, named[0].kind, &named[0].ref))
    return evd_judge_expected(j, "as `object` what the entry names");
  return evd_judged(j, EVD_EVIDENCE_WORD, "What was decrypted is in the log.",
                    "That it does not hold is the writer's word.");
}

static bool is_decrypted(const evd_entry *e) {
  return e->type == EVD_ENTRY_SHARE || e->type == EVD_ENTRY_RESULT ||
         e->type == EVD_ENTRY_CONTEST_DATA;
}

static evd_err judge_proof(evd_judge *j) {
  evd_err err = EVD_OK;
  const evd_judge_entry *e = evd_judge_entry_at(j, 0, &err);
  if (!e)
    return err;
  evd_ballot_case c = {.type = e->read.e.type};
  if (c.type ==
      (j->e->code == EVD_ALARM_PROOF ? EVD_ENTRY_MAIL_CAST : EVD_ENTRY_OPENING))
    return judge_two(j, e);
  if (is_decrypted(&e->read.e) && j->e->code == EVD_ALARM_PROOF)
    return judge_decrypted(j, &e->read.e);
  if (c.type != EVD_ENTRY_BALLOT || j->e->code != EVD_ALARM_PROOF)
    return evd_judge_expected(j, "entries of the types that its code asks for");
  EVD_TRY(line_of(j, "ballot", &e->read.e.ballot.object, &c.ballot));
  return judge_again(j, 1, &c);
}

/* ---- M20 ---- */

static bool has_alpha(const evd_ballot *b, const evd_p *alpha) {
  for (uint32_t i = 0; i < b->n_contests; i++)
    for (uint32_t f = 0; f < b->contests[i].n_fields; f++)
      if (memcmp(&b->contests[i].fields[f].alpha, alpha, sizeof *alpha) == 0)
        return true;
  return false;
}

static bool alike(const evd_ballot *a, const evd_ballot *b) {
  if (memcmp(&a->nonce_C0, &b->nonce_C0, sizeof a->nonce_C0) == 0)
    return true;
  for (uint32_t i = 0; i < a->n_contests; i++)
    for (uint32_t f = 0; f < a->contests[i].n_fields; f++)
      if (has_alpha(b, &a->contests[i].fields[f].alpha))
        return true;
  return false;
}

/* errors  EVD_ERR_FORM, EVD_ERR_PARSE: it is none */
static evd_err read_ballot(evd_judge *j, const evd_judge_entry *e,
                           const evd_manifest *man, evd_ballot *out) {
  evd_span line = {NULL, 0};
  evd_why why;
  EVD_TRY(line_of(j, "ballot", &e->read.e.ballot.object, &line));
  evd_err err = evd_ballot_read(out, line, man, j->a, &why);
  if (err == EVD_OK || err == EVD_ERR_SPACE)
    return err;
  return evd_judge_expected(j, "ballots that can be read");
}

static evd_err judge_alike(evd_judge *j) {
  evd_err err = EVD_OK;
  evd_manifest man;
  evd_ballot x, y;
  const evd_judge_entry *a = evd_judge_entry_of(j, 0, EVD_ENTRY_BALLOT, &err);
  if (!a)
    return err;
  const evd_judge_entry *b = evd_judge_entry_of(j, 1, EVD_ENTRY_BALLOT, &err);
  if (!b)
    return err;
  EVD_TRY(evd_judge_manifest(j, 2, &man));
  if (j->out->verdict)
    return EVD_OK;
  EVD_TRY(read_ballot(j, a, &man, &x));
  EVD_TRY(read_ballot(j, b, &man, &y));
  if (a->receipt.index == b->receipt.index)
    return evd_judged(j, EVD_EVIDENCE_FALSE, "Both are one entry.", NULL);
  return alike(&x, &y)
             ? evd_judged(j, EVD_EVIDENCE_SHOWN,
                          "Two ballots in the log share an encryption.", NULL)
             : evd_judged(j, EVD_EVIDENCE_FALSE,
                          "The two ballots share no encryption.", NULL);
}

evd_err evd_judge_ballots(evd_judge *j) {
  return j->e->code == EVD_ALARM_ALIKE ? judge_alike(j) : judge_proof(j);
}
