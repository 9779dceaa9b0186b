#!/usr/bin/env python3
"""Recompute every case of egds21-kat.json: python3 kat.py FILE. Prints TAP."""
import json
import re
import sys

import hashes as hs
import proofs as pf
import protocol as pr
from form import S_, dump
from group import P, Q, evaluate, g, lagrange, member, power, product
from schemas import pack_data

MANIFEST = b'{"election":"kat"}'
XI_B = bytes(range(0xA0, 0xC0))
K, K_HAT = g(5), g(7)
H_P = hs.H(hs.VERSION, hs.msg_H_P(3, 2))
H_B = hs.H(H_P, hs.msg_H_B(MANIFEST))
H_E = hs.H(H_B, hs.msg_H_E(K, K_HAT))
H_I = hs.H(H_E, hs.msg_H_I(bytes(range(1, 33))))


def element(text):
    """g^<hex exponent>"""
    return g(int(text[2:], 16))


def x(text):
    return int(text, 16)


def same(got, want, what):
    if isinstance(got, bytes):
        got = got.hex().upper()
    elif isinstance(got, int) and isinstance(want, str):
        got = '%064X' % got
    if got != want:
        raise ValueError('%s: %s is not %s' % (what, str(got)[:80], str(want)[:80]))


class Cases:
    """One method per kind of case; earlier cases feed later ones."""

    def __init__(self, cases):
        self.all = {case['id']: case for case in cases}

    def data(self, name):
        """C0, C1, C2 of a data- case"""
        d = self.all[name]
        return element(d['C0']), bytes.fromhex(d['C1']), bytes.fromhex(d['c'] + d['v'])

    def message(self, case):
        """(key, message) rebuilt from `in` for a hash case"""
        i, name = case['in'], case['id']
        if isinstance(i, str):
            i = json.loads(i)
        eq = re.match(r'eq([0-9]+(?:-18)?)', name).group(1)
        e = {k: element(v) for k, v in i.items() if isinstance(v, str) and v.startswith('g^')}
        n = {k: v for k, v in i.items() if isinstance(v, int)}
        b = {k: bytes.fromhex(v) for k, v in i.items()
             if k in ('id_B', 'xi_B', 'C1', 'C2', 'B_C', 'B_C0', 'H_l')}
        c, o = n.get('ind_c'), n.get('ind_o')
        lists = {k: [element(t) for t in v] for k, v in i.items()
                 if isinstance(v, list) and v and isinstance(v[0], str) and v[0].startswith('g^')}
        pairs = {k: [[element(t) for t in p] for p in v] for k, v in i.items()
                 if isinstance(v, list) and v and isinstance(v[0], list)}
        if eq == '4':
            return hs.VERSION, hs.msg_H_P(n['n'], n['k'])
        if eq == '5':
            return hs.H(hs.VERSION, hs.msg_H_P(n['n'], n['k'])), \
                hs.msg_H_B(i['manifest_utf8'].encode())
        if eq in ('11', '13'):
            label = b'pk_vote' if eq == '11' else b'pk_data'
            return H_P, hs.msg_guardian(label, n['i'], lists['K'], e['kappa'], lists['h'])
        if eq == '16':
            return H_P, hs.msg_share_key(n['i'], n['l'], e['kappa'], e['alpha'], e['beta'])
        if eq == '17-18':
            counter = int(name[-1])
            shared = [k for k in self.all.values() if k['id'].startswith('eq16')
                      and k['in']['i'] == n['i'] and k['in']['l'] == n['l']][0]
            return bytes.fromhex(shared['out']), hs.msg_kdf_share(counter, n['i'], n['l'])
        if eq == '22':
            share = self.all['share-%d-%d' % (n['i'], n['l'])]
            return H_P, hs.msg_share_proof(n['i'], n['l'], e['gamma'], e['C0'],
                                           bytes.fromhex(share['C1']))
        if eq == '27':
            return H_B, hs.msg_H_G(e['K'], e['K_hat'], pairs['K_ij'], pairs['K_hat_ij'],
                                   lists['kappa'])
        if eq == '30':
            return H_B, hs.msg_H_E(e['K'], e['K_hat'])
        if eq == '32':
            return H_E, hs.msg_H_I(b['id_B'])
        if eq == '33':
            return H_I, hs.msg_nonce(c, o, b['xi_B'])
        if eq == '35':
            return H_I, hs.msg_nonce_key(e['alpha'], e['beta'])
        if eq == '36':
            return bytes.fromhex(self.all[name.replace('36', '35')]['out']), hs.MSG_KDF_NONCE
        if eq == '38':
            return H_I, hs.msg_nonce_proof(e['a'], e['C0'], b['C1'])
        if eq in ('59', '62'):
            return H_I, hs.msg_range(c, o, e['alpha'], e['beta'], pairs['ab'])
        if eq == '64':
            return H_I, hs.msg_data_nonce(c, b['xi_B'])
        if eq == '65':
            return H_I, hs.msg_data_key(c, e['alpha'], e['beta'])
        if eq == '66':
            source = 'eq65-1' if c == 1 else 'eq65-2'
            block = int(name[-1]) if '.' in name else 1
            return bytes.fromhex(self.all[source]['out']), hs.msg_kdf_data(block, c, n['b'])
        if eq == '69':
            return H_I, hs.msg_data_proof(c, e['a'], e['C0'], self.data('data-%d' % c)[1])
        if eq == '70':
            data = self.data('data-1') if 'data-1' in case.get('note', '') else None
            cts = [pr.encrypt(K, s, hs.Hq(H_I, hs.msg_nonce(c, j, XI_B)))
                   for j, s in enumerate(i['votes'], 1)]
            same(cts == [tuple(p) for p in pairs['cts']], True, 'encryption')
            return H_I, hs.msg_chi(c, cts, data)
        if eq == '71':
            return self.code(case, i)
        if eq == '72':
            return H_E, hs.msg_H_DI(i['S_device'])
        if eq == '74':
            return H_E, hs.msg_chain(b['B_C0'])
        if eq == '78':
            H_DI = bytes.fromhex(self.all['eq72-3']['out'])
            return H_E, hs.msg_close(b['H_l'], hs.CHAIN_SIMPLE + H_DI)
        if eq == '77':
            same(b['B_C'][4:], self.all['eq78-1']['out'], 'closing field')
            return H_E, hs.msg_chain(b['B_C'])
        if eq == '88':
            A, B, u = e['A'], e['B'], n['u']
            z = evaluate_z(n['i'])
            return H_E, hs.msg_tally_commit(c, o, n['i'], A, B, g(u), power(A, u),
                                            power(A, z), i['U'])
        if eq == '90':
            return H_E, hs.msg_tally(c, o, e['A'], e['B'], e['a'], e['b'], e['M'])
        if eq == '99':
            return H_I, hs.msg_data_commit(c, n['i'], e['C0'], b['C1'], b['C2'], e['a'], e['b'],
                                           e['m'], i['U'])
        if eq == '101':
            return H_I, hs.msg_data_decrypt(c, e['C0'], b['C1'], b['C2'], e['a'], e['b'],
                                            e['beta'])
        if eq == '121':
            return H_I, hs.msg_pre_nonce(c, n['j'], n['k'], b['xi_B'])
        if eq == '113':
            j = n['j']
            cts = [pr.encrypt(K, int(j == k), hs.Hq(H_I, hs.msg_pre_nonce(1, j, k, XI_B)))
                   for k in (1, 2)]
            same(cts == [tuple(p) for p in pairs['cts']], True, 'vector')
            return H_I, hs.msg_psi(cts)
        if eq == '115':
            return H_I, hs.msg_pre_chi(c, [bytes.fromhex(t) for t in i['psi_unsorted']])
        if eq == '119':
            return H_E, hs.msg_pre_H_DI(i['S_device'])
        pre = hs.CHAIN_SIMPLE + bytes.fromhex(self.all['eq119-1']['out'])
        if eq == '117':
            return H_E, hs.msg_pre_chain(pre)
        if eq == '116':
            start = hs.CHAIN_SIMPLE + bytes.fromhex(self.all['eq117-1']['out'])
            return H_I, hs.msg_pre_H_C([bytes.fromhex(self.all['eq115-1']['out'])], start)
        if eq == '120':
            return H_E, hs.msg_pre_close(bytes.fromhex(self.all['eq116-1']['out']), pre)
        if eq == '118':
            inner = hs.CHAIN_SIMPLE + bytes.fromhex(self.all['eq120-1']['out'])
            return H_E, hs.msg_pre_chain(inner)
        raise ValueError('unknown case')

    def code(self, case, i):
        """[71]; the second ballot of the chain has another H_I and chi."""
        B_C = bytes.fromhex(i['B_C']) if 'B_C' in i else None
        if 'second ballot' in case.get('note', ''):
            key = bytes.fromhex(self.all['eq32-6' if case['key'].startswith('6A56') else
                                         'eq32-5']['out'])
            chis = [self.all['eq70-3']['out']]
        else:
            key = H_I
            chis = i.get('chi', [self.all['eq70-%d' % j]['out'] for j in (1, 2)])
        return key, hs.msg_H_C([bytes.fromhex(t) for t in chis], B_C)

    def hash_case(self, case):
        key, message = self.message(case)
        same(key, case['key'], 'key')
        same(message, case['msg'], 'message')
        out = hs.H(key, message)
        same(out, case['out'], 'out')
        if 'out_q' in case:
            same(hs.to_q(out), case['out_q'], 'out_q')

    def step_case(self, case):
        name = case['id']
        if name.startswith('proof1'):
            source = self.all['eq%s-1' % name[5:7]]['in']
            label = b'pk_vote' if name.startswith('proof11') else b'pk_data'
            secrets = [x(a) for a in case['a']]
            public, kappa = [g(a) for a in secrets], g(x(case['zeta']))
            proof = pf.guardian_make(H_P, label, source['i'], secrets + [x(case['zeta'])], public,
                                     kappa, [x(u) for u in case['u']])
            same(proof['c'], case['c'], 'c')
            same(['%064X' % v for v in proof['v']], case['v'], 'v')
            same(pf.guardian_challenge(H_P, label, source['i'], public, kappa, proof), case['c'],
                 'verification')
        elif name.startswith('share-'):
            i, l = map(int, name.split('-')[1:])
            kappa = g(x(case['zeta']))
            share = pr.make_share(H_P, i, l, x(case['P']), x(case['P_hat']), kappa,
                                  x(case['xi']), x(case['u']))
            same(share['C0'], element(case['C0']), 'C0')
            for part in ('C1', 'c', 'v'):
                same(share[part], case[part], part)
            same(pr.open_share(H_P, share, x(case['zeta']), kappa),
                 (x(case['P']), x(case['P_hat'])), 'back')
        elif name == 'eq24':
            same(['%064X' % evaluate_z(i) for i in (1, 2, 3)], case['z'], 'z')
        elif name.startswith('eq31'):
            pair = pr.encrypt(K, case['sigma'], x(case['xi']))
            same(pair, (element(case['alpha']), element(case['beta'])), 'pair')
            same('%01024X' % pair[0], case['alpha_hex'], 'alpha')
            same('%01024X' % pair[1], case['beta_hex'], 'beta')
        elif name.startswith('nonce-'):
            nonce = pr.encrypt_nonce(K_HAT, H_I, bytes.fromhex(case['xi_B']), x(case['xi_hat']),
                                     x(case['u']))
            same(nonce['C0'], element(case['C0']), 'C0')
            for part in ('C1', 'c', 'v'):
                same(nonce[part], case[part], part)
            same(pr.decrypt_nonce(H_I, nonce, power(nonce['C0'], 7)), case['xi_B'], 'back')
            same(pf.nonce_challenge(H_I, nonce), case['c'], 'verification')
        elif name.startswith('rangeproof'):
            eq, c, o, value = re.match(r'rangeproof(\d+)-(\d+)-(\d+)-(\d+)', name).groups()
            c, o, value = int(c), int(o) if eq == '59' else None, int(value)
            alpha, beta = pr.encrypt(K, value, x(case['xi']))
            proof = pf.range_make(H_I, c, o, alpha, beta, K, x(case['xi']), value, case['R'],
                                  [x(u) for u in case['u']], [x(t) for t in case['c']])
            for part in ('c', 'v'):
                same(['%064X' % t for t in proof[part]], case[part], part)
            same(pf.range_challenge(H_I, c, o, alpha, beta, K, proof), sum(proof['c']) % Q,
                 'verification')
        elif name.startswith('pack-'):
            D = pack_data(case.get('marks', []), case.get('write_ins', []), case['blocks'])
            same(D, case['D'], 'D')
        elif name.startswith('data-'):
            c = int(name[5:])
            xi = x(self.all['eq64-1' if c == 1 else 'eq64-2']['out_q'])
            data = pr.encrypt_data(K_HAT, H_I, c, bytes.fromhex(case['D']), xi, x(case['u']))
            same(data['C0'], element(case['C0']), 'C0')
            for part in ('C1', 'c', 'v'):
                same(data[part], case[part], part)
            same(pf.data_challenge(H_I, c, data), case['c'], 'verification')
        elif name.startswith('decrypt-'):
            self.decrypt(case)
        elif name.startswith('eq85'):
            same(['%064X' % lagrange(i, case['U']) for i in case['U']], case['w'], 'w')
        elif name == 'omega':
            for kind, codes in case['table'].items():
                for last, code in zip((0, 9, 10, 25, 26, 255), codes):
                    same(hs.omega(int(kind), bytes(30) + bytes([0xAB, last])), code, 'omega')
        elif name == 'mod-q':
            for raw, reduced in case['table']:
                same(hs.to_q(bytes.fromhex(raw)), reduced, 'mod q')
        elif name == 'group-membership':
            for value, inside in case['table']:
                same(member(x(value)), inside, 'membership')
        elif name == 'digest-ballot':
            same(hs.digest('ballot', bytes.fromhex(case['bytes'])), case['out'], 'digest')
        elif name == 'bound-id':
            same(hs.bound_id(bytes.fromhex(case['credential']), bytes.fromhex(case['salt'])),
                 case['out'], 'id_B')
        elif name == 'strings':
            for text, raw in case['table']:
                same(dump(S_, text), raw, 'string')
        else:
            raise ValueError('unknown case')

    def decrypt(self, case):
        """(84)-(93) with s = 93 and the u_i given"""
        U, name = case['U'], case['id']
        number = [k for k, v in self.all.items() if k.startswith('eq88') and v['in']['U'] == U][0]
        i = self.all[number]['in']
        A, B = element(i['A']), element(i['B'])
        helper = pr.Decryptor(None, U, {j: evaluate_z(j) for j in U})
        same(['%064X' % helper.w[j] for j in U], case['w'], 'w')
        u = [x(t) for t in case['u']]
        M = helper.factor(A)
        same(M, element(case['M']), 'M')
        same(B * pow(M, -1, P) % P, element(case['T']), 'T')
        a, b = product(g(t) for t in u), product(power(A, t) for t in u)
        c = hs.Hq(H_E, hs.msg_tally(i['ind_c'], i['ind_o'], A, B, a, b, M))
        same(c, case['c'], 'c')
        v_i = [pf.response(t, c, helper.w[j] * helper.z[j]) for t, j in zip(u, U)]
        same(['%064X' % v for v in v_i], case['v_i'], 'v_i')
        same(sum(v_i) % Q, case['v'], 'v')
        same(pf.tally_challenge(H_E, i['ind_c'], i['ind_o'], g(93), A, B, M, c, sum(v_i) % Q),
             case['c'], 'verification')


def evaluate_z(i):
    """z_i of the coefficients in eq27-1"""
    return sum(evaluate(a, i) for a in ((0xB, 0xC), (0x1F, 0x20), (0x33, 0x34))) % Q


def run(path):
    """(name, None or the difference) for each case"""
    with open(path, encoding='utf-8') as f:
        cases = json.load(f)['cases']
    known = Cases(cases)
    for case in cases:
        try:
            if 'msg' in case:
                known.hash_case(case)
            else:
                known.step_case(case)
            yield case['id'], None
        except (ValueError, KeyError, IndexError, TypeError) as error:
            yield case['id'], '%s: %s' % (type(error).__name__, error)


def main(argv):
    if len(argv) != 2:
        print('usage: kat.py FILE', file=sys.stderr)
        return 2
    bad = number = 0
    for number, (name, fault) in enumerate(run(argv[1]), 1):
        bad += fault is not None
        print('%s %d - %s%s' % ('not ok' if fault else 'ok', number, name,
                                '' if not fault else ' # ' + fault))
    print('1..%d' % number)
    return 1 if bad or not number else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv))
