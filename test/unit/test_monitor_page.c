/* The status page as a function of what was seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "serve/monitor_page.h"

#define NOW 1795356000 /* 2026-11-22 14:00:00 UTC */

static evd_lookout_state seen;
static evd_rules rules;
static evd_policy policy;
static evd_past_looks past;
static evd_file_name evidence[EVD_ALARM_CODES];
static evd_room room;

static int setup(void **state) {
  (void)state;
  memset(&seen, 0, sizeof seen);
  memset(&rules, 0, sizeof rules);
  memset(&policy, 0, sizeof policy);
  memset(&past, 0, sizeof past);
  memset(evidence, 0, sizeof evidence);
  policy.n_names = 3; /* two witnesses in a group */
  snprintf(policy.names[0].key.name, sizeof policy.names[0].key.name, "%s",
           "witness.example/a");
  snprintf(policy.names[1].key.name, sizeof policy.names[1].key.name, "%s",
           "witness.example/b");
  policy.names[2].group = true;
  seen.policy = &policy;
  seen.rules = &rules;
  seen.origin = (evd_span){(const uint8_t *)"board.example/x", 15};
  seen.note = seen.origin;
  seen.head.size = seen.entries = 1204;
  seen.quorum = true;
  seen.n_witnesses = 2;
  seen.n_signed = 1;
  seen.times[0] = seen.signed_at = NOW - 12;
  rules.open = true;
  rules.counts[EVD_BALLOT_CAST] = 1001;
  room = (evd_room){.seen = &seen,
                    .past = &past,
                    .evidence = evidence,
                    .now = NOW,
                    .max_age = 60,
                    .interval = 5,
                    .judge_one_of = 1,
                    .intake = true};
  evd_room_remember(&past, &seen, NOW);
  return 0;
}

static char html[1 << 18], json[1 << 18];

static void copy(char *to, size_t n, evd_buf *b) {
  assert_true(evd_buf_ok(b) && b->n < n);
  memcpy(to, b->p, b->n);
  to[b->n] = 0;
  evd_buf_close(b);
}

static void write_both(void) {
  evd_buf b;
  evd_buf_init(&b, sizeof html);
  evd_room_html(&b, &room, true);
  copy(html, sizeof html, &b);
  evd_buf_init(&b, sizeof json);
  evd_room_json(&b, &room);
  copy(json, sizeof json, &b);
}

static void has(const char *text, const char *part) {
  if (!strstr(text, part))
    fail_msg("not there: %s", part);
}

static void has_not(const char *text, const char *part) {
  if (strstr(text, part))
    fail_msg("there: %s", part);
}

static void raise_alarm(uint32_t code) {
  seen.lamps[code] =
      (evd_lamp){.on = true, .times = 2, .since = NOW, .what = "it was seen"};
}

static void verdict(const char *line) {
  char text[512];
  write_both();
  snprintf(text, sizeof text, "<h2 id=\"verdict\">%s</h2>", line);
  has(html, text);
  snprintf(text, sizeof text, "<title>%s: board.example/x</title>", line);
  has(html, text);
  snprintf(text, sizeof text, "\"verdict\":\"%s\"", line);
  has(json, text);
}

static void test_verdicts(void **state) {
  (void)state;
  verdict("All is well");
  has(html, "<div class=\"verdict good\">");
  has(html, "As seen at 2026-11-22 14:00:00 UTC; checkpoint signed 12 seconds "
            "before");
  has_not(html, "What is wrong");
  raise_alarm(EVD_ALARM_HISTORIES);
  verdict("1 alarm: M03 two histories");
  has(html, "<div class=\"verdict bad\">");
  raise_alarm(EVD_ALARM_STALE);
  raise_alarm(EVD_ALARM_QUORUM);
  raise_alarm(EVD_ALARM_ALIKE);
  raise_alarm(EVD_ALARM_CLOCK);
  verdict("5 alarms: M01 stale checkpoint, M03 two histories, M04 quorum "
          "missing and 2 more");
  room.stopped = true;
  verdict("Nobody is watching");
  has(html, "<div class=\"verdict none\">");
  setup(NULL);
  seen.rules = NULL;
  verdict("No alarm; the log has no election yet");
  has(html, "<div class=\"verdict open\">");
}

static void test_lamps(void **state) {
  (void)state;
  write_both();
  has_not(html, "not watched");
  room.intake = false;
  room.judge_one_of = 0;
  raise_alarm(EVD_ALARM_PROOF);
  snprintf(evidence[EVD_ALARM_PROOF].text,
           sizeof evidence[EVD_ALARM_PROOF].text, "%s", "M07-1-1.evidence");
  write_both();
  has(html, "M15 taken in and not logged</b><span class=\"state\">not watched: "
            "the server's counters were not read<");
  has(html, "M20 ballots that resemble each other</b><span "
            "class=\"state\">not watched: ");
  has(html, "M07 invalid proof</b><span class=\"state\">ALARM<");
  has(html, "M08 gap in a device&#39;s chain</b>");
  has(html, "<code>M07-1-1.evidence</code>");
  has(json, "\"evidence\":\"M07-1-1.evidence\"");
  has(html, "seen 2 times");
}

