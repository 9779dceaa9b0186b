#include "record/rules.h"

#include <string.h>

#include "record/unicode.h"

#define LABEL_BYTES_MAX 200

void evd_rules_broken(evd_rules *u, const char *where, const char *what) {
  if (u->n_faults < EVD_RULES_STARVED - 1)
    u->n_faults++;
  if (u->fault)
    u->fault(u->self, where, what);
}

evd_where evd_where_of(const char *first, uint32_t i, const char *second,
                       uint32_t j) {
  evd_where w = {0};
  evd_say s;
  evd_say_init(&s, w.text, sizeof w.text);
  evd_say_text(&s, first);
  evd_say_text(&s, " ");
  evd_say_n(&s, i);
  if (!second)
    return w;
  evd_say_text(&s, " ");
  evd_say_text(&s, second);
  evd_say_text(&s, " ");
  evd_say_n(&s, j);
  return w;
}

const char *evd_label_fault(evd_str s) {
  if (s.n == 0)
    return "a label must not be empty";
  if (s.n > LABEL_BYTES_MAX)
    return "a label has at most 200 bytes";
  if (s.p[0] == '#')
    return "a label must not start with #";
  if (evd_text_edge_space(s))
    return "a label must not start or end with a space";
  return NULL;
}

void evd_rules_label(evd_rules *u, const char *where, evd_str label) {
  const char *fault = evd_label_fault(label);
  if (fault)
    evd_rules_broken(u, where, fault);
}

void evd_where_add(evd_where *w, const char *text) {
  evd_say s = {w->text, strlen(w->text), sizeof w->text};
  evd_say_text(&s, text);
}

/* ---- strings in order ---- */

int evd_str_compare(evd_str a, evd_str b) {
  size_t n = a.n < b.n ? a.n : b.n;
  int order = n == 0 ? 0 : memcmp(a.p, b.p, n);
  if (order != 0)
    return order;
  return a.n < b.n ? -1 : a.n > b.n;
}

static bool named_less(const evd_named *a, const evd_named *b) {
  int order = evd_str_compare(a->s, b->s);
  return order < 0 || (order == 0 && a->at < b->at);
}

static void heap_sink(evd_named v[], uint32_t i, uint32_t n) {
  evd_named top = v[i];
  while (2 * (size_t)i + 1 < n) {
    uint32_t child = 2 * i + 1;
    if (child + 1 < n && named_less(&v[child], &v[child + 1]))
      child++;
    if (!named_less(&top, &v[child]))
      break;
    v[i] = v[child];
    i = child;
  }
  v[i] = top;
}

/* Heap sort: no memory, no recursion, no bad case for hostile labels. */
void evd_named_sort(evd_named v[], uint32_t n) {
  for (uint32_t i = n / 2; i > 0; i--)
    heap_sink(v, i - 1, n);
  for (uint32_t end = n; end > 1; end--) {
    evd_named largest = v[0];
    v[0] = v[end - 1];
    v[end - 1] = largest;
    heap_sink(v, 0, end - 1);
  }
}

bool evd_named_has(const evd_named v[], uint32_t n, evd_str s) {
  uint32_t low = 0, high = n;
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;
    if (evd_str_compare(v[mid].s, s) < 0)
      low = mid + 1;
    else
      high = mid;
  }
  return low < n && evd_str_compare(v[low].s, s) == 0;
}

evd_named *evd_rules_named(evd_rules *u, const char *where, uint32_t n) {
  evd_named *v = evd_arena_get(u->arena, n, sizeof *v);
  if (!v && !u->arena->starved)
    evd_rules_broken(u, where, "too many labels to be compared");
  return v;
}

uint32_t evd_rules_end(evd_rules *u) {
  uint32_t n = u->arena->starved ? EVD_RULES_STARVED : u->n_faults;
  evd_arena_close(u->arena);
  return n;
}

void evd_rules_unique(evd_rules *u, const char *where, evd_named v[],
                      uint32_t n) {
  evd_named_sort(v, n);
  for (uint32_t i = 1; i < n; i++) {
    if (evd_str_compare(v[i - 1].s, v[i].s) != 0)
      continue;
    char what[80];
    evd_say s;
    evd_where w = evd_where_of(where, v[i].at, NULL, 0);
    evd_say_init(&s, what, sizeof what);
    evd_say_text(&s, "has the same label as number ");
    evd_say_n(&s, v[i - 1].at);
    evd_rules_broken(u, w.text, what);
  }
}
