"""Faults in tally, contest data and openings: 10-14, X.1, X.12-X.16."""
import copy

from remake import hx, pb, qb

FAULTS = []


def fault(*codes, stage='final', name=None):
    def add(change):
        FAULTS.append((name or change.__name__, stage, set(codes), change))
        return change
    return add


def cell(r, ind_c, ind_o):
    return next(f for f in r.tally_of(ind_c)['fields'] if f['field'] == ind_o)


def add_one(r, x, prop):
    x[prop] = hx(qb((int(x[prop], 16) + 1) % r.q))


# ---- [V 10.1-10.3, 10.A-10.C] ----
@fault('10.A', '10.B')
def A04_tally_v_is_q(r):
    cell(r, 2, 1)['v'] = hx(qb(r.q))


@fault('10.A', '10.B')
def A04_tally_v_above_q(r):
    cell(r, 1, 5)['v'] = 'FF' * 32


@fault('10.A', '10.B')
def A04_tally_v_is_q_plus_1(r):
    cell(r, 4, 1)['v'] = hx(qb(r.q + 1))


@fault('10.B')
def A05_tally_c_other(r):
    add_one(r, cell(r, 3, 1), 'c')


@fault('10.B')
def tally_v_other(r):
    add_one(r, cell(r, 4, 2), 'v')


@fault('10.B')
def T_and_t_of_another_number(r):
    c = cell(r, 2, 3)
    c['T'] = hx(pb(int(c['T'], 16) * r.K() % r.p))
    c['t'] += 1


@fault('10.B')
def proofs_of_two_options_swapped(r):
    a, b = cell(r, 2, 1), cell(r, 2, 2)
    for x in 'cv':
        a[x], b[x] = b[x], a[x]


@fault('10.B', 'X.2')
def A04_tally_c_above_q(r):
    cell(r, 1, 1)['c'] = 'FF' * 32


@fault('10.C')
def t_one_less(r):
    cell(r, 2, 1)['t'] -= 1


@fault('10.C')
def t_of_two_options_swapped(r):
    a, b = cell(r, 1, 2), cell(r, 1, 3)
    a['t'], b['t'] = b['t'], a['t']


for _v, _codes in (('0', ('10.B', '10.C', 'X.2')), ('1', ('10.B', '10.C')),
                   ('p-1', ('10.B', '10.C', 'X.2')),
                   ('p', ('10.B', '10.C', 'X.2')),
                   ('max', ('10.B', '10.C', 'X.2'))):
    @fault(*_codes, name=f'A04_T_is_{_v}')
    def A04_T(r, v=_v):
        x = {'0': 0, '1': 1, 'p': r.p, 'p-1': r.p - 1,
             'max': 2 ** 4096 - 1}[v]
        cell(r, 3, 2)['T'] = hx(pb(x))


@fault('9.A')
def A_of_one_vote_less(r):
    """A times g, B as it is: decrypts to t - 1 with a right proof."""
    ct = r.tally_ct['contests'][1]['fields'][0]
    ct['A'] = hx(pb(int(ct['A'], 16) * r.g % r.p))
    r.redecrypt(2, 1)


# ---- [V 11.A-11.D] ----
@fault('11.A', '11.D')
def contest_label_other(r):
    r.tally_of(3)['label'] = 'Budget'


@fault('11.A', '11.D')
def contest_labels_swapped(r):
    a, b = r.tally_of(1), r.tally_of(2)
    a['label'], b['label'] = b['label'], a['label']


@fault('11.A', '11.D')
def contest_index_unknown(r):
    r.tally['contests'][4]['contest'] = 6


@fault('11.B', '11.C')
def option_label_other(r):
    cell(r, 1, 1)['label'] = 'Eve'


@fault('11.B', '11.C')
def overvote_label_other(r):
    cell(r, 1, 4)['label'] = '#undervote'


@fault('11.C')
def option_missing(r):
    r.tally_of(2)['fields'].pop()


@fault('11.C')
def write_ins_missing(r):
    r.tally_of(1)['fields'].pop()


@fault('11.C')
def first_option_missing(r):
    r.tally_of(3)['fields'].pop(0)


@fault('11.D')
def withheld_contest_missing(r):
    r.tally['contests'].pop()


@fault('11.D')
def contest_missing(r):
    r.tally['contests'].pop(3)


# ---- [V 12.1-12.4, 12.A-12.C], X.12 ----
def data_line(r, n=0):
    return r.files['contest_data.jsonl'][n]


@fault('12.A', '12.B')
def A04_data_v_is_q(r):
    data_line(r)['v'] = hx(qb(r.q))


@fault('12.A', '12.B')
def A04_data_v_above_q(r):
    data_line(r, 1)['v'] = 'FF' * 32


@fault('12.A', '12.B')
def A04_data_v_is_q_plus_1(r):
    data_line(r, 1)['v'] = hx(qb(r.q + 1))


@fault('12.B')
def A05_data_c_other(r):
    add_one(r, data_line(r), 'c')


