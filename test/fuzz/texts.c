/* The smallest readers: characters, JSON, rows, what is packed. [T20] */
#include <string.h>
#include <unistd.h>

#include "base/base45.h"
#include "base/base64.h"
#include "base/decimal.h"
#include "base/hex.h"
#include "base/json_text.h"
#include "cmd/csv.h"
#include "egds/encrypt.h"
#include "fuzz.h"
#include "host/unpack.h"
#include "record/json.h"
#include "record/unicode.h"
#include "wasm/wire.h"

/* A text that is allowed comes back from its JSON form. */
static void text_target(const uint8_t *p, size_t n) {
  const evd_span text = {p, n};
  char why[240];
  evd_buf line;
  evd_span back;
  const size_t quoted = evd_json_quoted_bytes(text);
  if (!evd_text_allowed(text))
    return;
  (void)evd_text_assigned(text);
  (void)evd_text_nfc(text);
  (void)evd_text_edge_space(text);
  evd_buf_init(&line, 2 * n + 16);
  evd_buf_text(&line, "[");
  evd_json_quote(&line, text);
  evd_buf_text(&line, "]");
  EVD_PROMISE(evd_buf_ok(&line) && line.n == quoted + 4);
  evd_json *root = evd_json_parse((evd_span){line.p, line.n}, why);
  EVD_PROMISE(root && evd_json_string(evd_json_at(root, 0), &back));
  EVD_PROMISE(back.n == n && (n == 0 || memcmp(back.p, p, n) == 0));
  evd_fuzz_taken++;
  evd_json_close(root);
  evd_buf_close(&line);
}

/* Any bytes: NULL with a reason, or a value that can be asked anything. */
static void json_target(const uint8_t *p, size_t n) {
  char why[240] = "";
  evd_json *root = evd_json_parse((evd_span){p, n}, why);
  EVD_PROMISE(memchr(why, 0, sizeof why) != NULL);
  if (!root) {
    EVD_PROMISE(why[0]);
    return;
  }
  evd_fuzz_taken++;
  evd_span text;
  uint64_t number;
  uint8_t hex[32];
  bool flag;
  (void)evd_json_get(root, "a");
  (void)evd_json_key(root, 0);
  (void)evd_json_at(root, evd_json_count(root));
  const evd_json *first = evd_json_at(root, 0);
  if (first) {
    (void)evd_json_string(first, &text);
    (void)evd_json_bool(first, &flag);
    (void)evd_json_hex(first, hex, sizeof hex, &flag);
    if (evd_json_number(first, &number))
      EVD_PROMISE(number <= EVD_JSON_NUMBER_MAX);
  }
  evd_json_close(root);
}

static void hex_target(const uint8_t *p, size_t n) {
  uint8_t out[64];
  char back[128];
  const size_t width = n / 2 < sizeof out ? n / 2 : sizeof out;
  if (evd_hex_read(out, width, (evd_span){p, n}) != EVD_OK)
    return;
  evd_fuzz_taken++;
  evd_hex_write(back, out, width);
  EVD_PROMISE(n == 2 * width && (n == 0 || memcmp(back, p, n) == 0));
}

/* Bytes have one form in base 64, and so have numbers as digits; base 45 has
 * one for what it can be read from. */
static void base64_target(const uint8_t *p, size_t n) {
  uint8_t out[300];
  char back[EVD_BASE64_CHARS(sizeof out)];
  size_t got = 1;
  evd_err e = evd_base64_read(out, sizeof out, &got, (evd_span){p, n});
  EVD_PROMISE(e == EVD_OK || got == 0);
  if (e != EVD_OK)
    return;
  evd_base64_write(back, out, got);
  EVD_PROMISE(n == EVD_BASE64_CHARS(got) && memcmp(back, p, n) == 0);
  evd_fuzz_taken += n > 0;
}

