#!/usr/bin/env python3
"""Make pre-encrypted ballots again from their nonces: python3 reprint.py RECORD FILE..

FILE is a private mail_<d>_<f>.json (record-format 6). Selection hashes, contest hashes and
codes must be those of the sealed ballots in RECORD. Prints one JSON line per ballot: its
H_C and, per contest, the short codes of the options and of the null vectors.
"""
import json
import sys

import hashes as hs
from lookup import mail_ballots
from protocol import encrypt
from record import Record


def selection_hashes(keys, contest, index, H_I, xi_B):
    """psi of the options and null vectors [113] [114] [121]"""
    m, out = len(contest['options']), []
    for j in range(1, m + contest['contest_limit'] + 1):
        pairs = [encrypt(keys['K'], int(j == k <= m),
                         hs.Hq(H_I, hs.msg_pre_nonce(index, j, k, xi_B)))
                 for k in range(1, m + 1)]
        out.append(hs.H(H_I, hs.msg_psi(pairs)))
    return out


def ballot(record, sealed, xi_B):
    """The printed line of one ballot; ValueError if it is not the sealed one."""
    H_I = hs.H(record.keys['H_E'], hs.msg_H_I(sealed['id_B']))
    chis, contests = [], []
    for entry in sealed['contests']:
        index = entry['contest']
        psis = selection_hashes(record.keys, record.env.contest(index), index, H_I, xi_B)
        if sorted(psis) != entry['psi']:
            raise ValueError('psi of contest %d' % index)
        chis.append(hs.H(H_I, hs.msg_pre_chi(index, psis)))
        contests.append({'contest': index, 'codes': [
            hs.omega(record.manifest['short_code'], psi) for psi in psis]})
    if hs.code(H_I, chis, sealed['B_C'], True) != sealed['H_C']:
        raise ValueError('H_C')
    return {'ballot': sealed['H_C'].hex().upper(), 'contests': contests}


def main(argv):
    record = Record(argv[1], 'closed')
    ballots = mail_ballots(record)
    for path in argv[2:]:
        with open(path, encoding='utf-8') as f:
            secrets = json.load(f)
        for secret in secrets['ballots']:
            sealed = ballots[bytes.fromhex(secret['id_B'])]
            try:
                line = ballot(record, sealed, bytes.fromhex(secret['xi_B']))
            except ValueError as error:
                print('%s: %s' % (secret['id_B'], error), file=sys.stderr)
                return 1
            print(json.dumps(line))
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv))
