/* Signed notes: reading, checking, writing. */
#include "board/note.h"

#include <string.h>

#include "base/base64.h"
#include "base/endian.h"
#include "base/require.h"
#include "base/utf8.h"
#include "board/text.h"

enum { ID_BYTES = 4 };

/* Before a signature: EM DASH, U+2014, and a space. */
static const char dash[] = "\xE2\x80\x94 ";
enum { DASH_BYTES = sizeof dash - 1 };

static evd_err refuse(evd_note_why *why, uint32_t line, const char *expected) {
  why->line = line;
  why->expected = expected;
  return EVD_ERR_FORM;
}

bool evd_note_text_allowed(evd_span text) {
  return text.n > 0 && text.p[text.n - 1] == '\n' && evd_utf8_plain(text);
}

static uint32_t lines_in(evd_span text) {
  uint32_t n = 0;
  for (size_t i = 0; i < text.n; i++)
    n += text.p[i] == '\n';
  return n;
}

static const char *read_line(evd_note_sig *out, evd_span line) {
  uint8_t bytes[ID_BYTES + EVD_NOTE_SIG_BYTES_MAX];
  size_t n = 0;
  if (line.n < DASH_BYTES || memcmp(line.p, dash, DASH_BYTES) != 0)
    return "a signature line: an em dash and a space";
  line.p += DASH_BYTES;
  line.n -= DASH_BYTES;
  if (!evd_take_until(&line, ' ', &out->name) ||
      !evd_note_name_allowed(out->name))
    return "the name of a key and a space behind the dash";
  out->base64 = line;
  if (evd_base64_read(bytes, sizeof bytes, &n, line) != EVD_OK || n <= ID_BYTES)
    return "a signature in base 64 behind the name of the key";
  out->id = evd_be32_get(bytes);
  return NULL;
}

static evd_err read_lines(evd_note *out, evd_span left, uint32_t line,
                          evd_note_why *why) {
  evd_span one;
  for (out->n_sigs = 0; left.n > 0; line++) {
    if (out->n_sigs == EVD_NOTE_SIGS_MAX)
      return refuse(why, line, "at most 100 signatures");
    if (!evd_take_until(&left, '\n', &one))
      return refuse(why, line, "a line feed at the end");
    const char *expected = read_line(&out->sigs[out->n_sigs], one);
    if (expected)
      return refuse(why, line, expected);
    out->n_sigs++;
  }
  return out->n_sigs ? EVD_OK : refuse(why, line, "a signature line");
}

evd_err evd_note_read(evd_note *out, evd_span bytes, evd_note_why *why) {
  if (bytes.n > EVD_NOTE_BYTES_MAX)
    return refuse(why, 1, "at most 1048576 bytes");
  if (!evd_utf8_plain(bytes))
    return refuse(why, 1, "UTF-8 without control characters but line feeds");
  size_t end = bytes.n; /* of the text, in front of the last empty line */
  while (end > 1 && !(bytes.p[end - 1] == '\n' && bytes.p[end - 2] == '\n'))
    end--;
  if (end < 2)
    return refuse(why, lines_in(bytes) + 1,
                  "an empty line between text and signatures");
  out->text = (evd_span){bytes.p, end - 1};
  return read_lines(out, (evd_span){bytes.p + end, bytes.n - end},
                    lines_in(out->text) + 2, why);
}

evd_err evd_note_sig_bytes(uint8_t *out, size_t n, const evd_note_sig *sig) {
  uint8_t bytes[ID_BYTES + EVD_NOTE_SIG_BYTES_MAX];
  size_t got = 0;
  EVD_TRY(evd_base64_read(bytes, sizeof bytes, &got, sig->base64));
  if (got != ID_BYTES + n)
    return EVD_ERR_FORM;
  memcpy(out, bytes + ID_BYTES, n);
  return EVD_OK;
}

bool evd_note_sig_is_of(const evd_note_sig *sig, const evd_note_key *key) {
  return sig->id == key->id && sig->name.n == strlen(key->name) &&
         memcmp(sig->name.p, key->name, sig->name.n) == 0;
}

evd_err evd_note_check_var(const evd_note *note, const evd_note_key *key) {
  uint8_t sig[EVD_ED25519_SIG_BYTES];
  evd_err e = EVD_ERR_MISSING;
  for (uint32_t i = 0; i < note->n_sigs; i++) {
    if (!evd_note_sig_is_of(&note->sigs[i], key))
      continue;
    if (key->type != EVD_NOTE_ED25519 ||
        evd_note_sig_bytes(sig, sizeof sig, &note->sigs[i]) != EVD_OK ||
        !evd_ed25519_verify_var(key->key.b, sig, note->text))
      return EVD_ERR_PROOF;
    e = EVD_OK;
  }
  return e;
}

void evd_note_sig_write(evd_buf *out, const evd_note_key *key,
                        const uint8_t *sig, size_t n) {
  uint8_t bytes[ID_BYTES + EVD_COSIGNATURE_BYTES];
  char text[EVD_BASE64_CHARS(sizeof bytes)];
  EVD_REQUIRE(n <= EVD_COSIGNATURE_BYTES);
  evd_be32_put(bytes, key->id);
  memcpy(bytes + ID_BYTES, sig, n);
  evd_base64_write(text, bytes, ID_BYTES + n);
  evd_buf_text(out, dash);
  evd_buf_text(out, key->name);
  evd_buf_text(out, " ");
  evd_buf_add(out, text, EVD_BASE64_CHARS(ID_BYTES + n));
  evd_buf_text(out, "\n");
}