static void base45_target(const uint8_t *p, size_t n) {
  uint8_t out[300];
  char back[EVD_BASE45_CHARS(sizeof out)];
  size_t got = 1;
  evd_err e = evd_base45_read(out, sizeof out, &got, (evd_span){p, n});
  EVD_PROMISE(e == EVD_OK || got == 0);
  if (e != EVD_OK)
    return;
  evd_base45_write(back, out, got);
  EVD_PROMISE(n == EVD_BASE45_CHARS(got) && memcmp(back, p, n) == 0);
  evd_fuzz_taken += n > 0;
}

static void decimal_target(const uint8_t *p, size_t n) {
  char back[EVD_DECIMAL_BYTES];
  uint64_t number = 0;
  if (!evd_decimal_read(&number, (evd_span){p, n}))
    return;
  evd_decimal_write(back, number);
  EVD_PROMISE(strlen(back) == n && memcmp(back, p, n) == 0);
  evd_fuzz_taken++;
}

/* Cells that were split, quoted again, split into the same. */
static void csv_split_target(const uint8_t *p, size_t n) {
  evd_arena a;
  evd_csv_row row, again;
  evd_buf line;
  uint32_t column = 0;
  const char *expected = NULL;
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  evd_buf_init(&line, 8 * n + 64);
  evd_err e = evd_csv_split(&row, (evd_span){p, n}, &a, &column, &expected);
  EVD_PROMISE(e == EVD_OK || e == EVD_ERR_SPACE || (column > 0 && expected));
  for (uint32_t i = 0; e == EVD_OK && i < row.n; i++) {
    evd_buf_text(&line, i ? "," : "");
    evd_csv_quote(&line, row.cells[i]);
  }
  if (e == EVD_OK) {
    const evd_span whole = {line.p, line.n};
    EVD_PROMISE(evd_buf_ok(&line));
    e = evd_csv_split(&again, whole, &a, &column, &expected);
    EVD_PROMISE(e == EVD_OK && again.n == row.n);
    evd_fuzz_taken++;
    for (uint32_t i = 0; i < row.n; i++) {
      const evd_span x = row.cells[i], y = again.cells[i];
      EVD_PROMISE(x.n == y.n && (x.n == 0 || memcmp(x.p, y.p, x.n) == 0));
    }
  }
  evd_buf_close(&line);
  evd_arena_close(&a);
}

/* A good row of plain.csv is a good line of plain.jsonl. */
static void csv_plain_target(const uint8_t *p, size_t n) {
  evd_arena a;
  evd_plain ballot, again;
  evd_why why;
  evd_buf line;
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  evd_buf_init(&line, EVD_FUZZ_ARENA);
  const evd_manifest *m = evd_fuzz_manifest();
  if (evd_csv_plain_row(&ballot, (evd_span){p, n}, m, "plain.csv", 2, &a) ==
      EVD_OK) {
    evd_plain_write(&line, &ballot);
    evd_err e = evd_plain_read(&again, (evd_span){line.p, line.n}, m, &a, &why);
    EVD_PROMISE(e == EVD_OK);
    evd_fuzz_taken++;
  }
  evd_buf_close(&line);
  evd_arena_close(&a);
}

/* The first three bytes: options, write-ins, blocks. */
static void data_target(const uint8_t *p, size_t n) {
  char why[240];
  evd_span text;
  if (n < 3)
    return;
  const evd_shape s = {.ind_c = 1,
                       .m = 1u + p[0],
                       .R = 1,
                       .L = 1,
                       .w = p[1] % 101u,
                       .b = p[2],
                       .overvote = true};
  const evd_span D = {p + 3, n - 3};
  if (!evd_data_well_packed(&s, D, &text))
    return;
  EVD_PROMISE(D.n == (size_t)s.b * 32);
  EVD_PROMISE(text.p >= D.p && text.p + text.n <= D.p + D.n);
  evd_json *root = evd_json_parse(text, why);
  EVD_PROMISE(root && evd_json_is_object(root) && evd_json_keys(root) == 2);
  EVD_PROMISE(evd_json_count(evd_json_get(root, "write_ins")) <= s.w);
  evd_json_close(root);
  evd_fuzz_taken++;
}

