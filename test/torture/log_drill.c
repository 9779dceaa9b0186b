/* A sequencer in small, to be killed and starved.
 *
 *   log_drill work DIR FIRST STEPS KILL   takes ballots FIRST, FIRST + 1, .. in
 *       STEPS batches, publishes after each, and writes a line "<device>
 *       <number> <index>" for every ballot that a voter would be told is there;
 *       ends itself with SIGKILL at the KILL-th point of the commit order
 *       (0: never), which it names on standard error
 *   log_drill check DIR      reads such lines: every ballot is at its place and
 *       gets a receipt; exit 0, or 1 and a sentence
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../unit/log_kit.h"

#include "board/checkpoint.h"
#include "board/note.h"
#include "board/proof.h"
#include "host/host.h"

enum { PER_STEP = 4 };

static election x;
static long left; /* points until the end */

static void at_point(void *self, evd_log_point point) {
  static const char *const names[EVD_LOG_POINTS] = {
      [EVD_LOG_AT_RULES] = "the rules are applied",
      [EVD_LOG_AT_OBJECT] = "an object is written",
      [EVD_LOG_AT_COMMIT] = "all objects are written",
      [EVD_LOG_AT_TAKEN] = "COMMIT is done",
      [EVD_LOG_AT_FILE] = "a tile or another file is written",
      [EVD_LOG_AT_FILES] = "all files are written",
      [EVD_LOG_AT_PUBLISHED] = "`checkpoint` is written"};
  (void)self;
  if (left > 0 && --left == 0) {
    (void)fprintf(stderr, "%s", names[point]);
    (void)raise(SIGKILL);
  }
}

static evd_log_plan plan_of(const char *dir) {
  return (evd_log_plan){.dir = dir,
                        .where = getenv("EVD_STORE"),
                        .origin = ORIGIN,
                        .keys = x.keys,
                        .policy = x.policy,
                        .make = true,
                        .at = at_point};
}

static evd_err begin(evd_log *log) {
  evd_log_item items[32];
  evd_log_result r[32];
  uint32_t n = items_until_open(&x, items);
  EVD_TRY(evd_log_take(log, items, n, r));
  for (uint32_t i = 0; i < n; i++)
    if (r[i].fate != EVD_LOG_TAKEN && r[i].fate != EVD_LOG_REPEAT)
      return evd_complain(EVD_ERR_FAIL, "item %u: %s", i, r[i].what);
  return EVD_OK;
}

/* What is told here must be there for ever. */
static evd_err acknowledge(const evd_log_result *r, uint64_t first) {
  char line[200];
  int n = 0;
  for (uint32_t i = 0; i < PER_STEP; i++)
    n += snprintf(line + n, sizeof line - (size_t)n, "2 %llu %llu\n",
                  (unsigned long long)(first + i),
                  (unsigned long long)r[i].index);
  if (write(STDOUT_FILENO, line, (size_t)n) == n)
    return EVD_OK;
  return evd_complain(EVD_ERR_IO, "cannot tell what is published");
}

static evd_err step(evd_log *log, uint64_t first) {
  evd_log_item items[2 * PER_STEP];
  evd_log_result r[2 * PER_STEP];
  uint32_t n = 0;
  for (uint32_t i = 0; i < PER_STEP; i++) {
    items[n] = item_ballot(&x, 2, first + i, 0);
    items[n++].request = i;
  }
  for (uint32_t i = 0; i < PER_STEP; i++) {
    items[n] = item_cast(&x, 2, first + i);
    items[n++].request = i;
  }
  EVD_TRY(evd_log_take(log, items, n, r));
  for (uint32_t i = 0; i < n; i++)
    if (r[i].fate != EVD_LOG_TAKEN && r[i].fate != EVD_LOG_REPEAT)
      return evd_complain(EVD_ERR_FAIL, "ballot %u: %s", i, r[i].what);
  EVD_TRY(publish_all(log));
  return acknowledge(r, first);
}

static evd_err work(const char *dir, char **argv) {
  evd_log *log = NULL;
  evd_log_plan plan = plan_of(dir);
  uint64_t first = strtoull(argv[0], NULL, 10);
  uint64_t steps = strtoull(argv[1], NULL, 10);
  left = strtol(argv[2], NULL, 10);
  evd_err e = evd_log_open(&log, &plan);
  if (e == EVD_OK)
    e = begin(log);
  for (uint64_t i = 0; e == EVD_OK && i < steps; i++)
    e = step(log, first + i * PER_STEP);
  evd_log_close(log);
  return e;
}

/* ---- what was told ---- */

static evd_err check_one(evd_log *log, uint32_t device, uint64_t number,
                         uint64_t index) {
  evd_log_item item = item_ballot(&x, device, number, 0);
  evd_log_result r;
  evd_receipt receipt;
  evd_checkpoint c;
  evd_note_why why;
  evd_arena a;
  evd_buf b;
  EVD_TRY(evd_log_take(log, &item, 1, &r));
  if (r.fate != EVD_LOG_REPEAT || r.index != index)
    return evd_complain(EVD_ERR_FAIL, "ballot %llu is not at %llu any more",
                        (unsigned long long)number, (unsigned long long)index);
  evd_arena_init(&a, 1 << 20);
  evd_buf_init(&b, 1 << 20);
  evd_err e = evd_log_receipt(log, index, &b);
  if (e == EVD_OK)
    e = evd_receipt_read(&receipt, (evd_span){b.p, b.n}, &a, &why);
  if (e == EVD_OK)
    e = evd_checkpoint_read(&c, receipt.checkpoint, &why);
  if (e == EVD_OK)
    e = evd_receipt_check(&receipt, &c.head);
  evd_buf_close(&b);
  evd_arena_close(&a);
  return e == EVD_OK ? e
                     : evd_complain(EVD_ERR_FAIL, "ballot %llu: no receipt",
                                    (unsigned long long)number);
}

static evd_err check(const char *dir) {
  evd_log *log = NULL;
  evd_log_plan plan = plan_of(dir);
  unsigned device = 0;
  unsigned long long number = 0, index = 0;
  evd_log_head published;
  evd_err e = evd_log_open(&log, &plan);
  if (e == EVD_OK)
    e = begin(log);
  if (e == EVD_OK)
    (void)evd_log_published(log, &published);
  while (e == EVD_OK && scanf("%u %llu %llu", &device, &number, &index) == 3) {
    if (index >= published.size)
      e = evd_complain(EVD_ERR_FAIL, "ballot %llu is in no checkpoint", number);
    else
      e = check_one(log, device, number, index);
  }
  if (e == EVD_OK)
    e = publish_all(log);
  evd_log_close(log);
  return e;
}

int main(int argc, char **argv) {
  evd_err e = EVD_ERR_USAGE;
  evd_host_json();
  election_open(&x);
  if (argc == 6 && strcmp(argv[1], "work") == 0)
    e = work(argv[2], argv + 3);
  else if (argc == 3 && strcmp(argv[1], "check") == 0)
    e = check(argv[2]);
  election_close(&x);
  return evd_err_exit(e);
}
