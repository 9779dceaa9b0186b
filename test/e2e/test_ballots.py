#!/usr/bin/env python3
"""Encrypting, closing and adding up: the honest run, bad input, and who
wants to count what must not be counted. Prints TAP."""
import itertools
import json
import os
import re
import shutil

import lab
from lab import FAILS, OK, UNFINISHED, USAGE, Lab, command, good, load, \
    plain, read, refused, save, tree, write

CSV = """serial,style,weight,1.1,1.2,1.w1,2.1,2.2,2.3,3.1,3.2
a1,1,1,1,0,,3,0,0,,
a2,2,1,0,1,,1,1,1,1,0
"a,3",1,1,,,"Zoë ""Z"" Ö",0,0,0,,
a4,1,1,1,1,,99999,1,1,,
"""


def cached(make):
    """The Lab that make() builds once; every case works on a copy."""
    def copy():
        if not hasattr(make, "lab"):
            make.lab = make()
        x = make.lab.copy()
        x.n, x.k = make.lab.n, make.lab.k
        x.codes = getattr(make.lab, "codes", None)
        return x
    return copy


@cached
def opened():
    return Lab().new().ceremony()


@cached
def encrypted():
    x = opened()
    good(encrypt(x, plain(), "--receipts", x.path("receipts")))
    x.codes = codes(x)
    return x


@cached
def remote():
    """Device 1 booth and chained, device 2 remote without a chain."""
    return Lab().new(devices=[
        {"label": "hall", "mode": "booth", "chaining": 1},
        {"label": "web", "mode": "remote", "chaining": 0}]).ceremony()


def encrypt(x, text, *more, name="in.jsonl", device=1, **how):
    write(text if isinstance(text, bytes) else text.encode(), x.path(name))
    return command("encrypt", x.path("rec"), "--device", device, "--in",
                   x.path(name), *more, **how)


def codes(x, name="receipts"):
    return re.findall(r"([0-9A-F]{64})$", read(x.path(name)).decode(), re.M)


def ballots(x, device=1):
    text = read(x.path("rec", "ballots", "device_%d.jsonl" % device))
    return [json.loads(line) for line in text.decode().splitlines()]


def close(x, *more, **lists):
    arguments = []
    for word, text in lists.items():
        write(text.encode(), x.path(word + ".txt"))
        arguments += ["--" + word, x.path(word + ".txt")]
    return command("close", x.path("rec"), *arguments, *more)


def closed_pass(x):
    answer = x.verify("--stage", "closed")
    assert answer.code == OK, answer
    return answer


def unchanged(x, before, answer, code, *words):
    refused(answer, code, *words)
    after = tree(x.path("rec"))
    assert after == before, set(after) ^ set(before)
    assert not os.path.exists(x.path("rec", "ballots")) or \
        os.listdir(x.path("rec", "ballots"))


# ---- encrypt -----------------------------------------------------------------

def test_csv_and_json_lines_give_the_same_election():
    x = opened()
    good(encrypt(x, CSV, "--receipts", x.path("r.csv"), name="in.csv"))
    lines = read(x.path("r.csv")).decode().splitlines()
    assert lines[0] == "serial,id_B,H_C" and len(lines) == 5, lines
    assert lines[3].startswith('"a,3",'), lines
    assert os.stat(x.path("r.csv")).st_mode & 0o777 == 0o600
    for line, ballot in zip(lines[1:], ballots(x)):
        assert line.endswith(ballot["id_B"] + "," + ballot["H_C"])
    assert [b["position"] for b in ballots(x)] == [1, 2, 3, 4]
    good(close(x))
    closed_pass(x)


def test_jobs_do_not_matter_to_a_verifier():
    for jobs in (1, 2):
        x = opened()
        good(encrypt(x, plain(), "--jobs", jobs))
        assert len(ballots(x)) == len(lab.BALLOTS)
        good(close(x))
        closed_pass(x)
    x = opened()
    refused(encrypt(x, plain(), "--jobs", 0), USAGE, "--jobs")


