/* `check`: looks at requests before `seq` does: their form, the digests of
 * objects, and of ballots and openings every proof. Computes, and can do
 * nothing else.
 *
 * What stands in the log is judged by `seq` (evd_log_take): keys, phases, what
 * is there once. An entry that fails there has cost this process its time, so
 * ballots of credentials show their signature first.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/endian.h"
#include "board/objects.h"
#include "hash/hash.h"
#include "host/http_head.h"
#include "serve/facts.h"
#include "serve/log.h"
#include "serve/processes.h"
#include "sign/sign.h"
#include "steps/judge.h"

#define KIB 1024u
#define MIB (1024u * KIB)
#define BODY_BYTES_MAX (64 * MIB)
#define BALLOT_BYTES_MAX ((size_t)256 * MIB) /* in memory, with its scratch */
enum { ITEMS_MAX = 256 };

typedef struct {
  int front, seq;
  evd_facts facts;
  evd_span body;   /* of the request */
  uint32_t good;   /* its items that were found good */
  evd_msg verdict; /* about the next: status, text */
} checker;

/* The request ends here: with this status, and a sentence. */
static evd_err refuse(checker *c, uint32_t status, const char *code,
                      const char *what) {
  c->verdict.status = status;
  evd_msg_say(&c->verdict, "%s%s", code, what);
  return EVD_ERR_REFUSED;
}

/* ---- what seq tells ---- */

