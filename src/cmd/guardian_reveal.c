/* evident guardian reveal: shows the guardian's file once everybody has
 * committed. Needs no secret. */
#include <stdio.h>
#include <string.h>

#include "cmd/ceremony.h"

/* The n commits as they are now, one a line: from here on they are fixed. */
static evd_err remember_commits(evd_ceremony *c, const char *dir, uint32_t i) {
  const char *path = evd_path(&c->head.arena, "%s/commits_%u.jsonl", dir, i);
  evd_buf lines;
  evd_buf_init(&lines, (size_t)4 << 20);
  for (uint32_t l = 0; l < c->head.par.n; l++) {
    evd_buf_add(&lines, c->commit_text[l].p, c->commit_text[l].n);
    evd_buf_text(&lines, "\n");
  }
  evd_err e = evd_buf_ok(&lines)
                  ? evd_file_write(path, lines.p, lines.n, 0600, EVD_NEW)
                  : EVD_ERR_SPACE;
  evd_buf_close(&lines);
  return e;
}

static evd_err read_own(evd_ceremony *c, const char *dir, uint32_t i,
                        evd_span *file) {
  evd_arena *a = &c->head.arena;
  const char *path = evd_path(a, "%s/guardian_%u.json", dir, i);
  const char *commit = evd_path(a, "%s/commit_%u.json", dir, i);
  evd_span mine;
  evd_h32 digest;
  EVD_TRY(evd_file_read(commit, 4096, &mine, a));
  evd_span sent = c->commit_text[i - 1];
  if (mine.n != sent.n || memcmp(mine.p, sent.p, sent.n) != 0)
    return evd_complain(EVD_ERR_COMMIT,
                        "%s/commit_%u.json is not the commit this guardian "
                        "made",
                        c->xd, i);
  EVD_TRY(evd_file_read(path, (size_t)4 << 20, file, a));
  evd_digest(&digest, "guardian", file->p, file->n);
  if (memcmp(&digest, &c->commits[i - 1].digest, sizeof digest) != 0)
    return evd_complain(EVD_ERR_COMMIT,
                        "%s is not the file this guardian committed to", path);
  return EVD_OK;
}

static evd_err reveal(evd_ceremony *c, const evd_ceremony_args *args,
                      const char *verb, uint32_t *i) {
  evd_span file;
  evd_arena *a = &c->head.arena;
  EVD_TRY(evd_ceremony_open(c, args->record, args->xd));
  EVD_TRY(evd_secret_index(i, verb, args->index, args->secret, c->head.par.n));
  const char *out = evd_path(a, "%s/guardian_%u.json", args->xd, *i);
  if (evd_file_exists(out))
    return evd_complain(EVD_ERR_EXISTS,
                        "%s is there already: guardian %u has revealed it", out,
                        *i);
  EVD_TRY(evd_ceremony_commits(c));
  EVD_TRY(read_own(c, args->secret, *i, &file));
  EVD_TRY(remember_commits(c, args->secret, *i));
  evd_err e = evd_file_write(out, file.p, file.n, 0644, EVD_NEW);
  if (e != EVD_OK)
    (void)!evd_file_erase(evd_path(a, "%s/commits_%u.jsonl", args->secret, *i));
  return e;
}

evd_err evd_cmd_guardian_reveal(int argc, char **argv) {
  evd_ceremony_args args;
  evd_ceremony c;
  uint32_t i = 0;
  EVD_TRY(evd_ceremony_args_read(&args, argc, argv));
  EVD_TRY(evd_ceremony_fetch(&args, argv[0]));
  evd_err e = reveal(&c, &args, argv[0], &i);
  if (e == EVD_OK)
    printf("Guardian %u has revealed %s/guardian_%u.json.\n"
           "Next, when all %u are there: evident guardian share\n",
           i, args.xd, i, c.head.par.n);
  evd_ceremony_close(&c);
  return e == EVD_OK ? evd_ceremony_send(&args, argv[0]) : e;
}
