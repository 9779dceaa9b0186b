#include "cmd/plain.h"

#include <string.h>

#include "cmd/csv.h"

#define LINE_BYTES_MAX ((size_t)4 * 1024 * 1024)
#define HEADER_BYTES_MAX ((size_t)64 * 1024 * 1024)

static bool ends_with(const char *path, const char *end) {
  size_t n = strlen(path), m = strlen(end);
  return n >= m && strcmp(path + n - m, end) == 0;
}

static evd_err check_header(evd_plain_file *f, const evd_buf *expected) {
  evd_span line;
  bool more = false;
  EVD_TRY(evd_lines_next(&f->lines, &line, &more));
  if (more && line.n == expected->n && memcmp(line.p, expected->p, line.n) == 0)
    return EVD_OK;
  return evd_complain(EVD_ERR_PARSE,
                      "%s:1:1: expected the header line of this manifest, "
                      "%.*s%s",
                      f->lines.path, expected->n < 200 ? (int)expected->n : 200,
                      (const char *)expected->p, expected->n < 200 ? "" : "..");
}

evd_err evd_plain_open(evd_plain_file *f, const char *path,
                       const evd_manifest *m) {
  *f = (evd_plain_file){.man = m, .csv = ends_with(path, ".csv")};
  EVD_TRY(evd_lines_open(&f->lines, path, LINE_BYTES_MAX));
  if (!f->csv)
    return EVD_OK;
  evd_buf header;
  evd_buf_init(&header, HEADER_BYTES_MAX);
  evd_err e = evd_csv_plain_header(&header, m);
  if (e == EVD_OK)
    e = check_header(f, &header);
  evd_buf_close(&header);
  return e;
}

evd_err evd_plain_next(evd_plain_file *f, evd_plain *out, bool *more,
                       evd_arena *a) {
  evd_span line;
  evd_why why = {""};
  EVD_TRY(evd_lines_next(&f->lines, &line, more));
  if (!*more)
    return EVD_OK;
  f->number = f->lines.number;
  if (f->csv)
    return evd_csv_plain_row(out, line, f->man, f->lines.path, f->number, a);
  /* The reader may borrow from the line, which the next call overwrites. */
  uint8_t *copy = evd_arena_get(a, line.n + 1, 1);
  if (!copy)
    return evd_complain(EVD_ERR_SPACE, "%s does not fit in memory",
                        f->lines.path);
  memcpy(copy, line.p, line.n);
  evd_err e = evd_plain_read(out, (evd_span){copy, line.n}, f->man, a, &why);
  if (e == EVD_OK)
    return e;
  return evd_complain(e, "%s:%llu:1: %s", f->lines.path,
                      (unsigned long long)f->number, why.text);
}

void evd_plain_close(evd_plain_file *f) { evd_lines_close(&f->lines); }
