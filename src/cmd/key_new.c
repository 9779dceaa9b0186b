/* evident key new: a key that signs notes. */
#include <stdio.h>

#include "cmd/key_file.h"

evd_err evd_cmd_key_new(int argc, char **argv) {
  const char *key = NULL, *name = NULL;
  evd_secret_words words = {NULL, NULL, false};
  evd_secret_options options;
  evd_note_key made;
  const evd_option_row rows[] = {EVD_OPT("name", name), EVD_OPT_SECRETS(words),
                                 EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &key, 1, "K"));
  EVD_TRY(evd_arg_needed(argv[0], "name", name));
  EVD_TRY(evd_secret_options_read(&options, argv[0], &words, NULL));
  EVD_TRY(evd_key_file_make(&made, key, name, &options));
  printf("The key %s is made; what others need is %s.pub.\n", made.name, key);
  return EVD_OK;
}
