"""`evident monitor` on boards of the second implementation: quiet on good ones,
and with its alarm, its words and its evidence on those with one fault.
"""
import http.server
import json
import os
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import board_lab
import lab

ORACLE = os.path.join(lab.ROOT, "test", "oracle")
sys.path.insert(0, ORACLE)
import interpreter  # noqa: E402

FAR = 4000000000  # seconds: these boards stand still
# log: (the alarm that has to be first among those, what its evidence shows:
# exit code of `verify evidence`, None: there is none)
WANT = {
    "L1-signature": ("M05", None),
    "L2-entry": ("M05", 3),
    "L2-bundle-gone": ("M05", 3),
    "L2-tile": ("M05", 3),
    "L2-tile-gone": ("M05", 3),
    "L3-nobody": ("M04", 3),
    "L3-time": ("M04", 3),
    "L3-profile": ("M04", 0),
    "L4-few-admins": ("M11", 0),
    "L4-not-an-admin": ("M11", 0),
    "L4-other-open": ("M11", 0),
    "L4-range-audit": ("M11", 0),
    "L4-unsigned": ("M11", 0),
    "L5-id-twice": ("M06", 0),
    "L5-two-choices": ("M06", 0),
    "L5-close-twice": ("M09", 0),
    "L5-choice-after-close": ("M09", 0),
    "L7-ballot-gone": ("M05", 3),
    "L7-ballot-changed": ("M05", 3),
    "L7-ballot-says": ("M05", 0),
    "L9-close-sealed": ("M09", 3),
    "L9-device-last": ("M08", 0),
    "L9-position": ("M08", 3),
}
# Of boards whose ballots are wrong: all of it is proof.
BALLOTS = {"M07-proof": ("M07", 0), "M14-opening": ("M14", 0),
           "M20-alike": ("M20", 0), "M07-share": ("M07", 3),
           "M07-result": ("M07", 3)}


class Boards:
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="evident-test-")
        r = subprocess.run(
            [interpreter.best(), os.path.join(ORACLE, "board_faults.py"),
             "--out", self.dir, "--code", "good-once", *WANT],
            capture_output=True, text=True, timeout=300)
        assert r.returncode == 0, r.stderr
        r = subprocess.run(
            [interpreter.best(), os.path.join(ORACLE, "board_ballots.py"),
             "--out", self.dir], capture_output=True, text=True, timeout=300)
        assert r.returncode == 0, r.stderr

    def path(self, name, what=""):
        return os.path.join(self.dir, name, what)

    def copy(self, name, to):
        shutil.copytree(self.path(name), self.path(to))
        return to

    def look(self, name, *more, state=None):
        """(exit code, alarms)"""
        r = lab.command("monitor", "--board", self.path(name, "board"),
                        "--policy", self.path(name, "policy"), "--state",
                        self.path(name, state or "state"), "--once",
                        "--max-age", FAR, *more)
        return r.code, [json.loads(x) for x in r.out.splitlines()]


BOARDS = None


def boards():
    global BOARDS
    if not BOARDS:
        BOARDS = Boards()
    return BOARDS


def test_T01_quiet_on_a_good_board():
    b = boards()
    assert b.look("good-once") == (0, [])
    assert b.look("good-once") == (0, []), "with the head it kept"


def judged(path):
    """Of evidence that lies alone somewhere else."""
    with tempfile.TemporaryDirectory() as away:
        shutil.copy(path, os.path.join(away, "e"))
        return lab.command("verify", "evidence", os.path.join(away, "e"))


def test_T01_alarms_of_boards_with_one_fault():
    b = boards()
    for name, (code, shows) in {**WANT, **BALLOTS}.items():
        exit_code, alarms = b.look(name)
        assert exit_code == 1 and alarms, name
        mine = [a for a in alarms if a["code"] == code]
        assert mine, (name, alarms)
        first = mine[0]
        assert all(first[k] for k in ("what", "sentence", "act", "is_not"))
        if shows is None:
            continue
        r = judged(first["evidence"])
        assert r.code == shows, (name, str(r))
        assert r.out.startswith(code), r.out


