/* A record in a directory. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/below.h"
#include "host/host.h"
#include "host/mem.h"
#include "host/unpack.h"

#define PATH_BYTES 4096
#define DEPTH_MAX 8
#define CHUNK_BYTES ((size_t)256 * 1024)

typedef struct {
  int root;
  evd_unpack *in;        /* the open stream of lines */
  bool in_ballots;       /* is it one of ballots? */
  uint64_t ballots_read; /* of those before it */
  bool has_all;
  uint64_t all_bytes; /* of all ballot files */
  size_t max_line_bytes;
  uint8_t *line; /* what stands before the next LF, when it spans chunks */
  size_t line_n, line_cap;
  bool too_long;
  size_t chunk_n, chunk_at;
  uint8_t chunk[CHUNK_BYTES];
} dir_source;

/* ---- opening --------------------------------------------------------- */

static bool ends_with(const char *text, const char *end) {
  size_t n = strlen(text), m = strlen(end);
  return n >= m && strcmp(text + n - m, end) == 0;
}

/* The file itself or, for lines, its packed form. */
static evd_err open_stored(int root, const char *path, evd_unpack **in) {
  int fd = -1;
  char packed[PATH_BYTES];
  evd_err e = evd_below_open(root, path, &fd, NULL);
  if (e != EVD_ERR_MISSING || !ends_with(path, ".jsonl")) {
    EVD_TRY(e);
    return evd_unpack_open(in, fd, false);
  }
  int n = snprintf(packed, sizeof packed, "%s.zst", path);
  if (n < 0 || (size_t)n >= sizeof packed)
    return EVD_ERR_MISSING;
  EVD_TRY(evd_below_open(root, packed, &fd, NULL));
  return evd_unpack_open(in, fd, true);
}

/* ---- listing ----------------------------------------------------------- */

typedef struct {
  const char **p;
  size_t n, cap;
} names;

static evd_err add_name(names *list, const char *name) {
  if (list->n == list->cap) {
    size_t cap = list->cap ? 2 * list->cap : 256;
    const char **p = evd_mem_grow(list->p, list->cap * sizeof *list->p,
                                  cap * sizeof *list->p);
    if (!p)
      return EVD_ERR_SPACE;
    list->p = p;
    list->cap = cap;
  }
  list->p[list->n++] = name;
  return EVD_OK;
}

static size_t depth_of(const char *path) {
  size_t n = 0;
  for (; *path; path++)
    n += *path == '/';
  return n;
}

typedef struct {
  names files, folders;
  size_t bytes; /* of all names */
  evd_arena *a;
} listing;

/* Files one folder has; folders are queued. */
static evd_err add_entry(listing *l, int fd, const char *folder,
                         const char *name) {
  struct stat st;
  const char *between = folder[0] ? "/" : "";
  size_t room = strlen(folder) + strlen(name) + 3;
  if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return EVD_ERR_IO;
  l->bytes += room;
  if (l->files.n + l->folders.n >= EVD_SOURCE_FILES_MAX ||
      l->bytes > EVD_SOURCE_NAMES_BYTES_MAX)
    return EVD_ERR_RANGE;
  char *path = evd_arena_get(l->a, room, 1);
  if (!path)
    return EVD_ERR_SPACE;
  (void)snprintf(path, room, "%s%s%s", folder, between, name);
  if (S_ISDIR(st.st_mode) && depth_of(path) < DEPTH_MAX)
    return add_name(&l->folders, path);
  if (!S_ISREG(st.st_mode))
    memcpy(path + strlen(path), "*", 2);
  else if (ends_with(path, ".jsonl.zst"))
    path[strlen(path) - strlen(".zst")] = 0;
  return add_name(&l->files, path);
}

