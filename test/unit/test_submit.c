/* Receipts that a board answers with: only those of what was sent, in a
 * checkpoint that the policy believes, are any. */
#include "arith.h"

#include <stdlib.h>
#include <string.h>

#include "board/proof.h"
#include "host/signer.h"
#include "steps/draft.h"
#include "steps/submit.h"

#define ORIGIN "board.example/submit"

typedef struct {
  uint8_t log_seed[EVD_SEED_BYTES], witness_seed[EVD_SEED_BYTES];
  evd_note_key log, witness;
  evd_buf policy_text;
  evd_policy policy;
  evd_submit_to to;
  evd_buf items; /* of two entries */
  evd_buf entries[2];
  evd_h32 leaves[2];
} shop;

static evd_span text(const char *s) {
  return (evd_span){(const uint8_t *)s, strlen(s)};
}

static void make_key(evd_note_key *out, uint8_t *seed, int letter,
                     const char *name, uint8_t type) {
  evd_h32 pub;
  memset(seed, letter, EVD_SEED_BYTES);
  evd_signer_public(&pub, seed);
  assert_int_equal(evd_note_key_make(out, text(name), type, &pub), EVD_OK);
}

static void add_item(shop *x, int i) {
  static const char *const objects[] = {"one", "two"};
  evd_draft *d = malloc(sizeof *d);
  evd_span object = text(objects[i]);
  evd_entry e = {.type = EVD_ENTRY_RESULT, .slot = 7};
  e.result.object = evd_object_name("tally", object);
  assert_int_equal(evd_draft_make(d, &e, &object, 1), EVD_OK);
  evd_draft_item(&x->items, d);
  evd_buf_init(&x->entries[i], EVD_ENTRY_BYTES_MAX);
  assert_int_equal(evd_entry_write(&x->entries[i], &e, NULL, 0), EVD_OK);
  evd_leaf_hash(&x->leaves[i], x->entries[i].p, x->entries[i].n);
  evd_draft_close(d);
  free(d);
}

static void shop_open(shop *x) {
  evd_note_why why;
  memset(x, 0, sizeof *x);
  make_key(&x->log, x->log_seed, 'l', ORIGIN, EVD_NOTE_ED25519);
  make_key(&x->witness, x->witness_seed, 'w', "wit", EVD_NOTE_COSIGNATURE);
  evd_buf_init(&x->policy_text, 4096);
  evd_buf_text(&x->policy_text, "log ");
  evd_note_key_write(&x->policy_text, &x->log);
  evd_buf_text(&x->policy_text, "\nwitness w ");
  evd_note_key_write(&x->policy_text, &x->witness);
  evd_buf_text(&x->policy_text, "\nquorum w\n");
  assert_int_equal(
      evd_policy_read(&x->policy,
                      (evd_span){x->policy_text.p, x->policy_text.n}, &why),
      EVD_OK);
  x->to = (evd_submit_to){.url = "http://127.0.0.1:1",
                          .origin = text(ORIGIN),
                          .policy = &x->policy};
  evd_buf_init(&x->items, 1 << 16);
  add_item(x, 0);
  add_item(x, 1);
}

static void shop_close(shop *x) {
  evd_buf_close(&x->policy_text);
  evd_buf_close(&x->items);
  evd_buf_close(&x->entries[0]);
  evd_buf_close(&x->entries[1]);
}

enum { NO_LOG = 1, NO_WITNESS = 2, OTHER_ORIGIN = 4 };

