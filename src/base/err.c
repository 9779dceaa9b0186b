/* Sentences and exit codes; both come from the one list of err.h. */
#include "evident/err.h"

const char *evd_err_text(evd_err e) {
  switch (e) {
#define TEXT(name, number, exit_code, text)                                    \
  case name:                                                                   \
    return text;
    EVD_ERR_LIST(TEXT)
#undef TEXT
  }
  return "an unknown error";
}

int evd_err_exit(evd_err e) {
  switch (e) {
#define EXIT(name, number, exit_code, text)                                    \
  case name:                                                                   \
    return exit_code;
    EVD_ERR_LIST(EXIT)
#undef EXIT
  }
  return 3;
}
