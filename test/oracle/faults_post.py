"""Faults that only pre-encrypted ballots can have: 15.A-19.D and X.17."""
import election_mail as mail
import hashes as hs
from election import contest
from faultlib import box, build, fault, flip, recount, reprint, unsealed
from group import Q


def _reveal(e, at, index, **secrets):
    """`fields` and `limit` from other secrets or vectors, counted as they stand."""
    entry = box(e, at, index)
    if 'vectors' in secrets:
        mail.make_fields(e, at, entry, secrets['vectors'])
    else:
        keep = e.info[at]['vectors'][index]
        e.info[at]['vectors'][index] = [secrets['fields']]
        mail.make_fields(e, at, entry, [1])
        e.info[at]['vectors'][index] = keep
    recount(e)


# V15: ballot 1 casts option 1 and a null vector, ballot 3 casts both options

def _product(name, at, note, **secrets):
    @fault('15A-' + name, 'mail', '15.A', note)
    def _(e):
        _reveal(e, at, 2, **secrets)


_product('vote-added', 0, 'a second vote where the voter left it out', vectors=[1, 2])
_product('vote-moved', 0, 'the other option', vectors=[2, 3])
_product('vote-dropped', 2, 'a null vector for a vote', vectors=[1, 3])
_product('null-left-out', 0, 'the null vector is not in the product', vectors=[1])
_product('rerandomised', 2, 'same votes, other nonces', fields=[[1, 4711], [1, 815]])


@fault('15A-exchanged', 'mail', '15.A', 'A03: options of the product exchanged, proofs anew')
def _(e):
    _reveal(e, 0, 2, fields=e.info[0]['fields'][2][::-1])


@fault('15A-one-vector', 'post', '15.A', 'L = 1: fields are not the selected vector')
def _(e):
    _reveal(e, 0, 1, vectors=[2])


@fault('15A-one-vector-fresh', 'post', '15.A', 'L = 1: the vote encrypted anew')
def _(e):
    _reveal(e, 2, 1, fields=[[0, 4711], [1, 815]])


# V16: hashes of what was cast

@fault('16A-vote-moved', 'post', '16.A', 'the vector of another option under the hash that was cast')
def _(e):
    entry = box(e, 0)
    entry['selected'][0]['vector'] = mail.selected(e, 0, 1, 2)['vector']
    _reveal(e, 0, 1, vectors=[2])


@fault('16A-codes-exchanged-opened', 'post', '16.A',
       'the opening shows the hash and code of Ada beside Bo, with the true nonces')
def _(e):
    one, two = unsealed(e, 1)['vectors'][:2]
    for name in ('psi', 'code'):
        one[name], two[name] = two[name], one[name]


def _false_psi(name, at, index, j, make, note='', codes='16.A', base='post'):
    """One selection hash is made otherwise; everything after it is made from that."""
    @fault('16A-' + name, base, codes, note)
    def _(e):
        e.info[at]['psis'] = {(index, j): make(e, e.ballots[at]['H_I'],
                                               mail.vector(e, at, index, j))}
        reprint(e, at, index)
        mail.make_psi(e, at, index)


_false_psi('tag', 0, 1, 1, lambda e, H_I, v: hs.H(H_I, b'\x41' + hs.msg_psi(v)[1:]))
_false_psi('key', 2, 1, 2, lambda e, H_I, v: hs.H(e.H_E, hs.msg_psi(v)), 'keyed by H_E')
_false_psi('order', 0, 1, 1, lambda e, H_I, v: hs.H(H_I, b'\x40' + hs.elements(
    [a for a, _ in v] + [b for _, b in v])), 'all alpha, then all beta')
_false_psi('as-chi', 0, 2, 1, lambda e, H_I, v: hs.H(H_I, hs.msg_chi(2, v)),
           'the hash of a booth contest', base='mail')
_false_psi('null', 0, 2, 3, lambda e, H_I, v: hs.H(H_I, hs.msg_psi(v[:1])),
           'half of a null vector', base='mail')
