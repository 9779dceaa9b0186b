#!/usr/bin/env python3
"""An election over a board, by commands alone: who signs, who votes, who
decrypts; and what each of them is told when it does not go. Prints TAP."""
import base64
import http.client
import json
import os
import re
import shutil
import signal
import subprocess

import lab
from board_lab import form
from lab import (EVIDENT, FAILS, UNFINISHED, USAGE, Lab, command, good, read,
                 tree, write)

PLAIN = "--plain-secrets"
ORIGIN = "board.example/cli"
CSV = b"""contest,rule,seats,limit,option
Mayor,plurality,1,1,Ada
Mayor,plurality,1,1,Bob
"""


def voted(ada, serial="1"):
    return json.dumps({"serial": serial, "style": 1, "weight": 1, "contests": [
        {"contest": 1, "marks": [int(ada), int(not ada)], "write_ins": []}]},
        separators=(",", ":")).encode() + b"\n"


def refused(answer, code, *words):
    """One sentence with these words, and this exit code."""
    assert answer.code == code, "expected exit %d\n%s" % (code, answer)
    assert answer.err.count("\n") == 1, "not one sentence\n%s" % answer
    for word in words:
        assert word in answer.err, "expected `%s`\n%s" % (word, answer)


class Board(Lab):
    """A served board with three witnesses, in folders of a Lab."""

    def __init__(self, more=()):
        super().__init__()
        self.running = []
        self.make_keys("a1", "a2", "a3", "g1", "g2", "g3", "reg", "dev", "pw",
                       "stranger", *(m.split("=")[1][:-4] for m in more))
        good(self("keys", "make", "admin=a1.pub", "admin=a2.pub",
                  "admin=a3.pub", "guardian:1=g1.pub", "guardian:2=g2.pub",
                  "guardian:3=g3.pub", "registrar=reg.pub", "device:2=dev.pub",
                  "poll-worker:1=pw.pub", *more, "--out", "keys"))
        self.serve_all()
        write(CSV, self.path("m.csv"))
        good(self("election", "new", "--from", "m.csv", "--guardians", "3",
                  "--quorum", "2", "--out", "record", "--kind", "trial",
                  "--device", "Web:remote:0", "--device", "Booth"))
        good(self("roll", "make", "4", "--out", "roll", PLAIN))

    def make_keys(self, *names):
        for name in ("log", "w1", "w2", "w3") + names:
            good(self("key", "new", name, "--name",
                      ORIGIN if name == "log" else name, PLAIN))

    def serve_all(self):
        seen = [w for i in (1, 2, 3) for w in (
            "--witness", "w%d.pub=http://%s" % (i, self.serve(
                "witness", "--key", "w%d" % i, "--state", "ws%d" % i, "--log",
                "log.pub")))]
        good(self("policy", "make", "--log", "log.pub", *seen, "--quorum", "2",
                  "--out", "policy"))
        self.url = "http://" + self.serve(
            "serve", "board", "--origin", ORIGIN, "--key", "log", "--keys",
            "keys", "--policy", "policy", "--tick", "0.1").split("//")[-1]

    def __call__(self, *arguments):
        return command(*arguments, cwd=self.dir)

    def serve(self, verb, *arguments):
        p = subprocess.Popen(
            [EVIDENT, verb, *arguments, "--listen", "127.0.0.1:0", PLAIN],
            cwd=self.dir, stdout=subprocess.PIPE, text=True,
            stderr=open(self.path(verb + ".log"), "ab"))
        self.running.append(p)
        return p.stdout.readline().split()[-1].strip("/")

    def stop(self):
        for p in reversed(self.running):
            p.send_signal(signal.SIGTERM)
        for p in self.running:
            p.wait(20)
            p.stdout.close()
        self.running = []

    def act(self, *arguments, keys=("a1", "a2"), board=None):
        keys = [w for k in keys for w in ("--key", k)]
        return self(*arguments, *keys, "--board", board or self.url, "--policy",
                    "policy", "--wait", "10", PLAIN)

    def publish(self, *more, keys=("a1", "a2")):
        keys = [w for k in keys for w in ("--key", k)]
        return self("election", "publish", "record", "--keys", "keys",
                    "--policy", "policy", "--profile", "small", "--board",
                    self.url, "--wait", "10", *keys, *more, PLAIN)

    def guardian(self, verb, i, *more, record="record"):
        return self("guardian", verb, record, "--index", str(i), "--secret",
                    "s%d" % i, "--exchange", "x%d" % i, "--board", self.url,
                    "--policy", "policy", "--key", "g%d" % i, "--plain-key",
                    "--wait", "10", PLAIN, *more)

    def voter(self, verb, credential, ballot, *more):
        return self(verb, "--board", self.url, "--policy", "policy",
                    "--credential", "roll/credential_%d" % credential,
                    "--ballot", ballot, "--wait", "10", PLAIN, *more)

    def submit(self, credential, ballot, ada=True):
        write(voted(ada), self.path(ballot + ".plain.jsonl"))
        return self.voter("submit", credential, ballot, "--in",
                          ballot + ".plain.jsonl")

    def upload(self, *more):
        return self("upload", "record", "--device", "2", "--key", "dev",
                    "--poll-worker-key", "pw", "--board", self.url,
                    "--policy", "policy", "--wait", "10", PLAIN, *more)

    def size(self):
        return int(read(self.path("board", "public", "checkpoint"))
                   .split()[1])

    def post(self, body):
        """Whatever bytes, as somebody would who does not use our tool."""
        c = http.client.HTTPConnection(self.url.split("//")[1], timeout=20)
        c.request("POST", "/submit", body, {"Content-Type":
                                            "application/octet-stream"})
        a = c.getresponse()
        out = a.status, a.read().decode()
        c.close()
        return out

    def until_keys(self):
        good(self.act("roll", "publish", "roll/roll.jsonl",
                      keys=("reg", "a1", "a3")))
        for verb in ("new", "reveal", "share", "accept"):
            for i in (1, 2, 3):
                good(self.guardian(verb, i))
        good(self("election", "finish", "record", "--exchange", "xf",
                  "--board", self.url))
        good(self.act("election", "keys", "record",
                      keys=("a1", "a3", "g1", "g2", "g3")))


