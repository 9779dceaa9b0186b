#include "cmd/policy_file.h"

evd_err evd_policy_file_read(evd_policy *out, evd_span *bytes, const char *path,
                             evd_arena *a) {
  evd_note_why why = {0, ""};
  EVD_TRY(evd_file_read(path, EVD_POLICY_BYTES_MAX, bytes, a));
  if (evd_policy_read(out, *bytes, &why) == EVD_OK)
    return EVD_OK;
  return evd_complain(EVD_ERR_FORM, "%s:%u: expected %s", path, why.line,
                      why.expected);
}
