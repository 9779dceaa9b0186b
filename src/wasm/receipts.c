/* Receipts of a board, for the page of a voter. */
#include "board/receipt.h"

#include <string.h>

#include "board/note.h"
#include "board/policy.h"
#include "hash/hash.h"
#include "wasm/region.h"
#include "wasm/wasm.h"
#include "wasm/wire.h"

#define TEXT_BYTES_MAX ((size_t)131072) /* of a receipt that was packed */

/* All that is too large for the stack. */
typedef struct {
  evd_policy policy;
  evd_receipt_found found;
  evd_h32 digest, code, credential;
  evd_receipt_ask ask;
  evd_span receipt;
} job;

static void wire_u64(evd_wire *w, uint64_t *value) {
  uint32_t high = (uint32_t)(*value >> 32), low = (uint32_t)*value;
  evd_wire_u32(w, &high);
  evd_wire_u32(w, &low);
  *value = (uint64_t)high << 32 | low;
}

static evd_err read_policy(job *j, evd_wire *w) {
  uint32_t n = 0;
  evd_note_why why;
  evd_wire_u32(w, &n);
  const evd_span text = {evd_wire_take(w, n), n};
  if (w->bad || n == 0)
    return w->bad ? EVD_ERR_PARSE : EVD_OK;
  evd_digest(&j->digest, "policy", text.p, text.n);
  j->ask.policy = &j->policy;
  return evd_policy_read(&j->policy, text, &why) == EVD_OK ? EVD_OK
                                                           : EVD_ERR_RULE;
}

/* A hash that is looked at if a flag of 1 stands before it. */
static const evd_h32 *read_hash(evd_wire *w, evd_h32 *room) {
  uint32_t has = 0;
  evd_wire_u32(w, &has);
  evd_wire_bytes(w, room, sizeof *room);
  w->bad = w->bad || has > 1;
  return has ? room : NULL;
}

static evd_err read_question(job *j, const uint8_t *in, uint32_t in_bytes) {
  evd_wire w = evd_wire_read(in, in_bytes);
  EVD_TRY(read_policy(j, &w));
  j->ask.code = read_hash(&w, &j->code);
  j->ask.credential = read_hash(&w, &j->credential);
  wire_u64(&w, &j->ask.not_before);
  wire_u64(&w, &j->ask.not_after);
  if (w.bad)
    return EVD_ERR_PARSE;
  j->receipt = (evd_span){w.p, w.n};
  return EVD_OK;
}

/* A receipt out of a QR code as the text that it was. */
static evd_err unpack(job *j, evd_arena *a) {
  enum { START_BYTES = sizeof EVD_RECEIPT_PACKED_START - 1 };
  evd_buf text;
  if (j->receipt.n < START_BYTES ||
      memcmp(j->receipt.p, EVD_RECEIPT_PACKED_START, START_BYTES) != 0)
    return EVD_OK;
  if (!j->ask.policy) /* names of keys are there */
    return EVD_ERR_RULE;
  evd_buf_over(&text, evd_arena_get(a, TEXT_BYTES_MAX, 1), TEXT_BYTES_MAX);
  EVD_TRY(evd_receipt_unpack(&text, j->receipt, j->ask.policy, a));
  j->receipt = (evd_span){text.p, text.n};
  return EVD_OK;
}

static void write_found(uint8_t out[EVD_WASM_FOUND_BYTES], job *j) {
  evd_wire w = evd_wire_write(out, EVD_WASM_FOUND_BYTES);
  evd_receipt_found *f = &j->found;
  uint32_t words[] = {f->in_log,
                      f->log,
                      f->quorum,
                      f->times,
                      f->code,
                      f->credential,
                      (uint32_t)f->entry.e.type,
                      f->entry.e.slot,
                      f->of_ballot,
                      f->n_witnesses};
  uint64_t longs[] = {f->receipt.index, f->checkpoint.head.size, f->first,
                      f->last};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    evd_wire_u32(&w, &words[i]);
  for (size_t i = 0; i < sizeof longs / sizeof *longs; i++)
    wire_u64(&w, &longs[i]);
  evd_wire_bytes(&w, &f->H_C, sizeof f->H_C);
  evd_wire_bytes(&w, &j->digest, sizeof j->digest);
}

EVD_EXPORT("receipt")
int32_t evd_wasm_receipt(void *memory, uint32_t memory_bytes,
                         uint8_t out[EVD_WASM_FOUND_BYTES], const uint8_t *in,
                         uint32_t in_bytes) {
  evd_region region = {memory, 0, memory_bytes};
  evd_arena a = evd_region_arena(&region);
  evd_note_why why;
  if ((uintptr_t)memory % EVD_WASM_ALIGN != 0)
    return EVD_ERR_RANGE;
  job *j = evd_arena_get(&a, 1, sizeof *j);
  if (!j)
    return EVD_ERR_SPACE;
  EVD_TRY(read_question(j, in, in_bytes));
  EVD_TRY(unpack(j, &a));
  EVD_TRY(evd_receipt_judge_var(&j->found, j->receipt, &j->ask, &a, &why));
  write_found(out, j);
  return evd_receipt_verdict(&j->found);
}
