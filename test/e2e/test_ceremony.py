#!/usr/bin/env python3
"""The key ceremony as separate commands on separate folders: the honest run,
and everybody who does not keep to it. Prints TAP."""
import os
import pty
import re
import select
import stat
import subprocess

import lab
from lab import FAILS, UNFINISHED, USAGE, Lab, cached, good, load, read, \
    refused, save, tree, write

SECRET_KEYS = ("a", "a_hat", "zeta", "z", "z_hat")


@cached
def committed():
    return Lab().new().all("new")


@cached
def revealed():
    return committed().all("reveal")


@cached
def shared():
    return revealed().all("share")


@cached
def accepted():
    return shared().all("accept")


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def secrets_of(folder):
    """All secret scalars in a folder of secrets."""
    out = set()
    for name, data in tree(folder).items():
        if not re.search(r"\.(ceremony|key)\.json$", name):
            continue
        for key, value in load(folder, name).items():
            if key in SECRET_KEYS:
                out.update(value if isinstance(value, list) else [value])
    return out


# ---- the honest run ----------------------------------------------------------

def test_honest_ceremony():
    x = shared()
    before = secrets_of(x.path("s1")) | secrets_of(x.path("s2"))
    assert len(before) == 2 * 5
    x.all("accept")
    good(x.finish())
    answer = good(x.verify("--stage", "ceremony"))
    assert "Verdict at stage ceremony: pass" in answer.out, answer
    assert sorted(os.listdir(x.path("s1"))) == [
        "commit_1.json", "commits_1.jsonl", "guardian_1.json",
        "guardian_1.key.json"], os.listdir(x.path("s1"))
    assert mode(x.path("s1")) == 0o700
    assert mode(x.path("s1", "guardian_1.key.json")) == 0o600
    for at in ("rec", "xd"):
        for name, data in tree(x.path(at)).items():
            for secret in before | secrets_of(x.path("s1")):
                assert secret.encode() not in data, (at, name)


def test_one_guardian_alone():
    x = Lab().new(1, 1).ceremony()
    good(x.verify("--stage", "ceremony"))


def test_nobody_acts_before_the_others():
    x = Lab().new()
    good(x.guardian("new", 1))
    before = tree(x.dir)
    refused(x.guardian("reveal", 1), UNFINISHED, "commit of guardians 2, 3")
    good(x.guardian("new", 2))
    refused(x.guardian("reveal", 1), UNFINISHED, "commit of guardian 3")
    refused(x.guardian("share", 1), UNFINISHED, "commit of guardian 3")
    good(x.guardian("new", 3))
    good(x.guardian("reveal", 1))
    refused(x.guardian("share", 1), UNFINISHED, "file of guardians 2, 3")
    good(x.guardian("reveal", 2))
    good(x.guardian("reveal", 3))
    good(x.guardian("share", 1))
    refused(x.guardian("accept", 1), UNFINISHED, "share of guardians 2, 3")
    good(x.guardian("share", 2))
    good(x.guardian("share", 3))
    good(x.guardian("accept", 1))
    refused(x.finish(), UNFINISHED, "acceptance of guardians 2, 3")
    assert not os.path.exists(x.path("rec", "guardians"))
    assert all(tree(x.dir)[name] == data for name, data in before.items()
               if "ceremony" not in name)


def test_no_step_twice():
    x = accepted()
    before = tree(x.dir)
    for verb in ("new", "reveal", "share", "accept"):
        refused(x.guardian(verb, 1), USAGE, "already")
    assert tree(x.dir) == before
    good(x.finish())
    before = tree(x.dir)
    refused(x.finish(), FAILS, "is over")
    refused(x.guardian("new", 1), FAILS, "is over")
    assert tree(x.dir) == before


