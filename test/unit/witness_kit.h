/* Witnesses of a small log, for tests. */
#ifndef EVD_TEST_WITNESS_KIT_H
#define EVD_TEST_WITNESS_KIT_H

#include "sign_kit.h"

#include "board/witness.h"
#include "serve/witness.h"

#define KIT_NOW 1700000000u

void kit_log_ask(evd_buf *out, const kit_log *l, uint64_t old, uint64_t size);

/* A folder below one that kit_folder_end takes away again. */
const char *kit_folder(const char *name);
void kit_folder_end(void);

/* A witness by its name, in a folder of its own. */
evd_witness *kit_witness(const char *name, const char *folder,
                         const kit_log *log);
/* add-checkpoint at KIT_NOW; the status. `line`, if not NULL, gets the body
 * added. */
uint32_t kit_add(evd_witness *w, const kit_log *l, uint64_t old, uint64_t size,
                 evd_buf *line);

#endif /* EVD_TEST_WITNESS_KIT_H */
