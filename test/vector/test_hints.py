#!/usr/bin/env python3
"""Hints change how fast a record is verified, and nothing else.

usage: test_hints.py EVIDENT RECORDS   (77: no such folder, skipped)
visible-1 with good, odd and hostile hint files; every bad record with the
hints of the good one and with its own; records whose faults only the products
of a batch can see. [V 6.D, 7.D] doc/hints.md
"""
import json
import os
import random
import shutil
import struct
import subprocess
import sys

import faults

HEAD, ENTRY, VALUE = 16, 36, 512
P = 2**4096 - 2**3840  # what is at least this is no residue mod p


def run_make(evident, record, out, *options):
    return subprocess.run([evident, 'hints', 'make', record, '--out', out,
                           *options], capture_output=True, text=True,
                          timeout=600, check=False)


def read(path):
    with open(path, 'rb') as f:
        return f.read()


def entries(data):
    """[(id_B and count, values)] of a hint file."""
    out, at = [], HEAD
    while at < len(data):
        n = struct.unpack('>I', data[at + 32:at + ENTRY])[0]
        end = at + ENTRY + n * VALUE
        out.append((data[at:at + ENTRY], data[at + ENTRY:end]))
        at = end
    return out


def joined(head, parts):
    return head + b''.join(a + b for a, b in parts)


class Case:
    """One record and the report that it has without hints."""

    def __init__(self, evident, record, work, tally):
        self.evident, self.record = evident, record
        self.work, self.tally = work, tally
        self.plain = faults.verify(evident, record)

    def same(self, report):
        left = dict(report.json or {})
        self.proofs = left.pop('proofs', None)
        return (report.exit == self.plain.exit and left == self.plain.json
                and self.proofs is not None)

    def with_hints(self, name, path, batched, told=None):
        """batched: the least and the greatest number of ballots."""
        report = faults.verify(self.evident, self.record, '--hints', path)
        ok = self.same(report)
        n = (self.proofs or {}).get('in_batches', -1)
        self.tally.check(ok and batched[0] <= n <= batched[1],
                         f'hints: {name}',
                         f'exit {report.exit}, batches {self.proofs}, '
                         f'fails {report.failed if report.json else "?"}, '
                         f'wanted {self.plain.failed}')
        if told is not None:
            self.tally.check(told in report.stderr and (told or
                                                        not report.stderr),
                             f'hints: {name}: notice', report.stderr)

    def with_bytes(self, name, data, batched, told=None):
        path = self.work.path('altered.hints')
        with open(path, 'wb') as f:
            f.write(data)
        self.with_hints(name, path, batched, told)
        os.remove(path)


