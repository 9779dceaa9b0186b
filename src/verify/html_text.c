/* Text that comes from elsewhere, as text of a page. */
#include <string.h>

#include "base/json_text.h"
#include "record/say.h"
#include "verify/html.h"

enum { SHOWN_BYTES_MAX = 400 };

static void put_escaped(evd_buf *b, evd_span text) {
  for (size_t i = 0; i < text.n; i++) {
    const char *as = NULL;
    switch (text.p[i]) {
    case '&':
      as = "&amp;";
      break;
    case '<':
      as = "&lt;";
      break;
    case '>':
      as = "&gt;";
      break;
    case '"':
      as = "&quot;";
      break;
    case '\'':
      as = "&#39;";
      break;
    default:
      evd_buf_add(b, text.p + i, 1);
    }
    if (as)
      evd_buf_text(b, as);
  }
}

/* Of the record: whatever holds what could move, hide or turn around the
 * writing of a page is shown in ASCII. [D01] */
void evd_html_text(evd_buf *b, evd_span text) {
  char ascii[SHOWN_BYTES_MAX];
  evd_say s;
  if (evd_text_allowed(text)) {
    put_escaped(b, text);
    return;
  }
  evd_say_init(&s, ascii, sizeof ascii);
  evd_say_shown(&s, text, sizeof ascii);
  put_escaped(b, (evd_span){(const uint8_t *)ascii, s.n});
}

void evd_html_plain(evd_buf *b, const char *text) {
  evd_html_text(b, (evd_span){(const uint8_t *)text, strlen(text)});
}

/* "selections are in the group" -> "Selections are in the group"; names that
 * begin with a small letter on purpose, as p is, stay. */
void evd_html_sentence(evd_buf *b, const char *text) {
  char first = text[0];
  if (first >= 'a' && first <= 'z' && text[1] >= 'a' && text[1] <= 'z')
    first = (char)(first - 'a' + 'A');
  evd_html_text(b, (evd_span){(const uint8_t *)&first, 1});
  evd_html_plain(b, text + 1);
}
