#!/usr/bin/env python3
"""Make a small correct log: python3 board_make.py --out DIR [--base once|revote|long|short|mail].

DIR/board are the public files, DIR/policy is the trust policy.  A `Plan` is the
list of entries before they are signed; the fault generator changes it.  All keys
come from their names: never use them for anything else.
"""
import argparse
import json
import copy
import functools
import hashlib
import sys

import board_ed25519 as ed
import board_form as form
import board_note as notes
import board_tree as tree
import election_mail
import hashes as hs
import interpreter
import schemas as sc
from board_form import NONE, ROLE
from board_text import Listed, dump_keys, dump_parts
from election import Election, contest, write
from form import dump
from generate import CHAINED, PLAIN, POST, WEB
from lookup import is_mail

ORIGIN, TIME = 'board.example/oracle', 1793800000
BASES = ('once', 'revote', 'long', 'short', 'mail')
WITNESSES = ['witness.example/w%d' % i for i in range(1, 5)]
ADMINS = ['admin 1', 'admin 2']


def seed(name):
    return hashlib.sha256(b'Evident oracle board key ' + name.encode()).digest()


def public(name):
    return ed.public(seed(name))


class BoardElection(Election):
    """An election whose credentials are Ed25519 keys."""

    def credential(self, voter, style, weight):
        self.credentials.setdefault(voter, (public('voter ' + voter), style, weight))
        return self.credentials[voter][0]


VOTES = [   # voter or device, choice
    ('a', 'cast'), ('b', 'cast'), ('c', 'challenged'), (2, 'cast'), (2, 'spoiled'),
    (2, 'challenged'), (3, 'cast'), ('d', 'sealed'), (2, 'cast'), (3, 'challenged')]


@functools.lru_cache(None)
def election(revote):
    """Devices: 1 remote, 2 chained, 3 neither."""
    votes = VOTES + [('a', 'cast')] * revote
    config = {'n': 3, 'k': 2, 'revote': bool(revote), 'devices': [WEB, CHAINED, PLAIN],
              'spare_credentials': 0, 'contests': [contest('Mayor', ['Ada', 'Bo'])],
              'ballots': [{'votes': {1: ([1, 0], [])}, 'device': who if who in (2, 3) else 1,
                           'voter': str(who), 'state': 'spoiled' if state == 'sealed' else state}
                          for who, state in votes]}
    made = BoardElection(config, 'board')
    made.info[8]['state'] = 'refused'
    if revote:
        made.info[0]['state'] = 'superseded'
    made.credential('e', 1, 1)
    return made.finish()


MAIL_VOTES = [(1, 'cast'), (1, 'challenged'), (2, 'cast'), (1, 'cast'), (1, 'spoiled'),
              (1, 'cast'), (2, 'challenged'), (1, 'cast')]


@functools.lru_cache(None)
def mail_election():
    """Devices: 1 by mail, 2 a booth, with contest data; ballot 6 is refused."""
    config = {'n': 3, 'k': 2, 'weights': True, 'short_code': 3, 'devices': [POST, PLAIN],
              'contests': [contest('Mayor', ['Ada', 'Bo'], blocks=2, overvote=True)],
              'ballots': [{'votes': {1: ([1, device - 1], [])}, 'device': device,
                           'state': state, 'weight': 1 + 4 * (device == 2)}
                          for device, state in MAIL_VOTES]}
    made = BoardElection(config, 'board by mail')
    made.info[5]['state'] = 'refused'
    return made.finish()


def vkey(name, kind=notes.COSIGNATURE):
    return notes.Key(name, kind, public(name)).text()


def policy(threshold=3):
    out = 'log %s\n' % vkey(ORIGIN, notes.LOG)
    for number, name in enumerate(WITNESSES, 1):
        out += 'witness w%d %s\n' % (number, vkey(name))
    return (out + 'group all %d w1 w2 w3 w4\nquorum all\n' % threshold).encode()


