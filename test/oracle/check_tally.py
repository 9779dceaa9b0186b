"""Verifications 9-14, X.12-X.14, X.16 and their part of X.2."""
import hashes as hs
from check_ballots import NO_BALLOTS
from form import FormError
from group import P, Q, g, inverse, member, power
from lookup import cast_lines, fits, is_mail, state_map
from proofs import C2, data_decrypt_challenge, tally_challenge
from rules import groups
from schemas import field_labels, ranges, unpack_data


class Votes:
    """Cast ballots counted from the ballots and states as published."""

    def __init__(self, record):
        self.states = state_map(record)
        self.known = self.states is not None and not record.broken_ballots
        self.by_id = {}
        for where, ballot in record.ballots:
            self.by_id.setdefault(ballot['id_B'], ballot)
        if not self.known:
            return
        self.cast = [b for _, b in record.ballots if self.states.get(b['id_B']) == 'cast']
        self.mail = any(is_mail(b) for b in self.cast)
        self.count, self.weight = {}, {}
        for ballot in self.cast:
            for index in {c['contest'] for c in ballot['contests']}:
                self.count[index] = self.count.get(index, 0) + 1
                self.weight[index] = self.weight.get(index, 0) + ballot['weight']
        floor = record.manifest['privacy_floor']
        self.withheld = {i for i, n in self.count.items() if 0 < n < floor}
        for members in groups(record.manifest).values():
            if self.withheld & set(members):
                self.withheld |= set(members)


def run(record, report, final):
    codes = ['9.A', '9.B'] + (['10.A', '10.B', '10.C', '11.A', '11.B', '11.C', '11.D', '12.A',
                               '12.B', '12.C', '13.A', '13.B', '14.A', '14.B', '14.C', '14.D',
                               '14.E', '14.F', 'X.12', 'X.13', 'X.14', 'X.16'] if final else [])
    if record.env is None:
        for code in codes:
            report.hold(code, 'manifest.json not readable')
        return
    votes = Votes(record)
    aggregation(record, report, votes)
    if final:
        decryptions(record, report)
        contents(record, report)
        totals(record, report, votes)
        withheld(record, report, votes)
        contest_data(record, report, votes)
        openings(record, report, votes)


def _entries(listed):
    """contest index -> first entry"""
    out = {}
    for entry in listed:
        out.setdefault(entry['contest'], entry)
    return out


def aggregation(record, report, votes):
    """V9: weighted products over cast ballots."""
    tally = record.tally_encrypted
    if tally is None:
        reason = 'no tally_encrypted.json' if 'tally_encrypted.json' not in record.paths \
            else 'tally_encrypted.json not readable'
        for code in ('9.A', '9.B'):
            report.hold(code, reason)
        return
    entries = _entries(tally['contests'])
    for entry in tally['contests']:
        for i, field in enumerate(entry['fields'], 1):
            for name in ('A', 'B'):
                report.check('X.2', member(field[name]), 'tally_encrypted.json contest %d field %d'
                             % (entry['contest'], i), name + ' not in Z_p^r')
    if not votes.known:
        for code in ('9.A', '9.B'):
            report.hold(code, 'ballots or states not readable')
        return
    if votes.mail and record.mail_cast is None:
        for code in ('9.A', '9.B'):
            report.hold(code, 'mail_cast.jsonl not readable')
        return
    counted = cast_lines(record)
    for ballot in votes.cast:
        if is_mail(ballot) and not (ballot['id_B'] in counted
                                    and fits(counted[ballot['id_B']], ballot)):
            for code in ('9.A', '9.B'):
                report.hold(code, 'a cast mail ballot has no line in mail_cast.jsonl')
            return
    for index, contest in enumerate(record.manifest['contests'], 1):
        count = len(ranges(contest))
        totals_a, totals_b = [1] * count, [1] * count
        for ballot in votes.cast:
            holder = counted[ballot['id_B']] if is_mail(ballot) else ballot
            for sealed in holder['contests']:
                if sealed['contest'] == index:
                    for i, field in enumerate(sealed['fields'][:count]):
                        totals_a[i] = totals_a[i] * power(field['alpha'], ballot['weight']) % P
                        totals_b[i] = totals_b[i] * power(field['beta'], ballot['weight']) % P
        entry = entries.get(index)
        for i in range(count):
            place = 'tally_encrypted.json contest %d field %d' % (index, i + 1)
            field = entry['fields'][i] if entry else {'A': None, 'B': None}
            report.check('9.A', field['A'] == totals_a[i], place, 'A')
            report.check('9.B', field['B'] == totals_b[i], place, 'B')


