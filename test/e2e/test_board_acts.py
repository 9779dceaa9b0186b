#!/usr/bin/env python3
"""What officials do in a log beside opening and closing it: keys come and go,
the roll changes, sites tell their totals, ballots are judged; and what each of
them is told when it does not go. Prints TAP."""
import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys

import lab
from lab import FAILS, ROOT, UNFINISHED, USAGE, good, read, write
sys.path.insert(0, os.path.join(ROOT, "test", "oracle"))
import board_make  # noqa: E402
from hashes import digest  # noqa: E402
from test_board_cli import PLAIN, Board, code_of, refused, unchanged, voted

SHORT = os.path.join(ROOT, "test", "vector", "boards", "short", "board")
B = None
LATE = ("reg", "a1", "a2")


def x25519(ed25519):
    """u = (1 + y) / (1 - y), RFC 7748 4.1."""
    p = 2 ** 255 - 19
    y = int.from_bytes(ed25519, "little") % 2 ** 255
    return ((1 + y) * pow(1 - y, -1, p) % p).to_bytes(32, "little")


def new_key(name):
    good(B("key", "new", name, "--name", name, PLAIN))


def only_posted(name, *words):
    """A draft that its tool would not post: what the board says."""
    size = B.size()
    status, why = B.post(read(B.path(name)))
    assert status == 422, (status, why)
    for word in words:
        assert word in why, why
    unchanged(B, size)


def test_the_list_takes_an_opener():
    lines = read(B.path("keys")).decode().splitlines()
    role, index, key, box, name = lines[-1].split(" ")
    assert (role, index, name) == ("opener", "0", "op"), lines[-1]
    assert bytes.fromhex(box) == x25519(bytes.fromhex(key)), box
    refused(B("keys", "make", "opener:1=op.pub", "--out", "x"), USAGE,
            "number behind a colon")
    refused(B("keys", "make", "poll-worker:0=op.pub", "--out", "x"), USAGE,
            "1 to 65535")
    # a point of small order: what is sealed for it opens for everybody
    data = b"\1" + b"\1" + bytes(31)
    digest = hashlib.sha256(b"bad\n" + data).hexdigest()[:8]
    write(b"bad+%s+%s\n" % (digest.encode(), base64.b64encode(data)),
          B.path("bad.pub"))
    refused(B("keys", "make", "opener=bad.pub", "--out", "x"), USAGE, "sealed")
    assert not os.path.exists(B.path("x"))


def test_before_the_roll_nothing_changes_it():
    good(B.publish())
    new_key("late")
    refused(B.act("roll", "add", "late.pub", keys=LATE), UNFINISHED,
            "roll publish")


def test_T26_the_list_is_committed_once():
    """Who left voters out beforehand needs another list: it is refused."""
    lines = read(B.path("roll", "roll.jsonl")).splitlines(True)
    write(b"".join(lines[:-1]), B.path("short.jsonl"))
    good(B.act("roll", "publish", "short.jsonl", "--draft", "short", keys=LATE,
               board=B.path("board", "public")))
    B.until_keys()
    refused(B.act("roll", "publish", "short.jsonl", keys=LATE), USAGE,
            "already")
    only_posted("short", "L.6", "once")


def test_keys_come():
    new_key("pw2")
    new_key("dev2")
    refused(B.act("keys", "add", "poll-worker=pw2.pub"), USAGE, "colon")
    refused(B.act("keys", "add", "guardian:4=pw2.pub"), USAGE, "and no 4")
    refused(B.act("keys", "add", "admin=reg.pub"), USAGE, "a new one")
    refused(B.act("keys", "add", "poll-worker:2=pw2.pub", keys=("a1",)), USAGE,
            "missing: 1 admin")
    good(B.act("keys", "add", "poll-worker:2=pw2.pub"))
    # a device has one key: with the new one the old one goes, and signs
    size = B.size()
    refused(B.act("keys", "add", "device:2=dev2.pub"), USAGE,
            "1 admin (the key that goes counts as one)")
    refused(B.act("keys", "add", "device:2=dev2.pub",
                  keys=("a1", "a2", "g1")), FAILS, "g1")
    unchanged(B, size)
    good(B.act("keys", "add", "device:2=dev2.pub", "--draft", "device",
               keys=("dev", "a1")))
    only_posted("device", "L.4")
    good(B.act("keys", "add", "device:2=dev2.pub", "--draft", "device",
               keys=("a3",)))
    unchanged(B, size + 1)


