"""Evidence made of entries and their objects: rows M04 to M14 and M20 of board-format 6."""
import re

import board_ed25519 as ed
import check_ballots
import check_mail
import check_tally
import hashes as hs
import schemas as sc
from board_form import (ADJUDICATE, ALARM, ATTEST, AUDIT, BALLOT, CAST, CEREMONY, CHALLENGE,
                        CONTEST_DATA, DEVICE, FIELDS, KEY, KEYS, MAIL_CAST, NONE as NO_HASH,
                        NOTICE, OBJECT, OPENING, PHASE, RELEASE, RESULT, ROLE, ROLL, SETUP, SHARE,
                        SPOIL, TALLY, TOTALS, EntryError, decode)
from board_text import parse_keys
from board_tree import leaf_hash
from board_verdicts import FALSE, SHOWN, WORD, demand
from form import FormError, parse
from hashes import digest
from lookup import is_mail
from record import CLOSED, FINAL
from report import Report

CHOICES = (CAST, CHALLENGE, SPOIL)
OPEN, CLOSE, STOP = 1, 2, 3
_OBJECT = re.compile(rb'obj/([0-9a-f]{2})/([0-9a-f]{2})/([0-9a-f]{64})\n')


def setup_of(index, entry):
    demand(entry.type == SETUP and index == 0, 'SETUP')
    return entry


def named(case, entry, kind):
    """The object of this kind that the entry names."""
    for data in case.objects:
        if entry.body[kind] == (digest(kind, data), len(data)):
            return data
    demand(False, 'the object %s' % kind)


def other_policy(case):
    (index, entry), = case.entries()
    setup_of(index, entry)
    data = case.policy_bytes
    return FALSE if entry.body['policy'] == (digest('policy', data), len(data)) else SHOWN


# M05: objects

def bad_object(case, place, file):
    m = _OBJECT.fullmatch(place)
    demand(m, 'a place of the board')
    found, extra = case.entries(), {} if file is None else {'file': 1}
    demand(found, 'an entry')
    entry, name = found[0][1], bytes.fromhex(m.group(3).decode())
    env = None
    if entry.type == BALLOT:
        demand(case.has(place=1, entry=2, object=1, **extra), 'the parts of a ballot')
        setup = setup_of(*found[1])
        env = sc.Env(parse(sc.MANIFEST, named(case, setup, 'manifest')))
    else:
        demand(case.has(place=1, entry=1, **extra), 'the parts of an object')
        demand(entry.type != SETUP or found[0][0] == 0, 'SETUP')
    there = m.group(3).startswith(m.group(1) + m.group(2))
    kinds = [x for x, form in FIELDS[entry.type] if there and form is OBJECT
             and entry.body[x][0] == name and entry.body[x][1]]
    if not kinds:
        return FALSE
    if file is None or (digest(kinds[0], file), len(file)) != entry.body[kinds[0]]:
        return WORD
    if not says(kinds[0], file, entry.body, env):
        return SHOWN
    return WORD if kinds[0] == 'keys' else FALSE    # whose they are, nobody else can say


def says(kind, data, b, env):
    """Whether an object is what its entry says, as far as M05 judges that."""
    try:
        if kind in ('parameters', 'manifest'):
            parse(sc.PARAMETERS if kind == 'parameters' else sc.MANIFEST, data)
        if kind == 'keys':
            parse_keys(data)
        if kind == 'election_keys':
            keys = parse(sc.KEYS, data)
            return (keys['H_G'], keys['H_E']) == (b['H_G'], b['H_E'])
    except (FormError, EntryError):
        return False
    if kind != 'ballot':
        return True
    try:
        line = parse(sc.BALLOT, data, env)
    except FormError:
        return True                     # M07
    return all(line.get(name, 0) == b[name]
               for name in ('id_B', 'H_C', 'style', 'device', 'position', 'weight'))


# M06, M08, M09: two entries

def twice(case):
    demand(case.has(entry=2), 'two entries')
    (i, a), (j, b) = case.entries()
    x, y = a.body, b.body
    if i == j:
        return FALSE
    if a.type == b.type == BALLOT:
        same = x['id_B'] == y['id_B'] or x['H_C'] == y['H_C'] or x['ballot'] == y['ballot']
    else:
        choices = a.type in CHOICES and b.type in CHOICES
        same = choices and x['H_C'] == y['H_C']
        if a.type == b.type == CAST and x['credential'] != NO_HASH:
            same = same or (x['credential'], x['seq']) == (y['credential'], y['seq'])
    return SHOWN if same else FALSE


