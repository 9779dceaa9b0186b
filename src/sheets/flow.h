/* Text flowing down pages.
 *
 * Layer: L7 sheets.
 *
 * A sheet is laid out twice: dry, which only counts the pages, and then on
 * paper. The area used lies inside both A4 and US Letter.
 */
#ifndef EVD_SHEETS_FLOW_H
#define EVD_SHEETS_FLOW_H

#include <cairo.h>

#include "sheets/sheet.h"

/* In points, 1/72 inch. */
#define EVD_PAGE_WIDTH 595.0 /* A4 */
#define EVD_PAGE_HEIGHT 842.0
#define EVD_LEFT 54.0
#define EVD_RIGHT 541.0
#define EVD_TOP 80.0 /* below the head of the page */
#define EVD_BOTTOM 738.0
#define EVD_HEAD_GAP 8.0

typedef struct {
  cairo_t *cr;
  bool dry;
  const char *title, *under; /* head of every page */
  double y;                  /* where the next thing goes */
  uint32_t page, pages;      /* from 1; pages is known after the dry run */
  const char *unreadable;    /* first text that no font here can show */
} evd_flow;

typedef struct {
  const char *family; /* of fontconfig */
  double size;        /* points */
  bool bold;
} evd_font;
extern const evd_font evd_font_title, evd_font_contest, evd_font_text,
    evd_font_label, evd_font_code, evd_font_small, evd_font_mono;

/* Begins the first page of a sheet. */
void evd_flow_begin(evd_flow *f);
/* Ends the last page. */
void evd_flow_end(evd_flow *f);
void evd_flow_new_page(evd_flow *f);
/* Is there room for h points? */
bool evd_flow_fits(const evd_flow *f, double h);
/* Height of a text in this width. */
double evd_text_height(evd_flow *f, const evd_font *font, const char *text,
                       double width);
/* Draws it at (x, y), where it must fit. The tag is its part in the document,
 * for who has it read aloud: "H1", "H2", "P". */
void evd_text_draw(evd_flow *f, const evd_font *font, const char *text,
                   double x, double y, double width, const char *tag);
/* Draws it over the whole width at f->y and moves on; on a new page if it
 * does not fit. */
void evd_flow_text(evd_flow *f, const evd_font *font, const char *text,
                   const char *tag);
void evd_flow_rule(evd_flow *f, double width);
void evd_flow_box(evd_flow *f, double x, double y, double w, double h);
/* The QR code of `text` as a square of that size. Complains. */
EVD_MUST_CHECK evd_err evd_qr_draw(evd_flow *f, const char *text, double x,
                                   double y, double size);

/* The text in a file as a QR code on standard output (code.c). Complains. */
EVD_MUST_CHECK evd_err evd_qr_print(const char *file);

/* ---- a ballot's pages (ballot.c) ---- */
EVD_MUST_CHECK evd_err evd_sheet_draw(evd_flow *f, const evd_sheet *s);

#endif /* EVD_SHEETS_FLOW_H */
