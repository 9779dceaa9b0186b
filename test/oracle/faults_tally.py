"""Faults of the tally: 9.A-12.C, X.2 (tally), X.12, X.14, X.16."""
import hashes as hs
import proofs as pf
import schemas as sc
from faultlib import build, fault, prove, remake, reprove_tally
from group import P, Q, g, lagrange, power
from protocol import Decryptor

OVER = 2 ** 256 - 1


# V9

def _encrypted(name, codes, base, change, note=''):
    """Other totals, decrypted and proven as they stand."""
    @fault(name, base, codes, note)
    def _(e):
        change(e, e.tally_encrypted['contests'][0]['fields'])
        e.make_tally()
        e.make_contest_data()


def _times(pair, a=1, b=1):
    pair['A'], pair['B'] = pair['A'] * a % P, pair['B'] * b % P


_encrypted('9A-minus-one', '9.A', 'tiny', lambda e, f: _times(f[0], g(1)), 'A times g: t - 1')
_encrypted('9B-plus-one', '9.B', 'tiny', lambda e, f: _times(f[0], 1, e.keys['K']), 't + 1')
_encrypted('9B-minus-one', '9.B', 'tiny', lambda e, f: _times(f[1], 1, pow(e.keys['K'], -1, P)))
_encrypted('9-rerandomised', '9.A 9.B', 'tiny', lambda e, f: _times(
    f[0], g(9), power(e.keys['K'], 9)), 'the same total under another nonce')
_encrypted('9-exchanged', '9.A 9.B', 'tiny', lambda e, f: f.reverse(),
           'totals of two options exchanged')
_encrypted('9-ballot-left-out', '9.A 9.B', 'tiny', lambda e, f: f[0].update(
    A=e.sealed(1, 1)['fields'][0]['alpha'], B=e.sealed(1, 1)['fields'][0]['beta']))
_encrypted('9-unweighted', '9.A 9.B', 'weights', lambda e, f: [f[j].update(
    A=e.sealed(0, 1)['fields'][j]['alpha'] * e.sealed(1, 1)['fields'][j]['alpha'] % P,
    B=e.sealed(0, 1)['fields'][j]['beta'] * e.sealed(1, 1)['fields'][j]['beta'] % P)
    for j in (0, 1)], 'weights ignored')
_encrypted('9-spoiled-counted', '9.A 9.B', 'mixed', lambda e, f: _times(
    f[1], e.sealed(3, 1)['fields'][1]['alpha'], e.sealed(3, 1)['fields'][1]['beta']),
    'one option of a spoiled ballot in the product, counts right')
_encrypted('9-overvote-to-the-L', '9.A 9.B', 'data', lambda e, f: _times(
    f[2], f[2]['A'], f[2]['B']), '#overvote raised to L in the tally')


@fault('9-refused-counted', 'mixed', '9.A 9.B X.14')
def _(e):
    e.info[3]['state'] = 'cast'
    e.finish()
    e.info[3]['state'] = 'refused'
    e.make_states()


# V10

def _tally(name, codes, change, base='tiny', note=''):
    """Field 1 of contest 1 in tally.json."""
    @fault(name, base, codes, note)
    def _(e):
        change(e, e.tally['contests'][0]['fields'][0])


_tally('10A-v-top', '10.A 10.B', lambda e, f: f.update(v=OVER))
_tally('10B-v', '10.B', lambda e, f: f.update(v=(f['v'] + 1) % Q))
_tally('A05-10B-c', '10.B', lambda e, f: f.update(c=(f['c'] + 1) % Q))
_tally('X2-tally-c-top', '10.B X.2', lambda e, f: f.update(c=OVER))
_tally('10B-T-and-t', '10.B', lambda e, f: f.update(T=power(e.keys['K'], 2), t=2),
       note='another result under the old proof')
_tally('10B-exchanged', '10.B', lambda e, f: [a.update({k: v}) for a, b in [
    (f, dict(e.tally['contests'][0]['fields'][1]))] for k, v in b.items() if k in 'cv'],
    note='proof of another option')
_tally('10C-t', '10.C', lambda e, f: f.update(t=f['t'] + 1))
_tally('10C-t-zero', '10.C', lambda e, f: f.update(t=0))
_tally('A04-X2-T-zero', '10.B 10.C X.2', lambda e, f: f.update(T=0))
_tally('A04-X2-T-p-plus-1', '10.B 10.C X.2', lambda e, f: f.update(T=P + 1))
_tally('A04-X2-T-p-minus-1', '10.B 10.C X.2', lambda e, f: f.update(T=P - 1))


