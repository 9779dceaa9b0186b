#!/usr/bin/env python3
"""Make small valid elections: python3 generate.py --out DIR --seed S [options].

DIR/record is the record, DIR/private the files of section 6 and
test_nonces.jsonl.  The same seed and options give the same bytes.
"""
import argparse
import sys
from functools import partial

from election import Election, contest, write
from protocol import Random

CHAINED = ('v1;oracle;hall;unit-1;chained', 'booth', 1)
PLAIN = ('v1;oracle;hall;unit-2;Gerät №2', 'booth', 0)
POST = ('v1;oracle;post;printer-1;chained', 'mail', 1)
LOOSE = ('v1;oracle;post;printer-2;loose', 'mail', 0)
WEB = ('v1;oracle;web;booth', 'remote', 0)
WEB_2 = ('v1;oracle;web;booth-2', 'remote', 0)
GRADES = ['Excellent', 'Good', 'Fair', 'Poor', 'Reject']


def tiny():
    """1 contest, 2 options, 1-of-1 trial, 2 ballots"""
    return {'n': 1, 'k': 1, 'kind': 'trial', 'contests': [contest('Mayor', ['Ada', 'Bo'])],
            'devices': [CHAINED],
            'ballots': [{'votes': {1: ([1, 0], [])}}, {'votes': {1: ([0, 1], [])}}]}


def weights():
    """weighted votes, cumulative and approval rules, guardian 3 of 3 missing"""
    return {'weights': True, 'absent': (3,), 'devices': [PLAIN],
            'contests': [contest('Budget', ['Roads', 'Parks', 'Schools'], R=3, L=3),
                         contest('Committees', ['A', 'B', 'C'], rule='approval', L=3)],
            'ballots': [{'votes': {1: ([1, 2, 0], []), 2: ([1, 0, 1], [])}, 'weight': 1000},
                        {'votes': {1: ([0, 0, 3], []), 2: ([1, 1, 1], [])}, 'weight': 7},
                        {'votes': {1: ([0, 0, 0], []), 2: ([0, 0, 0], [])}, 'weight': 250},
                        {'votes': {1: ([3, 0, 0], []), 2: ([0, 1, 0], [])}, 'weight': 12,
                         'state': 'challenged'}]}


def mj():
    """majority judgment: a group of three, one group withheld as a whole by the floor"""
    group = [contest('Chair: ' + name, GRADES, rule='majority-judgment', group='Chair')
             for name in ('Ada', 'Bo', 'Cy')]
    small = [contest('Clerk: ' + name, GRADES[:3], rule='majority-judgment', group='Clerk')
             for name in ('Di', 'Ed')]

    def grades(*which):
        return {i: ([int(j == x) for j in range(5 if i <= 3 else 3)], [])
                for i, x in enumerate(which, 1)}
    return {'privacy_floor': 2, 'contests': group + small, 'devices': [PLAIN],
            'styles': [('Members', [1, 2, 3]), ('Office', [1, 2, 3, 4, 5])],
            'ballots': [{'votes': grades(0, 1, 4)}, {'votes': grades(2, 2, 0)},
                        {'votes': grades(1, 0, 3, 2, 0), 'style': 2}]}


def remote():
    """remote voting with re-voting on another device: superseded ballots, roll, write-ins above the floor"""
    names = contest('President', ['Ada', 'Bo'], write_ins=1, overvote=True, blocks=4)
    return {'revote': True, 'privacy_floor': 2, 'absent': (1,), 'spare_credentials': 3,
            'contests': [names, contest('Statutes', ['Yes', 'No'], rule='referendum', blocks=2)],
            'devices': [WEB, CHAINED, WEB_2],
            'ballots': [{'votes': {1: ([1, 0], []), 2: ([0, 1], [])}, 'voter': 'a',
                         'state': 'superseded', 'device': 3},
                        {'votes': {1: ([0, 0], ['Zoë "Z" O\\D']), 2: ([1, 0], [])}, 'voter': 'b'},
                        {'votes': {1: ([0, 0], ['Cy']), 2: ([0, 1], [])}, 'voter': 'a'},
                        {'votes': {1: ([1, 1], []), 2: ([0, 0], [])}, 'device': 2},
                        {'votes': {1: ([0, 1], []), 2: ([0, 1], [])}, 'device': 2,
                         'state': 'spoiled'},
                        {'votes': {1: ([0, 1], []), 2: ([1, 0], [])}, 'voter': 'c',
                         'state': 'challenged'}]}


