/* The files of an election with mail ballots: sums, decryption, lines. */
#include <stdio.h>
#include <stdlib.h>

#include "mail_kit.h"

#define FILE_BYTES ((size_t)16 << 20)
#define T_MOST 64

static const evd_group *G(const mail_view *v) { return &v->e->t.G; }

static void put(kit_record *r, const char *path, evd_buf *b) {
  assert_true(evd_buf_ok(b));
  if (b->n > 0)
    kit_put(r, path, b->p, b->n);
  b->n = 0;
}

static void line(evd_buf *b) { evd_buf_text(b, "\n"); }

/* ---- lines of ballots, by identifier ---- */

typedef struct {
  const mail_ballot *x[MAIL_BALLOTS];
} order;

static int by_id(const void *a, const void *b) {
  const mail_ballot *const *x = a, *const *y = b;
  return memcmp((*x)->b.id_B.b, (*y)->b.id_B.b, 32);
}

static order by_identifier(const mail_view *v) {
  order o;
  for (uint32_t i = 0; i < MAIL_BALLOTS; i++)
    o.x[i] = &v->ballots[i];
  qsort(o.x, MAIL_BALLOTS, sizeof o.x[0], by_id);
  return o;
}

static void write_ballots(mail_view *v, kit_record *r, evd_buf *b) {
  char path[96];
  for (uint32_t d = 1; d <= MAIL_DEVICES; d++) {
    v->close[d - 1].ballots = 0;
    for (uint32_t i = 0; i < MAIL_BALLOTS; i++) {
      if (v->ballots[i].b.device != d)
        continue;
      evd_ballot_write(b, &v->ballots[i].b);
      line(b);
      v->close[d - 1].ballots++;
    }
    (void)snprintf(path, sizeof path, "ballots/device_%u.jsonl", d);
    put(r, path, b);
  }
}

static void write_joined(const mail_view *v, kit_record *r, evd_buf *b) {
  const order o = by_identifier(v);
  for (uint32_t i = 0; i < MAIL_BALLOTS; i++) {
    const evd_state s = {.id_B = o.x[i]->b.id_B, .state = o.x[i]->state};
    if (s.state == 0)
      continue;
    evd_state_write(b, &s);
    line(b);
  }
  put(r, "states.jsonl", b);
  for (uint32_t i = 0; i < MAIL_BALLOTS; i++)
    if (o.x[i]->has_cast) {
      evd_mail_cast_write(b, &o.x[i]->cast);
      line(b);
    }
  put(r, "mail_cast.jsonl", b);
  for (uint32_t i = 0; i < MAIL_BALLOTS; i++)
    if (o.x[i]->has_open) {
      evd_mail_open_write(b, &o.x[i]->open);
      line(b);
    }
  put(r, "mail_open.jsonl", b);
}

/* ---- tallies ---- */

static const evd_contest_ct *filled(const mail_ballot *x, uint32_t ind_c) {
  for (uint32_t c = 0; c < x->b.n_contests; c++)
    if (x->b.contests[c].ind_c == ind_c)
      return x->b.mail ? &x->cast.contests[c].ct : &x->b.contests[c];
  return NULL;
}

static void add_contest(mail_view *v, evd_tally_ct_contest *c) {
  uint32_t n = evd_shape_fields(&v->e->shapes[c->contest - 1]);
  evd_zp *A = mail_room(v, n, sizeof *A), *B = mail_room(v, n, sizeof *B);
  for (uint32_t f = 0; f < n; f++) {
    evd_zp_one(&A[f]);
    evd_zp_one(&B[f]);
  }
  for (uint32_t i = 0; i < MAIL_BALLOTS; i++) {
    const mail_ballot *x = &v->ballots[i];
    const evd_contest_ct *ct = filled(x, c->contest);
    if (x->state != EVD_CAST || !ct)
      continue;
    c->ballots++;
    c->weight += x->b.weight;
    for (uint32_t f = 0; f < ct->n_fields && !v->uncounted[i]; f++)
      evd_tally_add_var(G(v), &A[f], &B[f], &ct->fields[f], x->b.weight);
  }
  c->n_fields = n;
  c->fields = mail_room(v, n, sizeof *c->fields);
  for (uint32_t f = 0; f < n; f++) {
    evd_zp_to_bytes(G(v)->k, &c->fields[f].A, &A[f]);
    evd_zp_to_bytes(G(v)->k, &c->fields[f].B, &B[f]);
  }
}

static uint64_t log_of(const mail_view *v, const evd_p *T) {
  evd_p x;
  for (uint64_t t = 0; t < T_MOST; t++) {
    kit_power(G(v), &x, &G(v)->K, t);
    if (memcmp(x.b, T->b, sizeof x.b) == 0)
      return t;
  }
  fail_msg("the tally is no small number");
  return 0;
}

