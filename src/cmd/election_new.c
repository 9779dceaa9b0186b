/* evident election new: the fixed part of a record, from a table or a loose
 * manifest. */
#include <stdio.h>
#include <string.h>

#include "cmd/args.h"
#include "cmd/csv.h"
#include "cmd/manifest.h"
#include "egds/hashes.h"
#include "host/place.h"

#define SHORT_CODE_MAX 8 /* Omega_1 .. Omega_8 */
#define MIB ((size_t)1024 * 1024)
#define DEVICES_MAX 64

static const char verb[] = "election new";

typedef struct {
  const char *from, *out, *guardians, *quorum, *kind, *label, *names, *floor,
      *short_code;
  const char *texts, *slot_origin;
  const char *devices[DEVICES_MAX];
  uint32_t n_devices;
} options;

typedef struct {
  options opt;
  uint64_t n, k;
  evd_arena arena;
  evd_manifest man;
  evd_buf texts, manifest, parameters; /* bytes to write */
} maker;

/* ---- the command line ---- */

static evd_err read_options(options *o, int argc, char **argv) {
  const evd_option_row rows[] = {
      EVD_OPT("from", o->from),
      EVD_OPT("out", o->out),
      EVD_OPT("guardians", o->guardians),
      EVD_OPT("quorum", o->quorum),
      EVD_OPT("kind", o->kind),
      EVD_OPT("label", o->label),
      EVD_OPT("guardian-names", o->names),
      EVD_OPT("privacy-floor", o->floor),
      EVD_OPT("short-code", o->short_code),
      EVD_OPT("texts", o->texts),
      EVD_OPT("slot-origin", o->slot_origin),
      EVD_OPT_LIST("device", o->devices, DEVICES_MAX, o->n_devices),
      EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, NULL, 0, ""));
  EVD_TRY(evd_arg_needed(verb, "from", o->from));
  EVD_TRY(evd_arg_needed(verb, "guardians", o->guardians));
  EVD_TRY(evd_arg_needed(verb, "quorum", o->quorum));
  EVD_TRY(evd_arg_needed(verb, "out", o->out));
  if (!o->kind || strcmp(o->kind, "election") == 0 ||
      strcmp(o->kind, "trial") == 0)
    return EVD_OK;
  return evd_usage(verb, "--kind is election or trial, not `%s`", o->kind);
}

static bool ends_with(const char *path, const char *end) {
  size_t n = strlen(path), m = strlen(end);
  return n >= m && strcmp(path + n - m, end) == 0;
}

/* ---- defaults ---- */

static evd_err no_memory(void) {
  return evd_complain(EVD_ERR_SPACE, "%s: the election does not fit in memory",
                      verb);
}

/* The file's name without folder and ending. */
static evd_str label_of_file(const char *path) {
  const char *slash = strrchr(path, '/');
  const char *name = slash ? slash + 1 : path;
  const char *dot = strrchr(name, '.');
  size_t n = dot && dot != name ? (size_t)(dot - name) : strlen(name);
  return (evd_str){(const uint8_t *)name, n};
}

static evd_err default_names(maker *k) {
  evd_str *names = evd_arena_get(&k->arena, k->n, sizeof *names);
  if (!names)
    return no_memory();
  for (uint32_t i = 0; i < k->n; i++)
    names[i] = evd_str_of(evd_path(&k->arena, "Guardian %u", i + 1));
  k->man.guardians = names;
  k->man.n_guardians = (uint32_t)k->n;
  return EVD_OK;
}

static evd_err given_names(maker *k) {
  evd_str *names = evd_arena_get(&k->arena, k->n + 1, sizeof *names);
  const char *at = k->opt.names;
  uint32_t found = 0;
  if (!names)
    return no_memory();
  for (;;) {
    size_t n = strcspn(at, ",");
    if (found < k->n)
      names[found] = (evd_str){(const uint8_t *)at, n};
    found++;
    if (at[n] == 0)
      break;
    at += n + 1;
  }
  if (found != k->n)
    return evd_usage(verb,
                     "--guardian-names needs %llu names with commas "
                     "between them, found %u",
                     (unsigned long long)k->n, found);
  k->man.guardians = names;
  k->man.n_guardians = found;
  return EVD_OK;
}

