"""Entries of the board's log: board-format sections 1 to 3.

`decode` takes exactly the bytes that `encode` makes.  A body is a dict of the
fields in order: u8..u64 are int, hashes bytes, an object (digest, size), a head
(size, root), text str.
"""
import hashlib

from hashes import digest

MAGIC, CONTEXT, ED25519 = b'EVB1', b'Evident/entry/v1\n', 1
NONE = bytes(32)
NO_OBJECT, NO_HEAD = (NONE, 0), (0, NONE)
NEVER = 2 ** 64 - 1                     # NOTICE supersedes nothing

(SETUP, PHASE, DEVICE, BALLOT, CAST, CHALLENGE, SPOIL, ADJUDICATE, OPENING, TALLY, SHARE,
 RESULT, TOTALS, AUDIT, NOTICE, RELEASE, KEY, ALARM, ATTEST, CEREMONY, KEYS, ROLL, MAIL_CAST,
 CONTEST_DATA) = range(1, 25)
NAMES = dict(enumerate('SETUP PHASE DEVICE BALLOT CAST CHALLENGE SPOIL ADJUDICATE OPENING TALLY '
                       'SHARE RESULT TOTALS AUDIT NOTICE RELEASE KEY ALARM ATTEST CEREMONY KEYS '
                       'ROLL MAIL_CAST CONTEST_DATA'.split(), 1))
ROLES = dict(enumerate('admin guardian registrar device poll-worker audit release monitor '
                       'opener'.split(), 1))
ROLE = {name: number for number, name in ROLES.items()}
COUNTS = ('sealed', 'cast', 'challenged', 'spoiled', 'superseded', 'refused')


class EntryError(Exception):
    """Bytes that are no entry (L.4)."""


def demand(holds, what):
    if not holds:
        raise EntryError(what)


# Kinds of fields: (read from (data, at) -> (value, at), write).

def _take(data, at, size):
    demand(at + size <= len(data), 'the bytes end too early')
    return data[at:at + size], at + size


def _number(size):
    def read(data, at):
        raw, at = _take(data, at, size)
        return int.from_bytes(raw, 'big'), at
    return read, lambda value: value.to_bytes(size, 'big')


def _read_object(data, at):
    raw, at = _take(data, at, 36)
    return (raw[:32], int.from_bytes(raw[32:], 'big')), at


def _read_head(data, at):
    raw, at = _take(data, at, 40)
    return (int.from_bytes(raw[:8], 'big'), raw[8:]), at


def _read_text(data, at):
    raw, at = _take(data, at, 2)
    raw, at = _take(data, at, int.from_bytes(raw, 'big'))
    return good_text(raw), at


def good_text(raw):
    """`text` of section 1"""
    try:
        text = raw.decode('utf-8')      # strict: shortest form, no surrogates
    except UnicodeDecodeError:
        raise EntryError('text is UTF-8')
    demand(all(ch >= ' ' or ch == '\n' for ch in text), 'a control character')
    return text


def _write_text(text):
    raw = text.encode()
    return len(raw).to_bytes(2, 'big') + raw


U8, U16, U32, U64 = map(_number, (1, 2, 4, 8))
HASH = (lambda data, at: _take(data, at, 32), lambda value: value)
OBJECT = (_read_object, lambda value: value[0] + value[1].to_bytes(4, 'big'))
HEAD = (_read_head, lambda value: value[0].to_bytes(8, 'big') + value[1])
TEXT = (_read_text, _write_text)

