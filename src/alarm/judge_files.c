/* Evidence about files that a board gave, or did not give: M05. */
#include "alarm/judge.h"

#include <string.h>

#include "base/decimal.h"
#include "board/files.h"
#include "board/keys.h"
#include "board/objects.h"
#include "board/text.h"

static bool same(const evd_h32 *a, const evd_h32 *b) {
  return memcmp(a->b, b->b, sizeof a->b) == 0;
}

static evd_err false_because(evd_judge *j, const char *what) {
  return evd_judged(j, EVD_EVIDENCE_FALSE, what, NULL);
}

static evd_err given(evd_judge *j) {
  return evd_judged(j, EVD_EVIDENCE_WORD,
                    "The bytes in the file are not those of the log.",
                    "That the board gave them is the writer's word.");
}

static evd_err missing(evd_judge *j) {
  return evd_judged(j, EVD_EVIDENCE_WORD,
                    "The log has what the file says is missing.",
                    "That the board did not give it is the writer's word.");
}

/* ---- objects that are what their digest says ---- */

static bool ballot_says(const evd_entry *e, const evd_ballot *b) {
  return same(&e->ballot.id_B, &b->id_B) && same(&e->ballot.H_C, &b->H_C) &&
         e->ballot.style == b->style && e->ballot.weight == b->weight &&
         e->ballot.device == b->device && e->ballot.position == b->position;
}

static evd_err judge_ballot(evd_judge *j, const evd_entry *e, evd_span line) {
  evd_manifest man;
  evd_ballot b;
  evd_why why;
  EVD_TRY(evd_judge_manifest(j, 1, &man));
  if (j->out->verdict)
    return EVD_OK;
  evd_err err = evd_ballot_read(&b, line, &man, j->a, &why);
  if (err == EVD_ERR_SPACE)
    return err;
  if (err != EVD_OK)
    return false_because(j, "What cannot be read as a ballot is M07.");
  if (ballot_says(e, &b))
    return false_because(j, "The object is what its entry says.");
  return evd_judged(j, EVD_EVIDENCE_SHOWN,
                    "A ballot in the log is not the one that its entry says.",
                    NULL);
}

/* Can the object of SETUP or KEYS be read, and is it what the entry says? */
static evd_err read_object(evd_judge *j, const evd_entry *e, const char *kind,
                           evd_span bytes) {
  union {
    evd_parameters par;
    evd_manifest man;
    evd_board_keys keys;
    evd_election_keys election;
  } x;
  evd_why why;
  const char *what;
  uint32_t line;
  evd_err err = EVD_OK;
  if (strcmp(kind, "parameters") == 0)
    return evd_parameters_read(&x.par, bytes, j->a, &why);
  if (strcmp(kind, "manifest") == 0)
    return evd_manifest_read(&x.man, bytes, j->a, &why);
  if (strcmp(kind, "keys") == 0)
    return evd_board_keys_read(&x.keys, bytes, j->a, &what, &line);
  if (strcmp(kind, "election_keys") == 0) {
    err = evd_election_keys_read(&x.election, bytes, j->a, &why);
    if (err == EVD_OK && (!same(&x.election.H_G, &e->keys.H_G) ||
                          !same(&x.election.H_E, &e->keys.H_E)))
      err = EVD_ERR_FORM;
  }
  return err;
}

static evd_err judge_object(evd_judge *j, const evd_entry *e, const char *kind,
                            evd_span bytes) {
  if (e->type == EVD_ENTRY_BALLOT)
    return judge_ballot(j, e, bytes);
  evd_err err = read_object(j, e, kind, bytes);
  if (err == EVD_ERR_SPACE)
    return err;
  if (err == EVD_OK && strcmp(kind, "keys") == 0)
    return evd_judged(j, EVD_EVIDENCE_WORD, "The list of keys can be read.",
                      "That they are not the keys of this election's "
                      "guardians, devices and admins is the writer's word.");
  if (err == EVD_OK)
    return false_because(j, "The object is what its entry says.");
  return evd_judged(j, EVD_EVIDENCE_SHOWN,
                    "An object in the log is not what its entry says:", kind);
}

/* ---- objects ---- */

static const evd_entry_object *named(const evd_entry *e, evd_span path,
                                     evd_entry_object *list) {
  char own[EVD_OBJECT_PATH_BYTES];
  const uint32_t n = evd_entry_objects(e, list);
  for (uint32_t i = 0; i < n; i++) {
    evd_object_path(own, &list[i].ref.digest);
    if (evd_is(path, own))
      return &list[i];
  }
  return NULL;
}