@fault('12.B')
def data_proof_v_other(r):
    add_one(r, data_line(r, 1), 'v')


@fault('12.B', 'X.2')
def data_c_above_q(r):
    data_line(r)['c'] = 'FF' * 32


for _v, _codes in (('0', ('12.B', '12.C', 'X.2')), ('1', ('12.B', '12.C')),
                   ('p-1', ('12.B', '12.C', 'X.2')),
                   ('max', ('12.B', '12.C', 'X.2'))):
    @fault(*_codes, name=f'A04_beta_of_data_is_{_v}')
    def A04_beta(r, v=_v):
        x = {'0': 0, '1': 1, 'p-1': r.p - 1, 'max': 2 ** 4096 - 1}[v]
        data_line(r)['beta'] = hx(pb(x))


def replace_text(line, old, new):
    D = bytes.fromhex(line['D'])
    assert old in D and len(old) == len(new)
    line['D'] = hx(D.replace(old, new))


@fault('12.C')
def write_in_other(r):
    for line in r.files['contest_data.jsonl']:
        if b'Hopper' in bytes.fromhex(line['D']):
            replace_text(line, b'Hopper', b'Harper')


@fault('12.C')
def marks_of_overvote_other(r):
    for line in r.files['contest_data.jsonl']:
        if b'[1,1,0]' in bytes.fromhex(line['D']):
            replace_text(line, b'[1,1,0]', b'[0,1,1]')


@fault('12.C', 'X.12')
def data_not_zero_at_the_end(r):
    data_line(r)['D'] = data_line(r)['D'][:-2] + '01'


@fault('X.12')
def data_of_spoiled(r):
    r.add_data(r.decrypt_data(r.first('spoiled'), 2))


@fault('X.12')
def data_twice(r):
    r.add_data(copy.deepcopy(data_line(r)))


@fault('X.12')
def data_of_no_ballot(r):
    r.add_data(dict(data_line(r), id_B='77' * 32))


@fault('X.12')
def data_of_contest_without(r):
    line = dict(data_line(r), contest=3)
    r.add_data(line)


@fault('X.12')
def data_badly_packed(r):
    b = r.ballots(1)[1]
    r.seal_data(b, 2, (9).to_bytes(4, 'big') + b'{"marks":' + bytes(51))
    r.rehash(b)
    r.rechain(1)
    r.add_data(r.decrypt_data(b, 2))


# ---- [V 13.1-13.7, 13.A, 13.B, 14.A-14.F], X.13 ----
def opened(r, ind_c):
    return next(c for c in r.files['challenged.jsonl'][0]['contests']
                if c['contest'] == ind_c)


@fault('13.A')
def opened_text_other(r):
    c = opened(r, 2)
    D = bytes.fromhex(c['data']['D'])
    text = b'{"marks":[1,2,3,4],"write_ins":[]}'
    c['data']['D'] = hx(len(text).to_bytes(4, 'big') +
                        text.ljust(len(D) - 4, b'\0'))


@fault('13.A', 'X.13')
def opened_text_badly_packed(r):
    c = opened(r, 1)
    c['data']['D'] = 'FF' + c['data']['D'][2:]


@fault('13.A', 'X.13')
def opened_data_nonce_other(r):
    add_one(r, opened(r, 1)['data'], 'nonce')


@fault('13.A', 'X.2', 'X.13')
def A04_opened_data_nonce_above_q(r):
    opened(r, 1)['data']['nonce'] = 'FF' * 32


def reseal_challenged(r, change):
    b = r.first('challenged')
    n = r.ballots(1).index(b)
    change(b)
    r.rehash(b)
    r.rechain(n)


@fault('X.13')
def C0_is_not_of_the_nonce(r):
    D = bytes.fromhex(opened(r, 2)['data']['D'])
    reseal_challenged(r, lambda b: r.seal_data(b, 2, D, shift=1))


@fault('X.13')
def challenged_data_badly_packed(r):
    D = (70).to_bytes(4, 'big') + bytes(60)
    reseal_challenged(r, lambda b: r.seal_data(b, 2, D))
    opened(r, 2)['data']['D'] = hx(D)


@fault('13.B')
def opened_nonce_other(r):
    add_one(r, opened(r, 3)['fields'][1], 'nonce')


@fault('13.B')
def opened_votes_moved(r):
    f = opened(r, 3)['fields']
    f[0]['value'], f[1]['value'] = f[1]['value'], f[0]['value']


@fault('13.B', 'X.2')
def A04_opened_nonce_above_q(r):
    opened(r, 2)['fields'][0]['nonce'] = 'FF' * 32


@fault('14.A', '14.B')
def opened_contest_label_other(r):
    opened(r, 4)['label'] = 'Measure B'


@fault('14.A', '14.B')
def opened_contest_labels_swapped(r):
    a, b = opened(r, 1), opened(r, 3)
    a['label'], b['label'] = b['label'], a['label']


