"""Faults in parameters, manifest, texts and guardian keys: 1-4, X.1-X.5.

Every function changes a copy of visible-1; FAULTS: (name, stage, codes that
fail and no others, function).
"""
import hashlib

from remake import hx, pb, qb

FAULTS = []


def fault(*codes, stage='ceremony', name=None):
    def add(change):
        FAULTS.append((name or change.__name__, stage, set(codes), change))
        return change
    return add


def off_by(r, prop, delta, width):
    par = r.files['parameters.json']
    par[prop] = hx((int(par[prop], 16) + delta).to_bytes(width, 'big'))


# ---- [V 1.A-1.F] ----
@fault('1.A')
def version_other(r):
    r.files['parameters.json']['spec'] = 'v2.1.1'


@fault('1.A')
def version_2_0(r):
    r.files['parameters.json']['spec'] = 'v2.0.0'


@fault('1.A')
def version_empty(r):
    r.files['parameters.json']['spec'] = ''


for _letter, _prop in (('1.B', 'p'), ('1.C', 'q'), ('1.D', 'g')):
    @fault(_letter, name=f'A13_{_prop}_is_0')
    def A13_zero(r, prop=_prop):
        par = r.files['parameters.json']
        par[prop] = '0' * len(par[prop])


for _letter, _prop, _width in (('1.B', 'p', 512), ('1.C', 'q', 32),
                               ('1.D', 'g', 512)):
    for _delta in (1, -1):
        fault(_letter, name=f'A13_{_prop}_off_by_{_delta}')(
            lambda r, x=_prop, d=_delta, w=_width: off_by(r, x, d, w))


@fault('1.E')
def HP_other_all_remade(r, H_P='A5' * 32):
    r.keys['H_P'] = H_P
    r.rebase()
    for i in (1, 2, 3):
        r.guardian_prove(i, False)
        r.guardian_prove(i, True)
    r.rehash_keys()


@fault('1.E')
def HP_of_other_numbers(r):
    par = r.files['parameters.json']
    par.update(n=5)
    r.reparameters()
    par.update(n=3)
    HP_other_all_remade(r, r.keys['H_P'])


@fault('1.E', '1.F', '2.C')
def HP_flipped(r):
    r.keys['H_P'] = '00' + r.keys['H_P'][2:]


@fault('1.F')
def HB_other_all_remade(r):
    r.keys['H_B'] = '5A' * 32
    r.rehash_keys()


@fault('1.F')
def A06_manifest_of_another_election(r):
    r.man['label'] = 'Another County 2026-11-03'
    for language in r.files['texts.json']['languages']:
        for t in language['texts']:
            t['of'] = t['of'].replace('Lake County 2026-11-03 visible-1',
                                      r.man['label'])
        language['texts'].sort(key=lambda t: t['of'].encode())
    retext(r)


# ---- [V 2.1-2.4, 2.A-2.C] ----
def even_key(r, i, name, j, hat):
    g = r.guardian(i)
    g[name][j] = hx(pb(r.p - int(g[name][j], 16)))
    r.guardian_prove(i, hat, even=True)
    r.rehash_keys()


@fault('2.A')
def K_of_order_2q(r):
    even_key(r, 1, 'K', 1, False)


@fault('2.A')
def K_hat_of_order_2q(r):
    even_key(r, 3, 'K_hat', 1, True)


@fault('2.A')
def kappa_of_order_2q(r):
    g = r.guardian(2)
    g['kappa'] = hx(pb(r.p - int(g['kappa'], 16)))
    r.guardian_prove(2, False, even=True)
    r.guardian_prove(2, True, even=True)
    r.rehash_keys()


for _value in ('0', 'p', 'p-1', 'max'):
    @fault('2.A', '2.C', 'X.5', name=f'A04_K_is_{_value}')
    def A04_K(r, v=_value):
        x = {'0': 0, 'p': r.p, 'p-1': r.p - 1, 'max': 2 ** 4096 - 1}[v]
        r.guardian(2)['K'][1] = hx(pb(x))


