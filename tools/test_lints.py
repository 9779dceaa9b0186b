#!/usr/bin/env python3
"""Every lint finds what it is for, at the right line, and nothing in good
code. Prints TAP."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
HEADER = "#ifndef EVD_X_H\n#define EVD_X_H\n%s\n#endif\n"
UNFINISHED = "TO" + "DO"
CLAIM = "impene" + "trable"
TAGS = "id\tpage\twhat\tstatus\tnote\n"
GOOD = ("/* strcpy(a, b) in a comment */\n#include \"base/bytes.h\"\n\n"
        "static const char text[] = \"system(x)\";\n\n"
        "int evd_x_get(void) { return text[0]; }\n")

# lint, what is wrong, {path: content}, the finding that must come (None: the
# tree is good and the lint must say so)
CASES = [
    ("layers", "a lower layer includes a higher one",
     {"src/base/x.c": "\n#include \"record/json.h\"\n"}, "src/base/x.c:2:"),
    ("layers", "two folders of one layer",
     {"src/mp/x.c": "#include \"hash/hash.h\"\n"}, "src/mp/x.c:1:"),
    ("layers", "a system header in the core",
     {"src/egds/x.c": "#include <stdint.h>\n#include <stdio.h>\n"},
     "src/egds/x.c:2:"),
    ("layers", "jansson outside record/json.c",
     {"src/record/x.c": "#include <jansson.h>\n"}, "src/record/x.c:1:"),
    ("layers", "jansson in the host",
     {"src/host/x.c": "#include <jansson.h>\n"}, "src/host/x.c:1:"),
    ("layers", "cmd includes mp",
     {"src/cmd/x.c": "#include \"mp/mp.h\"\n"}, "src/cmd/x.c:1:"),
    ("layers", "record includes verify",
     {"src/record/x.c": "#include \"verify/verify.h\"\n"},
     "src/record/x.c:1:"),
    ("layers", "a name without its folder",
     {"src/base/x.c": "#include \"ct.h\"\n"}, "src/base/x.c:1:"),
    ("layers", "a folder without a layer",
     {"src/misc/x.c": "int evd_x;\n"}, "src/misc/x.c:1:"),
    ("layers", "libsodium outside the host",
     {"src/cmd/x.c": "#include <sodium.h>\n"}, "src/cmd/x.c:1:"),
    ("layers", "what draws, outside the printing program",
     {"src/cmd/x.c": "#include <cairo-pdf.h>\n"}, "src/cmd/x.c:1:"),
    ("layers", None,
     {"src/verify/x.c": "#include <string.h>\n#include \"record/json.h\"\n"
      "/* #include <stdio.h> */\n", "src/record/json.c":
      "#include <jansson.h>\n"}, None),
    ("banned", "strcpy",
     {"src/cmd/x.c": "void evd_f(char *a) {\n  strcpy(a, a);\n}\n"},
     "src/cmd/x.c:2:"),
    ("banned", "system in a test",
     {"test/unit/x.c": "int f(void) { return system(0); }\n"},
     "test/unit/x.c:1:"),
    ("banned", "malloc outside its two files",
     {"src/cmd/x.c": "void *evd_f(void) { return malloc(1); }\n"},
     "src/cmd/x.c:1:"),
    ("banned", "memcmp in egds",
     {"src/egds/x.c": "int evd_f(char *a) { return memcmp(a, a, 1); }\n"},
     "src/egds/x.c:1:"),
    ("banned", "randomness in the core",
     {"src/egds/x.c": "void evd_f(void) { evd_random(0, 0); }\n"},
     "src/egds/x.c:1:"),
    ("banned", "a generator of the system outside host",
     {"src/cmd/x.c": "void evd_f(void) { randombytes_buf(0, 0); }\n"},
     "src/cmd/x.c:1:"),
    ("banned", "A11: random bytes reduced to a scalar",
     {"src/egds/x.c": "void evd_f(evd_zq *r, const evd_h32 *random) {\n"
      "  evd_zq_reduce(r, random);\n}\n"}, "src/egds/x.c:2:"),
    ("banned", "A11: a second sampler",
     {"src/egds/x.c": "void evd_zq_random_draw(evd_zq *r) {}\n"},
     "src/egds/x.c:1:"),
    ("banned", "A11: the sampler outside group",
     {"src/egds/x.c": "void evd_zq_sec_sample(evd_zq_sec *r,\n"
      "    const uint8_t *b) {\n}\n"}, "src/egds/x.c:1:"),
    ("banned", "floating point in the core",
     {"src/verify/x.c": "double evd_x;\n"}, "src/verify/x.c:1:"),
    ("banned", "an assert with a side effect",
     {"src/cmd/x.c": "void evd_f(int a) {\n  EVD_REQUIRE(a++ < 2);\n}\n"},
     "src/cmd/x.c:2:"),
    ("banned", "a secret leaves without a reason",
     {"src/egds/x.c": "void evd_f(void) {\n\n  evd_declassify_zq(0, 0);\n}\n"},
     "src/egds/x.c:3:"),
    ("banned", None,
     {"src/cmd/x.c": GOOD, "src/egds/z.c":
      "int evd_a_var(char *a) {\n\n\n\n  return memcmp(a, a, 1);\n}\n"
      "int evd_b(char *a) {\n\n\n\n  /* public: sent to all */\n"
      "  return memcmp(a, a, 1);\n}\n", "src/base/arena.c":
      "void *evd_f(void) { return malloc(1); }\n", "src/egds/y.c":
      "void evd_g(int a) {\n  EVD_REQUIRE(a == 2 && a <= 3);\n"
      "  /* sent to all */\n  evd_declassify_zq(0, 0);\n}\n"}, None),
    ("sizes", "a long function",
     {"src/cmd/x.c": "\nint evd_f(int a) {\n" + "  a++;\n" * 59 + "  return a;"
      "\n}\n"}, "src/cmd/x.c:2:"),
    ("sizes", "a long file",
     {"test/unit/x.c": "/* .. */\n" * 601}, "test/unit/x.c:601:"),
    ("sizes", "deep nesting",
     {"src/cmd/x.c": "int evd_f(int a) {\n" + "if (a) {\n" * 4 + "a++;\n" +
      "}\n" * 4 + "return a;\n}\n"}, "src/cmd/x.c:1:"),
    ("sizes", "a waiver that nobody needs",
     {"src/cmd/x.c": GOOD, "tools/waivers.tsv":
      "sizes\tsrc/cmd/x.c\tevd_x_get\t70\ta table\n"}, "tools/waivers.tsv:1:"),
    ("sizes", "a waiver without a reason",
     {"src/cmd/x.c": GOOD, "tools/waivers.tsv":
      "sizes\tsrc/cmd/x.c\tevd_x_get\t70\t\n"}, "tools/waivers.tsv:1:"),
    ("sizes", None,
     {"src/cmd/x.c": GOOD + "int evd_f(int a) {\n" + "  a++;\n" * 62 + "}\n",
      "tools/waivers.tsv": "sizes\tsrc/cmd/x.c\tevd_f\t64\ta table\n"}, None),
    ("names", "an extern function without prefix",
     {"src/cmd/x.c": "\nint count(void) { return 1; }\n"}, "src/cmd/x.c:2:"),
    ("names", "a static function with prefix",
     {"src/cmd/x.c": "static int evd_count(void) { return 1; }\n"},
     "src/cmd/x.c:1:"),
    ("names", "a type that ends with _t",
     {"src/cmd/x.c": "typedef struct {\n  int a;\n} evd_x_t;\n"},
     "src/cmd/x.c:3:"),
    ("names", "a macro in a header without prefix",
     {"src/cmd/x.h": HEADER % "#define LIMIT 3"}, "src/cmd/x.h:3:"),
    ("names", "a header without guard",
     {"src/cmd/x.h": "int evd_f(void);\n"}, "src/cmd/x.h:1:"),
    ("names", "a secret for a _var function",
     {"src/egds/x.h": HEADER % "void evd_f_var(evd_zp *r,\n"
      "               const evd_zq_sec *e);"}, "src/egds/x.h:3:"),
    ("names", None,
     {"src/cmd/x.c": GOOD, "src/cmd/main.c":
      "static int f(void) { return 1; }\nint main(void) { return f(); }\n",
      "src/cmd/x.h": HEADER % "#define EVD_A 1\nvoid evd_f_var(int e);\n"
      "void evd_g(const evd_zq_sec *e);"}, None),
    ("includes", "a header of which nothing is used",
     {"src/base/x.h": HEADER % "int evd_x(void);", "src/cmd/x.c":
      "#include \"base/x.h\"\n"}, "src/cmd/x.c:1: nothing of base/x.h"),
    ("includes", "a header of the system of which nothing is used",
     {"src/cmd/x.c": "int evd_f(void);\n#include <string.h>\n"},
     "src/cmd/x.c:2: nothing of string.h"),
    ("includes", "a name that comes by way of another folder",
     {"src/base/x.h": HEADER % "int evd_x(void);", "src/hash/y.h": HEADER %
      "#include \"base/x.h\"\nint evd_y(void);", "src/cmd/x.c":
      "#include \"hash/y.h\"\nint evd_f(void) {\n"
      "  return evd_x() + evd_y();\n}\n"},
     "src/cmd/x.c:3: evd_x is used: include base/x.h"),
    ("includes", "a name that a macro makes",
     {"src/base/x.h": HEADER % "#define EVD_M(a) int evd_##a##_read(void)\n"
      "EVD_M(x);", "src/cmd/x.c": "int evd_f(void) {\n"
      "  return evd_x_read();\n}\n"},
     "src/cmd/x.c:2: evd_x_read is used: include base/x.h"),
    ("includes", None,
     {"src/base/x.h": HEADER % "#include <stdint.h>\nint evd_x(void);\n"
      "#define EVD_A 1\ntypedef struct {\n  int b;\n} evd_t;",
      "src/cmd/x.h": HEADER % "#include \"base/x.h\"\nevd_t evd_f(void);",
      "src/cmd/x.c": "#include \"cmd/x.h\"\n\n#include <string.h>\n\n"
      "evd_t evd_f(void) {\n  evd_t t;\n  memset(&t, EVD_A, 1);\n"
      "  return t;\n}\n"}, None),
    ("magic", "a number without a name",
     {"src/cmd/x.c": "int evd_f(int a) {\n  return a + 37;\n}\n"},
     "src/cmd/x.c:2: 37 "),
    ("magic", "one in hex",
     {"src/cmd/x.c": "int evd_f(int a) {\n  return a + 0x9E37u;\n}\n"},
     "src/cmd/x.c:2: 0x9E37 "),
    ("magic", "one far below a comment",
     {"src/cmd/x.c": "/* why */\nint evd_f(int a) {\n  a++;\n  a++;\n"
      "  return a + 37;\n}\n"}, "src/cmd/x.c:5: 37 "),
    ("magic", "more than the waiver counts",
     {"src/cmd/x.c": "int evd_f(int a) {\n  return a + 37 + 37;\n}\n",
      "tools/waivers.tsv": "magic\tsrc/cmd/x.c\t37\t1\ta reason\n"},
     "src/cmd/x.c:2: 37 "),
    ("magic", None,
     {"src/cmd/x.c": "#define A 37\nenum { B = 41 };\n"
      "static const int c[] = {99, 77};\nint evd_f(int a) {\n"
      "  char text[240];\n  /* 37: as the form says */\n  a += 37;\n"
      "  a += 0xE0 + 0x7F + 64;\n  a += 4 << 20;\n  return a + 53 + 53;\n"
      "}\n", "tools/waivers.tsv": "magic\tsrc/cmd/x.c\t53\t2\ta reason\n"},
     None),
    ("words", "unfinished work",
     {"src/cmd/x.c": "/* %s: later */\n" % UNFINISHED}, "src/cmd/x.c:1:"),
    ("words", "a claim",
     {"README.md": "# x\nThis is %s.\n" % CLAIM}, "README.md:2:"),
    ("words", None, {"src/cmd/x.c": GOOD, "README.md": "# x\n"}, None),
    ("attacks", "an attack without a test",
     {"doc/attacks.tsv": "id\ta\tb\nA01\tx\ty\n", "test/unit/x.c":
      "/* test_A01_ */\n"}, "doc/attacks.tsv:2:"),
    ("attacks", "a test of an unknown attack",
     {"doc/attacks.tsv": "id\ta\tb\n", "test/unit/x.c":
      "\nstatic void test_A99_x(void **state) {}\n"}, "test/unit/x.c:2:"),
    ("attacks", None,
     {"doc/attacks.tsv": "id\ta\tb\nA01\tx\ty\n", "test/e2e/x.py":
      "def test_A01_x(tap):\n    pass\n"}, None),
    ("fuzzed", "a reader without a target",
     {"src/board/x.h": "\nint evd_x_read(evd_span bytes);\n", "test/fuzz/x.c":
      "/* evd_x_read( */\n"}, "src/board/x.h:2: evd_x_read"),
    ("fuzzed", "a reader of a file without a target",
     {"src/cmd/x.h": "evd_err evd_x_load(int a,\n  const char *path);\n"},
     "src/cmd/x.h:1: evd_x_load"),
    ("fuzzed", None,
     {"src/record/x.h": "int evd_x_read(int *x, evd_span line);\n"
      "int evd_y_parse(evd_span line);\nint evd_z_read(int *x);\n",
      "test/fuzz/x.c": "OBJECT(x, evd_x)\nvoid t(void) { evd_y_parse(s); }\n"},
     None),
    ("badrecords", "a check that no bad record fails",
     {"src/verify/checks.h": "\n  X(C1A, \"1.A\", CEREMONY,\n"},
     "src/verify/checks.h:1: no record of ours fails 1.A"),
    ("badrecords", "a check with too few",
     {"src/verify/checks.h": "\n  X(C1A, \"1.A\", CEREMONY,\n",
      "test/unit/test_verify_mail.c": "F(a, \"1.A\"), F(b, \"1.A X.1\")\n"},
     "src/verify/checks.h:1: only 2 records"),
    ("badrecords", "a check of logs that no bad log fails",
     {"src/verify/checks.h": "\n",
      "src/verify/logcheck_run.h": "\n  X(L1, \"L.1\", \"checkpoints\",\n",
      "src/kit/l02.c": "    {\"L2-x\", \"L.2\", EVD_KIT_BOARD,\n"},
     "src/verify/logcheck_run.h:1: no record of ours fails L.1"),
    ("badrecords", None,
     {"src/verify/checks.h": "\n  X(C1A, \"1.A\", CEREMONY,\n",
      "test/unit/test_verify_mail.c":
      "F(a, \"1.A\"), F(b, \"1.A X.1\"), F(c, \"1.A\")\n"}, None),
    ("specmap", "a citation of an unknown equation",
     {"doc/spec-map.tsv": TAGS + "eq 1\t3\tx\tout of scope\tprose\n",
      "src/egds/x.c": "\n/* [eq 133] */\n"}, "src/egds/x.c:2:"),
    ("specmap", "a citation of an unknown substep",
     {"doc/spec-map.tsv": TAGS + "V 6.A\t3\tx\tout of scope\tprose\n",
      "src/egds/x.c": "/* [V 6.E] */\n"}, "src/egds/x.c:1:"),
    ("specmap", "implemented, but not cited in src",
     {"doc/spec-map.tsv": TAGS + "eq 1\t3\tx\timplemented\t\n",
      "test/unit/x.c": "/* [eq 1] */\n"}, "doc/spec-map.tsv:2:"),
    ("specmap", "implemented, but not cited by a test",
     {"doc/spec-map.tsv": TAGS + "eq 1\t3\tx\timplemented\t\n",
      "src/egds/x.c": "/* [eq 1] */\n"}, "doc/spec-map.tsv:2:"),
    ("specmap", "out of scope without a reason",
     {"doc/spec-map.tsv": TAGS + "eq 1\t3\tx\tout of scope\t\n"},
     "doc/spec-map.tsv:2:"),
    ("specmap", "a citation of what is out of scope",
     {"doc/spec-map.tsv": TAGS + "eq 1\t3\tx\tout of scope\tprose\n",
      "src/egds/x.c": "/* [eq 1] */\n"}, "src/egds/x.c:1:"),
    ("specmap", "a line twice",
     {"doc/spec-map.tsv": TAGS + "eq 1\t3\tx\tout of scope\tprose\n" * 2},
     "doc/spec-map.tsv:3:"),
    ("specmap", "a line missing",
     {"doc/spec-map.tsv": TAGS + "eq 2\t3\tx\tout of scope\tprose\n"},
     "doc/spec-map.tsv:1: eq 1 is missing"),
    ("specmap", "a citation in a header does not count as implementing",
     {"doc/spec-map.tsv": TAGS + "eq 1\t3\tx\timplemented\t\n",
      "src/egds/x.h": "/* [eq 1] */\n", "test/unit/x.c": "/* [eq 1] */\n"},
     "doc/spec-map.tsv:2:"),
]

# TAP, exit code of the program, the last line that tapcount must print
COUNTS = [
    ("1..2\nok 1 - a\nok 2 - b\n", 0, "2 passed, 0 failed, 0 skipped"),
    ("1..2\nok 1 - a\nnot ok 2 - b\n", 1, "1 passed, 1 failed, 0 skipped"),
    ("1..2\nok 1 - a\nnot ok 2 # SKIP b\n", 0,
     "1 passed, 0 failed, 1 skipped"),
    ("1..2\nok 1 - a\nok 2 - b # SKIP no data\n", 0,
     "1 passed, 0 failed, 1 skipped"),
    ("1..3\nok 1 - a\n", 139, "1 passed, 1 failed, 0 skipped"),
    ("1..1\nok 1 - a\n", 1, "1 passed, 1 failed, 0 skipped"),
    ("", 0, "0 passed, 1 failed, 0 skipped"),
    ("1..0 # SKIP no data\n", 0, "0 passed, 0 failed, 1 skipped"),
    ("1..1\nok 1 - a\n1..1\nok 1 - b\n", 0, "2 passed, 0 failed, 0 skipped"),
    ("ok 1 - a\nBail out! disk full\n", 0, "1 passed, 1 failed, 0 skipped"),
]

# Lines of Meson's log, and the last line that tapcount must print.
MESON_COUNTS = [
    ([{"name": "a", "stdout": "1..2\nok 1 - x\nnot ok 2 # SKIP y\n",
       "result": "OK", "returncode": 0},
      {"name": "b", "stdout": "fine\n", "result": "OK", "returncode": 0}],
     "2 passed, 0 failed, 1 skipped"),
    ([{"name": "a", "stdout": "1..1\nok 1 - x\n", "result": "FAIL",
       "returncode": -11}], "1 passed, 1 failed, 0 skipped"),
    ([{"name": "a", "result": "TIMEOUT", "returncode": -9},
      {"name": "b", "stdout": "", "result": "SKIP", "returncode": 77}],
     "0 passed, 1 failed, 1 skipped"),
]


class Tap:
    def __init__(self):
        self.n = 0
        self.bad = 0

    def say(self, good, name, detail=""):
        self.n += 1
        self.bad += not good
        print("%sok %d - %s" % ("" if good else "not ", self.n, name))
        if not good:
            print("\n".join("# " + s for s in detail.splitlines()))


def run(program, *arguments):
    p = subprocess.run([os.path.join(HERE, program)] + list(arguments),
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       text=True, check=False)
    return p.returncode, p.stdout


def make_tree(root, files):
    for path, content in files.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as f:
            f.write(content)


def lint_case(tap, lint, wrong, files, finding):
    with tempfile.TemporaryDirectory() as root:
        make_tree(root, files)
        code, out = run(lint, root)
    if finding is None:
        tap.say(code == 0, "%s: nothing in good code" % lint, out)
    else:
        tap.say(code == 1 and finding in out, "%s: %s" % (lint, wrong), out)


def specmap_good(tap):
    """The real map with nothing called implemented, and nothing cited."""
    with open(os.path.join(HERE, "..", "doc", "spec-map.tsv"),
              encoding="utf-8") as f:
        text = f.read().replace("\timplemented\t", "\tlater\tx")
    lint_case(tap, "specmap", None, {
        "doc/spec-map.tsv": text, "src/egds/x.c": "/* [V 6], a box */\n"},
              None)


def format_cases(tap):
    if not shutil.which("clang-format-14"):
        tap.say(True, "format # SKIP clang-format-14 is not installed")
        return
    lint_case(tap, "format", "a line in another form",
              {"src/cmd/x.c": "int a;\nint   b;\n"}, "src/cmd/x.c:2:")
    lint_case(tap, "format", None, {"src/cmd/x.c": "int a;\nint b;\n"}, None)


def library(root, folder, source):
    """The static library of a folder, as a build leaves it."""
    place = os.path.join(root, "build-test", "src", folder)
    os.makedirs(place)
    made = os.path.join(place, "x.o")
    subprocess.run(["cc", "-c", "-x", "c", "-o", made, "-"], input=source,
                   text=True, check=True)
    subprocess.run(["ar", "rcs", os.path.join(
        place, "libevd_%s.a" % folder), made], check=True)


# name, source of base's library, its header, the list, the finding
SYMBOLS = [
    ("a name without prefix", "int evd_a(void) { return 1; }\nint b;\n",
     "int evd_a(void); extern int b;", "count 2\nbase b\nbase evd_a\n",
     "exports b: evd_"),
    ("a name that no header declares", "int evd_a(void) { return 1; }\n",
     "int evd_ab(void);", "count 1\nbase evd_a\n",
     "exports evd_a, which no header"),
    ("a name that is not in the list", "int evd_a(void) { return 1; }\n",
     "int evd_a(void);", "count 0\n", "exports evd_a, which is not in"),
    ("a name of the list that is gone", "int evd_a(void) { return 1; }\n",
     "int evd_a(void);", "count 2\nbase evd_a\nbase evd_b\n",
     "tools/symbols.txt:3: "),
    ("a wrong count", "int evd_a(void) { return 1; }\n", "int evd_a(void);",
     "count 2\nbase evd_a\n", "the list says count 2"),
    (None, "static int b(void) { return 1; }\nint evd_a_read(void) "
     "{ return b(); }\n",
     "#define EVD_READ(x) int evd_##x##_read(void)\nEVD_READ(a);",
     "count 1\nbase evd_a_read\n", None),
]


def symbol_cases(tap):
    for wrong, source, header, names, finding in SYMBOLS:
        with tempfile.TemporaryDirectory() as root:
            library(root, "base", source)
            make_tree(root, {"src/base/x.h": HEADER % header,
                             "tools/symbols.txt": names})
            code, out = run("symbols", root)
        tap.say(code == (finding is not None) and (finding or "") in out,
                "symbols: %s" % (wrong or "nothing in good code"), out)
    with tempfile.TemporaryDirectory() as root:
        tap.say(run("symbols", root)[0] == 77, "symbols: nothing is built")


# tool, what is wrong, a source of src/base, the finding
ANALYZE = [
    ("cppcheck", "a place behind the end",
     "int evd_f(void) {\n  int a[2] = {1, 2};\n  return a[3];\n}\n",
     "src/base/x.c:3: cppcheck:"),
    ("gcc", "a null pointer that is read",
     "int evd_f(int a) {\n  int *p = 0;\n  if (a)\n    p = &a;\n"
     "  return *p;\n}\n", "src/base/x.c:5: gcc:"),
    ("clang-tidy-14", "a call of sizeof that cannot be meant",
     "unsigned long evd_f(void) {\n  return sizeof(sizeof(int));\n}\n",
     "src/base/x.c:2: clang-tidy-14:"),
    ("include-what-you-use", "a header that nothing is used of",
     '#include <stddef.h>\n#include <stdint.h>\n\nint evd_f(void);\n'
     "int evd_f(void) { return (int)sizeof(uint8_t); }\n",
     "src/base/x.c:1: include-what-you-use:"),
    ("gcc", "a source that is none", "int evd_f(void) {\n",
     "src/base/x.c:"),
]


def analyze_cases(tap):
    with open(os.path.join(HERE, "..", ".clang-tidy"), encoding="utf-8") as f:
        config = f.read()
    for tool, wrong, source, finding in ANALYZE:
        if not shutil.which(tool):
            tap.say(True, "analyze # SKIP %s is not installed" % tool)
            continue
        lint_case(tap, "analyze", wrong, {
            ".clang-tidy": config, "src/base/x.c": source}, finding)
    with tempfile.TemporaryDirectory() as root:
        make_tree(root, {".clang-tidy": config, "src/base/x.c": GOOD.replace(
            '#include "base/bytes.h"', "int evd_x_get(void);")})
        code, out = run("analyze", root)
    tap.say(code in (0, 77), "analyze: nothing in good code", out)


def summary(lines, branches):
    return json.dumps({
        "files": [
            {"filename": "src/%s/x.c" % folder, "line_covered": lines,
             "line_total": 1000, "branch_covered": branches,
             "branch_total": 1000} for folder in ("base", "board")]})


BOARD_FLOOR = "board_lines 95\nboard_branches 86\n"


# lines, branches of 1000 reached; the floor; what must be said, or None
COVERAGE = [
    (960, 870, "lines 95.5\nbranches 87\n", None),
    (950, 870, "lines 95.5\nbranches 87\n", "floor:1: lines: 95.00"),
    (960, 869, "lines 95.5\nbranches 87\n", "floor:2: branches: 86.90"),
    (960, 870, "lines 94\nbranches 87\n", "floor of lines is below 95"),
    (960, 870, "lines 95.5\n", "no floor of branches"),
    (960, 855, "lines 95.5\nbranches 85\n", "board_branches: 85.50"),
]


def coverage_cases(tap):
    for lines, branches, floor, finding in COVERAGE:
        with tempfile.TemporaryDirectory() as root:
            make_tree(root, {"s.json": summary(lines, branches),
                             "tools/coverage.floor": floor + BOARD_FLOOR})
            code, out = run("coverage", "--judge",
                            os.path.join(root, "s.json"), root)
        tap.say(code == (finding is not None) and (finding or "") in out,
                "coverage: %s" % (finding or "above the floor"), out)


def coverage_history(tap):
    """A floor that was higher once is found."""
    with tempfile.TemporaryDirectory() as root:
        git = ["git", "-C", root, "-c", "user.name=x", "-c", "user.email=x@x"]
        for floor in ("lines 97\nbranches 90\n", "lines 96\nbranches 90\n"):
            make_tree(root, {"s.json": summary(999, 999),
                             "tools/coverage.floor": floor + BOARD_FLOOR})
            for words in (["init", "-q"], ["add", "."],
                          ["commit", "-q", "-m", "x"]):
                subprocess.run(git + words, check=True)
        code, out = run("coverage", "--judge", os.path.join(root, "s.json"),
                        root)
    tap.say(code == 1 and "lines was 97 % before" in out,
            "coverage: the floor was lowered", out)


def count_cases(tap):
    with tempfile.TemporaryDirectory() as root:
        path = os.path.join(root, "x.tap")
        for text, code, last in COUNTS:
            with open(path, "w", encoding="utf-8") as f:
                f.write("%s# exit %d\n" % (text, code))
            got_code, out = run("tapcount", path)
            want_code = 0 if " 0 failed" in last and last[0] != "0" else 1
            tap.say(out.splitlines()[-1] == last and got_code == want_code,
                    "tapcount: %s of %r" % (last, text.replace("#", "%")),
                    out)
        log = os.path.join(root, "testlog.json")
        for results, last in MESON_COUNTS:
            with open(log, "w", encoding="utf-8") as f:
                f.writelines(json.dumps(r) + "\n" for r in results)
            _, out = run("tapcount", log)
            tap.say(out.splitlines()[-1] == last, "tapcount: %s of a log "
                    "with %d programs" % (last, len(results)), out)
        code, out = run("tapcount", os.path.join(root, "missing.json"))
        tap.say(code == 1 and "1 failed" in out.splitlines()[-1],
                "tapcount: a log that is not there is a failure", out)


def main():
    tap = Tap()
    for case in CASES:
        lint_case(tap, *case)
    specmap_good(tap)
    format_cases(tap)
    symbol_cases(tap)
    analyze_cases(tap)
    coverage_cases(tap)
    coverage_history(tap)
    count_cases(tap)
    print("1..%d" % tap.n)
    return 1 if tap.bad else 0


if __name__ == "__main__":
    sys.exit(main())
