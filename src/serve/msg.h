/* What the processes of the server say to each other, and a monitor to the one
 * that has its key.
 *
 * Spec:  doc/board-server.md section 4.
 * Layer: L7 serve.
 *
 * A message has one size and goes over a socket pair that keeps messages
 * apart. What is larger travels beside it as a memory file that nobody can
 * change any more.
 */
#ifndef EVD_SERVE_MSG_H
#define EVD_SERVE_MSG_H

#include "base/bytes.h"
#include "evident/err.h"

/* Numbers in a and b, text or bytes behind them, F: with a file. */
typedef enum {
  EVD_MSG_READY = 1,  /* seq to parent and front: the log is open */
  EVD_MSG_STOP,       /* parent to front: no more requests, then end */
  EVD_MSG_JOB,        /* front to check: request id, F its body */
  EVD_MSG_PASSED,     /* check to front: request id went on to seq; b as of
                         ANSWER */
  EVD_MSG_SUBMIT,     /* check to seq: request id, a items of it are good; where
                         status is not 0 the next is refused: text; F body */
  EVD_MSG_ANSWER,     /* check, seq or files to front: request id, status, text
                         or F a bytes; of check: b objects had proofs judged */
  EVD_MSG_FILE,       /* front to files: request id, path */
  EVD_MSG_ASK_STATS,  /* front to seq: request id */
  EVD_MSG_FACTS,      /* seq to check: F what ballots are judged by */
  EVD_MSG_ASK,        /* check to seq: may a items come now? F their body */
  EVD_MSG_MAY,        /* seq to check: so many a may; a bit for each that is in
                         the log (32 bytes); status, text about the next */
  EVD_MSG_ASK_OBJECT, /* check to seq: a is an evd_msg_object; what it says */
  EVD_MSG_OBJECT,     /* seq to check: F the object; none: there is no such;
                         a the state of a ballot (EVD_BALLOT_..) */
  EVD_MSG_SIGNED_HEAD, /* sign to seq, once: size a, root: signed last */
  EVD_MSG_SIGN,        /* seq to sign: size a, root, proof */
  EVD_MSG_NOTE,        /* sign to seq: the note; status not 0: refused */
  EVD_MSG_KNOWN,     /* cosign to seq: size a, root; text of who says it is b */
  EVD_MSG_COSIGN,    /* seq to cosign: the note */
  EVD_MSG_ASK_PROOF, /* cosign to seq: from size a */
  EVD_MSG_PROOF,     /* seq to cosign: proof; status not 0: none */
  EVD_MSG_COSIGNED,  /* cosign to seq: F the note; a witnesses signed it */
  EVD_MSG_SIGN_ALARM, /* monitor to its key: what an ALARM entry signs */
  EVD_MSG_SIGNATURE   /* back: the signature; status not 0: refused, text */
} evd_msg_kind;

/* Objects of the log that `check` asks for. */
typedef enum {
  EVD_MSG_BALLOT_OF_CODE = 1, /* H_C */
  EVD_MSG_BALLOT_NAMED,       /* id_B */
  EVD_MSG_TALLY_ENCRYPTED,
  EVD_MSG_RESULT_TALLY,
  EVD_MSG_SHARE_OF /* b: 8 times the guardian and the step */
} evd_msg_object;

#define EVD_MSG_BYTES_MAX 3072
typedef struct {
  uint32_t kind, status; /* evd_msg_kind; of HTTP, or 0 */
  uint64_t id, a, b;
  uint32_t n;
  uint8_t bytes[EVD_MSG_BYTES_MAX];
} evd_msg;

/* Of this kind, otherwise empty. */
void evd_msg_init(evd_msg *m, evd_msg_kind kind);
/* Appends; what does not fit is an error of the program. */
void evd_msg_add(evd_msg *m, const void *p, size_t n);
/* One sentence, cut off where it does not fit. */
void evd_msg_say(evd_msg *m, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

EVD_MUST_CHECK evd_err evd_msg_pair(int ends[2]);
/* Waits until there is room. file: -1, or a descriptor, which stays open.
 *   errors  EVD_ERR_MISSING: nobody is there any more; EVD_ERR_IO */
EVD_MUST_CHECK evd_err evd_msg_send(int end, const evd_msg *m, int file);
/* Waits for a message; *file is -1 or a new descriptor.
 *   errors  as evd_msg_send; EVD_ERR_FORM: not a message */
EVD_MUST_CHECK evd_err evd_msg_get(int end, evd_msg *m, int *file);

/* A memory file with these bytes that cannot be changed; -1: no memory. */
int evd_memory_file(evd_span bytes);
/* Its bytes, to be read only; unmap them. Takes the descriptor over.
 *   errors  EVD_ERR_FORM: it could still be changed, or is longer than max */
EVD_MUST_CHECK evd_err evd_memory_map(evd_span *out, int file, size_t max);
void evd_memory_unmap(evd_span *bytes);

#endif /* EVD_SERVE_MSG_H */
