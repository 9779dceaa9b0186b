"""Pre-encrypted ballots of an election in memory: encrypting and recording tool of EGDS 4.

`info['vectors'][index][j - 1][k - 1]` is [value, nonce] of element k of vector j,
null vectors after the options; `info['selected'][index]` lists the j that were cast.
As in Election every make_* method may be called again after a change.
"""
import hashes as hs
from check_ballots import limit_product
from group import Q, product
from protocol import encrypt, range_proof
from schemas import vector_labels


def seal(e, at, same_codes=False):
    """The encrypting tool (4.2): a ballot whose short codes repeat is drawn again."""
    info = e.info[at]
    given = info['xi_B']
    for attempt in range(4096):
        if attempt:
            info['xi_B'] = e.rng.bytes('mail xi_B', at, attempt, given)
        make_ballot(e, at)
        if codes_repeat(e, at) == same_codes:
            return
    raise ValueError('no ballot with short codes as wanted')


def codes_repeat(e, at):
    kind = e.manifest['short_code']
    for sealed in e.ballots[at]['contests']:
        if len({hs.omega(kind, psi) for psi in sealed['psi']}) < len(sealed['psi']):
            return True
    return False


def make_ballot(e, at):
    """Vectors, hashes and encrypted nonce from id_B, xi_B and the plain votes."""
    ballot, info = e.ballots[at], e.info[at]
    H_I = info.get('H_I') or hs.H(e.H_E, hs.msg_H_I(ballot['id_B']))
    ballot['H_I'] = H_I
    e.make_nonce(at)
    ballot['contests'] = []
    info['vectors'], info['selected'] = {}, {}
    for plain in info['plain']:
        index, c = plain['contest'], e.contest(plain['contest'])
        m, L, marks = len(c['options']), c['contest_limit'], plain['marks']
        if max(marks) > 1 or sum(marks) > L:
            raise ValueError('contest %d cannot hold these marks' % index)
        info['vectors'][index] = [
            [[int(j == k <= m), hs.Hq(H_I, hs.msg_pre_nonce(index, j, k, info['xi_B']))]
             for k in range(1, m + 1)] for j in range(1, m + L + 1)]
        nulls = range(m + 1, m + 1 + L - sum(marks))
        info['selected'][index] = [j for j, mark in enumerate(marks, 1) if mark] + list(nulls)
        ballot['contests'].append({'contest': index, 'psi': [], 'chi': b''})
        make_psi(e, at, index)


def vector(e, at, index, j):
    """Encryptions of vector j [112]; info['pairs'] may name false ones."""
    false = e.info[at].get('pairs', {})
    return [false.get((index, j, k)) or encrypt(e.keys['K'], value, xi)
            for k, (value, xi) in enumerate(e.info[at]['vectors'][index][j - 1], 1)]


def psi(e, at, index, j):
    """[113] [114]; info['psis'] may name false ones."""
    false = e.info[at].get('psis', {}).get((index, j))
    return false or hs.H(e.ballots[at]['H_I'], hs.msg_psi(vector(e, at, index, j)))


def make_psi(e, at, index):
    """The selection hashes of a contest, ascending, and chi."""
    e.sealed(at, index)['psi'] = sorted(psi(e, at, index, j) for j in
                                        range(1, len(e.info[at]['vectors'][index]) + 1))
    make_chi(e, at, index)


def make_chi(e, at, index):
    """[115]"""
    sealed = e.sealed(at, index)
    sealed['chi'] = hs.H(e.ballots[at]['H_I'], hs.msg_pre_chi(index, sealed['psi']))


def code(e, value):
    return hs.omega(e.manifest['short_code'], value)


def selected(e, at, index, j):
    value = psi(e, at, index, j)
    return {'code': code(e, value), 'psi': value, 'vector': [
        {'alpha': a, 'beta': b} for a, b in vector(e, at, index, j)]}


def sums(e, at, index, js):
    """[value, nonce] of each element of the product of the vectors js"""
    rows = [e.info[at]['vectors'][index][j - 1] for j in js]
    return [[sum(row[k][0] for row in rows), sum(row[k][1] for row in rows) % Q]
            for k in range(len(rows[0]))]


def make_fields(e, at, entry, js):
    """`fields` and `limit` of a contest in mail_cast.jsonl: the product of the vectors js."""
    index, H_I, K = entry['contest'], e.ballots[at]['H_I'], e.keys['K']
    secrets = e.info[at]['fields'][index] = sums(e, at, index, js)
    rows = [vector(e, at, index, j) for j in js]
    entry['fields'] = []
    for i, (value, xi) in enumerate(secrets, 1):
        pair = tuple(product(row[i - 1][half] for row in rows) for half in (0, 1))
        entry['fields'].append({'alpha': pair[0], 'beta': pair[1], 'proof': range_proof(
            e.rng, H_I, index, i, pair, K, xi, value, 1)})
    make_limit(e, at, entry)


def make_limit(e, at, entry):
    index, secrets = entry['contest'], e.info[at]['fields'][entry['contest']]
    c = e.contest(index)
    entry['limit'] = range_proof(
        e.rng, e.ballots[at]['H_I'], index, None, limit_product(c, entry['fields']),
        e.keys['K'], sum(xi for _, xi in secrets) % Q, sum(v for v, _ in secrets),
        c['contest_limit'])


def cast_line(e, at):
    """The recording tool (4.3) for a cast ballot: one line of mail_cast.jsonl."""
    info, line = e.info[at], {'id_B': e.ballots[at]['id_B'], 'contests': []}
    for sealed in e.ballots[at]['contests']:
        index = sealed['contest']
        js = info['selected'][index]
        entry = {'contest': index, 'selected': sorted(
            (selected(e, at, index, j) for j in js), key=lambda x: x['psi'])}
        make_fields(e, at, entry, js)
        line['contests'].append(entry)
    return line


def open_line(e, at):
    """The recording tool for an uncast ballot: one line of mail_open.jsonl."""
    info, line = e.info[at], {'id_B': e.ballots[at]['id_B'], 'contests': []}
    for index in info['vectors']:
        c, vectors = e.contest(index), []
        for (j, label), row in zip(vector_labels(c), info['vectors'][index]):
            value = psi(e, at, index, j)
            vectors.append({'field': j, 'label': label, 'code': code(e, value), 'psi': value,
                            'nonces': [xi for _, xi in row]})
        line['contests'].append({'contest': index, 'label': c['label'], 'vectors': vectors})
    return line


def lines(e, state, make):
    """make(e, at) for every mail ballot of a state, ascending by id_B"""
    return sorted((make(e, at) for at, info in enumerate(e.info)
                   if 'vectors' in info and info['state'] == state), key=lambda x: x['id_B'])


def counted(e, cast):
    """contest entries with `fields` of one of the cast mail ballots"""
    for line in e.mail_cast:
        if line['id_B'] == cast['id_B']:
            return line['contests']
    return []
