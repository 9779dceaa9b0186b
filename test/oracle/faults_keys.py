"""Faults of the ceremony: 1.A-4.A, X.3-X.5, with A04, A13, A15."""
import hashes as hs
import proofs as pf
import schemas as sc
from faultlib import build, fault, flip
from form import dump
from group import G, P, Q, enc_p, enc_q, g, not_in_subgroup
from protocol import guardian_public, key_shares

EITHER = 'hashes use the built-in p, q, g; with the published ones 1.E fails too'


# 1.A-1.D, A13

for _name, _value in (('2.0', 'v2.0.0'), ('short', 'v2.1'), ('case', 'V2.1.0'), ('empty', '')):
    @fault('1A-version-' + _name, 'bare', '1.A')
    def _(e, value=_value):
        e.params['spec'] = value

for _code, _prop, _values in (
        ('1B', 'p', (('plus-2', P + 2), ('minus-2', P - 2), ('minus-1', P - 1), ('zero', 0))),
        ('1C', 'q', (('plus-2', Q + 2), ('minus-2', Q - 2), ('top', 2 ** 256 - 1))),
        ('1D', 'g', (('inverse', pow(G, -1, P)), ('square', G * G % P), ('one', 1)))):
    for _name, _value in _values:
        @fault('A13-%s-%s-%s' % (_code, _prop, _name), 'bare', _code[0] + '.' + _code[1], EITHER,
               readings=['%s.%s 1.E' % tuple(_code)])
        def _(e, prop=_prop, value=_value):
            e.params[prop] = enc_q(value) if prop == 'q' else enc_p(value)


# 1.E, 1.F, 4.A: a false base hash under which everything else is right


@fault('1E-version-left', 'tiny', '1.E', 'version string padded on the left')
def _(e):
    return build('tiny', {'H_P': hs.H(bytes(26) + b'v2.1.0', hs.msg_H_P(1, 1))})


@fault('1E-n-k-missing', 'tiny', '1.E', 'n and k left out, as in 2.0')
def _(e):
    return build('tiny', {'H_P': hs.H(hs.VERSION, hs.msg_H_P(1, 1)[:-8])})


@fault('1E-other-n', 'bare', '1.E', 'H_P of n = 3, k = 2')
def _(e):
    return build('bare', {'H_P': hs.H(hs.VERSION, hs.msg_H_P(3, 2))})


@fault('1F-no-length', 'tiny', '1.F', 'manifest hashed without its length')
def _(e):
    data = dump(sc.MANIFEST, e.manifest)
    return build('tiny', {'H_B': hs.H(e.keys['H_P'], b'\x01' + data)})


@fault('1F-other-manifest', 'bare', '1.F', 'keys were made for another manifest')
def _(e):
    e.manifest['slot_seconds'] += 1


@fault('1F-zero', 'bare', '1.F', 'base hash left at zero (A06)')
def _(e):
    return build('bare', {'H_B': bytes(32)})


@fault('4A-tag-of-2.0', 'tiny', '4.A')
def _(e):
    message = b'\x12' + hs.msg_H_E(e.keys['K'], e.keys['K_hat'])[1:]
    return build('tiny', {'H_E': hs.H(e.keys['H_B'], message)})


@fault('4A-K-hat-missing', 'bare', '4.A')
def _(e):
    return build('bare', {'H_E': hs.H(e.keys['H_B'], b'\x14' + enc_p(e.keys['K']))})


@fault('A06-4A-zero', 'tiny', '4.A', 'extended base hash left at zero')
def _(e):
    return build('tiny', {'H_E': bytes(32)})


# Guardians

