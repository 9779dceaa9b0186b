/* X.1: which files are there, and do their bytes have the one form.
 *
 * Spec: record-format 1, 2 and 4 (stages).
 */
#include <string.h>

#include "verify/run.h"

static bool starts(const char *s, const char *with) {
  return strncmp(s, with, strlen(with)) == 0;
}

/* i of guardians/guardian_<i>.json, 0 for other paths. */
static uint32_t guardian_of(const char *path) {
  static const char head[] = "guardians/guardian_";
  if (!starts(path, head))
    return 0;
  const char *p = path + sizeof head - 1;
  uint32_t i = 0;
  if (*p == '0')
    return 0;
  while (*p >= '0' && *p <= '9' && i <= EVD_N_MAX)
    i = 10 * i + (uint32_t)(*p++ - '0');
  return i <= EVD_N_MAX && strcmp(p, ".json") == 0 ? i : 0;
}

static bool is_name_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
         (c >= 'a' && c <= 'z') || c == '_' || c == '-';
}

/* Length of <name> in ballots/<name>.jsonl, 0 for other paths. */
static size_t ballots_name(const char *path) {
  static const char head[] = "ballots/";
  if (!starts(path, head))
    return 0;
  const char *p = path + sizeof head - 1;
  size_t n = 0;
  while (n <= 64 && is_name_char(p[n]))
    n++;
  return n <= 64 && strcmp(p + n, ".jsonl") == 0 ? n : 0;
}

/* By the bytes of the name: `a` stands before `a-1`, though as paths
 * a-1.jsonl sorts before a.jsonl. */
static int name_order(const evd_file *a, const evd_file *b) {
  size_t x = ballots_name(a->path), y = ballots_name(b->path);
  int d = memcmp(a->path, b->path, sizeof "ballots/" - 1 + (x < y ? x : y));
  return d ? d : (x > y) - (x < y);
}

/* Bottom-up merge sort: stable, no recursion, no worst case. */
static void sort_ballot_files(evd_file **f, evd_file **work, size_t n) {
  for (size_t width = 1; width < n; width *= 2) {
    for (size_t at = 0; at < n; at += 2 * width) {
      size_t i = at, mid = at + width < n ? at + width : n;
      size_t j = mid, end = mid + width < n ? mid + width : n;
      for (size_t o = at; o < end; o++) {
        bool left = i < mid && (j >= end || name_order(f[i], f[j]) <= 0);
        work[o] = left ? f[i++] : f[j++];
      }
    }
    memcpy(f, work, n * sizeof *f);
  }
}

static void note_single(evd_run *r, evd_file *f, evd_single s, evd_stage made) {
  evd_where w = evd_at(f->path);
  r->single[s] = f;
  if (!evd_in_stage(r, made))
    evd_fault(r, EVD_X1, &w, "this file belongs to a later stage");
}

