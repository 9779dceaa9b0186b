"""Faults of who signs when: keys that come and go, devices, phases, the roll, choices."""
import hashlib

import board_form as form
import election_mail
import hashes as hs
import schemas as sc
from board_faultlib import fault, fields, signers, simple
from board_form import NONE, ROLE
from board_make import ADMINS, exchange, listed, public
from board_text import Listed, dump_keys, dump_parts, parse_parts
from form import dump

CLERKS = ['registrar'] + ADMINS
AFTER = 'L.4 L.5 L.6 L.7 L.9'
X25519 = hashlib.sha256(b'x').digest()


# Keys that come and go

def key(p, label, op, name, who, index=0, x25519=NONE, **where):
    """KEY; the role is the first word of the name."""
    role = ROLE[name.split()[0]]
    p.insert(label, form.KEY, who, op=op, role=role, index=index, key=public(name),
             x25519=x25519, **where)


def notice(p, label, who, **where):
    p.insert(label, form.NOTICE, who, supersedes=form.NEVER, text=label, **where)


def admin_comes(p):
    key(p, 'comes', 1, 'admin 4', ADMINS, before='alarm')


def admin_goes(p):
    admin_comes(p)
    key(p, 'goes', 2, 'admin 4', ADMINS + ['admin 4'], after='comes')


def then(change, *more):
    """Several changes, one after the other."""
    def act(p):
        for one in (change,) + more:
            one(p)
    return act


def says(label, *who, **where):
    return lambda p: notice(p, label, list(who), **where)


simple('good-added-admin', '', then(admin_comes, says('more', 'admin 1', 'admin 4', after='comes')))
simple('good-added-admin-goes', '', admin_goes)
simple('L4-admin-not-yet', 'L.4', then(admin_comes, says('more', 'admin 1', 'admin 4',
                                                         before='comes')))
simple('L4-admin-no-more', 'L.4', then(admin_goes, says('more', 'admin 1', 'admin 4', after='goes')))
simple('L5-admin-comes-back', 'L.5', then(admin_goes, lambda p: p.again('comes', after='goes')))
simple('L5-listed-key-added', 'L.5', lambda p: key(
    p, 'twice', 1, 'registrar', ADMINS, before='alarm'))
simple('L5-listed-key-other-role', 'L.5', lambda p: p.insert(
    'twice', form.KEY, ADMINS, before='alarm', op=1, role=ROLE['monitor'], key=public('audit')))
simple('L5-added-key-added', 'L.5', then(admin_comes, lambda p: p.again('comes', before='audit')))
simple('L5-revoke-unknown', 'L.5', lambda p: key(
    p, 'goes', 2, 'monitor 9', ADMINS + ['admin 3'], before='alarm'))
simple('L4-revoke-twice', 'L.4', lambda p: p.again('key-revoke', after='key-revoke'))
simple('L5-revoke-twice-by-three', 'L.5', then(
    signers('key-revoke', *ADMINS, 'admin 3'), lambda p: p.again('key-revoke', after='key-revoke')))
simple('L5-revoke-other-site', 'L.5', fields('key-revoke', index=2))
simple('L5-revoke-other-role', 'L.5', fields('key-revoke', role=ROLE['audit'], index=0))
simple('L4-revoke-early', 'L.4', lambda p: p.move('key-revoke', before='key-add'))
simple('L4-revoke-by-too-many', 'L.4', signers('key-revoke', *ADMINS, 'admin 3', 'poll-worker 3'))
simple('L4-revoke-by-one-and-itself', 'L.4', signers('key-revoke', 'admin 1', 'poll-worker 3'))
simple('L4-add-by-too-many', 'L.4', signers('key-add', *ADMINS, 'admin 3'))
simple('L4-add-by-itself', 'L.4', signers('key-add', *ADMINS, 'poll-worker 3'))

simple('L4-add-site-65536', 'L.4', fields('key-add', index=65536), may='L.4 L.5')
simple('L4-add-site-0', 'L.4', fields('key-add', index=0), may='L.4 L.5')


def revoke_admin(*who):
    return lambda p: key(p, 'goes', 2, 'admin 3', list(who), before='alarm')