def test_D15_any_marks_can_be_encrypted():
    """Overvotes in every way: too many, too high, too many write-ins."""
    rows = [(1, [1, 1], [], [0, 0, 0], None), (1, [7, 0], [], [4, 0, 0], None),
            (1, [2147483647, 2147483647], ["W"], [1, 1, 2], None),
            (1, [1, 0], ["W"], [3, 3, 3], None),
            (1, [0, 0], ["V", "W"], [100, 0, 0], None)]
    x = opened()
    good(encrypt(x, plain(rows)))
    good(close(x))
    closed_pass(x)
    x = opened().vote(rows, (), ()).rounds("1,3")
    good(x.result("1,3"))
    assert x.totals()[:2] == [[0, 0, 5, 0], [0, 0, 0]], x.totals()
    good(x.verify())


def test_C12_encrypting_twice_gives_unrelated_ciphertexts():
    """Same card, twice in one batch and once more: no ciphertext repeats, no
    two have the same quotient."""
    x, y = opened(), opened()
    row = [lab.BALLOTS[0]] * 2
    good(encrypt(x, plain(row)))
    good(encrypt(y, plain(row)))
    p = x.group()[0]
    three = ballots(x) + ballots(y)[:1]
    values, quotients = set(), set()
    columns = []
    for ballot in three:
        flat = [int(ballot["nonce"]["C0"], 16)]
        for contest in ballot["contests"]:
            for field in contest["fields"]:
                flat += [int(field["alpha"], 16), int(field["beta"], 16)]
            if "data" in contest:
                flat.append(int(contest["data"]["C0"], 16))
        columns.append(flat)
        assert not values & set(flat)
        values |= set(flat)
    assert len(values) == 3 * len(columns[0])
    for a, b in itertools.combinations(columns, 2):
        for u, v in zip(a, b):
            quotient = u * pow(v, -1, p) % p
            assert quotient not in quotients
            quotients.add(quotient)
    assert len({b["id_B"] for b in three}) == 3


def test_C09_keys_must_be_those_of_the_ceremony():
    """Keys of another ceremony, of a swapped guardian or made up: refused,
    and nothing is encrypted."""
    other = Lab().new().ceremony()
    p = other.group()[0]

    def key_file(x):
        shutil.copy(other.path("rec", "election_keys.json"), x.path("rec"))

    def guardian(x):
        shutil.copy(other.path("rec", "guardians", "guardian_2.json"),
                    x.path("rec", "guardians"))

    def all_guardians(x):
        shutil.rmtree(x.path("rec", "guardians"))
        shutil.copytree(other.path("rec", "guardians"),
                        x.path("rec", "guardians"))

    def one_key(x, name, value):
        keys = load(x.path("rec", "election_keys.json"))
        keys[name] = value(keys[name])
        save(keys, x.path("rec", "election_keys.json"))

    def twice(x):
        shutil.copy(x.path("rec", "guardians", "guardian_1.json"),
                    x.path("rec", "guardians", "guardian_2.json"))

    def inverse(x):
        path = x.path("rec", "guardians", "guardian_2.json")
        one = load(x.path("rec", "guardians", "guardian_1.json"))
        two = load(path)
        two["K"][0] = lab.hexp(pow(int(one["K"][0], 16), -1, p))
        save(two, path)

    zeros = "0" * 64
    cases = [(key_file, FAILS, ""), (guardian, FAILS, "(3.A)"),
             (all_guardians, FAILS, "(3.A)"), (twice, USAGE, "guardian_2"),
             (inverse, FAILS, "")]
    for name, value in (("K", lambda v: lab.hexp(int(v, 16) ** 2 % p)),
                        ("K_hat", lambda v: lab.hexp(1)),
                        ("H_P", lambda v: zeros), ("H_B", lambda v: zeros),
                        ("H_E", lambda v: zeros), ("H_G", lambda v: zeros)):
        cases.append((lambda x, n=name, f=value: one_key(x, n, f), FAILS,
                      "election_keys.json"))
    for change, code, word in cases:
        x = opened()
        change(x)
        unchanged(x, tree(x.path("rec")),
                  encrypt(x, plain(), "--receipts", x.path("r")), code, word)
        assert not os.path.exists(x.path("r"))


