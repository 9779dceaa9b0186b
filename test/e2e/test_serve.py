#!/usr/bin/env python3
"""`evident serve`: an election of the second implementation goes in, and its
judge looks at what comes out. Prints TAP."""
import copy
import json
import os
import shutil
import sys
import threading
import time

sys.dont_write_bytecode = True
import test_store  # noqa: E402
from board_lab import (ORIGIN, Entries, Server, ask, cached_entries,  # noqa: E402
                       family, form, holders, make, post, receipts, refused,
                       unwatched)
import group  # noqa: E402  (the oracle's)
import schemas  # noqa: E402
from form import dump, parse  # noqa: E402
from lab import USAGE, Tap, command, good, read, write  # noqa: E402


def test_election():
    """All of it in a few requests; asked again, refused, contradicted."""
    e = cached_entries()
    with Server().start() as s:
        assert s.get("checkpoint")[0] == 404
        large = e.extra(form.ATTEST, "anyone", key=make.public("anyone"),
                        head=e.first, attestation=bytes(65537))
        refused(s.submit(large), 413, "too large")
        for first, last in (("setup", "ceremony 3 1"),
                            ("ceremony 1 2", "roll-revoke"),
                            ("keys", "keys"), ("device 1", "cast 9"),
                            ("ballot 10", "tally"), ("share 1 1", "result"),
                            ("attest 2", "attest 2")):
            status, text = s.submit(e.range(first, last))
            assert status == 200, (text, s.said())
            done = receipts(text, e.policy)
            at = e.labels.index(first)
            assert [r.index for r in done] == list(range(
                at, e.labels.index(last) + 1))
        assert s.size() == len(e.labels) and s.faults() == [], s.faults()
        status, text = s.submit(e.item["cast 2"])
        assert status == 200 and receipts(text, e.policy)[0].index == \
            e.labels.index("cast 2")
        refused(s.submit(e.item["setup"] + e.item["setup"][:-1]), 400,
                "an object ends")
        assert s.size() == len(e.labels)
        n = s.numbers()
        assert n["evident_entries_taken_total"] == len(e.labels), n
        assert n["evident_entries_repeated_total"] == 2, n
        headers = s.get("setup/keys")[1]
        assert headers["access-control-allow-origin"] == "*", headers
        for path in ("nothing", "log.db", "tile", "setup/../sign.head"):
            assert s.get(path)[0] in (400, 404), path
        assert s.stop() == 0 and s.said() == "", s.said()
        shutil.copytree(s.path("board"), s.path("again"))
        with open(s.path("again", "public", "checkpoint"), "rb") as f:
            before = f.read()
        s.start()
        assert s.read("checkpoint").split(b"\n\n")[0] == \
            before.split(b"\n\n")[0]


def test_ballots_are_judged():
    """A ballot with one false number, rightly signed, is not logged; nor one
    that another voter signs, nor a false opening."""
    def change(p):
        flip = {"0": "1"}
        for label, field, name in (("ballot 1", "ballot", b'"v":["'),
                                   ("opening 3", "challenged",
                                    b'"nonce":"')):
            data = p[label].fields[field]
            at = data.index(name) + len(name) + 5
            digit = flip.get(chr(data[at]), "0").encode()
            p[label].fields[field] = data[:at] + digit + data[at + 1:]
        p["ballot 2"].signers = ["voter a"]

    bad, e = Entries(change=change), cached_entries()
    assert bad.item["setup"] == e.item["setup"]
    with Server().start() as s:
        for first, last in (("setup", "ceremony 3 1"),
                            ("ceremony 1 2", "roll-revoke"),
                            ("keys", "open")):
            assert s.submit(e.range(first, last))[0] == 200, s.said()
        size = s.size()
        refused(s.submit(bad.item["ballot 1"]), 422, "V")
        refused(s.submit(bad.item["ballot 2"]), 422, "L.4: ")
        cut = bad.item["ballot 1"]
        refused(s.submit(cut[:-1]), 400, "")
        refused(s.submit(e.item["ballot 1"].replace(b'"style":1', b'"style":2')
                         ), 400, "not the one that its entry names")
        assert s.size() == size
        refused(s.submit(e.item["cast 1"]), 422, "L.5: ")
        assert s.submit(e.range("ballot 3", "challenge 3"))[0] == 200
        refused(s.submit(bad.item["opening 3"]), 422, "V")
        assert s.submit(e.item["opening 3"])[0] == 200
        # what stands before the first that is refused is in the log
        refused(s.submit(e.item["ballot 1"] + bad.item["ballot 2"]), 422,
                "L.4: ")
        assert s.submit(e.item["ballot 1"])[0] == 200
        assert s.size() == size + 4 and s.faults() == [], s.faults()


