#include "record_kit.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hex.h"

/* Contest 1: two options, #overvote, #write-ins, data; contest 2: one option
 * of range 2, no data. Device 1 chained, device 2 remote. */
#define MANIFEST                                                               \
  "{\"format\":\"Evident record v1\",\"label\":\"Sample \\\"one\\\"\","        \
  "\"notes\":\"back\\\\slash, é\",\"kind\":\"trial\",\"revote\":false,"       \
  "\"restricted\":false,\"texts\":@H,\"guardians\":[\"Ada\",\"Bo\"],"          \
  "\"contests\":[{\"label\":\"Mayor\",\"notes\":\"\",\"rule\":\"plurality\","  \
  "\"seats\":1,\"group\":\"\",\"options\":[{\"label\":\"Ada\",\"notes\":"      \
  "\"\"},{\"label\":\"Bo\",\"notes\":\"\"}],\"option_limit\":1,"               \
  "\"contest_limit\":1,\"overvote\":true,\"write_ins\":1,\"data_blocks\":4},"  \
  "{\"label\":\"Budget\",\"notes\":\"\",\"rule\":\"cumulative\",\"seats\":1,"  \
  "\"group\":\"\",\"options\":[{\"label\":\"Ada\",\"notes\":\"\"}],"           \
  "\"option_limit\":2,\"contest_limit\":2,\"overvote\":false,"                 \
  "\"write_ins\":0,\"data_blocks\":0}],\"styles\":[{\"label\":\"All\","        \
  "\"contests\":[1,2]},{\"label\":\"Ward 2\",\"contests\":[2]}],"              \
  "\"devices\":[{\"label\":\"v1;unit-1\",\"mode\":\"booth\",\"chaining\":1},"  \
  "{\"label\":\"v1;web\",\"mode\":\"remote\",\"chaining\":0}],"                \
  "\"weights\":false,\"short_code\":0,\"privacy_floor\":1,"                    \
  "\"slot_origin\":1793779200,\"slot_seconds\":3600}"
#define FIELD_1                                                                \
  "{\"alpha\":@P,\"beta\":@P,\"proof\":{\"c\":[@Q,@Q],\"v\":[@Q,@Q]}}"
#define FIELD_2                                                                \
  "{\"alpha\":@P,\"beta\":@P,\"proof\":{\"c\":[@Q,@Q,@Q],\"v\":[@Q,@Q,@Q]}}"
#define CONTEST_1                                                              \
  "{\"contest\":1,\"fields\":[" FIELD_1 "," FIELD_1 "," FIELD_1 "," FIELD_1    \
  "],\"limit\":{\"c\":[@Q,@Q],\"v\":[@Q,@Q]},\"data\":{\"C0\":@P,\"C1\":@F,"   \
  "\"c\":@Q,\"v\":@Q},\"chi\":@H}"
#define CONTEST_2                                                              \
  "{\"contest\":2,\"fields\":[" FIELD_2 "],\"limit\":{\"c\":[@Q,@Q,@Q],"       \
  "\"v\":[@Q,@Q,@Q]},\"chi\":@H}"
#define PAIR "{\"alpha\":@P,\"beta\":@P}"
#define VECTOR_1(field, label)                                                 \
  "{\"field\":" field ",\"label\":\"" label                                    \
  "\",\"code\":\"3F\",\"psi\":@H,\"nonces\":[@Q,@Q]}"
#define VECTOR_2(field, label)                                                 \
  "{\"field\":" field ",\"label\":\"" label                                    \
  "\",\"code\":\"A0\",\"psi\":@H,\"nonces\":[@Q]}"
#define NONCE "\"nonce\":{\"C0\":@P,\"C1\":@H,\"c\":@Q,\"v\":@Q},"

