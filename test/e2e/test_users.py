#!/usr/bin/env python3
"""Board, witness and monitor as an ordinary user, and witness and monitor with
a user for each process. Prints TAP."""
import json
import os
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import board_lab  # noqa: E402
from board_lab import (FIRST_USER, Entries, Server, Witnesses,  # noqa: E402
                       family, key_files, make, no_users_apart, users_apart)
from lab import EVIDENT, FAILS, OK, USAGE, Tap, read, write  # noqa: E402

NOBODY = 65534
NEEDS_ROOT = "--users is for root"


def ordinary(folder):
    """The program as a user who is not root: us, or who root becomes."""
    if os.getuid() != 0:
        return [EVIDENT]
    for name in ("evident", "evident-board"):  # where nobody can reach them
        shutil.copy(os.path.join(os.path.dirname(EVIDENT), name), folder)
    return ["setpriv", "--reuid=%d" % NOBODY, "--regid=%d" % NOBODY,
            "--clear-groups", os.path.join(folder, "evident")]


def give_away(folder, to):
    os.chmod(folder, 0o755)
    for where, folders, files in os.walk(folder):
        for name in [".", *folders, *files]:
            os.chown(os.path.join(where, name), to, to)


def run(program, *words):
    return subprocess.run([*program, *map(str, words)], text=True, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)


def uids(pid):
    status = read("/proc/%d/status" % pid).decode()
    return next(x for x in status.splitlines() if x.startswith("Uid:"))


def test_an_ordinary_user():
    """All three work, unlike --users, which says what it needs."""
    with Server() as s:
        program = s.program = ordinary(s.path())
        key_files(s.path("monitor"), "monitor")

        def mine():
            if os.getuid() == 0:
                give_away(s.path(), NOBODY)

        w = Witnesses(s.path(), program, mine)
        try:
            write(w.policy(), s.path("policy"))
            e = Entries(w.policy())
            s.start()
            assert s.where, s.said()
            status, text = s.submit(e.range("setup", "notice"))
            assert status == 200, (text, s.said())
            for pid in [s.process.pid, *(p.pid for p in w.running.values())]:
                for member in family(pid):
                    assert "\t0" not in uids(member), uids(member)
            look = ("monitor", "--board", "http://" + s.where, "--policy",
                    s.path("policy"), "--state", s.path("state"), "--once",
                    "--page", s.path("page"), "--post", "http://" + s.where,
                    "--key", s.path("monitor"), "--plain-secrets")
            r = run(program, *look)
            assert r.returncode == OK and r.stdout == "", r
            gone = board_lab.make.hs.digest("release", e.plan[
                "release"].fields["release"]).hex()
            size = s.size()
            assert s.submit(e.item["release"])[0] == 200
            os.unlink(s.path("board", "public", "obj", gone[:2], gone[2:4],
                             gone))
            r = run(program, *look)
            assert r.returncode == FAILS and s.size() == size + 2, r
            assert json.loads(r.stdout.splitlines()[0])["code"] == "M05", r
            assert s.stop() == 0, s.said()
        finally:
            w.close()
        common = ("--policy", s.path("policy"), "--plain-secrets", "--users",
                  "somebody")
        for words in (
                ("serve", s.path("b2"), "--listen", "127.0.0.1:0", "--origin",
                 make.ORIGIN, "--key", s.path("log"), "--keys",
                 s.path("keys"), *common),
                ("witness", "--listen", "127.0.0.1:0", "--key", s.path("w1"),
                 "--state", s.path("s2"), "--log", s.path("wlog.pub"),
                 *common[2:]),
                (*look, "--users", "somebody")):
            r = run(program, *words)
            assert r.returncode == USAGE and NEEDS_ROOT in r.stderr, r
            assert r.stderr.count("\n") == 1, r
        assert not os.path.exists(s.path("b2")) and not os.path.exists(
            s.path("s2"))


