#!/usr/bin/env python3
"""Ballots by mail over a board: sealed in the log before anybody votes, what
came back judged before it is logged, opened where nobody cast them, and the
record that the log shows whole. Prints TAP."""
import json
import os
import re
import shutil
import subprocess
import time

import lab
from lab import (FAILS, UNFINISHED, USAGE, good, load, read, save, tree,
                 write)
from board_lab import form, merkle, notes
import board_ed25519 as ed
import board_make as make
import interpreter
from test_board_cli import ORIGIN, PLAIN, Board, refused

ORACLE = os.path.join(lab.ROOT, "test", "oracle")
BOOTH, MAIL = 1, 2
CONTESTS = [
    {"label": "Mayor", "rule": "plurality", "seats": 1,
     "options": ["Ann", "Ben"], "option_limit": 1, "contest_limit": 1,
     "overvote": True, "write_ins": 1, "data_blocks": 4},
    {"label": "Council", "rule": "plurality", "seats": 2,
     "options": ["X", "Y", "Z"], "option_limit": 1, "contest_limit": 2,
     "overvote": False, "write_ins": 0, "data_blocks": 0}]
MANIFEST = dict(lab.MANIFEST, label="By mail", guardians=["Ada"],
                contests=CONTESTS, styles=lab.MANIFEST["styles"][:1],
                short_code=1, privacy_floor=1, devices=[
                    {"label": "hall;1", "mode": "booth", "chaining": 1},
                    {"label": "post;1", "mode": "mail", "chaining": 1}])


class Post(Board):
    """One guardian; a booth and the mail; three witnesses."""

    def __init__(self):
        lab.Lab.__init__(self)
        self.running = []
        self.make_keys("a1", "a2", "a3", "g1", "booth", "mail", "pw")
        good(self("keys", "make", "admin=a1.pub", "admin=a2.pub",
                  "admin=a3.pub", "guardian:1=g1.pub", "device:1=booth.pub",
                  "device:2=mail.pub", "poll-worker:1=pw.pub", "--out",
                  "keys"))
        self.serve_all()
        save(MANIFEST, self.path("m.json"))
        good(self("election", "new", "--from", "m.json", "--guardians", "1",
                  "--quorum", "1", "--out", "record", "--kind", "trial"))

    def until_open(self):
        good(self.publish())
        for verb in ("new", "reveal", "share", "accept"):
            good(self.guardian(verb, 1))
        good(self("election", "finish", "record", "--exchange", "xf",
                  "--board", self.url))
        good(self.act("election", "keys", "record", keys=("a1", "a3", "g1")))
        good(self.act("election", "open", "--beacon", "3 1 4"))

    def upload(self, device, *more, record="record"):
        return self("upload", record, "--device", device, "--key",
                    {BOOTH: "booth", MAIL: "mail"}[device],
                    "--poll-worker-key", "pw", "--board", self.url,
                    "--policy", "policy", "--wait", "10", PLAIN, *more)

    def decrypt(self, exchange, *more, rounds=3):
        for _ in range(rounds):
            good(self("guardian", "decrypt", "closed", "--index", "1",
                      "--secret", "s1", "--exchange", exchange, "--board",
                      self.url, "--policy", "policy", "--key", "g1",
                      "--plain-key", "--wait", "10", PLAIN, "--present", "1",
                      "--witnesses", "2", *more))

    def lines(self, name, record="record"):
        return [line for line in read(self.path(record, name)).split(b"\n")
                if line]

    def ballots(self, device):
        return [json.loads(line) for line in
                self.lines("ballots/device_%d.jsonl" % device)]

    def changed(self, name, change):
        """The record `bad`, where a file was changed."""
        shutil.rmtree(self.path("bad"), ignore_errors=True)
        shutil.copytree(self.path("record"), self.path("bad"))
        before = read(self.path("bad", name))
        after = change(before)
        assert after != before
        write(after, self.path("bad", name))

    def entries(self):
        out, at = [], 0
        folder = self.path("board", "public", "tile", "entries")
        data = read(folder, "000.p", max(os.listdir(folder + "/000.p"),
                                         key=int))
        while at < len(data):
            n = int.from_bytes(data[at:at + 2], "big")
            out.append(data[at + 2:at + 2 + n])
            at += 2 + n
        return out

    def seed(self, name):
        return bytes.fromhex(
            read(self.path(name + ".key")).split()[0].decode())

    def entry(self, kind, keys, **body):
        """As somebody makes it who has keys and not our tool."""
        all_ = self.entries()
        opened = next(e for e in all_ if form.decode(e).type == form.PHASE)
        entry = form.Entry(kind, form.decode(all_[-1]).slot, body)
        leaf = merkle.leaf_hash(opened)
        entry.signatures = sorted(
            (form.keyid(ed.public(self.seed(key))), ed.sign(
                self.seed(key), entry.message(ORIGIN, leaf)))
            for key in keys.split())
        return entry.encode()

    def raw(self, kind, keys, objects=(), **body):
        out = self.entry(kind, keys, **body)
        return b"".join(len(x).to_bytes(4, "big") + x for x in (out, *objects))

    def raw_log(self, name, entries, cast):
        """The same board with these entries, signed by log and witnesses."""
        leaves = [merkle.leaf_hash(e) for e in entries]
        note = notes.Checkpoint(ORIGIN, len(leaves), merkle.root(leaves)).note()
        note.sign(ORIGIN, self.seed("log"))
        for w in ("w1", "w2", "w3"):
            note.cosign(w, self.seed(w), int(time.time()))
        files = {"checkpoint": note.dump(), **merkle.tiles(leaves),
                 **merkle.bundles(entries)}
        digest = lab.digest("mail_cast", cast).lower()
        files["obj/%s/%s/%s" % (digest[:2], digest[2:4], digest)] = cast
        shutil.copytree(self.path("board", "public"), self.path(name))
        shutil.rmtree(self.path(name, "tile"))
        for path, data in files.items():
            os.makedirs(os.path.dirname(self.path(name, path)), exist_ok=True)
            write(data, self.path(name, path))

    def monitor(self, name):
        return self("monitor", "--board", name, "--policy", "policy",
                    "--state", name + ".state", "--once", "--max-age",
                    "3600", "--sealed", "100")


    def share(self, step, answer):
        """The answer of a round, as guardian 1 could post it."""
        name = "decrypt_%d_1.json" % ((step - 1) % 3 + 1)
        parts = make.dump_parts([(name, answer)])
        leaves = [merkle.leaf_hash(e) for e in self.entries()]
        return self.post(self.raw(
            form.SHARE, "g1", [parts], guardian=1, step=step,
            share=object_of("share", parts),
            head=(len(leaves), merkle.root(leaves))))