ROLE_INDEX = [('admin %d' % i, 0) for i in (1, 2, 3)] + \
    [('guardian %d' % i, i) for i in (1, 2, 3)] + [('registrar', 0)] + \
    [('device %d' % i, i) for i in (1, 2, 3)] + \
    [('poll-worker %d' % i, i) for i in (1, 2)] + \
    [('audit', 0), ('release', 0), ('monitor', 0), ('opener', 0)]


def listed():
    return [Listed(ROLE[name.split()[0]], index, public(name),
                   hashlib.sha256(b'x').digest() if name == 'opener' else NONE, 'Key of ' + name)
            for name, index in ROLE_INDEX]


class Item:
    """An entry to be made. Values of fields may be functions of the Plan; objects bytes."""

    def __init__(self, label, kind, signers, slot=0, **fields):
        self.label, self.kind, self.signers, self.slot = label, kind, signers, slot
        self.fields, self.opened, self.origin, self.raw = fields, None, None, None


class Plan:
    def __init__(self, made):
        self.election, self.items = made, []
        self.guardians = [dump(sc.GUARDIAN, x) for x in self.election.guardians]
        self.cosigners, self.log_name, self.log_seed = WITNESSES[:3], ORIGIN, seed(ORIGIN)
        self.point = lambda size, root: notes.Checkpoint(ORIGIN, size, root)
        self.policy, self.change_files = policy(), None

    # Changing the plan

    def __getitem__(self, label):
        return self.items[self.at(label)]

    def at(self, label):
        return [x.label for x in self.items].index(label)

    def add(self, label, kind, signers, slot=0, **fields):
        self.items.append(Item(label, kind, signers, slot, **fields))

    def insert(self, label, kind, signers, before=None, after=None, slot=None, **fields):
        at = self.at(before) if before else self.at(after) + 1
        near = self[before or after].slot if slot is None else slot
        self.items.insert(at, Item(label, kind, signers, near, **fields))

    def remove(self, *labels):
        self.items = [x for x in self.items if x.label not in labels]

    def move(self, label, before=None, after=None):
        item = self[label]
        self.remove(label)
        item.slot = self[before or after].slot
        self.items.insert(self.at(before) if before else self.at(after) + 1, item)

    def again(self, label, before=None, after=None, **fields):
        """A second entry like this one."""
        item = copy.copy(self[label])
        item.label, item.fields = label + ' again', dict(item.fields, **fields)
        item.slot = self[before or after].slot
        self.items.insert(self.at(before) if before else self.at(after) + 1, item)

    # What functions in fields ask for

    def head(self):
        leaves = [tree.leaf_hash(e) for e in self.entries]
        return len(leaves), tree.root(leaves)

    def counts(self):
        return [list(self.states.values()).count(name) for name in form.COUNTS]

    # Making

    def build(self):
        """path -> bytes"""
        self.entries, self.objects, self.states = [], {}, {}
        self.casts, self.opened, self.codes = {}, NONE, {}
        for item in self.items:
            data = self.make(item)
            self.entries.append(item.raw(data) if item.raw else data)
        files = self.files()
        if self.change_files:
            self.change_files(files)
        return files

    def make(self, item):
        body = {}
        for name, kind in form.FIELDS[item.kind]:
            value = item.fields.get(name, 0 if kind in (form.U8, form.U16, form.U32, form.U64)
                                    else '' if kind is form.TEXT else NONE)
            value = value(self) if callable(value) else value
            if kind is form.OBJECT and isinstance(value, bytes):
                value = form.NO_OBJECT if value == NONE else self.keep(name, value)
            if kind is form.HEAD and value == NONE:
                value = form.NO_HEAD
            body[name] = value
        entry = form.Entry(item.kind, item.slot, body)
        opened = self.opened if item.opened is None else item.opened
        message = entry.message(item.origin or ORIGIN, opened)
        signed = [(form.keyid(public(x)), ed.sign(seed(x), message)) for x in item.signers]
        entry.signatures = sorted(signed)
        self.follow(entry)
        return entry.encode()

    def keep(self, kind, data):
        self.objects[hs.digest(kind, data)] = data
        return hs.digest(kind, data), len(data)

    def follow(self, entry):
        """The states of the ballots, for the counts of CLOSE."""
        b, kind = entry.body, entry.type
        if kind == form.BALLOT:
            self.states[b['H_C']] = 'sealed'
            self.codes.setdefault(b['device'], []).append(b['H_C'])
        new = {form.CAST: 'cast', form.CHALLENGE: 'challenged', form.SPOIL: 'spoiled'}.get(kind)
        if new:
            self.states[b['H_C']] = new
        if kind == form.ADJUDICATE and b['op'] == 2:
            self.states[b['H_C']] = 'refused'
        if kind == form.CAST and b['credential'] != NONE:
            old = self.casts.get(b['credential'])
            if old:
                self.states[old[0]] = 'superseded'
            self.casts[b['credential']] = b['H_C'], b['seq'], entry.digest()
        if kind == form.PHASE and (b['op'], b['site']) == (1, 0) and self.opened == NONE:
            self.opened = tree.leaf_hash(entry.encode())

    def files(self):
        leaves = [tree.leaf_hash(e) for e in self.entries]
        note = self.point(len(leaves), tree.root(leaves)).note()
        note.sign(self.log_name, self.log_seed)
        for number, name in enumerate(self.cosigners):
            note.cosign(name, seed(name), TIME + number)
        files = {'checkpoint': note.dump()}
        files.update(tree.tiles(leaves))
        files.update(tree.bundles(self.entries))
        for name, data in self.objects.items():
            files['obj/%s/%s/%s' % (name.hex()[:2], name.hex()[2:4], name.hex())] = data
        for i, data in enumerate(self.guardians, 1):
            files['setup/guardians/guardian_%d.json' % i] = data
        named = {'setup': ('parameters.json', 'manifest.json', 'keys', 'policy'),
                 'keys': ('election_keys.json',), 'roll-commit': ('roll.jsonl',)}
        for label, names in named.items():
            for item in self.items:
                for name in names if item.label == label else ():
                    value = item.fields.get(name.split('.')[0])
                    if isinstance(value, bytes):
                        files['setup/' + name] = value
        return files


