/* What the imports of cast-vote records share. */
#include "cmd/import.h"

#include <stdio.h>
#include <string.h>

#include "cmd/args.h"

#define MANIFEST_BYTES_MAX ((size_t)16 << 20)
#define LINE_BYTES_MAX ((size_t)1 << 20)
#define GUARDIANS 3
#define PRIVACY_FLOOR 5
#define SLOT_SECONDS 3600

/* ---- options --------------------------------------------------------- */

static bool all_digits(const char *text) {
  return text[0] != 0 && text[strspn(text, "0123456789")] == 0;
}

/* "Guardian 1" .. "Guardian n" */
static evd_err number_guardians(evd_import_options *o, uint64_t n,
                                evd_arena *a) {
  o->guardians = evd_arena_get(a, n, sizeof *o->guardians);
  if (!o->guardians)
    return EVD_ERR_SPACE;
  o->n_guardians = (uint32_t)n;
  for (uint32_t i = 0; i < o->n_guardians; i++)
    o->guardians[i] = evd_str_of(evd_path(a, "Guardian %u", i + 1));
  return EVD_OK;
}

static evd_err name_guardians(evd_import_options *o, const char *list,
                              evd_arena *a) {
  o->guardians = evd_arena_get(a, EVD_N_MAX, sizeof *o->guardians);
  if (!o->guardians)
    return EVD_ERR_SPACE;
  for (const char *at = list;; at++) {
    size_t n = strcspn(at, ",");
    evd_str name = {(const uint8_t *)at, n};
    if (o->n_guardians == EVD_N_MAX || !evd_label_good(name))
      return evd_complain(EVD_ERR_USAGE,
                          "--guardians takes a number or at most %d names "
                          "separated by commas, not `%s`",
                          EVD_N_MAX, list);
    o->guardians[o->n_guardians++] = name;
    at += n;
    if (*at == 0)
      return EVD_OK;
  }
}

evd_err evd_import_args(evd_import_options *o, int argc, char **argv,
                        const char *what, evd_arena *a) {
  const char *guardians = NULL;
  memset(o, 0, sizeof *o);
  const evd_option_row rows[] = {EVD_OPT("out", o->out),
                                 EVD_OPT("guardians", guardians),
                                 EVD_OPT("label", o->label), EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &o->from, 1, what));
  EVD_TRY(evd_arg_needed(argv[0], "out", o->out));
  if (o->label && !evd_label_good(evd_str_of(o->label)))
    return evd_complain(EVD_ERR_USAGE,
                        "--label takes 1 to 200 bytes without spaces at the "
                        "ends, not `%s`",
                        o->label);
  uint64_t n = GUARDIANS;
  if (guardians && !all_digits(guardians))
    return name_guardians(o, guardians, a);
  if (guardians)
    EVD_TRY(evd_arg_number("--guardians", guardians, 1, EVD_N_MAX, &n));
  return number_guardians(o, n, a);
}

/* ---- the manifest ------------------------------------------------------ */

void evd_import_manifest(evd_manifest *m, const evd_import_options *o,
                         const char *device, evd_arena *a) {
  memset(m, 0, sizeof *m);
  m->format = evd_str_of("Evident record v1");
  if (o->label)
    m->label = evd_str_of(o->label);
  m->kind = evd_str_of("trial");
  m->n_guardians = o->n_guardians;
  m->guardians = o->guardians;
  m->devices = evd_arena_get(a, 1, sizeof *m->devices);
  if (m->devices) {
    m->devices[0] = (evd_device){evd_str_of(device), evd_str_of("booth"), 1};
    m->n_devices = 1;
  }
  m->privacy_floor = PRIVACY_FLOOR;
  m->slot_seconds = SLOT_SECONDS;
}

evd_err evd_import_text(evd_str *out, evd_span raw, evd_arena *a) {
  uint8_t *p = evd_arena_get(a, raw.n + 1, 1);
  size_t n = 0;
  if (!p)
    return EVD_ERR_SPACE;
  for (size_t i = 0; i < raw.n; i++) {
    bool space = raw.p[i] <= 0x20 || raw.p[i] == 0x7F;
    if (!space)
      p[n++] = raw.p[i];
    else if (n > 0 && p[n - 1] != ' ')
      p[n++] = ' ';
  }
  if (n > 0 && p[n - 1] == ' ')
    n--;
  *out = (evd_str){p, n};
  return EVD_OK;
}

