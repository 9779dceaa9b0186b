/* Receipts: what they show, alone, in pages, and packed for a QR code. */
#include "witness_kit.h"

#include <sodium.h>
#include <stdio.h>

#include "base/base45.h"
#include "board/receipt.h"
#include "host/signer.h"

#define ORIGIN "board.example/2028-general"
#define PEOPLE 4

static kit_log board;
static evd_policy policy;
static char policy_text[8192];
static evd_buf cast_text, ballot_text; /* receipts */
static uint8_t voter_seed[32];
static evd_h32 voter, code;
static evd_arena arena;

/* ---- a log of one BALLOT, one CAST and others ---- */

static void put_entry(evd_buf *out, const evd_entry *e) {
  evd_entry_sig sig = {.alg = EVD_ALG_ED25519};
  evd_keyid(sig.keyid, &voter);
  memset(sig.sig, 7, sizeof sig.sig);
  assert_int_equal(evd_entry_write(out, e, &sig, 1), EVD_OK);
  assert_true(evd_buf_ok(out));
}

static void make_policy(void) {
  evd_note_why why;
  evd_buf b;
  char line[64];
  evd_buf_init(&b, sizeof policy_text - 1);
  evd_buf_text(&b, "log ");
  evd_note_key_write(&b, &board.key);
  for (unsigned i = 0; i < PEOPLE; i++) {
    uint8_t seed[32];
    char name[16];
    (void)snprintf(name, sizeof name, "w%u", i);
    const evd_note_key key = kit_key(seed, name, EVD_NOTE_COSIGNATURE, name);
    (void)snprintf(line, sizeof line, "\nwitness %s ", name);
    evd_buf_text(&b, line);
    evd_note_key_write(&b, &key);
  }
  evd_buf_text(&b, "\ngroup g 3 w0 w1 w2 w3\nquorum g\n");
  assert_true(evd_buf_ok(&b));
  memcpy(policy_text, b.p, b.n);
  assert_int_equal(
      evd_policy_read(&policy, (evd_span){(uint8_t *)policy_text, b.n}, &why),
      EVD_OK);
  evd_buf_close(&b);
}

/* The whole log's checkpoint with signatures of n witnesses. */
static void put_note(evd_buf *note, unsigned n) {
  static unsigned turn;
  turn++;
  kit_log_checkpoint(note, &board, board.n);
  for (unsigned i = 0; i < n; i++) {
    char name[16], folder[32];
    (void)snprintf(name, sizeof name, "w%u", i);
    (void)snprintf(folder, sizeof folder, "receipt-%u-%s", turn, name);
    evd_witness *w = kit_witness(name, folder, &board);
    assert_int_equal(kit_add(w, &board, 0, board.n, note), 200);
    evd_witness_close(w);
  }
}

static void put_receipt(evd_buf *out, evd_span entry, uint64_t index,
                        unsigned n_witnesses) {
  evd_receipt r = {.extra = entry, .index = index};
  evd_buf note;
  evd_buf_init(&note, 65536);
  put_note(&note, n_witnesses);
  r.checkpoint = (evd_span){note.p, note.n};
  r.proof = kit_log_inclusion(&board, index, board.n);
  evd_receipt_write(out, &r);
  assert_true(evd_buf_ok(out));
  evd_buf_close(&note);
}

static evd_buf cast_entry, ballot_entry;

static int setup(void **state) {
  (void)state;
  evd_entry cast = {.type = EVD_ENTRY_CAST, .slot = 3};
  evd_entry ballot = {.type = EVD_ENTRY_BALLOT, .slot = 3};
  evd_signer_public(&voter, voter_seed);
  memset(&code, 0xC0, sizeof code);
  cast.cast.H_C = ballot.ballot.H_C = code;
  cast.cast.credential = voter;
  cast.cast.seq = 1;
  ballot.ballot.style = ballot.ballot.weight = ballot.ballot.device = 1;
  memset(&ballot.ballot.object, 0xB0, sizeof ballot.ballot.object);
  evd_arena_init(&arena, (size_t)64 << 20);
  evd_buf *all[] = {&cast_text, &ballot_text, &cast_entry, &ballot_entry};
  for (size_t i = 0; i < 4; i++)
    evd_buf_init(all[i], 65536);
  put_entry(&cast_entry, &cast);
  put_entry(&ballot_entry, &ballot);
  kit_log_make(&board, ORIGIN, "evident receipt log");
  kit_log_grow(&board, 9, 1);
  evd_leaf_hash(&board.leaves[board.n++], ballot_entry.p, ballot_entry.n);
  evd_leaf_hash(&board.leaves[board.n++], cast_entry.p, cast_entry.n);
  kit_log_grow(&board, 10, 1);
  make_policy();
  put_receipt(&ballot_text, (evd_span){ballot_entry.p, ballot_entry.n}, 9, 3);
  put_receipt(&cast_text, (evd_span){cast_entry.p, cast_entry.n}, 10, 3);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  evd_buf *all[] = {&cast_text, &ballot_text, &cast_entry, &ballot_entry};
  for (size_t i = 0; i < 4; i++)
    evd_buf_close(all[i]);
  evd_arena_close(&arena);
  kit_folder_end();
  return 0;
}

