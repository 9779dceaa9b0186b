#!/usr/bin/env python3
"""Judge the evidence of an alarm: python3 board_evidence.py FILE (board-format section 6).

Exit 0: shown, 1: false, 2: no evidence, 3: its writer's word.
"""
import re
import sys

import board_evidence_entries as rows
import board_note as notes
import board_tree as tree
from board_form import EntryError, decode
from board_text import Evidence
from board_verdicts import FALSE, NONE, SHOWN, WORD, NoEvidence, Untrue, demand
from form import FormError

_FILE = re.compile(rb'tile/(0|[1-9][0-9]?|entries)/((?:x[0-9]{3}/)*[0-9]{3})'
                   rb'(?:\.p/([1-9][0-9]{0,2}))? (0|[1-9][0-9]{0,2})\n')


NO_ALARMS = (12, 16, 18, 19)            # numbers that were given and are not used


class Case:
    """The parts of an evidence file, opened under its policy."""

    def __init__(self, data):
        evidence = Evidence.parse(data)
        self.code, self.origin, self.parts = evidence.code, evidence.origin, evidence.parts
        demand(self.code not in NO_ALARMS, 'the code of an alarm')
        policies = self.all('policy')
        demand(len(policies) == 1, 'evidence has one policy')
        self.policy_bytes, self.policy = policies[0], notes.Policy.parse(policies[0])
        self.points = [self.open(x) for x in self.all('checkpoint')]
        self.receipts = [self.receipt(x) for x in self.all('entry')]
        self.objects = self.all('object')

    def all(self, word):
        return [data for name, data in self.parts if name == word]

    def has(self, **counts):
        """Whether there are exactly these parts besides the policy."""
        found = {}
        for name, _ in self.parts:
            found[name] = found.get(name, 0) + 1
        return found == dict(counts, policy=1)

    def open(self, data):
        """(note, checkpoint) signed by the log of the policy."""
        note = notes.Note.parse(data)
        point = notes.Checkpoint.parse(note.text)
        if point.origin != self.origin or not notes.log_signed(note, point, self.policy):
            raise Untrue('a checkpoint that the log did not sign')
        return note, point

    def receipt(self, data):
        """(index, bytes) of an entry that stands in the tree."""
        receipt = notes.Receipt.parse(data)
        _, point = self.open(receipt.checkpoint)
        demand(receipt.extra is not None, 'a receipt without an entry')
        if not tree.included(tree.leaf_hash(receipt.extra), receipt.index, point.size,
                             receipt.proof, point.root):
            raise Untrue('an entry that is not in the tree')
        return receipt.index, receipt.extra

    def entries(self):
        """[(index, entry)]"""
        return [(index, decode(data)) for index, data in self.receipts]

    def cosigners(self, note):
        return [name for name, key in self.policy.witnesses.items()
                if key.kind == notes.COSIGNATURE and note.by(key)]


def rollback(case):
    demand(case.has(checkpoint=2), 'two checkpoints')
    (_, before), (_, after) = case.points
    return FALSE if after.size >= before.size else WORD


def hashes(data):
    """The hashes of a `proof`, one a line."""
    demand(data.endswith(b'\n'), 'a proof is lines')
    found = [notes.un64(line) for line in data[:-1].split(b'\n')]
    demand(all(len(x) == 32 for x in found), 'a hash has 32 bytes')
    return found


def fork(case):
    demand(len(case.points) == 2, 'two checkpoints')
    small, large = sorted((x for _, x in case.points), key=lambda x: x.size)
    if small.size == large.size:
        demand(case.has(checkpoint=2), 'two checkpoints alone')
        return SHOWN if small.root != large.root else FALSE
    demand(case.has(checkpoint=2, proof=1), 'two checkpoints and a proof')
    if not small.size:
        return FALSE                    # no proof begins there
    root, *proof = hashes(case.all('proof')[0])
    holds = tree.consistent(small.size, large.size, proof, root, large.root)
    return SHOWN if holds and root != small.root else FALSE


def no_quorum(case):
    if case.receipts:
        demand(case.has(entry=1), 'one entry')
        return rows.other_policy(case)
    demand(case.has(checkpoint=1), 'one checkpoint')
    return FALSE if case.policy.reached(case.cosigners(case.points[0][0])) else WORD


def clocks(case):
    """M01 and M17"""
    demand(case.has(checkpoint=1), 'one checkpoint')
    return WORD


def handed_out(case):
    """M05: a file of the board"""
    places = case.all('place')
    demand(len(places) == 1 and len(case.all('file')) <= 1, 'one place, at most one file')
    file = (case.all('file') or [None])[0]
    m = _FILE.fullmatch(places[0])
    return in_tree(case, m, file) if m else rows.bad_object(case, places[0], file)


def in_tree(case, m, file):
    """What stands at a place in a tile or bundle."""
    proofs = case.all('proof')
    counts = {'file': file is not None, 'proof': len(proofs)}
    demand(len(proofs) <= 1 and case.has(place=1, checkpoint=1, **{
        name: 1 for name, n in counts.items() if n}), 'the parts of a place in the tree')
    point, j = case.points[0][1], int(m.group(4))
    level = 0 if m.group(1) == b'entries' else int(m.group(1))
    n = int(m.group(2).replace(b'x', b'').replace(b'/', b''))
    width = int(m.group(3) or tree.WIDTH)
    demand(tree.number(n).encode() == m.group(2) and level < 64 and j < tree.WIDTH
           and width <= tree.WIDTH and m.group(3) != b'256', 'a place in a tile')
    if file is None or not proofs:
        return WORD
    there = point.size >> 8 * level
    if 256 * n + width > there or j >= width:
        return FALSE
    own, *path = hashes(proofs[0])
    leaves = ((point.size - 1) >> 8 * level) + 1
    if not tree.included(own, 256 * n + j, leaves, path, point.root):
        return FALSE
    return FALSE if holds(m.group(1) == b'entries', file, width, j, own) else WORD


def holds(bundle, file, width, j, own):
    """Whether the file has at place j what is proven."""
    if not bundle:
        return len(file) == 32 * width and file[32 * j:32 * j + 32] == own
    try:
        entries = tree.unbundle(file)
    except tree.TreeError:
        return False
    return len(entries) == width and tree.leaf_hash(entries[j]) == own


JUDGES = {1: clocks, 2: rollback, 3: fork, 4: no_quorum, 5: handed_out, 6: rows.twice, 7: rows.bad_ballot,
          8: rows.disorder, 9: rows.sequence, 11: rows.unsigned, 14: rows.bad_opening, 17: clocks,
          20: rows.same_alpha}


def judge(data):
    try:
        case = Case(data)
        return JUDGES.get(case.code, lambda c: WORD)(case)
    except Untrue:
        return FALSE
    except (NoEvidence, EntryError, FormError, notes.NoteError):
        return NONE


def main(argv):
    if len(argv) != 1:
        print('usage: board_evidence.py FILE', file=sys.stderr)
        return 2
    with open(argv[0], 'rb') as f:
        code = judge(f.read())
    print({SHOWN: 'shown', FALSE: 'false', NONE: 'no evidence', WORD: "its writer's word"}[code])
    return code


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
