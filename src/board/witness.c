#include "board/witness.h"

#include <string.h>

#include "base/base64.h"
#include "base/decimal.h"
#include "board/text.h"
#include "hash/hash.h"

static evd_err refuse(evd_note_why *why, const char *expected) {
  why->expected = expected;
  return EVD_ERR_FORM;
}

evd_err evd_witness_ask_read(evd_witness_ask *out, evd_span bytes,
                             evd_note_why *why) {
  evd_span left = bytes, line;
  memset(out, 0, sizeof *out);
  why->line = 1;
  if (bytes.n > EVD_WITNESS_ASK_BYTES_MAX)
    return refuse(why, "at most 65536 bytes");
  if (!evd_take(&left, "old ") || !evd_take_until(&left, '\n', &line) ||
      !evd_decimal_read(&out->old_size, line) ||
      out->old_size > EVD_TREE_SIZE_MAX)
    return refuse(why, "`old` and the size of a tree");
  for (;;) {
    why->line++;
    if (!evd_take_until(&left, '\n', &line))
      return refuse(why, "an empty line before the checkpoint");
    if (line.n == 0)
      break;
    if (out->proof.n == EVD_TREE_LEVELS ||
        !evd_hash_read(&out->proof.at[out->proof.n++], line))
      return refuse(why, "at most 63 hashes in base 64");
  }
  const uint32_t before = why->line;
  evd_err e = evd_checkpoint_read(&out->checkpoint, left, why);
  why->line += before;
  if (e == EVD_OK && out->old_size > out->checkpoint.head.size) {
    why->line = 1;
    e = refuse(why, "an old size not above the checkpoint's");
  }
  return e;
}

void evd_witness_ask_write(evd_buf *out, uint64_t old_size,
                           const evd_tree_proof *proof, evd_span checkpoint) {
  char digits[EVD_DECIMAL_BYTES], hash[EVD_BASE64_CHARS(32)];
  evd_decimal_write(digits, old_size);
  evd_buf_text(out, "old ");
  evd_buf_text(out, digits);
  evd_buf_text(out, "\n");
  for (uint32_t i = 0; i < proof->n; i++) {
    evd_base64_write(hash, proof->at[i].b, sizeof proof->at[i].b);
    evd_buf_add(out, hash, sizeof hash);
    evd_buf_text(out, "\n");
  }
  evd_buf_text(out, "\n");
  evd_buf_add(out, checkpoint.p, checkpoint.n);
}

static uint32_t answer(uint32_t status, const char **why, const char *text) {
  *why = text;
  return status;
}

uint32_t evd_witness_judge_signed_var(const evd_witness_ask *ask,
                                      const evd_note_key keys[], uint32_t n,
                                      const char **why) {
  bool known = false, signs = false;
  for (uint32_t i = 0; i < n; i++) {
    evd_err e = evd_checkpoint_check_var(&ask->checkpoint, &keys[i]);
    if (e == EVD_ERR_PROOF)
      return answer(EVD_WITNESS_NOT_SIGNED, why,
                    "a signature of the log does not verify");
    known = known || e != EVD_ERR_RULE;
    signs = signs || e == EVD_OK;
  }
  if (!known)
    return answer(EVD_WITNESS_UNKNOWN, why, "this log is not known here");
  if (!signs)
    return answer(EVD_WITNESS_NOT_SIGNED, why, "the log has not signed this");
  return answer(EVD_WITNESS_SIGNS, why, NULL);
}

static bool same_root(const evd_h32 *a, const evd_h32 *b) {
  return memcmp(a->b, b->b, sizeof a->b) == 0; /* public */
}

uint32_t evd_witness_judge_growth(const evd_witness_ask *ask,
                                  const evd_log_head *last, const char **why) {
  const evd_log_head *next = &ask->checkpoint.head;
  evd_h32 empty;
  if (ask->old_size != last->size)
    return answer(EVD_WITNESS_OTHER_OLD, why, "another size was signed last");
  evd_tree_empty(&empty);
  if (next->size == 0 && !same_root(&next->root, &empty))
    return answer(EVD_WITNESS_INCONSISTENT, why,
                  "this is not the root of the empty tree");
  if (last->size == 0 && ask->proof.n > 0)
    return answer(EVD_WITNESS_INCONSISTENT, why,
                  "nothing is to be proved of the empty tree");
  if (last->size > 0 &&
      evd_consistency_check(&last->root, last->size, &next->root, next->size,
                            &ask->proof) != EVD_OK)
    return answer(EVD_WITNESS_INCONSISTENT, why,
                  "this tree is not shown to go on from the one signed last");
  return answer(EVD_WITNESS_SIGNS, why, NULL);
}

void evd_witness_folder(char out[65], evd_span origin) {
  evd_sha256 c;
  evd_h32 h;
  evd_sha256_init(&c);
  evd_sha256_add(&c, origin.p, origin.n);
  evd_sha256_out(&c, &h);
  for (size_t i = 0; i < sizeof h.b; i++) {
    out[2 * i] = "0123456789abcdef"[h.b[i] >> 4];
    out[2 * i + 1] = "0123456789abcdef"[h.b[i] & 15];
  }
  out[2 * sizeof h.b] = 0;
}
