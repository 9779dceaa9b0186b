"""Shared parts of the makers of faulty logs: the registry, and ways to change a plan."""
import board_note as notes
from board_make import plan

FAULTS = {}


class Fault:
    def __init__(self, name, must, may, base, change, note):
        self.name, self.must, self.may, self.base = name, must.split(), may.split(), base
        self.change, self.note = change, note

    def plan(self):
        p = plan(self.base)
        self.change(p)
        return p

    def expected(self):
        return {'name': self.name, 'base': self.base, 'must': self.must, 'may': self.may,
                'note': self.note}


def fault(name, must, may='', base='once'):
    """Register a change of a plan. Several lawful readings of the code: all in must."""
    def wrap(change):
        if name in FAULTS:
            raise ValueError('fault defined twice: ' + name)
        note = (change.__doc__ or '').strip()
        FAULTS[name] = Fault(name, must, may, base, change, note)
        return change
    return wrap


def simple(name, must, change, may='', base='once'):
    fault(name, must, may, base)(change)


def flip(files, path, at):
    data = bytearray(files[path])
    data[at] ^= 1
    files[path] = bytes(data)


def files(change):
    """A fault that changes the made files."""
    def act(p):
        p.change_files = change
    return act


def fields(label, **values):
    """A fault that changes fields of an entry before it is signed."""
    return lambda p: p[label].fields.update(values)


def raw(label, change):
    """A fault that changes the entry's bytes after signing."""
    def act(p):
        p[label].raw = change
    return act


def signers(label, *names):
    def act(p):
        p[label].signers = list(names)
    return act


def point(change):
    """A fault in what the log signs: change(size, root) gives a Checkpoint."""
    def act(p):
        p.point = change
    return act


def note_of(data):
    return notes.Note.parse(data['checkpoint'])


def signatures(change):
    """A fault in the signatures of the checkpoint."""
    def act(data):
        note = note_of(data)
        change(note.signatures)
        data['checkpoint'] = note.dump()
    return files(act)


def broken(signature, at=20):
    name, number, value = signature
    return name, number, value[:at] + bytes([value[at] ^ 1]) + value[at + 1:]


def make_bad(at):
    def change(found):
        found[at] = broken(found[at])
    return change
