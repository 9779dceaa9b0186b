"""apply(state, entry): which entries a log takes (board-format section 5).

`Rules` is the state.  It raises Refused with the code L.4 to L.7 or L.9 and is then
as it was before.  Objects are asked for by digest; what cannot be had
is L.7.
"""
import functools
import tempfile

import hashes as hs
import schemas as sc
from board_form import (ADJUDICATE, ALARM, ATTEST, AUDIT, BALLOT, CAST, CEREMONY, CHALLENGE,
                        CONTEST_DATA, COUNTS, KEY, KEYS, MAIL_CAST, NAMES, NEVER, NO_OBJECT, NONE,
                        NOTICE, OPENING, PHASE, RELEASE, RESULT, ROLE, ROLL, SETUP, SHARE, SPOIL,
                        TALLY, TOTALS, EntryError, keyid)
from board_note import NoteError, Policy
from board_signers import Refused, Signers, demand
from board_text import parse_keys, parse_parts
from election import write
from form import H_, N_, FormError, Obj, parse
from record import CEREMONY as CEREMONY_STAGE
from verify import verify

ALWAYS = {NOTICE, RELEASE, KEY, ALARM, AUDIT, ATTEST}
BEFORE_KEYS = ALWAYS | {CEREMONY, ROLL, KEYS}
OF_BALLOT = {MAIL_CAST, CAST, CHALLENGE, SPOIL, ADJUDICATE, OPENING}
VOTING = {BALLOT, MAIL_CAST, CAST, CHALLENGE, SPOIL}
SEALED_LIMIT, WEIGHT_LIMIT = 20, 2 ** 31 - 1
OPEN, CLOSE, STOP = 1, 2, 3             # ops of PHASE and DEVICE
COMMIT, ADD, REVOKE, REPLACE = 1, 2, 3, 4
COMMIT_FILE = Obj(('i', N_), ('H_B', H_), ('digest', H_))


class Ballot:
    def __init__(self, body, signer):
        self.body, self.signer = body, signer
        self.state, self.adjudicated, self.mail_cast = 'sealed', False, False
        self.openings = set()           # False: by its own key, True: by a guardian


class Device:
    def __init__(self):
        self.opened = self.closed = False
        self.H_DI = None
        self.codes = []                 # H_C of its BALLOTs


class Voter:
    """A credential of the roll."""

    def __init__(self, key, style, weight, active):
        self.key, self.style, self.weight, self.active = key, style, weight, active
        self.last = None                # (seq, digest of body, Ballot) of the CAST that counts


