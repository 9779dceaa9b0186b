#!/usr/bin/env python3
"""`evident serve` when something goes wrong: it is killed, a process of it
dies, the clock jumps, witnesses are silent, the disk is an old one. Prints
TAP."""
import json
import os
import shutil
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
from board_lab import (FIRST_USER, Entries, Server, Witnesses,  # noqa: E402
                       cached_entries, no_users_apart, receipts, refused,
                       users_apart)
from lab import (EVIDENT, FAILS, UNFINISHED, USAGE, Tap, command,  # noqa: E402
                 read, write)


def post_all(s, items, acknowledged):
    """One after the other until the server is gone."""
    for name, item in items:
        try:
            if s.submit(item)[0] == 200:
                acknowledged.append(name)
        except OSError:
            return


def test_T25_killed_while_it_works():
    """kill -9 of all processes between acceptance and answer, again and
    again: what was acknowledged is in the log, and the log goes on."""
    e = cached_entries()
    items = [(i, e.attest("watcher %d" % i)) for i in range(80)]
    done = []
    with Server(tick=0.15).start() as s:
        assert s.submit(e.item["setup"])[0] == 200
        for cycle in range(4):
            threads = [threading.Thread(target=post_all, args=(
                s, items[20 * cycle + i:20 * cycle + 20:3], done))
                for i in range(3)]
            for t in threads:
                t.start()
            time.sleep(0.35 + 0.13 * cycle)
            s.kill()
            for t in threads:
                t.join()
            s.start()
            assert s.where, s.said()
        again = b"".join(item for _, item in items)
        before = s.numbers()["evident_log_entries"]
        assert done and before > len(done)
        known = b"".join(items[i][1] for i in done)
        assert s.submit(known)[0] == 200
        assert s.numbers()["evident_log_entries"] == before  # nothing lost
        assert s.submit(again)[0] == 200
        assert s.size() == 81 and s.faults() == [], s.faults()


def confined(pid):
    return "Seccomp:\t2" in read("/proc/%d/status" % pid).decode()


def processes(s):
    """{role: pid} of the server's, once each is in its jail."""
    for _ in range(200):
        pids = read("/proc/%d/task/%d/children" % (
            s.process.pid, s.process.pid)).split()
        if len(pids) >= 6 and all(confined(int(p)) for p in pids):
            break
        time.sleep(0.05)
    return {"serve": s.process.pid, **{
        read("/proc/%s/comm" % p.decode()).decode().strip(): int(p)
        for p in pids}}


def test_T20_one_ends_all_end():
    """No process goes on without the others."""
    with Server() as s:
        for name in ("front", "files", "seq", "sign", "cosign", "check"):
            s.start()
            names = processes(s)
            status = read("/proc/%d/status" % names[name]).decode()
            assert "Seccomp:\t2" in status and "NoNewPrivs:\t1" in status
            os.kill(names[name], 9)
            assert s.process.wait(10) == UNFINISHED
            assert "%s was ended by signal 9" % name in s.said(), s.said()
            assert not any(os.path.exists("/proc/%d" % p)
                           for p in names.values())


PREFIX, ROLES = "board", ("serve", "front", "files", "seq", "sign", "cosign",
                          "check")
CAP_KILL = 1 << 5


def users_of_their_own(s):
    """The server finds users that are made up, in a table it alone sees."""
    s.program = [users_apart(s.path(), [PREFIX + "-" + r for r in ROLES])]
    os.chown(s.path("log.key"), *[user("sign")] * 2)


def user(role):
    return FIRST_USER + ROLES.index(role)


def as_user(role, *command):
    def become():
        os.setgroups([])
        os.setgid(user(role))
        os.setuid(user(role))
    return subprocess.run(command, preexec_fn=become, check=False,
                          stderr=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL).returncode == 0


