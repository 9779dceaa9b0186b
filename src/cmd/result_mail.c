/* mail_open.jsonl: an uncast mail ballot with the nonces of every vector, so
 * that anybody sees which code stood for which option. [eq 121] */
#include <string.h>

#include "cmd/args.h"
#include "cmd/result.h"
#include "egds/preenc.h"
#include "egds/preenc_make.h"

static evd_err no_memory(void) {
  return evd_complain(EVD_ERR_SPACE, "no memory to open challenged ballots");
}

/* Does xi_B give the hashes that were published? */
static evd_err compare(const evd_contest_ct *ct, const evd_h32 psi[],
                       uint32_t n, evd_arena *a) {
  evd_h32 *sorted = evd_arena_get(a, n, sizeof *sorted);
  if (!sorted)
    return no_memory();
  evd_preenc_publish(sorted, psi, n);
  return ct->n_psi == n && memcmp(sorted, ct->psi, n * sizeof *sorted) == 0
             ? EVD_OK
             : EVD_ERR_PROOF;
}

static evd_err fill_vectors(const evd_manifest *m, evd_mail_open_contest *out,
                            const evd_shape *s, evd_h32 psi[], evd_q *nonces,
                            evd_arena *a) {
  for (uint32_t j = 1; j <= out->n_vectors; j++) {
    evd_mail_vector *v = &out->vectors[j - 1];
    char *code = evd_arena_get(a, EVD_OMEGA_BYTES, 1);
    if (!code)
      return no_memory();
    /* published: the ballot is opened */
    evd_declassify_bytes(&psi[j - 1], sizeof psi[j - 1]);
    evd_omega(code, m->short_code, &psi[j - 1]);
    v->field = j;
    v->label =
        (evd_str){(const uint8_t *)EVD_NULL_LABEL, sizeof EVD_NULL_LABEL - 1};
    if (j <= s->m)
      v->label = m->contests[s->ind_c - 1].options[j - 1].label;
    v->code = (evd_str){(const uint8_t *)code, strlen(code)};
    v->psi = psi[j - 1];
    v->n_nonces = s->m;
    v->nonces = nonces + (size_t)(j - 1) * s->m;
  }
  return EVD_OK;
}

static evd_err open_contest(const evd_manifest *m, const evd_group *G,
                            const evd_sealed_nonce *b, uint32_t x,
                            const evd_h32 *xi_B, evd_mail_open_contest *out,
                            evd_arena *a) {
  const evd_contest_ct *ct = &b->contests[x];
  const evd_shape s = evd_contest_shape(m, ct->ind_c);
  const uint32_t n = evd_pre_vectors(&s);
  evd_h32 *psi = evd_arena_get(a, n, sizeof *psi);
  evd_q *nonces = evd_arena_get(a, n, s.m * sizeof *nonces);
  out->ind_c = ct->ind_c;
  out->label = m->contests[ct->ind_c - 1].label;
  out->n_vectors = n;
  out->vectors = evd_arena_get(a, n, sizeof *out->vectors);
  if (!psi || !nonces || !out->vectors)
    return no_memory();
  if (evd_preenc_hashes(G, psi, &s, &b->H_I, xi_B, a) != EVD_OK)
    return no_memory();
  EVD_TRY(compare(ct, psi, n, a));
  evd_preenc_open(G, nonces, &s, &b->H_I, xi_B);
  return fill_vectors(m, out, &s, psi, nonces, a);
}

evd_err evd_result_open_mail(const evd_manifest *m, const evd_group *G,
                             const evd_sealed_nonce *s, const evd_h32 *xi_B,
                             evd_mail_open *out, evd_arena *a) {
  char hex[65];
  *out = (evd_mail_open){.id_B = s->id_B, .n_contests = s->n_contests};
  out->contests = evd_arena_get(a, s->n_contests, sizeof *out->contests);
  if (!out->contests)
    return no_memory();
  for (uint32_t x = 0; x < s->n_contests; x++) {
    evd_err e = open_contest(m, G, s, x, xi_B, &out->contests[x], a);
    if (e != EVD_ERR_PROOF) {
      EVD_TRY(e);
      continue;
    }
    evd_hex_text(hex, &s->id_B);
    return evd_complain(e,
                        "the challenged mail ballot %s cannot be opened: "
                        "contest %u is not what its encrypted nonce says, "
                        "which is evidence against the device that made it",
                        hex, s->contests[x].ind_c);
  }
  return EVD_OK;
}
