#include "steps/judge.h"

#include <stdio.h>
#include <string.h>

#include "egds/check.h"
#include "egds/encrypt.h"
#include "egds/hashes.h"
#include "egds/open.h"
#include "record/chain.h"
#include "steps/booth.h"
#include "steps/judge_mail.h"

/* B_C is not the first link of its device, where it is one: 8.D or 8.E, of a
 * mail device 16.E or 16.F. */
enum { LINK_OF_BOOTH = 1 << 20, LINK_OF_MAIL = 1 << 21 };

static evd_err say(evd_why *why, evd_err e, const char *text) {
  (void)snprintf(why->text, sizeof why->text, "%s", text);
  return e;
}

/* ---- ballots ---- */

static evd_err name_what_fails(evd_why *why, uint32_t wrong) {
  static const struct {
    uint32_t flag;
    const char *codes;
  } names[] = {{EVD_F_HI, " 5.B"},
               {EVD_F_MEMBER, " 6.A or 7.A"},
               {EVD_F_C, " 6.B or 7.B"},
               {EVD_F_V, " 6.C or 7.C"},
               {EVD_F_SUM, " 6.D or 7.D"},
               {EVD_F_CHI, " 8.A"},
               {EVD_F_HC, " 8.B"},
               {LINK_OF_BOOTH, " 8.D or 8.E"},
               {EVD_MAIL_PRODUCT, " 15.A"},
               {EVD_MAIL_PSI, " 16.A"},
               {EVD_MAIL_CHI, " 16.B"},
               {EVD_MAIL_HC, " 16.C"},
               {LINK_OF_MAIL, " 16.E or 16.F"},
               {EVD_MAIL_CODE, " 17.A"},
               {EVD_MAIL_OPENED, " 18.A"},
               {EVD_MAIL_CONTESTS, " 19.A or 19.B"},
               {EVD_MAIL_OPTIONS, " 19.C or 19.D"},
               {EVD_F_NONCE_X2 | EVD_F_DATA_X2, " X.2"},
               {EVD_F_NONCE_PROOF, " X.7"},
               {EVD_F_DATA_PROOF, " X.8"},
               {EVD_MAIL_FORM, " X.17"}};
  size_t n = 0;
  why->text[0] = 0;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    size_t more = strlen(names[i].codes);
    if (!(wrong & names[i].flag) || n + more >= sizeof why->text)
      continue;
    memcpy(why->text + n, names[i].codes, more + 1);
    n += more;
  }
  return EVD_ERR_PROOF;
}

static bool bound(const evd_ballot *b) {
  evd_h32 id;
  if (!b->has_binding)
    return true;
  evd_bound_id(&id, &b->credential, &b->salt);
  return memcmp(&id, &b->id_B, sizeof id) == 0;
}

/* Where a chain goes on only the record shows which code it has to name. */
static uint32_t check_link(const evd_group *G, const evd_manifest *m,
                           const evd_h32 *H_E, const evd_ballot *b) {
  enum { TAG_BYTES = 4 };
  const evd_device *d = &m->devices[b->device - 1];
  const bool chained = d->chaining == 1;
  evd_h32 H_DI, link;
  uint8_t B_C[EVD_BC_BYTES];
  evd_chain_start(G, d, H_E, &H_DI, &link);
  evd_BC(B_C, chained, &link);
  size_t n = chained && b->position > 1 ? TAG_BYTES : sizeof B_C;
  if (memcmp(B_C, b->B_C, n) == 0)
    return 0;
  return b->mail ? LINK_OF_MAIL : LINK_OF_BOOTH;
}

evd_err evd_ballot_line_judge(evd_ballot *out, const evd_group *G,
                              const evd_manifest *m, const evd_h32 *H_E,
                              evd_span line, evd_why *why, evd_arena *a) {
  uint32_t n = 0;
  EVD_TRY(evd_ballot_read(out, line, m, a, why));
  const char *misfit = evd_ballot_misfit(out, m);
  if (!misfit && !bound(out))
    misfit = "its id_B is not bound to its credential (X.6)";
  if (misfit)
    return say(why, EVD_ERR_FAIL, misfit);
  evd_shape *shapes = evd_style_shapes(m, out->style, &n, a);
  if (!shapes)
    return EVD_ERR_SPACE;
  uint32_t wrong = check_link(G, m, H_E, out);
  wrong |= out->mail ? evd_mail_ballot_check_var(G, m, out, shapes, H_E)
                     : evd_ballot_check_var(G, out, shapes, H_E, true);
  return wrong ? name_what_fails(why, wrong) : EVD_OK;
}

