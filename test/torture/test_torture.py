#!/usr/bin/env python3
"""Every verb of an election while one call of the system fails: the n-th
allocation, write, sync, naming of a file or random draw. For each n the verb
ends with an exit code and one sentence, leaves every file whole or absent and
no other file, puts no secret where others read, and goes on when it is run
again. First 6 n of each kind. EVD_TORTURE=all: until no call is left, but from
the 100th allocation on only about every twentieth of them; EVD_TORTURE=every
leaves none out. EVD_TORTURE_STEP=tally: only steps with this word. The verbs
of the board: test_board_torture.py. Prints TAP.
"""
import os
import re
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(
    os.path.dirname(os.path.abspath(__file__)), os.pardir, "e2e"))
import lab  # noqa: E402
from lab import OK, UNFINISHED, USAGE, Lab, Tap, command, good  # noqa: E402

SHIM = os.path.join(os.path.dirname(os.path.abspath(lab.EVIDENT)), "test",
                    "torture", "torture_shim.so")
KINDS = ("alloc", "write", "sync", "name", "random")
ALL = os.environ.get("EVD_TORTURE") in ("all", "every")
EVERY = os.environ.get("EVD_TORTURE") == "every"
FIRST = 6
SPACED_FROM = 100
HIT = "hit"
RETURNED_BYTES = 81
RAIRE_BYTES = 42
# The third style goes by mail, too.
MANIFEST = dict(lab.MANIFEST, guardians=["G1", "G2"], short_code=1,
                styles=lab.MANIFEST["styles"] + [
                    {"label": "Post", "contests": [3]}],
                devices=lab.MANIFEST["devices"] + [
                    {"label": "post", "mode": "mail", "chaining": 1}])
BALLOTS = [(1, [1, 0], [], [1, 1, 1], None), (1, [0, 0], ["Dot"], [3, 0, 0],
                                              None),
           (1, [1, 1], [], [0, 2, 0], None)]


# ---- an election, step by step -----------------------------------------------

def guardian(verb, *more, xd="xd"):
    return lambda x, **how: x.guardian(verb, 1, *more, xd=xd, **how)


def sealed_new(x, **how):
    return command("guardian", "new", x.path("rec"), "--index", 1, "--secret",
                   x.path("sealed"), "--exchange", x.path("xs"),
                   "--passphrase-fd", 0, "--kdf", "interactive",
                   stdin="only for this test\n", **how)


def election_new(x, **how):
    return command("election", "new", "--from", x.path("manifest.json"),
                   "--guardians", 2, "--quorum", 2, "--kind", "trial",
                   "--out", x.path("rec"), **how)


def encrypt(x, **how):
    return command("encrypt", x.path("rec"), "--device", 1, "--in", "-",
                   "--jobs", 1, "--receipts", x.path("receipts"),
                   stdin=lab.plain(BALLOTS), **how)


def preencrypt(x, **how):
    return command("preencrypt", x.path("rec"), "--device", 2, "--style", 3,
                   "--count", 2, "--out", x.path("s1"), "--plain-secrets",
                   "--jobs", 1, **how)


def record_mail(x, **how):
    first = lab.read(x.path("rec", "ballots", "device_2.jsonl")).splitlines()[0]
    code = re.search(rb'"H_C":"([0-9A-F]{64})"', first).group(1).decode()
    lab.write(("ballot,1,2,3\n%s,,,\n" % code).encode(), x.path("returned.csv"))
    return command("record-mail", x.path("rec"), "--in",
                   x.path("returned.csv"), "--secret", x.path("s1"),
                   "--plain-secrets", "--jobs", 1, **how)


def close(x, **how):
    codes = re.findall(r"([0-9A-F]{64})$",
                       lab.read(x.path("receipts")).decode(), re.M)
    lab.write((codes[0] + "\n").encode(), x.path("challenged"))
    return command("close", x.path("rec"), "--challenged",
                   x.path("challenged"), **how)


def decrypt(*more, xd="out"):
    return guardian("decrypt", "--present", "1,2", *more, xd=xd)


