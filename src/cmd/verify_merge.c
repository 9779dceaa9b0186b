/* evident verify merge: puts the parts of shards together. */
#include <stdio.h>

#include "cmd/verify_page.h"
#include "cmd/verifying.h"
#include "host/lines.h"
#include "host/place.h"
#include "host/start.h"
#include "verify/merge.h"

#define KEPT_BYTES_MAX ((size_t)4 << 30)
#define LINE_BYTES_MAX ((size_t)1 << 20)

static const char verb[] = "verify merge";

typedef struct {
  char **paths;
  evd_lines lines;
} files;

static evd_err parts_open(void *self, uint32_t i) {
  files *f = self;
  EVD_TRY(evd_lines_open(&f->lines, f->paths[i], LINE_BYTES_MAX));
  if (f->lines.again)
    return EVD_OK;
  return evd_complain(EVD_ERR_USAGE,
                      "%s: a part is read twice, so it has to "
                      "be a file",
                      f->paths[i]);
}

static evd_err parts_next(void *self, evd_span *line, bool *more) {
  files *f = self;
  return evd_lines_next(&f->lines, line, more);
}

static void parts_close(void *self) {
  files *f = self;
  evd_lines_close(&f->lines);
}

static evd_err merge(evd_verified *v, files *f, uint32_t n,
                     const evd_verify_how *how) {
  const evd_parts parts = {f, n, parts_open, parts_next, parts_close};
  const uint64_t start = evd_clock_ms();
  evd_why why;
  uint32_t at = 0;
  evd_err e = evd_verify_merge(&v->report, evd_host_kernel(), &parts, how, &at,
                               &why, &v->arena);
  v->report.part_names = f->paths;
  v->n_threads = how->pool->workers;
  v->milliseconds = evd_clock_ms() - start;
  if (e == EVD_ERR_RULE)
    evd_complain(e, "%s: %s", f->paths[at], why.text);
  else if (e == EVD_ERR_SPACE)
    evd_complain(e, "%s: %s", verb, evd_err_text(e));
  return e;
}

/* The page begins before the parts are read. */
static evd_err report(files *f, uint32_t n, const evd_verify_how *how,
                      bool json, const char *html) {
  evd_verified v;
  evd_out *page = NULL;
  EVD_TRY(evd_verify_page_open(&page, verb, html, NULL));
  evd_arena_init(&v.arena, KEPT_BYTES_MAX);
  evd_err e = merge(&v, f, n, how);
  if (e == EVD_OK)
    e = evd_verifying_print(&v.report, json);
  e = evd_verify_page_end(page, &v, e);
  evd_verifying_close(&v);
  return e;
}

evd_err evd_cmd_verify_merge(int argc, char **argv) {
  const char *format = NULL, *html = NULL, *tmp = NULL;
  const evd_option_row rows[] = {EVD_OPT("format", format),
                                 EVD_OPT("html", html), EVD_OPT("tmp", tmp),
                                 EVD_OPT_END};
  files f = {.lines.fd = -1};
  uint32_t n = 0;
  bool json;
  evd_scratch scratch;
  evd_pool pool;
  EVD_TRY(evd_args_many(argc, argv, rows, &f.paths, EVD_PARTS_MAX, &n, "PART"));
  EVD_TRY(evd_verifying_format(verb, format, &json));
  evd_host_start(); /* a file that may not grow is an error, no signal */
  EVD_TRY(evd_scratch_dir_open(&scratch, tmp));
  evd_err e = evd_pool_open(&pool, 0);
  if (e == EVD_OK) {
    const evd_verify_how how = {.pool = &pool, .scratch = &scratch};
    e = report(&f, n, &how, json, html);
    evd_pool_close(&pool);
  }
  evd_scratch_dir_close(&scratch);
  return e;
}
