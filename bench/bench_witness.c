/* How many checkpoints a witness signs in a second, kept on disk before each
 * answer.
 *
 *   bench_witness DIR [SECONDS]
 *
 * DIR is made, on the disk that is to be measured. First the witness alone, one
 * request after the other; then over HTTP, 16 at once. A line of JSON.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "host/host.h"
#include "host/http.h"
#include "host/httpd.h"
#include "host/place.h"
#include "host/signer.h"
#include "serve/witness_web.h"

enum { AT_ONCE = 16, SECONDS = 3, ASK_BYTES = 4096, ANSWER_BYTES = 65536 };

typedef struct {
  evd_witness *w;
  evd_buf ask;
  int listener, ends[2];
  char url[256];
} bench;
static bench s;

static void holds(bool ok, const char *what) {
  if (ok)
    return;
  fprintf(stderr, "bench_witness: %s\n", what);
  exit(3);
}

static evd_note_key key_of(uint8_t seed[32], const char *name, uint8_t type) {
  evd_note_key key;
  evd_h32 pub;
  const evd_span text = {(const uint8_t *)name, strlen(name)};
  memset(seed, type, 32);
  evd_signer_public(&pub, seed);
  holds(evd_note_key_make(&key, text, type, &pub) == EVD_OK, "no key");
  return key;
}

/* The log of one entry, asked about for the first time (old 0) or again. */
static void make_ask(uint64_t old, const evd_note_key *log,
                     const uint8_t seed[32]) {
  evd_log_head head = {.size = 1};
  const evd_tree_proof none = {.n = 0};
  const evd_span origin = {(const uint8_t *)log->name, strlen(log->name)};
  uint8_t sig[64];
  evd_buf note;
  evd_buf_init(&note, ASK_BYTES);
  evd_leaf_hash(&head.root, "entry", 5);
  evd_checkpoint_write(&note, origin, &head);
  evd_signer_sign(sig, seed, (evd_span){note.p, note.n});
  evd_buf_text(&note, "\n");
  evd_note_sig_write(&note, log, sig, sizeof sig);
  evd_buf_reset(&s.ask);
  evd_witness_ask_write(&s.ask, old, &none, (evd_span){note.p, note.n});
  evd_buf_close(&note);
}

static void add(void) {
  evd_witness_answer a;
  evd_witness_answer_init(&a);
  evd_witness_add(s.w, (evd_span){s.ask.p, s.ask.n}, evd_clock_seconds(), &a);
  holds(a.status == EVD_WITNESS_SIGNS, "the witness does not sign");
  evd_witness_answer_close(&a);
}

static void *web(void *self) {
  (void)self;
  (void)!evd_witness_web(s.listener, s.ends[0], NULL);
  return NULL;
}

static void *keep(void *self) {
  (void)self;
  (void)!evd_witness_keep(s.w, s.ends[1], NULL);
  return NULL;
}

static void start_web(void) {
  pthread_t t;
  char name[128];
  holds(evd_listen(&s.listener, "127.0.0.1:0") == EVD_OK, "no socket");
  evd_listen_name(s.listener, name);
  (void)snprintf(s.url, sizeof s.url, "http://%s/add-checkpoint", name);
  holds(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s.ends) == 0 &&
            pthread_create(&t, NULL, web, NULL) == 0 &&
            pthread_create(&t, NULL, keep, NULL) == 0,
        "no threads");
}

static unsigned alone(uint64_t until) {
  unsigned n = 0;
  for (; evd_clock_ms() < until; n++)
    add();
  return n;
}

static unsigned over_http(uint64_t until) {
  evd_http *h = NULL;
  evd_http_answer a;
  unsigned n = 0, open = 0;
  const evd_http_ask ask = {.url = s.url,
                            .type = "text/plain",
                            .body = {s.ask.p, s.ask.n},
                            .max_bytes = ANSWER_BYTES,
                            .limit_ms = 10000};
  holds(evd_http_open(&h, NULL) == EVD_OK, "no HTTP");
  while (evd_clock_ms() < until) {
    for (; open < AT_ONCE; open++)
      holds(evd_http_start(h, &ask) == EVD_OK, "no question");
    holds(evd_http_next(h, 10000, &a) && a.status == EVD_WITNESS_SIGNS,
          "no answer");
    evd_buf_close(&a.body);
    open--;
    n++;
  }
  evd_http_close(h);
  return n;
}

int main(int argc, char **argv) {
  uint8_t seed[32], log_seed[32];
  const evd_note_key key =
      key_of(seed, "bench.example/w", EVD_NOTE_COSIGNATURE);
  const evd_note_key log =
      key_of(log_seed, "bench.example/log", EVD_NOTE_ED25519);
  const long seconds = argc > 2 ? strtol(argv[2], NULL, 10) : SECONDS;
  holds(argc > 1 && seconds > 0, "usage: bench_witness DIR [SECONDS]");
  holds(evd_dir_make_new(argv[1], 0700) == EVD_OK &&
            evd_witness_open(&s.w, argv[1], &key, seed, &log, 1) == EVD_OK,
        "no witness");
  evd_buf_init(&s.ask, ASK_BYTES);
  make_ask(0, &log, log_seed);
  add();
  make_ask(1, &log, log_seed);
  const uint64_t ms = (uint64_t)seconds * 1000;
  printf("{\"per_s\":%u,", alone(evd_clock_ms() + ms) / (unsigned)seconds);
  start_web();
  printf("\"http_per_s\":%u,\"at_once\":%d}\n",
         over_http(evd_clock_ms() + ms) / (unsigned)seconds, AT_ONCE);
  return 0;
}
