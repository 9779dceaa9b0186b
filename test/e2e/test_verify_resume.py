#!/usr/bin/env python3
"""`verify --resume`: work of an earlier run counts where nothing changed, and
nowhere else. Prints TAP."""
import json
import os
import re
import signal
import shutil
import subprocess
import tempfile
import time

import lab
from lab import (EVIDENT, FAILS, OK, ROOT, USAGE, Lab, command, good, read,
                 write)

COUNTED = os.path.join(ROOT, "test", "vector", "records", "visible-1", "record")
N = 70  # more than one batch, so that something is kept on the way
STATE = tempfile.TemporaryDirectory()
os.environ["XDG_STATE_HOME"] = STATE.name
OPTIONS = ("--stage", "closed", "--format", "json", "--jobs", "1")
KNEW = r"evident: (\d+) of the ballots' lines were verified by an earlier run\n"


def ballots(first, n):
    lines = [json.dumps({"serial": "%04d" % k, "style": 1, "weight": 1,
                         "contests": [{"contest": 1, "marks": [k % 2],
                                       "write_ins": []}]},
                        separators=(",", ":")) for k in range(first, first + n)]
    return "\n".join(lines) + "\n"


@lab.cached
def voted():
    """An election that is open: N ballots on one device, none on another."""
    x = Lab().new(contests=[
        {"label": "A", "rule": "plurality", "seats": 1, "options": ["Yes"],
         "option_limit": 1, "contest_limit": 1, "overvote": False,
         "write_ins": 0, "data_blocks": 0}],
        styles=[{"label": "All", "contests": [1]}],
        devices=[{"label": "l;%d" % d, "mode": "booth", "chaining": 1}
                 for d in (1, 2)]).ceremony()
    encrypt(x, 2, 0, N)
    return x


def encrypt(x, device, first, n, *more):
    good(command("encrypt", x.path("rec"), "--device", device, "--in", "-",
                 *more, stdin=ballots(first, n)))


@lab.cached
def closed():
    x = voted()
    good(command("close", x.path("rec")))
    return x


def verify(x, *more):
    return command("verify", x.path("rec"), *OPTIONS, *more)


def resumed(x, lines=None):
    """Verifies with what is kept in x; `lines`: how many were known."""
    a = verify(x, "--resume", x.path("kept"))
    knew = re.match(KNEW, a.err)
    assert (int(knew.group(1)) if knew else 0) == (lines or 0), a
    return a


def same(a, x):
    b = verify(x)
    assert (a.code, a.out) == (b.code, b.out), (a, b)


