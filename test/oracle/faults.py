#!/usr/bin/env python3
"""Make single-fault records: python3 faults.py --out DIR [--code CODE ...] [--list].

Each fault gets DIR/NAME/record and DIR/NAME/expected.json: `all` are the codes
that fail by the text of the format, `must` those that fail under every reading
of it; `readings`, where present, lists the sets that other readings give.
CODE is a check (6.D, X.1), an attack (A03, B10) or the beginning of a name.
"""
import argparse
import json
import os
import re
import sys

import faults_ballots  # noqa: F401  (the modules fill FAULTS)
import faults_codes  # noqa: F401
import faults_form  # noqa: F401
import faults_keys  # noqa: F401
import faults_mail  # noqa: F401
import faults_nonces  # noqa: F401
import faults_open  # noqa: F401
import faults_post  # noqa: F401
import faults_tally  # noqa: F401
from election import write
from faultlib import FAULTS
from report import CODES

COVERED = CODES
MAIL_BASES = ('post', 'mail', 'stamps')


def chosen(codes):
    """Faults that one of the codes selects; all without codes."""
    for fault in FAULTS.values():
        if not codes or any(code in fault.codes() or fault.name.startswith(code)
                            for code in codes):
            yield fault


def sample(found):
    """All faults without pre-encrypted ballots, and two with them for each code aimed at."""
    aims = {}
    for fault in found:
        if fault.base not in MAIL_BASES:
            yield fault
            continue
        aim = re.search(r'(?:^|-)([0-9]+[A-H]?|X[0-9]+)-', fault.name).group(1)
        aims[aim] = aims.get(aim, 0) + 1
        if aims[aim] <= 2:
            yield fault


def main(argv=None):
    parser = argparse.ArgumentParser(description='Make single-fault records.')
    parser.add_argument('--out')
    parser.add_argument('--code', nargs='+', action='extend', default=[])
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--sample', action='store_true',
                        help='of pre-encrypted ballots two faults per code')
    options = parser.parse_args(argv)
    found = list(chosen(options.code))
    if options.sample:
        found = list(sample(found))
    if not options.list and not options.out:
        parser.error('--out or --list is needed')
    if not found:
        parser.error('no fault has such a code')
    sys.stdout.reconfigure(encoding='utf-8')
    for fault in found:
        if options.list:
            print('%-28s %-9s %-28s %s' % (fault.name, fault.base, ' '.join(fault.all), fault.note))
            continue
        folder = os.path.join(options.out, fault.name)
        write(fault.files(), os.path.join(folder, 'record'))
        with open(os.path.join(folder, 'expected.json'), 'w', encoding='utf-8') as f:
            json.dump(fault.expected(), f, indent=1, ensure_ascii=False)
            f.write('\n')
    return 0


if __name__ == '__main__':
    sys.exit(main())