# The base log

def signer_of(e, at):
    ballot = e.ballots[at]
    for voter, (key, _, _) in e.credentials.items():
        if ballot.get('binding', {}).get('credential') == key:
            return 'voter ' + voter
    return 'device %d' % ballot['device']


def count_fields():
    return {name: lambda p, i=i: p.counts()[i] for i, name in enumerate(form.COUNTS)}


def close_fields(e, device):
    """count, H_last, H_close of a DEVICE close"""
    fields = {'op': 2, 'device': device, 'count': lambda p: len(p.codes.get(device, []))}
    fields['H_last'] = lambda p: p.codes[device][-1]
    if e.manifest['devices'][device - 1]['chaining']:
        mail = e.manifest['devices'][device - 1]['mode'] == 'mail'
        H_DI = hs.device_hash(e.H_E, e.manifest['devices'][device - 1]['label'], mail)
        fields['H_close'] = lambda p: hs.chain_close(e.H_E, H_DI, p.codes[device][-1], mail)[1]
    return fields


def exchange(p, i, step):
    """What guardian i sends in this step of the ceremony, in parts."""
    def hexed(data):
        return data.hex().upper()

    e, own = p.election, p.guardians[i - 1]
    if step == 1:
        data = '{"i":%d,"H_B":"%s","digest":"%s"}' % (i, hexed(e.keys['H_B']),
                                                      hexed(hs.digest('guardian', own)))
        return dump_parts([('commit_%d.json' % i, data.encode())])
    if step == 2:
        return dump_parts([('guardian_%d.json' % i, own)])
    if step == 3:
        private = shares(e)
        return dump_parts([(x, private[x]) for x in sorted(private)
                           if x.startswith('share_%d_' % i)])
    data = '{"i":%d,"H_G":"%s","H_E":"%s"}' % (i, hexed(e.keys['H_G']), hexed(e.H_E))
    return dump_parts([('accept_%d.json' % i, data.encode())])


