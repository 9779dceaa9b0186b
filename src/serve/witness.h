/* A witness: signs a log's checkpoint if the log only grew since the one it
 * signed before.
 *
 * Spec:  C2SP tlog-witness, tlog-cosignature.
 * Layer: L7 serve.
 *
 * For each log there is one file in the witness's folder: the checkpoint that
 * was signed last, with the log's signature and ours. It is replaced and made
 * durable before an answer goes out. Whoever calls does so one request at a
 * time: then nothing comes between a check and its file. After a failed write
 * a witness signs nothing more until it is started anew.
 */
#ifndef EVD_SERVE_WITNESS_H
#define EVD_SERVE_WITNESS_H

#include "base/arena.h"
#include "board/note.h"
#include "board/witness.h"

#define EVD_WITNESS_LOGS_MAX 256

typedef struct evd_witness evd_witness;

/* `key` of type EVD_NOTE_COSIGNATURE, its secret `seed`, keys of logs (copied;
 * a log may have several). `dir` must be there. It is held: nobody else has
 * it open; and it belongs to the first key that was used with it. Complains
 * also where a file in it is not what this witness has signed. */
EVD_MUST_CHECK evd_err evd_witness_open(evd_witness **w, const char *dir,
                                        const evd_note_key *key,
                                        const uint8_t *seed,
                                        const evd_note_key logs[], uint32_t n);
void evd_witness_close(evd_witness *w); /* NULL is well */

typedef struct {
  uint32_t status;  /* of HTTP */
  const char *type; /* of the body */
  evd_buf body;
} evd_witness_answer;

void evd_witness_answer_init(evd_witness_answer *a);
void evd_witness_answer_close(evd_witness_answer *a);

/* POST add-checkpoint with this body. now: POSIX seconds, not 0. */
void evd_witness_add(evd_witness *w, evd_span body, uint64_t now,
                     evd_witness_answer *out);
/* GET <folder>/checkpoint; path without its first slash. */
void evd_witness_get(evd_witness *w, evd_span path, evd_witness_answer *out);

#endif /* EVD_SERVE_WITNESS_H */
