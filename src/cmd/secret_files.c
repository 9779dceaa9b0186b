#include "cmd/secret_files.h"

#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "base/wipe.h"

/* ---- writing ---- */

static void put_hex(evd_buf *out, const uint8_t *p, size_t n) {
  char hex[64];
  evd_hex_write(hex, p, n);
  evd_buf_text(out, "\"");
  evd_buf_add(out, hex, 2 * n);
  evd_buf_text(out, "\"");
  evd_wipe(hex, sizeof hex);
}

static void put_scalar(evd_buf *out, const evd_zq_sec *s) {
  evd_q bytes;
  evd_zq_sec_to_bytes(&bytes, s);
  put_hex(out, bytes.b, sizeof bytes.b);
  evd_wipe(&bytes, sizeof bytes);
}

static void put_scalars(evd_buf *out, const evd_zq_sec s[], uint32_t n) {
  for (uint32_t j = 0; j < n; j++) {
    evd_buf_text(out, j ? "," : "[");
    put_scalar(out, &s[j]);
  }
  evd_buf_text(out, "]");
}

static void put_index(evd_buf *out, uint32_t i) {
  char text[32];
  (void)snprintf(text, sizeof text, "{\"i\":%u", i);
  evd_buf_text(out, text);
}

void evd_ceremony_secret_write(evd_buf *out, const evd_guardian_sec *in) {
  put_index(out, in->i);
  evd_buf_text(out, ",\"a\":");
  put_scalars(out, in->a, in->k);
  evd_buf_text(out, ",\"a_hat\":");
  put_scalars(out, in->a_hat, in->k);
  evd_buf_text(out, ",\"zeta\":");
  put_scalar(out, &in->zeta);
  evd_buf_text(out, "}");
}

void evd_guardian_key_write(evd_buf *out, const evd_guardian_key *in) {
  put_index(out, in->i);
  evd_buf_text(out, ",\"H_E\":");
  put_hex(out, in->H_E.b, sizeof in->H_E.b);
  evd_buf_text(out, ",\"z\":");
  put_scalar(out, &in->z);
  evd_buf_text(out, ",\"z_hat\":");
  put_scalar(out, &in->z_hat);
  evd_buf_text(out, "}");
}

/* ---- scanning: `bad` stays set once something did not fit ---- */

typedef struct {
  evd_span left;
  bool bad;
} scan;

static void step(scan *s, size_t n) {
  s->left.p += n;
  s->left.n -= n;
}

static void want(scan *s, const char *text) {
  size_t n = strlen(text);
  if (s->bad || s->left.n < n || memcmp(s->left.p, text, n) != 0)
    s->bad = true;
  else
    step(s, n);
}

/* An index: 1-3 digits without a leading zero. */
static uint32_t want_index(scan *s) {
  uint32_t v = 0, n = 0;
  while (!s->bad && n < 3 && n < s->left.n && s->left.p[n] >= '0' &&
         s->left.p[n] <= '9')
    v = v * 10 + (uint32_t)(s->left.p[n++] - '0');
  if (s->bad || n == 0 || s->left.p[0] == '0') {
    s->bad = true;
    return 0;
  }
  step(s, n);
  return v;
}

static void want_hex(scan *s, uint8_t out[32]) {
  want(s, "\"");
  if (s->bad || s->left.n < 64 ||
      evd_hex_read(out, 32, (evd_span){s->left.p, 64}) != EVD_OK) {
    s->bad = true;
    return;
  }
  step(s, 64);
  want(s, "\"");
}

static void want_scalar(scan *s, evd_zq_sec *out) {
  evd_q bytes;
  want_hex(s, bytes.b);
  if (s->bad || evd_zq_sec_from_bytes(out, &bytes) != EVD_OK)
    s->bad = true;
  evd_wipe(&bytes, sizeof bytes);
}

static void want_scalars(scan *s, evd_zq_sec out[], uint32_t n) {
  for (uint32_t j = 0; j < n; j++) {
    want(s, j ? "," : "[");
    want_scalar(s, &out[j]);
  }
  want(s, "]");
}

static evd_err finish(const scan *s) {
  return s->bad || s->left.n ? EVD_ERR_FORM : EVD_OK;
}

evd_err evd_ceremony_secret_read(evd_guardian_sec *out, evd_span bytes) {
  scan s = {bytes, false};
  want(&s, "{\"i\":");
  out->i = want_index(&s);
  want(&s, ",\"a\":");
  want_scalars(&s, out->a, out->k);
  want(&s, ",\"a_hat\":");
  want_scalars(&s, out->a_hat, out->k);
  want(&s, ",\"zeta\":");
  want_scalar(&s, &out->zeta);
  want(&s, "}");
  return finish(&s);
}

evd_err evd_guardian_key_read(evd_guardian_key *out, evd_span bytes) {
  scan s = {bytes, false};
  want(&s, "{\"i\":");
  out->i = want_index(&s);
  want(&s, ",\"H_E\":");
  want_hex(&s, out->H_E.b);
  want(&s, ",\"z\":");
  want_scalar(&s, &out->z);
  want(&s, ",\"z_hat\":");
  want_scalar(&s, &out->z_hat);
  want(&s, "}");
  return finish(&s);
}

void evd_guardian_key_wipe(evd_guardian_key *key) {
  evd_wipe(key, sizeof *key);
}
