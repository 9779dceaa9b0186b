"""A whole election in memory: everything of the record plus its secrets.

`Election(config, seed)` runs the ceremony and encrypts the ballots; `finish()`
makes the chain, tally, openings and contest data.  The make_* methods may be
called again after a change, which is how the fault generator keeps all
dependent values right.
"""
import os

import election_mail as mail
import hashes as hs
import schemas as sc
from form import dump
from group import P, Q, evaluate, g, power, product, use_table
from lookup import is_mail
from protocol import (Decryptor, Random, encrypt, encrypt_data, encrypt_nonce, guardian_public,
                      guardian_secret, key_shares, make_share, range_proof)
from check_ballots import limit_product
from rules import groups


def contest(label, options, R=1, L=1, rule=None, overvote=False, write_ins=0, blocks=0, group='',
            seats=1):
    """A manifest contest; options are labels."""
    m = len(options)
    if rule is None:
        rule = 'plurality' if R == 1 else 'cumulative' if R == L else 'score'
    return {'label': label, 'notes': '', 'rule': rule, 'seats': seats, 'group': group,
            'options': [{'label': o, 'notes': ''} for o in options], 'option_limit': R,
            'contest_limit': m * R if rule == 'score' else L, 'overvote': overvote,
            'write_ins': write_ins, 'data_blocks': blocks}


DEFAULTS = {'n': 3, 'k': 2, 'absent': (), 'kind': 'election', 'label': 'Oracle election',
            'notes': '', 'revote': False, 'restricted': False, 'tags': (), 'weights': False,
            'short_code': 0, 'privacy_floor': 1, 'contest_data': True, 'cancel_keys': False,
            'spare_credentials': 1, 'styles': None, 'devices': (('v1;oracle;hall;1', 'booth', 1),)}


