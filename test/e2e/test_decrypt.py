#!/usr/bin/env python3
"""Decryption as separate commands: every quorum, absent, late and cheating
guardians, second requests, and a closed record that does not hold. Prints
TAP."""
import itertools
import json
import os
import shutil

import lab
from lab import FAILS, UNFINISHED, USAGE, Lab, cached, good, load, read, \
    refused, save, tree, write


@cached
def closed():
    return Lab().new().ceremony().vote()


@cached
def verified():
    """Guardians 1 and 3 have sent round 1."""
    return closed().rounds("1,3", last=1)


@cached
def opened():
    return verified().rounds("1,3", last=1)


@cached
def answered():
    return opened().rounds("1,3", last=1)


@cached
def counted():
    x = answered()
    good(x.result("1,3"))
    return x


@cached
def data_answered():
    return counted().rounds("1,3", "--contest-data", xd="data")


def lines(*path):
    return [json.loads(line) for line in read(*path).decode().splitlines()]


def holds(x):
    answer = good(x.verify())
    assert "Verdict at stage final: pass" in answer.out, answer


def change(x, name, item, key, value, xd="out"):
    """Sets one value of an answer; value may be a function of the old one."""
    path = x.path(xd, name)
    answer = load(path)
    old = answer["items"][item][key]
    answer["items"][item][key] = value(old) if callable(value) else value
    save(answer, path)


def plus_one(old):
    return lab.hexq((int(old, 16) + 1) % (2 ** 256 - 189))


def nothing_published(x):
    for name in ("tally.json", "challenged.jsonl", "contest_data.jsonl"):
        assert not os.path.exists(x.path("rec", name)), name


# ---- the honest run ----------------------------------------------------------

def test_honest_decryption():
    x = counted()
    assert x.totals() == lab.TOTALS, x.totals()
    holds(x)
    opened_ballot, = lines(x.path("rec", "challenged.jsonl"))
    values = [[f["value"] for f in c["fields"]]
              for c in opened_ballot["contests"]]
    assert values == [[1, 0, 0, 0], [2, 0, 1]], values
    assert os.stat(x.path("out", "nonce_1.json")).st_mode & 0o777 == 0o600
    refused(x.result("1,3"), USAGE, "tally.json", "already")


def test_contest_data():
    """Write-ins and overvotes come after the tally. [V 12]"""
    x = data_answered()
    good(x.result("1,3", "--contest-data", xd="data"))
    holds(x)
    texts = []
    for line in lines(x.path("rec", "contest_data.jsonl")):
        D = bytes.fromhex(line["D"])
        texts.append(json.loads(D[4:4 + int.from_bytes(D[:4], "big")]))
    assert {"marks": [], "write_ins": ["Dot"]} in texts
    assert {"marks": [1, 1], "write_ins": []} in texts
    assert len(texts) == 4 and x.totals() == lab.TOTALS
    refused(x.result("1,3", "--contest-data", xd="data"), USAGE, "already")


def test_contest_data_needs_the_result():
    x = answered()
    refused(x.decrypt(1, "1,3", "--contest-data", xd="data"), USAGE,
            "tally.json", "election result")
    x = counted()
    refused(x.decrypt(1, "1,3", "--contest-data"), FAILS,
            "exchange folder of its own")


def test_contest_data_needs_a_true_result():
    """A tally that says more than was cast would open remote ballots."""
    x = counted()
    tally = load(x.path("rec", "tally.json"))
    tally["contests"][0]["fields"][3]["t"] += 1
    save(tally, x.path("rec", "tally.json"))
    refused(x.decrypt(1, "1,3", "--contest-data", xd="data"), FAILS,
            "does not verify", "10.C")


# ---- C01: quorums ------------------------------------------------------------

def test_C01_every_quorum_decrypts():
    for size in (2, 3):
        for U in itertools.combinations("123", size):
            x = closed()
            present = ",".join(U)
            x.rounds(present)
            good(x.result(present if size == 2 else None))
            assert x.totals() == lab.TOTALS, (U, x.totals())
            assert load(x.path("rec", "tally.json"))["guardians"] == [
                int(i) for i in U]
            if size == 2:
                holds(x)