evd_err evd_mail_cast_line_judge(evd_mail_cast *out, const evd_ballot *ballot,
                                 const evd_group *G, const evd_manifest *m,
                                 evd_span line, evd_why *why, evd_arena *a) {
  uint32_t n = 0;
  EVD_TRY(evd_mail_cast_read(out, line, m, a, why));
  if (memcmp(&out->id_B, &ballot->id_B, sizeof out->id_B) != 0)
    return say(why, EVD_ERR_FAIL, "it was selected on another ballot (X.17)");
  evd_shape *shapes = evd_style_shapes(m, ballot->style, &n, a);
  if (!shapes)
    return EVD_ERR_SPACE;
  uint32_t wrong = evd_mail_cast_check_var(G, m, ballot, shapes, out);
  return wrong ? name_what_fails(why, wrong) : EVD_OK;
}

/* ---- openings ---- */

static const evd_challenged_contest *opening_of(const evd_challenged *o,
                                                uint32_t ind_c) {
  for (uint32_t i = 0; i < o->n_contests; i++)
    if (o->contests[i].o.ind_c == ind_c)
      return &o->contests[i];
  return NULL;
}

/* Nothing of another length is computed with. */
static bool fits(const evd_challenged_contest *oc, const evd_contest_ct *c) {
  if (!oc || oc->o.n_fields != c->n_fields || oc->o.b != c->b ||
      oc->has_data != (c->b > 0))
    return false;
  for (uint32_t f = 0; f < oc->o.n_fields; f++)
    if (oc->values[f] > UINT32_MAX)
      return false;
  return true;
}

static evd_err open_contest(const evd_group *G, evd_contest_ct *c,
                            const evd_challenged_contest *oc,
                            const evd_shape *s, const evd_h32 *H_I,
                            evd_why *why) {
  evd_span text;
  if (!fits(oc, c))
    return say(why, EVD_ERR_FAIL, "a contest is not opened as it was sealed");
  uint32_t bad = evd_opened_check_var(G, &c->chi, &oc->o, c, H_I);
  if (bad & EVD_V13_X2)
    return say(why, EVD_ERR_PROOF, " X.2");
  if (c->b > 0 && (bad & EVD_V13_A))
    return say(why, EVD_ERR_PROOF, " 13.A");
  if (c->b > 0 &&
      ((bad & EVD_V13_X13) || !evd_data_well_packed(s, oc->D, &text)))
    return say(why, EVD_ERR_PROOF, " X.13");
  return EVD_OK;
}

static const char other_ballot[] = "it is the opening of another ballot";

static evd_err judge_mail_opening(evd_ballot *b, const evd_group *G,
                                  const evd_manifest *m, evd_span line,
                                  evd_why *why, evd_arena *a) {
  evd_mail_open o;
  uint32_t n = 0;
  EVD_TRY(evd_mail_open_read(&o, line, m, a, why));
  if (memcmp(&o.id_B, &b->id_B, sizeof o.id_B) != 0)
    return say(why, EVD_ERR_FAIL, other_ballot);
  evd_shape *shapes = evd_style_shapes(m, b->style, &n, a);
  if (!shapes)
    return EVD_ERR_SPACE;
  uint32_t wrong = evd_mail_open_check_var(G, m, b, shapes, &o);
  return wrong ? name_what_fails(why, wrong) : EVD_OK;
}

static evd_err judge_opening(evd_ballot *b, const evd_group *G,
                             const evd_manifest *m, evd_span line, evd_why *why,
                             evd_arena *a) {
  evd_challenged o;
  evd_h32 h;
  uint32_t n = 0;
  EVD_TRY(evd_challenged_read(&o, line, a, why));
  evd_shape *shapes = evd_style_shapes(m, b->style, &n, a);
  if (!shapes)
    return EVD_ERR_SPACE;
  if (memcmp(&o.id_B, &b->id_B, sizeof h) != 0 ||
      o.n_contests != b->n_contests || n != b->n_contests)
    return say(why, EVD_ERR_FAIL, other_ballot);
  for (uint32_t i = 0; i < n; i++) {
    evd_contest_ct *c = &b->contests[i];
    EVD_TRY(
        open_contest(G, c, opening_of(&o, c->ind_c), &shapes[i], &b->H_I, why));
  }
  evd_ballot_HC(G, &h, b);
  return memcmp(&h, &b->H_C, sizeof h) == 0 ? EVD_OK
                                            : say(why, EVD_ERR_PROOF, " 13.B");
}

evd_err evd_opening_line_judge(evd_ballot *b, const evd_group *G,
                               const evd_manifest *m, evd_span line,
                               evd_why *why, evd_arena *a) {
  return b->mail ? judge_mail_opening(b, G, m, line, why, a)
                 : judge_opening(b, G, m, line, why, a);
}
