"""Faults around the tally: which TALLY is it, heads, stop, mail casts, contest data, the roll."""
import board_form as form
import board_tree as tree
import election_mail
import hashes as hs
import schemas as sc
from board_faultlib import fault, fields, signers, simple
from board_make import ADMINS, Plan, public
from form import dump

CLERKS = ['registrar'] + ADMINS
simple('good-mail', '', lambda p: None, base='mail')


# The tally

def tally(p, label, who, before, head=Plan.head, **more):
    """Another TALLY, of other bytes."""
    p.insert(label, form.TALLY, [who], before=before, key=public(who), head=head,
             tally_encrypted=p['tally'].fields['tally_encrypted'] + label.encode(), **more)


def late(p, *labels, before='tally'):
    """These entries stand late."""
    for label in labels:
        p.move(label, before=before)


UPLOAD = ('ballot 10', 'challenge 10', 'device-close 3', 'opening 10', 'admin-spoil 8',
          'adjudicate 4', 'adjudicate 9', 'totals 1', 'totals 2')


@fault('good-tally-of-a-stranger', '')
def _(p):
    """a TALLY of a key that nobody listed changes nothing"""
    tally(p, 'foreign', 'stranger', before='tally')


@fault('good-upload-after-a-stranger', '')
def _(p):
    """a device comes back, and admins decide, after a stranger's TALLY"""
    tally(p, 'foreign', 'stranger', before='tally')
    late(p, *UPLOAD)


@fault('good-upload-after-an-auditor', '')
def _(p):
    """roles audit, registrar and poll worker are in force, and their TALLYs change nothing"""
    for name in ('audit', 'registrar', 'poll-worker 1', 'device 2'):
        tally(p, 'of ' + name, name, before='tally')
    late(p, *UPLOAD)


@fault('good-upload-after-a-revoked-admin', '')
def _(p):
    p.insert('gone', form.KEY, ADMINS + ['admin 3'], before='tally', op=2, role=1,
             key=public('admin 3'))
    tally(p, 'of the revoked', 'admin 3', before='tally')
    late(p, *UPLOAD)


@fault('good-tally-of-an-added-admin', '')
def _(p):
    p.insert('came', form.KEY, ADMINS, before='tally', op=1, role=1, key=public('admin 4'))
    p['tally'].signers, p['tally'].fields['key'] = ['admin 4'], public('admin 4')


@fault('good-tally-of-a-guardian', '')
def _(p):
    p['tally'].signers, p['tally'].fields['key'] = ['guardian 3'], public('guardian 3')


@fault('good-tallies-after-the-tally', '')
def _(p):
    """the first counts"""
    for name in ('admin 2', 'guardian 1', 'stranger'):
        tally(p, 'of ' + name, name, before='share 1 1')


@fault('good-signed-in-at-the-tally', '')
def _(p):
    """totals that come after a stranger's TALLY"""
    p['totals 1'].fields['voters'] = 2
    tally(p, 'foreign', 'stranger', before='totals 2')


@fault('L9-signed-in-at-the-tally', 'L.9', may='L.5')
def _(p):
    """an admin's TALLY before the totals of the second site"""
    p['totals 1'].fields['voters'] = 2
    p.move('tally', before='totals 2')


def nobody_counts(p):
    p['tally'].signers, p['tally'].fields['key'] = ['stranger'], public('stranger')


simple('L5-share-after-a-stranger', 'L.5', nobody_counts)


@fault('L5-result-after-a-stranger', 'L.5')
def _(p):
    nobody_counts(p)
    p.items = [x for x in p.items if x.kind != form.SHARE]


def after_guardian(label):
    """Nothing is decided any more after a guardian's TALLY."""
    def act(p):
        tally(p, 'earlier', 'guardian 1', before='tally')
        p.move(label, before='tally')
    return act


simple('L5-adjudicate-after-a-guardian', 'L.5', after_guardian('adjudicate 9'))
simple('L5-spoil-after-a-guardian', 'L.5', after_guardian('admin-spoil 8'))
simple('L5-totals-after-a-guardian', 'L.5', after_guardian('totals 2'))


