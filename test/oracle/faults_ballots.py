"""Faults of encryptions and proofs on ballots: 5.A-7.D, X.9, with A01-A06."""
import hashes as hs
import proofs as pf
from election import Election
from faultlib import (config, fault, field, prove, prove_field, prove_limit, remake, reset)
from group import P, Q, g, not_in_subgroup, power
from protocol import encrypt


def reseal(e, *which):
    for at in which:
        e.seal(at)
    e.finish()


# V5

@fault('5A-same-id', 'tiny', '5.A', 'two ballots, one id_B, different nonces')
def _(e):
    e.ballots[1]['id_B'] = e.ballots[0]['id_B']
    reseal(e, 1)


@fault('5A-across-devices', 'mixed', '5.A', 'same id_B on two devices')
def _(e):
    e.ballots[2]['id_B'] = e.ballots[0]['id_B']
    reseal(e, 2)


@fault('5A-spoiled', 'tiny', '5.A', 'both ballots of the id are spoiled')
def _(e):
    for i in (1, 2):
        e.add({1: ([1, 0], [])}, id_B=b'\x17' * 32, state='spoiled')
    e.finish()


def _own_H_I(name, make, note=''):
    @fault('5B-' + name, 'tiny', '5.B', note)
    def _(e):
        e.info[0]['H_I'] = make(e, e.ballots[0]['id_B'])
        reseal(e, 0)


_own_H_I('base-hash', lambda e, id_B: hs.H(e.keys['H_B'], hs.msg_H_I(id_B)), 'key H_B, not H_E')
_own_H_I('zero', lambda e, id_B: bytes(32), 'A06')
_own_H_I('tag', lambda e, id_B: hs.H(e.H_E, b'\x21' + id_B))


@fault('5B-reduced', 'tiny', '5.B', 'id_B >= q was reduced mod q before hashing')
def _(e):
    e.ballots[0]['id_B'] = b'\xff' * 32
    e.info[0]['H_I'] = hs.H(e.H_E, hs.msg_H_I((2 ** 256 - 1 - Q).to_bytes(32, 'big')))
    reseal(e, 0)


# V6

def _minus(e, at, name):
    f = field(e, at)
    f[name] = P - f[name]
    prove_field(e, at, 1, 1, even=True)
    prove_limit(e, at, 1, even=True)
    e.make_chi(at, 1)


for _name in ('alpha', 'beta'):
    @fault('6A-%s-minus' % _name, 'tiny', '6.A 7.A',
           'times -1 on two ballots, even challenges: everything else holds')
    def _(e, name=_name):
        _minus(e, 0, name)
        _minus(e, 1, name)
        e.finish()


def _wrong_order(e, name, ats):
    x = not_in_subgroup()
    for at, factor in zip(ats, (x, pow(x, -1, P))):
        f = field(e, at)
        f[name] = f[name] * factor % P
        prove_field(e, at, 1, 1)
        prove_limit(e, at, 1)
        e.make_chi(at, 1)
    e.finish()


for _name in ('alpha', 'beta'):
    @fault('A04-6A-%s-order' % _name, 'tiny', '6.A 6.D 7.A 7.D',
           'element of another order, cancelling in the tally')
    def _(e, name=_name):
        _wrong_order(e, name, (0, 1))


def _force(e, at, alpha, beta, value, xi):
    """Field 1 becomes the bytes alpha, beta, which are (value, xi) modulo p."""
    e.info[at]['fields'][1][0] = [value, xi]
    f = field(e, at)
    f['alpha'], f['beta'] = alpha, beta
    prove_field(e, at, 1, 1)
    prove_limit(e, at, 1)
    remake(e, at)


@fault('A04-6A-alpha-p-plus-1', 'tiny', '6.A 7.A', 'alpha = 1 published as p + 1')
def _(e):
    _force(e, 0, P + 1, power(e.keys['K'], 1), 1, 0)


@fault('A04-6A-beta-p-plus-1', 'tiny', '6.A 7.A', 'beta = 1 published as p + 1')
def _(e):
    _force(e, 0, g(Q - 1), P + 1, 1, Q - 1)


