/* Tools for checking the rules of manifest.json and texts.json.
 *
 * Spec:  record-format 1.5, 3.2.
 * Layer: L4 record, private.
 */
#ifndef EVD_RECORD_RULES_H
#define EVD_RECORD_RULES_H

#include "record/record.h"
#include "record/say.h"

/* Most memory a check of the rules takes for comparing labels. */
#define EVD_RULES_ARENA_BYTES ((size_t)256 << 20)

typedef struct {
  evd_fault_fn *fault; /* may be NULL */
  void *self;
  uint32_t n_faults;
  evd_arena *arena;
} evd_rules;

void evd_rules_broken(evd_rules *u, const char *where, const char *what);

/* "contest 2 option 1"; second may be NULL. */
typedef struct {
  char text[120];
} evd_where;
evd_where evd_where_of(const char *first, uint32_t i, const char *second,
                       uint32_t j);
void evd_where_add(evd_where *w, const char *text);

/* Why the string is no label (1.5), or NULL. */
const char *evd_label_fault(evd_str s);
void evd_rules_label(evd_rules *u, const char *where, evd_str label);

/* A string and where it stands, from 1. */
typedef struct {
  evd_str s;
  uint32_t at;
} evd_named;

int evd_str_compare(evd_str a, evd_str b); /* by bytes */
void evd_named_sort(evd_named v[], uint32_t n);
bool evd_named_has(const evd_named v[], uint32_t n, evd_str s); /* sorted */
/* Room for n of them; NULL: noted. */
evd_named *evd_rules_named(evd_rules *u, const char *where, uint32_t n);
/* Sorts v and notes every label that is there twice: `<where> <at>: ..`. */
void evd_rules_unique(evd_rules *u, const char *where, evd_named v[],
                      uint32_t n);

/* Closes the arena; what a check of the rules returns. */
uint32_t evd_rules_end(evd_rules *u);

/* Groups of majority-judgment contests (manifest_groups.c). */
void evd_rules_groups(evd_rules *u, const evd_manifest *m);

#endif /* EVD_RECORD_RULES_H */
