/* What a device has in the log already.
 *
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_UPLOAD_THERE_H
#define EVD_CMD_UPLOAD_THERE_H

#include "base/arena.h"
#include "board/entry.h"
#include "steps/draft.h"
#include "steps/look.h"

typedef struct {
  uint32_t device;
  evd_buf digests; /* 32 bytes each, of type and body; sorted by _sort */
} evd_there;

void evd_there_init(evd_there *x, uint32_t device);
void evd_there_close(evd_there *x);
/* Of an entry of the log: an evd_look_fn whose self is an evd_there. */
EVD_MUST_CHECK evd_err evd_there_see(void *self, const evd_look *l,
                                     uint64_t index, const evd_entry_read *e);
/* After the last of them.
 *   errors  EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_there_sort(evd_there *x);
/* Does an entry of the device with this type and body stand in the log? */
bool evd_there_has(const evd_there *x, const evd_draft *d);

#endif /* EVD_CMD_UPLOAD_THERE_H */
