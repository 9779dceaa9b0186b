/* Strings of the record: NFC and assignment by the tables of Unicode 14.0,
 * the characters that 1.5 forbids. */
#include "record_kit.h"

#include "base/json_text.h"
#include "record/unicode.h"

/* UTF-8 of a few code points, ended by 0. */
static evd_span utf8(const uint32_t *c, uint8_t out[64]) {
  size_t n = 0;
  for (; *c; c++) {
    if (*c < 0x80) {
      out[n++] = (uint8_t)*c;
    } else if (*c < 0x800) {
      out[n++] = (uint8_t)(0xC0 | *c >> 6);
      out[n++] = (uint8_t)(0x80 | (*c & 0x3F));
    } else if (*c < 0x10000) {
      out[n++] = (uint8_t)(0xE0 | *c >> 12);
      out[n++] = (uint8_t)(0x80 | (*c >> 6 & 0x3F));
      out[n++] = (uint8_t)(0x80 | (*c & 0x3F));
    } else {
      out[n++] = (uint8_t)(0xF0 | *c >> 18);
      out[n++] = (uint8_t)(0x80 | (*c >> 12 & 0x3F));
      out[n++] = (uint8_t)(0x80 | (*c >> 6 & 0x3F));
      out[n++] = (uint8_t)(0x80 | (*c & 0x3F));
    }
  }
  return (evd_span){out, n};
}

typedef struct {
  uint32_t text[10];
  bool nfc;
} nfc_case;

static void nfc_checks(const nfc_case *c, size_t n) {
  uint8_t bytes[64];
  for (size_t i = 0; i < n; i++)
    if (evd_text_nfc(utf8(c[i].text, bytes)) != c[i].nfc)
      fail_msg("case %zu, U+%04X U+%04X: not as expected", i, c[i].text[0],
               c[i].text[1]);
}
#define NFC(cases) nfc_checks(cases, sizeof cases / sizeof cases[0])

static void test_nfc_composed_and_decomposed(void **state) {
  (void)state;
  static const nfc_case cases[] = {
      {{0}, true},
      {{'A', 'd', 'a'}, true},
      {{0xE9}, true},
      {{'e', 0x301}, false},
      {{'e', 0x301, 0x301}, false},
      {{0xE9, 0x301}, true},        /* nothing composes with the second */
      {{'x', 0x301}, true},         /* no composite exists */
      {{0x1D5}, true},              /* U with diaeresis and macron */
      {{0xDC, 0x304}, false},       /* its half-composed form */
      {{'U', 0x308, 0x304}, false}, /* and the decomposed one */
      {{0x301}, true},              /* a mark with nothing before it */
      {{0x301, 'e'}, true},
      {{'e', 0x20, 0x301}, true},
      {{0x3B1, 0x345}, false}, /* alpha with iota subscript */
      {{0x1FB3}, true},
      {{0x1F82}, true}, /* four characters when decomposed */
      {{0x1F02, 0x345}, false},
  };
  NFC(cases);
}

static void test_nfc_singletons_and_exclusions(void **state) {
  (void)state;
  static const nfc_case cases[] = {
      {{0x212B}, false}, /* angstrom sign is A with ring */
      {{0xC5}, true},         {{0x2126}, false}, /* ohm sign */
      {{0x3A9}, true},        {{0x340}, false},  /* combining grave tone mark */
      {{0x344}, false},                          /* composed of two marks */
      {{0x958}, false}, /* Devanagari qa: excluded from composing */
      {{0x915, 0x93C}, true}, {{0x2ADC}, false},
      {{0xFB1D}, false},      {{0xF900}, false}, /* a compatibility ideograph */
      {{0x2F800}, false},     {{0x1D15E}, false}, /* a musical symbol */
      {{0xFB01}, true}, /* fi ligature: only compatibility */
      {{0x37E}, false}, /* Greek question mark */
  };
  NFC(cases);
}

