#!/usr/bin/env python3
"""visible-1 passes, every bad record fails with exactly its codes.

usage: test_bad_records.py EVIDENT RECORDS   (77: no such folder, skipped)
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


def main():
    evident, records = sys.argv[1:]
    if not os.path.isdir(os.path.join(records, 'bad')):
        print(f'1..0 # SKIP no records in {records}')
        return 77
    tally = faults.Tally()
    record = os.path.join(records, 'visible-1', 'record')
    with faults.Work() as work:
        check_good(evident, record, tally)
        check_stages(evident, record, work, tally)
        for name in sorted(os.listdir(os.path.join(records, 'bad'))):
            if os.path.isdir(os.path.join(records, 'bad', name)):
                check_bad(evident, records, name, work, tally)
    return tally.exit()


if __name__ == '__main__':
    sys.exit(main())
