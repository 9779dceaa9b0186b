"""Faults of pre-encrypted ballots that Verifications 5-9 and the old X.n must find."""
import election_mail as mail
import hashes as hs
import proofs as pf
from faultlib import box, fault, flip, prove_box, reprint, unsealed
from faults_ballots import zero_tally
from group import P, Q, g


# V5

@fault('5A-mail', 'post', '5.A', 'two spoiled mail ballots share an id_B')
def _(e):
    for _ in (1, 2):
        e.add({}, id_B=b'\x17' * 32, state='spoiled')
    e.finish()


@fault('5A-mail-booth', 'mail', '5.A', 'a mail ballot and a booth ballot, both spoiled')
def _(e):
    for device in (1, 3):
        e.add({}, style=2, device=device, id_B=b'\x17' * 32, state='spoiled')
    e.finish()


@fault('5A-mail-devices', 'mail', '5.A', 'two mail devices', )
def _(e):
    for device in (1, 2):
        e.add({}, style=2, device=device, id_B=b'\xff' * 32, state='refused')
    e.finish()


def _own_H_I(name, at, make, note=''):
    @fault('5B-mail-' + name, 'post', '5.B', note)
    def _(e):
        e.info[at]['H_I'] = make(e, e.ballots[at]['id_B'])
        mail.seal(e, at)
        e.finish()


_own_H_I('base-hash', 0, lambda e, id_B: hs.H(e.keys['H_B'], hs.msg_H_I(id_B)), 'key H_B')
_own_H_I('challenged', 1, lambda e, id_B: hs.H(e.H_E, b'\x21' + id_B))
_own_H_I('zero', 2, lambda e, id_B: bytes(32), 'A06')


@fault('5B-mail-reduced', 'post', '5.B', 'id_B >= q was reduced mod q before hashing')
def _(e):
    e.ballots[0]['id_B'] = b'\xff' * 32
    e.info[0]['H_I'] = hs.H(e.H_E, hs.msg_H_I((2 ** 256 - 1 - Q).to_bytes(32, 'big')))
    mail.seal(e, 0)
    e.finish()


# V6

def _minus(e, at, half):
    j = e.info[at]['selected'][1][0]
    pair = list(mail.vector(e, at, 1, j)[0])
    pair[half] = P - pair[half]
    e.info[at]['pairs'] = {(1, j, 1): tuple(pair)}
    mail.make_psi(e, at, 1)


for _half, _name in enumerate(('alpha', 'beta')):
    @fault('6A-mail-%s-minus' % _name, 'post', '6.A 7.A X.2',
           'times -1 on two ballots, even challenges: everything else holds')
    def _(e, half=_half):
        for at in (0, 2):
            _minus(e, at, half)
        e.finish()
        for at in (0, 2):
            prove_box(e, at, 1, 1, even=True)
            prove_box(e, at, 1, None, even=True)


for _name, _value in (('zero', 0), ('p', P)):
    @fault('A04-6A-mail-' + _name, 'post', '6.A 7.A X.2', 'both halves, all proofs made to fit',
           ['15.A 6.A 7.A X.2'] if _value else [])
    def _(e, value=_value):
        e.info[0]['pairs'] = {(1, 1, 1): (value, value)}
        mail.make_psi(e, 0, 1)
        e.make_chain()
        e.make_mail()
        entry, H_I = box(e, 0), e.ballots[0]['H_I']
        entry['fields'][0].update(alpha=value, beta=value)
        c = hs.Hq(H_I, hs.msg_range(1, 1, value, value, [(0, 0)] * 2))
        entry['fields'][0]['proof'] = {'c': [1, c - 1], 'v': [3, 5]}
        c = hs.Hq(H_I, hs.msg_range(1, None, 0, 0, [(0, 0)] * 2))
        entry['limit'] = {'c': [1, c - 1], 'v': [3, 5]}
        e.make_count()
        zero_tally(e)


@fault('X2-mail-vectors-minus', 'mail', 'X.2',
       'the same element of two multiplied vectors times -1: the product is right')
def _(e):
    e.info[2]['pairs'] = {}
    for j in (1, 2):
        alpha, beta = mail.vector(e, 2, 2, j)[0]
        e.info[2]['pairs'][2, j, 1] = (P - alpha, beta)
    reprint(e, 2, 2)


