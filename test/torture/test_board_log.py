#!/usr/bin/env python3
"""A log whose keeper dies, fails and runs out of disk. Every cycle starts
log_drill, which takes ballots and tells which of them are published, and has it
killed at a point of the commit order, or one of its calls of the system fail,
or the disk be full. The next start must have every ballot that was ever told,
at its place, with a receipt; in the end `board fsck` finds nothing. 40 cycles; EVD_DRILLS=1000 for more, and a
report of them on EVD_DRILLS_REPORT. Prints TAP."""
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(
    os.path.dirname(os.path.abspath(__file__)), os.pardir, "e2e"))
import lab  # noqa: E402

BUILD = os.path.dirname(os.path.abspath(lab.EVIDENT))
DRILL = os.path.join(BUILD, "test", "torture", "log_drill")
SHIM = os.path.join(BUILD, "test", "torture", "torture_shim.so")
CYCLES = int(os.environ.get("EVD_DRILLS", "40"))
STEPS = 3
PER_STEP = 4
POINTS = 70  # of STEPS steps, about
CALLS = 150  # of one kind, about
UNFINISHED = 3


class Drill:
    """One log, cycle after cycle."""
    rows = []

    def __init__(self, tap, folder, seed):
        self.tap = tap
        self.folder = folder
        self.random = random.Random(seed)
        self.told = []
        self.next = 1
        self.bad = []
        self.ends = {}
        self.cycles = 0

    def work(self, kill=0, **how):
        p = subprocess.run([DRILL, "work", self.folder, str(self.next),
                            str(STEPS), str(kill)], stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True, check=False,
                           timeout=60, **how)
        # A line that was cut was not told.
        self.told += p.stdout.splitlines() if p.stdout.endswith("\n") else (
            p.stdout.splitlines()[:-1])
        self.next += STEPS * PER_STEP
        self.ends[p.returncode] = self.ends.get(p.returncode, 0) + 1
        if p.returncode not in (0, -signal.SIGKILL, 1, 2, UNFINISHED):
            self.bad.append("ended with %d: %s" % (p.returncode, p.stderr))
        return p

    def check(self, what):
        p = subprocess.run([DRILL, "check", self.folder], text=True,
                           input="\n".join(self.told) + "\n", check=False,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           timeout=120)
        if p.returncode != 0:
            self.bad.append("%s: %s" % (what, p.stderr.strip()))
        return p.returncode == 0

    def end(self, name):
        answer = lab.command("board", "fsck", self.folder)
        if answer.code != lab.OK:
            self.bad.append(repr(answer))
        self.rows.append((name.replace("test_T25_B15_", "").replace("_", " "),
                          self.cycles, self.ends.get(-signal.SIGKILL, 0),
                          self.ends.get(UNFINISHED, 0), len(self.told),
                          len(self.bad)))
        self.tap.say(not self.bad, "%s: %d cycles, %d ballots told, exits %s" % (
            name, self.cycles, len(self.told), sorted(self.ends.items())),
            "\n".join(self.bad[:5]))


def test_B15_killed(d, cycle):
    d.work(kill=d.random.randint(1, POINTS))
    d.check("cycle %d" % cycle)


def failing(kind):
    def run(d, cycle):
        n = d.random.randint(1, CALLS)
        env = dict(os.environ, LD_PRELOAD=SHIM, EVD_TORTURE_KIND=kind,
                   EVD_TORTURE_N=str(n),
                   EVD_TORTURE_HIT=os.path.join(d.folder, "hit"))
        p = d.work(env=env)
        if p.returncode != 0 and not p.stderr.strip():
            d.bad.append("cycle %d: no sentence" % cycle)
        d.check("cycle %d, %s %d" % (cycle, kind, n))
    return run


def disk_full(d, cycle):
    """No file may become longer than this: the database's log first."""
    bytes_left = d.random.choice((200, 4096, 40000, 90000, 200000))

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, bytes_left))
    d.work(preexec_fn=limit)
    d.check("cycle %d, files of at most %d bytes" % (cycle, bytes_left))


# name, cycle, its part of all cycles
DRILLS = (
    ("test_T25_B15_killed_at_every_point", test_B15_killed, 0.4),
    ("test_T25_B15_a_write_fails", failing("write"), 0.15),
    ("test_T25_B15_a_sync_fails", failing("sync"), 0.15),
    ("test_T25_B15_a_name_fails", failing("name"), 0.15),
    ("test_T25_B15_disk_full", disk_full, 0.15),
)
# A process that dies or fails leaves the same in memory as on a disk.
PLACE = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def report(path):
    with open(path, "w", encoding="utf-8") as f:
        f.write("# Drills of the log's keeper\n\n`test/torture/test_board_log.py`: "
                "the keeper is killed at a point of the commit\norder, or a call "
                "of the system fails, or no file may grow further; then it starts\n"
                "again. Told: ballots whose checkpoint was published. Lost: of "
                "these, not at their\nplace, or without receipt, or `board fsck` "
                "finds something.\n\n| what happens | cycles | killed | ended with "
                "a sentence | told | lost |\n|---|---|---|---|---|---|\n")
        for row in Drill.rows:
            f.write("| %s | %d | %d | %d | %d | %d |\n" % row)


def main():
    tap = lab.Tap()
    if not os.path.exists(DRILL):
        tap.skip("test_drills", "log_drill is not built")
        print("1..1")
        return 0
    for name, cycle, part in DRILLS:
        folder = tempfile.mkdtemp(prefix="evident-drill-", dir=PLACE)
        try:
            d = Drill(tap, folder, name)
            d.check("first")
            d.cycles = round(CYCLES * part)
            for i in range(d.cycles):
                cycle(d, i)
                if len(d.bad) > 5:
                    break
            d.end(name)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    if os.environ.get("EVD_DRILLS_REPORT"):
        report(os.environ["EVD_DRILLS_REPORT"])
    print("1..%d" % tap.n)
    return 1 if tap.bad else 0


if __name__ == "__main__":
    sys.exit(main())
