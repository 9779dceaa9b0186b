"""Faults in ballots: 5-7, X.2, X.6-X.11, X.15, X.18."""
import copy

from remake import hx, pb, qb

FAULTS = []


def fault(*codes, stage='closed', name=None):
    def add(change):
        FAULTS.append((name or change.__name__, stage, set(codes), change))
        return change
    return add


def seal(r, device=1):
    """Codes and products after a ballot changed."""
    for b in r.ballots(device):
        r.rehash(b)
    if device == 1:
        r.rechain()
    else:
        for b in r.ballots(2):
            r.recode(b)
    r.reproduct()


def proof_of(b, contest, field):
    for c in b['contests']:
        if c['contest'] == contest:
            return c['fields'][field - 1]['proof'] if field else c['limit']
    raise KeyError(contest)


def other_branch(r, b, contest, field):
    """A value that was not encrypted: its c and v can be chosen."""
    value = r.value(b, contest, field) if field else r.product(b, contest)[3]
    return 1 if value == 0 else 0


# ---- [V 5.A, 5.B] ----
def encrypt_again(r, b):
    """Everything that depends on H_I, for the values that b holds."""
    values = {(c['contest'], o): r.value(b, c['contest'], o)
              for c in b['contests']
              for o in range(1, len(c['fields']) + 1)}
    texts = {c['contest']: r.decrypt_data(b, c['contest'])['D']
             for c in b['contests'] if 'data' in c}
    return values, texts


def reseal_as(r, b, id_B, H_I):
    values, texts = encrypt_again(r, b)
    r.xi_B = dict(r.xi_B)
    r.xi_B[id_B] = bytes(range(32))
    b['id_B'], b['H_I'] = id_B, H_I
    r.seal_nonce(b)
    for (ind_c, ind_o), value in values.items():
        r.encrypt_field(b, ind_c, ind_o, value)
        r.prove_field(b, ind_c, ind_o)
    for c in b['contests']:
        r.prove_limit(b, c['contest'])
        if 'data' in c:
            r.seal_data(b, c['contest'], bytes.fromhex(texts[c['contest']]))


@fault('5.A')
def two_ballots_of_one_id(r):
    old, b = r.first('spoiled'), r.ballots(1)[0]
    state = r.state_of(b)
    r.files['states.jsonl'] = [s for s in r.files['states.jsonl']
                               if s['id_B'] != old['id_B']]
    reseal_as(r, old, b['id_B'], b['H_I'])
    assert state == 'cast'
    seal(r)


@fault('5.A')
def refused_under_the_id_of_a_spoiled(r):
    old, b = r.first('refused'), r.first('spoiled')
    r.files['states.jsonl'] = [s for s in r.files['states.jsonl']
                               if s['id_B'] != old['id_B']]
    reseal_as(r, old, b['id_B'], b['H_I'])
    seal(r)


@fault('5.B')
def HI_other_all_remade(r):
    b = r.first('spoiled')
    reseal_as(r, b, b['id_B'], 'AB' * 32)
    seal(r)


@fault('5.B', '6.D', '7.D', '8.A', '8.B', 'X.7', 'X.8')
def HI_flipped(r):
    b = r.first('cast', 2)
    b['H_I'] = '00' * 32


# ---- [V 6.1-6.3, 6.A-6.D, 7.1-7.5, 7.A-7.D]; X.9: not cast ----
def q_more(contest, c, v, field, state, codes, name):
    """A false branch whose small c or v is published as q more."""
    @fault(*codes, name=name)
    def change(r):
        b = r.first(state)
        j = other_branch(r, b, contest, field)
        false = {j: (7 if c else r.rand(), 5 if v else r.rand())}
        if field:
            r.prove_field(b, contest, field, false=false)
        else:
            r.prove_limit(b, contest, false=false)
        p = proof_of(b, contest, field)
        for name in ('c',) * c + ('v',) * v:
            p[name][j] = hx(qb(int(p[name][j], 16) + r.q))


