/* evident election open, election stop, election close: PHASE entries. */
#include <stdio.h>
#include <string.h>

#include "cmd/act.h"

enum { OPEN = 1, CLOSE, STOP };
#define SITE_MAX 65535

typedef struct {
  const char *verb, *beacon, *site;
  uint8_t op;
  uint64_t site_number;
  evd_act_words act;
} phase;

static evd_err judge_beacon(const phase *x) {
  size_t n = strlen(x->beacon);
  if (n == 0 || n > EVD_BEACON_TEXT_MAX)
    return evd_usage(x->verb, "a beacon has 1 to %d bytes",
                     EVD_BEACON_TEXT_MAX);
  return EVD_OK;
}

/* What the log says about itself, up to here. */
static void count(const evd_look *l, evd_entry *e) {
  const uint64_t *n = l->rules.counts;
  e->phase.sealed = (uint32_t)n[EVD_BALLOT_SEALED];
  e->phase.cast = (uint32_t)n[EVD_BALLOT_CAST];
  e->phase.challenged = (uint32_t)n[EVD_BALLOT_CHALLENGED];
  e->phase.spoiled = (uint32_t)n[EVD_BALLOT_SPOILED];
  e->phase.superseded = (uint32_t)n[EVD_BALLOT_SUPERSEDED];
  e->phase.refused = (uint32_t)n[EVD_BALLOT_REFUSED];
}

/* The verb says it in words before the board would. */
static evd_err refuse_open(const phase *x, const evd_look *l) {
  const evd_rules *r = &l->rules;
  if (r->open && !x->site)
    return evd_complain(EVD_ERR_EXISTS, "%s: the election is open", l->where);
  if (!l->has_keys)
    return evd_complain(EVD_ERR_WAIT,
                        "%s: the guardians' keys are not in the log yet",
                        l->where);
  if (r->facts.has_remote && !r->roll_committed)
    return evd_complain(EVD_ERR_WAIT,
                        "%s: a device is remote and the roll is not in the log "
                        "yet",
                        l->where);
  return EVD_OK;
}

static evd_err refuse_end(const phase *x, const evd_look *l) {
  const evd_rules *r = &l->rules;
  if (!r->open)
    return evd_complain(EVD_ERR_WAIT, "%s: the election is not open", l->where);
  if (r->closed && !x->site)
    return evd_complain(EVD_ERR_EXISTS, "%s: the election is closed", l->where);
  if (r->stopped && x->op == STOP)
    return evd_complain(EVD_ERR_EXISTS, "%s: voting has stopped", l->where);
  return EVD_OK;
}

static evd_err make(void *self, evd_look *l, evd_made *out) {
  const phase *x = self;
  evd_entry *e = &out->e;
  EVD_TRY(x->op == OPEN ? refuse_open(x, l) : refuse_end(x, l));
  e->type = EVD_ENTRY_PHASE;
  e->phase.op = x->op;
  e->phase.site = (uint16_t)x->site_number;
  if (x->op == OPEN)
    e->phase.beacon = (evd_span){(const uint8_t *)x->beacon, strlen(x->beacon)};
  if (x->op == CLOSE)
    count(l, e);
  return EVD_OK;
}

static evd_err run(phase *x) {
  if (x->site)
    EVD_TRY(evd_arg_number("--site", x->site, 1, SITE_MAX, &x->site_number));
  return evd_act_run(x->verb, &x->act, make, x);
}

evd_err evd_cmd_election_open(int argc, char **argv) {
  phase x = {.verb = argv[0], .op = OPEN};
  const evd_option_row rows[] = {EVD_OPT("beacon", x.beacon),
                                 EVD_OPT("site", x.site), EVD_OPT_ACT(x.act),
                                 EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, NULL, 0, ""));
  EVD_TRY(evd_arg_needed(x.verb, "beacon", x.beacon));
  EVD_TRY(judge_beacon(&x));
  return run(&x);
}

evd_err evd_cmd_election_stop(int argc, char **argv) {
  phase x = {.verb = argv[0], .op = STOP};
  const evd_option_row rows[] = {EVD_OPT_ACT(x.act), EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, NULL, 0, ""));
  return run(&x);
}

evd_err evd_cmd_election_close(int argc, char **argv) {
  phase x = {.verb = argv[0], .op = CLOSE};
  const evd_option_row rows[] = {EVD_OPT("site", x.site), EVD_OPT_ACT(x.act),
                                 EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, NULL, 0, ""));
  return run(&x);
}