B = None


def bent(digits):
    """Another number: the last digit changes."""
    return digits[:-1] + (b"1" if digits[-1:] == b"0" else b"0")


def other_code(lines):
    """The first short code of these is another one."""
    code = re.search(b'"code":"(..)"', lines).group(1)
    return lines.replace(b'"code":"%s"' % code, b'"code":"%s"' % (
        b"1F" if code != b"1F" else b"2F"), 1)


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def is_refused(answer, *words):
    """Nothing was taken, and the sentence says why."""
    status, why = answer
    assert status == 422, answer
    assert all(w in why for w in words), (words, why)
    assert B.size() == B.last, "something was logged"


def object_of(kind, data):
    return bytes.fromhex(lab.digest(kind, data)), len(data)


def no_entry_more(answer, *words):
    """The board refused it, with these words, and took nothing."""
    refused(answer, FAILS, "422", *words)
    assert B.size() == B.last, "something was logged"


def test_sheets_stand_in_the_log_before_anybody_votes():
    B.until_open()
    good(B("preencrypt", "record", "--device", "2", "--style", "1", "--count",
           "6", "--out", "post", PLAIN))
    size = B.last = B.size()
    psi = B.ballots(MAIL)[0]["contests"][1]["psi"][0].encode()
    B.changed("ballots/device_2.jsonl",
              lambda b: b.replace(psi, bent(psi), 1))
    # the device that is open stays so; its ballot is refused
    answer = B.upload(MAIL, "--open", record="bad")
    refused(answer, FAILS, "422", "16.B")
    good(B.upload(MAIL, "--open"))
    B.last = B.size()
    assert B.last == size + 7
    good(B.upload(MAIL))
    assert B.size() == B.last


