/* The guardians of the demo: each a folder, a passphrase and processes that
 * see nothing of the others but what stands in the log. */
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "cmd/demo.h"

static const char *number(evd_demo *d, uint32_t i) {
  return evd_path(&d->arena, "%u", i);
}

static const char *folder(evd_demo *d, uint32_t i) {
  return evd_path(&d->arena, "%s/guardian_%u", d->dir, i);
}

/* Where a guardian has the files of the exchange. */
static const char *exchange(evd_demo *d, uint32_t i) {
  return evd_path(&d->arena, "%s/exchange_%u", d->dir, i);
}

/* A folder that only its guardian reads, and a random passphrase that ends
 * with this process. */
static evd_err prepare(evd_demo *d, uint32_t i) {
  uint8_t random[(EVD_DEMO_PASS_BYTES - 1) / 2];
  char *pass = d->passphrases[i - 1];
  evd_random(random, sizeof random);
  evd_hex_write(pass, random, sizeof random);
  pass[EVD_DEMO_PASS_BYTES - 1] = '\n';
  return evd_dir_make(folder(d, i), 0700);
}

evd_err evd_demo_guardians_prepare(evd_demo *d) {
  d->passphrases = evd_arena_get(&d->arena, d->n, sizeof *d->passphrases);
  if (!d->passphrases)
    return evd_complain(EVD_ERR_SPACE, "demo: out of memory");
  for (uint32_t i = 1; i <= d->n; i++)
    EVD_TRY(prepare(d, i));
  return EVD_OK;
}

/* evident guardian VERB RECORD --index i --secret DIR --exchange XD --board ..
 */
static void set_job(evd_demo *d, evd_demo_job *j, const char *verb, uint32_t i,
                    bool secret) {
  const char *record = strcmp(verb, "decrypt") == 0 ? d->closed : d->work;
  evd_demo_job_init(j, secret ? i : 0);
  evd_demo_job_words(j, "guardian", verb, record, "--index", number(d, i),
                     "--secret", folder(d, i), "--exchange", exchange(d, i),
                     (const char *)NULL);
  evd_demo_words_guardian(d, j, i);
  if (!secret)
    return;
  evd_demo_job_words(j, "--passphrase-fd", number(d, EVD_CHILD_SECRET_FD),
                     "--kdf", "interactive", (const char *)NULL);
}

static evd_err run_round(evd_demo *d, const char *verb, bool secret) {
  evd_demo_job *jobs = evd_arena_get(&d->arena, d->n, sizeof *jobs);
  if (!jobs)
    return evd_complain(EVD_ERR_SPACE, "demo: out of memory");
  for (uint32_t i = 1; i <= d->n; i++)
    set_job(d, &jobs[i - 1], verb, i, secret);
  return evd_demo_run(d, jobs, d->n, false);
}

evd_err evd_demo_ceremony(evd_demo *d) {
  evd_demo_job finish;
  EVD_TRY(run_round(d, "new", true));
  EVD_TRY(run_round(d, "reveal", false));
  EVD_TRY(run_round(d, "share", true));
  EVD_TRY(run_round(d, "accept", true));
  evd_demo_job_init(&finish, 0);
  evd_demo_job_words(&finish, "election", "finish", d->work, "--exchange",
                     evd_path(&d->arena, "%s/exchange", d->dir),
                     (const char *)NULL);
  evd_demo_words_board(d, &finish);
  return evd_demo_run(d, &finish, 1, false);
}

/* Those who have not given their last answer yet. */
static uint32_t keep_waiting(evd_demo *d, evd_demo_job jobs[], uint32_t n) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t g = jobs[i].guardian;
    if (!evd_file_exists(
            evd_path(&d->arena, "%s/decrypt_3_%u.json", exchange(d, g), g)))
      jobs[kept++] = jobs[i];
  }
  return kept;
}

/* Every guardian present acts again and again until it has sent its last
 * answer. Three rounds need three turns, and some more where a guardian had
 * to wait; the cap only ends a run that got stuck. */
evd_err evd_demo_decrypt(evd_demo *d) {
  uint32_t n = d->n_present;
  evd_demo_job *jobs = evd_arena_get(&d->arena, n, sizeof *jobs);
  if (!jobs)
    return evd_complain(EVD_ERR_SPACE, "demo: out of memory");
  for (uint32_t i = 0; i < n; i++) {
    set_job(d, &jobs[i], "decrypt", d->present[i], true);
    evd_demo_job_words(&jobs[i], "--present", d->present_text,
                       (const char *)NULL);
  }
  /* far more turns than the rounds have */
  for (uint32_t turn = 0; turn < 12 && n > 0; turn++) {
    EVD_TRY(evd_demo_run(d, jobs, n, true));
    n = keep_waiting(d, jobs, n);
  }
  if (n == 0)
    return EVD_OK;
  return evd_complain(EVD_ERR_FAIL,
                      "demo: guardian %u still waits for others after every "
                      "round; see %s/log",
                      jobs[0].guardian, d->dir);
}

/* What goes to the opener and to nobody else does not go over the board. */
evd_err evd_demo_opener(evd_demo *d, const char *dir) {
  EVD_TRY(evd_dir_make(dir, 0700));
  for (uint32_t j = 0; j < d->n_present; j++) {
    const uint32_t i = d->present[j];
    const char *from =
        evd_path(&d->arena, "%s/nonce_%u.json", exchange(d, i), i);
    evd_span bytes;
    if (!evd_file_exists(from))
      continue;
    EVD_TRY(evd_file_read(from, (size_t)16 << 20, &bytes, &d->arena));
    EVD_TRY(evd_file_write(evd_path(&d->arena, "%s/nonce_%u.json", dir, i),
                           bytes.p, bytes.n, 0600, EVD_NEW));
  }
  return EVD_OK;
}