def decryptions(record, report):
    """V10"""
    if record.tally is None or record.tally_encrypted is None or record.keys is None:
        for code in ('10.A', '10.B', '10.C'):
            report.hold(code, 'input not readable')
        if record.tally is None:
            return
    keys = record.keys
    entries = _entries(record.tally_encrypted['contests']) if record.tally_encrypted else {}
    for contest in record.tally['contests']:
        index = contest['contest']
        for field in contest['fields']:
            place = 'tally.json contest %d field %d' % (index, field['field'])
            report.check('X.2', member(field['T']), place, 'T not in Z_p^r')
            report.check('X.2', field['c'] < Q, place, 'c not below q')
            report.check('10.A', field['v'] < Q, place, 'v not below q')
            if keys is None:
                continue
            report.check('10.C', field['T'] == power(keys['K'], field['t']), place, 'T is not K^t')
            if not record.tally_encrypted:
                continue
            listed = entries[index]['fields'] if index in entries else []
            back = inverse(field['T'])
            good = back is not None and 1 <= field['field'] <= len(listed)
            if good:
                A, B = listed[field['field'] - 1]['A'], listed[field['field'] - 1]['B']
                good = field['c'] == tally_challenge(
                    keys['H_E'], index, field['field'], keys['K'], A, B, B * back % P,
                    field['c'], field['v'])
            report.check('10.B', good, place, 'decryption proof')


def _contest_named(record, entry):
    """The manifest contest whose index and label the entry repeats, or None."""
    contest = record.env.contest(entry['contest'])
    return contest if contest and contest['label'] == entry['label'] else None


def _field_names(fields):
    return {(f['field'], f['label']) for f in fields}


def contents(record, report):
    """V11"""
    if record.tally is None:
        for code in ('11.A', '11.B', '11.C', '11.D'):
            report.hold(code, 'tally.json not readable')
        return
    named = set()
    for entry in record.tally['contests']:
        place = 'tally.json contest %d' % entry['contest']
        if _contest_named(record, entry):
            named.add(entry['contest'])
        report.check('11.A', entry['contest'] in named, place, 'not a contest of the manifest')
        contest = record.env.contest(entry['contest'])
        labels = set(enumerate(field_labels(contest), 1)) if contest else set()
        for field in entry['fields']:
            report.check('11.B', (field['field'], field['label']) in labels,
                         '%s field %d' % (place, field['field']), 'not an option of the manifest')
        if entry['fields']:
            for index, label in sorted(labels - _field_names(entry['fields'])):
                report.check('11.C', False, place, 'field %d is missing' % index, 0)
            report.check('11.C', True, '', '', len(labels))
    if record.broken_ballots:
        report.hold('11.D', NO_BALLOTS)
    for index in sorted({c['contest'] for _, b in record.ballots for c in b['contests']}):
        if record.env.contest(index):
            report.check('11.D', index in named, 'tally.json', 'contest %d is missing' % index)


