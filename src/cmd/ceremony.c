#include "cmd/ceremony.h"

#include <stdio.h>
#include <string.h>

#include "cmd/known_keys.h"
#include "egds/hashes.h"
#include "egds/share.h"
#include "steps/head.h"

#define SMALL_FILE_MAX ((size_t)4096)
#define GUARDIAN_FILE_MAX ((size_t)4 << 20)

static evd_arena *arena(evd_ceremony *c) { return &c->head.arena; }

evd_err evd_ceremony_open(evd_ceremony *c, const char *record, const char *xd) {
  memset(c, 0, sizeof *c);
  c->xd = xd;
  EVD_TRY(evd_head_open(&c->head, record, EVD_HEAD_MANIFEST));
  const char *keys = evd_path(arena(c), "%s/election_keys.json", record);
  if (evd_file_exists(keys))
    return evd_complain(EVD_ERR_REFUSED,
                        "%s is there: the key ceremony of this record is over",
                        keys);
  const uint32_t n = c->head.par.n;
  c->commits = evd_arena_get(arena(c), n, sizeof *c->commits);
  c->commit_text = evd_arena_get(arena(c), n, sizeof *c->commit_text);
  c->files = evd_arena_get(arena(c), n, sizeof *c->files);
  c->head.guardians = evd_arena_get(arena(c), n, sizeof *c->head.guardians);
  if (!c->commits || !c->commit_text || !c->files || !c->head.guardians)
    return evd_complain(EVD_ERR_SPACE, "%s: too many guardians", record);
  return EVD_OK;
}

void evd_ceremony_close(evd_ceremony *c) { evd_head_close(&c->head); }

evd_err evd_say_waiting(const char *what, const bool missing[], uint32_t n) {
  char list[1024] = "";
  size_t used = 0;
  uint32_t count = 0;
  for (uint32_t i = 0; i < n; i++) {
    if (!missing[i] || used + 16 > sizeof list)
      continue;
    used += (size_t)snprintf(list + used, sizeof list - used, "%s%u",
                             count ? ", " : "", i + 1);
    count++;
  }
  return evd_complain(EVD_ERR_WAIT, "waiting for %s of guardian%s %s", what,
                      count == 1 ? "" : "s", list);
}

evd_err evd_ceremony_args_read(evd_ceremony_args *out, int argc, char **argv) {
  memset(out, 0, sizeof *out);
  const evd_option_row rows[] = {
      EVD_OPT("index", out->index), EVD_OPT("secret", out->secret),
      EVD_OPT("exchange", out->xd), EVD_OPT_SECRETS(out->words),
      EVD_OPT_SYNC(out->sync),      EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &out->record, 1, "RECORD"));
  EVD_TRY(evd_arg_needed(argv[0], "secret", out->secret));
  return evd_arg_needed(argv[0], "exchange", out->xd);
}

static evd_sync sync_of(const evd_ceremony_args *a, const char *verb) {
  return (evd_sync){.verb = verb,
                    .record = a->record,
                    .xd = a->xd,
                    .words = &a->sync,
                    .what = EVD_SYNC_CEREMONY,
                    .index = a->index,
                    .secret = a->secret,
                    .passphrase_fd = a->words.fd};
}

evd_err evd_ceremony_fetch(const evd_ceremony_args *a, const char *verb) {
  const evd_sync s = sync_of(a, verb);
  return evd_sync_fetch(&s);
}

evd_err evd_ceremony_send(const evd_ceremony_args *a, const char *verb) {
  const evd_sync s = sync_of(a, verb);
  return evd_sync_send(&s);
}

/* ---- commits ---- */

static evd_err read_commit(evd_ceremony *c, uint32_t i) {
  const char *path = evd_path(arena(c), "%s/commit_%u.json", c->xd, i);
  evd_why why = {""};
  evd_commit *out = &c->commits[i - 1];
  EVD_TRY(
      evd_file_read(path, SMALL_FILE_MAX, &c->commit_text[i - 1], arena(c)));
  evd_err e = evd_commit_read(out, c->commit_text[i - 1], arena(c), &why);
  if (e != EVD_OK)
    return evd_complain(e, "%s: %s", path, why.text);
  if (out->i != i)
    return evd_complain(EVD_ERR_RULE, "%s: expected i %u, found %u", path, i,
                        out->i);
  if (memcmp(&out->H_B, &c->head.H_B, sizeof out->H_B) != 0)
    return evd_complain(EVD_ERR_COMMIT,
                        "%s: guardian %u committed to another election: H_B "
                        "is not that of this manifest",
                        path, i);
  return EVD_OK;
}

