"""Reading a record directory: which files, in which form (X.1).

Every object that cannot be read leaves a hole (None) and a line in `problems`;
checks that need it are then not run.  Faults of order or presence that leave the
contents readable are noted and reading goes on.
"""
import os
import re
import stat
import subprocess

import schemas as sc
from form import FormError, parse

CEREMONY, CLOSED, FINAL = 'ceremony', 'closed', 'final'
_STAGES = {CEREMONY: 0, CLOSED: 1, FINAL: 2}
_FILES = {  # path: (schema, first stage, demanded from that stage on)
    'parameters.json': (sc.PARAMETERS, 0, True),
    'manifest.json': (sc.MANIFEST, 0, True),
    'texts.json': (sc.TEXTS, 0, False),
    'election_keys.json': (sc.KEYS, 0, True),
    'states.jsonl': (sc.STATE, 1, False),
    'roll.jsonl': (sc.ROLL, 1, False),
    'devices.json': (sc.DEVICES, 1, True),
    'tally_encrypted.json': (sc.TALLY_ENCRYPTED, 1, False),
    'tally.json': (sc.TALLY, 2, True),
    'challenged.jsonl': (sc.CHALLENGED, 2, False),
    'contest_data.jsonl': (sc.CONTEST_DATA, 2, False),
    'mail_cast.jsonl': (sc.MAIL_CAST, 1, False),
    'mail_open.jsonl': (sc.MAIL_OPEN, 2, False),
}
_BALLOTS = re.compile(r'ballots/([0-9A-Za-z_-]{1,64})\.jsonl\Z')
_GUARDIAN = re.compile(r'guardians/guardian_([1-9][0-9]{0,9})\.json\Z')
MAX_UNPACKED = 1 << 31


class NoTool(Exception):
    """Something the record may contain cannot be examined here."""


def zstd_frame_end(data):
    """End of the first Zstandard frame; FormError if malformed or window > 8 MiB."""
    try:
        if data[:4] != b'\x28\xb5\x2f\xfd':
            raise FormError('not a Zstandard frame')
        flags, at = data[4], 5
        single = flags >> 5 & 1
        if not single:
            exponent, mantissa = data[at] >> 3, data[at] & 7
            window = (1 << 10 + exponent) * (8 + mantissa) // 8
            at += 1
        at += (0, 1, 2, 4)[flags & 3]
        size = (single, 2, 4, 8)[flags >> 6]
        if single:
            window = int.from_bytes(data[at:at + size], 'little') + (256 if size == 2 else 0)
        at += size
        if window > 8 << 20:
            raise FormError('window of more than 8 MiB')
        last = 0
        while not last:
            head = int.from_bytes(data[at:at + 3], 'little')
            if at + 3 > len(data):
                raise FormError('truncated frame')
            last, kind, size = head & 1, head >> 1 & 3, head >> 3
            at += 3 + (1 if kind == 1 else size)
        at += 4 if flags >> 2 & 1 else 0
    except IndexError:
        raise FormError('truncated frame')
    if at != len(data):
        raise FormError('not exactly one frame')
    return at