static void decrypt(const mail_view *v, evd_cell *out, uint32_t ind_c,
                    const evd_cell_ct *ct) {
  static const uint32_t U[1] = {1};
  const kit *t = &v->e->t;
  uint8_t random[EVD_SAMPLE_BYTES];
  evd_item it = {.ind_c = ind_c, .ind_o = out->field, .key = t->HE};
  evd_zq_sec u;
  evd_opening open;
  evd_h32 d;
  evd_zq c, w, response;
  evd_p M;
  evd_q part;
  uint32_t bad;
  it.A = ct->A;
  it.B = ct->B;
  kit_random(random, sizeof random);
  evd_decrypt_commit(G(v), &u, &open, &d, &it, 1, U, 1, &t->z[0], random);
  assert_int_equal(
      evd_decrypt_combine_var(G(v), &M, &c, &it, &open, U, 1, &bad), EVD_OK);
  assert_int_equal(evd_lagrange(&w, U, 1, 1), EVD_OK);
  evd_decrypt_respond(&response, &u, &c, &w, &t->z[0]);
  evd_zq_to_bytes(&part, &response);
  evd_decrypt_sum(&out->v, &part, 1);
  evd_zq_to_bytes(&out->c, &c);
  evd_decrypt_T_var(G(v), &out->T, &ct->B, &M);
  out->t = log_of(v, &out->T);
}

static void decrypt_contest(mail_view *v, evd_tally_contest *out,
                            const evd_tally_ct_contest *ct) {
  out->contest = ct->contest;
  out->label = v->e->man.contests[ct->contest - 1].label;
  out->n_fields = ct->n_fields;
  out->fields = mail_room(v, ct->n_fields, sizeof *out->fields);
  for (uint32_t f = 0; f < ct->n_fields; f++) {
    out->fields[f].field = f + 1;
    out->fields[f].label = evd_field_label(&v->e->man, ct->contest, f + 1);
    decrypt(v, &out->fields[f], ct->contest, &ct->fields[f]);
  }
}

static void write_tallies(mail_view *v, kit_record *r, evd_buf *b) {
  static uint32_t U[1] = {1};
  evd_tally_ct_contest sums[MAIL_CONTESTS] = {0};
  evd_tally_contest totals[MAIL_CONTESTS] = {0};
  evd_tally_ct ct = {.n_contests = MAIL_CONTESTS, .contests = sums};
  evd_tally tally = {
      .n_U = 1, .U = U, .n_contests = MAIL_CONTESTS, .contests = totals};
  for (uint32_t i = 0; i < MAIL_BALLOTS; i++) {
    if (v->ballots[i].state != EVD_CAST)
      continue;
    ct.ballots++;
    ct.weight += v->ballots[i].b.weight;
  }
  for (uint32_t c = 0; c < MAIL_CONTESTS; c++) {
    sums[c].contest = c + 1;
    add_contest(v, &sums[c]);
    decrypt_contest(v, &totals[c], &sums[c]);
  }
  evd_tally_ct_write(b, &ct);
  put(r, "tally_encrypted.json", b);
  evd_tally_write(b, &tally);
  put(r, "tally.json", b);
}

/* ---- the other files ---- */

static void write_head(const mail_view *v, kit_record *r, evd_buf *b) {
  const kit *t = &v->e->t;
  evd_parameters par = {.spec = {(const uint8_t *)"v2.1.0", 6}, .n = 1, .k = 1};
  evd_election_keys keys = {
      .H_P = t->HP, .H_B = t->HB, .H_E = t->HE, .H_G = t->HG};
  memcpy(par.p.b, evd_p_bytes, sizeof par.p.b);
  memcpy(par.q.b, evd_q_bytes, sizeof par.q.b);
  par.g = t->G.g.bytes;
  keys.K = t->G.K.bytes;
  keys.K_hat = t->G.K_hat.bytes;
  evd_parameters_write(b, &par);
  put(r, "parameters.json", b);
  evd_manifest_write(b, &v->e->man);
  put(r, "manifest.json", b);
  evd_election_keys_write(b, &keys);
  put(r, "election_keys.json", b);
  evd_guardian_pub_write(b, &t->pub[0]);
  put(r, "guardians/guardian_1.json", b);
}

void mail_write(mail_view *v, kit_record *r) {
  evd_buf b;
  memset(r, 0, sizeof *r);
  evd_buf_init(&b, FILE_BYTES);
  write_head(v, r, &b);
  write_ballots(v, r, &b);
  write_joined(v, r, &b);
  const evd_devices d = {.n_devices = MAIL_DEVICES, .devices = v->close};
  evd_devices_write(&b, &d);
  put(r, "devices.json", &b);
  write_tallies(v, r, &b);
  evd_buf_close(&b);
}

static bool fails_exactly(kit_record *r, const char *checks) {
  evd_report report;
  evd_arena a;
  kit_verify(r, EVD_STAGE_FINAL, &report, &a);
  bool ok =
      kit_fails_only(&report, checks) && report.verdict == EVD_VERDICT_FAIL;
  evd_arena_close(&a);
  return ok;
}

void mail_each_fails(const mail_election *e, const mail_fault f[], size_t n) {
  for (size_t i = 0; i < n; i++) {
    mail_view v;
    kit_record r;
    mail_copy(&v, e);
    f[i].change(&v);
    mail_write(&v, &r);
    if (!fails_exactly(&r, f[i].fails))
      fail_msg("%s: not exactly %s", f[i].name, f[i].fails);
    kit_free(&r);
    mail_drop(&v);
  }
}
