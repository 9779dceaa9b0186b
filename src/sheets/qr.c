#include <qrencode.h>

#include "sheets/flow.h"

#define QUIET 4 /* white modules around the code, by ISO/IEC 18004 */

evd_err evd_qr_draw(evd_flow *f, const char *text, double x, double y,
                    double size) {
  if (f->dry)
    return EVD_OK;
  QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
  if (!code)
    return evd_complain(EVD_ERR_SPACE, "a QR code cannot be made");
  double module = size / (code->width + 2 * QUIET);
  x += QUIET * module;
  y += QUIET * module;
  for (int r = 0; r < code->width; r++)
    for (int c = 0; c < code->width; c++)
      if (code->data[r * code->width + c] & 1)
        cairo_rectangle(f->cr, x + c * module, y + r * module, module, module);
  cairo_fill(f->cr);
  QRcode_free(code);
  return EVD_OK;
}
