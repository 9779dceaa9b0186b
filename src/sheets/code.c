/* evident-sheets qr FILE: a text, as of `evident receipt pack`, as a QR code of
 * block characters: two rows of it a line. */
#include <qrencode.h>
#include <stdio.h>
#include <string.h>

#include "host/host.h"
#include "sheets/flow.h"

#define TEXT_BYTES_MAX ((size_t)4296) /* of capitals in the largest code */
enum { QUIET = 4 }; /* white modules around it, by ISO/IEC 18004 */

static bool dark(const QRcode *code, int row, int column) {
  return row >= 0 && column >= 0 && row < code->width && column < code->width &&
         (code->data[row * code->width + column] & 1) != 0;
}

/* Light is printed: on a dark terminal the code is the right way round. */
static void print_code(const QRcode *code) {
  static const char *const blocks[] = {"\xE2\x96\x88", "\xE2\x96\x80",
                                       "\xE2\x96\x84", " "};
  for (int r = -QUIET; r < code->width + QUIET; r += 2) {
    for (int c = -QUIET; c < code->width + QUIET; c++)
      fputs(blocks[2 * dark(code, r, c) + dark(code, r + 1, c)], stdout);
    putchar('\n');
  }
}

evd_err evd_qr_print(const char *file) {
  char text[TEXT_BYTES_MAX + 1];
  evd_arena a;
  evd_span bytes;
  evd_arena_init(&a, 1 << 20);
  evd_err e = evd_file_read(file, TEXT_BYTES_MAX + 1, &bytes, &a);
  size_t n = e == EVD_OK ? bytes.n : 0;
  if (n > 0 && bytes.p[n - 1] == '\n')
    n--;
  if (e == EVD_OK && (n == 0 || n > TEXT_BYTES_MAX || memchr(bytes.p, 0, n)))
    e = evd_complain(EVD_ERR_FORM, "%s: expected one line of text", file);
  if (e == EVD_OK) {
    memcpy(text, bytes.p, n);
    text[n] = 0;
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
    if (code)
      print_code(code);
    else
      e = evd_complain(EVD_ERR_SPACE, "%s does not fit into a QR code", file);
    QRcode_free(code);
  }
  evd_arena_close(&a);
  return e;
}