static void test_witnesses(void **state) {
  (void)state;
  write_both();
  has(html, "1 of 2 have signed the checkpoint; that is enough.");
  has(html, "<bdi>witness.example/a</bdi></b><span class=\"state\">signed: 12 "
            "seconds ago<");
  has(html, "<li class=\"lamp open\">"); /* b is missing, the quorum is there */
  seen.quorum = false;
  write_both();
  has(html, "that is not enough");
  has_not(html, "<li class=\"lamp open\">");
  has(html, "<li class=\"lamp bad\">");
  seen.times[0] = NOW - 61;
  write_both();
  has(html, "late: 61 seconds ago");
  rules.closed = true; /* nobody has to sign any more */
  write_both();
  has_not(html, "late: ");
}

static void test_nothing_was_seen(void **state) {
  (void)state;
  seen.note.n = 0;
  seen.rules = NULL;
  seen.signed_at = seen.times[0] = 0;
  memset(&past, 0, sizeof past);
  evd_room_remember(&past, &seen, NOW);
  raise_alarm(EVD_ALARM_FILE);
  verdict("1 alarm: M05 file missing or wrong");
  has(html, "checkpoint signed by no witness");
  has(html, "none was seen");
  has(html, "<strong>none</strong> now");
  has_not(json, "\"root\"");
  has_not(json, "\"age\"");
}

static void test_alarms_that_do_not_get_out(void **state) {
  (void)state;
  write_both();
  has_not(html, "Alarms do not reach everybody");
  room.routes_failing = 1;
  write_both();
  has(html, "Alarms do not reach everybody: 1 way of sending");
  has(json, "\"routes_failing\":1");
}

static void test_past(void **state) {
  (void)state;
  const evd_past_look *l;
  for (uint32_t i = 1; i < EVD_LOOKS_KEPT + 7; i++) {
    seen.entries = i;
    evd_room_remember(&past, &seen, NOW + 5 * i);
  }
  assert_non_null(l = evd_room_look(&past, 0));
  assert_int_equal(l->entries, 7);
  assert_non_null(l = evd_room_look(&past, EVD_LOOKS_KEPT - 1));
  assert_int_equal(l->entries, EVD_LOOKS_KEPT + 6);
  assert_null(evd_room_look(&past, EVD_LOOKS_KEPT));
  write_both();
  has(html, "<strong>366 entries</strong> now, 7 entries 29 minutes before");
  has(html, "d=\"M0 ");               /* from the left .. */
  has(html, "L300 0h");               /* .. to the right, on top */
  evd_room_remember(&past, &seen, 1); /* a clock that was set back */
  write_both();
  has(html, "</html>");
}

static void test_refresh(void **state) {
  (void)state;
  evd_buf b;
  write_both();
  has(html, "<meta http-equiv=\"refresh\" content=\"5\">");
  room.interval = 0;
  write_both();
  has(html, "<meta http-equiv=\"refresh\" content=\"2\">");
  evd_buf_init(&b, sizeof html);
  evd_room_html(&b, &room, false);
  copy(html, sizeof html, &b);
  has_not(html, "http-equiv=\"refresh\"");
}

static void test_D01_text_of_others(void **state) {
  (void)state;
  raise_alarm(EVD_ALARM_FILE);
  snprintf(seen.lamps[EVD_ALARM_FILE].what,
           sizeof seen.lamps[EVD_ALARM_FILE].what, "%s",
           "</dd><script>\"\\\xE2\x80\xAE\x01");
  snprintf(policy.names[1].key.name, sizeof policy.names[1].key.name, "%s",
           "<svg/onload=x>");
  seen.origin = (evd_span){(const uint8_t *)"<b>'&", 5};
  write_both();
  has_not(html, "<script");
  has_not(html, "<svg/");
  has_not(html, "<b>'");
  has_not(html, "\xE2\x80\xAE");
  has_not(json, "\xE2\x80\xAE");
  has_not(json, "\x01");
  has(html, "&lt;svg/onload=x&gt;");
  has(html, "&lt;b&gt;&#39;&amp;");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_verdicts, setup),
      cmocka_unit_test_setup(test_lamps, setup),
      cmocka_unit_test_setup(test_witnesses, setup),
      cmocka_unit_test_setup(test_nothing_was_seen, setup),
      cmocka_unit_test_setup(test_alarms_that_do_not_get_out, setup),
      cmocka_unit_test_setup(test_past, setup),
      cmocka_unit_test_setup(test_refresh, setup),
      cmocka_unit_test_setup(test_D01_text_of_others, setup),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
