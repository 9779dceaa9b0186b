/* The sealed note of a guardian: which record it verified, and whether it
 * has answered for it. Form: "verified, digest <64 hex digits>\n", or
 * "answered, .." from the first message on that helps to decrypt. */
#include <stdio.h>
#include <string.h>

#include "cmd/decryption.h"

#define NOTE_BYTES (18 + 64 + 1)

static void note_name(char out[64], const evd_decryption *x) {
  (void)snprintf(out, 64, "verified_%u", x->i);
}

static void note_text(char out[NOTE_BYTES + 1], const evd_decryption *x,
                      bool answered) {
  char hex[65];
  evd_hex_text(hex, &x->D);
  (void)snprintf(out, NOTE_BYTES + 1, "%s, digest %s\n",
                 answered ? "answered" : "verified", hex);
}

bool evd_note_exists(const evd_decryption *x) {
  static const char *const ends[] = {"", ".sealed"};
  char path[4096];
  for (size_t e = 0; e < 2; e++) {
    int n =
        snprintf(path, sizeof path, "%s/verified_%u%s", x->dir, x->i, ends[e]);
    if (n > 0 && (size_t)n < sizeof path && evd_file_exists(path))
      return true;
  }
  return false;
}

static evd_err write_note(evd_decryption *x, bool answered) {
  char name[64], text[NOTE_BYTES + 1];
  note_name(name, x);
  note_text(text, x, answered);
  return evd_vault_write(x->v, x->dir, name, text, strlen(text), EVD_REPLACE);
}

evd_err evd_note_answered(evd_decryption *x) { return write_note(x, true); }

/* Once it has answered for one record of an election, a guardian answers for
 * no other: the difference of two tallies would show single votes (C04). */
static evd_err refuse_other(evd_decryption *x, bool answered) {
  char name[64];
  note_name(name, x);
  if (answered)
    return evd_complain(EVD_ERR_REFUSED,
                        "guardian %u has decrypted another closed record of "
                        "this election: a second, different request is "
                        "refused",
                        x->i);
  EVD_TRY(evd_vault_erase(x->v, x->dir, name));
  return evd_complain(EVD_ERR_REFUSED,
                      "%s is not the record that guardian %u verified: run "
                      "this again to verify it anew",
                      x->rq.head.dir, x->i);
}

evd_err evd_note_check(evd_decryption *x, bool just_verified) {
  char name[64], text[NOTE_BYTES + 1];
  evd_span note;
  note_name(name, x);
  if (!evd_vault_has(x->v, x->dir, name)) {
    if (just_verified)
      return write_note(x, false);
    return evd_complain(EVD_ERR_REFUSED,
                        "guardian %u has no note that it verified this record",
                        x->i);
  }
  EVD_TRY(evd_vault_read(x->v, x->dir, name, &note));
  bool same[2];
  for (int answered = 0; answered < 2; answered++) {
    note_text(text, x, answered);
    same[answered] =
        note.n == strlen(text) && memcmp(note.p, text, note.n) == 0;
  }
  bool answered = note.n > 0 && note.p[0] == 'a';
  evd_vault_release(&note);
  return same[0] || same[1] ? EVD_OK : refuse_other(x, answered);
}