@fault('X2-T-minus', 'tiny', '10.C X.2', 'T times -1 with an even challenge')
def _(e):
    entry = e.tally['contests'][0]['fields'][0]
    pair = e.tally_encrypted['contests'][0]['fields'][0]
    s = e.secrets[0]['a'][0]
    M = P - power(pair['A'], s)
    for attempt in range(64):
        u = e.rng.q('T minus', attempt)
        c = hs.Hq(e.H_E, hs.msg_tally(1, 1, pair['A'], pair['B'], g(u), power(pair['A'], u), M))
        if c % 2 == 0:
            break
    entry.update({'T': P - entry['T'], 'c': c, 'v': pf.response(u, c, s)})


for _name, _u in (('10A-v-plus-q', 7), ('10A-v-is-q', 0)):
    @fault(_name, 'cancel', '10.A', 'K = 1: v is the random itself, u, published as q + u')
    def _(e, u=_u):
        entry = e.tally['contests'][0]['fields'][0]
        pair = e.tally_encrypted['contests'][0]['fields'][0]
        A = pair['A']
        c = hs.Hq(e.H_E, hs.msg_tally(1, 1, A, pair['B'], g(u), power(A, u), 1))
        entry.update({'c': c, 'v': Q + u})


def _wrong_statement(name, how, note=''):
    @fault('A01-10B-' + name, 'tiny', '10.B', note)
    def _(e):
        reprove_tally(e, 1, 1, **how(e))


_wrong_statement('contest', lambda e: {'ind': (2, 1)})
_wrong_statement('option', lambda e: {'ind': (1, 2)})
_wrong_statement('A', lambda e: {'A': e.tally_encrypted['contests'][0]['fields'][1]['A']})
_wrong_statement('B', lambda e: {'B': e.tally_encrypted['contests'][0]['fields'][1]['B']})
_wrong_statement('M', lambda e: {'M': 1})
_wrong_statement('base-hash', lambda e: {'key': e.keys['H_B']}, 'keyed by H_B')
_wrong_statement('election', lambda e: {'key': hs.H(hs.H(e.keys['H_P'], hs.msg_H_B(b'other')),
                                                    hs.msg_H_E(e.keys['K'], e.keys['K_hat']))},
                 'A06: H_E of another manifest')


@fault('A01-10B-key', 'tiny', '10.B', 'an honest proof for another key and secret')
def _(e):
    other = e.secrets[0]['a'][0] + 1
    pair = e.tally_encrypted['contests'][0]['fields'][0]
    entry, u = e.tally['contests'][0]['fields'][0], e.rng.q('other key')
    M = power(pair['A'], other % Q)
    c = hs.Hq(e.H_E, hs.msg_tally(1, 1, pair['A'], pair['B'], g(u), power(pair['A'], u), M))
    entry.update({'c': c, 'v': pf.response(u, c, other)})


for _half in 'AB':
    for _name, _value in (('zero', 0), ('p-minus-1', P - 1), ('p-plus-1', P + 1)):
        @fault('A04-X2-%s-%s' % (_half, _name), 'tiny', '9.%s 10.B X.2' % _half)
        def _(e, half=_half, value=_value):
            e.tally_encrypted['contests'][0]['fields'][0][half] = value


@fault('A01-10B-forged', 'tiny', '10.B', 'challenge over a alone; b and M solved for t = 2')
def _(e):
    s, u = e.secrets[0]['a'][0], e.rng.q('forged tally')
    T = power(e.keys['K'], 2)
    c = hs.Hq(e.H_E, b'\x31' + hs.indices(1, 1) + hs.enc_p(g(u)))
    e.tally['contests'][0]['fields'][0].update({'T': T, 't': 2, 'c': c,
                                                'v': pf.response(u, c, s)})


@fault('10B-one-guardian', 'weights', '10.B', 'Lagrange coefficients of all n used for a smaller U')
def _(e):
    e = build('weights', n=3, k=2, kind='election', absent=(3,))
    real, U = e.decryptor(), e.present()
    wrong = Decryptor(e.rng, U, real.z)
    wrong.w = {i: lagrange(i, [1, 2, 3]) for i in U}
    pair = e.tally_encrypted['contests'][0]['fields'][0]
    _, c, v = wrong.tally(e.H_E, 1, 1, pair['A'], pair['B'])
    e.tally['contests'][0]['fields'][0].update({'c': c, 'v': v})
    return e


# V11

def _contents(name, codes, base, change, note='', readings=()):
    @fault(name, base, codes, note, readings)
    def _(e):
        change(e.tally['contests'])


_contents('11A-unused-contest', '11.A', 'data', lambda c: c[2].update(label='Other'),
          'label of a contest that no ballot has')
