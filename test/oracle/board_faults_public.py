"""Faults of the public files: signatures of the checkpoint, policies, tiles, setup/ and SETUP."""
import board_faults_log as base
import board_note as notes
import board_tree as tree
import hashes as hs
from board_faultlib import broken, fault, files, point, signatures, simple
from board_make import ADMINS, ORIGIN, TIME, WITNESSES, policy, public, seed, vkey

AFTER = 'L.4 L.5 L.6 L.7 L.9'


# The origin

def named(origin):
    def act(p):
        p.point, p.log_name = lambda size, root: notes.Checkpoint(origin, size, root), origin
        for item in p.items:
            item.origin = origin
        mine = notes.Key(origin, notes.LOG, public(ORIGIN)).text().encode()
        trust(p, p.policy.replace(vkey(ORIGIN, notes.LOG).encode(), mine))
    return act


def trust(p, data, **setup):
    """A policy that SETUP names, too."""
    p.policy = data
    p['setup'].fields.update(policy=data, **setup)


simple('good-origin-255', '', named('a' * 255))
simple('good-origin-odd', '', named('!"#$%&()~'))
simple('L1-origin-256', 'L.1', point(lambda size, root: notes.Checkpoint('a' * 256, size, root)))
simple('L1-origin-umlaut', 'L.1', point(lambda size, root: notes.Checkpoint(
    'b\u00f6rd.example/x', size, root)))
simple('L1-origin-blank', 'L.1', files(lambda data: data.update(
    checkpoint=data['checkpoint'].replace(b'example/oracle\n', b'example/ oracle\n', 1))))


# The form of the checkpoint

def text(change):
    return files(lambda data: data.update(checkpoint=change(data['checkpoint'])))


for name, change in (
        ('crlf', lambda d: d.replace(b'\n', b'\r\n')), ('bom', lambda d: b'\xef\xbb\xbf' + d),
        ('plus', lambda d: d.replace(b'\n71\n', b'\n+71\n')),
        ('zero', lambda d: d.replace(b'\n71\n', b'\n071\n')),
        ('blank-end', lambda d: d + b'\n'), ('blank-line', lambda d: d.replace(b'\n\n', b'\n\n\n')),
        ('dash', lambda d: d.replace('\u2014'.encode(), b'--', 1)), ('empty', lambda d: b''),
        ('words', lambda d: d + b'words\n'), ('no-end', lambda d: d[:-1]),
        ('padding', lambda d: d.replace(b'=\n\n', b'\n\n', 1))):
    simple('L1-form-' + name, 'L.1', text(change))


# Its signatures

FOREIGN = ('x.example/w9', b'abcd', b'x' * 72)


def cosigned(note_text, name, time, by=None):
    return notes.Note(note_text).cosign(name, seed(by or name), time).signatures[0]


def with_text(change):
    """change(text of the note, signatures)"""
    def act(data):
        note = notes.Note.parse(data['checkpoint'])
        change(note.text, note.signatures)
        data['checkpoint'] = note.dump()
    return files(act)


def again(name, time, spoil=False):
    """One more cosignature of this witness."""
    def change(note_text, found):
        one = cosigned(note_text, name, time)
        found.append(broken(one) if spoil else one)
    return with_text(change)


def all_at(time):
    return with_text(lambda note_text, found: found.__setitem__(slice(1, None), [
        cosigned(note_text, name, time) for name in WITNESSES[:3]]))


def false_log_key(found):
    found.append((ORIGIN, notes.Key(ORIGIN, notes.LOG, public('a second log')).id, b'y' * 64))


simple('good-100-signatures', '', signatures(lambda found: found.extend([FOREIGN] * 96)))
simple('L1-101-signatures', 'L.1', signatures(lambda found: found.extend([FOREIGN] * 97)))
simple('good-log-twice', '', signatures(lambda found: found.append(found[0])))
simple('L1-log-true-and-false', 'L.1', signatures(lambda found: found.append(broken(found[0]))))
simple('L1-log-false-and-true', 'L.1', signatures(lambda found: found.insert(0, broken(found[0]))))
simple('good-witness-twice', '', signatures(lambda found: found.append(found[1])))
simple('good-witness-again', '', again(WITNESSES[0], TIME + 99))
simple('good-any-order', '', signatures(lambda found: found.reverse()))
simple('good-time-0', '', all_at(0))
simple('good-time-large', '', all_at(2 ** 63 - 1))
simple('L3-time-2^63', 'L.3', all_at(2 ** 63))
simple('L3-true-and-false', 'L.3', again(WITNESSES[0], TIME, spoil=True))
simple('L3-fourth-false', 'L.3', again(WITNESSES[3], TIME, spoil=True))
simple('L3-short', 'L.3', signatures(lambda found: found.append(
    (WITNESSES[3], notes.Key(WITNESSES[3], 4, public(WITNESSES[3])).id, b'y'))))