def test_secret_folder_apart():
    x = Lab().new()
    os.mkdir(x.path("xd"))
    for at in ("xd", "rec"):
        answer = lab.command("guardian", "new", x.path("rec"), "--index", 1,
                             "--secret", x.path(at, "s1"), "--exchange",
                             x.path("xd"), "--plain-secrets")
        refused(answer, USAGE, "must not lie in")
        assert not os.path.exists(x.path(at, "s1"))


def test_usage():
    x = Lab().new()
    refused(x.guardian("new", 0), USAGE, "--index")
    refused(x.guardian("new", 4), USAGE, "--index")
    x.secret = ["--kdf", "fast", "--passphrase-fd", "0"]
    refused(x.guardian("new", 1, stdin="secret"), USAGE, "--kdf")
    x.secret = ["--passphrase-fd", "0"]
    refused(x.guardian("new", 1, stdin="\n"), USAGE, "empty")
    refused(lab.command("guardian", "new", x.path("nowhere"), "--index", 1,
                        "--secret", x.path("s1"), "--exchange", x.path("xd"),
                        "--plain-secrets"), USAGE, "nowhere")
    assert not os.path.exists(x.path("s1", "guardian_1.json"))
    x = Lab().new(kind="election")
    x.secret = ["--kdf", "interactive", "--passphrase-fd", "0"]
    refused(x.guardian("new", 1, stdin="secret"), USAGE, "kind trial")


# ---- A09: the last mover -----------------------------------------------------

def test_A09_file_not_as_committed():
    x = revealed()
    other = lab.guardian_file(x, 3, [101, 102], [103, 104], 105)
    save(other, x.path("xd", "guardian_3.json"))
    refused(x.guardian("share", 1), FAILS, "guardian 3",
            "committed to")
    assert not os.path.exists(x.path("xd", "share_1_2.json"))


def test_A09_commit_changed_after_reveal():
    """Guardian 3 sees the others' files and commits anew to a file of its
    choice: whoever revealed before remembers the first commit."""
    x = revealed()
    data = lab.compact(lab.guardian_file(x, 3, [101, 102], [103, 104], 105))
    write(data, x.path("xd", "guardian_3.json"))
    save(lab.commit_to(x, 3, data), x.path("xd", "commit_3.json"))
    refused(x.guardian("share", 1), FAILS, "guardian 3 changed its commit")


def rushing(a):
    """A ceremony in which guardian 3 knew the key of guardian 1 in time and
    commits to keys a(secret of 1, q) with good proofs."""
    x = committed()
    _, q, _ = x.group()
    secret = load(x.path("s1", "guardian_1.ceremony.json"))
    data = lab.compact(lab.guardian_file(
        x, 3, *a({k: [int(v, 16) for v in secret[k]] for k in ("a", "a_hat")},
                 q), 105))
    write(data, x.path("s3", "guardian_3.json"))
    save(lab.commit_to(x, 3, data), x.path("xd", "commit_3.json"))
    save(lab.commit_to(x, 3, data), x.path("s3", "commit_3.json"))
    return x.all("reveal")


def test_A09_key_equal():
    x = rushing(lambda s, q: ([s["a"][0], 9], [103, 104]))
    refused(x.guardian("share", 2), FAILS, "guardians 1 and 3", "equal")
    x = rushing(lambda s, q: ([101, 102], [s["a_hat"][0], 9]))
    refused(x.guardian("share", 2), FAILS, "guardians 1 and 3", "equal")


def test_A09_key_inverse():
    x = rushing(lambda s, q: ([q - s["a"][0], 9], [103, 104]))
    refused(x.guardian("share", 2), FAILS, "guardians 1 and 3", "inverse")
    x = rushing(lambda s, q: ([101, 102], [q - s["a_hat"][0], 9]))
    refused(x.guardian("share", 1), FAILS, "guardians 1 and 3", "inverse")


def test_A09_key_one():
    x = rushing(lambda s, q: ([0, 9], [103, 104]))
    refused(x.guardian("share", 1), FAILS, "guardian_3.json", "is 1")


