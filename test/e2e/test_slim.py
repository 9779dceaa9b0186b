#!/usr/bin/env python3
"""`evident-verify`: the verb `verify` as a slim program, and nothing else.
Prints TAP."""
import os
import re
import subprocess
import sys

import lab
from lab import EVIDENT, FAILS, OK, ROOT, USAGE, command, read

sys.path.insert(0, os.path.join(ROOT, "test", "vector"))
import faults  # noqa: E402

SLIM = os.path.join(os.path.dirname(EVIDENT), "evident-verify")
RECORDS = os.path.join(ROOT, "test", "vector", "records")
BAD = ("1F-manifest-swapped", "6B-c-plus-q", "10C-t", "X1-lower-hex")
# Threads are a part of libc since 2.34.
ALLOWED = {"libjansson", "libzstd", "libc", "libpthread"}


def slim(*arguments):
    p = subprocess.run([SLIM] + list(map(str, arguments)), text=True,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       check=False, timeout=300)
    return p.returncode, p.stdout, p.stderr


def both(*arguments):
    """The two programs say the same, and end the same way."""
    a = command("verify", *arguments)
    assert slim(*arguments) == (a.code, a.out, a.err), (arguments, a)
    return a


def test_it_links_to_nothing_else():
    out = subprocess.run(["readelf", "-d", SLIM], text=True, check=True,
                         stdout=subprocess.PIPE).stdout
    needed = set(re.findall(r"NEEDED.*\[(\w+)[.\d]*\.so", out))
    assert needed - ALLOWED == set(), needed
    assert {"libjansson", "libzstd", "libc"} <= needed, needed
    assert b"sodium" not in read(SLIM)


def test_it_says_what_evident_verify_says():
    good = os.path.join(RECORDS, "visible-1", "record")
    assert both(good).code == OK
    both(good, "--stage", "ceremony", "--format", "json", "--jobs", "2")
    with faults.Work() as work:
        for name in BAD:
            at = work.path(name)
            faults.build_bad(RECORDS, name, at)
            assert both(at, "--format", "json").code == FAILS, name


def test_bad_usage_is_exit_2():
    for arguments in ((), ("/nonexistent",), ("--stage", "late", "/tmp"),
                      ("--quick", "/tmp"), ("/tmp", "/tmp")):
        assert both(*arguments).code == USAGE, arguments


def test_help_says_how():
    code, out, err = slim("--help")
    assert code == OK and err == "" and "usage: evident-verify RECORD" in out


if __name__ == "__main__":
    raise SystemExit(lab.Tap().run([
        test_it_links_to_nothing_else, test_it_says_what_evident_verify_says,
        test_bad_usage_is_exit_2, test_help_says_how]))
