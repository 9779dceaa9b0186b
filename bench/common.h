/* What the measuring programs have in common.
 *
 * A measuring program is named once, by evd_bench_is; everything that does not
 * hold ends it with exit code 3.
 */
#ifndef EVD_BENCH_COMMON_H
#define EVD_BENCH_COMMON_H

#include "base/arena.h"
#include "group/element.h"

void evd_bench_is(const char *program);
_Noreturn void evd_bench_die(const char *what);
void evd_bench_holds(bool ok, const char *what);
/* From the arena, never NULL. */
void *evd_bench_room(evd_arena *a, size_t n, size_t size);
/* Numbers without meaning, the same in every run; nothing here is secret. */
void evd_bench_fill(void *out, size_t n);
/* CPU time of this process in us. */
double evd_bench_us(void);
/* A group with tables of g and K, and keys that nobody has made. */
void evd_bench_group(evd_group *G, evd_arena *a);

#endif /* EVD_BENCH_COMMON_H */
