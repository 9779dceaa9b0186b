"""Verifications 1-4, X.3-X.5 and the ceremony part of X.2."""
import hashes as hs
from group import G, P, Q, enc_p, enc_q, inverse, member, product
from proofs import guardian_challenge
from rules import manifest_faults, texts_faults


def run(record, report):
    parameters(record, report)
    guardians(record, report)
    joint_keys(record, report)
    manifest(record, report)
    guardian_rules(record, report)


def parameters(record, report):
    """1.A-1.F, 4.A. The hashes use the built-in p, q, g; n, k, H_P, H_B as published."""
    params, keys = record.params, record.keys
    if params:
        report.check('1.A', params['spec'] == 'v2.1.0', 'parameters.json', 'version')
        for code, name, value in (('1.B', 'p', enc_p(P)), ('1.C', 'q', enc_q(Q)),
                                  ('1.D', 'g', enc_p(G))):
            report.check(code, params[name] == value, 'parameters.json', name + ' is not standard')
    else:
        for code in ('1.A', '1.B', '1.C', '1.D'):
            report.hold(code, 'parameters.json not readable')
    if params and keys:
        report.check('1.E', keys['H_P'] == hs.H(hs.VERSION, hs.msg_H_P(params['n'], params['k'])),
                     'election_keys.json', 'H_P')
    else:
        report.hold('1.E', 'input not readable')
    if keys and record.manifest_bytes is not None:
        report.check('1.F', keys['H_B'] == hs.H(keys['H_P'], hs.msg_H_B(record.manifest_bytes)),
                     'election_keys.json', 'H_B')
    else:
        report.hold('1.F', 'input not readable')
    if keys:
        good = keys['H_E'] == hs.H(keys['H_B'], hs.msg_H_E(keys['K'], keys['K_hat']))
        report.check('4.A', good, 'election_keys.json', 'H_E')
    else:
        report.hold('4.A', 'election_keys.json not readable')


def guardians(record, report):
    """(2.1)-(2.4), 2.A-2.C; the challenges themselves are below q (X.2)."""
    for number, guardian in sorted(record.guardians.items()):
        if guardian is None:
            for code in ('2.A', '2.B', '2.C'):
                report.hold(code, 'a guardian file is not readable')
            continue
        where = 'guardians/guardian_%d.json' % number
        for name in ('K', 'K_hat'):
            for j, x in enumerate(guardian[name]):
                report.check('2.A', member(x), where, '%s_%d not in Z_p^r' % (name, j))
        report.check('2.A', member(guardian['kappa']), where, 'kappa not in Z_p^r')
        for name, values, label in (('proof', 'K', b'pk_vote'), ('proof_hat', 'K_hat', b'pk_data')):
            proof = guardian[name]
            for v in proof['v']:
                report.check('2.B', v < Q, where, name + ' response not below q')
            report.check('X.2', proof['c'] < Q, where, name + ' challenge not below q')
            if record.keys is None:
                report.hold('2.C', 'election_keys.json not readable')
                continue
            good = len(proof['v']) == len(guardian[values]) + 1 and proof['c'] == \
                guardian_challenge(record.keys['H_P'], label, guardian['i'],
                                   guardian[values], guardian['kappa'], proof)
            report.check('2.C', good, where, name + ' challenge')


def _all_guardians(record):
    listed = [guardian for _, guardian in sorted(record.guardians.items())]
    return listed if listed and None not in listed and record.params else None


def joint_keys(record, report):
    """3.A, 3.B, X.5"""
    keys, listed = record.keys, _all_guardians(record)
    usable = listed and all(x['K'] and x['K_hat'] for x in listed)
    if keys is None or not usable:
        for code in ('3.A', '3.B', 'X.5'):
            report.hold(code, 'input not readable')
        return
    report.check('3.A', keys['K'] == product(x['K'][0] for x in listed),
                 'election_keys.json', 'K is not the product of the guardians\' keys')
    report.check('3.B', keys['K_hat'] == product(x['K_hat'][0] for x in listed),
                 'election_keys.json', 'K_hat is not the product of the guardians\' keys')
    message = hs.msg_H_G(keys['K'], keys['K_hat'], [x['K'] for x in listed],
                         [x['K_hat'] for x in listed], [x['kappa'] for x in listed])
    report.check('X.5', keys['H_G'] == hs.H(keys['H_B'], message), 'election_keys.json', 'H_G')


def manifest(record, report):
    """X.3"""
    if record.manifest is None:
        report.hold('X.3', 'manifest.json not readable')
        return
    report.check('X.3', True, '', '')
    for where, what in manifest_faults(record.manifest):
        report.check('X.3', False, 'manifest.json ' + where, what, 0)
    if record.manifest['texts'] != bytes(32):
        if record.texts is None:
            report.hold('X.3', 'texts.json not readable')
        else:
            for where, what in texts_faults(record.manifest, record.texts, record.texts_bytes):
                report.check('X.3', False, where, what, 0)


def guardian_rules(record, report):
    """X.4"""
    params = record.params
    if params is None or record.manifest is None:
        report.hold('X.4', 'input not readable')
        return
    n, k = params['n'], params['k']
    trial = record.manifest['kind'] == 'trial'
    good = n <= 255 and (1 <= k <= n if trial else 2 <= k <= n and n >= 3)
    report.check('X.4', good, 'parameters.json', 'n = %d, k = %d' % (n, k))
    report.check('X.4', len(record.manifest['guardians']) == n, 'manifest.json',
                 '%d guardian names' % len(record.manifest['guardians']))
    if None in record.guardians.values():
        report.hold('X.4', 'a guardian file is not readable')
    seen = {'K': {}, 'K_hat': {}}
    for number, guardian in sorted(record.guardians.items()):
        if guardian is None:
            continue
        where = 'guardians/guardian_%d.json' % number
        report.check('X.4', guardian['i'] == number, where, 'index is %d' % guardian['i'])
        counts = [len(guardian['K']), len(guardian['K_hat']), len(guardian['proof']['v']) - 1,
                  len(guardian['proof_hat']['v']) - 1]
        report.check('X.4', set(counts) == {k}, where, 'number of commitments or responses')
        report.check('X.4', guardian['kappa'] != 1, where, 'kappa is 1')
        for name, known in seen.items():
            if not guardian[name]:
                continue
            x = guardian[name][0]
            report.check('X.4', x != 1, where, name + '_0 is 1')
            other = known.get(x) or known.get(inverse(x))
            report.check('X.4', other is None, where,
                         '%s_0 is equal or inverse to that of guardian %s' % (name, other))
            known[x] = number