@fault('6B-mail-c-plus-q', 'post', '6.B', 'c_1 = 7 published as q + 7')
def _(e):
    prove_box(e, 0, 1, 2, cs=[None, 7])
    box(e, 0)['fields'][1]['proof']['c'][1] += Q


@fault('6B-mail-c0-plus-q', 'post', '6.B')
def _(e):
    prove_box(e, 0, 1, 1, cs=[188, None])
    box(e, 0)['fields'][0]['proof']['c'][0] += Q


@fault('6B-mail-c-top', 'mail', '6.B 6.D')
def _(e):
    box(e, 0, 2)['fields'][0]['proof']['c'][0] = 2 ** 256 - 1


@fault('6C-mail-v-plus-q', 'post', '6.C', 'v_1 = 7 published as q + 7')
def _(e):
    xi = e.info[0]['fields'][1][1][1]
    prove_box(e, 0, 1, 2, cs=[None, 99], us=[None, (7 + 99 * xi) % Q])
    box(e, 0)['fields'][1]['proof']['v'][1] += Q


@fault('6C-mail-v0-plus-q', 'mail', '6.C', 'in a product of vectors')
def _(e):
    xi = e.info[2]['fields'][2][0][1]
    prove_box(e, 2, 2, 1, cs=[99, None], us=[99 * xi % Q, None])
    box(e, 2, 2)['fields'][0]['proof']['v'][0] += Q


@fault('6C-mail-v-top', 'post', '6.C 6.D')
def _(e):
    box(e, 2)['fields'][1]['proof']['v'][1] = 2 ** 256 - 1


@fault('6D-mail-v', 'post', '6.D')
def _(e):
    proof = box(e, 0)['fields'][0]['proof']
    proof['v'][0] = (proof['v'][0] + 1) % Q


@fault('A05-6D-mail-c', 'mail', '6.D', 'c_0 + 1 and c_1 - 1: the sum is right')
def _(e):
    proof = box(e, 2, 2)['fields'][0]['proof']
    proof['c'] = [(proof['c'][0] + 1) % Q, (proof['c'][1] - 1) % Q]


def _encrypts(name, base, at, index, codes, values, note=''):
    """The vector of option 1 encrypts other values; hashes, proofs and tally made anew."""
    @fault(name, base, codes, note)
    def _(e):
        row = e.info[at]['vectors'][index][0]
        row[:] = [[value, xi] for value, (_, xi) in zip(values, row)]
        reprint(e, at, index)


_encrypts('6D-mail-value-two', 'post', 0, 1, '6.D 7.D', (2, 0), 'the vector holds 2')
_encrypts('6D-mail-value-two-of-two', 'mail', 0, 2, '6.D', (0, 2), 'L = 2, the other is null')
_encrypts('6D-mail-value-minus', 'post', 0, 1, '6.D', (1, -1), '1 and -1: their sum is lawful')
_encrypts('7D-mail-two-votes', 'post', 0, 1, '7.D', (1, 1), 'one vector, two votes, L = 1')


@fault('6D-mail-same-option-twice', 'mail', '6.D', 'both vectors of a ballot hold option 2')
def _(e):
    row = e.info[2]['vectors'][2][0]
    row[:] = [[value, xi] for value, (_, xi) in zip((0, 1), row)]
    reprint(e, 2, 2)


def _statement(name, code, how, base='post', at=0, index=1, note=''):
    """A01: the proof of field or limit was made over another statement."""
    @fault('A01-%s-mail-%s' % (code.replace('.', ''), name), base, code, note)
    def _(e):
        prove_box(e, at, index, 1 if code == '6.D' else None, **how(e))


for _code in ('6.D', '7.D'):
    _statement('ballot', _code, lambda e: {'H_I': e.ballots[2]['H_I']}, note='other H_I')
    _statement('base-hash', _code, lambda e: {'H_I': e.H_E}, note='keyed by H_E')
    _statement('key', _code, lambda e: {'key': g(1234567)}, note='another election key')
_statement('contest', '6.D', lambda e: {'ind': (1, 1)}, 'mail', 2, 2, 'position, not ind_c')
_statement('contest', '7.D', lambda e: {'ind': (1, None)}, 'mail', 2, 2, 'position, not ind_c')
_statement('option', '6.D', lambda e: {'ind': (1, 2)})
_statement('no-option', '6.D', lambda e: {'ind': (1, None)})


