#!/usr/bin/env python3
"""Logs with one fault: python3 board_faults.py --out DIR [--code CODE ..] [--list].

DIR/NAME/board are the public files, DIR/NAME/policy the trust policy and
DIR/NAME/expected.json what the fault leads to: `must`, the codes of which one at
least fails and is the first that the log shows (more than one where the text of
board-format lets a rule stand under either); `may`, codes that can follow when a
judge goes on behind the refused entry.  `good-*` have no fault; `early-*` neither, and show
no record yet.
"""
import argparse
import json
import os
import sys

import board_faults_log  # noqa: F401  (the modules fill FAULTS)
import board_faults_rules  # noqa: F401
import board_faults_tally  # noqa: F401
import interpreter
from board_faultlib import FAULTS
from board_make import save

OFTEN = set(FAULTS)
import board_faults_orders  # noqa: E402,F401
import board_faults_public  # noqa: E402,F401


def sample():
    """The faults of a short run; all of them with EVD_SOAK=1."""
    rare = sorted(set(FAULTS) - OFTEN)
    taken = OFTEN | set(rare if os.environ.get('EVD_SOAK') else rare[::6])
    return {name: fault for name, fault in FAULTS.items() if name in taken}


def main(argv=None):
    parser = argparse.ArgumentParser(description='Make logs with one fault.')
    parser.add_argument('--out')
    parser.add_argument('--code', nargs='+', action='extend', default=[])
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--sample', action='store_true', help='those of a short run')
    options = parser.parse_args(argv)
    if not options.list and not options.out:
        parser.error('--out or --list is needed')
    for x in (sample() if options.sample else FAULTS).values():
        if options.code and not any(c in x.must or x.name.startswith(c) for c in options.code):
            continue
        if options.list:
            print('%-28s %-7s %-12s %s' % (x.name, x.base, ' '.join(x.must), x.note))
            continue
        folder = os.path.join(options.out, x.name)
        save(x.plan(), folder)
        with open(os.path.join(folder, 'expected.json'), 'w', encoding='utf-8') as f:
            json.dump(x.expected(), f, indent=1)
            f.write('\n')
    return 0


if __name__ == '__main__':
    interpreter.enter()
    sys.exit(main())
