#include "cmd/verify_page.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd/paths.h"
#include "host/place.h"
#include "verify/report_html.h"

#define PAGE_BYTES_MAX ((size_t)256 << 20)

evd_err evd_verify_page_open(evd_out **page, const char *verb, const char *path,
                             const char *record) {
  *page = NULL;
  if (!path)
    return EVD_OK;
  if (path[0] == 0 || strcmp(path, "-") == 0)
    return evd_usage(verb, "--html takes the name of a file, not `%s`", path);
  if (evd_file_exists(path))
    return evd_complain(EVD_ERR_EXISTS,
                        "%s is there already and is not overwritten", path);
  if (record && evd_path_inside(path, record))
    return evd_complain(EVD_ERR_USAGE,
                        "the page %s must not lie in the record, which would "
                        "have a file too many",
                        path);
  return evd_out_open(page, path, 0644, EVD_NEW);
}

static evd_err put_out(evd_out *page, const evd_buf *b) {
  evd_err e = evd_buf_ok(b) ? evd_out_add(page, b->p, b->n)
                            : evd_complain(EVD_ERR_SPACE, "no memory for the "
                                                          "page");
  if (e == EVD_OK)
    return evd_out_commit(page);
  evd_out_abandon(page);
  return e;
}

static evd_err write_page(evd_out *page, const evd_verified *v) {
  char when[64] = "", how[128];
  const time_t now = (time_t)evd_clock_seconds();
  struct tm utc;
  evd_buf b;
  if (gmtime_r(&now, &utc))
    (void)strftime(when, sizeof when, "%Y-%m-%d %H:%M UTC", &utc);
  (void)snprintf(how, sizeof how, "arithmetic `%s`, %u %s",
                 evd_host_kernel()->name, v->n_threads,
                 v->n_threads == 1 ? "thread" : "threads");
  const evd_html_facts facts = {.verifier = "Evident " EVIDENT_VERSION,
                                .when = when,
                                .how = how,
                                .milliseconds = v->milliseconds};
  evd_buf_init(&b, PAGE_BYTES_MAX);
  evd_report_html(&b, &v->report, &facts);
  evd_err e = put_out(page, &b);
  evd_buf_close(&b);
  return e;
}

evd_err evd_verify_page_end(evd_out *page, const evd_verified *v, evd_err e) {
  if (e != EVD_OK)
    evd_out_abandon(page);
  else if (page)
    e = write_page(page, v);
  return e == EVD_OK ? evd_verifying_error(v->report.verdict) : e;
}
