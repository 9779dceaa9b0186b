#!/usr/bin/env python3
"""Whoever has the server, the log's key and all witnesses shows another log than
before: entries changed, dropped, put in their place, or nothing new at all. The
monitor, which has seen the old one, raises the alarm for it, and the evidence
is judged with nothing else at hand. Prints TAP."""
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
from board_lab import form, make, merkle, read  # noqa: E402
from lab import EVIDENT, FAILS, OK, UNFINISHED, Tap, command  # noqa: E402

FAR = 4000000000


class Takeover:
    """One board folder, a monitor's state, and who replaces the board."""

    def __init__(self, change=None, when=make.TIME):
        self.dir = tempfile.TemporaryDirectory()
        self.show(change, when)

    def path(self, *parts):
        return os.path.join(self.dir.name, *parts)

    def show(self, change=None, when=make.TIME + 60):
        """The board becomes this one, its head cosigned at that time."""
        shutil.rmtree(self.path("board"), ignore_errors=True)
        p = make.plan("short")
        if change:
            change(p)
        kept = make.TIME
        make.TIME = when
        make.save(p, self.path())
        make.TIME = kept

    def look(self, age=FAR):
        """{code: alarm}"""
        r = command("monitor", "--board", self.path("board"), "--policy",
                    self.path("policy"), "--state", self.path("state"),
                    "--once", "--max-age", age)
        alarms = [json.loads(x) for x in r.out.splitlines()]
        assert r.code == (FAILS if alarms else OK), r
        return {a["code"]: a for a in alarms}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.dir.cleanup()


def holds(alarm, code=OK):
    """The evidence goes into another folder alone, and is true; UNFINISHED: as
    far as it can show that, the rest is its writer's word."""
    with tempfile.TemporaryDirectory() as away:
        at = os.path.join(away, "e")
        shutil.copy(alarm["evidence"], at)
        r = command("verify", "evidence", at)
        assert r.code == code and r.out.startswith(alarm["code"]), str(r)
        data = bytearray(read(at))
        data[len(data) // 2] ^= 1
        with open(at, "wb") as f:
            f.write(data)
        assert command("verify", "evidence", at).code not in (OK, code)


def rewritten(p):
    p["notice"].fields["text"] = "Voting is on Wednesday.\n"


def without_a_vote(p):
    p.remove("ballot 1", "cast 1")


def stuffed(n):
    def change(p):
        without_a_vote(p)
        for i in range(n):
            who = "watcher %d" % i
            p.insert(who, form.ATTEST, [who], after="open", key=make.public(who),
                     attestation=b"seen", head=lambda p: (
                         1, merkle.root([merkle.leaf_hash(p.entries[0])])))
    return change


def test_T01_T08_T23_another_history():
    """A notice is reworded, a vote is gone and nothing or something stands in
    its place: each with all signatures."""
    for name, change, code in (
            ("rewritten", rewritten, "M03"), ("dropped", without_a_vote, "M02"),
            ("as many entries", stuffed(2), "M03"),
            ("more entries", stuffed(5), "M03")):
        with Takeover() as t:
            assert t.look() == {}, name
            t.show(change)
            alarms = t.look()
            assert code in alarms, (name, alarms)
            holds(alarms[code], UNFINISHED if code == "M02" else OK)
            assert code in t.look(), name  # it does not get used to it


def test_T01_T24_without_witnesses():
    """The log's key alone gets no quorum."""
    with Takeover() as t:
        assert t.look() == {}

        def alone(p):
            p.cosigners = p.cosigners[:2]
        t.show(alone)
        alarms = t.look()
        assert "M04" in alarms, alarms
        holds(alarms["M04"], UNFINISHED)


def test_T01_stale_view():
    """Voting is open, and no new checkpoint comes."""
    def opened(p):
        p.items = p.items[:p.at("open") + 1]

    with Takeover(opened, int(time.time())) as t:
        assert t.look(60) == {}
        t.show(opened, int(time.time()) - 100)
        alarms = t.look(60)
        assert "M01" in alarms, alarms
        holds(alarms["M01"], UNFINISHED)


def served(folder):
    """A web server that is closed in the end."""
    class Files(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *a, **k):
            super().__init__(*a, directory=folder, **k)

        def log_message(self, *_):
            pass

    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    return web


def test_B07_two_heads_are_seen_within_a_minute():
    """A monitor that runs, as often as it does by itself, when the board shows
    its second head."""
    with Takeover() as t, served(t.path("board")) as web:
        out = open(t.path("said"), "wb")
        p = subprocess.Popen(
            [EVIDENT, "monitor", "--board", "http://127.0.0.1:%d" %
             web.server_port, "--policy", t.path("policy"), "--state",
             t.path("state"), "--max-age", str(FAR)], stdout=out)
        try:
            for _ in range(200):
                if os.path.exists(t.path("state", "head")):
                    break
                time.sleep(0.05)
            start = time.monotonic()
            t.show(rewritten)
            while b'"M03"' not in read(t.path("said")):
                assert time.monotonic() - start < 60, read(t.path("said"))
                time.sleep(0.1)
        finally:
            web.shutdown()
            p.terminate()
            p.wait(20)
            out.close()
        said = [json.loads(x) for x in read(t.path("said")).splitlines()]
        holds([x for x in said if x["code"] == "M03"][0])


if __name__ == "__main__":
    sys.exit(Tap().run([test_T01_T08_T23_another_history,
                        test_T01_T24_without_witnesses, test_T01_stale_view,
                        test_B07_two_heads_are_seen_within_a_minute]))
