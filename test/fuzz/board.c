/* What a board, a witness or a voter hands over. [T20] */
#include <string.h>

#include "alarm/evidence.h"
#include "board/keys.h"
#include "board/page.h"
#include "board/parts.h"
#include "board/policy.h"
#include "board/proof.h"
#include "board/receipt.h"
#include "board/tile.h"
#include "board/witness.h"
#include "fuzz.h"
#include "host/http_head.h"
#include "steps/judge_evidence.h"

static void same(const evd_buf *b, const uint8_t *p, size_t n) {
  EVD_PROMISE(evd_buf_ok(b) && b->n == n &&
              (n == 0 || memcmp(b->p, p, n) == 0));
  evd_fuzz_taken++;
}

/* What is an entry is written again as the same bytes. */
static void entry_target(const uint8_t *p, size_t n) {
  static evd_entry_sig sigs[EVD_SIGNATURES_MAX];
  evd_entry_read r;
  const char *what = NULL;
  evd_buf again;
  if (evd_entry_parse(&r, (evd_span){p, n}, &what) != EVD_OK) {
    EVD_PROMISE(what);
    return;
  }
  EVD_PROMISE(evd_entry_name(r.e.type));
  for (uint32_t i = 0; i < r.n_sigs; i++)
    evd_entry_sig_get(&sigs[i], &r, i);
  evd_buf_init(&again, n + 16);
  EVD_PROMISE(evd_entry_write(&again, &r.e, sigs, r.n_sigs) == EVD_OK);
  same(&again, p, n);
  evd_buf_close(&again);
}

static void checkpoint_target(const uint8_t *p, size_t n) {
  static evd_checkpoint c;
  evd_note_why why = {0, NULL};
  evd_buf again;
  if (evd_checkpoint_read(&c, (evd_span){p, n}, &why) != EVD_OK) {
    EVD_PROMISE(why.line > 0 && why.expected);
    return;
  }
  evd_buf_init(&again, n + 16);
  evd_checkpoint_write(&again, c.origin, &c.head);
  same(&again, c.note.text.p, c.note.text.n);
  evd_buf_close(&again);
}

static void receipt_target(const uint8_t *p, size_t n) {
  static evd_receipt r;
  evd_note_why why = {0, NULL};
  evd_arena a;
  evd_buf again;
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  evd_err e = evd_receipt_read(&r, (evd_span){p, n}, &a, &why);
  EVD_PROMISE(e == EVD_OK || (why.line > 0 && why.expected));
  if (e == EVD_OK) {
    evd_buf_init(&again, n + 16);
    evd_receipt_write(&again, &r);
    same(&again, p, n);
    evd_buf_close(&again);
  }
  evd_arena_close(&a);
}

static void policy_target(const uint8_t *p, size_t n) {
  static evd_policy policy;
  evd_note_why why = {0, NULL};
  uint32_t k = 0, of = 0;
  if (evd_policy_read(&policy, (evd_span){p, n}, &why) != EVD_OK) {
    EVD_PROMISE(why.line > 0 && why.expected);
    return;
  }
  EVD_PROMISE(policy.quorum == EVD_POLICY_NONE ||
              policy.quorum < policy.n_names);
  if (evd_policy_k_of_n(&policy, &k, &of))
    EVD_PROMISE(k <= of && of <= policy.n_names);
  evd_fuzz_taken++;
}

static void board_keys_target(const uint8_t *p, size_t n) {
  evd_board_keys keys;
  const char *what = NULL;
  uint32_t line = 0;
  evd_arena a;
  evd_buf again;
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  evd_err e = evd_board_keys_read(&keys, (evd_span){p, n}, &a, &what, &line);
  EVD_PROMISE(e == EVD_OK || (line > 0 && what));
  if (e == EVD_OK) {
    evd_buf_init(&again, n + 16);
    evd_board_keys_write(&again, &keys);
    same(&again, p, n);
    evd_buf_close(&again);
  }
  evd_arena_close(&a);
}

static void tile_path_target(const uint8_t *p, size_t n) {
  evd_tile t;
  char again[EVD_TILE_PATH_BYTES];
  if (evd_tile_path_read(&t, (evd_span){p, n}) != EVD_OK)
    return;
  evd_tile_path(again, &t);
  EVD_PROMISE(strlen(again) == n && memcmp(again, p, n) == 0);
  evd_fuzz_taken++;
}

/* Reads and judges; whatever is judged has a sentence. */
static void evidence_target(const uint8_t *p, size_t n) {
  static evd_evidence e;
  evd_judgement j;
  evd_arena a;
  const char *expected = NULL;
  if (evd_evidence_read(&e, (evd_span){p, n}, &expected) != EVD_OK) {
    EVD_PROMISE(expected);
    return;
  }
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  evd_err err = evd_evidence_judge(&j, &e, evd_evidence_ballot, &a, &expected);
  EVD_PROMISE(err != EVD_OK || (j.verdict && *j.shows));
  EVD_PROMISE(err == EVD_OK || expected || err == EVD_ERR_SPACE);
  evd_arena_close(&a);
  evd_fuzz_taken++;
}

/* What is refused stays refused, whatever follows; what is taken ends its head
 * and has no byte that could be read in two ways. */