@fault('L5-upload-after-an-admin', 'L.5', may='L.9')
def _(p):
    tally(p, 'earlier', 'admin 3', before='tally')
    late(p, 'ballot 10', 'challenge 10', 'device-close 3', 'opening 10')


@fault('L5-stranger-before-close', 'L.5')
def _(p):
    tally(p, 'foreign', 'stranger', before='close 1')


@fault('good-totals-beside-mail', '', base='mail')
def _(p):
    """one signed in, one cast in the booth; four by mail"""
    p.insert('totals', form.TOTALS, ['poll-worker 1'], before='tally', site=1, voters=1)


@fault('L9-totals-beside-mail', 'L.9', may='L.5', base='mail')
def _(p):
    p.insert('totals', form.TOTALS, ['poll-worker 1'], before='tally', site=1, papers=1)


# Heads

def false_root(p):
    size, root = p.head()
    return size, hs.digest('x', root)


def one_less(p):
    """The size of the log, and the root that it had before."""
    return len(p.entries), tree.root([tree.leaf_hash(x) for x in p.entries[:-1]])


def too_large(p):
    return len(p.entries) + 1, p.head()[1]


def upto(p, count):
    return count, tree.root([tree.leaf_hash(x) for x in p.entries[:count]])


def without(label):
    """The head before this entry."""
    return lambda p: upto(p, p.at(label))


for label in ('tally', 'share 2 3', 'attest', 'attest 2'):
    for name, head in (('root', false_root), ('old-root', one_less), ('too-large', too_large)):
        simple('L5-%s-%s' % (label.replace(' ', '-'), name), 'L.5', fields(label, head=head),
               may='L.5 L.9' if label == 'tally' else '')
simple('L5-share-without-the-tally', 'L.5', fields('share 1 1', head=without('tally')))
simple('L5-share-before-voting', 'L.5', fields('share 2 2', head=without('open')))
simple('L5-attest-of-another-election', 'L.5',
       fields('attest', head=lambda p: (7, hs.digest('x', b''))))


@fault('L5-foreign-root', 'L.5')
def _(p):
    """a stranger's TALLY changes nothing, and its head is true all the same"""
    tally(p, 'foreign', 'stranger', before='tally', head=false_root)


@fault('L5-share-with-a-strangers-tally', 'L.5')
def _(p):
    """the head holds a TALLY, but not the tally"""
    tally(p, 'foreign', 'stranger', before='tally')
    p['share 1 2'].fields['head'] = without('tally')


@fault('good-old-heads', '')
def _(p):
    """any true head, a share's from the tally on"""
    p['attest 2'].fields['head'] = lambda p: upto(p, 1)
    p['tally'].fields['head'] = without('notice')
    p['share 2 3'].fields['head'] = without('share 1 1')


# Stop

def stop(p, before='close 1', **more):
    p.insert('stop', form.PHASE, ADMINS, before=before, op=3, **more)


@fault('good-stop', '')
def _(p):
    """between stop and CLOSE whatever is no voting goes on"""
    stop(p, before='key-add')
    p.move('opening 3', after='stop')
    p.insert('more', form.ROLL, CLERKS, after='stop', op=2, credential=public('voter h'),
             style=1, weight=1)


def stopped(name, label, base='once', must='L.5', may='L.5 L.9'):
    def act(p):
        if base == 'once':
            stop(p)
        p.move(label, after='stop')
    simple('L5-%s-after-stop' % name, must, act, may, base)


for name, label in (('ballot', 'ballot 8'), ('cast', 'cast 2'), ('challenge', 'challenge 10'),
                    ('spoil', 'spoil 5'), ('cast-of-a-device', 'cast 7')):
    stopped(name, label)