def test_strangers_cost_no_proofs():
    """What its signer may not send now is refused for that, though its proofs
    are wrong, too: nobody looked at them. And what is there is not judged
    twice."""
    def judged(s):
        return s.numbers()["evident_proofs_judged_total"]

    def change(p):
        for label, field, name in (("ballot 1", "ballot", b'"v":["'),
                                   ("opening 3", "challenged",
                                    b'"nonce":"')):
            data = p[label].fields[field]
            at = data.index(name) + len(name)
            digit = b"1" if data[at:at + 1] == b"0" else b"0"
            p[label].fields[field] = data[:at] + digit + data[at + 1:]
            p[label].signers = ["nobody"]

    def forged(item):
        """With a signature that is none."""
        end = 4 + int.from_bytes(item[:4], "big")
        return item[:end - 9] + bytes([item[end - 9] ^ 1]) + item[end - 8:]

    bad, e = Entries(change=change), cached_entries()
    with Server().start() as s:
        for first, last in (("setup", "ceremony 3 1"),
                            ("ceremony 1 2", "roll-revoke"),
                            ("keys", "keys")):
            assert s.submit(e.range(first, last))[0] == 200, s.said()
        refused(s.submit(forged(e.item["ballot 1"])), 422, "L.4: ")
        assert s.submit(e.range("device 1", "open"))[0] == 200
        assert s.submit(e.range("ballot 3", "challenge 3"))[0] == 200
        size, before = s.size(), judged(s)
        assert before == 1
        for label in ("ballot 1", "opening 3"):
            refused(s.submit(bad.item[label]), 422,
                    "L.4: signed by a key that is not in force")
            refused(s.submit(forged(e.item[label])), 422,
                    "L.4: a signature does not hold")
        refused(s.submit(e.item["tally"]), 422, "L.5: before close")
        refused(s.submit(e.item["share 1 1"]), 422, "L.5: before the tally")
        assert judged(s) == before and s.size() == size, s.numbers()
        assert s.submit(e.item["ballot 1"])[0] == 200
        assert s.submit(e.item["ballot 1"])[0] == 200
        assert judged(s) == before + 1 and s.size() == size + 1


def test_T02_whatever_admins_sign_no_admin_signs_alone():
    """Every entry of theirs is refused with one of them, and taken with both."""
    e = cached_entries()
    acts = [x.label for x in e.plan.items
            if set(make.ADMINS) <= set(x.signers)]
    assert len(acts) == 17, acts
    other, done = form.keyid(make.public(make.ADMINS[1])), 0

    def alone(label):
        entry = form.decode(e.plan.entries[e.labels.index(label)])
        entry.signatures = [x for x in entry.signatures if x[0] != other]
        return e.pack(entry.encode())

    with Server(tick=0.05).start() as s:
        for label in acts:
            at = e.labels.index(label)
            tally = max(done, min(at, e.labels.index("tally") + 1))
            for part in e.labels[done:tally], e.labels[tally:at]:
                got = s.submit(b"".join(e.item[x] for x in part)) if part \
                    else (200,)
                assert got[0] == 200, (label, got)
            refused(s.submit(alone(label)), 422, "L.4: ")
            assert at == 0 or s.size() == at, (label, s.size())
            done = at
        assert s.submit(e.range(acts[-1], "result"))[0] == 200
        assert s.submit(e.item["attest 2"])[0] == 200
        assert s.size() == len(e.labels) and s.faults() == [], s.faults()


