/* Every object of the record: what is read is what was written, and each
 * value lands in its own place. */
#include "record_kit.h"

#include <stdio.h>

static void reserialises(const char *what, kit_kind kind, evd_span bytes,
                         const evd_manifest *m) {
  evd_buf again;
  evd_why why;
  evd_buf_init(&again, KIT_ARENA_BYTES);
  evd_err e = kit_read(kind, bytes, m, KIT_ARENA_BYTES, &why, &again);
  if (e != EVD_OK)
    fail_msg("%s: %s", what, why.text);
  assert_string_equal(why.text, "");
  assert_int_equal(again.n, bytes.n);
  assert_memory_equal(again.p, bytes.p, bytes.n);
  evd_buf_close(&again);
}

static void test_B12_reserialises(void **state) {
  (void)state;
  for (size_t i = 0; i < kit_n_samples; i++) {
    evd_buf b;
    kit_expand(&b, kit_samples[i].text);
    reserialises(kit_samples[i].name, kit_samples[i].kind, kit_span(&b),
                 kit_manifest());
    evd_buf_close(&b);
  }
}

/* Lines of a file; each an object of the kind. */
static uint32_t lines_reserialise(const char *path, kit_kind kind,
                                  evd_span file, const evd_manifest *m) {
  size_t from = 0;
  uint32_t n = 0;
  for (size_t at = 0; at < file.n; at++) {
    if (file.p[at] != '\n')
      continue;
    reserialises(path, kind, (evd_span){file.p + from, at - from}, m);
    from = at + 1;
    n++;
  }
  assert_int_equal(from, file.n);
  return n;
}

static const struct {
  const char *path;
  kit_kind kind;
  uint32_t lines; /* 0: one object and no newline */
} shared_files[] = {
    {"record/parameters.json", KIT_PARAMETERS, 0},
    {"record/manifest.json", KIT_MANIFEST, 0},
    {"record/texts.json", KIT_TEXTS, 0},
    {"record/election_keys.json", KIT_KEYS, 0},
    {"record/guardians/guardian_1.json", KIT_GUARDIAN, 0},
    {"record/guardians/guardian_2.json", KIT_GUARDIAN, 0},
    {"record/guardians/guardian_3.json", KIT_GUARDIAN, 0},
    {"record/devices.json", KIT_DEVICES, 0},
    {"record/tally_encrypted.json", KIT_TALLY_CT, 0},
    {"record/tally.json", KIT_TALLY, 0},
    {"record/ballots/device_1.jsonl", KIT_BALLOT, 6},
    {"record/ballots/device_2.jsonl", KIT_BALLOT, 2},
    {"record/states.jsonl", KIT_STATE, 8},
    {"record/roll.jsonl", KIT_ROLL, 6},
    {"record/challenged.jsonl", KIT_CHALLENGED, 1},
    {"record/contest_data.jsonl", KIT_CONTEST_DATA, 0},
    {"private/plain.jsonl", KIT_PLAIN, 8},
    {"private/share_1_2.json", KIT_SHARE, 0},
    {"private/share_3_1.json", KIT_SHARE, 0},
};

static void shared_file(size_t i, const evd_manifest *m) {
  char path[200];
  evd_buf file;
  snprintf(path, sizeof path, "vectors/records/visible-1/%s",
           shared_files[i].path);
  if (!kit_shared(path, &file))
    fail_msg("%s is not there", path);
  bool lines = strstr(path, ".jsonl") != NULL;
  if (!lines)
    reserialises(path, shared_files[i].kind, kit_span(&file), m);
  else if (shared_files[i].lines == 0)
    lines_reserialise(path, shared_files[i].kind, kit_span(&file), m);
  else
    assert_int_equal(
        lines_reserialise(path, shared_files[i].kind, kit_span(&file), m),
        shared_files[i].lines);
  evd_buf_close(&file);
}

static void test_B12_reserialises_shared_record(void **state) {
  (void)state;
  evd_buf file;
  evd_manifest m;
  evd_arena a;
  evd_why why;
  if (!kit_shared("vectors/records/visible-1/record/manifest.json", &file))
    skip();
  evd_arena_init(&a, KIT_ARENA_BYTES);
  assert_int_equal(evd_manifest_read(&m, kit_span(&file), &a, &why), EVD_OK);
  for (size_t i = 0; i < sizeof shared_files / sizeof shared_files[0]; i++)
    shared_file(i, &m);
  evd_arena_close(&a);
  evd_buf_close(&file);
}

