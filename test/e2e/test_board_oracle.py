"""The C and the Python oracle read each other's boards.

test/oracle/board_*.py was written from doc/board-format.md by somebody who had
not read the C. Its logs must be taken by what reads a log here, and each of its
logs with one fault must be refused. What the C writes for a log (keys, policy,
roll, entries) must be read by the oracle.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import lab

ORACLE = os.path.join(lab.ROOT, "test", "oracle")
sys.path.insert(0, ORACLE)
import board_cases  # noqa: E402
import board_export  # noqa: E402
import board_faults  # noqa: E402
import board_form as form  # noqa: E402
import board_make as make  # noqa: E402
import board_note as notes  # noqa: E402
import board_qr  # noqa: E402
import board_text as text  # noqa: E402
import interpreter  # noqa: E402
import schemas as sc  # noqa: E402
from form import parse  # noqa: E402

PYTHON = interpreter.best()
# Good logs with other ballots than those that the tally in them was made of.
NO_RECORD = ("good-short", "good-twenty", "good-mail-cast-and-spoil",
             "good-device-without-ballots")
# For `evident verify`, not for who adds an entry: tiles, what objects say, and
# the counts of a site's close.
NOT_FOR_WRITERS = re.compile(
    r"L7-|L2-((longer-|shorter-)?(full-)?tile(-byte|-hash|-gone)?|"
    r"(longer-)?level-1(-gone)?|full-as-partial)$|L9-close-site$")


def python(script, *args):
    r = subprocess.run([PYTHON, os.path.join(ORACLE, script), *args],
                       capture_output=True, text=True, timeout=600)
    assert r.returncode == 0, r.stderr


def write_keys(work):
    """The oracle's keys as `key new --plain-secrets` writes them."""
    for name, _ in make.ROLE_INDEX:
        word = name.replace(" ", "-")
        key = notes.Key(word + ".example", notes.LOG, make.public(name))
        for ending, line in (("key", make.seed(name).hex().upper() + " " +
                              key.text()), ("pub", key.text())):
            path = os.path.join(work, word + "." + ending)
            with open(path, "w", encoding="utf-8") as f:
                f.write(line + "\n")
            os.chmod(path, 0o600)


def add_entry(work, folder):
    """What the C says when it is to add PHASE open of site 7 to this log."""
    draft = os.path.join(folder, "draft")
    keys = [a for name in ("admin-1", "admin-2")
            for a in ("--key", os.path.join(work, name))]
    return lab.command("election", "open", "--beacon", "dice", "--site", 7,
                       "--board", os.path.join(folder, "board"), "--policy",
                       os.path.join(folder, "policy"), "--plain-secrets",
                       "--draft", draft, *keys)


def judged(work, folder):
    """None, or why the C does not add to this log, or not verify it, as it should."""
    name = os.path.basename(folder)
    if name.startswith("early"):    # of no record; test_verify_log judges them
        return None
    with open(os.path.join(folder, "expected.json"), encoding="utf-8") as f:
        want = json.load(f)
    if not NOT_FOR_WRITERS.match(name):
        r = add_entry(work, folder)
        good = r.code == 0 if not want["must"] else r.code in (1, 2)
        if not good:
            return "%s: exit %d, expected %s\n%s" % (name, r.code,
                                                     want["must"], r)
    if want["must"] or name in NO_RECORD:   # test_verify_log judges them
        return None
    r = lab.command("verify", os.path.join(folder, "board"), "--policy",
                    os.path.join(folder, "policy"), "--jobs", "1")
    return None if r.code == 0 else "%s: %s" % (name, r)


def logs(tap, work):
    out = os.path.join(work, "faults")
    python("board_faults.py", "--sample", "--out", out)
    folders = [os.path.join(out, n) for n in sorted(os.listdir(out))]
    with ThreadPoolExecutor(2) as pool:
        for folder, why in zip(folders, pool.map(
                lambda f: judged(work, f), folders)):
            tap.say(why is None, "test_log_" + os.path.basename(folder),
                    why or "")


def exports(tap, work):
    """The record that a log shows is the same, byte for byte."""
    plans = {f.name[5:]: f.plan() for f in board_faults.sample().values()
             if not f.must and not f.name.startswith("early")}
    for base, last in (("once", "keys"), ("once", "close"), ("once", "tally"),
                       ("mail", "close"), ("mail", "share 2 3"),
                       ("mail", "result")):
        p = plans[base + "-" + last.replace(" ", "-")] = make.plan(base)
        p.items = p.items[:p.at(last) + 1]
    for base, p in plans.items():
        folder = os.path.join(work, "export-" + base)
        make.save(p, folder)
        at = [os.path.join(folder, x) for x in ("board", "record", "policy")]
        r = lab.command("export", *at[:2], "--policy", at[2])
        mine = board_export.View(at[0]).files()
        wrong = board_export.another(mine, lab.tree(at[1]))
        tap.say(r.code == 0 and not wrong, "test_export_" + base,
                "%s %s" % (wrong, r))


