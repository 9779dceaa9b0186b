#!/usr/bin/env python3
"""The published totals against an independent count. Prints TAP."""
import random
import re

import lab
from lab import USAGE, Lab, command, good, load, write

SEED = 20241105

# label, rule, seats, limit in the table, options, write-ins, group
CONTESTS = [
    ("Mayor", "plurality", 1, "1", ["Ada", "Bo", "Cy"], 1, ""),
    ("Council", "plurality", 3, "3", ["A", "B", "C", "D", "E"], 2, ""),
    ("Measure", "referendum", 1, "", ["Yes", "No"], 0, ""),
    ("Likes", "approval", 1, "", ["Tea", "Milk", "Water"], 0, ""),
    ("Points", "cumulative", 1, "7", ["P", "Q"], 0, ""),
    ("Scores", "score", 1, "15", ["S", "T", "U"], 0, ""),
    ("Judge Ada", "majority-judgment", 1, "", ["good", "fair", "poor"], 0,
     "Judges"),
    ("Judge Bo", "majority-judgment", 1, "1", ["good", "fair", "poor"], 0,
     "Judges")]


def quoted(text):
    return '"%s"' % text.replace('"', '""')


def table():
    lines = ["group,contest,rule,seats,limit,option,write_ins\n"]
    for label, rule, seats, limit, options, w, group in CONTESTS:
        for i, option in enumerate(options):
            if i == 0:
                lines.append("%s,%s,%s,%d,%s,%s,%d\n" % (
                    group, quoted(label), rule, seats, limit, option, w))
            else:
                lines.append(",%s,,,,%s,\n" % (label, option))
    return "".join(lines)


def bounds(contest):
    """R and L, worked out from the rule by hand."""
    _, rule, seats, limit, options, _, _ = contest
    m = len(options)
    return {"plurality": (1, int(limit or seats)),
            "referendum": (1, int(limit or 1)), "approval": (1, m),
            "cumulative": (int(limit or 1), int(limit or 1)),
            "score": (int(limit or m) // m, int(limit or m)),
            "majority-judgment": (1, 1)}[rule]


def random_marks(rng, contest):
    R, L = bounds(contest)
    m = len(contest[4])
    kind = rng.random()
    if kind < 0.15:
        return [0] * m
    if kind < 0.3:  # anything goes, mostly an overvote
        return [rng.randrange(0, R + 3) for _ in range(m)]
    marks, left = [0] * m, L
    for i in rng.sample(range(m), m):
        marks[i] = rng.randrange(0, min(R, left) + 1)
        left -= marks[i]
    return marks


def count(contest, ballots):
    """Totals per field of (marks, write-ins) pairs, counted one by one."""
    R, L = bounds(contest)
    w = contest[5]
    totals = [0] * (len(contest[4]) + 1 + (w > 0))
    for marks, names in ballots:
        if max(marks) > R or sum(marks) + len(names) > L or len(names) > w:
            totals[len(contest[4])] += 1
            continue
        for i, mark in enumerate(marks):
            totals[i] += mark
        if w > 0:
            totals[-1] += len(names)
    return totals


def random_ballots(rng, n):
    out = []
    for _ in range(n):
        out.append([(random_marks(rng, c),
                     ["Name %d" % rng.randrange(9)
                      for _ in range(rng.randrange(0, c[5] + 1))
                      if rng.random() < 0.4])
                    for c in CONTESTS])
    return out


def plain_csv(ballots):
    head = ["serial", "style", "weight"]
    for i, c in enumerate(CONTESTS, 1):
        head += ["%d.%d" % (i, j + 1) for j in range(len(c[4]))]
        head += ["%d.w%d" % (i, j + 1) for j in range(c[5])]
    lines = [",".join(head)]
    for n, ballot in enumerate(ballots):
        cells = ["b%d" % n, "1", "1"]
        for (marks, names), c in zip(ballot, CONTESTS):
            cells += [str(mark) if mark else "" for mark in marks]
            cells += names + [""] * (c[5] - len(names))
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


def run_election(ballots, kept_back=()):
    x = Lab()
    write(table().encode(), x.path("e.csv"))
    good(command("election", "new", "--from", x.path("e.csv"), "--guardians",
                 3, "--quorum", 2, "--kind", "trial", "--out",
                 x.path("rec")))
    x.n, x.k = 3, 2
    x.ceremony()
    write(plain_csv(ballots).encode(), x.path("p.csv"))
    good(command("encrypt", x.path("rec"), "--device", 1, "--in",
                 x.path("p.csv"), "--receipts", x.path("r")))
    with open(x.path("r"), encoding="utf-8") as f:
        codes = re.findall(r"([0-9A-F]{64})$", f.read(), re.M)
    write("".join(codes[i] + "\n" for i in kept_back).encode(), x.path("sp"))
    good(command("close", x.path("rec"), "--spoiled", x.path("sp")))
    good(command("tally", x.path("rec")))
    x.rounds("2,3")
    good(x.result("2,3"))
    return x


def test_D11_result_equals_an_independent_count():
    """All rules with homomorphic totals, random marks, overvotes, write-ins
    and spoiled ballots."""
    rng = random.Random(SEED)
    ballots = random_ballots(rng, 24)
    kept_back = (3, 17)
    x = run_election(ballots, kept_back)
    cast = [b for i, b in enumerate(ballots) if i not in kept_back]
    expected = [count(c, [b[i] for b in cast])
                for i, c in enumerate(CONTESTS)]
    assert x.totals() == expected, (x.totals(), expected)
    assert all(t[len(c[4])] > 0 for c, t in zip(CONTESTS, expected)), \
        "no overvote among the random ballots of some contest"
    answer = good(x.verify())
    for contest, totals in zip(CONTESTS, expected):
        for option, total in zip(contest[4], totals):
            assert re.search(r"\b%d\b.*\b%s\b|\b%s\b.*\b%d\b" % (
                total, option, option, total), answer.out), (option, total)
    labels = [[f["label"] for f in c["fields"]] for c in
              load(x.path("rec", "tally.json"))["contests"]]
    assert labels == [c[4] + ["#overvote"] + ["#write-ins"] * (c[5] > 0)
                      for c in CONTESTS], labels


def test_limits_of_the_table_follow_the_rules():
    """R and L as made by `election new` are those worked out by hand."""
    x = Lab()
    write(table().encode(), x.path("e.csv"))
    good(command("election", "new", "--from", x.path("e.csv"), "--guardians",
                 3, "--quorum", 2, "--out", x.path("rec")))
    made = [(c["option_limit"], c["contest_limit"]) for c in
            load(x.path("rec", "manifest.json"))["contests"]]
    assert made == [bounds(c) for c in CONTESTS], made
    lonely = table().replace("Judges", "")
    write(lonely.encode(), x.path("e2.csv"))
    answer = command("election", "new", "--from", x.path("e2.csv"),
                     "--guardians", 3, "--quorum", 2, "--out", x.path("r2"))
    assert answer.code == USAGE, answer
    assert ":20:1 (column `group`)" in answer.err, answer


if __name__ == "__main__":
    lab.main([f for name, f in list(globals().items())
              if name.startswith("test_")])