def on_record(*verb):
    return lambda x, **how: command(*verb, x.path("rec"), **how)


def result(x, **how):
    return x.result("1,2", **how)


def verify(x, **how):
    return command("verify", x.path("rec"), "--jobs", 1, **how)


def verify_kept(x, **how):
    return command("verify", x.path("rec"), "--jobs", 1, "--html",
                   x.path("page"), "--resume", x.path("sealed", "resume"),
                   **{**how, "env": dict(how.get("env", os.environ),
                                         XDG_STATE_HOME=x.path("sealed"))})


def hints_make(x, **how):
    return command("hints", "make", x.path("rec"), "--jobs", 1, "--out",
                   x.path("hints"), **how)


def import_raire(x, **how):
    lab.write(b"1\nContest,339,3,15,16,17\n339,99813_1_1,17\n",
              x.path("export.raire"))
    return command("import", "raire", x.path("export.raire"), "--out",
                   x.path("cards"), **how)


def key_new(x, **how):
    return command("key", "new", x.path("s1", "ada"), "--name", "ada",
                   "--plain-secrets", **how)


def key_sign(x, **how):
    return command("key", "sign", x.path("text"), "--key",
                   x.path("s1", "ada"), "--plain-secrets", "--out",
                   x.path("note"), **how)


def text_to_sign(x):
    lab.write(b"Signed.\n", x.path("text"))


def other(verb, *more, xd="xd"):
    """The same step of guardian 2, not under torture."""
    return lambda x: good(x.guardian(verb, 2, *more, xd=xd))


PRESENT = ("--present", "1,2")
# name, the verb, what has to happen before the next one
STEPS = (
    ("election new", election_new, None),
    ("guardian new, sealed", sealed_new, None),
    ("guardian new", guardian("new"), other("new")),
    ("guardian reveal", guardian("reveal"), other("reveal")),
    ("guardian share", guardian("share"), other("share")),
    ("guardian accept", guardian("accept"), other("accept")),
    ("election finish", lambda x, **how: x.finish(**how), None),
    ("encrypt", encrypt, None),
    ("preencrypt", preencrypt, None),
    ("record-mail", record_mail, None),
    ("close", close, None),
    ("tally", on_record("tally"), None),
    ("guardian decrypt 1", decrypt(), other("decrypt", *PRESENT, xd="out")),
    ("guardian decrypt 2", decrypt(), other("decrypt", *PRESENT, xd="out")),
    ("guardian decrypt 3", decrypt(), other("decrypt", *PRESENT, xd="out")),
    ("election result", result, None),
    ("verify", verify, None),
    ("verify, kept", verify_kept, None),
    ("hints make", hints_make, None),
    ("import raire", import_raire, None),
    ("key new", key_new, text_to_sign),
    ("key sign", key_sign, None),
)


# ---- one fault ----------------------------------------------------------------

def environment(kind, n, hit):
    return dict(os.environ, LD_PRELOAD=SHIM, EVD_TORTURE_KIND=kind,
                EVD_TORTURE_N=str(n), EVD_TORTURE_HIT=hit)


def size_of(name, data):
    """Sheets are as long as the shapes of their codes ask for, pages as what
    they report."""
    if name.endswith(".pdf"):
        return -1 if data[:5] == b"%PDF-" and b"%%EOF" in data[-8:] else -2
    if name == "page":  # it says what was found, which may be: not enough
        return -1 if data[-8:] == b"</html>\n" else -2
    return len(data)


def sizes(x):
    return {name: size_of(name, data)
            for name, data in lab.tree(x.dir).items()}


def secrets_of(x):
    out = set()
    for name, data in lab.tree(x.dir).items():
        if re.match(r"s\d/.*\.(ceremony|key)\.json$", name):
            out.update(re.findall(
                rb'"(?:a|a_hat|zeta|z|z_hat)":\[?"([0-9A-F]{64})"', data))
        if re.match(r"s\d/mail_.*\.json$", name):
            out.update(re.findall(rb'"xi_B":"([0-9A-F]{64})"', data))
    return out