def test_what_came_back_is_judged_before_it_is_logged():
    ids = [b["H_C"] for b in B.ballots(MAIL)]
    write(("ballot,1.1,1.2,2.1,2.2,2.3\n%s,1,0,1,1,0\n%s,0,1,0,0,1\n"
           "%s,,,,,\n" % tuple(ids[:3])).encode(), B.path("back.csv"))
    good(B("record-mail", "record", "--in", "back.csv", "--secret", "post",
           PLAIN))
    first, second = B.lines("mail_cast.jsonl")[:2]
    B.changed("mail_cast.jsonl", other_code)
    no_entry_more(B.upload(MAIL, record="bad"), "V17.A")
    psi = json.loads(first)["contests"][0]["selected"][0]["psi"].encode()
    B.changed("mail_cast.jsonl", lambda b: b.replace(psi, bent(psi), 1))
    no_entry_more(B.upload(MAIL, record="bad"), "16.A", "X.17")
    alpha = json.loads(first)["contests"][0]["fields"][0]["alpha"].encode()
    beta = json.loads(first)["contests"][0]["fields"][0]["beta"].encode()
    B.changed("mail_cast.jsonl", lambda b: b.replace(
        alpha + b'","beta":"' + beta + b'","proof"',
        beta + b'","beta":"' + alpha + b'","proof"', 1))
    no_entry_more(B.upload(MAIL, record="bad"), "6.D", "15.A")
    # what the first voter chose, on the second one's ballot
    at = len(b'{"id_B":"') + 64
    B.changed("mail_cast.jsonl", lambda b: b.replace(
        second, second[:at] + first[at:], 1).replace(
        first, first[:at] + second[at:], 1))
    no_entry_more(B.upload(MAIL, record="bad"), "16.A", "X.17")


def test_B01_selections_go_to_no_other_ballot():
    """Signed by the device itself, without our tool."""
    by_id = {b["id_B"]: bytes.fromhex(b["H_C"]) for b in B.ballots(MAIL)}
    first, second = B.lines("mail_cast.jsonl")[:2]
    codes = [by_id[json.loads(x)["id_B"]] for x in (first, second)]

    def answer(kind, key="mail", objects=(), **body):
        status, why = B.post(B.raw(kind, key, objects, **body))
        assert B.size() == B.last or status == 200, (status, why)
        return status, why

    status, why = answer(form.MAIL_CAST, objects=[second], H_C=codes[0],
                         mail_cast=object_of("mail_cast", second))
    assert status == 422 and "another ballot" in why, (status, why)
    status, why = answer(form.MAIL_CAST, objects=[first], H_C=codes[0],
                         key="booth", mail_cast=object_of("mail_cast", first))
    assert status == 422 and "L.4" in why, (status, why)
    status, why = answer(form.MAIL_CAST, objects=[first], H_C=bytes(32),
                         mail_cast=object_of("mail_cast", first))
    assert status == 422 and "L.5" in why, (status, why)
    # nobody knows what it would count
    status, why = answer(form.CAST, H_C=codes[0], credential=bytes(32), seq=1,
                         prev=bytes(32))
    assert status == 422 and "L.5" in why, (status, why)


def test_what_came_back_is_cast():
    good(B.upload(MAIL))
    assert B.size() == B.last + 6
    kinds = [form.decode(e).type for e in B.entries()[-6:]]
    assert kinds == [form.MAIL_CAST, form.CAST] * 3, kinds
    good(B.upload(MAIL))
    answer = good(B.upload(MAIL, "--resume"))
    assert "(0 entries sent, 12 were there)" in answer.out, answer
    assert B.size() == B.last + 6


def test_the_booth_beside_it():
    plain = "".join(json.dumps(
        {"serial": str(i), "style": 1, "weight": 1, "contests": [
            {"contest": 1, "marks": marks, "write_ins": names},
            {"contest": 2, "marks": [1, 0, 1], "write_ins": []}]},
        separators=(",", ":")) + "\n" for i, (marks, names) in enumerate((
            ([1, 0], []), ([0, 0], ["Dot"]), ([0, 1], []))))
    write(plain.encode(), B.path("booth.jsonl"))
    good(B("encrypt", "record", "--device", "1", "--in", "booth.jsonl"))
    write(B.ballots(BOOTH)[2]["H_C"].encode() + b"\n", B.path("booth.open"))
    good(B.upload(BOOTH, "--open", "--close", "--challenged", "booth.open"))
    # a booth's ballot has nothing to be selected
    line = B.lines("mail_cast.jsonl")[0]
    B.last = B.size()
    status, why = B.post(B.raw(
        form.MAIL_CAST, "booth", [line],
        H_C=bytes.fromhex(B.ballots(BOOTH)[0]["H_C"]),
        mail_cast=object_of("mail_cast", line)))
    assert status == 422 and why.startswith("L.5: "), (status, why)


