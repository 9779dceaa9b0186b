/* Where files lie, who else works there, and what time it is.
 *
 * Layer: L5 host.
 */
#ifndef EVD_HOST_PLACE_H
#define EVD_HOST_PLACE_H

#include "host/host.h"

/* Would `path` lie in the folder `dir` or below it, links resolved? A path
 * whose own folder does not exist lies nowhere: false. */
bool evd_path_inside(const char *path, const char *dir);
/* A folder that must not be there yet. Complains. */
EVD_MUST_CHECK evd_err evd_dir_make_new(const char *path, uint32_t mode);
/* Takes an empty folder away again, after a failure. */
void evd_dir_remove(const char *path);
/* The folder `from` becomes `to`, which must not be there yet, and stays so if
 * the power fails. Complains. */
EVD_MUST_CHECK evd_err evd_dir_name(const char *from, const char *to);
/* One command at a time changes a record: holds the folder `dir` until this
 * process ends or lets go. Complains if another has it. */
EVD_MUST_CHECK evd_err evd_dir_hold(int *hold, const char *dir);
void evd_dir_let_go(int hold);

uint64_t evd_clock_seconds(void); /* since 1970 */
uint64_t evd_clock_ms(void);      /* since some moment; never steps back */

#endif /* EVD_HOST_PLACE_H */
