#!/usr/bin/env python3
"""The rules of the board's log and evidence, judged a second time: board-format 5 and 6.

python3 test_board_log.py; prints TAP. Every log of board_faults.py is made and
judged; the codes expected were written down from the text.
"""
import copy
import os
import sys
import tempfile

import board_cases
import board_evidence
import board_export
import board_faults
import board_log
import board_make as make
import board_note as notes
import board_qr
import interpreter
import verify as verifier
from board_form import FIELDS, decode
from board_make import plan
from election import read_tree, write
from tap import Tap

CODES = ('L.1', 'L.2', 'L.3', 'L.4', 'L.5', 'L.6', 'L.7', 'L.9')


def test_fault(fault):
    p = fault.plan()
    verdict = board_log.judge(p.build(), p.policy)
    first = verdict.faults[0] if verdict.faults else (None, '')
    if first[0] not in (fault.must or [None]):
        return 'first %s, expected one of %s' % (first, fault.must)
    more = set(verdict.failed()) - set(fault.must + fault.may)
    return 'also %s: %s' % (sorted(more), verdict.faults[:5]) if more else None


def test_coverage():
    """Each code at least three times first; each type of entry in the base logs."""
    for code in CODES:
        found = [f for f in board_faults.FAULTS.values() if f.must[:1] == [code]]
        if len(found) < 3:
            return code
    missing = set(FIELDS)
    for base in ('once', 'mail'):
        p = plan(base)
        p.build()
        missing -= {decode(e).type for e in p.entries}
    return 'no entry of the types %s' % missing if missing else None


def test_kept():
    """test/vector/boards/short and mail are what is made here."""
    here = os.path.dirname(os.path.abspath(__file__))
    for base in ('short', 'mail'):
        p = plan(base)
        made = {'board/' + path: data for path, data in p.build().items()}
        made['policy'] = p.policy
        kept = read_tree(os.path.join(here, '..', 'vector', 'boards', base))
        if made != kept:
            return '%s: other: %s' % (base, sorted(
                path for path in set(made) | set(kept) if made.get(path) != kept.get(path)))
    return None


def test_without_policy():
    verdict = board_log.judge(plan().build())
    return None if (verdict.status['L.1'], verdict.status['L.3'], verdict.failed()) \
        == ('not-run', 'not-run', []) else verdict.text()


def begun():
    """A log that is open."""
    p = plan()
    p.items = p.items[:p.at('cast 2') + 1]
    return p


def test_age():
    """Between OPEN and CLOSE all three of three are at least so new; the first is of TIME."""
    for p, oldest, wrong in ((begun(), make.TIME, []), (begun(), make.TIME + 1, ['L.3']),
                             (plan(), make.TIME + 99, [])):
        verdict = board_log.judge(p.build(), p.policy, oldest=oldest)
        if verdict.failed() != wrong:
            return '%d: %s' % (oldest - make.TIME, verdict.text())
    return None


def test_head():
    """L.10"""
    files, early = plan().build(), begun().build()['checkpoint']
    for log, head, wrong in (
            (files, early, []), (files, files['checkpoint'], []),
            (begun().build(), files['checkpoint'], ['L.10']),
            (files, early.replace(b'/oracle\n', b'/other\n', 1), ['L.10']),
            (files, notes.Checkpoint(make.ORIGIN, 20, b'f' * 32).note().sign(
                make.ORIGIN, make.seed(make.ORIGIN)).dump(), ['L.10'])):
        verdict = board_log.judge(log, make.policy(), head=head)
        if verdict.failed() != wrong or verdict.status['L.10'] == 'not-run':
            return verdict.text()
    return None


def test_evidence(data, shows):
    got = board_evidence.judge(data)
    return None if got == shows else '%d, expected %d' % (got, shows)


