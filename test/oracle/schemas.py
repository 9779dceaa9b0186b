"""The objects of record-format sections 3 and 6, and what the manifest fixes.

Only lengths that no named check judges are refused by the form: the proof lists
and tally_encrypted.json.  Missing contests or fields of a ballot belong to X.6,
those of the tally to 11.C and 11.D, of an opening to 14.B and 14.D, of
devices.json to X.15, of the guardian files to X.4.
"""
from form import (B_, BIG, H_, N_, P_, Q_, S_, Bytes, List, Obj, Word)


def ranges(contest):
    """Upper ends of the verifiable fields: options, #overvote, #write-ins (3.2)."""
    out = [contest['option_limit']] * len(contest['options'])
    if contest['overvote']:
        out.append(1)
    if contest['write_ins']:
        out.append(contest['write_ins'])
    return out


def vector_labels(contest):
    """(j, label) of the vectors of a pre-encrypted contest: options, then L null vectors."""
    labels = [option['label'] for option in contest['options']]
    return list(enumerate(labels + ['#null'] * contest['contest_limit'], 1))


def field_labels(contest):
    out = [option['label'] for option in contest['options']]
    if contest['overvote']:
        out.append('#overvote')
    if contest['write_ins']:
        out.append('#write-ins')
    return out


class Env:
    """What a reader of later files knows about the manifest."""

    def __init__(self, manifest):
        self.contests, self.devices = manifest['contests'], manifest['devices']
        self.tops = [ranges(c) for c in self.contests]

    def contest(self, index):
        return self.contests[index - 1] if 1 <= index <= len(self.contests) else None

    def device(self, index):
        return self.devices[index - 1] if 1 <= index <= len(self.devices) else None


def _up(path, name):
    """The nearest enclosing object that has the property."""
    for item in reversed(path):
        if isinstance(item, dict) and name in item:
            return item[name]
    return None


def _contest(env, path):
    index = _up(path, 'contest')
    return None if env is None or index is None else env.contest(index)


def _device(env, path):
    index = _up(path, 'device')
    return None if env is None or index is None else env.device(index)


def _field_proof(env, path):
    """range + 1; the position of the field is the last list index on the path."""
    contest = _contest(env, path)
    if contest is None:
        return None
    tops = env.tops[_up(path, 'contest') - 1]
    place = [x for x in path if isinstance(x, int)][-1]
    return tops[place] + 1 if place < len(tops) else None


def _limit(env, path):
    contest = _contest(env, path)
    return None if contest is None else contest['contest_limit'] + 1


def _has_data(env, path):
    contest = _contest(env, path)
    return None if contest is None else contest['data_blocks'] > 0


def _blocks(env, path):
    contest = _contest(env, path)
    return Bytes(None if contest is None else 32 * contest['data_blocks'])


def _chained(env, path):
    device = _device(env, path)
    return None if device is None or device['chaining'] > 1 else device['chaining'] == 1


def _remote(env, path):
    device = _device(env, path)
    return None if device is None else device['mode'] == 'remote'


def _sealed_fields(env, path):
    """Either `fields` and what belongs to them, or `psi`; record.py compares the contests."""
    return None


def _with_fields(env, path):
    return 'fields' in path[-1]


def _with_psi(env, path):
    return 'fields' not in path[-1]


def _options(env, path):
    """m of a pre-encrypted contest"""
    contest = _contest(env, path)
    return None if contest is None else len(contest['options'])


def _selections(env, path):
    """L of a pre-encrypted contest"""
    contest = _contest(env, path)
    return None if contest is None else contest['contest_limit']


def _vectors(env, path):
    """m + L of a pre-encrypted contest"""
    contest = _contest(env, path)
    return None if contest is None else len(contest['options']) + contest['contest_limit']


def _two(env, path):
    """Length of a proof over 0..1, whatever R is (section 5)."""
    return 2


