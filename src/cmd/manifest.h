/* Manifests in the making: what `election new` fills in and checks.
 *
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_MANIFEST_H
#define EVD_CMD_MANIFEST_H

#include "host/host.h"
#include "record/manifest.h"
#include "record/record.h"

/* Is this a label of the record (record-format 1.5)? Asks the record's own
 * writer, reader and rules, so that there is one opinion. */
bool evd_label_good(evd_str label);
/* Least data_blocks that hold any marks and all write-ins (3.12). */
uint64_t evd_data_blocks_needed(uint64_t options, uint64_t write_ins);
#endif /* EVD_CMD_MANIFEST_H */
