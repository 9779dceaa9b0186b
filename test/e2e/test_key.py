#!/usr/bin/env python3
"""`evident key`: keys that sign notes, from the command line. Prints TAP."""
import os
import re
import resource
import subprocess
import tempfile
import time

import lab
from lab import USAGE, command, good, read, refused, tree, write

PLAIN = "--plain-secrets"


class Keys:
    """A folder with the key ada, made without a passphrase."""

    def __init__(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.dir = self.temporary.name
        good(command("key", "new", self.path("ada"), "--name",
                     "example.org/ada", PLAIN))

    def path(self, name):
        return os.path.join(self.dir, name)

    def sign(self, text, key="ada", *more, **how):
        write(text if isinstance(text, bytes) else text.encode(),
              self.path("text"))
        return command("key", "sign", self.path("text"), "--key",
                       self.path(key), *(more or (PLAIN,)), **how)


def test_new_and_show():
    x = Keys()
    line = read(x.path("ada.pub")).decode()
    assert re.fullmatch(r"example\.org/ada\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}\n",
                        line), line
    assert good(command("key", "show", x.path("ada"))).out == line
    assert os.stat(x.path("ada.key")).st_mode & 0o777 == 0o600
    assert sorted(os.listdir(x.dir)) == ["ada.key", "ada.pub"]


def test_sign_makes_a_note():
    x = Keys()
    a = good(x.sign("One line,\n\nand another.\n"))
    head, line = a.out.rsplit("\n\n", 1)
    assert head == "One line,\n\nand another."
    assert re.fullmatch("\u2014 example\\.org/ada [A-Za-z0-9+/]{90,}=\n", line), a
    assert good(x.sign("One line,\n\nand another.\n")).out == a.out
    good(x.sign("One line,\n\nand another.\n", "ada", PLAIN, "--out",
                x.path("note")))
    assert read(x.path("note")).decode() == a.out
    refused(x.sign("x\n", "ada", PLAIN, "--out", x.path("note")), USAGE,
            "note", "there already")


def test_T22_sealed_key():
    """A wrong passphrase costs 256 MiB and three passes over them, which is
    half a second and more on the machines of today; a changed byte, too."""
    x = Keys()
    how = ("--passphrase-fd", "0")
    good(command("key", "new", x.path("bo"), "--name", "bo", *how,
                 stdin="correct horse\n"))
    assert sorted(n for n in os.listdir(x.dir) if n.startswith("bo")) == [
        "bo.key.sealed", "bo.pub"]
    file = read(x.path("bo.key.sealed"))
    assert file[:16] == b"EVS1" + (3).to_bytes(4, "big") + \
        (256 << 20).to_bytes(8, "big"), file[:16]
    assert "\u2014 bo " in good(x.sign("t\n", "bo", *how,
                                      stdin="correct horse\n")).out
    for at, word in ((40, "wrong"), (40, "correct")):
        write(file[:at] + bytes([file[at] ^ 1]) + file[at:][1:]
              if word == "correct" else file, x.path("bo.key.sealed"))
        start = time.monotonic()
        refused(x.sign("t\n", "bo", *how, stdin=word + " horse\n"), USAGE,
                "bo.key.sealed", "wrong passphrase or damaged")
        assert time.monotonic() - start > 0.2  # half a second, or so
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert most > 256 << 10, most
    write(file, x.path("bo.key.sealed"))
    refused(x.sign("t\n", "bo", PLAIN), USAGE, "bo.key", "not there")
    refused(command("key", "new", x.path("cy"), "--name", "cy", "--kdf",
                    "interactive", *how, stdin="p\n"), USAGE, "trial")


def test_wrong_input_is_one_sentence():
    x = Keys()
    before = tree(x.dir)
    refused(command("key", "new"), USAGE, "K")
    refused(command("key", "new", x.path("bo"), PLAIN), USAGE, "--name")
    for name in ("", "a b", "a+b", "a\u00a0b", "a\tb", "x" * 256, "\u202ea"):
        refused(command("key", "new", x.path("bo"), "--name", name, PLAIN),
                USAGE, "name has 1 to 255")
    refused(command("key", "new", x.path("ada"), "--name", "ada", PLAIN),
            USAGE, "ada.pub", "not overwritten")
    refused(command("key", "show", x.path("none")), USAGE, "none.pub")
    refused(command("key", "sign", x.path("none"), "--key", x.path("ada"),
                    PLAIN), USAGE, "none")
    assert tree(x.dir) == before
    for text in (b"", b"no line feed", b"\xff\n", b"tab\t\n", b"cr\r\n",
                 b"zero\0\n"):
        refused(x.sign(text), USAGE, "text", "expected UTF-8")


def test_files_that_do_not_fit():
    x = Keys()
    good(command("key", "new", x.path("bo"), "--name", "bo", PLAIN))
    public, secret = read(x.path("ada.pub")), read(x.path("ada.key"))
    for bad in (b"", b"ada\n", public[:-2], public + b"\n", b"x" + public):
        write(bad, x.path("ada.pub"))
        refused(x.sign("t\n"), USAGE, "ada.pub", "expected a public key")
    write(read(x.path("bo.pub")), x.path("ada.pub"))
    refused(x.sign("t\n"), USAGE, "ada.key", "does not hold the secret")
    write(public, x.path("ada.pub"))
    other = read(x.path("bo.key"))[:64] + secret[64:]
    for bad in (b"", secret[:-1], secret + b"\n", secret.lower(), other):
        write(bad, x.path("ada.key"))
        refused(x.sign("t\n"), USAGE, "ada.key", "does not hold the secret")
    write(secret, x.path("ada.key"))
    good(x.sign("t\n"))


def test_B11_no_secret_is_printed():
    x = Keys()
    seed = read(x.path("ada.key"))[:64].decode()
    for a in (x.sign("t\n"), command("key", "show", x.path("ada"))):
        assert seed not in a.out + a.err and seed.lower() not in a.out + a.err
    assert seed not in read(x.path("ada.pub")).decode()


def test_openssl_knows_the_signature():
    """The same key and signature, by another program."""
    import base64
    x = Keys()
    text = "Checked elsewhere.\n"
    note = good(x.sign(text)).out
    sig = base64.b64decode(note.rsplit(" ", 1)[1])[4:]
    key = base64.b64decode(read(x.path("ada.pub")).decode().split("+", 2)[2])
    assert key[0] == 1 and len(sig) == 64
    write(bytes.fromhex("302a300506032b6570032100") + key[1:], x.path("k.der"))
    write(sig, x.path("sig"))
    try:
        p = subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER",
             "-inkey", x.path("k.der"), "-rawin", "-in", x.path("text"),
             "-sigfile", x.path("sig")], check=False, capture_output=True)
    except FileNotFoundError:
        return "openssl is not installed"
    assert p.returncode == 0, p.stdout + p.stderr
    return None


if __name__ == "__main__":
    lab.main([v for k, v in list(globals().items()) if k.startswith("test_")])
