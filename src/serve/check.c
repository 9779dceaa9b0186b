/* `check`: looks at requests before `seq` does: their form, the digests of
 * objects, and every proof of ballots, openings, shares and results. Computes,
 * and can do nothing else.
 *
 * What is cheap comes first. The form is seen here; then `seq`, which has the
 * log, says who signed and what may come now (evd_log_ask); only then objects
 * are hashed, and proofs come last. Who may sign nothing costs no proof.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/endian.h"
#include "board/files.h"
#include "board/objects.h"
#include "host/http_head.h"
#include "serve/check_run.h"
#include "serve/processes.h"

#define KIB 1024u
#define MIB (1024u * KIB)
enum { ITEMS_MAX = 256 };
static const char other_object[] =
    "an object is not the one that its entry names";

evd_err evd_check_refuse(evd_checker *c, uint32_t status, const char *code,
                         const char *what) {
  c->verdict.status = status;
  c->verdict.n = 0;
  evd_msg_say(&c->verdict, "%s%s", code, what);
  return EVD_ERR_REFUSED;
}

evd_err evd_check_refuse_proof(evd_checker *c, evd_err e, const char *code,
                               const evd_why *why) {
  char text[300];
  if (e == EVD_ERR_SPACE)
    return evd_check_refuse(c, EVD_HTTP_REFUSED, "", "it is too large");
  if (e != EVD_ERR_PROOF)
    return evd_check_refuse(c, EVD_HTTP_REFUSED, code, why->text);
  const char *check = why->text + 1;
  (void)snprintf(text, sizeof text, "%s%s: a proof does not hold",
                 *check == 'X' ? "" : "V", check);
  return evd_check_refuse(c, EVD_HTTP_REFUSED, "", text);
}

/* ---- what seq tells ---- */

static evd_err take_facts(evd_checker *c, const evd_msg *m, int file) {
  evd_span bytes;
  if (m->kind != EVD_MSG_FACTS)
    return EVD_ERR_FORM;
  EVD_TRY(evd_memory_map(&bytes, file, EVD_FACTS_BYTES_MAX));
  evd_err e = evd_facts_read(&c->facts, bytes);
  evd_memory_unmap(&bytes);
  return e;
}

/* Facts that came since: they were sent before any answer that lets somebody
 * send a ballot. */
static evd_err look_at_seq(evd_checker *c) {
  struct pollfd p = {.fd = c->seq, .events = POLLIN};
  while (poll(&p, 1, 0) > 0) {
    evd_msg m;
    int file = -1;
    EVD_TRY(evd_msg_get(c->seq, &m, &file));
    EVD_TRY(take_facts(c, &m, file));
  }
  return EVD_OK;
}

/* Its answer. */
static evd_err hear(evd_checker *c, evd_msg *m, evd_msg_kind kind, int *file) {
  for (;;) {
    EVD_TRY(evd_msg_get(c->seq, m, file));
    if (m->kind == kind)
      return EVD_OK;
    EVD_TRY(take_facts(c, m, *file));
  }
}

evd_err evd_check_ask(evd_checker *c, evd_msg_object what, uint64_t number,
                      const evd_h32 *name, evd_span *out, uint64_t *state) {
  static const evd_h32 none;
  evd_msg m;
  int file = -1;
  evd_msg_init(&m, EVD_MSG_ASK_OBJECT);
  m.a = what;
  m.b = number;
  evd_msg_add(&m, name ? name->b : none.b, sizeof none.b);
  EVD_TRY(evd_msg_send(c->seq, &m, -1));
  EVD_TRY(hear(c, &m, EVD_MSG_OBJECT, &file));
  *out = (evd_span){NULL, 0};
  if (state)
    *state = m.a;
  return file < 0 ? EVD_OK
                  : evd_memory_map(out, file, EVD_CHECK_BODY_BYTES_MAX);
}

/* ---- items ---- */

/* Anybody at all may sign these: they do not fill the disk. */
static uint32_t object_max(evd_entry_type type) {
  if (type == EVD_ENTRY_ATTEST)
    return 64 * KIB;
  return type == EVD_ENTRY_TALLY ? 16 * MIB : EVD_CHECK_BODY_BYTES_MAX;
}

