/* The checkpoint of a look: signed, fresh, with its quorum, and going on from
 * the one before. */
#include <stdio.h>
#include <string.h>

#include "serve/lookout_run.h"

#define CLOCK_SECONDS_MAX 300 /* a signature may be ahead, or others behind */

static bool same(const evd_h32 *a, const evd_h32 *b) {
  return memcmp(a->b, b->b, sizeof a->b) == 0;
}

/* Evidence of one head, or of two. */
static void heads(evd_lookout *w, evd_alarm_code code, const evd_buf *first,
                  const evd_buf *second) {
  evd_lookout_evidence(w, code);
  evd_lookout_part(w, "checkpoint", first);
  if (second)
    evd_lookout_part(w, "checkpoint", second);
}

/* ---- growth ---- */

/* The tree of `large`, as its tiles show it, begins with another root than
 * `small` says. `first`: the note that came first. */
static void histories(evd_lookout *w, const evd_buf *first,
                      const evd_buf *second, const evd_h32 *began,
                      const evd_tree_proof *proof, const char *what) {
  heads(w, EVD_ALARM_HISTORIES, first, second);
  if (began) {
    evd_buf_reset(&w->sentence);
    evd_evidence_proof(&w->sentence, began, proof);
    evd_lookout_part(w, "proof", &w->sentence);
  }
  w->seen.lamps[EVD_ALARM_HISTORIES].stays = true;
  evd_lookout_raise(w, EVD_ALARM_HISTORIES, what);
}

/* The tiles that show whether it goes on are not there, or make another head.
 */
static void no_growth(evd_lookout *w, const evd_lookout_seen_tiles *seen,
                      const evd_log_head *head, const evd_buf *note) {
  char what[EVD_LOOKOUT_WHAT_BYTES], path[EVD_TILE_PATH_BYTES] = "tiles";
  const evd_tile bad = evd_lookout_about_growth(w, seen, head, note);
  if (bad.width > 0)
    evd_tile_path(path, &bad);
  snprintf(what, sizeof what, "%s: missing or not of the checkpoint", path);
  evd_lookout_raise(w, EVD_ALARM_FILE, what);
}

/* Does `large`, whose tiles the board serves, go on from `small`? */
static bool goes_on(evd_lookout *w, const evd_log_head *small,
                    const evd_buf *small_note, const evd_log_head *large,
                    const evd_buf *large_note) {
  evd_tile_tree tiles;
  evd_tree_proof proof;
  evd_h32 began;
  evd_lookout_seen_tiles seen;
  const evd_tile_reader reader = evd_lookout_see_tiles(w, &seen);
  if (small->size == 0)
    return true;
  evd_tile_tree_init(&tiles, &reader, large->size);
  const evd_tree_nodes nodes = evd_tile_nodes(&tiles);
  if (evd_tree_hash(&nodes, 0, small->size, &began) != EVD_OK ||
      evd_consistency_make(&nodes, small->size, large->size, &proof) !=
          EVD_OK ||
      evd_consistency_check(&began, small->size, &large->root, large->size,
                            &proof) != EVD_OK) {
    no_growth(w, &seen, large, large_note);
    return false;
  }
  if (same(&began, &small->root))
    return true;
  histories(w, small_note, large_note, &began, &proof,
            "the log does not go on from a head it signed before");
  return false;
}

static bool grows(evd_lookout *w, const evd_log_head *now) {
  char what[EVD_LOOKOUT_WHAT_BYTES];
  if (w->last_note.n == 0)
    return true;
  if (now->size < w->last.size) {
    snprintf(what, sizeof what, "%llu entries, after %llu before",
             (unsigned long long)now->size, (unsigned long long)w->last.size);
    heads(w, EVD_ALARM_BACK, &w->last_note, &w->note);
    evd_lookout_raise(w, EVD_ALARM_BACK, what);
    (void)goes_on(w, now, &w->note, &w->last, &w->last_note);
    return false;
  }
  if (now->size > w->last.size)
    return goes_on(w, &w->last, &w->last_note, now, &w->note);
  if (same(&now->root, &w->last.root))
    return true;
  histories(w, &w->last_note, &w->note, NULL, NULL, "two roots of one size");
  return false;
}

/* ---- signatures ---- */