def objects_of(kind):
    """Those of the board's files that are objects of this kind."""
    out = []
    for at, _, files in os.walk(B.path("board", "public", "obj")):
        for f in files:
            data = read(at, f)
            if f == digest(kind, data).hex():
                out.append(data)
    return out


def audit(step, key):
    return B.act("audit", "publish", "keys", "--step", step, keys=(key,))


def test_files_are_published():
    refused(audit("9", "au"), USAGE, "1 to 8")
    refused(audit("1", "rel"), FAILS, "rel")
    write(b"", B.path("empty"))
    refused(B.act("audit", "publish", "empty", "--step", "1", keys=("au",)),
            USAGE, "empty")
    good(audit("1", "au"))
    refused(B.act("release", "publish", "policy", "none", keys=("rel",)),
            USAGE, "none")
    refused(B.act("release", "publish", "roll/", keys=("rel",)), USAGE,
            "no name of a file")
    refused(B.act("release", "publish", "policy", keys=("a1",)), FAILS, "a1")
    size = B.size()
    good(B.act("release", "publish", "policy", "roll/roll.jsonl", "--receipt",
               "release.receipt", keys=("rel",)))
    unchanged(B, size + 1)
    found = objects_of("release")
    assert len(found) == 1, found
    write(found[0], B.path("sums"))
    shutil.copy(B.path("roll", "roll.jsonl"), B.path("roll.jsonl"))
    subprocess.run(["sha256sum", "-c", "--strict", "sums"], cwd=B.dir,
                   check=True, stdout=subprocess.DEVNULL)


def test_keys_go():
    refused(B.act("keys", "revoke", "dev.pub"), USAGE, "not in force")
    refused(B.act("keys", "revoke", "nothing.pub"), USAGE, "nothing.pub")
    refused(B.act("keys", "revoke", "au.pub"), USAGE, "missing: 1 admin")
    good(B.act("keys", "revoke", "au.pub", keys=("a1", "a2", "au")))
    # one that is lost: an admin more
    new_key("a4")
    good(B.act("keys", "add", "admin=a4.pub"))
    good(B.act("keys", "revoke", "a4.pub", keys=("a1", "a2", "a3")))
    size = B.size()
    refused(B.act("election", "open", "--beacon", "1", keys=("a1", "a4")),
            FAILS, "a4")
    unchanged(B, size)


def test_totals_want_an_open_election():
    refused(totals(1, 3, 3), UNFINISHED, "not open")
    good(B.act("election", "open", "--beacon", "4 2 6"))


def totals(site, signed_in, papers, key="pw"):
    return B.act("totals", "publish", "--site", str(site), "--signed-in",
                 str(signed_in), "--papers", str(papers), keys=(key,))


def test_the_roll_changes():
    size = B.size()
    refused(B.act("roll", "add", "late.pub", "--style", "9", keys=LATE), USAGE,
            "styles, and no 9")
    refused(B.act("roll", "add", "late.pub", "--weight", "2", keys=LATE),
            USAGE, "without weights")
    refused(B.act("roll", "add", "late.pub", "--weight", "0", keys=LATE),
            USAGE, "--weight")
    refused(B.act("roll", "add", "roll/credential_1.pub", keys=LATE), USAGE,
            "a new one")
    refused(B.act("roll", "add", "nobody", keys=LATE), USAGE, "no credential")
    refused(B.act("roll", "add", "late.pub", keys=("a1", "a2")), USAGE,
            "missing: 1 registrar")
    refused(B.act("roll", "revoke", "late.pub", keys=LATE), USAGE,
            "not on the roll")
    refused(B.act("roll", "revoke", "late.pub", "--style", "1", keys=LATE),
            USAGE, "no option")
    refused(B.act("roll", "replace", "late.pub", keys=LATE), USAGE, "OLD NEW")
    unchanged(B, size)
    good(B.act("roll", "add", "late.pub", "--reason", "7", keys=LATE))
    new_key("later")
    good(B.act("roll", "replace", "late.pub", "later.pub", keys=LATE))
    unchanged(B, size + 2)