@fault('2.C', 'X.5')
def A04_K_is_1(r):
    r.guardian(2)['K'][1] = hx(pb(1))


@fault('2.B', '2.C')
def A04_v_above_q(r):
    r.guardian(1)['proof']['v'][0] = hx(qb(2 ** 256 - 1))


@fault('2.B', '2.C')
def A04_v_is_q(r):
    r.guardian(3)['proof_hat']['v'][2] = hx(qb(r.q))


@fault('2.B', '2.C')
def A04_v_of_kappa_above_q(r):
    r.guardian(2)['proof']['v'][2] = 'FF' * 31 + 'F0'


@fault('2.C')
def v_plus_one(r):
    proof = r.guardian(1)['proof']
    proof['v'][1] = hx(qb((int(proof['v'][1], 16) + 1) % r.q))


@fault('2.C')
def A05_c_other(r):
    proof = r.guardian(2)['proof_hat']
    proof['c'] = hx(qb((int(proof['c'], 16) + 1) % r.q))


@fault('2.C', 'X.2')
def c_above_q(r):
    r.guardian(2)['proof']['c'] = 'FF' * 32


@fault('2.C')
def proofs_of_the_two_polynomials_swapped(r):
    g = r.guardian(1)
    g['proof'], g['proof_hat'] = g['proof_hat'], g['proof']


# ---- [V 3.A, 3.B, 4.A], X.5 ----
@fault('3.A')
def K_times_g(r):
    r.keys['K'] = hx(pb(r.K() * r.g % r.p))
    r.rehash_keys()


@fault('3.B')
def K_hat_times_g(r):
    r.keys['K_hat'] = hx(pb(r.K_hat() * r.g % r.p))
    r.rehash_keys()


@fault('3.A', '3.B')
def K_and_K_hat_swapped(r):
    r.keys['K'], r.keys['K_hat'] = r.keys['K_hat'], r.keys['K']
    r.rehash_keys()


@fault('2.A', '3.A')
def K_zero(r):
    r.keys['K'] = hx(pb(0))
    r.rehash_keys()


@fault('2.A', '3.B')
def K_hat_above_p(r):
    r.keys['K_hat'] = 'FF' * 512
    r.rehash_keys()


@fault('4.A')
def HE_flipped(r):
    r.keys['H_E'] = r.keys['H_E'][:-2] + '00'


@fault('4.A')
def HE_is_HB(r):
    r.keys['H_E'] = r.keys['H_B']


@fault('X.5')
def HG_flipped(r):
    r.keys['H_G'] = '00' * 32


@fault('4.A', 'X.5')
def HG_and_HE_swapped(r):
    r.keys['H_G'], r.keys['H_E'] = r.keys['H_E'], r.keys['H_G']


# ---- X.4 ----
def secrets_changed(r, i):
    r.guardian_commit(i)
    r.guardian_prove(i, False)
    r.guardian_prove(i, True)
    r.rejoint()
    r.rehash_keys()


@fault('X.4')
def A09_key_equal_to_another(r):
    r.ceremony[1]['a'][0] = r.ceremony[0]['a'][0]
    secrets_changed(r, 2)


@fault('X.4')
def A09_key_inverse_of_another(r):
    a = int(r.ceremony[0]['a_hat'][0], 16)
    r.ceremony[2]['a_hat'][0] = hx(qb(r.q - a))
    secrets_changed(r, 3)


@fault('X.4')
def key_is_one(r):
    r.ceremony[1]['a'][0] = hx(qb(0))
    secrets_changed(r, 2)


@fault('X.4')
def kappa_is_one(r):
    r.ceremony[1]['zeta'] = hx(qb(0))
    secrets_changed(r, 2)


@fault('X.4')
def index_of_another(r):
    r.guardian(2)['i'] = 1
    r.guardian_prove(2, False)
    r.guardian_prove(2, True)


@fault('X.4')
def names_missing(r):
    r.man['guardians'] = r.man['guardians'][:2]
    drop_texts(r, 'Guardian Chloë')
    remanifest(r)


