/* The record digest, record-format 2: one line a file. */
#include <string.h>

#include "base/hex.h"
#include "record/record.h"

void evd_record_digest_init(evd_record_digest *d) {
  evd_digest_init(&d->sha, "record");
}

void evd_record_digest_add(evd_record_digest *d, const char *path,
                           const evd_h32 *sha256_of_file) {
  char digits[64];
  evd_hex_write(digits, sha256_of_file->b, 32);
  evd_sha256_add(&d->sha, path, strlen(path));
  evd_sha256_add(&d->sha, " ", 1);
  evd_sha256_add(&d->sha, digits, sizeof digits);
  evd_sha256_add(&d->sha, "\n", 1);
}

void evd_record_digest_out(evd_record_digest *d, evd_h32 *out) {
  evd_sha256_out(&d->sha, out);
}
