#!/usr/bin/env python3
"""Logs that keep the rules, with one ballot or decryption that is wrong: python3 board_ballots.py --out DIR.

What a monitor finds when it judges ballots again; DIR/NAME/board and DIR/NAME/policy as of
board_faults.py.  The names begin with the alarm that each raises.
"""
import argparse
import os
import sys

import board_faults_rules as rules
import interpreter
from board_make import plan, save


def other_digit(data, before):
    """One hex digit behind this text is another."""
    at = data.index(before) + len(before) + 5
    return data[:at] + (b'2' if data[at:at + 1] == b'1' else b'1') + data[at + 1:]


def proof(p):
    """a challenge in a range proof"""
    fields = p['ballot 7'].fields
    fields['ballot'] = other_digit(fields['ballot'], b'"c":["')


def opening(p):
    """a nonce in an opening"""
    fields = p['opening 3'].fields
    fields['challenged'] = other_digit(fields['challenged'], b'"nonce":"')


def alike(p):
    """C07: a voter sends the encryptions of another's ballot as a ballot of her own"""
    rules.ballot(p, 'copy', 8, 'key-add', 'voter e', **rules.fresh(1))


def share(p):
    """what a guardian opens in round 2 is not what it has committed to"""
    first, second = p['share 1 2'].fields, p['share 1 1'].fields
    second['share'] = other_digit(second['share'], b'"d":"')
    assert first['share'] != second['share']


def result(p):
    """a response in the proof of a decryption"""
    fields = p['result'].fields
    fields['tally'] = other_digit(fields['tally'], b'"v":"')


NAMES = {'M07-proof': proof, 'M07-share': share, 'M07-result': result, 'M14-opening': opening, 'M20-alike': alike}


def main(argv=None):
    parser = argparse.ArgumentParser(description='Make logs with one wrong ballot.')
    parser.add_argument('--out', required=True)
    options = parser.parse_args(argv)
    for name, change in NAMES.items():
        p = plan('once')
        change(p)
        save(p, os.path.join(options.out, name))
    return 0


if __name__ == '__main__':
    interpreter.enter()
    sys.exit(main())