/* A stored .zst file, taken in pieces of a size that the input says. */
static void unpack_target(const uint8_t *p, size_t n) {
  static uint8_t out[4096];
  evd_unpack *u = NULL;
  size_t got = 0, all = 0;
  const size_t piece = 1 + (n ? 16 * (size_t)p[0] : 0);
  FILE *f = tmpfile();
  EVD_PROMISE(f != NULL);
  EVD_PROMISE(n < 2 || fwrite(p + 1, 1, n - 1, f) == n - 1);
  EVD_PROMISE(fflush(f) == 0 && fseek(f, 0, SEEK_SET) == 0);
  const int fd = dup(fileno(f));
  EVD_PROMISE(fd >= 0 && fclose(f) == 0);
  if (evd_unpack_open(&u, fd, true) != EVD_OK)
    return;
  do {
    if (evd_unpack_next(u, out, piece < sizeof out ? piece : sizeof out,
                        &got) != EVD_OK)
      break;
    all += got;
    evd_fuzz_taken += got == 0 && all > 0;
  } while (got > 0 && all < (1u << 20));
  evd_unpack_close(u);
}

/* A ballot as the wire reads it, written again. */
static void wire_again(evd_wire *w, const evd_shape shapes[], uint32_t n,
                       const uint8_t *p, evd_arena *a) {
  evd_ballot b;
  const size_t at = w->done;
  if (evd_ballot_shape(&b, shapes, n, a) != EVD_OK)
    return;
  evd_wire_ballot(w, &b);
  if (!evd_wire_ended(w))
    return;
  const size_t size = w->done - at;
  uint8_t *copy = evd_arena_get(a, size, 1);
  EVD_PROMISE(copy != NULL);
  evd_wire out = evd_wire_write(copy, size);
  evd_wire_ballot(&out, &b);
  EVD_PROMISE(evd_wire_ended(&out) && memcmp(copy, p + at, size) == 0);
  evd_fuzz_taken++;
}

/* What the page hands to the module: one contest, a list of contests of two
 * such, then by the first byte's lowest bit what was chosen, or a ballot. */
static void wire_target(const uint8_t *p, size_t n) {
  evd_arena a;
  evd_shape all[2] = {{.ind_c = 1}, {.ind_c = 2}}, *shapes = NULL;
  evd_selection *sel = NULL;
  uint32_t n_shapes = 0;
  if (n < 1)
    return;
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  evd_wire w = evd_wire_read(p + 1, n - 1);
  evd_err e = evd_wire_shape(&w, &all[0]);
  all[1] = all[0];
  all[1].ind_c = 2;
  if (e == EVD_OK)
    e = evd_wire_contests(&w, &shapes, &n_shapes, all, 2, &a);
  if (e == EVD_OK && p[0] % 2 == 0)
    wire_again(&w, shapes, n_shapes, p + 1, &a);
  else if (e == EVD_OK)
    e = evd_wire_selections(&w, &sel, shapes, n_shapes, &a);
  if (e == EVD_OK && sel && evd_wire_ended(&w))
    evd_fuzz_taken++;
  EVD_PROMISE(w.done <= n - 1);
  evd_arena_close(&a);
}

const evd_fuzz_target evd_fuzz_texts[] = {{"text", text_target},
                                          {"json", json_target},
                                          {"hex", hex_target},
                                          {"base64", base64_target},
                                          {"base45", base45_target},
                                          {"decimal", decimal_target},
                                          {"csv_split", csv_split_target},
                                          {"csv_plain", csv_plain_target},
                                          {"data", data_target},
                                          {"unpack", unpack_target},
                                          {"wire", wire_target},
                                          {NULL, NULL}};
