/* evident receipt pack: a receipt as the text of a QR code. */
#include <stdio.h>

#include "board/receipt.h"
#include "cmd/args.h"

#define FILE_BYTES_MAX ((size_t)1 << 20)
#define ARENA_BYTES ((size_t)4 << 20)

static evd_err pack(evd_buf *out, const char *file, evd_arena *a) {
  evd_span bytes, one;
  evd_buf page;
  EVD_TRY(evd_file_read(file, FILE_BYTES_MAX, &bytes, a));
  evd_buf_init(&page, FILE_BYTES_MAX);
  evd_span rest = bytes;
  bool found = evd_receipt_next(&rest, &one) && rest.n == 0;
  if (!found && evd_receipt_of_page(&page, bytes)) {
    rest = (evd_span){page.p, page.n};
    found = evd_receipt_next(&rest, &one) && rest.n == 0;
  }
  evd_err e = found ? evd_receipt_pack(out, one, a) : EVD_ERR_FORM;
  if (e != EVD_OK)
    e = evd_complain(e, "%s: expected one receipt that holds together", file);
  evd_buf_close(&page);
  return e;
}

evd_err evd_cmd_receipt_pack(int argc, char **argv) {
  const char *file = NULL;
  const evd_option_row rows[] = {EVD_OPT_END};
  evd_arena a;
  evd_buf text;
  EVD_TRY(evd_args(argc, argv, rows, &file, 1, "FILE"));
  evd_arena_init(&a, ARENA_BYTES);
  evd_buf_init(&text, FILE_BYTES_MAX);
  evd_err e = pack(&text, file, &a);
  if (e == EVD_OK)
    printf("%.*s\n", (int)text.n, (const char *)text.p);
  evd_buf_close(&text);
  evd_arena_close(&a);
  return e;
}
