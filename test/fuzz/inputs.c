/* Files that people hand in: through the verbs, in a folder of their own.
 * [T20] The sentence on standard error is not looked at here. */
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/credentials.h"
#include "cmd/csv.h"
#include "cmd/record_mail.h"
#include "fuzz.h"
#include "host/lines.h"
#include "sheets/sheet.h"

static void csv_contests_target(const uint8_t *p, size_t n) {
  evd_arena a;
  evd_manifest m;
  memset(&m, 0, sizeof m);
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  const char *path = evd_fuzz_file("contests.csv", p, n);
  if (evd_csv_contests(&m, path, &a) == EVD_OK) {
    EVD_PROMISE(m.n_contests > 0 && m.contests[0].n_options > 0);
    evd_fuzz_taken++;
  }
  evd_arena_close(&a);
}

static void credentials_target(const uint8_t *p, size_t n) {
  evd_arena a;
  evd_credentials c;
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  const char *path = evd_fuzz_file("credentials.jsonl", p, n);
  if (evd_credentials_read(&c, path, &a) == EVD_OK && c.n > 0) {
    EVD_PROMISE(evd_credentials_find(&c, c.rows[0].serial) != NULL);
    evd_fuzz_taken++;
  }
  evd_arena_close(&a);
}

/* Lines of at most 64 bytes: what is given out is in order and in the input. */
static void lines_target(const uint8_t *p, size_t n) {
  evd_lines l;
  evd_span line;
  bool more = true;
  size_t at = 0;
  evd_err e = evd_lines_open(&l, evd_fuzz_file("lines", p, n), 64);
  while (e == EVD_OK && more) {
    e = evd_lines_next(&l, &line, &more);
    if (e != EVD_OK || !more)
      break;
    EVD_PROMISE(line.n <= 64 && at + line.n <= n);
    EVD_PROMISE(line.n == 0 || memcmp(line.p, p + at, line.n) == 0);
    at += line.n + 1;
  }
  EVD_PROMISE(e != EVD_OK || at >= n);
  evd_fuzz_taken += e == EVD_OK && n > 0;
  evd_lines_close(&l);
}

/* What is found belongs to the ballot asked for and lies in the file. */
static void hints_target(const uint8_t *p, size_t n) {
  evd_hint_file f;
  evd_hints h;
  evd_why why;
  evd_h32 id;
  evd_p value;
  uint64_t at;
  if (evd_hint_file_open(&f, evd_fuzz_file("hints", p, n)) != EVD_OK)
    return;
  evd_err e = evd_hints_open(&h, &f, &why);
  /* ballots are asked for by what stands anywhere in the file */
  for (size_t i = 0; e == EVD_OK && i + sizeof id <= n && i < 4096; i += 4) {
    memcpy(&id, p + i, sizeof id);
    if (!evd_hints_find(&h, &id, 1, &at))
      continue;
    EVD_PROMISE(at >= EVD_HINTS_HEAD_BYTES + EVD_HINTS_ENTRY_BYTES && at <= n);
    EVD_PROMISE(memcmp(p + at - EVD_HINTS_ENTRY_BYTES, &id, sizeof id) == 0);
    bool whole = evd_hints_get(&h, at, &value, 1);
    EVD_PROMISE(whole == (n - at >= sizeof value));
    EVD_PROMISE(!whole || memcmp(&value, p + at, sizeof value) == 0);
    evd_fuzz_taken += whole;
  }
  evd_hint_file_close(&f);
}

/* The first byte: CSV or JSON lines. Every row that is taken without a fault
 * names a ballot and has room for what it lists. */
static void returned_file_target(const uint8_t *p, size_t n) {
  evd_arena a;
  evd_head head = {.man = *evd_fuzz_manifest()};
  if (n < 1)
    return;
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  evd_returns r = {.head = &head, .arena = &a};
  r.path =
      evd_fuzz_file(p[0] & 1 ? "returned.csv" : "returned.jsonl", p + 1, n - 1);
  if (evd_returns_read(&r) == EVD_OK && r.n_faults == 0) {
    EVD_PROMISE(r.n > 0 && r.n <= r.room);
    for (size_t i = 0; i < r.n; i++)
      for (uint32_t c = 0; c < r.rows[i].in.n_contests; c++) {
        const evd_returned_contest *x = &r.rows[i].in.contests[c];
        EVD_PROMISE(x->by_marks ? x->n_marks == 0 || x->marks != NULL
                                : x->n_codes == 0 || x->codes != NULL);
      }
    evd_fuzz_taken++;
  }
  evd_arena_close(&a);
}

