"""Evidence files made of entries and objects: rows M04 to M14 and M20, true and false.

Evidence shows what a log says, so these logs need not hold to the rules: two plans with
one entry for each case.
"""
import base64
import copy

import board_form as form
import board_make as make
import board_tree as tree
import election_mail
import hashes as hs
import schemas as sc
from board_cases_log import Tree
from board_faultlib import raw
from board_make import ADMINS
from board_verdicts import FALSE, NONE, SHOWN, WORD
from form import dump
from group import P, Q

def changed(plan, at, act):
    """The line of ballot `at`, after a change."""
    ballot = copy.deepcopy(plan.election.ballots[at - 1])
    act(ballot)
    return dump(sc.BALLOT, ballot)


def put(name, value):
    return lambda b: b.update({name: value})


def first(b):
    return b['contests'][0]


BALLOTS = {     # case: (a change of ballot 3 of the election by mail, which has contest data)
    '5B': put('H_I', hs.digest('x', b'')),
    '6A': lambda b: first(b)['fields'][0].update(alpha=0),
    '6B': lambda b: first(b)['fields'][0]['proof']['c'].__setitem__(0, Q),
    '6D': lambda b: first(b)['fields'][1]['proof']['v'].__setitem__(0, 7),
    '7D': lambda b: first(b)['limit']['v'].__setitem__(1, 7),
    '8A': lambda b: first(b).update(chi=hs.digest('x', b'')),
    '8B': put('B_C', bytes(36)),
    'X2': lambda b: b['nonce'].update(C0=P - 1),
    'X6-weight': put('weight', 0),
    'X6-style': put('style', 2),
    'X7': lambda b: b['nonce'].update(c=9),
    'X8': lambda b: first(b)['data'].update(v=9),
}


def variant(p, label, line, like='ballot 3', **fields):
    """One more BALLOT with this object."""
    p.again(like, after=p.items[-1].label, ballot=line, **fields)
    p.items[-1].label = label


def relink(p, b, act):
    """Another link, and the code that follows from it."""
    act(b)
    p.election.make_code(b)


def tag(number):
    return lambda b: b.update(B_C=bytes([0, 0, 0, number]) + b['B_C'][4:])


LINKS = {       # ballot, change: 3 is of no chain, 1 and 2 the first and second of one by mail
    '8D-tag': (3, tag(1)), '8D-other': (3, put('B_C', bytes(36))), '16F-tag': (2, tag(0)),
    '16F-tag-2': (1, tag(2)), '16F-first': (1, put('B_C', bytes([0, 0, 0, 1]) + bytes(32))),
    'second': (2, put('B_C', bytes([0, 0, 0, 1]) + bytes(32)))}
SEALED = {      # of ballot 1
    '16B': lambda b: first(b).update(chi=hs.digest('x', b'')),
    '16C': put('B_C', bytes([0, 0, 0, 1]) + bytes(32)),
    'X17': lambda b: first(b)['psi'].reverse(),
    'X1-few': lambda b: first(b)['psi'].pop(),
    'X7-mail': lambda b: b['nonce'].update(c=9),
    'X6-mail': put('weight', 0)}
CASTS = {       # of ballot 1
    'right': lambda x: None,
    '6A': lambda x: first(x)['fields'][0].update(alpha=0),
    '6D': lambda x: first(x)['fields'][0]['proof']['v'].__setitem__(0, 7),
    '7D': lambda x: first(x)['limit']['v'].__setitem__(0, 7),
    '15A': lambda x: first(x)['fields'].reverse(),
    'X2': lambda x: first(x)['selected'][0]['vector'][0].update(alpha=0),
    'X17-psi': lambda x: first(x)['selected'][0].update(psi=hs.digest('x', b'')),
    'X17-contest': lambda x: first(x).update(contest=2),
    '17A': lambda x: first(x)['selected'][0].update(code='ZZZ'),
    'id': put('id_B', hs.digest('other', b''))}
