#include "witness_kit.h"

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

void kit_log_ask(evd_buf *out, const kit_log *l, uint64_t old, uint64_t size) {
  const evd_tree_proof proof = kit_log_proof(l, old, size);
  evd_buf note;
  evd_buf_init(&note, 8192);
  kit_log_checkpoint(&note, l, size);
  evd_witness_ask_write(out, old, &proof, (evd_span){note.p, note.n});
  assert_true(evd_buf_ok(out));
  evd_buf_close(&note);
}

/* ---- folders ---- */

static char base[64];

const char *kit_folder(const char *name) {
  static char path[16][256];
  static unsigned turn;
  char *out = path[turn++ % 16];
  if (!base[0]) {
    /* In memory, if there is such a place: thousands of files are synced. */
    (void)snprintf(base, sizeof base, "%s/evident-witness-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(base));
  }
  (void)snprintf(out, 256, "%s/%s", base, name);
  (void)mkdir(out, 0700);
  return out;
}

static int gone(const char *path, const struct stat *st, int type,
                struct FTW *ftw) {
  (void)st;
  (void)type;
  (void)ftw;
  return remove(path);
}

void kit_folder_end(void) {
  if (base[0])
    (void)nftw(base, gone, 16, FTW_DEPTH | FTW_PHYS);
  base[0] = 0;
}

/* ---- witnesses ---- */

evd_witness *kit_witness(const char *name, const char *folder,
                         const kit_log *log) {
  uint8_t seed[32];
  evd_witness *w = NULL;
  const evd_note_key key = kit_key(seed, name, EVD_NOTE_COSIGNATURE, name);
  assert_int_equal(
      evd_witness_open(&w, kit_folder(folder), &key, seed, &log->key, 1),
      EVD_OK);
  return w;
}

uint32_t kit_add(evd_witness *w, const kit_log *l, uint64_t old, uint64_t size,
                 evd_buf *line) {
  evd_buf ask;
  evd_witness_answer a;
  evd_buf_init(&ask, EVD_WITNESS_ASK_BYTES_MAX);
  evd_witness_answer_init(&a);
  kit_log_ask(&ask, l, old, size);
  evd_witness_add(w, (evd_span){ask.p, ask.n}, KIT_NOW, &a);
  if (line)
    evd_buf_add(line, a.body.p, a.body.n);
  uint32_t status = a.status;
  evd_witness_answer_close(&a);
  evd_buf_close(&ask);
  return status;
}
