/* The record's objects. [T20] What is promised of each reader (record.h):
 *   EVD_OK          the writer makes exactly these bytes again
 *   EVD_ERR_FORM    the object is filled, so that it can be written
 *   anything else   the struct is all zero */
#include <string.h>

#include "fuzz.h"

static bool all_zero(const void *p, size_t n) {
  const uint8_t *b = p;
  for (size_t i = 0; i < n; i++)
    if (b[i])
      return false;
  return true;
}

typedef evd_err read_fn(void *out, evd_span bytes, evd_arena *a, evd_why *why);
typedef void write_fn(evd_buf *out, const void *in);
typedef void also_fn(const void *in, evd_span bytes);

typedef struct {
  read_fn *read;
  write_fn *write;
  also_fn *also; /* more to do with a canonical object; may be NULL */
  size_t size;
} object;

static void judge(const object *o, evd_err e, const void *x, evd_span bytes,
                  const evd_why *why) {
  evd_buf copy;
  EVD_PROMISE(memchr(why->text, 0, sizeof why->text) != NULL);
  if (e != EVD_OK && e != EVD_ERR_FORM) {
    EVD_PROMISE(why->text[0] && all_zero(x, o->size));
    return;
  }
  evd_buf_init(&copy, 16 * bytes.n + (1 << 20));
  o->write(&copy, x);
  const bool same = evd_buf_ok(&copy) && copy.n == bytes.n &&
                    memcmp(copy.p, bytes.p, bytes.n) == 0;
  EVD_PROMISE(same || e == EVD_ERR_FORM);
  EVD_PROMISE(e == EVD_OK || why->text[0]);
  evd_buf_close(&copy);
  evd_fuzz_taken += e == EVD_OK;
  if (e == EVD_OK && o->also)
    o->also(x, bytes);
}

static void run(const object *o, const uint8_t *p, size_t n) {
  evd_arena a;
  evd_why why = {.text = ""};
  const evd_span bytes = {p, n};
  void *x = malloc(o->size);
  EVD_PROMISE(x != NULL);
  memset(x, 0x5A, o->size); /* what a reader leaves out is seen */
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  evd_err e = o->read(x, bytes, &a, &why);
  judge(o, e, x, bytes, &why);
  evd_arena_close(&a);
  free(x);
}

/* ---- what else is done with a canonical object -----------------------------
 */

static void note(void *self, const char *where, const char *what) {
  uint32_t *n = self;
  EVD_PROMISE(where && what && what[0]);
  (*n)++;
}

static void manifest_also(const void *in, evd_span bytes) {
  const evd_manifest *m = in;
  uint32_t told = 0;
  (void)bytes;
  uint32_t faults = evd_manifest_rules(m, note, &told);
  EVD_PROMISE(faults == told);
  EVD_PROMISE(evd_manifest_rules(m, NULL, NULL) == faults);
}

static void texts_also(const void *in, evd_span bytes) {
  uint32_t told = 0;
  EVD_PROMISE(evd_texts_rules(in, bytes, evd_fuzz_manifest(), note, &told) ==
              told);
}

/* ---- one target each --------------------------------------------------------
 */

#define OBJECT_ALSO(name, type, more)                                          \
  static evd_err name##_read(void *out, evd_span bytes, evd_arena *a,          \
                             evd_why *why) {                                   \
    return evd_##name##_read((type *)out, bytes, a, why);                      \
  }                                                                            \
  static void name##_write(evd_buf *out, const void *in) {                     \
    evd_##name##_write(out, (const type *)in);                                 \
  }                                                                            \
  static void name##_target(const uint8_t *p, size_t n) {                      \
    const object o = {name##_read, name##_write, more, sizeof(type)};          \
    run(&o, p, n);                                                             \
  }
#define OBJECT(name, type) OBJECT_ALSO(name, type, NULL)

