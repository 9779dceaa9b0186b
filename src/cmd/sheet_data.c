#include "cmd/sheet_data.h"

#include <stdio.h>

#include "cmd/args.h"
#include "host/child.h"

static void put(evd_buf *out, evd_str text) {
  evd_buf_text(out, "\t");
  evd_buf_add(out, text.p, text.n);
}

static void put_number(evd_buf *out, uint64_t n) {
  char text[32];
  (void)snprintf(text, sizeof text, "\t%llu", (unsigned long long)n);
  evd_buf_text(out, text);
}

void evd_sheet_begin(evd_buf *out, const evd_manifest *m) {
  evd_buf_text(out, "election");
  put(out, m->label);
  evd_buf_text(out, "\n");
}

void evd_sheet_end(evd_buf *out) { evd_buf_text(out, "end\n"); }

static void put_code(evd_buf *out, const char *word, uint32_t kind,
                     const evd_h32 *psi) {
  char code[EVD_OMEGA_BYTES];
  evd_omega(code, kind, psi);
  evd_buf_text(out, word);
  evd_buf_text(out, "\t");
  evd_buf_text(out, code);
}

static void put_contest(evd_buf *out, const evd_manifest *m, uint32_t ind_c,
                        const evd_h32 psi[]) {
  const evd_contest *c = &m->contests[ind_c - 1];
  evd_buf_text(out, "contest");
  put_number(out, c->contest_limit);
  put(out, c->label);
  put(out, c->notes);
  evd_buf_text(out, "\n");
  for (uint32_t j = 0; j < c->n_options; j++) {
    put_code(out, "option", m->short_code, &psi[j]);
    put(out, c->options[j].label);
    evd_buf_text(out, "\n");
  }
  for (uint32_t l = 0; l < c->contest_limit; l++) {
    put_code(out, "null", m->short_code, &psi[c->n_options + l]);
    evd_buf_text(out, "\n");
  }
}

void evd_sheet_ballot(evd_buf *out, const evd_manifest *m,
                      const evd_pre_batch *b, const evd_pre_slot *s,
                      uint64_t number) {
  char code[65];
  evd_hex_text(code, &s->ballot.H_C);
  evd_buf_text(out, "ballot");
  put_number(out, number);
  evd_buf_text(out, "\t");
  evd_buf_text(out, code);
  put(out, m->styles[b->style - 1].label);
  evd_buf_text(out, "\n");
  for (uint32_t i = 0; i < b->n_shapes; i++)
    put_contest(out, m, b->shapes[i].ind_c, s->psi[i]);
}

evd_err evd_sheet_program(char out[4096]) {
  if (evd_program_beside(out, "evident-sheets"))
    return EVD_OK;
  return evd_complain(EVD_ERR_MISSING,
                      "evident-sheets, which prints the ballots, is not beside "
                      "this program; it is built where cairo, pango and "
                      "libqrencode are installed");
}

evd_err evd_sheet_print(const char *program, const char *data,
                        const char *pdf) {
  const char *const argv[] = {"evident-sheets", data, pdf, NULL};
  evd_child child;
  EVD_TRY(evd_child_start(&child,
                          &(evd_child_plan){.program = program, .argv = argv}));
  int code = evd_child_wait(&child, true);
  if (code == 0)
    return EVD_OK;
  if (code >= 128 || code == 127)
    return evd_complain(EVD_ERR_IO, "%s did not print %s", program, pdf);
  /* it has said why */
  return code == evd_err_exit(EVD_ERR_USAGE) ? EVD_ERR_USAGE : EVD_ERR_IO;
}
