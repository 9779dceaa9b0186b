#!/usr/bin/env python3
"""Records made to exhaust a verifier: a clear verdict in bounded memory and
time. EVD_SOAK=1: in full size. Prints TAP."""
import heapq
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import lab
from lab import (EVIDENT, FAILS, OK, ROOT, UNFINISHED, USAGE, command, read,
                 refused, write)

sys.path.insert(0, os.path.join(ROOT, "test", "oracle"))
import board_make  # noqa: E402
import board_note as notes  # noqa: E402

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
        signal.alarm(5 * SECONDS)  # whoever waits for a FIFO

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


# ---- the same in the folder of a log ----

class Board:
    """A small log, its policy at hand; change: of its plan."""

    def __init__(self, change=None):
        self.temporary = tempfile.TemporaryDirectory()
        plan = board_make.plan("once")
        if change:
            change(plan)
        board_make.save(plan, self.temporary.name)
        self.dir = os.path.join(self.temporary.name, "board")
        self.policy = os.path.join(self.temporary.name, "policy")

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def bounded(self, *more, code=FAILS):
        return bounded(self.dir, "--policy", self.policy, *more, code=code)

    def one_of(self, *below):
        """The greatest file in a folder."""
        return max((os.path.join(at, name)
                    for at, _, names in os.walk(self.path(*below))
                    for name in names), key=os.path.getsize)


def what_failed(report):
    return {c["id"]: "; ".join(f["where"] + ": " + f["what"]
                               for f in c["failures"])
            for c in report["checks"] if c["status"] == "fail"}


def make_fifo(path):
    os.mkfifo(path)


def make_endless(path):
    os.symlink("/dev/zero", path)


def make_gigabyte(path):
    with open(path, "wb") as f:
        f.truncate(1 << 30)


def test_B10_log_of_odd_files():
    """A file that is none, or a gigabyte, in the place of each kind."""
    x = Board()
    for check, *below in (("L.1", "checkpoint"), ("L.2", "tile", "0"),
                          ("L.2", "tile", "entries"), ("L.7", "obj"),
                          ("L.7", "setup", "manifest.json")):
        path = x.path(*below)
        path = path if os.path.isfile(path) else x.one_of(*below)
        kept = read(path)
        for make in (make_fifo, make_endless, make_gigabyte):
            os.remove(path)
            make(path)
            found = what_failed(x.bounded("--log-only"))
            assert check in found, (below, make.__name__, found)
            named = "entry " if below[0] == "obj" else below[0]
            assert named in found[check], found
        os.remove(path)
        write(kept, path)
    x.bounded(code=OK)


def test_B10_log_among_very_many_files():
    """Nobody looks at what no entry names."""
    x = Board()
    for folder in ("obj/00/00", "tile/0/x000", "setup"):
        os.makedirs(x.path(folder), exist_ok=True)
        for k in range(10 ** 6 // 3 if SOAK else 1000):
            with open(x.path(folder, "x%d" % k), "w") as f:
                f.write("x")
    x.bounded(code=OK)


def test_B10_log_of_deep_nesting():
    def nested(p):
        p["ballot 2"].fields["ballot"] = b"[" * (4 << 20)
    found = what_failed(Board(nested).bounded())
    assert "nested deeper than 16" in found.get("X.1", ""), found


def test_B10_log_of_huge_counts():
    def point(p):
        p.point = lambda size, root: notes.Checkpoint(
            board_make.ORIGIN, 1 << 62, root)

    def roll(p):
        p["roll-commit"].fields["count"] = (1 << 32) - 1

    def length(p):
        kept = p["ballot 2"].fields["ballot"]
        p["ballot 2"].fields["ballot"] = lambda q: (
            q.keep("ballot", kept)[0], (1 << 32) - 1)

    def device(p):
        p["ballot 2"].fields["device"] = (1 << 32) - 1

    def bundle(p):
        p["notice"].raw = lambda data: b"\xff" * 40

    def lengths(p):
        p.change_files = lambda files: files.update({
            "tile/entries/000.p/71": b"\xff" * 70000})

    for change, check in ((point, "L.2"), (roll, "L.6"), (length, "L.7"),
                          (device, "L.5"), (bundle, "L.4"), (lengths, "L.2")):
        found = what_failed(Board(change).bounded("--log-only"))
        assert check in found, (change.__name__, found)



if __name__ == "__main__":
    lab.main([v for k, v in list(globals().items()) if k.startswith("test_")])