def test_sheets_are_opened_and_one_stays_away():
    """One by the device, which has kept the nonces, at once; one by the
    guardians, later."""
    ballots = B.ballots(MAIL)
    write(ballots[0]["H_C"].encode() + b"\n", B.path("mail.open"))
    refused(B.upload(MAIL, "--challenged", "mail.open"), USAGE,
            "mail_cast.jsonl: it is cast")
    write(b"F" * 64 + b"\n", B.path("mail.open"))
    refused(B.upload(MAIL, "--challenged", "mail.open"), USAGE, "no ballot")
    write(ballots[3]["H_C"].encode() + b"\n", B.path("mail.open"))
    os.mkdir(B.path("nothing"))
    refused(B.upload(MAIL, "--challenged", "mail.open", "--secret", "nothing"),
            USAGE, "no folder", ballots[3]["H_C"])
    refused(B.upload(BOOTH, "--secret", "post"), USAGE, "mode mail")
    assert B.size() == B.last
    good(B.upload(MAIL, "--challenged", "mail.open", "--secret", "post"))
    assert B.size() == B.last + 2
    assert form.decode(B.entries()[-1]).type == form.OPENING
    write(("%s\n%s\n" % (ballots[3]["H_C"], ballots[4]["H_C"])).encode(),
          B.path("mail.open"))
    good(B.upload(MAIL, "--challenged", "mail.open", "--close"))
    assert B.size() == B.last + 4
    good(B.act("election", "close"))
    # an envelope that was not signed, as it turns out
    good(B.act("ballot", "refuse", ballots[2]["H_C"], "--reason", "3"))


def test_the_record_that_the_log_shows():
    good(B("export", B.url, "closed", "--policy", "policy"))
    assert B.lines("mail_cast.jsonl", "closed") == [
        x for x in B.lines("mail_cast.jsonl")
        if json.loads(x)["id_B"] != B.ballots(MAIL)[2]["id_B"]]
    states = {s["id_B"]: s["state"] for s in
              map(json.loads, B.lines("states.jsonl", "closed"))}
    assert [states[b["id_B"]] for b in B.ballots(MAIL)] == [
        "cast", "cast", "refused", "challenged", "challenged", "spoiled"]
    good(B("tally", "closed"))
    is_early = B.share(1, b"{}")
    assert is_early[0] == 422 and "before the tally" in is_early[1], is_early
    good(B.act("tally", "publish", "closed", keys=("a1",)))
    shares_of_the_tally("x1")
    os.mkdir(B.path("xr"))
    write(read(B.path("x1", "nonce_1.json")), B.path("xr", "nonce_1.json"))
    good(B("election", "result", "closed", "--exchange", "xr", "--present",
           "1", "--board", B.url))
    tally = load(B.path("closed", "tally.json"))
    assert [[f["t"] for f in c["fields"]] for c in tally["contests"]] == [
        [2, 1, 0, 1], [3, 1, 3]], tally


def shares_of_the_tally(exchange):
    """C02: what a guardian answers is judged before it is logged; a wrong one
    does not take the place of the right one."""
    tally = load(B.path("closed", "tally_encrypted.json"))
    names = [{"contest": c["contest"], "field": f} for c in tally["contests"]
             for f in range(1, len(c["fields"]) + 1)]

    def answer(i=1, U=(1,), items=names, **values):
        return compact({"i": i, "U": list(U), "items": [
            dict(x, **values) for x in items]})

    B.last = B.size()
    nothing = {"d": "0" * 64}
    is_refused(B.share(1, b"{}"), "L.7: ")
    is_refused(B.share(1, answer(items=names[:-1], **nothing)), "all that")
    is_refused(B.share(1, answer(items=names[1:], **nothing)),
               "what there is to decrypt")
    is_refused(B.share(1, answer(i=2, **nothing)), "another guardian")
    is_refused(B.share(1, answer(U=(1, 2), **nothing)), "no quorum")
    B.decrypt(exchange, rounds=1)
    B.last = B.size()
    g = load(B.path("record", "parameters.json"))["g"]
    is_refused(B.share(2, answer(a=g, b=g, M="0" * 1024)), "group element")
    is_refused(B.share(2, answer(a=g, b=g, M=g)), "does not open",
               "contest 1, field 1")
    B.decrypt(exchange, rounds=1)
    B.last = B.size()
    is_refused(B.share(3, answer(v="0" * 63 + "5")), "Note 3.7",
               "contest 1, field 1")
    B.decrypt(exchange, rounds=1)