def test_killed_and_taken_up():
    x = closed()
    for rounds in range(2):
        p = subprocess.Popen([EVIDENT, "verify", x.path("rec"), *OPTIONS,
                              "--resume", x.path("kept")],
                             stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        for _ in range(3000):
            if os.path.exists(x.path("kept")) or p.poll() is not None:
                break
            time.sleep(0.01)
        p.send_signal(signal.SIGKILL)
        p.wait()
        assert os.listdir(x.dir).count("kept") == 1
        assert b'"of":"verified"' in read(x.path("kept"))
        if rounds == 0:
            os.remove(x.path("kept"))
    lines = int(re.search(rb'"lines":(\d+)', read(x.path("kept"))).group(1))
    assert 0 < lines <= N, lines
    same(resumed(x, lines), x)
    same(resumed(x, N), x)


def kept():
    x = closed()
    assert resumed(x).code == OK
    return x


def test_other_bytes_are_found():
    x = kept()
    path = x.path("rec", "ballots", "device_2.jsonl")
    lines = read(path).split(b"\n")
    at = lines[30].index(b'"v":["') + 6
    lines[30] = lines[30][:at] + (b"1" if lines[30][at:at + 1] == b"0" else
                                  b"0") + lines[30][at + 1:]
    write(b"\n".join(lines), path)
    a = resumed(x)
    assert a.code == FAILS and "bytes that were verified then" in a.err, a
    same(a, x)
    write(b"\n".join(lines[:30]) + b"\n", path)
    a = resumed(x)
    assert "no longer there" in a.err, a
    os.remove(path)
    assert "ballot file is no longer there" in resumed(x).err


def test_other_states_are_found():
    x = kept()
    path = x.path("rec", "states.jsonl")
    write(read(path).replace(b'"cast"', b'"spoiled"', 1), path)
    a = resumed(x)
    assert "states, openings or contest data" in a.err, a
    same(a, x)
    x = kept()
    path = x.path("rec", "manifest.json")
    write(read(path).replace(b'"Lab"', b'"Lob"'), path)
    a = resumed(x)
    assert a.code == FAILS and "manifest or keys" in a.err, a


def test_other_contest_data_is_found():
    """What was opened belongs to the ballot: lines of its contest data that
    change, come twice or too often are seen by the next run."""
    with tempfile.TemporaryDirectory() as top:
        record, kept_at = os.path.join(top, "record"), os.path.join(top, "kept")
        shutil.copytree(COUNTED, record)
        words = ("verify", record, "--format", "json", "--jobs", "1")
        path = os.path.join(record, "contest_data.jsonl")
        first, other = read(path).splitlines(True)
        assert json.loads(first)["id_B"] != json.loads(other)["id_B"]
        good(command(*words, "--resume", kept_at))
        again = good(command(*words, "--resume", kept_at))
        assert re.match(KNEW, again.err).group(1) == "8", again
        at = first.index(b'"D":"') + 5
        changed = first[:at] + b"1" + first[at + 1:]
        assert changed != first
        for lines in (changed + other, first + first + other,
                      20 * first + other):
            write(lines, path)
            a = command(*words, "--resume", kept_at)
            assert "contest data of ballots that were verified" in a.err, a
            b = command(*words, "--resume", kept_at)  # of this record
            assert re.match(KNEW, b.err).group(1) == "8", b
            assert a.code == b.code == FAILS and a.out == b.out, (a, b)
            assert a.out == command(*words).out, a


def test_what_was_added_is_verified():
    x = voted()
    before = x.copy()
    good(command("close", x.path("rec")))
    assert resumed(x).code == OK
    encrypt(before, 2, N, 1, "--append")  # more of the same device
    encrypt(before, 1, N + 1, 1)          # and a file that stands before
    good(command("close", before.path("rec")))
    shutil.copy(x.path("kept"), before.path("kept"))
    a = resumed(before, N)
    assert a.code == OK and json.loads(a.out)["ballots"]["all"] == N + 2, a
    same(a, before)
    # The added ballot is bad: found, at the right place.
    path = before.path("rec", "ballots", "device_1.jsonl")
    text = read(path)
    at = text.index(b'"v":["') + 6
    write(text[:at] + (b"1" if text[at:at + 1] == b"0" else b"0") +
          text[at + 1:], path)
    shutil.copy(x.path("kept"), before.path("kept"))
    a = resumed(before, N)
    assert a.code == FAILS and "ballots/device_1.jsonl:1" in a.out, a
    same(a, before)
    same(resumed(before, N + 2), before)  # the failure is kept, too


def test_forged_files_do_not_count():
    x = kept()
    whole = read(x.path("kept"))
    for old, new in ((b'"seen":', b'"seen":1'), (b'"seal":"', b'"seal":"0'),
                     (b'"end":"', b'"end":" ')):
        write(whole.replace(old, new, 1), x.path("kept"))
        a = resumed(x)
        assert a.code == OK and "not sealed by this machine" in a.err, a
    write(whole[:len(whole) // 2], x.path("kept"))
    assert "not sealed" in resumed(x).err
    same(resumed(x, N), x)
    with tempfile.TemporaryDirectory() as other:
        key = os.path.join(other, "evident", "verifier.key")
        env = dict(os.environ, XDG_STATE_HOME=other)
        a = verify(x, "--resume", x.path("kept"))
        b = command("verify", x.path("rec"), *OPTIONS, "--resume",
                    x.path("kept"), env=env)
        assert "not sealed" in b.err and a.out == b.out, b
        assert os.stat(key).st_mode & 0o777 == 0o600
        os.chmod(key, 0o644)
        c = command("verify", x.path("rec"), "--resume", x.path("kept"),
                    env=env)
        lab.refused(c, FAILS, "only its owner reads")


def test_other_files_are_not_overwritten():
    x = closed()
    path, inside = x.path("other"), x.path("rec", "kept")
    shutil.copy(x.path("rec", "manifest.json"), path)
    before = read(path)
    lab.refused(verify(x, "--resume", path), USAGE, "no file that --resume")
    assert read(path) == before
    lab.refused(verify(x, "--resume", inside), USAGE, "must not lie in the")
    assert not os.path.exists(inside)
    a = verify(x, "--resume", x.path("a", "b"))
    assert a.code == OK and a.err.count("\n") == 1, a  # said once, and went on
    assert "cannot write" in a.err, a


def test_the_report_says_which_run_it_was():
    x = kept()
    hints = x.path("hints")
    good(command("hints", "make", x.path("rec"), "--out", hints))
    proofs = json.loads(good(verify(x, "--hints", hints)).out)["proofs"]
    assert proofs == {"in_batches": N, "one_by_one": 0}
    words = ("--hints", hints, "--resume", x.path("kept"))
    a = good(verify(x, *words))
    assert json.loads(a.out)["proofs"] == {
        "in_batches": 0, "one_by_one": 0, "earlier_run": N}, a
    page = x.path("page.html")
    a = good(command("verify", x.path("rec"), "--stage", "closed", *words,
                     "--html", page))
    assert "in batches, with hints: 0, one by one: 0, by an earlier run: %d" \
        % N in a.out, a
    assert "%d by an earlier run on this machine" % N in read(page).decode()


def test_another_stage_starts_anew():
    x = kept()
    a = command("verify", x.path("rec"), "--resume", x.path("kept"))
    assert "another stage" in a.err, a


if __name__ == "__main__":
    lab.main([v for k, v in list(globals().items()) if k.startswith("test_")])
