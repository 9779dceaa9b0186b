/* The checks on the page: what failed and where, then each one. */
#include <string.h>

#include "verify/html.h"
#include "verify/report.h"

static bool in_group(const evd_check *c, const evd_html_group *g) {
  return strncmp(c->id, g->prefix, strlen(g->prefix)) == 0;
}

static const evd_html_group *group_of(const evd_check *c) {
  const evd_html_group *g = NULL;
  for (size_t i = 0; (g = evd_html_group_at(i)) != NULL; i++)
    if (in_group(c, g))
      break;
  return g;
}

/* "EGDS 2.1.0, Verification 6, page 84" */
static void put_source(evd_buf *b, const evd_html_group *g) {
  if (!g || g->page == 0) {
    evd_buf_text(b, "our own check, record format, section 4");
    return;
  }
  evd_buf_text(b, "EGDS 2.1.0, ");
  evd_buf_text(b, g->name);
  evd_buf_text(b, ", page ");
  evd_report_number(b, g->page);
}

static void put_equation(evd_buf *b, const char *id) {
  const char *equation = evd_html_equation(id);
  if (!equation)
    return;
  evd_buf_text(b, "<span class=\"eq\">");
  evd_buf_text(b, equation);
  evd_buf_text(b, "</span>");
}

static void put_id(evd_buf *b, const char *id) {
  evd_buf_text(b, "<span class=\"id\">");
  evd_html_plain(b, id);
  evd_buf_text(b, "</span> ");
}

/* ---- what failed ---- */

static void put_places(evd_buf *b, const evd_check *c) {
  evd_buf_text(b, "<ol>\n");
  for (uint32_t i = 0; i < c->n_kept; i++) {
    evd_buf_text(b, "<li><code>");
    evd_html_plain(b, c->kept[i].where);
    evd_buf_text(b, "</code>: ");
    evd_html_plain(b, c->kept[i].what);
    evd_buf_text(b, "</li>\n");
  }
  evd_buf_text(b, "</ol>\n");
  if (c->failed <= c->n_kept)
    return;
  evd_buf_text(b, "<p class=\"soft\">and ");
  evd_report_number(b, c->failed - c->n_kept);
  evd_buf_text(b, " more</p>\n");
}

static void put_fault(evd_buf *b, const evd_check *c) {
  evd_buf_text(b, "<article class=\"card fault\">\n<h3>");
  put_id(b, c->id);
  evd_buf_text(b, "It must hold that ");
  evd_html_plain(b, c->meaning);
  evd_buf_text(b, "</h3>\n");
  put_equation(b, c->id);
  evd_buf_text(b, "<p class=\"soft\">");
  evd_report_failed(b, c);
  evd_buf_text(b, "; ");
  put_source(b, group_of(c));
  evd_buf_text(b, "</p>\n");
  put_places(b, c);
  evd_buf_text(b, "</article>\n");
}

void evd_html_faults(evd_buf *b, const evd_report *r) {
  bool any = false;
  for (size_t i = 0; i < r->n_checks; i++) {
    if (r->checks[i].status != EVD_FAILED)
      continue;
    if (!any)
      evd_buf_text(b, "<section aria-labelledby=\"faults\">\n<h2 "
                      "id=\"faults\">What does not hold</h2>\n<p "
                      "class=\"intro\">One fault can make several checks "
                      "fail. The first places of each are listed.</p>\n");
    any = true;
    put_fault(b, &r->checks[i]);
  }
  if (any)
    evd_buf_text(b, "</section>\n");
}

/* ---- each check ---- */

static void put_status(evd_buf *b, const evd_check *c) {
  if (c->status == EVD_PASS)
    evd_buf_text(b, "<span class=\"chip good\">passed</span>");
  else if (c->status == EVD_FAILED)
    evd_buf_text(b, "<span class=\"chip bad\">FAILED</span>");
  else if (c->unexamined)
    evd_buf_text(b, "<span class=\"chip open\">not run</span>");
  else
    evd_buf_text(b, "<span class=\"chip none\">not run</span>");
}

