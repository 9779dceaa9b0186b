/* A log under its rules, for tests: keys of every role, rows in memory, an
 * election as far as a test wants it. Everything stands on a `lab *x`. */
#ifndef EVD_TEST_BOARD_KIT_H
#define EVD_TEST_BOARD_KIT_H

#include "arith.h"

#include "board/rules.h"
#include "board/tree_past.h"

#include <sodium.h>
#include <string.h>

#define ROWS_MAX 512

typedef struct {
  uint8_t about;
  evd_h32 key;
  uint8_t row[128];
} row;
typedef struct {
  row at[ROWS_MAX];
  int n;
} rows;

enum {
  ADMIN_1,
  ADMIN_2,
  ADMIN_3,
  GUARDIAN_1,
  GUARDIAN_2,
  GUARDIAN_3,
  REGISTRAR,
  DEVICE_1,
  POLL_1,
  AUDITOR,
  RELEASER,
  MONITOR,
  DEVICE_3, /* by mail */
  N_LISTED,
  VOTER_1 = N_LISTED,
  VOTER_2,
  STRANGER,
  N_KEYS
};
typedef struct {
  evd_rules r;
  rows rows;
  evd_tree_past past;
  evd_arena a;
  evd_sign_key pub[N_KEYS];
  uint8_t sec[N_KEYS][crypto_sign_SECRETKEYBYTES];
  evd_h32 leaf;
} lab;

static inline evd_h32 h32(int letter) {
  evd_h32 h;
  memset(h.b, letter, sizeof h.b);
  return h;
}
static inline evd_h32 none(void) { return h32(0); }
static inline evd_object_ref object(int letter) {
  return (evd_object_ref){h32(letter), 10};
}
static inline evd_object_ref no_object(void) {
  return (evd_object_ref){none(), 0};
}
static inline evd_log_head head(uint64_t size, int letter) {
  return (evd_log_head){size, h32(letter)};
}
static inline evd_span text(const char *s) {
  return (evd_span){(const uint8_t *)s, strlen(s)};
}

/* A head that the log of x had. */
evd_log_head head_at(const lab *x, uint64_t size);
#define HEAD_NOW head_at(x, x->r.size)

#define BIT(key) (1u << (key))
#define ADMINS (BIT(ADMIN_1) | BIT(ADMIN_3))
#define GUARDIANS (BIT(GUARDIAN_1) | BIT(GUARDIAN_2) | BIT(GUARDIAN_3))

#define TAKES(who, name, ...)                                                  \
  takes_at(                                                                    \
      x,                                                                       \
      (evd_entry){.type = EVD_ENTRY_##name, .slot = x->r.slot, __VA_ARGS__},   \
      who, __LINE__)

#define REFUSES(who, code, name, ...)                                          \
  refuses_at(                                                                  \
      x,                                                                       \
      (evd_entry){.type = EVD_ENTRY_##name, .slot = x->r.slot, __VA_ARGS__},   \
      who, code, __LINE__)

#define SETUP_BODY                                                             \
  .setup = {2,           2,           h32('P'),    h32('B'),                   \
            object('p'), object('m'), no_object(), object('k'),                \
            object('w'), no_object(), none(),      head(0, 0)}

#define OPEN_BODY .phase = {1, 0, text("4 2 6"), 0, 0, 0, 0, 0, 0}

/* A ballot whose identifiers are made of a letter. */
#define BALLOT(letter, device, position)                                       \
  .ballot = {h32(letter), h32((letter) + 100), object(letter), 1, 1, device,   \
             position}
#define CODE(letter) h32((letter) + 100)
#define CLOSE(sealed, cast, challenged, spoiled)                               \
  .phase = {2, 0, text(""), sealed, cast, challenged, spoiled, 0, 0}

/* DEVICE entries with the hashes that h32('E') as H_E asks for. */
evd_entry device_opens(uint32_t device);
evd_entry device_closes(uint32_t device, uint32_t count, evd_h32 last);

void lab_open(lab *x);
void lab_close(lab *x);
/* Signs with the keys whose bits are set; sigs has room for N_KEYS. */
uint32_t sign(lab *x, const evd_entry *e, uint32_t who, evd_entry_sig *sigs);
evd_refusal apply_sigs(lab *x, const evd_entry *e, const evd_entry_sig *sigs,
                       uint32_t n);
void takes_at(lab *x, evd_entry e, uint32_t who, int line);
/* Refused with this code, and nothing has changed. */
void refuses_at(lab *x, evd_entry e, uint32_t who, evd_l_code code, int line);
void ceremony(lab *x);
void roll(lab *x);
void until_open(lab *x);

#endif /* EVD_TEST_BOARD_KIT_H */
