"""The C programs and the Python oracle judge each other's records.

The oracle (test/oracle) was written from the texts by somebody who had not
read the C. Its elections must pass `evident verify`; elections made by the C
must pass its verifier; and every single-fault record of its must fail here
with the codes that its texts lead to.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import lab

ORACLE = os.path.join(lab.ROOT, "test", "oracle")
sys.path.insert(0, ORACLE)
import interpreter  # noqa: E402

PYTHON = interpreter.best()

# The texts allow two readings of an object that can be understood although
# its bytes break the one form: skip it, as the oracle does, or judge it as it
# stands, as the C does (doc/record-format.md, section 4). Codes the second
# reading adds, by record; each needs a reason that can be seen in the record.
JUDGED_AS_IT_STANDS = {
    # a label of tally.json with another byte is no label of the manifest
    **{name: {"11.B", "11.C"} for name in (
        "X1-bidi", "X1-c1-control", "X1-escape-tab", "X1-feff",
        "X1-line-separator", "X1-manifest-nfd", "X1-nfd", "X1-noncharacter",
        "X1-unassigned", "X1-unicode-15")},
    "X1-number-minus-zero": {"10.C"},  # t is 0 then
    "X1-roll-word": {"X.18"},          # that word is not `active`
    "X15-from-0": {"X.1"},             # positions are 1, 2, ..
    "B10-truncated-manifest": {"1.F"},  # the bytes there are not hashed to H_B
}
PRESETS = ["tiny", "weights", "mj", "remote", "wide", "post"]
PRESETS += ["stamps%d" % kind for kind in range(1, 9)]


def python(script, *args):
    return subprocess.run([PYTHON, os.path.join(ORACLE, script), *args],
                          capture_output=True, text=True, timeout=1200)


def verify_c(record):
    r = subprocess.run([lab.EVIDENT, "verify", record, "--format", "json",
                        "--jobs", "1"], capture_output=True, timeout=300)
    report = json.loads(r.stdout)
    failing = {c["id"] for c in report["checks"] if c["status"] == "fail"}
    return r.returncode, failing, report


def fault_passes(folder):
    """None, or why this fault record is not judged as it should be."""
    name = os.path.basename(folder)
    with open(os.path.join(folder, "expected.json")) as f:
        want = json.load(f)
    code, got, _ = verify_c(os.path.join(folder, "record"))
    if code != want.get("exit", 1):
        return "%s: exit %d" % (name, code)
    sets = [set(s) for s in want.get("readings", [])] + [set(want["all"])]
    sets += [s | JUDGED_AS_IT_STANDS.get(name, set()) for s in sets]
    if got in sets:
        return None
    return "%s: got %s, want %s" % (name, sorted(got), want["all"])


def judges_mail(report):
    """Whether the program judged the pre-encrypted ballots of a record."""
    return any(c["id"] == "16.A" and c["status"] != "not_run"
               for c in report["checks"])


def checks_mail(work):
    return judges_mail(verify_c(os.path.join(work, "election-post",
                                             "record"))[2])


def has_mail(folder):
    with open(os.path.join(folder, "expected.json")) as f:
        return json.load(f)["base"] in ("post", "mail", "stamps")


def faults(tap, work):
    out = os.path.join(work, "faults")
    all_of_them = [] if os.environ.get("EVD_SOAK") else ["--sample"]
    made = python("faults.py", "--out", out, *all_of_them)
    if made.returncode != 0:
        tap.say(False, "fault records are made", made.stderr)
        return
    names = sorted(os.listdir(out))
    if not checks_mail(work):
        names = [n for n in names if not has_mail(os.path.join(out, n))]
        tap.skip("faults of pre-encrypted ballots", "not checked here yet")
    with ThreadPoolExecutor(2) as pool:
        folders = [os.path.join(out, n) for n in names]
        for name, why in zip(names, pool.map(fault_passes, folders)):
            tap.say(why is None, "test_fault_" + name, why or "")
    seen = set()
    for name in names:
        with open(os.path.join(out, name, "expected.json")) as f:
            seen |= set(json.load(f)["must"])
    wanted = {c["id"] for c in verify_c(os.path.join(out, names[0], "record"))
              [2]["checks"]}
    if not checks_mail(work):
        wanted = {c for c in wanted if c.startswith("X")
                  or int(c.split(".")[0]) < 15} - {"X.17"}
    tap.say(wanted <= seen, "every substep 1.A-19.D and X.n fails somewhere",
            sorted(wanted - seen))


def generated(tap, work):
    for preset in PRESETS:
        out = os.path.join(work, "election-" + preset)
        made = python("generate.py", "--out", out, "--seed", "cross",
                      "--preset", preset)
        code, failing, report = verify_c(os.path.join(out, "record"))
        if preset.startswith(("post", "stamps")) and not judges_mail(report):
            tap.skip("election `%s`" % preset, "not checked here yet")
            continue
        tap.say(made.returncode == 0 and code == 0,
                "the oracle's election `%s` passes evident verify" % preset,
                "exit %d, failing %s" % (code, sorted(failing)))


def made_by_c(tap, work):
    out = os.path.join(work, "demo")
    made = subprocess.run([lab.EVIDENT, "demo", "--ballots", "6", "--out", out],
                          capture_output=True, text=True, timeout=900)
    judged = python("verify.py", os.path.join(out, "record"), "--format",
                    "json")
    verdict = json.loads(judged.stdout)["verdict"] if judged.stdout else "none"
    tap.say(made.returncode == 0 and judged.returncode == 0,
            "an election made by the C passes the oracle",
            "demo exit %d, oracle exit %d, verdict %s\n%s"
            % (made.returncode, judged.returncode, verdict, made.stderr))


def main():
    tap = lab.Tap()
    work = tempfile.mkdtemp(prefix="evident-oracle-")
    try:
        generated(tap, work)
        made_by_c(tap, work)
        faults(tap, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print("1..%d" % tap.n)
    return 1 if tap.bad else 0


if __name__ == "__main__":
    sys.exit(main())