const kit_sample kit_samples[] = {
    {"manifest", KIT_MANIFEST, MANIFEST},
    {"parameters", KIT_PARAMETERS,
     "{\"spec\":\"v2.1.0\",\"p\":@P,\"q\":@Q,\"g\":@P,\"n\":3,\"k\":2}"},
    {"texts", KIT_TEXTS,
     "{\"languages\":[{\"tag\":\"ar\",\"texts\":[{\"of\":\"Ada\",\"as\":\"آدا"
     "\"}]},{\"tag\":\"es-419\",\"texts\":[{\"of\":\"Ada\",\"as\":\"Ada\"},{"
     "\"of\":\"Mayor\",\"as\":\"Alcaldía\"}]}]}"},
    {"guardian", KIT_GUARDIAN,
     "{\"i\":2,\"K\":[@P,@P],\"K_hat\":[@P,@P],\"kappa\":@P,\"proof\":{\"c\":"
     "@Q,\"v\":[@Q,@Q,@Q]},\"proof_hat\":{\"c\":@Q,\"v\":[@Q,@Q,@Q]}}"},
    {"election_keys", KIT_KEYS,
     "{\"K\":@P,\"K_hat\":@P,\"H_P\":@H,\"H_B\":@H,\"H_E\":@H,\"H_G\":@H}"},
    {"ballot booth", KIT_BALLOT,
     "{\"id_B\":@H,\"H_I\":@H,\"style\":1,\"device\":1,\"position\":7,"
     "\"slot\":12,\"weight\":1," NONCE "\"contests\":[" CONTEST_1 "," CONTEST_2
     "],\"B_C\":@B,\"H_C\":@H}"},
    {"ballot remote", KIT_BALLOT,
     "{\"id_B\":@H,\"H_I\":@H,\"style\":2,\"device\":2,\"slot\":0,\"weight\":"
     "3,\"binding\":{\"credential\":@H,\"salt\":@H}," NONCE
     "\"contests\":[" CONTEST_2 "],\"B_C\":@B,\"H_C\":@H}"},
    {"ballot mail", KIT_BALLOT,
     "{\"id_B\":@H,\"H_I\":@H,\"style\":1,\"device\":1,\"position\":8,"
     "\"slot\":12,\"weight\":1," NONCE
     "\"contests\":[{\"contest\":1,\"psi\":[@H,@H,@H],\"chi\":@H},"
     "{\"contest\":2,\"psi\":[@H,@H,@H],\"chi\":@H}],\"B_C\":@B,\"H_C\":@H}"},
    {"state", KIT_STATE, "{\"id_B\":@H,\"state\":\"superseded\"}"},
    {"roll", KIT_ROLL,
     "{\"credential\":@H,\"style\":2,\"weight\":1,\"state\":\"revoked\"}"},
    {"devices", KIT_DEVICES,
     "{\"devices\":[{\"device\":1,\"ballots\":2,\"H_DI\":@H,\"H_0\":@H,"
     "\"B_close\":@B,\"H_close\":@H},{\"device\":2,\"ballots\":0,\"H_DI\":@H}"
     "]}"},
    {"tally_encrypted", KIT_TALLY_CT,
     "{\"ballots\":2,\"weight\":9007199254740991,\"contests\":[{\"contest\":1,"
     "\"ballots\":2,\"weight\":2,\"fields\":[{\"A\":@P,\"B\":@P}]},{"
     "\"contest\":2,\"ballots\":0,\"weight\":0,\"fields\":[]}]}"},
    {"tally", KIT_TALLY,
     "{\"guardians\":[1,3],\"contests\":[{\"contest\":1,\"label\":\"Mayor\","
     "\"fields\":[{\"field\":1,\"label\":\"Ada\",\"T\":@P,\"t\":2,\"c\":@Q,"
     "\"v\":@Q}]},{\"contest\":2,\"label\":\"Budget\",\"fields\":[]}]}"},
    {"challenged", KIT_CHALLENGED,
     "{\"id_B\":@H,\"contests\":[{\"contest\":1,\"label\":\"Mayor\","
     "\"fields\":[{\"field\":1,\"label\":\"Ada\",\"value\":1,\"nonce\":@Q},{"
     "\"field\":2,\"label\":\"Bo\",\"value\":0,\"nonce\":@Q}],\"data\":{"
     "\"nonce\":@Q,\"D\":@F}},{\"contest\":2,\"label\":\"Budget\",\"fields\":"
     "[{\"field\":1,\"label\":\"Ada\",\"value\":2,\"nonce\":@Q}]}]}"},
    {"contest_data", KIT_CONTEST_DATA,
     "{\"id_B\":@H,\"contest\":1,\"beta\":@P,\"c\":@Q,\"v\":@Q,\"D\":@F}"},
    {"mail_cast", KIT_MAIL_CAST,
     "{\"id_B\":@H,\"contests\":[{\"contest\":1,\"selected\":[{\"code\":\"3F\","
     "\"psi\":@H,\"vector\":[" PAIR "," PAIR "]}],\"fields\":[" FIELD_1
     "," FIELD_1 "],\"limit\":{\"c\":[@Q,@Q],\"v\":[@Q,@Q]}},{\"contest\":2,"
     "\"selected\":[{\"code\":\"0A\",\"psi\":@H,\"vector\":[" PAIR
     "]},{\"code\":\"9V\",\"psi\":@H,\"vector\":[" PAIR
     "]}],\"fields\":[" FIELD_1
     "],\"limit\":{\"c\":[@Q,@Q,@Q],\"v\":[@Q,@Q,@Q]}}]}"},
    {"mail_open", KIT_MAIL_OPEN,
     "{\"id_B\":@H,\"contests\":[{\"contest\":1,\"label\":\"Mayor\","
     "\"vectors\":[" VECTOR_1("1", "Ada") "," VECTOR_1("2", "Bo") "," VECTOR_1(
         "3", "#null") "]},{\"contest\":2,\"label\":\"Budget\",\"vectors\":"
                       "[" VECTOR_2("1", "Ada") "," VECTOR_2(
                           "2", "#null") "," VECTOR_2("3", "#nul"
                                                           "l") "]}]}"},
    {"plain", KIT_PLAIN,
     "{\"serial\":\"0001\",\"style\":1,\"weight\":1,\"contests\":[{"
     "\"contest\":1,\"marks\":[0,2],\"write_ins\":[\"Grace \\\"G\\\" Hopper\""
     "]},{\"contest\":2,\"marks\":[1],\"write_ins\":[]}]}"},
    {"returned", KIT_RETURNED,
     "{\"ballot\":@H,\"contests\":[{\"contest\":1,\"codes\":[\"3F\",\"0A\"]},"
     "{\"contest\":2,\"marks\":[0,1]},{\"contest\":4,\"codes\":[]}]}"},
    {"commit", KIT_COMMIT, "{\"i\":1,\"H_B\":@H,\"digest\":@H}"},
    {"accept", KIT_ACCEPT, "{\"i\":255,\"H_G\":@H,\"H_E\":@H}"},
    {"share", KIT_SHARE,
     "{\"i\":1,\"l\":2,\"C0\":@P,\"C1\":@D,\"c\":@Q,\"v\":@Q}"},
    {"nonce shares", KIT_NONCES,
     "{\"i\":1,\"items\":[{\"id_B\":@H,\"M\":@P,\"c\":@Q,\"v\":@Q},{\"id_B\":"
     "@H,\"M\":@P,\"c\":@Q,\"v\":@Q}]}"},
    {"round 1", KIT_ROUND_1,
     "{\"i\":1,\"U\":[1,3],\"items\":[{\"contest\":1,\"field\":1,\"d\":@H},{"
     "\"id_B\":@H,\"contest\":1,\"field\":0,\"d\":@H}]}"},
    {"round 2", KIT_ROUND_2,
     "{\"i\":1,\"U\":[1,3],\"items\":[{\"contest\":1,\"field\":1,\"a\":@P,"
     "\"b\":@P,\"M\":@P}]}"},
    {"round 3", KIT_ROUND_3,
     "{\"i\":3,\"U\":[1,3],\"items\":[{\"contest\":1,\"field\":1,\"v\":@Q},{"
     "\"id_B\":@H,\"contest\":2,\"field\":0,\"v\":@Q}]}"},
};
const size_t kit_n_samples = sizeof kit_samples / sizeof kit_samples[0];

