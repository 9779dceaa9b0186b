"""Records for measurements, of reference ballots: 12 contests, 50 selections,
L = 1, no other fields; or of small ones: a contest of two selections. Made once by the program itself, kept in a folder, at
stage `closed`: the ballots are what is measured. Python 3 alone.
"""
import json
import os
import random
import shutil
import subprocess

SELECTIONS = (5, 5, 5, 5, 4, 4, 4, 4, 4, 4, 3, 3)  # 12 contests, 50 in all
SMALL = (2,)
PROOFS = sum(SELECTIONS) + len(SELECTIONS)


def manifest(selections):
    contests = [{"label": f"Contest {i + 1}", "rule": "plurality", "seats": 1,
                 "options": [f"Option {i + 1}.{j + 1}" for j in range(m)],
                 "option_limit": 1, "contest_limit": 1, "overvote": False,
                 "write_ins": 0, "data_blocks": 0}
                for i, m in enumerate(selections)]
    return {"format": "Evident record v1", "label": "Measurements",
            "kind": "trial", "guardians": ["G1"], "contests": contests,
            "styles": [{"label": "All",
                        "contests": list(range(1, len(selections) + 1))}],
            "devices": [{"label": "bench;1", "mode": "booth", "chaining": 1}],
            "privacy_floor": 1}


def plain(n, selections):
    """Lines of n ballots with one mark a contest."""
    choose = random.Random(n)
    for serial in range(n):
        contests = []
        for i, m in enumerate(selections):
            mark = choose.randrange(m)
            contests.append({"contest": i + 1, "marks":
                             [int(j == mark) for j in range(m)],
                             "write_ins": []})
        yield json.dumps({"serial": f"{serial:06}", "style": 1, "weight": 1,
                          "contests": contests}, separators=(",", ":")) + "\n"


def run(evident, *words, **more):
    done = subprocess.run([evident, *map(str, words)], check=False, text=True,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          **more)
    if done.returncode != 0:
        raise RuntimeError(f"evident {words[0]}: {done.stderr.strip()}")


def build(evident, at, n, selections):
    def path(name):
        return os.path.join(at, name)
    with open(path("manifest.json"), "w", encoding="utf-8") as f:
        json.dump(manifest(selections), f, separators=(",", ":"))
    record, secret, exchange = path("record"), path("secret"), path("exchange")
    run(evident, "election", "new", "--from", path("manifest.json"),
        "--guardians", 1, "--quorum", 1, "--kind", "trial", "--out", record)
    for verb in ("new", "reveal", "share", "accept"):
        more = [] if verb == "reveal" else ["--plain-secrets"]
        run(evident, "guardian", verb, record, "--index", 1, "--secret",
            secret, "--exchange", exchange, *more)
    run(evident, "election", "finish", record, "--exchange", exchange)
    with open(path("plain.jsonl"), "w", encoding="utf-8") as f:
        f.writelines(plain(n, selections))
    run(evident, "encrypt", record, "--device", 1, "--in", path("plain.jsonl"))
    run(evident, "close", record)
    run(evident, "tally", record)
    run(evident, "hints", "make", record, "--out", path("record.hints"))


def record_of(evident, folder, n, selections=SELECTIONS):
    """(record, hints) of n ballots, made now unless they are kept."""
    at = os.path.join(folder, f"ballots-{n}-of-{sum(selections)}")
    if not os.path.isdir(at):
        new = at + ".new"
        shutil.rmtree(new, ignore_errors=True)
        os.makedirs(new)
        build(evident, new, n, selections)
        os.rename(new, at)
    return os.path.join(at, "record"), os.path.join(at, "record.hints")


class Measured:
    def __init__(self, wall, cpu, bytes_max):
        self.wall, self.cpu, self.bytes_max = wall, cpu, bytes_max


def verify(evident, record, hints=None, jobs=1):
    """One run from the bytes to the verdict: seconds, resident bytes."""
    words = [evident, "verify", record, "--stage", "closed", "--jobs",
             str(jobs)] + (["--hints", hints] if hints else [])
    with open(os.devnull, "wb") as null:
        from_ = os.times().elapsed
        child = subprocess.Popen(words, stdout=null)
        _, status, used = os.wait4(child.pid, 0)
        wall = os.times().elapsed - from_
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"{record} does not verify")
    return Measured(wall, used.ru_utime + used.ru_stime,
                    used.ru_maxrss * 1024)
