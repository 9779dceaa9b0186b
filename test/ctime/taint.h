/* What the programs of the taint test share.
 *
 * Spec:  EGDS 2.1.0 is silent on time; threats T21, A11, A12 are not.
 *
 * Secrets are marked undefined for valgrind's memcheck, which follows every
 * bit computed from them and complains of a branch or an address that depends
 * on one. evd_declassify_bytes and evd_wipe are replaced (taint.c): the first
 * marks its bytes defined, the second marks what it wiped undefined, so that
 * nobody uses it again. Published values must be defined when a function of
 * the product hands them out: it declassifies them itself, with a reason.
 */
#ifndef EVD_TEST_CTIME_TAINT_H
#define EVD_TEST_CTIME_TAINT_H

#include "base/arena.h"
#include "group/secret.h"

typedef struct {
  const char *name;
  bool needs_kernel; /* multiplies mod p: the kernel must have been called */
  void (*run)(void);
} taint_case;

/* The lists of the other files; each ends with a name of NULL. */
extern const taint_case taint_cases_arith[];
extern const taint_case taint_cases_text[];
extern const taint_case taint_cases_keys[];
extern const taint_case taint_cases_ballot[];
extern const taint_case taint_cases_decrypt[];
extern const taint_case taint_cases_preenc[];

/* Leaks on purpose in the way of this name; false if there is none. */
bool taint_control(const char *name);

/* The group with the counting kernel and keys K, K_hat: bare has no tables,
 * tabled those for secrets. */
extern evd_group taint_bare, taint_tabled;
extern evd_arena taint_arena;

/* Bytes of a fixed stream, other ones in each call; defined. */
void taint_fill(void *p, size_t n);
/* The same, marked secret. */
void taint_fill_secret(void *p, size_t n);
/* From here on the n bytes at p are secret. */
void taint_hide(const void *p, size_t n);
/* Reports an error unless every bit is defined; defined afterwards. */
void taint_is_public(const void *p, size_t n);
/* Fails the case unless some bit is undefined: the mark must not have got
 * lost on the way, else the case shows nothing. Hidden afterwards as before. */
void taint_is_hidden(const void *p, size_t n);
/* The same for every byte. */
void taint_is_hidden_all(const void *p, size_t n);
/* The header of the function says that this result is public; the caller in
 * the product branches on it. */
void taint_verdict(void *p, size_t n);
/* Fails the case unless it holds; for public conditions. */
void taint_require(bool holds, const char *what);

#define TAINT_HIDE(x) taint_hide(&(x), sizeof(x))
#define TAINT_IS_PUBLIC(x) taint_is_public(&(x), sizeof(x))
#define TAINT_IS_HIDDEN(x) taint_is_hidden(&(x), sizeof(x))
#define TAINT_IS_HIDDEN_ALL(x) taint_is_hidden_all(&(x), sizeof(x))
#define TAINT_VERDICT(x) taint_verdict(&(x), sizeof(x))

#endif /* EVD_TEST_CTIME_TAINT_H */
