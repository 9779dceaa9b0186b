#include "alarm/alarm.h"

#include <stddef.h>

#define ALARM(code, name, sentence, act, is_not)                               \
  {(code), (name), (sentence), (act), (is_not)},
static const evd_alarm alarms[] = {
#include "alarm/alarms.def"
};
#undef ALARM

const evd_alarm *evd_alarm_at(uint32_t index) {
  return index < sizeof alarms / sizeof alarms[0] ? &alarms[index] : NULL;
}

const evd_alarm *evd_alarm_find(uint32_t code) {
  const evd_alarm *a;
  for (uint32_t i = 0; (a = evd_alarm_at(i)) != NULL; i++)
    if (a->code == code)
      return a;
  return NULL;
}