_false_psi('opened', 1, 1, 1, lambda e, H_I, v: hs.H(H_I, b'\x41' + hs.msg_psi(v)[1:]),
           'on an opened ballot 18.A finds it too', '16.A 18.A')


@fault('16A-fresh-vector', 'post', '16.A', 'a fresh encryption of the same vote')
def _(e):
    entry = box(e, 0)
    e.info[0]['vectors'][1][0] = [[1, 4711], [0, 815]]
    entry['selected'][0]['vector'] = mail.selected(e, 0, 1, 1)['vector']
    _reveal(e, 0, 1, vectors=[1])


@fault('16A-vectors-exchanged', 'mail', '16.A', 'the two vectors of a ballot under each other\'s hash')
def _(e):
    one, two = box(e, 2, 2)['selected']
    one['vector'], two['vector'] = two['vector'], one['vector']


@fault('16A-null-shown-as-option', 'post', '16.A', 'hash and code of the null vector beside Ada')
def _(e):
    one, null = (unsealed(e, 1)['vectors'][j] for j in (0, 2))
    for name in ('psi', 'code'):
        one[name], null[name] = null[name], one[name]


def _false_chi(name, base, at, index, message, note='', codes='16.B'):
    @fault('16B-' + name, base, codes, note)
    def _(e):
        sealed = e.sealed(at, index)
        sealed['chi'] = hs.H(e.ballots[at]['H_I'], message(e, index, sealed['psi']))
        e.make_chain()


def _plain_chi(index, psis):
    return b'\x41' + hs.enc_n(index) + b''.join(psis)


_false_chi('booth-tag', 'post', 0, 1, lambda e, i, p: b'\x28' + _plain_chi(i, p)[1:])
_false_chi('position', 'mail', 2, 2, lambda e, i, p: _plain_chi(1, p), 'position on the ballot')
_false_chi('not-sorted', 'post', 2, 1, lambda e, i, p: _plain_chi(i, p[::-1]))
_false_chi('no-null', 'post', 0, 1, lambda e, i, p: _plain_chi(i, sorted(
    mail.psi(e, 0, 1, j) for j in (1, 2))), 'null hashes left out')
_false_chi('spoiled', 'mail', 3, 2, lambda e, i, p: _plain_chi(i, p)[:-1])
_false_chi('challenged', 'post', 1, 1, lambda e, i, p: _plain_chi(i, p[::-1]),
           '18.A makes H_C from the opening', '16.B 18.A')


def _rechain(e, index, H_DI=None, H_0=None, links=None, codes=None, close=None):
    """The chain of mail device `index` again, with false parts: B_C and H_C by place."""
    entry, links, codes = e.devices['devices'][index - 1], links or {}, codes or {}
    entry['H_DI'] = H_DI or entry['H_DI']
    previous = H_0 or hs.chain_start(e.H_E, entry['H_DI'], True)[1]
    if 'H_0' in entry:
        entry['H_0'] = previous
    for place, ballot in enumerate(b for b in e.ballots if b['device'] == index):
        ballot['B_C'] = hs.CHAIN_SIMPLE + previous if 'H_0' in entry \
            else hs.CHAIN_NONE + entry['H_DI']
        if place in links:
            ballot['B_C'] = links[place]
        e.make_code(ballot)
        if place in codes:
            ballot['H_C'] = codes[place](e, ballot)
        previous = ballot['H_C']
    if 'H_0' in entry:
        entry['B_close'], entry['H_close'] = (close or (lambda H_DI, H_l: hs.chain_close(
            e.H_E, H_DI, H_l, True)))(entry['H_DI'], previous)


def _false_code(name, base, index, place, make, note='', codes='16.C'):
    @fault('16C-' + name, base, codes, note)
    def _(e):
        _rechain(e, index, codes={place: make})


def _chis(ballot):
    return [sealed['chi'] for sealed in ballot['contests']]


