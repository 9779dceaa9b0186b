/* The cards of the demo, and the voters who challenge or spoil theirs. */
#include <stdio.h>
#include <string.h>

#include "cmd/csv.h"
#include "cmd/demo.h"
#include "cmd/plain.h"

#define MIB ((size_t)1024 * 1024)

/* ---- cards ---- */

typedef struct {
  evd_demo *demo;
  evd_out *out;
  evd_buf text;
  uint64_t written, round; /* round: how often the import was read before */
} writer;

static evd_err write_card(writer *w, const evd_plain *from) {
  char serial[300];
  evd_plain card = *from;
  if (w->round > 0) {
    snprintf(serial, sizeof serial, "%.*s again %llu", (int)card.serial.n,
             (const char *)card.serial.p, (unsigned long long)w->round);
    card.serial = (evd_str){(const uint8_t *)serial, strlen(serial)};
  }
  evd_buf_reset(&w->text);
  evd_plain_write(&w->text, &card);
  evd_buf_text(&w->text, "\n");
  if (!evd_buf_ok(&w->text))
    return evd_complain(EVD_ERR_SPACE, "demo: a card is too large");
  w->written++;
  return evd_out_add(w->out, w->text.p, w->text.n);
}

/* One pass over the import, or less when there are enough. */
static evd_err copy_cards(writer *w, evd_plain_file *in, evd_arena *a) {
  uint64_t before = w->written;
  while (w->written < w->demo->cards) {
    evd_plain card;
    bool more = false;
    evd_arena_point mark = evd_arena_mark(a);
    EVD_TRY(evd_plain_next(in, &card, &more, a));
    if (more)
      EVD_TRY(write_card(w, &card));
    evd_arena_back(a, mark);
    if (!more)
      break;
  }
  if (w->written == before)
    return evd_complain(EVD_ERR_PARSE, "%s holds no cards", in->lines.path);
  return EVD_OK;
}

static evd_err copy_all(writer *w, const char *imported, const evd_head *h,
                        evd_arena *a) {
  for (; w->written < w->demo->cards; w->round++) {
    evd_plain_file in;
    evd_err e = evd_plain_open(&in, imported, &h->man);
    if (e == EVD_OK)
      e = copy_cards(w, &in, a);
    evd_plain_close(&in);
    if (e != EVD_OK)
      return e;
  }
  return EVD_OK;
}

evd_err evd_demo_cards(evd_demo *d, const char *imported) {
  writer w = {.demo = d};
  evd_head h;
  evd_arena a;
  evd_arena_init(&a, 64 * MIB);
  evd_buf_init(&w.text, 16 * MIB);
  evd_err e = evd_head_open(&h, d->work, EVD_HEAD_MANIFEST);
  if (e == EVD_OK)
    e = evd_out_open(&w.out, d->plain, 0600, EVD_NEW);
  if (e == EVD_OK)
    e = copy_all(&w, imported, &h, &a);
  if (e == EVD_OK) {
    e = evd_out_commit(w.out);
    w.out = NULL;
  }
  evd_out_abandon(w.out);
  evd_head_close(&h);
  evd_buf_close(&w.text);
  evd_arena_close(&a);
  return e;
}

/* ---- who challenges, who spoils ---- */

static bool listed(const uint64_t list[], uint32_t n, uint64_t index) {
  for (uint32_t i = 0; i < n; i++)
    if (list[i] == index)
      return true;
  return false;
}

bool evd_demo_is_cast(const evd_demo *d, uint64_t index) {
  return !listed(d->challenged, d->n_challenged, index) &&
         !listed(d->spoiled, d->n_spoiled, index);
}

/* Spread over the cards; of few cards only a few. */
static void choose(evd_demo *d) {
  d->n_challenged = d->cards >= 20 ? 3 : d->cards >= 4 ? 1 : 0;
  d->n_spoiled = d->cards >= 20 ? 2 : d->cards >= 6 ? 1 : 0;
  uint32_t all = d->n_challenged + d->n_spoiled;
  for (uint32_t j = 0; j < all; j++) {
    uint64_t index = (j + 1) * d->cards / (all + 1);
    if (j < d->n_challenged)
      d->challenged[j] = index;
    else
      d->spoiled[j - d->n_challenged] = index;
  }
}

static evd_err bad_receipt(const evd_lines *in) {
  return evd_complain(EVD_ERR_PARSE, "%s:%llu: expected serial,id_B,H_C",
                      in->path, (unsigned long long)in->number);
}

/* Line 1 is the header, so card `index` (from 0) has line index + 2. */
static evd_err take_code(const evd_demo *d, const evd_lines *in, evd_span line,
                         evd_arena *a, evd_buf *challenged, evd_buf *spoiled) {
  evd_csv_row row;
  uint32_t column;
  const char *expected;
  uint64_t index = in->number - 2;
  if (in->number < 2 || evd_demo_is_cast(d, index))
    return EVD_OK;
  if (evd_csv_split(&row, line, a, &column, &expected) != EVD_OK || row.n != 3)
    return bad_receipt(in);
  evd_buf *to =
      listed(d->challenged, d->n_challenged, index) ? challenged : spoiled;
  evd_buf_add(to, row.cells[2].p, row.cells[2].n);
  evd_buf_text(to, "\n");
  return EVD_OK;
}

static evd_err read_codes(const evd_demo *d, evd_buf *challenged,
                          evd_buf *spoiled) {
  evd_lines in;
  evd_arena a;
  bool more = true;
  evd_arena_init(&a, 16 * MIB);
  evd_err e = evd_lines_open(&in, d->receipts, 64 * 1024);
  while (e == EVD_OK && more) {
    evd_span line;
    evd_arena_point mark = evd_arena_mark(&a);
    e = evd_lines_next(&in, &line, &more);
    if (e == EVD_OK && more)
      e = take_code(d, &in, line, &a, challenged, spoiled);
    evd_arena_back(&a, mark);
  }
  evd_lines_close(&in);
  evd_arena_close(&a);
  return e;
}

evd_err evd_demo_choose(evd_demo *d, const char *challenged,
                        const char *spoiled) {
  evd_buf to_challenge, to_spoil;
  choose(d);
  evd_buf_init(&to_challenge, MIB);
  evd_buf_init(&to_spoil, MIB);
  evd_err e = read_codes(d, &to_challenge, &to_spoil);
  if (e == EVD_OK)
    e = evd_file_write(challenged, to_challenge.p, to_challenge.n, 0644,
                       EVD_NEW);
  if (e == EVD_OK)
    e = evd_file_write(spoiled, to_spoil.p, to_spoil.n, 0644, EVD_NEW);
  evd_buf_close(&to_challenge);
  evd_buf_close(&to_spoil);
  return e;
}
