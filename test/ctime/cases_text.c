/* L0 and L1: masks, hexadecimal, texts, hashes. */
#include <string.h>

#include "base/ct.h"
#include "base/endian.h"
#include "base/hex.h"
#include "base/json_text.h"
#include "taint.h"

static void test_T21_masks(void) {
  uint64_t a, b, r[4], s[4], out;
  taint_fill_secret(&a, sizeof a);
  taint_fill_secret(&b, sizeof b);
  taint_fill_secret(r, sizeof r);
  taint_fill_secret(s, sizeof s);
  out = evd_ct_select(evd_ct_less(a, b), a, b);
  out ^= evd_ct_equal(a, b) + evd_ct_is_zero(a);
  evd_ct_cmov(r, s, 4, evd_ct_less(b, a));
  out ^= evd_ct_equal_bytes(r, s, sizeof r);
  TAINT_IS_HIDDEN(out);
  TAINT_IS_HIDDEN(r);
}

static void test_T21_hex(void) {
  uint8_t key[32], back[32];
  char text[64];
  taint_fill_secret(key, sizeof key);
  evd_hex_write(text, key, sizeof key);
  TAINT_IS_HIDDEN(text);
  evd_err err = evd_hex_read(back, sizeof back,
                             (evd_span){(const uint8_t *)text, sizeof text});
  TAINT_VERDICT(err);
  taint_require(err == EVD_OK, "hexadecimal read back");
  TAINT_IS_HIDDEN(back);
  /* a wrong digit */
  text[17] = 'g';
  TAINT_HIDE(text);
  err = evd_hex_read(back, sizeof back,
                     (evd_span){(const uint8_t *)text, sizeof text});
  TAINT_VERDICT(err);
  taint_require(err == EVD_ERR_HEX, "a wrong digit refused");
}

/* Write-ins are secret; their lengths are not. */
static void test_T21_texts(void) {
  static const char *const texts[] = {"Ada",
                                      "say \"hi\" \\",
                                      "\xC3\xA9\xE2\x84\x96\xF0\x9F\x97\xB3",
                                      "bad \x01",
                                      "\xED\xA0\x80",
                                      "\xC3",
                                      "\xF4\x90\x80\x80"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    uint8_t copy[32];
    size_t n = strlen(texts[i]);
    memcpy(copy, texts[i], n);
    TAINT_HIDE(copy);
    evd_span text = {copy, n};
    bool allowed = evd_text_allowed(text);
    size_t bytes = evd_json_quoted_bytes(text);
    TAINT_IS_HIDDEN(allowed);
    TAINT_IS_HIDDEN(bytes);
    TAINT_VERDICT(allowed);
    TAINT_VERDICT(bytes);
    taint_require(allowed == (i < 3), "which texts are allowed");
    taint_require(bytes == n + (i == 1 ? 3 : 0), "their length in JSON");
  }
}

static void test_T21_endian(void) {
  uint8_t in[8], out[8];
  taint_fill_secret(in, sizeof in);
  evd_be64_put(out, evd_be64_get(in));
  evd_be32_put(out, evd_be32_get(in));
  TAINT_IS_HIDDEN(out);
}

/* Key and message secret, every length around a block. */
static void test_T21_hash(void) {
  uint8_t message[150];
  evd_h32 key, out;
  evd_hmac h;
  evd_zq x;
  taint_fill_secret(message, sizeof message);
  taint_fill_secret(&key, sizeof key);
  for (size_t n = 0; n <= sizeof message; n++) {
    evd_h_init(&h, &key, NULL);
    evd_h_tag(&h, 1);
    evd_h_str(&h, message, n);
    evd_h_add(&h, message, n);
    evd_h_out(&h, &out);
    TAINT_IS_HIDDEN(out);
  }
  evd_digest(&out, "taint", message, sizeof message);
  TAINT_IS_HIDDEN(out);
  evd_h_init(&h, &key, NULL);
  evd_h_out_q(&h, &x);
  TAINT_IS_HIDDEN(x);
}

const taint_case taint_cases_text[] = {
    {"test_T21_masks", false, test_T21_masks},
    {"test_T21_hex", false, test_T21_hex},
    {"test_T21_texts", false, test_T21_texts},
    {"test_T21_endian", false, test_T21_endian},
    {"test_T21_hash", false, test_T21_hash},
    {NULL, false, NULL},
};