class Rules:
    def __init__(self, origin, fetch, roots):
        """fetch(kind, digest, size): bytes of the object, or None; roots[n]: of n entries"""
        self.origin, self.fetch, self.roots = origin, fetch, roots
        self.index, self.slot, self.open_leaf, self.notices = 0, 0, NONE, set()
        self.setup = self.manifest = self.params = self.policy = self.H_E = None
        self.signers = Signers(self)
        self.keys_done = self.opened = self.stopped = self.closed = False
        self.tally = None               # the index and the object of the one that counts
        self.committed = False
        self.ballots, self.by_id, self.objects = {}, set(), set()
        self.devices, self.voters, self.voter_ids = {}, {}, {}
        self.seen = set()               # what may stand once: (type, ..)
        self.steps = set()              # (guardian, step) of CEREMONY
        self.commits, self.reveals = {}, {}     # guardian: digest, file
        self.signed_in, self.box_casts = None, 0
        self.files = {}                 # in setup/: kind and object

    # Parts

    def profile_fits(self):
        """Whether the policy is one of SETUP's profile."""
        k, n = self.policy.profile() or (None, 0)
        return {1: n >= 4 and k is not None and k >= 1 + 2 * n // 3, 2: (k, n) == (2, 3),
                3: (k, n) == (0, 0)}[self.setup['profile']]

    def object(self, kind, pair, read):
        data = self.fetch(kind, *pair)
        demand(data is not None, 'L.7', 'the object %s is missing or another' % kind)
        try:
            return read(data)
        except (FormError, EntryError, NoteError) as wrong:
            raise Refused('L.7', 'the object %s: %s' % (kind, wrong))

    def device(self, index):
        return self.devices.setdefault(index, Device())

    def manifest_device(self, index):
        listed = self.manifest['devices']
        demand(index <= len(listed), 'L.5', 'no such device')
        return listed[index - 1]

    def remote(self, index):
        return self.manifest_device(index)['mode'] == 'remote'

    def by_mail(self, ballot):
        return self.manifest_device(ballot.body['device'])['mode'] == 'mail'

    def counts(self):
        states = [b.state for b in self.ballots.values()]
        return {name: states.count(name) for name in COUNTS}

    def once(self, *what):
        demand(what not in self.seen, 'L.5', '%s stands twice' % NAMES[what[0]])

    # The entry

    def apply(self, entry, index, leaf):
        """The entry at this index of the log, with its leaf hash."""
        b = entry.body
        self.index = index
        demand(entry.slot >= self.slot, 'L.4', 'a slot before the last one')
        demand((entry.type == SETUP) == (index == 0), 'L.5', 'SETUP is entry 0')
        if entry.type == SETUP:
            self.read_setup(b)
        ballot = None
        if entry.type in OF_BALLOT:
            ballot = self.ballots.get(b['H_C'])
            demand(ballot, 'L.5', 'no BALLOT has this H_C')
        signers = self.signers.check(entry, ballot)
        self.phase(entry, ballot, signers)
        act = getattr(self, 'on_' + NAMES[entry.type].lower(), None)
        if act:                         # checks first, then changes
            act(b, *((ballot, signers) if ballot else (signers,)), entry)
        if entry.type == PHASE and (b['op'], b['site']) == (OPEN, 0):
            self.open_leaf = leaf
        self.slot = entry.slot

    def read_setup(self, b):
        params = self.object('parameters', b['parameters'], lambda x: parse(sc.PARAMETERS, x))
        raw = self.object('manifest', b['manifest'], bytes)
        manifest = self.object('manifest', b['manifest'], lambda x: parse(sc.MANIFEST, x))
        listed = self.object('keys', b['keys'], parse_keys)
        policy = self.object('policy', b['policy'], Policy.parse)
        H_P = hs.H(hs.VERSION, hs.msg_H_P(params['n'], params['k']))
        demand(b['H_P'] == H_P, 'L.7', 'H_P')
        demand(b['H_B'] == hs.H(H_P, hs.msg_H_B(raw)), 'L.7', 'H_B')
        of = {name: [x.index for x in listed if x.role == ROLE[name]]
              for name in ('admin', 'guardian', 'device')}
        demand(of['guardian'] == list(range(1, params['n'] + 1)), 'L.7', 'a key for each guardian')
        demand(len(set(of['device'])) == len(of['device']), 'L.7', 'two keys of a device')
        demand(len(of['admin']) >= b['admin_k'], 'L.7', 'fewer admins than have to sign')
        self.files.update({name: (name.split('.')[0], b[name.split('.')[0]]) for name in (
            'parameters.json', 'manifest.json', 'texts.json', 'keys', 'policy')})
        self.setup, self.params, self.manifest, self.policy = b, params, manifest, policy
        self.signers.start(listed, b['admin_k'], params)

    # Rule 3

    def phase(self, entry, ballot, signers):
        kind, b = entry.type, entry.body
        if kind == SETUP:
            return
        if 'head' in b:
            self.check_head(kind, *b['head'])
        if kind in ALWAYS:
            return
        if not self.keys_done:
            demand(kind in BEFORE_KEYS, 'L.5', 'before KEYS')
        if kind in VOTING:
            remote = self.remote((ballot or Ballot(b, None)).body['device'])
            demand(self.opened, 'L.5', 'before OPEN')
            demand(self.closed or not self.stopped, 'L.5', 'between stop and CLOSE')
            demand(not self.tally, 'L.5', 'after the tally')
            if kind == SPOIL and signers[0].role == ROLE['admin']:
                demand(self.closed, 'L.5', 'admins spoil after CLOSE')
            else:
                demand(not (remote and self.closed), 'L.5', 'after CLOSE')
        if kind == ROLL:
            demand(not self.closed, 'L.5', 'ROLL after CLOSE')
        if kind == TOTALS:
            demand(self.opened and not self.tally, 'L.5', 'between OPEN and the tally')
        if kind == ADJUDICATE:
            demand(self.closed and not self.tally, 'L.5', 'between CLOSE and the tally')
        if kind == OPENING and signers[0].role == ROLE['guardian']:
            demand(self.closed, 'L.5', 'guardians open after CLOSE')
        if kind == TALLY:
            demand(self.closed, 'L.5', 'before CLOSE')
        if kind in (SHARE, RESULT):
            demand(self.tally, 'L.5', 'before the tally')

    def check_head(self, kind, size, root):
        demand(size <= self.index, 'L.5', 'a head that is not reached')
        demand(root == self.roots[size], 'L.5', 'a head of another log')
        demand(kind != SHARE or self.tally and size > self.tally[0], 'L.5',
               'a head without the tally')

    def on_phase(self, b, signers, entry):
        self.once(PHASE, b['op'], b['site'])
        if b['site'] or b['op'] != OPEN:
            demand(self.opened and not self.closed, 'L.5', 'between OPEN and CLOSE')
        elif any(d['mode'] == 'remote' for d in self.manifest['devices']):
            demand(self.committed, 'L.5', 'OPEN before the roll')
        if b['op'] == CLOSE:
            demand({name: b[name] for name in COUNTS} == self.counts(), 'L.9', 'counts of CLOSE')
        self.opened = self.opened or (b['op'], b['site']) == (OPEN, 0)
        self.stopped = self.stopped or b['op'] == STOP
        self.closed = self.closed or (b['op'], b['site']) == (CLOSE, 0)
        self.seen.add((PHASE, b['op'], b['site']))

    def on_notice(self, b, signers, entry):
        demand(b['supersedes'] in self.notices | {NEVER}, 'L.5', 'supersedes no NOTICE before it')
        self.notices.add(self.index)

    def on_ceremony(self, b, signers, entry):
        step = b['guardian'], b['step']
        demand(step not in self.steps or b['step'] not in (1, 2, 4), 'L.5', 'CEREMONY twice')
        demand(b['step'] > 4 or not self.keys_done, 'L.5', 'after the ceremony')
        demand(b['step'] != 1 or not any(s == 2 for _, s in self.steps), 'L.5',
               'a commitment after a reveal')
        if b['step'] == 1:
            self.commits[b['guardian']] = self.read_commit(b)
        if b['step'] == 2:
            revealed = self.part('guardian_%d.json', b)
            demand(self.commits.get(b['guardian']) == hs.digest('guardian', revealed), 'L.7',
                   'a reveal of what was not committed to')
            self.reveals[b['guardian']] = revealed
        self.steps.add(step)

    def read_commit(self, b):
        """The digest in a commit_<i>.json"""
        try:
            commit = parse(COMMIT_FILE, self.part('commit_%d.json', b))
        except FormError as wrong:
            raise Refused('L.7', 'commit: %s' % wrong)
        demand((commit['i'], commit['H_B']) == (b['guardian'], self.setup['H_B']), 'L.7',
               'the commit of another guardian or election')
        return commit['digest']

    def part(self, name, b):
        """A file in the object of a CEREMONY."""
        name = name % b['guardian']
        parts = dict(self.object('ceremony', b['ceremony'], parse_parts))
        demand(name in parts, 'L.7', 'an object without ' + name)
        return parts[name]

    def check_reveals(self, b):
        """The guardians, H_G and H_E of KEYS are those of the reveals."""
        files = [self.reveals.get(i) for i in range(1, self.params['n'] + 1)]
        demand(None not in files, 'L.7', 'a guardian revealed nothing')
        digests = b''.join(hs.digest('guardian', x) for x in files)
        demand(b['guardians'] == hs.digest('guardians', digests), 'L.7', 'the guardians')
        record = {'guardians/guardian_%d.json' % i: x for i, x in enumerate(files, 1)}
        record['election_keys.json'] = self.object('election_keys', b['election_keys'], bytes)
        for name in ('parameters.json', 'manifest.json', 'texts.json'):
            pair = self.setup[name[:-5]]
            if pair != NO_OBJECT:
                record[name] = self.object(name[:-5], pair, bytes)
        failed = ceremony(tuple(sorted(record.items())))
        demand(not failed, 'L.7', 'the key ceremony: ' + ' '.join(failed))

    def on_keys(self, b, signers, entry):
        self.once(KEYS)
        everybody = {(i, 4) for i in range(1, self.params['n'] + 1)}
        demand(everybody <= self.steps, 'L.5', 'KEYS before every accept')
        keys = self.object('election_keys', b['election_keys'], lambda x: parse(sc.KEYS, x))
        demand((keys['H_G'], keys['H_E']) == (b['H_G'], b['H_E']), 'L.7', 'H_G, H_E')
        self.check_reveals(b)
        self.seen.add((KEYS,))
        self.keys_done, self.H_E = True, b['H_E']
        self.files['election_keys.json'] = 'election_keys', b['election_keys']

    # Rules 4 and 5

    def on_ballot(self, b, signers, entry):
        demand(b['id_B'] not in self.by_id, 'L.5', 'id_B twice')
        demand(b['H_C'] not in self.ballots, 'L.5', 'H_C twice')
        demand(b['ballot'][0] not in self.objects, 'L.5', 'the object twice')
        device, signer = self.device(b['device']), signers[0]
        if self.remote(b['device']):
            voter = self.voters[signer.key]
            self.check_voter(voter, b)
            mine = [x for x in self.ballots.values() if x.signer.key == signer.key]
            demand(sum(x.state == 'sealed' for x in mine) < SEALED_LIMIT, 'L.5',
                   'more than 20 sealed ballots')
        self.check_open(b['device'])
        chained = self.manifest_device(b['device'])['chaining']
        demand(b['position'] == (len(device.codes) + 1 if chained else 0), 'L.9', 'position')
        self.by_id.add(b['id_B'])
        self.objects.add(b['ballot'][0])
        self.ballots[b['H_C']] = Ballot(b, signer)
        device.codes.append(b['H_C'])

    def check_open(self, number):
        device = self.device(number)
        demand(not device.closed and (device.opened or self.remote(number)), 'L.9',
               'the device is not open')

    def on_mail_cast(self, b, ballot, signers, entry):
        demand(self.by_mail(ballot), 'L.5', 'MAIL_CAST on a device of another mode')
        demand(not ballot.mail_cast, 'L.5', 'MAIL_CAST twice')
        self.choose(b, ballot, signers, entry)
        ballot.mail_cast = True

    def choose(self, b, ballot, signers, entry):
        """CAST, CHALLENGE, SPOIL: one per BALLOT, by its key (or admins)."""
        demand(ballot.state == 'sealed', 'L.5', 'a second choice for the ballot')
        if signers[0].role != ROLE['admin']:
            self.check_open(ballot.body['device'])

    def on_challenge(self, b, ballot, signers, entry):
        self.choose(b, ballot, signers, entry)
        demand(not ballot.mail_cast, 'L.5', 'CHALLENGE after MAIL_CAST')
        ballot.state = 'challenged'

    def on_spoil(self, b, ballot, signers, entry):
        self.choose(b, ballot, signers, entry)
        ballot.state = 'spoiled'

    def on_cast(self, b, ballot, signers, entry):
        self.choose(b, ballot, signers, entry)
        demand(ballot.mail_cast or not self.by_mail(ballot), 'L.5', 'CAST without MAIL_CAST')
        if not self.remote(ballot.body['device']):
            demand(b['credential'] == NONE, 'L.5', 'a credential on a device that is not remote')
            self.box_casts += not self.by_mail(ballot)  # who votes by mail signs in nowhere
            ballot.state = 'cast'
            return
        demand(b['credential'] == ballot.signer.key, 'L.5', 'the credential of another')
        voter = self.voters[b['credential']]
        self.check_voter(voter, ballot.body)
        seq, prev, old = voter.last or (0, NONE, None)
        demand(seq == 0 or self.manifest['revote'], 'L.5', 'a second CAST')
        demand((b['seq'], b['prev']) == (seq + 1, prev), 'L.5', 'seq and prev')
        if old:
            order = list(self.ballots.values())
            demand(order.index(old) < order.index(ballot), 'L.5',
                   'sealed before the ballot that it would supersede')
            old.state = 'superseded'
        ballot.state, voter.last = 'cast', (b['seq'], entry.digest(), ballot)

    def on_adjudicate(self, b, ballot, signers, entry):
        demand(not ballot.adjudicated, 'L.5', 'ADJUDICATE twice')
        demand(ballot.state == 'cast', 'L.5', 'ADJUDICATE of a ballot that is not cast')
        ballot.adjudicated = True
        if b['op'] == 2:
            ballot.state = 'refused'

    def on_opening(self, b, ballot, signers, entry):
        demand(ballot.state == 'challenged', 'L.5', 'OPENING without CHALLENGE')
        who = signers[0].role == ROLE['guardian']
        demand(who not in ballot.openings, 'L.5', 'OPENING twice')
        if not who:
            self.check_open(ballot.body['device'])
        ballot.openings.add(who)

    # Rule 6

    def check_voter(self, voter, b):
        demand(voter.active, 'L.6', 'the credential is not active')
        demand((voter.style, voter.weight) == (b['style'], b['weight']), 'L.6',
               'style and weight of the credential')

    def enrol(self, key, style, weight, active):
        self.voters[key] = self.voter_ids[keyid(key)] = Voter(key, style, weight, active)

    def on_roll(self, b, signers, entry):
        if b['op'] == COMMIT:
            demand(not self.committed and not self.opened, 'L.6', 'one commit, before OPEN')
            lines = read_roll(self.object('roll', b['roll'], bytes))
            demand(len(lines) == b['count'], 'L.6', 'the count of the roll')
            for x in lines:
                self.enrol(x['credential'], x['style'], x['weight'], x['state'] == 'active')
            self.committed = True
            self.files['roll.jsonl'] = 'roll', b['roll']
            return
        demand(self.committed, 'L.6', 'a change of no roll')
        gone = self.voters.get(b['credential'] if b['op'] == REVOKE else b['replaced'])
        if b['op'] in (ADD, REPLACE):
            demand(b['credential'] not in self.voters
                   and keyid(b['credential']) not in self.voter_ids, 'L.6', 'already on the roll')
            demand(1 <= b['style'] <= len(self.manifest['styles']), 'L.6', 'no such style')
            most = WEIGHT_LIMIT if self.manifest['weights'] else 1
            demand(1 <= b['weight'] <= most, 'L.6', 'a weight that the manifest does not allow')
        if b['op'] in (REVOKE, REPLACE):
            demand(gone and gone.active, 'L.6', 'not on the roll')
            demand(gone.last is None, 'L.6', 'its CAST counts')
            gone.active = False
        if b['op'] in (ADD, REPLACE):
            self.enrol(b['credential'], b['style'], b['weight'], True)

    # Rule 7

    def check_device(self, H_E, index, H_DI, H_0):
        listed = self.manifest_device(index)
        mail = listed['mode'] == 'mail'
        want = hs.device_hash(H_E, listed['label'], mail)
        demand(H_DI == want, 'L.9', 'H_DI')
        start = hs.chain_start(H_E, want, mail)[1] if listed['chaining'] else NONE
        demand(H_0 == start, 'L.9', 'H_0')

    def on_device(self, b, signers, entry):
        device, listed = self.device(b['device']), self.manifest_device(b['device'])
        if b['op'] == OPEN:
            demand(not device.opened, 'L.9', 'DEVICE open twice')
            self.check_device(self.H_E, b['device'], b['H_DI'], b['H_0'])
            device.opened, device.H_DI = True, b['H_DI']
            return
        demand(device.opened and not device.closed, 'L.9', 'DEVICE close of no open device')
        last, close = (device.codes or [NONE])[-1], NONE
        if listed['chaining'] and device.codes:
            close = hs.chain_close(self.H_E, device.H_DI, last, listed['mode'] == 'mail')[1]
        demand((b['count'], b['H_last'], b['H_close']) == (len(device.codes), last, close), 'L.9',
               'the close of the device')
        device.closed = True

    def on_totals(self, b, signers, entry):
        self.once(TOTALS, b['site'])
        self.seen.add((TOTALS, b['site']))
        self.signed_in = (self.signed_in or 0) + b['voters']

    def on_tally(self, b, signers, entry):
        if self.tally or not self.signers.counts(b['key']):
            return
        demand(self.signed_in is None or self.box_casts <= self.signed_in, 'L.9',
               'more CASTs than voters signed in')
        self.tally = self.index, b['tally_encrypted']

    def on_share(self, b, signers, entry):
        self.once(SHARE, b['guardian'], b['step'])
        self.seen.add((SHARE, b['guardian'], b['step']))

    def on_result(self, b, signers, entry):
        self.once(RESULT)
        self.seen.add((RESULT,))

    def on_contest_data(self, b, signers, entry):
        self.once(CONTEST_DATA)
        demand((RESULT,) in self.seen, 'L.5', 'CONTEST_DATA before RESULT')
        self.seen.add((CONTEST_DATA,))

    def on_attest(self, b, signers, entry):
        self.once(ATTEST, b['key'], b['head'])
        self.seen.add((ATTEST, b['key'], b['head']))

    def on_key(self, b, signers, entry):
        self.signers.change(b)


@functools.lru_cache(None)
def ceremony(files):
    """What fails in the record of a ceremony: V1 to V4, X.1 to X.5."""
    with tempfile.TemporaryDirectory(prefix='oracle-') as place:
        write(dict(files), place)
        return verify(place, CEREMONY_STAGE).failed()


def read_roll(data):
    """The lines of a roll.jsonl"""
    try:
        lines = [parse(sc.ROLL, line) for line in data.split(b'\n')[:-1]]
    except FormError as wrong:
        raise Refused('L.6', 'the roll: %s' % wrong)
    demand(data.endswith(b'\n'), 'L.6', 'every line of the roll ends in LF')
    order = [x['credential'] for x in lines]
    demand(order == sorted(set(order)), 'L.6', 'the roll ascends, each credential once')
    return lines