static evd_err take_facts(checker *c, const evd_msg *m, int file) {
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
static evd_err look_at_seq(checker *c) {
  struct pollfd p = {.fd = c->seq, .events = POLLIN};
  while (poll(&p, 1, 0) > 0) {
    evd_msg m;
    int file = -1;
    EVD_TRY(evd_msg_get(c->seq, &m, &file));
    EVD_TRY(take_facts(c, &m, file));
  }
  return EVD_OK;
}

/* The line of a ballot that the log has; n = 0: none. */
static evd_err ask_ballot(checker *c, const evd_h32 *H_C, evd_span *out) {
  evd_msg m;
  int file = -1;
  evd_msg_init(&m, EVD_MSG_ASK_BALLOT);
  evd_msg_add(&m, H_C->b, sizeof H_C->b);
  EVD_TRY(evd_msg_send(c->seq, &m, -1));
  for (;;) {
    EVD_TRY(evd_msg_get(c->seq, &m, &file));
    if (m.kind == EVD_MSG_BALLOT)
      break;
    EVD_TRY(take_facts(c, &m, file));
  }
  *out = (evd_span){NULL, 0};
  return file < 0 ? EVD_OK : evd_memory_map(out, file, BODY_BYTES_MAX);
}

/* ---- ballots ---- */

static evd_err refuse_proof(checker *c, evd_err e, const evd_why *why) {
  char text[300];
  if (e == EVD_ERR_SPACE)
    return refuse(c, EVD_HTTP_REFUSED, "", "the ballot is too large");
  if (e != EVD_ERR_PROOF)
    return refuse(c, EVD_HTTP_REFUSED, "X.6: ", why->text);
  const char *code = why->text + 1;
  (void)snprintf(text, sizeof text, "%s%s: a proof does not hold",
                 *code == 'X' ? "" : "V", code);
  return refuse(c, EVD_HTTP_REFUSED, "", text);
}

static bool same(const evd_h32 *a, const evd_h32 *b) {
  return memcmp(a, b, sizeof *a) == 0;
}

/* Signed by the credential in the ballot? Who only says so gets no proof
 * verified. Before OPEN nobody can tell: `seq` will. */
static bool signed_by(const checker *c, const evd_entry_read *r,
                      const evd_h32 *credential) {
  static const evd_h32 not_open;
  evd_entry_sig s;
  uint8_t keyid[EVD_KEYID_BYTES];
  evd_buf message;
  if (same(&c->facts.open_leaf, &not_open))
    return true;
  if (r->n_sigs != 1)
    return false;
  evd_entry_sig_get(&s, r, 0);
  evd_keyid(keyid, credential);
  evd_buf_init(&message, EVD_ENTRY_BYTES_MAX + 512);
  evd_entry_message(&message, c->facts.origin, &c->facts.open_leaf,
                    r->signed_bytes);
  bool good = evd_buf_ok(&message) &&
              memcmp(keyid, s.keyid, sizeof keyid) == 0 &&
              evd_ed25519_verify_var(credential->b, s.sig,
                                     (evd_span){message.p, message.n});
  evd_buf_close(&message);
  return good;
}

/* The entry says of the ballot what the ballot says itself. */
static bool agree(const evd_entry *e, const evd_ballot *b) {
  return same(&e->ballot.id_B, &b->id_B) && same(&e->ballot.H_C, &b->H_C) &&
         e->ballot.style == b->style && e->ballot.weight == b->weight &&
         e->ballot.device == b->device && e->ballot.position == b->position;
}

/* What stands in the ballot is cheap to see; the proofs come last. */
static evd_err look_first(checker *c, const evd_entry_read *r, evd_span line,
                          evd_arena *a) {
  evd_ballot b;
  evd_why why = {""};
  if (!c->facts.group)
    return refuse(c, EVD_HTTP_REFUSED, "L.5: ", "there are no keys yet");
  evd_err e = evd_ballot_read(&b, line, &c->facts.man, a, &why);
  if (e != EVD_OK)
    return refuse_proof(c, e, &why);
  if (!agree(&r->e, &b))
    return refuse(c, EVD_HTTP_REFUSED,
                  "L.7: ", "entry and ballot do not say the same");
  if (b.has_binding && !signed_by(c, r, &b.credential))
    return refuse(c, EVD_HTTP_REFUSED,
                  "L.4: ", "it is not signed by the credential of its ballot");
  return EVD_OK;
}

static evd_err check_ballot(checker *c, const evd_entry_read *r,
                            evd_span line) {
  evd_arena a;
  evd_ballot b;
  evd_why why = {""};
  evd_arena_init(&a, BALLOT_BYTES_MAX);
  evd_err e = look_first(c, r, line, &a);
  if (e == EVD_OK) {
    e = evd_ballot_line_judge(&b, evd_host_group_get(c->facts.group),
                              &c->facts.man, &c->facts.keys.H_E, line, &why,
                              &a);
    if (e != EVD_OK)
      e = refuse_proof(c, e, &why);
  }
  evd_arena_close(&a);
  return e;
}

/* What was selected on a ballot by mail, or an opening. */
static evd_err judge_with(checker *c, evd_entry_type type, evd_span ballot,
                          evd_span line, evd_arena *a) {
  const evd_group *G = evd_host_group_get(c->facts.group);
  const evd_manifest *m = &c->facts.man;
  evd_ballot b;
  evd_mail_cast cast;
  evd_why why = {""};
  evd_err e =
      evd_ballot_line_judge(&b, G, m, &c->facts.keys.H_E, ballot, &why, a);
  if (e == EVD_OK && type == EVD_ENTRY_MAIL_CAST && !b.mail)
    return refuse(c, EVD_HTTP_REFUSED, "L.5: ", "the ballot is none by mail");
  if (e == EVD_OK)
    e = type == EVD_ENTRY_MAIL_CAST
            ? evd_mail_cast_line_judge(&cast, &b, G, m, line, &why, a)
            : evd_opening_line_judge(&b, G, m, line, &why, a);
  return e == EVD_OK ? EVD_OK : refuse_proof(c, e, &why);
}

/* The ballot with this code among the items before this one: a device may send
 * all of its life in one request. */
static evd_span ballot_before(const checker *c, const evd_h32 *H_C) {
  size_t at = 0;
  for (uint32_t i = 0; i < c->good; i++) {
    evd_log_item item;
    evd_entry_read r;
    const char *what = "";
    if (evd_log_item_next(c->body, &at, &item, &what) != EVD_OK ||
        evd_entry_parse(&r, item.entry, &what) != EVD_OK)
      break;
    if (r.e.type == EVD_ENTRY_BALLOT && same(&r.e.ballot.H_C, H_C))
      return (evd_span){item.objects.p + 4, r.e.ballot.object.length};
  }
  return (evd_span){NULL, 0};
}

static evd_err check_with(checker *c, evd_entry_type type, const evd_h32 *H_C,
                          evd_span line) {
  evd_arena a;
  evd_span of_log = {NULL, 0}, ballot = ballot_before(c, H_C);
  if (!c->facts.group)
    return refuse(c, EVD_HTTP_REFUSED, "L.5: ", "there are no keys yet");
  if (ballot.n == 0) {
    EVD_TRY(ask_ballot(c, H_C, &of_log));
    ballot = of_log;
  }
  if (ballot.n == 0)
    return refuse(c, EVD_HTTP_REFUSED,
                  "L.5: ", "no ballot in the log has this code");
  evd_arena_init(&a, 2 * BALLOT_BYTES_MAX);
  evd_err e = judge_with(c, type, ballot, line, &a);
  evd_arena_close(&a);
  evd_memory_unmap(&of_log);
  return e;
}

/* ---- items ---- */

/* Anybody at all may sign these: they do not fill the disk. */
static uint32_t object_max(evd_entry_type type) {
  if (type == EVD_ENTRY_ATTEST)
    return 64 * KIB;
  return type == EVD_ENTRY_TALLY ? 16 * MIB : BODY_BYTES_MAX;
}

static evd_err check_objects(checker *c, const evd_entry *e, evd_span objects,
                             evd_span *first) {
  evd_entry_object named[EVD_ENTRY_OBJECTS_MAX];
  uint32_t n = evd_entry_objects(e, named);
  size_t at = 0;
  for (uint32_t i = 0; i < n; i++) {
    evd_h32 digest;
    uint32_t length =
        objects.n - at < 4 ? UINT32_MAX : evd_be32_get(objects.p + at);
    if (length == UINT32_MAX || length > objects.n - at - 4)
      return refuse(c, EVD_HTTP_BAD, "", "an object is missing");
    if (length > object_max(e->type))
      return refuse(c, EVD_HTTP_TOO_LARGE, "", "the object is too large");
    evd_span object = {objects.p + at + 4, length};
    evd_digest(&digest, named[i].kind, object.p, object.n);
    if (length != named[i].ref.length || !same(&digest, &named[i].ref.digest))
      return refuse(c, EVD_HTTP_BAD, "",
                    "an object is not the one that its entry names");
    if (i == 0)
      *first = object;
    at += (size_t)4 + length;
  }
  return EVD_OK;
}

static evd_err check_item(checker *c, const evd_log_item *item) {
  evd_entry_read r;
  const char *what = "";
  evd_span object = {NULL, 0};
  if (evd_entry_parse(&r, item->entry, &what) != EVD_OK)
    return refuse(c, EVD_HTTP_BAD, "no entry: ", what);
  EVD_TRY(check_objects(c, &r.e, item->objects, &object));
  switch (r.e.type) {
  case EVD_ENTRY_BALLOT:
    return check_ballot(c, &r, object);
  case EVD_ENTRY_MAIL_CAST:
    return check_with(c, r.e.type, &r.e.mail_cast.H_C, object);
  case EVD_ENTRY_OPENING:
    return check_with(c, r.e.type, &r.e.opening.H_C, object);
  default:
    return EVD_OK;
  }
}

/* c->good: how many items from the first on can go on. */
static evd_err check_body(checker *c) {
  size_t at = 0;
  c->good = 0;
  if (c->body.n == 0)
    return refuse(c, EVD_HTTP_BAD, "", "there is no item");
  while (at < c->body.n) {
    evd_log_item item;
    const char *what = "";
    if (c->good == ITEMS_MAX)
      return refuse(c, EVD_HTTP_TOO_LARGE, "", "at most 256 items a request");
    if (evd_log_item_next(c->body, &at, &item, &what) != EVD_OK)
      return refuse(c, EVD_HTTP_BAD, "", what);
    EVD_TRY(check_item(c, &item));
    c->good++;
  }
  return EVD_OK;
}

/* ---- requests ---- */

static evd_err pass_on(checker *c, uint64_t id, int file) {
  evd_msg passed;
  c->verdict.kind = EVD_MSG_SUBMIT;
  c->verdict.a = c->good;
  EVD_TRY(evd_msg_send(c->seq, &c->verdict, file));
  evd_msg_init(&passed, EVD_MSG_PASSED);
  passed.id = id;
  return evd_msg_send(c->front, &passed, -1);
}

static evd_err check_request(checker *c, const evd_msg *m, int file) {
  int again = fcntl(file, F_DUPFD_CLOEXEC, 0);
  evd_err e = again < 0 ? EVD_ERR_IO : look_at_seq(c);
  evd_msg_init(&c->verdict, EVD_MSG_ANSWER);
  c->verdict.id = m->id;
  if (e == EVD_OK)
    e = evd_memory_map(&c->body, file, BODY_BYTES_MAX);
  if (e == EVD_OK) {
    e = check_body(c);
    evd_memory_unmap(&c->body);
  }
  if (e == EVD_OK || (e == EVD_ERR_REFUSED && c->good > 0))
    e = pass_on(c, m->id, again);
  else if (e == EVD_ERR_REFUSED)
    e = evd_msg_send(c->front, &c->verdict, -1);
  if (again >= 0)
    (void)close(again);
  return e;
}

static evd_err turn(checker *c) {
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
  static checker c; /* of the one that a process is */
  c.front = to[EVD_PROCESS_FRONT];
  c.seq = to[EVD_PROCESS_SEQ];
  evd_err e = evd_process_jail(EVD_PROCESS_CHECK, p);
  while (e == EVD_OK)
    e = turn(&c);
  evd_facts_close(&c.facts);
  return e;
}