static evd_err default_style(maker *k) {
  evd_manifest *m = &k->man;
  evd_style *style = evd_arena_get(&k->arena, 1, sizeof *style);
  uint32_t *all = evd_arena_get(&k->arena, m->n_contests, sizeof *all);
  if (!style || !all)
    return no_memory();
  for (uint32_t i = 0; i < m->n_contests; i++)
    all[i] = i + 1;
  *style = (evd_style){evd_str_of("All"), m->n_contests, all};
  m->styles = style;
  m->n_styles = 1;
  return EVD_OK;
}

/* LABEL, LABEL:mode or LABEL:mode:chaining; a label may hold colons, so the
 * end is looked at first. */
static void read_device(evd_device *d, const char *text) {
  static const char *const modes[] = {"booth", "remote", "mail", "audit"};
  size_t n = strlen(text);
  *d = (evd_device){{(const uint8_t *)text, n}, evd_str_of("booth"), 1};
  bool numbered =
      n > 2 && text[n - 2] == ':' && (text[n - 1] == '0' || text[n - 1] == '1');
  size_t end = numbered ? n - 2 : n;
  for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
    size_t length = strlen(modes[i]);
    if (end <= length + 1 || text[end - length - 1] != ':' ||
        memcmp(text + end - length, modes[i], length) != 0)
      continue;
    d->mode = evd_str_of(modes[i]);
    d->label.n = end - length - 1;
    d->chaining = numbered ? (uint32_t)(text[n - 1] - '0') : 1;
  }
}

static evd_err set_devices(maker *k) {
  uint32_t n = k->opt.n_devices;
  evd_device *d = evd_arena_get(&k->arena, n > 0 ? n : 1, sizeof *d);
  if (!d)
    return no_memory();
  if (n == 0)
    read_device(&d[0], "device 1");
  for (uint32_t i = 0; i < n; i++)
    read_device(&d[i], k->opt.devices[i]);
  k->man.devices = d;
  k->man.n_devices = n > 0 ? n : 1;
  return EVD_OK;
}

/* What a file of contests alone leaves open. */
static evd_err fill_new(maker *k) {
  evd_manifest *m = &k->man;
  m->format = evd_str_of(EVD_MANIFEST_FORMAT);
  m->label = label_of_file(k->opt.from);
  m->kind = evd_str_of(k->opt.kind ? k->opt.kind : "election");
  m->privacy_floor =
      evd_str_is(m->kind, "trial") ? 1 : EVD_MANIFEST_USUAL_FLOOR;
  m->slot_seconds = EVD_MANIFEST_USUAL_SLOT;
  uint64_t now = evd_clock_seconds();
  m->slot_origin = now - now % m->slot_seconds;
  EVD_TRY(default_style(k));
  EVD_TRY(default_names(k));
  return set_devices(k);
}

/* ---- sources ---- */

static evd_err read_loose(maker *k) {
  evd_span bytes;
  evd_why why = {""};
  EVD_TRY(evd_file_read(k->opt.from, 64 * MIB, &bytes, &k->arena));
  evd_err e = evd_manifest_read_loose(&k->man, bytes, &k->arena, &why);
  if (e != EVD_OK)
    return evd_complain(e, "%s: %s", k->opt.from, why.text);
  if (k->man.n_guardians == 0)
    EVD_TRY(default_names(k));
  if (k->man.n_devices == 0)
    EVD_TRY(set_devices(k));
  if (k->man.n_styles == 0 && k->man.n_contests > 0)
    EVD_TRY(default_style(k));
  return EVD_OK;
}

/* What the command line says outranks what the file says. */
static evd_err override(maker *k) {
  const options *o = &k->opt;
  uint64_t short_code = 0;
  if (o->kind)
    k->man.kind = evd_str_of(o->kind);
  if (o->label)
    k->man.label = evd_str_of(o->label);
  if (o->names)
    EVD_TRY(given_names(k));
  if (o->n_devices > 0)
    EVD_TRY(set_devices(k));
  if (o->floor)
    EVD_TRY(evd_arg_number("--privacy-floor", o->floor, 1, INT32_MAX,
                           &k->man.privacy_floor));
  if (o->short_code)
    EVD_TRY(evd_arg_number("--short-code", o->short_code, 0, SHORT_CODE_MAX,
                           &short_code));
  if (o->short_code)
    k->man.short_code = (uint32_t)short_code;
  if (o->slot_origin)
    EVD_TRY(evd_arg_number("--slot-origin", o->slot_origin, 0,
                           ((uint64_t)1 << 53) - 1, &k->man.slot_origin));
  return EVD_OK;
}