q_more(1, 1, 0, 2, 'cast', ['6.B'], 'c_of_selection_plus_q')
q_more(1, 0, 1, 2, 'cast', ['6.C'], 'v_of_selection_plus_q')
q_more(1, 1, 1, 4, 'cast', ['6.B', '6.C'], 'c_and_v_of_overvote_plus_q')
q_more(1, 1, 0, 0, 'cast', ['7.B'], 'c_of_limit_plus_q')
q_more(1, 0, 1, 0, 'cast', ['7.C'], 'v_of_limit_plus_q')
q_more(4, 1, 0, 0, 'cast', ['7.B'], 'c_of_another_limit_plus_q')
q_more(4, 0, 1, 0, 'cast', ['7.C'], 'v_of_another_limit_plus_q')
q_more(2, 1, 0, 1, 'spoiled', ['X.9'], 'c_of_spoiled_plus_q')
q_more(1, 0, 1, 0, 'challenged', ['X.9'], 'v_of_challenged_limit_plus_q')


def scalar_off(name, field, which, j, codes, state='cast'):
    @fault(*codes, name=name)
    def change(r):
        p = proof_of(r.first(state), 2, field)
        p[which][j] = hx(qb((int(p[which][j], 16) + 1) % r.q))


scalar_off('A05_v0_of_selection', 1, 'v', 0, ['6.D'])
scalar_off('A05_v1_of_selection', 4, 'v', 1, ['6.D'])
scalar_off('A05_c0_of_selection', 2, 'c', 0, ['6.D'])
scalar_off('A05_v3_of_limit', 0, 'v', 3, ['7.D'])
scalar_off('A05_c1_of_limit', 0, 'c', 1, ['7.D'])
scalar_off('proof_of_spoiled', 3, 'c', 1, ['X.9'], 'spoiled')
scalar_off('limit_of_refused', 0, 'v', 2, ['X.9'], 'refused')


@fault('6.D')
def A05_equal_sum(r):
    p = proof_of(r.first('cast'), 1, 1)
    c = [int(x, 16) for x in p['c']]
    p['c'] = [hx(qb((c[0] + 1) % r.q)), hx(qb((c[1] - 1) % r.q))]


@fault('6.D', '7.D')
def A01_proofs_of_two_fields_swapped(r):
    b = r.first('cast')
    f = b['contests'][1]['fields']
    f[0]['proof'], f[1]['proof'] = f[1]['proof'], f[0]['proof']
    p = b['contests'][1]['limit']
    p['c'].reverse()


@fault('6.D')
def value_two_where_R_is_one(r):
    """Council: two votes for one option, L = 3 still holds."""
    b = r.ballots(1)[0]
    values = [r.value(b, 2, o) for o in (1, 2, 3, 4)]
    chosen = values.index(1) + 1
    spare = [o for o in (1, 2, 3, 4) if values[o - 1] and o != chosen][0]
    r.encrypt_field(b, 2, spare, 0)
    r.prove_field(b, 2, spare)
    r.encrypt_field(b, 2, chosen, 2)
    f = b['contests'][1]['fields'][chosen - 1]
    HI = bytes.fromhex(b['H_I'])
    head = (2).to_bytes(4, 'big') + chosen.to_bytes(4, 'big')
    f['proof'] = r.prove(HI, [head], int(f['alpha'], 16), int(f['beta'], 16),
                         r.xi(b, 2, chosen), 1, 1)
    r.prove_limit(b, 2)
    seal(r)


def even_proof(r, b, head, alpha, beta, xi, value, limit):
    HI = bytes.fromhex(b['H_I'])
    while True:
        p = r.prove(HI, [head], alpha, beta, xi, value, limit, even=True)
        if all(int(c, 16) % 2 == 0 for c in p['c']):
            return p


def order_2q(r, b):
    """beta of contest 3, option 1 times -1, with challenges that hide it."""
    ranges, _, limit = r.shape(3)
    c = r.contest(b, 3)
    values = [r.value(b, 3, o) for o in (1, 2)]
    f = c['fields'][0]
    f['beta'] = hx(pb(r.p - int(f['beta'], 16)))
    head, alpha, beta = (3).to_bytes(4, 'big'), 1, 1
    f['proof'] = even_proof(r, b, head + (1).to_bytes(4, 'big'),
                            int(f['alpha'], 16), int(f['beta'], 16),
                            r.xi(b, 3, 1), values[0], ranges[0])
    for x in c['fields']:
        alpha = alpha * int(x['alpha'], 16) % r.p
        beta = beta * int(x['beta'], 16) % r.p
    xi = (r.xi(b, 3, 1) + r.xi(b, 3, 2)) % r.q
    c['limit'] = even_proof(r, b, head, alpha, beta, xi, sum(values), limit)


