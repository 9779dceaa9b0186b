#!/usr/bin/env python3
"""Records made to exhaust a verifier: a clear verdict in bounded memory and
time. EVD_SOAK=1: in full size. Prints TAP."""
import heapq
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

import lab
from lab import EVIDENT, FAILS, ROOT, UNFINISHED, USAGE, command, read, refused, write

GOOD = os.path.join(ROOT, "test", "vector", "records", "visible-1", "record")
SOAK = os.environ.get("EVD_SOAK") == "1"
RESIDENT_KB = 128 << 10
ADDRESS_BYTES = 1 << 30
SECONDS = 120  # of processor time


class Copy:
    def __init__(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.dir = os.path.join(self.temporary.name, "record")
        shutil.copytree(GOOD, self.dir)

    def path(self, *parts):
        return os.path.join(self.dir, *parts)


def bounded(record, *more, code=FAILS):
    """Verifies with little memory and time; the report as JSON."""
    def before():
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_BYTES, ADDRESS_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        p = subprocess.Popen([EVIDENT, "verify", record, "--format", "json",
                              "--jobs", "2", *more], stdout=out, stderr=err,
                             preexec_fn=before)
        _, status, usage = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        text = out.read()
        assert p.returncode == code, (p.returncode, text[:500], err.read())
    if "sanitize" not in os.environ.get("EVIDENT_BUILD", ""):
        assert usage.ru_maxrss < RESIDENT_KB, usage.ru_maxrss
    return json.loads(text)


def failures(report, check):
    c = [c for c in report["checks"] if c["id"] == check][0]
    return c["failed"], [f["where"] + ": " + f["what"] for f in c["failures"]]


def test_B10_very_many_files():
    x = Copy()
    n = 1000000 if SOAK else 20000
    for k in range(n):
        with open(x.path("ballots", "x%d.jsonl" % k), "w") as f:
            f.write("x\n")
    report = bounded(x.dir)
    failed, first = failures(report, "X.1")
    if SOAK:
        assert first == ["(the record): more files than any record has"], first
    else:
        assert failed == n and first[0].startswith("ballots/x0.jsonl:1"), first


def packed(byte, size, tail):
    """One Zstandard frame of `size` times the byte: blocks of one byte."""
    block = 128 << 10
    head = (block << 3 | 1 << 1).to_bytes(3, "little") + byte
    raw = (len(tail) << 3 | 1).to_bytes(3, "little") + tail
    return b"\x28\xb5\x2f\xfd\x00\x68" + size // block * head + raw


def test_B10_line_of_a_gigabyte():
    x = Copy()
    path = x.path("ballots", "device_1.jsonl")
    os.remove(path)
    write(packed(b"[", 1 << 30, b"\n"), path + ".zst")
    assert os.path.getsize(path + ".zst") < 1 << 16
    _, first = failures(bounded(x.dir), "X.1")
    assert first[0] == "ballots/device_1.jsonl:1: a line longer than 64 MiB", \
        first
    x = Copy()
    with open(x.path("states.jsonl"), "w") as f:
        f.truncate(1 << 30)
    _, first = failures(bounded(x.dir), "X.1")
    assert "states.jsonl:1: a line longer than 64 MiB" in first, first
    x = Copy()
    with open(x.path("tally.json"), "w") as f:
        f.truncate(1 << 30)
    _, first = failures(bounded(x.dir), "X.1")
    assert first[0].startswith("tally.json: "), first


def test_B10_deep_nesting():
    x = Copy()
    path = x.path("ballots", "device_2.jsonl")
    write(b"[" * (4 << 20) + b"\n" + b'{"a":' * (1 << 20) + b"\n" +
          read(path), path)
    _, first = failures(bounded(x.dir), "X.1")
    assert first[:2] == ["ballots/device_2.jsonl:%d: nested deeper than 16" % k
                         for k in (1, 2)], first


def test_B10_huge_counts():
    x = Copy()
    for name in ("tally_encrypted.json", "devices.json"):
        path = x.path(name)
        text = read(path).replace(b'"ballots":', b'"ballots":9007199254740', 1)
        write(text, path)
    report = bounded(x.dir)
    assert failures(report, "X.14")[0] > 0
    assert failures(report, "X.15")[0] > 0


def test_B10_very_many_states():
    x = Copy()
    n = 1000000 if SOAK else 40000
    path = x.path("states.jsonl")
    lines = read(path).decode().splitlines(keepends=True)
    more = ('{"id_B":"%064X","state":"cast"}\n' % (k * k) for k in range(n))
    # One by one: what is resident here counts for what is started from here.
    with open(path, "w") as f:
        f.writelines(heapq.merge(lines, more))
    report = bounded(x.dir)
    failed, first = failures(report, "X.11")
    assert failed == n and len(first) == 10, (failed, first)
    # The same where the disk is full, and where there is none.
    a = command("verify", x.dir, limit=100000)
    assert a.code == UNFINISHED and a.err.count("\n") == 1, a
    assert "temporary file" in a.err and "\n6.A    " in a.out, a
    refused(command("verify", x.dir, "--tmp", "/nowhere"), USAGE, "--tmp")
    refused(command("verify", x.dir, "--tmp", path), USAGE, "no folder")


def test_B10_copies_times_copies():
    """Checking every copy of a line for every copy of its ballot would take
    80,000 proofs."""
    x = Copy()
    data = x.path("contest_data.jsonl")
    lines = read(data).split(b"\n")
    write(lines[0] + b"\n" + 2000 * (lines[1] + b"\n"), data)
    id_B = json.loads(lines[1])["id_B"].encode()
    for name in os.listdir(x.path("ballots")):
        path = x.path("ballots", name)
        text = read(path)
        for line in text.split(b"\n"):
            if id_B in line:
                write(text + 39 * (line + b"\n"), path)
    report = bounded(x.dir)
    assert failures(report, "5.A")[0] == 39
    assert failures(report, "X.12")[0] >= 1999
    twelve = [c for c in report["checks"] if c["id"] == "12.B"][0]
    assert twelve["count"] <= 1 + 40 * 16 and twelve["status"] == "not_run"


def test_B10_no_regular_files():
    x = Copy()
    os.mkfifo(x.path("texts.jsonl"))
    os.symlink("/dev/zero", x.path("ballots", "zero.jsonl"))
    os.remove(x.path("states.jsonl"))
    os.mkfifo(x.path("states.jsonl"))
    write(b"", x.path("roll.jsonl.zst"))
    failed, first = failures(bounded(x.dir), "X.1")
    for name in ("texts.jsonl*: not a regular file",
                 "ballots/zero.jsonl*: not a regular file",
                 "states.jsonl*: not a regular file",
                 "roll.jsonl: there both packed (.zst) and unpacked"):
        assert name in first, (name, first)


if __name__ == "__main__":
    lab.main([v for k, v in list(globals().items()) if k.startswith("test_")])
