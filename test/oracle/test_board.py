#!/usr/bin/env python3
"""The board's formats, read a second time: board-format.md and the C2SP texts.

python3 test_board.py; prints TAP.  Vectors: the examples of board-format 7, the
C2SP texts' own examples, test/vector/board/merkle.tsv, test/vector/cctv, and the
log of 300 leaves whose checkpoint several programs have made alike.
"""
import ctypes.util
import hashlib
import json
import os
import sys

import board_ed25519 as ed
import board_form as form
import board_note as notes
import board_text as text
import board_tree as tree
from tap import Tap

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def read(*path):
    with open(os.path.join(ROOT, *path), encoding='utf-8') as f:
        return f.read()


def refused(read_it, data):
    try:
        read_it(data)
    except (form.EntryError, notes.NoteError, tree.TreeError):
        return True
    return False


# Entries

def examples():
    """name -> bytes, from the hex of section 7"""
    out, name = {}, None
    for line in read('doc', 'board-format.md').split('## 7. Examples')[1].split('```')[1].split('\n'):
        if line.startswith(' '):
            out[name] += bytes.fromhex(line.strip())
        elif line:
            name, out[line] = line, b''
    return out


def test_example(name, data):
    entry = form.decode(data)
    if form.NAMES[entry.type] != name or entry.encode() != data:
        return 'decoded as ' + form.NAMES[entry.type]
    for cut in range(len(data)):
        if not refused(form.decode, data[:cut]):
            return 'the first %d bytes are taken' % cut
    return None if refused(form.decode, data + b'\0') else 'a byte more is taken'