def code_of(answer):
    return re.search(r"code: ([0-9A-F]{64})", answer.out).group(1)


def unchanged(x, size):
    assert x.size() == size, (x.size(), size)


B = None


def test_T02_one_admin_alone_changes_nothing():
    """Its tool says what is missing, and sent without the tool the board
    refuses it, whatever the entry."""
    refused(B.publish(keys=("a1",)), USAGE, "missing: 1 admin")
    good(B.publish("--draft", "one", keys=("a1",)))
    status, why = B.post(read(B.path("one")))
    assert status == 422 and "L.4" in why, (status, why)
    assert not os.path.exists(B.path("board", "public", "checkpoint")) or \
        B.size() == 0
    # the second admin signs the same draft, a third is not needed
    good(B.publish("--draft", "one", keys=("a3",)))
    assert B.size() == 1 and os.path.exists(B.path("one.receipt"))
    refused(B.publish("--draft", "one", keys=("a2",)), FAILS, "a2", "all")


def test_a_signer_with_another_view_does_not_sign():
    write(read(B.path("policy")) + b"# mine\n", B.path("policy2"))
    good(B("election", "publish", "record", "--keys", "keys", "--policy",
           "policy", "--profile", "small", "--draft", "two", "--key", "a1",
           PLAIN))
    before = read(B.path("two"))
    refused(B("election", "publish", "record", "--keys", "keys", "--policy",
              "policy2", "--profile", "small", "--draft", "two", "--key",
              "a2", PLAIN), FAILS, "two is another SETUP")
    refused(B("election", "publish", "record", "--keys", "keys", "--policy",
              "policy", "--profile", "small", "--draft", "two", "--key",
              "stranger", PLAIN), FAILS, "stranger")
    assert read(B.path("two")) == before
    refused(B.act("election", "open", "--beacon", "1"), UNFINISHED, "keys")


def test_T02_later_acts_of_one_admin():
    good(B.act("roll", "publish", "roll/roll.jsonl", "--draft", "three",
               keys=("a1", "reg")))
    size = B.size()
    status, why = B.post(read(B.path("three")))
    assert status == 422 and "L.4" in why, (status, why)
    unchanged(B, size)
    B.until_keys()
    good(B.act("election", "open", "--beacon", "4", "--draft", "four",
               keys=("a1",)))
    status, why = B.post(read(B.path("four")))
    assert status == 422 and "L.4" in why, (status, why)
    refused(B.act("election", "open", "--beacon", "4", keys=("a1", "g1")),
            FAILS, "g1")
    assert B.submit(1, "early").code == UNFINISHED
    assert not os.path.exists(B.path("early"))


