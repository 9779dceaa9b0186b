/* Ballots, what was selected on one by mail, openings. */
#include <string.h>

#include "host/http_head.h"
#include "serve/check_run.h"
#include "steps/judge.h"

#define BALLOT_BYTES_MAX ((size_t)256 << 20) /* in memory, with its scratch */

static bool same(const evd_h32 *a, const evd_h32 *b) {
  return memcmp(a, b, sizeof *a) == 0;
}

/* Signed by the credential in the ballot? That the signature holds, `seq` has
 * seen. */
static bool signed_by(const evd_entry_read *r, const evd_h32 *credential) {
  evd_entry_sig s;
  uint8_t keyid[EVD_KEYID_BYTES];
  if (r->n_sigs != 1)
    return false;
  evd_entry_sig_get(&s, r, 0);
  evd_keyid(keyid, credential);
  return memcmp(keyid, s.keyid, sizeof keyid) == 0;
}

/* The entry says of the ballot what the ballot says itself. */
static bool agree(const evd_entry *e, const evd_ballot *b) {
  return same(&e->ballot.id_B, &b->id_B) && same(&e->ballot.H_C, &b->H_C) &&
         e->ballot.style == b->style && e->ballot.weight == b->weight &&
         e->ballot.device == b->device && e->ballot.position == b->position;
}

/* What stands in the ballot is cheap to see; the proofs come last. */
static evd_err look_first(evd_checker *c, const evd_entry_read *r,
                          evd_span line, evd_arena *a) {
  evd_ballot b;
  evd_why why = {""};
  if (!c->facts.group)
    return evd_check_refuse(c, EVD_HTTP_REFUSED,
                            "L.5: ", "there are no keys yet");
  evd_err e = evd_ballot_read(&b, line, &c->facts.head.man, a, &why);
  if (e != EVD_OK)
    return evd_check_refuse_proof(c, e, "X.6: ", &why);
  if (!agree(&r->e, &b))
    return evd_check_refuse(c, EVD_HTTP_REFUSED,
                            "L.7: ", "entry and ballot do not say the same");
  if (b.has_binding && !signed_by(r, &b.credential))
    return evd_check_refuse(c, EVD_HTTP_REFUSED, "L.4: ",
                            "it is not signed by the credential of its ballot");
  return EVD_OK;
}

/* One that is in the log has had its proofs judged. */
evd_err evd_check_ballot(evd_checker *c, const evd_entry_read *r, evd_span line,
                         bool there) {
  evd_arena a;
  evd_ballot b;
  evd_why why = {""};
  evd_arena_init(&a, BALLOT_BYTES_MAX);
  evd_err e = look_first(c, r, line, &a);
  if (e == EVD_OK && !there) {
    c->proofs++;
    e = evd_ballot_line_judge(&b, evd_host_group_get(c->facts.group),
                              &c->facts.head.man, &c->facts.head.keys.H_E, line,
                              &why, &a);
    if (e != EVD_OK)
      e = evd_check_refuse_proof(c, e, "X.6: ", &why);
  }
  evd_arena_close(&a);
  return e;
}

/* What was selected on a ballot by mail, or an opening. */
static evd_err judge_with(evd_checker *c, evd_entry_type type, evd_span ballot,
                          evd_span line, evd_arena *a) {
  const evd_group *G = evd_host_group_get(c->facts.group);
  const evd_manifest *m = &c->facts.head.man;
  evd_ballot b;
  evd_mail_cast cast;
  evd_why why = {""};
  evd_err e =
      evd_ballot_line_judge(&b, G, m, &c->facts.head.keys.H_E, ballot, &why, a);
  if (e == EVD_OK && type == EVD_ENTRY_MAIL_CAST && !b.mail)
    return evd_check_refuse(c, EVD_HTTP_REFUSED,
                            "L.5: ", "the ballot is none by mail");
  if (e == EVD_OK)
    e = type == EVD_ENTRY_MAIL_CAST
            ? evd_mail_cast_line_judge(&cast, &b, G, m, line, &why, a)
            : evd_opening_line_judge(&b, G, m, line, &why, a);
  return e == EVD_OK ? EVD_OK : evd_check_refuse_proof(c, e, "X.6: ", &why);
}

/* The ballot with this code among the items before this one: a device may send
 * all of its life in one request. */
static evd_span ballot_before(const evd_checker *c, const evd_h32 *H_C) {
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

evd_err evd_check_with(evd_checker *c, evd_entry_type type, const evd_h32 *H_C,
                       evd_span line) {
  evd_arena a;
  evd_span of_log = {NULL, 0}, ballot = ballot_before(c, H_C);
  if (!c->facts.group)
    return evd_check_refuse(c, EVD_HTTP_REFUSED,
                            "L.5: ", "there are no keys yet");
  if (ballot.n == 0) {
    EVD_TRY(evd_check_ask(c, EVD_MSG_BALLOT_OF_CODE, 0, H_C, &of_log, NULL));
    ballot = of_log;
  }
  if (ballot.n == 0)
    return evd_check_refuse(c, EVD_HTTP_REFUSED,
                            "L.5: ", "no ballot in the log has this code");
  evd_arena_init(&a, 2 * BALLOT_BYTES_MAX);
  c->proofs++;
  evd_err e = judge_with(c, type, ballot, line, &a);
  evd_arena_close(&a);
  evd_memory_unmap(&of_log);
  return e;
}
