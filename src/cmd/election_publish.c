/* evident election publish: the first entry of a log, SETUP. */
#include <stdio.h>
#include <string.h>

#include "board/facts.h"
#include "cmd/act.h"
#include "cmd/policy_file.h"

#define FILE_BYTES_MAX ((size_t)64 << 20)

static const char verb[] = "election publish";
static const char unwatched[] = "nobody else watches this log";

typedef struct {
  const char *record, *keys, *profile, *admins, *sentence;
  evd_act_words act;
} options;

typedef struct {
  options opt;
  evd_head head;
  evd_arena arena;
  evd_span parameters, keys_text, policy_text;
  evd_board_keys keys;
  evd_policy policy;
} publisher;

static evd_err read_options(options *o, int argc, char **argv) {
  const evd_option_row rows[] = {EVD_OPT("keys", o->keys),
                                 EVD_OPT("profile", o->profile),
                                 EVD_OPT("admin-quorum", o->admins),
                                 EVD_OPT("unwatched", o->sentence),
                                 EVD_OPT_ACT(o->act),
                                 EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &o->record, 1, "RECORD"));
  EVD_TRY(evd_arg_needed(verb, "keys", o->keys));
  return evd_arg_needed(verb, "policy", o->act.policy);
}

/* ---- what is read ---- */

static evd_err read_keys(publisher *x) {
  const char *what = "";
  uint32_t line = 0;
  EVD_TRY(evd_file_read(x->opt.keys, FILE_BYTES_MAX, &x->keys_text, &x->arena));
  evd_err e =
      evd_board_keys_read(&x->keys, x->keys_text, &x->arena, &what, &line);
  if (e != EVD_OK)
    return evd_complain(e, "%s:%u: %s", x->opt.keys, line, what);
  if (evd_board_keys_of(&x->keys, EVD_ROLE_GUARDIAN) != x->head.par.n)
    return evd_complain(EVD_ERR_RULE,
                        "%s: expected the keys of %u guardians, found %u",
                        x->opt.keys, x->head.par.n,
                        evd_board_keys_of(&x->keys, EVD_ROLE_GUARDIAN));
  return EVD_OK;
}

static evd_err read_policy(publisher *x) {
  const char *path = x->opt.act.policy;
  EVD_TRY(evd_policy_file_read(&x->policy, &x->policy_text, path, &x->arena));
  if (x->policy.n_logs == 1)
    return EVD_OK;
  return evd_complain(EVD_ERR_RULE, "%s: expected one log, found %u", path,
                      x->policy.n_logs);
}

/* ---- profile ---- */

static evd_err named_profile(const char *word, uint8_t *out) {
  static const char *const words[] = {"strict", "small", "none"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (strcmp(word, words[i]) == 0) {
      *out = (uint8_t)(i + EVD_PROFILE_STRICT);
      return EVD_OK;
    }
  return evd_usage(verb, "--profile takes strict, small or none, not `%s`",
                   word);
}

static evd_err choose_profile(publisher *x, uint8_t *out) {
  const evd_manifest *m = &x->head.man;
  const char *what = "";
  *out = EVD_PROFILE_STRICT;
  if (x->opt.profile)
    EVD_TRY(named_profile(x->opt.profile, out));
  evd_err e = evd_profile_check(*out, x->policy_text, &x->arena, &what);
  if (e != EVD_OK)
    return evd_complain(e, "%s: %s", x->opt.act.policy, what);
  if (m->restricted && *out != EVD_PROFILE_STRICT)
    return evd_complain(EVD_ERR_RULE,
                        "a restricted election asks for the profile strict");
  bool trial = evd_str_is(m->kind, "trial");
  bool said = x->opt.sentence && strcmp(x->opt.sentence, unwatched) == 0;
  if (*out == EVD_PROFILE_NONE && !trial && !said)
    return evd_complain(EVD_ERR_USAGE,
                        "without witnesses an election is published with "
                        "--unwatched \"%s\" only",
                        unwatched);
  return EVD_OK;
}

/* More than half of the admins, unless another number was asked for. */
static evd_err choose_admins(const publisher *x, uint8_t *out) {
  uint32_t n = evd_board_keys_of(&x->keys, EVD_ROLE_ADMIN);
  uint64_t k = n / 2 + 1;
  if (n == 0 || n > EVD_N_MAX)
    return evd_complain(EVD_ERR_RULE, "%s: expected 1 to %u admins, found %u",
                        x->opt.keys, EVD_N_MAX, n);
  if (x->opt.admins)
    EVD_TRY(evd_arg_number("--admin-quorum", x->opt.admins, 1, n, &k));
  *out = (uint8_t)k;
  return EVD_OK;
}

/* ---- the entry ---- */

static evd_err publish(publisher *x) {
  evd_entry e = {.type = EVD_ENTRY_SETUP, .slot = evd_slot_now(&x->head.man)};
  evd_span objects[EVD_ENTRY_OBJECTS_MAX];
  uint32_t n = 0;
  EVD_TRY(choose_profile(x, &e.setup.profile));
  EVD_TRY(choose_admins(x, &e.setup.admin_k));
  e.setup.H_P = x->head.H_P;
  e.setup.H_B = x->head.H_B;
  e.setup.parameters = evd_object_name("parameters", x->parameters);
  objects[n++] = x->parameters;
  e.setup.manifest = evd_object_name("manifest", x->head.manifest_bytes);
  objects[n++] = x->head.manifest_bytes;
  if (x->head.has_texts) {
    e.setup.texts = evd_object_name("texts", x->head.texts_bytes);
    objects[n++] = x->head.texts_bytes;
  }
  e.setup.keys = evd_object_name("keys", x->keys_text);
  objects[n++] = x->keys_text;
  e.setup.policy = evd_object_name("policy", x->policy_text);
  objects[n++] = x->policy_text;
  const char *origin = x->policy.logs[0].key.name;
  const evd_act act = {
      .verb = verb,
      .words = &x->opt.act,
      .frame = {.origin = {(const uint8_t *)origin, strlen(origin)},
                .keys = &x->keys,
                .admin_k = e.setup.admin_k,
                .n_guardians = x->head.par.n,
                .quorum = x->head.par.k},
      .policy = &x->policy};
  return evd_act_do(&act, &e, objects, n);
}

static evd_err run(publisher *x) {
  const char *path = evd_path(&x->arena, "%s/parameters.json", x->opt.record);
  EVD_TRY(evd_head_open(&x->head, x->opt.record, EVD_HEAD_MANIFEST));
  EVD_TRY(evd_file_read(path, FILE_BYTES_MAX, &x->parameters, &x->arena));
  EVD_TRY(read_keys(x));
  EVD_TRY(read_policy(x));
  return publish(x);
}

evd_err evd_cmd_election_publish(int argc, char **argv) {
  publisher x = {.opt = {.record = NULL}};
  EVD_TRY(read_options(&x.opt, argc, argv));
  evd_arena_init(&x.arena, 4 * FILE_BYTES_MAX);
  evd_err e = run(&x);
  evd_head_close(&x.head);
  evd_arena_close(&x.arena);
  return e;
}
