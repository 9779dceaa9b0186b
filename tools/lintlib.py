"""What the lints share: finding sources, reading C without its comments,
functions and their length, waivers, and the form of a finding.

A lint is a program `tools/NAME [ROOT]`; it prints one line `file:line:
sentence` per finding and ends with exit code 1 if there was one.
"""
import os
import re
import sys

C_DIRS = ("src", "include", "test", "bench", "examples")


class Lint:
    """Collects findings; waivers are taken from tools/waivers.tsv."""

    def __init__(self, name, root=None):
        self.name = name
        self.root = root or (sys.argv[1] if len(sys.argv) > 1 else
                             os.path.dirname(os.path.dirname(
                                 os.path.abspath(__file__))))
        self.findings = []
        self.waivers = self._read_waivers()
        self.used = set()

    def _read_waivers(self):
        """{(path, what): limit} of this lint; `what` is a function or -."""
        out = {}
        path = os.path.join(self.root, "tools", "waivers.tsv")
        if not os.path.exists(path):
            return out
        with open(path, encoding="utf-8") as f:
            for number, line in enumerate(f, 1):
                cells = line.rstrip("\n").split("\t")
                if line.startswith("#") or cells == [""]:
                    continue
                if len(cells) != 5 or not cells[4].strip():
                    self.find("tools/waivers.tsv", number, "a waiver has five "
                              "cells: lint, path, what, limit, reason")
                elif cells[0] == self.name:
                    out[(cells[1], cells[2])] = int(cells[3])
        return out

    def find(self, path, line, sentence):
        self.findings.append((path, line, sentence))

    def waived(self, path, what, value=0):
        """Is (path, what) waived up to `value`?"""
        limit = self.waivers.get((path, what))
        if limit is None:
            return False
        self.used.add((path, what))
        return value <= limit

    def files(self, dirs, endings):
        """Paths relative to the root, sorted, whose name ends so."""
        out = []
        for top in dirs:
            full = os.path.join(self.root, top)
            if os.path.isfile(full):
                out.append(top)
            for folder, subs, names in os.walk(full):
                subs[:] = [s for s in subs if not s.startswith((".", "build"))
                           and s != "__pycache__"]
                out += [os.path.relpath(os.path.join(folder, n), self.root)
                        for n in names if n.endswith(endings)]
        return sorted(out)

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8",
                  errors="replace") as f:
            return f.read()

    def end(self, remark=""):
        """Prints the findings and gives the exit code."""
        for path, what in sorted(set(self.waivers) - self.used):
            self.find("tools/waivers.tsv", 1, "the waiver for %s %s is not "
                      "needed any more" % (path, what))
        for path, line, sentence in sorted(self.findings):
            print("%s:%d: %s" % (path, line, sentence))
        if self.waivers:
            remark += "%s%d waivers" % (", " if remark else "",
                                        len(self.waivers))
        print("%s: %d findings%s" % (self.name, len(self.findings),
                                     remark and ", " + remark))
        return 1 if self.findings else 0


_TOKEN = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|"""
                    r"""'(?:\\.|[^'\\\n])*'""", re.S)


def _blank(m):
    text = m.group(0)
    if text[0] in "\"'":
        return text[0] + " " * (len(text) - 2) + text[0]
    return re.sub(r"[^\n]", " ", text)


def strip(source):
    """C without comments and without what stands in quotes; every other
    character stays where it is. Include lines keep their names."""
    names = {}
    for m in re.finditer(r'^[ \t]*#[ \t]*include[ \t]+"[^"\n]*"', source,
                         re.M):
        names[m.start()] = m.group(0)
    out = _TOKEN.sub(_blank, source)
    for start, text in names.items():
        if out[start:start + len(text)].strip():
            out = out[:start] + text + out[start + len(text):]
    return out


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def no_preprocessor(code):
    """`code` (stripped) with blank preprocessor lines, continued ones too."""
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*",
                  lambda m: re.sub(r"[^\n]", " ", m.group(0)), code,
                  flags=re.M)


class Function:
    def __init__(self, name, head, first, last, depth):
        self.name, self.head = name, head  # head: text before the brace
        self.first, self.last = first, last  # lines, both included
        self.depth = depth  # deepest brace inside, the body's own is 1

    def lines(self):
        return self.last - self.first + 1


def functions(code):
    """Functions defined in stripped code."""
    code = no_preprocessor(code)
    out, depth, begin, deepest, start = [], 0, 0, 0, None
    for m in re.finditer(r"[{};]", code):
        c, at = m.group(0), m.start()
        if c == "{":
            if depth == 0:
                head = code[begin:at]
                start = head if head.rstrip().endswith(")") else None
                deepest = 0
            depth += 1
            deepest = max(deepest, depth)
        elif c == "}":
            depth -= 1
            if depth == 0:
                if start is not None:
                    out.append(_function(code, start, begin, at, deepest))
                begin, start = at + 1, None
        elif depth == 0:
            begin = at + 1
    return [f for f in out if f]


def _function(code, head, begin, end, depth):
    # Lines that are one call of a macro, as X(name) or EVD_EXPORT("name"),
    # stand before the function and do not belong to it.
    macros = re.match(r"(?:\s*[A-Z][A-Z0-9_]*\s*\([^(){};]*\)[ \t]*\n)*", head)
    begin, head = begin + macros.end(), head[macros.end():]
    plain = re.sub(r"__attribute__\s*\(\(.*?\)\)", "", head, flags=re.S)
    name = re.search(r"([A-Za-z_]\w*)\s*\(", plain)
    if not name:
        return None
    first = begin + len(head) - len(head.lstrip())
    return Function(name.group(1), head, line_of(code, first),
                    line_of(code, end), depth)