static evd_err check_lengths(evd_checker *c, const evd_entry *e,
                             evd_span objects) {
  evd_entry_object named[EVD_ENTRY_OBJECTS_MAX];
  uint32_t n = evd_entry_objects(e, named);
  size_t at = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t length =
        objects.n - at < 4 ? UINT32_MAX : evd_be32_get(objects.p + at);
    if (length == UINT32_MAX || length > objects.n - at - 4)
      return evd_check_refuse(c, EVD_HTTP_BAD, "", "an object is missing");
    if (length > object_max(e->type))
      return evd_check_refuse(c, EVD_HTTP_TOO_LARGE, "",
                              "the object is too large");
    if (length != named[i].ref.length)
      return evd_check_refuse(c, EVD_HTTP_BAD, "", other_object);
    at += (size_t)4 + length;
  }
  return EVD_OK;
}

/* What can be seen without any computing. */
static evd_err check_form(evd_checker *c, const evd_log_item *item) {
  evd_entry_read r;
  const char *what = "";
  if (evd_entry_parse(&r, item->entry, &what) != EVD_OK)
    return evd_check_refuse(c, EVD_HTTP_BAD, "no entry: ", what);
  c->objects = c->objects || item->objects.n > 0;
  return check_lengths(c, &r.e, item->objects);
}

static evd_err check_digests(evd_checker *c, const evd_entry *e,
                             evd_span objects, evd_span *first) {
  evd_entry_object named[EVD_ENTRY_OBJECTS_MAX];
  uint32_t n = evd_entry_objects(e, named);
  size_t at = 0;
  for (uint32_t i = 0; i < n; i++) {
    evd_span object = {objects.p + at + 4, evd_be32_get(objects.p + at)};
    if (!evd_object_fits(&named[i].ref, named[i].kind, object))
      return evd_check_refuse(c, EVD_HTTP_BAD, "", other_object);
    if (i == 0)
      *first = object;
    at += 4 + object.n;
  }
  return EVD_OK;
}

/* What costs time: only of items that the rules let in, once. */
static evd_err check_item(evd_checker *c, const evd_log_item *item,
                          bool there) {
  evd_entry_read r;
  const char *what = "";
  evd_span object = {NULL, 0};
  if (evd_entry_parse(&r, item->entry, &what) != EVD_OK)
    return evd_check_refuse(c, EVD_HTTP_BAD, "no entry: ", what);
  EVD_TRY(check_digests(c, &r.e, item->objects, &object));
  if (r.e.type == EVD_ENTRY_BALLOT)
    return evd_check_ballot(c, &r, object, there);
  if (there)
    return EVD_OK;
  switch (r.e.type) {
  case EVD_ENTRY_MAIL_CAST:
    return evd_check_with(c, r.e.type, &r.e.mail_cast.H_C, object);
  case EVD_ENTRY_OPENING:
    return evd_check_with(c, r.e.type, &r.e.opening.H_C, object);
  case EVD_ENTRY_SHARE:
  case EVD_ENTRY_RESULT:
  case EVD_ENTRY_CONTEST_DATA:
    return evd_check_count(c, &r.e, object);
  default:
    return EVD_OK;
  }
}

/* ---- bodies ---- */

/* Goes on for the items that have their form: *n of them. */
static evd_err each_form(evd_checker *c, uint32_t *n) {
  size_t at = 0;
  *n = 0;
  c->objects = false;
  if (c->body.n == 0)
    return evd_check_refuse(c, EVD_HTTP_BAD, "", "there is no item");
  while (at < c->body.n) {
    evd_log_item item;
    const char *what = "";
    if (*n == ITEMS_MAX)
      return evd_check_refuse(c, EVD_HTTP_TOO_LARGE, "",
                              "at most 256 items a request");
    if (evd_log_item_next(c->body, &at, &item, &what) != EVD_OK)
      return evd_check_refuse(c, EVD_HTTP_BAD, "", what);
    EVD_TRY(check_form(c, &item));
    (*n)++;
  }
  return EVD_OK;
}

/* May they come now, and did who signs them sign them? `seq` knows; what it
 * refuses costs this process nothing more. */
