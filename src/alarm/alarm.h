/* Alarms: what a monitor tells people, in words that never change.
 *
 * Spec:  doc/alarms.md.
 * Layer: L4 alarm. Pure.
 */
#ifndef EVD_ALARM_ALARM_H
#define EVD_ALARM_ALARM_H

#include <stdint.h>

/* M01 to M20; other parts of the product have the numbers between. */
typedef enum {
  EVD_ALARM_STALE = 1,
  EVD_ALARM_BACK = 2,
  EVD_ALARM_HISTORIES = 3,
  EVD_ALARM_QUORUM = 4,
  EVD_ALARM_FILE = 5,
  EVD_ALARM_TWICE = 6,
  EVD_ALARM_PROOF = 7,
  EVD_ALARM_CHAIN = 8,
  EVD_ALARM_PHASE = 9,
  EVD_ALARM_VOTERS = 10,
  EVD_ALARM_SIGNER = 11,
  EVD_ALARM_SEALED = 13,
  EVD_ALARM_CHALLENGE = 14,
  EVD_ALARM_INTAKE = 15,
  EVD_ALARM_CLOCK = 17,
  EVD_ALARM_ALIKE = 20
} evd_alarm_code;

typedef struct {
  uint8_t code; /* 3: M03 */
  const char *name, *sentence, *act, *is_not;
} evd_alarm;

/* NULL: there is no alarm with this code. */
const evd_alarm *evd_alarm_find(uint32_t code);
/* The index-th of the list, from 0; NULL behind the last. */
const evd_alarm *evd_alarm_at(uint32_t index);

#endif /* EVD_ALARM_ALARM_H */
