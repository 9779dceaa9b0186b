/* index/: which ballot has which confirmation code, for who looks one up.
 *
 * 256 files by the first byte of the code. Each is written anew with the lines
 * that came; when the log is large that is much for a few lines, so they wait
 * for some calls then. A row tells up to where the files have all. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "host/host.h"
#include "host/mem.h"
#include "serve/log_run.h"

#define LINE_BYTES_MAX 88 /* 64 digits, a space, 20 digits, LF */
#define HEX_BYTES 64
#define SMALL_LOG 16384 /* entries up to which nothing waits */
#define CALLS_TO_WAIT 16
#define CODES_TO_WAIT 65536
#define FILE_BYTES_MAX ((size_t)1 << 30)

static const evd_h32 the_row;

evd_err evd_log_index_add(evd_log *log, const evd_h32 *H_C, uint64_t index) {
  if (log->n_codes == log->cap_codes) {
    size_t cap = log->cap_codes ? 2 * log->cap_codes : 256;
    evd_log_code *more = evd_mem_more(log->codes, cap * sizeof *more);
    if (!more)
      return EVD_ERR_SPACE;
    log->codes = more;
    log->cap_codes = cap;
  }
  log->codes[log->n_codes++] = (evd_log_code){*H_C, index};
  return EVD_OK;
}

static int by_code(const void *a, const void *b) {
  const evd_log_code *x = a, *y = b;
  return memcmp(x->H_C.b, y->H_C.b, sizeof x->H_C.b);
}

static void line_of(char out[LINE_BYTES_MAX], const evd_log_code *c) {
  evd_hex_write(out, c->H_C.b, sizeof c->H_C.b);
  snprintf(out + HEX_BYTES, LINE_BYTES_MAX - HEX_BYTES, " %llu\n",
           (unsigned long long)c->index);
}

/* The next line of a file; n = 0: none is left. */
static evd_span line_at(evd_span file, size_t at) {
  const uint8_t *end =
      at < file.n ? memchr(file.p + at, '\n', file.n - at) : NULL;
  return end ? (evd_span){file.p + at, (size_t)(end - file.p) + 1 - at}
             : (evd_span){NULL, 0};
}

/* Lines of the file and of codes[0 .. n - 1], ascending, each once. */
static void merge(evd_buf *out, evd_span file, const evd_log_code *codes,
                  size_t n) {
  char line[LINE_BYTES_MAX];
  size_t at = 0;
  evd_span old = line_at(file, at);
  for (size_t i = 0; i < n || old.n > 0;) {
    int order = i == n ? -1 : 1;
    if (i < n)
      line_of(line, &codes[i]);
    if (i < n && old.n >= HEX_BYTES)
      order = memcmp(old.p, line, HEX_BYTES);
    if (order >= 0) {
      evd_buf_text(out, line);
      i++;
    } else {
      evd_buf_add(out, old.p, old.n);
    }
    if (order <= 0) {
      at += old.n;
      old = line_at(file, at);
    }
  }
}

static evd_err write_file(evd_log *log, const evd_log_code *codes, size_t n) {
  char path[16];
  evd_buf old, out;
  evd_buf_init(&old, FILE_BYTES_MAX);
  evd_buf_init(&out, FILE_BYTES_MAX);
  snprintf(path, sizeof path, "index/%02X", codes[0].H_C.b[0]);
  evd_err e = log->checking ? EVD_OK
                            : log->files.read(log->files.self, path,
                                              FILE_BYTES_MAX, &old);
  if (e == EVD_ERR_MISSING)
    e = EVD_OK;
  if (e == EVD_OK)
    merge(&out, (evd_span){old.p, old.n}, codes, n);
  else
    (void)evd_complain(e, "%s/%s cannot be read", log->public_dir, path);
  if (e == EVD_OK)
    e = evd_buf_ok(&out) ? evd_log_replace(log, path, (evd_span){out.p, out.n})
                         : EVD_ERR_SPACE;
  evd_buf_close(&old);
  evd_buf_close(&out);
  evd_log_at(log, EVD_LOG_AT_FILE);
  return e;
}

static bool may_wait(evd_log *log) {
  if (log->edge.tree.size <= SMALL_LOG || log->n_codes >= CODES_TO_WAIT ||
      ++log->waits >= CALLS_TO_WAIT) {
    log->waits = 0;
    return false;
  }
  return true;
}

static evd_err write_files(evd_log *log) {
  evd_log_code *c = log->codes;
  qsort(c, log->n_codes, sizeof *c, by_code);
  for (size_t i = 0; i < log->n_codes;) {
    size_t n = 1;
    while (i + n < log->n_codes && c[i + n].H_C.b[0] == c[i].H_C.b[0])
      n++;
    EVD_TRY(write_file(log, c + i, n));
    i += n;
  }
  return EVD_OK;
}

evd_err evd_log_index_check(evd_log *log) {
  return log->n_codes ? write_files(log) : EVD_OK;
}

evd_err evd_log_index_write(evd_log *log) {
  if (log->n_codes == 0 || may_wait(log))
    return EVD_OK;
  EVD_TRY(write_files(log));
  EVD_TRY(evd_store_begin(log->store));
  EVD_TRY(evd_log_number_put(log, EVD_LOG_ROW_INDEXED, &the_row,
                             log->edge.tree.size));
  EVD_TRY(evd_store_commit(log->store));
  log->n_codes = 0;
  return EVD_OK;
}

/* ---- opening ---- */

static evd_err add_again(evd_log *log, uint64_t index, evd_buf *b) {
  evd_entry_read read;
  const char *why = NULL;
  evd_buf_reset(b);
  EVD_TRY(evd_store_entry(log->store, index, b));
  EVD_TRY(evd_entry_parse(&read, (evd_span){b->p, b->n}, &why));
  return read.e.type == EVD_ENTRY_BALLOT
             ? evd_log_index_add(log, &read.e.ballot.H_C, index)
             : EVD_OK;
}

evd_err evd_log_indexed(evd_log *log, uint64_t *size) {
  bool found = false;
  return evd_log_number_get(log, EVD_LOG_ROW_INDEXED, &the_row, size, &found);
}

evd_err evd_log_index_open(evd_log *log, uint64_t size) {
  evd_buf b;
  uint64_t from = 0;
  evd_err e = evd_log_indexed(log, &from);
  evd_buf_init(&b, EVD_ENTRY_BYTES_MAX);
  for (; e == EVD_OK && from < size; from++)
    e = add_again(log, from, &b);
  evd_buf_close(&b);
  return e;
}