def test_A09_proof_of_possession():
    """A key made from the others' public keys has no proof. [V 2.C]"""
    x = rushing(lambda s, q: ([101, 102], [103, 104]))
    file = load(x.path("xd", "guardian_3.json"))
    for proof in ("proof", "proof_hat"):
        bad = dict(file)
        bad[proof] = dict(file[proof])
        v = list(file[proof]["v"])
        v[0] = lab.hexq((int(v[0], 16) + 1))
        bad[proof]["v"] = v
        data = lab.compact(bad)
        write(data, x.path("xd", "guardian_3.json"))
        save(lab.commit_to(x, 3, data), x.path("xd", "commit_3.json"))
        refused(x.guardian("share", 1), FAILS, "guardian_3.json",
                "proof does not hold (2.C)")


def test_A09_proof_missing_or_late():
    x = revealed()
    os.remove(x.path("xd", "guardian_3.json"))
    refused(x.guardian("share", 1), UNFINISHED, "file of guardian 3")
    x = rushing(lambda s, q: ([101, 102], [103, 104]))
    file = load(x.path("xd", "guardian_3.json"))
    del file["proof_hat"]
    data = lab.compact(file)
    write(data, x.path("xd", "guardian_3.json"))
    save(lab.commit_to(x, 3, data), x.path("xd", "commit_3.json"))
    refused(x.guardian("share", 1), USAGE, "guardian_3.json")


# ---- shares ------------------------------------------------------------------

def value_at(coefficients, l, q):
    return sum(c * l ** j for j, c in enumerate(coefficients)) % q


def coefficients(x, i, key):
    secret = load(x.path("s%d" % i, "guardian_%d.ceremony.json" % i))
    return [int(v, 16) for v in secret[key]]


def test_share_with_bad_proof():
    x = shared()
    share = load(x.path("xd", "share_2_1.json"))
    share["C1"] = share["C1"][:-1] + ("0" if share["C1"][-1] != "0" else "1")
    save(share, x.path("xd", "share_2_1.json"))
    refused(x.guardian("accept", 1), FAILS, "guardian 2 sent guardian 1",
            "proof does not hold")
    assert not os.path.exists(x.path("xd", "accept_1.json"))
    assert not os.path.exists(x.path("s1", "guardian_1.key.json"))
    good(x.guardian("accept", 3))


def test_share_that_does_not_match():
    """A well-sealed share of another value: [28] and [29] each find it."""
    for wrong in ((1, 0), (0, 1)):
        x = shared()
        _, q, _ = x.group()
        P, P_hat = (
            (value_at(coefficients(x, 2, key), 1, q) + more) % q
            for key, more in zip(("a", "a_hat"), wrong))
        kappa = int(load(x.path("xd", "guardian_1.json"))["kappa"], 16)
        save(lab.sealed_share(x, 2, 1, P, P_hat, kappa),
             x.path("xd", "share_2_1.json"))
        refused(x.guardian("accept", 1), FAILS, "guardian 2 sent guardian 1",
                "does not match the commitments")


def test_share_forged_well_is_taken():
    """That the forger of this test seals rightly: the right values pass."""
    x = shared()
    _, q, _ = x.group()
    P, P_hat = (value_at(coefficients(x, 2, key), 1, q)
                for key in ("a", "a_hat"))
    kappa = int(load(x.path("xd", "guardian_1.json"))["kappa"], 16)
    save(lab.sealed_share(x, 2, 1, P, P_hat, kappa),
         x.path("xd", "share_2_1.json"))
    good(x.guardian("accept", 1))


def test_share_meant_for_another():
    x = shared()
    write(read(x.path("xd", "share_2_3.json")), x.path("xd", "share_2_1.json"))
    refused(x.guardian("accept", 1), FAILS, "of guardian 2 for guardian 1",
            "found that of 2 for 3")
    share = load(x.path("xd", "share_2_3.json"))
    share["l"] = 1
    save(share, x.path("xd", "share_2_1.json"))
    refused(x.guardian("accept", 1), FAILS, "guardian 2 sent guardian 1")
    x = shared()
    share = load(x.path("xd", "share_3_1.json"))
    share["i"] = 2
    save(share, x.path("xd", "share_2_1.json"))
    refused(x.guardian("accept", 1), FAILS, "guardian 2 sent guardian 1")