def test_receipt(data, holds):
    policy = notes.Policy.parse(make.policy())
    try:
        found = notes.Receipt.taken(data)
        fault = next((x for x in (one.check(policy) for one in found) if x), None)
    except notes.NoteError as wrong:
        fault = wrong
    if (fault is None) != holds:
        return str(fault)
    receipt = found[0] if holds else None
    if holds and receipt.dump() == data and not set(k for _, k, _ in notes.Note.parse(receipt.checkpoint).signatures) \
            - {k.id for k in policy.logs + list(policy.witnesses.values())}:
        again = board_qr.unpack(board_qr.pack(receipt), policy)
        return None if again.dump() == data else 'another receipt from its QR code'
    return None


def test_export(base):
    """The record that a log shows is the election's, and holds."""
    p = make.plan(base)
    view = board_export.View(p.build()).files()
    record = dict(p.election.record())
    same = set(board_export.another(view, record))
    if same - {'roll.jsonl'}:           # the log adds credentials that it revokes
        return str(same)
    with tempfile.TemporaryDirectory() as folder:
        write(view, folder)
        report = verifier.verify(folder)
    if report.verdict() != 'pass':
        return '%s %s' % (report.verdict(), report.failed())
    path = 'ballots/device_1.jsonl'
    for wrong in (dict(view, **{path: view[path].replace(b'"weight":1', b'"weight":2', 1)}),
                  {x: d for x, d in view.items() if x != path}, dict(view, more=b'x')):
        if len(board_export.another(view, wrong)) != 1:
            return 'a changed record is the same'
    return None


def test_tally():
    """The record's encrypted tally is the tally, whatever TALLYs stand around it."""
    for name in ('good-short', 'good-tallies-after-the-tally', 'good-upload-after-an-auditor'):
        p = board_faults.FAULTS[name].plan()
        view = board_export.View(p.build()).files()
        if view['tally_encrypted.json'] != p['tally'].fields['tally_encrypted']:
            return name
    return None


def test_stages():
    """What a view has before OPEN, and before RESULT."""
    p = make.plan('mail')
    for last, lacking in (('ceremony 3 4', None), ('keys', 'devices.json'),
                          ('open', 'tally_encrypted.json'), ('share 2 3', 'tally.json'),
                          ('result', 'contest_data.jsonl')):
        part = copy.copy(p)
        part.items = p.items[:p.at(last) + 1]
        view = board_export.View(part.build()).files()
        stage = 'ceremony' if last == 'keys' else 'closed'
        wanted = {x for x in p.election.record(stage) if x != lacking}
        if last == 'open':
            wanted -= {x for x in wanted if x.endswith('.jsonl')}
        if last == 'result':
            wanted = set(p.election.record()) - {lacking}
        if set(view) != (wanted if lacking else set()):
            return '%s: %s' % (last, sorted(set(view) ^ wanted))
    return None


def test_base45():
    """RFC 9285 4.3 and 4.4"""
    for raw, text in ((b'AB', 'BB8'), (b'Hello!!', '%69 VD92EX0'), (b'base-45', 'UJCLQE7W581'),
                      (b'ietf!', 'QED8WEX0')):
        if board_qr.base45(raw) != text or board_qr.un45(text) != raw:
            return text
    for text in ('GGW', ':::', 'A', 'BB8a', '::'):
        try:
            return '%s gives %s' % (text, board_qr.un45(text))
        except notes.NoteError:
            pass
    return None


def main():
    tap = Tap()
    tap.run('coverage', test_coverage)
    tap.run('the log that is kept', test_kept)
    tap.run('without policy L.1 and L.3 are not run', test_without_policy)
    tap.run('how old signatures may be', test_age)
    tap.run('a head that was kept', test_head)
    for name, fault in board_faults.sample().items():
        tap.run('fault ' + name, test_fault, fault)
    for base in ('once', 'revote', 'mail'):
        tap.run('export of `%s`' % base, test_export, base)
    tap.run('the view has the tally', test_tally)
    tap.run('views of logs that go on', test_stages)
    for name, data, shows in board_cases.cases():
        tap.run('evidence ' + name, test_evidence, data, shows)
    for name, data, holds in board_cases.receipts():
        tap.run('receipt ' + name, test_receipt, data, holds)
    tap.run('base 45', test_base45)
    print('1..%d' % tap.number)
    return 1 if tap.bad else 0


if __name__ == '__main__':
    interpreter.enter()
    sys.exit(main())
