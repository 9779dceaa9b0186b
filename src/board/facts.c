#include "board/facts.h"

#include <string.h>

#include "board/policy.h"
#include "board/text.h"

static evd_err refused(evd_refusal *why, evd_l_code code, const char *what) {
  *why = (evd_refusal){code, what};
  return EVD_ERR_REFUSED;
}

/* ---- the manifest ---- */

/* A manifest that was read has one of these words. */
static uint8_t mode_of(const evd_device *d) {
  if (evd_is(d->mode, "remote"))
    return EVD_MODE_REMOTE;
  if (evd_is(d->mode, "mail"))
    return EVD_MODE_MAIL;
  return evd_is(d->mode, "audit") ? EVD_MODE_AUDIT : EVD_MODE_BOOTH;
}

evd_err evd_facts_of(evd_rules_facts *out, const evd_group *G,
                     const evd_parameters *p, const evd_manifest *m,
                     evd_arena *a) {
  evd_rules_device *d = evd_arena_get(a, m->n_devices, sizeof *d);
  memset(out, 0, sizeof *out);
  if (!d)
    return EVD_ERR_SPACE;
  out->G = G;
  out->n_guardians = p->n;
  out->quorum = p->k;
  out->n_devices = m->n_devices;
  out->devices = d;
  out->n_styles = m->n_styles;
  out->revote = m->revote;
  out->weights = m->weights;
  for (uint32_t i = 0; i < m->n_devices; i++) {
    d[i].mode = mode_of(&m->devices[i]);
    d[i].chaining = m->devices[i].chaining == 1;
    d[i].device = &m->devices[i];
    out->has_remote = out->has_remote || d[i].mode == EVD_MODE_REMOTE;
  }
  return EVD_OK;
}

/* ---- keys ---- */

bool evd_key_of_election(const evd_rules_facts *f, const evd_board_key *key) {
  if (!evd_role_index_ok(key->role, key->index))
    return false;
  if (key->role == EVD_ROLE_GUARDIAN)
    return key->index <= f->n_guardians;
  return key->role != EVD_ROLE_DEVICE || key->index <= f->n_devices;
}

evd_err evd_setup_keys_check(const evd_rules_facts *f,
                             const evd_board_keys *keys, uint8_t admin_k,
                             const char **what) {
  *what = "`keys` has two keys of one guardian or device";
  for (uint32_t i = 1; i < keys->n; i++) { /* they ascend by role and index */
    const evd_board_key *key = &keys->at[i], *before = key - 1;
    if ((key->role == EVD_ROLE_GUARDIAN || key->role == EVD_ROLE_DEVICE) &&
        key->role == before->role && key->index == before->index)
      return EVD_ERR_REFUSED;
  }
  *what = "`keys` has a guardian whom `parameters` has not";
  for (uint32_t i = 0; i < keys->n; i++)
    if (keys->at[i].role == EVD_ROLE_GUARDIAN &&
        keys->at[i].index > f->n_guardians)
      return EVD_ERR_REFUSED;
  *what = "`keys` has not a key of every guardian";
  if (evd_board_keys_of(keys, EVD_ROLE_GUARDIAN) != f->n_guardians)
    return EVD_ERR_REFUSED;
  *what = "`keys` has fewer admins than `admin_k`";
  return evd_board_keys_of(keys, EVD_ROLE_ADMIN) >= admin_k ? EVD_OK
                                                            : EVD_ERR_REFUSED;
}

/* ---- the roll ---- */

#define LINE_BYTES_MAX ((size_t)4096) /* parsed, with room to spare */

/* The next line, whose credential is above `last`. */
static evd_err next_line(evd_span *roll, evd_h32 *last, bool first,
                         evd_roll_line *out, evd_refusal *why) {
  evd_span line;
  evd_why form;
  evd_arena a;
  evd_arena_init(&a, LINE_BYTES_MAX * 16); /* parser's nodes */
  evd_err e = EVD_ERR_FORM;
  if (evd_take_until(roll, '\n', &line) && line.n <= LINE_BYTES_MAX)
    e = evd_roll_line_read(out, line, &a, &form);
  evd_arena_close(&a);
  if (e == EVD_ERR_SPACE) /* nobody can tell */
    return e;
  if (e != EVD_OK)
    return refused(why, EVD_L6, "the roll has a line that is not in its form");
  if (!first && memcmp(last->b, out->credential.b, sizeof last->b) >= 0)
    return refused(why, EVD_L6, "the lines of the roll do not ascend");
  *last = out->credential;
  return EVD_OK;
}

evd_err evd_rules_roll(evd_rules *r, const evd_entry *commit, evd_span roll,
                       evd_refusal *why) {
  evd_roll_line line;
  evd_h32 last = {{0}};
  uint64_t n = 0;
  for (; roll.n > 0; n++) {
    EVD_TRY(next_line(&roll, &last, n == 0, &line, why));
    if (!line.active)
      continue;
    evd_err e =
        evd_rules_credential(r, &line.credential, line.style, line.weight);
    if (e == EVD_ERR_EXISTS)
      return refused(why, EVD_L6,
                     "a credential of the roll, or a key with its keyid, is "
                     "there already");
    EVD_TRY(e);
  }
  if (n != commit->roll.count)
    return refused(why, EVD_L6, "not the number of lines of the roll");
  return EVD_OK;
}

/* ---- the policy ---- */

evd_err evd_profile_check(uint8_t profile, evd_span policy, evd_arena *a,
                          const char **what) {
  enum { STRICT_MIN = 4, SMALL_N = 3, SMALL_K = 2 };
  evd_note_why why;
  uint32_t k = 0, n = 0;
  evd_policy *p = evd_arena_get(a, 1, sizeof *p);
  if (!p)
    return EVD_ERR_SPACE;
  *what = "the object `policy` is no tlog-policy";
  if (evd_policy_read(p, policy, &why) != EVD_OK)
    return EVD_ERR_REFUSED;
  bool plain = evd_policy_k_of_n(p, &k, &n);
  *what = "profile strict asks for k of n >= 4 witnesses, k >= 1 + floor(2n/3)";
  if (profile == EVD_PROFILE_STRICT)
    return plain && n >= STRICT_MIN && k >= 1 + 2 * n / 3 ? EVD_OK
                                                          : EVD_ERR_REFUSED;
  *what = "profile small asks for 2 of 3 witnesses";
  if (profile == EVD_PROFILE_SMALL)
    return plain && k == SMALL_K && n == SMALL_N ? EVD_OK : EVD_ERR_REFUSED;
  *what = "profile none asks for no quorum";
  return plain && k == 0 ? EVD_OK : EVD_ERR_REFUSED;
}
