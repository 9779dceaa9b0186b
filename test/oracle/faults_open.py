"""Faults of opened ballots: 13.A-14.F, X.13 and the ranges of opened nonces (X.2)."""
import hashes as hs
import proofs as pf
import schemas as sc
from faultlib import fault, remake, reset
from group import Q, g, power


def _open(name, codes, change, base='data', note='', readings=()):
    """The opening of the challenged ballot: line and its first contest."""
    @fault(name, base, codes, note, readings)
    def _(e):
        change(e, e.challenged[0], e.challenged[0]['contests'][0])


def _data_nonce(entry):
    entry['data']['nonce'] = (entry['data']['nonce'] + 1) % Q


# V13

_open('13A-D', '13.A', lambda e, x, c: c['data'].update(D=sc.pack_data([], ['Eve'], 4)),
      note='another text')
_open('13A-nonce', '13.A X.13', lambda e, x, c: _data_nonce(c), note='data nonce + 1')
_open('13B-vote-moved', '13.B', lambda e, x, c: (
    c['fields'][0].update(value=1), c['fields'][1].update(value=0)), 'mixed')
_open('13B-nonce', '13.B', lambda e, x, c: c['fields'][0].update(
    nonce=(c['fields'][0]['nonce'] + 1) % Q), 'mixed')
_open('13B-value-and-nonce', '13.B', lambda e, x, c: c['fields'][1].update(
    value=0, nonce=(c['fields'][1]['nonce'] + 1) % Q), 'mixed', 'value + nonce is unchanged')
_open('13B-fields-exchanged', '13.B', lambda e, x, c: c['fields'].__setitem__(
    slice(None), [dict(c['fields'][1 - j], field=j + 1, label=c['fields'][j]['label'])
                  for j in (0, 1)]), 'mixed')
_open('13B-vote-hidden', '13.B', lambda e, x, c: c['fields'][1].update(value=0),
      note='one of two votes denied')


@fault('13A-blocks-from-0', 'data', '13.A', 'device counted the key blocks from 0')
def _(e):
    D, xi = e.info[1]['data'][1]
    H_I, C0 = e.ballots[1]['H_I'], g(xi)
    h = hs.H(H_I, hs.msg_data_key(1, C0, power(e.keys['K_hat'], xi)))
    mask = b''.join(hs.H(h, hs.msg_kdf_data(i, 1, 4)) for i in range(4))
    C1 = hs.xor(D, mask)
    c, v = pf.data_make(H_I, 1, C0, C1, xi, 4711)
    e.sealed(1, 1)['data'] = {'C0': C0, 'C1': C1, 'c': c, 'v': v}
    remake(e, 1)


@fault('13A-label-space', 'data', '13.A', 'device derived keys without the underscores')
def _(e):
    D, xi = e.info[1]['data'][1]
    H_I, C0 = e.ballots[1]['H_I'], g(xi)
    h = hs.H(H_I, hs.msg_data_key(1, C0, power(e.keys['K_hat'], xi)))
    mask = b''.join(hs.H(h, hs.msg_kdf_data(i, 1, 4).replace(b'_', b' ')) for i in range(1, 5))
    C1 = hs.xor(D, mask)
    c, v = pf.data_make(H_I, 1, C0, C1, xi, 4711)
    e.sealed(1, 1)['data'] = {'C0': C0, 'C1': C1, 'c': c, 'v': v}
    remake(e, 1)


# X.13

@fault('X13-C0', 'data', 'X.13', 'data encrypted under another nonce than that of C0')
def _(e):
    D, xi = e.info[1]['data'][1]
    H_I = e.ballots[1]['H_I']
    h = hs.H(H_I, hs.msg_data_key(1, g(999), power(e.keys['K_hat'], 999)))
    C1 = hs.xor(D, hs.data_mask(h, 1, 4))
    c, v = pf.data_make(H_I, 1, g(xi), C1, xi, 4711)
    e.sealed(1, 1)['data'] = {'C0': g(xi), 'C1': C1, 'c': c, 'v': v}
    remake(e, 1)
    e.challenged[0]['contests'][0]['data']['nonce'] = 999


def _packing(name, D, note=''):
    @fault('X13-' + name, 'data', 'X.13', note)
    def _(e):
        e.info[1]['data'][1][0] = D.ljust(128, b'\0')
        e.make_data(1, 1)
        remake(e, 1)