# ---- C09: the ceremony's keys, for this election -----------------------------

def test_C09_file_of_another_election():
    """[11] is keyed by n and k only: the files of one ceremony would verify in
    another election, so commits carry H_B (decision 30)."""
    x = shared()
    y = Lab().new(label="Another election")
    write(read(y.path("rec", "manifest.json")), x.path("rec", "manifest.json"))
    refused(x.guardian("accept", 1), FAILS, "another election")
    new_H_B = lab.H(lab.H_P(x), b"\x01",
                    lab.b4(len(read(x.path("rec", "manifest.json")))),
                    read(x.path("rec", "manifest.json"))).hex().upper()
    for i in (1, 2, 3):
        commit = load(x.path("xd", "commit_%d.json" % i))
        commit["H_B"] = new_H_B
        save(commit, x.path("xd", "commit_%d.json" % i))
    refused(x.guardian("accept", 1), FAILS, "commit_1.json",
            "not the one this guardian made")


def test_C09_guardian_replaced():
    """Somebody puts other keys in a guardian's name into both folders: the
    sealed secret does not belong to them."""
    x = committed()
    data = lab.compact(lab.guardian_file(x, 1, [101, 102], [103, 104], 105))
    for at in ("xd", "s1"):
        save(lab.commit_to(x, 1, data), x.path(at, "commit_1.json"))
    write(data, x.path("s1", "guardian_1.json"))
    x.all("reveal")
    refused(x.guardian("share", 1), FAILS, "not the secret of")


def test_C09_own_file_replaced():
    x = committed()
    write(read(x.path("s2", "guardian_2.json")), x.path("s1",
                                                        "guardian_1.json"))
    refused(x.guardian("reveal", 1), FAILS, "committed to")
    x = committed()
    save(dict(load(x.path("xd", "commit_1.json")), digest="0" * 64),
         x.path("xd", "commit_1.json"))
    refused(x.guardian("reveal", 1), FAILS, "not the commit this guardian")


def test_finish_needs_equal_accepts():
    for key in ("H_G", "H_E"):
        x = accepted()
        said = load(x.path("xd", "accept_2.json"))
        said[key] = "0" * 64
        save(said, x.path("xd", "accept_2.json"))
        refused(x.finish(), FAILS, "guardian 2 accepted other keys")
        assert not os.path.exists(x.path("rec", "guardians"))
        assert not os.path.exists(x.path("rec", "election_keys.json"))


# ---- sealed files ------------------------------------------------------------

@cached
def sealed():
    x = Lab().new()
    x.secret = ["--kdf", "interactive", "--passphrase-fd", "0"]
    x.stdin = "correct horse\n"
    return x.all("new").all("reveal")


def test_sealed_ceremony():
    x = sealed()
    file = read(x.path("s1", "guardian_1.ceremony.json.sealed"))
    assert file[:16] == b"EVS1" + (2).to_bytes(4, "big") + (
        64 << 20).to_bytes(8, "big")
    x.secret = ["--passphrase-fd", "0"]
    x.all("share").all("accept")
    good(x.finish())
    assert mode(x.path("s1", "guardian_1.key.json.sealed")) == 0o600
    assert not os.path.exists(x.path("s1", "guardian_1.ceremony.json.sealed"))


