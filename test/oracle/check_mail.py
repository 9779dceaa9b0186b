"""Pre-encrypted ballots: Verifications 15-19, X.17, and V6 and V7 of the cast ones.

A sealed mail ballot holds only the selection hashes; what was cast is in
mail_cast.jsonl, what was opened in mail_open.jsonl (record-format 5).  The chain
of a mail device, 16.D-16.H, is checked beside that of the others (check_ballots).
"""
import check_ballots
import hashes as hs
from check_ballots import MAIL_CHAIN, NO_BALLOTS, contest_proofs
from group import P, Q, g, member, power
from lookup import fits, is_mail, mail_ballots, state_map
from schemas import vector_labels

OPENED = ('18.A', '19.A', '19.B', '19.C', '19.D')
CODES = ('15.A', '16.A', '16.B', '16.C') + MAIL_CHAIN + ('17.A',) + OPENED + ('X.17',)


def cast_proofs(record, report):
    """V6 and V7 on `fields` and `limit` of mail_cast.jsonl, X.2 on the selected vectors."""
    if record.env is None:
        return
    states, codes = state_map(record), ('6.A', '6.B', '6.C', '6.D', '7.A', '7.B', '7.C', '7.D')
    if record.mail_cast is None or (record.mail_cast and (states is None or record.keys is None)):
        for code in codes:
            report.hold(code, 'mail_cast.jsonl, states or keys not readable')
        return
    ballots = mail_ballots(record)
    for where, line in record.mail_cast:
        ballot = ballots.get(line['id_B'])
        if ballot is None or states.get(line['id_B']) != 'cast':
            continue                                                # X.17
        for sealed in line['contests']:
            if record.env.contest(sealed['contest']) is None:
                continue                                            # X.17
            place = '%s contest %d' % (where, sealed['contest'])
            contest_proofs(record, report.check, place, ballot['H_I'], sealed)
            for selected in sealed['selected']:
                for pair in selected['vector']:
                    for name in ('alpha', 'beta'):
                        report.check('X.2', member(pair[name]), place,
                                     'vector: %s not in Z_p^r' % name)


def run(record, report, final):
    """V15-V17 and X.17, finally the openings; 16.D-16.H are done already."""
    if record.env is None:
        for code in CODES:
            report.hold(code, 'manifest.json not readable')
        return
    if record.broken_ballots:
        for code in CODES:
            report.hold(code, NO_BALLOTS)
    ballots = mail_ballots(record)
    for where, ballot in record.ballots:
        if is_mail(ballot):
            sealed_hashes(record, report, where, ballot)
            sealed_structure(record, report, where, ballot)
    states = state_map(record)
    if record.mail_cast is None or states is None:
        for code in ('15.A', '16.A', '17.A', 'X.17'):
            report.hold(code, 'mail_cast.jsonl or states.jsonl not readable')
    else:
        cast_once(record, report, ballots, states)
        for where, line in record.mail_cast:
            if line['id_B'] in ballots:
                cast(record, report, where, line, ballots[line['id_B']])
    if not final:
        return
    if record.mail_open is None or (record.mail_open and record.keys is None):
        for code in ('16.A', '17.A', 'X.17') + OPENED:
            report.hold(code, 'mail_open.jsonl or election_keys.json not readable')
        return
    for where, line in record.mail_open:
        if line['id_B'] in ballots:                                 # else X.11
            opened(record, report, where, line, ballots[line['id_B']])


def short_code(record, report, place, psi, published):
    """17.A"""
    kind = record.manifest['short_code']
    if 1 <= kind <= 8:
        report.check('17.A', published == hs.omega(kind, psi), place, 'short code')
    else:
        report.hold('17.A', 'the manifest names no hash trimming function')


def sealed_hashes(record, report, where, ballot):
    """16.B, 16.C"""
    for sealed in ballot['contests']:
        chi = hs.H(ballot['H_I'], hs.msg_pre_chi(sealed['contest'], sealed['psi']))
        report.check('16.B', chi == sealed['chi'], '%s contest %d' % (where, sealed['contest']),
                     'chi')
    chis = [sealed['chi'] for sealed in ballot['contests']]
    code = hs.code(ballot['H_I'], chis, ballot['B_C'], mail=True)
    report.check('16.C', code == ballot['H_C'], where, 'H_C')


def sealed_structure(record, report, where, ballot):
    """X.17: the selection hashes of a contest on a ballot."""
    kind = record.manifest['short_code']
    for sealed in ballot['contests']:
        contest, psis, faults = record.env.contest(sealed['contest']), sealed['psi'], []
        if contest is None:
            continue                                                # X.6
        if contest['option_limit'] != 1:
            faults.append('option limit of %d' % contest['option_limit'])
        if any(a >= b for a, b in zip(psis, psis[1:])):
            faults.append('selection hashes are not ascending')
        if 1 <= kind <= 8 and len({hs.omega(kind, psi) for psi in psis}) != len(psis):
            faults.append('a short code stands twice')
        report.check('X.17', not faults, '%s contest %d' % (where, sealed['contest']),
                     '; '.join(faults))


def cast_once(record, report, ballots, states):
    """X.17: exactly one line for each cast mail ballot."""
    seen = set()
    for where, line in record.mail_cast:
        if line['id_B'] not in ballots:
            if not record.broken_ballots:
                report.check('X.17', False, where, 'no such mail ballot')
            continue
        good = states.get(line['id_B']) == 'cast' and line['id_B'] not in seen
        report.check('X.17', good, where, 'ballot is not cast, or twice')
        seen.add(line['id_B'])
    for where, ballot in record.ballots:
        if is_mail(ballot) and states.get(ballot['id_B']) == 'cast':
            report.check('X.17', ballot['id_B'] in seen, where, 'cast, but not in mail_cast.jsonl')