const kit_sample *kit_find(const char *name) {
  for (size_t i = 0; i < kit_n_samples; i++)
    if (strcmp(kit_samples[i].name, name) == 0)
      return &kit_samples[i];
  fail_msg("no sample %s", name);
  return NULL;
}

uint64_t kit_random(uint64_t *seed) {
  *seed ^= *seed << 13;
  *seed ^= *seed >> 7;
  *seed ^= *seed << 17;
  return *seed;
}

static size_t hex_width(char letter) {
  switch (letter) {
  case 'P':
    return EVD_P_BYTES;
  case 'B':
    return EVD_BC_BYTES;
  case 'D':
    return 64;
  case 'F':
    return 128;
  default:
    return 32;
  }
}

static void hex_add(evd_buf *out, size_t n, uint64_t *seed) {
  char digits[2 * EVD_P_BYTES];
  uint8_t bytes[EVD_P_BYTES];
  for (size_t i = 0; i < n; i++)
    bytes[i] = (uint8_t)kit_random(seed);
  evd_hex_write(digits, bytes, n);
  evd_buf_add(out, "\"", 1);
  evd_buf_add(out, digits, 2 * n);
  evd_buf_add(out, "\"", 1);
}

void kit_expand(evd_buf *out, const char *text) {
  uint64_t seed = 20260711;
  evd_buf_init(out, KIT_ARENA_BYTES);
  for (; *text; text++) {
    if (*text == '@')
      hex_add(out, hex_width(*++text), &seed);
    else
      evd_buf_add(out, text, 1);
  }
  assert_true(evd_buf_ok(out));
}

void kit_replace(evd_buf *out, evd_span in, const char *old, const char *new) {
  size_t n = strlen(old);
  evd_buf_init(out, KIT_ARENA_BYTES);
  for (size_t at = 0; at + n <= in.n; at++) {
    if (memcmp(in.p + at, old, n) != 0)
      continue;
    evd_buf_add(out, in.p, at);
    evd_buf_text(out, new);
    evd_buf_add(out, in.p + at + n, in.n - at - n);
    return;
  }
  fail_msg("nothing to replace: %s", old);
}

static evd_arena manifest_arena;
static evd_manifest sample_manifest;

