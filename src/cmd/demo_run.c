/* Steps and processes of the demo. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/demo.h"
#include "host/place.h"

#define STEPS 10

/* ---- steps ---- */

void evd_demo_step(evd_demo *d, const char *text) {
  d->step++;
  d->step_text = text;
  d->step_ms = evd_clock_ms();
}

static double seconds_since(uint64_t ms) {
  return (double)(evd_clock_ms() - ms) / 1000;
}

void evd_demo_step_done(evd_demo *d) {
  evd_progress_line(NULL, 0, 0);
  printf("[%2u/%d] %-62s %6.1f s\n", d->step, STEPS, d->step_text,
         seconds_since(d->step_ms));
  fflush(stdout);
}

/* Only on a terminal: what runs, and for how long. */
static void show_running(const evd_demo *d) {
  if (!isatty(2))
    return;
  fprintf(stderr, "\r[%2u/%d] %-62s %6.1f s", d->step, STEPS, d->step_text,
          seconds_since(d->step_ms));
  fflush(stderr);
}

/* ---- jobs ---- */

void evd_demo_job_init(evd_demo_job *j, uint32_t guardian) {
  *j = (evd_demo_job){.guardian = guardian, .child = {-1}};
  evd_demo_job_add(j, "evident");
}

void evd_demo_job_add(evd_demo_job *j, const char *word) {
  if (j->n_args + 1 < EVD_DEMO_ARGS)
    j->argv[j->n_args++] = word;
}

void evd_demo_job_words(evd_demo_job *j, ...) {
  va_list args;
  const char *word;
  va_start(args, j);
  while ((word = va_arg(args, const char *)))
    evd_demo_job_add(j, word);
  va_end(args);
}

static const char *log_path(evd_demo *d, const evd_demo_job *j) {
  if (j->guardian == 0)
    return evd_path(&d->arena, "%s/log/steps.txt", d->dir);
  return evd_path(&d->arena, "%s/log/guardian_%u.txt", d->dir, j->guardian);
}

static evd_err start(evd_demo *d, evd_demo_job *j) {
  const char *log = log_path(d, j);
  evd_child_plan plan = {
      .argv = j->argv, .out_path = j->out ? j->out : log, .err_path = log};
  if (j->guardian > 0)
    plan.secret = (evd_span){(const uint8_t *)d->passphrases[j->guardian - 1],
                             EVD_DEMO_PASS_BYTES};
  return evd_child_start(&j->child, &plan);
}

/* The last line of a log, as a span into it. */
static evd_span last_line(evd_span text) {
  while (text.n > 0 && text.p[text.n - 1] == '\n')
    text.n--;
  size_t from = text.n;
  while (from > 0 && text.p[from - 1] != '\n')
    from--;
  return (evd_span){text.p + from, text.n - from};
}

static evd_err failed(evd_demo *d, const evd_demo_job *j) {
  evd_span text = {NULL, 0};
  char who[32] = "";
  const char *log = log_path(d, j);
  evd_progress_line(NULL, 0, 0);
  if (evd_file_exists(log) &&
      evd_file_read(log, (size_t)16 << 20, &text, &d->arena) != EVD_OK)
    text = (evd_span){NULL, 0};
  evd_span line = last_line(text);
  if (j->guardian > 0)
    snprintf(who, sizeof who, " of guardian %u", j->guardian);
  return evd_complain(
      EVD_ERR_FAIL, "demo: `evident %s %s`%s ended with exit code %d: %.*s",
      j->argv[1], j->argv[2], who, j->code, line.n < 600 ? (int)line.n : 600,
      line.n ? (const char *)line.p : "");
}

static bool is_good(const evd_demo_job *j, bool may_wait) {
  return j->code == 0 || (may_wait && j->code == evd_err_exit(EVD_ERR_WAIT));
}

static void stop_all(evd_demo_job jobs[], uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    evd_child_stop(&jobs[i].child);
}

/* Looks once at all that run; *bad is set to the first that failed. */
static uint32_t reap(evd_demo_job jobs[], uint32_t n, bool may_wait,
                     evd_demo_job **bad) {
  uint32_t running = 0;
  for (uint32_t i = 0; i < n; i++) {
    if (jobs[i].child.pid < 0)
      continue;
    jobs[i].code = evd_child_wait(&jobs[i].child, false);
    if (jobs[i].code < 0)
      running++;
    else if (!is_good(&jobs[i], may_wait) && !*bad)
      *bad = &jobs[i];
  }
  return running;
}

evd_err evd_demo_run(evd_demo *d, evd_demo_job jobs[], uint32_t n,
                     bool may_wait) {
  evd_demo_job *bad = NULL;
  uint32_t started = 0, running = 0;
  while (started < n || running > 0) {
    while (started < n && running < d->processors) {
      evd_err e = start(d, &jobs[started]);
      if (e != EVD_OK) {
        stop_all(jobs, started);
        return e;
      }
      started++;
      running++;
    }
    /* 20 ms: short beside the shortest job */
    evd_wait_ms(20);
    show_running(d);
    running = reap(jobs, started, may_wait, &bad);
    if (!bad)
      continue;
    stop_all(jobs, started);
    return failed(d, bad);
  }
  return EVD_OK;
}
