#!/usr/bin/env python3
"""`evident serve` and a power cut. A server takes an election and is recorded:
all its writes, syncs and names, and what its clients were told. Then disks are
made as they could look had the power gone at some moment (power.py says how),
and a server is started on each: every entry that somebody was told is in the
log must be there, at its place, with its objects, and `board fsck` finds
nothing. A disk that forgets what it synced may have the server refuse, with a
sentence. 40 images; EVD_POWER=1000 for more, of a longer recording, and a table
of them behind what EVD_DRILLS_REPORT has. Prints TAP."""
import hashlib
import os
import random
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(
    os.path.dirname(os.path.abspath(__file__)), os.pardir, "e2e"))
import power  # noqa: E402
from board_lab import (Server, cached_entries, form, judging,  # noqa: E402
                       make, merkle, receipts)
from lab import EVIDENT, FAILS, OK, UNFINISHED, USAGE, Tap, command, read  # noqa: E402

SHIM = os.path.join(os.path.dirname(os.path.abspath(EVIDENT)), "test",
                    "torture", "power_recorder.so")
IMAGES = int(os.environ.get("EVD_POWER", "40"))
FORGETFUL = ("log.db", "log.db-wal", "sign.head", "public/checkpoint")
REQUESTS = (("setup", "ceremony 3 1"), ("ceremony 1 2", "roll-revoke"),
            ("keys", "open"), ("device 1", "cast 9"), ("ballot 10", "tally"),
            ("share 1 1", "result"), ("attest 2", "attest 2"))