def test_C01_fewer_than_the_quorum_do_not():
    x = closed()
    refused(x.result(None), UNFINISHED, "answers of 0 guardians, but it takes 2")
    for present in ("1", "2", "3"):
        refused(x.decrypt(int(present), present), USAGE, "it takes 2")
        refused(x.result(present), USAGE, "it takes 2")
    for present in ("1,4", "1,0", "1,1", "", "1,,3", "1;3"):
        refused(x.decrypt(1, present), USAGE, "--present")
    refused(x.decrypt(2, "1,3"), USAGE, "guardian 2 is not among")
    assert not os.path.exists(x.path("out", "decrypt_1_1.json"))


def test_C01_one_guardian_alone():
    x = Lab().new(1, 1).ceremony().vote().rounds("1")
    good(x.result("1"))
    assert x.totals() == lab.TOTALS
    holds(x)


def test_C01_all_of_all():
    x = Lab().new(2, 2).ceremony().vote()
    refused(x.decrypt(1, "1"), USAGE, "it takes 2")
    good(x.rounds("2,1").result("1,2"))
    assert x.totals() == lab.TOTALS


# ---- C02: present or missing x what x wrong or late --------------------------

def test_C02_late_share():
    """Nobody goes on without everybody; who is waited for is said."""
    x = closed()
    good(x.decrypt(1, "1,3"))
    refused(x.decrypt(1, "1,3"), UNFINISHED, "round 1 of guardian 3")
    refused(x.result("1,3"), UNFINISHED, "round 1 of guardian 3")
    good(x.decrypt(3, "1,3"))
    good(x.decrypt(1, "1,3"))
    refused(x.decrypt(1, "1,3"), UNFINISHED, "round 2 of guardian 3")
    good(x.decrypt(3, "1,3"))
    good(x.decrypt(1, "1,3"))
    refused(x.result("1,3"), UNFINISHED, "round 3 of guardian 3")
    nothing_published(x)
    good(x.decrypt(3, "1,3"))
    os.rename(x.path("out", "nonce_3.json"), x.path("late"))
    refused(x.result("1,3"), UNFINISHED, "nonce", "guardian 3")
    nothing_published(x)
    os.rename(x.path("late"), x.path("out", "nonce_3.json"))
    good(x.result("1,3"))
    holds(x)


def test_C02_late_contest_data():
    x = data_answered()
    os.remove(x.path("data", "decrypt_3_3.json"))
    before = tree(x.path("rec"))
    refused(x.result("1,3", "--contest-data", xd="data"), UNFINISHED,
            "round 3 of guardian 3")
    assert tree(x.path("rec")) == before


def test_C02_all_present_one_wrong_nonce():
    """Three answer for a challenged ballot, one wrongly: the other two are
    enough, and the third is named."""
    x = closed().rounds("1,2,3")
    change(x, "nonce_2.json", 0, "v", plus_one)
    answer = good(x.result("1,2,3"))
    assert "guardian 2 cheats" in answer.err, answer
    holds(x)
    os.remove(x.path("rec", "tally.json"))
    os.remove(x.path("rec", "challenged.jsonl"))
    os.remove(x.path("out", "nonce_2.json"))
    good(x.result("1,2,3"))
    holds(x)


def test_C02_missing_and_wrong_nonce():
    x = answered()
    for key in ("v", "c", "M"):
        y = x.copy()
        change(y, "nonce_3.json", 0, key,
               plus_one if key != "M" else lambda old: lab.hexp(
                   int(old, 16) * int(old, 16) % y.group()[0]))
        answer = y.result("1,3")
        assert answer.code == FAILS and "guardian 3 cheats" in answer.err, \
            answer
        nothing_published(y)
    save(dict(load(x.path("out", "nonce_3.json")), items=[]),
         x.path("out", "nonce_3.json"))
    answer = x.result("1,3")
    assert answer.code == FAILS and "guardian 3 does not answer" in \
        answer.err, answer
    nothing_published(x)


