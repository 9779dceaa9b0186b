/* What the checks of the specification compare: EGDS 2.1.0 section 6.2. */
#include "verify/html.h"

#include <string.h>

#define S(base, index) base "<sub>" index "</sub>"
#define POW(base, exponent) base "<sup>" exponent "</sup>"
#define EACH_BELOW(name) "0 &le; " name " &lt; q"
#define IN_GROUP(name) POW(name, "q") " mod p = 1, 0 &le; " name " &lt; p"

static const struct {
  const char *id, *html;
} equations[] = {
    {"1.A", "ver = &ldquo;v2.1.0&rdquo;"},
    {"1.E", S("H", "P") " = H(ver; 00, p, q, g, n, k)"},
    {"1.F", S("H", "B") " = H(" S("H", "P") "; 01, manifest)"},
    {"2.A", IN_GROUP(S("K", "i,j"))},
    {"2.B", EACH_BELOW(S("v", "i,j"))},
    {"2.C",
     S("c", "i") " = " S("H", "q") "(" S(
         "H", "P") "; 10, "
                   "&ldquo;pk_vote&rdquo;, i, " S("K", "i,0") ", &hellip;)"},
    {"3.A", "K = &prod; " S("K", "i") " mod p"},
    {"3.B", "K&#770; = &prod; " S("K&#770;", "i") " mod p"},
    {"4.A", S("H", "E") " = H(" S("H", "B") "; 14, K, K&#770;)"},
    {"5.B", S("H", "I") " = H(" S("H", "E") "; 20, " S("id", "B") ")"},
    {"6.A", IN_GROUP("&alpha;") ", the same for &beta;"},
    {"6.B", EACH_BELOW(S("c", "j"))},
    {"6.C", EACH_BELOW(S("v", "j"))},
    {"6.D",
     S("H", "q") "(" S(
         "H", "I") "; 24, contest, option, &alpha;, "
                   "&beta;, " S("a", "0") ", " S("b", "0") ", &hellip;) = " S(
                       "c", "0") " + &hellip; + " S("c", "R") " mod q"},
    {"7.A", IN_GROUP("&alpha;") ", the same for &beta;"},
    {"7.B", EACH_BELOW(S("c", "j"))},
    {"7.C", EACH_BELOW(S("v", "j"))},
    {"7.D",
     S("H", "q") "(" S(
         "H",
         "I") "; 24, contest, &prod;&alpha;, "
              "&prod;&beta;, " S("a", "0") ", " S("b", "0") ", &hellip;) = " S(
                  "c", "0") " + &hellip; + " S("c", "L") " mod q"},
    {"8.A",
     S("&chi;", "l") " = H(" S("H", "I") "; 28, l, " S("&alpha;", "1") ", " S(
         "&beta;",
         "1") ", &hellip;, " S("C", "0") ", " S("C", "1") ", " S("C", "2") ")"},
    {"8.B", S("H", "C") " = H(" S("H", "I") "; 29, " S(
                "&chi;", "1") ", &hellip;, " S("B", "C") ")"},
    {"8.C", S("H", "DI") " = H(" S("H", "E") "; 2A, " S("S", "device") ")"},
    {"8.D", S("B", "C") " = 00000000 &parallel; " S("H", "DI")},
    {"8.E", S("B", "C,j") " = 00000001 &parallel; " S("H", "j&minus;1")},
    {"8.F", S("H", "0") " = H(" S("H", "E") "; 29, " S("B", "C,0") ")"},
    {"8.G", S("B", "C") " = 00000001 &parallel; H(" S("H", "E") "; 2B, " S(
                "H", "&ell;") ", " S("B", "C,0") ")"},
    {"9.A", "A = &prod; " S("&alpha;", "j") " mod p over the cast ballots"},
    {"9.B", "B = &prod; " S("&beta;", "j") " mod p over the cast ballots"},
    {"10.A", EACH_BELOW("v")},
    {"10.B", "c = " S("H", "q") "(" S("H", "E") "; 31, contest, option, A, B, "
                                                "a, b, M)"},
    {"10.C", "T = " POW("K", "t") " mod p"},
    {"12.A", EACH_BELOW("v")},
    {"12.B", "c = " S("H", "q") "(" S("H", "I") "; 33, contest, " S(
                 "C", "0") ", " S("C", "1") ", " S("C", "2") ", a, b, &beta;)"},
    {"12.C", S("D", "l") " = " S("C", "1,l") " &oplus; " S("k", "l")},
    {"13.A", S("C", "1") " = " S("D", "1") " &oplus; " S(
                 "k", "1") " &parallel; &hellip;"},
    {"13.B", S("H", "C") " = H(" S("H", "I") "; 29, " S(
                 "&chi;", "1") ", &hellip;, " S("B", "C") ")"},
    {"14.E", "0 &le; &sigma; &le; R"},
    {"14.F", "&sum; &sigma; &le; L"},
    {"15.A", "&Psi; = &prod; " S("&Psi;", "i,m")},
    {"16.A", S("&psi;", "i") " = H(" S("H", "I") "; 40, " S(
                 "&alpha;", "1") ", " S("&beta;", "1") ", &hellip;)"},
    {"16.B", S("&chi;", "l") " = H(" S("H", "I") "; 41, l, sorted &psi;)"},
    {"16.C", S("H", "C") " = H(" S("H", "I") "; 42, " S(
                 "&chi;", "1") ", &hellip;, " S("B", "C") ")"},
    {"16.D", S("H", "DI") " = H(" S("H", "E") "; 43, " S("S", "device") ")"},
    {"16.E", S("B", "C") " = 00000000 &parallel; " S("H", "DI")},
    {"16.F", S("B", "C,j") " = 00000001 &parallel; " S("H", "j&minus;1")},
    {"16.G", S("H", "0") " = H(" S("H", "E") "; 42, " S("B", "C,0") ")"},
    {"16.H", S("B", "C") " = 00000001 &parallel; H(" S("H", "E") "; 44, " S(
                 "H", "&ell;") ", " S("B", "C,0") ")"},
    {"17.A", "&omega; = &Omega;(&psi;)"},
    {"18.A", S("H", "C") " = H(" S("H", "I") "; 42, " S(
                 "&chi;", "1") ", &hellip;, " S("B", "C") ")"},
};

const char *evd_html_equation(const char *id) {
  for (size_t i = 0; i < sizeof equations / sizeof *equations; i++)
    if (strcmp(equations[i].id, id) == 0)
      return equations[i].html;
  return NULL;
}
