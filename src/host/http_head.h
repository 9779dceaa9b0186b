/* The byte filter ahead of the HTTP library: is what a connection begins with
 * one clean request?
 *
 * Spec:  RFC 9112, of which less is taken than is allowed.
 * Layer: L5 host. Pure: bytes in, a verdict out.
 *
 * It understands nothing and hands on nothing of its own: the library reads
 * the same bytes again. It only refuses, whatever two readers of HTTP could
 * take for two different things: lines that end in a bare CR or LF, folded
 * lines, control characters and bytes above 126, a space before the colon,
 * targets in another form than /a/b, chunked bodies, a length that stands
 * there twice, is no plain number, or belongs to no POST, and bytes behind the
 * request.
 */
#ifndef EVD_HOST_HTTP_HEAD_H
#define EVD_HOST_HTTP_HEAD_H

#include "base/bytes.h"

/* The statuses that this server gives, and their phrases. */
#define EVD_HTTP_STATUSES(X)                                                   \
  X(OK, 200, "OK")                                                             \
  X(NO_CONTENT, 204, "No Content")                                             \
  X(BAD, 400, "Bad Request")                                                   \
  X(NOT_FOUND, 404, "Not Found")                                               \
  X(METHOD, 405, "Method Not Allowed")                                         \
  X(CONFLICT, 409, "Conflict")                                                 \
  X(NO_LENGTH, 411, "Length Required")                                         \
  X(TOO_LARGE, 413, "Content Too Large")                                       \
  X(EXPECT, 417, "Expectation Failed")                                         \
  X(REFUSED, 422, "Unprocessable Content")                                     \
  X(HEAD_TOO_LARGE, 431, "Request Header Fields Too Large")                    \
  X(CODING, 501, "Not Implemented")                                            \
  X(BUSY, 503, "Service Unavailable")                                          \
  X(VERSION, 505, "HTTP Version Not Supported")
#define EVD_HTTP_ENUM(name, number, phrase) EVD_HTTP_##name = (number),
enum { EVD_HTTP_STATUSES(EVD_HTTP_ENUM) };
#undef EVD_HTTP_ENUM

#define EVD_HTTP_HEAD_MAX 8192
#define EVD_HTTP_TARGET_MAX 512
#define EVD_HTTP_LINES_MAX 64

/* Judges the first bytes of a connection, at most EVD_HTTP_HEAD_MAX of them.
 * 0: so far so good, but the head is not whole; EVD_HTTP_OK: whole and clean;
 * else the status to refuse with. */
unsigned evd_http_head_judge_var(evd_span bytes);

#endif /* EVD_HOST_HTTP_HEAD_H */