static evd_err list_folder(listing *l, int root, const char *folder) {
  int fd = -1;
  if (folder[0]) {
    const char *last = NULL;
    int at = evd_below_parent(root, folder, &last);
    if (at < 0)
      return evd_below_error(errno);
    fd = openat(at, last, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    (void)close(at);
  } else {
    fd = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  }
  DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
  if (!d) {
    const evd_err e = evd_below_error(errno);
    if (fd >= 0)
      (void)close(fd);
    return e;
  }
  evd_err e = EVD_OK;
  errno = 0;
  for (struct dirent *x = readdir(d); x && e == EVD_OK; x = readdir(d)) {
    if (evd_below_part_allowed(x->d_name, strlen(x->d_name)))
      e = add_entry(l, fd, folder, x->d_name);
    errno = 0;
  }
  if (e == EVD_OK && errno != 0)
    e = EVD_ERR_IO;
  (void)closedir(d);
  return e;
}

static int by_bytes(const void *x, const void *y) {
  const char *const *a = x, *const *b = y;
  return strcmp(*a, *b);
}

static evd_err list_all(listing *l, int root, const char ***paths, size_t *n) {
  EVD_TRY(list_folder(l, root, ""));
  for (size_t i = 0; i < l->folders.n; i++)
    EVD_TRY(list_folder(l, root, l->folders.p[i]));
  size_t bytes = l->files.n * sizeof *l->files.p;
  const char **out = evd_arena_get(l->a, l->files.n + 1, sizeof *out);
  if (!out)
    return EVD_ERR_SPACE;
  if (l->files.n) {
    memcpy(out, l->files.p, bytes);
    qsort(out, l->files.n, sizeof *out, by_bytes);
  }
  *paths = out;
  *n = l->files.n;
  return EVD_OK;
}

static evd_err source_list(void *self, const char ***paths, size_t *n,
                           evd_arena *a) {
  dir_source *s = self;
  listing l = {.a = a};
  *n = 0;
  evd_err e = list_all(&l, s->root, paths, n);
  evd_mem_free(l.files.p);
  evd_mem_free(l.folders.p);
  return e;
}

/* ---- whole files ------------------------------------------------------- */

static evd_err read_whole(evd_unpack *in, size_t max_bytes, evd_buf *b) {
  uint8_t chunk[16384];
  for (;;) {
    size_t got = 0;
    EVD_TRY(evd_unpack_next(in, chunk, sizeof chunk, &got));
    if (got == 0)
      return EVD_OK;
    if (b->n + got > max_bytes)
      return EVD_ERR_RANGE;
    evd_buf_add(b, chunk, got);
    if (!evd_buf_ok(b))
      return EVD_ERR_SPACE;
  }
}

static evd_err source_read(void *self, const char *path, size_t max_bytes,
                           evd_span *bytes, evd_arena *a) {
  dir_source *s = self;
  evd_unpack *in = NULL;
  evd_buf b;
  *bytes = (evd_span){NULL, 0};
  EVD_TRY(open_stored(s->root, path, &in));
  evd_buf_init(&b, max_bytes);
  evd_err e = read_whole(in, max_bytes, &b);
  evd_unpack_close(in);
  uint8_t *p = e == EVD_OK ? evd_arena_get(a, b.n + 1, 1) : NULL;
  if (e == EVD_OK && !p)
    e = EVD_ERR_SPACE;
  if (e == EVD_OK) {
    if (b.n)
      memcpy(p, b.p, b.n);
    *bytes = (evd_span){p, b.n};
  }
  evd_buf_close(&b);
  return e;
}

/* ---- lines ------------------------------------------------------------- */

static void source_lines_close(void *self) {
  dir_source *s = self;
  if (s->in_ballots)
    s->ballots_read += evd_unpack_read(s->in);
  s->in_ballots = false;
  evd_unpack_close(s->in);
  s->in = NULL;
  s->chunk_n = s->chunk_at = s->line_n = 0;
  s->too_long = false;
}

static evd_err source_lines_open(void *self, const char *path,
                                 size_t max_line_bytes) {
  dir_source *s = self;
  source_lines_close(s);
  s->max_line_bytes = max_line_bytes;
  s->in_ballots = strncmp(path, "ballots/", sizeof "ballots/" - 1) == 0;
  return open_stored(s->root, path, &s->in);
}

/* Keeps a piece of a line; a line that became too long is only skipped. */
static evd_err keep(dir_source *s, const uint8_t *p, size_t n) {
  if (s->too_long || s->line_n + n > s->max_line_bytes) {
    s->too_long = true;
    evd_mem_free(s->line);
    s->line = NULL;
    s->line_n = s->line_cap = 0;
    return EVD_OK;
  }
  if (s->line_n + n > s->line_cap) {
    size_t cap = 2 * (s->line_n + n);
    if (cap > s->max_line_bytes)
      cap = s->max_line_bytes;
    uint8_t *line = evd_mem_more(s->line, cap);
    if (!line)
      return EVD_ERR_SPACE;
    s->line = line;
    s->line_cap = cap;
  }
  if (n)
    memcpy(s->line + s->line_n, p, n);
  s->line_n += n;
  return EVD_OK;
}

static evd_err take_line(dir_source *s, evd_span *line) {
  *line = (evd_span){s->line, s->line_n};
  bool too_long = s->too_long;
  s->line_n = 0;
  s->too_long = false;
  return too_long ? EVD_ERR_RANGE : EVD_OK;
}

static evd_err source_lines_next(void *self, evd_span *line, bool *more,
                                 bool *no_lf) {
  dir_source *s = self;
  *more = true;
  *no_lf = false;
  *line = (evd_span){NULL, 0};
  while (s->in) {
    if (s->chunk_at == s->chunk_n) {
      s->chunk_at = s->chunk_n = 0;
      EVD_TRY(evd_unpack_next(s->in, s->chunk, sizeof s->chunk, &s->chunk_n));
      if (s->chunk_n == 0)
        break;
    }
    const uint8_t *from = s->chunk + s->chunk_at;
    size_t left = s->chunk_n - s->chunk_at;
    const uint8_t *lf = memchr(from, '\n', left);
    size_t n = lf ? (size_t)(lf - from) : left;
    s->chunk_at += lf ? n + 1 : n;
    EVD_TRY(keep(s, from, n));
    if (lf)
      return take_line(s, line);
  }
  *no_lf = s->line_n > 0 || s->too_long;
  *more = *no_lf;
  return *more ? take_line(s, line) : EVD_OK;
}

/* ---- the source -------------------------------------------------------- */

evd_err evd_source_dir_open(evd_source *out, const char *dir) {
  *out = (evd_source){NULL, NULL, NULL, NULL, NULL, NULL};
  int root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (root < 0)
    return evd_complain(errno == ENOENT || errno == ENOTDIR ? EVD_ERR_MISSING
                                                            : EVD_ERR_IO,
                        "%s is no readable folder: %s", dir, strerror(errno));
  dir_source *s = evd_mem_get(sizeof *s);
  if (!s) {
    (void)close(root);
    return evd_complain(EVD_ERR_SPACE, "no memory to read %s", dir);
  }
  s->root = root;
  *out = (evd_source){s,
                      source_list,
                      source_read,
                      source_lines_open,
                      source_lines_next,
                      source_lines_close};
  return EVD_OK;
}

/* Sizes of the regular files in ballots/; 0 where it cannot be read. */
static uint64_t ballot_bytes(int root) {
  uint64_t all = 0;
  struct stat st;
  int fd =
      openat(root, "ballots", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
  if (!d) {
    if (fd >= 0)
      (void)close(fd);
    return 0;
  }
  for (struct dirent *x = readdir(d); x; x = readdir(d))
    if (fstatat(fd, x->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(st.st_mode))
      all += (uint64_t)st.st_size;
  (void)closedir(d);
  return all;
}

void evd_source_dir_progress(const evd_source *src, uint64_t *done,
                             uint64_t *all) {
  dir_source *s = src->self;
  if (!s->has_all)
    s->all_bytes = ballot_bytes(s->root);
  s->has_all = true;
  *all = s->all_bytes;
  *done = s->ballots_read + (s->in_ballots ? evd_unpack_read(s->in) : 0);
  if (*all > 0 && *done > *all) /* the second time */
    *done %= *all;
}

void evd_source_dir_close(evd_source *src) {
  dir_source *s = src->self;
  if (!s)
    return;
  source_lines_close(s);
  (void)close(s->root);
  evd_mem_free(s->line);
  evd_mem_free(s);
  src->self = NULL;
}
