/* What ballots and counts are judged by, as `seq` hands it to `check`.
 *
 * Layer: L7 serve. Parts (board/parts.h), named as files of the record without
 * their folder: parameters.json, manifest.json, texts.json if there is one,
 * election_keys.json, guardian_1.json .. Before KEYS there are no facts.
 */
#ifndef EVD_SERVE_FACTS_H
#define EVD_SERVE_FACTS_H

#include "host/host.h"
#include "serve/log.h"
#include "steps/head.h"

typedef struct {
  evd_head head; /* with keys */
  evd_host_group *group;
} evd_facts;

#define EVD_FACTS_BYTES_MAX ((size_t)256 << 20)
/* Those of a log that has KEYS. */
EVD_MUST_CHECK evd_err evd_facts_write(evd_buf *out, evd_log *log);
/* Replaces what f holds (all zero: nothing); makes tables of powers.
 * Complains. */
EVD_MUST_CHECK evd_err evd_facts_read(evd_facts *f, evd_span bytes);
void evd_facts_close(evd_facts *f);

#endif /* EVD_SERVE_FACTS_H */
