/* evident election keys: the guardians' keys into the log, the KEYS entry. */
#include <string.h>

#include "cmd/act.h"

#define FILE_BYTES_MAX ((size_t)4 << 20)

static const char verb[] = "election keys";

typedef struct {
  const char *record;
  evd_act_words act;
  evd_head head;
} publisher;

/* digest("guardians", d_1 .. d_n), d_i of the bytes of guardian_i.json. */
static evd_err digest_guardians(publisher *x, evd_h32 *out) {
  evd_sha256 c;
  evd_digest_init(&c, "guardians");
  for (uint32_t i = 1; i <= x->head.par.n; i++) {
    evd_span bytes;
    evd_h32 d;
    evd_arena *a = &x->head.arena;
    const char *path =
        evd_path(a, "%s/guardians/guardian_%u.json", x->record, i);
    EVD_TRY(evd_file_read(path, FILE_BYTES_MAX, &bytes, a));
    evd_digest(&d, "guardian", bytes.p, bytes.n);
    evd_sha256_add(&c, d.b, sizeof d.b);
  }
  evd_sha256_out(&c, out);
  return EVD_OK;
}

static evd_err same_election(const publisher *x, const evd_look *l) {
  if (memcmp(&l->setup.setup.H_B, &x->head.H_B, sizeof x->head.H_B) == 0)
    return EVD_OK;
  return evd_complain(EVD_ERR_REFUSED,
                      "%s is the log of another election than %s: H_B differs",
                      l->where, x->record);
}

static evd_err run(publisher *x, evd_look *l) {
  evd_act act;
  evd_entry e = {.type = EVD_ENTRY_KEYS};
  evd_span bytes;
  EVD_TRY(evd_head_open(&x->head, x->record, EVD_HEAD_KEYS));
  const char *path =
      evd_path(&x->head.arena, "%s/election_keys.json", x->record);
  EVD_TRY(evd_file_read(path, FILE_BYTES_MAX, &bytes, &x->head.arena));
  EVD_TRY(evd_act_look(&act, l, verb, &x->act, EVD_LOOK_ALL));
  EVD_TRY(same_election(x, l));
  if (l->has_keys)
    return evd_complain(EVD_ERR_EXISTS, "%s: the keys are in the log already",
                        l->where);
  EVD_TRY(digest_guardians(x, &e.keys.guardians));
  e.slot = evd_look_slot(l);
  e.keys.election_keys = evd_object_name("election_keys", bytes);
  e.keys.H_G = x->head.keys.H_G;
  e.keys.H_E = x->head.keys.H_E;
  return evd_act_do(&act, &e, &bytes, 1);
}

evd_err evd_cmd_election_keys(int argc, char **argv) {
  publisher x = {.record = NULL};
  evd_look l;
  const evd_option_row rows[] = {EVD_OPT_ACT(x.act), EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &x.record, 1, "RECORD"));
  memset(&l, 0, sizeof l);
  evd_err e = run(&x, &l);
  evd_look_close(&l);
  evd_head_close(&x.head);
  return e;
}
