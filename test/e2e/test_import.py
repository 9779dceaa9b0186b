#!/usr/bin/env python3
"""evident import dominion | raire: the real cards are counted again here,
from the export's own files; made-up exports show every mapping; bad ones give
one clear sentence, the right exit code and leave nothing. Prints TAP."""
import copy
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.environ.get("EVD_SOURCE_ROOT") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EVIDENT = os.environ.get("EVIDENT") or os.path.join(ROOT, "build", "evident")
SF = os.path.join(ROOT, "examples", "sf-2024")
ASPEN = os.path.join(ROOT, "examples", "aspen-2009", "Aspen_2009_Mayor.raire")


class Tap:
    def __init__(self):
        self.n = 0
        self.bad = 0

    def say(self, good, name, detail=""):
        self.n += 1
        self.bad += not good
        print("%sok %d - %s" % ("" if good else "not ", self.n, name),
              flush=True)
        if not good:
            for line in str(detail).splitlines():
                print("# " + line)


def run(*arguments):
    p = subprocess.run([EVIDENT] + list(arguments), stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, text=True, check=False,
                       timeout=120)
    return p.returncode, p.stdout, p.stderr


def read_out(folder):
    with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as f:
        manifest = json.load(f)
    with open(os.path.join(folder, "plain.jsonl"), encoding="utf-8") as f:
        return manifest, [json.loads(line) for line in f]


def totals(manifest, lines):
    """{(contest label, option label): votes} of lines within the limits."""
    out = {}
    for line in lines:
        for c in line["contests"]:
            contest = manifest["contests"][c["contest"] - 1]
            if sum(c["marks"]) + len(c["write_ins"]) > contest[
                    "contest_limit"]:
                continue
            for option, mark in zip(contest["options"], c["marks"]):
                key = (contest["label"], option["label"])
                out[key] = out.get(key, 0) + mark
    return out


# ---- the real cards, counted from the export --------------------------------

