#include "alarm/evidence.h"

#include <string.h>

#include "alarm/alarm.h"
#include "base/base64.h"
#include "base/decimal.h"
#include "board/text.h"

static const char first_line[] = "Evident evidence v1\n";

void evd_evidence_begin(evd_buf *out, uint32_t code, evd_span origin) {
  const char digits[3] = {(char)('0' + code / 10 % 10), (char)('0' + code % 10),
                          0};
  evd_buf_text(out, first_line);
  evd_buf_text(out, "code M");
  evd_buf_text(out, digits);
  evd_buf_text(out, "\norigin ");
  evd_buf_add(out, origin.p, origin.n);
  evd_buf_text(out, "\n");
}

static void put_hash(evd_buf *out, const evd_h32 *h) {
  char four[4];
  for (size_t i = 0; i < sizeof h->b; i += 3) {
    size_t n = sizeof h->b - i < 3 ? sizeof h->b - i : 3;
    evd_base64_write(four, h->b + i, n);
    evd_buf_add(out, four, sizeof four);
  }
  evd_buf_text(out, "\n");
}

void evd_evidence_proof(evd_buf *out, const evd_h32 *first,
                        const evd_tree_proof *proof) {
  if (first)
    put_hash(out, first);
  for (uint32_t i = 0; i < proof->n; i++)
    put_hash(out, &proof->at[i]);
}

void evd_evidence_place(evd_buf *out, const char *path) {
  evd_buf_text(out, path);
  evd_buf_text(out, "\n");
}

void evd_evidence_place_in(evd_buf *out, const evd_tile *t, uint32_t number) {
  char path[EVD_TILE_PATH_BYTES], digits[EVD_DECIMAL_BYTES];
  evd_tile_path(path, t);
  evd_decimal_write(digits, number);
  evd_buf_text(out, path);
  evd_buf_text(out, " ");
  evd_buf_text(out, digits);
  evd_buf_text(out, "\n");
}

/* "M03" */
static bool read_code(uint8_t *out, evd_span word) {
  uint32_t code = 0;
  if (word.n != 3 || word.p[0] != 'M')
    return false;
  for (size_t i = 1; i < word.n; i++) {
    if (word.p[i] < '0' || word.p[i] > '9')
      return false;
    code = 10 * code + (word.p[i] - (uint32_t)'0');
  }
  *out = (uint8_t)code;
  return evd_alarm_find(code) != NULL;
}

static bool has_name(const evd_part *p) {
  static const char *const names[] = {"policy", "checkpoint", "entry", "object",
                                      "proof",  "place",      "file"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (evd_is(p->name, names[i]))
      return true;
  return false;
}

static evd_err refuse(const char **expected, const char *what) {
  *expected = what;
  return EVD_ERR_FORM;
}

evd_err evd_evidence_read(evd_evidence *out, evd_span bytes,
                          const char **expected) {
  evd_span left = bytes, word;
  memset(out, 0, sizeof *out);
  if (!evd_take(&left, first_line))
    return refuse(expected, "the line `Evident evidence v1`");
  if (!evd_take(&left, "code ") || !evd_take_until(&left, '\n', &word) ||
      !read_code(&out->code, word))
    return refuse(expected, "`code` and an alarm, as M03, in line 2");
  if (!evd_take(&left, "origin ") ||
      !evd_take_until(&left, '\n', &out->origin) ||
      !evd_origin_allowed(out->origin))
    return refuse(expected, "`origin` and a log's name in line 3");
  for (size_t at = 0; at < left.n;) {
    if (out->n_parts == EVD_EVIDENCE_PARTS_MAX)
      return refuse(expected, "at most 64 parts");
    evd_part *part = &out->parts[out->n_parts++];
    if (evd_part_next(left, &at, part) != EVD_OK || !has_name(part))
      return refuse(expected, "whole parts: a name, a number of bytes, them");
  }
  return EVD_OK;
}

const evd_part *evd_evidence_part(const evd_evidence *e, const char *name,
                                  uint32_t index) {
  for (uint32_t i = 0; i < e->n_parts; i++)
    if (evd_is(e->parts[i].name, name) && index-- == 0)
      return &e->parts[i];
  return NULL;
}
