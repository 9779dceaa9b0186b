"""The conformance kit, and the judge of verifiers: what they say of the C and
the Python verifier, and of verifiers that are wrong on purpose."""
import collections
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import lab
from lab import EVIDENT, ROOT, command

ORACLE = os.path.join(ROOT, "test", "oracle")
sys.path.insert(0, ORACLE)
import interpreter  # noqa: E402

C_VERIFIER = ("'%s' verify {} --jobs 1 --policy {policy} --head {head} "
              "--record {record}" % EVIDENT)
PYTHON_VERIFIER = "'%s' '%s/verify.py'" % (interpreter.best(), ORACLE)
PYTHON_LOGS = "'%s' '%s/board_log.py' {} --policy {policy} --head {head}" % (
    interpreter.best(), ORACLE)
# Of the kit of seed 1. Another one: the records or logs have other bytes than
# those that verifiers elsewhere were tried on; say so in doc/conformance.md.
DIGESTS = {
    "records":
    "EFB018C98C254D8CFBB379FC546EE8B2813FC5B682FBD9A3AB0D170F52EE2CD9",
    "logs":
    "85C847B293A6A94773DF3A364373342B744301F63E6FA41E96E80D0D4AA7E047"}
L_CODES = ["L.%d" % i for i in range(1, 11)]
# What the board_log.py of the oracle is not asked for: the record, and how old
# a head is.
NOT_FOR_PYTHON = re.compile(r"L8-|L3-age")
LEAST = 3
work = {}


def kit():
    if "kit" not in work:
        work["kit"] = os.path.join(work["dir"], "kit")
        lab.good(command("conformance", "make", "--out", work["kit"],
                         "--seed", "1"))
    return work["kit"]


def listed():
    with open(os.path.join(kit(), "kit.json"), encoding="utf-8") as f:
        return json.load(f)


def judged(cmd, *options, folder=None):
    """(exit code, the JSON report)"""
    answer = subprocess.run(
        [EVIDENT, "conformance", "run", "--kit", folder or kit(), "--cmd", cmd,
         "--format", "json", *options], text=True, check=False,
        stdout=subprocess.PIPE)  # no time limit: a verifier may be slow
    return answer.returncode, json.loads(answer.stdout)


def codes():
    """Those of a record."""
    answer = command("verify", os.path.join(kit(), "good-trial"))
    return re.findall(r"^(\d+\.[A-Z]|X\.\d+) ", answer.out, re.M)


def faulty():
    """All records and logs."""
    return listed()["records"] + listed()["logs"]


