#!/usr/bin/env python3
"""What test_torture.py does to the verbs of an election, done to those that
came with the board: they sign, write private keys, and talk to a server, which
is not under torture and is given a fresh copy of its folder for each fault.
First call of each kind; the environment as there. Prints TAP."""
import os
import re
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(
    os.path.dirname(os.path.abspath(__file__)), os.pardir, "e2e"))
import board_lab  # noqa: E402
import lab  # noqa: E402
from board_lab import make, notes  # noqa: E402
from lab import OK, UNFINISHED, USAGE, Tap, command, good  # noqa: E402
from test_torture import (ALL, EVERY, HIT, KINDS, SHIM, SPACED_FROM,  # noqa
                          environment, size_of)

PLAIN = "--plain-secrets"
SIGNERS = ("admin 1", "admin 2", "voter a", "stranger", "registrar", "audit",
           "release", "poll-worker 1")
FAR = "4000000000"  # seconds: the kept board stands still
FIRST = 1
KEPT = os.path.join(lab.ROOT, "test", "vector", "boards", "mail")
BALLOT = (b'{"serial":"1","style":1,"weight":1,"contests":[{"contest":1,'
          b'"marks":[1,0],"write_ins":[]}]}\n')


class Place(board_lab.Server):
    """Files of people beside a server's, in a folder of its own."""

    def __init__(self, dir_):
        self.dir = dir_
        super().__init__()
        self.metrics = os.path.join(self.temporary.name, "metrics")

    def path(self, *parts):
        return os.path.join(self.dir, *map(str, parts))

    def to_board(self, *more):
        return ("--board", "http://" + self.where, "--policy",
                self.path("policy"), "--wait", "5", PLAIN) + more

    def files(self):
        """{path: bytes} of what is not the server's."""
        return {name: data for name, data in lab.tree(self.dir).items()
                if not re.match(r"board/|stderr$|db-", name)}


def private_file(path, name):
    """A key of the second implementation's: no space in a note's name."""
    line = notes.Key(name.replace(" ", "-"), notes.LOG,
                     make.public(name)).text().encode() + b"\n"
    lab.write(line, path + ".pub")
    lab.write(make.seed(name).hex().upper().encode() + b" " + line,
              path + ".key")
    os.chmod(path + ".key", 0o600)


# ---- the verbs ---------------------------------------------------------------

def words(x, given):
    return [w.replace("@", x.path("")) for w in given]


def alone(*given):
    """A verb without a board; @ stands for our folder."""
    return lambda x, **how: command(*words(x, given), **how)


def act(*given, by=("admin 1", "admin 2")):
    keys = [w for k in by for w in ("--key", "@" + k)]
    return lambda x, **how: command(*words(x, [*given, *keys]),
                                    *x.to_board(), **how)


def voter(*given):
    return lambda x, **how: command(
        *words(x, given + ("--credential", "@voter a")), *x.to_board(), **how)


def attest(x, **how):
    return command("attest", "http://" + x.where, "--key", x.path("admin 1"),
                   "--out", x.path("note"), *x.to_board(), **how)


def of_the_board(*given):
    """A verb of evident-board, which `evident` only starts."""
    def verb(x, **how):
        before = lab.EVIDENT
        lab.EVIDENT = os.path.join(os.path.dirname(before), "evident-board")
        try:
            return command(*words(x, given), **how)
        finally:
            lab.EVIDENT = before
    return verb


# name, the verb, whether it talks to a server
STEPS = (
    ("policy make", alone("policy", "make", "--log", "@log.pub", "--out",
                          "@policy2"), False),
    ("keys make", alone("keys", "make", "admin=@admin 1.pub",
                        "admin=@admin 2.pub", "--out", "@keys2"), False),
    ("roll make", alone("roll", "make", "2", "--out", "@roll", PLAIN), False),
    ("export", alone("export", os.path.join(KEPT, "board"), "@shown",
                     "--policy", os.path.join(KEPT, "policy")), False),
    ("verify log", alone("verify", os.path.join(KEPT, "board"), "--policy",
                         os.path.join(KEPT, "policy"), "--head", "@head",
                         "--html", "@page"), False),
    ("notice publish", act("notice", "publish", "@text"), True),
    ("keys add, a draft", act("keys", "add", "audit=@voter a.pub", "--draft",
                              "@draft"), True),
    ("submit", voter("submit", "--in", "@plain.jsonl", "--ballot", "@b2"),
     True),
    ("cast", voter("cast", "--ballot", "@b"), True),
    ("attest", attest, True),
    ("monitor", of_the_board(
        "monitor", "--board", os.path.join(KEPT, "board"), "--policy",
        os.path.join(KEPT, "policy"), "--state", "@state", "--page", "@pages",
        "--alarms", "@alarms", "--max-age", FAR, "--once"), False),
    ("board move", of_the_board("board", "move", "@board", "--db", "@db"),
     False),
)

