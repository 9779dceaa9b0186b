/* The fixed part of a record as a board shows it.
 *
 * Spec:  doc/board-server.md section 1.
 * Layer: L6 steps. Public data only.
 */
#ifndef EVD_STEPS_BOARD_HEAD_H
#define EVD_STEPS_BOARD_HEAD_H

#include "steps/head.h"
#include "steps/look.h"

/* Reads what lies below setup/, checks it as evd_head_open does with
 * EVD_HEAD_KEYS, and that it is what SETUP and KEYS of the log say: KEYS must
 * have been seen. l outlives the head. Complains. Close with evd_head_close in
 * every case. */
EVD_MUST_CHECK evd_err evd_board_head_open(evd_head *h, evd_look *l);

#endif /* EVD_STEPS_BOARD_HEAD_H */