def _fit_zero(e, at, alpha=0, beta=0):
    """alpha = beta = 0 (or p): range and limit proofs with all a_j = b_j = 0."""
    f, sealed = field(e, at), e.sealed(at, 1)
    f['alpha'], f['beta'] = alpha, beta
    H_I = e.ballots[at]['H_I']
    c = hs.Hq(H_I, hs.msg_range(1, 1, alpha, beta, [(0, 0)] * 2))
    f['proof'] = {'c': [1, c - 1], 'v': [3, 5]}
    c = hs.Hq(H_I, hs.msg_range(1, None, 0, 0, [(0, 0)] * 2))
    sealed['limit'] = {'c': [1, c - 1], 'v': [3, 5]}


def zero_tally(e):
    """The option whose A = B = 0 may claim any t."""
    pair, entry = e.tally_encrypted['contests'][0]['fields'][0], e.tally['contests'][0]['fields'][0]
    assert pair == {'A': 0, 'B': 0}
    u, s = 4711, e.secrets[0]['a'][0]
    c = hs.Hq(e.H_E, hs.msg_tally(1, 1, 0, 0, g(u), 0, 0))
    entry.update({'T': power(e.keys['K'], 2), 't': 2, 'c': c, 'v': pf.response(u, c, s)})


for _name, _value in (('zero', 0), ('p', P)):
    @fault('A04-6A-' + _name, 'tiny', '6.A 7.A X.2', 'both halves, all proofs made to fit')
    def _(e, value=_value):
        _fit_zero(e, 0, value, value)
        e.make_chi(0, 1)
        e.make_chain()
        e.make_count()
        zero_tally(e)


@fault('6B-c-plus-q', 'tiny', '6.B', 'c_1 = 7 published as q + 7: every equation holds')
def _(e):
    prove_field(e, 0, 1, 2, cs=[None, 7])
    field(e, 0, 1, 2)['proof']['c'][1] += Q


@fault('6B-c0-plus-q', 'tiny', '6.B')
def _(e):
    prove_field(e, 0, 1, 1, cs=[188, None])
    field(e, 0, 1, 1)['proof']['c'][0] += Q


@fault('6B-c-top', 'tiny', '6.B 6.D')
def _(e):
    field(e, 1, 1, 1)['proof']['c'][0] = 2 ** 256 - 1


@fault('6C-v-plus-q', 'tiny', '6.C', 'v_1 = 7 published as q + 7')
def _(e):
    xi = e.info[0]['fields'][1][1][1]
    prove_field(e, 0, 1, 2, cs=[None, 99], us=[None, (7 + 99 * xi) % Q])
    field(e, 0, 1, 2)['proof']['v'][1] += Q


@fault('6C-v0-plus-q', 'tiny', '6.C')
def _(e):
    xi = e.info[0]['fields'][1][0][1]
    prove_field(e, 0, 1, 1, cs=[99, None], us=[99 * xi % Q, None])
    field(e, 0, 1, 1)['proof']['v'][0] += Q


@fault('6C-v-top', 'tiny', '6.C 6.D')
def _(e):
    field(e, 1, 1, 2)['proof']['v'][1] = 2 ** 256 - 1


@fault('6D-v', 'tiny', '6.D')
def _(e):
    proof = field(e, 0)['proof']
    proof['v'][0] = (proof['v'][0] + 1) % Q


@fault('A05-6D-c', 'tiny', '6.D', 'c_0 + 1 and c_1 - 1: the sum is right')
def _(e):
    proof = field(e, 0)['proof']
    proof['c'] = [(proof['c'][0] + 1) % Q, (proof['c'][1] - 1) % Q]


@fault('6D-value-two', 'mixed', '6.D 7.D', 'option holds 2 where R = 1')
def _(e):
    reset(e, 0, 1, 2, 2, e.info[0]['fields'][1][1][1])
    remake(e, 0)


@fault('6D-value-minus-one', 'tiny', '6.D', 'options hold 2 and -1: the sum is in order')
def _(e):
    for at in (0, 1):               # the second ballot keeps the tally in range
        values = ((1, 0), (0, 1))[at]
        for j in (1, 2):
            value = values[j - 1] + (1 if j == 1 else -1) * (1 if at == 0 else -1)
            e.info[at]['fields'][1][j - 1][0] = value
            pair = encrypt(e.keys['K'], value, e.info[at]['fields'][1][j - 1][1])
            f = field(e, at, 1, j)
            f['alpha'], f['beta'] = pair
            f['proof'] = prove(e, at, 1, j, pair, value if value in (0, 1) else 5,
                               e.info[at]['fields'][1][j - 1][1])
        e.make_limit(at, 1)
        e.make_chi(at, 1)
    e.finish()