@fault('X.9')
def spoiled_of_order_2q(r):
    order_2q(r, r.first('spoiled'))
    seal(r)


@fault('6.A', '7.A', 'X.2')
def beta_of_order_2q(r):
    order_2q(r, r.ballots(1)[0])
    seal(r)


@fault('6.A', '7.A')
def beta_of_order_2q_twice(r):
    order_2q(r, r.ballots(1)[0])
    order_2q(r, r.ballots(1)[1])
    seal(r)


for _x in ('alpha', 'beta'):
    for _v, _codes in (('1', ('6.D', '7.D')),
                       ('0', ('6.A', '6.D', '7.A', '7.D', 'X.2')),
                       ('p', ('6.A', '6.D', '7.A', '7.D', 'X.2')),
                       ('p-1', ('6.A', '6.D', '7.A', '7.D', 'X.2')),
                       ('max', ('6.A', '6.D', '7.A', '7.D', 'X.2'))):
        @fault(*_codes, name=f'A04_{_x}_is_{_v}')
        def A04_selection(r, x=_x, v=_v):
            value = {'0': 0, '1': 1, 'p': r.p, 'p-1': r.p - 1,
                     'max': 2 ** 4096 - 1}[v]
            r.ballots(1)[1]['contests'][2]['fields'][1][x] = hx(pb(value))
            seal(r)


for _field, _codes in ((1, ('6.B', '6.D')), (0, ('7.B', '7.D'))):
    @fault(*_codes, name=f'A04_c_above_q_{_field}')
    def A04_challenge(r, field=_field):
        proof_of(r.ballots(1)[1], 3, field)['c'][2] = 'FF' * 32


for _field, _codes in ((1, ('6.C', '6.D')), (0, ('7.C', '7.D'))):
    @fault(*_codes, name=f'A04_v_above_q_{_field}')
    def A04_response(r, field=_field):
        proof_of(r.ballots(1)[1], 3, field)['v'][1] = 'FF' * 32


# ---- X.2, X.7, X.8 ----
@fault('X.2')
def nonce_of_order_2q(r):
    r.seal_nonce(r.first('spoiled'), sign=-1)


@fault('X.2')
def data_of_order_2q(r):
    b = r.first('spoiled')
    r.seal_data(b, 2, bytes(64), sign=-1)
    seal(r)


for _v, _codes in (('0', ('X.2', 'X.7')), ('1', ('X.7',)),
                   ('p', ('X.2', 'X.7')), ('p-1', ('X.2', 'X.7')),
                   ('max', ('X.2', 'X.7'))):
    @fault(*_codes, name=f'A04_nonce_C0_is_{_v}')
    def A04_nonce(r, v=_v):
        x = {'0': 0, '1': 1, 'p': r.p, 'p-1': r.p - 1,
             'max': 2 ** 4096 - 1}[v]
        r.first('spoiled')['nonce']['C0'] = hx(pb(x))


@fault('X.2', 'X.7')
def A04_nonce_v_is_q(r):
    r.first('cast')['nonce']['v'] = hx(qb(r.q))


@fault('X.7')
def nonce_v_other(r):
    n = r.first('cast', 2)['nonce']
    n['v'] = hx(qb((int(n['v'], 16) + 1) % r.q))


@fault('X.7')
def nonce_C1_other(r):
    r.first('cast')['nonce']['C1'] = '12' * 32


@fault('X.7', 'X.10')
def B01_nonce_of_another_ballot(r):
    r.ballots(1)[2]['nonce'] = copy.deepcopy(r.ballots(1)[1]['nonce'])


@fault('X.8')
def data_v_other(r):
    b = r.first('spoiled')
    d = b['contests'][0]['data']
    d['v'] = hx(qb((int(d['v'], 16) + 1) % r.q))
    seal(r)


