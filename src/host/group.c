/* The group context with its tables in memory of its own. */
#include <stdlib.h>
#include <string.h>

#include "host/host.h"
#include "host/mem.h"

struct evd_host_group {
  evd_group G;
  evd_zp *storage[6]; /* pub and sec of g, K, K^ */
};

const evd_kernel *evd_host_kernel(void) {
  const char *name = getenv("EVIDENT_KERNEL");
  if (name && strcmp(name, "portable") == 0)
    return evd_kernel_portable();
  return evd_kernel_best();
}

static evd_err add_tables(evd_host_group *h, evd_base *b, uint32_t slot,
                          bool sec) {
  size_t one = sizeof(evd_zp);
  evd_zp *pub = evd_mem_get(EVD_TABLE_ELEMS(8) * one);
  h->storage[2 * slot] = pub;
  if (sec)
    h->storage[2 * slot + 1] = evd_mem_get(EVD_TABLE_ELEMS(6) * one);
  if (!pub || (sec && !h->storage[2 * slot + 1]))
    return evd_complain(EVD_ERR_SPACE, "no memory for the tables of powers");
  evd_base_tables(&h->G, b, pub, h->storage[2 * slot + 1]);
  return EVD_OK;
}

static evd_err fill(evd_host_group *h, const evd_p *K, const evd_p *K_hat,
                    uint32_t tables) {
  const bool sec = (tables & EVD_TAB_SEC) != 0;
  evd_group_init(&h->G, evd_host_kernel());
  if (K)
    EVD_TRY(evd_base_set(&h->G, &h->G.K, K));
  if (K_hat)
    EVD_TRY(evd_base_set(&h->G, &h->G.K_hat, K_hat));
  if (tables & EVD_TAB_G)
    EVD_TRY(add_tables(h, &h->G.g, 0, sec));
  if (K && (tables & EVD_TAB_K))
    EVD_TRY(add_tables(h, &h->G.K, 1, sec));
  if (K_hat && (tables & EVD_TAB_K_HAT))
    EVD_TRY(add_tables(h, &h->G.K_hat, 2, sec));
  return EVD_OK;
}

evd_err evd_host_group_open(evd_host_group **out, const evd_p *K,
                            const evd_p *K_hat, uint32_t tables) {
  *out = NULL;
  evd_host_group *h = evd_mem_get(sizeof *h);
  if (!h)
    return evd_complain(EVD_ERR_SPACE, "no memory for the group");
  evd_err e = fill(h, K, K_hat, tables);
  if (e != EVD_OK) {
    evd_host_group_close(h);
    return e;
  }
  *out = h;
  return EVD_OK;
}

const evd_group *evd_host_group_get(const evd_host_group *h) { return &h->G; }

void evd_host_group_close(evd_host_group *h) {
  if (!h)
    return;
  for (size_t i = 0; i < sizeof h->storage / sizeof h->storage[0]; i++)
    evd_mem_free(h->storage[i]);
  evd_mem_free(h);
}
