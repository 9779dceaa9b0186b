/* A voter's pages: what each code stands for, and on a page of its own the
 * slip that goes back, on which nothing tells. */
#include <stdio.h>
#include <string.h>

#include "sheets/flow.h"

#define WIDTH (EVD_RIGHT - EVD_LEFT)
#define CODE_WIDTH 84.0
#define GAP 8.0
#define QR_SIZE 116.0
#define BOX_WIDTH 84.0
#define BOX_HEIGHT 30.0
#define BOXES_IN_ROW 5
#define THIN 0.4
#define HEAD_ROOM 120.0 /* least for a contest that goes on overleaf */
#define CODE_LINES 4
#define CODE_LINE_BYTES 20 /* four groups of four, blanks, a zero */
#define CODE_LINE_HEIGHT 17.0

static const char *const how[] = {
    "1. Every choice below has a code. The codes of every sheet are different; "
    "they mean something on this sheet only.",
    "2. Write the codes of your choices on the return slip, the last page. In "
    "a contest where you choose fewer than you may, leave boxes empty.",
    "3. Send back the return slip and nothing else. Keep the other pages and "
    "show them to nobody: they say what you chose.",
    "4. After the election look for the confirmation code below in the "
    "published record. The codes that stand there must be those you sent; "
    "where you left boxes empty, codes of rows marked \"No choice\" stand for "
    "them."};

/* ---- the confirmation code ---- */

/* Groups of four, four of them a line: 64 digits, 16 blanks. */
static void code_lines(char out[CODE_LINES][CODE_LINE_BYTES],
                       const char *code) {
  size_t n = strlen(code);
  memset(out, 0, CODE_LINES * sizeof out[0]);
  for (size_t i = 0, at = 0; i < n && i < 64; i++) {
    char *line = out[i / 16];
    if (i % 16 == 0)
      at = 0;
    if (i % 16 && i % 4 == 0)
      line[at++] = ' ';
    line[at++] = code[i];
  }
}

static evd_err draw_code(evd_flow *f, const evd_sheet *s) {
  char lines[CODE_LINES][CODE_LINE_BYTES];
  if (!evd_flow_fits(f, QR_SIZE))
    evd_flow_new_page(f);
  double y = f->y;
  EVD_TRY(evd_qr_draw(f, s->code, EVD_RIGHT - QR_SIZE, y, QR_SIZE));
  evd_text_draw(f, &evd_font_contest, "Confirmation code", EVD_LEFT, y + GAP,
                WIDTH - QR_SIZE, "H2");
  code_lines(lines, s->code);
  for (int i = 0; i < CODE_LINES; i++)
    evd_text_draw(f, &evd_font_mono, lines[i], EVD_LEFT,
                  y + 2 * GAP + (i + 1) * CODE_LINE_HEIGHT, WIDTH - QR_SIZE,
                  "P");
  f->y = y + QR_SIZE + GAP;
  return EVD_OK;
}

/* ---- the choices ---- */

static double row_height(evd_flow *f, const evd_sheet_row *r) {
  double code = evd_text_height(f, &evd_font_code, r->code, CODE_WIDTH - GAP);
  double label =
      evd_text_height(f, &evd_font_label, r->label ? r->label : "No choice",
                      WIDTH - CODE_WIDTH);
  return (code > label ? code : label) + 8;
}

static void draw_row(evd_flow *f, const evd_sheet_row *r) {
  const char *label = r->label ? r->label : "No choice";
  double h = row_height(f, r);
  double code = evd_text_height(f, &evd_font_code, r->code, CODE_WIDTH - GAP);
  double text = evd_text_height(f, &evd_font_label, label, WIDTH - CODE_WIDTH);
  evd_text_draw(f, &evd_font_code, r->code, EVD_LEFT + GAP,
                f->y + (h - code) / 2, CODE_WIDTH - GAP, "P");
  evd_text_draw(f, &evd_font_label, label, EVD_LEFT + CODE_WIDTH,
                f->y + (h - text) / 2, WIDTH - CODE_WIDTH, "P");
  f->y += h;
  evd_flow_rule(f, THIN);
}