const evd_manifest *kit_manifest(void) {
  evd_buf b;
  evd_why why;
  if (sample_manifest.n_contests > 0)
    return &sample_manifest;
  evd_arena_init(&manifest_arena, KIT_ARENA_BYTES);
  kit_expand(&b, MANIFEST);
  evd_err e =
      evd_manifest_read(&sample_manifest, kit_span(&b), &manifest_arena, &why);
  if (e != EVD_OK)
    fail_msg("sample manifest: %s", why.text);
  evd_buf_close(&b);
  return &sample_manifest;
}

void kit_close(void) {
  evd_arena_close(&manifest_arena);
  sample_manifest = (evd_manifest){0};
}

/* One case of the switch below. */
#define CASE(kind, type, read, write)                                          \
  case kind: {                                                                 \
    type x;                                                                    \
    e = read;                                                                  \
    if (again && (e == EVD_OK || e == EVD_ERR_FORM))                           \
      write;                                                                   \
    break;                                                                     \
  }
#define PLAIN_CASE(kind, name, type)                                           \
  CASE(kind, type, evd_##name##_read(&x, bytes, &a, why),                      \
       evd_##name##_write(again, &x))

evd_err kit_read(kit_kind kind, evd_span bytes, const evd_manifest *m,
                 size_t cap_bytes, evd_why *why, evd_buf *again) {
  evd_err e = EVD_OK;
  evd_arena a;
  evd_arena_init(&a, cap_bytes);
  switch (kind) {
    PLAIN_CASE(KIT_PARAMETERS, parameters, evd_parameters)
    PLAIN_CASE(KIT_MANIFEST, manifest, evd_manifest)
    PLAIN_CASE(KIT_TEXTS, texts, evd_texts)
    PLAIN_CASE(KIT_GUARDIAN, guardian_pub, evd_guardian_pub)
    PLAIN_CASE(KIT_KEYS, election_keys, evd_election_keys)
    PLAIN_CASE(KIT_STATE, state, evd_state)
    PLAIN_CASE(KIT_ROLL, roll_line, evd_roll_line)
    PLAIN_CASE(KIT_DEVICES, devices, evd_devices)
    PLAIN_CASE(KIT_TALLY_CT, tally_ct, evd_tally_ct)
    PLAIN_CASE(KIT_TALLY, tally, evd_tally)
    PLAIN_CASE(KIT_CHALLENGED, challenged, evd_challenged)
    PLAIN_CASE(KIT_CONTEST_DATA, contest_data, evd_contest_data)
    PLAIN_CASE(KIT_COMMIT, commit, evd_commit)
    PLAIN_CASE(KIT_ACCEPT, accept, evd_accept)
    PLAIN_CASE(KIT_SHARE, share_ct, evd_share_ct)
    PLAIN_CASE(KIT_RETURNED, returned, evd_returned)
    PLAIN_CASE(KIT_NONCES, nonce_shares, evd_nonce_shares)
    CASE(KIT_BALLOT, evd_ballot, evd_ballot_read(&x, bytes, m, &a, why),
         evd_ballot_write(again, &x))
    CASE(KIT_MAIL_CAST, evd_mail_cast,
         evd_mail_cast_read(&x, bytes, m, &a, why),
         evd_mail_cast_write(again, &x))
    CASE(KIT_MAIL_OPEN, evd_mail_open,
         evd_mail_open_read(&x, bytes, m, &a, why),
         evd_mail_open_write(again, &x))
    CASE(KIT_PLAIN, evd_plain, evd_plain_read(&x, bytes, m, &a, why),
         evd_plain_write(again, &x))
    CASE(KIT_ROUND_1, evd_round, evd_round_read(&x, 1, bytes, &a, why),
         evd_round_write(again, 1, &x))
    CASE(KIT_ROUND_2, evd_round, evd_round_read(&x, 2, bytes, &a, why),
         evd_round_write(again, 2, &x))
    CASE(KIT_ROUND_3, evd_round, evd_round_read(&x, 3, bytes, &a, why),
         evd_round_write(again, 3, &x))
  }
  evd_arena_close(&a);
  return e;
}

bool kit_shared(const char *path, evd_buf *out) {
  char name[1024];
  uint8_t part[65536];
  const char *shared = getenv("EVD_SHARED");
  const char *root = getenv("EVD_SOURCE_ROOT");
  if (shared)
    snprintf(name, sizeof name, "%s/%s", shared, path);
  else
    snprintf(name, sizeof name, "%s/../shared/%s", root ? root : ".", path);
  FILE *f = fopen(name, "rb");
  if (!f)
    return false;
  evd_buf_init(out, KIT_ARENA_BYTES);
  for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
    evd_buf_add(out, part, n);
  fclose(f);
  return evd_buf_ok(out);
}
