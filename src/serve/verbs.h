/* The verbs of evident-board.
 *
 * Layer: L7 serve. verbs.def: VERB(function suffix, "name", "summary",
 * "usage"); the function is evd_serve_<suffix>, as evd_verb_fn of cmd/cmd.h.
 */
#ifndef EVD_SERVE_VERBS_H
#define EVD_SERVE_VERBS_H

#include "cmd/cmd.h"

#define VERB(id, name, summary, usage) evd_verb_fn evd_serve_##id;
#include "serve/verbs.def"
#undef VERB

#endif /* EVD_SERVE_VERBS_H */