_false_code('bit', 'post', 1, 0, lambda e, b: flip(b['H_C']))
_false_code('last', 'post', 1, 2, lambda e, b: flip(b['H_C']))
_false_code('booth-tag', 'post', 1, 2, lambda e, b: hs.code(b['H_I'], _chis(b), b['B_C']))
_false_code('reversed', 'mail', 1, 0, lambda e, b: hs.code(b['H_I'], _chis(b)[::-1], b['B_C'], True))
_false_code('key', 'mail', 2, 0, lambda e, b: hs.code(e.H_E, _chis(b), b['B_C'], True))
_false_code('unchained', 'mail', 2, 1, lambda e, b: hs.code(b['H_I'], _chis(b), b'', True),
            'spoiled ballot, B_C left out')
_false_code('challenged', 'post', 1, 1, lambda e, b: flip(b['H_C']), '', '16.C 18.A')


def _chain(name, base, index, make, note=''):
    code = name[:2] + '.' + name[2]

    @fault(name, base, code, note)
    def _(e):
        _rechain(e, index, **make(e, e.devices['devices'][index - 1]))


_chain('16D-chained', 'post', 1, lambda e, d: {'H_DI': hs.device_hash(e.H_E, 'other', True)},
       'hash of another device, whole chain made from it')
_chain('16D-booth-tag', 'post', 1, lambda e, d: {'H_DI': hs.device_hash(
    e.H_E, e.manifest['devices'][0]['label'])})
_chain('16D-unchained', 'mail', 2, lambda e, d: {'H_DI': hs.H(e.H_E, hs.msg_pre_H_DI(
    e.manifest['devices'][1]['label'])[1:])}, 'tag 43 left out')


@fault('16D-no-ballots', 'post', '16.D')
def _(e):
    for kept in (e.ballots, e.info):
        kept.clear()
    e.finish()
    entry = e.devices['devices'][0]
    entry['H_DI'] = flip(entry['H_DI'])


_chain('16E-mode', 'mail', 2, lambda e, d: {'links': {0: hs.CHAIN_SIMPLE + d['H_DI']}},
       'chaining mode 1 in the field of an unchained device')
_chain('16E-other-device', 'mail', 2, lambda e, d: {'links': {
    1: hs.CHAIN_NONE + e.devices['devices'][0]['H_DI']}})
_chain('16E-zero', 'mail', 2, lambda e, d: {'links': {0: hs.CHAIN_NONE + bytes(32)}})
_chain('16F-link', 'post', 1, lambda e, d: {'links': {2: hs.CHAIN_SIMPLE + d['H_0']}},
       'ballot 3 does not hold the code of ballot 2')
_chain('16F-first', 'post', 1, lambda e, d: {'links': {0: hs.CHAIN_SIMPLE + bytes(32)}})
_chain('16F-mode', 'post', 1, lambda e, d: {'links': {
    1: hs.CHAIN_NONE + e.ballots[0]['H_C']}}, 'field of ballot 2 starts with 00000000')
_chain('16G-booth-tag', 'post', 1, lambda e, d: {'H_0': hs.chain_start(e.H_E, d['H_DI'])[1]})
_chain('16G-no-chaining-form', 'post', 1, lambda e, d: {'H_0': hs.link(
    e.H_E, hs.CHAIN_NONE + d['H_DI'], True)}, 'H_0 from 00000000 || H_DI')
_chain('16G-key', 'mail', 1, lambda e, d: {'H_0': hs.link(
    e.keys['H_B'], hs.CHAIN_SIMPLE + d['H_DI'], True)})


def _closing(name, inner_message, mail_link=True, note=''):
    """A closing field from another message, hashed rightly."""
    def make(e, device):
        def close(H_DI, H_l):
            inner = hs.H(e.H_E, inner_message(H_l, hs.CHAIN_SIMPLE + H_DI))
            return hs.CHAIN_SIMPLE + inner, hs.link(e.H_E, hs.CHAIN_SIMPLE + inner, mail_link)
        return {'close': close}
    _chain('16H-' + name, 'post', 1, make, note)


