/* What touches the system: files, randomness, passphrases, threads.
 *
 * Layer: L5 host. Everything that reads or writes a file, asks the kernel or
 * allocates goes through here.
 */
#ifndef EVD_HOST_HOST_H
#define EVD_HOST_HOST_H

#include <stdarg.h>

#include "base/arena.h"
#include "group/element.h"
#include "record/hints.h"
#include "record/source.h"
#include "verify/scratch.h"
#include "verify/verify.h"

/* One sentence on standard error, "evident: ..." and newline; returns e, so
 * that `return evd_complain(e, "...")` reads well. */
evd_err evd_complain(evd_err e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Was it called with an error? What went wrong is said once. */
bool evd_has_complained(void);

/* ---- files ---- */
/* Whole file, at most max_bytes, into arena memory. Complains. Symlinks and
 * anything but regular files are refused. */
EVD_MUST_CHECK evd_err evd_file_read(const char *path, size_t max_bytes,
                                     evd_span *out, evd_arena *a);
bool evd_file_exists(const char *path);
/* Atomic: temporary file beside it, fsync, rename, fsync of the folder. With
 * EVD_NEW an existing file is an error (EVD_ERR_EXISTS). mode 0600 or 0644.
 * On any failure nothing is left behind. Complains. */
enum { EVD_NEW = 1, EVD_REPLACE = 2 };
EVD_MUST_CHECK evd_err evd_file_write(const char *path, const void *p, size_t n,
                                      uint32_t mode, int how);
EVD_MUST_CHECK evd_err evd_dir_make(const char *path, uint32_t mode);
/* Makes the entries of the folder that holds `path` durable. Complains. */
EVD_MUST_CHECK evd_err evd_dir_sync_of(const char *path);
EVD_MUST_CHECK evd_err evd_file_erase(const char *path); /* overwrite, unlink */
/* "dir/name" with printf; arena memory, never NULL (aborts when full). */
const char *evd_path(evd_arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A file written in pieces that appears whole or not at all. */
typedef struct evd_out evd_out;
EVD_MUST_CHECK evd_err evd_out_open(evd_out **o, const char *path,
                                    uint32_t mode, int how);
EVD_MUST_CHECK evd_err evd_out_add(evd_out *o, const void *p, size_t n);
EVD_MUST_CHECK evd_err evd_out_commit(evd_out *o); /* frees o */
void evd_out_abandon(evd_out *o);                  /* frees o, leaves none */

/* A record in a directory. */
EVD_MUST_CHECK evd_err evd_source_dir_open(evd_source *s, const char *dir);
void evd_source_dir_close(evd_source *s);
/* Stored bytes of ballot files: how many there are, and how many were read
 * (again from 0 where they are read a second time). */
void evd_source_dir_progress(const evd_source *s, uint64_t *done,
                             uint64_t *all);

/* A hint file, to be read while others look at it too. Complains. */
EVD_MUST_CHECK evd_err evd_hint_file_open(evd_hint_file *f, const char *path);
void evd_hint_file_close(evd_hint_file *f);

/* Room for the verifier in nameless files below `dir` (NULL: $TMPDIR, else
 * /tmp). Complains; EVD_ERR_USAGE if nothing can be written there. */
EVD_MUST_CHECK evd_err evd_scratch_dir_open(evd_scratch *s, const char *dir);
/* The folder, and how much room the system says is there. */
const char *evd_scratch_dir_free(const evd_scratch *s, uint64_t *bytes);
void evd_scratch_dir_close(evd_scratch *s);

/* Jansson's memory: capped in all, wiped when given back. Once, at the start.
 */
void evd_host_json(void);

/* ---- randomness of the system; ends the program if there is none ---- */
void evd_random(void *p, size_t n);
/* The same with EVD_ERR_IO for who can go on without. */
EVD_MUST_CHECK evd_err evd_random_get(void *p, size_t n);

/* ---- threads ---- */
/* A pool of n worker threads (n = 0: number of processors). */
EVD_MUST_CHECK evd_err evd_pool_open(evd_pool *p, uint32_t n);
void evd_pool_close(evd_pool *p);

/* ---- group context with tables, malloc'd (host/mem.c) ---- */
enum { EVD_TAB_G = 1, EVD_TAB_K = 2, EVD_TAB_K_HAT = 4, EVD_TAB_SEC = 8 };
typedef struct evd_host_group evd_host_group;
/* Kernel: evd_kernel_best, or portable if the environment variable
 * EVIDENT_KERNEL says `portable`. */
const evd_kernel *evd_host_kernel(void);
EVD_MUST_CHECK evd_err evd_host_group_open(evd_host_group **h, const evd_p *K,
                                           const evd_p *K_hat, uint32_t tables);
const evd_group *evd_host_group_get(const evd_host_group *h);
void evd_host_group_close(evd_host_group *h);

#endif /* EVD_HOST_HOST_H */
