#!/usr/bin/env python3
"""`election new` and `election check`: what they make, and every kind of bad
input with its exit code, its one sentence and nothing left behind. Prints
TAP."""
import json
import os

import lab
from lab import FAILS, OK, UNFINISHED, USAGE, Lab, command, good, load, \
    read, refused, save, tree, write

TABLE = """contest,rule,seats,limit,option,write_ins
Mayor,plurality,1,1,Ada,1
Mayor,,,,"Bo ""B"" Bee",
Council,cumulative,2,3,X,0
Council,cumulative,2,3,Y,
Likes,approval,1,,Tea,
Likes,,,,"Coffee, black",
Likes,,,,Water,
Points,score,1,10,P,
Points,,,,Q,
"""


def new(x, table=TABLE, *more, name="town.csv", kind="trial", n=3, k=2):
    write(table.encode(), x.path(name))
    return command("election", "new", "--from", x.path(name), "--guardians",
                   n, "--quorum", k, "--kind", kind, "--out", x.path("rec"),
                   *more)


def refused_new(table, *words, code=USAGE, **how):
    x = Lab()
    answer = refused(new(x, table, **how), code, *words)
    assert sorted(tree(x.dir)) == ["town.csv"], tree(x.dir).keys()
    return answer


# ---- what is made ------------------------------------------------------------

def test_table_becomes_manifest():
    x = Lab()
    answer = good(new(x))
    assert "H_P  51BCA66C1792739F07526B7422771FC4AEC7AD9A40E92C1BB03BFDE12" \
        "AE8B661" in answer.out, answer
    assert sorted(tree(x.path("rec"))) == ["manifest.json", "parameters.json"]
    m = load(x.path("rec", "manifest.json"))
    assert (m["label"], m["kind"], m["privacy_floor"]) == ("town", "trial", 1)
    assert m["guardians"] == ["Guardian 1", "Guardian 2", "Guardian 3"]
    got = [(c["label"], c["rule"], c["seats"], c["option_limit"],
            c["contest_limit"], c["overvote"], c["write_ins"],
            c["data_blocks"], [o["label"] for o in c["options"]])
           for c in m["contests"]]
    assert got == [
        ("Mayor", "plurality", 1, 1, 1, True, 1, 4, ["Ada", 'Bo "B" Bee']),
        ("Council", "cumulative", 2, 3, 3, True, 0, 2, ["X", "Y"]),
        ("Likes", "approval", 1, 1, 3, True, 0, 2,
         ["Tea", "Coffee, black", "Water"]),
        ("Points", "score", 1, 5, 10, True, 0, 2, ["P", "Q"])], got
    assert m["styles"] == [{"label": "All", "contests": [1, 2, 3, 4]}]
    assert m["devices"] == [{"label": "device 1", "mode": "booth",
                             "chaining": 1}]


def test_options_of_the_command_line():
    x = Lab()
    good(new(x, TABLE, "--label", "Lake 2026", "--guardian-names", "Ä,B,C",
             "--device", "a:b:c", "--device", "web:remote:0", "--device",
             "hall:1:booth", "--privacy-floor", 7, "--slot-origin", 3600))
    m = load(x.path("rec", "manifest.json"))
    assert (m["label"], m["privacy_floor"], m["slot_origin"]) == \
        ("Lake 2026", 7, 3600)
    assert m["guardians"] == ["Ä", "B", "C"]
    assert [tuple(d.values()) for d in m["devices"]] == [
        ("a:b:c", "booth", 1), ("web", "remote", 0), ("hall:1", "booth", 1)]


def test_spreadsheet_line_ends_and_mark():
    x, y = Lab(), Lab()
    good(new(x, TABLE, "--slot-origin", 0))
    good(new(y, "\ufeff" + TABLE.replace("\n", "\r\n"), "--slot-origin", 0))
    assert tree(x.path("rec")) == tree(y.path("rec"))