static evd_span text_of(const evd_buf *b) { return (evd_span){b->p, b->n}; }

static evd_receipt_found found;

/* The verdict, or the error of reading. */
static evd_err judge(evd_span bytes, const evd_receipt_ask *ask) {
  evd_note_why why;
  evd_arena_point before = evd_arena_mark(&arena);
  evd_err e = evd_receipt_judge_var(&found, bytes, ask, &arena, &why);
  if (e == EVD_OK)
    e = evd_receipt_verdict(&found);
  evd_arena_back(&arena, before);
  return e;
}

/* ---- tests ---- */

static void same_as_file(const char *name, evd_span made) {
  char path[1024], *text = calloc(1, made.n + 2);
  (void)snprintf(path, sizeof path, "%s/test/vector/board/%s",
                 getenv("EVD_SOURCE_ROOT"), name);
  FILE *f = fopen(path, "r");
  assert_non_null(f);
  assert_int_equal(fread(text, 1, made.n + 1, f), made.n);
  assert_memory_equal(text, made.p, made.n);
  (void)fclose(f);
  free(text);
}

/* The files that the module's tests take, and the packed form for ever. */
static void test_kept_files(void **state) {
  (void)state;
  evd_buf packed;
  evd_buf_init(&packed, 65536);
  same_as_file("receipt-policy.txt", kit_span(policy_text));
  same_as_file("receipt-cast.txt", text_of(&cast_text));
  same_as_file("receipt-ballot.txt", text_of(&ballot_text));
  assert_int_equal(evd_receipt_pack(&packed, text_of(&cast_text), &arena),
                   EVD_OK);
  evd_buf_text(&packed, "\n");
  same_as_file("receipt-cast.packed", text_of(&packed));
  evd_buf_close(&packed);
}

static void test_what_it_shows(void **state) {
  (void)state;
  evd_receipt_ask ask = {.policy = &policy, .code = &code};
  ask.credential = &voter;
  ask.not_before = KIT_NOW;
  ask.not_after = KIT_NOW;
  assert_int_equal(judge(text_of(&cast_text), &ask), EVD_OK);
  assert_int_equal(found.entry.e.type, EVD_ENTRY_CAST);
  assert_int_equal(found.receipt.index, 10);
  assert_int_equal(found.n_witnesses, 3);
  assert_int_equal(found.first, KIT_NOW);
  assert_int_equal(found.last, KIT_NOW);
  assert_true(found.of_ballot);
  assert_int_equal(found.times, EVD_RECEIPT_HOLDS);
  assert_int_equal(judge(text_of(&ballot_text), &ask), EVD_OK);
  assert_int_equal(found.entry.e.type, EVD_ENTRY_BALLOT);
}

static void test_what_does_not_fit(void **state) {
  (void)state;
  evd_h32 other = code;
  evd_receipt_ask ask = {.policy = NULL};
  other.b[31] ^= 1;
  assert_int_equal(judge(text_of(&cast_text), &ask), EVD_ERR_INCOMPLETE);
  ask.code = &other; /* fails, policy or not */
  assert_int_equal(judge(text_of(&cast_text), &ask), EVD_ERR_FAIL);
  ask.policy = &policy;
  assert_int_equal(judge(text_of(&cast_text), &ask), EVD_ERR_FAIL);
  assert_int_equal(found.code, EVD_RECEIPT_FAILS);
  ask.code = NULL;
  other = voter;
  other.b[0] ^= 1;
  ask.credential = &other;
  assert_int_equal(judge(text_of(&cast_text), &ask), EVD_ERR_FAIL);
  assert_int_equal(found.credential, EVD_RECEIPT_FAILS);
  assert_int_equal(judge(text_of(&ballot_text), &ask), EVD_ERR_FAIL);
  ask.credential = NULL;
  ask.not_before = KIT_NOW + 1;
  assert_int_equal(judge(text_of(&cast_text), &ask), EVD_ERR_FAIL);
  ask.not_before = 0;
  ask.not_after = KIT_NOW - 1;
  assert_int_equal(judge(text_of(&cast_text), &ask), EVD_ERR_FAIL);
  assert_int_equal(found.times, EVD_RECEIPT_FAILS);
  assert_int_equal(found.quorum, EVD_RECEIPT_HOLDS);
}