MAIL_OPENINGS = {   # of ballot 2
    'right': lambda x: None,
    '17A': lambda x: first(x)['vectors'][0].update(code='ZZZ'),
    '16A': lambda x: swap(*first(x)['vectors'][:2]),
    '18A': lambda x: first(x)['vectors'][0]['nonces'].__setitem__(0, 5),
    '19A': lambda x: first(x).update(label='x'),
    '19C': lambda x: first(x)['vectors'][0].update(label='x'),
    'X2': lambda x: first(x)['vectors'][0]['nonces'].__setitem__(
        0, first(x)['vectors'][0]['nonces'][0] + Q),
    'X17': lambda x: first(x)['vectors'].reverse(),
    'id': put('id_B', hs.digest('other', b''))}


def swap(a, b):
    for name in ('psi', 'code'):
        a[name], b[name] = b[name], a[name]


def another_vector(e):
    """The line of ballot 1 with the vector, and proofs, of the other option (16.A alone)."""
    right, info = election_mail.cast_line(e, 0), e.info[0]
    kept = info['selected'], dict(info['fields'])
    info['selected'] = {1: [2]}
    line = election_mail.cast_line(e, 0)
    info['selected'], info['fields'] = kept
    first(line)['selected'][0].update(
        {name: first(right)['selected'][0][name] for name in ('psi', 'code')})
    return dump(sc.MAIL_CAST, line)


class Objects:
    """The log of an election by mail, and entries with other objects behind it."""

    def __init__(self):
        p = self.plan = make.plan('mail')
        for name, act in BALLOTS.items():
            variant(p, name, changed(p, 3, act))
        good = changed(p, 3, lambda b: None)
        variant(p, 'X1-blank', good + b' ')
        variant(p, 'X1-none', b'no ballot')
        variant(p, 'by post', changed(p, 1, lambda b: (b.update(device=2), b.pop('position'))))
        variant(p, 'of another', changed(p, 1, lambda b: None))
        for name, (at, act) in LINKS.items():
            variant(p, name, changed(p, at, lambda b: relink(p, b, act)), 'ballot %d' % at)
        for name, act in SEALED.items():
            variant(p, name, changed(p, 1, act), 'ballot 1')
        for name, act in CASTS.items():
            line = election_mail.cast_line(p.election, 0)
            act(line)
            p.again('mail-cast 1', after=p.items[-1].label, mail_cast=dump(sc.MAIL_CAST, line))
            p.items[-1].label = 'cast ' + name
        for name, line in (('X1', b'no line'), ('16A', another_vector(p.election))):
            p.again('mail-cast 1', after=p.items[-1].label, mail_cast=line)
            p.items[-1].label = 'cast ' + name
        for name, act in MAIL_OPENINGS.items():
            line = election_mail.open_line(p.election, 1)
            act(line)
            p.again('opening 2', after=p.items[-1].label, challenged=dump(sc.MAIL_OPEN, line))
            p.items[-1].label = 'open mail ' + name
        p.again('mail-cast 1', after=p.items[-1].label,
                H_C=lambda p: p.election.ballots[2]['H_C'])
        p.items[-1].label = 'cast in a booth'
        variant(p, 'same alpha', changed(p, 7, lambda b: first(b)['fields'][1].update(
            alpha=first(p.election.ballots[2])['fields'][0]['alpha'])))
        variant(p, 'same nonce', changed(p, 7, put('nonce', p.election.ballots[2]['nonce'])))
        variant(p, 'same nonce by mail', changed(p, 1, put('nonce', dict(
            p.election.ballots[0]['nonce'], C0=p.election.ballots[3]['nonce']['C0']))))
        for name in ('id_B', 'H_C'):
            variant(p, 'M05-' + name, good, **{name: hs.digest('other', b'')})
        for name in ('style', 'device', 'position', 'weight'):
            variant(p, 'M05-' + name, good, **{name: 9})
        for name, act in OPENINGS.items():
            p.again('opening 7', after=p.items[-1].label, challenged=opened(p, act))
            p.items[-1].label = 'open ' + name
        p.again('opening 7', after=p.items[-1].label, challenged=b'no line')
        p.items[-1].label = 'open X1'
        p.again('opening 7', after=p.items[-1].label,
                H_C=lambda p: p.election.ballots[2]['H_C'])
        p.items[-1].label = 'open another'
        variant(p, '6D of 7', changed(p, 7, BALLOTS['6D']), 'ballot 7')
        keys = copy.deepcopy(p.election.keys)
        for name in ('H_G', 'H_E', 'K'):
            p.again('keys', after=p.items[-1].label, election_keys=dump(sc.KEYS, dict(
                keys, **{name: hs.digest('x', b'') if name[0] == 'H' else 4})))
            p.items[-1].label = 'keys ' + name
        p.again('keys', after=p.items[-1].label, election_keys=b'{}')
        p.items[-1].label = 'keys form'
        self.tree = Tree(p)

    def __call__(self, label):
        return self.tree.entry(label)

    def data(self, label, name):
        kind, size = name, None
        for item in self.plan.items:
            if item.label == label:
                size = item.fields[name]
        return size if isinstance(size, bytes) else self.plan.objects[kind]

    def object(self, label, name):
        return 'object', self.data(label, name)

    def place(self, label, name):
        digest = hs.digest(name, self.data(label, name)).hex()
        return 'place', b'obj/%s/%s/%s\n' % (digest[:2].encode(), digest[2:4].encode(),
                                             digest.encode())

    def election(self):
        return [self('setup'), self.object('setup', 'manifest'), self('keys'),
                self.object('keys', 'election_keys')]


