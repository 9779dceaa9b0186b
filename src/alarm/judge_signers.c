/* Evidence in signatures: M11. */
#include "alarm/judge.h"

#include <string.h>

#include "board/keys.h"
#include "sign/sign.h"

/* ---- who signs what ---- */

#define BIT(role) (1u << EVD_ROLE_##role)
#define ANY_ROLE (~0u)

/* Roles of who signs entries of a type; 0: also others than holders of listed
 * keys. */
static uint32_t roles_of(evd_entry_type type) {
  switch (type) {
  case EVD_ENTRY_SETUP:
  case EVD_ENTRY_PHASE:
  case EVD_ENTRY_ADJUDICATE:
  case EVD_ENTRY_NOTICE:
  case EVD_ENTRY_CONTEST_DATA:
    return BIT(ADMIN);
  case EVD_ENTRY_DEVICE:
    return BIT(DEVICE) | BIT(POLL_WORKER);
  case EVD_ENTRY_SHARE:
  case EVD_ENTRY_CEREMONY:
    return BIT(GUARDIAN);
  case EVD_ENTRY_KEYS:
  case EVD_ENTRY_RESULT:
    return BIT(ADMIN) | BIT(GUARDIAN);
  case EVD_ENTRY_TOTALS:
    return BIT(POLL_WORKER);
  case EVD_ENTRY_AUDIT:
    return BIT(AUDIT);
  case EVD_ENTRY_RELEASE:
    return BIT(RELEASE);
  case EVD_ENTRY_ALARM:
    return BIT(MONITOR);
  case EVD_ENTRY_ROLL:
    return BIT(REGISTRAR) | BIT(ADMIN);
  case EVD_ENTRY_KEY: /* also the key that it revokes */
    return ANY_ROLE;
  default:
    return 0;
  }
}

/* ---- M11 ---- */

typedef struct {
  evd_board_keys keys;
  uint8_t admin_k;
  bool has_open;
  evd_h32 open; /* what signatures are over, if has_open */
} signers;

/* The keys that SETUP names.
 *   errors  with a judgement, EVD_OK: they cannot be read */
static evd_err setup_keys(evd_judge *j, signers *s) {
  evd_err err = EVD_OK;
  uint32_t line;
  const char *what;
  const evd_judge_entry *setup =
      evd_judge_entry_of(j, 0, EVD_ENTRY_SETUP, &err);
  if (!setup)
    return err;
  const evd_part *part = evd_judge_object(j, "keys", &setup->read.e.setup.keys);
  if (!part)
    return evd_judge_expected(
        j, "SETUP as the first part `entry`, its keys as `object`");
  s->admin_k = setup->read.e.setup.admin_k;
  err = evd_board_keys_read(&s->keys, part->bytes, j->a, &what, &line);
  if (err != EVD_ERR_PARSE)
    return err;
  return evd_judged(j, EVD_EVIDENCE_SHOWN,
                    "The list of keys that SETUP names cannot be read.", NULL);
}

/* The leaf hash of OPEN, if the file has it and `other` stands behind it. */
static evd_err find_open(evd_judge *j, signers *s,
                         const evd_judge_entry *other) {
  evd_err err = EVD_OK;
  if (!evd_evidence_part(j->e, "entry", 2))
    return EVD_OK;
  const evd_judge_entry *open = evd_judge_entry_of(j, 2, EVD_ENTRY_PHASE, &err);
  if (!open)
    return err;
  if (open->read.e.phase.op != 1 || open->read.e.phase.site != 0)
    return evd_judge_expected(j, "PHASE open as the third part `entry`");
  s->has_open = true;
  if (open->receipt.index < other->receipt.index)
    evd_leaf_hash(&s->open, open->receipt.extra.p, open->receipt.extra.n);
  return EVD_OK;
}

