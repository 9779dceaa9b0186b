/* evident receipt check: what a receipt shows, from itself and a policy. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "board/entry.h"
#include "board/note.h"
#include "board/policy.h"
#include "board/receipt.h"
#include "cmd/args.h"
#include "cmd/policy_file.h"
#include "hash/hash.h"
#include "steps/look.h"

static const char verb[] = "receipt check";
#define FILE_BYTES_MAX ((size_t)16 << 20)
#define TEXT_BYTES_MAX ((size_t)1 << 20)
#define ARENA_BYTES ((size_t)64 << 20)
enum { HASH_CHARS = 64, DAY_SECONDS = 86400, OPEN = 1 };

typedef struct {
  const char *file, *policy, *digest, *code, *credential, *from, *to;
  const char *open, *board;
  bool has_signers;
  evd_receipt_signers signers;
  evd_look look;
  evd_policy rules;
  evd_h32 rules_digest, hash[2];
  evd_receipt_ask ask;
  evd_arena arena;
} checker;

/* ---- what the voter has at hand ---- */

/* 64 hex digits, also in groups as a code is printed. */
static evd_err read_hash(const evd_h32 **out, evd_h32 *room, const char *option,
                         const char *word) {
  char digits[HASH_CHARS];
  size_t n = 0;
  for (const char *at = word; *at; at++) {
    if (*at == ' ' || *at == '-')
      continue;
    if (n == sizeof digits)
      return evd_usage(verb, "--%s takes 64 hex digits, not `%s`", option,
                       word);
    digits[n++] = *at;
  }
  if (!evd_hex_h32(room, digits, n))
    return evd_usage(verb, "--%s takes 64 hex digits, not `%s`", option, word);
  *out = room;
  return EVD_OK;
}

static evd_err read_policy(checker *x) {
  evd_span bytes;
  EVD_TRY(evd_policy_file_read(&x->rules, &bytes, x->policy, &x->arena));
  evd_digest(&x->rules_digest, "policy", bytes.p, bytes.n);
  x->ask.policy = &x->rules;
  return EVD_OK;
}

/* The policy is the one on the voter's card. */
static evd_err match_policy(checker *x) {
  const evd_h32 *wanted = NULL;
  evd_h32 room;
  char hex[HASH_CHARS + 1];
  if (!x->digest)
    return EVD_OK;
  EVD_TRY(read_hash(&wanted, &room, "policy-digest", x->digest));
  EVD_TRY(evd_arg_needed(verb, "policy", x->policy));
  if (memcmp(&room, &x->rules_digest, sizeof room) == 0)
    return EVD_OK;
  evd_hex_text(hex, &x->rules_digest);
  return evd_complain(EVD_ERR_FAIL,
                      "%s is not the policy of this election: its digest is %s",
                      x->policy, hex);
}

static evd_err read_asked(checker *x) {
  if (x->policy)
    EVD_TRY(read_policy(x));
  EVD_TRY(match_policy(x));
  if (x->code)
    EVD_TRY(read_hash(&x->ask.code, &x->hash[0], "code", x->code));
  if (x->credential)
    EVD_TRY(read_hash(&x->ask.credential, &x->hash[1], "credential",
                      x->credential));
  if (x->from)
    EVD_TRY(evd_arg_day(verb, "from", x->from, &x->ask.not_before));
  if (x->to) {
    EVD_TRY(evd_arg_day(verb, "to", x->to, &x->ask.not_after));
    x->ask.not_after += DAY_SECONDS - 1;
  }
  return EVD_OK;
}

/* ---- what the entry's own signatures are made for ---- */

/* The receipt of OPEN, which holds by itself. */
static evd_err read_open(checker *x) {
  evd_receipt_found f;
  evd_span bytes;
  evd_note_why why;
  const evd_receipt_ask ask = {.policy = &x->rules};
  EVD_TRY(evd_arg_needed(verb, "policy", x->policy));
  EVD_TRY(evd_file_read(x->open, FILE_BYTES_MAX, &bytes, &x->arena));
  evd_err e = evd_receipt_judge_var(&f, bytes, &ask, &x->arena, &why);
  if (e == EVD_ERR_FORM)
    return evd_complain(e, "%s, line %u: expected %s", x->open, why.line,
                        why.expected);
  EVD_TRY(e);
  if (f.entry.e.type != EVD_ENTRY_PHASE || f.entry.e.phase.op != OPEN ||
      f.entry.e.phase.site != 0)
    return evd_complain(EVD_ERR_RULE,
                        "%s: expected the receipt of PHASE open of all sites",
                        x->open);
  if (evd_receipt_verdict(&f) != EVD_OK)
    return evd_complain(EVD_ERR_FAIL, "%s does not hold", x->open);
  evd_leaf_hash(&x->signers.open, f.receipt.extra.p, f.receipt.extra.n);
  x->signers.open_at = f.receipt.index;
  return EVD_OK;
}

