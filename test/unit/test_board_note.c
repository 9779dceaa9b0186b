/* Signed notes: the public examples, and what is no note. */
#include "arith.h"

#include "base/base64.h"
#include "board/note.h"

#include <sodium.h>
#include <stdio.h>

/* C2SP signed-note.md */
static const char foo_key[] =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static const char foo_note[] =
    "This is an example message.\n\n"
    "\xE2\x80\x94 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ON"
    "ncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

/* golang/mod sumdb/note/note_test.go: keys, a text and its signatures */
static const char peter_key[] =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char peter_seed[] = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
static const char enoch_key[] =
    "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
#define TEXT                                                                   \
  "If you think cryptography is the answer to your problem,\n"                 \
  "then you don't know what your problem is.\n"
#define DASH "\xE2\x80\x94 "
#define PETER                                                                  \
  DASH "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1F"   \
       "FYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
#define ENOCH                                                                  \
  DASH "EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1a"  \
       "GrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"

static evd_span span(const char *text) {
  return (evd_span){(const uint8_t *)text, strlen(text)};
}

static evd_note_key key_of(const char *text) {
  evd_note_key k;
  assert_int_equal(evd_note_key_read(&k, span(text)), EVD_OK);
  return k;
}

static evd_note note_of(const char *text) {
  evd_note n;
  evd_note_why why;
  assert_int_equal(evd_note_read(&n, span(text), &why), EVD_OK);
  return n;
}

static void test_examples(void **state) {
  (void)state;
  const evd_note_key foo = key_of(foo_key), peter = key_of(peter_key),
                     enoch = key_of(enoch_key);
  evd_note n = note_of(foo_note);
  assert_int_equal(foo.id, 0x530d903a);
  assert_int_equal(evd_note_check_var(&n, &foo), EVD_OK);
  assert_int_equal(evd_note_check_var(&n, &peter), EVD_ERR_MISSING);
  n = note_of(TEXT "\n" PETER ENOCH);
  assert_int_equal(n.n_sigs, 2);
  assert_int_equal(n.text.n, strlen(TEXT));
  assert_int_equal(evd_note_check_var(&n, &peter), EVD_OK);
  assert_int_equal(evd_note_check_var(&n, &enoch), EVD_OK);
  assert_int_equal(evd_note_check_var(&n, &foo), EVD_ERR_MISSING);
}

/* A line of a known key that does not verify spoils the note, also beside a
 * good one; of unknown keys nothing is asked. [A10] */
static void test_A10_note_under_other_keys(void **state) {
  (void)state;
  const evd_note_key peter = key_of(peter_key), enoch = key_of(enoch_key);
  evd_note n = note_of(TEXT "more\n\n" PETER ENOCH);
  assert_int_equal(evd_note_check_var(&n, &peter), EVD_ERR_PROOF);
  n = note_of(TEXT "\n" PETER PETER ENOCH);
  assert_int_equal(evd_note_check_var(&n, &peter), EVD_OK);
  /* Peter's signature of another text beside the good one */
  n = note_of(TEXT "\n" PETER DASH
                   "PeterNeumann x08goxZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInN"
                   "IuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n" ENOCH);
  assert_int_equal(evd_note_check_var(&n, &peter), EVD_ERR_PROOF);
  assert_int_equal(evd_note_check_var(&n, &enoch), EVD_OK);
  /* Enoch's signature under Peter's name and id: another key */
  n = note_of(TEXT "\n" DASH
                   "PeterNeumann x08goxzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n"
                   "2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n");
  assert_int_equal(evd_note_check_var(&n, &peter), EVD_ERR_PROOF);
  assert_int_equal(evd_note_check_var(&n, &enoch), EVD_ERR_MISSING);
  /* a signature of another length */
  n = note_of(TEXT "\n" DASH "PeterNeumann x08gowAA\n");
  assert_int_equal(evd_note_check_var(&n, &peter), EVD_ERR_PROOF);
}