static evd_err holds(const evd_judge *j, const signers *s,
                     const evd_judge_entry *e, const evd_entry_sig *sig,
                     bool *out) {
  evd_buf b;
  evd_buf_init(&b, EVD_ENTRY_BYTES_MAX + EVD_ORIGIN_BYTES_MAX + 128);
  evd_entry_message(&b, j->e->origin, &s->open, e->read.signed_bytes);
  const bool whole = evd_buf_ok(&b);
  *out = whole &&
         evd_ed25519_verify_var(evd_board_key_find(&s->keys, sig->keyid)->key.b,
                                sig->sig, (evd_span){b.p, b.n});
  evd_buf_close(&b);
  return whole ? EVD_OK : EVD_ERR_SPACE;
}

/* Signatures, all of listed keys, that do not hold. */
static evd_err judge_holds(evd_judge *j, const signers *s,
                           const evd_judge_entry *e) {
  evd_entry_sig sig;
  bool good = true;
  for (uint32_t i = 0; s->has_open && good && i < e->read.n_sigs; i++) {
    evd_entry_sig_get(&sig, &e->read, i);
    EVD_TRY(holds(j, s, e, &sig, &good));
  }
  if (!good)
    return evd_judged(j, EVD_EVIDENCE_SHOWN, "A signature does not hold.",
                      NULL);
  return evd_judged(j, EVD_EVIDENCE_WORD,
                    "All keys that signed the entry are listed.",
                    "Whether they may sign it is seen in the log.");
}

static evd_err judge_listed(evd_judge *j, const signers *s,
                            const evd_judge_entry *e, uint32_t roles) {
  evd_entry_sig sig;
  bool foreign = false;
  for (uint32_t i = 0; i < e->read.n_sigs; i++) {
    evd_entry_sig_get(&sig, &e->read, i);
    const evd_board_key *key = evd_board_key_find(&s->keys, sig.keyid);
    if (!key)
      return evd_judged(j, EVD_EVIDENCE_WORD,
                        "The entry is signed by a key that SETUP does not "
                        "list.",
                        "That no KEY entry had added it is the writer's word.");
    foreign = foreign || !(roles & (1u << key->role));
  }
  if (foreign)
    return evd_judged(j, EVD_EVIDENCE_SHOWN,
                      "The entry is signed by a key of a role that does not "
                      "sign such entries.",
                      NULL);
  if (roles == BIT(ADMIN) && e->read.n_sigs != s->admin_k)
    return evd_judged(j, EVD_EVIDENCE_SHOWN,
                      "The entry is not signed by as many admins as SETUP "
                      "asks for.",
                      NULL);
  return judge_holds(j, s, e);
}

static evd_err judge_leaf(evd_judge *j) {
  evd_err err = EVD_OK;
  const evd_judge_entry *e = evd_judge_leaf_at(j, 0, &err);
  if (!e)
    return err;
  if (!e->is_entry)
    return evd_judged(j, EVD_EVIDENCE_SHOWN,
                      "The log has bytes that are no entry.", NULL);
  return evd_judged(j, EVD_EVIDENCE_WORD, "The entry is in the log.",
                    "Why it may not stand there is seen from the log.");
}

evd_err evd_judge_signers(evd_judge *j) {
  evd_err err = EVD_OK;
  if (!evd_evidence_part(j->e, "entry", 1))
    return judge_leaf(j);
  signers *s = evd_arena_get(j->a, 1, sizeof *s);
  if (!s)
    return EVD_ERR_SPACE;
  EVD_TRY(setup_keys(j, s));
  if (j->out->verdict)
    return EVD_OK;
  const evd_judge_entry *e = evd_judge_entry_at(j, 1, &err);
  if (!e)
    return err;
  const uint32_t roles = roles_of(e->read.e.type);
  if (e->read.n_sigs == 0)
    return evd_judged(j, EVD_EVIDENCE_SHOWN, "Nobody has signed the entry.",
                      NULL);
  if (roles == 0)
    return evd_judged(j, EVD_EVIDENCE_WORD,
                      "Others than holders of listed keys sign such an entry.",
                      "Whether this one may is seen in the log.");
  EVD_TRY(find_open(j, s, e));
  return j->out->verdict ? EVD_OK : judge_listed(j, s, e, roles);
}
