#!/usr/bin/env python3
"""`evident serve`: an election of the second implementation goes in, and its
judge looks at what comes out. Prints TAP."""
import sys

sys.dont_write_bytecode = True
from board_lab import Entries, Server, notes  # noqa: E402
from lab import Tap  # noqa: E402


def receipts(text, server):
    """Every receipt of an answer, checked by the oracle."""
    out = []
    policy = notes.Policy.parse(server.policy())
    for part in text.split(b"\n\nc2sp.org/"):
        if out:
            part = b"c2sp.org/" + part
        part = part.rstrip(b"\n") + b"\n"
        r = notes.Receipt.parse(part)
        r.check(policy)
        out.append(r)
    return out


def test_election():
    """All of it, in three requests; asked again, refused, contradicted."""
    e = Entries()
    with Server().start() as s:
        assert s.get("checkpoint")[0] == 404
        for first, last in (("setup", "ceremony 3 1"),
                            ("ceremony 1 2", "roll-revoke"),
                            ("keys", "keys"), ("device 1", "cast 9"),
                            ("ballot 10", "attest 2")):
            status, text = s.submit(e.range(first, last))
            assert status == 200, (text, s.said())
        assert s.size() == len(e.labels)
        assert s.faults() == [], s.faults()
        again = s.submit(e.item["cast 2"])
        assert again[0] == 200
        assert s.submit(b"")[0] == 400
        assert s.size() == len(e.labels)
        n = s.numbers()
        assert n["evident_entries_taken_total"] == len(e.labels), n
        assert n["evident_entries_repeated_total"] == 1, n
        assert s.stop() == 0, s.said()
        assert s.said() == "", s.said()


if __name__ == "__main__":
    sys.exit(Tap().run([test_election]))