static void http_head_target(const uint8_t *p, size_t n) {
  if (n > EVD_HTTP_HEAD_MAX)
    return;
  unsigned whole = evd_http_head_judge_var((evd_span){p, n});
  unsigned half = evd_http_head_judge_var((evd_span){p, n / 2});
  EVD_PROMISE(half == 0 || whole == half ||
              (half == EVD_HTTP_OK && whole == EVD_HTTP_BAD));
  if (whole != EVD_HTTP_OK)
    return;
  const uint8_t *end = memmem(p, n, "\r\n\r\n", 4);
  EVD_PROMISE(end);
  for (const uint8_t *at = p; at < end; at++)
    EVD_PROMISE((*at >= ' ' && *at < 127) || (*at == '\r' && at[1] == '\n') ||
                (*at == '\n' && at[-1] == '\r' && at[1] != ' '));
  evd_fuzz_taken++;
}

/* Several files in one object have one form. */
static void board_parts_target(const uint8_t *p, size_t n) {
  const evd_span parts = {p, n};
  char name[EVD_PART_NAME_MAX + 1];
  evd_part part;
  evd_buf again;
  size_t at = 0;
  if (!evd_parts_whole(parts))
    return;
  evd_buf_init(&again, n + 16);
  while (at < n) {
    EVD_PROMISE(evd_part_next(parts, &at, &part) == EVD_OK && at <= n);
    EVD_PROMISE(evd_part_name_allowed(part.name));
    (void)snprintf(name, sizeof name, "%.*s", (int)part.name.n,
                   (const char *)part.name.p);
    evd_part_write(&again, name, part.bytes);
    EVD_PROMISE(evd_part_find(parts, name, &part.bytes) == EVD_OK);
  }
  same(&again, p, n);
  evd_buf_close(&again);
}

/* What a log asks a witness. */
static void witness_ask_target(const uint8_t *p, size_t n) {
  static evd_witness_ask ask;
  evd_note_why why = {0, NULL};
  evd_buf again;
  if (evd_witness_ask_read(&ask, (evd_span){p, n}, &why) != EVD_OK) {
    EVD_PROMISE(why.line > 0 && why.expected);
    return;
  }
  EVD_PROMISE(ask.old_size <= ask.checkpoint.head.size);
  const uint8_t *checkpoint = ask.checkpoint.note.text.p;
  EVD_PROMISE(checkpoint >= p && checkpoint <= p + n);
  evd_buf_init(&again, n + 16);
  evd_witness_ask_write(&again, ask.old_size, &ask.proof,
                        (evd_span){checkpoint, (size_t)(p + n - checkpoint)});
  same(&again, p, n);
  evd_buf_close(&again);
}

/* Entries of a bundle lie in it, one behind the other. */
static void bundle_target(const uint8_t *p, size_t n) {
  const evd_span bundle = {p, n};
  evd_span entry;
  size_t at = 0, before = 0;
  while (at < n && evd_bundle_next(bundle, &at, &entry) == EVD_OK) {
    EVD_PROMISE(at > before && at <= n && entry.p + entry.n == p + at);
    before = at;
  }
  EVD_PROMISE(evd_bundle_next(bundle, &before, &entry) == EVD_ERR_FORM);
  evd_fuzz_taken += n > 0 && at == n;
}

/* A page has a receipt or not; what was found is judged. */
static void receipt_page_target(const uint8_t *p, size_t n) {
  static evd_receipt_found found;
  const evd_receipt_ask ask = {.policy = NULL};
  evd_note_why why = {0, NULL};
  evd_buf text, words;
  evd_arena a;
  evd_span rest, one;
  evd_buf_init(&text, 4 * n + 16);
  evd_buf_init(&words, 4 * n + 16);
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  evd_page_words(&words, (evd_span){p, n}, true);
  EVD_PROMISE(evd_buf_ok(&words) && words.n <= n);
  if (evd_receipt_of_page(&text, (evd_span){p, n})) {
    EVD_PROMISE(evd_buf_ok(&text) && text.p[text.n - 1] == '\n');
    rest = (evd_span){text.p, text.n};
    while (evd_receipt_next(&rest, &one))
      if (evd_receipt_judge_var(&found, one, &ask, &a, &why) == EVD_OK)
        evd_fuzz_taken += evd_receipt_verdict(&found) != EVD_OK;
  }
  evd_arena_close(&a);
  evd_buf_close(&text);
  evd_buf_close(&words);
}

/* What was packed and is unpacked with no key known has no signatures. */
static void receipt_packed_target(const uint8_t *p, size_t n) {
  static evd_policy policy;
  evd_arena a;
  evd_buf text;
  evd_buf_init(&text, 4 * n + 4096);
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  policy.quorum = EVD_POLICY_NONE;
  if (evd_receipt_unpack(&text, (evd_span){p, n}, &policy, &a) == EVD_OK) {
    EVD_PROMISE(evd_buf_ok(&text) && text.p[text.n - 1] == '\n');
    evd_fuzz_taken++;
  }
  evd_arena_close(&a);
  evd_buf_close(&text);
}

const evd_fuzz_target evd_fuzz_board[] = {
    {"entry", entry_target},
    {"checkpoint", checkpoint_target},
    {"receipt", receipt_target},
    {"policy", policy_target},
    {"board_keys", board_keys_target},
    {"evidence", evidence_target},
    {"tile_path", tile_path_target},
    {"http_head", http_head_target},
    {"board_parts", board_parts_target},
    {"witness_ask", witness_ask_target},
    {"bundle", bundle_target},
    {"receipt_page", receipt_page_target},
    {"receipt_packed", receipt_packed_target},
    {NULL, NULL}};
