#include "cmd/credentials.h"

#include <stdlib.h>
#include <string.h>

#include "host/lines.h"
#include "record/json.h"

#define LINE_BYTES_MAX ((size_t)4096)

static int by_serial(const void *x, const void *y) {
  const evd_credential *a = x, *b = y;
  size_t n = a->serial.n < b->serial.n ? a->serial.n : b->serial.n;
  int order = n > 0 ? memcmp(a->serial.p, b->serial.p, n) : 0;
  if (order != 0)
    return order;
  return a->serial.n < b->serial.n ? -1 : a->serial.n > b->serial.n;
}

/* The two properties and nothing else; the serial is copied. */
static bool read_object(const evd_json *o, evd_credential *out, evd_arena *a) {
  evd_span serial;
  bool upper = false;
  if (!o || !evd_json_is_object(o) || evd_json_keys(o) != 2 ||
      !evd_json_string(evd_json_get(o, "serial"), &serial) ||
      !evd_json_hex(evd_json_get(o, "credential"), out->credential.b, 32,
                    &upper))
    return false;
  uint8_t *copy = evd_arena_get(a, serial.n + 1, 1);
  if (!copy)
    return false;
  if (serial.n)
    memcpy(copy, serial.p, serial.n);
  out->serial = (evd_str){copy, serial.n};
  return true;
}

static evd_err read_line(evd_credential *out, evd_span line,
                         const evd_lines *in, evd_arena *a) {
  char why[240] = "";
  evd_json *root = evd_json_parse(line, why);
  bool good = read_object(root, out, a);
  if (!root && evd_json_fault(why) == EVD_ERR_SPACE)
    return evd_complain(EVD_ERR_SPACE, "%s:%llu: %s", in->path,
                        (unsigned long long)in->number, why);
  evd_json_close(root);
  if (good)
    return EVD_OK;
  return evd_complain(EVD_ERR_PARSE,
                      "%s:%llu:1: expected {\"serial\":S,\"credential\":H} "
                      "with 64 hex digits",
                      in->path, (unsigned long long)in->number);
}

/* Room for one row more; what was outgrown stays in the arena. */
static evd_err grow(evd_credentials *c, size_t *room, evd_arena *a) {
  if (c->n < *room)
    return EVD_OK;
  size_t more = *room == 0 ? 256 : *room * 2;
  evd_credential *rows = evd_arena_get(a, more, sizeof *rows);
  if (!rows)
    return evd_complain(EVD_ERR_SPACE, "%s does not fit in memory", c->path);
  if (c->n)
    memcpy(rows, c->rows, c->n * sizeof *rows);
  c->rows = rows;
  *room = more;
  return EVD_OK;
}

static evd_err read_lines(evd_credentials *c, evd_lines *in, evd_arena *a) {
  size_t room = 0;
  for (;;) {
    evd_span line;
    bool more = false;
    EVD_TRY(evd_lines_next(in, &line, &more));
    if (!more)
      return EVD_OK;
    EVD_TRY(grow(c, &room, a));
    EVD_TRY(read_line(&c->rows[c->n], line, in, a));
    c->n++;
  }
}

static evd_err refuse_doubles(const evd_credentials *c) {
  for (size_t i = 1; i < c->n; i++) {
    if (by_serial(&c->rows[i - 1], &c->rows[i]) != 0)
      continue;
    return evd_complain(
        EVD_ERR_RULE, "%s: the serial `%.*s` stands there twice", c->path,
        (int)c->rows[i].serial.n, (const char *)c->rows[i].serial.p);
  }
  return EVD_OK;
}

evd_err evd_credentials_read(evd_credentials *out, const char *path,
                             evd_arena *a) {
  evd_lines in;
  *out = (evd_credentials){path, NULL, 0};
  evd_err e = evd_lines_open(&in, path, LINE_BYTES_MAX);
  if (e == EVD_OK)
    e = read_lines(out, &in, a);
  evd_lines_close(&in);
  if (e != EVD_OK)
    return e;
  if (out->n > 1)
    qsort(out->rows, out->n, sizeof *out->rows, by_serial);
  return refuse_doubles(out);
}

const evd_h32 *evd_credentials_find(const evd_credentials *c, evd_str serial) {
  evd_credential key = {.serial = serial};
  if (c->n == 0)
    return NULL;
  const evd_credential *found =
      bsearch(&key, c->rows, c->n, sizeof *c->rows, by_serial);
  return found ? &found->credential : NULL;
}
