/* What has to be set once in a process before the host layer works.
 *
 * Layer: L5 host, private to the folder.
 */
#ifndef EVD_HOST_START_H
#define EVD_HOST_START_H

/* The leak checker of sanitizer builds attaches to its own process, which an
 * undumpable one forbids, and it takes terabytes of addresses. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EVD_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define EVD_SANITIZED 1
#endif

/* Ends the program if the system gives no randomness, and has a file that
 * grows too large reported as an error instead of a signal. Any number of
 * calls. */
void evd_host_start(void);
/* The same for what uses libsodium: starts it, too. */
void evd_host_sodium(void);
/* Complains and ends the program. */
void evd_no_randomness(void);
/* No memory image of this process reaches a disk: called before the first
 * secret is read. */
void evd_host_no_core(void);

#endif /* EVD_HOST_START_H */
