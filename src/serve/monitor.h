/* The monitor's parts: what it was told to do, and how alarms leave it.
 * Layer: L7 serve.
 */
#ifndef EVD_SERVE_MONITOR_H
#define EVD_SERVE_MONITOR_H

#include "cmd/secret_options.h"
#include "host/http.h"
#include "serve/alarm_key.h"
#include "serve/lookout.h"
#include "serve/monitor_page.h"

/* The roles of --users; the second with --post alone. */
enum { EVD_MONITOR_WATCH, EVD_MONITOR_SIGN, EVD_MONITOR_ROLES };

/* What the command line says; borrowed. NULL: not given. */
typedef struct {
  const char *board, *policy, *state, *alarms, *metrics, *page;
  const char *hook, *webhook, *smtp, *mail_from, *mail_to, *mail_login;
  const char *post, *key, *users;
  evd_secret_words secrets; /* of the key */
  uint32_t interval_ms, max_age, sealed_most, judge_one_of;
  bool once;
} evd_monitor_words;

/* Ways out for alarms; each goes on where it failed. */
enum { EVD_ROUTE_HOOK, EVD_ROUTE_WEBHOOK, EVD_ROUTE_MAIL, EVD_N_ROUTES };
#define EVD_MONITOR_KEPT                                                       \
  256 /* alarms that wait for a route; older are lost                          \
       */

/* An alarm that was raised or went off; all of it is memory of its own. */
typedef struct {
  const evd_alarm *alarm;
  bool on;
  char what[EVD_LOOKOUT_WHAT_BYTES], evidence[4096];
  evd_buf line; /* of JSON */
} evd_told;

/* An alarm that is to become an entry of the log. */
#define EVD_MONITOR_WAITING 16
typedef struct {
  uint8_t code;
  char seen[65]; /* digest of what was seen, in hex */
  evd_buf evidence;
} evd_waiting;

typedef struct {
  uint64_t sent;   /* alarms that have gone this way, or were given up */
  uint64_t failed; /* attempts since the last that went well */
  char why[256];
} evd_route;

typedef struct {
  evd_monitor_words words;
  evd_user users[EVD_MONITOR_ROLES]; /* with --users */
  evd_arena arena;
  evd_board_files files;
  evd_span policy;
  evd_http *http;
  evd_lookout *watch;
  uint64_t now, n_alarms;
  uint32_t n_new; /* alarms of this look */
  uint64_t n_told;
  evd_told told[EVD_MONITOR_KEPT]; /* number i is at i % EVD_MONITOR_KEPT */
  evd_route routes[EVD_N_ROUTES];
  evd_file_name evidence[EVD_ALARM_CODES]; /* the first of a lamp */
  evd_past_looks past;
  uint32_t n_waiting;
  evd_waiting waiting[EVD_MONITOR_WAITING]; /* the oldest first */
  evd_buf posted;                           /* the file of that name */
  evd_alarm_key key;                        /* with --post */
  bool intake; /* the server's counters were read in this look */
  char user[256], password[256]; /* of the mail server; "": none */
  bool trouble;                  /* something could not be written */
} evd_monitor;

/* An alarm on its way out: a JSON line, and the evidence as a file below the
 * state folder. An evd_lookout_fn. */
void evd_monitor_deliver(void *self, const evd_alarm *alarm, bool on,
                         const char *what, evd_span evidence);

/* Sends what waits, on every route that was given; a few seconds at most for
 * one that does not answer. */
void evd_monitor_send(evd_monitor *m);
/* Are the routes that were given usable? Complains. */
EVD_MUST_CHECK evd_err evd_monitor_routes(evd_monitor *m);
void evd_monitor_forget(evd_monitor *m);

/* Alarms as entries of the log, if --post says so: of the role `monitor`.
 * Starts the process of the key: before anything of the network was read.
 *   errors  EVD_ERR_USAGE; of reading the key */
EVD_MUST_CHECK evd_err evd_monitor_post_begin(evd_monitor *m);
/* An alarm that went on: waits, if it was not posted before and not too many
 * were. */
void evd_monitor_post_keep(evd_monitor *m, const evd_alarm *alarm,
                           const char *what, evd_span evidence);
/* After a look: posts the oldest; complains, and tries again after the next
 * look what the board has not refused. */
void evd_monitor_post(evd_monitor *m);
void evd_monitor_post_end(evd_monitor *m);

/* The folder of the status page, if one was given. */
EVD_MUST_CHECK evd_err evd_monitor_page_begin(evd_monitor *m);
/* Writes it after a look; `stopped`: after the last. */
void evd_monitor_page(evd_monitor *m, bool stopped);

#endif /* EVD_SERVE_MONITOR_H */
