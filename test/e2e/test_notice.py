#!/usr/bin/env python3
"""`evident notice` over a board that is served: what is official, what no
longer holds, and what somebody made up. Prints TAP."""
import http.server
import os
import sys
import threading

sys.dont_write_bytecode = True
from board_lab import Entries, Server, form, make, notes  # noqa: E402
from lab import FAILS, USAGE, Tap, command, good, refused, write  # noqa: E402

PLAIN = "--plain-secrets"
TUESDAY, WEDNESDAY = "Voting is on Tuesday.", "Voting is on\nWednesday & Friday."
PAGE = """<!DOCTYPE html><head><title>%s</title></head><body>
<script>var t = "%s"</script><!-- %s --><h1>News</h1> <p id="n">%s</p>
<p>Bring a pen.</p></body>"""


def page(text):
    other = "Voting is over."
    return PAGE % (other, other, other, text.replace("&", "&amp;").replace(
        " ", " \r\n ").replace("is", "<b>is</b>"))


def admin_files(path, name):
    """The files of an admin's key: a name in a note has no space."""
    line = notes.Key(name.replace(" ", "-"), notes.LOG,
                     make.public(name)).text().encode() + b"\n"
    write(line, path + ".pub")
    write(make.seed(name).hex().upper().encode() + b" " + line, path + ".key")
    os.chmod(path + ".key", 0o600)


class Board:
    def __init__(self):
        self.entries = e = Entries()
        self.server = s = Server().start()
        old = make.Item("", form.NOTICE, make.ADMINS, 0, supersedes=form.NEVER,
                        void_after=1, text="The office opens at 8.")
        old.opened = form.NONE
        status, text = s.submit(e.range("setup", "notice") +
                                e.pack(e.plan.make(old)))
        assert status == 200, text
        for name in make.ADMINS:
            admin_files(s.path(name), name)
        self.url = "http://" + s.where

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.__exit__()

    def path(self, name):
        return self.server.path(name)

    def check(self, what, policy=None):
        return command("notice", "check", what, "--board", self.url,
                       "--policy", policy or self.path("policy"))

    def publish(self, text, *more, admins=2):
        write(text.encode(), self.path("text"))
        keys = [x for n in make.ADMINS[:admins]
                for x in ("--key", self.path(n))]
        return command("notice", "publish", self.path("text"), "--board",
                       self.url, *keys, PLAIN, *more)

    def served(self, text):
        """A web site with one page: its address."""
        data = text.encode()

        class Site(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        site = http.server.HTTPServer(("127.0.0.1", 0), Site)
        threading.Thread(target=site.serve_forever, daemon=True).start()
        return "http://127.0.0.1:%d/news" % site.server_port


def test_published_by_two():
    with Board() as b:
        a = good(b.check(TUESDAY))
        assert "OFFICIAL" in a.out and "notice 1:" in a.out, a
        a = good(b.publish(WEDNESDAY + "\n", "--draft", b.path("draft"),
                           "--supersedes", "1", "--until", "2099-01-01",
                           admins=1))
        assert "missing: 1 admin" in a.out, a
        assert b.check(WEDNESDAY).code == FAILS  # a draft is not official
        write((WEDNESDAY + "\n").encode(), b.path("text"))
        good(command("notice", "publish", b.path("text"), "--draft",
                     b.path("draft"), "--board", b.url, "--supersedes", "1",
                     "--until", "2099-01-01", "--key",
                     b.path(make.ADMINS[1]), PLAIN))
        assert "OFFICIAL" in good(b.check(WEDNESDAY)).out
        assert "OFFICIAL" in good(b.check(b.path("text"))).out
        assert os.path.exists(b.path("draft.receipt"))
        good(command("receipt", "check", b.path("draft.receipt"), "--policy",
                     b.path("policy")))


def test_T18_altered_page_and_old_notice():
    with Board() as b:
        good(b.publish(WEDNESDAY, "--supersedes", "1"))
        # an altered page: no entry, so it is not official
        for text in ("Voting is on Thursday.", TUESDAY + " Or not.",
                     "Voting is over.", "Voting is on Wednesday &"):
            a = b.check(text)
            assert a.code == FAILS and "NOT OFFICIAL" in a.out, a
        write(page("Voting is on Thursday.").encode(), b.path("page"))
        assert "NOT OFFICIAL" in b.check(b.path("page")).out
        a = b.check(b.served(page("Voting is on Thursday.")))
        assert a.code == FAILS and "NOT OFFICIAL" in a.out, a
        # the true page
        a = good(b.check(b.served(page(WEDNESDAY))))
        assert "Nothing else on the page is official" in a.out, a
        # an old notice replayed
        for what in (TUESDAY, b.served(page(TUESDAY))):
            a = b.check(what)
            assert a.code == FAILS and "SUPERSEDED by entry 3" in a.out, a
            assert WEDNESDAY in a.out, a
        a = b.check("The office opens at 8.")
        assert a.code == FAILS and "EXPIRED" in a.out, a


def test_another_board_or_nobody():
    with Board() as b:
        write(b"log %s\nquorum none\n" % make.vkey(
            "other.example/x", 1).encode(), b.path("other"))
        a = b.check(TUESDAY, b.path("other"))
        assert a.code == FAILS and "another policy" in a.err, a
        assert "OFFICIAL" not in a.out, a
        refused(command("notice", "check", TUESDAY, "--board", b.url), USAGE,
                "--policy")
        refused(b.publish("x", "--until", "2001-01-01"), USAGE, "is not in")
        refused(b.publish("x", "--supersedes", "0"), USAGE, "no notice")
        a = b.publish("x", admins=1)
        assert a.code == USAGE and "missing: 1 admin" in a.err, a


if __name__ == "__main__":
    sys.exit(Tap().run([
        test_published_by_two, test_T18_altered_page_and_old_notice,
        test_another_board_or_nobody]))
