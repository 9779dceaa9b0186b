#include "egds_kit.h"

static uint64_t counter;

void kit_random(void *out, size_t n) {
  uint8_t *p = out;
  while (n) {
    evd_h32 block;
    counter++;
    evd_digest(&block, "test-stream", &counter, sizeof counter);
    size_t take = n < sizeof block.b ? n : sizeof block.b;
    memcpy(p, block.b, take);
    p += take;
    n -= take;
  }
}

void kit_random_sec(evd_zq_sec *out) {
  uint8_t random[EVD_SAMPLE_BYTES];
  kit_random(random, sizeof random);
  evd_zq_sec_sample(out, random);
}

void kit_power(const evd_group *G, evd_p *out, const evd_base *b, uint64_t e) {
  const evd_exp exponent = {{e, 0, 0, 0}};
  evd_zp x;
  evd_base_pow_var(G, &x, b, &exponent);
  evd_zp_to_bytes(G->k, out, &x);
}

void kit_negate(evd_p *out, const evd_p *x) {
  unsigned borrow = 0;
  for (size_t i = EVD_P_BYTES; i-- > 0;) {
    unsigned d = (unsigned)evd_p_bytes[i] - x->b[i] - borrow;
    out->b[i] = (uint8_t)d;
    borrow = d >> 8 & 1;
  }
}

bool kit_plus_q(evd_q *out, const evd_q *x) {
  unsigned carry = 0;
  for (size_t i = EVD_Q_BYTES; i-- > 0;) {
    unsigned d = (unsigned)evd_q_bytes[i] + x->b[i] + carry;
    out->b[i] = (uint8_t)d;
    carry = d >> 8;
  }
  return carry == 0;
}

static void *room(kit *t, size_t count, size_t size) {
  void *p = evd_arena_get(&t->arena, count, size);
  assert_non_null(p);
  return p;
}

static void make_guardian(kit *t, uint32_t i) {
  size_t n = evd_guardian_random_bytes(t->k);
  uint8_t *random = room(t, n, 1);
  kit_random(random, n);
  evd_guardian_sec *sec = &t->sec[i - 1];
  evd_guardian_pub *pub = &t->pub[i - 1];
  assert_int_equal(evd_guardian_sec_shape(sec, t->k, &t->arena), EVD_OK);
  assert_int_equal(evd_guardian_pub_shape(pub, t->k, &t->arena), EVD_OK);
  assert_int_equal(evd_guardian_make(&t->G, sec, pub, i, &t->HP, random, n),
                   EVD_OK);
  assert_int_equal(evd_guardian_check_var(&t->G, pub, &t->HP, NULL), 0);
}

/* Guardian i's share for l, sent sealed and opened; [eq 24] adds them up. */
static void send_share(kit *t, uint32_t i, uint32_t l) {
  evd_share_ct ct;
  evd_zq_sec P, P_hat;
  uint8_t random[2 * EVD_SAMPLE_BYTES];
  const evd_guardian_pub *to = &t->pub[l - 1], *from = &t->pub[i - 1];
  kit_random(random, sizeof random);
  assert_int_equal(
      evd_share_seal(&t->G, &ct, &t->sec[i - 1], l, &to->kappa, &t->HP, random),
      EVD_OK);
  assert_int_equal(evd_share_open(&t->G, &P, &P_hat, &ct, &t->sec[l - 1].zeta,
                                  &to->kappa, &t->HP),
                   EVD_OK);
  assert_int_equal(evd_share_check(&t->G, &P, from->K, t->k, l), EVD_OK);
  assert_int_equal(evd_share_check(&t->G, &P_hat, from->K_hat, t->k, l),
                   EVD_OK);
  evd_zq_sec_add(&t->z[l - 1], &t->z[l - 1], &P);
  evd_zq_sec_add(&t->z_hat[l - 1], &t->z_hat[l - 1], &P_hat);
}

static void tables(kit *t, evd_base *b) {
  evd_base_tables(&t->G, b, room(t, EVD_TABLE_ELEMS(8), sizeof(evd_zp)),
                  room(t, EVD_TABLE_ELEMS(6), sizeof(evd_zp)));
}

