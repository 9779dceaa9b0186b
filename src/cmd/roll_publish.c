/* evident roll publish: the ROLL commit. */
#include <stdio.h>
#include <string.h>

#include "cmd/act.h"

#define ROLL_BYTES_MAX ((size_t)1 << 30)

static const char verb[] = "roll publish";

typedef struct {
  const char *file;
  evd_act_words act;
  evd_arena arena;
  evd_span text;
  uint32_t n;
} roll;

/* Ascending credentials, each once, in the one form: as a record has it. */
static evd_err judge(roll *r) {
  evd_arena a;
  evd_span left = r->text;
  evd_h32 before = {{0}};
  evd_roll_line line;
  evd_why why = {"expected a line feed at the end"};
  evd_err e = EVD_OK;
  evd_arena_init(&a, (size_t)1 << 20);
  while (left.n > 0 && e == EVD_OK) {
    const uint8_t *end = memchr(left.p, '\n', left.n);
    size_t n = end ? (size_t)(end - left.p) : 0;
    evd_arena_point mark = evd_arena_mark(&a);
    e = end ? evd_roll_line_read(&line, (evd_span){left.p, n}, &a, &why)
            : EVD_ERR_FORM;
    if (e == EVD_OK && r->n > 0 &&
        memcmp(&before, &line.credential, sizeof before) >= 0) {
      (void)snprintf(why.text, sizeof why.text,
                     "expected ascending credentials, each once");
      e = EVD_ERR_RULE;
    }
    evd_arena_back(&a, mark);
    r->n++;
    before = line.credential;
    left = (evd_span){left.p + n + 1, left.n - n - 1};
  }
  evd_arena_close(&a);
  if (e == EVD_OK && r->n > 0)
    return EVD_OK;
  return evd_complain(e == EVD_OK ? EVD_ERR_PARSE : e, "%s:%u: %s", r->file,
                      r->n, r->n > 0 ? why.text : "expected a voter");
}

static evd_err make(void *self, evd_look *l, evd_made *out) {
  enum { COMMIT = 1 };
  const roll *r = self;
  if (l->rules.roll_committed)
    return evd_complain(EVD_ERR_EXISTS, "%s: a roll is in the log already",
                        l->where);
  out->e.type = EVD_ENTRY_ROLL;
  out->e.roll.op = COMMIT;
  out->e.roll.roll = evd_object_name("roll", r->text);
  out->e.roll.count = r->n;
  out->objects[out->n++] = r->text;
  return EVD_OK;
}

static evd_err run(roll *r) {
  EVD_TRY(evd_file_read(r->file, ROLL_BYTES_MAX, &r->text, &r->arena));
  EVD_TRY(judge(r));
  return evd_act_run(verb, &r->act, make, r);
}

evd_err evd_cmd_roll_publish(int argc, char **argv) {
  roll r = {.file = NULL};
  const evd_option_row rows[] = {EVD_OPT_ACT(r.act), EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &r.file, 1, "ROLL"));
  evd_arena_init(&r.arena, ROLL_BYTES_MAX + (1 << 20));
  evd_err e = run(&r);
  evd_arena_close(&r.arena);
  return e;
}
