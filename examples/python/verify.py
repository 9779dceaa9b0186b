#!/usr/bin/env python3
"""Verifies a record and says in a few lines what holds: verify.py RECORD"""
import sys

import evident


def main():
    if len(sys.argv) != 2:
        print("usage: verify.py RECORD", file=sys.stderr)
        return 2
    try:
        outcome = evident.verify(sys.argv[1])
    except evident.Error as e:
        print("verify.py:", e, file=sys.stderr)
        return 2
    for check in outcome.failed:
        print("%s fails (%s), %d times; first: %s: %s" % (
            check.id, check.meaning, check.n_failed, check.failures[0].where,
            check.failures[0].what))
    if outcome.passed:
        for contest in outcome.tally:
            print(contest.label)
            for cell in contest.cells:
                print("%8d  %s" % (cell.votes, cell.label))
    print("Verdict:", outcome.verdict.name.lower())
    return int(outcome.verdict)


if __name__ == "__main__":
    sys.exit(main())
