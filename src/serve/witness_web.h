/* A witness over HTTP, as two processes: `web` reads what strangers send and
 * holds nothing; `keep` holds the key and the folder and never sees the
 * network. Between them lies a socket pair of packets (SOCK_SEQPACKET).
 *
 * Spec:  C2SP tlog-witness.
 * Layer: L7 serve.
 *
 *   to keep:  "A" body of add-checkpoint, or "G" path without its first slash
 *   to web:   u16 status | u8 type (0 text/plain, 1 text/x.tlog.size) | body
 *
 * keep answers in the order of the questions, one after the other: nothing
 * comes between a check and the file that it leads to.
 */
#ifndef EVD_SERVE_WITNESS_WEB_H
#define EVD_SERVE_WITNESS_WEB_H

#include "host/jail.h"
#include "serve/witness.h"

/* Serves on a listening socket, both taken over, until the other end of `keep`
 * is closed. Enters the jail (NULL: none) before anything is read. Complains.
 */
EVD_MUST_CHECK evd_err evd_witness_web(int listener, int keep,
                                       const evd_jail *jail);

/* Answers what comes over `web` until its other end is closed, or a signal has
 * set *stop (NULL: none does). All signals come through while it waits; those
 * that the caller blocks, at no other time. Complains. */
EVD_MUST_CHECK evd_err evd_witness_keep(evd_witness *w, int web,
                                        const volatile int *stop);

#endif /* EVD_SERVE_WITNESS_WEB_H */