def test_T26_who_is_struck_off_late_shows():
    """A deletion is an entry of registrar and admins for everybody to see, and
    none of who has voted."""
    good(B.act("roll", "revoke", "roll/credential_1.pub", "--draft", "strike",
               keys=LATE, board=B.path("board", "public")))
    B.cast = code_of(good(B.submit(1, "b1")))
    good(B.voter("cast", 1, "b1"))
    refused(B.act("roll", "revoke", "roll/credential_1.pub", keys=LATE), FAILS,
            "stays on the roll")
    only_posted("strike", "L.6", "has cast")
    good(B.act("roll", "revoke", "roll/credential_3.pub", keys=LATE))
    refused(B.submit(3, "b3"), FAILS, "not active")
    good(B("export", B.url, "shown", "--policy", "policy"))
    roll = [json.loads(x) for x in
            read(B.path("shown", "roll.jsonl")).decode().splitlines()]
    states = [x["state"] for x in roll]
    assert sorted(states) == ["active"] * 4 + ["revoked"] * 2, states


def test_ballots_are_judged_after_close():
    B.sealed = code_of(good(B.submit(2, "b2")))
    write(b"".join(voted(a, str(i)) for i, a in enumerate((1, 0))),
          B.path("booth.jsonl"))
    good(B("encrypt", "record", "--device", "2", "--in", "booth.jsonl",
           "--receipts", "booth.csv"))
    B.booth = [r.split(",")[-1] for r in
               read(B.path("booth.csv")).decode().split()[1:]]
    good(B("upload", "record", "--device", "2", "--key", "dev2",
           "--poll-worker-key", "pw2", "--open", "--close", "--board", B.url,
           "--policy", "policy", "--wait", "10", PLAIN))
    size = B.size()
    refused(B.act("ballot", "refuse", B.booth[0], "--reason", "1"), UNFINISHED,
            "not closed yet")
    unchanged(B, size)


def test_stop_and_close():
    good(B.act("election", "stop"))
    good(B.act("election", "close"))
    size = B.size()
    refused(B.act("election", "stop"), USAGE, "closed")
    refused(B.act("roll", "revoke", "later.pub", keys=LATE), FAILS, "closed")
    unchanged(B, size)


def test_T26_ballots_in_doubt():
    size = B.size()
    refused(B.act("ballot", "accept", B.booth[0]), USAGE, "--reason")
    refused(B.act("ballot", "accept", "12", "--reason", "1"), USAGE,
            "confirmation code")
    refused(B.act("ballot", "accept", "0" * 64, "--reason", "1"), USAGE,
            "no ballot")
    refused(B.act("ballot", "accept", B.sealed, "--reason", "1"), FAILS,
            "is sealed", "is cast")
    refused(B.act("ballot", "spoil", B.cast), FAILS, "is cast", "is sealed")
    refused(B.act("ballot", "refuse", B.cast, "--reason", "70000"), USAGE,
            "--reason")
    unchanged(B, size)
    good(B.act("ballot", "refuse", B.booth[0], "--reason", "3", "--draft",
               "doubt", keys=("a1",)))
    only_posted("doubt", "L.4")
    good(B.act("ballot", "refuse", B.booth[0], "--reason", "3", "--draft",
               "doubt", keys=("a3",)))
    refused(B.act("ballot", "accept", B.booth[0], "--reason", "1"), FAILS,
            "stays refused")
    good(B.act("ballot", "accept", B.cast, "--reason", "1"))
    unchanged(B, size + 2)
    answer = B.act("ballot", "refuse", B.cast, "--reason", "1")
    refused(answer, FAILS, "is adjudicated", "stays accepted", "reason 1")
    assert "422" not in answer.err, answer  # nothing was sent
    refused(B.act("ballot", "accept", B.cast, "--reason", "2"), FAILS,
            "stays accepted")
    good(B.act("ballot", "accept", B.cast, "--reason", "1"))  # its receipt
    good(B.act("ballot", "refuse", B.booth[0], "--reason", "3"))
    unchanged(B, size + 2)
    refused(B.act("ballot", "spoil", B.sealed, keys=("a1",)), USAGE,
            "missing: 1 admin")
    good(B.act("ballot", "spoil", B.sealed))
    unchanged(B, size + 3)


def test_T26_more_ballots_than_voters_show():
    """What a site's list says is in the log, and the tally has to fit."""
    refused(totals(0, 1, 1), USAGE, "--site")
    refused(totals(1, 1, 1, "pw2"), FAILS, "pw2")
    refused(totals(3, 1, 1), FAILS, "pw")
    good(totals(1, 1, 1))
    size = B.size()
    answer = totals(1, 2, 2)
    refused(answer, FAILS, "totals of this site", "1 signed in, 1 papers")
    assert "422" not in answer.err, answer  # nothing was sent
    good(totals(1, 1, 1))  # its receipt
    unchanged(B, size)
    good(B("export", B.url, "closed", "--policy", "policy"))
    good(B("tally", "closed"))
    size = B.size()
    refused(B.act("tally", "publish", "closed", keys=("a1",)), FAILS, "L.9",
            "more ballots cast than voters")
    unchanged(B, size)
    good(totals(2, 1, 1, "pw2"))
    good(B.act("tally", "publish", "closed", keys=("a1",)))
    refused(totals(4, 1, 1), FAILS, "before it")
    refused(B.act("ballot", "spoil", B.sealed), FAILS, "tally")


