#!/usr/bin/env python3
"""The record that a log shows: python3 board_export.py BOARD --out DIR | --record DIR.

Everything of record-format section 2 that entries and their objects give
(board-format section 8).  A log that the rules refuse is not exported (exit 1), and
one before KEYS shows no record (exit 3). --record compares (L.8).
"""
import argparse
import sys

import board_form as form
import board_tree as tree
import hashes as hs
import schemas as sc
from board_log import Log, Verdict, read_entries
from board_note import Checkpoint, Note, NoteError
from board_rules import Rules
from board_signers import Refused
from election import read_tree, write
from form import dump

STATES = {'sealed': 'spoiled'}          # others are words of states.jsonl


class View:
    """The log's rules and entries, all taken."""

    def __init__(self, place):
        self.log = Log(place)
        point = Checkpoint.parse(Note.parse(self.log.read('checkpoint') or b'').text)
        faults = Verdict()
        entries = read_entries(faults, self.log, point.size)
        if faults.faults:
            raise NoteError(faults.faults[0][1])
        leaves = [tree.leaf_hash(data) for data in entries]
        self.rules = Rules(point.origin, self.log.object, tree.roots(leaves))
        self.entries = [form.decode(data) for data in entries]
        for index, (entry, leaf) in enumerate(zip(self.entries, leaves)):
            self.rules.apply(entry, index, leaf)

    def last(self, kind, name):
        """Object `name` of the last entry of a type, or nothing."""
        for entry in reversed(self.entries):
            if entry.type == kind and entry.body[name] != form.NO_OBJECT:
                return self.log.object(name, *entry.body[name])
        return b''

    def files(self):
        """path -> bytes; none before KEYS"""
        rules = self.rules
        if not rules.keys_done:
            return {}
        files = {name + '.json': self.last(form.SETUP, name)
                 for name in ('parameters', 'manifest', 'texts')}
        files['election_keys.json'] = self.last(form.KEYS, 'election_keys')
        for i, data in rules.reveals.items():
            files['guardians/guardian_%d.json' % i] = data
        if rules.opened:
            self.closed(files)
        if (form.RESULT,) in rules.seen:
            files['tally.json'] = self.last(form.RESULT, 'tally')
            files['contest_data.jsonl'] = self.last(form.CONTEST_DATA, 'contest_data')
            self.openings(files)
        return {path: data for path, data in files.items() if data}

    def closed(self, files):
        """What stage `closed` has and `ceremony` has not."""
        rules, listed = self.rules, self.rules.manifest['devices']
        self.ballots(files)
        files['mail_cast.jsonl'] = self.mail_casts()
        if any(d['mode'] == 'remote' for d in listed):
            files['roll.jsonl'] = b''.join(dump(sc.ROLL, {
                'credential': key, 'style': v.style, 'weight': v.weight,
                'state': 'active' if v.active else 'revoked'}) + b'\n'
                for key, v in sorted(rules.voters.items()))
        files['devices.json'] = dump(sc.DEVICES, {
            'devices': [self.device(i) for i in range(1, len(listed) + 1)]})
        if rules.tally:
            files['tally_encrypted.json'] = self.log.object('tally_encrypted', *rules.tally[1])

    def ballots(self, files):
        states = {}
        for ballot in self.rules.ballots.values():
            b = ballot.body
            path = 'ballots/device_%d.jsonl' % b['device']
            files[path] = files.get(path, b'') + self.log.object('ballot', *b['ballot']) + b'\n'
            states[b['id_B']] = STATES.get(ballot.state, ballot.state)
        files['states.jsonl'] = b''.join(dump(sc.STATE, {'id_B': x, 'state': states[x]}) + b'\n'
                                         for x in sorted(states))

    def mail_casts(self):
        """The lines of the ballots that are counted."""
        lines = {}
        for entry in self.entries:
            if entry.type == form.MAIL_CAST:
                ballot = self.rules.ballots[entry.body['H_C']]
                if ballot.state == 'cast':
                    line = self.log.object('mail_cast', *entry.body['mail_cast'])
                    lines[ballot.body['id_B']] = line + b'\n'
        return b''.join(lines[x] for x in sorted(lines))

    def openings(self, files):
        """A guardian's opening goes before that of the ballot's own key."""
        lines, mail = {}, {}
        for by_guardian in (False, True):
            for entry in self.entries:
                if entry.type == form.OPENING and self.guardian_signed(entry) == by_guardian:
                    ballot = self.rules.ballots[entry.body['H_C']]
                    line = self.log.object('challenged', *entry.body['challenged'])
                    some = mail if self.rules.by_mail(ballot) else lines
                    some[ballot.body['id_B']] = line + b'\n'
        files['challenged.jsonl'] = b''.join(lines[x] for x in sorted(lines))
        files['mail_open.jsonl'] = b''.join(mail[x] for x in sorted(mail))

    def guardian_signed(self, opening):
        own = self.rules.ballots[opening.body['H_C']].signer
        return opening.signatures[0][0] != form.keyid(own.key)

    def device(self, index):
        """An entry of devices.json."""
        listed, codes = self.rules.manifest_device(index), self.rules.device(index).codes
        mail, H_E = listed['mode'] == 'mail', self.rules.H_E
        H_DI = hs.device_hash(H_E, listed['label'], mail)
        out = {'device': index, 'ballots': len(codes), 'H_DI': H_DI}
        if listed['chaining'] and codes:
            out['H_0'] = hs.chain_start(H_E, H_DI, mail)[1]
            out['B_close'], out['H_close'] = hs.chain_close(H_E, H_DI, codes[-1], mail)
        return out


def another(view, record):
    """Paths in which a record is not the view of the log (L.8)."""
    beside = {'contest_data.jsonl'} - set(view)
    return sorted(path for path in set(view) | set(record) - beside
                  if view.get(path) != record.get(path))


def main(argv=None):
    parser = argparse.ArgumentParser(description='Write the record that a log shows.')
    parser.add_argument('board')
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument('--out')
    what.add_argument('--record')
    options = parser.parse_args(argv)
    try:
        files = View(options.board).files()
    except (Refused, NoteError, form.EntryError) as wrong:
        print(wrong, file=sys.stderr)
        return 1
    if not files:
        print('no record before KEYS', file=sys.stderr)
        return 3
    if options.out:
        write(files, options.out)
        return 0
    wrong = another(files, read_tree(options.record))
    print('L.8     %s' % ('FAIL  ' + wrong[0] if wrong else 'pass'))
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
