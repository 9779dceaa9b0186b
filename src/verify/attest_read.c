/* Reading an attestation: exactly what evd_attest_write writes. */
#include <string.h>

#include "base/hex.h"
#include "verify/attest.h"

typedef struct {
  evd_span left;
  uint32_t line;
  evd_note_why *why;
} reader;

static evd_err refuse(reader *r, const char *expected) {
  r->why->line = r->line;
  r->why->expected = expected;
  return EVD_ERR_FORM;
}

/* The next line, without its line feed; false at the end. */
static bool next_line(reader *r, evd_span *line) {
  const uint8_t *end = r->left.n ? memchr(r->left.p, '\n', r->left.n) : NULL;
  if (!end)
    return false;
  *line = (evd_span){r->left.p, (size_t)(end - r->left.p)};
  r->left.p = end + 1;
  r->left.n -= line->n + 1;
  r->line++;
  return true;
}

/* The line "<word> <rest>". */
static evd_err want(reader *r, const char *word, evd_span *rest,
                    const char *expected) {
  const size_t n = strlen(word);
  evd_span line;
  if (!next_line(r, &line)) {
    r->line++;
    return refuse(r, expected);
  }
  if (line.n < n + 1 || memcmp(line.p, word, n) != 0 || line.p[n] != ' ')
    return refuse(r, expected);
  *rest = (evd_span){line.p + n + 1, line.n - n - 1};
  return EVD_OK;
}

static bool is(evd_span text, const char *word) {
  return text.n == strlen(word) && memcmp(text.p, word, text.n) == 0;
}

/* 1 to cap_bytes - 1 characters: letters, digits, full stop, hyphen. */
static bool read_word(char *out, size_t cap_bytes, evd_span text) {
  if (text.n == 0 || text.n >= cap_bytes)
    return false;
  for (size_t i = 0; i < text.n; i++) {
    const uint8_t c = text.p[i], low = c | 0x20;
    if (!(c >= '0' && c <= '9') && !(low >= 'a' && low <= 'z') && c != '.' &&
        c != '-')
      return false;
  }
  memcpy(out, text.p, text.n);
  out[text.n] = 0;
  return true;
}

static evd_err read_verifier(reader *r, evd_attestation *out) {
  static const char expected[] = "`verifier`, its name and its version";
  evd_span rest;
  EVD_TRY(want(r, "verifier", &rest, expected));
  const uint8_t *space = rest.n ? memchr(rest.p, ' ', rest.n) : NULL;
  if (!space)
    return refuse(r, expected);
  const evd_span name = {rest.p, (size_t)(space - rest.p)};
  const evd_span version = {space + 1, rest.n - name.n - 1};
  return read_word(out->name, sizeof out->name, name) &&
                 read_word(out->version, sizeof out->version, version)
             ? EVD_OK
             : refuse(r, expected);
}

static evd_err read_hash(reader *r, const char *word, evd_h32 *out,
                         const char *expected) {
  evd_span rest;
  EVD_TRY(want(r, word, &rest, expected));
  return evd_hex_read(out->b, sizeof out->b, rest) == EVD_OK
             ? EVD_OK
             : refuse(r, expected);
}

static evd_err read_number(reader *r, const char *word, uint64_t *out) {
  static const char expected[] =
      "ballots, cast, challenged, spoiled, superseded and refused, a line and "
      "a number each";
  evd_span rest;
  EVD_TRY(want(r, word, &rest, expected));
  /* 15 digits stay below 2^53, the greatest number of a record */
  const size_t digits_max = 15;
  uint64_t n = 0;
  bool good =
      rest.n >= 1 && rest.n <= digits_max && (rest.n == 1 || rest.p[0] != '0');
  for (size_t i = 0; good && i < rest.n; i++) {
    good = rest.p[i] >= '0' && rest.p[i] <= '9';
    n = 10 * n + (uint64_t)(rest.p[i] - '0');
  }
  *out = n;
  return good ? EVD_OK : refuse(r, expected);
}

static evd_err read_stage(reader *r, evd_stage *out) {
  static const char expected[] = "`stage` ceremony, closed or final";
  evd_span rest;
  EVD_TRY(want(r, "stage", &rest, expected));
  if (is(rest, "ceremony"))
    *out = EVD_STAGE_CEREMONY;
  else if (is(rest, "closed"))
    *out = EVD_STAGE_CLOSED;
  else if (is(rest, "final"))
    *out = EVD_STAGE_FINAL;
  else
    return refuse(r, expected);
  return EVD_OK;
}