# Theirs is the way of those above: only with EVD_TORTURE.
MORE = (
    ("challenge", voter("challenge", "--ballot", "@b"), True),
    ("election stop", act("election", "stop"), True),
    ("roll add", act("roll", "add", "@stranger.pub",
                     by=("registrar", "admin 1", "admin 2")), True),
    ("keys revoke", act("keys", "revoke", "@audit.pub",
                        by=("admin 1", "admin 2", "audit")), True),
    ("audit publish", act("audit", "publish", "@text", "--step", "1",
                          by=("audit",)), True),
    ("release publish", act("release", "publish", "@text", by=("release",)),
     True),
    ("totals publish", act("totals", "publish", "--site", "1", "--signed-in",
                           "1", "--papers", "1", by=("poll-worker 1",)), True),
)


# ---- one fault ---------------------------------------------------------------

def secrets_of(files):
    """Seeds of keys; the nonce and the vote of a ballot lie in `b`."""
    return {m for name, data in files.items() if name.endswith(".key")
            for m in re.findall(rb"^([0-9A-F]{64}) ", data)}


def sizes(files):
    """A database may be there and not be a log yet: then it becomes one. What
    a monitor's page says, and how long it is, is what it could see."""
    return {name: -1 if name == "db" else size_of(
        "page" if name.endswith(".html") else name, data)
        for name, data in files.items() if name != "pages/status.json"}


def whole_or_absent(files, before, after):
    for name, size in sizes(files).items():
        assert name in before or name in after, "left behind: " + name
        assert size in (before.get(name), after.get(name)), (
            "%s is half-written: %d bytes" % (name, size))
    secret = secrets_of(files)
    for name, data in files.items():
        for value in secret:
            assert name.endswith(".key") or value not in data, (
                "a secret lies in " + name)


def goes_on(x, verb, after):
    """Run again, it does its work, or says that it is done."""
    again = verb(x)
    if again.code == OK:
        return
    assert again.code in (1, USAGE) and again.err.count("\n") == 1, again
    # What a board has taken shows in its log, though the receipt be lost.
    missing = {name for name in set(after) - set(sizes(x.files()))
               if not name.endswith(".receipt")}
    assert not missing, "%s never come: %s" % (sorted(missing), again)


def judge(x, verb, served, answer, before, after):
    files = x.files()
    whole_or_absent(files, before, after)
    if answer.code == OK:  # there was another way
        assert sizes(files) == after, "a file is missing"
        return
    assert answer.code in (1, USAGE, UNFINISHED), answer
    # A reader of a board's files says what failed, then who asked says where.
    assert 1 <= answer.err.count("\n") <= 1 + served, answer
    if "Verdict" in answer.out:
        assert answer.code == UNFINISHED, answer
        assert ": pass" not in answer.out or "lab/page" in answer.err, answer
    goes_on(x, verb, after)


def fault(place, step, kind, n, after):
    """False: the program has no n-th call of this kind."""
    _, verb, served = step
    with tempfile.TemporaryDirectory() as at:
        shutil.copytree(place.dir, os.path.join(at, "lab"))
        hit = os.path.join(at, HIT)
        with Place(os.path.join(at, "lab")) as x:
            if served:
                x.start()
            before = sizes(x.files())
            answer = verb(x, env=environment(kind, n, hit))
            if not os.path.exists(hit):
                assert answer.code == OK, answer
                return False
            judge(x, verb, served, answer, before, after)
            return True


def torture(place, step, after, tap):
    for kind in KINDS:
        bad, n = [], 0
        while ALL or n < FIRST:
            n += 1
            if kind == "alloc" and n > SPACED_FROM and not EVERY:
                n += n // 20
            try:
                if not fault(place, step, kind, n, after):
                    break
            except Exception as e:  # one bad n does not end the others
                bad.append("%s %d: %s" % (kind, n, e or repr(e)))
        tap.say(not bad, "test_fault_%s_in_%s: up to call %d" % (
            kind, re.sub(r"\W+", "_", step[0]), n), "\n".join(bad))


def after_it(place, step):
    """The same without a fault, in a copy: the files that there are then."""
    with tempfile.TemporaryDirectory() as at:
        shutil.copytree(place.dir, os.path.join(at, "lab"))
        with Place(os.path.join(at, "lab")) as x:
            if step[2]:
                x.start()
            good(step[1](x))
            return sizes(x.files())


def prepare(x):
    """Keys, and a log in which the election is open and a ballot sealed."""
    for name in SIGNERS:
        private_file(x.path(name), name)
    lab.write(b"Polls close at 8.\n", x.path("text"))
    lab.write(BALLOT, x.path("plain.jsonl"))
    x.start()
    status, text = x.submit(board_lab.Entries().range("setup", "open 1"))
    assert status == 200, text
    good(voter("submit", "--in", "@plain.jsonl", "--ballot", "@b")(x))
    assert x.stop() == 0


def main():
    tap = Tap()
    if not os.path.exists(SHIM):
        tap.skip("test_fault", "%s is not built" % os.path.basename(SHIM))
        print("1..1")
        return 0
    with tempfile.TemporaryDirectory() as at:
        os.mkdir(os.path.join(at, "lab"))
        with Place(os.path.join(at, "lab")) as place:
            prepare(place)
            only = os.environ.get("EVD_TORTURE_STEP", "")
            for step in STEPS + (MORE if ALL else ()):
                if only in step[0]:
                    torture(place, step, after_it(place, step), tap)
    print("1..%d" % tap.n)
    return 1 if tap.bad else 0


if __name__ == "__main__":
    sys.exit(main())
