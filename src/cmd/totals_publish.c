/* evident totals publish: what a site counted, the TOTALS entry. */
#include "cmd/act.h"

#define SITE_MAX 65535

typedef struct {
  const char *site, *signed_in, *papers;
  uint64_t n_site, n_signed_in, n_papers;
  evd_act_words act;
  bool there; /* the site's totals are in the log: */
  uint64_t at;
  evd_entry before;
} totals;

static evd_err see(void *self, const evd_look *l, uint64_t index,
                   const evd_entry_read *e) {
  totals *x = self;
  (void)l;
  if (e->e.type != EVD_ENTRY_TOTALS || e->e.totals.site != x->n_site)
    return EVD_OK;
  x->there = true;
  x->at = index;
  x->before = e->e;
  return EVD_OK;
}

/* The same ones once more give their receipt. */
static evd_err refuse_others(const totals *x, const evd_look *l) {
  if (!x->there || (x->before.totals.signed_in == x->n_signed_in &&
                    x->before.totals.paper == x->n_papers))
    return EVD_OK;
  return evd_complain(EVD_ERR_REFUSED,
                      "%s: the totals of this site stand in the log and stay "
                      "as they are: %u signed in, %u papers (entry %llu)",
                      l->where, x->before.totals.signed_in,
                      x->before.totals.paper, (unsigned long long)x->at);
}

static evd_err make(void *self, evd_look *l, evd_made *out) {
  const totals *x = self;
  if (!l->rules.open)
    return evd_complain(EVD_ERR_WAIT, "%s: the election is not open", l->where);
  if (l->rules.tallied)
    return evd_complain(EVD_ERR_REFUSED,
                        "%s: the tally is in the log: totals come before it",
                        l->where);
  EVD_TRY(refuse_others(x, l));
  out->e.type = EVD_ENTRY_TOTALS;
  out->e.totals.site = (uint16_t)x->n_site;
  out->e.totals.signed_in = (uint32_t)x->n_signed_in;
  out->e.totals.paper = (uint32_t)x->n_papers;
  return EVD_OK;
}

evd_err evd_cmd_totals_publish(int argc, char **argv) {
  const char *verb = argv[0];
  totals x = {.site = NULL};
  const evd_option_row rows[] = {
      EVD_OPT("site", x.site), EVD_OPT("signed-in", x.signed_in),
      EVD_OPT("papers", x.papers), EVD_OPT_ACT(x.act), EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, NULL, 0, ""));
  EVD_TRY(evd_arg_needed(verb, "site", x.site));
  EVD_TRY(evd_arg_needed(verb, "signed-in", x.signed_in));
  EVD_TRY(evd_arg_needed(verb, "papers", x.papers));
  EVD_TRY(evd_arg_number("--site", x.site, 1, SITE_MAX, &x.n_site));
  EVD_TRY(evd_arg_number("--signed-in", x.signed_in, 0, UINT32_MAX,
                         &x.n_signed_in));
  EVD_TRY(evd_arg_number("--papers", x.papers, 0, UINT32_MAX, &x.n_papers));
  return evd_act_run_seeing(verb, &x.act, see, make, &x);
}
