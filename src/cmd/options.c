/* Command lines and the complaints about them. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/hex.h"
#include "cmd/args.h"
#include "host/place.h"

evd_err evd_usage(const char *verb, const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return evd_complain(EVD_ERR_USAGE, "%s: %s (see `evident %s --help`)", verb,
                      text, verb);
}

/* Decimal digits only, no leading zero; false when it is anything else. */
static bool parse_decimal(const char *text, size_t n, uint64_t *out) {
  uint64_t value = 0;
  /* 10^19 - 1 fits into 64 bits */
  if (n == 0 || n > 19 || (n > 1 && text[0] == '0'))
    return false;
  for (size_t i = 0; i < n; i++) {
    if (text[i] < '0' || text[i] > '9')
      return false;
    value = value * 10 + (uint64_t)(text[i] - '0');
  }
  *out = value;
  return true;
}

evd_err evd_arg_number(const char *option, const char *text, uint64_t lo,
                       uint64_t hi, uint64_t *out) {
  uint64_t value = 0;
  if (!parse_decimal(text, strlen(text), &value) || value < lo || value > hi)
    return evd_complain(EVD_ERR_USAGE,
                        "%s takes a number from %llu to %llu, not `%s`", option,
                        (unsigned long long)lo, (unsigned long long)hi, text);
  *out = value;
  return EVD_OK;
}

static bool listed(const uint32_t list[], uint32_t n, uint64_t value) {
  for (uint32_t i = 0; i < n; i++)
    if (list[i] == value)
      return true;
  return false;
}

evd_err evd_arg_list(const char *option, const char *text, uint32_t out[],
                     uint32_t max, uint32_t *n) {
  uint32_t found = 0;
  const char *at = text;
  for (;;) {
    size_t digits = strcspn(at, ",");
    uint64_t value = 0;
    if (!parse_decimal(at, digits, &value) || value < 1 || value > INT32_MAX ||
        found == max)
      return evd_complain(EVD_ERR_USAGE,
                          "%s takes at most %u numbers from 1 separated by "
                          "commas, as in 1,3, not `%s`",
                          option, max, text);
    if (listed(out, found, value))
      return evd_complain(EVD_ERR_USAGE, "%s names %llu twice", option,
                          (unsigned long long)value);
    out[found++] = (uint32_t)value;
    if (at[digits] == 0)
      break;
    at += digits + 1;
  }
  *n = found;
  return EVD_OK;
}

evd_err evd_arg_needed(const char *verb, const char *option,
                       const char *value) {
  if (value)
    return EVD_OK;
  return evd_usage(verb, "--%s is missing", option);
}

evd_err evd_arg_day(const char *verb, const char *option, const char *value,
                    uint64_t *out) {
  struct tm t = {0};
  const char *end = strptime(value, "%Y-%m-%d", &t);
  const time_t s = end && *end == 0 ? timegm(&t) : -1;
  if (s <= 0)
    return evd_usage(verb, "--%s takes a day as in 2028-11-07, not `%s`",
                     option, value);
  *out = (uint64_t)s;
  return EVD_OK;
}

#define ROWS_MAX 24

static uint32_t fill_long(struct option out[ROWS_MAX + 1],
                          const evd_option_row rows[], uint32_t seen[]) {
  uint32_t n = 0;
  for (; n < ROWS_MAX && rows[n].name; n++) {
    out[n] = (struct option){rows[n].name,
                             rows[n].values ? required_argument : no_argument,
                             NULL, (int)n + 256};
    seen[n] = 0;
  }
  out[n] = (struct option){NULL, 0, NULL, 0};
  return n;
}

static evd_err take_option(const char *verb, const evd_option_row *row,
                           uint32_t *seen) {
  if (*seen == row->max)
    return evd_usage(verb, "--%s stands there more than %u time%s", row->name,
                     row->max, row->max == 1 ? "" : "s");
  if (row->values)
    row->values[*seen] = optarg;
  else
    *row->flag = true;
  (*seen)++;
  if (row->n)
    *row->n = *seen;
  return EVD_OK;
}

