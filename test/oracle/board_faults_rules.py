"""Faults of what the entries say: L.5 to L.9."""
import copy

import board_form as form
import hashes as hs
import schemas as sc
from board_faultlib import fault, fields, flip, simple
from board_form import NONE
from board_make import ADMINS, public, signer_of
from board_text import dump_parts, parse_parts
from form import dump

CLERKS = ['registrar'] + ADMINS


# L.5: phases

def second(label, must='L.5', may='', base='once', after=None, **values):
    """The entry stands twice."""
    simple('L5-%s-twice' % label.replace(' ', '-'), must,
           lambda p: p.again(label, after=after or label, **values), may, base)


for label in ('keys', 'open', 'close', 'result', 'share 1 2', 'totals 1', 'adjudicate 4',
              'opening 3', 'opening 10', 'ceremony 1 1', 'ceremony 2 2', 'ceremony 3 4'):
    second(label, after={'ceremony 1 1': 'ceremony 2 1'}.get(label),
           may={'totals 1': 'L.9'}.get(label, ''))
second('setup')


def remember(p):
    p.attested = p.head()
    return p.attested


@fault('L5-attest-same-head', 'L.5')
def _(p):
    p['attest'].fields['head'] = remember
    p.again('attest', after='ballot 1', head=lambda p: p.attested)


@fault('L5-setup-late', 'L.5', may='L.4 L.6 L.7 L.9')
def _(p):
    """SETUP is not the first entry"""
    p.move('setup', after='notice')


def moves(name, label, must='L.5', may='', **where):
    simple('L5-' + name, must, lambda p: p.move(label, **where), may)


moves('keys-before-accept', 'keys', before='ceremony 3 4', may='L.4 L.6 L.9')
moves('commit-after-reveal', 'ceremony 3 1', after='ceremony 1 2', may='L.4 L.6 L.7 L.9')
moves('open-before-keys', 'open', before='keys', may='L.4 L.5 L.9')
moves('device-before-keys', 'device 1', before='keys', may='L.9')
moves('ballot-before-open', 'ballot 8', before='open', may='L.4 L.9')
moves('remote-after-close', 'ballot 8', after='close', may='L.9')
moves('choice-after-close', 'cast 2', after='close', may='L.9')
moves('choice-after-tally', 'cast 7', after='tally', may='L.9', must='L.5 L.9')
moves('tally-before-close', 'tally', before='close 1', may='L.9')
moves('guardian-opens-early', 'opening 10', before='close 1')
moves('admin-spoil-early', 'admin-spoil 8', before='close 1', may='L.9')
moves('admin-spoil-late', 'admin-spoil 8', after='tally')
moves('adjudicate-early', 'adjudicate 4', before='close 1')
moves('adjudicate-late', 'adjudicate 9', after='tally')
moves('share-before-tally', 'share 1 1', before='tally')
moves('result-before-tally', 'result', before='tally')
moves('choice-before-ballot', 'cast 1', before='ballot 1', may='L.9')


moves('open-site-early', 'open 1', before='open')
moves('close-site-late', 'close 1', after='close')
moves('totals-early', 'totals 1', before='open', may='L.9')
moves('roll-after-close', 'roll-revoke', after='close')
simple('L5-notice-supersedes-later', 'L.5', fields('notice', supersedes=2))
simple('L5-notice-supersedes-itself', 'L.5', fields('notice', supersedes=1))
simple('L5-head-not-reached', 'L.5', fields('tally', head=(5000, hs.digest('x', b''))))


@fault('L5-ceremony-after-keys', 'L.5')
def _(p):
    p.again('ceremony 1 3', after='keys')


@fault('L5-open-before-roll', 'L.5', may='L.4 L.5 L.6 L.9')
def _(p):
    """the only ROLL commit is missing though a device is remote"""
    p.remove('roll-commit', 'roll-add', 'roll-replace', 'roll-revoke')


# L.5: uniqueness and ballots

def ballot(p, label, at, before, who=None, **changes):
    """A BALLOT like number `at`, changed; its object says the same."""
    e = p.election
    b = copy.deepcopy(e.ballots[at - 1])
    b.update(changes)
    if who and 'binding' in b:
        b['binding']['credential'] = public(who)
    p.insert(label, form.BALLOT, [who or signer_of(e, at - 1)], before=before, id_B=b['id_B'],
             H_C=b['H_C'], ballot=dump(sc.BALLOT, b), style=b['style'], weight=b['weight'],
             device=b['device'], position=b.get('position', 0))