def script(name, text):
    path = os.path.join(work["dir"], name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(path, 0o755)
    return path


def a_part(ids, name):
    """A kit of some records and logs."""
    folder = os.path.join(work["dir"], name)
    os.mkdir(folder)
    have = listed()
    for part in ("records", "logs"):
        have[part] = [r for r in have[part] if r["id"] in ids]
    assert len(have["records"] + have["logs"]) == len(ids), ids
    for record in ids:
        shutil.copytree(os.path.join(kit(), record),
                        os.path.join(folder, record))
    with open(os.path.join(folder, "kit.json"), "w", encoding="utf-8") as f:
        json.dump(have, f)
    return folder


def test_the_same_seed_makes_the_same_bytes():
    """The digest that kit.json states is that of the files, and the one that
    every other run of this test has seen."""
    for part, name in (("records", "digest"), ("logs", "logs_digest")):
        sha = hashlib.sha256(b"Evident/kit/v1\0")
        for one in listed()[part]:
            for path, data in sorted(lab.tree(
                    os.path.join(kit(), one["id"])).items()):
                sha.update(one["id"].encode() + b"\0" + path.encode() +
                           b"\0" + hashlib.sha256(data).digest())
        digest = sha.hexdigest().upper()
        assert listed()[name] == digest == DIGESTS[part], (listed()[name],
                                                           digest)


def test_B09_every_check_has_three_bad_records_or_logs():
    count = collections.Counter(c for r in faulty() for c in r["fail"])
    have = codes() + L_CODES
    assert len(have) == 92 and set(count) <= set(have)
    few = {c: count[c] for c in have if count[c] < LEAST}
    print("# faults a check: %s" % " ".join(
        "%s:%d" % (c, count[c]) for c in have))
    assert not few, few


def test_trials_only_where_a_rule_does_not_need_an_election():
    """D17, C13: nobody takes a record of the kit for an election."""
    odd = []
    for r in listed()["records"]:
        path = os.path.join(kit(), r["id"], "manifest.json")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                text = f.read()
            if '"kind":"election"' in text:
                odd.append(r["id"])
    assert set(odd) <= {"good-election", "X4-alone", "X4-quorum-1", "X4-two",
                        "X1-manifest-twice"}, odd


def right(cmd, *options, folder=None):
    code, report = judged(cmd, *options, folder=folder)
    print("# %d records, %d logs, %d right" % (
        report["records"], report["logs"], report["right"]))
    assert code == 0 and not report["wrong"], report["wrong"]
    return report


def one_a_code(of, wanted):
    """As few as name every code once."""
    chosen, seen = [], set()
    for code in wanted:
        if code not in seen:
            one = min((r for r in of if code in r["fail"]),
                      key=lambda r: len(r["fail"]))
            chosen.append(one["id"])
            seen |= set(one["fail"])
    return chosen


def python_logs():
    return [r for r in listed()["logs"] if not NOT_FOR_PYTHON.match(r["id"])]


def test_B09_one_a_check_on_the_c_verifier():
    report = right(C_VERIFIER, "--first")
    assert len(report["checks"]) == 92, report["checks"]
    assert all(c["right"] > 0 for c in report["checks"]), report["checks"]


def test_B09_one_a_check_on_the_python_verifier():
    records = one_a_code(listed()["records"], codes())
    logs = one_a_code(python_logs(), [
        c for c in L_CODES if c not in ("L.8", "L.10")])
    part = a_part(["good-trial", "good-mail", "good-log"] + records + logs,
                  "one")
    right(PYTHON_VERIFIER, "--limit", "600", folder=part)
    right(PYTHON_LOGS, "--only", "logs", "--limit", "600", folder=part)


def test_B09_all_on_both_verifiers():
    if os.environ.get("EVD_CONFORMANCE") != "all":
        return "EVD_CONFORMANCE=all runs it; ./run soak does"
    right(C_VERIFIER)
    right(PYTHON_VERIFIER, "--limit", "600")
    right(PYTHON_LOGS, "--only", "logs", "--limit", "600",
          folder=a_part([r["id"] for r in python_logs()], "logs"))
    return None


def test_no_verifier_changes_the_kit():
    """`verify --head` keeps the newer head: in a copy."""
    part = a_part(["good-log-older-head"], "kept")
    before = lab.tree(part)
    right(C_VERIFIER, folder=part)
    assert lab.tree(part) == before


def test_L10_needs_the_head_and_L8_the_record():
    """A word for what a log does not give goes, and its option with it."""
    part = a_part(["good-log", "L10-root", "L8-count"], "given")
    right(C_VERIFIER, folder=part)
    without_both = "'%s' verify --policy {policy} --jobs 1" % EVIDENT
    code, report = judged(without_both, folder=part)
    assert code == 1
    assert {w["id"] for w in report["wrong"]} == {"L10-root", "L8-count"}
    right("'%s' verify --jobs 1 --policy-digest {policy-digest} --head {head} "
          "--record {record}" % EVIDENT, folder=part)


def test_logs_are_run_only_with_a_policy():
    part = a_part(["good-trial", "good-log", "L4-slot"], "both")
    _, report = judged("'%s' verify --jobs 1" % EVIDENT, folder=part)
    assert (report["records"], report["logs"]) == (1, 0), report
    text = command("conformance", "run", "--kit", part, "--cmd",
                   "'%s' verify --jobs 1" % EVIDENT)
    assert text.code == 0 and "no {policy}" in text.out, text
    for only, want in (("records", (1, 0)), ("logs", (0, 2))):
        code, report = judged(C_VERIFIER, "--only", only, folder=part)
        assert code == 0
        assert (report["records"], report["logs"]) == want, report


def test_B09_a_verifier_that_passes_everything_is_found():
    cmd = script("pass", "#!/bin/sh\nprintf '%s\\n'\n" %
                 "\\n".join(c + "  pass" for c in codes() + L_CODES))
    code, report = judged(cmd + " {} {policy}")
    bad = [r["id"] for r in faulty() if r["fail"]]
    assert code == 1
    assert sorted(w["id"] for w in report["wrong"]) == sorted(bad)
    for c in report["checks"]:
        assert c["missed"] == c["faults"] and c["right"] == 0, c
    assert all(c["missed"] >= LEAST for c in report["checks"])


def without(code):
    """A verifier that leaves out one check."""
    return script("without-" + code, """#!/bin/sh
out=$('%s' verify "$1" --jobs 1 | sed 's/^%s  *FAIL/%s pass/')
printf '%%s\\n' "$out"
if printf '%%s\\n' "$out" | grep -q '^[0-9X]*\\.[0-9A-Z]* *FAIL'; then exit 1; fi
""" % (EVIDENT, code.replace(".", "\\."), code))


def test_B09_a_verifier_without_one_check_is_found():
    part = a_part(["good-trial", "6D-v", "6B-plus-q", "6A-order", "X15-gap",
                   "6A-alpha-minus", "7D-v"], "six")
    code, report = judged(without("6.D"), folder=part)
    assert code == 1
    assert {w["id"] for w in report["wrong"]} == {"6D-v", "6A-order"}
    blamed = {c["id"]: (c["missed"], c["misnamed"]) for c in report["checks"]
              if c["missed"] or c["misnamed"] or c["false"]}
    assert blamed == {"6.D": (1, 1)}, blamed


def test_false_alarms_late_and_dead_verifiers_are_found():
    part = a_part(["good-trial", "X15-gap"], "two")
    lines = "\\n".join(c + "  pass" for c in codes())
    for name, text, want in (
            ("alarm", "printf '%s\\n' | sed 's/^9.A  pass/9.A FAIL/'; exit 1" %
             lines, "false"),
            ("late", "sleep 30 & sleep 30", "it took too long"),
            ("dead", "kill -9 $$", "a signal ended it"),
            ("mute", "exit 1", "no line for some code"),
            ("twice", "printf '%s\\n1.A pass\\n'" % lines,
             "two lines for one code")):
        code, report = judged(script(name, "#!/bin/sh\n%s\n" % text),
                              "--limit", "1", folder=part)
        assert code == 1 and len(report["wrong"]) == 2, name
        if want == "false":
            by = {c["id"]: c for c in report["checks"]}
            assert by["9.A"]["false"] == 2 and by["X.15"]["misnamed"] == 1
        else:
            assert {w["why"] for w in report["wrong"]} == {want}, report
    code, report = judged("/nowhere/verifier", folder=part)
    assert code == 1
    assert {w["why"] for w in report["wrong"]} == {"it could not be started"}


def test_text_and_tap_say_the_same():
    part = a_part(["good-trial", "8G-hash"], "pair")
    text = command("conformance", "run", "--kit", part, "--cmd",
                   C_VERIFIER)
    assert text.code == 0 and "Judged right: 2 of 2 records." in text.out
    assert re.search(r"^8\.G +1 +1 +0 +0 +0$", text.out, re.M)
    assert re.search(r"^19\.D +not covered", text.out, re.M)
    assert "Checks of records covered: 1 of 82." in text.out
    tap = command("conformance", "run", "--kit", part, "--cmd", "true",
                  "--format", "tap")
    assert tap.code == 1 and tap.out.startswith("1..2\nnot ok 1 - good-trial")
    shown = lab.at_terminal("conformance", "run", "--kit", part, "--cmd",
                            "true").err
    assert "Judging, 100.0 %, 0 s left, records and logs 2" in shown, shown


def test_bad_usage_and_bad_kits_are_refused():
    empty = os.path.join(work["dir"], "empty")
    os.mkdir(empty)
    for arguments in (("run",), ("run", "--cmd", ""),
                      ("run", "--cmd", "'x"), ("make", "--seed", "1"),
                      ("make", "--out", empty),
                      ("run", "--cmd", "x", "--format", "xml"),
                      ("run", "--cmd", "x", "--only", "entries"),
                      ("run", "--cmd", "x", "--only", "logs", "--kit", kit()),
                      ("run", "--cmd", "x", "--kit", empty, "--seed", "1")):
        answer = command("conformance", *arguments)
        assert answer.code == lab.USAGE, (arguments, answer)
    assert command("conformance", "make", "--out", empty, "--seed",
                   "1").code != 0
    for text in ("", "{}", '{"format":"Evident conformance kit v1",'
                 '"records":[{"id":"../x","fail":[]}]}',
                 '{"format":"Evident conformance kit v1",'
                 '"records":[{"id":"x","fail":["99.Z"]}]}',
                 '{"format":"Evident conformance kit v1",'
                 '"logs":[{"id":"x","fail":[]}]}',
                 '{"format":"Evident conformance kit v1",'
                 '"records":[{"id":"x","fail":["L.1"]}]}'):
        with open(os.path.join(empty, "kit.json"), "w",
                  encoding="utf-8") as f:
            f.write(text)
        answer = command("conformance", "run", "--cmd", "true", "--kit", empty)
        assert answer.code not in (0, 1) and "kit.json" in answer.err, answer


def main():
    with tempfile.TemporaryDirectory(prefix="evident-kit-") as folder:
        work["dir"] = folder
        return lab.Tap().run(
            [f for n, f in list(globals().items()) if n.startswith("test_")])


if __name__ == "__main__":
    sys.exit(main())