@fault('A03-6D-mail-options', 'post', '6.D', 'elements of the vector exchanged with their proofs')
def _(e):
    entry = box(e, 0)
    proofs = [f['proof'] for f in reversed(entry['fields'])]
    e.info[0]['vectors'][1][0].reverse()
    reprint(e, 0)
    for f, proof in zip(box(e, 0)['fields'], proofs):
        f['proof'] = proof


# V7

@fault('7B-mail-c-plus-q', 'post', '7.B')
def _(e):
    prove_box(e, 0, 1, None, cs=[7, None])
    box(e, 0)['limit']['c'][0] += Q


@fault('7B-mail-c1-plus-q', 'mail', '7.B', 'L = 2')
def _(e):
    prove_box(e, 2, 2, None, cs=[None, 5, None])
    box(e, 2, 2)['limit']['c'][1] += Q


@fault('7B-mail-c-top', 'post', '7.B 7.D')
def _(e):
    box(e, 2)['limit']['c'][1] = 2 ** 256 - 1


def _limit_nonce(e, at, index):
    return sum(xi for _, xi in e.info[at]['fields'][index]) % Q


@fault('7C-mail-v-plus-q', 'post', '7.C')
def _(e):
    prove_box(e, 0, 1, None, cs=[99, None], us=[(7 + 99 * _limit_nonce(e, 0, 1)) % Q, None])
    box(e, 0)['limit']['v'][0] += Q


@fault('7C-mail-v1-is-q', 'mail', '7.C', 'v_1 = 0 published as q')
def _(e):
    prove_box(e, 2, 2, None, cs=[None, 99, None],
              us=[None, 99 * _limit_nonce(e, 2, 2) % Q, None])
    box(e, 2, 2)['limit']['v'][1] += Q


@fault('7C-mail-v-top', 'post', '7.C 7.D')
def _(e):
    box(e, 0)['limit']['v'][1] = 2 ** 256 - 1


@fault('7D-mail-v', 'mail', '7.D')
def _(e):
    limit = box(e, 0, 2)['limit']
    limit['v'][1] = (limit['v'][1] + 1) % Q


@fault('A05-7D-mail-c', 'post', '7.D')
def _(e):
    limit = box(e, 0)['limit']
    limit['c'] = [(limit['c'][0] + 1) % Q, (limit['c'][1] - 1) % Q]


# V8 on booth ballots, made as if they were pre-encrypted

def _chi(name, at, message):
    @fault('8A-' + name, 'mail', '8.A')
    def _(e):
        sealed = e.sealed(at, 2)
        pairs = [(f['alpha'], f['beta']) for f in sealed['fields']]
        sealed['chi'] = hs.H(e.ballots[at]['H_I'], message(pairs))
        e.make_chain()


_chi('mail-tag', 4, lambda pairs: b'\x41' + hs.msg_chi(2, pairs)[1:])
_chi('mail-unchained', 4, lambda pairs: hs.msg_psi(pairs))


def _rechain(e, index, mail_links=(), links=None, of=None):
    """The chain of booth device `index` again; names in mail_links take the mail form."""
    entry, of = e.devices['devices'][index - 1], of or {}
    label = e.manifest['devices'][index - 1]['label']
    entry['H_DI'] = hs.device_hash(e.H_E, label, 'H_DI' in mail_links)
    previous = hs.chain_start(e.H_E, entry['H_DI'], 'H_0' in mail_links)[1]
    if 'H_0' in entry:
        entry['H_0'] = previous
    for ballot in (b for b in e.ballots if b['device'] == index):
        ballot['B_C'] = hs.CHAIN_SIMPLE + previous if 'H_0' in entry \
            else hs.CHAIN_NONE + entry['H_DI']
        if links:
            ballot['B_C'] = links
        ballot['H_C'] = hs.code(ballot['H_I'], [c['chi'] for c in ballot['contests']],
                                ballot['B_C'], 'H_C' in mail_links)
        previous = ballot['H_C']
    if 'H_0' in entry:
        entry['B_close'], entry['H_close'] = hs.chain_close(e.H_E, entry['H_DI'], previous,
                                                            'close' in mail_links)