/* A writer appends: objects of a .jsonl file follow each other. */
static void test_writer_appends(void **state) {
  (void)state;
  evd_buf b;
  evd_state s = {.state = EVD_CAST};
  evd_buf_init(&b, 1000);
  evd_state_write(&b, &s);
  evd_buf_text(&b, "\n");
  s.state = EVD_STATE_REFUSED;
  evd_state_write(&b, &s);
  const char *want =
      "{\"id_B\":\"00000000000000000000000000000000000000000000000000000000000"
      "00000\",\"state\":\"cast\"}\n{\"id_B\":\"0000000000000000000000000000000"
      "000000000000000000000000000000000\",\"state\":\"refused\"}";
  assert_int_equal(b.n, strlen(want));
  assert_memory_equal(b.p, want, b.n);
  evd_buf_close(&b);
}

/* A full buffer says so and nothing is written past its end. */
static void test_writer_stops_when_full(void **state) {
  (void)state;
  evd_buf b;
  evd_state s = {.state = EVD_CAST};
  for (size_t cap = 0; cap < 97; cap++) {
    evd_buf_init(&b, cap);
    evd_state_write(&b, &s);
    assert_int_equal(evd_buf_ok(&b), cap >= 90);
    evd_buf_close(&b);
  }
}

/* ---- values land where they belong ---- */

/* The hex value after `key` in the text, or after the n-th of them. */
static void value_is(evd_span text, const char *key, uint32_t nth,
                     const void *bytes, size_t n) {
  char quoted[40];
  snprintf(quoted, sizeof quoted, "\"%s\":", key);
  size_t k = strlen(quoted);
  for (size_t at = 0; at + k < text.n; at++) {
    if (memcmp(text.p + at, quoted, k) != 0 || --nth > 0)
      continue;
    const uint8_t *digits = text.p + at + k;
    while (*digits == '[' || *digits == '"')
      digits++;
    for (size_t i = 0; i < n; i++) {
      unsigned value = 0;
      assert_int_equal(sscanf((const char *)digits + 2 * i, "%2x", &value), 1);
      assert_int_equal(value, ((const uint8_t *)bytes)[i]);
    }
    return;
  }
  fail_msg("no %s", key);
}

static void test_ballot_values(void **state) {
  (void)state;
  evd_buf text;
  evd_arena a;
  evd_ballot b;
  evd_why why;
  evd_arena_init(&a, KIT_ARENA_BYTES);
  kit_expand(&text, kit_find("ballot booth")->text);
  evd_span t = kit_span(&text);
  assert_int_equal(evd_ballot_read(&b, t, kit_manifest(), &a, &why), EVD_OK);
  assert_int_equal(b.style, 1);
  assert_int_equal(b.device, 1);
  assert_int_equal(b.position, 7);
  assert_int_equal(b.slot, 12);
  assert_int_equal(b.weight, 1);
  assert_false(b.has_binding);
  value_is(t, "id_B", 1, b.id_B.b, 32);
  value_is(t, "H_I", 1, b.H_I.b, 32);
  value_is(t, "C0", 1, b.nonce_C0.b, EVD_P_BYTES);
  value_is(t, "C1", 1, b.nonce_C1.b, 32);
  value_is(t, "c", 1, b.nonce_c.b, 32);
  value_is(t, "v", 1, b.nonce_v.b, 32);
  value_is(t, "B_C", 1, b.B_C, EVD_BC_BYTES);
  value_is(t, "H_C", 1, b.H_C.b, 32);
  assert_int_equal(b.n_contests, 2);
  const evd_contest_ct *c = &b.contests[0];
  assert_int_equal(c->ind_c, 1);
  assert_int_equal(c->n_fields, 4);
  value_is(t, "alpha", 4, c->fields[3].alpha.b, EVD_P_BYTES);
  value_is(t, "beta", 4, c->fields[3].beta.b, EVD_P_BYTES);
  assert_int_equal(c->fields[3].range, 1);
  value_is(t, "c", 5, c->fields[3].c[0].b, 32);
  value_is(t, "v", 5, c->fields[3].v[0].b, 32);
  assert_int_equal(c->L, 1);
  value_is(t, "c", 6, c->limit_c[0].b, 32);
  value_is(t, "v", 6, c->limit_v[0].b, 32);
  assert_int_equal(c->b, 4);
  value_is(t, "C0", 2, c->data_C0.b, EVD_P_BYTES);
  value_is(t, "C1", 2, c->data_C1, 128);
  value_is(t, "c", 7, c->data_c.b, 32);
  value_is(t, "v", 7, c->data_v.b, 32);
  value_is(t, "chi", 1, c->chi.b, 32);
  assert_int_equal(b.contests[1].b, 0);
  assert_int_equal(b.contests[1].fields[0].range, 2);
  assert_int_equal(b.contests[1].L, 2);
  evd_buf_close(&text);
  evd_arena_close(&a);
}

