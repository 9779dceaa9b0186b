/* evident verify evidence: does this file show what its alarm says? */
#include <stdio.h>
#include <string.h>

#include "alarm/alarm.h"
#include "alarm/evidence.h"
#include "board/policy.h"
#include "cmd/args.h"
#include "hash/hash.h"
#include "host/host.h"
#include "steps/judge_evidence.h"

enum { HEX_BYTES = 65 };

static void say(const evd_evidence *e, const evd_judgement *j) {
  static const char *const words[] = {"", "SHOWN", "ITS WRITER'S WORD",
                                      "NOT SHOWN"};
  const evd_alarm *a = evd_alarm_find(e->code);
  char digest[HEX_BYTES];
  evd_hex_text(digest, &j->policy);
  printf("M%02u %s\n%s\n\n%s. %s\n\n", e->code, a->name, a->sentence,
         words[j->verdict], j->shows);
  printf("log      %.*s\npolicy   %s\n", (int)e->origin.n,
         (const char *)e->origin.p, digest);
  printf("to do    %s\nbut      %s\n", a->act, a->is_not);
}

/* It has to be the policy of the file. */
static evd_err compare_policy(const evd_judgement *j, const char *path,
                              evd_arena *a) {
  evd_span bytes = {NULL, 0};
  evd_h32 digest;
  EVD_TRY(evd_file_read(path, EVD_POLICY_BYTES_MAX, &bytes, a));
  evd_digest(&digest, "policy", bytes.p, bytes.n);
  if (memcmp(digest.b, j->policy.b, sizeof digest.b) == 0)
    return EVD_OK;
  return evd_complain(EVD_ERR_FAIL,
                      "%s: the evidence was made under another policy", path);
}

static evd_err judge(const char *path, const char *policy, evd_evidence *e,
                     evd_arena *a) {
  evd_span bytes = {NULL, 0};
  evd_judgement j;
  const char *expected = NULL;
  EVD_TRY(evd_file_read(path, EVD_EVIDENCE_BYTES_MAX, &bytes, a));
  evd_err err = evd_evidence_read(e, bytes, &expected);
  if (err == EVD_OK)
    err = evd_evidence_judge(&j, e, evd_evidence_ballot, a, &expected);
  if (err == EVD_ERR_FORM)
    return evd_complain(err, "%s: expected %s", path, expected);
  if (err != EVD_OK)
    return evd_complain(err, "%s: %s", path, evd_err_text(err));
  if (policy)
    EVD_TRY(compare_policy(&j, policy, a));
  say(e, &j);
  if (j.verdict == EVD_EVIDENCE_SHOWN)
    return EVD_OK;
  return j.verdict == EVD_EVIDENCE_WORD ? EVD_ERR_INCOMPLETE : EVD_ERR_FAIL;
}

evd_err evd_cmd_verify_evidence(int argc, char **argv) {
  const char *path = NULL, *policy = NULL;
  const evd_option_row rows[] = {EVD_OPT("policy", policy), EVD_OPT_END};
  evd_arena a;
  EVD_TRY(evd_args(argc, argv, rows, &path, 1, "FILE"));
  evd_arena_init(&a, 2 * EVD_EVIDENCE_BYTES_MAX);
  evd_evidence *e = evd_arena_get(&a, 1, sizeof *e);
  evd_err err = e ? judge(path, policy, e, &a)
                  : evd_complain(EVD_ERR_SPACE, "verify evidence: %s",
                                 evd_err_text(EVD_ERR_SPACE));
  evd_arena_close(&a);
  return err;
}
