"""`evident monitor --page`: the page and status.json say what the alarms said;
doc/alarms.md has the words of alarms.def.
"""
import html
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import lab
import test_monitor

CODES = ("good-once", "L2-bundle-gone", "L3-nobody", "L5-two-choices")
DEF = os.path.join(lab.ROOT, "src", "alarm", "alarms.def")
DOC = os.path.join(lab.ROOT, "doc", "alarms.md")
# What follows from signatures alone: doc/board-format.md section 6.
PROVED = {"M03", "M05", "M06", "M07", "M08", "M09", "M11", "M14",
          "M20"}


class Board:
    """A board, what the monitor said of it, and what it wrote."""

    def __init__(self, boards, name, *more):
        self.code, self.alarms = boards.look(
            name, "--page", boards.path(name, "page"), *more, state="paged")
        self.status = status_of(boards.path(name, "page"))
        self.page = text_of(boards.path(name, "page/index.html"))

    def on(self):
        return {a["code"]: a for a in self.status["alarms"]
                if a["state"] == "on"}


def status_of(folder):
    with open(os.path.join(folder, "status.json"), encoding="utf-8") as f:
        return json.load(f)


def text_of(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def words(part):
    """Without markup, blanks counted once."""
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", part)).split())


def boards():
    b = test_monitor.boards()
    assert all(os.path.isdir(b.path(name)) for name in CODES)
    return b


def lamps(page):
    """code: what the lamp says"""
    found = {}
    for li in re.findall(r'<li class="lamp [^>]*>(.*?)</li>', page, re.S):
        name, state = re.search(r'<b>(.*?)</b><span class="state">(.*?)</span>',
                                li, re.S).groups()
        found[words(name)] = words(state)
    return found


def test_T01_page_and_status_agree_with_alarms():
    b = boards()
    for name in CODES:
        x = Board(b, name)
        said = {}
        for a in x.alarms:
            said.setdefault(a["code"], a)
        on = x.on()
        assert set(on) == set(said), (name, on, said)
        assert x.code == (1 if on else 0)
        assert x.status["state"] == ("alarm" if on else "well")
        shown = lamps(x.page)
        for a in x.status["alarms"]:
            state = shown[a["code"] + " " + a["name"]]
            assert state.startswith({"on": "ALARM", "quiet": "quiet",
                                     "not watched": "not watched: "}[
                                         a["state"]]), (name, a, state)
        line = words(re.search(r'<h2 id="verdict">(.*?)</h2>', x.page)[1])
        assert line == x.status["verdict"]
        text = words(x.page)
        for code, a in said.items():
            assert code in line, (name, line)
            for k in ("name", "what", "sentence", "act", "is_not"):
                assert on[code][k] == a[k], (name, k)
                assert a[k] in text, (name, a[k])
            if "evidence" not in a:
                assert "evidence" not in on[code]
                continue
            file = os.path.basename(a["evidence"])
            assert on[code]["evidence"] == file and file in text


def test_numbers_are_those_of_the_board():
    b = boards()
    x = Board(b, "good-once")
    lines = text_of(b.path("good-once", "board/checkpoint")).split("\n")
    assert x.status["origin"] == lines[0]
    assert x.status["size"] == int(lines[1]) == x.status["counts"]["entries"]
    assert x.status["root"] == lines[2] and lines[2] in x.page
    signers = {y.split(" ")[1] for y in lines[4:] if y}
    for w in x.status["witnesses"]:
        assert (w["name"] in signers) == (w["signed_at"] > 0), w
        state = lamps(x.page)[w["name"]]
        assert state.startswith("signed: " if w["signed_at"] else
                                "has not signed"), state
    assert x.status["signed"] == len(signers) - 1
    newest = max(w["signed_at"] for w in x.status["witnesses"])
    assert x.status["age"] == x.status["time"] - newest
    tiles = dict((words(dt), int(dd.replace(",", ""))) for dt, dd in re.findall(
        "<dt>([^<]*)</dt><dd>([0-9,]+)</dd></div>", x.page))
    for name, key in (("ballots cast", "cast"), ("ballots spoiled", "spoiled"),
                      ("ballots challenged", "challenged"),
                      ("ballots sealed, no choice yet", "sealed"),
                      ("entries in the log", "entries")):
        assert tiles[name] == x.status["counts"][key], name
    assert x.status["counts"]["cast"] > 0
    assert x.status["attestations"] == {
        "listed": tiles["attestations by listed keys"],
        "others": tiles["attestations by other keys"]}
    assert x.status["attestations"]["others"] == 1
    assert [(p["listed"], p["attests"]) for p in x.status["speakers"]
            if p["attests"]] == [(False, 2)], x.status["speakers"]
    assert {(p["name"], *p["alarms"]) for p in x.status["speakers"]
            if p["listed"]} == {("Key of monitor", "M07")}


def test_what_is_not_watched_is_not_quiet():
    x = Board(boards(), "good-once", "--judge-one-of", "0")
    dark = {a["code"] for a in x.status["alarms"]
            if a["state"] == "not watched"}
    assert dark == {"M07", "M15", "M20"}, dark


def test_D01_page_has_no_script_and_loads_nothing():
    page = Board(boards(), "L5-two-choices").page
    assert "Content-Security-Policy\" content=\"default-src 'none'" in page
    for part in ("<script", "src=", "url(", "http://", "https://", "@import"):
        assert part not in page, part


def test_looks_are_kept_and_the_end_is_said():
    b = boards()
    page = b.path("good-once", "kept")
    argv = [lab.EVIDENT, "monitor", "--board", b.path("good-once", "board"),
            "--policy", b.path("good-once", "policy"), "--state",
            b.path("good-once", "kept-state"), "--max-age",
            str(test_monitor.FAR), "--interval", "1", "--page", page]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as p:
        status, end = {"looks": []}, time.time() + 30
        while len(status["looks"]) < 3 and time.time() < end:
            time.sleep(0.2)
            if os.path.exists(os.path.join(page, "index.html")):
                status = status_of(page)
        p.send_signal(signal.SIGTERM)
        assert p.wait(20) == 0
    assert status["state"] == "well" and len(status["looks"]) == 3, status
    times = [x["time"] for x in status["looks"]]
    assert times == sorted(times) and times[0] < times[2] == status["time"]
    assert status_of(page)["state"] == "stopped"
    assert "Nobody is watching" in text_of(os.path.join(page, "index.html"))
    assert not [x for x in os.listdir(page) if x not in (
        "index.html", "still.html", "status.json")]


def test_page_that_cannot_be_written():
    b = boards()
    code, _ = b.look("good-once", "--page", b.path("good-once", "policy"))
    assert code == 2 or code == 3, code


def defined():
    """[(code, name, sentence, act, is_not)], from the table of the product"""
    codes = dict(re.findall(r"(EVD_ALARM_[A-Z]+) = (\d+)", text_of(
        os.path.join(lab.ROOT, "src", "alarm", "alarm.h"))))
    rows = []
    text = re.sub(r"/\*.*?\*/", "", text_of(DEF), flags=re.S)
    for part in re.split(r"^ALARM\(", text, flags=re.M)[1:]:
        code = re.match(r"\s*(\w+)", part)[1]
        # Adjacent strings are one; the comma ends it.
        strings = ["".join(re.findall(r'"([^"]*)"', x)) for x in re.findall(
            r',\s*((?:"[^"]*"\s*)+)', part)]
        rows.append(("M%02d" % int(codes[code]), *strings))
    assert len(rows) >= 16 and all(len(r) == 5 for r in rows), rows
    return rows


def test_alarms_md_has_the_words():
    parts = re.split(r"^### ", text_of(DOC), flags=re.M)[1:]
    rows = defined()
    assert len(parts) == len(rows)
    for part, (code, name, sentence, act, is_not) in zip(parts, rows):
        text = " ".join(part.split())
        assert part.startswith(code + " " + name + "\n"), part
        assert text.startswith("%s %s %s" % (code, name, sentence)), text
        assert "**What to do.** " + act in text, (code, act)
        assert "**What it does not mean.** " + is_not in text, (code, is_not)
        assert ("**Evidence.** Proof" in text) == (code in PROVED), code
        assert ("**Evidence.** The monitor's word" in text) == (
            code not in PROVED), code


if __name__ == "__main__":
    test_monitor.WANT = {k: v for k, v in test_monitor.WANT.items()
                         if k in CODES}
    try:
        status = lab.Tap().run([
            test_T01_page_and_status_agree_with_alarms,
            test_numbers_are_those_of_the_board,
            test_what_is_not_watched_is_not_quiet,
            test_D01_page_has_no_script_and_loads_nothing,
            test_looks_are_kept_and_the_end_is_said,
            test_page_that_cannot_be_written, test_alarms_md_has_the_words])
    finally:
        if test_monitor.BOARDS:
            shutil.rmtree(test_monitor.BOARDS.dir, ignore_errors=True)
    sys.exit(status)