def disorder(case):
    demand(case.has(entry=2), 'two entries')
    (i, a), (j, b) = case.entries()
    x, y = a.body, b.body
    demand(a.type in (BALLOT, DEVICE) and b.type in (BALLOT, DEVICE)
           and x['device'] == y['device'] and i < j, 'two entries of one device in order')
    if a.type == DEVICE:
        wrong = x['op'] == CLOSE or b.type == DEVICE and y['op'] == OPEN
    elif b.type == BALLOT:
        wrong = x['position'] and y['position'] and x['position'] >= y['position']
    else:
        wrong = y['op'] == CLOSE and (y['count'] < x['position'] or (
            y['count'] == x['position'] and y['H_last'] != x['H_C']))
    return SHOWN if wrong else WORD


def sequence(case):
    found = case.entries()
    if len(found) == 1:
        demand(case.has(entry=1), 'one entry')
        (index, entry), = found
        return SHOWN if (entry.type == SETUP) != (index == 0) else WORD
    demand(case.has(entry=2), 'two entries')
    (i, a), (j, b) = found
    done_once = (SETUP, KEYS, RESULT, CONTEST_DATA)
    demand(a.type == PHASE or a.type in done_once, 'PHASE, or an act that is done once')
    if i == j:
        return FALSE
    if a.type in done_once:
        return SHOWN if a.type == b.type and i < j else FALSE
    if a.body['site']:
        return FALSE
    if b.type == PHASE:
        return SHOWN if not b.body['site'] and a.body['op'] == b.body['op'] and i < j else FALSE
    late_cast = b.type == CAST and b.body['credential'] != NO_HASH and j > i
    wrong = {OPEN: j < i and b.type in (BALLOT, MAIL_CAST, OPENING) + CHOICES,
             CLOSE: late_cast or j < i and b.type in (TALLY, SHARE, RESULT, CONTEST_DATA),
             STOP: late_cast}
    return SHOWN if wrong[a.body['op']] else FALSE


# M11: signatures

ADMINS_ALONE = (SETUP, PHASE, ADJUDICATE, NOTICE, CONTEST_DATA)
ANY_KEY = (BALLOT, CAST, CHALLENGE, SPOIL, OPENING, MAIL_CAST, TALLY, ATTEST)
ROLES_OF = {DEVICE: 'device poll-worker', SHARE: 'guardian', RESULT: 'admin guardian',
            TOTALS: 'poll-worker', AUDIT: 'audit', RELEASE: 'release', ALARM: 'monitor',
            CEREMONY: 'guardian', KEYS: 'admin guardian', ROLL: 'admin registrar'}


def unsigned(case):
    if case.has(entry=1):
        try:
            case.entries()
        except EntryError:
            return SHOWN
        return WORD
    found = case.entries()
    demand(case.has(entry=2, object=1) or case.has(entry=3, object=1),
           'SETUP, an entry and the keys, and PHASE open')
    setup, (index, entry) = setup_of(*found[0]), found[1]
    known = {x.keyid: x for x in parse_keys(named(case, setup, 'keys'))}
    opened = None
    if len(found) == 3:
        at, phase = found[2]
        demand(phase.type == PHASE and (phase.body['op'], phase.body['site']) == (OPEN, 0),
               'PHASE open')
        opened = leaf_hash(case.receipts[2][1]) if index > at else NO_HASH
    signers = [known.get(number) for number, _ in entry.signatures]
    if not signers:
        return SHOWN
    if entry.type in ANY_KEY or None in signers:
        return WORD                     # an added key, or a voter's
    return SHOWN if other_role(entry, signers) or few(entry, setup, signers) \
        or opened is not None and false_signature(case, entry, known, opened) else WORD


def other_role(entry, signers):
    if entry.type == KEY:               # the key itself can have any role
        return False
    asked = ROLES_OF.get(entry.type, 'admin').split()
    return any(x.role not in [ROLE[name] for name in asked] for x in signers)


def few(entry, setup, signers):
    return entry.type in ADMINS_ALONE and len(signers) != setup.body['admin_k']


def false_signature(case, entry, known, opened):
    message = entry.message(case.origin, opened)
    return any(not ed.verify(known[number].key, message, signature)
               for number, signature in entry.signatures)


# M07, M14, M20: ballots

class Alone:
    """A record of nothing but what one ballot is judged under."""

    def __init__(self, manifest, keys, H_E):
        self.manifest, self.env, self.keys = manifest, sc.Env(manifest), dict(keys, H_E=H_E)
        self.ballots, self.states, self.mail_cast, self.broken_ballots = [], None, None, False


def election(case, setup, keys):
    """The record of SETUP, manifest, KEYS and election_keys"""
    setup = setup_of(*setup)
    demand(keys[1].type == KEYS, 'KEYS')
    return Alone(parse(sc.MANIFEST, named(case, setup, 'manifest')),
                 parse(sc.KEYS, named(case, keys[1], 'election_keys')), keys[1].body['H_E'])


