#include "board/objects.h"

#include <string.h>

/* The list of fields gives the references, the name of the field the kind;
 * where the field is called `object`, the type gives it. */
static const char *kind_of(evd_entry_type type, const char *field) {
  if (strcmp(field, "object") != 0)
    return field;
  switch (type) {
  case EVD_ENTRY_BALLOT:
    return "ballot";
  case EVD_ENTRY_OPENING:
    return "challenged";
  case EVD_ENTRY_TALLY:
    return "tally_encrypted";
  case EVD_ENTRY_SHARE:
    return "share";
  case EVD_ENTRY_RESULT:
    return "tally";
  case EVD_ENTRY_AUDIT:
    return "audit";
  case EVD_ENTRY_RELEASE:
    return "release";
  case EVD_ENTRY_ALARM:
    return "evidence";
  case EVD_ENTRY_ATTEST:
    return "attestation";
  case EVD_ENTRY_CEREMONY:
    return "ceremony";
  case EVD_ENTRY_MAIL_CAST:
    return "mail_cast";
  case EVD_ENTRY_CONTEST_DATA:
    return "contest_data";
  default:
    return field;
  }
}

static uint32_t put(evd_entry_object *out, uint32_t n, evd_entry_type type,
                    const char *field, const evd_object_ref *ref) {
  static const evd_object_ref none;
  if (memcmp(ref, &none, sizeof none) == 0)
    return n;
  out[n] = (evd_entry_object){kind_of(type, field), *ref};
  return n + 1;
}

#define OBJECT_U8(name)
#define OBJECT_U16(name)
#define OBJECT_U32(name)
#define OBJECT_U64(name)
#define OBJECT_H32(name)
#define OBJECT_HEAD(name)
#define OBJECT_TEXT(name)
#define OBJECT_OBJ(name) n = put(out, n, e->type, #name, &body->name);
#define OBJECT_FIELD(kind, name) OBJECT_##kind(name)
#define OBJECTS_CASE(number, NAME, member, fields)                             \
  case EVD_ENTRY_##NAME: {                                                     \
    const __typeof__(e->member) *body = &e->member;                            \
    (void)body;                                                                \
    fields(OBJECT_FIELD) break;                                                \
  }

uint32_t evd_entry_objects(const evd_entry *e,
                           evd_entry_object out[EVD_ENTRY_OBJECTS_MAX]) {
  uint32_t n = 0;
  switch (e->type) { EVD_ENTRY_TYPES(OBJECTS_CASE) }
  return n;
}