static void test_too_few_witnesses(void **state) {
  (void)state;
  const evd_receipt_ask ask = {.policy = &policy};
  evd_buf b;
  evd_buf_init(&b, 65536);
  put_receipt(&b, text_of(&cast_entry), 10, 2);
  assert_int_equal(judge(text_of(&b), &ask), EVD_ERR_FAIL);
  assert_int_equal(found.log, EVD_RECEIPT_HOLDS);
  assert_int_equal(found.in_log, EVD_RECEIPT_HOLDS);
  assert_int_equal(found.quorum, EVD_RECEIPT_FAILS);
  evd_buf_reset(&b); /* another index, a good proof of something else */
  put_receipt(&b, text_of(&cast_entry), 9, 3);
  assert_int_equal(judge(text_of(&b), &ask), EVD_ERR_FAIL);
  assert_int_equal(found.in_log, EVD_RECEIPT_FAILS);
  evd_buf_close(&b);
}

/* No byte can be another one. Names of unknown keys would be no change of what
 * is shown, but there are none in it. */
static void test_every_byte_counts(void **state) {
  (void)state;
  const evd_receipt_ask ask = {.policy = &policy, .code = &code};
  for (size_t i = 0; i < cast_text.n; i++) {
    cast_text.p[i] ^= 1;
    assert_true(judge(text_of(&cast_text), &ask) != EVD_OK);
    cast_text.p[i] ^= 1;
    assert_true(judge((evd_span){cast_text.p, i}, &ask) != EVD_OK);
  }
  assert_int_equal(judge(text_of(&cast_text), &ask), EVD_OK);
}

/* Of an entry at this index, signed for `open` by the voter. */
static evd_receipt_word own_word(evd_entry *e, uint64_t index,
                                 const evd_h32 *open, uint8_t flip,
                                 const evd_receipt_signers *by) {
  uint8_t sec[crypto_sign_SECRETKEYBYTES], pub[32];
  evd_entry_sig sig = {.alg = EVD_ALG_ED25519};
  evd_receipt_found f = {
      .receipt.index = index,
      .checkpoint.origin = {(const uint8_t *)ORIGIN, sizeof ORIGIN - 1}};
  evd_buf b, message;
  const char *what = "";
  (void)crypto_sign_seed_keypair(pub, sec, voter_seed);
  evd_buf_init(&b, 4096);
  evd_buf_init(&message, 4096);
  evd_keyid(sig.keyid, &voter);
  assert_int_equal(evd_entry_write(&b, e, &sig, 1), EVD_OK);
  assert_int_equal(evd_entry_parse(&f.entry, (evd_span){b.p, b.n}, &what),
                   EVD_OK);
  evd_entry_message(&message, f.checkpoint.origin, open, f.entry.signed_bytes);
  (void)crypto_sign_detached(sig.sig, NULL, message.p, message.n, sec);
  sig.sig[40] ^= flip;
  evd_buf_reset(&b);
  assert_int_equal(evd_entry_write(&b, e, &sig, 1), EVD_OK);
  assert_int_equal(evd_entry_parse(&f.entry, (evd_span){b.p, b.n}, &what),
                   EVD_OK);
  assert_int_equal(evd_receipt_own_var(&f, by), EVD_OK);
  evd_buf_close(&message);
  evd_buf_close(&b);
  return f.own;
}

