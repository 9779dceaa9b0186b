/* Reading the cases of a known-answer file, and comparing with them. */
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "base/require.h"
#include "cmd/kat.h"

void evd_kat_fail(evd_kat *k, const char *what) {
  if (!k->fault[0])
    snprintf(k->fault, sizeof k->fault, "%s", what);
}

void *evd_kat_room(evd_kat *k, size_t count, size_t size) {
  void *p = evd_arena_get(k->arena, count ? count : 1, size);
  EVD_REQUIRE(p != NULL); /* the file is capped far below the arena */
  return p;
}

const evd_json *evd_kat_get(evd_kat *k, const evd_json *object,
                            const char *key) {
  const evd_json *v = object ? evd_json_get(object, key) : NULL;
  char what[96];
  snprintf(what, sizeof what, "there is no `%s`", key);
  if (!v)
    evd_kat_fail(k, what);
  return v;
}

const evd_json *evd_kat_case(evd_kat *k, const char *id) {
  char what[96];
  for (size_t i = 0; i < evd_json_count(k->cases); i++) {
    const evd_json *c = evd_json_at(k->cases, i);
    evd_span text;
    const evd_json *v = evd_json_get(c, "id");
    if (v && evd_json_string(v, &text) && text.n == strlen(id) &&
        memcmp(text.p, id, text.n) == 0)
      return c;
  }
  snprintf(what, sizeof what, "needs case `%s`, which is not there", id);
  evd_kat_fail(k, what);
  return NULL;
}

uint32_t evd_kat_u32(evd_kat *k, const char *key) {
  const evd_json *v = evd_kat_get(k, k->in, key);
  uint64_t n = 0;
  if (!v)
    return 0;
  if (!evd_json_number(v, &n) || n > INT32_MAX) {
    evd_kat_fail(k, "a number is not a small integer");
    return 0;
  }
  return (uint32_t)n;
}

evd_span evd_kat_text(evd_kat *k, const evd_json *v) {
  evd_span text = {NULL, 0};
  if (!v || !evd_json_string(v, &text))
    evd_kat_fail(k, "a text is missing");
  return text;
}

evd_span evd_kat_hex_any(evd_kat *k, const evd_json *v) {
  evd_span text = evd_kat_text(k, v);
  uint8_t *out = evd_kat_room(k, text.n / 2, 1);
  if (text.n % 2 || evd_hex_read(out, text.n / 2, text) != EVD_OK)
    evd_kat_fail(k, "a value is not upper-case hexadecimal");
  return (evd_span){out, text.n / 2};
}

void evd_kat_hex(evd_kat *k, void *out, size_t n, const evd_json *v) {
  evd_span bytes = evd_kat_hex_any(k, v);
  memset(out, 0, n);
  if (bytes.n != n)
    evd_kat_fail(k, "a value has another width");
  else
    memcpy(out, bytes.p, n);
}

void evd_kat_in_hex(evd_kat *k, void *out, size_t n, const char *key) {
  evd_kat_hex(k, out, n, evd_kat_get(k, k->in, key));
}

void evd_kat_exponent(evd_kat *k, evd_q *e, const evd_json *v) {
  evd_span t = evd_kat_text(k, v);
  char digits[2 * sizeof e->b];
  memset(e, 0, sizeof *e);
  memset(digits, '0', sizeof digits);
  if (t.n < 3 || t.n - 2 > sizeof digits || memcmp(t.p, "g^", 2) != 0) {
    evd_kat_fail(k, "an element is not of the form g^<hex>");
    return;
  }
  memcpy(digits + sizeof digits - (t.n - 2), t.p + 2, t.n - 2);
  evd_span all = {(const uint8_t *)digits, sizeof digits};
  if (evd_hex_read(e->b, sizeof e->b, all) != EVD_OK)
    evd_kat_fail(k, "an exponent is not upper-case hexadecimal");
}

static void power(evd_kat *k, evd_zp *out, const evd_json *v) {
  evd_q bytes;
  evd_exp e;
  evd_kat_exponent(k, &bytes, v);
  evd_exp_from_bytes(&e, &bytes);
  evd_base_pow_var(&k->G, out, &k->G.g, &e);
}

void evd_kat_element(evd_kat *k, evd_p *out, const evd_json *v) {
  evd_zp x;
  power(k, &x, v);
  evd_zp_to_bytes(k->G.k, out, &x);
}

void evd_kat_p(evd_kat *k, evd_p *out, const char *key) {
  evd_kat_element(k, out, evd_kat_get(k, k->in, key));
}

void evd_kat_zp(evd_kat *k, evd_zp *out, const char *key) {
  power(k, out, evd_kat_get(k, k->in, key));
}

