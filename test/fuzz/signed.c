/* Signatures, and what carries them. [T20] */
#include <sodium.h>
#include <string.h>

#include "board/note.h"
#include "fuzz.h"
#include "sign/sign.h"
#include "verify/attest.h"

/* key, signature, message: one answer, and it is libsodium's. */
static void signature_target(const uint8_t *p, size_t n) {
  const size_t head = EVD_ED25519_KEY_BYTES + EVD_ED25519_SIG_BYTES;
  if (n < head)
    return;
  const uint8_t *sig = p + EVD_ED25519_KEY_BYTES;
  const evd_span message = {p + head, n - head};
  const bool ours = evd_ed25519_verify_var(p, sig, message);
  EVD_PROMISE(ours ==
              (crypto_sign_verify_detached(sig, message.p, message.n, p) == 0));
  evd_fuzz_taken += ours;
}

/* What is a note has one form: its parts, written again, are its bytes. */
static void note_target(const uint8_t *p, size_t n) {
  static evd_note note;
  evd_note_why why = {0, NULL};
  evd_buf again;
  if (evd_note_read(&note, (evd_span){p, n}, &why) != EVD_OK) {
    EVD_PROMISE(why.line > 0 && why.expected);
    return;
  }
  EVD_PROMISE(evd_note_text_allowed(note.text) && note.n_sigs > 0);
  evd_buf_init(&again, n + 16);
  evd_buf_add(&again, note.text.p, note.text.n);
  evd_buf_text(&again, "\n");
  for (uint32_t i = 0; i < note.n_sigs; i++) {
    const evd_note_sig *s = &note.sigs[i];
    EVD_PROMISE(evd_note_name_allowed(s->name));
    evd_buf_text(&again, "\xE2\x80\x94 ");
    evd_buf_add(&again, s->name.p, s->name.n);
    evd_buf_text(&again, " ");
    evd_buf_add(&again, s->base64.p, s->base64.n);
    evd_buf_text(&again, "\n");
  }
  EVD_PROMISE(evd_buf_ok(&again) && again.n == n && memcmp(again.p, p, n) == 0);
  evd_fuzz_taken++;
  evd_buf_close(&again);
}

static void note_key_target(const uint8_t *p, size_t n) {
  evd_note_key key;
  evd_buf again;
  if (evd_note_key_read(&key, (evd_span){p, n}) != EVD_OK)
    return;
  evd_buf_init(&again, n + 16);
  evd_note_key_write(&again, &key);
  EVD_PROMISE(evd_buf_ok(&again) && again.n == n && memcmp(again.p, p, n) == 0);
  evd_fuzz_taken++;
  evd_buf_close(&again);
}

/* An attestation has one form too, and a verdict that fits its lines. */
static void attest_target(const uint8_t *p, size_t n) {
  static evd_attestation a, b;
  evd_note_why why = {0, NULL};
  evd_buf again;
  if (evd_attest_read(&a, (evd_span){p, n}, &why) != EVD_OK) {
    EVD_PROMISE(why.line > 0 && why.expected);
    return;
  }
  evd_buf_init(&again, n + 16);
  evd_attest_write(&again, &a);
  EVD_PROMISE(evd_buf_ok(&again) && again.n == n && memcmp(again.p, p, n) == 0);
  b = a;
  EVD_PROMISE(evd_attest_compare(&again, &a, &b) == 0);
  evd_fuzz_taken++;
  evd_buf_close(&again);
}

const evd_fuzz_target evd_fuzz_signed[] = {{"signature", signature_target},
                                           {"note", note_target},
                                           {"note_key", note_key_target},
                                           {"attest", attest_target},
                                           {NULL, NULL}};
