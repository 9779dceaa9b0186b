/* Parts of the manifest that several files of this folder need.
 *
 * Layer: L4 record, private.
 */
#ifndef EVD_RECORD_MANIFEST_H
#define EVD_RECORD_MANIFEST_H

#include "record/reader.h"

#define EVD_MANIFEST_FORMAT "Evident record v1"
#define EVD_MANIFEST_USUAL_FLOOR 5 /* what `restricted` asks for */
#define EVD_MANIFEST_USUAL_SLOT 3600

evd_str evd_str_of(const char *zero_ended);

/* Fills m from the parsed object; a loose reader takes defaults for what is
 * left out, and a plain string for an option. */
void evd_manifest_fill(evd_obj *o, evd_manifest *m);

/* What a contest gets that does not say: the contest limit that its rule
 * asks for, and the least data blocks that hold its write-ins (none without
 * write-ins). */
uint64_t evd_manifest_usual_limit(const evd_contest *c);
uint64_t evd_manifest_least_blocks(const evd_contest *c);

#endif /* EVD_RECORD_MANIFEST_H */
