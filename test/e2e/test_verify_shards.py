#!/usr/bin/env python3
"""`verify --shard` and `verify merge`: what shards found, put together, is what
one run finds; parts are foreign data. Prints TAP."""
import hashlib
import json
import os
import re
import subprocess
import sys

import lab
from lab import (EVIDENT, FAILS, OK, ROOT, UNFINISHED, USAGE, command, read,
                 refused, write)

sys.path.insert(0, os.path.join(ROOT, "test", "vector"))
sys.path.append(os.path.join(ROOT, "test", "oracle"))
import election  # noqa: E402
import faultlib  # noqa: E402
import faults  # noqa: E402
import generate  # noqa: E402

RECORDS = os.path.join(ROOT, "test", "vector", "records")
GOOD = os.path.join(RECORDS, "visible-1", "record")
# Faults that only more than one ballot, or a line elsewhere, tell of.
BAD = ("5A-replay", "8E-link", "X1-position-missing", "X11-cast-opened",
       "X12-withheld-data", "X18-cast-twice")


def shard(record, i, n, *more):
    return command("verify", record, "--shard", "%d/%d" % (i, n), *more)


def parts(work, record, n, *more):
    """Paths of the parts of all shards, as verify wrote them."""
    out = []
    parts.calls += 1
    for i in range(1, n + 1):
        a = shard(record, i, n, *more)
        assert a.code in (FAILS, UNFINISHED) and a.err == "", a
        path = work.path("part-%d-%d-%d" % (parts.calls, i, n))
        write(a.out.encode(), path)
        out.append(path)
    return out


parts.calls = 0


def merged(paths, *more):
    return command("verify", "merge", "--format", "json", *paths, *more)


def same(work, record, n):
    one = command("verify", record, "--format", "json")
    many = merged(list(reversed(parts(work, record, n))))
    assert many.code == one.code, many
    report = json.loads(many.out)
    words = report.pop("parts")
    assert report == json.loads(one.out), many.out
    assert [w["shard"] for w in words] == list(range(1, n + 1)), words
    for w in words:
        digest = hashlib.sha256(read(w["file"])).hexdigest().upper()
        assert w["sha256"] == digest, w


def test_shards_of_a_good_record():
    with faults.Work() as work:
        for n in (1, 3, 9):  # 8 ballots: one of the nine is empty
            same(work, GOOD, n)


def test_shards_of_bad_records():
    with faults.Work() as work:
        for k, name in enumerate(BAD):
            record = work.path(name)
            faults.build_bad(RECORDS, name, record)
            same(work, record, (2, 3, 7)[k % 3])


def revotes(work, name, *ballots):
    """What fails of a record, whole or in shards, in which voter a voted with
    these (device, state), in this order; devices 1 and 2 are remote."""
    votes = {1: ([1, 0], [])}
    another = ("v1;oracle;web;app", "remote", 0)
    made = faultlib.build(
        "web", devices=[generate.WEB, another],
        ballots=[dict(votes=votes, voter="a", device=device, state=state)
                 for device, state in ballots] +
                [dict(votes=votes, voter="b", device=2)])
    record = work.path(name)
    election.write(made.record(), record)
    same(work, record, 2)
    report = json.loads(command("verify", record, "--format", "json").out)
    return [c["id"] for c in report["checks"] if c["status"] == "fail"]


def test_B02_one_voter_and_two_devices():
    """X.18: between devices a record shows no order, within one it does."""
    old, cast, spoiled = "superseded", "cast", "spoiled"
    with faults.Work() as work:
        for n, (ballots, fails) in enumerate((
                (((2, old), (1, cast)), False),
                (((1, old), (2, cast)), False),
                (((2, old), (1, old), (1, cast)), False),
                (((1, cast), (2, old), (1, old)), True),
                (((2, cast), (1, old), (2, old)), True),
                (((2, old), (1, spoiled)), True),
                (((2, old), (2, cast), (1, cast)), True))):
            found = revotes(work, "revotes-%d" % n, *ballots)
            assert found == ["X.18"] * fails, (ballots, found)