static void test_nfc_order_of_marks(void **state) {
  (void)state;
  static const nfc_case cases[] = {
      {{'a', 0x323, 0x302}, false}, /* composes to one letter */
      {{0x1EAD}, true},
      {{0x1EA1, 0x302}, false},
      {{0xE2, 0x323}, false}, /* the mark below belongs inside */
      {{0xE4, 0x323}, false}, /* dot below before the diaeresis */
      {{0x1EA1, 0x308}, true},
      {{'q', 0x323, 0x307}, true},
      {{'q', 0x307, 0x323}, false}, /* 230 before 220 */
      {{'q', 0x307, 0x307}, true},
      {{'q', 0x307, 0x301}, true}, /* same class keeps its order */
      {{'q', 0x334, 0x323, 0x307, 0x345}, true},
      {{'q', 0x345, 0x334}, false},
      {{0x5D1, 0x5BC, 0x5C2}, true}, /* Hebrew points 21, 25 */
      {{0x5D1, 0x5C2, 0x5BC}, false},
      {{'a', 0x315, 0x300}, false}, /* 232 before 230, composes */
      {{'a', 0x305, 0x301}, true},  /* blocked: equal class between */
      {{'a', 0x327, 0x301}, false}, /* not blocked: 202 between */
      {{0xE1, 0x327}, true},        /* no a with cedilla exists */
      {{0x107, 0x327}, false},      /* a c with cedilla does */
      {{'u', 0x327, 0x308, 0x304}, false},
  };
  NFC(cases);
}

static void test_nfc_hangul_and_other_starters(void **state) {
  (void)state;
  static const nfc_case cases[] = {
      {{0xAC00}, true},
      {{0x1100, 0x1161}, false},
      {{0x1100, 0x1161, 0x11A8}, false},
      {{0xAC01}, true},
      {{0xAC00, 0x11A8}, false},
      {{0xAC00, 0x11A7}, true}, /* no trailing consonant */
      {{0xAC01, 0x11A8}, true}, /* has one already */
      {{0x1100, 0x20, 0x1161}, true},
      {{0x1100, 0x302, 0x1161}, true}, /* a mark between blocks */
      {{0x1161, 0x11A8}, true},
      {{0xD7A3}, true},
      {{0x1112, 0x1175, 0x11C2}, false},
      {{0x9C7, 0x9BE}, false}, /* Bengali vowel of two parts */
      {{0x9CB}, true},
      {{0x9C7, 0x9CD, 0x9BE}, true},
      {{0xCC6, 0xCC2}, false},
      {{0xCCA, 0xCD5}, false},
      {{0xCCB}, true},
      {{0x1025, 0x102E}, false},
      {{0x110A5, 0x110BA}, false},
      {{0x11131, 0x11127}, false},
      {{0xDD9, 0xDCF, 0xDCA}, false},
      {{0xDDD}, true},
  };
  NFC(cases);
}

/* Every composite of the tables: itself NFC, its two parts not, and not with
 * a mark that sorts before its own. */
static void test_nfc_every_composite(void **state) {
  (void)state;
  uint8_t bytes[64];
  assert_true(evd_uc_n_pairs > 900);
  for (uint32_t i = 0; i < evd_uc_n_pairs; i++) {
    const evd_uc_pair *p = &evd_uc_pairs[i];
    assert_true(evd_text_nfc(utf8((uint32_t[]){p->whole, 0}, bytes)));
    assert_false(
        evd_text_nfc(utf8((uint32_t[]){p->first, p->second, 0}, bytes)));
    assert_false(evd_text_nfc(
        utf8((uint32_t[]){'x', p->first, p->second, 'y', 0}, bytes)));
  }
  for (uint32_t c = 0xAC00; c <= 0xD7A3; c++)
    assert_true(evd_text_nfc(utf8((uint32_t[]){c, 0}, bytes)));
}

/* A hundred thousand marks on one letter cost no more than their length. */
static void test_nfc_long_runs(void **state) {
  (void)state;
  evd_buf b;
  evd_buf_init(&b, KIT_ARENA_BYTES);
  evd_buf_text(&b, "q");
  for (int i = 0; i < 100000; i++)
    evd_buf_text(&b, "\xCC\x87");
  assert_true(evd_text_nfc(kit_span(&b)));
  b.p[1] = 0xCC;
  b.p[2] = 0xA3; /* class 220 in front is in order */
  assert_true(evd_text_nfc(kit_span(&b)));
  b.p[b.n - 1] = 0xA3; /* and behind is not */
  assert_false(evd_text_nfc(kit_span(&b)));
  evd_buf_close(&b);
}

static void test_assigned(void **state) {
  (void)state;
  static const struct {
    uint32_t c;
    bool assigned;
  } cases[] = {
      {'A', true},      {0x377, true},    {0x378, false},   {0x379, false},
      {0x37A, true},    {0x530, false},   {0x870, true}, /* new in 14.0 */
      {0xCF3, false}, /* 15.0 and later from here */
      {0xECE, false},   {0x10EFD, false}, {0x11F00, false}, {0x1E030, false},
      {0x1FAE8, false}, {0x31350, false}, {0x2EBF0, false}, {0x1F6DC, false},
      {0x1FAE7, true},  {0x1F6DD, true},  {0x2A6DF, true},  {0x2B738, true},
      {0x2B739, false}, {0xE000, true},   {0x10FFFD, true}, {0xE0100, true},
      {0xE0000, false}, {0x20BF, true},   {0x20C0, true},   {0x20C1, false},
  };
  uint8_t bytes[64];
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    bool is = evd_text_assigned(utf8((uint32_t[]){cases[i].c, 0}, bytes));
    if (is != cases[i].assigned)
      fail_msg("U+%04X: not as expected", cases[i].c);
  }
  assert_true(evd_text_assigned((evd_span){NULL, 0}));
}

