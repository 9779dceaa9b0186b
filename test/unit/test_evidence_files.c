/* M05: files that a board gave or did not give, judged from the file alone. */
#include "evidence_kit.h"

#include "board/files.h"
#include "hash/hash.h"

#include <stdio.h>

static evd_object_ref ref_of(const char *kind, evd_span bytes) {
  evd_object_ref r = {.length = (uint32_t)bytes.n};
  evd_digest(&r.digest, kind, bytes.p, bytes.n);
  return r;
}

static void put_place(world *w, const char *line) {
  evd_buf b;
  evd_buf_init(&b, 1024);
  evd_evidence_place(&b, line);
  put_part(w, "place", of(&b));
  evd_buf_close(&b);
}

static void put_object_place(world *w, const evd_object_ref *ref) {
  char path[EVD_OBJECT_PATH_BYTES];
  evd_object_path(path, &ref->digest);
  put_place(w, path);
}

/* ---- objects ---- */

static void about(world *w, uint64_t index, const evd_object_ref *ref,
                  const char *file) {
  begin(w, 5);
  put_entry(w, index);
  put_object_place(w, ref);
  if (file)
    put_part(w, "file", text(file));
}

static void test_object_that_is_another(void **state) {
  (void)state;
  world w;
  world_open(&w);
  evd_entry audit = {.type = EVD_ENTRY_AUDIT,
                     .audit = {1, ref_of("audit", text("an object"))}};
  const evd_object_ref other = ref_of("audit", text("another"));
  add(&w, &audit, NULL);
  about(&w, 0, &audit.audit.object, NULL);
  WORD(&w);
  about(&w, 0, &audit.audit.object, "an 0bject");
  WORD(&w);
  mutate(&w, NULL, NULL);
  about(&w, 0, &audit.audit.object, "an object and more");
  WORD(&w);
  about(&w, 0, &audit.audit.object, "an object");
  FALSE(&w);
  about(&w, 0, &other, "an object");
  FALSE(&w);
  world_close(&w);
}

/* The log names an object that nobody can read: it says so itself. */
static void test_object_that_is_none(void **state) {
  (void)state;
  world w;
  world_open(&w);
  evd_entry setup = {.type = EVD_ENTRY_SETUP,
                     .setup = {.profile = 3,
                               .admin_k = 1,
                               .parameters = ref_of("parameters", text("{}")),
                               .manifest = ref_of("manifest", text("[]")),
                               .keys = ref_of("keys", text("nobody")),
                               .policy = ref_of("policy", text("any"))}};
  evd_entry keys = {
      .type = EVD_ENTRY_KEYS,
      .keys = {.election_keys = ref_of("election_keys", text("{}"))}};
  add(&w, &setup, NULL);
  add(&w, &keys, NULL);
  about(&w, 0, &setup.setup.parameters, "{}");
  SHOWN(&w);
  mutate(&w, NULL, NULL);
  about(&w, 0, &setup.setup.manifest, "[]");
  SHOWN(&w);
  about(&w, 0, &setup.setup.keys, "nobody");
  SHOWN(&w);
  about(&w, 0, &setup.setup.policy, "any");
  FALSE(&w);
  about(&w, 1, &keys.keys.election_keys, "{}");
  SHOWN(&w);
  mutate(&w, NULL, NULL);
  world_close(&w);
}

/* ---- tiles ---- */

#define N 11

static void eleven(world *w) {
  evd_entry e = {.type = EVD_ENTRY_BALLOT};
  world_open(w);
  for (int i = 0; i < N; i++) {
    e.ballot.id_B = h32('a' + i);
    e.ballot.H_C = h32('A' + i);
    e.ballot.object = (evd_object_ref){h32('0' + i), 10};
    e.ballot.style = e.ballot.weight = e.ballot.device = 1;
    add(w, &e, NULL);
  }
}

static void put_proof(world *w, uint64_t index, uint64_t size) {
  evd_buf b;
  const evd_tree_proof p = kit_log_inclusion(&w->log, index, size);
  evd_buf_init(&b, 8192);
  evd_evidence_proof(&b, &w->log.leaves[index], &p);
  put_part(w, "proof", of(&b));
  evd_buf_close(&b);
}

/* The tile of `width` hashes, of which number `wrong` is another; ours: none.
 */