def totals(record, report, votes):
    """X.14"""
    tally, encrypted = record.tally, record.tally_encrypted
    if tally is None or encrypted is None or record.params is None or not votes.known:
        report.hold('X.14', 'input not readable')
    if tally and record.params:
        U = tally['guardians']
        good = all(a < b for a, b in zip(U, U[1:])) and len(U) >= record.params['k'] \
            and all(1 <= i <= record.params['n'] for i in U)
        report.check('X.14', good, 'tally.json', 'guardians')
    if encrypted:
        place = 'tally_encrypted.json'
        indices = [e['contest'] for e in encrypted['contests']]
        report.check('X.14', indices == list(range(1, len(indices) + 1)), place, 'contests')
        if votes.known:
            report.check('X.14', encrypted['ballots'] == len(votes.cast), place, 'ballots')
            report.check('X.14', encrypted['weight'] == sum(b['weight'] for b in votes.cast),
                         place, 'weight')
            for entry in encrypted['contests']:
                index = entry['contest']
                good = entry['ballots'] == votes.count.get(index, 0) \
                    and entry['weight'] == votes.weight.get(index, 0)
                report.check('X.14', good, '%s contest %d' % (place, index), 'ballots or weight')
    if votes.known:
        for index, contest in enumerate(record.manifest['contests'], 1):
            bound = votes.weight.get(index, 0) * max(ranges(contest), default=0)
            report.check('X.14', bound <= 1 << 44, 'contest %d' % index, 'bound above 2^44')
    if tally:
        seen, weights = set(), {}
        if encrypted:
            weights = {i: e['weight'] for i, e in _entries(encrypted['contests']).items()}
        for entry in tally['contests']:
            index, contest = entry['contest'], record.env.contest(entry['contest'])
            report.check('X.14', index not in seen, 'tally.json contest %d' % index, 'twice')
            seen.add(index)
            fields = set()
            for field in entry['fields']:
                place = 'tally.json contest %d field %d' % (index, field['field'])
                report.check('X.14', field['field'] not in fields, place, 'twice')
                fields.add(field['field'])
                if contest and 1 <= field['field'] <= len(ranges(contest)) and index in weights:
                    top = weights[index] * ranges(contest)[field['field'] - 1]
                    report.check('X.14', field['t'] <= top, place, 't is too large')


def withheld(record, report, votes):
    """X.16"""
    if record.tally is None or not votes.known:
        report.hold('X.16', 'input not readable')
        return
    for entry in record.tally['contests']:
        good = (entry['fields'] == []) == (entry['contest'] in votes.withheld)
        report.check('X.16', good, 'tally.json contest %d' % entry['contest'],
                     'withheld or decrypted against the floor')


def _write_ins(record, index):
    """t of #write-ins in tally.json, or None."""
    for entry in record.tally['contests']:
        if entry['contest'] == index:
            for field in entry['fields']:
                if field['label'] == '#write-ins':
                    return field['t']
    return None


