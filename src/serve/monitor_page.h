/* What a monitor knows after a look, as a page for a watch room and as JSON.
 *
 * Layer: L7 serve. Pure: facts in, bytes out; files are monitor.c's.
 *
 * The page is one file that needs nothing else: no script, no font, no image,
 * no address. What comes from the board is shown as text, whatever it holds.
 * A lamp that was not examined is not shown as quiet.
 */
#ifndef EVD_SERVE_MONITOR_PAGE_H
#define EVD_SERVE_MONITOR_PAGE_H

#include "serve/lookout.h"

/* ---- looks, for the charts ---- */

#define EVD_LOOKS_KEPT 360 /* half an hour of looks, one in five seconds */
#define EVD_AGE_NONE UINT64_MAX

typedef struct {
  uint64_t time, entries;
  uint64_t age; /* seconds since the newest cosignature; EVD_AGE_NONE */
  uint32_t n_signed;
} evd_past_look;

typedef struct {
  uint64_t n; /* all there were; number i is at i % EVD_LOOKS_KEPT */
  evd_past_look looks[EVD_LOOKS_KEPT];
} evd_past_looks;

void evd_room_remember(evd_past_looks *past, const evd_lookout_state *seen,
                       uint64_t now);
/* The i-th that is kept, oldest first; NULL behind the last. */
const evd_past_look *evd_room_look(const evd_past_looks *past, uint32_t i);

/* ---- facts ---- */

typedef struct {
  char text[64]; /* zero-ended; "": none */
} evd_file_name;

/* All is borrowed. */
typedef struct {
  const evd_lookout_state *seen;
  const evd_past_looks *past;
  const evd_file_name *evidence; /* by code: of the first since it is on */
  uint64_t now, max_age;         /* POSIX seconds; seconds */
  uint32_t interval;             /* seconds between looks */
  uint32_t judge_one_of;         /* as in evd_lookout_plan */
  uint32_t routes_failing;       /* ways out for alarms that do not work */
  bool intake;  /* the server's counters were read in this look */
  bool stopped; /* nobody looks any more */
} evd_room;

typedef enum { EVD_LAMP_QUIET, EVD_LAMP_ON, EVD_LAMP_DARK } evd_lamp_state;
/* EVD_LAMP_DARK: what the alarm is about is not examined; *why says why. */
evd_lamp_state evd_room_lamp(const evd_room *s, uint32_t code,
                             const char **why);

typedef enum {
  EVD_ROOM_WELL,
  EVD_ROOM_ALARM,
  EVD_ROOM_EMPTY, /* no alarm, and no election in the log yet */
  EVD_ROOM_STOPPED
} evd_room_state;
#define EVD_STATUS_LINE_BYTES 256
/* The line across the page: "2 alarms: M03 two histories, M04 .." */
evd_room_state evd_room_line(const evd_room *s,
                             char line[EVD_STATUS_LINE_BYTES]);

/* Are ballots being taken? Then the checkpoint has to be fresh. */
bool evd_room_taking(const evd_room *s);
uint64_t evd_room_age(const evd_lookout_state *seen, uint64_t now);
/* "12 seconds", "18 days"; "none" */
#define EVD_SPAN_BYTES 40
void evd_room_span(uint64_t seconds, char out[EVD_SPAN_BYTES]);
/* The root as it stands in the checkpoint, in base 64. */
#define EVD_ROOT_TEXT_BYTES 45
void evd_room_root(const evd_lookout_state *seen,
                   char out[EVD_ROOT_TEXT_BYTES]);

/* ---- forms ---- */

void evd_room_json(evd_buf *out, const evd_room *s);
/* `renews`: a browser loads it again by itself ("index.html"); else it stands
 * still ("still.html"). Each has a link to the other. */
void evd_room_html(evd_buf *out, const evd_room *s, bool renews);

/* One line over time. `at` says the value of a look; EVD_AGE_NONE: none. */
typedef struct {
  const char *title, *unit; /* unit NULL: seconds, said as a span of time */
  uint64_t (*at)(const evd_past_look *look);
  uint64_t top;  /* the scale goes at least to here */
  uint64_t mark; /* a dashed line; 0: none */
  const char *mark_means;
} evd_chart;
void evd_room_chart(evd_buf *out, const evd_chart *c,
                    const evd_past_looks *past);

#endif /* EVD_SERVE_MONITOR_PAGE_H */
