/* What people post to a log and send each other for it, and what its server
 * keeps of it. [T20] */
#include <string.h>

#include "fuzz.h"
#include "serve/log_run.h"
#include "steps/draft.h"

/* ---- items ---------------------------------------------------------------
 */

/* What is a draft is written again as the same bytes. */
static bool is_draft(evd_span item) {
  static evd_draft d;
  evd_buf again;
  const bool good = evd_draft_parse(&d, item, "it") == EVD_OK;
  if (good) {
    evd_buf_init(&again, item.n + 16);
    evd_draft_item(&again, &d);
    EVD_PROMISE(evd_buf_ok(&again) && again.n == item.n &&
                memcmp(again.p, item.p, item.n) == 0);
    evd_buf_close(&again);
  }
  evd_draft_close(&d);
  return good;
}

/* The body of POST /submit: its items fill it, one behind the other. */
static void items_target(const uint8_t *p, size_t n) {
  const evd_span body = {p, n};
  evd_log_item item;
  const char *what = NULL;
  size_t at = 0, before = 0;
  while (evd_log_item_next(body, &at, &item, &what) == EVD_OK) {
    EVD_PROMISE(at > before && at <= n && item.entry.p == p + before + 4);
    EVD_PROMISE(item.objects.p == item.entry.p + item.entry.n);
    EVD_PROMISE(item.objects.p + item.objects.n == p + at);
    evd_fuzz_taken += is_draft((evd_span){p + before, at - before});
    before = at;
  }
  EVD_PROMISE(at == before && what);
  EVD_PROMISE(!is_draft(body) || (before == n && n > 0));
}

/* ---- the state row -------------------------------------------------------
 */

static evd_arena state_arena;
static void drop_state(void) { evd_arena_close(&state_arena); }

/* Rules of two devices, with two keys from the list. */
static void state_init(evd_log *log) {
  static const char origin[] = "board.example/fuzz";
  static const evd_rules_device devices[2] = {{.mode = EVD_MODE_BOOTH},
                                              {.mode = EVD_MODE_REMOTE}};
  const evd_rules_facts facts = {&log->G, 3,     2,     2,   1,
                                 devices, false, false, true};
  const evd_rules_store store = {NULL, NULL, NULL};
  const evd_rules_log of = {log->origin, NULL, NULL};
  evd_board_keys keys = {NULL, 2};
  log->origin = (evd_span){(const uint8_t *)origin, sizeof origin - 1};
  evd_arena_init(&state_arena, EVD_FUZZ_ARENA);
  (void)atexit(drop_state);
  keys.at = evd_arena_get(&state_arena, EVD_BOARD_KEYS_MAX, sizeof *keys.at);
  EVD_PROMISE(keys.at != NULL);
  for (uint32_t i = 0; i < keys.n; i++)
    keys.at[i] =
        (evd_board_key){.role = EVD_ROLE_ADMIN, .key.b = {1 + (uint8_t)i}};
  EVD_PROMISE(evd_rules_init(&log->rules, &facts, &keys, &store, &of,
                             &state_arena) == EVD_OK);
}

/* How far a log is, from its database; the first byte: before SETUP or after.
 * What is taken is written again as the same bytes, and its numbers are
 * numbers of something. */
static void log_state_target(const uint8_t *p, size_t n) {
  static evd_log log;
  const evd_rules *r = &log.rules;
  evd_buf again;
  if (n < 1)
    return;
  if (log.origin.n == 0)
    state_init(&log);
  log.has_rules = p[0] % 2;
  if (evd_log_state_read(&log, (evd_span){p + 1, n - 1}) != EVD_OK)
    return;
  for (uint32_t i = 0; log.has_rules && i < r->keys.n; i++)
    EVD_PROMISE(*evd_role_word(r->keys.at[i].role));
  for (uint32_t i = 0; log.has_rules && i < r->facts.n_devices; i++)
    EVD_PROMISE(r->chains[i].phase <= 2);
  evd_buf_init(&again, n + 16);
  evd_log_state_write(&again, &log);
  EVD_PROMISE(evd_buf_ok(&again) && again.n == n - 1 &&
              memcmp(again.p, p + 1, n - 1) == 0);
  evd_buf_close(&again);
  evd_fuzz_taken++;
}

const evd_fuzz_target evd_fuzz_server[] = {
    {"items", items_target}, {"log_state", log_state_target}, {NULL, NULL}};
