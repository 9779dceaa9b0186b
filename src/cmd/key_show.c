/* evident key show: the public part of a key, as verifiers take it. */
#include <stdio.h>

#include "cmd/key_file.h"

evd_err evd_cmd_key_show(int argc, char **argv) {
  const char *key = NULL;
  const evd_option_row rows[] = {EVD_OPT_END};
  evd_note_key pub;
  evd_buf line;
  EVD_TRY(evd_args(argc, argv, rows, &key, 1, "K"));
  EVD_TRY(evd_key_file_public(&pub, key));
  evd_buf_init(&line, 4096);
  evd_note_key_write(&line, &pub);
  evd_err e = evd_buf_ok(&line) ? EVD_OK : EVD_ERR_SPACE;
  if (e == EVD_OK)
    printf("%.*s\n", (int)line.n, (const char *)line.p);
  evd_buf_close(&line);
  return e == EVD_OK ? e : evd_complain(e, "no memory");
}
