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

ORACLE = os.path.join(ROOT, "test", "oracle", "verify.py")
sys.path.insert(0, os.path.dirname(ORACLE))
import interpreter  # noqa: E402

C_VERIFIER = "'%s' verify {} --jobs 1" % EVIDENT
PYTHON_VERIFIER = "'%s' '%s'" % (interpreter.best(), ORACLE)
# Of the kit of seed 1. Another one: the records have other bytes than those
# that verifiers elsewhere were tried on; say so in doc/conformance.md.
DIGEST = "EFB018C98C254D8CFBB379FC546EE8B2813FC5B682FBD9A3AB0D170F52EE2CD9"
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
    answer = command("verify", os.path.join(kit(), "good-trial"))
    return re.findall(r"^(\d+\.[A-Z]|X\.\d+) ", answer.out, re.M)


def script(name, text):
    path = os.path.join(work["dir"], name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(path, 0o755)
    return path


def a_part(ids, name):
    """A kit of some records."""
    folder = os.path.join(work["dir"], name)
    os.mkdir(folder)
    have = listed()
    have["records"] = [r for r in have["records"] if r["id"] in ids]
    assert len(have["records"]) == len(ids), ids
    for record in ids:
        shutil.copytree(os.path.join(kit(), record),
                        os.path.join(folder, record))
    with open(os.path.join(folder, "kit.json"), "w", encoding="utf-8") as f:
        json.dump(have, f)
    return folder


def test_the_same_seed_makes_the_same_bytes():
    """The digest that kit.json states is that of the files, and the one that
    every other run of this test has seen."""
    sha = hashlib.sha256(b"Evident/kit/v1\0")
    for record in listed()["records"]:
        folder = os.path.join(kit(), record["id"])
        found = sorted(os.path.relpath(os.path.join(d, n), folder)
                       for d, _, names in os.walk(folder) for n in names)
        for path in found:
            with open(os.path.join(folder, path), "rb") as f:
                data = f.read()
            sha.update(record["id"].encode() + b"\0" + path.encode() + b"\0" +
                       hashlib.sha256(data).digest())
    digest = sha.hexdigest().upper()
    assert listed()["digest"] == digest == DIGEST, (listed()["digest"], digest)


def test_B09_every_check_has_three_bad_records():
    count = collections.Counter(c for r in listed()["records"]
                                for c in r["fail"])
    have = codes()
    assert len(have) == 82 and set(count) <= set(have)
    few = {c: count[c] for c in have if count[c] < LEAST}
    print("# records a check: %s" % " ".join(
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
    print("# %d records, %d right" % (report["records"], report["right"]))
    assert code == 0 and not report["wrong"], report["wrong"]
    return report


def test_B09_one_record_a_check_on_the_c_verifier():
    report = right(C_VERIFIER, "--first")
    assert all(c["right"] > 0 for c in report["checks"]), report["checks"]


def test_B09_one_record_a_check_on_the_python_verifier():
    chosen, seen = ["good-trial", "good-mail"], set()
    for code in codes():
        if code not in seen:
            record = min((r for r in listed()["records"] if code in r["fail"]),
                         key=lambda r: len(r["fail"]))
            chosen.append(record["id"])
            seen |= set(record["fail"])
    right(PYTHON_VERIFIER, "--limit", "600", folder=a_part(chosen, "one"))


def test_B09_all_records_on_both_verifiers():
    if os.environ.get("EVD_CONFORMANCE") != "all":
        return "EVD_CONFORMANCE=all runs it; ./run soak does"
    right(C_VERIFIER)
    right(PYTHON_VERIFIER, "--limit", "600")
    return None


def test_B09_a_verifier_that_passes_everything_is_found():
    cmd = script("pass", "#!/bin/sh\nprintf '%s\\n'\n" %
                 "\\n".join(c + "  pass" for c in codes()))
    code, report = judged(cmd)
    bad = [r["id"] for r in listed()["records"] if r["fail"]]
    assert code == 1
    assert sorted(w["id"] for w in report["wrong"]) == sorted(bad)
    for c in report["checks"]:
        assert c["missed"] == c["records"] and c["right"] == 0, c
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
    assert "Checks covered: 1 of 82." in text.out
    tap = command("conformance", "run", "--kit", part, "--cmd", "true",
                  "--format", "tap")
    assert tap.code == 1 and tap.out.startswith("1..2\nnot ok 1 - good-trial")


def test_bad_usage_and_bad_kits_are_refused():
    empty = os.path.join(work["dir"], "empty")
    os.mkdir(empty)
    for arguments in (("run",), ("run", "--cmd", ""),
                      ("run", "--cmd", "'x"), ("make", "--seed", "1"),
                      ("make", "--out", empty),
                      ("run", "--cmd", "x", "--format", "xml"),
                      ("run", "--cmd", "x", "--kit", empty, "--seed", "1")):
        answer = command("conformance", *arguments)
        assert answer.code == lab.USAGE, (arguments, answer)
    assert command("conformance", "make", "--out", empty, "--seed",
                   "1").code != 0
    for text in ("", "{}", '{"format":"Evident conformance kit v1",'
                 '"records":[{"id":"../x","fail":[]}]}',
                 '{"format":"Evident conformance kit v1",'
                 '"records":[{"id":"x","fail":["99.Z"]}]}'):
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