def _statement(name, code, how, note=''):
    """A01: the proof of field or limit was made over another statement."""
    @fault('A01-%s-%s' % (code.replace('.', ''), name), 'tiny', code, note)
    def _(e):
        (prove_field if code == '6.D' else prove_limit)(
            e, 0, 1, *([1] if code == '6.D' else []), **how(e))


for _code in ('6.D', '7.D'):
    _statement('ballot', _code, lambda e: {'H_I': e.ballots[1]['H_I']}, 'H_I of another ballot')
    _statement('election', _code, lambda e: {'H_I': hs.H(hs.H(
        hs.H(e.keys['H_P'], hs.msg_H_B(b'other manifest')), hs.msg_H_E(
            e.keys['K'], e.keys['K_hat'])), hs.msg_H_I(e.ballots[0]['id_B']))},
        'A06: the base hash is that of an election with another manifest')
    _statement('base-hash', _code, lambda e: {'H_I': e.H_E}, 'keyed by H_E as in 2.0')
    _statement('zero', _code, lambda e: {'H_I': bytes(32)}, 'A06: key left at zero')
    _statement('key', _code, lambda e: {'key': g(1234567)}, 'another election key')
_statement('contest', '6.D', lambda e: {'ind': (2, 1)})
_statement('option', '6.D', lambda e: {'ind': (1, 2)})
_statement('no-option', '6.D', lambda e: {'ind': (1, None)}, 'ind_o left out as in a limit proof')
_statement('contest', '7.D', lambda e: {'ind': (2, None)})
_statement('option', '7.D', lambda e: {'ind': (1, 1)}, 'limit proof with an ind_o')


@fault('A01-6D-ciphertext', 'tiny', '6.D', 're-randomised under the old proof; limit made anew')
def _(e):
    value, xi = e.info[0]['fields'][1][0]
    e.info[0]['fields'][1][0] = [value, (xi + 1) % Q]
    e.make_field(0, 1, 1, proof=False)
    e.make_limit(0, 1)
    remake(e, 0)


@fault('A01-6D-alpha', 'tiny', '6.D', 'alpha times g under the old proof: the 1 becomes 0')
def _(e):
    value, xi = e.info[0]['fields'][1][0]
    e.info[0]['fields'][1][0] = [value - 1, (xi + 1) % Q]
    e.make_field(0, 1, 1, proof=False)
    e.make_limit(0, 1)
    remake(e, 0)


@fault('A01-6D-beta', 'tiny', '6.D', 'beta times K under the old proof: the 0 becomes 1')
def _(e):
    e.info[0]['fields'][1][0][0] = 0
    e.make_field(0, 1, 1)
    e.info[0]['fields'][1][0][0] = 1
    e.make_field(0, 1, 1, proof=False)
    e.make_limit(0, 1)
    remake(e, 0)


@fault('A01-7D-ciphertext', 'tiny', '7.D', 'option re-randomised with its proof, old limit proof')
def _(e):
    value, xi = e.info[0]['fields'][1][0]
    reset(e, 0, 1, 1, value, (xi + 1) % Q, limit=False)
    remake(e, 0)


