#!/usr/bin/env python3
"""Prove the oracle: python3 selftest.py [--all] [--vectors DIR] [--code CODE ...].

Prints TAP.  Without --all the slow faults and the larger presets are skipped.
DIR is the folder with egds21-kat.json and records/; parts that need it are
skipped when it is absent.  --code limits the run to some faults.
"""
import argparse
import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import check_mail
import election_mail
import faults
import hashes as hs
import interpreter
import kat
import schemas as sc
import verify as verifier
from election import Election, contest, read_tree, write
from faultlib import BASES, record_of
from faults_form import raw_zstd
from form import parse
from generate import PRESETS, build
from group import power
from protocol import Random, encrypt, open_share, share_fits
from tap import Tap

HERE = os.path.dirname(os.path.abspath(__file__))


@contextlib.contextmanager
def folder(files=None):
    path = tempfile.mkdtemp(prefix='oracle-')
    try:
        write(files or {}, path)
        yield path
    finally:
        shutil.rmtree(path)


def failed(files, stage='final'):
    with folder(files) as path:
        report = verifier.verify(path, stage)
        report.text(), report.json()
        return report.failed(), report.verdict()


def expect(files, codes, stage='final', verdict=None):
    got, said = failed(files, stage)
    verdict = verdict or ('fail' if codes else 'pass')
    if got != codes or said != verdict:
        return 'failed %s, verdict %s; expected %s, %s' % (got, said, codes, verdict)
    return None


# The oracle against itself

def test_preset(name):
    election = build(name, 'selftest').finish()
    files = election.record()
    again = build(name, 'selftest').finish().record()
    if files != again:
        return 'not deterministic'
    for share_name, data in election.private().items():
        if share_name.startswith('share_'):
            share = parse(sc.SHARE, data)
            s = election.secrets[share['l'] - 1]
            values = open_share(election.keys['H_P'], share, s['zeta'],
                                election.guardians[share['l'] - 1]['kappa'])
            sender = election.guardians[share['i'] - 1]
            if values is None or not share_fits(values[0], sender['K'], share['l']) \
                    or not share_fits(values[1], sender['K_hat'], share['l']):
                return share_name + ' does not open to a right share'
    return expect(files, []) or expect(election.record('closed'), [], 'closed') \
        or expect(election.record('ceremony'), [], 'ceremony') \
        or expect(files, ['X.1'], 'closed') or expect(files, ['X.1'], 'ceremony')


def test_random(n, k, absent, seed):
    config = {'n': n, 'k': k, 'absent': absent, 'kind': 'trial',
              'contests': BASES['data']()['contests'], 'styles': BASES['data']()['styles'],
              'ballots': BASES['data']()['ballots']}
    return expect(Election(config, seed).finish().record(), [])


def test_packed():
    if not shutil.which('zstd'):
        files = dict(record_of('tiny'))
        files['states.jsonl.zst'] = raw_zstd(files.pop('states.jsonl'))
        return expect(files, [], verdict='incomplete')
    files = dict(record_of('mixed'))
    for path in [p for p in files if p.endswith('.jsonl')]:
        files[path + '.zst'] = raw_zstd(files.pop(path))
    return expect(files, [])


def test_fault(fault):
    return expect(fault.files(), fault.all)


def test_coverage():
    seen = {code for fault in faults.FAULTS.values() for code in fault.all}
    missing = [code for code in faults.COVERED if code not in seen]
    return 'no fault for ' + ' '.join(missing) if missing else None


def test_flips(base, count):
    """One changed character anywhere must be found; `slot` is bound by the board only."""
    rng, files = Random('flips'), record_of(base)
    paths = sorted(files)
    for number in range(count):
        path = rng.choice(paths, 'path', number)
        data = bytearray(files[path])
        at = rng.below(len(data), 'at', number)
        if b'"slot":' in data[max(0, at - 9):at + 9]:
            continue
        data[at] = rng.choice([x for x in b'0123456789ABCDEF"{}[],:' if x != data[at]], 'x', number)
        got, verdict = failed(dict(files, **{path: bytes(data)}))
        if verdict != 'fail':
            return '%s byte %d changed to %r: %s' % (path, at, chr(data[at]), verdict)
    return None