/* A board's entries up to OPEN: they say who may sign, too. */
static evd_err read_board(checker *x) {
  EVD_TRY(evd_look_open(&x->look, x->board, x->policy));
  EVD_TRY(evd_look_walk(&x->look, EVD_LOOK_UNTIL_OPEN, NULL, NULL));
  x->signers.open = x->look.rules.open_leaf;
  x->signers.open_at =
      x->look.rules.open ? x->look.rules.size - 1 : EVD_NO_INDEX;
  x->signers.keys = &x->look.rules.keys;
  return EVD_OK;
}

static evd_err read_opening(checker *x) {
  if (x->open && x->board)
    return evd_usage(verb, "--open and --board say the same: give one of them");
  x->has_signers = x->open || x->board;
  x->signers.credential = x->ask.credential;
  if (x->open)
    return read_open(x);
  return x->board ? read_board(x) : EVD_OK;
}

/* ---- the file ---- */

/* A receipt, several, a packed one, or a page that has one, as text. */
static evd_err read_receipts(evd_buf *out, checker *x) {
  evd_span bytes, first, rest;
  static const char packed[] = EVD_RECEIPT_PACKED_START;
  EVD_TRY(evd_file_read(x->file, FILE_BYTES_MAX, &bytes, &x->arena));
  rest = bytes;
  if (bytes.n >= sizeof packed - 1 &&
      memcmp(bytes.p, packed, sizeof packed - 1) == 0) {
    while (bytes.n > 0 &&
           (bytes.p[bytes.n - 1] == '\n' || bytes.p[bytes.n - 1] == '\r'))
      bytes.n--;
    if (!x->policy)
      return evd_usage(verb, "a packed receipt needs --policy FILE: names of "
                             "keys are there");
    evd_err e = evd_receipt_unpack(out, bytes, &x->rules, &x->arena);
    if (e == EVD_ERR_FORM)
      return evd_complain(e,
                          "%s is no packed receipt signed by a log or a "
                          "witness of %s",
                          x->file, x->policy);
    return e;
  }
  if (evd_receipt_next(&rest, &first))
    evd_buf_add(out, bytes.p, bytes.n);
  else if (!evd_receipt_of_page(out, bytes))
    return evd_complain(EVD_ERR_FORM,
                        "%s: expected a receipt, which begins with "
                        "c2sp.org/tlog-proof@v1",
                        x->file);
  return evd_buf_ok(out) ? EVD_OK : EVD_ERR_SPACE;
}

/* ---- saying it ---- */

static void print_time(uint64_t seconds) {
  char text[32];
  struct tm t;
  const time_t s = (time_t)seconds;
  if (!gmtime_r(&s, &t) || strftime(text, sizeof text, "%F %T", &t) == 0)
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)seconds);
  printf("%s", text);
}

static void print_check(evd_receipt_word word, const char *text) {
  static const char *const words[] = {[EVD_RECEIPT_NOT_ASKED] = "not checked",
                                      [EVD_RECEIPT_HOLDS] = "holds",
                                      [EVD_RECEIPT_FAILS] = "FAILS"};
  printf("  %-12s %s\n", words[word], text);
}

static void print_witnesses(const evd_receipt_found *f, const checker *x) {
  uint32_t k = 0, n = 0;
  char hex[HASH_CHARS + 1];
  if (!x->policy)
    return;
  evd_hex_text(hex, &x->rules_digest);
  printf("  %u witness%s signed", f->n_witnesses,
         f->n_witnesses == 1 ? "" : "es");
  if (evd_policy_k_of_n(&x->rules, &k, &n))
    printf(" of %u; the policy asks for %u", n, k);
  if (f->first > 0) {
    printf("\n  from ");
    print_time(f->first);
    printf(" to ");
    print_time(f->last);
    printf(" UTC");
  }
  printf("\n  digest of the policy, to compare with the voter's card:\n  %s\n",
         hex);
}

/* What the entry means, in a clerk's words. */
static const char *meaning(uint32_t type) {
  switch (type) {
  case EVD_ENTRY_BALLOT:
    return "the ballot was SEALED. It does not show that it was cast: the "
           "receipt for that is the one of CAST";
  case EVD_ENTRY_CAST:
    return "the ballot was CAST. It does not show what the vote is; that it "
           "was counted is for `evident verify` to show";
  case EVD_ENTRY_CHALLENGE:
    return "the ballot was CHALLENGED: it is opened and not counted";
  case EVD_ENTRY_SPOIL:
    return "the ballot was SPOILED: it is neither opened nor counted";
  case EVD_ENTRY_ADJUDICATE:
    return "it was decided whether the ballot is accepted";
  case EVD_ENTRY_OPENING:
    return "the opening of the challenged ballot was put into the log";
  default:
    return "this entry stands in the log";
  }
}