def fresh(n):
    return {'id_B': hs.digest('id', b'%d' % n), 'H_C': hs.digest('code', b'%d' % n)}


@fault('L5-id-twice', 'L.5', may='L.9')
def _(p):
    ballot(p, 'copy', 8, 'key-add', H_C=hs.digest('code', b''))


@fault('L5-code-twice', 'L.5', may='L.9')
def _(p):
    ballot(p, 'copy', 8, 'key-add', id_B=hs.digest('id', b''))


@fault('L5-object-twice', 'L.5', may='L.7 L.9')
def _(p):
    p.again('ballot 8', before='key-add', **fresh(1))


@fault('L5-copied', 'L.5', may='L.6 L.7 L.9')
def _(p):
    """another voter copies a ballot as it is"""
    p.again('ballot 8', before='key-add')
    p['ballot 8 again'].signers = ['voter e']


@fault('L5-two-choices', 'L.5', may='L.9')
def _(p):
    p.insert('also', form.CHALLENGE, ['voter a'], after='cast 1',
             H_C=p.election.ballots[0]['H_C'])


@fault('L5-cast-after-spoil', 'L.5', may='L.9')
def _(p):
    p.insert('also', form.CAST, ['device 2'], after='spoil 5', H_C=p.election.ballots[4]['H_C'],
             seq=1)


@fault('L5-two-casts', 'L.5', may='L.9')
def _(p):
    """a second ballot of one credential is cast"""
    new = fresh(2)
    ballot(p, 'more', 1, 'key-add', **new)
    p.insert('also', form.CAST, ['voter a'], before='key-add', H_C=new['H_C'],
             credential=public('voter a'), seq=1)


simple('L5-seq', 'L.5', fields('cast 11', seq=3), 'L.9', 'revote')
simple('L5-prev', 'L.5', fields('cast 11', prev=hs.digest('body', b'')), 'L.9', 'revote')
simple('L5-seq-again', 'L.5', fields('cast 11', seq=1, prev=NONE), 'L.9', 'revote')
simple('L5-revote-of-none', 'L.5', fields('cast 1', seq=2, prev=hs.digest('body', b'')), 'L.9')
for kind in ('cast 2', 'challenge 3', 'spoil 5', 'adjudicate 4', 'opening 10'):
    simple('L5-unknown-' + kind.split()[0], 'L.5', fields(kind, H_C=hs.digest('code', b'')), 'L.9')


for number, what in ((3, 'challenged'), (5, 'spoiled'), (8, 'sealed')):
    simple('L5-adjudicate-' + what, 'L.5', lambda p, n=number: p['adjudicate 9'].fields.update(
        H_C=p.election.ballots[n - 1]['H_C']), 'L.9')


@fault('good-three-guardians', '')
def _(p):
    p['result'].signers = ADMINS + ['guardian %d' % i for i in (1, 2, 3)]


@fault('L4-cast-by-another', 'L.4', may='L.5 L.9')
def _(p):
    """a voter casts another's ballot"""
    p['cast 2'].signers = ['voter a']
    p['cast 2'].fields['credential'] = public('voter a')


@fault('L4-challenge-by-another', 'L.4', may='L.5 L.9')
def _(p):
    p['challenge 3'].signers = ['voter b']


@fault('L5-no-such-device', 'L.5', may='L.9')
def _(p):
    p['ballot 7'].fields['device'] = 9


@fault('L5-opening-unchallenged', 'L.5')
def _(p):
    p.insert('also', form.OPENING, ['device 3'], after='cast 7', H_C=p.election.ballots[6]['H_C'],
             challenged=b'an opening')


@fault('L5-twenty-one', 'L.5', may='L.9')
def _(p):
    """the 21st sealed ballot of a credential"""
    for n in range(21):
        ballot(p, 'more %d' % n, 8, 'key-add', 'voter e', **fresh(n))


@fault('good-twenty', '')
def _(p):
    for n in range(20):
        ballot(p, 'more %d' % n, 8, 'key-add', 'voter e', **fresh(n))


# L.6: the roll

@fault('L4-stranger', 'L.4', may='L.5 L.9')
def _(p):
    """a credential that is not on the roll"""
    ballot(p, 'more', 8, 'key-add', 'voter nobody', **fresh(1))


