#include "cmd/manifest.h"

#include <string.h>

uint64_t evd_data_blocks_needed(uint64_t options, uint64_t write_ins) {
  /* ceil((31 + 3 m + 67 W) / 32) blocks of 32 bytes */
  return (31 + 3 * options + 67 * write_ins + 31) / 32;
}

static void ignore_fault(void *self, const char *where, const char *what) {
  (void)self;
  (void)where;
  (void)what;
}

/* Writes, reads back and judges a manifest; true if nothing is wrong. */
static bool manifest_good(const evd_manifest *m) {
  evd_manifest back;
  evd_arena arena;
  evd_buf bytes;
  evd_why why;
  evd_arena_init(&arena, (size_t)1 << 20);
  evd_buf_init(&bytes, (size_t)1 << 16);
  evd_manifest_write(&bytes, m);
  bool good = evd_buf_ok(&bytes) &&
              evd_manifest_read(&back, (evd_span){bytes.p, bytes.n}, &arena,
                                &why) == EVD_OK &&
              evd_manifest_rules(&back, ignore_fault, NULL) == 0;
  evd_buf_close(&bytes);
  evd_arena_close(&arena);
  return good;
}

bool evd_label_good(evd_str label) {
  /* a label has 1 to 200 bytes */
  if (label.n == 0 || label.n > 200)
    return false;
  evd_str fixed = evd_str_of("x");
  evd_option option = {fixed, {NULL, 0}};
  evd_contest contest = {.label = fixed,
                         .rule = evd_str_of("plurality"),
                         .seats = 1,
                         .n_options = 1,
                         .options = &option,
                         .option_limit = 1,
                         .contest_limit = 1};
  uint32_t ind_c = 1;
  evd_style style = {fixed, 1, &ind_c};
  evd_device device = {fixed, evd_str_of("booth"), 0};
  evd_manifest probe = {.format = evd_str_of(EVD_MANIFEST_FORMAT),
                        .label = label,
                        .kind = evd_str_of("trial"),
                        .n_guardians = 1,
                        .guardians = &fixed,
                        .n_contests = 1,
                        .contests = &contest,
                        .n_styles = 1,
                        .styles = &style,
                        .n_devices = 1,
                        .devices = &device,
                        .privacy_floor = 1,
                        .slot_seconds = 60};
  return manifest_good(&probe);
}
