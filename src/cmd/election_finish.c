/* evident election finish: the guardians' files and the joint keys become
 * part of the record, when all n guardians accepted the same ones. */
#include <stdio.h>
#include <string.h>

#include "cmd/ceremony.h"
#include "host/place.h"

static evd_err read_accept(evd_ceremony *c, uint32_t i) {
  evd_arena *a = &c->head.arena;
  const char *path = evd_path(a, "%s/accept_%u.json", c->xd, i);
  evd_span bytes;
  evd_accept said;
  evd_why why = {""};
  EVD_TRY(evd_file_read(path, 4096, &bytes, a));
  evd_err e = evd_accept_read(&said, bytes, a, &why);
  if (e != EVD_OK)
    return evd_complain(e, "%s: %s", path, why.text);
  if (said.i != i)
    return evd_complain(EVD_ERR_RULE, "%s: expected i %u, found %u", path, i,
                        said.i);
  if (memcmp(&said.H_G, &c->head.keys.H_G, sizeof said.H_G) != 0 ||
      memcmp(&said.H_E, &c->head.keys.H_E, sizeof said.H_E) != 0)
    return evd_complain(EVD_ERR_COMMIT,
                        "%s: guardian %u accepted other keys than those in "
                        "%s",
                        path, i, c->xd);
  return EVD_OK;
}

static evd_err read_accepts(evd_ceremony *c) {
  bool missing[EVD_N_MAX], any = false;
  const uint32_t n = c->head.par.n;
  for (uint32_t i = 1; i <= n; i++) {
    missing[i - 1] = !evd_file_exists(
        evd_path(&c->head.arena, "%s/accept_%u.json", c->xd, i));
    any = any || missing[i - 1];
  }
  if (any)
    return evd_say_waiting("the acceptance", missing, n);
  for (uint32_t i = 1; i <= n; i++)
    EVD_TRY(read_accept(c, i));
  return EVD_OK;
}

static const char *guardian_path(evd_ceremony *c, uint32_t i) {
  return evd_path(&c->head.arena, "%s/guardians/guardian_%u.json", c->head.dir,
                  i);
}

/* A file that an interrupted run left is as good as a new one if it has the
 * same bytes. */
static evd_err write_guardian(evd_ceremony *c, uint32_t i) {
  const char *path = guardian_path(c, i);
  evd_span want = c->files[i - 1], there;
  if (!evd_file_exists(path))
    return evd_file_write(path, want.p, want.n, 0644, EVD_NEW);
  EVD_TRY(evd_file_read(path, (size_t)4 << 20, &there, &c->head.arena));
  if (there.n == want.n && memcmp(there.p, want.p, want.n) == 0)
    return EVD_OK;
  return evd_complain(EVD_ERR_EXISTS,
                      "%s is there already and is not the file of this "
                      "ceremony",
                      path);
}

/* election_keys.json comes last: its being there means that all is. */
static evd_err write_keys(evd_ceremony *c) {
  const char *path =
      evd_path(&c->head.arena, "%s/election_keys.json", c->head.dir);
  evd_buf text;
  evd_buf_init(&text, 16384);
  evd_election_keys_write(&text, &c->head.keys);
  evd_err e = evd_buf_ok(&text)
                  ? evd_file_write(path, text.p, text.n, 0644, EVD_NEW)
                  : EVD_ERR_SPACE;
  evd_buf_close(&text);
  return e;
}

static evd_err write_all(evd_ceremony *c) {
  const char *folder = evd_path(&c->head.arena, "%s/guardians", c->head.dir);
  uint32_t written = 0;
  evd_err e = evd_dir_make(folder, 0755);
  for (uint32_t i = 1; i <= c->head.par.n && e == EVD_OK; i++) {
    e = write_guardian(c, i);
    written = i;
  }
  if (e == EVD_OK)
    e = write_keys(c);
  if (e == EVD_OK || e == EVD_ERR_EXISTS)
    return e;
  for (uint32_t i = 1; i <= written; i++)
    (void)!evd_file_erase(guardian_path(c, i));
  evd_dir_remove(folder);
  return e;
}

static evd_err finish(evd_ceremony *c, const char *record, const char *xd) {
  int hold = -1;
  EVD_TRY(evd_ceremony_open(c, record, xd));
  EVD_TRY(evd_ceremony_commits(c));
  EVD_TRY(evd_ceremony_guardians(c));
  EVD_TRY(read_accepts(c));
  EVD_TRY(evd_dir_hold(&hold, record));
  evd_err e = write_all(c);
  evd_dir_let_go(hold);
  return e;
}

evd_err evd_cmd_election_finish(int argc, char **argv) {
  const char *record = NULL, *xd = NULL;
  evd_sync_words words = {.board = NULL};
  const evd_option_row rows[] = {EVD_OPT("exchange", xd),
                                 EVD_OPT("board", words.board),
                                 EVD_OPT("policy", words.policy), EVD_OPT_END};
  evd_ceremony c;
  EVD_TRY(evd_args(argc, argv, rows, &record, 1, "RECORD"));
  EVD_TRY(evd_arg_needed(argv[0], "exchange", xd));
  const evd_sync sync = {.verb = argv[0],
                         .record = record,
                         .xd = xd,
                         .words = &words,
                         .what = EVD_SYNC_CEREMONY};
  EVD_TRY(evd_sync_fetch(&sync));
  evd_err e = finish(&c, record, xd);
  if (e == EVD_OK)
    printf("All %u guardians accepted the same keys; any %u of them can "
           "decrypt. %s is ready for encryption.\n",
           c.head.par.n, c.head.par.k, record);
  evd_ceremony_close(&c);
  return e;
}
