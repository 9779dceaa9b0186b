#!/usr/bin/env python3
"""Judge a board's public files: python3 board_log.py DIR [--policy FILE] [--max-age S]
[--head FILE] [--stop].

Prints L.1 to L.10 in the form of record-format section 4.  L.8 (the record) is not run
here; how old signatures are is judged with --max-age, by this machine's clock.
"""
import argparse
import os
import sys
import time

import board_tree as tree
import schemas as sc
from board_form import NAMES, NO_OBJECT, EntryError, decode, objects
from board_note import COSIGNATURE, Checkpoint, Note, NoteError, Policy, log_signed
from board_rules import Rules
from board_signers import Refused
from form import FormError, parse
from hashes import digest

CODES = ['L.%d' % i for i in range(1, 11)]


class Log:
    """The files of a board, from a directory or a dict."""

    def __init__(self, place):
        self.place = place

    def read(self, path):
        if isinstance(self.place, dict):
            return self.place.get(path)
        try:
            with open(os.path.join(self.place, path), 'rb') as f:
                return f.read()
        except OSError:
            return None

    def object(self, kind, name, size):
        data = self.read('obj/%s/%s/%s' % (name.hex()[:2], name.hex()[2:4], name.hex()))
        good = data is not None and len(data) == size and digest(kind, data) == name
        return data if good else None


class Verdict:
    def __init__(self):
        self.status = dict.fromkeys(CODES, 'not-run')
        self.faults = []                # (code, sentence) in the order found

    def ran(self, *codes):
        for code in codes:
            if self.status[code] == 'not-run':
                self.status[code] = 'pass'

    def fail(self, code, what):
        self.status[code] = 'FAIL'
        self.faults.append((code, what))

    def failed(self):
        return [c for c in CODES if self.status[c] == 'FAIL']

    def text(self):
        first = dict(reversed(self.faults))
        return ''.join('%-7s %s%s\n' % (c, s, '  ' + first[c] if c in first else '')
                       for c, s in self.status.items())


def judge(place, policy=None, stop=False, oldest=None, head=None):
    """policy: bytes; stop: examine nothing behind the first refused entry; oldest: POSIX time
    before which a signature is too old; head: bytes of a checkpoint kept from before."""
    log, out = Log(place), Verdict()
    try:
        note = Note.parse(log.read('checkpoint') or b'')
        point = Checkpoint.parse(note.text)
    except NoteError as wrong:
        out.fail('L.1', 'checkpoint: %s' % wrong)
        return out
    if policy is not None:
        signatures(out, note, point, Policy.parse(policy))
    entries = read_entries(out, log, point.size)
    check_tree(out, log, point, entries)
    leaves = [tree.leaf_hash(e) for e in entries]
    if head is not None:
        consistent(out, point, leaves, head)
    rules = Rules(point.origin, log.object, tree.roots(leaves))
    out.ran('L.4', 'L.5', 'L.6', 'L.7', 'L.9')
    for index, data in enumerate(entries):
        try:
            entry = decode(data)
            where = '%s at %d: ' % (NAMES[entry.type], index)
            rules.apply(entry, index, leaves[index])
        except EntryError as wrong:
            out.fail('L.4', 'entry %d: %s' % (index, wrong))
        except Refused as wrong:
            out.fail(wrong.code, where + str(wrong))
        else:
            check_objects(out, log, entry, where, rules)
        if stop and out.faults or rules.setup is None:
            break
    if rules.setup is None:
        return out
    check_setup(out, log, rules)
    if policy is not None:
        check_policy(out, policy, rules)
        if oldest is not None and rules.opened and not rules.closed:
            check_age(out, note, policy, oldest)
    return out


def consistent(out, point, leaves, head):
    """L.10: the entries read lead to the kept head."""
    out.ran('L.10')
    kept = Checkpoint.parse(Note.parse(head).text)
    if kept.origin != point.origin or kept.size > len(leaves) \
            or tree.root(leaves[:kept.size]) != kept.root:
        out.fail('L.10', 'another log than that of the head')


def check_setup(out, log, rules):
    """L.7: the files of setup/ are the objects that entries name."""
    files = {name: log.object(kind, *pair) for name, (kind, pair) in rules.files.items()
             if pair != NO_OBJECT}
    if rules.keys_done:
        files.update({'guardians/guardian_%d.json' % i: x for i, x in rules.reveals.items()})
    for name, data in files.items():
        if data is None or log.read('setup/' + name) != data:
            out.fail('L.7', 'setup/%s is missing or another' % name)