_closing('LOCK', lambda H_l, B: b'\x44LOCK' + H_l + B, note='as the table of EGDS 5.5.5 prints it')
_closing('booth-tag', hs.msg_close)
_closing('booth-link', hs.msg_pre_close, False, 'closing hash with tag 29')


@fault('16H-H-close', 'post', '16.H')
def _(e):
    entry = e.devices['devices'][0]
    entry['H_close'] = flip(entry['H_close'])


@fault('16F-exchanged', 'post', '16.F', 'ballots 1 and 3 exchanged, positions and closing anew')
def _(e):
    for listed in (e.ballots, e.info):
        listed.reverse()
    for position, ballot in enumerate(e.ballots, 1):
        ballot['position'] = position
    entry = e.devices['devices'][0]
    entry['B_close'], entry['H_close'] = hs.chain_close(e.H_E, entry['H_DI'],
                                                        e.ballots[2]['H_C'], True)


@fault('16H-tail-cut', 'post', '16.H', 'a last, spoiled ballot dropped with its state and count')
def _(e):
    e.add({}, state='spoiled')
    e.finish()
    e.ballots.pop()
    e.info.pop()
    e.make_states()
    e.devices['devices'][0]['ballots'] -= 1


# V17

def _short(name, change, base='post', note=''):
    @fault('17A-' + name, base, '17.A', note)
    def _(e):
        change(e)


def _one_up(code):
    return '%02X' % (int(code, 16) + 1 & 255)


def _set(entry, code):
    assert entry['code'] != code
    entry['code'] = code


_short('cast', lambda e: _set(box(e, 0)['selected'][0], _one_up(box(e, 0)['selected'][0]['code'])))
_short('cast-other-function', lambda e: _set(
    box(e, 2)['selected'][0], hs.omega(3, box(e, 2)['selected'][0]['psi'])))
_short('cast-empty', lambda e: _set(box(e, 0)['selected'][0], ''))
_short('cast-long', lambda e: _set(box(e, 0)['selected'][0],
                                   hs.omega(2, box(e, 0)['selected'][0]['psi'])))
_short('cast-first-byte', lambda e: _set(
    box(e, 0)['selected'][0], '%02X' % box(e, 0)['selected'][0]['psi'][0]))
_short('opened', lambda e: _set(unsealed(e, 1)['vectors'][0],
                                _one_up(unsealed(e, 1)['vectors'][0]['code'])))
_short('opened-null', lambda e: _set(unsealed(e, 1)['vectors'][2],
                                     unsealed(e, 1)['vectors'][0]['code']),
       note='code of an option beside the null vector')


@fault('17A-exchanged', 'mail', '17.A', 'codes of the two selected options exchanged')
def _(e):
    one, two = box(e, 2, 2)['selected']
    one['code'], two['code'] = two['code'], one['code']


@fault('17A-lower-case', 'mail', '17.A')
def _(e):
    entry = [v for v in unsealed(e, 1, 2)['vectors'] if v['code'] != v['code'].lower()][0]
    entry['code'] = entry['code'].lower()


# V18

def _reopen(e, at, index, row, change, consistent=True):
    """Nonces of one vector opened otherwise, with the hash and code they lead to."""
    entry = unsealed(e, at, index)['vectors'][row]
    change(entry)
    if consistent:
        false = [[int(entry['field'] == k), xi % Q] for k, xi in enumerate(entry['nonces'], 1)]
        keep, e.info[at]['vectors'][index][row] = e.info[at]['vectors'][index][row], false
        entry['psi'] = mail.psi(e, at, index, row + 1)
        entry['code'] = mail.code(e, entry['psi'])
        e.info[at]['vectors'][index][row] = keep


def _next(entry):
    entry['nonces'][0] = (entry['nonces'][0] + 1) % Q


