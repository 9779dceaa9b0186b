"""Signed notes, checkpoints, cosignatures, policies and receipts, after the C2SP texts.

Written from signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy and
tlog-proof.  ML-DSA keys (type 6) are read and never count.
"""
import base64
import binascii
import hashlib
import html
import re

import board_ed25519 as ed
import board_tree as tree

LOG, COSIGNATURE, ML_DSA = 1, 4, 6
KEY_SIZES = {LOG: 32, COSIGNATURE: 32, ML_DSA: 1312}
MOST_SIGNATURES, MOST_MEMBERS = 100, 128
_SPACE = re.compile(r'\s')


class NoteError(Exception):
    pass


def un64(text):
    """Bytes of standard base 64; only the one canonical form."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError('not base 64')
    if base64.b64encode(data) != text:
        raise NoteError('not the one form of base 64')
    return data


def good_name(name):
    return bool(name) and '+' not in name and not _SPACE.search(name)


def key_id(name, kind, key):
    return hashlib.sha256(name.encode() + b'\n' + bytes([kind]) + key).digest()[:4]


class Key:
    """A verifier key: name, kind (signature type), key."""

    def __init__(self, name, kind, key):
        self.name, self.kind, self.key = name, kind, key
        self.id = key_id(name, kind, key)

    def text(self):
        return '%s+%s+%s' % (self.name, self.id.hex(),
                             base64.b64encode(bytes([self.kind]) + self.key).decode())

    @staticmethod
    def parse(text):
        try:
            name, number, rest = text.decode('utf-8').split('+', 2)
        except (ValueError, UnicodeDecodeError):
            raise NoteError('no vkey')
        data = un64(rest.encode())
        if not good_name(name) or len(data) < 2 or not re.fullmatch('[0-9a-f]{8}', number):
            raise NoteError('no vkey')
        key = Key(name, data[0], data[1:])
        if KEY_SIZES.get(key.kind, len(key.key)) != len(key.key):
            raise NoteError('a vkey of the wrong length')
        if key.id.hex() != number:
            raise NoteError('a vkey with another key ID')
        return key

    def holds(self, note, signature):
        """True if signature (without key ID) is the key's signature of the note text."""
        if self.kind == LOG:
            return len(signature) == 64 and ed.verify(self.key, note.text, signature)
        if self.kind == COSIGNATURE:
            if len(signature) != 72 or signature[0] >> 7:
                return False
            return ed.verify(self.key, cosigned(note.text, signature[:8]), signature[8:])
        raise NoteError('this kind of key is not verified here')


def cosigned(text, time):
    return b'cosignature/v1\ntime %d\n' % int.from_bytes(time, 'big') + text


class Note:
    """text (with its last LF) and signatures, (name, key ID, signature) each."""

    def __init__(self, text, signatures=()):
        self.text, self.signatures = text, list(signatures)

    def sign(self, name, seed):
        key = Key(name, LOG, ed.public(seed))
        self.signatures.append((name, key.id, ed.sign(seed, self.text)))
        return self

    def cosign(self, name, seed, time):
        key, stamp = Key(name, COSIGNATURE, ed.public(seed)), time.to_bytes(8, 'big')
        self.signatures.append((name, key.id, stamp + ed.sign(seed, cosigned(self.text, stamp))))
        return self

    def dump(self):
        return self.text + b'\n' + b''.join(
            '— {} '.format(name).encode() + base64.b64encode(number + signature) + b'\n'
            for name, number, signature in self.signatures)

    @staticmethod
    def parse(data):
        try:
            text = data.decode('utf-8')
        except UnicodeDecodeError:
            raise NoteError('a note is UTF-8')
        if any(ch < ' ' and ch != '\n' for ch in text):
            raise NoteError('a control character in a note')
        at = text.rfind('\n\n')
        if at < 0 or not text.endswith('\n') or text.endswith('\n\n'):
            raise NoteError('a note is text, an empty line and signatures')
        note = Note(text[:at + 1].encode())
        for line in text[at + 2:-1].split('\n'):
            parts = line.split(' ')
            if len(parts) != 3 or parts[0] != '—' or not good_name(parts[1]):
                raise NoteError('no signature line')
            value = un64(parts[2].encode())
            if len(value) < 5:
                raise NoteError('a signature that is too short')
            note.signatures.append((parts[1], value[:4], value[4:]))
        if len(note.signatures) > MOST_SIGNATURES:
            raise NoteError('too many signatures')
        return note

    def by(self, key):
        """None: the key did not sign; else whether all that claims to be its is."""
        mine = [s for name, number, s in self.signatures if (name, number) == (key.name, key.id)]
        return all(key.holds(self, s) for s in mine) if mine else None

    def times(self, key):
        return [int.from_bytes(s[:8], 'big') for name, number, s in self.signatures
                if (name, number) == (key.name, key.id)]