def check_policy(out, data, rules):
    """L.3: it is the one that SETUP names, and of its profile."""
    if rules.setup['policy'] != (digest('policy', data), len(data)):
        out.fail('L.3', 'SETUP names another policy')
    if not rules.profile_fits():
        out.fail('L.3', 'the policy is not that of the profile')


def check_age(out, note, data, oldest):
    policy = Policy.parse(data)
    fresh = {name for name, key in policy.witnesses.items()
             if key.kind == COSIGNATURE and note.by(key) and max(note.times(key)) >= oldest}
    if not policy.reached(fresh):
        out.fail('L.3', 'a quorum that is too old')


def signatures(out, note, point, policy):
    out.ran('L.1', 'L.3')
    if not log_signed(note, point, policy):
        out.fail('L.1', 'no signature of a log of the policy with this origin')
    try:
        if not policy.reached(policy.signed(note)):
            out.fail('L.3', 'too few cosignatures')
    except NoteError as wrong:
        out.fail('L.3', str(wrong))


def read_entries(out, log, size):
    """Entries up to the first hole."""
    entries = []
    for n, width in tree.widths(size):
        data, most = log.read(tree.tile_path('entries', n, width)), width
        if data is None and width < tree.WIDTH:
            data, most = log.read(tree.tile_path('entries', n)), tree.WIDTH
        try:
            part = tree.unbundle(data or b'')
        except tree.TreeError as wrong:
            part = []
            out.fail('L.2', str(wrong))
        if not width <= len(part) <= most:
            out.fail('L.2', 'bundle %d is missing or of another width' % n)
            return entries
        entries += part[:width]
    return entries


def check_tree(out, log, point, entries):
    out.ran('L.2')
    if len(entries) != point.size:
        return
    leaves = [tree.leaf_hash(e) for e in entries]
    if tree.root(leaves) != point.root:
        out.fail('L.2', 'the entries do not give the root')
    for path, data in tree.tiles(leaves).items():
        held = log.read(path)
        if held is None and '.p/' in path:
            full = log.read(path[:path.index('.p/')])
            held = full and full[:len(data)]
        if held != data:
            out.fail('L.2', path + ' is missing or another')


def check_objects(out, log, entry, where, rules):
    for kind, name, size in objects(entry):
        data = log.object(kind, name, size)
        if data is None:
            out.fail('L.7', where + 'the object %s is missing or another' % kind)
        elif kind in LINES:
            try:
                says(kind, data, entry.body, rules)
            except (FormError, ValueError) as wrong:
                out.fail('L.7', where + str(wrong))


LINES = {'ballot': sc.BALLOT, 'challenged': sc.CHALLENGED, 'mail_cast': sc.MAIL_CAST}


def says(kind, data, b, rules):
    """A line of the record says what its entry, which the rules took, says."""
    ballot = rules.ballots[b['H_C']]
    opened_mail = kind == 'challenged' and rules.by_mail(ballot)
    line = parse(sc.MAIL_OPEN if opened_mail else LINES[kind], data, sc.Env(rules.manifest))
    names = ('id_B', 'H_C', 'style', 'weight', 'device', 'position') if kind == 'ballot' \
        else ('id_B',)
    said = [line.get(name, 0) for name in names]
    if kind == 'ballot' and rules.remote(b['device']):
        names, said = names + ('credential',), said + [line.get('binding', {}).get('credential')]
    if said != [dict(ballot.body, credential=ballot.signer.key)[name] for name in names]:
        raise ValueError('the line in %s says another thing' % kind)


def read(path):
    if path is None or not os.path.exists(path):
        return None
    with open(path, 'rb') as f:
        return f.read()


def main(argv=None):
    parser = argparse.ArgumentParser(description='Judge the public files of a board.')
    parser.add_argument('dir')
    parser.add_argument('--policy')
    parser.add_argument('--stop', action='store_true')
    parser.add_argument('--max-age', type=int, metavar='SECONDS')
    parser.add_argument('--head')
    options = parser.parse_args(argv)
    policy, head = read(options.policy), read(options.head)     # before a first look: no head
    oldest = options.max_age and time.time() - options.max_age
    verdict = judge(options.dir, policy, options.stop, oldest, head)
    sys.stdout.write(verdict.text())
    if verdict.failed():
        return 1
    return 0 if policy else 3


if __name__ == '__main__':
    sys.exit(main())
