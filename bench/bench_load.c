/* Entries that many signers send to a server at the same time.
 *
 *   bench_load URL ORIGIN SEEDS [--per-request N] [--at-once N] [--seconds S]
 *
 * SEEDS has lines of 32 bytes in hex: the keys of admins of a log whose SETUP
 * asks for one signature and that is not open yet. Each of them has so many
 * requests (4; more of one signer the server does not take) of so many NOTICEs
 * (256) under way, until the time is over (10 s); what is counted are receipts
 * that came between the first answer and then, for in that time the server is
 * never without requests. NOTICEs have no object and no proof: it is the log
 * that is measured. The signatures are made while that goes on, by libsodium.
 * Prints a line of JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/endian.h"
#include "base/hex.h"
#include "board/entry.h"
#include "board/keys.h"
#include "host/host.h"
#include "host/http.h"
#include "host/place.h"
#include "host/signer.h"

enum {
  SIGNERS_MAX = 64,
  AT_ONCE_MAX = 4,
  PER_REQUEST_MAX = 256,
  LIMIT_MS = 60000,
  OK = 200,
  BUSY = 503,
  ITEM_BYTES_MAX = 512,
  RECEIPTS_BYTES_MAX = 16 << 20
};

typedef struct {
  uint8_t seed[EVD_SEED_BYTES];
  evd_h32 key;
} signer;

typedef struct {
  evd_buf body;
  const signer *by;
} request;

typedef struct {
  const char *url;
  evd_span origin;
  signer signers[SIGNERS_MAX];
  uint32_t n_signers, per_request, at_once;
  request requests[SIGNERS_MAX * AT_ONCE_MAX];
  uint64_t made, receipts, busy, ms;
  evd_http *http;
} bench;
static bench s;

static void holds(bool ok, const char *what) {
  if (ok)
    return;
  fprintf(stderr, "bench_load: %s\n", what);
  exit(3);
}

/* ---- what is sent ---- */

static evd_span text_of(char text[32]) {
  int n = snprintf(text, 32, "Notice %llu.\n", (unsigned long long)s.made++);
  return (evd_span){(const uint8_t *)text, (size_t)n};
}

static void sign(evd_entry_sig *out, const signer *by, const evd_entry *e) {
  static const evd_h32 not_open;
  evd_buf body, message;
  evd_buf_init(&body, ITEM_BYTES_MAX);
  evd_buf_init(&message, 2 * ITEM_BYTES_MAX);
  holds(evd_entry_write_body(&body, e) == EVD_OK, "an entry");
  evd_entry_message(&message, s.origin, &not_open, (evd_span){body.p, body.n});
  evd_keyid(out->keyid, &by->key);
  out->alg = EVD_ALG_ED25519;
  evd_signer_sign(out->sig, by->seed, (evd_span){message.p, message.n});
  evd_buf_close(&body);
  evd_buf_close(&message);
}

static void add_notice(request *r) {
  char text[32];
  evd_entry_sig sig;
  evd_entry e = {.type = EVD_ENTRY_NOTICE};
  evd_buf entry;
  uint8_t length[4];
  e.notice.supersedes = EVD_NO_INDEX;
  e.notice.text = text_of(text);
  sign(&sig, r->by, &e);
  evd_buf_init(&entry, ITEM_BYTES_MAX);
  holds(evd_entry_write(&entry, &e, &sig, 1) == EVD_OK, "an entry");
  evd_be32_put(length, (uint32_t)entry.n);
  evd_buf_add(&r->body, length, sizeof length);
  evd_buf_add(&r->body, entry.p, entry.n);
  evd_buf_close(&entry);
}

static void fill(request *r) {
  evd_buf_reset(&r->body);
  for (uint32_t i = 0; i < s.per_request; i++)
    add_notice(r);
  holds(evd_buf_ok(&r->body), "a request");
}

static void send(uint32_t i) {
  const request *r = &s.requests[i];
  const evd_http_ask ask = {.url = s.url,
                            .type = "application/octet-stream",
                            .body = {r->body.p, r->body.n},
                            .max_bytes = RECEIPTS_BYTES_MAX,
                            .limit_ms = LIMIT_MS,
                            .mark = i};
  holds(evd_http_start(s.http, &ask) == EVD_OK, "no question");
}

/* ---- what comes back ---- */