simple('good-admin-revoked', '', revoke_admin(*ADMINS, 'admin 3'))
simple('L4-admin-revoked-by-two', 'L.4', revoke_admin('admin 1', 'admin 3'))
simple('L4-admin-revoked-by-others', 'L.4', revoke_admin(*ADMINS))
simple('good-lost-admin', '', then(admin_comes, lambda p: key(
    p, 'goes', 2, 'admin 3', ADMINS + ['admin 4'], after='comes')))


def opener(x):
    return lambda p: p.insert('goes', form.KEY, ADMINS + ['opener'], before='alarm', op=2,
                              role=ROLE['opener'], key=public('opener'), x25519=x)


simple('good-opener-revoked', '', opener(X25519))
simple('L5-opener-revoked-other', 'L.5', opener(hs.digest('x', b'')))
simple('good-opener-added', '', lambda p: p.insert(
    'more', form.KEY, ADMINS, before='alarm', op=1, role=ROLE['opener'], key=public('opener 2'),
    x25519=hs.digest('x', b'')))


def successor(name, role, index, who, **where):
    """A key comes for a guardian or device that has one."""
    return lambda p: p.insert('heir', form.KEY, who, op=1, role=ROLE[role], index=index,
                              key=public(name), **where)


heir = successor('new device 2', 'device', 2, ADMINS + ['device 2'], after='cast 4')
simple('good-device-replaced', '', then(heir, lambda p: [
    p[x].signers.__setitem__(0, 'new device 2') for x in
    ('ballot 5', 'spoil 5', 'ballot 6', 'ballot 9', 'cast 9', 'device-close 2') if x in
    [i.label for i in p.items]], lambda p: p.remove('challenge 6', 'opening 6')))
simple('good-device-lost', '', then(successor(
    'new device 2', 'device', 2, ADMINS + ['admin 3'], after='cast 9'),
    signers('device-close 2', 'new device 2', 'poll-worker 1')))
simple('L4-device-replaced-by-admins', 'L.4', successor(
    'new device 2', 'device', 2, ADMINS, after='cast 9'))
simple('L4-device-replaced-signs', 'L.4', then(successor(
    'new device 2', 'device', 2, ADMINS + ['device 2'], after='cast 9')), may='L.4')
simple('L4-cast-by-the-heir', 'L.4', then(successor(
    'new device 2', 'device', 2, ADMINS + ['device 2'], before='cast 9'),
    signers('cast 9', 'new device 2'), signers('device-close 2', 'new device 2', 'poll-worker 1')),
    may='L.5 L.9')
simple('L4-cast-of-the-replaced', 'L.4', then(successor(
    'new device 2', 'device', 2, ADMINS + ['device 2'], before='cast 9'),
    signers('device-close 2', 'new device 2', 'poll-worker 1')), may='L.5 L.9')
simple('good-guardian-replaced', '', then(successor(
    'new guardian 2', 'guardian', 2, ADMINS + ['guardian 2'], before='keys'), lambda p: [
        p[x].signers.__setitem__(p[x].signers.index('guardian 2'), 'new guardian 2')
        for x in ('keys', 'opening 10', 'share 2 1', 'share 2 2', 'share 2 3', 'result')]))
simple('L4-guardian-replaced-signs', 'L.4', successor(
    'new guardian 3', 'guardian', 3, ADMINS + ['guardian 3'], before='keys'), may='L.5 L.9 L.4 L.6')
simple('good-second-admin-of-a-site', '', lambda p: key(
    p, 'more', 1, 'poll-worker 1 b', ADMINS, 1, before='alarm'))


def keys_without(name, instead=None):
    def act(p):
        p['setup'].fields['keys'] = dump_keys(
            [x for x in listed() if x.name != 'Key of ' + name])
        if instead:                     # it comes later, as another key
            p.insert('comes', form.KEY, ADMINS, before='keys', op=1, role=ROLE['device'], index=3,
                     key=public(instead))
            for item in p.items:
                item.signers = [instead if x == name else x for x in item.signers]
    return act


def also_listed(*more):
    def act(p):
        p['setup'].fields['keys'] = dump_keys(listed() + [
            Listed(ROLE[name.split()[0]], index, public(name), name=name) for name, index in more])
    return act


