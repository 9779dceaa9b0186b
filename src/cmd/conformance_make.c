/* evident conformance make: the kit's records and logs in a folder, with
 * kit.json. */
#include <stdio.h>
#include <string.h>

#include "base/json_text.h"
#include "cmd/args.h"
#include "cmd/conformance.h"
#include "host/signer.h"

static const char verb[] = "conformance make";

enum {
  KIT_JSON_BYTES_MAX = 4 << 20,
  SEED_BYTES_MAX = 200,
  PATHS_BYTES_MAX = 4 << 20
};

typedef struct {
  const char *out, *seed;
  evd_arena arena, files; /* the kit's; of paths, of one record or log */
  evd_kit *kit;
  evd_buf list;      /* kit.json */
  evd_sha256 digest; /* of all records, or of all logs */
  uint32_t done;
} work;

static void put_text(evd_buf *b, const char *text) {
  evd_json_quote(b, (evd_span){(const uint8_t *)text, strlen(text)});
}

/* "6.A 7.A" as a list. */
static void put_codes(evd_buf *b, const char *codes) {
  evd_buf_text(b, "[");
  while (*codes) {
    size_t n = strcspn(codes, " ");
    evd_json_quote(b, (evd_span){(const uint8_t *)codes, n});
    codes += n;
    if (*codes == ' ') {
      evd_buf_text(b, ",");
      codes++;
    }
  }
  evd_buf_text(b, "]");
}

static void put_start(evd_buf *b, const evd_kit_entry *entry, bool first) {
  evd_buf_text(b, first ? "\n{\"id\":" : ",\n{\"id\":");
  put_text(b, entry->id);
  evd_buf_text(b, ",\"fail\":");
  put_codes(b, entry->codes);
}

static void put_end(evd_buf *b, const evd_kit_entry *entry) {
  evd_buf_text(b, ",\"why\":");
  put_text(b, entry->why);
  evd_buf_text(b, "}");
}

static void put_hash(evd_buf *b, const char *name, const evd_h32 *h) {
  char hex[65];
  evd_hex_text(hex, h);
  evd_buf_text(b, ",\"");
  evd_buf_text(b, name);
  evd_buf_text(b, "\":");
  put_text(b, hex);
}

/* Folders of a path inside the record, one by one. */
static evd_err folders_of(work *w, const char *record, const char *path) {
  for (const char *at = strchr(path, '/'); at; at = strchr(at + 1, '/')) {
    const char *dir =
        evd_path(&w->files, "%s/%.*s", record, (int)(at - path), path);
    if (!evd_file_exists(dir))
      EVD_TRY(evd_dir_make(dir, 0755));
  }
  return EVD_OK;
}

/* Not made durable: 8000 small files that a seed makes again at any time.
 * kit.json, which is, comes last and says that all are there. */
static evd_err put_file(const char *path, evd_span bytes) {
  FILE *f = fopen(path, "wbx");
  bool ok = f && (bytes.n == 0 || fwrite(bytes.p, bytes.n, 1, f) == 1);
  if (f)
    ok = fclose(f) == 0 && ok;
  return ok ? EVD_OK : evd_complain(EVD_ERR_IO, "cannot write %s", path);
}

static evd_err write_file(work *w, const char *record, const char *id,
                          const evd_kit_file *f) {
  evd_sha256 sha;
  evd_h32 digest;
  evd_sha256_init(&sha);
  evd_sha256_add(&sha, f->bytes.p, f->bytes.n);
  evd_sha256_out(&sha, &digest);
  evd_sha256_add(&w->digest, id, strlen(id) + 1);
  evd_sha256_add(&w->digest, f->path, strlen(f->path) + 1);
  evd_sha256_add(&w->digest, digest.b, sizeof digest.b);
  EVD_TRY(folders_of(w, record, f->path));
  return put_file(evd_path(&w->files, "%s/%s", record, f->path), f->bytes);
}

static evd_err write_files(work *w, const char *id, const evd_kit_file *files,
                           uint32_t n) {
  const char *folder = evd_path(&w->files, "%s/%s", w->out, id);
  EVD_TRY(evd_dir_make(folder, 0755));
  for (uint32_t i = 0; i < n; i++)
    EVD_TRY(write_file(w, folder, id, &files[i]));
  return EVD_OK;
}

static evd_err make_record(work *w, uint32_t at) {
  const evd_kit_file *files;
  uint32_t n;
  const evd_kit_entry entry = evd_kit_get(at);
  EVD_TRY(evd_kit_make(w->kit, at, &files, &n));
  put_start(&w->list, &entry, at == 0);
  put_end(&w->list, &entry);
  return write_files(w, entry.id, files, n);
}