uint32_t evd_kat_p_list(evd_kat *k, evd_p **out, const evd_json *list) {
  size_t n = list ? evd_json_count(list) : 0;
  *out = evd_kat_room(k, n, sizeof **out);
  if (!n)
    evd_kat_fail(k, "a list of elements is missing");
  for (size_t i = 0; i < n; i++)
    evd_kat_element(k, &(*out)[i], evd_json_at(list, i));
  return (uint32_t)n;
}

uint32_t evd_kat_u32_list(evd_kat *k, uint32_t out[], uint32_t max,
                          const char *key) {
  const evd_json *list = evd_kat_get(k, k->in, key);
  size_t n = list ? evd_json_count(list) : 0;
  if (n > max) {
    evd_kat_fail(k, "a list is too long");
    return 0;
  }
  for (size_t i = 0; i < n; i++) {
    uint64_t x = 0;
    if (!evd_json_number(evd_json_at(list, i), &x) || x > INT32_MAX)
      evd_kat_fail(k, "a list holds something that is not a small integer");
    out[i] = (uint32_t)x;
  }
  return (uint32_t)n;
}

void evd_kat_sample(evd_kat *k, uint8_t out[EVD_SAMPLE_BYTES],
                    const evd_json *v) {
  memset(out, 0, EVD_SAMPLE_BYTES);
  evd_kat_hex(k, out + EVD_SAMPLE_BYTES - 32, 32, v);
}

uint8_t *evd_kat_samples(evd_kat *k, const evd_json *list, uint32_t *n) {
  *n = list ? (uint32_t)evd_json_count(list) : 0;
  uint8_t *out = evd_kat_room(k, *n, EVD_SAMPLE_BYTES);
  for (uint32_t i = 0; i < *n; i++)
    evd_kat_sample(k, out + (size_t)i * EVD_SAMPLE_BYTES, evd_json_at(list, i));
  return out;
}

void evd_kat_scalar(evd_kat *k, evd_zq_sec *out, const evd_json *v) {
  evd_q bytes;
  evd_kat_hex(k, bytes.b, sizeof bytes.b, v);
  if (evd_zq_sec_from_bytes(out, &bytes) != EVD_OK)
    evd_kat_fail(k, "a scalar is not below q");
}

void evd_kat_same(evd_kat *k, const void *got, size_t n, const evd_json *want,
                  const char *what) {
  evd_span bytes = evd_kat_hex_any(k, want);
  char text[96];
  if (bytes.n == n && memcmp(bytes.p, got, n) == 0)
    return;
  snprintf(text, sizeof text, "`%s` is another value", what);
  evd_kat_fail(k, text);
}

void evd_kat_same_p(evd_kat *k, const evd_p *got, const evd_json *want,
                    const char *what) {
  evd_p element;
  char text[96];
  evd_kat_element(k, &element, want);
  if (memcmp(element.b, got->b, sizeof element.b) == 0)
    return;
  snprintf(text, sizeof text, "`%s` is another element", what);
  evd_kat_fail(k, text);
}

void evd_kat_same_scalars(evd_kat *k, const evd_q got[], uint32_t n,
                          const char *key) {
  const evd_json *want = evd_kat_get(k, k->c, key);
  if (!want || evd_json_count(want) != n)
    EVD_KAT_STOP(k, "a list has another length");
  for (uint32_t j = 0; j < n; j++)
    evd_kat_same(k, got[j].b, sizeof got[j].b, evd_json_at(want, j), key);
}

/* The message that was hashed, and H of it under the published key. */
static void same_message(evd_kat *k) {
  evd_h32 key, out;
  evd_hmac h;
  evd_kat_same(k, k->tap.p, k->tap.n, evd_kat_get(k, k->c, "msg"), "msg");
  evd_kat_hex(k, key.b, sizeof key.b, evd_kat_get(k, k->c, "key"));
  evd_h_init(&h, &key, NULL);
  evd_h_add(&h, k->tap.p, k->tap.n);
  evd_h_out(&h, &out);
  evd_kat_same(k, out.b, sizeof out.b, evd_kat_get(k, k->c, "out"), "out");
}

void evd_kat_hash_h(evd_kat *k, const evd_h32 *got) {
  same_message(k);
  evd_kat_same(k, got->b, sizeof got->b, evd_kat_get(k, k->c, "out"), "out");
}

static void hash_q(evd_kat *k, const evd_q *got) {
  same_message(k);
  evd_kat_same(k, got->b, sizeof got->b, evd_kat_get(k, k->c, "out_q"),
               "out_q");
}

void evd_kat_hash_q(evd_kat *k, const evd_zq *got) {
  evd_q bytes;
  evd_zq_to_bytes(&bytes, got);
  hash_q(k, &bytes);
}

void evd_kat_hash_sec(evd_kat *k, const evd_zq_sec *got) {
  evd_q bytes;
  evd_zq_sec_to_bytes(&bytes, got);
  hash_q(k, &bytes);
}
