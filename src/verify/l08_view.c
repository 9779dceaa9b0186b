/* L.8: a record that somebody has is what the log says, byte by byte. Where the
 * log has no contest data the record may have them: Verification 12 proves
 * them. */
#include <string.h>

#include "verify/logcheck_run.h"

static bool same(evd_span a, evd_span b) {
  return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static bool is_lines(const char *path) {
  static const char end[] = ".jsonl";
  const size_t n = strlen(path);
  return n >= sizeof end - 1 && strcmp(path + n - (sizeof end - 1), end) == 0;
}

/* Both streams to their end; false: they differ. */
static evd_err same_lines(const evd_source *a, const evd_source *b,
                          bool *equal) {
  evd_span x, y;
  bool more_x = true, more_y = true, no_lf_x = false, no_lf_y = false;
  *equal = true;
  while (*equal && more_x) {
    EVD_TRY(a->lines_next(a->self, &x, &more_x, &no_lf_x));
    EVD_TRY(b->lines_next(b->self, &y, &more_y, &no_lf_y));
    *equal = more_x == more_y && no_lf_x == no_lf_y && same(x, y);
  }
  return EVD_OK;
}

static evd_err compare_lines(const evd_source *a, const evd_source *b,
                             const char *path, bool *equal) {
  EVD_TRY(a->lines_open(a->self, path, EVD_SOURCE_BYTES_MAX));
  evd_err e = b->lines_open(b->self, path, EVD_SOURCE_BYTES_MAX);
  if (e == EVD_OK) {
    e = same_lines(a, b, equal);
    b->lines_close(b->self);
  }
  a->lines_close(a->self);
  return e;
}

static evd_err compare_whole(const evd_source *a, const evd_source *b,
                             const char *path, evd_arena *arena, bool *equal) {
  const evd_arena_point p = evd_arena_mark(arena);
  evd_span x, y;
  evd_err e = a->read(a->self, path, EVD_SOURCE_BYTES_MAX, &x, arena);
  if (e == EVD_OK)
    e = b->read(b->self, path, EVD_SOURCE_BYTES_MAX, &y, arena);
  if (e == EVD_OK)
    *equal = same(x, y);
  evd_arena_back(arena, p);
  return e;
}

static void compare_file(evd_logcheck *l, const evd_source *view,
                         const evd_source *record, const char *path) {
  bool equal = false;
  evd_err e = is_lines(path) ? compare_lines(view, record, path, &equal)
                             : compare_whole(view, record, path, l->a, &equal);
  evd_l_saw(l, EVD_L8_AT, 1);
  if (e != EVD_OK)
    evd_l_unread(l, EVD_L8_AT, path, e);
  else if (!equal)
    evd_l_fault(l, EVD_L8_AT, path, "is not what the log says");
}

void evd_logcheck_compare(evd_logcheck *l, evd_source *record) {
  const evd_source view = evd_logcheck_source(l);
  const char **a = NULL, **b = NULL;
  size_t n = 0, m = 0, i = 0, j = 0;
  if (!l->rep.has_record)
    return;
  evd_err e = view.list(view.self, &a, &n, l->a);
  if (e == EVD_OK)
    e = record->list(record->self, &b, &m, l->a);
  if (e != EVD_OK) {
    evd_l_unread(l, EVD_L8_AT, "the record", e);
    return;
  }
  while (i < n || j < m) {
    const int order = i == n ? 1 : j == m ? -1 : strcmp(a[i], b[j]);
    if (order < 0)
      evd_l_fault(l, EVD_L8_AT, a[i], "is not in the record");
    else if (order > 0 && strcmp(b[j], "contest_data.jsonl") != 0)
      evd_l_fault(l, EVD_L8_AT, b[j], "is not what the log says: no such file");
    else if (order == 0)
      compare_file(l, &view, record, a[i]);
    i += order <= 0;
    j += order >= 0;
  }
}
