/* The fixed part of a record, read strictly and checked before anybody
 * relies on it.
 *
 * Whoever encrypts or decrypts comes through evd_head_open. It trusts nothing
 * that the record says about itself: hashes and joint keys are recomputed
 * from the guardians' own files (C09).
 */
#include <stdio.h>
#include <string.h>

#include "egds/hashes.h"
#include "steps/head.h"

#define KIB ((size_t)1024)
#define MIB (KIB * 1024)
#define HEAD_BYTES_MAX (1024 * MIB)

typedef struct {
  evd_fault_fn *fault;
  void *self;
  uint32_t n;
} fault_sink;

static void report(fault_sink *s, const char *where, const char *what) {
  s->fault(s->self, where, what);
  s->n++;
}

static void report_if(fault_sink *s, bool bad, const char *where,
                      const char *what) {
  if (bad)
    report(s, where, what);
}

/* ---- reading ---- */

/* One file, named as the record names it. */
static evd_err get(evd_head *h, const char *name, size_t max_bytes,
                   evd_span *out, evd_arena *a) {
  return h->files.get(h->files.self, name, max_bytes, out, a);
}

static evd_err not_readable(const evd_head *h, const char *name, evd_err e,
                            const evd_why *why) {
  return evd_complain(e, "%s/%s: %s", h->dir, name, why->text);
}

static evd_err read_parameters(evd_head *h) {
  static const char name[] = "parameters.json";
  evd_span bytes;
  evd_why why = {""};
  EVD_TRY(get(h, name, 64 * KIB, &bytes, &h->arena));
  evd_err e = evd_parameters_read(&h->par, bytes, &h->arena, &why);
  return e == EVD_OK ? e : not_readable(h, name, e, &why);
}

static evd_err read_manifest(evd_head *h) {
  static const char name[] = "manifest.json";
  evd_why why = {""};
  EVD_TRY(get(h, name, 64 * MIB, &h->manifest_bytes, &h->arena));
  evd_err e = evd_manifest_read(&h->man, h->manifest_bytes, &h->arena, &why);
  return e == EVD_OK ? e : not_readable(h, name, e, &why);
}

static bool names_texts(const evd_manifest *m) {
  static const evd_h32 none;
  return memcmp(&m->texts, &none, sizeof none) != 0;
}

/* texts.json is there exactly when the manifest names it. */
static evd_err read_texts(evd_head *h) {
  static const char name[] = "texts.json";
  evd_why why = {""};
  if (!names_texts(&h->man)) {
    if (!h->files.has(h->files.self, name))
      return EVD_OK;
    return evd_complain(EVD_ERR_FORM,
                        "%s/%s: is there, but the manifest names no texts",
                        h->dir, name);
  }
  EVD_TRY(get(h, name, 1 * MIB, &h->texts_bytes, &h->arena));
  evd_err e = evd_texts_read(&h->texts, h->texts_bytes, &h->arena, &why);
  if (e != EVD_OK)
    return not_readable(h, name, e, &why);
  h->has_texts = true;
  return EVD_OK;
}

static evd_err read_guardian(evd_head *h, uint32_t i) {
  evd_guardian_pub *g = &h->guardians[i - 1];
  evd_arena text; /* a guardian file is large and holds no strings */
  evd_span bytes;
  evd_why why = {""};
  evd_arena_init(&text, 8 * MIB);
  const char *name = evd_path(&text, "guardians/guardian_%u.json", i);
  evd_err e = get(h, name, 4 * MIB, &bytes, &text);
  if (e == EVD_OK) {
    e = evd_guardian_pub_read(g, bytes, &h->arena, &why);
    if (e != EVD_OK)
      e = not_readable(h, name, e, &why);
  }
  evd_arena_close(&text);
  if (e != EVD_OK)
    return e;
  if (g->i == i && g->k == h->par.k)
    return EVD_OK;
  return evd_complain(
      EVD_ERR_RULE,
      "%s/guardians/guardian_%u.json: expected the file of guardian %u with %u "
      "commitments of each kind, found guardian %u with %u",
      h->dir, i, i, h->par.k, g->i, g->k);
}

evd_err evd_head_read_keys(evd_head *h) {
  static const char name[] = "election_keys.json";
  evd_span bytes;
  evd_why why = {""};
  if (!h->files.has(h->files.self, name))
    return evd_complain(EVD_ERR_MISSING,
                        "%s/%s: is not there; the guardians' key ceremony "
                        "comes first (`evident guardian new`, .., `evident "
                        "election finish`)",
                        h->dir, name);
  EVD_TRY(get(h, name, 64 * KIB, &bytes, &h->arena));
  evd_err e = evd_election_keys_read(&h->keys, bytes, &h->arena, &why);
  if (e != EVD_OK)
    return not_readable(h, name, e, &why);
  h->guardians = evd_arena_get(&h->arena, h->par.n, sizeof *h->guardians);
  if (!h->guardians)
    return evd_complain(EVD_ERR_SPACE, "%s: too many guardians", h->dir);
  for (uint32_t i = 1; i <= h->par.n; i++)
    EVD_TRY(read_guardian(h, i));
  return EVD_OK;
}