@fault('L4-fourth-guardian', 'L.4', may='L.5 L.6 L.9')
def _(p):
    """a fourth guardian comes, and its accept stands instead of the third's"""
    p.insert('more', form.KEY, ADMINS, after='notice', op=1, role=ROLE['guardian'], index=4,
             key=public('guardian 4'))
    p['ceremony 3 4'].signers, p['ceremony 3 4'].fields['guardian'] = ['guardian 4'], 4


simple('L7-poll-worker-of-no-site', 'L.7', then(also_listed(('poll-worker 0', 0)), lambda p: p.insert(
    'totals 0', form.TOTALS, ['poll-worker 0'], before='totals 1', site=0, voters=1)), 'L.4 L.5')


for name, more in (('two-keys-of-a-guardian', ('guardian 3 b', 3)), ('guardian-4', ('guardian 4', 4)),
                   ('two-keys-of-a-device', ('device 2 b', 2)),
                   ('site-65536', ('poll-worker 3', 65536))):
    simple('L7-' + name, 'L.7', also_listed(more), AFTER)
for name, label in (('guardian', 'guardian 2'), ('admin', 'admin 3')):
    simple('L7-keys-without-' + name, 'L.7', then(keys_without(label), fields(
        'setup', admin_k=3 if name == 'admin' else 2)), AFTER)
simple('good-keys-without-device', '', keys_without('device 3', 'device 3 b'))
simple('good-device-that-is-none', '', also_listed(('device 9', 9)))


# The ceremony

def step(p, label, guardian, number, data=b'words', **where):
    p.insert(label, form.CEREMONY, ['guardian %d' % guardian], guardian=guardian, step=number,
             ceremony=data, **where)


@fault('good-steps-at-any-time', '')
def _(p):
    for number in (5, 6, 7, 8, 8):
        step(p, 'a %d' % number, 1, number, before='ceremony 1 1')
        step(p, 'b %d' % number, 1, number, before='open')
        step(p, 'c %d' % number, 1, number, before='result')
    p.again('ceremony 1 3', after='ceremony 3 3')


def late_step(number):
    return lambda p: step(p, 'late', 1, number, exchange(p, 1, number), after='open')


simple('L5-late-accept', 'L.5', late_step(4))
simple('L5-late-shares', 'L.5', late_step(3))
simple('L5-late-commit', 'L.5', late_step(1))


def commit(change):
    """What guardian 3's commitment says."""
    def act(p):
        parts = parse_parts(p['ceremony 3 1'].fields['ceremony'])
        p['ceremony 3 1'].fields['ceremony'] = dump_parts(
            [(name, change(p, data)) for name, data in parts])
    return act


def other_hash(p, data):
    own = p.election.keys['H_B'].hex().upper().encode()
    return data.replace(own, b'00' * 32)


simple('L7-commit-other-H_B', 'L.7', commit(other_hash), AFTER)
simple('L7-commit-other-i', 'L.7', commit(lambda p, d: d.replace(b'"i":3', b'"i":2')), AFTER)
simple('L7-commit-form', 'L.7', commit(lambda p, d: d.replace(b'{', b'{ ')), AFTER)


def wording(label, change):
    def act(p):
        p[label].fields['ceremony'] = change(p[label].fields['ceremony'])
    return act


simple('good-accept-of-other-words', '', wording('ceremony 3 4', lambda d: d[:-6] + b'00' + d[-4:]))
simple('good-accept-without-part', '', wording('ceremony 3 4', lambda d: b'accepted'))
simple('good-shares-without-part', '', wording('ceremony 3 3', lambda d: b'shares'))
simple('L7-commit-no-part', 'L.7', wording('ceremony 3 1', lambda d: b'commit'), AFTER)


# Devices

simple('L9-opening-after-device-close', 'L.9', lambda p: p.move('opening 3', after='device-close 1'))
simple('L9-remote-after-its-close', 'L.9', lambda p: p.move('device-close 1', before='ballot 8'),
       'L.5 L.9')
simple('L9-remote-choice-after-its-close', 'L.9', lambda p: p.move('device-close 1', before='cast 2'),
       'L.5 L.9')