/* Any white space is fine; what is written and hashed is the one byte form. */
static evd_err read_texts(maker *k) {
  evd_texts texts;
  evd_span given;
  evd_why why = {""};
  if (!k->opt.texts)
    return EVD_OK;
  EVD_TRY(evd_file_read(k->opt.texts, MIB, &given, &k->arena));
  evd_err e = evd_texts_read(&texts, given, &k->arena, &why);
  if (e != EVD_OK && e != EVD_ERR_FORM)
    return evd_complain(e, "%s: %s", k->opt.texts, why.text);
  evd_texts_write(&k->texts, &texts);
  if (!evd_buf_ok(&k->texts))
    return no_memory();
  evd_digest(&k->man.texts, "texts", k->texts.p, k->texts.n);
  return EVD_OK;
}

/* ---- judging what was made ---- */

typedef struct {
  const char *file;
  uint32_t n;
} judge;

static void rule_broken(void *self, const char *where, const char *what) {
  judge *j = self;
  /* the first 20 say enough */
  if (j->n++ < 20)
    (void)evd_complain(EVD_ERR_RULE, "%s: %s: %s", j->file, where, what);
}

static void judge_guardians(const maker *k, judge *j) {
  bool trial = evd_str_is(k->man.kind, "trial");
  if (k->n != k->man.n_guardians)
    rule_broken(j, "guardians",
                "the number of names is not that of --guardians");
  if (!trial && (k->n < 3 || k->k < 2))
    rule_broken(j, "kind",
                "an election needs at least 3 guardians and a quorum of at "
                "least 2; fewer only with --kind trial");
}

/* The bytes are read back as any reader would, so what is written is what
 * was judged. */
static evd_err judge_all(maker *k) {
  evd_manifest back;
  evd_texts texts;
  evd_why why = {""};
  judge j = {k->opt.from, 0};
  evd_span bytes = {k->manifest.p, k->manifest.n};
  if (!evd_buf_ok(&k->manifest))
    return no_memory();
  evd_err e = evd_manifest_read(&back, bytes, &k->arena, &why);
  if (e != EVD_OK)
    return evd_complain(e, "%s: %s", k->opt.from, why.text);
  if (evd_manifest_rules(&back, rule_broken, &j) == EVD_RULES_STARVED)
    return no_memory();
  judge_guardians(k, &j);
  static const evd_h32 none;
  bool named = memcmp(&back.texts, &none, sizeof none) != 0;
  if (named && !k->opt.texts)
    rule_broken(&j, "texts",
                "names a file of translations; give it with "
                "--texts FILE");
  if (k->opt.texts) {
    j.file = k->opt.texts;
    bytes = (evd_span){k->texts.p, k->texts.n};
    e = evd_texts_read(&texts, bytes, &k->arena, &why);
    if (e != EVD_OK)
      return evd_complain(e, "%s: %s", k->opt.texts, why.text);
    if (evd_texts_rules(&texts, bytes, &back, rule_broken, &j) ==
        EVD_RULES_STARVED)
      return no_memory();
  }
  return j.n > 0 ? EVD_ERR_RULE : EVD_OK;
}

/* ---- writing ---- */

static void set_parameters(maker *k) {
  evd_parameters p = {
      .spec = evd_str_of("v2.1.0"), .n = (uint32_t)k->n, .k = (uint32_t)k->k};
  memcpy(p.p.b, evd_p_bytes, sizeof p.p.b);
  memcpy(p.q.b, evd_q_bytes, sizeof p.q.b);
  memcpy(p.g.b, evd_g_bytes, sizeof p.g.b);
  evd_parameters_write(&k->parameters, &p);
}

