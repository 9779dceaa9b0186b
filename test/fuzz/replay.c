/* fuzz_replay DIR: every kept input of every target, DIR/<target>/<input>.
 * Prints TAP, one line a target; a target that takes none of its inputs has
 * failed: it would see nothing but refusals.
 * fuzz_replay --list: the names of the targets. */
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

static evd_err replay_file(const evd_fuzz_target *t, const char *path) {
  evd_arena a;
  evd_span bytes;
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  evd_err e = evd_file_read(path, 1 << 20, &bytes, &a);
  if (e == EVD_OK) {
    /* A copy of its own, so that reading beyond its end is seen. */
    uint8_t *p = malloc(bytes.n ? bytes.n : 1);
    EVD_PROMISE(p != NULL);
    if (bytes.n)
      memcpy(p, bytes.p, bytes.n);
    t->run(p, bytes.n);
    free(p);
  }
  evd_arena_close(&a);
  return e;
}

/* [T20] */
static size_t test_T20_kept_inputs(const evd_fuzz_target *t, const char *dir) {
  char path[4096];
  size_t n = 0;
  (void)snprintf(path, sizeof path, "%s/%s", dir, t->name);
  DIR *d = opendir(path);
  const struct dirent *e;
  while (d && (e = readdir(d)) != NULL) {
    (void)snprintf(path, sizeof path, "%s/%s/%s", dir, t->name, e->d_name);
    if (e->d_name[0] != '.' && replay_file(t, path) == EVD_OK)
      n++;
  }
  if (d)
    (void)closedir(d);
  return n;
}

static void list(void) {
  const evd_fuzz_target *t;
  for (size_t i = 0; (t = evd_fuzz_at(i)) != NULL; i++)
    puts(t->name);
}

int main(int argc, char **argv) {
  const uint8_t nothing = 0;
  const evd_fuzz_target *t;
  int failed = 0;
  if (argc != 2) {
    fprintf(stderr, "usage: fuzz_replay DIR | --list\n");
    return 2;
  }
  if (strcmp(argv[1], "--list") == 0) {
    list();
    return 0;
  }
  /* The verbs talk on standard output: the verdict gets one of its own. */
  fflush(stdout);
  FILE *tap = fdopen(dup(1), "w");
  if (!tap || !freopen("/dev/null", "w", stdout))
    return 2;
  size_t i = 0;
  for (; (t = evd_fuzz_at(i)) != NULL; i++) {
    t->run(&nothing, 0);
    evd_fuzz_taken = 0;
    size_t n = test_T20_kept_inputs(t, argv[1]);
    failed += evd_fuzz_taken == 0;
    fprintf(tap, "%sok %zu - test_T20_kept_inputs_%s: %zu inputs, %zu taken\n",
            evd_fuzz_taken ? "" : "not ", i + 1, t->name, n, evd_fuzz_taken);
    fflush(tap);
  }
  fprintf(tap, "1..%zu\n", i);
  return fclose(tap) == 0 && !failed ? 0 : 1;
}