/* Which of the n files `<name>_<i>.json` are not there. */
static bool find_missing(evd_ceremony *c, const char *name, bool missing[]) {
  bool any = false;
  for (uint32_t i = 1; i <= c->head.par.n; i++) {
    const char *path = evd_path(arena(c), "%s/%s_%u.json", c->xd, name, i);
    missing[i - 1] = !evd_file_exists(path);
    any = any || missing[i - 1];
  }
  return any;
}

evd_err evd_ceremony_commits(evd_ceremony *c) {
  bool missing[EVD_N_MAX];
  if (find_missing(c, "commit", missing))
    return evd_say_waiting("the commit", missing, c->head.par.n);
  for (uint32_t i = 1; i <= c->head.par.n; i++)
    EVD_TRY(read_commit(c, i));
  return EVD_OK;
}

/* ---- guardian files ---- */

static evd_err read_guardian(evd_ceremony *c, uint32_t i) {
  const char *path = evd_path(arena(c), "%s/guardian_%u.json", c->xd, i);
  evd_guardian_pub *g = &c->head.guardians[i - 1];
  evd_span bytes;
  evd_h32 digest;
  evd_why why = {""};
  EVD_TRY(evd_file_read(path, GUARDIAN_FILE_MAX, &bytes, arena(c)));
  c->files[i - 1] = bytes;
  evd_digest(&digest, "guardian", bytes.p, bytes.n);
  if (memcmp(&digest, &c->commits[i - 1].digest, sizeof digest) != 0)
    return evd_complain(EVD_ERR_COMMIT,
                        "%s is not the file that guardian %u committed to",
                        path, i);
  evd_err e = evd_guardian_pub_read(g, bytes, arena(c), &why);
  if (e != EVD_OK)
    return evd_complain(e, "%s: %s", path, why.text);
  if (g->i == i && g->k == c->head.par.k)
    return EVD_OK;
  return evd_complain(EVD_ERR_RULE,
                      "%s: expected guardian %u with %u commitments of each "
                      "kind, found guardian %u with %u",
                      path, i, c->head.par.k, g->i, g->k);
}

typedef struct {
  const char *xd;
  uint32_t n;
} complaints;

/* One sentence for the first fault; `where` names the file in a record. */
static void complain_fault(void *self, const char *where, const char *what) {
  complaints *s = self;
  const char *slash = strchr(where, '/');
  if (s->n++ == 0)
    (void)evd_complain(EVD_ERR_FAIL, "%s/%s: %s", s->xd,
                       slash ? slash + 1 : where, what);
}

static void join_keys(evd_ceremony *c) {
  evd_group G;
  evd_head *h = &c->head;
  evd_election_keys *k = &h->keys;
  evd_group_init(&G, evd_host_kernel());
  evd_joint_keys_var(&G, &k->K, &k->K_hat, h->guardians, h->par.n);
  k->H_P = h->H_P;
  k->H_B = h->H_B;
  evd_hash_HE(&G, &k->H_E, &h->H_B, &k->K, &k->K_hat);
  evd_hash_HG(&G, &k->H_G, &h->H_B, &k->K, &k->K_hat, h->guardians, h->par.n);
}

static evd_err refuse_known(const evd_ceremony *c) {
  if (evd_str_is(c->head.man.kind, "trial"))
    return EVD_OK;
  for (uint32_t i = 1; i <= c->head.par.n; i++)
    if (evd_known_test_key(&c->head.guardians[i - 1].K[0]))
      return evd_complain(EVD_ERR_REFUSED,
                          "%s/guardian_%u.json is a published test key", c->xd,
                          i);
  return EVD_OK;
}