def randomised(b):
    """The same votes in other numbers: to each field a nonce is added, and its
    proof moved along as far as that can be done without knowing the old one."""
    out = copy.deepcopy(b)
    key = int(cached_entries().plan.election.keys["K"])
    for contest in out["contests"]:
        total = 0
        for n, field in enumerate(contest["fields"], 11):
            total += n
            for name, base in (("alpha", group.G), ("beta", key)):
                field[name] = "%01024X" % (int(field[name], 16) *
                                           pow(base, n, group.P) % group.P)
            moved(field["proof"], n)
        moved(contest["limit"], total)
    return coded(out)


def coded(b):
    """With the hashes that need no key, over what now stands in it."""
    x = copy.deepcopy(make.election(False))
    schema = parse(schemas.BALLOT, json.dumps(
        b, separators=(",", ":")).encode())
    for contest in schema["contests"]:
        contest["chi"] = x.chi(schema["H_I"], contest)
    x.make_code(schema)
    return json.loads(dump(schemas.BALLOT, schema))


def moved(proof, n):
    """v + r c is the v of the same commitments: alpha^c has r c less."""
    proof["v"] = ["%064X" % ((int(v, 16) - n * int(c, 16)) % group.Q)
                  for c, v in zip(proof["c"], proof["v"])]


def test_B01_T06_copied_ballots():
    """Another voter's ballot: whole, under another identifier, in other numbers,
    one contest of it, its options exchanged; and a ballot of another election.
    Each is refused with a reason; none is stored."""
    e = cached_entries()
    mine, other = (json.loads(field(e, label)) for label in
                   ("ballot 1", "ballot 2"))

    def contest(b):
        return dict(mine, contests=[b["contests"][0]] + mine["contests"][1:])

    def exchanged(b):
        first = dict(b["contests"][0])
        first["fields"] = first["fields"][::-1]
        return dict(b, contests=[first] + b["contests"][1:])

    foreign = make.plan("revote")
    foreign.build()
    copies = {"whole": other, "relabelled": dict(other, id_B=mine["id_B"]),
              "one contest": contest(other), "options": exchanged(mine),
              "other numbers": randomised(other),
              "other numbers, relabelled": dict(randomised(other),
                                                id_B=mine["id_B"]),
              "mine in other numbers": randomised(mine),
              "another election": json.loads(
                  foreign["ballot 1"].fields["ballot"])}
    with Server().start() as s:
        for first, last in (("setup", "ceremony 3 1"),
                            ("ceremony 1 2", "roll-revoke"),
                            ("keys", "open"), ("ballot 2", "ballot 2")):
            assert s.submit(e.range(first, last))[0] == 200, s.said()
        size = s.size()
        for name, ballot in copies.items():
            line = json.dumps(ballot, separators=(",", ":")).encode()

            def change(p, line=line, code=ballot["H_C"]):
                p["ballot 1"].fields["ballot"] = line
                if name.startswith("mine"):  # all but the proofs is right
                    p["ballot 1"].fields["H_C"] = bytes.fromhex(code)

            status, text = s.submit(Entries(change=change).item["ballot 1"])
            assert status in (409, 422), (name, status, text)
            assert text.strip(), name
            assert b"V6" in text or not name.startswith("mine"), text
            assert s.size() == size, name
        assert s.faults() == [], s.faults()


def field(entries, label):
    """The ballot in an item: what stands behind the entry and its length."""
    item = entries.item[label]
    n = int.from_bytes(item[:4], "big") + 4
    return item[n + 4:]


def made_again(first):
    """Ballot 10, of a device, with the identifier of ballot `first`: a booth that
    draws the same numbers twice. Its proofs hold."""
    x = copy.deepcopy(make.election(False))
    ballot = x.ballots[9]
    ballot["id_B"] = x.ballots[first - 1]["id_B"]
    x.info[9].pop("H_I", None)
    x.seal(9)
    x.make_code(ballot)
    line = dump(schemas.BALLOT, ballot)

    def change(p):
        p["ballot 10"].fields.update(id_B=ballot["id_B"], H_C=ballot["H_C"],
                                     ballot=line)
    return Entries(change=change).item["ballot 10"]