simple('L9-opening-after-its-close', 'L.9', signers('opening 10', 'device 3'))
simple('good-late-opening', '', lambda p: p.move('opening 3', before='device-close 1'))
simple('good-opening-after-result', '', lambda p: p.move('opening 10', after='result'))
simple('good-remote-never-opens', '', lambda p: p.remove('device 1', 'device-close 1'))
simple('good-remote-never-closes', '', lambda p: p.remove('device-close 1'))
simple('good-remote-opens-late', '', lambda p: p.move('device 1', after='ballot 1'))
simple('L9-close-unopened', 'L.9', lambda p: p.remove('device 1'))
simple('good-device-opens-late', '', lambda p: p.move('device 3', after='ballot 6'))
simple('good-device-never-closes', '', lambda p: p.remove('device-close 2', 'device-close 3'))
simple('good-device-closes-after-result', '', lambda p: p.move('device-close 3', after='result'))
simple('good-poll-worker-of-another-site', '', signers('device 2', 'device 2', 'poll-worker 2'))
simple('L4-device-two-clerks', 'L.4', signers('device-close 2', 'device 2', 'poll-worker 1',
                                              'poll-worker 2'))
simple('L4-device-with-admin', 'L.4', signers('device-close 2', 'device 2', 'admin 1'))
simple('L4-device-of-another', 'L.4', signers('device-close 2', 'device 3', 'poll-worker 1'))


@fault('good-device-without-ballots', '')
def _(p):
    """open and close, of a device with chaining that sealed none"""
    gone = [x.label for x in p.items if x.label.split()[-1] in ('4', '5', '6', '9') and x.kind in (
        form.BALLOT, form.CAST, form.CHALLENGE, form.SPOIL, form.OPENING, form.ADJUDICATE)]
    p.remove(*gone)
    p['device-close 2'].fields.update(H_last=NONE, H_close=NONE)


# Phases

def phase(op, site, **where):
    return lambda p: p.insert('phase', form.PHASE, ADMINS, op=op, site=site,
                              beacon='x' if op == 1 else '', **dict(
                                  where, **({name: counted(name) for name in form.COUNTS}
                                            if op == 2 else {})))


def counted(name):
    return lambda p: p.counts()[form.COUNTS.index(name)]


simple('good-close-of-a-site-that-never-opened', '', phase(2, 2, before='close'))
simple('good-site-opens-late', '', phase(1, 2, before='close'))
simple('good-site-after-stop', '', then(phase(3, 0, before='close 1'), lambda p: p.insert(
    'open 2', form.PHASE, ADMINS, op=1, site=2, beacon='x', before='close')))
simple('L5-site-twice', 'L.5', phase(1, 1, before='close 1'))
simple('L5-site-again-after-its-close', 'L.5', phase(1, 1, before='close'))
simple('L5-site-closes-twice', 'L.5', phase(2, 1, before='close'))
simple('L5-site-opens-after-close', 'L.5', phase(1, 2, after='close'))
simple('good-site-closes-before-it-opens', '', then(
    phase(2, 2, before='ballot 1'), lambda p: p.insert(
        'open 2', form.PHASE, ADMINS, op=1, site=2, beacon='x', before='close')))
simple('L5-close-before-open', 'L.5', phase(2, 0, before='open'))
simple('L4-open-by-three', 'L.4', signers('open 1', *ADMINS, 'admin 3'))
simple('good-no-shares', '', lambda p: p.remove(
    *('share %d %d' % (i, s) for i in (1, 2) for s in (1, 2, 3))))
simple('good-shares-in-any-order', '', lambda p: p.move('share 1 1', after='share 2 3'))
simple('L4-result-by-guardians', 'L.4', signers('result', 'guardian 1', 'guardian 2'))
simple('L4-result-by-three-admins', 'L.4', signers('result', *ADMINS, 'admin 3', 'guardian 1',
                                                   'guardian 2'))
simple('good-every-audit-step', '', lambda p: [p.insert(
    'step %d' % s, form.AUDIT, ['audit'], after='result', step=s, audit=b'%d' % s) for s in range(1, 9)])
simple('good-alarm-12', '', fields('alarm', code=12))


# The roll

