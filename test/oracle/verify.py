#!/usr/bin/env python3
"""Verify an Evident record: python3 verify.py RECORD [--stage S] [--format F].

S is ceremony, closed or final (default), F text (default) or json.
Exit 0 pass, 1 fail, 3 incomplete, 2 wrong usage or no readable directory.
"""
import argparse
import os
import sys

import check_ballots
import check_keys
import check_mail
import check_tally
from record import CEREMONY, CLOSED, FINAL, Record
from report import CODES, STAGE_OF, Report


def verify(root, stage=FINAL):
    """The report on one record directory."""
    record, report = Record(root, stage), Report(stage)
    report.check('X.1', True, '', '', record.objects)
    for where, what in record.problems:
        report.check('X.1', False, where, what, 0)
    for where, what in record.unexamined:
        report.lacking('X.1', '%s: %s' % (where, what))
    check_keys.run(record, report)
    if stage != CEREMONY:
        check_ballots.run(record, report)
        check_mail.cast_proofs(record, report)
        check_tally.run(record, report, stage == FINAL)
        check_mail.run(record, report, stage == FINAL)
        for _, line in record.states or []:
            report.refused += line['state'] == 'refused'
            report.spoiled += line['state'] == 'spoiled'
        if record.tally:
            report.tally = [
                {'contest': c['contest'], 'label': c['label'], 'fields': [
                    {'field': f['field'], 'label': f['label'], 't': f['t']} for f in c['fields']]}
                for c in record.tally['contests']]
    later = {CEREMONY: 0, CLOSED: 1, FINAL: 2}[stage]
    for code in CODES:
        if STAGE_OF[code] > later:
            report.hold(code, 'later stage')
    return report


def main(argv=None):
    parser = argparse.ArgumentParser(description='Verify an Evident record.')
    parser.add_argument('record')
    parser.add_argument('--stage', choices=(CEREMONY, CLOSED, FINAL), default=FINAL)
    parser.add_argument('--format', choices=('text', 'json'), default='text')
    options = parser.parse_args(argv)
    try:
        os.listdir(options.record)
    except OSError as error:
        print('verify: %s: %s' % (options.record, error.strerror), file=sys.stderr)
        return 2
    report = verify(options.record, options.stage)
    sys.stdout.reconfigure(encoding='utf-8')
    try:
        print(report.json() if options.format == 'json' else report.text(), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return report.exit_code()


if __name__ == '__main__':
    sys.exit(main())
