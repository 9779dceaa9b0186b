/* Keys of signed notes: their names, identifiers and text. */
#include <string.h>

#include "base/base64.h"
#include "base/endian.h"
#include "base/utf8.h"
#include "board/note.h"
#include "hash/hash.h"

enum { ID_CHARS = 8, KEY_BYTES = 1 + 32 };

/* The white space of Unicode that is not a control character below U+0020,
 * in UTF-8. U+2000 to U+200A are the eleven from E2 80 80 on. */
static bool has_space(evd_span name) {
  static const char *const spaces[] = {" ",
                                       "\xC2\x85",
                                       "\xC2\xA0",
                                       "\xE1\x9A\x80",
                                       "\xE2\x80\x80",
                                       "\xE2\x80\x81",
                                       "\xE2\x80\x82",
                                       "\xE2\x80\x83",
                                       "\xE2\x80\x84",
                                       "\xE2\x80\x85",
                                       "\xE2\x80\x86",
                                       "\xE2\x80\x87",
                                       "\xE2\x80\x88",
                                       "\xE2\x80\x89",
                                       "\xE2\x80\x8A",
                                       "\xE2\x80\xA8",
                                       "\xE2\x80\xA9",
                                       "\xE2\x80\xAF",
                                       "\xE2\x81\x9F",
                                       "\xE3\x80\x80"};
  for (size_t s = 0; s < sizeof spaces / sizeof *spaces; s++) {
    const size_t n = strlen(spaces[s]);
    for (size_t i = 0; i + n <= name.n; i++)
      if (memcmp(name.p + i, spaces[s], n) == 0)
        return true;
  }
  return false;
}

bool evd_note_name_allowed(evd_span name) {
  return name.n > 0 && evd_utf8_plain(name) && !memchr(name.p, '+', name.n) &&
         !memchr(name.p, '\n', name.n) && !has_space(name);
}

static uint32_t id_of(evd_span name, uint8_t type, const evd_h32 *key) {
  evd_sha256 c;
  evd_h32 h;
  evd_sha256_init(&c);
  evd_sha256_add(&c, name.p, name.n);
  evd_sha256_add(&c, "\n", 1);
  evd_sha256_add(&c, &type, 1);
  evd_sha256_add(&c, key->b, sizeof key->b);
  evd_sha256_out(&c, &h);
  return evd_be32_get(h.b);
}

evd_err evd_note_key_make(evd_note_key *out, evd_span name, uint8_t type,
                          const evd_h32 *key) {
  memset(out, 0, sizeof *out);
  if (name.n > EVD_NOTE_NAME_MAX || !evd_note_name_allowed(name))
    return EVD_ERR_RULE;
  memcpy(out->name, name.p, name.n);
  out->type = type;
  out->key = *key;
  out->id = id_of(name, type, key);
  return EVD_OK;
}

static void id_text(char out[ID_CHARS], uint32_t id) {
  for (int i = 0; i < ID_CHARS; i++)
    out[i] = "0123456789abcdef"[id >> (32 - 4 * (i + 1)) & 15];
}

/* Behind the name: +, the id, +, type and key. */
static evd_err read_end(evd_span end, char id[ID_CHARS],
                        uint8_t bytes[KEY_BYTES]) {
  size_t n = 0;
  if (end.n < ID_CHARS + 2 || end.p[0] != '+' || end.p[ID_CHARS + 1] != '+')
    return EVD_ERR_FORM;
  memcpy(id, end.p + 1, ID_CHARS);
  for (int i = 0; i < ID_CHARS; i++)
    if (!((id[i] >= '0' && id[i] <= '9') || (id[i] >= 'a' && id[i] <= 'f')))
      return EVD_ERR_FORM;
  end.p += ID_CHARS + 2;
  end.n -= ID_CHARS + 2;
  EVD_TRY(evd_base64_read(bytes, KEY_BYTES, &n, end));
  return n == KEY_BYTES ? EVD_OK : EVD_ERR_FORM;
}

evd_err evd_note_key_read(evd_note_key *out, evd_span text) {
  uint8_t bytes[KEY_BYTES];
  char id[ID_CHARS], expected[ID_CHARS];
  evd_h32 key;
  memset(out, 0, sizeof *out);
  const uint8_t *plus = text.n ? memchr(text.p, '+', text.n) : NULL;
  if (!plus)
    return EVD_ERR_FORM;
  const evd_span name = {text.p, (size_t)(plus - text.p)};
  EVD_TRY(read_end((evd_span){plus, text.n - name.n}, id, bytes));
  if (!evd_note_name_allowed(name))
    return EVD_ERR_FORM;
  if (bytes[0] != EVD_NOTE_ED25519 && bytes[0] != EVD_NOTE_COSIGNATURE)
    return EVD_ERR_RULE;
  memcpy(key.b, bytes + 1, sizeof key.b);
  evd_note_key made;
  EVD_TRY(evd_note_key_make(&made, name, bytes[0], &key));
  id_text(expected, made.id);
  if (memcmp(id, expected, ID_CHARS) != 0)
    return EVD_ERR_RULE;
  *out = made;
  return EVD_OK;
}

void evd_note_key_write(evd_buf *out, const evd_note_key *key) {
  uint8_t bytes[KEY_BYTES];
  char id[ID_CHARS], text[EVD_BASE64_CHARS(KEY_BYTES)];
  bytes[0] = key->type;
  memcpy(bytes + 1, key->key.b, sizeof key->key.b);
  id_text(id, key->id);
  evd_base64_write(text, bytes, sizeof bytes);
  evd_buf_text(out, key->name);
  evd_buf_text(out, "+");
  evd_buf_add(out, id, sizeof id);
  evd_buf_text(out, "+");
  evd_buf_add(out, text, sizeof text);
}

bool evd_note_key_same(const evd_note_key *a, const evd_note_key *b) {
  size_t n = 0; /* of the name; the module in browsers has no strcmp */
  while (a->name[n] && a->name[n] == b->name[n])
    n++;
  return a->name[n] == b->name[n] && a->type == b->type &&
         memcmp(a->key.b, b->key.b, sizeof a->key.b) == 0;
}