def test_B06_what_was_signed_before_opening_is_refused_after_it():
    good(B.act("election", "open", "--beacon", "9 9", "--draft", "nine",
               keys=("a1", "a3"), board=B.path("board", "public")))
    good(B.act("election", "open", "--beacon", "4 2 6"))
    size = B.size()
    refused(B.act("election", "open", "--beacon", "9 9", "--draft", "nine",
                  keys=("a2",)), USAGE, "is open")
    status, why = B.post(read(B.path("nine")))
    assert status == 422 and "does not hold" in why, (status, why)
    unchanged(B, size)


def test_T07_every_voter_gets_an_own_code():
    B.codes = {}
    for i, ada in ((1, True), (2, False)):
        answer = good(B.submit(i, "b%d" % i, ada))
        B.codes[i] = code_of(answer)
        assert os.path.exists(B.path("b%d.ballot.receipt" % i))
    assert B.codes[1] != B.codes[2]
    secret = read(B.path("b1")).decode()
    assert secret.startswith(B.codes[1] + " {\"id_B\"")
    assert "xi_B" not in secret
    answer = good(B.voter("cast", 1, "b1"))
    assert not os.path.exists(B.path("b1")), "the opening is erased"
    assert os.path.exists(B.path("b1.cast.receipt"))
    answer = good(B.voter("challenge", 2, "b2"))
    opened = json.loads(answer.out[answer.out.index("{"):])
    fields = opened["contests"][0]["fields"]
    assert [f["value"] for f in fields][:2] == [0, 1], fields
    assert not os.path.exists(B.path("b2"))


def test_receipts_with_the_opening_show_who_signed():
    def check(name, *more):
        return B("receipt", "check", name, "--policy", "policy", *more)

    def entry_of(path):
        return base64.b64decode(read(path).decode().split()[2])

    holds = "holds        the entry's own signatures hold"
    opening, folder = "open.receipt", B.path(
        "board", "public", "tile", "entries", "000.p")
    data = read(folder, max(os.listdir(folder), key=int))
    while data[6] != form.PHASE:
        data = data[2 + int.from_bytes(data[:2], "big"):]
    n = int.from_bytes(data[:2], "big")  # asked again, it gives a receipt
    status, text = B.post(n.to_bytes(4, "big") + data[2:2 + n])
    assert status == 200, text
    write(text.encode(), B.path(opening))
    voter = entry_of(B.path("b1.cast.receipt"))[11 + 32:11 + 64].hex()
    alone = good(check("b1.cast.receipt"))
    assert holds not in alone.out and "--open FILE" in alone.out, alone
    for how in (("--open", opening), ("--board", B.path("board", "public")),
                ("--board", B.url)):
        assert holds in good(check("b1.cast.receipt", *how)).out, how
        answer = good(check("b1.ballot.receipt", *how))
        assert holds not in answer.out and "not at hand" in answer.out, answer
        assert holds in good(check("b1.ballot.receipt", "--credential", voter,
                                   *how)).out, how
    # admins signed it, before there was an opening
    assert holds in good(check(opening, "--board",
                               B.path("board", "public"))).out
    refused(check("b1.cast.receipt", "--open", "b1.cast.receipt"), USAGE,
            "PHASE open of all sites")
    refused(check("b1.cast.receipt", "--open", opening, "--board", B.url),
            USAGE, "one of them")
    refused(B("receipt", "check", "b1.cast.receipt", "--open", opening),
            USAGE, "--policy")
    text = read(B.path(opening))
    write(text[:-20] + text[-20:].swapcase(), B.path("bent.receipt"))
    answer = check("b1.cast.receipt", "--open", "bent.receipt")
    assert answer.code != 0 and holds not in answer.out, answer
    os.remove(B.path("bent.receipt"))


def test_B03_a_tracker_names_one_entry_of_one_voter():
    receipts = [read(B.path("b%d.ballot.receipt" % i)).decode().split("\n")
                for i in (1, 2)]
    assert receipts[0][2] != receipts[1][2], "one place in the log each"
    for i, lines in zip((1, 2), receipts):
        entry = base64.b64decode(lines[1].split()[1])
        assert bytes.fromhex(B.codes[i]) in entry, "the code that was shown"


