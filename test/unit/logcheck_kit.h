/* The log of test/vector/boards/short, read while something on the way fails:
 * no memory, files that are gone, shorter, or cannot be asked for, and objects
 * that say another thing than their entry (whose digest is taken as right
 * here). The linker leads arenas, buffers and objects through this kit
 * (meson.build). */
#ifndef EVD_TEST_LOGCHECK_KIT_H
#define EVD_TEST_LOGCHECK_KIT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "verify/logcheck.h"

/* The nth allocation from now fails, from 1. */
void fail_at(size_t n);
/* Has it failed? From here on none does. */
bool fail_no_more(void);

/* What becomes of the bytes: the last one is gone; or one is altered, or the
 * rest is gone, where `needle` stands last. */
typedef enum {
  NOTHING,
  LAST,
  FIRST,
  BEHIND,
  CUT,
  CUT_BEHIND,
  CUT_LATER
} change;

/* The nth time that a thing is read: it is changed, or cannot be read. */
typedef struct {
  const char *name; /* kind of object, or path; NULL: none */
  uint32_t nth, n;
  change what;
  const char *needle;
  evd_err err;
} fault;
/* Those of the next reading. */
extern fault object_fault, file_fault;
/* Objects of ballots are read before their entry's turn. */
extern bool read_ahead;

typedef struct {
  evd_arena arena;
  evd_logcheck *l;
  evd_report r;
  evd_err err;
} reading;

void reading_begin(reading *x);
/* As if the record of its view held. */
void reading_end(reading *x);
void reading_close(reading *x); /* and no fault is left */
uint64_t faults_of(const reading *x);
/* Nothing passes, and nobody is blamed. */
void is_open(reading *x, const char *name, size_t n);
/* Of a whole reading. */
evd_verdict verdict(void);

/* Fixtures of a group. */
int open_board(void **state);
int open_mail_board(void **state); /* boards/mail, by mail and with data */
int close_board(void **state);

#endif /* EVD_TEST_LOGCHECK_KIT_H */
