/* Faults of parameters and base hashes: 1.A-1.F, 4.A. */
#include <string.h>

#include "egds/hashes.h"
#include "kit/faults.h"

/* The domain tags of EGDS 5.5 that a fault writes itself. */
enum { TAG_H_P = 0x00, TAG_H_B = 0x01, TAG_OF_2_0 = 0x12, TAG_H_E = 0x14 };

static void version(evd_kit *e, int with) {
  static const char *const texts[] = {"v2.0.0", "v2.1", "V2.1.0", ""};
  e->par.spec = evd_kit_str(texts[with]);
}

static void group_p(evd_kit *e, int with) {
  e->par.p = with ? evd_kit_p_plus(with) : evd_kit_number(0);
}

static void group_q(evd_kit *e, int with) {
  e->par.q = with ? evd_kit_q_plus((uint8_t)with) : evd_kit_q_top();
}

static void group_g(evd_kit *e, int with) {
  evd_p g = e->par.g;
  e->par.g = with == 0   ? evd_kit_inverse(e, &g)
             : with == 1 ? evd_kit_number(1)
                         : evd_kit_times(e, &g, &g);
}

static void add_constants(evd_hmac *h) {
  evd_h_tag(h, TAG_H_P);
  evd_h_add(h, evd_p_bytes, EVD_P_BYTES);
  evd_h_add(h, evd_q_bytes, EVD_Q_BYTES);
  evd_h_add(h, evd_g_bytes, EVD_P_BYTES);
}

/* The version string padded on the left. */
static void version_left(evd_kit *e, int with) {
  evd_h32 key = {{0}};
  evd_hmac h;
  (void)with;
  memcpy(key.b + sizeof key.b - 6, "v2.1.0", 6);
  evd_h_init(&h, &key, NULL);
  add_constants(&h);
  evd_h_u32(&h, e->plan.n);
  evd_h_u32(&h, e->plan.k);
  evd_h_out(&h, &e->H_P.value);
  e->H_P.on = true;
  evd_kit_build(e);
}

static void without_n_k(evd_kit *e, int with) {
  evd_h32 key = {{0}};
  evd_hmac h;
  (void)with;
  memcpy(key.b, "v2.1.0", 6);
  evd_h_init(&h, &key, NULL);
  add_constants(&h);
  evd_h_out(&h, &e->H_P.value);
  e->H_P.on = true;
  evd_kit_build(e);
}

static void other_n(evd_kit *e, int with) {
  (void)with;
  evd_hash_HP(&e->G, &e->H_P.value, 3, 2);
  e->H_P.on = true;
  evd_kit_build(e);
}

static void no_length(evd_kit *e, int with) {
  evd_span f = evd_kit_find(e, "manifest.json")->bytes;
  evd_hmac h;
  (void)with;
  evd_h_init(&h, &e->keys.H_P, NULL);
  evd_h_tag(&h, TAG_H_B);
  evd_h_add(&h, f.p, f.n);
  evd_h_out(&h, &e->H_B.value);
  e->H_B.on = true;
  evd_kit_build(e);
  evd_kit_write(e);
}

static void other_manifest(evd_kit *e, int with) {
  (void)with;
  e->man.slot_seconds++;
}

static void zero(evd_kit *e, int with) {
  evd_kit_fake *f = with ? &e->H_E : &e->H_B;
  *f = (evd_kit_fake){.on = true};
  evd_kit_build(e);
}

/* H_E with the tag of version 2.0, or without K^. */
static void extended(evd_kit *e, int with) {
  evd_hmac h;
  evd_h_init(&h, &e->keys.H_B, NULL);
  evd_h_tag(&h, with ? TAG_H_E : TAG_OF_2_0);
  evd_h_add(&h, e->keys.K.b, sizeof e->keys.K.b);
  if (!with)
    evd_h_add(&h, e->keys.K_hat.b, sizeof e->keys.K_hat.b);
  evd_h_out(&h, &e->H_E.value);
  e->H_E.on = true;
  evd_kit_build(e);
}

#define BARE EVD_KIT_BARE
#define TINY EVD_KIT_TINY
static const evd_kit_fault rows[] = {
    {"1A-2.0", "1.A", BARE, version, NULL, 0, "another version: v2.0.0"},
    {"1A-short", "1.A", BARE, version, NULL, 1, "half a version: v2.1"},
    {"1A-case", "1.A", BARE, version, NULL, 2, "V2.1.0 in capitals"},
    {"1A-empty", "1.A", TINY, version, NULL, 3, "no version"},
    {"1B-plus", "1.B", BARE, group_p, NULL, 2, "p + 2"},
    {"1B-minus", "1.B", TINY, group_p, NULL, -2, "p - 2"},
    {"1B-zero", "1.B", BARE, group_p, NULL, 0, "p = 0"},
    {"1C-plus", "1.C", BARE, group_q, NULL, 2, "q + 2"},
    {"1C-plus-1", "1.C", TINY, group_q, NULL, 1, "q + 1"},
    {"1C-top", "1.C", BARE, group_q, NULL, 0, "2^256 - 1 for q"},
    {"1D-inverse", "1.D", TINY, group_g, NULL, 0, "g^-1 for g"},
    {"1D-one", "1.D", BARE, group_g, NULL, 1, "1 for g"},
    {"1D-square", "1.D", BARE, group_g, NULL, 2, "g^2 for g"},
    {"1E-left", "1.E", TINY, version_left, NULL, 0,
     "H_P from a version string padded on the left; all else made from it"},
    {"1E-n-k", "1.E", TINY, without_n_k, NULL, 0,
     "H_P without n and k, as in version 2.0; all else made from it"},
    {"1E-other-n", "1.E", BARE, other_n, NULL, 0, "H_P of n = 3, k = 2"},
    {"1F-length", "1.F", TINY, NULL, no_length, 0,
     "H_B without the length of the manifest; all else made from it"},
    {"1F-other", "1.F", BARE, other_manifest, NULL, 0,
     "the keys were made for another manifest"},
    {"1F-zero", "1.F", BARE, zero, NULL, 0, "H_B left at zero"},
    {"4A-tag", "4.A", TINY, extended, NULL, 0,
     "H_E with the tag of version 2.0; all else made from it"},
    {"4A-K-hat", "4.A", BARE, extended, NULL, 1, "H_E without K^"},
    {"4A-zero", "4.A", TINY, zero, NULL, 1, "H_E left at zero"},
};
EVD_KIT_TABLE(f01);
