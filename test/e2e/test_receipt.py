#!/usr/bin/env python3
"""`evident receipt`: made of a real log key and real witnesses, checked as a
file, in a page and as a QR code. Prints TAP."""
import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from lab import (EVIDENT, FAILS, UNFINISHED, USAGE, Tap, command,  # noqa: E402
                 good, refused, write)
from test_witness import ORIGIN, Place, ask, leaf, node, post  # noqa: E402

CODE = bytes(range(32))
KEY = bytes(range(100, 132))
DAY = time.strftime("%Y-%m-%d", time.gmtime())


def entry(kind=5):
    """CAST, or BALLOT, signed by KEY: bytes of board-format 2 and 3."""
    if kind == 5:
        body = CODE + KEY + (1).to_bytes(4, "big") + bytes(32)
    else:
        body = (b"i" * 32 + CODE + b"o" * 32 + (9).to_bytes(4, "big") +
                (1).to_bytes(4, "big") * 3 + bytes(4))
    sig = hashlib.sha256(KEY).digest()[:8] + b"\1" + b"s" * 64
    return (b"EVB1" + bytes([kind]) + (3).to_bytes(4, "big") +
            len(body).to_bytes(2, "big") + body + b"\1" + sig)


class Office:
    """A log of three entries, the second ours, and one witness of one."""

    def __init__(self, kind=5):
        self.place = Place()
        p = self.place
        _, where = p.start()
        self.entry = entry(kind)
        mine = hashlib.sha256(b"\0" + self.entry).digest()
        root = node(node(leaf(0), mine), leaf(2))
        note = p.checkpoint(3, root)
        status, _, line = post(where, ask(0, [], note))
        assert status == 200
        self.text = "c2sp.org/tlog-proof@v1\nextra %s\nindex 1\n%s\n%s\n\n%s%s" % (
            base64.b64encode(self.entry).decode(),
            base64.b64encode(leaf(0)).decode(),
            base64.b64encode(leaf(2)).decode(), note, line)
        good(command("policy", "make", "--log", p.path("log.pub"), "--witness",
                     p.path("w.pub"), "--quorum", "1", "--out",
                     p.path("policy")))
        with open(p.path("policy"), "rb") as f:
            self.digest = hashlib.sha256(
                b"Evident/policy/v1\0" + f.read()).hexdigest()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.place.__exit__()

    def check(self, text, *more, policy=True):
        write(text.encode(), self.place.path("receipt"))
        how = ("--policy", self.place.path("policy")) if policy else ()
        return command("receipt", "check", self.place.path("receipt"), *how,
                       *more)


def test_cast():
    with Office() as o:
        a = good(o.check(o.text, "--code", CODE.hex(), "--credential",
                         KEY.hex(), "--from", DAY, "--to", DAY,
                         "--policy-digest", o.digest))
        assert "Receipt of CAST: entry 1 of the 3 of " + ORIGIN in a.out, a
        assert "the ballot was CAST" in a.out and "not checked" not in a.out, a
        assert "1 witness signed of 1; the policy asks for 1" in a.out, a
        assert CODE.hex().upper() in a.out and o.digest.upper() in a.out, a
        a = o.check(o.text, policy=False)
        assert a.code == UNFINISHED and "--policy" in a.out, a


def test_a_ballot_is_only_sealed():
    with Office(kind=4) as o:
        a = good(o.check(o.text, "--code", CODE.hex(" "), "--credential",
                         KEY.hex()))
        assert "SEALED. It does not show that it was cast" in a.out, a


def test_what_does_not_fit():
    with Office() as o:
        other = "00" * 32
        for more in (("--code", other), ("--credential", other),
                     ("--from", "2099-01-01"), ("--to", "2001-01-01")):
            a = o.check(o.text, *more)
            assert a.code == FAILS and "FAILS" in a.out, a
            assert "does NOT hold" in a.out, a
        a = o.check(o.text, "--policy-digest", other)
        assert a.code == FAILS and "not the policy" in a.err, a
        for old, new in (("index 1", "index 2"), ("\n3\n", "\n4\n")):
            assert o.check(o.text.replace(old, new, 1)).code == FAILS
        no_witness = o.text[:o.text.rindex("\u2014")]
        a = o.check(no_witness)
        assert a.code == FAILS and "0 witnesses signed" in a.out, a
        refused(o.check("x" + o.text[1:]), USAGE, "c2sp.org/tlog-proof@v1")
        refused(o.check(o.text, "--code", "12"), USAGE, "64 hex digits")
        refused(o.check(o.text, "--from", "7.11.2028"), USAGE, "--from")
        refused(o.check(o.text.replace("index 1", "index one")), USAGE,
                "line 3", "index")


def test_several_and_pages():
    with Office() as o:
        a = good(o.check(o.text + "\n" + o.text))
        assert a.out.count("Receipt of CAST") == 2, a
        page = "<html><pre>\r\n%s</pre></html>" % o.text.replace(
            "+", "&#43;").replace("\u2014", "&mdash;").replace("\n", "\r\n")
        assert "was CAST" in good(o.check(page)).out
        bad = page.replace("index 1", "index 0")
        assert o.check(bad).code == FAILS


def test_packed():
    with Office() as o:
        good(o.check(o.text))
        a = good(command("receipt", "pack", o.place.path("receipt")))
        assert a.out.startswith("EVR1:"), a
        packed = a.out
        assert good(o.check(packed)).out == good(o.check(o.text)).out
        refused(o.check(packed, policy=False), USAGE, "--policy")
        refused(o.check(packed.replace("EVR1:", "EVR1:0")), USAGE, "packed")
        return scan(o, packed)


def scan(o, packed):
    """Printed by evident-sheets, read again by zbar."""
    sheets = os.path.join(os.path.dirname(EVIDENT), "evident-sheets")
    if not os.path.exists(sheets) or not shutil.which("zbarimg"):
        return "evident-sheets or zbar is not there"
    write(packed.encode(), o.place.path("packed"))
    p = subprocess.run([sheets, "qr", o.place.path("packed")],
                       stdout=subprocess.PIPE, check=True)
    rows = []
    for line in p.stdout.decode().splitlines():
        rows.append([c in " \u2584" for c in line])
        rows.append([c in " \u2580" for c in line])
    with tempfile.NamedTemporaryFile(suffix=".pbm") as f:
        f.write(b"P1 %d %d\n" % (4 * len(rows[0]), 4 * len(rows)))
        for row in rows:
            for _ in range(4):
                f.write("".join("1111" if dark else "0000"
                                for dark in row).encode() + b"\n")
        f.flush()
        read = subprocess.run(["zbarimg", "-q", "--raw", f.name],
                              stdout=subprocess.PIPE, check=True)
    assert read.stdout.decode().rstrip("\n") == packed.rstrip("\n")
    return None


if __name__ == "__main__":
    sys.exit(Tap().run([
        test_cast, test_a_ballot_is_only_sealed, test_what_does_not_fit,
        test_several_and_pages, test_packed]))