static void test_edge_spaces(void **state) {
  (void)state;
  static const uint32_t spaces[] = {0x20,   0xA0,   0x1680, 0x2000, 0x2001,
                                    0x2002, 0x2005, 0x2007, 0x2009, 0x200A,
                                    0x202F, 0x205F, 0x3000};
  static const uint32_t others[] = {'a',    0x200B, 0x200C, 0x2010,
                                    0x1FFE, 0x180E, 0xAD,   0x2060};
  uint8_t bytes[64];
  for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++) {
    uint32_t s = spaces[i];
    assert_true(evd_text_edge_space(utf8((uint32_t[]){s, 0}, bytes)));
    assert_true(evd_text_edge_space(utf8((uint32_t[]){s, 'a', 0}, bytes)));
    assert_true(evd_text_edge_space(utf8((uint32_t[]){'a', s, 0}, bytes)));
    assert_false(
        evd_text_edge_space(utf8((uint32_t[]){'a', s, 0xE9, 0}, bytes)));
  }
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
    assert_false(evd_text_edge_space(utf8((uint32_t[]){others[i], 0}, bytes)));
  assert_false(evd_text_edge_space((evd_span){NULL, 0}));
}

/* ---- the reader applies all of it ---- */

static void test_strings_are_refused_by_form(void **state) {
  (void)state;
  static const struct {
    const char *text;
    evd_err want;
    const char *why;
  } strings[] = {
      {"Zo\xC3\xAB", EVD_OK, ""},
      {"Zoe\xCC\x88", EVD_ERR_FORM, "serial: is not in normal form NFC"},
      {"\xCD\xB8", EVD_ERR_FORM,
       "serial: has a character that Unicode 14.0 does not know"},
      {"\xF0\x9F\xAB\xA8", EVD_ERR_FORM, /* shaking face, 15.0 */
       "serial: has a character that Unicode 14.0 does not know"},
      {"\xF0\x9F\xAB\xA7", EVD_OK, ""}, /* bubbles, 14.0 */
      {"\x7F", EVD_ERR_FORM, "serial: has a character that is not allowed"},
      {"\xC2\x85", EVD_ERR_FORM, "serial: has a character that is not allowed"},
      {"\xE2\x80\xAE", EVD_ERR_FORM,
       "serial: has a character that is not allowed"},
      {"\xE2\x81\xA6", EVD_ERR_FORM,
       "serial: has a character that is not allowed"},
      {"\xEF\xBB\xBF", EVD_ERR_FORM,
       "serial: has a character that is not allowed"},
      {"\xEF\xBF\xBF", EVD_ERR_FORM,
       "serial: has a character that is not allowed"},
      {"\xEF\xB7\x90", EVD_ERR_FORM,
       "serial: has a character that is not allowed"},
      {"\\n", EVD_ERR_FORM, "serial: has a character that is not allowed"},
      {"\\u007f", EVD_ERR_FORM, "serial: has a character that is not allowed"},
  };
  for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
    evd_buf b, changed;
    evd_why why;
    kit_expand(&b, kit_find("plain")->text);
    kit_replace(&changed, kit_span(&b), "0001", strings[i].text);
    assert_int_equal(kit_read(KIT_PLAIN, kit_span(&changed), kit_manifest(),
                              KIT_ARENA_BYTES, &why, NULL),
                     strings[i].want);
    assert_string_equal(why.text, strings[i].why);
    evd_buf_close(&changed);
    evd_buf_close(&b);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_nfc_composed_and_decomposed),
      cmocka_unit_test(test_nfc_singletons_and_exclusions),
      cmocka_unit_test(test_nfc_order_of_marks),
      cmocka_unit_test(test_nfc_hangul_and_other_starters),
      cmocka_unit_test(test_nfc_every_composite),
      cmocka_unit_test(test_nfc_long_runs),
      cmocka_unit_test(test_assigned),
      cmocka_unit_test(test_edge_spaces),
      cmocka_unit_test(test_strings_are_refused_by_form),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  kit_close();
  return failed;
}