def roll(op, label='late', who=None, before='key-add', **values):
    values = {name: public('voter ' + x) if name in ('credential', 'replaced') else x
              for name, x in values.items()}
    return lambda p: p.insert(label, form.ROLL, who or CLERKS, before=before, op=op,
                              **dict(dict(style=1, weight=1), **values))


simple('good-replace-chain', '', then(
    roll(4, 'one', credential='h', replaced='e'), roll(4, 'two', credential='i', replaced='h'),
    roll(4, 'three', credential='j', replaced='i'), roll(3, 'four', credential='j')))
simple('L6-replace-a-replaced', 'L.6', then(
    roll(4, 'one', credential='h', replaced='e'), roll(4, 'two', credential='i', replaced='e')))
simple('L6-replace-back', 'L.6', then(
    roll(4, 'one', credential='h', replaced='e'), roll(4, 'two', credential='e', replaced='h')))
simple('L6-replace-by-itself', 'L.6', roll(4, credential='e', replaced='e'))
simple('L6-replace-by-a-voter', 'L.6', roll(4, credential='a', replaced='e'))
simple('L6-replace-a-stranger', 'L.6', roll(4, credential='h', replaced='i'))
simple('L6-add-again', 'L.6', roll(2, credential='g'))
simple('L6-revoke-twice', 'L.6', roll(3, credential='g'))
simple('L6-revoke-a-replaced', 'L.6', roll(3, credential='f'))
simple('good-revoke-other-style', '', roll(3, credential='e', style=7, weight=0))
simple('L6-add-before-commit', 'L.6', lambda p: p.move('roll-add', before='roll-commit'), 'L.6')
simple('good-roll-before-the-ceremony', '', lambda p: p.move('roll-commit', before='ceremony 1 1'))
simple('good-commit-with-style', '', fields('roll-commit', style=3, weight=4, reason=5))
simple('good-revoked-in-stop', '', then(phase(3, 0, before='key-add'), roll(3, credential='e')))
simple('L4-roll-two-clerks', 'L.4', signers('roll-revoke', 'registrar', 'admin 1'))
simple('L4-roll-three-admins', 'L.4', signers('roll-revoke', *CLERKS, 'admin 3'))


def gone(voter, before):
    return roll(3, 'gone', before=before, credential=voter)


simple('good-challenge-of-a-revoked', '', gone('c', 'challenge 3'))
simple('good-opening-of-a-revoked', '', gone('c', 'opening 3'))


@fault('good-spoil-of-a-revoked', '')
def _(p):
    gone('d', 'key-add')(p)
    p.insert('spoil 8', form.SPOIL, ['voter d'], before='key-add',
             H_C=p.election.ballots[7]['H_C'])
    p.remove('admin-spoil 8')


def lines(change):
    """The object of the ROLL commit"""
    def act(p):
        data = change(p['roll-commit'].fields['roll'].split(b'\n')[:-1])
        p['roll-commit'].fields.update(roll=b''.join(x + b'\n' for x in data), count=len(data))
    return act


def one(change):
    return lambda data: [change(data[0])] + data[1:]


simple('L6-roll-order', 'L.6', lines(lambda data: data[::-1]), AFTER)
simple('L6-roll-twice', 'L.6', lines(lambda data: data[:1] + data), AFTER)
simple('L6-roll-state', 'L.6', lines(one(lambda x: x.replace(b'active', b'asleep'))), AFTER)
simple('L6-roll-blank', 'L.6', lines(lambda data: data + [b'']), AFTER)


def e_line(change):
    """The line of voter e, who seals nothing"""
    def act(data):
        mine = public('voter e').hex().upper().encode()
        return [change(x) if mine in x else x for x in data]
    return lines(act)


simple('good-roll-style', '', e_line(lambda x: x.replace(b'"style":1', b'"style":9')))
simple('good-roll-weight-0', '', e_line(lambda x: x.replace(b'"weight":1', b'"weight":0')))
simple('good-roll-weight', '', e_line(lambda x: x.replace(b'"weight":1', b'"weight":5')))
simple('good-roll-revoked', '', e_line(lambda x: x.replace(b'active', b'revoked')))
simple('L6-revoke-revoked-line', 'L.6', then(
    e_line(lambda x: x.replace(b'active', b'revoked')), roll(3, credential='e')))