def as_user(uid, *words):
    def become():
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    return subprocess.run(words, preexec_fn=become, check=False,
                          stderr=subprocess.DEVNULL).returncode == 0


def roles_of(pid):
    """{name of process: user}, none with a right of root's."""
    out = {}
    for member in family(pid):
        status = dict(line.split(":\t", 1) for line in read(
            "/proc/%d/status" % member).decode().splitlines())
        assert not status["Groups"].strip(), status
        assert int(status["CapPrm"], 16) == 0, status
        users = set(status["Uid"].split()) | set(status["Gid"].split())
        assert len(users) == 1, status
        out[status["Name"]] = int(users.pop())
    return out


NAMES = ("w-keep", "w-web", "m-watch", "m-sign")
USER = {name: FIRST_USER + i for i, name in enumerate(NAMES)}


def test_T20_T22_witness_and_monitor_are_users_of_their_own():
    """Who speaks with the network can read no key, at rest or in memory, and
    none of what a witness keeps."""
    if no_users_apart():
        return no_users_apart()
    e = Entries()
    with Server() as s:
        program = users_apart(s.path(), NAMES)
        s.start()
        status, text = s.submit(e.range("setup", "notice"))
        assert status == 200, text
        for name, owner in (("w1", "w-keep"), ("monitor", "m-sign")):
            key_files(s.path(name), make.WITNESSES[0] if name == "w1"
                      else name)
            os.chown(s.path(name + ".key"), USER[owner], USER[owner])
        w = subprocess.Popen(
            [program, "witness", "--listen", "127.0.0.1:0", "--key",
             s.path("w1"), "--state", s.path("kept"), "--log",
             s.path("log.pub"), "--plain-secrets", "--users", "w"],
            stdout=subprocess.PIPE, text=True)
        m = subprocess.Popen(
            [program, "monitor", "--board", "http://" + s.where, "--policy",
             s.path("policy"), "--state", s.path("state"), "--page",
             s.path("page"), "--interval", "1", "--post",
             "http://" + s.where, "--key", s.path("monitor"),
             "--plain-secrets", "--users", "m"], stdout=subprocess.DEVNULL)
        try:
            assert w.stdout.readline().startswith("listens on "), w.wait(9)
            until(lambda: os.path.exists(s.path("page", "index.html")))
            roles = roles_of(w.pid)
            assert roles == {"evident-board": USER["w-keep"],
                             "web": USER["w-web"]}, roles
            roles = roles_of(m.pid)
            assert roles == {"evident-board": USER["m-watch"],
                             "sign": USER["m-sign"]}, roles
            for p, key, holder in ((w.pid, make.WITNESSES[0], "evident-board"),
                                   (m.pid, "monitor", "sign")):
                held = board_lab.holders(p, key)
                assert any(held.pop(holder)), "looked in the wrong place"
                assert not any(map(any, held.values())), held
            for name, owner in (("w1.key", "w-keep"), ("kept", "w-keep"),
                                ("monitor.key", "m-sign"),
                                ("state", "m-watch")):
                for who, uid in USER.items():
                    assert as_user(uid, "test", "-r", s.path(name)) == (
                        who == owner), (name, who)
        finally:
            for p in (w, m):
                p.terminate()
            assert (w.wait(20), m.wait(20)) == (0, 0)
            w.stdout.close()
        r = run([program], "witness", "--listen", "127.0.0.1:0", "--key",
                s.path("w1"), "--state", s.path("kept"), "--log",
                s.path("log.pub"), "--plain-secrets", "--users", "other")
        assert r.returncode == USAGE and "no user other-keep" in r.stderr, r


def until(holds):
    for _ in range(100):
        if holds():
            return
        time.sleep(0.1)
    assert holds()


if __name__ == "__main__":
    sys.exit(Tap().run([
        test_an_ordinary_user,
        test_T20_T22_witness_and_monitor_are_users_of_their_own]))
