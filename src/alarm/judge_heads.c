/* Evidence in signed heads: M01 to M04, M17. */
#include "alarm/judge.h"

#include <string.h>

#include "alarm/alarm.h"
#include "board/files.h"

static bool same_root(const evd_log_head *a, const evd_log_head *b) {
  return memcmp(a->root.b, b->root.b, sizeof a->root.b) == 0;
}

/* The larger tree begins with other entries than those the smaller has. */
static evd_err two_sizes(evd_judge *j, const evd_log_head *small,
                         const evd_log_head *large) {
  evd_h32 began;
  evd_tree_proof proof;
  if (small->size == 0)
    return evd_judged(j, EVD_EVIDENCE_FALSE,
                      "An empty log is the beginning of every other.", NULL);
  if (!evd_judge_proof(j, &began, &proof))
    return evd_judge_expected(j,
                              "a part `proof`: hashes in base 64, one a line");
  if (evd_consistency_check(&began, small->size, &large->root, large->size,
                            &proof) != EVD_OK)
    return evd_judged(j, EVD_EVIDENCE_FALSE,
                      "The proof in the file is not of the larger state.",
                      NULL);
  if (memcmp(began.b, small->root.b, sizeof began.b) == 0)
    return evd_judged(j, EVD_EVIDENCE_FALSE,
                      "The larger state goes on from the smaller one.", NULL);
  return evd_judged(j, EVD_EVIDENCE_SHOWN,
                    "The log signed two states, and the larger one does not "
                    "go on from the smaller one.",
                    "No honest log signs both.");
}

static evd_err two_histories(evd_judge *j, const evd_log_head *a,
                             const evd_log_head *b) {
  if (a->size != b->size)
    return a->size < b->size ? two_sizes(j, a, b) : two_sizes(j, b, a);
  if (same_root(a, b))
    return evd_judged(j, EVD_EVIDENCE_FALSE, "Both states are the same.", NULL);
  return evd_judged(j, EVD_EVIDENCE_SHOWN,
                    "The log signed two states of one size with different "
                    "roots.",
                    "No honest log signs both.");
}

/* When witnesses signed shows no order: their clocks can be set, and who writes
 * evidence chooses what to leave out. */
static evd_err went_back(evd_judge *j, const evd_judge_head *before,
                         const evd_judge_head *after) {
  if (after->c.head.size >= before->c.head.size)
    return evd_judged(j, EVD_EVIDENCE_FALSE,
                      "The second state is not smaller than the first.", NULL);
  return evd_judged(j, EVD_EVIDENCE_WORD, "The log signed both states.",
                    "That the smaller one was shown later is the writer's "
                    "word.");
}

/* SETUP names its policy by digest. */
static evd_err other_policy(evd_judge *j) {
  evd_err err = EVD_OK;
  const evd_judge_entry *setup =
      evd_judge_entry_of(j, 0, EVD_ENTRY_SETUP, &err);
  if (!setup)
    return err;
  if (evd_object_fits(&setup->read.e.setup.policy, "policy",
                      evd_evidence_part(j->e, "policy", 0)->bytes))
    return evd_judged(j, EVD_EVIDENCE_FALSE, "SETUP names this policy.", NULL);
  return evd_judged(j, EVD_EVIDENCE_SHOWN,
                    "SETUP names another policy than the one in the file.",
                    NULL);
}

static evd_err no_quorum(evd_judge *j, const evd_judge_head *h) {
  if (h->by.quorum)
    return evd_judged(j, EVD_EVIDENCE_FALSE,
                      "The checkpoint has the quorum of the policy.", NULL);
  return evd_judged(j, EVD_EVIDENCE_WORD,
                    "The log signed this checkpoint, and in this file it lacks "
                    "the quorum of the policy.",
                    "That no more signatures were shown is the writer's word.");
}

evd_err evd_judge_heads(evd_judge *j) {
  evd_err err = EVD_OK;
  evd_judge_head *second = NULL;
  if (j->e->code == EVD_ALARM_QUORUM &&
      !evd_evidence_part(j->e, "checkpoint", 0))
    return other_policy(j);
  evd_judge_head *first = evd_judge_checkpoint(j, 0, &err);
  if (!first)
    return err;
  if (j->e->code == EVD_ALARM_BACK || j->e->code == EVD_ALARM_HISTORIES) {
    second = evd_judge_checkpoint(j, 1, &err);
    if (!second)
      return err;
    return j->e->code == EVD_ALARM_BACK
               ? went_back(j, first, second)
               : two_histories(j, &first->c.head, &second->c.head);
  }
  if (j->e->code == EVD_ALARM_QUORUM)
    return no_quorum(j, first);
  if (j->e->code == EVD_ALARM_CLOCK)
    return evd_judged(j, EVD_EVIDENCE_WORD, "The log signed this checkpoint.",
                      "What the clocks said is the writer's word: while "
                      "nothing happens it is cosigned again and again.");
  return evd_judged(j, EVD_EVIDENCE_WORD, "The log signed this checkpoint.",
                    "That it showed no newer one for too long is the writer's "
                    "word.");
}