def _product(vectors):
    """Componentwise product as (alpha, beta); a single one is taken as it is published."""
    out = [(pair['alpha'], pair['beta']) for pair in vectors[0]]
    for vector in vectors[1:]:
        out = [(a * pair['alpha'] % P, b * pair['beta'] % P) for (a, b), pair in zip(out, vector)]
    return out


def cast(record, report, where, line, ballot):
    """15.A, 16.A, 17.A and X.17 of one line of mail_cast.jsonl."""
    on_ballot = {sealed['contest']: sealed for sealed in reversed(ballot['contests'])}
    report.check('X.17', fits(line, ballot), where, 'contests are not those of the ballot')
    for entry in line['contests']:
        place = '%s contest %d' % (where, entry['contest'])
        for at, selected in enumerate(entry['selected'], 1):
            spot = '%s selection %d' % (place, at)
            pairs = [(pair['alpha'], pair['beta']) for pair in selected['vector']]
            psi = hs.H(ballot['H_I'], hs.msg_psi(pairs))
            report.check('16.A', psi == selected['psi'], spot, 'psi')
            short_code(record, report, spot, selected['psi'], selected['code'])
        faults, psis = [], [selected['psi'] for selected in entry['selected']]
        sealed = on_ballot.get(entry['contest'])
        if sealed and not set(psis) <= set(sealed['psi']):
            faults.append('a selected hash is not on the ballot')
        if any(a >= b for a, b in zip(psis, psis[1:])):
            faults.append('selected hashes are not ascending')
        report.check('X.17', not faults, place, '; '.join(faults))
        if psis:
            made = _product([selected['vector'] for selected in entry['selected']])
            published = [(f['alpha'], f['beta']) for f in entry['fields']]
            report.check('15.A', made == published, place, 'not the product of the vectors')


def opened(record, report, where, line, ballot):
    """16.A, 17.A, V18, V19, X.2 and X.17 of one line of mail_open.jsonl."""
    entries = {entry['contest']: entry for entry in reversed(line['contests'])}
    opened_structure(report, where, line, ballot)
    for entry in line['contests']:
        if record.env.contest(entry['contest']) is None:
            continue                                                # 19.A
        for vector in entry['vectors']:
            spot = '%s contest %d vector %d' % (where, entry['contest'], vector['field'])
            psi = _opened_psi(record, ballot['H_I'], entry, vector)
            report.check('16.A', psi == vector['psi'], spot, 'psi')
            short_code(record, report, spot, vector['psi'], vector['code'])
            for xi in vector['nonces']:
                report.check('X.2', xi < Q, spot, 'nonce not below q')
    chis = []
    for sealed in ballot['contests']:
        entry = entries.get(sealed['contest'])
        if record.env.contest(sealed['contest']) is None:
            entry = None                                            # X.6
        chis.append(sealed['chi'] if entry is None else hs.H(ballot['H_I'], hs.msg_pre_chi(
            sealed['contest'], [_opened_psi(record, ballot['H_I'], entry, vector)
                                for vector in entry['vectors']])))
    code = hs.code(ballot['H_I'], chis, ballot['B_C'], mail=True)
    report.check('18.A', code == ballot['H_C'], where, 'H_C')
    opened_contents(record, report, where, line, ballot)


def _opened_psi(record, H_I, entry, vector):
    """(18.1)-(18.3); delta is 1 only for j = k <= m."""
    m = len(record.env.contest(entry['contest'])['options'])
    j, K, pairs = vector['field'], record.keys['K'], []
    for k, xi in enumerate(vector['nonces'], 1):
        delta = int(j == k <= m)
        pairs.append((g(xi), power(K, (delta + xi) % Q)))
    return hs.H(H_I, hs.msg_psi(pairs))


def opened_structure(report, where, line, ballot):
    """X.17: order of an opening, and its hashes against the ballot's."""
    numbers = [entry['contest'] for entry in line['contests']]
    report.check('X.17', all(a < b for a, b in zip(numbers, numbers[1:])), where,
                 'contests are not ascending')
    sealed = {c['contest']: c['psi'] for c in reversed(ballot['contests'])}
    for entry in line['contests']:
        if entry['contest'] not in sealed:
            continue                                                # 19.A
        place, faults = '%s contest %d' % (where, entry['contest']), []
        js = [vector['field'] for vector in entry['vectors']]
        if any(a >= b for a, b in zip(js, js[1:])):
            faults.append('vectors are not ascending')
        if not {v['psi'] for v in entry['vectors']} <= set(sealed[entry['contest']]):
            faults.append('an opened hash is not on the ballot')
        report.check('X.17', not faults, place, '; '.join(faults))


def opened_contents(record, report, where, line, ballot):
    """V19"""
    style = ballot['style']
    members = record.manifest['styles'][style - 1]['contests'] \
        if 1 <= style <= len(record.manifest['styles']) else []
    named = set()
    for entry in line['contests']:
        index, contest = entry['contest'], record.env.contest(entry['contest'])
        place = '%s contest %d' % (where, index)
        good = contest is not None and contest['label'] == entry['label'] and index in members
        report.check('19.A', good, place, 'not a contest of the style')
        if good:
            named.add(index)
        known = set(vector_labels(contest)) if contest else set()
        shown = [(vector['field'], vector['label']) for vector in entry['vectors']]
        for pair in shown:
            report.check('19.C', pair in known, '%s vector %d' % (place, pair[0]),
                         'not an option')
        report.check('19.D', known <= set(shown), place, 'an option is missing', len(known))
    for index in members:
        report.check('19.B', index in named, where, 'contest %d is not opened' % index)
