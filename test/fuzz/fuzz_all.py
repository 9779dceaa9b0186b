#!/usr/bin/env python3
"""fuzz_all.py BUILD SECONDS REPORT: libFuzzer on every reader, one after the
other, SECONDS each, from the kept inputs; what it learns is kept in
BUILD/corpus. REPORT (Markdown) says what ran and what was found. Exit 1 if
anything was found; the input that shows it lies in BUILD/found. With
EVD_FUZZ_ONLY=a,b only those targets."""
import datetime
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# Targets that need files write them where that costs least.
MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else tempfile.gettempdir()
HEAD = """# Fuzzing: the last run

Written by `test/fuzz/fuzz_all.py`, which `./run soak` calls. Every reader of
foreign bytes has a target; each also writes what it read and compares bytes.

- date: %s
- commit: %s
- program: clang 14, libFuzzer, ASan and UBSan
- seconds a target: %s
- runs in all: %d
- findings: %s

| target | runs | edges seen | inputs kept | slowest input, s | found |
|---|---:|---:|---:|---:|---|
"""


def output(*words):
    try:
        return subprocess.run(words, stdout=subprocess.PIPE, cwd=HERE,
                              stderr=subprocess.DEVNULL, text=True,
                              check=False).stdout.strip()
    except OSError:
        return ""


def commit():
    name = output("git", "rev-parse", "--short=12", "HEAD") or "unknown"
    if output("git", "status", "--porcelain", "--", "../../src", "."):
        name += " with changes not committed"
    return name


def number(pattern, text):
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def fuzz(build, target, seconds):
    corpus = os.path.join(build, "corpus", target)
    found = os.path.join(build, "found", target)
    for path in (corpus, found):
        os.makedirs(path, exist_ok=True)
    program = os.path.join(build, "test", "fuzz", "fuzz")
    log = os.path.join(build, "found", target + ".log")
    with open(log, "wb") as f:
        code = subprocess.run(
            [program, "-max_total_time=%d" % seconds, "-max_len=20000",
             "-rss_limit_mb=1024", "-timeout=10", "-close_fd_mask=3",
             "-print_final_stats=1", "-artifact_prefix=%s/" % found,
             "-dict=" + os.path.join(HERE, "json.dict"), corpus,
             os.path.join(HERE, "seeds", target)],
            env=dict(os.environ, EVD_FUZZ_TARGET=target, TMPDIR=MEMORY),
            stdout=f,
            stderr=subprocess.STDOUT, check=False).returncode
    with open(log, encoding="utf-8", errors="replace") as f:
        text = f.read()
    return {"target": target, "bad": code != 0, "log": log,
            "runs": number(r"number_of_executed_units: +(\d+)", text),
            "edges": number(r"\bcov: (\d+)", text),
            "kept": number(r"\bcorp: (\d+)", text),
            "slowest": number(r"slowest_unit_time_sec: +(\d+)", text)}


def write(path, rows, seconds):
    bad = [r["target"] for r in rows if r["bad"]]
    text = HEAD % (datetime.datetime.now(datetime.timezone.utc)
                   .strftime("%Y-%m-%d %H:%M UTC"), commit(), seconds,
                   sum(r["runs"] for r in rows), ", ".join(bad) or "none")
    for r in rows:
        text += "| %s | %d | %d | %d | %d | %s |\n" % (
            r["target"], r["runs"], r["edges"], r["kept"], r["slowest"],
            "**yes**" if r["bad"] else "-")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def main(build, seconds, report):
    names = output(os.path.join(os.path.abspath(build), "test", "fuzz",
                                "fuzz_replay"), "--list").split()
    only = os.environ.get("EVD_FUZZ_ONLY")
    if only:
        names = [n for n in names if n in only.split(",")]
    if not names:
        print("fuzz_all: there is no program in " + build, file=sys.stderr)
        return 3
    rows = []
    for name in names:
        rows.append(fuzz(os.path.abspath(build), name, int(seconds)))
        r = rows[-1]
        print("%s: %d runs%s" % (name, r["runs"], ", FOUND: see " + r["log"]
                                 if r["bad"] else ""), flush=True)
    write(report, rows, seconds)
    return 1 if any(r["bad"] for r in rows) else 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