def wrong_results():
    """The result is judged by what there is to decrypt."""
    tally = read(B.path("closed", "tally.json"))
    cell = load(B.path("closed", "tally.json"))["contests"][0]["fields"][0]

    def post(wrong):
        assert wrong != tally
        return B.post(B.raw(form.RESULT, "a1 a2 g1", [wrong],
                            tally=object_of("tally", wrong)))

    B.last = B.size()
    for old, new, code in ((b'"t":2', b'"t":1', "V10.C"),
                           (b'"t":2', b'"t":2000', "X.14"),
                           (cell["v"].encode(), bent(cell["v"].encode()),
                            "V10.B"),
                           (cell["T"].encode(), b"1" * 1024, "X.2"),
                           (b'"label":"Ann"', b'"label":"Ben"', "V11.B"),
                           (b'"guardians":[1]', b'"guardians":[]', "X.14")):
        is_refused(post(tally.replace(old, new, 1)), code + ": ")
    is_refused(post(b"{}"), "L.7: ")


def wrong_data():
    """So are contest data; and what may not be opened is not logged."""
    data = read(B.path("closed", "contest_data.jsonl"))
    lines = data.splitlines(True)
    first = json.loads(lines[0])
    others = [b["id_B"] for d in (BOOTH, MAIL) for b in B.ballots(d)
              if b["id_B"].encode() not in data]

    def post(wrong):
        assert wrong != data
        return B.post(B.raw(form.CONTEST_DATA, "a1 a2", [wrong],
                            contest_data=object_of("contest_data", wrong)))

    B.last = B.size()
    for name, code in (("D", "V12.C"), ("v", "V12.B"), ("beta", "X.2")):
        is_refused(post(data.replace(first[name].encode(),
                                     bent(first[name].encode()), 1)),
                   code + ": ")
    is_refused(post(lines[0] * 2), "ascend")
    is_refused(post(lines[1] + lines[0]), "ascend")
    is_refused(post(data[:-1]), "no end")
    is_refused(post(lines[0].replace(b'"contest":1', b'"contest":2')),
               "no data in this contest")
    is_refused(post(lines[0].replace(b'"contest":1', b'"contest":9')),
               "no contest 9")
    for id_B in others:
        is_refused(post(lines[0].replace(first["id_B"].encode(),
                                         id_B.encode())), "L.7: ")
    is_refused(post(lines[0].replace(first["id_B"].encode(), b"0" * 64)),
               "no ballot in the log")


def shares_of_data(exchange):
    """Nor what guardians answer about them."""
    item = {"id_B": B.ballots(BOOTH)[2]["id_B"], "contest": 1, "field": 0,
            "d": "0" * 64}
    B.last = B.size()
    wrong = {"i": 1, "U": [1], "items": [item]}
    is_refused(B.share(4, compact(wrong)), "X.12")  # it was challenged
    B.decrypt(exchange, "--contest-data", rounds=1)
    names = [{k: x[k] for k in ("id_B", "contest", "field")} for x in load(
        B.path(exchange, "decrypt_1_1.json"))["items"]]
    B.last = B.size()
    g = load(B.path("record", "parameters.json"))["g"]
    wrong["items"] = [dict(x, a=g, b=g, M=g) for x in names]
    is_refused(B.share(5, compact(wrong)), "does not open")
    B.decrypt(exchange, "--contest-data", rounds=1)
    B.last = B.size()
    wrong["items"] = [dict(x, v="0" * 64) for x in names[:-1]]
    is_refused(B.share(6, compact(wrong)), "items")
    wrong["items"] = [dict(x, v="0" * 64) for x in names]
    is_refused(B.share(6, compact(wrong)), "Note 3.7")
    B.decrypt(exchange, "--contest-data", rounds=1)