@fault('L6-revoked', 'L.6', may='L.5 L.9')
def _(p):
    ballot(p, 'more', 8, 'key-add', 'voter g', **fresh(1))


@fault('L6-replaced', 'L.6', may='L.5 L.9')
def _(p):
    ballot(p, 'more', 8, 'key-add', 'voter f', **fresh(1))


@fault('L6-cast-of-revoked', 'L.6', may='L.5 L.9')
def _(p):
    """revoked between BALLOT and CAST"""
    p.insert('gone', form.ROLL, CLERKS, before='cast 2', op=3, credential=public('voter b'),
             style=1, weight=1)


@fault('L6-weight', 'L.6', may='L.5 L.9')
def _(p):
    ballot(p, 'more', 8, 'key-add', 'voter e', weight=2, **fresh(1))


@fault('L6-commit-twice', 'L.6')
def _(p):
    p.again('roll-commit', after='roll-revoke')


@fault('L5-commit-late', 'L.5', may='L.4 L.6 L.9')
def _(p):
    for label in ('roll-revoke', 'roll-replace', 'roll-add', 'roll-commit'):
        p.move(label, after='open')


simple('L6-count', 'L.6', fields('roll-commit', count=4), 'L.5 L.4 L.6 L.9')


def late_roll(name, **values):
    def act(p):
        p.insert('late', form.ROLL, CLERKS, before='key-add', style=1, weight=1, **values)
    simple('L6-' + name, 'L.6', act, 'L.4 L.5 L.9')


late_roll('revoke-voted', op=3, credential=public('voter a'))
late_roll('replace-voted', op=4, credential=public('voter h'), replaced=public('voter a'))
late_roll('revoke-stranger', op=3, credential=public('voter h'))
late_roll('add-twice', op=2, credential=public('voter e'))


# L.7: objects

def of(label, name):
    """The path of the object that this entry names."""
    def find(p, data):
        kind, value = name, p[label].fields[name]
        digest = hs.digest(kind, value).hex()
        return 'obj/%s/%s/%s' % (digest[:2], digest[2:4], digest)
    return find


def on_object(name, label, field, change, must='L.7', may=''):
    def act(p):
        path = of(label, field)
        p.change_files = lambda data: change(data, path(p, data))
    simple('L7-' + name, must, act, may)


on_object('ballot-gone', 'ballot 4', 'ballot', lambda data, path: data.pop(path))
on_object('ballot-changed', 'ballot 2', 'ballot', lambda data, path: flip(data, path, 900))
on_object('ballot-short', 'ballot 7', 'ballot',
          lambda data, path: data.update({path: data[path][:-1]}))
on_object('audit-gone', 'audit', 'audit', lambda data, path: data.pop(path))
on_object('result-changed', 'result', 'tally', lambda data, path: flip(data, path, 100))
on_object('manifest-gone', 'setup', 'manifest', lambda data, path: data.pop(path), may='L.4 L.5')
on_object('keys-gone', 'setup', 'keys', lambda data, path: data.pop(path), may='L.4 L.5')


@fault('L7-length', 'L.7')
def _(p):
    """the entry gives another length"""
    p['audit'].fields['audit'] = lambda p: (p.keep('audit', b'parameters')[0], 11)


@fault('L7-kind', 'L.7')
def _(p):
    """an object with the digest of another kind"""
    p['audit'].fields['audit'] = lambda p: p.keep('share', b'parameters')


@fault('L7-ballot-says', 'L.7')
def _(p):
    """the ballot names another id_B than its entry"""
    p['ballot 7'].fields['id_B'] = hs.digest('id', b'')


simple('L7-guardians', 'L.7', fields('keys', guardians=hs.digest('guardians', b'')),
       'L.4 L.5 L.6 L.9')
@fault('L7-reveal', 'L.7', may='L.5 L.9 L.4 L.6')
def _(p):
    """guardian 2 reveals the keys of guardian 1 as its own"""
    p['ceremony 2 2'].fields['ceremony'] = dump_parts([('guardian_2.json', p.guardians[0])])


@fault('L7-no-commit', 'L.7', may='L.5 L.7 L.9 L.4 L.6')
def _(p):
    """A09: guardian 2 reveals without having committed"""
    p.remove('ceremony 2 1')


