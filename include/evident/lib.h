/* What holds for every function of libevident.
 *
 * Results   A function that can fail returns an evd_err (err.h) that must be
 *           looked at; EVD_OK is 0. Then evd_problem() has one sentence that
 *           says what was wrong and where. What a function makes comes out
 *           through its first argument, or a pair of pointer and length, and
 *           is NULL and 0, or untouched, on error.
 * Ends      Nothing here ends the process, prints, installs a signal handler
 *           or changes a setting of it. Arguments are checked: NULL where
 *           something is needed, a number outside its range, or a struct of
 *           another size gives EVD_ERR_RANGE.
 * Memory    A handle (evd_outcome, evd_election, evd_guardian, ..) is closed
 *           with its own function, text with evd_free; both take NULL. What
 *           holds secrets is wiped before it is freed. Jansson keeps the
 *           memory functions that the process gave it.
 * Threads   Any function may run in any thread. A handle that is only read
 *           (const) may be used by several at once; one that is changed is
 *           used by one at a time. There is no other state but the sentence of
 *           evd_problem, which each thread has for itself.
 * Bytes     Elements of the group have EVD_ELEMENT_BYTES, scalars and hashes
 *           EVD_SCALAR_BYTES and EVD_HASH_BYTES, big endian.
 * Time      Where a header says CT, time does not depend on the secrets it
 *           names; all else may take a time that depends on public data.
 */
#ifndef EVIDENT_LIB_H
#define EVIDENT_LIB_H

#include <stddef.h>

#include "evident/err.h"

#define EVD_ELEMENT_BYTES 512
#define EVD_SCALAR_BYTES 32
#define EVD_HASH_BYTES 32

/* Of these headers. Minor versions add, major ones (and those of 0.x) break;
 * the library's soname says which. */
#define EVD_VERSION "0.1.0"

#ifdef __cplusplus
extern "C" {
#endif

/* Of the library that runs, as EVD_VERSION. */
EVD_API const char *evd_version(void);

/* What was wrong with the last call of this thread that failed: one sentence
 * without a newline, "" if the last one did not. Until the thread's next
 * call. */
EVD_API const char *evd_problem(void);

/* Wipes nothing; NULL is fine. */
EVD_API void evd_free(void *text);

#ifdef __cplusplus
}
#endif

#endif /* EVIDENT_LIB_H */