static void print_found(const evd_receipt_found *f, const checker *x) {
  char hex[HASH_CHARS + 1];
  printf("Receipt of %s: entry %llu of the %llu of %.*s\n",
         evd_entry_name(f->entry.e.type), (unsigned long long)f->receipt.index,
         (unsigned long long)f->checkpoint.head.size,
         (int)f->checkpoint.origin.n, (const char *)f->checkpoint.origin.p);
  evd_hex_text(hex, &f->H_C);
  if (f->of_ballot)
    printf("  code of the ballot:\n  %s\n", hex);
#define PRINT(name, text)                                                      \
  if (f->name != EVD_RECEIPT_NOT_ASKED || &f->name != &f->own)                 \
    print_check(f->name, text);
  EVD_RECEIPT_CHECKS(PRINT)
#undef PRINT
  print_witnesses(f, x);
  if (f->own == EVD_RECEIPT_NOT_ASKED)
    printf("  %s\n",
           x->has_signers
               ? "Who signed the entry is not at hand: give the voter's key "
                 "with --credential,\n  or the log with --board WHERE."
               : "The entry's own signatures are made for the opening of the "
                 "log, which no receipt\n  has: give it with --open FILE or "
                 "--board WHERE.");
  if (f->own == EVD_RECEIPT_HOLDS)
    printf("  Whether who signed it might do so, too, is for `evident verify` "
           "to judge.\n");
  switch (evd_receipt_verdict(f)) {
  case EVD_OK:
    printf("It shows: %s.\n", meaning(f->entry.e.type));
    break;
  case EVD_ERR_FAIL:
    printf("It does NOT hold. Keep it and show it to the election's office.\n");
    break;
  default:
    printf("Signatures were not checked: give the election's policy with "
           "--policy FILE.\n");
  }
}

/* ---- the verb ---- */

static evd_err worse(evd_err a, evd_err b) {
  if (a == EVD_OK || a == b)
    return b;
  return a == EVD_ERR_FAIL || b == EVD_OK ? a : b;
}

static evd_err check_all(checker *x, const evd_buf *text) {
  static evd_receipt_found found;
  evd_span rest = {text->p, text->n}, one;
  evd_note_why why;
  evd_err worst = EVD_OK;
  while (rest.n > 0) {
    if (!evd_receipt_next(&rest, &one))
      return evd_complain(EVD_ERR_FORM, "%s has something behind a receipt",
                          x->file);
    evd_arena_point before = evd_arena_mark(&x->arena);
    evd_err e = evd_receipt_judge_var(&found, one, &x->ask, &x->arena, &why);
    if (e == EVD_ERR_FORM)
      return evd_complain(e, "%s, line %u of a receipt: expected %s", x->file,
                          why.line, why.expected);
    EVD_TRY(e);
    if (x->has_signers)
      EVD_TRY(evd_receipt_own_var(&found, &x->signers));
    print_found(&found, x);
    worst = worse(worst, evd_receipt_verdict(&found));
    evd_arena_back(&x->arena, before);
  }
  return worst;
}

evd_err evd_cmd_receipt_check(int argc, char **argv) {
  static checker x;
  evd_buf text;
  const evd_option_row rows[] = {EVD_OPT("policy", x.policy),
                                 EVD_OPT("policy-digest", x.digest),
                                 EVD_OPT("code", x.code),
                                 EVD_OPT("credential", x.credential),
                                 EVD_OPT("from", x.from),
                                 EVD_OPT("to", x.to),
                                 EVD_OPT("open", x.open),
                                 EVD_OPT("board", x.board),
                                 EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &x.file, 1, "FILE"));
  evd_arena_init(&x.arena, ARENA_BYTES);
  evd_buf_init(&text, TEXT_BYTES_MAX);
  evd_err e = read_asked(&x);
  if (e == EVD_OK)
    e = read_opening(&x);
  if (e == EVD_OK)
    e = read_receipts(&text, &x);
  if (e == EVD_OK)
    e = check_all(&x, &text);
  if (e == EVD_ERR_SPACE)
    (void)evd_complain(e, "%s is too large", x.file);
  evd_buf_close(&text);
  if (x.board)
    evd_look_close(&x.look);
  evd_arena_close(&x.arena);
  return e;
}