void kit_open(kit *t, uint32_t n, uint32_t k, const char *manifest) {
  evd_p K, K_hat;
  memset(t, 0, sizeof *t);
  t->n = n;
  t->k = k;
  evd_arena_init(&t->arena, (size_t)128 << 20);
  evd_group_init(&t->G, evd_kernel_best());
  tables(t, &t->G.g);
  evd_hash_HP(&t->G, &t->HP, n, k);
  evd_hash_HB(&t->G, &t->HB, &t->HP,
              (evd_span){(const uint8_t *)manifest, strlen(manifest)});
  for (uint32_t i = 1; i <= n; i++)
    make_guardian(t, i);
  evd_joint_keys_var(&t->G, &K, &K_hat, t->pub, n);
  assert_int_equal(evd_base_set(&t->G, &t->G.K, &K), EVD_OK);
  assert_int_equal(evd_base_set(&t->G, &t->G.K_hat, &K_hat), EVD_OK);
  tables(t, &t->G.K);
  evd_hash_HE(&t->G, &t->HE, &t->HB, &K, &K_hat);
  evd_hash_HG(&t->G, &t->HG, &t->HB, &K, &K_hat, t->pub, n);
  for (uint32_t l = 1; l <= n; l++)
    for (uint32_t i = 1; i <= n; i++)
      send_share(t, i, l);
}

void kit_close(kit *t) { evd_arena_close(&t->arena); }

const evd_shape kit_shapes[KIT_CONTESTS] = {
    {.ind_c = 1, .m = 3, .R = 5, .L = 3, .w = 2, .b = 6, .overvote = true},
    {.ind_c = 4, .m = 2, .R = 1, .L = 1},
};

static const uint32_t marks_1[3] = {1, 0, 1};
static const uint32_t marks_2[2] = {0, 1};
static const evd_span texts[1] = {{(const uint8_t *)"Grace \"H\"", 9}};
const evd_selection kit_selection[KIT_CONTESTS] = {
    {.marks = marks_1, .n_write_ins = 1, .write_ins = texts},
    {.marks = marks_2},
};

void kit_ballot(kit *t, evd_ballot *b, const evd_selection sel[],
                evd_h32 *xi_B) {
  size_t n = evd_ballot_random_bytes(kit_shapes, KIT_CONTESTS);
  uint8_t *random = room(t, n, 1);
  evd_h32 HDI;
  kit_random(random, n);
  assert_int_equal(evd_ballot_shape(b, kit_shapes, KIT_CONTESTS, &t->arena),
                   EVD_OK);
  kit_random(b->id_B.b, sizeof b->id_B.b);
  assert_int_equal(evd_ballot_encrypt(&t->G, b, kit_shapes, KIT_CONTESTS, sel,
                                      &t->HE, random, n, xi_B),
                   EVD_OK);
  evd_hash_HDI(&t->G, &HDI, &t->HE, (evd_span){(const uint8_t *)"unit", 4});
  evd_BC(b->B_C, 1, &HDI);
  evd_ballot_HC(&t->G, &b->H_C, b);
}

static void copy_scalars(evd_q *out, const evd_q *in, uint32_t range) {
  memcpy(out, in, ((size_t)range + 1) * sizeof *in);
}

static void copy_contest(evd_contest_ct *out, const evd_contest_ct *c) {
  for (uint32_t o = 0; o < c->n_fields; o++) {
    const evd_field *f = &c->fields[o];
    out->fields[o].alpha = f->alpha;
    out->fields[o].beta = f->beta;
    copy_scalars(out->fields[o].c, f->c, f->range);
    copy_scalars(out->fields[o].v, f->v, f->range);
  }
  copy_scalars(out->limit_c, c->limit_c, c->L);
  copy_scalars(out->limit_v, c->limit_v, c->L);
  if (c->b)
    memcpy(out->data_C1, c->data_C1, (size_t)c->b * 32);
  out->data_C0 = c->data_C0;
  out->data_c = c->data_c;
  out->data_v = c->data_v;
  out->chi = c->chi;
}

void kit_copy(kit *t, evd_ballot *out, const evd_ballot *b) {
  evd_ballot shaped;
  assert_int_equal(
      evd_ballot_shape(&shaped, kit_shapes, KIT_CONTESTS, &t->arena), EVD_OK);
  *out = *b;
  out->contests = shaped.contests;
  for (uint32_t i = 0; i < KIT_CONTESTS; i++)
    copy_contest(&out->contests[i], &b->contests[i]);
}
