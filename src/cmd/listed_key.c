#include "cmd/listed_key.h"

#include <string.h>

#include "host/signer.h"

static uint32_t role_of(const char *word, size_t n) {
#define ROLE_OF(number, name, text)                                            \
  if (strlen(text) == n && memcmp(word, text, n) == 0)                         \
    return number;
  EVD_ROLES(ROLE_OF)
#undef ROLE_OF
  return 0;
}

static bool has_index(uint32_t role) {
  return role == EVD_ROLE_GUARDIAN || role == EVD_ROLE_DEVICE ||
         role == EVD_ROLE_POLL_WORKER;
}

/* ROLE or ROLE:INDEX, before the `=`. */
static evd_err read_role(evd_board_key *k, const char *verb, const char *word,
                         size_t n) {
  const char *colon = memchr(word, ':', n);
  size_t name = colon ? (size_t)(colon - word) : n;
  char number[24] = "";
  uint64_t index = 0;
  uint32_t role = role_of(word, name);
  if (role == 0)
    return evd_usage(verb,
                     "`%.*s` is no role; roles are admin, guardian:I, "
                     "registrar, device:D, poll-worker:SITE, audit, release, "
                     "monitor, opener",
                     (int)n, word);
  if (has_index(role) != (colon != NULL))
    return evd_usage(verb,
                     "`%.*s`: a guardian, device or poll worker, and no "
                     "other role, has a number behind a colon",
                     (int)n, word);
  if (colon && n - name - 1 < sizeof number) {
    memcpy(number, colon + 1, n - name - 1);
    EVD_TRY(
        evd_arg_number("the number of a role", number, 1, UINT16_MAX, &index));
  }
  k->role = (evd_role)role;
  k->index = (uint32_t)index;
  return EVD_OK;
}

evd_err evd_listed_key_read(evd_board_key *out, const char *verb,
                            const char *word, evd_arena *a) {
  const char *equal = strchr(word, '=');
  evd_note_key pub;
  memset(out, 0, sizeof *out);
  if (!equal)
    return evd_usage(verb, "expected ROLE=K.pub, not `%s`", word);
  EVD_TRY(read_role(out, verb, word, (size_t)(equal - word)));
  EVD_TRY(evd_key_file_public_at(&pub, equal + 1));
  out->key = pub.key;
  evd_keyid(out->keyid, &out->key);
  const char *name = evd_path(a, "%s", pub.name);
  out->name = (evd_span){(const uint8_t *)name, strlen(name)};
  if (out->name.n > EVD_KEY_NAME_BYTES_MAX)
    return evd_complain(EVD_ERR_RULE, "%s: its name is too long", equal + 1);
  if (out->role == EVD_ROLE_OPENER &&
      !evd_signer_box_key(&out->box_key, &out->key))
    return evd_complain(EVD_ERR_RULE, "%s: no key that files can be sealed for",
                        equal + 1);
  return EVD_OK;
}