def _again(e, i, part='proof', u=None):
    """A fresh proof of guardian i; u overrides single randoms."""
    names = {'proof': (b'pk_vote', 'a', 'K'), 'proof_hat': (b'pk_data', 'a_hat', 'K_hat')}
    label, secret, public = names[part]
    guardian, s = e.guardians[i - 1], e.secrets[i - 1]
    for attempt in range(64):
        us = [e.rng.q('again', part, i, j, attempt) for j in range(len(s[secret]) + 1)]
        for j, value in (u or {}).items():
            us[j] = value
        guardian[part] = pf.guardian_make(e.keys['H_P'], label, i, s[secret] + [s['zeta']],
                                          guardian[public], guardian['kappa'], us)
        yield guardian[part]


def _even(e, i, part='proof'):
    for proof in _again(e, i, part):
        if proof['c'] % 2 == 0:
            return


@fault('2A-K-minus', 'pair', '2.A', 'K_2,1 times -1, even challenge: the proof still verifies')
def _(e):
    e.guardians[1]['K'][1] = P - e.guardians[1]['K'][1]
    _even(e, 2)
    e.make_H_G()


@fault('2A-K-hat-minus', 'pair', '2.A')
def _(e):
    e.guardians[2]['K_hat'][1] = P - e.guardians[2]['K_hat'][1]
    _even(e, 3, 'proof_hat')
    e.make_H_G()


@fault('2A-kappa-minus', 'pair', '2.A')
def _(e):
    e.guardians[0]['kappa'] = P - e.guardians[0]['kappa']
    _even(e, 1)
    _even(e, 1, 'proof_hat')
    e.make_H_G()


def _fit(e, value):
    """K_1,1 := value with a proof that fits if value^c = value or 1: h_1,1 = g^v value^c."""
    guardian, s = e.guardians[0], e.secrets[0]
    guardian['K'][1] = value
    for attempt in range(64):
        u = [e.rng.q('fit', j, attempt) for j in range(3)]
        h = [g(x) for x in u]
        if value % P == 0:
            h[1] = 0
        c = hs.Hq(e.keys['H_P'], hs.msg_guardian(b'pk_vote', 1, guardian['K'],
                                                 guardian['kappa'], h))
        guardian['proof'] = {'c': c, 'v': [pf.response(u[0], c, s['a'][0]), u[1],
                                           pf.response(u[2], c, s['zeta'])]}
        if c % 2 == 0:
            break
    e.make_H_G()


for _name, _value in (('zero', 0), ('p-minus-1', P - 1), ('p', P), ('p-plus-1', P + 1)):
    @fault('A04-2A-K-' + _name, 'pair', '2.A', 'K_1,1 with a proof made to fit')
    def _(e, value=_value):
        _fit(e, value)


for _name, _value in (('zero', 0), ('p-minus-1', P - 1), ('p-plus-1', P + 1)):
    @fault('A04-2A-kappa-' + _name, 'pair', '2.A', 'kappa of guardian 1, both proofs made to fit',
           readings=['2.A X.4'] if _value == P + 1 else ())
    def _(e, value=_value):
        guardian, s = e.guardians[0], e.secrets[0]
        guardian['kappa'] = value
        for part, label, a, K in (('proof', b'pk_vote', 'a', 'K'),
                                  ('proof_hat', b'pk_data', 'a_hat', 'K_hat')):
            for attempt in range(64):
                u = [e.rng.q('fit kappa', part, j, attempt) for j in range(3)]
                h = [g(x) for x in u[:2]] + [0 if value == 0 else g(u[2])]
                c = hs.Hq(e.keys['H_P'], hs.msg_guardian(label, 1, guardian[K], value, h))
                guardian[part] = {'c': c, 'v': [pf.response(x, c, y) for x, y in
                                                zip(u, s[a])] + [u[2]]}
                if c % 2 == 0:
                    break
        e.make_H_G()


@fault('A04-2A-wrong-order', 'pair', '2.A 2.C')
def _(e):
    e.guardians[0]['K'][1] = e.guardians[0]['K'][1] * not_in_subgroup() % P
    next(_again(e, 1))
    e.make_H_G()


