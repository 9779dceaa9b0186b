"""Shared parts of the fault generator: base elections, registry, forging tools."""
import copy

import election_mail as mail
import hashes as hs
import proofs as pf
import schemas as sc
from check_ballots import limit_product
from election import Election, contest
from generate import CHAINED, LOOSE, PLAIN, POST, WEB
from group import P, Q, g, power

FAULTS = {}         # name -> Fault, in order of definition


class Fault:
    def __init__(self, name, base, expected, make, raw, note, readings, slow):
        self.name, self.base, self.make, self.raw = name, base, make, raw
        self.all, self.note, self.slow = expected, note, slow
        self.readings = readings

    def codes(self):
        return self.all + [self.name.split('-')[0]]

    def expected(self):
        out = {'name': self.name, 'base': self.base, 'must': self.all, 'all': self.all,
               'note': self.note}
        if self.readings:
            out['must'] = sorted(set(self.all).intersection(*map(set, self.readings)), key=order)
            out['readings'] = [self.all] + self.readings
        return out

    def files(self):
        if self.raw:
            files = dict(record_of(self.base))
            return self.make(files) or files
        election = fresh(self.base)
        made = self.make(election)
        return (made or election).record()


def order(code):
    box, rest = code.split('.')
    return (99, int(rest)) if box == 'X' else (int(box), rest)


def fault(name, base, expected, note='', readings=(), raw=False, slow=False):
    """Register a maker. expected and each of readings: codes as one string."""
    def wrap(make):
        if name in FAULTS:
            raise ValueError('fault defined twice: ' + name)
        FAULTS[name] = Fault(name, base, expected.split(), make, raw, note,
                             [r.split() for r in readings], slow)
        return make
    return wrap


# Base elections, each the smallest that can express its faults.

def _tiny():
    return {'n': 1, 'k': 1, 'kind': 'trial', 'contests': [contest('Mayor', ['Ada', 'Bo'])],
            'devices': [CHAINED],
            'ballots': [{'votes': {1: ([1, 0], [])}}, {'votes': {1: ([0, 1], [])}}]}


def _bare():
    return dict(_tiny(), ballots=[])


def _pair():
    return dict(_bare(), n=3, k=2, kind='election')


def _mixed():
    """challenged, spoiled and refused beside cast; chained and unchained devices"""
    yes, no = ([1, 0], []), ([0, 1], [])
    return dict(_tiny(), devices=[CHAINED, PLAIN], ballots=[
        {'votes': {1: yes}}, {'votes': {1: no}, 'state': 'challenged'},
        {'votes': {1: yes}, 'device': 2}, {'votes': {1: no}, 'state': 'spoiled', 'device': 2}])


def _data():
    """contest data, supplemental fields, L = 2, styles, a contest on no ballot"""
    return dict(_tiny(), devices=[PLAIN], contests=[
        contest('Board', ['Ada', 'Bo'], L=2, overvote=True, write_ins=1, blocks=4),
        contest('Share', ['Yes'], R=2, L=2), contest('Unused', ['U', 'V'])],
        styles=[('All', [1, 2]), ('Second', [2]), ('Third', [3])],
        ballots=[{'votes': {1: ([1, 0], ['Eve']), 2: ([2], [])}},
                 {'votes': {1: ([1, 1], []), 2: ([1], [])}, 'state': 'challenged'},
                 {'votes': {2: ([1], [])}, 'style': 2}])


def _cancel():
    """K = K_hat = 1 from three allowed keys: encrypted values are undetermined"""
    return {'n': 3, 'k': 2, 'cancel_keys': True, 'devices': [PLAIN], 'contests': [
        contest('Board', ['Ada', 'Bo', 'Cy'], L=2, blocks=2)],
        'ballots': [{'votes': {1: ([1, 0, 0], [])}},
                    {'votes': {1: ([0, 1, 1], [])}, 'state': 'challenged'}]}


def _web():
    """remote voting with re-voting"""
    return dict(_tiny(), revote=True, devices=[WEB, PLAIN], ballots=[
        {'votes': {1: ([1, 0], [])}, 'voter': 'a', 'state': 'superseded'},
        {'votes': {1: ([0, 1], [])}, 'voter': 'a'},
        {'votes': {1: ([1, 0], [])}, 'voter': 'b'},
        {'votes': {1: ([1, 0], [])}, 'device': 2}])


def _webdata():
    """remote ballots in contests with data, with and without write-ins"""
    return dict(_tiny(), privacy_floor=2, devices=[WEB], contests=[
        contest('Board', ['Ada'], write_ins=1, blocks=4), contest('Plain', ['Bo'], blocks=2)],
        ballots=[{'votes': {1: ([0], ['Eve']), 2: ([1], [])}},
                 {'votes': {1: ([1], []), 2: ([0], [])}}])