static evd_err bad_option(const char *verb, int what, char **argv) {
  if (what == ':')
    return evd_usage(verb, "%s needs a value", argv[optind - 1]);
  return evd_usage(verb, "there is no option `%s`", argv[optind - 1]);
}

static evd_err take_options(int argc, char **argv,
                            const evd_option_row rows[]) {
  struct option table[ROWS_MAX + 1];
  uint32_t seen[ROWS_MAX], n = fill_long(table, rows, seen);
  opterr = 0;
  optind = 1;
  for (;;) {
    int c = getopt_long(argc, argv, ":", table, NULL);
    if (c == -1)
      return EVD_OK;
    if (c < 256 || (uint32_t)c - 256 >= n)
      return bad_option(argv[0], c, argv);
    EVD_TRY(take_option(argv[0], &rows[c - 256], &seen[c - 256]));
  }
}

evd_err evd_args(int argc, char **argv, const evd_option_row rows[],
                 const char *words[], uint32_t n_words, const char *what) {
  EVD_TRY(take_options(argc, argv, rows));
  if (argc - optind < (int)n_words)
    return evd_usage(argv[0], "%s is missing", what);
  if (argc - optind > (int)n_words)
    return evd_usage(argv[0], "`%s` is one argument too many",
                     argv[optind + (int)n_words]);
  for (uint32_t i = 0; i < n_words; i++)
    words[i] = argv[optind + (int)i];
  return EVD_OK;
}

evd_err evd_args_many(int argc, char **argv, const evd_option_row rows[],
                      char ***words, uint32_t max, uint32_t *n,
                      const char *what) {
  EVD_TRY(take_options(argc, argv, rows));
  if (argc == optind)
    return evd_usage(argv[0], "%s is missing", what);
  if (argc - optind > (int)max)
    return evd_usage(argv[0], "at most %u of %s", max, what);
  *words = argv + optind;
  *n = (uint32_t)(argc - optind);
  return EVD_OK;
}

bool evd_hex_h32(evd_h32 *out, const char *text, size_t n) {
  char upper[64];
  if (n != sizeof upper)
    return false;
  for (size_t i = 0; i < n; i++)
    upper[i] = (char)(text[i] >= 'a' && text[i] <= 'f' ? text[i] - 'a' + 'A'
                                                       : text[i]);
  return evd_hex_read(out, 32, (evd_span){(const uint8_t *)upper, n}) == EVD_OK;
}

void evd_hex_text(char out[65], const evd_h32 *in) {
  evd_hex_write(out, in->b, sizeof in->b);
  out[64] = 0;
}

void evd_progress_line(const char *what, uint64_t done, uint64_t all) {
  if (!isatty(2))
    return;
  if (!what || (all > 0 && done >= all))
    fputs("\r\033[K", stderr);
  else if (all > 0)
    fprintf(stderr, "\r%s %llu/%llu\033[K", what, (unsigned long long)done,
            (unsigned long long)all);
  else
    fprintf(stderr, "\r%s %llu\033[K", what, (unsigned long long)done);
  fflush(stderr);
}

void evd_progress_left(const char *what, const char *things, uint64_t n,
                       uint64_t done, uint64_t all, uint64_t since_ms) {
  enum { PERCENT = 100, MS = 1000, MINUTE = 60, MANY = 120 };
  char text[128];
  if (done > all)
    done = all;
  if (done == 0) {
    (void)snprintf(text, sizeof text, "%s, %s", what, things);
  } else {
    const double part = (double)done / (double)all;
    const double took_s = (double)(evd_clock_ms() - since_ms) / MS;
    const double left_s = took_s / part - took_s;
    (void)snprintf(text, sizeof text, "%s, %.1f %%, %.0f %s left, %s", what,
                   PERCENT * part, left_s < MANY ? left_s : left_s / MINUTE,
                   left_s < MANY ? "s" : "min", things);
  }
  evd_progress_line(text, n, 0);
}