def opened(p, act):
    line = p.election.open_ballot(6)
    act(line)
    return dump(sc.CHALLENGED, line)


OPENINGS = {    # of ballot 7
    '13A': lambda x: first(x)['data'].update(D=bytes(64)),
    '13B-value': lambda x: first(x)['fields'][0].update(value=1),
    '13B-nonce': lambda x: first(x)['fields'][0].update(nonce=5),
    'X2': lambda x: first(x)['fields'][0].update(nonce=first(x)['fields'][0]['nonce'] + Q),
    'X13': lambda x: first(x)['data'].update(nonce=5),
    'id': put('id_B', hs.digest('other', b'')),
}


def ballots(o):
    """M07, M14, M20"""
    whole = o.election()

    def alone(label, parts=whole):
        return [o(label), o.object(label, 'ballot')] + parts

    yield 'M07-right', 7, alone('ballot 3'), FALSE
    yield 'M07-right-too', 7, alone('ballot 7'), FALSE
    for label in [*BALLOTS, *LINKS, *SEALED, 'X1-blank', 'X1-none', 'by post']:
        yield 'M07-' + label, 7, alone(label), FALSE if label == 'second' else SHOWN
    yield 'M07-of-another', 7, alone('of another'), FALSE
    for label in ('ballot 1', 'ballot 2', 'ballot 5'):
        yield 'M07-mail-' + label[-1], 7, alone(label), FALSE

    def cast(label, ballot='ballot 1'):
        return [o(label), ('object', o.data(label, 'mail_cast')), o(ballot),
                o.object(ballot, 'ballot')] + whole

    for label in CASTS:
        yield 'M07-cast-' + label, 7, cast('cast ' + label), FALSE if label == 'right' else SHOWN
    for label in ('cast X1', 'cast 16A'):
        yield 'M07-' + label.replace(' ', '-'), 7, cast(label), SHOWN
    yield 'M07-cast-of-bad', 7, cast('cast 6D', '16B'), FALSE
    yield 'M07-cast-in-a-booth', 7, cast('cast in a booth', 'ballot 3'), SHOWN
    yield 'M07-cast-of-another', 7, cast('cast 6D', 'ballot 2'), NONE
    yield 'M07-other-ballot', 7, [o('ballot 3'), o.object('ballot 7', 'ballot')] + whole, NONE
    yield 'M07-no-ballot', 7, [o('ballot 3')] + whole, NONE
    yield 'M07-no-keys', 7, alone('ballot 3', whole[:2]), NONE
    yield 'M07-other-order', 7, alone('ballot 3', whole[2:] + whole[:2]), NONE
    yield 'M07-objects-first', 7, sorted(alone('6D'), key=lambda x: x[0] == 'entry'), SHOWN
    yield 'M07-a-cast', 7, [o('cast 3'), o.object('ballot 3', 'ballot')] + whole, NONE

    def open_(label, ballot='ballot 7'):
        return [o(label), ('object', o.data(label, 'challenged')), o(ballot),
                o.object(ballot, 'ballot')] + whole

    yield 'M14-right', 14, open_('opening 7'), FALSE
    for label in list(OPENINGS) + ['X1']:
        yield 'M14-' + label, 14, open_('open ' + label), SHOWN
    yield 'M14-bad-ballot', 14, open_('open 13A', '6D of 7'), FALSE
    yield 'M14-other-ballot', 14, open_('open 13A', 'ballot 3'), NONE
    yield 'M14-opened-as-another', 14, open_('open another', 'ballot 3'), SHOWN
    for label in MAIL_OPENINGS:
        yield 'M14-mail-' + label, 14, open_('open mail ' + label, 'ballot 2'), \
            FALSE if label == 'right' else SHOWN
    yield 'M14-no-election', 14, open_('opening 7')[:4], NONE

    def two(a, b, *more):
        return [o(a), o(b), o.object(a, 'ballot'), o.object(b, 'ballot')] + whole[:2] + list(more)

    yield 'M20-shown', 20, two('ballot 3', 'same alpha'), SHOWN
    yield 'M20-nonce', 20, two('ballot 3', 'same nonce'), SHOWN
    yield 'M20-nonce-by-mail', 20, two('ballot 4', 'same nonce by mail'), SHOWN
    yield 'M20-other-order', 20, two('same alpha', 'ballot 3'), SHOWN
    yield 'M20-right', 20, two('ballot 3', 'ballot 7'), FALSE
    yield 'M20-mail', 20, two('ballot 1', 'ballot 4'), FALSE
    yield 'M20-more', 20, two('ballot 3', 'same alpha', o('keys')), NONE
    yield 'M20-unreadable', 20, two('ballot 3', 'X1-none'), NONE
    yield 'M20-no-manifest', 20, two('ballot 3', 'same alpha')[:5], NONE