def _zero_coefficient(e, hat):
    """a_1,1 = 0, so that the response is the random itself: 7, published as q + 7."""
    name, public, part = (('a_hat', 'K_hat', 'proof_hat') if hat else ('a', 'K', 'proof'))
    e.secrets[0][name][1] = 0
    e.guardians[0][public][1] = 1
    proof = next(_again(e, 1, part, {1: 7}))
    proof['v'][1] += Q
    e.make_H_G()


@fault('2B-v-plus-q', 'pair', '2.B', 'v_1,1 = 7 published as q + 7; the equation holds')
def _(e):
    _zero_coefficient(e, False)


@fault('2B-v-hat-plus-q', 'pair', '2.B')
def _(e):
    _zero_coefficient(e, True)


@fault('2B-v-top', 'pair', '2.B 2.C')
def _(e):
    e.guardians[1]['proof']['v'][2] = 2 ** 256 - 1


@fault('2C-v', 'pair', '2.C')
def _(e):
    e.guardians[1]['proof']['v'][0] = (e.guardians[1]['proof']['v'][0] + 1) % Q


@fault('A05-2C-c', 'pair', '2.C', 'right responses, another challenge')
def _(e):
    e.guardians[1]['proof_hat']['c'] = (e.guardians[1]['proof_hat']['c'] + 1) % Q


@fault('2C-c-top', 'pair', '2.C X.2')
def _(e):
    e.guardians[1]['proof_hat']['c'] = 2 ** 256 - 1


def _statement(e, label=b'pk_vote', i=1, H_P=None, drop=None):
    """Guardian 1's proof over another statement than the published one."""
    guardian, s = e.guardians[0], e.secrets[0]
    u = [e.rng.q('statement', j) for j in range(3)]
    K, h = guardian['K'], [g(x) for x in u]
    message = hs.msg_guardian(label, i, K, guardian['kappa'], h)
    if drop:
        message = drop(guardian, h)
    c = hs.Hq(H_P or e.keys['H_P'], message)
    guardian['proof'] = {'c': c, 'v': [pf.response(x, c, a) for x, a in
                                       zip(u, s['a'] + [s['zeta']])]}


@fault('A01-2C-index', 'pair', '2.C')
def _(e):
    _statement(e, i=2)


@fault('A01-2C-label', 'pair', '2.C', 'label pk_data in the proof for votes')
def _(e):
    _statement(e, label=b'pk_data')


@fault('A01-2C-base-hash', 'pair', '2.C', 'proof made for n = 5, k = 3')
def _(e):
    _statement(e, H_P=hs.H(hs.VERSION, hs.msg_H_P(5, 3)))


@fault('A01-2C-commitments-only', 'pair', '2.C', 'keys left out of the challenge')
def _(e):
    _statement(e, drop=lambda x, h: b'\x10pk_vote' + hs.indices(1) + hs.elements(h))


@fault('A01-2C-label-space', 'pair', '2.C', 'label without its underscore')
def _(e):
    _statement(e, drop=lambda x, h: hs.msg_guardian(b'pk vote', 1, x['K'], x['kappa'], h))


@fault('A01-2C-key', 'pair', '2.C', 'K_1,1 replaced under an old proof')
def _(e):
    e.guardians[0]['K'][1] = g(12345)
    e.make_H_G()


@fault('A01-2C-kappa', 'pair', '2.C', 'kappa replaced, one of the two proofs made anew')
def _(e):
    e.secrets[0]['zeta'] = 777
    e.guardians[0]['kappa'] = g(777)
    next(_again(e, 1, 'proof_hat'))
    e.make_H_G()


