/* The ATTEST entry: an attestation of a log goes into that log. */
#include <stdio.h>
#include <string.h>

#include "cmd/act.h"
#include "cmd/attest.h"
#include "cmd/key_file.h"

static const char verb[] = "attest";

typedef struct {
  const evd_log_head *head; /* that was checked */
  bool found;
} seeker;

/* Has the board's log this root at this size? */
static evd_err seek(void *self, const evd_look *l, uint64_t index,
                    const evd_entry_read *r) {
  seeker *x = self;
  evd_h32 root;
  (void)index;
  (void)r;
  if (l->tree.size != x->head->size)
    return EVD_OK;
  evd_tree_root(&l->tree, &root);
  x->found = memcmp(&root, &x->head->root, sizeof root) == 0;
  return EVD_OK;
}

static evd_err sign_and_post(const evd_act *act, const evd_made *made,
                             const char *key, evd_vault *v) {
  uint8_t *seed = NULL;
  evd_note_key pub;
  evd_made own = *made;
  EVD_TRY(evd_key_file_seed(&seed, &pub, key, v));
  own.e.attest.key = pub.key;
  evd_err e = evd_act_alone(act, &own, seed, key, act->words->receipt);
  evd_secret_free(seed);
  return e;
}

static evd_err post(evd_look *l, const evd_act_words *w, const char *key,
                    evd_vault *v, const evd_log_head *head, evd_span note) {
  seeker x = {.head = head};
  evd_made made = {.objects = {note}, .n = 1};
  EVD_TRY(evd_look_open(l, w->board, w->policy));
  EVD_TRY(evd_look_walk(l, EVD_LOOK_ALL, seek, &x));
  if (!x.found)
    return evd_complain(EVD_ERR_REFUSED,
                        "%s is not the log that was checked, or has not its "
                        "%llu entries: nothing is posted",
                        l->where, (unsigned long long)head->size);
  const evd_act act = evd_act_on(l, verb, w);
  made.e.type = EVD_ENTRY_ATTEST;
  made.e.slot = evd_look_slot(l);
  made.e.attest.head = *head;
  made.e.attest.object = evd_object_name("attestation", note);
  EVD_TRY(sign_and_post(&act, &made, key, v));
  printf("The attestation of the first %llu entries stands in the log%s%s.\n",
         (unsigned long long)head->size, w->receipt ? "; receipt: " : "",
         w->receipt ? w->receipt : "");
  return EVD_OK;
}

evd_err evd_attest_post(const evd_act_words *w, const char *key, evd_vault *v,
                        const evd_log_head *head, evd_span note) {
  evd_look l;
  memset(&l, 0, sizeof l);
  evd_err e = post(&l, w, key, v, head, note);
  evd_look_close(&l);
  return e;
}