_contents('11A-label', '11.A 11.D', 'tiny', lambda c: c[0].update(label='Major'))
_contents('11A-translated', '11.A 11.D', 'data', lambda c: c[1].update(label='Share '))
_contents('11B-labels-exchanged', '11.B 11.C', 'tiny', lambda c: (
    c[0]['fields'][0].update(label='Bo'), c[0]['fields'][1].update(label='Ada')))
_contents('11B-label', '11.B 11.C', 'tiny', lambda c: c[0]['fields'][0].update(label='Adam'))
_contents('11B-supplemental', '11.B 11.C', 'data', lambda c: c[0]['fields'][2].update(
    label='#write-ins'))
_contents('11B-repeated', '11.B X.14', 'tiny', lambda c: c[0]['fields'].append(
    dict(c[0]['fields'][0], label='Ghost')), 'field 1 once more under another name',
    ['X.1', 'X.1 11.B X.14'])
_contents('11C-doubled', '11.C X.14', 'tiny', lambda c: c[0]['fields'].__setitem__(
    1, dict(c[0]['fields'][0])), 'field 1 twice, field 2 not at all')
_contents('11C-missing', '11.C', 'tiny', lambda c: c[0]['fields'].pop(), '',
          ['X.1', '11.C X.1'])
_contents('11C-supplemental', '11.C', 'data', lambda c: c[0]['fields'].pop(), '#write-ins missing',
          ['X.1', '11.C X.1'])
_contents('11D-doubled', '11.D X.14', 'data', lambda c: c.__setitem__(1, c[0]),
          'contest 1 twice, contest 2 not at all')
_contents('11D-missing', '11.D', 'data', lambda c: c.pop(1), '', ['X.1', '11.D X.1'])
_contents('11D-index', '11.A 11.D', 'data', lambda c: (
    c[1].update(label='Unused'), c[2].update(label='Share')), 'two contest names exchanged')


# V12, X.12

def _plain(name, codes, change, note='', base='data'):
    """First line of contest_data.jsonl."""
    @fault(name, base, codes, note)
    def _(e):
        change(e, e.contest_data[0])


def _data_again(e, line, key=None, ind=1, **how):
    """A decryption proof over another statement."""
    at = [i for i, b in enumerate(e.ballots) if b['id_B'] == line['id_B']][0]
    data, s = e.sealed(at, line['contest'])['data'], e.secrets[0]['a_hat'][0]
    u = e.rng.q('data proof')
    a, b = g(u), power(data['C0'], u)
    line['c'] = hs.Hq(key or e.ballots[at]['H_I'], hs.msg_data_decrypt(
        ind, how.get('C0', data['C0']), how.get('C1', data['C1']), how.get('C2', pf.C2(data)),
        a, b, how.get('beta', line['beta'])))
    line['v'] = pf.response(u, line['c'], s)


