"""Verify election records of Evident (EGDS 2.1.0) from Python.

    import evident

    outcome = evident.verify("record")
    if outcome.passed:
        for contest in outcome.tally:
            print(contest.label, {c.label: c.votes for c in contest.cells})
    else:
        for check in outcome.failed:
            print(check.id, check.meaning, check.failures[0].what)

The work is done by libevident, found through cffi: the file that the
environment variable EVIDENT_LIBRARY names, else the installed
libevident.so.0. Needs the package python3-cffi and nothing else.

`verify` returns an Outcome whatever the record holds, and raises an Error only
if nothing could be judged (no such folder, a bad argument). Only
`outcome.passed` says that the record holds: what was not examined is not
passed. The interpreter is free for other threads meanwhile, and any number of
verifications may run at the same time.
"""
from ._library import (Error, MissingError, RangeError, StoppedError,
                       version)
from ._outcome import (Cell, Check, Contest, Failure, Outcome, Stage, Status,
                       Verdict, verify)

__all__ = ["Cell", "Check", "Contest", "Error", "Failure", "MissingError",
           "Outcome", "RangeError", "Stage", "Status", "StoppedError",
           "Verdict", "verify", "version"]
