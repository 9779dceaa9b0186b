#!/usr/bin/env python3
"""`verify` of a log and the record in it: logs that the second implementation
makes, right ones and ones with a single fault. Prints TAP."""
import http.server
import json
import os
import re
import shutil
import sys
import tempfile
import threading
import time

import lab
from lab import (FAILS, OK, ROOT, UNFINISHED, USAGE, at_terminal, command,
                 good, read, refused, write)

sys.path.insert(0, os.path.join(ROOT, "test", "oracle"))
sys.path.insert(0, os.path.join(ROOT, "test", "torture"))
import board_faults  # noqa: E402
import board_form as form  # noqa: E402
import board_make  # noqa: E402
import board_note as notes  # noqa: E402
import board_tree as tree  # noqa: E402
import test_torture as torture  # noqa: E402
from hashes import digest  # noqa: E402

CODES = ["L.%d" % i for i in range(1, 11)]
WORK = tempfile.mkdtemp()


def make(name, change=None, base="once"):
    """The public files and the policy of a log; change: of its plan."""
    at = os.path.join(WORK, name)
    plan = board_make.plan(base)
    if change:
        change(plan)
    board_make.save(plan, at)
    return Log(at)


class Log:
    def __init__(self, at):
        self.at, self.board = at, os.path.join(at, "board")
        self.policy = os.path.join(at, "policy")

    def verify(self, *arguments, policy=True):
        """Exit code, and the checks of the report by their names."""
        if policy:
            arguments = ("--policy", self.policy) + arguments
        a = command("verify", self.board, "--format", "json", *arguments)
        report = json.loads(a.out)
        assert report["scope"] == "record+log", report["scope"]
        checks = {c["id"]: c for c in report["checks"]}
        return a.code, {i: c["status"] for i, c in checks.items()}, checks


def failed(status):
    return [c for c in CODES if status[c] == "fail"]


def erase(log, path):
    os.remove(os.path.join(log.board, path))


def until(plan, label):
    """Nothing of the plan behind this entry."""
    plan.items = plan.items[:plan.at(label) + 1]


def test_a_log_and_its_record_hold():
    log = make("good")
    code, status, checks = log.verify()
    assert code == OK, status
    for i in CODES[:9]:
        assert status[i] == "pass" and checks[i]["count"] > 0, i
    assert status["L.10"] == "not_run"
    text = command("verify", log.board, "--policy", log.policy)
    assert "it is what the log says, whose head 3 witnesses" in text.out, text


def test_longer_than_a_tile():
    log = make("long", base="long")
    code, status, _ = log.verify()
    assert code == OK, status
    shown = good(at_terminal("verify", log.board, "--policy", log.policy)).err
    for what in (r"Reading the log, \d+\.\d %, \d+ s left, entries 256",
                 r"Verifying, \d+\.\d %, \d+ s left, ballots \d"):
        assert re.search(what, shown), shown


def test_voting_again():
    code, status, _ = make("revote", base="revote").verify()
    assert code == OK, status


def test_a_voter_whose_credential_was_replaced_after_sealing():
    """The ballot that was never cast spoils nothing."""
    def change(p):
        p.insert("replace d", form.ROLL, ["registrar"] + board_make.ADMINS,
                 after="ballot 8", op=4, credential=board_make.public(
                     "voter h"), style=1, weight=1, reason=7,
                 replaced=board_make.public("voter d"))
    code, status, _ = make("replaced", change).verify()
    assert code == OK, status


def test_single_faults():
    """At least three of every code, each found as what it is."""
    seen = dict.fromkeys(CODES, 0)
    for name, fault in board_faults.sample().items():
        at = os.path.join(WORK, "fault")
        board_make.save(fault.plan(), at)
        code, status, checks = Log(at).verify("--log-only")
        assert code == (FAILS if fault.must else UNFINISHED), name
        got = failed(status)
        assert bool(got) == bool(fault.must), (name, got)
        assert not fault.must or set(got) & set(fault.must), (name, got)
        assert set(got) <= set(fault.must + fault.may), (name, got)
        for i in got:
            seen[i] += 1
            assert checks[i]["failures"][0]["where"], name
        shutil.rmtree(at)
    few = [i for i in CODES if seen[i] < 3 and i not in ("L.8", "L.10")]
    assert not few, (few, seen)


