/* devices.json, record-format 3.7.
 *
 * Whether a device has to have the last three properties depends on the
 * manifest and is the verifier's to judge; here they are all there or none. */
#include "record/reader.h"
#include "record/write.h"

#define DEVICE_TEXT_BYTES 64

static void device_read(evd_obj *o, evd_device_close *d) {
  evd_rd_index(o, "device", &d->device);
  evd_rd_count(o, "ballots", &d->ballots);
  evd_rd_h(o, "H_DI", &d->H_DI);
  bool has_0 = evd_rd_has(o, "H_0");
  if (has_0)
    evd_rd_h(o, "H_0", &d->H_0);
  bool has_B = evd_rd_conditional(o, "B_close", has_0);
  if (has_B)
    evd_rd_hex(o, "B_close", d->B_close, EVD_BC_BYTES);
  bool has_H = evd_rd_conditional(o, "H_close", has_0);
  if (has_H)
    evd_rd_h(o, "H_close", &d->H_close);
  d->chained = has_0 && has_B && has_H;
  evd_rd_end(o);
}

static void devices_read(evd_obj *o, evd_devices *out) {
  evd_list l;
  evd_obj item;
  if (!evd_rd_list(&l, o, "devices", DEVICE_TEXT_BYTES))
    return;
  out->devices = evd_rd_get(l.r, l.n, sizeof *out->devices);
  out->n_devices = out->devices ? l.n : 0;
  for (uint32_t i = 0; i < out->n_devices; i++)
    if (evd_rd_item(&item, &l, i))
      device_read(&item, &out->devices[i]);
  evd_rd_list_end(&l);
  evd_rd_end(o);
}

evd_err evd_devices_read(evd_devices *out, evd_span bytes, evd_arena *a,
                         evd_why *why) {
  evd_rd r;
  evd_obj o;
  *out = (evd_devices){0};
  evd_rd_open(&r, bytes, a, why);
  if (evd_rd_root(&o, &r))
    devices_read(&o, out);
  evd_buf *copy = evd_rd_copy(&r);
  if (copy)
    evd_devices_write(copy, out);
  return evd_rd_close(&r, out, sizeof *out);
}

void evd_devices_write(evd_buf *out, const evd_devices *in) {
  evd_put_begin(out);
  evd_put_list(out, "devices");
  for (uint32_t i = 0; i < in->n_devices; i++) {
    const evd_device_close *d = &in->devices[i];
    evd_put_object(out, NULL);
    evd_put_n(out, "device", d->device);
    evd_put_n(out, "ballots", d->ballots);
    evd_put_h(out, "H_DI", &d->H_DI);
    if (d->chained) {
      evd_put_h(out, "H_0", &d->H_0);
      evd_put_hex(out, "B_close", d->B_close, EVD_BC_BYTES);
      evd_put_h(out, "H_close", &d->H_close);
    }
    evd_put_end(out);
  }
  evd_put_list_end(out);
  evd_put_end(out);
}
