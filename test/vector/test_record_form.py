#!/usr/bin/env python3
"""B10, B11, X.1: whatever is done to the bytes of a record, verify says so.

usage: test_record_form.py EVIDENT RECORDS
Every change must end with exit 1 and FAIL X.1 (unless the row says otherwise),
valid JSON on standard output, and no sign of a crash.
"""
import json
import multiprocessing
import os
import random
import resource
import shutil
import sys

import faults
from remake import Record, hx

ROWS = []


def row(name, change, must=('X.1',), codes=(1,)):
    ROWS.append((name, change, set(must), codes))


def edit(path, f):
    def change(out):
        target = os.path.join(out, path)
        with open(target, 'rb') as x:
            data = x.read()
        with open(target, 'wb') as x:
            x.write(f(data))
    return change


def put(path, data):
    def change(out):
        target = os.path.join(out, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, 'wb') as x:
            x.write(data)
    return change


def exchange(path, old, new):
    def once(data):
        if old not in data:
            raise ValueError(f'{path} has no {old}')
        return data.replace(old, new, 1)
    return edit(path, once)


def both(*changes):
    def change(out):
        for f in changes:
            f(out)
    return change


FILES = ['parameters.json', 'manifest.json', 'texts.json',
         'election_keys.json', 'guardians/guardian_1.json',
         'guardians/guardian_2.json', 'guardians/guardian_3.json',
         'ballots/device_1.jsonl', 'ballots/device_2.jsonl', 'states.jsonl',
         'roll.jsonl', 'devices.json', 'tally_encrypted.json', 'tally.json',
         'challenged.jsonl', 'contest_data.jsonl']
# A file of ballots that is gone is found by what is left of them.
WITHOUT = {'ballots/device_1.jsonl': ['X.11', 'X.15'],
           'ballots/device_2.jsonl': ['X.11', 'X.15'],
           'challenged.jsonl': ['X.11']}


def cut_lines(data):
    """One line less, properly ended."""
    return b''.join(data.splitlines(keepends=True)[:-1])