static void test_binding_values(void **state) {
  (void)state;
  evd_buf text;
  evd_arena a;
  evd_ballot b;
  evd_why why;
  evd_arena_init(&a, KIT_ARENA_BYTES);
  kit_expand(&text, kit_find("ballot remote")->text);
  evd_span t = kit_span(&text);
  assert_int_equal(evd_ballot_read(&b, t, kit_manifest(), &a, &why), EVD_OK);
  assert_true(b.has_binding);
  assert_int_equal(b.position, 0);
  value_is(t, "credential", 1, b.credential.b, 32);
  value_is(t, "salt", 1, b.salt.b, 32);
  evd_buf_close(&text);
  evd_arena_close(&a);
}

static void test_key_values(void **state) {
  (void)state;
  evd_buf text;
  evd_arena a;
  evd_guardian_pub g;
  evd_election_keys k;
  evd_why why;
  evd_arena_init(&a, KIT_ARENA_BYTES);
  kit_expand(&text, kit_find("guardian")->text);
  evd_span t = kit_span(&text);
  assert_int_equal(evd_guardian_pub_read(&g, t, &a, &why), EVD_OK);
  assert_true(g.i == 2 && g.k == 2);
  value_is(t, "K", 1, g.K[0].b, EVD_P_BYTES);
  value_is(t, "K_hat", 1, g.K_hat[0].b, EVD_P_BYTES);
  value_is(t, "kappa", 1, g.kappa.b, EVD_P_BYTES);
  value_is(t, "c", 1, g.proof.c.b, 32);
  value_is(t, "v", 2, g.proof_hat.v[0].b, 32);
  evd_buf_close(&text);
  kit_expand(&text, kit_find("election_keys")->text);
  t = kit_span(&text);
  assert_int_equal(evd_election_keys_read(&k, t, &a, &why), EVD_OK);
  value_is(t, "K", 1, k.K.b, EVD_P_BYTES);
  value_is(t, "K_hat", 1, k.K_hat.b, EVD_P_BYTES);
  value_is(t, "H_P", 1, k.H_P.b, 32);
  value_is(t, "H_B", 1, k.H_B.b, 32);
  value_is(t, "H_E", 1, k.H_E.b, 32);
  value_is(t, "H_G", 1, k.H_G.b, 32);
  evd_buf_close(&text);
  evd_arena_close(&a);
}

static void test_tally_values(void **state) {
  (void)state;
  evd_buf text;
  evd_arena a;
  evd_tally y;
  evd_challenged x;
  evd_why why;
  evd_arena_init(&a, KIT_ARENA_BYTES);
  kit_expand(&text, kit_find("tally")->text);
  evd_span t = kit_span(&text);
  assert_int_equal(evd_tally_read(&y, t, &a, &why), EVD_OK);
  assert_true(y.n_U == 2 && y.U[0] == 1 && y.U[1] == 3);
  assert_true(evd_str_is(y.contests[0].fields[0].label, "Ada"));
  assert_int_equal(y.contests[0].fields[0].t, 2);
  value_is(t, "T", 1, y.contests[0].fields[0].T.b, EVD_P_BYTES);
  value_is(t, "c", 1, y.contests[0].fields[0].c.b, 32);
  value_is(t, "v", 1, y.contests[0].fields[0].v.b, 32);
  assert_int_equal(y.contests[1].n_fields, 0);
  evd_buf_close(&text);
  kit_expand(&text, kit_find("challenged")->text);
  t = kit_span(&text);
  assert_int_equal(evd_challenged_read(&x, t, &a, &why), EVD_OK);
  const evd_challenged_contest *c = &x.contests[0];
  assert_true(c->o.ind_c == 1 && c->o.n_fields == 2 && c->o.b == 4);
  assert_true(c->o.values[0] == 1 && c->values[0] == 1 && c->fields[1] == 2);
  value_is(t, "nonce", 2, c->o.nonces[1].b, 32);
  value_is(t, "D", 1, c->o.D, 128);
  assert_ptr_equal(c->o.D, c->D.p);
  assert_false(x.contests[1].has_data);
  evd_buf_close(&text);
  evd_arena_close(&a);
}