def test_a_shard_never_passes():
    a = shard(GOOD, 1, 1)
    assert a.code == UNFINISHED, a
    head = json.loads(a.out.split("\n")[0])
    assert head["verdict"] == "incomplete", head
    with faults.Work() as work:
        record = work.path("bad")
        faults.build_bad(RECORDS, "6A-order2", record)
        codes = [shard(record, i, 2).code for i in (1, 2)]
        assert codes == [FAILS, UNFINISHED], codes


def test_options():
    for text in ("0/2", "3/2", "1/0", "1", "a/b", "1/2/3", "/", "1/99999"):
        refused(command("verify", GOOD, "--shard", text), USAGE, "--shard")
    refused(command("verify", GOOD, "--shard", "1/2", "--format", "json"),
            USAGE, "--format")
    refused(command("verify", "merge"), USAGE, "PART is missing")
    refused(command("verify", "merge", "/nowhere"), USAGE, "/nowhere")


def redone(lines):
    """The part with these lines and the digest that belongs to them."""
    text = "".join(line + "\n" for line in lines)
    end = hashlib.sha256(text.encode()).hexdigest().upper()
    return (text + '{"end":"%s"}\n' % end).encode()


def test_parts_that_do_not_fit():
    with faults.Work() as work:
        one, two = parts(work, GOOD, 2)
        three = parts(work, GOOD, 3)
        closed = parts(work, GOOD, 2, "--stage", "ceremony")
        record = work.path("other")
        faults.build_bad(RECORDS, "X16-floor", record)
        other = parts(work, record, 2)
        refused(merged([one]), USAGE, "not as many parts")
        refused(merged([one, one]), USAGE, "two parts of shard 1")
        refused(merged([two, two]), USAGE, "another part of the same shard")
        refused(merged([one, three[1]]), USAGE, "number of shards")
        refused(merged([one, other[1]]), USAGE, "another record")
        refused(merged([one, closed[1]]), USAGE, "another stage")
        refused(merged([one, two, two]), USAGE)
        assert merged([two, one]).code == OK


