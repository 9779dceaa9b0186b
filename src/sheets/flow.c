#include "sheets/flow.h"

#include <pango/pangocairo.h>
#include <stdio.h>

const evd_font evd_font_title = {"Sans", 16, true};
const evd_font evd_font_contest = {"Sans", 13, true};
const evd_font evd_font_text = {"Sans", 11, false};
const evd_font evd_font_label = {"Sans", 13, false};
const evd_font evd_font_code = {"Monospace", 17, true};
const evd_font evd_font_small = {"Sans", 9, false};
const evd_font evd_font_mono = {"Monospace", 11, true};

/* Text as it is: pango_layout_set_text knows no markup. Scripts that run from
 * right to left begin at the left too, beside their code. */
static PangoLayout *layout_of(evd_flow *f, const evd_font *font,
                              const char *text, double width) {
  PangoLayout *l = pango_cairo_create_layout(f->cr);
  PangoFontDescription *d = pango_font_description_new();
  pango_font_description_set_family_static(d, font->family);
  pango_font_description_set_absolute_size(d, font->size * PANGO_SCALE);
  pango_font_description_set_weight(d, font->bold ? PANGO_WEIGHT_BOLD
                                                  : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(l, d);
  pango_font_description_free(d);
  pango_layout_set_width(l, (int)(width * PANGO_SCALE));
  pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_single_paragraph_mode(l, TRUE);
  pango_layout_set_text(l, text, -1);
  if (pango_layout_get_direction(l, 0) == PANGO_DIRECTION_RTL)
    pango_layout_set_alignment(l, PANGO_ALIGN_RIGHT); /* turned by pango */
  if (!f->unreadable && pango_layout_get_unknown_glyphs_count(l) > 0)
    f->unreadable = text;
  return l;
}

double evd_text_height(evd_flow *f, const evd_font *font, const char *text,
                       double width) {
  int w = 0, h = 0;
  PangoLayout *l = layout_of(f, font, text, width);
  pango_layout_get_size(l, &w, &h);
  g_object_unref(l);
  return (double)h / PANGO_SCALE;
}

void evd_text_draw(evd_flow *f, const evd_font *font, const char *text,
                   double x, double y, double width, const char *tag) {
  if (f->dry)
    return;
  PangoLayout *l = layout_of(f, font, text, width);
  if (tag)
    cairo_tag_begin(f->cr, tag, NULL);
  cairo_move_to(f->cr, x, y);
  pango_cairo_show_layout(f->cr, l);
  if (tag)
    cairo_tag_end(f->cr, tag);
  g_object_unref(l);
}

/* ---- pages ---- */

/* One line, cut where it is too long: it stands in full on page 1. */
static void head_line(evd_flow *f, const char *text, double x, double y,
                      double width) {
  if (f->dry)
    return;
  PangoLayout *l = layout_of(f, &evd_font_small, text, width);
  pango_layout_set_ellipsize(l, PANGO_ELLIPSIZE_END);
  cairo_move_to(f->cr, x, y);
  pango_cairo_show_layout(f->cr, l);
  g_object_unref(l);
}

/* The head of a page: two lines at the left, one at the right. */
#define HEAD_Y 40.0
#define HEAD_Y_UNDER 54.0
#define NUMBER_WIDTH 80.0
#define HAIRLINE 0.5

static void page_head(evd_flow *f) {
  char where[64];
  double width = EVD_RIGHT - EVD_LEFT - NUMBER_WIDTH - EVD_HEAD_GAP;
  (void)snprintf(where, sizeof where, "Page %u of %u", f->page, f->pages);
  head_line(f, f->title, EVD_LEFT, HEAD_Y, width);
  head_line(f, where, EVD_RIGHT - NUMBER_WIDTH, HEAD_Y, NUMBER_WIDTH);
  head_line(f, f->under, EVD_LEFT, HEAD_Y_UNDER, width);
  f->y = EVD_TOP - EVD_HEAD_GAP;
  evd_flow_rule(f, HAIRLINE);
  f->y = EVD_TOP;
}

void evd_flow_begin(evd_flow *f) {
  f->page = 1;
  page_head(f);
}

void evd_flow_end(evd_flow *f) {
  if (f->dry)
    f->pages = f->page;
  else
    cairo_show_page(f->cr);
}

void evd_flow_new_page(evd_flow *f) {
  if (!f->dry)
    cairo_show_page(f->cr);
  f->page++;
  page_head(f);
}

bool evd_flow_fits(const evd_flow *f, double h) {
  return f->y + h <= EVD_BOTTOM;
}

void evd_flow_text(evd_flow *f, const evd_font *font, const char *text,
                   const char *tag) {
  double width = EVD_RIGHT - EVD_LEFT;
  double h = evd_text_height(f, font, text, width);
  if (!evd_flow_fits(f, h))
    evd_flow_new_page(f);
  evd_text_draw(f, font, text, EVD_LEFT, f->y, width, tag);
  f->y += h;
}

/* ---- lines ---- */

void evd_flow_rule(evd_flow *f, double width) {
  if (f->dry)
    return;
  cairo_set_line_width(f->cr, width);
  cairo_move_to(f->cr, EVD_LEFT, f->y);
  cairo_line_to(f->cr, EVD_RIGHT, f->y);
  cairo_stroke(f->cr);
}

void evd_flow_box(evd_flow *f, double x, double y, double w, double h) {
  if (f->dry)
    return;
  cairo_set_line_width(f->cr, 1);
  cairo_rectangle(f->cr, x, y, w, h);
  cairo_stroke(f->cr);
}
