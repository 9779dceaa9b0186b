/* An attestation in the log that it is of: its entry, and the head it names. */
#include <stdio.h>
#include <string.h>

#include "board/files.h"
#include "cmd/attest.h"
#include "steps/look.h"

typedef struct {
  evd_span note;
  const evd_note_key *key; /* NULL: whoever's */
  bool found;
  uint64_t index;
  evd_log_head head;
} seeker;

/* The first entry that has the note as its object, of the same key. That it is
 * signed by it, and names a head that the log had, the rules have seen. */
static evd_err seek(void *self, const evd_look *l, uint64_t index,
                    const evd_entry_read *r) {
  seeker *x = self;
  (void)l;
  if (x->found || r->e.type != EVD_ENTRY_ATTEST ||
      !evd_object_fits(&r->e.attest.object, "attestation", x->note) ||
      (x->key &&
       memcmp(&x->key->key, &r->e.attest.key, sizeof x->key->key) != 0))
    return EVD_OK;
  x->found = true;
  x->index = index;
  x->head = r->e.attest.head;
  return EVD_OK;
}

static evd_err say(const seeker *x, const evd_look *l) {
  if (!x->found)
    return evd_complain(EVD_ERR_FAIL,
                        "%s: no ATTEST entry%s%s of its %llu entries has this "
                        "attestation",
                        l->where, x->key ? " of " : "",
                        x->key ? x->key->name : "",
                        (unsigned long long)l->head.size);
  printf(
      "Log: entry %llu attests to the first %llu entries, and they are those "
      "of %s, which has %llu.\n",
      (unsigned long long)x->index, (unsigned long long)x->head.size, l->where,
      (unsigned long long)l->head.size);
  return EVD_OK;
}

evd_err evd_attest_seek(const char *board, const char *policy, evd_span note,
                        const evd_note_key *key) {
  evd_look l;
  seeker x = {.note = note, .key = key};
  memset(&l, 0, sizeof l);
  evd_err e = evd_look_open(&l, board, policy);
  if (e == EVD_OK)
    e = evd_look_walk(&l, EVD_LOOK_ALL, seek, &x);
  if (e == EVD_OK)
    e = say(&x, &l);
  evd_look_close(&l);
  return e;
}