static evd_err judge_named(evd_judge *j, evd_span path) {
  evd_err err = EVD_OK;
  evd_entry_object list[EVD_ENTRY_OBJECTS_MAX];
  const evd_part *file = evd_evidence_part(j->e, "file", 0);
  const evd_judge_entry *by = evd_judge_entry_at(j, 0, &err);
  if (!by)
    return err;
  const evd_entry_object *o = named(&by->read.e, path, list);
  if (!o)
    return false_because(j, "The entry names no such object.");
  if (!file)
    return missing(j);
  if (!evd_object_fits(&o->ref, o->kind, file->bytes))
    return given(j);
  return judge_object(j, &by->read.e, o->kind, file->bytes);
}

/* ---- tiles ---- */

typedef struct {
  evd_tile t;
  uint64_t number; /* of the hash or entry in it */
} place;

/* "tile/0/000 17" */
static bool read_place(place *out, evd_span line) {
  evd_span path;
  return evd_take_until(&line, ' ', &path) &&
         evd_tile_path_read(&out->t, path) == EVD_OK &&
         evd_decimal_read(&out->number, line);
}

/* The file has this hash at its place; nothing more is looked at but its
 * length. */
static bool has_hash(const place *at, evd_span file, const evd_h32 *hash) {
  evd_h32 leaf;
  evd_span entry;
  size_t next = 0;
  bool found = false;
  if (at->t.level != EVD_TILE_ENTRIES)
    return file.n == (size_t)at->t.width * sizeof hash->b &&
           memcmp(file.p + at->number * sizeof hash->b, hash->b,
                  sizeof hash->b) == 0;
  for (uint32_t i = 0; i < at->t.width; i++) {
    if (evd_bundle_next(file, &next, &entry) != EVD_OK)
      return false;
    if (i != at->number)
      continue;
    evd_leaf_hash(&leaf, entry.p, entry.n);
    found = same(&leaf, hash);
  }
  return found && next == file.n;
}

/* The hash stands at this place in the tree. */
static bool proven(const place *at, const evd_log_head *head,
                   const evd_h32 *hash, const evd_tree_proof *proof) {
  const uint32_t level = at->t.level == EVD_TILE_ENTRIES ? 0 : at->t.level;
  return evd_inclusion_check(&head->root, ((head->size - 1) >> (8 * level)) + 1,
                             at->t.n * EVD_TILE_WIDTH + at->number, hash,
                             proof) == EVD_OK;
}

static evd_err judge_tile(evd_judge *j, const place *at) {
  evd_err err = EVD_OK;
  evd_h32 hash;
  evd_tree_proof proof;
  const evd_part *file = evd_evidence_part(j->e, "file", 0);
  const evd_judge_head *h = evd_judge_checkpoint(j, 0, &err);
  if (!h)
    return err;
  if (at->number >= at->t.width ||
      at->t.width > evd_tile_width(at->t.level, at->t.n, h->c.head.size))
    return false_because(j, "The log of the checkpoint has no such place.");
  if (!file && !evd_evidence_part(j->e, "proof", 0))
    return missing(j);
  if (!file || !evd_evidence_part(j->e, "proof", 0))
    return evd_judged(j, EVD_EVIDENCE_WORD, "The log has such a place.",
                      "That something else stands there is the writer's word.");
  if (!evd_judge_proof(j, &hash, &proof))
    return evd_judge_expected(j,
                              "a part `proof`: hashes in base 64, one a line");
  if (!proven(at, &h->c.head, &hash, &proof))
    return false_because(j, "The proof in the file is not of this place.");
  return has_hash(at, file->bytes, &hash)
             ? false_because(j, "The file has there what the log has.")
             : given(j);
}

/* ---- M05 ---- */

evd_err evd_judge_files(evd_judge *j) {
  const evd_part *part = evd_evidence_part(j->e, "place", 0);
  evd_span left, line, path;
  place at;
  if (!part)
    return evd_judge_expected(j, "a part `place`");
  left = part->bytes;
  if (part->bytes.n > EVD_PLACE_BYTES_MAX ||
      !evd_take_until(&left, '\n', &line) || left.n > 0)
    return evd_judge_expected(j, "one line in the part `place`");
  path = line;
  if (evd_take(&path, "obj/"))
    return judge_named(j, line);
  if (read_place(&at, line))
    return judge_tile(j, &at);
  return evd_judge_expected(
      j, "an object's path, or a tile's and a number, in the part `place`");
}