evd_err evd_import_number_label(evd_str *label, uint64_t number, evd_arena *a) {
  char tail[32];
  int n = snprintf(tail, sizeof tail, " (%llu)", (unsigned long long)number);
  uint8_t *p = n > 0 ? evd_arena_get(a, label->n + (size_t)n, 1) : NULL;
  if (!p)
    return EVD_ERR_SPACE;
  if (label->n)
    memcpy(p, label->p, label->n);
  memcpy(p + label->n, tail, (size_t)n);
  *label = (evd_str){p, label->n + (size_t)n};
  return EVD_OK;
}

/* ---- the files --------------------------------------------------------- */

typedef struct {
  const char *from;
  bool told;
} judge;

static void first_fault(void *self, const char *where, const char *what) {
  judge *j = self;
  if (!j->told)
    (void)evd_complain(EVD_ERR_RULE,
                       "%s: the manifest made from it breaks a rule: %s: %s",
                       j->from, where, what);
  j->told = true;
}

/* What was written, read back as every reader of a record will. */
static evd_err judge_manifest(const evd_buf *bytes, const evd_import_options *o,
                              evd_arena *a) {
  evd_manifest back;
  evd_why why;
  judge j = {o->from, false};
  if (!evd_buf_ok(bytes))
    return evd_complain(EVD_ERR_RULE, "%s: its manifest is too large", o->from);
  evd_err e = evd_manifest_read(&back, (evd_span){bytes->p, bytes->n}, a, &why);
  if (e != EVD_OK)
    return evd_complain(e, "%s: the manifest made from it is not valid: %s",
                        o->from, why.text);
  uint32_t faults = evd_manifest_rules(&back, first_fault, &j);
  if (faults == EVD_RULES_STARVED)
    return EVD_ERR_SPACE;
  return faults == 0 ? EVD_OK : EVD_ERR_RULE;
}

evd_err evd_import_open(evd_import_out *w, const evd_import_options *o,
                        const evd_manifest *m, evd_arena *a) {
  memset(w, 0, sizeof *w);
  evd_buf_init(&w->manifest, MANIFEST_BYTES_MAX);
  evd_buf_init(&w->line, LINE_BYTES_MAX);
  w->dir = o->out;
  w->manifest_path = evd_path(a, "%s/manifest.json", o->out);
  w->plain_path = evd_path(a, "%s/plain.jsonl", o->out);
  evd_manifest_write(&w->manifest, m);
  EVD_TRY(judge_manifest(&w->manifest, o, a));
  if (evd_file_exists(w->manifest_path))
    return evd_complain(EVD_ERR_EXISTS,
                        "%s is there already and is not overwritten",
                        w->manifest_path);
  EVD_TRY(evd_dir_make(o->out, 0755));
  return evd_out_open(&w->plain, w->plain_path, 0600, EVD_NEW);
}

evd_err evd_import_card(evd_import_out *w, const evd_plain *p) {
  evd_buf_reset(&w->line);
  evd_plain_write(&w->line, p);
  evd_buf_text(&w->line, "\n");
  if (!evd_buf_ok(&w->line))
    return evd_complain(EVD_ERR_RULE, "%s: a card is too large", w->plain_path);
  return evd_out_add(w->plain, w->line.p, w->line.n);
}

evd_err evd_import_commit(evd_import_out *w) {
  evd_out *plain = w->plain;
  w->plain = NULL;
  EVD_TRY(evd_out_commit(plain));
  evd_err e = evd_file_write(w->manifest_path, w->manifest.p, w->manifest.n,
                             0644, EVD_NEW);
  /* Both or none: a folder with ballots alone would only mislead. */
  if (e != EVD_OK && evd_file_erase(w->plain_path) != EVD_OK)
    return EVD_ERR_IO;
  return e;
}

void evd_import_close(evd_import_out *w) {
  if (w->plain)
    evd_out_abandon(w->plain);
  w->plain = NULL;
  evd_buf_close(&w->manifest);
  evd_buf_close(&w->line);
}
