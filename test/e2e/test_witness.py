#!/usr/bin/env python3
"""`evident witness` as a process: over HTTP, stopped, killed, started again.
Prints TAP."""
import base64
import hashlib
import http.client
import os
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from lab import (EVIDENT, UNFINISHED, USAGE, Tap, command, good,  # noqa: E402
                 read, write)

PLAIN = "--plain-secrets"
ORIGIN = "board.example/test-1"
FOLDER = hashlib.sha256(ORIGIN.encode()).hexdigest()


def leaf(i, flavour=0):
    return hashlib.sha256(b"\0entry %d %d" % (i, flavour)).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


class Place:
    """A folder with the keys of a log and of a witness."""

    def __init__(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.running = []
        for key, name in (("log", ORIGIN), ("w", "w.example")):
            good(command("key", "new", self.path(key), "--name", name, PLAIN))

    def path(self, name):
        return os.path.join(self.temporary.name, name)

    def start(self, state="state", listen="127.0.0.1:0"):
        p = subprocess.Popen(
            [EVIDENT, "witness", "--listen", listen, "--key", self.path("w"),
             "--state", self.path(state), "--log", self.path("log.pub"),
             PLAIN], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.running.append(p)
        first = p.stdout.readline()
        if not first.startswith("listens on "):
            p.wait(10)
            return p, None
        p.stdout.readline()
        return p, first.split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for p in self.running:
            p.kill()
            p.communicate()
        self.temporary.cleanup()

    def checkpoint(self, size, root):
        """Signed by the log, by `evident key sign`."""
        text = "%s\n%d\n%s\n" % (ORIGIN, size, base64.b64encode(root).decode())
        write(text.encode(), self.path("text"))
        return good(command("key", "sign", self.path("text"), "--key",
                            self.path("log"), PLAIN)).out


def post(where, body, path="/add-checkpoint"):
    c = http.client.HTTPConnection(where, timeout=10)
    c.request("POST", path, body.encode())
    r = c.getresponse()
    return r.status, r.getheader("Content-Type"), r.read().decode()


def get(where, path):
    c = http.client.HTTPConnection(where, timeout=10)
    c.request("GET", path)
    r = c.getresponse()
    return r.status, r.read().decode()


def ask(old, proof, note):
    return "old %d\n%s\n%s" % (
        old, "".join(base64.b64encode(h).decode() + "\n" for h in proof), note)


A, B, C = leaf(0), leaf(1), leaf(2)
TWO = node(A, B)
THREE = node(TWO, C)


def test_over_http():
    with Place() as x:
        _, where = x.start()
        one, two = x.checkpoint(1, A), x.checkpoint(2, TWO)
        assert get(where, "/%s/checkpoint" % FOLDER)[0] == 404
        status, kind, body = post(where, ask(0, [], one))
        assert status == 200 and body.startswith("\u2014 w.example "), body
        assert get(where, "/%s/checkpoint" % FOLDER) == (200, one + body)
        assert post(where, ask(0, [], two)) == (409, "text/x.tlog.size", "1\n")
        assert post(where, ask(1, [A], two))[0] == 422
        assert post(where, ask(1, [B], two))[0] == 200
        assert post(where, ask(2, [], x.checkpoint(2, node(B, A))))[0] == 422
        assert post(where, "old 2\n")[0] == 400
        other = two.replace(ORIGIN, "board.example/else")
        assert post(where, ask(2, [], other))[0] == 404
        assert post(where, ask(2, [], two.replace(ORIGIN, "x.y", 1)
                               .replace("x.y", ORIGIN, 1)
                               .rsplit("\u2014", 1)[0] + "\u2014 a AAAAAAA=\n")
                    )[0] == 403
        assert get(where, "/add-checkpoint")[0] == 405
        assert get(where, "/state/w.key")[0] == 404
        assert post(where, ask(2, [], "x" * 70000))[0] == 413
        assert post(where, ask(2, [C], x.checkpoint(3, THREE)))[0] == 200


def test_stopped_killed_started_again():
    with Place() as x:
        p, where = x.start()
        assert post(where, ask(0, [], x.checkpoint(1, A)))[0] == 200
        p.send_signal(signal.SIGTERM)
        assert p.wait(10) == 0, p.communicate()
        p, where = x.start(listen=where)
        assert post(where, ask(1, [B], x.checkpoint(2, TWO)))[0] == 200
        p.kill()
        p.wait(10)
        p, where = x.start()
        assert post(where, ask(1, [B], x.checkpoint(2, TWO)))[2] == "2\n"
        assert sorted(os.listdir(x.path("state"))) == [FOLDER, "witness"]


def test_one_process_and_key_a_folder():
    with Place() as x:
        first, _ = x.start()
        second, where = x.start()
        assert where is None and second.returncode == UNFINISHED
        assert "another command" in second.stderr.read()
        first.kill()
        first.wait(10)
        for key in ("w.key", "w.pub"):
            os.unlink(x.path(key))
        good(command("key", "new", x.path("w"), "--name", "w.example", PLAIN))
        third, where = x.start()
        assert where is None and third.returncode == USAGE
        assert "another witness" in third.stderr.read()


def test_the_web_side_dies():
    """Without it the witness ends; it does not sit there."""
    with Place() as x:
        p, where = x.start()
        assert get(where, "/x/checkpoint")[0] == 404  # both sides are at work
        child = int(read("/proc/%d/task/%d/children" % (p.pid, p.pid)).split()[0])
        status = read("/proc/%d/status" % child).decode()
        assert "Seccomp:\t2" in status and "NoNewPrivs:\t1" in status, status
        status = read("/proc/%d/status" % p.pid).decode()
        assert "Seccomp:\t2" in status, status
        os.kill(child, signal.SIGKILL)
        assert p.wait(10) == UNFINISHED
        assert "web side" in p.stderr.read()


def test_no_key_signs_as_a_witness_by_hand():
    """A text that a witness would sign is refused by `key sign`."""
    with Place() as x:
        write(("cosignature/v1\ntime 1700000000\n%s\n1\n%s\n" % (
            ORIGIN, base64.b64encode(A).decode())).encode(), x.path("text"))
        a = command("key", "sign", x.path("text"), "--key", x.path("w"), PLAIN)
        assert a.code == USAGE and a.out == "" and "witness" in a.err, a


if __name__ == "__main__":
    sys.exit(Tap().run([
        test_over_http, test_stopped_killed_started_again,
        test_one_process_and_key_a_folder, test_the_web_side_dies,
        test_no_key_signs_as_a_witness_by_hand]))
