"""Faults of codes, chains and the ballot box: 8.A-8.G, X.6, X.10, X.11, X.15, X.18."""
import hashes as hs
import proofs as pf
from faultlib import build, fault, flip, prove_field, prove_limit, remake, reset
from group import P


# V8

@fault('8A-bit', 'tiny', '8.A', 'chi changed, codes made from it')
def _(e):
    e.sealed(0, 1)['chi'] = flip(e.sealed(0, 1)['chi'])
    e.make_chain()


def _chi(name, base, at, index, message, note=''):
    @fault('8A-' + name, base, '8.A', note)
    def _(e):
        sealed = e.sealed(at, index)
        data = sealed.get('data')
        pairs = [(f['alpha'], f['beta']) for f in sealed['fields']]
        triple = (data['C0'], data['C1'], pf.C2(data)) if data else None
        sealed['chi'] = hs.H(e.ballots[at]['H_I'], message(index, pairs, triple))
        e.make_chain()


_chi('tag-of-2.0', 'tiny', 0, 1, lambda i, p, d: b'\x23' + hs.msg_chi(i, p, d)[1:])
_chi('position', 'data', 2, 2, lambda i, p, d: hs.msg_chi(1, p, d), 'position on the ballot')
_chi('no-data', 'data', 0, 1, lambda i, p, d: hs.msg_chi(i, p), 'contest data left out')
_chi('v-before-c', 'data', 0, 1, lambda i, p, d: hs.msg_chi(
    i, p, (d[0], d[1], d[2][32:] + d[2][:32])), 'C2 = v || c')
_chi('options-only', 'data', 0, 1, lambda i, p, d: hs.msg_chi(i, p[:2], d),
     'supplemental fields left out')


def _code(name, base, at, make, note=''):
    """A false H_C, chained on as published."""
    @fault('8B-' + name, base, '8.B', note)
    def _(e):
        ballot = e.ballots[at]
        ballot['H_C'] = make(e, ballot)
        entry = e.devices['devices'][ballot['device'] - 1]
        if 'position' in ballot:
            mine = [b for b in e.ballots if b['device'] == ballot['device']]
            previous = entry['H_0']
            for other in mine:
                other['B_C'] = hs.CHAIN_SIMPLE + previous
                if other is not ballot:
                    e.make_code(other)
                previous = other['H_C']
            entry['B_close'], entry['H_close'] = hs.chain_close(e.H_E, entry['H_DI'], previous)


_code('bit', 'tiny', 0, lambda e, b: flip(b['H_C']))
_code('last', 'tiny', 1, lambda e, b: flip(b['H_C']))
_code('unchained', 'mixed', 2, lambda e, b: hs.H(b['H_I'], hs.msg_H_C(
    [c['chi'] for c in b['contests']], b'')), 'B_C left out')
_code('contests-reversed', 'data', 0, lambda e, b: hs.H(b['H_I'], hs.msg_H_C(
    [c['chi'] for c in reversed(b['contests'])], b['B_C'])))
_code('key', 'mixed', 2, lambda e, b: hs.H(e.H_E, hs.msg_H_C(
    [c['chi'] for c in b['contests']], b['B_C'])), 'keyed by H_E')


def _device_hash(e, index, H_DI):
    """Rebuild the chain of a device from a false H_DI."""
    entry = e.devices['devices'][index - 1]
    entry['H_DI'] = H_DI
    previous = hs.chain_start(e.H_E, H_DI)[1]
    if 'H_0' in entry:
        entry['H_0'] = previous
    _rechain(e, index, previous)


def _rechain(e, index, previous, links=None):
    """B_C and H_C of a device onward from `previous`; links overrides B_C by place."""
    entry = e.devices['devices'][index - 1]
    for place, ballot in enumerate(b for b in e.ballots if b['device'] == index):
        if 'H_0' in entry:
            ballot['B_C'] = hs.CHAIN_SIMPLE + previous
        else:
            ballot['B_C'] = hs.CHAIN_NONE + entry['H_DI']
        if links and place in links:
            ballot['B_C'] = links[place]
        e.make_code(ballot)
        previous = ballot['H_C']
    if 'H_0' in entry:
        entry['B_close'], entry['H_close'] = hs.chain_close(e.H_E, entry['H_DI'], previous)


@fault('8C-chained', 'tiny', '8.C', 'H_DI of another device, whole chain made from it')
def _(e):
    _device_hash(e, 1, hs.H(e.H_E, hs.msg_H_DI('another device')))