def test_C02_wrong_contest_data_share():
    x = data_answered()
    change(x, "decrypt_3_3.json", 1, "v", plus_one, xd="data")
    before = tree(x.path("rec"))
    refused(x.result("1,3", "--contest-data", xd="data"), FAILS,
            "guardian 3 cheats")
    assert tree(x.path("rec")) == before
    for i in (1, 2):
        good(x.decrypt(i, "1,2", "--contest-data", "--restart", xd="again"))
    x.rounds("1,2", "--contest-data", xd="again", last=2)
    good(x.result("1,2", "--contest-data", xd="again"))
    holds(x)


# ---- C03: cheaters named -----------------------------------------------------

def test_C03_wrong_response():
    """[94, 95]: the answers that do not fit are pinned on their guardian, stay
    where they are, and k good guardians still make the result."""
    x = answered()
    change(x, "decrypt_3_3.json", 2, "v", plus_one)
    before = tree(x.dir)
    refused(x.result("1,3"), FAILS, "guardian 3 cheats", "contest 1, field 3")
    assert tree(x.dir) == before
    nothing_published(x)
    refused(x.decrypt(1, "1,2"), FAILS, "--restart")
    for i in (1, 2):
        good(x.decrypt(i, "1,2", "--restart"))
    x.rounds("1,2", last=2)
    good(x.result("1,2"))
    assert x.totals() == lab.TOTALS
    holds(x)


def test_C03_wrong_opening():
    """An opening other than the commitment of round 1. [88]"""
    for key in ("a", "b", "M"):
        x = opened()
        change(x, "decrypt_2_3.json", 1, key, lambda old: lab.hexp(
            int(old, 16) * int(old, 16) % x.group()[0]))
        refused(x.decrypt(1, "1,3"), FAILS, "guardian 3 cheats",
                "contest 1, field 2")
        assert not os.path.exists(x.path("out", "decrypt_3_1.json"))


def d_of(x, item, i, opening, present):
    """[88] for a tally cell."""
    cell = load(x.path("rec", "tally_encrypted.json"))["contests"][
        item["contest"] - 1]["fields"][item["field"] - 1]
    H_E = bytes.fromhex(load(x.path("rec", "election_keys.json"))["H_E"])
    parts = [lab.b4(item["contest"]), lab.b4(item["field"]), lab.b4(i)]
    parts += [bytes.fromhex(v) for v in (cell["A"], cell["B"], opening["a"],
                                         opening["b"], opening["M"])]
    parts += [lab.b4(len(present))] + [lab.b4(j) for j in present]
    return lab.H(H_E, b"\x30", *parts).hex().upper()


def test_C03_opening_no_group_element():
    """Well committed, but outside the group: 0, and an element of order 2."""
    for value in (0, 1, -1):
        x = verified()
        good(x.decrypt(3, "1,3"))
        one, two = (load(x.path("out", "decrypt_%d_3.json" % r))
                    for r in (1, 2))
        two["items"][0]["M"] = lab.hexp(value % x.group()[0])
        one["items"][0]["d"] = d_of(x, one["items"][0], 3, two["items"][0],
                                    [1, 3])
        save(one, x.path("out", "decrypt_1_3.json"))
        save(two, x.path("out", "decrypt_2_3.json"))
        good(x.decrypt(1, "1,3"))
        answer = x.decrypt(1, "1,3")
        if value == 1:  # an element, found when the answers are combined
            good(answer)
            continue
        refused(answer, FAILS, "guardian 3 cheats", "no group element")