def _floor():
    """floor 2: contest 1 has two ballots, 2 one, 3 none"""
    return dict(_tiny(), privacy_floor=2, devices=[PLAIN], contests=[
        contest('Mayor', ['Ada']), contest('Warden', ['Bo'], blocks=2), contest('None', ['Cy'])],
        styles=[('Town', [1]), ('Hamlet', [1, 2]), ('Empty', [3])],
        ballots=[{'votes': {1: ([1], [])}}, {'votes': {1: ([0], []), 2: ([1], [])}, 'style': 2}])


def _grades():
    """two majority-judgment groups, the second below the floor in one contest only"""
    def grade(label, group):
        return contest(label, ['Good', 'Bad'], rule='majority-judgment', group=group)
    return dict(_tiny(), privacy_floor=2, devices=[PLAIN],
                contests=[grade('Ada', 'Chair'), grade('Bo', 'Chair'), grade('Cy', 'Clerk'),
                          grade('Di', 'Clerk')],
                styles=[('Members', [1, 2]), ('Office', [1, 2, 3, 4])],
                ballots=[{'votes': {1: ([1, 0], []), 2: ([0, 1], [])}},
                         {'votes': {i: ([1, 0], []) for i in range(1, 5)}, 'style': 2}])


def _weights():
    return dict(_tiny(), weights=True, ballots=[
        {'votes': {1: ([1, 0], [])}, 'weight': 5}, {'votes': {1: ([0, 1], [])}, 'weight': 3}])


def _texts():
    return dict(_bare(), tags=('es', 'fr'))


def _groups():
    """bare election with two majority-judgment groups"""
    def grade(label, group):
        return contest(label, ['Good', 'Bad'], rule='majority-judgment', group=group)
    return dict(_bare(), contests=[grade('Ada', 'Chair'), grade('Bo', 'Chair'),
                                   grade('Cy', 'Clerk'), grade('Di', 'Clerk')],
                styles=[('Members', [1, 2]), ('Office', [1, 2, 3, 4])])


def _webbare():
    return dict(_bare(), devices=[WEB, PLAIN])


def _post():
    """pre-encrypted ballots of one contest, one of three challenged"""
    return dict(_tiny(), short_code=1, devices=[POST], ballots=[
        {'votes': {1: ([1, 0], [])}}, {'votes': {}, 'state': 'challenged'},
        {'votes': {1: ([0, 1], [])}}])


def _mail():
    """mail beside booth, L = 2, styles, all states; ballots 5 and 6 are of booths"""
    one, two = ([1, 0], []), ([1, 1], [])
    return dict(_tiny(), short_code=2, devices=[POST, LOOSE, CHAINED, PLAIN], contests=[
        contest('Mayor', ['Ada', 'Bo']), contest('Board', ['Cy', 'Di'], L=2),
        contest('Clerk', ['Ed'])], styles=[('All', [1, 2]), ('Second', [2]), ('Third', [3])],
        ballots=[{'votes': {1: one, 2: one}}, {'votes': {}, 'state': 'challenged'},
                 {'votes': {2: two}, 'style': 2, 'device': 2},
                 {'votes': {}, 'style': 2, 'device': 2, 'state': 'spoiled'},
                 {'votes': {2: one}, 'style': 2, 'device': 3},
                 {'votes': {2: two}, 'style': 2, 'device': 4, 'state': 'challenged'}])


def _stamps():
    return dict(_post(), weights=True, ballots=[
        {'votes': {1: ([1, 0], [])}, 'weight': 5}, {'votes': {1: ([0, 1], [])}, 'weight': 3}])


BASES = {f.__name__[1:]: f for f in (_tiny, _bare, _pair, _mixed, _data, _cancel, _web, _webdata,
                                     _floor, _grades, _weights, _texts, _groups, _webbare, _post, _mail, _stamps)}
_made, _records = {}, {}


def config(base, **changes):
    return dict(BASES[base](), label='Oracle fault base ' + base, **changes)


def build(base, fake=None, **changes):
    """A finished election of a changed base."""
    settings = dict(BASES[base](), label='Oracle fault base ' + base)
    settings.update(changes)
    return Election(settings, 'faults', fake).finish()


def fresh(base):
    """A private copy of the finished base election."""
    if base not in _made:
        _made[base] = build(base)
    return copy.deepcopy(_made[base])


def record_of(base):
    if base not in _records:
        _records[base] = fresh(base).record()
    return _records[base]


# Tools.