def test_another_manifest_is_refused():
    x = opened()
    path = x.path("rec", "manifest.json")
    write(read(path).replace(b'"Ann"', b'"Eve"'), path)
    unchanged(x, tree(x.path("rec")), encrypt(x, plain()), FAILS)


def test_encrypt_before_the_ceremony():
    x = Lab().new()
    unchanged(x, tree(x.path("rec")), encrypt(x, plain()), USAGE,
              "ceremony comes first")


def test_record_missing():
    x = Lab()
    refused(encrypt(x, plain()), USAGE, x.path("rec"))
    refused(command("close", x.path("rec")), USAGE, x.path("rec"))
    refused(command("tally", x.path("rec")), USAGE, x.path("rec"))
    refused(command("tally"), USAGE, "RECORD is missing")
    os.mkdir(x.path("rec"))
    refused(encrypt(x, plain()), USAGE, "parameters.json is not there")


def bad_plain(text, place, *words, name="in.jsonl"):
    x = opened()
    unchanged(x, tree(x.path("rec")),
              encrypt(x, text, "--receipts", x.path("r"), name=name), USAGE,
              x.path(name) + place, *words)
    assert not os.path.exists(x.path("r"))


def test_one_bad_cell_of_a_ballot_is_named():
    bad_plain(CSV.replace("a1,1", "a1,9"), ":2:2", "column `style`", "`9`",
              name="in.csv")
    bad_plain(CSV.replace("a1,1,1,1,0", "a1,1,1,1,x"), ":2:5",
              "column `1.2`", "a mark", "`x`", name="in.csv")
    bad_plain(CSV.replace("a1,1,1,1,0", "a1,1,2,1,0"), ":2:3", "weight",
              name="in.csv")
    bad_plain(CSV.replace("99999,1,1,,", "99999,1,1,1,"), ":5:10",
              "column `3.1`", "nothing", name="in.csv")
    bad_plain(CSV.replace("99999,1,1,,", "99999,1,1,"), ":5:11", "11 cells",
              name="in.csv")
    bad_plain(CSV.replace("Zoë", "Z" * 65), ":4:6", "column `1.w1`",
              name="in.csv")
    bad_plain(CSV.replace("Zoë", "Zoe\u0308"), ":4:1", name="in.csv")
    bad_plain(CSV.replace('"a,3"', '"a,3'), ":4:", name="in.csv")
    bad_plain(CSV.replace("weight", "gewicht"), ":1:1", "header line",
              name="in.csv")
    bad_plain(CSV.replace("\n", "\r\n"), ":1:1", name="in.csv")
    bad_plain(CSV.splitlines()[0] + "\n", "", "at least one ballot",
              name="in.csv")
    bad_plain("", "", "at least one ballot")


def test_one_bad_line_of_ballots_is_named():
    lines = plain().splitlines(True)
    for change, place in (
            (lambda line: line.replace('"style":1', '"style":3'), ":3:"),
            (lambda line: line.replace('"style":1', '"style":2'), ":3:"),
            (lambda line: line.replace('"weight":1', '"weight":0'), ":3:"),
            (lambda line: line.replace('"marks":[1,1]', '"marks":[1]'), ":3:"),
            (lambda line: line.replace('"serial"', '"Serial"'), ":3:"),
            (lambda line: line.replace(":1", ": 1", 1), ":3:"),
            (lambda line: line[:40] + "\n", ":3:"),
            (lambda line: "\n", ":3:")):
        assert change(lines[2]) != lines[2]
        bad_plain("".join(lines[:2] + [change(lines[2])] + lines[3:]), place)
    bad_plain(b"\xff\xfe" + plain().encode(), ":1:")