evd_err evd_head_read_from(evd_head *h, const char *name,
                           const evd_head_files *files, int what) {
  memset(h, 0, sizeof *h);
  h->dir = name;
  h->files = *files;
  evd_arena_init(&h->arena, HEAD_BYTES_MAX);
  EVD_TRY(read_parameters(h));
  if (h->par.n < 1 || h->par.n > EVD_N_MAX || h->par.k < 1 ||
      h->par.k > h->par.n)
    return evd_complain(EVD_ERR_RULE,
                        "%s/parameters.json: expected 1 <= k <= n <= %u, found "
                        "n = %u, k = %u",
                        name, EVD_N_MAX, h->par.n, h->par.k);
  EVD_TRY(read_manifest(h));
  EVD_TRY(read_texts(h));
  evd_group G;
  evd_group_init(&G, evd_host_kernel());
  evd_hash_HP(&G, &h->H_P, h->par.n, h->par.k);
  evd_hash_HB(&G, &h->H_B, &h->H_P, h->manifest_bytes);
  return what == EVD_HEAD_KEYS ? evd_head_read_keys(h) : EVD_OK;
}

/* ---- in a folder ---- */

static bool dir_has(void *dir, const char *name) {
  evd_arena a;
  evd_arena_init(&a, 64 * KIB);
  bool has = evd_file_exists(evd_path(&a, "%s/%s", (const char *)dir, name));
  evd_arena_close(&a);
  return has;
}

static evd_err dir_get(void *dir, const char *name, size_t max_bytes,
                       evd_span *out, evd_arena *a) {
  return evd_file_read(evd_path(a, "%s/%s", (const char *)dir, name), max_bytes,
                       out, a);
}

evd_err evd_head_read(evd_head *h, const char *dir, int what) {
  const evd_head_files files = {(void *)(uintptr_t)dir, dir_has, dir_get};
  return evd_head_read_from(h, dir, &files, what);
}

/* ---- judging ---- */

static void judge_parameters(const evd_head *h, fault_sink *s) {
  const evd_parameters *p = &h->par;
  const char *file = "parameters.json";
  bool trial = evd_str_is(h->man.kind, "trial");
  report_if(s, !evd_str_is(p->spec, "v2.1.0"), file,
            "spec: expected v2.1.0 (1.A)");
  report_if(s, memcmp(p->p.b, evd_p_bytes, sizeof p->p.b) != 0, file,
            "p: not the prime of the specification (1.B)");
  report_if(s, memcmp(p->q.b, evd_q_bytes, sizeof p->q.b) != 0, file,
            "q: not the order of the specification (1.C)");
  report_if(s, memcmp(p->g.b, evd_g_bytes, sizeof p->g.b) != 0, file,
            "g: not the generator of the specification (1.D)");
  report_if(s, p->n != h->man.n_guardians, "manifest.json guardians",
            "the number of names is not the n of parameters.json (X.4)");
  report_if(s, !trial && p->n < 3, file,
            "n: at least 3 guardians, unless the kind is trial (X.4)");
  report_if(s, !trial && p->k < 2, file,
            "k: a quorum of at least 2, unless the kind is trial (X.4)");
}

/* X.3's callback, so that its faults are counted with the others. */
static void rule_broken(void *self, const char *where, const char *what) {
  report(self, where, what);
}

static void judge_manifest(const evd_head *h, fault_sink *s) {
  const char *no_memory = evd_err_text(EVD_ERR_SPACE);
  uint32_t n = evd_manifest_rules(&h->man, rule_broken, s);
  report_if(s, n == EVD_RULES_STARVED, "manifest.json", no_memory);
  n = h->has_texts
          ? evd_texts_rules(&h->texts, h->texts_bytes, &h->man, rule_broken, s)
          : 0;
  report_if(s, n == EVD_RULES_STARVED, "texts.json", no_memory);
}

static bool is_one(const evd_p *x) {
  for (size_t i = 0; i + 1 < sizeof x->b; i++)
    if (x->b[i])
      return false;
  return x->b[sizeof x->b - 1] == 1;
}

/* Verification 2 of one guardian, and no key that is 1 (X.4). */
static void judge_guardian(const evd_head *h, const evd_group *G, uint32_t i,
                           fault_sink *s) {
  const evd_guardian_pub *g = &h->guardians[i - 1];
  char where[64];
  uint32_t where_j = 0;
  snprintf(where, sizeof where, "guardians/guardian_%u.json", i);
  uint32_t bad = evd_guardian_check_var(G, g, &h->H_P, &where_j);
  report_if(s, bad & EVD_V2_A, where, "a key is no group element (2.A)");
  report_if(s, bad & EVD_V2_B, where, "a response is not below q (2.B)");
  report_if(s, bad & EVD_V2_C, where, "a proof does not hold (2.C)");
  report_if(s, bad & EVD_V2_X2, where, "a challenge is not below q (X.2)");
  report_if(s, is_one(&g->K[0]) || is_one(&g->K_hat[0]) || is_one(&g->kappa),
            where, "a key is 1 (X.4)");
}

