"""A small election in folders, its guardians as separate commands, and the
arithmetic a cheating guardian needs. Python 3 alone."""
import hashlib
import hmac
import json
import os
import pty
import re
import resource
import shutil
import subprocess
import sys
import tempfile

ROOT = os.environ.get("EVD_SOURCE_ROOT") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EVIDENT = os.environ.get("EVIDENT") or os.path.join(ROOT, "build", "evident")
OK, FAILS, USAGE, UNFINISHED = 0, 1, 2, 3


class Tap:
    """One line per case; a case that throws is a failed case."""

    def __init__(self):
        self.n = self.bad = 0

    def say(self, good, name, detail=""):
        self.n += 1
        self.bad += not good
        print("%sok %d - %s" % ("" if good else "not ", self.n, name),
              flush=True)
        if not good:
            for line in str(detail).splitlines():
                print("# " + line)

    def skip(self, name, why):
        self.n += 1
        print("ok %d - %s # SKIP %s" % (self.n, name, why), flush=True)

    def run(self, cases):
        for case in cases:
            try:
                why = case()
            except Exception as e:  # a case that breaks is a failed case
                self.say(False, case.__name__, e or repr(e))
                continue
            if isinstance(why, str):
                self.skip(case.__name__, why)
            else:
                self.say(True, case.__name__)
        print("1..%d" % self.n)
        return 1 if self.bad else 0


class Answer:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def __str__(self):
        return "exit %d\n%s%s" % (self.code, self.out, self.err)


def reachable():
    """A copy of the program where every user can run it."""
    if not hasattr(reachable, "folder"):
        reachable.folder = tempfile.TemporaryDirectory()
        os.chmod(reachable.folder.name, 0o755)
        shutil.copy(EVIDENT, reachable.folder.name)
    return os.path.join(reachable.folder.name, os.path.basename(EVIDENT))


def command(*arguments, stdin=None, limit=None, user=None, **more):
    """Runs the program. limit: largest file it may write; user: as whom."""

    def before():
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        if user is not None:
            os.setgid(user)
            os.setuid(user)

    program = EVIDENT if user is None else reachable()
    p = subprocess.run([program] + [str(a) for a in arguments], input=stdin,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       text=True, check=False, timeout=300,
                       preexec_fn=before, **more)
    err = "".join(line + "\n" for line in p.stderr.splitlines()
                  if ": warning: " not in line)
    return Answer(p.returncode, p.stdout, err)


def at_terminal(*arguments):
    """What the program shows where its standard error is a terminal."""
    terminal, end = pty.openpty()
    p = subprocess.Popen([EVIDENT] + [str(a) for a in arguments], stderr=end,
                         stdout=subprocess.DEVNULL)
    os.close(end)
    shown = b""
    while True:
        try:
            part = os.read(terminal, 1000)
        except OSError:  # the program has ended
            break
        if not part:
            break
        shown += part
    os.close(terminal)
    return Answer(p.wait(), "", shown.decode())


def good(answer):
    assert answer.code == OK, answer
    return answer


def refused(answer, code, *words):
    """One sentence with these words, this exit code, no result printed."""
    assert answer.code == code, "expected exit %d\n%s" % (code, answer)
    assert answer.out == "", answer
    assert answer.err.count("\n") == 1, "not one sentence\n%s" % answer
    for word in words:
        assert word in answer.err, "expected `%s`\n%s" % (word, answer)
    return answer


def load(*path):
    with open(os.path.join(*map(str, path)), encoding="utf-8") as f:
        return json.load(f)


def save(value, *path):
    with open(os.path.join(*map(str, path)), "w", encoding="utf-8") as f:
        f.write(json.dumps(value, separators=(",", ":"), ensure_ascii=False))


def read(*path):
    with open(os.path.join(*map(str, path)), "rb") as f:
        return f.read()


def write(data, *path):
    with open(os.path.join(*map(str, path)), "wb") as f:
        f.write(data)


def tree(folder):
    """{path: bytes} of all files below; that nothing changed is `==`."""
    out = {}
    for at, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(at, name)
            out[os.path.relpath(path, folder)] = read(path)
    return out


def given_away(folder):
    """Makes the folder another user's, whom no permission bit spares: the
    user to run as, or None where this one is not root."""
    nobody = 65534
    if os.getuid() != 0:
        return None
    for at, _, names in os.walk(folder):
        for path in [at] + [os.path.join(at, name) for name in names]:
            os.chown(path, nobody, nobody)
    return nobody


# ---- an election -------------------------------------------------------------

