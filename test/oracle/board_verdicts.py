"""What an evidence file can come to."""
SHOWN, FALSE, NONE, WORD = 0, 1, 2, 3


class NoEvidence(Exception):
    """A file that lacks a part of its row, or has one that is not what its row says."""


class Untrue(Exception):
    """A checkpoint that the log did not sign, or an entry that is not in the tree."""


def demand(good, what):
    if not good:
        raise NoEvidence(what)