_packing('tail', sc.pack_data([], [], 1) + b'x', 'bytes after the text')
_packing('not-json', b'\0\0\0\x04Eve!')
_packing('null', b'\0\0\0\x1d{"marks":null,"write_ins":[]}')


# X.2: opened nonces

@fault('X2-opened-nonce', 'mixed', 'X.2', 'nonce 7 opened as q + 7')
def _(e):
    reset(e, 1, 1, 1, 0, 7)
    remake(e, 1)
    e.challenged[0]['contests'][0]['fields'][0]['nonce'] = Q + 7


@fault('X2-opened-data-nonce', 'data', 'X.2')
def _(e):
    e.info[1]['data'][1][1] = 7
    e.make_data(1, 1)
    remake(e, 1)
    e.challenged[0]['contests'][0]['data']['nonce'] = Q + 7


# V14

def _foreign(e, x, c):
    x['contests'].append({'contest': 3, 'label': 'Unused', 'fields': [
        {'field': j, 'label': label, 'value': 0, 'nonce': j} for j, label in ((1, 'U'), (2, 'V'))]})


_open('14A-foreign', '14.A', _foreign, note='a contest outside the style is opened too')
_open('14A-label', '14.A 14.B', lambda e, x, c: c.update(label='Council'))
_open('14A-label-other', '14.A 14.B', lambda e, x, c: c.update(label='Share'),
      note='label of another contest of the style')
_open('14B-missing', '14.B', lambda e, x, c: x['contests'].pop())
_open('14B-first-missing', '14.B', lambda e, x, c: x['contests'].pop(0))
_open('14B-none', '14.B', lambda e, x, c: x.update(contests=[]))
_open('14C-exchanged', '14.C 14.D', lambda e, x, c: (
    c['fields'][0].update(label='Bo'), c['fields'][1].update(label='Ada')))
_open('14C-label', '14.C 14.D', lambda e, x, c: c['fields'][1].update(label='Boo'), 'mixed')
_open('14C-unknown', '13.B 14.C', lambda e, x, c: c['fields'].append(
    {'field': 3, 'label': 'Cy', 'value': 0, 'nonce': 5}), 'mixed',
    readings=['X.1', 'X.1 13.B 14.C', '14.C'])
_open('14D-missing', '13.B 14.D', lambda e, x, c: c['fields'].pop(), 'mixed',
      readings=['X.1', 'X.1 13.B 14.D', '14.D'])
_open('14D-supplemental', '14.C 14.D', lambda e, x, c: c['fields'][2].update(label='#write-ins'))
_open('14E-cancelled', '14.E', lambda e, x, c: (
    c['fields'][1].update(value=2), c['fields'][2].update(value=0)), 'cancel',
      'K = 1: any value fits the ciphertext')


@fault('14E-value', 'data', '14.E X.9', 'a challenged ballot holds 2 where R = 1, L = 2')
def _(e):
    e.info[1]['fields'][1][1][0] = 0
    e.make_field(1, 1, 2)
    reset(e, 1, 1, 1, 2, e.info[1]['fields'][1][0][1])
    remake(e, 1)


@fault('14E-overvote', 'data', '14.E 14.F X.9', '#overvote is 2')
def _(e):
    reset(e, 1, 1, 3, 2, e.info[1]['fields'][1][2][1])
    remake(e, 1)


@fault('14F-sum', 'mixed', '14.F X.9', 'two votes where L = 1')
def _(e):
    reset(e, 1, 1, 1, 1, e.info[1]['fields'][1][0][1])
    remake(e, 1)


@fault('14F-overvote', 'data', '14.F X.9', 'an overvote beside two votes')
def _(e):
    reset(e, 1, 1, 3, 1, e.info[1]['fields'][1][2][1])
    remake(e, 1)


@fault('14F-write-in', 'data', '14.F X.9', 'two votes and a write-in where L = 2')
def _(e):
    reset(e, 1, 1, 4, 1, e.info[1]['fields'][1][3][1])
    remake(e, 1)


_open('14F-cancelled', '14.F', lambda e, x, c: c['fields'][0].update(value=1), 'cancel',
      'K = 1: three votes where L = 2')