def test_json_with_any_white_space():
    x, y = Lab(), Lab()
    m = dict(lab.MANIFEST)
    write(json.dumps(m, indent=4).encode(), x.path("m.json"))
    shuffled = dict(reversed(list(m.items())))
    write(json.dumps(shuffled).encode(), y.path("m.json"))
    for z in (x, y):
        good(command("election", "new", "--from", z.path("m.json"),
                     "--guardians", 3, "--quorum", 2, "--out",
                     z.path("rec")))
    assert tree(x.path("rec")) == tree(y.path("rec"))
    assert b" :" not in read(x.path("rec", "manifest.json"))


def test_translations_are_bound():
    x = Lab()
    texts = {"languages": [{"tag": "es", "texts": [
        {"of": label, "as": label + " (es)"} for label in sorted(
            ["town", "Mayor", "Ada", 'Bo "B" Bee', "All", "Council", "X",
             "Y", "Likes", "Tea", "Coffee, black", "Water", "Points", "P",
             "Q"])]}]}
    write(json.dumps(texts, indent=1, ensure_ascii=False).encode(),
          x.path("t.json"))
    good(new(x, TABLE, "--texts", x.path("t.json")))
    m = load(x.path("rec", "manifest.json"))
    assert m["texts"] == lab.digest("texts", read(x.path("rec",
                                                         "texts.json")))
    good(command("election", "check", x.path("rec")))
    os.remove(x.path("rec", "texts.json"))
    answer = command("election", "check", x.path("rec"))
    assert answer.code == USAGE and "texts.json is not there" in answer.err


def test_translations_that_lack_a_label():
    x = Lab()
    save({"languages": [{"tag": "es", "texts": [{"of": "Ada", "as": "A"}]}]},
         x.path("t.json"))
    answer = new(x, TABLE, "--texts", x.path("t.json"))
    assert answer.code == USAGE and x.path("t.json") in answer.err, answer
    assert not os.path.exists(x.path("rec"))


# ---- one bad cell ------------------------------------------------------------

def bad_cell(old, new_, line, column, name, *words):
    table = TABLE.replace(old, new_, 1)
    assert table != TABLE
    refused_new(table, "town.csv:%d:%d (column `%s`)" % (line, column, name),
                "expected", *words)


def test_one_bad_cell_is_named():
    bad_cell("Mayor,plurality,1,1,Ada", "Mayor,plurality,one,1,Ada", 2, 3,
             "seats", "a number of seats", "`one`")
    bad_cell("Council,cumulative,2,3,X,0", "Council,cumulativ,2,3,X,0", 4, 2,
             "rule", "cumulative", "`cumulativ`")
    bad_cell("Council,cumulative,2,3,Y", "Council,cumulative,2,4,Y", 5, 4,
             "limit", "first row")
    bad_cell("Points,score,1,10,P", "Points,score,1,9,P", 9, 4, "limit",
             "highest score")
    bad_cell("Likes,approval,1,,Tea", "Likes,approval,1,2,Tea", 6, 4, "limit",
             "number of options")
    bad_cell("X,0", "X,101", 4, 6, "write_ins", "0 to 100")
    bad_cell("Likes,,,,Water", "Likes,,,,#Water", 8, 5, "option", "label")
    bad_cell("Likes,,,,Water", "Likes,,,, Water", 8, 5, "option", "label")
    bad_cell("Likes,,,,Water", "Likes,,,,Wa\u200e\u202eter", 8, 5, "option",
             "label")
    bad_cell("Likes,,,,Water", "Likes,,,,Cafe\u0301", 8, 5, "option", "NFC")
    bad_cell("Likes,,,,Water", "Likes,,,,Tea", 8, 5, "option",
             "does not have yet", "`Tea`")