_COUNTED = [(name, U32) for name in COUNTS]
FIELDS = {
    SETUP: [('profile', U8), ('admin_k', U8), ('H_P', HASH), ('H_B', HASH),
            ('parameters', OBJECT), ('manifest', OBJECT), ('texts', OBJECT), ('keys', OBJECT),
            ('policy', OBJECT), ('release', OBJECT), ('earlier', HASH), ('head', HEAD)],
    PHASE: [('op', U8), ('site', U16), ('beacon', TEXT)] + _COUNTED,
    DEVICE: [('op', U8), ('device', U32), ('H_DI', HASH), ('H_0', HASH), ('count', U32),
             ('H_last', HASH), ('H_close', HASH)],
    BALLOT: [('id_B', HASH), ('H_C', HASH), ('ballot', OBJECT), ('style', U32), ('weight', U32),
             ('device', U32), ('position', U32)],
    CAST: [('H_C', HASH), ('credential', HASH), ('seq', U32), ('prev', HASH)],
    CHALLENGE: [('H_C', HASH)],
    SPOIL: [('H_C', HASH)],
    ADJUDICATE: [('H_C', HASH), ('op', U8), ('reason', U16)],
    OPENING: [('H_C', HASH), ('challenged', OBJECT)],
    TALLY: [('key', HASH), ('tally_encrypted', OBJECT), ('head', HEAD)],
    SHARE: [('guardian', U32), ('step', U8), ('share', OBJECT), ('head', HEAD)],
    RESULT: [('tally', OBJECT)],
    TOTALS: [('site', U16), ('voters', U32), ('papers', U32)],
    AUDIT: [('step', U8), ('audit', OBJECT)],
    NOTICE: [('supersedes', U64), ('void_after', U32), ('text', TEXT)],
    RELEASE: [('release', OBJECT)],
    KEY: [('op', U8), ('role', U8), ('index', U32), ('key', HASH), ('x25519', HASH)],
    ALARM: [('code', U8), ('evidence', OBJECT)],
    ATTEST: [('key', HASH), ('head', HEAD), ('attestation', OBJECT)],
    CEREMONY: [('guardian', U32), ('step', U8), ('ceremony', OBJECT)],
    KEYS: [('guardians', HASH), ('election_keys', OBJECT), ('H_G', HASH), ('H_E', HASH)],
    ROLL: [('op', U8), ('roll', OBJECT), ('count', U32), ('credential', HASH), ('style', U32),
           ('weight', U32), ('replaced', HASH), ('reason', U16)],
    MAIL_CAST: [('H_C', HASH), ('mail_cast', OBJECT)],
    CONTEST_DATA: [('contest_data', OBJECT)],
}
MAY_LACK = {(SETUP, 'texts'), (SETUP, 'release'), (ROLL, 'roll')}
STEPS = {SHARE: 6, AUDIT: 8, CEREMONY: 8}
OPS = {PHASE: 3, DEVICE: 2, ADJUDICATE: 2, KEY: 2, ROLL: 4}


def objects(entry):
    """(kind, digest, size) of every object that the entry names."""
    return [(name,) + entry.body[name] for name, form in FIELDS[entry.type]
            if form is OBJECT and entry.body[name] != NO_OBJECT]


# Ranges of section 3: one function a type where the general ones do not do.

def _setup(b):
    demand(1 <= b['profile'] <= 3 and b['admin_k'] >= 1, 'profile or admin_k')
    demand((b['earlier'] == NONE) == (b['head'] == NO_HEAD), 'earlier and head: both or none')
    demand(b['head'] == NO_HEAD or b['head'][0] >= 1, 'a head has a size')


def _phase(b):
    size = len(b['beacon'].encode())
    if b['op'] == 1:
        demand(1 <= size <= 512, 'the beacon has 1 to 512 bytes')
    else:
        demand(size == 0, 'a beacon that opens nothing')
    demand(b['op'] == 2 or not any(b[name] for name in COUNTS), 'counts that close nothing')
    demand(b['op'] != 3 or b['site'] == 0, 'stop is of all sites')


def _device(b):
    demand(b['device'] >= 1, 'device')
    if b['op'] == 1:
        demand((b['count'], b['H_last'], b['H_close']) == (0, NONE, NONE), 'zeros of an opening')
    else:
        demand(b['H_DI'] == b['H_0'] == NONE, 'zeros of a closing')


def _ballot(b):
    demand(b['style'] >= 1 and b['weight'] >= 1 and b['device'] >= 1, 'style, weight, device')


def _cast(b):
    demand(b['seq'] >= 1 and (b['seq'] == 1) == (b['prev'] == NONE), 'seq and prev')
    demand(b['seq'] == 1 or b['credential'] != NONE, 'seq without credential')


def _guardian(b):
    demand(1 <= b['guardian'] <= 255, 'guardian')