stopped('mail-cast', 'mail-cast 8', 'mail')
stopped('ballot-by-mail', 'ballot 8', 'mail')
simple('L5-stop-twice', 'L.5', lambda p: p.again('stop', after='stop'), base='mail')
simple('L5-stop-before-open', 'L.5', lambda p: stop(p, before='open'))
simple('L5-stop-after-close', 'L.5', lambda p: p.move('stop', after='close'), base='mail')
simple('L5-stop-before-keys', 'L.5', lambda p: stop(p, before='keys'))
simple('L4-stop-of-a-site', 'L.4', fields('stop', site=1), base='mail')
simple('L4-stop-beacon', 'L.4', fields('stop', beacon='dice'), base='mail')
simple('L4-stop-counts', 'L.4', fields('stop', refused=1), base='mail')
simple('L4-stop-by-one', 'L.4', signers('stop', 'admin 1'), base='mail')
simple('L4-phase-op', 'L.4', fields('stop', op=4), base='mail')


# Mail casts

def mail_cast(p, label, number, who, of=None, **where):
    """A MAIL_CAST of this ballot, with the line of ballot `of`."""
    line = election_mail.cast_line(p.election, (of or number) - 1)
    p.insert(label, form.MAIL_CAST, [who], H_C=p.election.ballots[number - 1]['H_C'],
             mail_cast=dump(sc.MAIL_CAST, line), **where)


def not_by_mail(number, who, before):
    return lambda p: p.insert('also', form.MAIL_CAST, [who], before=before, mail_cast=b'{}',
                              H_C=p.election.ballots[number - 1]['H_C'])


simple('L5-mail-cast-in-a-booth', 'L.5', not_by_mail(3, 'device 2', 'cast 3'), base='mail')
simple('L5-mail-cast-of-a-device', 'L.5', not_by_mail(4, 'device 2', 'cast 4'))
simple('L5-mail-cast-of-a-voter', 'L.5', not_by_mail(2, 'voter b', 'cast 2'))
simple('L5-mail-cast-twice', 'L.5', lambda p: p.again('mail-cast 1', after='mail-cast 1'),
       base='mail')
simple('L5-mail-cast-twice-other', 'L.5', lambda p: mail_cast(p, 'also', 1, 'device 1', 4,
                                                              after='mail-cast 1'), base='mail')
simple('L5-cast-without-mail-cast', 'L.5', lambda p: p.remove('mail-cast 4'), 'L.5 L.9', 'mail')
simple('L5-cast-before-mail-cast', 'L.5', lambda p: p.move('mail-cast 4', after='cast 4'),
       'L.5 L.9', 'mail')
simple('L5-mail-cast-unknown', 'L.5', fields('mail-cast 4', H_C=hs.digest('code', b'')),
       'L.5 L.9', 'mail')
simple('L5-mail-cast-after-cast', 'L.5', lambda p: p.again('mail-cast 1', after='cast 1'),
       base='mail')


@fault('L5-mail-cast-before-ballot', 'L.5', may='L.5 L.9', base='mail')
def _(p):
    p.move('mail-cast 1', before='ballot 1')


def chosen(number, label):
    return lambda p: mail_cast(p, 'also', number, 'device 1', after=label)


simple('L5-mail-cast-after-challenge', 'L.5', chosen(2, 'challenge 2'), base='mail')
simple('L5-mail-cast-after-spoil', 'L.5', chosen(5, 'spoil 5'), base='mail')


def after_tally(p):
    """The last ballot is sealed only: it would be cast after the tally."""
    p.move('device-close 1', after='tally')
    for label in ('cast 8', 'mail-cast 8'):
        p.move(label, after='tally')


simple('L5-mail-cast-after-the-tally', 'L.5', after_tally, 'L.5 L.9', 'mail')
simple('L9-mail-cast-after-device-close', 'L.9', lambda p: p.move(
    'device-close 1', before='mail-cast 8'), 'L.5 L.9', 'mail')
simple('L4-mail-cast-by-another', 'L.4', signers('mail-cast 1', 'device 2'), 'L.5 L.9', 'mail')
simple('L4-mail-cast-by-admins', 'L.4', signers('mail-cast 1', *ADMINS), 'L.5 L.9', 'mail')
simple('L4-mail-cast-no-object', 'L.4', fields('mail-cast 1', mail_cast=lambda p: form.NO_OBJECT),
       'L.5 L.9', 'mail')


