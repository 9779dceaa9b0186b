#!/usr/bin/env python3
"""Ballots by mail beside those of a booth, verified with --hints, with
--resume, and in shards: exit code, verdict, statuses and counts are those of
one plain run, also where something is wrong with what came by mail.
Prints TAP."""
import json
import os
import sys
import tempfile

import lab
from lab import FAILS, OK, UNFINISHED, cached, command, good, read, write
from test_mail import CONTESTS, Post, chosen, edit, has, sheets

STATE = tempfile.TemporaryDirectory()
os.environ["XDG_STATE_HOME"] = STATE.name
BOOTH, MAIL = 1, 2


@cached
def done():
    """Two ballots of a booth; by mail two cast, one challenged, one not sent
    back. One guardian; contests of four and two options, one selected."""
    x = Post().new(n=1, k=1, short_code=1, privacy_floor=1, contests=[
        dict(CONTESTS[1], contest_limit=1), CONTESTS[2]],
        styles=[{"label": "All", "contests": [1, 2]}], devices=[
            {"label": "lab;hall;1", "mode": "booth", "chaining": 1},
            {"label": "lab;post;1", "mode": "mail", "chaining": 1}]).ceremony()
    plain = "".join(json.dumps(
        {"serial": str(i), "style": 1, "weight": 1, "contests": [
            {"contest": 1, "marks": [1, 0, 0, 0], "write_ins": []},
            {"contest": 2, "marks": [0, 1], "write_ins": []}]},
        separators=(",", ":")) + "\n" for i in range(2))
    good(command("encrypt", x.path("rec"), "--device", BOOTH, "--in", "-",
                 stdin=plain))
    good(x.pre(style=1, count=4))
    s = sheets(x.path("post", "sheets_2_1.pdf"))
    good(x.back("ballot,1,2\n%s,%s,\n%s,%s,%s\n" % (
        s[0]["code"], chosen(s[0], "Y"), s[2]["code"], chosen(s[2], "Z"),
        chosen(s[2], "H1"))))
    good(x.close(*x.listed("challenged", [x.ballots()[1]["H_C"]])))
    good(command("tally", x.path("rec")))
    x.rounds("1")
    good(x.result("1"))
    return x


def wrong_vector(x):
    def change(lines):
        vector = lines[1]["contests"][0]["selected"][0]["vector"]
        vector[0], vector[1] = vector[1], vector[0]
    edit(x, "mail_cast.jsonl", change)


def wrong_nonce(x):
    def change(lines):
        nonces = lines[0]["contests"][0]["vectors"][0]["nonces"]
        nonces[0], nonces[1] = nonces[1], nonces[0]
    edit(x, "mail_open.jsonl", change)


def wrong_chain(x):
    path = x.path("rec", "ballots", "device_2.jsonl")
    lines = read(path).splitlines(keepends=True)
    write(b"".join([lines[1], lines[0]] + lines[2:]), path)


def missing_line(x):
    edit(x, "mail_cast.jsonl", lambda lines: lines.pop())


def wrong_sum(x):
    """What was cast is not what its vectors add up to."""
    def change(lines):
        fields = lines[0]["contests"][0]["fields"]
        for name in ("alpha", "beta"):
            fields[0][name], fields[1][name] = (fields[1][name],
                                                fields[0][name])
    edit(x, "mail_cast.jsonl", change)


def wrong_state(x):
    def change(lines):
        mail = {b["id_B"] for b in x.ballots(MAIL)}
        cast = [v for v in lines if v["id_B"] in mail and
                v["state"] == "cast"]
        cast[0]["state"] = "spoiled"
    edit(x, "states.jsonl", change)


# What is wrong, and one of the checks that say so.
FAULTS = ((wrong_vector, "16.A"), (wrong_nonce, "18.A"), (wrong_chain, "16.F"),
          (missing_line, "X.17"), (wrong_sum, "6.D"), (wrong_state, "X.17"))


def judged(x, *more):
    """Exit code and report, without the words on how it was done."""
    a = command("verify", x.path("rec"), "--format", "json", *more)
    assert a.code in (OK, FAILS), a
    return stripped(a)


def stripped(answer):
    report = json.loads(answer.out)
    return answer.code, {k: v for k, v in report.items()
                         if k not in ("proofs", "parts")}, answer.err


def merged(x, n):
    parts = []
    for i in range(1, n + 1):
        a = command("verify", x.path("rec"), "--shard", "%d/%d" % (i, n))
        assert a.code in (FAILS, UNFINISHED), a
        parts.append(x.path("part-%d" % i))
        write(a.out.encode(), parts[-1])
    return stripped(command("verify", "merge", "--format", "json",
                            *reversed(parts)))


def with_faults():
    """(name, a record) of the good one and of each that is wrong."""
    yield "good", done()
    for change, code in FAULTS:
        x = done()
        change(x)
        failed = [c["id"] for c in judged(x)[1]["checks"]
                  if c["status"] == "fail"]
        assert code in failed, (change.__name__, failed)
        yield change.__name__, x


def test_B10_hints_beside_mail_ballots():
    x = done()
    hints = x.path("hints")
    good(command("hints", "make", x.path("rec"), "--out", hints))
    a = command("verify", x.path("rec"), "--format", "json", "--hints", hints)
    ways = json.loads(a.out)["proofs"]
    assert ways == {"in_batches": 2, "one_by_one": 4}, ways
    for name, y in with_faults():
        assert judged(y, "--hints", hints)[:2] == judged(y)[:2], name


def test_B10_resumed_beside_mail_ballots():
    """What is kept of the good record does not make a bad one pass."""
    x = done()
    kept = x.path("kept")
    assert judged(x, "--resume", kept)[:2] == judged(x)[:2]
    code, _, err = judged(x, "--resume", kept)
    assert code == OK and "6 of the ballots' lines were verified" in err, err
    whole = read(kept)
    for name, y in with_faults():
        want = judged(y)[:2]
        write(whole, y.path("kept"))
        for _ in range(2):  # then from what the bad one left
            assert judged(y, "--resume", y.path("kept"))[:2] == want, name


def test_B10_shards_beside_mail_ballots():
    for k, (name, x) in enumerate(with_faults()):
        n = (2, 3, 7)[k % 3]  # 6 ballots: one of the seven is empty
        assert merged(x, n)[:2] == judged(x)[:2], (name, n)


if __name__ == "__main__":
    if not has("pdftotext"):
        print("1..0 # SKIP pdftotext is not installed")
        sys.exit(0)
    lab.main([v for k, v in list(globals().items()) if k.startswith("test_")])