def test_T04_T06_wrong_credentials_and_used_ballots():
    size = B.size()
    # a key that is on no roll
    refused(B("submit", "--board", B.url, "--credential", "stranger", "--in",
              "b1.plain.jsonl", "--ballot", "b9", PLAIN), FAILS,
            "not on the roll")
    assert not os.path.exists(B.path("b9"))
    # somebody else's ballot is not cast with mine
    good(B.submit(3, "b3"))
    refused(B.voter("cast", 4, "b3"), FAILS, "422", "L.")
    assert os.path.exists(B.path("b3"))
    unchanged(B, size + 1)
    # one cast a credential
    good(B.submit(1, "b4"))
    refused(B.voter("cast", 1, "b4"), FAILS, "has cast")
    unchanged(B, size + 2)
    # the same again is the same entry
    again = read(B.path("b3.draft"))
    status, out = B.post(again)
    assert status == 200 and out.startswith("c2sp.org/tlog-proof@v1"), out
    unchanged(B, size + 2)
    # another choice for a ballot that has one
    good(B.voter("cast", 3, "b3"))
    write(b"", B.path("nothing"))
    refused(B.voter("challenge", 3, "b3"), USAGE, "b3")
    unchanged(B, size + 3)


def test_T22_wrong_board_wrong_policy_wrong_passphrase():
    size = B.size()
    write(read(B.path("policy")).replace(b"group q 2", b"group q 1"),
          B.path("weak"))
    refused(B("cast", "--board", B.url, "--policy", "weak", "--credential",
              "roll/credential_1", "--ballot", "b4", PLAIN), FAILS,
            "another policy")
    refused(B("cast", "--board", "http://127.0.0.1:9", "--credential",
              "roll/credential_1", "--ballot", "b4", PLAIN), UNFINISHED,
            "checkpoint")
    # a sealed key does not open with another passphrase
    good(command("key", "new", "sealed", "--name", "sealed",
                 "--passphrase-fd", "0", stdin="right\n", cwd=B.dir))
    answer = command("cast", "--board", B.url, "--credential", "sealed",
                     "--ballot", "b4", "--passphrase-fd", "0",
                     stdin="wrong\n", cwd=B.dir)
    refused(answer, USAGE, "passphrase")
    unchanged(B, size)


def test_booth_uploads_what_it_sealed():
    write(b"".join(voted(a, str(i)) for i, a in enumerate((1, 0, 0))),
          B.path("booth.jsonl"))
    good(B("encrypt", "record", "--device", "2", "--in", "booth.jsonl",
           "--receipts", "booth.csv"))
    codes = [r.split(",")[-1]
             for r in read(B.path("booth.csv")).decode().split()[1:]]
    write((codes[2] + "\n").encode(), B.path("spoiled.txt"))
    refused(B.upload("--key", "dev"), USAGE, "--key")
    answer = B("upload", "record", "--device", "2", "--key", "stranger",
               "--board", B.url, PLAIN, "--wait", "10")
    refused(answer, FAILS, "422")
    path = B.path("record", "ballots", "device_2.jsonl")
    whole = read(path)
    write(b"".join(whole.splitlines(True)[:2]), path)  # it breaks off
    good(B.upload("--open"))
    write(whole, path)
    size = B.size()
    answer = good(B.upload("--open", "--resume", "--spoiled", "spoiled.txt"))
    assert "3 ballots" in answer.out, answer
    assert "(2 entries sent, 5 were there)" in answer.out, answer
    unchanged(B, size + 2)
    good(B.upload("--open", "--close", "--spoiled", "spoiled.txt"))
    unchanged(B, size + 3)
    answer = good(B.upload("--open", "--close", "--resume", "--spoiled",
                           "spoiled.txt"))
    assert "(0 entries sent, 8 were there)" in answer.out, answer
    unchanged(B, size + 3)


def stop_and_close():
    """The counts of CLOSE stay what its first signer saw."""
    good(B.submit(4, "b5"))
    good(B.act("election", "stop", "--draft", "stop", keys=("a2",)))
    status, why = B.post(read(B.path("stop")))
    assert status == 422 and "L.4" in why, (status, why)
    good(B.act("election", "stop", "--draft", "stop", keys=("a3",)))
    size = B.size()
    refused(B.act("election", "stop"), USAGE, "has stopped")
    good(B.act("election", "close", "--draft", "close", keys=("a1",)))
    refused(B.voter("cast", 4, "b5"), FAILS, "422", "the stop")
    refused(B.submit(4, "halted"), FAILS, "422", "the stop")
    unchanged(B, size)
    good(B.act("election", "close", "--draft", "close", keys=("a3",)))