static void put_tile(world *w, uint32_t width, uint32_t wrong) {
  uint8_t tile[KIT_LEAVES * 32];
  for (uint32_t i = 0; i < width; i++)
    memcpy(tile + 32 * i, w->log.leaves[i].b, 32);
  if (wrong < width)
    tile[32 * wrong] ^= 1;
  put_part(w, "file", (evd_span){tile, (size_t)32 * width});
}

static void begin_at(world *w, const char *place, uint64_t size) {
  const evd_log_head h = head_at(w, size);
  begin(w, 5);
  put_head(w, &h, 0, 0);
  put_place(w, place);
}

static void test_tile_that_is_another(void **state) {
  (void)state;
  world w;
  eleven(&w);
  begin_at(&w, "tile/0/000.p/11 4", N);
  WORD(&w); /* it is not there, the file says */
  put_tile(&w, N, 4);
  WORD(&w);
  put_proof(&w, 4, N);
  WORD(&w);
  mutate(&w, NULL, NULL);
  begin_at(&w, "tile/0/000.p/11 4", N);
  put_tile(&w, N, 5); /* number 4 is right */
  put_proof(&w, 4, N);
  FALSE(&w);
  begin_at(&w, "tile/0/000.p/11 4", N);
  put_tile(&w, N - 1, 5); /* it has another length */
  put_proof(&w, 4, N);
  WORD(&w);
  begin_at(&w, "tile/0/000.p/11 4", N);
  put_tile(&w, N, 4);
  put_proof(&w, 3, N); /* of another place */
  FALSE(&w);
  begin_at(&w, "tile/0/000.p/8 4", N); /* of an earlier size */
  put_tile(&w, 8, 4);
  put_proof(&w, 4, N);
  WORD(&w);
  world_close(&w);
}

static void test_bundle_that_is_another(void **state) {
  (void)state;
  world w;
  evd_buf b;
  eleven(&w);
  evd_buf_init(&b, 65536);
  for (uint32_t i = 0; i < N; i++) {
    const uint8_t length[2] = {(uint8_t)(w.entry[i].n >> 8),
                               (uint8_t)w.entry[i].n};
    evd_buf_add(&b, length, 2);
    evd_buf_add(&b, w.entry[i].p, w.entry[i].n);
  }
  begin_at(&w, "tile/entries/000.p/11 9", N);
  put_part(&w, "file", of(&b));
  put_proof(&w, 9, N);
  FALSE(&w);
  b.p[b.n - 1] ^= 1; /* of the entry behind it */
  begin_at(&w, "tile/entries/000.p/11 9", N);
  put_part(&w, "file", of(&b));
  put_proof(&w, 9, N);
  FALSE(&w);
  begin_at(&w, "tile/entries/000.p/11 10", N);
  put_part(&w, "file", of(&b));
  put_proof(&w, 10, N);
  WORD(&w);
  mutate(&w, NULL, NULL);
  begin_at(&w, "tile/entries/000.p/11 9", N);
  put_part(&w, "file", (evd_span){b.p, b.n - 1}); /* cut short */
  put_proof(&w, 9, N);
  WORD(&w);
  evd_buf_close(&b);
  world_close(&w);
}

static void test_places(void **state) {
  (void)state;
  static const char *const none[] = {"tile/0/000.p/12 4", "tile/1/000.p/1 0",
                                     "tile/0/001.p/1 0", "tile/0/000 4",
                                     "tile/0/000.p/11 11"};
  static const char *const bad[] = {"tile/0/000.p/11",    "tile/0/000.p/11 04",
                                    "tile/0/000.p/11 4 ", "tile/9/000.p/11 4",
                                    "checkpoint",         "",
                                    "tile/0/000.p/11 -1"};
  world w;
  eleven(&w);
  for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
    begin_at(&w, none[i], N);
    FALSE(&w);
  }
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    begin_at(&w, bad[i], N);
    refused(&w, "an object's path, or a tile's and a number, in the part "
                "`place`");
  }
  begin_at(&w, "tile/0/000.p/11 4\n", N);
  refused(&w, "one line in the part `place`");
  begin(&w, 5);
  refused(&w, "a part `place`");
  begin_at(&w, "tile/0/000.p/11 4", N);
  put_tile(&w, N, 4);
  put_part(&w, "proof", text("no hash"));
  refused(&w, "a part `proof`: hashes in base 64, one a line");
  world_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_object_that_is_another),
      cmocka_unit_test(test_object_that_is_none),
      cmocka_unit_test(test_tile_that_is_another),
      cmocka_unit_test(test_bundle_that_is_another),
      cmocka_unit_test(test_places)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
