/* What the functions of libevident share.
 *
 * Layer: L7 lib. Private to this folder.
 *
 * Every public function begins with evd_lib_begin and returns through
 * evd_lib_end, so that evd_problem tells of it and of nothing before.
 */
#ifndef EVD_LIB_LIB_H
#define EVD_LIB_LIB_H

#include "base/arena.h"
#include "evident/err.h"

void evd_lib_begin(void);
/* Returns e; without a sentence yet, takes that of e. */
evd_err evd_lib_end(evd_err e);
/* EVD_ERR_RANGE: "`name` <what>". */
evd_err evd_lib_range(const char *name, const char *what);
/* A copy of the bytes with a zero byte behind them, for evd_free.
 *   errors  EVD_ERR_SPACE: no memory, or b is full */
EVD_MUST_CHECK evd_err evd_lib_text(char **out, size_t *n, const evd_buf *b);

#endif /* EVD_LIB_LIB_H */
