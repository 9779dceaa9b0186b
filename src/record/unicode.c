/* Assigned characters and normal form C.
 *
 * NFC is checked without writing the normal form anywhere: the text is
 * decomposed, its marks brought into canonical order and composed again as a
 * stream, and what comes out is compared with the text as it goes. That
 * needs no memory because a text in NFC has its marks in order already (out
 * of order: not NFC), so that only the marks of one decomposed character have
 * to be merged into those that follow it. The script that makes the tables
 * asserts what this relies on. */
#include "record/unicode.h"

#define HANGUL_S 0xAC00u
#define HANGUL_L 0x1100u
#define HANGUL_V 0x1161u
#define HANGUL_T 0x11A7u /* one before the first trailing consonant */
#define HANGUL_N_L 19u
#define HANGUL_N_V 21u
#define HANGUL_N_T 28u
#define HANGUL_N_S (HANGUL_N_L * HANGUL_N_V * HANGUL_N_T)
#define FIRST_MARK 0x300u /* below it everything is NFC in any order */
#define PARTS_MAX 4
#define NONE 0xFFFFFFFFu

/* The code point at *at, which moves on. The text is well-formed. */
static uint32_t code_point_next(evd_span s, size_t *at) {
  uint32_t c = s.p[(*at)++];
  if (c < 0x80)
    return c;
  c &= c < 0xE0 ? 0x1Fu : c < 0xF0 ? 0x0Fu : 0x07u;
  while (*at < s.n && (s.p[*at] & 0xC0) == 0x80)
    c = c << 6 | (s.p[(*at)++] & 0x3Fu);
  return c;
}

static bool range_has(const evd_uc_range *t, uint32_t n, uint32_t c) {
  uint32_t low = 0, high = n;
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;
    if (c > t[mid].last)
      low = mid + 1;
    else
      high = mid;
  }
  return low < n && c >= t[low].first;
}

bool evd_text_assigned(evd_span text) {
  size_t at = 0;
  while (at < text.n) {
    uint32_t c = code_point_next(text, &at);
    if (c >= 0x80 && !range_has(evd_uc_assigned, evd_uc_n_assigned, c))
      return false;
  }
  return true;
}

static uint8_t class_of(uint32_t c) {
  uint32_t low = 0, high = evd_uc_n_classes;
  if (c < FIRST_MARK)
    return 0;
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;
    if (c > evd_uc_classes[mid].last)
      low = mid + 1;
    else
      high = mid;
  }
  bool found = low < evd_uc_n_classes && c >= evd_uc_classes[low].first;
  return found ? evd_uc_classes[low].ccc : 0;
}

/* ---- decomposing ---- */

static const evd_uc_pair *pair_of_whole(uint32_t c) {
  uint32_t low = 0, high = evd_uc_n_pairs;
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;
    if (evd_uc_pairs[mid].whole < c)
      low = mid + 1;
    else
      high = mid;
  }
  bool found = low < evd_uc_n_pairs && evd_uc_pairs[low].whole == c;
  return found ? &evd_uc_pairs[low] : NULL;
}

static uint32_t hangul_split(uint32_t c, uint32_t out[PARTS_MAX]) {
  uint32_t s = c - HANGUL_S, t = s % HANGUL_N_T;
  out[0] = HANGUL_L + s / (HANGUL_N_V * HANGUL_N_T);
  out[1] = HANGUL_V + s % (HANGUL_N_V * HANGUL_N_T) / HANGUL_N_T;
  out[2] = HANGUL_T + t;
  return t ? 3 : 2;
}

/* The canonical decomposition in full; returns its length. */
static uint32_t split(uint32_t c, uint32_t out[PARTS_MAX]) {
  uint32_t seconds[PARTS_MAX], n = 0;
  if (c >= HANGUL_S && c - HANGUL_S < HANGUL_N_S)
    return hangul_split(c, out);
  const evd_uc_pair *p = pair_of_whole(c);
  while (p && n < PARTS_MAX - 1) {
    seconds[n++] = p->second;
    c = p->first;
    p = pair_of_whole(c);
  }
  out[0] = c;
  for (uint32_t i = 0; i < n; i++)
    out[1 + i] = seconds[n - 1 - i];
  return n + 1;
}

/* ---- composing ---- */

static int pair_compare(const evd_uc_pair *p, uint32_t first, uint32_t second) {
  if (p->first != first)
    return p->first < first ? -1 : 1;
  if (p->second != second)
    return p->second < second ? -1 : 1;
  return 0;
}

static uint32_t hangul_join(uint32_t first, uint32_t second) {
  if (first - HANGUL_L < HANGUL_N_L && second - HANGUL_V < HANGUL_N_V)
    return HANGUL_S +
           ((first - HANGUL_L) * HANGUL_N_V + (second - HANGUL_V)) * HANGUL_N_T;
  uint32_t s = first - HANGUL_S;
  if (s < HANGUL_N_S && s % HANGUL_N_T == 0 && second > HANGUL_T &&
      second - HANGUL_T < HANGUL_N_T)
    return first + (second - HANGUL_T);
  return NONE;
}