static void contest_head(evd_flow *f, const evd_sheet_contest *c, bool first) {
  char limit[80];
  (void)snprintf(limit, sizeof limit, "Choose %s%u.%s",
                 c->limit == 1 ? "" : "up to ", c->limit,
                 first ? "" : " (continued)");
  evd_flow_text(f, &evd_font_contest, c->label, "H2");
  if (first && c->notes[0])
    evd_flow_text(f, &evd_font_text, c->notes, "P");
  evd_flow_text(f, &evd_font_text, limit, "P");
  f->y += 4;
  evd_flow_rule(f, 1);
}

static double contest_height(evd_flow *f, const evd_sheet_contest *c) {
  double h = evd_text_height(f, &evd_font_contest, c->label, WIDTH) +
             evd_text_height(f, &evd_font_text, "x", WIDTH) + 4;
  if (c->notes[0])
    h += evd_text_height(f, &evd_font_text, c->notes, WIDTH);
  for (uint32_t i = 0; i < c->n_rows; i++)
    h += row_height(f, &c->rows[i]);
  return h;
}

/* A contest stays together where a page can hold it. */
static void draw_contest(evd_flow *f, const evd_sheet_contest *c) {
  double h = contest_height(f, c);
  f->y += 14;
  bool fits_a_page = h <= EVD_BOTTOM - EVD_TOP;
  if ((fits_a_page && !evd_flow_fits(f, h)) || !evd_flow_fits(f, HEAD_ROOM))
    evd_flow_new_page(f);
  contest_head(f, c, true);
  for (uint32_t i = 0; i < c->n_rows; i++) {
    if (!evd_flow_fits(f, row_height(f, &c->rows[i]))) {
      evd_flow_new_page(f);
      contest_head(f, c, false);
    }
    draw_row(f, &c->rows[i]);
  }
}

/* ---- the slip ---- */

static void draw_boxes(evd_flow *f, const evd_sheet_contest *c) {
  for (uint32_t i = 0; i < c->limit; i++) {
    uint32_t column = i % BOXES_IN_ROW;
    if (column == 0 && i)
      f->y += BOX_HEIGHT + GAP;
    if (column == 0 && !evd_flow_fits(f, BOX_HEIGHT))
      evd_flow_new_page(f);
    evd_flow_box(f, EVD_LEFT + column * (BOX_WIDTH + GAP), f->y, BOX_WIDTH,
                 BOX_HEIGHT);
  }
  f->y += BOX_HEIGHT + 2 * GAP;
}

static evd_err draw_slip(evd_flow *f, const evd_sheet *s) {
  evd_flow_new_page(f);
  evd_flow_text(f, &evd_font_title, "Return slip", "H1");
  f->y += GAP;
  evd_flow_text(f, &evd_font_text,
                "Write one code into each box. Send back this slip and "
                "nothing else.",
                "P");
  f->y += GAP;
  EVD_TRY(draw_code(f, s));
  for (uint32_t i = 0; i < s->n_contests; i++) {
    const evd_sheet_contest *c = &s->contests[i];
    double h = evd_text_height(f, &evd_font_contest, c->label, WIDTH);
    if (!evd_flow_fits(f, h + BOX_HEIGHT + 4))
      evd_flow_new_page(f);
    evd_flow_text(f, &evd_font_contest, c->label, "H2");
    f->y += 4;
    draw_boxes(f, c);
  }
  return EVD_OK;
}

/* ---- together ---- */

static evd_err draw_all(evd_flow *f, const evd_sheet *s) {
  evd_flow_begin(f);
  evd_flow_text(f, &evd_font_title, f->title, "H1");
  f->y += GAP;
  for (size_t i = 0; i < sizeof how / sizeof how[0]; i++) {
    evd_flow_text(f, &evd_font_text, how[i], "P");
    f->y += 3;
  }
  f->y += GAP;
  EVD_TRY(draw_code(f, s));
  for (uint32_t i = 0; i < s->n_contests; i++)
    draw_contest(f, &s->contests[i]);
  EVD_TRY(draw_slip(f, s));
  evd_flow_end(f);
  return EVD_OK;
}

evd_err evd_sheet_draw(evd_flow *f, const evd_sheet *s) {
  char under[512];
  (void)snprintf(under, sizeof under, "Ballot by mail no. %s, style: %s",
                 s->number, s->style);
  f->under = under;
  f->dry = true;
  EVD_TRY(draw_all(f, s));
  if (f->unreadable)
    return evd_complain(EVD_ERR_MISSING,
                        "no installed font has all characters of `%s`; install "
                        "one, such as those of the package fonts-noto",
                        f->unreadable);
  f->dry = false;
  return draw_all(f, s);
}
