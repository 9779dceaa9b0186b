/* What faults of logs are made of. */
#include "base/require.h"
#include "kit/log.h"
#include "record/say.h"

evd_kit_item *evd_kit_notice(evd_kit *e, uint32_t at, const char *text) {
  enum { SLOTS = 9 };
  evd_kit_item *item =
      evd_kit_insert(e, at, EVD_ENTRY_NOTICE, EVD_KIT_TWO_ADMINS);
  item->e.notice.supersedes = EVD_NO_INDEX;
  item->e.notice.expires = SLOTS;
  item->e.notice.text = evd_kit_str(text);
  return item;
}

uint32_t evd_kit_stop(evd_kit *e) {
  enum { STOP = 3 };
  const uint32_t close = evd_kit_item_of(e, EVD_ENTRY_PHASE, 2);
  evd_kit_insert(e, close, EVD_ENTRY_PHASE, EVD_KIT_TWO_ADMINS)->e.phase.op =
      STOP;
  return close + 1;
}

evd_ballot evd_kit_fresh(evd_kit *e, uint32_t at) {
  evd_ballot b = e->ballots[at];
  evd_kit_bytes(e, &b.id_B, sizeof b.id_B);
  evd_kit_bytes(e, &b.H_C, sizeof b.H_C);
  return b;
}

void evd_kit_give_head(evd_kit *e, const evd_kit_head *how, uint32_t size) {
  const evd_kit_log *l = e->log;
  evd_tree t = {0};
  evd_log_head head = {size ? size : l->tree.size, {{0}}};
  for (uint64_t i = 0; i < head.size; i++)
    EVD_REQUIRE(evd_tree_add(&t, &l->leaves[i]) == EVD_OK);
  evd_tree_root(&t, &head.root);
  const evd_span note = evd_kit_checkpoint(e, how, &head);
  evd_kit_put(e, "head", note.p, note.n);
}

void evd_kit_give_record(evd_kit *e) {
  const evd_kit_log *l = e->log;
  char path[EVD_KIT_PATH_BYTES];
  for (uint32_t i = 0; i < l->n_record; i++) {
    evd_say s;
    evd_say_init(&s, path, sizeof path);
    evd_say_text(&s, "record/");
    evd_say_text(&s, l->record[i].path);
    evd_kit_put(e, path, l->record[i].bytes.p, l->record[i].bytes.n);
  }
}
