/* `seq`: the one process that writes the log.
 *
 * Spec:  doc/board-server.md sections 4 and 5.
 * Layer: L7 serve; shared by seq*.c.
 */
#ifndef EVD_SERVE_SEQ_H
#define EVD_SERVE_SEQ_H

#include "base/arena.h"
#include "serve/log.h"
#include "serve/processes.h"

enum {
  EVD_SEQ_BATCH = 256,     /* items */
  EVD_SEQ_BATCH_MS = 250,  /* between batches */
  EVD_SEQ_REQUESTS = 1024, /* in hand; more wait in `front` */
  EVD_SEQ_OF_ONE = 4,      /* requests of one signer in hand */
  EVD_SEQ_PATIENCE = 5,    /* ticks without a quorum until a client hears so */
  EVD_SEQ_TEXT_BYTES = 300 /* of why something is refused */
};

/* A request in hand. */
typedef struct {
  bool used, taken; /* taken: all its items are in the log */
  uint64_t id;      /* front's number */
  uint64_t arrival; /* order of arrival */
  evd_span body;    /* until it is taken */
  uint32_t n;       /* good items */
  uint32_t status;  /* what `check` says about the item behind them; 0: none */
  char text[EVD_SEQ_TEXT_BYTES];  /* why */
  uint8_t keyid[EVD_KEYID_BYTES]; /* who signed its first item */
  uint32_t ticks;                 /* that went by since it was taken */
  uint64_t last;                  /* the greatest of its indices */
  uint64_t *indices;              /* n, once taken */
} evd_seq_request;

typedef struct {
  uint64_t taken, repeated, conflicts, refused, malformed, batches, answered,
      ticks, ticks_without_quorum;
} evd_seq_counts;

typedef struct {
  const evd_serve_plan *plan;
  const int *to;
  evd_log *log;
  evd_log_head signed_last;
  bool cosigning; /* a note is with `cosign` */
  bool listening; /* front is there */
  evd_seq_request requests[EVD_SEQ_REQUESTS];
  uint32_t n_requests;
  uint64_t arrivals;
  uint64_t batch_ms, tick_ms; /* when they were */
  evd_seq_counts counts;
  bool facts_sent;
} evd_seq;

/* Answers a request and forgets it. */
EVD_MUST_CHECK evd_err evd_seq_say(evd_seq *s, evd_seq_request *r,
                                   uint32_t status, const char *text);
/* The same with receipts. */
EVD_MUST_CHECK evd_err evd_seq_give(evd_seq *s, evd_seq_request *r,
                                    evd_span receipts);
/* A message of `check`: takes the file over. */
EVD_MUST_CHECK evd_err evd_seq_submit(evd_seq *s, const evd_msg *m, int file);
/* Answers `check`, who asks what may come: takes the file over. */
EVD_MUST_CHECK evd_err evd_seq_ask(evd_seq *s, const evd_msg *m, int file,
                                   int to);
/* Puts what has come into the log: at most EVD_SEQ_BATCH items. */
EVD_MUST_CHECK evd_err evd_seq_batch(evd_seq *s);
void evd_seq_count(evd_seq *s, const evd_log_result *r);
/* Status and text of an answer about an item that is not taken. */
uint32_t evd_seq_verdict(char text[EVD_SEQ_TEXT_BYTES],
                         const evd_log_result *why);
/* Items that wait for a batch. */
uint32_t evd_seq_waiting(const evd_seq *s);

/* Files, signature, and on to the witnesses or to publishing. */
EVD_MUST_CHECK evd_err evd_seq_tick(evd_seq *s);
/* A message of `cosign`. */
EVD_MUST_CHECK evd_err evd_seq_cosign(evd_seq *s, const evd_msg *m, int file);

/* Hands out what ballots are judged by, once it is there. */
EVD_MUST_CHECK evd_err evd_seq_facts(evd_seq *s);
/* Answers `check`, who asks for an object. */
EVD_MUST_CHECK evd_err evd_seq_object(evd_seq *s, const evd_msg *m, int to);
/* Answers `front` with counters. */
EVD_MUST_CHECK evd_err evd_seq_stats(evd_seq *s, const evd_msg *m);

#endif /* EVD_SERVE_SEQ_H */