def test_numbers(base, count):
    """Any number of the record replaced by another: always a failure, never a traceback."""
    rng, files = Random('numbers'), record_of(base)
    places = [(path, m.start(1), m.end(1)) for path in sorted(files)
              for m in re.finditer(rb'"(?!slot")\w+":([0-9]+)|[\[,]([0-9]+)(?=[\],])', files[path])
              if m.group(1)]
    for number in range(count):
        path, a, b = rng.choice(places, 'place', number)
        new = rng.choice([b'0', b'1', b'2', b'3', b'99', b'256', b'2147483647',
                          b'9007199254740991'], 'new', number)
        data = files[path]
        if data[a:b] == new:
            continue
        got, verdict = failed(dict(files, **{path: data[:a] + new + data[b:]}))
        if verdict != 'fail':
            return '%s byte %d changed to %s: %s' % (path, a, new.decode(), verdict)
    return None


def test_cuts(base, count):
    """Truncation, repetition and noise never end in a traceback or in pass."""
    rng, files = Random('cuts'), record_of(base)
    paths = sorted(files)
    for number in range(count):
        path = rng.choice(paths, 'path', number)
        data = files[path]
        a, b = (rng.below(len(data), x, number) for x in 'ab')
        data = (data[:a], data[:a] + data[b:], data[:a] + rng.bytes(number) + data[a:])[number % 3]
        if data == files[path]:
            continue
        got, verdict = failed(dict(files, **{path: data}))
        if verdict != 'fail':
            return '%s, kind %d: %s' % (path, number % 3, verdict)
    return None