/* Golang's mangled keys: every proper piece, and each byte raised by one. */
static void test_mangled_keys(void **state) {
  (void)state;
  const size_t n = strlen(peter_key);
  char mangled[128];
  evd_note_key k;
  for (size_t i = 0; i <= n; i++)
    for (size_t j = i; j <= n; j++)
      if (i != 0 || j != n)
        assert_true(
            evd_note_key_read(&k, (evd_span){(const uint8_t *)peter_key + i,
                                             j - i}) != EVD_OK);
  for (size_t i = 0; i < n; i++) {
    memcpy(mangled, peter_key, n + 1);
    mangled[i]++;
    assert_true(evd_note_key_read(&k, span(mangled)) != EVD_OK);
  }
  static const char *const bad[] = {
      /* a key of another length, an unknown type, with right ids */
      ("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/"
       "LDE4izWy10TWBADKEY=="),
      "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      /* the id in upper case, another name, spaces, a third part */
      "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      " PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW+"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_true(evd_note_key_read(&k, span(bad[i])) != EVD_OK);
}

static void test_key_text(void **state) {
  (void)state;
  static const char *const keys[] = {
      foo_key, peter_key, enoch_key,
      /* a witness's: cosignatures, type 4 */
      "witness.example/w1+77de823c+BF2FlNyAZn0tUApNMpquXNnnvkJPN9N+sj5SidS72Q"
      "h2"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    const evd_note_key k = key_of(keys[i]);
    evd_buf b;
    evd_buf_init(&b, 1000);
    evd_note_key_write(&b, &k);
    assert_int_equal(b.n, strlen(keys[i]));
    assert_memory_equal(b.p, keys[i], b.n);
    assert_int_equal(k.type, i == 3 ? EVD_NOTE_COSIGNATURE : EVD_NOTE_ED25519);
    evd_buf_close(&b);
  }
  /* a cosigner's key signs no plain notes */
  evd_note_key witness = key_of(keys[3]);
  evd_note n = note_of(foo_note);
  const evd_note_key foo = key_of(foo_key);
  witness.id = foo.id;
  witness.key = foo.key;
  memcpy(witness.name, foo.name, sizeof foo.name);
  assert_int_equal(evd_note_check_var(&n, &witness), EVD_ERR_PROOF);
}

/* The note that golang's signer makes of its key. */
static void test_writing(void **state) {
  (void)state;
  uint8_t seed[33], sig[64], secret[64];
  evd_h32 pub;
  evd_note_key k;
  evd_buf b;
  size_t n = 0;
  assert_int_equal(evd_base64_read(seed, sizeof seed, &n, span(peter_seed)),
                   EVD_OK);
  crypto_sign_seed_keypair(pub.b, secret, seed + 1);
  assert_int_equal(
      evd_note_key_make(&k, span("PeterNeumann"), EVD_NOTE_ED25519, &pub),
      EVD_OK);
  assert_int_equal(k.id, 0xc74f20a3);
  crypto_sign_detached(sig, NULL, (const uint8_t *)TEXT, strlen(TEXT), secret);
  evd_buf_init(&b, 4096);
  evd_note_sig_write(&b, &k, sig, sizeof sig);
  assert_int_equal(b.n, strlen(PETER));
  assert_memory_equal(b.p, PETER, b.n);
  evd_buf_close(&b);
}

static void test_names(void **state) {
  (void)state;
  static const char *const good[] = {
      "a", "example.org/ada", "\xC3\xA9t\xC3\xA9", "\xE3\x80\x81", "-", "\x7F"};
  static const char *const bad[] = {"",
                                    "a b",
                                    "a+b",
                                    "a\nb",
                                    "\xC2\xA0",
                                    "a\xC2\x85",
                                    "\xE1\x9A\x80",
                                    "\xE2\x80\x80",
                                    "x\xE2\x80\x8A",
                                    "\xE2\x80\xA8",
                                    "\xE2\x80\xAF",
                                    "\xE2\x81\x9F",
                                    "\xE3\x80\x80x",
                                    "\x1F",
                                    "\xFF"};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    assert_true(evd_note_name_allowed(span(good[i])));
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_false(evd_note_name_allowed(span(bad[i])));
  char longest[EVD_NOTE_NAME_MAX + 2];
  const evd_h32 none = {{0}};
  evd_note_key k;
  memset(longest, 'n', sizeof longest);
  evd_span name = {(const uint8_t *)longest, EVD_NOTE_NAME_MAX};
  assert_int_equal(evd_note_key_make(&k, name, 1, &none), EVD_OK);
  name.n++;
  assert_int_equal(evd_note_key_make(&k, name, 1, &none), EVD_ERR_RULE);
}

static void refused_at(const char *text, size_t n, uint32_t line,
                       const char *expected) {
  evd_note note;
  evd_note_why why = {0, NULL};
  assert_int_equal(
      evd_note_read(&note, (evd_span){(const uint8_t *)text, n}, &why),
      EVD_ERR_FORM);
  assert_int_equal(why.line, line);
  assert_non_null(strstr(why.expected, expected));
}

static void test_no_note(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint32_t line;
    const char *expected;
  } bad[] = {{"", 1, "empty line"},
             {"\n", 2, "empty line"},
             {"\n\n", 3, "a signature line"},
             {TEXT, 3, "empty line"},
             {TEXT "\n", 4, "a signature line"},
             {TEXT PETER, 4, "empty line"},
             {"\x01" TEXT "\n" PETER, 1, "UTF-8"},
             {"\r\n" TEXT "\n" PETER, 1, "UTF-8"},
             {"\xff" TEXT "\n" PETER, 1, "UTF-8"},
             {TEXT "\n" PETER "Unexpected line.\n", 5, "em dash"},
             {TEXT "\n" PETER "\n", 6, "a signature line"},
             {TEXT "\n" DASH "Bad Name x08go/ZJ\n", 4, "base 64"},
             {TEXT "\n" DASH "Bad+Name x08go/ZJ\n", 4, "name"},
             {TEXT "\n" DASH " x08go/ZJ\n", 4, "name"},
             {TEXT "\n" DASH "Name\n", 4, "name"},
             {TEXT "\n" DASH "Name x08goA==\n", 4, "base 64"},
             {TEXT "\n" DASH "Name x08go/\n", 4, "base 64"},
             {TEXT "\n" DASH "Name x08go/ZJ \n", 4, "base 64"},
             {TEXT "\n- Name x08go/ZJ\n", 4, "em dash"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    refused_at(bad[i].text, strlen(bad[i].text), bad[i].line, bad[i].expected);
  static const char cut[] = TEXT "\n" PETER;
  for (size_t n = 0; n + 1 < sizeof cut - 1; n++) {
    evd_note note;
    evd_note_why why;
    assert_int_equal(
        evd_note_read(&note, (evd_span){(const uint8_t *)cut, n}, &why),
        EVD_ERR_FORM);
  }
  static const char zero[] = "a\0b\n\n" PETER;
  refused_at(zero, sizeof zero - 1, 1, "UTF-8");
}

/* Texts may hold empty lines and what looks like a signature. */
static void test_text_in_text(void **state) {
  (void)state;
  evd_note n = note_of("\n" DASH "a AAAAAAA=\n\n\n" PETER);
  assert_int_equal(n.n_sigs, 1);
  n = note_of("\n\n" PETER);
  assert_int_equal(n.text.n, 1);
  n = note_of(TEXT "\n" PETER "\n" ENOCH);
  assert_int_equal(n.n_sigs, 1);
  assert_int_equal(n.text.n, strlen(TEXT "\n" PETER));
}

static void test_limits(void **state) {
  (void)state;
  evd_buf b;
  evd_note n;
  evd_note_why why;
  evd_buf_init(&b, 2 * EVD_NOTE_BYTES_MAX);
  evd_buf_text(&b, TEXT "\n");
  for (int i = 0; i < EVD_NOTE_SIGS_MAX; i++)
    evd_buf_text(&b, PETER);
  assert_int_equal(evd_note_read(&n, (evd_span){b.p, b.n}, &why), EVD_OK);
  assert_int_equal(n.n_sigs, EVD_NOTE_SIGS_MAX);
  evd_buf_text(&b, PETER);
  assert_int_equal(evd_note_read(&n, (evd_span){b.p, b.n}, &why), EVD_ERR_FORM);
  assert_int_equal(why.line, 4 + EVD_NOTE_SIGS_MAX);
  /* a signature of a later kind, 5 kB, is read over */
  evd_buf_reset(&b);
  evd_buf_text(&b, TEXT "\n" DASH "later ");
  for (int i = 0; i < 5000 / 3; i++)
    evd_buf_text(&b, "AAAA");
  evd_buf_text(&b, "\n" PETER);
  assert_int_equal(evd_note_read(&n, (evd_span){b.p, b.n}, &why), EVD_OK);
  const evd_note_key peter = key_of(peter_key);
  assert_int_equal(evd_note_check_var(&n, &peter), EVD_OK);
  while (b.n <= EVD_NOTE_BYTES_MAX)
    evd_buf_text(&b, PETER);
  assert_int_equal(evd_note_read(&n, (evd_span){b.p, b.n}, &why), EVD_ERR_FORM);
  assert_non_null(strstr(why.expected, "1048576"));
  evd_buf_close(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_examples),
      cmocka_unit_test(test_A10_note_under_other_keys),
      cmocka_unit_test(test_mangled_keys),
      cmocka_unit_test(test_key_text),
      cmocka_unit_test(test_writing),
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_no_note),
      cmocka_unit_test(test_text_in_text),
      cmocka_unit_test(test_limits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