def test_sealed_one_sentence():
    """Wrong passphrase, flipped, cut and lengthened file, foreign file: one
    and the same sentence, nothing written."""
    x = sealed()
    path = x.path("s1", "guardian_1.ceremony.json.sealed")
    file = read(path)
    sentences = set()

    def attempt(data, passphrase="correct horse\n"):
        write(data, path)
        before = tree(x.dir)
        answer = x.guardian("share", 1, stdin=passphrase)
        refused(answer, USAGE, "wrong passphrase or damaged file")
        sentences.add(answer.err)
        assert tree(x.dir) == before

    attempt(file, "correct horsf\n")
    for at in (0, 7, 20, 40, 60, len(file) - 1):
        attempt(file[:at] + bytes([file[at] ^ 1]) + file[at + 1:])
    attempt(file[:-1])
    attempt(file[:40])
    attempt(b"")
    attempt(file + b"\0")
    assert len(sentences) == 1, sentences
    write(file, path)
    good(x.guardian("share", 1))


def test_A15_sealed_floor():
    """Costs below the floor are refused, whatever the file says."""
    x = sealed()
    path = x.path("s1", "guardian_1.ceremony.json.sealed")
    file = read(path)
    for passes, memory in ((1, 64 << 20), (2, 8 << 20), (2, 1 << 50)):
        write(b"EVS1" + passes.to_bytes(4, "big") + memory.to_bytes(8, "big") +
              file[16:], path)
        refused(x.guardian("share", 1), USAGE,
                "wrong passphrase or damaged file")