def evidence(tap, work):
    """What an alarm's file shows: 0 shown, 1 false, 2 nothing, 3 its writer's word."""
    for name, data, shows in board_cases.cases():
        path = os.path.join(work, name)
        with open(path, "wb") as f:
            f.write(data)
        r = lab.command("verify", "evidence", path)
        tap.say(r.code == shows, "test_evidence_" + name,
                "expected %d: %s" % (shows, r))


def receipts(tap, work):
    policy, file = (os.path.join(work, n) for n in ("trusted", "receipt"))
    lab.write(make.policy(), policy)
    for name, data, holds in board_cases.receipts():
        lab.write(data, file)
        r = lab.command("receipt", "check", file, "--policy", policy)
        good = r.code == 0 if holds else r.code in (1, 2)
        if name.startswith("good"):
            packed = board_qr.pack(notes.Receipt.parse(data))
            text_ = lab.good(lab.command("receipt", "pack", file)).out
            lab.write(packed.encode(), file)
            again = lab.command("receipt", "check", file, "--policy", policy)
            good = good and text_.strip() == packed and again.code == 0
        tap.say(good, "test_receipt_" + name, "%s %s" % (holds, r))


def test_written_entry(tap, work):
    """The entry that the C makes is one that the oracle takes."""
    folder = os.path.join(work, "next")
    plan = make.plan()
    plan.items = plan.items[:plan.at("close 1")]
    make.save(plan, folder)
    r = add_entry(work, folder)
    with open(os.path.join(folder, "draft"), "rb") as f:
        draft = f.read()
    at = draft.index(form.MAGIC)
    for end in range(len(draft), at, -1):   # a draft has more than the entry
        try:
            entry = form.decode(draft[at:end])
            break
        except form.EntryError:
            continue
    else:
        tap.say(False, "test_written_entry", draft.hex())
        return
    message = entry.message(make.ORIGIN, plan.opened)
    listed = {x.keyid: x.key for x in make.listed()}
    held = [make.ed.verify(listed[k], message, s)
            for k, s in entry.signatures]
    tap.say(r.code == 0 and held == [True, True] and entry.body["site"] == 7
            and entry.body["beacon"] == "dice", "test_written_entry",
            "%s %s" % (r, held))


def test_written_keys(tap, work):
    """keys make, policy make, roll make"""
    at = lambda name: os.path.join(work, name)  # noqa: E731
    roles = [name.split()[0] + (":%d" % index if index else "") + "=" +
             at(name.replace(" ", "-") + ".pub")
             for name, index in make.ROLE_INDEX if name != "opener"]
    lab.good(lab.command("keys", "make", *roles, "--out", at("keys")))
    with open(at("keys"), "rb") as f:
        data = f.read()
    found = text.parse_keys(data)
    want = {(x.role, x.index, x.key) for x in make.listed()
            if x.role != form.ROLE["opener"]}
    tap.say(text.dump_keys(found) == data and want ==
            {(x.role, x.index, x.key) for x in found}, "test_written_keys",
            data.decode())
    witnesses = [w for name in ("audit", "release", "monitor", "registrar")
                 for w in ("--witness", at(name + ".pub"))]
    lab.good(lab.command("policy", "make", "--log", at("admin-1.pub"),
                         *witnesses, "--quorum", 3, "--out", at("policy")))
    with open(at("policy"), "rb") as f:
        policy = notes.Policy.parse(f.read())
    tap.say(policy.profile() == (3, 4) and len(policy.logs) == 1,
            "test_written_policy", policy.groups)
    lab.good(lab.command("roll", "make", 3, "--out", at("roll"),
                         "--plain-secrets"))
    with open(at("roll/roll.jsonl"), "rb") as f:
        lines = [parse(sc.ROLL, x) for x in f.read().splitlines()]
    order = [x["credential"] for x in lines]
    tap.say(len(lines) == 3 and order == sorted(order), "test_written_roll",
            order)


def main():
    tap = lab.Tap()
    work = tempfile.mkdtemp(prefix="evident-boards-")
    try:
        write_keys(work)
        test_written_keys(tap, work)
        test_written_entry(tap, work)
        exports(tap, work)
        evidence(tap, work)
        receipts(tap, work)
        logs(tap, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print("1..%d" % tap.n)
    return 1 if tap.bad else 0


if __name__ == "__main__":
    sys.exit(main())
