#include "verify_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARENA_BYTES ((size_t)1 << 30)

static const char *const paths[] = {
    "ballots/device_1.jsonl",
    "ballots/device_2.jsonl",
    "challenged.jsonl",
    "contest_data.jsonl",
    "devices.json",
    "election_keys.json",
    "guardians/guardian_1.json",
    "guardians/guardian_2.json",
    "guardians/guardian_3.json",
    "manifest.json",
    "parameters.json",
    "roll.jsonl",
    "states.jsonl",
    "tally.json",
    "tally_encrypted.json",
    "texts.json",
};

static void load_file(kit_record *r, const char *path) {
  char name[512];
  const char *root = getenv("EVD_SOURCE_ROOT");
  assert_non_null(root);
  (void)snprintf(name, sizeof name,
                 "%s/test/vector/records/visible-1/record/%s", root, path);
  FILE *f = fopen(name, "rb");
  assert_non_null(f);
  assert_int_equal(fseek(f, 0, SEEK_END), 0);
  long n = ftell(f);
  assert_true(n > 0);
  rewind(f);
  uint8_t *p = malloc((size_t)n);
  assert_non_null(p);
  assert_int_equal(fread(p, 1, (size_t)n, f), n);
  (void)fclose(f);
  kit_put(r, path, p, (size_t)n);
  free(p);
}

void kit_load(kit_record *r) {
  memset(r, 0, sizeof *r);
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
    load_file(r, paths[i]);
}

void kit_free(kit_record *r) {
  for (size_t i = 0; i < r->n_files; i++)
    free(r->files[i].p);
  r->n_files = 0;
}

kit_file *kit_get(kit_record *r, const char *path) {
  for (size_t i = 0; i < r->n_files; i++)
    if (strcmp(r->files[i].path, path) == 0)
      return &r->files[i];
  return NULL;
}

static int by_path(const void *a, const void *b) {
  const kit_file *x = a, *y = b;
  return strcmp(x->path, y->path);
}

void kit_put(kit_record *r, const char *path, const void *p, size_t n) {
  kit_file *f = kit_get(r, path);
  if (!f) {
    assert_true(r->n_files < KIT_FILES_MAX);
    f = &r->files[r->n_files++];
    memset(f, 0, sizeof *f);
    (void)snprintf(f->path, sizeof f->path, "%s", path);
  }
  uint8_t *copy = malloc(n + 1);
  assert_non_null(copy);
  if (n)
    memcpy(copy, p, n);
  free(f->p);
  f->p = copy;
  f->n = n;
  qsort(r->files, r->n_files, sizeof *r->files, by_path);
}

void kit_remove(kit_record *r, const char *path) {
  kit_file *f = kit_get(r, path);
  assert_non_null(f);
  free(f->p);
  *f = r->files[--r->n_files];
  qsort(r->files, r->n_files, sizeof *r->files, by_path);
}

void kit_replace(kit_record *r, const char *path, const char *old_text,
                 const char *new_text) {
  kit_file *f = kit_get(r, path);
  assert_non_null(f);
  size_t n_old = strlen(old_text), n_new = strlen(new_text);
  uint8_t *at = memmem(f->p, f->n, old_text, n_old);
  assert_non_null(at);
  size_t before = (size_t)(at - f->p), n = f->n - n_old + n_new;
  uint8_t *p = malloc(n + 1);
  assert_non_null(p);
  memcpy(p, f->p, before);
  memcpy(p + before, new_text, n_new);
  memcpy(p + before + n_new, at + n_old, f->n - before - n_old);
  free(f->p);
  f->p = p;
  f->n = n;
}

/* ---- the source ---- */

static evd_err list(void *self, const char ***out, size_t *n, evd_arena *a) {
  kit_record *r = self;
  if (r->unlisted != EVD_OK)
    return r->unlisted;
  *out = evd_arena_get(a, r->n_files, sizeof **out);
  if (!*out)
    return EVD_ERR_SPACE;
  for (size_t i = 0; i < r->n_files; i++)
    (*out)[i] = r->files[i].path;
  *n = r->n_files;
  return EVD_OK;
}

static evd_err read_file(void *self, const char *path, size_t max_bytes,
                         evd_span *bytes, evd_arena *a) {
  kit_file *f = kit_get(self, path);
  if (!f)
    return EVD_ERR_MISSING;
  if (f->broken != EVD_OK)
    return f->broken;
  if (f->n > max_bytes)
    return EVD_ERR_RANGE;
  uint8_t *p = evd_arena_get(a, f->n + 1, 1);
  if (!p)
    return EVD_ERR_SPACE;
  memcpy(p, f->p, f->n);
  *bytes = (evd_span){p, f->n};
  return EVD_OK;
}

static evd_err lines_open(void *self, const char *path, size_t max_bytes) {
  kit_record *r = self;
  (void)max_bytes;
  r->open = kit_get(r, path);
  r->line_at = 0;
  return r->open ? EVD_OK : EVD_ERR_MISSING;
}

static evd_err lines_next(void *self, evd_span *line, bool *more, bool *no_lf) {
  kit_record *r = self;
  const kit_file *f = r->open;
  *more = r->line_at < f->n;
  if (!*more)
    return EVD_OK;
  const uint8_t *from = f->p + r->line_at;
  const uint8_t *lf = memchr(from, '\n', f->n - r->line_at);
  if (f->broken != EVD_OK && f->broken != EVD_ERR_RANGE && lf)
    return f->broken;
  *no_lf = !lf;
  *line = (evd_span){from, lf ? (size_t)(lf - from) : f->n - r->line_at};
  r->line_at += line->n + 1;
  return f->broken;
}

static void lines_close(void *self) { ((kit_record *)self)->open = NULL; }

evd_source kit_source(kit_record *r) {
  return (evd_source){r, list, read_file, lines_open, lines_next, lines_close};
}

void kit_verify(kit_record *r, evd_stage stage, evd_report *out, evd_arena *a) {
  evd_source src = kit_source(r);
  evd_arena_init(a, ARENA_BYTES);
  const evd_verify_how how = {.stage = stage};
  assert_int_equal(evd_verify_record(out, evd_kernel_best(), &src, &how, a),
                   EVD_OK);
  assert_null(r->open);
}

bool kit_failed(const evd_report *r, const char *id) {
  const evd_check *c = evd_report_check(r, id);
  assert_non_null(c);
  return c->status == EVD_FAILED;
}

bool kit_fails_only(const evd_report *r, const char *ids) {
  char list_of[512], one[16];
  (void)snprintf(list_of, sizeof list_of, " %s ", ids);
  for (size_t i = 0; i < r->n_checks; i++) {
    (void)snprintf(one, sizeof one, " %s ", r->checks[i].id);
    bool wanted = strstr(list_of, one) != NULL;
    if (wanted == (r->checks[i].status == EVD_FAILED))
      continue;
    print_message("%s is %s\n", r->checks[i].id,
                  wanted ? "no failure" : "a failure");
    return false;
  }
  return true;
}