def handed_out(o):
    """M05: objects"""
    def of_ballot(label, file=None, place=None):
        return [o.place(place or label, 'ballot'), o(label)] + (
            [('file', file)] if file is not None else []) + o.election()[:2]

    good = o.data('ballot 3', 'ballot')
    yield 'M05-right', 5, of_ballot('ballot 3', good), FALSE
    for name in ('id_B', 'H_C', 'style', 'device', 'position', 'weight'):
        yield 'M05-' + name, 5, of_ballot('M05-' + name, good), SHOWN
    yield 'M05-unreadable', 5, of_ballot('X1-none', b'no ballot'), FALSE
    yield 'M05-other-bytes', 5, of_ballot('ballot 3', good[:-1]), WORD
    yield 'M05-no-file', 5, of_ballot('ballot 3'), WORD
    yield 'M05-no-such-object', 5, of_ballot('ballot 3', good, 'ballot 7'), FALSE
    yield 'M05-no-manifest', 5, of_ballot('ballot 3', good)[:3], NONE

    def of(label, name, file=None):
        return [o.place(label, name), o(label),
                ('file', o.data(label, name) if file is None else file)]

    for label, name in (('setup', 'parameters'), ('setup', 'manifest'), ('setup', 'keys'),
                        ('keys', 'election_keys'), ('audit', 'audit'), ('cast', 'mail_cast'),
                        ('result', 'tally')):
        label = {'audit': 'tally', 'cast': 'mail-cast 1'}.get(label, label)
        name = {'audit': 'tally_encrypted'}.get(name, name)
        yield 'M05-right-' + name, 5, of(label, name), WORD if name == 'keys' else FALSE
    yield 'M05-H_G', 5, of('keys H_G', 'election_keys'), SHOWN
    yield 'M05-H_E', 5, of('keys H_E', 'election_keys'), SHOWN
    yield 'M05-K', 5, of('keys K', 'election_keys'), FALSE
    yield 'M05-no-keys', 5, of('keys form', 'election_keys'), SHOWN
    yield 'M05-keys-other-bytes', 5, of('keys', 'election_keys', b'{}'), WORD
    yield 'M05-no-entry', 5, of('keys', 'election_keys')[::2], NONE
    place = o.place('keys', 'election_keys')[1]
    for name, wrong, shows in (('no-line', place[:-1], NONE), ('upper', place.upper(), NONE),
                               ('checkpoint', b'checkpoint\n', NONE),
                               ('folder', place[:4] + b'00' + place[6:], FALSE)):
        yield 'M05-place-' + name, 5, [('place', wrong)] + of('keys', 'election_keys')[1:], shows


