/* evident key sign: a text becomes a signed note. */
#include <stdio.h>
#include <string.h>

#include "cmd/key_file.h"

static evd_err put_out(const evd_buf *note, const char *path) {
  if (path)
    return evd_file_write(path, note->p, note->n, 0644, EVD_NEW);
  bool ok = fwrite(note->p, note->n, 1, stdout) == 1;
  return fflush(stdout) == 0 && ok
             ? EVD_OK
             : evd_complain(EVD_ERR_IO, "cannot print the note");
}

/* The same key may be a witness's or sign entries of a log: what begins like
 * their messages is signed by their verbs alone. */
static bool is_of_others(evd_span text) {
  static const char *const starts[] = {"cosignature/", "Evident/"};
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
    if (text.n >= strlen(starts[i]) &&
        memcmp(text.p, starts[i], strlen(starts[i])) == 0)
      return true;
  return false;
}

static evd_err sign(evd_buf *note, const char *path, const char *key,
                    evd_vault *v) {
  evd_arena a;
  evd_span text;
  evd_arena_init(&a, EVD_NOTE_BYTES_MAX + (1 << 16));
  evd_err e = evd_file_read(path, EVD_NOTE_BYTES_MAX / 2, &text, &a);
  if (e == EVD_OK && !evd_note_text_allowed(text))
    e = evd_complain(EVD_ERR_RULE,
                     "%s: expected UTF-8 without control characters but line "
                     "feeds, the last of which ends it",
                     path);
  if (e == EVD_OK && is_of_others(text))
    e = evd_complain(EVD_ERR_RULE,
                     "%s: begins like what a witness or an entry of a log "
                     "signs, which `key sign` does not",
                     path);
  if (e == EVD_OK)
    e = evd_key_file_sign(note, key, text, v);
  evd_arena_close(&a);
  return e;
}

evd_err evd_cmd_key_sign(int argc, char **argv) {
  const char *file = NULL, *key = NULL, *out = NULL;
  evd_secret_words words = {NULL, NULL, false};
  evd_vault *v = NULL;
  evd_buf note;
  const evd_option_row rows[] = {EVD_OPT("key", key), EVD_OPT("out", out),
                                 EVD_OPT_OPENS(words), EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &file, 1, "FILE"));
  EVD_TRY(evd_arg_needed(argv[0], "key", key));
  EVD_TRY(evd_key_file_vault(&v, argv[0], &words));
  evd_buf_init(&note, EVD_NOTE_BYTES_MAX);
  evd_err e = sign(&note, file, key, v);
  evd_vault_close(v);
  if (e == EVD_OK)
    e = put_out(&note, out);
  evd_buf_close(&note);
  return e;
}