def test_nothing_passes_without_a_policy():
    log = make("nobody")
    code, status, _ = log.verify(policy=False)
    assert code == UNFINISHED
    assert (status["L.1"], status["L.3"]) == ("not_run", "not_run"), status
    name = digest("policy", read(log.policy)).hex()
    assert log.verify("--policy-digest", name, policy=False)[0] == OK
    wrong = digest("policy", b"another").hex()
    code, status, _ = log.verify("--policy-digest", wrong, policy=False)
    assert code == FAILS and failed(status) == ["L.3"], status


def test_a_stale_view_while_ballots_are_taken():
    log = make("open", lambda p: until(p, "cast 2"))
    code, status, _ = log.verify()
    assert code == FAILS and failed(status) == ["L.3"], status
    code, status, _ = log.verify("--max-age", "31536000")
    assert code in (OK, FAILS), status
    then, board_make.TIME = board_make.TIME, int(time.time())
    try:
        fresh = make("fresh", lambda p: until(p, "cast 2"))
    finally:
        board_make.TIME = then
    code, status, _ = fresh.verify()
    assert code == OK, status
    out = command("verify", fresh.board, "--policy", fresh.policy).out
    assert "at stage closed: pass" in out and "log is open" in out, out


def test_before_the_keys_there_is_no_record():
    log = make("early", lambda p: until(p, "ceremony 3 4"))
    code, status, checks = log.verify()
    assert code == UNFINISHED and not failed(status), status
    assert set(checks) == set(CODES)


def found(plan, label, codes):
    """A log of this plan fails, and what is named first is this entry."""
    at = os.path.join(WORK, "named")
    board_make.save(plan, at)
    code, status, checks = Log(at).verify("--log-only")
    assert code == FAILS and set(failed(status)) & set(codes), (label, status)
    first = [checks[i]["failures"][0]["where"] for i in failed(status)]
    name = "entry %d " % plan.at(label)
    assert any(x.startswith(name) for x in first), (name, label, first)
    shutil.rmtree(at)


def test_T02_whatever_admins_sign_no_admin_signs_alone():
    """Every entry of theirs with one of them: the verifier names it."""
    done = set()
    for base, only in (("once", None), ("mail", ("stop", "contest-data"))):
        acts = [x.label for x in board_make.plan(base).items
                if set(board_make.ADMINS) <= set(x.signers)]
        for label in only or acts:
            assert label in acts, (label, acts)
            plan = board_make.plan(base)
            done.add(plan[label].kind)
            plan[label].signers = [x for x in plan[label].signers
                                   if x != "admin 2"]
            until(plan, label)
            found(plan, label, ("L.4",))
    assert done == {form.SETUP, form.PHASE, form.SPOIL, form.ADJUDICATE,
                    form.RESULT, form.NOTICE, form.KEY, form.KEYS, form.ROLL,
                    form.CONTEST_DATA}, done


def test_T04_stuffing_is_named():
    """A ballot without a credential of the roll, with one that was revoked,
    replaced or has voted, and one more than have signed in: by its index."""
    for name, label in (
            ("L4-stranger", "more"), ("L6-revoked", "more"),
            ("L6-replaced", "more"), ("L6-cast-of-revoked", "cast 2"),
            ("L5-two-casts", "also"), ("L9-totals", "tally")):
        fault = board_faults.FAULTS[name]
        found(fault.plan(), label, fault.must)


def test_T07_B03_B04_twice_the_same_is_named():
    """Two ballots with one identifier, one code, one object; a copy that
    another voter signs."""
    for name, label in (("L5-id-twice", "copy"), ("L5-code-twice", "copy"),
                        ("L5-object-twice", "ballot 8 again"),
                        ("L5-copied", "ballot 8 again")):
        fault = board_faults.FAULTS[name]
        found(fault.plan(), label, fault.must)


