/* evident notice publish: an official text into the log. */
#include <stdio.h>
#include <string.h>

#include "cmd/act.h"
#include "cmd/notice.h"

typedef struct {
  const char *verb, *file, *supersedes, *until;
  evd_act_words act;
  evd_arena arena;
} publisher;

/* The slot of the last second of a day in UTC. */
static evd_err read_until(const publisher *x, const evd_manifest *m,
                          uint32_t *slot) {
  enum { DAY_SECONDS = 86400 };
  uint64_t day = 0;
  EVD_TRY(evd_arg_day(x->verb, "until", x->until, &day));
  const uint64_t last = day + DAY_SECONDS - 1;
  if (m->slot_seconds == 0 || last <= m->slot_origin ||
      (last - m->slot_origin) / m->slot_seconds > UINT32_MAX)
    return evd_usage(x->verb, "--until %s is not in the time of this election",
                     x->until);
  *slot = (uint32_t)((last - m->slot_origin) / m->slot_seconds);
  if (*slot == 0 || *slot < evd_slot_now(m))
    return evd_usage(x->verb, "--until %s is over", x->until);
  return EVD_OK;
}

static evd_err read_text(publisher *x, evd_entry *e) {
  evd_span text;
  EVD_TRY(evd_file_read(x->file, EVD_NOTICE_TEXT_MAX + 1, &text, &x->arena));
  if (text.n > 0 && text.p[text.n - 1] == '\n')
    text.n--;
  e->notice.text = text;
  return EVD_OK;
}

static evd_err run(publisher *x, evd_act *act, evd_look *l) {
  evd_entry e = {.type = EVD_ENTRY_NOTICE};
  evd_notices all = {.n = 0};
  uint64_t index = EVD_NO_INDEX;
  EVD_TRY(read_text(x, &e));
  EVD_TRY(evd_look_open(l, x->act.board, x->act.policy));
  EVD_TRY(evd_notices_walk(&all, l));
  if (x->supersedes) {
    EVD_TRY(
        evd_arg_number("--supersedes", x->supersedes, 0, INT64_MAX, &index));
    if (!evd_notices_at(&all, index))
      return evd_complain(EVD_ERR_USAGE, "%s: entry %s is no notice", l->where,
                          x->supersedes);
  }
  *act = evd_act_on(l, x->verb, &x->act);
  e.notice.supersedes = index;
  if (x->until)
    EVD_TRY(read_until(x, &l->man, &e.notice.expires));
  e.slot = evd_look_slot(l);
  return evd_act_do(act, &e, NULL, 0);
}

evd_err evd_cmd_notice_publish(int argc, char **argv) {
  publisher x = {.verb = argv[0]};
  const evd_option_row rows[] = {EVD_OPT("supersedes", x.supersedes),
                                 EVD_OPT("until", x.until), EVD_OPT_ACT(x.act),
                                 EVD_OPT_END};
  evd_act act;
  evd_look l;
  EVD_TRY(evd_args(argc, argv, rows, &x.file, 1, "TEXTFILE"));
  EVD_TRY(evd_arg_needed(x.verb, "board", x.act.board));
  memset(&l, 0, sizeof l);
  evd_arena_init(&x.arena, 1 << 20);
  evd_err e = run(&x, &act, &l);
  evd_look_close(&l);
  evd_arena_close(&x.arena);
  return e;
}