def remake(e, at=None, index=1):
    """chi of one contest, then everything that depends on ciphertexts."""
    if at is not None:
        e.make_chi(at, index)
    e.finish()


def field(e, at, index=1, j=1):
    return e.sealed(at, index)['fields'][j - 1]


def reset(e, at, index, j, value, xi, limit=True):
    """Encrypt field j anew as (value, xi) with fresh proofs."""
    e.info[at]['fields'][index][j - 1] = [value, xi]
    e.make_field(at, index, j)
    if limit:
        e.make_limit(at, index)


def prove(e, at, index, j, pair, value, xi, us=None, cs=None, H_I=None, key=None, ind=None,
          even=False):
    """A range or (j None) limit proof with chosen randoms, statement or parity."""
    c = e.contest(index)
    top = c['contest_limit'] if j is None else sc.ranges(c)[j - 1]
    ind_c, ind_o = ind or (index, j)
    for attempt in range(4096):
        def rand(kind, k):
            return e.rng.q('prove', kind, at, index, j, k, attempt)
        u = [rand('u', k) if not us or us[k] is None else us[k] for k in range(top + 1)]
        ch = [rand('c', k) // 2 * 2 if not cs or cs[k] is None else cs[k] for k in range(top + 1)]
        proof = pf.range_make(H_I or e.ballots[at]['H_I'], ind_c, ind_o, pair[0], pair[1],
                              key or e.keys['K'], xi, value, top, u, ch)
        if not even or all(x % 2 == 0 for x in proof['c']):
            return proof
    raise ValueError('no even proof found')


def prove_field(e, at, index, j, **how):
    value, xi = e.info[at]['fields'][index][j - 1]
    f = field(e, at, index, j)
    f['proof'] = prove(e, at, index, j, (f['alpha'], f['beta']), value, xi, **how)


def prove_limit(e, at, index, **how):
    sealed = e.sealed(at, index)
    total, xi = e.limit_secret(at, index)
    pair = limit_product(e.contest(index), sealed['fields'])
    sealed['limit'] = prove(e, at, index, None, pair, total, xi, **how)


def reprove_tally(e, index, j, T=None, t=None, **how):
    """Field j of tally.json decrypted anew; how may bend the statement of the proof."""
    entry = e.tally['contests'][index - 1]['fields'][j - 1]
    pair = e.tally_encrypted['contests'][index - 1]['fields'][j - 1]
    A, B = pair['A'], pair['B']
    s = (sum(x['a'][0] for x in e.secrets) + e.fake.get('K', 0)) % Q
    u = e.rng.q('reprove', index, j)
    M = power(A, s)
    ind = how.get('ind', (index, j))
    message = hs.msg_tally(ind[0], ind[1], how.get('A', A), how.get('B', B), g(u), power(A, u),
                           how.get('M', M))
    c = hs.Hq(how.get('key', e.H_E), message)
    entry.update({'T': B * pow(M, -1, P) % P if T is None else T, 'c': c,
                  'v': pf.response(u, c, s)})
    if t is not None:
        entry['t'] = t
    return entry


# Pre-encrypted ballots.

def box(e, at, index=1):
    """The entry of a contest in mail_cast.jsonl."""
    line = [x for x in e.mail_cast if x['id_B'] == e.ballots[at]['id_B']][0]
    return [x for x in line['contests'] if x['contest'] == index][0]


def unsealed(e, at, index=1):
    """The entry of a contest in mail_open.jsonl."""
    line = [x for x in e.mail_open if x['id_B'] == e.ballots[at]['id_B']][0]
    return [x for x in line['contests'] if x['contest'] == index][0]


def recount(e):
    """Tally of mail_cast.jsonl as it stands."""
    e.make_count()
    e.make_tally()


def reprint(e, at, *indices):
    """Selection hashes of changed vectors, then everything that depends on them."""
    for index in indices or (1,):
        mail.make_psi(e, at, index)
    e.finish()


def prove_box(e, at, index, j, **how):
    """Proof of a field (j None: of the limit) in mail_cast.jsonl over another statement."""
    entry, secrets = box(e, at, index), e.info[at]['fields'][index]
    if j is None:
        pair = limit_product(e.contest(index), entry['fields'])
        entry['limit'] = prove(e, at, index, None, pair, sum(v for v, _ in secrets),
                               sum(xi for _, xi in secrets) % Q, **how)
    else:
        f = entry['fields'][j - 1]
        f['proof'] = prove(e, at, index, j, (f['alpha'], f['beta']), *secrets[j - 1], **how)


def flip(raw):
    """One bit of a hash."""
    return raw[:-1] + bytes([raw[-1] ^ 1])
