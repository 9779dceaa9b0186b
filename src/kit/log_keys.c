/* The keys of a log, and its head: policy, checkpoint, cosignatures. */
#include <string.h>

#include "base/endian.h"
#include "base/require.h"
#include "board/checkpoint.h"
#include "board/keys.h"
#include "board/note.h"
#include "board/policy.h"
#include "kit/log.h"
#include "record/say.h"

enum { NAME_BYTES = 40, TIME_BYTES = 8 };

static void numbered(char out[NAME_BYTES], const char *before, uint32_t n) {
  evd_say s;
  evd_say_init(&s, out, NAME_BYTES);
  evd_say_text(&s, before);
  evd_say_n(&s, n);
}

/* ---- keys ---- */

static evd_note_key note_key(const evd_kit *e, const char *name, uint8_t type,
                             uint32_t by) {
  evd_note_key key;
  EVD_REQUIRE(evd_note_key_make(&key, evd_kit_str(name), type,
                                &e->log->pub[by]) == EVD_OK);
  return key;
}

static evd_note_key witness_key(const evd_kit *e, uint32_t by) {
  char name[NAME_BYTES];
  numbered(name, "witness.example/", by - EVD_KIT_BY_WITNESS + 1);
  return note_key(e, name, EVD_NOTE_COSIGNATURE, by);
}

static evd_span make_policy(evd_kit *e) {
  char name[NAME_BYTES];
  evd_note_key key =
      note_key(e, EVD_KIT_ORIGIN, EVD_NOTE_ED25519, EVD_KIT_BY_LOG);
  evd_buf b;
  evd_buf_init(&b, EVD_POLICY_BYTES_MAX);
  evd_buf_text(&b, "log ");
  evd_note_key_write(&b, &key);
  for (uint32_t i = 0; i < EVD_KIT_WITNESSES; i++) {
    numbered(name, "\nwitness w", i + 1);
    evd_buf_text(&b, name);
    evd_buf_text(&b, " ");
    key = witness_key(e, EVD_KIT_BY_WITNESS + i);
    evd_note_key_write(&b, &key);
  }
  evd_buf_text(&b, "\ngroup q 2 w1 w2 w3\nquorum q\n");
  evd_span policy = evd_kit_keep(e, &b);
  evd_buf_close(&b);
  return policy;
}

void evd_kit_log_keys(evd_kit *e) {
  evd_kit_log *l = e->log;
  evd_kit_restart(e, "keys of logs");
  for (uint32_t i = 0; i < EVD_KIT_KEYS; i++) {
    evd_kit_bytes(e, l->seed[i], sizeof l->seed[i]);
    l->signer->public_key(&l->pub[i], l->seed[i]);
  }
  l->policy = make_policy(e);
}

void evd_kit_log_voters(evd_kit *e) {
  memcpy(e->credentials, &e->log->pub[EVD_KIT_BY_VOTER], sizeof e->credentials);
}

/* Ascending by role, index and key. */
static void list(evd_kit *e, evd_board_keys *keys, evd_role role,
                 uint32_t index, uint32_t by) {
  evd_board_key key = {.role = role,
                       .index = index,
                       .key = e->log->pub[by],
                       .name = evd_kit_str("somebody")};
  uint32_t at = keys->n++;
  evd_keyid(key.keyid, &key.key);
  for (; at > 0 && keys->at[at - 1].role == role &&
         keys->at[at - 1].index == index &&
         memcmp(&keys->at[at - 1].key, &key.key, sizeof key.key) > 0;
       at--)
    keys->at[at] = keys->at[at - 1];
  keys->at[at] = key;
}