@fault('14.A')
def contest_of_another_style_opened(r):
    extra = copy.deepcopy(opened(r, 2))
    extra.update(contest=5, label='Hamlet warden')
    extra['fields'] = extra['fields'][:2]
    for f, name in zip(extra['fields'], ('Ada', 'Béatrice')):
        f.update(label=name, value=0)
    r.files['challenged.jsonl'][0]['contests'].append(extra)


@fault('14.B')
def contest_not_opened(r):
    r.files['challenged.jsonl'][0]['contests'].pop(1)


@fault('14.C', '14.D')
def opened_labels_swapped(r):
    f = opened(r, 2)['fields']
    f[0]['label'], f[3]['label'] = f[3]['label'], f[0]['label']


@fault('14.C', '14.D')
def opened_label_other(r):
    opened(r, 1)['fields'][3]['label'] = 'overvote'


@fault('13.B', '14.D')
def option_not_opened(r):
    opened(r, 2)['fields'].pop(1)


@fault('13.B', '14.C')
def one_option_more_opened(r):
    f = opened(r, 4)['fields']
    f.append(dict(copy.deepcopy(f[1]), field=3, label='Eve'))


@fault('13.B', '14.E')
def opened_value_above_range(r):
    f = opened(r, 2)['fields']
    values = [2, 0, 0, 1]
    for x, v in zip(f, values):
        x['value'] = v


@fault('13.B', '14.E', '14.F')
def opened_value_huge(r):
    opened(r, 3)['fields'][0]['value'] = 2 ** 32


@fault('13.B', '14.E', '14.F')
def opened_overvote_twice(r):
    opened(r, 4)['fields'][1]['value'] = 2


@fault('13.B', '14.F')
def opened_sum_above_limit(r):
    for x in opened(r, 2)['fields']:
        x['value'] = 1


@fault('13.B', '14.F')
def opened_overvote_and_vote(r):
    opened(r, 4)['fields'][0]['value'] = 1
    opened(r, 4)['fields'][1]['value'] = 1


# ---- X.11 ----
@fault('X.11')
def challenged_not_opened(r):
    del r.files['challenged.jsonl']


# ---- X.14, X.16 ----
@fault('X.14')
def ballots_one_more(r):
    r.tally_ct['ballots'] += 1


@fault('X.14')
def weight_one_more(r):
    r.tally_ct['weight'] += 1


@fault('X.14')
def contest_ballots_one_less(r):
    r.tally_ct['contests'][4]['ballots'] -= 1


@fault('X.14')
def contest_weight_one_more(r):
    r.tally_ct['contests'][2]['weight'] += 1


for _name, _U in (('too_few', [3]), ('twice', [1, 1, 3]), ('zero', [0, 1]),
                  ('unknown', [1, 4]), ('descending', [3, 1]), ('none', [])):
    fault('X.14', name='guardians_' + _name)(
        lambda r, U=_U: r.tally.update(guardians=U))


@fault('X.14')
def tally_contest_twice(r):
    c = r.tally['contests']
    c.insert(2, copy.deepcopy(c[1]))


@fault('X.14')
def tally_field_twice(r):
    f = r.tally_of(2)['fields']
    f.insert(1, copy.deepcopy(f[0]))


@fault('9.B', 'X.14')
def more_votes_than_ballots(r):
    ct = r.tally_ct['contests'][3]['fields'][0]
    ct['B'] = hx(pb(int(ct['B'], 16) * r.pow(r.K(), 5) % r.p))
    r.redecrypt(4, 1)


@fault('X.16')
def T_decrypted_below_the_floor(r):
    manifest = r.man['contests'][4]
    r.tally_of(5)['fields'] = [
        {'field': o, 'label': x['label'], 'T': '', 't': 0, 'c': '', 'v': ''}
        for o, x in enumerate(manifest['options'], 1)]
    r.redecrypt(5, 1)
    r.redecrypt(5, 2)


@fault('X.16')
def withheld_above_the_floor(r):
    r.tally_of(4)['fields'] = []


@fault('X.12', 'X.16')
def withheld_with_its_data(r):
    """Data of contest 1 are open, also of a remote voter's write-in."""
    r.tally_of(1)['fields'] = []
    remote = r.ballots(2)[0]
    r.add_data(r.decrypt_data(remote, 1))


# ---- X.1: what the checks of the form files are for ----
@fault('X.1')
def lines_descending(r):
    r.files['states.jsonl'].reverse()


@fault('X.1')
def roll_descending(r):
    r.files['roll.jsonl'].reverse()


@fault('X.1')
def unused_credential_twice(r):
    used = {b['binding']['credential'] for b in r.ballots(2)}
    roll = r.files['roll.jsonl']
    n = next(i for i, x in enumerate(roll) if x['credential'] not in used)
    roll.insert(n, copy.deepcopy(roll[n]))


@fault('X.1')
def data_descending(r):
    r.files['contest_data.jsonl'].reverse()
