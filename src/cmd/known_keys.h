/* Test keys whose secrets are published: nobody may guard an election with
 * them (C13).
 *
 * Layer: L7 cmd.
 */
#ifndef EVD_CMD_KNOWN_KEYS_H
#define EVD_CMD_KNOWN_KEYS_H

#include "base/bytes.h"

/* Is this the public key K_i,0 of a guardian whose secret is published? */
bool evd_known_test_key(const evd_p *K_0);

#endif /* EVD_CMD_KNOWN_KEYS_H */