@fault('8C-unchained', 'mixed', '8.C', 'tag 2A left out')
def _(e):
    _device_hash(e, 2, hs.H(e.H_E, hs.msg_H_DI(e.manifest['devices'][1]['label'])[1:]))


@fault('8C-no-ballots', 'bare', '8.C')
def _(e):
    entry = e.devices['devices'][0]
    entry['H_DI'] = flip(entry['H_DI'])


@fault('8D-mode', 'mixed', '8.D', 'chaining mode 1 in the field of an unchained device')
def _(e):
    H_DI = e.devices['devices'][1]['H_DI']
    _rechain(e, 2, b'', {0: hs.CHAIN_SIMPLE + H_DI})


@fault('8D-other-device', 'mixed', '8.D')
def _(e):
    _rechain(e, 2, b'', {1: hs.CHAIN_NONE + e.devices['devices'][0]['H_DI']})


@fault('8D-zero', 'mixed', '8.D', 'device hash left at zero')
def _(e):
    _rechain(e, 2, b'', {0: hs.CHAIN_NONE + bytes(32)})


@fault('8E-link', 'tiny', '8.E', 'ballot 2 does not hold the code of ballot 1')
def _(e):
    entry = e.devices['devices'][0]
    _rechain(e, 1, entry['H_0'], {1: hs.CHAIN_SIMPLE + entry['H_0']})


@fault('8E-first', 'tiny', '8.E', 'ballot 1 does not hold H_0')
def _(e):
    entry = e.devices['devices'][0]
    _rechain(e, 1, entry['H_0'], {0: hs.CHAIN_SIMPLE + bytes(32)})


@fault('8E-mode', 'tiny', '8.E', 'field of ballot 2 starts with 00000000')
def _(e):
    entry = e.devices['devices'][0]
    _rechain(e, 1, entry['H_0'], {1: hs.CHAIN_NONE + e.ballots[0]['H_C']})


@fault('8E-exchanged', 'tiny', '8.E', 'two ballots exchanged, positions and closing made anew')
def _(e):
    e.ballots.reverse()
    e.info.reverse()
    e.ballots[0]['position'], e.ballots[1]['position'] = 1, 2
    entry = e.devices['devices'][0]
    entry['B_close'], entry['H_close'] = hs.chain_close(e.H_E, entry['H_DI'],
                                                        e.ballots[1]['H_C'])


@fault('8F-H0', 'tiny', '8.F', 'false H_0, whole chain made from it')
def _(e):
    entry = e.devices['devices'][0]
    entry['H_0'] = hs.H(e.H_E, hs.msg_H_DI(''))
    _rechain(e, 1, entry['H_0'])


@fault('8F-no-chaining-form', 'tiny', '8.F', 'H_0 from 00000000 || H_DI')
def _(e):
    entry = e.devices['devices'][0]
    entry['H_0'] = hs.H(e.H_E, hs.msg_chain(hs.CHAIN_NONE + entry['H_DI']))
    _rechain(e, 1, entry['H_0'])


@fault('8F-key', 'tiny', '8.F', 'H_0 keyed by H_B')
def _(e):
    entry = e.devices['devices'][0]
    entry['H_0'] = hs.H(e.keys['H_B'], hs.msg_chain(hs.CHAIN_SIMPLE + entry['H_DI']))
    _rechain(e, 1, entry['H_0'])


@fault('8G-B-close', 'tiny', '8.G', 'another closing field, hashed rightly')
def _(e):
    entry = e.devices['devices'][0]
    entry['B_close'] = hs.CHAIN_SIMPLE + hs.H(e.H_E, hs.msg_close(entry['H_0'],
                                                                  b'\0\0\0\1' + entry['H_DI']))
    entry['H_close'] = hs.H(e.H_E, hs.msg_chain(entry['B_close']))


@fault('8G-H-close', 'tiny', '8.G')
def _(e):
    entry = e.devices['devices'][0]
    entry['H_close'] = flip(entry['H_close'])


@fault('8G-tail-cut', 'mixed', '8.G', 'a last, spoiled ballot dropped with its state and count')
def _(e):
    e.add({1: ([1, 0], [])}, state='spoiled')
    e.finish()
    e.ballots.pop()
    e.info.pop()
    e.make_states()
    e.devices['devices'][0]['ballots'] -= 1


# X.6

@fault('X6-style', 'tiny', 'X.6', 'style does not exist')
def _(e):
    e.ballots[0]['style'] = 99


@fault('X6-style-other', 'data', 'X.6', 'style 1 claimed, contests of style 2')
def _(e):
    e.ballots[2]['style'] = 1


