#!/usr/bin/env python3
"""A log whose keeper dies, fails and runs out of disk. Every cycle starts
log_drill, which takes ballots and tells which of them are published, and has it
killed at a point of the commit order, or one of its calls of the system fail,
or no file may grow, or the disk be full: a file system of its own, where this
user may mount one. The next start must have every ballot that was ever told, at
its place, with a receipt; in the end `board fsck` finds nothing. 40 cycles;
EVD_DRILLS=1000 for more, and a report of them on EVD_DRILLS_REPORT. Prints
TAP."""
import collections
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
    all = []

    def __init__(self, tap, folder, seed):
        self.tap = tap
        self.folder = folder
        self.random = random.Random(seed)
        self.told = []
        self.next = 1
        self.bad = []
        self.ends = collections.Counter()
        self.faults = collections.Counter()
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
        self.ends[p.returncode] += 1
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
        self.name = name.replace("test_T25_B15_", "").replace("_", " ")
        self.all.append(self)
        self.tap.say(not self.bad, "%s: %d cycles, %d ballots told, exits %s" % (
            name, self.cycles, len(self.told), sorted(self.ends.items())),
            "\n".join(self.bad[:5]))


def killed(d, cycle):
    p = d.work(kill=d.random.randint(1, POINTS))
    d.faults[p.stderr or "not at all"] += 1
    d.check("cycle %d" % cycle)


def must_fail(d, p, cycle, fault):
    """Who cannot go on says so; then the fault is over."""
    if p.returncode != 0 and not p.stderr.strip():
        d.bad.append("cycle %d: no sentence" % cycle)
    d.check("cycle %d, %s" % (cycle, fault))


def failing(kind, words):
    def run(d, cycle):
        n, hit = d.random.randint(1, CALLS), os.path.join(d.folder, "hit")
        env = dict(os.environ, LD_PRELOAD=SHIM, EVD_TORTURE_KIND=kind,
                   EVD_TORTURE_N=str(n), EVD_TORTURE_HIT=hit)
        p = d.work(env=env)
        if os.path.exists(hit):
            os.unlink(hit)
            d.faults[words] += 1
        must_fail(d, p, cycle, "%s %d" % (kind, n))
    return run


def no_growth(d, cycle):
    """No file may become longer than this: the database's log first."""
    bytes_left = d.random.choice((200, 4096, 40000, 90000, 200000))

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, bytes_left))
    p = d.work(preexec_fn=limit)
    d.faults["files of at most %d bytes" % bytes_left] += p.returncode != 0
    must_fail(d, p, cycle, "files of at most %d bytes" % bytes_left)


def mount(*options):
    return subprocess.run(["mount", "-t", "tmpfs", "-o", *options],
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, check=False).returncode


def disk_full(d, cycle):
    """The file system has this much room, and no more."""
    at = os.statvfs(d.folder)
    if d.random.random() < 0.7:
        n = d.random.choice((0, 1, 5, 20, 50, 100, 150))
        what, limit = "room", "size=%d" % (
            (at.f_blocks - at.f_bfree + n) * at.f_frsize)
    else:
        n = d.random.choice((0, 1, 5, 20, 40))
        what, limit = "names", "nr_inodes=%d" % (at.f_files - at.f_ffree + n)
    assert mount("remount," + limit, "none", d.folder) == 0
    p = d.work()
    assert mount("remount,size=1g,nr_inodes=1m", "none", d.folder) == 0
    d.faults["no %s left" % what] += p.returncode != 0
    must_fail(d, p, cycle, limit)


# name, cycle, its part of all cycles
DRILLS = (
    ("test_T25_B15_killed_at_every_point", killed, 0.4),
    ("test_T25_B15_a_write_fails", failing("write", "no space"), 0.15),
    ("test_T25_B15_a_sync_fails", failing("sync", "EIO"), 0.15),
    ("test_T25_B15_a_name_fails", failing("name", "EIO"), 0.1),
    ("test_T25_B15_no_file_may_grow", no_growth, 0.1),
    ("test_T25_B15_disk_full", disk_full, 0.1),
)
# A process that dies or fails leaves the same in memory as on a disk.
PLACE = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def report(path):
    with open(path, "w", encoding="utf-8") as f:
        f.write("| what happens | cycles | killed | ended with a sentence | told "
                "| lost |\n|---|---|---|---|---|---|\n")
        for d in Drill.all:
            f.write("| %s | %d | %d | %d | %d | %d |\n" % (
                d.name, d.cycles, d.ends[-signal.SIGKILL],
                d.ends[UNFINISHED], len(d.told), len(d.bad)))
        f.write("\n| where it happened | times |\n|---|---|\n")
        for d in Drill.all:
            for fault, n in sorted(d.faults.items()):
                f.write("| %s: %s | %d |\n" % (d.name, fault, n))


def own_mounts():
    """Once more, where a file system may be mounted that nobody else sees."""
    if os.environ.get("EVD_DRILLS_ALONE") or not shutil.which("unshare"):
        return
    how = ["unshare", "-m"] + (["-r"] if os.getuid() else [])
    if subprocess.run([*how, "true"], stderr=subprocess.DEVNULL,
                      check=False).returncode == 0:
        os.environ["EVD_DRILLS_ALONE"] = "1"
        sys.stdout.flush()
        os.execvp(how[0], [*how, sys.executable, *sys.argv])


def drill(tap, name, cycle, cycles):
    folder = tempfile.mkdtemp(prefix="evident-drill-", dir=PLACE)
    try:
        if cycle is disk_full and mount("size=1g", "none", folder) != 0:
            tap.skip(name, "this user may not mount a file system")
            return
        d = Drill(tap, folder, name)
        d.cycles = cycles
        d.check("first")
        for i in range(cycles):
            cycle(d, i)
            if len(d.bad) > 5:
                break
        d.end(name)
    finally:
        subprocess.run(["umount", folder], stderr=subprocess.DEVNULL,
                       check=False)
        shutil.rmtree(folder, ignore_errors=True)


def main():
    tap = lab.Tap()
    if not os.path.exists(DRILL):
        tap.skip("test_drills", "log_drill is not built")
        print("1..1")
        return 0
    own_mounts()
    for name, cycle, part in DRILLS:
        drill(tap, name, cycle, round(CYCLES * part))
    if os.environ.get("EVD_DRILLS_REPORT"):
        report(os.environ["EVD_DRILLS_REPORT"])
    print("1..%d" % tap.n)
    return 1 if tap.bad else 0


if __name__ == "__main__":
    sys.exit(main())