@fault('A01-2C-forged', 'pair', '2.C', 'commitment first, then solve for the key')
def _(e):
    guardian, s = e.guardians[0], e.secrets[0]
    u = [e.rng.q('forge', j) for j in range(3)]
    c = hs.Hq(e.keys['H_P'], b'\x10pk_vote' + hs.indices(1) + hs.elements([g(x) for x in u]))
    v1 = 99
    guardian['K'][1] = g((u[1] - v1) * pow(c, -1, Q))
    guardian['proof'] = {'c': c, 'v': [pf.response(u[0], c, s['a'][0]), v1,
                                       pf.response(u[2], c, s['zeta'])]}
    e.make_H_G()


@fault('3A-K-off', 'tiny', '3.A', 'everything is encrypted under another key')
def _(e):
    return build('tiny', {'K': 1})


@fault('3A-guardian-left-out', 'pair', '3.A')
def _(e):
    return build('pair', {'K': -e.secrets[2]['a'][0] % Q})


@fault('3A-guardian-twice', 'pair', '3.A', 'K_1 counted twice')
def _(e):
    return build('pair', {'K': e.secrets[0]['a'][0]})


@fault('A04-3A-K-one', 'bare', '3.A', 'K = 1')
def _(e):
    return build('bare', {'K': -e.secrets[0]['a'][0] % Q})


@fault('3B-guardian-twice', 'pair', '3.B')
def _(e):
    return build('pair', {'K_hat': e.secrets[1]['a_hat'][0]})


@fault('3B-K-hat-off', 'tiny', '3.B')
def _(e):
    return build('tiny', {'K_hat': 5})


@fault('3B-guardian-left-out', 'pair', '3.B')
def _(e):
    return build('pair', {'K_hat': -e.secrets[0]['a_hat'][0] % Q})


# X.3

def _manifest(name, base, change, note='', slow=False):
    """A record that is right in everything but a rule of the manifest."""
    @fault('X3-' + name, base, 'X.3', note)
    def _(e):
        change(e.manifest, e.manifest['contests'][0])
        if e.texts is not None:
            e.name_texts()
        e.make_election_keys()
        return e.finish()


def _set(target, name, value):
    def change(m, c):
        (m if target == 'm' else c)[name] = value
    return change


def _many(*changes):
    def change(m, c):
        for one in changes:
            one(m, c)
    return change


_manifest('format', 'bare', _set('m', 'format', 'Evident record v2'))
_manifest('kind', 'pair', _set('m', 'kind', 'test'))
_manifest('rule-unknown', 'bare', _set('c', 'rule', 'borda'))
_manifest('rule-plurality-R', 'bare', _many(_set('c', 'option_limit', 2),
                                            _set('c', 'contest_limit', 2)))
_manifest('rule-approval-L', 'bare', _set('c', 'rule', 'approval'))
_manifest('rule-cumulative', 'bare', _many(_set('c', 'rule', 'cumulative'),
                                           _set('c', 'contest_limit', 2)))
_manifest('rule-score', 'bare', _many(_set('c', 'rule', 'score'), _set('c', 'contest_limit', 3)))
_manifest('rule-majority', 'groups', _set('c', 'contest_limit', 2))
_manifest('seats-zero', 'bare', _set('c', 'seats', 0))
_manifest('group-elsewhere', 'bare', _set('c', 'group', 'Chair'), 'group without majority-judgment')
_manifest('group-empty', 'groups', _set('c', 'group', ''))
_manifest('group-apart', 'groups', lambda m, c: (
    m['contests'].insert(1, m['contests'].pop(2)),
    m.update(styles=[{'label': 'Members', 'contests': [1, 3]},
                     {'label': 'Office', 'contests': [1, 2, 3, 4]}])),
    'contests of a group are not neighbours')
_manifest('group-labels', 'groups', lambda m, c: c['options'][0].update(label='Superb'))
_manifest('group-seats', 'groups', _set('c', 'seats', 2))
_manifest('group-style', 'groups', lambda m, c: m['styles'][0].update(contests=[1]))
_manifest('limit-zero', 'bare', _set('c', 'contest_limit', 0))
_manifest('option-limit-zero', 'bare', _many(_set('c', 'rule', 'cumulative'),
                                             _set('c', 'option_limit', 0),
                                             _set('c', 'contest_limit', 0)))
