/* L.7 of the ceremony: each guardian revealed what it had committed to, and
 * that is what KEYS names and setup/guardians shows. */
#include <string.h>

#include "board/parts.h"
#include "record/say.h"
#include "verify/logcheck_run.h"

static bool same(const evd_h32 *a, const evd_h32 *b) {
  return memcmp(a->b, b->b, sizeof a->b) == 0;
}

static void put_path(char *out, size_t n, const char *before, uint32_t i) {
  evd_say s;
  evd_say_init(&s, out, n);
  evd_say_text(&s, before);
  evd_say_n(&s, i);
  evd_say_text(&s, ".json");
}

void evd_guardian_path(char out[EVD_BOARD_PATH_BYTES], const char *before,
                       uint32_t i) {
  char name[EVD_BOARD_PATH_BYTES];
  evd_say s;
  put_path(name, sizeof name, "guardians/guardian_", i);
  evd_say_init(&s, out, EVD_BOARD_PATH_BYTES);
  evd_say_text(&s, before);
  evd_say_text(&s, name);
}

static void take_commit(evd_logcheck *l, uint64_t index, const evd_entry *e,
                        evd_span commit) {
  const evd_arena_point p = evd_arena_mark(l->a);
  const uint32_t i = e->ceremony.guardian;
  evd_commit c;
  evd_why why;
  evd_err err = evd_commit_read(&c, commit, l->a, &why);
  (void)evd_l_trouble(l, err);
  if (err == EVD_ERR_PARSE || err == EVD_ERR_FORM)
    evd_l_fault_at(l, EVD_L7_AT, index, e->type, why.text);
  else if (err != EVD_OK)
    l->view.committed[i - 1] = (evd_h32){{0}}; /* not known */
  else if (c.i != i || !same(&c.H_B, &l->setup.setup.H_B))
    evd_l_fault_at(l, EVD_L7_AT, index, e->type,
                   "commits for another guardian or another election");
  else
    l->view.committed[i - 1] = c.digest;
  evd_arena_back(l->a, p);
}

static void take_reveal(evd_logcheck *l, uint64_t index, const evd_entry *e,
                        evd_span guardian) {
  const uint32_t i = e->ceremony.guardian;
  evd_h32 *d = &l->view.revealed[i - 1];
  evd_digest(d, "guardian", guardian.p, guardian.n);
  if (!same(d, &l->view.committed[i - 1]))
    evd_l_fault_at(l, EVD_L7_AT, index, e->type,
                   "reveals another key than the one committed to");
}

void evd_l07_ceremony(evd_logcheck *l, uint64_t index, const evd_entry *e,
                      evd_span parts) {
  enum { COMMIT = 1, REVEAL = 2 };
  const uint8_t step = e->ceremony.step;
  const uint32_t i = e->ceremony.guardian;
  char name[EVD_PART_NAME_MAX];
  evd_span part;
  if ((step != COMMIT && step != REVEAL) || i > l->par.n)
    return;
  put_path(name, sizeof name, step == COMMIT ? "commit_" : "guardian_", i);
  if (evd_part_find(parts, name, &part) != EVD_OK)
    evd_l_fault_at(l, EVD_L7_AT, index, e->type,
                   "its object has not the part of this step and guardian");
  else if (step == COMMIT)
    take_commit(l, index, e, part);
  else
    take_reveal(l, index, e, part);
}

/* One file of setup/guardians; false: it cannot be read. */
static bool read_guardian(evd_logcheck *l, uint64_t index, const evd_entry *e,
                          uint32_t i) {
  char path[EVD_BOARD_PATH_BYTES];
  evd_h32 *d = &l->view.guardian[i - 1];
  evd_guardian_path(path, "setup/", i);
  evd_l_saw(l, EVD_L7_AT, 1);
  evd_err err =
      evd_board_read(l->how.files, path, EVD_SOURCE_BYTES_MAX, &l->object);
  if (err != EVD_OK) {
    evd_l_unread(l, EVD_L7_AT, path, err);
    return false;
  }
  evd_digest(d, "guardian", l->object.p, l->object.n);
  if (!same(d, &l->view.revealed[i - 1]))
    evd_l_fault_at(l, EVD_L7_AT, index, e->type,
                   "a file of setup/guardians/ is not what was revealed");
  return true;
}

/* digest("guardians", d_1 .. d_n) */
void evd_l07_guardians(evd_logcheck *l, uint64_t index, const evd_entry *e) {
  evd_sha256 c;
  evd_h32 all;
  evd_digest_init(&c, "guardians");
  for (uint32_t i = 1; i <= l->par.n; i++) {
    if (!read_guardian(l, index, e, i))
      return;
    evd_sha256_add(&c, l->view.guardian[i - 1].b, sizeof(evd_h32));
  }
  evd_sha256_out(&c, &all);
  if (!same(&all, &e->keys.guardians))
    evd_l_fault_at(l, EVD_L7_AT, index, e->type,
                   "setup/guardians/ has other files than it names");
}
