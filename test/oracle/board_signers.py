"""Who must sign an entry, and did: the last column of board-format section 3."""
import board_ed25519 as ed
from board_form import (ADJUDICATE, ALARM, ATTEST, AUDIT, BALLOT, CAST, CEREMONY, CHALLENGE,
                        CONTEST_DATA, DEVICE, KEY, KEYS, MAIL_CAST, NOTICE, OPENING, PHASE,
                        RELEASE, RESULT, ROLE, SETUP, SHARE, SPOIL, TALLY, TOTALS, keyid)
from board_text import Listed

REVOKE = 2
ADMINS = (SETUP, PHASE, ADJUDICATE, NOTICE, CONTEST_DATA)       # k admins alone


class Refused(Exception):
    """An entry that no honest log holds; code: the check of `evident verify` that fails."""

    def __init__(self, code, what):
        super().__init__('%s: %s' % (code, what))
        self.code = code


def demand(holds, code, what):
    if not holds:
        raise Refused(code, what)


def role(name, index=None):
    return lambda x: x.role == ROLE[name] and index in (None, x.index)


class Signers:
    """The keys in force."""

    def __init__(self, rules):
        self.rules, self.listed, self.admin_k, self.params = rules, {}, 0, None

    def start(self, listed, admin_k, params):
        self.listed = {x.keyid: x for x in listed}
        self.admin_k, self.params = admin_k, params

    def counts(self, key):
        """Whether a TALLY of this key is the tally, if it is the first."""
        x = self.listed.get(keyid(key))
        return bool(x) and x.key == key and not x.revoked \
            and x.role in (ROLE['admin'], ROLE['guardian'])

    def wanted(self, entry, ballot):
        """Alternatives; each is a list of (test of a key, how many, or more [optional])."""
        kind, b = entry.type, entry.body
        admins = (role('admin'), self.admin_k)
        if kind in ADMINS:
            return [[admins]]
        if kind == DEVICE:
            return [[(role('device', b['device']), 1), (role('poll-worker'), 1)]]
        if kind == BALLOT:
            return [[(role('device', b['device']) if not self.rules.remote(b['device'])
                      else lambda x: x.role == 0, 1)]]
        if kind in (MAIL_CAST, CAST, CHALLENGE, SPOIL, OPENING):
            own = [(lambda x: x.key == ballot.signer.key, 1)]
            other = {SPOIL: [admins], OPENING: [(role('guardian'), 1)]}.get(kind)
            return [own, other] if other else [own]
        if kind in (TALLY, ATTEST):
            return [[(lambda x: x.key == b['key'], 1)]]
        if kind in (SHARE, CEREMONY):
            return [[(role('guardian', b['guardian']), 1)]]
        if kind == RESULT:
            return [[admins, (role('guardian'), self.params['k'], True)]]
        if kind == TOTALS:
            return [[(role('poll-worker', b['site']), 1)]]
        if kind in (AUDIT, RELEASE, ALARM):
            name = {AUDIT: 'audit', RELEASE: 'release', ALARM: 'monitor'}[kind]
            return [[(role(name), 1)]]
        if kind == KEY:
            return self.of_key(b)
        if kind == KEYS:
            return [[admins] + [(role('guardian', i), 1)
                                for i in range(1, self.params['n'] + 1)]]
        return [[admins, (role('registrar'), 1)]]       # ROLL

    def goes(self, b):
        """The key in force that a KEY entry ends, or None."""
        if b['op'] == REVOKE:
            x = self.listed.get(keyid(b['key']))
            same = x and (x.role, x.index, x.key, x.x25519) == (
                b['role'], b['index'], b['key'], b['x25519'])
            demand(same and not x.revoked, 'L.5', 'the revoked key is not in force')
            return x
        if b['role'] not in (ROLE['guardian'], ROLE['device']):
            return None
        old = [x for x in self.listed.values() if not x.revoked
               and (x.role, x.index) == (b['role'], b['index'])]
        return old[0] if old else None

    def of_key(self, b):
        demand(b['role'] != ROLE['guardian'] or b['index'] <= self.params['n'], 'L.4',
               'there is no such guardian')
        gone = self.goes(b)
        if gone is None:
            return [[(role('admin'), self.admin_k)]]
        others = role('admin')
        return [[(lambda x: others(x) and x is not gone, self.admin_k),
                 (lambda x: x is gone, 1)],
                [(lambda x: others(x) and x is not gone, self.admin_k + 1)]]

    def change(self, b):
        demand(b['op'] == REVOKE or keyid(b['key']) not in self.listed, 'L.5',
               'an added key that is known')
        gone = self.goes(b)
        if gone:
            gone.revoked = True
        if b['op'] != REVOKE:
            self.listed[keyid(b['key'])] = Listed(b['role'], b['index'], b['key'], b['x25519'])

    def find(self, number, entry, ballot):
        """The key of a keyid, where the type of the entry says it is to be found."""
        rules, kind, b = self.rules, entry.type, entry.body
        if kind in (TALLY, ATTEST):
            key = b['key']
            return Listed(0, 0, key) if keyid(key) == number else None
        voter = None
        device = b['device'] if kind == BALLOT else ballot.body['device'] if ballot else None
        if device is not None and rules.remote(device):
            voter = rules.voter_ids.get(number)
        if voter:
            return Listed(0, 0, voter.key)
        listed = self.listed.get(number)
        return None if listed is None or listed.revoked else listed

    def check(self, entry, ballot):
        """The signers, if they are exactly those that the type asks for."""
        found = []
        opened = self.rules.open_leaf
        message = entry.message(self.rules.origin, opened)
        for number, signature in entry.signatures:
            x = self.find(number, entry, ballot)
            demand(x, 'L.4', 'a signature of no key in force')
            demand(ed.verify(x.key, message, signature), 'L.4', 'a false signature')
            found.append(x)
        for alternative in self.wanted(entry, ballot):
            left = list(found)
            for test, count, *more in alternative:
                mine = [x for x in left if test(x)]
                if len(mine) < count:
                    break
                left = [x for x in left if x not in (mine if more else mine[:count])]
            else:
                if not left:
                    return found
        raise Refused('L.4', 'not the signatures that the type asks for')