/* What no receipt has, and the entry's own signatures are made for. */
static void test_own_signatures(void **state) {
  (void)state;
  static const evd_h32 zeros;
  evd_board_key listed = {.role = EVD_ROLE_DEVICE, .key = voter};
  evd_keyid(listed.keyid, &voter);
  const evd_board_keys keys = {&listed, 1};
  evd_entry cast = {.type = EVD_ENTRY_CAST},
            seal = {.type = EVD_ENTRY_CHALLENGE};
  evd_receipt_signers by = {.open = code, .open_at = 5};
  cast.cast.H_C = seal.challenge.H_C = code;
  cast.cast.credential = voter;
  cast.cast.seq = 1;
  assert_int_equal(own_word(&cast, 6, &code, 0, &by), EVD_RECEIPT_HOLDS);
  assert_int_equal(own_word(&cast, 6, &code, 1, &by), EVD_RECEIPT_FAILS);
  assert_int_equal(own_word(&cast, 6, &zeros, 0, &by), EVD_RECEIPT_FAILS);
  assert_int_equal(own_word(&cast, 5, &zeros, 0, &by), EVD_RECEIPT_HOLDS);
  assert_int_equal(own_word(&cast, 5, &code, 0, &by), EVD_RECEIPT_FAILS);
  assert_int_equal(own_word(&seal, 6, &code, 0, &by), EVD_RECEIPT_NOT_ASKED);
  by.keys = &keys;
  assert_int_equal(own_word(&seal, 6, &code, 0, &by), EVD_RECEIPT_HOLDS);
  by.keys = NULL;
  by.credential = &voter;
  assert_int_equal(own_word(&seal, 6, &code, 0, &by), EVD_RECEIPT_HOLDS);
  assert_int_equal(own_word(&seal, 6, &code, 1, &by), EVD_RECEIPT_FAILS);
}

static void test_several(void **state) {
  (void)state;
  evd_buf b;
  evd_span rest, one;
  evd_buf_init(&b, 65536);
  evd_buf_add(&b, ballot_text.p, ballot_text.n);
  evd_buf_text(&b, "\n");
  evd_buf_add(&b, cast_text.p, cast_text.n);
  rest = text_of(&b);
  assert_true(evd_receipt_next(&rest, &one));
  assert_int_equal(one.n, ballot_text.n);
  assert_true(evd_receipt_next(&rest, &one));
  assert_int_equal(one.n, cast_text.n);
  assert_memory_equal(one.p, cast_text.p, one.n);
  assert_int_equal(rest.n, 0);
  assert_false(evd_receipt_next(&rest, &one));
  rest = (evd_span){b.p + 1, b.n - 1};
  assert_false(evd_receipt_next(&rest, &one));
  evd_buf_close(&b);
}

/* ---- pages ---- */

static void put_as_page(evd_buf *page, const char *eol, bool names) {
  evd_buf_text(page,
               "<!DOCTYPE html>\r\n<p>c2sp.org says &amp;c</p><pre id=r>");
  for (size_t i = 0; i < cast_text.n; i++) {
    const uint8_t c = cast_text.p[i];
    if (c == '\n')
      evd_buf_text(page, eol);
    else if (names && c == '+')
      evd_buf_text(page, i % 2 ? "&#43;" : "&#x2b;");
    else if (names && c == '/' && i > 22) /* behind the first line */
      evd_buf_text(page, "&sol;");
    else if (names && c == '=')
      evd_buf_text(page, "&equals;");
    else if (names && c == 0xE2) { /* the first byte of a dash */
      evd_buf_text(page, i % 2 ? "&mdash;" : "&#8212;");
      i += 2;
    } else
      evd_buf_add(page, &c, 1);
  }
  evd_buf_text(page, "  \n</pre><script>if (a < b) c()</script>");
}

static void test_in_a_page(void **state) {
  (void)state;
  evd_buf page, out;
  for (unsigned i = 0; i < 4; i++) {
    evd_buf_init(&page, 65536);
    evd_buf_init(&out, 65536);
    put_as_page(&page, i % 2 ? "\n" : "\r\n", i / 2);
    assert_true(evd_receipt_of_page(&out, text_of(&page)));
    assert_int_equal(out.n, cast_text.n);
    assert_memory_equal(out.p, cast_text.p, out.n);
    evd_buf_close(&page);
    evd_buf_close(&out);
  }
  evd_buf_init(&out, 65536);
  assert_false(evd_receipt_of_page(&out, kit_span("<p>c2sp.org/tlog-pro")));
  assert_true(evd_receipt_of_page(
      &out, kit_span("c2sp.org/tlog-proof@v1&;&#;&#x;&#99999999;&none;&")));
  assert_memory_equal(
      out.p, "c2sp.org/tlog-proof@v1&;&#;&#x;&#99999999;&none;&\n", out.n);
  evd_buf_close(&out);
}

/* ---- packed ---- */