def _closed(env, path):
    if _up(path, 'ballots') == 0:
        return False
    return _chained(env, path)


PARAMETERS = Obj(('spec', S_), ('p', Bytes(512)), ('q', Bytes(32)), ('g', Bytes(512)),
                 ('n', N_), ('k', N_))

_OPTION = Obj(('label', S_), ('notes', S_))
_CONTEST = Obj(('label', S_), ('notes', S_), ('rule', S_), ('seats', N_), ('group', S_),
               ('options', List(_OPTION)), ('option_limit', N_), ('contest_limit', N_),
               ('overvote', B_), ('write_ins', N_), ('data_blocks', N_))
MANIFEST = Obj(('format', S_), ('label', S_), ('notes', S_), ('kind', S_), ('revote', B_),
               ('restricted', B_), ('texts', H_), ('guardians', List(S_)),
               ('contests', List(_CONTEST)),
               ('styles', List(Obj(('label', S_), ('contests', List(N_))))),
               ('devices', List(Obj(('label', S_), ('mode', S_), ('chaining', N_)))),
               ('weights', B_), ('short_code', N_), ('privacy_floor', N_),
               ('slot_origin', BIG), ('slot_seconds', BIG))

TEXTS = Obj(('languages', List(Obj(('tag', S_), ('texts', List(Obj(('of', S_), ('as', S_))))))))

_PROOF = Obj(('c', Q_), ('v', List(Q_)))
GUARDIAN = Obj(('i', N_), ('K', List(P_)), ('K_hat', List(P_)), ('kappa', P_),
               ('proof', _PROOF), ('proof_hat', _PROOF))

KEYS = Obj(('K', P_), ('K_hat', P_), ('H_P', H_), ('H_B', H_), ('H_E', H_), ('H_G', H_))

_FIELD = Obj(('alpha', P_), ('beta', P_),
             ('proof', Obj(('c', List(Q_, _field_proof)), ('v', List(Q_, _field_proof)))))
_DATA = Obj(('C0', P_), ('C1', _blocks), ('c', Q_), ('v', Q_))
_LIMIT = Obj(('c', List(Q_, _limit)), ('v', List(Q_, _limit)))
_SEALED = Obj(('contest', N_), ('fields', List(_FIELD), _sealed_fields),
              ('limit', _LIMIT, _with_fields),
              ('data', _DATA, lambda e, p: _with_fields(e, p) and _has_data(e, p)),
              ('psi', List(H_, _vectors), _with_psi), ('chi', H_))
BALLOT = Obj(('id_B', H_), ('H_I', H_), ('style', N_), ('device', N_), ('position', N_, _chained),
             ('slot', BIG), ('weight', N_),
             ('binding', Obj(('credential', H_), ('salt', H_)), _remote),
             ('nonce', Obj(('C0', P_), ('C1', H_), ('c', Q_), ('v', Q_))),
             ('contests', List(_SEALED)), ('B_C', Bytes(36)), ('H_C', H_))

STATE = Obj(('id_B', H_),
            ('state', Word('cast', 'challenged', 'spoiled', 'superseded', 'refused')))
ROLL = Obj(('credential', H_), ('style', N_), ('weight', N_), ('state', Word('active', 'revoked')))
DEVICES = Obj(('devices', List(Obj(('device', N_), ('ballots', N_), ('H_DI', H_),
                                   ('H_0', H_, _closed), ('B_close', Bytes(36), _closed),
                                   ('H_close', H_, _closed)))))

_AB = Obj(('A', P_), ('B', P_))
TALLY_ENCRYPTED = Obj(
    ('ballots', N_), ('weight', BIG),
    ('contests', List(Obj(('contest', N_), ('ballots', N_), ('weight', BIG),
                          ('fields', List(_AB, lambda e, p: None if _contest(e, p) is None else
                                          len(e.tops[_up(p, 'contest') - 1])))),
                      lambda e, p: None if e is None else len(e.contests))))