def test_T07_B03_B04_one_code_or_identifier_twice():
    """Two voters get one identifier or one code: the second ballot is refused,
    whatever became of the first, on whatever device it was."""
    e = cached_entries()
    firsts = {"sealed": 2, "cast": 1, "challenged": 3, "spoiled": 5,
              "on the same device": 7}
    with Server().start() as s:
        for first, last in (("setup", "ceremony 3 1"),
                            ("ceremony 1 2", "roll-revoke"),
                            ("keys", "attest"), ("ballot 1", "ballot 2"),
                            ("ballot 3", "cast 7")):
            got = s.submit(e.range(first, last))
            assert got[0] == 200, (first, got)
        size = s.size()
        for state, first in firsts.items():
            refused(s.submit(made_again(first)), 409, "id_B")

            def change(p, first=p_fields(e, first)):
                p["ballot 8"].fields.update(first)

            status, text = s.submit(Entries(change=change).item["ballot 8"])
            assert status in (409, 422) and text.strip(), (state, text)
            assert s.size() == size, state
            if state == "sealed":  # the one who runs the board hears of it
                assert "ALARM: 1 refused (409)" in s.said(), s.said()
        for later in ("ballot 8", "ballot 10"):  # as they should be
            got = s.submit(e.item[later])
            assert got[0] == 200, got
        assert s.faults() == [], s.faults()


def p_fields(e, n):
    """What names ballot n, all of it."""
    fields = e.plan["ballot %d" % n].fields
    return {name: fields[name] for name in ("id_B", "H_C", "ballot")}


def test_T22_only_sign_has_the_key():
    """It is in the memory of no other process, and no memory is dumped."""
    if os.getuid() != 0:
        return "only root can look into the memory of these processes"
    with Server().start() as s:
        assert s.submit(cached_entries().item["setup"])[0] == 200
        held = holders(s.process.pid, ORIGIN)
        assert held.pop("sign")[0], "the test looks in the wrong place"
        assert len(held) >= 5 and not any(map(any, held.values())), held
        for pid in family(s.process.pid):
            assert b"Max core file size 0 0 " in b" ".join(read(
                "/proc/%d/limits" % pid).split()), pid
        status = read("/proc/%d/status" % s.process.pid).decode()
        assert "NoNewPrivs:\t1" in status


def test_T28_no_time_finer_than_a_slot():
    """Of when an entry came no file says more than the slot in it: the board's
    files hold no time of day of this run."""
    e = cached_entries()
    start = int(time.time()) - 1
    with Server().start() as s:
        assert s.submit(e.range("setup", "notice"))[0] == 200
        assert s.submit(b"?")[0] == 400
        assert s.submit(e.item["release"])[0] == 200
        s.kill()  # so that the database's log is there, too
        forms = set()
        for t in range(start, int(time.time()) + 2):
            forms |= {b"%d" % t, b"\0" + t.to_bytes(4, "big"),
                      t.to_bytes(4, "little") + b"\0",
                      time.strftime("%H:%M:%S", time.gmtime(t)).encode(),
                      time.strftime("%H:%M:%S", time.localtime(t)).encode()}
        looked = 0
        for at, _, files in os.walk(s.path()):
            for name in files:
                if os.path.isfile(os.path.join(at, name)):
                    data = read(at, name)
                    looked += 1
                    assert not [f for f in forms if f in data], (at, name)
        assert looked > 20, looked


def test_stops_gracefully():
    """SIGTERM: who waits is answered; nobody else is let in."""
    e = cached_entries()
    with Server(tick=1.2).start() as s:
        got = []
        t = threading.Thread(
            target=lambda: got.append(s.submit(e.item["setup"])))
        t.start()
        time.sleep(0.5)
        assert s.stop() == 0, s.said()
        t.join()
        assert got[0][0] == 200, got
        assert s.said() == "", s.said()
        try:
            s.get("checkpoint")
            raise AssertionError("somebody listens")
        except ConnectionRefusedError:
            pass


def test_D16_no_address_in_any_file():
    """A client's address is in no file and no message."""
    e = cached_entries()
    with Server().start() as s:
        address = "127.0.83.201"
        assert s.submit(e.item["setup"], address)[0] == 200
        assert s.submit(b"?", address)[0] == 400
        s.socket(address).sendall(b"x\n")
        s.numbers()
        assert s.stop() == 0
        for at, _, files in os.walk(s.path()):
            for name in files:
                if not os.path.isfile(os.path.join(at, name)):
                    continue
                data = read(at, name)
                for form_ in (address.encode(), bytes([127, 0, 83, 201])):
                    assert form_ not in data, (at, name)


