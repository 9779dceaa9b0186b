#!/usr/bin/env python3
"""`evident attest` and `attest check` as commands. Prints TAP."""
import base64
import os
import shutil
import tempfile

import board_lab
import lab
from lab import FAILS, ROOT, UNFINISHED, USAGE, command, good, load, \
    read, refused, save, tree, write

VISIBLE = os.path.join(ROOT, "test", "vector", "records", "visible-1",
                       "record")
PLAIN = "--plain-secrets"


class Desk:
    """A copy of a record, and the keys ada and bo."""

    def __init__(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.dir = self.temporary.name
        self.record = self.path("record")
        shutil.copytree(VISIBLE, self.record)
        for name in ("ada", "bo"):
            good(command("key", "new", self.path(name), "--name",
                         "example.org/" + name, PLAIN))

    def path(self, name):
        return os.path.join(self.dir, name)

    def attest(self, out="note", *more, key="ada"):
        return command("attest", self.record, "--key", self.path(key), PLAIN,
                       *(("--out", self.path(out)) if out else ()), *more)

    def check(self, *more, note="note"):
        return command("attest", "check", self.path(note), *more)

    def key(self, name="ada"):
        return ("--key", self.path(name + ".pub"))

    def fault(self):
        """One more vote than there is, in the printed tally."""
        tally = load(self.record, "tally.json")
        cell = tally["contests"][0]["fields"][0]
        cell["t"] += 1
        save(tally, self.record, "tally.json")


def line(text, word):
    found = [x for x in text.splitlines() if x.startswith(word + " ")]
    assert len(found) == 1, text
    return found[0][len(word) + 1:]


def test_pass_is_attested_and_checked():
    x = Desk()
    before = tree(x.record)
    a = good(x.attest())
    assert "passed every check" in a.out, a
    text = read(x.path("note")).decode()
    verified = good(command("verify", VISIBLE, "--format", "json")).out
    assert line(text, "record") in verified
    assert line(text, "verdict") == "pass" and line(text, "cast") == "5"
    a = good(x.check(*x.key(), "--record", x.record))
    assert "that of example.org/ada" in a.out and "same result" in a.out, a
    with open(x.path("ada.pub"), encoding="utf-8") as f:
        good(x.check("--key", f.read().strip()))
    assert tree(x.record) == before
    printed = good(x.attest(None)).out
    assert printed == text


def test_fail_is_attested_as_fail():
    x = Desk()
    x.fault()
    a = x.attest()
    assert a.code == FAILS and "does NOT hold" in a.out, a
    text = read(x.path("note")).decode()
    assert line(text, "verdict") == "fail" and line(text, "10.C") == "fail"
    good(x.check(*x.key(), "--record", x.record))


def test_stage_is_attested():
    x = Desk()
    for name in os.listdir(x.record):
        if name not in ("manifest.json", "parameters.json", "texts.json",
                        "guardians", "election_keys.json"):
            path = os.path.join(x.record, name)
            (shutil.rmtree if os.path.isdir(path) else os.unlink)(path)
    good(x.attest("note", "--stage", "ceremony"))
    text = read(x.path("note")).decode()
    assert line(text, "stage") == "ceremony"
    assert line(text, "6.A") == "not-run"
    good(x.check(*x.key(), "--record", x.record))


def test_nothing_is_not_attested():
    x = Desk()
    shutil.rmtree(x.record)
    os.mkdir(x.record)
    refused(x.attest(), UNFINISHED, "it is no record")
    os.rmdir(x.record)
    refused(x.attest(), USAGE, "record")
    assert not os.path.exists(x.path("note"))


def test_A10_only_under_its_key():
    x = Desk()
    good(x.attest())
    refused(x.check(*x.key("bo")), FAILS, "not signed by example.org/bo")
    note = read(x.path("note")).decode()
    # the name and id of bo before the signature of ada
    good(x.attest("bos", key="bo"))
    bos = read(x.path("bos")).decode()
    head, mine = note.rsplit(" ", 1)
    other = bos.rsplit(" ", 1)[1]
    assert mine != other
    forged = base64.b64encode(base64.b64decode(other)[:4] +
                              base64.b64decode(mine)[4:]).decode()
    write((head.replace("example.org/ada", "example.org/bo") + " " + forged +
           "\n").encode(), x.path("note"))
    refused(x.check(*x.key("bo")), FAILS, "does not hold")


def test_changed_text_fails():
    x = Desk()
    good(x.attest())
    note = read(x.path("note")).decode()
    for old, new in (("cast 5", "cast 6"), ("X.17 not-run", "X.17 pass"),
                     ("evident 0", "evident 1"),
                     (line(note, "record"), "0" * 64)):
        assert old in note
        write(note.replace(old, new).encode(), x.path("note"))
        refused(x.check(*x.key()), FAILS, "does not hold")
    for old, new in (("verdict pass", "verdict fail"), ("cast 5", "cast five"),
                     ("Evident att", "Other att"), ("\n\n", "\n"),
                     ("6.A pass", "6.A pass\n6.A pass")):
        write(note.replace(old, new).encode(), x.path("note"))
        refused(x.check(*x.key()), USAGE, "note:", "expected")


def test_another_record_is_not_what_was_attested():
    x = Desk()
    good(x.attest())
    x.fault()
    a = x.check(*x.key(), "--record", x.record)
    assert a.code == FAILS and "not what was attested" in a.err, a
    for words in ("10.C: attested is pass, found was fail",
                  "verdict: attested is pass, found was fail",
                  "record: attested is "):
        assert words in a.out, a
    # without the key: what was found says nothing about who signed
    a = x.check()
    assert a.code == UNFINISHED and "whose signature" in a.err, a


def test_wrong_input_is_one_sentence():
    x = Desk()
    good(x.attest())
    refused(command("attest"), USAGE, "RECORD")
    refused(command("attest", x.record), USAGE, "--key")
    refused(x.attest(), USAGE, "note", "not overwritten")
    refused(x.attest("n", "--stage", "early"), USAGE, "--stage")
    refused(x.attest("n", "--jobs", "none"), USAGE, "--jobs")
    refused(x.attest("n", key="cy"), USAGE, "cy.pub")
    refused(x.check("--key", "nobody"), USAGE, "--key")
    refused(x.check(note="none"), USAGE, "none")
    write(b"\xff\n\n", x.path("bytes"))
    refused(x.check(*x.key(), note="bytes"), USAGE, "UTF-8")


class Logs:
    """The log of the second implementation, and it with an attestation that
    `eve` has signed."""

    def __init__(self, desk):
        self.desk = desk
        board_lab.key_files(desk.path("eve"), "eve")
        self.save("log")
        # ballots were left out of it: its tally is another one
        a = command("attest", self.at("log"), "--policy", self.policy("log"),
                    "--key", desk.path("eve"), PLAIN, "--out",
                    desk.path("note"))
        assert a.code == FAILS and "does NOT hold" in a.out, a

    def save(self, name, note=None, **more):
        p = board_lab.make.plan("short")
        if note:
            p.add("own", board_lab.form.ATTEST, ["eve"], 6,
                  key=board_lab.make.public("eve"), attestation=note,
                  **dict({"head": board_lab.make.Plan.head}, **more))
        board_lab.make.save(p, self.desk.path(name))

    def at(self, name):
        return os.path.join(self.desk.path(name), "board")

    def policy(self, name):
        return os.path.join(self.desk.path(name), "policy")

    def check(self, name, note="note"):
        return self.desk.check(*self.desk.key("eve"), "--board", self.at(name),
                               "--policy", self.policy(name), note=note)


def test_A10_in_a_log():
    """What stands in the log is what was attested, of a head that it had."""
    x = Desk()
    logs = Logs(x)
    note = read(x.path("note")).decode()
    assert "\nL.5 pass\n" in note, note
    a = logs.check("log")
    assert a.code == FAILS and "no ATTEST entry of eve" in a.err, a
    logs.save("with", note.encode())
    a = good(logs.check("with"))
    assert "Log: verified again" in a.out and "attests to the first" in a.out, a
    # rightly signed, in the log, and not what is found there
    text = note.split("\n\n")[0] + "\n"
    for old, new, words in ((line(note, "record"), "0" * 64, "record: attested"),
                            (line(note, "cast"), "7", "cast: attested is 7")):
        word = words.split(":")[0]
        write(text.replace("\n%s %s\n" % (word, old), "\n%s %s\n" % (
            word, new)).encode(), x.path("text"))
        lie = good(command("key", "sign", x.path("text"), "--key",
                           x.path("eve"), PLAIN)).out
        write(lie.encode(), x.path("lie"))
        logs.save("lies", lie.encode())
        a = logs.check("lies", "lie")
        assert a.code == FAILS and words in a.out, a
        a = logs.check("lies")
        assert a.code == FAILS and "no ATTEST entry of eve" in a.err, a
    # of a head that this log never had
    logs.save("other", note.encode(), head=lambda p: (5, bytes(32)))
    a = logs.check("other")
    assert a.code == FAILS and "Log:" not in a.out, a
    refused(x.check(*x.key("eve"), "--board", logs.at("with")), USAGE,
            "--policy")
    refused(x.check("--board", logs.at("with"), "--policy",
                    logs.policy("with"), "--record", x.record), USAGE,
            "not both")


def test_help_says_how():
    for verb, words in (("attest", ("RECORD", "--key", "--out")),
                        ("attest check", ("FILE", "--record", "--board",
                                         "--key"))):
        a = good(command(*verb.split(), "--help"))
        for word in words:
            assert word in a.out, a


if __name__ == "__main__":
    lab.main([v for k, v in list(globals().items()) if k.startswith("test_")])
