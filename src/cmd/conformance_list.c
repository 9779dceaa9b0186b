/* Reading kit.json, and choosing from it. */
#include <string.h>

#include "cmd/conformance.h"
#include "record/json.h"

enum { KIT_JSON_BYTES_MAX = 4 << 20 };

uint32_t evd_code_find(const char *text, size_t n) {
  uint32_t c = 0;
  while (c < EVD_KIT_CODES && (strlen(evd_kit_codes[c]) != n ||
                               memcmp(evd_kit_codes[c], text, n) != 0))
    c++;
  return c;
}

uint32_t evd_codes_count(const evd_codes *c) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < EVD_KIT_CODES; i++)
    n += c->has[i];
  return n;
}

/* A name of a folder, and nothing that leads elsewhere. */
static bool plain_name(evd_span s) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] == '/' || s.p[i] < ' ')
      return false;
  return s.n > 0 && s.p[0] != '.';
}

/* A name; *out stays NULL where there is none and it is not needed. */
static bool read_name(const char **out, const evd_json *from, const char *key,
                      bool needed, evd_arena *a) {
  const evd_json *at = evd_json_get(from, key);
  evd_span text;
  if (!at)
    return !needed;
  if (!evd_json_string(at, &text) || !plain_name(text))
    return false;
  *out = evd_path(a, "%.*s", (int)text.n, (const char *)text.p);
  return true;
}

static bool read_log(evd_trial *t, const evd_json *from, evd_arena *a) {
  t->log = true;
  return read_name(&t->board, from, "board", true, a) &&
         read_name(&t->policy, from, "policy", true, a) &&
         read_name(&t->policy_digest, from, "policy_digest", true, a) &&
         read_name(&t->head, from, "head", false, a) &&
         read_name(&t->record, from, "record", false, a);
}

static bool read_trial(evd_trial *t, const evd_json *from, bool log,
                       evd_arena *a) {
  const evd_json *fail = evd_json_get(from, "fail");
  evd_span code;
  if (!read_name(&t->id, from, "id", true, a) || !evd_json_is_array(fail) ||
      (log && !read_log(t, from, a)))
    return false;
  for (size_t i = 0; i < evd_json_count(fail); i++) {
    if (!evd_json_string(evd_json_at(fail, i), &code))
      return false;
    uint32_t c = evd_code_find((const char *)code.p, code.n);
    if (c == EVD_KIT_CODES || (c >= EVD_KIT_RECORD_CODES) != log)
      return false;
    t->want.has[c] = true;
  }
  return true;
}

static evd_err read_list(evd_trials *t, const evd_json *list, bool log,
                         const char *path, evd_arena *a) {
  const size_t n = evd_json_count(list);
  for (size_t i = 0; i < n; i++)
    if (!read_trial(&t->trials[t->n++], evd_json_at(list, i), log, a))
      return evd_complain(EVD_ERR_PARSE,
                          "%s: %s[%zu] needs an id and a list of codes%s", path,
                          log ? "logs" : "records", i + 1,
                          log ? ", a board, a policy and its digest" : "");
  return EVD_OK;
}

/* Kits that were made before there were logs have none. */
static evd_err read_lists(evd_trials *t, const evd_json *root, const char *path,
                          evd_arena *a) {
  const evd_json *records = evd_json_get(root, "records");
  const evd_json *logs = evd_json_get(root, "logs");
  const size_t n = evd_json_count(records) + evd_json_count(logs);
  t->n = 0;
  t->trials = evd_arena_get(a, n, sizeof *t->trials);
  if (n > 0 && !t->trials)
    return EVD_ERR_SPACE;
  EVD_TRY(read_list(t, records, false, path, a));
  EVD_TRY(read_list(t, logs, true, path, a));
  return n > 0 ? EVD_OK : evd_complain(EVD_ERR_PARSE, "%s lists nothing", path);
}

evd_err evd_trials_read(evd_trials *t, const char *dir, evd_arena *a) {
  static const char format[] = "Evident conformance kit v1";
  const char *path = evd_path(a, "%s/kit.json", dir);
  char why[240];
  evd_span bytes, text;
  EVD_TRY(evd_file_read(path, KIT_JSON_BYTES_MAX, &bytes, a));
  evd_json *root = evd_json_parse(bytes, why);
  if (!root)
    return evd_complain(EVD_ERR_PARSE, "%s: %s", path, why);
  evd_err e;
  if (!evd_json_string(evd_json_get(root, "format"), &text) ||
      text.n != strlen(format) || memcmp(text.p, format, text.n) != 0)
    e = evd_complain(EVD_ERR_PARSE, "%s: expected the format `%s`", path,
                     format);
  else
    e = read_lists(t, root, path, a);
  evd_json_close(root);
  return e;
}

void evd_trials_only(evd_trials *t, bool log) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < t->n; i++)
    if (t->trials[i].log == log)
      t->trials[kept++] = t->trials[i];
  t->n = kept;
}

/* The record or log that aims at code c: the one with the fewest other codes.
 */
static uint32_t aimed_at(const evd_trials *t, uint32_t c) {
  uint32_t best = t->n;
  for (uint32_t i = 0; i < t->n; i++)
    if (t->trials[i].want.has[c] &&
        (best == t->n || evd_codes_count(&t->trials[i].want) <
                             evd_codes_count(&t->trials[best].want)))
      best = i;
  return best;
}

void evd_trials_first(evd_trials *t) {
  evd_codes seen = {{false}};
  uint32_t chosen[EVD_KIT_CODES], n = 0, kept = 0;
  for (uint32_t c = 0; c < EVD_KIT_CODES; c++) {
    uint32_t at = seen.has[c] ? t->n : aimed_at(t, c);
    if (at == t->n)
      continue;
    chosen[n++] = at;
    for (uint32_t i = 0; i < EVD_KIT_CODES; i++)
      seen.has[i] |= t->trials[at].want.has[i];
  }
  for (uint32_t i = 0; i < t->n; i++) {
    bool good = evd_codes_count(&t->trials[i].want) == 0;
    for (uint32_t j = 0; j < n; j++)
      good |= chosen[j] == i;
    if (good)
      t->trials[kept++] = t->trials[i];
  }
  t->n = kept;
}