static const evd_kit_file *find(const evd_kit_file *files, uint32_t n,
                                const char *start) {
  for (uint32_t i = 0; i < n; i++)
    if (strncmp(files[i].path, start, strlen(start)) == 0)
      return &files[i];
  return NULL;
}

/* What lies beside the board, under the names that the command line has. */
static void put_given(evd_buf *b, const evd_kit_file *files, uint32_t n) {
  const evd_span policy = find(files, n, "policy")->bytes;
  evd_h32 digest;
  evd_digest(&digest, "policy", policy.p, policy.n);
  evd_buf_text(b, ",\"board\":\"board\",\"policy\":\"policy\"");
  put_hash(b, "policy_digest", &digest);
  if (find(files, n, "head"))
    evd_buf_text(b, ",\"head\":\"head\"");
  if (find(files, n, "record/"))
    evd_buf_text(b, ",\"record\":\"record\"");
}

static evd_err make_log(work *w, uint32_t at) {
  static const evd_kit_signer signer = {evd_signer_public, evd_signer_sign};
  const evd_kit_file *files;
  uint32_t n;
  const evd_kit_entry entry = evd_kit_log_get(at);
  EVD_TRY(evd_kit_log_make(w->kit, at, &signer, &files, &n));
  put_start(&w->list, &entry, at == 0);
  put_given(&w->list, files, n);
  put_end(&w->list, &entry);
  return write_files(w, entry.id, files, n);
}

/* One list, and the digest of all its files. */
static evd_err make_list(work *w, const char *name, const char *digest_name,
                         uint32_t n, evd_err (*make)(work *w, uint32_t at)) {
  evd_h32 digest;
  evd_digest_init(&w->digest, "kit");
  evd_buf_text(&w->list, ",\"");
  evd_buf_text(&w->list, name);
  evd_buf_text(&w->list, "\":[");
  for (uint32_t at = 0; at < n; at++) {
    evd_progress_line("Making records and logs", w->done++,
                      evd_kit_count() + evd_kit_log_count());
    EVD_TRY(make(w, at));
    evd_arena_close(&w->files);
  }
  evd_sha256_out(&w->digest, &digest);
  evd_buf_text(&w->list, "\n]");
  put_hash(&w->list, digest_name, &digest);
  return EVD_OK;
}

static evd_err make_all(work *w) {
  const evd_span seed = {(const uint8_t *)w->seed, strlen(w->seed)};
  EVD_TRY(evd_kit_open(&w->kit, evd_host_kernel(), seed, &w->arena));
  EVD_TRY(evd_dir_make(w->out, 0755));
  evd_buf_text(&w->list,
               "{\"format\":\"Evident conformance kit v1\",\"seed\":");
  put_text(&w->list, w->seed);
  EVD_TRY(make_list(w, "records", "digest", evd_kit_count(), make_record));
  EVD_TRY(make_list(w, "logs", "logs_digest", evd_kit_log_count(), make_log));
  evd_buf_text(&w->list, "}\n");
  if (!evd_buf_ok(&w->list))
    return EVD_ERR_SPACE;
  return evd_file_write(evd_path(&w->files, "%s/kit.json", w->out), w->list.p,
                        w->list.n, 0644, EVD_NEW);
}

evd_err evd_conformance_write(const char *out, const char *seed) {
  work w = {.out = out, .seed = seed};
  evd_arena_init(&w.arena, EVD_KIT_ARENA_BYTES);
  evd_arena_init(&w.files, PATHS_BYTES_MAX);
  evd_buf_init(&w.list, KIT_JSON_BYTES_MAX);
  evd_err e = make_all(&w);
  evd_progress_line(NULL, 0, 0);
  evd_buf_close(&w.list);
  evd_arena_close(&w.files);
  evd_arena_close(&w.arena);
  return e;
}

evd_err evd_cmd_conformance_make(int argc, char **argv) {
  const char *out = NULL, *seed = NULL;
  const evd_option_row rows[] = {EVD_OPT("out", out), EVD_OPT("seed", seed),
                                 EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, NULL, 0, NULL));
  EVD_TRY(evd_arg_needed(verb, "out", out));
  EVD_TRY(evd_arg_needed(verb, "seed", seed));
  if (strlen(seed) > SEED_BYTES_MAX)
    return evd_usage(verb, "--seed has at most %d bytes", SEED_BYTES_MAX);
  if (evd_file_exists(out))
    return evd_complain(EVD_ERR_EXISTS, "%s is there already", out);
  return evd_conformance_write(out, seed);
}
