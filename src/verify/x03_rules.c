/* X.3: the rules of the manifest and of its translations. */
#include "verify/run.h"

static void no_memory_if(evd_run *r, uint32_t faults) {
  if (faults == EVD_RULES_STARVED)
    evd_trouble(r, EVD_ERR_SPACE);
}

static void rule_fault(void *self, const char *where, const char *what) {
  evd_where w = evd_at("manifest.json");
  evd_at_more(&w, where);
  evd_fault(self, EVD_X3, &w, what);
}

static void text_fault(void *self, const char *where, const char *what) {
  evd_where w = evd_at("texts.json");
  evd_at_more(&w, where);
  evd_fault(self, EVD_X3, &w, what);
}

void evd_x03_rules(evd_run *r) {
  static const evd_h32 none;
  if (!r->has_manifest) {
    evd_block(r, EVD_X3, EVD_X3, "manifest.json could not be used");
    return;
  }
  evd_saw(r, EVD_X3, 1);
  no_memory_if(r, evd_manifest_rules(&r->man, rule_fault, r));
  if (evd_same_h(&r->man.texts, &none))
    return;
  if (!r->has_texts) {
    evd_block(r, EVD_X3, EVD_X3, "texts.json could not be used");
    return;
  }
  evd_saw(r, EVD_X3, 1);
  no_memory_if(
      r, evd_texts_rules(&r->texts, r->texts_bytes, &r->man, text_fault, r));
}