def test_nothing_private_goes_into_the_record():
    x = opened()
    before = tree(x.path("rec"))
    for place in (x.path("rec", "r.csv"), x.path("rec", "guardians", "r.csv"),
                  x.path("s1", "..", "rec", "r.csv")):
        unchanged(x, before, encrypt(x, plain(), "--receipts", place), USAGE,
                  "inside the record")
    os.symlink(x.path("rec"), x.path("link"))
    unchanged(x, before, encrypt(x, plain(), "--receipts",
                                 x.path("link", "r.csv")), USAGE,
              "inside the record")
    write(plain().encode(), x.path("rec", "in.jsonl"))
    before = tree(x.path("rec"))
    unchanged(x, before, command("encrypt", x.path("rec"), "--device", 1,
                                 "--in", x.path("rec", "in.jsonl")), USAGE,
              "inside the record")


def test_receipts_are_not_overwritten():
    x = opened()
    write(b"mine", x.path("r"))
    unchanged(x, tree(x.path("rec")),
              encrypt(x, plain(), "--receipts", x.path("r")), USAGE,
              "already")
    assert read(x.path("r")) == b"mine"


def test_receipts_that_cannot_be_written():
    x = opened()
    unchanged(x, tree(x.path("rec")),
              encrypt(x, plain(), "--receipts", x.path("none", "r")),
              UNFINISHED, "cannot write")


def test_full_disk_leaves_no_half_ballots():
    x = opened()
    unchanged(x, tree(x.path("rec")),
              encrypt(x, plain(), "--receipts", x.path("r"), limit=50000),
              UNFINISHED, "device_1.jsonl")
    assert not os.path.exists(x.path("r"))


def test_wrong_device_slot_and_options():
    x = opened()
    before = tree(x.path("rec"))
    unchanged(x, before, encrypt(x, plain(), device=2), USAGE, "--device")
    unchanged(x, before, encrypt(x, plain(), device="x"), USAGE, "`x`")
    unchanged(x, before, encrypt(x, plain(), "--slot", -1), USAGE, "--slot")
    unchanged(x, before, encrypt(x, plain(), "--credentials", "c"), USAGE,
              "remote devices")
    unchanged(x, before, command("encrypt", x.path("rec"), "--device", 1,
                                 "--in", x.path("none")), USAGE,
              "none is not there")
    unchanged(x, before, command("encrypt", x.path("rec")), USAGE,
              "--device is missing")
    unchanged(x, before, encrypt(x, plain(), "--slot", 1, "--slot", 2), USAGE,
              "--slot stands there more than 1 time")


def test_slot_by_the_clock_and_by_hand():
    x = opened()
    good(encrypt(x, plain(), "--slot", 77))
    assert {b["slot"] for b in ballots(x)} == {77}
    x = Lab().new(slot_origin=2 ** 50).ceremony()
    unchanged(x, tree(x.path("rec")), encrypt(x, plain()), USAGE, "clock")


def test_a_device_goes_on_where_it_was():
    x = encrypted()
    before = tree(x.path("rec"))
    unchanged(x, before, encrypt(x, plain()), USAGE, "--append")
    good(encrypt(x, plain(), "--append", "--receipts", x.path("r2")))
    lines = ballots(x)
    assert [b["position"] for b in lines] == list(range(1, 13))
    assert lines[6]["B_C"] == "00000001" + lines[5]["H_C"]
    assert codes(x) + codes(x, "r2") == [b["H_C"] for b in lines]
    good(close(x))
    closed_pass(x)
    y = opened()
    good(encrypt(y, plain(), "--append"))


