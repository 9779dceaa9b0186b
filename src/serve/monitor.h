/* The monitor's parts: what it was told to do, and how alarms leave it.
 * Layer: L7 serve.
 */
#ifndef EVD_SERVE_MONITOR_H
#define EVD_SERVE_MONITOR_H

#include "host/http.h"
#include "serve/lookout.h"

/* What the command line says; borrowed. NULL: not given. */
typedef struct {
  const char *board, *policy, *state, *alarms, *metrics;
  uint32_t interval_ms, max_age, sealed_most, judge_one_of;
  bool once;
} evd_monitor_words;

typedef struct {
  evd_monitor_words words;
  evd_arena arena;
  evd_board_files files;
  evd_span policy;
  evd_http *http;
  evd_lookout *watch;
  uint64_t now, n_alarms;
  uint32_t n_new; /* alarms of this look */
  bool trouble;   /* something could not be written */
} evd_monitor;

/* An alarm on its way out: a JSON line, and the evidence as a file below the
 * state folder. An evd_lookout_fn. */
void evd_monitor_deliver(void *self, const evd_alarm *alarm, bool on,
                         const char *what, evd_span evidence);

#endif /* EVD_SERVE_MONITOR_H */