static evd_err write_in(maker *k, const char *name, const evd_buf *bytes) {
  const char *path = evd_path(&k->arena, "%s/%s", k->opt.out, name);
  return evd_file_write(path, bytes->p, bytes->n, 0644, EVD_NEW);
}

static void take_back(maker *k) {
  static const char *const names[] = {"texts.json", "manifest.json",
                                      "parameters.json"};
  for (size_t i = 0; i < 3; i++) {
    const char *path = evd_path(&k->arena, "%s/%s", k->opt.out, names[i]);
    if (evd_file_exists(path) && evd_file_erase(path) != EVD_OK)
      return;
  }
  evd_dir_remove(k->opt.out);
}

static evd_err write_files(maker *k) {
  if (k->opt.texts)
    EVD_TRY(write_in(k, "texts.json", &k->texts));
  EVD_TRY(write_in(k, "manifest.json", &k->manifest));
  return write_in(k, "parameters.json", &k->parameters);
}

static evd_err write_record(maker *k) {
  EVD_TRY(evd_dir_make_new(k->opt.out, 0755));
  evd_err e = write_files(k);
  if (e != EVD_OK)
    take_back(k);
  return e;
}

/* ---- telling ---- */

static void tell(const maker *k) {
  const evd_manifest *m = &k->man;
  evd_group G;
  evd_h32 H_P, H_B;
  char hex[65];
  evd_group_init(&G, evd_host_kernel());
  evd_hash_HP(&G, &H_P, (uint32_t)k->n, (uint32_t)k->k);
  evd_hash_HB(&G, &H_B, &H_P, (evd_span){k->manifest.p, k->manifest.n});
  printf("%.*s: %.*s, %u contest%s, %u style%s, %u device%s, %llu guardians, "
         "quorum %llu\n",
         (int)m->label.n, (const char *)m->label.p, (int)m->kind.n,
         (const char *)m->kind.p, m->n_contests, m->n_contests == 1 ? "" : "s",
         m->n_styles, m->n_styles == 1 ? "" : "s", m->n_devices,
         m->n_devices == 1 ? "" : "s", (unsigned long long)k->n,
         (unsigned long long)k->k);
  evd_hex_text(hex, &H_P);
  printf("H_P  %s\n", hex);
  evd_hex_text(hex, &H_B);
  printf("H_B  %s\n", hex);
  printf("Written to %s. Give every guardian a copy and compare H_B aloud.\n"
         "Next, each guardian i: evident guardian new %s --index i --secret "
         "DIR --exchange XD\n",
         k->opt.out, k->opt.out);
}

static evd_err make(maker *k) {
  evd_err e = EVD_OK;
  bool csv = ends_with(k->opt.from, ".csv");
  if (csv)
    e = evd_csv_contests(&k->man, k->opt.from, &k->arena);
  if (csv && e == EVD_OK)
    e = fill_new(k);
  if (!csv)
    e = read_loose(k);
  EVD_TRY(e);
  EVD_TRY(override(k));
  EVD_TRY(read_texts(k));
  evd_manifest_write(&k->manifest, &k->man);
  set_parameters(k);
  EVD_TRY(judge_all(k));
  EVD_TRY(write_record(k));
  tell(k);
  return EVD_OK;
}

evd_err evd_cmd_election_new(int argc, char **argv) {
  maker k = {.n = 0};
  EVD_TRY(read_options(&k.opt, argc, argv));
  EVD_TRY(evd_arg_number("--guardians", k.opt.guardians, 1, 255, &k.n));
  EVD_TRY(evd_arg_number("--quorum", k.opt.quorum, 1, k.n, &k.k));
  if (evd_file_exists(k.opt.out))
    return evd_complain(EVD_ERR_EXISTS,
                        "%s is there already and is not overwritten",
                        k.opt.out);
  evd_arena_init(&k.arena, 1024 * MIB);
  evd_buf_init(&k.texts, MIB);
  evd_buf_init(&k.manifest, 64 * MIB);
  evd_buf_init(&k.parameters, MIB);
  evd_err e = make(&k);
  evd_buf_close(&k.parameters);
  evd_buf_close(&k.manifest);
  evd_buf_close(&k.texts);
  evd_arena_close(&k.arena);
  return e;
}
