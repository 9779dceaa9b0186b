/* What the library does where the programs print or end: takes the place of
 * host/complain.c and host/path.c. */
#include <stdio.h>
#include <string.h>

#include "evident/lib.h"
#include "host/host.h"
#include "lib/lib.h"

#define SENTENCE_BYTES 1600

/* Of this thread alone, like errno. */
static _Thread_local char sentence[SENTENCE_BYTES];

/* Names and values from foreign files reach this sentence: it stays one line,
 * and nothing in it steers a terminal. */
static void make_printable(char *text) {
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if (c < 0x20 || c == 0x7F)
      *text = '?';
  }
}

evd_err evd_complain(evd_err e, const char *format, ...) {
  va_list args;
  va_start(args, format);
  (void)vsnprintf(sentence, sizeof sentence, format, args);
  va_end(args);
  make_printable(sentence);
  return e;
}

/* No file has the empty path: whoever opens it says that it is not there. */
const char *evd_path(evd_arena *a, const char *format, ...) {
  char text[4096];
  va_list args;
  va_start(args, format);
  int n = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  char *out = n < 0 || (size_t)n >= sizeof text
                  ? NULL
                  : evd_arena_get(a, (size_t)n + 1, 1);
  if (!out)
    return "";
  memcpy(out, text, (size_t)n + 1);
  return out;
}

void evd_lib_begin(void) { sentence[0] = 0; }

evd_err evd_lib_end(evd_err e) {
  if (e == EVD_OK)
    sentence[0] = 0;
  else if (sentence[0] == 0)
    (void)snprintf(sentence, sizeof sentence, "%s", evd_err_text(e));
  return e;
}

evd_err evd_lib_range(const char *name, const char *what) {
  return evd_complain(EVD_ERR_RANGE, "`%s` %s", name, what);
}

const char *evd_problem(void) { return sentence; }
