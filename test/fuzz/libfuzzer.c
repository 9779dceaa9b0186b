/* libFuzzer's entry: EVD_FUZZ_TARGET says which reader. */
#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const evd_fuzz_target *target;

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  const char *name = getenv("EVD_FUZZ_TARGET");
  (void)argc;
  (void)argv;
  target = evd_fuzz_find(name ? name : "");
  if (!target) {
    fprintf(stderr, "set EVD_FUZZ_TARGET to a line of fuzz_replay --list\n");
    exit(2);
  }
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n) {
  target->run(p, n);
  return 0;
}
