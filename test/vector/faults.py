"""What the record tests share: running `evident verify`, faulty records.

A records folder holds visible-1/record, visible-1/private and bad/<name> with
patch.json and expected.json (test/vector/records/README.md). Needs Python 3
and nothing else.
"""
import json
import os
import shutil
import subprocess
import tempfile

STATUS = {'pass': 'pass', 'FAIL': 'fail', 'not-run': 'not_run'}
CODES_MAIL = ('15.A', '16.A', '16.B', '16.C', '16.D', '16.E', '16.F', '16.G',
              '16.H', '17.A', '18.A', '19.A', '19.B', '19.C', '19.D', 'X.17')


class Report:
    """One run of verify, read from its JSON."""

    def __init__(self, run):
        self.exit = run.returncode
        self.stderr = run.stderr.decode('utf-8', 'replace')
        self.text = run.stdout.decode('utf-8')
        is_json = self.text.startswith('{')
        self.json = json.loads(self.text) if is_json else None

    @property
    def verdict(self):
        return self.json['verdict']

    def with_status(self, status):
        return {c['id'] for c in self.json['checks'] if c['status'] == status}

    @property
    def failed(self):
        return self.with_status('fail')


def verify(evident, record, *options):
    run = subprocess.run([evident, 'verify', record, '--format', 'json',
                          *options], capture_output=True, timeout=600)
    return Report(run)


def verify_text(evident, record, *options):
    run = subprocess.run([evident, 'verify', record, *options],
                         capture_output=True, timeout=600)
    return run.returncode, run.stdout.decode('utf-8')


def text_status(text):
    """{'6.A': 'pass', ...} from the lines of the text form."""
    found = {}
    for line in text.split('\n'):
        words = line.split()
        if line[:1].strip() and len(words) > 1 and words[1] in STATUS:
            found[words[0]] = STATUS[words[1]]
    return found


def apply_patch(base, patch, out):
    """patch: {"remove": [path], "edit": {path: [[offset, length, hex]]}}."""
    shutil.copytree(base, out)
    for path in patch['remove']:
        os.remove(os.path.join(out, path))
    for path, edits in patch['edit'].items():
        target = os.path.join(out, path)
        old = b''
        if os.path.exists(target):
            with open(target, 'rb') as f:
                old = f.read()
        new, at = b'', 0
        for offset, length, text in edits:
            new += old[at:offset] + bytes.fromhex(text)
            at = offset + length
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, 'wb') as f:
            f.write(new + old[at:])


def build_bad(records, name, out):
    with open(os.path.join(records, 'bad', name, 'patch.json')) as f:
        patch = json.load(f)
    apply_patch(os.path.join(records, 'visible-1', 'record'), patch, out)


class Work:
    """A scratch folder; work.path(name) is a place in it that is free."""

    def __enter__(self):
        self.dir = tempfile.mkdtemp(prefix='evident-test-')
        return self

    def __exit__(self, *unused):
        shutil.rmtree(self.dir, ignore_errors=True)

    def path(self, name):
        target = os.path.join(self.dir, name)
        shutil.rmtree(target, ignore_errors=True)
        return target


class Tally:
    """Counts what holds, prints what does not."""

    def __init__(self):
        self.n = 0
        self.bad = 0

    def check(self, holds, name, detail=''):
        self.n += 1
        if not holds:
            self.bad += 1
            print(f'not ok {self.n} - {name}: {detail}')
        else:
            print(f'ok {self.n} - {name}')
        return holds

    def exit(self):
        print(f'1..{self.n}')
        return 1 if self.bad else 0