def test_T09_went_back():
    """The head kept before is that of a longer log."""
    b = boards()
    name = b.copy("good-once", "back")
    assert b.look(name)[0] == 0
    head = b.path(name, "state/head")
    with open(head, encoding="utf-8") as f:
        lines = f.read().split("\n")
    lines[1] = str(int(lines[1]) + 1)
    with open(head, "w", encoding="utf-8") as f:
        f.write("\n".join(lines))
    code, alarms = b.look(name)
    assert code == 1 and alarms[0]["code"] == "M02", alarms


def test_D16_words_hold_no_address():
    b = boards()
    for name in WANT:
        for a in b.look(name, state="again")[1]:
            assert "127.0.0.1" not in json.dumps(a)


# ---- ways out ----


class Mailbox(socketserver.ThreadingTCPServer):
    """A mail server as far as one letter goes; refuses the first `no` ones."""
    allow_reuse_address = True

    def __init__(self, no=0):
        super().__init__(("127.0.0.1", 0), Post)
        self.letters, self.no = [], no
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self):
        return "smtp://127.0.0.1:%d" % self.server_address[1]


class Post(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def letter(self, sender, to):
        self.say("354 go on")
        lines = []
        for raw in self.rfile:
            if raw == b".\r\n":
                break
            assert raw.endswith(b"\r\n")
            lines.append(raw[1:] if raw.startswith(b"..") else raw)
        self.server.letters.append((sender, to, b"".join(lines).decode()))
        self.say("250 taken")

    def handle(self):
        sender, to = None, []
        self.say("220 test")
        for raw in self.rfile:
            word = raw.decode().strip()
            verb = word.upper().split(":")[0].split(" ")[0]
            if verb in ("EHLO", "HELO"):
                self.say("250 test")
            elif verb == "MAIL" and self.server.no > 0:
                self.server.no -= 1
                self.say("451 later")
            elif verb == "MAIL":
                sender = word[word.index("<"):]
                self.say("250 ok")
            elif verb == "RCPT":
                to.append(word[word.index("<"):])
                self.say("250 ok")
            elif verb == "DATA":
                self.letter(sender, to)
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("500 what")


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        n = int(self.headers["Content-Length"])
        self.server.got.append((self.headers["Content-Type"],
                                json.loads(self.rfile.read(n))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *words):
        pass


def test_T01_alarm_by_mail():
    with Mailbox() as box:
        boards().look("L5-id-twice", "--smtp", box.url(), "--mail-from",
                      "board@example.org", "--mail-to", "watch@example.org",
                      state="mail")
        first = box.letters[0]
        assert first[0] == "<board@example.org>", first
        assert first[1] == ["<watch@example.org>"], first
        assert "Subject: [Evident] M06 " in first[2], first
        assert "What it does not mean:" in first[2]
        box.shutdown()


def test_T01_alarm_by_webhook_and_program():
    b = boards()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook) as web:
        web.got = []
        threading.Thread(target=web.serve_forever, daemon=True).start()
        script = os.path.join(b.dir, "hook.sh")
        with open(script, "w", encoding="utf-8") as f:
            f.write("#!/bin/sh\nprintf '%s|' \"$@\" >>\"$0.said\"\n")
        os.chmod(script, 0o755)
        _, alarms = b.look("L3-nobody", "--webhook",
                           "http://127.0.0.1:%d/x" % web.server_address[1],
                           "--hook", script, state="web")
        web.shutdown()
    assert [x for _, x in web.got] == alarms, web.got
    assert web.got[0][0] == "application/json"
    with open(script + ".said", encoding="utf-8") as f:
        said = f.read()
    assert said.startswith("M04|on|"), said


class Counters(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.text)

    def log_message(self, *words):
        pass


def intake(text):
    """Alarms M15 and the page's lamp after 13 seconds of these counters."""
    b = boards()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counters) as web:
        web.text = text
        threading.Thread(target=web.serve_forever, daemon=True).start()
        state = tempfile.mkdtemp(dir=b.dir)
        p = subprocess.Popen(
            [lab.EVIDENT, "monitor", "--board", b.path("good-once", "board"),
             "--policy", b.path("good-once", "policy"), "--state", state,
             "--max-age", str(FAR), "--interval", "1", "--metrics",
             "http://127.0.0.1:%d/metrics" % web.server_address[1]],
            stdout=subprocess.PIPE, text=True)
        time.sleep(13)
        p.terminate()
        out, _ = p.communicate(timeout=20)
        web.shutdown()
    assert p.returncode == 0
    return [json.loads(x) for x in out.splitlines()]