/* What evident-sheets reads: strings end, rows are there. */
static void sheet_data_target(const uint8_t *p, size_t n) {
  evd_sheet_file f;
  evd_sheet s;
  bool more = true;
  evd_err e = evd_sheet_open(&f, evd_fuzz_file("sheets.txt", p, n));
  while (e == EVD_OK && more) {
    e = evd_sheet_next(&f, &s, &more);
    if (e != EVD_OK || !more)
      break;
    EVD_PROMISE(s.n_contests > 0 && strlen(s.code) <= n);
    for (uint32_t c = 0; c < s.n_contests; c++)
      EVD_PROMISE(s.contests[c].n_rows > 0 && s.contests[c].rows[0].code);
  }
  evd_fuzz_taken += e == EVD_OK;
  evd_sheet_close(&f);
}

/* ---- verbs ----------------------------------------------------------------
 */

static void run_verb(evd_verb_fn *verb, const char *name, const char *from) {
  char words[4][600];
  char *argv[5] = {words[0], words[1], words[2], words[3], NULL};
  const bool has_out = strncmp(name, "import", 6) == 0;
  (void)snprintf(words[0], sizeof words[0], "%s", name);
  (void)snprintf(words[1], sizeof words[1], "%s", from);
  (void)snprintf(words[2], sizeof words[2], "--out");
  (void)snprintf(words[3], sizeof words[3], "%s", evd_fuzz_folder());
  if (!has_out)
    argv[2] = NULL;
  evd_err e = verb(has_out ? 4 : 2, argv);
  evd_fuzz_taken += e == EVD_OK;
  if (!has_out)
    return;
  char made[700];
  (void)snprintf(made, sizeof made, "%s/manifest.json", evd_fuzz_folder());
  /* Both files or none. */
  EVD_PROMISE(evd_file_exists(made) == (e == EVD_OK));
  (void)snprintf(made, sizeof made, "%s/plain.jsonl", evd_fuzz_folder());
  EVD_PROMISE(evd_file_exists(made) == (e == EVD_OK));
  evd_fuzz_remove("manifest.json");
  evd_fuzz_remove("plain.jsonl");
}

static void raire_target(const uint8_t *p, size_t n) {
  run_verb(evd_cmd_import_raire, "import raire",
           evd_fuzz_file("export.raire", p, n));
}

static void kat_target(const uint8_t *p, size_t n) {
  run_verb(evd_cmd_kat, "kat", evd_fuzz_file("kat.json", p, n));
}

/* The files of an export, one after the other, each ended by a zero byte. */
static void dominion_target(const uint8_t *p, size_t n) {
  static const char *const names[] = {
      "ContestManifest.json", "CandidateManifest.json",
      "BallotTypeManifest.json", "CvrExport_1.json",
      "ElectionEventManifest.json"};
  const size_t count = sizeof names / sizeof *names;
  size_t at = 0;
  for (size_t i = 0; i < count; i++) {
    size_t end = at;
    while (end < n && p[end])
      end++;
    if (at < n)
      (void)evd_fuzz_file(names[i], p + at, end - at);
    at = end < n ? end + 1 : n;
  }
  run_verb(evd_cmd_import_dominion, "import dominion", evd_fuzz_folder());
  for (size_t i = 0; i < count; i++)
    evd_fuzz_remove(names[i]);
}

const evd_fuzz_target evd_fuzz_inputs[] = {
    {"csv_contests", csv_contests_target},
    {"credentials", credentials_target},
    {"lines", lines_target},
    {"hints", hints_target},
    {"returned_file", returned_file_target},
    {"sheet_data", sheet_data_target},
    {"raire", raire_target},
    {"kat", kat_target},
    {"dominion", dominion_target},
    {NULL, NULL}};
