/* The files of a record, and changes of their bytes. */
#include <string.h>

#include "base/require.h"
#include "kit/model.h"
#include "record/say.h"

enum { FILE_BYTES_MAX = 8 << 20 };

evd_kit_file *evd_kit_find(evd_kit *e, const char *path) {
  for (uint32_t i = 0; i < e->n_files; i++)
    if (strcmp(e->files[i].path, path) == 0)
      return &e->files[i];
  EVD_REQUIRE(false);
  return NULL;
}

void evd_kit_drop(evd_kit *e, const char *path) {
  evd_kit_file *f = evd_kit_find(e, path);
  *f = e->files[--e->n_files];
}

void evd_kit_put(evd_kit *e, const char *path, const void *p, size_t n) {
  uint32_t i = 0;
  uint8_t *copy = evd_kit_room(e, n + 1, 1);
  while (i < e->n_files && strcmp(e->files[i].path, path) != 0)
    i++;
  EVD_REQUIRE(i < EVD_KIT_FILES && strlen(path) < EVD_KIT_PATH_BYTES);
  if (n > 0)
    memcpy(copy, p, n);
  memcpy(e->files[i].path, path, strlen(path) + 1);
  e->files[i].bytes = (evd_span){copy, n};
  if (i == e->n_files)
    e->n_files++;
}

/* Where `text` begins in the bytes; it must be there. */
static size_t place_of(evd_span bytes, const char *text) {
  size_t n = strlen(text);
  for (size_t at = 0; at + n <= bytes.n; at++)
    if (memcmp(bytes.p + at, text, n) == 0)
      return at;
  EVD_REQUIRE(false);
  return 0;
}

void evd_kit_swap(evd_kit *e, const char *path, const char *old,
                  const char *now) {
  evd_span f = evd_kit_find(e, path)->bytes;
  size_t at = place_of(f, old), rest = at + strlen(old), n = strlen(now);
  uint8_t *bytes = evd_kit_room(e, f.n + n, 1);
  memcpy(bytes, f.p, at);
  memcpy(bytes + at, now, n);
  memcpy(bytes + at + n, f.p + rest, f.n - rest);
  evd_kit_put(e, path, bytes, f.n - strlen(old) + n);
}

/* ---- writing ---- */

/* The bytes in b, unless there are none. */
static void put_buf(evd_kit *e, const char *path, evd_buf *b) {
  EVD_REQUIRE(evd_buf_ok(b));
  if (b->n > 0)
    evd_kit_put(e, path, b->p, b->n);
  evd_buf_reset(b);
}

static void numbered(char path[EVD_KIT_PATH_BYTES], const char *before,
                     uint32_t n, const char *after) {
  evd_say s;
  evd_say_init(&s, path, EVD_KIT_PATH_BYTES);
  evd_say_text(&s, before);
  evd_say_n(&s, n);
  evd_say_text(&s, after);
}

static void write_ceremony(evd_kit *e, evd_buf *b) {
  char path[EVD_KIT_PATH_BYTES];
  evd_parameters_write(b, &e->par);
  put_buf(e, "parameters.json", b);
  if (e->manifest_bytes.p)
    evd_buf_add(b, e->manifest_bytes.p, e->manifest_bytes.n);
  else
    evd_manifest_write(b, &e->man);
  put_buf(e, "manifest.json", b);
  if (e->texts.n_languages > 0)
    evd_texts_write(b, &e->texts);
  put_buf(e, "texts.json", b);
  for (uint32_t i = 0; i < e->plan.n; i++) {
    evd_guardian_pub_write(b, &e->pub[i]);
    numbered(path, "guardians/guardian_", i + 1, ".json");
    put_buf(e, path, b);
  }
  evd_election_keys_write(b, &e->keys);
  put_buf(e, "election_keys.json", b);
}

static void write_box(evd_kit *e, evd_buf *b) {
  char path[EVD_KIT_PATH_BYTES];
  for (uint32_t d = 1; d <= e->man.n_devices; d++) {
    for (uint32_t at = 0; at < e->n_ballots; at++)
      if (e->ballots[at].device == d ||
          (d == e->man.n_devices && e->ballots[at].device > d)) {
        evd_ballot_write(b, &e->ballots[at]);
        evd_buf_text(b, "\n");
      }
    numbered(path, "ballots/device_", d, ".jsonl");
    put_buf(e, path, b);
  }
  for (uint32_t i = 0; i < e->n_states; i++) {
    evd_state_write(b, &e->states[i]);
    evd_buf_text(b, "\n");
  }
  put_buf(e, "states.jsonl", b);
  for (uint32_t i = 0; i < e->n_roll; i++) {
    evd_roll_line_write(b, &e->roll[i]);
    evd_buf_text(b, "\n");
  }
  put_buf(e, "roll.jsonl", b);
  evd_devices_write(b, &e->devices);
  put_buf(e, "devices.json", b);
}

static void write_result(evd_kit *e, evd_buf *b) {
  evd_tally_ct_write(b, &e->count);
  put_buf(e, "tally_encrypted.json", b);
  evd_tally_write(b, &e->tally);
  put_buf(e, "tally.json", b);
  for (uint32_t i = 0; i < e->n_opened; i++) {
    evd_challenged_write(b, &e->opened[i]);
    evd_buf_text(b, "\n");
  }
  put_buf(e, "challenged.jsonl", b);
  for (uint32_t i = 0; i < e->n_data; i++) {
    evd_contest_data_write(b, &e->data[i]);
    evd_buf_text(b, "\n");
  }
  put_buf(e, "contest_data.jsonl", b);
  for (uint32_t i = 0; i < e->n_cast; i++) {
    evd_mail_cast_write(b, &e->cast[i]);
    evd_buf_text(b, "\n");
  }
  put_buf(e, "mail_cast.jsonl", b);
  for (uint32_t i = 0; i < e->n_uncast; i++) {
    evd_mail_open_write(b, &e->uncast[i]);
    evd_buf_text(b, "\n");
  }
  put_buf(e, "mail_open.jsonl", b);
}

void evd_kit_write(evd_kit *e) {
  evd_buf b;
  evd_buf_init(&b, FILE_BYTES_MAX);
  e->n_files = 0;
  write_ceremony(e, &b);
  write_box(e, &b);
  write_result(e, &b);
  evd_buf_close(&b);
}
