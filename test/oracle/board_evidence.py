#!/usr/bin/env python3
"""Judge the evidence of an alarm: python3 board_evidence.py FILE (board-format section 6).

Exit 0: shown, 1: false, 3: its writer's word.  M09 is not judged here (exit 3).
"""
import sys

import board_note as notes
import board_tree as tree
from board_form import (BALLOT, CAST, CHALLENGE, NONE, SETUP, SPOIL, EntryError, decode)
from board_text import Evidence, parse_keys
from hashes import digest

SHOWN, FALSE, WORD = 0, 1, 3
CHOICES = (CAST, CHALLENGE, SPOIL)
APART = 300         # seconds between cosignatures of one checkpoint


class Wrong(Exception):
    """Evidence that does not hold together."""


class Case:
    """The parts of an evidence file, opened under its policy."""

    def __init__(self, data):
        evidence = Evidence.parse(data)
        self.code, self.origin, self.parts = evidence.code, evidence.origin, evidence.parts
        policies = self.all('policy')
        if len(policies) != 1:
            raise Wrong('evidence has one policy')
        self.policy = notes.Policy.parse(policies[0])
        self.points = [self.open(x) for x in self.all('checkpoint')]
        self.entries = [self.receipt(x) for x in self.all('entry')]

    def all(self, word):
        return [data for name, data in self.parts if name == word]

    def open(self, data):
        """(note, checkpoint) signed by the log of the policy."""
        note = notes.Note.parse(data)
        point = notes.Checkpoint.parse(note.text)
        if point.origin != self.origin or not notes.log_signed(note, point, self.policy):
            raise Wrong('a checkpoint that the log did not sign')
        return note, point

    def receipt(self, data):
        """(index, entry) of an entry that stands in the tree."""
        receipt = notes.Receipt.parse(data)
        _, point = self.open(receipt.checkpoint)
        if receipt.extra is None or not tree.included(
                tree.leaf_hash(receipt.extra), receipt.index, point.size, receipt.proof,
                point.root):
            raise Wrong('an entry that is not in the tree')
        return receipt.index, decode(receipt.extra)

    def times(self, note):
        """Times of the cosignatures of the policy's witnesses."""
        return [t for name in self.policy.signed(note)
                for t in note.times(self.policy.witnesses[name])]


def two(items):
    if len(items) != 2:
        raise Wrong('two are needed')
    return items


def rollback(case):
    (note1, before), (note2, after) = two(case.points)
    first, second = case.times(note1), case.times(note2)
    later = first and second and min(second) > max(first)
    if after.size >= before.size:
        return FALSE
    return SHOWN if later else WORD


def fork(case):
    small, large = sorted((x for _, x in two(case.points)), key=lambda x: x.size)
    if small.size == large.size:
        return SHOWN if small.root != large.root else FALSE
    proofs = case.all('proof')
    if len(proofs) != 1 or not proofs[0].endswith(b'\n'):
        return FALSE
    root, *proof = [notes.un64(line) for line in proofs[0][:-1].split(b'\n')]
    holds = tree.consistent(small.size, large.size, proof, root, large.root)
    return SHOWN if holds and root != small.root else FALSE


def no_quorum(case):
    if len(case.points) != 1:
        return FALSE
    return FALSE if case.policy.reached(case.policy.signed(case.points[0][0])) else SHOWN


def twice(case):
    (i, a), (j, b) = two(case.entries)
    x, y = a.body, b.body
    if i == j:
        return FALSE
    if a.type == b.type == BALLOT:
        same = x['id_B'] == y['id_B'] or x['H_C'] == y['H_C'] or x['ballot'] == y['ballot']
    else:
        choices = a.type in CHOICES and b.type in CHOICES
        same = choices and x['H_C'] == y['H_C']
        if a.type == b.type == CAST and x['credential'] != NONE:
            same = same or (x['credential'], x['seq']) == (y['credential'], y['seq'])
    return SHOWN if same else FALSE


def disorder(case):
    (i, a), (j, b) = two(case.entries)
    if not a.type == b.type == BALLOT or a.body['device'] != b.body['device'] or i >= j:
        return WORD
    if not a.body['position'] or not b.body['position']:
        return WORD
    return SHOWN if a.body['position'] >= b.body['position'] else WORD


def unsigned(case):
    (_, setup), (_, entry) = two(case.entries)
    keys = case.all('object')
    if setup.type != SETUP or len(keys) != 1 \
            or setup.body['keys'] != (digest('keys', keys[0]), len(keys[0])):
        return FALSE
    known = {x.keyid for x in parse_keys(keys[0])}
    foreign = [k for k, _ in entry.signatures if k not in known]
    return SHOWN if foreign or not entry.signatures else WORD


def clocks(case):
    times = [t for note, _ in case.points for t in case.times(note)]
    return SHOWN if len(case.points) == 1 and times and max(times) - min(times) > APART else WORD


JUDGES = {2: rollback, 3: fork, 4: no_quorum, 6: twice, 8: disorder, 11: unsigned, 17: clocks}


def judge(data):
    try:
        case = Case(data)
        return JUDGES.get(case.code, lambda c: WORD)(case)
    except (Wrong, EntryError, notes.NoteError):
        return FALSE


def main(argv):
    if len(argv) != 1:
        print('usage: board_evidence.py FILE', file=sys.stderr)
        return 2
    with open(argv[0], 'rb') as f:
        code = judge(f.read())
    print({SHOWN: 'shown', FALSE: 'false', WORD: "its writer's word"}[code])
    return code


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