class Checkpoint:
    """origin, size, root; extension lines are refused (a board has none)."""

    def __init__(self, origin, size, root):
        self.origin, self.size, self.root = origin, size, root

    def note(self):
        return Note(b'%s\n%d\n%s\n' % (self.origin.encode(), self.size,
                                       base64.b64encode(self.root)))

    @staticmethod
    def parse(text):
        lines = text.split(b'\n')
        if len(lines) != 4 or lines[3] or not re.fullmatch(rb'[!-*,-~]{1,255}', lines[0]):
            raise NoteError('a checkpoint has three lines, the first one the origin')
        if not re.fullmatch(rb'0|[1-9][0-9]{0,19}', lines[1]) or int(lines[1]) >> 64:
            raise NoteError('the size of a checkpoint is a number')
        root = un64(lines[2])
        if len(root) != 32:
            raise NoteError('the root of a checkpoint has 32 bytes')
        return Checkpoint(lines[0].decode(), int(lines[1]), root)


class Policy:
    """logs: [Key]; witnesses: name -> Key; groups: name -> (k, members); quorum: name or None."""

    def __init__(self):
        self.logs, self.witnesses, self.groups, self.quorum = [], {}, {}, None
        self.members, self.ended = set(), False

    @staticmethod
    def parse(data):
        policy = Policy()
        if data[-1:] not in (b'', b'\n'):
            raise NoteError('the last line of a policy has no end')
        if any(x < 32 and x not in (9, 10) or x == 127 for x in data):
            raise NoteError('a control character in a policy')
        for line in data.split(b'\n'):
            words = [w for w in re.split(rb'[ \t]+', line) if w]
            if words and not words[0].startswith(b'#'):
                policy.line(words)
        if len(policy.witnesses) + len(policy.groups) > MOST_MEMBERS:
            raise NoteError('too many witnesses and groups')
        if not policy.ended:
            raise NoteError('a policy has one quorum line')
        return policy

    def line(self, words):
        kind = {b'log': self.log, b'witness': self.witness, b'group': self.group,
                b'quorum': self.set_quorum}.get(words[0])
        if kind is None:
            raise NoteError('an unknown line in a policy')
        kind(words[1:])

    def log(self, words):
        if len(words) not in (1, 2):
            raise NoteError('log VKEY [URL]')
        key = Key.parse(words[0])
        if key.kind not in (LOG, COSIGNATURE, ML_DSA) or key.key in [x.key for x in self.logs]:
            raise NoteError('a log twice, or with a key of no use')
        self.logs.append(key)

    def name(self, name):
        if name == b'none' or name in self.witnesses or name in self.groups:
            raise NoteError('a name twice')
        return name

    def witness(self, words):
        if len(words) not in (2, 3):
            raise NoteError('witness NAME VKEY [URL]')
        key = Key.parse(words[1])
        if key.kind not in (COSIGNATURE, ML_DSA) \
                or key.key in [x.key for x in self.witnesses.values()]:
            raise NoteError('a witness twice, or with a key of no use')
        self.witnesses[self.name(words[0])] = key

    def group(self, words):
        if len(words) < 3:
            raise NoteError('group NAME K|any|all NAME..')
        name, k, members = self.name(words[0]), words[1], words[2:]
        for member in members:
            if member not in self.witnesses and member not in self.groups \
                    or member in self.members:
                raise NoteError('a member that is unknown or already in a group')
            self.members.add(member)
        k = {b'any': b'1', b'all': b'%d' % len(members)}.get(k, k)
        if not re.fullmatch(b'[1-9][0-9]{0,8}', k) or int(k) > len(members):
            raise NoteError('the threshold of a group')
        self.groups[name] = int(k), members

    def set_quorum(self, words):
        if len(words) != 1 or self.ended:
            raise NoteError('a policy has one quorum line')
        if words[0] != b'none':
            if words[0] not in self.witnesses and words[0] not in self.groups:
                raise NoteError('the quorum is unknown')
            self.quorum = words[0]
        self.ended = True

    def reached(self, signed):
        """signed: names of the witnesses that cosigned"""
        done = set(signed)
        for name, (k, members) in self.groups.items():      # members stand before
            if len(done & set(members)) >= k:
                done.add(name)
        return self.quorum is None or self.quorum in done

    def signed(self, note):
        """Names of the witnesses whose cosignature holds; NoteError for a false signature."""
        out = set()
        if {note.by(x) for x in self.logs if x.kind == LOG} >= {True, False}:
            raise NoteError('a false signature of a second log')
        for name, key in self.witnesses.items():
            if key.kind == COSIGNATURE:
                by = note.by(key)
                if by is False:
                    raise NoteError('a false cosignature of ' + key.name)
                if by:
                    out.add(name)
        return out

    def profile(self):
        """(k, n) of a quorum that is one group of witnesses, (0, 0) of none, or None."""
        if self.quorum is None:
            return 0, 0
        if self.quorum in self.witnesses:
            return 1, 1
        k, members = self.groups[self.quorum]
        return None if set(members) & set(self.groups) else (k, len(members))


