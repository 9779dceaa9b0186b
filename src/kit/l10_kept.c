/* Faults against a head that was kept: L.10. */
#include "kit/log.h"

static void kept(evd_kit *e, int with) {
  enum { LARGER, ROOT, OLDER_ROOT, OTHER_LOG };
  evd_kit_head how = e->log->how;
  how.size_off = with == LARGER;
  how.other_root = with == ROOT || with == OLDER_ROOT;
  if (with == OTHER_LOG) {
    how.origin = how.name = "board.example/other";
    how.by = EVD_KIT_BY_OTHER_LOG;
  }
  enum { OLDER = 8 };
  evd_kit_give_head(e, &how, with == OLDER_ROOT ? OLDER : 0);
}

static const evd_kit_fault rows[] = {
    {"L10-larger", "L.10", EVD_KIT_BOARD, NULL, kept, 0,
     "the head that was kept has an entry more: the log has gone back"},
    {"L10-root", "L.10", EVD_KIT_BOARD, NULL, kept, 1,
     "a head of the same size with another root: two logs"},
    {"L10-older", "L.10", EVD_KIT_BOARD, NULL, kept, 2,
     "the first 8 entries had another root when the head was kept"},
    {"L10-other-log", "L.10", EVD_KIT_BOARD, NULL, kept, 3,
     "the head that was kept is that of another log"},
};
EVD_KIT_TABLE(l10);
