"""Faults of the checkpoint, the tree, the quorum and the form of entries: L.1 to L.4."""
import board_form as form
import board_note as notes
import hashes as hs
from board_faultlib import (broken, fault, fields, files, flip, make_bad, point, raw, signatures,
                            signers, simple)
from board_form import NONE
from board_make import ADMINS, ORIGIN, seed


# L.1: origin and signature of the checkpoint

def another_origin(p):
    p.point = lambda size, root: notes.Checkpoint('board.example/other', size, root)
    for item in p.items:
        item.origin = 'board.example/other'


def another_key(p):
    p.log_seed = seed('another log')


def another_name(p):
    p.log_name = 'board.example/other'


class Extended(notes.Checkpoint):
    def note(self):
        note = super().note()
        note.text += b'an extension line\n'
        return note


simple('good-once', '', lambda p: None)
simple('good-revote', '', lambda p: None, base='revote')
simple('good-long', '', lambda p: None, base='long')
simple('good-short', '', lambda p: None, base='short')
simple('L1-origin', 'L.1', another_origin)
simple('L1-another-key', 'L.1', another_key)
simple('L1-another-name', 'L.1', another_name)
simple('L1-signature', 'L.1', signatures(make_bad(0)))
simple('L1-unsigned', 'L.1', signatures(lambda found: found.pop(0)))
simple('L1-extension', 'L.1', point(lambda size, root: Extended(ORIGIN, size, root)))
simple('L1-checkpoint-gone', 'L.1', files(lambda data: data.pop('checkpoint')))


# L.2: the tree

def last(data, start):
    return [path for path in sorted(data) if path.startswith(start)][-1]


simple('L2-root', 'L.2', point(lambda size, root: notes.Checkpoint(ORIGIN, size, hs.digest('x', root))))
simple('L2-size', 'L.2', point(lambda size, root: notes.Checkpoint(ORIGIN, size + 1, root)))
simple('L2-tile', 'L.2', files(lambda data: flip(data, last(data, 'tile/0/'), 40)))
simple('L2-tile-gone', 'L.2', files(lambda data: data.pop(last(data, 'tile/0/'))))
simple('L2-entry', 'L.2', files(lambda data: flip(data, last(data, 'tile/entries/'), -3)), may='L.4')
simple('L2-bundle-gone', 'L.2', files(lambda data: data.pop(last(data, 'tile/entries/'))))
simple('L2-full-tile', 'L.2', files(lambda data: flip(data, 'tile/0/000', 32 * 255)), base='long')
simple('L2-full-bundle', 'L.2', files(lambda data: flip(data, 'tile/entries/000', -3)), base='long',
       may='L.4')
simple('L2-level-1', 'L.2', files(lambda data: flip(data, 'tile/1/000.p/1', 7)), base='long')


@fault('L2-bundle-short', 'L.2', may='L.4')
def _(p):
    def act(data):
        path = last(data, 'tile/entries/')
        data[path] = data[path][:-1]
    p.change_files = act


# L.3: the quorum

def only(*names):
    def act(p):
        p.cosigners = list(names)
    return act


W = ['witness.example/w%d' % i for i in range(1, 5)]
simple('L3-two-of-four', 'L.3', only(*W[:2]))
simple('L3-nobody', 'L.3', only())
simple('L3-stranger', 'L.3', only(W[0], W[1], 'witness.example/w5'))
simple('L3-one-thrice', 'L.3', only(W[0], W[0], W[0]))
simple('L3-false', 'L.3', signatures(make_bad(3)))


@fault('L3-time', 'L.3')
def _(p):
    """the time of a cosignature changed"""
    def change(found):
        found[2] = broken(found[2], 7)
    signatures(change)(p)


@fault('L3-of-another-head', 'L.3')
def _(p):
    """a cosignature moved here from another checkpoint"""
    def change(found):
        other = notes.Checkpoint(ORIGIN, 1, bytes(32)).note()
        found[3] = other.cosign(W[2], seed(W[2]), 1793800000).signatures[0]
    signatures(change)(p)


def weak_policy(p):
    """strict, but the policy of SETUP asks for 2 of 4"""
    p['setup'].fields['policy'] = p.policy.replace(b'all 3', b'all 2')


simple('L3-profile', 'L.3', weak_policy)


# L.4: form, signatures, slots