def holds(record, data):
    """The ballot if it holds alone, else None."""
    try:
        ballot = parse(sc.BALLOT, data, record.env)
    except FormError:
        return None
    kinds = {is_mail({'contests': [c]}) for c in ballot['contests']}
    if len(kinds) > 1:
        return None                     # X.1
    report = Report(CLOSED)
    record.ballots = [('ballot', ballot)]
    check_ballots.identifiers(record, report)
    check_ballots.structure(record, report, 'ballot', ballot)
    check_ballots.encrypted_nonce(report, 'ballot', ballot)
    link(record, report, ballot)
    if True in kinds:
        check_mail.sealed_hashes(record, report, 'ballot', ballot)
        check_mail.sealed_structure(record, report, 'ballot', ballot)
    else:
        check_ballots.selections(record, report, 'ballot', ballot, {})
        check_ballots.hashes_of_ballot(report, 'ballot', ballot)
        check_ballots.contest_data(report, 'ballot', ballot)
    return None if report.failed() else ballot


def link(record, report, ballot):
    """8.D, 8.E, 16.E, 16.F as far as the ballot alone shows them"""
    device, mail = record.env.device(ballot['device']), is_mail(ballot)
    if device is None:
        return                          # X.6
    H_E = record.keys['H_E']
    H_DI = hs.device_hash(H_E, device['label'], mail)
    good = ballot['B_C'] == hs.CHAIN_NONE + H_DI
    if device['chaining']:
        good = ballot['B_C'].startswith(hs.CHAIN_SIMPLE) and (
            ballot['position'] != 1
            or ballot['B_C'] == hs.CHAIN_SIMPLE + hs.chain_start(H_E, H_DI, mail)[1])
    report.check('16.F' if mail else '8.E', good, 'ballot', 'B_C')


def bad_ballot(case):
    found = case.entries()
    if len(found) == 4:
        return bad_mail_cast(case, found)
    demand(case.has(entry=3, object=3), 'BALLOT, ballot, election')
    (_, entry), setup, keys = found
    demand(entry.type == BALLOT, 'BALLOT')
    data = named(case, entry, 'ballot')
    return FALSE if holds(election(case, setup, keys), data) else SHOWN


def of_ballot(case, found, kind, name):
    """(record, line of the first entry, ballot that holds or None)"""
    demand(case.has(entry=4, object=4), 'an entry, its BALLOT, their objects, election')
    (_, act), (_, entry), setup, keys = found
    demand(act.type == kind and entry.type == BALLOT and act.body['H_C'] == entry.body['H_C'],
           'an entry and its BALLOT')
    line, data = named(case, act, name), named(case, entry, 'ballot')
    record = election(case, setup, keys)
    return record, line, holds(record, data)


def bad_mail_cast(case, found):
    """6, 7, 15, 16.A, 17, X.1, X.2, X.17"""
    record, line, ballot = of_ballot(case, found, MAIL_CAST, 'mail_cast')
    if ballot is None:
        return FALSE
    try:
        line = parse(sc.MAIL_CAST, line, record.env)
    except FormError:
        return SHOWN
    if line['id_B'] != ballot['id_B'] or not is_mail(ballot):
        return SHOWN
    report = Report(CLOSED)
    record.mail_cast = [('line', line)]
    record.states = [('state', {'id_B': ballot['id_B'], 'state': 'cast'})]
    check_mail.cast_proofs(record, report)
    check_mail.cast(record, report, 'line', line, ballot)
    return SHOWN if report.failed() else FALSE


def bad_opening(case):
    record, line, ballot = of_ballot(case, case.entries(), OPENING, 'challenged')
    if ballot is None:
        return FALSE
    mail = is_mail(ballot)
    try:
        line = parse(sc.MAIL_OPEN if mail else sc.CHALLENGED, line, record.env)
    except FormError:
        return SHOWN
    report = Report(FINAL)
    (check_mail.opened if mail else check_tally.opening_values)(
        record, report, 'opening', line, ballot)
    return SHOWN if report.failed() or line['id_B'] != ballot['id_B'] else FALSE


def same_alpha(case):
    found = case.entries()
    demand(len(found) == 3, 'two BALLOTs and SETUP')
    (i, a), (j, b), setup = found
    demand(a.type == b.type == BALLOT and case.has(entry=3, object=3 - (
        a.body['ballot'] == b.body['ballot'])), 'two BALLOTs, their objects and the manifest')
    env = sc.Env(parse(sc.MANIFEST, named(case, setup_of(*setup), 'manifest')))
    one, other = (parse(sc.BALLOT, named(case, x, 'ballot'), env) for x in (a, b))
    alphas = [{f['alpha'] for c in x['contests'] for f in c.get('fields', ())}
              for x in (one, other)]
    same = alphas[0] & alphas[1] or one['nonce']['C0'] == other['nonce']['C0']
    return SHOWN if i != j and same else FALSE
