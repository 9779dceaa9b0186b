"""Faults in codes, chains and products of ballots: 8, 9."""
import copy

from remake import H, hx, pb

FAULTS = []


def fault(*codes, stage='closed', name=None):
    def add(change):
        FAULTS.append((name or change.__name__, stage, set(codes), change))
        return change
    return add


# ---- [V 8.A-8.G] ----
@fault('8.A')
def chi_other(r):
    b = r.first('cast')
    b['contests'][0]['chi'] = 'C0' * 32
    r.rechain()


@fault('8.A')
def chi_of_two_contests_swapped(r):
    b = r.first('cast', 2)
    c = b['contests']
    c[1]['chi'], c[2]['chi'] = c[2]['chi'], c[1]['chi']
    r.recode(b)


@fault('8.A')
def chi_without_data(r):
    b = r.ballots(1)[1]
    c = copy.deepcopy(b['contests'][0])
    del c['data']
    r.rehash_contest(b, c)
    b['contests'][0]['chi'] = c['chi']
    r.rechain()


@fault('8.B')
def code_of_the_last_other(r):
    b = r.ballots(2)[-1]
    b['H_C'] = b['H_C'][:-2] + ('00' if b['H_C'][-2:] != '00' else '01')


@fault('8.B')
def code_other_chain_remade(r):
    b = r.ballots(1)[2]
    b['H_C'] = '3C' * 32
    b['H_C'], keep = '3C' * 32, r.ballots(1)
    before = b['H_C']
    for x in keep[3:]:
        x['B_C'] = '00000001' + before
        r.recode(x)
        before = x['H_C']
    r.reclose(before)


@fault('8.B')
def code_with_contests_in_other_order(r):
    b = r.ballots(2)[0]
    b['contests'].reverse()
    r.recode(b)
    b['contests'].reverse()


@fault('8.C')
def HDI_of_chained_other(r):
    d = r.devices[0]
    d['H_DI'] = '77' * 32
    d['H_0'] = hx(H(r.HE(), b'\x29', bytes.fromhex('00000001' + d['H_DI'])))
    r.rechain()


@fault('8.C')
def HDI_of_unchained_other(r):
    d = r.devices[1]
    d['H_DI'] = '78' * 32
    for b in r.ballots(2):
        b['B_C'] = '00000000' + d['H_DI']
        r.recode(b)


@fault('8.C')
def HDI_of_the_two_devices_swapped(r):
    a, b = r.devices
    a['H_DI'], b['H_DI'] = b['H_DI'], a['H_DI']
    a['H_0'] = hx(H(r.HE(), b'\x29', bytes.fromhex('00000001' + a['H_DI'])))
    r.rechain()
    for x in r.ballots(2):
        x['B_C'] = '00000000' + b['H_DI']
        r.recode(x)


@fault('8.D')
def unchained_mode_2(r):
    b = r.ballots(2)[0]
    b['B_C'] = '00000002' + b['B_C'][8:]
    r.recode(b)


@fault('8.D')
def unchained_BC_other(r):
    b = r.ballots(2)[1]
    b['B_C'] = '00000000' + '11' * 32
    r.recode(b)


@fault('8.D')
def unchained_mode_1(r):
    b = r.ballots(2)[0]
    b['B_C'] = '00000001' + b['B_C'][8:]
    r.recode(b)


@fault('8.E')
def first_link_other(r):
    b = r.ballots(1)[0]
    b['B_C'] = '00000001' + '22' * 32
    r.recode(b)
    r.rechain(1)


@fault('8.E')
def link_with_mode_0(r):
    b = r.ballots(1)[3]
    b['B_C'] = '00000000' + b['B_C'][8:]
    r.recode(b)
    r.rechain(4)


@fault('8.E')
def link_skips_a_ballot(r):
    b = r.ballots(1)[3]
    b['B_C'] = '00000001' + r.ballots(1)[1]['H_C']
    r.recode(b)
    r.rechain(4)


@fault('8.F')
def H0_other(r):
    r.devices[0]['H_0'] = '99' * 32
    r.rechain()


@fault('8.F')
def H0_of_the_other_device(r):
    start = bytes.fromhex('00000001' + r.devices[1]['H_DI'])
    r.devices[0]['H_0'] = hx(H(r.HE(), b'\x29', start))
    r.rechain()


@fault('8.F')
def H0_of_mode_0(r):
    start = bytes.fromhex('00000000' + r.devices[0]['H_DI'])
    r.devices[0]['H_0'] = hx(H(r.HE(), b'\x29', start))
    r.rechain()


@fault('8.G')
def H_close_other(r):
    r.devices[0]['H_close'] = '44' * 32


@fault('8.G')
def B_close_other(r):
    d = r.devices[0]
    d['B_close'] = '00000001' + '45' * 32
    d['H_close'] = hx(H(r.HE(), b'\x29', bytes.fromhex(d['B_close'])))


@fault('8.G')
def closed_one_ballot_early(r):
    r.reclose(r.ballots(1)[-2]['H_C'])


# ---- [V 9.A, 9.B] ----
def cell(r, ind_c, ind_o):
    return r.tally_ct['contests'][ind_c - 1]['fields'][ind_o - 1]


@fault('9.A')
def A_times_g(r):
    c = cell(r, 2, 1)
    c['A'] = hx(pb(int(c['A'], 16) * r.g % r.p))


@fault('9.A', '9.B', 'X.2')
def A04_pair_zero(r):
    cell(r, 3, 2).update(A=hx(pb(0)), B=hx(pb(0)))


@fault('9.A', '9.B')
def A04_pair_one(r):
    cell(r, 1, 5).update(A=hx(pb(1)), B=hx(pb(1)))


@fault('9.B', 'X.2')
def A04_B_above_p(r):
    cell(r, 1, 1)['B'] = 'FF' * 512


@fault('9.B')
def B_times_K(r):
    c = cell(r, 5, 2)
    c['B'] = hx(pb(int(c['B'], 16) * r.K() % r.p))


@fault('9.A', '9.B')
def two_options_swapped_in_the_products(r):
    f = r.tally_ct['contests'][1]['fields']
    f[0], f[2] = f[2], f[0]


@fault('9.A', '9.B')
def B05_challenged_counted(r):
    b = r.first('challenged')
    for x in r.files['states.jsonl']:
        if x['id_B'] == b['id_B']:
            x['state'] = 'cast'
    r.reproduct()
    for x in r.files['states.jsonl']:
        if x['id_B'] == b['id_B']:
            x['state'] = 'challenged'