def cut(data):
    return data[:-1]


def no_signatures(data):
    entry = form.decode(data)
    entry.signatures = []
    return entry.encode()


def swap(data):
    entry = form.decode(data)
    head, n = entry.head(), len(entry.signatures)
    parts = [a + b'\1' + b for a, b in reversed(entry.signatures)]
    return head + bytes([n]) + b''.join(parts)


def change_signature(data):
    entry = form.decode(data)
    number, value = entry.signatures[0]
    entry.signatures[0] = number, value[:63] + bytes([value[63] ^ 1])
    return entry.encode()


def at_byte(at, value):
    return lambda data: data[:at] + bytes([value]) + data[at + 1:]


for label, change in (('type', at_byte(4, 23)), ('magic', at_byte(3, 0x32)), ('tail', lambda d: d + b'\0'),
                      ('cut', cut), ('unsigned', no_signatures), ('order', swap),
                      ('signature', change_signature)):
    simple('L4-' + label, 'L.4', raw('notice', change))
simple('L4-algorithm', 'L.4', raw('audit', lambda d: d[:-65] + b'\2' + d[-64:]))
simple('L4-range-notice', 'L.4', fields('notice', text=''))
simple('L4-range-audit', 'L.4', fields('audit', step=9))
simple('L4-range-weight', 'L.4', fields('ballot 8', weight=0), may='L.5 L.9')
simple('L4-range-alarm', 'L.4', fields('alarm', code=21))
simple('L4-zeros', 'L.4', fields('open 1', cast=1))
simple('L4-few-admins', 'L.4', signers('notice', 'admin 1'))
simple('L4-many-admins', 'L.4', signers('notice', 'admin 1', 'admin 2', 'admin 3'))
simple('L4-one-admin-twice', 'L.4', signers('notice', 'admin 1', 'admin 1'))
simple('L4-not-an-admin', 'L.4', signers('notice', 'admin 1', 'registrar'))
simple('L4-unknown-key', 'L.4', signers('release', 'nobody'))
simple('L4-audit-by-release', 'L.4', signers('audit', 'release'))
simple('L4-roll-without-registrar', 'L.4', signers('roll-add', *ADMINS), may='L.6')
simple('L4-device-alone', 'L.4', signers('device 3', 'device 3'), may='L.5 L.9')
simple('L4-ceremony-of-another', 'L.4', signers('ceremony 2 3', 'guardian 1'))
simple('L4-keys-without-guardian', 'L.4', signers('keys', *(ADMINS + ['guardian 1', 'guardian 2'])),
       may='L.5 L.9 L.6')
simple('L4-totals-of-another-site', 'L.4', signers('totals 2', 'poll-worker 1'), may='L.9')
simple('L4-share-of-another', 'L.4', signers('share 2 2', 'guardian 3'))
simple('L4-result-one-guardian', 'L.4', signers('result', *(ADMINS + ['guardian 1'])))
simple('L4-tally-of-another', 'L.4', signers('tally', 'someone'), may='L.5')
simple('L4-ballot-by-admin', 'L.4', signers('ballot 8', 'admin 1'), may='L.5 L.9')
simple('L4-ballot-by-device', 'L.4', signers('ballot 8', 'device 1'), may='L.5 L.9')
simple('L4-revoke-by-admins', 'L.4', signers('key-revoke', *ADMINS))


@fault('L4-revoked', 'L.4')
def _(p):
    """a revoked key signs"""
    p.insert('late', form.TOTALS, ['poll-worker 3'], after='key-revoke', site=3)


@fault('L5-key-again', 'L.5')
def _(p):
    """a revoked key is added again"""
    p.again('key-add', after='key-revoke')


@fault('good-lost-key', '')
def _(p):
    """revoked by k admins and one more"""
    p['key-revoke'].signers = ADMINS + ['admin 3']


@fault('L4-slot', 'L.4')
def _(p):
    p['alarm'].slot = 0


@fault('L4-other-origin', 'L.4')
def _(p):
    """signed for another log"""
    p['audit'].origin = 'board.example/other'


@fault('L4-before-open', 'L.4', may='L.5 L.9')
def _(p):
    """B06: signed before OPEN, logged after it"""
    p['ballot 8'].opened = NONE


@fault('L4-other-open', 'L.4')
def _(p):
    p['alarm'].opened = hs.digest('x', b'')
