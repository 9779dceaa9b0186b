/* Alarms: what a monitor tells people, in words that never change.
 *
 * Spec:  doc/alarms.md.
 * Layer: L4 alarm. Pure.
 */
#ifndef EVD_ALARM_ALARM_H
#define EVD_ALARM_ALARM_H

#include <stdint.h>

typedef struct {
  uint8_t code; /* 3: M03 */
  const char *name, *sentence, *act, *is_not;
} evd_alarm;

/* NULL: there is no alarm with this code. */
const evd_alarm *evd_alarm_find(uint32_t code);
/* The index-th of the list, from 0; NULL behind the last. */
const evd_alarm *evd_alarm_at(uint32_t index);

#endif /* EVD_ALARM_ALARM_H */