def flipped(data):
    """Every hint is p minus itself: the same squares."""
    # p from its definition; test_arithmetic_doc checks it
    def ln2(bits):
        one = 1 << (bits + 64)
        return sum((one >> k) // k for k in range(1, bits + 65)) >> 64
    delta = 287975203778583638958138611533602521491887169409704874643524560756486080635197037903
    p = P + 2**256 * (ln2(3584) + delta) + 2**256 - 1
    parts = []
    for head, values in entries(data):
        parts.append((head, b''.join(
            (p - int.from_bytes(values[i:i + VALUE], 'big')).to_bytes(
                VALUE, 'big') for i in range(0, len(values), VALUE))))
    return joined(data[:HEAD], parts)


def check_B10_odd_files(case, data):
    parts, head = entries(data), data[:HEAD]
    n = len(parts)
    rng = random.Random(8)
    none = 'ballots were checked without hints'
    case.with_bytes('as made', data, (n, n), '')
    case.with_bytes('every sign turned', flipped(data), (n, n), '')
    case.with_bytes('two ballots twisted',
                    joined(head, [parts[1], parts[0]] + parts[2:]),
                    (n - 1, n - 1), none)
    case.with_bytes('the values of two ballots twisted', joined(head, [
        (parts[0][0], parts[1][1]), (parts[1][0], parts[0][1])] + parts[2:])
        if len(parts[0][1]) == len(parts[1][1]) else joined(
            head, [(parts[0][0], parts[0][1][VALUE:] + parts[0][1][:VALUE])]
            + parts[1:]), (n - 2, n - 1), none)
    case.with_bytes('a ballot left out', joined(head, parts[:3] + parts[4:]),
                    (n - 1, n - 1), none)
    case.with_bytes('cut off', data[:len(data) * 2 // 3], (2, n - 1), none)
    case.with_bytes('cut off in a value', data[:-1], (n - 1, n - 1), none)
    zeros = joined(head, [(a, bytes(len(b))) for a, b in parts])
    case.with_bytes('all zero', zeros, (0, 0), none)
    ones = joined(head, [(a, b'\xff' * len(b)) for a, b in parts])
    case.with_bytes('p and more', ones, (0, 0), none)
    noise = joined(head, [(a, b''.join(
        b'\x12' + rng.randbytes(VALUE - 1) for _ in range(0, len(b), VALUE)))
        for a, b in parts])
    case.with_bytes('random values', noise, (0, 0), none)
    case.with_bytes('random bytes', rng.randbytes(5000), (0, 0),
                    'hints were not used')
    case.with_bytes('empty', b'', (0, 0), 'hints were not used')
    case.with_bytes('a header alone', head, (0, 0), none)
    huge = joined(head, [(parts[0][0][:32] + b'\xff' * 4, parts[0][1])]
                  + parts[1:])
    case.with_bytes('a huge count', huge, (0, 0), none)
    strange = joined(head, [(rng.randbytes(32) + a[32:], b)
                            for a, b in parts])
    case.with_bytes('another record\'s', strange, (0, 0), none)
    case.with_hints('a folder', case.record, (0, 0), 'hints were not used')
    case.with_hints('not there', '/nonexistent/hints', (0, 0),
                    'hints were not used')
    fifo = case.work.path('fifo')
    os.mkfifo(fifo)
    case.with_hints('a FIFO', fifo, (0, 0), 'hints were not used')


def check_text(case, path, n):
    """The report for people says which way the proofs went."""
    code, plain = faults.verify_text(case.evident, case.record)
    code_2, text = faults.verify_text(case.evident, case.record, '--hints',
                                      path)
    line = ('Ballots whose proofs were checked in batches, with hints: '
            f'{n}, one by one: 0\n')
    case.tally.check(code == code_2 == 0 and line in text
                     and text.replace(line, '') == plain,
                     'hints: the text report names the way', text[-400:])


def check_threads(case, path, n):
    for jobs in ('1', '3'):
        report = faults.verify(case.evident, case.record, '--hints', path,
                               '--jobs', jobs)
        case.tally.check(case.same(report)
                         and case.proofs['in_batches'] == n,
                         f'hints: {jobs} threads', str(case.proofs))


def add_to(text, n):
    return '%064X' % (int(text, 16) + n)


def damage(record, out, change):
    """A copy of the record with one ballot changed and nothing rehashed, as
    no hash covers responses and how challenges are split."""
    shutil.copytree(record, out)
    folder = os.path.join(out, 'ballots')
    path = os.path.join(folder, sorted(os.listdir(folder))[0])
    lines = read(path).decode().split('\n')
    ballot = json.loads(lines[1])
    change(ballot)
    lines[1] = json.dumps(ballot, separators=(',', ':'), ensure_ascii=False)
    with open(path, 'w', encoding='utf-8') as f:
        f.write('\n'.join(lines))


def response(ballot):
    proof = ballot['contests'][0]['fields'][0]['proof']
    proof['v'][0] = add_to(proof['v'][0], 1)


def equal_sum(ballot):
    proof = ballot['contests'][0]['fields'][0]['proof']
    proof['c'][0] = add_to(proof['c'][0], 1)
    proof['c'][1] = add_to(proof['c'][1], -1)


def check_B10_products(case, good_hints, n):
    """The hints of the good record hash right: only products show these."""
    for change in (response, equal_sum):
        out = case.work.path(change.__name__)
        damage(case.record, out, change)
        bad = Case(case.evident, out, case.work, case.tally)
        own = case.work.path('own.hints')
        case.tally.check(bad.plain.exit == 1, f'hints: {change.__name__} is '
                         'a fault', str(bad.plain.failed))
        # halves without the bad ballot, and perhaps its neighbour, remain
        bad.with_hints(f'{change.__name__} changed, old hints', good_hints,
                       (n - 3, n - 1))
        made = run_make(case.evident, out, own)
        case.tally.check(made.returncode == 0, f'hints: {change.__name__} '
                         'changed, hints made', made.stderr)
        bad.with_hints(f'{change.__name__} changed, own hints', own,
                       (n - 1, n - 1))
        os.remove(own)


def check_B10_bad_record(case, records, name, good_hints):
    """Hints that fit what the ballots were before, or are; the whole report
    is compared where the ballots are what is bad, else the codes."""
    out = case.work.path(name)
    folder = os.path.join(records, 'bad', name)
    faults.build_bad(records, name, out)
    patch = json.loads(read(os.path.join(folder, 'patch.json')))
    if not any(path.startswith('ballots/') for path in patch['edit']):
        expected = json.loads(read(os.path.join(folder, 'expected.json')))
        report = faults.verify(case.evident, out, '--hints', good_hints)
        case.tally.check(
            report.exit == 1 and report.failed == set(expected['all']),
            f'hints: {name}', f'{report.exit} {sorted(report.failed)}')
        return
    bad = Case(case.evident, out, case.work, case.tally)
    bad.with_hints(f'{name}, hints of the good record', good_hints, (0, 8))
    own = case.work.path('own.hints')
    if run_make(case.evident, out, own).returncode == 0:
        bad.with_hints(f'{name}, own hints', own, (0, 9))
        os.remove(own)
    shutil.rmtree(out)


def check_make(case, path):
    """Written whole or not at all, never over a file, never in the record."""
    again = run_make(case.evident, case.record, path)
    case.tally.check(again.returncode == 2 and 'overwritten' in again.stderr,
                     'hints make: not over a file', again.stderr)
    inside = os.path.join(case.record, 'x.hints')
    made = run_make(case.evident, case.record, inside)
    case.tally.check(made.returncode == 2 and not os.path.exists(inside),
                     'hints make: not in the record', made.stderr)
    other = case.work.path('one.hints')
    run_make(case.evident, case.record, other, '--jobs', '1')
    case.tally.check(read(other) == read(path),
                     'hints make: the same on one thread')
    empty = case.work.path('empty')
    shutil.copytree(case.record, empty)
    shutil.rmtree(os.path.join(empty, 'ballots'))
    out = case.work.path('empty.hints')
    made = run_make(case.evident, empty, out)
    case.tally.check(made.returncode != 0 and not os.path.exists(out),
                     'hints make: no ballots, no file', made.stderr)


def main():
    evident, records = sys.argv[1:]
    if not os.path.isdir(os.path.join(records, 'bad')):
        print(f'1..0 # SKIP no records in {records}')
        return 77
    tally = faults.Tally()
    with faults.Work() as work:
        record = work.path('good')
        shutil.copytree(os.path.join(records, 'visible-1', 'record'), record)
        case = Case(evident, record, work, tally)
        path = work.path('good.hints')
        made = run_make(evident, record, path)
        tally.check(made.returncode == 0, 'hints make', made.stderr)
        data = read(path)
        n = len(entries(data))
        tally.check(n == case.plain.json['ballots']['all'],
                    'hints make: every ballot', str(n))
        check_make(case, path)
        check_text(case, path, n)
        check_threads(case, path, n)
        check_B10_odd_files(case, data)
        check_B10_products(case, path, n)
        for name in sorted(os.listdir(os.path.join(records, 'bad'))):
            if os.path.isdir(os.path.join(records, 'bad', name)):
                check_B10_bad_record(case, records, name, path)
    return tally.exit()


if __name__ == '__main__':
    sys.exit(main())