@fault('L5-challenge-after-mail-cast', 'L.5', may='L.9', base='mail')
def _(p):
    """opened, it would show the vote"""
    p['cast 8'].kind = form.CHALLENGE


@fault('good-mail-cast-and-spoil', '', base='mail')
def _(p):
    """What came back was recorded, then spoiled: it is not counted."""
    p['cast 6'].kind = form.SPOIL
    p.remove('adjudicate 6')


# Contest data

moved = [('early', 'result'), ('before-shares', 'share 1 1'), ('before-tally', 'tally')]
for name, before in moved:
    simple('L5-contest-data-' + name, 'L.5', lambda p, b=before: p.move('contest-data', before=b),
           base='mail')
simple('L5-contest-data-twice', 'L.5', lambda p: p.again('contest-data', after='contest-data'),
       base='mail')
simple('L5-contest-data-other', 'L.5', lambda p: p.again(
    'contest-data', after='contest-data', contest_data=b'other'), base='mail')
simple('L4-contest-data-by-one', 'L.4', signers('contest-data', 'admin 1'), base='mail')
simple('L4-contest-data-by-guardians', 'L.4', signers('contest-data', 'guardian 1', 'guardian 2'),
       base='mail')
simple('L4-contest-data-none', 'L.4', fields('contest-data', contest_data=lambda p: form.NO_OBJECT),
       base='mail')


@fault('good-no-contest-data', '', base='mail')
def _(p):
    p.remove('contest-data')


# What lines say

def gone(label, field):
    def act(p):
        kind = hs.digest(field, p[label].fields[field]).hex()
        p.change_files = lambda data: data.pop('obj/%s/%s/%s' % (kind[:2], kind[2:4], kind))
    return act


simple('L7-mail-cast-gone', 'L.7', gone('mail-cast 4', 'mail_cast'), base='mail')
simple('L7-contest-data-gone', 'L.7', gone('contest-data', 'contest_data'), base='mail')


@fault('L7-mail-cast-says', 'L.7', base='mail')
def _(p):
    """the line is that of another ballot"""
    p['mail-cast 4'].fields['mail_cast'] = p['mail-cast 1'].fields['mail_cast']


@fault('L7-opening-says', 'L.7')
def _(p):
    p['opening 10'].fields['challenged'] = p['opening 3'].fields['challenged']


@fault('L7-mail-opening-says', 'L.7', base='mail')
def _(p):
    line = election_mail.open_line(p.election, 0)
    p['opening 2'].fields['challenged'] = dump(sc.MAIL_OPEN, line)


simple('L7-mail-cast-no-line', 'L.7', fields('mail-cast 4', mail_cast=b'no line'), base='mail')
simple('L7-opening-no-line', 'L.7', fields('opening 10', challenged=b'no line'))


# The roll

def rolls(name, label, base='once', must='L.6', may='L.4 L.5 L.6', **values):
    simple('L6-' + name, must, fields(label, **values), may, base)


for label in ('add', 'replace'):
    rolls(label + '-style', 'roll-' + label, style=2)
    rolls(label + '-style-0', 'roll-' + label, style=0)
    rolls(label + '-weight', 'roll-' + label, weight=2)
    rolls(label + '-weight-0', 'roll-' + label, weight=0)


def weighty(p, weight):
    """The election by mail has weights; a roll may stand though no device is remote."""
    voters = [public('voter ' + x) for x in 'ab']
    line = {'credential': voters[0], 'style': 1, 'weight': 9, 'state': 'active'}
    p.insert('roll-commit', form.ROLL, CLERKS, before='keys', op=1, count=1,
             roll=dump(sc.ROLL, line) + b'\n')
    p.insert('heavy', form.ROLL, CLERKS, before='open', op=2, credential=voters[1], style=1,
             weight=weight)


simple('good-weight', '', lambda p: weighty(p, 2 ** 31 - 1), base='mail')
simple('L6-heavy', 'L.6', lambda p: weighty(p, 2 ** 31), base='mail')
simple('L6-weight-0', 'L.6', lambda p: weighty(p, 0), base='mail')
