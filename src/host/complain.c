#include <stdatomic.h>
#include <stdio.h>

#include "host/host.h"

static atomic_bool complained;

/* Names and values from foreign files reach this sentence: nothing in them
 * may steer the terminal or start a line of its own. */
static void make_printable(char *text) {
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if (c < 0x20 || c == 0x7F)
      *text = '?';
  }
}

evd_err evd_complain(evd_err e, const char *format, ...) {
  char text[1600];
  va_list args;
  va_start(args, format);
  (void)vsnprintf(text, sizeof text, format, args);
  va_end(args);
  make_printable(text);
  /* A progress line may stand on this row of the terminal. */
  fflush(stdout);
  fprintf(stderr, "evident: %s\n", text);
  if (e != EVD_OK)
    atomic_store(&complained, true);
  return e;
}

bool evd_has_complained(void) { return atomic_load(&complained); }