static void put_note(evd_buf *out, const shop *x, int without) {
  evd_buf body, message;
  evd_log_head head = {.size = 2};
  evd_note_key log = x->log;
  uint8_t sig[EVD_COSIGNATURE_BYTES] = {0, 0, 0, 0, 1, 2, 3, 4};
  const char *origin = without & OTHER_ORIGIN ? "board.example/x" : ORIGIN;
  evd_node_hash(&head.root, &x->leaves[0], &x->leaves[1]);
  evd_buf_init(&body, 4096);
  evd_buf_init(&message, 4096);
  evd_checkpoint_write(&body, text(origin), &head);
  const evd_span signed_text = {body.p, body.n};
  evd_buf_add(out, body.p, body.n);
  evd_buf_text(out, "\n");
  if (!(without & NO_LOG)) {
    uint8_t s[64];
    evd_signer_sign(s, x->log_seed, signed_text);
    evd_note_sig_write(out, &log, s, sizeof s);
  }
  if (!(without & NO_WITNESS)) {
    evd_cosign_message(&message, 0x01020304, signed_text);
    evd_signer_sign(sig + 8, x->witness_seed, (evd_span){message.p, message.n});
    evd_note_sig_write(out, &x->witness, sig, sizeof sig);
  }
  evd_buf_close(&message);
  evd_buf_close(&body);
}

/* The receipt of entry i at its place in the log of two. */
static void put_receipt(evd_buf *out, const shop *x, int i, int without) {
  evd_buf note;
  evd_receipt r = {.extra = {x->entries[i].p, x->entries[i].n},
                   .index = (uint64_t)i,
                   .proof = {.n = 1}};
  r.proof.at[0] = x->leaves[1 - i];
  evd_buf_init(&note, 1 << 16);
  put_note(&note, x, without);
  r.checkpoint = (evd_span){note.p, note.n};
  evd_receipt_write(out, &r);
  evd_buf_close(&note);
}

static evd_err judge(const shop *x, evd_buf *receipts) {
  assert_true(evd_buf_ok(receipts));
  evd_err e = evd_receipts_judge(&x->to, (evd_span){x->items.p, x->items.n},
                                 (evd_span){receipts->p, receipts->n});
  evd_buf_reset(receipts);
  return e;
}

static void two(evd_buf *out, const shop *x, int a, int b, int without) {
  put_receipt(out, x, a, without);
  evd_buf_text(out, "\n");
  put_receipt(out, x, b, without);
}

static void test_receipts_of_what_was_sent(void **state) {
  (void)state;
  shop *x = malloc(sizeof *x);
  evd_buf b;
  shop_open(x);
  evd_buf_init(&b, 1 << 16);
  two(&b, x, 0, 1, 0);
  assert_int_equal(judge(x, &b), EVD_OK);
  /* each its own, in order, none too few, none too many */
  two(&b, x, 1, 0, 0);
  assert_int_equal(judge(x, &b), EVD_ERR_PROOF);
  two(&b, x, 0, 0, 0);
  assert_int_equal(judge(x, &b), EVD_ERR_PROOF);
  put_receipt(&b, x, 0, 0);
  assert_int_equal(judge(x, &b), EVD_ERR_FORM);
  two(&b, x, 0, 1, 0);
  evd_buf_text(&b, "\n");
  put_receipt(&b, x, 1, 0);
  assert_int_equal(judge(x, &b), EVD_ERR_FORM);
  evd_buf_text(&b, "thank you\n");
  assert_int_equal(judge(x, &b), EVD_ERR_FORM);
  evd_buf_close(&b);
  shop_close(x);
  free(x);
}

static void test_receipts_that_nobody_believes(void **state) {
  (void)state;
  shop *x = malloc(sizeof *x);
  evd_buf b;
  shop_open(x);
  evd_buf_init(&b, 1 << 16);
  two(&b, x, 0, 1, NO_LOG);
  assert_int_equal(judge(x, &b), EVD_ERR_PROOF);
  two(&b, x, 0, 1, NO_WITNESS);
  assert_int_equal(judge(x, &b), EVD_ERR_QUORUM);
  two(&b, x, 0, 1, OTHER_ORIGIN);
  assert_int_equal(judge(x, &b), EVD_ERR_PROOF);
  /* another entry in the tree than the one that is shown */
  x->leaves[1].b[0] ^= 1;
  two(&b, x, 0, 1, 0);
  assert_int_equal(judge(x, &b), EVD_ERR_PROOF);
  evd_buf_close(&b);
  shop_close(x);
  free(x);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_receipts_of_what_was_sent),
      cmocka_unit_test(test_receipts_that_nobody_believes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