def unreadable():
    """M05: objects of SETUP that cannot be read; M04: its policy"""
    for name in ('parameters', 'manifest', 'keys'):
        for what, data in (('no form', b'{}'), ('no text', b'\xff')):
            p = make.plan()
            p['setup'].fields[name] = data
            t = Tree(p)
            digest = hs.digest(name, data).hex().encode()
            yield 'M05-%s-%s' % (name, what.replace(' ', '-')), 5, [
                ('place', b'obj/%s/%s/%s\n' % (digest[:2], digest[2:4], digest)),
                t.entry('setup'), ('file', data)], SHOWN
    p = make.plan()
    p['setup'].fields['policy'] = make.policy(4)
    other = Tree(p)
    yield 'M04-other-policy', 4, [other.entry('setup')], SHOWN
    t = Tree(make.plan())
    yield 'M04-its-policy', 4, [t.entry('setup')], FALSE
    yield 'M04-no-setup', 4, [t.entry('notice')], NONE
    yield 'M04-nothing', 4, [], NONE


def tiles():
    """M05: places in tiles and bundles of a log of 301 entries"""
    p = make.plan('long')
    t = Tree(p)
    size, files = len(t.leaves), p.files()
    level1 = [tree.root(t.leaves[:256]), tree.root(t.leaves[256:])]

    def proof(level, j, own=None):
        leaves = level1 if level else t.leaves
        return 'proof', b''.join(base64.b64encode(h) + b'\n' for h in
                                 [own or leaves[j]] + tree.inclusion(leaves, j))

    def at(path, j, level, file, index=None, **more):
        index = j if index is None else index
        return [('place', b'%s %d\n' % (path.encode(), j)), t.point(size),
                ('file', file), proof(level, index, **more)]

    hashes, part = files['tile/0/000'], 'tile/0/001.p/%d' % (size - 256)
    bundle, last = files['tile/entries/000'], 'tile/entries/001.p/%d' % (size - 256)
    wrong = hashes[:160] + bytes(32) + hashes[192:]
    yield 'M05-tile', 5, at('tile/0/000', 5, 0, wrong), WORD
    yield 'M05-tile-right', 5, at('tile/0/000', 5, 0, hashes), FALSE
    yield 'M05-tile-wrong-elsewhere', 5, at('tile/0/000', 6, 0, wrong), FALSE
    yield 'M05-tile-short', 5, at('tile/0/000', 5, 0, hashes[:-1]), WORD
    yield 'M05-tile-longer', 5, at('tile/0/000', 5, 0, hashes + bytes(32)), WORD
    yield 'M05-part', 5, at(part, 3, 0, bytes(32 * (size - 256)), 259), WORD
    yield 'M05-part-right', 5, at(part, 3, 0, files[part], 259), FALSE
    yield 'M05-smaller-part', 5, at('tile/0/001.p/9', 3, 0, files[part][:288], 259), FALSE
    yield 'M05-smaller-part-wrong', 5, at('tile/0/001.p/9', 3, 0, bytes(288), 259), WORD
    yield 'M05-part-of-full', 5, at('tile/0/000.p/9', 3, 0, bytes(288)), WORD
    yield 'M05-too-wide', 5, at('tile/0/001', 3, 0, bytes(8192), 259), FALSE
    yield 'M05-behind-width', 5, at('tile/0/001.p/9', 9, 0, bytes(288), 265), FALSE
    yield 'M05-no-such-tile', 5, at('tile/0/002.p/1', 0, 0, bytes(32), 0), FALSE
    yield 'M05-level-1', 5, at('tile/1/000.p/1', 0, 1, bytes(32)), WORD
    yield 'M05-level-1-right', 5, at('tile/1/000.p/1', 0, 1, level1[0]), FALSE
    yield 'M05-level-1-too-wide', 5, at('tile/1/000.p/2', 1, 1, bytes(64)), FALSE
    yield 'M05-level-2', 5, at('tile/2/000.p/1', 0, 1, bytes(32)), FALSE
    yield 'M05-false-proof', 5, at('tile/0/000', 5, 0, wrong, 6), FALSE
    yield 'M05-false-own', 5, at('tile/0/000', 5, 0, wrong, own=bytes(32)), FALSE
    yield 'M05-bundle-right', 5, at('tile/entries/000', 5, 0, bundle), FALSE
    yield 'M05-bundle', 5, at('tile/entries/000', 5, 0, tree.bundle(
        p.entries[:5] + [b'x'] + p.entries[6:256])), WORD
    yield 'M05-bundle-less', 5, at('tile/entries/000', 5, 0, tree.bundle(p.entries[:255])), WORD
    yield 'M05-bundle-noise', 5, at('tile/entries/000', 5, 0, bundle + b'x'), WORD
    yield 'M05-last-bundle', 5, at(last, 3, 0, files[last], 259), FALSE
    good = at('tile/0/000', 5, 0, wrong)
    yield 'M05-tile-no-file', 5, good[:2] + good[3:], WORD
    yield 'M05-tile-no-proof', 5, good[:3], WORD
    yield 'M05-tile-no-checkpoint', 5, good[:1] + good[2:], NONE
    for name, place in (('no-number', b'tile/0/000\n'), ('zero', b'tile/0/000 05\n'),
                        ('path', b'tile/0/0 5\n'), ('width', b'tile/0/000.p/256 5\n'),
                        ('no-line', b'tile/0/000 5')):
        yield 'M05-tile-place-' + name, 5, [('place', place)] + good[1:], NONE