class Election:
    def __init__(self, config, seed, fake=None):
        """fake: false values that everything later is built on, for faulty records:
        H_P, H_B, H_E as bytes; K, K_hat as an exponent by which the joint key is off."""
        self.config = dict(DEFAULTS, **config)
        self.fake = fake or {}
        self.answers = {}   # of guardians: (contest, field) -> Decryptor.answers
        self.rng = Random(seed)
        self.make_manifest()
        self.make_keys()
        self.ballots, self.info = [], []    # sealed ballots and their secrets, same order
        self.credentials = {}               # voter name -> (credential, style, weight)
        for voter in self.config['ballots']:
            self.add(**voter)

    # Before the election.

    def make_manifest(self):
        c = self.config
        styles = c['styles'] or [('All', list(range(1, len(c['contests']) + 1)))]
        self.params = {'spec': 'v2.1.0', 'p': P.to_bytes(512, 'big'), 'q': Q.to_bytes(32, 'big'),
                       'g': g(1).to_bytes(512, 'big'), 'n': c['n'], 'k': c['k']}
        self.manifest = {
            'format': 'Evident record v1', 'label': c['label'], 'notes': c['notes'],
            'kind': c['kind'], 'revote': c['revote'], 'restricted': c['restricted'],
            'texts': bytes(32), 'guardians': ['Guardian %d' % i for i in range(1, c['n'] + 1)],
            'contests': [dict(x) for x in c['contests']],
            'styles': [{'label': label, 'contests': members} for label, members in styles],
            'devices': [{'label': label, 'mode': mode, 'chaining': chaining}
                        for label, mode, chaining in c['devices']],
            'weights': c['weights'], 'short_code': c['short_code'],
            'privacy_floor': c['privacy_floor'], 'slot_origin': 1793779200, 'slot_seconds': 3600}
        self.texts = None
        if c['tags']:
            self.make_texts(c['tags'])

    def make_texts(self, tags):
        m = self.manifest
        names = {m['label']} | set(m['guardians']) | {x['label'] for x in m['contests']}
        names |= {o['label'] for x in m['contests'] for o in x['options']}
        names |= {x['label'] for x in m['styles']} | {x['group'] for x in m['contests']} - {''}
        self.texts = {'languages': [
            {'tag': tag, 'texts': [{'of': name, 'as': tag + ': ' + name}
                                   for name in sorted(names, key=str.encode)]}
            for tag in sorted(tags, key=str.encode)]}
        self.name_texts()

    def name_texts(self):
        """Put the digest of texts.json into the manifest."""
        self.manifest['texts'] = bytes(32) if self.texts is None else \
            hs.digest('texts', dump(sc.TEXTS, self.texts))

    def make_keys(self):
        """Ceremony; with cancel_keys the last guardian's secrets make K = K^ = 1."""
        n, k = self.params['n'], self.params['k']
        H_P = self.fake.get('H_P') or hs.H(hs.VERSION, hs.msg_H_P(n, k))
        self.secrets = [guardian_secret(self.rng, i, k) for i in range(1, n + 1)]
        if self.config['cancel_keys']:
            for name in ('a', 'a_hat'):
                self.secrets[-1][name][0] = -sum(s[name][0] for s in self.secrets[:-1]) % Q
        self.guardians = [guardian_public(self.rng, H_P, s) for s in self.secrets]
        self.z = {i: key_shares(self.secrets, i) for i in range(1, n + 1)}
        self.make_election_keys()

    def make_election_keys(self):
        """election_keys.json from guardians and manifest."""
        n, k, fake = self.params['n'], self.params['k'], self.fake
        K, K_hat = (product([x[name][0] for x in self.guardians] + [g(fake.get(name, 0))])
                    for name in ('K', 'K_hat'))
        H_P = fake.get('H_P') or hs.H(hs.VERSION, hs.msg_H_P(n, k))
        H_B = fake.get('H_B') or hs.H(H_P, hs.msg_H_B(dump(sc.MANIFEST, self.manifest)))
        H_E = fake.get('H_E') or hs.H(H_B, hs.msg_H_E(K, K_hat))
        self.keys = {'K': K, 'K_hat': K_hat, 'H_P': H_P, 'H_B': H_B, 'H_E': H_E, 'H_G': b''}
        self.make_H_G()
        use_table(K)
        use_table(K_hat)

    def make_H_G(self):
        keys, listed = self.keys, self.guardians
        self.keys['H_G'] = hs.H(keys['H_B'], hs.msg_H_G(
            keys['K'], keys['K_hat'], [x['K'] for x in listed], [x['K_hat'] for x in listed],
            [x['kappa'] for x in listed]))

    @property
    def H_E(self):
        return self.keys['H_E']

    # Ballots.

    def contest(self, index):
        return self.manifest['contests'][index - 1]

    def credential(self, voter, style, weight):
        if voter not in self.credentials:
            self.credentials[voter] = (self.rng.bytes('credential', voter), style, weight)
        return self.credentials[voter][0]

    def fields_of(self, index, marks, write_ins):
        """Values of the verifiable fields and the contest data plaintext (3.2, 3.12)."""
        c = self.contest(index)
        over = max(marks) > c['option_limit'] or len(write_ins) > c['write_ins'] \
            or sum(marks) + len(write_ins) > c['contest_limit']
        if over and not c['overvote']:
            raise ValueError('contest %d cannot hold an overvote' % index)
        values = [0] * len(marks) if over else list(marks)
        if c['overvote']:
            values.append(int(over))
        if c['write_ins']:
            values.append(0 if over else len(write_ins))
        D = sc.pack_data(marks if over else [], write_ins[:c['write_ins']], c['data_blocks']) \
            if c['data_blocks'] else None
        return values, D

    def add(self, votes, style=1, device=1, weight=1, state='cast', voter=None, id_B=None,
            xi_B=None, slot=None, serial=None):
        """Encrypt one ballot. votes: {ind_c: (marks, write_ins)}"""
        number = len(self.ballots) + 1
        xi_B = xi_B or self.rng.bytes('xi_B', number)
        ballot = {'id_B': id_B or self.rng.bytes('id_B', number), 'H_I': b'', 'style': style,
                  'device': device}
        if self.manifest['devices'][device - 1]['chaining']:
            ballot['position'] = 0
        ballot['slot'] = number // 3 if slot is None else slot
        ballot['weight'] = weight
        if self.manifest['devices'][device - 1]['mode'] == 'remote':
            salt = self.rng.bytes('salt', number)
            credential = self.credential(voter or 'voter %d' % number, style, weight)
            ballot['binding'] = {'credential': credential, 'salt': salt}
            ballot['id_B'] = hs.bound_id(credential, salt)
        ballot.update({'nonce': None, 'contests': [], 'B_C': b'', 'H_C': b''})
        plain = []
        for index in self.manifest['styles'][style - 1]['contests']:
            marks, write_ins = votes.get(index) or ([0] * len(self.contest(index)['options']), [])
            plain.append({'contest': index, 'marks': list(marks), 'write_ins': list(write_ins)})
        self.ballots.append(ballot)
        self.info.append({'serial': serial or 'S-%04d' % number, 'xi_B': xi_B, 'state': state,
                          'plain': plain, 'xi_hat': self.rng.q('xi_hat', number),
                          'fields': {}, 'data': {}})
        by_mail = self.manifest['devices'][device - 1]['mode'] == 'mail'
        (mail.seal if by_mail else Election.seal)(self, number - 1)
        return ballot

    def seal(self, at):
        """All encryptions and proofs of ballot `at` from id_B, xi_B and the plain votes."""
        ballot, info = self.ballots[at], self.info[at]
        H_I = info.get('H_I') or hs.H(self.H_E, hs.msg_H_I(ballot['id_B']))
        ballot['H_I'] = H_I
        self.make_nonce(at)
        ballot['contests'] = []
        for plain in info['plain']:
            index = plain['contest']
            values, D = self.fields_of(index, plain['marks'], plain['write_ins'])
            xis = [hs.Hq(H_I, hs.msg_nonce(index, j, info['xi_B']))
                   for j in range(1, len(values) + 1)]
            info['fields'][index] = [list(pair) for pair in zip(values, xis)]
            sealed = {'contest': index, 'fields': [None] * len(values), 'limit': None}
            if D is not None:
                info['data'][index] = [D, hs.Hq(H_I, hs.msg_data_nonce(index, info['xi_B']))]
                sealed['data'] = None
            sealed['chi'] = b''
            ballot['contests'].append(sealed)
            for j in range(1, len(values) + 1):
                self.make_field(at, index, j)
            self.make_limit(at, index)
            if D is not None:
                self.make_data(at, index)
            self.make_chi(at, index)

    def sealed(self, at, index):
        return [c for c in self.ballots[at]['contests'] if c['contest'] == index][0]

    def make_nonce(self, at):
        info, H_I = self.info[at], self.ballots[at]['H_I']
        self.ballots[at]['nonce'] = encrypt_nonce(
            self.keys['K_hat'], H_I, info['xi_B'], info['xi_hat'], self.rng.q('nonce u', H_I))

    def make_field(self, at, index, j, proof=True):
        """Field j from (value, xi) of the secrets."""
        value, xi = self.info[at]['fields'][index][j - 1]
        pair = encrypt(self.keys['K'], value, xi)
        sealed = self.sealed(at, index)
        top = sc.ranges(self.contest(index))[j - 1]
        old = sealed['fields'][j - 1]
        sealed['fields'][j - 1] = {
            'alpha': pair[0], 'beta': pair[1],
            'proof': range_proof(self.rng, self.ballots[at]['H_I'], index, j, pair,
                                 self.keys['K'], xi, value, top) if proof else old['proof']}

    def limit_secret(self, at, index):
        """(sum, nonce) of the aggregate: overvote counts L times."""
        c, pairs = self.contest(index), self.info[at]['fields'][index]
        total = nonce = 0
        for i, (value, xi) in enumerate(pairs):
            times = c['contest_limit'] if c['overvote'] and i == len(c['options']) else 1
            total, nonce = total + times * value, nonce + times * xi
        return total, nonce % Q

    def make_limit(self, at, index):
        sealed = self.sealed(at, index)
        total, xi = self.limit_secret(at, index)
        pair = limit_product(self.contest(index), sealed['fields'])
        sealed['limit'] = range_proof(self.rng, self.ballots[at]['H_I'], index, None, pair,
                                      self.keys['K'], xi, total,
                                      self.contest(index)['contest_limit'])

    def make_data(self, at, index):
        D, xi = self.info[at]['data'][index]
        H_I = self.ballots[at]['H_I']
        self.sealed(at, index)['data'] = encrypt_data(
            self.keys['K_hat'], H_I, index, D, xi, self.rng.q('data u', H_I, index))

    def make_chi(self, at, index):
        sealed = self.sealed(at, index)
        sealed['chi'] = self.chi(self.ballots[at]['H_I'], sealed)

    @staticmethod
    def chi(H_I, sealed):
        data = sealed.get('data')
        triple = (data['C0'], data['C1'], data['c'].to_bytes(32, 'big')
                  + data['v'].to_bytes(32, 'big')) if data else None
        pairs = [(f['alpha'], f['beta']) for f in sealed['fields']]
        return hs.H(H_I, hs.msg_chi(sealed['contest'], pairs, triple))

    def make_code(self, ballot):
        ballot['H_C'] = hs.code(ballot['H_I'], [c['chi'] for c in ballot['contests']],
                                ballot['B_C'], is_mail(ballot))

    # After the election.

    def make_chain(self):
        """Positions, B_C, H_C, devices.json."""
        self.devices = {'devices': []}
        for index, device in enumerate(self.manifest['devices'], 1):
            mine = [b for b in self.ballots if b['device'] == index]
            by_mail = device['mode'] == 'mail'
            H_DI = hs.device_hash(self.H_E, device['label'], by_mail)
            entry = {'device': index, 'ballots': len(mine), 'H_DI': H_DI}
            if not device['chaining']:
                for ballot in mine:
                    ballot['B_C'] = hs.CHAIN_NONE + H_DI
                    self.make_code(ballot)
            elif mine:
                _, previous = hs.chain_start(self.H_E, H_DI, by_mail)
                entry['H_0'] = previous
                for position, ballot in enumerate(mine, 1):
                    ballot['position'] = position
                    ballot['B_C'] = hs.CHAIN_SIMPLE + previous
                    self.make_code(ballot)
                    previous = ballot['H_C']
                entry['B_close'], entry['H_close'] = hs.chain_close(self.H_E, H_DI, previous,
                                                                    by_mail)
            self.devices['devices'].append(entry)

    def make_states(self):
        states = {b['id_B']: i['state'] for b, i in zip(self.ballots, self.info)}
        self.states = [{'id_B': x, 'state': states[x]} for x in sorted(states)]

    def make_roll(self):
        self.roll = None
        if any(d['mode'] == 'remote' for d in self.manifest['devices']):
            lines = [(c, s, w, 'active') for c, s, w in self.credentials.values()]
            for j in range(self.config['spare_credentials']):
                lines.append((self.rng.bytes('spare', j), 1, 1, 'revoked' if j % 2 else 'active'))
            self.roll = [dict(zip(('credential', 'style', 'weight', 'state'), line))
                         for line in sorted(lines)]

    def cast(self):
        return [(b, i) for b, i in zip(self.ballots, self.info) if i['state'] == 'cast']

    def make_mail(self):
        """mail_cast.jsonl, mail_open.jsonl"""
        self.mail_cast = mail.lines(self, 'cast', mail.cast_line)
        self.mail_open = mail.lines(self, 'challenged', mail.open_line)

    def counted(self, ballot):
        return mail.counted(self, ballot) if is_mail(ballot) else ballot['contests']

    def make_count(self):
        """tally_encrypted.json [80]"""
        cast = self.cast()
        out = []
        for index, c in enumerate(self.manifest['contests'], 1):
            mine = [(b, s) for b, _ in cast for s in self.counted(b) if s['contest'] == index]
            fields = [{name: product(power(s['fields'][j][source], b['weight']) for b, s in mine
                                     if j < len(s['fields']))
                       for name, source in (('A', 'alpha'), ('B', 'beta'))}
                      for j in range(len(sc.ranges(c)))]
            having = [b for b, _ in cast if any(s['contest'] == index for s in b['contests'])]
            out.append({'contest': index, 'ballots': len(having),
                        'weight': sum(b['weight'] for b in having), 'fields': fields})
        self.tally_encrypted = {'ballots': len(cast), 'weight': sum(b['weight'] for b, _ in cast),
                                'contests': out}

    def present(self):
        return [i for i in range(1, self.params['n'] + 1) if i not in self.config['absent']]

    def decryptor(self, hat=False):
        U, off = self.present(), self.fake.get('K_hat' if hat else 'K', 0)
        return Decryptor(self.rng, U, {i: (self.z[i][1 if hat else 0] + off) % Q for i in U})

    def withheld(self):
        floor = self.manifest['privacy_floor']
        out = {c['contest'] for c in self.tally_encrypted['contests'] if 0 < c['ballots'] < floor}
        for members in groups(self.manifest).values():
            if out & set(members):
                out |= set(members)
        return out

    def decrypt_field(self, index, j, hint=0):
        """One field object of tally.json from the published (A, B)."""
        pair = self.tally_encrypted['contests'][index - 1]['fields'][j - 1]
        guardians = self.decryptor()
        T, c, v = guardians.tally(self.H_E, index, j, pair['A'], pair['B'])
        self.answers[index, j] = guardians.answers
        K, t, value = self.keys['K'], hint, power(self.keys['K'], hint)
        if value != T:
            t, value = 0, 1
            while value != T and t < 1000:
                t, value = t + 1, value * K % P
        label = sc.field_labels(self.contest(index))[j - 1]
        return {'field': j, 'label': label, 'T': T, 't': t, 'c': c, 'v': v}

    def make_tally(self):
        """tally.json [82] [90] [93]"""
        hidden, out = self.withheld(), []
        for index, c in enumerate(self.manifest['contests'], 1):
            fields = []
            if index not in hidden:
                for j in range(1, len(sc.ranges(c)) + 1):
                    hint = sum(b['weight'] * i['fields'][index][j - 1][0] for b, i in self.cast()
                               if j <= len(i['fields'].get(index, ())))
                    fields.append(self.decrypt_field(index, j, hint))
            out.append({'contest': index, 'label': c['label'], 'fields': fields})
        self.tally = {'guardians': self.present(), 'contests': out}

    def open_ballot(self, at):
        """One line of challenged.jsonl."""
        ballot, info = self.ballots[at], self.info[at]
        contests = []
        for sealed in ballot['contests']:
            index = sealed['contest']
            labels = sc.field_labels(self.contest(index))
            entry = {'contest': index, 'label': self.contest(index)['label'], 'fields': [
                {'field': j, 'label': labels[j - 1], 'value': value, 'nonce': xi}
                for j, (value, xi) in enumerate(info['fields'][index], 1)]}
            if index in info['data']:
                D, xi = info['data'][index]
                entry['data'] = {'nonce': xi, 'D': D}
            contests.append(entry)
        return {'id_B': ballot['id_B'], 'contests': contests}

    def make_openings(self):
        self.challenged = sorted((self.open_ballot(at) for at, info in enumerate(self.info)
                                  if info['state'] == 'challenged' and 'vectors' not in info),
                                 key=lambda x: x['id_B'])

    def decrypt_data(self, at, index):
        """One line of contest_data.jsonl."""
        ballot = self.ballots[at]
        beta, c, v, D = self.decryptor(True).data(ballot['H_I'], index,
                                                  self.sealed(at, index)['data'])
        return {'id_B': ballot['id_B'], 'contest': index, 'beta': beta, 'c': c, 'v': v, 'D': D}

    def make_contest_data(self):
        """Every decryption that 3.11 allows."""
        self.contest_data = []
        if not self.config['contest_data']:
            return
        hidden, floor = self.withheld(), self.manifest['privacy_floor']
        for at, (ballot, info) in enumerate(zip(self.ballots, self.info)):
            for index in info['data'] if info['state'] == 'cast' else ():
                fields = self.tally['contests'][index - 1]['fields']
                counted = [f['t'] for f in fields if f['label'] == '#write-ins']
                if index in hidden or ('binding' in ballot and (not counted or counted[0] < floor)):
                    continue
                self.contest_data.append(self.decrypt_data(at, index))
        self.contest_data.sort(key=lambda x: (x['id_B'], x['contest']))

    def finish(self):
        self.make_chain()
        self.make_states()
        self.make_roll()
        self.make_mail()
        self.make_count()
        self.make_tally()
        self.make_openings()
        self.make_contest_data()
        return self

    # Files.

    def ballot_files(self):
        out = {}
        for ballot in self.ballots:
            out.setdefault('ballots/device_%d.jsonl' % ballot['device'], []).append(ballot)
        return out

    def record(self, stage='final'):
        """path -> bytes"""
        def lines(schema, items):
            return b''.join(dump(schema, item) + b'\n' for item in items)

        files = {'parameters.json': dump(sc.PARAMETERS, self.params),
                 'manifest.json': dump(sc.MANIFEST, self.manifest),
                 'election_keys.json': dump(sc.KEYS, self.keys)}
        if self.texts is not None:
            files['texts.json'] = dump(sc.TEXTS, self.texts)
        for i, guardian in enumerate(self.guardians, 1):
            files['guardians/guardian_%d.json' % i] = dump(sc.GUARDIAN, guardian)
        if stage != 'ceremony':
            for path, ballots in self.ballot_files().items():
                files[path] = lines(sc.BALLOT, ballots)
            files['states.jsonl'] = lines(sc.STATE, self.states)
            if self.roll is not None:
                files['roll.jsonl'] = lines(sc.ROLL, self.roll)
            files['mail_cast.jsonl'] = lines(sc.MAIL_CAST, self.mail_cast)
            files['devices.json'] = dump(sc.DEVICES, self.devices)
            files['tally_encrypted.json'] = dump(sc.TALLY_ENCRYPTED, self.tally_encrypted)
        if stage == 'final':
            files['tally.json'] = dump(sc.TALLY, self.tally)
            files['mail_open.jsonl'] = lines(sc.MAIL_OPEN, self.mail_open)
            files['challenged.jsonl'] = lines(sc.CHALLENGED, self.challenged)
            files['contest_data.jsonl'] = lines(sc.CONTEST_DATA, self.contest_data)
        return {path: data for path, data in files.items() if data}

    def private(self):
        """path -> bytes of the private files, as in section 6, and test_nonces.jsonl."""
        files, H_P = {}, self.keys['H_P']
        for s in self.secrets:
            i = s['i']
            files['guardian_%d.ceremony.json' % i] = dump(sc.CEREMONY, s)
            files['guardian_%d.key.json' % i] = dump(sc.KEY, {
                'i': i, 'H_E': self.H_E, 'z': self.z[i][0], 'z_hat': self.z[i][1]})
            for other in self.guardians:
                l = other['i']
                if l != i:
                    share = make_share(H_P, i, l, evaluate(s['a'], l), evaluate(s['a_hat'], l),
                                       other['kappa'], self.rng.q('share xi', i, l),
                                       self.rng.q('share u', i, l))
                    files['share_%d_%d.json' % (i, l)] = dump(sc.SHARE, share)
        plain, nonces = b'', b''
        for ballot, info in zip(self.ballots, self.info):
            plain += dump(sc.PLAIN, {'serial': info['serial'], 'style': ballot['style'],
                                     'weight': ballot['weight'],
                                     'contests': info['plain']}) + b'\n'
            nonces += dump(sc.TEST_NONCE, {
                'serial': info['serial'], 'device': ballot['device'], 'state': info['state'],
                'id_B': ballot['id_B'], 'H_C': ballot['H_C'], 'xi_B': info['xi_B']}) + b'\n'
        if plain:
            files['plain.jsonl'], files['test_nonces.jsonl'] = plain, nonces
            files['plain.csv'] = self.csv()
        return files

    def csv(self):
        """plain.csv of section 6"""
        def cell(text):
            return '"%s"' % text.replace('"', '""') if set(text) & set('",\r\n') else text

        head, rows = ['serial', 'style', 'weight'], []
        for i, c in enumerate(self.manifest['contests'], 1):
            head += ['%d.%d' % (i, j) for j in range(1, len(c['options']) + 1)]
            head += ['%d.w%d' % (i, j) for j in range(1, c['write_ins'] + 1)]
        for ballot, info in zip(self.ballots, self.info):
            row = [info['serial'], str(ballot['style']), str(ballot['weight'])]
            plain = {p['contest']: p for p in info['plain']}
            for i, c in enumerate(self.manifest['contests'], 1):
                marks, texts = [''] * len(c['options']), []
                if i in plain:
                    marks, texts = [str(x) for x in plain[i]['marks']], plain[i]['write_ins']
                row += marks + (list(texts) + [''] * c['write_ins'])[:c['write_ins']]
            rows.append(row)
        return ''.join(','.join(map(cell, row)) + '\n' for row in [head] + rows).encode()


def write(files, folder):
    """Write path -> bytes below folder."""
    for path, data in files.items():
        full = os.path.join(folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, 'wb') as f:
            f.write(data)


def read_tree(folder):
    """path -> bytes of every file below folder"""
    files = {}
    for place, _, names in os.walk(folder):
        for name in names:
            full = os.path.join(place, name)
            with open(full, 'rb') as f:
                files[os.path.relpath(full, folder).replace(os.sep, '/')] = f.read()
    return files
