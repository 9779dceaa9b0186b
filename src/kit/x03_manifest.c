/* Faults of the manifest's rules: X.3. All hashes are made from the manifest as
 * it is then.
 */
#include <string.h>

#include "kit/faults.h"

enum {
  LABEL_MAX = 200,
  WRITE_INS_MAX = 100,
  BLOCKS_MAX = 1024,
  FLOOR_RESTRICTED = 5,
  SHORT_CODES = 8,
  SLOT_MIN = 60
};

static void settle(evd_kit *e) {
  if (e->texts.n_languages > 0)
    evd_kit_texts_named(e);
  evd_kit_keys(e);
  evd_kit_finish(e);
}

static void words(evd_kit *e, int with) {
  evd_contest *c = e->man.contests;
  evd_str *const what[] = {
      &e->man.format, &e->man.kind,           &c->rule, &c->group, &c->rule,
      &c->group,      &e->man.devices[0].mode};
  static const char *const text[] = {
      "Evident record v2", "test", "borda", "Chair", "approval", "", "kiosk"};
  *what[with] = evd_kit_str(text[with]);
  settle(e);
}

static void labels(evd_kit *e, int with) {
  evd_manifest *m = &e->man;
  char *longest = evd_kit_room(e, LABEL_MAX + 2, 1);
  memset(longest, 'x', LABEL_MAX + 1);
  switch (with) {
  case 0:
    m->label = evd_kit_str("#1");
    break;
  case 1:
    m->label = evd_kit_str("");
    break;
  case 2:
    m->label = evd_kit_str(longest);
    break;
  case 3:
    m->label = evd_kit_str("Town ");
    break;
  case 4: /* an ideographic space */
    m->contests[0].options[0].label = evd_kit_str("\xE3\x80\x80"
                                                  "Ada");
    break;
  case 5:
    m->contests[0].options[1].label = m->contests[0].options[0].label;
    break;
  case 6:
    m->guardians[1] = m->guardians[0];
    break;
  default:
    m->devices[1].label = m->devices[0].label;
    break;
  }
  settle(e);
}

static void limits(evd_kit *e, int with) {
  evd_manifest *m = &e->man;
  evd_contest *c = m->contests;
  switch (with) {
  case 0:
    c->seats = 0;
    break;
  case 1:
    c->contest_limit = 0;
    break;
  case 2:
    c->write_ins = WRITE_INS_MAX + 1;
    break;
  case 3:
    c->data_blocks = BLOCKS_MAX + 1;
    break;
  case 4: /* 96 bytes where 104 are needed */
    c->write_ins = 1;
    c->data_blocks = 3;
    break;
  case 5:
    m->privacy_floor = 0;
    break;
  case 6:
    m->slot_seconds = SLOT_MIN - 1;
    break;
  case 7:
    m->short_code = SHORT_CODES + 1;
    break;
  default: /* plurality with R = L = 2 */
    c->option_limit = c->contest_limit = 2;
    break;
  }
  settle(e);
}

static void styles(evd_kit *e, int with) {
  evd_style *s = &e->man.styles[0];
  if (with == 0) { /* descending */
    s->contests[0] = 2;
    s->contests[1] = 1;
  } else if (with == 1) { /* empty */
    s->n_contests = 0;
  } else if (with == 2) { /* half of a group */
    s->n_contests = 1;
  } else { /* a contest that is not there */
    s->contests[s->n_contests++] = EVD_KIT_CONTESTS;
  }
  settle(e);
}

static void groups(evd_kit *e, int with) {
  evd_contest *c = e->man.contests;
  if (with == 0)
    c[0].seats = 2;
  else if (with == 1)
    c[0].options[0].label = evd_kit_str("Superb");
  else
    c[0].contest_limit = 2;
  settle(e);
}

static void restricted(evd_kit *e, int with) {
  e->man.restricted = true;
  e->man.privacy_floor = FLOOR_RESTRICTED - (with == 0);
  e->man.weights = with == 1;
  e->man.revote = with == 2;
  settle(e);
}

static void devices(evd_kit *e, int with) {
  (void)with;
  e->man.devices[1].mode = evd_kit_str("audit");
  settle(e);
}

static void texts_false(evd_kit *e, int with) {
  (void)with;
  e->texts.languages[0].texts[0].as = evd_kit_str("other");
}

static void texts(evd_kit *e, int with) {
  evd_language *l = e->texts.languages, first = l[0];
  switch (with) {
  case 0:
    l[0].tag = evd_kit_str("es_ES");
    break;
  case 1:
    l[0] = l[1];
    l[1] = first;
    break;
  case 2:
    l[1].tag = l[0].tag;
    break;
  case 3:
    l[0].texts[l[0].n_texts++] =
        (evd_text){evd_kit_str("zzz"), evd_kit_str("zzz")};
    break;
  case 4:
    l[0].texts[0].as = evd_kit_str("");
    break;
  default:
    l[1].n_texts--;
    break;
  }
  settle(e);
}