MANIFEST = {
    "format": "Evident record v1", "label": "Lab", "kind": "trial",
    "guardians": ["Ada", "Bo", "Cyd"],
    "contests": [
        {"label": "Mayor", "rule": "plurality", "seats": 1,
         "options": ["Ann", "Ben"], "option_limit": 1, "contest_limit": 1,
         "overvote": True, "write_ins": 1, "data_blocks": 4},
        {"label": "Council", "rule": "cumulative", "seats": 2,
         "options": ["X", "Y", "Z"], "option_limit": 3, "contest_limit": 3,
         "overvote": False, "write_ins": 0, "data_blocks": 0},
        {"label": "Hamlet", "rule": "plurality", "seats": 1,
         "options": ["H1", "H2"], "option_limit": 1, "contest_limit": 1,
         "overvote": False, "write_ins": 0, "data_blocks": 0}],
    "styles": [{"label": "All", "contests": [1, 2]},
               {"label": "Hamlet", "contests": [1, 2, 3]}],
    "devices": [{"label": "lab;hall;1", "mode": "booth", "chaining": 1}],
    "privacy_floor": 2}

# style, marks of Mayor, its write-ins, marks of Council, marks of Hamlet
BALLOTS = [(1, [1, 0], [], [1, 1, 1], None), (1, [0, 0], ["Dot"], [3, 0, 0],
                                              None),
           (1, [1, 1], [], [0, 2, 0], None), (2, [0, 1], [], [0, 0, 1],
                                              [1, 0]),
           (1, [1, 0], [], [2, 0, 1], None), (1, [0, 1], [], [0, 0, 3],
                                              None)]
CHALLENGED = (4,)
SPOILED = (5,)
TOTALS = [[1, 1, 1, 1], [4, 3, 2], []]


def plain(ballots=None):
    lines = []
    for n, (style, mayor, names, council, hamlet) in enumerate(ballots or
                                                               BALLOTS):
        contests = [{"contest": 1, "marks": mayor, "write_ins": names},
                    {"contest": 2, "marks": council, "write_ins": []}]
        if hamlet:
            contests.append({"contest": 3, "marks": hamlet, "write_ins": []})
        lines.append(json.dumps(
            {"serial": "%04d" % n, "style": style, "weight": 1,
             "contests": contests}, separators=(",", ":")) + "\n")
    return "".join(lines)


class Lab:
    """rec: the record; xd: what guardians exchange; s1..sn: their secrets."""

    def __init__(self, dir_=None):
        self.temporary = None
        if dir_ is None:
            self.temporary = tempfile.TemporaryDirectory()
            dir_ = self.temporary.name
        self.dir = dir_
        self.secret = ["--plain-secrets"]
        self.stdin = None

    def path(self, *parts):
        return os.path.join(self.dir, *map(str, parts))

    def copy(self):
        other = Lab()
        shutil.copytree(self.dir, other.dir, dirs_exist_ok=True,
                        symlinks=True)
        other.secret, other.stdin = self.secret, self.stdin
        other.n, other.k = self.n, self.k
        return other

    def new(self, n=3, k=2, **change):
        manifest = dict(MANIFEST, **change)
        manifest["guardians"] = ["G%d" % i for i in range(1, n + 1)]
        save(manifest, self.path("manifest.json"))
        good(command("election", "new", "--from", self.path("manifest.json"),
                     "--guardians", n, "--quorum", k, "--kind",
                     manifest["kind"], "--out", self.path("rec")))
        self.n, self.k = n, k
        return self

    def guardian(self, verb, i, *more, xd="xd", **how):
        arguments = [verb, self.path("rec"), "--index", i, "--secret",
                     self.path("s%d" % i), "--exchange", self.path(xd)]
        if verb != "reveal":
            arguments += self.secret
        how.setdefault("stdin", self.stdin)
        return command("guardian", *arguments, *more, **how)

    def all(self, verb, *more, **how):
        for i in range(1, self.n + 1):
            good(self.guardian(verb, i, *more, **how))
        return self

    def finish(self, **how):
        return command("election", "finish", self.path("rec"), "--exchange",
                       self.path("xd"), **how)

    def ceremony(self):
        for verb in ("new", "reveal", "share", "accept"):
            self.all(verb)
        good(self.finish())
        return self

    def vote(self, ballots=None, challenged=CHALLENGED, spoiled=SPOILED):
        receipts = self.path("receipts")
        good(command("encrypt", self.path("rec"), "--device", 1, "--in", "-",
                     "--receipts", receipts, stdin=plain(ballots)))
        self.codes = re.findall(r"([0-9A-F]{64})$", read(receipts).decode(),
                                re.M)
        more = []
        for word, which in (("challenged", challenged), ("spoiled", spoiled)):
            if which:
                path = self.path(word)
                write("".join(self.codes[b] + "\n" for b in which).encode(),
                      path)
                more += ["--" + word, path]
        good(command("close", self.path("rec"), *more))
        good(command("tally", self.path("rec")))
        return self

    def decrypt(self, i, present, *more, xd="out", **how):
        return self.guardian("decrypt", i, "--present", present, *more, xd=xd,
                             **how)

    def rounds(self, present, *more, xd="out", last=3):
        for _ in range(last):
            for i in present.split(","):
                good(self.decrypt(int(i), present, *more, xd=xd))
        return self

    def result(self, present, *more, xd="out", **how):
        """present None: whoever answered in the folder."""
        named = [] if present is None else ["--present", present]
        return command("election", "result", self.path("rec"), "--exchange",
                       self.path(xd), *named, *more, **how)

    def verify(self, *more):
        return command("verify", self.path("rec"), *more)

    def totals(self):
        return [[f["t"] for f in c["fields"]]
                for c in load(self.path("rec", "tally.json"))["contests"]]

    def group(self):
        p = load(self.path("rec", "parameters.json"))
        return int(p["p"], 16), int(p["q"], 16), int(p["g"], 16)


