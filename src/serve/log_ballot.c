#include "serve/log_ballot.h"

#include "serve/log_run.h"

evd_err evd_log_ballot(evd_log *log, const evd_h32 *H_C, evd_buf *out) {
  evd_row_ballot row;
  evd_entry_read r;
  evd_buf entry;
  bool found = false;
  const char *what = "";
  EVD_TRY(evd_store_row_get(log->store, EVD_ROW_BALLOT, H_C, &row, sizeof row,
                            &found));
  if (!found)
    return EVD_ERR_MISSING;
  evd_buf_init(&entry, EVD_ENTRY_BYTES_MAX);
  evd_err e = evd_store_entry(log->store, row.index, &entry);
  if (e == EVD_OK)
    e = evd_entry_parse(&r, (evd_span){entry.p, entry.n}, &what);
  if (e == EVD_OK && r.e.type != EVD_ENTRY_BALLOT)
    e = EVD_ERR_FORM;
  if (e == EVD_OK)
    e = evd_log_object(log, "ballot", &r.e.ballot.object, out);
  evd_buf_close(&entry);
  return e;
}