def test_C03_commitment_changed():
    """Guardian 3 sends another round 1 after it has seen the others' round 2:
    refused by name, u_1 is wiped, and all start at round 1."""
    x = opened()
    good(x.decrypt(3, "1,3", "--restart"))
    good(x.decrypt(3, "1,3"))
    refused(x.decrypt(1, "1,3"), FAILS, "guardian 3 changed its decrypt_1",
            "all start at round 1")
    assert not os.path.exists(x.path("s1", "round_1"))
    for r in (1, 2, 3):
        assert not os.path.exists(x.path("out", "decrypt_%d_1.json" % r))
    good(x.decrypt(3, "1,3", "--restart"))
    x.rounds("1", last=0)
    good(x.decrypt(1, "1,3"))
    x.rounds("1,3", last=2)
    good(x.result("1,3"))
    holds(x)


def test_C03_own_message_replaced():
    """What the exchange folder says this guardian sent is not believed."""
    x = verified()
    change(x, "decrypt_1_1.json", 0, "d", "0" * 64)
    refused(x.decrypt(1, "1,3"), FAILS, "not the one this guardian sent")
    assert not os.path.exists(x.path("s1", "round_1"))
    x = opened()
    change(x, "decrypt_2_1.json", 0, "M", lambda old: lab.hexp(
        int(old, 16) * int(old, 16) % x.group()[0]))
    answer = x.decrypt(1, "1,3")
    assert answer.code == FAILS and "decrypt_3" not in os.listdir(
        x.path("out")), answer


# ---- C04: once, and one request ----------------------------------------------

def test_C04_same_inputs_same_bytes():
    x = closed()
    for r in (1, 2, 3):
        x.rounds("1,3", last=1)
        name = "decrypt_%d_1.json" % r
        first = read(x.path("out", name))
        state = read(x.path("s1", "round_1"))
        os.remove(x.path("out", name))
        good(x.decrypt(1, "1,3"))
        assert read(x.path("out", name)) == first, r
        assert read(x.path("s1", "round_1")) == state, r
    good(x.result("1,3"))


def test_C04_spent_state_holds_no_u():
    """After the answer the state has the answer where u_i was."""
    x = opened()
    before = read(x.path("s1", "round_1"))
    good(x.decrypt(1, "1,3"))
    after = read(x.path("s1", "round_1"))
    items = len(load(x.path("out", "decrypt_3_1.json"))["items"])
    assert before[:4] == after[:4] == b"EVR1" and after[7] == 3
    u = before[-32 * items:]
    for t in range(items):
        assert u[32 * t:32 * t + 32] not in after
    v = b"".join(bytes.fromhex(item["v"]) for item in load(
        x.path("out", "decrypt_3_1.json"))["items"])
    assert after.endswith(v)


def test_C04_second_challenge_refused():
    """Another round 2 of guardian 3, for which guardian 1 would have to answer
    with the same u_1: two answers would give its key (decision 31)."""
    x = answered()
    os.remove(x.path("out", "decrypt_3_1.json"))
    good(x.decrypt(3, "1,3", "--restart"))
    good(x.decrypt(3, "1,3"))
    before = tree(x.dir)
    refused(x.decrypt(1, "1,3"), FAILS, "does not answer twice")
    assert tree(x.dir) == before


def test_C04_answered_before_it_leaves():
    """The state is durable before the message: where it cannot be written
    nothing is sent, and where only sending fails the answer is spent."""
    x = opened()
    size = os.path.getsize(x.path("s1", "round_1"))
    before = tree(x.dir)
    refused(x.decrypt(1, "1,3", limit=size - 1), UNFINISHED, "cannot write")
    assert tree(x.dir) == before
    nobody = lab.given_away(x.dir)
    os.chmod(x.path("out"), 0o555)
    refused(x.decrypt(1, "1,3", user=nobody), UNFINISHED, "denied")
    state = read(x.path("s1", "round_1"))
    assert state[7] == 3
    os.chmod(x.path("out"), 0o755)
    good(x.decrypt(1, "1,3", user=nobody))
    assert read(x.path("s1", "round_1")) == state
    good(x.decrypt(3, "1,3"))
    good(x.result("1,3"))


