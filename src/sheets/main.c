/* evident-sheets DATA PDF: prints what `evident preencrypt` hands over; or
 * evident-sheets qr FILE: a text as a QR code. */
#include <cairo-pdf.h>
#include <stdio.h>
#include <string.h>

#include "sheets/flow.h"

typedef struct {
  evd_out *out;
  evd_err err; /* of writing */
} sink;

static cairo_status_t write_pdf(void *self, const unsigned char *p,
                                unsigned int n) {
  sink *s = self;
  if (s->err == EVD_OK)
    s->err = evd_out_add(s->out, p, n);
  return s->err == EVD_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

/* The same sheets give the same file: no time of making in it. */
static void describe(cairo_surface_t *surface, const char *election) {
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, election);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT,
                                 "Ballots by mail");
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                 "2000-01-01T00:00:00Z");
}

/* A bookmark a ballot. */
static void mark(cairo_surface_t *surface, const evd_sheet *s, uint32_t page) {
  char name[64], at[32];
  (void)snprintf(name, sizeof name, "Ballot %s", s->number);
  (void)snprintf(at, sizeof at, "page=%u", page);
  (void)cairo_pdf_surface_add_outline(surface, CAIRO_PDF_OUTLINE_ROOT, name, at,
                                      (cairo_pdf_outline_flags_t)0);
}

static evd_err draw_each(evd_sheet_file *f, evd_flow *flow,
                         cairo_surface_t *surface) {
  for (uint32_t page = 1;; page += flow->pages) {
    evd_sheet s;
    bool more = false;
    EVD_TRY(evd_sheet_next(f, &s, &more));
    if (!more)
      return EVD_OK;
    EVD_TRY(evd_sheet_draw(flow, &s));
    mark(surface, &s, page);
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
      return EVD_ERR_IO;
  }
}

static evd_err draw_pdf(evd_sheet_file *f, sink *s) {
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
      write_pdf, s, EVD_PAGE_WIDTH, EVD_PAGE_HEIGHT);
  cairo_t *cr = cairo_create(surface);
  evd_flow flow = {.cr = cr, .title = f->election};
  describe(surface, f->election);
  cairo_tag_begin(cr, "Document", NULL);
  evd_err e = draw_each(f, &flow, surface);
  cairo_tag_end(cr, "Document");
  cairo_destroy(cr);
  cairo_surface_finish(surface);
  cairo_status_t status = cairo_surface_status(surface);
  cairo_surface_destroy(surface);
  if (e == EVD_OK && s->err != EVD_OK)
    e = s->err;
  if (e == EVD_OK && status != CAIRO_STATUS_SUCCESS)
    return evd_complain(EVD_ERR_IO, "the sheets cannot be drawn: %s",
                        cairo_status_to_string(status));
  return e;
}

static evd_err print_sheets(const char *data, const char *pdf) {
  evd_sheet_file f;
  sink s = {.out = NULL, .err = EVD_OK};
  evd_err e = evd_sheet_open(&f, data);
  if (e == EVD_OK)
    e = evd_out_open(&s.out, pdf, 0600, EVD_NEW);
  if (e == EVD_OK)
    e = draw_pdf(&f, &s);
  if (e == EVD_OK)
    e = evd_out_commit(s.out);
  else if (s.out)
    evd_out_abandon(s.out);
  evd_sheet_close(&f);
  return e;
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "qr") == 0)
    return evd_err_exit(evd_qr_print(argv[2]));
  if (argc == 3 && argv[1][0] != '-')
    return evd_err_exit(print_sheets(argv[1], argv[2]));
  (void)fprintf(stderr,
                "usage: evident-sheets DATA PDF\n"
                "       evident-sheets qr FILE\n"
                "Prints ballots for the mail; `evident preencrypt` runs it. "
                "The other one shows\na line of text, as of `evident receipt "
                "pack`, as a QR code.\n");
  return 2;
}