_manifest('write-ins-101', 'bare', _set('c', 'write_ins', 101))
_manifest('blocks-small', 'bare', _many(_set('c', 'write_ins', 1), _set('c', 'data_blocks', 3)),
          '96 bytes where 104 are needed')
_manifest('blocks-1025', 'bare', _set('c', 'data_blocks', 1025))
_manifest('option-twice', 'bare', lambda m, c: c['options'][1].update(label='Ada'))
_manifest('contest-twice', 'groups', lambda m, c: c.update(label='Bo'))
_manifest('style-label-twice', 'groups', lambda m, c: m['styles'][1].update(label='Members'))
_manifest('device-label-twice', 'webbare', lambda m, c: m['devices'][1].update(
    label=m['devices'][0]['label']))
_manifest('guardian-label-twice', 'pair', lambda m, c: m['guardians'].__setitem__(1, 'Guardian 1'))
_manifest('style-order', 'groups', lambda m, c: m['styles'][0].update(contests=[2, 1]))
_manifest('style-empty', 'groups', lambda m, c: m['styles'][0].update(contests=[]))
_manifest('style-unknown', 'bare', lambda m, c: m['styles'][0].update(contests=[1, 2]))
_manifest('label-hash', 'bare', _set('m', 'label', '#1'))
_manifest('label-empty', 'bare', _set('m', 'label', ''))
_manifest('label-201', 'bare', _set('m', 'label', 'x' * 201))
_manifest('label-space', 'bare', _set('m', 'label', 'Town '))
_manifest('label-space-unicode', 'bare', lambda m, c: c['options'][0].update(label='\u3000Ada'))
_manifest('device-mode', 'bare', lambda m, c: m['devices'][0].update(mode='kiosk'))
_manifest('device-audit-some', 'webbare', lambda m, c: m['devices'][1].update(mode='audit'))
_manifest('short-code-9', 'bare', _set('m', 'short_code', 9))
_manifest('floor-zero', 'bare', _set('m', 'privacy_floor', 0))
_manifest('slot-59', 'bare', _set('m', 'slot_seconds', 59))
_manifest('restricted-floor', 'bare', _many(_set('m', 'restricted', True),
                                            _set('m', 'privacy_floor', 4)))
_manifest('restricted-weights', 'bare', _many(
    _set('m', 'restricted', True), _set('m', 'privacy_floor', 5), _set('m', 'weights', True)))
_manifest('restricted-revote', 'webbare', _many(
    _set('m', 'restricted', True), _set('m', 'privacy_floor', 5), _set('m', 'revote', True)))
_manifest('mail-short-code', 'bare', lambda m, c: m['devices'][0].update(mode='mail', chaining=0))


def _texts(name, change, renamed=True):
    @fault('X3-texts-' + name, 'texts', 'X.3')
    def _(e):
        change(e.texts['languages'])
        if renamed:
            e.name_texts()
            e.make_election_keys()
            e.finish()


_texts('digest', lambda l: l[0]['texts'][0].update({'as': 'other'}), False)
_texts('tag', lambda l: l[0].update(tag='es_ES'))
_texts('tag-long', lambda l: l[0].update(tag='es-' + '-'.join(['abcdefgh'] * 4)))
_texts('tag-order', lambda l: l.reverse())
_texts('tag-twice', lambda l: l[1].update(tag='es'))
_texts('of-order', lambda l: l[0]['texts'].reverse())
_texts('of-unknown', lambda l: l[0]['texts'].append({'of': 'zzz', 'as': 'zzz'}))
_texts('as-empty', lambda l: l[0]['texts'][0].update({'as': ''}))
_texts('label-missing', lambda l: l[1].update(
    texts=[t for t in l[1]['texts'] if t['of'] != 'Mayor']))