def test_C04_other_guardians_present():
    """An exchange under way does not go on with other guardians: u_i goes."""
    for make in (verified, opened):
        x = make()
        refused(x.decrypt(1, "1,2,3"), FAILS, "all start at round 1")
        assert not os.path.exists(x.path("s1", "round_1"))
        assert not os.path.exists(x.path("out", "decrypt_1_1.json"))
        good(x.decrypt(1, "1,2,3"))
        refused(x.decrypt(1, "1,2,3"), UNFINISHED, "round 1 of guardian 2")
        good(x.decrypt(2, "1,2,3"))
        refused(x.decrypt(1, "1,2,3"), UNFINISHED, "guardian 3",
                "for guardians 1,3, not 1,2,3")


def test_C04_second_request_refused():
    """One ballot fewer cast: the difference of the two tallies would be that
    ballot. Refused after the first answer, also with --restart; before it,
    the changed record is verified anew."""
    for make, words in ((answered, "a second, different request is refused"),
                        (verified, "run this again to verify it anew")):
        x = make()
        other = rewritten(x)
        before = tree(other.dir)
        answer = other.decrypt(1, "1,3", "--restart", xd="second")
        refused(answer, FAILS, words)
        assert not os.path.exists(other.path("second", "decrypt_1_1.json"))
        if make is answered:
            assert before["s1/verified_1"] == read(other.path("s1",
                                                              "verified_1"))
        else:
            good(other.decrypt(1, "1,3", xd="second"))


def rewritten(x):
    """The same election closed again with one more ballot spoiled."""
    other = x.copy()
    for name in ("states.jsonl", "devices.json", "tally_encrypted.json"):
        os.remove(other.path("rec", name))
    receipts = read(other.path("receipts")).decode().split()
    codes = [line.rsplit(",", 1)[1] for line in receipts[1:]]
    for name, which in (("c", [4]), ("s", [5, 0])):
        write("".join(codes[b] + "\n" for b in which).encode(),
              other.path(name))
    good(lab.command("close", other.path("rec"), "--challenged",
                     other.path("c"), "--spoiled", other.path("s")))
    good(lab.command("tally", other.path("rec")))
    return other


def test_C04_only_challenged_nonces():
    x = answered()
    ids = {line["id_B"] for line in lines(x.path("rec", "states.jsonl"))
           if line["state"] == "challenged"}
    asked = [item["id_B"] for item in load(x.path("out",
                                                  "nonce_1.json"))["items"]]
    assert set(asked) == ids and len(asked) == len(ids) == 1


def test_C04_privacy_floor():
    """The contest with one ballot is not among the items, and a tally that
    claims more ballots than were cast is refused (X.14)."""
    x = verified()
    items = load(x.path("out", "decrypt_1_1.json"))["items"]
    assert {item["contest"] for item in items} == {1, 2}
    x = closed()
    path = x.path("rec", "tally_encrypted.json")
    tally = load(path)
    tally["contests"][2]["ballots"] = 5
    save(tally, path)
    answer = x.decrypt(1, "1,3")
    refused(answer, FAILS, "contest 3 says 5 ballots")
    assert not os.path.exists(x.path("out", "decrypt_1_1.json"))


# ---- C05: no decryption without verification ---------------------------------

def test_C05_record_must_verify():
    x = closed()
    path = x.path("rec", "ballots", "device_1.jsonl")
    text = read(path).decode().splitlines()
    ballot = json.loads(text[0])
    ballot["contests"][0]["fields"][0]["proof"]["v"][0] = "0" * 64
    text[0] = json.dumps(ballot, separators=(",", ":"))
    write("\n".join(text).encode() + b"\n", path)
    refused(x.decrypt(1, "1,3"), FAILS, "does not verify", "6.D")
    assert os.listdir(x.path("out")) == []
    assert not os.path.exists(x.path("s1", "verified_1"))