static evd_err read_verdict(reader *r, evd_verdict *out) {
  static const char expected[] = "`verdict` pass, fail or incomplete";
  evd_span rest;
  EVD_TRY(want(r, "verdict", &rest, expected));
  if (is(rest, "pass"))
    *out = EVD_VERDICT_PASS;
  else if (is(rest, "fail"))
    *out = EVD_VERDICT_FAIL;
  else if (is(rest, "incomplete"))
    *out = EVD_VERDICT_INCOMPLETE;
  else
    return refuse(r, expected);
  return EVD_OK;
}

/* "6.A", "10.C", "X.17": one or two of 0-9 A-Z, a full stop, the same. */
static bool is_id(evd_span id) {
  size_t stop = 0;
  for (size_t i = 0; i < id.n; i++) {
    const uint8_t c = id.p[i];
    if (c == '.' && stop == 0)
      stop = i;
    else if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z'))
      return false;
  }
  return stop >= 1 && stop <= 2 && id.n >= stop + 2 && id.n <= stop + 3;
}

static bool read_status(evd_span text, evd_status *out) {
  if (is(text, "pass"))
    *out = EVD_PASS;
  else if (is(text, "fail"))
    *out = EVD_FAILED;
  else if (is(text, "not-run"))
    *out = EVD_NOT_RUN;
  else
    return false;
  return true;
}

static evd_err read_check(reader *r, evd_attestation *out, evd_span line) {
  const uint8_t *space = line.n ? memchr(line.p, ' ', line.n) : NULL;
  const evd_span id = {line.p, space ? (size_t)(space - line.p) : 0};
  if (out->n_lines == EVD_ATTEST_CHECKS_MAX)
    return refuse(r, "at most 256 checks");
  evd_attest_line *to = &out->lines[out->n_lines];
  if (!space || !is_id(id) ||
      !read_status((evd_span){space + 1, line.n - id.n - 1}, &to->status))
    return refuse(r, "a check and pass, fail or not-run: `6.A pass`");
  memcpy(to->id, id.p, id.n);
  to->id[id.n] = 0;
  for (uint32_t i = 0; i < out->n_lines; i++)
    if (strcmp(out->lines[i].id, to->id) == 0)
      return refuse(r, "each check once");
  out->n_lines++;
  return EVD_OK;
}

static evd_err read_checks(reader *r, evd_attestation *out) {
  evd_span line;
  bool failed = false, passed = false;
  while (next_line(r, &line)) {
    EVD_TRY(read_check(r, out, line));
    failed = failed || out->lines[out->n_lines - 1].status == EVD_FAILED;
    passed = passed || out->lines[out->n_lines - 1].status == EVD_PASS;
  }
  if (r->left.n > 0 || out->n_lines == 0) {
    r->line++;
    return refuse(r, "a line for each check, the last ending like the others");
  }
  if ((out->verdict == EVD_VERDICT_FAIL) != failed ||
      (out->verdict == EVD_VERDICT_PASS && !passed))
    return refuse(r, "checks that give the verdict above");
  return EVD_OK;
}

evd_err evd_attest_read(evd_attestation *out, evd_span text,
                        evd_note_why *why) {
  reader r = {text, 0, why};
  evd_span line;
  memset(out, 0, sizeof *out);
  if (!next_line(&r, &line) || !is(line, "Evident attestation v1")) {
    r.line = 1;
    return refuse(&r, "the line `Evident attestation v1`");
  }
  EVD_TRY(read_verifier(&r, out));
  EVD_TRY(read_hash(&r, "checks", &out->checks,
                    "`checks` and the digest of the list of checks"));
  EVD_TRY(read_hash(&r, "record", &out->record,
                    "`record` and the digest of the record"));
  EVD_TRY(read_stage(&r, &out->stage));
  EVD_TRY(read_verdict(&r, &out->verdict));
  EVD_TRY(read_number(&r, "ballots", &out->ballots));
  EVD_TRY(read_number(&r, "cast", &out->cast));
  EVD_TRY(read_number(&r, "challenged", &out->challenged));
  EVD_TRY(read_number(&r, "spoiled", &out->spoiled));
  EVD_TRY(read_number(&r, "superseded", &out->superseded));
  EVD_TRY(read_number(&r, "refused", &out->refused));
  return read_checks(&r, out);
}