def wide():
    """everything at once: L = 3, R = 5, styles, three devices, floor, texts, all states"""
    return {'n': 5, 'k': 3, 'absent': (2, 4), 'privacy_floor': 2, 'tags': ('es', 'de-CH'),
            'notes': 'Made by the test oracle; \\ and "quotes" and é.',
            'contests': [
                contest('Council', ['Ada', 'Béa', 'Cy', 'Di'], L=3, seats=3, overvote=True,
                        write_ins=2, blocks=6),
                contest('Scores', ['Red', 'Blue'], R=5, rule='score'),
                contest('Cumulative', ['X', 'Y'], R=3, L=3, overvote=True),
                contest('Hamlet', ['Ann', 'Ben'], blocks=2),
                contest('Nobody votes here', ['P', 'Q'], write_ins=1, blocks=4)],
            'styles': [('Town', [1, 2, 3]), ('Hamlet', [1, 4]), ('Ward', [2, 3]), ('None', [5])],
            'devices': [CHAINED, PLAIN, WEB],
            'ballots': [
                {'votes': {1: ([1, 0, 1, 0], ['Eve']), 2: ([5, 2], []), 3: ([1, 2], [])},
                 'id_B': b'\xff' * 31 + b'\xdb'},
                {'votes': {1: ([1, 1, 1, 1], []), 2: ([0, 0], []), 3: ([4, 0], [])},
                 'xi_B': b'\xff' * 31 + b'\x4a', 'device': 2},
                {'votes': {1: ([0, 0, 0, 0], ['a', 'b', 'c']), 2: ([1, 5], []), 3: ([0, 0], [])}},
                {'votes': {1: ([0, 1, 0, 0], []), 4: ([0, 1], [])}, 'style': 2},
                {'votes': {2: ([3, 3], []), 3: ([0, 3], [])}, 'style': 3, 'device': 3},
                {'votes': {1: ([0, 1, 1, 1], []), 2: ([2, 0], []), 3: ([2, 1], [])},
                 'state': 'challenged'},
                {'votes': {2: ([2, 0], []), 3: ([2, 1], [])}, 'style': 3, 'device': 3,
                 'state': 'challenged'},
                {'votes': {1: ([1, 0, 0, 0], []), 4: ([1, 0], [])}, 'style': 2, 'device': 2,
                 'state': 'spoiled'},
                {'votes': {2: ([1, 1], []), 3: ([1, 0], [])}, 'style': 3, 'state': 'refused'}]}


def post():
    """mail and booth votes together: L = 2, styles, undervotes, null vectors, all states"""
    return {'short_code': 3, 'absent': (2,), 'devices': [CHAINED, POST, LOOSE],
            'contests': [contest('Council', ['Ada', 'Béa', 'Cy'], L=2, seats=2, blocks=4,
                                 overvote=True, write_ins=1),
                         contest('Statutes', ['Yes', 'No'], rule='referendum'),
                         contest('Lists', ['P', 'Q'], rule='approval', L=2)],
            'styles': [('Town', [1, 2]), ('Hamlet', [3]), ('Ward', [2, 3])],
            'ballots': [
                {'votes': {1: ([1, 0, 1], []), 2: ([1, 0], [])}, 'device': 2},
                {'votes': {1: ([0, 1, 0], []), 2: ([0, 0], [])}, 'device': 2},
                {'votes': {1: ([0, 1, 0], ['Eve']), 2: ([0, 1], [])}},
                {'votes': {}, 'device': 2, 'state': 'challenged'},
                {'votes': {3: ([0, 0], [])}, 'style': 2, 'device': 3, 'id_B': b'\xff' * 32},
                {'votes': {2: ([0, 1], []), 3: ([1, 1], [])}, 'style': 3, 'device': 3,
                 'xi_B': b'\xff' * 32},
                {'votes': {}, 'style': 2, 'device': 3, 'state': 'challenged'},
                {'votes': {}, 'style': 3, 'device': 3, 'state': 'spoiled'},
                {'votes': {2: ([1, 0], []), 3: ([1, 0], [])}, 'style': 3, 'device': 2,
                 'state': 'refused'},
                {'votes': {3: ([0, 1], [])}, 'style': 2, 'state': 'challenged'}]}


