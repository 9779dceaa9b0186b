#!/usr/bin/env python3
"""`evident verify` as a command: what it prints where, and how it ends.
Prints TAP."""
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile

import lab
from lab import FAILS, OK, ROOT, UNFINISHED, USAGE, at_terminal, command, \
    given_away, good, load, read, refused, save, tree, write

VISIBLE = os.path.join(ROOT, "test", "vector", "records", "visible-1",
                       "record")


class Copy:
    """visible-1 in a folder of its own."""

    def __init__(self):
        self.temporary = tempfile.TemporaryDirectory()
        os.chmod(self.temporary.name, 0o755)
        self.dir = os.path.join(self.temporary.name, "record")
        shutil.copytree(VISIBLE, self.dir)


def test_usage_is_exit_2():
    refused(command("verify"), USAGE, "RECORD")
    refused(command("verify", VISIBLE, "another"), USAGE)
    refused(command("verify", VISIBLE, "--stage", "early"), USAGE, "--stage")
    refused(command("verify", VISIBLE, "--format", "xml"), USAGE, "--format")
    refused(command("verify", VISIBLE, "--jobs", "0"), USAGE, "--jobs")
    refused(command("verify", VISIBLE, "--jobs", "two"), USAGE, "--jobs")
    refused(command("verify", VISIBLE, "--quick"), USAGE)


def test_no_readable_folder_is_exit_2():
    refused(command("verify", "/nonexistent/record"), USAGE, "/nonexistent")
    refused(command("verify", os.path.join(VISIBLE, "manifest.json")), USAGE,
            "manifest.json")
    x = Copy()
    os.chmod(x.dir, 0)
    user = given_away(x.temporary.name)
    if user is not None:
        refused(command("verify", x.dir, user=user), USAGE, "readable")
    os.chmod(x.dir, 0o755)


def test_an_empty_folder_is_no_record():
    with tempfile.TemporaryDirectory() as empty:
        a = command("verify", empty)
        assert a.code == FAILS and "manifest.json: this file is missing" \
            in a.out, a
        assert a.err == "evident: %s has no manifest.json, so it is no " \
            "record\n" % empty, a
        a = command("verify", empty, "--stage", "ceremony")
        assert a.code == FAILS, a


def test_help_says_how():
    a = good(command("verify", "--help"))
    for word in ("RECORD", "--stage", "--format", "--jobs"):
        assert word in a.out, a


def test_every_check_has_one_line_in_order():
    a = good(command("verify", VISIBLE))
    ids = [x["id"] for x in json.loads(good(command(
        "verify", VISIBLE, "--format", "json")).out)["checks"]]
    lines = [x.split()[0] for x in a.out.split("\n\n")[0].splitlines()]
    assert lines == ids, a
    letters = [6, 3, 2, 1, 2, 4, 4, 7, 2, 3, 4, 3, 2, 6, 1, 8, 1, 1, 4]
    expected = ["%d.%s" % (n, "ABCDEFGH"[i])
                for n, m in enumerate(letters, 1) for i in range(m)]
    expected += ["X.%d" % n for n in range(1, 19)]
    assert ids == expected, ids
    assert a.err == "", a  # no progress where no terminal is


LEFT = r"\r%s, \d+\.\d %%, \d+ (s|min) left, ballots %d\b"


def test_progress_with_the_time_left():
    a = good(at_terminal("verify", VISIBLE))
    assert re.search(LEFT % ("Verifying", 8), a.err), a
    assert a.err.endswith("\r\x1b[K"), a
    with tempfile.TemporaryDirectory() as folder:
        a = good(at_terminal("hints", "make", VISIBLE, "--out",
                             os.path.join(folder, "hints")))
        assert re.search(LEFT % ("Making hints", 8), a.err), a


def test_folder_above_a_record():
    x = Copy()
    above = os.path.dirname(x.dir)
    a = command("verify", above)
    assert a.code == FAILS and a.err == (
        "evident: %s has no manifest.json, so it is no record; %s has one\n" %
        (above, x.dir)), a
    assert "has no manifest.json" not in command("verify", x.dir).err


def test_report_does_not_depend_on_threads():
    reports = {good(command("verify", VISIBLE, "--format", "json", "--jobs",
                            n)).out for n in (1, 2, 7)}
    assert len(reports) == 1