@functools.lru_cache(None)
def shares(e):
    return e.private()


def before_open(p):
    e = p.election
    p.add('setup', form.SETUP, ADMINS, profile=1, admin_k=2, H_P=e.keys['H_P'],
          H_B=e.keys['H_B'], parameters=dump(sc.PARAMETERS, e.params),
          manifest=dump(sc.MANIFEST, e.manifest), keys=dump_keys(listed()), policy=policy(),
          release=b'digests of a release')
    p.add('notice', form.NOTICE, ADMINS, supersedes=form.NEVER, text='Voting is on Tuesday.\n')
    p.add('release', form.RELEASE, ['release'], release=b'digests of another release')
    for step in (1, 2, 3, 4):
        for i in (1, 2, 3):
            p.add('ceremony %d %d' % (i, step), form.CEREMONY, ['guardian %d' % i], guardian=i,
                  step=step, ceremony=exchange(p, i, step))
    if e.roll is not None:
        the_roll(p)
    p.add('keys', form.KEYS, ADMINS + ['guardian %d' % i for i in (1, 2, 3)],
          guardians=hs.digest('guardians', b''.join(hs.digest('guardian', x)
                                                    for x in p.guardians)),
          election_keys=dump(sc.KEYS, e.keys), H_G=e.keys['H_G'], H_E=e.keys['H_E'])
    for device, entry in enumerate(e.devices['devices'], 1):
        p.add('device %d' % device, form.DEVICE, ['device %d' % device, 'poll-worker 1'], op=1,
              device=device, H_DI=entry['H_DI'], H_0=entry.get('H_0', NONE))


def the_roll(p):
    clerks, lines = ['registrar'] + ADMINS, p.election.roll
    roll = b''.join(dump(sc.ROLL, x) + b'\n' for x in lines)
    p.add('roll-commit', form.ROLL, clerks, op=1, roll=roll, count=len(lines))
    p.add('roll-add', form.ROLL, clerks, op=2, credential=public('voter f'), style=1, weight=1)
    p.add('roll-replace', form.ROLL, clerks, op=4, credential=public('voter g'), style=1,
          weight=1, replaced=public('voter f'), reason=7)
    p.add('roll-revoke', form.ROLL, clerks, op=3, credential=public('voter g'), style=1, weight=1)