PROOF_HEAD = b'c2sp.org/tlog-proof@v1\n'


class Receipt:
    def __init__(self, extra, index, proof, checkpoint):
        self.extra, self.index, self.proof, self.checkpoint = extra, index, proof, checkpoint

    def dump(self):
        out = PROOF_HEAD
        if self.extra is not None:
            out += b'extra ' + base64.b64encode(self.extra) + b'\n'
        out += b'index %d\n' % self.index
        out += b''.join(base64.b64encode(p) + b'\n' for p in self.proof)
        return out + b'\n' + self.checkpoint

    @staticmethod
    def parse(data):
        head, blank, checkpoint = data.partition(b'\n\n')
        lines = head.split(b'\n')
        if not blank or lines.pop(0) != PROOF_HEAD[:-1]:
            raise NoteError('no receipt')
        extra = None
        if lines and lines[0].startswith(b'extra '):
            extra = un64(lines.pop(0)[6:])
            if not extra:
                raise NoteError('nothing behind `extra`')
        if not lines or not re.fullmatch(rb'index (0|[1-9][0-9]{0,19})', lines[0]):
            raise NoteError('a receipt without index')
        index = int(lines.pop(0)[6:])
        proof = [un64(line) for line in lines]
        if len(proof) > 63 or any(len(p) != 32 for p in proof):
            raise NoteError('a hash of a receipt has 32 bytes')
        return Receipt(extra, index, proof, checkpoint)

    @staticmethod
    def taken(data):
        """The receipts of a file: of a receipt, or a page or letter with some."""
        if data.startswith(PROOF_HEAD):
            return [Receipt.parse(data)]
        data = data.replace(b'\r\n', b'\n').replace(b'\r', b'\n')
        parts = [html.unescape(part.split(b'<')[0].decode('utf-8', 'replace'))
                 for part in data.split(PROOF_HEAD)[1:]]
        if not parts:
            raise NoteError('no receipt')
        return [Receipt.parse(PROOF_HEAD + part.rstrip(' \n').encode() + b'\n')
                for part in parts]

    def check(self, policy):
        """None or the code that fails: L.1, L.2 or L.3; the entry is `extra`."""
        note = Note.parse(self.checkpoint)
        point = Checkpoint.parse(note.text)
        if not log_signed(note, point, policy):
            return 'L.1'
        if self.extra is None or not tree.included(tree.leaf_hash(self.extra), self.index,
                                                   point.size, self.proof, point.root):
            return 'L.2'
        try:
            return None if policy.reached(policy.signed(note)) else 'L.3'
        except NoteError:
            return 'L.3'


def log_signed(note, point, policy):
    """Whether one of the policy's logs has this origin and signed."""
    return any(note.by(key) for key in policy.logs
               if key.kind == LOG and key.name == point.origin)
