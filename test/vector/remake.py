"""Parts of a record made again, so that a fault shows under one code alone.

Written from EGDS 2.1.0 and record-format.md for the tests of `verify`; it takes
the secrets of visible-1/private. Nothing here is constant time or meant to be.
"""
import copy
import hashlib
import hmac
import json
import os
import random

JSONL = ('states.jsonl', 'roll.jsonl', 'challenged.jsonl',
         'contest_data.jsonl')


def i4(n):
    return n.to_bytes(4, 'big')


def pb(x):
    return x.to_bytes(512, 'big')


def qb(x):
    return x.to_bytes(32, 'big')


def hx(b):
    return b.hex().upper()


def H(key, *parts):
    return hmac.new(key, b''.join(parts), hashlib.sha256).digest()


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


class Record:
    """The files of a record as Python objects, and the secrets behind it."""

    def __init__(self, base):
        self.files = {}
        root = os.path.join(base, 'record')
        for folder, _, names in os.walk(root):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, encoding='utf-8') as f:
                    text = f.read()
                key = os.path.relpath(path, root)
                if key.endswith('.jsonl'):
                    self.files[key] = [json.loads(x) for x in
                                       text.split('\n')[:-1]]
                else:
                    self.files[key] = json.loads(text)
        self._secrets(os.path.join(base, 'private'))
        par = self.files['parameters.json']
        self.p, self.q, self.g = (int(par[x], 16) for x in 'pqg')
        self.rng = random.Random('visible-1')

    def _secrets(self, private):
        self.ceremony = []
        for i in (1, 2, 3):
            with open(os.path.join(private,
                                   f'guardian_{i}.ceremony.json')) as f:
                self.ceremony.append(json.load(f))
        with open(os.path.join(private, 'test_nonces.jsonl')) as f:
            self.xi_B = {x['id_B']: bytes.fromhex(x['xi_B'])
                         for x in map(json.loads, f)}

    def copy(self):
        other = copy.copy(self)
        other.files = copy.deepcopy(self.files)
        other.ceremony = copy.deepcopy(self.ceremony)
        other.rng = random.Random('visible-1')
        return other

    def write(self, out):
        for path, content in self.files.items():
            target = os.path.join(out, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, 'wb') as f:
                f.write(self.bytes_of(path))

    def bytes_of(self, path):
        def dump(x):
            return json.dumps(x, separators=(',', ':'),
                              ensure_ascii=False).encode('utf-8')
        content = self.files[path]
        if isinstance(content, bytes):
            return content
        if path.endswith('.jsonl'):
            return b''.join(dump(x) + b'\n' for x in content)
        return dump(content)

    def only(self, stage):
        """Drops the files of later stages."""
        late = {'closed': ('tally.json', 'challenged.jsonl',
                           'contest_data.jsonl'),
                'ceremony': ('tally.json', 'challenged.jsonl',
                             'contest_data.jsonl', 'tally_encrypted.json',
                             'devices.json', 'states.jsonl', 'roll.jsonl')}
        for path in list(self.files):
            if path in late[stage] or (stage == 'ceremony' and
                                       path.startswith('ballots/')):
                del self.files[path]
        return self

    def shrink(self):
        """The same election with three ballots: one cast on each device and
        the challenged one. Contest 5 then has none, so it is decrypted."""
        kept = [self.ballots(1)[0], self.first('challenged'),
                self.first('cast', 2)]
        ids = {b['id_B'] for b in kept}
        for n in (1, 2):
            self.files[f'ballots/device_{n}.jsonl'] = [
                b for b in self.ballots(n) if b['id_B'] in ids]
        for n, b in enumerate(self.ballots(1), 1):
            b['position'] = n
        for p in ('states.jsonl', 'contest_data.jsonl'):
            self.files[p] = [x for x in self.files[p] if x['id_B'] in ids]
        self.tally_of(5)['fields'] = [
            {'field': o, 'label': x['label'], 'T': '', 't': 0, 'c': '',
             'v': ''}
            for o, x in enumerate(self.man['contests'][4]['options'], 1)]
        self.rechain()
        self.recount()
        self.retally()
        return self

    # ---- short names ----
    @property
    def man(self):
        return self.files['manifest.json']

    @property
    def keys(self):
        return self.files['election_keys.json']

    @property
    def tally(self):
        return self.files['tally.json']

    @property
    def tally_ct(self):
        return self.files['tally_encrypted.json']

    @property
    def devices(self):
        return self.files['devices.json']['devices']

    def guardian(self, i):
        return self.files[f'guardians/guardian_{i}.json']

    def ballots(self, device):
        return self.files[f'ballots/device_{device}.jsonl']

    def all_ballots(self):
        return self.ballots(1) + self.ballots(2)

    def state_of(self, ballot):
        for s in self.files['states.jsonl']:
            if s['id_B'] == ballot['id_B']:
                return s['state']
        return None

    def first(self, state, device=1):
        return next(b for b in self.ballots(device)
                    if self.state_of(b) == state)

    def K(self):
        return int(self.keys['K'], 16)

    def K_hat(self):
        return int(self.keys['K_hat'], 16)

    def HE(self):
        return bytes.fromhex(self.keys['H_E'])

    def rand(self):
        return self.rng.randrange(self.q)

    def pow(self, base, e):
        return pow(base, e, self.p)

    def hq(self, *args):
        return int.from_bytes(H(*args), 'big') % self.q

    # ---- ceremony ----
    def reparameters(self):
        par = self.files['parameters.json']
        ver = b'v2.1.0'.ljust(32, b'\0')
        self.keys['H_P'] = hx(H(ver, b'\0', pb(self.p), qb(self.q),
                                pb(self.g), i4(par['n']), i4(par['k'])))

    def rebase(self):
        """H_B of the manifest as it is."""
        data = self.bytes_of('manifest.json')
        self.keys['H_B'] = hx(H(bytes.fromhex(self.keys['H_P']), b'\1',
                                i4(len(data)), data))

    def guardian_commit(self, i):
        """Commitments of guardian i from its secrets."""
        s, g = self.ceremony[i - 1], self.guardian(i)
        for name, a in (('K', 'a'), ('K_hat', 'a_hat')):
            g[name] = [hx(pb(self.pow(self.g, int(x, 16)))) for x in s[a]]
        g['kappa'] = hx(pb(self.pow(self.g, int(s['zeta'], 16))))

    def guardian_prove(self, i, hat, even=False):
        """(10)-(13) over the commitments as published; even: an even c."""
        s, g = self.ceremony[i - 1], self.guardian(i)
        label, name, a = ((b'pk_data', 'K_hat', 'a_hat') if hat
                          else (b'pk_vote', 'K', 'a'))
        secrets = [int(x, 16) for x in s[a]] + [int(s['zeta'], 16)]
        head = [label, i4(g['i'])] + [bytes.fromhex(x) for x in g[name]]
        head.append(bytes.fromhex(g['kappa']))
        while True:
            u = [self.rand() for _ in secrets]
            h = [pb(self.pow(self.g, x)) for x in u]
            c = self.hq(bytes.fromhex(self.keys['H_P']), b'\x10', *head, *h)
            if not even or c % 2 == 0:
                break
        proof = g['proof_hat' if hat else 'proof']
        proof['c'] = hx(qb(c))
        proof['v'] = [hx(qb((x - c * y) % self.q))
                      for x, y in zip(u, secrets)]

    def n_guardians(self):
        return self.files['parameters.json']['n']

    def rejoint(self):
        for name in ('K', 'K_hat'):
            x = 1
            for i in range(1, self.n_guardians() + 1):
                x = x * int(self.guardian(i)[name][0], 16) % self.p
            self.keys[name] = hx(pb(x))

    def rehash_keys(self):
        """H_G and H_E of the keys as published."""
        base = bytes.fromhex(self.keys['H_B'])
        joint = [bytes.fromhex(self.keys[x]) for x in ('K', 'K_hat')]
        guardians = [self.guardian(i)
                     for i in range(1, self.n_guardians() + 1)]
        parts = [bytes.fromhex(x) for name in ('K', 'K_hat')
                 for g in guardians for x in g[name]]
        parts += [bytes.fromhex(g['kappa']) for g in guardians]
        self.keys['H_G'] = hx(H(base, b'\x13', *joint, *parts))
        self.keys['H_E'] = hx(H(base, b'\x14', *joint))

    # ---- one ballot ----
    def contest(self, ballot, ind_c):
        return next(c for c in ballot['contests'] if c['contest'] == ind_c)

    def shape(self, ind_c):
        """Ranges and factors of the fields, L."""
        c = self.man['contests'][ind_c - 1]
        ranges = [c['option_limit']] * len(c['options'])
        factors = [1] * len(ranges)
        if c['overvote']:
            ranges.append(1)
            factors.append(c['contest_limit'])
        if c['write_ins']:
            ranges.append(c['write_ins'])
            factors.append(1)
        return ranges, factors, c['contest_limit']

    def xi(self, ballot, ind_c, ind_o):
        return self.hq(bytes.fromhex(ballot['H_I']), b'\x21', i4(ind_c),
                       i4(ind_o), self.xi_B[ballot['id_B']])

    def value(self, ballot, ind_c, ind_o):
        """The encrypted value, by search."""
        f = self.contest(ballot, ind_c)['fields'][ind_o - 1]
        x = self.pow(self.K(), self.xi(ballot, ind_c, ind_o))
        for v in range(1000):
            if x == int(f['beta'], 16):
                return v
            x = x * self.K() % self.p
        raise ValueError('no value')

    def encrypt_field(self, ballot, ind_c, ind_o, value):
        xi = self.xi(ballot, ind_c, ind_o)
        f = self.contest(ballot, ind_c)['fields'][ind_o - 1]
        f['alpha'] = hx(pb(self.pow(self.g, xi)))
        f['beta'] = hx(pb(self.pow(self.K(), xi + value)))

    def prove(self, HI, head, alpha, beta, xi, value, limit, false=None,
              even=False):
        """Range proof; false: {j: (c, v)} to use in branches j."""
        while True:
            c, v, parts, u = {}, {}, [], self.rand()
            for j in range(limit + 1):
                if j == value:
                    a, b = self.pow(self.g, u), self.pow(self.K(), u)
                else:
                    c[j], v[j] = (false or {}).get(j) or (
                        2 * (self.rand() // 2), self.rand())
                    w = (v[j] - j * c[j]) % self.q
                    a = self.pow(self.g, v[j]) * self.pow(alpha, c[j])
                    b = self.pow(self.K(), w) * self.pow(beta, c[j])
                parts += [pb(a % self.p), pb(b % self.p)]
            total = self.hq(HI, b'\x24', *head, pb(alpha), pb(beta), *parts)
            c[value] = (total - sum(c.values())) % self.q
            v[value] = (u - c[value] * xi) % self.q
            if not even or c[value] % 2 == 0:
                break
        order = range(limit + 1)
        return {'c': [hx(qb(c[j])) for j in order],
                'v': [hx(qb(v[j])) for j in order]}

    def prove_field(self, ballot, ind_c, ind_o, **options):
        f = self.contest(ballot, ind_c)['fields'][ind_o - 1]
        ranges, _, _ = self.shape(ind_c)
        xi, value = (self.xi(ballot, ind_c, ind_o),
                     self.value(ballot, ind_c, ind_o))
        f['proof'] = self.prove_value(
            ballot, i4(ind_c) + i4(ind_o), int(f['alpha'], 16),
            int(f['beta'], 16), xi, value, ranges[ind_o - 1], **options)

    def prove_value(self, ballot, head, alpha, beta, xi, value, limit,
                    **options):
        HI = bytes.fromhex(ballot['H_I'])
        return self.prove(HI, [head], alpha, beta, xi, value, limit,
                          **options)

    def product(self, ballot, ind_c):
        ranges, factors, _ = self.shape(ind_c)
        alpha = beta = 1
        xi = value = 0
        for o, factor in enumerate(factors, 1):
            f = self.contest(ballot, ind_c)['fields'][o - 1]
            alpha = alpha * self.pow(int(f['alpha'], 16), factor) % self.p
            beta = beta * self.pow(int(f['beta'], 16), factor) % self.p
            xi += factor * self.xi(ballot, ind_c, o)
            value += factor * self.value(ballot, ind_c, o)
        return alpha, beta, xi % self.q, value

    def prove_limit(self, ballot, ind_c, **options):
        _, _, limit = self.shape(ind_c)
        alpha, beta, xi, value = self.product(ballot, ind_c)
        self.contest(ballot, ind_c)['limit'] = self.prove_value(
            ballot, i4(ind_c), alpha, beta, xi, value, limit, **options)

    def seal_nonce(self, ballot, xi=None, sign=1):
        """The encrypted nonce; sign -1: C0 of order 2q with a fitting c."""
        xi = self.rand() if xi is None else xi
        HI = bytes.fromhex(ballot['H_I'])
        C0 = sign * self.pow(self.g, xi) % self.p
        h = H(HI, b'\x22', pb(C0), pb(self.pow(self.K_hat(), xi)))
        k = H(h, b'\1ballot_nonce\0ballot_nonce_encrypt\1\0')
        C1 = xor(self.xi_B[ballot['id_B']], k)
        while True:
            u = self.rand()
            c = self.hq(HI, b'\x23', pb(self.pow(self.g, u)), pb(C0), C1)
            if sign == 1 or c % 2 == 0:
                break
        ballot['nonce'] = {'C0': hx(pb(C0)), 'C1': hx(C1), 'c': hx(qb(c)),
                           'v': hx(qb((u - c * xi) % self.q))}

    def data_keys(self, HI, ind_c, alpha, beta, b):
        h = H(HI, b'\x26', i4(ind_c), pb(alpha), pb(beta))
        return b''.join(H(h, i4(i), b'data_enc_keys\0contest_data',
                          i4(ind_c), i4(256 * b)) for i in range(1, b + 1))

    def seal_data(self, ballot, ind_c, D, xi=None, sign=1, shift=0):
        """Contest data; shift: C0 = g^(xi+shift) while keys come from xi."""
        xi = self.data_xi(ballot, ind_c) if xi is None else xi
        HI = bytes.fromhex(ballot['H_I'])
        alpha, beta = self.pow(self.g, xi), self.pow(self.K_hat(), xi)
        C1 = xor(D, self.data_keys(HI, ind_c, alpha, beta, len(D) // 32))
        C0 = sign * self.pow(self.g, xi + shift) % self.p
        while True:
            u = self.rand()
            c = self.hq(HI, b'\x27', i4(ind_c), pb(self.pow(self.g, u)),
                        pb(C0), C1)
            if sign == 1 or c % 2 == 0:
                break
        self.contest(ballot, ind_c)['data'] = {
            'C0': hx(pb(C0)), 'C1': hx(C1), 'c': hx(qb(c)),
            'v': hx(qb((u - c * (xi + shift)) % self.q))}

    def data_xi(self, ballot, ind_c):
        return self.hq(bytes.fromhex(ballot['H_I']), b'\x25', i4(ind_c),
                       self.xi_B[ballot['id_B']])

    def rehash_contest(self, ballot, c):
        parts = [bytes.fromhex(f[x]) for f in c['fields']
                 for x in ('alpha', 'beta')]
        if 'data' in c:
            parts += [bytes.fromhex(c['data'][x])
                      for x in ('C0', 'C1', 'c', 'v')]
        c['chi'] = hx(H(bytes.fromhex(ballot['H_I']), b'\x28',
                        i4(c['contest']), *parts))

    def rehash(self, ballot):
        """chi of every contest."""
        for c in ballot['contests']:
            self.rehash_contest(ballot, c)

    def recode(self, ballot):
        """H_C of chi and B_C as they are."""
        ballot['H_C'] = hx(H(bytes.fromhex(ballot['H_I']), b'\x29',
                             *[bytes.fromhex(c['chi'])
                               for c in ballot['contests']],
                             bytes.fromhex(ballot['B_C'])))

    # ---- chains and counts ----
    def rechain(self, from_ballot=0):
        """Codes of device 1 from that ballot on, its closing, the counts."""
        d = self.devices[0]
        before = d['H_0']
        for n, b in enumerate(self.ballots(1)):
            if n >= from_ballot:
                b['B_C'] = '00000001' + before
                self.recode(b)
            before = b['H_C']
        self.reclose(before)

    def reclose(self, last):
        d = self.devices[0]
        start = bytes.fromhex('00000001' + d['H_DI'])
        inner = H(self.HE(), b'\x2B', bytes.fromhex(last), start)
        d['B_close'] = '00000001' + hx(inner)
        d['H_close'] = hx(H(self.HE(), b'\x29', bytes.fromhex(d['B_close'])))

    def recount(self):
        for n, d in enumerate(self.devices, 1):
            d['ballots'] = len(self.ballots(n))

    # ---- tally ----
    def secret(self, hat=False):
        return sum(int(s['a_hat' if hat else 'a'][0], 16)
                   for s in self.ceremony) % self.q

    def reproduct(self):
        """tally_encrypted.json from the cast ballots."""
        cast = [b for b in self.all_ballots() if self.state_of(b) == 'cast']
        t = self.tally_ct
        t['ballots'] = len(cast)
        t['weight'] = sum(b['weight'] for b in cast)
        for tc in t['contests']:
            with_it = [(b, c) for b in cast for c in b['contests']
                       if c['contest'] == tc['contest']]
            tc['ballots'] = len(with_it)
            tc['weight'] = sum(b['weight'] for b, _ in with_it)
            for o, cell in enumerate(tc['fields']):
                for X, x in (('A', 'alpha'), ('B', 'beta')):
                    y = 1
                    for b, c in with_it:
                        y = y * self.pow(int(c['fields'][o][x], 16),
                                         b['weight']) % self.p
                    cell[X] = hx(pb(y))

    def redecrypt(self, ind_c, ind_o, t=None, T=None):
        """Decrypts one cell again, with a right proof."""
        ct = self.tally_ct['contests'][ind_c - 1]['fields'][ind_o - 1]
        cell = next(f for f in self.tally_of(ind_c)['fields']
                    if f['field'] == ind_o)
        A, B, s = int(ct['A'], 16), int(ct['B'], 16), self.secret()
        M = self.pow(A, s)
        T = B * pow(M, -1, self.p) % self.p
        cell['T'] = hx(pb(T))
        cell['t'] = self.log(T) if t is None else t
        u = self.rand()
        c = self.hq(self.HE(), b'\x31', i4(ind_c), i4(ind_o), pb(A), pb(B),
                    pb(self.pow(self.g, u)), pb(self.pow(A, u)), pb(M))
        cell['c'], cell['v'] = hx(qb(c)), hx(qb((u - c * s) % self.q))

    def log(self, T):
        x = 1
        for t in range(5000):
            if x == T:
                return t
            x = x * self.K() % self.p
        raise ValueError('no small logarithm')

    def tally_of(self, ind_c):
        return next(c for c in self.tally['contests']
                    if c['contest'] == ind_c)

    def retally(self):
        """Products, and again the cells that changed."""
        old = copy.deepcopy(self.tally_ct)
        self.reproduct()
        for c_old, c in zip(old['contests'], self.tally_ct['contests']):
            for o, (x, y) in enumerate(zip(c_old['fields'], c['fields']), 1):
                if x != y and self.tally_of(c['contest'])['fields']:
                    self.redecrypt(c['contest'], o)

    def decrypt_data(self, ballot, ind_c):
        """A line of contest_data.jsonl."""
        d = self.contest(ballot, ind_c)['data']
        HI = bytes.fromhex(ballot['H_I'])
        C0, C1, s = int(d['C0'], 16), bytes.fromhex(d['C1']), self.secret(True)
        beta, u = self.pow(C0, s), self.rand()
        c = self.hq(HI, b'\x33', i4(ind_c), pb(C0), C1,
                    bytes.fromhex(d['c']), bytes.fromhex(d['v']),
                    pb(self.pow(self.g, u)), pb(self.pow(C0, u)), pb(beta))
        D = xor(C1, self.data_keys(HI, ind_c, C0, beta, len(C1) // 32))
        return {'id_B': ballot['id_B'], 'contest': ind_c, 'beta': hx(pb(beta)),
                'c': hx(qb(c)), 'v': hx(qb((u - c * s) % self.q)),
                'D': hx(D)}

    def add_data(self, *lines):
        have = self.files['contest_data.jsonl'] + list(lines)
        have.sort(key=lambda x: (x['id_B'], x['contest']))
        self.files['contest_data.jsonl'] = have
