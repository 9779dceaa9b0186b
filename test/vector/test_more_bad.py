#!/usr/bin/env python3
"""Faulty records made from visible-1: each fails with its codes and no others.

usage: test_more_bad.py EVIDENT RECORDS [NAME ..]
At the end every check must have had a record that fails, but those of mail
ballots: their records are made in test/unit/test_verify_mail.c.
"""
import multiprocessing
import os
import sys

import bad_ballots
import bad_codes
import bad_keys
import bad_tally
import faults
from remake import Record

MAIL = set(faults.CODES_MAIL)
ROWS = (bad_keys.FAULTS + bad_ballots.FAULTS + bad_codes.FAULTS +
        bad_tally.FAULTS)


def options(stage):
    return [] if stage == 'final' else ['--stage', stage]


def run(job):
    """(row number, codes that failed, exit code) of one made record."""
    evident, records, n = job
    name, stage, _, change = ROWS[n]
    r = Record(os.path.join(records, 'visible-1'))
    if stage != 'final':
        r.only(stage)
    change(r)
    with faults.Work() as work:
        out = work.path('record')
        r.write(out)
        report = faults.verify(evident, out, '--jobs', '1', *options(stage))
    return n, report.failed, report.exit


def test_B09_every_check_fails_on_some_record(tally, evident, records):
    report = faults.verify(evident,
                           os.path.join(records, 'visible-1', 'record'))
    every = {c['id'] for c in report.json['checks']} - MAIL
    shown = set().union(*(codes for _, _, codes, _ in ROWS))
    tally.check(shown == every, 'B09: every check fails on some record',
                f'no record for {sorted(every - shown)}')


def main():
    evident, records, *wanted = sys.argv[1:]
    tally = faults.Tally()
    jobs = [(evident, records, n) for n, row in enumerate(ROWS)
            if not wanted or row[0] in wanted]
    with multiprocessing.Pool() as pool:
        for n, failed, code in pool.imap(run, jobs):
            name, _, codes, _ = ROWS[n]
            tally.check(failed == codes and code == (1 if codes else 0), name,
                        f'exit {code}, fails {sorted(failed)}, '
                        f'expected {sorted(codes)}')
    test_B09_every_check_fails_on_some_record(tally, evident, records)
    return tally.exit()


if __name__ == '__main__':
    sys.exit(main())
