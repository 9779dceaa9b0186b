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

/* A number from 1: digits without a leading zero. */
static uint32_t want_number(scan *s, uint32_t digits) {
  uint32_t v = 0, n = 0;
  while (!s->bad && n < digits && n < s->left.n && s->left.p[n] >= '0' &&
         s->left.p[n] <= '9')
    v = v * 10 + (uint32_t)(s->left.p[n++] - '0');
  if (s->bad || n == 0 || s->left.p[0] == '0') {
    s->bad = true;
    return 0;
  }
  step(s, n);
  return v;
}

static uint32_t want_index(scan *s) { return want_number(s, 3); }

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

/* ---- mail ballots ---- */

/* A ballot in the text, without the comma before it. */
#define MAIL_SECRET_BYTES 149
#define MAIL_DIGITS 9

void evd_mail_batch_name(char out[64], uint32_t device, uint32_t first) {
  (void)snprintf(out, 64, "mail_%u_%u.json", device, first);
}

void evd_mail_batch_write(evd_buf *out, const evd_mail_batch *in) {
  char text[64];
  evd_buf_text(out, "{\"H_E\":");
  put_hex(out, in->H_E.b, sizeof in->H_E.b);
  (void)snprintf(text, sizeof text, ",\"device\":%u,\"first\":%u,", in->device,
                 in->first);
  evd_buf_text(out, text);
  evd_buf_text(out, "\"ballots\":[");
  for (uint32_t b = 0; b < in->n; b++) {
    evd_buf_text(out, b ? ",{\"id_B\":" : "{\"id_B\":");
    put_hex(out, in->ballots[b].id_B.b, sizeof in->ballots[b].id_B.b);
    evd_buf_text(out, ",\"xi_B\":");
    put_hex(out, in->ballots[b].xi_B.b, sizeof in->ballots[b].xi_B.b);
    evd_buf_text(out, "}");
  }
  evd_buf_text(out, "]}");
}

evd_err evd_mail_batch_read(evd_mail_batch *out, evd_span bytes, evd_arena *a) {
  scan s = {bytes, false};
  size_t most = bytes.n / MAIL_SECRET_BYTES + 1;
  *out = (evd_mail_batch){.ballots =
                              evd_arena_get(a, most, sizeof(evd_mail_secret))};
  if (!out->ballots)
    return EVD_ERR_SPACE;
  want(&s, "{\"H_E\":");
  want_hex(&s, out->H_E.b);
  want(&s, ",\"device\":");
  out->device = want_number(&s, MAIL_DIGITS);
  want(&s, ",\"first\":");
  out->first = want_number(&s, MAIL_DIGITS);
  want(&s, ",\"ballots\":[");
  while (!s.bad && s.left.n >= MAIL_SECRET_BYTES) {
    evd_mail_secret *b = &out->ballots[out->n++];
    want(&s, out->n > 1 ? ",{\"id_B\":" : "{\"id_B\":");
    want_hex(&s, b->id_B.b);
    want(&s, ",\"xi_B\":");
    want_hex(&s, b->xi_B.b);
    want(&s, "}");
  }
  want(&s, "]}");
  return out->n == 0 ? EVD_ERR_FORM : finish(&s);
}