def test_all_of_it_holds():
    answer = good(B("verify", B.url, "--policy", "policy"))
    assert "Verdict at stage closed: pass" in answer.out, answer
    states = [json.loads(s)["state"] for s in
              read(B.path("closed", "states.jsonl")).decode().split()]
    assert sorted(states) == ["cast", "cast", "refused", "spoiled"], states


def test_a_log_with_fewer_witnesses_than_it_says():
    plan = board_make.plan("once")
    plan["setup"].fields["profile"] = 2
    at = B.path("weak")
    board_make.save(plan, at)
    to = ("--board", os.path.join(at, "board"), "--policy",
          os.path.join(at, "policy"), PLAIN)
    for verb in (("election", "close", "--key", "a1"),
                 ("tally", "publish", "closed", "--key", "a1"),
                 ("submit", "--credential", "roll/credential_2", "--in",
                  "b1.plain.jsonl", "--ballot", "b9")):
        refused(B(*verb, *to), FAILS, "does not fit the profile",
                "2 of 3 witnesses")
    assert not os.path.exists(B.path("b9"))


def attest(where, *more, key="stranger"):
    return B("attest", where, "--key", key, PLAIN, *more)


def test_attested_in_the_log():
    """Anybody may, once for a head, and only what was checked."""
    to = ("--board", B.url, "--policy", "policy", "--wait", "10")
    size = B.size()
    refused(attest("closed", *to), USAGE, "no log")
    refused(attest(B.url, "--wait", "3"), USAGE, "--board")
    refused(attest(B.url, "--stage", "final", *to), USAGE, "--stage")
    write(read(B.path("policy")) + b"# mine\n", B.path("policy2"))
    unchanged(B, size)
    # a copy of a log with another history
    shutil.copytree(SHORT, B.path("copy"))
    refused(attest(B.path("copy"), "--board", B.url), FAILS,
            "not the log that was checked")
    unchanged(B, size)
    good(attest(B.url, *to, "--out", "note", "--receipt", "attest.receipt"))
    unchanged(B, size + 1)
    found = objects_of("attestation")
    assert found == [read(B.path("note"))], found
    text = found[0].decode()
    for line in ("stage closed", "verdict pass", "L.1 pass", "L.9 pass"):
        assert "\n%s\n" % line in text, text
    good(B("attest", "check", "note", "--key", "stranger.pub"))
    good(B("receipt", "check", "attest.receipt", "--policy", "policy"))
    good(B("verify", B.url, "--policy", "policy"))


def check(note, *more, where=None, policy="policy"):
    return B("attest", "check", note, "--key", "stranger.pub", "--board",
             where or B.url, "--policy", policy, *more)


def test_A10_attestation_against_the_log():
    """It stands there under its key, of a head that the log had, and who
    verifies the log finds the same."""
    size = B.size()
    answer = good(check("note"))
    assert "attests to the first %d entries" % (size - 1) in answer.out, answer
    assert "Log: verified again" in answer.out, answer
    # from files alone
    folder = B.path("board", "public")
    good(check("note", where=folder))
    # another key, an attestation that is not in the log, another log
    refused(B("attest", "check", "note", "--key", "a1.pub", "--board", B.url,
              "--policy", "policy"), FAILS, "not signed by")
    good(attest(B.url, "--policy", "policy", "--out", "other", key="a1"))
    refused(B("attest", "check", "other", "--key", "a1.pub", "--board", B.url,
              "--policy", "policy"), FAILS, "no ATTEST entry of")
    refused(check("note", where=B.path("weak", "board"),
                  policy=B.path("weak", "policy")), FAILS, "")
    answer = B("attest", "check", "note", "--board", B.url, "--policy",
               "policy")
    assert answer.code == UNFINISHED, answer


if __name__ == "__main__":
    B = Board(("audit=au.pub", "release=rel.pub", "opener=op.pub"))
    try:
        lab.main([f for name, f in list(globals().items())
                  if name.startswith("test_")])
    finally:
        B.stop()