TALLY = Obj(('guardians', List(N_)),
            ('contests', List(Obj(('contest', N_), ('label', S_), ('fields', List(Obj(
                ('field', N_), ('label', S_), ('T', P_), ('t', BIG), ('c', Q_), ('v', Q_))))))))

_OPENED = Obj(('contest', N_), ('label', S_),
              ('fields', List(Obj(('field', N_), ('label', S_), ('value', BIG), ('nonce', Q_)))),
              ('data', Obj(('nonce', Q_), ('D', _blocks)), _has_data))
CHALLENGED = Obj(('id_B', H_), ('contests', List(_OPENED)))
CONTEST_DATA = Obj(('id_B', H_), ('contest', N_), ('beta', P_), ('c', Q_), ('v', Q_),
                   ('D', _blocks))

# Pre-encrypted ballots (section 5).
_PAIR = Obj(('alpha', P_), ('beta', P_))
_MAIL_CAST = Obj(
    ('contest', N_),
    ('selected', List(Obj(('code', S_), ('psi', H_), ('vector', List(_PAIR, _options))),
                      _selections)),
    ('fields', List(Obj(('alpha', P_), ('beta', P_), (
        'proof', Obj(('c', List(Q_, _two)), ('v', List(Q_, _two))))), _options)),
    ('limit', _LIMIT))
MAIL_CAST = Obj(('id_B', H_), ('contests', List(_MAIL_CAST)))
_MAIL_OPEN = Obj(('contest', N_), ('label', S_), ('vectors', List(Obj(
    ('field', N_), ('label', S_), ('code', S_), ('psi', H_), ('nonces', List(Q_, _options))),
    _vectors)))
MAIL_OPEN = Obj(('id_B', H_), ('contests', List(_MAIL_OPEN)))

DATA_PLAIN = Obj(('marks', List(N_)), ('write_ins', List(S_)))

# Private files (section 6).
CEREMONY = Obj(('i', N_), ('a', List(Q_)), ('a_hat', List(Q_)), ('zeta', Q_))
KEY = Obj(('i', N_), ('H_E', H_), ('z', Q_), ('z_hat', Q_))
SHARE = Obj(('i', N_), ('l', N_), ('C0', P_), ('C1', Bytes(64)), ('c', Q_), ('v', Q_))
PLAIN = Obj(('serial', S_), ('style', N_), ('weight', N_),
            ('contests', List(Obj(('contest', N_), ('marks', List(N_)),
                                  ('write_ins', List(S_))))))
TEST_NONCE = Obj(('serial', S_), ('device', N_), ('state', S_), ('id_B', H_), ('H_C', H_),
                 ('xi_B', H_))


def pack_data(marks, write_ins, blocks):
    """3.12: b(len,4) || text || zeros, or None if it does not fit."""
    from form import dump
    text = dump(DATA_PLAIN, {'marks': [min(m, 99) for m in marks], 'write_ins': write_ins})
    data = len(text).to_bytes(4, 'big') + text
    return data.ljust(32 * blocks, b'\0') if len(data) <= 32 * blocks else None


def unpack_data(data, contest):
    """The object in D; raises FormError with the reason if D is not as in 3.12."""
    from form import FormError, dump, parse
    length = int.from_bytes(data[:4], 'big')
    if len(data) < 4 or length > len(data) - 4:
        raise FormError('length does not fit')
    if any(data[4 + length:]):
        raise FormError('bytes after the text')
    plain = parse(DATA_PLAIN, data[4:4 + length])
    if len(plain['marks']) not in (0, len(contest['options'])) or max(plain['marks'] + [0]) > 99:
        raise FormError('marks')
    if len(plain['write_ins']) > contest['write_ins']:
        raise FormError('too many write-ins')
    for text in plain['write_ins']:
        if not 1 <= len(dump(S_, text)) - 2 <= 64:
            raise FormError('length of a write-in')
    return plain