@fault('18A-nonce', 'post', '18.A X.17', 'another nonce with the hash and code it gives')
def _(e):
    _reopen(e, 1, 1, 0, _next)


@fault('18A-null-nonce', 'mail', '18.A X.17', 'in a null vector')
def _(e):
    _reopen(e, 1, 2, 3, _next)


@fault('18A-null-twice', 'mail', '18.A', 'one null vector opened in the place of two')
def _(e):
    vectors = unsealed(e, 1, 2)['vectors']
    vectors[3] = dict(vectors[2], field=4)


@fault('18A-nonces-exchanged', 'mail', '18.A X.17', 'nonces of the two options exchanged')
def _(e):
    one, two = unsealed(e, 1, 2)['vectors'][:2]
    swapped = two['nonces'], one['nonces']
    for row, nonces in enumerate(swapped):
        _reopen(e, 1, 2, row, lambda entry, nonces=nonces: entry.update(nonces=nonces))


@fault('18A-nonce-only', 'post', '16.A 18.A', 'the nonce alone')
def _(e):
    _reopen(e, 1, 1, 1, _next, False)


def _cheat(name, base, index, row, values, note):
    """The device encrypted something else; the nonces are opened as they are."""
    @fault('18A-' + name, base, '16.A 18.A', note)
    def _(e):
        vector = e.info[1]['vectors'][index][row]
        vector[:] = [[value, xi] for value, (_, xi) in zip(values, vector)]
        reprint(e, 1, index)


_cheat('other-option', 'post', 1, 0, (0, 1), 'the vector of Ada holds a vote for Bo')
_cheat('two-votes', 'post', 1, 0, (1, 1), 'the vector of Ada holds two votes')
_cheat('null-votes', 'post', 1, 2, (1, 0), 'the null vector holds a vote')
_cheat('no-vote', 'mail', 2, 1, (0, 0), 'the vector of an option holds none')


@fault('18A-diagonal', 'mail', '16.A 18.A', 'null vectors made with delta = 1 for j = k + m')
def _(e):
    for row, values in ((2, (1, 0)), (3, (0, 1))):
        vector = e.info[1]['vectors'][2][row]
        vector[:] = [[value, xi] for value, (_, xi) in zip(values, vector)]
    reprint(e, 1, 2)


# V19

def _show(name, codes, change, base='mail', note=''):
    """The opening of ballot 2 of contests 1 and 2: line and its first contest."""
    @fault(name, base, codes, note)
    def _(e):
        line = e.mail_open[0]
        change(e, line, line['contests'][0])


def _foreign(e, line, contest):
    info, xis = e.info[1], ((1, 4711), (2, 815))
    vectors = []
    for j, xi in xis:
        info['vectors'][3] = [[[int(j == 1), xi]]] * j
        value = mail.psi(e, 1, 3, j)
        vectors.append({'field': j, 'label': ('Ed', '#null')[j - 1], 'code': mail.code(e, value),
                        'psi': value, 'nonces': [xi]})
    line['contests'].append({'contest': 3, 'label': 'Clerk', 'vectors': vectors})


_show('19A-foreign', '19.A', _foreign, note='a contest outside the style is opened too')
_show('19A-label', '19.A 19.B', lambda e, x, c: c.update(label='Major'))
_show('19A-label-other', '19.A 19.B', lambda e, x, c: c.update(label='Board'))
_show('19A-label-case', '19.A 19.B', lambda e, x, c: c.update(label='mayor'), 'post')
_show('19B-missing', '19.B', lambda e, x, c: x['contests'].pop())
_show('19B-first-missing', '19.B', lambda e, x, c: x['contests'].pop(0))
_show('19B-none', '19.B', lambda e, x, c: x.update(contests=[]), 'post')


def _labels(*labels):
    def change(e, line, contest):
        for vector, label in zip(contest['vectors'], labels):
            vector['label'] = label
    return change


