/* Lines of a part: foreign data, read strictly. */
#include <string.h>

#include "record/json.h"
#include "record/say.h"
#include "verify/part.h"
#include "verify/report.h"

/* One line while it is taken apart. */
typedef struct {
  evd_json *root;
  evd_arena *a;
  evd_why *why;
  bool good;
} taking;

static bool bad(taking *t, const char *what) {
  evd_say s;
  if (t->good && t->why) {
    evd_say_init(&s, t->why->text, sizeof t->why->text);
    evd_say_text(&s, what);
  }
  t->good = false;
  return false;
}

static bool take(taking *t, evd_span line, evd_arena *a, evd_why *why,
                 size_t properties) {
  char said[240];
  *t = (taking){NULL, a, why, true};
  if (line.n > EVD_PART_LINE_BYTES)
    return bad(t, "the line is too long");
  t->root = evd_json_parse(line, said);
  if (!t->root)
    return bad(t, evd_json_fault(said) == EVD_ERR_SPACE
                      ? said
                      : "the line is no JSON");
  if (!evd_json_is_object(t->root) || evd_json_keys(t->root) != properties)
    return bad(t, "the line has not the properties it should have");
  return true;
}

static bool done(taking *t) {
  if (t->root)
    evd_json_close(t->root);
  return t->good;
}

static uint64_t number(taking *t, const evd_json *o, const char *name) {
  uint64_t n = 0;
  if (!evd_json_number(evd_json_get(o, name), &n))
    (void)bad(t, "a number is missing");
  return n;
}

static uint32_t index_of(taking *t, const evd_json *o, const char *name) {
  uint64_t n = number(t, o, name);
  if (n > UINT32_MAX)
    (void)bad(t, "a number is too large");
  return (uint32_t)n;
}

static evd_str string(taking *t, const evd_json *o, const char *name) {
  evd_span text = {NULL, 0};
  if (!evd_json_string(evd_json_get(o, name), &text)) {
    (void)bad(t, "a text is missing");
    return text;
  }
  uint8_t *copy = evd_arena_get(t->a, text.n + 1, 1);
  if (!copy) {
    (void)bad(t, "there is no memory for it");
    return (evd_str){NULL, 0};
  }
  if (text.n)
    memcpy(copy, text.p, text.n);
  return (evd_str){copy, text.n};
}

/* Hex of any even width; arena memory. */
static evd_span blob(taking *t, const char *name) {
  evd_span text = {NULL, 0};
  bool upper = true;
  const evd_json *v = evd_json_get(t->root, name);
  if (!evd_json_string(v, &text) || text.n % 2 != 0) {
    (void)bad(t, "hexadecimal is missing");
    return (evd_span){NULL, 0};
  }
  uint8_t *p = evd_arena_get(t->a, text.n / 2 + 1, 1);
  if (!p) {
    (void)bad(t, "there is no memory for it");
    return (evd_span){NULL, 0};
  }
  if (!evd_json_hex(v, p, text.n / 2, &upper) || !upper) {
    (void)bad(t, "hexadecimal is missing");
    return (evd_span){NULL, 0};
  }
  return (evd_span){p, text.n / 2};
}

/* ---- lines ---- */

evd_part_kind evd_part_kind_of(evd_span line) {
  static const struct {
    const char *begins;
    evd_part_kind kind;
  } kinds[] = {
      {"{\"format\":", EVD_PART_HEAD},   {"{\"path\":", EVD_PART_FILE},
      {"{\"path_hex\":", EVD_PART_FILE}, {"{\"bytes\":", EVD_PART_BYTES},
      {"{\"check\":", EVD_PART_CHECK},   {"{\"rows\":", EVD_PART_ROWS},
      {"{\"end\":", EVD_PART_END}};
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    size_t n = strlen(kinds[i].begins);
    if (line.n >= n && memcmp(line.p, kinds[i].begins, n) == 0)
      return kinds[i].kind;
  }
  return EVD_PART_OTHER;
}

static bool stage_of(evd_stage *out, evd_str text) {
  for (int s = EVD_STAGE_CEREMONY; s <= EVD_STAGE_FINAL; s++)
    if (evd_str_is(text, evd_stage_text((evd_stage)s))) {
      *out = (evd_stage)s;
      return true;
    }
  return false;
}

bool evd_part_head_read(evd_part_head *h, evd_span line, evd_arena *a,
                        evd_why *why) {
  enum { PROPERTIES = 10 };
  taking t;
  memset(h, 0, sizeof *h);
  if (!take(&t, line, a, why, PROPERTIES))
    return done(&t);
  if (!evd_str_is(string(&t, t.root, "format"), EVD_PART_FORMAT))
    (void)bad(&t, "it is no " EVD_PART_FORMAT);
  h->version = string(&t, t.root, "version");
  (void)string(&t, t.root, "verdict");
  if (!stage_of(&h->stage, string(&t, t.root, "stage")))
    (void)bad(&t, "`stage` is no stage");
  h->shard.i = index_of(&t, t.root, "shard");
  h->shard.n = index_of(&t, t.root, "of");
  h->from = number(&t, t.root, "from");
  h->to = number(&t, t.root, "to");
  h->lines = number(&t, t.root, "lines");
  h->n_files = number(&t, t.root, "files");
  if (h->shard.i < 1 || h->shard.i > h->shard.n || h->from > h->to ||
      h->to > h->lines)
    (void)bad(&t, "the shard is none");
  return done(&t);
}