def load_list(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as f:
        return json.load(f)["List"]


def export_cards(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as f:
        for session in json.load(f)["Sessions"]:
            side = session["Original"]
            if session.get("Modified", {}).get("IsCurrent"):
                side = session["Modified"]
            yield from side["Cards"]


def export_totals(folder, name):
    contests = {c["Id"]: c for c in load_list(folder, "ContestManifest.json")}
    who = {c["Id"]: c for c in load_list(folder, "CandidateManifest.json")}
    out, sets = {}, {}
    for card in export_cards(folder, name):
        ids = tuple(sorted(c["Id"] for c in card["Contests"]))
        sets[ids] = sets.get(ids, 0) + 1
        for c in card["Contests"]:
            contest = contests[c["Id"]]
            for k in who.values():
                if k["ContestId"] == c["Id"] and k["Type"] == "Regular":
                    out.setdefault((contest["Description"],
                                    k["Description"].strip()),
                                   0)
            for m in c["Marks"]:
                if m["IsVote"] and (not contest["NumOfRanks"] or
                                    m["Rank"] == 1):
                    out[(contest["Description"],
                         who[m["CandidateId"]]["Description"].strip())] += 1
    return out, sets


def real_cards(tap):
    with tempfile.TemporaryDirectory() as tmp:
        code, out, err = run("import", "dominion", SF, "--out", tmp + "/x")
        tap.say(code == 0 and err == "", "the San Francisco cards import",
                out + err)
        manifest, lines = read_out(tmp + "/x")
        want, sets = export_totals(SF, "CvrExport_15.json")
        tap.say(totals(manifest, lines) == want,
                "its totals are those of the export, ranked by first rank")
        tap.say(len(lines) == sum(sets.values()) == 95, "one line per card")
        tap.say(len(manifest["styles"]) == len(sets), "one style per set of "
                "contests")
        tap.say(sorted(sets.values()) == sorted(
            sum(1 for x in lines if x["style"] == s + 1)
            for s in range(len(sets))), "styles have the cards they should")
        tap.say(all([c["contest"] for c in x["contests"]] ==
                    manifest["styles"][x["style"] - 1]["contests"]
                    for x in lines), "each line has its style's contests")
        notes = [c["notes"] for c in manifest["contests"]
                 if c["label"] in ("MAYOR", "SHERIFF")]
        tap.say(len(notes) == 2 and all("first rank" in n for n in notes),
                "ranked contests say so in their notes")
        tap.say(manifest["kind"] == "trial" and manifest["slot_origin"] ==
                1730764800, "a trial; slots start on the day of the election")
        tap.say(len({x["serial"] for x in lines}) == 95, "serials are unique")
        code, _, err = run("import", "dominion", SF, "--out", tmp + "/x")
        tap.say(code == 2 and "is not overwritten" in err,
                "what is there is not overwritten", err)
        code, _, err = run("import", "dominion", SF, "--out", tmp + "/y")
        same = all(open(tmp + "/x/" + n, "rb").read() ==
                   open(tmp + "/y/" + n, "rb").read()
                   for n in ("manifest.json", "plain.jsonl"))
        tap.say(code == 0 and same, "the same export gives the same bytes")


def aspen(tap):
    with tempfile.TemporaryDirectory() as tmp:
        code, out, err = run("import", "raire", ASPEN, "--out", tmp + "/x",
                             "--guardians", "Ann,Bo,Cy,Di")
        tap.say(code == 0 and err == "", "the Aspen ballots import", out + err)
        manifest, lines = read_out(tmp + "/x")
        want = {}
        with open(ASPEN, encoding="utf-8") as f:
            for line in f.read().splitlines()[2:]:
                first = "Candidate " + line.split(",")[2]
                want[("Contest 1", first)] = want.get(("Contest 1", first),
                                                      0) + 1
        tap.say(totals(manifest, lines) == want and len(lines) == 2528,
                "its totals are the first ranks of the file")
        tap.say(manifest["guardians"] == ["Ann", "Bo", "Cy", "Di"] and
                manifest["label"] == "Aspen_2009_Mayor",
                "guardians by name, the election named after the file")


# ---- a made-up export ------------------------------------------------------------

def rows(*elements):
    return {"Version": "5", "List": list(elements)}


def contest(number, label, vote_for=1, ranks=0, disabled=0):
    return {"Id": number, "Description": label, "VoteFor": vote_for,
            "NumOfRanks": ranks, "Disabled": disabled}


def candidate(number, its, label, kind="Regular", disabled=0):
    return {"Id": number, "ContestId": its, "Description": label,
            "Type": kind, "Disabled": disabled}


def mark(who, vote=True, rank=1):
    return {"CandidateId": who, "Rank": rank, "IsVote": vote,
            "IsAmbiguous": False}


def on_card(number, *marks, over=0):
    return {"Id": number, "Overvotes": over, "Marks": list(marks)}


def session(*cards, current=True):
    return {"Original": {"BallotTypeId": 1, "IsCurrent": current, "Cards": [
        {"PaperIndex": i, "Contests": list(c)} for i, c in enumerate(cards)]}}


BASE = {
    "ElectionEventManifest.json": rows({"Description": " Made\tup ",
                                        "ElectionDate": "20240229"}),
    "ContestManifest.json": rows(
        contest(1, "Mayor"), contest(2, "Board", 2), contest(3, "Mayor"),
        contest(4, "Gone", disabled=1), contest(5, "Empty"),
        contest(6, "Ranked", 1, 3), contest(7, "Unused")),
    "CandidateManifest.json": rows(
        candidate(11, 1, "Ada"), candidate(12, 1, "Bo"),
        candidate(13, 1, "Write-in", "WriteIn"),
        candidate(14, 1, "Grace \"G\" Hopper", "QualifiedWriteIn"),
        candidate(15, 1, "Withdrawn", disabled=1),
        candidate(21, 2, "Cy"), candidate(22, 2, "Cy"), candidate(23, 2, "Di"),
        candidate(31, 3, "Eve"), candidate(41, 4, "Fay"),
        candidate(61, 6, "Gil"), candidate(62, 6, "Hal"),
        candidate(71, 7, "Ida")),
    "BallotTypeManifest.json": rows({"Id": 1, "Description": "Type 1"}),
    "CvrExport_2.json": {"Sessions": [
        session([on_card(1, mark(11)), on_card(2, mark(21), mark(23))],
                [on_card(3, mark(31)), on_card(4, mark(41)), on_card(5)]),
        session([on_card(1, mark(11, False), mark(12, False), over=1),
                 on_card(2, mark(21), mark(22), mark(23))]),
        session([on_card(1, mark(13)), on_card(2, mark(21), mark(21))]),
    ]},
    "CvrExport_10.json": {"Sessions": [
        session([on_card(1, mark(14)), on_card(2)]),
        session([on_card(1, mark(15), mark(12)), on_card(2)]),
        session([on_card(6, mark(62), mark(61, rank=2))]),
        session([on_card(6, mark(61), mark(62), over=1)]),
        {**session([on_card(6, mark(61))], current=False),
         "Modified": session([on_card(6, mark(62))])["Original"]},
        session([on_card(4, mark(41))]),
    ]},
}


def write_export(folder, files):
    os.makedirs(folder, exist_ok=True)
    for name, content in files.items():
        with open(os.path.join(folder, name), "wb") as f:
            f.write(content if isinstance(content, bytes)
                    else json.dumps(content).encode())


def test_D15_overvotes_keep_their_marks(tap, entry):
    """Marks that adjudication set aside because there were too many."""
    tap.say(entry["2.2.1"]["Mayor"][0] == [1, 1] and
            entry["10.4.1"]["Ranked"][0] == [1, 1],
            "D15: an overvote is imported with all its marks")


def made_up(tap):
    with tempfile.TemporaryDirectory() as tmp:
        write_export(tmp + "/in", BASE)
        code, out, err = run("import", "dominion", tmp + "/in", "--out",
                             tmp + "/out", "--guardians", "5")
        tap.say(code == 0 and err == "", "a made-up export imports", out + err)
        manifest, lines = read_out(tmp + "/out")
    labels = [c["label"] for c in manifest["contests"]]
    tap.say(labels == ["Mayor", "Board", "Mayor (3)", "Ranked"],
            "contests: in order, equal labels told apart, unused, disabled and "
            "empty ones left out", labels)
    mayor, board, _, ranked = manifest["contests"]
    tap.say([o["label"] for o in mayor["options"]] == ["Ada", "Bo"] and
            [o["label"] for o in board["options"]] == ["Cy", "Cy (22)", "Di"],
            "options: printed candidates that stand, told apart")
    tap.say((mayor["write_ins"], mayor["overvote"], mayor["data_blocks"]) ==
            (1, True, 4) and (board["write_ins"], board["overvote"],
                              board["data_blocks"]) == (0, True, 2) and
            ranked["overvote"], "fields only where they are needed", mayor)
    tap.say(manifest["label"] == "Made up" and
            manifest["slot_origin"] == 1709164800 and
            len(manifest["guardians"]) == 5, "label, date and guardians")
    entry = {x["serial"]: {labels[c["contest"] - 1]:
                           (c["marks"], c["write_ins"])
                           for c in x["contests"]} for x in lines}
    want = {
        "2.1.1": {"Mayor": ([1, 0], []), "Board": ([1, 0, 1], [])},
        "2.1.2": {"Mayor (3)": ([1], [])},
        "2.2.1": {"Mayor": ([1, 1], []), "Board": ([1, 1, 1], [])},
        "2.3.1": {"Mayor": ([0, 0], ["(not transcribed)"]),
                  "Board": ([1, 0, 0], [])},
        "10.1.1": {"Mayor": ([0, 0], ["Grace \"G\" Hopper"]),
                   "Board": ([0, 0, 0], [])},
        "10.2.1": {"Mayor": ([0, 1], []), "Board": ([0, 0, 0], [])},
        "10.3.1": {"Ranked": ([0, 1], [])},
        "10.4.1": {"Ranked": ([1, 1], [])},
        "10.5.1": {"Ranked": ([0, 1], [])},
    }
    for serial, contests in want.items():
        tap.say(entry.get(serial) == contests, "card " + serial,
                entry.get(serial))
    test_D15_overvotes_keep_their_marks(tap, entry)
    tap.say(list(entry) == list(want), "cards in the order of the files' "
            "numbers, the one without contests dropped", list(entry))
    for text in ("3  contests overvoted", "1  of them adjudicated",
                 "1  cards dropped", "2  counted as write-in",
                 "1  dropped: for disabled", "1  dropped: the same option",
                 "1  dropped: second and lower"):
        tap.say(text in out, "reported: " + text, out)


# ---- bad input ------------------------------------------------------------------------

def change(name, edit):
    files = copy.deepcopy(BASE)
    edit(files[name])
    return files


def without(name):
    return {k: v for k, v in BASE.items() if k != name}


def first_card(files):
    return files["Sessions"][0]["Original"]["Cards"][0]


def bad_exports():
    """name, files, what the sentence must say"""
    cvr, cand = "CvrExport_2.json", "CandidateManifest.json"
    yield "no cards file", {k: v for k, v in BASE.items()
                            if not k.startswith("Cvr")}, "no Dominion export"
    for name in ("ContestManifest.json", cand, "BallotTypeManifest.json"):
        yield "no " + name, without(name), name
    yield "broken JSON", {**BASE, cvr: b'{"Sessions":[{]}'}, cvr + ": not JSON"
    yield "a key twice", {**BASE, cvr: b'{"Sessions":[],"Sessions":[]}'}, cvr
    yield "nested too deep", {**BASE, cvr: b"[" * 5000}, cvr
    yield "not UTF-8", {**BASE, cand: b'{"List":["\xff"]}'}, cand
    yield "no sessions", {**BASE, cvr: b'{}'}, "`Sessions`"
    yield "a list for an object", {**BASE, cand: b'[]'}, "`List`"
    yield "an empty list", {**BASE, cand: b'{"List":[]}'}, "`List`"
    yield "text for a number", change(cand, lambda f: f["List"][2].update(
        Id="x")), "element 3 of `List`: `Id`"
    yield "a negative number", change(cand, lambda f: f["List"][2].update(
        Id=-1)), "element 3 of `List`: `Id`"
    yield "an id twice", change(cand, lambda f: f["List"][2].update(
        Id=11)), "the id 11 is there twice"
    yield "a candidate of no contest", change(
        cand, lambda f: f["List"][0].update(ContestId=99)), "no such contest"
    yield "vote for 0", change("ContestManifest.json", lambda f: f["List"][0]
                               .update(VoteFor=0)), "`VoteFor`"
    yield "a label too long", change(cand, lambda f: f["List"][0].update(
        Description="x" * 5000)), "at most 200 bytes"
    yield "a forbidden character", change(cand, lambda f: f["List"][0].update(
        Description="a\u202eb")), "not allowed"
    yield "a label that begins with #", change(
        cand, lambda f: f["List"][0].update(Description="#overvote")), "rule"
    yield "a mark of nobody", change(cvr, lambda f: first_card(f)["Contests"]
                                     [0]["Marks"][0].update(CandidateId=99)), \
        "session 1, card 1: a mark names no candidate"
    yield "a mark of another contest", change(
        cvr, lambda f: first_card(f)["Contests"][0]["Marks"][0].update(
            CandidateId=21)), "a candidate of another contest"
    yield "an unknown contest", change(cvr, lambda f: first_card(f)["Contests"]
                                       [0].update(Id=99)), "is not in Contest"
    yield "a contest twice", change(cvr, lambda f: first_card(f)["Contests"]
                                    [1].update(Id=1, Marks=[])), "on it twice"
    yield "an unknown ballot type", change(
        cvr, lambda f: f["Sessions"][0]["Original"].update(BallotTypeId=9)), \
        "ballot type"
    yield "no marks", change(cvr, lambda f: first_card(f)["Contests"][0].pop(
        "Marks")), "`Marks`"
    yield "no side", change(cvr, lambda f: f["Sessions"][1].pop(
        "Original")), "session 2"
    yield "no card with a contest", {**without("CvrExport_10.json"), cvr:
                                     {"Sessions": [session([on_card(5)])]}}, \
        "no card in it"


GOOD_RAIRE = "1\nContest,7,2,a,b,winner,b\n7,x,b,a\n7,y,\n7,z\n"
BAD_RAIRE = [
    ("", "ends early"), ("x\n", ":1: expected the number"),
    ("2\nContest,7,2,a,b\n", "ends early"),
    ("1\nFoo,7,2,a,b\n", ":2: expected `Contest"),
    ("1\nContest,7,3,a,b\n", ":2: expected as many"),
    ("1\nContest,7,2,a,a\n", ":2: expected every candidate once"),
    ("2\nContest,7,1,a\nContest,7,1,a\n", ":3: expected every contest once"),
    ("1\nContest,7,2,a,b,winner,c\n", ":2: expected one of the candidates"),
    ("1\nContest,7,2,a,b\n", "no ballots"),
    ("1\nContest,7,2,a,b\n8,x,a\n", ":3: expected `contest,ballot"),
    ("1\nContest,7,2,a,b\n7,x,c\n", ":3: expected candidates"),
    ("1\nContest,7,2,a,b\n7\n", ":3: expected the id of a ballot"),
    ("1\nContest,7,2,a,b\n7,x,a\n7,x,b\n", "lines 3 and 4 are the same"),
    ("99999999999\n", ":1: expected the number"),
]


def refused(tap, name, code, err, want, out):
    """One sentence on standard error, the right code, nothing written."""
    good = (code == 2 and err.startswith("evident: ") and
            err.count("\n") == 1 and want in err and
            not os.path.exists(out + "/plain.jsonl") and
            not os.path.exists(out + "/manifest.json") and
            (not os.path.isdir(out) or os.listdir(out) == []))
    tap.say(good, "refused: " + name, "exit %s, %s" % (code, err))


def bad_input(tap):
    for name, files, want in bad_exports():
        with tempfile.TemporaryDirectory() as tmp:
            write_export(tmp + "/in", files)
            code, _, err = run("import", "dominion", tmp + "/in", "--out",
                               tmp + "/out")
            refused(tap, name, code, err, want, tmp + "/out")
    for text, want in BAD_RAIRE:
        with tempfile.TemporaryDirectory() as tmp:
            with open(tmp + "/x.raire", "w", encoding="utf-8") as f:
                f.write(text)
            code, _, err = run("import", "raire", tmp + "/x.raire", "--out",
                               tmp + "/out")
            refused(tap, repr(text), code, err, want, tmp + "/out")


def small_cases(tap):
    with tempfile.TemporaryDirectory() as tmp:
        with open(tmp + "/x.raire", "w", encoding="utf-8") as f:
            f.write(GOOD_RAIRE)
        code, out, err = run("import", "raire", tmp + "/x.raire", "--out",
                             tmp + "/out")
        _, lines = read_out(tmp + "/out")
        tap.say(code == 0 and [x["contests"][0]["marks"] for x in lines] ==
                [[0, 1], [0, 0], [0, 0]] and "2  contests left blank" in out,
                "raire: a blank ballot is a blank ballot", out + err)
        with open(tmp + "/two.raire", "w", encoding="utf-8") as f:
            f.write("2\r\nContest,A,2,1,2\r\nContest,B,1,3\r\nB,x,3\r\n"
                    "A,y,2,1\r\nA,x,1\r\n")
        code, out, err = run("import", "raire", tmp + "/two.raire", "--out",
                             tmp + "/two", "--label", "Two contests")
        manifest, lines = read_out(tmp + "/two")
        tap.say(code == 0 and [x["serial"] for x in lines] == ["x", "y"] and
                [s["contests"] for s in manifest["styles"]] == [[1, 2], [1]],
                "raire: a ballot's contests come together", lines)
        write_export(tmp + "/in", {k: b"\xef\xbb\xbf" +
                                   json.dumps(v).encode()
                                   for k, v in BASE.items()})
        code, _, err = run("import", "dominion", tmp + "/in", "--out",
                           tmp + "/bom")
        tap.say(code == 0, "dominion: a byte order mark is passed over", err)
    for arguments in (["import", "dominion"], ["import", "dominion", SF],
                      ["import", "dominion", SF, "--out", "/x/y",
                       "--guardians", "0"],
                      ["import", "dominion", SF, "--out", "/x/y",
                       "--guardians", "a,,b"],
                      ["import", "raire", "/nowhere", "--out", "/x/y"],
                      ["import", "dominion", "/nowhere", "--out", "/x/y"]):
        code, out, err = run(*arguments)
        tap.say(code == 2 and out == "" and err.count("\n") == 1,
                "usage: " + " ".join(arguments[1:]).replace(ROOT, ""), err)


def main():
    tap = Tap()
    real_cards(tap)
    aspen(tap)
    made_up(tap)
    small_cases(tap)
    bad_input(tap)
    print("1..%d" % tap.n)
    return 1 if tap.bad else 0


if __name__ == "__main__":
    sys.exit(main())