@fault('X.2', 'X.8')
def A04_data_c_above_q(r):
    b = r.first('refused')
    b['contests'][0]['data']['c'] = 'FF' * 32
    seal(r)


@fault('X.8')
def data_C1_other(r):
    b = r.first('spoiled')
    b['contests'][0]['data']['C1'] = '34' * 64
    seal(r)


# ---- X.6 ----
@fault('X.6')
def weight_where_none_is(r):
    r.first('spoiled')['weight'] = 2


@fault('X.6')
def weight_0(r):
    r.first('refused')['weight'] = 0


@fault('X.6')
def style_of_other_contests(r):
    r.first('spoiled')['style'] = 1


@fault('X.6')
def style_unknown(r):
    r.first('spoiled')['style'] = 5


@fault('X.6', 'X.15')
def device_unknown(r):
    b = r.ballots(2)[-1]
    b['device'] = 3


@fault('X.6')
def A08_contests_in_other_order(r):
    b = r.first('spoiled')
    b['contests'][1], b['contests'][2] = b['contests'][2], b['contests'][1]
    seal(r)


@fault('X.6', 'X.10')
def contest_twice(r):
    b = r.first('spoiled')
    b['contests'].insert(2, copy.deepcopy(b['contests'][1]))
    seal(r)


@fault('X.6')
def bound_to_another_credential(r):
    r.ballots(2)[0]['binding']['salt'] = '00' * 32


@fault('X.6', 'X.9')
def field_missing(r):
    b = r.first('spoiled')
    b['contests'][1]['fields'].pop()
    seal(r)


@fault('X.6', 'X.9', 'X.10')
def field_twice(r):
    b = r.first('spoiled')
    f = b['contests'][1]['fields']
    f.append(copy.deepcopy(f[0]))
    seal(r)


# ---- X.10 ----
@fault('X.10')
def same_nonce_in_two_ballots(r):
    x = r.rand()
    r.seal_nonce(r.ballots(1)[1], xi=x)
    r.seal_nonce(r.ballots(2)[0], xi=x)


@fault('X.10')
def same_data_nonce_in_two_contests(r):
    b, x = r.first('refused'), r.rand()
    r.seal_data(b, 1, bytes(128), xi=x)
    r.seal_data(b, 2, bytes(64), xi=x)
    seal(r)


@fault('8.B', 'X.10')
def B03_same_code_for_two_voters(r):
    r.ballots(2)[1]['H_C'] = r.ballots(2)[0]['H_C']


# ---- X.11, X.15, X.18 ----
@fault('X.11')
def state_missing(r):
    b = r.first('spoiled')
    r.files['states.jsonl'] = [s for s in r.files['states.jsonl']
                               if s['id_B'] != b['id_B']]


@fault('X.11')
def state_twice(r):
    s = r.files['states.jsonl']
    s.insert(1, dict(s[0], state='spoiled'))


@fault('X.11')
def state_of_no_ballot(r):
    r.files['states.jsonl'].append({'id_B': 'FF' * 32, 'state': 'spoiled'})


@fault('X.15')
def position_skipped(r):
    r.ballots(1)[-1]['position'] = 7


@fault('X.15')
def positions_exchanged(r):
    b = r.ballots(1)
    b[1]['position'], b[2]['position'] = 3, 2


@fault('X.15')
def T05_count_too_large(r):
    r.devices[1]['ballots'] = 3


@fault('X.15')
def device_without_entry(r):
    r.files['devices.json']['devices'].pop()


@fault('X.15')
def device_twice(r):
    d = r.devices
    d.append(copy.deepcopy(d[1]))


@fault('X.18')
def revoked_voter(r):
    used = r.ballots(2)[0]['binding']['credential']
    for x in r.files['roll.jsonl']:
        if x['credential'] == used:
            x['state'] = 'revoked'


@fault('X.18')
def superseded_where_nobody_votes_again(r):
    r.files['states.jsonl'] = [
        dict(s, state='superseded') if s['id_B'] == r.ballots(2)[0]['id_B']
        else s for s in r.files['states.jsonl']]
    r.reproduct()
