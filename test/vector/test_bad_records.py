#!/usr/bin/env python3
"""visible-1 passes, every bad record fails with exactly its codes.

usage: test_bad_records.py EVIDENT RECORDS   (77: no such folder, skipped)
Where EVD_SHARED, or the folder ../shared beside the sources, has records that
RECORDS has not, they are run as well.
"""
import json
import os
import shutil
import sys

import faults

LATER = {
    'closed': ['tally.json', 'challenged.jsonl', 'contest_data.jsonl'],
    'ceremony': ['tally.json', 'challenged.jsonl', 'contest_data.jsonl',
                 'tally_encrypted.json', 'devices.json', 'states.jsonl',
                 'roll.jsonl', 'ballots'],
}


def check_good(evident, record, tally):
    report = faults.verify(evident, record)
    not_run = report.with_status('not_run')
    tally.check(report.exit == 0 and report.verdict == 'pass', 'visible-1',
                f'exit {report.exit}, {report.verdict} {report.failed}')
    tally.check(not_run == set(faults.CODES_MAIL), 'visible-1: all examined',
                f'not run: {sorted(not_run)}')
    code, text = faults.verify_text(evident, record)
    said = {c['id']: c['status'] for c in report.json['checks']}
    tally.check(code == 0 and faults.text_status(text) == said,
                'visible-1: text and JSON agree', str(code))
    closing = ('This record is consistent. That it is the one that voters and '
               'witnesses saw needs the log. Ballots refused: 1, spoiled: 1.')
    tally.check(text.endswith('\n' + closing + '\n'),
                'visible-1: closing sentence', text[-200:])


def plain_counts(records):
    """{(contest, field): votes} of the cast ballots, from the plaintexts.

    An overvoted contest counts as its #overvote alone [record-format 3.2].
    """
    base = os.path.join(records, 'visible-1')
    with open(os.path.join(base, 'record', 'manifest.json')) as f:
        contests = json.load(f)['contests']
    with open(os.path.join(base, 'private', 'test_nonces.jsonl')) as f:
        cast = {x['serial'] for x in map(json.loads, f)
                if x['state'] == 'cast'}
    counts = {}
    with open(os.path.join(base, 'private', 'plain.jsonl')) as f:
        for ballot in map(json.loads, f):
            for c in ballot['contests'] if ballot['serial'] in cast else []:
                for o, n in enumerate(field_values(
                        contests[c['contest'] - 1], c), 1):
                    key = c['contest'], o
                    counts[key] = counts.get(key, 0) + n
    return counts


def field_values(contest, plain):
    marks, w = plain['marks'], len(plain['write_ins'])
    over = (max(marks) > contest['option_limit'] or w > contest['write_ins']
            or sum(marks) + w > contest['contest_limit'])
    values = [0] * len(marks) if over else list(marks)
    if contest['overvote']:
        values.append(int(over))
    if contest['write_ins']:
        values.append(0 if over else w)
    return values


def check_D11_counts(evident, records, tally):
    """The table printed is the plain count of the cast ballots."""
    record = os.path.join(records, 'visible-1', 'record')
    plain = plain_counts(records)
    said = {}
    for c in faults.verify(evident, record).json['tally']:
        for f in c['fields']:
            said[c['contest'], f['field']] = f['t']
        if c['withheld']:
            plain = {k: v for k, v in plain.items() if k[0] != c['contest']}
    tally.check(said == plain and len(plain) == 13,
                'D11 numbers are the plain count', f'{said} {plain}')
    with open(os.path.join(record, 'tally.json'), encoding='utf-8') as f:
        rows = [(f['label'], f['t']) for c in json.load(f)['contests']
                for f in c['fields']]
    _, text = faults.verify_text(evident, record)
    table = [tuple(line.rsplit(None, 1)) for line in
             text.split('\nTally\n')[1].split('\nBallots:')[0].split('\n')
             if line.startswith('    ') and line[-1].isdigit()]
    printed = [(label.strip(), int(n.replace(',', ''))) for label, n in table]
    tally.check(printed == rows, 'D11 the table prints every number',
                f'{printed} {rows}')


def check_stages(evident, record, work, tally):
    for stage, files in LATER.items():
        out = work.path(stage)
        shutil.copytree(record, out)
        for name in files:
            target = os.path.join(out, name)
            if os.path.isdir(target):
                shutil.rmtree(target)
            else:
                os.remove(target)
        report = faults.verify(evident, out, '--stage', stage)
        tally.check(report.exit == 0 and report.verdict == 'pass',
                    f'stage {stage}', f'{report.exit} {report.failed}')
        report = faults.verify(evident, record, '--stage', stage)
        tally.check(report.exit == 1 and report.failed == {'X.1'},
                    f'stage {stage} on a finished record',
                    f'{report.exit} {report.failed}')
        report = faults.verify(evident, out)
        tally.check(report.exit == 1 and 'X.1' in report.failed,
                    f'what stage {stage} has is not finished',
                    f'{report.exit} {report.failed}')


def check_bad(evident, records, name, work, tally):
    with open(os.path.join(records, 'bad', name, 'expected.json')) as f:
        expected = json.load(f)
    out = work.path(name)
    faults.build_bad(records, name, out)
    report = faults.verify(evident, out)
    tally.check(report.exit == 1 and report.failed == set(expected['all']),
                name, f'exit {report.exit}, fails {sorted(report.failed)}, '
                f'expected {sorted(expected["all"])}')
    shutil.rmtree(out)


def newer(records):
    """(folder, name) of records elsewhere that are not the same here."""
    root = os.environ.get('EVD_SOURCE_ROOT', os.path.join(records, '../../..'))
    shared = os.environ.get('EVD_SHARED', os.path.join(root, '../shared'))
    other = os.path.join(shared, 'vectors', 'records')
    if not os.path.isdir(os.path.join(other, 'bad')):
        return []
    found = []
    for name in sorted(os.listdir(os.path.join(other, 'bad'))):
        if not os.path.isdir(os.path.join(other, 'bad', name)):
            continue
        if not same(os.path.join(x, 'bad', name, 'patch.json')
                    for x in (records, other)):
            found.append((other, name))
    return found


def same(paths):
    """Do the files have the same bytes?"""
    texts = []
    for path in paths:
        if not os.path.exists(path):
            return False
        with open(path, 'rb') as f:
            texts.append(f.read())
    return len(set(texts)) == 1


def main():
    evident, records = sys.argv[1:]
    if not os.path.isdir(os.path.join(records, 'bad')):
        print(f'1..0 # SKIP no records in {records}')
        return 77
    tally = faults.Tally()
    record = os.path.join(records, 'visible-1', 'record')
    with faults.Work() as work:
        check_good(evident, record, tally)
        check_D11_counts(evident, records, tally)
        check_stages(evident, record, work, tally)
        for name in sorted(os.listdir(os.path.join(records, 'bad'))):
            if os.path.isdir(os.path.join(records, 'bad', name)):
                check_bad(evident, records, name, work, tally)
        for other, name in newer(records):
            check_bad(evident, other, name, work, tally)
    return tally.exit()


if __name__ == '__main__':
    sys.exit(main())