class Order:
    """One long plan in which everything stands in every order."""

    def __init__(self):
        p = self.plan = make.plan()
        for label in ('setup', 'keys', 'result', 'open', 'close', 'device 2', 'device-close 2',
                      'ballot 4', 'ballot 5', 'cast 2', 'cast 7'):
            p.again(label, after=p.items[-1].label)
        for number, (count, H_last) in enumerate(((1, None), (2, None), (2, 5), (3, None))):
            p.again('device-close 2', after=p.items[-1].label, count=count,
                    H_last=hs.digest('x', b'') if H_last is None
                    else p.election.ballots[4]['H_C'])
            p.items[-1].label = 'shut %d' % number
        p.insert('data', form.CONTEST_DATA, ADMINS, before='notice', contest_data=b'x')
        p.insert('data again', form.CONTEST_DATA, ADMINS, after='result again', contest_data=b'x')
        p.insert('early', form.MAIL_CAST, ['device 1'], before='notice', mail_cast=b'x')
        for label in ('tally', 'share 1 1'):
            p.again(label, before='notice')
        for label in ('ballot 7', 'cast 1', 'spoil 5', 'challenge 3', 'opening 3'):
            p.again(label, before='notice')
        p.insert('stop', form.PHASE, ADMINS, before='cast 1', op=3)
        p.again('stop', after='close')
        p.insert('other', form.PHASE, ADMINS, before='notice', op=1, site=1, beacon='x')
        p.insert('no setup', form.NOTICE, ADMINS, before='setup', supersedes=form.NEVER, text='x')
        self.tree = Tree(p)

    def __call__(self, *labels):
        return [self.tree.entry(x) for x in labels]


