#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

#define PATH_BYTES 512

size_t evd_fuzz_taken;

static const evd_fuzz_target *const tables[] = {
    evd_fuzz_objects, evd_fuzz_texts, evd_fuzz_inputs,   evd_fuzz_secrets,
    evd_fuzz_signed,  evd_fuzz_board, evd_fuzz_verifier, evd_fuzz_server};

const evd_fuzz_target *evd_fuzz_at(size_t index) {
  for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
    for (const evd_fuzz_target *x = tables[t]; x->name; x++)
      if (index-- == 0)
        return x;
  return NULL;
}

const evd_fuzz_target *evd_fuzz_find(const char *name) {
  const evd_fuzz_target *x;
  for (size_t i = 0; (x = evd_fuzz_at(i)) != NULL; i++)
    if (strcmp(x->name, name) == 0)
      return x;
  return NULL;
}

/* That of the kept ballots: seeds/ballot, seeds/plain. */
static const char manifest_text[] =
    "{\"format\":\"Evident record v1\",\"label\":\"Lab\",\"kind\":\"trial\","
    "\"guardians\":[\"G1\",\"G2\"],\"contests\":["
    "{\"label\":\"Mayor\",\"rule\":\"plurality\",\"seats\":1,\"options\":["
    "\"Ann\",\"Ben\"],\"option_limit\":1,\"contest_limit\":1,"
    "\"overvote\":true,\"write_ins\":1,\"data_blocks\":4},"
    "{\"label\":\"Hat\",\"rule\":\"plurality\",\"seats\":1,\"options\":[\"H\"],"
    "\"option_limit\":1,\"contest_limit\":1,\"overvote\":false,"
    "\"write_ins\":0,\"data_blocks\":0}],"
    "\"styles\":[{\"label\":\"All\",\"contests\":[1]},"
    "{\"label\":\"Hat\",\"contests\":[1,2]}],"
    "\"devices\":[{\"label\":\"lab;hall;1\",\"mode\":\"booth\","
    "\"chaining\":1},{\"label\":\"net\",\"mode\":\"remote\","
    "\"chaining\":0}],\"privacy_floor\":1}";

static evd_arena manifest_arena;

static void drop_manifest(void) { evd_arena_close(&manifest_arena); }

const evd_manifest *evd_fuzz_manifest(void) {
  static evd_manifest m;
  static bool made;
  evd_why why;
  if (made)
    return &m;
  evd_arena_init(&manifest_arena, EVD_FUZZ_ARENA);
  const evd_span text = {(const uint8_t *)manifest_text,
                         sizeof manifest_text - 1};
  EVD_PROMISE(evd_manifest_read_loose(&m, text, &manifest_arena, &why) ==
              EVD_OK);
  (void)atexit(drop_manifest);
  made = true;
  return &m;
}

/* ---- files ----------------------------------------------------------------
 */

static char folder[PATH_BYTES];
static pid_t folder_owner;

static void drop_folder(void) {
  if (getpid() != folder_owner)
    return;
  DIR *d = opendir(folder);
  const struct dirent *e;
  while (d && (e = readdir(d)) != NULL)
    if (e->d_name[0] != '.')
      evd_fuzz_remove(e->d_name);
  if (d)
    (void)closedir(d);
  (void)rmdir(folder);
}

const char *evd_fuzz_folder(void) {
  const char *top = getenv("TMPDIR");
  if (folder[0])
    return folder;
  (void)snprintf(folder, sizeof folder, "%s/evident-fuzz-XXXXXX",
                 top ? top : "/tmp");
  EVD_PROMISE(mkdtemp(folder) != NULL);
  folder_owner = getpid();
  (void)atexit(drop_folder);
  return folder;
}

static const char *path_of(const char *name) {
  static char path[PATH_BYTES + 300];
  (void)snprintf(path, sizeof path, "%s/%s", evd_fuzz_folder(), name);
  return path;
}

const char *evd_fuzz_file(const char *name, const uint8_t *p, size_t n) {
  const char *path = path_of(name);
  FILE *f = fopen(path, "wb");
  EVD_PROMISE(f != NULL);
  EVD_PROMISE(n == 0 || fwrite(p, 1, n, f) == n);
  EVD_PROMISE(fclose(f) == 0);
  return path;
}

void evd_fuzz_remove(const char *name) { (void)unlink(path_of(name)); }