def test_C05_tally_must_be_of_the_ballots():
    x = closed()
    path = x.path("rec", "tally_encrypted.json")
    tally = load(path)
    tally["contests"][0]["fields"][0] = tally["contests"][0]["fields"][1]
    save(tally, path)
    refused(x.decrypt(1, "1,3"), FAILS, "does not verify", "9.A")


def test_C05_later_change_is_seen():
    x = verified()
    path = x.path("rec", "states.jsonl")
    write(read(path).replace(b"spoiled", b"refused"), path)
    refused(x.decrypt(1, "1,3"), FAILS, "not the record")
    assert not os.path.exists(x.path("out", "decrypt_2_1.json"))


def test_C08_nothing_before_the_close():
    x = Lab().new().ceremony()
    refused(x.decrypt(1, "1,3"), USAGE, "tally_encrypted.json", "close")
    x = closed()
    for name in ("states.jsonl", "devices.json"):
        y = x.copy()
        os.remove(y.path("rec", name))
        answer = y.decrypt(1, "1,3")
        assert answer.code in (FAILS, USAGE) and answer.out == "", answer
        assert not os.path.exists(y.path("out", "decrypt_1_1.json"))


# ---- small elections ---------------------------------------------------------

def test_nothing_cast():
    """No ballot counts: every total is 0, and that is proven too."""
    x = Lab().new().ceremony().vote(challenged=(4,), spoiled=(0, 1, 2, 3, 5))
    x.rounds("1,3")
    good(x.result("1,3"))
    assert x.totals() == [[0] * 4, [0] * 3, [0] * 2], x.totals()
    holds(x)


def test_everything_withheld():
    """One ballot under a floor of two: nothing may be decrypted."""
    x = Lab().new().ceremony().vote(challenged=(), spoiled=(0, 1, 2, 4, 5))
    x.rounds("2,3")
    assert load(x.path("out", "decrypt_2_3.json"))["items"] == []
    good(x.result("2,3"))
    assert x.totals() == [[], [], []], x.totals()
    holds(x)


# ---- C09, C13: whose key -----------------------------------------------------

def test_C09_key_of_another_ceremony():
    x = closed()
    other = Lab().new().ceremony()
    shutil.copy(other.path("s1", "guardian_1.key.json"), x.path("s1"))
    refused(x.decrypt(1, "1,3"), FAILS, "not the key of guardian 1")
    key = load(x.path("s2", "guardian_2.key.json"))
    save(dict(key, i=1), x.path("s1", "guardian_1.key.json"))
    refused(x.decrypt(1, "1,3"), FAILS, "not the key of guardian 1")
    write(b'{"i":1}', x.path("s1", "guardian_1.key.json"))
    refused(x.decrypt(1, "1,3"), USAGE, "guardian_1.key.json")
    assert not os.path.exists(x.path("out", "decrypt_1_1.json"))
    assert not os.path.exists(x.path("s1", "verified_1"))


def visible_1():
    """The published test record, without its results."""
    at = os.path.join(lab.ROOT, "test", "vector", "records", "visible-1")
    x = Lab()
    x.n, x.k = 3, 2
    shutil.copytree(os.path.join(at, "record"), x.path("rec"))
    for name in ("tally.json", "challenged.jsonl", "contest_data.jsonl"):
        os.remove(x.path("rec", name))
    for i in (1, 3):
        os.mkdir(x.path("s%d" % i))
        shutil.copy(os.path.join(at, "private", "guardian_%d.key.json" % i),
                    x.path("s%d" % i))
    return x, os.path.join(at, "record")


def test_visible_1_gives_its_tally():
    x, want = visible_1()
    x.rounds("1,3")
    good(x.result("1,3"))
    cells = [[[[(f["label"], f["T"], f["t"]) for f in c["fields"]]
               for c in load(at, "tally.json")["contests"]]]
             for at in (x.path("rec"), want)]
    assert cells[0] == cells[1]
    assert read(x.path("rec", "challenged.jsonl")) == read(
        want, "challenged.jsonl")
    holds(x)