def test_T05_a_ballot_that_is_gone():
    """Any BALLOT or CAST taken out of a log that was seen, its tail cut off;
    and the tail of a device that nobody has seen."""
    log = make("whole")
    head = os.path.join(WORK, "whole.head")
    assert log.verify("--head", head)[0] == OK
    plan = board_make.plan()
    labels = [x.label for x in plan.items if x.kind in (form.BALLOT, form.CAST)]
    assert len(labels) == 15, labels
    for label in labels:
        cut = make("cut", lambda p, x=label: p.remove(x))
        code, status, _ = cut.verify("--head", head, "--log-only")
        assert code == FAILS and "L.10" in failed(status), (label, status)
    short = make("short", lambda p: until(p, "cast 9"))
    code, status, _ = short.verify("--head", head, "--log-only")
    assert code == FAILS and "L.10" in failed(status), status
    for name in ("L9-dropped", "L9-cut-tail"):
        at = os.path.join(WORK, "tail")
        board_make.save(board_faults.FAULTS[name].plan(), at)
        code, status, _ = Log(at).verify("--log-only")
        assert code == FAILS and failed(status)[-1] == "L.9", (name, status)
        shutil.rmtree(at)


def test_B07_heads_of_two_histories():
    """L.10: an older head of this log is well; others are not."""
    log, head = make("mine"), os.path.join(WORK, "mine.head")
    older = make("older", lambda p: until(p, "keys"))
    shutil.copy(os.path.join(older.board, "checkpoint"), head)
    code, status, _ = log.verify("--head", head)
    assert code == OK and status["L.10"] == "pass", status
    assert read(head) == read(os.path.join(log.board, "checkpoint"))
    code, status, _ = older.verify("--head", head)  # it has gone back
    assert failed(status) == ["L.10"], status
    assert read(head) == read(os.path.join(log.board, "checkpoint"))
    for size, origin in ((20, board_make.ORIGIN), (71, board_make.ORIGIN),
                         (20, "board.example/another")):
        note = notes.Checkpoint(origin, size, tree.root([b"x" * 32])).note()
        note.sign(origin, board_make.seed(origin))
        with open(head, "wb") as f:
            f.write(note.dump())
        code, status, _ = log.verify("--head", head)
        assert code == FAILS and failed(status) == ["L.10"], (size, status)
    with open(head, "wb") as f:
        f.write(b"no checkpoint\n")
    a = command("verify", log.board, "--policy", log.policy, "--head", head)
    assert a.code == USAGE and "no checkpoint" in a.err, a


def test_T18_another_record():
    """L.8: a record that is not the log's, in one byte, file or line."""
    log, out = make("told"), os.path.join(WORK, "told.record")
    a = command("export", log.board, out, "--policy", log.policy)
    assert a.code == OK, a
    code, status, _ = log.verify("--record", out)
    assert code == OK and status["L.8"] == "pass", status
    assert command("verify", out).code == OK

    def other(path, change):
        bad = os.path.join(WORK, "bad.record")
        shutil.copytree(out, bad)
        change(os.path.join(bad, path))
        code, status, checks = log.verify("--record", bad)
        shutil.rmtree(bad)
        assert code == FAILS and failed(status) == ["L.8"], (path, status)
        assert checks["L.8"]["failures"][0]["where"] == path, checks["L.8"]

    def drop_line(path):
        lines = read(path).splitlines(True)
        with open(path, "wb") as f:
            f.write(b"".join(lines[:-1]))

    def flip(path):
        data = read(path).replace(b'"Ada","t"', b'"Adb","t"')
        with open(path, "wb") as f:
            f.write(data.replace(b"spoiled", b"refused", 1))

    def more_votes(path):
        data = read(path)
        at = data.index(b'"t":') + 4
        with open(path, "wb") as f:
            f.write(data[:at] + b"9" + data[at + 1:])

    other("states.jsonl", drop_line)
    other("ballots/device_1.jsonl", drop_line)
    other("states.jsonl", flip)
    other("tally.json", os.remove)
    other("tally.json", more_votes)
    other("texts.json", lambda p: open(p, "wb").write(b"{}") and None)