def test_flips(data):
    """Every byte changed: refused, or read as what is written the same."""
    taken = 0
    for at in range(len(data)):
        for change in (0x01, 0x80, 0xFF):
            other = bytearray(data)
            other[at] ^= change
            try:
                if form.decode(bytes(other)).encode() != other:
                    return 'byte %d changed is read as something else' % at
                taken += 1
            except form.EntryError:
                continue
    if any(not refused(form.decode, data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
           for at in (0, 1, 2, 3, 9, 10)):
        return 'magic and length are not checked'
    return None if taken else 'nothing is taken'


BAD = {     # type: changes of the example's fields, each to be refused
    'SETUP': [('profile', 0), ('profile', 4), ('admin_k', 0), ('parameters', (bytes(32), 0)),
              ('keys', (bytes(32), 0)), ('earlier', b'E' * 32), ('head', (1, bytes(32)))],
    'PHASE': [('op', 0), ('op', 2), ('op', 3), ('op', 4), ('beacon', ''), ('beacon', 'x' * 513),
              ('beacon', 'a\tb'), ('cast', 1)],
    'DEVICE': [('op', 0), ('op', 2), ('device', 0), ('count', 1), ('H_last', b'x' * 32),
               ('H_close', b'x' * 32)],
    'BALLOT': [('style', 0), ('weight', 0), ('device', 0), ('ballot', (bytes(32), 0))],
    'CAST': [('seq', 0), ('seq', 1), ('prev', bytes(32)), ('credential', bytes(32))],
    'ADJUDICATE': [('op', 0), ('op', 3)],
    'OPENING': [('challenged', (bytes(32), 0))],
    'TALLY': [('head', (0, b'x' * 32)), ('tally_encrypted', (bytes(32), 0))],
    'SHARE': [('guardian', 0), ('guardian', 256), ('step', 0), ('step', 7),
              ('head', (0, bytes(32)))],
    'RESULT': [('tally', (bytes(32), 0))],
    'AUDIT': [('step', 0), ('step', 9)],
    'NOTICE': [('text', ''), ('text', 'x' * 8193), ('text', 'a\rb')],
    'RELEASE': [('release', (bytes(32), 0))],
    'KEY': [('op', 0), ('op', 3), ('role', 0), ('role', 10), ('role', 1), ('role', 9),
            ('index', 0), ('x25519', b'x' * 32)],
    'ALARM': [('code', 0), ('code', 21)],
    'ATTEST': [('head', (0, b'x' * 32))],
    'CEREMONY': [('guardian', 0), ('guardian', 256), ('step', 0), ('step', 9)],
    'KEYS': [('election_keys', (bytes(32), 0))],
    'ROLL': [('op', 0), ('op', 5), ('op', 2), ('roll', (bytes(32), 0)), ('credential', b'c' * 32),
             ('replaced', b'r' * 32)],
}


def test_ranges():
    for name, changes in BAD.items():
        for field, value in changes:
            entry = form.decode(examples()[name])
            entry.body[field] = value
            if not refused(form.decode, entry.encode()):
                return '%s with %s = %r is taken' % (name, field, value)
    return None


def test_new_types():
    """PHASE stop, MAIL_CAST and CONTEST_DATA"""
    counts = dict.fromkeys(form.COUNTS, 0)
    stop = dict(op=3, site=0, beacon='', **counts)
    line = {'H_C': b'C' * 32, 'mail_cast': (b'm' * 32, 900)}
    cases = [(form.PHASE, stop, True), (form.MAIL_CAST, line, True)]
    cases += [(form.PHASE, dict(stop, **{name: 1}), False) for name in ('site',) + form.COUNTS]
    cases += [(form.PHASE, dict(stop, beacon='x'), False),
              (form.MAIL_CAST, dict(line, mail_cast=form.NO_OBJECT), False)]
    for pair in ((b'd' * 32, 1 << 31), (b'd' * 32, 0), form.NO_OBJECT):
        cases.append((form.CONTEST_DATA, {'contest_data': pair}, pair[1] > 0))
    for kind, body, good in cases:
        data = form.Entry(kind, 9, body).encode()
        if refused(form.decode, data) == good:
            return '%s %s' % (form.NAMES[kind], body)
        if good and (form.decode(data).body, len(data)) != (
                body, 12 + {form.PHASE: 29, form.MAIL_CAST: 68, form.CONTEST_DATA: 36}[kind]):
            return form.NAMES[kind]
    unknown = bytearray(form.Entry(form.CHALLENGE, 9, {'H_C': b'C' * 32}).encode())
    unknown[4] = 25
    return None if refused(form.decode, bytes(unknown)) else 'type 25 is taken'


def test_text():
    entry = form.decode(examples()['NOTICE'])
    for raw, good in ((b'\xc3\xbc\n \x7f', True), (b'\xf4\x8f\xbf\xbf', True), (b'\xc0\x80', False),
                      (b'\xed\xa0\x80', False), (b'\xf4\x90\x80\x80', False), (b'\xe2\x82', False),
                      (b'\x00', False), (b'\x1f', False), (b'\x80', False)):
        head = entry.head()[:9]
        body = entry.body_bytes()[:12] + len(raw).to_bytes(2, 'big') + raw
        data = head + len(body).to_bytes(2, 'big') + body + b'\0'
        if refused(form.decode, data) == good:
            return raw.hex()
    return None


def test_signatures():
    entry = form.decode(examples()['CHALLENGE'])
    a, b = (b'a' * 8, b's' * 64), (b'b' * 8, b't' * 64)
    for signatures, good in (([a, b], True), ([b, a], False), ([a, a], False)):
        entry.signatures = signatures
        if refused(form.decode, entry.encode()) == good:
            return str(len(signatures))
    data = bytearray(entry.head() + b'\1' + a[0] + b'\2' + a[1])
    return None if refused(form.decode, bytes(data)) else 'algorithm 2'


# The texts

def test_keys():
    listed = [text.Listed(role, index, hashlib.sha256(b'%d %d' % (role, index)).digest(),
                          b'X' * 32 if role == 9 else form.NONE, 'Zoë %d' % role)
              for role, index in ((1, 0), (2, 1), (2, 2), (3, 0), (4, 1), (5, 7), (6, 0), (9, 0))]
    data = text.dump_keys(listed)
    if text.dump_keys(text.parse_keys(data)) != data or len(text.parse_keys(data)) != 8:
        return 'not read as written'
    lines = data.split(b'\n')
    bad = [data[:-1], data + b'\n', b'X' + data, lines[0] + b'\n' + lines[2] + b'\n' + lines[1] + b'\n',
           data.replace(b'guardian 1', b'guardian 01'), data.replace(b'guardian 1', b'guardian 0'),
           data.replace(b'admin 0', b'admin 1'), data.replace(b'registrar', b'clerk'),
           data.replace(b'opener 0', b'opener 9'), data + lines[-2] + b'\n',
           data.replace(b'58' * 32, b'-'), data.replace(b' - ', b' %s ' % (b'58' * 32), 1),
           data.replace(b'Zo\xc3\xab 1', b'x' * 201), data.replace(b'Zo\xc3\xab 1', b''),
           data.replace(b'Zo\xc3\xab 1', b'\xff'), data.lower()]
    for number, wrong in enumerate(bad):
        if not refused(text.parse_keys, wrong):
            return 'bad keys %d are taken' % number
    return None


def test_evidence():
    good = text.Evidence(7, 'board.example/1', [('policy', b'quorum none\n'), ('checkpoint', b'a\n'),
                                                ('checkpoint', b''), ('entry', b'\n\n')])
    data = good.dump()
    if text.Evidence.parse(data).dump() != data:
        return 'not read as written'
    text.Evidence.parse(data + 60 * b'place 0\n\n')
    for wrong in (data[:-1], data + b'\n', data.replace(b'M07', b'M00'), data.replace(b'M07', b'M21'),
                  data.replace(b'policy 12', b'policy 11'), data.replace(b'policy 12', b'policy 012'),
                  data.replace(b'policy', b'friend'), data + 61 * b'place 0\n\n',
                  data + b'tile 0\n\n'):
        if not refused(text.Evidence.parse, wrong):
            return wrong.decode()
    return None


# Notes, checkpoints, policies

NOTE = ('This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ON'
        'ncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n').encode()
VKEY = b'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'


def test_note():
    note, key = notes.Note.parse(NOTE), notes.Key.parse(VKEY)
    if note.dump() != NOTE or not note.by(key) or key.text() != VKEY.decode():
        return 'the example of signed-note does not hold'
    if notes.Note.parse(NOTE.replace(b'an example', b'no example')).by(key) is not False:
        return 'another text is signed'
    if notes.Note.parse(NOTE.replace(b'com/foo', b'com/fox')).by(key) is not None:
        return 'an unknown name counts'
    for wrong in (NOTE[:-1], NOTE.replace(b'\n\n', b'\n'), NOTE + b'\n', NOTE.replace(b'an', b'a\t'),
                  NOTE.replace('—'.encode(), b'-'), NOTE.replace(b'Uw2Q', b'U'), b'', b'\n\n'):
        if not refused(notes.Note.parse, wrong):
            return '%r is taken' % wrong
    for wrong in (VKEY + b'=', VKEY.replace(b'530d', b'530D'), VKEY.replace(b'530d', b'530e'),
                  VKEY.replace(b'+53', b'53'), VKEY.replace(b'.', b' '), b'+' + VKEY):
        if not refused(notes.Key.parse, wrong):
            return '%r is taken' % wrong
    return None


def test_checkpoint():
    good = notes.Checkpoint('a.example/b', 7, b'r' * 32).note().text
    if notes.Checkpoint.parse(good).note().text != good:
        return 'not read as written'
    for wrong in (good[:-1], good + b'x\n', good.replace(b'7', b'07'), good.replace(b'7', b'-7'),
                  good.replace(b'7', b''), good.replace(b'cnJy', b'cnJ'), b'\n' + good,
                  good.replace(b'7', b'18446744073709551616')):
        if not refused(notes.Checkpoint.parse, wrong):
            return '%r is taken' % wrong
    return None


def vkey(name, kind=notes.COSIGNATURE):
    return notes.Key(name, kind, hashlib.sha256(name.encode()).digest()).text()


def test_policy():
    w = {x: 'witness %s %s\n' % (x, vkey('w.example/' + x)) for x in 'abcd'}
    log = 'log %s https://x.example/\n' % vkey('log.example', notes.LOG)
    all4 = log + ''.join(w.values())
    good = '# words\n\n \t' + all4 + 'group q 3 a b c d\nquorum q\n'
    policy = notes.Policy.parse(good.encode())
    if policy.profile() != (3, 4) or policy.reached([b'a', b'b']) \
            or not policy.reached([b'a', b'b', b'd']):
        return 'three of four'
    nested = all4 + 'group x any a b\ngroup y all c d\ngroup z all x y\nquorum z\n'
    policy = notes.Policy.parse(nested.encode())
    if policy.profile() is not None or policy.reached([b'a', b'b', b'c']) \
            or not policy.reached([b'b', b'c', b'd']):
        return 'groups in groups'
    if not notes.Policy.parse(b'quorum none\n').reached([]):
        return 'quorum none'
    bad = ['', log, all4 + 'quorum e\n', all4 + 'quorum a', all4 + 'quorum a\nquorum a\n',
           all4 + 'group q 0 a\nquorum q\n', all4 + 'group q 3 a b\nquorum q\n',
           all4 + 'group q all a a\nquorum q\n', all4 + 'group q any a\ngroup r any a\nquorum q\n',
           all4 + 'group a any b\nquorum a\n', all4 + 'group none any b\nquorum a\n',
           all4 + 'group q any none\nquorum q\n', log + log + 'quorum none\n',
           w['a'] + w['a'].replace(' a ', ' e ') + 'quorum a\n', 'quorum a\n' + w['a'],
           'witness a %s\nquorum a\n' % vkey('w', notes.LOG), all4 + 'group q any\nquorum a\n',
           all4 + 'friend q\nquorum a\n', all4 + 'quorum a b\n', all4 + 'quorum a\r\n']
    for text_ in bad:
        if not refused(notes.Policy.parse, text_.encode()):
            return '%r is taken' % text_
    return None


# Trees and signatures

def test_known_roots():
    def h(data):
        return tree.leaf_hash(data).hex()[:8]
    inputs = [b'', b'\0', b'\x10', b' !', b'01', b'@ABC', b'PQRSTUVW', b'`abcdefghijklmno']
    got = (tree.root([]).hex()[:8], h(b''), h(b'L123456'), tree.node_hash(b'N123', b'N456').hex()[:8],
           tree.root([tree.leaf_hash(x) for x in inputs]).hex()[:8])
    return None if got == ('e3b0c442', '6e340b9c', '395aa064', 'aa217fe8', '5dc9da79') else str(got)


def test_public_proofs():
    """Good and bad proofs of transparency-dev/merkle."""
    def raw(word):
        return b'' if word == '.' else bytes.fromhex(word)
    count = 0
    for line in read('test', 'vector', 'board', 'merkle.tsv').split('\n'):
        if not line or line.startswith('#'):
            continue
        kind, name, a, b, c, d, proof, what = line.split('\t')
        proof = [] if proof == '-' else [raw(x) for x in proof.replace(',', ' ').split()]
        c, d = ('' if x == '-' else x for x in (c, d))
        check = tree.included if kind == 'inclusion' else tree.consistent
        held = check(raw(c), int(a), int(b), proof, raw(d)) if kind == 'inclusion' \
            else check(int(a), int(b), proof, raw(c), raw(d))
        if held != (what == 'good'):
            return name
        count += 1
    return None if count > 150 else 'only %d cases' % count


def test_all_proofs():
    leaves = [tree.leaf_hash(b'%d' % i) for i in range(40)]
    for n in range(1, 41):
        part, top = leaves[:n], tree.root(leaves[:n])
        if tree.roots(leaves)[n] != top or tree.roots(part)[0] != tree.root([]):
            return 'the root of %d' % n
        for i in range(n):
            proof = tree.inclusion(part, i)
            if not tree.included(part[i], i, n, proof, top) \
                    or tree.included(part[i], i, n, proof + [top], top) \
                    or proof and tree.included(part[i], i, n, proof[:-1], top) \
                    or tree.included(b'x' * 32, i, n, proof, top):
                return 'inclusion %d of %d' % (i, n)
            proof, old = tree.consistency(part, i + 1), tree.root(leaves[:i + 1])
            if not tree.consistent(i + 1, n, proof, old, top) \
                    or tree.consistent(i + 1, n, proof, b'x' * 32, top) \
                    or tree.consistent(i + 1, n, proof + [top], old, top):
                return 'consistency %d to %d' % (i + 1, n)
    return None


def test_tiles():
    leaves = [hashlib.sha256(b'%d' % i).digest() for i in range(70000)]
    made = tree.tiles(leaves)
    names = sorted(made, key=len)
    parts = [x for x in names if '.p/' in x]
    if sorted(parts) != ['tile/0/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1'] \
            or len(made) != 277:
        return str(parts)
    if len(tree.tiles(leaves[:256])) != 2 or tree.tiles(leaves[:256])['tile/1/000.p/1'] \
            != tree.root(leaves[:256]):
        return '256 leaves'
    return None if tree.number(1234067) == 'x001/x234/067' else tree.number(1234067)


def test_own_vector():
    entries = [b'entry %d' % i for i in range(300)]
    leaves = [tree.leaf_hash(e) for e in entries]
    seeds = [hashlib.sha256(b'evboard test %s key' % who).digest() for who in (b'log', b'witness')]
    note = notes.Checkpoint('board.example/test-1', 300, tree.root(leaves)).note()
    note.sign('board.example/test-1', seeds[0]).cosign('witness.example/w1', seeds[1], 1700000000)
    want = ('board.example/test-1\n300\nyjk9Apa+xeC43KuYO9H7fRRh9RLnJny4ljGtJv1m2Eg=\n\n'
            '— board.example/test-1 b+9hdgMaeUIbYB5UeHGrz42SOioxX6ICAY/T0hxQFImWzU+MJxrLqW9aGdYsuhULOV9p'
            '7nE4xlOPq4gv2SyyuYWnJww=\n— witness.example/w1 d96CPAAAAABlU/EAm4xLvJ764qBcJrRyFZT3z4yV+zI4aYp'
            '1v5wc0MK332Sy89njQdzg3r3b7YS6Ebp5FvHAmQTwaZQMIbSnKLh3CA==\n')
    if note.dump().decode() != want:
        return note.dump().decode()
    keys = [notes.Key.parse(k) for k in (
        b'board.example/test-1+6fef6176+AQtDUDuDNew+8MjYMwbAAahptzCoZMEQk6DCpIC+or00',
        b'witness.example/w1+77de823c+BF2FlNyAZn0tUApNMpquXNnnvkJPN9N+sj5SidS72Qh2')]
    if not all(notes.Note.parse(want.encode()).by(key) for key in keys):
        return 'its own signatures'
    proof, step = tree.inclusion(leaves, 123), tree.consistency(leaves, 200)
    policy = notes.Policy.parse(b'log %s\nwitness w %s\nquorum w\n'
                                % tuple(k.text().encode() for k in keys))
    receipt = notes.Receipt(entries[123], 123, proof, note.dump())
    again = notes.Receipt.parse(receipt.dump())
    if again.dump() != receipt.dump() or again.check(policy) is not None:
        return 'receipt'
    if not tree.consistent(200, 300, step, tree.root(leaves[:200]), tree.root(leaves)):
        return 'consistency'
    return None if (len(proof), len(step)) == (9, 7) else '%d and %d hashes' % (len(proof), len(step))


def test_receipt_faults():
    leaves = [tree.leaf_hash(b'%d' % i) for i in range(5)]
    seed, other = b's' * 32, b'w' * 32
    note = notes.Checkpoint('log.example', 5, tree.root(leaves)).note()
    note.sign('log.example', seed).cosign('w.example', other, 9)
    line = b'log %s\nwitness w %s\n' % (
        notes.Key('log.example', 1, ed.public(seed)).text().encode(),
        notes.Key('w.example', 4, ed.public(other)).text().encode())
    policy = notes.Policy.parse(line + b'quorum w\n')
    good = notes.Receipt(b'3', 3, tree.inclusion(leaves, 3), note.dump()).dump()
    if notes.Receipt.parse(good).check(policy) is not None:
        return 'the good one'
    bare = notes.Note(note.text, note.signatures[:1]).dump()
    for code, data in (
            ('L.2', good.replace(b'index 3', b'index 2')), ('L.2', good.replace(b'extra Mw', b'extra NA')),
            ('L.1', good.replace(b'\nlog.example', b'\nlog.examplf')),
            ('L.3', good.replace(note.dump(), bare)),
            ('L.1', good.replace(note.dump(), notes.Note(note.text, note.signatures[1:]).dump()))):
        if notes.Receipt.parse(data).check(policy) != code:
            return code
    for data in (good.replace(b'index 3', b'index 03'), good.replace(b'@v1', b'@v2'),
                 good.replace(b'index', b'x\nindex'), good.replace(b'extra Mw==', b'extra Mw')):
        if not refused(notes.Receipt.parse, data):
            return data.decode()
    return None


def test_edge_signatures():
    """C2SP/CCTV, and libsodium itself where it is 1.0.18 and here."""
    cases = json.loads(read('test', 'vector', 'cctv', 'ed25519vectors.json'))
    library = ctypes.util.find_library('sodium')
    call = ctypes.CDLL(library).crypto_sign_verify_detached if library else None
    count = 0
    for case in cases:
        key, sig = bytes.fromhex(case['key']), bytes.fromhex(case['sig'])
        held = ed.verify(key, case['msg'].encode(), sig)
        count += held
        if call and (call(sig, case['msg'].encode(), ctypes.c_ulonglong(len(case['msg'])), key) == 0) \
                != held:
            return 'case %d: %s' % (case['number'], held)
    return None if count == 43 and len(cases) == 914 else '%d of %d' % (count, len(cases))


def test_ed25519():
    """RFC 8032 7.1, tests 1 to 3"""
    for seed, key, message, signature in (
            ('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
             'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', '',
             'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b4'
             '6bd25bf5f0595bbe24655141438e7a100b'),
            ('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
             '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', '72',
             '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d'
             '8c387b2eaeb4302aeeb00d291612bb0c00'),
            ('c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
             'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025', 'af82',
             '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6'
             '594a7c15e9716ed28dc027beceea1ec40a')):
        seed, key, message, signature = map(bytes.fromhex, (seed, key, message, signature))
        if ed.public(seed) != key or ed.sign(seed, message) != signature \
                or not ed.verify(key, message, signature) or ed.verify(key, message + b'x', signature):
            return key.hex()
        S = int.from_bytes(signature[32:], 'little') + ed.L
        if ed.verify(key, message, signature[:32] + S.to_bytes(32, 'little')):
            return 'S + L'
    return None


def main():
    tap = Tap()
    found = examples()
    tap.result('an example of each type', None if len(found) in (22, len(form.NAMES))
               else str(len(found)))
    for name, data in found.items():
        tap.run('example ' + name, test_example, name, data)
        tap.run('example %s, every byte changed' % name, test_flips, data)
    for test in (test_ranges, test_new_types, test_text, test_signatures, test_keys, test_evidence, test_note,
                 test_checkpoint, test_policy, test_known_roots, test_public_proofs,
                 test_all_proofs, test_tiles, test_own_vector, test_receipt_faults,
                 test_ed25519, test_edge_signatures):
        tap.run(test.__name__[5:].replace('_', ' '), test)
    print('1..%d' % tap.number)
    return 1 if tap.bad else 0


if __name__ == '__main__':
    sys.exit(main())
