"""Verifications 5-8 and 16.D-16.H, X.6-X.11, X.15, X.18 and the ballot part of X.2.

What only concerns pre-encrypted ballots is in check_mail.
"""
import hashes as hs
from group import Q, member, power, product
from lookup import cast_lines, fits, is_mail, mail_ballots, state_map
from proofs import C2, data_challenge, nonce_challenge, range_challenge
from schemas import ranges

NO_BALLOTS = 'a ballot line is not readable'
CHAIN = ('8.C', '8.D', '8.E', '8.F', '8.G')
MAIL_CHAIN = ('16.D', '16.E', '16.F', '16.G', '16.H')


def run(record, report):
    if record.env is None:
        for code in ('5.A', '5.B', '6.A', '6.B', '6.C', '6.D', '7.A', '7.B', '7.C', '7.D', '8.A',
                     '8.B', '8.C', '8.D', '8.E', '8.F', '8.G', 'X.6', 'X.7', 'X.8', 'X.9', 'X.10',
                     'X.11', 'X.15', 'X.18'):
            report.hold(code, 'manifest.json not readable')
        return
    states = state_map(record)
    identifiers(record, report)
    for where, ballot in record.ballots:
        structure(record, report, where, ballot)
        encrypted_nonce(report, where, ballot)
        if not is_mail(ballot):
            selections(record, report, where, ballot, states)
            hashes_of_ballot(report, where, ballot)
            contest_data(report, where, ballot)
    chains(record, report)
    uniqueness(record, report)
    state_rules(record, report)
    roll_rules(record, report, states)
    if record.broken_ballots:
        for code in ('5.A', '5.B', '6.A', '6.B', '6.C', '6.D', '7.A', '7.B', '7.C', '7.D', '8.A',
                     '8.B', '8.D', '8.E', '8.G', 'X.2', 'X.6', 'X.7', 'X.8', 'X.9', 'X.10',
                     'X.11', 'X.15', 'X.18'):
            report.hold(code, NO_BALLOTS)


def identifiers(record, report):
    """5.A, 5.B"""
    seen = {}
    for where, ballot in record.ballots:
        first = seen.setdefault(ballot['id_B'], where)
        report.check('5.A', first == where, where, 'id_B as in ' + first)
        if record.keys:
            report.check('5.B', ballot['H_I'] == hs.H(record.keys['H_E'],
                                                      hs.msg_H_I(ballot['id_B'])), where, 'H_I')
        else:
            report.hold('5.B', 'election_keys.json not readable')


def structure(record, report, where, ballot):
    """X.6"""
    manifest = record.manifest
    faults = []
    style = ballot['style']
    if not 1 <= style <= len(manifest['styles']):
        faults.append('style does not exist')
    elif [c['contest'] for c in ballot['contests']] != manifest['styles'][style - 1]['contests']:
        faults.append('contests are not those of the style')
    for sealed in ballot['contests']:
        contest = record.env.contest(sealed['contest'])
        if contest and 'fields' in sealed and len(sealed['fields']) != len(ranges(contest)):
            faults.append('contest %d: number of fields' % sealed['contest'])
    device = record.env.device(ballot['device'])
    if device is None:
        faults.append('device does not exist')
    elif (device['mode'] == 'mail') != is_mail(ballot):
        faults.append('mode of the device')
    if ballot['weight'] < 1 or (not manifest['weights'] and ballot['weight'] != 1):
        faults.append('weight')
    if 'binding' in ballot:
        bound = hs.bound_id(ballot['binding']['credential'], ballot['binding']['salt'])
        if bound != ballot['id_B']:
            faults.append('binding')
    report.check('X.6', not faults, where, '; '.join(faults))


def encrypted_nonce(report, where, ballot):
    """X.7 and the ranges of the nonce (X.2)"""
    nonce = ballot['nonce']
    report.check('X.2', member(nonce['C0']), where, 'nonce.C0 not in Z_p^r')
    report.check('X.2', nonce['c'] < Q and nonce['v'] < Q, where, 'nonce proof not below q')
    report.check('X.7', nonce['c'] == nonce_challenge(ballot['H_I'], nonce), where, 'nonce proof')


def contest_data(report, where, ballot):
    """X.8 and the ranges of the contest data (X.2)"""
    for sealed in ballot['contests']:
        data, place = sealed.get('data'), '%s contest %d' % (where, sealed['contest'])
        if data:
            report.check('X.2', member(data['C0']), place, 'data.C0 not in Z_p^r')
            report.check('X.2', data['c'] < Q and data['v'] < Q, place, 'data proof not below q')
            report.check('X.8', data['c'] == data_challenge(ballot['H_I'], sealed['contest'], data),
                         place, 'contest data proof')


