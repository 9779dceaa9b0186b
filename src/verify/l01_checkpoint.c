/* L.1: the checkpoint is one, and the log whose origin it bears signed it. The
 * policy says which log is wanted and which key it has; where the files were
 * read, at the board or a mirror of it, says nothing. */
#include <string.h>

#include "hash/hash.h"
#include "record/say.h"
#include "verify/logcheck_run.h"

static void say_line(char *out, size_t n, const char *path, uint32_t line) {
  evd_say s;
  evd_say_init(&s, out, n);
  evd_say_text(&s, path);
  evd_say_text(&s, ":");
  evd_say_n(&s, line);
}

static void read_checkpoint(evd_logcheck *l) {
  evd_note_why why = {0, NULL};
  char where[64];
  evd_err e =
      evd_board_read(l->how.files, "checkpoint", EVD_NOTE_BYTES_MAX, &l->text);
  if (e != EVD_OK) {
    evd_l_unread(l, EVD_L1_AT, "checkpoint", e);
    return;
  }
  if (!evd_l_keep(l, &l->rep.note, &l->text))
    return;
  if (evd_checkpoint_read(&l->c, l->rep.note, &why) != EVD_OK) {
    say_line(where, sizeof where, "checkpoint", why.line);
    evd_l_fault(l, EVD_L1_AT, where, why.expected);
    memset(&l->c, 0, sizeof l->c);
    return;
  }
  l->has_checkpoint = true;
  l->rep.origin = l->c.origin;
  l->rep.head = l->c.head;
}

/* The reader's own, or the one whose digest the reader knows. */
static bool find_policy(evd_logcheck *l, evd_span *out) {
  evd_h32 d;
  *out = l->how.policy;
  if (out->n > 0)
    return true;
  evd_err e = evd_board_read(l->how.files, "setup/policy", EVD_POLICY_BYTES_MAX,
                             &l->text);
  if (e != EVD_OK) {
    evd_l_unread(l, EVD_L3_AT, "setup/policy", e);
    return false;
  }
  if (!evd_l_keep(l, out, &l->text))
    return false;
  evd_digest(&d, "policy", out->p, out->n);
  if (memcmp(d.b, l->how.policy_digest->b, sizeof d.b) == 0)
    return true;
  evd_l_fault(l, EVD_L3_AT, "setup/policy", "is not the policy of this digest");
  return false;
}

static void read_policy(evd_logcheck *l) {
  evd_note_why why = {0, NULL};
  char where[64];
  evd_span bytes;
  l->rep.trusted = l->how.policy.n > 0 || l->how.policy_digest;
  if (!l->rep.trusted || !find_policy(l, &bytes)) {
    evd_l_block(l, EVD_L1_AT, EVD_L1_AT,
                "without --policy or --policy-digest nobody says which key is "
                "that of the log");
    return;
  }
  l->how.policy = bytes;
  if (evd_policy_read(&l->policy, bytes, &why) == EVD_OK) {
    l->has_policy = true;
    return;
  }
  say_line(where, sizeof where, "policy", why.line);
  evd_l_fault(l, EVD_L1_AT, where, why.expected);
}

void evd_l01_checkpoint(evd_logcheck *l) {
  read_checkpoint(l);
  if (!l->has_checkpoint)
    return;
  evd_l_saw(l, EVD_L1_AT, 1);
  read_policy(l);
  if (!l->has_policy)
    return;
  evd_policy_judge_var(&l->judged, &l->policy, &l->c, 0);
  l->rep.n_witnesses = l->judged.n_witnesses;
  if (!l->judged.log)
    evd_l_fault(l, EVD_L1_AT, "checkpoint",
                "is not signed by a log of the policy");
}