def test_lines_that_are_no_cells():
    refused_new(TABLE.replace("Points,,,,Q,", "Points,,,,Q"),
                "town.csv:10:6", "6 cells")
    refused_new(TABLE.replace("Points,,,,Q,", "Points,,,,Q,,"),
                "town.csv:10:7", "6 cells")
    refused_new(TABLE.replace('"Coffee, black"', '"Coffee, black'),
                "town.csv:7:5", "closing quote")
    refused_new(TABLE.replace('"Coffee, black"', '"Coffee" black'),
                "town.csv:7:5", "comma")
    refused_new(TABLE.replace("Tea", 'T"ea'), "town.csv:6:5", "quotes")


def test_header_line():
    refused_new(TABLE.replace("seats", "seat", 1), "town.csv:1:3",
                "column name")
    refused_new(TABLE.replace("write_ins", "rule", 1), "town.csv:1:6", "once")
    refused_new("contest,rule,seats,option\n", "town.csv:1:5", "`limit`")
    refused_new("", "town.csv:1:1")
    refused_new("contest,rule,seats,limit,option\n", "header line and a row")


def test_several_bad_cells_are_all_told():
    x = Lab()
    answer = new(x, TABLE.replace("plurality,1", "plurality,0").replace(
        "Tea", "#Tea"))
    assert answer.code == USAGE and answer.err.count("\n") == 2, answer
    assert ":2:3" in answer.err and ":6:5" in answer.err, answer
    assert not os.path.exists(x.path("rec"))


def test_A15_small_quorum_is_for_trials_only():
    """A weaker election is not even made [X.4]."""
    for n, k in ((2, 2), (3, 1), (1, 1)):
        refused_new(TABLE, "at least 3 guardians", kind="election", n=n, k=k)
        good(new(Lab(), TABLE, kind="trial", n=n, k=k))
    refused_new(TABLE, "--quorum takes a number from 1 to 3", n=3, k=4)
    refused_new(TABLE, "--guardians takes", n=256, k=4)


def test_manifest_with_duplicate_labels():
    for change in (lambda m: m["contests"][1].update(label="Mayor"),
                   lambda m: m["styles"][1].update(label="All"),
                   lambda m: m["contests"][1].update(options=["X", "X", "Z"]),
                   lambda m: m.update(devices=m["devices"] * 2)):
        x = Lab()
        m = json.loads(json.dumps(lab.MANIFEST))
        change(m)
        save(m, x.path("m.json"))
        answer = command("election", "new", "--from", x.path("m.json"),
                         "--guardians", 3, "--quorum", 2, "--out",
                         x.path("rec"))
        refused(answer, USAGE, x.path("m.json"))
        assert not os.path.exists(x.path("rec"))


def test_manifest_that_is_no_manifest():
    for data, word in ((b"{", "m.json"), (b"[]", "m.json"), (b"", "m.json"),
                       (b'{"label":"x","label":"y"}', "m.json"),
                       (b'{"label":"x","contests":[],"lable":"x"}', "lable")):
        x = Lab()
        write(data, x.path("m.json"))
        refused(command("election", "new", "--from", x.path("m.json"),
                        "--guardians", 3, "--quorum", 2, "--out",
                        x.path("rec")), USAGE, word)
        assert not os.path.exists(x.path("rec"))


# ---- places ------------------------------------------------------------------

def test_nothing_is_overwritten():
    x = Lab()
    good(new(x))
    before = tree(x.path("rec"))
    refused(new(x), USAGE, x.path("rec"), "already")
    assert tree(x.path("rec")) == before


def test_full_disk_leaves_nothing():
    x = Lab()
    write(TABLE.encode(), x.path("town.csv"))
    refused(command("election", "new", "--from", x.path("town.csv"),
                    "--guardians", 3, "--quorum", 2, "--out", x.path("rec"),
                    limit=1500), UNFINISHED, x.path("rec"))
    assert sorted(os.listdir(x.dir)) == ["town.csv"], os.listdir(x.dir)