def test_append_to_a_broken_file_changes_nothing():
    x = encrypted()
    path = x.path("rec", "ballots", "device_1.jsonl")
    data = read(path)
    for broken in (data[:-100], data.replace(b'"device":1', b'"device":2'),
                   data.replace(b'"H_C"', b'"H_c"')):
        write(broken, path)
        before = tree(x.path("rec"))
        answer = encrypt(x, plain(), "--append", "--receipts", x.path("r2"))
        unchanged(x, before, answer, USAGE, "last line")
        assert not os.path.exists(x.path("r2"))


# ---- close -------------------------------------------------------------------

def test_close_writes_states_and_devices():
    x = encrypted()
    answer = good(close(x, challenged=x.codes[4] + "\n",
                        spoiled=x.codes[5].lower() + "\r\n",
                        refused=x.codes[0]))
    assert "6 ballots, 3 cast, 1 challenged, 1 spoiled, 1 refused" in \
        answer.out, answer
    by_id = {b["id_B"]: b["H_C"] for b in ballots(x)}
    states = [json.loads(line) for line in
              read(x.path("rec", "states.jsonl")).decode().splitlines()]
    assert [s["id_B"] for s in states] == sorted(by_id)
    got = {by_id[s["id_B"]]: s["state"] for s in states}
    assert [got[c] for c in x.codes] == ["refused", "cast", "cast", "cast",
                                         "challenged", "spoiled"]
    closed_pass(x)


def test_bad_lists_name_their_line():
    x = encrypted()
    before = tree(x.path("rec"))
    good_line = x.codes[0] + "\n"
    for text, place in ((good_line + "A" * 64 + "\n", ":2:1"),
                        (good_line + "x\n", ":2:1"),
                        (good_line + "\n" + x.codes[1], ":2:1"),
                        (" " + good_line, ":1:1"),
                        (good_line * 2, ":2:1")):
        unchanged(x, before, close(x, challenged=text), USAGE,
                  x.path("challenged.txt") + place)
    unchanged(x, before, command("close", x.path("rec"), "--spoiled",
                                 x.path("none")), USAGE, "none is not there")


def test_B05_a_ballot_ends_in_one_state():
    """Every pair of lists, the same one twice too: refused."""
    x = encrypted()
    before = tree(x.path("rec"))
    words = ("challenged", "spoiled", "refused")
    for one, two in itertools.product(words, words):
        lists = {one: x.codes[1] + "\n"}
        lists[two] = lists.get(two, "") + x.codes[1] + "\n"
        unchanged(x, before, close(x, **lists), USAGE, "listed before")


def test_B05_only_cast_ballots_are_counted():
    """Every pair of end states of two ballots; and each state changed to
    every other behind the tally's back."""
    words = ("cast", "challenged", "spoiled", "refused")
    for one, two in itertools.product(words, words):
        x = encrypted()
        lists = {}
        for code, word in zip(x.codes, (one, two)):
            if word != "cast":
                lists[word] = lists.get(word, "") + code + "\n"
        good(close(x, **lists))
        good(command("tally", x.path("rec")))
        cast = 4 + (one == "cast") + (two == "cast")
        tally = load(x.path("rec", "tally_encrypted.json"))
        assert tally["ballots"] == tally["weight"] == cast, (one, two)
    x = encrypted()
    good(close(x))
    good(command("tally", x.path("rec")))
    closed_pass(x)
    states = read(x.path("rec", "states.jsonl"))
    for word in words[1:]:
        write(states.replace(b'"cast"', b'"%s"' % word.encode(), 1),
              x.path("rec", "states.jsonl"))
        answer = x.verify("--stage", "closed")
        assert answer.code == FAILS and "9.A     FAIL" in answer.out, word
    good(close_again(states, x, b'"cast"', b'"spoiled"'))


