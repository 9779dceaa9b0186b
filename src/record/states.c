/* Lines of states.jsonl and roll.jsonl, record-format 3.6, 3.13.
 *
 * A word that the format does not know leaves `state` 0, `active` false: the
 * line still says which ballot it is about. */
#include "record/reader.h"
#include "record/write.h"

static const char *const state_words[] = {
    [EVD_CAST - 1] = "cast",
    [EVD_CHALLENGED - 1] = "challenged",
    [EVD_SPOILED - 1] = "spoiled",
    [EVD_SUPERSEDED - 1] = "superseded",
    [EVD_STATE_REFUSED - 1] = "refused",
};
static const char *const roll_words[] = {"active", "revoked"};

const char *evd_state_text(evd_state_word s) {
  if (s < EVD_CAST || s > EVD_STATE_REFUSED)
    return "unknown";
  return state_words[s - 1];
}

evd_err evd_state_read(evd_state *out, evd_span bytes, evd_arena *a,
                       evd_why *why) {
  evd_rd r;
  evd_obj o;
  uint32_t word = 0;
  *out = (evd_state){0};
  evd_rd_open(&r, bytes, a, why);
  if (evd_rd_root(&o, &r)) {
    evd_rd_h(&o, "id_B", &out->id_B);
    evd_rd_word(&o, "state", state_words, EVD_STATE_REFUSED, &word);
    out->state = (evd_state_word)word;
    evd_rd_end(&o);
  }
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_state_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

void evd_state_write(evd_buf *out, const evd_state *in) {
  evd_put_begin(out);
  evd_put_h(out, "id_B", &in->id_B);
  evd_put_word(out, "state", evd_state_text(in->state));
  evd_put_end(out);
}

evd_err evd_roll_line_read(evd_roll_line *out, evd_span bytes, evd_arena *a,
                           evd_why *why) {
  evd_rd r;
  evd_obj o;
  uint32_t word = 0;
  *out = (evd_roll_line){0};
  evd_rd_open(&r, bytes, a, why);
  if (evd_rd_root(&o, &r)) {
    evd_rd_h(&o, "credential", &out->credential);
    evd_rd_index(&o, "style", &out->style);
    evd_rd_index(&o, "weight", &out->weight);
    evd_rd_word(&o, "state", roll_words, 2, &word);
    out->active = word == 1;
    evd_rd_end(&o);
  }
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_roll_line_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

void evd_roll_line_write(evd_buf *out, const evd_roll_line *in) {
  evd_put_begin(out);
  evd_put_h(out, "credential", &in->credential);
  evd_put_n(out, "style", in->style);
  evd_put_n(out, "weight", in->weight);
  evd_put_word(out, "state", roll_words[in->active ? 0 : 1]);
  evd_put_end(out);
}
