#!/usr/bin/env python3
"""doc/arithmetic.md: its Python steps run, and what they claim holds. Prints
TAP, a line for each step."""
import os
import re
import sys
import traceback

ROOT = os.environ.get("EVD_SOURCE_ROOT") or os.path.dirname(os.path.dirname(
    os.path.dirname(os.path.abspath(__file__))))
DOC = os.path.join(ROOT, "doc", "arithmetic.md")
STEPS = 6  # fewer: a fence was lost


def steps():
    """The heading above each block, and the block."""
    with open(DOC, encoding="utf-8") as f:
        text = f.read()
    heading = ""
    for m in re.finditer(r"^## ([^\n]*)$|^```python\n(.*?)^```$", text,
                         re.M | re.S):
        if m.group(1):
            heading = m.group(1)
        else:
            line = text.count("\n", 0, m.start()) + 1
            yield heading, line, "\n" * line + m.group(2)


def main():
    names = {}
    number = 0
    failed = False
    for number, (heading, line, code) in enumerate(steps(), 1):
        holds = "assert " in code
        try:
            exec(compile(code, DOC, "exec"), names)
        except Exception:
            traceback.print_exc()
            holds = False
        failed |= not holds
        print("%s %d - line %d: %s" % ("ok" if holds else "not ok", number,
                                       line, heading))
    enough = number >= STEPS
    print("%s %d - at least %d steps" % ("ok" if enough else "not ok",
                                         number + 1, STEPS))
    print("1..%d" % (number + 1))
    return 1 if failed or not enough else 0


if __name__ == "__main__":
    sys.exit(main())