def contest_data(record, report, votes):
    """V12, X.12"""
    if record.contest_data is None:
        for code in ('12.A', '12.B', '12.C', 'X.12'):
            report.hold(code, 'contest_data.jsonl not readable')
        return
    seen = set()
    if record.contest_data and (record.tally is None or not votes.known):
        report.hold('X.12', 'input not readable')
    for where, line in record.contest_data:
        index = line['contest']
        pair = (line['id_B'], index)
        report.check('X.2', member(line['beta']), where, 'beta not in Z_p^r')
        report.check('X.2', line['c'] < Q, where, 'c not below q')
        report.check('12.A', line['v'] < Q, where, 'v not below q')
        faults = ['pair twice'] if pair in seen else []
        seen.add(pair)
        ballot, contest = votes.by_id.get(line['id_B']), record.env.contest(index)
        sealed = [c for c in ballot['contests'] if c['contest'] == index] if ballot else []
        data = sealed[0].get('data') if sealed else None
        if data is None:
            if not record.broken_ballots:
                faults.append('no such contest data on a ballot')
            report.check('X.12', not faults, where, '; '.join(faults))
            continue
        if votes.known:
            if votes.states.get(line['id_B']) != 'cast':
                faults.append('ballot is not cast')
            if index in votes.withheld:
                faults.append('contest is withheld')
        device = record.env.device(ballot['device'])
        if record.tally and device and device['mode'] == 'remote':
            t = _write_ins(record, index)
            if t is None or t < record.manifest['privacy_floor']:
                faults.append('remote ballot, too few write-ins')
        if contest:
            try:
                unpack_data(line['D'], contest)
            except FormError as error:
                faults.append('D: %s' % error)
        report.check('X.12', not faults, where, '; '.join(faults))
        if record.keys is None:
            for code in ('12.B', '12.C'):
                report.hold(code, 'election_keys.json not readable')
            continue
        H_I = ballot['H_I']
        good = line['c'] == data_decrypt_challenge(H_I, index, record.keys['K_hat'], data,
                                                   line['beta'], line['c'], line['v'])
        report.check('12.B', good, where, 'decryption proof')
        h = hs.H(H_I, hs.msg_data_key(index, data['C0'], line['beta']))
        mask = hs.data_mask(h, index, len(data['C1']) // 32)
        report.check('12.C', line['D'] == hs.xor(data['C1'], mask), where, 'D')


def openings(record, report, votes):
    """V13, V14, X.13"""
    if record.challenged is None or record.keys is None:
        for code in ('13.A', '13.B', '14.A', '14.B', '14.C', '14.D', '14.E', '14.F', 'X.13'):
            report.hold(code, 'input not readable')
        return
    for where, line in record.challenged:
        ballot = votes.by_id.get(line['id_B'])
        if ballot is None or is_mail(ballot):
            continue                    # X.11
        opening_values(record, report, where, line, ballot)
        opening_contents(record, report, where, line, ballot)


def opening_values(record, report, where, line, ballot):
    """(13.1)-(13.7), 13.A, 13.B, X.13"""
    K, K_hat, H_I = record.keys['K'], record.keys['K_hat'], ballot['H_I']
    opened = _entries(line['contests'])
    chis = []
    for sealed in ballot['contests']:
        index, data = sealed['contest'], sealed.get('data')
        entry, place = opened.get(index), '%s contest %d' % (where, index)
        if entry is None:
            chis.append(sealed['chi'])
            continue
        pairs = []
        for field in entry['fields']:
            report.check('X.2', field['nonce'] < Q, '%s field %d' % (place, field['field']),
                         'nonce not below q')
            pairs.append((g(field['nonce']), power(K, (field['value'] + field['nonce']) % Q)))
        triple = (data['C0'], data['C1'], C2(data)) if data else None
        chis.append(hs.H(H_I, hs.msg_chi(index, pairs, triple)))
        if data is None or 'data' not in entry:
            continue
        xi, D = entry['data']['nonce'], entry['data']['D']
        report.check('X.2', xi < Q, place, 'data nonce not below q')
        alpha = g(xi)
        h = hs.H(H_I, hs.msg_data_key(index, alpha, power(K_hat, xi % Q)))
        mask = hs.data_mask(h, index, len(data['C1']) // 32)
        report.check('13.A', data['C1'] == hs.xor(D, mask) and len(D) == len(data['C1']),
                     place, 'C1')
        contest, fault = record.env.contest(index), None
        if contest:
            try:
                unpack_data(D, contest)
            except FormError as error:
                fault = 'D: %s' % error
            report.check('X.13', fault is None, place, fault)
        report.check('X.13', alpha == data['C0'], place, 'g^nonce is not C0')
    code = hs.H(H_I, hs.msg_H_C(chis, ballot['B_C']))
    report.check('13.B', code == ballot['H_C'], where, 'H_C')


def opening_contents(record, report, where, line, ballot):
    """V14"""
    style = ballot['style']
    members = record.manifest['styles'][style - 1]['contests'] \
        if 1 <= style <= len(record.manifest['styles']) else []
    named = set()
    for entry in line['contests']:
        index = entry['contest']
        place = '%s contest %d' % (where, index)
        if _contest_named(record, entry) and index in members:
            named.add(index)
        report.check('14.A', index in named, place, 'not a contest of the style')
        contest = record.env.contest(index)
        if contest is None:
            for field in entry['fields']:
                report.check('14.C', False, place, 'options of no contest')
            continue
        labels, tops = field_labels(contest), ranges(contest)
        known, total = set(enumerate(labels, 1)), 0
        for field in entry['fields']:
            i, value = field['field'], field['value']
            spot = '%s field %d' % (place, i)
            report.check('14.C', (i, field['label']) in known, spot, 'not an option')
            if 1 <= i <= len(tops):
                report.check('14.E', value <= tops[i - 1], spot, 'value')
                over = contest['overvote'] and i == len(contest['options']) + 1
                total += value * (contest['contest_limit'] if over else 1)
        missing = known - _field_names(entry['fields'])
        report.check('14.D', not missing, place, 'fields are missing', len(known))
        report.check('14.F', total <= contest['contest_limit'], place, 'sum of the selections')
    for index in members:
        report.check('14.B', index in named, where, 'contest %d is not opened' % index)