def close_again(states, x, old, new):
    """A spoiled ballot counted after all, in a record tallied before."""
    os.remove(x.path("rec", "tally_encrypted.json"))
    write(states.replace(old, new, 1), x.path("rec", "states.jsonl"))
    good(command("tally", x.path("rec")))
    write(states, x.path("rec", "states.jsonl"))
    answer = x.verify("--stage", "closed")
    assert answer.code == FAILS and "9.A     FAIL" in answer.out, answer
    write(states.replace(old, new, 1), x.path("rec", "states.jsonl"))
    return x.verify("--stage", "closed")


def test_a_closed_record_stays_closed():
    x = encrypted()
    good(close(x))
    before = tree(x.path("rec"))
    unchanged(x, before, close(x), USAGE, "closed before")
    unchanged(x, before, encrypt(x, plain(), "--append"), USAGE, "is closed")
    good(command("tally", x.path("rec")))
    before = tree(x.path("rec"))
    unchanged(x, before, command("tally", x.path("rec")), USAGE, "already")


def test_close_looks_at_the_chain():
    x = encrypted()
    path = x.path("rec", "ballots", "device_1.jsonl")
    lines = read(path).splitlines(True)
    for change in (lines[1:], lines[:2] + lines[3:], lines[:2] * 2,
                   lines[:1] + lines[2:1:-1] + lines[1:2] + lines[3:],
                   [lines[0].replace(b'"position":1,', b'"position":2,')] +
                   lines[1:]):
        write(b"".join(change), path)
        before = tree(x.path("rec"))
        unchanged(x, before, close(x), FAILS, "device_1.jsonl:")
    for line in (lines[0][:-1], lines[0].replace(b":", b": ", 1), b"{}\n"):
        write(line, path)
        unchanged(x, tree(x.path("rec")), close(x), USAGE, "device_1.jsonl:1")
    write(lines[0].replace(b'"H_C":"', b'"H_C":"0')[:-4] + b'"}\n', path)
    refused(close(x), FAILS, "8.B")


def test_full_disk_at_closing():
    x = encrypted()
    before = tree(x.path("rec"))
    unchanged(x, before, command("close", x.path("rec"), limit=300),
              UNFINISHED)


def test_closing_without_a_ballot():
    x = opened()
    good(close(x))
    assert not os.path.exists(x.path("rec", "states.jsonl"))
    good(command("tally", x.path("rec")))
    closed_pass(x)


# ---- tally -------------------------------------------------------------------

def test_tally_before_closing():
    x = encrypted()
    unchanged(x, tree(x.path("rec")), command("tally", x.path("rec")), USAGE,
              "comes first")


def test_tally_wants_one_state_a_ballot():
    x = encrypted()
    good(close(x))
    path = x.path("rec", "states.jsonl")
    states = read(path).splitlines(True)
    stranger = b'{"id_B":"%s","state":"cast"}\n' % (b"F" * 64)
    for change, code in ((states[1:], FAILS), (states + [stranger], FAILS),
                         (states + states[-1:], USAGE),
                         (states[::-1], USAGE), ([b"x\n"] + states, USAGE)):
        write(b"".join(change), path)
        before = tree(x.path("rec"))
        unchanged(x, before, command("tally", x.path("rec")), code)


# ---- remote devices ----------------------------------------------------------

VOTERS = ["%064X" % (1000 + i) for i in range(6)]


def credentials(pairs):
    return "".join(json.dumps({"serial": s, "credential": c}) + "\n"
                   for s, c in pairs)


def roll(lines):
    return "".join(json.dumps({"credential": c, "style": s, "weight": w,
                               "state": state}, separators=(",", ":")) + "\n"
                   for c, s, w, state in lines)


def vote_remotely(x, who=None, *more):
    who = who or [("%04d" % i, VOTERS[i]) for i in range(6)]
    write(credentials(who).encode(), x.path("cred"))
    return encrypt(x, plain(), "--credentials", x.path("cred"), *more,
                   "--receipts", x.path("receipts"), device=2)