def at_terminal(x, verb, answers):
    """Runs a verb of guardian 1 with a terminal of its own: (exit code, what
    the terminal showed)."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(lab.EVIDENT, [
            lab.EVIDENT, "guardian", verb, x.path("rec"), "--index", "1",
            "--secret", x.path("s1"), "--exchange", x.path("xd"), "--kdf",
            "interactive"])
    shown = b""
    for answer in answers + [None]:
        while not shown.endswith(b": "):
            ready = select.select([terminal], [], [], 120)[0]
            assert ready, "it waits on: %r" % shown
            try:
                part = os.read(terminal, 1000)
            except OSError:  # the program has ended
                part = b""
            if not part:
                return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown
            shown += part
        shown += b"|"
        os.write(terminal, (answer or "").encode() + b"\n")
    raise AssertionError("it asks on: %r" % shown)


def test_passphrase_at_the_terminal():
    """Asked for twice when it is new, and never shown."""
    x = Lab().new()
    code, shown = at_terminal(x, "new", ["correct horse", "correct horsf"])
    assert code == USAGE and b"differ" in shown, (code, shown)
    assert not os.path.exists(x.path("xd", "commit_1.json"))
    code, shown = at_terminal(x, "new", ["correct horse", "correct horse"])
    assert code == 0 and shown.count(b": |") == 2, (code, shown)
    assert b"horse" not in shown, shown
    x.secret = ["--kdf", "interactive", "--passphrase-fd", "0"]
    for i in (2, 3):
        good(x.guardian("new", i, stdin="other"))
    x.all("reveal")
    code, shown = at_terminal(x, "share", ["wrong"])
    assert code == USAGE and b"wrong passphrase or damaged" in shown, shown
    code, shown = at_terminal(x, "share", ["correct horse"])
    assert code == 0 and shown.count(b": |") == 1, (code, shown)


def test_passphrase_without_terminal():
    x = Lab().new()
    x.secret = []
    refused(x.guardian("new", 1, start_new_session=True), USAGE,
            "--passphrase-fd")


# ---- C13: sample secrets -----------------------------------------------------

def test_C13_no_sample_secret_in_the_repository():
    """No secrets but those of the published test vectors, whose guardians are
    refused (test_decrypt), lie anywhere."""
    pattern = re.compile(rb'"(?:zeta|z|z_hat)":"([0-9A-F]{64})"')
    listed = subprocess.run(["git", "-C", lab.ROOT, "ls-files", "-co",
                             "--exclude-standard"], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, check=False)
    if listed.returncode != 0:
        return "not a git tree"
    vectors, elsewhere = set(), {}
    for name in listed.stdout.decode().splitlines():
        path = os.path.join(lab.ROOT, name)
        if not os.path.isfile(path):
            continue
        for secret in pattern.findall(read(path)):
            if name.startswith("test/vector/"):
                vectors.add(secret)
            else:
                elsewhere[secret] = name
    assert vectors
    for secret, name in elsewhere.items():
        assert secret in vectors, name
    return None


# ---- the system refuses ------------------------------------------------------

def test_full_disk_leaves_nothing():
    """No file may grow beyond a few bytes, as on a full disk."""
    x = Lab().new()
    os.mkdir(x.path("xd"))
    os.mkdir(x.path("s1"))
    before = tree(x.dir)
    for limit in (0, 100, 500, 3000):
        refused(x.guardian("new", 1, limit=limit), UNFINISHED, "cannot write")
        assert tree(x.dir) == before, limit
    x = committed()
    before = tree(x.dir)
    for limit in (0, 400, 3000):
        refused(x.guardian("reveal", 1, limit=limit), UNFINISHED,
                "cannot write")
        assert tree(x.dir) == before, limit
    x = revealed()
    before = tree(x.dir)
    refused(x.guardian("share", 1, limit=1000), UNFINISHED, "cannot write")
    assert tree(x.dir) == before
    x = shared()
    before = tree(x.dir)
    refused(x.guardian("accept", 1, limit=100), UNFINISHED, "cannot write")
    assert tree(x.dir) == before
    x = accepted()
    before = tree(x.dir)
    for limit in (0, 1000):
        refused(x.finish(limit=limit), UNFINISHED, "cannot write")
        assert tree(x.dir) == before, limit
        assert not os.path.exists(x.path("rec", "guardians"))
    good(x.finish())


def test_really_full_disk():
    x = accepted()
    os.mkdir(x.path("small"))
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24k", "tmpfs",
                       x.path("small")], stderr=subprocess.DEVNULL,
                      check=False).returncode:
        return "may not mount"
    try:
        for name, data in tree(x.path("rec")).items():
            write(data, x.path("small", name))
        before = tree(x.path("small"))
        answer = lab.command("election", "finish", x.path("small"),
                             "--exchange", x.path("xd"))
        refused(answer, UNFINISHED, "No space left")
        assert tree(x.path("small")) == before
        assert not os.path.exists(x.path("small", "guardians"))
    finally:
        subprocess.run(["umount", x.path("small")], check=True)
    return None


def test_read_only_folder():
    x = accepted()
    nobody = lab.given_away(x.dir)
    os.chmod(x.path("rec"), 0o555)
    before = tree(x.dir)
    refused(x.finish(user=nobody), UNFINISHED, "rec", "denied")
    assert tree(x.dir) == before
    os.chmod(x.path("rec"), 0o755)
    x = Lab().new()
    os.mkdir(x.path("xd"))
    nobody = lab.given_away(x.dir)
    os.chmod(x.path("xd"), 0o555)
    before = tree(x.dir)
    refused(x.guardian("new", 1, user=nobody), UNFINISHED, "denied")
    assert tree(x.dir) == before


def test_foreign_files_are_no_files():
    """A link or a pipe in the exchange folder is not followed and does not
    hang; rubbish is named by file."""
    x = committed()
    os.rename(x.path("xd", "commit_2.json"), x.path("elsewhere"))
    os.symlink(x.path("elsewhere"), x.path("xd", "commit_2.json"))
    refused(x.guardian("reveal", 1), USAGE, "commit_2.json", "link")
    os.remove(x.path("xd", "commit_2.json"))
    os.mkfifo(x.path("xd", "commit_2.json"))
    refused(x.guardian("reveal", 1), USAGE, "commit_2.json")
    os.remove(x.path("xd", "commit_2.json"))
    for rubbish in (b"", b"{}", b"null", b"\xff", b"[" * 100000,
                    read(x.path("elsewhere")) + b"\n"):
        write(rubbish, x.path("xd", "commit_2.json"))
        refused(x.guardian("reveal", 1), USAGE, "commit_2.json")


if __name__ == "__main__":
    lab.main([v for k, v in list(globals().items()) if k.startswith("test_")])