static uint32_t receipts_in(const evd_buf *b) {
  static const char head[] = "c2sp.org/tlog-proof@v1\n";
  uint32_t n = 0;
  for (const uint8_t *at = b->p, *end = b->p + b->n; at < end; n++) {
    at = memmem(at, (size_t)(end - at), head, sizeof head - 1);
    if (!at)
      break;
    at += sizeof head - 1;
  }
  return n;
}

/* One answer; what was turned away is sent once more. */
static void take(void) {
  evd_http_answer a;
  holds(evd_http_next(s.http, LIMIT_MS, &a), "no answer");
  if (a.err != EVD_OK || (a.status != OK && a.status != BUSY)) {
    fprintf(stderr, "bench_load: %u %s %.*s\n", a.status, a.why, (int)a.body.n,
            (const char *)a.body.p);
    exit(3);
  }
  if (a.status == OK) {
    holds(receipts_in(&a.body) == s.per_request, "a receipt is missing");
    s.receipts += s.per_request;
    fill(&s.requests[a.mark]);
  }
  s.busy += a.status == BUSY;
  evd_buf_close(&a.body);
  send(a.mark);
}

static void run(uint64_t seconds) {
  const uint32_t n = s.n_signers * s.at_once;
  const size_t bytes = (size_t)s.per_request * ITEM_BYTES_MAX;
  holds(evd_http_open(&s.http, NULL) == EVD_OK, "no HTTP");
  for (uint32_t i = 0; i < n; i++) {
    s.requests[i].by = &s.signers[i % s.n_signers];
    evd_buf_init(&s.requests[i].body, bytes);
    fill(&s.requests[i]);
  }
  for (uint32_t i = 0; i < n; i++)
    send(i);
  take();
  const uint64_t begun = evd_clock_ms(), end = begun + seconds * 1000;
  s.receipts = 0;
  while (evd_clock_ms() < end)
    take();
  s.ms = evd_clock_ms() - begun;
  evd_http_close(s.http);
}

/* ---- program ---- */

static void read_seeds(const char *path) {
  evd_arena a;
  evd_span text;
  enum { LINE = 2 * EVD_SEED_BYTES + 1 };
  evd_arena_init(&a, 1 << 20);
  holds(evd_file_read(path, (size_t)SIGNERS_MAX * LINE, &text, &a) == EVD_OK &&
            text.n >= LINE && text.n % LINE == 0,
        "no seeds");
  s.n_signers = (uint32_t)(text.n / LINE);
  for (uint32_t i = 0; i < s.n_signers; i++) {
    signer *by = &s.signers[i];
    const evd_span hex = {text.p + (size_t)i * LINE, LINE - 1};
    holds(evd_hex_read(by->seed, EVD_SEED_BYTES, hex) == EVD_OK, "no seed");
    evd_signer_public(&by->key, by->seed);
  }
  evd_arena_close(&a);
}

static uint32_t number(const char *text, uint32_t max) {
  unsigned long n = strtoul(text, NULL, 10);
  holds(n > 0 && n <= max, "a number that is too small or too large");
  return (uint32_t)n;
}

int main(int argc, char **argv) {
  uint32_t seconds = 10;
  holds(argc > 3 && argc % 2 == 0, "usage: bench_load URL ORIGIN SEEDS ..");
  s.per_request = PER_REQUEST_MAX;
  s.at_once = AT_ONCE_MAX;
  s.url = argv[1];
  s.origin = (evd_span){(const uint8_t *)argv[2], strlen(argv[2])};
  for (int i = 4; i < argc; i += 2) {
    if (strcmp(argv[i], "--per-request") == 0)
      s.per_request = number(argv[i + 1], PER_REQUEST_MAX);
    else if (strcmp(argv[i], "--at-once") == 0)
      s.at_once = number(argv[i + 1], AT_ONCE_MAX);
    else if (strcmp(argv[i], "--seconds") == 0)
      seconds = number(argv[i + 1], 3600);
    else
      holds(false, argv[i]);
  }
  read_seeds(argv[3]);
  holds(s.n_signers * s.at_once <= EVD_HTTP_ASKS_MAX, "too much at once");
  run(seconds);
  printf("{\"signers\":%u,\"at_once\":%u,\"per_request\":%u,\"seconds\":%.2f,"
         "\"receipts\":%llu,\"per_s\":%.0f,\"busy\":%llu}\n",
         s.n_signers, s.n_signers * s.at_once, s.per_request,
         (double)s.ms / 1000, (unsigned long long)s.receipts,
         1000.0 * (double)s.receipts / (double)s.ms,
         (unsigned long long)s.busy);
  return 0;
}