def test_B13_what_was_accepted_is_what_is_accounted_for():
    """Accepted = counted + superseded + challenged + spoiled: CLOSE says so of
    the log, and the record has every ballot in one of these states."""
    log, out = make("whole"), os.path.join(WORK, "whole.record")
    a = command("export", log.board, out, "--policy", log.policy)
    assert a.code == OK, a
    states = [json.loads(x)["state"] for x in
              read(os.path.join(out, "states.jsonl")).splitlines()]
    accepted = sum(1 for i in log_entries(log) if i[4] == 4)  # BALLOT
    assert len(states) == accepted and set(states) <= {
        "cast", "challenged", "spoiled", "superseded", "refused"}
    reconciled(log, out)
    # an insider takes one cast ballot out, or another's place
    kept = read(os.path.join(out, "states.jsonl"))
    for word in (b'"spoiled"', b'"challenged"'):
        with open(os.path.join(out, "states.jsonl"), "wb") as f:
            f.write(kept.replace(b'"cast"', word, 1))
        a = command("verify", out)
        assert a.code == FAILS, a
        assert log.verify("--record", out)[0] == FAILS
        assert "X.14    FAIL" in a.out, str(a)
        at = a.out.index("X.14    FAIL")
        assert "contest 1" in a.out[at:at + 400], a.out[at:]
    names = [n for n in board_faults.FAULTS if n.startswith("L9-close-")]
    assert len(names) >= 3
    for name in names:
        at = os.path.join(WORK, "close")
        board_make.save(board_faults.FAULTS[name].plan(), at)
        code, status, _ = Log(at).verify("--log-only")
        assert code == FAILS and "L.9" in failed(status), (name, status)
        shutil.rmtree(at)


def reconciled(log, out):
    """By contest and style: BALLOTs of the log are the record's ballots, each in
    one state, and those cast are the ones that the tally says it counts."""
    record = {n: json.loads(read(os.path.join(out, n + ".json")))
              for n in ("manifest", "tally_encrypted")}
    ballots = [json.loads(x) for f in os.listdir(os.path.join(out, "ballots"))
               for x in read(os.path.join(out, "ballots", f)).splitlines()]
    state = {s["id_B"]: s["state"] for s in map(json.loads, read(
        os.path.join(out, "states.jsonl")).splitlines())}
    logged = [form.decode(x).body["style"] for x in log_entries(log)
              if x[4] == form.BALLOT]
    assert sorted(logged) == sorted(b["style"] for b in ballots)
    for n, c in enumerate(record["tally_encrypted"]["contests"], 1):
        counted = sum(state[b["id_B"]] == "cast" and any(
            x["contest"] == n for x in b["contests"]) for b in ballots)
        assert c["ballots"] == counted > 0, (n, c["ballots"], counted)


def log_entries(log):
    """The entries, bundle by bundle."""
    folder, out = os.path.join(log.board, "tile", "entries"), []
    for at, _, files in sorted(os.walk(folder)):
        for name in sorted(files):
            data = read(os.path.join(at, name))
            while data:
                n = int.from_bytes(data[:2], "big")
                out.append(data[2:2 + n])
                data = data[2 + n:]
    return out


def told(answer, code):
    """A report without what tells how it was come by."""
    assert answer.code == code, answer
    report = json.loads(answer.out)
    checks = [c for c in report["checks"] if c["id"][0] != "L"]
    return checks, report["tally"], report["ballots"], report["record_digest"]


def parts(record, folder, n):
    for i in range(1, n + 1):
        path = os.path.join(folder, "part-%d-%d" % (n, i))
        a = command("verify", record, "--shard", "%d/%d" % (i, n))
        assert a.code in (FAILS, UNFINISHED), a
        write(a.out.encode(), path)
        yield path


def with_wrong_ballot(p):
    """What the log has is not what its proofs are of, in one digit."""
    ballot = p["ballot 2"].fields["ballot"]
    at = ballot.index(b'"v":["') + 6
    digit = b"1" if ballot[at:at + 1] == b"0" else b"0"
    p["ballot 2"].fields["ballot"] = ballot[:at] + digit + ballot[at + 1:]


def test_record_of_a_log_by_every_way():
    """With hints, over the log and alone, resumed, and in shards."""
    states = os.path.join(WORK, "states")
    env = dict(os.environ, XDG_STATE_HOME=states)
    for name, change, base, code in (
            ("ways", None, "once", OK), ("ways-mail", None, "mail", OK),
            ("ways-bad", with_wrong_ballot, "once", FAILS)):
        log = make(name, change, base)
        record, hints, kept = (log.at + "/record", log.at + "/hints",
                               log.at + "/kept")
        good(command("export", log.board, record, "--policy", log.policy))
        good(command("hints", "make", record, "--out", hints))
        over_log = ("verify", log.board, "--policy", log.policy, "--format",
                    "json")
        alone = ("verify", record, "--format", "json")
        want = told(command(*over_log), code)
        a = command(*over_log, "--hints", hints)
        assert told(a, code) == want, a
        assert json.loads(a.out)["proofs"]["in_batches"] > 0, a
        for more in ((), ("--hints", hints), ("--resume", kept),
                     ("--resume", kept)):
            a = command(*alone, *more, env=env)
            assert told(a, code) == want, (name, more, a)
        assert "verified by an earlier run" in a.err, a
        a = command("verify", "merge", "--format", "json",
                    *parts(record, log.at, 3))
        assert told(a, code) == want, (name, a)
    refused(command("hints", "make", log.board), USAGE, "is a log")


