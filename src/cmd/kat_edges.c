/* Known answers at the edges: reduction, membership, digests, strings. */
#include <string.h>

#include "base/json_text.h"
#include "cmd/kat.h"
#include "egds/hashes.h"

static const evd_json *row(evd_kat *k, size_t i, size_t *n) {
  const evd_json *table = evd_kat_get(k, k->c, "table");
  *n = table ? evd_json_count(table) : 0;
  if (!*n)
    evd_kat_fail(k, "the table is empty");
  const evd_json *r = i < *n ? evd_json_at(table, i) : NULL;
  if (r && evd_json_count(r) != 2)
    evd_kat_fail(k, "a row is not a pair");
  return r;
}

static void mod_q(evd_kat *k) {
  size_t n = 1;
  for (size_t i = 0; i < n && !k->fault[0]; i++) {
    const evd_json *r = row(k, i, &n);
    evd_h32 raw;
    evd_zq_sec secret;
    evd_zq public;
    evd_q bytes;
    evd_kat_hex(k, raw.b, sizeof raw.b, r ? evd_json_at(r, 0) : NULL);
    evd_zq_reduce(&public, &raw);
    evd_zq_to_bytes(&bytes, &public);
    evd_kat_same(k, bytes.b, sizeof bytes.b, evd_json_at(r, 1), "mod q");
    evd_zq_sec_reduce(&secret, &raw);
    evd_zq_sec_to_bytes(&bytes, &secret);
    evd_kat_same(k, bytes.b, sizeof bytes.b, evd_json_at(r, 1), "secret mod q");
  }
}

static void membership(evd_kat *k) {
  size_t n = 1;
  for (size_t i = 0; i < n && !k->fault[0]; i++) {
    const evd_json *r = row(k, i, &n);
    evd_p x;
    evd_zp out;
    bool want = false;
    evd_kat_hex(k, x.b, sizeof x.b, r ? evd_json_at(r, 0) : NULL);
    if (!r || !evd_json_bool(evd_json_at(r, 1), &want))
      EVD_KAT_STOP(k, "a row does not say true or false");
    if ((evd_element_read_var(&k->G, &out, &x) == EVD_OK) != want)
      evd_kat_fail(k, "membership is judged otherwise");
  }
}

static void digest(evd_kat *k) {
  evd_span bytes = evd_kat_hex_any(k, evd_kat_get(k, k->c, "bytes"));
  evd_h32 out;
  evd_digest(&out, "ballot", bytes.p, bytes.n);
  evd_kat_same(k, out.b, sizeof out.b, evd_kat_get(k, k->c, "out"), "out");
}

static void bound(evd_kat *k) {
  evd_h32 credential, salt, id_B;
  evd_kat_in_hex(k, credential.b, sizeof credential.b, "credential");
  evd_kat_in_hex(k, salt.b, sizeof salt.b, "salt");
  evd_bound_id(&id_B, &credential, &salt);
  evd_kat_same(k, id_B.b, sizeof id_B.b, evd_kat_get(k, k->c, "out"), "out");
}

static void strings(evd_kat *k) {
  size_t n = 1;
  for (size_t i = 0; i < n && !k->fault[0]; i++) {
    const evd_json *r = row(k, i, &n);
    evd_buf out;
    evd_buf_init(&out, 1024);
    evd_json_quote(&out, evd_kat_text(k, r ? evd_json_at(r, 0) : NULL));
    if (!evd_buf_ok(&out))
      evd_kat_fail(k, "a string is too long");
    evd_kat_same(k, out.p, out.n, r ? evd_json_at(r, 1) : NULL, "string");
    evd_buf_close(&out);
  }
}

/* "mod-q", "group-membership", "digest-ballot", "bound-id", "strings" */
const evd_kat_family evd_kat_edge_families[] = {
    {"mod", mod_q},   {"group", membership}, {"digest", digest},
    {"bound", bound}, {"strings", strings},  {NULL, NULL},
};