/* The name as it was listed; a zero byte ends every name. */
static const char *path_of(taking *t) {
  bool named = evd_json_get(t->root, "path") != NULL;
  evd_span p = named ? string(t, t->root, "path") : blob(t, "path_hex");
  if (!p.p || p.n == 0 || memchr(p.p, 0, p.n))
    (void)bad(t, "a path is missing");
  return t->good ? (const char *)p.p : ""; /* one zero byte follows */
}

bool evd_part_file_read(evd_file *f, evd_span line, evd_arena *a,
                        evd_why *why) {
  taking t;
  memset(f, 0, sizeof *f);
  f->path = "";
  if (!take(&t, line, a, why, 2))
    return done(&t);
  f->path = path_of(&t);
  evd_span sha = blob(&t, "sha256");
  f->read = sha.n == sizeof f->sha.b;
  if (f->read)
    memcpy(f->sha.b, sha.p, sha.n);
  else if (sha.n != 0)
    (void)bad(&t, "`sha256` has another width");
  return done(&t);
}

static evd_check *check_of(evd_check *checks, evd_str id) {
  for (int c = 0; c < EVD_N_CHECKS; c++)
    if (evd_str_is(id, checks[c].id))
      return &checks[c];
  return NULL;
}

static void show(char *out, size_t cap, evd_str text) {
  evd_say s;
  evd_say_init(&s, out, cap);
  evd_say_shown(&s, text, cap);
}

static void failure(taking *t, evd_check *c, const evd_json *v,
                    uint64_t files) {
  enum { PROPERTIES = 5 };
  evd_failure f;
  if (!evd_json_is_object(v) || evd_json_keys(v) != PROPERTIES) {
    (void)bad(t, "a failure has not the properties it should have");
    return;
  }
  show(f.where, sizeof f.where, string(t, v, "where"));
  show(f.what, sizeof f.what, string(t, v, "what"));
  f.order.phase = EVD_PHASE_WALK;
  f.order.file = index_of(t, v, "file");
  f.order.line = number(t, v, "line");
  f.order.sub = index_of(t, v, "sub");
  if (f.order.file >= files)
    (void)bad(t, "a failure is in a file that is not there");
  if (t->good)
    evd_failure_keep(c, &f);
}

/* The first remark stays, in memory that does. */
static void remark(taking *t, evd_check *c, evd_arena *keep) {
  evd_str text = string(t, t->root, "remark");
  if (!t->good || c->remark || text.n == 0)
    return;
  char *out = evd_arena_get(keep, text.n + 1, 1);
  if (out)
    show(out, text.n + 1, text);
  c->remark = out;
}

bool evd_part_check_read(evd_check *checks, evd_span line, uint64_t files,
                         evd_arena *a, evd_arena *keep, evd_why *why) {
  enum { PROPERTIES = 6 };
  taking t;
  bool unexamined = false;
  if (!take(&t, line, a, why, PROPERTIES))
    return done(&t);
  evd_check *c = check_of(checks, string(&t, t.root, "check"));
  const evd_json *kept = evd_json_get(t.root, "kept");
  uint64_t seen = number(&t, t.root, "seen");
  uint64_t failed = number(&t, t.root, "failed");
  size_t n = evd_json_is_array(kept) ? evd_json_count(kept) : SIZE_MAX;
  if (!c || n > EVD_FAILURES_KEPT || n > failed || (failed > 0 && n == 0))
    (void)bad(&t, "the line is of no check");
  if (!evd_json_bool(evd_json_get(t.root, "unexamined"), &unexamined))
    (void)bad(&t, "`unexamined` is missing");
  if (!t.good)
    return done(&t);
  remark(&t, c, keep);
  for (size_t i = 0; i < n; i++)
    failure(&t, c, evd_json_at(kept, i), files);
  c->count += seen;
  c->failed += failed;
  c->unexamined = c->unexamined || unexamined;
  return done(&t);
}

bool evd_part_bytes_read(evd_span *bytes, uint64_t *of, evd_span line,
                         evd_arena *a, evd_why *why) {
  taking t;
  if (!take(&t, line, a, why, 2))
    return done(&t);
  *bytes = blob(&t, "bytes");
  *of = number(&t, t.root, "of");
  return done(&t);
}

bool evd_part_rows_read(evd_span *rows, evd_section *of, evd_span line,
                        evd_arena *a, evd_why *why) {
  taking t;
  if (!take(&t, line, a, why, 2))
    return done(&t);
  *rows = blob(&t, "rows");
  evd_str name = string(&t, t.root, "of");
  int s = 0;
  while (s < EVD_N_SECTIONS &&
         !evd_str_is(name, evd_section_text((evd_section)s)))
    s++;
  *of = (evd_section)s;
  if (s == EVD_N_SECTIONS || rows->n == 0 ||
      rows->n % evd_section_bytes((evd_section)s) != 0)
    (void)bad(&t, "these are no rows");
  return done(&t);
}

bool evd_part_end_read(evd_h32 *sha, evd_span line, evd_why *why) {
  taking t;
  bool upper = true;
  if (!take(&t, line, NULL, why, 1))
    return done(&t);
  if (!evd_json_hex(evd_json_get(t.root, "end"), sha->b, sizeof sha->b,
                    &upper) ||
      !upper)
    (void)bad(&t, "the last line is no end");
  return done(&t);
}
