/* What ballots are judged by, as `seq` hands it to `check`.
 *
 * Layer: L7 serve. Parts (board/parts.h): manifest.json, election_keys.json.
 * Before KEYS there are no facts.
 */
#ifndef EVD_SERVE_FACTS_H
#define EVD_SERVE_FACTS_H

#include "base/arena.h"
#include "board/entry.h"
#include "host/host.h"
#include "record/record.h"

typedef struct {
  evd_arena arena; /* owns what the others point to */
  evd_manifest man;
  evd_election_keys keys;
  evd_host_group *group;
} evd_facts;

#define EVD_FACTS_BYTES_MAX ((size_t)72 << 20)
void evd_facts_write(evd_buf *out, evd_span manifest, evd_span election_keys);
/* Replaces what f holds (all zero: nothing); makes tables of powers.
 * Complains. */
EVD_MUST_CHECK evd_err evd_facts_read(evd_facts *f, evd_span bytes);
void evd_facts_close(evd_facts *f);

#endif /* EVD_SERVE_FACTS_H */