def _redo(e, line, beta):
    """D as it follows from another beta."""
    at = [i for i, b in enumerate(e.ballots) if b['id_B'] == line['id_B']][0]
    data, H_I = e.sealed(at, 1)['data'], e.ballots[at]['H_I']
    line['beta'] = beta
    h = hs.H(H_I, hs.msg_data_key(1, data['C0'], beta))
    line['D'] = hs.xor(data['C1'], hs.data_mask(h, 1, len(data['C1']) // 32))


_plain('12A-v-top', '12.A 12.B', lambda e, x: x.update(v=OVER))
_plain('12B-v', '12.B', lambda e, x: x.update(v=(x['v'] + 1) % Q))
_plain('A05-12B-c', '12.B', lambda e, x: x.update(c=(x['c'] + 1) % Q))
_plain('X2-contest-data-c', '12.B X.2', lambda e, x: x.update(c=OVER))
_plain('12C-text', '12.C', lambda e, x: x.update(D=x['D'].replace(b'Eve', b'Eva')),
       'another name written in')
_plain('12C-emptied', '12.C', lambda e, x: x.update(D=sc.pack_data([], [], 4)))
_plain('12B-beta', '12.B 12.C', lambda e, x: x.update(beta=g(99)))
_plain('A04-X2-beta-zero', '12.B 12.C X.2', lambda e, x: x.update(beta=0))
_plain('A04-X2-beta-p-plus-1', '12.B 12.C X.2', lambda e, x: x.update(beta=P + 1))
_plain('A01-12B-contest', '12.B', lambda e, x: _data_again(e, x, ind=2))
_plain('A01-12B-base-hash', '12.B', lambda e, x: _data_again(e, x, key=e.H_E), 'keyed by H_E')
_plain('A01-12B-ballot', '12.B', lambda e, x: _data_again(e, x, key=e.ballots[1]['H_I']))
_plain('A01-12B-C0', '12.B', lambda e, x: _data_again(e, x, C0=g(1)))
_plain('A01-12B-C1', '12.B', lambda e, x: _data_again(e, x, C1=bytes(128)))
_plain('A01-12B-C2', '12.B', lambda e, x: _data_again(e, x, C2=bytes(64)))
_plain('A01-12B-beta', '12.B', lambda e, x: _data_again(e, x, beta=1))
_plain('X12-unpacked-garbage', '12.B X.12', lambda e, x: _redo(e, x, g(99)),
       'D follows from a false beta and is no packed text')


def _device_data(name, codes, D, note=''):
    """A device encrypts bytes that are not packed; they are decrypted honestly."""
    @fault(name, 'data', codes, note)
    def _(e):
        e.info[0]['data'][1][0] = D.ljust(128, b'\0')
        e.make_data(0, 1)
        remake(e, 0)


_TEXT = b'{"marks":[],"write_ins":["Eve"]}'


def _packed(text):
    return len(text).to_bytes(4, 'big') + text


_device_data('X12-tail', 'X.12', _packed(_TEXT) + b'\0\0x', 'bytes after the text')
_device_data('X12-length', 'X.12', b'\x7f\xff\xff\xff' + _TEXT)
_device_data('X12-length-short', 'X.12', b'\0\0\0\x05' + _TEXT)
_device_data('X12-space', 'X.12', _packed(_TEXT.replace(b':', b': ')))
_device_data('X12-two-write-ins', 'X.12', _packed(b'{"marks":[],"write_ins":["a","b"]}'))
_device_data('X12-marks-count', 'X.12', _packed(b'{"marks":[1],"write_ins":[]}'))
_device_data('X12-mark-100', 'X.12', _packed(b'{"marks":[100,1],"write_ins":[]}'))
_device_data('X12-write-in-65', 'X.12', _packed(b'{"marks":[],"write_ins":["%s"]}' % (b'x' * 65)))
_device_data('X12-write-in-empty', 'X.12', _packed(b'{"marks":[],"write_ins":[""]}'))
_device_data('X12-control', 'X.12', _packed(b'{"marks":[],"write_ins":["a\x07b"]}'))


@fault('X12-challenged', 'data', 'X.12', 'contest data of a challenged ballot')
def _(e):
    e.contest_data.append(e.decrypt_data(1, 1))
    e.contest_data.sort(key=lambda x: x['id_B'])


@fault('X12-spoiled', 'data', 'X.12')
def _(e):
    e.add({1: ([1, 0], []), 2: ([0], [])}, state='spoiled')
    e.finish()
    e.contest_data.append(e.decrypt_data(3, 1))
    e.contest_data.sort(key=lambda x: x['id_B'])


@fault('X12-twice', 'data', 'X.12', readings=['X.1', 'X.1 X.12'])
def _(e):
    e.contest_data *= 2


@fault('X12-no-ballot', 'data', 'X.12', 'unknown id_B')
def _(e):
    e.contest_data.append(dict(e.contest_data[0], id_B=b'\xff' * 32))


@fault('X12-withheld', 'floor', 'X.12')
def _(e):
    e.contest_data.append(e.decrypt_data(1, 2))


@fault('X12-remote', 'webdata', 'X.12', 'one write-in under a floor of two')
def _(e):
    e.contest_data.append(e.decrypt_data(0, 1))


@fault('X12-remote-no-write-ins', 'webdata', 'X.12', 'a contest that has no write-ins')
def _(e):
    e.contest_data.append(e.decrypt_data(1, 2))


def _even_decryption(e, line, data, H_I, beta):
    s = e.secrets[0]['a_hat'][0]
    for attempt in range(64):
        u = e.rng.q('even decryption', attempt)
        line['c'] = hs.Hq(H_I, hs.msg_data_decrypt(
            1, data['C0'], data['C1'], pf.C2(data), g(u), power(data['C0'], u), beta))
        line['v'] = pf.response(u, line['c'], s)
        if line['c'] % 2 == 0:
            return


@fault('X2-beta-minus', 'data', 'X.2', 'data encrypted under -beta and decrypted with -beta')
def _(e):
    D, xi = e.info[0]['data'][1]
    H_I, C0 = e.ballots[0]['H_I'], g(xi)
    beta = P - power(e.keys['K_hat'], xi)
    h = hs.H(H_I, hs.msg_data_key(1, C0, beta))
    C1 = hs.xor(D, hs.data_mask(h, 1, 4))
    c, v = pf.data_make(H_I, 1, C0, C1, xi, 4711)
    data = e.sealed(0, 1)['data'] = {'C0': C0, 'C1': C1, 'c': c, 'v': v}
    remake(e, 0)
    line = e.contest_data[0]
    line.update(beta=beta, D=D)
    _even_decryption(e, line, data, H_I, beta)


for _name, _u in (('12A-v-plus-q', 7), ('12A-v-is-q', 0)):
    @fault(_name, 'cancel', '12.A', 'K_hat = 1: v is the random itself')
    def _(e, u=_u):
        line = e.contest_data[0]
        data, H_I = e.sealed(0, 1)['data'], e.ballots[0]['H_I']
        line['c'] = hs.Hq(H_I, hs.msg_data_decrypt(
            1, data['C0'], data['C1'], pf.C2(data), g(u), power(data['C0'], u), 1))
        line['v'] = Q + u


# X.14

def _count(name, change, base='tiny', note=''):
    @fault('X14-' + name, base, 'X.14', note)
    def _(e):
        change(e.tally_encrypted)


_count('ballots', lambda t: t.update(ballots=3))
_count('weight', lambda t: t.update(weight=3))
_count('contest-ballots', lambda t: t['contests'][0].update(ballots=1))
_count('contest-weight', lambda t: t['contests'][0].update(weight=3))
_count('weights-ignored', lambda t: t.update(weight=2), 'weights')


def _present(name, U, n=5, k=3, note=''):
    @fault('X14-guardians-' + name, 'bare', 'X.14', note)
    def _(e):
        e = build('bare', n=n, k=k, kind='election')
        e.tally['guardians'] = U
        return e


_present('few', [1, 2], note='2 of 5 where k = 3')
_present('twice', [1, 2, 2, 3])
_present('descending', [3, 2, 1])
_present('zero', [0, 1, 2], note='index 0 holds the secret itself', n=5)
_present('unknown', [1, 2, 6])
_present('none', [])


@fault('X14-t', 'cancel', 'X.14', 'K = 1: any t fits T; 2 votes from 1 ballot')
def _(e):
    e.tally['contests'][0]['fields'][0]['t'] = 2


@fault('X14-t-huge', 'tiny', '10.C X.14')
def _(e):
    e.tally['contests'][0]['fields'][0]['t'] = 2 ** 53 - 1


@fault('X14-bound', 'weights', 'X.14', '33 ballots of weight 2^31-1 and a range of 255: above 2^44',
       slow=True)
def _(e):
    c = e.config['contests'][0]
    c = dict(c, options=c['options'][:1], rule='score', option_limit=255, contest_limit=255)
    e = build('weights', contests=[c], ballots=[])
    for number in range(33):
        template = {'votes': {1: ([0], [])}, 'weight': 2 ** 31 - 1}
        e.manifest['contests'][0].update(option_limit=1, contest_limit=1)     # cheap first proof
        e.add(**template)
        e.manifest['contests'][0].update(option_limit=255, contest_limit=255)
        sealed, (value, xi) = e.sealed(number, 1), e.info[number]['fields'][1][0]
        pair = (sealed['fields'][0]['alpha'], sealed['fields'][0]['beta'])
        u = [7] * 256
        for j, target in ((1, 'proof'), (None, 'limit')):
            proof = prove(e, number, 1, j, pair, value, xi, us=u, cs=[0] * 256)
            if j:
                sealed['fields'][0][target] = proof
            else:
                sealed[target] = proof
        e.make_chi(number, 1)
    return e.finish()


# X.16

@fault('X16-floor', 'floor', 'X.16', 'a contest with one ballot was decrypted')
def _(e):
    e.tally['contests'][1]['fields'] = [e.decrypt_field(2, 1, 1)]


@fault('X16-withheld-above', 'floor', 'X.16')
def _(e):
    e.tally['contests'][0]['fields'] = []


@fault('X16-withheld-empty', 'floor', 'X.16', 'a contest without cast ballots is withheld')
def _(e):
    e.tally['contests'][2]['fields'] = []


@fault('X16-group', 'grades', 'X.16', 'one contest of a withheld group was decrypted')
def _(e):
    e.tally['contests'][3]['fields'] = [e.decrypt_field(4, j, 2 - j) for j in (1, 2)]


@fault('X16-spoiled-not-counted', 'mixed', 'X.16', 'floor 3: 2 cast ballots and a spoiled one')
def _(e):
    e = build('mixed', privacy_floor=3)
    assert e.tally['contests'][0]['fields'] == []
    e.tally['contests'][0]['fields'] = [e.decrypt_field(1, j) for j in (1, 2)]
    return e
