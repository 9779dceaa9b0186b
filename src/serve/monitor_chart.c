/* Charts of the status page: one line over time, and in words. */
#include <stdio.h>

#include "serve/monitor_page.h"
#include "verify/report.h"

enum { WIDTH = 300, HEIGHT = 80, TEXT_BYTES = 160 };

static uint32_t height_of(uint64_t v, uint64_t top) {
  return HEIGHT - (uint32_t)((double)v / (double)top * HEIGHT);
}

/* Points of looks; a gap where nothing is known. One look is a level line. */
static void put_line(evd_buf *b, const evd_chart *c, const evd_past_looks *past,
                     uint64_t top) {
  const evd_past_look *l, *first = evd_room_look(past, 0);
  const evd_past_look *last = &past->looks[(past->n - 1) % EVD_LOOKS_KEPT];
  uint64_t span = last->time > first->time ? last->time - first->time : 1;
  bool pen = false;
  char text[TEXT_BYTES];
  evd_buf_text(b, "<path d=\"");
  for (uint32_t i = 0; (l = evd_room_look(past, i)) != NULL; i++) {
    uint64_t v = c->at(l), after = l->time - first->time;
    if (v != EVD_AGE_NONE && l->time >= first->time && after <= span) {
      uint32_t y = height_of(v, top);
      snprintf(text, sizeof text, "%c%u %uh.01", pen ? 'L' : 'M',
               (unsigned)(after * WIDTH / span), y);
      evd_buf_text(b, text);
      if (last->time <= first->time) {
        snprintf(text, sizeof text, "H%d", WIDTH);
        evd_buf_text(b, text);
      }
    }
    pen = v != EVD_AGE_NONE;
  }
  evd_buf_text(b, "\"/>");
}

static void put_value(evd_buf *b, uint64_t v, const char *unit) {
  char text[EVD_SPAN_BYTES];
  if (!unit || v == EVD_AGE_NONE) {
    evd_room_span(v, text);
    evd_buf_text(b, text);
    return;
  }
  evd_report_number(b, v);
  evd_buf_text(b, " ");
  evd_buf_text(b, unit);
}

static void put_words(evd_buf *b, const evd_chart *c,
                      const evd_past_looks *past, bool marked) {
  const evd_past_look *first = evd_room_look(past, 0);
  const evd_past_look *last = &past->looks[(past->n - 1) % EVD_LOOKS_KEPT];
  char text[EVD_SPAN_BYTES];
  evd_buf_text(b, "<p><strong>");
  put_value(b, c->at(last), c->unit);
  evd_buf_text(b, "</strong> now");
  if (last->time > first->time) {
    evd_buf_text(b, ", ");
    put_value(b, c->at(first), c->unit);
    evd_buf_text(b, " ");
    evd_room_span(last->time - first->time, text);
    evd_buf_text(b, text);
    evd_buf_text(b, " before");
  }
  if (marked) {
    evd_buf_text(b, "; dashed: ");
    put_value(b, c->mark, c->unit);
    evd_buf_text(b, ", ");
    evd_buf_text(b, c->mark_means);
  }
  evd_buf_text(b, "</p>");
}

void evd_room_chart(evd_buf *b, const evd_chart *c,
                    const evd_past_looks *past) {
  const evd_past_look *l;
  char text[TEXT_BYTES];
  uint64_t top = c->top > 0 ? c->top : 1;
  if (past->n == 0)
    return;
  for (uint32_t i = 0; (l = evd_room_look(past, i)) != NULL; i++)
    if (c->at(l) != EVD_AGE_NONE && c->at(l) > top)
      top = c->at(l);
  evd_buf_text(b, "<div class=\"card chart\">\n<h3>");
  evd_buf_text(b, c->title);
  snprintf(text, sizeof text,
           "</h3>\n<svg viewBox=\"0 -4 %d %d\" preserveAspectRatio=\"none\" "
           "aria-hidden=\"true\">",
           WIDTH, HEIGHT + 8);
  evd_buf_text(b, text);
  bool marked = c->mark && c->mark <= top;
  put_line(b, c, past, top);
  if (marked) {
    snprintf(text, sizeof text, "<path class=\"mark\" d=\"M0 %uH%d\"/>",
             height_of(c->mark, top), WIDTH);
    evd_buf_text(b, text);
  }
  evd_buf_text(b, "</svg>\n");
  put_words(b, c, past, marked);
  evd_buf_text(b, "\n</div>\n");
}
