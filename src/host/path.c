/* Paths as arena memory. */
#include <stdio.h>
#include <stdnoreturn.h>
#include <string.h>
#include <unistd.h>

#include "host/host.h"

/* What no caller could handle better than by ending, too. */
static noreturn void stop(const char *why) {
  (void)evd_complain(EVD_ERR_SPACE, "%s", why);
  _exit(evd_err_exit(EVD_ERR_SPACE));
}

const char *evd_path(evd_arena *a, const char *format, ...) {
  char text[4096];
  va_list args;
  va_start(args, format);
  int n = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (n < 0 || (size_t)n >= sizeof text)
    stop("a path is too long");
  char *out = evd_arena_get(a, (size_t)n + 1, 1);
  if (!out)
    stop("there is no memory left for a path");
  memcpy(out, text, (size_t)n + 1);
  return out;
}