def sequence(o):
    """M08, M09"""
    for name, a, b, shows in (
            ('again', 'ballot 5', 'ballot 4 again', SHOWN),
            ('same', 'ballot 5', 'ballot 5 again', SHOWN), ('right', 'ballot 4', 'ballot 5', WORD),
            ('backwards', 'ballot 5', 'ballot 4', NONE), ('one', 'ballot 5', 'ballot 5', NONE),
            ('unchained', 'ballot 7 again', 'ballot 7', WORD),
            ('other-device', 'ballot 4', 'ballot 7', NONE),
            ('open-twice', 'device 2', 'device 2 again', SHOWN),
            ('opened', 'device 2', 'ballot 4', WORD), ('late-open', 'ballot 4', 'device 2 again', WORD),
            ('closed', 'device-close 2', 'ballot 5 again', SHOWN),
            ('closed-twice', 'device-close 2', 'device-close 2 again', SHOWN),
            ('closed-opened', 'device-close 2', 'device 2 again', SHOWN),
            ('open-close', 'device 2', 'device-close 2', WORD),
            ('close', 'ballot 5', 'device-close 2', WORD), ('count', 'ballot 5', 'shut 0', SHOWN),
            ('H_last', 'ballot 5', 'shut 1', SHOWN), ('count-last', 'ballot 5', 'shut 2', WORD),
            ('more', 'ballot 5', 'shut 3', WORD), ('a-cast', 'ballot 4', 'cast 4', NONE)):
        yield 'M08-' + name, 8, o(a, b), shows
    for name, a, b, shows in (
            ('open-ballot', 'open', 'ballot 7 again', SHOWN), ('open-cast', 'open', 'cast 1 again', SHOWN),
            ('open-spoil', 'open', 'spoil 5 again', SHOWN),
            ('open-challenge', 'open', 'challenge 3 again', SHOWN),
            ('open-opening', 'open', 'opening 3 again', SHOWN),
            ('open-mail-cast', 'open', 'early', SHOWN), ('open-tally', 'open', 'tally again', FALSE),
            ('open-right', 'open', 'ballot 7', FALSE), ('open-before', 'ballot 7 again', 'open', NONE),
            ('open-site', 'other', 'early', FALSE), ('close-cast', 'close', 'cast 2 again', SHOWN),
            ('close-cast-of-a-device', 'close', 'cast 7 again', FALSE),
            ('close-cast-before', 'close', 'cast 2', FALSE),
            ('close-tally', 'close', 'tally again', SHOWN), ('close-share', 'close', 'share 1 1 again', SHOWN),
            ('close-data', 'close', 'data', SHOWN), ('close-result', 'close', 'result', FALSE),
            ('close-tally-right', 'close', 'tally', FALSE), ('close-ballot', 'close', 'ballot 4 again', FALSE),
            ('stop-cast', 'stop', 'cast 1', SHOWN), ('stop-cast-before', 'stop', 'cast 1 again', FALSE),
            ('stop-cast-of-a-device', 'stop', 'cast 4', FALSE), ('stop-ballot', 'stop', 'ballot 8', FALSE),
            ('setup-twice', 'setup', 'setup again', SHOWN), ('keys-twice', 'keys', 'keys again', SHOWN),
            ('result-twice', 'result', 'result again', SHOWN), ('data-twice', 'data', 'data again', SHOWN),
            ('open-twice', 'open', 'open again', SHOWN), ('close-twice', 'close', 'close again', SHOWN),
            ('stop-twice', 'stop', 'stop again', SHOWN), ('open-and-close', 'open', 'close', FALSE),
            ('site-twice', 'open 1', 'other', FALSE), ('backwards', 'keys again', 'keys', FALSE),
            ('one', 'keys', 'keys', FALSE), ('unlike', 'keys', 'result', FALSE),
            ('notice', 'notice', 'result', NONE)):
        yield 'M09-' + name, 9, o(a, b), shows
    yield 'M09-no-setup', 9, o('no setup'), SHOWN
    yield 'M09-late-setup', 9, o('setup'), SHOWN
    yield 'M09-any', 9, o('notice'), WORD
    yield 'M09-three', 9, o('open', 'early', 'data'), NONE


