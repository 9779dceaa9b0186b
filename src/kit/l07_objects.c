/* Faults of objects and of the record beside the log: L.7, L.8. */
#include <string.h>

#include "base/require.h"
#include "kit/log.h"

/* ---- L.7 ---- */

/* A RELEASE at the end whose object is gone, another, or longer. */
static void release(evd_kit *e, int with) {
  enum { GONE, CHANGED, LENGTH, KIND };
  static const char text[] = "release 1";
  evd_kit_item *item =
      evd_kit_append(e, EVD_ENTRY_RELEASE, EVD_KIT_BIT(EVD_KIT_BY_RELEASE));
  char path[EVD_KIT_PATH_BYTES];
  evd_object_ref *ref = &item->e.release.object;
  *ref =
      evd_kit_object(e, with == KIND ? "audit" : "release", evd_kit_str(text));
  evd_kit_object_path(path, &ref->digest);
  if (with == GONE)
    evd_kit_drop(e, path);
  if (with == CHANGED)
    evd_kit_swap(e, path, "1", "2");
  ref->length += with == LENGTH;
}

static void setup_file(evd_kit *e, int with) {
  if (with == 0)
    evd_kit_swap(e, "board/setup/manifest.json", "All keys", "No keys");
  else if (with == 1)
    evd_kit_drop(e, "board/setup/keys");
  else
    evd_kit_swap(e, "board/setup/roll.jsonl", "\"style\":1", "\"style\":2");
}

/* What an entry says of its object. */
static void says(evd_kit *e, int with) {
  enum { ID, WEIGHT, OPENING, H_G };
  evd_entry *x;
  evd_challenged c = e->opened[0];
  evd_buf b;
  switch (with) {
  case ID:
    x = &e->log->items[evd_kit_item_of(e, EVD_ENTRY_BALLOT, 1)].e;
    evd_kit_flip(&x->ballot.id_B);
    return;
  case WEIGHT:
    x = &e->log->items[evd_kit_item_of(e, EVD_ENTRY_BALLOT, 1)].e;
    x->ballot.weight = 2;
    return;
  case OPENING:
    evd_buf_init(&b, 1 << 20);
    evd_kit_flip(&c.id_B);
    evd_challenged_write(&b, &c);
    x = &e->log->items[evd_kit_item_of(e, EVD_ENTRY_OPENING, 1)].e;
    x->opening.object = evd_kit_object(e, "challenged", evd_kit_keep(e, &b));
    evd_buf_close(&b);
    return;
  case H_G:
    x = &e->log->items[evd_kit_item_of(e, EVD_ENTRY_KEYS, 1)].e;
    evd_kit_flip(&x->keys.H_G);
    evd_kit_until(e, evd_kit_item_of(e, EVD_ENTRY_KEYS, 1));
    return;
  default:
    EVD_REQUIRE(false);
  }
}

/* ---- L.8 ---- */

static void another_record(evd_kit *e, int with) {
  enum { FILE_GONE, FILE_MORE, COUNT, LINE_GONE, TEXT };
  evd_kit_give_record(e);
  const char *ballots = "record/ballots/device_1.jsonl";
  switch (with) {
  case FILE_GONE:
    evd_kit_drop(e, "record/devices.json");
    return;
  case FILE_MORE:
    evd_kit_put(e, "record/texts.json", "{}", 2);
    return;
  case COUNT:
    evd_kit_swap(e, "record/tally.json", "\"t\":1", "\"t\":2");
    return;
  case LINE_GONE: {
    const evd_span f = evd_kit_find(e, ballots)->bytes;
    const uint8_t *end = memchr(f.p, '\n', f.n);
    evd_kit_put(e, ballots, f.p, (size_t)(end - f.p) + 1);
    return;
  }
  default:
    evd_kit_swap(e, "record/manifest.json", "All keys", "No keys");
  }
}

static const evd_kit_fault rows[] = {
    {"L7-gone", "L.7", EVD_KIT_BOARD, release, NULL, 0,
     "an object is not there"},
    {"L7-changed", "L.7", EVD_KIT_BOARD, release, NULL, 1,
     "an object has other bytes"},
    {"L7-length", "L.7", EVD_KIT_BOARD, release, NULL, 2,
     "an entry states another length of its object"},
    {"L7-kind", "L.7", EVD_KIT_BOARD, release, NULL, 3,
     "an object under the digest of another kind"},
    {"L7-setup-manifest", "L.7", EVD_KIT_BOARD, NULL, setup_file, 0,
     "setup/manifest.json is not the manifest"},
    {"L7-setup-keys", "L.7", EVD_KIT_BOARD, NULL, setup_file, 1,
     "setup/keys is not there"},
    {"L7-setup-roll", "L.7", EVD_KIT_BOARD, NULL, setup_file, 2,
     "setup/roll.jsonl is not the roll"},
    {"L7-ballot-id", "L.7", EVD_KIT_BOARD, says, NULL, 0,
     "a BALLOT names another id_B than its ballot"},
    {"L7-ballot-weight", "L.7", EVD_KIT_BOARD, says, NULL, 1,
     "a BALLOT has another weight than its ballot"},
    {"L7-opening-id", "L.7", EVD_KIT_BOARD, says, NULL, 2,
     "an OPENING opens a ballot of another id_B"},
    {"L7-keys-hash", "L.7", EVD_KIT_BOARD, says, NULL, 3,
     "KEYS has another H_G than its object"},
    {"L8-file-gone", "L.8", EVD_KIT_BOARD, NULL, another_record, 0,
     "the record lacks a file"},
    {"L8-file-more", "L.8", EVD_KIT_BOARD, NULL, another_record, 1,
     "the record has a file more"},
    {"L8-count", "L.8", EVD_KIT_BOARD, NULL, another_record, 2,
     "the record has another result"},
    {"L8-ballot-gone", "L.8", EVD_KIT_BOARD, NULL, another_record, 3,
     "the record lacks a ballot"},
    {"L8-manifest", "L.8", EVD_KIT_BOARD, NULL, another_record, 4,
     "the record has another manifest"},
};
EVD_KIT_TABLE(l07);