for _name, _code, _links in (('8B', '8.B', ('H_C',)), ('8C', '8.C', ('H_DI',)),
                             ('8F', '8.F', ('H_0',)), ('8G', '8.G', ('close',))):
    @fault(_name + '-mail-tag', 'mail', _code, 'a booth used the tag of pre-encrypted ballots')
    def _(e, links=_links):
        _rechain(e, 3, links)


@fault('8B-mail-tag-cast', 'mail', '8.B')
def _(e):
    e.info[5]['state'] = 'spoiled'
    e.finish()
    _rechain(e, 4, ('H_C',))


@fault('8C-mail-tag-unchained', 'mail', '8.C')
def _(e):
    _rechain(e, 4, ('H_DI',))
    e.make_openings()


@fault('8D-mail-device', 'mail', '8.D', 'hash of the mail device beside it')
def _(e):
    _rechain(e, 4, links=hs.CHAIN_NONE + e.devices['devices'][1]['H_DI'])


@fault('8E-mail-device', 'mail', '8.E', 'linked to the last code of the mail device')
def _(e):
    _rechain(e, 3, links=hs.CHAIN_SIMPLE + e.ballots[1]['H_C'])


# V9

def _counted(name, base, codes, change, note=''):
    """Other totals, decrypted and proven as they stand."""
    @fault('9' + name, base, codes, note)
    def _(e):
        change(e, e.tally_encrypted['contests'])
        e.make_tally()


def _times(pair, other, sign=1):
    for big, small in (('A', 'alpha'), ('B', 'beta')):
        factor = other[small] if sign > 0 else pow(other[small], -1, P)
        pair[big] = pair[big] * factor % P


_counted('-mail-left-out', 'mail', '9.A 9.B', lambda e, c: [
    _times(c[1]['fields'][j], box(e, 2, 2)['fields'][j], -1) for j in (0, 1)])
_counted('-mail-twice', 'mail', '9.A 9.B', lambda e, c: _times(
    c[1]['fields'][1], box(e, 0, 2)['fields'][1]), 'an option without votes counted twice')
_counted('-mail-unweighted', 'stamps', '9.A 9.B', lambda e, c: [c[0]['fields'][j].update(
    {big: box(e, 0)['fields'][j][small] * box(e, 1)['fields'][j][small] % P
     for big, small in (('A', 'alpha'), ('B', 'beta'))}) for j in (0, 1)])
_counted('-mail-first-vector', 'mail', '9.A 9.B', lambda e, c: [
    (_times(c[1]['fields'][j], box(e, 2, 2)['fields'][j], -1),
     _times(c[1]['fields'][j], box(e, 2, 2)['selected'][0]['vector'][j])) for j in (0, 1)],
    'a selected vector counted, not the product')
_counted('A-mail-minus-one', 'post', '9.A', lambda e, c: c[0]['fields'][0].update(
    A=c[0]['fields'][0]['A'] * g(1) % P), 'A times g: t - 1')
_counted('A-mail-zero-votes', 'mail', '9.A', lambda e, c: c[1]['fields'][0].update(
    A=c[1]['fields'][0]['A'] * g(1) % P))
_counted('B-mail-plus-one', 'post', '9.B', lambda e, c: c[0]['fields'][0].update(
    B=c[0]['fields'][0]['B'] * e.keys['K'] % P), 't + 1')
_counted('B-mail-minus-one', 'mail', '9.B', lambda e, c: c[1]['fields'][0].update(
    B=c[1]['fields'][0]['B'] * pow(e.keys['K'], -1, P) % P))


# X.2, X.6, X.7

@fault('X2-mail-opened-nonce', 'post', 'X.2', 'nonce 7 opened as q + 7')
def _(e):
    e.info[1]['vectors'][1][0][1][1] = 7
    reprint(e, 1)
    unsealed(e, 1)['vectors'][0]['nonces'][1] = Q + 7


@fault('X2-mail-opened-null-nonce', 'post', 'X.2', 'in the null vector')
def _(e):
    e.info[1]['vectors'][1][2][0][1] = 0
    reprint(e, 1)
    unsealed(e, 1)['vectors'][2]['nonces'][0] = Q


def _nonce(name, codes, change, at=0, base='post', note=''):
    """The encrypted nonce, which is in no hash of the record."""
    @fault(name, base, codes, note)
    def _(e):
        change(e, e.ballots[at]['nonce'], e.ballots[at]['H_I'])