simple('L3-as-a-log', 'L.3', signatures(lambda found: found.append(
    (WITNESSES[3], notes.Key(WITNESSES[3], 4, public(WITNESSES[3])).id, b'y' * 64))))
simple('L3-other-name', 'L.3', signatures(lambda found: found.append(
    ('w.example/other',) + found.pop()[1:])))
simple('L3-other-key-of-the-name', 'L.3', with_text(lambda note_text, found: found.__setitem__(
    3, cosigned(note_text, WITNESSES[2], TIME, WITNESSES[3]))))


# Policies

def policies(change, profile=1, cosigners=3):
    def act(p):
        trust(p, change(policy().decode()).encode(), profile=profile)
        p.cosigners = WITNESSES[:cosigners]
    return act


FIFTH = 'witness w5 %s\n' % vkey('witness.example/w5')
SECOND = 'log %s\n' % notes.Key(ORIGIN, notes.LOG, public('a second log')).text()
TWO_OF_THREE = ('3 w1 w2 w3 w4', '2 w1 w2 w3')
simple('good-policy-blanks', '', policies(lambda t: '# words\n\n \t' + t.replace(' ', '  \t')))
simple('good-policy-address', '', policies(lambda t: t.replace('\nw', ' https://w.example/\nw', 2)))
simple('good-fifth-witness', '', policies(lambda t: t.replace('group', FIFTH + 'group')))
simple('good-other-group', '', policies(lambda t: t.replace(
    'group', FIFTH + 'group one any w5\ngroup')))
simple('good-four-of-four', '', policies(lambda t: t.replace('all 3', 'all all'), cosigners=4))
simple('L3-three-of-four', 'L.3', policies(lambda t: t.replace('all 3', 'all all')))
simple('good-small', '', policies(lambda t: t.replace(*TWO_OF_THREE), 2))
simple('L3-small-as-strict', 'L.3', policies(lambda t: t.replace(*TWO_OF_THREE)))
simple('L3-strict-as-small', 'L.3', policies(lambda t: t, 2))
simple('good-nobody-watches', '', policies(lambda t: t.replace('quorum all', 'quorum none'), 3, 0))
simple('L3-none-as-strict', 'L.3', policies(lambda t: t.replace('quorum all', 'quorum none')))
simple('L3-none-as-small', 'L.3', policies(lambda t: t.replace('quorum all', 'quorum none'), 2))
simple('L3-strict-as-none', 'L.3', policies(lambda t: t, 3))
simple('L3-one-as-none', 'L.3', policies(lambda t: t.replace('quorum all', 'quorum w1'), 3))
simple('L3-two-of-four-agreed', 'L.3', policies(lambda t: t.replace('all 3', 'all 2')))
simple('L3-groups-in-groups', 'L.3', policies(lambda t: t.replace(
    'group all 3 w1 w2 w3 w4', 'group a 2 w1 w2\ngroup all 2 a w3')))
simple('good-two-logs', '', policies(lambda t: SECOND + t))


@fault('good-two-logs-other-signs', '')
def _(p):
    policies(lambda t: SECOND + t)(p)
    p.log_seed = seed('a second log')


@fault('L3-two-logs-other-false', 'L.3')
def _(p):
    policies(lambda t: SECOND + t)(p)
    signatures(false_log_key)(p)


@fault('L3-false-outside-the-quorum', 'L.3')
def _(p):
    """by a witness of the policy that is in no group"""
    policies(lambda t: t.replace('group', FIFTH + 'group'))(p)
    again('witness.example/w5', TIME, spoil=True)(p)


@fault('L3-false-and-nobody-watches', 'L.3')
def _(p):
    policies(lambda t: t.replace('quorum all', 'quorum none'), 3)(p)
    signatures(lambda found: found.append(broken(found[1])))(p)


# Tiles and bundles

def more(start, data):
    return files(lambda made: made.update({base.last(made, start): made[base.last(made, start)] + data}))


def full(made, end):
    for start in ('tile/0/', 'tile/entries/'):
        path = base.last(made, start)
        made[path[:path.index('.p/')]] = made.pop(path) + end[start]


ENDS = {'tile/0/': bytes(32) * 5, 'tile/entries/': b'\0\1x' * 5}
for name, start, data in (('tile-byte', 'tile/0/', b'x'), ('tile-hash', 'tile/0/', bytes(32)),
                          ('bundle-entry', 'tile/entries/', b'\0\1x'),
                          ('bundle-byte', 'tile/entries/', b'x'),
                          ('bundle-empty-entry', 'tile/entries/', b'\0\0')):
    simple('L2-longer-' + name, 'L.2', more(start, data))
simple('L2-shorter-tile', 'L.2', files(lambda made: made.update(
    {base.last(made, 'tile/0/'): made[base.last(made, 'tile/0/')][:-32]})))