def whole_files():
    for p in FILES:
        if p != 'contest_data.jsonl':  # optional
            row(f'B10 {p} deleted', lambda out, p=p:
                os.remove(os.path.join(out, p)), WITHOUT.get(p, ['X.1']))
        twice = {'challenged.jsonl': ['X.11'],
                 'contest_data.jsonl': ['X.12']}.get(p) or (
            [] if p.startswith('ballots/') else ['X.1'])
        row(f'B10 {p} doubled', edit(p, lambda d: d + d), twice)
        row(f'B10 {p} a third', edit(p, lambda d: d[:len(d) // 3 + 7]))
        row(f'B10 {p} one byte short', edit(p, lambda d: d[:-1]))
        row(f'B10 {p} empty', edit(p, lambda d: b''))
        row(f'B10 {p} with BOM', edit(p, lambda d: b'\xef\xbb\xbf' + d))
        row(f'B10 {p} spaced', edit(p, lambda d: d.replace(b',', b', ', 1)))
        row(f'B10 {p} with a line break at the end',
            edit(p, lambda d: d + b'\r\n'))


def first_object(data):
    end = data.index(b'\n') if b'\n' in data else len(data)
    return data[:end], data[end:]


def with_property(extra):
    def f(data):
        one, rest = first_object(data)
        return one[:-1] + b',' + extra + b'}' + rest
    return f


def nested(f):
    """On the first inner object that a brace and a quote begin."""
    def change(data):
        at = data.index(b'{"', 1)
        return data[:at] + f(data[at:])
    return change


def properties():
    huge = b'9' * 400
    for p in FILES:
        row(f'B10 {p} unknown property',
            edit(p, with_property(b'"extra":1')))
        row(f'B10 {p} a property twice', edit(
            p, lambda d: d[:1] + d[1:d.index(b',') + 1] + d[1:]))
        row(f'B11 {p} with a nonce', edit(
            p, with_property(b'"xi_B":"' + b'0' * 64 + b'"')))
        row(f'B10 {p} null', edit(p, with_property(b'"note":null')))
        row(f'B10 {p} deep nesting', edit(
            p, with_property(b'"x":' + b'[' * 100000 + b']' * 100000)))
    for p, prop in (('parameters.json', b'"n":3'),
                    ('manifest.json', b'"privacy_floor":2'),
                    ('ballots/device_1.jsonl', b'"weight":1'),
                    ('tally.json', b'"t":1'),
                    ('tally_encrypted.json', b'"ballots":2'),
                    ('devices.json', b'"ballots":2'),
                    ('challenged.jsonl', b'"value":1'),
                    ('contest_data.jsonl', b'"contest":1'),
                    ('roll.jsonl', b'"style":1')):
        key, value = prop.split(b':')
        for name, new in (('huge', huge), ('with exponent', value + b'e0'),
                          ('with fraction', value + b'.0'),
                          ('negative', b'-' + value),
                          ('with leading zero', b'0' + value),
                          ('a string', b'"' + value + b'"'),
                          ('above 2^53', b'9007199254740993')):
            row(f'B10 {p} {key.decode()} {name}',
                exchange(p, prop, key + b':' + new))


def strings():
    label = b'"label":"Mayor"'
    for name, new in (('with control character', b'"Ma\x01yor"'),
                      ('with escape', b'"M\\u0061yor"'),
                      ('with escaped slash', b'"Ma\\/yor"'),
                      ('with lone surrogate', b'"Ma\\ud800yor"'),
                      ('not UTF-8', b'"Ma\xffyor"'),
                      ('overlong UTF-8', b'"Ma\xc0\xafyor"'),
                      ('not NFC', 'Mayo\u0301r'.encode().join([b'"', b'"'])),
                      ('with bidi control', '"Ma\u202eyor"'.encode()),
                      ('with NUL', b'"Ma\\u0000yor"')):
        for p in ('manifest.json', 'tally.json'):
            row(f'A07 {p}: label {name}',
                exchange(p, label, b'"label":' + new))
    for p, prop in (('election_keys.json', b'"K":"'),
                    ('ballots/device_2.jsonl', b'"alpha":"'),
                    ('guardians/guardian_1.json', b'"kappa":"'),
                    ('states.jsonl', b'"id_B":"')):
        row(f'B12 {p}: hex with lower case', edit(
            p, lambda d, x=prop: lower_after(d, x)))
        row(f'B12 {p}: hex one digit short', edit(
            p, lambda d, x=prop: drop_after(d, x)))
        row(f'B12 {p}: hex one digit more', exchange(p, prop, prop + b'0'))
    row('B10 states.jsonl: unknown word',
        exchange('states.jsonl', b'"challenged"', b'"lost"'))
    row('B10 roll.jsonl: unknown word',
        exchange('roll.jsonl', b'"revoked"', b'"asleep"'))


def lower_after(d, prop):
    at = d.index(prop) + len(prop)
    n = next(i for i in range(at, at + 64) if d[i:i + 1] in b'ABCDEF')
    return d[:n] + d[n:n + 1].lower() + d[n + 1:]


def drop_after(d, prop):
    at = d.index(prop) + len(prop)
    return d[:at] + d[at + 1:]


def folder():
    row('a file too many', put('notes.txt', b'x'))
    row('a folder too many', put('extra/notes.txt', b'x'))
    row('a ballot file of a wrong name', put('ballots/device 3.jsonl', b'x'))
    row('a guardian too many', lambda out: shutil.copy(
        os.path.join(out, 'guardians/guardian_3.json'),
        os.path.join(out, 'guardians/guardian_4.json')))
    row('a guardian 01', lambda out: os.rename(
        os.path.join(out, 'guardians/guardian_1.json'),
        os.path.join(out, 'guardians/guardian_01.json')))
    row('a file of the second stage', put('mail_cast.jsonl', b'{}\n'),
        must=[], codes=(1, 3))
    row('a link instead of a file', both(
        lambda out: os.rename(os.path.join(out, 'tally.json'),
                              os.path.join(out, '..', 'tally.json')),
        lambda out: os.symlink('../tally.json',
                               os.path.join(out, 'tally.json'))))
    row('a pipe', lambda out: os.mkfifo(os.path.join(out, 'pipe')))
    row('an empty ballot file', put('ballots/none.jsonl', b''))
    row('empty lines', edit('states.jsonl', lambda d: b'\n' + d))
    row('B10 20,000 small files', lambda out: [
        put(f'ballots/x{n}.jsonl', b'{}\n')(out) for n in range(20000)])
    row('B10 a line of 80 MiB', put('ballots/z.jsonl', b'A' * (80 << 20)))
    row('B10 a file of 80 MiB', put('manifest.json', b' ' * (80 << 20)))
    row('B10 a million brackets', put('ballots/z.jsonl',
                                      b'[' * 1000000 + b'\n'))
    row('B10 many values', put('ballots/z.jsonl',
                               b'[' + b'0,' * 3000000 + b'0]\n'))


def frame(data):
    """A Zstandard frame of raw blocks."""
    out = b'\x28\xb5\x2f\xfd\x00\x38'
    blocks = [data[i:i + 65536] for i in range(0, len(data), 65536)] or [b'']
    for n, block in enumerate(blocks):
        last = 1 if n + 1 == len(blocks) else 0
        out += (last | len(block) << 3).to_bytes(3, 'little') + block
    return out


def pack(path, keep=False, cut=0):
    def change(out):
        target = os.path.join(out, path)
        with open(target, 'rb') as f:
            data = frame(f.read())
        put(path + '.zst', data[:len(data) - cut])(out)
        if not keep:
            os.remove(target)
    return change


def packed():
    row('packed lines are lines', both(pack('ballots/device_1.jsonl'),
                                       pack('states.jsonl')), [], (0,))
    row('packed and unpacked', pack('states.jsonl', keep=True))
    row('packed and cut off', pack('ballots/device_1.jsonl', cut=9))
    row('no frame at all', both(
        lambda out: os.remove(os.path.join(out, 'roll.jsonl')),
        put('roll.jsonl.zst', b'{"a":1}\n')))


def randomly():
    """Single bytes anywhere: never a crash, never a pass."""
    rng = random.Random('bytes')
    for n in range(24):
        p = rng.choice(FILES)
        at, new = rng.random(), rng.randrange(256)

        def flip(d, at=at, new=new):
            i = int(at * len(d))
            return d[:i] + bytes([new ^ (d[i] == new)]) + d[i + 1:]
        row(f'byte {n} of {p}', edit(p, flip), [])


def states(base):
    """B05: every other end for every ballot."""
    for n, s in enumerate(base.files['states.jsonl']):
        for word in ('cast', 'challenged', 'spoiled', 'superseded', 'refused'):
            quiet = {s['state'], word} <= {'spoiled', 'refused'}
            if s['state'] == word or quiet:
                continue
            row(f'B05 {s["state"]} {n} made {word}', edit(
                'states.jsonl', lambda d, s=s, w=word: d.replace(
                    f'"{s["id_B"]}","state":"{s["state"]}"'.encode(),
                    f'"{s["id_B"]}","state":"{w}"'.encode())), [])


whole_files()
properties()
strings()
folder()
packed()
randomly()


def run(job):
    evident, base, n = job
    with faults.Work() as work:
        out = work.path('record')
        shutil.copytree(base, out)
        ROWS[n][1](out)
        report = faults.verify(evident, out, '--jobs', '1')
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return n, report.exit, report.json and report.failed, report.stderr, peak


def no_secret(records, base, tally):
    """B11: no nonce of a ballot that was not opened stands in the record."""
    text = b''.join(base.bytes_of(p) for p in base.files)
    secrets = [hx(x) for x in base.xi_B.values()]
    for b in base.all_ballots():
        for c in b['contests']:
            if base.state_of(b) == 'challenged':
                continue
            secrets += [hx(base.xi(b, c['contest'], o).to_bytes(32, 'big'))
                        for o in range(1, len(c['fields']) + 1)]
    for s in base.ceremony:
        secrets += s['a'] + s['a_hat'] + [s['zeta']]
    found = [x for x in secrets if x.encode() in text]
    tally.check(not found and len(secrets) > 50,
                'B11 no secret of the run in the record', str(found))


def main():
    evident, records = sys.argv[1:]
    base = Record(os.path.join(records, 'visible-1'))
    tally = faults.Tally()
    no_secret(records, base, tally)
    with faults.Work() as work:
        small = work.path('small')
        base.copy().shrink().write(small)
        report = faults.verify(evident, small)
        tally.check(report.exit == 0, 'the small record passes',
                    sorted(report.failed))
        run_all(evident, small, tally)
    return tally.exit()


def run_all(evident, small, tally):
    jobs = [(evident, small, n) for n in range(len(ROWS))]
    with multiprocessing.Pool() as pool:
        for n, code, failed, stderr, peak in pool.imap(run, jobs):
            name, _, must, codes = ROWS[n]
            right = (code in codes and failed is not None and
                     must <= failed and peak < 1 << 20)
            tally.check(right, name, f'exit {code}, fails '
                        f'{failed and sorted(failed)}, {stderr}, {peak} kB')


if len(sys.argv) == 3:
    states(Record(os.path.join(sys.argv[2], 'visible-1')).shrink())
if __name__ == '__main__':
    sys.exit(main())
