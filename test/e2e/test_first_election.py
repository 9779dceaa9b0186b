#!/usr/bin/env python3
"""doc/first-election.md: its commands run as they stand there, and what it
says about the result is true. Prints TAP."""
import os
import re
import stat
import subprocess

import lab
from lab import Lab, load

# The commands ask for passphrases on the terminal; here they get one.
WRAPPER = """#!/bin/bash
case "$1 $2" in
"guardian new"|"guardian share"|"guardian accept"|"guardian decrypt")
  exec "%s" "$@" --passphrase-fd 3 3<<<"correct horse" ;;
esac
exec "%s" "$@"
"""


def commands():
    with open(os.path.join(lab.ROOT, "doc", "first-election.md"),
              encoding="utf-8") as f:
        return re.findall(r"^```\n(.*?)^```$", f.read(), re.S | re.M)


def run(x, script):
    bin_ = x.path("bin")
    os.makedirs(bin_, exist_ok=True)
    with open(os.path.join(bin_, "evident"), "w", encoding="utf-8") as f:
        f.write(WRAPPER % (lab.EVIDENT, lab.EVIDENT))
    os.chmod(f.name, stat.S_IRWXU)
    p = subprocess.run(["bash", "-e", "-c", script], cwd=x.dir, text=True,
                       env=dict(os.environ, PATH=bin_ + ":" +
                                os.environ["PATH"]), timeout=600,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       check=False)
    assert p.returncode == 0, script + p.stdout
    return p.stdout


def test_the_page_is_true():
    x = Lab()
    blocks = commands()
    assert len(blocks) == 6, len(blocks)
    out = [run(x, block) for block in blocks]
    assert "H_B" in out[0]
    assert "5 ballots, 4 cast, 1 challenged, 0 spoiled" in out[3], out[3]
    assert "Verdict" in out[5] and "pass" in out[5], out[5]
    tally = load(x.path("record", "tally.json"))
    totals = [[f["t"] for f in c["fields"]] for c in tally["contests"]]
    # Ada, Bo, #overvote, #write-ins; Xenia, Yves, Zoe, #overvote
    assert totals == [[1, 1, 1, 1], [3, 3, 2, 0]], totals
    assert tally["guardians"] == [1, 3]


def test_the_page_is_one_page_of_a_dozen_commands():
    verbs = set()
    for block in commands():
        verbs |= set(re.findall(r"evident ((?:election|guardian) \w+|\w+)",
                                block))
    assert 11 <= len(verbs) <= 13, verbs


if __name__ == "__main__":
    lab.main([f for name, f in list(globals().items())
              if name.startswith("test_")])
