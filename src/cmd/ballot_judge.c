/* evident ballot accept, ballot refuse, ballot spoil: what admins say of a
 * ballot between CLOSE and the tally, the entries ADJUDICATE and SPOIL. */
#include <string.h>

#include "cmd/act.h"

enum { ACCEPT = 1, REFUSE, SPOIL };
#define REASON_MAX 65535

typedef struct {
  const char *verb, *code_text, *reason_text;
  uint8_t op;
  evd_h32 code;
  uint64_t reason;
  evd_act_words act;
  bool there; /* it is adjudicated: */
  uint64_t at;
  evd_entry before;
} judge;

static evd_err see(void *self, const evd_look *l, uint64_t index,
                   const evd_entry_read *e) {
  judge *x = self;
  (void)l;
  if (e->e.type != EVD_ENTRY_ADJUDICATE ||
      memcmp(&e->e.adjudicate.H_C, &x->code, sizeof x->code) != 0)
    return EVD_OK;
  x->there = true;
  x->at = index;
  x->before = e->e;
  return EVD_OK;
}

static evd_err refuse_time(const evd_look *l) {
  if (!l->rules.closed)
    return evd_complain(EVD_ERR_WAIT, "%s: the election is not closed yet",
                        l->where);
  if (l->rules.tallied)
    return evd_complain(EVD_ERR_REFUSED,
                        "%s: the tally is in the log: ballots stay as they are",
                        l->where);
  return EVD_OK;
}

static evd_err refuse_state(const judge *x, evd_look *l) {
  static const char *const states[EVD_BALLOT_STATES] = {
      "", "sealed", "cast", "challenged", "spoiled", "superseded", "refused"};
  const uint8_t want = x->op == SPOIL ? EVD_BALLOT_SEALED : EVD_BALLOT_CAST;
  const evd_entry *before = &x->before;
  evd_row_ballot b;
  if (x->there && (before->adjudicate.op != x->op ||
                   before->adjudicate.reason != x->reason))
    return evd_complain(EVD_ERR_REFUSED,
                        "%s: the ballot %s is adjudicated and stays %s (entry "
                        "%llu, reason %u)",
                        l->where, x->code_text,
                        before->adjudicate.op == ACCEPT ? "accepted"
                                                        : "refused",
                        (unsigned long long)x->at, before->adjudicate.reason);
  if (x->there) /* the same once more gives its receipt */
    return EVD_OK;
  if (!evd_look_ballot(l, &x->code, &b))
    return evd_complain(EVD_ERR_USAGE, "%s: no ballot has the code %s",
                        l->where, x->code_text);
  if (b.state == want)
    return EVD_OK;
  return evd_complain(
      EVD_ERR_REFUSED, "%s: the ballot %s is %s; `%s` is about one that is %s",
      l->where, x->code_text, states[b.state], x->verb, states[want]);
}

static evd_err make(void *self, evd_look *l, evd_made *out) {
  const judge *x = self;
  EVD_TRY(refuse_time(l));
  EVD_TRY(refuse_state(x, l));
  if (x->op == SPOIL) {
    out->e.type = EVD_ENTRY_SPOIL;
    out->e.spoil.H_C = x->code;
    out->spoiled_by_admins = true;
    return EVD_OK;
  }
  out->e.type = EVD_ENTRY_ADJUDICATE;
  out->e.adjudicate.H_C = x->code;
  out->e.adjudicate.op = x->op;
  out->e.adjudicate.reason = (uint16_t)x->reason;
  return EVD_OK;
}

static evd_err run(judge *x, int argc, char **argv,
                   const evd_option_row rows[]) {
  EVD_TRY(evd_args(argc, argv, rows, &x->code_text, 1, "CODE"));
  if (x->op != SPOIL)
    EVD_TRY(evd_arg_needed(x->verb, "reason", x->reason_text));
  if (x->reason_text)
    EVD_TRY(
        evd_arg_number("--reason", x->reason_text, 0, REASON_MAX, &x->reason));
  if (!evd_hex_h32(&x->code, x->code_text, strlen(x->code_text)))
    return evd_usage(x->verb, "`%s` is no confirmation code, 64 hex digits",
                     x->code_text);
  return evd_act_run_seeing(x->verb, &x->act, see, make, x);
}

static evd_err adjudicate(int argc, char **argv, uint8_t op) {
  judge x = {.verb = argv[0], .op = op};
  const evd_option_row rows[] = {EVD_OPT("reason", x.reason_text),
                                 EVD_OPT_ACT(x.act), EVD_OPT_END};
  return run(&x, argc, argv, rows);
}

evd_err evd_cmd_ballot_accept(int argc, char **argv) {
  return adjudicate(argc, argv, ACCEPT);
}

evd_err evd_cmd_ballot_refuse(int argc, char **argv) {
  return adjudicate(argc, argv, REFUSE);
}

evd_err evd_cmd_ballot_spoil(int argc, char **argv) {
  judge x = {.verb = argv[0], .op = SPOIL};
  const evd_option_row rows[] = {EVD_OPT_ACT(x.act), EVD_OPT_END};
  return run(&x, argc, argv, rows);
}