def test_sheets_are_opened_in_the_log():
    ballot = B.ballots(MAIL)[4]
    line = next(x for x in B.lines("mail_open.jsonl", "closed")
                if json.loads(x)["id_B"] == ballot["id_B"])
    opened = json.loads(line)
    rows = opened["contests"][0]["vectors"]
    nonce = rows[0]["nonces"][0].encode()
    for wrong, words in ((line.replace(b'"label":"Ann"', b'"label":"Ben"'),
                          "19.C"),
                         (line.replace(nonce, bent(nonce)), "18.A")):
        assert wrong != line
        status, why = B.post(B.raw(form.OPENING, "g1", [wrong],
                                   H_C=bytes.fromhex(
                                       ballot["H_C"]),
                                   challenged=object_of("challenged", wrong)))
        assert status == 422 and words in why, (status, why)
    size = B.size()
    good(B.act("openings", "publish", "closed", keys=("g1",)))
    assert B.size() == size + 2, "one of the booth, one by mail; the other one is"
    write(b"{}\n", B.path("closed", "contest_data.jsonl"))
    refused(B.act("data", "publish", "closed"), UNFINISHED, "result")
    os.remove(B.path("closed", "contest_data.jsonl"))
    wrong_results()
    good(B.act("result", "publish", "closed", keys=("a1", "a2", "g1")))


def test_contest_data_stand_in_the_log():
    shares_of_data("y1")
    os.mkdir(B.path("xd"))
    good(B("election", "result", "closed", "--exchange", "xd", "--present",
           "1", "--contest-data", "--board", B.url))
    assert len(B.lines("contest_data.jsonl", "closed")) == 2
    wrong_data()
    refused(B.act("data", "publish", "closed", keys=("a1",)), USAGE,
            "missing: 1 admin")
    good(B.act("data", "publish", "closed", "--draft", "d", keys=("a1",)))
    status, why = B.post(read(B.path("d")))
    assert status == 422 and "L.4" in why, (status, why)
    good(B.act("data", "publish", "closed", "--draft", "d", keys=("a3",)))


def test_everything_is_verified():
    answer = good(B("verify", B.url, "--policy", "policy"))
    assert "Verdict at stage final: pass" in answer.out, answer
    for code in ("12.B", "13.B", "15.A", "16.A", "16.F", "16.H", "17.A",
                 "18.A", "19.D", "X.17", "L.1", "L.2", "L.3", "L.4", "L.5",
                 "L.7", "L.9"):
        assert re.search(r"^%s +pass" % re.escape(code), answer.out, re.M), \
            (code, answer)
    good(B("export", B.url, "final", "--policy", "policy"))
    assert tree(B.path("final")) == tree(B.path("closed"))
    answer = good(B("verify", B.url, "--policy", "policy", "--record",
                    "closed"))
    assert re.search(r"^L.8 +pass", answer.out, re.M), answer
    # what the record alone says otherwise
    path = B.path("closed", "mail_open.jsonl")
    write(read(path).replace(b'"code":"', b'"code":"0', 1), path)
    answer = B("verify", B.url, "--policy", "policy", "--record", "closed")
    assert re.search(r"^L.8 +FAIL", answer.out, re.M), answer


def test_the_other_implementation_agrees():
    """test/oracle, written from the texts alone: the log, and the record as
    its view."""
    for program, words in (("board_log.py", ("--policy", B.path("policy"))),
                           ("board_export.py",
                            ("--record", B.path("final")))):
        r = subprocess.run(
            [interpreter.best(), os.path.join(ORACLE, program),
             B.path("board", "public"), *words],
            stdout=subprocess.PIPE, text=True, check=False)
        assert r.returncode == 0 and "FAIL" not in r.stdout, r.stdout


def test_B01_the_monitor_judges_what_was_selected():
    """The log of an operator whose server took what a device sent: signatures
    of everybody hold, and yet it is seen."""
    honest = B.entries()
    at = [form.decode(e).type for e in honest].index(form.MAIL_CAST)
    line = next(x for x in B.lines("mail_cast.jsonl") if form.decode(
        honest[at]).body["mail_cast"] == object_of("mail_cast", x))
    wrong = other_code(line)
    for name, cast in (("plain", line), ("bent", wrong)):
        B.raw_log(name, honest[:at] + [B.entry(
            form.MAIL_CAST, "mail", H_C=form.decode(honest[at]).body["H_C"],
            mail_cast=object_of("mail_cast", cast))], cast)
    answer = B.monitor("plain")
    assert (answer.code, answer.out) == (0, ""), answer
    answer = B.monitor("bent")
    alarm = json.loads(answer.out.splitlines()[0])
    assert answer.code == 1 and "17.A" in alarm["what"], answer


if __name__ == "__main__":
    B = Post()
    try:
        lab.main([f for name, f in list(globals().items())
                  if name.startswith("test_")])
    finally:
        B.stop()