OBJECT(parameters, evd_parameters)
OBJECT_ALSO(manifest, evd_manifest, manifest_also)
OBJECT_ALSO(texts, evd_texts, texts_also)
OBJECT(guardian_pub, evd_guardian_pub)
OBJECT(election_keys, evd_election_keys)
OBJECT(state, evd_state)
OBJECT(roll_line, evd_roll_line)
OBJECT(devices, evd_devices)
OBJECT(tally_ct, evd_tally_ct)
OBJECT(tally, evd_tally)
OBJECT(challenged, evd_challenged)
OBJECT(contest_data, evd_contest_data)
OBJECT(commit, evd_commit)
OBJECT(accept, evd_accept)
OBJECT(share_ct, evd_share_ct)
OBJECT(nonce_shares, evd_nonce_shares)
OBJECT(returned, evd_returned)

/* Those whose reader is told more than the bytes. */
#define READER(name, type, read_call, write_call)                              \
  static evd_err name##_read(void *out, evd_span bytes, evd_arena *a,          \
                             evd_why *why) {                                   \
    return read_call;                                                          \
  }                                                                            \
  static void name##_write(evd_buf *out, const void *in) { write_call; }       \
  static void name##_target(const uint8_t *p, size_t n) {                      \
    const object o = {name##_read, name##_write, NULL, sizeof(type)};          \
    run(&o, p, n);                                                             \
  }

READER(ballot, evd_ballot,
       evd_ballot_read(out, bytes, evd_fuzz_manifest(), a, why),
       evd_ballot_write(out, in))
READER(mail_cast, evd_mail_cast,
       evd_mail_cast_read(out, bytes, evd_fuzz_manifest(), a, why),
       evd_mail_cast_write(out, in))
READER(mail_open, evd_mail_open,
       evd_mail_open_read(out, bytes, evd_fuzz_manifest(), a, why),
       evd_mail_open_write(out, in))
READER(plain, evd_plain,
       evd_plain_read(out, bytes, evd_fuzz_manifest(), a, why),
       evd_plain_write(out, in))
READER(round_1, evd_round, evd_round_read(out, 1, bytes, a, why),
       evd_round_write(out, 1, in))
READER(round_2, evd_round, evd_round_read(out, 2, bytes, a, why),
       evd_round_write(out, 2, in))
READER(round_3, evd_round, evd_round_read(out, 3, bytes, a, why),
       evd_round_write(out, 3, in))

/* A loose manifest that is taken is one that the strict reader takes, too. */
static void manifest_loose_target(const uint8_t *p, size_t n) {
  evd_arena a;
  evd_why why = {.text = ""};
  evd_manifest m, again;
  evd_buf copy;
  evd_str name = {(const uint8_t *)"G", 1};
  evd_arena_init(&a, EVD_FUZZ_ARENA);
  evd_buf_init(&copy, EVD_FUZZ_ARENA);
  evd_err e = evd_manifest_read_loose(&m, (evd_span){p, n}, &a, &why);
  EVD_PROMISE(e == EVD_OK || why.text[0]);
  if (e == EVD_OK) {
    if (m.n_guardians == 0) {
      m.n_guardians = 1;
      m.guardians = &name;
    }
    evd_manifest_write(&copy, &m);
    e = evd_manifest_read(&again, (evd_span){copy.p, copy.n}, &a, &why);
    EVD_PROMISE(e == EVD_OK);
    evd_fuzz_taken++;
    manifest_also(&again, (evd_span){copy.p, copy.n});
  }
  evd_buf_close(&copy);
  evd_arena_close(&a);
}

#define TARGET(name)                                                           \
  { #name, name##_target }
const evd_fuzz_target evd_fuzz_objects[] = {
    TARGET(parameters),   TARGET(manifest),      TARGET(texts),
    TARGET(guardian_pub), TARGET(election_keys), TARGET(state),
    TARGET(roll_line),    TARGET(devices),       TARGET(tally_ct),
    TARGET(tally),        TARGET(challenged),    TARGET(contest_data),
    TARGET(commit),       TARGET(accept),        TARGET(share_ct),
    TARGET(nonce_shares), TARGET(ballot),        TARGET(plain),
    TARGET(round_1),      TARGET(round_2),       TARGET(round_3),
    TARGET(mail_cast),    TARGET(mail_open),     TARGET(manifest_loose),
    TARGET(returned),     {NULL, NULL}};
