/* EVD_REQUIRE: what only a caller's bug can break.
 *
 * Layer: L0 base. Never for bad input: that gives an error code.
 */
#ifndef EVD_BASE_REQUIRE_H
#define EVD_BASE_REQUIRE_H

/* Stops the program at once; not removed from release builds. */
#define EVD_REQUIRE(condition)                                                 \
  do {                                                                         \
    if (!(condition))                                                          \
      __builtin_trap();                                                        \
  } while (0)

#endif /* EVD_BASE_REQUIRE_H */
