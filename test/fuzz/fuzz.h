/* Readers under hostile bytes: one function a reader, used in two programs.
 *
 * fuzz_replay runs the kept inputs (seeds/<target>/), in any build; fuzz, a
 * clang build with -Dfuzz=true, is driven by libFuzzer. A target calls its
 * reader with any bytes at all and stops the program where a promise of the
 * reader's header does not hold; the sanitizers watch the rest.
 */
#ifndef EVD_TEST_FUZZ_H
#define EVD_TEST_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "host/host.h"

typedef void evd_fuzz_fn(const uint8_t *p, size_t n);
typedef struct {
  const char *name;
  evd_fuzz_fn *run;
} evd_fuzz_target;

extern const evd_fuzz_target evd_fuzz_objects[];  /* objects.c */
extern const evd_fuzz_target evd_fuzz_texts[];    /* texts.c */
extern const evd_fuzz_target evd_fuzz_inputs[];   /* inputs.c */
extern const evd_fuzz_target evd_fuzz_secrets[];  /* secrets.c */
extern const evd_fuzz_target evd_fuzz_signed[];   /* signed.c */
extern const evd_fuzz_target evd_fuzz_board[];    /* board.c */
extern const evd_fuzz_target evd_fuzz_verifier[]; /* verifier.c */
extern const evd_fuzz_target evd_fuzz_server[];   /* server.c */

/* NULL: there is no such target. */
const evd_fuzz_target *evd_fuzz_find(const char *name);
/* The target number `index` over all tables; NULL behind the last. */
const evd_fuzz_target *evd_fuzz_at(size_t index);

/* How many inputs a reader has taken: a target that never counts up tests
 * refusals alone. */
extern size_t evd_fuzz_taken;

/* The manifest that ballots and rows are read against; made once. */
const evd_manifest *evd_fuzz_manifest(void);
/* A folder of this process, empty at first and gone at its end. */
const char *evd_fuzz_folder(void);
/* FOLDER/name with these bytes; the path, valid until the next call. */
const char *evd_fuzz_file(const char *name, const uint8_t *p, size_t n);
/* Removes FOLDER/name. */
void evd_fuzz_remove(const char *name);

#define EVD_FUZZ_ARENA ((size_t)64 << 20)

#define EVD_PROMISE(condition)                                                 \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__,       \
              #condition);                                                     \
      abort();                                                                 \
    }                                                                          \
  } while (0)

#endif /* EVD_TEST_FUZZ_H */