static bool is_single(evd_run *r, evd_file *f) {
#define EVD_FILE_TRY(name, file, stage)                                        \
  if (strcmp(f->path, file) == 0) {                                            \
    note_single(r, f, EVD_FILE_##name, EVD_STAGE_##stage);                     \
    return true;                                                               \
  }
  EVD_FILES(EVD_FILE_TRY)
#undef EVD_FILE_TRY
  return false;
}

static void sort_in(evd_run *r, evd_file *f) {
  evd_where w = evd_at(f->path);
  size_t n = strlen(f->path);
  uint32_t i = guardian_of(f->path);
  if (n > 0 && f->path[n - 1] == '*') {
    evd_fault(r, EVD_X1, &w, "not a regular file");
  } else if (f > r->files && strcmp(f[-1].path, f->path) == 0) {
    evd_fault(r, EVD_X1, &w, "there both packed (.zst) and unpacked");
  } else if (i != 0) {
    r->guardian_file[i] = f;
  } else if (ballots_name(f->path)) {
    r->ballot_files[r->n_ballot_files++] = f;
    if (!evd_in_stage(r, EVD_STAGE_CLOSED))
      evd_fault(r, EVD_X1, &w, "this file belongs to a later stage");
  } else if (!is_single(r, f)) {
    evd_fault(r, EVD_X1, &w, "no file of an election record");
  }
}

/* The record's fault, or that of this machine? */
static void cannot_read(evd_run *r, evd_err e, const evd_where *w,
                        const char *what) {
  r->no_space = r->no_space || e == EVD_ERR_SPACE;
  r->no_read = r->no_read || e == EVD_ERR_IO;
  if (!evd_stopped(r))
    evd_fault(r, EVD_X1, w, what);
}

void evd_files_list(evd_run *r) {
  const char **paths = NULL;
  size_t n = 0;
  evd_where w = evd_at("(the record)");
  evd_err e = r->src->list(r->src->self, &paths, &n, r->a);
  if (e == EVD_ERR_RANGE) {
    evd_fault(r, EVD_X1, &w, "more files than any record has");
    return;
  }
  if (e != EVD_OK) {
    cannot_read(r, e, &w, "the list of its files cannot be read");
    return;
  }
  evd_file **work = evd_keep(r, n, sizeof *work);
  r->files = evd_keep(r, n, sizeof *r->files);
  r->ballot_files = evd_keep(r, n, sizeof *r->ballot_files);
  if (r->no_space)
    return;
  r->n_files = n;
  r->listed = true;
  for (size_t i = 0; i < n; i++)
    r->files[i].path = paths[i];
  for (size_t i = 0; i < n; i++)
    sort_in(r, &r->files[i]);
  sort_ballot_files(r->ballot_files, work, r->n_ballot_files);
}

static void want(evd_run *r, evd_single s, bool wanted, const char *why_not) {
  evd_where w = evd_at(evd_single_path(s));
  if (wanted)
    evd_judge(r, EVD_X1, r->single[s] != NULL, &w, "this file is missing");
  else if (r->single[s])
    evd_fault(r, EVD_X1, &w, why_not);
}

static void judge_guardian_files(evd_run *r) {
  for (uint32_t i = 1; i <= EVD_N_MAX; i++) {
    evd_where w = evd_at("guardians/guardian");
    evd_at_n(&w, "of index", i);
    if (i <= r->n)
      evd_judge(r, EVD_X1, r->guardian_file[i] != NULL, &w,
                "this file is missing");
    else if (r->guardian_file[i])
      evd_fault(r, EVD_X1, &w, "there is no guardian of this index");
  }
}

/* texts.json and roll.jsonl exactly when the manifest asks for them; with an
 * unreadable manifest nobody can tell. */
static void judge_named_files(evd_run *r) {
  static const evd_h32 none;
  if (!r->has_manifest)
    return;
  want(r, EVD_FILE_TEXTS, !evd_same_h(&r->man.texts, &none),
       "the manifest names no texts");
  if (!evd_in_stage(r, EVD_STAGE_CLOSED))
    return;
  want(r, EVD_FILE_ROLL, r->has_remote, "there is no remote device");
  if (r->has_mail)
    return; /* which lines must be there, X.11 and X.17 say */
  want(r, EVD_FILE_MAIL_CAST, false, "there is no mail device");
  want(r, EVD_FILE_MAIL_OPEN, false, "there is no mail device");
}

void evd_files_judge(evd_run *r) {
  if (!r->listed)
    return;
  want(r, EVD_FILE_PARAMETERS, true, NULL);
  want(r, EVD_FILE_MANIFEST, true, NULL);
  want(r, EVD_FILE_ELECTION_KEYS, true, NULL);
  judge_guardian_files(r);
  judge_named_files(r);
  if (!evd_in_stage(r, EVD_STAGE_CLOSED))
    return;
  want(r, EVD_FILE_DEVICES, true, NULL);
  if (r->n_ballot_files > 0)
    want(r, EVD_FILE_STATES, true, NULL);
  if (!evd_in_stage(r, EVD_STAGE_FINAL))
    return;
  want(r, EVD_FILE_TALLY_CT, true, NULL);
  want(r, EVD_FILE_TALLY, true, NULL);
}

bool evd_file_get(evd_run *r, evd_file *f, evd_span *bytes) {
  evd_sha256 sha;
  if (!f)
    return false;
  evd_where w = evd_at(f->path);
  evd_err e =
      r->src->read(r->src->self, f->path, EVD_SOURCE_BYTES_MAX, bytes, r->a);
  if (e != EVD_OK) {
    cannot_read(r, e, &w,
                e == EVD_ERR_RANGE ? evd_source_text(e) : "cannot be read");
    return false;
  }
  evd_sha256_init(&sha);
  evd_sha256_add(&sha, bytes->p, bytes->n);
  evd_sha256_out(&sha, &f->sha);
  f->read = true;
  evd_part_keep(r, f, bytes->p, bytes->n, false);
  return true;
}

bool evd_form_judge(evd_run *r, evd_err e, const evd_where *w,
                    const evd_why *why) {
  if (e == EVD_ERR_SPACE) {
    r->no_space = true;
    return false;
  }
  evd_judge(r, EVD_X1, e == EVD_OK, w,
            why->text[0] ? why->text : evd_err_text(e));
  return e == EVD_OK || e == EVD_ERR_FORM;
}

/* Is the line that comes next one of the shard's? What belongs to no line
 * belongs to the one behind it, at the very end to the last shard. */
static void mute_others(evd_run *r) {
  bool last = r->shard.i == r->shard.n && r->line_at == r->all_lines;
  r->mute = r->now.phase == EVD_PHASE_WALK && r->shard.n > 0 && !last &&
            (r->line_at < r->own_from || r->line_at >= r->own_to);
}

static void line_begins(evd_run *r, uint64_t number) {
  if (r->now.phase != EVD_PHASE_WALK)
    return;
  mute_others(r);
  r->now.line = number;
  r->line_at++;
}

bool evd_lines_each(evd_run *r, evd_file *f, evd_line_fn *fn, void *self) {
  static const uint8_t lf = '\n';
  evd_sha256 sha;
  bool whole = true, more = true, no_lf = false;
  uint64_t number = 0;
  evd_where w = evd_at(f->path);
  mute_others(r);
  evd_err e = r->src->lines_open(r->src->self, f->path, EVD_SOURCE_BYTES_MAX);
  if (e != EVD_OK) {
    cannot_read(r, e, &w, "cannot be read");
    return false;
  }
  evd_sha256_init(&sha);
  while (whole || more) {
    evd_span line = {NULL, 0};
    e = r->src->lines_next(r->src->self, &line, &more, &no_lf);
    if (e == EVD_OK && !more)
      break;
    w = evd_at_line(f->path, ++number);
    line_begins(r, number);
    if (e != EVD_OK) {
      whole = false;
      if (e == EVD_ERR_RANGE) {
        evd_fault(r, EVD_X1, &w, "a line longer than 64 MiB");
        continue;
      }
      cannot_read(r, e, &w, "cannot be read further");
      break;
    }
    evd_sha256_add(&sha, line.p, line.n);
    if (no_lf)
      evd_fault(r, EVD_X1, &w, "the last line does not end with a line feed");
    else
      evd_sha256_add(&sha, &lf, 1);
    evd_part_keep(r, f, line.p, line.n, !no_lf);
    evd_resume_line(r, number, line.n + !no_lf, &sha);
    if (!r->mute)
      fn(r, line, number, self);
    if (evd_stopped(r))
      whole = more = false;
  }
  r->src->lines_close(r->src->self);
  evd_sha256_out(&sha, &f->sha);
  f->read = whole;
  mute_others(r);
  if (whole && number == 0)
    evd_fault(r, EVD_X1, &w, "an empty file: it should not be there");
  return whole;
}