_show('19C-exchanged', '19.C 19.D', _labels('Bo', 'Ada'))
_show('19C-label', '19.C 19.D', _labels('Ada', 'Boo'), 'post')
_show('19C-null-named', '19.C 19.D', _labels('Ada', 'Bo', 'Ada'), note='a null vector called Ada')
_show('19C-option-as-null', '19.C 19.D', _labels('Ada', '#null'), 'post')
_show('19C-null-number', '19.C 19.D', lambda e, x, c: c['vectors'][2].update(field=9), 'post',
      'a null vector that is none of the L')
_show('19D-twice', '18.A 19.D X.17', lambda e, x, c: c['vectors'].__setitem__(
    1, dict(c['vectors'][0])), note='an option opened twice and another not')
_show('19D-label-empty', '19.C 19.D', _labels('Ada', ''), 'post')
_show('19D-null-label', '19.C 19.D', _labels('Ada', 'Bo', '#Null'), 'post')


# X.17

@fault('X17-foreign-vector', 'post', 'X.17', 'the selected vector is not one of the ballot')
def _(e):
    e.info[0]['vectors'][1][0] = [[1, 4711], [0, 815]]
    box(e, 0)['selected'] = [mail.selected(e, 0, 1, 1)]
    _reveal(e, 0, 1, vectors=[1])


@fault('X17-vector-of-other-contest', 'mail', 'X.17', 'a null vector of contest 2 cast in contest 1')
def _(e):
    entry, keep = box(e, 0), e.info[0]['vectors'][1]
    e.info[0]['vectors'][1] = [e.info[0]['vectors'][2][3]]
    entry['selected'] = [mail.selected(e, 0, 1, 1)]
    _reveal(e, 0, 1, vectors=[1])
    e.info[0]['vectors'][1] = keep


@fault('X17-psi-order', 'post', 'X.17', 'hashes not ascending, chi of the sorted ones')
def _(e):
    e.sealed(0, 1)['psi'].reverse()


@fault('X17-psi-order-spoiled', 'mail', 'X.17', 'hashes not ascending, chi of the sorted ones')
def _(e):
    psis = e.sealed(3, 2)['psi']
    psis[0], psis[3] = psis[3], psis[0]


def _same_codes(name, at, base='post', note=''):
    @fault('X17-short-code-' + name, base, 'X.17', note)
    def _(e):
        mail.seal(e, at, same_codes=True)
        e.finish()


_same_codes('twice', 0, note='two options or nulls of a contest share a short code')
_same_codes('twice-challenged', 1)


@fault('X1-mail-psi-missing', 'post', 'X.1', 'a hash less than m + L')
def _(e):
    e.sealed(0, 1)['psi'].remove(mail.psi(e, 0, 1, 3))
    mail.make_chi(e, 0, 1)
    e.make_chain()


@fault('X1-mail-psi-more', 'mail', 'X.1', 'a hash more than m + L, spoiled ballot')
def _(e):
    e.sealed(3, 2)['psi'].append(b'\xff' * 32)
    mail.make_chi(e, 3, 2)
    e.make_chain()


@fault('X1-mail-selected-missing', 'mail', 'X.1', 'L = 2, one vector, the limit holds')
def _(e):
    entry = box(e, 0, 2)
    entry['selected'] = [mail.selected(e, 0, 2, 1)]
    _reveal(e, 0, 2, vectors=[1])


@fault('X1-mail-selected-more', 'mail', 'X.1', 'L = 2, three vectors, two of them null')
def _(e):
    entry = box(e, 0, 2)
    entry['selected'] = sorted((mail.selected(e, 0, 2, j) for j in (1, 3, 4)),
                               key=lambda x: x['psi'])
    _reveal(e, 0, 2, vectors=[1, 3, 4])


@fault('X17-selected-twice', 'mail', 'X.17', 'the same null vector twice')
def _(e):
    entry = box(e, 0, 2)
    e.info[0]['selected'][2] = [3, 3]
    entry['selected'] = [mail.selected(e, 0, 2, 3)] * 2
    _reveal(e, 0, 2, vectors=[3, 3])