def test_T20_T22_each_process_is_another_user():
    """`seq` cannot read the key and not take sign's file away; one that ends
    still takes the others along."""
    if no_users_apart():
        return no_users_apart()
    e = cached_entries()
    with Server() as s:
        users_of_their_own(s)
        s.start("--users", "nobody-like-this")
        assert s.where is None and s.process.returncode == USAGE, s.said()
        assert "no user nobody-like-this-serve" in s.said(), s.said()
        write(b"", s.path("stderr"))
        s.start("--users", PREFIX)
        assert s.where, s.said()
        assert s.submit(e.range("setup", "notice"))[0] == 200, s.said()
        assert s.stop() == 0 and s.said() == "", s.said()
        s.start("--users", PREFIX)
        assert s.submit(e.item["release"])[0] == 200, s.said()
        assert s.get("setup/keys")[0] == 200
        assert s.faults() == [], s.faults()
        pids = processes(s)
        assert set(pids) == set(ROLES), pids
        for role, pid in pids.items():
            status = dict(line.split(":\t", 1) for line in read(
                "/proc/%d/status" % pid).decode().splitlines())
            mine = "\t".join([str(user(role))] * 4)
            assert status["Uid"] == status["Gid"] == mine, (role, status)
            assert not status["Groups"].strip(), (role, status)
            caps = CAP_KILL if role == "serve" else 0
            assert int(status["CapPrm"], 16) == caps, (role, status)
            assert int(status["CapEff"], 16) == caps, (role, status)
        for role in ROLES:
            for name, owner in (("log.key", "sign"), ("board/sign.head", "sign"),
                                ("board/log.db", "seq")):
                path, mine = s.path(name), role == owner
                assert as_user(role, "test", "-r", path) == (
                    mine or name.endswith("db")), (role, path)
                assert as_user(role, "test", "-w", path) == mine, (role, path)
            assert not as_user(role, "rm", "-f", s.path("board", "sign.head")) \
                or role == "sign", role
            assert role == "seq" or not as_user(
                role, "touch", s.path("board", "public", "x")), role
        os.kill(pids["check"], 9)
        assert s.process.wait(10) == UNFINISHED
        assert not any(os.path.exists("/proc/%d" % p) for p in pids.values())


CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>
static long jump(void) {
  static long n;
  return ++n % 2 ? 400000000L : -400000000L;
}
time_t time(time_t *t) {
  struct timeval v;
  gettimeofday(&v, NULL);
  if (t) *t = v.tv_sec;
  return v.tv_sec;
}
int clock_gettime(clockid_t c, struct timespec *t) {
  int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT,
                                                    "clock_gettime");
  int r = real(c, t);
  if (c == CLOCK_REALTIME) t->tv_sec += jump();
  return r;
}
int gettimeofday(struct timeval *restrict v, void *restrict z) {
  struct timespec t;
  (void)z;
  clock_gettime(CLOCK_REALTIME, &t);
  v->tv_sec = t.tv_sec;
  v->tv_usec = t.tv_nsec / 1000;
  return 0;
}
"""


def clock(s, jump=None):
    """The environment of a program whose time of day does that."""
    source = CLOCK
    if jump is not None:
        old = "++n % 2 ? 400000000L : -400000000L"
        assert old in source
        source = source.replace(old, "n + %dL" % jump)
    write(source.encode(), s.path("clock.c"))
    subprocess.run(["cc", "-shared", "-fPIC", "-o", s.path("clock.so"),
                    s.path("clock.c"), "-ldl"], check=True)
    return {"LD_PRELOAD": s.path("clock.so")}


def test_T25_clock_jumps():
    """The time of day jumps by 13 years with every look at it."""
    if not shutil.which("cc"):
        return "no compiler"
    e = cached_entries()
    with Server() as s:
        s.env.update(clock(s))
        s.start()
        assert s.where, s.said()
        for label in ("setup", "notice", "release"):
            start = time.monotonic()
            assert s.submit(e.item[label])[0] == 200, s.said()
            assert time.monotonic() - start < 5
        assert s.size() == 3 and s.faults() == [] and s.stop() == 0


def test_T25_an_hour_back():
    """The clocks of server and one witness go an hour back: entries are taken
    as before, and there is an alarm, whose evidence is their word."""
    if not shutil.which("cc"):
        return "no compiler"
    with Server() as s:
        w = Witnesses(s.path())
        try:
            e = Entries(w.policy())
            write(w.policy(), s.path("policy"))
            s.start()
            assert s.submit(e.item["setup"])[0] == 200
            assert alarms(s) == ""
            assert s.stop() == 0
            s.env.update(clock(s, -3600))
            w.stop(1)
            w.start(1, s.env)
            s.start()
            status, text = s.submit(e.range("notice", "release"))
            assert status == 200 and len(receipts(text, e.policy)) == 2
            said = [json.loads(x) for x in alarms(s).splitlines()]
            assert [(a["code"], a["state"]) for a in said] == [("M17", "on")]
            r = command("verify", "evidence", said[0]["evidence"])
            assert r.code == UNFINISHED and r.out.startswith("M17"), r
            assert s.size() == 3 and s.faults() == [], s.faults()
        finally:
            w.close()


def alarms(s):
    """What a monitor says that wants a checkpoint every five seconds."""
    return command("monitor", "--board", "http://" + s.where, "--policy",
                   s.path("policy"), "--state", s.path("monitor"), "--once",
                   "--max-age", "5").out


def test_T24_witnesses():
    """Three of four are enough; two are not: entries are taken and wait, and
    within ten seconds there is an alarm."""
    with Server() as s:
        w = Witnesses(s.path())
        try:
            e = Entries(w.policy())
            write(w.policy(), s.path("policy"))
            s.start()
            status, text = s.submit(e.range("setup", "notice"))
            assert status == 200, (text, s.said())
            assert len(receipts(text, e.policy)) == 2
            w.stop(1)
            assert s.submit(e.item["release"])[0] == 200
            assert s.faults() == [], s.faults()
            assert alarms(s) == ""
            w.stop(2)
            stopped = time.monotonic()
            refused(s.submit(e.attest("watcher 1")), 503, "it is in the log")
            n = s.numbers()
            assert n["evident_log_entries"] == 4, n
            assert n["evident_log_published"] == s.size() == 3, n
            while "M01" not in alarms(s):
                assert time.monotonic() - stopped < 10, "no alarm"
                time.sleep(0.5)
            w.start(1)
            assert s.submit(e.attest("watcher 1"))[0] == 200
            assert s.size() == 4 and s.faults() == [], s.faults()
            assert '"on"' not in alarms(s)
        finally:
            w.close()


def test_T09_old_copy():
    """An old disk is not served: witnesses know better, and without them the
    log's own key does."""
    with Server() as s:
        w = Witnesses(s.path())
        try:
            e = Entries(w.policy())
            write(w.policy(), s.path("policy"))
            s.start()
            assert s.submit(e.item["setup"])[0] == 200
            assert s.stop() == 0
            shutil.copytree(s.path("board"), s.path("old"))
            s.start()
            assert s.submit(e.item["notice"])[0] == 200
            assert s.stop() == 0
            head = read(s.path("board", "sign.head"))
            shutil.rmtree(s.path("board"))
            shutil.copytree(s.path("old"), s.path("board"))
            s.start()
            assert s.where is None and s.process.returncode == FAILS
            assert "witness" in s.said(), s.said()
            w.close()
            write(head, s.path("board", "sign.head"))
            s.start()
            assert s.where is None and s.process.returncode == FAILS
            assert "sign.head" in s.said(), s.said()
        finally:
            w.close()


if __name__ == "__main__":
    sys.exit(Tap().run([
        test_T25_killed_while_it_works, test_T20_one_ends_all_end,
        test_T20_T22_each_process_is_another_user,
        test_T25_clock_jumps, test_T25_an_hour_back, test_T24_witnesses, test_T09_old_copy]))
