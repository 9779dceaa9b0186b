/* A record in memory: visible-1 from test/vector, to be changed at will. */
#ifndef EVD_TEST_VERIFY_KIT_H
#define EVD_TEST_VERIFY_KIT_H

#include "verify/verify.h"

#define KIT_FILES_MAX 64

typedef struct {
  char path[96];
  uint8_t *p;
  size_t n;
  evd_err broken; /* what reading it gives, if not EVD_OK */
} kit_file;

typedef struct {
  kit_file files[KIT_FILES_MAX];
  size_t n_files;
  evd_err unlisted; /* what listing them gives, if not EVD_OK */
  size_t line_at;   /* of the stream that is open */
  kit_file *open;
} kit_record;

void kit_load(kit_record *r); /* visible-1; fails the test if it is not there */
void kit_free(kit_record *r);
kit_file *kit_get(kit_record *r, const char *path); /* NULL: not there */
void kit_put(kit_record *r, const char *path, const void *p, size_t n);
void kit_remove(kit_record *r, const char *path);
/* Replaces the first occurrence; the test fails if there is none. */
void kit_replace(kit_record *r, const char *path, const char *old_text,
                 const char *new_text);
evd_source kit_source(kit_record *r);
/* Runs the verifier; `a` stays open for the caller. */
void kit_verify(kit_record *r, evd_stage stage, evd_report *out, evd_arena *a);
bool kit_failed(const evd_report *r, const char *id);
/* Do exactly the checks of the list fail ("6.A 7.A")? */
bool kit_fails_only(const evd_report *r, const char *ids);

#endif /* EVD_TEST_VERIFY_KIT_H */
