/* Known answers: what the families of cases share.
 *
 * Layer: L7 cmd.
 *
 * A case of the file has `id`, and either a hash (`in`, `key`, `msg`, `out`,
 * maybe `out_q`) or a whole step with its random values. The message is
 * built by the product's own functions, caught by G.tap and compared. The
 * first difference of a case goes into `fault`; getters of a case that is
 * already faulty fill zeros.
 */
#ifndef EVD_CMD_KAT_H
#define EVD_CMD_KAT_H

#include "cmd/cmd.h"
#include "egds/encrypt.h"
#include "record/json.h"

typedef struct {
  evd_group G; /* K = g^5, K_hat = g^7, tap on */
  evd_tap tap;
  evd_arena *arena;
  evd_h32 HP, HB, HE, HI; /* n = 3, k = 2, {"election":"kat"}, 01..20 */
  const evd_json *cases;
  const evd_json *c, *in; /* this case; its `in`, or itself */
  char id[64];
  char fault[96]; /* empty: as published so far */
} evd_kat;

typedef void evd_kat_fn(evd_kat *k);
typedef struct {
  const char *family; /* the id up to its first digit group or dash */
  evd_kat_fn *run;
} evd_kat_family;

/* ---- kat_input.c ---- */
void evd_kat_fail(evd_kat *k, const char *what);
#define EVD_KAT_STOP(k, what)                                                  \
  do {                                                                         \
    evd_kat_fail((k), (what));                                                 \
    return;                                                                    \
  } while (0)
const evd_json *evd_kat_get(evd_kat *k, const evd_json *object,
                            const char *key);
const evd_json *evd_kat_case(evd_kat *k, const char *id); /* another case */
uint32_t evd_kat_u32(evd_kat *k, const char *key);        /* from `in` */
evd_span evd_kat_text(evd_kat *k, const evd_json *v);
void evd_kat_hex(evd_kat *k, void *out, size_t n,
                 const evd_json *v); /* n bytes */
evd_span evd_kat_hex_any(evd_kat *k, const evd_json *v);
void evd_kat_in_hex(evd_kat *k, void *out, size_t n,
                    const char *key); /* from `in` */
/* `g^<hex exponent>` */
void evd_kat_exponent(evd_kat *k, evd_q *e, const evd_json *v);
void evd_kat_element(evd_kat *k, evd_p *out, const evd_json *v);
void evd_kat_p(evd_kat *k, evd_p *out, const char *key); /* from `in` */
void evd_kat_zp(evd_kat *k, evd_zp *out, const char *key);
uint32_t evd_kat_p_list(evd_kat *k, evd_p **out, const evd_json *list);
uint32_t evd_kat_u32_list(evd_kat *k, uint32_t out[], uint32_t max,
                          const char *key);
/* A sample that evd_zq_sec_sample turns into exactly this scalar. */
void evd_kat_sample(evd_kat *k, uint8_t out[EVD_SAMPLE_BYTES],
                    const evd_json *v);
uint8_t *evd_kat_samples(evd_kat *k, const evd_json *list, uint32_t *n);
void evd_kat_scalar(evd_kat *k, evd_zq_sec *out, const evd_json *v);
void *evd_kat_room(evd_kat *k, size_t count,
                   size_t size); /* zeroed, never NULL */
/* Comparisons with what is published. */
void evd_kat_same(evd_kat *k, const void *got, size_t n, const evd_json *want,
                  const char *what);
void evd_kat_same_p(evd_kat *k, const evd_p *got, const evd_json *want,
                    const char *what);
void evd_kat_same_scalars(evd_kat *k, const evd_q got[], uint32_t n,
                          const char *key);
/* Ends a hash case: message, out and out_q against `got`. */
void evd_kat_hash_h(evd_kat *k, const evd_h32 *got);
void evd_kat_hash_q(evd_kat *k, const evd_zq *got);
void evd_kat_hash_sec(evd_kat *k, const evd_zq_sec *got);

/* ---- the families ---- */
extern const evd_kat_family evd_kat_key_families[];    /* kat_keys.c */
extern const evd_kat_family evd_kat_ballot_families[]; /* kat_ballot.c */
extern const evd_kat_family evd_kat_open_families[];   /* kat_open.c */
extern const evd_kat_family evd_kat_pre_families[];    /* kat_pre.c */
extern const evd_kat_family evd_kat_edge_families[];   /* kat_edges.c */

#endif /* EVD_CMD_KAT_H */