#define BARE EVD_KIT_BARE
#define GROUPS EVD_KIT_GROUPS
#define TEXTS EVD_KIT_TEXTS
static const evd_kit_fault rows[] = {
    {"X3-format", "X.3", BARE, words, NULL, 0, "another format"},
    {"X3-kind", "X.3", EVD_KIT_PAIR, words, NULL, 1, "another kind"},
    {"X3-rule", "X.3", BARE, words, NULL, 2, "another rule"},
    {"X3-group", "X.3", BARE, words, NULL, 3, "plurality with a group"},
    {"X3-approval", "X.3", BARE, words, NULL, 4, "approval where L is not m"},
    {"X3-no-group", "X.3", GROUPS, words, NULL, 5,
     "majority judgment without a group"},
    {"X3-mode", "X.3", BARE, words, NULL, 6, "another mode of a device"},
    {"X3-label-hash", "X.3", BARE, labels, NULL, 0, "a label with #"},
    {"X3-label-empty", "X.3", BARE, labels, NULL, 1, "an empty label"},
    {"X3-label-long", "X.3", BARE, labels, NULL, 2, "a label of 201 bytes"},
    {"X3-label-space", "X.3", BARE, labels, NULL, 3,
     "a label that ends with a space"},
    {"X3-label-wide", "X.3", BARE, labels, NULL, 4,
     "a label that starts with U+3000"},
    {"X3-option-twice", "X.3", BARE, labels, NULL, 5, "two options, one label"},
    {"X3-guardian-twice", "X.3", EVD_KIT_PAIR, labels, NULL, 6,
     "two guardians, one name"},
    {"X3-device-twice", "X.3", EVD_KIT_WEBBARE, labels, NULL, 7,
     "two devices, one label"},
    {"X3-seats", "X.3", BARE, limits, NULL, 0, "no seat"},
    {"X3-limit", "X.3", BARE, limits, NULL, 1, "L = 0"},
    {"X3-write-ins", "X.3", BARE, limits, NULL, 2, "101 write-ins"},
    {"X3-blocks", "X.3", BARE, limits, NULL, 3, "1025 blocks of data"},
    {"X3-blocks-small", "X.3", BARE, limits, NULL, 4,
     "96 bytes of data where 104 are needed"},
    {"X3-floor", "X.3", BARE, limits, NULL, 5, "a privacy floor of 0"},
    {"X3-slot", "X.3", BARE, limits, NULL, 6, "slots of 59 seconds"},
    {"X3-short-code", "X.3", BARE, limits, NULL, 7, "short code 9"},
    {"X3-plurality", "X.3", BARE, limits, NULL, 8, "plurality with R = 2"},
    {"X3-style-order", "X.3", GROUPS, styles, NULL, 0,
     "contests of a style descending"},
    {"X3-style-empty", "X.3", GROUPS, styles, NULL, 1,
     "a style without contests"},
    {"X3-style-half", "X.3", GROUPS, styles, NULL, 2,
     "a style with half of a group"},
    {"X3-style-unknown", "X.3", BARE, styles, NULL, 3,
     "a style with a contest that is not there"},
    {"X3-group-seats", "X.3", GROUPS, groups, NULL, 0,
     "other seats in a contest of a group"},
    {"X3-group-labels", "X.3", GROUPS, groups, NULL, 1,
     "other options in a contest of a group"},
    {"X3-group-limit", "X.3", GROUPS, groups, NULL, 2,
     "majority judgment with L = 2"},
    {"X3-restricted-floor", "X.3", BARE, restricted, NULL, 0,
     "restricted with a privacy floor of 4"},
    {"X3-restricted-weights", "X.3", BARE, restricted, NULL, 1,
     "restricted with weights"},
    {"X3-restricted-revote", "X.3", BARE, restricted, NULL, 2,
     "restricted with voting again"},
    {"X3-audit", "X.3", EVD_KIT_WEBBARE, devices, NULL, 0,
     "one device of mode audit, one of another"},
    {"X3-texts-digest", "X.3", TEXTS, texts_false, NULL, 0,
     "texts.json is not the one that the manifest names"},
    {"X3-texts-tag", "X.3", TEXTS, texts, NULL, 0, "a tag with an underscore"},
    {"X3-texts-order", "X.3", TEXTS, texts, NULL, 1, "tags descending"},
    {"X3-texts-twice", "X.3", TEXTS, texts, NULL, 2, "one tag twice"},
    {"X3-texts-unknown", "X.3", TEXTS, texts, NULL, 3,
     "a text that the manifest does not have"},
    {"X3-texts-empty", "X.3", TEXTS, texts, NULL, 4, "an empty translation"},
    {"X3-texts-missing", "X.3", TEXTS, texts, NULL, 5,
     "a label without translation"},
};
EVD_KIT_TABLE(x03);