@fault('L6-commit-after-open', 'L.6', base='mail')
def _(p):
    line = {'credential': public('voter a'), 'style': 1, 'weight': 9, 'state': 'active'}
    p.insert('roll-commit', form.ROLL, CLERKS, after='open', op=1, count=1,
             roll=dump(sc.ROLL, line) + b'\n')


# Choices

def choice(kind, who, number, base_label, **more):
    def act(p):
        p.insert('also', kind, who, after=base_label, H_C=p.election.ballots[number - 1]['H_C'],
                 **more)
    return act


for name, kind, who, number, label in (
        ('challenge-twice', form.CHALLENGE, ['voter c'], 3, 'challenge 3'),
        ('spoil-twice', form.SPOIL, ['device 2'], 5, 'spoil 5'),
        ('spoil-after-cast', form.SPOIL, ['voter b'], 2, 'cast 2'),
        ('challenge-after-spoil', form.CHALLENGE, ['device 2'], 5, 'spoil 5'),
        ('admins-spoil-a-cast', form.SPOIL, ADMINS, 1, 'adjudicate 4'),
        ('admins-spoil-a-challenged', form.SPOIL, ADMINS, 3, 'adjudicate 4')):
    simple('L5-' + name, 'L.5', choice(kind, who, number, label), 'L.9')
simple('L5-cast-after-challenge', 'L.5', choice(
    form.CAST, ['voter c'], 3, 'challenge 3', credential=public('voter c'), seq=1), 'L.9')
simple('L5-credential-of-a-device', 'L.5', fields('cast 7', credential=public('voter e')), 'L.5 L.9')
simple('L5-cast-without-credential', 'L.5', fields('cast 2', credential=NONE), 'L.5 L.9')
simple('L5-adjudicate-other-op', 'L.5', lambda p: p.again(
    'adjudicate 4', after='adjudicate 4', op=2))
simple('L5-adjudicate-refused', 'L.5', lambda p: p.again('adjudicate 9', after='adjudicate 9', op=1))
simple('L4-adjudicate-by-one', 'L.4', signers('adjudicate 9', 'admin 2'))
simple('L5-adjudicate-superseded', 'L.5', fields(
    'adjudicate 9', H_C=lambda p: p.election.ballots[0]['H_C']), 'L.5', 'revote')


@fault('L5-revote-backwards', 'L.5', may='L.9', base='revote')
def _(p):
    """the ballot of the second CAST was sealed before that of the first"""
    p.move('cast 1', after='ballot 11')
    p.move('cast 11', after='cast 1')
    first, second = (p[x].fields['H_C'] for x in ('cast 1', 'cast 11'))
    p['cast 1'].fields['H_C'], p['cast 11'].fields['H_C'] = second, first


@fault('L5-two-guardians-open', 'L.5')
def _(p):
    p.again('opening 10', after='opening 10')
    p['opening 10 again'].signers = ['guardian 1']


simple('L4-opening-by-admin', 'L.4', signers('opening 10', 'admin 1'))
simple('L4-opening-by-two', 'L.4', signers('opening 10', 'guardian 1', 'guardian 2'))
simple('L4-opening-by-another-device', 'L.4', signers('opening 3', 'device 2'))
simple('L4-opening-by-another-voter', 'L.4', signers('opening 3', 'voter a'))
simple('L4-spoil-by-one-admin', 'L.4', signers('admin-spoil 8', 'admin 1'), may='L.5')


@fault('good-opening-before-close-and-after', '')
def _(p):
    """by its own key first, then by a guardian"""
    p.again('opening 3', after='opening 10')
    p['opening 3 again'].signers = ['guardian 1']


@fault('good-guardian-opens-first', '')
def _(p):
    """a guardian opens a remote ballot, then the ballot's own key does"""
    p.remove('device-close 1')
    p.move('opening 3', after='opening 10')
    p.again('opening 3', before='opening 3')
    p['opening 3 again'].signers = ['guardian 1']


@fault('good-same-line-twice', '', base='mail')
def _(p):
    """a MAIL_CAST with an object that another entry names, too"""
    p.insert('extra', form.AUDIT, ['audit'], before='tally', step=2,
             audit=dump(sc.MAIL_CAST, election_mail.cast_line(p.election, 0)))