@fault('X6-device', 'mixed', 'X.6', 'device does not exist')
def _(e):
    e.ballots[3]['device'] = 99
    e.devices['devices'][1]['ballots'] = 1


@fault('X6-contest-missing', 'data', 'X.6')
def _(e):
    e.ballots[0]['contests'].pop()
    e.info[0]['fields'].pop(2)
    e.finish()


@fault('X6-contest-twice', 'data', 'X.6 X.10')
def _(e):
    e.ballots[2]['contests'] *= 2
    e.make_chain()
    sealed = e.sealed(2, 2)['fields'][0]
    entry = e.tally_encrypted['contests'][1]['fields'][0]
    entry['A'] = entry['A'] * sealed['alpha'] % P
    entry['B'] = entry['B'] * sealed['beta'] % P
    e.info[2]['fields'][2][0][0] *= 2
    e.make_tally()


@fault('X6-contest-foreign', 'data', 'X.6', 'a contest that the style does not have')
def _(e):
    e.add({1: ([1, 0], []), 2: ([1], [])})
    e.ballots[3]['style'] = 2
    e.finish()


@fault('X6-contest-order', 'data', 'X.6', 'contests in descending order, codes made from it')
def _(e):
    e.ballots[0]['contests'].reverse()
    e.finish()


@fault('X6-contest-unknown', 'data', 'X.6',
       'index 99 that the manifest does not have; proofs made for it')
def _(e):
    prove_field(e, 2, 2, 1, ind=(99, 1))
    prove_limit(e, 2, 2, ind=(99, None))
    e.ballots[2]['contests'][0]['contest'] = 99
    e.make_chi(2, 99)
    e.info[2]['fields'] = {}
    e.finish()


@fault('X6-weight', 'tiny', 'X.6', 'weight 2, counted twice, where the manifest has no weights')
def _(e):
    e.ballots[0]['weight'] = 2
    e.finish()


@fault('X6-weight-zero', 'weights', 'X.6', readings=['X.1', 'X.1 X.6'])
def _(e):
    e.ballots[0]['weight'] = 0
    e.finish()


@fault('X6-binding', 'web', 'X.6', 'id_B is not the hash of credential and salt')
def _(e):
    e.ballots[2]['binding']['salt'] = bytes(32)


@fault('X6-binding-credential', 'web', 'X.6', 'credential of another voter who is on the roll')
def _(e):
    e.add({1: ([1, 0], [])}, voter='c')
    e.credentials['d'] = (b'\x0d' * 32, 1, 1)
    e.finish()
    e.ballots[4]['binding']['credential'] = b'\x0d' * 32


@fault('X6-field-missing', 'data', 'X.6',
       '#write-ins left off a spoiled ballot', readings=['X.1', 'X.1 X.6'])
def _(e):
    e.config['contest_data'] = False
    e.info[0]['state'] = 'spoiled'
    e.sealed(0, 1)['fields'].pop()
    e.info[0]['fields'][1].pop()
    e.make_limit(0, 1)
    remake(e, 0)


# X.10

@fault('X10-alpha', 'tiny', 'X.10', 'one nonce for options of two ballots')
def _(e):
    reset(e, 1, 1, 2, 1, e.info[0]['fields'][1][0][1])
    remake(e, 1)


@fault('X10-alpha-within', 'tiny', 'X.10', 'one nonce for both options of a contest')
def _(e):
    reset(e, 0, 1, 2, 0, e.info[0]['fields'][1][0][1])
    remake(e, 0)


@fault('X10-C0-nonce', 'tiny', 'X.10', 'two ballots encrypt their nonce with the same random')
def _(e):
    e.info[1]['xi_hat'] = e.info[0]['xi_hat']
    e.make_nonce(1)


@fault('X10-C0-data', 'data', 'X.10', 'contest data of two ballots under one random')
def _(e):
    e.info[1]['data'][1][1] = e.info[0]['data'][1][1]
    e.make_data(1, 1)
    remake(e, 1)


@fault('X10-H_C', 'tiny', '8.B X.10', 'two ballots show one code (B03)')
def _(e):
    e.ballots[1]['H_C'] = e.ballots[0]['H_C']
    entry = e.devices['devices'][0]
    entry['B_close'], entry['H_close'] = hs.chain_close(e.H_E, entry['H_DI'], e.ballots[1]['H_C'])


# X.11