@fault('L7-commit-of-another', 'L.7', may='L.5 L.7 L.9 L.4 L.6')
def _(p):
    """A09: what guardian 3 committed to is not what it reveals"""
    p['ceremony 3 1'].fields['ceremony'] = dump_parts([('commit_3.json', dict(parse_parts(
        p['ceremony 2 1'].fields['ceremony']))['commit_2.json'].replace(b'"i":2', b'"i":3'))])


@fault('L7-reveal-without-part', 'L.7', may='L.5 L.7 L.9 L.4 L.6')
def _(p):
    p['ceremony 2 2'].fields['ceremony'] = dump_parts([('guardian_3.json', p.guardians[2])])


simple('L7-H_E', 'L.7', fields('keys', H_E=hs.digest('x', b'')), 'L.5 L.9 L.4 L.6')
simple('L7-H_P', 'L.7', fields('setup', H_P=hs.digest('x', b'')), 'L.4 L.5')
simple('L7-H_B', 'L.7', fields('setup', H_B=hs.digest('x', b'')), 'L.4 L.5')
simple('L7-H_G', 'L.7', fields('keys', H_G=hs.digest('x', b'')), 'L.5 L.9 L.4 L.6')


# L.9: chains and counts

def counted(label, name, change):
    def act(p):
        old = p[label].fields[name]
        p[label].fields[name] = lambda p: change(old(p) if callable(old) else old)
    return act


def more(x):
    return x + 1


for index, name in enumerate(form.COUNTS):
    simple('L9-close-' + name, 'L.9', counted('close', name, more), 'L.5')
simple('L9-close-site', 'L.9', counted('close 1', 'cast', more))
simple('L9-device-count', 'L.9', counted('device-close 2', 'count', more))
simple('L9-device-last', 'L.9', fields('device-close 2', H_last=hs.digest('x', b'')))
simple('L9-device-hash', 'L.9', fields('device-close 2', H_close=hs.digest('x', b'')))
simple('L9-H_DI', 'L.9', fields('device 2', H_DI=hs.digest('x', b'')), 'L.5')
simple('L9-H_0', 'L.9', fields('device 2', H_0=hs.digest('x', b'')), 'L.5')
simple('L9-H_0-none', 'L.9', fields('device 2', H_0=NONE), 'L.5')
simple('L9-device-last-unchained', 'L.9', fields('device-close 3', H_last=NONE))
simple('L9-device-hash-unchained', 'L.9', fields('device-close 3', H_close=hs.digest('x', b'')))
simple('L9-H_0-unchained', 'L.9', fields('device 3', H_0=hs.digest('x', b'')), 'L.5')


def says(label, at, **changes):
    """The BALLOT and its object say something else."""
    def act(p):
        b = copy.deepcopy(p.election.ballots[at - 1])
        b.update(changes)
        p[label].fields.update(ballot=dump(sc.BALLOT, b), **changes)
    return act


simple('L9-position', 'L.9', says('ballot 5', 5, position=3), 'L.5 L.7')
simple('L9-position-0', 'L.9', says('ballot 4', 4, position=0), 'L.5 L.7')


@fault('L9-position-unchained', 'L.9', may='L.5 L.7')
def _(p):
    p['ballot 7'].fields['position'] = 1


@fault('L9-order', 'L.9', may='L.5')
def _(p):
    """the ballots of a chained device stand in another order"""
    p.move('ballot 9', before='ballot 6')
    p.move('cast 9', after='ballot 9')


@fault('L9-dropped', 'L.9', may='L.5')
def _(p):
    """a ballot in the middle of a chain is not in the log"""
    p.remove('ballot 5', 'spoil 5')


@fault('L9-cut-tail', 'L.9', may='L.5')
def _(p):
    """the last ballot of a chain is not in the log, the device closed with it"""
    values = p.election.ballots[8]['H_C'], p.election.devices['devices'][1]['H_close']
    p.remove('ballot 9', 'cast 9', 'adjudicate 9')
    p['device-close 2'].fields.update(count=4, H_last=values[0], H_close=values[1])


@fault('L9-after-device-close', 'L.9', may='L.5')
def _(p):
    p.move('device-close 3', before='ballot 10')


simple('L9-before-device', 'L.9', lambda p: p.move('device 3', before='alarm'), 'L.5')


@fault('L9-device-twice', 'L.9')
def _(p):
    p.again('device 3', after='device 3')


@fault('L9-totals', 'L.9', may='L.5')
def _(p):
    """more casts at polling places than voters signed in"""
    p['totals 1'].fields['voters'] = 1
