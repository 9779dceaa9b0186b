/* The tables of faults of records and logs, one a group of checks.
 *
 * Layer: L5 kit, private to the folder.
 *
 * A fault takes the finished election of its base and changes it, or the files
 * that were written from it, so that exactly its codes fail; one of a log
 * changes the log of such an election.
 */
#ifndef EVD_KIT_FAULTS_H
#define EVD_KIT_FAULTS_H

#include "kit/prove.h"

typedef struct {
  const char *id, *codes;
  evd_kit_base base;
  void (*make)(evd_kit *e, int with); /* NULL: nothing; before writing */
  void (*edit)(evd_kit *e, int with); /* NULL: nothing; after writing */
  int with;                           /* which of the variants of `make` */
  const char *why;
} evd_kit_fault;
typedef struct {
  const evd_kit_fault *rows;
  uint32_t n;
} evd_kit_table;

#define EVD_KIT_TABLE(name)                                                    \
  const evd_kit_table evd_kit_##name = {rows, sizeof rows / sizeof rows[0]}
extern const evd_kit_table evd_kit_good, evd_kit_f01, evd_kit_f02, evd_kit_f05,
    evd_kit_f06, evd_kit_f08, evd_kit_f09, evd_kit_f10, evd_kit_f13,
    evd_kit_f15, evd_kit_f16, evd_kit_x01, evd_kit_x02, evd_kit_x03,
    evd_kit_x06, evd_kit_x11, evd_kit_x12;
/* of logs (kit/log.h) */
extern const evd_kit_table evd_kit_log_good, evd_kit_l01, evd_kit_l04,
    evd_kit_l05, evd_kit_l06, evd_kit_l07, evd_kit_l09, evd_kit_l10;

#endif /* EVD_KIT_FAULTS_H */