evd_err evd_ceremony_guardians(evd_ceremony *c) {
  bool missing[EVD_N_MAX];
  complaints s = {c->xd, 0};
  if (find_missing(c, "guardian", missing))
    return evd_say_waiting("the file", missing, c->head.par.n);
  for (uint32_t i = 1; i <= c->head.par.n; i++)
    EVD_TRY(read_guardian(c, i));
  join_keys(c);
  if (evd_head_judge(&c->head, EVD_HEAD_KEYS, complain_fault, &s))
    return EVD_ERR_FAIL;
  return refuse_known(c);
}

/* ---- one's own ---- */

static evd_err same_file(evd_ceremony *c, const char *dir, const char *name,
                         evd_span want, const char *sentence) {
  const char *path = evd_path(arena(c), "%s/%s", dir, name);
  evd_span mine;
  EVD_TRY(evd_file_read(path, GUARDIAN_FILE_MAX, &mine, arena(c)));
  if (mine.n == want.n && memcmp(mine.p, want.p, want.n) == 0)
    return EVD_OK;
  return evd_complain(EVD_ERR_COMMIT, "%s/%s %s", c->xd, name, sentence);
}

/* The n lines that `reveal` saw against the commits now in the folder. */
static evd_err same_commits(evd_ceremony *c, const char *dir, uint32_t i) {
  const char *path = evd_path(arena(c), "%s/commits_%u.jsonl", dir, i);
  evd_span seen;
  if (!evd_file_exists(path))
    return evd_complain(EVD_ERR_MISSING,
                        "%s is not there: `evident guardian reveal` comes "
                        "first",
                        path);
  EVD_TRY(evd_file_read(path, GUARDIAN_FILE_MAX, &seen, arena(c)));
  for (uint32_t l = 1; l <= c->head.par.n; l++) {
    evd_span now = c->commit_text[l - 1];
    if (seen.n < now.n + 1 || memcmp(seen.p, now.p, now.n) != 0 ||
        seen.p[now.n] != '\n')
      return evd_complain(EVD_ERR_COMMIT,
                          "guardian %u changed its commit after it was sent: "
                          "%s/commit_%u.json is not the one seen at `reveal`; "
                          "start the ceremony again from nothing",
                          l, c->xd, l);
    seen = (evd_span){seen.p + now.n + 1, seen.n - now.n - 1};
  }
  return EVD_OK;
}

evd_err evd_ceremony_own(evd_ceremony *c, const char *dir, uint32_t i) {
  static const char other[] =
      "is not the one this guardian made for this election";
  EVD_TRY(same_file(c, dir, evd_path(arena(c), "commit_%u.json", i),
                    c->commit_text[i - 1], other));
  EVD_TRY(same_commits(c, dir, i));
  return same_file(c, dir, evd_path(arena(c), "guardian_%u.json", i),
                   c->files[i - 1], other);
}

/* ---- the secret ---- */

/* g^s = p is the check of a share of a constant polynomial. */
static bool opens(const evd_group *G, const evd_zq_sec *s, const evd_p *p) {
  return evd_share_check(G, s, p, 1, 1) == EVD_OK;
}

static bool belongs(const evd_guardian_sec *sec, const evd_guardian_pub *pub) {
  evd_group G;
  evd_group_init(&G, evd_host_kernel());
  bool good = opens(&G, &sec->zeta, &pub->kappa);
  for (uint32_t j = 0; j < sec->k && good; j++)
    good = opens(&G, &sec->a[j], &pub->K[j]) &&
           opens(&G, &sec->a_hat[j], &pub->K_hat[j]);
  return good;
}

evd_err evd_ceremony_secret_open(evd_guardian_sec *sec, evd_vault *v,
                                 const char *dir, const evd_ceremony *c,
                                 uint32_t i, evd_arena *a) {
  evd_span bytes;
  char name[64];
  (void)snprintf(name, sizeof name, "guardian_%u.ceremony.json", i);
  EVD_TRY(evd_guardian_sec_shape(sec, c->head.par.k, a));
  EVD_TRY(evd_vault_read(v, dir, name, &bytes));
  evd_err e = evd_ceremony_secret_read(sec, bytes);
  evd_vault_release(&bytes);
  if (e == EVD_OK && sec->i == i && belongs(sec, &c->head.guardians[i - 1]))
    return EVD_OK;
  evd_guardian_sec_wipe(sec);
  return evd_complain(EVD_ERR_COMMIT,
                      "%s/%s is not the secret of %s/guardian_%u.json", dir,
                      name, c->xd, i);
}
