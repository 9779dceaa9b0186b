#include "board/proof.h"

#include <string.h>

#include "base/base64.h"
#include "base/decimal.h"
#include "board/text.h"

static const char first_line[] = "c2sp.org/tlog-proof@v1\n";
#define EXTRA_BYTES_MAX ((size_t)65535) /* as large as an entry can be */

static evd_err refuse(evd_note_why *why, const char *expected) {
  why->expected = expected;
  return EVD_ERR_FORM;
}

/* The rest of the line is base 64 of at least one byte. */
static evd_err read_extra(evd_span *out, evd_span *left, evd_arena *a,
                          evd_note_why *why) {
  evd_span line;
  if (!evd_take_until(left, '\n', &line) ||
      line.n > EVD_BASE64_CHARS(EXTRA_BYTES_MAX))
    return refuse(why, "at most 65535 bytes in base 64");
  uint8_t *p = evd_arena_get(a, EXTRA_BYTES_MAX, 1);
  if (!p)
    return EVD_ERR_SPACE;
  out->p = p;
  if (evd_base64_read(p, EXTRA_BYTES_MAX, &out->n, line) != EVD_OK ||
      out->n == 0)
    return refuse(why, "bytes in base 64 behind `extra`");
  return EVD_OK;
}

static evd_err read_hashes(evd_receipt *out, evd_span *left,
                           evd_note_why *why) {
  evd_span line;
  for (;; why->line++) {
    if (!evd_take_until(left, '\n', &line))
      return refuse(why, "an empty line before the checkpoint");
    if (line.n == 0)
      return EVD_OK;
    if (out->proof.n == EVD_TREE_LEVELS ||
        !evd_hash_read(&out->proof.at[out->proof.n++], line))
      return refuse(why, "at most 63 hashes in base 64");
  }
}

evd_err evd_receipt_read(evd_receipt *out, evd_span bytes, evd_arena *a,
                         evd_note_why *why) {
  evd_span left = bytes, word;
  memset(out, 0, sizeof *out);
  why->line = 1;
  if (!evd_take(&left, first_line))
    return refuse(why, "c2sp.org/tlog-proof@v1");
  why->line++;
  if (evd_take(&left, "extra ")) {
    EVD_TRY(read_extra(&out->extra, &left, a, why));
    why->line++;
  }
  if (!evd_take(&left, "index ") || !evd_take_until(&left, '\n', &word) ||
      !evd_decimal_read(&out->index, word))
    return refuse(why, "`index` and a number");
  why->line++;
  EVD_TRY(read_hashes(out, &left, why));
  why->line++;
  if (left.n == 0)
    return refuse(why, "a checkpoint");
  out->checkpoint = left;
  return EVD_OK;
}

static void put_base64(evd_buf *out, evd_span bytes) {
  char four[4];
  for (size_t i = 0; i < bytes.n; i += 3) {
    size_t n = bytes.n - i < 3 ? bytes.n - i : 3;
    evd_base64_write(four, bytes.p + i, n);
    evd_buf_add(out, four, sizeof four);
  }
}

void evd_receipt_write(evd_buf *out, const evd_receipt *r) {
  char digits[EVD_DECIMAL_BYTES];
  evd_buf_text(out, first_line);
  if (r->extra.n > 0) {
    evd_buf_text(out, "extra ");
    put_base64(out, r->extra);
    evd_buf_text(out, "\n");
  }
  evd_decimal_write(digits, r->index);
  evd_buf_text(out, "index ");
  evd_buf_text(out, digits);
  evd_buf_text(out, "\n");
  for (uint32_t i = 0; i < r->proof.n; i++) {
    put_base64(out, (evd_span){r->proof.at[i].b, sizeof r->proof.at[i].b});
    evd_buf_text(out, "\n");
  }
  evd_buf_text(out, "\n");
  evd_buf_add(out, r->checkpoint.p, r->checkpoint.n);
}

evd_err evd_receipt_check(const evd_receipt *r, const evd_log_head *head) {
  evd_h32 leaf;
  evd_leaf_hash(&leaf, r->extra.p, r->extra.n);
  return evd_inclusion_check(&head->root, head->size, r->index, &leaf,
                             &r->proof);
}