_texts('over-1-MiB', lambda l: l[0]['texts'][0].update({'as': 'x' * (1 << 20)}))


# X.4, X.5, A15

@fault('A15-X4-one-of-three', 'pair', 'X.4', 'k = 1 in an election')
def _(e):
    return build('pair', k=1)


@fault('A15-X4-two-guardians', 'pair', 'X.4', 'n = 2 in an election')
def _(e):
    return build('pair', n=2)


@fault('A15-X4-one-guardian', 'tiny', 'X.4', '1-of-1 in an election')
def _(e):
    return build('tiny', kind='election')


@fault('X4-names', 'pair', 'X.4', 'two names for three guardians')
def _(e):
    e.manifest['guardians'].pop()
    e.make_election_keys()
    e.finish()


@fault('X4-index', 'pair', 'X.4', 'guardian_2.json says 3, with a proof for 3',
       readings=['2.C X.4'])
def _(e):
    e.guardians[1]['i'] = 3
    s, guardian = e.secrets[1], e.guardians[1]
    for part, label, a, K in (('proof', b'pk_vote', 'a', 'K'),
                              ('proof_hat', b'pk_data', 'a_hat', 'K_hat')):
        us = [e.rng.q('index', part, j) for j in range(3)]
        guardian[part] = pf.guardian_make(e.keys['H_P'], label, 3, s[a] + [s['zeta']],
                                          guardian[K], guardian['kappa'], us)


def _secrets(name, change, note=''):
    """Ceremony made anew from changed secrets."""
    @fault('X4-' + name, 'pair', 'X.4', note)
    def _(e):
        change(e.secrets)
        e.guardians = [guardian_public(e.rng, e.keys['H_P'], s) for s in e.secrets]
        e.z = {i: key_shares(e.secrets, i) for i in e.z}
        e.make_election_keys()
        e.finish()


_secrets('K-one', lambda s: s[0]['a'].__setitem__(0, 0), 'K_1,0 = 1')
_secrets('K-hat-one', lambda s: s[2]['a_hat'].__setitem__(0, 0))
_secrets('kappa-one', lambda s: s[1].update(zeta=0))
_secrets('K-equal', lambda s: s[2]['a'].__setitem__(0, s[0]['a'][0]), 'A09')
_secrets('K-inverse', lambda s: s[2]['a'].__setitem__(0, Q - s[0]['a'][0]), 'A09')
_secrets('K-hat-equal', lambda s: s[1]['a_hat'].__setitem__(0, s[2]['a_hat'][0]))
_secrets('K-hat-inverse', lambda s: s[1]['a_hat'].__setitem__(0, Q - s[0]['a_hat'][0]))


@fault('X4-commitment-more', 'pair', 'X.4', 'guardian 1 has k + 1 commitments, all proven',
       readings=['X.1', 'X.1 X.4'])
def _(e):
    e.secrets[0]['a'].append(4711)
    e.guardians[0] = guardian_public(e.rng, e.keys['H_P'], e.secrets[0])
    e.make_H_G()


@fault('X5-bit', 'pair', 'X.5')
def _(e):
    e.keys['H_G'] = flip(e.keys['H_G'])


@fault('X5-order', 'pair', 'X.5', 'coefficient-major instead of guardian-major')
def _(e):
    listed = e.guardians
    turned = [[[x[name][j] for x in listed] for j in range(2)] for name in ('K', 'K_hat')]
    e.keys['H_G'] = hs.H(e.keys['H_B'], hs.msg_H_G(e.keys['K'], e.keys['K_hat'], turned[0],
                                                   turned[1], [x['kappa'] for x in listed]))


@fault('X5-kappa-missing', 'tiny', 'X.5')
def _(e):
    x = e.guardians[0]
    e.keys['H_G'] = hs.H(e.keys['H_B'], hs.msg_H_G(e.keys['K'], e.keys['K_hat'], [x['K']],
                                                   [x['K_hat']], []))
