/* Sending one letter by SMTP.
 *
 * Layer: L5 host. libcurl's code.
 */
#ifndef EVD_HOST_MAIL_H
#define EVD_HOST_MAIL_H

#include "base/arena.h"

/* url: smtp://host:port, or smtps://..; with smtp TLS is used where the
 * server offers it. Addresses have no spaces and no angle brackets. */
typedef struct {
  const char *url, *from, *to;
  const char *user, *password; /* NULL: none */
  const char *subject;         /* one line of ASCII */
  evd_span text;               /* UTF-8, lines ended by LF */
  uint32_t limit_ms;
} evd_mail;

/* Can these be an address of a server, of a person? */
bool evd_mail_url_allowed(const char *url);
bool evd_mail_address_allowed(const char *address);

/* The server has taken it, for whoever it is. why: what went wrong, for
 * people, of at least 256 bytes.
 *   errors  EVD_ERR_IO, EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_mail_send(const evd_mail *m, char *why);

#endif /* EVD_HOST_MAIL_H */