@fault('X11-no-state', 'mixed', 'X.11', 'a spoiled ballot has no state')
def _(e):
    e.states = [s for s in e.states if s['state'] != 'spoiled']


@fault('X11-no-ballot', 'tiny', 'X.11', 'a state without a ballot')
def _(e):
    e.states.append({'id_B': b'\xff' * 32, 'state': 'spoiled'})


@fault('X11-no-ballot-cast', 'tiny', 'X.11', 'a cast state without a ballot')
def _(e):
    e.states.append({'id_B': b'\xff' * 32, 'state': 'cast'})


@fault('X11-state-twice', 'tiny', 'X.11', 'the same line twice', readings=['X.1', 'X.1 X.11'])
def _(e):
    e.states.append(dict(e.states[-1]))


def _opened(e, at):
    e.challenged = sorted(e.challenged + [e.open_ballot(at)], key=lambda x: x['id_B'])


@fault('X11-cast-opened', 'mixed', 'X.11', 'B05')
def _(e):
    _opened(e, 0)


@fault('X11-spoiled-opened', 'mixed', 'X.11')
def _(e):
    _opened(e, 3)


@fault('X11-refused-opened', 'mixed', 'X.11')
def _(e):
    e.info[3]['state'] = 'refused'
    e.finish()
    _opened(e, 3)


@fault('X11-not-opened', 'mixed', 'X.11', 'one of two challenged ballots is not opened')
def _(e):
    e.info[3]['state'] = 'challenged'
    e.make_states()


@fault('X11-none-opened', 'mixed', 'X.11', 'no challenged.jsonl')
def _(e):
    e.challenged = []


@fault('X11-opened-twice', 'mixed', 'X.11', readings=['X.1', 'X.1 X.11'])
def _(e):
    e.challenged *= 2


# X.15

def _positions(name, *values):
    @fault('X15-' + name, 'tiny', 'X.15')
    def _(e):
        for ballot, value in zip(e.ballots, values):
            ballot['position'] = value


_positions('from-0', 0, 1)
_positions('gap', 1, 3)
_positions('twice', 1, 1)
_positions('exchanged', 2, 1)


@fault('X15-count', 'tiny', 'X.15')
def _(e):
    e.devices['devices'][0]['ballots'] = 3


@fault('X15-count-unchained', 'mixed', 'X.15')
def _(e):
    e.devices['devices'][1]['ballots'] = 1


@fault('X15-order', 'webbare', 'X.15', 'devices in another order')
def _(e):
    e.devices['devices'].reverse()


@fault('X15-entry-missing', 'webbare', 'X.15', readings=['X.1', 'X.1 X.15'])
def _(e):
    e.devices['devices'].pop()


@fault('X15-entry-twice', 'webbare', 'X.15', readings=['X.1', 'X.1 X.15'])
def _(e):
    e.devices['devices'].append(dict(e.devices['devices'][1]))


# X.18

def _roll(name, change, note=''):
    @fault('X18-' + name, 'web', 'X.18', note)
    def _(e):
        line = [r for r in e.roll if r['credential'] == e.credentials['b'][0]][0]
        change(e, line)


_roll('unlisted', lambda e, line: e.roll.remove(line))
_roll('revoked', lambda e, line: line.update(state='revoked'))
_roll('style', lambda e, line: line.update(style=2))
_roll('weight', lambda e, line: line.update(weight=2))


def _states(name, states, base='web', note='', **changes):
    """Other states for the four ballots of the base, all else made anew."""
    @fault('X18-' + name, base, 'X.18', note)
    def _(e):
        if changes:
            e = build(base, **changes)
        for info, state in zip(e.info, states):
            info['state'] = state
        e.finish()
        return e


_states('cast-twice', ('cast', 'cast', 'cast', 'cast'))
_states('superseded-alone', ('spoiled', 'cast', 'superseded', 'cast'))
_states('superseded-later', ('cast', 'superseded', 'cast', 'cast'), note='the first ballot counts')
_states('superseded-none-cast', ('superseded', 'spoiled', 'cast', 'cast'))
_states('superseded-booth', ('superseded', 'cast', 'cast', 'superseded'))
_states('superseded-no-revote', ('superseded', 'cast', 'cast', 'cast'), revote=False)


@fault('X18-superseded-two-cast', 'web', 'X.18')
def _(e):
    e.add({1: ([1, 0], [])}, voter='a')
    e.finish()


@fault('X18-booth-only', 'mixed', 'X.18', 'superseded, but nobody votes remotely')
def _(e):
    e.info[3]['state'] = 'superseded'
    e.finish()