def _proof(emit, box, place, challenge, proof):
    """B, C, D of V6 and V7; c = sum of the published c_j mod q."""
    for j, c in enumerate(proof['c']):
        emit(box + 'B', c < Q, place, 'c_%d not below q' % j)
    for j, v in enumerate(proof['v']):
        emit(box + 'C', v < Q, place, 'v_%d not below q' % j)
    emit(box + 'D', challenge == sum(proof['c']) % Q, place, 'challenge')


def selections(record, report, where, ballot, states):
    """V6 and V7; on ballots that are not cast the same as X.9."""
    if states is None or record.keys is None:
        for code in ('6.A', '6.B', '6.C', '6.D', '7.A', '7.B', '7.C', '7.D', 'X.9'):
            report.hold(code, 'states or keys not readable')
        return
    cast = states.get(ballot['id_B']) == 'cast'

    def emit(code, good, place, what):
        report.check(code if cast else 'X.9', good, place, code + ' ' + what if not cast else what)

    for sealed in ballot['contests']:
        contest_proofs(record, emit, '%s contest %d' % (where, sealed['contest']), ballot['H_I'],
                       sealed)


def contest_proofs(record, emit, spot, H_I, sealed):
    """V6 and V7 of one contest with `fields` and `limit`."""
    key, number = record.keys['K'], sealed['contest']
    contest = record.env.contest(number)
    for i, field in enumerate(sealed['fields'], 1):
        place = '%s field %d' % (spot, i)
        for name in ('alpha', 'beta'):
            inside = member(field[name])
            emit('6.A', inside, place, name + ' not in Z_p^r')
            emit('7.A', inside, place, name + ' not in Z_p^r')
        _proof(emit, '6.', place, range_challenge(
            H_I, number, i, field['alpha'], field['beta'], key, field['proof']), field['proof'])
    if contest is not None:
        alpha, beta = limit_product(contest, sealed['fields'])
        _proof(emit, '7.', spot, range_challenge(
            H_I, number, None, alpha, beta, key, sealed['limit']), sealed['limit'])


def limit_product(contest, fields):
    """(7.1) (7.2): prod(options) * overvote^L * write-ins"""
    over = len(contest['options']) if contest['overvote'] else None
    return tuple(product(power(f[name], contest['contest_limit']) if i == over else f[name]
                         for i, f in enumerate(fields)) for name in ('alpha', 'beta'))


def hashes_of_ballot(report, where, ballot):
    """8.A, 8.B"""
    for sealed in ballot['contests']:
        data = sealed.get('data')
        triple = (data['C0'], data['C1'], C2(data)) if data else None
        pairs = [(f['alpha'], f['beta']) for f in sealed['fields']]
        chi = hs.H(ballot['H_I'], hs.msg_chi(sealed['contest'], pairs, triple))
        report.check('8.A', chi == sealed['chi'], '%s contest %d' % (where, sealed['contest']),
                     'chi')
    code = hs.code(ballot['H_I'], [s['chi'] for s in ballot['contests']], ballot['B_C'])
    report.check('8.B', code == ballot['H_C'], where, 'H_C')


def chains(record, report):
    """8.C-8.G, on mail devices 16.D-16.H, and X.15"""
    if record.devices is None or record.keys is None:
        for code in CHAIN + MAIL_CHAIN + ('X.15',):
            report.hold(code, 'input not readable')
        return
    listed, H_E = record.devices['devices'], record.keys['H_E']
    wanted = list(range(1, len(record.manifest['devices']) + 1))
    report.check('X.15', [e['device'] for e in listed] == wanted, 'devices.json',
                 'not one entry per device')
    entries = {}
    for entry in listed:
        entries.setdefault(entry['device'], entry)
    for index in wanted:
        device, entry = record.manifest['devices'][index - 1], entries.get(index)
        mine = [(w, b) for w, b in record.ballots if b['device'] == index]
        place = 'devices.json device %d' % index
        chained = device['chaining'] == 1
        if chained and not record.broken_ballots:
            for j, (where, ballot) in enumerate(mine, 1):
                report.check('X.15', ballot['position'] == j, where, 'position')
        if entry is None:
            continue
        if not record.broken_ballots:
            report.check('X.15', entry['ballots'] == len(mine), place, 'count of ballots')
        mail = device['mode'] == 'mail'
        H_DI, none, each, start, close = MAIL_CHAIN if mail else CHAIN
        report.check(H_DI, entry['H_DI'] == hs.device_hash(H_E, device['label'], mail), place,
                     'H_DI')
        if not chained:
            for where, ballot in mine:
                report.check(none, ballot['B_C'] == hs.CHAIN_NONE + entry['H_DI'], where, 'B_C')
            continue
        if 'H_0' not in entry:
            continue
        report.check(start, entry['H_0'] == hs.chain_start(H_E, entry['H_DI'], mail)[1], place,
                     'H_0')
        if record.broken_ballots or not mine:
            continue
        previous = entry['H_0']
        for where, ballot in mine:
            report.check(each, ballot['B_C'] == hs.CHAIN_SIMPLE + previous, where, 'B_C')
            previous = ballot['H_C']
        field = hs.chain_close(H_E, entry['H_DI'], previous, mail)[0]
        code = hs.link(H_E, entry['B_close'], mail)
        report.check(close, entry['B_close'] == field and entry['H_close'] == code, place,
                     'closing')


