#!/usr/bin/env python3
"""`./run bench --format json`: one object; a goal that was not measured is
listed and never called met. Stand-ins for the programs. Prints TAP."""
import json
import os
import stat
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from lab import ROOT, Tap, write  # noqa: E402

REPORT = os.path.join(ROOT, "bench", "report.py")
MEASURED = {"n": 4, "what": "one selection", "ratio": 1.08, "must": 1.15,
            "aim": 1.05, "met": True}
OPEN = [{"n": n, "what": "x", "met": None, "reason": "did not run"}
        for n in (6, 7, 8, 9, 15, 17)] + [
    {"n": 3, "what": "wasm M", "met": None, "reason": "did not run"}]
CONTEXT = {"cpu": "x", "us": {"M: product mod p": 3.0,
                              "S: square mod p": 2.5}}


def program(path, says):
    write(b"#!/bin/sh\ncat <<'END'\n" + json.dumps(says).encode() +
          b"\nEND\n", path)
    os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)


def report(goals, *arguments):
    """Exit code and report where bench_goals is the only program there is."""
    with tempfile.TemporaryDirectory() as at:
        os.mkdir(os.path.join(at, "bench"))
        main = os.path.join(at, "bench", "bench_goals")
        program(main, {"goals": goals, "context": CONTEXT})
        p = subprocess.run(
            [sys.executable, REPORT, main, *arguments], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False,
            env=dict(os.environ, EVIDENT_WASM=at))
        return p.returncode, p.stdout


def test_not_measured_is_never_met():
    code, out = report([MEASURED] + OPEN, "--format", "json")
    assert code == 3, code
    x = json.loads(out)
    assert sorted(x) == ["context", "goals"], sorted(x)
    assert x["goals"][0] == MEASURED, x["goals"][0]
    rest = x["goals"][1:]
    assert [g["n"] for g in rest] == [g["n"] for g in OPEN] + list(
        range(21, 30)), rest
    for g in rest:
        assert g["met"] is None and g["reason"] and "ratio" not in g, g


def test_a_goal_that_is_missed_is_the_verdict():
    missed = dict(MEASURED, ratio=1.2, met=False)
    assert report([missed] + OPEN, "--format", "json")[0] == 1


def test_the_table_says_why():
    code, out = report([MEASURED] + OPEN)
    assert code == 3 and out.count("not measured: ") == len(OPEN) + 9, out
    assert "must" in out.splitlines()[-17], out


if __name__ == "__main__":
    sys.exit(Tap().run([f for name, f in list(globals().items())
                        if name.startswith("test_")]))