def test_B10_parts_that_were_changed():
    with faults.Work() as work:
        one, two = parts(work, GOOD, 2)
        whole = read(two)
        bad = work.path("bad")

        def refuse(data, *words, first=one):
            write(data, bad)
            refused(merged([first, bad]), USAGE, bad, *words)

        refuse(b"")
        refuse(whole[:-5])
        refuse(whole[:len(whole) // 2], "cut off")
        refuse(whole + whole)
        at = whole.index(b'"rows":"') + 20
        refuse(whole[:at] + (b"1" if whole[at:at + 1] == b"0" else b"0") +
               whole[at + 1:], "damaged")
        lines = whole.decode().split("\n")[:-2]
        assert redone(lines) == whole
        edits = (
            ('"version":"', '"version":"9', "another version"),
            ('"from":4', '"from":3', "do not follow"),
            ('"to":8', '"to":7', "missing"),
            ('"lines":8', '"lines":9', "another record"),
            ('"of":"links"', '"of":"cells"', ""),
            ('"of":"devices"', '"of":"verified"', ""),
            ('"check":"5.B"', '"check":"5.Z"', ""),
            ('"unexamined":false', '"unexamined":0', ""))
        for old, new, words in edits:
            assert any(old in line for line in lines), old
            changed = [line.replace(old, new, 1) for line in lines]
            refuse(redone(changed), words)
        # Places of rows in files that are not there.
        for section, width, place in (("once", 52, 32), ("links", 96, 4),
                                      ("states", 17, 0), ("states", 17, 8)):
            changed = list(lines)
            for k, line in enumerate(lines):
                row = re.match(r'{"rows":"(\w+)","of":"%s"}' % section, line)
                if row:
                    data = bytearray.fromhex(row.group(1))
                    assert len(data) % width == 0
                    data[place:place + 4] = b"\xff\xff\xff\xff"
                    changed[k] = '{"rows":"%s","of":"%s"}' % (
                        data.hex().upper(), section)
            assert changed != lines, section
            refuse(redone(changed), "does not fit")
        # Without its counts, with deep nesting, with a huge line.
        refuse(redone([x for x in lines if '"of":"counts"' not in x]), "count")
        refuse(redone(lines[:3] + ['{"check":' + 50 * "[" + 50 * "]" + "}"]))
        refuse(redone(lines[:3] + ['{"check":"' + "x" * (2 << 20) + '"}']))


def judged(answer):
    """The verdict, and of each check what it says and counts."""
    report = json.loads(answer.out)
    return [report["verdict"]] + [
        (c["id"], c["status"], c["count"], c["failed"])
        for c in report["checks"]]


def wrong(value):
    """What cannot stand where this value stands."""
    if isinstance(value, bool):
        return [None, 1]
    if isinstance(value, int):
        return [-1, 2**53, "1", None]
    if isinstance(value, list):
        return [{}, "", None]
    return [None, 7, value + "z", value[:-1] + "z"]


def test_B10_every_property_of_a_part():
    """One line of each kind, each property gone, of another type, too large,
    or no hexadecimal: the part is refused, or what it says is as it was."""
    with faults.Work() as work:
        one, two = parts(work, GOOD, 2)
        as_it_was = judged(merged([one, two]))
        bad, seen = work.path("bad"), set()
        lines = read(two).decode().split("\n")[:-2]
        for k, line in enumerate(lines):
            o = json.loads(line)
            kind = (tuple(o), o.get("of") if "rows" in o else None)
            if kind in seen:
                continue
            seen.add(kind)
            for name in o:
                changes = [dict(o, **{name: v}) for v in wrong(o[name])]
                changes.append({n: v for n, v in o.items() if n != name})
                for change in changes:
                    text = json.dumps(change, separators=(",", ":"),
                                      ensure_ascii=False)
                    write(redone(lines[:k] + [text] + lines[k + 1:]), bad)
                    got = merged([one, bad])
                    assert got.code == USAGE or judged(
                        got) == as_it_was, (name, text[:300], str(got))


def test_text_names_the_parts():
    with faults.Work() as work:
        told = command("verify", "merge", *parts(work, GOOD, 2))
        assert told.code == OK, told
        assert "the word of" in told.out and "shard 2, lines 5 to 8" in \
            told.out, told


def test_page_beside_the_merged_report():
    with faults.Work() as work:
        made, page = parts(work, GOOD, 2), work.path("page.html")
        a = command("verify", "merge", "--html", page, *made)
        assert a.code == OK and a.out == command(
            "verify", "merge", *made).out, a
        text = read(page).decode()
        assert "Verdict: Passed" in text and "from 2 parts" in text
        digest = re.search(r"Record digest: ([0-9A-F]{64})", a.out).group(1)
        assert "<code>%s</code>" % digest in text
        refused(command("verify", "merge", "--html", page, *made), USAGE,
                "not overwritten")
        other = work.path("other.html")
        refused(command("verify", "merge", "--html", other, made[0]), USAGE)
        assert not os.path.exists(other)


def test_B10_bytes_that_a_part_carries():
    with faults.Work() as work:
        one, two = parts(work, GOOD, 2)
        lines = read(one).decode().split("\n")[:-2]
        at = [k for k, x in enumerate(lines) if x.startswith('{"bytes":')]
        changed = list(lines)
        first = changed[at[0]]
        digit = "1" if first[30] != "1" else "2"
        changed[at[0]] = first[:30] + digit + first[31:]
        bad = work.path("bad")
        write(redone(changed), bad)
        refused(merged([bad, two]), USAGE, "not those of its digest")
        # The lie is consistent: then the digests of the files are others.
        write(redone(lines[:1] + [x.replace('"sha256":"', '"sha256":"00', 1)
                                  if "tally.json" in x else x
                                  for x in lines[1:]]), bad)
        refused(merged([bad, two]), USAGE)


def test_full_disk_is_no_part():
    if not os.path.exists("/dev/full"):
        return "there is no /dev/full"
    with open("/dev/full", "w") as full:
        p = subprocess.run([EVIDENT, "verify", GOOD, "--shard", "2/8"],
                           stdout=full, stderr=subprocess.PIPE, text=True)
    assert p.returncode == UNFINISHED and p.stderr.count("\n") == 1, p
    return None


if __name__ == "__main__":
    lab.main([v for k, v in list(globals().items()) if k.startswith("test_")])