def whole_roll(style_of_3=2, skip=(), **state):
    return roll((c, style_of_3 if i == 3 else 1, 1,
                 state.get("v%d" % i, "active"))
                for i, c in enumerate(VOTERS) if i not in skip)


def test_remote_ballots_are_bound_to_credentials():
    x = remote()
    good(vote_remotely(x))
    for ballot, voter in zip(ballots(x, 2), VOTERS):
        assert ballot["binding"]["credential"] == voter
        assert "position" not in ballot
    salts = {b["binding"]["salt"] for b in ballots(x, 2)}
    assert len(salts) == 6
    good(encrypt(x, plain(), device=1))
    reverse = "".join(whole_roll().splitlines(True)[::-1])
    good(close(x, roll=reverse))
    assert read(x.path("rec", "roll.jsonl")) == whole_roll().encode()
    closed_pass(x)


def test_remote_input_that_does_not_fit():
    x = remote()
    before = tree(x.path("rec"))
    unchanged(x, before, encrypt(x, plain(), device=2), USAGE,
              "--credentials FILE")
    unchanged(x, before, vote_remotely(x, [("0000", VOTERS[0])]), USAGE,
              "in.jsonl:2:1", "no credential")
    unchanged(x, before, vote_remotely(x, [("0000", VOTERS[0])] * 2), USAGE,
              "twice")
    unchanged(x, before, vote_remotely(x, [("0000", "xyz")]), USAGE,
              "cred:1:1")


def test_mail_ballots_are_not_made_here():
    x = Lab().new(short_code=1, devices=[
        {"label": "post", "mode": "mail", "chaining": 0}]).ceremony()
    unchanged(x, tree(x.path("rec")), encrypt(x, plain()), USAGE, "mail")


def test_roll_and_ballots_have_to_agree():
    x = remote()
    good(vote_remotely(x))
    before = tree(x.path("rec"))
    unchanged(x, before, close(x), USAGE, "--roll FILE")
    for text, code, word in (
            (whole_roll(skip=(2,)), FAILS, "not on the roll"),
            (whole_roll(v4="revoked"), FAILS, "revoked"),
            (whole_roll(style_of_3=1), FAILS, "style"),
            (whole_roll().replace('"weight":1', '"weight":2', 1), FAILS,
             "weight"),
            (whole_roll() * 2, USAGE, "twice"),
            ("", USAGE, "at least one voter"),
            (whole_roll().replace('"active"', '"dead"', 1), USAGE,
             "roll.txt:1:1")):
        unchanged(x, before, close(x, roll=text), code, word)


def test_voting_twice():
    again = [("%04d" % i, VOTERS[0 if i == 5 else i]) for i in range(6)]
    x = remote()
    good(vote_remotely(x, again))
    unchanged(x, tree(x.path("rec")), close(x, roll=whole_roll()), FAILS,
              "another ballot")
    x = Lab().new(revote=True, devices=[
        {"label": "hall", "mode": "booth", "chaining": 1},
        {"label": "web", "mode": "remote", "chaining": 1}]).ceremony()
    good(vote_remotely(x, again))
    answer = good(close(x, roll=whole_roll()))
    assert "5 cast" in answer.out and "1 superseded" in answer.out, answer
    closed_pass(x)


def test_weights_are_exponents():
    x = Lab().new(weights=True).ceremony()
    text = plain().replace('"weight":1', '"weight":5', 1)
    write(text.encode(), x.path("in.jsonl"))
    good(command("encrypt", x.path("rec"), "--device", 1, "--in",
                 x.path("in.jsonl")))
    good(close(x))
    good(command("tally", x.path("rec")))
    tally = load(x.path("rec", "tally_encrypted.json"))
    assert (tally["ballots"], tally["weight"]) == (6, 10)
    closed_pass(x)


if __name__ == "__main__":
    lab.main([f for name, f in list(globals().items())
              if name.startswith("test_")])