/* A value too wide for 32 bits never turns into a small one. */
static void test_challenged_value_is_not_cut_small(void **state) {
  (void)state;
  evd_buf text, wide;
  evd_arena a;
  evd_challenged x;
  evd_why why;
  evd_arena_init(&a, KIT_ARENA_BYTES);
  kit_expand(&text, kit_find("challenged")->text);
  kit_replace(&wide, kit_span(&text), "\"value\":1", "\"value\":4294967297");
  assert_int_equal(evd_challenged_read(&x, kit_span(&wide), &a, &why), EVD_OK);
  assert_true(x.contests[0].values[0] == 4294967297u);
  assert_true(x.contests[0].o.values[0] == UINT32_MAX);
  evd_buf_close(&wide);
  evd_buf_close(&text);
  evd_arena_close(&a);
}

/* ---- the manifest answers ---- */

static void test_manifest_lookups(void **state) {
  (void)state;
  const evd_manifest *m = kit_manifest();
  evd_arena a;
  uint32_t n = 9;
  evd_arena_init(&a, KIT_ARENA_BYTES);
  evd_shape s = evd_contest_shape(m, 1);
  assert_true(s.ind_c == 1 && s.m == 2 && s.R == 1 && s.L == 1);
  assert_true(s.w == 1 && s.b == 4 && s.overvote);
  assert_int_equal(evd_contest_shape(m, 0).ind_c, 0);
  assert_int_equal(evd_contest_shape(m, 3).ind_c, 0);
  assert_true(evd_str_is(evd_field_label(m, 1, 2), "Bo"));
  assert_true(evd_str_is(evd_field_label(m, 1, 3), "#overvote"));
  assert_true(evd_str_is(evd_field_label(m, 1, 4), "#write-ins"));
  assert_int_equal(evd_field_label(m, 1, 5).n, 0);
  assert_int_equal(evd_field_label(m, 1, 0).n, 0);
  assert_int_equal(evd_field_label(m, 2, 2).n, 0);
  assert_int_equal(evd_field_label(m, 3, 1).n, 0);
  evd_shape *shapes = evd_style_shapes(m, 1, &n, &a);
  assert_true(shapes && n == 2 && shapes[1].ind_c == 2 && shapes[1].R == 2);
  assert_null(evd_style_shapes(m, 0, &n, &a));
  assert_null(evd_style_shapes(m, 3, &n, &a));
  assert_int_equal(n, 0);
  evd_arena_close(&a);
}

static void test_state_words(void **state) {
  (void)state;
  assert_string_equal(evd_state_text(EVD_CAST), "cast");
  assert_string_equal(evd_state_text(EVD_CHALLENGED), "challenged");
  assert_string_equal(evd_state_text(EVD_SPOILED), "spoiled");
  assert_string_equal(evd_state_text(EVD_SUPERSEDED), "superseded");
  assert_string_equal(evd_state_text(EVD_STATE_REFUSED), "refused");
}

/* One line `<path> <hex>` a file; the value comes from an independent
 * computation of SHA-256("Evident/record/v1" 00 lines). */
static void test_record_digest(void **state) {
  (void)state;
  evd_record_digest d;
  evd_h32 file, out;
  static const uint8_t want[32] = {
      0xF8, 0xD9, 0x1C, 0x7C, 0x9D, 0xC8, 0x71, 0xF5, 0x55, 0x3D, 0x45,
      0x51, 0xBA, 0x15, 0x96, 0xE8, 0xC0, 0x3D, 0xA7, 0x61, 0xDB, 0x17,
      0x4B, 0x5A, 0x41, 0xFF, 0xDB, 0xE3, 0x25, 0x0D, 0xB6, 0xD6};
  evd_record_digest_init(&d);
  memset(file.b, 0xAB, sizeof file.b);
  evd_record_digest_add(&d, "ballots/device_1.jsonl", &file);
  memset(file.b, 0x01, sizeof file.b);
  evd_record_digest_add(&d, "manifest.json", &file);
  evd_record_digest_out(&d, &out);
  assert_memory_equal(out.b, want, sizeof want);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_B12_reserialises),
      cmocka_unit_test(test_B12_reserialises_shared_record),
      cmocka_unit_test(test_writer_appends),
      cmocka_unit_test(test_writer_stops_when_full),
      cmocka_unit_test(test_ballot_values),
      cmocka_unit_test(test_binding_values),
      cmocka_unit_test(test_key_values),
      cmocka_unit_test(test_tally_values),
      cmocka_unit_test(test_challenged_value_is_not_cut_small),
      cmocka_unit_test(test_manifest_lookups),
      cmocka_unit_test(test_state_words),
      cmocka_unit_test(test_record_digest),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  kit_close();
  return failed;
}