static void put_seen(evd_buf *b, const evd_check *c) {
  if (c->status == EVD_NOT_RUN)
    evd_html_plain(b, c->remark ? c->remark : "nothing to check");
  else if (c->status == EVD_FAILED)
    evd_report_failed(b, c);
  else
    evd_report_count(b, c->count, c->unit);
}

static void put_check(evd_buf *b, const evd_check *c) {
  evd_buf_text(b, "<tr><th scope=\"row\">");
  put_id(b, c->id);
  evd_html_sentence(b, c->meaning);
  put_equation(b, c->id);
  evd_buf_text(b, "</th><td>");
  put_seen(b, c);
  evd_buf_text(b, "</td><td>");
  put_status(b, c);
  evd_buf_text(b, "</td></tr>\n");
}

static void put_group(evd_buf *b, const evd_report *r,
                      const evd_html_group *g) {
  evd_buf_text(b, "<section class=\"card group\">\n<h3>");
  evd_buf_text(b, g->title);
  evd_buf_text(b, " <small>");
  evd_buf_text(b, g->name);
  evd_buf_text(b, "</small></h3>\n<p>");
  evd_buf_text(b, g->about);
  evd_buf_text(b, "</p>\n<table class=\"checks\"><caption class=\"hidden\">");
  evd_buf_text(b, g->name);
  evd_buf_text(b, ": its checks and their results</caption>\n<thead><tr><th "
                  "scope=\"col\">What must hold</th><th scope=\"col\">Looked "
                  "at</th><th scope=\"col\">Result</th></tr></thead>\n"
                  "<tbody>\n");
  for (size_t i = 0; i < r->n_checks; i++)
    if (in_group(&r->checks[i], g))
      put_check(b, &r->checks[i]);
  evd_buf_text(b, "</tbody></table>\n</section>\n");
}

static bool has_any(const evd_report *r, const evd_html_group *g) {
  for (size_t i = 0; i < r->n_checks; i++)
    if (in_group(&r->checks[i], g))
      return true;
  return false;
}

static void put_sum(evd_buf *b, const evd_report *r) {
  static const char *const looks[] = {
      [EVD_NOT_RUN] = "none", [EVD_PASS] = "good", [EVD_FAILED] = "bad"};
  static const char *const words[] = {[EVD_NOT_RUN] = " not run",
                                      [EVD_PASS] = " passed",
                                      [EVD_FAILED] = " failed"};
  static const evd_status order[] = {EVD_PASS, EVD_FAILED, EVD_NOT_RUN};
  uint64_t n[] = {0, 0, 0};
  for (size_t i = 0; i < r->n_checks; i++)
    n[r->checks[i].status]++;
  evd_buf_text(b, "<ul class=\"sum\">\n");
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    evd_buf_text(b, "<li class=\"chip ");
    evd_buf_text(b, n[order[i]] ? looks[order[i]] : "none");
    evd_buf_text(b, "\">");
    evd_report_number(b, n[order[i]]);
    evd_buf_text(b, words[order[i]]);
    evd_buf_text(b, "</li>\n");
  }
  evd_buf_text(b, "</ul>\n");
}

void evd_html_checks(evd_buf *b, const evd_report *r) {
  const evd_html_group *g = NULL;
  evd_buf_text(b, "<section aria-labelledby=\"checks\">\n<h2 "
                  "id=\"checks\">Every check</h2>\n<p class=\"intro\">Each "
                  "line says what must hold, what was looked at, and what came "
                  "out. &ldquo;Not run&rdquo; is never counted as passed: it "
                  "means that there was nothing of the kind, or says why it "
                  "could not be looked at.</p>\n");
  put_sum(b, r);
  for (size_t i = 0; (g = evd_html_group_at(i)) != NULL; i++)
    if (has_any(r, g))
      put_group(b, r, g);
  evd_buf_text(b, "</section>\n");
}
