#include "host/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "host/host.h"

/* Reads byte by byte: what follows the line belongs to somebody else. */
static evd_err read_line(int fd, char out[EVD_PASS_MAX], size_t *n) {
  *n = 0;
  for (;;) {
    char c = 0;
    ssize_t got = read(fd, &c, 1);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return evd_complain(EVD_ERR_IO, "cannot read the passphrase: %s",
                          strerror(errno));
    if (got == 0 || c == '\n')
      return EVD_OK;
    if (*n == EVD_PASS_MAX)
      return evd_complain(EVD_ERR_USAGE,
                          "the passphrase is longer than %d bytes",
                          EVD_PASS_MAX);
    out[(*n)++] = c;
  }
}

evd_err evd_passphrase_fd(int fd, char out[EVD_PASS_MAX], size_t *n) {
  EVD_TRY(read_line(fd, out, n));
  if (*n == 0)
    return evd_complain(EVD_ERR_USAGE, "the passphrase is empty");
  return EVD_OK;
}

static void say(int fd, const char *text) {
  ssize_t n = write(fd, text, strlen(text));
  (void)n; /* a prompt that cannot be shown is no reason to stop */
}

/* The terminal as it was, for a signal that arrives while it is silent. */
static int silent_fd = -1;
static struct termios silent_old;

static void give_back(int signal_number) {
  if (silent_fd >= 0)
    (void)tcsetattr(silent_fd, TCSAFLUSH, &silent_old);
  (void)signal(signal_number, SIG_DFL);
  (void)raise(signal_number);
}

static void on_signals(void (*handler)(int)) {
  static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
  for (size_t s = 0; s < sizeof ends / sizeof ends[0]; s++)
    (void)signal(ends[s], handler);
}

static evd_err ask(int fd, const char *prompt, char out[EVD_PASS_MAX],
                   size_t *n) {
  struct termios quiet;
  if (tcgetattr(fd, &silent_old) != 0)
    return evd_complain(EVD_ERR_IO, "cannot use the terminal: %s",
                        strerror(errno));
  quiet = silent_old;
  quiet.c_lflag &= ~(tcflag_t)ECHO;
  silent_fd = fd;
  on_signals(give_back);
  /* Silent before it asks: the first key must not be shown, or thrown away. */
  (void)tcsetattr(fd, TCSAFLUSH, &quiet);
  say(fd, prompt);
  evd_err e = evd_passphrase_fd(fd, out, n);
  (void)tcsetattr(fd, TCSAFLUSH, &silent_old);
  on_signals(SIG_DFL);
  silent_fd = -1;
  say(fd, "\n");
  return e;
}

static evd_err ask_twice(int fd, char out[EVD_PASS_MAX], size_t *n) {
  char again[EVD_PASS_MAX];
  size_t again_n = 0;
  EVD_TRY(ask(fd, "New passphrase: ", out, n));
  evd_err e = ask(fd, "The same again: ", again, &again_n);
  bool same = again_n == *n && sodium_memcmp(again, out, *n) == 0;
  sodium_memzero(again, sizeof again);
  EVD_TRY(e);
  if (!same)
    return evd_complain(EVD_ERR_USAGE, "the two passphrases differ");
  return EVD_OK;
}

evd_err evd_passphrase_terminal(char out[EVD_PASS_MAX], size_t *n, bool twice) {
  int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    return evd_complain(EVD_ERR_USAGE,
                        "there is no terminal to ask for the passphrase: use "
                        "--passphrase-fd N");
  evd_err e = twice ? ask_twice(fd, out, n) : ask(fd, "Passphrase: ", out, n);
  (void)close(fd);
  return e;
}