def test_B15_taken_in_and_not_published():
    counters = (b"# TYPE x gauge\nevident_log_entries 90\n"
                b"evident_log_published %d\n")
    with ThreadPoolExecutor(2) as pool:
        late, well = pool.map(intake, (counters % 80, counters % 90))
    assert [a["code"] for a in late] == ["M15"] and well == [], (late, well)
    r = judged(late[0]["evidence"])  # numbers are their writer's word
    assert r.code == 3 and r.out.startswith("M15"), r


def test_T01_mail_that_fails_is_tried_again():
    b = boards()
    with Mailbox(no=1) as box:
        p = subprocess.Popen(
            [lab.EVIDENT, "monitor", "--board", b.path("L3-nobody", "board"),
             "--policy", b.path("L3-nobody", "policy"), "--state",
             b.path("L3-nobody", "again-mail"), "--max-age", str(FAR),
             "--interval", "1", "--smtp", box.url(), "--mail-from", "a@b.c",
             "--mail-to", "d@e.f"], stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        for _ in range(150):
            if box.letters:
                break
            time.sleep(0.1)
        p.terminate()
        _, err = p.communicate(timeout=20)
        box.shutdown()
    assert p.returncode == 0, err
    assert len(box.letters) == 1 and "it is tried again" in err, err


def spoken(page):
    with open(os.path.join(page, "status.json"), encoding="utf-8") as f:
        return {x.get("name", x["key"]): x["alarms"]
                for x in json.load(f)["speakers"]}


def test_T01_alarm_in_the_log():
    """The monitor's alarms become entries of the log: each once, judged by
    who reads them, and seen on the page of another monitor."""
    entries = board_lab.Entries()
    with board_lab.Server() as s:
        s.start()
        status, text = s.submit(entries.range("setup", "open"))
        assert status == 200, text
        for name in ("monitor", "audit"):
            board_lab.key_files(s.path(name), name)

        def look(state, key="monitor", post="http://" + s.where):
            size = s.size()
            r = lab.command(
                "monitor", "--board", "http://" + s.where, "--policy",
                s.path("policy"), "--state", s.path(state), "--once",
                "--page", s.path(state + "-page"),
                *(("--post", post, "--key", s.path(key), "--plain-secrets")
                  if key else ()))
            return r, s.size() - size

        gone = one_object(entries)
        path = s.path("board", "public", "obj", gone[:2], gone[2:4], gone)
        kept = board_lab.read(path)
        os.unlink(path)
        r, more = look("a")
        assert r.code == 1 and more == 1, (str(r), more)
        assert [json.loads(x)["code"] for x in r.out.splitlines()] == \
            ["M05"], r.out
        assert look("a")[1] == 0, "twice"
        # a key of another role, a board that is not there
        r, more = look("c", key="audit")
        assert r.code != 0 and more == 0 and "M05 is not" in r.err, str(r)
        r, more = look("d", post="http://127.0.0.1:9")
        assert r.code != 0 and more == 0 and "M05 is not" in r.err, str(r)
        board_lab.write(kept, path)
        r, more = look("b", key=None)
        assert r.code == 0 and more == 0, str(r)
        assert spoken(s.path("b-page")) == {"Key of monitor": ["M05"]}
        page = board_lab.read(s.path("b-page", "index.html")).decode()
        assert "Key of monitor" in page and "alarm in the log" in page
        assert s.faults() == [], s.faults()
    r = lab.command("monitor", "--board", ".", "--policy", "p", "--state", "s",
                    "--post", "http://127.0.0.1:9")
    assert r.code == 2, str(r)


def test_T22_who_reads_the_network_has_no_key():
    """The monitor's key is in the memory of its own process alone, which ends
    with the monitor."""
    if os.getuid() != 0:
        return "only root can look into the memory of these processes"
    b = boards()
    key = os.path.join(b.dir, "key-of")
    board_lab.key_files(key, "monitor")
    p = subprocess.Popen(
        [lab.EVIDENT, "monitor", "--board", b.path("L7-ballot-gone", "board"),
         "--policy", b.path("L7-ballot-gone", "policy"), "--state",
         b.path("keyed"), "--max-age", str(FAR), "--interval", "1", "--post",
         "http://127.0.0.1:9", "--key", key, "--plain-secrets"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = p.stderr.readline()  # it has signed, and nobody is there
    assert "M05 is not in the log" in said or "9" in said, said
    family = board_lab.family(p.pid)
    held = board_lab.holders(p.pid, "monitor")
    assert any(held.pop("sign")), "the test looks in the wrong place"
    assert len(held) == 1 and not any(map(any, held.values())), held
    for pid in family:
        status = board_lab.read("/proc/%d/status" % pid).decode()
        if "Name:\tsign" in status:
            assert "Seccomp:\t2" in status and "NoNewPrivs:\t1" in status
    p.terminate()
    p.communicate(timeout=20)
    assert p.returncode == 0
    assert not any(os.path.exists("/proc/%d" % x) for x in family)


def one_object(entries):
    """That of the RELEASE entry."""
    item = entries.plan["release"]
    return board_lab.make.hs.digest("release",
                                    item.fields["release"]).hex()


def test_wrong_use():
    b = boards()
    policy, board = b.path("good-once", "policy"), b.path("good-once", "board")
    for words in ((), ("--board", board), ("--board", board, "--policy", board,
                                           "--state", b.path("x"))):
        r = lab.command("monitor", *words)
        assert r.code == 2, str(r)
    r = lab.command("monitor", "--board", board, "--policy", policy, "--state",
                    b.path("y"), "--interval", "-1")
    assert r.code == 2 and "interval" in r.err, str(r)
    name = b.path("L3-nobody", "nothing")
    r = lab.command("monitor", "--board", b.path("L3-nobody", "board"),
                    "--policy", b.path("L3-nobody", "policy"), "--state",
                    b.path("no-hook"), "--max-age", FAR, "--once", "--hook",
                    name)
    assert r.code != 0 and name + " cannot be started" in r.err, str(r)
    for words in (("--smtp", "http://x", "--mail-to", "a@b"),
                  ("--smtp", "smtp://x", "--mail-from", "a@b", "--mail-to",
                   "a>b@c"), ("--webhook", "file:///etc/passwd")):
        r = lab.command("monitor", "--board", board, "--policy", policy,
                        "--state", b.path("z"), *words)
        assert r.code == 2 and "expected" in r.err, str(r)


if __name__ == "__main__":
    try:
        code = lab.Tap().run([
            test_T01_quiet_on_a_good_board,
            test_T01_alarms_of_boards_with_one_fault, test_T09_went_back,
            test_D16_words_hold_no_address, test_T01_alarm_by_mail,
            test_T01_alarm_by_webhook_and_program,
            test_B15_taken_in_and_not_published,
            test_T01_mail_that_fails_is_tried_again,
            test_T01_alarm_in_the_log,
            test_T22_who_reads_the_network_has_no_key, test_wrong_use])
    finally:
        if BOARDS:
            shutil.rmtree(BOARDS.dir, ignore_errors=True)
    sys.exit(code)