def _even(e, nonce, H_I):
    nonce['C0'] = P - nonce['C0']
    for attempt in range(64):
        nonce['c'], nonce['v'] = pf.nonce_make(H_I, nonce['C0'], nonce['C1'],
                                               e.info[0]['xi_hat'], 1 + attempt)
        if nonce['c'] % 2 == 0:
            return


def _own_proof(key):
    def change(e, nonce, H_I):
        nonce['c'], nonce['v'] = pf.nonce_make(key(e), nonce['C0'], nonce['C1'],
                                               e.info[0]['xi_hat'], 4711)
    return change


_nonce('X2-mail-nonce-C0-minus', 'X.2', _even, note='C0 times -1, even challenge')
_nonce('X2-mail-nonce-c-top', 'X.2 X.7', lambda e, n, H_I: n.update(c=2 ** 256 - 1), 1)
_nonce('X7-mail-v', 'X.7', lambda e, n, H_I: n.update(v=(n['v'] + 1) % Q))
_nonce('A05-X7-mail-c', 'X.7', lambda e, n, H_I: n.update(c=(n['c'] + 1) % Q), 1)
_nonce('A01-X7-mail-C1', 'X.7', lambda e, n, H_I: n.update(C1=flip(n['C1'])), 3, 'mail')
_nonce('A01-X7-mail-ballot', 'X.7', _own_proof(lambda e: e.ballots[2]['H_I']))
_nonce('A06-X7-mail-base-hash', 'X.7', _own_proof(lambda e: bytes(32)))


@fault('X6-mail-style', 'mail', 'X.6', 'style does not exist')
def _(e):
    e.ballots[3]['style'] = 99


@fault('X6-mail-style-other', 'mail', 'X.6', 'style 1 claimed, contests of style 2')
def _(e):
    e.ballots[2]['style'] = 1


@fault('X6-mail-contest-missing', 'mail', 'X.6', 'not sealed, not cast')
def _(e):
    e.ballots[0]['contests'].pop(0)
    e.finish()


@fault('X6-mail-contest-order', 'mail', 'X.6', 'descending, codes made from it')
def _(e):
    e.ballots[0]['contests'].reverse()
    e.finish()


@fault('X6-mail-contest-foreign', 'mail', 'X.6', 'a contest that the style does not have')
def _(e):
    e.ballots[0]['style'] = 2


@fault('X6-mail-mode-booth', 'mail', 'X.6', 'a booth ballot on the mail device')
def _(e):
    _other_device(e, 4, 2)


@fault('X6-mail-mode-psi', 'mail', 'X.6', 'a spoiled pre-encrypted ballot on the booth')
def _(e):
    _other_device(e, 3, 4)


@fault('X6-mail-mode-psi-cast', 'mail', 'X.6', 'a cast one')
def _(e):
    _other_device(e, 2, 4)


def _other_device(e, at, device):
    ballot = e.ballots[at]
    ballot['device'] = device
    ballot.pop('position', None)
    e.finish()


@fault('X6-mail-weight', 'post', 'X.6', 'weight 2, counted twice, where there are no weights')
def _(e):
    e.ballots[0]['weight'] = 2
    e.finish()


# X.10, X.11, X.14, X.15, X.18

@fault('X10-mail-alpha', 'post', 'X.10', 'one nonce in the vectors of two cast ballots')
def _(e):
    e.info[2]['vectors'][1][1][0][1] = e.info[0]['vectors'][1][0][0][1]
    reprint(e, 2)


@fault('X10-mail-alpha-within', 'post', 'X.10', 'one nonce for both elements of a vector')
def _(e):
    row = e.info[0]['vectors'][1][0]
    row[1][1] = row[0][1]
    reprint(e, 0)


@fault('X10-mail-alpha-booth', 'mail', 'X.10', 'one nonce on a mail and a booth ballot')
def _(e):
    e.info[0]['vectors'][1][0][0][1] = e.info[4]['fields'][2][0][1]
    reprint(e, 0)


@fault('X10-mail-C0', 'mail', 'X.10', 'nonces of a mail and a booth ballot under one random')
def _(e):
    e.info[0]['xi_hat'] = e.info[4]['xi_hat']
    e.make_nonce(0)


