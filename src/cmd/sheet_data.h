/* What is printed on the sheets of mail ballots, as lines for evident-sheets.
 *
 * Spec:  EGDS 2.1.0 sections 4.1.4, 4.1.5; doc/mail-ballots.md.
 * Layer: L7 cmd.
 *
 * Words are separated by tabs, which no string of the record may have:
 *   election LABEL
 *   ballot NUMBER H_C STYLE    begins a ballot
 *   contest LIMIT LABEL NOTES  begins a contest of it
 *   option CODE LABEL          in manifest order
 *   null CODE                  L of them
 *   end                        after the last ballot
 * SECRET: it says which code stands for which option.
 */
#ifndef EVD_CMD_SHEET_DATA_H
#define EVD_CMD_SHEET_DATA_H

#include "cmd/preencrypt_batch.h"

void evd_sheet_begin(evd_buf *out, const evd_manifest *m);
/* One ballot; number: which of its device, from 1. */
void evd_sheet_ballot(evd_buf *out, const evd_manifest *m,
                      const evd_pre_batch *b, const evd_pre_slot *s,
                      uint64_t number);
void evd_sheet_end(evd_buf *out);

/* Path of the program that prints; complains where there is none. */
EVD_MUST_CHECK evd_err evd_sheet_program(char out[4096]);
/* Has it print the lines of `data` to the new file `pdf`. Complains. */
EVD_MUST_CHECK evd_err evd_sheet_print(const char *program, const char *data,
                                       const char *pdf);

#endif /* EVD_CMD_SHEET_DATA_H */
