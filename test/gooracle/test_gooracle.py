#!/usr/bin/env python3
"""Boards read by golang.org/x/mod/sumdb, which knows nothing of this project.

python3 test_gooracle.py; prints TAP. Logs of the Python oracle must be held
good, and each of their faults that signatures, tree or receipts can show must
be found; a board that `evident serve` and four `evident witness` made must hold,
too. Where Debian's Go packages are not installed, all is skipped.
"""
import os
import shutil
import sys
import tempfile

import gooracle                 # finds the Python oracle, too
import board_faults
import board_make as make
import board_note as notes
import board_tree as tree
import interpreter
from election import write
from tap import Tap

FOUND = {'L.1': 'checkpoint', 'L.3': 'checkpoint', 'L.2': 'tree'}
# Of the profile in SETUP, which this program does not read.
OF_SETUP = {'L3-profile', 'L3-none-as-strict', 'L3-strict-as-none', 'L3-two-of-four-agreed'}


class Board:
    """A log made and written, and the program run over it."""

    def __init__(self, program, work, plan):
        self.program, self.dir = program, tempfile.mkdtemp(dir=work)
        self.plan, self.files = plan, plan.build()
        write(self.files, self.dir)

    def path(self, name, data):
        write({name: data}, self.dir)
        return os.path.join(self.dir, name)

    def ask(self, *more):
        return gooracle.ask(self.program, self.dir, self.plan.policy, *more)

    def receipt(self, index):
        leaves = [tree.leaf_hash(e) for e in self.plan.entries]
        return notes.Receipt(self.plan.entries[index], index, tree.inclusion(leaves, index),
                             self.files['checkpoint']).dump()

    def old(self, size, root=None):
        """What log and witnesses signed when it had this size, or another root."""
        leaves = [tree.leaf_hash(e) for e in self.plan.entries[:size]]
        note = notes.Checkpoint(make.ORIGIN, size, root or tree.root(leaves)).note()
        note.sign(make.ORIGIN, make.seed(make.ORIGIN))
        for name in make.WITNESSES[:3]:
            note.cosign(name, make.seed(name), make.TIME)
        return self.path('old %d' % size, note.dump())


def test_good(program, work, base):
    b = Board(program, work, make.plan(base))
    more = ['-old', b.old(20)]
    for index in (0, 7, len(b.plan.entries) - 1):
        more += ['-receipt', b.path('receipt %d' % index, b.receipt(index))]
    code, out = b.ask(*more)
    return None if code == 0 and out.count('pass') == 7 else out


def test_fault(program, work, fault):
    code, out = Board(program, work, fault.plan()).ask()
    want = ['FAIL ' + FOUND[fault.must[0]]]
    if fault.name in ('L2-root', 'L2-tile', 'L2-full-tile', 'L2-level-1'):
        want.append('FAIL entries')     # proofs from the tiles alone
    return None if code == 1 and all(x in out for x in want) else out


def test_receipts(program, work):
    b = Board(program, work, make.plan())
    good = b.receipt(7)
    line = good.split(b'\n')[4]
    for name, data in (('index', good.replace(b'index 7', b'index 6')),
                       ('entry', b.receipt(6).replace(b'index 6', b'index 7')),
                       ('hash', good.replace(line, line[:-4] + b'AAA=')),
                       ('hash less', good.replace(line + b'\n', b'')),
                       ('size', good.replace(b'\n%d\n' % len(b.plan.entries), b'\n9\n'))):
        code, out = b.ask('-receipt', b.path('receipt', data))
        if code != 1 or 'FAIL receipt' not in out:
            return '%s: %s' % (name, out)
    return None


def test_forks(program, work):
    """An old checkpoint that is no part of the log: another root, or larger."""
    b = Board(program, work, make.plan())
    for size in (20, 999):
        code, out = b.ask('-old', b.old(size, bytes(32)))
        if code != 1 or 'FAIL old' not in out:
            return out
    return None


def test_served(program, work):
    """Checkpoints, tiles and receipts of `evident serve`, cosigned by `evident witness`."""
    from board_lab import Entries, Server, Witnesses
    place = tempfile.mkdtemp(dir=work)
    witnesses = Witnesses(place)
    try:
        policy = witnesses.policy()
        entries, more, receipts = Entries(policy), [], b''
        with Server(policy).start() as s:
            public, old = s.path('board', 'public'), os.path.join(place, 'old')
            for first, last in (('setup', 'ceremony 3 1'), ('ceremony 1 2', 'roll-revoke'),
                                ('keys', 'keys'), ('device 1', 'cast 9'),
                                ('ballot 10', 'tally'), ('share 1 1', 'attest 2')):
                status, text = s.submit(entries.range(first, last))
                if status != 200:
                    return '%d %s %s' % (status, text, s.said())
                receipts += text
                if not more:
                    write({'old': s.read('checkpoint')}, place)
                    more = ['-old', old]
            for i, part in enumerate(receipts.split(notes.PROOF_HEAD)[1:]):
                write({'receipt %d' % i: notes.PROOF_HEAD + part.rstrip(b'\n') + b'\n'}, place)
                more += ['-receipt', os.path.join(place, 'receipt %d' % i)]
            code, out = gooracle.ask(program, public, policy, *more)
            return None if code == 0 and out.count('pass receipt') > 20 else out
    finally:
        witnesses.close()


def main():
    tap = Tap()
    if not gooracle.here():
        tap.result('boards read by Go', skip=gooracle.NOT_HERE)
        print('1..1')
        return 0
    work = tempfile.mkdtemp(prefix='gooracle-')
    try:
        program = gooracle.build(work)
        for base in ('once', 'long'):
            tap.run('good log `%s`' % base, test_good, program, work, base)
        if os.path.exists(os.environ.get('EVIDENT', '') + '-board'):
            sys.path.insert(0, os.path.join(os.path.dirname(gooracle.HERE), 'e2e'))
            tap.run('a board that is served', test_served, program, work)
        else:
            tap.result('a board that is served', skip='EVIDENT names no built program')
        tap.run('false receipts', test_receipts, program, work)
        tap.run('forks', test_forks, program, work)
        for fault in board_faults.sample().values():
            if (len(fault.must) == 1 and fault.must[0] in FOUND
                    and fault.name not in OF_SETUP):
                tap.run('fault ' + fault.name, test_fault, program, work, fault)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print('1..%d' % tap.number)
    return 1 if tap.bad else 0


if __name__ == '__main__':
    interpreter.enter()
    sys.exit(main())
