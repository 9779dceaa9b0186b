/* Faults of a mail ballot that show in the ballot alone as in a whole record.
 */
#include "mail_kit.h"

void mail_seal(mail_view *v, uint32_t i, uint32_t mode, const evd_h32 *h) {
  evd_ballot *b = &v->ballots[i].b;
  evd_BC(b->B_C, mode, h);
  evd_pre_ballot_HC(&v->e->t.G, &b->H_C, b);
}

void mail_other_device_named(mail_view *v) {
  mail_seal(v, MAIL_LOOSE, 0, &v->close[1].H_DI);
}

void mail_contest_not_opened(mail_view *v) {
  v->ballots[MAIL_OPENED].open.n_contests = 1;
}

void mail_option_labels_traded(mail_view *v) {
  evd_mail_vector *x = mail_opened(v, MAIL_OPENED, 1)->vectors;
  evd_str t = x[0].label;
  x[0].label = x[1].label;
  x[1].label = t;
}

void mail_null_with_a_name(mail_view *v) {
  mail_opened(v, MAIL_OPENED, 1)->vectors[3].label =
      (evd_str){(const uint8_t *)"Cy", 2};
}

void mail_nonce_above_q(mail_view *v) {
  memset(mail_opened(v, MAIL_OPENED, 0)->vectors[0].nonces[0].b, 0xFF,
         EVD_Q_BYTES);
}

void mail_selected_descending(mail_view *v) {
  evd_mail_selected *s = mail_cast(v, MAIL_CAST, 1)->selected, t = s[0];
  s[0] = s[1];
  s[1] = t;
}

void mail_code_changed(mail_view *v) { v->ballots[MAIL_LOOSE].b.H_C.b[0] ^= 1; }
