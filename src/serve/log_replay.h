/* Entries that are there already, judged as if they came now.
 *
 * Layer: L7 serve. Private to fsck.c and move.c.
 */
#ifndef EVD_SERVE_LOG_REPLAY_H
#define EVD_SERVE_LOG_REPLAY_H

#include "board/checkpoint.h"
#include "serve/log_run.h"

/* Reads public/checkpoint; the log has its origin afterwards. Complains. */
EVD_MUST_CHECK evd_err evd_log_load_checkpoint(evd_log *log, evd_checkpoint *c);
/* A signature that the policy of SETUP asks for and that is not there is a
 * fault. */
EVD_MUST_CHECK evd_err evd_log_judge_checkpoint(evd_log *log,
                                                const evd_checkpoint *c);
/* The objects that the entry names, in arena memory. Complains.
 *   errors  EVD_ERR_FORM: one is missing or damaged */
EVD_MUST_CHECK evd_err evd_log_read_objects(evd_log *log, const evd_entry *e,
                                            evd_arena *a, evd_log_content *c);
/* Says what is wrong with an object of the entry at `at`: e is what
 * evd_log_object gave. A failure of the machine stays what it is. */
evd_err evd_log_object_fault(evd_log *log, uint64_t at,
                             const evd_object_ref *ref, evd_err e);
/* The next entry, whose leaf this is and whose objects c has: rules, content,
 * state. Complains.
 *   errors  EVD_ERR_FORM: it should not be in the log */
EVD_MUST_CHECK evd_err evd_log_replay(evd_log *log, const evd_entry_read *read,
                                      const evd_h32 *leaf, evd_log_content *c);

#endif /* EVD_SERVE_LOG_REPLAY_H */