def test_read_only_folder():
    if os.getuid() != 0:
        return "needs root to become somebody without rights"
    x = Lab()
    os.chmod(x.dir, 0o755)
    write(TABLE.encode(), x.path("town.csv"))
    refused(command("election", "new", "--from", x.path("town.csv"),
                    "--guardians", 3, "--quorum", 2, "--out", x.path("rec"),
                    user=65534), UNFINISHED, "cannot make the folder")
    return None


def test_missing_things():
    x = Lab()
    refused(command("election", "new", "--from", x.path("none.csv"),
                    "--guardians", 3, "--quorum", 2, "--out", x.path("rec")),
            USAGE, "none.csv is not there")
    refused(command("election", "new", "--guardians", 3, "--quorum", 2,
                    "--out", x.path("rec")), USAGE, "--from is missing")
    refused(command("election", "new", "--frm", "x"), USAGE, "--frm")
    refused(command("election", "new", "x"), USAGE)
    refused(command("election", "check"), USAGE, "RECORD is missing")
    refused(command("election", "check", "a", "b"), USAGE, "`b`")
    refused(command("election", "check", x.path("rec")), USAGE, "no readable")


# ---- election check ----------------------------------------------------------

def test_check_says_what_is_there():
    x = Lab()
    good(new(x))
    answer = good(command("election", "check", x.path("rec")))
    for words in ("contest 4: Points (score)", "Stage: prepared",
                  "as it should be"):
        assert words in answer.out, answer
    x = Lab().new().ceremony()
    assert "Stage: open" in good(command("election", "check",
                                         x.path("rec"))).out
    x.vote()
    answer = good(command("election", "check", x.path("rec")))
    assert "ballots/device_1.jsonl: 6 ballots" in answer.out, answer
    assert "Stage: closed and tallied" in answer.out, answer


def check_fails(change, code, *words):
    x = Lab()
    good(new(x))
    change(x)
    answer = command("election", "check", x.path("rec"))
    assert answer.code == code and answer.err.count("\n") == 1, answer
    for word in words:
        assert word in answer.out + answer.err, (word, str(answer))


def replace(name, old, new_):
    def change(x):
        data = read(x.path("rec", name))
        assert old in data
        write(data.replace(old, new_, 1), x.path("rec", name))
    return change


def test_check_finds_what_is_wrong():
    check_fails(replace("parameters.json", b"v2.1.0", b"v2.0.0"), FAILS,
                "1.A")
    check_fails(replace("parameters.json", b'"p":"FFFF', b'"p":"FFFE'), FAILS,
                "1.B")
    check_fails(replace("parameters.json", b'"g":"', b'"g":"0'), USAGE,
                "parameters.json")
    check_fails(replace("parameters.json", b'"n":3', b'"n":4'), FAILS, "X.4")
    check_fails(replace("parameters.json", b'"k":2', b'"k":9'), USAGE,
                "k = 9")
    check_fails(replace("manifest.json", b'"Council"', b'"Mayor"'), FAILS,
                "contest 2", "same label")
    check_fails(replace("manifest.json", b'"seats":1', b'"seats": 1'), USAGE,
                "manifest.json")
    check_fails(lambda x: write(b"x", x.path("rec", "notes.txt")), FAILS,
                "notes.txt", "X.1")
    check_fails(lambda x: write(b"{}", x.path("rec", "texts.json")), USAGE,
                "names no texts")


def test_truncated_record():
    for name in ("parameters.json", "manifest.json"):
        for part in (0.0, 0.3, 0.99):
            def cut(x, name=name, part=part):
                data = read(x.path("rec", name))
                write(data[:int(len(data) * part)], x.path("rec", name))
            check_fails(cut, USAGE, name)
        check_fails(lambda x, name=name: os.remove(x.path("rec", name)),
                    USAGE, name + " is not there")


if __name__ == "__main__":
    lab.main([f for name, f in list(globals().items())
              if name.startswith("test_")])
