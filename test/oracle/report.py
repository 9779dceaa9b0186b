"""Collecting results and printing them as record-format section 4 says."""
import json

_LETTERS = {1: 'F', 2: 'C', 3: 'B', 4: 'A', 5: 'B', 6: 'D', 7: 'D', 8: 'G', 9: 'B', 10: 'C',
            11: 'D', 12: 'C', 13: 'B', 14: 'F', 15: 'A', 16: 'H', 17: 'A', 18: 'A', 19: 'D'}
CODES = ['%d.%s' % (v, chr(x)) for v, last in _LETTERS.items()
         for x in range(ord('A'), ord(last) + 1)] + ['X.%d' % i for i in range(1, 19)]
STAGE_OF = {}       # code -> first stage in which it is run
for _code in CODES:
    _box = _code.split('.')[0]
    if _box == 'X':
        _n = int(_code[2:])
        STAGE_OF[_code] = 0 if _n <= 5 else 1 if _n <= 11 or _n in (15, 17, 18) else 2
    else:
        STAGE_OF[_code] = 0 if int(_box) <= 4 else 1 if int(_box) <= 9 or _box in (
            '15', '16', '17') else 2


class Report:
    def __init__(self, stage):
        self.stage = stage
        self.count = dict.fromkeys(CODES, 0)
        self.failures = {code: [] for code in CODES}
        self.held = {}              # code -> why it was not (fully) run
        self.incomplete = False
        self.tally, self.refused, self.spoiled = [], 0, 0

    def check(self, code, good, where, what, count=1):
        """Count an examined item and note its failure."""
        self.count[code] += count
        if not good:
            self.failures[code].append((where, what))
        return good

    def hold(self, code, reason):
        """Not (fully) run: pass becomes not-run, FAIL stays."""
        self.held.setdefault(code, reason)

    def lacking(self, code, reason):
        """The record contains what this code checks and the code was not run."""
        self.hold(code, reason)
        self.incomplete = True

    def status(self, code):
        if self.failures[code]:
            return 'fail'
        return 'not_run' if code in self.held or not self.count[code] else 'pass'

    def failed(self):
        return [code for code in CODES if self.failures[code]]

    def verdict(self):
        if self.failed():
            return 'fail'
        return 'incomplete' if self.incomplete else 'pass'

    def exit_code(self):
        return {'pass': 0, 'fail': 1, 'incomplete': 3}[self.verdict()]

    def remark(self, code):
        status, failures = self.status(code), self.failures[code]
        if status == 'fail':
            where, what = failures[0]
            return '%d of %s; first: %s: %s' % (
                len(failures), format(max(self.count[code], len(failures)), ','), where, what)
        if status == 'not_run':
            return self.held.get(code, 'nothing to check')
        return format(self.count[code], ',')

    def closing(self):
        line = 'Ballots refused: %d, spoiled: %d.' % (self.refused, self.spoiled)
        if self.verdict() == 'pass':
            line = ('This record is consistent. That it is the one that voters and witnesses '
                    'saw needs the log. ' + line)
        return line

    def text(self):
        words = {'pass': 'pass', 'fail': 'FAIL', 'not_run': 'not-run'}
        out = ['%-7s %-8s %s' % (code, words[self.status(code)], self.remark(code))
               for code in CODES]
        for contest in self.tally:
            out.append('contest %d %s' % (contest['contest'], contest['label']))
            if not contest['fields']:
                out.append('  withheld')
            for field in contest['fields']:
                out.append('  %d %s: %d' % (field['field'], field['label'], field['t']))
        return '\n'.join(out + [self.closing()])

    def json(self):
        checks = [{'id': code, 'status': self.status(code), 'count': self.count[code],
                   'failures': [{'where': a, 'what': b} for a, b in self.failures[code]]}
                  for code in CODES]
        return json.dumps({'verdict': self.verdict(), 'stage': self.stage, 'scope': 'record',
                           'checks': checks, 'tally': self.tally, 'closing': self.closing()},
                          ensure_ascii=False, separators=(',', ':'))