def test_record_is_only_read():
    x = Copy()
    before = tree(x.dir)
    good(command("verify", x.dir))
    assert tree(x.dir) == before


def test_digest_is_that_of_the_files():
    lines = "".join("%s %s\n" % (path, hashlib.sha256(data).hexdigest()
                                 .upper())
                    for path, data in sorted(tree(VISIBLE).items()))
    digest = hashlib.sha256(b"Evident/record/v1\0" + lines.encode()
                            ).hexdigest().upper()
    a = good(command("verify", VISIBLE))
    assert "\nRecord digest: %s\n" % digest in a.out, a
    report = json.loads(good(command("verify", VISIBLE, "--format",
                                     "json")).out)
    assert report["record_digest"] == digest


def test_failures_name_file_line_and_place():
    x = Copy()
    path = os.path.join(x.dir, "ballots", "device_1.jsonl")
    lines = read(path).split(b"\n")
    at = lines[1].index(b'"limit":{"c":["') + 15
    digit = b"0" if lines[1][at:at + 1] != b"0" else b"1"
    lines[1] = lines[1][:at] + digit + lines[1][at + 1:]
    write(b"\n".join(lines), path)
    a = command("verify", x.dir)
    assert a.code == FAILS, a
    assert "    ballots/device_1.jsonl:2 contest 1: " in a.out, a
    assert a.out.count("FAIL ") == 1, a
    assert a.out.endswith("\nBallots refused: 1, spoiled: 1.\n"), a
    assert "does not confirm it" in a.out, a


def test_full_disk_is_exit_3():
    if not os.path.exists("/dev/full"):
        return "there is no /dev/full"
    with open("/dev/full", "w") as full:
        p = subprocess.run([lab.EVIDENT, "verify", VISIBLE], stdout=full,
                           stderr=subprocess.PIPE, text=True)
    assert p.returncode == UNFINISHED, p
    assert p.stderr.count("\n") == 1, p
    return None


def test_unreadable_file_fails_X1():
    x = Copy()
    os.chmod(os.path.join(x.dir, "tally.json"), 0)
    user = given_away(x.temporary.name)
    a = command("verify", x.dir, user=user)
    os.chmod(os.path.join(x.dir, "tally.json"), 0o644)
    assert a.code == FAILS and "tally.json: " in a.out, a
    assert "\n10.B    not-run  " in a.out, a
    assert command("verify", x.dir).code == OK


def test_page_beside_the_report():
    x = Copy()
    page = os.path.join(x.temporary.name, "page.html")
    before = tree(x.dir)
    a = good(command("verify", x.dir, "--html", page))
    assert a.out == good(command("verify", x.dir)).out
    text = read(page).decode()
    assert "Verdict: Passed" in text and "<script" not in text
    assert re.search(r"<dd>\d+\.\d seconds</dd>", text), text[-2000:]
    digest = re.search(r"Record digest: ([0-9A-F]{64})", a.out).group(1)
    assert "<code>%s</code>" % digest in text
    assert tree(x.dir) == before
    refused(command("verify", x.dir, "--html", page), USAGE, "page.html",
            "not overwritten")


def test_page_of_a_failure():
    x = Copy()
    tally = load(x.dir, "tally.json")
    tally["contests"][0]["label"] = "<script>alert(1)</script>"
    save(tally, x.dir, "tally.json")
    page = os.path.join(x.temporary.name, "page.html")
    a = command("verify", x.dir, "--html", page)
    text = read(page).decode()
    assert a.code == FAILS and "Verdict: Failed" in text, a
    assert "11.A" in text and "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_page_goes_nowhere_else():
    x = Copy()
    before = tree(x.dir)
    refused(command("verify", x.dir, "--html", os.path.join(x.dir, "p.html")),
            USAGE, "must not lie in the record")
    for name in ("-", ""):
        refused(command("verify", x.dir, "--html", name), USAGE, "--html")
    a = command("verify", x.dir, "--html", "/nonexistent/page.html")
    assert a.code == UNFINISHED and "/nonexistent/page.html" in a.err, a
    assert tree(x.dir) == before
    assert os.listdir(x.temporary.name) == ["record"]


if __name__ == "__main__":
    lab.main([v for k, v in list(globals().items()) if k.startswith("test_")])
