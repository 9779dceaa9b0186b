#!/usr/bin/env python3
"""`evident demo`: what it shows is true, and when a step fails it says so.
Prints TAP."""
import glob
import json
import os
import re
import shutil

import lab
from lab import FAILS, USAGE, Lab, command, good, load, read, refused, write

SF = os.path.join(lab.ROOT, "examples", "sf-2024")


def demo(x, *more):
    return command("demo", "--out", x.path("demo"), *more, cwd=x.dir)


def command_line(path):
    try:
        return read(path)
    except OSError:  # it has ended
        return b""


def table_of(out):
    """{contest: [(decrypted, counted, option)]} of what was printed."""
    table, contest = {}, None
    for line in out.splitlines():
        head = re.match(r"(\S.*) \(\d+ cards?, \d+ seats?\)$", line)
        row = re.match(r" *(\d+) +(\d+)  (\S.*)$", line)
        if head:
            contest = table.setdefault(head.group(1), [])
        elif row and contest is not None:
            contest.append((int(row.group(1)), int(row.group(2)),
                            row.group(3)))
    return table


def recount(x):
    """Totals of plain.jsonl without the ballots that were not cast."""
    receipts = read(x.path("demo", "receipts.csv")).decode().splitlines()[1:]
    aside = set((read(x.path("demo", "challenged.txt")) +
                 read(x.path("demo", "spoiled.txt"))).decode().split())
    m = load(x.path("demo", "record", "manifest.json"))
    totals, cards = {}, {}
    lines = read(x.path("demo", "plain.jsonl")).decode().splitlines()
    assert len(lines) == len(receipts)
    for line, receipt in zip(lines, receipts):
        if receipt.split(",")[-1] in aside:
            continue
        for c in json.loads(line)["contests"]:
            contest = m["contests"][c["contest"] - 1]
            cards[contest["label"]] = cards.get(contest["label"], 0) + 1
            over = max(c["marks"]) > contest["option_limit"] or \
                sum(c["marks"]) + len(c["write_ins"]) > \
                contest["contest_limit"]
            for option, mark in zip(contest["options"], c["marks"]):
                key = (contest["label"], option["label"])
                totals[key] = totals.get(key, 0) + (0 if over else mark)
    return totals, cards, m, aside


def test_D11_the_demo_shows_the_true_totals():
    x = Lab()
    answer = good(demo(x, "--ballots", 24))
    assert "all equal" in answer.out, answer
    totals, cards, m, aside = recount(x)
    assert len(aside) == 5
    table = table_of(answer.out)
    assert set(table) == {c for c, n in cards.items()
                          if n >= m["privacy_floor"]}
    shown = 0
    for contest, rows in table.items():
        for decrypted, counted, option in rows:
            assert decrypted == counted
            if not option.startswith("#"):
                assert totals[contest, option] == decrypted, option
                shown += 1
    assert shown >= 20, answer
    for contest, n in cards.items():
        if n < m["privacy_floor"]:
            assert "%s (%d)" % (contest, n) in answer.out, contest
    assert "first\nrank only" in answer.out
    record, board = x.path("demo", "record"), x.path("demo", "board")
    assert "pass" in good(command("verify", record)).out
    log = good(command("verify", board, "--policy", x.path("demo", "policy")))
    assert re.search(r"^L\.3 +pass", log.out, re.M), log
    assert re.search(r"a head that [34] witnesses have signed", log.out), log
    assert "checkpoint" in os.listdir(board)
    assert {"obj", "setup", "tile"} <= set(os.listdir(board))
    assert not os.path.exists(x.path("demo", "server", "public"))
    assert load(record, "tally.json")["guardians"] == [1, 3]
    # nothing goes on when the command has ended
    assert not [p for p in glob.glob("/proc/[0-9]*/cmdline")
                if x.dir.encode() in command_line(p)]
    for i in (1, 2, 3):
        folder = x.path("demo", "guardian_%d" % i)
        assert os.stat(folder).st_mode & 0o777 == 0o700
        assert not [f for f in os.listdir(folder) if f.endswith("key.json")]


def test_the_hints_at_the_end_are_true():
    x = Lab()
    answer = good(demo(x, "--ballots", 20, "--guardians", 2, "--quorum", 2))
    assert "All 2 guardians are present" in answer.out, answer
    record, forged = x.path("demo", "record"), x.path("demo", "forged")
    good(command("election", "check", record))
    code = read(x.path("demo", "receipts.csv")).decode().split()[1][-64:]
    assert read(record, "ballots", "device_1.jsonl").count(
        code.encode()) >= 1
    shutil.copytree(record, forged)
    tally = read(forged, "tally.json")
    assert b'"t":1,' in tally
    write(tally.replace(b'"t":1,', b'"t":2,'), forged, "tally.json")
    bad = command("verify", forged)
    assert bad.code == FAILS and re.search(r"^10\.C +FAIL", bad.out, re.M)


def test_one_guardian_and_few_cards():
    x = Lab()
    answer = good(demo(x, "--ballots", 1, "--guardians", 1, "--quorum", 1))
    assert "all equal" in answer.out and "1 cast" in answer.out, answer


def test_cards_are_used_again_when_there_are_too_few():
    x = Lab()
    os.mkdir(x.path("data"))
    for name in os.listdir(SF):
        shutil.copy(os.path.join(SF, name), x.path("data", name))
    cards = load(SF, "CvrExport_15.json")
    cards["Sessions"] = cards["Sessions"][:3]
    write(json.dumps(cards).encode(), x.path("data", "CvrExport_15.json"))
    answer = good(demo(x, "--ballots", 7, "--data", x.path("data")))
    assert "5 cast" in answer.out and "all equal" in answer.out, answer
    receipts = read(x.path("demo", "receipts.csv")).decode().splitlines()[1:]
    serials = [line.split(",")[0] for line in receipts]
    assert len(set(serials)) == 7 and serials[6].endswith(" again 2"), serials


def test_wrong_usage():
    x = Lab()
    for arguments, word in ((["--absent", "1,2"], "fewer than the quorum"),
                            (["--absent", "4"], "guardian 4"),
                            (["--absent", "1,1"], "twice"),
                            (["--quorum", "4"], "--quorum"),
                            (["--ballots", "0"], "--ballots"),
                            (["--data", x.path("none")], "none is not there"),
                            (["extra"], "extra")):
        refused(demo(x, *arguments), USAGE, word)
        assert not os.path.exists(x.path("demo"))
    os.mkdir(x.path("demo"))
    refused(demo(x), USAGE, "already")
    assert os.listdir(x.path("demo")) == []


def test_a_step_that_fails_is_told():
    x = Lab()
    os.mkdir(x.path("data"))
    for name in os.listdir(SF):
        shutil.copy(os.path.join(SF, name), x.path("data", name))
    write(b"{", x.path("data", "ContestManifest.json"))
    answer = demo(x, "--data", x.path("data"))
    assert answer.code == FAILS and answer.err.count("\n") == 1, answer
    assert "`evident import dominion`" in answer.err, answer
    assert "ContestManifest.json" in answer.err, answer


def test_default_folder_is_a_free_one():
    x = Lab()
    os.mkdir(x.path("evident-demo"))
    os.mkdir(x.path("data"))
    answer = command("demo", "--data", x.path("data"), cwd=x.dir)
    assert answer.code == FAILS, answer
    assert os.path.isdir(x.path("evident-demo-2"))
    assert os.listdir(x.path("evident-demo")) == []


if __name__ == "__main__":
    lab.main([f for name, f in list(globals().items())
              if name.startswith("test_")])