def smaller(r, n, k):
    r.files['parameters.json'].update(n=n, k=k)
    for name in r.man['guardians'][n:]:
        drop_texts(r, name)
    r.man['guardians'] = r.man['guardians'][:n]
    for i in (1, 2, 3):
        if i > n:
            del r.files[f'guardians/guardian_{i}.json']
            continue
        for x in ('a', 'a_hat'):
            r.ceremony[i - 1][x] = (r.ceremony[i - 1][x] * 3)[:k]
        r.guardian_commit(i)
    retext(r)
    r.reparameters()
    r.rebase()
    for i in range(1, n + 1):
        r.guardian_prove(i, False)
        r.guardian_prove(i, True)
    r.rejoint()
    r.rehash_keys()


for _n, _k in ((2, 2), (3, 1), (1, 1)):
    fault('X.4', name=f'A15_election_with_n_{_n}_k_{_k}')(
        lambda r, n=_n, k=_k: smaller(r, n, k))


@fault(name='A15_trial_with_n_2_k_2')
def trial_may_be_small(r):
    r.man['kind'] = 'trial'
    smaller(r, 2, 2)


# ---- X.3 ----
def retext(r):
    data = r.bytes_of('texts.json')
    r.man['texts'] = hx(hashlib.sha256(b'Evident/texts/v1\0' + data).digest())


def drop_texts(r, of):
    for language in r.files['texts.json']['languages']:
        language['texts'] = [t for t in language['texts'] if t['of'] != of]


def remanifest(r):
    retext(r)
    r.rebase()
    r.rehash_keys()


def rule(name, change):
    def broken(r):
        change(r.man)
        remanifest(r)
    fault('X.3', name='rule_' + name)(broken)


def contest(ind_c, **values):
    return lambda m: m['contests'][ind_c - 1].update(values)


rule('plurality_R_2', contest(1, option_limit=2))
rule('approval_L_not_m', contest(5, rule='approval', contest_limit=1))
rule('cumulative_R_not_L', contest(3, option_limit=2))
rule('score_L_not_mR', contest(3, rule='score'))
rule('unknown', contest(3, rule='borda'))
rule('judgment_without_group', contest(5, rule='majority-judgment'))
rule('group_without_judgment', contest(5, group='Question'))
rule('seats_0', contest(1, seats=0))
rule('data_too_small', contest(1, data_blocks=3))
rule('kind', lambda m: m.update(kind='rehearsal'))
rule('format', lambda m: m.update(format='Evident record v2'))
rule('floor_0', lambda m: m.update(privacy_floor=0))
rule('slot_59', lambda m: m.update(slot_seconds=59))
rule('short_code_9', lambda m: m.update(short_code=9))
rule('restricted_below_floor', lambda m: m.update(restricted=True))
rule('restricted_revote', lambda m: m.update(restricted=True, revote=True,
                                             privacy_floor=5))
rule('mode', lambda m: m['devices'][0].update(mode='kiosk'))
rule('chaining_2', lambda m: m['devices'][1].update(chaining=2))
rule('one_audit_device', lambda m: m['devices'][0].update(mode='audit'))
rule('style_descending', lambda m: m['styles'][1].update(contests=[3, 2, 4]))
rule('style_of_no_contest', lambda m: m['styles'][1].update(contests=[2, 6]))
rule('style_empty', lambda m: m['styles'][3].update(contests=[]))
rule('option_twice', lambda m: m['contests'][4]['options'].reverse() or
     m['contests'][4]['options'][0].update(label='Ada'))
rule('guardian_twice', lambda m: m['guardians'].__setitem__(1, 'Guardian Ada'))


@fault('X.3')
def text_of_nothing(r):
    r.files['texts.json']['languages'][1]['texts'][0]['of'] = 'AAA'
    remanifest(r)


@fault('X.3')
def B08_label_not_translated(r):
    del r.files['texts.json']['languages'][0]['texts'][0]
    remanifest(r)


@fault('X.3')
def languages_descending(r):
    r.files['texts.json']['languages'].reverse()
    remanifest(r)
