#include "cmd/device_log.h"

#include "host/lines.h"
#include "host/place.h"

#define MIB ((size_t)1024 * 1024)
#define LINE_BYTES_MAX (64 * MIB)
#define BALLOT_BYTES_MAX (256 * MIB)
#define SLOT_MAX (((uint64_t)1 << 53) - 1)

/* ---- before anything is opened ---- */

evd_err evd_refuse_closed(evd_head *head) {
  static const char *const later[] = {"states.jsonl", "devices.json",
                                      "tally_encrypted.json", "tally.json"};
  for (size_t i = 0; i < sizeof later / sizeof later[0]; i++)
    if (evd_file_exists(evd_path(&head->arena, "%s/%s", head->dir, later[i])))
      return evd_complain(EVD_ERR_EXISTS,
                          "%s is closed (%s is there): it takes no ballots",
                          head->dir, later[i]);
  return EVD_OK;
}

evd_err evd_keep_outside(const evd_head *head, const char *option,
                         const char *path) {
  if (!path || !evd_path_inside(path, head->dir))
    return EVD_OK;
  return evd_complain(EVD_ERR_USAGE,
                      "--%s: %s lies inside the record %s, which is published; "
                      "choose a place outside",
                      option, path, head->dir);
}

static evd_err choose_slot(evd_device_log *d, const char *slot) {
  const evd_manifest *m = &d->head->man;
  if (slot)
    return evd_arg_number("--slot", slot, 0, SLOT_MAX, &d->slot);
  uint64_t now = evd_clock_seconds();
  if (now < m->slot_origin)
    return evd_complain(EVD_ERR_USAGE,
                        "the clock is before the start of slot 0 of this "
                        "election; give the slot with --slot N");
  d->slot = (now - m->slot_origin) / m->slot_seconds;
  return EVD_OK;
}

evd_err evd_device_choose(evd_device_log *d, evd_head *head, const char *device,
                          const char *slot) {
  uint64_t n = 0;
  *d = (evd_device_log){.head = head};
  evd_buf_init(&d->line, LINE_BYTES_MAX + MIB);
  EVD_TRY(evd_arg_number("--device", device, 1, head->man.n_devices, &n));
  d->device = (uint32_t)n;
  d->dev = &head->man.devices[n - 1];
  return choose_slot(d, slot);
}

/* ---- going on with a chain ---- */

static evd_err take_last(evd_device_log *d, evd_span last) {
  evd_ballot b;
  evd_why why = {""};
  evd_arena a;
  evd_arena_init(&a, BALLOT_BYTES_MAX);
  evd_err e = evd_ballot_read(&b, last, &d->head->man, &a, &why);
  if (e != EVD_OK)
    e = evd_complain(e, "%s: last line: %s", d->path, why.text);
  else if (b.device != d->device)
    e = evd_complain(EVD_ERR_RULE,
                     "%s: last line: expected a ballot of device %u", d->path,
                     d->device);
  if (e == EVD_OK)
    evd_link_after(&d->chain, &b);
  evd_arena_close(&a);
  return e;
}

static evd_err copy_lines(evd_device_log *d, evd_lines *old) {
  bool more = true;
  evd_buf_reset(&d->line);
  for (;;) {
    evd_span line;
    EVD_TRY(evd_lines_next(old, &line, &more));
    if (!more)
      break;
    EVD_TRY(evd_out_add(d->out, line.p, line.n));
    EVD_TRY(evd_out_add(d->out, "\n", 1));
    evd_buf_reset(&d->line);
    evd_buf_add(&d->line, line.p, line.n);
    d->n_old++;
  }
  return take_last(d, (evd_span){d->line.p, d->line.n});
}

static evd_err copy_old(evd_device_log *d) {
  evd_lines old;
  evd_err e = evd_lines_open(&old, d->path, LINE_BYTES_MAX);
  if (e == EVD_OK)
    e = copy_lines(d, &old);
  evd_lines_close(&old);
  return e;
}

evd_err evd_device_log_open(evd_device_log *d, const evd_group *G,
                            bool append) {
  evd_arena *a = &d->head->arena;
  const char *dir = d->head->dir;
  d->G = G;
  d->path = evd_path(a, "%s/ballots/device_%u.jsonl", dir, d->device);
  const char *packed = evd_path(a, "%s.zst", d->path);
  bool old = evd_file_exists(d->path);
  if (evd_file_exists(packed))
    return evd_complain(EVD_ERR_EXISTS,
                        "%s is packed away and takes no more ballots", packed);
  if (old && !append)
    return evd_complain(EVD_ERR_EXISTS,
                        "%s is there already; --append goes on with it",
                        d->path);
  evd_link_start(G, &d->chain, d->head, d->device);
  EVD_TRY(evd_dir_make(evd_path(a, "%s/ballots", dir), 0755));
  EVD_TRY(evd_out_open(&d->out, d->path, 0644, old ? EVD_REPLACE : EVD_NEW));
  return old ? copy_old(d) : EVD_OK;
}

/* ---- one more ballot ---- */

evd_err evd_device_log_add(evd_device_log *d, evd_ballot *b,
                           const char *where) {
  b->slot = d->slot;
  evd_link_seal(d->G, &d->chain, b);
  evd_buf_reset(&d->line);
  evd_ballot_write(&d->line, b);
  evd_buf_text(&d->line, "\n");
  if (!evd_buf_ok(&d->line))
    return evd_complain(EVD_ERR_SPACE, "%s: the ballot is too large", where);
  return evd_out_add(d->out, d->line.p, d->line.n);
}

evd_err evd_device_log_commit(evd_device_log *d) {
  evd_out *out = d->out;
  d->out = NULL;
  return evd_out_commit(out);
}

void evd_device_log_close(evd_device_log *d) {
  if (d->out)
    evd_out_abandon(d->out);
  if (d->path) /* only where nobody has put a file */
    evd_dir_remove(evd_path(&d->head->arena, "%s/ballots", d->head->dir));
  evd_buf_close(&d->line);
}
