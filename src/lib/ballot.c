/* Sealing a ballot in a booth; judging one line. */
#include <string.h>

#include "evident/election.h"
#include "lib/handles.h"
#include "lib/lib.h"
#include "record/record.h"
#include "steps/booth.h"
#include "steps/judge.h"

#define MIB ((size_t)1 << 20)
#define LINE_BYTES_MAX (64 * MIB)    /* as everywhere in a record */
#define BALLOT_BYTES_MAX (256 * MIB) /* in memory, with its scratch */
#define SLOT_MAX (((uint64_t)1 << 53) - 1)

/* ---- sealing ---- */

static evd_err check_booth(const evd_election *e, const evd_booth *b,
                           const uint8_t *credential) {
  const evd_manifest *m = &e->head.man;
  if (b->size != sizeof *b)
    return evd_lib_range("size", "is not that of evd_booth");
  if (b->device < 1 || b->device > m->n_devices)
    return evd_lib_range("device", "is not in the manifest");
  if (b->slot > SLOT_MAX)
    return evd_lib_range("slot", "is not below 2^53");
  if (b->position == UINT32_MAX)
    return evd_lib_range("position", "is the last there can be");
  const evd_device *d = &m->devices[b->device - 1];
  if (evd_str_is(d->mode, "mail"))
    return evd_lib_range("device", "is for pre-encrypted ballots");
  if (evd_str_is(d->mode, "remote") != (credential != NULL))
    return evd_lib_range("credential",
                         credential ? "is for remote devices only" : "is NULL");
  return EVD_OK;
}

static evd_link link_of(const evd_election *e, const evd_booth *b) {
  evd_link l;
  evd_link_start(e->G, &l, &e->head, b->device);
  if (l.chained && b->position > 0) {
    l.position = b->position;
    memcpy(l.link.b, b->code, sizeof l.link.b);
  }
  return l;
}

static evd_err seal(const evd_election *e, evd_booth *b,
                    const uint8_t *credential, evd_span plain, evd_buf *line,
                    evd_arena *a) {
  evd_plain p;
  evd_ballot ballot;
  evd_h32 bound;
  evd_why why = {""};
  evd_link l = link_of(e, b);
  evd_err err = evd_plain_read(&p, plain, &e->head.man, a, &why);
  if (err != EVD_OK)
    return evd_complain(err, "the plain ballot: %s", why.text);
  if (credential)
    memcpy(bound.b, credential, sizeof bound.b);
  EVD_TRY(evd_seal_plain(e->G, &e->head, &p, credential ? &bound : NULL,
                         &ballot, a));
  ballot.slot = b->slot;
  evd_link_seal(e->G, &l, &ballot);
  evd_ballot_write(line, &ballot);
  if (!evd_buf_ok(line))
    return EVD_ERR_SPACE;
  b->position = l.position;
  memcpy(b->code, ballot.H_C.b, sizeof b->code);
  return EVD_OK;
}

static evd_err seal_text(const evd_election *e, evd_booth *b,
                         const uint8_t *credential, evd_span plain, char **text,
                         size_t *text_bytes) {
  evd_arena a;
  evd_buf line;
  evd_booth after = *b;
  evd_arena_init(&a, BALLOT_BYTES_MAX);
  evd_buf_init(&line, LINE_BYTES_MAX);
  evd_err err = seal(e, &after, credential, plain, &line, &a);
  if (err == EVD_OK)
    err = evd_lib_text(text, text_bytes, &line);
  if (err == EVD_OK)
    *b = after;
  evd_buf_close(&line);
  evd_arena_close(&a);
  return err;
}

evd_err evd_booth_seal(const evd_election *e, evd_booth *b,
                       const uint8_t *credential, const char *plain,
                       size_t plain_bytes, char **line, size_t *line_bytes) {
  evd_lib_begin();
  if (!line || !line_bytes)
    return evd_lib_range(line ? "line_bytes" : "line", "is NULL");
  *line = NULL;
  *line_bytes = 0;
  if (!e || !b || !plain)
    return evd_lib_range(!e ? "e" : b ? "plain" : "b", "is NULL");
  if (plain_bytes > LINE_BYTES_MAX)
    return evd_lib_range("plain_bytes", "is above 2^26");
  const evd_span bytes = {(const uint8_t *)plain, plain_bytes};
  evd_err err = check_booth(e, b, credential);
  if (err == EVD_OK)
    err = seal_text(e, b, credential, bytes, line, line_bytes);
  return evd_lib_end(err);
}

/* ---- judging ---- */

static void tell(evd_ballot_facts *out, const evd_ballot *b) {
  *out = (evd_ballot_facts){.style = b->style,
                            .device = b->device,
                            .weight = b->weight,
                            .position = b->position,
                            .slot = b->slot};
  memcpy(out->id_B, b->id_B.b, sizeof out->id_B);
  memcpy(out->code, b->H_C.b, sizeof out->code);
}

static evd_err judge(const evd_election *e, evd_span line,
                     evd_ballot_facts *out, evd_arena *a) {
  evd_ballot b;
  evd_why why = {""};
  evd_err err = evd_ballot_line_judge(&b, e->G, &e->head.man, &e->head.keys.H_E,
                                      line, &why, a);
  if (err == EVD_ERR_PROOF)
    return evd_complain(err, "the ballot fails%s", why.text);
  if (err != EVD_OK && err != EVD_ERR_SPACE)
    return evd_complain(err, "the ballot: %s", why.text);
  if (err == EVD_OK && out)
    tell(out, &b);
  return err;
}

evd_err evd_ballot_judge(const evd_election *e, const char *line,
                         size_t line_bytes, evd_ballot_facts *out) {
  evd_arena a;
  evd_lib_begin();
  if (!e || !line)
    return evd_lib_range(e ? "line" : "e", "is NULL");
  if (line_bytes > LINE_BYTES_MAX)
    return evd_lib_range("line_bytes", "is above 2^26");
  evd_arena_init(&a, BALLOT_BYTES_MAX);
  evd_err err =
      judge(e, (evd_span){(const uint8_t *)line, line_bytes}, out, &a);
  evd_arena_close(&a);
  return evd_lib_end(err);
}