evd_span evd_kit_log_listed(evd_kit *e) {
  evd_board_key at[EVD_KIT_KEYS];
  evd_board_keys keys = {at, 0};
  evd_buf b;
  for (uint32_t i = 0; i < EVD_KIT_ADMINS; i++)
    list(e, &keys, EVD_ROLE_ADMIN, 0, EVD_KIT_BY_ADMIN + i);
  for (uint32_t i = 0; i < e->plan.n; i++)
    list(e, &keys, EVD_ROLE_GUARDIAN, i + 1, EVD_KIT_BY_GUARDIAN + i);
  list(e, &keys, EVD_ROLE_REGISTRAR, 0, EVD_KIT_BY_REGISTRAR);
  for (uint32_t i = 0; i < e->man.n_devices; i++)
    if (!evd_str_is(e->man.devices[i].mode, "remote"))
      list(e, &keys, EVD_ROLE_DEVICE, i + 1, EVD_KIT_BY_DEVICE + i);
  list(e, &keys, EVD_ROLE_POLL_WORKER, 1, EVD_KIT_BY_POLL_WORKER);
  list(e, &keys, EVD_ROLE_RELEASE, 0, EVD_KIT_BY_RELEASE);
  list(e, &keys, EVD_ROLE_MONITOR, 0, EVD_KIT_BY_MONITOR);
  evd_buf_init(&b, EVD_POLICY_BYTES_MAX);
  evd_board_keys_write(&b, &keys);
  evd_span text = evd_kit_keep(e, &b);
  evd_buf_close(&b);
  return text;
}

/* ---- the head ---- */

static void sign_log(evd_kit *e, evd_buf *out, const evd_kit_head *how,
                     evd_span text) {
  uint8_t sig[64];
  const evd_note_key key = note_key(e, how->name, EVD_NOTE_ED25519, how->by);
  e->log->signer->sign(sig, e->log->seed[how->by], text);
  sig[0] ^= how->bad;
  evd_note_sig_write(out, &key, sig, sizeof sig);
}

static void cosign(evd_kit *e, evd_buf *out, const evd_kit_head *how,
                   uint32_t i, evd_span text) {
  uint8_t sig[EVD_COSIGNATURE_BYTES];
  const uint32_t by = how->cosigned[i].by;
  const evd_note_key key = witness_key(e, by);
  static const char other[] =
      EVD_KIT_ORIGIN "\n1\n"
                     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
  evd_buf message;
  evd_buf_init(&message, EVD_NOTE_BYTES_MAX);
  evd_cosign_message(&message, EVD_KIT_LOG_TIME + i,
                     how->cosigned[i].other_head ? evd_kit_str(other) : text);
  EVD_REQUIRE(evd_buf_ok(&message));
  evd_be64_put(sig, EVD_KIT_LOG_TIME + i);
  e->log->signer->sign(sig + TIME_BYTES, e->log->seed[by],
                       (evd_span){message.p, message.n});
  sig[TIME_BYTES] ^= how->cosigned[i].bad;
  sig[TIME_BYTES - 1] ^= how->cosigned[i].other_time;
  evd_note_sig_write(out, &key, sig, sizeof sig);
  evd_buf_close(&message);
}

evd_span evd_kit_checkpoint(evd_kit *e, const evd_kit_head *how,
                            const evd_log_head *head) {
  evd_log_head said = *head;
  evd_buf text, note;
  said.size = (uint64_t)((int64_t)said.size + how->size_off);
  if (how->other_root)
    evd_kit_flip(&said.root);
  evd_buf_init(&text, EVD_NOTE_BYTES_MAX);
  evd_buf_init(&note, EVD_NOTE_BYTES_MAX);
  evd_checkpoint_write(&text, evd_kit_str(how->origin), &said);
  evd_buf_text(&text, how->more);
  evd_buf_add(&note, text.p, text.n);
  evd_buf_text(&note, "\n");
  if (how->by < EVD_KIT_KEYS)
    sign_log(e, &note, how, (evd_span){text.p, text.n});
  for (uint32_t i = 0; i < how->n_cosigned; i++)
    cosign(e, &note, how, i, (evd_span){text.p, text.n});
  evd_span kept = evd_kit_keep(e, &note);
  evd_buf_close(&note);
  evd_buf_close(&text);
  return kept;
}