def test_B05_closed_and_not_before():
    refused(B.guardian("decrypt", 1, "--present", "1,3"), UNFINISHED, "CLOSE")
    stop_and_close()
    size = B.size()
    refused(B.act("election", "close"), USAGE, "is closed")
    refused(B.submit(4, "late"), FAILS, "closed")
    unchanged(B, size)
    refused(B.act("result", "publish", "record"), USAGE, "tally.json")


def test_T12_guardians_decrypt_what_everybody_sees_closed():
    good(B("export", B.url, "closed", "--policy", "policy"))
    states = [json.loads(s)["state"] for s in
              read(B.path("closed", "states.jsonl")).decode().split()]
    assert sorted(set(states)) == ["cast", "challenged", "spoiled"], states
    good(B("tally", "closed"))
    refused(B.guardian("decrypt", 1, "--present", "1,3", record="closed"),
            UNFINISHED, "tally is not in the log")
    # what anybody else says it were changes nothing
    good(B.act("tally", "publish", "closed", keys=("stranger",)))
    refused(B.guardian("decrypt", 1, "--present", "1,3", record="closed"),
            UNFINISHED, "tally is not in the log")
    good(B.act("tally", "publish", "closed", keys=("a1",)))
    # another tally than the one in the log
    shutil.copytree(B.path("closed"), B.path("other"))
    path = B.path("other", "tally_encrypted.json")
    write(read(path).replace(b'"ballots":', b'"ballots" :', 1), path)
    refused(B.guardian("decrypt", 1, "--present", "1,3", record="other"),
            FAILS, "not the tally")
    # a voter's cast ballot, challenged in this record alone
    shutil.rmtree(B.path("other"))
    shutil.copytree(B.path("closed"), B.path("other"))
    path = B.path("other", "states.jsonl")
    write(read(path).replace(b'"cast"', b'"challenged"', 1), path)
    refused(B.guardian("decrypt", 1, "--present", "1,3", record="other"),
            FAILS, "L.8", "states.jsonl")
    # two witnesses of three cannot rule out a second view: who decrypts knows
    alone = B.guardian("decrypt", 1, "--present", "1,3", record="closed")
    refused(alone, USAGE, "profile small", "--witnesses")
    refused(B.guardian("decrypt", 1, "--present", "1,3", "--witnesses", "9",
                       record="closed"), FAILS, "not 9")
    refused(B.guardian("decrypt", 1, "--present", "1,3", "--witnesses", "1",
                       record="closed"), FAILS, "2 are asked for")
    assert not os.path.exists(B.path("x1", "decrypt_1_1.json"))
    for _ in range(3):
        for i in (1, 3):
            good(B.guardian("decrypt", i, "--present", "1,3", "--witnesses",
                            "2", record="closed"))
    os.mkdir(B.path("xr"))
    for i in (1, 3):
        name = "nonce_%d.json" % i
        write(read(B.path("x%d" % i, name)), B.path("xr", name))
    good(B("election", "result", "closed", "--exchange", "xr", "--present",
           "1,3", "--board", B.url))
    shares = [f for f in os.listdir(B.path("xr")) if "decrypt" in f]
    assert len(shares) == 6, shares


def test_the_result_and_what_it_says():
    good(B.act("openings", "publish", "closed", keys=("g1",)))
    good(B.act("result", "publish", "closed", "--draft", "r",
               keys=("a1", "g1")))
    status, why = B.post(read(B.path("r")))
    assert status == 422 and "L.4" in why, (status, why)
    refused(B.act("result", "publish", "closed", "--draft", "r",
                  keys=("g1",)), USAGE, "g1")
    good(B.act("result", "publish", "closed", "--draft", "r",
               keys=("a2", "g3")))
    answer = good(B("verify", B.url, "--policy", "policy"))
    assert "Verdict at stage final: pass" in answer.out, answer
    # 1 and 3 of the voters, 2 of the booth: Ada 3, Bob 1
    assert re.search(r"^ *Ada +3$", answer.out, re.M), answer
    assert re.search(r"^ *Bob +1$", answer.out, re.M), answer
    good(B("export", B.url, "final", "--policy", "policy"))
    assert tree(B.path("final")) == tree(B.path("closed"))


if __name__ == "__main__":
    B = Board()
    try:
        lab.main([f for name, f in list(globals().items())
                  if name.startswith("test_")])
    finally:
        B.stop()