def unpack_zstd(path):
    with open(path, 'rb') as f:
        data = f.read()
    zstd_frame_end(data)
    try:
        done = subprocess.run(['zstd', '-d', '-q', '-c', '--memory=8MB'], input=data,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        raise NoTool('the zstd program is not installed')
    if done.returncode:
        raise FormError('damaged Zstandard frame')
    return done.stdout


class Record:
    """The parsed record; attributes are None where nothing readable is there."""

    def __init__(self, root, stage=FINAL):
        self.root, self.stage = root, stage
        self.problems, self.unexamined = [], []
        self.objects = 0
        self.params = self.manifest = self.texts = self.keys = self.env = None
        self.manifest_bytes = self.texts_bytes = None
        self.guardians = {}                 # index of the file name -> object
        self.ballots = []                   # (where, object) in reading order
        self.states = self.roll = self.devices = self.tally_encrypted = None
        self.tally = self.challenged = self.contest_data = None
        self.mail_cast = self.mail_open = None
        self.broken = set()                 # paths with unreadable contents
        self.broken_ballots = False
        self.paths = self._list()
        self._load()

    def problem(self, where, what):
        self.problems.append((where, what))

    def _list(self):
        """path without .zst -> stored path; files that may not be there are X.1."""
        found = {}
        rank = _STAGES[self.stage]

        def onerror(error):
            self.problem(str(error.filename), 'unreadable directory')

        for folder, dirs, names in os.walk(self.root, onerror=onerror):
            dirs.sort()
            for name in sorted(names + [d for d in dirs
                                        if os.path.islink(os.path.join(folder, d))]):
                full = os.path.join(folder, name)
                path = os.path.relpath(full, self.root).replace(os.sep, '/')
                shown = path.encode('utf-8', 'replace').decode('utf-8', 'replace')
                if not stat.S_ISREG(os.lstat(full).st_mode):
                    self.problem(shown, 'not a regular file')
                    continue
                base = path[:-4] if path.endswith('.jsonl.zst') else path
                first = None
                if base in _FILES:
                    first = _FILES[base][1]
                elif _BALLOTS.match(base):
                    first = 1
                elif _GUARDIAN.match(base):
                    first = 0
                if first is None:
                    self.problem(shown, 'no such file in a record')
                elif first > rank:
                    self.problem(shown, 'file of a later stage')
                elif base in found:
                    self.problem(base, 'stored twice, packed and unpacked')
                else:
                    found[base] = full
        return found

    def _read(self, path):
        """Bytes of a file or None."""
        full = self.paths.get(path)
        if full is None:
            return None
        try:
            if full.endswith('.zst'):
                return unpack_zstd(full)
            with open(full, 'rb') as f:
                return f.read()
        except FormError as error:
            self.problem(path, str(error))
        except NoTool as error:
            self.unexamined.append((path, str(error)))
        except (OSError, MemoryError) as error:
            self.problem(path, 'unreadable: ' + type(error).__name__)
        self.broken.add(path)
        return None

    def _object(self, path, schema, env=None):
        data = self._read(path)
        if data is None:
            return None, None
        self.objects += 1
        try:
            return parse(schema, data, env), data
        except FormError as error:
            self.problem(path, str(error))
            self.broken.add(path)
            return None, None

    def _lines(self, path, schema):
        """[(where, object or None)], or None if the file is not there or unreadable."""
        data = self._read(path)
        if data is None:
            return None
        if not data:
            self.problem(path, 'empty file')
            return []
        if data[-1:] != b'\n':
            self.problem(path, 'last line has no LF')
            self.broken.add(path)
        lines = data.split(b'\n')[:-1] if data[-1:] == b'\n' else data.split(b'\n')[:-1] + [None]
        out = []
        for number, line in enumerate(lines, 1):
            where = '%s:%d' % (path, number)
            self.objects += 1
            value = None
            if line is not None:
                try:
                    value = parse(schema, line, self.env)
                except FormError as error:
                    self.problem(where, str(error))
                    self.broken.add(path)
            out.append((where, value))
        return out

    def _ascending(self, lines, key):
        previous = None
        for where, value in lines or []:
            if value is not None:
                now = key(value)
                if previous is not None and now < previous:
                    self.problem(where, 'lines are not ascending')
                previous = now

    def _load(self):
        rank = _STAGES[self.stage]
        self.params, _ = self._object('parameters.json', sc.PARAMETERS)
        self.manifest, self.manifest_bytes = self._object('manifest.json', sc.MANIFEST)
        self.env = sc.Env(self.manifest) if self.manifest else None
        self.keys, _ = self._object('election_keys.json', sc.KEYS)
        self.texts, self.texts_bytes = self._object('texts.json', sc.TEXTS)
        if self.manifest:
            named = self.manifest['texts'] != bytes(32)
            if named != ('texts.json' in self.paths):
                self.problem('texts.json', 'named by the manifest but missing' if named
                             else 'not named by the manifest')
        self._load_guardians()
        for path, (_, first, demanded) in _FILES.items():
            if demanded and first <= rank and path not in self.paths:
                self.problem(path, 'missing')
        if rank >= 1:
            self._load_votes(rank)

    def _load_guardians(self):
        n = self.params['n'] if self.params else None
        for path in sorted(self.paths):
            match = _GUARDIAN.match(path)
            if match:
                i = int(match.group(1))
                if n is not None and i > n:
                    self.problem(path, 'more guardians than n')
                    continue
                self.guardians[i], _ = self._object(path, sc.GUARDIAN)
        if n is not None:
            for i in range(1, min(n, 255) + 1):
                if i not in self.guardians:
                    self.problem('guardians/guardian_%d.json' % i, 'missing')
                    self.guardians[i] = None

    def _load_votes(self, rank):
        names = sorted((m.group(1).encode(), p) for p in self.paths
                       for m in [_BALLOTS.match(p)] if m)
        if self.env is None:
            self.broken_ballots = True
            return
        for _, path in names:
            for where, value in self._lines(path, sc.BALLOT) or []:
                if value and len({'psi' in c for c in value['contests']}) > 1:
                    self.problem(where, 'sealed and pre-encrypted contests on one ballot')
                    value = None
                if value is None:
                    self.broken_ballots = True
                else:
                    self.ballots.append((where, value))
            if path in self.broken:
                self.broken_ballots = True
        self.states = self._several('states.jsonl', lambda s: s['id_B'])
        if self.states is None and 'states.jsonl' not in self.paths:
            if self.ballots or names:
                self.problem('states.jsonl', 'missing')
                self.broken.add('states.jsonl')
            else:
                self.states = []
        remote = any(d['mode'] == 'remote' for d in self.manifest['devices'])
        if remote != ('roll.jsonl' in self.paths):
            self.problem('roll.jsonl', 'missing' if remote else 'no device is remote')
        self.roll = self._several('roll.jsonl', lambda r: r['credential'])
        seen = set()
        for where, value in self.roll or []:
            if value['credential'] in seen:
                self.problem(where, 'credential listed twice')
            seen.add(value['credential'])
        self.devices, _ = self._object('devices.json', sc.DEVICES, self.env)
        self.tally_encrypted, _ = self._object('tally_encrypted.json', sc.TALLY_ENCRYPTED, self.env)
        if not any(d['mode'] == 'mail' for d in self.manifest['devices']):
            for path in ('mail_cast.jsonl', 'mail_open.jsonl'):
                if path in self.paths:
                    self.problem(path, 'no device is mail')
        self.mail_cast = self._several('mail_cast.jsonl', lambda c: c['id_B'], [])
        if rank < 2:
            return
        if 'tally_encrypted.json' not in self.paths:
            self.problem('tally_encrypted.json', 'missing')
        self.tally, _ = self._object('tally.json', sc.TALLY, self.env)
        self.challenged = self._several('challenged.jsonl', lambda c: c['id_B'], [])
        self.mail_open = self._several('mail_open.jsonl', lambda c: c['id_B'], [])
        self.contest_data = self._several('contest_data.jsonl',
                                          lambda c: (c['id_B'], c['contest']), [])

    def _several(self, path, key, absent=None):
        """A sorted .jsonl file; None if a line is unreadable."""
        if path not in self.paths:
            return absent
        lines = self._lines(path, _FILES[path][0])
        if lines is None:
            return None
        self._ascending(lines, key)
        return None if path in self.broken else lines