def _notice(b):
    demand(1 <= len(b['text'].encode()) <= 8192, 'a notice has 1 to 8192 bytes')


def good_index(role, index):
    if role == ROLE['guardian']:
        return 1 <= index <= 255
    if role == ROLE['device']:
        return index >= 1
    return 1 <= index <= 65535 if role == ROLE['poll-worker'] else index == 0


def _key(b):
    demand(b['key'] != NONE, 'no key')
    demand(b['role'] in ROLES and good_index(b['role'], b['index']), 'role and index')
    demand((b['x25519'] != NONE) == (b['role'] == ROLE['opener']), 'X25519 key of the opener')


def _alarm(b):
    demand(1 <= b['code'] <= 20, 'M01 to M20')


def _roll(b):
    commit = b['op'] == 1
    demand((b['roll'] != NO_OBJECT) == commit, 'the roll of a commit')
    demand(commit or b['count'] == 0, 'the count of a commit')
    demand((b['credential'] == NONE) == commit, 'the credential')
    demand((b['replaced'] != NONE) == (b['op'] == 4), 'the replaced credential')


RANGES = {SETUP: _setup, PHASE: _phase, DEVICE: _device, BALLOT: _ballot, CAST: _cast,
          SHARE: _guardian, CEREMONY: _guardian, NOTICE: _notice, KEY: _key, ALARM: _alarm,
          ROLL: _roll}


def check_ranges(kind, body):
    for name, form in FIELDS[kind]:
        if form is OBJECT:
            may_lack = (kind, name) in MAY_LACK and body[name] == NO_OBJECT
            demand(body[name][1] or may_lack, name + ' is missing')
        if form is HEAD and kind != SETUP:
            demand(body[name][0] >= 1, 'a head has a size')
    if kind in STEPS:
        demand(1 <= body['step'] <= STEPS[kind], 'step')
    if kind in OPS:
        demand(1 <= body['op'] <= OPS[kind], 'op')
    RANGES.get(kind, lambda b: None)(body)


class Entry:
    """type, slot, body, signatures [(keyid, 64 bytes)]"""

    def __init__(self, kind, slot, body, signatures=()):
        self.type, self.slot, self.body = kind, slot, body
        self.signatures = list(signatures)

    def body_bytes(self):
        return b''.join(form[1](self.body[name]) for name, form in FIELDS[self.type])

    def head(self):
        """magic .. body: what every signature covers"""
        body = self.body_bytes()
        return (MAGIC + bytes([self.type]) + self.slot.to_bytes(4, 'big')
                + len(body).to_bytes(2, 'big') + body)

    def message(self, origin, opened):
        return CONTEXT + origin.encode() + b'\n' + opened + self.head()

    def encode(self):
        return self.head() + bytes([len(self.signatures)]) + b''.join(
            keyid + bytes([ED25519]) + signature for keyid, signature in self.signatures)

    def digest(self):
        return digest('body', self.body_bytes())


def keyid(key):
    return hashlib.sha256(key).digest()[:8]


def decode(data):
    """The entry of these bytes; EntryError if no writer makes them."""
    demand(data[:4] == MAGIC and len(data) >= 12, 'no magic')
    kind, slot = data[4], int.from_bytes(data[5:9], 'big')
    demand(kind in FIELDS, 'an unknown type')
    body_len, at, body = int.from_bytes(data[9:11], 'big'), 11, {}
    raw, end = _take(data, at, body_len)
    for name, form in FIELDS[kind]:
        body[name], at = form[0](data[:end], at)
    demand(at == end, 'a body of another length')
    check_ranges(kind, body)
    entry = Entry(kind, slot, body)
    count, at = _take(data, end, 1)
    for _ in range(count[0]):
        raw, at = _take(data, at, 73)
        demand(raw[8] == ED25519, 'an unknown algorithm')
        entry.signatures.append((raw[:8], raw[9:]))
    demand(at == len(data), 'bytes after the entry')
    ids = [x for x, _ in entry.signatures]
    demand(all(a < b for a, b in zip(ids, ids[1:])), 'signatures ascend by keyid')
    return entry