/* The primary composite of the two, or NONE. */
static uint32_t join(uint32_t first, uint32_t second) {
  uint32_t low = 0, high = evd_uc_n_pairs;
  uint32_t whole = hangul_join(first, second);
  if (whole != NONE)
    return whole;
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;
    const evd_uc_pair *p = &evd_uc_pairs[evd_uc_by_parts[mid]];
    int order = pair_compare(p, first, second);
    if (order == 0)
      return p->whole;
    if (order < 0)
      low = mid + 1;
    else
      high = mid;
  }
  return NONE;
}

/* ---- the stream ---- */

/* Characters in canonical decomposition and order. queue[] holds what is
 * left of the character decomposed last. */
typedef struct {
  evd_span text;
  size_t at;
  uint32_t queue[PARTS_MAX], n_queue, i_queue;
} splitter;

static uint32_t split_next(splitter *s) {
  size_t after = s->at;
  bool more = s->at < s->text.n;
  uint32_t c = more ? code_point_next(s->text, &after) : NONE;
  if (s->i_queue < s->n_queue) {
    uint32_t head = s->queue[s->i_queue];
    uint8_t ccc = more ? class_of(c) : 0;
    if (ccc == 0 || ccc >= class_of(head)) {
      s->i_queue++;
      return head;
    }
    s->at = after; /* a mark that comes before those in the queue */
    return c;
  }
  if (!more)
    return NONE;
  s->at = after;
  if (class_of(c) != 0)
    return c;
  s->n_queue = split(c, s->queue);
  s->i_queue = 1;
  return s->queue[0];
}

/* Composed again: `starter` waits, its place in the text is known; marks
 * that do not combine with it are compared at once. */
typedef struct {
  evd_span text;
  size_t at; /* what is composed so far agrees with the text up to here */
  uint32_t starter, starter_want; /* NONE: none waits */
  uint8_t ccc_before;             /* of the last mark left alone */
  bool marks;                     /* marks follow the starter */
} joiner;

static uint32_t want_next(joiner *j) {
  return j->at < j->text.n ? code_point_next(j->text, &j->at) : NONE;
}

static bool join_next(joiner *j, uint32_t c) {
  uint8_t ccc = class_of(c);
  bool blocked = j->marks && (ccc == 0 || j->ccc_before >= ccc);
  uint32_t whole = NONE;
  if (j->starter != NONE && !blocked)
    whole = join(j->starter, c);
  if (whole != NONE) {
    j->starter = whole;
    return true;
  }
  if (ccc != 0) {
    j->marks = true;
    j->ccc_before = ccc;
    return want_next(j) == c;
  }
  if (j->starter != j->starter_want)
    return false;
  j->starter = c;
  j->starter_want = want_next(j);
  j->marks = false;
  return true;
}

/* No character that NFC never has, and marks in canonical order. */
static bool may_be_nfc(evd_span text, bool *plain) {
  size_t at = 0;
  uint8_t before = 0;
  *plain = true;
  while (at < text.n) {
    uint32_t c = code_point_next(text, &at);
    uint8_t ccc = class_of(c);
    if (c < FIRST_MARK) {
      before = 0;
      continue;
    }
    *plain = false;
    if (range_has(evd_uc_never_nfc, evd_uc_n_never_nfc, c))
      return false;
    if (ccc != 0 && ccc < before)
      return false;
    before = ccc;
  }
  return true;
}

bool evd_text_nfc(evd_span text) {
  bool plain;
  if (!may_be_nfc(text, &plain))
    return false;
  if (plain)
    return true;
  splitter s = {.text = text};
  joiner j = {.text = text, .starter = NONE, .starter_want = NONE};
  for (uint32_t c = split_next(&s); c != NONE; c = split_next(&s))
    if (!join_next(&j, c))
      return false;
  return j.starter == j.starter_want && j.at == text.n;
}

bool evd_text_edge_space(evd_span text) {
  static const uint32_t spaces[] = {0x20, 0xA0, 0x1680, 0x202F, 0x205F, 0x3000};
  size_t at = 0, start = text.n;
  if (text.n == 0)
    return false;
  while (start > 0 && (text.p[--start] & 0xC0) == 0x80)
    continue;
  uint32_t ends[2] = {code_point_next(text, &at), 0};
  ends[1] = code_point_next(text, &start);
  for (int e = 0; e < 2; e++) {
    /* the blanks in a row of general punctuation */
    if (ends[e] >= 0x2000 && ends[e] <= 0x200A)
      return true;
    for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++)
      if (ends[e] == spaces[i])
        return true;
  }
  return false;
}
