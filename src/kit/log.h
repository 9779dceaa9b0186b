/* A log in memory with all its keys: what stands in it, and what is signed.
 *
 * Spec:  doc/board-format.md, doc/conformance.md.
 * Layer: L5 kit, private to the folder.
 *
 * The items are the entries before they are signed. A fault of a log changes
 * items, or how the head is signed; or it changes the files that were made of
 * them. What it changes of an item stands alone: nothing behind it follows
 * from it, so a judge that goes on behind a refused entry and one that stops
 * there name the same codes.
 */
#ifndef EVD_KIT_LOG_H
#define EVD_KIT_LOG_H

#include "board/entry.h"
#include "board/tree.h"
#include "kit/faults.h"

#define EVD_KIT_ORIGIN "board.example/kit"
/* Of all cosignatures: 2024-01-01, before anybody reads the log. */
#define EVD_KIT_LOG_TIME UINT64_C(1704067200)

enum { EVD_KIT_ITEMS = 320, EVD_KIT_WITNESSES = 3, EVD_KIT_ADMINS = 3 };

/* Whose key. Those from ADMIN to MONITOR stand in the object `keys`, as far as
 * the election has such a guardian or device. */
enum {
  EVD_KIT_BY_LOG,
  EVD_KIT_BY_OTHER_LOG,
  EVD_KIT_BY_WITNESS,                                           /* 1 .. */
  EVD_KIT_BY_STRANGER = EVD_KIT_BY_WITNESS + EVD_KIT_WITNESSES, /* a witness */
  EVD_KIT_BY_ADMIN,                                             /* 1 .. */
  EVD_KIT_BY_GUARDIAN = EVD_KIT_BY_ADMIN + EVD_KIT_ADMINS,      /* 1 .. */
  EVD_KIT_BY_REGISTRAR = EVD_KIT_BY_GUARDIAN + EVD_KIT_GUARDIANS,
  EVD_KIT_BY_DEVICE,                                            /* 1 .. */
  EVD_KIT_BY_POLL_WORKER = EVD_KIT_BY_DEVICE + EVD_KIT_DEVICES, /* of site 1 */
  EVD_KIT_BY_RELEASE,
  EVD_KIT_BY_MONITOR,
  EVD_KIT_BY_NOBODY, /* not listed */
  EVD_KIT_BY_VOTER,  /* 1 .. */
  EVD_KIT_KEYS = EVD_KIT_BY_VOTER + EVD_KIT_VOTERS
};
#define EVD_KIT_BIT(who) ((uint64_t)1 << (who))
/* admin_k of 3 */
#define EVD_KIT_TWO_ADMINS ((uint64_t)3 << EVD_KIT_BY_ADMIN)

enum { EVD_KIT_ROOM = 16 };
typedef void evd_kit_spoil(uint8_t *bytes, size_t *n);

typedef struct {
  evd_entry e;         /* a TALLY's head of size 0 becomes the true one */
  uint64_t by;         /* EVD_KIT_BIT of those who sign */
  const char *origin;  /* signed for this log; NULL: for the right one */
  const evd_h32 *open; /* signed after this OPEN; NULL: the right one */
  /* What becomes of the bytes before they are signed, without signatures, and
   * after it; *n may grow by EVD_KIT_ROOM. NULL: nothing. */
  evd_kit_spoil *warp, *spoil;
} evd_kit_item;

/* How the head is signed. */
typedef struct {
  const char *origin, *name; /* first line; name of the log's key */
  const char *more;          /* behind the root; "": nothing */
  uint32_t by;               /* whose key; EVD_KIT_KEYS: nobody's */
  bool bad;                  /* that signature */
  bool other_root;
  int32_t size_off;
  uint32_t n_cosigned;
  struct {
    uint32_t by;
    bool bad, other_time, other_head; /* changed after it was signed */
  } cosigned[EVD_KIT_WITNESSES];
} evd_kit_head;

struct evd_kit_log {
  const evd_kit_signer *signer;
  uint8_t seed[EVD_KIT_KEYS][32];
  evd_h32 pub[EVD_KIT_KEYS];
  evd_span policy;
  evd_kit_file record[EVD_KIT_FILES];
  uint32_t n_record;
  uint32_t n_items;
  evd_kit_item items[EVD_KIT_ITEMS];
  evd_kit_head how;
  /* of what was written */
  evd_h32 open; /* leaf hash of OPEN; zeros before it */
  evd_tree tree;
  evd_h32 leaves[EVD_KIT_ITEMS];
  evd_span entries[EVD_KIT_ITEMS];
};

/* ---- log_keys.c ---- */
void evd_kit_log_keys(evd_kit *e);       /* all keys, and the policy */
evd_span evd_kit_log_listed(evd_kit *e); /* the object `keys` */
/* A note with the head, signed and cosigned as `how` says. */
evd_span evd_kit_checkpoint(evd_kit *e, const evd_kit_head *how,
                            const evd_log_head *head);

/* ---- log_plan.c ---- */
/* The items of the election in their order, and its record. */
void evd_kit_log_plan(evd_kit *e);
/* A copy of the bytes; the buffer is empty again. */
evd_span evd_kit_keep(evd_kit *e, evd_buf *b);
evd_span evd_kit_record(const evd_kit *e, const char *path); /* a file of it */
/* The bytes as a file of the board, and what an entry says of them. */
evd_object_ref evd_kit_object(evd_kit *e, const char *kind, evd_span bytes);
/* A new item before item `at`, all zero but for its type and signers. Its slot
 * is that of the item before. */
evd_kit_item *evd_kit_insert(evd_kit *e, uint32_t at, evd_entry_type type,
                             uint64_t by);
evd_kit_item *evd_kit_append(evd_kit *e, evd_entry_type type, uint64_t by);
/* Where the nth (from 1) of a type stands; it must be there. */
uint32_t evd_kit_item_of(const evd_kit *e, evd_entry_type type, uint32_t nth);
/* The same item once more, before item `to`. */
evd_kit_item *evd_kit_again(evd_kit *e, uint32_t from, uint32_t to);
/* The log ends behind item `at`. */
void evd_kit_until(evd_kit *e, uint32_t at);
/* A BALLOT of `as`, its object and whose signature it needs. */
void evd_kit_fill_ballot(evd_kit *e, evd_kit_item *item, const evd_ballot *as);

/* ---- log_parts.c: what faults are made of ---- */
/* A NOTICE by two admins before item `at`. */
evd_kit_item *evd_kit_notice(evd_kit *e, uint32_t at, const char *text);
/* A stop before CLOSE; where the CLOSE stands now. */
uint32_t evd_kit_stop(evd_kit *e);
/* Ballot `at` under an id_B and code of its own: nothing else of it holds. */
evd_ballot evd_kit_fresh(evd_kit *e, uint32_t at);
/* Beside the written log: the head of its first `size` entries (0: all), or
 * the record that it shows. */
void evd_kit_give_head(evd_kit *e, const evd_kit_head *how, uint32_t size);
void evd_kit_give_record(evd_kit *e);

/* ---- log_write.c ---- */
/* Entries, tree, tiles, checkpoint, setup/ from the items. */
void evd_kit_log_write(evd_kit *e);
/* "tile/entries/000.p/17" and the like, of the last bundle or tile. */
void evd_kit_last_tile(const evd_kit *e, uint32_t level,
                       char path[EVD_KIT_PATH_BYTES]);
void evd_kit_object_path(char path[EVD_KIT_PATH_BYTES], const evd_h32 *digest);

#endif /* EVD_KIT_LOG_H */
