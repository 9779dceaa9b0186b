#include "board/checkpoint.h"

#include <string.h>

#include "base/base64.h"
#include "base/decimal.h"
#include "base/endian.h"
#include "board/text.h"

enum { TIME_BYTES = 8, COSIGN_LINES_BYTES = 64 };
#define TIME_MAX INT64_MAX

bool evd_origin_allowed(evd_span origin) {
  if (origin.n == 0 || origin.n > EVD_ORIGIN_BYTES_MAX)
    return false;
  for (size_t i = 0; i < origin.n; i++)
    if (origin.p[i] <= ' ' || origin.p[i] > '~' || origin.p[i] == '+')
      return false;
  return true;
}

static const char *read_text(evd_checkpoint *out, evd_span text,
                             uint32_t *line) {
  evd_span word;
  *line = 1;
  if (!evd_take_until(&text, '\n', &out->origin) ||
      !evd_origin_allowed(out->origin))
    return "the origin of a log";
  *line = 2;
  if (!evd_take_until(&text, '\n', &word) ||
      !evd_decimal_read(&out->head.size, word) ||
      out->head.size > EVD_TREE_SIZE_MAX)
    return "the size of a tree";
  *line = 3;
  if (!evd_take_until(&text, '\n', &word) ||
      !evd_hash_read(&out->head.root, word))
    return "the root of a tree in base 64";
  *line = 4;
  return text.n == 0 ? NULL : "three lines";
}

evd_err evd_checkpoint_read(evd_checkpoint *out, evd_span bytes,
                            evd_note_why *why) {
  EVD_TRY(evd_note_read(&out->note, bytes, why));
  why->expected = read_text(out, out->note.text, &why->line);
  return why->expected ? EVD_ERR_FORM : EVD_OK;
}

void evd_checkpoint_write(evd_buf *out, evd_span origin,
                          const evd_log_head *head) {
  char size[EVD_DECIMAL_BYTES], root[EVD_BASE64_CHARS(32)];
  evd_decimal_write(size, head->size);
  evd_base64_write(root, head->root.b, sizeof head->root.b);
  evd_buf_add(out, origin.p, origin.n);
  evd_buf_text(out, "\n");
  evd_buf_text(out, size);
  evd_buf_text(out, "\n");
  evd_buf_add(out, root, sizeof root);
  evd_buf_text(out, "\n");
}

evd_err evd_checkpoint_check_var(const evd_checkpoint *c,
                                 const evd_note_key *log) {
  if (!evd_is(c->origin, log->name))
    return EVD_ERR_RULE;
  return evd_note_check_var(&c->note, log);
}

/* The two lines before the checkpoint's text. */
static evd_span cosign_lines(char out[COSIGN_LINES_BYTES], uint64_t time) {
  static const char start[] = "cosignature/v1\ntime ";
  const size_t n = sizeof start - 1;
  memcpy(out, start, n);
  evd_decimal_write(out + n, time);
  size_t end = strlen(out);
  out[end] = '\n';
  return (evd_span){(const uint8_t *)out, end + 1};
}

void evd_cosign_message(evd_buf *out, uint64_t time, evd_span text) {
  char bytes[COSIGN_LINES_BYTES];
  const evd_span lines = cosign_lines(bytes, time);
  evd_buf_add(out, lines.p, lines.n);
  evd_buf_add(out, text.p, text.n);
}

static evd_err check_one(const evd_note *note, const evd_note_sig *sig,
                         const evd_note_key *witness, uint64_t *time) {
  uint8_t bytes[EVD_COSIGNATURE_BYTES];
  char lines[COSIGN_LINES_BYTES];
  if (evd_note_sig_bytes(bytes, sizeof bytes, sig) != EVD_OK)
    return EVD_ERR_PROOF;
  *time = evd_be64_get(bytes);
  if (*time > TIME_MAX)
    return EVD_ERR_PROOF;
  return evd_ed25519_verify_parts_var(witness->key.b, bytes + TIME_BYTES,
                                      cosign_lines(lines, *time), note->text)
             ? EVD_OK
             : EVD_ERR_PROOF;
}

evd_err evd_cosignature_check_var(const evd_note *note,
                                  const evd_note_key *witness, uint64_t *time) {
  evd_err e = EVD_ERR_MISSING;
  *time = 0;
  if (witness->type != EVD_NOTE_COSIGNATURE)
    return EVD_ERR_RULE;
  for (uint32_t i = 0; i < note->n_sigs; i++) {
    uint64_t at = 0;
    if (!evd_note_sig_is_of(&note->sigs[i], witness))
      continue;
    e = check_one(note, &note->sigs[i], witness, &at);
    if (e != EVD_OK)
      break;
    *time = at > *time ? at : *time;
  }
  return e;
}