def stamps(kind):
    """pre-encrypted ballots alone, weighted, one trimming function, an empty device"""
    return {'short_code': kind, 'n': 1, 'k': 1, 'kind': 'trial', 'weights': True,
            'devices': [LOOSE, POST], 'contests': [contest('Mayor', ['Ada', 'Bo'])],
            'ballots': [{'votes': {1: ([1, 0], [])}, 'weight': 7},
                        {'votes': {}, 'state': 'challenged', 'weight': 2}]}


PRESETS = {f.__name__: f for f in (tiny, weights, mj, remote, wide, post)}
for _kind in range(1, 9):
    PRESETS['stamps%d' % _kind] = partial(stamps, _kind)


def random_votes(config, rng, style, number):
    """Legal marks for every contest of a style."""
    votes = {}
    members = config['styles'][style - 1][1] if config.get('styles') \
        else range(1, len(config['contests']) + 1)
    for index in members:
        c = config['contests'][index - 1]
        marks, left = [0] * len(c['options']), c['contest_limit']
        for j in range(len(marks)):
            j = (j + number) % len(marks)
            marks[j] = min(left, rng.below(c['option_limit'] + 1, 'mark', number, index, j))
            left -= marks[j]
        votes[index] = (marks, [])
    return votes


def build(preset, seed, options=None):
    """An unfinished Election of a preset with options from the command line."""
    config = PRESETS[preset]()
    config['label'] = 'Oracle %s %s' % (preset, seed)
    o = options
    if o is not None:
        rng = Random(seed + '/more')
        for name, value in (('n', o.n), ('k', o.k), ('privacy_floor', o.floor),
                            ('kind', o.kind), ('short_code', o.short_code)):
            if value is not None:
                config[name] = value
        if o.absent is not None:
            config['absent'] = [int(x) for x in o.absent.split(',') if x]
        elif o.n is not None or o.k is not None:
            config['absent'] = ()
        if o.texts is not None:
            config['tags'] = [x for x in o.texts.split(',') if x]
        if o.chaining is not None:
            config['devices'] = [(d[0], d[1], o.chaining) for d in config['devices']]
        if o.no_contest_data:
            config['contest_data'] = False
        if o.no_ballots:
            config['ballots'] = []
        for number in range(o.more):
            style = 1 + number % len(config.get('styles') or [0])
            config['ballots'].append({'votes': random_votes(config, rng, style, number),
                                      'style': style,
                                      'device': 1 + number % len(config['devices']),
                                      'state': rng.choice(('cast', 'cast', 'cast', 'cast',
                                                           'challenged', 'spoiled'), number)})
        if o.big_id and config['ballots']:
            config['ballots'][0]['id_B'] = b'\xff' * 32
    return Election(config, seed)


def main(argv=None):
    about = ['%s: %s' % (name, f.__doc__) for name, f in PRESETS.items() if hasattr(f, '__name__')]
    about.append('stamps1 .. stamps8: ' + stamps.__doc__)
    parser = argparse.ArgumentParser(description='Make a small valid election.',
                                     epilog='; '.join(about))
    add = parser.add_argument
    add('--out', required=True)
    add('--seed', required=True)
    add('--preset', choices=sorted(PRESETS), default='tiny')
    add('--n', type=int, help='guardians')
    add('--k', type=int, help='quorum')
    add('--absent', help='guardians missing at decryption, as 2,3')
    add('--kind', choices=('election', 'trial'))
    add('--floor', type=int, help='privacy_floor')
    add('--texts', help='language tags, as es,ar')
    add('--short-code', type=int, choices=range(1, 9), help='hash trimming function of EGDS 4.6')
    add('--chaining', type=int, choices=(0, 1), help='of every device')
    add('--more', type=int, default=0, help='this many further random ballots')
    add('--no-ballots', action='store_true')
    add('--no-contest-data', action='store_true')
    add('--big-id', action='store_true', help='first ballot gets id_B = FF..FF (>= q)')
    add('--stage', choices=('ceremony', 'closed', 'final'), default='final')
    options = parser.parse_args(argv)
    election = build(options.preset, options.seed, options)
    absent = set(election.config['absent'])
    if election.params['n'] - len(absent) < election.params['k']:
        parser.error('fewer guardians present than the quorum')
    election.finish()
    write(election.record(options.stage), options.out + '/record')
    write(election.private(), options.out + '/private')
    return 0


if __name__ == '__main__':
    sys.exit(main())
