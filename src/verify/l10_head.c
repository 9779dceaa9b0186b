/* L.10: the head that the reader saw before is one that this log had. */
#include <string.h>

#include "verify/logcheck_run.h"

static const char where[] = "the head kept from before";

void evd_l10_before(evd_logcheck *l) {
  evd_checkpoint c;
  evd_note_why why = {0, NULL};
  if (l->how.head.n == 0) {
    l->rep.checks[EVD_L10_AT].remark = "no head was kept from before (--head)";
    return;
  }
  evd_l_saw(l, EVD_L10_AT, 1);
  if (evd_checkpoint_read(&c, l->how.head, &why) != EVD_OK) {
    evd_l_fault(l, EVD_L10_AT, where, "is no checkpoint");
    return;
  }
  if (c.origin.n != l->c.origin.n ||
      memcmp(c.origin.p, l->c.origin.p, c.origin.n) != 0) {
    evd_l_fault(l, EVD_L10_AT, where, "is that of another log");
    return;
  }
  l->old = c.head;
  l->has_old = true;
}

void evd_l10_head(evd_logcheck *l) {
  evd_h32 then;
  if (!l->has_old)
    return;
  if (l->old.size > l->c.head.size) {
    evd_l_fault(l, EVD_L10_AT, where,
                "is larger than the log: the log has gone back");
    return;
  }
  evd_err e = evd_tree_past_root(&l->past, l->old.size, &then);
  if (evd_l_trouble(l, e) == EVD_OK &&
      memcmp(then.b, l->old.root.b, sizeof then.b) != 0)
    evd_l_fault(l, EVD_L10_AT, where,
                "has another root than the log had at its size: two views");
}