@fault('X17-selected-order', 'mail', 'X.17', 'selected hashes descending')
def _(e):
    box(e, 2, 2)['selected'].reverse()


@fault('X17-cast-missing', 'post', 'X.17', 'cast, but what was cast is not there')
def _(e):
    e.mail_cast = [x for x in e.mail_cast if x['id_B'] != e.ballots[0]['id_B']]
    recount(e)


@fault('X17-cast-none', 'post', 'X.17', 'no mail_cast.jsonl')
def _(e):
    e.mail_cast = []
    recount(e)


@fault('X17-spoiled-cast', 'mail', 'X.17', 'a spoiled ballot in mail_cast.jsonl, not counted')
def _(e):
    _cast(e, 3)


@fault('X17-challenged-cast', 'mail', 'X.17', 'an opened ballot in mail_cast.jsonl, not counted')
def _(e):
    _cast(e, 1)


def _cast(e, at):
    e.mail_cast = sorted(e.mail_cast + [mail.cast_line(e, at)], key=lambda x: x['id_B'])


@fault('X17-no-ballot', 'post', 'X.17', 'a line that no ballot has', ['X.10 X.17'])
def _(e):
    line = dict(e.mail_cast[0], id_B=b'\xff' * 32)
    e.mail_cast.append(line)


@fault('X17-cast-twice', 'post', 'X.17', readings=['X.10 X.17'])
def _(e):
    e.mail_cast.append(e.mail_cast[-1])


@fault('X17-contest-not-cast', 'mail', 'X.17', 'contest 1 is left out, and not counted')
def _(e):
    e.mail_cast = [dict(x, contests=[c for c in x['contests'] if c['contest'] == 2])
                   for x in e.mail_cast]
    recount(e)


@fault('X17-contest-order', 'mail', 'X.17', 'contests of a cast ballot descending')
def _(e):
    e.mail_cast = [dict(x, contests=x['contests'][::-1]) for x in e.mail_cast]


@fault('X17-vectors-order', 'post', 'X.17', 'j not ascending')
def _(e):
    unsealed(e, 1)['vectors'].reverse()


@fault('X17-opened-contests-order', 'mail', 'X.17', 'contests of an opening descending')
def _(e):
    e.mail_open[0]['contests'].reverse()


def _lists(name, change, base='post', note=''):
    """A list of an opening or a cast ballot with another length."""
    @fault('X1-mail-' + name, base, 'X.1', note)
    def _(e):
        change(e)


_lists('nonce-more', lambda e: unsealed(e, 1)['vectors'][0]['nonces'].append(5))
_lists('nonce-less', lambda e: unsealed(e, 1, 2)['vectors'][3]['nonces'].pop(), 'mail')
_lists('vector-more', lambda e: unsealed(e, 1)['vectors'].append(
    dict(unsealed(e, 1)['vectors'][2], field=4)), note='more than m + L')
_lists('option-not-opened', lambda e: unsealed(e, 1)['vectors'].pop(0))
_lists('null-not-opened', lambda e: unsealed(e, 1, 2)['vectors'].pop(), 'mail')
_lists('field-less', lambda e: box(e, 0)['fields'].pop())
_lists('element-more', lambda e: box(e, 0)['selected'][0]['vector'].append(
    {'alpha': 1, 'beta': 1}))
_lists('proof-longer', lambda e: [box(e, 0)['fields'][0]['proof'][x].append(0) for x in 'cv'])
_lists('limit-shorter', lambda e: [box(e, 0, 2)['limit'][x].pop() for x in 'cv'], 'mail')


@fault('X17-option-limit', 'mail', 'X.17', 'a contest with R = 2 on a mail ballot')
def _(e):
    return build('mail', contests=[contest('Mayor', ['Ada', 'Bo']), contest(
        'Board', ['Cy', 'Di'], R=2, L=2), contest('Clerk', ['Ed'])])
