/* evident audit publish, release publish: files of the audit, and digests of
 * what is run and shown, the entries AUDIT and RELEASE. */
#include <string.h>

#include "base/hex.h"
#include "cmd/act.h"
#include "hash/hash.h"

#define MIB ((size_t)1024 * 1024)
#define FILE_BYTES_MAX (16 * MIB)
#define RELEASED_BYTES_MAX (1024 * MIB)
enum { STEPS = 8, FILES_MAX = 1024, HASH_CHARS = 64 };

typedef struct {
  evd_entry_type type;
  uint64_t step;
  evd_span object;
} publisher;

static evd_err make(void *self, evd_look *l, evd_made *out) {
  const publisher *x = self;
  (void)l;
  out->e.type = x->type;
  if (x->type == EVD_ENTRY_AUDIT) {
    out->e.audit.step = (uint8_t)x->step;
    out->e.audit.object = evd_object_name("audit", x->object);
  } else {
    out->e.release.object = evd_object_name("release", x->object);
  }
  out->objects[out->n++] = x->object;
  return EVD_OK;
}

/* ---- AUDIT ---- */

evd_err evd_cmd_audit_publish(int argc, char **argv) {
  const char *verb = argv[0], *file = NULL, *step = NULL;
  publisher x = {.type = EVD_ENTRY_AUDIT};
  evd_act_words w = {.n_keys = 0};
  evd_arena a;
  const evd_option_row rows[] = {EVD_OPT("step", step), EVD_OPT_ACT(w),
                                 EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &file, 1, "FILE"));
  EVD_TRY(evd_arg_needed(verb, "step", step));
  EVD_TRY(evd_arg_number("--step", step, 1, STEPS, &x.step));
  evd_arena_init(&a, FILE_BYTES_MAX + MIB);
  evd_err e = evd_file_read(file, FILE_BYTES_MAX, &x.object, &a);
  if (e == EVD_OK && x.object.n == 0)
    e = evd_complain(EVD_ERR_FORM, "%s is empty", file);
  if (e == EVD_OK)
    e = evd_act_run(verb, &w, make, &x);
  evd_arena_close(&a);
  return e;
}

/* ---- RELEASE ---- */

/* As sha256sum -c reads it: digest, two spaces, name without its folder. */
static evd_err add_line(evd_buf *out, const char *path) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  evd_sha256 sha;
  evd_h32 digest;
  evd_arena a;
  evd_span bytes;
  char hex[HASH_CHARS];
  if (*name == 0 || strpbrk(name, "\\\n\r"))
    return evd_complain(EVD_ERR_USAGE, "`%s` is no name of a file", path);
  evd_arena_init(&a, RELEASED_BYTES_MAX + MIB);
  evd_err e = evd_file_read(path, RELEASED_BYTES_MAX, &bytes, &a);
  if (e == EVD_OK) {
    evd_sha256_init(&sha);
    evd_sha256_add(&sha, bytes.p, bytes.n);
    evd_sha256_out(&sha, &digest);
    evd_hex_write(hex, digest.b, sizeof digest.b);
    evd_buf_add(out, hex, sizeof hex);
    evd_buf_text(out, "  ");
    evd_buf_text(out, name);
    evd_buf_text(out, "\n");
  }
  evd_arena_close(&a);
  return e;
}

evd_err evd_cmd_release_publish(int argc, char **argv) {
  const char *verb = argv[0];
  publisher x = {.type = EVD_ENTRY_RELEASE};
  evd_act_words w = {.n_keys = 0};
  char **files = NULL;
  uint32_t n = 0;
  evd_err e = EVD_OK;
  evd_buf text;
  const evd_option_row rows[] = {EVD_OPT_ACT(w), EVD_OPT_END};
  EVD_TRY(evd_args_many(argc, argv, rows, &files, FILES_MAX, &n, "FILE"));
  evd_buf_init(&text, MIB);
  for (uint32_t i = 0; i < n && e == EVD_OK; i++)
    e = add_line(&text, files[i]);
  if (e == EVD_OK && !evd_buf_ok(&text))
    e = evd_complain(EVD_ERR_SPACE, "%s: no memory", verb);
  x.object = (evd_span){text.p, text.n};
  if (e == EVD_OK)
    e = evd_act_run(verb, &w, make, &x);
  evd_buf_close(&text);
  return e;
}