simple('good-full-for-partial', '', files(lambda made: full(made, ENDS)))
simple('good-older-partial', '', files(lambda made: made.update(
    {'tile/0/000.p/9': b'x', 'tile/entries/000.p/9': b'x', 'tile/0/000': b'', 'tile/8/x': b''})))
simple('good-full-on-level-1', '', files(lambda made: made.update(
    {'tile/1/000': made.pop('tile/1/000.p/1') + bytes(32 * 255)})), base='long')
simple('L2-full-as-partial', 'L.2', files(lambda made: made.update(
    {'tile/0/000.p/255': made.pop('tile/0/000')[:-32]})), base='long')
simple('L2-longer-full-tile', 'L.2', files(lambda made: made.update(
    {'tile/0/000': made['tile/0/000'] + b'x'})), base='long')
simple('L2-longer-full-bundle', 'L.2', files(lambda made: made.update(
    {'tile/entries/000': made['tile/entries/000'] + b'\0\0'})), base='long')
simple('L2-longer-level-1', 'L.2', files(lambda made: made.update(
    {'tile/1/000.p/1': made['tile/1/000.p/1'] + b'x'})), base='long')
simple('L2-level-1-gone', 'L.2', files(lambda made: made.pop('tile/1/000.p/1')), base='long')
simple('L2-first-bundle-gone', 'L.2', files(lambda made: made.pop('tile/entries/000')), base='long')


@fault('L2-swapped', 'L.2', may='L.4 L.5 L.6 L.7 L.9')
def _(p):
    """two entries change places in the bundle"""
    def act(made):
        path = base.last(made, 'tile/entries/')
        entries = tree.unbundle(made[path])
        entries[30], entries[31] = entries[31], entries[30]
        made[path] = tree.bundle(entries)
    files(act)(p)


# setup/

SETUP = ('parameters.json', 'manifest.json', 'keys', 'policy', 'election_keys.json', 'roll.jsonl',
         'guardians/guardian_2.json')
for name in SETUP:
    path, short = 'setup/' + name, name.split('.')[0].split('/')[0]
    simple('L7-setup-%s-gone' % short, 'L.7', files(lambda made, x=path: made.pop(x)))
    simple('L7-setup-%s-other' % short, 'L.7', files(
        lambda made, x=path: made.update({x: made[x][:-3] + b'x' + made[x][-2:]})))
    simple('L7-setup-%s-longer' % short, 'L.7', files(
        lambda made, x=path: made.update({x: made[x] + b'\n'})))
simple('good-setup-more', '', files(lambda made: made.update(
    {'setup/x': b'x', 'setup/texts.json': b'{}', 'setup/guardians/guardian_4.json': b''})))


def up_to(label, *gone):
    def act(p):
        p.items = p.items[:p.at(label) + 1]
        p.change_files = lambda made: [made.pop('setup/' + name, None) for name in gone]
    return act


GUARDIANS = ['guardians/guardian_%d.json' % i for i in (1, 2, 3)]
simple('early-before-keys', '', up_to('roll-revoke', 'election_keys.json', *GUARDIANS))
simple('early-before-the-roll', '', up_to('ceremony 3 4', 'roll.jsonl', *GUARDIANS))
simple('L7-no-guardians-after-keys', 'L.7', up_to('keys', *GUARDIANS))


# SETUP alone

def setup(change):
    def act(p):
        p.items = p.items[:1]
        f = p['setup'].fields
        change(f)
        f['H_B'] = hs.H(f['H_P'], hs.msg_H_B(f['manifest']))
    return act


simple('early-setup-alone', '', setup(lambda f: None))
simple('early-linked', '', setup(lambda f: f.update(earlier=b'E' * 32, head=(7, b'R' * 32))))


def three(admin_k):
    def act(p):
        setup(lambda f: f.update(admin_k=admin_k))(p)
        p['setup'].signers = ADMINS + ['admin 3']
    return act


simple('early-three-admins', '', three(3))
simple('L4-setup-by-three', 'L.4', three(2), AFTER)
simple('L7-manifest-form', 'L.7', setup(lambda f: f.update(manifest=f['manifest'] + b' ')), AFTER)
simple('L7-parameters-form', 'L.7', setup(lambda f: f.update(
    parameters=f['parameters'].replace(b'"n":3', b'"n":03'))), AFTER)
simple('L7-keys-form', 'L.7', setup(lambda f: f.update(keys=f['keys'] + b'\n')), AFTER)
simple('L7-keys-crlf', 'L.7', setup(lambda f: f.update(
    keys=f['keys'].replace(b'\n', b'\r\n'))), AFTER)
simple('L4-earlier-without-head', 'L.4', setup(lambda f: f.update(earlier=b'E' * 32)), AFTER)