@fault('X10-mail-H_C', 'post', '16.C X.10', 'two ballots show one code (B03)')
def _(e):
    e.ballots[2]['H_C'] = e.ballots[0]['H_C']
    entry = e.devices['devices'][0]
    entry['B_close'], entry['H_close'] = hs.chain_close(e.H_E, entry['H_DI'],
                                                        e.ballots[2]['H_C'], True)


def _opened(e, at):
    e.mail_open = sorted(e.mail_open + [mail.open_line(e, at)], key=lambda x: x['id_B'])


@fault('X11-mail-cast-opened', 'post', 'X.11', 'B05')
def _(e):
    _opened(e, 0)


@fault('X11-mail-spoiled-opened', 'mail', 'X.11')
def _(e):
    _opened(e, 3)


@fault('X11-mail-none-opened', 'post', 'X.11', 'no mail_open.jsonl')
def _(e):
    e.mail_open = []


@fault('X11-mail-not-opened', 'mail', 'X.11', 'one of two challenged mail ballots')
def _(e):
    e.info[3]['state'] = 'challenged'
    e.make_states()


@fault('X11-mail-opened-twice', 'post', 'X.11', readings=['X.1', 'X.1 X.11'])
def _(e):
    e.mail_open *= 2


@fault('X11-mail-wrong-file', 'mail', 'X.11', 'opened in challenged.jsonl too')
def _(e):
    e.challenged = sorted(e.challenged + [{'id_B': e.ballots[1]['id_B'], 'contests': []}],
                          key=lambda x: x['id_B'])


@fault('X11-mail-no-state', 'mail', 'X.11', 'a spoiled mail ballot has no state')
def _(e):
    e.states = [s for s in e.states if s['state'] != 'spoiled']


@fault('X14-mail-not-counted', 'mail', 'X.14', 'counts of booth ballots only')
def _(e):
    e.tally_encrypted.update(ballots=1, weight=1)


def _positions(name, *values):
    @fault('X15-mail-' + name, 'post', 'X.15')
    def _(e):
        for ballot, value in zip(e.ballots, values):
            ballot['position'] = value


_positions('gap', 1, 3, 4)
_positions('exchanged', 2, 1, 3)


@fault('X15-mail-count', 'mail', 'X.15', 'the mail device counts only cast ballots')
def _(e):
    e.devices['devices'][1]['ballots'] = 1


@fault('X18-mail-superseded', 'mail', 'X.18', 'only a remote ballot can be superseded')
def _(e):
    e.info[3]['state'] = 'superseded'
    e.finish()


# X.1

def _raw(name, base, change, note='', codes='X.1', readings=()):
    @fault('X1-mail-' + name, base, codes, note, readings, raw=True)
    def _(files):
        change(files)


def _swap(path, old, new):
    def change(files):
        assert old in files[path], (path, old)
        files[path] = files[path].replace(old, new, 1)
    return change


def _descending(path):
    def change(files):
        lines = files[path].split(b'\n')[:-1]
        files[path] = b'\n'.join(reversed(lines)) + b'\n'
    return change


CAST, OPEN = 'mail_cast.jsonl', 'mail_open.jsonl'
_raw('cast-descending', 'post', _descending(CAST))
_raw('cast-no-newline', 'post', lambda f: f.update({CAST: f[CAST][:-1]}))
_raw('cast-unknown-property', 'post', _swap(CAST, b'"limit":', b'"note":"","limit":'))
_raw('open-space', 'post', _swap(OPEN, b'"field":', b'"field": '))
_raw('open-empty', 'post', lambda f: f.update({OPEN: b''}), 'no challenged ballot is opened',
     'X.1 X.11', ['X.1', 'X.11'])
_raw('open-number', 'post', _swap(OPEN, b'"field":2', b'"field":02'))
_raw('psi-lower-case', 'post', lambda f: f.update({'ballots/device_1.jsonl': _lower_psi(
    f['ballots/device_1.jsonl'])}))
_raw('position-missing', 'post', _swap('ballots/device_1.jsonl', b'"position":1,', b''),
     readings=['X.1 X.15'])


def _lower_psi(data):
    at = data.index(b'"psi":["') + 8
    while not any(c in b'ABCDEF' for c in data[at:at + 64]):
        at += 67
    return data[:at] + data[at:at + 64].lower() + data[at + 64:]