static evd_err ask_rules(evd_checker *c, int file, uint32_t *n,
                         uint8_t there[ITEMS_MAX / 8]) {
  evd_msg m;
  evd_msg_init(&m, EVD_MSG_ASK);
  m.a = *n;
  EVD_TRY(evd_msg_send(c->seq, &m, file));
  EVD_TRY(hear(c, &m, EVD_MSG_MAY, &file));
  if (file >= 0 || m.a > *n || m.n < ITEMS_MAX / 8)
    return EVD_ERR_FORM;
  memcpy(there, m.bytes, ITEMS_MAX / 8);
  *n = (uint32_t)m.a;
  if (m.status == 0)
    return EVD_OK;
  c->verdict.status = m.status;
  c->verdict.n = 0;
  evd_msg_add(&c->verdict, m.bytes + ITEMS_MAX / 8, m.n - ITEMS_MAX / 8);
  return EVD_ERR_REFUSED;
}

/* c->good: how many items from the first on can go on. */
static evd_err check_body(evd_checker *c, int file) {
  uint8_t there[ITEMS_MAX / 8] = {0};
  uint32_t n = 0;
  size_t at = 0;
  c->good = 0;
  evd_err e = each_form(c, &n);
  if (n > 0 && c->objects && (e == EVD_OK || e == EVD_ERR_REFUSED)) {
    evd_err may = ask_rules(c, file, &n, there);
    e = may == EVD_OK ? e : may;
  }
  if (e != EVD_OK && e != EVD_ERR_REFUSED)
    return e;
  while (c->good < n) {
    evd_log_item item;
    const char *what = "";
    EVD_TRY(evd_log_item_next(c->body, &at, &item, &what));
    EVD_TRY(check_item(c, &item, there[c->good / 8] >> c->good % 8 & 1));
    c->good++;
  }
  return e;
}

/* ---- requests ---- */

static evd_err pass_on(evd_checker *c, uint64_t id, int file) {
  evd_msg passed;
  c->verdict.kind = EVD_MSG_SUBMIT;
  c->verdict.a = c->good;
  EVD_TRY(evd_msg_send(c->seq, &c->verdict, file));
  evd_msg_init(&passed, EVD_MSG_PASSED);
  passed.id = id;
  passed.b = c->proofs;
  return evd_msg_send(c->front, &passed, -1);
}

static evd_err check_request(evd_checker *c, const evd_msg *m, int file) {
  int again = fcntl(file, F_DUPFD_CLOEXEC, 0);
  evd_err e = again < 0 ? EVD_ERR_IO : look_at_seq(c);
  c->proofs = 0;
  evd_msg_init(&c->verdict, EVD_MSG_ANSWER);
  c->verdict.id = m->id;
  if (e == EVD_OK)
    e = evd_memory_map(&c->body, file, EVD_CHECK_BODY_BYTES_MAX);
  if (e == EVD_OK) {
    e = check_body(c, again);
    evd_memory_unmap(&c->body);
  }
  if (e == EVD_OK || (e == EVD_ERR_REFUSED && c->good > 0))
    e = pass_on(c, m->id, again);
  else if (e == EVD_ERR_REFUSED) {
    c->verdict.b = c->proofs;
    e = evd_msg_send(c->front, &c->verdict, -1);
  }
  if (again >= 0)
    (void)close(again);
  return e;
}

static evd_err turn(evd_checker *c) {
  struct pollfd p[] = {{.fd = c->front, .events = POLLIN},
                       {.fd = c->seq, .events = POLLIN}};
  evd_msg m;
  int file = -1;
  if (poll(p, 2, -1) < 0)
    return EVD_OK;
  if (p[1].revents)
    return look_at_seq(c);
  EVD_TRY(evd_msg_get(c->front, &m, &file));
  return m.kind == EVD_MSG_JOB && file >= 0 ? check_request(c, &m, file)
                                            : EVD_ERR_FORM;
}

evd_err evd_process_check(const evd_serve_plan *p, const int *to) {
  static evd_checker c; /* of the one that a process is */
  c.front = to[EVD_PROCESS_FRONT];
  c.seq = to[EVD_PROCESS_SEQ];
  evd_err e = evd_process_jail(EVD_PROCESS_CHECK, p);
  while (e == EVD_OK)
    e = turn(&c);
  evd_facts_close(&c.facts);
  return e;
}