def whole_or_absent(x, before, after):
    for name, size in sizes(x).items():
        assert name in before or name in after, "left behind: " + name
        assert size in (before.get(name), after.get(name)), (
            "%s is half-written: %d bytes" % (name, size))
    secret = secrets_of(x)
    for name, data in lab.tree(x.dir).items():
        if re.match(r"s\d/|sealed/", name):
            continue
        for value in secret:
            assert value not in data, "a secret lies in " + name


def goes_on(x, verb, after):
    """Run again, it does its work, or says that it is done."""
    again = verb(x)
    if again.code == OK:
        return
    assert again.code == USAGE and again.err.count("\n") == 1, again
    missing = set(after) - set(sizes(x))
    assert not missing, "%s never come: %s" % (sorted(missing), again)


def fault(before_dir, verb, kind, n, after):
    """False: the program has no n-th call of this kind."""
    with tempfile.TemporaryDirectory() as at:
        x = Lab(os.path.join(at, "lab"))
        shutil.copytree(before_dir, x.dir)
        x.n = x.k = 2
        before = sizes(x)
        hit = os.path.join(at, HIT)
        answer = verb(x, env=environment(kind, n, hit))
        before.update({"challenged": 65, "returned.csv": RETURNED_BYTES,
                       "export.raire": RAIRE_BYTES})
        if not os.path.exists(hit):
            assert answer.code == OK, answer
            return False
        whole_or_absent(x, before, after)
        if answer.code == OK:
            # There is another way: the C library works without a buffer,
            # libsodium asks the random device.
            # What is kept for another time is no part of a verdict.
            kept = verb is verify_kept and answer.err.count("\n") == 1
            assert kept or kind in ("alloc", "random"), kind + " unseen"
            assert kept or sizes(x) == after, "a file is missing"
            return True
        if verb in (verify, verify_kept):
            # Its report says so; it must not blame the record.
            assert answer.code in (USAGE, UNFINISHED), answer
            assert ("Verdict at stage final: pass" not in answer.out or
                    "lab/page" in answer.err), answer
        else:
            assert answer.code in (1, USAGE, UNFINISHED), answer
            assert answer.err.count("\n") == 1, answer
        goes_on(x, verb, after)
        return True


def torture(name, verb, before_dir, after, tap):
    # The program that prints ends where its libraries find no memory.
    kinds = KINDS[1:] if ALL and verb is preencrypt else KINDS
    for kind in kinds:
        bad, n = [], 0
        few = name.endswith(("sealed", "kept", "hints make", "raire"))
        while ALL or n < (2 if few else FIRST):
            n += 1
            if kind == "alloc" and n > SPACED_FROM and not EVERY:
                n += n // 20
            try:
                if not fault(before_dir, verb, kind, n, after):
                    break
            except Exception as e:  # one bad n does not end the others
                bad.append("%s %d: %s" % (kind, n, e or repr(e)))
        tap.say(not bad, "test_fault_%s_in_%s: up to call %d" % (
            kind, re.sub(r"\W+", "_", name), n), "\n".join(bad))


def main():
    tap = Tap()
    if not os.path.exists(SHIM):
        tap.skip("test_fault", "%s is not built" % os.path.basename(SHIM))
        print("1..1")
        return 0
    with tempfile.TemporaryDirectory() as at:
        x = Lab(os.path.join(at, "lab"))
        os.mkdir(x.dir)
        x.n = x.k = 2
        lab.save(MANIFEST, x.path("manifest.json"))
        only = os.environ.get("EVD_TORTURE_STEP", "")
        for name, verb, others in STEPS:
            before = os.path.join(at, "before")
            shutil.copytree(x.dir, before)
            good(verb(x))
            if only in name:
                torture(name, verb, before, sizes(x), tap)
            if others:
                others(x)
            shutil.rmtree(before)
    print("1..%d" % tap.n)
    return 1 if tap.bad else 0


if __name__ == "__main__":
    sys.exit(main())
