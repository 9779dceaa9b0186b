/* What the files of `check` share.
 *
 * Layer: L7 serve. Private to check*.c.
 */
#ifndef EVD_SERVE_CHECK_RUN_H
#define EVD_SERVE_CHECK_RUN_H

#include "serve/facts.h"
#include "serve/log.h"
#include "serve/msg.h"

#define EVD_CHECK_BODY_BYTES_MAX ((size_t)64 << 20)

typedef struct {
  int front, seq;
  evd_facts facts;
  evd_span body;   /* of the request */
  bool objects;    /* an item of it has one */
  uint32_t good;   /* its items that were found good */
  uint32_t proofs; /* objects of it that had proofs judged */
  evd_msg verdict; /* about the next: status, text */
} evd_checker;

/* The request ends here: with this status, and a sentence. */
evd_err evd_check_refuse(evd_checker *c, uint32_t status, const char *code,
                         const char *what);
/* A judge (steps/judge.h, judge_posted.h) said so; `code` stands before what is
 * no failed proof. */
evd_err evd_check_refuse_proof(evd_checker *c, evd_err e, const char *code,
                               const evd_why *why);

/* An object of the log; n = 0: there is none. Unmap it. `name`: 32 bytes, or
 * NULL; *state as of EVD_MSG_OBJECT, or NULL. */
EVD_MUST_CHECK evd_err evd_check_ask(evd_checker *c, evd_msg_object what,
                                     uint64_t number, const evd_h32 *name,
                                     evd_span *out, uint64_t *state);

/* check_ballot.c: `there`, it is in the log. */
EVD_MUST_CHECK evd_err evd_check_ballot(evd_checker *c, const evd_entry_read *r,
                                        evd_span line, bool there);
/* A MAIL_CAST or an OPENING, of the ballot with this code. */
EVD_MUST_CHECK evd_err evd_check_with(evd_checker *c, evd_entry_type type,
                                      const evd_h32 *H_C, evd_span line);

/* check_count.c: a SHARE, RESULT or CONTEST_DATA. */
EVD_MUST_CHECK evd_err evd_check_count(evd_checker *c, const evd_entry *e,
                                       evd_span object);

#endif /* EVD_SERVE_CHECK_RUN_H */
