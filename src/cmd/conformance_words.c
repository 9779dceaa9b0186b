/* The command line of a verifier, with holes for what it is tried on. */
#include <stdio.h>
#include <string.h>

#include "cmd/conformance.h"

static const char verb[] = "conformance run";

evd_err evd_words_split(evd_words *w, const char *cmd, evd_arena *a) {
  char *text = evd_arena_get(a, strlen(cmd) + 1, 1);
  char *to = text, quote = 0;
  bool open = false;
  w->n = 0;
  if (!text)
    return EVD_ERR_SPACE;
  for (const char *p = cmd; *p; p++) {
    if (!quote && *p == ' ') {
      *to = 0;
      to += open;
      open = false;
      continue;
    }
    if (!open && w->n + 1 >= EVD_WORDS_MAX)
      return evd_usage(verb, "--cmd has more than %d words", EVD_WORDS_MAX - 2);
    if (!open)
      w->at[w->n++] = to;
    open = true;
    if (*p == quote)
      quote = 0;
    else if (!quote && (*p == '"' || *p == '\''))
      quote = *p;
    else
      *to++ = *p;
  }
  if (quote)
    return evd_usage(verb, "--cmd has a quote %c that is not closed", quote);
  return w->n > 0 ? EVD_OK : evd_usage(verb, "--cmd is empty");
}

bool evd_words_have(const evd_words *w, const char *hole) {
  for (uint32_t i = 0; i < w->n; i++)
    if (strstr(w->at[i], hole))
      return true;
  return false;
}

/* The first hole in the word. */
static const evd_hole *hole_in(const char *word, const evd_hole holes[],
                               uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (strstr(word, holes[i].name))
      return &holes[i];
  return NULL;
}

/* The word with its hole filled. */
static bool put(evd_buf *text, const char *word, const evd_hole *hole) {
  char out[EVD_WORD_BYTES_MAX];
  const char *at = hole ? strstr(word, hole->name) : word;
  int n = hole ? snprintf(out, sizeof out, "%.*s%s%s", (int)(at - word), word,
                          hole->value, at + strlen(hole->name))
               : snprintf(out, sizeof out, "%s", word);
  if (n < 0 || n >= EVD_WORD_BYTES_MAX)
    return false;
  evd_buf_add(text, out, (size_t)n + 1);
  return true;
}

bool evd_words_fill(const evd_words *w, const evd_hole holes[],
                    uint32_t n_holes, const char *argv[EVD_WORDS_MAX + 1],
                    evd_buf *text) {
  size_t starts[EVD_WORDS_MAX];
  uint32_t n = 0;
  for (uint32_t i = 0; i < w->n; i++) {
    const evd_hole *hole = hole_in(w->at[i], holes, n_holes);
    const bool option = i > 1 && w->at[i - 1][0] == '-' && n > 0;
    if (hole && !hole->value) {
      n -= option; /* which has no value now */
      text->n = option ? starts[n] : text->n;
      continue;
    }
    starts[n++] = text->n;
    if (!put(text, w->at[i], hole))
      return false;
  }
  if (!evd_buf_ok(text))
    return false;
  for (uint32_t i = 0; i < n; i++)
    argv[i] = (const char *)text->p + starts[i];
  argv[n] = NULL;
  return n > 0;
}