def test_nobody_takes_up_the_queue():
    """Four requests of one signer are under way; the next is told to come
    back, and does; others are not kept waiting."""
    e = cached_entries()
    same = [e.release(n) for n in range(8)]
    with Server(tick=1.5).start() as s:
        assert s.submit(e.item["setup"])[0] == 200
        got = []
        threads = [threading.Thread(target=lambda x=x: got.append(
            ask(s.socket(), post(x)))) for x in same]
        for t in threads:
            t.start()
        time.sleep(0.2)
        assert s.submit(e.attest("another"))[0] == 200
        for t in threads:
            t.join()
        busy = [h for status, h, _ in got if status == 503]
        assert len(busy) == 4 and all("retry-after" in h for h in busy), got
        assert [status for status, _, _ in got].count(200) == 4, got


def test_sealed_key():
    """The passphrase comes over a descriptor; a wrong one starts nothing."""
    e = cached_entries()
    with Server() as s:
        for name in ("log.key", "log.pub"):
            os.unlink(s.path(name))
        good(command("key", "new", s.path("log"), "--name", ORIGIN,
                     "--passphrase-fd", "0", stdin="one two three\n"))
        own = read(s.path("log.pub")).decode().strip()
        write(("log %s\nquorum none\n" % own).encode(), s.path("policy"))
        s.secrets = ["--passphrase-fd", "0"]
        s.start(stdin="wrong\n")
        assert s.where is None and s.process.returncode == USAGE
        assert "wrong passphrase" in s.said(), s.said()
        s.start(stdin="one two three\n")
        assert s.where, s.said()
        refused(s.submit(e.item["setup"]), 422, "policy")
        write(unwatched(), s.path("policy"))
        assert s.stop() == 0
        s.start(stdin="one two three\n")
        assert s.where is None and s.process.returncode == USAGE
        assert "expected a line `log`" in s.said(), s.said()


def test_postgresql():
    """The same with a database of its own."""
    if not test_store.tools():
        return "PostgreSQL is not installed"
    e = cached_entries()
    with test_store.Server(test_store.tools()) as pg, Server() as s:
        where = pg.where("board")
        s.start("--db", where)
        assert s.submit(e.range("setup", "notice"))[0] == 200, s.said()
        assert s.stop() == 0 and s.said() == "", s.said()
        s.start("--db", where)
        assert s.submit(e.item["release"])[0] == 200
        assert s.size() == 3 and s.faults() == [], s.faults()
        assert not os.path.exists(s.path("board", "log.db"))
        # moved to SQLite and back, served there, and gone on
        os.mkdir(s.path("elsewhere"))
        for n, place in enumerate((s.path("elsewhere", "moved.db"),
                                   pg.where("again")), 1):
            assert s.stop() == 0
            good(command("board", "move", s.path("board"), "--db", place))
            s.start("--db", place)
            got = s.submit(e.item["ceremony %d 1" % n])
            assert got[0] == 200, got
            assert s.size() == 3 + n and s.faults() == [], s.faults()
        assert s.stop() == 0
        good(command("board", "fsck", s.path("board"), "--db", place,
                     "--signatures"))
        # not beside the key, where its keeper would reach it
        s.start("--db", s.path("moved.db"))
        assert s.where is None and s.process.returncode == USAGE, s.said()
        assert "lies in the folder" in s.said(), s.said()


if __name__ == "__main__":
    sys.exit(Tap().run([
        test_election, test_ballots_are_judged, test_strangers_cost_no_proofs,
        test_T02_whatever_admins_sign_no_admin_signs_alone,
        test_B01_T06_copied_ballots,
        test_T07_B03_B04_one_code_or_identifier_twice,
        test_T22_only_sign_has_the_key, test_T28_no_time_finer_than_a_slot,
        test_stops_gracefully,
        test_D16_no_address_in_any_file, test_nobody_takes_up_the_queue,
        test_sealed_key, test_postgresql]))
