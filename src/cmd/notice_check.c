/* evident notice check: is a text, a file or a page what the log has as an
 * official notice, and does it still hold? */
#include <stdio.h>
#include <string.h>

#include "board/page.h"
#include "cmd/args.h"
#include "cmd/notice.h"
#include "host/board_dir.h"
#include "host/http.h"

#define PAGE_BYTES_MAX ((size_t)16 << 20)
#define FETCH_MS 30000u

typedef struct {
  const char *verb, *what, *board, *policy;
  evd_arena arena;
  bool is_page;   /* of HTML: the notice may be part of it */
  evd_buf words;  /* of what is checked */
  evd_buf notice; /* of a notice of the log */
} checker;

/* ---- what is checked ---- */

static evd_err fetch(checker *x, evd_buf *out) {
  evd_http *http = NULL;
  evd_http_answer a;
  const evd_http_ask ask = {
      .url = x->what, .max_bytes = PAGE_BYTES_MAX, .limit_ms = FETCH_MS};
  memset(&a, 0, sizeof a);
  evd_err e = evd_http_open(&http, NULL);
  if (e == EVD_OK)
    e = evd_http_do(http, &ask, &a);
  if (e == EVD_OK && a.status != 200) /* OK */
    e = evd_complain(EVD_ERR_IO, "%s answers %u", x->what, a.status);
  else if (e != EVD_OK)
    (void)evd_complain(e, "%s cannot be read: %s", x->what, a.why);
  if (e == EVD_OK)
    evd_buf_add(out, a.body.p, a.body.n);
  evd_buf_close(&a.body);
  evd_http_close(http);
  return e;
}

static bool looks_like_a_page(evd_span text) {
  size_t at = 0;
  while (at < text.n && text.p[at] <= ' ')
    at++;
  return at < text.n && text.p[at] == '<';
}

static evd_err read_what(checker *x) {
  evd_buf page;
  evd_span text = {(const uint8_t *)x->what, strlen(x->what)};
  evd_err e = EVD_OK;
  evd_buf_init(&page, PAGE_BYTES_MAX);
  if (evd_board_is_url(x->what)) {
    e = fetch(x, &page);
    text = (evd_span){page.p, page.n};
  } else if (evd_file_exists(x->what)) {
    e = evd_file_read(x->what, PAGE_BYTES_MAX, &text, &x->arena);
  }
  if (e == EVD_OK) {
    x->is_page = looks_like_a_page(text);
    evd_page_words(&x->words, text, x->is_page);
    e = evd_buf_ok(&x->words) ? EVD_OK : EVD_ERR_SPACE;
  }
  evd_buf_close(&page);
  return e;
}

/* ---- against the log ---- */

/* The whole text, or, of a page, a part that begins and ends with a word. */
static bool says(checker *x, const evd_notice *n) {
  evd_buf_reset(&x->notice);
  evd_page_words(&x->notice, n->text, false);
  const evd_buf *all = &x->words, *part = &x->notice;
  if (!evd_buf_ok(part) || part->n == 0 || part->n > all->n)
    return false;
  if (!x->is_page)
    return all->n == part->n && memcmp(all->p, part->p, all->n) == 0;
  for (size_t i = 0; i + part->n <= all->n; i++)
    if ((i == 0 || all->p[i - 1] == ' ') &&
        (i + part->n == all->n || all->p[i + part->n] == ' ') &&
        memcmp(all->p + i, part->p, part->n) == 0)
      return true;
  return false;
}

static void print_text(const char *title, const evd_notice *n) {
  printf("%s %llu:\n----\n%.*s\n----\n", title, (unsigned long long)n->index,
         (int)n->text.n, (const char *)n->text.p);
}

static bool expired(const evd_look *l, const evd_notice *n) {
  return n->expires != 0 && evd_slot_now(&l->man) > n->expires;
}

static evd_err judge(const checker *x, const evd_notices *all,
                     const evd_notice *n) {
  const evd_notice *last = n;
  print_text("The log has this as notice", n);
  if (x->is_page)
    printf("Nothing else on the page is official.\n");
  if (n->by != EVD_NO_INDEX) {
    while (last->by != EVD_NO_INDEX)
      last = evd_notices_at(all, last->by);
    printf("SUPERSEDED by entry %llu.\n", (unsigned long long)n->by);
    print_text("What holds instead is notice", last);
    return EVD_ERR_FAIL;
  }
  if (expired(all->look, n)) {
    printf("EXPIRED: it held until time slot %u and is void.\n", n->expires);
    return EVD_ERR_FAIL;
  }
  printf("OFFICIAL: it is signed, and %u witness%s signed the log of %llu "
         "entries.\n",
         all->look->n_witnesses, all->look->n_witnesses == 1 ? "" : "es",
         (unsigned long long)all->look->head.size);
  return EVD_OK;
}

/* One that holds goes before one that does not, else the latest. */
static const evd_notice *choose(checker *x, const evd_notices *all) {
  const evd_notice *found = NULL;
  for (uint32_t i = 0; i < all->n; i++) {
    const evd_notice *n = &all->at[i];
    if (!says(x, n))
      continue;
    bool holds = n->by == EVD_NO_INDEX && !expired(all->look, n);
    if (holds || !found || found->by != EVD_NO_INDEX ||
        expired(all->look, found))
      found = n;
  }
  return found;
}

static evd_err check(checker *x, evd_look *l) {
  evd_notices all;
  EVD_TRY(read_what(x));
  EVD_TRY(evd_look_open(l, x->board, x->policy));
  EVD_TRY(evd_notices_walk(&all, l));
  const evd_notice *n = choose(x, &all);
  if (n)
    return judge(x, &all, n);
  printf("NOT OFFICIAL: none of the %u notices in the log of %llu entries says "
         "this.\n",
         all.n, (unsigned long long)l->head.size);
  return EVD_ERR_FAIL;
}

evd_err evd_cmd_notice_check(int argc, char **argv) {
  checker x = {.verb = argv[0]};
  const evd_option_row rows[] = {EVD_OPT("board", x.board),
                                 EVD_OPT("policy", x.policy), EVD_OPT_END};
  evd_look l;
  EVD_TRY(evd_args(argc, argv, rows, &x.what, 1, "TEXT, FILE or URL"));
  EVD_TRY(evd_arg_needed(x.verb, "board", x.board));
  EVD_TRY(evd_arg_needed(x.verb, "policy", x.policy));
  memset(&l, 0, sizeof l);
  evd_arena_init(&x.arena, 2 * PAGE_BYTES_MAX);
  evd_buf_init(&x.words, PAGE_BYTES_MAX);
  evd_buf_init(&x.notice, PAGE_BYTES_MAX);
  evd_err e = check(&x, &l);
  evd_look_close(&l);
  evd_buf_close(&x.words);
  evd_buf_close(&x.notice);
  evd_arena_close(&x.arena);
  return e;
}