/* The examples of RFC 9285 section 4.3 and 4.4, and what is none. */
static void test_base45(void **state) {
  (void)state;
  static const char *const good[][2] = {{"AB", "BB8"},
                                        {"Hello!!", "%69 VD92EX0"},
                                        {"base-45", "UJCLQE7W581"},
                                        {"ietf!", "QED8WEX0"},
                                        {"", ""}};
  static const char *const bad[] = {"GGW", ":::", "A",  "BB8A",
                                    "bb8", "ZZ",  "5U", "BB\n"};
  char text[32];
  uint8_t bytes[32];
  size_t n = 0;
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    evd_base45_write(text, good[i][0], strlen(good[i][0]));
    assert_int_equal(EVD_BASE45_CHARS(strlen(good[i][0])), strlen(good[i][1]));
    assert_memory_equal(text, good[i][1], strlen(good[i][1]));
    assert_int_equal(
        evd_base45_read(bytes, strlen(good[i][0]), &n, kit_span(good[i][1])),
        EVD_OK);
    assert_int_equal(n, strlen(good[i][0]));
    assert_memory_equal(bytes, good[i][0], n);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(evd_base45_read(bytes, sizeof bytes, &n, kit_span(bad[i])),
                     EVD_ERR_FORM);
  assert_int_equal(evd_base45_read(bytes, 1, &n, kit_span("BB8")),
                   EVD_ERR_FORM);
}

static void test_packed(void **state) {
  (void)state;
  evd_buf packed, out;
  evd_buf_init(&packed, 65536);
  evd_buf_init(&out, 65536);
  assert_int_equal(evd_receipt_pack(&packed, text_of(&cast_text), &arena),
                   EVD_OK);
  assert_memory_equal(packed.p, "EVR1:", 5);
  assert_int_equal(evd_receipt_unpack(&out, text_of(&packed), &policy, &arena),
                   EVD_OK);
  assert_int_equal(out.n, cast_text.n);
  assert_memory_equal(out.p, cast_text.p, out.n);
  /* a byte more */
  uint8_t bytes_of[2048];
  size_t n = 0;
  assert_int_equal(evd_base45_read(bytes_of, sizeof bytes_of - 1, &n,
                                   (evd_span){packed.p + 5, packed.n - 5}),
                   EVD_OK);
  bytes_of[n++] = 0;
  char longer[4096] = "EVR1:";
  evd_base45_write(longer + 5, bytes_of, n);
  evd_buf_reset(&out);
  assert_int_equal(evd_receipt_unpack(&out, kit_span(longer), &policy, &arena),
                   EVD_ERR_FORM);
  /* what it takes beside the entry, in bytes: with 20 hashes below 1.1 kB */
  size_t bytes = (packed.n - 5) * 2 / 3 - cast_entry.n;
  assert_true(bytes + (20 - found.receipt.proof.n) * 32 < 1100);
  evd_buf_close(&packed);
  evd_buf_close(&out);
}

/* Whatever character is another one: no receipt, or one that does not hold. */
static void test_packed_every_character_counts(void **state) {
  (void)state;
  const evd_receipt_ask ask = {.policy = &policy, .code = &code};
  evd_buf packed, out;
  evd_buf_init(&packed, 65536);
  evd_buf_init(&out, 65536);
  assert_int_equal(evd_receipt_pack(&packed, text_of(&cast_text), &arena),
                   EVD_OK);
  for (size_t i = 0; i < packed.n; i++) {
    evd_arena_point before = evd_arena_mark(&arena);
    const uint8_t was = packed.p[i];
    packed.p[i] = was == 'A' ? 'B' : 'A';
    evd_buf_reset(&out);
    evd_err e = evd_receipt_unpack(&out, text_of(&packed), &policy, &arena);
    packed.p[i] = was;
    assert_true(e != EVD_OK || judge(text_of(&out), &ask) != EVD_OK);
    evd_buf_reset(&out);
    assert_int_equal(
        evd_receipt_unpack(&out, (evd_span){packed.p, i}, &policy, &arena),
        EVD_ERR_FORM);
    evd_arena_back(&arena, before);
  }
  evd_buf_close(&packed);
  evd_buf_close(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_kept_files),
      cmocka_unit_test(test_what_it_shows),
      cmocka_unit_test(test_what_does_not_fit),
      cmocka_unit_test(test_too_few_witnesses),
      cmocka_unit_test(test_every_byte_counts),
      cmocka_unit_test(test_own_signatures),
      cmocka_unit_test(test_several),
      cmocka_unit_test(test_in_a_page),
      cmocka_unit_test(test_base45),
      cmocka_unit_test(test_packed),
      cmocka_unit_test(test_packed_every_character_counts)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