/* No two K_i,0 equal or inverse, hatted alike (X.4). Joining just the two
 * gives their product. */
static void judge_pair(const evd_head *h, const evd_group *G, uint32_t i,
                       uint32_t l, fault_sink *s) {
  evd_guardian_pub pair[2] = {h->guardians[i - 1], h->guardians[l - 1]};
  evd_p product, product_hat;
  char where[64];
  snprintf(where, sizeof where, "guardians %u and %u", i, l);
  evd_joint_keys_var(G, &product, &product_hat, pair, 2);
  bool equal = memcmp(&pair[0].K[0], &pair[1].K[0], sizeof(evd_p)) == 0 ||
               memcmp(&pair[0].K_hat[0], &pair[1].K_hat[0], sizeof(evd_p)) == 0;
  report_if(s, equal, where, "have equal keys (X.4)");
  report_if(s, is_one(&product) || is_one(&product_hat), where,
            "have keys that are inverse to each other (X.4)");
}

static void judge_keys(const evd_head *h, fault_sink *s) {
  static const char file[] = "election_keys.json";
  const evd_election_keys *e = &h->keys;
  evd_group G;
  evd_p K, K_hat;
  evd_h32 H_E, H_G;
  evd_group_init(&G, evd_host_kernel());
  for (uint32_t i = 1; i <= h->par.n; i++)
    judge_guardian(h, &G, i, s);
  for (uint32_t i = 1; i <= h->par.n; i++)
    for (uint32_t l = i + 1; l <= h->par.n; l++)
      judge_pair(h, &G, i, l, s);
  evd_joint_keys_var(&G, &K, &K_hat, h->guardians, h->par.n);
  evd_hash_HE(&G, &H_E, &h->H_B, &K, &K_hat);
  evd_hash_HG(&G, &H_G, &h->H_B, &K, &K_hat, h->guardians, h->par.n);
  report_if(s, memcmp(&e->H_P, &h->H_P, 32) != 0, file,
            "H_P is not that of parameters.json (1.E)");
  report_if(s, memcmp(&e->H_B, &h->H_B, 32) != 0, file,
            "H_B is not that of manifest.json (1.F)");
  report_if(s, memcmp(&e->K, &K, sizeof K) != 0, file,
            "K is not the product of the guardians' keys (3.A)");
  report_if(s, memcmp(&e->K_hat, &K_hat, sizeof K) != 0, file,
            "K_hat is not the product of the guardians' keys (3.B)");
  report_if(s, memcmp(&e->H_E, &H_E, 32) != 0, file,
            "H_E is not that of these keys (4.A)");
  report_if(s, memcmp(&e->H_G, &H_G, 32) != 0, file,
            "H_G is not that of the guardians' files (X.5)");
}

uint32_t evd_head_judge(const evd_head *h, int what, evd_fault_fn *fault,
                        void *self) {
  fault_sink s = {fault, self, 0};
  judge_parameters(h, &s);
  judge_manifest(h, &s);
  if (what == EVD_HEAD_KEYS)
    judge_keys(h, &s);
  return s.n;
}

/* ---- both ---- */

typedef struct {
  char where[120], what[200];
  bool filled;
} first_fault;

static void keep_first(void *self, const char *where, const char *what) {
  first_fault *f = self;
  if (f->filled)
    return;
  snprintf(f->where, sizeof f->where, "%s", where);
  snprintf(f->what, sizeof f->what, "%s", what);
  f->filled = true;
}

static evd_err judge_first(const evd_head *h, int what) {
  first_fault first = {"", "", false};
  uint32_t n = evd_head_judge(h, what, keep_first, &first);
  if (n == 0)
    return EVD_OK;
  char more[48] = "";
  if (n > 1)
    snprintf(more, sizeof more, " (and %u more)", n - 1);
  return evd_complain(EVD_ERR_FAIL, "%s: %s: %s%s", h->dir, first.where,
                      first.what, more);
}

evd_err evd_head_open(evd_head *h, const char *dir, int what) {
  EVD_TRY(evd_head_read(h, dir, what));
  return judge_first(h, what);
}

evd_err evd_head_open_from(evd_head *h, const char *name,
                           const evd_head_files *files, int what) {
  EVD_TRY(evd_head_read_from(h, name, files, what));
  return judge_first(h, what);
}

void evd_head_close(evd_head *h) { evd_arena_close(&h->arena); }