def signatures():
    """M11"""
    p = make.plan()
    for label, change in (('alarm', lambda d: d[:-1]), ('audit', lambda d: b'EVB2' + d[4:])):
        raw(label, change)(p)
    for label, names in (('notice', ['admin 1']), ('release', ['audit']),
                         ('close 1', ['admin 1', 'admin 2', 'admin 3']),
                         ('roll-add', ADMINS), ('device 2', ['device 3', 'poll-worker 2']),
                         ('totals 1', ['poll-worker 2']), ('totals 2', ['device 2']),
                         ('share 1 1', ['guardian 2']), ('share 2 1', ['admin 1']),
                         ('key-revoke', ADMINS), ('adjudicate 4', ['admin 1', 'registrar'])):
        p[label].signers = names
    p['share 1 2'].opened = form.NONE
    p['ceremony 1 2'].opened = hs.digest('x', b'')
    p['ballot 4'].opened = form.NONE
    p.insert('before', form.NOTICE, ADMINS, before='setup', supersedes=form.NEVER, text='x')
    t, right = Tree(p), Tree(make.plan())
    keys = 'object', make.dump_keys(make.listed())

    def entry(label, log=right, opened=False):
        return [log.entry('setup'), log.entry(label), keys] + [log.entry('open')] * opened

    first_ = Tree(without_before(p))
    yield 'M11-no-entry', 11, [t.entry('alarm')], SHOWN
    yield 'M11-no-magic', 11, [t.entry('audit')], SHOWN
    yield 'M11-an-entry', 11, [t.entry('notice')], WORD
    yield 'M11-late-setup', 11, entry('notice', t), NONE
    for name, label, opened, shows in (
            ('few-admins', 'notice', 0, SHOWN), ('many-admins', 'close 1', 0, SHOWN),
            ('other-role', 'release', 0, SHOWN), ('no-registrar', 'roll-add', 0, WORD),
            ('other-device', 'device 2', 0, WORD), ('other-site', 'totals 1', 0, WORD),
            ('device-totals', 'totals 2', 0, SHOWN), ('other-guardian', 'share 1 1', 0, WORD),
            ('admin-share', 'share 2 1', 0, SHOWN), ('adjudicate', 'adjudicate 4', 0, SHOWN),
            ('false', 'share 1 2', 1, SHOWN), ('false-without-open', 'share 1 2', 0, WORD),
            ('false-early', 'ceremony 1 2', 1, SHOWN), ('false-ballot', 'ballot 4', 1, WORD),
            ('garbled', 'audit', 0, NONE)):
        yield 'M11-' + name, 11, entry(label, first_, opened), shows
    for label in ('ballot 1', 'cast 2', 'attest', 'key-revoke'):
        yield 'M11-unlisted-' + label.replace(' ', '-'), 11, entry(label, opened=True), WORD
    for label in ('setup', 'notice', 'open', 'close', 'share 1 1', 'result', 'keys', 'roll-add',
                  'device 2', 'ballot 4', 'ceremony 2 1', 'key-add', 'audit', 'opening 10'):
        yield 'M11-right-' + label.replace(' ', '-'), 11, entry(label, opened=True), WORD
    yield 'M11-close-as-open', 11, entry('notice')[:3] + [right.entry('close')], NONE
    yield 'M11-open-of-a-site', 11, entry('notice')[:3] + [right.entry('open 1')], NONE
    yield 'M11-no-keys', 11, entry('notice')[:2], NONE


def without_before(p):
    again = copy.copy(p)
    again.items = [x for x in p.items if x.label != 'before']
    return again


def cases():
    objects, order = Objects(), Order()
    for some in (ballots(objects), handed_out(objects), unreadable(), tiles(), sequence(order),
                 signatures()):
        yield from some
