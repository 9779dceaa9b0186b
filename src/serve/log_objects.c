/* Files of the public folder. */
#include <string.h>

#include "base/endian.h"
#include "base/require.h"
#include "host/host.h"
#include "serve/log_run.h"

void evd_log_at(const evd_log *log, evd_log_point point) {
  if (log->plan.at)
    log->plan.at(log->plan.at_self, point);
}

const char *evd_log_path(evd_log *log, const char *path) {
  return evd_path(&log->scratch, "%s/%s", log->public_dir, path);
}

/* Makes the folders above public/<path>, each durable in the one above it. */
static evd_err make_folders(evd_log *log, const char *path) {
  char part[EVD_BOARD_PATH_BYTES];
  for (size_t i = 0; path[i]; i++) {
    if (path[i] != '/')
      continue;
    EVD_REQUIRE(i < sizeof part);
    memcpy(part, path, i);
    part[i] = 0;
    const char *folder = evd_log_path(log, part);
    if (evd_file_exists(folder))
      continue;
    EVD_TRY(evd_dir_make(folder, EVD_LOG_MODE_DIR));
    EVD_TRY(evd_dir_sync_of(folder));
  }
  return EVD_OK;
}

/* Is this file there? With other bytes that is fatal. */
static evd_err compare(evd_log *log, const char *path, evd_span bytes,
                       bool *there) {
  evd_buf b;
  evd_buf_init(&b, bytes.n + 1);
  evd_err e = log->files.read(log->files.self, path, bytes.n + 1, &b);
  *there = e == EVD_OK;
  bool same = b.n == bytes.n && (b.n == 0 || memcmp(b.p, bytes.p, b.n) == 0);
  evd_buf_close(&b);
  if (e == EVD_ERR_MISSING)
    return EVD_OK;
  if (e == EVD_ERR_SPACE || (e == EVD_OK && !same))
    return evd_log_damaged(
        log, "public/%s has other bytes than the log asks for", path);
  if (e == EVD_ERR_PARSE)
    return evd_log_damaged(log, "public/%s is no file", path);
  if (e != EVD_OK)
    return evd_complain(e, "%s/%s cannot be read", log->public_dir, path);
  return EVD_OK;
}

/* What is wrong with a file is a fault; the others are looked at, too. */
static evd_err check_file(evd_log *log, const char *path, evd_span bytes) {
  bool there = false;
  evd_err e = compare(log, path, bytes, &there);
  if (e == EVD_OK && !there)
    (void)evd_log_damaged(log, "public/%s is not there", path);
  return e == EVD_ERR_IO ? e : EVD_OK;
}

evd_err evd_log_put(evd_log *log, const char *path, evd_span bytes) {
  bool there = false;
  if (log->checking)
    return check_file(log, path, bytes);
  evd_arena_point mark = evd_arena_mark(&log->scratch);
  evd_err e = compare(log, path, bytes, &there);
  if (e == EVD_OK)
    e = make_folders(log, path);
  /* Where it is there already it is written again: that it is on the disk is
   * more than that it can be read. */
  if (e == EVD_OK)
    e = evd_file_write(evd_log_path(log, path), bytes.p, bytes.n,
                       EVD_LOG_MODE_FOR_EVER, there ? EVD_REPLACE : EVD_NEW);
  evd_arena_back(&log->scratch, mark);
  return e;
}

evd_err evd_log_replace(evd_log *log, const char *path, evd_span bytes) {
  if (log->checking)
    return check_file(log, path, bytes);
  evd_arena_point mark = evd_arena_mark(&log->scratch);
  evd_err e = make_folders(log, path);
  if (e == EVD_OK)
    e = evd_file_write(evd_log_path(log, path), bytes.p, bytes.n, EVD_LOG_MODE,
                       EVD_REPLACE);
  evd_arena_back(&log->scratch, mark);
  return e;
}

evd_err evd_log_put_object(evd_log *log, const evd_object_ref *ref,
                           evd_span bytes) {
  char path[EVD_OBJECT_PATH_BYTES];
  evd_object_path(path, &ref->digest);
  EVD_TRY(evd_log_put(log, path, bytes));
  evd_log_at(log, EVD_LOG_AT_OBJECT);
  return EVD_OK;
}

evd_err evd_log_object(evd_log *log, const char *kind,
                       const evd_object_ref *ref, evd_buf *out) {
  evd_buf b;
  evd_buf_init(&b, (size_t)ref->length + 1);
  evd_err e = evd_board_object(&log->files, kind, ref, &b);
  if (e == EVD_OK)
    evd_buf_add(out, b.p, b.n);
  evd_buf_close(&b);
  if (e == EVD_ERR_PROOF)
    return EVD_ERR_FORM;
  EVD_TRY(e);
  return evd_buf_ok(out) ? EVD_OK : EVD_ERR_SPACE;
}

/* ---- numbers as rows ---- */

evd_err evd_log_number_get(evd_log *log, uint8_t about, const evd_h32 *key,
                           uint64_t *v, bool *found) {
  uint8_t b[8];
  *v = 0;
  EVD_TRY(evd_store_row_get(log->store, about, key, b, sizeof b, found));
  if (*found)
    *v = evd_be64_get(b);
  return EVD_OK;
}

evd_err evd_log_number_put(evd_log *log, uint8_t about, const evd_h32 *key,
                           uint64_t v) {
  uint8_t b[8];
  evd_be64_put(b, v);
  return evd_store_row_put(log->store, about, key, b, sizeof b);
}