class Recording:
    """A server that took an election, was stopped, and went on."""

    def __init__(self):
        self.e = cached_entries()
        with Server(tick=0.05) as s:
            self.root, self.trace = s.path("disk"), s.path("trace")
            os.mkdir(self.root)
            open(self.trace, "wb").close()
            self.disk = power.Disk(self.root)
            s.env.update(LD_PRELOAD=SHIM, EVD_RECORD=self.trace,
                         EVD_RECORD_ROOT=self.root)
            self.board(s)
            s.start()
            assert s.where, s.said()
            for first, last in REQUESTS:
                self.tell(s, self.e.range(first, last))
            assert s.stop() == 0
            s.start()
            for i in range(IMAGES // 10):
                self.tell(s, self.late(i))
            self.tell(s, self.e.item["setup"])  # again: at its old place
            assert s.stop() == 0 and s.said() == "", s.said()
            self.records = list(power.records(read(self.trace)))

    def board(self, s):
        """The board lies in a folder of its own, which is the disk."""
        path = s.path
        s.path = lambda *parts: path(*(
            ("disk", *parts) if parts[:1] == ("board",) else parts))

    def late(self, i):
        """An entry that may stand behind all others."""
        who = "watcher %d" % i
        return self.e.pack(self.e.plan.make(make.Item(
            "", form.ATTEST, [who], 6, key=make.public(who),
            head=self.e.first, attestation=b"seen")))

    def tell(self, s, body):
        status, text = s.submit(body)
        assert status == 200, (status, text, s.said())
        for r in receipts(text, self.e.policy):
            power.acknowledge(self.trace, b"%d %s" % (
                r.index, merkle.leaf_hash(r.extra).hex().encode()))


def told(some_records):
    """{index: leaf hash} of what was acknowledged in them."""
    out = {}
    for what, _, _, data in some_records:
        if what == power.ACKNOWLEDGED:
            index, leaf = data.split()
            out[int(index)] = bytes.fromhex(leaf.decode())
    return out


# ---- one image ----

def signed_size(board):
    """That of the last head that is in sign.head; 0: none."""
    try:
        data, heads = read(board, "sign.head"), []
    except FileNotFoundError:
        return 0
    for place in (data[:88], data[88:176]):
        if place[56:] == hashlib.sha256(place[:56]).digest():
            heads.append((place[8:16], int.from_bytes(place[16:24], "big")))
    return max(heads)[1] if heads else 0


def held(s):
    """The entries that are published."""
    log = judging.Log(s.path("board", "public"))
    out = judging.Verdict()
    entries = judging.read_entries(out, log, s.size())
    assert not out.faults, out.faults
    for data in entries:
        for kind, name, size in form.objects(form.decode(data)):
            assert log.object(kind, name, size), "a %s is not there" % kind
    return [merkle.leaf_hash(x) for x in entries]


def wait_for(s, size):
    """What is published when the server begins may grow at the first tick."""
    for _ in range(100):
        if os.path.exists(s.path("board", "public", "checkpoint")) and (
                s.size() >= size):
            return
        time.sleep(0.02)


def sentences(text):
    assert text.strip() and "signal" not in text, repr(text)
    for line in text.splitlines():
        assert ": " in line and len(line) < 400, repr(line)
    return text


def judge(s, must):
    """None: all is there; or what the server said when it refused."""
    s.start()
    if s.where is None:
        assert s.process.returncode in (FAILS, USAGE, UNFINISHED), (
            s.process.returncode)
        return sentences(s.said())
    wait_for(s, max(must, default=-1) + 1)
    entries = held(s) if must else []
    for index, leaf in must.items():
        assert entries[index:index + 1] == [leaf], "entry %d is lost" % index
    assert s.stop() == 0 and s.said() == "", s.said()
    answer = command("board", "fsck", s.path("board"))
    assert not must or answer.code == OK, answer
    return None


def image(disk, must, how, chance=None, forget=None):
    """One image, one server on it: what it said where it refused, or None."""
    with Server(tick=0.05) as s:
        disk.make(s.path("disk"), how, chance, forget)
        if os.path.exists(s.path("disk", "board")):
            os.rename(s.path("disk", "board"), s.path("board"))
        signed = signed_size(s.path("board"))
        assert forget or not must or signed > max(must), (
            "sign.head has %d" % signed)
        return judge(s, must)


# ---- all of them ----

class Kind:
    """Images of one kind."""

    def __init__(self, name):
        self.name = name
        self.images = self.told = self.refused = 0
        self.bad = []

    def add(self, where, disk, must, *more):
        self.images += 1
        self.told += len(must)
        try:
            why = image(disk, must, *more)
        except Exception as e:  # one bad image does not end the others
            self.bad.append("%s: %s" % (where, e or repr(e)))
            return
        if why:
            self.refused += 1
            # Where the disk kept what it synced nothing may stay away.
            if not more[2:]:
                self.bad.append("%s: refused: %s" % (where, why))

    def end(self, tap):
        tap.say(self.images and not self.bad,
                "test_T25_B15_power_cut_%s: %d images, %d times told, %d "
                "refused" % (self.name, self.images, self.told, self.refused),
                "\n".join(self.bad[:5]))


def cut(r, kinds):
    """The recording, moment by moment."""
    moments = power.moments(r.records)
    step = max(1, 3 * len(moments) // IMAGES)
    chosen = set(moments[::step]) | {moments[-1]}
    for at in range(len(r.records) + 1):
        if at in chosen:
            must = told(r.records[:at])
            for how in (power.DROP, power.KEEP, power.TEAR):
                kinds[how].add("record %d" % at, r.disk, must, how,
                               random.Random("moment %d" % at))
            if at == moments[-1] or sorted(chosen).index(at) % 8 == 7:
                forget(r, must, kinds[power.FORGET], at)
        if at < len(r.records):
            r.disk.play(*r.records[at])


def forget(r, must, kind, at):
    """A file as it was two syncs ago, and as it was in the beginning."""
    for name in FORGETFUL:
        file = r.disk.file("board/" + name)
        for old in {*file.before[:1], *file.before[-2:-1]} if file else ():
            kind.add("record %d, %s" % (at, name), r.disk, must, power.KEEP,
                     None, (file, old))


def report(path, kinds):
    with open(path, "a", encoding="utf-8") as f:
        f.write("\n| image | images | entries told, of all images | refused, with "
                "a sentence | lost |\n|---|---|---|---|---|\n")
        for kind in kinds.values():
            f.write("| %s | %d | %d | %d | %d |\n" % (
                kind.name, kind.images, kind.told, kind.refused,
                len(kind.bad)))


def main():
    tap = Tap()
    if not os.path.exists(SHIM):
        tap.skip("test_power_cut", "power_recorder.so is not built")
        print("1..1")
        return 0
    kinds = {how: Kind(how) for how in (power.DROP, power.KEEP, power.TEAR,
                                        power.FORGET)}
    cut(Recording(), kinds)
    for kind in kinds.values():
        kind.end(tap)
    if os.environ.get("EVD_DRILLS_REPORT"):
        report(os.environ["EVD_DRILLS_REPORT"], kinds)
    print("1..%d" % tap.n)
    return 1 if tap.bad else 0


if __name__ == "__main__":
    sys.exit(main())
