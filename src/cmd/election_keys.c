/* evident election keys: the guardians' keys into the log, the KEYS entry. */
#include <string.h>

#include "cmd/act.h"

#define FILE_BYTES_MAX ((size_t)4 << 20)

static const char verb[] = "election keys";

typedef struct {
  const char *record;
  evd_act_words act;
  evd_head head;
  evd_h32 guardians; /* digest of their files */
  evd_span bytes;    /* of election_keys.json */
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

static evd_err make(void *self, evd_look *l, evd_made *out) {
  publisher *x = self;
  EVD_TRY(same_election(x, l));
  if (l->has_keys)
    return evd_complain(EVD_ERR_EXISTS, "%s: the keys are in the log already",
                        l->where);
  out->e.type = EVD_ENTRY_KEYS;
  out->e.keys.guardians = x->guardians;
  out->e.keys.election_keys = evd_object_name("election_keys", x->bytes);
  out->e.keys.H_G = x->head.keys.H_G;
  out->e.keys.H_E = x->head.keys.H_E;
  out->objects[out->n++] = x->bytes;
  return EVD_OK;
}

static evd_err run(publisher *x) {
  EVD_TRY(evd_head_open(&x->head, x->record, EVD_HEAD_KEYS));
  const char *path =
      evd_path(&x->head.arena, "%s/election_keys.json", x->record);
  EVD_TRY(evd_file_read(path, FILE_BYTES_MAX, &x->bytes, &x->head.arena));
  EVD_TRY(digest_guardians(x, &x->guardians));
  return evd_act_run(verb, &x->act, make, x);
}

evd_err evd_cmd_election_keys(int argc, char **argv) {
  publisher x = {.record = NULL};
  const evd_option_row rows[] = {EVD_OPT_ACT(x.act), EVD_OPT_END};
  EVD_TRY(evd_args(argc, argv, rows, &x.record, 1, "RECORD"));
  evd_err e = run(&x);
  evd_head_close(&x.head);
  return e;
}