def cached(make):
    """The Lab that make() builds once; every case works on a copy."""
    def copy():
        if not hasattr(make, "lab"):
            make.lab = make()
        return make.lab.copy()
    return copy


# ---- what a cheat computes ---------------------------------------------------

def hexp(x):
    return "%01024X" % x


def hexq(x):
    return "%064X" % x


def b4(n):
    return n.to_bytes(4, "big")


def bp(x):
    return x.to_bytes(512, "big")


def H(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def digest(kind, data):
    return hashlib.sha256(b"Evident/" + kind.encode() + b"/v1\0" + data
                          ).hexdigest().upper()


def H_P(lab):
    p, q, g = lab.group()
    par = load(lab.path("rec", "parameters.json"))
    return H(b"v2.1.0" + bytes(26), b"\0", bp(p), q.to_bytes(32, "big"),
             bp(g), b4(par["n"]), b4(par["k"]))


def guardian_file(lab, i, a, a_hat, zeta):
    """A guardian's file with good proofs for these coefficients [11, 13]."""
    p, q, g = lab.group()
    kappa = pow(g, zeta, p)
    out = {"i": i, "K": [hexp(pow(g, x, p)) for x in a],
           "K_hat": [hexp(pow(g, x, p)) for x in a_hat], "kappa": hexp(kappa)}
    for name, label, secret in (("proof", b"pk_vote", a),
                                ("proof_hat", b"pk_data", a_hat)):
        u = [7 + j for j in range(len(secret) + 1)]
        c = int.from_bytes(
            H(H_P(lab), b"\x10", label, b4(i),
              *[bp(pow(g, x, p)) for x in secret], bp(kappa),
              *[bp(pow(g, x, p)) for x in u]), "big") % q
        out[name] = {"c": hexq(c), "v": [
            hexq((r - c * s) % q) for r, s in zip(u, list(secret) + [zeta])]}
    return out


def sealed_share(lab, i, l, P_l, P_hat_l, kappa_l, xi=5, u=11):
    """A share for l with a good proof, whatever its values [15-22]."""
    p, q, g = lab.group()
    C0 = pow(g, xi, p)
    key = H(H_P(lab), b"\x11", b4(i), b4(l), bp(kappa_l), bp(C0),
            bp(pow(kappa_l, xi, p)))
    C1 = b""
    for n, value in ((1, P_l), (2, P_hat_l)):
        block = H(key, bytes([n]), b"share_enc_keys\0share_encrypt", b4(i),
                  b4(l), b"\x02\x00")
        C1 += bytes(x ^ y for x, y in zip(block, value.to_bytes(32, "big")))
    c = int.from_bytes(H(H_P(lab), b"\x12", b4(i), b4(l), bp(pow(g, u, p)),
                         bp(C0), C1), "big") % q
    return {"i": i, "l": l, "C0": hexp(C0), "C1": C1.hex().upper(),
            "c": hexq(c), "v": hexq((u - c * xi) % q)}


def commit_to(lab, i, file_bytes):
    commit = load(lab.path("xd", "commit_%d.json" % i))
    commit["digest"] = digest("guardian", file_bytes)
    return commit


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def main(cases):
    sys.exit(Tap().run(cases))
