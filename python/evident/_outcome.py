"""A verification and what it found, as plain objects."""
import enum
import json
import os
from dataclasses import dataclass

from ._library import ffi, lib, text, tried


class Stage(enum.IntEnum):
    """How far the election has come: which files there must be."""
    CEREMONY = 0
    CLOSED = 1
    FINAL = 2


class Status(enum.IntEnum):
    NOT_RUN = 0
    PASS = 1
    FAILED = 2


class Verdict(enum.IntEnum):
    """Also what a program may end with."""
    PASS = 0
    FAIL = 1
    INCOMPLETE = 3


@dataclass(frozen=True)
class Failure:
    where: str  # "ballots/device_1.jsonl:3 contest 2 field 1"
    what: str


@dataclass(frozen=True)
class Check:
    id: str       # "6.A", "X.1"
    meaning: str  # what must hold
    unit: str     # what `count` counts
    stage: Stage  # the first whose verifier runs it
    status: Status
    count: int
    n_failed: int
    failures: tuple  # of Failure: the first ones, at most 10
    remark: str      # why it was not run, or None


@dataclass(frozen=True)
class Cell:
    field: int  # number in the contest, from 1
    label: str
    votes: int


@dataclass(frozen=True)
class Contest:
    contest: int  # number in the manifest, from 1
    label: str
    cells: tuple  # of Cell; empty: withheld


@dataclass(frozen=True)
class Outcome:
    """What a verification found. `tally` is as published, and true only where
    `passed`."""
    verdict: Verdict
    stage: Stage
    ballots: int
    cast: int
    challenged: int
    spoiled: int
    superseded: int
    refused: int
    digest: bytes  # of the record, 32 bytes; None: not all of it was read
    checks: tuple  # of Check: every one there is, run or not
    tally: tuple   # of Contest
    text: str      # the report for people
    json: str      # the report for programs

    @property
    def passed(self):
        return self.verdict == Verdict.PASS

    @property
    def failed(self):
        """The checks that fail."""
        return tuple(c for c in self.checks if c.status == Status.FAILED)

    def check(self, name):
        """The check "6.A"; KeyError if there is none of this name."""
        for c in self.checks:
            if c.id == name:
                return c
        raise KeyError(name)

    def report(self):
        """The report for programs, read."""
        return json.loads(self.json)


def verify(record, stage=Stage.FINAL, jobs=0, memory_bytes=0, tmp=None,
           watch=None):
    """Verifies the record in a folder and returns an Outcome.

    record        the folder, a path
    stage         Stage.CEREMONY, CLOSED or FINAL
    jobs          threads, 1 to 256; 0: one per processor
    memory_bytes  at most, from 2**20; 0: 4 GiB
    tmp           folder for temporary files, which have no names
    watch         called with the number of ballots looked at, now and then; if
                  it returns something true, StoppedError is raised, and what
                  it raises comes out of verify

    Raises MissingError (no such folder), RangeError, Error.
    """
    raised = []

    @ffi.callback("evd_watch")
    def watched(_, ballots_done):
        try:
            return 1 if watch(ballots_done) else 0
        except BaseException as e:  # comes out of verify
            raised.append(e)
            return 1

    options = ffi.new("evd_verify_options *")
    options.size = ffi.sizeof("evd_verify_options")
    try:
        options.stage, options.jobs = int(stage), jobs
        options.memory_bytes = memory_bytes
    except OverflowError as e:
        raise ValueError(str(e)) from None
    if tmp is not None:
        tmp = ffi.new("char[]", os.fsencode(tmp))
        options.tmp = tmp
    if watch is not None:
        options.watch = watched
    out = ffi.new("evd_outcome **")
    code = lib.evd_verify_dir(out, os.fsencode(record), options)
    if raised:
        raise raised[0]
    tried(code)
    try:
        return _outcome(out[0])
    finally:
        lib.evd_outcome_close(out[0])


def _filled(kind, function, *arguments):
    out = ffi.new("evd_outcome_%s *" % kind)
    tried(function(*arguments, out))
    return out


def _printed(o, as_json):
    out, n = ffi.new("char **"), ffi.new("size_t *")
    tried(lib.evd_outcome_print(o, as_json, out, n))
    try:
        return text(out[0], n[0])
    finally:
        lib.evd_free(out[0])


def _check(o, i):
    c = _filled("check", lib.evd_outcome_check_at, o, i)
    failures = []
    for j in range(c.n_failures):
        f = _filled("failure", lib.evd_outcome_failure_at, o, i, j)
        failures.append(Failure(text(f.where), text(f.what)))
    return Check(text(c.id), text(c.meaning), text(c.unit), Stage(c.stage),
                 Status(c.status), c.count, c.failed, tuple(failures),
                 text(c.remark))


def _contest(o, i):
    c = _filled("contest", lib.evd_outcome_contest_at, o, i)
    cells = []
    for j in range(c.n_cells):
        f = _filled("cell", lib.evd_outcome_cell_at, o, i, j)
        cells.append(Cell(f.field, text(f.label, f.label_bytes), f.votes))
    return Contest(c.contest, text(c.label, c.label_bytes), tuple(cells))


def _outcome(o):
    s = _filled("summary", lib.evd_outcome_sum, o)
    return Outcome(
        Verdict(s.verdict), Stage(s.stage), s.ballots, s.cast, s.challenged,
        s.spoiled, s.superseded, s.refused,
        bytes(s.digest) if s.has_digest else None,
        tuple(_check(o, i) for i in range(s.n_checks)),
        tuple(_contest(o, i) for i in range(s.n_contests)),
        _printed(o, 0), _printed(o, 1))