def _root(d):
    r = pow(d % Q, (Q + 1) // 4, Q)
    return r if r * r % Q == d % Q else None


def _forge(e, at, index, j, name):
    """Commitments first: the challenge leaves (alpha, beta) out, then solve for them.

    With a_i = g^y_i and b_i = K^z_i any c, the plaintext s must satisfy
    c = sum (z_i - y_i)/(s - i) for i = 0, 1: a quadratic equation in s.
    """
    K = e.keys['K']
    for attempt in range(64):
        y = [e.rng.q(name, 'y', i, attempt) for i in (0, 1)]
        z = [e.rng.q(name, 'z', i, attempt) for i in (0, 1)]
        ab = [(g(y[i]), power(K, z[i])) for i in (0, 1)]
        c = hs.Hq(e.ballots[at]['H_I'], b'\x24' + hs.indices(index, j)
                  + b''.join(map(hs.elements, ab)))
        d = [(z[i] - y[i]) % Q for i in (0, 1)]
        root = _root((c + d[0] + d[1]) ** 2 - 4 * c * d[0])
        if root is None:
            continue
        s = (c + d[0] + d[1] + root) * pow(2 * c, -1, Q) % Q
        cs = [d[i] * pow(s - i, -1, Q) % Q for i in (0, 1)]
        xi = e.rng.q(name, 'xi')
        assert sum(cs) % Q == c
        return s, xi, {'c': cs, 'v': [(y[i] - cs[i] * xi) % Q for i in (0, 1)]}
    raise ValueError('no forgery found')


def _forged(e, at):
    s, xi, proof = _forge(e, at, 1, 1, 'forge')
    e.info[at]['fields'][1][0] = [s, xi]
    pair = encrypt(e.keys['K'], s, xi)
    f = field(e, at)
    f['alpha'], f['beta'] = pair
    f['proof'] = proof
    want = [hs.elements(x) for x in pf.range_commit(pair[0], pair[1], e.keys['K'], proof['c'],
                                                    proof['v'])]
    c = hs.Hq(e.ballots[at]['H_I'], b'\x24' + hs.indices(1, 1) + b''.join(want))
    assert c == sum(proof['c']) % Q, 'the forgery must hold under the weak challenge'
    e.make_chi(at, 1)
    e.make_chain()
    e.make_count()


@fault('A01-6D-forged', 'tiny', '6.D 7.D 10.C',
       'ciphertext solved from the commitments; it holds a huge number, published as t = 1')
def _(e):
    _forged(e, 0)
    e.make_tally()
    e.tally['contests'][0]['fields'][0]['t'] = 1


@fault('A01-X9-forged', 'mixed', 'X.9', 'the same on a spoiled ballot')
def _(e):
    _forged(e, 3)


@fault('A03-6D-options', 'tiny', '6.D', 'two options exchanged with their proofs')
def _(e):
    fields = e.sealed(0, 1)['fields']
    fields.reverse()
    e.info[0]['fields'][1].reverse()
    remake(e, 0)


@fault('A03-6D-contests', 'groups', '6.D 7.D', 'contents of two contests exchanged')
def _(e):
    e.add({1: ([1, 0], []), 2: ([0, 1], [])})
    one, two = e.ballots[0]['contests']
    for name in ('fields', 'limit'):
        one[name], two[name] = two[name], one[name]
    secrets = e.info[0]['fields']
    secrets[1], secrets[2] = secrets[2], secrets[1]
    e.make_chi(0, 1)
    remake(e, 0, 2)


@fault('A03-6D-ids', 'tiny', '6.D 7.D X.7', 'two ballots exchange id_B and H_I')
def _(e):
    one, two = e.ballots
    for name in ('id_B', 'H_I'):
        one[name], two[name] = two[name], one[name]
    e.make_chi(0, 1)
    remake(e, 1)


@fault('A06-6D-moved', 'tiny', '6.D 7.D X.7',
       'all proofs of a ballot come from an election with another manifest')
def _(e):
    other = Election(config('tiny', notes='other'), 'faults')
    assert other.keys['K'] == e.keys['K'] and other.manifest != e.manifest
    other.ballots[0]['id_B'] = e.ballots[0]['id_B']
    mine, theirs = e.ballots[0], other.ballots[0]
    mine['nonce'], mine['contests'] = theirs['nonce'], theirs['contests']
    e.info[0]['fields'] = other.info[0]['fields']
    remake(e, 0)


@fault('6D-transplant', 'data', '6.D 7.D X.10', 'contest 2 of ballot 1 copied into ballot 3')
def _(e):
    e.ballots[2]['contests'][0] = dict(e.sealed(0, 2))
    e.info[2]['fields'][2] = e.info[0]['fields'][2]
    remake(e, 2, 2)


# V7

@fault('7B-c-plus-q', 'tiny', '7.B')
def _(e):
    prove_limit(e, 0, 1, cs=[7, None])
    e.sealed(0, 1)['limit']['c'][0] += Q


@fault('7B-c1-plus-q', 'data', '7.B', 'L = 2')
def _(e):
    prove_limit(e, 0, 2, cs=[None, 5, None])
    e.sealed(0, 2)['limit']['c'][1] += Q


@fault('7B-c-top', 'tiny', '7.B 7.D')
def _(e):
    e.sealed(0, 1)['limit']['c'][1] = 2 ** 256 - 1


@fault('7C-v-plus-q', 'tiny', '7.C')
def _(e):
    xi = e.limit_secret(0, 1)[1]
    prove_limit(e, 0, 1, cs=[99, None], us=[(7 + 99 * xi) % Q, None])
    e.sealed(0, 1)['limit']['v'][0] += Q


@fault('7C-v1-is-q', 'data', '7.C', 'v_1 = 0 published as q')
def _(e):
    xi = e.limit_secret(0, 2)[1]
    prove_limit(e, 0, 2, cs=[None, 99, None], us=[None, 99 * xi % Q, None])
    e.sealed(0, 2)['limit']['v'][1] += Q


@fault('7C-v-top', 'tiny', '7.C 7.D')
def _(e):
    e.sealed(0, 1)['limit']['v'][1] = 2 ** 256 - 1


@fault('7D-v', 'tiny', '7.D')
def _(e):
    limit = e.sealed(0, 1)['limit']
    limit['v'][1] = (limit['v'][1] + 1) % Q


@fault('A05-7D-c', 'tiny', '7.D')
def _(e):
    limit = e.sealed(0, 1)['limit']
    limit['c'] = [(limit['c'][0] + 1) % Q, (limit['c'][1] - 1) % Q]


@fault('7D-two-votes', 'tiny', '7.D', 'two votes where L = 1')
def _(e):
    reset(e, 0, 1, 2, 1, e.info[0]['fields'][1][1][1])
    remake(e, 0)


@fault('7D-overvote-once', 'data', '7.D', 'an overvote and a vote; #overvote counted once')
def _(e):
    info = e.info[0]
    info['fields'][1] = [[v, xi] for v, (_, xi) in zip((1, 0, 1, 0), info['fields'][1])]
    for j in range(1, 5):
        e.make_field(0, 1, j)
    sealed = e.sealed(0, 1)
    pair = [1, 1]
    for f in sealed['fields']:
        pair = [pair[0] * f['alpha'] % P, pair[1] * f['beta'] % P]
    xi = sum(x for _, x in info['fields'][1]) % Q
    sealed['limit'] = prove(e, 0, 1, None, pair, 2, xi)
    remake(e, 0)


@fault('7D-write-ins-left-out', 'data', '7.D', 'write-in not in the product: 2 votes + 1 write-in')
def _(e):
    info = e.info[0]
    info['fields'][1] = [[v, xi] for v, (_, xi) in zip((1, 1, 0, 1), info['fields'][1])]
    for j in range(1, 5):
        e.make_field(0, 1, j)
    fields = e.sealed(0, 1)['fields']
    pair = [fields[0][n] * fields[1][n] * power(fields[2][n], 2) % P for n in ('alpha', 'beta')]
    xi = sum(x * (2 if i == 2 else 1) for i, (_, x) in enumerate(info['fields'][1][:3])) % Q
    e.sealed(0, 1)['limit'] = prove(e, 0, 1, None, pair, 2, xi)
    remake(e, 0)


# X.9: V6 and V7 on ballots that are not cast

def _not_cast(name, change, at=3, note=''):
    @fault('X9-' + name, 'mixed', 'X.9', note)
    def _(e):
        change(e, at)
        e.make_chi(at, 1)
        e.make_chain()
        e.make_openings()


_not_cast('6A-alpha', lambda e, at: _minus(e, at, 'alpha'))
_not_cast('6A-challenged', lambda e, at: _minus(e, at, 'beta'), 3)
_not_cast('6A-zero', _fit_zero)
_not_cast('6B', lambda e, at: (prove_field(e, at, 1, 1, cs=[None, 7]),
                               field(e, at)['proof']['c'].__setitem__(1, Q + 7)))
_not_cast('6C-challenged', lambda e, at: field(e, at)['proof']['v'].__setitem__(0, 2 ** 256 - 1), 1)
_not_cast('6D-challenged', lambda e, at: field(e, at)['proof']['v'].__setitem__(0, 5), 1)
_not_cast('6D-value', lambda e, at: reset(e, at, 1, 1, 2, 77))
_not_cast('7B', lambda e, at: (prove_limit(e, at, 1, cs=[7, None]),
                               e.sealed(at, 1)['limit']['c'].__setitem__(0, Q + 7)))
_not_cast('7C', lambda e, at: e.sealed(at, 1)['limit']['v'].__setitem__(0, 2 ** 256 - 1))
_not_cast('7D-two-votes', lambda e, at: reset(e, at, 1, 1, 1, 77))
_not_cast('7D-refused', lambda e, at: (e.info[at].update(state='refused'), e.make_states(),
                                       reset(e, at, 1, 1, 1, 77)))