def test_export_takes_what_holds_alone():
    log, out = make("sold"), os.path.join(WORK, "sold.record")
    a = command("export", log.board, out)
    assert a.code == USAGE and "--policy" in a.err, a
    erase(log, "tile/0/000.p/71")
    a = command("export", log.board, out, "--policy", log.policy)
    assert a.code == FAILS and "L.2" in a.err, a
    assert not os.path.exists(out)
    early = make("unsold", lambda p: until(p, "ceremony 3 4"))
    a = command("export", early.board, out, "--policy", early.policy)
    assert a.code == UNFINISHED and not os.path.exists(out), a
    good = make("resold")
    os.mkdir(out)
    a = command("export", good.board, out, "--policy", good.policy)
    assert a.code == USAGE and "is there already" in a.err, a


class Served:
    """The files over HTTP; the n-th answer can be another status."""

    def __init__(self, folder):
        mine = self
        self.asked, self.bad = 0, (0, 0)

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *a, **k):
                super().__init__(*a, directory=folder, **k)

            def do_GET(self):
                mine.asked += 1
                if mine.asked == mine.bad[0]:
                    self.send_error(mine.bad[1])
                else:
                    super().do_GET()

            def log_message(self, *a):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        self.url = "http://127.0.0.1:%d/" % self.server.server_port
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def test_over_http():
    log = make("served")
    web = Served(log.board)
    a = command("verify", web.url, "--policy", log.policy)
    assert a.code == OK, a
    asked = web.asked
    assert asked > 60, asked
    for status, word in ((500, ": incomplete"), (404, ": ")):
        for n in sorted({1, 2, 3, 4, *range(5, asked, asked // 8), asked}):
            web.asked, web.bad = 0, (n, status)
            a = command("verify", web.url, "--policy", log.policy)
            assert a.code in (FAILS, UNFINISHED), (n, status, a)
            assert word in a.out, (n, status, a)
            if status == 500:  # who cannot be asked is not to blame
                assert a.code == UNFINISHED and "FAIL" not in a.out, (n, a)
    web.stop()
    a = command("verify", web.url, "--policy", log.policy)
    assert a.code == UNFINISHED, a  # nothing is said about the board


def test_an_address_that_does_not_answer_is_named():
    a = command("verify", "http://127.0.0.1:1/board")
    assert a.code == UNFINISHED and "incomplete" in a.out, a
    assert a.err.count("http://127.0.0.1:1/board/checkpoint: ") == 1, a.err


def test_no_memory_blames_nobody():
    if not os.path.exists(torture.SHIM):
        return "the shim is not built"
    log, hit = make("starved"), os.path.join(WORK, "hit")
    n = used = 0
    while True:
        n += 1 + n // 8
        if os.path.exists(hit):
            os.remove(hit)
        a = command("verify", log.board, "--policy", log.policy, "--log-only",
                    "--jobs", "1",
                    env=torture.environment("alloc", n, hit))
        if not os.path.exists(hit):
            break
        used += 1
        assert a.code in (USAGE, UNFINISHED), (n, a)
        assert "FAIL" not in a.out and "log: pass" not in a.out, (n, a)
    assert used > 10, used
    return None


def test_wrong_usage():
    log = make("used")
    for more in (("--stage", "final"), ("--shard", "1/2"),
                 ("--policy-digest", "00"), ("--max-age", "0")):
        a = command("verify", log.board, *more)
        assert a.code == USAGE and a.err, a
    both = ("--policy", log.policy, "--policy-digest", "00" * 32)
    assert command("verify", log.board, *both).code == USAGE
    record = os.path.join(ROOT, "test", "vector", "records", "visible-1",
                          "record")
    assert command("verify", record, "--head", "x").code == USAGE


if __name__ == "__main__":
    code = lab.Tap().run([f for name, f in list(globals().items())
                          if name.startswith("test_")])
    shutil.rmtree(WORK)
    sys.exit(code)