def uniqueness(record, report):
    """X.10"""
    seen = {}

    def once(kind, value, place):
        first = seen.setdefault((kind, value), place)
        report.check('X.10', first is place, place, '%s as in %s' % (kind, first))

    for where, ballot in record.ballots:
        once('H_C', ballot['H_C'], '' + where)
        once('C0', ballot['nonce']['C0'], where + ' nonce')
        for sealed in ballot['contests']:
            place = '%s contest %d' % (where, sealed['contest'])
            for i, field in enumerate(sealed.get('fields', []), 1):
                once('alpha', field['alpha'], '%s field %d' % (place, i))
            if 'data' in sealed:
                once('C0', sealed['data']['C0'], place + ' data')
    if record.mail_cast is None:
        report.hold('X.10', 'mail_cast.jsonl not readable')
    ballots = mail_ballots(record)
    for id_B, line in cast_lines(record).items():
        if id_B not in ballots or not fits(line, ballots[id_B]):
            continue                                                # X.17
        for sealed in line['contests']:
            for i, field in enumerate(sealed['fields'], 1):
                once('alpha', field['alpha'], 'mail_cast.jsonl %s contest %d field %d'
                     % (id_B.hex(), sealed['contest'], i))


def state_rules(record, report):
    """X.11: states, and at the final stage the openings."""
    ids = {ballot['id_B'] for _, ballot in record.ballots}
    if record.states is None:
        report.hold('X.11', 'states.jsonl not readable')
        return
    seen = set()
    for where, line in record.states:
        if not record.broken_ballots:
            report.check('X.11', line['id_B'] in ids, where, 'state without ballot')
        report.check('X.11', line['id_B'] not in seen, where, 'two states for a ballot')
        seen.add(line['id_B'])
    for where, ballot in record.ballots:
        report.check('X.11', ballot['id_B'] in seen, where, 'ballot without state')
    if record.stage != 'final':
        return
    states = state_map(record)
    mail = {ballot['id_B']: is_mail(ballot) for _, ballot in record.ballots}
    opened = set()
    for path, lines, of_mail in (('challenged.jsonl', record.challenged, False),
                                 ('mail_open.jsonl', record.mail_open, True)):
        if lines is None:
            report.hold('X.11', path + ' not readable')
        for where, line in lines or []:
            good = states.get(line['id_B']) == 'challenged' and line['id_B'] not in opened \
                and (record.broken_ballots or mail.get(line['id_B']) == of_mail)
            report.check('X.11', good, where, 'opening of a ballot that is not challenged, or '
                         'twice, or in the wrong file')
            opened.add(line['id_B'])
    for where, ballot in record.ballots:
        lines = record.mail_open if is_mail(ballot) else record.challenged
        if states.get(ballot['id_B']) == 'challenged' and lines is not None:
            report.check('X.11', ballot['id_B'] in opened, where, 'challenged ballot is not opened')


def roll_rules(record, report, states):
    """X.18"""
    if states is None:
        report.hold('X.18', 'states.jsonl not readable')
        return
    remote = any(d['mode'] == 'remote' for d in record.manifest['devices'])
    roll = None
    if remote and record.roll is None:
        report.hold('X.18', 'roll.jsonl not readable')
    elif remote:
        roll = {line['credential']: line for _, line in reversed(record.roll)}
    cast = {}
    for place, (where, ballot) in enumerate(record.ballots):
        if 'binding' in ballot and states.get(ballot['id_B']) == 'cast':
            cast.setdefault(ballot['binding']['credential'], []).append(place)
    for place, (where, ballot) in enumerate(record.ballots):
        credential = ballot['binding']['credential'] if 'binding' in ballot else None
        if credential is not None and roll is not None:
            line = roll.get(credential)
            voted = states.get(ballot['id_B']) in ('cast', 'superseded')
            good = line is not None and (line['state'] == 'active' or not voted) \
                and line['style'] == ballot['style'] and line['weight'] == ballot['weight']
            report.check('X.18', good, where, 'not on the roll as it should be')
        if credential is not None and cast.get(credential, [place])[0] != place \
                and states.get(ballot['id_B']) == 'cast':
            report.check('X.18', False, where, 'second cast ballot of a credential')
        if states.get(ballot['id_B']) == 'superseded':
            last = cast.get(credential, []) if credential is not None else []
            good = record.manifest['revote'] and len(last) == 1 and (
                last[0] > place or record.ballots[last[0]][1]['device'] != ballot['device'])
            report.check('X.18', good, where, 'superseded')
