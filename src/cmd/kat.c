/* evident kat: recomputes every known answer of a file. */
#include <stdio.h>
#include <string.h>

#include "cmd/kat.h"
#include "egds/hashes.h"

enum { FILE_MAX = 16 << 20, ARENA_MAX = 256 << 20, TAP_MAX = 1 << 20 };

static const evd_kat_family *const all_families[] = {
    evd_kat_key_families, evd_kat_ballot_families, evd_kat_open_families,
    evd_kat_pre_families, evd_kat_edge_families,   NULL};

/* "eq66-1.2" is of family "eq66", "share-1-2" of "share". */
static evd_kat_fn *find_family(const char *id) {
  size_t n = strcspn(id, "-");
  for (size_t i = 0; all_families[i]; i++)
    for (const evd_kat_family *f = all_families[i]; f->family; f++)
      if (strlen(f->family) == n && strncmp(f->family, id, n) == 0)
        return f->run;
  return NULL;
}

/* The election all cases refer to. */
static evd_err base_values(evd_kat *k) {
  static const char manifest[] = "{\"election\":\"kat\"}";
  const evd_exp e[2] = {{{5, 0, 0, 0}}, {{7, 0, 0, 0}}};
  evd_base *const base[2] = {&k->G.K, &k->G.K_hat};
  evd_h32 id_B;
  evd_group_init(&k->G, evd_host_kernel());
  for (int i = 0; i < 2; i++) {
    evd_zp x;
    evd_p bytes;
    evd_base_pow_var(&k->G, &x, &k->G.g, &e[i]);
    evd_zp_to_bytes(k->G.k, &bytes, &x);
    EVD_TRY(evd_base_set(&k->G, base[i], &bytes));
  }
  for (size_t i = 0; i < sizeof id_B.b; i++)
    id_B.b[i] = (uint8_t)(i + 1);
  evd_hash_HP(&k->G, &k->HP, 3, 2);
  evd_hash_HB(&k->G, &k->HB, &k->HP,
              (evd_span){(const uint8_t *)manifest, sizeof manifest - 1});
  evd_hash_HE(&k->G, &k->HE, &k->HB, &k->G.K.bytes, &k->G.K_hat.bytes);
  evd_hash_HI(&k->G, &k->HI, &k->HE, &id_B);
  k->tap = (evd_tap){evd_kat_room(k, TAP_MAX, 1), 0, TAP_MAX};
  k->G.tap = &k->tap;
  return EVD_OK;
}

/* Runs one case; true if all is as published. */
static bool run_case(evd_kat *k, const evd_json *c) {
  evd_span id = {NULL, 0};
  const evd_json *v = evd_json_get(c, "id");
  k->c = c;
  k->fault[0] = 0;
  k->tap.n = 0;
  if (!v || !evd_json_string(v, &id) || id.n >= sizeof k->id) {
    snprintf(k->id, sizeof k->id, "(no id)");
    evd_kat_fail(k, "a case has no usable `id`");
    return false;
  }
  memcpy(k->id, id.p, id.n);
  k->id[id.n] = 0;
  k->in = evd_json_get(c, "in");
  if (!k->in)
    k->in = c;
  evd_kat_fn *run = find_family(k->id);
  if (run)
    run(k);
  else
    evd_kat_fail(k, "this build does not know such a case");
  return k->fault[0] == 0;
}

static evd_err run_all(evd_kat *k, const char *path) {
  size_t n = evd_json_count(k->cases), match = 0;
  for (size_t i = 0; i < n; i++) {
    evd_arena_point before = evd_arena_mark(k->arena);
    if (run_case(k, evd_json_at(k->cases, i)))
      match++;
    else
      printf("%s: %s\n", k->id, k->fault);
    evd_arena_back(k->arena, before);
  }
  printf("%zu cases, %zu match\n", n, match);
  if (!n)
    return evd_complain(EVD_ERR_FORM, "%s: there are no cases in it", path);
  return match == n ? EVD_OK : EVD_ERR_FAIL;
}

static evd_err run_file(evd_kat *k, const evd_json *root, const char *path) {
  static const char format[] = "Evident EGDS 2.1.0 known answers v1";
  const evd_json *v =
      evd_json_is_object(root) ? evd_json_get(root, "format") : NULL;
  evd_span text = {NULL, 0};
  if (!v || !evd_json_string(v, &text) || text.n != sizeof format - 1 ||
      memcmp(text.p, format, text.n) != 0)
    return evd_complain(EVD_ERR_FORM, "%s: `format` is not \"%s\"", path,
                        format);
  k->cases = evd_json_get(root, "cases");
  if (!k->cases || !evd_json_is_array(k->cases))
    return evd_complain(EVD_ERR_FORM, "%s: `cases` is not a list", path);
  EVD_TRY(base_values(k));
  return run_all(k, path);
}

evd_err evd_cmd_kat(int argc, char **argv) {
  if (argc != 2)
    return evd_usage("kat", "expected one FILE of known answers");
  evd_arena arena;
  evd_span bytes;
  char why[240];
  evd_arena_init(&arena, ARENA_MAX);
  evd_kat k = {.arena = &arena};
  evd_json *root = NULL;
  evd_err err = evd_file_read(argv[1], FILE_MAX, &bytes, &arena);
  if (err == EVD_OK) {
    root = evd_json_parse(bytes, why);
    err = root ? run_file(&k, root, argv[1])
               : evd_complain(evd_json_fault(why), "%s: %s", argv[1], why);
  }
  evd_json_close(root);
  evd_arena_close(&arena);
  return err;
}