def test_command():
    """Exit codes, streams and the two formats of the command itself."""
    def call(*arguments):
        done = subprocess.run([sys.executable, os.path.join(HERE, 'verify.py')] + list(arguments),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    with folder(record_of('tiny')) as good, folder(faults.FAULTS['10C-t'].files()) as wrong:
        code, out, err = call(good)
        if code or err or not out.splitlines()[0].startswith('1.A     pass'):
            return 'text: %d %s %s' % (code, out[:80], err)
        if not out.splitlines()[-1].startswith('This record is consistent. '):
            return 'closing sentence'
        code, out, err = call(wrong, '--format', 'json')
        checks = {c['id']: c['status'] for c in json.loads(out)['checks']}
        if code != 1 or checks['10.C'] != 'fail' or checks['10.B'] != 'pass' \
                or checks['15.A'] != 'not_run' or len(checks) != len(faults.CODES):
            return 'json: %d, %d checks' % (code, len(checks))
        code, out, err = call(os.path.join(good, 'missing'))
        if code != 2 or out or 'Traceback' in err:
            return 'missing directory: %d' % code
        if call(good, '--stage', 'open')[0] != 2:
            return 'wrong usage'
        with folder() as empty:
            code, out, err = call(empty)
            if code != 1 or 'Traceback' in err:
                return 'empty directory: %d %s' % (code, err)
    return None


# The oracle against the published vectors

def test_visible(root):
    with open(os.path.join(root, 'visible-1', 'private', 'test_nonces.jsonl'), 'rb') as f:
        nonces = [parse(sc.TEST_NONCE, line) for line in f.read().splitlines()]
    with open(os.path.join(root, 'visible-1', 'private', 'plain.jsonl'), 'rb') as f:
        plain = {x['serial']: x for x in (parse(sc.PLAIN, line) for line in f.read().splitlines())}
    record = verifier.Record(os.path.join(root, 'visible-1', 'record'))
    ballots = {b['id_B']: b for _, b in record.ballots}
    shell = Election.__new__(Election)
    shell.manifest, keys = record.manifest, record.keys
    for secret in nonces:
        ballot, H_I = ballots[secret['id_B']], hs.H(keys['H_E'], hs.msg_H_I(secret['id_B']))
        if ballot['H_I'] != H_I or ballot['H_C'] != secret['H_C']:
            return 'H_I or H_C of ' + secret['serial']
        for sealed, votes in zip(ballot['contests'], plain[secret['serial']]['contests']):
            index = sealed['contest']
            values, D = shell.fields_of(index, votes['marks'], votes['write_ins'])
            for j, (value, field) in enumerate(zip(values, sealed['fields']), 1):
                xi = hs.Hq(H_I, hs.msg_nonce(index, j, secret['xi_B']))
                if encrypt(keys['K'], value, xi) != (field['alpha'], field['beta']):
                    return '%s contest %d field %d' % (secret['serial'], index, j)
            if D is not None:
                xi, data = hs.Hq(H_I, hs.msg_data_nonce(index, secret['xi_B'])), sealed['data']
                h = hs.H(H_I, hs.msg_data_key(index, data['C0'], power(keys['K_hat'], xi)))
                if hs.xor(data['C1'], hs.data_mask(h, index, len(D) // 32)) != D:
                    return '%s contest %d data' % (secret['serial'], index)
            if shell.chi(H_I, sealed) != sealed['chi']:
                return '%s contest %d chi' % (secret['serial'], index)
    report = verifier.verify(record.root)
    if report.verdict() != 'pass':
        return 'visible-1: %s' % report.failed()
    lacking = [c for c in faults.COVERED if report.status(c) != 'pass'
               and c not in check_mail.CODES]
    return 'visible-1: not pass: %s' % lacking if lacking else None


def test_encrypting_tool(path):
    """The pre-encryption cases of the known answers, made by the tool that makes ballots."""
    with open(path, encoding='utf-8') as f:
        cases = {case['id']: case for case in json.load(f)['cases']}
    label = cases['eq119-1']['in']['S_device']
    e = Election({'short_code': 1, 'contests': [contest('C', ['A', 'B'], L=2)],
                  'devices': [(label, 'mail', 1)], 'ballots': []}, 'kat')
    e.keys.update(K=kat.K, K_hat=kat.K_HAT, H_E=kat.H_E)
    e.add({}, id_B=bytes(range(1, 33)), xi_B=kat.XI_B, state='challenged')
    e.make_chain()
    e.mail_open = [election_mail.open_line(e, 0)]
    ballot, device = e.ballots[0], e.devices['devices'][0]
    if e.info[0]['xi_B'] != kat.XI_B:
        return 'the nonce of the known answers was drawn again'
    vectors = e.mail_open[0]['contests'][0]['vectors']
    got = {'eq113-%d' % v['field']: v['psi'] for v in vectors}
    got.update({'eq115-1': ballot['contests'][0]['chi'], 'eq116-1': ballot['H_C'],
                'eq117-1': device['H_0'], 'eq118-1': device['H_close'],
                'eq119-1': device['H_DI'], 'eq120-1': device['B_close'][4:]})
    for name, value in got.items():
        if value.hex().upper() != cases[name]['out']:
            return name
    for v in vectors:
        if '%064X' % v['nonces'][0] != cases['eq121-%d' % v['field']]['out_q'] \
                or v['label'] != ('A', 'B', '#null', '#null')[v['field'] - 1]:
            return 'nonce or label of vector %d' % v['field']
    return None


def test_bad(root, name):
    """visible-1 with the patch of NAME, as its apply.py describes."""
    files = read_tree(os.path.join(root, 'visible-1', 'record'))
    with open(os.path.join(root, 'bad', name, 'patch.json'), encoding='utf-8') as f:
        patch = json.load(f)
    with open(os.path.join(root, 'bad', name, 'expected.json'), encoding='utf-8') as f:
        expected = json.load(f)
    for path in patch['remove']:
        del files[path]
    for path, edits in patch['edit'].items():
        old, new, at = files.get(path, b''), b'', 0
        for offset, length, text in edits:
            new += old[at:offset] + bytes.fromhex(text)
            at = offset + length
        files[path] = new + old[at:]
    return expect(files, sorted(expected['all'], key=faults.CODES.index))


def test_stages(root):
    files = read_tree(os.path.join(root, 'visible-1', 'record'))
    late = ('tally.json', 'challenged.jsonl', 'contest_data.jsonl')
    closed = {p: d for p, d in files.items() if p not in late}
    first = {p: d for p, d in files.items() if p.startswith('guardians/') or p in (
        'parameters.json', 'manifest.json', 'texts.json', 'election_keys.json')}
    return expect(closed, [], 'closed') or expect(first, [], 'ceremony') \
        or expect(files, ['X.1'], 'closed') or expect(files, ['X.1'], 'ceremony')


def vectors(tap, root):
    records = os.path.join(root or '', 'records')
    if not root or not os.path.isdir(records):
        tap.result('published vectors', skip='no --vectors folder')
        return
    for name, fault in kat.run(os.path.join(root, 'egds21-kat.json')):
        tap.result('known answer ' + name, fault)
    tap.run('pre-encrypted ballot of the known answers', test_encrypting_tool,
            os.path.join(root, 'egds21-kat.json'))
    tap.run('visible-1 re-made and verified', test_visible, records)
    tap.run('visible-1 stages', test_stages, records)
    for name in sorted(os.listdir(os.path.join(records, 'bad'))):
        if os.path.isdir(os.path.join(records, 'bad', name)):
            tap.run('bad ' + name, test_bad, records, name)


def main(argv=None):
    parser = argparse.ArgumentParser(description='Self-test of the oracle.')
    parser.add_argument('--all', action='store_true')
    parser.add_argument('--vectors')
    parser.add_argument('--code', nargs='+', action='extend', default=[])
    options = parser.parse_args(argv)
    tap = Tap()
    if not options.code:
        for base in BASES:
            tap.run('base %s is valid' % base, lambda b=base: expect(record_of(b), []))
        for name in PRESETS:
            if options.all or name in ('tiny', 'weights', 'post') or name.startswith('stamps'):
                tap.run('preset ' + name, test_preset, name)
            else:
                tap.result('preset ' + name, skip='--all')
        for n, k, absent in ((2, 1, (1,)), (3, 3, ()), (5, 3, (1, 4))):
            if options.all or n == 2:
                tap.run('guardians %d-of-%d without %s' % (k, n, list(absent)), test_random, n, k,
                        absent, 'guardians')
        tap.run('packed lines', test_packed)
        tap.run('command', test_command)
        tap.run('every code has a fault', test_coverage)
        for base, few in (('data', 60), ('mail', 30)):
            count = 400 if options.all else few
            tap.run('changed bytes, base ' + base, test_flips, base, count)
            tap.run('changed numbers, base ' + base, test_numbers, base, count)
            tap.run('cuts and noise, base ' + base, test_cuts, base, count)
    every = options.all or os.environ.get('EVD_SOAK') or options.code
    sampled = {fault.name for fault in faults.sample(faults.FAULTS.values())}
    for fault in faults.chosen(options.code):
        if fault.name not in sampled and not every:
            continue
        if fault.slow and not options.all:
            tap.result('fault ' + fault.name, skip='--all')
        else:
            tap.run('fault ' + fault.name, test_fault, fault)
    if not options.code:
        vectors(tap, options.vectors)
    print('1..%d' % tap.number)
    return 1 if tap.bad or not tap.number else 0


if __name__ == '__main__':
    interpreter.enter()
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8', line_buffering=True)
    sys.exit(main())