def voting(p, votes):
    p.add('open', form.PHASE, ADMINS, 1, op=1, beacon='dice 6 2 6 6 1')
    p.add('open 1', form.PHASE, ADMINS, 1, op=1, site=1, beacon='dice 1 1')
    p.add('attest', form.ATTEST, ['anyone'], 1, key=public('anyone'), head=Plan.head,
          attestation=b'all well')
    for at, (_, choice) in enumerate(votes):
        seal(p, at, 1 + at // 4)
        choose(p, at, 1 + at // 4, choice)
        if choice == 'challenged' and at != 9:
            opening(p, at, [signer_of(p.election, at)], 1 + at // 4)


def seal(p, at, slot):
    b = p.election.ballots[at]
    p.add('ballot %d' % (at + 1), form.BALLOT, [signer_of(p.election, at)], slot, id_B=b['id_B'],
          H_C=b['H_C'], ballot=dump(sc.BALLOT, b), style=b['style'], weight=b['weight'],
          device=b['device'], position=b.get('position', 0))


def choose(p, at, slot, choice):
    b, who = p.election.ballots[at], [signer_of(p.election, at)]
    label, kind = {'cast': ('cast %d', form.CAST), 'spoiled': ('spoil %d', form.SPOIL),
                   'challenged': ('challenge %d', form.CHALLENGE)}.get(choice, (None, 0))
    fields = {'H_C': b['H_C']}
    if kind == form.CAST:
        credential = b.get('binding', {}).get('credential', NONE)
        last = lambda p, c=credential: p.casts.get(c, (NONE, 0, NONE))  # noqa: E731
        fields.update(credential=credential, seq=lambda p, f=last: f(p)[1] + 1,
                      prev=lambda p, f=last: f(p)[2])
        if is_mail(b):
            p.add('mail-cast %d' % (at + 1), form.MAIL_CAST, who, slot, H_C=b['H_C'],
                  mail_cast=dump(sc.MAIL_CAST, election_mail.cast_line(p.election, at)))
    if kind:
        p.add(label % (at + 1), kind, who, slot, **fields)


def opening(p, at, who, slot):
    e, b = p.election, p.election.ballots[at]
    line = dump(sc.MAIL_OPEN, election_mail.open_line(e, at)) if is_mail(b) else \
        dump(sc.CHALLENGED, e.open_ballot(at))
    p.add('opening %d' % (at + 1), form.OPENING, who, slot, H_C=b['H_C'], challenged=line)


def by_the_way(p):
    """What may stand at any time."""
    p.add('key-add', form.KEY, ADMINS, 4, op=1, role=ROLE['poll-worker'], index=3,
          key=public('poll-worker 3'))
    p.add('key-revoke', form.KEY, ADMINS + ['poll-worker 3'], 4, op=2, role=ROLE['poll-worker'],
          index=3, key=public('poll-worker 3'))
    p.add('alarm', form.ALARM, ['monitor'], 4, code=7, evidence=b'Evident evidence v1\n')
    p.add('audit', form.AUDIT, ['audit'], 4, step=1, audit=b'parameters')


def after_voting(p):
    e = p.election
    for device in (2, 3):
        p.add('device-close %d' % device, form.DEVICE, ['device %d' % device, 'poll-worker 1'], 5,
              **close_fields(e, device))
    p.add('close 1', form.PHASE, ADMINS, 5, op=2, site=1, **count_fields())
    p.add('close', form.PHASE, ADMINS, 5, op=2, **count_fields())
    p.add('device-close 1', form.DEVICE, ['device 1', 'poll-worker 2'], 5, **close_fields(e, 1))
    p.add('admin-spoil 8', form.SPOIL, ADMINS, 5, H_C=e.ballots[7]['H_C'])
    p.add('adjudicate 4', form.ADJUDICATE, ADMINS, 5, H_C=e.ballots[3]['H_C'], op=1)
    p.add('adjudicate 9', form.ADJUDICATE, ADMINS, 5, H_C=e.ballots[8]['H_C'], op=2, reason=3)
    opening(p, 9, ['guardian 2'], 5)
    p.add('totals 1', form.TOTALS, ['poll-worker 1'], 5, site=1, voters=3, papers=2)
    p.add('totals 2', form.TOTALS, ['poll-worker 2'], 5, site=2, voters=1, papers=1)


def answer(election, step, i):
    """decrypt_<step>_<i>.json, what guardian i answers about the tally."""
    def item(key, d, opened, v):
        out = {'contest': key[0], 'field': key[1]}
        if step == 1:
            out['d'] = d.hex().upper()
        elif step == 2:
            out.update(zip('abM', ('%01024X' % x for x in opened)))
        else:
            out['v'] = '%064X' % v
        return out
    return json.dumps({'i': i, 'U': election.present(), 'items': [
        item(key, *answers[i]) for key, answers in sorted(election.answers.items())]},
                      separators=(',', ':')).encode()


def tallying(p):
    e = p.election
    p.add('tally', form.TALLY, ['admin 1'], 6, key=public('admin 1'), head=Plan.head,
          tally_encrypted=dump(sc.TALLY_ENCRYPTED, e.tally_encrypted))
    for step in (1, 2, 3):
        for i in (1, 2):
            p.add('share %d %d' % (i, step), form.SHARE, ['guardian %d' % i], 6, guardian=i,
                  step=step, head=Plan.head, share=dump_parts(
                      [('decrypt_%d_%d.json' % (step, i), answer(e, step, i))]))
    p.add('result', form.RESULT, ADMINS + ['guardian 1', 'guardian 2'], 6,
          tally=dump(sc.TALLY, e.tally))
    if e.contest_data:
        p.add('contest-data', form.CONTEST_DATA, ADMINS, 6,
              contest_data=b''.join(dump(sc.CONTEST_DATA, x) + b'\n' for x in e.contest_data))
    p.add('attest 2', form.ATTEST, ['anyone'], 6, key=public('anyone'), head=Plan.head,
          attestation=b'all well at the end')


def mail_voting(p):
    """Ballots are sealed first and come back later, the last after CLOSE."""
    p.add('open', form.PHASE, ADMINS, 1, op=1, beacon='dice 6 2 6 6 1')
    for at in range(len(MAIL_VOTES)):
        seal(p, at, 1)
    for at, (device, choice) in enumerate(MAIL_VOTES[:7]):
        choose(p, at, 2 + at // 3, choice)
        if (device, choice) == (2, 'challenged'):
            opening(p, at, ['device 2'], 4)
    p.add('device-close 2', form.DEVICE, ['device 2', 'poll-worker 1'], 5,
          **close_fields(p.election, 2))
    p.add('stop', form.PHASE, ADMINS, 5, op=3)
    p.add('close', form.PHASE, ADMINS, 5, op=2, **count_fields())
    choose(p, 7, 6, 'cast')
    p.add('device-close 1', form.DEVICE, ['device 1', 'poll-worker 1'], 6,
          **close_fields(p.election, 1))
    p.add('adjudicate 6', form.ADJUDICATE, ADMINS, 6, H_C=p.election.ballots[5]['H_C'], op=2,
          reason=3)
    opening(p, 1, ['guardian 2'], 6)


def shorten(p):
    """Of each kind of device one ballot that is cast, and one challenged, which is opened
    twice; and TALLYs of several, of which that of admin 1 is the tally."""
    gone = (2, 5, 6, 8, 9, 10)
    p.items = [x for x in p.items if not any(x.label.endswith(' %d' % i) and x.kind in (
        form.BALLOT, form.CAST, form.CHALLENGE, form.SPOIL, form.OPENING, form.ADJUDICATE)
        for i in gone)]
    for kind in ('attest', 'attest 2', 'totals 2'):
        p.remove(kind)
    p.again('opening 3', after='adjudicate 4')
    p['opening 3 again'].signers = ['guardian 2']
    for number, name in enumerate(('somebody', 'audit', 'monitor', 'anyone'), 1):
        p.insert('tally of ' + name, form.TALLY, [name], head=Plan.head, key=public(name),
                 before='share 1 1' if name == 'anyone' else 'tally',
                 tally_encrypted=p['tally'].fields['tally_encrypted'] + b' ' * number)


def plan(base='once'):
    """A fresh plan: `once`, `revote`, `long`, which fills more than one tile, `short` or `mail`."""
    revote = base == 'revote'
    p = Plan(mail_election() if base == 'mail' else election(revote))
    before_open(p)
    if base == 'mail':
        mail_voting(p)
    else:
        voting(p, VOTES + [('a', 'cast')] * revote)
        by_the_way(p)
        after_voting(p)
    tallying(p)
    if base == 'short':
        shorten(p)
    for i in range(230 if base == 'long' else 0):
        name = 'watcher %d' % (i % 7)
        p.add('watch %d' % i, form.ATTEST, [name], 6, key=public(name), attestation=b'seen',
              head=lambda p, n=i + 1: (n, tree.root([tree.leaf_hash(x) for x in p.entries[:n]])))
    return p


def save(p, folder):
    write(p.build(), folder + '/board')
    write({'policy': p.policy}, folder)


def main(argv=None):
    parser = argparse.ArgumentParser(description='Make a small correct log.')
    parser.add_argument('--out', required=True)
    parser.add_argument('--base', choices=BASES, default='once')
    options = parser.parse_args(argv)
    save(plan(options.base), options.out)
    return 0


if __name__ == '__main__':
    interpreter.enter()
    sys.exit(main())
