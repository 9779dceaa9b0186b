/* The files of the status page. */
#include "host/host.h"
#include "host/place.h"
#include "serve/monitor.h"

#define PAGE_BYTES_MAX ((size_t)1 << 20)

evd_err evd_monitor_page_begin(evd_monitor *m) {
  return m->words.page ? evd_dir_make(m->words.page, 0755) : EVD_OK;
}

/* The old one stays where the new one cannot be written; said by its time. */
static void write_file(evd_monitor *m, const char *name, evd_buf *b) {
  const char *path = evd_path(&m->arena, "%s/%s", m->words.page, name);
  if (!evd_buf_ok(b)) {
    m->trouble = true;
    evd_complain(EVD_ERR_SPACE, "monitor: no room for %s", path);
  } else if (evd_file_write(path, b->p, b->n, 0644, EVD_REPLACE) != EVD_OK) {
    m->trouble = true;
  }
  evd_buf_reset(b);
}

void evd_monitor_page(evd_monitor *m, bool stopped) {
  evd_buf b;
  evd_room s = {.seen = evd_lookout_seen(m->watch),
                .past = &m->past,
                .evidence = m->evidence,
                .now = stopped ? evd_clock_seconds() : m->now,
                .max_age = m->words.max_age,
                .interval = m->words.interval_ms / 1000,
                .judge_one_of = m->words.judge_one_of,
                .intake = m->intake,
                .stopped = stopped};
  if (!m->words.page)
    return;
  for (int i = 0; i < EVD_N_ROUTES; i++)
    s.routes_failing += m->routes[i].failed > 0;
  evd_arena_point before = evd_arena_mark(&m->arena);
  evd_buf_init(&b, PAGE_BYTES_MAX);
  evd_room_json(&b, &s);
  write_file(m, "status.json", &b);
  evd_room_html(&b, &s, false);
  write_file(m, "still.html", &b);
  evd_room_html(&b, &s, true);
  write_file(m, "index.html", &b);
  evd_buf_close(&b);
  evd_arena_back(&m->arena, before);
}
