#include "board/keys.h"

#include <string.h>

#include "base/decimal.h"
#include "base/hex.h"
#include "base/utf8.h"
#include "board/text.h"
#include "egds/keys.h"

static const char first_line[] = "Evident keys v1\n";
#define DEVICE_MAX 999999999

const char *evd_role_word(evd_role role) {
  switch (role) {
#define WORD(number, name, word)                                               \
  case EVD_ROLE_##name:                                                        \
    return word;
    EVD_ROLES(WORD)
#undef WORD
  default:
    return "";
  }
}

/* ---- reading ---- */

static bool read_role(evd_role *out, evd_span word) {
#define TRY(number, name, text)                                                \
  if (evd_is(word, text)) {                                                    \
    *out = EVD_ROLE_##name;                                                    \
    return true;                                                               \
  }
  EVD_ROLES(TRY)
#undef TRY
  return false;
}

bool evd_role_index_ok(evd_role role, uint64_t index) {
  switch (role) {
  case EVD_ROLE_GUARDIAN:
    return index >= 1 && index <= EVD_N_MAX;
  case EVD_ROLE_DEVICE:
    return index >= 1 && index <= DEVICE_MAX;
  case EVD_ROLE_POLL_WORKER: /* a site, as PHASE and TOTALS name it */
    return index >= 1 && index <= UINT16_MAX;
  default:
    return index == 0;
  }
}

/* NULL: fine. */
static const char *read_words(evd_board_key *out, evd_span line) {
  evd_span role, index, key, box;
  uint64_t v = 0;
  memset(out, 0, sizeof *out);
  if (!evd_take_until(&line, ' ', &role) ||
      !evd_take_until(&line, ' ', &index) ||
      !evd_take_until(&line, ' ', &key) || !evd_take_until(&line, ' ', &box))
    return "expected role, index, two keys and a name";
  if (!read_role(&out->role, role))
    return "expected a role";
  if (!evd_decimal_read(&v, index) || !evd_role_index_ok(out->role, v))
    return "expected the index of a guardian, device or site, else 0";
  out->index = (uint32_t)v;
  if (evd_hex_read(out->key.b, sizeof out->key.b, key) != EVD_OK)
    return "expected an Ed25519 key of 64 hex digits";
  bool opener = out->role == EVD_ROLE_OPENER;
  if (opener ? evd_hex_read(out->box_key.b, 32, box) != EVD_OK
             : !evd_is(box, "-"))
    return "expected an X25519 key for the opener, else -";
  out->name = line;
  if (line.n == 0 || line.n > EVD_KEY_NAME_BYTES_MAX || !evd_utf8_plain(line))
    return "expected a name of 1 to 200 bytes";
  evd_keyid(out->keyid, &out->key);
  return NULL;
}

/* Order of the lines: role, index, key. */
static int order(const evd_board_key *a, const evd_board_key *b) {
  if (a->role != b->role)
    return a->role < b->role ? -1 : 1;
  if (a->index != b->index)
    return a->index < b->index ? -1 : 1;
  return memcmp(a->key.b, b->key.b, sizeof a->key.b);
}

static const char *read_line(evd_board_keys *out, evd_span line) {
  evd_board_key key;
  const char *what = read_words(&key, line);
  if (what)
    return what;
  if (out->n > 0 && order(&out->at[out->n - 1], &key) >= 0)
    return "expected lines that ascend by role, index and key";
  evd_err e = evd_board_key_add(out, &key);
  if (e == EVD_ERR_EXISTS)
    return "this key, or one with its keyid, stands above";
  return e == EVD_OK ? NULL : "there are more keys than the limit";
}

evd_err evd_board_keys_read(evd_board_keys *out, evd_span text, evd_arena *a,
                            const char **what, uint32_t *line) {
  evd_span left = text, words;
  size_t n = sizeof first_line - 1;
  *out = (evd_board_keys){NULL, 0};
  *line = 1;
  *what = "expected `Evident keys v1`";
  if (left.n < n || memcmp(left.p, first_line, n) != 0)
    return EVD_ERR_PARSE;
  out->at = evd_arena_get(a, EVD_BOARD_KEYS_MAX, sizeof *out->at);
  if (!out->at)
    return EVD_ERR_SPACE;
  left = (evd_span){left.p + n, left.n - n};
  for (*what = NULL; left.n > 0 && !*what;) {
    ++*line;
    *what = evd_take_until(&left, '\n', &words) ? read_line(out, words)
                                                : "expected LF at the end";
  }
  if (!*what && out->n == 0)
    *what = "expected at least one key";
  return *what ? EVD_ERR_PARSE : EVD_OK;
}

void evd_board_keys_write(evd_buf *out, const evd_board_keys *k) {
  evd_buf_text(out, first_line);
  for (uint32_t i = 0; i < k->n; i++) {
    const evd_board_key *key = &k->at[i];
    char hex[64], index[EVD_DECIMAL_BYTES];
    evd_decimal_write(index, key->index);
    evd_buf_text(out, evd_role_word(key->role));
    evd_buf_text(out, " ");
    evd_buf_text(out, index);
    evd_buf_text(out, " ");
    evd_hex_write(hex, key->key.b, 32);
    evd_buf_add(out, hex, sizeof hex);
    evd_hex_write(hex, key->box_key.b, 32);
    evd_buf_text(out, " ");
    if (key->role == EVD_ROLE_OPENER)
      evd_buf_add(out, hex, sizeof hex);
    else
      evd_buf_text(out, "-");
    evd_buf_text(out, " ");
    evd_buf_add(out, key->name.p, key->name.n);
    evd_buf_text(out, "\n");
  }
}

/* ---- keys in force ---- */

static evd_board_key *find(const evd_board_keys *k, const uint8_t *keyid) {
  for (uint32_t i = 0; i < k->n; i++)
    if (memcmp(k->at[i].keyid, keyid, EVD_KEYID_BYTES) == 0)
      return &k->at[i];
  return NULL;
}

const evd_board_key *evd_board_key_find(const evd_board_keys *k,
                                        const uint8_t keyid[EVD_KEYID_BYTES]) {
  const evd_board_key *key = find(k, keyid);
  return key && !key->revoked ? key : NULL;
}

const evd_board_key *evd_board_key_before(const evd_board_keys *k,
                                          const evd_board_key *key) {
  if (key->role != EVD_ROLE_GUARDIAN && key->role != EVD_ROLE_DEVICE)
    return NULL;
  for (uint32_t i = 0; i < k->n; i++) {
    const evd_board_key *at = &k->at[i];
    if (!at->revoked && at->role == key->role && at->index == key->index)
      return at;
  }
  return NULL;
}

evd_err evd_board_key_add(evd_board_keys *k, const evd_board_key *key) {
  if (find(k, key->keyid))
    return EVD_ERR_EXISTS;
  if (k->n == EVD_BOARD_KEYS_MAX)
    return EVD_ERR_SPACE;
  k->at[k->n++] = *key;
  return EVD_OK;
}

evd_err evd_board_key_revoke(evd_board_keys *k, const evd_sign_key *key) {
  uint8_t keyid[EVD_KEYID_BYTES];
  evd_keyid(keyid, key);
  evd_board_key *at = find(k, keyid);
  if (!at || at->revoked || memcmp(at->key.b, key->b, sizeof key->b) != 0)
    return EVD_ERR_MISSING;
  at->revoked = true;
  return EVD_OK;
}

uint32_t evd_board_keys_of(const evd_board_keys *k, evd_role role) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < k->n; i++)
    n += k->at[i].role == role && !k->at[i].revoked;
  return n;
}