def test_C13_published_test_keys_refused():
    x, _ = visible_1()
    x.secret = ["--passphrase-fd", "0"]
    refused(x.decrypt(1, "1,3", stdin="any\n"), FAILS, "published test key")


# ---- bad input ---------------------------------------------------------------

def test_damaged_answers():
    """Cut, foreign and swapped files: named, nothing sent."""
    x = verified()
    path = x.path("out", "decrypt_1_3.json")
    file = read(path)
    for bad in (b"", file[:-1], file[:200], b"{}", file + b"\n",
                file.replace(b'"i":3', b'"i":2'),
                read(x.path("out", "decrypt_1_1.json"))):
        write(bad, path)
        before = tree(x.dir)
        refused(x.decrypt(1, "1,3"), USAGE, "decrypt_1_3.json")
        assert tree(x.dir) == before
    answer = json.loads(file)
    answer["items"].pop()
    save(answer, path)
    refused(x.decrypt(1, "1,3"), USAGE, "answers other items")
    answer = json.loads(file)
    answer["U"] = [2, 3]
    save(answer, path)
    refused(x.decrypt(1, "1,3"), UNFINISHED, "for guardians 2,3, not 1,3")


def test_sealed_state():
    """Every private file of a decryption is sealed, and damage to any gives
    the one sentence."""
    x = Lab().new()
    x.secret = ["--kdf", "interactive", "--passphrase-fd", "0"]
    x.stdin = "correct horse\n"
    x.ceremony().vote().rounds("1,3", last=2)
    assert sorted(n for n in os.listdir(x.path("s1"))
                  if n.startswith(("round", "verified"))) == [
                      "round_1.sealed", "verified_1.sealed"]
    refused(x.decrypt(1, "1,3", stdin="wrong\n"), USAGE,
            "wrong passphrase or damaged file")
    for name in ("round_1.sealed", "verified_1.sealed",
                 "guardian_1.key.json.sealed"):
        file = read(x.path("s1", name))
        write(file[:-1] + bytes([file[-1] ^ 1]), x.path("s1", name))
        before = tree(x.dir)
        refused(x.decrypt(1, "1,3"), USAGE, name,
                "wrong passphrase or damaged file")
        assert tree(x.dir) == before
        write(file, x.path("s1", name))
    x.rounds("1,3", last=1)
    good(x.result("1,3"))
    assert x.totals() == lab.TOTALS


def test_state_gone():
    """Answers were sent but the state is lost: never a new u_i for them."""
    x = opened()
    os.remove(x.path("s1", "round_1"))
    before = tree(x.dir)
    refused(x.decrypt(1, "1,3"), FAILS, "--restart")
    assert tree(x.dir) == before


def test_full_disk_leaves_nothing():
    x = closed()
    os.mkdir(x.path("out"))
    before = tree(x.dir)
    refused(x.decrypt(1, "1,3", limit=10), UNFINISHED, "cannot write")
    assert tree(x.dir) == before
    good(x.decrypt(1, "1,3"))
    good(x.decrypt(3, "1,3"))
    before = tree(x.dir)
    refused(x.decrypt(1, "1,3", limit=1000), UNFINISHED, "cannot write")
    assert tree(x.dir) == before
    x.rounds("1,3", last=2)
    before = tree(x.dir)
    for limit in (0, 100, 5000):
        refused(x.result("1,3", limit=limit), UNFINISHED, "cannot write")
        assert tree(x.dir) == before, limit
    good(x.result("1,3"))
    holds(x)


def test_usage():
    x = closed()
    refused(lab.command("guardian", "decrypt", x.path("rec")), USAGE,
            "--secret is missing")
    refused(lab.command("election", "result", x.path("rec")), USAGE,
            "--exchange is missing")
    refused(lab.command("guardian", "decrypt", x.path("rec"), "--secret",
                        x.path("out"), "--exchange", x.path("out"),
                        "--present", "1,3", "--plain-secrets"), USAGE)


if __name__ == "__main__":
    lab.main([v for k, v in list(globals().items()) if k.startswith("test_")])