static void look_at_times(evd_lookout *w, const evd_policy_verdict *v) {
  uint64_t newest = 0, oldest = UINT64_MAX;
  w->seen.n_signed = v->n_witnesses;
  w->seen.n_witnesses = 0;
  memcpy(w->seen.times, v->times, sizeof v->times);
  for (uint32_t i = 0; i < w->policy.n_names; i++) {
    if (!w->policy.names[i].group)
      w->seen.n_witnesses++;
    if (v->times[i] == 0)
      continue;
    newest = v->times[i] > newest ? v->times[i] : newest;
    oldest = v->times[i] < oldest ? v->times[i] : oldest;
  }
  w->seen.signed_at = newest;
  if (newest == 0)
    return;
  if (newest > w->now + CLOCK_SECONDS_MAX ||
      newest - oldest > CLOCK_SECONDS_MAX) {
    heads(w, EVD_ALARM_CLOCK, &w->note, NULL);
    evd_lookout_raise(w, EVD_ALARM_CLOCK,
                      "cosignatures are more than five minutes apart from each "
                      "other or from this clock");
  }
}

static void look_at_age(evd_lookout *w) {
  char what[EVD_LOOKOUT_WHAT_BYTES];
  uint64_t at = w->seen.signed_at;
  bool taking = !w->has_rules || (w->rules.open && !w->rules.closed);
  if (at == 0 || !taking || w->now <= at || w->now - at <= w->plan.max_age)
    return;
  snprintf(what, sizeof what, "the newest signature is %llu seconds old",
           (unsigned long long)(w->now - at));
  heads(w, EVD_ALARM_STALE, &w->note, NULL);
  evd_lookout_raise(w, EVD_ALARM_STALE, what);
}

static bool judge(evd_lookout *w, const evd_checkpoint *c) {
  evd_policy_verdict v;
  char what[EVD_LOOKOUT_WHAT_BYTES];
  evd_policy_judge_var(&v, &w->policy, c, 0);
  if (!v.log || c->origin.n != w->seen.origin.n ||
      memcmp(c->origin.p, w->seen.origin.p, c->origin.n) != 0) {
    evd_lookout_raise(w, EVD_ALARM_FILE,
                      "checkpoint: it is not signed by the log of the policy");
    return false;
  }
  w->seen.quorum = v.quorum;
  look_at_times(w, &v);
  if (!v.quorum) {
    snprintf(what, sizeof what, "%u of %u witnesses have signed", v.n_witnesses,
             w->seen.n_witnesses);
    heads(w, EVD_ALARM_QUORUM, &w->note, NULL);
    evd_lookout_raise(w, EVD_ALARM_QUORUM, what);
  }
  look_at_age(w);
  return true;
}

static bool believe(evd_lookout *w, const evd_checkpoint *c) {
  w->last = c->head;
  w->seen.head = c->head;
  evd_buf_reset(&w->last_note);
  evd_buf_add(&w->last_note, w->note.p, w->note.n);
  w->seen.note = (evd_span){w->last_note.p, w->last_note.n};
  return evd_buf_ok(&w->last_note);
}

bool evd_lookout_head(evd_lookout *w) {
  evd_checkpoint c;
  evd_note_why why;
  if (evd_board_read(w->plan.files, "checkpoint", EVD_NOTE_BYTES_MAX,
                     &w->note) != EVD_OK) {
    evd_lookout_raise(w, EVD_ALARM_FILE, "checkpoint: it is not served");
    look_at_age(w);
    return false;
  }
  if (evd_checkpoint_read(&c, (evd_span){w->note.p, w->note.n}, &why) !=
      EVD_OK) {
    evd_lookout_raise(w, EVD_ALARM_FILE, "checkpoint: it is none");
    return false;
  }
  return judge(w, &c) && grows(w, &c.head) && believe(w, &c);
}

/* ---- what others show ---- */

evd_err evd_lookout_other(evd_lookout *w, evd_span note, const char *who) {
  evd_checkpoint c;
  evd_policy_verdict v;
  evd_note_why why;
  char what[EVD_LOOKOUT_WHAT_BYTES];
  evd_buf_reset(&w->note);
  evd_buf_add(&w->note, note.p, note.n);
  if (!evd_buf_ok(&w->note))
    return EVD_ERR_SPACE;
  if (evd_checkpoint_read(&c, (evd_span){w->note.p, w->note.n}, &why) != EVD_OK)
    return EVD_OK; /* a witness that shows nothing useful is no alarm */
  evd_policy_judge_var(&v, &w->policy, &c, 0);
  if (!v.log || w->last_note.n == 0)
    return EVD_OK;
  if (c.head.size == w->last.size && !same(&c.head.root, &w->last.root)) {
    snprintf(what, sizeof what, "%s was shown another root of this size", who);
    histories(w, &w->last_note, &w->note, NULL, NULL, what);
  } else if (c.head.size < w->last.size) {
    (void)goes_on(w, &c.head, &w->note, &w->last, &w->last_note);
  } /* a larger one is looked at when the board shows it */
  return EVD_OK;
}
